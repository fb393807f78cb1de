"""Form schemas: JSON Schema of facts and answers, made of their annotations.

Events, handoffs and verdicts are JSON that programs write and read. The annotation of a
field says how it is read, and what a schema says of it; so a new field is described
without a word here.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from typing import Any

import attrs

from alignkit.docstrings import attributes_of, summary
from alignkit.events import SUBJECT_KINDS, Actor, ActorKind, Event, Precision
from alignkit.handoffs import SCHEMA as HANDOFF
from alignkit.handoffs import SHOWN, Handoff, Occasion
from alignkit.happenings import FACTS, Decision, Direction, LeadCreated, ScoreKind
from alignkit.shapes import Schema
from alignkit.standings import Status
from alignkit.value_shapes import DATE_SCHEMA, MOMENT_SCHEMA
from alignkit.verdicts import Verdict

DIALECT = "https://json-schema.org/draft/2020-12/schema"
"""The version of JSON Schema by the name that it gives itself; nothing is fetched."""

Node = dict[str, Any]
"""A schema, taken apart."""


def root(name: str, title: str, description: str, body: Node, defs: Node) -> Schema:
    """Return a whole schema of what goes in or out, with its definitions."""
    return {
        "$schema": DIALECT,
        "$id": f"urn:alignkit:schema:{name}:1",
        "title": title,
        "description": description,
        **body,
        "$defs": dict(sorted(defs.items())),
    }


def ref(name: str) -> Node:
    """Return a schema that refers to a definition."""
    return {"$ref": f"#/$defs/{name}"}


def _closed(properties: Node, *required: str) -> Node:
    return {
        "type": "object",
        "properties": properties,
        "required": list(required),
        "additionalProperties": False,
    }


def _or_null(held: Node) -> Node:
    return {"anyOf": [held, {"type": "null"}]}


def _list(items: Node) -> Node:
    return {"type": "array", "items": items}


def _by_name(held: Node) -> Node:
    """Return the schema of an object in which null says that it is not known."""
    named = {"minLength": 1}
    return {
        "type": "object",
        "propertyNames": named,
        "additionalProperties": _or_null(held),
    }


def _words(kind: type[enum.Enum]) -> Node:
    words = [member.value for member in kind]
    return {"description": summary(kind), "type": "string", "enum": words}


_TEXT: Node = {"type": "string", "minLength": 1}
_TAGGED = ("$date", "$moment", "$number")
_PLAIN: tuple[Node, ...] = (
    {"type": ["string", "number", "boolean"]},
    *(_closed({tag: {"type": "string"}}, tag) for tag in _TAGGED),
)
_EXACT = _closed({"$number": {"type": "string"}}, "$number")
_GROUP: Node = {
    "type": "object",
    "propertyNames": {"not": {"enum": ["", *_TAGGED]}},
    "additionalProperties": {"anyOf": [ref("Value"), ref("Attributes")]},
}
_NAMED: Mapping[str, Node] = {
    "Attributes": {
        "description": "Values by path; an object in an object is a longer path.",
        **_GROUP,
    },
    "Date": {**DATE_SCHEMA, "description": "A calendar date."},
    "Duration": {
        "description": "A length of time in seconds, with at most six decimals.",
        "anyOf": [{"type": "number", "minimum": 0}, _EXACT],
    },
    "Moment": {**MOMENT_SCHEMA, "description": "A moment with its offset."},
    "Number": {
        "description": "A number; as text after $number if no float is exact.",
        "anyOf": [{"type": "number"}, _EXACT],
    },
    "Value": {
        "description": "A plain value, a list of them, or null.",
        "anyOf": [*_PLAIN, _list({"anyOf": list(_PLAIN)}), {"type": "null"}],
    },
    "When": {
        "description": "A calendar date, or a moment with its offset.",
        "anyOf": [ref("Date"), ref("Moment")],
    },
    **{
        kind.__name__: _words(kind)
        for kind in (ActorKind, Decision, Direction, Precision, ScoreKind, Status)
    },
}
"""What has a definition of its own in the schemas of facts and answers, by its name."""

_HELD: Mapping[str, Node] = {
    "str": _TEXT,
    "bool": {"type": "boolean"},
    "int": {"type": "integer"},
    "Count": {"type": "integer", "minimum": 0},
    "Ordinal": {"type": "integer", "minimum": 1},
    "Decimal": ref("Number"),
    "timedelta": ref("Duration"),
    "datetime": ref("Moment"),
    "Names": _list(_TEXT),
    "Occasion": _words(Occasion),
    "Moments": _by_name(ref("Moment")),
    "Happened": _by_name(_list(ref("When"))),
    "Consents": _by_name({"type": "boolean"}),
}
"""What the annotation of a field holds, where that has no definition of its own."""


def _keys(kind: type, held: Mapping[str, Node], *left_out: str) -> Node:
    """Return the schemas of the fields of a class, made of their annotations."""
    told = attributes_of(kind)
    found: Node = {}
    for field in attrs.fields(kind):
        if field.name in left_out or not field.init:
            continue
        annotation = str(field.type)
        plain = annotation.removesuffix(" | None")
        node = held[plain] if plain in held else ref(plain)
        said = {"description": told[field.name]} if field.name in told else {}
        found[field.name] = {
            **(node if plain == annotation else _or_null(node)),
            **said,
        }
    return found


def _required(kind: type, keys: Node) -> list[str]:
    return [
        field.name
        for field in attrs.fields(kind)
        if field.default is attrs.NOTHING and field.name in keys
    ]


def _used(body: Node, more: Mapping[str, Node]) -> Node:
    """Return the definitions that a schema refers to, and those that these refer to."""
    known = {**_NAMED, **more}
    found: Node = {}
    waiting = [body]
    while waiting:
        for name in references(waiting.pop()):
            if name not in found:
                found[name] = {"title": name, **known[name]}
                waiting.append(known[name])
    return found


def references(node: object) -> list[str]:
    """Return the names of the definitions to which a schema refers."""
    if isinstance(node, list | tuple):
        return [name for part in node for name in references(part)]
    if not isinstance(node, dict):
        return []
    own = [node["$ref"].rpartition("/")[2]] if "$ref" in node else []
    return [*own, *(name for part in node.values() for name in references(part))]


def event() -> Schema:
    """Return the JSON Schema of events: one variant for each type."""
    actor = _closed(_keys(Actor, _HELD))
    body = {"oneOf": [_fact(name) for name in FACTS]}
    said = "One dated fact about one subject. Nothing but events is ever judged."
    return root("event", "Event", said, body, _used(body, {"Actor": actor}))


def _fact(name: str) -> Node:
    """Return the schema of the events of one type."""
    kind = FACTS[name]
    shared = _keys(Event, _HELD, "subject", "fact")
    fields = _keys(kind, _HELD, "attributes")
    if kind is LeadCreated:
        # A lead has a source of its own, and both are called by one word.
        shared["event_source"] = shared.pop("source")
    properties = {
        "schema": {"const": "alignkit.event/1"},
        "id": shared.pop("id"),
        "lead": {**_TEXT, "description": "The lead that it happened to."},
        "subject_kind": {
            **_TEXT,
            "description": "What it happened to, if that is no lead.",
            "examples": list(SUBJECT_KINDS),
        },
        "subject": {**_TEXT, "description": "The id of what it happened to."},
        "at": shared.pop("at"),
        "type": {"const": name},
        **shared,
        **fields,
    }
    node: Node = {
        "title": name,
        "description": summary(kind),
        **_closed(properties, "id", "at", "type", *_required(kind, fields)),
        "anyOf": [{"required": ["lead"]}, {"required": ["subject"]}],
    }
    if kind is LeadCreated:
        properties |= {root: _or_null(ref("Attributes")) for root in SHOWN}
        # Every other key is an attribute of the lead.
        node["propertyNames"] = _GROUP["propertyNames"]
        node["additionalProperties"] = _GROUP["additionalProperties"]
    return node


def handoff() -> Schema:
    """Return the JSON Schema of handoffs, which may have unknown fields."""
    own = _keys(Handoff, _HELD, "unknown_fields", "attributes", "actor")
    actor = {"type": "object", "properties": _keys(Actor, _HELD)}
    roots = dict.fromkeys(SHOWN, _or_null(ref("Attributes")))
    told = {"description": attributes_of(Handoff)["attributes"]}
    body = {
        "type": "object",
        "properties": {
            "schema": {"const": HANDOFF},
            **own,
            "actor": _or_null(ref("Actor")),
            **roots,
            "attributes": {**_or_null(ref("Attributes")), **told},
        },
        "required": [name for name in _required(Handoff, own) if name != "to_party"],
        # Nobody takes a lead that only moves.
        "anyOf": [
            {"required": ["to_party"]},
            {
                "properties": {"occasion": {"const": Occasion.MOVE.value}},
                "required": ["occasion"],
            },
        ],
    }
    said = "A lead that is about to change hands. What is left out is not known."
    return root("handoff", "Handoff", said, body, _used(body, {"Actor": actor}))


def verdict() -> Schema:
    """Return the JSON Schema of verdicts in the form of `wire`."""
    text_ = {"type": "string"}
    seconds = _or_null({"type": "number"})
    held: Mapping[str, Node] = {
        **_HELD,
        "str": text_,
        "tuple[tuple[datetime, datetime | None], ...]": _list(ref("Stretch")),
        "tuple[Disregarded, ...]": _list(ref("Disregarded")),
        "tuple[Attribution, ...]": _list(ref("Attribution")),
    }
    moment = ref("Moment")
    further: Mapping[str, Node] = {
        "Attribution": _all_of({"to": text_, "business_s": {"type": "number"}}),
        "Disregarded": _all_of({"event": text_, "at": moment, "reason": text_}),
        "Lapse": _all_of({"business_s": seconds, "wall_s": seconds}),
        "Measure": _measure(),
        "Source": _all_of({"id": text_, "version": text_, "fingerprint": text_}),
        "Stretch": {
            "type": "array",
            "prefixItems": [moment, _or_null(moment)],
            "minItems": 2,
            "maxItems": 2,
        },
    }
    properties: Node = {"schema": {"const": "alignkit.verdict/1"}}
    for name, node in _keys(Verdict, held, "steps", "basis").items():
        properties[name] = node
        if name == "target":
            measure = {"description": "What was measured otherwise than by a clock."}
            properties["measure"] = {**_or_null(ref("Measure")), **measure}
    said = "One sentence that the people concerned can check against a calendar."
    properties["explanation"] = {"type": "string", "description": said}
    body = _all_of(properties)
    said = "How one promise stands at one moment, for one subject and one cycle."
    return root("verdict", "Verdict", said, body, _used(body, further))


def _all_of(properties: Node) -> Node:
    """Return the schema of an object that has every key, and no other."""
    return _closed(properties, *properties)


def _measure() -> Node:
    figure = {"type": ["string", "number", "null"]}
    count = {"type": ["integer", "null"]}
    return _all_of(
        {
            "kind": {"type": "string", "enum": ["tally", "share", "check"]},
            **dict.fromkeys(("actual", "target", "numerator", "denominator"), figure),
            **dict.fromkeys(("counted", "sample"), count),
        }
    )
