"""Feedback: what was told, and what became of it.

An item is one way through a loop, from the request or the first word to the answer: it
is received, acknowledged, decided on, acted on, and closed once the one who gave it was
told. Silence never closes one [F2]. How an item stands is a pure function of its facts
and a moment, like everything else that is judged.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable
from datetime import datetime
from operator import itemgetter
from typing import assert_never, get_args

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
from alignkit.instants import to_instant
from alignkit.loops import ItemState, Loop


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


@attrs.frozen(kw_only=True)
class FeedbackItem:
    """One item of a loop: what was said, and what became of it.

    An item that is reopened starts another round. Its times are those of the round that
    it is in, and what was reopened counts as received at that moment.

    Attributes:
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
        events: The facts about the item, in any order; those of other loops and of
            other types are passed over.
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
    item = FeedbackItem()
    for event, fact in _heard(loop, events, limit):
        why = _objection(loop, item, fact)
        if why is None:
            item = _moved(item, event.at, fact)
        else:
            item = attrs.evolve(item, unheeded=(*item.unheeded, (event.id, why)))
    return item


def _heard(
    loop: Loop, events: Iterable[Event], limit: int
) -> list[tuple[Event, FeedbackFact]]:
    """Return the facts about an item by `limit`, each once and in their order."""
    told = [
        (to_instant(event.at, "at"), _STEPS.index(type(fact)), event.id, event, fact)
        for event in {event.id: event for event in events}.values()
        if isinstance(fact := event.fact, FeedbackFact) and fact.loop == loop.id
    ]
    told.sort(key=itemgetter(0, 1, 2))
    return [(event, fact) for at, _, _, event, fact in told if at <= limit]


def _objection(loop: Loop, item: FeedbackItem, fact: FeedbackFact) -> Unheeded | None:
    """Return why a fact does not move an item; None if it does."""
    match fact:
        case FeedbackRequested():
            return _first((item.state is not ItemState.ABSENT, Unheeded.REPEATED))
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
                (unheard, Unheeded.BEFORE_ACKNOWLEDGEMENT),
                (item.closed_at is not None and is_final, Unheeded.AFTER_CLOSE),
                (declined and not (fact.reason or "").strip(), Unheeded.NO_REASON),
                (deferred and fact.until is None, Unheeded.NO_DATE),
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


def _first(*objections: tuple[bool, Unheeded]) -> Unheeded | None:
    return next((why for holds, why in objections if holds), None)


def _moved(item: FeedbackItem, at: datetime, fact: FeedbackFact) -> FeedbackItem:
    """Return the item after a fact that moves it."""
    match fact:
        case FeedbackRequested():
            return attrs.evolve(item, requested_at=at)
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
                round=item.round + 1,
                requested_at=item.requested_at,
                received_at=at,
                unheeded=item.unheeded,
            )
        case _:
            assert_never(fact)


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
