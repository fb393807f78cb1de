"""Business time counted by walking along open stretches, one after the other."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Literal

from tests.reference.clocks import HOUR, first_instant, local_date, reading, start_of
from tests.reference.plans import Calendar, Plan, Stretch
from tests.reference.stretches import ONE_DAY, common, merged, open_time, owned, without

REACH = 24 * HOUR
FARTHEST = 2_000 * REACH
"""How far a walk goes before the model gives up; far less than alignkit goes [T13]."""

Landing = Literal["close", "next_open"]


class OutOfReachError(Exception):
    """The model found no answer as far as it looks."""


def counted(
    calendar: Calendar, start: int, end: int, pauses: Iterable[Stretch] = ()
) -> list[Stretch]:
    """Return the open time between two instants that no pause took [T15]."""
    return without(open_time(calendar, start, end), merged(pauses))


def elapsed(
    calendar: Calendar, start: int, end: int, pauses: Iterable[Stretch] = ()
) -> int:
    """Return the business time between two instants, signed [T8]."""
    if end < start:
        return -elapsed(calendar, end, start, pauses)
    return sum(b - a for a, b in counted(calendar, start, end, pauses))


def is_open(calendar: Calendar, at: int) -> bool:
    return open_time(calendar, at, at + 1) == [(at, at + 1)]


def was_open(calendar: Calendar, at: int) -> bool:
    """Say whether the last microsecond before an instant was open."""
    return is_open(calendar, at - 1)


def reaches() -> Iterable[int]:
    reach = 8 * REACH
    while reach <= FARTHEST:
        yield reach
        reach *= 4


def next_open(calendar: Calendar, at: int) -> int:
    """Return the first open instant at or after `at` [T8]."""
    for reach in reaches():
        for start, _ in open_time(calendar, at, at + reach):
            return start
    raise OutOfReachError


def next_close(calendar: Calendar, at: int) -> int:
    """Return the first close strictly later than `at` [T8]."""
    for reach in reaches():
        for _, end in open_time(calendar, at, at + reach):
            if end < at + reach:
                return end
    raise OutOfReachError


def last_open_until(calendar: Calendar, at: int) -> int:
    """Return `at` if time was open right before it, else the last close before it."""
    for reach in reaches():
        for _, end in reversed(open_time(calendar, at - reach, at)):
            return end
    raise OutOfReachError


def last_opening(calendar: Calendar, at: int) -> int:
    """Return the last instant strictly before `at` at which closed time became open."""
    for reach in reaches():
        for start, _ in reversed(open_time(calendar, at - reach, at)):
            if start > at - reach:
                return start
    raise OutOfReachError


def add(
    calendar: Calendar,
    start: int,
    span: int,
    pauses: Iterable[Stretch] = (),
    landing: Landing = "close",
) -> int:
    """Return the first instant at which `span` of counted time has passed [T6-T8]."""
    if span < 0:
        return subtract(calendar, start, -span)
    if span == 0:
        return next_open(calendar, start)
    due = _first_with(calendar, start, span, tuple(pauses))
    if landing == "next_open" and not is_open(calendar, due):
        return next_open(calendar, due)
    return due


def _first_with(
    calendar: Calendar, start: int, span: int, pauses: tuple[Stretch, ...]
) -> int:
    for reach in reaches():
        left = span
        for a, b in counted(calendar, start, start + reach, pauses):
            if b - a >= left:
                return a + left
            left -= b - a
    raise OutOfReachError


def subtract(
    calendar: Calendar, start: int, span: int, landing: Landing = "close"
) -> int:
    """Return the last instant from which `span` of business time leads to `start`."""
    if span < 0:
        return add(calendar, start, -span)
    if span == 0:
        return start if is_open(calendar, start) else last_open_until(calendar, start)
    due = _last_with(calendar, start, span)
    # The mirror of landing on the next opening is landing on the close before.
    if landing == "next_open" and not was_open(calendar, due):
        return last_open_until(calendar, due)
    return due


def _last_with(calendar: Calendar, start: int, span: int) -> int:
    for reach in reaches():
        left = span
        for a, b in reversed(open_time(calendar, start - reach, start)):
            if b - a >= left:
                return b - left
            left -= b - a
    raise OutOfReachError


def add_elapsed(start: int, span: int, pauses: Iterable[Stretch] = ()) -> int:
    """Return the first instant at which `span` of wall time, less pauses, passed."""
    reach = span + sum(b - a for a, b in merged(pauses))
    left = span
    for a, b in without([(start, start + reach)], merged(pauses)):
        if b - a >= left:
            return a + left
        left -= b - a
    return start


def is_business_day(plan: Plan, day: date) -> bool:
    """Say whether a local date owns open time [T14]."""
    return bool(owned(plan, day))


def close_of(plan: Plan, day: date) -> int:
    """Return the end of the last interval that a business day owns."""
    return max(end for _, end in owned(plan, day))


def business_days(plan: Plan, after: date, until: date) -> int:
    """Return how many business days d there are with after < d <= until, signed."""
    if until < after:
        return -business_days(plan, until, after)
    count = (until - after).days
    return sum(
        is_business_day(plan, after + timedelta(days=nth))
        for nth in range(1, count + 1)
    )


def add_business_days(plan: Plan, day: date, count: int) -> date:
    """Return the date of the nth business day after a date, or before it."""
    step = ONE_DAY if count > 0 else -ONE_DAY
    left = abs(count)
    for _ in range(4_000):
        if not left:
            return day
        day += step
        left -= is_business_day(plan, day)
    raise OutOfReachError


def due_on_close(
    plan: Plan, start: int, count: int, pauses: Iterable[Stretch] = ()
) -> int:
    """Return the close of the nth business day after the start's date [T14, T15]."""
    taken = merged((max(a, start), b) for a, b in pauses)
    day = local_date(plan.zone, start)
    left = count
    for _ in range(4_000):
        day += ONE_DAY
        if not is_business_day(plan, day):
            continue
        close = close_of(plan, day)
        left -= not any(a <= close < b for a, b in taken)
        if not left:
            return close
    raise OutOfReachError


