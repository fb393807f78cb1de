"""The shares that a loop promises of its items."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import attrs
import pytest

from alignkit.agreements import Agreement
from alignkit.duties import loop_terms
from alignkit.errors import UnfitValueError
from alignkit.events import Event
from alignkit.loops import Loop, Promptness
from alignkit.periods import PeriodKind
from alignkit.promises import Keeping
from alignkit.spans import (
    Before,
    BusinessDays,
    BusinessTime,
    CalendarTime,
    Elapsed,
    Length,
)
from alignkit.terms import Term
from alignkit.verdicts import Verdict
from tests.deadlines import at
from tests.loop_facts import a_loop, signed, told

HALF = Keeping(at_least=Fraction(1, 2))
DAYS = Promptness(within=BusinessDays(1))
ANSWERED = (told("requested", "03 10:00"), told("given", "04 10:00"))


def asked(id_: str, when: str = "03 10:00") -> Event:
    return told("requested", when, about=id_)


def shares(
    *events: Event,
    as_of: str = "12 12:00",
    since: str | None = None,
    terms: tuple[Term, ...] = (),
    **promised: Any,  # noqa: ANN401 - whatever a loop promises
) -> list[Verdict]:
    edition = signed(a_loop(**promised), since=since, terms=terms)
    verdicts = Agreement((edition,)).evaluate(events, as_of=at(as_of)).verdicts
    return [one for one in verdicts if one.subject_kind == "party"]


def figure(*events: Event, **more: Any) -> tuple[str, str]:  # noqa: ANN401 - as above
    """Return how the only share stands, and how it was counted."""
    (verdict,) = shares(*events, **more)
    measure = verdict.measure
    assert measure is not None
    return verdict.status.value, f"{measure.numerator}/{measure.denominator}"


class TestPromptness:
    def test_a_span_before_a_date_is_no_turnaround(self) -> None:
        span = Before(BusinessDays(1), of="launch", roll="none")

        with pytest.raises(UnfitValueError) as caught:
            Promptness(within=span)  # type: ignore[arg-type]

        assert (caught.value.noun, caught.value.field) == ("promptness", "within")

    def test_what_is_kept_on_time_has_to_be_owed(self) -> None:
        with pytest.raises(UnfitValueError) as caught:
            Loop(id="l", kind="k", owes="sales", to="marketing", on_time=HALF)

        assert caught.value.field == "reply_within"


class TestTerms:
    def test_what_comes_back_is_owed_by_the_giver_the_rest_by_the_receiver(
        self,
    ) -> None:
        loop = a_loop(
            coverage=HALF, promptness=DAYS, action=HALF, closure=HALF, on_time=HALF
        )

        found = {one.id: (one.party, one.title) for one in loop_terms(loop)[5:]}

        assert found == {
            "message.coverage": ("sales", "Coverage in message"),
            "message.promptness": (
                "sales",
                "Promptness in message within 1 business day",
            ),
            "message.action": ("marketing", "Action in message"),
            "message.closure": ("marketing", "Closure in message"),
        }
        assert loop_terms(loop)[0].keep == HALF

    def test_a_term_of_the_same_id_stays_as_it_is(self) -> None:
        closure = loop_terms(a_loop(closure=HALF))[-1]
        own = attrs.evolve(closure, party="sales")

        (verdict,) = shares(*ANSWERED, closure=HALF, terms=(own,))

        assert verdict.party == "sales"


class TestCoverage:
    @pytest.mark.parametrize(
        ("silent", "expected"),
        [((), ("met", "1/1")), (("R2",), ("met", "1/2")), ("AB", ("breached", "1/3"))],
    )
    def test_who_never_answers_counts(
        self, silent: tuple[str, ...], expected: tuple[str, str]
    ) -> None:
        events = (*ANSWERED, *map(asked, silent))

        assert figure(*events, coverage=HALF) == expected

    def test_it_says_who_is_behind_it(self) -> None:
        (verdict,) = shares(*ANSWERED, asked("R2"), coverage=HALF)

        assert verdict.measure is not None
        evidence = verdict.measure.evidence
        assert [(one.subject, str(one.counts)) for one in evidence] == [
            ("R1", "1"),
            ("R2", "0"),
        ]
        assert verdict.explanation == (
            "Coverage in message by sales: kept in time, 1 of 2, at least 1/2 "
            "promised, asked Thu 12 Mar 2026 12:00 CDT."
        )

    def test_of_nothing_it_is_not_known(self) -> None:
        assert figure(coverage=HALF) == ("unknown", "0/0")

    def test_of_too_few_it_is_not_known(self) -> None:
        few = attrs.evolve(HALF, min_sample=2)

        assert figure(*ANSWERED, coverage=few) == ("unknown", "1/1")

    def test_what_contradicts_itself_leaves_it_open(self) -> None:
        other = told("acknowledged", "04 10:00", id=ANSWERED[1].id)

        assert figure(*ANSWERED, other, coverage=HALF)[0] == "unknown"

    def test_who_asks_twice_asks_once(self) -> None:
        events = (*ANSWERED, asked("R1", "03 12:00"))

        assert figure(*events, coverage=HALF) == ("met", "1/1")

    def test_an_answer_after_the_period_is_too_late(self) -> None:
        monthly = attrs.evolve(HALF, per=PeriodKind.WEEK)
        late = told("given", "09 10:00", about="R2")

        found = shares(*ANSWERED, asked("R2"), asked("R3"), late, coverage=monthly)

        assert [one.status.value for one in found] == ["breached", "pending"]

    def test_what_is_reopened_later_was_closed_by_then(self) -> None:
        weekly = attrs.evolve(HALF, per=PeriodKind.WEEK)
        events = (
            *ANSWERED,
            told("decided", "04 11:00"),
            told("closed", "04 12:00"),
            told("reopened", "10 10:00"),
        )

        found = shares(*events, closure=weekly)

        assert [one.status.value for one in found] == ["met", "pending"]

    def test_a_date_belongs_to_the_period_that_it_lies_in(self) -> None:
        weekly = attrs.evolve(HALF, per=PeriodKind.WEEK)

        found = shares(told("requested", "09"), asked("R2"), coverage=weekly)

        assert [one.measure and one.measure.denominator for one in found] == [1, 1]

    def test_a_fact_learned_late_revises_it(self) -> None:
        weekly = attrs.evolve(HALF, per=PeriodKind.WEEK)
        late = told("given", "04 10:00", recorded="10 10:00")

        first, _ = shares(ANSWERED[0], late, coverage=weekly)

        assert (first.status.value, first.revised) == ("met", True)


class TestAction:
    def test_it_is_of_what_was_decided(self) -> None:
        no = told("decided", "05 10:00", about="R2", decision="decline", reason="no")
        events = (
            *(told("given", "04 10:00", about=one) for one in ("R1", "R2", "R3")),
            told("decided", "05 10:00"),
            no,
        )

        assert figure(*events, action=HALF) == ("met", "1/2")


class TestClosure:
    def test_a_decline_with_a_reason_closes_when_told(self) -> None:
        no = told("decided", "05 10:00", decision="decline", reason="no")

        assert figure(*ANSWERED, no, closure=HALF) == ("breached", "0/1")
        assert figure(*ANSWERED, no, told("closed", "05 11:00"), closure=HALF) == (
            *("met", "1/1"),
        )


class TestQuick:
    @pytest.mark.parametrize(
        ("within", "status"),
        [
            (BusinessDays(1), "met"),
            (BusinessDays(0), "breached"),
            (CalendarTime(days=1), "met"),
            (CalendarTime(days=0), "breached"),
            (BusinessTime(hours=8), "met"),
            (BusinessTime(hours=7, minutes=59), "breached"),
            (Elapsed(hours=24), "met"),
            (Elapsed(hours=23), "breached"),
        ],
    )
    def test_it_is_counted_in_the_unit_of_its_span(
        self, within: Length, status: str
    ) -> None:
        assert figure(*ANSWERED, promptness=Promptness(within=within)) == (
            status,
            "1/1" if status == "met" else "0/1",
        )

    def test_what_is_open_for_longer_is_not_prompt(self) -> None:
        assert figure(asked("R1"), promptness=DAYS) == ("breached", "0/1")

    def test_what_may_still_be_prompt_leaves_it_open(self) -> None:
        young = asked("R2", "12 09:00")

        assert figure(young, promptness=DAYS) == ("unknown", "0/1")
        assert figure(*ANSWERED, young, promptness=DAYS) == ("met", "1/2")

    def test_once_its_period_is_over_what_is_open_is_late(self) -> None:
        weekly = attrs.evolve(DAYS, per=PeriodKind.WEEK)
        young = asked("R1", "06 16:00")

        first, _ = shares(young, promptness=weekly)

        assert first.status.value == "breached"

    def test_without_a_calendar_it_is_not_known(self) -> None:
        loop = a_loop(promptness=DAYS)
        edition = attrs.evolve(signed(loop), parties=())

        verdicts = (
            Agreement((edition,)).evaluate(ANSWERED, as_of=at("12 12:00")).verdicts
        )

        assert verdicts[-1].status.value == "unknown"


class TestOnTime:
    def test_the_share_of_the_replies_in_time_is_kept_beside_them(self) -> None:
        late = told("given", "10 10:00", about="R2")

        (verdict,) = shares(*ANSWERED, asked("R2"), late, on_time=HALF)

        assert (verdict.term, verdict.status.value) == ("message.reply", "met")
        assert verdict.is_of_share
