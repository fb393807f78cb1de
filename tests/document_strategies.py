"""What Hypothesis draws from for documents: trees, criteria, terms and agreements."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from fractions import Fraction

import attrs
from hypothesis import strategies as st

from alignkit.agreements import Agreement
from alignkit.criteria import (
    AllOf,
    AnyOf,
    AtLeast,
    AtMost,
    Between,
    Criterion,
    Happened,
    Is,
    Known,
    Matches,
    Meets,
    Not,
    OneOf,
    Side,
    SomeOf,
    Within,
)
from alignkit.editions import Calendar, Definition, Edition, Signature
from alignkit.errors import EmptyCalendarError
from alignkit.holidays import (
    Church,
    FixedDate,
    FromEaster,
    Holiday,
    HolidayList,
    HolidayRule,
    HolidaySource,
    NthWeekday,
    Observed,
    Recurring,
)
from alignkit.hours import BusinessHours
from alignkit.parties import Party
from alignkit.patterns import Pattern
from alignkit.periods import Recurrence
from alignkit.promises import Clock, Deadline, Repeat, Target
from alignkit.schedules import Schedule
from alignkit.spans import Elapsed
from alignkit.terms import Landing, Term
from alignkit.trees import Tree
from tests.reference.plans import Both, Either, Plan
from tests.strategies import calendar_times, hours_of, pairs, spans_of_every_kind

DEFINED = ("mql", "icp")
DAYS = st.dates(date(1970, 1, 1), date(2100, 1, 1))
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
NAMES = TEXTS.filter(bool) | st.sampled_from(
    [
        "mql",
        "NO",
        "12:30",
        "0o14",
        "1",
        "true",
        "null",
        "~",
        "$date",
        "a.b",
        "<<",
        "- a",
    ]
)
OFFSETS = st.integers(-14 * 60, 14 * 60).map(
    lambda minutes: timezone(timedelta(minutes=minutes))
)
MOMENTS = st.datetimes(
    datetime(1970, 1, 2), datetime(2100, 1, 1), timezones=OFFSETS | st.just(UTC)
)
NUMBERS = st.integers(-(10**20), 10**20) | st.decimals(
    allow_nan=False, allow_infinity=False, min_value=-(10**30), max_value=10**30
)


def trees(*, native: bool) -> st.SearchStrategy[dict[str, Tree]]:
    """Tables of anything; with TOML's own dates and without null, or the other way."""
    special: st.SearchStrategy[Tree] = (
        DAYS | MOMENTS | st.times() if native else st.none()
    )
    scalars: st.SearchStrategy[Tree] = TEXTS | st.booleans() | NUMBERS | special
    keys = TEXTS | NAMES
    inner: st.SearchStrategy[Tree] = st.recursive(
        scalars,
        lambda parts: (
            st.lists(parts, max_size=4)
            | st.dictionaries(keys, parts, max_size=4)
            | st.lists(st.dictionaries(keys, parts, max_size=3), max_size=3)
        ),
        max_leaves=20,
    )
    return st.dictionaries(keys, inner, max_size=5)


def _paths() -> st.SearchStrategy[str]:
    part = TEXTS.filter(lambda text: bool(text.strip()) and "." not in text)
    return st.lists(part, min_size=1, max_size=3).map(".".join)


SCALARS = (
    TEXTS
    | st.booleans()
    | st.integers(-(10**9), 10**9)
    | st.decimals(allow_nan=False, allow_infinity=False, places=3, max_value=10**9)
    | DAYS
    | MOMENTS
)
REACHES = calendar_times() | st.integers(0, 10**12).map(
    lambda length: Elapsed(microseconds=length)
)


def _between(path: str) -> st.SearchStrategy[Criterion]:
    numbers = st.integers(0, 10**6) | st.decimals(0, 10**6, places=2)
    return st.tuples(numbers, numbers).map(
        lambda two: Between(path, min(two), max(two))
    ) | st.tuples(DAYS, DAYS).map(lambda two: Between(path, min(two), max(two)))


def _atoms() -> st.SearchStrategy[Criterion]:
    ordered = st.integers(0, 10**6) | DAYS | MOMENTS
    return st.one_of(
        st.builds(OneOf, _paths(), st.lists(SCALARS, min_size=1, max_size=3)),
        st.builds(Is, _paths(), SCALARS),
        _paths().flatmap(_between),
        st.builds(AtLeast, _paths(), ordered),
        st.builds(AtMost, _paths(), ordered),
        st.builds(
            Matches,
            _paths(),
            st.lists(st.sampled_from(["vp", "head of *"]), min_size=1),
        ),
        st.builds(Known, _paths()),
        st.builds(Within, _paths(), REACHES, st.sampled_from(Side)),
        st.builds(
            Happened,
            event=st.sampled_from(["demo_requested", "webinar"]),
            within=REACHES,
            times=st.integers(1, 9),
            after=st.none() | _paths(),
        ),
        st.builds(Happened, event=st.just("visit")),
    )


def criteria(*names: str) -> st.SearchStrategy[Criterion]:
    """Criteria of every kind, some inside others, that refer to some definitions."""

    def deeper(parts: st.SearchStrategy[Criterion]) -> st.SearchStrategy[Criterion]:
        several = st.lists(parts, min_size=1, max_size=3)
        return st.one_of(
            several.map(AllOf),
            several.map(AnyOf),
            several.map(lambda inner: SomeOf(len(inner), inner)),
            parts.map(Not),
        )

    atoms = _atoms()
    if names:
        atoms |= st.builds(Meets, st.sampled_from(names))
    return st.recursive(atoms, deeper, max_leaves=8)


