"""Lengths of time, as two teams promise them to each other.

Four business hours, two business days, 48 hours, one month and 45 days before the
renewal are five different promises, so they are five different types [T14]. A span has
a text of its own, which people read and write: `span` reads it, `str` writes it.
"""

from __future__ import annotations

import difflib
import re
from datetime import date, timedelta
from fractions import Fraction
from typing import Literal, Self, get_args

import attrs
from dateutil.relativedelta import relativedelta

from alignkit.errors import (
    MomentOutOfRangeError,
    NegativeSpanError,
    SpanTextError,
    UnfitValueError,
)
from alignkit.instants import MICROSECOND, SECOND, to_duration

DueOn = Literal["close", "same_time"]
"""When on its last business day a promise of business days falls due."""

Roll = Literal["preceding", "following", "none"]
"""Where a date goes that is no business day."""

# A calendar is searched no further [T13], so that nothing longer could ever fall due.
MOST_DAYS = 36_525
_MOST = {"months": 1_200, "weeks": MOST_DAYS // 7, "days": MOST_DAYS}
MOST_MICROSECONDS = MOST_DAYS * 86_400 * SECOND
_REACH = "at most 100 years"

_CLOCK_UNITS = {
    "hour": 3600 * SECOND,
    "minute": 60 * SECOND,
    "second": SECOND,
    "microsecond": 1,
}
_CALENDAR_UNITS = {
    "year": ("months", 12),
    "month": ("months", 1),
    "week": ("weeks", 1),
    "day": ("days", 1),
}
_UNITS = {
    spelling: unit
    for unit in (*_CLOCK_UNITS, *_CALENDAR_UNITS)
    for spelling in (unit, f"{unit}s")
}
_LONGEST_TEXT = 200
_AMOUNT = re.compile(r"[0-9]{1,12}(\.[0-9]{1,12})?")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,99}")


