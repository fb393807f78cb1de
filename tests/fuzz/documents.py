"""Agreements as texts in three formats."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime
from random import Random

import alignkit as ak
from alignkit import documents, sources
from alignkit.sources import Format
from alignkit.verdicts import Source
from alignkit.wire import evaluation_form, json_text
from tests.fuzz import seeds
from tests.fuzz.damage import Tree, damaged, scarred
from tests.fuzz.targets import Target

Given = tuple[bytes, Format]
_MOMENT = datetime(2026, 3, 10, 15, tzinfo=UTC)


def draw(random: Random) -> Given:
    """Return an agreement as a text in which something may be wrong."""
    trees = seeds.documents()
    tree = random.choice(trees)
    if len(tree) > 8 and random.random() < 0.8:
        # A whole one takes long to read, and says little that its parts do not say.
        tree = random.choice(trees)
    tree = damaged(tree, random, seeds.document_words())
    formats: tuple[Format, ...] = ("toml", "yaml", "json")
    format: Format = random.choice(formats)
    text, format = _written(tree, format, random)
    return (scarred(text, random) if random.random() < 0.25 else text), format


def _written(tree: Tree, format: Format, random: Random) -> Given:
    if format != "json":
        try:
            fit = documents.fitting(tree, format)
            text = sources.write(fit, format)
            return text.encode("utf-8", "surrogatepass"), format
        except (ak.AlignkitError, ArithmeticError, RecursionError, TypeError):
            # The format has no words for what the tree says; JSON does not ask.
            pass
    is_ascii = random.random() < 0.5
    text = json.dumps(tree, ensure_ascii=is_ascii, default=str)
    return text.encode("utf-8", "surrogatepass"), "json"


def put(given: Given) -> Iterator[str]:
    """Load a text; ask of the agreement what can be asked of one."""
    agreement = ak.loads(*given)
    # What is asked of each is chosen by its text: all of it would take too long.
    match zlib.crc32(given[0]) % 4:
        case 0:
            for finding in agreement.lint(as_of=_MOMENT):
                assert str(finding)
        case 1:
            for format in ("toml", "yaml", "json"):
                assert ak.loads(ak.dumps(agreement, format), format) == agreement
        case 2:
            evaluation = agreement.evaluate(seeds.events(), as_of=_MOMENT)
            source = Source.of(agreement.latest)
            assert json_text(evaluation_form(evaluation, source))
        case _:
            for handoff in seeds.handoffs():
                ruling = agreement.check_handoff(handoff, as_of=_MOMENT)
                assert json_text(ruling.to_dict())
    yield from ()


DOCUMENTS = Target(name="documents", share=10, draw=draw, put=put)
