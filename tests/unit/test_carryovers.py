"""What was left of one target, taken over into the next, worked out on a calendar."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import attrs
import pytest

from alignkit.agreements import Agreement
from alignkit.carryovers import can_be_shared
from alignkit.criteria import field
from alignkit.editions import Calendar
from alignkit.events import Event
from alignkit.happenings import FieldChanged
from alignkit.hours import BusinessHours
from alignkit.promises import Reopening, Target
from alignkit.spans import span
from alignkit.terms import CalendarOf, ChangeRule, Changes, Step, Term, Waiting
from alignkit.verdicts import Verdict
from tests.deadlines import at, edition, evaluated, fact, given, named, term, verdict

GO = fact("go", "04 10:00")
"""A Wednesday; the office is open from nine to five."""

EIGHT = "8 business hours"
TWO_DAYS, THREE_DAYS, FOUR_DAYS = (f"{n} business days" for n in (2, 3, 4))
SHARE = Fraction(4, 5)
CARRIED = Changes(segment=ChangeRule.CARRY_CONSUMED_SHARE)


def tier(value: str | None, when: str, **more: Any) -> Event:  # noqa: ANN401
    return fact(FieldChanged(field="lead.tier", value=value), when, **more)


SILVER = tier("silver", "02 09:00")


def promised(
    within: str = "4 business hours",
    gold: str = "1 business hour",
    **more: Any,  # noqa: ANN401 - whatever a term has
) -> Term:
    target = Target(field("lead.tier").is_("gold"), span(gold))
    return term(within, targets=[target], **{"changes": CARRIED, **more})


def after(*events: Event, as_of: str, **more: Any) -> Verdict:  # noqa: ANN401
    return verdict(promised(**more), SILVER, *events, as_of=as_of)


def due(*events: Event, as_of: str = "04 12:30", **more: Any) -> str:  # noqa: ANN401
    moment = after(GO, *events, as_of=as_of, **more).due_at
    assert moment is not None
    return moment.strftime("%d %H:%M")


SINCE = "lead.since"


def since(moment: str, when: str) -> Event:
    said = FieldChanged(field=SINCE, value=at(moment))
    return fact(said, when)


class TestChange:
    def test_the_share_that_was_left_is_left_of_the_next_one(self) -> None:
        # Two of four hours are half, and half an hour is left of one.
        found = after(GO, tier("gold", "04 12:00"), as_of="04 12:00")

        assert (found.target, found.due_at) == ("1 business hour", at("04 12:30"))
        assert found.status.value == "pending"
        assert found.remaining is not None
        assert found.remaining.business == timedelta(minutes=30)

    def test_a_longer_one_gives_more_time(self) -> None:
        assert due(tier("gold", "04 12:00"), gold="8 business hours") == "04 16:00"

    def test_one_after_the_other_adds_up(self) -> None:
        # A quarter of four hours and half of one are used up; a quarter is an hour.
        facts = [tier("gold", "04 11:00"), tier("silver", "04 11:30")]

        assert due(*facts, as_of="04 12:00") == "04 12:30"

    def test_there_and_back_at_once_changes_nothing(self) -> None:
        facts = [tier("gold", "04 12:00"), tier("silver", "04 12:00:00.000001")]

        # Of the microsecond in between four were used up of the four hours.
        found = after(GO, *facts, as_of="04 12:30")

        assert found.due_at == at("04 13:59:59.999997")

    def test_what_is_left_is_rounded_up_to_the_microsecond(self) -> None:
        # Two thirds of 1,000,001 microseconds are 666,667 and a third.
        found = after(
            GO,
            tier("gold", "04 11:00"),
            as_of="04 11:00",
            within="3 business hours",
            gold="1000001 microseconds",
        )

        assert found.due_at == at("04 11:00:00.666668")

    def test_it_is_counted_from_the_next_opening_if_it_changes_at_night(self) -> None:
        start = fact("go", "04 15:00")

        found = after(start, tier("gold", "04 20:00"), as_of="04 21:00")

        assert found.due_at == at("05 09:30")

    def test_it_may_change_before_anything_is_counted(self) -> None:
        start = fact("go", "04 18:00")

        found = after(start, tier("gold", "04 20:00"), as_of="04 21:00")

        assert found.due_at == at("05 10:00")

    def test_what_is_past_due_stays_so(self) -> None:
        found = after(GO, tier("gold", "04 14:00:00.000001"), as_of="04 15:00")

        assert (found.status.value, found.due_at) == ("breached", at("04 14:00"))
        assert found.target == "4 business hours"

    def test_nothing_is_left_when_it_changes_at_the_due_instant(self) -> None:
        found = after(GO, tier("gold", "04 14:00"), as_of="04 14:00")

        assert (found.status.value, found.due_at) == ("pending", at("04 14:00"))
        assert found.next_change_at == at("04 14:00:00.000001")

    def test_a_change_that_is_learned_late_acts_from_its_moment(self) -> None:
        late = tier("gold", "04 12:00", recorded="04 13:30")
        done = fact("done", "04 13:00")

        before = evaluated(
            promised(), SILVER, GO, done, late, as_of="04 13:15", known_at="04 13:15"
        )
        found = after(GO, done, late, as_of="04 14:00")

        assert [one.status.value for one in before.verdicts] == ["met"]
        assert (found.status.value, found.due_at) == ("late", at("04 12:30"))
        assert found.revised

    def test_the_period_is_that_of_the_first_due_instant(self) -> None:
        found = after(GO, tier("gold", "04 12:00"), as_of="04 12:00")

        assert found.basis is not None
        assert found.basis.first_due_at == at("04 14:00")

    def test_it_is_told_how_much_was_left(self) -> None:
        hours = after(GO, tier("gold", "04 12:00"), as_of="04 12:15")
        days = after(
            GO,
            tier("gold", "05 10:00"),
            as_of="05 11:00",
            within="2 business days",
            gold="4 business days",
        )

        assert "(1 business hour, 30 min of it left on Wed 4 Mar 2026 12:00 CST)" in (
            hours.explanation
        )
        assert "(4 business days, 2 business days of it left on Thu 5" in (
            days.explanation
        )


class TestRest:
    def test_a_rest_uses_nothing_up(self) -> None:
        facts = [fact("hold", "04 11:00"), fact("on", "04 12:00")]

        assert due(*facts, tier("gold", "04 13:00"), as_of="04 13:00") == "04 13:30"

    def test_what_changes_at_rest_goes_on_with_what_is_left(self) -> None:
        facts = [fact("hold", "04 12:00"), tier("gold", "04 13:00")]

        resting = after(GO, *facts, as_of="04 13:30")

        assert resting.status.value == "paused"
        assert resting.remaining is not None
        assert resting.remaining.business == timedelta(minutes=30)
        assert due(*facts, fact("on", "04 14:00"), as_of="04 14:00") == "04 14:30"

    def test_a_reset_counts_the_target_that_holds_from_nothing(self) -> None:
        facts = [tier("gold", "04 12:00"), fact("again", "04 12:15")]

        assert due(*facts) == "04 13:15"

    @pytest.mark.parametrize(
        ("how", "expected"),
        [(Reopening.GOES_ON, "04 14:30"), (Reopening.COUNTS_ALL, "04 12:30")],
    )
    def test_what_is_opened_again_goes_on_with_what_was_left(
        self, how: Reopening, expected: str
    ) -> None:
        clock = {"reopen": named("back"), "reopening": how}
        facts = [tier("gold", "04 12:00"), fact("done", "04 12:10")]

        found = due(*facts, fact("back", "04 14:10"), as_of="04 14:20", clock=clock)

        assert found == expected


class TestSpans:
    def test_hours_and_days_can_be_shared_out(self) -> None:
        texts = ("1 hour", "1 business hour", "1 business day", "1 day", "1 month")

        assert [can_be_shared(span(one)) for one in texts] == [True] * 3 + [False] * 2

    def test_time_on_the_wall_hands_its_share_to_business_time(self) -> None:
        # From ten to four in the night is three quarters of a day.
        found = due(
            tier("gold", "05 04:00"), as_of="05 04:00", within="24 hours", gold=EIGHT
        )

        assert found == "05 11:00"

    def test_business_time_hands_its_share_to_time_on_the_wall(self) -> None:
        assert due(tier("gold", "04 12:00"), gold="24 hours") == "05 00:00"

    def test_time_on_the_wall_needs_no_calendar(self) -> None:
        found = after(
            GO,
            tier("gold", "04 12:00"),
            as_of="04 12:00",
            within="4 hours",
            gold="1 hour",
            calendar=None,
        )

        assert found.due_at == at("04 12:30")

    def test_of_days_the_days_are_shared_out(self) -> None:
        # Thursday is one of two; two of four are left, Friday and Monday.
        found = due(
            tier("gold", "05 10:00"), as_of="05 10:00", within=TWO_DAYS, gold=FOUR_DAYS
        )

        assert found == "09 17:00"

    def test_a_part_of_a_day_is_a_day(self) -> None:
        # Two of three are left, and one day and a third of two.
        found = due(
            tier("gold", "05 10:00"), as_of="05 10:00", within=THREE_DAYS, gold=TWO_DAYS
        )

        assert found == "09 17:00"

    def test_a_day_that_was_lost_to_a_rest_is_not_used_up(self) -> None:
        facts = [fact("hold", "05 16:00"), fact("on", "06 09:30")]

        # Friday is the first of two: one of two is left, and that is Monday.
        found = due(
            *facts,
            tier("gold", "06 10:00"),
            as_of="06 10:00",
            within=TWO_DAYS,
            gold="2 business days, same time",
        )

        assert found == "09 10:00"

    def test_days_left_of_hours_count_from_the_date_of_the_change(self) -> None:
        # From nine to nine is half of sixteen hours: one of two days, Friday.
        start = fact("go", "04 09:00")

        found = after(
            start,
            tier("gold", "05 09:00"),
            as_of="05 09:00",
            within="16 business hours",
            gold=TWO_DAYS,
        )

        assert found.due_at == at("06 17:00")

    def test_hours_left_of_days_are_a_share_of_the_business_time_to_the_due_one(
        self,
    ) -> None:
        # Due on Thursday at five, after sixteen hours, of which four are used up.
        start = fact("go", "04 09:00")

        found = after(
            start,
            tier("gold", "04 13:00"),
            as_of="04 13:00",
            within="1 business day",
            gold="4 business hours",
        )

        assert found.due_at == at("04 16:00")

    def test_hours_after_days_after_days_too(self) -> None:
        # Due on Thursday at five. At nine on Thursday one of two days is used up: one
        # of two is left, and due on Friday. At one half of the rest is: four hours.
        clock = [
            Target(field("lead.tier").is_("gold"), span(TWO_DAYS + ", same time")),
            Target(field("lead.tier").is_("top"), span("8 business hours")),
        ]
        promise = term(TWO_DAYS, targets=clock, changes=CARRIED)
        facts = [fact("go", "04 09:00"), tier("gold", "05 09:00")]

        found = verdict(
            promise, SILVER, *facts, tier("top", "05 13:00"), as_of="05 13:00"
        )

        # From nine on Thursday to nine on Friday are eight hours; four of sixteen.
        assert found.due_at == at("05 15:00")

    def test_calendar_time_takes_nothing_over_and_hands_nothing_on(self) -> None:
        to_days = due(tier("gold", "04 12:00"), gold="2 days")
        to_hours = due(
            tier("gold", "04 12:00"), within="2 days", gold="4 business hours"
        )

        assert (to_days, to_hours) == ("06 10:00", "04 14:00")

    def test_what_counts_back_from_a_date_does_neither(self) -> None:
        told = fact(
            FieldChanged(field="lead.renewal_date", value=date(2026, 3, 12)), "02 10:00"
        )

        found = due(
            told, tier("gold", "04 12:00"), gold="3 days before renewal_date, preceding"
        )

        assert found == "09 17:00"

    def test_no_time_at_all_is_due_with_the_first_instant_that_counts(self) -> None:
        nothing = "0 business minutes"

        assert due(tier("gold", "04 11:00"), gold=nothing) == "04 11:00"
        at_night = due(
            tier("gold", "04 20:00"),
            as_of="04 20:00",
            within="16 business hours",
            gold=nothing,
            warn_at=SHARE,
        )
        assert at_night == "05 09:00"

    def test_of_no_time_at_all_nothing_is_used_up(self) -> None:
        facts = [fact("go", "04 18:00"), tier("gold", "04 20:00")]

        found = after(*facts, as_of="04 20:00", within="0 business minutes")

        assert found.due_at == at("05 10:00")

    def test_of_what_is_never_due_nothing_is_used_up(self) -> None:
        fair = BusinessHours(
            "America/Chicago", openings=[(at("04 09:00"), at("04 17:00"))]
        )
        agreement = Agreement((edition(promised(TWO_DAYS, "4 hours"), hours=fair),))

        found = verdict(
            agreement, SILVER, GO, tier("gold", "04 12:00"), as_of="05 09:00"
        )

        assert found.due_at == at("04 16:00")


class TestUnknown:
    def test_what_was_not_known_is_filled_in_from_the_start(self) -> None:
        found = verdict(promised(), GO, tier("gold", "04 12:00"), as_of="04 12:00")

        assert (found.status.value, found.due_at) == ("breached", at("04 11:00"))

    BIG = Target(field("lead.size").is_("big"), span("16 business hours"))
    GOLD = Target(field("lead.tier").is_("gold"), span("1 business hour"))

    def asked(self, *events: Event, as_of: str) -> Verdict:
        promise = term(targets=[self.BIG, self.GOLD], changes=CARRIED)
        return verdict(promise, *events, as_of=as_of)

    def test_it_is_tried_both_ways_what_was_used_up_of_which(self) -> None:
        # Nobody knows if it is a big one. Of sixteen hours or of four two are used up:
        # then seven eighths or one half of an hour are left.
        facts = [SILVER, GO, tier("gold", "04 12:00")]

        soon = self.asked(*facts, as_of="04 12:30")
        then = self.asked(*facts, as_of="04 12:40")

        assert soon.status.value == "pending"
        assert soon.next_change_at == at("04 12:30:00.000001")
        assert then.status.value == "unknown"
        assert then.reason == "its target depends on size, which is not known"

    def test_what_may_have_been_past_due_may_be_so_still(self) -> None:
        gold = tier("gold", "02 09:00")

        # Gold until half past eleven: one hour was over, sixteen are not.
        found = self.asked(gold, GO, tier("silver", "04 11:30"), as_of="04 11:45")

        assert found.status.value == "unknown"
        assert found.reason == "its target depends on size, which is not known"

    def test_what_is_filled_in_counts_from_the_start(self) -> None:
        small = fact(FieldChanged(field="lead.size", value="small"), "04 12:30")
        gold = tier("gold", "02 09:00")

        found = self.asked(gold, GO, small, as_of="04 12:30")

        assert (found.status.value, found.due_at) == ("breached", at("04 11:00"))


class TestCounting:
    def test_a_start_that_moves_moves_what_was_used_up(self) -> None:
        said = [since("04 10:00", "03 09:00"), since("04 11:00", "04 12:10")]

        # From eleven to twelve one of four hours is used up: 45 minutes are left.
        found = due(
            *said, tier("gold", "04 12:00"), as_of="04 12:20", clock={"anchor": SINCE}
        )

        assert found == "04 12:45"

    def test_what_turns_out_to_have_been_past_due_is_not_followed(self) -> None:
        said = [since("04 10:00", "03 09:00"), since("03 10:00", "04 12:10")]

        # From ten on Tuesday four hours were over at two.
        found = due(
            *said, tier("gold", "04 12:00"), as_of="04 12:20", clock={"anchor": SINCE}
        )

        assert found == "03 14:00"

    def test_a_calendar_that_is_learned_later_fills_in_what_was_used_up(self) -> None:
        found = (GO, tier("gold", "04 12:00"))
        promise = promised(calendar=None, calendar_of=CalendarOf.LEAD)
        told = fact(FieldChanged(field="lead.calendar", value="office"), "04 12:15")

        unknown = verdict(promise, SILVER, *found, as_of="04 12:15")
        known = verdict(promise, SILVER, *found, told, as_of="04 12:15")

        assert unknown.reason == "the lead's calendar is not known"
        assert known.due_at == at("04 12:30")

    def test_business_time_has_no_share_while_no_calendar_is_known(self) -> None:
        facts = (GO, tier("gold", "04 12:00"))
        promise = promised(gold="4 hours", calendar=None, calendar_of=CalendarOf.LEAD)

        found = verdict(promise, SILVER, *facts, as_of="04 12:15")

        assert found.status.value == "unknown"

    def test_another_calendar_counts_what_is_left(self) -> None:
        # Two of four hours in Chicago; half an hour is left, and London has closed.
        promise = promised(calendar=None, calendar_of=CalendarOf.LEAD)
        signed = edition(promise)
        london = Calendar(
            "london", BusinessHours("Europe/London", {"mon-fri": ["09:00-17:00"]})
        )
        agreement = Agreement(
            (attrs.evolve(signed, calendars=(*signed.calendars, london)),)
        )
        told = [
            fact(FieldChanged(field="lead.calendar", value=name), when)
            for name, when in (("office", "03 09:00"), ("london", "04 12:10"))
        ]

        found = verdict(
            agreement, SILVER, GO, *told, tier("gold", "04 12:00"), as_of="04 12:15"
        )

        # Twenty minutes are left at ten past; London opens at three.
        assert found.due_at == at("05 03:20")

    def test_the_clock_of_an_owner_carries_its_own_share(self) -> None:
        facts = [given("kim", "04 09:00"), given("max", "04 11:00")]
        promise = promised(waiting=Waiting.OWNER)

        _, stint = evaluated(
            promise, SILVER, *facts, GO, tier("gold", "04 12:00"), as_of="04 12:30"
        ).verdicts

        # Max had one of four hours, and has three quarters of one left.
        assert (stint.owner, stint.due_at) == ("max", at("04 12:45"))


class TestWarning:
    def test_the_share_that_was_used_up_counts(self) -> None:
        found = after(GO, tier("gold", "04 12:00"), as_of="04 12:00", warn_at=SHARE)

        # Half was used up; three tenths of an hour more, and it is at risk.
        assert found.next_change_at == at("04 12:18")

    def test_of_days_it_is_the_business_time_to_the_due_instant(self) -> None:
        found = after(
            fact("go", "04 09:00"),
            tier("gold", "05 09:00"),
            as_of="05 09:00",
            within=TWO_DAYS,
            gold=FOUR_DAYS,
            warn_at=SHARE,
        )

        # Until Monday at five there are 32 hours; four fifths are 25 h 36 min.
        assert found.due_at == at("09 17:00")
        assert found.next_change_at == at("09 10:36")

    def test_steps_come_by_the_share_that_was_used_up(self) -> None:
        steps = [Step(at=Fraction(n, 4), notify="lead") for n in (1, 2, 3, 8)]

        found = after(GO, tier("gold", "04 11:00"), as_of="04 12:00", escalate=steps)

        # A quarter by eleven; the next one 15 minutes on, and the whole 45.
        assert [one.at for one in found.steps] == [
            at("04 11:00"),
            at("04 11:15"),
            at("04 11:30"),
            at("04 12:45"),
        ]

    def test_a_step_that_the_change_passes_comes_with_it(self) -> None:
        steps = [Step(at=Fraction(1, 5), notify="lead")]
        facts = [tier("gold", "04 10:30"), tier("silver", "04 10:45")]
        start = [tier("silver", "04 08:00")]

        # One eighth by half past; a quarter of an hour more makes three.
        found = after(GO, *start, *facts, as_of="04 12:00", escalate=steps)

        # A fifth came after 4 minutes and a half of gold.
        assert [one.at for one in found.steps] == [at("04 10:34:30")]
