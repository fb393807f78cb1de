"""Streams: the verdicts on a history that is too large to hold, subject by subject.

Five million facts need not lie in memory to be judged: where they come subject by
subject, the verdicts on one are given before the next is read. What remains is a count
of each status for each term and of each figure for each loop, what the promises that
span subjects need, and a number for each subject by which one that comes back is told.
"""

from __future__ import annotations

import itertools
from collections import Counter, deque
from collections.abc import Container, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Self

import attrs

from alignkit.absences import People
from alignkit.books import Entry
from alignkit.dockets import Docket
from alignkit.errors import EventError, ScatteredSubjectError
from alignkit.events import Event, Subject
from alignkit.findings import Finding, Severity
from alignkit.flowcounts import FlowCounts
from alignkit.happenings import LeadsMerged
from alignkit.histories import read, recorded_instant
from alignkit.instants import to_instant
from alignkit.loopfigures import LoopFigures
from alignkit.matches import Record
from alignkit.scorecards import Line, Scorecard, Tally
from alignkit.standings import Status
from alignkit.stories import joined
from alignkit.verdicts import Verdict
from alignkit.zones import check_range

Facts = Iterable[Event | Mapping[str, object]]


@attrs.frozen(kw_only=True, eq=False)
class Stream:
    """How the promises of an agreement stand at one moment, told once.

    Records that were merged, and what a lead became, are judged each by itself, which
    the review tells. Where it takes all subjects to say how a promise stands, it is
    unknown, unless it stands the same either way [E5].

    Attributes:
        as_of: The moment of the question.
        terms: The party and the id of each term, in the order of the agreement.
        verdicts: One for each promise and cycle, subject by subject as they come; those
            on promises that span subjects, and on loops that fell silent, come last.
            They can be gone through once.

    Example:
        >>> from datetime import UTC
        >>> from alignkit.editions import Edition
        >>> docket = Docket.of([Edition(id="northwind")])
        >>> stream = Stream.of(docket, [], as_of=datetime(2026, 3, 2, tzinfo=UTC))
        >>> list(stream.verdicts), stream.scorecard().lines
        ([], ())
    """

    as_of: datetime
    terms: tuple[tuple[str, str], ...]
    verdicts: Iterator[Verdict]
    _review: list[Finding]
    _counts: dict[tuple[str, str], Counter[Status]]
    _shares: list[Verdict]
    _flows: FlowCounts

    @classmethod
    def of(
        cls,
        docket: Docket,
        events: Facts,
        *,
        as_of: datetime,
        known_at: datetime | None = None,
        shared: Facts = (),
    ) -> Self:
        """Return the verdicts on facts that come subject by subject.

        Args:
            docket: The agreement, made ready.
            events: The facts, those of each subject in any order but together.
            as_of: The moment of the question: nothing that happened later is seen [E2].
            known_at: The moment by which a fact must have been recorded to be seen;
                None for all of them.
            shared: Facts about people, parties and campaigns [E5]; those that stand
                among the events come too late for the subjects before them, and are not
                heeded.

        Raises:
            NaiveMomentError: If a moment has no zone.
            MomentOutOfRangeError: If `as_of` lies outside the years 1900 to 2299.
            EventError: If a fact in JSON form cannot be read: at once for a shared one,
                else when it is come to, since nothing is read ahead.
            ScatteredSubjectError: When a subject is come to again.
        """
        instant = check_range(to_instant(as_of, "as_of"), "as_of")
        recorded_by = None if known_at is None else to_instant(known_at, "known_at")
        faults: list[Finding] = []
        people = People.of(read(shared, "$.shared", recorded_by, faults))
        if faults:
            raise EventError(tuple(faults))
        review = [
            *docket.review,
            *docket.identities.untold,
            *people.conflicts(instant),
        ]
        flows = FlowCounts(docket.flows)
        verdicts = _verdicts(
            docket, events, instant, recorded_by, people, review, flows
        )
        counts: dict[tuple[str, str], Counter[Status]]
        counts = {key: Counter() for key in docket.gauge.terms}
        shares: list[Verdict] = []
        return cls(
            as_of=as_of,
            terms=docket.gauge.terms,
            verdicts=_counted(verdicts, counts, shares, flows),
            review=review,
            counts=counts,
            shares=shares,
            flows=flows,
        )

    @property
    def review(self) -> tuple[Finding, ...]:
        """What could not be judged of the subjects that have gone by, and why."""
        return tuple(self._review)

    @property
    def feedback(self) -> tuple[LoopFigures, ...]:
        """How feedback flowed with the subjects that have gone by, loop by loop [F3].

        The figures have no cases behind them: nobody kept these.
        """
        return self._flows.figures()

    def scorecard(self) -> Scorecard:
        """Return the verdicts counted, per party and per term [K17].

        Those that were not gone through yet are, and are lost. The counts have no cases
        behind them: whoever wants these keeps the verdicts.
        """
        deque(self.verdicts, maxlen=0)
        return Scorecard(
            as_of=self.as_of,
            lines=tuple(
                Line(
                    party=party,
                    term=term,
                    tally=Tally(
                        cases=(),
                        counts=tuple((one, found[one]) for one in Status if found[one]),
                    ),
                    shares=tuple(
                        one
                        for one in self._shares
                        if (one.party, one.term) == (party, term)
                    ),
                )
                for (party, term), found in self._counts.items()
            ),
        )


