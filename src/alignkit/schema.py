"""Schema: JSON Schema 2020-12 of what goes in and out, for everyone else's tools.

An editor completes and checks an agreement by it, and a program in another language
checks an event, a handoff or a verdict before it comes here or after it left. Each
schema is made of the classes themselves: of the shapes by which documents are read, and
of the annotations by which facts are. The four stand as files in the package.
"""

from __future__ import annotations

import enum
import json
from collections.abc import Callable, Mapping
from typing import Any

import attrs

from alignkit import documents
from alignkit.criteria import Criterion, Ordered, Reach
from alignkit.docstrings import attributes_of, summary
from alignkit.events import SUBJECT_KINDS, Actor, ActorKind, Event, Precision
from alignkit.handoffs import SCHEMA as HANDOFF
from alignkit.handoffs import SHOWN, Handoff
from alignkit.happenings import FACTS, Decision, Direction, LeadCreated, ScoreKind
from alignkit.holidays import HolidayRule
from alignkit.nouns import converter, shape_of
from alignkit.shapes import DATE_SCHEMA, MOMENT_SCHEMA, Kind, Schema, SchemaOf
from alignkit.spans import Span
from alignkit.standings import Status
from alignkit.terms import Length
from alignkit.values import Attributes, Scalar, Value
from alignkit.verdicts import Verdict

DIALECT = "https://json-schema.org/draft/2020-12/schema"
"""The version of JSON Schema by the name that it gives itself; nothing is fetched."""

Node = dict[str, Any]
"""A schema, taken apart."""

_UNIONS: Mapping[Kind, tuple[str, str]] = {
    Attributes: ("Attributes", "Values by path; a table in a table is a longer path."),
    Criterion: ("Criterion", "What must hold, as a table with a key for what it asks."),
    HolidayRule: ("HolidayRule", "Where holidays come from that are not listed."),
    Length: ("Length", "A span of time, such as '4 business hours'."),
    Ordered: ("Ordered", "A number, a date or a moment."),
    Reach: ("Reach", "Calendar or elapsed time, such as '30 days'."),
    Scalar: ("Scalar", "A plain value; a tag says what JSON has no form for."),
    Span: ("Span", "A span of time, such as '4 business hours' or '48 hours'."),
    Value: ("Value", "A plain value, a list of them, or nothing."),
}
"""The types without a class that are worth a definition of their own."""


def describe(name: str) -> Schema:
    """Return the JSON Schema of an agreement, an event, a handoff or a verdict.

    Args:
        name: One of `SCHEMAS`.

    Example:
        >>> describe("verdict")["$id"]
        'urn:alignkit:schema:verdict:1'
    """
    return SCHEMAS[name]()


def text(name: str) -> str:
    """Return a JSON Schema as the text of a file, the same each time."""
    return json.dumps(describe(name), indent=1) + "\n"


def _root(name: str, title: str, description: str, body: Node, defs: Node) -> Schema:
    return {
        "$schema": DIALECT,
        "$id": f"urn:alignkit:schema:{name}:1",
        "title": title,
        "description": description,
        **body,
        "$defs": dict(sorted(defs.items())),
    }


def _ref(name: str) -> Node:
    return {"$ref": f"#/$defs/{name}"}


def _agreement() -> Schema:
    defs: Node = {}
    edition: Node = documents.describe(_definitions(defs))
    defs["EditionDocument"] = {"title": "Edition", **edition}
    defs["EditionsDocument"] = {
        "title": "Editions",
        "type": "object",
        "properties": {
            "editions": {
                "type": "array",
                "items": _ref("EditionDocument"),
                "minItems": 1,
                "description": "The editions of an agreement, in any order.",
            }
        },
        "required": ["editions"],
        "additionalProperties": False,
    }
    defs["OverlayDocument"] = _overlay(edition, defs)
    body = {
        "type": "object",
        "if": {"required": ["include"]},
        "then": _ref("OverlayDocument"),
        "else": {
            "if": {"required": ["editions"]},
            "then": _ref("EditionsDocument"),
            "else": _ref("EditionDocument"),
        },
    }
    said = "What sales and marketing promised each other, as a document."
    return _root("agreement", "Agreement", said, body, defs)


def _definitions(defs: Node) -> SchemaOf:
    """Return what describes types, and puts each that has a name into definitions."""
    named: dict[Kind, str] = {}

    def of(kind: Kind) -> Schema:
        title, said = _told(kind)
        if not title:
            return shape_of(kind, converter()).describe(of)
        if kind not in named:
            # Two modules may have a class of one name.
            name = title if title not in defs else f"{kind.__module__[9:]}.{title}"
            named[kind] = name
            # A criterion holds criteria: its name is taken before it is described.
            defs[name] = {}
            described = shape_of(kind, converter()).describe(of)
            defs[name] = {"title": title, "description": said, **described}
        return _ref(named[kind])

    return of


def _told(kind: Kind) -> tuple[str, str]:
    """Return the name of a type and what it is; nothing if it is not worth one."""
    if kind in _UNIONS:
        return _UNIONS[kind]
    if isinstance(kind, type) and (attrs.has(kind) or issubclass(kind, enum.Enum)):
        return kind.__name__, summary(kind)
    return "", ""


