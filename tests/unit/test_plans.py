"""All that an edition asks of one kind of handoff."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from alignkit.criteria import field
from alignkit.editions import Calendar, Definition, Edition
from alignkit.gates import PLAIN, Gate, Waiver
from alignkit.handoffs import Handoff, Occasion
from alignkit.hours import BusinessHours
from alignkit.judgements import Need
from alignkit.lifecycle import MoveDirection
from alignkit.parties import Organization, Party, Person
from alignkit.patterns import Pattern
from alignkit.plans import Desk, Plan
from alignkit.presets import preset
from alignkit.promises import Clock, Deadline, Validity
from alignkit.spans import span
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


class TestGate:
    def test_where_none_fits_the_plain_one_asks_what_every_gate_asks(self) -> None:
        found = plan(an_edition(gates=(Gate(id="g", to_party="marketing"),)))

        assert (found.gate, found.gate_path) == (PLAIN, None)
        assert paths(found) == ["suppressed", "duplicates", "open_opportunities"]

    def test_the_first_that_fits_holds(self) -> None:
        gates = (NOTHING, Gate(id="h", consent=("email",)))

        found = plan(an_edition(gates=gates))

        assert (found.gate.id, found.gate_path, paths(found)) == ("g", "$.gates[0]", [])

    def test_what_goes_back_is_asked_nothing_by_the_plain_one(self) -> None:
        found = plan(an_edition(), Occasion.RETURN, reason="not_icp")

        assert (paths(found), found.gate_path) == ([], None)

    def test_what_only_moves_meets_none(self) -> None:
        gate = Gate(id="g", consent=("email",), meets="mql")
        edition = an_edition(gates=(gate,), lifecycle=STANDARD)
        said = {"from_stage": "sal", "to_stage": "sql"}

        found = plan(edition, Occasion.MOVE, **said)

        assert paths(found) == []

    def test_it_asks_in_a_fixed_order(self) -> None:
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


class TestZone:
    def test_it_is_that_of_the_party_that_takes_the_lead(self) -> None:
        tokyo = Calendar(
            "tokyo", BusinessHours("Asia/Tokyo", {"mon-fri": ["09:00-17:00"]})
        )
        edition = an_edition(
            calendars=(tokyo,), parties=(Party(id="sales", calendar="tokyo"),)
        )

        assert plan(edition).zone == "Asia/Tokyo"
        assert plan(edition, to_party="marketing").zone == "UTC"

    @pytest.mark.parametrize(
        ("stage", "party", "zone"),
        [
            ("sql", "sales", "Asia/Tokyo"),
            ("lead", "marketing", "UTC"),
            ("mql", "joint", "UTC"),
            ("nowhere", "joint", "UTC"),
        ],
    )
    def test_a_lead_that_moves_comes_to_the_party_that_has_its_stage(
        self, stage: str, party: str, zone: str
    ) -> None:
        hours = BusinessHours("Asia/Tokyo", {"mon-fri": ["09:00-17:00"]})
        edition = an_edition(
            calendars=(Calendar("tokyo", hours),),
            parties=(Party(id="sales", calendar="tokyo"),),
            lifecycle=STANDARD,
        )

        found = plan(edition, Occasion.MOVE, to_party="joint", to_stage=stage)

        assert (found.party, found.zone) == (party, zone)


class TestDesk:
    def test_the_same_few_words_get_the_same_plan(self) -> None:
        desk = Desk(an_edition())

        one = desk.plan(a_handoff(note="a"), Occasion.OFFER)

        assert desk.plan(a_handoff(note="b", owner="dana"), Occasion.OFFER) is one
        assert desk.plan(a_handoff(to_stage="mql"), Occasion.OFFER) is not one
        assert desk.plan(a_handoff(), Occasion.RETURN) is not one

    def test_deadlines_are_made_ready_once(self) -> None:
        clock = Clock(start=(Pattern(event="handoff_offered"),))
        answer = Term(
            id="answer",
            party="sales",
            promise=Deadline(clock=clock, within=span("2 hours")),
        )
        desk = Desk(an_edition(terms=(answer, TestValidity().term())))

        assert [one.term for one in desk.deadlines] == [answer]
        assert desk.deadlines is desk.deadlines
