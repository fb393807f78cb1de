"""Demands: what is asked of a handoff itself, beside what criteria ask of the lead.

Is somebody there to take it, has the person said that we may write, is this the second
record of somebody we know? Each demand looks at one field of the payload and comes to
pass, fail or unknown, exactly as the questions of a criterion do; so a field that is
not there never passes, and an empty list says that there is none [H6].
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

import attrs

from alignkit.criteria import show
from alignkit.findings import did_you_mean
from alignkit.gates import Gate, Waiver
from alignkit.handoffs import Handoff
from alignkit.instants import to_instant, to_moment
from alignkit.outcomes import FAILED, INVALID, MISSING, NULL, PASSED
from alignkit.parties import Organization
from alignkit.reasons import Reason, Requirement
from alignkit.zones import start_of, zone

Look = Callable[[Handoff, int], int]
"""What comes of a handoff at an instant, as one of the small integers of outcomes."""

Ticks = Callable[[Handoff], Iterable[int]]
"""The instants at which that may change by itself."""


@attrs.frozen(kw_only=True)
class Said:
    """What there is to say about a demand that is not met.

    Attributes:
        code: The stable code.
        message: One sentence, lower-case, without a final stop.
        expected: What would have been right.
        seen: What was there instead.
        help: What would mend it.
        path: The field that it is about, if that is another one than the demand's.
    """

    code: str
    message: str
    expected: str | None = None
    seen: str | None = None
    help: str | None = None
    path: str | None = None


Tell = Callable[[Handoff, int, int], Said]
"""What there is to say, given what came of it at an instant."""


def _no_ticks(_: Handoff) -> tuple[int, ...]:
    return ()


@attrs.frozen(eq=False, kw_only=True)
class Demand:
    """One thing that is asked of a handoff.

    Attributes:
        rule: Where the agreement asks for it: ``"$.gates[0].consent[1]"``.
        path: The field of the payload that it looks at.
        look: What comes of a handoff at an instant.
        tell: What to say if that is no pass.
        ticks: When it may change by itself.
    """

    rule: str
    path: str
    look: Look
    tell: Tell
    ticks: Ticks = _no_ticks


def constant(rule: str, path: str, came: int, said: Said) -> Demand:
    """Return a demand on which the handoff was judged when it was taken up."""
    return Demand(
        rule=rule, path=path, look=lambda _, __: came, tell=lambda _, __, ___: said
    )


def unsaid(path: str) -> Said:
    """Return what to say of a field that is not there."""
    return Said(
        code="AK-H002",
        message=f"the handoff does not say {path!r}",
        expected=f"a value for {path!r}",
        help=f"find out {path!r}",
        path=path,
    )


def known_field(rule: str, path: str) -> Demand:
    """Return the demand that a field of the handoff itself is known.

    Example:
        >>> at = datetime.fromisoformat("2026-04-08T11:20:00+01:00")
        >>> demand = known_field("$.gates[0].required[0]", "campaign")
        >>> silent = Handoff(lead="L1", at=at, to_party="sales")
        >>> demand.look(silent, 0) == MISSING
        True
    """

    def look(handoff: Handoff, _: int) -> int:
        held = getattr(handoff, path)
        if held is None:
            return MISSING
        return NULL if isinstance(held, str) and not held.strip() else PASSED

    return Demand(rule=rule, path=path, look=look, tell=lambda _, __, ___: unsaid(path))


def no_others(rule: str, path: str, code: str, noun: str, mend: str) -> Demand:
    """Return the demand that a list of the handoff is there and empty."""

    def look(handoff: Handoff, _: int) -> int:
        held = getattr(handoff, path)
        if held is None:
            return MISSING
        return FAILED if held else PASSED

    def tell(handoff: Handoff, came: int, _: int) -> Said:
        held = getattr(handoff, path)
        if came == MISSING:
            mend_ = f"list the {noun}; an empty list says that there are none"
            return attrs.evolve(unsaid(path), help=mend_)
        return Said(
            code=code,
            message=f"there are {noun}: {show(held)}",
            expected="an empty list",
            seen=show(held),
            help=mend,
        )

    return Demand(rule=rule, path=path, look=look, tell=tell)


def _not_suppressed(handoff: Handoff, _: int) -> int:
    if handoff.suppressed is None:
        return MISSING
    return FAILED if handoff.suppressed else PASSED


def _suppressed(_: Handoff, came: int, __: int) -> Said:
    if came == MISSING:
        return unsaid("suppressed")
    return Said(
        code="AK-H004",
        message="the person is on a list of those whom nobody contacts",
        expected="false",
        seen="true",
        help="take the lead out",
    )


def consent(rule: str, channel: str) -> Demand:
    """Return the demand that the person may be contacted on a channel."""
    path = f"consent.{channel}"

    def look(handoff: Handoff, _: int) -> int:
        for name, granted in handoff.consent:
            if name == channel:
                return PASSED if granted else FAILED
        return MISSING

    def tell(_: Handoff, came: int, __: int) -> Said:
        if came == MISSING:
            return unsaid(path)
        return Said(
            code="AK-H005",
            message=f"the person has not agreed to be contacted by {show(channel)}",
            expected="true",
            seen="false",
            help="ask for leave first, or use another channel",
        )

    return Demand(rule=rule, path=path, look=look, tell=tell)


def strict(rule: str) -> Demand:
    """Return the demand that a handoff has no field that nobody knows."""

    def look(handoff: Handoff, _: int) -> int:
        return FAILED if handoff.unknown_fields else PASSED

    def tell(handoff: Handoff, _: int, __: int) -> Said:
        first = handoff.findings[0]
        return Said(
            code=first.code,
            message=first.message,
            expected="fields that are known",
            seen=show(handoff.unknown_fields),
            help=first.help,
        )

    return Demand(rule=rule, path="", look=look, tell=tell)


def owner(organization: Organization) -> Demand:
    """Return the demand that the new owner is known, in a team and not absent [O7]."""
    teams = {
        person.id: [held.spell.bounds(organization.zone) for held in person.memberships]
        for person in organization.people
    }
    absences = {name: organization.absences_of(name) for name in teams}

    def is_member(name: str, instant: int) -> bool:
        spells = teams[name]
        return not spells or any(start <= instant < end for start, end in spells)

    def look(handoff: Handoff, instant: int) -> int:
        name = handoff.owner
        if name is None:
            return MISSING
        if name not in teams:
            return INVALID
        away = any(start <= instant < end for start, end in absences[name])
        return FAILED if away or not is_member(name, instant) else PASSED

    def tell(handoff: Handoff, came: int, instant: int) -> Said:
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
                help=did_you_mean(name, teams) or "list the person, or name another",
            )
        if not is_member(name, instant):
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

    def ticks(handoff: Handoff) -> list[int]:
        name = handoff.owner or ""
        spells = (*teams.get(name, ()), *absences.get(name, ()))
        return [edge for spell in spells for edge in spell]

    return Demand(
        rule="$.organization", path="owner", look=look, tell=tell, ticks=ticks
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

    return Demand(rule=rule, path="owner_load", look=look, tell=tell)


def other_owner(rule: str) -> Demand:
    """Return the demand that a lead does not come back to who owned it before."""

    def look(handoff: Handoff, _: int) -> int:
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

    return Demand(rule=rule, path="previous_owners", look=look, tell=tell)


def rested(rule: str, zone_: str) -> Demand:
    """Return the demand that a lead that comes back has rested long enough [H5].

    One that rests until a date may come back once that date has begun.
    """

    def until(handoff: Handoff) -> int | None:
        held = handoff.rests_until
        if held is None:
            return None
        if isinstance(held, datetime):
            return to_instant(held, "rests_until")
        return start_of(held, zone_)

    def look(handoff: Handoff, instant: int) -> int:
        end = until(handoff)
        if end is None:
            return MISSING
        return PASSED if end <= instant else FAILED

    def tell(handoff: Handoff, came: int, _: int) -> Said:
        end = until(handoff)
        if end is None or came == MISSING:
            return unsaid("rests_until")
        moment = to_moment(end, zone(zone_)).isoformat()
        return Said(
            code="AK-L023",
            message=f"the lead is left alone until {moment}",
            expected=f"a move at {moment} or later",
            seen=show(handoff.rests_until),
            help="wait until then",
        )

    def ticks(handoff: Handoff) -> tuple[int, ...]:
        end = until(handoff)
        return () if end is None else (end,)

    return Demand(rule=rule, path="rests_until", look=look, tell=tell, ticks=ticks)


def _returns(handoff: Handoff) -> int | None:
    """Return how often a lead has come back; in its first cycle it never has."""
    first = handoff.returns is None and handoff.cycle == 1
    return 0 if first else handoff.returns


def returned(rule: str, most: int, adds: Callable[[Handoff], bool | None]) -> Demand:
    """Return the demand that a lead has not come back too often [H5].

    Args:
        rule: Where the agreement says so.
        most: How often it may come back.
        adds: Whether this is one time more; None if that is not known.
    """

    def look(handoff: Handoff, _: int) -> int:
        added, returns = adds(handoff), _returns(handoff)
        if added is False:
            return PASSED
        if returns is None:
            return MISSING
        if returns < most:
            return PASSED
        return FAILED if added else MISSING

    def tell(handoff: Handoff, came: int, _: int) -> Said:
        if came == MISSING:
            return unsaid("returns" if _returns(handoff) is None else "is_qualified")
        times = show(_returns(handoff))
        return Said(
            code="AK-L024",
            message=f"the lead has come back {times} times, which is the most",
            expected=f"fewer than {most} returns",
            seen=times,
            help="disqualify it, or leave it",
        )

    return Demand(rule=rule, path="returns", look=look, tell=tell)


_REQUIRED = {
    Requirement.CONVERSATION: "conversation",
    Requirement.COMPLETE_ATTEMPTS: "attempts_complete",
    Requirement.NOTE: "note",
}


def requirement(rule: str, reason: Reason, needed: Requirement) -> Demand:
    """Return the demand that a reason is given only with what it requires [H5]."""
    path = _REQUIRED[needed]

    def look(handoff: Handoff, _: int) -> int:
        held = getattr(handoff, path)
        if held is None:
            return MISSING
        done = bool(held.strip()) if isinstance(held, str) else held
        return PASSED if done else FAILED

    def tell(handoff: Handoff, _: int, __: int) -> Said:
        found = next(
            one
            for one in reason.lacks(
                conversation=handoff.conversation,
                attempts_complete=handoff.attempts_complete,
                note=handoff.note,
            )
            if one.expected == needed.value
        )
        held = getattr(handoff, path)
        return Said(
            code=found.code,
            message=found.message,
            expected=f"{path} for {reason.code!r}",
            seen=None if held is None else show(held),
            help=found.help,
        )

    return Demand(rule=rule, path=path, look=look, tell=tell)


def of_gate(gate: Gate, path: str, organization: Organization) -> list[Demand]:
    """Return what a gate asks of every handoff that comes to it.

    What it asks of the lead is asked by criteria.

    Args:
        gate: The gate.
        path: Where it stands in the agreement.
        organization: Who there is to own a lead.
    """
    found: list[Demand] = []
    if Waiver.SUPPRESSION not in gate.waives:
        found.append(
            Demand(rule=path, path="suppressed", look=_not_suppressed, tell=_suppressed)
        )
    found += [
        consent(f"{path}.consent[{at}]", channel)
        for at, channel in enumerate(gate.consent)
    ]
    if Waiver.DUPLICATES not in gate.waives:
        mend = "merge the records first"
        found.append(no_others(path, "duplicates", "AK-H006", "duplicates", mend))
    if Waiver.OPPORTUNITIES not in gate.waives:
        mend = "give the lead to whoever works on it"
        noun = "open opportunities"
        found.append(no_others(path, "open_opportunities", "AK-H007", noun, mend))
    if Waiver.OWNER not in gate.waives and organization.people:
        found.append(owner(organization))
    if gate.most_open is not None:
        found.append(capacity(f"{path}.most_open", gate.most_open))
    found += [
        known_field(f"{path}.required[{at}]", name)
        for at, name in enumerate(gate.required)
        if name in OWN_FIELDS
    ]
    if gate.is_strict:
        found.append(strict(f"{path}.is_strict"))
    return found


OWN_FIELDS = frozenset(
    field.name
    for field in attrs.fields(Handoff)
    if field.name
    not in {"attributes", "since", "happened", "consent", "unknown_fields"}
)
"""The fields of a handoff that say something about it, and not about the lead."""
