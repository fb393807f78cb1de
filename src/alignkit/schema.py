"""Schema: JSON Schema 2020-12 of what goes in and out, for everyone else's tools.

An editor completes and checks an agreement by it, and a program in another language
checks an event, a handoff or a verdict before it comes here or after it left. Each
schema is made of the classes themselves: of the shapes by which documents are read, and
of the annotations by which facts are. They stand as files in the package.
"""

from __future__ import annotations

import enum
import json
from collections.abc import Callable, Mapping

import attrs

from alignkit import documents, form_schemas
from alignkit.criteria import Criterion, Ordered, Reach
from alignkit.docstrings import summary
from alignkit.form_schemas import Node, ref, root
from alignkit.holidays import HolidayRule
from alignkit.nouns import converter, shape_of
from alignkit.ruling_schema import ruling
from alignkit.shapes import Kind, Schema, SchemaOf
from alignkit.spans import Length, Span
from alignkit.values import Attributes, Scalar, Value

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
    """Return the JSON Schema of what goes in or out.

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
                "items": ref("EditionDocument"),
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
        "then": ref("OverlayDocument"),
        "else": {
            "if": {"required": ["editions"]},
            "then": ref("EditionsDocument"),
            "else": ref("EditionDocument"),
        },
    }
    said = "What sales and marketing promised each other, as a document."
    return root("agreement", "Agreement", said, body, defs)


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
        return ref(named[kind])

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
            "editions": {"type": "array", "items": ref("EditionDocument")},
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


SCHEMAS: Mapping[str, Callable[[], Schema]] = {
    "agreement": _agreement,
    "event": form_schemas.event,
    "handoff": form_schemas.handoff,
    "ruling": ruling,
    "verdict": form_schemas.verdict,
}
"""What makes each schema, by the word that the command line takes."""