@attrs.frozen(init=False, repr=False)
class BusinessTime:
    """Time that counts only while the calendar is open: ``4 business hours``.

    Attributes:
        length: How long, in microseconds.

    Raises:
        NegativeSpanError: If a part is negative.
        UnfitValueError: If a part is no whole number, or all is over 100 years.

    Example:
        >>> BusinessTime(minutes=90)
        BusinessTime(hours=1, minutes=30)
        >>> str(BusinessTime(minutes=90))
        '1 business hour 30 business minutes'
    """

    length: int

    def __init__(
        self,
        *,
        hours: int = 0,
        minutes: int = 0,
        seconds: int = 0,
        microseconds: int = 0,
    ) -> None:
        length = _length("business time", hours, minutes, seconds, microseconds)
        self.__attrs_init__(length)

    @classmethod
    def of(cls, duration: timedelta) -> Self:
        """Return as much business time as a timedelta is long."""
        return cls(microseconds=duration // MICROSECOND)

    @property
    def duration(self) -> timedelta:
        """The same length as a timedelta."""
        return to_duration(self.length)

    def __repr__(self) -> str:
        return _clock_repr("BusinessTime", self.length)

    def __str__(self) -> str:
        return _clock_text("business ", self.length)


@attrs.frozen(init=False, repr=False)
class Elapsed:
    """Time that always counts, whatever the calendar says: ``48 hours``.

    Attributes:
        length: How long, in microseconds.

    Raises:
        NegativeSpanError: If a part is negative.
        UnfitValueError: If a part is no whole number, or all is over 100 years.

    Example:
        >>> str(Elapsed(hours=48))
        '48 hours'
    """

    length: int

    def __init__(
        self,
        *,
        hours: int = 0,
        minutes: int = 0,
        seconds: int = 0,
        microseconds: int = 0,
    ) -> None:
        length = _length("elapsed", hours, minutes, seconds, microseconds)
        self.__attrs_init__(length)

    @classmethod
    def of(cls, duration: timedelta) -> Self:
        """Return as much elapsed time as a timedelta is long."""
        return cls(microseconds=duration // MICROSECOND)

    @property
    def duration(self) -> timedelta:
        """The same length as a timedelta."""
        return to_duration(self.length)

    def __repr__(self) -> str:
        return _clock_repr("Elapsed", self.length)

    def __str__(self) -> str:
        return _clock_text("", self.length)


def _whole(instance: object, attribute: attrs.Attribute[int], value: int) -> None:
    noun = "business days" if isinstance(instance, BusinessDays) else "calendar time"
    _check_whole(noun, attribute.name, value)
    if value > _MOST[attribute.name]:
        raise UnfitValueError(noun, attribute.name, _REACH, str(value)[:40])


def _check_whole(noun: str, name: str, value: object) -> None:
    if not isinstance(value, int) or isinstance(value, bool):
        raise UnfitValueError(noun, name, "a whole number", repr(value)[:40])
    if value < 0:
        raise NegativeSpanError(name, str(value)[:40])


@attrs.frozen
class BusinessDays:
    """So many business days after the date of the start: ``2 business days``.

    The date of the start is day 0, open or not. It falls due at the close of the last
    day, or at the same time of day on it. A day at whose close the clock rests does not
    count [T15]; day 0 never counts, so that a rest over its close moves nothing that
    is due at a close.

    Attributes:
        days: How many.
        due: When on the last day: at its ``"close"``, or at the ``"same_time"``.

    Raises:
        NegativeSpanError: If `days` is negative.
        UnfitValueError: If `days` is no whole number, or all is over 100 years.

    Example:
        >>> str(BusinessDays(2))
        '2 business days'
    """

    days: int = attrs.field(validator=_whole)
    due: DueOn = attrs.field(default="close")

    @due.validator
    def _is_known(self, _: object, value: str) -> None:
        if value not in get_args(DueOn):
            expected = "'close' or 'same_time'"
            raise UnfitValueError("business days", "due", expected, repr(value)[:40])

    def __str__(self) -> str:
        same = ", same time" if self.due == "same_time" else ""
        return f"{_plural(self.days, 'business day')}{same}"


@attrs.frozen(kw_only=True)
class CalendarTime:
    """So many months, weeks and days on the calendar: ``1 month``, ``3 days``.

    It keeps the local time of day. Months are counted once, from the start, and
    clipped to the length of the month.

    Attributes:
        months: How many months.
        weeks: How many weeks.
        days: How many days.

    Raises:
        NegativeSpanError: If a part is negative.
        UnfitValueError: If a part is no whole number, or is over 100 years.

    Example:
        >>> CalendarTime(months=1).after(date(2026, 1, 31))
        datetime.date(2026, 2, 28)
    """

    months: int = attrs.field(default=0, validator=_whole)
    weeks: int = attrs.field(default=0, validator=_whole)
    days: int = attrs.field(default=0, validator=_whole)

    def after(self, day: date) -> date:
        """Return the date that lies this long after a date.

        Raises:
            MomentOutOfRangeError: If that is no year of the calendar.
        """
        return self._from(day, 1)

    def before(self, day: date) -> date:
        """Return the date that lies this long before a date.

        Raises:
            MomentOutOfRangeError: If that is no year of the calendar.
        """
        return self._from(day, -1)

    def _from(self, day: date, sign: int) -> date:
        try:
            return day + sign * relativedelta(
                months=self.months, weeks=self.weeks, days=self.days
            )
        except (OverflowError, ValueError):
            raise MomentOutOfRangeError("day", f"{self} from {day}") from None

    def __str__(self) -> str:
        parts = (("month", self.months), ("week", self.weeks), ("day", self.days))
        texts = [_plural(count, unit) for unit, count in parts if count]
        return " ".join(texts) or "0 days"


@attrs.frozen
class Before:
    """So long before a date that the subject carries: ``45 days before renewal_date``.

    It falls due at the close of business of that day; where it is no business day, of
    the one that it rolls to.

    Attributes:
        span: How long before.
        of: The name of the date.
        roll: Where to go from a day that is no business day: to the ``"preceding"``
            one, to the ``"following"`` one, or, with ``"none"``, nowhere: then it falls
            due at the end of that local date.

    Raises:
        UnfitValueError: If `of` is no name, or `roll` none of these.

    Example:
        >>> renewal = Before(CalendarTime(days=45), of="renewal_date", roll="preceding")
        >>> str(renewal)
        '45 days before renewal_date, preceding'
    """

    span: CalendarTime | BusinessDays = attrs.field()
    of: str = attrs.field(kw_only=True)
    roll: Roll = attrs.field(kw_only=True)

    @span.validator
    def _counts_dates(self, _: object, value: object) -> None:
        # A time of day would be lost: what is due is a day.
        if value != BusinessDays(getattr(value, "days", 0)) and not isinstance(
            value, CalendarTime
        ):
            expected = "calendar time, or business days due at the close"
            raise UnfitValueError("before", "span", expected, repr(value)[:80])

    @of.validator
    def _is_a_name(self, _: object, value: object) -> None:
        if not isinstance(value, str) or not _NAME.fullmatch(value):
            expected = "the name of a date, such as 'renewal_date'"
            raise UnfitValueError("before", "of", expected, repr(value)[:80])

    @roll.validator
    def _is_known(self, _: object, value: str) -> None:
        if value not in get_args(Roll):
            expected = "'preceding', 'following' or 'none'"
            raise UnfitValueError("before", "roll", expected, repr(value)[:40])

    def __str__(self) -> str:
        return f"{self.span} before {self.of}, {self.roll}"


Length = BusinessTime | BusinessDays | Elapsed | CalendarTime
"""A span that counts from anywhere."""

Span = BusinessTime | BusinessDays | Elapsed | CalendarTime | Before
"""A promised length of time."""


def span(text: str) -> Span:
    """Return the span that a text says.

    Hours, minutes and seconds are elapsed time, and days, weeks, months and years are
    calendar time, unless it says ``business`` [T14]. What `str` makes of a span is read
    back as the same span.

    Raises:
        SpanTextError: If the text says none; it quotes the part that cannot be read.
        UnfitValueError: If it is no text.

    Example:
        >>> span("4 business hours")
        BusinessTime(hours=4)
        >>> span("1 hour 30 minutes")
        Elapsed(hours=1, minutes=30)
        >>> span("2 business days, same time")
        BusinessDays(days=2, due='same_time')
        >>> try:
        ...     span("4 busines hours")
        ... except SpanTextError as error:
        ...     error.seen, error.near
        ('busines', ('business',))
    """
    if not isinstance(text, str):
        raise UnfitValueError("span", "text", "text such as '4 hours'", repr(text))
    if len(text) > _LONGEST_TEXT:
        seen = f"{text[:40]}..."
        raise SpanTextError(seen, seen, f"a text of up to {_LONGEST_TEXT} characters")
    try:
        return _span(text, text.replace(",", " , ").split())
    except UnfitValueError as unfit:
        raise SpanTextError(text, text, unfit.expected) from None


def _span(text: str, words: list[str]) -> Span:
    if "before" in words:
        at = words.index("before")
        return _before(text, words[:at], words[at + 1 :])
    if words[-3:] == [",", "same", "time"]:
        length = _read(text, words[:-3])
        if not isinstance(length, BusinessDays):
            expected = "business days, which alone fall due at the same time"
            raise SpanTextError(text, " ".join(words[:-3]), expected)
        return BusinessDays(length.days, "same_time")
    return _read(text, words)


def _before(text: str, length: list[str], date_and_roll: list[str]) -> Before:
    match date_and_roll:
        case [of, ",", ("preceding" | "following" | "none") as roll] if _NAME.fullmatch(
            of
        ):
            counted = _read(text, length)
        case _:
            seen = " ".join(["before", *date_and_roll])
            expected = (
                "'before', the name of a date, a comma, and where to go from a day "
                "that is no business day: 'preceding', 'following' or 'none'"
            )
            raise SpanTextError(text, seen, expected)
    if not isinstance(counted, CalendarTime | BusinessDays):
        expected = "days, weeks, months or business days before a date"
        raise SpanTextError(text, " ".join(length), expected)
    return Before(counted, of=of, roll=roll)


def _read(
    text: str, words: list[str]
) -> BusinessTime | BusinessDays | Elapsed | CalendarTime:
    parts: dict[str, Fraction] = {}
    kinds: set[bool] = set()
    rest = words
    while rest or not parts:
        amount, rest = _amount(text, rest)
        business, rest = rest[:1] == ["business"], rest[rest[:1] == ["business"] :]
        unit, rest = _unit(text, rest, business=business)
        if unit in parts:
            raise SpanTextError(text, unit, "each unit once")
        parts[unit] = amount
        kinds.add(business)
    business = kinds == {True}
    if len(kinds) == 1 and parts.keys() <= _CLOCK_UNITS.keys():
        return _clock_span(text, parts, business=business)
    if kinds == {False} and parts.keys() <= _CALENDAR_UNITS.keys():
        return _calendar_span(text, parts)
    if business and parts.keys() == {"day"}:
        return BusinessDays(_whole_number(text, parts["day"]))
    expected = "one kind of time: business time, business days, hours, or calendar days"
    raise SpanTextError(text, " ".join(words), expected)


def _amount(text: str, words: list[str]) -> tuple[Fraction, list[str]]:
    if not words:
        raise SpanTextError(
            text, text, "a number and a unit, such as '4 business hours'"
        )
    if not _AMOUNT.fullmatch(words[0]):
        expected = "a number of up to 12 digits, such as '4' or '1.5'"
        raise SpanTextError(text, words[0], expected)
    return Fraction(words[0]), words[1:]


def _unit(text: str, words: list[str], *, business: bool) -> tuple[str, list[str]]:
    seen = words[0] if words else text
    unit = _UNITS.get(seen)
    if unit is None:
        known = sorted(_UNITS) if business else ["business", *sorted(_UNITS)]
        near = tuple(difflib.get_close_matches(seen, known, n=2))
        expected = "a unit such as 'hours'" + ("" if business else ", or 'business'")
        raise SpanTextError(text, seen, expected, near)
    return unit, words[1:]


def _clock_span(
    text: str, parts: dict[str, Fraction], *, business: bool
) -> BusinessTime | Elapsed:
    length = sum(parts[unit] * _CLOCK_UNITS[unit] for unit in parts)
    whole = _whole_number(text, Fraction(length), "whole microseconds")
    return (BusinessTime if business else Elapsed)(microseconds=whole)


def _calendar_span(text: str, parts: dict[str, Fraction]) -> CalendarTime:
    counts = {"months": 0, "weeks": 0, "days": 0}
    for unit, amount in parts.items():
        field, each = _CALENDAR_UNITS[unit]
        counts[field] += each * _whole_number(text, amount)
    return CalendarTime(**counts)


def _whole_number(text: str, amount: Fraction, expected: str = "a whole number") -> int:
    if amount.denominator != 1:
        raise SpanTextError(text, str(float(amount)), expected)
    return amount.numerator


def _length(
    noun: str, hours: int, minutes: int, seconds: int, microseconds: int
) -> int:
    parts = (hours, minutes, seconds, microseconds)
    for name, part in zip(_CLOCK_UNITS, parts, strict=True):
        _check_whole(noun, f"{name}s", part)
    length = sum(
        part * each for part, each in zip(parts, _CLOCK_UNITS.values(), strict=True)
    )
    if length > MOST_MICROSECONDS:
        raise UnfitValueError(noun, "length", _REACH, f"{length} microseconds"[:60])
    return length


def _clock_parts(length: int) -> list[tuple[str, int]]:
    parts = []
    for unit, each in _CLOCK_UNITS.items():
        count, length = divmod(length, each)
        if count:
            parts.append((unit, count))
    return parts


def _clock_repr(name: str, length: int) -> str:
    parts = (f"{unit}s={count}" for unit, count in _clock_parts(length))
    return f"{name}({', '.join(parts)})"


def _clock_text(kind: str, length: int) -> str:
    parts = [_plural(count, f"{kind}{unit}") for unit, count in _clock_parts(length)]
    return " ".join(parts) or f"0 {kind}hours"


def _plural(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
