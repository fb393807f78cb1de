"""Where handoffs are put to an edition."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from alignkit.criteria import field
from alignkit.desks import Desk
from alignkit.editions import Calendar, Definition, Edition
from alignkit.gates import PLAIN, Gate, Waiver
from alignkit.handoffs import Handoff, Occasion
from alignkit.hours import BusinessHours
from alignkit.parties import Party
from alignkit.patterns import Pattern
from alignkit.plans import Plan
from alignkit.presets import preset
from alignkit.promises import Clock, Deadline, Validity
from alignkit.spans import span
from alignkit.terms import Term

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
STANDARD = preset("standard")
MQL = Definition("mql", field("score").at_least(60))
OFFERED = Pattern(event="handoff_offered")
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
        valid = Term(
            id="valid",
            party="marketing",
            promise=Validity(at=(OFFERED,), meeting="mql"),
        )
        desk = Desk(an_edition(terms=(answer, valid)))

        assert [one.term for one in desk.deadlines] == [answer]
        assert desk.deadlines is desk.deadlines
