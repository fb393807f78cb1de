"""What a calendar says, as plain numbers: the form in which the model reads it."""

from __future__ import annotations

from datetime import date

import attrs

Shift = tuple[int, int]
"""Seconds after local midnight, opening and closing; a closing that is not later than
its opening is on the next day [T9]."""

Stretch = tuple[int, int]
"""Two instants, the second excluded [T5]."""

DAY = 86_400


@attrs.frozen(kw_only=True)
class Plan:
    """One calendar.

    Attributes:
        zone: The name of its zone.
        week: The shifts of each weekday, Monday first.
        holidays: Local dates without weekly hours.
        dated: Shifts that replace those of a local date, holiday or not.
        openings: Open whatever the rest says.
        closings: Closed whatever the rest says, openings included.
    """

    zone: str
    week: tuple[tuple[Shift, ...], ...]
    holidays: frozenset[date] = frozenset()
    dated: tuple[tuple[date, tuple[Shift, ...]], ...] = ()
    openings: tuple[Stretch, ...] = ()
    closings: tuple[Stretch, ...] = ()


@attrs.frozen
class Both:
    """Open where both are."""

    left: Calendar
    right: Calendar


@attrs.frozen
class Either:
    """Open where one of the two is."""

    left: Calendar
    right: Calendar


Calendar = Plan | Both | Either


def zone_of(calendar: Calendar) -> str:
    """Return the zone that dates are counted in: the leftmost one [T12]."""
    while not isinstance(calendar, Plan):
        calendar = calendar.left
    return calendar.zone


def shifts_on(plan: Plan, day: date) -> tuple[Shift, ...]:
    """Return the shifts of a local date: dated, else none, else weekly [T10]."""
    for other, shifts in plan.dated:
        if other == day:
            return shifts
    return () if day in plan.holidays else plan.week[day.weekday()]


def length(shift: Shift) -> int:
    """Return the seconds from opening to closing on a clock that never changes."""
    opening, closing = shift
    return closing - opening if closing > opening else closing - opening + DAY
