from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import attrs
from hypothesis import given
from hypothesis import strategies as st

from alignkit.agreements import Agreement
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
from tests.loop_facts import a_loop, signed

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
def test_items_and_their_rounds_only_ever_grow(
    loop: Loop, events: list[Event], earlier: datetime, later: datetime
) -> None:
    earlier, later = sorted((earlier, later))

    first = state_of(loop, events, as_of=earlier)
    then = state_of(loop, events, as_of=later)

    assert (first.number, first.round) <= (then.number, then.round)


SIGNED = Agreement((signed(a_loop(id="l")),))


def many() -> st.SearchStrategy[list[Event]]:
    """Draw facts about several requests of one loop."""
    rows = st.lists(histories(), max_size=3)
    return rows.map(
        lambda found: [
            attrs.evolve(
                one, id=f"{at} {one.id}", subject=Subject(kind="request", id=f"R{at}")
            )
            for at, events in enumerate(found)
            for one in events
        ]
    )


def question() -> st.SearchStrategy[datetime]:
    return moments() | moments().map(lambda at: at + timedelta(days=30))


@given(events=many(), as_of=question(), data=st.data())
def test_neither_order_nor_repetition_changes_figures(
    events: list[Event], as_of: datetime, data: st.DataObject
) -> None:
    again = data.draw(st.lists(st.sampled_from(events))) if events else []
    shuffled = data.draw(st.permutations([*events, *again]))

    once = SIGNED.evaluate(events, as_of=as_of)
    twice = SIGNED.evaluate(shuffled, as_of=as_of)

    assert (twice.feedback, twice.verdicts) == (once.feedback, once.verdicts)


@given(events=many(), as_of=question())
def test_figures_add_up(events: list[Event], as_of: datetime) -> None:
    evaluation = SIGNED.evaluate(events, as_of=as_of)
    (found,) = evaluation.feedback
    turnaround, card = found.turnaround, evaluation.scorecard()
    replies = card.line("l.reply").tally

    assert turnaround is not None
    assert found.coverage.share.numerator == len(turnaround.answered)
    assert found.coverage.share.denominator == replies.total
    assert len(found.coverage.of) == len(turnaround.answered) + len(turnaround.open)
    assert found.on_time.share == replies.compliance
    assert found.closure.of == found.action_of_received.of
    assert found.action_rate.good == found.action_of_received.good
    assert set(found.action_rate.of) <= set(found.closure.of)
    assert set(found.closure.good) <= {*found.reopened.of}
    assert set(found.closure.good) <= {*found.action_rate.of}


@given(events=many(), as_of=question())
def test_silence_closes_nothing_in_any_figure(
    events: list[Event], as_of: datetime
) -> None:
    untold = [event for event in events if not isinstance(event.fact, FeedbackClosed)]

    evaluation = SIGNED.evaluate(untold, as_of=as_of)

    (found,) = evaluation.feedback
    assert (found.closure.good, found.reopened.of) == ((), ())
    assert not any(
        one.fulfilled_at for one in evaluation.verdicts if one.term == "l.tell"
    )


@given(events=histories(), as_of=question())
def test_clocks_start_and_stop_as_items_move(
    events: list[Event], as_of: datetime
) -> None:
    loop = a_loop(id="l")

    item = state_of(loop, events, as_of=as_of)
    last = {
        one.term.removeprefix("l."): one
        for one in SIGNED.evaluate(events, as_of=as_of).verdicts
    }

    steps = {"acknowledge": item.acknowledged_at, "decide": item.decided_at}
    for step, at in steps.items():
        is_clocked = item.received_at is not None
        assert (step in last) is is_clocked or item.number > 1
        if item.received_at is not None and item.closed_at is None:
            assert last[step].fulfilled_at == at or item.decision is Decision.DEFER
