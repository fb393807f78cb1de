"""Feedback: what was told, and what became of it.

An item is one way through a loop, from the request or the first word to the answer: it
is received, acknowledged, decided on, acted on, and closed once the one who gave it was
told. Silence never closes one [F2]. How an item stands is a pure function of its facts
and a moment, like everything else that is judged.
"""

from __future__ import annotations

import enum
import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from operator import itemgetter
from typing import Self, assert_never, get_args

import attrs

from alignkit.events import Event
from alignkit.forms import When
from alignkit.happenings import (
    Decision,
    FeedbackAcknowledged,
    FeedbackActed,
    FeedbackClosed,
    FeedbackDecided,
    FeedbackGiven,
    FeedbackReopened,
    FeedbackRequested,
)
from alignkit.histories import stage_after
from alignkit.instants import to_instant
from alignkit.loops import ItemState, Loop
from alignkit.patterns import Matcher, matcher


class Unheeded(enum.Enum):
    """Why a fact did not move an item on."""

    REPEATED = "repeated"
    """That step had been taken before."""

    BEFORE_RECEIPT = "before_receipt"
    """Nothing had been given yet that could be acknowledged or decided on."""

    BEFORE_ACKNOWLEDGEMENT = "before_acknowledgement"
    """The loop demands an acknowledgement first."""

    BEFORE_DECISION = "before_decision"
    """Nothing had been decided yet, or not to act."""

    AFTER_CLOSE = "after_close"
    """The item was closed; it has to be reopened first."""

    NOT_CLOSED = "not_closed"
    """What is open cannot be reopened."""

    NO_REASON = "no_reason"
    """Whoever declines has to say why."""

    NO_DATE = "no_date"
    """Whoever defers has to say until when."""


class Turn(enum.Enum):
    """What a fact that moved an item did, as far as the clocks of its loop go [F2]."""

    ASKED = "asked"
    """Somebody asked for it."""

    GIVEN = "given"
    """It was given."""

    REOPENED = "reopened"
    """It was opened again, and counts as received anew."""

    ACKNOWLEDGED = "acknowledged"
    """The receiver said that it has arrived."""

    HEARD = "heard"
    """The receiver decided without having said that it has arrived."""

    DECIDED = "decided"
    """The receiver decided, for the first time or anew after a deferral was told."""

    AGREED = "agreed"
    """What was decided is to act, and was not before."""

    DISMISSED = "dismissed"
    """What was decided is to decline or to defer."""

    ACTED = "acted"
    """What was decided is done."""

    TOLD = "told"
    """The giver was told."""


@attrs.frozen(kw_only=True)
class FeedbackItem:
    """One item of a loop: what was said, and what became of it.

    An item that is reopened starts another round. Its times are those of the round that
    it is in, and what was reopened counts as received at that moment.

    Attributes:
        number: Which item of its subject it is, counted from 1: what is asked for again
            after it was closed is another one.
        round: Which of its rounds this is, counted from 1.
        requested_at: When it was asked for.
        received_at: When it was given, or reopened.
        acknowledged_at: When the receiver said so, or decided without saying so.
        decided_at: When it was first decided in this round; anew after a deferral of
            which the giver had been told.
        decision: What was last decided.
        reason: Why.
        until: Until when it was deferred.
        acted_at: When what was decided had been done.
        closed_at: When the giver was told.
        unheeded: The ids of the facts that moved nothing, each with the reason.
    """

    number: int = 1
    round: int = 1
    requested_at: datetime | None = None
    received_at: datetime | None = None
    acknowledged_at: datetime | None = None
    decided_at: datetime | None = None
    decision: Decision | None = None
    reason: str | None = None
    until: When | None = None
    acted_at: datetime | None = None
    closed_at: datetime | None = None
    unheeded: tuple[tuple[str, Unheeded], ...] = ()

    @property
    def state(self) -> ItemState:
        """How far it has come."""
        for state, at in (
            (ItemState.CLOSED, self.closed_at),
            (ItemState.ACTED, self.acted_at),
            (ItemState.DECIDED, self.decided_at),
            (ItemState.ACKNOWLEDGED, self.acknowledged_at),
            (ItemState.RECEIVED, self.received_at),
            (ItemState.REQUESTED, self.requested_at),
        ):
            if at is not None:
                return state
        return ItemState.ABSENT


