"""Goals: what the teams aim for, and how one aim serves another.

A company has an aim; outcomes such as revenue and satisfaction serve it; drivers, which
people can move by their work, serve the outcomes. So goals form a tree. A team that is
paid for a number outside the tree works against it, and a tree that knows only revenue,
or only this quarter, leaves out what the customer and the future need. `GoalTree` holds
the goals of one strategy, and its findings say where the tree has such a hole.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Iterator
from decimal import Decimal
from fractions import Fraction

import attrs
from attrs.validators import optional

from alignkit._fields import is_a, is_name, is_share, several, typed
from alignkit.errors import UnfitValueError
from alignkit.findings import Finding, Severity, did_you_mean

JOINT = "joint"
"""The name of sales and marketing together where a party is asked for."""


class Horizon(enum.Enum):
    """How far ahead somebody looks (R10, R14)."""

    SHORT = "short"
    """Today's market and this period."""

    LONG = "long"
    """The market to come."""


class Aim(enum.Enum):
    """What all the work is for in the end (R118)."""

    CUSTOMER_VALUE = "customer_value"
    """The customer is better off."""

    COMPANY_RESULTS = "company_results"
    """The company is better off."""


class GoalKind(enum.Enum):
    """Whether people can do a goal, or only see it happen (R66)."""

    OUTCOME = "outcome"
    """A result; nobody can do it as such."""

    DRIVER = "driver"
    """Something that work moves directly, and that moves an outcome."""


class Aspect(enum.Enum):
    """What a metric tells about."""

    REVENUE = "revenue"
    """Money that came in."""

    PROFITABILITY = "profitability"
    """Money that stayed: margin or profit."""

    SATISFACTION = "satisfaction"
    """How customers judge what they got."""

    RETENTION = "retention"
    """Customers who stay or buy again."""

    MARKET_SHARE = "market_share"
    """The company's part of its market."""

    VOLUME = "volume"
    """How many, whatever they are worth: leads, calls, campaigns."""

    QUALITY = "quality"
    """How good they are: a share that meets a definition, or converts."""

    SPEED = "speed"
    """How long somebody waits."""

    AWARENESS = "awareness"
    """Who knows the brand and what it stands for."""

    OTHER = "other"
    """Anything else."""

    @property
    def is_about_customers(self) -> bool:
        """Whether the metric moves only when customers are served well (R186)."""
        return self in {Aspect.SATISFACTION, Aspect.RETENTION}

    @property
    def aim(self) -> Aim | None:
        """The aim that an outcome of this aspect stands for; None if it is a means."""
        if self.is_about_customers:
            return Aim.CUSTOMER_VALUE
        if self in {Aspect.REVENUE, Aspect.PROFITABILITY, Aspect.MARKET_SHARE}:
            return Aim.COMPANY_RESULTS
        return None


OUTCOMES = (Aspect.REVENUE, Aspect.SATISFACTION, Aspect.PROFITABILITY)
"""What both teams need in the near and in the long term (R46)."""


@attrs.frozen(kw_only=True, field_transformer=typed)
class Goal:
    """One aim with the metric that tells whether it was reached.

    A goal that serves no other is a root objective. A goal with several owners, or
    owned by ``"joint"``, is shared.

    Attributes:
        id: Its name within the strategy.
        kind: Whether it is an outcome or a driver.
        aspect: What its metric tells about.
        metric: The name of the metric; incentives are on metrics.
        horizon: How far ahead it looks.
        owners: The parties that answer for it.
        serves: The goal that it helps to reach; None for a root objective.
        segments: The segments in which it holds.
        target: The figure to reach, in the metric's own unit.
        title: What people call it.

    Example:
        >>> goal = Goal(
        ...     id="accepted-leads",
        ...     kind=GoalKind.DRIVER,
        ...     aspect=Aspect.QUALITY,
        ...     metric="acceptance rate",
        ...     horizon=Horizon.SHORT,
        ...     owners=["sales", "marketing"],
        ...     serves="new-revenue",
        ... )
        >>> goal.is_shared
        True
    """

    id: str = attrs.field(validator=is_name)
    kind: GoalKind = attrs.field(validator=is_a(GoalKind))
    aspect: Aspect = attrs.field(validator=is_a(Aspect))
    metric: str = attrs.field(validator=is_name)
    horizon: Horizon = attrs.field(validator=is_a(Horizon))
    owners: tuple[str, ...] = several(str, at_least=1)
    serves: str | None = attrs.field(default=None, validator=optional(is_a(str)))
    segments: tuple[str, ...] = several(str)
    target: Decimal | None = attrs.field(
        default=None, validator=optional(is_a(Decimal))
    )
    title: str = ""

    @property
    def is_shared(self) -> bool:
        """Whether more than one party answers for it (R6, R180)."""
        return JOINT in self.owners or len(set(self.owners)) > 1

    def is_owned_by(self, party: str) -> bool:
        """Say whether a party answers for it, alone or with others."""
        joint = JOINT in self.owners and party in {"sales", "marketing"}
        return party in self.owners or joint


