from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from alignkit.errors import NaiveMomentError
from alignkit.events import Event, Subject
from alignkit.feedback import (
    FeedbackFact,
    FeedbackItem,
    Unheeded,
    state_of,
    whose_turn,
)
from alignkit.happenings import (
    Decision,
    FeedbackAcknowledged,
    FeedbackActed,
    FeedbackClosed,
    FeedbackDecided,
    FeedbackGiven,
    FeedbackReopened,
    FeedbackRequested,
    StageChanged,
)
from alignkit.loops import ItemState, Loop

LOOP = Loop(id="message", kind="message", owes="sales", to="marketing")
STRICT = Loop(
    id="message",
    kind="message",
    owes="sales",
    to="marketing",
    is_acknowledged_first=True,
)
NOON = datetime(2026, 8, 3, 12, tzinfo=UTC)
LATE = datetime(2030, 1, 1, tzinfo=UTC)

ASKED = FeedbackRequested(loop="message", kind="message")
GIVEN = FeedbackGiven(loop="message", kind="message")
ACKNOWLEDGED = FeedbackAcknowledged(loop="message", kind="message")
WILL_ACT = FeedbackDecided(loop="message", kind="message", decision=Decision.ACT)
DECLINED = FeedbackDecided(
    loop="message", kind="message", decision=Decision.DECLINE, reason="off brand"
)
DEFERRED = FeedbackDecided(
    loop="message", kind="message", decision=Decision.DEFER, until=date(2026, 12, 1)
)
ACTED = FeedbackActed(loop="message", kind="message")
TOLD = FeedbackClosed(loop="message", kind="message")
REOPENED = FeedbackReopened(loop="message", kind="message")


def hour(count: int) -> datetime:
    return NOON + timedelta(hours=count)


def an_event(fact: FeedbackFact, at: datetime, id: str) -> Event:
    return Event(id=id, subject=Subject(kind="request", id="R1"), at=at, fact=fact)


def hourly(*facts: FeedbackFact) -> list[Event]:
    """Return facts that happened one an hour from noon on; their ids are the hours."""
    return [an_event(fact, hour(count), str(count)) for count, fact in enumerate(facts)]


def item_of(*facts: FeedbackFact, loop: Loop = LOOP) -> FeedbackItem:
    return state_of(loop, hourly(*facts), as_of=LATE)


