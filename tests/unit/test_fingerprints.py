"""A name that only one value can have."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from fractions import Fraction

import attrs
import pytest

from alignkit.fingerprints import fingerprint


class Colour(enum.Enum):
    RED = "red"


@attrs.frozen
class Early:
    name: str
    sizes: tuple[int, ...] = ()


@attrs.frozen
class Late:
    name: str
    sizes: tuple[int, ...] = ()
    notes: Mapping[str, str] = attrs.field(factory=dict)
    length: int = attrs.field(default=0, eq=False)


MOMENT = datetime(2026, 3, 2, 9, tzinfo=UTC)
DIFFERENT = (
    None,
    False,
    True,
    0,
    1,
    "1",
    "red",
    Colour.RED,
    Fraction(1, 3),
    date(2026, 3, 2),
    MOMENT,
    time(9),
    timedelta(hours=9),
    (),
    ("1",),
    (("1",),),
    {"1": 1},
    {1: "1"},
    frozenset({"1"}),
    frozenset({"1", "2"}),
    Early("1"),
    Early("1", (2,)),
    Late("1"),
)


class TestFingerprint:
    def test_values_that_differ_have_different_ones(self) -> None:
        prints = [fingerprint(value) for value in DIFFERENT]

        assert len(set(prints)) == len(DIFFERENT)

    @pytest.mark.parametrize(
        ("one", "other"),
        [
            (1, Decimal("1.00")),
            (Fraction(1, 2), Decimal("0.5")),
            (MOMENT, MOMENT.astimezone(timezone(timedelta(hours=-6)))),
            ((1, 2), [1, 2]),
            ({"a": 1, "b": 2}, {"b": 2, "a": 1}),
            (frozenset({"a", "b"}), frozenset({"b", "a"})),
        ],
    )
    def test_values_that_mean_the_same_have_the_same(
        self, one: object, other: object
    ) -> None:
        assert fingerprint(one) == fingerprint(other)

    @pytest.mark.parametrize("day", [datetime(1, 1, 1), datetime(9999, 12, 31, 23)])
    def test_a_moment_of_which_utc_has_no_date_has_one(self, day: datetime) -> None:
        hours = 9 if day.year == 1 else -9
        zone, nearer = (timezone(timedelta(hours=n)) for n in (hours, hours // 3))

        moment = day.replace(tzinfo=zone)

        assert fingerprint(moment) == fingerprint(day.replace(tzinfo=zone))
        assert fingerprint(moment) != fingerprint(day.replace(tzinfo=nearer))

    def test_a_field_at_its_default_leaves_no_trace(self) -> None:
        assert fingerprint(Late("1")) == fingerprint(Late("1", notes={}))
        assert fingerprint(Late("1")) != fingerprint(Late("1", notes={"a": "b"}))

    def test_a_field_that_is_not_compared_says_nothing(self) -> None:
        assert fingerprint(Late("1", length=1)) == fingerprint(Late("1", length=2))

    def test_it_is_the_same_in_every_process(self) -> None:
        # {"is":"Early","name":"1"} by hand, through sha256sum.
        assert fingerprint(Early("1")).startswith("5e73f1319b5e")
