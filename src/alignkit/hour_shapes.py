"""How business hours stand in a document: in the words of the team.

A calendar is a zone, a week, and what departs from it. Days and hours are written as
`BusinessHours` reads them, holidays under their dates; two calendars that combine stand
in a list under ``both`` or ``either``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import NewType, assert_never

import attrs
from cattrs import Converter

from alignkit.holidays import Holiday, HolidayList, HolidayRule, Recurring
from alignkit.hours import BusinessHours
from alignkit.instants import to_moment
from alignkit.periods import Recurrence
from alignkit.schedules import AnySchedule, Both, Either, Schedule
from alignkit.shapes import (
    Held,
    Kind,
    MisfitError,
    Read,
    Schema,
    SchemaOf,
    Shape,
    attempt,
    each,
    refuse,
    unfit,
    unknown_key,
)
from alignkit.shifts import WEEKDAYS, Shift, weekdays
from alignkit.tables import Key, Table
from alignkit.trees import Fault, Tree
from alignkit.value_shapes import DATE, TEXT
from alignkit.zones import zone

_ZoneName = NewType("_ZoneName", str)
_HOLIDAYS = tuple[Holiday, ...]
_WEEK = tuple[tuple[Shift, ...], ...]
_DATED = tuple[tuple[date, tuple[Shift, ...]], ...]


@attrs.frozen
class Opening:
    """A one-off opening or closing, as a document holds it.

    Attributes:
        start: When it begins.
        end: When it is over.
    """

    start: datetime
    end: datetime


def _read_zone(raw: Tree) -> str:
    name: str = TEXT.read(raw)
    zone(name)
    return name


ZONE = Shape(read=_read_zone, write=TEXT.write, describe=TEXT.describe)


def _read_days(days: Tree) -> tuple[int, ...]:
    return weekdays(str(days))


def _texts(raw: Tree) -> tuple[str, ...]:
    """Read the hours of a day; each must be one that can be read."""

    def read(text: Tree) -> str:
        if not isinstance(text, str):
            refuse("hours such as '09:00-17:00'", text)
        Shift.parse(text)
        return text

    return each(raw, read, "a list of hours such as ['09:00-17:00']")


def _read_week(raw: Tree) -> Held:
    if not isinstance(raw, dict):
        refuse("a table of days with their hours", raw)
    faults: list[Fault] = []
    week: dict[str, tuple[str, ...]] = {}
    taken: dict[int, str] = {}
    for days, hours in raw.items():
        for numbers in attempt(_read_days, days, (days,), faults):
            twice = [taken[number] for number in numbers if number in taken]
            if twice:
                faults.append(
                    Fault(
                        code="AK-S006",
                        path=(days,),
                        message=f"{days!r} and {twice[0]!r} have a day in common",
                        help="give each day its hours once",
                    )
                )
            taken.update(dict.fromkeys(numbers, days))
        for texts in attempt(_texts, hours, (days,), faults):
            week[days] = texts
    if faults:
        raise MisfitError(faults)
    return week


def _write_week(week: Held) -> Tree:
    """Write each run of days with the same hours once."""
    written: dict[str, Tree] = {}
    first = 0
    for day in range(len(WEEKDAYS)):
        last = day + 1 == len(WEEKDAYS)
        if last or week[day + 1] != week[day]:
            if week[day]:
                name = WEEKDAYS[first]
                run = name if first == day else f"{name}-{WEEKDAYS[day]}"
                written[run] = _write_shifts(week[day])
            first = day + 1
    return written


def _write_shifts(shifts: Iterable[Shift]) -> Tree:
    return [str(shift) for shift in shifts]


def _describe_hours(key: Schema) -> Schema:
    hours: Schema = {"type": "string", "examples": ["09:00-17:00"]}
    return {
        "type": "object",
        "propertyNames": key,
        "additionalProperties": {"type": "array", "items": hours},
    }


WEEK = Shape(
    read=_read_week,
    write=_write_week,
    describe=lambda _: _describe_hours({"examples": ["mon-fri", "sat,sun"]}),
)


def _read_dates(raw: Tree, read: Read) -> Held:
    """Read a table whose keys are dates."""
    if not isinstance(raw, dict):
        refuse("a table with dates as keys", raw)
    faults: list[Fault] = []
    found: dict[date, Held] = {}
    for key, held in raw.items():
        for day in attempt(DATE.read, key, (key,), faults):
            for value in attempt(read, held, (key,), faults):
                found[day] = value
    if faults:
        raise MisfitError(faults)
    return found


DATED = Shape(
    read=lambda raw: _read_dates(raw, _texts),
    write=lambda dated: {str(day): _write_shifts(shifts) for day, shifts in dated},
    describe=lambda _: _describe_hours({"format": "date"}),
)


def holidays_shape(_: Kind, converter: Converter) -> Shape:
    """Return the shape of holidays: names by date, or a list of dates."""
    table = Table.of(Holiday)

    def read_one(raw: Tree) -> Held:
        if isinstance(raw, dict):
            return table.read(raw, converter)
        return Holiday(DATE.read(raw))

    def read(raw: Tree) -> Held:
        if isinstance(raw, list):
            return each(raw, read_one)
        return tuple(
            Holiday(day, name) for day, name in _read_dates(raw, TEXT.read).items()
        )

    def write(holidays: Held) -> Tree:
        named: dict[str, Tree] = {str(one.day): one.name for one in holidays}
        if len(named) == len(holidays):
            return named
        return [table.write(one, converter) for one in holidays]

    def describe(of: SchemaOf) -> Schema:
        names: Schema = {
            "type": "object",
            "propertyNames": {"format": "date"},
            "additionalProperties": {"type": "string"},
        }
        items = {"anyOf": [of(date), table.describe(of)]}
        return {"anyOf": [names, {"type": "array", "items": items}]}

    return Shape(read=read, write=write, describe=describe)


def _make(
    zone: str,
    week: dict[str, tuple[str, ...]] | None = None,
    dated: dict[date, tuple[str, ...]] | None = None,
    holidays: tuple[Holiday, ...] = (),
    rules: tuple[HolidayRule, ...] = (),
    openings: tuple[Opening, ...] = (),
    closings: tuple[Opening, ...] = (),
) -> BusinessHours:
    hours = BusinessHours(
        zone,
        week,
        dated=dated,
        holiday_rules=rules,
        openings=[(one.start, one.end) for one in openings],
        closings=[(one.start, one.end) for one in closings],
    )
    if not holidays or not isinstance(hours.schedule, Schedule):
        return hours
    # The constructor takes one name for each date; two may have been agreed.
    schedule = attrs.evolve(hours.schedule, holidays=holidays)
    return BusinessHours.of(schedule)


def _take(schedule: Schedule) -> dict[str, Held]:
    here = zone(schedule.zone)

    def moments(stretches: Iterable[tuple[int, int]]) -> tuple[Opening, ...]:
        return tuple(
            Opening(to_moment(start, here), to_moment(end, here))
            for start, end in stretches
        )

    return {
        "zone": schedule.zone,
        "week": schedule.week,
        "dated": schedule.dated,
        "holidays": schedule.holidays,
        "rules": schedule.rules,
        "openings": moments(schedule.openings),
        "closings": moments(schedule.closings),
    }


def _key(name: str, kind: Kind, field: str = "", default: object = ()) -> Key:
    field = field or name
    return Key(name=name, field=field, argument=field, type=kind, default=default)


_SCHEDULE = Table(
    kind=BusinessHours,
    keys=(
        _key("zone", _ZoneName, default=attrs.NOTHING),
        _key("week", _WEEK, default=((),) * len(WEEKDAYS)),
        _key("holidays", _HOLIDAYS),
        _key("holiday_rules", tuple[HolidayRule, ...], "rules"),
        _key("dated", _DATED),
        _key("openings", tuple[Opening, ...]),
        _key("closings", tuple[Opening, ...]),
    ),
    make=_make,
    take=_take,
)
_COMBINED: Mapping[str, type[Both | Either]] = {"both": Both, "either": Either}


def _read_hours(raw: Tree, converter: Converter) -> BusinessHours:
    if isinstance(raw, dict):
        for key, combine in _COMBINED.items():
            if key in raw:
                left, right = _read_two(raw, key, converter)
                return BusinessHours.of(combine(left.schedule, right.schedule))
    hours: BusinessHours = _SCHEDULE.read(raw, converter)
    return hours


def _read_two(
    raw: dict[str, Tree], key: str, converter: Converter
) -> tuple[BusinessHours, ...]:
    """Read two calendars that combine."""

    def read(two: Tree) -> Held:
        return each(two, lambda one: _read_hours(one, converter))

    faults = [unknown_key((other,), (key,)) for other in raw if other != key]
    found = attempt(read, raw[key], (key,), faults)
    if found and len(found[0]) != 2:  # noqa: PLR2004
        faults.append(unfit("two calendars", raw[key], path=(key,)))
    if faults:
        raise MisfitError(faults)
    two: tuple[BusinessHours, ...] = found[0]
    return two


def _write_schedule(schedule: AnySchedule, converter: Converter) -> Tree:
    match schedule:
        case Schedule():
            return _SCHEDULE.write(schedule, converter)
        case Both(left, right):
            key = "both"
        case Either(left, right):
            key = "either"
        case _:
            assert_never(schedule)
    return {key: [_write_schedule(part, converter) for part in (left, right)]}


def _describe_combined(of: SchemaOf) -> Schema:
    two = {"type": "array", "items": of(BusinessHours), "minItems": 2, "maxItems": 2}
    combined = [
        {
            "type": "object",
            "properties": {key: two},
            "required": [key],
            "additionalProperties": False,
        }
        for key in _COMBINED
    ]
    return {"oneOf": [_SCHEDULE.describe(of), *combined]}


def hours_shape(_: Kind, converter: Converter) -> Shape:
    """Return the shape of business hours: what they say, or two that combine."""
    return Shape(
        read=lambda raw: _read_hours(raw, converter),
        write=lambda hours: _write_schedule(hours.schedule, converter),
        describe=_describe_combined,
    )


def hour_shape(kind: Kind, converter: Converter) -> Shape | None:
    """Return the shape of a type that calendars are made of."""
    if kind is BusinessHours:
        return hours_shape(kind, converter)
    if kind is _ZoneName:
        return ZONE
    if kind == _HOLIDAYS:
        return holidays_shape(kind, converter)
    if kind == _WEEK:
        return WEEK
    if kind == _DATED:
        return DATED
    return None


HOUR_TABLES = (
    Table.of(Recurring, spread="recurrence", variants={None: Table.of(Recurrence)}),
    Table.of(HolidayList),
)
