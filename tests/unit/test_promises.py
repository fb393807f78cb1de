"""What the kinds of promise refuse."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from alignkit.criteria import field
from alignkit.errors import UnfitValueError
from alignkit.patterns import Pattern
from alignkit.periods import PeriodKind, Recurrence
from alignkit.promises import (
    Attempts,
    Cadence,
    Clock,
    Keeping,
    Quality,
    Volume,
    Worth,
)
from alignkit.spans import span

WROTE = Pattern(event="activity_logged")
QUALIFIED = Pattern(event="stage_changed", where={"to_stage": "mql"})
WEEK = span("7 days")
MONDAYS = Recurrence("FREQ=WEEKLY;BYDAY=MO", date(2026, 3, 2))
DEMO = field("lead_type").is_("demo")


class TestCadence:
    @pytest.mark.parametrize(
        ("given", "seen"), [({}, "neither"), ({"every": WEEK, "rule": MONDAYS}, "both")]
    )
    def test_either_a_gap_or_a_rule_says_when(
        self, given: dict[str, Any], seen: str
    ) -> None:
        with pytest.raises(UnfitValueError) as caught:
            Cadence(of=(WROTE,), **given)

        assert (caught.value.field, caught.value.seen) == ("every", seen)

    def test_a_gap_counts_forward(self) -> None:
        with pytest.raises(UnfitValueError) as caught:
            Cadence(of=(WROTE,), every=span("2 days before renewal, none"))

        assert caught.value.field == "every"
        assert caught.value.expected == "a span that counts forward"

    def test_who_waits_to_be_asked_has_a_gap(self) -> None:
        asked = Pattern(event="custom", where={"name": "asked"})

        answers = Cadence(of=(WROTE,), every=WEEK, asked=(asked,))

        assert answers.asked == (asked,)
        with pytest.raises(UnfitValueError) as caught:
            Cadence(of=(WROTE,), rule=MONDAYS, asked=(asked,))
        assert caught.value.field == "asked"


class TestAttempts:
    @pytest.mark.parametrize("name", ["channels", "days"])
    def test_each_attempt_brings_one_channel_and_one_day(self, name: str) -> None:
        given: dict[str, Any] = {
            "clock": Clock(start=(QUALIFIED,)),
            "at_least": 3,
            "within": WEEK,
        }

        assert getattr(Attempts(**{**given, name: 3}), name) == 3
        with pytest.raises(UnfitValueError) as caught:
            Attempts(**{**given, name: 4})
        assert str(caught.value) == (
            f"attempts: {name} does not fit: 4; expected at most the 3 attempts"
        )


class TestWorth:
    @pytest.mark.parametrize(
        ("given", "seen"),
        [
            ({}, "nothing"),
            ({"conversion": Fraction(1, 20)}, "conversion"),
            ({"contract": Decimal(24000)}, "contract"),
            (
                {
                    "amount": Decimal(1200),
                    "conversion": Fraction(1, 20),
                    "contract": Decimal(24000),
                },
                "amount, conversion, contract",
            ),
            ({"amount": Decimal(1200), "contract": Decimal(1)}, "amount, contract"),
        ],
    )
    def test_it_is_stated_or_worked_out(self, given: dict[str, Any], seen: str) -> None:
        with pytest.raises(UnfitValueError) as caught:
            Worth(segment=DEMO, **given)

        assert (caught.value.field, caught.value.seen) == ("amount", seen)

    def test_what_is_stated_is_its_value(self) -> None:
        assert Worth(segment=DEMO, amount=Decimal("12.5")).value == Fraction(25, 2)


class TestVolume:
    @pytest.mark.parametrize("goal", ["0", "-200", "NaN", "Infinity"])
    def test_the_goal_is_a_number_over_nothing(self, goal: str) -> None:
        with pytest.raises(UnfitValueError) as caught:
            Volume(of=(QUALIFIED,), goal=Decimal(goal), per=PeriodKind.MONTH)

        assert (caught.value.field, caught.value.seen) == ("goal", goal)

    @pytest.mark.parametrize("month", [0, 13, True])
    def test_the_year_of_a_party_starts_with_a_month(self, month: int) -> None:
        with pytest.raises(UnfitValueError) as caught:
            Volume(
                of=(QUALIFIED,),
                goal=Decimal(200),
                per=PeriodKind.YEAR,
                fiscal_start=month,
            )

        assert caught.value.expected == "a month from 1 to 12"
        assert caught.value.seen == str(month)


class TestQuality:
    @pytest.mark.parametrize(
        ("given", "seen"),
        [({}, "neither"), ({"meeting": "mql", "followed_by": (WROTE,)}, "both")],
    )
    def test_one_thing_says_what_good_is(
        self, given: dict[str, Any], seen: str
    ) -> None:
        share = Keeping(at_least=Fraction(4, 5))

        with pytest.raises(UnfitValueError) as caught:
            Quality(of=(QUALIFIED,), share=share, **given)

        assert (caught.value.field, caught.value.seen) == ("meeting", seen)