FeedbackFact = (
    FeedbackRequested
    | FeedbackGiven
    | FeedbackAcknowledged
    | FeedbackDecided
    | FeedbackActed
    | FeedbackClosed
    | FeedbackReopened
)
"""A fact that can move an item; those of one instant happened in this order."""

_STEPS = get_args(FeedbackFact)


def state_of(loop: Loop, events: Iterable[Event], *, as_of: datetime) -> FeedbackItem:
    """Return how an item of a loop stands at `as_of` [F2].

    A step needs the one before it: what was not given cannot be decided on, and what
    was not decided cannot be told. Only the acknowledgement may be left out, since a
    decision acknowledges by itself, unless the loop demands it first. A decline needs a
    reason and a deferral a date. A decision may change until the giver has been told; a
    deferral may also be decided anew after that. Facts that moved nothing are listed.

    Args:
        loop: The loop that it is an item of.
        events: The facts about the subject, in any order. What triggers the loop
            counts as a request; other facts are passed over.
        as_of: The moment of the question: later facts are not seen [E2].

    Raises:
        NaiveMomentError: If `as_of` has no zone.

    Example:
        >>> from alignkit.loops import find_loop
        >>> events = [
        ...     Event.from_dict(
        ...         {
        ...             "id": step,
        ...             "subject_kind": "request",
        ...             "subject": "R1",
        ...             "at": at,
        ...             "type": f"feedback_{step}",
        ...             "loop": "product_gap",
        ...             "kind": "product_gap",
        ...             **more,
        ...         }
        ...     )
        ...     for step, at, more in (
        ...         ("given", "2026-08-03T09:00:00Z", {}),
        ...         ("decided", "2026-08-10T09:00:00Z", {"decision": "act"}),
        ...         ("closed", "2026-08-11T09:00:00Z", {}),
        ...     )
        ... ]
        >>> loop = find_loop("product_gap")
        >>> as_of = datetime.fromisoformat("2026-08-10T12:00:00Z")
        >>> item = state_of(loop, events, as_of=as_of)
        >>> item.state, whose_turn(loop, item)
        (<ItemState.DECIDED: 'decided'>, 'marketing')
    """
    limit = to_instant(as_of, "as_of")
    timed = sorted(
        (at, one.id, one)
        for one in {event.id: event for event in events}.values()
        if (at := to_instant(one.at, "at")) <= limit
    )
    hearing, course, stage = Hearing.of(loop), Course(), None
    for _, together in itertools.groupby(timed, key=itemgetter(0)):
        group = [event for _, _, event in together]
        for event in group:
            stage = stage_after(event, stage)
        course, _ = hearing.after(course, group, stage)
    return course.item


@attrs.frozen(kw_only=True)
class Course:
    """How far an item has come by some instant.

    Attributes:
        item: How it stands.
        waiting: The facts that came too early and of which only the date is known:
            later on the same date they may be in time [E1].
        raised: The fact by which it was given unasked, if only its date is known: what
            is asked for later on that date may have been asked for before.
    """

    item: FeedbackItem = FeedbackItem()
    raised: Event | None = None
    waiting: tuple[tuple[Event, FeedbackFact], ...] = ()


