"""Which steps of a ladder have come, when, and when the next one does."""

from __future__ import annotations

from datetime import datetime
from fractions import Fraction

import pytest

from alignkit.agreements import Agreement
from alignkit.criteria import field
from alignkit.errors import NaiveMomentError
from alignkit.escalations import count_escalations
from alignkit.events import Event
from alignkit.happenings import FieldChanged
from alignkit.promises import Repeat, Target
from alignkit.spans import BusinessTime, Elapsed, span
from alignkit.terms import ChangeRule, Changes, Landing, Step, Term
from tests.deadlines import at, edition, evaluated, fact, term, verdict

GO = fact("go", "04 10:00")
MICROSECOND = ":00.000001"


def share(percent: int) -> Step:
    return Step(at=Fraction(percent, 100), notify="manager")


def before(text: str) -> Step:
    return Step(before=span(text), notify="owner")  # type: ignore[arg-type]


def after(text: str) -> Step:
    return Step(after=span(text), action="reassign")  # type: ignore[arg-type]


def fired(promise: Term, *events: Event, as_of: str) -> list[tuple[int, datetime]]:
    return [
        (one.step, one.at)
        for one in evaluated(promise, *events, as_of=as_of).escalations()
        if one.at is not None
    ]


def to_come(promise: Term, *events: Event, as_of: str) -> list[datetime | None]:
    steps = verdict(promise, *events, as_of=as_of).steps
    return [one.at for one in steps if not one.has_fired]


class TestFire:
    def test_a_share_comes_when_that_much_time_is_used_up(self) -> None:
        # Four hours from ten: two, four and eight of them.
        promise = term(escalate=[share(50), share(100), share(200)])

        assert fired(promise, GO, as_of="06 12:00") == [
            (0, at("04 12:00")),
            (1, at("04 14:00")),
            (2, at("05 10:00")),
        ]

    def test_it_fires_at_its_instant_and_not_right_before(self) -> None:
        promise = term(escalate=[share(50)])

        assert fired(promise, GO, as_of="04 11:59:59.999999") == []
        assert fired(promise, GO, as_of="04 12:00") == [(0, at("04 12:00"))]

    @pytest.mark.parametrize(
        ("within", "steps", "expected"),
        [
            # On the wall clock, over night.
            ("4 hours", [share(50), share(700)], ["04 12:00", "05 14:00"]),
            ("4 hours", [before("1 hour"), after("1 day")], ["04 13:00", "05 14:00"]),
            # Due on Thursday at five: 15 hours of business time, of which a third and
            # four thirds, in business time.
            ("1 business day", [share(100)], ["05 17:00"]),
            ("1 business day", [Step(at=Fraction(1, 3), notify="a")], ["04 15:00"]),
            ("1 business day", [Step(at=Fraction(4, 3), notify="a")], ["06 14:00"]),
            ("1 business day", [after("1 business day")], ["06 17:00"]),
            ("1 business day", [before("1 business day")], ["04 09:00"]),
            ("1 business day", [before("2 business hours")], ["05 15:00"]),
            # The same time on a later date: two days are 48 hours.
            ("2 days", [share(50), share(150)], ["05 10:00", "07 10:00"]),
            ("2 days", [after("2 business hours")], ["06 12:00"]),
            ("2 days", [before("1 day")], ["05 10:00"]),
        ],
    )
    def test_it_counts_in_the_time_of_the_target_or_of_its_own_words(
        self, within: str, steps: list[Step], expected: list[str]
    ) -> None:
        promise = term(within, escalate=steps)

        # What comes before the start comes at the start.
        expected = [max(one, "04 10:00") for one in expected]
        assert [when for _, when in fired(promise, GO, as_of="20 12:00")] == [
            at(one) for one in expected
        ]

    def test_a_share_of_what_rolls_to_an_opening_keeps_its_order(self) -> None:
        # From one, four hours are over at five: due when the office opens again.
        go = fact("go", "04 13:00")
        steps = [share(99), share(100), share(101)]

        promise = term(landing=Landing.NEXT_OPEN, escalate=steps)

        assert [when for _, when in fired(promise, go, as_of="05 12:00")] == [
            at("04 16:57:36"),
            at("05 09:00"),
            at("05 09:02:24"),
        ]

    def test_business_days_after_a_date_count_from_that_date(self) -> None:
        # The end of Friday is the midnight after it; the next business day is Monday.
        go = fact("go", "04")
        promise = term("2 days", escalate=[after("1 business day")])

        found = verdict(promise, go, as_of="20 12:00")

        assert found.due_at == at("07 00:00")
        assert [one.at for one in found.steps] == [at("09 17:00")]

    def test_it_is_told_of_every_step(self) -> None:
        steps = [Step(at=Fraction(1, 3), notify="a"), share(50), after("2 hours")]
        found = verdict(term(escalate=steps), GO, as_of="04 13:00")

        assert [(one.when, one.at, one.has_fired) for one in found.steps] == [
            ("1/3", at("04 11:20"), True),
            ("50%", at("04 12:00"), True),
            ("2 hours after it was due", at("04 16:00"), False),
        ]
        assert (found.steps[2].action, found.steps[2].notify) == ("reassign", None)
        told = verdict(term(escalate=[before("2 hours")]), GO, as_of="04 13:00").steps
        assert told[0].when == "2 hours before it is due"

    def test_a_term_without_a_ladder_has_no_steps(self) -> None:
        assert verdict(term(), GO, as_of="04 13:00").steps == ()


