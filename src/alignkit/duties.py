"""Duties: what each party of a feedback loop owes, as terms like any other.

A loop says by when the giver answers and by when the receiver acknowledges, decides,
acts and tells. Each of these is a promise with a clock of its own [F2], so each becomes
a term with a deadline, and is judged as every other term is. What moves its clock are
the facts that move an item of the loop: a decision before anything was given, a second
request, or a decline without a reason move nothing.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Iterator

import attrs

from alignkit.feedback import Turn
from alignkit.happenings import (
    Decision,
    FeedbackAcknowledged,
    FeedbackActed,
    FeedbackClosed,
    FeedbackDecided,
    FeedbackGiven,
    FeedbackReopened,
)
from alignkit.loops import Duty, ItemState, Loop
from alignkit.patterns import Pattern
from alignkit.promises import Clock, Deadline, Keeping, Quality, Repeat
from alignkit.spans import Length
from alignkit.terms import NO_COUNTERPART, Excuses, Term

_STEPS = {
    ItemState.RECEIVED: "reply",
    ItemState.ACKNOWLEDGED: "acknowledge",
    ItemState.DECIDED: "decide",
    ItemState.ACTED: "act",
    ItemState.CLOSED: "tell",
}
"""What the term of each duty is called after the id of its loop and a dot."""

_TITLES = {
    ItemState.RECEIVED: "Reply",
    ItemState.ACKNOWLEDGED: "Acknowledgement",
    ItemState.DECIDED: "Decision",
    ItemState.ACTED: "Action",
    ItemState.CLOSED: "Word back",
}

_AFTER = {
    ItemState.REQUESTED: frozenset({Turn.ASKED, Turn.REOPENED}),
    ItemState.RECEIVED: frozenset({Turn.GIVEN, Turn.REOPENED}),
    ItemState.ACKNOWLEDGED: frozenset({Turn.ACKNOWLEDGED, Turn.HEARD}),
    ItemState.DECIDED: frozenset({Turn.DECIDED}),
    ItemState.ACTED: frozenset({Turn.ACTED}),
}
"""What starts the clock of a step that is owed after a state."""

_BY = {
    ItemState.RECEIVED: frozenset({Turn.GIVEN}),
    ItemState.ACKNOWLEDGED: frozenset({Turn.ACKNOWLEDGED, Turn.HEARD}),
    ItemState.DECIDED: frozenset({Turn.DECIDED}),
    ItemState.ACTED: frozenset({Turn.ACTED}),
    ItemState.CLOSED: frozenset({Turn.TOLD}),
}
"""What fulfils the duty to come to a state."""


@attrs.frozen(kw_only=True)
class Owed:
    """A duty of a loop as a term, and what moves its clock.

    Attributes:
        loop: The loop.
        term: The term.
        start: What starts its clock.
        stop: What fulfils it.
        cancel: What ends it without fulfilling it.
    """

    loop: Loop
    term: Term
    start: frozenset[Turn]
    stop: frozenset[Turn]
    cancel: frozenset[Turn] = frozenset()


def owed_in(loop: Loop) -> tuple[Owed, ...]:
    """Return what is owed in a loop, in order of the steps [F1, F2].

    The reply is owed by the giver, and everything else by the receiver, each by the
    calendar of its party. What the decision owes is an act only if it is one to act;
    a decision to decline or to defer calls the act off.

    Example:
        >>> from alignkit.loops import find_loop
        >>> for one in owed_in(find_loop("message_feedback")):
        ...     term = one.term
        ...     print(f"{term.id}: {term.party}, {term.promise.within}")
        message_feedback.reply: sales, 5 business days
        message_feedback.decide: marketing, 10 business days
        message_feedback.tell: marketing, 5 business days
    """
    by_step = {duty.step: duty for duty in loop.duties}
    return tuple(_owed(loop, duty, by_step) for duty in by_step.values())


def loop_terms(loop: Loop) -> tuple[Term, ...]:
    """Return what is owed in a loop as terms: its steps, its shares, its alarm.

    Example:
        >>> from alignkit.loops import find_loop
        >>> decide, tell, silence = loop_terms(find_loop("product_gap"))
        >>> decide.counterpart, [str(one) for one in decide.promise.clock.stop]
        ('none', ['feedback_decided, loop product_gap'])
    """
    silence = silence_in(loop)
    return (
        *(one.term for one in owed_in(loop)),
        *(one.term for one in reckoned_in(loop)),
        *(() if silence is None else (silence.term,)),
    )


def owed_beside(terms: Iterable[Term], loops: Iterable[Loop]) -> Iterator[Owed]:
    """Yield what is owed in some loops and no term of the agreement says by itself.

    A term says it that has its id, or that has the same party owe the same step upon
    the same facts.

    Args:
        terms: The terms of the agreement.
        loops: Its loops.
    """
    own = tuple(terms)
    ids = {term.id for term in own}
    said = {_gist(term) for term in own if isinstance(term.promise, Deadline)}
    for loop in loops:
        for one in owed_in(loop):
            if one.term.id not in ids and _gist(one.term) not in said:
                yield one


def reply_ids(terms: Iterable[Term], loop: Loop) -> frozenset[str]:
    """Return the ids of the terms of an agreement by which the replies of a loop go.

    Args:
        terms: The terms of the agreement.
        loop: The loop.
    """
    own = tuple(terms)
    derived = next((one.term for one in owed_in(loop) if Turn.GIVEN in one.stop), None)
    if derived is None:
        return frozenset()
    same = {
        term.id
        for term in own
        if isinstance(term.promise, Deadline) and _gist(term) == _gist(derived)
    }
    return frozenset(same or {derived.id})


class LoopShare(enum.Enum):
    """Which share of its items a loop promises [F3]."""

    COVERAGE = "coverage"
    """Answered, of requested."""

    PROMPTNESS = "promptness"
    """Answered within so long, of requested."""

    ACTION = "action"
    """Decided to act, of decided."""

    CLOSURE = "closure"
    """Closed, of received."""


@attrs.frozen(kw_only=True)
class Reckoned:
    """A share that a loop promises, as a term.

    Attributes:
        loop: The loop.
        term: The term.
        share: Which share it is.
        within: Within how long, where that is asked.
    """

    loop: Loop
    term: Term
    share: LoopShare
    within: Length | None = None


def reckoned_in(loop: Loop) -> tuple[Reckoned, ...]:
    """Return the shares that a loop promises, as terms [F3, K16].

    What comes back is owed by the giver; what becomes of it, by the receiver.

    Example:
        >>> from fractions import Fraction
        >>> from alignkit.loops import find_loop
        >>> from alignkit.promises import Keeping
        >>> seven_in_ten = Keeping(at_least=Fraction(7, 10))
        >>> loop = attrs.evolve(find_loop("message_feedback"), closure=seven_in_ten)
        >>> for one in reckoned_in(loop):
        ...     print(one.term.id, one.term.party)
        message_feedback.closure marketing
    """
    asked, given = loop.requests, _facts(loop, Turn.GIVEN)
    decided, agreed = _facts(loop, Turn.DECIDED), _facts(loop, Turn.AGREED)
    told, prompt = _facts(loop, Turn.TOLD), loop.promptness
    soon = None if prompt is None else prompt.share
    promised: tuple[_Promised, ...] = (
        (LoopShare.COVERAGE, loop.owes, loop.coverage, asked, given),
        (LoopShare.PROMPTNESS, loop.owes, soon, asked, given),
        (LoopShare.ACTION, loop.to, loop.action, decided, agreed),
        (LoopShare.CLOSURE, loop.to, loop.closure, given, told),
    )
    return tuple(
        Reckoned(
            loop=loop,
            share=share,
            within=prompt.within if prompt and share is LoopShare.PROMPTNESS else None,
            term=Term(
                id=f"{loop.id}.{share.value}",
                party=party,
                title=_share_title(loop, share),
                counterpart=NO_COUNTERPART,
                promise=Quality(of=of, share=keeping, followed_by=by),
            ),
        )
        for share, party, keeping, of, by in promised
        if keeping is not None
    )


_Promised = tuple[
    LoopShare, str, Keeping | None, tuple[Pattern, ...], tuple[Pattern, ...]
]


@attrs.frozen(kw_only=True)
class Silence:
    """How long a loop may be silent, as a term.

    Attributes:
        loop: The loop.
        term: The term.
    """

    loop: Loop
    term: Term


def silence_in(loop: Loop) -> Silence | None:
    """Return how long a loop may be silent, as a term; None if for ever [F4].

    Whoever gives the feedback owes it to say something, whatever it is about.

    Example:
        >>> from alignkit.loops import find_loop
        >>> silence = silence_in(find_loop("competitive_intelligence"))
        >>> print(silence.term.id, silence.term.party, silence.term.promise.within)
        competitive_intelligence.silence sales 31 days
    """
    if loop.silence_after is None:
        return None
    given = _facts(loop, Turn.GIVEN)
    clock = Clock(start=given, stop=given, repeat=Repeat.NEW_CYCLE)
    return Silence(
        loop=loop,
        term=Term(
            id=f"{loop.id}.silence",
            party=loop.owes,
            title=f"News in {_spoken(loop)}",
            counterpart=NO_COUNTERPART,
            promise=Deadline(clock=clock, within=loop.silence_after),
        ),
    )


def _share_title(loop: Loop, share: LoopShare) -> str:
    title = f"{share.value.capitalize()} in {_spoken(loop)}"
    if share is not LoopShare.PROMPTNESS or loop.promptness is None:
        return title
    return f"{title} within {loop.promptness.within}"


def _spoken(loop: Loop) -> str:
    return loop.id.replace("_", " ").replace("-", " ")


def _gist(term: Term) -> object:
    """Return who owes what upon what, within whatever time."""
    assert isinstance(term.promise, Deadline)  # noqa: S101 - as whoever asks has seen
    clock = term.promise.clock
    return term.party, frozenset(clock.start), frozenset(clock.stop)


def _owed(loop: Loop, duty: Duty, by_step: dict[ItemState, Duty]) -> Owed:
    start, stop = _AFTER[duty.after], _BY[duty.step]
    cancel: frozenset[Turn] = frozenset()
    match duty.step:
        case ItemState.RECEIVED:
            start = frozenset({Turn.ASKED})
        case ItemState.DECIDED if duty.after is ItemState.ACKNOWLEDGED:
            # Who decides at once has nothing left to be clocked.
            start = frozenset({Turn.ACKNOWLEDGED})
        case ItemState.ACTED:
            start, cancel = frozenset({Turn.AGREED}), frozenset({Turn.DISMISSED})
        case _:
            pass
    term = Term(
        id=f"{loop.id}.{_STEPS[duty.step]}",
        party=duty.party,
        title=f"{_TITLES[duty.step]} in {_spoken(loop)}",
        counterpart=_counterpart(loop, duty, by_step),
        excuses=_excuses(loop, duty),
        keep=loop.on_time if duty.step is ItemState.RECEIVED else None,
        promise=Deadline(
            clock=Clock(
                start=_patterns(loop, start),
                stop=_patterns(loop, stop),
                cancel=_patterns(loop, cancel),
                repeat=Repeat.NEW_CYCLE,
            ),
            within=duty.within,
        ),
    )
    return Owed(loop=loop, term=term, start=start, stop=stop, cancel=cancel)


def _counterpart(loop: Loop, duty: Duty, by_step: dict[ItemState, Duty]) -> str:
    """Return the term that the other party owes in return in the same loop."""
    theirs = next(
        (step for step, one in by_step.items() if one.party != duty.party), None
    )
    return NO_COUNTERPART if theirs is None else f"{loop.id}.{_STEPS[theirs]}"


def _excuses(loop: Loop, duty: Duty) -> Excuses:
    if not loop.is_void_without_return or duty.step is not ItemState.RECEIVED:
        return Excuses()
    return Excuses(void_without=(f"{loop.in_return}.reply",))


def _patterns(loop: Loop, turns: frozenset[Turn]) -> tuple[Pattern, ...]:
    """Return the facts that may do one of several things to an item of a loop."""
    found = [one for turn in Turn if turn in turns for one in _facts(loop, turn)]
    return tuple(dict.fromkeys(found))


def _facts(loop: Loop, turn: Turn) -> tuple[Pattern, ...]:
    if turn is Turn.ASKED:
        return loop.requests
    event, decisions = _TOLD_BY[turn]
    where: dict[str, object] = {"loop": loop.id}
    if decisions:
        where["decision"] = tuple(one.value for one in decisions)
    return (Pattern(event=event, where=where),)


_TOLD_BY: dict[Turn, tuple[str, tuple[Decision, ...]]] = {
    Turn.GIVEN: (FeedbackGiven.type, ()),
    Turn.REOPENED: (FeedbackReopened.type, ()),
    Turn.ACKNOWLEDGED: (FeedbackAcknowledged.type, ()),
    Turn.HEARD: (FeedbackDecided.type, ()),
    Turn.DECIDED: (FeedbackDecided.type, ()),
    Turn.AGREED: (FeedbackDecided.type, (Decision.ACT,)),
    Turn.DISMISSED: (FeedbackDecided.type, (Decision.DECLINE, Decision.DEFER)),
    Turn.ACTED: (FeedbackActed.type, ()),
    Turn.TOLD: (FeedbackClosed.type, ()),
}
"""The fact that does each thing, and with which decisions; all if there is none."""
