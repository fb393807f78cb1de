"""What holds of all targets and of every tree of goals."""

from __future__ import annotations

import itertools
import math
from decimal import Decimal
from fractions import Fraction
from random import Random

import attrs
from hypothesis import given
from hypothesis import strategies as st

from alignkit.goals import Aspect, Goal, GoalKind, GoalTree, Horizon, Incentive
from alignkit.targets import (
    TargetSet,
    customers_needed,
    implied_lead_value,
    leads_needed,
    more_of_the_same,
)

AMOUNTS = st.decimals(1, 10**9, places=2)
RATES = st.fractions(0, 1, max_denominator=100).filter(bool)


@st.composite
def targets(draw: st.DrawFn) -> TargetSet:
    """Draw figures that agree with each other."""
    revenue, deal_size, win_rate = draw(AMOUNTS), draw(AMOUNTS), draw(RATES)
    return TargetSet(
        period="2026",
        revenue=revenue,
        deal_size=deal_size,
        customers=math.ceil(Fraction(revenue) / Fraction(deal_size)),
        win_rate=win_rate,
        pipeline=Decimal(math.ceil(Fraction(revenue) / win_rate)),
    )


@given(AMOUNTS, AMOUNTS, st.lists(RATES, max_size=4), RATES)
def test_leads_times_their_rates_and_price_bring_the_revenue(
    revenue: Decimal, deal_size: Decimal, rates: list[Fraction], share: Fraction
) -> None:
    needed = leads_needed(revenue, deal_size=deal_size, rates=rates, share=share)

    brought = needed.exact * math.prod(rates) * Fraction(deal_size)
    assert brought == Fraction(revenue) * share
    assert needed.exact <= needed.whole < needed.exact + 1


@given(AMOUNTS, AMOUNTS, st.lists(RATES, min_size=1, max_size=4))
def test_stages_may_be_taken_one_by_one_or_as_one(
    revenue: Decimal, deal_size: Decimal, rates: list[Fraction]
) -> None:
    stepwise = leads_needed(revenue, deal_size=deal_size, rates=rates)
    at_once = leads_needed(revenue, deal_size=deal_size, rates=[math.prod(rates)])

    assert stepwise == at_once


@given(AMOUNTS, AMOUNTS, RATES)
def test_the_leads_needed_are_worth_the_revenue(
    revenue: Decimal, deal_size: Decimal, rate: Fraction
) -> None:
    needed = leads_needed(revenue, deal_size=deal_size, rates=[rate])
    worth = implied_lead_value(rate=rate, deal_size=deal_size)

    assert needed.exact * worth == Fraction(revenue)


@given(AMOUNTS, AMOUNTS, RATES, RATES)
def test_shares_of_the_revenue_add_up(
    revenue: Decimal, deal_size: Decimal, one: Fraction, other: Fraction
) -> None:
    parts = [
        customers_needed(revenue, deal_size=deal_size, share=share * Fraction(1, 2))
        for share in (one, other)
    ]

    whole = customers_needed(revenue, deal_size=deal_size, share=(one + other) / 2)

    assert sum(part.exact for part in parts) == whole.exact


@given(targets())
def test_figures_that_follow_from_each_other_agree(given_targets: TargetSet) -> None:
    assert given_targets.findings() == ()


@given(targets(), st.integers(1, 1000))
def test_a_figure_that_is_off_either_way_contradicts_the_rest(
    given_targets: TargetSet, off: int
) -> None:
    more = attrs.evolve(given_targets, customers=(given_targets.customers or 0) + off)
    less = attrs.evolve(
        given_targets,
        customers=max(1, (given_targets.customers or 0) - off),
    )

    assert [finding.code for finding in more.findings()] == ["AK-P121"]
    if less.customers != given_targets.customers:
        assert [finding.code for finding in less.findings()] == ["AK-P121"]


@given(targets(), targets())
def test_only_growth_can_be_more_of_the_same(
    before: TargetSet, after: TargetSet
) -> None:
    same = attrs.evolve(before, revenue=after.revenue)

    found = more_of_the_same(before, same)

    assert bool(found) == ((before.revenue or 0) < (after.revenue or 0))


@st.composite
def trees(draw: st.DrawFn) -> GoalTree:
    """Draw goals that serve any goal at all, themselves and unknown ones included."""
    ids = [f"g{number}" for number in range(draw(st.integers(0, 8)))]
    goals = tuple(
        Goal(
            id=goal_id,
            kind=draw(st.sampled_from(GoalKind)),
            aspect=draw(st.sampled_from(Aspect)),
            metric=draw(st.sampled_from("abcd")),
            horizon=draw(st.sampled_from(Horizon)),
            owners=draw(
                st.lists(
                    st.sampled_from(["sales", "marketing", "joint"]), min_size=1
                ).map(tuple)
            ),
            serves=draw(st.none() | st.sampled_from([*ids, "nothing"])),
            segments=draw(st.lists(st.sampled_from(["s", "t"]), max_size=2).map(tuple)),
        )
        for goal_id in ids
    )
    pay = draw(st.lists(st.sampled_from("abcde"), max_size=3))
    return GoalTree(goals, tuple(Incentive(metric=m, party="sales") for m in pay))


@given(trees())
def test_rooted_goals_are_those_with_a_trace(tree: GoalTree) -> None:
    rooted = [goal.id for goal in tree.rooted]

    assert sorted(rooted) == sorted(g.id for g in tree.goals if tree.trace(g.id))
    assert len(set(rooted)) == len(rooted)


@given(trees())
def test_a_trace_climbs_step_by_step_to_a_root(tree: GoalTree) -> None:
    for goal in tree.goals:
        trace = tree.trace(goal.id)
        for step, above in itertools.pairwise(trace):
            assert step.serves == above.id
        if trace:
            assert trace[0] == goal
            assert trace[-1] in tree.roots


@given(trees())
def test_an_outcome_is_driven_exactly_if_a_driver_traces_to_it(tree: GoalTree) -> None:
    traces = [tree.trace(g.id) for g in tree.goals if g.kind is GoalKind.DRIVER]
    driven = {step.id for trace in traces for step in trace[1:]}
    undriven = [
        f"$.strategy.goals[{at}]"
        for at, goal in enumerate(tree.goals)
        if goal.kind is GoalKind.OUTCOME and goal.id not in driven
    ]

    found = [f.path for f in tree.findings() if f.code == "AK-P108"]

    assert found == (undriven if tree.roots else [])


@given(trees())
def test_a_leaf_is_paid_for_exactly_if_its_trace_is(tree: GoalTree) -> None:
    metrics = {incentive.metric for incentive in tree.incentives}
    served = {goal.serves for goal in tree.goals}
    unpaid = [
        f"$.strategy.goals[{at}].metric"
        for at, goal in enumerate(tree.goals)
        if goal.id not in served
        and not any(step.metric in metrics for step in tree.trace(goal.id))
    ]

    found = [f.path for f in tree.findings() if f.code == "AK-P114"]

    assert found == (unpaid if tree.roots and tree.incentives else [])


@given(trees(), st.randoms(use_true_random=False))
def test_the_order_of_goals_does_not_matter(tree: GoalTree, random: Random) -> None:
    shuffled = list(tree.goals)
    random.shuffle(shuffled)

    again = GoalTree(tuple(shuffled), tree.incentives)

    def codes(one: GoalTree) -> list[str]:
        return sorted(finding.code for finding in one.findings())

    assert codes(tree) == codes(again)
