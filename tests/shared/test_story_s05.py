"""Story S05: both complaints are true, and the two shares say so side by side.

The story's own reasons decide which rejections stop the clock. A lead that failed the
definition when it was handed over is excluded, and the rejection of it is upheld.
"""

from __future__ import annotations

import json
from datetime import datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

import alignkit as ak

pytestmark = pytest.mark.shared

AGREEMENT = """
agreement = { id = "spree-industrial" }
parties = [{ id = "sales", calendar = "berlin" }]

[calendars.berlin]
zone = "Europe/Berlin"
week = { mon-fri = ["09:00-17:00"] }
holidays = { "2026-05-14" = "Christi Himmelfahrt" }

[definitions.mql]
field = "meets_definition"
is = true

[[reasons]]
code = "INVALID_DATA"
group = "contact"
disposition = "return_to_fix"
fixed_by = "marketing"

[[reasons]]
code = "NOT_ICP"
group = "qualification"
disposition = "disqualify"
fixed_by = "marketing"

[[reasons]]
code = "NO_BUDGET"
group = "qualification"
disposition = "recycle"
requires = ["conversation"]
fixed_by = "marketing"

[[reasons]]
code = "UNREACHABLE"
group = "contact"
disposition = "recycle"
requires = ["complete_attempts"]
attempts = 6
fixed_by = "marketing"

[[terms]]
id = "T-accept"
kind = "deadline"
party = "sales"
counterpart = "T-quality"
exclude = [{ if = { not = { definition = "mql" } }, reason = "not_mql" }]
start = "handoff_offered"
stop = ["handoff_accepted", "handoff_rejected"]
within = "8 business hours"
keep = { at_least = "9/10" }

[[terms]]
id = "T-quality"
kind = "quality"
party = "marketing"
counterpart = "T-accept"
calendar = "berlin"
of = "handoff_offered"
meeting = "mql"
at_least = "4/5"
"""

TYPES = {
    "handed_off": "handoff_offered",
    "accepted": "handoff_accepted",
    "rejected": "handoff_rejected",
}
STATUSES = {"breached_open": "breached", "breached_late": "late"}


def story(shared: Path) -> dict[str, Any]:
    text = (shared / "cases" / "scenarios.json").read_text(encoding="utf-8")
    stories = json.loads(text)["scenarios"]
    return next(one for one in stories if one["id"] == "S05")


def facts(told: dict[str, Any]) -> list[dict[str, Any]]:
    events: list[dict[str, Any]] = []
    for number, row in enumerate(told["events"]):
        lead, at = row["lead"], row["at"]
        event = {
            "id": f"e{number}",
            "lead": lead,
            "at": at,
            "type": TYPES[row["event"]],
        }
        if "meets_definition" in row:
            known = {"id": f"f{number}", "lead": lead, "at": at}
            known |= {"type": "field_changed", "field": "meets_definition"}
            events.append(known | {"value": row["meets_definition"]})
        events.append(
            event
            | ({"reason": row["reason"]} if "reason" in row else {"to_party": "sales"})
        )
    return events


def evaluation(shared: Path) -> ak.Evaluation:
    told = story(shared)
    as_of = datetime.fromisoformat(told["evaluate_at"])
    return ak.loads(AGREEMENT).evaluate(facts(told), as_of=as_of)


class TestStory:
    def test_every_lead_stands_as_told(self, shared: Path) -> None:
        owed = {
            one.subject: one
            for one in evaluation(shared).verdicts
            if one.subject_kind == "lead"
        }

        for row in story(shared)["expected"]:
            found = owed.pop(row["lead"])
            assert found.status.value == STATUSES.get(row["verdict"], row["verdict"])
            if "elapsed_business_s" in row:
                assert found.elapsed is not None
                assert found.elapsed.business is not None
                assert (
                    found.elapsed.business.total_seconds() == row["elapsed_business_s"]
                )
        assert owed == {}

    def test_a_rejection_without_what_its_reason_takes_stops_no_clock(
        self, shared: Path
    ) -> None:
        found = {one.subject: one for one in evaluation(shared).verdicts}

        (one,) = found["L3"].disregarded
        assert one.reason == "invalid_rejection"

    def test_every_rejection_is_upheld_or_not_as_told(self, shared: Path) -> None:
        told = story(shared)
        events = [ak.Event.from_dict(one) for one in facts(told)]
        as_of = datetime.fromisoformat(told["evaluate_at"])

        found = ak.judge_rejections(ak.loads(AGREEMENT).editions, events, as_of=as_of)

        by_lead = {one.event.subject.id: one for one in found}
        rows = [row for row in told["expected"] if "rejection" in row]
        assert len(by_lead) == len(rows)
        for row in rows:
            one = by_lead[row["lead"]]
            assert one.is_valid is (row["rejection"] == "upheld")
            assert one.counts_against == row.get("counts_against")

    @pytest.mark.parametrize("term", ["T-accept", "T-quality"])
    def test_both_parties_break_their_share(self, shared: Path, term: str) -> None:
        expected = story(shared)["summary_expected"][term]

        (found,) = (
            one
            for one in evaluation(shared).verdicts
            if one.subject_kind == "party" and one.term == term
        )

        assert found.status.value == expected["verdict"]
        assert found.measure is not None
        shown = f"{found.measure.numerator}/{found.measure.denominator}"
        assert shown == expected["rate"]
        assert found.measure.target == Fraction(expected["threshold"])
