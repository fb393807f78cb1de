"""Decisions: who may decide what, and how one decision was come to.

Whether sales or marketing decides often depends on the customer: small ones are left
to marketing, a discount beyond the guard-rail takes two keys. A `DecisionRight` says so
for a kind of decision, as ordered rules with a default [O5]. A `DecisionRecord` keeps a
single one: who drove it, who approved it, who was asked, and what each side stood for.
Nobody decides over customers as such, because they own themselves: there is a
relationship lead and a record owner, and both are rights like any other [O6].
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime

import attrs
from attrs.validators import optional

from alignkit._fields import is_a, is_date, is_name, several, typed
from alignkit.criteria import Criterion, Is, show
from alignkit.errors import UnfitValueError
from alignkit.facts import Facts
from alignkit.findings import Finding, Severity, did_you_mean
from alignkit.goals import Horizon
from alignkit.instants import to_instant
from alignkit.judgements import judge
from alignkit.outcomes import Outcome
from alignkit.parties import Role
from alignkit.ranges import Case, Coverage, survey
from alignkit.tasks import Ownership


@attrs.frozen
class Holder:
    """Who decides: one role, or several that have to agree, like two keys (R130).

    Attributes:
        roles: The roles or parties that decide, all of them together.
        consulted: Who is asked before.
        escalates_to: Who decides where they cannot.

    Example:
        >>> Holder(["sales", "pricing_owner"]).takes_agreement
        True
    """

    roles: tuple[str, ...] = several(str, at_least=1)
    consulted: tuple[str, ...] = several(str)
    escalates_to: str | None = attrs.field(default=None, validator=optional(is_a(str)))

    @property
    def takes_agreement(self) -> bool:
        """Whether more than one has to agree."""
        return len(self.roles) > 1


@attrs.frozen(kw_only=True, field_transformer=typed)
class DecisionRule:
    """Who decides where a criterion is met, for as long as the rule is in force.

    Attributes:
        when: What the customer or deal must meet.
        holder: Who decides then.
        since: The moment from which the rule is in force; None for ever since [K6].
        until: The moment from which it no longer is; None for ever.

    Raises:
        UnfitValueError: If it would end before it begins.
        NaiveMomentError: If a moment has no zone.
    """

    when: Criterion = attrs.field(validator=is_a(Criterion, called="a criterion"))
    holder: Holder = attrs.field(validator=is_a(Holder))
    since: datetime | None = None
    until: datetime | None = None

    def __attrs_post_init__(self) -> None:
        start, end = self._bounds
        if start is not None and end is not None and start >= end:
            expected = "a moment after its since"
            raise UnfitValueError("decision rule", "until", expected, str(self.until))

    @property
    def _bounds(self) -> tuple[int | None, int | None]:
        since = None if self.since is None else to_instant(self.since, "since")
        until = None if self.until is None else to_instant(self.until, "until")
        return since, until

    def is_in_force(self, at: datetime) -> bool:
        """Say whether it is in force at a moment: from its since up to its until."""
        start, end = self._bounds
        instant = to_instant(at, "at")
        return (start is None or start <= instant) and (end is None or instant < end)


@attrs.frozen(kw_only=True)
class Undecided:
    """Who decides cannot be told, because something about the customer is not known.

    Attributes:
        candidates: Who it may be, in the order of the rules.
        unknown: What is not known.
    """

    candidates: tuple[Holder, ...]
    unknown: tuple[Finding, ...]


@attrs.frozen(kw_only=True)
class DecisionRight:
    """Who holds one kind of decision, for whom, and from when on [O5].

    Rules are tried in their order, and the first whose criterion holds decides. Where
    none does, the default does.

    Attributes:
        id: Its name, such as ``"deal_price"``.
        question: What is decided.
        default: Who decides where no rule says otherwise.
        rules: Who decides for which customers or deals.
        source: The rows of the requirements that it comes from.

    Example:
        >>> from datetime import UTC
        >>> from alignkit.criteria import field
        >>> discount = field("deal.discount")
        >>> price = DecisionRight(
        ...     id="deal_price",
        ...     question="What does this customer pay?",
        ...     rules=[
        ...         DecisionRule(when=discount.at_most(10), holder=Holder(["seller"])),
        ...         DecisionRule(when=discount.at_most(20), holder=Holder(["manager"])),
        ...     ],
        ...     default=Holder(["manager", "pricing_owner"]),
        ... )
        >>> at = datetime(2026, 3, 2, tzinfo=UTC)
        >>> price.holder(Facts.of({"deal.discount": 15}), at=at).roles
        ('manager',)
        >>> price.holder(Facts.of({"deal.discount": 25}), at=at).takes_agreement
        True
        >>> [holder.roles[0] for holder in price.holder(Facts.of({}), at=at).candidates]
        ['seller', 'manager', 'manager']
    """

    id: str = attrs.field(validator=is_name)
    question: str = attrs.field(validator=is_name)
    default: Holder = attrs.field(validator=is_a(Holder))
    rules: tuple[DecisionRule, ...] = several(DecisionRule)
    source: tuple[str, ...] = several(str)

    def holder(
        self,
        facts: Facts,
        *,
        at: datetime,
        definitions: Mapping[str, Criterion] | None = None,
    ) -> Holder | Undecided:
        """Return who decides for a customer, as the facts stand and at a moment.

        A rule that cannot be decided is tried both ways: if that makes no difference,
        the answer stands; if it does, nobody is guessed [H6].

        Args:
            facts: What is known of the customer and the deal.
            at: The moment at which it is decided.
            definitions: What the names stand for to which rules refer.

        Raises:
            NaiveMomentError: If `at` has no zone.
            UnknownDefinitionError: If a rule refers to a definition that is not given.
        """
        candidates: list[Holder] = []
        unknown: list[Finding] = []
        for rule in self.rules:
            if not rule.is_in_force(at):
                continue
            judgement = judge(rule.when, facts, as_of=at, definitions=definitions)
            if judgement.outcome is Outcome.FAIL:
                continue
            candidates.append(rule.holder)
            if judgement.outcome is Outcome.PASS:
                break
            unknown.extend(judgement.findings)
        else:
            candidates.append(self.default)
        if all(candidate == candidates[0] for candidate in candidates):
            return candidates[0]
        return Undecided(
            candidates=tuple(candidates), unknown=tuple(dict.fromkeys(unknown))
        )

    def findings(
        self,
        *,
        names: Iterable[str] = (),
        definitions: Mapping[str, Criterion] | None = None,
        path: str = "$.decision_rights",
    ) -> tuple[Finding, ...]:
        """Return the gaps and overlaps of the rules, and the holders that nobody knows.

        Rules are compared for every stretch of time in which the same ones are in
        force, each place found with a case that shows it. What is left over at either
        end of a range is the default's; a hole between two ranges is a finding.

        Args:
            names: The known roles and parties; none of them is checked if there are
                none.
            definitions: What the names stand for to which rules refer.
            path: Where the right stands in its document.
        """
        surveys = {
            places: survey([self.rules[at].when for at in places], definitions)
            for places in self._stretches()
        }
        found = (
            *self._strangers(frozenset(names)),
            *(
                finding
                for places, one in surveys.items()
                for finding in self._places(places, one)
            ),
            *self._hidden(surveys),
        )
        unique = dict.fromkeys(found)
        return tuple(attrs.evolve(f, path=path + f.path) for f in unique)

    def _strangers(self, known: frozenset[str]) -> Iterator[Finding]:
        holders = [(".default", self.default)]
        holders += [
            (f".rules[{at}].holder", rule.holder) for at, rule in enumerate(self.rules)
        ]
        for place, holder in holders:
            last = () if holder.escalates_to is None else (holder.escalates_to,)
            for name in (*holder.roles, *holder.consulted, *last):
                if known and name not in known:
                    yield Finding(
                        code="AK-O010",
                        severity=Severity.ERROR,
                        message=f"{self.id!r} is given to the unknown role {name!r}",
                        path=place,
                        expected=f"one of {', '.join(sorted(known))}",
                        seen=name,
                        help=did_you_mean(name, known) or "add it to the roles",
                    )

    def _stretches(self) -> Iterator[tuple[int, ...]]:
        """Yield the places of the rules that are in force together, through time."""
        moments = {at for rule in self.rules for at in (rule.since, rule.until) if at}
        # Before all dates only what holds for ever since is in force.
        yield tuple(at for at, rule in enumerate(self.rules) if rule.since is None)
        for moment in sorted(moments):
            yield tuple(
                at for at, rule in enumerate(self.rules) if rule.is_in_force(moment)
            )

    def _places(self, places: tuple[int, ...], found: Coverage) -> Iterator[Finding]:
        for gap in found.gaps:
            yield Finding(
                code="AK-O020",
                severity=Severity.WARNING if gap.has_whole else Severity.INFO,
                message=(
                    f"no rule of {self.id!r} covers {gap.path} between "
                    f"{show(gap.low)} and {show(gap.high)}, so the default decides"
                ),
                path=".rules",
                seen=_told(gap.witness),
                help="close the gap, or add a rule that says so if it is meant",
            )
        for overlap in found.overlaps:
            first, second = places[overlap.first], places[overlap.second]
            if self.rules[first].holder == self.rules[second].holder:
                # Whichever wins, the same one decides.
                continue
            yield Finding(
                code="AK-O021",
                severity=Severity.WARNING,
                message=f"rules {first} and {second} of {self.id!r} share some cases",
                path=f".rules[{second}].when",
                seen=_told(overlap.witness),
                help=f"tell them apart; as it stands, rule {first} wins",
            )
        if not found.is_complete:
            yield Finding(
                code="AK-O023",
                severity=Severity.INFO,
                message=f"the rules of {self.id!r} were not compared in all cases",
                path=".rules",
                help="split the right into several with fewer fields each",
            )

    def _hidden(self, surveys: Mapping[tuple[int, ...], Coverage]) -> Iterator[Finding]:
        """A rule is hidden if it decides in none of the stretches that it is in."""
        for at, _ in enumerate(self.rules):
            hides = [
                one.is_complete and places.index(at) in one.hidden
                for places, one in surveys.items()
                if at in places
            ]
            if all(hides):
                yield Finding(
                    code="AK-O022",
                    severity=Severity.WARNING,
                    message=f"rule {at} of {self.id!r} never decides anything",
                    path=f".rules[{at}].when",
                    help="move it before the rules that take its cases, or remove it",
                )


def _told(case: Case) -> str:
    return ", ".join(f"{name} = {show(value)}" for name, value in case)


STANDARD_RIGHTS = (
    DecisionRight(
        id="relationship_lead",
        question="Who leads the relationship with this customer?",
        rules=(
            DecisionRule(
                when=Is("organization.has_account_management", value=True)
                & Is("company.is_customer", value=True),
                holder=Holder(("account_management",)),
            ),
        ),
        default=Holder(("sales",)),
        source=("R18", "R19", "R39", "R177"),
    ),
    DecisionRight(
        id="record_owner",
        question="Who keeps the record of this customer?",
        default=Holder(("sales",)),
        source=("R177",),
    ),
    DecisionRight(
        id="deal_price",
        question="What does this customer pay?",
        rules=(
            DecisionRule(
                when=Is("deal.is_inside_guard_rail", value=True),
                holder=Holder(("sales",)),
            ),
        ),
        default=Holder(("sales", "marketing"), escalates_to="leadership"),
        source=("R13", "R130"),
    ),
    DecisionRight(
        id="content_delivery",
        question="Who brings content and insight to this customer?",
        default=Holder(("marketing",), consulted=("sales",)),
        source=("R43",),
    ),
)
"""Rights to start from; sizes, values and discounts are an organisation's own."""


