"""How well feedback flows.

The story: a maker of pumps in Chicago asks four reps what buyers say about a new
brochure. One answers at once and is heard, one answers late and nobody decides, one
never answers, and one speaks up unasked, is turned down and comes back.
"""

from __future__ import annotations

from datetime import timedelta

import attrs

from alignkit.agreements import Agreement
from alignkit.duties import loop_terms
from alignkit.events import Event, Subject
from alignkit.happenings import OpportunityLost
from alignkit.loopfigures import LoopFigures, Portion
from alignkit.loops import Loop
from alignkit.patterns import Pattern
from alignkit.scorecards import Case
from alignkit.spans import BusinessTime
from alignkit.terms import Term
from alignkit.turnarounds import TurnaroundUnit
from tests.deadlines import at, fact
from tests.loop_facts import a_loop, signed, told

STORY = (
    told("requested", "03 10:00", about="quick"),
    told("given", "03 15:00", about="quick"),
    told("decided", "05 10:00", about="quick"),
    told("closed", "06 10:00", about="quick"),
    told("requested", "03 10:00", about="late"),
    told("given", "10 10:00", about="late"),
    told("requested", "03 10:00", about="silent"),
    told("given", "04 10:00", about="unasked"),
    told("decided", "05 10:00", about="unasked", decision="decline", reason="no"),
    told("closed", "05 11:00", about="unasked"),
    told("reopened", "06 10:00", about="unasked"),
)


def figures(
    *events: Event,
    loop: Loop | None = None,
    as_of: str = "12 12:00",
    terms: tuple[Term, ...] = (),
) -> LoopFigures:
    edition = signed(a_loop() if loop is None else loop, terms=terms)
    evaluation = Agreement((edition,)).evaluate(events, as_of=at(as_of))
    (found,) = evaluation.feedback
    return found


def shares(found: LoopFigures) -> dict[str, str]:
    return {
        field.name: str(held.share)
        for field in attrs.fields(LoopFigures)
        if isinstance(held := getattr(found, field.name), Portion)
    }


def case(id_: str, number: int = 1) -> Case:
    return Case("request", id_, number)


class TestStory:
    def test_every_figure_says_how_many_of_how_many(self) -> None:
        assert shares(figures(*STORY)) == {
            "coverage": "2/3",
            "on_time": "1/3",
            "action_rate": "1/1",
            "action_of_received": "1/3",
            "closure": "1/3",
            "reopened": "1/2",
        }

    def test_each_names_the_subjects_behind_it(self) -> None:
        found = figures(*STORY)

        assert found.coverage == Portion(
            good=(case("late"), case("quick")),
            of=(case("late"), case("quick"), case("silent")),
        )
        assert found.reopened == Portion(
            good=(case("unasked"),), of=(case("quick"), case("unasked"))
        )

    def test_turnarounds_are_in_the_unit_of_the_span(self) -> None:
        turnaround = figures(*STORY).turnaround

        assert turnaround is not None
        assert (turnaround.unit, turnaround.answered, turnaround.open) == (
            TurnaroundUnit.BUSINESS_DAYS,
            ((case("quick"), 0), (case("late"), 5)),
            (case("silent"),),
        )
        assert (turnaround.median, turnaround.median_of_answered) == (5, 0)

    def test_in_hours_they_are_lengths_of_business_time(self) -> None:
        turnaround = figures(
            *STORY, loop=a_loop(reply_within=BusinessTime(hours=8))
        ).turnaround

        assert turnaround is not None
        assert turnaround.median_of_answered == timedelta(hours=5)


class TestFigures:
    def test_before_anything_happened_there_is_nothing_to_divide(self) -> None:
        assert set(shares(figures()).values()) == {"0/0"}

    def test_a_fact_after_the_question_is_not_seen(self) -> None:
        found = figures(*STORY, as_of="05 10:30")

        assert (str(found.closure.share), str(found.reopened.share)) == ("0/2", "0/0")

    def test_where_no_reply_is_owed_there_is_no_turnaround(self) -> None:
        found = figures(*STORY, loop=a_loop(reply_within=None))

        assert found.turnaround is None
        assert str(found.on_time.share) == "0/0"

    def test_what_is_asked_again_is_another_item(self) -> None:
        again = (
            told("requested", "09 10:00", about="quick"),
            told("given", "09 15:00", about="quick"),
        )

        found = figures(*STORY, *again)

        assert case("quick", 2) in found.coverage.good
        assert str(found.closure.share) == "1/4"

    def test_a_deferral_that_is_decided_anew_is_open_until_it_is_told(self) -> None:
        deferred = (
            told("given", "03 10:00"),
            told("decided", "04 10:00", decision="defer", until="2026-03-20"),
            told("closed", "05 10:00"),
            told("decided", "06 10:00"),
        )

        found = figures(*deferred)

        assert shares(found) | {"on_time": "0/0", "coverage": "0/0"} == {
            "coverage": "0/0",
            "on_time": "0/0",
            "action_rate": "1/1",
            "action_of_received": "1/1",
            "closure": "0/1",
            "reopened": "0/1",
        }

    def test_a_reply_known_by_its_date_answers_what_was_asked_on_it(self) -> None:
        found = figures(told("given", "03"), told("requested", "03 10:00"))

        assert shares(found)["coverage"] == "1/1"
        assert shares(found)["on_time"] == "1/1"

    def test_what_triggers_it_asks(self) -> None:
        loop = a_loop(trigger=(Pattern(event="opportunity_lost"),))
        deal = Subject(kind="opportunity", id="O1")
        lost = attrs.evolve(fact(OpportunityLost(), "03 10:00"), subject=deal)

        found = figures(lost, loop=loop)

        assert found.coverage.of == (Case("opportunity", "O1", 1),)

    def test_replies_go_by_the_term_of_the_agreement_if_it_has_one(self) -> None:
        (reply, *_) = loop_terms(a_loop())
        own = attrs.evolve(reply, id="our-reply")

        assert shares(figures(*STORY, terms=(own,)))["on_time"] == "1/3"

    def test_what_began_before_the_first_edition_is_left_out(self) -> None:
        agreement = Agreement((signed(a_loop(), since="04 00:00"),))

        (found,) = agreement.evaluate(STORY, as_of=at("12 12:00")).feedback

        assert shares(found)["closure"] == "0/1"
        assert shares(found)["coverage"] == "0/0"

    def test_a_loop_goes_on_through_its_editions(self) -> None:
        agreement = Agreement((signed(a_loop(), since="01 00:00"),)).amend(
            attrs.evolve(signed(a_loop(), since="05 00:00"), version="2")
        )

        (found,) = agreement.evaluate(STORY, as_of=at("12 12:00")).feedback

        assert found == figures(*STORY)
