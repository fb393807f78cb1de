"""Rejections: whether a lead was sent back for a reason that holds.

"No budget" is something that the person said; "unreachable" is something that was
tried. A rejection that lacks what its reason requires is invalid and stops no clock;
one that has it is upheld, in time or late, and counts against the party that can mend
the cause [H5]. It is judged on what was known when it was made.
"""

from __future__ import annotations

import functools
from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Self, assert_never

import attrs

from alignkit.actions import Action, Evidence
from alignkit.editions import Edition
from alignkit.efforts import Effort
from alignkit.events import Event
from alignkit.facts import Facts
from alignkit.findings import Finding, Severity, did_you_mean
from alignkit.happenings import (
    ActivityLogged,
    Direction,
    HandoffOffered,
    HandoffRejected,
)
from alignkit.histories import Tables, Timed, by_subject, known, known_when
from alignkit.hours import EVERY_HOUR, BusinessHours
from alignkit.instants import to_instant
from alignkit.judgements import Judge
from alignkit.outcomes import Outcome
from alignkit.patterns import Pattern
from alignkit.promises import Attempts
from alignkit.qualifying import Qualification, Qualifier, Shortfall, qualifier
from alignkit.reasons import Disposition, Reason, Requirement, Showing, Tries
from alignkit.references import walk
from alignkit.terms import Term

CONVERSATION = "conversation"
"""The action by which an agreement says what it takes to have spoken with somebody."""

STANDARD_CONVERSATION = Action(
    id=CONVERSATION,
    channels=("call", "meeting", "chat"),
    evidence=(
        Evidence(channel="call", outcomes=("connected", "completed")),
        Evidence(channel="meeting", outcomes=("held", "completed", "attended")),
    ),
)
"""What it takes where the agreement says nothing: a person who got through."""

STANDARD_ATTEMPT = Action(id="attempt", direction=Direction.OUTBOUND)
"""What is an attempt where the agreement says nothing: a person who tried."""

Ways = Callable[[], tuple[Sequence[Timed], ...]]
"""The facts that may have been known when a rejection was made, in order of time."""


@attrs.frozen(kw_only=True)
class Rejection:
    """A rejection, and whether it holds [H5].

    Attributes:
        event: The rejection itself.
        reason: Its reason; None if the agreement knows none of that code.
        outcome: Whether it has what its reason requires.
        lacks: What it lacks, or may lack; nothing if it is upheld.
    """

    event: Event
    reason: Reason | None
    outcome: Outcome
    lacks: tuple[Finding, ...] = ()

    @property
    def is_valid(self) -> bool:
        """True if it is upheld: what may have been done upholds nothing."""
        return self.outcome is Outcome.PASS

    @property
    def disposition(self) -> Disposition | None:
        """What becomes of the lead; None if it is not upheld, or nobody knows."""
        return self.reason.disposition if self.is_valid and self.reason else None

    @property
    def counts_against(self) -> str | None:
        """The party that can mend the cause of an upheld one; None for nobody."""
        return self.reason.fixed_by if self.is_valid and self.reason else None

    @property
    def qualification(self) -> Qualification:
        """Whether it counts for the clocks that listen to rejections."""
        match self.outcome:
            case Outcome.PASS:
                return Qualification(Outcome.PASS)
            case Outcome.FAIL:
                return Qualification(Outcome.FAIL, Shortfall.INVALID_REJECTION)
            case Outcome.UNKNOWN:
                what = [one.expected for one in self.lacks if one.expected]
                unknown = what[0] if what else "what was known then"
                return Qualification(Outcome.UNKNOWN, Shortfall.UNDECIDED, unknown)
            case _:
                assert_never(self.outcome)


