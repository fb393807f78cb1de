"""Loops in which nobody says anything for too long."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import attrs
import pytest

from alignkit.agreements import Agreement
from alignkit.duties import loop_terms
from alignkit.events import Event, Subject
from alignkit.happenings import Retracted
from alignkit.loops import Loop
from alignkit.spans import BusinessDays, CalendarTime, Elapsed, Span
from alignkit.verdicts import Verdict
from tests.deadlines import at, fact
from tests.loop_facts import signed, told

WEEK = CalendarTime(days=7)


def quiet(after: Span = WEEK, **more: Any) -> Loop:  # noqa: ANN401 - as of a loop
    return Loop(
        id="news",
        kind="news",
        owes="sales",
        to="marketing",
        trigger=(),
        silence_after=after,
        **more,
    )


def given(when: str, about: str = "R1", **more: Any) -> Event:  # noqa: ANN401
    return told("given", when, about=about, loop="news", **more)


def gaps(
    *events: Event,
    as_of: str,
    after: Span = WEEK,
    since: str | None = "02 00:00",
) -> list[Verdict]:
    agreement = Agreement((signed(quiet(after), since=since),))
    return list(agreement.evaluate(events, as_of=at(as_of)).verdicts)


def statuses(verdicts: list[Verdict]) -> list[str]:
    return [one.status.value for one in verdicts]


class TestSilence:
    def test_an_agreement_in_which_nothing_was_said_yet_counts_from_its_start(
        self,
    ) -> None:
        (verdict,) = gaps(as_of="03 12:00")

        assert (verdict.term, verdict.subject_kind, verdict.subject) == (
            *("news.silence", "loop"),
            "news",
        )
        assert (verdict.party, verdict.status.value) == ("sales", "pending")
        # Seven dates after the 2nd; the whole of the last one is in time.
        assert verdict.due_at == at("10 00:00")

    def test_the_alarm_comes_with_the_first_instant_after_that(self) -> None:
        (before,) = gaps(as_of="10 00:00")
        assert before.next_change_at is not None
        alarm = before.next_change_at

        agreement = Agreement((signed(quiet(), since="02 00:00"),))
        (after,) = agreement.evaluate([], as_of=alarm).verdicts

        assert (before.status.value, after.status.value) == ("pending", "breached")
        assert alarm - timedelta(microseconds=1) == at("10 00:00")

    def test_each_word_ends_a_gap_and_begins_the_next(self) -> None:
        verdicts = gaps(
            given("05 15:00"), given("16 09:00", about="R2"), as_of="17 12:00"
        )

        assert statuses(verdicts) == ["met", "late", "pending"]
        assert [one.cycle for one in verdicts] == [1, 2, 3]
        assert [one.started_at for one in verdicts] == [
            at("02 00:00"),
            at("05 00:00"),
            at("16 00:00"),
        ]

    def test_a_gap_as_long_as_agreed_is_kept(self) -> None:
        # The 2nd and the 9th lie seven dates apart.
        assert statuses(gaps(given("09 23:59"), as_of="10 12:00"))[0] == "met"
        assert statuses(gaps(given("10 00:01"), as_of="10 12:00"))[0] == "late"

    @pytest.mark.parametrize(
        ("after", "due"),
        [(BusinessDays(2), "06 17:00"), (Elapsed(hours=48), "06 15:00")],
    )
    def test_other_spans_count_from_the_moment(self, after: Span, due: str) -> None:
        *_, last = gaps(given("04 15:00"), after=after, as_of="05 12:00")

        assert last.due_at == at(due)

    def test_words_of_one_moment_end_one_gap(self) -> None:
        both = (given("05 15:00"), given("05 15:00", about="R2"))

        assert len(gaps(*both, after=Elapsed(hours=48), as_of="05 16:00")) == 2
        assert len(gaps(*both, as_of="05 16:00")) == 2

    def test_a_request_is_no_news(self) -> None:
        asked = told("requested", "05 15:00", loop="news")

        assert len(gaps(asked, as_of="05 16:00")) == 1

    def test_what_is_said_in_another_loop_is_none_either(self) -> None:
        assert len(gaps(told("given", "05 15:00"), as_of="05 16:00")) == 1

    def test_what_was_withdrawn_was_not_said(self) -> None:
        said = given("05 15:00")
        back = attrs.evolve(
            fact(Retracted(of=said.id), "05 16:00"), subject=said.subject
        )

        assert len(gaps(said, back, as_of="05 17:00")) == 1

    def test_a_withdrawal_that_is_told_twice_is_one(self) -> None:
        said = given("05 15:00")
        back = attrs.evolve(
            fact(Retracted(of=said.id), "05 16:00"), subject=said.subject
        )

        assert len(gaps(said, back, back, as_of="05 17:00")) == 1

    def test_a_withdrawal_that_was_withdrawn_withdraws_nothing(self) -> None:
        said = given("05 15:00")
        back, forth = (
            attrs.evolve(fact(Retracted(of=of), when, id=id_), subject=said.subject)
            for of, when, id_ in (
                (said.id, "05 16:00", "back"),
                ("back", "05 16:30", "forth"),
            )
        )

        assert len(gaps(said, back, as_of="05 17:00")) == 1
        assert len(gaps(said, back, forth, as_of="05 17:00")) == 2

    def test_what_is_withdrawn_twice_was_not_said(self) -> None:
        said = given("05 15:00")
        backs = [
            attrs.evolve(
                fact(Retracted(of=of), "05 16:00", id=id_), subject=said.subject
            )
            for of, id_ in ((said.id, "one"), (said.id, "one"), ("one", "one"))
        ]

        assert len(gaps(said, *backs[:2], as_of="05 17:00")) == 1
        assert len(gaps(said, backs[0], backs[2], as_of="05 17:00")) == 2

    def test_withdrawals_may_withdraw_each_other(self) -> None:
        said = given("05 15:00")
        one, two = (
            attrs.evolve(fact(Retracted(of=of), when, id=id_), subject=said.subject)
            for of, when, id_ in (
                ("two", "05 16:00", "one"),
                ("one", "05 16:30", "two"),
            )
        )

        assert len(gaps(said, one, two, as_of="05 17:00")) == 2

    def test_what_was_said_before_the_first_edition_does_not_count(self) -> None:
        early = given("01 12:00")

        assert len(gaps(early, as_of="03 12:00")) == 1

    def test_in_force_ever_since_it_counts_from_the_first_fact(self) -> None:
        other = told("given", "04 15:00")

        assert gaps(as_of="05 12:00", since=None) == []
        (verdict,) = gaps(other, as_of="05 12:00", since=None)
        assert verdict.started_at == at("04 00:00")

    def test_an_agreement_that_is_not_in_force_yet_owes_nothing(self) -> None:
        assert gaps(as_of="01 12:00") == []

    def test_a_word_learned_late_revises_the_alarm(self) -> None:
        late = given("05 15:00", recorded="20 10:00")

        first, _ = gaps(late, as_of="21 12:00")

        assert (first.status.value, first.revised) == ("met", True)

    def test_where_a_word_is_contested_so_is_the_gap(self) -> None:
        one = given("05 15:00", id="same")
        two = told("acknowledged", "05 15:00", loop="news", id="same")

        found = gaps(one, two, as_of="21 12:00")

        assert statuses(found)[:1] == ["unknown"]
        assert found[0].reason == (
            "the facts with the id 'request R1: same' contradict each other"
        )

    def test_editions_follow_each_other(self) -> None:
        first = signed(quiet(), since="02 00:00")
        agreement = Agreement((first,)).amend(
            attrs.evolve(
                signed(quiet(CalendarTime(days=3)), since="04 00:00"), version="2"
            )
        )

        verdicts = agreement.evaluate(
            [given("05 15:00")], as_of=at("05 16:00")
        ).verdicts

        assert [(one.agreement.version, one.due_at) for one in verdicts] == [
            ("1", at("10 00:00")),
            ("2", at("09 00:00")),
        ]

    def test_a_promise_that_lapsed_begins_anew(self) -> None:
        agreement = (
            Agreement((signed(quiet(), since="02 00:00"),))
            .amend(attrs.evolve(signed(since="04 00:00"), version="2"))
            .amend(attrs.evolve(signed(quiet(), since="06 00:00"), version="3"))
        )

        verdicts = agreement.evaluate(
            [given("05 15:00")], as_of=at("06 16:00")
        ).verdicts

        assert [(one.agreement.version, one.status.value) for one in verdicts] == [
            ("1", "met"),
            ("3", "pending"),
        ]

    def test_it_stands_on_the_scorecard(self) -> None:
        agreement = Agreement((signed(quiet(), since="02 00:00"),))

        card = agreement.evaluate([given("05 15:00")], as_of=at("06 16:00")).scorecard()

        assert str(card.line("news.silence").tally.compliance) == "1/1"

    def test_a_term_of_the_same_id_stays_as_it_is(self) -> None:
        (term,) = loop_terms(quiet())
        own = attrs.evolve(term, party="joint")
        agreement = Agreement((signed(quiet(), terms=(own,), since="02 00:00"),))

        (verdict,) = agreement.evaluate(
            [given("05 15:00")], as_of=at("06 16:00")
        ).verdicts

        assert (verdict.party, verdict.subject_kind) == ("joint", "request")

    @pytest.mark.parametrize(("as_of", "unknown"), [("01 12:00", 0), ("03 12:00", 1)])
    def test_one_subject_does_not_know_whether_the_others_are_silent(
        self, as_of: str, unknown: int
    ) -> None:
        agreement = Agreement((signed(quiet(), since="02 00:00"),))
        state = agreement.open(Subject(kind="request", id="R1"))

        verdicts = state.verdicts(as_of=at(as_of))

        assert [one.status.value for one in verdicts] == ["unknown"] * unknown
        assert all(one.subject == "news" for one in verdicts)
