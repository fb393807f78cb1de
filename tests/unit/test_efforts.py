"""Whether somebody tried often enough, worked out by hand [K14]."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import attrs
import pytest

from alignkit.actions import Action
from alignkit.agreements import Agreement
from alignkit.efforts import NOTHING_TRIED, Effort, Tally
from alignkit.events import Actor, ActorKind, Event
from alignkit.happenings import (
    ActivityLogged,
    ConsentChanged,
    Direction,
    HandoffRejected,
)
from alignkit.outcomes import Outcome
from alignkit.patterns import Pattern
from alignkit.promises import Attempts, Clock, Repeat
from alignkit.reasons import STANDARD_REASONS
from alignkit.spans import Before, BusinessDays, CalendarTime, Span, span
from alignkit.terms import Term
from alignkit.verdicts import Verdict
from tests.deadlines import OFFICE, at, edition, fact, named, status, to, verdicts

TRY = Action(id="try", channels=("call", "email", "social"))


def effort(
    within: str | Span = "10 days",
    *,
    clock: dict[str, Any] | None = None,
    term: dict[str, Any] | None = None,
    **more: Any,  # noqa: ANN401 - whatever a promise of attempts has
) -> Agreement:
    """Return an agreement by which sales tries so often once a lead is given."""
    promise = Attempts(
        clock=Clock(
            **{
                "start": named("go"),
                "stop": named("done"),
                "cancel": named("off"),
                "reset": named("again"),
                "pause": named("hold"),
                "resume": named("on"),
                **(clock or {}),
            }
        ),
        within=span(within) if isinstance(within, str) else within,
        action="try",
        **{"at_least": 3, **more},
    )
    given = {"id": "real-effort", "party": "sales", "calendar": "office"}
    owed = Term(**{**given, **(term or {})}, promise=promise)
    return Agreement((edition(owed, actions=(TRY,)),))


def tried(
    when: str, channel: str = "call", kind: ActorKind = ActorKind.HUMAN, id: str = ""
) -> Event:
    said = ActivityLogged(channel=channel, direction=Direction.OUTBOUND)
    event = fact(said, when, id=id or f"{channel} {when}")
    return attrs.evolve(event, actor=Actor(id="kim", kind=kind))


def calls(*whens: str) -> list[Event]:
    return [tried(when) for when in whens]


def disregarded(found: Verdict) -> list[tuple[str, str]]:
    return [(one.event, one.reason) for one in found.disregarded]


def only(agreement: Agreement, events: Iterable[Event], as_of: str) -> Verdict:
    (found,) = verdicts(agreement, *events, as_of=as_of)
    return found


GO = fact("go", "03 10:00")


class TestComplete:
    def test_it_is_kept_at_the_first_instant_at_which_every_minimum_holds(self) -> None:
        events = [
            GO,
            *calls("03 11:00", "03 12:00", "03 13:00"),
            tried("04 09:00", "email"),
            *calls("05 09:00"),
        ]

        found = only(effort(channels=2, days=2), events, "06 09:00")

        assert (found.status.value, found.fulfilled_at) == ("met", at("04 09:00"))
        assert disregarded(found) == []
        assert found.explanation == (
            "Real effort by sales on lead L1: kept in time, started Tue 3 Mar 2026 "
            "10:00 CST, due Fri 13 Mar 2026 10:00 CDT (10 days), 3 of 3 attempts on "
            "2 of 2 channels and 2 of 2 days, done Wed 4 Mar 2026 09:00 CST, after "
            "23 h."
        )

    @pytest.mark.parametrize(
        ("more", "said"),
        [
            ({}, "3 of 3 attempts"),
            ({"channels": 2}, "3 of 3 attempts on 1 of 2 channels"),
            ({"days": 2}, "3 of 3 attempts on 1 of 2 days"),
        ],
    )
    def test_it_says_how_far_it_has_come(self, more: dict[str, Any], said: str) -> None:
        events = [GO, *calls("03 11:00", "03 12:00", "03 13:00")]

        found = only(effort(**more), events, "04 09:00")

        assert found.status.value == ("pending" if more else "met")
        assert f", {said}, " in found.explanation

    @pytest.mark.parametrize(
        ("last", "said"),
        [("05 10:00", "met"), ("05 10:00:00.000001", "late"), ("09 09:00", "late")],
    )
    def test_in_the_window_it_is_in_time(self, last: str, said: str) -> None:
        events = [GO, *calls("03 11:00", "03 12:00", last)]

        assert status(effort("2 days"), *events, as_of="10 09:00") == said

    def test_too_few_break_it_when_the_window_closes(self) -> None:
        found = only(effort("2 days"), [GO, *calls("03 11:00")], "05 10:01")

        assert (found.status.value, found.breached_at) == ("breached", at("05 10:00"))
        assert "1 of 3 attempts" in found.explanation

    def test_at_the_start_they_count_and_before_it_they_do_not(self) -> None:
        events = [GO, *calls("03 09:59", "03 10:00", "03 11:00")]
        promise = effort(at_least=2)

        found = only(promise, events, "04 09:00")

        assert (found.status.value, found.fulfilled_at) == ("met", at("03 11:00"))
        assert disregarded(found) == [("call 03 09:59", "before_start")]

    def test_of_a_date_alone_they_count_on_that_date(self) -> None:
        events = [GO, *calls("02", "03", "04", "05")]

        found = only(effort(days=3), events, "06 09:00")

        assert (found.status.value, found.fulfilled_at) == ("met", at("05 00:00"))
        assert disregarded(found) == [("call 02", "before_start")]

    def test_several_of_one_moment_each_count(self) -> None:
        both = [tried("03 11:00", one) for one in ("call", "email", "social")]

        assert status(effort(channels=3), GO, *both, as_of="04 09:00") == "met"


class TestEarlyEnd:
    def test_to_get_through_is_enough(self) -> None:
        events = [GO, *calls("03 11:00"), fact("done", "03 12:00")]

        found = only(effort(), [*events, *calls("03 13:00")], "04 09:00")

        assert (found.status.value, found.fulfilled_at) == ("met", at("03 12:00"))
        assert "1 of 3 attempts" in found.explanation

    def test_an_attempt_that_gets_through_is_heard_once(self) -> None:
        through = {"stop": (Pattern(event="try", where={"channel": "call"}),)}
        promise = effort(clock=through)

        found = only(promise, [*calls("03 09:00"), GO, *calls("03 11:00")], "04 09:00")

        assert found.status.value == "met"
        assert disregarded(found) == [("call 03 09:00", "before_start")]

    def test_a_disposition_calls_it_off_unless_it_is_past_due(self) -> None:
        events = [GO, fact("off", "04 10:00")]
        assert status(effort(), *events, as_of="31 09:00") == "cancelled"

        assert status(effort("1 hour"), *events, as_of="31 09:00") == "breached"

    def test_the_last_attempt_at_the_moment_of_the_disposition_counts(self) -> None:
        events = [GO, *calls("03 11:00", "03 12:00", "04 10:00")]

        off = fact("off", "04 10:00")
        assert status(effort(), *events, off, as_of="05 09:00") == "met"

    def test_a_rejection_that_takes_complete_attempts_calls_nothing_off(self) -> None:
        rejected = {"cancel": (Pattern(event="handoff_rejected"),)}
        agreement = effort(clock=rejected)
        (first,) = agreement.editions
        agreement = Agreement((attrs.evolve(first, reasons=STANDARD_REASONS),))
        no = fact(HandoffRejected(reason="unreachable"), "04 10:00")

        found = only(agreement, [GO, *calls("03 11:00"), no], "05 09:00")

        assert found.status.value == "pending"
        assert disregarded(found) == [(no.id, "invalid_rejection")]

    def test_who_wants_no_contact_is_left_alone(self) -> None:
        refused = fact(ConsentChanged(channel=None, granted=False), "04 10:00")

        found = only(effort(), [GO, *calls("03 11:00"), refused], "05 09:00")

        assert (found.status.value, found.reason) == ("cancelled", "opt_out")


class TestDisregard:
    def test_so_many_count_on_one_day(self) -> None:
        events = [GO, *calls("03 11:00", "03 12:00", "03 13:00", "04 09:00")]

        found = only(effort(per_day=2), events, "05 09:00")

        assert (found.status.value, found.fulfilled_at) == ("met", at("04 09:00"))
        assert disregarded(found) == [("call 03 13:00", "daily_cap")]

    def test_a_day_is_one_of_the_calendar(self) -> None:
        # 17:30 and 18:30 in Chicago are two dates in London, and one there.
        events = [GO, *calls("03 17:30", "03 18:30", "04 08:00", "05 08:00")]

        found = only(effort(per_day=1), events, "06 09:00")

        assert disregarded(found) == [("call 03 18:30", "daily_cap")]
        assert found.fulfilled_at == at("05 08:00")

    def test_what_comes_too_soon_does_not_count(self) -> None:
        events = [
            GO,
            *calls("03 11:00", "03 12:59", "03 13:00", "03 14:59:59", "03 15:00"),
        ]

        found = only(effort(spacing=span("2 hours")), events, "05 09:00")

        assert disregarded(found) == [
            ("call 03 12:59", "spacing"),
            ("call 03 14:59:59", "spacing"),
        ]
        assert found.fulfilled_at == at("03 15:00")

    def test_the_day_is_looked_at_before_the_distance(self) -> None:
        events = [GO, *calls("03 11:00", "03 11:30")]

        found = only(effort(per_day=1, spacing=span("2 hours")), events, "05 09:00")

        assert disregarded(found) == [("call 03 11:30", "daily_cap")]

    def test_what_is_no_attempt_is_listed_with_what_it_falls_short_of(self) -> None:
        events = [
            GO,
            tried("03 11:00", kind=ActorKind.AUTOMATION),
            tried("03 12:00", "post"),
            to("sal", "03 13:00"),
            *calls("03 14:00"),
        ]

        found = only(effort(), events, "05 09:00")

        assert disregarded(found) == [
            ("call 03 11:00", "automated"),
            ("post 03 12:00", "channel"),
            ("sal 03 13:00", "status_change_without_activity"),
        ]
        assert "1 of 3 attempts" in found.explanation

    def test_after_the_end_nothing_is_listed(self) -> None:
        events = [GO, *calls("03 11:00", "03 12:00", "03 13:00", "03 13:01")]

        found = only(effort(per_day=3), events, "05 09:00")

        assert (found.status.value, disregarded(found)) == ("met", [])


class TestClock:
    def test_a_reset_begins_the_count_anew(self) -> None:
        events = [
            GO,
            *calls("03 11:00", "03 12:00"),
            fact("again", "04 10:00"),
            *calls("04 11:00"),
        ]

        found = only(effort(), events, "05 09:00")

        assert (found.status.value, found.due_at) == ("pending", at("14 10:00"))
        assert "1 of 3 attempts" in found.explanation

    def test_a_rest_moves_the_window(self) -> None:
        events = [GO, fact("hold", "03 12:00"), fact("on", "03 15:00")]

        found = only(effort("4 business hours"), events, "04 09:00")

        assert found.due_at == at("03 17:00")

    def test_a_second_go_in_a_new_cycle_counts_from_nothing(self) -> None:
        promise = effort(clock={"repeat": Repeat.NEW_CYCLE}, at_least=2)
        events = [GO, *calls("03 11:00"), fact("go", "04 10:00"), *calls("04 11:00")]

        found = verdicts(promise, *events, as_of="05 09:00")

        assert [one.status.value for one in found] == ["cancelled", "pending"]
        assert "1 of 2 attempts" in found[1].explanation


class TestDoubt:
    def test_what_may_be_an_attempt_is_tried_both_ways(self) -> None:
        events = [
            GO,
            *calls("03 11:00", "03 12:00"),
            tried("03 13:00", kind=ActorKind.UNKNOWN),
        ]

        found = only(effort(), events, "05 09:00")

        assert found.status.value == "unknown"
        assert "'call 03 13:00'" in str(found.reason)

    def test_where_it_comes_to_the_same_it_stands(self) -> None:
        doubtful = tried("03 11:00", kind=ActorKind.UNKNOWN)

        few = only(effort("1 day"), [GO, doubtful], "05 09:00")
        assert few.status.value == "breached"
        assert disregarded(few) == [("call 03 11:00", "undecided")]
        many = [GO, doubtful, *calls("03 12:00", "03 13:00", "03 14:00")]
        assert status(effort("1 day"), *many, as_of="05 09:00") == "met"

    def test_many_that_may_count_come_to_few_ways(self) -> None:
        doubtful = [
            tried(f"{day:02} 11:00", channel, kind)
            for day in range(4, 14)
            for channel, kind in (
                ("call", ActorKind.UNKNOWN),
                ("email", ActorKind.HUMAN),
            )
        ]
        events = [GO, *doubtful]

        few = effort("5 days", at_least=20, per_day=1)
        assert status(few, *events, as_of="20 09:00") == "breached"


class TestTally:
    def next_at(self, spacing: Span, when: str) -> object:
        first = tried(when)
        effort, instant = Effort(at_least=3, spacing=spacing), _instant(when)
        tally = effort.after(NOTHING_TRIED, instant, first, OFFICE)
        assert isinstance(tally, Tally)
        assert tally.next_at is not None
        return tally.next_at

    @pytest.mark.parametrize(
        ("spacing", "then"),
        [
            (span("2 hours"), "05 18:30"),
            (span("2 business hours"), "06 10:30"),
            (span("1 day"), "06 16:30"),
            # One business day apart is any time on the next one.
            (BusinessDays(2), "09 00:00"),
            (BusinessDays(2, "same_time"), "09 16:30"),
        ],
    )
    def test_so_far_apart(self, spacing: Span, then: str) -> None:
        assert self.next_at(spacing, "05 16:30") == _instant(then)

    def test_no_business_days_last_until_the_close(self) -> None:
        assert self.next_at(BusinessDays(0), "05 10:00") == _instant("05 17:00")

    def test_a_distance_without_an_end_lets_no_second_one_count(self) -> None:
        never = Before(CalendarTime(days=1), of="renewal_date", roll="none")

        assert self.next_at(never, "05 10:00") == 1 << 62


class TestOutcome:
    """Whether attempts are complete, some of which may be none."""

    def outcome(self, effort: Effort, *tries: tuple[str, str, Outcome]) -> str:
        told = [
            (_instant(when), tried(when, channel), is_one)
            for when, channel, is_one in tries
        ]
        return effort.outcome(told, OFFICE).value

    def test_what_counts_decides(self) -> None:
        two = Effort(at_least=2)
        first = ("03 11:00", "call", Outcome.PASS)
        for is_one, said in (
            (Outcome.PASS, "pass"),
            (Outcome.FAIL, "fail"),
            (Outcome.UNKNOWN, "unknown"),
        ):
            assert self.outcome(two, first, ("03 12:00", "call", is_one)) == said

    def test_enough_stays_enough_whatever_else_is_done(self) -> None:
        may_be = ("03 13:00", "call", Outcome.UNKNOWN)
        sure = [(f"03 1{n}:00", "call", Outcome.PASS) for n in (1, 2)]

        assert self.outcome(Effort(at_least=2), *sure, may_be) == "pass"

    def test_what_may_count_may_keep_another_one_from_counting(self) -> None:
        apart = Effort(at_least=2, channels=2, spacing=span("2 hours"))

        assert (
            self.outcome(
                apart,
                ("03 09:00", "call", Outcome.PASS),
                ("03 11:00", "call", Outcome.UNKNOWN),
                ("03 12:00", "email", Outcome.PASS),
            )
            == "unknown"
        )

    def test_too_many_ways_are_not_known(self) -> None:
        may_be = [
            (f"{day:02} {hour:02}:00", "call", Outcome.UNKNOWN)
            for day in range(3, 13)
            for hour in range(9, 17)
        ]

        apart = Effort(at_least=200, spacing=span("1 hour"))
        assert self.outcome(apart, *may_be) == "unknown"
        assert self.outcome(Effort(at_least=200), *may_be) == "fail"


def _instant(when: str) -> int:
    return int(at(when).timestamp()) * 10**6
