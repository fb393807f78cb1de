"""What speaks against a handoff, one thing at a time [H7]."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import attrs
import pytest

from alignkit.agreements import Agreement
from alignkit.criteria import field, happened
from alignkit.editions import Definition, Edition
from alignkit.findings import Severity
from alignkit.gates import Gate, Waiver
from alignkit.objections import Objection
from alignkit.outcomes import Outcome, WhyUnknown
from alignkit.spans import span

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
LATE = Objection(
    code="AK-H006",
    outcome=Outcome.FAIL,
    rule="$.gates[0]",
    path="$.duplicates",
    message="there are duplicates: ['L7']",
    expected="an empty list",
    seen="['L7']",
    help="merge the records first",
)
MQL = Definition(
    "mql",
    field("score").at_least(60) & happened("demo", within=span("2 days"), times=2),
)


def first(**said: object) -> Objection:
    gate = Gate(id="gate", meets="mql", waives=tuple(Waiver))
    edition = Edition(id="n", definitions=(MQL,), gates=(gate,))
    payload = {"lead": "L1", "at": NOON, "to_party": "sales", **said}
    return Agreement((edition,)).check_handoff(payload, as_of=NOON).findings[0]


class TestSeverity:
    @pytest.mark.parametrize(
        ("outcome", "decides", "severity"),
        [
            (Outcome.FAIL, True, Severity.ERROR),
            (Outcome.UNKNOWN, True, Severity.WARNING),
            (Outcome.FAIL, False, Severity.INFO),
            (Outcome.UNKNOWN, False, Severity.INFO),
        ],
    )
    def test_only_what_decides_is_more_than_a_note(
        self, outcome: Outcome, severity: Severity, *, decides: bool
    ) -> None:
        found = attrs.evolve(LATE, outcome=outcome, decides=decides)

        assert found.severity is severity
        assert found.finding.severity is severity


class TestEvidence:
    def test_a_number_says_by_how_much_it_misses(self) -> None:
        found = first(attributes={"score": 54})

        assert (found.margin, found.evidence) == (-6, ())

    def test_a_behaviour_names_its_moments(self) -> None:
        held = [NOON - timedelta(days=1), date(2026, 1, 1)]

        found = first(attributes={"score": 72}, happened={"demo": held})

        assert found.path == "$.happened.demo"
        assert NOON - timedelta(days=1) in found.evidence

    def test_a_demand_has_neither(self) -> None:
        assert (LATE.margin, LATE.evidence) == (None, ())


class TestToDict:
    def test_every_key_is_there(self) -> None:
        assert LATE.to_dict() == {
            "code": "AK-H006",
            "severity": "error",
            "outcome": "fail",
            "decides": True,
            "rule": "$.gates[0]",
            "path": "$.duplicates",
            "message": "there are duplicates: ['L7']",
            "expected": "an empty list",
            "seen": "['L7']",
            "help": "merge the records first",
            "why": None,
            "evidence": [],
            "margin": None,
        }

    def test_numbers_and_moments_are_text(self) -> None:
        told = first(attributes={"score": 54}).to_dict()

        assert told["margin"] == "-6"
        assert attrs.evolve(LATE, why=WhyUnknown.NULL).to_dict()["why"] == "null"

    def test_it_is_shown_as_all_findings_are(self) -> None:
        assert str(LATE) == (
            "AK-H006 there are duplicates: ['L7'] (at $.duplicates); "
            "merge the records first"
        )
