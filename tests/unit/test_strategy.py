"""A go-to-market strategy, and what is missing from it."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

import attrs
import pytest

from alignkit.errors import UnfitValueError
from alignkit.findings import Severity
from alignkit.goals import Aspect, Goal, GoalKind, Horizon
from alignkit.strategy import (
    CAPABILITIES,
    ELEMENTS,
    ROLE_DIFFERENCES,
    STANDARD_PLAYS,
    Buyer,
    Mode,
    Strategy,
    WorkMix,
)
from alignkit.targets import TargetSet

AIM = Goal(
    id="aim",
    kind=GoalKind.DRIVER,
    aspect=Aspect.OTHER,
    metric="aim",
    horizon=Horizon.LONG,
    owners=("leadership",),
)
FULL = Strategy(
    segments=("mid",),
    buyers=(Buyer("plant manager", need="fewer stops", ability="own budget"),),
    product_mix="pumps and service",
    packaging_and_price="by the pump, service by the year",
    positioning="never stops, against cheaper pumps",
    sales_process="visit, trial, offer",
)


def codes(strategy: Strategy) -> list[tuple[str, str]]:
    """Return the code and path of each finding that is not about the goals."""
    return [
        (finding.code, finding.path)
        for finding in strategy.findings()
        if finding.code >= "AK-P120"
    ]


class TestBuyer:
    @pytest.mark.parametrize(
        ("need", "ability", "is_complete"),
        [("a", "b", True), ("", "b", False), ("a", " ", False)],
    )
    def test_it_takes_a_need_and_the_ability_to_buy(
        self, *, need: str, ability: str, is_complete: bool
    ) -> None:
        assert Buyer("cto", need=need, ability=ability).is_complete is is_complete


class TestElements:
    def test_a_full_strategy_misses_none(self) -> None:
        assert FULL.missing == ()
        assert codes(FULL) == []

    def test_an_empty_strategy_misses_all_six(self) -> None:
        assert codes(Strategy()) == [
            ("AK-P131", "$.strategy.segments"),
            ("AK-P131", "$.strategy.buyers"),
            ("AK-P131", "$.strategy.product_mix"),
            ("AK-P131", "$.strategy.packaging_and_price"),
            ("AK-P131", "$.strategy.positioning"),
            ("AK-P131", "$.strategy.sales_process"),
        ]

    @pytest.mark.parametrize(
        ("field", "name"), ELEMENTS, ids=[name for _, name in ELEMENTS]
    )
    def test_each_is_missed_by_its_name(self, field: str, name: str) -> None:
        empty = " " if isinstance(getattr(FULL, field), str) else ()
        changes: dict[str, Any] = {field: empty}

        assert attrs.evolve(FULL, **changes).missing == (name,)

    def test_buyers_without_need_or_ability_do_not_count(self) -> None:
        strategy = attrs.evolve(FULL, buyers=(Buyer("cto"),))

        assert strategy.missing == ("buyers with need and ability",)


class TestGoals:
    def test_a_strategy_without_goals_lacks_a_root_objective(self) -> None:
        assert [finding.code for finding in FULL.findings()] == ["AK-P101"]

    def test_goals_are_judged_with_its_segments(self) -> None:
        goal = attrs.evolve(AIM, segments=("mild",))

        found = attrs.evolve(FULL, goals=(goal,)).findings(path="$.edition")

        assert ("AK-P110", "$.edition.goals[0].segments") in [
            (finding.code, finding.path) for finding in found
        ]

    def test_two_goals_of_one_name_are_refused_at_once(self) -> None:
        with pytest.raises(UnfitValueError, match="'aim'"):
            Strategy(goals=(AIM, AIM))


class TestTargets:
    BEFORE = TargetSet(period="2026", segment="mid", revenue=Decimal(100))
    AFTER = TargetSet(period="2027", segment="mid", revenue=Decimal(150))

    def test_each_set_is_held_to_its_sums(self) -> None:
        wrong = TargetSet(
            period="2026",
            revenue=Decimal(100),
            deal_size=Decimal(10),
            customers=9,
        )

        assert codes(attrs.evolve(FULL, targets=(wrong,))) == [
            ("AK-P121", "$.strategy.targets[0].customers")
        ]

    def test_growth_is_held_against_the_period_before(self) -> None:
        strategy = attrs.evolve(FULL, targets=(self.BEFORE, self.AFTER))

        assert codes(strategy) == [("AK-P123", "$.strategy.targets[1].revenue")]

    def test_segments_are_held_against_themselves(self) -> None:
        whole = attrs.evolve(self.AFTER, segment=None)

        assert codes(attrs.evolve(FULL, targets=(self.BEFORE, whole))) == []

    def test_targets_for_an_unknown_segment_are_an_error(self) -> None:
        target = attrs.evolve(self.BEFORE, segment="mild")

        assert codes(attrs.evolve(FULL, targets=(target,))) == [
            ("AK-P124", "$.strategy.targets[0].segment")
        ]
        assert ("AK-P124", "$.strategy.targets[0].segment") not in codes(
            Strategy(targets=(target,))
        )


class TestPlays:
    @pytest.mark.parametrize(
        ("mode", "party", "expected"),
        [
            (Mode.NEW_BUSINESS, "marketing", {"market_summit"}),
            (Mode.NEW_BUSINESS, "sales", {"prospecting"}),
            (Mode.EXPAND, "marketing", {"user_groups"}),
            (Mode.EXPAND, "sales", {"engagement"}),
            (
                Mode.LAUNCH,
                "marketing",
                {"new_assets", "new_awareness", "fewer_old_campaigns"},
            ),
            (Mode.LAUNCH, "sales", {"new_buyers", "account_handover"}),
        ],
    )
    def test_each_mode_has_something_for_each_team(
        self, mode: Mode, party: str, expected: set[str]
    ) -> None:
        found = {p.id for p in STANDARD_PLAYS if (p.mode, p.party) == (mode, party)}

        assert found == expected

    def test_a_mode_without_its_plays_is_found(self) -> None:
        strategy = attrs.evolve(
            FULL, modes=(Mode.NEW_BUSINESS,), plays=("prospecting",)
        )

        (finding,) = [f for f in strategy.findings() if f.code == "AK-P132"]

        assert finding.expected == "market_summit"
        assert finding.message == (
            "marketing plans nothing for new business: hold a summit for the market"
        )

    def test_plays_of_a_mode_that_is_not_meant_are_not_asked_for(self) -> None:
        assert codes(attrs.evolve(FULL, plays=("anything",))) == []


class TestWorkMix:
    def test_without_effort_there_is_no_share(self) -> None:
        mix = WorkMix(party="marketing", planned=Decimal(0), reactive=Decimal(0))

        assert mix.reactive_share is None
        assert codes(attrs.evolve(FULL, work=(mix,))) == []

    @pytest.mark.parametrize(
        ("reactive", "expected"),
        [
            ("50", []),
            ("50.001", [("AK-P133", "$.strategy.work[0].reactive")]),
        ],
        ids=["as much as agreed", "a little more"],
    )
    def test_too_much_reactive_work_is_found(
        self, reactive: str, expected: list[tuple[str, str]]
    ) -> None:
        mix = WorkMix(
            party="marketing", planned=Decimal(50), reactive=Decimal(reactive)
        )

        assert codes(attrs.evolve(FULL, work=(mix,))) == expected

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("planned", Decimal(-1)),
            ("reactive", Decimal("NaN")),
            ("reactive", 1),
            ("most", Fraction(2)),
            ("most", 0),
        ],
    )
    def test_effort_that_means_nothing_is_refused(
        self, field: str, value: object
    ) -> None:
        mix = WorkMix(party="marketing", planned=Decimal(1), reactive=Decimal(1))
        changes: dict[str, Any] = {field: value}

        with pytest.raises(UnfitValueError) as caught:
            attrs.evolve(mix, **changes)

        assert caught.value.field == field


class TestCapabilities:
    def test_a_checklist_that_nobody_went_through_says_nothing(self) -> None:
        assert codes(FULL) == []

    def test_what_a_team_lacks_is_worth_knowing(self) -> None:
        have = tuple(c.id for c in CAPABILITIES if c.id != "sales.systems")

        (finding,) = [
            f
            for f in attrs.evolve(FULL, capabilities=have).findings()
            if f.code == "AK-P134"
        ]

        assert finding.severity is Severity.INFO
        assert finding.message == "sales lacks systems that serve the processes"

    def test_both_teams_have_the_same_points_to_go_through(self) -> None:
        by_party = {
            party: {c.id.removeprefix(f"{party}.") for c in CAPABILITIES}
            & {c.id.removeprefix(f"{c.party}.") for c in CAPABILITIES}
            for party in ("sales", "marketing")
        }

        assert by_party["sales"] == by_party["marketing"] != set()


class TestDifferences:
    def test_declared_differences_are_never_a_fault(self) -> None:
        assert codes(attrs.evolve(FULL, differences=ROLE_DIFFERENCES)) == []