class TestStateOf:
    def test_nothing_was_said(self) -> None:
        assert item_of() == FeedbackItem()
        assert item_of().state is ItemState.ABSENT

    def test_an_item_that_goes_all_the_way(self) -> None:
        item = item_of(ASKED, GIVEN, ACKNOWLEDGED, WILL_ACT, ACTED, TOLD)

        assert item.state is ItemState.CLOSED
        assert item == FeedbackItem(
            requested_at=hour(0),
            received_at=hour(1),
            acknowledged_at=hour(2),
            decided_at=hour(3),
            decision=Decision.ACT,
            acted_at=hour(4),
            closed_at=hour(5),
        )

    @pytest.mark.parametrize(
        ("count", "state"), [*enumerate(state.value for state in ItemState)]
    )
    def test_each_step_leads_to_its_state(self, count: int, state: str) -> None:
        steps = (ASKED, GIVEN, ACKNOWLEDGED, WILL_ACT, ACTED, TOLD)

        assert item_of(*steps[:count]).state is ItemState(state)

    def test_a_later_fact_is_not_seen(self) -> None:
        events = hourly(ASKED, GIVEN)

        before = state_of(LOOP, events, as_of=hour(1) - timedelta(microseconds=1))
        then = state_of(LOOP, events, as_of=hour(1))

        assert (before.state, then.state) == (ItemState.REQUESTED, ItemState.RECEIVED)

    def test_what_was_raised_unasked_was_received(self) -> None:
        assert item_of(GIVEN) == FeedbackItem(received_at=hour(0))

    def test_a_decision_acknowledges_by_itself(self) -> None:
        assert item_of(GIVEN, WILL_ACT).acknowledged_at == hour(1)

    def test_unless_the_loop_demands_it_first(self) -> None:
        hasty = item_of(GIVEN, WILL_ACT, loop=STRICT)
        heard = item_of(GIVEN, ACKNOWLEDGED, WILL_ACT, loop=STRICT)

        assert hasty.state is ItemState.RECEIVED
        assert hasty.unheeded == (("1", Unheeded.BEFORE_ACKNOWLEDGEMENT),)
        assert heard.state is ItemState.DECIDED

    def test_a_decline_with_a_reason_closes_when_told(self) -> None:
        item = item_of(GIVEN, DECLINED, TOLD)

        assert (item.state, item.reason) == (ItemState.CLOSED, "off brand")

    def test_a_deferral_says_until_when(self) -> None:
        item = item_of(GIVEN, DEFERRED)

        assert (item.state, item.until) == (ItemState.DECIDED, date(2026, 12, 1))

    def test_a_deferral_may_be_decided_after_it_was_told(self) -> None:
        item = item_of(GIVEN, DEFERRED, TOLD, WILL_ACT)

        assert item == FeedbackItem(
            received_at=hour(0),
            acknowledged_at=hour(1),
            decided_at=hour(3),
            decision=Decision.ACT,
        )

    def test_a_change_of_mind_wins_no_time(self) -> None:
        item = item_of(GIVEN, WILL_ACT, ACTED, DECLINED)

        assert (item.decided_at, item.decision) == (hour(1), Decision.DECLINE)
        assert item.acted_at is None

    def test_what_was_done_stays_done(self) -> None:
        assert item_of(GIVEN, WILL_ACT, ACTED, WILL_ACT).acted_at == hour(2)

    def test_it_may_be_acted_on_after_it_was_told(self) -> None:
        item = item_of(GIVEN, WILL_ACT, TOLD, ACTED)

        assert (item.state, item.acted_at) == (ItemState.CLOSED, hour(3))

    def test_what_is_reopened_starts_another_round(self) -> None:
        item = item_of(ASKED, GIVEN, DECLINED, TOLD, REOPENED)

        assert item == FeedbackItem(round=2, requested_at=hour(0), received_at=hour(4))

    def test_what_is_reopened_must_be_decided_again(self) -> None:
        item = item_of(GIVEN, DECLINED, TOLD, REOPENED, WILL_ACT, TOLD)

        assert (item.round, item.decision, item.closed_at) == (
            *(2, Decision.ACT),
            hour(5),
        )

    @pytest.mark.parametrize(
        ("facts", "why"),
        [
            ((ASKED, ASKED), Unheeded.REPEATED),
            ((GIVEN, ASKED), Unheeded.REPEATED),
            ((GIVEN, GIVEN), Unheeded.REPEATED),
            ((ASKED, ACKNOWLEDGED), Unheeded.BEFORE_RECEIPT),
            ((GIVEN, ACKNOWLEDGED, ACKNOWLEDGED), Unheeded.REPEATED),
            ((ASKED, WILL_ACT), Unheeded.BEFORE_RECEIPT),
            ((GIVEN, WILL_ACT, TOLD, DECLINED), Unheeded.AFTER_CLOSE),
            ((GIVEN, ACTED), Unheeded.BEFORE_DECISION),
            ((GIVEN, DECLINED, ACTED), Unheeded.BEFORE_DECISION),
            ((GIVEN, WILL_ACT, ACTED, ACTED), Unheeded.REPEATED),
            ((GIVEN, TOLD), Unheeded.BEFORE_DECISION),
            ((GIVEN, WILL_ACT, TOLD, TOLD), Unheeded.REPEATED),
            ((GIVEN, WILL_ACT, REOPENED), Unheeded.NOT_CLOSED),
            (
                (
                    GIVEN,
                    FeedbackDecided(
                        loop="message", kind="message", decision=Decision.DECLINE
                    ),
                ),
                Unheeded.NO_REASON,
            ),
            (
                (
                    GIVEN,
                    FeedbackDecided(
                        loop="message",
                        kind="message",
                        decision=Decision.DECLINE,
                        reason=" ",
                    ),
                ),
                Unheeded.NO_REASON,
            ),
            (
                (
                    GIVEN,
                    FeedbackDecided(
                        loop="message", kind="message", decision=Decision.DEFER
                    ),
                ),
                Unheeded.NO_DATE,
            ),
        ],
    )
    def test_a_fact_that_moves_nothing_is_listed(
        self, facts: tuple[FeedbackFact, ...], why: Unheeded
    ) -> None:
        *earlier, _ = facts

        item = item_of(*facts)

        assert item.unheeded == ((str(len(earlier)), why),)
        assert item.state is item_of(*earlier).state

    def test_facts_of_one_instant_happened_as_they_make_sense(self) -> None:
        backwards: tuple[FeedbackFact, ...] = (TOLD, WILL_ACT, GIVEN, ASKED)
        events = [
            an_event(fact, NOON, str(count)) for count, fact in enumerate(backwards)
        ]

        item = state_of(LOOP, events, as_of=NOON)

        assert (item.state, item.unheeded) == (ItemState.CLOSED, ())

    def test_facts_of_other_loops_and_types_are_passed_over(self) -> None:
        other = FeedbackGiven(loop="product_gap", kind="message")
        moved = Event(
            id="m", subject=Subject(id="L1"), at=NOON, fact=StageChanged(to_stage="mql")
        )

        item = state_of(LOOP, [an_event(other, NOON, "o"), moved], as_of=LATE)

        assert item == FeedbackItem()

    def test_a_naive_moment_is_a_mistake(self) -> None:
        with pytest.raises(NaiveMomentError):
            state_of(LOOP, [], as_of=datetime(2026, 8, 3))


class TestWhoseTurn:
    @pytest.mark.parametrize(
        ("facts", "party"),
        [
            ((), None),
            ((ASKED,), "sales"),
            ((GIVEN,), "marketing"),
            ((GIVEN, ACKNOWLEDGED), "marketing"),
            ((GIVEN, WILL_ACT), "marketing"),
            ((GIVEN, WILL_ACT, ACTED), "marketing"),
            ((GIVEN, DECLINED, TOLD), None),
            ((GIVEN, DECLINED, TOLD, REOPENED), "marketing"),
        ],
    )
    def test_it_goes_back_and_forth_until_the_giver_was_told(
        self, facts: tuple[FeedbackFact, ...], party: str | None
    ) -> None:
        assert whose_turn(LOOP, item_of(*facts)) == party
