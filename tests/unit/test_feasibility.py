"""Promises that their own calendar, window or ladder does not let happen."""

from __future__ import annotations

from datetime import UTC, date, datetime
from fractions import Fraction

import attrs
import pytest

from alignkit.actions import Action
from alignkit.criteria import field
from alignkit.editions import Calendar, Definition, Edition
from alignkit.feasibility import feasibility_findings
from alignkit.findings import Finding, Severity
from alignkit.hours import BusinessHours
from alignkit.parties import Party
from alignkit.patterns import Pattern
from alignkit.periods import PeriodKind, Recurrence
from alignkit.promises import (
    Attempts,
    Cadence,
    Clock,
    Deadline,
    Duration,
    Keeping,
    Promise,
    Quality,
    Target,
    Validity,
)
from alignkit.spans import (
    Before,
    BusinessDays,
    BusinessTime,
    CalendarTime,
    Elapsed,
    Span,
    span,
)
from alignkit.terms import CalendarOf, Capacity, ChangeRule, Changes, Step, Term

ASSIGNED = (Pattern(event="owner_assigned"),)
CLOCK = Clock(start=ASSIGNED)
OFFICE = BusinessHours("UTC", {"mon-fri": ["09:00-17:00"]})
DAWN = BusinessHours("UTC", {"mon-fri": ["05:00-06:00"]})
ONE_DAY = BusinessHours("UTC", dated={date(2026, 5, 4): ["09:00-17:00"]})
MQL = Definition("mql", field("score").at_least(60))
CALL = Action(id="call", channels=("call", "email"))


def deadline(within: Span, *targets: Span) -> Deadline:
    segments = tuple(
        Target(field("source").is_(str(nth)), each) for nth, each in enumerate(targets)
    )
    return Deadline(clock=CLOCK, within=within, targets=segments)


def attempts(
    at_least: int,
    within: str,
    *,
    channels: int = 1,
    days: int = 1,
    per_day: int | None = None,
    spacing: Span | None = None,
) -> Attempts:
    return Attempts(
        clock=CLOCK,
        action="call",
        at_least=at_least,
        within=span(within),
        channels=channels,
        days=days,
        per_day=per_day,
        spacing=spacing,
    )


def term(promise: Promise) -> Term:
    return Term(id="t", party="sales", promise=promise)


def edition(one: Term, hours: BusinessHours | None = OFFICE) -> Edition:
    calendars = () if hours is None else (Calendar("office", hours),)
    parties = () if hours is None else (Party("sales", "office"),)
    return Edition(
        id="n",
        calendars=calendars,
        parties=parties,
        actions=(Action(id="visit"), CALL),
        definitions=(MQL,),
        terms=(one,),
    )


def found(one: Term, hours: BusinessHours | None = OFFICE) -> list[tuple[str, str]]:
    """Return the code and the path of each finding on a term."""
    return [(f.code, f.path) for f in feasibility_findings(edition(one, hours))]


