"""All that an edition asks of one kind of handoff."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from alignkit.criteria import field
from alignkit.desks import Desk
from alignkit.editions import Definition, Edition
from alignkit.gates import Gate, Waiver
from alignkit.handoffs import Handoff, Occasion
from alignkit.judgements import Need
from alignkit.lifecycle import MoveDirection
from alignkit.parties import Organization, Person
from alignkit.patterns import Pattern
from alignkit.plans import Plan
from alignkit.presets import preset
from alignkit.promises import Validity
from alignkit.terms import Exclusion, Term

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
STANDARD = preset("standard")
MQL = Definition("mql", field("score").at_least(60))
NOTHING = Gate(id="g", waives=tuple(Waiver))


def an_edition(**parts: object) -> Edition:
    make: Callable[..., Edition] = Edition
    return make(**{"id": "n", "definitions": (MQL,), **parts})


def a_handoff(**said: object) -> Handoff:
    make: Callable[..., Handoff] = Handoff
    return make(**{"lead": "L1", "at": NOON, "to_party": "sales", **said})


def plan(
    edition: Edition, occasion: Occasion = Occasion.OFFER, /, **said: object
) -> Plan:
    return Desk(edition).plan(a_handoff(**said), occasion)


def paths(found: Plan) -> list[str]:
    """Return what the demands are about, and then what the questions are."""
    return [
        *(one.path for one in found.demands),
        *(one.path for one in found.questions),
    ]


class TestOrder:
    def test_demands_come_before_questions_each_as_the_gate_lists_them(self) -> None:
        gate = Gate(
            id="g",
            meets="mql",
            required=("campaign", "contact.title"),
            consent=("email", "call"),
            most_open=40,
            is_strict=True,
        )
        staff = Organization(people=(Person(id="dana"),))

        found = plan(an_edition(gates=(gate,), organization=staff))

        assert paths(found) == [
            *("suppressed", "consent.email", "consent.call", "duplicates"),
            *("open_opportunities", "owner", "owner_load", "campaign", ""),
            *("score", "contact.title"),
        ]
        assert found.need.count == len(paths(found))


class TestMove:
    def test_it_says_what_the_move_means_and_what_else_there_is(self) -> None:
        found = plan(
            an_edition(lifecycle=STANDARD, gates=(NOTHING,)),
            from_stage="mql",
            to_stage="sal",
        )

        assert found.direction is MoveDirection.ADVANCE
        assert found.legal == STANDARD.moves_from("mql")

    def test_without_a_lifecycle_it_means_nothing(self) -> None:
        found = plan(an_edition(), from_stage="mql", to_stage="sal")

        assert (found.direction, found.legal) == (None, ())

    def test_stages_that_are_not_said_are_asked_for(self) -> None:
        edition = an_edition(lifecycle=STANDARD)

        assert paths(plan(edition, Occasion.MOVE)) == ["from_stage", "to_stage"]

    def test_a_lead_that_comes_back_is_asked_for_its_rest_and_its_returns(
        self,
    ) -> None:
        edition = an_edition(lifecycle=preset("standard"))
        said = {"from_stage": "recycled", "to_stage": "mql"}

        assert "rests_until" in paths(plan(edition, Occasion.MOVE, **said))

    def test_a_repair_of_the_record_is_asked_for_nothing(self) -> None:
        edition = an_edition(lifecycle=STANDARD)
        said = {"from_stage": "customer", "to_stage": "lead"}

        found = plan(edition, Occasion.MOVE, **said, reason="entered_in_error")

        assert (paths(found), found.direction) == ([], MoveDirection.CORRECT)


class TestReason:
    def test_what_it_requires_is_asked_by_its_place_in_the_agreement(self) -> None:
        edition = an_edition()
        codes = [one.code for one in edition.reasons]

        found = plan(edition, Occasion.RETURN, reason="no_budget")

        nth = codes.index("no_budget")
        assert [(one.rule, one.path) for one in found.demands] == [
            (f"$.reasons[{nth}].requires[0]", "conversation")
        ]
        assert found.reason is edition.reasons[nth]

    @pytest.mark.parametrize("reason", [None, "nobody_knows"])
    def test_one_that_is_none_is_asked_for(self, reason: str | None) -> None:
        found = plan(an_edition(), Occasion.RETURN, reason=reason)

        assert (paths(found), found.reason) == (["reason"], None)


class TestValidity:
    OFFERED = Pattern(event="handoff_offered", where={"to_party": "sales"})

    def term(self, *exclude: Exclusion) -> Term:
        return Term(
            id="v",
            party="marketing",
            exclude=exclude,
            promise=Validity(at=(self.OFFERED,), meeting="mql"),
        )

    def test_a_definition_that_a_term_asks_for_is_asked(self) -> None:
        edition = an_edition(gates=(NOTHING,), terms=(self.term(),))

        assert paths(plan(edition)) == ["score"]
        assert paths(plan(edition, to_party="product")) == []

    def test_it_is_asked_once(self) -> None:
        gate = Gate(id="g", meets="mql", waives=tuple(Waiver))
        edition = an_edition(gates=(gate,), terms=(self.term(), self.again()))

        assert [one.rule for one in plan(edition).questions] == ["$.definitions.mql"]

    def again(self) -> Term:
        promise = Validity(at=(self.OFFERED,), meeting="mql")
        return Term(id="w", party="marketing", promise=promise)

    def test_whom_the_term_does_not_bind_need_not_meet_it(self) -> None:
        test = Exclusion(when=field("is_test").is_(True), reason="test")
        edition = an_edition(gates=(NOTHING,), terms=(self.term(test),))

        found = plan(edition)

        assert paths(found) == ["score", "is_test"]
        assert found.need == Need(1, (Need(1, (0, 1)),))
