"""What Hypothesis draws from for any noun of an agreement, as its annotations say.

A class that is new to the model is drawn without a word here. Only what an annotation
does not tell stands below: which text is a rule, and which names must lead somewhere.
"""

from __future__ import annotations

import enum
import functools
import types
import typing
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any, Literal, Union, get_args, get_origin

import attrs
from hypothesis import reject
from hypothesis import strategies as st

from alignkit.criteria import Criterion
from alignkit.editions import Calendar, Definition, Edition
from alignkit.errors import AlignkitError
from alignkit.hours import BusinessHours
from alignkit.lifecycle import Lifecycle
from alignkit.patterns import Pattern
from alignkit.periods import Recurrence
from alignkit.presets import PRESETS
from alignkit.shapes import members
from alignkit.spans import Elapsed, Span
from tests.document_strategies import (
    DAYS,
    DEFINED,
    HOURS,
    MOMENTS,
    NAMES,
    TEXTS,
    criteria,
    patterns,
)
from tests.strategies import calendar_times, spans_of_every_kind

Kind = Any
"""A type as annotations write it."""

Drawn = st.SearchStrategy[Any]

_ATTEMPTS = 8
_IDS = st.sampled_from(["sales", "marketing", "mql", "a b", "NO", "12:30", "$date"])
_PLAIN: Mapping[Kind, Drawn] = {
    bool: st.booleans(),
    int: st.integers(0, 12) | st.integers(0, 10**6),
    Decimal: st.decimals(0, 10**6, places=2) | st.integers(1, 10**6).map(Decimal),
    Fraction: st.fractions(Fraction(1, 1000), 1, max_denominator=1000),
    date: DAYS,
    datetime: MOMENTS,
    str: _IDS | NAMES | TEXTS,
    types.NoneType: st.none(),
    BusinessHours: HOURS,
    Pattern: patterns(),
    Recurrence: st.just(Recurrence("FREQ=MONTHLY;BYMONTHDAY=-1", date(2026, 1, 1))),
    Elapsed: st.integers(1, 10**12).map(lambda length: Elapsed(microseconds=length)),
}


def values_of(kind: Kind) -> Drawn:
    """Values of a type that stands in the model: a class, a union, a tuple of them."""
    return _values_of(kind)


@functools.cache
def _values_of(kind: Kind) -> Drawn:
    if kind in _PLAIN:
        return _PLAIN[kind]
    parts = frozenset(members(kind))
    optional = st.none() if types.NoneType in parts else st.nothing()
    parts -= {types.NoneType}
    if parts <= frozenset(members(Criterion)):
        return optional | criteria(*DEFINED)
    if parts <= frozenset(members(Span)):
        return optional | _spans(parts)
    origin: object = get_origin(kind)
    if origin in (Union, types.UnionType):
        return optional | st.one_of([_values_of(part) for part in members(kind)])
    if origin is Literal:
        return st.sampled_from(get_args(kind))
    if origin is tuple:
        return _tuples(*get_args(kind))
    if issubclass(kind, enum.Enum):
        return st.sampled_from(kind)
    return _MADE.get(kind, _nouns(kind))


def _spans(kinds: frozenset[Kind]) -> Drawn:
    drawn = spans_of_every_kind() | calendar_times()
    return drawn.filter(lambda span: isinstance(span, tuple(kinds)))


def _tuples(first: Kind, *rest: Kind) -> Drawn:
    if rest == (...,):
        # These two stand in a table by their names, and an edition takes no name twice.
        named = first in (Calendar, Definition)
        unique = (lambda noun: noun.id) if named else None
        parts = st.deferred(lambda: _values_of(first))
        return st.lists(parts, max_size=2, unique_by=unique).map(tuple)
    return st.tuples(*map(_values_of, (first, *rest)))


def _nouns(kind: Kind) -> Drawn:
    """Values of a class, each of its fields left out or drawn; refused ones are not."""
    hints = typing.get_type_hints(kind)

    @st.composite
    def noun(draw: st.DrawFn) -> object:
        # Most classes refuse some of what their fields may hold; then others are drawn.
        for _ in range(_ATTEMPTS):
            fields = {}
            for field in attrs.fields(kind):
                is_needed = field.default is attrs.NOTHING
                if field.init and (is_needed or draw(st.booleans())):
                    fields[field.alias] = draw(_values_of(hints[field.name]))
            try:
                return kind(**fields)
            except AlignkitError:
                continue
        return reject()

    return noun()


@st.composite
def _lifecycles(draw: st.DrawFn) -> Lifecycle:
    """Lifecycles of the catalogue, some of them with parts that are their own."""
    ready = draw(st.sampled_from(list(PRESETS.values())))
    guard = draw(st.none() | criteria(*DEFINED))
    at = draw(st.integers(0, len(ready.stages) - 1))
    stages = list(ready.stages)
    stages[at] = attrs.evolve(
        stages[at],
        label=draw(st.none() | NAMES),
        guard=guard,
        aliases=draw(st.dictionaries(_IDS, st.lists(_IDS, min_size=1), max_size=2)),
    )
    moves = tuple(
        attrs.evolve(move, guard=guard, needs_reason=draw(st.booleans()))
        for move in ready.moves[: draw(st.integers(1, len(ready.moves)))]
    )
    try:
        return attrs.evolve(
            ready,
            id=draw(NAMES),
            stages=tuple(stages),
            moves=moves if draw(st.booleans()) else ready.moves,
            most_returns=draw(st.none() | st.integers(1, 9)),
        )
    except AlignkitError:
        reject()


_MADE: Mapping[Kind, Drawn] = {Lifecycle: _lifecycles()}

# What is worked out once has an annotation too, and is no field.
FAMILIES: Mapping[str, Kind] = {
    field.name: kind
    for field in attrs.fields(Edition)
    if (kind := typing.get_type_hints(Edition)[field.name]) is not str
}
"""The types of the fields of an edition, which together hold every noun."""