@attrs.frozen(kw_only=True, field_transformer=typed)
class Incentive:
    """A metric for which somebody is paid (R78).

    That two parties are paid for different things is declared here, not blamed (R75).

    Attributes:
        metric: What is paid for, by the name that goals use.
        party: The party that is paid.
        role: The role within it; None for all of them.
        share: Its share of the variable pay, if that is stated.

    Example:
        >>> Incentive(metric="bookings", party="sales", share=Fraction(4, 5)).share
        Fraction(4, 5)
    """

    metric: str = attrs.field(validator=is_name)
    party: str = attrs.field(validator=is_name)
    role: str | None = None
    share: Fraction | None = attrs.field(default=None, validator=optional(is_share))


@attrs.frozen
class GoalTree:
    """The goals of one strategy and what is paid for, as a tree.

    Attributes:
        goals: The goals, in any order.
        incentives: The metrics that somebody is paid for.

    Raises:
        UnfitValueError: If two goals have the same id.

    Example:
        >>> aim = Goal(
        ...     id="growth",
        ...     kind=GoalKind.OUTCOME,
        ...     aspect=Aspect.REVENUE,
        ...     metric="revenue",
        ...     horizon=Horizon.SHORT,
        ...     owners=["leadership"],
        ... )
        >>> calls = Goal(
        ...     id="calls",
        ...     kind=GoalKind.DRIVER,
        ...     aspect=Aspect.VOLUME,
        ...     metric="calls",
        ...     horizon=Horizon.SHORT,
        ...     owners=["sales"],
        ...     serves="growth",
        ... )
        >>> tree = GoalTree([calls, aim])
        >>> [goal.id for goal in tree.trace("calls")]
        ['calls', 'growth']
        >>> [goal.id for goal in tree.roots], [goal.id for goal in tree.leaves]
        (['growth'], ['calls'])
    """

    goals: tuple[Goal, ...] = several(Goal)
    incentives: tuple[Incentive, ...] = several(Incentive)

    def __attrs_post_init__(self) -> None:
        ids = [goal.id for goal in self.goals]
        twice = [name for at, name in enumerate(ids) if name in ids[:at]]
        if twice:
            raise UnfitValueError("strategy", "goals", "each id once", repr(twice[0]))

    @property
    def roots(self) -> tuple[Goal, ...]:
        """The root objectives: goals that serve no other (R187)."""
        return tuple(goal for goal in self.goals if goal.serves is None)

    @property
    def leaves(self) -> tuple[Goal, ...]:
        """The goals that no other serves: what people work on from day to day."""
        served = {goal.serves for goal in self.goals}
        return tuple(goal for goal in self.goals if goal.id not in served)

    @property
    def rooted(self) -> tuple[Goal, ...]:
        """The goals that lead to a root, each after the one that it serves (R47)."""
        serving: dict[str | None, list[Goal]] = {}
        for goal in self.goals:
            serving.setdefault(goal.serves, []).append(goal)
        found = list(self.roots)
        for goal in found:
            found.extend(serving.get(goal.id, ()))
        return tuple(found)

    def trace(self, goal_id: str) -> tuple[Goal, ...]:
        """Return a goal and those that it serves, up to its root (R47).

        The trace is empty if it reaches no root, because a goal on the way is unknown
        or serves itself.
        """
        by_id = {goal.id: goal for goal in self.goals}
        trace: dict[str, Goal] = {}
        step: str | None = goal_id
        while step is not None:
            if step not in by_id or step in trace:
                return ()
            trace[step] = by_id[step]
            step = by_id[step].serves
        return tuple(trace.values())

    def findings(
        self, *, segments: Iterable[str] = (), path: str = "$.strategy"
    ) -> tuple[Finding, ...]:
        """Return what is wrong with the goals and with what is paid for.

        Where there is no root objective, that is the one finding on the tree: nothing
        below it can be judged (R187).

        Args:
            segments: The segments that the strategy names; none of them is checked if
                it names none.
            path: Where the strategy stands.
        """
        if not self.roots:
            return (_no_root(path),)
        known = frozenset(segments)
        found = (
            *_untraced(self),
            *_holes(self),
            *_silos(self),
            *_revenue_only(self),
            *_undriven(self),
            *_unscoped(self),
            *_unknown_segments(self, known),
            *_volume_beside_revenue(self),
            *_two_targets(self),
            *_unshared(self),
            *_pay(self),
        )
        return tuple(attrs.evolve(f, path=f"{path}.{f.path}") for f in found)


