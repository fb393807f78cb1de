"""What a term and its parts refuse."""

from __future__ import annotations

from datetime import UTC, datetime
from fractions import Fraction
from typing import Any

import pytest

from alignkit.criteria import Known
from alignkit.errors import NaiveMomentError, UnfitValueError
from alignkit.spans import span
from alignkit.terms import Capacity, ChangeRule, Changes, Exclusion, Landing, Step
from tests.deadlines import term

MARCH, APRIL = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC)
DAY = span("1 business day")


class TestTerm:
    def test_what_is_not_said_has_its_plain_meaning(self) -> None:
        plain = term()

        assert plain.changes == Changes()
        assert plain.landing is Landing.CLOSE
        assert (plain.counterpart, plain.warn_at, plain.exclude) == (None, None, ())

    @pytest.mark.parametrize("share", [Fraction(0), Fraction(6, 5), Fraction(-1)])
    def test_it_warns_at_a_share_of_its_target(self, share: Fraction) -> None:
        with pytest.raises(UnfitValueError) as caught:
            term(warn_at=share)

        assert (caught.value.field, caught.value.seen) == ("warn_at", str(share))

    def test_it_may_warn_when_all_is_used_up(self) -> None:
        assert term(warn_at=Fraction(1)).warn_at == 1

    @pytest.mark.parametrize("end", [MARCH, datetime(2026, 2, 1, tzinfo=UTC)])
    def test_it_ends_after_it_begins(self, end: datetime) -> None:
        with pytest.raises(UnfitValueError) as caught:
            term(effective_from=MARCH, effective_until=end)

        assert caught.value.field == "effective_until"

    def test_it_may_have_either_end_open(self) -> None:
        both = term(effective_from=MARCH, effective_until=APRIL)

        assert term(effective_from=MARCH).effective_until is None
        assert term(effective_until=APRIL).effective_from is None
        assert (both.effective_from, both.effective_until) == (MARCH, APRIL)

    @pytest.mark.parametrize("end", ["effective_from", "effective_until"])
    def test_its_ends_have_a_zone(self, end: str) -> None:
        given: dict[str, Any] = {end: datetime(2026, 3, 1)}

        with pytest.raises(NaiveMomentError) as caught:
            term(**given)

        assert caught.value.argument == end

    @pytest.mark.parametrize("name", ["id", "party"])
    def test_it_has_a_name_and_a_party(self, name: str) -> None:
        given: dict[str, Any] = {name: ""}

        with pytest.raises(ValueError, match=name):
            term(**given)


class TestChanges:
    def test_segments_start_anew_and_the_rest_carries_on(self) -> None:
        plain = Changes()

        assert plain.segment is ChangeRule.RECOMPUTE_FROM_START
        assert plain.calendar is ChangeRule.CARRY_CONSUMED_SHARE
        assert plain.owner is ChangeRule.CARRY_CONSUMED_SHARE


class TestExclusion:
    def test_it_has_a_reason(self) -> None:
        with pytest.raises(ValueError, match="reason"):
            Exclusion(when=Known("source"), reason="")


class TestCapacity:
    @pytest.mark.parametrize(
        ("per_day", "factor", "field"),
        [(0, Fraction(1), "per_day"), (5, Fraction(1, 2), "factor")],
    )
    def test_it_is_at_least_one_a_day_and_no_less_than_planned(
        self, per_day: int, factor: Fraction, field: str
    ) -> None:
        with pytest.raises(UnfitValueError) as caught:
            Capacity(per_day=per_day, factor=factor, relaxed=DAY)

        assert caught.value.field == field

    def test_a_surge_begins_right_above_it_if_nothing_else_is_said(self) -> None:
        assert Capacity(per_day=5, relaxed=DAY).factor == 1

    def test_a_truth_value_is_no_number_a_day(self) -> None:
        with pytest.raises(UnfitValueError):
            Capacity(per_day=True, relaxed=DAY)


class TestStep:
    @pytest.mark.parametrize(
        ("given", "field", "seen"),
        [
            ({"notify": "manager"}, "at", "0 of them"),
            ({"notify": "manager", "at": Fraction(1), "after": DAY}, "at", "2 of them"),
            ({"notify": "manager", "at": Fraction(0)}, "at", "0"),
            ({"before": DAY}, "notify", "neither"),
        ],
    )
    def test_it_fires_once_and_something_follows(
        self, given: dict[str, object], field: str, seen: str
    ) -> None:
        with pytest.raises(UnfitValueError) as caught:
            Step(**given)  # type: ignore[arg-type]

        assert (caught.value.field, caught.value.seen) == (field, seen)

    def test_it_may_fire_after_the_target(self) -> None:
        assert Step(at=Fraction(2), action="reassign").at == 2