@attrs.frozen(kw_only=True, eq=False)
class Hearing:
    """A loop made ready to be told the facts of a subject, instant by instant.

    Attributes:
        loop: The loop.
        requests: What asks for an item of it, by the type of the event.
    """

    loop: Loop
    requests: Mapping[str, tuple[Matcher, ...]]

    @classmethod
    def of(cls, loop: Loop) -> Self:
        """Return a loop, ready to be told facts."""
        requests: dict[str, tuple[Matcher, ...]] = {}
        for one in loop.requests:
            requests[one.event] = (*requests.get(one.event, ()), matcher(one))
        return cls(loop=loop, requests=requests)

    def after(
        self, course: Course, group: Sequence[Event], stage: str | None
    ) -> tuple[Course, tuple[tuple[Event, Turn], ...]]:
        """Return how an item stands after the facts of one instant, and what each did.

        Args:
            course: How it stood before.
            group: The facts of the instant, in order of their ids.
            stage: The stage that the subject is in after them.
        """
        told = [
            (event, fact)
            for event in group
            if (fact := self._said(event, stage)) is not None
        ]
        turns: list[tuple[Event, Turn]] = []
        for event, fact in sorted(told, key=lambda one: _STEPS.index(type(one[1]))):
            course, done = self._told(course, event, event, fact)
            turns += done
        return course, tuple(turns)

    def _said(self, event: Event, stage: str | None) -> FeedbackFact | None:
        """Return what an event says about the loop; what triggers it is a request."""
        loop = self.loop
        if isinstance(event.fact, FeedbackFact) and event.fact.loop == loop.id:
            return event.fact
        if any(fits(event, stage) for fits in self.requests.get(event.fact.type, ())):
            return FeedbackRequested(loop=loop.id, kind=loop.kind)
        return None

    def _told(
        self, course: Course, event: Event, now: Event, fact: FeedbackFact
    ) -> tuple[Course, list[tuple[Event, Turn]]]:
        """Return the course after one fact, told when it or another happened."""
        item, raised = course.item, course.raised
        if isinstance(fact, FeedbackRequested) and is_on_date(raised, now):
            asked = attrs.evolve(item, requested_at=now.at)
            return attrs.evolve(course, item=asked, raised=None), [(event, Turn.ASKED)]
        why = _objection(self.loop, item, event, fact)
        if why is not None:
            item = attrs.evolve(item, unheeded=(*item.unheeded, (event.id, why)))
            may_wait = event.day is not None and why in _TOO_EARLY
            waiting = (*course.waiting, (event, fact)) if may_wait else course.waiting
            return attrs.evolve(course, item=item, waiting=waiting), []
        turns = [(event, turn) for turn in _turns(item, fact)]
        if isinstance(fact, FeedbackGiven):
            is_raised = event.day is not None and item.requested_at is None
            course = attrs.evolve(course, raised=event if is_raised else None)
        course = attrs.evolve(course, item=_moved(item, now.at, fact))
        return self._retried(course, now, turns)

    def _retried(
        self, course: Course, now: Event, turns: list[tuple[Event, Turn]]
    ) -> tuple[Course, list[tuple[Event, Turn]]]:
        """Return the course after what waited for the move of a fact on its date."""
        waiting = [
            (event, fact) for event, fact in course.waiting if is_on_date(event, now)
        ]
        course = attrs.evolve(course, waiting=())
        for event, fact in waiting:
            unheeded = tuple(one for one in course.item.unheeded if one[0] != event.id)
            course = attrs.evolve(
                course, item=attrs.evolve(course.item, unheeded=unheeded)
            )
            course, done = self._told(course, event, now, fact)
            turns += done
        return course, turns


def is_on_date(dated: Event | None, now: Event) -> bool:
    """Say whether a fact of which only the date is known may be as late as another.

    The date is compared in the zone in which it was written down.
    """
    if dated is None or dated.day is None:
        return False
    return now.at.astimezone(dated.at.tzinfo).date() <= dated.day


_TOO_EARLY = frozenset(
    {
        Unheeded.BEFORE_RECEIPT,
        Unheeded.BEFORE_ACKNOWLEDGEMENT,
        Unheeded.BEFORE_DECISION,
        Unheeded.NOT_CLOSED,
    }
)


def _objection(
    loop: Loop, item: FeedbackItem, event: Event, fact: FeedbackFact
) -> Unheeded | None:
    """Return why a fact does not move an item; None if it does."""
    match fact:
        case FeedbackRequested():
            return _first((not _may_be_asked(item, event, fact), Unheeded.REPEATED))
        case FeedbackGiven():
            return _first((item.received_at is not None, Unheeded.REPEATED))
        case FeedbackAcknowledged():
            return _first(
                (item.received_at is None, Unheeded.BEFORE_RECEIPT),
                (item.acknowledged_at is not None, Unheeded.REPEATED),
            )
        case FeedbackDecided():
            unheard = loop.is_acknowledged_first and item.acknowledged_at is None
            is_final = item.decision is not Decision.DEFER
            declined = fact.decision is Decision.DECLINE
            deferred = fact.decision is Decision.DEFER
            return _first(
                (item.received_at is None, Unheeded.BEFORE_RECEIPT),
                (declined and not (fact.reason or "").strip(), Unheeded.NO_REASON),
                (deferred and fact.until is None, Unheeded.NO_DATE),
                (unheard, Unheeded.BEFORE_ACKNOWLEDGEMENT),
                (item.closed_at is not None and is_final, Unheeded.AFTER_CLOSE),
            )
        case FeedbackActed():
            return _first(
                (item.decision is not Decision.ACT, Unheeded.BEFORE_DECISION),
                (item.acted_at is not None, Unheeded.REPEATED),
            )
        case FeedbackClosed():
            return _first(
                (item.decided_at is None, Unheeded.BEFORE_DECISION),
                (item.closed_at is not None, Unheeded.REPEATED),
            )
        case FeedbackReopened():
            return _first((item.closed_at is None, Unheeded.NOT_CLOSED))
        case _:
            assert_never(fact)