def patterns() -> st.SearchStrategy[Pattern]:
    """Patterns, with conditions on any field and any value."""
    values = SCALARS | st.none() | st.lists(SCALARS, min_size=1, max_size=3)
    return st.builds(
        Pattern,
        event=st.just("custom"),
        where=st.dictionaries(
            st.sampled_from(["name", "actor.id", "source", "data.event", "data.x"]),
            values,
            max_size=3,
        ),
        stage=st.lists(st.sampled_from(["mql", "sal"]), max_size=2, unique=True).map(
            tuple
        ),
    )


def _clocks() -> st.SearchStrategy[Clock]:
    some = st.lists(patterns(), max_size=2)
    return st.builds(
        Clock,
        start=st.lists(patterns(), min_size=1, max_size=2),
        stop=some,
        cancel=some,
        pause=some,
        repeat=st.sampled_from(Repeat),
    )


def _terms() -> st.SearchStrategy[Term]:
    targets = st.lists(
        st.builds(Target, criteria(*DEFINED), spans_of_every_kind()), max_size=2
    )
    return st.builds(
        Term,
        id=NAMES,
        party=st.sampled_from(["sales", "marketing", "joint"]),
        promise=st.builds(
            Deadline, clock=_clocks(), within=spans_of_every_kind(), targets=targets
        ),
        counterpart=st.none() | st.just("none"),
        title=st.none() | TEXTS,
        applies_to=st.none() | criteria(*DEFINED),
        warn_at=st.none() | st.fractions(Fraction(1, 1000), 1, max_denominator=1000),
        landing=st.sampled_from(Landing),
    )


def _rules() -> st.SearchStrategy[HolidayRule]:
    recurrence = Recurrence("FREQ=MONTHLY;BYMONTHDAY=-1", date(2026, 1, 1))
    source = HolidaySource(
        package="holidays",
        version="0.64",
        country="US",
        subdivision="CO",
        years=(2026, 2027),
        language=None,
    )
    listed = st.lists(st.builds(Holiday, DAYS, TEXTS), max_size=2)
    return st.one_of(
        st.builds(
            FixedDate,
            TEXTS,
            month=st.integers(1, 12),
            day=st.integers(1, 28),
            observed=st.sampled_from(Observed),
        ),
        st.builds(
            NthWeekday,
            TEXTS,
            month=st.integers(1, 12),
            weekday=st.sampled_from(["mon", "fri"]),
            nth=st.sampled_from([1, 5, -1]),
        ),
        st.builds(
            FromEaster,
            TEXTS,
            days=st.integers(-60, 60),
            church=st.sampled_from(Church),
        ),
        st.builds(Recurring, TEXTS, st.just(recurrence)),
        st.builds(HolidayList, listed, st.just(source)),
    )


@st.composite
def calendars(draw: st.DrawFn) -> BusinessHours:
    """Business hours of every kind: alone and combined, with holidays and rules."""
    pair = draw(pairs())
    kinds: tuple[Plan | Both | Either, ...] = (
        pair.left,
        Both(pair.left, pair.right),
        Either(pair.left, pair.right),
    )
    plan = draw(st.sampled_from(kinds))
    try:
        hours = hours_of(plan)
    except EmptyCalendarError:
        hours = BusinessHours("UTC", {"mon": ["09:00-17:00"]})
    schedule = hours.schedule
    if not isinstance(schedule, Schedule):
        return hours
    holidays = draw(st.lists(st.builds(Holiday, DAYS, TEXTS), max_size=3))
    rules = draw(st.lists(_rules(), max_size=2))
    return BusinessHours.of(
        attrs.evolve(schedule, holidays=tuple(holidays), rules=tuple(rules))
    )


# Calendars take long to draw, and have a law of their own.
_DESK = BusinessHours("America/Denver", {"mon-fri": ["09:00-17:00"]})
_NIGHT = BusinessHours("Asia/Kathmandu", {"sun": ["22:00-06:00"]})
HOURS = st.sampled_from([_DESK, _NIGHT, _DESK | _NIGHT])


def _signatures() -> st.SearchStrategy[Signature]:
    return st.builds(Signature, st.just("sales"), TEXTS, DAYS)


@st.composite
def editions(draw: st.DrawFn, *, effective_from: datetime | None = None) -> Edition:
    """Editions in which every name leads somewhere."""
    names = draw(st.lists(NAMES, unique=True, max_size=2))
    parties = st.none() | st.sampled_from(names) if names else st.none()
    return Edition(
        id="northwind",
        version=draw(NAMES),
        effective_from=effective_from,
        review_by=draw(st.none() | DAYS),
        parties=tuple(
            Party(name, draw(parties), title=draw(st.none() | TEXTS))
            for name in draw(st.lists(NAMES, unique=True, max_size=2))
        ),
        calendars=tuple(Calendar(name, draw(HOURS)) for name in names),
        definitions=tuple(Definition(name, draw(criteria())) for name in DEFINED),
        terms=tuple(
            draw(st.lists(_terms(), max_size=2, unique_by=lambda term: term.id))
        ),
        signed=tuple(draw(st.lists(_signatures(), max_size=2))),
    )


@st.composite
def agreements(draw: st.DrawFn) -> Agreement:
    """Agreements of one edition or several."""
    starts = sorted(draw(st.lists(MOMENTS, max_size=2, unique=True)))
    first = draw(editions())
    return Agreement((first, *(draw(editions(effective_from=at)) for at in starts)))
