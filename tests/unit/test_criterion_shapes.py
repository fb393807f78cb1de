"""How criteria stand in a document."""

from __future__ import annotations

import pytest

from alignkit.criteria import Between, Criterion, Known
from alignkit.nouns import converter
from alignkit.shapes import MisfitError, reader
from alignkit.trees import Tree


def read(raw: Tree) -> object:
    return reader(Criterion, converter())(raw)


class TestRead:
    def test_a_field_may_have_to_be_known(self) -> None:
        assert read({"field": "phone", "known": True}) == Known("phone")

    def test_no_criterion_asks_for_what_is_not_known(self) -> None:
        with pytest.raises(MisfitError) as caught:
            read({"field": "phone", "known": False})

        (fault,) = caught.value.faults
        assert (fault.code, fault.path, fault.seen) == ("AK-S005", ("known",), "false")

    @pytest.mark.parametrize(
        ("bounds", "seen"), [([50], "1 bounds"), ([1, 2, 3], "3 bounds")]
    )
    def test_a_range_has_two_bounds(self, bounds: Tree, seen: str) -> None:
        assert read({"field": "size", "between": [1, 50]}) == Between("size", 1, 50)
        with pytest.raises(MisfitError) as caught:
            read({"field": "size", "between": bounds})

        (fault,) = caught.value.faults
        assert (fault.path, fault.seen) == (("between",), seen)
