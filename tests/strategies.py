"""What Hypothesis draws from: zones, calendars, moments, spans and pauses.

Calendars are drawn as plans, which the slow model reads, and `hours_of` turns one into
business hours. Everything in a scene lies around one moment, most often a change of the
clock, since that is where business time goes wrong.
"""

from __future__ import annotations

import functools
from datetime import UTC, date, datetime, timedelta
from typing import assert_never
from zoneinfo import ZoneInfo

import attrs
from hypothesis import assume
from hypothesis import strategies as st

from alignkit.hours import BusinessHours
from alignkit.spans import (
    Before,
    BusinessDays,
    BusinessTime,
    CalendarTime,
    Elapsed,
    Span,
)
from tests.reference.clocks import (
    HOUR,
    MINUTE,
    changes_on,
    instant_of,
    local_date,
    moment_of,
    offset,
)
from tests.reference.counting import elapsed
from tests.reference.plans import DAY, Both, Calendar, Either, Plan, Shift, Stretch

AWKWARD_ZONES = (
    "Africa/Cairo",
    "Africa/Casablanca",
    "Africa/Juba",
    "Africa/Windhoek",
    "America/Asuncion",
    "America/Caracas",
    "America/Havana",
    "America/New_York",
    "America/Nuuk",
    "America/Sao_Paulo",
    "America/St_Johns",
    "Antarctica/Casey",
    "Antarctica/Troll",
    "Asia/Amman",
    "Asia/Gaza",
    "Asia/Kathmandu",
    "Asia/Kolkata",
    "Asia/Pyongyang",
    "Asia/Tehran",
    "Australia/Lord_Howe",
    "Europe/Dublin",
    "Europe/Lisbon",
    "Europe/Volgograd",
    "Pacific/Apia",
    "Pacific/Chatham",
    "Pacific/Kiritimati",
    "Pacific/Kwajalein",
    "Pacific/Norfolk",
    "UTC",
)
"""Zones whose clocks skip or repeat midnights, half hours, two hours or whole days, are
set back in summer, change by decree, or never change at all."""

FIRST_YEAR, LAST_YEAR = 1970, 2099
ONE_DAY = 24 * HOUR


@attrs.frozen
class Scene:
    """A calendar and a moment around which all of it lies."""

    plan: Plan
    around: int


@attrs.frozen(kw_only=True)
class Walk:
    """A way through a calendar, on which some business time passes.

    Attributes:
        plan: The calendar.
        start: Where it begins.
        end: Where it ends, at most some weeks later.
        time: The business time between, by the slow model; never none.
    """

    plan: Plan
    start: int
    end: int
    time: int


@attrs.frozen
class Pair:
    """Two calendars, most often in different zones, and a moment both lie around."""

    left: Plan
    right: Plan
    around: int


def zones() -> st.SearchStrategy[str]:
    return st.sampled_from(AWKWARD_ZONES)


@functools.cache
def turns_of(zone: str, year: int) -> tuple[int, ...]:
    """Return the instants of a year at which a zone's clock is set anew."""
    first = new_year(year) // ONE_DAY
    return tuple(
        turn
        for day in range(first, first + 365)
        if offset(zone, day * ONE_DAY) != offset(zone, (day + 1) * ONE_DAY)
        for turn in changes_on(zone, day)
    )


def new_year(year: int) -> int:
    return instant_of(datetime(year, 1, 1, tzinfo=UTC))


@st.composite
def pivots(draw: st.DrawFn, zone: str) -> int:
    """Draw an instant: a change of the zone's clock in two cases of three."""
    year = draw(st.integers(FIRST_YEAR, LAST_YEAR))
    turns = turns_of(zone, year)
    if turns and draw(st.sampled_from((True, True, False))):
        return draw(st.sampled_from(turns))
    day = draw(st.integers(0, 364))
    return new_year(year) + day * ONE_DAY


