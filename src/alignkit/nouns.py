"""Nouns: how each part of an agreement stands in a document.

A span is written as people say it, a term with its promise in one table, a calendar
under its name; a class that needs no words of its own is a table of its fields. Which
shape a type has is said here once, and reader, writer and schema all take it from here.
"""

from __future__ import annotations

import enum
import functools
import types
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any, Literal, get_args, get_origin

import attrs
from cattrs import Converter

from alignkit.actions import Action, Evidence
from alignkit.criteria import Criterion, Field, Reach
from alignkit.criterion_shapes import CRITERIA, criterion_shape
from alignkit.decisions import STANDARD_RIGHTS, DecisionRight, DecisionRule, Holder
from alignkit.editions import Calendar, Definition
from alignkit.hour_shapes import HOUR_TABLES, hour_shape
from alignkit.hours import BusinessHours
from alignkit.lifecycle import Lifecycle
from alignkit.loops import STANDARD_LOOPS, Loop
from alignkit.parties import (
    Affiliation,
    Membership,
    Party,
    Person,
    ReportingLine,
    Role,
    Spell,
    Team,
)
from alignkit.pattern_shapes import pattern_shape
from alignkit.patterns import Pattern
from alignkit.presets import PRESETS
from alignkit.promises import (
    Attempts,
    Cadence,
    Clock,
    Deadline,
    Duration,
    Keeping,
    Quality,
    Target,
    Validity,
    Volume,
    Worth,
)
from alignkit.reasons import STANDARD_REASONS, Reason
from alignkit.shapes import (
    Held,
    Kind,
    MisfitError,
    Read,
    Schema,
    SchemaOf,
    Shape,
    Write,
    attempt,
    choice,
    literal,
    many,
    members,
    one_or_many,
    optional,
    reader,
    refuse,
    unfit,
    writer,
)
from alignkit.shorthands import Catalogue, alone, letters
from alignkit.spans import Span, span
from alignkit.stages import Move, Stage
from alignkit.tables import Table, by_name, pairs, word_under_kind
from alignkit.tasks import STANDARD_TASKS, Letter, Task
from alignkit.terms import Exclusion, Term
from alignkit.trees import Fault, Tree
from alignkit.value_shapes import ATTRIBUTES, SCALAR, SIMPLE, VALUE, WHEN
from alignkit.values import Attributes, Scalar, Value


def span_shape(kind: Kind, _: Converter) -> Shape:
    """Return the shape of spans of certain types: their text."""
    kinds = members(kind)
    expected = "a span such as '4 business hours'"
    if kinds == members(Reach):
        expected = "calendar or elapsed time such as '30 days'"

    def read(raw: Tree) -> Held:
        if not isinstance(raw, str):
            refuse(expected, raw, help="write a number and a unit, in quotation marks")
        found = span(raw)
        if not isinstance(found, kinds):
            raise MisfitError([unfit(expected, raw)])
        return found

    examples = ("4 business hours", "2 business days", "48 hours", "1 month")
    schema: Schema = {
        "type": "string",
        "examples": [text for text in examples if isinstance(span(text), kinds)],
    }
    return Shape(read=read, write=str, describe=lambda _: schema)


def under_names(kind: type, held: Kind, converter: Converter) -> Shape:
    """Return the shape of an id with one value each: a table of values by id."""

    def named(name: str) -> Read:
        return lambda raw: kind(name, reader(held, converter)(raw))

    def read(raw: Tree) -> Held:
        if not isinstance(raw, dict):
            refuse("a table with an entry for each name", raw)
        faults: list[Fault] = []
        values = [
            value
            for name, inner in raw.items()
            for value in attempt(named(name), inner, (name,), faults)
        ]
        if faults:
            raise MisfitError(faults)
        return tuple(values)

    field = attrs.fields(kind)[1].name

    def write(values: Held) -> Tree:
        return {
            value.id: writer(held, converter)(getattr(value, field)) for value in values
        }

    return Shape(
        read=read,
        write=write,
        describe=lambda of: {"type": "object", "additionalProperties": of(held)},
    )


