"""Qualifying: whether a logged activity counts as what an agreement asks for.

An automatic reply, a call of no seconds and a changed status are no follow-up. Put to
the definition of a qualifying action, an activity counts, or does not, with the first
thing that it falls short of, or it is not known whether it does [K9].
"""

from __future__ import annotations

import enum
from collections.abc import Callable

import attrs

from alignkit.actions import Action, Evidence
from alignkit.criteria import canonical_path
from alignkit.events import ActorKind, Event
from alignkit.happenings import ActivityLogged, Direction, FieldChanged, StageChanged
from alignkit.outcomes import Outcome


class Shortfall(enum.Enum):
    """Why a fact does not count, in the order in which it is looked into [K9]."""

    AUTOMATED = "automated"
    """No actor did it of a kind that counts: a machine, most often."""

    CHANNEL = "channel"
    """It used a channel that does not count."""

    DIRECTION = "direction"
    """It went the other way."""

    NO_OUTCOME = "no_outcome"
    """It came to nothing, or to nothing that counts."""

    TOO_SHORT = "too_short"
    """It did not last long enough."""

    STATUS_CHANGE = "status_change_without_activity"
    """Somebody changed a status, where an action was asked for."""

    UNDECIDED = "undecided"
    """It is not known whether it counts; both ways are tried."""

    INVALID_REJECTION = "invalid_rejection"
    """It is a rejection that lacks what its reason requires [H5]."""

    DAILY_CAP = "daily_cap"
    """So many attempts as may count on one day had been made on that day [K14]."""

    SPACING = "spacing"
    """It came too soon after the attempt before it [K14]."""

    NOT_OWNER = "not_owner"
    """Somebody else did it than the owner whose clock runs [K8]."""

    BEFORE_START = "before_start"
    """It came before the clock was started [E4]."""


@attrs.frozen
class Qualification:
    """Whether an activity counts as a qualifying action.

    Attributes:
        outcome: Whether it does.
        shortfall: What it falls short of first; None if nothing.
        unknown: The field for want of which it is not known; None if it is known.
    """

    outcome: Outcome
    shortfall: Shortfall | None = None
    unknown: str | None = None


Qualifier = Callable[[Event], Qualification]
"""What says of an event whether it counts."""

QUALIFIED = Qualification(Outcome.PASS)
_SHORT = {one: Qualification(Outcome.FAIL, one) for one in Shortfall}
_NO_ACTIVITY = Qualification(Outcome.FAIL)


def qualifier(action: Action) -> Qualifier:
    """Return the function that says whether an event is a qualifying action [K9].

    An actor whose kind was not told is a person where the activity says that no machine
    did it, and a machine where it says so. An outcome that was not told is none; a
    duration, a direction or an actor that was not told leaves it unknown, unless
    something else falls short.

    Example:
        >>> from datetime import UTC, datetime
        >>> from alignkit.events import Actor, Subject
        >>> shown = Evidence(channel="call", needs_outcome=True)
        >>> touch = Action(id="touch", evidence=[shown])
        >>> call = Event(
        ...     id="1",
        ...     subject=Subject(id="L1"),
        ...     at=datetime(2026, 6, 9, 12, 55, tzinfo=UTC),
        ...     fact=ActivityLogged(channel="call", direction=Direction.OUTBOUND),
        ...     actor=Actor(kind=ActorKind.HUMAN),
        ... )
        >>> qualifier(touch)(call).shortfall.value
        'no_outcome'
        >>> qualifier(touch)(attrs.evolve(call, actor=None)).outcome.value
        'fail'
        >>> qualifier(Action(id="any"))(attrs.evolve(call, actor=None)).unknown
        'actor.kind'
    """
    kinds = frozenset(action.actors)
    if kinds >= _TOLD_KINDS:
        # Not told is any of the kinds that there are.
        kinds |= {ActorKind.UNKNOWN}
    channels = frozenset(action.channels)
    evidence = {one.channel: one for one in action.evidence}

    def judged(event: Event) -> Qualification:
        fact = event.fact
        if not isinstance(fact, ActivityLogged):
            return _NO_ACTIVITY
        found = [_done(_kind(event, fact), kinds), _turned(fact, action.direction)]
        if channels and fact.channel not in channels:
            found.insert(1, _SHORT[Shortfall.CHANNEL])
        if fact.channel in evidence:
            found.append(_shown(evidence[fact.channel], fact))
        # What falls short is told before what is not known, each in the agreed order.
        return min(found, key=_rank)

    return judged


def _rank(one: Qualification) -> int:
    return _RANKS[one.outcome]


_RANKS = {Outcome.FAIL: 0, Outcome.UNKNOWN: 1, Outcome.PASS: 2}
_TOLD_KINDS = frozenset(ActorKind) - {ActorKind.UNKNOWN}


def _undecided(field: str) -> Qualification:
    return Qualification(Outcome.UNKNOWN, Shortfall.UNDECIDED, field)


def _done(kind: ActorKind, kinds: frozenset[ActorKind]) -> Qualification:
    """Return whether an actor did it of a kind that counts."""
    if kind in kinds:
        return QUALIFIED
    if kind is ActorKind.UNKNOWN:
        return _undecided("actor.kind")
    return _SHORT[Shortfall.AUTOMATED]


def _turned(fact: ActivityLogged, direction: Direction | None) -> Qualification:
    """Return whether it went the way that counts."""
    if direction is None or fact.direction is direction:
        return QUALIFIED
    if fact.direction is Direction.UNKNOWN:
        return _undecided("direction")
    return _SHORT[Shortfall.DIRECTION]


def _kind(event: Event, fact: ActivityLogged) -> ActorKind:
    """Return what kind of actor did it, as far as that can be told."""
    told = ActorKind.UNKNOWN if event.actor is None else event.actor.kind
    if fact.automated is None or told in (ActorKind.AUTOMATION, ActorKind.SYSTEM):
        return told
    # A sequence may run under the name of a person.
    return ActorKind.AUTOMATION if fact.automated else ActorKind.HUMAN


def _shown(evidence: Evidence, fact: ActivityLogged) -> Qualification:
    """Return whether an activity has to show what is asked for on its channel."""
    outcome = (fact.outcome or "").strip()
    if (evidence.needs_outcome or evidence.outcomes) and not outcome:
        return _SHORT[Shortfall.NO_OUTCOME]
    if evidence.outcomes and outcome not in evidence.outcomes:
        return _SHORT[Shortfall.NO_OUTCOME]
    if evidence.at_least is None or not evidence.at_least.length:
        return QUALIFIED
    if fact.duration is None:
        return _undecided("duration")
    if fact.duration < evidence.at_least.duration:
        return _SHORT[Shortfall.TOO_SHORT]
    return QUALIFIED


_STATUSES = frozenset({"stage", "status"})


def is_status_change(event: Event) -> bool:
    """Say whether somebody set the stage or the status of a lead by hand.

    What a machine is known to have done is none; where it is not told who did it, a
    person is taken to have.
    """
    kind = ActorKind.UNKNOWN if event.actor is None else event.actor.kind
    if kind in (ActorKind.AUTOMATION, ActorKind.SYSTEM):
        return False
    match event.fact:
        case StageChanged():
            return True
        case FieldChanged(field=field):
            return canonical_path(field) in _STATUSES
        case _:
            return False