def _overlay(edition: Node, defs: Node) -> Node:
    """Return the schema of a document that goes over others [see `overlays`].

    What it leaves out stands in what it includes, so that nothing of a table that is
    merged is required; whatever it replaces, it says in full.
    """
    properties = {
        key: _partial(held, 0 if key == "definitions" else 1, defs)
        for key, held in edition["properties"].items()
    }
    names = {
        "type": "array",
        "items": {"type": "string", "minLength": 1},
        "description": "The files that this one goes over, the first one lowest.",
    }
    return {
        **edition,
        "title": "Overlay",
        "properties": {
            "include": names,
            **properties,
            "editions": {"type": "array", "items": _ref("EditionDocument")},
        },
        "required": ["include"],
    }


def _partial(held: Node, levels: int, defs: Node) -> Node:
    """Return the schema of what is merged, and so many levels of tables in it."""
    if "$ref" in held:
        held = {**defs[held["$ref"].rpartition("/")[2]], **held}
        del held["$ref"]
    for word in ("anyOf", "oneOf"):
        if word in held:
            parts = [_partial(part, levels, defs) for part in held[word]]
            rest = {key: part for key, part in held.items() if key != word}
            # Parts that were told apart by what they require are so no longer.
            return {**rest, "anyOf": parts}
    match held.get("type"):
        case "array":
            return _partial_list(held, defs)
        case "object":
            return _partial_table(held, levels, defs)
        case _:
            return held


def _partial_list(held: Node, defs: Node) -> Node:
    """Return the schema of a list of which tables with an id are merged by it."""
    items = _partial(held.get("items", {}), 0, defs)
    tables = (items, *items.get("anyOf", ()))
    if not any("id" in table.get("properties", {}) for table in tables):
        return held
    part = {**held, "items": {**items, "required": ["id"]}}
    return {"anyOf": [held, part]}


def _partial_table(held: Node, levels: int, defs: Node) -> Node:
    loose = {key: part for key, part in held.items() if key != "required"}
    if not levels:
        return loose
    if isinstance(rest := loose["additionalProperties"], dict):
        loose["additionalProperties"] = _partial(rest, levels - 1, defs)
    if "properties" in loose:
        loose["properties"] = {
            key: _partial(part, levels - 1, defs)
            for key, part in loose["properties"].items()
        }
    return loose


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
    "additionalProperties": {"anyOf": [_ref("Value"), _ref("Attributes")]},
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
        "anyOf": [_ref("Date"), _ref("Moment")],
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
    "Decimal": _ref("Number"),
    "timedelta": _ref("Duration"),
    "datetime": _ref("Moment"),
    "Names": _list(_TEXT),
    "Moments": _by_name(_ref("Moment")),
    "Happened": _by_name(_list(_ref("When"))),
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
        node = held[plain] if plain in held else _ref(plain)
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
        for name in _references(waiting.pop()):
            if name not in found:
                found[name] = {"title": name, **known[name]}
                waiting.append(known[name])
    return found


def _references(node: object) -> list[str]:
    if isinstance(node, list | tuple):
        return [name for part in node for name in _references(part)]
    if not isinstance(node, dict):
        return []
    own = [node["$ref"].rpartition("/")[2]] if "$ref" in node else []
    return [*own, *(name for part in node.values() for name in _references(part))]


def _event() -> Schema:
    actor = _closed(_keys(Actor, _HELD))
    body = {"oneOf": [_fact(name) for name in FACTS]}
    said = "One dated fact about one subject. Nothing but events is ever judged."
    return _root("event", "Event", said, body, _used(body, {"Actor": actor}))


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
        properties |= {root: _or_null(_ref("Attributes")) for root in SHOWN}
        # Every other key is an attribute of the lead.
        node["propertyNames"] = _GROUP["propertyNames"]
        node["additionalProperties"] = _GROUP["additionalProperties"]
    return node


def _handoff() -> Schema:
    own = _keys(Handoff, _HELD, "unknown_fields", "attributes", "actor")
    actor = {"type": "object", "properties": _keys(Actor, _HELD)}
    roots = dict.fromkeys(SHOWN, _or_null(_ref("Attributes")))
    told = {"description": attributes_of(Handoff)["attributes"]}
    body = {
        "type": "object",
        "properties": {
            "schema": {"const": HANDOFF},
            **own,
            "actor": _or_null(_ref("Actor")),
            **roots,
            "attributes": {**_or_null(_ref("Attributes")), **told},
        },
        "required": _required(Handoff, own),
    }
    said = "A lead that is about to change hands. What is left out is not known."
    return _root("handoff", "Handoff", said, body, _used(body, {"Actor": actor}))


def _verdict() -> Schema:
    text_ = {"type": "string"}
    seconds = _or_null({"type": "number"})
    held: Mapping[str, Node] = {
        **_HELD,
        "str": text_,
        "tuple[tuple[datetime, datetime | None], ...]": _list(_ref("Stretch")),
        "tuple[Disregarded, ...]": _list(_ref("Disregarded")),
        "tuple[Attribution, ...]": _list(_ref("Attribution")),
    }
    moment = _ref("Moment")
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
    for name, node in _keys(Verdict, held, "basis").items():
        properties[name] = node
        if name == "target":
            measure = {"description": "What was measured otherwise than by a clock."}
            properties["measure"] = {**_or_null(_ref("Measure")), **measure}
    said = "One sentence that the people concerned can check against a calendar."
    properties["explanation"] = {"type": "string", "description": said}
    body = _all_of(properties)
    said = "How one promise stands at one moment, for one subject and one cycle."
    return _root("verdict", "Verdict", said, body, _used(body, further))


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


SCHEMAS: Mapping[str, Callable[[], Schema]] = {
    "agreement": _agreement,
    "event": _event,
    "handoff": _handoff,
    "verdict": _verdict,
}
"""What makes each schema, by the word that the command line takes."""