class TestEnd:
    @pytest.mark.parametrize("end", ["done", "off"])
    def test_what_ends_it_at_the_same_instant_prevents_it(self, end: str) -> None:
        promise = term(escalate=[share(50), share(100)])
        ends = fact(end, "04 14:00")

        assert fired(promise, GO, ends, as_of="06 12:00") == [(0, at("04 12:00"))]
        assert to_come(promise, GO, ends, as_of="06 12:00") == [None]

    @pytest.mark.parametrize("end", ["done", "off"])
    def test_what_ends_it_a_microsecond_later_does_not(self, end: str) -> None:
        promise = term(escalate=[share(100)])
        ends = fact(end, "04 14:00" + MICROSECOND)

        assert fired(promise, GO, ends, as_of="06 12:00") == [(0, at("04 14:00"))]

    def test_what_was_called_off_past_due_goes_no_further(self) -> None:
        promise = term(escalate=[share(100), share(200)])
        off = fact("off", "04 15:00")

        assert fired(promise, GO, off, as_of="06 12:00") == [(0, at("04 14:00"))]
        assert verdict(promise, GO, off, as_of="06 12:00").next_change_at is None

    def test_what_is_kept_on_the_day_of_its_start_fires_nothing(self) -> None:
        promise = term(escalate=[before("9 hours")])
        done = fact("done", "04 10:00")

        assert fired(promise, GO, done, as_of="06 12:00") == []

    def test_a_new_cycle_has_a_ladder_of_its_own(self) -> None:
        clock = {"repeat": Repeat.NEW_CYCLE}
        promise = term(escalate=[share(50), share(100)], clock=clock)
        again = fact("go", "04 13:00")

        found = evaluated(promise, GO, again, as_of="06 12:00").escalations()

        assert [(one.cycle, one.step, one.at) for one in found] == [
            (1, 0, at("04 12:00")),
            (2, 0, at("04 15:00")),
            (2, 1, at("04 17:00")),
        ]


class TestRest:
    def test_it_moves_with_the_rest_of_the_clock(self) -> None:
        promise = term(escalate=[share(50), share(100), after("1 business hour")])
        rest = fact("hold", "04 11:00"), fact("on", "04 12:00")

        assert fired(promise, GO, *rest, as_of="06 12:00") == [
            (0, at("04 13:00")),
            (1, at("04 15:00")),
            (2, at("04 16:00")),
        ]

    def test_a_clock_at_rest_fires_nothing_until_it_goes_on(self) -> None:
        promise = term(escalate=[share(50), after("1 hour")])
        hold = fact("hold", "04 11:00")

        assert fired(promise, GO, hold, as_of="20 12:00") == []
        assert to_come(promise, GO, hold, as_of="20 12:00") == [None, None]

    def test_what_was_used_up_when_the_rest_began_fires(self) -> None:
        # As it is broken a microsecond later, although it is at rest.
        promise = term(escalate=[share(100), share(101), after("1 hour")])
        hold = fact("hold", "04 14:00")

        assert fired(promise, GO, hold, as_of="20 12:00") == [(0, at("04 14:00"))]

    def test_a_rest_past_due_holds_the_later_steps_up(self) -> None:
        promise = term(escalate=[share(200), after("2 business hours")])
        rest = fact("hold", "04 15:00"), fact("on", "05 11:00")

        # One of the four hours past due was counted before the rest.
        assert fired(promise, GO, *rest, as_of="06 12:00") == [
            (1, at("05 12:00")),
            (0, at("05 14:00")),
        ]

    @pytest.mark.parametrize("percent", [50, 100, 150])
    def test_dates_do_not_move_but_fire_nothing_at_rest(self, percent: int) -> None:
        # Shares of two days from Wednesday at ten come on Thursday, Friday, Saturday.
        promise = term("2 days", escalate=[share(percent)])
        hold, on = fact("hold", "04 12:00"), fact("on", "09 12:00")

        assert fired(promise, GO, hold, as_of="09 11:00") == []
        assert fired(promise, GO, hold, on, as_of="09 12:00") == [(0, at("09 12:00"))]

    def test_later_shares_of_a_date_wait_for_the_end_of_a_rest(self) -> None:
        promise = term("2 days", escalate=[share(150)])
        hold, on = fact("hold", "06 12:00"), fact("on", "09 12:00")

        assert fired(promise, GO, hold, as_of="09 11:00") == []
        assert to_come(promise, GO, hold, as_of="09 11:00") == [None]
        assert fired(promise, GO, hold, on, as_of="10 12:00") == [(0, at("09 12:00"))]

    def test_what_fired_stays_fired_if_a_rest_moves_the_due_moment(self) -> None:
        promise = term(escalate=[before("2 business hours")])
        rest = fact("hold", "04 12:30"), fact("on", "04 13:30")

        assert fired(promise, GO, *rest, as_of="04 17:00") == [(0, at("04 12:00"))]


