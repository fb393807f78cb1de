"""Evaluations: a whole history put to an agreement at one moment.

The facts of all subjects go in, in any order; out come one verdict for each promise and
cycle, and a review of what could not be judged: facts under one id that contradict each
other, and promises that began before any edition was in force.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from operator import itemgetter

import attrs

from alignkit.absences import People
from alignkit.books import Entry
from alignkit.dockets import Docket
from alignkit.errors import EventError
from alignkit.escalations import Escalation
from alignkit.events import Event, Subject
from alignkit.exchanges import Exchange
from alignkit.facets import Facet, Stories
from alignkit.findings import Finding
from alignkit.histories import Timed, by_subject, read
from alignkit.instants import to_instant
from alignkit.loopfigures import LoopFigures
from alignkit.matches import Record
from alignkit.phrases import counted
from alignkit.scorecards import Scorecard
from alignkit.stories import stories
from alignkit.verdicts import Verdict
from alignkit.zones import check_range


@attrs.frozen(kw_only=True)
class Evaluation:
    """How the promises of an agreement stand at one moment.

    Attributes:
        as_of: The moment of the question.
        verdicts: One for each promise and cycle, subject by subject in order of their
            ids, term by term in the order of the agreement.
        review: What could not be judged, and why.
        terms: The party and the id of each term, in the order of the agreement.
        stories: The facts of each subject that the verdicts rest on, in order of time.
        feedback: How feedback flowed, loop by loop [F3].
    """

    as_of: datetime
    verdicts: tuple[Verdict, ...]
    review: tuple[Finding, ...] = ()
    terms: tuple[tuple[str, str], ...] = ()
    stories: Stories = attrs.field(factory=dict, eq=False, repr=False)
    feedback: tuple[LoopFigures, ...] = ()

    def __repr__(self) -> str:
        parts = (
            f"{counted(len(self.verdicts), 'verdict')}, {len(self.review):,} to review"
        )
        return f"<Evaluation as of {self.as_of}: {parts}>"

    def scorecard(self, by: str | None = None) -> Scorecard:
        """Return the verdicts counted, per party and per term [K17].

        Args:
            by: What each line is divided by: ``"owner"``, ``"team"``, any other field
                of the subject such as ``"lead.source"``, as it stood when the promise
                was decided; or a kind of period, ``"month"``, by when it was first due.
                None for by nothing.
        """
        return Scorecard.of(
            self.verdicts,
            as_of=self.as_of,
            terms=self.terms,
            by=by,
            group=(
                (lambda _: None) if by is None else Facet(by, self.stories, self.as_of)
            ),
        )

    def escalations(self, *, since: datetime | None = None) -> tuple[Escalation, ...]:
        """Return the steps that fired by then, each once, in order of time [K12].

        Args:
            since: The moment of the last question: what had fired by then is left out.
                None for all that fired.

        Raises:
            NaiveMomentError: If `since` has no zone.
        """
        last = -math.inf if since is None else to_instant(since, "since")
        fired = [
            (to_instant(step.at, "at"), step)
            for verdict in self.verdicts
            for step in verdict.steps
            if step.has_fired and step.at is not None
        ]
        return tuple(step for at, step in sorted(fired, key=itemgetter(0)) if at > last)


def evaluate(
    docket: Docket,
    events: Iterable[Event | Mapping[str, object]],
    *,
    as_of: datetime,
    known_at: datetime | None = None,
    shared: Iterable[Event | Mapping[str, object]] = (),
) -> Evaluation:
    """Return how every promise of an agreement stands at a moment.

    Args:
        docket: The agreement, made ready.
        events: The facts, as events or in their JSON form, in any order; repeats are
            harmless [E3].
        as_of: The moment of the question: nothing that happened later is seen [E2].
        known_at: The moment by which a fact must have been recorded to be seen; None
            for all of them.
        shared: Facts about people, parties and campaigns beside those of the subjects
            [E5]; the same facts among the events count as well. No promise is judged on
            a subject for which there are only these.

    Raises:
        NaiveMomentError: If a moment has no zone.
        MomentOutOfRangeError: If `as_of` lies outside the years 1900 to 2299.
        EventError: If an event in JSON form cannot be read; it carries all the faults
            of all of them.

    Example:
        >>> from datetime import UTC
        >>> from alignkit.editions import Edition
        >>> moment = datetime(2026, 3, 2, tzinfo=UTC)
        >>> docket = Docket.of([Edition(id="northwind")])
        >>> evaluate(docket, [], as_of=moment).verdicts
        ()
    """
    instant = check_range(to_instant(as_of, "as_of"), "as_of")
    recorded_by = None if known_at is None else to_instant(known_at, "known_at")
    books = docket.books
    verdicts: list[Verdict] = []
    review = list(docket.review)
    entries: list[Entry] = []
    exchanges: list[Exchange] = []
    first: int | None = None
    faults: list[Finding] = []
    told = read(events, "$", recorded_by, faults)
    beside = read(shared, "$.shared", recorded_by, faults)
    if faults:
        raise EventError(tuple(faults))
    people = People.of(itertools.chain(told, beside))
    histories: dict[Subject, Sequence[Timed]] = {}
    # Records that were merged, and what a lead became, are judged as one [E7, E8].
    records = [
        Record.of(story.subject, story.facts, instant, people=people)
        for story in stories(by_subject(told), as_of=instant)
    ]
    docket = docket.knowing(records)
    for record in records:
        found = docket.judged(record)
        verdicts += found.verdicts
        review += found.review
        histories[record.subject] = record.history.events
        exchanges += found.exchanges
        entries.append(docket.entry(record, found))
        begun = [at for at, _ in record.history.events[:1]]
        first = min(begun if first is None else [first, *begun], default=None)
    review += [one for one in people.conflicts(instant) if one not in review]
    for one in books.verdicts(entries, first=first, as_of=instant):
        if isinstance(one, Verdict):
            verdicts.append(one)
        else:
            review.append(one)
    verdicts += docket.silences.verdicts(told, first=first, as_of=instant)
    return Evaluation(
        as_of=as_of,
        verdicts=tuple(verdicts),
        review=tuple(review),
        terms=docket.gauge.terms,
        stories=histories,
        feedback=tuple(docket.flows.figures(exchanges, verdicts)),
    )
