"""How classes stand in a document as tables."""

from __future__ import annotations

import attrs
import pytest

from alignkit.holidays import Recurring
from alignkit.nouns import converter
from alignkit.parties import Role
from alignkit.shapes import MisfitError, reader, writer
from alignkit.trees import Tree, path_text


@attrs.frozen
class Shelf:
    labels: tuple[tuple[str, int], ...] = ()


def faults(kind: object, raw: Tree) -> list[tuple[str, str]]:
    with pytest.raises(MisfitError) as caught:
        reader(kind, converter())(raw)
    return [(fault.code, path_text(fault.path)) for fault in caught.value.faults]


class TestMade:
    def test_an_error_of_a_part_keeps_its_code_and_stands_at_the_table(self) -> None:
        raw: Tree = {"name": "Never", "rule": "FREQ=HOURLY", "start": "2026-01-01"}

        assert faults(Recurring, raw) == [("AK-T010", "$")]


class TestPairs:
    def test_they_are_a_table_of_values_by_key(self) -> None:
        shelf = Shelf(labels=(("b", 2), ("a", 1)))

        written = writer(Shelf, converter())(shelf)

        assert written == {"labels": {"b": 2, "a": 1}}
        assert reader(Shelf, converter())(written) == shelf

    @pytest.mark.parametrize(
        "labels", [(("a", 1), ("a", 2)), (("$date", 1),), (("$null", 0), ("a", 1))]
    )
    def test_what_a_table_cannot_hold_is_a_list_of_two_each(
        self, labels: tuple[tuple[str, int], ...]
    ) -> None:
        written = writer(Shelf, converter())(Shelf(labels))

        assert written == {"labels": [list(pair) for pair in labels]}
        assert reader(Shelf, converter())(written) == Shelf(labels)

    @pytest.mark.parametrize("raw", [5, "a", True])
    def test_nothing_else_is_taken(self, raw: Tree) -> None:
        assert faults(Shelf, {"labels": raw}) == [("AK-S004", "$.labels")]

    def test_the_fault_of_every_value_is_told(self) -> None:
        raw: Tree = {"labels": {"a": "1", "b": 2, "c": None}}

        assert faults(Shelf, raw) == [
            ("AK-S004", "$.labels.a"),
            ("AK-S004", "$.labels.c"),
        ]


class TestByName:
    def test_a_list_of_tables_says_the_same(self) -> None:
        read = reader(tuple[Role, ...], converter())
        roles = (Role("cro", "sales"), Role("cmo", "marketing"))

        assert read({"cro": {"party": "sales"}, "cmo": {"party": "marketing"}}) == roles
        assert (
            read([{"id": "cro", "party": "sales"}, {"id": "cmo", "party": "marketing"}])
            == roles
        )

    @pytest.mark.parametrize("raw", [5, "cro", True])
    def test_nothing_else_is_taken(self, raw: Tree) -> None:
        assert faults(tuple[Role, ...], raw) == [("AK-S004", "$")]
