"""Evaluations: a whole history put to an agreement at one moment.

The facts of all subjects go in, in any order; out come one verdict for each promise and
cycle, and a review of what could not be judged: facts under one id that contradict each
other, and promises that began before any edition was in force.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Self, cast

import attrs

from alignkit.books import Books, Entry
from alignkit.clocks import CompiledTerm
from alignkit.counts import View, Views, Way
from alignkit.editions import Edition
from alignkit.errors import EventError
from alignkit.events import Event, Subject
from alignkit.findings import Finding, Severity
from alignkit.histories import Conflict, History, recorded_instant
from alignkit.instants import to_instant
from alignkit.keepings import first_due, kept
from alignkit.matches import Record
from alignkit.patterns import Pattern
from alignkit.promises import AT_EVENT, Deadline, Quality, Validity, Volume
from alignkit.references import walk
from alignkit.replays import Clockwork, State
from alignkit.revisions import Key, finals, is_revised
from alignkit.scorecards import Scorecard
from alignkit.standings import Status
from alignkit.terms import CalendarOf, ChangeRule, Changes, Excuses, Term, Waiting
from alignkit.validities import Validities
from alignkit.verdicts import Source, Verdict, judge, undecided
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
    """

    as_of: datetime
    verdicts: tuple[Verdict, ...]
    review: tuple[Finding, ...] = ()
    terms: tuple[tuple[str, str], ...] = ()

    def scorecard(self) -> Scorecard:
        """Return the verdicts counted, per party and per term [K17]."""
        return Scorecard.of(self.verdicts, as_of=self.as_of, terms=self.terms)


def evaluate(
    editions: Sequence[Edition],
    events: Iterable[Event | Mapping[str, object]],
    *,
    as_of: datetime,
    known_at: datetime | None = None,
) -> Evaluation:
    """Return how every promise of some editions stands at a moment.

    Args:
        editions: The editions of one agreement, in order of when they are in force.
        events: The facts, as events or in their JSON form, in any order; repeats are
            harmless [E3].
        as_of: The moment of the question: nothing that happened later is seen [E2].
        known_at: The moment by which a fact must have been recorded to be seen; None
            for all of them.

    Raises:
        NaiveMomentError: If a moment has no zone.
        MomentOutOfRangeError: If `as_of` lies outside the years 1900 to 2299.
        EventError: If an event in JSON form cannot be read; it carries all the faults
            of all of them.

    Example:
        >>> from datetime import UTC
        >>> moment = datetime(2026, 3, 2, tzinfo=UTC)
        >>> evaluate([Edition(id="northwind")], [], as_of=moment).verdicts
        ()
    """
    instant = check_range(to_instant(as_of, "as_of"), "as_of")
    recorded_by = None if known_at is None else to_instant(known_at, "known_at")
    judged = tuple(map(_judged, editions))
    docket, books = _Docket.of(editions, judged), Books.of(editions, judged)
    verdicts: list[Verdict] = []
    review = list(dict.fromkeys(one for e in editions for one in _not_yet(e)))
    entries: list[Entry] = []
    first: int | None = None
    for subject, facts in _by_subject(events):
        seen = [
            one
            for one in facts
            if recorded_by is None or recorded_instant(one) <= recorded_by
        ]
        record = Record.of(subject, seen, instant)
        found = docket.judged(record)
        verdicts += found.verdicts
        review += found.review
        entries.append(books.entry(record, found.kept))
        begun = [at for at, _ in record.history.events[:1]]
        first = min(begun if first is None else [first, *begun], default=None)
    for one in books.verdicts(entries, first=first, as_of=instant):
        if isinstance(one, Verdict):
            verdicts.append(one)
        else:
            review.append(one)
    return Evaluation(
        as_of=as_of,
        verdicts=tuple(verdicts),
        review=tuple(review),
        terms=docket.terms,
    )


def _judged(edition: Edition) -> dict[str, Term]:
    """Return the terms of an edition that are judged, by id."""
    return {
        term.id: term for term in edition.terms if not any(_unjudged(edition, term))
    }


def _compiled(edition: Edition, terms: Mapping[str, Term]) -> dict[str, CompiledTerm]:
    """Return the terms that have a clock, ready to be judged, by id."""
    return {
        id_: CompiledTerm.of(edition, term, term.promise)
        for id_, term in terms.items()
        if isinstance(term.promise, Deadline)
    }


_JUDGED_CHANGES = (Changes(), Changes(segment=ChangeRule.PIN))


