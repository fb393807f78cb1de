"""The shared cases of business time, and how to put each to whoever answers.

A row gives a calendar, an operation and what came out of some library, or of the rules
themselves. Whoever answers is an object with one method for each operation, so that the
slow model and alignkit are asked the same things in the same words.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Literal, Protocol

from tests.reference.clocks import first_instant, instant_of
from tests.reference.plans import Plan, Shift, Stretch

Row = Mapping[str, object]
Landing = Literal["close", "next_open"]

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class Answers(Protocol):
    """Somebody who answers questions about one calendar, in microseconds and dates."""

    def elapsed(self, start: int, end: int) -> int: ...
    def add(self, start: int, span: int, landing: Landing) -> int: ...
    def subtract(self, start: int, span: int, landing: Landing) -> int: ...
    def is_open(self, at: int) -> bool: ...
    def next_open(self, at: int) -> int: ...
    def next_close(self, at: int) -> int: ...
    def last_open_until(self, at: int) -> int: ...
    def open_between(self, start: int, end: int) -> Sequence[Stretch]: ...
    def business_days(self, after: date, until: date) -> int: ...
    def add_business_days(self, day: date, count: int) -> date: ...
    def same_time(self, start: int, count: int) -> int: ...
    def first_instant(self, wall: datetime) -> int: ...


def read_rows(folder: Path, name: str) -> list[Row]:
    rows: list[Row] = json.loads((folder / "cases" / name).read_text("utf-8"))
    return rows


def plan_of(row: Row) -> Plan:
    """Return the calendar of a row; its breaks are one-off closings of local dates."""
    zone = str(row["timezone"])
    weekly = _mapping(row["weekly"])
    return Plan(
        zone=zone,
        week=tuple(_shifts(weekly.get(weekday, ())) for weekday in WEEKDAYS),
        holidays=frozenset(date.fromisoformat(day) for day in _texts(row["holidays"])),
        dated=tuple(
            (date.fromisoformat(day), _shifts(shifts))
            for day, shifts in _mapping(row.get("date_hours") or {}).items()
        ),
        closings=tuple(
            (_at(zone, day, opening), _at(zone, day, closing))
            for day, breaks in _mapping(row.get("breaks") or {}).items()
            for opening, closing in _shifts(breaks)
        ),
    )


def expected(row: Row) -> object:
    """Return what the row expects, in the terms in which it is answered."""
    return _read(str(row["op"]), row["expected"])


def answer(row: Row, asked: Answers, landing: Landing = "close") -> object:
    """Return what `asked` answers to a row."""
    return QUESTIONS[str(row["op"])](row, asked, landing)


WINDOW = 60 * 86_400 * 1_000_000
"""The longest stretch of a calendar that rows about intervals look at."""


def _first_intervals(row: Row, asked: Answers, _: Landing) -> Sequence[Stretch]:
    start = _instant(row["start"])
    return asked.open_between(start, start + WINDOW)[: _wanted(row)]


def _last_intervals(row: Row, asked: Answers, _: Landing) -> Sequence[Stretch]:
    end = _instant(row["start"])
    return asked.open_between(end - WINDOW, end)[::-1][: _wanted(row)]


QUESTIONS: Mapping[str, Callable[[Row, Answers, Landing], object]] = {
    "elapsed": lambda row, asked, _: asked.elapsed(
        _instant(row["start"]), _instant(row["end"])
    ),
    "add": lambda row, asked, landing: asked.add(
        _instant(row["start"]), _span(row), landing
    ),
    "subtract": lambda row, asked, landing: asked.subtract(
        _instant(row["start"]), _span(row), landing
    ),
    "is_open": lambda row, asked, _: asked.is_open(_instant(row["start"])),
    "next_open": lambda row, asked, _: asked.next_open(_instant(row["start"])),
    "next_close": lambda row, asked, _: asked.next_close(_instant(row["start"])),
    "prev_working": lambda row, asked, _: asked.last_open_until(_instant(row["start"])),
    "open_intervals_after": _first_intervals,
    "open_intervals_before": _last_intervals,
    "business_days_between": lambda row, asked, _: asked.business_days(
        _date(row["start"]), _date(row["end"])
    ),
    "add_business_days": lambda row, asked, _: asked.add_business_days(
        _date(row["start"]), _days(row)
    ),
    "add_business_days_then_roll": lambda row, asked, _: asked.same_time(
        _instant(row["start"]), _days(row)
    ),
    "local_to_utc": lambda row, asked, _: asked.first_instant(
        datetime.fromisoformat(str(row["start"]))
    ),
}
"""How to put each operation; one that is not here fails loudly."""


def _read(op: str, raw: object) -> object:
    match op:
        case "elapsed":
            return _microseconds(raw)
        case "is_open" | "business_days_between":
            return raw
        case "add_business_days":
            return _date(raw)
        case "open_intervals_after" | "open_intervals_before":
            assert isinstance(raw, list)
            return [(_instant(start), _instant(end)) for start, end in raw]
        case _:
            return _instant(raw)


def _wanted(row: Row) -> int:
    assert isinstance(row["expected"], list)
    return len(row["expected"])


def _instant(raw: object) -> int:
    return instant_of(datetime.fromisoformat(str(raw)))


def _date(raw: object) -> date:
    return date.fromisoformat(str(raw)[:10])


def _days(row: Row) -> int:
    assert isinstance(row["days"], int)
    return row["days"]


def _span(row: Row) -> int:
    return _microseconds(row["seconds"])


def _microseconds(raw: object) -> int:
    assert isinstance(raw, int | float)
    return round(raw * 1_000_000)


def _mapping(raw: object) -> Mapping[str, object]:
    assert isinstance(raw, Mapping)
    return raw


def _texts(raw: object) -> list[str]:
    assert isinstance(raw, list)
    return raw


def _shifts(raw: object) -> tuple[Shift, ...]:
    assert isinstance(raw, list | tuple)
    return tuple((_second(opening), _second(closing)) for opening, closing in raw)


def _second(text: str) -> int:
    hours, minutes, *seconds = (int(part) for part in text.split(":"))
    return hours * 3_600 + minutes * 60 + sum(seconds)


def _at(zone: str, day: str, second: int) -> int:
    midnight = datetime.combine(date.fromisoformat(day), time())
    return first_instant(zone, midnight + timedelta(seconds=second))
