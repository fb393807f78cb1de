"""Business time counted by watching the clock on the wall, minute by minute.

A clock that is set back shows times a second time; an interval that opened or closed
at such a time did so when it was shown first [T3]. So the watcher keeps the latest time
that the clock has shown up to now, and asks of it alone: which shifts is this in? This
model never turns a local time into an instant. It holds where shifts, one-off times and
offsets are whole minutes.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import assert_never

from tests.reference.clocks import FARTHEST, MINUTE, reading
from tests.reference.plans import DAY, Both, Calendar, Either, Plan, length, shifts_on


def latest_shown(zone: str, start: int, count: int) -> list[datetime]:
    """Return the latest reading so far, for each of `count` minutes from `start`."""
    shown = []
    latest = datetime.min  # noqa: DTZ901
    for nth in range(-(FARTHEST // MINUTE), count):
        latest = max(latest, reading(zone, start + nth * MINUTE))
        if nth >= 0:
            shown.append(latest)
    return shown


def in_a_shift(plan: Plan, shown: datetime) -> bool:
    """Say whether a reading lies in a shift of its date or of the date before."""
    second = shown.hour * 3_600 + shown.minute * 60 + shown.second
    today, yesterday = shown.date(), shown.date() - timedelta(days=1)
    return any(
        shift[0] <= now < shift[0] + length(shift)
        for day, now in ((today, second), (yesterday, second + DAY))
        for shift in shifts_on(plan, day)
    )


def open_minutes(calendar: Calendar, start: int, count: int) -> list[bool]:
    """Say of each of `count` minutes from `start` whether it is open."""
    match calendar:
        case Both(left, right):
            pairs = zip(
                open_minutes(left, start, count),
                open_minutes(right, start, count),
                strict=True,
            )
            return [one and other for one, other in pairs]
        case Either(left, right):
            pairs = zip(
                open_minutes(left, start, count),
                open_minutes(right, start, count),
                strict=True,
            )
            return [one or other for one, other in pairs]
        case Plan():
            return [
                _is_open(calendar, shown, start + nth * MINUTE)
                for nth, shown in enumerate(latest_shown(calendar.zone, start, count))
            ]
        case _:
            assert_never(calendar)


def _is_open(plan: Plan, shown: datetime, at: int) -> bool:
    if any(start <= at < end for start, end in plan.closings):
        return False
    if any(start <= at < end for start, end in plan.openings):
        return True
    return in_a_shift(plan, shown)
