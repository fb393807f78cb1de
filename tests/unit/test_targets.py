"""The figures of a strategy and the sums that join them."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

import attrs
import pytest

from alignkit.errors import UnfitValueError
from alignkit.findings import Severity
from alignkit.targets import (
    Figure,
    Needed,
    TargetSet,
    customers_needed,
    implied_lead_value,
    leads_needed,
    more_of_the_same,
)

YEAR = TargetSet(
    period="2026",
    segment="mid",
    revenue=Decimal(1_000_000),
    deal_size=Decimal(30_000),
    customers=34,
    win_rate=Fraction(1, 4),
    pipeline=Decimal(4_000_000),
    retention=Fraction(9, 10),
    profile="icp",
)


class TestFormulas:
    def test_customers_are_revenue_over_the_size_of_a_deal(self) -> None:
        needed = customers_needed(1_000_000, deal_size=30_000)

        assert needed == Needed(Fraction(100, 3))
        assert needed.whole == 34

    def test_a_team_may_owe_a_part_of_the_revenue(self) -> None:
        needed = customers_needed(1_000_000, deal_size=20_000, share=Fraction(3, 10))

        assert needed == Needed(Fraction(15))

    def test_leads_are_customers_over_all_the_rates_on_the_way(self) -> None:
        rates: list[Figure] = [Fraction(1, 2), Fraction(1, 4), Decimal("0.2")]

        needed = leads_needed(900_000, deal_size=30_000, rates=rates)

        assert needed == Needed(Fraction(30 * 2 * 4 * 5))

    def test_a_mix_of_leads_can_be_measured_by_what_they_are_worth(self) -> None:
        demo = implied_lead_value(rate=Fraction(1, 5), deal_size=60_000)
        download = implied_lead_value(rate=Fraction(1, 15), deal_size=60_000)

        assert (demo, download) == (Fraction(12_000), Fraction(4_000))
        assert 1_000 * demo == 3_000 * download == 12_000_000

    def test_a_tenth_is_a_tenth(self) -> None:
        worth = implied_lead_value(rate=Decimal("0.1"), deal_size=Decimal("0.3"))

        assert worth == Fraction(3, 100)

    @pytest.mark.parametrize(
        "rate", [0, -1, Fraction(3, 2), Decimal("NaN"), Decimal("1E-99999999")]
    )
    def test_a_rate_lies_between_nothing_and_all(self, rate: Decimal) -> None:
        with pytest.raises(UnfitValueError):
            implied_lead_value(rate=rate, deal_size=1)

    @pytest.mark.parametrize("revenue", [0, 0.5, True, Decimal("1E+99999999"), "1"])
    def test_amounts_are_exact_positive_and_of_this_world(
        self, revenue: Decimal
    ) -> None:
        with pytest.raises(UnfitValueError):
            customers_needed(revenue, deal_size=1)


class TestTargetSet:
    def test_figures_that_agree_have_no_findings(self) -> None:
        assert YEAR.findings() == ()

    def test_customers_that_do_not_bring_the_revenue_are_an_error(self) -> None:
        (finding,) = attrs.evolve(YEAR, customers=33).findings()

        assert (finding.code, finding.severity) == ("AK-P121", Severity.ERROR)
        assert finding.path == "$.strategy.targets.customers"
        assert finding.expected == "34 customers"
        assert finding.seen == "33 customers at 30000 bring 990000"

    def test_a_pipeline_that_does_not_win_the_revenue_is_an_error(self) -> None:
        (finding,) = attrs.evolve(YEAR, pipeline=Decimal(3_000_000)).findings()

        assert (finding.code, finding.severity) == ("AK-P122", Severity.ERROR)
        assert finding.expected == "a pipeline of 4000000"
        assert finding.seen == "3000000 at 1/4 wins 750000"

    @pytest.mark.parametrize(
        ("pipeline", "fits"),
        [(3_333_333, False), (3_333_334, True), (3_333_335, False)],
    )
    def test_a_pipeline_may_be_rounded_up_to_a_whole_unit(
        self, *, pipeline: int, fits: bool
    ) -> None:
        targets = attrs.evolve(
            YEAR, win_rate=Fraction(3, 10), pipeline=Decimal(pipeline)
        )

        assert (targets.findings() == ()) is fits

    @pytest.mark.parametrize(
        ("customers", "fits"), [(29, False), (30, True), (36, True), (37, False)]
    )
    def test_a_tolerance_allows_for_round_figures(
        self, *, customers: int, fits: bool
    ) -> None:
        targets = attrs.evolve(YEAR, customers=customers, tolerance=Fraction(1, 10))

        assert (targets.findings() == ()) is fits

    @pytest.mark.parametrize(
        "missing",
        ["revenue", "deal_size", "customers", "win_rate", "pipeline", "retention"],
    )
    def test_what_is_not_stated_contradicts_nothing(self, missing: str) -> None:
        changes: dict[str, Any] = {missing: None}

        assert attrs.evolve(YEAR, **changes).findings() == ()

    def test_what_cannot_be_told_is_none(self) -> None:
        empty = TargetSet(period="2026")

        assert (empty.customers_needed, empty.pipeline_needed) == (None, None)

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("revenue", 5),
            ("revenue", Decimal(-5)),
            ("deal_size", Decimal("Infinity")),
            ("customers", 0),
            ("customers", True),
            ("win_rate", Fraction(2)),
            ("retention", Fraction(0)),
            ("tolerance", Fraction(1)),
        ],
    )
    def test_a_figure_that_means_nothing_is_refused(
        self, field: str, value: object
    ) -> None:
        changes: dict[str, Any] = {field: value}

        with pytest.raises(UnfitValueError) as caught:
            attrs.evolve(YEAR, **changes)

        assert caught.value.field == field


class TestMoreOfTheSame:
    def test_growth_on_the_same_assumptions_says_how_much_more_it_takes(self) -> None:
        after = attrs.evolve(YEAR, period="2027", revenue=Decimal(1_500_000))

        (finding,) = more_of_the_same(YEAR, after)

        assert finding.code == "AK-P123"
        assert finding.message == (
            "revenue grows from 1000000 in 2026 to 1500000 in 2027, "
            "and nothing it rests on changes"
        )
        assert finding.seen == "17 more customers, 2000000 more pipeline"

    @pytest.mark.parametrize(
        "changes",
        [
            {"win_rate": Fraction(1, 3)},
            {"deal_size": Decimal(40_000)},
            {"retention": Fraction(19, 20)},
            {"profile": "larger icp"},
            {"revenue": Decimal(1_000_000)},
            {"revenue": None},
        ],
        ids=["win rate", "deal size", "retention", "profile", "no growth", "no target"],
    )
    def test_a_change_in_what_it_rests_on_is_a_plan(
        self, changes: dict[str, Any]
    ) -> None:
        after = attrs.evolve(YEAR, **{"revenue": Decimal(1_500_000), **changes})

        assert more_of_the_same(YEAR, after) == ()

    def test_growth_without_any_assumption_says_no_more_than_that(self) -> None:
        before = TargetSet(period="2026", revenue=Decimal(1))
        after = TargetSet(period="2027", revenue=Decimal(2))

        (finding,) = more_of_the_same(before, after)

        assert finding.seen is None
