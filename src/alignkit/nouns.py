"""Nouns: the parts of an agreement that are written in words of their own.

A span is written as people say it, a criterion by what it asks, a term with its promise
in one table, a calendar under its name. Each of these shapes stands here once, and
reader, writer and schema all take it from here.
"""

from __future__ import annotations

import functools
import types
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal

import attrs
from cattrs import Converter

from alignkit.actions import Action, Evidence
from alignkit.criteria import (
    AllOf,
    AnyOf,
    AtLeast,
    AtMost,
    Between,
    Criterion,
    Field,
    Happened,
    Is,
    Known,
    Matches,
    Meets,
    Not,
    OneOf,
    Ordered,
    Reach,
    Side,
    SomeOf,
    Within,
)
from alignkit.decisions import STANDARD_RIGHTS, DecisionRight, DecisionRule, Holder
from alignkit.editions import Calendar, Definition
from alignkit.errors import UnfitValueError
from alignkit.events import fields_of
from alignkit.happenings import FACTS, Custom, LeadCreated
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
    DATE,
    MOMENT,
    SIMPLE,
    TEXT,
    Held,
    Key,
    Kind,
    MisfitError,
    Read,
    Schema,
    SchemaOf,
    Shape,
    ShapeOf,
    Table,
    Write,
    attempt,
    by_name,
    each,
    literal,
    members,
    missing_key,
    one_or_many,
    plain_shape,
    reader,
    refuse,
    unfit,
    unknown_key,
    writer,
)
from alignkit.shorthands import Catalogue, alone, letters
from alignkit.spans import Span, span
from alignkit.stages import Move, Stage
from alignkit.tasks import STANDARD_TASKS, Letter, Task
from alignkit.terms import Exclusion, Term
from alignkit.trees import Fault, Tree
from alignkit.values import Attributes, Scalar, Value, attributes, to_value


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


_NULL = "$null"
_TAGS = ("$date", "$moment", "$number", _NULL)


def _read_scalar(raw: Tree) -> Held:
    """Read one plain value, or one that is written with a tag."""
    if isinstance(raw, dict) and len(raw) == 1 and _NULL in raw:
        if raw[_NULL] is not True:
            raise MisfitError([unfit("true", raw[_NULL], path=(_NULL,))])
        return None
    if raw is None or isinstance(raw, str | bool | int | Decimal):
        return raw
    if isinstance(raw, datetime):
        return MOMENT.read(raw)
    if isinstance(raw, date):
        return raw
    if isinstance(raw, dict) and len(raw) == 1 and not set(raw).isdisjoint(_TAGS):
        return to_value(raw, "value")
    return refuse("text, a number, true or false, a date or a moment", raw)


def _write_scalar(value: Held) -> Tree:
    match value:
        case datetime():
            return {"$moment": value.isoformat()}
        case date():
            return {"$date": value.isoformat()}
        case None | str() | bool() | int() | Decimal():
            return value
        case _:
            return refuse("a plain value", str(value))


def _describe_scalar(_: SchemaOf) -> Schema:
    text: Schema = {"type": "string"}
    tagged = [
        {
            "type": "object",
            "properties": {tag: held},
            "required": [tag],
            "additionalProperties": False,
        }
        for tag, held in zip(_TAGS, (text, text, text, {"const": True}), strict=True)
    ]
    plain = {"type": ["string", "number", "boolean", "null"]}
    return {"anyOf": [plain, *tagged]}


SCALAR = Shape(read=_read_scalar, write=_write_scalar, describe=_describe_scalar)


def _read_value(raw: Tree) -> Held:
    return each(raw, _read_scalar) if isinstance(raw, list) else _read_scalar(raw)


def _write_value(value: Held) -> Tree:
    if isinstance(value, tuple):
        return [_write_scalar(item) for item in value]
    return _write_scalar(value)


