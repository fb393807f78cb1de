"""Strategy: where the teams are going, and what each of them does to get there.

"More revenue" is not a strategy. A go-to-market strategy says which segments, which
buyers in them who need the offering and are able to buy it, with which mix of products,
packaged and priced how, in which position, and sold by which process (R69). From it
follow the figures, the goals, and what each team does in the mode that it is in:
winning new business, growing what there is, or launching something new. What is missing
is leadership's to supply, not either team's (R63).
"""

from __future__ import annotations

import enum
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction

import attrs

from alignkit._fields import is_name, several, typed
from alignkit.criteria import is_number
from alignkit.errors import UnfitValueError
from alignkit.findings import Finding, Severity
from alignkit.goals import Goal, GoalTree, Incentive
from alignkit.targets import TargetSet, more_of_the_same


class Mode(enum.Enum):
    """What a strategy is mostly after, which decides what the teams do (R71)."""

    NEW_BUSINESS = "new_business"
    """Winning customers (R72)."""

    EXPAND = "expand"
    """Renewing and growing what customers have (R73)."""

    LAUNCH = "launch"
    """A new product, or a segment that is new to it (R74)."""


@attrs.frozen(kw_only=True)
class Play:
    """Something that a team is expected to do in a mode.

    Attributes:
        id: Its name; a strategy lists what it plans by these.
        mode: The mode in which it is expected.
        party: Who does it.
        title: What it is.
        source: The row of the requirements that it comes from.
    """

    id: str
    mode: Mode
    party: str
    title: str
    source: str


def _plays(mode: Mode, source: str, *rows: tuple[str, str, str]) -> tuple[Play, ...]:
    return tuple(
        Play(id=name, mode=mode, party=party, title=title, source=source)
        for name, party, title in rows
    )


STANDARD_PLAYS = (
    *_plays(
        Mode.NEW_BUSINESS,
        "R72",
        ("market_summit", "marketing", "Hold a summit for the market"),
        ("prospecting", "sales", "Prospect for new buyers"),
    ),
    *_plays(
        Mode.EXPAND,
        "R73",
        ("user_groups", "marketing", "Bring users together"),
        ("engagement", "sales", "Stay in touch with customers and upsell"),
    ),
    *_plays(
        Mode.LAUNCH,
        "R74",
        ("new_assets", "marketing", "Make assets for the new offering"),
        ("new_awareness", "marketing", "Make it known to its buyers"),
        ("fewer_old_campaigns", "marketing", "Put older campaigns behind it"),
        ("new_buyers", "sales", "Turn to the buyers of the new offering"),
        ("account_handover", "sales", "Hand some accounts over, with an owner each"),
    ),
)
"""What each team is expected to do in each mode (R71 to R74)."""


@attrs.frozen(kw_only=True)
class Capability:
    """Something that a team has to have to do its own work well (R161, R162).

    Attributes:
        id: Its name; a strategy lists what the teams have by these.
        party: Whose it is.
        title: What it is.
        source: The row of the requirements that it comes from.
    """

    id: str
    party: str
    title: str
    source: str


CAPABILITIES = tuple(
    Capability(id=f"{party}.{name}", party=party, title=title, source=source)
    for party, source, traits in (
        ("sales", "R161", "people who like people and results"),
        ("marketing", "R162", "people who like analysis and strategy"),
    )
    for name, title in (
        ("design", "a design of the team that fits the strategy"),
        ("traits", f"hiring for {traits}"),
        ("competencies", "training in the competencies that the work takes"),
        ("structures", "a structure in which the work can be done"),
        ("processes", "processes that people know and follow"),
        ("systems", "systems that serve the processes"),
        ("programmes", "programmes that pay for and praise the right work"),
    )
)
"""What each team has to have, as a checklist."""


@attrs.frozen(field_transformer=typed)
class Buyer:
    """Somebody who may buy: a persona, why it needs the offering, and why it can buy.

    Attributes:
        persona: Who it is.
        need: What it needs the offering for; empty if nobody has said.
        ability: Why it can decide and pay; empty if nobody has said.

    Example:
        >>> Buyer("plant manager", need="fewer stops", ability="own budget").is_complete
        True
    """

    persona: str = attrs.field(validator=is_name)
    need: str = attrs.field(default="", kw_only=True)
    ability: str = attrs.field(default="", kw_only=True)

    @property
    def is_complete(self) -> bool:
        """Whether both the need and the ability are stated."""
        return bool(self.need.strip() and self.ability.strip())


