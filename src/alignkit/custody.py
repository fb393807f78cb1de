"""Custody: who has a subject, from when on.

A lead is given to somebody, taken from everybody, given to somebody else. Who had it
when decides whose time a wait was, and which owner's clock runs [K8].
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import attrs

from alignkit.absences import NONE_TOLD, Absences
from alignkit.events import Event
from alignkit.facts import whole_day
from alignkit.findings import Finding, Severity
from alignkit.happenings import OwnerAssigned
from alignkit.histories import Timed
from alignkit.parties import Organization


class Holding(NamedTuple):
    """From when a subject was with somebody, or with nobody.

    Attributes:
        since: The instant.
        owner: The owner; None for nobody.
        team: The team that was named with the owner, if one was.
    """

    since: int
    owner: str | None
    team: str | None


def assignments(events: Iterable[Timed]) -> tuple[Timed, ...]:
    """Return the facts that say who has a subject."""
    return tuple(one for one in events if isinstance(one[1].fact, OwnerAssigned))


def holdings(assigned: Iterable[Timed], zone: str) -> list[Holding]:
    """Return who had a subject from when on, in order of time.

    Of several assignments at one instant the one to somebody holds, and of several such
    the last: systems that move a lead on often take it from everybody first.

    Args:
        assigned: The assignments, in order of time.
        zone: The zone in which one begins of which only the date is known [E1].
    """
    found: list[Holding] = []
    for at, event in assigned:
        one = _holding(at, event, zone)
        if found and one.since <= found[-1].since:
            last = found.pop()
            is_left = one.owner is None and last.owner is not None
            one = last if is_left else one._replace(since=last.since)
        found.append(one)
    return found


def _holding(at: int, event: Event, zone: str) -> Holding:
    fact = event.fact
    assert isinstance(fact, OwnerAssigned)  # noqa: S101 - what `assignments` returns
    since = at if event.day is None else whole_day(event.day, zone)[0]
    return Holding(since, fact.owner, fact.team)


@attrs.frozen(kw_only=True)
class Custody:
    """Who had a subject, and who of them was away.

    Attributes:
        assigned: The facts that say who has it, in order of time.
        absences: When people were reported to be away.
    """

    assigned: tuple[Timed, ...] = ()
    absences: Absences = NONE_TOLD
    _held: dict[str, list[Holding]] = attrs.field(
        factory=dict, init=False, eq=False, repr=False
    )

    def held(self, zone: str) -> Sequence[Holding]:
        """Return who had the subject from when on, in order of time.

        Args:
            zone: The zone in which an assignment begins of which only the date is
                known.
        """
        found = self._held.get(zone)
        if found is None:
            # Only kept so as not to be worked out again for every promise.
            found = self._held[zone] = holdings(self.assigned, zone)
        return found

    def unavailable(self, organization: Organization, zone: str) -> Iterator[Finding]:
        """Yield a finding for each assignment to somebody who was away [K8].

        Where only the date of the assignment is known, that is who was away on the
        whole of it.

        Args:
            organization: The organisation that lists absences too.
            zone: The zone of the people concerned.
        """
        for at, event in self.assigned:
            owner = _holding(at, event, zone).owner
            if owner is None:
                continue
            low, high = (at, at) if event.day is None else whole_day(event.day, zone)
            away = self.absences.when(owner, zone, organization)
            if any(start <= low and high < end for start, end in away):
                yield Finding(
                    code="AK-O025",
                    severity=Severity.WARNING,
                    message=(
                        f"{event.subject.kind} {event.subject.id} was assigned to "
                        f"{owner}, who was away"
                    ),
                    path=f"$.{event.subject.kind}.{event.subject.id}",
                    expected="an owner who is available",
                    seen=f"{event.id} at {event.at.isoformat()}",
                    help="assign it to somebody else, or correct the absence",
                )


NOBODY = Custody()
"""Nothing is known of anybody who had a subject."""
