from __future__ import annotations

import attrs
import pytest

from alignkit.agreements import Agreement
from alignkit.duedates import due_dates
from alignkit.duties import loop_terms, owed_beside
from alignkit.events import Event, Subject
from alignkit.happenings import OpportunityLost, StageChanged
from alignkit.loops import STANDARD_LOOPS, ItemState, Loop
from alignkit.patterns import Pattern
from alignkit.presets import preset
from alignkit.promises import Deadline
from alignkit.spans import BusinessDays
from alignkit.terms import NO_COUNTERPART, Term
from tests.deadlines import at, fact
from tests.loop_facts import a_loop, judged, said, signed, told

ASKED = told("requested", "03 10:00")
GIVEN = told("given", "04 10:00")
HEARD = told("acknowledged", "04 11:00")
DECIDED = told("decided", "05 10:00")
ACTED = told("acted", "06 10:00")
TOLD = told("closed", "06 11:00")
MUCH_LATER = "31 12:00"


def clock_of(term: Term) -> tuple[list[str], list[str], list[str]]:
    assert isinstance(term.promise, Deadline)
    clock = term.promise.clock
    start, stop, cancel = (
        [str(one) for one in patterns]
        for patterns in (clock.start, clock.stop, clock.cancel)
    )
    return start, stop, cancel


class TestLoopTerms:
    def test_each_party_owes_its_steps_to_the_other(self) -> None:
        found = [(one.id, one.party, one.counterpart) for one in loop_terms(a_loop())]

        assert found == [
            ("message.reply", "sales", "message.acknowledge"),
            ("message.acknowledge", "marketing", "message.reply"),
            ("message.decide", "marketing", "message.reply"),
            ("message.act", "marketing", "message.reply"),
            ("message.tell", "marketing", "message.reply"),
        ]

    def test_its_clocks_listen_to_the_facts_of_that_loop(self) -> None:
        clocks = [clock_of(one) for one in loop_terms(a_loop())]

        assert clocks == [
            (
                ["feedback_requested, loop message"],
                ["feedback_given, loop message"],
                [],
            ),
            (
                ["feedback_given, loop message", "feedback_reopened, loop message"],
                [
                    "feedback_acknowledged, loop message",
                    "feedback_decided, loop message",
                ],
                [],
            ),
            (
                ["feedback_given, loop message", "feedback_reopened, loop message"],
                ["feedback_decided, loop message"],
                [],
            ),
            (
                ["feedback_decided, decision act, loop message"],
                ["feedback_acted, loop message"],
                ["feedback_decided, decision decline or defer, loop message"],
            ),
            (
                ["feedback_decided, loop message"],
                ["feedback_closed, loop message"],
                [],
            ),
        ]

    def test_what_triggers_the_loop_starts_the_reply(self) -> None:
        lost = Pattern(event="opportunity_lost")
        (reply, *_) = loop_terms(a_loop(trigger=(lost,)))

        assert clock_of(reply)[0] == [
            "opportunity_lost",
            "feedback_requested, loop message",
        ]

    def test_where_the_receiver_owes_nothing_there_is_no_counterpart(self) -> None:
        bare = Loop(
            id="l", kind="k", owes="sales", to="joint", reply_within=BusinessDays(1)
        )

        assert [one.counterpart for one in loop_terms(bare)] == [NO_COUNTERPART]

    def test_what_is_void_without_a_return_says_so(self) -> None:
        loop = a_loop(in_return="other", is_void_without_return=True)

        voids = [one.excuses.void_without for one in loop_terms(loop)]

        assert voids == [("other.reply",), (), (), (), ()]

    def test_no_two_in_the_catalogue_share_an_id(self) -> None:
        ids = [term.id for loop in STANDARD_LOOPS for term in loop_terms(loop)]

        assert sorted(set(ids)) == sorted(ids)


