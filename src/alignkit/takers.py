"""Takers: who is to have a lead, and whether that person can.

A lead that is handed to somebody on leave waits as long as one that is handed to
nobody. So the new owner is asked after too: known, in a team, there, and with room for
one more [O7, K8].
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Self

import attrs

from alignkit.criteria import show
from alignkit.demands import FOUND_OUT, Demand, Said, set_to, unsaid
from alignkit.findings import did_you_mean
from alignkit.handoffs import Handoff
from alignkit.outcomes import FAILED, INVALID, MISSING, PASSED
from alignkit.parties import Organization

_Spells = tuple[tuple[int, int], ...]


@attrs.frozen(eq=False)
class _Staff:
    """Who there is, and when each of them is in a team or away, as instants."""

    teams: Mapping[str, _Spells]
    absences: Mapping[str, _Spells]

    @classmethod
    def of(cls, organization: Organization) -> Self:
        return cls(
            {
                person.id: tuple(
                    [one.spell.bounds(organization.zone) for one in person.memberships]
                )
                for person in organization.people
            },
            {one.id: organization.absences_of(one.id) for one in organization.people},
        )

    def look(self, handoff: Handoff, instant: int) -> int:
        name = handoff.owner
        if name is None:
            return MISSING
        if name not in self.teams:
            return INVALID
        there = self.is_member(name, instant) and not self.is_away(name, instant)
        return PASSED if there else FAILED

    def is_member(self, name: str, instant: int) -> bool:
        spells = self.teams[name]
        return not spells or _covers(spells, instant)

    def is_away(self, name: str, instant: int) -> bool:
        return _covers(self.absences[name], instant)

    def tell(self, handoff: Handoff, came: int, instant: int) -> Said:
        name = handoff.owner
        if name is None:
            return unsaid("owner")
        seen = show(name)
        if came == INVALID:
            return Said(
                code="AK-H003",
                message=f"nobody knows a person {seen}",
                expected="a person of the organisation",
                seen=seen,
                help=did_you_mean(name, self.teams)
                or "list the person, or name another",
            )
        if not self.is_member(name, instant):
            return Said(
                code="AK-H008",
                message=f"{seen} is in no team then",
                expected="an owner who is in a team",
                seen=seen,
                help="name somebody else",
            )
        return Said(
            code="AK-H009",
            message=f"{seen} is absent then",
            expected="an owner who is available",
            seen=seen,
            help="name somebody else, or wait",
        )

    def ticks(self, handoff: Handoff) -> list[int]:
        name = handoff.owner or ""
        spells = (*self.teams.get(name, ()), *self.absences.get(name, ()))
        return [edge for spell in spells for edge in spell]

    def mends(self, _: Handoff, instant: int) -> Iterator[tuple[str, object]]:
        for name in self.teams:
            if self.is_member(name, instant) and not self.is_away(name, instant):
                yield "owner", name


def _covers(spells: _Spells, instant: int) -> bool:
    return any(start <= instant < end for start, end in spells)


def owner(organization: Organization) -> Demand:
    """Return the demand that the new owner is known, in a team and not absent [O7]."""
    staff = _Staff.of(organization)
    return Demand(
        rule="$.organization",
        path="owner",
        look=staff.look,
        tell=staff.tell,
        ticks=staff.ticks,
        mends=staff.mends,
    )


def capacity(rule: str, most: int) -> Demand:
    """Return the demand that the new owner has room for one more lead."""

    def look(handoff: Handoff, _: int) -> int:
        if handoff.owner_load is None:
            return MISSING
        return PASSED if handoff.owner_load < most else FAILED

    def tell(handoff: Handoff, came: int, _: int) -> Said:
        if came == MISSING:
            return unsaid("owner_load")
        load = show(handoff.owner_load)
        return Said(
            code="AK-H010",
            message=f"the new owner has {load} open leads, and {most} is the most",
            expected=f"fewer than {most}",
            seen=load,
            help="name somebody else, or wait until some are closed",
        )

    return Demand(
        rule=rule,
        path="owner_load",
        look=look,
        tell=tell,
        mends=set_to("owner_load", most - 1),
    )


def other_owner(rule: str, organization: Organization) -> Demand:
    """Return the demand that a lead does not come back to who owned it before.

    Where nobody owned it before, whoever gets it is somebody else.
    """
    people = [person.id for person in organization.people]

    def look(handoff: Handoff, _: int) -> int:
        if handoff.previous_owners == ():
            return PASSED
        if handoff.owner is None or handoff.previous_owners is None:
            return MISSING
        return FAILED if handoff.owner in handoff.previous_owners else PASSED

    def tell(handoff: Handoff, came: int, _: int) -> Said:
        if came == MISSING:
            return unsaid("owner" if handoff.owner is None else "previous_owners")
        owner = show(handoff.owner)
        return Said(
            code="AK-H011",
            message=f"{owner} owned the lead before",
            expected="an owner who has not owned it before",
            seen=owner,
            help="name somebody else",
        )

    def mends(handoff: Handoff, _: int) -> Iterator[tuple[str, object]]:
        if handoff.previous_owners is None:
            yield "previous_owners", ()
        elif people:
            yield from (("owner", name) for name in people)
        else:
            yield "owner", FOUND_OUT

    return Demand(rule=rule, path="previous_owners", look=look, tell=tell, mends=mends)
