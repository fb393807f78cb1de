"""Scorecards: many verdicts counted, per party and per term.

A scorecard never blends: each status is counted apart, compliance is met out of met,
late and breached, and every figure can name the subjects behind it [K17]. The cards of
the parties stand side by side; there is no single number for all of them.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Self

import attrs

from alignkit.shares import Share
from alignkit.standings import Status
from alignkit.verdicts import Verdict

_JUDGED = (Status.MET, Status.LATE, Status.BREACHED)


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
        cases: For each status that occurs, its cases in order.

    Example:
        >>> first, second = Case("lead", "L1", 1), Case("lead", "L2", 1)
        >>> tally = Tally(((Status.MET, (first,)), (Status.LATE, (second,))))
        >>> str(tally.compliance), tally.total
        ('1/2', 2)
    """

    cases: tuple[tuple[Status, tuple[Case, ...]], ...]

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
        return len(self.behind(status))

    @property
    def total(self) -> int:
        """How many promises were judged, whatever came of them."""
        return sum(len(cases) for _, cases in self.cases)

    @property
    def compliance(self) -> Share:
        """Met, out of met, late and breached; of none if nothing is decided [K17]."""
        judged = len(self.behind(*_JUDGED))
        return Share(self.count(Status.MET), judged)

    def __add__(self, other: Tally) -> Tally:
        return Tally(
            tuple(
                (status, cases)
                for status in Status
                if (cases := tuple(sorted(self.behind(status) + other.behind(status))))
            )
        )


@attrs.frozen(kw_only=True)
class Line:
    """How one term of one party was kept.

    Attributes:
        party: Who owes it.
        term: The id of the term.
        tally: Its cases.
        shares: Where a share of its promises has to be kept, how that stands, period by
            period. It is no case of the term and is counted nowhere.
    """

    party: str
    term: str
    tally: Tally
    shares: tuple[Verdict, ...] = ()


@attrs.frozen(kw_only=True)
class Scorecard:
    """How the promises of an agreement were kept, party by party.

    Attributes:
        as_of: The moment of the question.
        lines: One for each party and term, in the order of the agreement.

    Example:
        >>> from datetime import UTC
        >>> moment = datetime(2026, 3, 2, tzinfo=UTC)
        >>> card = Scorecard.of([], as_of=moment, terms=[("sales", "first-response")])
        >>> str(card.line("first-response").tally.compliance)
        '0/0'
    """

    as_of: datetime
    lines: tuple[Line, ...]

    @classmethod
    def of(
        cls,
        verdicts: Iterable[Verdict],
        *,
        as_of: datetime,
        terms: Iterable[tuple[str, str]],
    ) -> Self:
        """Return the scorecard of some verdicts.

        Args:
            verdicts: The verdicts, in any order.
            as_of: The moment of the question that they answer.
            terms: The party and the id of each term, in the order to show them; a term
                without a verdict has an empty line.
        """
        sorted_out: dict[tuple[str, str], list[Verdict]] = {key: [] for key in terms}
        for verdict in verdicts:
            sorted_out.setdefault((verdict.party, verdict.term), []).append(verdict)
        return cls(
            as_of=as_of,
            lines=tuple(
                Line(
                    party=party,
                    term=term,
                    tally=Tally.of(one for one in group if not one.is_of_share),
                    shares=tuple(one for one in group if one.is_of_share),
                )
                for (party, term), group in sorted_out.items()
            ),
        )

    @property
    def parties(self) -> tuple[tuple[str, Tally], ...]:
        """Each party with all its cases pooled; pooled counts, never averaged rates."""
        pooled: dict[str, Tally] = {}
        for line in self.lines:
            pooled[line.party] = pooled.get(line.party, Tally(())) + line.tally
        return tuple(pooled.items())

    def line(self, term: str) -> Line:
        """Return the line of a term.

        Raises:
            LookupError: If the scorecard has no such term.
        """
        for line in self.lines:
            if line.term == term:
                return line
        raise LookupError(term)