@attrs.frozen(kw_only=True)
class WorkMix:
    """How a team's effort divides into work that it planned and work it was asked for.

    Marketing that mostly reacts to sales has become its helper, and nobody looks ahead
    (R80).

    Attributes:
        party: Whose effort it is.
        planned: The effort on work of its own plan, in any unit.
        reactive: The effort on requests, in the same unit.
        most: The largest share that requests may take.

    Example:
        >>> mix = WorkMix(party="marketing", planned=Decimal(30), reactive=Decimal(70))
        >>> mix.reactive_share
        Fraction(7, 10)
    """

    party: str = attrs.field(validator=is_name)
    planned: Decimal = attrs.field()
    reactive: Decimal = attrs.field()
    most: Fraction = attrs.field(default=Fraction(1, 2))

    @planned.validator
    @reactive.validator
    def _is_effort(self, field: attrs.Attribute[Decimal], value: object) -> None:
        if not isinstance(value, Decimal) or not is_number(value) or value < 0:
            expected = "a Decimal that is not negative"
            raise UnfitValueError("work mix", field.name, expected, repr(value)[:80])

    @most.validator
    def _is_a_share(self, _: object, value: object) -> None:
        if not isinstance(value, Fraction) or not 0 <= value <= 1:
            expected = "a Fraction from 0 to 1"
            raise UnfitValueError("work mix", "most", expected, repr(value)[:80])

    @property
    def reactive_share(self) -> Fraction | None:
        """The share of all effort that requests take; None if there was no effort."""
        reactive = Fraction(self.reactive)
        total = Fraction(self.planned) + reactive
        return reactive / total if total else None


@attrs.frozen(field_transformer=typed)
class RoleDifference:
    """Something in which the roles of the parties differ, and are meant to (R75, R77).

    It is declared so that each side knows the other's point of view; it is never a
    fault, and no finding comes of it.

    Attributes:
        dimension: In what they differ.
        views: For each party, its side of it.
    """

    dimension: str = attrs.field(validator=is_name)
    views: tuple[tuple[str, str], ...]


ROLE_DIFFERENCES = (
    RoleDifference(
        "whom it looks at", (("sales", "customers"), ("marketing", "segments"))
    ),
    RoleDifference(
        "what it thinks in", (("sales", "tactics"), ("marketing", "strategy"))
    ),
    RoleDifference(
        "what it works by",
        (("sales", "relationship and results"), ("marketing", "analysis and process")),
    ),
)
"""In what the sources see the two teams differ (R122 to R124)."""

ELEMENTS = (
    ("segments", "segments"),
    ("buyers", "buyers with need and ability"),
    ("product_mix", "product mix"),
    ("packaging_and_price", "packaging and price"),
    ("positioning", "positioning"),
    ("sales_process", "sales process"),
)
"""The six elements of a go-to-market strategy, each as field and as name (R69)."""


