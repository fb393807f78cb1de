"""Story S05: both complaints are true, and the two shares say so side by side.

Of the rejections, the story's own reasons decide which of them stop the clock; here
they are listed in the pattern. That a lead is excluded which fails the definition is
said by whom the term applies to.
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

[[terms]]
id = "T-accept"
kind = "deadline"
party = "sales"
counterpart = "T-quality"
applies_to = { definition = "mql" }
start = "handoff_offered"
stop = [
  "handoff_accepted",
  { event = "handoff_rejected", reason = ["INVALID_DATA", "NOT_ICP"] },
]
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
            if row["verdict"] == "excluded":
                assert row["lead"] not in owed
                continue
            found = owed.pop(row["lead"])
            assert found.status.value == STATUSES.get(row["verdict"], row["verdict"])
            if "elapsed_business_s" in row:
                assert found.elapsed is not None
                assert found.elapsed.business is not None
                assert (
                    found.elapsed.business.total_seconds() == row["elapsed_business_s"]
                )
        assert owed == {}

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
