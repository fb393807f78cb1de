"""Scorecards: many verdicts counted, per party and per term.

A scorecard never blends: each status is counted apart, compliance is met out of met,
late and breached, and every figure can name the subjects behind it [K17]. The cards of
the parties stand side by side; there is no single number for all of them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Self

import attrs

from alignkit.attributions import Attribution
from alignkit.escalations import count_escalations
from alignkit.percentiles import nearest_rank
from alignkit.phrases import counted
from alignkit.shares import Share
from alignkit.spans import BusinessDays, BusinessTime
from alignkit.standings import Status
from alignkit.verdicts import Verdict

_JUDGED = (Status.MET, Status.LATE, Status.BREACHED)
_ANSWERED = (Status.MET, Status.LATE)
_WAITING = (Status.PENDING, Status.AT_RISK, Status.PAUSED, Status.BREACHED)


@attrs.frozen(order=True)
class Case:
    """One promise that was judged: which subject, in which cycle.

    Attributes:
        subject_kind: What kind of thing it is about.
        subject: The id of what it is about.
        cycle: Which cycle of the subject.

    Example:
        >>> Case("lead", "L1", 1) < Case("lead", "L2", 1)
        True
    """

    subject_kind: str
    subject: str
    cycle: int


@attrs.frozen
class Tally:
    """The cases of one term, by how they stand.

    Attributes:
        cases: For each status that occurs, its cases in order; none where verdicts are
            counted as they stream by, and not kept.
        counts: For each status that occurs, how many cases there are.

    Example:
        >>> first, second = Case("lead", "L1", 1), Case("lead", "L2", 1)
        >>> tally = Tally(((Status.MET, (first,)), (Status.LATE, (second,))))
        >>> str(tally.compliance), tally.total
        ('1/2', 2)
    """

    cases: tuple[tuple[Status, tuple[Case, ...]], ...]
    counts: tuple[tuple[Status, int], ...] = attrs.field(
        default=attrs.Factory(
            lambda self: tuple((one, len(cases)) for one, cases in self.cases),
            takes_self=True,
        )
    )

    @classmethod
    def of(cls, verdicts: Iterable[Verdict]) -> Self:
        """Return the tally of some verdicts, in whatever order they come."""
        by_status: dict[Status, list[Case]] = {}
        for verdict in verdicts:
            case = Case(verdict.subject_kind, verdict.subject, verdict.cycle)
            by_status.setdefault(verdict.status, []).append(case)
        return cls(
            tuple(
                (status, tuple(sorted(by_status[status])))
                for status in Status
                if status in by_status
            )
        )

    def behind(self, *statuses: Status) -> tuple[Case, ...]:
        """Return the cases that stand in one of `statuses`, in order."""
        return tuple(
            sorted(
                case
                for status, cases in self.cases
                if status in statuses
                for case in cases
            )
        )

    def count(self, status: Status) -> int:
        """Return how many cases stand in `status`."""
        return dict(self.counts).get(status, 0)

    @property
    def total(self) -> int:
        """How many promises were judged, whatever came of them."""
        return sum(count for _, count in self.counts)

    @property
    def compliance(self) -> Share:
        """Met, out of met, late and breached; of none if nothing is decided [K17]."""
        judged = sum(self.count(status) for status in _JUDGED)
        return Share(self.count(Status.MET), judged)

    def __add__(self, other: Tally) -> Tally:
        counts = Counter(dict(self.counts)) + Counter(dict(other.counts))
        return Tally(
            cases=tuple(
                (status, cases)
                for status in Status
                if (cases := tuple(sorted(self.behind(status) + other.behind(status))))
            ),
            counts=tuple((one, counts[one]) for one in Status if counts[one]),
        )


@attrs.frozen(kw_only=True)
class Line:
    """How one term of one party was kept.

    Attributes:
        party: Who owes it.
        term: The id of the term.
        group: What its cases have in common, where a scorecard is divided by something;
            None if it is not, and where that is not known of them.
        tally: Its cases.
        shares: Where a share of its promises has to be kept, how that stands, period by
            period. It is no case of the term and is counted nowhere.
        verdicts: The verdicts that are counted, in the order in which they were given;
            none where they streamed by.
    """

    party: str
    term: str
    group: str | None = None
    tally: Tally
    shares: tuple[Verdict, ...] = ()
    verdicts: tuple[Verdict, ...] = attrs.field(default=(), repr=False)

    @classmethod
    def of(
        cls, party: str, term: str, group: str | None, verdicts: Iterable[Verdict]
    ) -> Self:
        """Return the line of some verdicts: those on shares apart from the others."""
        cases: list[Verdict] = []
        shares: list[Verdict] = []
        for one in verdicts:
            (shares if one.is_of_share else cases).append(one)
        return cls(
            party=party,
            term=term,
            group=group,
            tally=Tally.of(cases),
            shares=tuple(shares),
            verdicts=tuple(cases),
        )

    def percentile(self, share: Fraction) -> timedelta | None:
        """Return how long it took, by the nearest rank, in the time of the target.

        What was met or late is answered; what is open or broken counts as longer than
        any of that [F3]. The median is that of a half. None where it falls on what is
        open, and where nothing was answered.

        Args:
            share: Which percentile, over 0 and up to 1.

        Raises:
            UnfitValueError: If the share lies elsewhere.
        """
        taken = [_taken(one) for one in self.verdicts if one.status in _ANSWERED]
        waiting = sum(self.tally.count(status) for status in _WAITING)
        return nearest_rank(
            [one for one in taken if one is not None], share, still_open=waiting
        )

    @property
    def escalations(self) -> tuple[int, ...]:
        """How often each step of its ladder fired, step by step [K12]."""
        steps = [step for verdict in self.verdicts for step in verdict.steps]
        return count_escalations(steps).get(self.term, ())

    @property
    def attribution(self) -> tuple[Attribution, ...]:
        """Whose time the waiting was, added up over its cases [K8]."""
        spent: dict[str, timedelta] = {}
        for verdict in self.verdicts:
            for one in verdict.attribution:
                spent[one.to] = spent.get(one.to, timedelta()) + one.business
        return tuple(Attribution(to, spent[to]) for to in sorted(spent))


def _taken(verdict: Verdict) -> timedelta | None:
    """Return how long a promise took, in the time in which it was promised."""
    basis, elapsed = verdict.basis, verdict.elapsed
    if basis is None or elapsed is None:
        return None
    is_business = isinstance(basis.target, BusinessTime | BusinessDays)
    return elapsed.business if is_business else elapsed.wall


Group = Callable[[Verdict], str | None]
"""What a verdict is counted under, beside its party and its term."""


@attrs.frozen(kw_only=True)
class Scorecard:
    """How the promises of an agreement were kept, party by party.

    Attributes:
        as_of: The moment of the question.
        lines: One for each party, term and group, in the order of the agreement and of
            the names of the groups.
        by: What the lines are divided by; None if by nothing.

    Example:
        >>> from datetime import UTC
        >>> moment = datetime(2026, 3, 2, tzinfo=UTC)
        >>> card = Scorecard.of([], as_of=moment, terms=[("sales", "first-response")])
        >>> str(card.line("first-response").tally.compliance)
        '0/0'
    """

    as_of: datetime
    lines: tuple[Line, ...]
    by: str | None = None

    def __repr__(self) -> str:
        cases = counted(sum(line.tally.total for line in self.lines), "case")
        parts = f"{counted(len(self.lines), 'line')}, {cases}"
        return f"<Scorecard as of {self.as_of}: {parts}>"

    @classmethod
    def of(
        cls,
        verdicts: Iterable[Verdict],
        *,
        as_of: datetime,
        terms: Iterable[tuple[str, str]],
        by: str | None = None,
        group: Group = lambda _: None,
    ) -> Self:
        """Return the scorecard of some verdicts.

        Args:
            verdicts: The verdicts, in any order.
            as_of: The moment of the question that they answer.
            terms: The party and the id of each term, in the order to show them; a term
                without a verdict has an empty line.
            by: What the lines are divided by.
            group: What each verdict is counted under.
        """
        sorted_out: dict[tuple[str, str], dict[str | None, list[Verdict]]]
        sorted_out = {key: {} for key in terms}
        for verdict in verdicts:
            groups = sorted_out.setdefault((verdict.party, verdict.term), {})
            groups.setdefault(group(verdict), []).append(verdict)
        return cls(
            as_of=as_of,
            lines=tuple(
                Line.of(party, term, name, found)
                for (party, term), groups in sorted_out.items()
                for name, found in _in_order(groups or {None: []})
            ),
            by=by,
        )

    @property
    def parties(self) -> tuple[tuple[str, Tally], ...]:
        """Each party with all its cases pooled; pooled counts, never averaged rates."""
        pooled: dict[str, Tally] = {}
        for line in self.lines:
            pooled[line.party] = pooled.get(line.party, Tally(())) + line.tally
        return tuple(pooled.items())

    @property
    def cards(self) -> tuple[tuple[str, tuple[Line, ...]], ...]:
        """The card of each party, side by side and never blended into one [K17]."""
        parties = dict.fromkeys(line.party for line in self.lines)
        return tuple(
            (party, tuple(line for line in self.lines if line.party == party))
            for party in parties
        )

    def line(self, term: str, group: str | None = None) -> Line:
        """Return the line of a term, and of a group if it is divided by something.

        Raises:
            LookupError: If the scorecard has no such line.
        """
        for line in self.lines:
            if line.term == term and line.group == group:
                return line
        raise LookupError(term if group is None else f"{term}, {group}")


def _in_order(
    groups: Mapping[str | None, list[Verdict]],
) -> list[tuple[str | None, list[Verdict]]]:
    """Return groups by name, what is in none of them last."""
    return sorted(groups.items(), key=lambda pair: (pair[0] is None, pair[0] or ""))