class TestOwedBeside:
    def test_a_term_of_the_same_id_stays_as_it_is(self) -> None:
        loop = a_loop()
        (reply, *_) = loop_terms(loop)
        own = attrs.evolve(reply, party="joint")

        left = [one.term.id for one in owed_beside([own], [loop])]

        assert "message.reply" not in left
        assert len(left) == 4

    def test_so_does_one_that_says_the_same_under_another_id(self) -> None:
        loop = a_loop()
        (reply, *_) = loop_terms(loop)
        assert isinstance(reply.promise, Deadline)
        longer = attrs.evolve(reply.promise, within=BusinessDays(9))
        own = attrs.evolve(reply, id="our-reply", promise=longer)

        left = [one.term.id for one in owed_beside([own], [loop])]

        assert "message.reply" not in left


class TestJudged:
    def test_an_item_that_goes_all_the_way_keeps_everything(self) -> None:
        verdicts = judged(ASKED, GIVEN, HEARD, DECIDED, ACTED, TOLD, as_of=MUCH_LATER)

        assert said(verdicts) == {
            "reply": "met",
            "acknowledge": "met",
            "decide": "met",
            "act": "met",
            "tell": "met",
        }
        assert [one.due_at for one in verdicts] == [
            at("05 17:00"),
            at("05 17:00"),
            at("09 17:00"),
            at("12 17:00"),
            at("09 17:00"),
        ]

    def test_it_is_said_in_words(self) -> None:
        (verdict, *_) = judged(ASKED, GIVEN, as_of=MUCH_LATER)

        assert verdict.explanation.startswith(
            "Reply in message by sales on request R1: kept in time, "
        )

    def test_without_the_earlier_step_there_is_no_later_clock(self) -> None:
        assert said(judged(ASKED, as_of=MUCH_LATER)) == {"reply": "breached"}

    def test_what_was_raised_unasked_owes_an_answer_and_no_reply(self) -> None:
        assert said(judged(GIVEN, as_of="04 12:00")) == {
            "acknowledge": "pending",
            "decide": "pending",
        }

    def test_a_decision_acknowledges_by_itself(self) -> None:
        verdicts = said(judged(GIVEN, told("decided", "05 10:00"), as_of="05 12:00"))

        assert verdicts["acknowledge"] == "met"

    def test_unless_an_acknowledgement_is_demanded_first(self) -> None:
        loop = a_loop(is_acknowledged_first=True)

        verdicts = said(judged(GIVEN, DECIDED, TOLD, loop=loop, as_of=MUCH_LATER))

        assert verdicts == {"acknowledge": "breached", "decide": "breached"}

    def test_a_decline_with_a_reason_needs_no_act_and_closes_when_told(self) -> None:
        no = told("decided", "05 10:00", decision="decline", reason="off brand")

        verdicts = said(judged(GIVEN, no, TOLD, as_of=MUCH_LATER))

        assert verdicts == {"acknowledge": "met", "decide": "met", "tell": "met"}

    def test_a_decline_without_one_decides_nothing(self) -> None:
        no = told("decided", "05 10:00", decision="decline")

        verdicts = said(judged(GIVEN, no, TOLD, as_of=MUCH_LATER))

        assert verdicts == {"acknowledge": "breached", "decide": "breached"}

    def test_whoever_changes_his_mind_wins_no_time_to_tell(self) -> None:
        later = told("decided", "06 10:00", decision="decline", reason="off brand")

        tell = judged(GIVEN, DECIDED, later, as_of="06 12:00")[-1]

        assert (tell.term, tell.cycle, tell.due_at) == (
            *("message.tell", 1),
            at("09 17:00"),
        )

    def test_what_is_no_longer_to_be_done_is_called_off(self) -> None:
        later = told("decided", "06 10:00", decision="decline", reason="off brand")

        assert said(judged(GIVEN, DECIDED, later, as_of=MUCH_LATER))["act"] == (
            "cancelled"
        )

    def test_what_is_to_be_done_after_all_is_clocked_from_then(self) -> None:
        first = told("decided", "05 10:00", decision="decline", reason="off brand")
        later = told("decided", "06 10:00")

        act = judged(GIVEN, first, later, as_of="06 12:00")[2]

        assert (act.term, act.due_at) == ("message.act", at("13 17:00"))

    def test_a_deferral_may_be_told_and_decided_anew(self) -> None:
        first = told("decided", "05 10:00", decision="defer", until="2026-03-20")
        again = told("decided", "10 10:00")

        verdicts = said(judged(GIVEN, first, TOLD, again, as_of="10 12:00"))

        assert verdicts == {
            "acknowledge": "met",
            "decide": "met",
            "act": "pending",
            "tell": "met",
            "tell 2": "pending",
        }

    def test_what_is_reopened_is_decided_and_told_anew(self) -> None:
        again = told("reopened", "10 10:00")

        verdicts = said(judged(ASKED, GIVEN, DECIDED, TOLD, again, as_of="10 12:00"))

        assert verdicts == {
            "reply": "met",
            "acknowledge": "met",
            "acknowledge 2": "pending",
            "decide": "met",
            "decide 2": "pending",
            "act": "pending",
            "tell": "met",
        }

    def test_what_is_open_cannot_be_reopened(self) -> None:
        again = told("reopened", "10 10:00")

        verdicts = judged(ASKED, GIVEN, again, as_of="10 12:00")

        assert all(one.cycle == 1 for one in verdicts)

    def test_who_asks_again_wins_no_time(self) -> None:
        (reply,) = judged(ASKED, told("requested", "04 10:00"), as_of="04 12:00")

        assert reply.due_at == at("05 17:00")

    def test_who_asks_again_after_it_was_closed_is_owed_another_reply(self) -> None:
        again = told("requested", "10 10:00")

        verdicts = judged(ASKED, GIVEN, DECIDED, TOLD, again, as_of="10 12:00")

        assert said(verdicts)["reply 2"] == "pending"

    def test_the_loop_may_clock_a_step_from_another_one(self) -> None:
        loop = a_loop(
            decide_after=ItemState.ACKNOWLEDGED,
            tell_after=ItemState.REQUESTED,
            tell_within=BusinessDays(9),
        )

        verdicts = judged(ASKED, GIVEN, HEARD, loop=loop, as_of="04 12:00")

        assert [(one.term, one.due_at) for one in verdicts[2:]] == [
            ("message.decide", at("09 17:00")),
            ("message.tell", at("16 17:00")),
        ]

    def test_who_decides_at_once_has_no_decision_clocked_from_an_answer(self) -> None:
        loop = a_loop(decide_after=ItemState.ACKNOWLEDGED)

        assert "decide" not in said(judged(GIVEN, DECIDED, loop=loop, as_of=MUCH_LATER))

    def test_everything_may_happen_at_one_instant(self) -> None:
        verdicts = judged(
            *(
                told(step, "04 10:00")
                for step in (
                    *("closed", "acted", "decided"),
                    *("acknowledged", "given", "requested"),
                )
            ),
            as_of="04 10:00",
        )

        assert set(said(verdicts).values()) == {"met"}
        assert len(verdicts) == 5


