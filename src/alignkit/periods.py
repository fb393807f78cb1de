"""Months, quarters, fiscal years and weeks, and what comes round in them.

A period is a run of whole local dates; in a zone it is a half-open pair of moments. A
recurrence is a rule by which dates come round, such as the first Monday of each month;
the rule is that of RFC 5545, as python-dateutil reads it, kept to whole dates.
"""

from __future__ import annotations

import enum
import functools
import re
from bisect import bisect_right
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Self, assert_never

import attrs
from dateutil.relativedelta import relativedelta
from dateutil.rrule import rrulestr

from alignkit._fields import is_a
from alignkit.errors import (
    IntervalInvertsError,
    MomentOutOfRangeError,
    RecurrenceError,
    UnfitValueError,
)
from alignkit.instants import to_moment
from alignkit.zones import check_day, start_of, zone


class PeriodKind(enum.Enum):
    """How long a period is, and where it may start."""

    WEEK = "week"
    """From a Monday to the Sunday after it."""

    MONTH = "month"
    """A month of the calendar."""

    QUARTER = "quarter"
    """Three months, counted from the first month of the year."""

    YEAR = "year"
    """Twelve months from the first month of the year, which a company may choose."""


_MONTHS = {PeriodKind.MONTH: 1, PeriodKind.QUARTER: 3, PeriodKind.YEAR: 12}


@attrs.frozen
class Period:
    """A run of whole dates that is counted as one: a month, a fiscal quarter.

    Attributes:
        kind: Which kind of period it is.
        start: Its first date.
        end: The date after its last one.

    Example:
        >>> march = period_of(PeriodKind.MONTH, date(2026, 3, 14))
        >>> print(march, march.next(), march.previous())
        2026-03 2026-04 2026-02
    """

    kind: PeriodKind = attrs.field(validator=is_a(PeriodKind))
    start: date
    end: date

    def __attrs_post_init__(self) -> None:
        if self.end <= self.start:
            raise IntervalInvertsError("period", self.start, self.end)

    def __contains__(self, day: date) -> bool:
        return self.start <= day < self.end

    def next(self) -> Self:
        """Return the period of its kind that follows."""
        return attrs.evolve(self, start=self.end, end=_moved(self.kind, self.end, 1))

    def previous(self) -> Self:
        """Return the period of its kind that it follows."""
        return attrs.evolve(
            self, start=_moved(self.kind, self.start, -1), end=self.start
        )

    def instants(self, key: str) -> tuple[int, int]:
        """Return the instants of a zone between which it lies, the end exclusive.

        Raises:
            UnknownZoneError: If there is no such zone.
            MomentOutOfRangeError: If it lies outside the years 1900 to 2299.
        """
        return start_of(self.start, key), start_of(self.end, key)

    def bounds(self, key: str) -> tuple[datetime, datetime]:
        """Return the moments of a zone between which it lies, the end exclusive.

        Raises:
            UnknownZoneError: If there is no such zone.
            MomentOutOfRangeError: If it lies outside the years 1900 to 2299.

        Example:
            >>> march = period_of(PeriodKind.MONTH, date(2026, 3, 1))
            >>> print(*march.bounds("Europe/Paris"))
            2026-03-01 00:00:00+01:00 2026-04-01 00:00:00+02:00
        """
        start, end = self.instants(key)
        return to_moment(start, zone(key)), to_moment(end, zone(key))

    def __str__(self) -> str:
        match self.kind:
            case PeriodKind.MONTH:
                return f"{self.start:%Y-%m}"
            case PeriodKind.WEEK:
                return "{}-W{:02}".format(*self.start.isocalendar())
            case PeriodKind.QUARTER | PeriodKind.YEAR:
                return f"{self.start} to {self.end - timedelta(days=1)}"
            case _:
                assert_never(self.kind)


def period_of(kind: PeriodKind, day: date, *, first_month: int = 1) -> Period:
    """Return the period that a date lies in.

    Args:
        kind: Which kind of period.
        day: The date.
        first_month: The month in which the company's year begins, 1 to 12.

    Raises:
        UnfitValueError: If `first_month` is no month.
        MomentOutOfRangeError: If the period reaches beyond the calendar.

    Example:
        >>> print(period_of(PeriodKind.QUARTER, date(2026, 3, 14), first_month=2))
        2026-02-01 to 2026-04-30
    """
    if first_month not in range(1, 13):
        expected = "a month from 1 to 12"
        raise UnfitValueError("period", "first_month", expected, str(first_month))
    start = _first_date(kind, day, first_month)
    return Period(kind, start, _moved(kind, start, 1))


def _first_date(kind: PeriodKind, day: date, first_month: int) -> date:
    if kind is PeriodKind.WEEK:
        return _shifted(day, timedelta(days=-day.weekday()))
    into = (day.month - first_month) % _MONTHS[kind]
    return _shifted(day.replace(day=1), relativedelta(months=-into))


def _moved(kind: PeriodKind, start: date, count: int) -> date:
    if kind is PeriodKind.WEEK:
        return _shifted(start, timedelta(weeks=count))
    return _shifted(start, relativedelta(months=count * _MONTHS[kind]))


def _shifted(day: date, by: timedelta | relativedelta) -> date:
    try:
        return day + by
    except (OverflowError, ValueError):
        raise MomentOutOfRangeError("period", f"next to {day}") from None


_LONGEST_RULE = 200
_NO_LATER = date(2300, 1, 1)
_DAY = "(MO|TU|WE|TH|FR|SA|SU)"


def _listed(item: str) -> re.Pattern[str]:
    return re.compile(f"{item}(,{item})*")


