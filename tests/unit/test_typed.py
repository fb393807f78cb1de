"""No noun of an agreement takes a value of another type than its field says."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import attrs
import pytest

import alignkit as ak
from alignkit.errors import AlignkitError, UnfitValueError
from alignkit.promises import Deadline
from alignkit.references import walk
from alignkit.spans import BusinessTime, Elapsed

COMPLETE = (
    Path(__file__).parents[2] / "examples" / "complete_agreement" / "agreement.toml"
)
WITHOUT_A_FIELD_OF_THAT_NAME = (BusinessTime, Elapsed)


class Odd:
    """What nothing in an agreement is."""


def fields_in_use() -> Iterator[tuple[Any, str]]:
    """Yield every field of every kind of noun in the complete agreement, once."""
    edition = ak.load(COMPLETE).latest
    nouns: dict[type[Any], Any] = {type(part): part for _, part in walk(edition)}
    for kind, noun in nouns.items():
        for field in attrs.fields(kind):
            if field.init and kind not in WITHOUT_A_FIELD_OF_THAT_NAME:
                yield noun, field.alias or field.name


def takes(noun: Any, field: str, value: object) -> bool:  # noqa: ANN401 - any noun
    """Say whether a field of a noun may hold a value."""
    try:
        attrs.evolve(noun, **{field: value})
    except AlignkitError:
        return False
    return True


class TestFields:
    def test_none_takes_what_is_of_another_type(self) -> None:
        taken = [
            f"{type(noun).__name__}.{field}"
            for noun, field in fields_in_use()
            if takes(noun, field, Odd())
        ]

        assert taken == []

    def test_the_message_names_the_field_and_what_was_seen(self) -> None:
        clock = ak.Clock(start=(ak.Pattern(event="owner_assigned"),))

        with pytest.raises(UnfitValueError) as caught:
            Deadline(clock=clock, within="2 hours")  # type: ignore[arg-type]

        assert str(caught.value) == (
            "deadline: within does not fit: '2 hours'; expected a Span"
        )

    @pytest.mark.parametrize(
        ("field", "value", "expected"),
        [
            ("title", 3, "text or None"),
            ("adopts_changes", 1, "true or false"),
            ("applies_to", "mql", "a Criterion or None"),
        ],
    )
    def test_what_fits_is_said_in_words(
        self, field: str, value: object, expected: str
    ) -> None:
        (term, *_) = ak.load(COMPLETE).latest.terms

        with pytest.raises(UnfitValueError) as caught:
            attrs.evolve(term, **{field: value})  # type: ignore[arg-type]

        assert (caught.value.field, caught.value.expected) == (field, expected)

    def test_a_moment_is_no_date(self) -> None:
        with pytest.raises(UnfitValueError, match="expected a date or None"):
            ak.Edition(id="n", review_by=ak.load(COMPLETE).latest.effective_from)