def _may_be_asked(item: FeedbackItem, event: Event, fact: FeedbackFact) -> bool:
    """Say whether a request opens an item: the first one, or the next.

    What triggers a loop opens the next one once the last was answered: each deal that
    is lost asks why anew. Who asks again for the same thing has to wait until it is
    closed.
    """
    if item.state is ItemState.ABSENT or item.closed_at is not None:
        return True
    return item.received_at is not None and event.fact is not fact


def _first(*objections: tuple[bool, Unheeded]) -> Unheeded | None:
    return next((why for holds, why in objections if holds), None)


def _moved(item: FeedbackItem, at: datetime, fact: FeedbackFact) -> FeedbackItem:
    """Return the item after a fact that moves it."""
    match fact:
        case FeedbackRequested():
            is_next = item.state is not ItemState.ABSENT
            return FeedbackItem(
                number=item.number + is_next, requested_at=at, unheeded=item.unheeded
            )
        case FeedbackGiven():
            return attrs.evolve(item, received_at=at)
        case FeedbackAcknowledged():
            return attrs.evolve(item, acknowledged_at=at)
        case FeedbackDecided():
            # A change of mind does not win the receiver more time to tell the giver.
            since = at if item.closed_at is not None else item.decided_at
            return attrs.evolve(
                item,
                acknowledged_at=item.acknowledged_at or at,
                decided_at=since or at,
                decision=fact.decision,
                reason=fact.reason,
                until=fact.until,
                acted_at=item.acted_at if fact.decision is Decision.ACT else None,
                closed_at=None,
            )
        case FeedbackActed():
            return attrs.evolve(item, acted_at=at)
        case FeedbackClosed():
            return attrs.evolve(item, closed_at=at)
        case FeedbackReopened():
            return FeedbackItem(
                number=item.number,
                round=item.round + 1,
                requested_at=item.requested_at,
                received_at=at,
                unheeded=item.unheeded,
            )
        case _:
            assert_never(fact)


def _turns(item: FeedbackItem, fact: FeedbackFact) -> tuple[Turn, ...]:
    """Return what a fact does that moves an item, given how the item stood before."""
    match fact:
        case FeedbackRequested():
            return (Turn.ASKED,)
        case FeedbackGiven():
            return (Turn.GIVEN,)
        case FeedbackAcknowledged():
            return (Turn.ACKNOWLEDGED,)
        case FeedbackDecided():
            return tuple(_decided(item, fact))
        case FeedbackActed():
            return (Turn.ACTED,)
        case FeedbackClosed():
            return (Turn.TOLD,)
        case FeedbackReopened():
            return (Turn.REOPENED,)
        case _:
            assert_never(fact)


def _decided(item: FeedbackItem, fact: FeedbackDecided) -> Iterator[Turn]:
    if item.acknowledged_at is None:
        yield Turn.HEARD
    if item.decided_at is None or item.closed_at is not None:
        yield Turn.DECIDED
    if fact.decision is not Decision.ACT:
        yield Turn.DISMISSED
    elif item.decision is not Decision.ACT:
        yield Turn.AGREED


def whose_turn(loop: Loop, item: FeedbackItem) -> str | None:
    """Return the party that has the next step; None if nobody has.

    Example:
        >>> from alignkit.loops import find_loop
        >>> monday = datetime.fromisoformat("2026-08-03T09:00:00Z")
        >>> asked = FeedbackItem(requested_at=monday)
        >>> whose_turn(find_loop("message_feedback"), asked)
        'sales'
    """
    match item.state:
        case ItemState.ABSENT | ItemState.CLOSED:
            return None
        case ItemState.REQUESTED:
            return loop.owes
        case (
            ItemState.RECEIVED
            | ItemState.ACKNOWLEDGED
            | ItemState.DECIDED
            | ItemState.ACTED
        ):
            return loop.to
        case _:
            assert_never(item.state)
