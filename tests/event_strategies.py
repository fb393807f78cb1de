"""What Hypothesis draws events from: every event that can exist.

A field is drawn by its annotation, as it is read by it, so that a new field of a fact
is drawn without a change here. Most draws are dull; what is awkward to write down (the
second time of an hour, long decimals, keys that look like an event's own) is among
them.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from zoneinfo import ZoneInfo

import attrs
from hypothesis import strategies as st

from alignkit.events import Actor, ActorKind, Event, Precision, Subject
from alignkit.happenings import (
    FACTS,
    OWN_PATHS,
    Decision,
    Direction,
    Fact,
    LeadCreated,
    ScoreKind,
)

_ZONES = tuple(
    map(ZoneInfo, ("America/Denver", "Europe/Dublin", "Australia/Lord_Howe", "UTC"))
)
_LARGE = 10**400 - 1


def texts() -> st.SearchStrategy[str]:
    """Text that can be a name or a note."""
    return st.sampled_from(["mql", "sales", "é", "\x00", "$date", "a.b"]) | st.text(
        min_size=1, max_size=12
    )


def moments() -> st.SearchStrategy[datetime]:
    """Aware moments, the second of a repeated hour among them."""
    offsets = st.timedeltas(
        min_value=timedelta(hours=-23), max_value=timedelta(hours=23)
    ).map(timezone)
    return st.datetimes(
        min_value=datetime(1901, 1, 1),
        max_value=datetime(2298, 12, 30),
        timezones=st.just(UTC) | st.sampled_from(_ZONES) | offsets,
        allow_imaginary=False,
    ) | st.just(datetime(2026, 11, 1, 1, 30, fold=1, tzinfo=_ZONES[0]))


def dates() -> st.SearchStrategy[date]:
    """Calendar dates that are counted in."""
    return st.dates(date(1900, 1, 1), date(2299, 12, 31))


def numbers() -> st.SearchStrategy[Decimal]:
    """Numbers, of which floats can hold only some."""
    return (
        st.sampled_from([Decimal("0.10"), Decimal("-0"), Decimal("1E+399")])
        | st.decimals(allow_nan=False, allow_infinity=False, places=2)
        | st.decimals(-(10**6), 10**6, places=30)
        | st.floats(allow_nan=False, allow_infinity=False).map(
            lambda x: Decimal(repr(x))
        )
    )


def scalars() -> st.SearchStrategy[object]:
    """Plain values of every kind."""
    return (
        st.text(max_size=8)
        | st.booleans()
        | st.integers(-_LARGE, _LARGE)
        | numbers()
        | st.dates()
        | moments()
    )


def values() -> st.SearchStrategy[object]:
    """What one field can hold."""
    return st.none() | scalars() | st.lists(scalars(), max_size=3).map(tuple)


def keys() -> st.SearchStrategy[str]:
    """Keys of nested data, those that an event has as well among them."""
    plain = st.text(min_size=1, max_size=8).filter(lambda key: "." not in key)
    return st.sampled_from(
        ["id", "at", "lead", "company", "actor", "type", "schema", "attributes", "size"]
    ) | plain.filter(lambda key: key not in {"$date", "$moment", "$number"})


def trees() -> st.SearchStrategy[dict[str, object]]:
    """Nested data."""
    return st.recursive(
        st.dictionaries(keys(), values(), max_size=3),
        lambda inner: st.dictionaries(keys(), values() | inner, max_size=3),
        max_leaves=4,
    )


def attributes() -> st.SearchStrategy[dict[str, object]]:
    """What can be known of a new lead."""
    own = {path.removeprefix("lead.") for path in OWN_PATHS}
    return st.fixed_dictionaries(
        {},
        optional={
            "lead": trees().map(
                lambda tree: {key: tree[key] for key in tree if key not in own}
            ),
            "company": trees(),
            "contact": trees(),
        },
    )


_BY_ANNOTATION: dict[str, st.SearchStrategy[object]] = {
    "str": texts(),
    "bool": st.booleans(),
    "Decimal": numbers(),
    "timedelta": st.timedeltas(min_value=timedelta()),
    "When": dates() | moments(),
    "Value": values(),
    "Attributes": trees(),
    "Direction": st.sampled_from(Direction),
    "ScoreKind": st.sampled_from(ScoreKind),
    "Decision": st.sampled_from(Decision),
}


def _facts_of(kind: Callable[..., Fact], name: str) -> st.SearchStrategy[Fact]:
    needed: dict[str, st.SearchStrategy[object]] = {}
    free: dict[str, st.SearchStrategy[object]] = {}
    for field in attrs.fields(FACTS[name]):
        annotation = str(field.type)
        drawn = _BY_ANNOTATION[annotation.removesuffix(" | None")]
        if annotation.endswith(" | None"):
            drawn = st.none() | drawn
        (needed if field.default is attrs.NOTHING else free)[field.name] = drawn
    if kind is LeadCreated:
        free["attributes"] = attributes()
    whole = st.fixed_dictionaries(needed, optional=free).map(_in_order)
    if "delta" in free:
        whole = whole.map(_one_of_both)
    return whole.map(lambda given: kind(**given))


def _in_order(given: dict[str, object]) -> dict[str, object]:
    start, end = given.get("start"), given.get("end")
    if isinstance(start, date) and isinstance(end, date):
        alike = isinstance(start, datetime) == isinstance(end, datetime)
        if alike and end < start:
            return {**given, "start": end, "end": start}
    return given


def _one_of_both(given: dict[str, object]) -> dict[str, object]:
    given = {key: held for key, held in given.items() if held is not None}
    if "value" in given:
        given.pop("delta", None)
    else:
        given.setdefault("delta", Decimal(1))
    return given


_FACTS = {name: _facts_of(kind, name) for name, kind in FACTS.items()}


def facts() -> st.SearchStrategy[Fact]:
    """Facts of every type."""
    return st.sampled_from(list(FACTS)).flatmap(_FACTS.__getitem__)


def events() -> st.SearchStrategy[Event]:
    """Events of every type."""
    return st.builds(
        Event,
        id=texts(),
        subject=st.builds(Subject, kind=st.just("lead") | texts(), id=texts()),
        at=moments(),
        fact=facts(),
        recorded_at=st.none() | moments(),
        actor=st.none()
        | st.builds(
            Actor,
            id=st.none() | texts(),
            kind=st.sampled_from(ActorKind),
            team=st.none() | texts(),
        ),
        source=st.none() | texts(),
        precision=st.sampled_from(Precision),
    )