def _counted(
    verdicts: Iterator[Verdict],
    counts: dict[tuple[str, str], Counter[Status]],
    shares: list[Verdict],
    flows: FlowCounts,
) -> Iterator[Verdict]:
    """Yield verdicts, counting each as it goes by."""
    for verdict in verdicts:
        flows.judge(verdict)
        if verdict.is_of_share:
            shares.append(verdict)
        else:
            key = (verdict.party, verdict.term)
            counts.setdefault(key, Counter())[verdict.status] += 1
        yield verdict


def _verdicts(
    docket: Docket,
    events: Facts,
    as_of: int,
    recorded_by: int | None,
    people: People,
    review: list[Finding],
    flows: FlowCounts,
) -> Iterator[Verdict]:
    books = docket.books
    entries: list[Entry] = []
    words: list[Event] = []
    first: int | None = None
    # A number for each, since the subjects themselves are what may not be kept.
    passed: set[int] = set()
    became: dict[int, str] = {}
    for subject, facts in _groups(events, recorded_by, passed):
        record = Record.of(subject, facts, as_of, people=people)
        found = docket.judged(record)
        review += found.review
        review += _apart(record, passed, became)
        flows.add(found.exchanges)
        words += docket.silences.words(facts)
        yield from found.verdicts
        if books.accounts:
            entries.append(books.entry(record, found.kept))
        begun = [at for at, _ in record.history.events[:1]]
        first = min(begun if first is None else [first, *begun], default=None)
    for one in books.verdicts(entries, first=first, as_of=as_of):
        if isinstance(one, Verdict):
            yield one
        else:
            review.append(one)
    yield from docket.silences.verdicts(words, first=first, as_of=as_of)


def _apart(
    record: Record, passed: set[int], became: dict[int, str]
) -> Iterator[Finding]:
    """Yield a finding for each other record that is one with this [E7, E8].

    Args:
        record: The record.
        passed: The numbers of the records before it; its own is added.
        became: For what records became, its number and the first of them;
            what this one became is added.
    """
    subject = record.subject
    number = hash(subject)
    if number in became:
        yield _parted(subject, became[number])
    for event, other in joined(record.history.events):
        told = hash(other)
        is_merge = isinstance(event.fact, LeadsMerged)
        is_shared = other.kind == "contact" and told in became
        if is_merge or is_shared or told in passed:
            yield _parted(subject, f"{other.kind} {other.id}")
        else:
            became[told] = f"{subject.kind} {subject.id}"
    passed.add(number)


def _parted(subject: Subject, other: str) -> Finding:
    about = f"{subject.kind} {subject.id}"
    return Finding(
        code="AK-P003",
        severity=Severity.WARNING,
        message=f"{about} is one with {other}, and is judged by itself",
        path=f"$.{subject.kind}.{subject.id}",
        help="leave 'grouped' out, or tell the facts of both under one subject",
    )


def _groups(
    events: Facts, recorded_by: int | None, passed: Container[int]
) -> Iterator[tuple[Subject, list[Event]]]:
    """Yield each subject with its facts, as they come.

    Args:
        events: The facts.
        recorded_by: The instant by which they must have been recorded to be seen.
        passed: The numbers of the subjects that have gone by.

    Raises:
        ScatteredSubjectError: When a subject is come to again.
    """
    for subject, group in itertools.groupby(
        _told(events, recorded_by), key=lambda event: event.subject
    ):
        if hash(subject) in passed:
            raise ScatteredSubjectError(f"{subject.kind} {subject.id}")
        yield subject, list(group)


def _told(events: Facts, recorded_by: int | None) -> Iterator[Event]:
    """Yield the facts that were recorded by then; the first that is none is raised."""
    for index, given in enumerate(events):
        try:
            event = Event.read(given)
        except EventError as error:
            found = tuple(one.under(f"$[{index}]") for one in error.findings)
            raise EventError(found) from None
        if recorded_by is None or recorded_instant(event) <= recorded_by:
            yield event
