"""The examples run on the real sets, and say what others have counted there."""

from __future__ import annotations

import csv
import functools
import gzip
import itertools
import statistics
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

import alignkit as ak
from examples.marketing_funnel import funnel
from examples.service_log import service_log

pytestmark = pytest.mark.shared

FUNNEL = Path("data", "olist_marketing_funnel")
LOG = Path("data", "service_incidents")
WON_TOO_SOON = "b91cf8812365f50ff4bda4bcd6206b05"

Read = tuple[tuple[ak.Event, ...], tuple[ak.Finding, ...]]


@functools.cache
def leads(shared: Path) -> Read:
    file = shared / FUNNEL / "olist_marketing_qualified_leads_dataset.csv"
    return ak.read_events(file, funnel.HERE / "leads.map.toml")


@functools.cache
def deals(shared: Path) -> Read:
    file = shared / FUNNEL / "olist_closed_deals_dataset.csv"
    return ak.read_events(file, funnel.HERE / "deals.map.toml")


@functools.cache
def funnel_verdicts(shared: Path) -> dict[str, ak.Verdict]:
    agreement = ak.load(funnel.HERE / "agreement.toml")
    evaluation = agreement.evaluate(
        (*leads(shared)[0], *deals(shared)[0]),
        as_of=datetime(2018, 11, 15, 2, tzinfo=UTC),
    )
    assert evaluation.review == ()
    return {one.subject: one for one in evaluation.verdicts}


@functools.cache
def log(shared: Path) -> tuple[ak.Evaluation, tuple[ak.Finding, ...]]:
    return service_log.judged(
        shared / LOG / "incidents_1000.csv.gz",
        as_of=datetime(2017, 2, 15, 10, tzinfo=UTC),
    )


@functools.cache
def expected(shared: Path) -> dict[str, dict[str, str]]:
    with gzip.open(shared / LOG / "expected_incidents.csv.gz", "rt") as rows:
        return {row["number"]: row for row in csv.DictReader(rows)}


def days_by_hand(shared: Path) -> dict[str, int]:
    """Return the days from contact to won, from the files and nothing else."""
    folder = shared / FUNNEL
    contacts = folder / "olist_marketing_qualified_leads_dataset.csv"
    with contacts.open(encoding="utf-8") as rows:
        first = {
            row["mql_id"]: date.fromisoformat(row["first_contact_date"])
            for row in csv.DictReader(rows)
        }
    with (folder / "olist_closed_deals_dataset.csv").open(encoding="utf-8") as rows:
        return {
            row["mql_id"]: (
                date.fromisoformat(row["won_date"][:10]) - first[row["mql_id"]]
            ).days
            for row in csv.DictReader(rows)
        }


class TestFunnel:
    def test_every_row_is_read(self, shared: Path) -> None:
        (contacts, unread), (won, unread_too) = leads(shared), deals(shared)

        assert (len(contacts), unread) == (8_000, ())
        assert (len(won), unread_too) == (842, ())

    def test_the_leads_of_each_month_are_counted(self, shared: Path) -> None:
        contacts, _ = leads(shared)

        assert funnel.monthly_volume(contacts) == {
            "2017-06": 4,
            "2017-07": 239,
            "2017-08": 386,
            "2017-09": 312,
            "2017-10": 416,
            "2017-11": 445,
            "2017-12": 200,
            "2018-01": 1_141,
            "2018-02": 1_028,
            "2018-03": 1_174,
            "2018-04": 1_352,
            "2018-05": 1_303,
        }

    def test_the_won_leads_of_each_origin_are_counted(self, shared: Path) -> None:
        shares = funnel.won_by_origin(leads(shared)[0], deals(shared)[0])

        assert shares["paid_search"] == ak.Share(195, 1_586)
        assert shares["organic_search"] == ak.Share(271, 2_296)
        assert shares["social"] == ak.Share(75, 1_350)
        assert shares["email"] == ak.Share(15, 493)
        assert shares[None] == ak.Share(14, 60)
        assert shares["unknown"].denominator == 1_099
        assert sum(shares.values(), ak.Share(0, 0)) == ak.Share(842, 8_000)

    def test_half_of_the_won_leads_took_two_weeks(self, shared: Path) -> None:
        days = funnel.days_to_won(leads(shared)[0], deals(shared)[0])

        assert days == sorted(days_by_hand(shared).values())
        assert statistics.median(days) == 14

    def test_a_lead_is_in_time_until_the_end_of_the_thirtieth_day(
        self, shared: Path
    ) -> None:
        verdicts = funnel_verdicts(shared)
        days = days_by_hand(shared)

        for lead, verdict in verdicts.items():
            taken = days.get(lead)
            match taken:
                case None:
                    assert verdict.status is ak.Status.BREACHED
                case _ if taken < 0:
                    assert lead == WON_TOO_SOON
                case _:
                    in_time = taken <= 30
                    status = ak.Status.MET if in_time else ak.Status.LATE
                    assert verdict.status is status, lead
        assert len(verdicts) == 8_000

    def test_a_deal_before_the_first_contact_is_disregarded(self, shared: Path) -> None:
        odd = {k: v for k, v in funnel_verdicts(shared).items() if v.disregarded}

        verdict = odd[WON_TOO_SOON]
        (event,) = verdict.disregarded
        assert set(odd) == {WON_TOO_SOON}
        assert verdict.status is ak.Status.BREACHED
        assert verdict.started_at == datetime(2018, 3, 8, 3, tzinfo=UTC)
        assert event.at == datetime(2018, 3, 6, 22, 38, 55, tzinfo=UTC)
        assert event.reason == "before_start"