def _describe_value(of: SchemaOf) -> Schema:
    scalar = of(Scalar)
    return {"anyOf": [scalar, {"type": "array", "items": scalar}]}


VALUE = Shape(read=_read_value, write=_write_value, describe=_describe_value)


def _read_attributes(raw: Tree) -> Held:
    """Read values by path; a table in a table is a longer path."""
    if not isinstance(raw, dict):
        refuse("a table", raw)
    faults: list[Fault] = []
    flat: dict[str, object] = {}
    for name, held in raw.items():
        if held == {}:
            faults.append(
                unfit("a value, or a table that is not empty", held, path=(name,))
            )
        elif isinstance(held, dict) and set(held).isdisjoint(_TAGS):
            for inner in attempt(_read_attributes, held, (name,), faults):
                flat.update({f"{name}.{path}": value for path, value in inner})
        else:
            for value in attempt(_read_value, held, (name,), faults):
                flat[name] = value
    if faults:
        raise MisfitError(faults)
    return attributes(flat)


ATTRIBUTES = Shape(
    read=_read_attributes,
    write=lambda held: {path: _write_value(value) for path, value in held},
    describe=lambda of: {
        "type": "object",
        "propertyNames": {"not": {"enum": list(_TAGS)}},
        "additionalProperties": {"anyOf": [of(Value), of(Attributes)]},
    },
)


def _key(name: str, field: str, kind: Kind, default: object = attrs.NOTHING) -> Key:
    return Key(name=name, field=field, argument=field, type=kind, default=default)


def _make_between(path: str, bounds: tuple[Ordered, ...]) -> Between:
    if len(bounds) != 2:  # noqa: PLR2004
        expected = "the lower and the upper bound"
        raise UnfitValueError("criterion", "bounds", expected, f"{len(bounds)} bounds")
    return Between(path, *bounds)


def _make_known(path: str, known: bool) -> Known:  # noqa: FBT001  a key of a table
    if not known:
        expected = "true; what is not known is unknown, and no criterion asks for that"
        raise UnfitValueError("criterion", "known", expected, "false")
    return Known(path)


_FIELD = _key("field", "path", str)

_CRITERIA: Mapping[str, Table] = {
    "all": Table.of(AllOf, renamed={"parts": "all"}),
    "any": Table.of(AnyOf, renamed={"parts": "any"}),
    "of": Table.of(SomeOf, renamed={"count": "at_least", "parts": "of"}),
    "not": Table.of(Not, renamed={"part": "not"}),
    "definition": Table.of(Meets),
    "happened": Table.of(Happened, renamed={"event": "happened"}),
    "one_of": Table.of(OneOf, renamed={"path": "field", "values": "one_of"}),
    "is": Table.of(Is, renamed={"path": "field", "value": "is"}),
    "between": Table(
        kind=Between,
        keys=(_FIELD, _key("between", "bounds", tuple[Ordered, ...])),
        make=_make_between,
        take=lambda held: {"path": held.path, "bounds": (held.low, held.high)},
    ),
    "at_least": Table.of(AtLeast, renamed={"path": "field", "bound": "at_least"}),
    "at_most": Table.of(AtMost, renamed={"path": "field", "bound": "at_most"}),
    "matches": Table.of(Matches, renamed={"path": "field", "patterns": "matches"}),
    "known": Table(
        kind=Known,
        keys=(_FIELD, _key("known", "known", bool)),
        make=_make_known,
        take=lambda held: {"path": held.path, "known": True},
    ),
    "within_next": Table(
        kind=Within,
        keys=(_FIELD, _key("within_next", "reach", Reach)),
        make=functools.partial(Within, side=Side.NEXT),
    ),
    "within_last": Table(
        kind=Within,
        keys=(_FIELD, _key("within_last", "reach", Reach)),
        make=functools.partial(Within, side=Side.LAST),
    ),
}
"""Each criterion by the key that gives it away; "of" stands before "at_least"."""