class TestDated:
    def test_a_decision_on_the_date_of_the_reply_is_no_decision_too_early(self) -> None:
        verdicts = said(judged(GIVEN, told("decided", "04"), as_of=MUCH_LATER))

        assert verdicts["decide"] == "met"

    def test_one_on_the_date_before_is(self) -> None:
        verdicts = said(judged(GIVEN, told("decided", "03"), as_of=MUCH_LATER))

        assert verdicts["decide"] == "breached"

    def test_so_is_a_reply_on_the_date_of_the_request(self) -> None:
        verdicts = said(judged(ASKED, told("given", "03"), as_of="03 12:00"))

        assert verdicts["reply"] == "met"

    def test_a_reply_on_the_date_before_answers_nothing(self) -> None:
        verdicts = said(
            judged(told("given", "04"), told("requested", "05 10:00"), as_of="05 12:00")
        )

        assert "reply" not in verdicts


class TestTriggered:
    LOOP = a_loop(id="why", trigger=(Pattern(event="opportunity_lost"),))

    def lost(self, when: str) -> Event:
        base = fact(OpportunityLost(), when)
        return attrs.evolve(base, subject=Subject(kind="request", id="R1"))

    def test_a_trigger_asks(self) -> None:
        verdicts = said(judged(self.lost("03 10:00"), loop=self.LOOP, as_of=MUCH_LATER))

        assert verdicts == {"reply": "breached"}

    def test_the_next_one_asks_anew_once_the_last_was_answered(self) -> None:
        events = (
            self.lost("03 10:00"),
            told("given", "03 12:00", loop="why"),
            self.lost("04 10:00"),
        )

        verdicts = said(judged(*events, loop=self.LOOP, as_of="04 12:00"))

        assert verdicts == {
            "reply": "met",
            "reply 2": "pending",
            "acknowledge": "pending",
            "decide": "pending",
        }

    def test_the_end_of_a_cycle_of_the_lead_ends_no_feedback_on_it(self) -> None:
        edition = attrs.evolve(signed(self.LOOP), lifecycle=preset("standard"))
        events = [
            attrs.evolve(one, subject=Subject(id="L1"))
            for one in (
                fact(StageChanged(to_stage="opportunity"), "02 10:00"),
                fact(OpportunityLost(), "03 10:00"),
                fact(StageChanged(to_stage="lost"), "03 10:01"),
            )
        ]

        verdicts = Agreement((edition,)).evaluate(events, as_of=at("04 12:00")).verdicts

        assert [one.status.value for one in verdicts] == ["pending"]

    def test_until_then_it_is_the_same_question(self) -> None:
        events = (self.lost("03 10:00"), self.lost("04 10:00"))

        verdicts = said(judged(*events, loop=self.LOOP, as_of="04 12:00"))

        assert verdicts == {"reply": "pending"}

    def test_facts_of_another_loop_may_trigger_one(self) -> None:
        asked = Pattern(event="feedback_requested", where={"loop": "other"})
        loop = a_loop(trigger=(asked,))

        verdicts = judged(
            told("requested", "03 10:00", loop="other"), loop=loop, as_of="03 12:00"
        )

        assert said(verdicts) == {"reply": "pending"}