class TestCalendars:
    def test_a_promise_that_its_calendar_lets_come_due_is_sound(self) -> None:
        for within in ("2 business hours", "3 business days", "48 hours", "1 month"):
            assert found(term(deadline(span(within)))) == []

    def test_what_needs_a_calendar_and_has_none_is_told_for_each_span(self) -> None:
        promise = deadline(
            BusinessTime(hours=2), Elapsed(hours=4), CalendarTime(days=1)
        )

        findings = list(feasibility_findings(edition(term(promise), None)))

        assert [(one.code, one.path) for one in findings] == [
            ("AK-T012", "$.terms[0].within"),
            ("AK-T012", "$.terms[0].targets[1].within"),
        ]
        assert findings[0].severity is Severity.ERROR
        assert findings[0].help == "name a calendar in the term or for its party"

    def test_a_calendar_that_the_owner_or_the_lead_brings_is_not_missed(self) -> None:
        one = attrs.evolve(
            term(deadline(BusinessTime(hours=2))), calendar_of=CalendarOf.OWNER
        )

        assert found(one, None) == []

    def test_hours_that_never_overlap_never_come_to_a_target(self) -> None:
        one = term(deadline(BusinessTime(hours=2)))

        (finding,) = feasibility_findings(edition(one, OFFICE & DAWN))

        assert (finding.code, finding.severity, finding.path) == (
            "AK-P211",
            Severity.ERROR,
            "$.terms[0].within",
        )

    def test_a_calendar_of_one_day_holds_only_so_much(self) -> None:
        assert found(term(deadline(BusinessTime(hours=8))), ONE_DAY) == []
        assert found(term(deadline(BusinessTime(hours=9))), ONE_DAY) == [
            ("AK-P211", "$.terms[0].within")
        ]

    def test_a_one_off_opening_tells_where_to_begin(self) -> None:
        opening = (
            datetime(2026, 5, 4, 9, tzinfo=UTC),
            datetime(2026, 5, 4, 11, tzinfo=UTC),
        )
        hours = BusinessHours("UTC", openings=[opening])

        assert found(term(deadline(BusinessTime(hours=2))), hours | ONE_DAY) == []
        assert found(term(deadline(BusinessTime(hours=3))), hours) == [
            ("AK-P211", "$.terms[0].within")
        ]

    def test_the_edition_tells_from_when_on_there_must_be_time(self) -> None:
        late = attrs.evolve(
            edition(term(deadline(BusinessTime(hours=2))), ONE_DAY),
            effective_from=datetime(2026, 6, 1, tzinfo=UTC),
        )

        (finding,) = feasibility_findings(late)

        assert finding.seen == "no such time from 2026-06-01 on"

    def test_a_moment_far_from_any_calendar_is_left_aside(self) -> None:
        far = attrs.evolve(
            edition(term(deadline(BusinessTime(hours=2)))),
            effective_from=datetime(9999, 6, 1, tzinfo=UTC),
        )

        assert list(feasibility_findings(far)) == []

    def test_a_span_before_a_date_rolls_in_its_calendar(self) -> None:
        brief = Before(BusinessDays(3), of="renewal_date", roll="preceding")

        assert found(term(deadline(brief))) == []
        assert found(term(deadline(brief)), OFFICE & DAWN) == [
            ("AK-P211", "$.terms[0].within")
        ]

    def test_every_span_of_a_term_is_counted(self) -> None:
        one = attrs.evolve(
            term(attempts(2, "4 business days", spacing=BusinessTime(hours=2))),
            capacity=Capacity(per_day=9, relaxed=BusinessDays(9)),
            escalate=(
                Step(before=BusinessTime(hours=1), notify="sales"),
                Step(after=BusinessTime(hours=1), notify="sales"),
                Step(at=Fraction(1), notify="sales"),
            ),
        )

        assert [path for _, path in found(one, OFFICE & DAWN)] == [
            "$.terms[0].within",
            "$.terms[0].spacing",
            "$.terms[0].capacity.relaxed",
            "$.terms[0].escalate[0].before",
            "$.terms[0].escalate[1].after",
        ]

    def test_the_time_in_a_stage_and_between_two_of_a_kind_counts_too(self) -> None:
        stay = Duration(stages=("mql",), at_most=BusinessTime(hours=2))
        often = Cadence(of=ASSIGNED, every=BusinessDays(2))
        monthly = Cadence(
            of=ASSIGNED, rule=Recurrence("FREQ=MONTHLY", start=date(2026, 1, 1))
        )

        assert found(term(stay), OFFICE & DAWN) == [("AK-P211", "$.terms[0].at_most")]
        assert found(term(often), OFFICE & DAWN) == [("AK-P211", "$.terms[0].every")]
        assert found(term(monthly), OFFICE & DAWN) == []

    def test_a_share_has_no_time_of_its_own(self) -> None:
        share = Quality(
            of=ASSIGNED,
            share=Keeping(at_least=Fraction(4, 5), per=PeriodKind.MONTH),
            meeting="mql",
        )

        assert found(term(share), None) == []


