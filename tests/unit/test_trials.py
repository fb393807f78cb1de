"""What came of everything that was asked of one handoff at one instant."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

import pytest

from alignkit.criteria import Criterion, Happened, field, happened
from alignkit.desks import Desk
from alignkit.editions import Definition, Edition
from alignkit.facts import Facts
from alignkit.gates import Gate, Waiver
from alignkit.handoffs import Handoff, Occasion
from alignkit.instants import to_instant
from alignkit.judgements import Need
from alignkit.outcomes import FAILED, INVALID, MISSING, PASSED, PENDING, Outcome
from alignkit.questions import Question
from alignkit.spans import span
from alignkit.trials import Trial, place, place_of, relevant, weigh

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
ENVELOPE = {"lead": "L1", "at": NOON, "to_party": "sales"}
SCORE, SIZE = field("score").at_least(60), field("size").at_least(50)
BEGUN = Happened(event="demo", within=span("2 days"), after="created_at")


def trial(criterion: Criterion, attributes: Mapping[str, object]) -> Trial:
    gate = Gate(id="gate", meets="mql", waives=tuple(Waiver), required=("campaign",))
    mql = Definition("mql", criterion)
    edition = Edition(id="n", definitions=(mql,), gates=(gate,))
    handoff = Handoff.from_dict({**ENVELOPE, "attributes": attributes})
    plan = Desk(edition).plan(handoff, Occasion.OFFER)
    return Trial.of(plan, handoff, to_instant(NOON, "at"))


class TestWeigh:
    @pytest.mark.parametrize(
        ("count", "came", "expected"),
        [
            (3, (PASSED, PASSED, PASSED), PASSED),
            (3, (PASSED, MISSING, FAILED), FAILED),
            (1, (FAILED, MISSING, PASSED), PASSED),
            (1, (FAILED, MISSING, FAILED), MISSING),
            (2, (PASSED, FAILED, PASSED), PASSED),
            (2, (PASSED, INVALID, FAILED), INVALID),
            (2, (FAILED, MISSING, FAILED), FAILED),
        ],
    )
    def test_of_so_many_the_last_that_is_needed_decides(
        self, count: int, came: tuple[int, ...], expected: int
    ) -> None:
        assert weigh(Need(count, (0, 1, 2)), came) == expected

    def test_nothing_asks_for_nothing(self) -> None:
        assert weigh(Need(0, ()), ()) == PASSED

    def test_a_part_may_have_parts(self) -> None:
        need = Need(2, (0, Need(1, (1, Need(2, (2, 3))))))

        assert weigh(need, (PASSED, FAILED, PASSED, MISSING)) == MISSING
        assert weigh(need, (PASSED, PASSED, FAILED, FAILED)) == PASSED
        assert weigh(need, (FAILED, PASSED, PASSED, PASSED)) == FAILED


class TestRelevant:
    def test_what_is_met_hides_what_stands_beside_it(self) -> None:
        need = Need(2, (Need(1, (0, 1)), Need(1, (2, 3))))

        assert list(relevant(need, (PASSED, FAILED, MISSING, FAILED))) == [2, 3]

    def test_once_all_is_met_nothing_matters(self) -> None:
        assert list(relevant(Need(2, (0, 1)), (PASSED, PASSED))) == []


class TestOutcome:
    def test_demands_and_questions_are_gone_through_in_this_order(self) -> None:
        found = trial(SCORE, {"score": 72})

        assert (found.came, found.outcome) == ((MISSING, PASSED), Outcome.UNKNOWN)

    def test_the_lowest_of_all_decides(self) -> None:
        assert trial(SCORE, {"score": 12}).outcome is Outcome.FAIL


class TestTold:
    def test_what_decides_is_told_first(self) -> None:
        told = trial(SCORE & SIZE, {"score": 12}).told

        assert [(one.path, one.decides) for _, one in told] == [
            ("$.attributes.score", True),
            ("$.campaign", False),
            ("$.attributes.size", False),
        ]
        assert [at for at, _ in told] == [1, 0, 2]

    def test_of_alternatives_that_all_fail_each_decides(self) -> None:
        told = trial(SCORE | SIZE, {"score": 12, "size": 4}).told

        assert [one.path for _, one in told if one.decides] == [
            "$.attributes.score",
            "$.attributes.size",
        ]

    def test_of_what_passes_what_is_so_as_well_decides_nothing(self) -> None:
        gate = Gate(id="gate", meets="mql", waives=tuple(Waiver))
        edition = Edition(
            id="n", definitions=(Definition("mql", SCORE | SIZE),), gates=(gate,)
        )
        held = {"score": 72, "size": 4}
        handoff = Handoff.from_dict({**ENVELOPE, "attributes": held})
        plan = Desk(edition).plan(handoff, Occasion.OFFER)

        found = Trial.of(plan, handoff, to_instant(NOON, "at"))

        assert found.outcome is Outcome.PASS
        assert [one.decides for _, one in found.told] == [False]


def question(criterion: Criterion) -> Question:
    (only,) = trial(criterion, {}).plan.questions
    return only


class TestPlace:
    @pytest.mark.parametrize(
        ("path", "expected"),
        [
            ("company.size", "company.size"),
            ("contact.title", "contact.title"),
            ("companies", "attributes.companies"),
            ("campaign", "campaign"),
            ("campaign.cost", "attributes.campaign.cost"),
        ],
    )
    def test_it_is_where_a_payload_has_the_field(
        self, path: str, expected: str
    ) -> None:
        assert place(path) == expected

    def test_a_behaviour_stands_under_its_name(self) -> None:
        asked = question(happened("demo", within=span("2 days")))

        for came in (FAILED, MISSING, PENDING):
            assert place_of(asked, Facts(), came) == "happened.demo"

    def test_one_that_is_counted_from_a_field_is_about_it_where_it_is_not_there(
        self,
    ) -> None:
        asked = question(BEGUN)
        known = Facts(values={"created_at": NOON})

        assert place_of(asked, Facts(), MISSING) == "attributes.created_at"
        assert place_of(asked, known, MISSING) == "happened.demo"
        assert place_of(asked, known, INVALID) == "attributes.created_at"
        assert place_of(asked, Facts(), FAILED) == "happened.demo"