@attrs.frozen(kw_only=True, field_transformer=typed)
class Strategy:
    """A go-to-market strategy, with the figures and goals that follow from it.

    Its elements may be missing while it is written; `findings` lists what is.

    Attributes:
        segments: The segments that it is for, by name.
        buyers: Who buys in them, with need and ability.
        product_mix: What is offered.
        packaging_and_price: How it is packaged and priced.
        positioning: What it stands for, against which alternatives.
        sales_process: How it is sold.
        modes: What it is mostly after.
        plays: What the teams plan to do, by the names of plays.
        targets: The figures, period by period.
        goals: What the parties aim for.
        incentives: What they are paid for.
        work: How their effort divides.
        capabilities: What the teams have of the checklist; empty if nobody has looked.
        differences: In what their roles are meant to differ.

    Example:
        >>> strategy = Strategy(
        ...     segments=["mid-market"], product_mix="pumps and service"
        ... )
        >>> strategy.missing
        ('buyers with need and ability', 'packaging and price', 'positioning',
         'sales process')
    """

    segments: tuple[str, ...] = several(str)
    buyers: tuple[Buyer, ...] = several(Buyer)
    product_mix: str = ""
    packaging_and_price: str = ""
    positioning: str = ""
    sales_process: str = ""
    modes: tuple[Mode, ...] = several(Mode)
    plays: tuple[str, ...] = several(str)
    targets: tuple[TargetSet, ...] = several(TargetSet)
    goals: tuple[Goal, ...] = several(Goal)
    incentives: tuple[Incentive, ...] = several(Incentive)
    work: tuple[WorkMix, ...] = several(WorkMix)
    capabilities: tuple[str, ...] = several(str)
    differences: tuple[RoleDifference, ...] = several(RoleDifference)

    def __attrs_post_init__(self) -> None:
        GoalTree(self.goals)

    @property
    def tree(self) -> GoalTree:
        """The goals and incentives as a tree."""
        return GoalTree(self.goals, self.incentives)

    @property
    def missing(self) -> tuple[str, ...]:
        """The elements that it lacks (R69)."""
        return tuple(name for field, name in ELEMENTS if not self._has(field))

    def _has(self, field: str) -> bool:
        stated = getattr(self, field)
        if isinstance(stated, str):
            return bool(stated.strip())
        return (
            any(buyer.is_complete for buyer in stated)
            if field == "buyers"
            else bool(stated)
        )

    def findings(self, path: str = "$.strategy") -> tuple[Finding, ...]:
        """Return what is missing from the strategy, and where it contradicts itself.

        Args:
            path: Where the strategy stands in its document.
        """
        return (
            *(attrs.evolve(f, path=path + f.path) for f in _elements(self)),
            *_figures(self, path),
            *self.tree.findings(segments=self.segments, path=path),
            *(attrs.evolve(f, path=path + f.path) for f in _unplanned(self)),
            *(attrs.evolve(f, path=path + f.path) for f in _reactive(self)),
            *(attrs.evolve(f, path=path + f.path) for f in _incapable(self)),
        )


def _elements(strategy: Strategy) -> Iterator[Finding]:
    for field, name in ELEMENTS:
        if name in strategy.missing:
            yield Finding(
                code="AK-P131",
                severity=Severity.WARNING,
                message=f"the strategy does not state its {name}",
                path=f".{field}",
                help="leadership states it; neither team can do so alone",
            )


def _figures(strategy: Strategy, path: str) -> Iterator[Finding]:
    """Each set must agree with itself; of two for one segment the later must differ."""
    latest: dict[str | None, TargetSet] = {}
    for at, targets in enumerate(strategy.targets):
        here = f"{path}.targets[{at}]"
        yield from targets.findings(here)
        before = latest.get(targets.segment)
        if before is not None:
            yield from more_of_the_same(before, targets, f"{here}.revenue")
        latest[targets.segment] = targets
        if targets.segment not in {None, *strategy.segments} and strategy.segments:
            yield Finding(
                code="AK-P124",
                severity=Severity.ERROR,
                message=f"targets are set for the unknown segment {targets.segment!r}",
                path=f"{here}.segment",
                expected=f"one of {', '.join(strategy.segments)}",
                seen=targets.segment,
                help="name a segment of the strategy, or add it to them",
            )


def _unplanned(strategy: Strategy) -> Iterator[Finding]:
    for play in STANDARD_PLAYS:
        if play.mode in strategy.modes and play.id not in strategy.plays:
            mode = play.mode.value.replace("_", " ")
            yield Finding(
                code="AK-P132",
                severity=Severity.WARNING,
                message=f"{play.party} plans nothing for {mode}: {play.title.lower()}",
                path=".plays",
                expected=play.id,
                help="plan it, or leave the mode out if it is not meant",
            )


def _reactive(strategy: Strategy) -> Iterator[Finding]:
    for at, mix in enumerate(strategy.work):
        share = mix.reactive_share
        if share is not None and share > mix.most:
            yield Finding(
                code="AK-P133",
                severity=Severity.WARNING,
                message=f"{mix.party} spends {share} of its effort on requests",
                path=f".work[{at}].reactive",
                expected=f"at most {mix.most}",
                seen=str(share),
                help="keep effort for planned work, or agree on a larger share",
            )


def _incapable(strategy: Strategy) -> Iterator[Finding]:
    # An empty list is a checklist that nobody has gone through.
    for capability in CAPABILITIES if strategy.capabilities else ():
        if capability.id not in strategy.capabilities:
            yield Finding(
                code="AK-P134",
                severity=Severity.INFO,
                message=f"{capability.party} lacks {capability.title}",
                path=".capabilities",
                expected=capability.id,
                help="build it up before asking more of the team",
            )