class TestTimes:
    @pytest.mark.parametrize(
        "within", [BusinessTime(), Elapsed(), CalendarTime()], ids=str
    )
    def test_a_target_of_no_length_is_due_at_once(self, within: Span) -> None:
        assert found(term(deadline(within))) == [("AK-P212", "$.terms[0].within")]

    def test_no_business_days_last_until_the_close(self) -> None:
        assert found(term(deadline(BusinessDays(0)))) == []

    def test_a_warning_when_the_time_is_up_warns_of_nothing(self) -> None:
        one = term(deadline(Elapsed(hours=2)))

        assert found(attrs.evolve(one, warn_at=Fraction(1))) == [
            ("AK-P215", "$.terms[0].warn_at")
        ]
        assert found(attrs.evolve(one, warn_at=Fraction(4, 5))) == []

    def test_what_is_decided_at_once_can_be_warned_of_by_nobody(self) -> None:
        one = term(Validity(at=ASSIGNED, meeting="mql"))
        step = Step(at=Fraction(1), notify="sales")

        assert found(attrs.evolve(one, warn_at=Fraction(1, 2))) == [
            ("AK-P218", "$.terms[0].warn_at")
        ]
        assert found(attrs.evolve(one, escalate=(step,))) == [
            ("AK-P218", "$.terms[0].escalate")
        ]
        assert found(one) == []

    def test_a_term_that_ends_before_its_edition_begins_never_binds(self) -> None:
        one = attrs.evolve(
            term(deadline(Elapsed(hours=2))),
            effective_until=datetime(2026, 1, 1, tzinfo=UTC),
        )
        later = attrs.evolve(
            edition(one), effective_from=datetime(2026, 2, 1, tzinfo=UTC)
        )

        (finding,) = feasibility_findings(later)

        assert (finding.code, finding.path) == (
            "AK-P220",
            "$.terms[0].effective_until",
        )
        assert found(one) == []

    def test_a_surge_has_to_give_more_time(self) -> None:
        one = term(deadline(BusinessTime(hours=2)))
        tight = Capacity(per_day=9, relaxed=BusinessTime(hours=2))
        loose = Capacity(per_day=9, relaxed=BusinessDays(1))

        assert found(attrs.evolve(one, capacity=tight)) == [
            ("AK-P219", "$.terms[0].capacity.relaxed")
        ]
        assert found(attrs.evolve(one, capacity=loose)) == []


class TestShares:
    def test_what_ends_on_a_date_takes_none_over(self) -> None:
        carried = Changes(segment=ChangeRule.CARRY_CONSUMED_SHARE)
        spans = [span(one) for one in ("4 business hours", "2 business days", "2 days")]
        mixed, alone = term(deadline(*spans)), term(deadline(spans[-1]))

        assert found(attrs.evolve(mixed, changes=carried)) == [
            ("AK-P228", "$.terms[0].targets[1].within")
        ]
        assert found(attrs.evolve(alone, changes=carried)) == []


class TestAttempts:
    def test_one_a_day_fits_as_many_days_as_the_window_touches(self) -> None:
        # Two days of 24 hours touch three dates, from whichever moment on.
        assert found(term(attempts(3, "48 hours", per_day=1))) == []
        assert found(term(attempts(4, "48 hours", per_day=1))) == [
            ("AK-P213", "$.terms[0].at_least")
        ]

    def test_distinct_days_have_to_be_there(self) -> None:
        assert found(term(attempts(3, "2 days", days=3))) == []
        assert found(term(attempts(4, "2 days", days=4))) == [
            ("AK-P213", "$.terms[0].at_least")
        ]

    def test_attempts_have_to_lie_as_far_apart_as_agreed(self) -> None:
        # At 0, 4 and 8 hours.
        four = Elapsed(hours=4)
        assert found(term(attempts(3, "8 hours", spacing=four))) == []
        assert found(term(attempts(4, "8 hours", spacing=four))) == [
            ("AK-P213", "$.terms[0].at_least")
        ]

    def test_spacing_and_daily_caps_work_together(self) -> None:
        # Two a day, twelve hours apart, for 36 hours: at 0, 12, 24 and 36 hours.
        half = Elapsed(hours=12)
        assert found(term(attempts(4, "36 hours", spacing=half, per_day=2))) == []
        # One a day is the nearest midnight each, and the third touches the last date.
        assert found(term(attempts(4, "36 hours", spacing=half, per_day=1))) == [
            ("AK-P213", "$.terms[0].at_least")
        ]

    def test_days_are_spared_for_the_distinct_days(self) -> None:
        hour = Elapsed(hours=1)
        assert found(term(attempts(4, "2 days", spacing=hour, days=3))) == []

    def test_business_days_apart_mean_any_time_on_the_day(self) -> None:
        # On the day of the start and on each of two business days after it.
        day = BusinessDays(1)
        assert found(term(attempts(3, "2 business days", spacing=day))) == []
        assert found(term(attempts(4, "2 business days", spacing=day))) == [
            ("AK-P213", "$.terms[0].at_least")
        ]

    def test_the_start_that_leaves_too_little_room_is_named(self) -> None:
        # A Friday's close leaves the weekend, a Monday morning does not.
        one = term(attempts(4, "8 business hours", per_day=1))

        (finding,) = feasibility_findings(edition(one))

        assert finding == Finding(
            code="AK-P213",
            severity=Severity.WARNING,
            message="4 attempts of 't' do not always fit into 8 business hours",
            path="$.terms[0].at_least",
            seen="a start at Mon 1 Jan 2024 00:00 UTC",
            help="ask for fewer, let them lie closer together, or widen the window",
        )

    def test_more_attempts_than_anybody_makes_are_only_counted_by_days(self) -> None:
        many = attempts(2_000, "48 hours", spacing=Elapsed(hours=1), per_day=500)

        assert found(term(many)) == [("AK-P213", "$.terms[0].at_least")]

    def test_a_window_before_a_date_is_as_wide_as_the_lead_lets_it(self) -> None:
        window = Before(BusinessDays(3), of="renewal_date", roll="preceding")

        assert found(term(attrs.evolve(attempts(99, "1 day"), within=window))) == []

    def test_there_must_be_as_many_channels_as_are_asked_for(self) -> None:
        assert found(term(attempts(3, "5 days", channels=2))) == []
        assert found(term(attempts(3, "5 days", channels=3))) == [
            ("AK-P214", "$.terms[0].channels")
        ]


