"""Pattern shapes: how a pattern stands in a document.

The name of an event stands for any such event; a table says more. Its keys are fields
of the event, but for those that a pattern has itself. An editor is told which fields
the event has.
"""

from __future__ import annotations

from cattrs import Converter

from alignkit.events import fields_of
from alignkit.happenings import FACTS, Custom, LeadCreated
from alignkit.patterns import Pattern
from alignkit.shapes import (
    Held,
    Kind,
    MisfitError,
    Schema,
    SchemaOf,
    Shape,
    attempt,
    missing_key,
    one_or_many,
    refuse,
)
from alignkit.trees import Fault, Tree
from alignkit.value_shapes import ATTRIBUTES, TEXT, VALUE
from alignkit.values import Attributes, Value

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
        for where in attempt(ATTRIBUTES.read, held, path, faults):
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
            field: VALUE.write(values[0] if len(values) == 1 else values)
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
