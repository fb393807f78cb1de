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

from alignkit.clocks import CompiledTerm
from alignkit.editions import Edition
from alignkit.errors import EventError
from alignkit.events import Event, Subject
from alignkit.findings import Finding, Severity
from alignkit.histories import Conflict, History, known, recorded_instant
from alignkit.instants import to_instant
from alignkit.patterns import Pattern
from alignkit.promises import AT_EVENT, Deadline
from alignkit.references import walk
from alignkit.replays import Clockwork, State
from alignkit.revisions import Key, finals, is_revised
from alignkit.scorecards import Scorecard
from alignkit.standings import Status
from alignkit.terms import CalendarOf, ChangeRule, Changes, Excuses, Term, Waiting
from alignkit.verdicts import Source, Verdict, judge, undecided


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
        EventError: If an event in JSON form cannot be read; it carries all the faults
            of all of them.

    Example:
        >>> from datetime import UTC
        >>> moment = datetime(2026, 3, 2, tzinfo=UTC)
        >>> evaluate([Edition(id="northwind")], [], as_of=moment).verdicts
        ()
    """
    instant = to_instant(as_of, "as_of")
    recorded_by = None if known_at is None else to_instant(known_at, "known_at")
    docket = _Docket.of(editions)
    verdicts: list[Verdict] = []
    review = list(dict.fromkeys(one for e in editions for one in _not_yet(e)))
    for subject, facts in _by_subject(events):
        found = docket.judged(subject, facts, instant, recorded_by)
        verdicts += found.verdicts
        review += found.review
    return Evaluation(
        as_of=as_of,
        verdicts=tuple(verdicts),
        review=tuple(review),
        terms=docket.terms,
    )


def _compiled(edition: Edition) -> dict[str, CompiledTerm]:
    """Return the terms of an edition that are judged, ready to be judged, by id."""
    return {
        term.id: CompiledTerm.of(edition, term, term.promise)
        for term in edition.terms
        if isinstance(term.promise, Deadline) and not any(_unjudged(edition, term))
    }


_JUDGED_CHANGES = (Changes(), Changes(segment=ChangeRule.PIN))


def _unjudged(edition: Edition, term: Term) -> Iterator[str]:
    """Yield what a term asks for that decides its verdicts and is not judged yet."""
    if not isinstance(term.promise, Deadline):
        yield f"its kind of promise, {type(term.promise).__name__.lower()}"
        return
    clock = term.promise.clock
    actions = {action.id for action in edition.actions}
    asked = {
        "exclude": bool(term.exclude),
        "excuses": term.excuses != Excuses(),
        "capacity": term.capacity is not None,
        "waiting": term.waiting is not Waiting.LEAD,
        "changes": term.changes not in _JUDGED_CHANGES,
        "adopts_changes": term.adopts_changes,
        "calendar_of": term.calendar_of is not CalendarOf.PARTY,
        "effective_from": term.effective_from is not None,
        "effective_until": term.effective_until is not None,
        "anchor": clock.anchor != AT_EVENT,
        "reopen": bool(clock.reopen),
        "qualifying actions": any(
            isinstance(part, Pattern) and part.event in actions
            for _, part in walk(clock)
        ),
    }
    yield from (name for name, is_asked in asked.items() if is_asked)


def _not_yet(edition: Edition) -> Iterator[Finding]:
    """Yield a finding for each term of which something is not judged yet."""
    for place, term in enumerate(edition.terms):
        unjudged = tuple(_unjudged(edition, term))
        beside = [n for n, v in (("keep", term.keep), ("escalate", term.escalate)) if v]
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


@attrs.frozen
class _Docket:
    """The terms of all editions, ready to be judged."""

    clockwork: Clockwork
    sources: tuple[Source, ...]
    terms: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, editions: Sequence[Edition]) -> Self:
        compiled = tuple(map(_compiled, editions))
        pairs = (
            (one.term.party, id_) for terms in compiled for id_, one in terms.items()
        )
        return cls(
            clockwork=Clockwork.of(tuple(one.starts for one in editions), compiled),
            sources=tuple(map(Source.of, editions)),
            terms=tuple(dict.fromkeys(pairs)),
        )

    def judged(
        self, subject: Subject, facts: list[Event], as_of: int, known_at: int | None
    ) -> _Found:
        """Return the verdicts on a subject, and what could not be judged of it."""
        if known_at is not None:
            facts = [one for one in facts if recorded_instant(one) <= known_at]
        history = known(facts, as_of=as_of)
        state = self.clockwork.after(history.events)
        verdicts = self._settled(subject, history, state, as_of)
        if history.late:
            before = finals(
                self.clockwork,
                facts,
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
        review = (
            *(_conflict(subject, conflict) for conflict in history.conflicts),
            *self._ungoverned(subject, state),
        )
        return _Found(verdicts=tuple(verdicts.values()), review=review)

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
                        shown = cast("Verdict", one or two)
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