@attrs.frozen(kw_only=True, field_transformer=typed)
class Stance:
    """What one party stood for in a decision (R127).

    Attributes:
        party: Whose position it is.
        view: What it held, in its own words.
        stands_for: The horizon whose advocate it was: today's customers and revenue, or
            tomorrow's segments and products (R128, R129).
    """

    party: str = attrs.field(validator=is_name)
    view: str = attrs.field(validator=is_name)
    stands_for: Horizon | None = None


@attrs.frozen(kw_only=True, field_transformer=typed)
class DecisionRecord:
    """One decision, with one driver and one approver (DACI).

    Attributes:
        id: Its name.
        question: What is decided.
        ownership: Whose decision it is; a joint one needs both teams.
        driver: The role that brings it about.
        approver: The role that decides; it may be the driver.
        contributors: The roles that are asked.
        informed: The roles that are told.
        options: What there is to choose from, two at the least.
        deadline: The day by which it is decided.
        stances: What each side stood for.
        chosen: The option that was chosen; None while it is open.

    Raises:
        UnfitValueError: If there are fewer than two options, or the chosen one is none
            of them.

    Example:
        >>> launch = DecisionRecord(
        ...     id="launch-price",
        ...     question="At what price do we launch?",
        ...     ownership=Ownership.JOINT,
        ...     driver="product_marketer",
        ...     approver="cro",
        ...     contributors=["head_of_sales"],
        ...     options=["40", "50"],
        ...     deadline=date(2026, 5, 1),
        ... )
        >>> launch.participants
        ('product_marketer', 'cro', 'head_of_sales')
    """

    id: str = attrs.field(validator=is_name)
    question: str = attrs.field(validator=is_name)
    ownership: Ownership = attrs.field(validator=is_a(Ownership))
    driver: str = attrs.field(validator=is_name)
    approver: str = attrs.field(validator=is_name)
    contributors: tuple[str, ...] = several(str)
    informed: tuple[str, ...] = several(str)
    options: tuple[str, ...] = several(str)
    deadline: date = attrs.field(validator=is_date)
    stances: tuple[Stance, ...] = several(Stance)
    chosen: str | None = None

    def __attrs_post_init__(self) -> None:
        if len(set(self.options)) < 2:  # noqa: PLR2004
            expected = "at least two options"
            raise UnfitValueError("decision", "options", expected, str(self.options))
        if self.chosen is not None and self.chosen not in self.options:
            expected = f"one of its options: {', '.join(self.options)}"
            raise UnfitValueError("decision", "chosen", expected, repr(self.chosen))

    @property
    def participants(self) -> tuple[str, ...]:
        """The roles that take part in it, and are not only told."""
        return tuple(dict.fromkeys((self.driver, self.approver, *self.contributors)))

    def findings(
        self, *, roles: Iterable[Role], path: str = "$.decisions"
    ) -> tuple[Finding, ...]:
        """Return what a decision of both teams lacks of one of them.

        Args:
            roles: The roles of the organisation, each with the party that it sits in.
            path: Where the decision stands in its document.
        """
        teams = {role.id: role.party for role in roles}
        found = (*self._strangers(teams), *self._absent(teams), *self._unheard())
        return tuple(attrs.evolve(f, path=path + f.path) for f in found)

    def _strangers(self, teams: Mapping[str, str]) -> Iterator[Finding]:
        for role in dict.fromkeys((*self.participants, *self.informed)):
            if role not in teams:
                yield Finding(
                    code="AK-O010",
                    severity=Severity.ERROR,
                    message=f"decision {self.id!r} names the unknown role {role!r}",
                    expected=f"one of {', '.join(sorted(teams))}",
                    seen=role,
                    help=did_you_mean(role, teams) or "add it to the roles",
                )

    def _absent(self, teams: Mapping[str, str]) -> Iterator[Finding]:
        present = {teams.get(role) for role in self.participants}
        # Whose an unknown role is, nobody can tell; it is a finding of its own.
        if not self.ownership.is_joint or None in present:
            return
        for team in self.ownership.teams:
            if team not in present:
                yield Finding(
                    code="AK-O031",
                    severity=Severity.WARNING,
                    message=f"nobody of {team} takes part in decision {self.id!r}",
                    path=".contributors",
                    help=f"ask a role of {team}, or do not call it joint",
                )

    def _unheard(self) -> Iterator[Finding]:
        if not self.ownership.is_joint or self.chosen is None:
            return
        heard = {position.party for position in self.stances}
        for team in self.ownership.teams:
            if team not in heard:
                yield Finding(
                    code="AK-O032",
                    severity=Severity.WARNING,
                    message=f"decision {self.id!r} does not say what {team} stood for",
                    path=".stances",
                    help="record both positions, the one that lost as well",
                )
        stood_for = {position.stands_for for position in self.stances}
        for horizon in Horizon:
            if horizon not in stood_for:
                yield Finding(
                    code="AK-O033",
                    severity=Severity.INFO,
                    message=(
                        f"nobody stood for the {horizon.value} horizon "
                        f"in decision {self.id!r}"
                    ),
                    path=".stances",
                    help="name an advocate: sales for today, marketing for tomorrow",
                )
