"""How promises stand where it is not known whether some facts count [K9].

The office is open from nine to five; a response is due four business hours after the
start, so at 14:00 of a day on which it started at 10:00.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from fractions import Fraction
from typing import Any

import attrs
import pytest

from alignkit.actions import Action, Evidence
from alignkit.agreements import Agreement
from alignkit.criteria import field
from alignkit.editions import Definition
from alignkit.events import Actor, ActorKind, Event
from alignkit.happenings import ActivityLogged, Direction, FieldChanged, StageChanged
from alignkit.patterns import Pattern
from alignkit.promises import Repeat, Target, Validity
from alignkit.spans import Elapsed, span
from alignkit.terms import Step
from alignkit.verdicts import Verdict
from tests.deadlines import at, edition, fact, named, term, verdict, verdicts

TOUCH = Action(
    id="touch",
    channels=("call", "email"),
    evidence=(
        Evidence(channel="call", needs_outcome=True, at_least=Elapsed(seconds=1)),
    ),
)
MINUTE = timedelta(minutes=1)
GO = fact("go", "04 10:00")


def asks(event: str = "touch", **more: Any) -> tuple[Pattern, ...]:  # noqa: ANN401
    return (Pattern(event=event, **more),)


def agreement(
    clock: Mapping[str, Any] | None = None,
    **more: Any,  # noqa: ANN401 - whatever a term has
) -> Agreement:
    """Return an agreement with one promise that a touch stops."""
    promise = term(clock={"stop": asks(), **(clock or {})}, **more)
    return Agreement((edition(promise, actions=(TOUCH,)),))


def call(
    when: str,
    *,
    kind: ActorKind | None = ActorKind.HUMAN,
    id: str = "",
    **told: Any,  # noqa: ANN401 - whatever an activity has
) -> Event:
    """Return a call that counts, so far as nothing else is said."""
    good = {
        "channel": "call",
        "direction": Direction.OUTBOUND,
        "outcome": "connected",
        "duration": MINUTE,
    }
    happened = fact(ActivityLogged(**{**good, **told}), when, id=id or f"call {when}")
    return attrs.evolve(happened, actor=None if kind is None else Actor(kind=kind))


def passed(found: Verdict) -> list[tuple[str, str]]:
    return [(f"{one.at:%H:%M}", one.reason) for one in found.disregarded]


class TestQualify:
    def test_the_first_action_that_counts_stops_the_clock(self) -> None:
        facts = [
            call("04 10:01", kind=ActorKind.AUTOMATION, channel="email"),
            fact(StageChanged(to_stage="contacted"), "04 10:20"),
            call("04 13:55", outcome=None, duration=timedelta()),
            call("04 15:10"),
            call("04 15:20", kind=ActorKind.AUTOMATION),
        ]

        found = verdict(agreement(), GO, *facts, as_of="04 17:00")

        assert (found.status.value, found.fulfilled_at) == ("late", at("04 15:10"))
        assert passed(found) == [
            ("10:01", "automated"),
            ("10:20", "status_change_without_activity"),
            ("13:55", "no_outcome"),
        ]

    def test_what_did_not_count_is_listed_up_to_the_question(self) -> None:
        short = call("04 11:00", duration=timedelta())
        chat = call("04 12:00", channel="chat")

        found = verdict(agreement(), GO, short, chat, as_of="04 11:30")

        assert found.status.value == "pending"
        assert passed(found) == [("11:00", "too_short")]

    def test_what_happened_before_the_start_is_not_listed(self) -> None:
        early = call("04 09:30", outcome=None)

        found = verdict(agreement(), early, GO, as_of="04 11:00")

        assert found.disregarded == ()

    def test_a_change_of_status_at_the_start_is_part_of_it(self) -> None:
        moved = fact(StageChanged(to_stage="mql"), "04 10:00")

        assert verdict(agreement(), moved, GO, as_of="04 11:00").disregarded == ()

    def test_a_fact_that_moves_the_clock_in_another_way_is_not_listed(self) -> None:
        clock = {"cancel": asks("stage_changed")}
        lost = fact(StageChanged(to_stage="lost"), "04 11:00")

        found = verdict(agreement(clock), GO, lost, as_of="04 12:00")

        assert (found.status.value, found.disregarded) == ("cancelled", ())

    def test_a_fact_that_fails_one_action_and_is_another_counts(self) -> None:
        chat = Action(id="chat", channels=("chat",))
        promise = term(clock={"stop": (*asks(), *asks("chat"))})
        signed = Agreement((edition(promise, actions=(TOUCH, chat)),))

        found = verdict(signed, GO, call("04 11:00", channel="chat"), as_of="04 12:00")

        assert (found.status.value, found.disregarded) == ("met", ())

    def test_the_same_fact_is_listed_once_for_several_actions(self) -> None:
        other = Action(id="other", channels=("email",))
        promise = term(clock={"stop": (*asks(), *asks("other"))})
        signed = Agreement((edition(promise, actions=(TOUCH, other)),))

        found = verdict(signed, GO, call("04 11:00", outcome=None), as_of="04 12:00")

        assert passed(found) == [("11:00", "no_outcome")]

    def test_no_change_of_status_is_listed_where_no_action_is_asked_for(self) -> None:
        clock = {"stop": named("done"), "reset": asks()}
        moved = fact(StageChanged(to_stage="contacted"), "04 11:00")

        assert verdict(agreement(clock), GO, moved, as_of="04 12:00").disregarded == ()

    def test_where_and_stage_hold_besides(self) -> None:
        clock = {"stop": asks(where={"purpose": "follow_up"}, stage=("mql",))}
        moved = fact(StageChanged(to_stage="mql"), "04 09:30")
        plain, wanted = call("04 11:00"), call("04 12:00", purpose="follow_up")

        found = verdict(agreement(clock), moved, GO, plain, wanted, as_of="04 13:00")

        assert found.fulfilled_at == at("04 12:00")
        assert found.disregarded == ()

    def test_an_action_may_start_pause_and_reset_a_clock(self) -> None:
        clock = {
            "start": asks(),
            "stop": named("done"),
            "reset": asks(where={"purpose": "again"}),
        }
        facts = [
            call("04 09:30", kind=ActorKind.AUTOMATION),
            call("04 10:00"),
            call("04 11:00", purpose="again"),
        ]

        found = verdict(agreement(clock), *facts, as_of="04 12:00")

        assert (found.started_at, found.due_at) == (at("04 10:00"), at("04 15:00"))

    def test_each_edition_has_its_own_action(self) -> None:
        strict = attrs.evolve(TOUCH, channels=("call",))
        promise = term(clock={"stop": asks()})
        signed = Agreement(
            (
                edition(promise, actions=(TOUCH,), version="1"),
                edition(promise, actions=(strict,), version="2", since="05 12:00"),
            )
        )
        mail = call("05 13:00", channel="email")

        old = verdict(signed, fact("go", "05 11:00"), mail, as_of="05 14:00")
        new = verdict(signed, fact("go", "05 12:00"), mail, as_of="05 14:00")

        assert (old.status.value, old.disregarded) == ("met", ())
        assert (new.status.value, passed(new)) == ("pending", [("13:00", "channel")])

    def test_a_fact_that_fits_two_patterns_acts_once(self) -> None:
        clock = {"stop": (*asks(), *asks(where={"channel": "call"}))}

        found = verdict(agreement(clock), GO, call("04 11:00"), as_of="04 12:00")

        assert found.status.value == "met"

    def test_a_validity_at_an_action_that_may_count_is_unknown(self) -> None:
        validity = Validity(at=asks(), meeting="mql")
        signed = Agreement(
            (
                edition(
                    attrs.evolve(term(), promise=validity),
                    actions=(TOUCH,),
                    definitions=(
                        Definition(id="mql", criterion=field("size").at_least(1)),
                    ),
                ),
            )
        )

        found = verdict(signed, call("04 11:00", kind=None), as_of="04 12:00")

        assert found.reason == (
            "it is not known whether the fact 'call 04 11:00' counts"
        )


class TestDoubt:
    def test_a_doubt_before_the_first_edition_is_not_judged(self) -> None:
        promise = term(clock={"start": asks(), "stop": named("done")})
        signed = Agreement((edition(promise, actions=(TOUCH,), since="05 00:00"),))

        found = verdicts(signed, call("04 10:00", kind=None), as_of="05 12:00")

        assert found == ()

    def test_what_may_have_stopped_it_in_time_leaves_it_unknown(self) -> None:
        open_ = call("04 11:00", kind=None)

        found = verdict(agreement(), GO, open_, as_of="04 15:00")

        assert found.status.value == "unknown"
        assert found.reason == (
            "whether the fact 'call 04 11:00' counts depends on actor.kind, "
            "which is not known"
        )
        assert passed(found) == [("11:00", "undecided")]

    def test_what_changes_nothing_either_way_stands(self) -> None:
        open_, sure = call("04 11:00", kind=None), call("04 12:00")

        found = verdict(agreement(), GO, open_, sure, as_of="04 15:00")

        assert (found.status.value, found.reason) == ("met", None)
        assert found.fulfilled_at == at("04 12:00")
        assert passed(found) == [("11:00", "undecided")]

    def test_what_came_late_in_any_case_is_known_to_be_broken(self) -> None:
        open_ = call("04 15:00", kind=None)
        sure = call("04 16:00")

        assert verdict(agreement(), GO, open_, sure, as_of="04 17:00").status.value == (
            "late"
        )
        assert verdict(agreement(), GO, open_, as_of="04 17:00").status.value == (
            "unknown"
        )

    def test_several_are_tried_in_every_way(self) -> None:
        # Each may reset it: only if both do is it still open at 16:30.
        clock = {"stop": named("done"), "reset": asks()}
        first, second = call("04 11:00", kind=None), call("04 14:30", kind=None)

        early = verdict(agreement(clock), GO, first, second, as_of="04 13:59")
        middle = verdict(agreement(clock), GO, first, second, as_of="04 14:30")
        late = verdict(agreement(clock), GO, first, second, as_of="05 16:00")

        assert (early.status.value, early.due_at) == ("pending", at("04 14:00"))
        assert middle.status.value == "unknown"
        assert late.status.value == "breached"

    def test_it_says_when_the_answer_changes_by_itself(self) -> None:
        clock = {"stop": named("done"), "reset": asks()}
        open_ = call("04 11:00", kind=None)

        early = verdict(agreement(clock), GO, open_, as_of="04 12:00")
        middle = verdict(agreement(clock), GO, open_, as_of="04 14:30")
        late = verdict(agreement(clock), GO, open_, as_of="04 15:30")

        moment = timedelta(microseconds=1)
        assert early.next_change_at == at("04 14:00") + moment
        assert middle.next_change_at == at("04 15:00") + moment
        assert (late.status.value, late.next_change_at) == ("breached", None)

    def test_a_start_that_may_not_have_been_one_is_unknown(self) -> None:
        clock = {"start": asks(), "stop": named("done")}
        open_ = call("04 10:00", kind=None)

        found = verdict(agreement(clock), open_, as_of="04 12:00")

        assert (found.status.value, found.started_at) == ("unknown", at("04 10:00"))
        assert "'call 04 10:00'" in str(found.reason)

    def test_a_later_start_does_not_settle_an_earlier_doubt(self) -> None:
        # Due at 14:00 or at 15:00: at 14:30 that decides, at 16:00 it does not.
        clock = {"start": asks(), "stop": named("done")}
        facts = [call("04 10:00", kind=None), call("04 11:00")]

        middle = verdict(agreement(clock), *facts, as_of="04 14:30")
        late = verdict(agreement(clock), *facts, as_of="04 16:00")

        assert middle.status.value == "unknown"
        assert (late.status.value, late.due_at) == ("breached", at("04 15:00"))

    def test_what_one_fact_does_twice_it_does_both_or_neither(self) -> None:
        # A touch ends one cycle and begins the next.
        clock = {"start": (*named("go"), *asks()), "repeat": Repeat.NEW_CYCLE}
        open_ = call("04 11:00", kind=None)

        found = verdicts(agreement(clock), GO, open_, as_of="04 12:00")

        assert [(one.cycle, one.status.value) for one in found] == [
            (1, "unknown"),
            (2, "unknown"),
        ]

    def test_a_cycle_that_is_over_keeps_its_doubt(self) -> None:
        clock = {"repeat": Repeat.NEW_CYCLE}
        facts = [
            GO,
            call("04 11:00", kind=None),
            fact("go", "04 12:00"),
            call("04 13:00"),
            fact("go", "05 10:00"),
            call("05 11:00", kind=None),
            fact("go", "05 12:00"),
        ]

        found = verdicts(agreement(clock), *facts, as_of="05 13:00")

        assert [one.status.value for one in found] == [
            "unknown",
            "met",
            "unknown",
            "pending",
        ]

    def test_a_doubt_that_no_clock_can_feel_is_none(self) -> None:
        facts = [
            call("04 09:00", kind=None),
            GO,
            call("04 11:00"),
            call("04 12:00", kind=None),
        ]

        found = verdict(agreement(), *facts, as_of="04 15:00")

        assert (found.status.value, found.disregarded) == ("met", ())

    def test_what_is_dated_by_day_may_stop_a_clock_started_later(self) -> None:
        open_ = call("04", kind=None)

        found = verdict(agreement(), open_, GO, as_of="04 12:00")

        assert found.status.value == "unknown"

    def test_simultaneous_doubts_are_tried_one_by_one(self) -> None:
        facts = [call("04 11:00", kind=None, id=id_) for id_ in ("a", "b")]

        found = verdict(agreement(), GO, *facts, as_of="04 15:00")

        assert "'a'" in str(found.reason)
        assert found.status.value == "unknown"

    def test_a_doubt_beside_a_missing_field_is_unknown_only_where_it_decides(
        self,
    ) -> None:
        segment = Target(field("tier").is_("gold"), span("2 business hours"))
        signed = agreement(targets=(segment,))
        open_, sure = call("04 11:00", kind=None), call("04 11:30")
        told = fact(FieldChanged(field="tier", value="gold"), "04 13:00")

        met = verdict(signed, GO, open_, sure, told, as_of="04 15:00")
        unknown = verdict(signed, GO, open_, told, as_of="04 15:00")

        assert (met.status.value, unknown.status.value) == ("met", "unknown")

    def test_a_promise_that_no_calendar_counts_stays_unknown_for_that(self) -> None:
        signed = agreement(calendar=None)

        found = verdict(signed, GO, call("04 11:00", kind=None), as_of="04 12:00")

        assert (found.status.value, found.reason) == (
            "unknown",
            "no calendar counts it",
        )

    def test_more_doubts_than_can_be_tried_leave_it_unknown(self) -> None:
        # Seven that may pause it, and as many that may end that: no two ways are alike.
        clock = {"pause": asks(), "resume": named("on"), "stop": named("done")}
        facts = [
            one
            for minute in range(7)
            for one in (
                call(f"04 11:0{minute}", kind=None),
                fact("on", f"04 11:0{minute}:30"),
            )
        ]

        found = verdict(agreement(clock), GO, *facts, as_of="04 12:00")

        assert found.status.value == "unknown"
        assert found.reason == "too many facts may or may not count to try all ways"

    @pytest.mark.parametrize("last", [None, "05 10:00"])
    def test_a_thousand_open_touches_are_no_trouble(self, last: str | None) -> None:
        # No time is measured: were each tried against each, this would take hours.
        facts = [
            call(
                f"04 {10 + number // 3600:02}:{number // 60 % 60:02}:{number % 60:02}",
                kind=None,
                id=f"{number:04}",
            )
            for number in range(1, 1_000)
        ]
        stop = [] if last is None else [call(last)]

        found = verdict(agreement(), GO, *facts, *stop, as_of="06 10:00")

        assert found.status.value == "unknown"
        assert len(found.disregarded) == 999


class TestLearnLate:
    def test_a_doubt_that_is_settled_later_revises_nothing_that_was_unknown(
        self,
    ) -> None:
        open_ = call("04 11:00", kind=None, id="x")
        known = attrs.evolve(
            open_, actor=Actor(kind=ActorKind.HUMAN), recorded_at=at("05 10:00")
        )

        found = verdict(agreement(), GO, open_, known, as_of="05 12:00")

        assert (found.status.value, found.revised) == ("met", False)

    def test_what_turns_out_to_be_automatic_revises_what_was_met(self) -> None:
        human = call("04 11:00", id="x")
        machine = attrs.evolve(
            human, actor=Actor(kind=ActorKind.AUTOMATION), recorded_at=at("05 10:00")
        )

        found = verdict(agreement(), GO, human, machine, as_of="05 12:00")

        assert (found.status.value, found.revised) == ("breached", True)
        assert passed(found) == [("11:00", "automated")]


class TestSteps:
    """Half of the four hours is used up at 12:00, and a call may have counted."""

    LADDER = (Step(at=Fraction(1, 2), notify="manager"),)

    def fired(self, *events: Event, as_of: str) -> tuple[str, list[bool]]:
        found = verdict(agreement(escalate=self.LADDER), GO, *events, as_of=as_of)
        return found.status.value, [one.has_fired for one in found.steps]

    def test_none_fires_for_what_may_have_been_kept(self) -> None:
        unsure = call("04 11:00", kind=None)

        assert self.fired(unsure, as_of="04 13:00") == ("unknown", [False])

    def test_one_that_fires_either_way_has_fired(self) -> None:
        unsure = call("04 12:30", kind=None)

        assert self.fired(unsure, as_of="04 13:00") == ("unknown", [True])

    def test_none_has_fired_once_it_was_kept_either_way(self) -> None:
        unsure, sure = call("04 11:00", kind=None), call("04 12:30")

        assert self.fired(unsure, sure, as_of="04 13:00") == ("met", [False])

    def test_a_clock_that_may_not_have_begun_fires_nothing(self) -> None:
        signed = agreement(
            {"start": asks(), "stop": named("done")}, escalate=self.LADDER
        )
        unsure = call("04 10:00", kind=None)

        found = verdict(signed, unsure, as_of="04 13:00")

        assert found.status.value == "unknown"
        assert [one.has_fired for one in found.steps] == [False]
