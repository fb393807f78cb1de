"""Turnarounds: how long answers took, those that never came among them.

A median over the answers alone flatters whoever does not answer. So what is still open
counts as longer than anything that was answered, and a figure that falls on it is not
known [F3]. Each length is in the unit of what was promised: business days are counted
as business days, and hours as time.
"""

from __future__ import annotations

import enum
from collections import Counter
from collections.abc import Iterable
from datetime import date, timedelta
from fractions import Fraction
from typing import assert_never

import attrs

from alignkit.events import Event
from alignkit.facts import local_day
from alignkit.hours import BusinessHours
from alignkit.instants import to_duration, to_instant
from alignkit.percentiles import nearest_rank
from alignkit.scorecards import Case
from alignkit.spans import (
    Before,
    BusinessDays,
    BusinessTime,
    CalendarTime,
    Elapsed,
    Length,
    Span,
)

Amount = int | timedelta
"""How long something took: in days, or as a length of time."""

HALF = Fraction(1, 2)


class TurnaroundUnit(enum.Enum):
    """What a turnaround is counted in [F3]."""

    BUSINESS_DAYS = "business_days"
    """Business days after the date of the request."""

    DAYS = "days"
    """Dates after that of the request."""

    BUSINESS_TIME = "business_time"
    """Time that the calendar was open."""

    TIME = "time"
    """Time on the wall clock."""


def unit_of(span: Span) -> TurnaroundUnit:
    """Return what a span is counted in.

    Example:
        >>> unit_of(BusinessDays(5))
        <TurnaroundUnit.BUSINESS_DAYS: 'business_days'>
    """
    match span:
        case BusinessDays():
            return TurnaroundUnit.BUSINESS_DAYS
        case CalendarTime() | Before():
            return TurnaroundUnit.DAYS
        case BusinessTime():
            return TurnaroundUnit.BUSINESS_TIME
        case Elapsed():
            return TurnaroundUnit.TIME
        case _:
            assert_never(span)


@attrs.frozen(kw_only=True)
class Turnaround:
    """How long the answers of a loop took.

    Attributes:
        unit: What each of them is counted in.
        answered: Who was answered, and after how long; the quickest first. None where
            they are counted as they stream by, and not kept.
        open: Who asked and was not answered yet; likewise.
        lengths: Each length that there was, the shortest first, and how often.
        still_open: How many asked and were not answered yet.

    Example:
        >>> one, two, three = (Case("request", id_, 1) for id_ in ("R1", "R2", "R3"))
        >>> turnaround = Turnaround(
        ...     unit=TurnaroundUnit.DAYS, answered=((one, 2), (two, 5)), open=(three,)
        ... )
        >>> turnaround.median, turnaround.median_of_answered
        (5, 2)
        >>> turnaround.percentile(Fraction(9, 10)) is None
        True
    """

    unit: TurnaroundUnit
    answered: tuple[tuple[Case, Amount], ...] = ()
    open: tuple[Case, ...] = ()
    lengths: tuple[tuple[Amount, int], ...] = attrs.field(
        default=attrs.Factory(
            lambda self: lengths_of(amount for _, amount in self.answered),
            takes_self=True,
        ),
        repr=False,
    )
    still_open: int = attrs.field(
        default=attrs.Factory(lambda self: len(self.open), takes_self=True), repr=False
    )

    @property
    def median(self) -> Amount | None:
        """The length that half of all stay within, what is open among them."""
        return self.percentile(HALF)

    @property
    def median_of_answered(self) -> Amount | None:
        """The length that half of the answers stay within; what is open is left out."""
        return self._percentile(HALF, still_open=0)

    def percentile(self, share: Fraction) -> Amount | None:
        """Return the length that a share of all stay within, by nearest rank [F3].

        None where that falls on one that is open, or where there is none at all.

        Raises:
            UnfitValueError: If the share is not over 0 and up to 1.
        """
        return self._percentile(share, still_open=self.still_open)

    def _percentile(self, share: Fraction, *, still_open: int) -> Amount | None:
        amounts = [one for one, count in self.lengths for _ in range(count)]
        # Of one unit, all amounts are of one type.
        return nearest_rank(amounts, share, still_open=still_open)  # type: ignore[type-var]


def lengths_of(amounts: Iterable[Amount]) -> tuple[tuple[Amount, int], ...]:
    """Return each length of some, of one unit, and how often; the shortest first."""
    # Of one unit, all amounts are of one type.
    return tuple(sorted(Counter(amounts).items()))


def turnaround_of(
    unit: TurnaroundUnit,
    hours: BusinessHours | None,
    asked: Iterable[tuple[Case, Event, Event | None]],
) -> Turnaround | None:
    """Return how long answers took; None if no calendar counts them.

    Args:
        unit: What they are counted in.
        hours: The business hours of whoever owes them.
        asked: Who asked, by which fact, and the fact that answered, if any did.
    """
    if hours is None and unit is not TurnaroundUnit.TIME:
        return None
    answered: list[tuple[Case, Amount]] = []
    still: list[Case] = []
    for case, start, end in asked:
        if end is None:
            still.append(case)
        else:
            answered.append((case, amount_between(unit, hours, start, end)))
    # Of one unit, all amounts are of one type.
    answered.sort(key=lambda pair: (pair[1], pair[0]))
    return Turnaround(unit=unit, answered=tuple(answered), open=tuple(sorted(still)))


def amount_between(
    unit: TurnaroundUnit, hours: BusinessHours | None, start: Event, end: Event | int
) -> Amount:
    """Return how long it was from one fact to another, never less than nothing.

    Args:
        unit: What it is counted in.
        hours: The business hours that count; needed but for time on the wall clock.
        start: The fact from which it counts.
        end: The fact to which it does, or the instant.
    """
    first, last = _instant(start), _instant(end)
    if hours is None or unit is TurnaroundUnit.TIME:
        return to_duration(max(last - first, 0))
    if unit is TurnaroundUnit.BUSINESS_TIME:
        return to_duration(hours.open_between(first, max(first, last)))
    days = _day(start, hours.zone), _day(end, hours.zone)
    if unit is TurnaroundUnit.BUSINESS_DAYS:
        return max(hours.business_days_between(*days), 0)
    return max((days[1] - days[0]).days, 0)


def is_within(
    span: Length, hours: BusinessHours | None, start: Event, end: Event | int
) -> bool | None:
    """Say whether what took from one fact to another is within a span.

    It is compared in the unit of the span: three business days are up to the third,
    whatever the time of day. None if no calendar counts it.

    Args:
        span: The span.
        hours: The business hours that count.
        start: The fact from which it counts.
        end: The fact to which it does, or the instant.
    """
    if hours is None and not isinstance(span, Elapsed):
        return None
    if isinstance(span, CalendarTime):
        assert hours is not None  # noqa: S101 - as checked above
        return _day(end, hours.zone) <= span.after(_day(start, hours.zone))
    amount = amount_between(unit_of(span), hours, start, end)
    most = span.days if isinstance(span, BusinessDays) else span.duration
    # Of one unit, both are of one type.
    return amount <= most  # type: ignore[operator]


def _instant(when: Event | int) -> int:
    return when if isinstance(when, int) else to_instant(when.at, "at")


def _day(when: Event | int, zone: str) -> date:
    day = None if isinstance(when, int) else when.day
    return day or local_day(_instant(when), zone)