@attrs.frozen(kw_only=True, eq=False)
class Diligence:
    """What complete attempts are, and of whom they are asked [K14].

    Attributes:
        effort: How often, and in how many ways.
        counts: What counts as an attempt.
        applies: Whom it is asked of; None for everybody.
        hours: The hours by which days and distances are counted.
    """

    effort: Effort
    counts: Qualifier
    applies: Judge | None = None
    hours: BusinessHours

    @classmethod
    def of(cls, edition: Edition, term: Term, promise: Attempts) -> Self:
        """Return what a term of attempts asks for."""
        definitions = {one.id: one.criterion for one in edition.definitions}
        applies = term.applies_to
        return cls(
            effort=Effort.of(promise),
            counts=_counting(edition, promise.action, STANDARD_ATTEMPT),
            applies=None if applies is None else Judge.of(applies, definitions),
            hours=edition.hours_of(term) or EVERY_HOUR,
        )

    def outcome(self, activities: Sequence[Timed], facts: Facts, at: int) -> Outcome:
        """Return whether activities were enough, if they are asked of a subject.

        Args:
            activities: What was done, in order of time.
            facts: What was known of the subject.
            at: The instant at which that is asked.
        """
        asked = Outcome.PASS
        if self.applies is not None:
            asked = self.applies.outcome_at(facts, at)
        if asked is Outcome.FAIL:
            return Outcome.PASS
        tries = ((at, one, self.counts(one).outcome) for at, one in activities)
        done = self.effort.outcome(tries, self.hours)
        is_sure = asked is Outcome.PASS or done is Outcome.PASS
        return done if is_sure else Outcome.UNKNOWN


def _counting(edition: Edition, name: str, otherwise: Action) -> Qualifier:
    """Return what counts as an action of an edition, or as another if it has none."""
    return qualifier(next((a for a in edition.actions if a.id == name), otherwise))


@attrs.frozen(kw_only=True, eq=False)
class Grounds:
    """For which reasons an edition lets a lead be sent back, ready to be judged.

    Attributes:
        reasons: The reasons by their codes.
        named: Further codes that a term names, which require nothing.
        spoke: What counts as having spoken with somebody.
        efforts: The attempts that the terms ask for.
        tries: What counts as an attempt where a reason says how many it takes.
    """

    reasons: Mapping[str, Reason]
    named: frozenset[str]
    spoke: Qualifier
    efforts: tuple[Diligence, ...]
    tries: Qualifier

    @classmethod
    def of(cls, edition: Edition) -> Self:
        """Return the grounds of an edition."""
        return cls(
            reasons={one.code: one for one in edition.reasons},
            named=frozenset(
                str(value)
                for _, part in walk(edition.terms)
                if isinstance(part, Pattern) and part.event == HandoffRejected.type
                for value in dict(part.where).get("reason", ())
            ),
            spoke=_counting(edition, CONVERSATION, STANDARD_CONVERSATION),
            efforts=tuple(
                Diligence.of(edition, term, term.promise)
                for term in edition.terms
                if isinstance(term.promise, Attempts)
            ),
            tries=_counting(edition, _TOUCH, STANDARD_ATTEMPT),
        )

    def tries_for(self, reason: Reason) -> Tries:
        """Return how many attempts it takes where a reason requires complete ones.

        So many are all only where the reason says how many. A term may also ask for
        channels and days, and an attempt may not count.
        """
        if reason.attempts is not None:
            return Tries(reason.attempts, is_all=True)
        asked = [one.effort.at_least for one in self.efforts if one.applies is None]
        return Tries(max(asked, default=0), is_all=False)

    def judged(self, event: Event, ways: Ways) -> Rejection:
        """Return whether a rejection holds.

        Args:
            event: The rejection.
            ways: What may have been known of the subject when it was made; asked for
                only if it matters.
        """
        fact = event.fact
        assert isinstance(fact, HandoffRejected)  # noqa: S101 - what else is rejected
        reason = self.reasons.get(fact.reason)
        if reason is None:
            return self._unlisted(event, fact.reason)
        # What it says itself is known, whatever else was.
        is_plain = set(reason.requires) <= {Requirement.NOTE}
        told = ((),) if is_plain else ways()
        found = [self._shown(reason, event, fact.note, way) for way in told]
        outcomes = {reason.outcome(one) for one in found}
        return Rejection(
            event=event,
            reason=reason,
            outcome=outcomes.pop() if len(outcomes) == 1 else Outcome.UNKNOWN,
            lacks=max(map(reason.lacking, found), key=len),
        )

    def _unlisted(self, event: Event, code: str) -> Rejection:
        """Return a rejection for a reason of which nothing is known but its code."""
        if code in self.named:
            return Rejection(event=event, reason=None, outcome=Outcome.PASS)
        finding = Finding(
            code="AK-L033",
            severity=Severity.WARNING,
            message="the agreement has no such reason",
            path="$.reason",
            expected="reason",
            seen=code,
            help=did_you_mean(code, tuple(self.reasons)) or "list it among the reasons",
        )
        return Rejection(
            event=event, reason=None, outcome=Outcome.UNKNOWN, lacks=(finding,)
        )

    def _shown(
        self, reason: Reason, event: Event, note: str | None, way: Sequence[Timed]
    ) -> Showing:
        """Return what there is to show for a rejection, if these facts were known."""
        at = to_instant(event.at, "at")
        since = max(
            (at for at, one in way if isinstance(one.fact, HandoffOffered)),
            default=None,
        )
        activities = [
            (then, one)
            for then, one in way
            if isinstance(one.fact, ActivityLogged)
            and (since is None or since <= then)
            and then <= at
        ]
        spoken = max((self.spoke(one).outcome for _, one in activities), default=_NO)
        return Showing(
            conversation=_TOLD[spoken],
            attempts_complete=_TOLD[self._tried(reason, activities, way, at)],
            note=bool(note and note.strip()),
        )

    def _tried(
        self,
        reason: Reason,
        activities: Sequence[Timed],
        way: Sequence[Timed],
        at: int,
    ) -> Outcome:
        """Return whether all attempts were made that are asked for."""
        if reason.attempts is not None:
            diligence = Diligence(
                effort=Effort(at_least=reason.attempts),
                counts=self.tries,
                hours=EVERY_HOUR,
            )
            return diligence.outcome(activities, Facts(), at)
        return min(
            (
                one.outcome(activities, Tables.of(way).facts(one.hours.zone), at)
                for one in self.efforts
            ),
            default=Outcome.PASS,
        )


