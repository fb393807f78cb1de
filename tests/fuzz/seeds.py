"""What is right, for damage to begin from: the corpus, the examples and the demo."""

from __future__ import annotations

import functools
import json
from pathlib import Path

import alignkit as ak
from alignkit import sources
from tests.fuzz.damage import Tree, Words

CORPUS = Path(__file__).parent / "corpus"
_EXAMPLES = Path(__file__).parents[2] / "examples"
_DEMO = Path(ak.__file__).parent / "demo"
_DOCUMENTS = (
    *sorted((CORPUS / "documents").glob("*.toml")),
    *sorted(_EXAMPLES.glob("*/agreement.toml")),
    _DEMO / "agreement.toml",
)


@functools.cache
def documents() -> tuple[Tree, ...]:
    """Return agreements as trees; what one includes stands in it."""
    whole = [ak.dumps(ak.load(path), "json") for path in _DOCUMENTS if _is_right(path)]
    return tuple(sources.read(text, "json").tree for text in whole)


@functools.cache
def agreements() -> tuple[ak.Agreement, ...]:
    """Return the same as agreements."""
    return tuple(ak.load(path) for path in _DOCUMENTS if _is_right(path))


def _is_right(path: Path) -> bool:
    # What was found broken says so by its name.
    return not path.name.startswith("AK-")


@functools.cache
def events() -> tuple[Tree, ...]:
    """Return events in their JSON form, of every type."""
    files = (CORPUS / "events" / "every-type.jsonl", _DEMO / "events.jsonl")
    return tuple(
        json.loads(line)
        for file in files
        for line in file.read_text(encoding="utf-8").splitlines()
    )


@functools.cache
def handoffs() -> tuple[Tree, ...]:
    """Return handoffs and moves in their JSON form."""
    files = sorted((CORPUS / "handoffs").glob("*.json"))
    return tuple(
        json.loads(file.read_text(encoding="utf-8"))
        for file in files
        if _is_right(file)
    )


@functools.cache
def document_words() -> Words:
    """Return what stands under each key of an agreement."""
    return Words(list(documents()))


@functools.cache
def fact_words() -> Words:
    """Return what stands under each key of an event or of a handoff."""
    return Words([*events(), *handoffs()])
