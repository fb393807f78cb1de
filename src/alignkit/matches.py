"""Matches: the facts of one subject that are counted, and what was known at each.

"A handoff meets the definition" is judged on the facts known at that handoff [K10]:
those that had happened by then and had been recorded by the time the handoff itself
was. What somebody looks up afterwards changes nothing about it.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from operator import itemgetter
from typing import Self

import attrs

from alignkit.absences import NO_PEOPLE, NONE_TOLD, Absences, People
from alignkit.actions import Action
from alignkit.criteria import Criterion
from alignkit.editions import Edition
from alignkit.events import Event, Subject
from alignkit.exclusions import Exclusions, Exemption
from alignkit.facts import Facts, local_day, whole_day
from alignkit.happenings import ActivityLogged
from alignkit.histories import (
    History,
    Tables,
    Timed,
    known,
    known_when,
    recorded_instant,
    stage_after,
)
from alignkit.instants import to_instant
from alignkit.judgements import Judge, Judgement
from alignkit.outcomes import Outcome
from alignkit.patterns import Matcher, Pattern, matcher
from alignkit.qualifying import Qualifier, qualifier
from alignkit.terms import Term


@attrs.frozen(kw_only=True)
class Record:
    """The facts of one subject that are seen, and what is known of them at an instant.

    Attributes:
        subject: What they are about.
        facts: All recordings of them, in any order.
        history: What is known of them.
        as_of: The instant of the question.
        people: What was reported about people.
        absences: When they were away, as far as is known.
    """

    subject: Subject
    facts: tuple[Event, ...]
    history: History
    as_of: int
    people: People = NO_PEOPLE
    absences: Absences = NONE_TOLD

    @classmethod
    def of(
        cls,
        subject: Subject,
        facts: Iterable[Event],
        as_of: int,
        *,
        people: People = NO_PEOPLE,
        before: int | None = None,
    ) -> Self:
        """Return the record of a subject, put to a question.

        Args:
            subject: The subject.
            facts: Its facts, in any order.
            as_of: The instant of the question.
            people: What was reported about people.
            before: The instant before which that must have been recorded to be seen.
        """
        given = tuple(facts)
        history = known(given, as_of=as_of)
        return cls(
            subject=subject,
            facts=given,
            history=history,
            as_of=as_of,
            people=people,
            absences=people.absences(as_of=as_of, before=before),
        )

    @property
    def is_plain(self) -> bool:
        """True if nothing was learned late, and no facts contradict each other."""
        return not (self.history.late or self.history.conflicts)

    @property
    def is_joined(self) -> bool:
        """True if the facts were told of several records, which are one [E7]."""
        return any(one.subject != self.subject for one in self.facts)

    @property
    def views(self) -> tuple[tuple[float, Record], ...]:
        """What was known at each time at which something was learned afterwards [V5].

        Each is given with the instant since which it was known, the last being the
        record itself. One in which nothing was learned late has been known all along.
        """
        since: list[float] = [float("-inf"), *self.history.late]
        before = [
            Record.of(
                self.subject,
                (one for one in self.facts if recorded_instant(one) < moment),
                min(self.as_of, moment - 1),
                people=self.people,
                before=moment,
            )
            for moment in self.history.late
        ]
        return tuple(zip(since, [*before, self], strict=True))

    def later(self, as_of: int) -> Record:
        """Return the same facts, put to a later question: nothing more has happened."""
        told = itertools.chain.from_iterable(self.people.facts.values())
        return Record.of(
            self.subject,
            _happened(self.facts, self.as_of),
            as_of,
            people=People.of(_happened(told, self.as_of)),
        )

    @property
    def ways(self) -> tuple[tuple[Timed, ...], ...]:
        """The facts, and what they would be by each form of a contradiction [E3]."""
        return (
            self.history.events,
            *(
                self.history.assuming(form)
                for conflict in self.history.conflicts
                for form in conflict.forms
                if to_instant(form.at, "at") <= self.as_of
            ),
        )

    def ways_when(self, at: int, event: Event) -> tuple[tuple[Timed, ...], ...]:
        """Return the facts that may have been known when a fact was [K10]."""
        return known_when(self.facts, at, event)

    def known_when(self, at: int, event: Event, zone: str) -> tuple[Facts, ...]:
        """Return what may have been known of the subject when a fact was [K10]."""
        return tuple(Tables.of(way).facts(zone) for way in self.ways_when(at, event))


def _happened(events: Iterable[Event], by: int) -> Iterator[Event]:
    return (one for one in events if to_instant(one.at, "at") <= by)


@attrs.frozen(kw_only=True)
class Match:
    """A fact that is counted.

    Attributes:
        at: When it happened.
        event: The fact.
        zone: The zone of the people concerned.
        known: What may have been known of its subject then; the tables are good until
            the next match is asked for.
        fits: Whether it is what is listened for, or that is not known [K9].
    """

    at: int
    event: Event
    zone: str
    known: tuple[Facts, ...]
    fits: Outcome = Outcome.PASS

    @property
    def day(self) -> date:
        """The date on which it happened."""
        return self.event.day or local_day(self.at, self.zone)

    @property
    def placed(self) -> int:
        """The instant by which it belongs to a period: of a date, its beginning."""
        day = self.event.day
        return self.at if day is None else whole_day(day, self.zone)[0]

    def outcome(self, judge: Judge | None) -> Outcome:
        """Return whether what was known met a criterion; always if there is none.

        Where it is not known which of two facts is right, both are tried.
        """
        if judge is None:
            return Outcome.PASS
        found = {judge.outcome_at(facts, self.at) for facts in self.known}
        return found.pop() if len(found) == 1 else Outcome.UNKNOWN

    def concerns(self, setting: Setting) -> Outcome:
        """Return whether a term is about it."""
        return min(self.fits, self.outcome(setting.applies))

    def counts(self, setting: Setting, always: Exemption | None) -> Outcome:
        """Return whether it is counted by a term.

        Args:
            setting: The term.
            always: What excludes its subject, whatever happened when.
        """
        exempt = self.exemption(setting, always)
        if exempt is None:
            return self.concerns(setting)
        bound = Outcome.UNKNOWN if exempt.unknown else Outcome.FAIL
        return min(bound, self.concerns(setting))

    def exemption(self, setting: Setting, always: Exemption | None) -> Exemption | None:
        """Return why it is not owed, by what was known then or whatever happened."""
        then = setting.exclusions.at_start(self.known, self.at)
        found = [one for one in (always, then) if one is not None]
        return min(found, key=lambda one: bool(one.unknown), default=None)

    def judgement(self, judge: Judge) -> Judgement:
        """Return whether what was known met a criterion, and why."""
        return Judgement(self.outcome(judge), judge, self.known[0], self.at)


@attrs.frozen(eq=False)
class Ear:
    """Patterns made ready to be heard.

    Attributes:
        matchers: Those for each type of event; for an activity that has to be a
            qualifying action, with what says whether it is.
    """

    matchers: Mapping[str, tuple[tuple[Matcher, Qualifier | None], ...]]

    @classmethod
    def of(cls, patterns: Iterable[Pattern], actions: Iterable[Action]) -> Self:
        """Return the ear for some patterns, any of which will do.

        Args:
            patterns: The patterns.
            actions: The qualifying actions that they may name.
        """
        qualifiers = {action.id: qualifier(action) for action in actions}
        ready: dict[str, tuple[tuple[Matcher, Qualifier | None], ...]] = {}
        for one in patterns:
            qualify = qualifiers.get(one.event)
            heard_as = one.event if qualify is None else ActivityLogged.type
            ready[heard_as] = (*ready.get(heard_as, ()), (matcher(one), qualify))
        return cls(ready)

    def hears(self, event: Event, stage: str | None) -> Outcome:
        """Return whether an event fits, given the stage that its subject is in."""
        found = Outcome.FAIL
        for fits, qualify in self.matchers.get(event.fact.type, ()):
            if fits(event, stage):
                counts = Outcome.PASS if qualify is None else qualify(event).outcome
                found = max(found, counts)
        return found


def matches(
    record: Record, way: Sequence[Timed], ear: Ear, zone: str
) -> Iterator[Match]:
    """Yield the facts that fit, in order of time, each with what was known then.

    Args:
        record: The record of the subject.
        way: The facts, one of the ways of the record.
        ear: What is listened for.
        zone: The zone of the people concerned.
    """
    tables, told = Tables.of(()), 0
    for at, event, fits in heard(way, ear):
        if record.is_plain:
            while told < len(way) and way[told][0] <= at:
                tables.tell(*way[told])
                told += 1
            known_then: tuple[Facts, ...] = (tables.facts(zone),)
        else:
            known_then = record.known_when(at, event, zone)
        yield Match(at=at, event=event, zone=zone, known=known_then, fits=fits)


def heard(way: Sequence[Timed], ear: Ear) -> Iterator[tuple[int, Event, Outcome]]:
    """Yield the facts that fit or may fit, in order of time, and which of the two.

    The stage that a subject is in is the one after all facts of the same instant.
    """
    stage: str | None = None
    for _, group in itertools.groupby(way, key=itemgetter(0)):
        together = tuple(group)
        for _, event in together:
            stage = stage_after(event, stage)
        for at, event in together:
            fits = ear.hears(event, stage)
            if fits is not Outcome.FAIL:
                yield at, event, fits


@attrs.frozen(kw_only=True, eq=False)
class Setting:
    """What all counting terms of an edition have: whom they concern, and where.

    Attributes:
        term: The term.
        applies: Whether the promise is about a subject; None if about all.
        zone: The zone of the people concerned.
        edition: The edition that it is of.
        exclusions: Whom the term does not bind.
    """

    term: Term
    applies: Judge | None
    zone: str
    edition: Edition
    exclusions: Exclusions

    @classmethod
    def of(cls, edition: Edition, term: Term) -> Self:
        """Return the setting of a term."""
        hours = edition.hours_of(term)
        applies = term.applies_to
        return cls(
            term=term,
            applies=None if applies is None else judge_of(edition, applies),
            zone="UTC" if hours is None else hours.zone,
            edition=edition,
            exclusions=Exclusions.of(edition, term),
        )

    def exemption(self, way: Sequence[Timed]) -> Exemption | None:
        """Return why a subject is not bound, by all that these facts say [K11]."""
        if not (way and self.exclusions.of_records):
            return None
        return self.exclusions.always(Tables.of(way).facts(self.zone), way[-1][0])


def judge_of(edition: Edition, criterion: Criterion) -> Judge:
    """Return the judge of a criterion by the definitions and fields of an edition."""
    definitions = {one.id: one.criterion for one in edition.definitions}
    return Judge.of(criterion, definitions, edition.fields)
