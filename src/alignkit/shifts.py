"""The weekly hours of a team, as people write them: ``mon-fri``, ``09:00-17:00``.

A shift is one stretch of work, said by the clock on the wall; it belongs to the date
on which it starts, even if it ends on the next [T9]. This module reads and writes the
texts of shifts and of the days of the week.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Self

import attrs

from alignkit._fields import typed
from alignkit.errors import HoursTextError, UnfitValueError
from alignkit.instants import SECOND
from alignkit.zones import DAY

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

_TIME = re.compile(r"([0-9]{2}):([0-5][0-9])(?::([0-5][0-9])(?:\.([0-9]{1,6}))?)?")
_LOOSE = re.compile(
    r"([0-9]{1,2})(?:[:.h]?([0-5][0-9]))?\s*(am|pm)?"
    r"\s*(?:-|\u2013|\u2014|to|until)\s*"
    r"([0-9]{1,2})(?:[:.h]?([0-5][0-9]))?\s*(am|pm)?"
)
_NOON = 12 * 60
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_LONGEST_TEXT = 80
_LIST = "a list of hours, such as ['09:00-17:00']"
_BY_DAY = "hours by day, such as {'mon-fri': ['09:00-17:00']}"


@attrs.frozen(order=True, field_transformer=typed)
class Shift:
    """One stretch of open time, as the clock on the wall of its date says it [T9].

    Attributes:
        opens: Microseconds from midnight to the opening.
        closes: Microseconds from the same midnight to the close; over 24 hours if it
            closes on the next date.

    Example:
        >>> print(Shift.parse("22:00-06:00").closes // 3_600_000_000)
        30
    """

    opens: int
    closes: int

    def __attrs_post_init__(self) -> None:
        if not 0 <= self.opens < DAY or not 0 < self.closes - self.opens <= DAY:
            expected = "an opening on its date, and a close at most 24 hours later"
            seen = f"{self.opens} to {self.closes} microseconds"
            raise UnfitValueError("shift", "closes", expected, seen)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the shift that a text such as ``"09:00-17:00"`` says.

        Seconds and fractions may follow the minutes. An end at or before the start is
        on the next date; ``24:00`` is the midnight at which the date ends.

        Raises:
            HoursTextError: If the text says none.
        """
        if not isinstance(text, str):
            raise HoursTextError(repr(text), "text such as '09:00-17:00'")
        opens, dash, closes = text.partition("-")
        start, end = _time_of_day(opens.strip()), _time_of_day(closes.strip())
        if not dash or start is None or end is None or start == DAY:
            shown = text if len(text) <= _LONGEST_TEXT else f"{text[:40]}..."
            expected = "two times such as '09:00-17:00', the first before 24:00"
            raise HoursTextError(shown, expected, _meant(text))
        return cls(start, end if end > start else end + DAY)

    def __str__(self) -> str:
        closes = self.closes - DAY if self.closes > DAY else self.closes
        return f"{_time_text(self.opens)}-{_time_text(closes)}"


def _time_of_day(text: str) -> int | None:
    found = _TIME.fullmatch(text)
    if found is None:
        return None
    hours, minutes, seconds, fraction = (part or "0" for part in found.groups())
    time = ((int(hours) * 60 + int(minutes)) * 60 + int(seconds)) * SECOND
    time += int(fraction.ljust(6, "0"))
    return time if time <= DAY else None


def _meant(text: str) -> str | None:
    """Return the hours that ``9-5``, ``9am to 5pm`` or ``0900-1700`` stand for."""
    found = _LOOSE.fullmatch(text.strip().lower())
    if found is None:
        return None
    start, end = _loose_time(*found.group(1, 2, 3)), _loose_time(*found.group(4, 5, 6))
    if not found[3] and not found[6] and end <= start < _NOON and end < _NOON:
        # Nobody writes 9-5 for a night.
        end += _NOON
    if start >= 2 * _NOON or end > 2 * _NOON:
        return None
    return f"{start // 60:02}:{start % 60:02}-{end // 60:02}:{end % 60:02}"


def _loose_time(hours: str, minutes: str | None, half: str | None) -> int:
    """Return the minutes from midnight to a time of day that is written loosely."""
    hour = int(hours) % 12 if half else int(hours)
    return (hour + (12 if half == "pm" else 0)) * 60 + int(minutes or 0)


def _meant_days(part: str) -> str:
    """Return days as they are written here, with a ``?`` for what names none."""
    words = re.split(r"\s*(?:-|\u2013|\bto\b)\s*", part.strip().lower())
    return "-".join(
        next((day for day in _DAYS if len(word) > 1 and day.startswith(word)), "?")[:3]
        for word in words
    )


def _time_text(time: int) -> str:
    seconds, fraction = divmod(time, SECOND)
    hours, rest = divmod(seconds, 3600)
    text = f"{hours:02}:{rest // 60:02}"
    if rest % 60 or fraction:
        text += f":{rest % 60:02}"
    if fraction:
        text += f".{fraction:06}".rstrip("0")
    return text


def weekdays(text: str) -> tuple[int, ...]:
    """Return the days of the week that a text names, Monday being 0.

    A text names one day, a range, which may run over the weekend, or a list of them.

    Raises:
        HoursTextError: If it names none.

    Example:
        >>> weekdays("mon-wed,sat")
        (0, 1, 2, 5)
    """
    if not isinstance(text, str):
        raise HoursTextError(repr(text), "days as text, such as 'mon-fri'")
    days: set[int] = set()
    for part in text.split(","):
        first, dash, last = (word.strip() for word in part.partition("-"))
        if first not in WEEKDAYS or (dash and last not in WEEKDAYS):
            shown = text if len(text) <= _LONGEST_TEXT else f"{text[:40]}..."
            expected = "days of mon, tue, wed, thu, fri, sat, sun, such as 'mon-fri'"
            near = ",".join(map(_meant_days, text.split(",")))
            raise HoursTextError(shown, expected, near if "?" not in near else None)
        start = WEEKDAYS.index(first)
        length = (WEEKDAYS.index(last) - start) % 7 if dash else 0
        days.update((start + nth) % 7 for nth in range(length + 1))
    return tuple(sorted(days))


def week_text(week: Sequence[Sequence[Shift]]) -> dict[str, list[str]]:
    """Return weekly hours as the text that says them, days that are alike together.

    Example:
        >>> office = (Shift.parse("09:00-17:00"),)
        >>> week_text([office, office, office, office, office, (), ()])
        {'mon-fri': ['09:00-17:00']}
    """
    texts = {}
    days = zip(WEEKDAYS, week, strict=True)
    for shifts, alike in itertools.groupby(days, key=lambda day: day[1]):
        first, *others = (name for name, _ in alike)
        if shifts:
            name = f"{first}-{others[-1]}" if others else first
            texts[name] = [str(shift) for shift in shifts]
    return texts


def shifts_of(texts: Iterable[str]) -> tuple[Shift, ...]:
    """Return the shifts that a list of texts says.

    Raises:
        HoursTextError: If one cannot be read, or if it is a lone text and no list.
    """
    # A lone text would fall apart into its letters.
    if isinstance(texts, str):
        raise HoursTextError(texts, _LIST)
    if not isinstance(texts, Iterable):
        raise HoursTextError(repr(texts), _LIST)
    return tuple(map(Shift.parse, texts))


def week_of(texts: Mapping[str, Iterable[str]]) -> tuple[tuple[Shift, ...], ...]:
    """Return the shifts of each weekday, from Monday on, that a mapping of texts says.

    Raises:
        HoursTextError: If days or hours cannot be read, or a day is there twice.

    Example:
        >>> week = week_of({"mon-fri": ["09:00-17:00"]})
        >>> [len(shifts) for shifts in week]
        [1, 1, 1, 1, 1, 0, 0]
    """
    if not isinstance(texts, Mapping):
        raise HoursTextError(repr(texts), _BY_DAY)
    days: dict[int, tuple[Shift, ...]] = {}
    for text, hours in texts.items():
        for day in weekdays(text):
            if day in days:
                expected = f"each weekday once; {WEEKDAYS[day]} is there twice"
                raise HoursTextError(text, expected)
            days[day] = shifts_of(hours)
    return tuple(days.get(day, ()) for day in range(len(WEEKDAYS)))
