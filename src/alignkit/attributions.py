"""Attributions: whose time the waiting was.

A lead that waited four hours may have lain with nobody for three of them. The counted
time of a clock is split over those who had the subject: owner by owner, and team by
team. What nobody had, or somebody who was away, is the time of routing [K8].
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, timedelta

import attrs

from alignkit.custody import Custody, Holding
from alignkit.instants import to_duration, to_moment
from alignkit.parties import Organization

ROUTING = "routing"
"""To whom time is attributed in which nobody had the subject, or somebody away."""

NO_TEAM = "no_team"
"""To what time is attributed that an owner had of whom no team is known."""


@attrs.frozen
class Attribution:
    """Whose time a part of the waiting was [K8].

    Attributes:
        to: An owner or a team; `ROUTING`; or, among teams, `NO_TEAM`.
        business: How much open time.
    """

    to: str
    business: timedelta


Parts = tuple[Attribution, ...]
"""The parts of some time, which add up to the whole; none of them is nothing."""


def attributed(
    counts: int,
    end: int,
    counted: Callable[[int], int],
    *,
    custody: Custody,
    organization: Organization,
    zone: str,
) -> tuple[Parts, Parts]:
    """Return the counted time of a clock, split over owners and split over teams [K8].

    The parts of either split add up to the whole, exactly. They stand in the order in
    which their holders first had time.

    Args:
        counts: The instant from which the clock counts.
        end: The instant up to which it does.
        counted: Returns how much it has counted by an instant, in microseconds.
        custody: Who had the subject.
        organization: The teams of people, and when they are away.
        zone: The zone of the people concerned.

    Example:
        >>> hour = 3_600_000_000
        >>> from alignkit.custody import NOBODY
        >>> owners, teams = attributed(
        ...     0,
        ...     4 * hour,
        ...     lambda at: at,
        ...     custody=NOBODY,
        ...     organization=Organization(),
        ...     zone="UTC",
        ... )
        >>> owners == teams, owners[0].to, owners[0].business / timedelta(hours=1)
        (True, 'routing', 4.0)
    """
    owners: dict[str, int] = {}
    teams: dict[str, int] = {}
    before = 0
    for until, owner, team in _segments(counts, end, custody, organization, zone):
        by_then = counted(until)
        if by_then > before:
            part = by_then - before
            owners[owner] = owners.get(owner, 0) + part
            teams[team] = teams.get(team, 0) + part
            before = by_then
    return _parts(owners), _parts(teams)


def _parts(lengths: dict[str, int]) -> Parts:
    return tuple(Attribution(to, to_duration(part)) for to, part in lengths.items())


def _segments(
    counts: int, end: int, custody: Custody, organization: Organization, zone: str
) -> Iterator[tuple[int, str, str]]:
    """Yield until when somebody had the subject, and who and which team that was."""
    held = custody.held(zone)
    first = bisect_right(held, counts, key=lambda one: one.since)
    here = held[first - 1] if first else Holding(counts, None, None)
    later = [one for one in held[first:] if one.since < end]
    at = counts
    for one, until in zip(
        (here, *later), (*(one.since for one in later), end), strict=True
    ):
        if one.owner is None:
            yield until, ROUTING, one.team or ROUTING
        else:
            yield from _of_owner(at, until, one, custody, organization, zone)
        at = until


def _of_owner(
    start: int,
    end: int,
    held: Holding,
    custody: Custody,
    organization: Organization,
    zone: str,
) -> Iterator[tuple[int, str, str]]:
    """Yield the parts of a stretch that an owner had: there, or away; and the team."""
    owner = str(held.owner)
    away = custody.absences.when(owner, zone, organization)
    moves = () if held.team else organization.team_changes(owner)
    if not (away or moves):
        yield end, owner, held.team or _team_of(owner, end, organization)
        return
    cuts = sorted(
        {
            at
            for at in (*(edge for pair in away for edge in pair), *moves, end)
            if start < at <= end
        }
    )
    for until in cuts:
        if _is_within(until, away):
            yield until, ROUTING, ROUTING
        else:
            yield until, owner, held.team or _team_of(owner, until, organization)


def _is_within(until: int, away: Sequence[tuple[int, int]]) -> bool:
    """Say whether what ends at an instant, uncut, lies in one of some stretches."""
    return any(low < until <= high for low, high in away)


def _team_of(owner: str, until: int, organization: Organization) -> str:
    """Return the team that an owner was in right before an instant."""
    moment = to_moment(until - 1, UTC)
    return organization.team_of(owner, moment) or NO_TEAM
