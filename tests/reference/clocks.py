"""A zone's clock, read only by asking what it shows at an instant.

Instants are whole microseconds since the Unix epoch, readings are naive datetimes.
Local time is turned into an instant by the words of the rule alone: the first instant
at which the clock reads that time or later [T3]. No `fold`, no flag of summer time.
"""

from __future__ import annotations

import functools
import itertools
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
SECOND = 1_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR
FARTHEST = 28 * HOUR
"""No clock has ever been farther from UTC than this, a skipped day included."""


def instant_of(moment: datetime) -> int:
    return (moment - EPOCH) // MICROSECOND


def moment_of(instant: int, zone: str = "UTC") -> datetime:
    return (EPOCH + instant * MICROSECOND).astimezone(ZoneInfo(zone))


def reading(zone: str, instant: int) -> datetime:
    """Return what the zone's clock shows at an instant."""
    return moment_of(instant, zone).replace(tzinfo=None)


def local_date(zone: str, instant: int) -> date:
    return reading(zone, instant).date()


def as_if_utc(wall: datetime) -> int:
    """Return the instant that a reading would name if the clock showed UTC."""
    return instant_of(wall.replace(tzinfo=UTC))


def offset(zone: str, instant: int) -> int:
    """Return how far the zone's clock is ahead of UTC at an instant."""
    return as_if_utc(reading(zone, instant)) - instant


@functools.cache
def changes_on(zone: str, day: int) -> tuple[int, ...]:
    """Return each instant of the nth day of the epoch from which the offset is another.

    The clock is read once an hour, and where two readings differ the hour between them
    is halved down to the microsecond.
    """
    found = []
    for before in range(day * DAY, (day + 1) * DAY, HOUR):
        low, high = before, before + HOUR
        if offset(zone, low) == offset(zone, high):
            continue
        while high - low > 1:
            middle = (low + high) // 2
            if offset(zone, middle) == offset(zone, low):
                low = middle
            else:
                high = middle
        found.append(high)
    return tuple(found)


@functools.cache
def first_instant(zone: str, wall: datetime) -> int:
    """Return the first instant at which the clock reads `wall` or later [T3]."""
    first = (as_if_utc(wall) - FARTHEST) // DAY
    last = (as_if_utc(wall) + FARTHEST) // DAY
    turns = [first * DAY]
    for day in range(first, last + 1):
        turns += changes_on(zone, day)
    for since, until in itertools.pairwise([*turns, (last + 1) * DAY]):
        # Between two changes the clock runs steadily, so the time is read either from
        # the beginning of the stretch on or at one known instant of it, if at all.
        earliest = max(since, as_if_utc(wall) - offset(zone, since))
        if earliest < until:
            return earliest
    message = f"the clock of {zone} does not reach {wall} within a day of it"
    raise AssertionError(message)


def start_of(zone: str, day: date) -> int:
    """Return the first instant of a local date."""
    return first_instant(zone, datetime(day.year, day.month, day.day))
