"""Business time beside four other libraries: the same work, in the same run.

Each is asked 10,000 questions about each of two calendars in New York: an office with
holidays, and a night shift. What it answers is held against the slow model of the
tests, never against alignkit. Moments and lengths are whole seconds and whole hours,
since some of the others drop what is finer.
"""

from __future__ import annotations

import math
import operator
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from functools import partial
from zoneinfo import ZoneInfo

import attrs
import pandas as pd
import pytz
from business_duration import businessDuration
from businesstime import BusinessTime
from businesstimedelta import BusinessTimeDelta, HolidayRule, Rules, WorkDayRule

from alignkit import BusinessHours
from tests.benchmarks.measuring import medians, start_up, table, thousands
from tests.reference import counting
from tests.reference.clocks import MICROSECOND, instant_of, moment_of
from tests.reference.plans import Plan

PACKAGES = (
    "alignkit",
    "businesstimedelta",
    "businesstime",
    "business-duration",
    "pandas",
)
ZONE = "America/New_York"
NEW_YORK = ZoneInfo(ZONE)
MANY = 10_000
LONGEST = 42
"""The most hours that are added."""

FIRST, LAST = (
    datetime(2018, 1, 1, tzinfo=NEW_YORK),
    datetime(2030, 1, 1, tzinfo=NEW_YORK),
)
HOUR = 3_600

Questions = Sequence[tuple[datetime, datetime]]
Durations = Sequence[tuple[datetime, timedelta]]
"""A moment, and the whole hours to add to it."""


def holidays() -> Iterator[date]:
    """Three public holidays on fixed dates and two on weekdays, for 13 years."""
    for year in range(2018, 2031):
        yield from (date(year, 1, 1), date(year, 7, 4), date(year, 12, 25))
        november, may = date(year, 11, 1), date(year, 5, 31)
        yield november + timedelta(days=(3 - november.weekday()) % 7 + 21)
        yield may - timedelta(days=may.weekday())


@attrs.frozen(kw_only=True)
class Workplace:
    """A calendar that all of them can express."""

    name: str
    opening: int
    closing: int
    holidays: frozenset[date]

    @property
    def plan(self) -> Plan:
        shifts = ((self.opening * HOUR, self.closing * HOUR),)
        return Plan(zone=ZONE, week=(shifts,) * 5 + ((),) * 2, holidays=self.holidays)

    @property
    def hours(self) -> BusinessHours:
        text = f"{self.opening:02}:00-{self.closing:02}:00"
        return BusinessHours(
            zone=ZONE, week={"mon-fri": [text]}, holidays=self.holidays
        )


OFFICE = Workplace(
    name="Office: weekdays 09:00-17:00, 65 holidays",
    opening=9,
    closing=17,
    holidays=frozenset(holidays()),
)
NIGHTS = Workplace(
    name="Night shift: weekdays 22:00-06:00",
    opening=22,
    closing=6,
    holidays=frozenset(),
)


@attrs.frozen(kw_only=True)
class Contender:
    """A library at its own pace: its answers as seconds and as moments.

    Attributes:
        name: What it is called.
        between: The open seconds between pairs of moments, if it has them.
        add: The moments after so much open time, if it has them.
        landing: Where it lands when that time ends at a close [T7].
    """

    name: str
    between: Callable[[Questions], Sequence[float]] | None = None
    add: Callable[[Durations], Sequence[datetime]] | None = None
    landing: counting.Landing = "close"


def alignkit_at(place: Workplace) -> Contender:
    hours = place.hours
    return Contender(
        name="alignkit",
        between=lambda asked: [
            hours.between(start, end).total_seconds() for start, end in asked
        ],
        add=lambda asked: [hours.add(start, length) for start, length in asked],
    )


def businesstimedelta_at(place: Workplace) -> Contender:
    zone = pytz.timezone(ZONE)
    work = WorkDayRule(
        start_time=time(place.opening), end_time=time(place.closing), tz=zone
    )
    off = [HolidayRule(place.holidays, tz=zone)] if place.holidays else []
    rules = Rules([work, *off])
    return Contender(
        name="businesstimedelta",
        between=lambda asked: [
            rules.difference(start, end).timedelta.total_seconds()
            for start, end in asked
        ],
        add=lambda asked: [
            start + BusinessTimeDelta(rules, timedelta=length)
            for start, length in asked
        ],
    )


