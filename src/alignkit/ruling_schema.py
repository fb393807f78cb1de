"""The JSON Schema of rulings, in the form in which `Ruling.to_dict` writes them."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from typing import Any

from alignkit.consequences import Consequence
from alignkit.docstrings import attributes_of
from alignkit.findings import Severity
from alignkit.form_schemas import Node, ref, root
from alignkit.gates import Answer
from alignkit.handoffs import Occasion
from alignkit.inquiries import Inquiry
from alignkit.lifecycle import MoveDirection
from alignkit.margins import Margin
from alignkit.objections import Objection
from alignkit.outcomes import Outcome, WhyUnknown
from alignkit.previews import Preview
from alignkit.reasons import Disposition
from alignkit.rulings import SCHEMA, Ruling
from alignkit.shapes import Schema
from alignkit.value_shapes import MOMENT_SCHEMA
from alignkit.windows import Window

_TEXT: Node = {"type": "string"}
_COUNT: Node = {"type": "integer", "minimum": 0}


def _words(kind: type[enum.Enum]) -> Node:
    return {"type": "string", "enum": [member.value for member in kind]}


def _or_null(node: Node) -> Node:
    return {"anyOf": [node, {"type": "null"}]}


def _list(node: Node) -> Node:
    return {"type": "array", "items": node}


def _all_of(properties: Node, kind: type | None = None) -> Node:
    """Return the schema of an object with these keys, all of them and no others."""
    told = {} if kind is None else attributes_of(kind)
    return {
        "type": "object",
        "properties": {
            key: {**node, "description": told[key]} if key in told else node
            for key, node in properties.items()
        },
        "required": list(properties),
        "additionalProperties": False,
    }


def ruling() -> Schema:
    """Return the JSON Schema of rulings on handoffs and moves."""
    moment = ref("Moment")
    defs: Mapping[str, Any] = {
        "Change": _all_of(
            {"path": _TEXT, "value": {}, "was": {}, "since": _or_null(moment)}
        ),
        "Consequence": _all_of(
            {
                "disposition": _words(Disposition),
                "counts_against": _or_null(_TEXT),
                "rests_until": _or_null(_TEXT),
            },
            Consequence,
        ),
        "Fix": _all_of({"changes": _list(ref("Change"))}),
        "Inquiry": _all_of(
            {
                "path": _TEXT,
                "why": _words(WhyUnknown),
                "expected": _list(_TEXT),
                "rules": _list(_TEXT),
                "help": _or_null(_TEXT),
                "settles": _COUNT,
                "closes": _COUNT,
            },
            Inquiry,
        ),
        "Margin": _all_of(
            {
                "path": _TEXT,
                "rule": _TEXT,
                "expected": _TEXT,
                "margin": _TEXT,
                "outcome": _words(Outcome),
            },
            Margin,
        ),
        "Moment": {**MOMENT_SCHEMA, "description": "A moment with its offset."},
        "Note": _all_of(
            {"code": _TEXT, "message": _TEXT, "path": _TEXT, "help": _or_null(_TEXT)}
        ),
        "Objection": _all_of(
            {
                "code": _TEXT,
                "severity": _words(Severity),
                "outcome": _words(Outcome),
                "decides": {"type": "boolean"},
                "rule": _TEXT,
                "path": _TEXT,
                "message": _TEXT,
                "expected": _or_null(_TEXT),
                "seen": _or_null(_TEXT),
                "help": _or_null(_TEXT),
                "why": _or_null(_words(WhyUnknown)),
                "evidence": _list(_TEXT),
                "margin": _or_null(_TEXT),
            },
            Objection,
        ),
        "Preview": _all_of(
            {
                "term": _TEXT,
                "party": _TEXT,
                "started_at": moment,
                "counts_from": _or_null(moment),
                "target": _or_null(_TEXT),
                "due_at": _or_null(moment),
                "unknown": _list(_TEXT),
            },
            Preview,
        ),
        "Window": _all_of(
            {
                "term": _TEXT,
                "party": _TEXT,
                "opened_at": _or_null(moment),
                "due_at": _or_null(moment),
                "outcome": _words(Outcome),
                "unknown": _list(_TEXT),
            },
            Window,
        ),
        "Source": _all_of({"id": _TEXT, "version": _TEXT, "fingerprint": _TEXT}),
    }
    body = _all_of(
        {
            "schema": {"const": SCHEMA},
            "lead": _TEXT,
            "occasion": _words(Occasion),
            "as_of": moment,
            "outcome": _words(Outcome),
            "answer": _words(Answer),
            "turned_by": _or_null(_TEXT),
            "direction": _or_null(_words(MoveDirection)),
            "legal": _list(_TEXT),
            "consequence": _or_null(ref("Consequence")),
            "findings": _list(ref("Objection")),
            "missing": _list(ref("Inquiry")),
            "fixes": _list(ref("Fix")),
            "has_all_fixes": {"type": "boolean"},
            "margins": _list(ref("Margin")),
            "next_change_at": _or_null(moment),
            "clocks": _list(ref("Preview")),
            "windows": _list(ref("Window")),
            "notes": _list(ref("Note")),
            "agreement": _or_null(ref("Source")),
        },
        Ruling,
    )
    named = {name: {"title": name, **node} for name, node in defs.items()}
    said = "Whether a handoff or a move is right, and why not."
    return root("ruling", "Ruling", said, body, named)
