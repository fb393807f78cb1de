"""How a pattern of events stands in a document."""

from __future__ import annotations

import pytest

from alignkit.nouns import converter
from alignkit.patterns import Pattern
from alignkit.shapes import MisfitError, reader, writer
from alignkit.trees import Tree, path_text


def faults(raw: Tree) -> list[tuple[str, str]]:
    with pytest.raises(MisfitError) as caught:
        reader(Pattern, converter())(raw)
    return [(fault.code, path_text(fault.path)) for fault in caught.value.faults]


class TestRead:
    @pytest.mark.parametrize("raw", [5, None, True, ["lead_created"]])
    def test_it_is_the_name_of_an_event_or_a_table(self, raw: Tree) -> None:
        assert faults(raw) == [("AK-S004", "$")]

    def test_every_fault_of_a_table_is_told(self) -> None:
        assert faults({"stage": 5, "where": 7, "owner": {}}) == [
            ("AK-S003", "$.event"),
            ("AK-S004", "$.stage"),
            ("AK-S005", "$.owner"),
            ("AK-S004", "$.where"),
        ]


class TestWrite:
    def test_without_conditions_it_is_the_name_of_its_event(self) -> None:
        assert (
            writer(Pattern, converter())(Pattern(event="lead_created"))
            == "lead_created"
        )

    def test_a_field_with_the_name_of_a_key_stands_apart(self) -> None:
        pattern = Pattern(event="custom", where={"name": "moved", "stage": ["a", "b"]})

        written = writer(Pattern, converter())(pattern)

        assert written == {
            "event": "custom",
            "name": "moved",
            "where": {"stage": ["a", "b"]},
        }
        assert reader(Pattern, converter())(written) == pattern