def instants(around: int, *, days: int = 6) -> st.SearchStrategy[int]:
    """Draw instants some days around one, whole minutes and odd microseconds alike."""
    reach = days * ONE_DAY
    return st.one_of(
        st.integers(-reach // MINUTE, reach // MINUTE).map(
            lambda minutes: around - around % MINUTE + minutes * MINUTE
        ),
        st.integers(-3 * HOUR, 3 * HOUR).map(lambda offset: around + offset),
        st.integers(-reach, reach).map(lambda offset: around + offset),
    )


def spans(*, least: int = 0) -> st.SearchStrategy[int]:
    """Draw lengths of time: a few minutes, some hours, odd microseconds."""
    return st.one_of(
        st.integers(-(-least // (15 * MINUTE)), 60 * 4).map(lambda n: n * 15 * MINUTE),
        st.integers(least, 60 * HOUR),
    )


def shifts() -> st.SearchStrategy[Shift]:
    """Draw shifts: office hours, nights, whole days, and times that clocks skip."""
    usual = (
        (9 * 3_600, 17 * 3_600),
        (22 * 3_600, 6 * 3_600),
        (0, DAY),
        (0, 0),
        (0, 3 * 3_600),
        (3_600, 2 * 3_600),
        (5_400, 9_000),
        (2 * 3_600, 3 * 3_600),
        (23 * 3_600, 1_800),
        (23 * 3_600, DAY),
    )
    minutes = st.tuples(st.integers(0, 1_439), st.integers(1, 1_440))
    return st.one_of(
        st.sampled_from(usual),
        minutes.map(lambda pair: (pair[0] * 60, pair[1] * 60)),
    )


def odd_shifts() -> st.SearchStrategy[Shift]:
    """Draw shifts that open and close at any second."""
    return st.one_of(shifts(), st.tuples(st.integers(0, DAY - 1), st.integers(1, DAY)))


def weeks(
    shifts: st.SearchStrategy[Shift],
) -> st.SearchStrategy[tuple[tuple[Shift, ...], ...]]:
    """Draw weeks in which at least one day has a shift."""
    day = st.lists(shifts, max_size=3).map(tuple)
    return st.tuples(*(day for _ in range(7))).filter(any)


def stretches(around: int) -> st.SearchStrategy[Stretch]:
    """Draw absolute intervals of up to 30 hours, within days of an instant."""
    return st.builds(
        lambda start, minutes: (start, start + minutes * MINUTE),
        st.integers(-6 * 1_440, 6 * 1_440).map(
            lambda minutes: around - around % MINUTE + minutes * MINUTE
        ),
        st.integers(1, 30 * 60),
    )


@st.composite
def plans(
    draw: st.DrawFn,
    *,
    zone: str,
    around: int,
    shifts: st.SearchStrategy[Shift] | None = None,
) -> Plan:
    """Draw a calendar with exceptions in the days around an instant."""
    shift = odd_shifts() if shifts is None else shifts
    near = local_date(zone, around)
    dates = st.integers(-8, 8).map(lambda days: near + timedelta(days=days))
    return Plan(
        zone=zone,
        week=draw(weeks(shift)),
        holidays=draw(st.frozensets(dates, max_size=4)),
        dated=tuple(
            sorted(
                draw(
                    st.dictionaries(
                        dates, st.lists(shift, max_size=2).map(tuple), max_size=3
                    )
                ).items()
            )
        ),
        openings=tuple(draw(st.lists(stretches(around), max_size=2))),
        closings=tuple(draw(st.lists(stretches(around), max_size=2))),
    )


@st.composite
def scenes(
    draw: st.DrawFn,
    *,
    zone: str | None = None,
    shifts: st.SearchStrategy[Shift] | None = None,
) -> Scene:
    """Draw a calendar, and the moment around which its exceptions lie."""
    name = draw(zones()) if zone is None else zone
    around = draw(pivots(name))
    return Scene(draw(plans(zone=name, around=around, shifts=shifts)), around)


@st.composite
def walks(draw: st.DrawFn, *, days: int = 20) -> Walk:
    """Draw a calendar, two instants, and the business time between them."""
    scene = draw(scenes())
    start = draw(instants(scene.around))
    end = draw(instants(start + (days // 2) * ONE_DAY, days=days // 2))
    time = elapsed(scene.plan, start, end)
    assume(time > 0)
    return Walk(plan=scene.plan, start=start, end=end, time=time)


@st.composite
def pairs(draw: st.DrawFn, *, shifts: st.SearchStrategy[Shift] | None = None) -> Pair:
    """Draw two calendars around the same moment."""
    left = draw(scenes(shifts=shifts))
    right = draw(plans(zone=draw(zones()), around=left.around, shifts=shifts))
    return Pair(left.plan, right, left.around)


def pauses(around: int) -> st.SearchStrategy[list[Stretch]]:
    """Draw up to three pauses, which may overlap and come in any order."""
    return st.lists(stretches(around), max_size=3)


def hours_of(calendar: Calendar) -> BusinessHours:
    """Return business hours that say what a plan says."""
    match calendar:
        case Both(left, right):
            return hours_of(left) & hours_of(right)
        case Either(left, right):
            return hours_of(left) | hours_of(right)
        case Plan():
            return BusinessHours(
                zone=calendar.zone,
                week={
                    weekday: [text_of(shift) for shift in day]
                    for weekday, day in zip(WEEKDAYS, calendar.week, strict=True)
                },
                holidays=calendar.holidays,
                dated={
                    day: [text_of(shift) for shift in shifts]
                    for day, shifts in calendar.dated
                },
                openings=[moments_of(stretch) for stretch in calendar.openings],
                closings=[moments_of(stretch) for stretch in calendar.closings],
            )
        case _:
            assert_never(calendar)


WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def text_of(shift: Shift) -> str:
    return "-".join(time_of(second) for second in shift)


def time_of(second: int) -> str:
    minutes, seconds = divmod(second, 60)
    hours, minutes = divmod(minutes, 60)
    ending = f":{seconds:02}" if seconds else ""
    return f"{hours:02}:{minutes:02}{ending}"


def moments_of(stretch: Stretch) -> tuple[datetime, datetime]:
    start, end = stretch
    return moment_of(start), moment_of(end)


def in_zone(moment: datetime, zone: str) -> datetime:
    """Return the same moment as people in another zone write it."""
    return moment.astimezone(ZoneInfo(zone))


def dates() -> st.SearchStrategy[date]:
    return st.dates(date(FIRST_YEAR, 1, 1), date(LAST_YEAR, 12, 31))


def whole_numbers(most: int) -> st.SearchStrategy[int]:
    return st.one_of(st.integers(0, min(most, 12)), st.integers(0, most))


def calendar_times() -> st.SearchStrategy[CalendarTime]:
    return st.builds(
        CalendarTime,
        months=whole_numbers(1_200),
        weeks=whole_numbers(5_217),
        days=whole_numbers(36_525),
    )


def spans_of_every_kind() -> st.SearchStrategy[Span]:
    """Draw promised lengths of time, small ones more often than large ones."""
    length = st.one_of(spans(), whole_numbers(36_525 * ONE_DAY))
    days = st.builds(BusinessDays, whole_numbers(36_525))
    return st.one_of(
        st.builds(BusinessTime, microseconds=length),
        st.builds(Elapsed, microseconds=length),
        days,
        st.builds(BusinessDays, whole_numbers(36_525), st.just("same_time")),
        calendar_times(),
        st.builds(
            Before,
            st.one_of(calendar_times(), days),
            of=st.text("abyz_AZ09.-", max_size=8).map("date".__add__),
            roll=st.sampled_from(("preceding", "following", "none")),
        ),
    )
