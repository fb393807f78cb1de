"""Goals as a tree, and the holes in it."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

import attrs
import pytest

from alignkit.errors import UnfitValueError
from alignkit.findings import Severity
from alignkit.goals import Aim, Aspect, Goal, GoalKind, GoalTree, Horizon, Incentive

OUTCOME, DRIVER = GoalKind.OUTCOME, GoalKind.DRIVER
SHORT, LONG = Horizon.SHORT, Horizon.LONG
BOTH = ("sales", "marketing")


def a_goal(
    goal_id: str,
    aspect: Aspect,
    kind: GoalKind = OUTCOME,
    horizon: Horizon = SHORT,
    serves: str | None = "aim",
    changes: dict[str, Any] | None = None,
) -> Goal:
    goal = Goal(
        id=goal_id,
        kind=kind,
        aspect=aspect,
        metric=goal_id,
        horizon=horizon,
        owners=BOTH,
        serves=serves,
    )
    return attrs.evolve(goal, **(changes or {}))


AIM = a_goal("aim", Aspect.OTHER, OUTCOME, LONG, None, {"segments": ("mid",)})
SOUND = (
    AIM,
    *(
        a_goal(f"{aspect.value}-{horizon.value}", aspect, horizon=horizon)
        for aspect in (Aspect.REVENUE, Aspect.SATISFACTION, Aspect.PROFITABILITY)
        for horizon in Horizon
    ),
    *(
        a_goal(
            f"work-{aspect.value}-{horizon.value}",
            Aspect.QUALITY,
            DRIVER,
            horizon,
            f"{aspect.value}-{horizon.value}",
        )
        for aspect in (Aspect.REVENUE, Aspect.SATISFACTION, Aspect.PROFITABILITY)
        for horizon in Horizon
    ),
)
PAY = (
    Incentive(metric="aim", party="sales"),
    Incentive(metric="satisfaction-short", party="marketing"),
)


def changed(goal_id: str, **fields: object) -> tuple[Goal, ...]:
    """Return the sound goals with one of them changed."""
    changes: dict[str, Any] = fields
    return tuple(
        attrs.evolve(goal, **changes) if goal.id == goal_id else goal for goal in SOUND
    )


def without(*aspects_or_horizons: Aspect | Horizon) -> tuple[Goal, ...]:
    """Return the sound goals but those of an aspect or a horizon, and their drivers."""
    gone = {
        goal.id
        for goal in SOUND
        if {goal.aspect, goal.horizon} & set(aspects_or_horizons) and goal is not AIM
    }
    return tuple(g for g in SOUND if g.id not in gone and g.serves not in gone)


def codes(
    goals: tuple[Goal, ...], incentives: tuple[Incentive, ...] = ()
) -> list[tuple[str, str]]:
    found = GoalTree(goals, incentives).findings(segments=("mid",))
    return [(finding.code, finding.path) for finding in found]


class TestAspect:
    @pytest.mark.parametrize(
        ("aspect", "aim"),
        [
            (Aspect.SATISFACTION, Aim.CUSTOMER_VALUE),
            (Aspect.RETENTION, Aim.CUSTOMER_VALUE),
            (Aspect.REVENUE, Aim.COMPANY_RESULTS),
            (Aspect.PROFITABILITY, Aim.COMPANY_RESULTS),
            (Aspect.MARKET_SHARE, Aim.COMPANY_RESULTS),
            (Aspect.VOLUME, None),
        ],
    )
    def test_it_stands_for_an_aim_or_is_a_means(
        self, aspect: Aspect, aim: Aim | None
    ) -> None:
        assert aspect.aim is aim
        assert aspect.is_about_customers is (aim is Aim.CUSTOMER_VALUE)


class TestGoal:
    @pytest.mark.parametrize(
        ("owners", "is_shared"),
        [
            (("sales",), False),
            (("sales", "sales"), False),
            (BOTH, True),
            (("joint",), True),
        ],
    )
    def test_it_is_shared_by_two_parties_or_by_both_as_one(
        self, *, owners: tuple[str, ...], is_shared: bool
    ) -> None:
        assert attrs.evolve(AIM, owners=owners).is_shared is is_shared

    def test_what_is_joint_is_owned_by_either_team_and_nobody_else(self) -> None:
        goal = attrs.evolve(AIM, owners=("joint",))

        owned = [
            party
            for party in ("sales", "marketing", "joint", "product")
            if goal.is_owned_by(party)
        ]

        assert owned == ["sales", "marketing", "joint"]

    def test_somebody_has_to_own_it(self) -> None:
        with pytest.raises(ValueError, match="owners"):
            attrs.evolve(AIM, owners=())


class TestIncentive:
    @pytest.mark.parametrize("share", [Fraction(0), Fraction(3, 2)])
    def test_a_share_is_a_part_of_the_pay(self, share: Fraction) -> None:
        with pytest.raises(UnfitValueError, match="a share over 0 and up to 1"):
            Incentive(metric="bookings", party="sales", share=share)


class TestGoalTree:
    def test_two_goals_have_two_names(self) -> None:
        with pytest.raises(UnfitValueError, match="'aim'"):
            GoalTree((AIM, AIM))

    def test_a_leaf_traces_to_its_root(self) -> None:
        trace = GoalTree(SOUND).trace("work-revenue-short")

        assert [goal.id for goal in trace] == [
            "work-revenue-short",
            "revenue-short",
            "aim",
        ]

    @pytest.mark.parametrize("goal_id", ["nothing", "revenue-short"])
    def test_what_reaches_no_root_has_no_trace(self, goal_id: str) -> None:
        goals = changed("revenue-short", serves="work-revenue-short")

        assert GoalTree(goals).trace(goal_id) == ()

    def test_rooted_goals_come_after_what_they_serve(self) -> None:
        backwards = GoalTree(tuple(reversed(SOUND)))

        places = {goal.id: at for at, goal in enumerate(backwards.rooted)}

        assert len(places) == len(SOUND)
        assert all(
            places[goal.serves] < places[goal.id] for goal in SOUND if goal.serves
        )


class TestFindings:
    def test_a_sound_tree_has_none(self) -> None:
        assert codes(SOUND, PAY) == []

    @pytest.mark.parametrize(
        "goals",
        [(), (attrs.evolve(AIM, serves="aim"),)],
        ids=["no goals", "goals that serve themselves"],
    )
    def test_without_a_root_objective_nothing_else_is_said(
        self, goals: tuple[Goal, ...]
    ) -> None:
        (finding,) = GoalTree(goals, PAY).findings()

        assert (finding.code, finding.severity) == ("AK-P101", Severity.ERROR)

    @pytest.mark.parametrize(
        ("serves", "seen"),
        [
            ("nothing", "no goal 'nothing'"),
            ("work-revenue-short", "serves 'work-revenue-short'"),
        ],
        ids=["unknown", "circle"],
    )
    def test_a_goal_that_leads_to_no_root_is_found(
        self, serves: str, seen: str
    ) -> None:
        found = GoalTree(changed("revenue-short", serves=serves), PAY).findings()

        untraced = [finding for finding in found if finding.code == "AK-P102"]
        assert [finding.path for finding in untraced] == [
            "$.strategy.goals[1].serves",
            "$.strategy.goals[7].serves",
        ]
        assert untraced[0].seen == seen

    def test_every_empty_cell_is_found(self) -> None:
        goals = tuple(g for g in SOUND if "profitability-long" not in g.id)

        assert codes(goals) == [("AK-P104", "$.strategy.goals")]

    def test_a_plan_that_is_blind_to_margin_has_two_empty_cells(self) -> None:
        goals = without(Aspect.PROFITABILITY)

        found = GoalTree(goals).findings()

        assert [finding.message for finding in found] == [
            "no goal for profitability over the short horizon",
            "no goal for profitability over the long horizon",
        ]

    def test_a_missing_horizon_is_one_finding(self) -> None:
        found = codes(
            tuple(
                attrs.evolve(g, horizon=SHORT) if g is AIM else g for g in without(LONG)
            )
        )

        assert found == [("AK-P105", "$.strategy.goals")]

    def test_a_missing_aim_is_one_finding(self) -> None:
        assert codes(without(Aspect.SATISFACTION)) == [("AK-P103", "$.strategy.goals")]

    def test_a_party_that_only_looks_at_today_by_itself_is_a_silo(self) -> None:
        goals = changed("work-revenue-short", owners=("product",))

        assert codes(goals) == [("AK-P106", "$.strategy.goals[7]")]

    def test_revenue_as_the_only_outcome_is_found(self) -> None:
        goals = tuple(
            attrs.evolve(g, kind=DRIVER) if g.aspect is not Aspect.REVENUE else g
            for g in SOUND
        )

        assert codes(goals) == [("AK-P107", "$.strategy.goals")]

    def test_an_outcome_that_nothing_drives_is_found(self) -> None:
        goals = tuple(g for g in SOUND if g.id != "work-revenue-long")

        assert codes(goals) == [("AK-P108", "$.strategy.goals[2]")]

    def test_a_goal_without_a_segment_is_found_where_people_work_on_it(self) -> None:
        bare = changed("aim", segments=())
        scoped = tuple(
            attrs.evolve(g, segments=("mid",)) if g.id != "aim" else g for g in bare
        )

        assert [code for code, _ in codes(bare)] == ["AK-P109"] * 6
        assert codes(scoped) == []

    def test_an_unknown_segment_is_found(self) -> None:
        goals = changed("work-revenue-short", segments=("mild",))

        assert codes(goals) == [("AK-P110", "$.strategy.goals[7].segments")]

    def test_segments_are_not_checked_where_the_strategy_names_none(self) -> None:
        goals = changed("work-revenue-short", segments=("mild",))

        assert GoalTree(goals).findings() == ()

    def test_volume_alone_beside_another_party_s_revenue_conflicts(self) -> None:
        goals = (
            *(
                attrs.evolve(g, owners=("sales",)) if g.aspect is Aspect.REVENUE else g
                for g in SOUND
                if g.id != "work-revenue-short"
            ),
            a_goal(
                "leads",
                Aspect.VOLUME,
                DRIVER,
                LONG,
                "revenue-short",
                {"owners": ("demand",)},
            ),
        )

        (finding,) = GoalTree(goals).findings()

        assert finding.code == "AK-P111"
        assert finding.message == (
            "demand aims for volume only, while sales answers for the revenue of "
            "'revenue-short'"
        )

    def test_volume_beside_quality_does_not_conflict(self) -> None:
        owned = {"owners": ("demand",)}
        goals = (
            *SOUND,
            a_goal("leads", Aspect.VOLUME, DRIVER, LONG, "revenue-short", owned),
            a_goal("good-leads", Aspect.QUALITY, DRIVER, LONG, "revenue-short", owned),
        )

        assert codes(goals) == []

    def test_two_targets_for_one_metric_conflict(self) -> None:
        twice = (
            attrs.evolve(SOUND[7], target=Decimal(10)),
            attrs.evolve(SOUND[7], id="again", target=Decimal(20)),
        )
        goals = (*SOUND[:7], *SOUND[8:], *twice)

        assert codes(goals) == [("AK-P116", "$.strategy.goals[13].target")]

    def test_the_same_metric_for_two_segments_may_have_two_targets(self) -> None:
        goals = (
            *SOUND,
            attrs.evolve(SOUND[7], id="a", target=Decimal(1), segments=("mid",)),
            attrs.evolve(SOUND[7], id="b", target=Decimal(2)),
        )

        assert codes(goals) == []

    def test_goals_that_nobody_shares_are_found(self) -> None:
        goals = tuple(attrs.evolve(g, owners=("sales",)) for g in SOUND)

        assert codes(goals) == [("AK-P112", "$.strategy.goals")]

    def test_pay_for_what_is_no_goal_is_found(self) -> None:
        pay = (*PAY, Incentive(metric="calls", party="sales"))

        assert codes(SOUND, pay) == [("AK-P113", "$.strategy.incentives[2].metric")]

    def test_a_goal_that_nobody_is_paid_for_is_found(self) -> None:
        pay = tuple(
            Incentive(metric=goal.id, party="sales")
            for goal in SOUND
            if goal.id.startswith("work") and goal.id != "work-revenue-long"
        )

        assert codes(SOUND, (*pay, PAY[1])) == [
            ("AK-P114", "$.strategy.goals[8].metric")
        ]

    def test_pay_that_forgets_the_customer_is_found(self) -> None:
        assert codes(SOUND, PAY[:1]) == [("AK-P115", "$.strategy.incentives")]

    def test_a_long_chain_of_goals_takes_no_time(self) -> None:
        chain = tuple(
            a_goal(
                f"g{at}",
                Aspect.OTHER,
                DRIVER,
                serves=None if at == 0 else f"g{at - 1}",
            )
            for at in range(5_000)
        )

        found = GoalTree(chain).findings()

        assert "AK-P102" not in {finding.code for finding in found}