def businesstime_at(place: Workplace) -> Contender:
    if place.closing < place.opening:
        return Contender(name="businesstime")
    calendar = BusinessTime(
        business_hours=(time(place.opening), time(place.closing)),
        holidays=sorted(place.holidays),
    )
    a_day = (place.closing - place.opening) * HOUR

    def between(asked: Questions) -> list[float]:
        found = (
            calendar.businesstimedelta(
                start.replace(tzinfo=None), end.replace(tzinfo=None)
            )
            for start, end in asked
        )
        # It gives business days as days.
        return [passed.days * a_day + passed.seconds for passed in found]

    return Contender(name="businesstime", between=between)


def business_duration_at(place: Workplace) -> Contender:
    def between(asked: Questions) -> list[float]:
        return [
            businessDuration(
                start.replace(tzinfo=None),
                end.replace(tzinfo=None),
                time(place.opening),
                time(place.closing),
                holidaylist=place.holidays,
                unit="sec",
            )
            for start, end in asked
        ]

    return Contender(name="business-duration", between=between)


def pandas_at(place: Workplace) -> Contender:
    offsets = {
        timedelta(hours=length): pd.offsets.CustomBusinessHour(
            length,
            start=f"{place.opening:02}:00",
            end=f"{place.closing:02}:00",
            holidays=sorted(place.holidays),
        )
        for length in range(1, LONGEST + 1)
    }

    def add(asked: Durations) -> list[datetime]:
        return [pd.Timestamp(start) + offsets[length] for start, length in asked]

    return Contender(name="pandas CustomBusinessHour", add=add, landing="next_open")


CONTENDERS = (
    alignkit_at,
    businesstimedelta_at,
    businesstime_at,
    business_duration_at,
    pandas_at,
)


def starts(dice: random.Random) -> Iterator[datetime]:
    reach = (instant_of(LAST) - instant_of(FIRST)) // 1_000_000
    while True:
        second = instant_of(FIRST) + dice.randrange(reach) * 1_000_000
        yield moment_of(second, ZONE)


def questions(dice: random.Random) -> Questions:
    """Pairs of moments, from a minute to 60 days apart, short ones as often as long."""
    lengths = (
        round(math.exp(dice.uniform(math.log(60), math.log(60 * 86_400))))
        for _ in range(MANY)
    )
    return [
        (start, moment_of(instant_of(start) + length * 1_000_000, ZONE))
        for start, length in zip(starts(dice), lengths, strict=False)
    ]


def durations(dice: random.Random) -> Durations:
    lengths = (timedelta(hours=dice.randint(1, LONGEST)) for _ in range(MANY))
    return list(zip(starts(dice), lengths, strict=False))


def side_by_side(place: Workplace, *, rounds: int) -> str:
    dice = random.Random(7)  # noqa: S311
    asked, added = questions(dice), durations(dice)
    contenders = [make(place) for make in CONTENDERS]
    passed = {
        contender.name: partial(contender.between, asked)
        for contender in contenders
        if contender.between is not None
    }
    due = {
        contender.name: partial(contender.add, added)
        for contender in contenders
        if contender.add is not None
    }
    wrong_passed = faults(passed, truly_passed(place, asked))
    found_due = {
        name: lambda work=work: [instant_of(moment) for moment in work()]
        for name, work in due.items()
    }
    wrong_due = faults(found_due, truly_due(place, added, "close"))
    by_their_own = faults(found_due, truly_due(place, added, "next_open"))
    passed_in, due_in = medians(passed, rounds), medians(due, rounds)
    rows = [
        [
            contender.name,
            *speed(contender.name, passed_in),
            wrong_passed.get(contender.name, ""),
            *speed(contender.name, due_in),
            f"{wrong_due[contender.name]} *"
            if contender.landing != "close"
            else wrong_due.get(contender.name, ""),
        ]
        for contender in contenders
    ]
    head = (
        "library",
        "`between` a second",
        "time it takes",
        "wrong",
        "`add` a second",
        "time it takes",
        "wrong",
    )
    notes = "\n".join(
        f"\\* {contender.name} lands on the next opening, not on the close; "
        f"by that convention {by_their_own[contender.name]} are wrong.\n"
        for contender in contenders
        if contender.landing != "close"
    )
    return f"{table(place.name, head, rows)}\n{notes}"


def truly_passed(place: Workplace, asked: Questions) -> list[float]:
    return [
        counting.elapsed(place.plan, instant_of(start), instant_of(end)) / 1_000_000
        for start, end in asked
    ]


def truly_due(
    place: Workplace, added: Durations, landing: counting.Landing
) -> list[int]:
    return [
        counting.add(
            place.plan, instant_of(start), length // MICROSECOND, landing=landing
        )
        for start, length in added
    ]


