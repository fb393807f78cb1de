"""Open time laid out day by day, and sets of stretches of time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from typing import assert_never

from tests.reference.clocks import first_instant, local_date
from tests.reference.plans import (
    Both,
    Calendar,
    Either,
    Plan,
    Stretch,
    length,
    shifts_on,
    zone_of,
)

ONE_DAY = timedelta(days=1)


def merged(stretches: Iterable[Stretch]) -> list[Stretch]:
    """Return the same time with what overlaps or touches joined [T5]."""
    joined: list[Stretch] = []
    for start, end in sorted(stretches):
        if start >= end:
            continue
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def common(left: Iterable[Stretch], right: Iterable[Stretch]) -> list[Stretch]:
    """Return the time that lies in both."""
    right = list(right)
    return merged((max(a, c), min(b, d)) for a, b in left for c, d in right)


def without(stretches: Iterable[Stretch], taken: Iterable[Stretch]) -> list[Stretch]:
    """Return the time that is left when some of it is taken away."""
    left = list(stretches)
    for start, end in taken:
        left = [
            piece
            for a, b in left
            for piece in ((a, min(b, start)), (max(a, end), b))
            if piece[0] < piece[1]
        ]
    return merged(left)


def days(first: date, last: date) -> Iterator[date]:
    while first <= last:
        yield first
        first += ONE_DAY


def shift_stretches(plan: Plan, day: date) -> list[Stretch]:
    """Return the shifts that start on a local date, as instants [T3, T9]."""
    midnight = datetime.combine(day, time())
    return [
        (
            first_instant(plan.zone, midnight + timedelta(seconds=shift[0])),
            first_instant(
                plan.zone, midnight + timedelta(seconds=shift[0] + length(shift))
            ),
        )
        for shift in shifts_on(plan, day)
    ]


def owned(plan: Plan, day: date) -> list[Stretch]:
    """Return the intervals that belong to a local date, none of them merged [T14].

    An interval belongs to the date on which it starts, however long it is and whatever
    closings leave of it.
    """
    openings = [
        opening for opening in plan.openings if local_date(plan.zone, opening[0]) == day
    ]
    return [
        piece
        for interval in (*shift_stretches(plan, day), *openings)
        for piece in without([interval], plan.closings)
    ]


def owned_by(calendar: Calendar, day: date) -> list[Stretch]:
    """Return the open time that belongs to a date of a calendar, alone or combined.

    What two calendars share belongs to the date that owns it on the left. What only one
    of two needs to have belongs to the left's own date, or to the date of the left's
    zone on which it starts on the right [T12].
    """
    match calendar:
        case Plan():
            return owned(calendar, day)
        case Both(left, right):
            mine = owned_by(left, day)
            return [
                piece
                for start, end in mine
                for piece in common([(start, end)], open_time(right, start, end))
            ]
        case Either(left, right):
            zone = zone_of(left)
            theirs = [
                stretch
                for nearby in days(day - 3 * ONE_DAY, day + 3 * ONE_DAY)
                for stretch in owned_by(right, nearby)
                if local_date(zone, stretch[0]) == day
            ]
            return [*owned_by(left, day), *theirs]
        case _:
            assert_never(calendar)


def open_time(calendar: Calendar, start: int, end: int) -> list[Stretch]:
    """Return all open time between two instants, merged and in order."""
    match calendar:
        case Both(left, right):
            return common(open_time(left, start, end), open_time(right, start, end))
        case Either(left, right):
            return merged([*open_time(left, start, end), *open_time(right, start, end)])
        case Plan():
            # A shift begins at most a day before the time that it covers, and a clock
            # that skips a day adds another.
            first = local_date(calendar.zone, start) - 3 * ONE_DAY
            last = local_date(calendar.zone, end) + ONE_DAY
            shifts = [
                stretch
                for day in days(first, last)
                for stretch in shift_stretches(calendar, day)
            ]
            everything = without([*shifts, *calendar.openings], calendar.closings)
            return common(everything, [(start, end)])
        case _:
            assert_never(calendar)