_ALWAYS = {
    "INTERVAL": re.compile("[1-9][0-9]?"),
    "COUNT": re.compile("[1-9][0-9]{0,4}"),
    "UNTIL": re.compile("[0-9]{8}"),
}
_MONTHLY = {
    **_ALWAYS,
    "BYMONTH": _listed("(1[0-2]|[1-9])"),
    "BYMONTHDAY": _listed("[+-]?(3[01]|[12][0-9]|[1-9])"),
    "BYDAY": _listed(f"([+-]?[1-5])?{_DAY}"),
    "BYSETPOS": _listed("[+-]?[1-9][0-9]{0,2}"),
}
# What each frequency takes. Filters that could let nothing through for thousands of
# years are left to the coarse ones, where running through them is soon done.
_PARTS: dict[str, dict[str, re.Pattern[str]]] = {
    "DAILY": _ALWAYS,
    "WEEKLY": {**_ALWAYS, "BYDAY": _listed(_DAY), "WKST": re.compile(_DAY)},
    "MONTHLY": _MONTHLY,
    "YEARLY": {**_MONTHLY, "BYYEARDAY": _listed("[+-]?[1-9][0-9]{0,2}")},
}


def _is_sound(_instance: object, _attribute: object, rule: str) -> None:
    """Raise unless a rule is one of whole dates that comes round at all."""
    if len(rule) > _LONGEST_RULE:
        problem = f"it is longer than {_LONGEST_RULE} characters"
        raise RecurrenceError(f"{rule[:40]}...", problem)
    parts = [part.partition("=") for part in rule.split(";")]
    names = [name for name, _, _ in parts]
    if len(set(names)) < len(names):
        raise RecurrenceError(rule, "it says something twice")
    known = next(
        (_PARTS.get(value) for name, _, value in parts if name == "FREQ"), None
    )
    if known is None:
        raise RecurrenceError(
            rule, "FREQ must be DAILY, WEEKLY, MONTHLY or YEARLY, in capitals"
        )
    for name, _, value in parts:
        if name != "FREQ" and (name not in known or not known[name].fullmatch(value)):
            raise RecurrenceError(rule, f"{name}={value} does not go with its FREQ")
    if "COUNT" in names and "UNTIL" in names:
        raise RecurrenceError(rule, "it has both COUNT and UNTIL")


@attrs.frozen
class Recurrence:
    """A rule by which dates come round, and the date from which it counts.

    The rule says ``FREQ`` (``DAILY``, ``WEEKLY``, ``MONTHLY`` or ``YEARLY``) and, as it
    goes with that, ``INTERVAL``, ``BYDAY``, ``BYMONTH``, ``BYMONTHDAY``, ``BYYEARDAY``,
    ``BYSETPOS``, ``WKST``, ``COUNT`` and ``UNTIL``. Times of day have no place in it.

    Attributes:
        rule: The rule, in the text form of RFC 5545.
        start: The date from which it counts.

    Raises:
        RecurrenceError: If the rule is of another form, or no date ever fits it.

    Example:
        >>> review = Recurrence("FREQ=MONTHLY;BYDAY=1MO", start=date(2026, 1, 1))
        >>> print(*review.between(date(2026, 3, 1), date(2026, 5, 1)))
        2026-03-02 2026-04-06
    """

    rule: str = attrs.field(validator=(is_a(str), _is_sound))
    start: date = attrs.field()

    @start.validator
    def _is_counted_in(self, _: object, value: date) -> None:
        check_day(value, "start")

    def __attrs_post_init__(self) -> None:
        # Far ahead, where python-dateutil soon comes to the end of its calendar, and a
        # whole number of 400-year cycles away, after which all weekdays are the same.
        cycles = (9_500 - self.start.year) // 400
        ahead = self.start.replace(year=self.start.year + 400 * cycles)
        if next(iter(_rrule(_endless(self.rule), ahead)), None) is None:
            raise RecurrenceError(self.rule, "no date ever fits it")

    def between(self, start: date, end: date) -> tuple[date, ...]:
        """Return its dates from `start` up to, not including, `end`.

        No date after the year 2299 is among them.

        Raises:
            IntervalInvertsError: If `end` lies before `start`.
        """
        if end < start:
            raise IntervalInvertsError("dates", start, end)
        last = min(end, _NO_LATER)
        dates: list[date] = []
        for moment in _rrule(self.rule, self.start):
            if moment.date() >= last:
                break
            if moment.date() >= start:
                dates.append(moment.date())
        return tuple(dates)

    def after(self, day: date) -> date | None:
        """Return its first date after a date; None if there is none by the year 2299.

        Example:
            >>> review = Recurrence("FREQ=WEEKLY;BYDAY=MO", start=date(2026, 3, 1))
            >>> print(review.after(date(2026, 3, 2)))
            2026-03-09
        """
        last = _NO_LATER.year
        for horizon in (day.year + 1, day.year + 8, last):
            dates = _dates_before(self.rule, self.start, min(horizon + 1, last))
            nth = bisect_right(dates, day)
            if nth < len(dates):
                return dates[nth]
        return None


@functools.lru_cache(maxsize=64)
def _dates_before(rule: str, start: date, year: int) -> tuple[date, ...]:
    """Return the dates of a rule before a year, kept for who asks for the next one."""
    end = date(year, 1, 1)
    return Recurrence(rule, start).between(start, end) if start < end else ()


def _endless(rule: str) -> str:
    """The rule without its last date, which may lie before the first that fits."""
    return ";".join(part for part in rule.split(";") if not part.startswith("UNTIL="))


def _rrule(rule: str, start: date) -> Iterable[datetime]:
    try:
        return rrulestr(rule, dtstart=datetime.combine(start, time()))
    except ValueError as error:
        raise RecurrenceError(rule, str(error)[:80]) from None