_CLOCK: Mapping[str | None, Table] = {None: Table.of(Clock)}
_PROMISES: Mapping[str | None, Table] = {
    "deadline": Table.of(Deadline, spread="clock", variants=_CLOCK),
    "cadence": Table.of(Cadence),
    "attempts": Table.of(Attempts, spread="clock", variants=_CLOCK),
    "duration": Table.of(Duration),
    "volume": Table.of(Volume),
    "quality": Table.of(Quality, spread="share", variants={None: Table.of(Keeping)}),
    "validity": Table.of(Validity),
}
_SPELL: Mapping[str | None, Table] = {None: Table.of(Spell)}
_TABLES: Mapping[type, Table] = {
    table.kind: table
    for table in (
        *_PROMISES.values(),
        *HOUR_TABLES,
        Table.of(Term, spread="promise", variants=_PROMISES),
        Table.of(Target, renamed={"segment": "if"}),
        Table.of(Worth, renamed={"segment": "if"}),
        Table.of(Exclusion, renamed={"when": "if"}),
        Table.of(
            DecisionRule,
            renamed={"when": "if"},
            spread="holder",
            variants={None: Table.of(Holder)},
        ),
        Table.of(Move, renamed={"from_stages": "from", "to_stage": "to"}),
        *(
            Table.of(kind, spread="spell", variants=_SPELL)
            for kind in (Affiliation, Membership, ReportingLine)
        ),
    )
}
_SPANS = frozenset(members(Span))
_CRITERION = frozenset(members(Criterion))
_VALUES = frozenset({*members(Value), *members(Scalar)})
_DATES = frozenset({date, datetime})


def _named(kind: type, _: Kind, converter: Converter) -> Shape:
    return by_name(Table.of(kind), converter)


_CATALOGUES: Mapping[Kind, Catalogue] = {
    Lifecycle: Catalogue(
        table=Table.of(Lifecycle), entries=PRESETS, by_name="stages", is_plain=False
    ),
    **{
        kind: Catalogue(
            table=Table.of(kind),
            entries={getattr(entry, name): entry for entry in entries},
        )
        for kind, name, entries in (
            (Loop, "id", STANDARD_LOOPS),
            (Reason, "code", STANDARD_REASONS),
            (Task, "id", STANDARD_TASKS),
            (DecisionRight, "id", STANDARD_RIGHTS),
        )
    },
}


def _alone(kind: type) -> Callable[[Kind, Converter], Shape]:
    """Return what makes the shape of a class whose first key may stand by itself."""
    return lambda _, at: alone(_TABLES.get(kind) or Table.of(kind), at)


def special_shape(kind: Kind, converter: Converter) -> Shape | None:
    """Return the shape of a type that is written in words of its own."""
    make = _SPECIAL.get(kind)
    if make is not None:
        return make(kind, converter)
    if kind in _CATALOGUES:
        return _CATALOGUES[kind].shape(converter)
    if kind in _TABLES:
        return _TABLES[kind].shape(converter)
    parts = frozenset(members(kind))
    some = parts - {types.NoneType}
    if parts <= _SPANS:
        return span_shape(kind, converter)
    if parts <= _CRITERION:
        return criterion_shape(kind, converter)
    if parts == _DATES:
        return WHEN
    if len(some) > 1 and some != _DATES and parts <= _VALUES:
        return VALUE if tuple[Scalar, ...] in parts else SCALAR
    return None


_SPECIAL: Mapping[Kind, Callable[[Kind, Converter], Shape]] = {
    Attributes: lambda _, __: ATTRIBUTES,
    Pattern: pattern_shape,
    tuple[Pattern, ...]: lambda _, at: one_or_many(Pattern, at),
    tuple[Action, ...]: functools.partial(_named, Action),
    tuple[Evidence, ...]: functools.partial(_named, Evidence),
    tuple[Field, ...]: functools.partial(_named, Field),
    tuple[Party, ...]: functools.partial(_named, Party),
    tuple[Person, ...]: functools.partial(_named, Person),
    tuple[Role, ...]: functools.partial(_named, Role),
    tuple[Stage, ...]: functools.partial(_named, Stage),
    tuple[Team, ...]: functools.partial(_named, Team),
    tuple[Letter, ...]: lambda _, at: letters(at),
    **{kind: _alone(kind) for kind in (Affiliation, Holder, Membership, ReportingLine)},
    tuple[Affiliation, ...]: lambda _, at: one_or_many(Affiliation, at),
    tuple[Membership, ...]: lambda _, at: one_or_many(Membership, at),
    tuple[ReportingLine, ...]: lambda _, at: one_or_many(ReportingLine, at),
    tuple[Calendar, ...]: lambda _, at: under_names(Calendar, BusinessHours, at),
    tuple[Definition, ...]: lambda _, at: under_names(Definition, Criterion, at),
}


