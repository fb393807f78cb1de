"""How plain values stand in a document."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from alignkit.nouns import converter
from alignkit.shapes import MisfitError, reader, writer
from alignkit.trees import Tree, path_text
from alignkit.values import Attributes, Scalar


def faults(kind: object, raw: Tree) -> list[tuple[str, str]]:
    with pytest.raises(MisfitError) as caught:
        reader(kind, converter())(raw)
    return [(fault.code, path_text(fault.path)) for fault in caught.value.faults]


class TestDate:
    @pytest.mark.parametrize("text", ["20260101", "2026-W01-4", "2026-02-30", "soon"])
    def test_only_the_plain_form_of_a_day_that_is_there_is_read(
        self, text: str
    ) -> None:
        assert faults(date, text) == [("AK-S005", "$")]


class TestMoment:
    @pytest.mark.parametrize("text", ["2026-02-30T09:00:00Z", "20260101T09Z", "noon"])
    def test_only_the_plain_form_of_a_moment_that_is_there_is_read(
        self, text: str
    ) -> None:
        assert faults(datetime, text) == [("AK-S005", "$")]


class TestScalar:
    def test_a_tag_says_null_where_the_format_cannot(self) -> None:
        assert reader(Scalar | None, converter())({"$null": True}) is None

    @pytest.mark.parametrize("held", [False, 1, "true", None])
    def test_the_tag_of_null_says_true(self, held: Tree) -> None:
        assert faults(Scalar | None, {"$null": held}) == [("AK-S005", '$["$null"]')]

    def test_a_moment_is_told_from_a_date_by_its_tag(self) -> None:
        write = writer(Scalar | None, converter())
        noon = datetime(2026, 3, 2, 12, tzinfo=UTC)

        assert write(noon) == {"$moment": "2026-03-02T12:00:00+00:00"}
        assert write(date(2026, 3, 2)) == {"$date": "2026-03-02"}


class TestAttributes:
    @pytest.mark.parametrize("raw", [5, "size", ["size"], None])
    def test_they_are_a_table(self, raw: Tree) -> None:
        assert faults(Attributes, raw) == [("AK-S004", "$")]
