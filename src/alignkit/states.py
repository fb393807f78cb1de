"""States: one subject, as far as its facts have come, one fact at a time.

An integration hears of a call, then of a hold, then of a win, and after each asks how
the promises stand and when to look again. A state holds the facts of one subject and
how far they have brought its clocks. It never changes: every fact gives a new one, so
that "what if she called now" is a state like any other [E5].
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Self, TypedDict

import attrs

from alignkit.absences import People
from alignkit.dockets import Docket
from alignkit.errors import AnotherAgreementError, AnotherSubjectError
from alignkit.events import Event, Subject
from alignkit.findings import Finding
from alignkit.gauges import Found
from alignkit.happenings import LeadsMerged, Retracted
from alignkit.histories import Tables, recorded_instant
from alignkit.instants import to_instant
from alignkit.matches import Record
from alignkit.replays import State
from alignkit.verdicts import Verdict
from alignkit.zones import check_range

VERSION = 1
"""The version of the form that states are saved in: ``"alignkit.state/1"``."""

SHARED_KINDS = ("person", "party", "campaign")
"""The kinds of subject whose facts concern more than one lead [E5]."""


def _place(event: Event) -> tuple[int, str, int]:
    return to_instant(event.at, "at"), event.id, recorded_instant(event)


@attrs.frozen
class _Told:
    """How far the clocks have come: through all instants but the last.

    The facts of one instant act together [E4], and a further one may be of the last.

    Attributes:
        clocks: How far each clock has come.
        tables: What the facts told so far say; nothing may be told to them.
    """

    clocks: State
    tables: Tables


@attrs.frozen(kw_only=True)
class SubjectState:
    """One subject under an agreement, as far as its facts have come.

    Two states are equal that hold the same facts, in whatever order they came.

    Attributes:
        docket: The agreement, made ready.
        subject: What the promises are about.
        facts: Every fact about it that was taken in, in order of time.
        shared: The facts about people, parties and campaigns that lie beside them.

    Example:
        >>> from alignkit.agreements import Agreement
        >>> from alignkit.editions import Edition
        >>> agreement = Agreement((Edition(id="northwind"),))
        >>> state = agreement.open("L1")
        >>> state = state.after(
        ...     {
        ...         "id": "1",
        ...         "lead": "L1",
        ...         "at": "2026-03-02T09:00:00Z",
        ...         "type": "owner_assigned",
        ...         "owner": "kim",
        ...     }
        ... )
        >>> len(state.facts)
        1
    """

    docket: Docket = attrs.field(eq=False, repr=False)
    subject: Subject
    facts: tuple[Event, ...] = ()
    shared: tuple[Event, ...] = ()
    _told: _Told | None = attrs.field(default=None, eq=False, repr=False)

    @classmethod
    def of(
        cls,
        docket: Docket,
        subject: Subject,
        shared: Iterable[Event | Mapping[str, object]] = (),
    ) -> Self:
        """Return the state of a subject of which nothing is known yet.

        Args:
            docket: The agreement, made ready.
            subject: The subject.
            shared: Facts about people, parties and campaigns.

        Raises:
            EventError: If a fact in JSON form cannot be read.
        """
        state = cls(
            docket=docket,
            subject=subject,
            told=_Told(docket.gauge.clockwork.start, Tables.of(())),
        )
        for one in shared:
            beside = _with(state.shared, Event.read(one))
            state = attrs.evolve(state, shared=beside)
        return state

    def after(self, event: Event | Mapping[str, object]) -> Self:
        """Return the state after one more fact.

        A fact that comes in order moves the clocks on; one that comes late, corrects or
        withdraws another is put in its place, and the clocks are run again. One that is
        known already changes nothing [E3].

        Args:
            event: The fact, as an event or in its JSON form: one about the subject, or
                about a person, a party or a campaign.

        Raises:
            EventError: If a fact in JSON form cannot be read.
            AnotherSubjectError: If it is about another subject.
        """
        fact = Event.read(event)
        if fact.subject.kind in SHARED_KINDS and fact.subject != self.subject:
            return attrs.evolve(self, shared=_with(self.shared, fact))
        if fact.subject != self.subject and fact.subject not in self.subjects:
            raise AnotherSubjectError(
                f"{fact.subject.kind} {fact.subject.id}",
                f"{self.subject.kind} {self.subject.id}",
            )
        return self._after(fact)

    def merge(self, other: SubjectState) -> Self:
        """Return the state of two records of one subject, with the facts of both [E7].

        It is about the record into which one of them says that it was merged; about
        this one, where neither does.

        Raises:
            AnotherAgreementError: If the other is a state under another agreement.
        """
        mine, theirs = self.docket.gauge.sources, other.docket.gauge.sources
        if mine != theirs:
            raise AnotherAgreementError(
                *(f"{one[-1].id} {one[-1].version}" for one in (theirs, mine))
            )
        into = {
            fact.fact.into
            for fact in (*self.facts, *other.facts)
            if isinstance(fact.fact, LeadsMerged)
        }
        subject = other.subject if other.subject.id in into else self.subject
        merged = attrs.evolve(self, subject=subject)
        for fact in other.shared:
            merged = attrs.evolve(merged, shared=_with(merged.shared, fact))
        return merged.holding(other.facts)

    def holding(self, facts: Iterable[Event]) -> Self:
        """Return the state with further facts, whatever records they were told of."""
        held = self
        for fact in facts:
            held = held._after(fact)
        return held

    @property
    def subjects(self) -> frozenset[Subject]:
        """The subject, and the records that were merged with it."""
        return frozenset({self.subject, *(fact.subject for fact in self.facts)})

    def verdicts(self, *, as_of: datetime) -> tuple[Verdict, ...]:
        """Return how every promise stands at a moment, as an evaluation would say.

        A promise that spans subjects is unknown, since a state holds one of them.

        Args:
            as_of: The moment of the question: nothing that happened later is seen [E2].

        Raises:
            NaiveMomentError: If `as_of` has no zone.
            MomentOutOfRangeError: If it lies outside the years 1900 to 2299.
        """
        instant = check_range(to_instant(as_of, "as_of"), "as_of")
        return (
            *self._found(instant).verdicts,
            *self.docket.books.unheard(instant),
            *self.docket.silences.unheard(instant),
        )

    def review(self, *, as_of: datetime) -> tuple[Finding, ...]:
        """Return what could not be judged at a moment, and why.

        Raises:
            NaiveMomentError: If `as_of` has no zone.
            MomentOutOfRangeError: If it lies outside the years 1900 to 2299.
        """
        instant = check_range(to_instant(as_of, "as_of"), "as_of")
        people = People.of((*self.facts, *self.shared))
        found = (*self._found(instant).review, *people.conflicts(instant))
        return (
            *self.docket.review,
            *self.docket.identities.untold,
            *dict.fromkeys(found),
        )

    def next_change_at(self, *, as_of: datetime) -> datetime | None:
        """Return the first moment at which a verdict changes by itself [K13].

        None if nothing changes but through a further fact. A host sets one timer for it
        and polls nothing.

        Raises:
            NaiveMomentError: If `as_of` has no zone.
            MomentOutOfRangeError: If it lies outside the years 1900 to 2299.
        """
        changes = [
            verdict.next_change_at
            for verdict in self.verdicts(as_of=as_of)
            if verdict.next_change_at is not None
        ]
        return min(changes, key=lambda at: to_instant(at, "at"), default=None)

    def to_dict(self) -> dict[str, object]:
        """Return the state in its JSON form, which `Agreement.resume` takes up again.

        Its size is linear in the facts.
        """
        return {
            "schema": f"alignkit.state/{VERSION}",
            "agreement": signed(self.docket),
            "subject_kind": self.subject.kind,
            "subject": self.subject.id,
            "facts": [fact.to_dict() for fact in self.facts],
            "shared": [fact.to_dict() for fact in self.shared],
        }

    def _after(self, fact: Event) -> Self:
        forms = [one for one in self.facts if one.id == fact.id]
        if fact in forms:
            return self
        facts = _with(self.facts, fact)
        # Once a fact is corrected or withdrawn, what holds depends on the question.
        is_plain = not (forms or isinstance(fact.fact, Retracted))
        told = self._telling(fact, facts) if is_plain else None
        return attrs.evolve(self, facts=facts, told=told)

    def _telling(self, fact: Event, facts: tuple[Event, ...]) -> _Told | None:
        """Return how far the clocks have come once a fact is among the others."""
        told = self._told
        if told is None:
            return None
        timed = tuple((to_instant(one.at, "at"), one) for one in facts)
        last = timed[-1][0]
        if facts[-1] is not fact:
            told = _Told(self.docket.gauge.clockwork.start, Tables.of(()))
        tables = told.tables.copy()
        clockwork = self.docket.gauge.clockwork
        clocks = clockwork.after(timed, told.clocks, tables, until=last - 1)
        return _Told(clocks, tables)

    def _found(self, as_of: int) -> Found:
        people = People.of((*self.facts, *self.shared))
        record = Record.of(self.subject, self.facts, as_of, people=people)
        told, clockwork = self._told, self.docket.gauge.clockwork
        # Whom the clocks rest for may have changed since.
        rests = clockwork.rests_for_absences and people.facts
        if told is None or told.clocks.at > as_of or rests:
            return self.docket.judged(record)
        clocks = clockwork.after(record.history.events, told.clocks, told.tables.copy())
        return self.docket.judged(record, clocks)


class Signed(TypedDict):
    """Under which agreement a state is saved: its name, and what its editions say."""

    id: str
    editions: list[dict[str, str]]


def signed(docket: Docket) -> Signed:
    """Return what is saved of the agreement beside the facts [V3]."""
    return {
        "id": docket.gauge.sources[0].id,
        "editions": [
            {"version": source.version, "fingerprint": source.fingerprint}
            for source in docket.gauge.sources
        ],
    }


def _with(facts: tuple[Event, ...], fact: Event) -> tuple[Event, ...]:
    """Return facts with one more in its place; each is there once."""
    if not facts or _place(facts[-1]) < _place(fact):
        return (*facts, fact)
    # What is told twice at the same moments stands in an order of its own.
    told = {**dict.fromkeys(facts), fact: None}
    return tuple(sorted(told, key=lambda one: (*_place(one), repr(one))))