def plain_shape(kind: Kind, converter: Converter) -> Shape | None:
    """Return the shape of a type that needs no words of its own."""
    if kind in SIMPLE:
        return SIMPLE[kind]
    if types.NoneType in members(kind) and kind is not types.NoneType:
        return optional(kind, converter)
    origin, inner = _origin(kind), get_args(kind)
    if origin is Literal:
        return literal(*inner)
    if origin is tuple and inner[1:] == (...,):
        pair = get_args(inner[0]) if get_origin(inner[0]) is tuple else ()
        if len(pair) == 2 and pair[0] is str:  # noqa: PLR2004
            return pairs(pair[1], converter)
        return many(inner[0], converter)
    if isinstance(kind, type) and issubclass(kind, enum.Enum):
        return choice(kind)
    if isinstance(kind, type) and attrs.has(kind):
        return Table.of(kind).shape(converter)
    return None


def _origin(kind: Kind) -> object:
    return get_origin(kind)


def tagged_shape(kind: Kind, converter: Converter) -> Shape | None:
    """Return the shape of a union of classes: a table with the word of one of them."""
    kinds = members(kind)
    if len(kinds) < 2 or not all(map(attrs.has, kinds)):  # noqa: PLR2004
        return None
    tables = {_word(part): _TABLES.get(part) or Table.of(part) for part in kinds}

    def read(raw: Tree) -> Held:
        if not isinstance(raw, dict):
            refuse("a table", raw)
        faults: list[Fault] = []
        word = word_under_kind(raw, tuple(tables), faults)
        if word is None:
            raise MisfitError(faults)
        rest: Tree = {key: held for key, held in raw.items() if key != "kind"}
        table = tables[word]
        found = attempt(lambda held: table.read(held, converter), rest, (), faults)
        if faults:
            raise MisfitError(faults)
        return found[0]

    def write(value: Held) -> Tree:
        word = _word(type(value))
        return {"kind": word, **tables[word].write(value, converter)}

    def describe(of: SchemaOf) -> Schema:
        return {
            "oneOf": [
                table.describe(of, {"kind": {"const": word}})
                for word, table in tables.items()
            ]
        }

    return Shape(read=read, write=write, describe=describe)


def _word(kind: type) -> str:
    """Return the name of a class as a word: ``NthWeekday`` is ``nth_weekday``."""
    return "".join(
        f"_{char.lower()}" if char.isupper() else char for char in kind.__name__
    ).lstrip("_")


ShapeOf = Callable[[Any, Converter], Shape | None]
"""Makes the shape of a type, if it is one that it knows."""

_SHAPES: tuple[ShapeOf, ...] = (
    hour_shape,
    special_shape,
    plain_shape,
    tagged_shape,
)


def shape_of(kind: Kind, converter: Converter) -> Shape:
    """Return how values of a type stand in a document.

    Raises:
        TypeError: If it is of no kind that documents hold; a mistake in the model.
    """
    for make in _SHAPES:
        shape = make(kind, converter)
        if shape is not None:
            return shape
    message = f"no document can hold {kind!r}"
    raise TypeError(message)


@functools.cache
def converter() -> Converter:
    """Return the converter that knows every noun of an agreement.

    Example:
        >>> target = {"if": {"field": "source", "is": "demo"}, "within": "15 minutes"}
        >>> converter().structure(target, Target).within
        Elapsed(minutes=15)
    """
    made = Converter()

    def structure(kind: Kind, made: Converter) -> Callable[[Tree, Kind], Held]:
        read = shape_of(kind, made).read
        return lambda raw, _: read(raw)

    def unstructure(kind: Kind, made: Converter) -> Write:
        return shape_of(kind, made).write

    made.register_structure_hook_factory(lambda _: True, structure)
    made.register_unstructure_hook_factory(lambda _: True, unstructure)
    # cattrs looks these up before it asks a factory, and would turn 12 into "12".
    for kind in SIMPLE:
        made.register_structure_hook(kind, structure(kind, made))
    return made


@functools.cache
def spoken(field: str) -> tuple[str, ...]:
    """Return the keys under which a field of that name may stand in a document.

    Example:
        >>> spoken("segment"), spoken("party")
        (('segment', 'if'), ('party',))
    """
    tables = (*_TABLES.values(), *CRITERIA.values())
    names = (key.name for table in tables for key in table.keys if key.field == field)
    return tuple(dict.fromkeys((field, *names)))