class TestChange:
    TARGET = Target(field("lead.tier").is_("gold"), BusinessTime(hours=1))
    GOLD = FieldChanged(field="lead.tier", value="gold")
    IRON = FieldChanged(field="lead.tier", value="iron")

    def test_a_reset_does_not_fire_again_what_fired(self) -> None:
        promise = term(escalate=[share(50), share(100)])
        again = fact("again", "04 13:00")

        assert fired(promise, GO, again, as_of="06 12:00") == [
            (0, at("04 12:00")),
            (1, at("04 17:00")),
        ]

    def test_a_new_start_of_the_same_cycle_does_not_either(self) -> None:
        clock = {"repeat": Repeat.RESTART}
        promise = term(escalate=[share(50), share(100)], clock=clock)
        again = fact("go", "04 13:00")

        assert fired(promise, GO, again, as_of="06 12:00") == [
            (0, at("04 12:00")),
            (1, at("04 17:00")),
        ]

    def test_what_began_before_the_first_edition_has_fired_nothing(self) -> None:
        clock = {"repeat": Repeat.RESTART}
        promise = term(escalate=[share(50)], clock=clock)
        signed = Agreement((edition(promise, since="04 13:00"),))
        again = fact("go", "04 13:00")

        found = evaluated(signed, GO, again, as_of="06 12:00").escalations()

        assert [one.at for one in found] == [at("04 15:00")]

    def test_a_reset_puts_off_what_has_not_fired(self) -> None:
        promise = term(escalate=[share(50)])
        again = fact("again", "04 11:30")

        assert fired(promise, GO, again, as_of="06 12:00") == [(0, at("04 13:30"))]

    def test_what_a_shorter_target_has_passed_fires_with_the_change(self) -> None:
        promise = term(
            targets=[self.TARGET], escalate=[share(50), share(100), share(200)]
        )
        iron = fact(self.IRON, "04 09:00")
        gold = fact(self.GOLD, "04 11:30")

        assert fired(promise, iron, GO, gold, as_of="04 11:30") == [
            (0, at("04 11:30")),
            (1, at("04 11:30")),
        ]
        assert to_come(promise, iron, GO, gold, as_of="04 11:30") == [at("04 12:00")]

    def test_what_a_pinned_target_says_holds(self) -> None:
        promise = term(
            targets=[self.TARGET],
            escalate=[share(50)],
            changes=Changes(segment=ChangeRule.PIN),
        )
        iron, gold = fact(self.IRON, "04 09:00"), fact(self.GOLD, "04 10:10")

        assert fired(promise, iron, GO, gold, as_of="06 12:00") == [(0, at("04 12:00"))]

    def test_of_several_targets_it_waits_for_the_last(self) -> None:
        promise = term(targets=[self.TARGET], escalate=[share(100)])

        unclear = verdict(promise, GO, as_of="04 13:00")

        assert unclear.status.value == "unknown"
        assert unclear.next_change_at == at("04 14:00")
        assert fired(promise, GO, as_of="06 12:00") == [(0, at("04 14:00"))]

    def test_it_fires_when_it_is_learned_that_the_shorter_target_holds(self) -> None:
        promise = term(targets=[self.TARGET], escalate=[share(100)])
        gold = fact(self.GOLD, "04 11:30")

        assert fired(promise, GO, gold, as_of="04 11:29") == []
        assert fired(promise, GO, gold, as_of="04 11:30") == [(0, at("04 11:30"))]

    def test_nothing_fires_while_it_is_not_known_whether_it_is_owed(self) -> None:
        promise = term(applies_to=field("lead.tier").is_("gold"), escalate=[share(50)])
        gold, iron = fact(self.GOLD, "04 15:00"), fact(self.IRON, "04 15:00")

        assert fired(promise, GO, as_of="20 12:00") == []
        assert fired(promise, GO, gold, as_of="20 12:00") == [(0, at("04 15:00"))]
        assert evaluated(promise, GO, iron, as_of="20 12:00").verdicts == ()


