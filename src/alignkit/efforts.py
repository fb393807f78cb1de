"""Efforts: how often somebody tried, on how many channels and days [K14].

Six attempts in one morning on one phone are no real effort. What counts is counted in
order of time: so many on one day at most, so far apart at least. The effort is complete
at the first instant at which every minimum holds.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Self

import attrs

from alignkit.dues import FOREVER
from alignkit.errors import (
    MissingDateError,
    MomentOutOfRangeError,
    NoBusinessTimeError,
)
from alignkit.events import Event
from alignkit.facts import local_day, whole_day
from alignkit.happenings import ActivityLogged
from alignkit.hours import BusinessHours
from alignkit.outcomes import Outcome
from alignkit.phrases import counted
from alignkit.promises import Attempts
from alignkit.qualifying import Shortfall
from alignkit.spans import BusinessDays, Span


@attrs.frozen(kw_only=True)
class Tally:
    """What was counted so far, as far as what comes can depend on it.

    Nothing is counted beyond what is asked for, so that many ways in which a clock may
    have gone come to the same.

    Attributes:
        attempts: How many attempts.
        days: On how many dates.
        channels: The channels that were used, in alphabetical order.
        recent: How many on each of the last dates, where that still matters.
        next_at: From when on the next one counts; None if any time will do.
    """

    attempts: int = 0
    days: int = 0
    channels: tuple[str, ...] = ()
    recent: tuple[tuple[date, int], ...] = ()
    next_at: int | None = None


MOST_TALLIES = 256
"""How many ways of counting are tried; what has more of them is not known."""

NOTHING_TRIED = Tally()
"""What was counted before the first attempt."""


@attrs.frozen(kw_only=True)
class Effort:
    """What it takes to have tried, ready to be counted.

    Attributes:
        at_least: How many attempts there must be.
        channels: On how many distinct channels.
        days: On how many distinct dates.
        per_day: How many count on one date; None for any number.
        spacing: How far apart they must lie to count; None for any distance.

    Example:
        >>> effort = Effort(at_least=6, channels=2)
        >>> effort.told(NOTHING_TRIED)
        '0 of 6 attempts on 0 of 2 channels'
    """

    at_least: int
    channels: int = 1
    days: int = 1
    per_day: int | None = None
    spacing: Span | None = None

    @classmethod
    def of(cls, promise: Attempts) -> Self:
        """Return what a promise of attempts asks for."""
        return cls(
            at_least=promise.at_least,
            channels=promise.channels,
            days=promise.days,
            per_day=promise.per_day,
            spacing=promise.spacing,
        )

    def after(
        self, tally: Tally, at: int, event: Event, hours: BusinessHours
    ) -> Tally | Shortfall:
        """Return what is counted after one more attempt, or why it does not count.

        Args:
            tally: What was counted before it.
            at: The instant at which it was made.
            event: The attempt; one dated by day is of that date.
            hours: The hours by which dates and distances are counted.
        """
        day = event.day or local_day(at, hours.zone)
        recent = dict(tally.recent)
        if self.per_day is not None and recent.get(day, 0) >= self.per_day:
            return Shortfall.DAILY_CAP
        if tally.next_at is not None and at < tally.next_at:
            return Shortfall.SPACING
        days = min(tally.days + (day not in recent), self.days)
        channels = tally.channels
        if len(channels) < self.channels:
            channels = tuple(sorted({*channels, *_channel(event)}))
        recent[day] = recent.get(day, 0) + 1
        return Tally(
            attempts=min(tally.attempts + 1, self.at_least),
            days=days,
            channels=channels,
            recent=self._recent(recent, days),
            next_at=self._next(at, hours),
        )

    def is_complete(self, tally: Tally) -> bool:
        """Say whether every minimum holds."""
        return (
            tally.attempts >= self.at_least
            and len(tally.channels) >= self.channels
            and tally.days >= self.days
        )

    def outcome(
        self, tries: Iterable[tuple[int, Event, Outcome]], hours: BusinessHours
    ) -> Outcome:
        """Return whether some attempts are complete [K14].

        An attempt of which nobody knows whether it counts is tried both ways [K9]: it
        may complete the effort, and it may keep a later one from counting.

        Args:
            tries: When each was made, in order of time, and whether it is one.
            hours: The hours by which dates and distances are counted.
        """
        ways = {NOTHING_TRIED}
        for at, event, is_one in tries:
            if is_one is Outcome.FAIL:
                continue
            found = {self._counted(tally, at, event, hours) for tally in ways}
            ways = found if is_one is Outcome.PASS else ways | found
            if len(ways) > MOST_TALLIES:
                return Outcome.UNKNOWN
        complete = {self.is_complete(tally) for tally in ways}
        if len(complete) > 1:
            return Outcome.UNKNOWN
        return Outcome.PASS if True in complete else Outcome.FAIL

    def _counted(
        self, tally: Tally, at: int, event: Event, hours: BusinessHours
    ) -> Tally:
        """Return what is counted after one more attempt, whether or not it counts."""
        if self.is_complete(tally):
            return tally
        found = self.after(tally, at, event, hours)
        return found if isinstance(found, Tally) else tally

    def told(self, tally: Tally) -> str:
        """Return how far it has come, in words."""
        on = [
            f"{counted_} of {counted(asked, noun)}"
            for counted_, asked, noun in (
                (len(tally.channels), self.channels, "channel"),
                (tally.days, self.days, "day"),
            )
            if asked > 1
        ]
        said = f"{tally.attempts} of {counted(self.at_least, 'attempt')}"
        return f"{said} on {' and '.join(on)}" if on else said

    def _recent(
        self, per_day: Mapping[date, int], days: int
    ) -> tuple[tuple[date, int], ...]:
        """Return what was counted on the dates to which an attempt may yet be added.

        One dated by day may have been written down where it was the date before.
        """
        if self.per_day is None and days >= self.days:
            return ()
        first = max(per_day) - _REACH
        # Without a cap it only matters that there was one.
        most = self.per_day or 1
        return tuple(
            (day, min(per_day[day], most)) for day in sorted(per_day) if day >= first
        )

    def _next(self, at: int, hours: BusinessHours) -> int | None:
        """Return from when on an attempt lies far enough from one to count.

        So many business days apart is any time on the date. A distance that never
        comes to an end lets no further one count.
        """
        if self.spacing is None:
            return None
        try:
            found = hours.due_at(at, self.spacing)
        except (MissingDateError, MomentOutOfRangeError, NoBusinessTimeError):
            return FOREVER
        is_close = isinstance(self.spacing, BusinessDays) and (
            self.spacing.days and self.spacing.due == "close"
        )
        if found is None or not is_close:
            return found
        day = local_day(found - 1, hours.zone)
        return max(whole_day(day, hours.zone)[0], at)


_REACH = timedelta(days=2)


def _channel(event: Event) -> tuple[str, ...]:
    fact = event.fact
    return (fact.channel,) if isinstance(fact, ActivityLogged) else ()