def _unjudged(edition: Edition, term: Term) -> Iterator[str]:
    """Yield what a term asks for that decides its verdicts and is not judged yet."""
    promise = term.promise
    if not isinstance(promise, Deadline | Volume | Quality | Validity):
        yield f"its kind of promise, {type(promise).__name__.lower()}"
        return
    clock = promise.clock if isinstance(promise, Deadline) else None
    judged_changes = (Changes(),) if clock is None else _JUDGED_CHANGES
    actions = {action.id for action in edition.actions}
    asked = {
        "exclude": bool(term.exclude),
        "excuses": term.excuses != Excuses(),
        "capacity": term.capacity is not None,
        "waiting": term.waiting is not Waiting.LEAD,
        "changes": term.changes not in judged_changes,
        "adopts_changes": term.adopts_changes,
        "calendar_of": term.calendar_of is not CalendarOf.PARTY,
        "effective_from": term.effective_from is not None,
        "effective_until": term.effective_until is not None,
        "anchor": clock is not None and clock.anchor != AT_EVENT,
        "reopen": clock is not None and bool(clock.reopen),
        "qualifying actions": any(
            isinstance(part, Pattern) and part.event in actions
            for _, part in walk(promise)
        ),
    }
    yield from (name for name, is_asked in asked.items() if is_asked)


def _not_yet(edition: Edition) -> Iterator[Finding]:
    """Yield a finding for each term of which something is not judged yet."""
    for place, term in enumerate(edition.terms):
        unjudged = tuple(_unjudged(edition, term))
        # The share of months in which a goal was met is a share of shares.
        keep = term.keep if isinstance(term.promise, Volume | Quality) else None
        beside = [n for n, v in (("keep", keep), ("escalate", term.escalate)) if v]
        if unjudged or beside:
            asked = ", ".join((*unjudged, *beside))
            left = "it has no verdicts" if unjudged else "its verdicts do without"
            yield Finding(
                code="AK-P002",
                severity=Severity.WARNING if unjudged else Severity.INFO,
                message=f"{term.id}: {asked} cannot be judged yet, so that {left}",
                path=f"$.terms[{place}]",
            )


@attrs.frozen(kw_only=True)
class _Found:
    """What came of one subject."""

    verdicts: tuple[Verdict, ...]
    review: tuple[Finding, ...]
    kept: Mapping[str, Views]