class TestUnanswerable:
    def test_what_no_calendar_counts_never_comes(self) -> None:
        steps = [before("1 business hour"), after("1 day"), share(50), after("1 hour")]
        promise = term("4 hours", calendar=None, escalate=steps)

        assert fired(promise, GO, as_of="20 12:00") == [
            (2, at("04 12:00")),
            (3, at("04 15:00")),
        ]

    def test_what_facts_in_conflict_leave_unknown_has_no_steps(self) -> None:
        one = fact("done", "04 11:00", recorded="04 16:00", id="x")
        other = fact("done", "04 16:00", id="x")

        found = verdict(term(escalate=[share(50)]), GO, one, other, as_of="04 17:00")

        assert (found.status.value, found.steps) == ("unknown", ())

    def test_without_the_date_that_it_counts_from_nothing_comes(self) -> None:
        promise = term(span("2 days before renewal_date, none"), escalate=[share(50)])

        assert to_come(promise, GO, as_of="20 12:00") == [None]

    def test_what_lies_before_all_time_comes_with_the_start(self) -> None:
        promise = term(escalate=[before("36000 business days")])

        assert fired(promise, GO, as_of="04 10:00") == [(0, at("04 10:00"))]

    def test_what_lies_after_all_time_never_comes(self) -> None:
        promise = term(escalate=[after("36000 business days")])

        assert to_come(promise, GO, as_of="20 12:00") == [None]

    def test_of_no_time_at_all_every_share_comes_when_it_is_due(self) -> None:
        steps = [share(50), share(100), share(200)]

        for within in (BusinessTime(), Elapsed()):
            promise = term(within, escalate=steps)
            assert fired(promise, GO, as_of="04 10:00") == [
                (nth, at("04 10:00")) for nth in range(3)
            ]

    def test_of_a_day_without_open_time_every_share_comes_when_it_is_due(self) -> None:
        # None after the date of the start, asked at the close of it.
        promise = term("0 business days", escalate=[share(50), share(200)])
        go = fact("go", "04 17:00")

        assert fired(promise, go, as_of="04 17:00") == [
            (0, at("04 17:00")),
            (1, at("04 17:00")),
        ]


class TestNextChange:
    def test_it_is_the_next_step_or_the_next_status_whichever_comes_first(
        self,
    ) -> None:
        promise = term(
            escalate=[share(50), share(100), share(200)], warn_at=Fraction(4, 5)
        )
        expected = {
            "04 10:00": "04 12:00",
            "04 12:00": "04 13:12",
            "04 13:12": "04 14:00",
            "04 14:00": "04 14:00" + MICROSECOND,
            "04 14:00" + MICROSECOND: "05 10:00",
        }

        for asked, change in expected.items():
            found = verdict(promise, GO, as_of=asked)
            assert found.next_change_at == at(change)
        assert verdict(promise, GO, as_of="05 10:00").next_change_at is None

    def test_what_is_kept_late_has_none(self) -> None:
        promise = term(escalate=[share(200)])
        done = fact("done", "04 15:00")

        assert verdict(promise, GO, done, as_of="04 16:00").next_change_at is None


class TestEscalations:
    PROMISE = term(escalate=[share(50), share(100), share(200)])

    def test_it_leaves_out_what_fired_by_the_last_question(self) -> None:
        found = evaluated(self.PROMISE, GO, as_of="05 10:00")

        since = {
            when: [one.step for one in found.escalations(since=at(when))]
            for when in ("04 11:59", "04 12:00", "04 14:00", "05 10:00", "09 10:00")
        }
        assert list(since.values()) == [[0, 1, 2], [1, 2], [2], [], []]

    def test_it_asks_for_a_moment_with_a_zone(self) -> None:
        found = evaluated(self.PROMISE, GO, as_of="05 10:00")

        with pytest.raises(NaiveMomentError):
            found.escalations(since=datetime(2026, 3, 4))

    def test_a_late_fact_takes_back_what_fired_by_what_was_known_then(self) -> None:
        done = fact("done", "04 11:00", recorded="05 09:00")

        then, now = (
            evaluated(self.PROMISE, GO, done, as_of="04 16:00", known_at=known)
            for known in ("04 16:00", "05 09:00")
        )

        assert [one.step for one in then.escalations()] == [0, 1]
        assert now.escalations() == ()

    def test_they_are_counted_step_by_step(self) -> None:
        found = [
            one
            for as_of in ("04 12:00", "04 14:00")
            for one in verdict(self.PROMISE, GO, as_of=as_of).steps
        ]

        assert count_escalations(found) == {"response": (2, 1, 0)}
        assert count_escalations(found[1:2]) == {"response": (0, 0)}


class TestReview:
    def test_a_ladder_is_judged(self) -> None:
        assert evaluated(term(escalate=[share(50)]), GO, as_of="04 12:00").review == ()
