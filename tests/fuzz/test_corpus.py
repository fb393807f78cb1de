"""The part of every campaign that is run each time: the corpus, and a few more."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

import alignkit as ak
from alignkit.sources import Format
from tests.fuzz import documents, handoffs, seeds
from tests.fuzz.__main__ import parts
from tests.fuzz.atheris_driver import Choices
from tests.fuzz.counts import Counts
from tests.fuzz.doors import TARGETS
from tests.fuzz.targets import Target

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
DOCUMENTS = sorted((seeds.CORPUS / "documents").iterdir())
HANDOFFS = sorted((seeds.CORPUS / "handoffs").iterdir())


def code_in(name: str) -> set[str]:
    """Return the code that the name of a file begins with; nothing if it is right."""
    return {name[:7]} if name.startswith("AK-") else set()


class TestCorpus:
    @pytest.mark.parametrize("file", DOCUMENTS, ids=lambda file: file.name)
    def test_every_document_is_taken_or_refused_as_its_name_says(
        self, file: Path
    ) -> None:
        format = cast("Format", file.suffix[1:])

        found = documents.DOCUMENTS.tried((file.read_bytes(), format))

        assert found == code_in(file.name)

    @pytest.mark.parametrize("file", HANDOFFS, ids=lambda file: file.name)
    def test_every_handoff_is_taken_or_refused_as_its_name_says(
        self, file: Path
    ) -> None:
        payload = json.loads(file.read_text(encoding="utf-8"))

        for agreement in seeds.agreements()[::9]:
            found = handoffs.HANDOFFS.tried(
                handoffs.Given(
                    agreement=agreement, payload=payload, as_of=NOON, is_move=False
                )
            )

            assert found == code_in(file.name)

    def test_every_event_is_taken(self) -> None:
        events = [ak.Event.from_dict(raw) for raw in seeds.events()]

        for agreement in seeds.agreements():
            assert agreement.evaluate(events, as_of=NOON).verdicts is not None


class TestTargets:
    @pytest.mark.parametrize("name", TARGETS)
    @given(random=st.randoms(use_true_random=False))
    def test_nothing_that_is_handed_in_is_refused_without_a_code(
        self, name: str, random: Random
    ) -> None:
        target = TARGETS[name]

        found = target.tried(target.draw(random))

        assert all(code.startswith("AK-") for code in found)


class TestCampaign:
    def test_what_comes_out_without_a_code_is_told_once_with_its_shortest_input(
        self,
    ) -> None:
        def put(given: str) -> list[str]:
            return [] if given == "right" else [given.removesuffix("!")[99]]

        words = iter(("right", "wrong!", "wrong", "wrong!!"))
        target = Target(name="words", share=1, draw=lambda _: next(words), put=put)
        counts = Counts()

        for _ in range(4):
            counts.try_one(target, Random(0))  # noqa: S311

        (place, fault), *others = counts.faults.items()
        assert not others
        assert place.startswith("IndexError at test_corpus.py:")
        assert (fault.times, fault.given) == (3, "'wrong'")
        first, *_ = counts.lines("words")
        assert first.startswith("words: 4 inputs, ")
        assert "25% taken" in first
        assert first.endswith("1 faults")

    def test_chance_draws_most_and_nothing_is_lost(self) -> None:
        assert sum(parts(100_000, None).values()) == 100_000
        assert sum(parts(999, None).values()) == 999
        assert parts(100, "hypothesis") == {
            "chance": 0,
            "hypothesis": 100,
            "atheris": 0,
        }

    def test_the_same_bytes_make_the_same_choices(self) -> None:
        target = TARGETS["handoffs"]

        one, other = (target.draw(Choices(b"\x07" * 40)) for _ in range(2))

        assert repr(one) == repr(other)