def _no_root(path: str) -> Finding:
    return Finding(
        code="AK-P101",
        severity=Severity.ERROR,
        message="no root objective is stated",
        path=f"{path}.goals",
        expected="a goal that serves no other",
        help="leadership states a primary aim, and the other goals serve it",
    )


def _warning(code: str, path: str, message: str, mend: str) -> Finding:
    severity = Severity.WARNING
    return Finding(code=code, severity=severity, path=path, message=message, help=mend)


def _placed(tree: GoalTree) -> Iterator[tuple[str, Goal]]:
    """Yield each goal with its path."""
    return ((f"goals[{at}]", goal) for at, goal in enumerate(tree.goals))


def _untraced(tree: GoalTree) -> Iterator[Finding]:
    ids = {goal.id for goal in tree.goals}
    rooted = {goal.id for goal in tree.rooted}
    for path, goal in _placed(tree):
        if goal.id not in rooted:
            known = goal.serves in ids
            yield Finding(
                code="AK-P102",
                severity=Severity.ERROR,
                message=f"goal {goal.id!r} leads to no root objective",
                path=f"{path}.serves",
                seen=f"{'serves' if known else 'no goal'} {goal.serves!r}",
                help="let it serve a goal that leads to a root, or make it a root",
            )


def _holes(tree: GoalTree) -> Iterator[Finding]:
    """Only the widest hole is told: an aim, a horizon, then a cell of the grid."""
    aims = {goal.aspect.aim for goal in tree.goals}
    horizons = {goal.horizon for goal in tree.goals}
    cells = {(goal.aspect, goal.horizon) for goal in tree.goals}
    for aim in Aim:
        if aim not in aims:
            words = aim.value.replace("_", " ")
            mend = f"add an outcome for {words} under a root objective"
            yield _warning("AK-P103", "goals", f"no goal stands for {words}", mend)
    for horizon in Horizon:
        if horizon not in horizons:
            message = f"no goal looks over the {horizon.value} horizon"
            mend = "give a goal to those who look after it"
            yield _warning("AK-P105", "goals", message, mend)
    for aspect in OUTCOMES:
        for horizon in Horizon:
            wider = aspect.aim not in aims or horizon not in horizons
            if not wider and (aspect, horizon) not in cells:
                message = f"no goal for {aspect.value} over the {horizon.value} horizon"
                mend = "add one, owned by those who can move it"
                yield _warning("AK-P104", "goals", message, mend)


def _silos(tree: GoalTree) -> Iterator[Finding]:
    for party in _parties(tree):
        own = [(path, goal) for path, goal in _placed(tree) if goal.is_owned_by(party)]
        if all(goal.horizon is Horizon.SHORT and not goal.is_shared for _, goal in own):
            message = f"{party} has only short-term goals, and shares none"
            mend = f"give {party} a long-term goal, or one with another party"
            yield _warning("AK-P106", own[0][0], message, mend)


def _parties(tree: GoalTree) -> tuple[str, ...]:
    owners = (party for goal in tree.goals for party in goal.owners)
    return tuple(dict.fromkeys(owners))


def _revenue_only(tree: GoalTree) -> Iterator[Finding]:
    outcomes = [goal for goal in tree.goals if goal.kind is GoalKind.OUTCOME]
    if outcomes and all(goal.aspect is Aspect.REVENUE for goal in outcomes):
        message = "revenue is the only outcome aimed for"
        mend = "say which revenue is wanted: add margin, satisfaction or retention"
        yield _warning("AK-P107", "goals", message, mend)


def _undriven(tree: GoalTree) -> Iterator[Finding]:
    driven: set[str | None] = set()
    for goal in reversed(tree.rooted):
        if goal.kind is GoalKind.DRIVER or goal.id in driven:
            driven.add(goal.serves)
    for path, goal in _placed(tree):
        if goal.kind is GoalKind.OUTCOME and goal.id not in driven:
            message = f"nothing drives the outcome {goal.id!r}"
            mend = "add a driver that serves it: what will people do to reach it?"
            yield _warning("AK-P108", path, message, mend)


