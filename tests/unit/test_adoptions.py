"""Running promises that go over to the terms of the next edition."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

import attrs
import pytest

from alignkit.actions import Action
from alignkit.agreements import Agreement
from alignkit.criteria import field
from alignkit.editions import Calendar
from alignkit.events import Event
from alignkit.happenings import ActivityLogged, Direction, FieldChanged
from alignkit.hours import BusinessHours
from alignkit.parties import Organization, Person
from alignkit.patterns import Pattern
from alignkit.periods import Recurrence
from alignkit.promises import Attempts, Cadence, Reopening, Target
from alignkit.spans import span
from alignkit.terms import (
    CalendarOf,
    Capacity,
    ChangeRule,
    Changes,
    Exclusion,
    Step,
    Term,
    Waiting,
)
from alignkit.verdicts import Verdict
from tests.deadlines import (
    OFFICE,
    SUBJECT,
    at,
    edition,
    evaluated,
    fact,
    given,
    named,
    stay,
    term,
    to,
    verdict,
    verdicts,
)

GO = fact("go", "04 10:00")
"""A Wednesday; the office is open from nine to five."""

TOUCH = Action(id="qualifying_touch", channels=("call",))
PEOPLE = Organization(people=(Person(id="kim", calendar="office"),))
CARRIED = Changes(segment=ChangeRule.CARRY_CONSUMED_SHARE)
TWO, SIX, EIGHT = (f"{n} business hours" for n in (2, 6, 8))


def agreed(*terms: Term | None, since: tuple[str, ...] = ("04 12:00",)) -> Agreement:
    """Return an agreement of editions that come into force at these moments."""
    starts: tuple[str | None, ...] = (None, *since)
    return Agreement(
        tuple(
            edition(
                *(one for one in [promise] if one),
                since=start,
                version=str(nth),
                actions=(TOUCH,),
            )
            for nth, (promise, start) in enumerate(zip(terms, starts, strict=True), 1)
        )
    )


def adopting(within: str = "4 business hours", **more: Any) -> Term:  # noqa: ANN401
    return term(within, **{"adopts_changes": True, **more})


def after(second: Term | None, *events: Event, as_of: str, **more: Any) -> Verdict:  # noqa: ANN401
    return verdict(agreed(adopting(**more), second), GO, *events, as_of=as_of)


class TestTarget:
    def test_what_the_next_edition_gives_counts_from_the_start(self) -> None:
        before = after(term(SIX), as_of="04 11:59:59.999999")
        then = after(term(SIX), as_of="04 12:00")

        assert (before.due_at, before.agreement.version) == (at("04 14:00"), "1")
        assert (then.due_at, then.agreement.version) == (at("04 16:00"), "2")
        assert then.target == SIX

    def test_it_is_told_since_when_which_version_governs(self) -> None:
        before = after(term(SIX), as_of="04 11:00")
        then = after(term(SIX), as_of="04 12:00")

        assert "by version" not in before.explanation
        assert ", by version 2 since Wed 4 Mar 2026 12:00 CST, due" in then.explanation

    def test_one_that_does_not_adopt_is_governed_to_its_end(self) -> None:
        found = after(term(SIX), as_of="04 12:00", adopts_changes=False)

        assert (found.due_at, found.agreement.version) == (at("04 14:00"), "1")

    def test_a_share_may_be_carried_over(self) -> None:
        # Two of four hours are used up, and one of two is left.
        found = after(term(TWO, changes=CARRIED), as_of="04 12:00")

        assert found.due_at == at("04 13:00")

    def test_it_may_be_pinned(self) -> None:
        pinned = Changes(segment=ChangeRule.PIN)

        found = after(term(TWO, changes=pinned), as_of="04 12:00")

        assert (found.due_at, found.agreement.version) == (at("04 14:00"), "2")

    def test_a_shorter_one_may_have_been_over(self) -> None:
        before = after(term("1 business hour"), as_of="04 11:30")
        then = after(term("1 business hour"), as_of="04 12:00")

        assert (before.status.value, before.next_change_at) == (
            "pending",
            at("04 12:00"),
        )
        assert (then.status.value, then.breached_at) == ("breached", at("04 11:00"))

    def test_what_changes_before_the_next_edition_is_told_first(self) -> None:
        soon = agreed(adopting("1 business hour"), term(SIX))

        found = verdict(soon, GO, as_of="04 10:30")

        assert found.next_change_at == at("04 11:00:00.000001")

    def test_segments_are_those_of_the_next_edition(self) -> None:
        gold = Target(field("lead.tier").is_("gold"), span(TWO))
        told = fact(FieldChanged(field="lead.tier", value="gold"), "04 10:30")

        found = after(term(SIX, targets=[gold]), told, as_of="04 12:00")

        assert found.due_at == at("04 12:00")

    def test_what_is_past_due_stays_so(self) -> None:
        promises = (adopting("1 business hour"), term(SIX))

        found = verdict(agreed(*promises), GO, as_of="04 13:00")

        assert (found.status.value, found.due_at) == ("breached", at("04 11:00"))
        assert found.agreement.version == "1"

    def test_what_is_due_as_the_edition_comes_may_go_over(self) -> None:
        promises = (adopting(TWO), term(SIX))

        found = verdict(agreed(*promises), GO, as_of="04 12:00")

        assert found.due_at == at("04 16:00")

    def test_what_has_ended_stays_so(self) -> None:
        found = after(term(SIX), fact("done", "04 11:00"), as_of="04 15:00")

        assert (found.status.value, found.agreement.version) == ("met", "1")

    def test_what_began_before_any_edition_is_ungoverned(self) -> None:
        first, second = (
            edition(one, since=start, version=start[:2])
            for one, start in ((adopting(), "05 09:00"), (term(SIX), "05 10:00"))
        )

        evaluation = evaluated(Agreement((first, second)), GO, as_of="05 11:00")

        assert evaluation.verdicts == ()
        assert [one.code for one in evaluation.review] == ["AK-P001"]


class TestFacts:
    def test_one_of_the_first_instant_acts_by_the_next_edition(self) -> None:
        second = term(SIX, clock={"stop": named("sent")})

        by_first = after(second, fact("done", "04 12:00"), as_of="04 12:30")
        by_second = after(second, fact("sent", "04 12:00"), as_of="04 12:30")

        assert by_first.status.value == "pending"
        assert by_second.status.value == "met"

    def test_what_a_fact_of_that_instant_says_is_known(self) -> None:
        gold = Target(field("lead.tier").is_("gold"), span(TWO))
        told = fact(FieldChanged(field="lead.tier", value="gold"), "04 12:00")

        found = after(term(SIX, targets=[gold]), told, as_of="04 12:00")

        assert found.target == TWO

    def test_one_that_comes_later_is_judged_by_the_next_edition(self) -> None:
        found = after(term(SIX), fact("done", "04 15:00"), as_of="04 16:00")

        assert found.status.value == "met"

    def test_one_that_is_learned_late_may_end_it_before(self) -> None:
        late = fact("done", "04 11:30", recorded="04 13:00")

        before = evaluated(
            agreed(adopting(), term("1 business hour")),
            *(GO, late),
            as_of="04 12:30",
            known_at="04 12:30",
        )
        found = after(term("1 business hour"), late, as_of="04 14:00")

        assert [one.status.value for one in before.verdicts] == ["breached"]
        assert (found.status.value, found.revised) == ("met", True)

    def test_a_state_that_was_saved_goes_over_as_well(self) -> None:
        agreement = agreed(adopting(), term(SIX))

        state = agreement.open(SUBJECT).after(GO)
        again = agreement.resume(state.to_dict()).after(fact("hm", "04 13:00"))

        assert state.next_change_at(as_of=at("04 11:00")) == at("04 16:00:00.000001")
        assert [one.due_at for one in state.verdicts(as_of=at("04 11:00"))] == [
            at("04 14:00")
        ]
        assert [one.due_at for one in again.verdicts(as_of=at("04 13:00"))] == [
            at("04 16:00")
        ]


class TestNothingToTakeOn:
    def test_where_the_term_is_left_out_the_edition_of_the_start_governs(self) -> None:
        found = after(None, as_of="04 13:00")

        assert (found.due_at, found.agreement.version) == (at("04 14:00"), "1")

    def test_a_later_edition_that_has_it_again_takes_it_over(self) -> None:
        agreement = agreed(
            *(adopting(), None, term(SIX)), since=("04 11:00", "04 12:00")
        )

        found = verdict(agreement, GO, as_of="04 13:00")

        assert (found.due_at, found.agreement.version) == (at("04 16:00"), "3")

    def test_one_after_the_other_takes_it_over(self) -> None:
        terms = (adopting(), adopting(SIX), term("5 business hours"))
        agreement = agreed(*terms, since=("04 11:00", "04 12:00"))

        assert verdict(agreement, GO, as_of="04 11:30").due_at == at("04 16:00")
        assert verdict(agreement, GO, as_of="04 12:00").due_at == at("04 15:00")

    def test_one_that_does_not_adopt_ends_the_chain(self) -> None:
        terms = (adopting(), term(SIX), term("5 business hours"))
        agreement = agreed(*terms, since=("04 11:00", "04 12:00"))

        assert verdict(agreement, GO, as_of="04 12:00").due_at == at("04 16:00")

    @pytest.mark.parametrize(
        "second",
        [
            Term(
                id="response",
                party="sales",
                calendar="office",
                promise=Cadence(of=named("done"), every=span("1 business hour")),
            ),
            term(SIX, clock={"anchor": "lead.since"}),
            term(SIX, waiting=Waiting.OWNER),
        ],
        ids=["kind", "anchor", "waiting"],
    )
    def test_what_counts_otherwise_is_no_more_than_left_out(self, second: Term) -> None:
        found = verdicts(agreed(adopting(), second), GO, as_of="04 13:00")

        assert [one.due_at for one in found] == [at("04 14:00")]

    def test_whom_it_applies_to_was_asked_at_the_start(self) -> None:
        second = term(SIX, applies_to=field("lead.tier").is_("gold"))
        told = fact(FieldChanged(field="lead.tier", value="silver"), "04 09:00")

        assert after(second, told, as_of="04 12:00").due_at == at("04 16:00")

    def test_from_when_a_term_binds_concerns_what_starts(self) -> None:
        second = term(SIX, effective_from=at("04 12:00"))

        found = after(second, fact("hm", "04 13:00"), as_of="04 13:00")

        assert found.due_at == at("04 16:00")

    def test_what_is_excluded_comes_to_be_owed_under_no_other(self) -> None:
        test = Exclusion(field("lead.is_test").is_(True), "test_record")
        told = fact(FieldChanged(field="lead.is_test", value=True), "04 09:00")

        found = after(term(SIX), told, as_of="04 13:00", exclude=[test])

        assert found.status.value == "excluded"

    def test_what_the_next_edition_excludes_is_excluded_from_then_on(self) -> None:
        test = Exclusion(field("lead.is_test").is_(True), "test_record")
        told = fact(FieldChanged(field="lead.is_test", value=True), "04 09:00")

        before = after(term(SIX, exclude=[test]), told, as_of="04 11:00")
        then = after(term(SIX, exclude=[test]), told, as_of="04 12:00")

        assert (before.status.value, before.next_change_at) == (
            "pending",
            at("04 12:00"),
        )
        assert then.status.value == "excluded"


class TestRest:
    def test_it_lasts_until_what_the_next_edition_names(self) -> None:
        second = term(SIX, clock={"resume": named("go on")})
        facts = [fact("hold", "04 11:00"), fact("on", "04 13:00")]

        assert after(second, *facts, as_of="04 13:30").status.value == "paused"
        found = after(second, *facts, fact("go on", "04 14:00"), as_of="04 14:00")
        assert found.due_at == at("05 11:00")

    def test_it_ends_where_nothing_would_end_it(self) -> None:
        second = term(SIX, clock={"pause": (), "resume": ()})

        found = after(second, fact("hold", "04 11:00"), as_of="04 12:30")

        assert found.due_at == at("04 17:00")
        assert found.paused == ((at("04 11:00"), at("04 12:00")),)

    def test_what_is_opened_again_goes_over_then(self) -> None:
        clock = {"reopen": named("back"), "reopening": Reopening.COUNTS_ALL}
        facts = [fact("done", "04 11:00"), fact("back", "04 13:00")]

        found = after(term(SIX, clock=clock), *facts, as_of="04 13:00", clock=clock)

        assert (found.due_at, found.agreement.version) == (at("04 16:00"), "2")


class TestCalendar:
    LATE = BusinessHours("America/Chicago", {"mon-fri": ["12:00-20:00"]})

    def signed(self, second: Term) -> Agreement:
        moved = attrs.evolve(
            edition(second, since="04 16:00", version="2"),
            calendars=(Calendar("office", self.LATE),),
        )
        return Agreement((edition(adopting(EIGHT)), moved))

    @pytest.mark.parametrize(
        ("rule", "due"),
        [
            # Six hours until four; two more until six, or by the old hours, or eight
            # from noon on.
            (ChangeRule.CARRY_CONSUMED_SHARE, "04 18:00"),
            (ChangeRule.PIN, "05 10:00"),
            (ChangeRule.RECOMPUTE_FROM_START, "04 20:00"),
        ],
    )
    def test_what_had_counted_is_as_the_term_says(
        self, rule: ChangeRule, due: str
    ) -> None:
        second = term(EIGHT, changes=Changes(calendar=rule))

        found = verdict(self.signed(second), GO, as_of="04 16:00")

        assert found.due_at == at(due)

    def test_a_term_that_names_none_any_more_keeps_what_it_had(self) -> None:
        second = term(EIGHT, calendar=None)

        found = verdict(agreed(adopting(EIGHT), second), GO, as_of="05 09:00")

        assert found.due_at == at("05 10:00")

    @pytest.mark.parametrize("name", ["late", "nowhere", None])
    def test_that_of_the_lead_is_looked_up(self, name: str | None) -> None:
        second = term(EIGHT, calendar=None, calendar_of=CalendarOf.LEAD)
        moved = attrs.evolve(
            edition(second, since="04 16:00", version="2"),
            calendars=(Calendar("office", OFFICE), Calendar("late", self.LATE)),
        )
        told = [
            fact(FieldChanged(field="lead.calendar", value=one), "04 09:00")
            for one in [name]
            if one
        ]
        agreement = Agreement((edition(adopting(EIGHT)), moved))

        found = verdict(agreement, GO, *told, as_of="04 16:00")

        is_known = name == "late"
        assert found.due_at == (at("04 18:00") if is_known else None)
        assert (found.status.value == "unknown") is not is_known


class TestKinds:
    def test_a_stay_goes_over(self) -> None:
        promises = (stay("3 days", adopts_changes=True), stay("2 days"))
        agreement = agreed(*promises)

        found = verdict(agreement, to("mql", "04 10:00"), as_of="04 12:00")

        assert found.due_at == at("06 10:00")

    def test_a_stay_in_other_stages_does_not(self) -> None:
        promises = (stay("3 days", adopts_changes=True), stay("2 days", stages=["mql"]))

        found = verdict(agreed(*promises), to("mql", "04 10:00"), as_of="04 12:00")

        assert found.due_at == at("07 10:00")

    def gaps(self, first: Cadence, second: Cadence, **more: Any) -> Agreement:  # noqa: ANN401
        one, two = (
            Term(id="touch", party="sales", calendar="office", promise=promise, **how)
            for promise, how in ((first, {"adopts_changes": True}), (second, more))
        )
        return agreed(one, two)

    def every(self, gap: str) -> Cadence:
        return Cadence(of=named("go"), every=span(gap))

    def test_a_gap_of_a_duty_goes_over(self) -> None:
        agreement = self.gaps(self.every("7 days"), self.every("3 days"))

        found = verdict(agreement, GO, as_of="04 12:00")

        assert found.due_at == at("08 00:00")

    def test_a_gap_in_hours_counts_from_the_moment(self) -> None:
        agreement = self.gaps(self.every("7 days"), self.every("48 hours"))

        assert verdict(agreement, GO, as_of="04 12:00").due_at == at("06 10:00")

    def test_a_gap_is_not_shared_out(self) -> None:
        hours = [self.every(one) for one in ("48 hours", "24 hours")]

        found = verdict(self.gaps(*hours, changes=CARRIED), GO, as_of="04 12:00")

        assert found.due_at == at("05 10:00")

    def test_a_pinned_gap_stays(self) -> None:
        pinned = Changes(segment=ChangeRule.PIN)
        agreement = self.gaps(
            self.every("7 days"), self.every("3 days"), changes=pinned
        )

        assert verdict(agreement, GO, as_of="04 12:00").due_at == at("12 00:00")

    def test_a_rule_says_the_next_date(self) -> None:
        weekly, daily = (
            Cadence(of=named("go"), rule=Recurrence(rule, start=date(2026, 3, 1)))
            for rule in ("FREQ=WEEKLY;BYDAY=MO", "FREQ=DAILY")
        )
        again = fact("go", "04 11:00", id="again")

        found = verdicts(self.gaps(weekly, daily), GO, again, as_of="04 12:00")

        # The Monday was served on Wednesday; the first date after it is the tenth.
        assert [one.due_at for one in found] == [at("10 00:00"), at("11 00:00")]

    def test_a_rule_without_further_dates_is_not_taken_on(self) -> None:
        weekly, over = (
            Cadence(of=named("go"), rule=Recurrence(rule, start=date(2026, 3, 1)))
            for rule in ("FREQ=WEEKLY;BYDAY=MO", "FREQ=DAILY;COUNT=2")
        )

        found = verdict(self.gaps(weekly, over), GO, as_of="04 12:00")

        assert (found.due_at, found.agreement.version) == (at("10 00:00"), "1")

    def tried(self, at_least: int, within: str, **more: Any) -> Term:  # noqa: ANN401
        effort = Attempts(
            clock=attrs.evolve(term().promise.clock, stop=()),  # type: ignore[union-attr]
            at_least=at_least,
            within=span(within),
        )
        return Term(
            id="tries", party="sales", calendar="office", promise=effort, **more
        )

    @pytest.mark.parametrize(("at_least", "due"), [(3, "06 17:00"), (2, "05 17:00")])
    def test_attempts_go_over_if_it_takes_the_same(
        self, at_least: int, due: str
    ) -> None:
        first = self.tried(3, "1 business day", adopts_changes=True)
        second = self.tried(at_least, "2 business days")

        found = verdict(agreed(first, second), GO, as_of="04 12:00")

        assert found.due_at == at(due)

    def test_the_clock_of_an_owner_goes_over(self) -> None:
        promises = (
            term(one, waiting=Waiting.OWNER, adopts_changes=one != SIX)
            for one in ("4 business hours", SIX)
        )
        facts = [given("kim", "04 09:00"), GO, given("max", "04 11:00")]

        found = verdicts(agreed(*promises), *facts, as_of="04 12:00")

        assert [(one.owner, one.due_at) for one in found] == [
            ("kim", at("04 14:00")),
            ("max", at("04 17:00")),
        ]

    def test_an_owner_keeps_the_calendar_of_the_stint(self) -> None:
        promises = (
            term(
                one,
                waiting=Waiting.OWNER,
                adopts_changes=True,
                calendar=None,
                calendar_of=CalendarOf.OWNER,
            )
            for one in ("4 business hours", SIX)
        )
        agreement = Agreement(
            tuple(
                attrs.evolve(one, organization=PEOPLE)
                for one in agreed(*promises).editions
            )
        )

        found = verdict(agreement, given("kim", "04 09:00"), GO, as_of="04 12:00")

        assert found.due_at == at("04 16:00")

    def test_a_place_in_a_surge_was_taken_at_the_start(self) -> None:
        surge = Capacity(per_day=1, relaxed=span(EIGHT))
        agreement = agreed(adopting(capacity=surge), term(SIX))
        other = attrs.evolve(
            fact("go", "04 10:30", id="b"), subject=attrs.evolve(SUBJECT, id="L2")
        )

        before = verdicts(agreement, GO, other, as_of="04 11:00")
        then = verdicts(agreement, GO, other, as_of="04 12:00")

        assert [one.due_at for one in before] == [at("04 14:00"), at("05 10:30")]
        assert [one.due_at for one in then] == [at("04 16:00"), at("04 16:30")]


class TestDoubts:
    def test_a_fact_that_may_not_count_is_tried_both_ways(self) -> None:
        touch = Pattern(event="qualifying_touch")
        second = term("1 business hour", clock={"stop": (touch,)})
        promises = (adopting(clock={"stop": (touch,)}), second)

        call = ActivityLogged(channel="call", direction=Direction.OUTBOUND)
        called = fact(call, "04 11:00")

        found = verdict(agreed(*promises), GO, called, as_of="04 12:00")

        # Kept by a call at eleven, if that counts; broken since eleven, if not.
        assert found.status.value == "unknown"


class TestLadder:
    STEPS = (
        Step(at=Fraction(1, 2), notify="lead"),
        Step(at=Fraction(1), notify="boss"),
    )

    def test_what_the_next_one_has_passed_fires_with_the_edition(self) -> None:
        found = after(term(TWO, escalate=self.STEPS), as_of="04 12:00")

        assert [(one.at, one.has_fired) for one in found.steps] == [
            (at("04 12:00"), True),
            (at("04 12:00"), True),
        ]

    def test_that_it_will_is_told_beforehand(self) -> None:
        found = after(term(SIX, escalate=self.STEPS[:1]), as_of="04 11:00")

        # Three of six hours are over at one; four of four would be at two.
        assert found.next_change_at == at("04 13:00")

    def test_what_has_fired_fires_once(self) -> None:
        promises = (adopting(escalate=self.STEPS), term(SIX, escalate=self.STEPS))

        found = verdict(agreed(*promises, since=("04 12:30",)), GO, as_of="04 15:00")

        assert [(one.at, one.has_fired) for one in found.steps] == [
            (at("04 12:00"), True),
            (at("04 16:00"), False),
        ]