@attrs.frozen
class _Docket:
    """The terms of all editions that are judged subject by subject, ready to be."""

    clockwork: Clockwork
    validities: Validities
    kept: frozenset[str]
    sources: tuple[Source, ...]
    terms: tuple[tuple[str, str], ...]

    @classmethod
    def of(
        cls, editions: Sequence[Edition], judged: Sequence[Mapping[str, Term]]
    ) -> Self:
        starts = tuple(one.starts for one in editions)
        compiled = tuple(map(_compiled, editions, judged))
        return cls(
            clockwork=Clockwork.of(starts, compiled),
            validities=Validities.of(editions, judged),
            kept=frozenset(
                id_
                for terms in judged
                for id_, term in terms.items()
                if term.keep is not None
            ),
            sources=tuple(map(Source.of, editions)),
            terms=tuple(
                dict.fromkeys(
                    (term.party, id_) for terms in judged for id_, term in terms.items()
                )
            ),
        )

    def judged(self, record: Record) -> _Found:
        """Return the verdicts on a subject, and what could not be judged of it."""
        subject, history, as_of = record.subject, record.history, record.as_of
        state = self.clockwork.after(history.events)
        verdicts = self._settled(subject, history, state, as_of)
        if history.late:
            before = finals(
                self.clockwork,
                record.facts,
                history.late,
                as_of=as_of,
                statuses=functools.partial(self._statuses, subject),
            )
            verdicts = {
                key: attrs.evolve(verdict, revised=True)
                if is_revised(before.get(key, ()), verdict.status)
                else verdict
                for key, verdict in verdicts.items()
            }
        verdicts |= self.validities.judged(record)
        review = (
            *(_conflict(subject, conflict) for conflict in history.conflicts),
            *self._ungoverned(subject, state),
            *self.validities.ungoverned(record),
        )
        ids = [id_ for _, id_ in self.terms]
        return _Found(
            verdicts=tuple(
                verdicts[key]
                for key in sorted(verdicts, key=lambda key: (ids.index(key[0]), key[1]))
            ),
            review=review,
            kept=self._kept(record, state, verdicts),
        )

    def _kept(
        self, record: Record, state: State, verdicts: Mapping[Key, Verdict]
    ) -> dict[str, Views]:
        """Return how the promises were kept of which a share has to be [K16]."""
        if not self.kept:
            return {}
        ways = []
        for since, past in record.views[:-1]:
            before = self.clockwork.after(past.history.events)
            told = self._settled(past.subject, past.history, before, past.as_of)
            told |= self.validities.judged(past)
            ways.append((since, self._counts(past, before, told)))
        ways.append((record.views[-1][0], self._counts(record, state, verdicts)))
        return {
            id_: tuple(View(since, (counts.get(id_, ()),)) for since, counts in ways)
            for id_ in self.kept
        }

    def _counts(
        self, record: Record, state: State, verdicts: Mapping[Key, Verdict]
    ) -> dict[str, Way]:
        dues = {
            (succession.id, run.cycle): first_due(run, succession.governing(run))
            for succession, progress in zip(
                self.clockwork.successions, state.progress, strict=True
            )
            if succession.id in self.kept
            for run in progress.runs
        }
        counts: dict[str, Way] = {}
        for key, verdict in verdicts.items():
            if key[0] in self.kept:
                count = kept(verdict, dues.get(key), record.as_of)
                counts[key[0]] = counts.get(key[0], ()) + count
        return counts

    def _statuses(
        self, subject: Subject, history: History, as_of: int
    ) -> dict[Key, Status]:
        state = self.clockwork.after(history.events)
        verdicts = self._settled(subject, history, state, as_of)
        return {key: verdict.status for key, verdict in verdicts.items()}

    def _settled(
        self, subject: Subject, history: History, state: State, as_of: int
    ) -> dict[Key, Verdict]:
        """Return verdicts, unknown where a form of a conflict changes them [E3]."""
        verdicts = self._verdicts(subject, state, as_of)
        if not history.conflicts:
            return verdicts
        contested = dict(verdicts)
        for conflict in history.conflicts:
            reason = f"the facts with the id {conflict.id!r} contradict each other"
            for form in conflict.forms:
                if to_instant(form.at, "at") > as_of:
                    continue
                assumed = self.clockwork.after(history.assuming(form))
                other = self._verdicts(subject, assumed, as_of)
                for key in other | verdicts:
                    one, two = verdicts.get(key), other.get(key)
                    if _decisive(one) != _decisive(two):
                        shown = cast("Verdict", contested.get(key, two))
                        contested[key] = undecided(shown, reason)
        return dict(sorted(contested.items(), key=lambda pair: self._place(pair[0])))

    def _place(self, key: Key) -> tuple[int, int]:
        ids = [succession.id for succession in self.clockwork.successions]
        return ids.index(key[0]), key[1]

    def _verdicts(
        self, subject: Subject, state: State, as_of: int
    ) -> dict[Key, Verdict]:
        """Return the verdicts on a subject by term and cycle."""
        return {
            (succession.id, run.cycle): judge(
                run,
                succession.governing(run),
                subject=subject,
                source=self.sources[run.edition],
                as_of=as_of,
            )
            for succession, progress in zip(
                self.clockwork.successions, state.progress, strict=True
            )
            for run in progress.runs
            if succession.is_governed(run)
        }

    def _ungoverned(self, subject: Subject, state: State) -> Iterator[Finding]:
        """Yield a finding for each promise that began before the first edition."""
        for succession, progress in zip(
            self.clockwork.successions, state.progress, strict=True
        ):
            for run in progress.runs:
                if not succession.is_governed(run):
                    yield Finding(
                        code="AK-P001",
                        severity=Severity.INFO,
                        message=(
                            f"{succession.id} on {subject.kind} {subject.id} began "
                            "before the first edition was in force; it is not judged"
                        ),
                        path=f"$.{subject.kind}.{subject.id}",
                        seen=run.started_by.at.isoformat(),
                        expected=f"a start from edition {self.sources[0].version} on",
                    )


def _decisive(verdict: Verdict | None) -> object:
    """Return what a verdict decides, to tell whether another decides the same."""
    if verdict is None:
        return None
    return (
        verdict.status,
        verdict.target,
        verdict.started_at,
        verdict.due_at,
        verdict.fulfilled_at,
        verdict.paused,
    )


def _conflict(subject: Subject, conflict: Conflict) -> Finding:
    return Finding(
        code="AK-S022",
        severity=Severity.ERROR,
        message=f"the facts with the id {conflict.id!r} contradict each other",
        path=f"$.{subject.kind}.{subject.id}",
        expected="one content for an id, or a later recorded_at on the right one",
        seen=f"{len(conflict.forms)} contents recorded at the same moment",
        help="correct the source, or retract the wrong one",
    )


def _by_subject(
    events: Iterable[Event | Mapping[str, object]],
) -> Iterator[tuple[Subject, list[Event]]]:
    """Yield each subject with its facts, in order of kind and id."""
    facts: dict[Subject, list[Event]] = {}
    faults: list[Finding] = []
    for index, given in enumerate(events):
        try:
            event = given if isinstance(given, Event) else Event.from_dict(given)
        except EventError as error:
            faults += (_at_index(finding, index) for finding in error.findings)
            continue
        facts.setdefault(event.subject, []).append(event)
    if faults:
        raise EventError(tuple(faults))
    yield from sorted(facts.items(), key=lambda pair: (pair[0].kind, pair[0].id))


def _at_index(finding: Finding, index: int) -> Finding:
    return attrs.evolve(finding, path=f"$[{index}]{finding.path.removeprefix('$')}")
