"""What facts do to one clock: stops, rests, resets, repeats, segments and dates."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import attrs
import pytest

from alignkit.agreements import Agreement
from alignkit.clocks import CompiledTerm
from alignkit.criteria import field
from alignkit.events import Event
from alignkit.happenings import FieldChanged
from alignkit.hours import BusinessHours
from alignkit.instants import to_instant
from alignkit.movements import moved
from alignkit.patterns import Pattern
from alignkit.promises import Deadline, Repeat, Target
from alignkit.runs import Role, Run
from alignkit.spans import span
from alignkit.terms import ChangeRule, Changes, Landing
from tests.deadlines import (
    at,
    edition,
    fact,
    named,
    status,
    term,
    verdict,
    verdicts,
)

GO = fact("go", "04 10:00")


def wednesday(what: str, time: str) -> Event:
    return fact(what, f"04 {time}")


def tier(value: str | None, when: str) -> Event:
    return fact(FieldChanged(field="lead.tier", value=value), when)


def renewal(day: date | None, when: str) -> Event:
    return fact(FieldChanged(field="lead.renewal_date", value=day), when)


GOLD = Target(field("lead.tier").is_("gold"), span("1 business hour"))
TIERED = term("4 business hours", targets=[GOLD])


class TestStop:
    def test_one_at_the_due_instant_is_in_time(self) -> None:
        assert status(term(), GO, wednesday("done", "14:00"), as_of="04 15:00") == "met"

    def test_one_a_microsecond_later_is_late(self) -> None:
        done = fact("done", "04 14:00:00.000001")

        assert status(term(), GO, done, as_of="04 15:00") == "late"

    def test_one_before_the_start_stops_nothing_and_is_told(self) -> None:
        found = verdict(term(), wednesday("done", "09:30"), GO, as_of="04 11:00")

        assert found.status.value == "pending"
        assert [(one.event, one.reason) for one in found.disregarded] == [
            ("done 04 09:30", "before_start")
        ]

    def test_one_while_the_clock_rests_keeps_the_promise(self) -> None:
        hold, done = wednesday("hold", "11:00"), fact("done", "06 11:00")

        found = verdict(term(), GO, hold, done, as_of="06 12:00")

        assert found.status.value == "met"
        assert found.paused == ((at("04 11:00"), at("06 11:00")),)

    def test_one_that_fits_twice_acts_once(self) -> None:
        # What stopped the first clock is not told as too early for the second.
        clock = {"stop": named("done") * 2, "repeat": Repeat.NEW_CYCLE}

        first, second = verdicts(
            term(clock=clock),
            GO,
            wednesday("done", "11:00"),
            wednesday("go", "12:00"),
            as_of="04 13:00",
        )

        assert first.status.value == "met"
        assert second.disregarded == ()

    def test_the_fact_that_starts_a_clock_does_not_stop_it(self) -> None:
        every = (Pattern(event="custom"),)

        found = verdict(term(clock={"stop": every}), GO, as_of="04 11:00")

        assert found.status.value == "pending"
        assert found.disregarded == ()


class TestCancel:
    def test_it_ends_a_promise_that_is_not_due(self) -> None:
        off = wednesday("off", "14:00")

        assert status(term(), GO, off, as_of="04 15:00") == "cancelled"

    def test_what_is_past_due_stays_broken_and_is_not_kept_afterwards(self) -> None:
        off, done = wednesday("off", "15:00"), wednesday("done", "16:00")

        found = verdict(term(), GO, off, done, as_of="04 16:30")

        assert found.status.value == "breached"
        assert found.overrun is not None
        assert found.overrun.business == timedelta(hours=1)


class TestSimultaneous:
    def test_a_stop_beats_a_cancel(self) -> None:
        found = verdict(
            term(),
            GO,
            fact("off", "04 11:00", id="a"),
            fact("done", "04 11:00", id="b"),
            as_of="04 12:00",
        )

        assert found.status.value == "met"

    def test_a_cancel_beats_a_pause(self) -> None:
        hold, off = wednesday("hold", "11:00"), wednesday("off", "11:00")

        found = verdict(term(), GO, hold, off, as_of="04 12:00")

        assert (found.status.value, found.paused) == ("cancelled", ())

    def test_a_pause_and_a_resume_leave_the_clock_running(self) -> None:
        hold, on = wednesday("hold", "11:00"), wednesday("on", "11:00")

        found = verdict(term(), GO, hold, on, as_of="04 12:00")

        assert (found.status.value, found.paused) == ("pending", ())

    def test_a_reset_comes_before_a_pause(self) -> None:
        hold, again = wednesday("hold", "11:00"), wednesday("again", "11:00")

        found = verdict(term(), GO, hold, again, as_of="04 12:00")

        assert found.status.value == "paused"
        assert found.counts_from is None

    @pytest.mark.parametrize(
        ("what", "expected"),
        [("done", "met"), ("off", "cancelled"), ("hold", "paused")],
    )
    def test_what_moves_no_clock_acts_on_the_one_that_starts(
        self, what: str, expected: str
    ) -> None:
        assert status(term(), GO, wednesday(what, "10:00"), as_of="04 11:00") == (
            expected
        )

    @pytest.mark.parametrize("what", ["again", "on"])
    def test_a_reset_or_a_resume_does_not(self, what: str) -> None:
        assert status(term(), GO, wednesday(what, "10:00"), as_of="04 11:00") == (
            "pending"
        )

    def test_what_stopped_a_clock_does_not_stop_the_next(self) -> None:
        new_cycle = term(clock={"repeat": Repeat.NEW_CYCLE})
        done, go = wednesday("done", "12:00"), wednesday("go", "12:00")

        found = verdicts(new_cycle, GO, done, go, as_of="04 13:00")

        assert [one.status.value for one in found] == ["met", "pending"]


class TestPause:
    def test_it_moves_the_due_instant_by_the_time_it_took(self) -> None:
        hold, on = wednesday("hold", "11:00"), wednesday("on", "12:30")

        found = verdict(term(), GO, hold, on, as_of="04 13:00")

        assert found.due_at == at("04 15:30")
        assert found.elapsed is not None
        assert found.elapsed.business == timedelta(hours=1, minutes=30)
        assert found.elapsed.wall == timedelta(hours=3)

    def test_one_more_while_it_rests_changes_nothing(self) -> None:
        facts = [wednesday("hold", "11:00"), wednesday("hold", "12:00")]

        found = verdict(term(), GO, *facts, as_of="04 13:00")

        assert found.paused == ((at("04 11:00"), None),)

    def test_a_resume_without_one_changes_nothing(self) -> None:
        on = wednesday("on", "11:00")

        assert verdict(term(), GO, on, as_of="04 13:00").due_at == at("04 14:00")

    def test_one_at_the_due_instant_comes_too_late(self) -> None:
        hold = wednesday("hold", "14:00")

        assert status(term(), GO, hold, as_of="04 14:30") == "breached"

    def test_one_after_it_was_due_mends_nothing(self) -> None:
        facts = [wednesday("hold", "15:00"), wednesday("done", "16:00")]

        assert status(term(), GO, *facts, as_of="04 16:30") == "late"

    def test_calendar_time_does_not_move_and_cannot_come_to_be_broken(self) -> None:
        three_days = term("3 days")
        hold = wednesday("hold", "11:00")

        assert status(three_days, GO, hold, as_of="08 10:00") == "paused"
        resumed = verdict(
            three_days, GO, hold, fact("on", "08 11:00"), as_of="08 12:00"
        )
        assert (resumed.status.value, resumed.due_at) == ("breached", at("07 10:00"))

    @pytest.mark.parametrize(
        ("what", "expected"), [("done", "met"), ("off", "cancelled")]
    )
    def test_what_ends_at_rest_was_not_broken_by_calendar_time(
        self, what: str, expected: str
    ) -> None:
        facts = [wednesday("hold", "11:00"), fact(what, "08 11:00")]

        found = verdict(term("3 days"), GO, *facts, as_of="08 12:00")

        assert found.status.value == expected

    def test_calendar_time_that_ran_out_at_rest_says_so(self) -> None:
        facts = [wednesday("hold", "11:00"), fact("done", "08 11:00")]

        found = verdict(term("3 days"), GO, *facts, as_of="08 12:00")

        assert found.reason == "it was at rest when it fell due"

    def test_what_rests_from_the_start_counts_from_the_end_of_the_rest(self) -> None:
        facts = [wednesday("hold", "10:00"), wednesday("on", "12:00")]

        found = verdict(term("1 day"), GO, *facts, as_of="04 13:00")

        assert found.counts_from == at("04 12:00")


class TestReset:
    def test_what_counted_is_set_back_to_nothing(self) -> None:
        found = verdict(term(), GO, wednesday("again", "12:00"), as_of="04 13:00")

        assert found.started_at == at("04 10:00")
        assert found.counts_from == at("04 12:00")
        assert found.due_at == at("04 16:00")
        assert found.elapsed is not None
        assert found.elapsed.business == timedelta(hours=1)

    def test_one_past_due_mends_nothing(self) -> None:
        again = wednesday("again", "14:30")

        assert verdict(term(), GO, again, as_of="04 15:00").due_at == at("04 14:00")

    def test_one_at_rest_leaves_it_at_rest(self) -> None:
        facts = [wednesday("hold", "11:00"), wednesday("again", "12:00")]

        found = verdict(term(), GO, *facts, wednesday("on", "13:00"), as_of="04 14:00")

        assert found.due_at == at("04 17:00")
        assert found.counts_from == at("04 13:00")


class TestRepeat:
    def repeated(self, repeat: Repeat, *facts: Event, as_of: str) -> list[str]:
        promise = term(clock={"repeat": repeat})
        return [
            f"{one.started_at:%H:%M} {one.status.value}"
            for one in verdicts(promise, GO, *facts, as_of=as_of)
        ]

    def test_it_is_ignored_even_after_the_end(self) -> None:
        facts = [wednesday("done", "11:00"), wednesday("go", "12:00")]

        assert self.repeated(Repeat.IGNORED, *facts, as_of="04 13:00") == ["10:00 met"]

    def test_it_restarts_a_running_clock(self) -> None:
        go = wednesday("go", "12:00")

        assert self.repeated(Repeat.RESTART, go, as_of="04 15:00") == ["12:00 pending"]

    def test_it_does_not_restart_what_has_ended(self) -> None:
        facts = [wednesday("done", "11:00"), wednesday("go", "12:00")]

        assert self.repeated(Repeat.RESTART, *facts, as_of="04 13:00") == ["10:00 met"]

    def test_it_does_not_restart_what_is_past_due(self) -> None:
        go = wednesday("go", "15:00")

        assert self.repeated(Repeat.RESTART, go, as_of="04 16:00") == ["10:00 breached"]

    def test_a_start_for_nobody_it_applies_to_restarts_nothing(self) -> None:
        promise = term(
            clock={"repeat": Repeat.RESTART}, applies_to=field("lead.tier").is_("gold")
        )
        facts = [tier("gold", "04 09:00"), tier("silver", "04 11:00")]

        found = verdict(promise, GO, *facts, wednesday("go", "12:00"), as_of="04 13:00")

        assert found.started_at == at("04 10:00")

    def test_what_was_too_early_for_the_first_is_so_for_the_second(self) -> None:
        promise = term(clock={"repeat": Repeat.RESTART})
        early = wednesday("done", "09:30")

        found = verdict(promise, early, GO, wednesday("go", "12:00"), as_of="04 13:00")

        assert [one.event for one in found.disregarded] == ["done 04 09:30"]

    def test_a_new_cycle_cancels_what_is_not_due(self) -> None:
        go = wednesday("go", "12:00")

        assert self.repeated(Repeat.NEW_CYCLE, go, as_of="04 13:00") == [
            "10:00 cancelled",
            "12:00 pending",
        ]

    def test_a_new_cycle_leaves_what_is_past_due_broken(self) -> None:
        go = wednesday("go", "15:00")

        assert self.repeated(Repeat.NEW_CYCLE, go, as_of="04 16:00") == [
            "10:00 breached",
            "15:00 pending",
        ]


class TestDay:
    def test_a_stop_is_in_time_on_the_day_that_is_due(self) -> None:
        go = fact("go", "03 14:00")

        assert status(term(), go, fact("done", "04"), as_of="05 12:00") == "met"
        assert status(term(), go, fact("done", "05"), as_of="05 12:00") == "late"

    @pytest.mark.parametrize(
        ("what", "expected"),
        [("done", "met"), ("off", "cancelled"), ("hold", "paused")],
    )
    def test_one_of_the_day_of_the_start_acts_on_it(
        self, what: str, expected: str
    ) -> None:
        assert status(term(), GO, fact(what, "04"), as_of="05 12:00") == expected

    def test_a_stop_of_the_day_before_is_too_early(self) -> None:
        found = verdict(term(), GO, fact("done", "03"), as_of="04 11:00")

        assert found.status.value == "pending"
        assert [one.event for one in found.disregarded] == ["done 03"]

    def test_a_cancel_of_the_day_before_is_not_told(self) -> None:
        found = verdict(term(), GO, fact("off", "03"), as_of="04 11:00")

        assert (found.status.value, found.disregarded) == ("pending", ())

    def test_its_date_is_that_of_the_office_wherever_it_was_written(self) -> None:
        # The fifth in London begins on the evening of the fourth in Chicago.
        written = Event.from_dict(
            {
                "id": "done",
                "lead": "L1",
                "at": "2026-03-05T00:00:00+00:00",
                "type": "custom",
                "name": "done",
                "precision": "day",
            }
        )
        go = fact("go", "04 20:00")

        found = verdict(term(), go, written, as_of="05 20:00")

        # It is before the start, and not of a date before it.
        assert (found.status.value, found.disregarded) == ("met", ())

    def test_calendar_time_from_a_day_ends_with_the_last_day(self) -> None:
        three_days = term("3 days")
        go = fact("go", "04")

        assert verdict(three_days, go, as_of="05 12:00").due_at == at("08 00:00")
        assert status(three_days, go, fact("done", "07"), as_of="09 12:00") == "met"
        assert status(three_days, go, fact("done", "08"), as_of="09 12:00") == "late"

    def test_the_end_of_a_day_is_not_the_day_that_follows(self) -> None:
        before = term(span("0 days before renewal_date, none"))
        go, known = fact("go", "04 10:00"), renewal(date(2026, 3, 7), "04 09:00")

        assert verdict(before, go, known, as_of="05 12:00").due_at == at("08 00:00")
        assert status(before, go, known, fact("done", "07"), as_of="09 12:00") == "met"
        assert status(before, go, known, fact("done", "08"), as_of="09 12:00") == "late"

    def test_hours_that_run_out_at_midnight_do_so_on_the_day_that_begins(self) -> None:
        assert status(term("14 hours"), GO, fact("done", "05"), as_of="06 12:00") == (
            "met"
        )

    def test_a_start_counts_from_when_its_date_begins_in_the_office(self) -> None:
        written = Event.from_dict(
            {
                "id": "go",
                "lead": "L1",
                "at": "2026-03-05T00:00:00+00:00",
                "type": "custom",
                "name": "go",
                "precision": "day",
            }
        )

        found = verdict(term("1 business day"), written, as_of="04 20:00")

        assert found.started_at == at("05 00:00")
        assert found.due_at == at("06 17:00")
        assert found.elapsed is not None
        assert found.elapsed.wall == timedelta()
        assert found.ledger == ()

    def test_a_reset_counts_from_when_its_date_begins(self) -> None:
        found = verdict(term("3 days"), GO, fact("again", "05"), as_of="06 12:00")

        assert found.due_at == at("09 00:00")


class TestSegment:
    def test_the_first_that_fits_holds(self) -> None:
        found = verdict(TIERED, tier("gold", "04 09:00"), GO, as_of="04 10:30")

        assert (found.target, found.due_at) == ("1 business hour", at("04 11:00"))

    def test_another_one_counts_from_the_start(self) -> None:
        silver = tier("silver", "04 09:00")

        found = verdict(TIERED, silver, GO, tier("gold", "04 12:00"), as_of="04 12:00")

        assert found.due_at == at("04 11:00")
        assert found.status.value == "breached"

    def test_what_is_broken_stays_so(self) -> None:
        facts = [tier("gold", "04 09:00"), tier("silver", "04 12:00")]

        assert verdict(TIERED, GO, *facts, as_of="04 12:30").due_at == at("04 11:00")

    def test_what_has_ended_stays_so(self) -> None:
        facts = [
            tier("silver", "04 09:00"),
            wednesday("done", "12:00"),
            tier("gold", "04 13:00"),
        ]

        assert status(TIERED, GO, *facts, as_of="04 14:00") == "met"

    def test_a_pinned_one_holds_to_the_end(self) -> None:
        pinned = term(targets=[GOLD], changes=Changes(segment=ChangeRule.PIN))
        facts = [tier("silver", "04 09:00"), tier("gold", "04 12:00")]

        assert verdict(pinned, GO, *facts, as_of="04 12:30").due_at == at("04 14:00")

    def test_where_it_is_not_known_the_status_must_be_the_same_under_each(self) -> None:
        soon = verdict(TIERED, GO, as_of="04 11:00")
        then = verdict(TIERED, GO, as_of="04 12:00")
        late = verdict(TIERED, GO, as_of="04 15:00")

        assert soon.status.value == "pending"
        assert soon.next_change_at == at("04 11:00:00.000001")
        assert then.status.value == "unknown"
        assert then.reason == "its target depends on tier, which is not known"
        assert then.next_change_at == at("04 14:00:00.000001")
        assert late.status.value == "breached"

    def test_it_is_filled_in_after_the_end(self) -> None:
        done = wednesday("done", "12:00")

        assert status(TIERED, GO, done, as_of="04 12:30") == "unknown"
        learned = [done, tier("gold", "04 13:00")]
        assert status(TIERED, GO, *learned, as_of="04 13:30") == "late"

    def test_what_is_learned_after_the_end_opens_nothing_new(self) -> None:
        silver = Target(field("lead.size").is_("big"), span("5 business minutes"))
        promise = term(targets=[GOLD, silver])
        facts = [
            fact(FieldChanged(field="lead.size", value="small"), "04 09:00"),
            wednesday("done", "10:30"),
            fact(FieldChanged(field="lead.size", value="big"), "04 10:45"),
            tier("bronze", "04 11:00"),
        ]

        # It was one hour or four, and kept under both; five minutes were never meant.
        found = verdict(promise, GO, *facts, as_of="04 12:00")

        assert found.status.value == "met"


class TestApplies:
    GOLD_ONLY = term(applies_to=field("lead.tier").is_("gold"))

    def test_nothing_is_owed_to_others(self) -> None:
        assert (
            verdicts(self.GOLD_ONLY, tier("silver", "04 09:00"), GO, as_of="06 09:00")
            == ()
        )

    def test_it_is_unknown_until_it_is_known(self) -> None:
        unknown = verdict(self.GOLD_ONLY, GO, as_of="04 11:00")
        known = verdict(self.GOLD_ONLY, GO, tier("gold", "04 11:30"), as_of="04 12:00")

        assert unknown.reason == (
            "whether it applies depends on tier, which is not known"
        )
        assert known.status.value == "pending"

    def test_it_may_turn_out_that_nothing_was_owed(self) -> None:
        learned = tier("silver", "04 11:30")

        assert verdicts(self.GOLD_ONLY, GO, learned, as_of="04 12:00") == ()

    def test_an_answer_in_that_instant_answers_nothing(self) -> None:
        facts = [tier("silver", "04 11:30"), wednesday("done", "11:30")]

        assert verdicts(self.GOLD_ONLY, GO, *facts, as_of="04 12:00") == ()

    def test_a_later_start_counts_if_the_first_was_for_nobody(self) -> None:
        facts = [tier("silver", "04 09:00"), tier("gold", "04 11:00")]

        found = verdict(
            self.GOLD_ONLY, GO, *facts, wednesday("go", "12:00"), as_of="04 13:00"
        )

        assert (found.cycle, found.started_at) == (1, at("04 12:00"))


class TestBefore:
    FRIDAY = date(2026, 3, 13)
    PROMISE = term("2 days before renewal_date, preceding")

    def test_it_is_due_at_the_close_of_that_day(self) -> None:
        found = verdict(
            self.PROMISE, renewal(self.FRIDAY, "04 09:00"), GO, as_of="05 09:00"
        )

        assert found.due_at == at("11 17:00")

    def test_a_date_that_moves_takes_it_along(self) -> None:
        moved = renewal(date(2026, 3, 20), "05 09:00")
        known = renewal(self.FRIDAY, "04 09:00")

        assert verdict(self.PROMISE, known, GO, moved, as_of="06 09:00").due_at == at(
            "18 17:00"
        )

    def test_a_date_that_was_missed_does_not_move(self) -> None:
        facts = [
            renewal(self.FRIDAY, "04 09:00"),
            renewal(date(2026, 3, 20), "12 09:00"),
        ]

        found = verdict(self.PROMISE, GO, *facts, as_of="12 10:00")

        assert (found.status.value, found.due_at) == ("breached", at("11 17:00"))

    def test_it_is_never_due_before_it_counts(self) -> None:
        past = renewal(date(2026, 3, 5), "04 09:00")

        found = verdict(self.PROMISE, past, GO, as_of="04 10:00")

        assert found.due_at == at("04 10:00")
        assert found.status.value == "pending"

    def test_without_the_date_it_is_unknown_until_it_is_known(self) -> None:
        done = wednesday("done", "12:00")
        learned = renewal(self.FRIDAY, "04 13:00")

        unknown = verdict(self.PROMISE, GO, done, as_of="04 12:30")

        assert unknown.reason == (
            "when it is due depends on renewal_date, which is not known"
        )
        assert status(self.PROMISE, GO, done, learned, as_of="04 14:00") == "met"

    def test_a_moment_stands_for_its_date_in_the_office(self) -> None:
        # In London it is the thirteenth already.
        known = fact(
            FieldChanged(field="lead.renewal_date", value=at("12 23:00").astimezone()),
            "04 09:00",
        )

        assert verdict(self.PROMISE, known, GO, as_of="05 09:00").due_at == at(
            "10 17:00"
        )

    def test_what_is_no_date_is_as_good_as_none(self) -> None:
        known = fact(FieldChanged(field="lead.renewal_date", value="soon"), "04 09:00")

        assert status(self.PROMISE, known, GO, as_of="05 09:00") == "unknown"


class TestCalendar:
    def test_without_one_business_time_is_unknown(self) -> None:
        found = verdict(term(calendar=None), GO, as_of="04 12:00")

        assert (found.status.value, found.reason) == (
            "unknown",
            "no calendar counts it",
        )
        assert found.elapsed is not None
        assert found.elapsed.business is None

    def test_without_one_wall_time_counts(self) -> None:
        facts = [wednesday("hold", "11:00"), wednesday("on", "13:00")]

        found = verdict(term("4 hours", calendar=None), GO, *facts, as_of="04 14:00")

        assert found.due_at == at("04 16:00")

    def test_one_that_is_never_open_again_makes_it_unknown(self) -> None:
        fair = BusinessHours(
            "America/Chicago", openings=[(at("01 09:00"), at("01 17:00"))]
        )
        agreement = Agreement((edition(term(), hours=fair),))

        found = verdict(agreement, GO, as_of="04 12:00")

        assert (found.status.value, found.counts_from) == ("unknown", None)
        assert found.reason == "its calendar is not open within 100 years"

    def test_a_reset_finds_nothing_past_due_where_nothing_is_known(self) -> None:
        again = wednesday("again", "12:00")

        found = verdict(term(calendar=None), GO, again, as_of="04 13:00")

        assert found.counts_from == at("04 12:00")

    def test_what_is_due_after_the_last_year_is_unknown(self) -> None:
        go = attrs.evolve(GO, at=datetime(2290, 1, 1, tzinfo=UTC))
        agreement = Agreement((edition(term("240 months")),))

        (found,) = agreement.evaluate([go], as_of=go.at).verdicts

        assert found.reason == "it is due beyond the years that alignkit counts in"


class TestLanding:
    def test_it_stays_on_the_close_or_goes_to_the_next_opening(self) -> None:
        go = fact("go", "04 13:00")

        stays = verdict(term(), go, as_of="04 14:00")
        rolls = verdict(term(landing=Landing.NEXT_OPEN), go, as_of="04 14:00")

        assert (stays.due_at, rolls.due_at) == (at("04 17:00"), at("05 09:00"))


class TestCompiledTerm:
    def test_a_clock_that_starts_again_by_itself_stands_as_it_was(self) -> None:
        promise = term().promise
        assert isinstance(promise, Deadline)
        compiled = CompiledTerm.of(edition(term()), term(), promise)
        run = Run(
            cycle=1,
            started=to_instant(at("04 10:00"), "at"),
            started_by=GO,
            counts=to_instant(at("04 10:00"), "at"),
            targets=(promise.within,),
        )

        assert moved(compiled, run, Role.START, run.started, GO) == run