def due_at_same_time(plan: Plan, start: int, count: int) -> int:
    """Return the start's time of day on the nth business day, rolled if closed [T14].

    The roll goes the way of the count: forward to an opening, back to a close.
    """
    wall = reading(plan.zone, start)
    day = add_business_days(plan, wall.date(), count)
    at = first_instant(plan.zone, datetime.combine(day, wall.time()))
    return next_open(plan, at) if count > 0 else subtract(plan, at, 0)


def calendar_add(
    zone: str, start: int, *, months: int = 0, weeks: int = 0, days: int = 0
) -> int:
    """Return the same local time of day some months and days later [T14].

    Months are added once, from the start, and clipped to the length of the month.
    """
    wall = reading(zone, start)
    year, month = divmod(wall.year * 12 + wall.month - 1 + months, 12)
    last = monthrange(year, month + 1)[1]
    moved = wall.replace(year=year, month=month + 1, day=min(wall.day, last))
    return first_instant(zone, moved + timedelta(days=7 * weeks + days))


def due_before(
    plan: Plan, day: date, lead: int, roll: Literal["preceding", "following", "none"]
) -> int:
    """Return when a duty is due that is owed `lead` days before a date [T14]."""
    target = day - timedelta(days=lead)
    if roll == "none":
        return start_of(plan.zone, target + ONE_DAY)
    step = ONE_DAY if roll == "following" else -ONE_DAY
    while not is_business_day(plan, target):
        target += step
    return close_of(plan, target)


def open_between(calendar: Calendar, start: int, end: int) -> list[Stretch]:
    """Return the open stretches between two instants, cut to them."""
    return common(open_time(calendar, start, end), [(start, end)])
