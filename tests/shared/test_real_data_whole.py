"""The real sets under agreements that promise something of every kind.

Nobody has counted these verdicts elsewhere: what is held here is that every row is
judged or listed for review, and that the ways of asking agree.
"""

from __future__ import annotations

import functools
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

import alignkit as ak
from examples.marketing_funnel import funnel
from examples.service_log import service_log

pytestmark = pytest.mark.shared

MARKETPLACE = """
agreement = { id = "marketplace" }

[calendars.office]
zone = "America/Sao_Paulo"
week = { mon-fri = ["09:00-18:00"] }
holidays = { "2018-01-01" = "New Year", "2018-02-13" = "Carnival" }

[parties]
sales = { calendar = "office" }
marketing = { calendar = "office" }
joint = { calendar = "office" }

[definitions]
known-origin = { field = "lead.source", known = true }

[[terms]]
id = "contact-to-won"
kind = "deadline"
party = "joint"
counterpart = "none"
start = "lead_created"
stop = "opportunity_won"
within = "20 business days"
targets = [{ if = { field = "lead.source", is = "email" }, within = "30 days" }]
warn_at = "80%"
escalate = [
  { at = "100%", notify = "manager" },
  { after = "1 week", action = "reassign" },
]
keep = { at_least = "1/10", per = "month" }
exclude = [
  { if = { field = "lead.source", is = "unknown" }, reason = "unknown_origin" },
]

[[terms]]
id = "leads"
kind = "volume"
party = "marketing"
counterpart = "contact-to-won"
of = "lead_created"
goal = 500
per = "month"

[[terms]]
id = "conversion"
kind = "quality"
party = "marketing"
counterpart = "contact-to-won"
of = "lead_created"
followed_by = "opportunity_won"
at_least = "1/10"
per = "quarter"
min_sample = 20

[[terms]]
id = "origin"
kind = "validity"
party = "marketing"
counterpart = "contact-to-won"
at = "lead_created"
meeting = "known-origin"
"""

DESK = """
agreement = { id = "desk" }

[calendars.desk]
zone = "UTC"
week = { mon-fri = ["09:00-17:00"] }

[parties]
service_desk = { calendar = "desk" }

[[terms]]
id = "resolution"
kind = "deadline"
party = "service_desk"
counterpart = "none"
start = { event = "custom", name = "incident_opened" }
stop = { event = "custom", name = "incident_resolved" }
within = "8 business hours"
warn_at = "75%"
escalate = [{ at = "50%", notify = "lead" }, { at = "200%", action = "reassign" }]

[[terms]]
id = "own-share"
kind = "deadline"
party = "service_desk"
counterpart = "none"
start = { event = "custom", name = "incident_opened" }
stop = { event = "custom", name = "incident_resolved" }
within = "2 business days"
waiting = "owner"

[[terms]]
id = "intake"
kind = "volume"
party = "service_desk"
counterpart = "none"
of = { event = "custom", name = "incident_opened" }
goal = 300
bound = "cap"
per = "month"
"""


@pytest.fixture(scope="module")
def marketplace() -> ak.Agreement:
    return ak.loads(MARKETPLACE)


@functools.cache
def leads(shared: Path) -> tuple[ak.Event, ...]:
    folder = shared / "data" / "olist_marketing_funnel"
    read: list[ak.Event] = []
    for name, mapping in (
        ("olist_marketing_qualified_leads_dataset.csv", "leads.map.toml"),
        ("olist_closed_deals_dataset.csv", "deals.map.toml"),
    ):
        events, review = ak.read_events(folder / name, funnel.HERE / mapping)
        assert review == ()
        read += events
    return tuple(read)


@functools.cache
def incidents(shared: Path) -> tuple[ak.Event, ...]:
    file = shared / "data" / "service_incidents" / "incidents_1000.csv.gz"
    events, review = ak.read_events(file, service_log.HERE / "incidents.map.toml")
    assert review == ()
    return tuple(events)


@functools.cache
def of_all_leads(shared: Path) -> ak.Evaluation:
    return ak.loads(MARKETPLACE).evaluate(leads(shared), as_of=TestMarketplace.AS_OF)


@functools.cache
def of_all_incidents(shared: Path) -> ak.Evaluation:
    return ak.loads(DESK).evaluate(incidents(shared), as_of=TestDesk.AS_OF)


class TestMarketplace:
    AS_OF = datetime(2018, 11, 15, 2, tzinfo=UTC)

    def test_every_lead_is_judged_under_every_promise_on_it(self, shared: Path) -> None:
        subjects = {event.subject.id for event in leads(shared)}

        evaluation = of_all_leads(shared)

        judged = Counter(
            one.term for one in evaluation.verdicts if one.subject_kind == "lead"
        )
        assert judged == {"contact-to-won": len(subjects), "origin": len(subjects)}
        assert evaluation.review == ()

    def test_what_streams_by_is_counted_as_at_once(
        self, shared: Path, marketplace: ak.Agreement
    ) -> None:
        together = sorted(leads(shared), key=lambda event: event.subject.id)

        stream = marketplace.evaluate(together, as_of=self.AS_OF, grouped=True)
        at_once = of_all_leads(shared).scorecard()

        assert [(one.term, one.tally.counts) for one in stream.scorecard().lines] == [
            (one.term, one.tally.counts) for one in at_once.lines
        ]

    def test_one_lead_by_itself_stands_as_among_all(
        self, shared: Path, marketplace: ak.Agreement
    ) -> None:
        events = leads(shared)[::97]
        evaluation = marketplace.evaluate(events, as_of=self.AS_OF)
        on_leads = {"contact-to-won", "origin"}

        for subject in {event.subject for event in events}:
            state = marketplace.open(subject)
            for event in events:
                state = state.after(event) if event.subject == subject else state

            assert [
                one
                for one in state.verdicts(as_of=self.AS_OF)
                if one.subject == subject.id and one.term in on_leads
            ] == [one for one in evaluation.verdicts if one.subject == subject.id]


class TestDesk:
    AS_OF = datetime(2017, 2, 15, 10, tzinfo=UTC)

    def test_every_incident_is_judged_or_told(self, shared: Path) -> None:
        subjects = {event.subject.id for event in incidents(shared)}

        evaluation = of_all_incidents(shared)

        resolved = {
            one.subject for one in evaluation.verdicts if one.term == "resolution"
        }
        assert resolved == subjects
        assert {finding.code for finding in evaluation.review} <= {"AK-S022"}

    def test_the_time_of_all_owners_is_all_the_time(self, shared: Path) -> None:
        for verdict in of_all_incidents(shared).verdicts:
            if verdict.attribution and verdict.elapsed is not None:
                parts = [one.business for one in verdict.attribution]

                assert sum(parts[1:], parts[0]) == verdict.elapsed.business
