from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from alignkit.errors import (
    MomentOutOfRangeError,
    NaiveMomentError,
    UnfitValueError,
)
from alignkit.values import (
    attributes,
    distinct,
    fixed,
    nested,
    read_attributes,
    to_json,
    to_number,
    to_value,
)


class TestAttributes:
    def test_nested_data_becomes_paths_in_their_order(self) -> None:
        found = attributes({"b": {"y": 1, "x": [True, "z"]}, "a": None})

        assert found == (("a", None), ("b.x", (True, "z")), ("b.y", 1))

    def test_a_key_may_be_a_path(self) -> None:
        assert attributes({"a.b": 1, "a": {"c": 2}}) == (("a.b", 1), ("a.c", 2))

    def test_flat_attributes_stay_as_they_are(self) -> None:
        flat = (("a.b", 1), ("a.c", Decimal("0.5")))

        assert attributes(flat) == flat

    @pytest.mark.parametrize(
        ("given", "path", "expected"),
        [
            ({"a": 1j}, "a", "text, a number"),
            ({"a": {"b": b"x"}}, "a.b", "text, a number"),
            ({"a": [[1]]}, "a", "text, a number"),
            ({"a": float("nan")}, "a", "text, a number"),
            ({"a": Decimal("Infinity")}, "a", "text, a number"),
            ({"a": 10**400}, "a", "text, a number"),
            ({"a": Decimal("1e400")}, "a", "text, a number"),
            ({"a": Decimal("1e-401")}, "a", "text, a number"),
            ({"a": "\ud800"}, "a", "text, a number"),
            ({"a": datetime(2026, 1, 1)}, "a", "a moment with a zone"),
            ({"a": datetime(1, 1, 1, tzinfo=UTC)}, "a", "a year from 2 to 9998"),
            ({"a": {"b": 1}, "a.b": 2}, "a.b", "one value for a path"),
            ({"a": 1, "a.b": 2}, "a", "either a value or further paths"),
            ({"a": 1, "a.b.c": 2}, "a", "either a value or further paths"),
            ({"": 1}, "", "keys that are text"),
            ({"a..b": 1}, "a..b", "keys that are text"),
            ({"a": {"b": 1, "$date": 2}}, "a.$date", "keys that are text"),
            ({"\udfff": 1}, "\udfff", "keys that are text"),
        ],
        ids=str,
    )
    def test_what_is_no_value_is_refused_by_its_path(
        self, given: dict[str, object], path: str, expected: str
    ) -> None:
        with pytest.raises(UnfitValueError) as caught:
            attributes(given)

        assert caught.value.field == path
        assert caught.value.expected.startswith(expected)

    @pytest.mark.parametrize(
        ("flat", "expected"),
        [
            ((("a", 1), ("a", "x")), "one value for a path"),
            ((("a", 1), ("a.b", 2)), "either a value or further paths"),
            ((("a.b", 3), ("a0", 2), ("a", 1)), "either a value or further paths"),
        ],
        ids=str,
    )
    def test_flat_attributes_that_clash_are_refused(
        self, flat: tuple[tuple[str, int], ...], expected: str
    ) -> None:
        with pytest.raises(UnfitValueError) as caught:
            attributes(flat)

        assert caught.value.field == "a"
        assert caught.value.expected == expected

    def test_a_key_that_is_no_text_is_refused(self) -> None:
        faults: list[UnfitValueError] = []

        found = read_attributes({5: "x", "a": 1}, faults)  # type: ignore[dict-item] # on purpose

        assert found == (("a", 1),)
        assert [fault.seen for fault in faults] == ["5"]

    @pytest.mark.parametrize(
        "key",
        [10**5000, -(10**5000), None, (), b"a"],
        ids=lambda key: type(key).__name__,
    )
    def test_a_key_that_cannot_be_written_is_told_by_its_type(
        self, key: object
    ) -> None:
        faults: list[UnfitValueError] = []

        read_attributes({"company": {key: "x"}}, faults)

        (fault,) = faults
        assert fault.seen == f"a key of type {type(key).__name__}"
        assert fault.field == f"company.{fault.seen}"

    def test_hostile_nesting_is_refused(self) -> None:
        deep: dict[str, object] = {"x": 1}
        for _ in range(5_000):
            deep = {"x": deep}

        with pytest.raises(UnfitValueError, match="less nesting"):
            attributes(deep)

    def test_every_fault_is_told(self) -> None:
        faults: list[UnfitValueError] = []

        found = read_attributes({"a": b"", "b": 1, "c": {"d": 1j}}, faults)

        assert found == (("b", 1),)
        assert [fault.field for fault in faults] == ["a", "c.d"]