def _unscoped(tree: GoalTree) -> Iterator[Finding]:
    """A goal has the scope of those that it serves; so the leaves tell for all."""
    scoped: set[str | None] = set()
    for goal in tree.rooted:
        if goal.segments or goal.serves in scoped:
            scoped.add(goal.id)
    leaves = {goal.id for goal in tree.leaves}
    for path, goal in _placed(tree):
        if goal.id in leaves and goal.id not in scoped:
            message = f"goal {goal.id!r} names no segment"
            mend = "name the segments in which it holds, in it or in a goal above it"
            yield _warning("AK-P109", path, message, mend)


def _unknown_segments(tree: GoalTree, known: frozenset[str]) -> Iterator[Finding]:
    for path, goal in _placed(tree):
        for segment in goal.segments:
            if known and segment not in known:
                yield Finding(
                    code="AK-P110",
                    severity=Severity.ERROR,
                    message=f"goal {goal.id!r} names the unknown segment {segment!r}",
                    path=f"{path}.segments",
                    expected=f"one of {', '.join(sorted(known))}",
                    seen=segment,
                    help=did_you_mean(segment, known) or "add it to the segments",
                )


def _volume_beside_revenue(tree: GoalTree) -> Iterator[Finding]:
    """A party of which only numbers are asked answers for nothing that they bring."""
    revenue = next((g for g in tree.goals if g.aspect is Aspect.REVENUE), None)
    for party in _parties(tree) if revenue else ():
        own = [(path, goal) for path, goal in _placed(tree) if goal.is_owned_by(party)]
        if revenue and all(goal.aspect is Aspect.VOLUME for _, goal in own):
            message = (
                f"{party} aims for volume only, while {' and '.join(revenue.owners)} "
                f"answers for the revenue of {revenue.id!r}"
            )
            mend = f"share the revenue goal with {party}, or add a goal on quality"
            yield _warning("AK-P111", own[0][0], message, mend)


def _two_targets(tree: GoalTree) -> Iterator[Finding]:
    """A goal may be a part of one above it; side by side, two targets cannot hold."""
    first: dict[object, Goal] = {}
    for path, goal in _placed(tree):
        if goal.target is None:
            continue
        scope = (goal.metric, goal.horizon, goal.serves)
        whose = (frozenset(goal.owners), frozenset(goal.segments))
        same = first.setdefault((scope, whose), goal)
        if same.target != goal.target:
            message = (
                f"goals {same.id!r} and {goal.id!r} set two targets "
                f"for {goal.metric!r}: {same.target} and {goal.target}"
            )
            mend = "agree on one target, or tell their segments or horizons apart"
            yield _warning("AK-P116", f"{path}.target", message, mend)


def _unshared(tree: GoalTree) -> Iterator[Finding]:
    if not any(goal.is_shared for goal in tree.goals):
        message = "no goal is shared by two parties"
        mend = "let sales and marketing answer for at least one goal together"
        yield _warning("AK-P112", "goals", message, mend)


def _pay(tree: GoalTree) -> Iterator[Finding]:
    """What is paid for is a goal, and what is a goal is paid for on its branch."""
    if not tree.incentives:
        return
    metrics = {goal.metric for goal in tree.goals}
    for at, incentive in enumerate(tree.incentives):
        if incentive.metric not in metrics:
            message = (
                f"{incentive.party} is paid for {incentive.metric!r}, no goal's metric"
            )
            mend = "pay for the metric of a goal, or make it one"
            yield _warning("AK-P113", f"incentives[{at}].metric", message, mend)
    metrics_paid = {incentive.metric for incentive in tree.incentives}
    paid: set[str | None] = set()
    for goal in tree.rooted:
        if goal.metric in metrics_paid or goal.serves in paid:
            paid.add(goal.id)
    leaves = {goal.id for goal in tree.leaves}
    for path, goal in _placed(tree):
        if goal.id in leaves and goal.id not in paid:
            message = f"nobody is paid for goal {goal.id!r}, nor for one that it serves"
            mend = "put an incentive on its metric or on one above it"
            yield _warning("AK-P114", f"{path}.metric", message, mend)
    about = {goal.metric for goal in tree.goals if goal.aspect.is_about_customers}
    if not metrics_paid & about:
        message = "nobody is paid for serving the customer"
        mend = "add an incentive on satisfaction or retention"
        yield _warning("AK-P115", "incentives", message, mend)
