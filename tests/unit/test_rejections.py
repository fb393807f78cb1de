"""Whether a lead was sent back for a reason that holds [H5]."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import attrs
import pytest

from alignkit.actions import Action, Evidence
from alignkit.agreements import Agreement
from alignkit.criteria import field
from alignkit.editions import Edition
from alignkit.errors import UnfitValueError
from alignkit.events import Actor, ActorKind, Event, Subject
from alignkit.happenings import (
    ActivityLogged,
    Direction,
    FieldChanged,
    HandoffOffered,
    HandoffRejected,
)
from alignkit.patterns import Pattern
from alignkit.promises import Attempts, Clock
from alignkit.reasons import Disposition, find_reason, override_reasons
from alignkit.rejections import Rejection, judge_rejections
from alignkit.spans import Elapsed, span
from alignkit.terms import Term
from tests.deadlines import (
    at,
    edition,
    evaluated,
    fact,
    named,
    status,
    term,
    verdict,
)

GO = fact("go", "04 10:00")
STOP = {"stop": (Pattern(event="handoff_rejected"),)}


def rejected(
    reason: str,
    when: str = "04 12:00",
    *,
    recorded: str | None = None,
    note: str | None = None,
) -> Event:
    return fact(HandoffRejected(reason=reason, note=note), when, recorded=recorded)


def activity(
    when: str,
    channel: str = "call",
    outcome: str | None = "connected",
    *,
    kind: ActorKind | None = ActorKind.HUMAN,
    recorded: str | None = None,
) -> Event:
    told = ActivityLogged(
        channel=channel,
        direction=Direction.OUTBOUND,
        outcome=outcome,
        duration=timedelta(minutes=1),
    )
    done = fact(told, when, recorded=recorded, id=f"{channel} {when}")
    return attrs.evolve(done, actor=None if kind is None else Actor(kind=kind))


def judged(*events: Event, signed: Edition | None = None) -> Rejection:
    (only,) = judge_rejections([signed or edition()], events, as_of=at("31 12:00"))
    return only


def codes(found: Rejection) -> list[str]:
    return [one.code for one in found.lacks]


def attempts(**asked: Any) -> Term:  # noqa: ANN401 - whatever attempts ask for
    more = {key: asked.pop(key) for key in ("applies_to",) if key in asked}
    return Term(
        id="effort",
        party="sales",
        calendar="office",
        promise=Attempts(
            clock=Clock(start=named("go")),
            within=span("10 business days"),
            action="touch",
            **asked,
        ),
        **more,
    )


APART = span("4 hours")
TOUCH = Action(id="touch", channels=("call", "email"))


class TestReason:
    def test_one_that_requires_nothing_is_upheld(self) -> None:
        found = judged(rejected("not_icp"))

        assert (found.is_valid, found.lacks) == (True, ())
        assert found.disposition is Disposition.DISQUALIFY
        assert found.counts_against == "marketing"

    def test_one_that_lacks_something_is_not(self) -> None:
        found = judged(rejected("no_budget"))

        assert (found.is_valid, codes(found)) == (False, ["AK-L030"])
        assert (found.disposition, found.counts_against) == (None, None)

    def test_one_that_takes_a_note_has_one_or_not(self) -> None:
        assert judged(rejected("other", note="they moved")).is_valid
        assert codes(judged(rejected("other", note=" "))) == ["AK-L032"]

    def test_it_counts_against_whoever_can_mend_the_cause(self) -> None:
        assert judged(rejected("sla_expired")).counts_against == "sales"
        assert judged(rejected("wrong_territory")).counts_against is None

    def test_one_that_the_agreement_does_not_list_is_not_known_to_hold(self) -> None:
        found = judged(rejected("meh"))

        assert (found.outcome.value, codes(found)) == ("unknown", ["AK-L033"])
        assert (found.reason, found.is_valid) == (None, False)

    def test_one_that_a_term_names_requires_nothing(self) -> None:
        stop = (Pattern(event="handoff_rejected", where={"reason": ["meh", "bah"]}),)

        found = judged(rejected("meh"), signed=edition(term(clock={"stop": stop})))

        assert (found.is_valid, found.disposition, found.counts_against) == (
            True,
            None,
            None,
        )

    def test_several_are_told_in_order_of_time(self) -> None:
        events = [
            rejected("junk", "04 12:00"),
            attrs.evolve(rejected("other", "04 11:00"), subject=Subject(id="L2")),
            rejected("junk", "30 12:00"),
        ]

        found = judge_rejections([edition()], events, as_of=at("29 12:00"))

        assert [one.event.subject.id for one in found] == ["L2", "L1"]

    def test_the_edition_then_in_force_says_what_it_takes(self) -> None:
        strict = override_reasons(
            [],
            attrs.evolve(find_reason("junk"), requires=find_reason("price").requires),
        )
        editions = [
            edition(version="1"),
            edition(version="2", since="05 00:00", reasons=strict),
        ]
        events = [rejected("junk", "04 12:00"), rejected("junk", "06 12:00")]

        found = judge_rejections(editions, events, as_of=at("07 12:00"))

        assert [one.is_valid for one in found] == [True, False]

    def test_what_was_not_recorded_by_then_is_not_known(self) -> None:
        late = rejected("junk", recorded="06 12:00")

        assert not judge_rejections(
            [edition()], [late], as_of=at("07 12:00"), known_at=at("05 12:00")
        )


class TestConversation:
    @pytest.mark.parametrize(
        ("done", "expected"),
        [
            (activity("04 11:00"), "pass"),
            (activity("04 11:00", "call", "left_voicemail"), "fail"),
            (activity("04 11:00", "call", None), "fail"),
            (activity("04 11:00", "email", "replied"), "fail"),
            (activity("04 11:00", "meeting", "held"), "pass"),
            (activity("04 11:00", "meeting", "no_show"), "fail"),
            (activity("04 11:00", "chat", None), "pass"),
            (activity("04 11:00", kind=ActorKind.AUTOMATION), "fail"),
            (activity("04 11:00", kind=None), "unknown"),
            (activity("04 12:00"), "pass"),
            (activity("04 12:01"), "fail"),
        ],
    )
    def test_it_takes_a_person_who_got_through(
        self, done: Event, expected: str
    ) -> None:
        found = judged(done, rejected("no_budget"))

        assert found.outcome.value == expected
        assert found.is_valid is (expected == "pass")

    def test_an_agreement_may_say_what_it_takes(self) -> None:
        spoke = Action(
            id="conversation",
            evidence=(Evidence(channel="call", at_least=Elapsed(minutes=2)),),
        )

        found = judged(
            activity("04 11:00"), rejected("no_need"), signed=edition(actions=(spoke,))
        )

        assert codes(found) == ["AK-L030"]

    def test_one_before_the_offer_does_not_count(self) -> None:
        offered = fact(HandoffOffered(to_party="sales"), "04 10:00")

        assert not judged(activity("04 09:59"), offered, rejected("price")).is_valid
        assert judged(activity("04 10:00"), offered, rejected("price")).is_valid

    def test_one_that_was_recorded_afterwards_does_not_count(self) -> None:
        late = activity("04 11:00", recorded="04 12:01")
        as_known = activity("04 11:00", recorded="04 12:00")

        assert not judged(late, rejected("price")).is_valid
        assert judged(as_known, rejected("price")).is_valid
        assert judged(late, rejected("price", recorded="04 12:01")).is_valid

    def test_contradicting_facts_leave_it_open(self) -> None:
        forms = [
            attrs.evolve(activity("04 11:00", "call", outcome), id="x")
            for outcome in ("connected", "left_voicemail")
        ]

        found = judged(*forms, rejected("price"))

        assert found.outcome.value == "unknown"


class TestAttempts:
    def tries(self, *whens: str, **more: Any) -> Iterable[Event]:  # noqa: ANN401
        return [activity(one, outcome=None, **more) for one in whens]

    def test_where_none_are_asked_for_all_were_made(self) -> None:
        assert judged(rejected("unreachable")).is_valid

    def test_a_reason_may_say_how_many(self) -> None:
        three = attrs.evolve(find_reason("unreachable"), attempts=3)
        signed = edition(reasons=(three,))
        tried = self.tries("04 10:00", "04 11:00", "04 11:30")

        assert judged(*tried, rejected("unreachable"), signed=signed).is_valid
        found = judged(*list(tried)[1:], rejected("unreachable"), signed=signed)
        assert codes(found) == ["AK-L031"]

    def test_a_number_is_for_reasons_that_take_attempts(self) -> None:
        with pytest.raises(UnfitValueError, match="complete attempts"):
            attrs.evolve(find_reason("junk"), attempts=3)

    @pytest.mark.parametrize(
        ("asked", "tried", "expected"),
        [
            ({"at_least": 2}, ["02 10:00", "03 10:00"], True),
            ({"at_least": 3}, ["02 10:00", "03 10:00"], False),
            ({"at_least": 2, "days": 2}, ["02 10:00", "02 11:00"], False),
            ({"at_least": 2, "days": 2}, ["02 10:00", "03 11:00"], True),
            ({"at_least": 2, "per_day": 1}, ["02 10:00", "02 11:00"], False),
            ({"at_least": 2, "per_day": 1}, ["02 10:00", "03 11:00"], True),
            (
                {"at_least": 2, "spacing": APART},
                ["02 10:00", "02 13:59"],
                False,
            ),
            (
                {"at_least": 2, "spacing": APART},
                ["02 10:00", "02 14:00"],
                True,
            ),
            ({"at_least": 2, "channels": 2}, ["02 10:00", "03 10:00"], False),
        ],
    )
    def test_a_term_may_say_what_is_complete(
        self,
        asked: dict[str, Any],
        tried: list[str],
        expected: bool,  # noqa: FBT001
    ) -> None:
        signed = edition(attempts(**asked), actions=(TOUCH,))

        found = judged(*self.tries(*tried), rejected("unreachable"), signed=signed)

        assert found.is_valid is expected

    def test_channels_are_counted_once_each(self) -> None:
        signed = edition(attempts(at_least=2, channels=2), actions=(TOUCH,))
        mail = activity("03 10:00", "email")

        found = judged(
            *self.tries("02 10:00"), mail, rejected("unreachable"), signed=signed
        )

        assert found.is_valid

    def test_what_may_have_been_one_leaves_it_open(self) -> None:
        signed = edition(attempts(at_least=2), actions=(TOUCH,))
        tried = [*self.tries("02 10:00"), *self.tries("03 10:00", kind=None)]

        found = judged(*tried, rejected("unreachable"), signed=signed)

        assert found.outcome.value == "unknown"

    @pytest.mark.parametrize(
        ("tier", "expected"), [("gold", "fail"), ("tin", "pass"), (None, "unknown")]
    )
    def test_a_term_asks_it_of_those_it_is_about(
        self, tier: str | None, expected: str
    ) -> None:
        only = attempts(at_least=2, applies_to=field("tier").is_("gold"))
        signed = edition(only, actions=(TOUCH,))
        known = fact(FieldChanged(field="tier", value=tier), "02 09:00")

        found = judged(known, rejected("unreachable"), signed=signed)

        assert found.outcome.value == expected


class TestClocks:
    def test_a_valid_one_stops_a_clock_in_time_or_late(self) -> None:
        assert status(term(clock=STOP), GO, rejected("not_icp"), as_of="05 12:00") == (
            "met"
        )
        late = rejected("not_icp", "04 15:00")
        assert status(term(clock=STOP), GO, late, as_of="05 12:00") == "late"

    def test_an_invalid_one_stops_none_and_is_listed(self) -> None:
        found = verdict(term(clock=STOP), GO, rejected("no_budget"), as_of="05 12:00")

        assert found.status.value == "breached"
        assert [one.reason for one in found.disregarded] == ["invalid_rejection"]

    def test_a_conversation_makes_it_stop(self) -> None:
        facts = [GO, activity("04 11:00"), rejected("no_budget")]

        assert status(term(clock=STOP), *facts, as_of="05 12:00") == "met"

    def test_one_that_may_hold_leaves_the_promise_unknown(self) -> None:
        spoke = activity("04 11:00", kind=None)

        found = verdict(
            term(clock=STOP), GO, spoke, rejected("no_budget"), as_of="05 12:00"
        )
        unlisted = verdict(term(clock=STOP), GO, rejected("meh"), as_of="05 12:00")

        assert found.status.value == unlisted.status.value == "unknown"
        assert "depends on conversation" in str(found.reason)
        assert "depends on reason" in str(unlisted.reason)

    @pytest.mark.parametrize("role", ["cancel", "pause", "reset"])
    def test_an_invalid_one_does_nothing_else_either(self, role: str) -> None:
        clock = {role: (Pattern(event="handoff_rejected"),)}

        found = verdict(term(clock=clock), GO, rejected("price"), as_of="04 13:00")

        assert (found.status.value, found.due_at) == ("pending", at("04 14:00"))

    def test_it_starts_what_somebody_owes_for_being_sent_a_lead_back(self) -> None:
        clock = {"start": (Pattern(event="handoff_rejected"),)}

        found = verdict(term(clock=clock), rejected("price"), as_of="04 13:00")

        assert (found.status.value, found.started_at) == ("pending", at("04 12:00"))

    def test_a_lead_sent_back_twice_is_owed_an_answer_and_keeps_it(self) -> None:
        patterns = (Pattern(event="handoff_rejected"),)

        found = verdict(
            term(clock={"start": patterns, "cancel": patterns}),
            rejected("price"),
            rejected("junk", "04 13:00"),
            as_of="04 14:00",
        )

        assert (found.status.value, found.started_at) == ("cancelled", at("04 12:00"))

    def test_a_conversation_recorded_afterwards_changes_nothing(self) -> None:
        late = activity("04 11:00", recorded="05 10:00")

        found = verdict(
            term(clock=STOP), GO, late, rejected("no_budget"), as_of="05 12:00"
        )

        assert (found.status.value, found.revised) == ("breached", False)

    def test_nor_does_one_that_is_corrected_afterwards(self) -> None:
        spoke = activity("04 11:00")
        mended = attrs.evolve(
            activity("04 11:00", "call", "left_voicemail", recorded="05 10:00"),
            id=spoke.id,
        )

        found = verdict(
            term(clock=STOP), GO, spoke, mended, rejected("no_budget"), as_of="05 12:00"
        )

        assert (found.status.value, found.revised) == ("met", False)

    def test_one_event_at_a_time_gives_what_all_at_once_gives(self) -> None:
        agreement = Agreement((edition(term(clock=STOP)),))
        facts = [
            GO,
            activity("04 11:00", recorded="04 12:30"),
            rejected("no_budget"),
            activity("04 13:00", recorded="04 13:10"),
            rejected("price", "04 13:05", recorded="04 13:20"),
        ]
        state = agreement.open(Subject(id="L1"))
        for one in facts:
            state = state.after(one)

        online = state.verdicts(as_of=at("05 12:00"))

        assert online == evaluated(agreement, *facts, as_of="05 12:00").verdicts
        assert online[0].fulfilled_at == at("04 13:05")