def criterion_shape(_: Kind, converter: Converter) -> Shape:
    """Return the shape of a criterion: a table with a key for what it asks."""

    def read(raw: Tree) -> Held:
        if not isinstance(raw, dict):
            help_ = 'write { field = "score", at_least = 60 }'
            refuse("a criterion, which is a table", raw, help=help_)
        asked = [key for key in _CRITERIA if key in raw]
        if "of" in asked and "at_least" in asked:
            asked.remove("at_least")
        if not asked:
            raise MisfitError(_asks_nothing(raw))
        if len(asked) > 1:
            raise MisfitError(_asks_too_much(asked))
        return _CRITERIA[asked[0]].read(raw, converter)

    def write(criterion: Held) -> Tree:
        return _CRITERIA[_telltale(criterion)].write(criterion, converter)

    def describe(of: SchemaOf) -> Schema:
        return {"oneOf": [table.describe(of) for table in _CRITERIA.values()]}

    return Shape(read=read, write=write, describe=describe)


def _telltale(criterion: Criterion) -> str:
    if isinstance(criterion, Within):
        return f"within_{criterion.side.value}"
    kinds = ((table.kind, key) for key, table in _CRITERIA.items())
    return next(key for kind, key in kinds if isinstance(criterion, kind))


def _asks_nothing(raw: Mapping[str, Tree]) -> list[Fault]:
    odd = [key for key in raw if key != "field"]
    if odd:
        return [unknown_key((key,), _CRITERIA) for key in odd]
    return [
        Fault(
            code="AK-S003",
            path=(),
            message="the criterion asks nothing",
            expected="one of " + ", ".join(_CRITERIA),
            help="say what must hold, such as at_least = 60",
        )
    ]


def _asks_too_much(asked: list[str]) -> list[Fault]:
    both = " and ".join(repr(key) for key in asked)
    return [
        Fault(
            code="AK-S005",
            path=(asked[-1],),
            message=f"a criterion asks one thing, and this asks {both}",
            expected="one thing",
            seen=both,
            help="put a table for each into all = [...] or any = [...]",
        )
    ]


_PATTERN_KEYS = ("event", "stage", "where")
_ACTOR = ("id", "kind", "team")


def _read_pattern(raw: Tree, stages: Shape) -> Held:
    if isinstance(raw, str):
        return Pattern(event=raw)
    if not isinstance(raw, dict):
        refuse("the name of an event, or a table", raw)
    faults: list[Fault] = []
    parts: dict[str, Held] = {"where": {}}
    fields = {key: raw[key] for key in raw if key not in _PATTERN_KEYS}
    if "event" not in raw:
        faults.append(missing_key(("event",)))
    for key, read in (("event", TEXT.read), ("stage", stages.read)):
        if key in raw:
            for value in attempt(read, raw[key], (key,), faults):
                parts[key] = value
    for path, held in (((), fields), (("where",), raw.get("where", {}))):
        for where in attempt(_read_attributes, held, path, faults):
            parts["where"].update(where)
    if faults:
        raise MisfitError(faults)
    return Pattern(**parts)


def _fields_of(type_: str, of: SchemaOf) -> Schema:
    """Return the JSON Schema of a pattern with regard to the fields of its event."""
    names = [*fields_of(type_), *(f"actor.{name}" for name in _ACTOR)]
    apart: Schema = {}
    if type_ in {Custom.type, LeadCreated.type}:
        roots = ("actor", "data", "lead", "company", "contact")
        known = {root: [of(Value)] if root in names else [] for root in roots}
        apart = {root: {"anyOf": [*known[root], of(Attributes)]} for root in roots}
        dotted = f"^({'|'.join(roots)})\\."
        named: Schema = {"anyOf": [{"enum": [*names, *roots]}, {"pattern": dotted}]}
        rest: Schema = {
            "patternProperties": {dotted: {"anyOf": [of(Value), of(Attributes)]}}
        }
    else:
        actor = {"type": "object", "properties": dict.fromkeys(_ACTOR, of(Value))}
        closed = {**actor, "additionalProperties": False}
        apart = {"actor": {"anyOf": [of(Value), closed]}}
        named, rest = {"enum": names}, {}
    held: Schema = {
        "properties": apart,
        "propertyNames": named,
        **rest,
        "additionalProperties": of(Value),
    }
    own = {key: True for key in _PATTERN_KEYS if key != "where"}
    return {
        "if": {"properties": {"event": {"const": type_}}},
        "then": {
            **held,
            "properties": {**own, "where": held, **apart},
            "propertyNames": {"anyOf": [{"enum": list(_PATTERN_KEYS)}, named]},
        },
    }


