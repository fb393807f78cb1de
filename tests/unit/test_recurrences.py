"""Duties that recur, judged cycle by cycle, worked out by hand [K18]."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest

from alignkit.actions import Action
from alignkit.agreements import Agreement
from alignkit.criteria import field
from alignkit.events import Actor, ActorKind, Event
from alignkit.happenings import ActivityLogged, ConsentChanged, Direction, FieldChanged
from alignkit.patterns import Pattern
from alignkit.periods import Recurrence
from alignkit.promises import Cadence
from alignkit.recurrences import counts_dates, is_in_dates
from alignkit.spans import BusinessDays, Span, span
from alignkit.terms import Step, Term
from alignkit.verdicts import Verdict
from tests.deadlines import at, edition, evaluated, fact, named, status, to, verdicts
from tests.judgement_strategies import ROAD, lifecycle_of

MICROSECOND = timedelta(microseconds=1)


def again(
    every: str | Span | None = "7 days",
    *,
    of: str = "wrote",
    asked: str | None = None,
    until: str | None = "over",
    rule: Recurrence | None = None,
    anchor: date | None = None,
    **more: Any,  # noqa: ANN401 - whatever a term has
) -> Term:
    """Return a term that has sales write every so often."""
    return Term(
        **{"id": "keep-in-touch", "party": "sales", "calendar": "office", **more},
        promise=Cadence(
            of=named(of),
            every=span(every) if isinstance(every, str) else every,
            rule=rule,
            asked=() if asked is None else named(asked),
            until=() if until is None else named(until),
            anchor=anchor,
        ),
    )


def mondays(**more: Any) -> Term:  # noqa: ANN401 - whatever a term has
    rule = Recurrence("FREQ=WEEKLY;BYDAY=MO", date(2026, 3, 2))
    return again(None, rule=rule, **more)


def told(found: Iterable[Verdict]) -> list[tuple[int, str]]:
    return [(one.cycle, one.status.value) for one in found]


def wrote(*whens: str) -> list[Event]:
    return [fact("wrote", when) for when in whens]


class TestGap:
    def test_each_time_ends_one_cycle_and_starts_the_next(self) -> None:
        found = verdicts(
            again(), *wrote("03 10:00", "09 15:00", "19 08:00"), as_of="20 09:00"
        )

        assert told(found) == [(1, "met"), (2, "late"), (3, "pending")]
        assert [one.started_at for one in found] == [
            at("03 10:00"),
            at("09 15:00"),
            at("19 08:00"),
        ]
        assert found[0].fulfilled_at == found[1].started_at

    @pytest.mark.parametrize(
        ("then", "said"),
        [
            ("10 10:00", "met"),
            ("10 23:59:59.999999", "met"),
            ("11 00:00", "late"),
            ("11 09:00", "late"),
            ("10", "met"),
            ("11", "late"),
        ],
    )
    def test_a_gap_is_a_difference_of_dates_and_the_longest_is_kept(
        self, then: str, said: str
    ) -> None:
        first, *_ = verdicts(again(), *wrote("03 16:00", then), as_of="11 12:00")

        assert (first.status.value, first.due_at) == (said, at("11 00:00"))

    def test_it_is_due_at_the_end_of_the_last_date_and_broken_just_after(self) -> None:
        promise, first = again(), fact("wrote", "03 16:00")

        open_ = verdicts(promise, first, as_of="11 00:00")
        assert told(open_) == [(1, "pending")]
        assert open_[0].next_change_at == at("11 00:00") + MICROSECOND
        assert status(promise, first, as_of="11 00:00:00.000001") == "breached"

    def test_a_date_without_a_time_starts_and_ends_cycles_too(self) -> None:
        found = verdicts(again("2 days"), *wrote("03", "05", "08"), as_of="08 12:00")

        assert told(found) == [(1, "met"), (2, "late"), (3, "pending")]
        # Two days after Thursday end with Saturday.
        assert found[1].due_at == at("08 00:00")

    def test_twice_on_one_day_are_two_cycles_and_at_one_moment_one(self) -> None:
        twice = verdicts(again(), *wrote("03 10:00", "03 11:00"), as_of="04 09:00")
        assert told(twice) == [(1, "met"), (2, "pending")]

        both = [fact("wrote", "03 10:00", id=id_) for id_ in "ab"]
        (only,) = verdicts(again(), *both, as_of="04 09:00")
        assert only.status.value == "pending"
        later = [fact("wrote", "05 10:00", id=id_) for id_ in "cd"]
        found = verdicts(again(), *both, *later, as_of="06 09:00")
        assert told(found) == [(1, "met"), (2, "pending")]

    def test_business_days_end_with_the_date_and_skip_what_is_closed(self) -> None:
        # Two business days after Thursday the 5th: Monday the 9th, and all of it.
        promise = again("2 business days")

        found = verdicts(promise, *wrote("05 10:00", "09 22:00"), as_of="09 23:00")

        assert found[0].due_at == at("10 00:00")
        assert told(found) == [(1, "met"), (2, "pending")]
        assert told(verdicts(promise, *wrote("05 10:00"), as_of="10 09:00")) == [
            (1, "breached")
        ]

    @pytest.mark.parametrize(
        ("every", "due"),
        [
            (BusinessDays(2, "same_time"), "09 10:30"),
            (span("4 business hours"), "05 14:30"),
            (span("48 hours"), "07 10:30"),
        ],
    )
    def test_a_gap_in_time_is_due_to_the_moment(self, every: Span, due: str) -> None:
        (found,) = verdicts(again(every), *wrote("05 10:30"), as_of="05 11:00")

        assert found.due_at == at(due)

    def test_the_change_of_the_clock_does_not_matter(self) -> None:
        # The clocks of Chicago went forward on the 8th.
        (found,) = verdicts(again("3 days"), *wrote("06 23:30"), as_of="07 12:00")

        assert found.due_at == at("10 00:00")

    def test_nobody_owes_anything_before_the_first_time(self) -> None:
        other = fact("something", "03 10:00")

        assert verdicts(again(), other, as_of="31 09:00") == ()

    def test_without_a_calendar_it_is_not_known(self) -> None:
        promise = again(calendar=None)

        assert status(promise, *wrote("03 10:00"), as_of="04 09:00") == "unknown"

    def test_whom_it_does_not_concern_has_none(self) -> None:
        promise = again(applies_to=field("lead.region").is_("emea"))
        apac = fact(FieldChanged(field="lead.region", value="apac"), "03 09:00")
        emea = fact(FieldChanged(field="lead.region", value="emea"), "05 09:00")

        assert verdicts(promise, apac, *wrote("03", "04 10:00"), as_of="05 08:00") == ()
        found = verdicts(
            promise, apac, *wrote("04 10:00", "06 10:00"), emea, as_of="07 08:00"
        )
        assert told(found) == [(1, "pending")]
        assert found[0].started_at == at("06 10:00")

    def test_an_escalation_fires_in_each_cycle(self) -> None:
        promise = again("1 day", escalate=[Step(at=Fraction(1), notify="manager")])

        found = verdicts(promise, *wrote("03 10:00", "06 10:00"), as_of="09 09:00")

        fired = [(one.cycle, step.at) for one in found for step in one.steps]
        assert fired == [(1, at("05 00:00")), (2, at("08 00:00"))]

    def test_it_says_how_many_days_too_late_it_was(self) -> None:
        late, now = verdicts(again(), *wrote("03 10:00", "12 08:00"), as_of="21 09:00")

        assert late.explanation == (
            "Keep in touch by sales on lead L1: kept late, last done Tue 3 Mar 2026 "
            "10:00 CST, due at the end of Tue 10 Mar 2026 (7 days), done Thu 12 Mar "
            "2026 08:00 CDT, after 213 h, over by 2 days."
        )
        assert "not done by Sat 21 Mar 2026 09:00 CDT, over by 2 days" in (
            now.explanation
        )


class TestUntil:
    def test_it_ends_the_duty_for_good(self) -> None:
        found = verdicts(
            again(),
            *wrote("03 10:00", "06 10:00"),
            fact("over", "05 10:00"),
            as_of="31 09:00",
        )

        assert told(found) == [(1, "cancelled")]

    def test_what_was_past_due_stays_broken(self) -> None:
        found = verdicts(
            again("1 day"),
            *wrote("03 10:00"),
            fact("over", "06 10:00"),
            as_of="31 09:00",
        )

        assert told(found) == [(1, "breached")]

    def test_what_is_done_at_that_moment_is_the_last(self) -> None:
        found = verdicts(
            again(),
            *wrote("03 10:00", "05 10:00", "06 10:00"),
            fact("over", "05 10:00"),
            as_of="31 09:00",
        )

        assert told(found) == [(1, "met")]

    def test_before_the_first_time_it_ends_it_too(self) -> None:
        over = fact("over", "02 10:00")

        assert verdicts(again(), over, *wrote("03 10:00"), as_of="31 09:00") == ()

    def test_of_another_edition_it_ends_nothing(self) -> None:
        agreement = Agreement(
            (
                edition(again(until="over"), since="01 00:00"),
                edition(again(until="done"), since="15 00:00", version="2"),
            )
        )

        found = verdicts(
            agreement,
            fact("wrote", "03 10:00"),
            fact("done", "04 10:00"),
            as_of="05 09:00",
        )

        assert told(found) == [(1, "pending")]

    def test_who_does_not_want_to_be_written_to_is_left_alone_until_then(self) -> None:
        promise = Term(
            id="mails",
            party="sales",
            calendar="office",
            promise=Cadence(
                of=(Pattern(event="activity_logged", where={"channel": "email"}),),
                every=span("7 days"),
            ),
        )

        def mail(when: str) -> Event:
            said = ActivityLogged(channel="email", direction=Direction.OUTBOUND)
            return fact(said, when, by="kim")

        def consent(when: str, *, granted: bool) -> Event:
            return fact(ConsentChanged(channel="email", granted=granted), when)

        found = verdicts(
            promise,
            mail("03 10:00"),
            consent("04 10:00", granted=False),
            consent("10 10:00", granted=True),
            mail("11 10:00"),
            as_of="12 09:00",
        )

        assert told(found) == [(1, "cancelled"), (2, "pending")]


class TestAnchor:
    def test_the_first_gap_counts_from_its_day(self) -> None:
        promise = again(anchor=date(2026, 3, 4))
        heard = fact("something", "02 10:00")

        found = verdicts(promise, heard, as_of="05 09:00")
        assert told(found) == [(1, "pending")]
        assert (found[0].started_at, found[0].due_at) == (
            at("04 00:00"),
            at("12 00:00"),
        )
        assert "counted from Wed 4 Mar 2026 00:00 CST" in found[0].explanation
        assert status(promise, heard, as_of="12 00:01") == "breached"

    def test_who_was_never_heard_of_is_owed_nothing(self) -> None:
        assert verdicts(again(anchor=date(2026, 3, 4)), as_of="31 09:00") == ()

    def test_what_was_done_before_does_not_count(self) -> None:
        promise = again(anchor=date(2026, 3, 4))

        found = verdicts(promise, *wrote("03 10:00", "04 10:00"), as_of="05 09:00")

        assert told(found) == [(1, "met"), (2, "pending")]
        assert [one.event for one in found[0].disregarded] == ["wrote 03 10:00"]
        assert found[0].disregarded[0].reason == "before_start"

    def test_a_fact_that_comes_after_it_begins_it_as_well(self) -> None:
        promise = again("1 day", anchor=date(2026, 3, 4))

        found = verdicts(promise, *wrote("09 10:00"), as_of="09 11:00")

        assert told(found) == [(1, "late"), (2, "pending")]
        assert found[0].started_at == at("04 00:00")

    def test_an_end_before_it_calls_it_off(self) -> None:
        promise = again(anchor=date(2026, 3, 4))
        over = fact("over", "02 10:00")

        found = verdicts(promise, over, *wrote("05 10:00"), as_of="31 09:00")

        assert told(found) == [(1, "cancelled")]

    def test_whom_it_does_not_concern_has_none(self) -> None:
        promise = again(
            anchor=date(2026, 3, 4), applies_to=field("lead.region").is_("emea")
        )
        apac = fact(FieldChanged(field="lead.region", value="apac"), "03 09:00")
        emea = fact(FieldChanged(field="lead.region", value="emea"), "09 09:00")

        assert verdicts(promise, apac, as_of="05 09:00") == ()
        found = verdicts(promise, apac, emea, as_of="09 09:00")
        assert (told(found), found[0].started_at) == ([(1, "pending")], at("04 00:00"))

    def test_the_edition_in_force_on_its_day_governs(self) -> None:
        agreement = Agreement(
            (
                edition(since="01 00:00"),
                edition(again(anchor=date(2026, 3, 10)), since="09 00:00", version="2"),
                edition(
                    again("1 day", anchor=date(2026, 3, 10)),
                    since="16 00:00",
                    version="3",
                ),
            )
        )
        heard = fact("something", "02 10:00")

        (found,) = verdicts(agreement, heard, as_of="17 09:00")

        assert found.agreement.version == "2"
        assert found.due_at == at("18 00:00")

    @pytest.mark.parametrize("day", [1, 20])
    def test_a_day_outside_of_its_edition_begins_nothing(self, day: int) -> None:
        duty = again(anchor=date(2026, 3, day))
        agreement = Agreement(
            (
                edition(since="01 00:00"),
                edition(duty, since="09 00:00", version="2"),
                edition(since="16 00:00", version="3"),
            )
        )
        heard = fact("something", "10 10:00")

        assert verdicts(agreement, heard, as_of="31 09:00") == ()

    def test_a_day_before_the_first_edition_is_not_judged(self) -> None:
        agreement = Agreement(
            (edition(again(anchor=date(2026, 3, 2)), since="04 00:00"),)
        )

        found = evaluated(agreement, *wrote("05 10:00"), as_of="06 09:00")

        assert told(found.verdicts) == [(2, "pending")]
        assert [one.code for one in found.review] == ["AK-P001"]


class TestAsked:
    PROMISE = again("4 business hours", asked="asks")

    def test_the_oldest_question_counts_until_it_is_answered(self) -> None:
        found = verdicts(
            self.PROMISE,
            fact("asks", "04 10:00"),
            fact("asks", "04 13:00"),
            fact("wrote", "04 14:01"),
            fact("wrote", "04 15:00"),
            fact("asks", "05 09:00"),
            as_of="05 10:00",
        )

        assert told(found) == [(1, "late"), (2, "pending")]
        assert [one.started_at for one in found] == [at("04 10:00"), at("05 09:00")]
        assert [one.due_at for one in found] == [at("04 14:00"), at("05 13:00")]
        # The second answer came before the question that it does not answer.
        assert [one.event for one in found[1].disregarded] == ["wrote 04 15:00"]
        assert "asked Wed 4 Mar 2026 10:00 CST" in found[0].explanation
        assert "answered Wed 4 Mar 2026 14:01 CST" in found[0].explanation

    def test_it_stays_broken_whatever_else_is_asked(self) -> None:
        asks = [fact("asks", "04 10:00"), fact("asks", "09 10:00")]

        assert told(verdicts(self.PROMISE, *asks, as_of="10 10:00")) == [
            (1, "breached")
        ]

    def test_answer_and_question_of_one_moment(self) -> None:
        both = [fact("asks", "04 10:00"), fact("wrote", "04 10:00")]
        assert told(verdicts(self.PROMISE, *both, as_of="05 10:00")) == [(1, "met")]

        found = verdicts(
            self.PROMISE,
            fact("asks", "03 16:00"),
            *both,
            as_of="04 11:00",
        )
        assert told(found) == [(1, "met"), (2, "pending")]

    def test_what_asks_is_no_answer(self) -> None:
        promise = Term(
            id="replies",
            party="sales",
            calendar="office",
            promise=Cadence(
                of=(Pattern(event="activity_logged"),),
                asked=(
                    Pattern(event="activity_logged", where={"direction": "inbound"}),
                ),
                every=span("4 business hours"),
            ),
        )
        mails = [
            fact(
                ActivityLogged(channel="email", direction=direction),
                when,
                id=f"{direction.value} {when}",
            )
            for direction, when in (
                (Direction.INBOUND, "04 10:00"),
                (Direction.INBOUND, "04 11:00"),
                (Direction.OUTBOUND, "04 12:00"),
            )
        ]

        found = verdicts(promise, *mails, as_of="05 10:00")

        assert [(one.status.value, one.fulfilled_at) for one in found] == [
            ("met", at("04 12:00"))
        ]

    def test_after_the_end_no_question_counts(self) -> None:
        over = fact("over", "03 10:00")

        assert (
            verdicts(self.PROMISE, over, fact("asks", "04 10:00"), as_of="05 10:00")
            == ()
        )

    def test_no_day_begins_what_has_to_be_asked_for(self) -> None:
        promise = again("4 business hours", asked="asks", anchor=date(2026, 3, 3))

        assert verdicts(promise, fact("something", "04 10:00"), as_of="09 10:00") == ()


class TestRule:
    def test_each_cycle_is_due_on_the_next_date_of_the_rule(self) -> None:
        # Mondays: the 9th, the 16th, the 23rd.
        found = verdicts(
            mondays(), *wrote("04 10:00", "09 17:30", "16 10:00"), as_of="17 09:00"
        )

        assert told(found) == [(1, "met"), (2, "met"), (3, "pending")]
        assert [one.due_at for one in found] == [
            at("10 00:00"),
            at("17 00:00"),
            at("24 00:00"),
        ]
        assert found[0].target == "FREQ=WEEKLY;BYDAY=MO"

    def test_who_is_early_serves_the_coming_date_only(self) -> None:
        found = verdicts(mondays(), *wrote("04 10:00", "05 10:00"), as_of="17 09:00")

        assert told(found) == [(1, "met"), (2, "breached")]
        assert found[1].due_at == at("17 00:00")

    def test_dates_that_passed_meanwhile_have_no_cycle_of_their_own(self) -> None:
        found = verdicts(mondays(), *wrote("04 10:00", "25 10:00"), as_of="26 09:00")

        assert told(found) == [(1, "late"), (2, "pending")]
        assert (found[0].due_at, found[1].due_at) == (at("10 00:00"), at("31 00:00"))

    def test_who_is_late_on_a_date_still_owes_that_date(self) -> None:
        found = verdicts(mondays(), *wrote("04 10:00", "16 10:00"), as_of="16 11:00")

        assert told(found) == [(1, "late"), (2, "pending")]
        assert found[1].due_at == at("17 00:00")

    def test_an_anchor_stands_for_a_first_time(self) -> None:
        promise = mondays(anchor=date(2026, 3, 9))

        (found,) = verdicts(promise, fact("something", "04 10:00"), as_of="10 09:00")

        assert (found.started_at, found.due_at) == (at("09 00:00"), at("17 00:00"))

    def test_after_the_last_date_nothing_is_owed(self) -> None:
        rule = Recurrence("FREQ=WEEKLY;BYDAY=MO;COUNT=2", date(2026, 3, 2))
        promise = again(None, rule=rule)

        found = verdicts(
            promise, *wrote("04 10:00", "06 10:00", "12 10:00"), as_of="31 09:00"
        )
        assert told(found) == [(1, "met")]
        anchored = again(None, rule=rule, anchor=date(2026, 3, 10))
        assert verdicts(anchored, *wrote("04 10:00"), as_of="31 09:00") == ()

    def test_after_a_cycle_that_was_called_off_it_is_the_next_one_anew(self) -> None:
        # Who comes under another edition, which listens to something else, begins anew.
        agreement = Agreement(
            (
                edition(mondays(), since="01 00:00"),
                edition(mondays(of="called"), since="05 00:00", version="2"),
            )
        )

        found = verdicts(
            agreement,
            fact("wrote", "04 10:00"),
            fact("called", "05 10:00"),
            as_of="06 09:00",
        )

        assert told(found) == [(1, "cancelled"), (2, "pending")]
        assert found[1].due_at == at("10 00:00")


class TestDoubt:
    def test_what_may_not_count_is_tried_both_ways(self) -> None:
        promise = Term(
            id="touches",
            party="sales",
            calendar="office",
            promise=Cadence(of=(Pattern(event="touch"),), every=span("2 days")),
        )
        agreement = Agreement((edition(promise, actions=(Action(id="touch"),)),))

        def call(when: str, kind: ActorKind) -> Event:
            said = ActivityLogged(channel="call", direction=Direction.OUTBOUND)
            actor = Actor(id="kim", kind=kind)
            event = fact(said, when)
            return Event(
                id=event.id,
                subject=event.subject,
                at=event.at,
                fact=said,
                actor=actor,
            )

        sure = call("03 10:00", ActorKind.HUMAN)
        found = verdicts(
            agreement, sure, call("05 10:00", ActorKind.UNKNOWN), as_of="06 12:00"
        )
        assert told(found)[0] == (1, "unknown")
        assert "actor.kind" in str(found[0].reason)
        found = verdicts(
            agreement, sure, call("05 10:00", ActorKind.AUTOMATION), as_of="06 12:00"
        )
        assert told(found) == [(1, "breached")]
        assert [one.reason for one in found[0].disregarded] == ["automated"]


class TestCycle:
    def test_the_end_of_the_subjects_cycle_ends_it_until_it_is_done_again(self) -> None:
        agreement = Agreement((edition(again(), lifecycle=lifecycle_of(ROAD)),))
        moves = [to("mql", "03 09:00"), to("recycled", "05 09:00")]

        found = verdicts(
            agreement,
            *moves,
            *wrote("03 10:00", "06 10:00"),
            fact("over", "07 10:00"),
            to("mql", "10 09:00"),
            fact("wrote", "11 10:00"),
            as_of="12 09:00",
        )

        assert told(found) == [(1, "cancelled"), (2, "cancelled"), (3, "pending")]


class TestCountsDates:
    @pytest.mark.parametrize(
        ("every", "expected"),
        [
            ("7 days", True),
            ("5 business days", True),
            ("5 business days, same time", False),
            ("4 business hours", False),
            ("48 hours", False),
        ],
    )
    def test_gaps_in_days_compare_dates_and_gaps_in_hours_do_not(
        self, every: str, *, expected: bool
    ) -> None:
        term, asked = again(every), again(every, asked="asked")
        assert isinstance(term.promise, Cadence)
        assert isinstance(asked.promise, Cadence)

        assert counts_dates(term.promise) is expected
        assert is_in_dates(span(every)) is expected
        assert counts_dates(asked.promise) is False

    def test_no_gap_is_counted_in_nothing(self) -> None:
        assert is_in_dates(None) is False