class TestDueDates:
    def test_it_can_be_asked_when_a_duty_would_be_due(self) -> None:
        agreement = Agreement((signed(a_loop()),))

        (found,) = due_dates(agreement, "message.reply", at("03 10:00"))

        assert found.due_at == at("05 17:00")


class TestEvaluated:
    def test_duties_stand_on_the_scorecard_like_any_term(self) -> None:
        evaluation = Agreement((signed(a_loop()),)).evaluate(
            [ASKED, GIVEN, DECIDED, TOLD], as_of=at("06 12:00")
        )

        card = evaluation.scorecard()

        assert str(card.line("message.reply").tally.compliance) == "1/1"
        assert [line.term for line in card.lines][-1] == "message.tell"

    def test_of_a_loop_that_is_void_without_its_return_all_is_judged(self) -> None:
        void = a_loop(id="b", in_return="message", is_void_without_return=True)

        review = (
            Agreement((signed(a_loop(), void),))
            .evaluate([], as_of=at("06 12:00"))
            .review
        )

        assert review == ()

    def test_a_fact_learned_late_revises_a_verdict(self) -> None:
        late = told("given", "04 10:00", recorded="10 10:00")

        (reply, *_) = judged(ASKED, late, as_of=MUCH_LATER)

        assert (reply.status.value, reply.revised) == ("met", True)

    def test_a_loop_of_a_later_edition_owes_nothing_before(self) -> None:
        agreement = Agreement((signed(since="01 00:00"),)).amend(
            attrs.evolve(signed(a_loop(), since="05 00:00"), version="2")
        )
        events = [ASKED, told("requested", "05 10:00", about="R2")]

        verdicts = agreement.evaluate(events, as_of=at("05 12:00")).verdicts

        assert [(one.subject, one.term) for one in verdicts] == [
            ("R2", "message.reply")
        ]


@pytest.mark.parametrize("loop", STANDARD_LOOPS, ids=lambda loop: loop.id)
def test_every_loop_of_the_catalogue_owes_something(loop: Loop) -> None:
    assert loop_terms(loop)
