"""Runs: what facts did to a clock, each time that it was started.

A run says when a clock was started, rested, was set back and ended, and by which facts.
Nothing in it asks for the moment of the question; how a run stands at a moment is for
the standing to say.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable
from datetime import date
from fractions import Fraction

import attrs

from alignkit.dues import FOREVER
from alignkit.efforts import NOTHING_TRIED, Tally
from alignkit.events import Event
from alignkit.exclusions import Exemption
from alignkit.hours import BusinessHours
from alignkit.qualifying import Shortfall
from alignkit.schedules import merged
from alignkit.spans import (
    Span,
)
from alignkit.zones import LATEST


class Role(enum.IntEnum):
    """What a fact does to a clock, in the order in which facts of one instant act."""

    STOP = 0
    ATTEMPT = 1
    RESET = 2
    CANCEL = 3
    CYCLE_END = 4
    PAUSE = 5
    RESUME = 6
    REOPEN = 7
    START = 8
    HANDOVER = 9


class Ending(enum.Enum):
    """How a run ended."""

    FULFILLED = "fulfilled"
    """The promise was kept, in time or late."""

    CANCELLED = "cancelled"
    """It was called off, or made room for the next cycle. If it was past due by then,
    it stays broken, and nothing that comes later fulfils it [K4]."""


Stretch = tuple[int, int | None]
"""A stretch in which a clock rested; the end is None while it still does."""


@attrs.frozen(kw_only=True)
class Carried:
    """A target that came to hold while a clock ran, with what was used up by then [K7].

    Attributes:
        target: The span that holds.
        before: The spans that held before, each up to the instant of a change.
        left: The share of the target that was left at the last change.
        whole: What the run has to count in all, from where it counts: what it had
            counted by the last change, and what was left; None where that is not known,
            since no calendar counts it.
    """

    target: Span
    before: tuple[tuple[int, Span], ...]
    left: Fraction
    whole: Span | None

    @property
    def since(self) -> int:
        """The instant since which it holds."""
        return self.before[-1][0]


Promised = Span | Carried
"""A target that may hold, from the start or from a change on."""


def plain(target: Promised) -> Span:
    """Return the span that holds, whatever was used up before."""
    return target.target if isinstance(target, Carried) else target


def first_of(target: Promised) -> Span:
    """Return the span that held at the start."""
    return target.before[0][1] if isinstance(target, Carried) else target


@attrs.frozen(kw_only=True)
class Run:
    """One time that a clock was started, and what came of it.

    Instants are microseconds since the Unix epoch.

    Attributes:
        cycle: Its number among the runs of the clock: the cycle of the subject in which
            it was started, or, where that is taken, the one after the last [E6].
        round: The cycle of the subject in which it was started.
        edition: Which edition governs it, counted from 0 [K6].
        adopted: Since when that governs it, if it did not from the start.
        started: The anchoring instant: when it was started, unless its clock says
            otherwise [K2]; where only the date is known, when that date began in the
            zone of the calendar [T3].
        started_by: The fact that did.
        started_on: The date of its start, where no more than that is known [E1].
        unanchored: The field that says when it started, where that is not known; until
            then `started` is when the fact happened [K1].
        counts: From when it counts: its start, or the last reset.
        is_reset: Whether it was set back to nothing.
        day: The date from which it counts, where no more than that is known [E1].
        targets: The spans that may hold: one, or several where a fact that decides
            between them is missing.
        missing: The fields that would decide between several targets.
        doubts: The fields that would decide whether the promise is owed at all.
        dates: The dates that its subject carries and that a target counts back from.
        pauses: When it rested, in order.
        ended: When it ended, if it did.
        ended_by: The fact that ended it.
        ending: How it ended.
        reopened: When the facts were recorded that opened it again after it had ended.
        early: The facts that would have stopped it, had it been started by then.
        disregarded: The facts from its start to its end that did not count, and why.
        exempt: Why it was not owed when it started, or may not have been.
        fired: The steps of its ladder that fired before a fact last changed it, each
            by its place, and when [K12].
        changed: When that was; None where nothing but its start is known.
        tally: The attempts that were counted, where the term asks for them [K14].
        owner: Whose time it is, where the term measures owners [K8].
        calendar: The calendar that counts it, where that is found among the facts or
            was taken on with the terms of another edition.
        hours: The hours of that; spliced, where it has changed.
        lacks: What is missing to know it; None if nothing is.
        away: When that owner is away and the clock rests for it, in order [K10].
    """

    cycle: int
    round: int = 1
    edition: int = 0
    adopted: int | None = None
    started: int
    started_by: Event
    started_on: date | None = None
    unanchored: str | None = None
    counts: int
    is_reset: bool = False
    day: date | None = None
    targets: tuple[Promised, ...]
    missing: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()
    dates: tuple[tuple[str, date], ...] = ()
    pauses: tuple[Stretch, ...] = ()
    ended: int | None = None
    ended_by: Event | None = None
    ending: Ending | None = None
    reopened: tuple[int, ...] = ()
    early: tuple[Event, ...] = ()
    disregarded: tuple[tuple[Event, Shortfall], ...] = ()
    exempt: Exemption | None = None
    fired: tuple[tuple[int, int], ...] = ()
    changed: int | None = None
    tally: Tally = NOTHING_TRIED
    owner: str | None = None
    calendar: str | None = None
    hours: BusinessHours | None = None
    lacks: str | None = None
    away: tuple[tuple[int, int], ...] = ()

    @property
    def is_running(self) -> bool:
        """True if it has not ended; it may rest."""
        return self.ended is None

    def precedes(self, cycle: int | None) -> bool:
        """Say whether its subject has come into another cycle since it started [E6].

        Args:
            cycle: The cycle that the subject is in; None if no lifecycle says.
        """
        return cycle is not None and cycle > self.round

    @property
    def is_paused(self) -> bool:
        """True if it rests."""
        return self.is_running and bool(self.pauses) and self.pauses[-1][1] is None

    @property
    def rested_since(self) -> int | None:
        """Since when it rests, or rested until it ended; None if it did not."""
        if not self.pauses or self.pauses[-1][1] != self.ended:
            return None
        return self.pauses[-1][0]

    def at_rest(self, at: int) -> Run:
        """Return the run as it is asked at an instant, the absences among its rests.

        An absence that lasts at that instant has no end yet, as any rest [T15]; one
        that is to come is known. Without absences it is the run itself.
        """
        if not self.away:
            return self
        taken = merged(
            [
                *(
                    (low, FOREVER if high is None else high)
                    for low, high in self.pauses
                ),
                *((max(low, self.started), high) for low, high in self.away),
            ]
        )
        rests: list[Stretch] = []
        for low, high in taken:
            if self.ended is not None:
                if low < self.ended:
                    rests.append((low, min(high, self.ended)))
            elif low <= at < high or high >= LATEST:
                rests.append((low, None))
                break
            else:
                rests.append((low, high))
        return attrs.evolve(self, pauses=tuple(rests), away=())


def wall_time(run: Run, end: int) -> int:
    """Return how long a run counted up to an instant on the wall clock, less rests."""
    passed = max(run.counts, end) - run.counts
    return passed - sum(high - low for low, high in rests_of(run, end))


def rests_of(run: Run, end: int) -> Iterable[tuple[int, int]]:
    """Yield when a run rested, from when it counts up to an instant."""
    for since, until in run.pauses:
        low, high = max(since, run.counts), end if until is None else min(until, end)
        if low < high:
            yield low, high