def pattern_shape(_: Kind, converter: Converter) -> Shape:
    """Return the shape of a pattern: the name of an event, or a table.

    Keys other than ``event`` and ``stage`` are fields of the event. A field with one of
    those names stands under ``where``.
    """
    stages = one_or_many(str, converter)

    def write(pattern: Held) -> Tree:
        fields: dict[str, Tree] = {
            field: _write_value(values[0] if len(values) == 1 else values)
            for field, values in pattern.where
        }
        apart = {key: fields.pop(key) for key in _PATTERN_KEYS if key in fields}
        table: dict[str, Tree] = {"event": pattern.event, **fields}
        if apart:
            table["where"] = apart
        if pattern.stage:
            table["stage"] = stages.write(pattern.stage)
        return table if len(table) > 1 else pattern.event

    def describe(of: SchemaOf) -> Schema:
        fields = of(Attributes)
        table: Schema = {
            "type": "object",
            "properties": {
                "event": {"type": "string"},
                "stage": stages.describe(of),
                "where": fields,
            },
            "required": ["event"],
            # Any other key is a field of the event.
            "additionalProperties": {"anyOf": [of(Value), fields]},
            "allOf": [_fields_of(type_, of) for type_ in FACTS],
        }
        return {"anyOf": [{"type": "string"}, table]}

    return Shape(
        read=lambda raw: _read_pattern(raw, stages), write=write, describe=describe
    )


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


def _read_when(raw: Tree) -> Held:
    is_day = isinstance(raw, date) and not isinstance(raw, datetime)
    is_day = is_day or (isinstance(raw, str) and len(raw) == len("2026-12-31"))
    return (DATE if is_day else MOMENT).read(raw)


WHEN = Shape(
    read=_read_when,
    write=lambda held: held,
    describe=lambda of: {"anyOf": [of(date), of(datetime)]},
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
    tuple[Action, ...]: lambda _, at: by_name(Table.of(Action), at),
    tuple[Calendar, ...]: lambda _, at: under_names(Calendar, BusinessHours, at),
    tuple[Definition, ...]: lambda _, at: under_names(Definition, Criterion, at),
}


def tagged_shape(kind: Kind, converter: Converter) -> Shape | None:
    """Return the shape of a union of classes: a table with the word of one of them."""
    kinds = members(kind)
    if len(kinds) < 2 or not all(map(attrs.has, kinds)):  # noqa: PLR2004
        return None
    tables = {_word(part): _TABLES.get(part) or Table.of(part) for part in kinds}

    def read(raw: Tree) -> Held:
        if not isinstance(raw, dict):
            refuse("a table", raw)
        if "kind" not in raw:
            raise MisfitError([missing_key(("kind",))])
        faults: list[Fault] = []
        for word in attempt(literal(*tables).read, raw["kind"], ("kind",), faults):
            rest = {key: held for key, held in raw.items() if key != "kind"}
            return tables[word].read(rest, converter)
        raise MisfitError(faults)

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
    tables = (*_TABLES.values(), *_CRITERIA.values())
    names = (key.name for table in tables for key in table.keys if key.field == field)
    return tuple(dict.fromkeys((field, *names)))
