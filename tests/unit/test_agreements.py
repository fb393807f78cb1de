"""The editions of one agreement, one after the other."""

from __future__ import annotations

import pickle
from datetime import UTC, datetime

import attrs
import pytest

from alignkit.agreements import Agreement
from alignkit.editions import Edition
from alignkit.errors import NaiveMomentError, UnfitValueError
from alignkit.events import Event
from tests.deadlines import at, edition, fact, term

FIRST = edition(term(), version="1")
SECOND = edition(term("8 business hours"), version="2", since="05 12:00")


class TestAgreement:
    def test_it_has_the_name_of_its_editions_and_a_latest_one(self) -> None:
        agreement = Agreement((FIRST, SECOND))

        assert agreement.id == "northwind"
        assert agreement.latest == SECOND

    def test_it_has_at_least_one_edition(self) -> None:
        with pytest.raises(ValueError, match="editions"):
            Agreement(())

    def test_editions_of_two_agreements_are_none(self) -> None:
        with pytest.raises(UnfitValueError) as caught:
            Agreement((FIRST, attrs.evolve(SECOND, id="southwind")))

        assert caught.value.seen == "northwind, southwind"

    @pytest.mark.parametrize(
        "editions", [(SECOND, FIRST), (SECOND, SECOND), (FIRST, FIRST)]
    )
    def test_editions_come_in_order(self, editions: tuple[object, ...]) -> None:
        with pytest.raises(UnfitValueError) as caught:
            Agreement(editions)  # type: ignore[arg-type]

        assert caught.value.expected == (
            "editions in order of effective_from, no two of one moment"
        )


class TestInForce:
    def test_each_is_in_force_until_the_next_one_is(self) -> None:
        agreement = Agreement((FIRST, SECOND))

        assert agreement.in_force_at(at("05 11:59:59.999999")) == FIRST
        assert agreement.in_force_at(at("05 12:00")) == SECOND

    def test_before_the_first_there_is_none(self) -> None:
        assert Agreement((SECOND,)).in_force_at(at("05 11:00")) is None

    def test_the_moment_must_have_a_zone(self) -> None:
        with pytest.raises(NaiveMomentError) as caught:
            Agreement((FIRST,)).in_force_at(datetime(2026, 3, 5))

        assert caught.value.argument == "moment"


class TestAmend:
    def test_one_more_edition_follows(self) -> None:
        assert Agreement((FIRST,)).amend(SECOND) == Agreement((FIRST, SECOND))

    def test_one_that_does_not_follow_is_refused(self) -> None:
        with pytest.raises(UnfitValueError):
            Agreement((SECOND,)).amend(FIRST)


class TestEvaluate:
    def test_it_puts_all_its_editions_to_the_facts(self) -> None:
        agreement = Agreement((FIRST, SECOND))
        facts = [fact("go", "04 10:00"), fact("done", "04 11:00")]

        evaluation = agreement.evaluate(facts, as_of=datetime(2026, 3, 6, tzinfo=UTC))

        assert [one.agreement.version for one in evaluation.verdicts] == ["1"]


class TestFacts:
    @pytest.mark.parametrize("events", [None, 3, "abc", {"id": "1"}, Event])
    def test_what_are_no_events_is_refused(self, events: object) -> None:
        agreement = Agreement((Edition(id="northwind"),))
        noon = datetime(2026, 3, 9, 12, tzinfo=UTC)

        with pytest.raises(UnfitValueError) as caught:
            agreement.evaluate(events, as_of=noon)  # type: ignore[call-overload]

        assert (caught.value.noun, caught.value.field) == ("history", "events")


class TestPickle:
    def test_an_agreement_made_ready_comes_back_as_it_went(self) -> None:
        agreement = Agreement((FIRST, SECOND))

        back = pickle.loads(pickle.dumps(agreement.docket))  # noqa: S301 - our own

        assert back.gauge.editions == agreement.editions
        assert back.gauge.terms == agreement.docket.gauge.terms


class TestRepr:
    def test_what_holds_much_is_told_in_a_line(self) -> None:
        agreement = Agreement((FIRST, SECOND))
        evaluation = agreement.evaluate([fact("go", "03 10:00")], as_of=at("04 10:00"))

        told = [
            repr(one) for one in (agreement, SECOND, evaluation, evaluation.scorecard())
        ]

        assert told == [
            "<Agreement 'northwind', version '2': 2 editions, 1 term>",
            "<Edition 'northwind', version '2': 1 term, 1 calendar>",
            "<Evaluation as of 2026-03-04 10:00:00-06:00: 1 verdict, 0 to review>",
            "<Scorecard as of 2026-03-04 10:00:00-06:00: 1 line, 1 case>",
        ]