class TestServiceLog:
    def test_nothing_is_left_for_review(self, shared: Path) -> None:
        evaluation, unread = log(shared)

        assert (unread, evaluation.review) == ((), ())
        assert len(evaluation.verdicts) == 1_000

    def test_business_minutes_are_those_that_others_have_counted(
        self, shared: Path
    ) -> None:
        minutes = service_log.business_minutes(log(shared)[0])

        assert len(minutes) == 924
        assert minutes == {
            number: float(row["business_min_open_resolved_MonFri_0900_1700"])
            for number, row in expected(shared).items()
            if row["resolved_at"] not in ("", "?")
        }

    def test_time_on_the_wall_is_what_others_have_counted(self, shared: Path) -> None:
        verdicts = log(shared)[0].verdicts

        wall = {
            one.subject: one.elapsed.wall / service_log.MINUTE
            for one in verdicts
            if one.fulfilled_at and one.elapsed and one.elapsed.wall is not None
        }

        assert wall == {
            number: float(row["elapsed_min_open_resolved"])
            for number, row in expected(shared).items()
            if row["elapsed_min_open_resolved"]
        }

    def test_an_incident_is_kept_within_eight_business_hours(
        self, shared: Path
    ) -> None:
        verdicts = log(shared)[0].verdicts
        minutes = {
            number: row["business_min_open_resolved_MonFri_0900_1700"]
            for number, row in expected(shared).items()
        }

        kept = [one.subject for one in verdicts if one.status is ak.Status.MET]

        assert kept == sorted(
            n for n, text in minutes.items() if text and float(text) <= 480
        )
        assert len(kept) == 501

    def test_an_incident_without_a_resolution_is_broken(self, shared: Path) -> None:
        (line,) = log(shared)[0].scorecard().lines

        counts = {status: line.tally.count(status) for status in ak.Status}

        assert {status: n for status, n in counts.items() if n} == {
            ak.Status.MET: 501,
            ak.Status.LATE: 924 - 501,
            ak.Status.BREACHED: 76,
        }

    def test_groups_change_as_often_as_others_have_counted(self, shared: Path) -> None:
        file = shared / LOG / "incidents_1000.csv.gz"
        events, _ = ak.read_events(file, service_log.HERE / "incidents.map.toml")
        groups: dict[str, list[str]] = {number: [] for number in expected(shared)}

        for event in events:
            if isinstance(event.fact, ak.OwnerAssigned) and event.fact.queue:
                groups[event.subject.id].append(event.fact.queue)

        assert {
            number: sum(one != other for one, other in itertools.pairwise(queue))
            for number, queue in groups.items()
        } == {
            number: int(row["group_changes_in_log"])
            for number, row in expected(shared).items()
        }