def faults(
    work: Mapping[str, Callable[[], Sequence[object]]], right: Sequence[object]
) -> dict[str, str]:
    """Return how many answers of each differ from the right ones."""
    return {
        name: f"{sum(map(operator.ne, answered(), right)):,}"
        for name, answered in work.items()
    }


def speed(name: str, taken: Mapping[str, float]) -> tuple[str, str]:
    """Return how often a second, and how long as a multiple of alignkit's time."""
    if name not in taken:
        return ("", "")
    return (
        thousands(MANY / taken[name]),
        f"{thousands(taken[name] / taken['alignkit'])} x",
    )


def alone(*, rounds: int) -> str:
    """What alignkit does that the others have no counterpart for."""
    hours = OFFICE.hours
    dice = random.Random(7)  # noqa: S311
    asked, added = questions(dice), durations(dice)
    moments = [start for start, _ in asked], [end for _, end in asked]
    ints = [instant_of(at) for at in moments[0]], [instant_of(at) for at in moments[1]]
    deltas = [length for _, length in added]
    spans = [length // MICROSECOND for length in deltas]
    pauses = [
        ((start, start + timedelta(hours=2)), (end - timedelta(hours=3), end))
        for start, end in asked
    ]
    pairs, starts_and_spans = (
        list(zip(*ints, strict=True)),
        list(zip(ints[0], spans, strict=True)),
    )
    open_between, add_open = hours.open_between, hours.add_open
    work: dict[str, Callable[[], object]] = {
        "`between`, aware datetimes": lambda: [
            hours.between(start, end) for start, end in asked
        ],
        "`add`, aware datetimes": lambda: [
            hours.add(start, delta)
            for start, delta in zip(moments[0], deltas, strict=True)
        ],
        "`between`, two pauses each": lambda: [
            hours.between(start, end, pauses=taken)
            for (start, end), taken in zip(asked, pauses, strict=True)
        ],
        "`open_between`, integers": lambda: [open_between(a, b) for a, b in pairs],
        "`add_open`, integers": lambda: [add_open(a, d) for a, d in starts_and_spans],
        "`between_many`, aware datetimes": lambda: hours.between_many(*moments),
        "`between_many`, integers": lambda: hours.between_many(*ints),
        "`add_many`, aware datetimes": lambda: hours.add_many(moments[0], deltas),
        "`add_many`, integers": lambda: hours.add_many(ints[0], spans),
        "`is_open`, aware datetimes": lambda: [hours.is_open(at) for at in moments[0]],
    }
    for once in work.values():
        once()
    taken = medians(work, rounds)
    rows = [
        [name, thousands(MANY / took), f"{1e6 * took / MANY:.2f}"]
        for name, took in taken.items()
    ]
    return table("alignkit by itself: office", ("", "a second", "µs each"), rows)


def compiling(*, rounds: int) -> str:
    """How long a calendar takes to be made, and to answer for the first time."""
    schedule = OFFICE.hours.schedule
    start = datetime(2020, 1, 1, 12, tzinfo=NEW_YORK)

    def first_answer(years: int) -> Callable[[], object]:
        end = start.replace(year=start.year + years)
        return lambda: BusinessHours.of(schedule).between(start, end)

    first_answer(30)()
    taken = medians(
        {"0": lambda: OFFICE.hours}
        | {str(years): first_answer(years) for years in (1, 5, 20)},
        rounds,
    )
    made = taken.pop("0")
    rows = [
        ["made from text, 65 holidays", f"{1e3 * made:.2f}", ""],
        *(
            [
                f"its first answer, over {years} year{'s' * (years != '1')}",
                f"{1e3 * took:.2f}",
                f"{1e3 * took / int(years):.2f}",
            ]
            for years, took in taken.items()
        ),
    ]
    return table("A new calendar: office", ("", "ms", "ms a year"), rows)


def importing() -> str:
    nothing = start_up("pass")
    rows = [
        [f"`{code}`", f"{1e3 * (start_up(code) - nothing):.0f}"]
        for code in (
            "import alignkit",
            "import alignkit; alignkit.BusinessHours",
            "import businesstimedelta",
            "import pandas",
        )
    ]
    return table("Importing", ("", "ms over a bare interpreter"), rows)


def tables() -> Iterator[str]:
    """Yield each table as soon as it is measured."""
    yield side_by_side(OFFICE, rounds=5)
    yield side_by_side(NIGHTS, rounds=5)
    yield alone(rounds=9)
    yield compiling(rounds=21)
    yield importing()
