from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import attrs
from hypothesis import given
from hypothesis import strategies as st

from alignkit.events import Event, Subject
from alignkit.feedback import FeedbackFact, state_of, whose_turn
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
from alignkit.loops import ItemState, Loop

NOON = datetime(2026, 8, 3, 12, tzinfo=UTC)
PLAIN_FACTS: tuple[FeedbackFact, ...] = (
    FeedbackRequested(loop="l", kind="k"),
    FeedbackGiven(loop="l", kind="k"),
    FeedbackAcknowledged(loop="l", kind="k"),
    FeedbackActed(loop="l", kind="k"),
    FeedbackClosed(loop="l", kind="k"),
    FeedbackReopened(loop="l", kind="k"),
)


def moments() -> st.SearchStrategy[datetime]:
    return st.integers(0, 12).map(lambda count: NOON + timedelta(hours=count))


def facts() -> st.SearchStrategy[FeedbackFact]:
    decided = st.builds(
        FeedbackDecided,
        loop=st.just("l"),
        kind=st.just("k"),
        decision=st.sampled_from(Decision),
        reason=st.sampled_from([None, " ", "off brand"]),
        until=st.sampled_from([None, date(2026, 12, 1)]),
    )
    return st.sampled_from(PLAIN_FACTS) | decided


def histories() -> st.SearchStrategy[list[Event]]:
    told = st.tuples(facts(), moments())
    return st.lists(told, max_size=10).map(
        lambda pairs: [
            Event(
                id=str(count),
                subject=Subject(kind="request", id="R1"),
                at=at,
                fact=fact,
            )
            for count, (fact, at) in enumerate(pairs)
        ]
    )


def loops() -> st.SearchStrategy[Loop]:
    return st.builds(
        Loop,
        id=st.just("l"),
        kind=st.just("k"),
        owes=st.just("sales"),
        to=st.just("marketing"),
        is_acknowledged_first=st.booleans(),
    )


@given(loop=loops(), events=histories(), as_of=moments(), data=st.data())
def test_order_and_repetition_do_not_matter(
    loop: Loop, events: list[Event], as_of: datetime, data: st.DataObject
) -> None:
    again = data.draw(st.lists(st.sampled_from(events))) if events else []
    shuffled = data.draw(st.permutations([*events, *again]))

    assert state_of(loop, shuffled, as_of=as_of) == state_of(loop, events, as_of=as_of)


@given(loop=loops(), events=histories(), as_of=moments())
def test_what_happens_later_does_not_matter(
    loop: Loop, events: list[Event], as_of: datetime
) -> None:
    until_then = [event for event in events if event.at <= as_of]

    assert state_of(loop, events, as_of=as_of) == state_of(
        loop, until_then, as_of=as_of
    )


@given(loop=loops(), events=histories(), as_of=moments())
def test_what_moved_nothing_can_be_left_out(
    loop: Loop, events: list[Event], as_of: datetime
) -> None:
    item = state_of(loop, events, as_of=as_of)
    idle = dict(item.unheeded)

    without = [event for event in events if event.id not in idle]

    assert state_of(loop, without, as_of=as_of) == attrs.evolve(item, unheeded=())


@given(loop=loops(), events=histories(), as_of=moments())
def test_silence_closes_nothing(
    loop: Loop, events: list[Event], as_of: datetime
) -> None:
    untold = [event for event in events if not isinstance(event.fact, FeedbackClosed)]

    assert state_of(loop, untold, as_of=as_of).state is not ItemState.CLOSED


@given(loop=loops(), events=histories(), as_of=moments())
def test_every_step_has_the_one_before_it(
    loop: Loop, events: list[Event], as_of: datetime
) -> None:
    item = state_of(loop, events, as_of=as_of)
    steps = (
        item.received_at,
        item.acknowledged_at,
        item.decided_at,
        item.closed_at,
    )
    taken = [at for at in steps if at is not None]

    assert taken == sorted(taken)
    assert [at is not None for at in steps] == sorted(
        (at is not None for at in steps), reverse=True
    )
    assert item.acted_at is None or item.decision is Decision.ACT
    assert item.decision is not Decision.DECLINE or item.reason
    assert item.decision is not Decision.DEFER or item.until


@given(loop=loops(), events=histories(), as_of=moments())
def test_it_is_somebodys_turn_from_the_first_word_until_it_is_closed(
    loop: Loop, events: list[Event], as_of: datetime
) -> None:
    item = state_of(loop, events, as_of=as_of)

    assert (whose_turn(loop, item) is None) == (
        item.state in {ItemState.ABSENT, ItemState.CLOSED}
    )


@given(loop=loops(), events=histories(), earlier=moments(), later=moments())
def test_rounds_only_ever_grow(
    loop: Loop, events: list[Event], earlier: datetime, later: datetime
) -> None:
    earlier, later = sorted((earlier, later))

    first = state_of(loop, events, as_of=earlier)

    assert first.round <= state_of(loop, events, as_of=later).round