_TOUCH = "qualifying_touch"
_NO = Outcome.FAIL
_TOLD = {Outcome.PASS: True, Outcome.UNKNOWN: None, Outcome.FAIL: False}


def judge_rejections(
    editions: Sequence[Edition],
    events: Iterable[Event],
    *,
    as_of: datetime,
    known_at: datetime | None = None,
) -> tuple[Rejection, ...]:
    """Return every rejection, and whether it holds by the edition then in force [H5].

    Args:
        editions: The editions of one agreement, in order of when they are in force.
        events: The facts, in any order.
        as_of: The moment of the question: nothing that happened later is seen.
        known_at: The moment by which a fact must have been recorded to be seen; None
            for all of them.

    Raises:
        NaiveMomentError: If a moment has no zone.

    Example:
        >>> from alignkit.events import Subject
        >>> rejected = Event(
        ...     id="1",
        ...     subject=Subject(id="L1"),
        ...     at=datetime.fromisoformat("2026-05-12T15:00:00+02:00"),
        ...     fact=HandoffRejected(reason="no_budget"),
        ... )
        >>> (found,) = judge_rejections(
        ...     [Edition(id="a")], [rejected], as_of=rejected.at
        ... )
        >>> found.outcome.value, [one.code for one in found.lacks]
        ('fail', ['AK-L030'])
    """
    instant = to_instant(as_of, "as_of")
    by = None if known_at is None else to_instant(known_at, "known_at")
    grounds = [Grounds.of(edition) for edition in editions]
    starts = [edition.starts for edition in editions]
    found: list[Rejection] = []
    for facts in by_subject(events).values():
        for at, event in known(facts, as_of=instant, known_at=by).events:
            if isinstance(event.fact, HandoffRejected):
                ways = functools.partial(known_when, facts, at, event)
                place = max(bisect_right(starts, at) - 1, 0)
                found.append(grounds[place].judged(event, ways))
    return tuple(
        sorted(found, key=lambda one: (to_instant(one.event.at, "at"), one.event.id))
    )