class TestLadder:
    def test_steps_in_order_are_sound_under_every_kind_of_target(self) -> None:
        steps = (
            Step(at=Fraction(1, 2), notify="sales"),
            Step(before=Elapsed(minutes=5), notify="sales"),
            Step(at=Fraction(1), notify="sales"),
            Step(after=Elapsed(hours=1), notify="sales"),
        )
        brief = Before(CalendarTime(days=30), of="renewal_date", roll="none")
        for within in (*map(span, ("2 business hours", "2 hours", "1 day")), brief):
            one = attrs.evolve(term(deadline(within)), escalate=steps)

            assert found(one) == []
        days = attrs.evolve(term(deadline(BusinessDays(2))), escalate=steps)
        assert found(days) == []

    def test_a_step_that_comes_before_the_one_above_it_is_out_of_order(self) -> None:
        steps = (
            Step(at=Fraction(1), notify="sales"),
            Step(at=Fraction(4, 5), notify="sales"),
        )
        one = attrs.evolve(term(deadline(BusinessTime(hours=4))), escalate=steps)

        assert found(one) == [("AK-P216", "$.terms[0].escalate[1]")]

    def test_a_step_may_come_before_a_short_segment_has_begun(self) -> None:
        steps = (Step(before=Elapsed(minutes=30), notify="sales"),)
        promise = deadline(Elapsed(hours=4), Elapsed(minutes=15), Elapsed(minutes=10))
        one = attrs.evolve(term(promise), escalate=steps)

        (finding,) = feasibility_findings(edition(one))

        assert (finding.code, finding.path, finding.expected) == (
            "AK-P217",
            "$.terms[0].escalate[0]",
            "less than 15 minutes before it is due",
        )

    def test_a_step_before_all_business_time_comes_too_early(self) -> None:
        steps = (Step(before=BusinessTime(hours=20), notify="sales"),)
        one = attrs.evolve(term(deadline(BusinessTime(hours=2))), escalate=steps)
        # The calendar has eight hours in all, so that not even twenty come to an end.
        assert [code for code, _ in found(one, ONE_DAY)] == ["AK-P211"]
        shorter = (Step(before=BusinessTime(hours=8), notify="sales"),)
        assert [
            code for code, _ in found(attrs.evolve(one, escalate=shorter), ONE_DAY)
        ] == ["AK-P217"]

    def test_wall_time_counts_in_a_calendar_that_never_opens(self) -> None:
        steps = (Step(at=Fraction(1, 2), notify="sales"),)
        one = attrs.evolve(term(deadline(Elapsed(hours=2))), escalate=steps)

        assert found(one, OFFICE & DAWN) == []