class TestNested:
    def test_paths_become_nested_data_that_json_can_hold(self) -> None:
        flat = attributes({"a": {"b": (1, 2), "c": Decimal("0.5")}, "d": None})

        assert nested(flat) == {"a": {"b": [1, 2], "c": 0.5}, "d": None}


class TestToValue:
    @pytest.mark.parametrize(
        ("raw", "value"),
        [
            ({"$date": "2026-12-31"}, date(2026, 12, 31)),
            ({"$number": "0.10"}, Decimal("0.10")),
            (
                {"$moment": "2026-12-31T09:00:00+01:00"},
                datetime(2026, 12, 31, 9, tzinfo=timezone(timedelta(hours=1))),
            ),
            ("", ""),
            (0.1, Decimal("0.1")),
        ],
    )
    def test_what_is_written_is_read(self, raw: object, value: object) -> None:
        assert to_value(raw, "x") == value

    @pytest.mark.parametrize(
        "raw",
        [
            {"$date": "soon"},
            {"$date": 20261231},
            {"$number": "many"},
            {"$number": "NaN"},
            {"$moment": "2026-12-31"},
            {"$moment": "2026-12-31T09:00:00"},
            {"$date": "2026-12-31", "x": 1},
        ],
        ids=str,
    )
    def test_a_tag_that_says_nothing_is_refused(self, raw: object) -> None:
        with pytest.raises(UnfitValueError):
            to_value(raw, "x")

    def test_text_that_looks_like_something_else_stays_text(self) -> None:
        assert to_value(["2026-12-31", "5", "true"], "x") == ("2026-12-31", "5", "true")


class TestToJson:
    def test_a_number_that_no_float_holds_is_tagged(self) -> None:
        assert to_json(Decimal("0.12345678901234567890")) == {
            "$number": "0.12345678901234567890"
        }
        assert to_json(Decimal("1E+399")) == {"$number": "1E+399"}

    def test_dates_and_moments_are_tagged(self) -> None:
        moment = datetime(2026, 1, 1, tzinfo=UTC)

        assert to_json((date(2026, 1, 1), moment)) == [
            {"$date": "2026-01-01"},
            {"$moment": "2026-01-01T00:00:00+00:00"},
        ]


class TestToNumber:
    def test_a_float_is_the_decimal_that_it_was_written_as(self) -> None:
        class Loud(float):
            def __repr__(self) -> str:
                return "Loud!"

        assert to_number(Loud(0.1)) == Decimal("0.1")


class TestFixed:
    def test_a_moment_keeps_the_offset_of_its_zone(self) -> None:
        denver = ZoneInfo("America/Denver")
        first = datetime(2026, 11, 1, 1, 30, tzinfo=denver)

        assert str(fixed(first, "at")) == "2026-11-01 01:30:00-06:00"
        assert str(fixed(first.replace(fold=1), "at")) == "2026-11-01 01:30:00-07:00"

    def test_a_moment_of_another_class_becomes_a_plain_one(self) -> None:
        class Stamp(datetime):
            pass

        assert type(fixed(Stamp(2026, 1, 1, tzinfo=UTC), "at")) is datetime

    def test_an_offset_that_no_zone_has_becomes_utc(self) -> None:
        odd = datetime(2026, 1, 1, tzinfo=timezone(timedelta(microseconds=1)))

        assert fixed(odd, "at") == odd
        assert fixed(odd, "at").tzinfo is UTC

    def test_a_moment_without_a_zone_is_none(self) -> None:
        with pytest.raises(NaiveMomentError) as caught:
            fixed(datetime(2026, 1, 1), "at")

        assert caught.value.argument == "at"

    @pytest.mark.parametrize("year", [1, 9999])
    def test_the_ends_of_time_stand_for_no_moment(self, year: int) -> None:
        with pytest.raises(MomentOutOfRangeError):
            fixed(datetime(year, 6, 1, tzinfo=UTC), "at")


class TestDistinct:
    def test_true_is_not_one(self) -> None:
        assert distinct((("a", True),)) != distinct((("a", 1),))
        assert distinct((1, (True,))) != distinct((1, (1,)))

    def test_one_is_one_however_it_is_written(self) -> None:
        assert distinct((("a", 1),)) == distinct((("a", Decimal("1.00")),))
