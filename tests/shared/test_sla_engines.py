"""The shared facts of nine SLA engines, each passed, reproduced or declined.

A row passes if a term as it is by default gives its figures; it is reproduced if a
setting does, named as the settings of alignkit are; it is declined if what the engine
does is what the rules do not want, and then it is shown how to come to its figure.
Every row is one of these, and a page counts them.
"""

from __future__ import annotations

import collections
import functools
import json
import math
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

import alignkit as ak
from tests.shared import engine_rows
from tests.shared.engine_answers import PLAIN, Answer, Policy, agreement_of, found
from tests.shared.engine_rows import (
    DAY,
    MINUTE,
    SECOND,
    Row,
    expected,
    kind_of,
    moment,
    read_rows,
)

pytestmark = pytest.mark.shared

PAGE = Path(__file__).parents[2] / "docs" / "explanation" / "conformance.md"

ENGINES = {
    "frappe/crm": "Frappe",
    "frappe/helpdesk": "Frappe",
    "frappe/erpnext": "Frappe",
    "zammad/zammad": "Zammad",
    "zendesk/biz": "biz",
    "chatwoot/chatwoot": "Chatwoot",
    "glpi-project/glpi": "GLPI",
    "znuny/Znuny": "Znuny",
    "django-helpdesk/django-helpdesk": "django-helpdesk",
    "fivetran/dbt_zendesk": "dbt_zendesk",
    "ServiceNow/ServiceNowDocs": "ServiceNow",
}


def has_a_calendar_that_never_opens(row: Row) -> bool:
    weekly = row["calendar"]["weekly"]
    return weekly is not None and not any(weekly.values())


def is_told_in_working_days(row: Row) -> bool:
    offset = row["expected"].get("escalation_offset", "")
    return "working_days" in (row.get("target") or {}) or "days" in offset


def is_about_what_a_term_applies_to(row: Row) -> bool:
    return kind_of(row) == "policy_match"


def is_about_a_due_moment(row: Row) -> bool:
    return kind_of(row).startswith("due") and not has_a_calendar_that_never_opens(row)


VARIANTS: Mapping[str, tuple[Policy, Callable[[Row], bool]]] = {
    "landing on the next opening": (
        Policy(landing="next_open"),
        is_about_a_due_moment,
    ),
    "business days at the same time": (
        Policy(days=", same time"),
        is_told_in_working_days,
    ),
    "attached by a field": (Policy(attaches=True), is_about_what_a_term_applies_to),
    "elapsed time": (Policy(time="elapsed"), has_a_calendar_that_never_opens),
}


def counts_a_second_for_none(row: Row) -> bool:
    told = expected(row).get("elapsed_seconds")
    return told == 1 and found(row) == {"elapsed_seconds": 0}


def counts_none_for_backwards(row: Row) -> bool:
    if kind_of(row) != "elapsed" or expected(row).get("elapsed_seconds") != 0:
        return False
    return bool(found(row)["elapsed_seconds"] < 0)


def takes_a_target_of_nought_for_none(row: Row) -> bool:
    return row.get("target_seconds") == 0 and expected(row) == {"due": None}


def looks_only_now_and_then(row: Row) -> bool:
    """A promise kept late counts as kept, if nobody looked in between."""
    if expected(row).get("status") != "hit":
        return False
    return all(one.status is ak.Status.LATE for one in Answer.to(row, PLAIN).all)


def judges_what_nobody_asked_for(row: Row) -> bool:
    """Each reply is a cycle, measured against the last deadline."""
    if "rolling_cycles" not in row["expected"]:
        return False
    replies = [
        one for one in engine_rows.facts(row) if one.get("name") == "responded"
    ] + [name for name in row["events"] if name == "previous_response"]
    return bool(len(replies) == expected(row)["rolling_cycles"])


def misses_once_for_each_unanswered_question(row: Row) -> bool:
    """Several clocks of one kind run at once, one for each question."""
    if not row["expected"].get("misses", {}).get("nrt") or found(row) == expected(row):
        return False
    facts = engine_rows.facts(row)
    asked = [one["at"] for one in facts if one.get("name") == "asked"]
    answered = [one["at"] for one in facts if one.get("name") == "answered"]
    left = [at for at in asked if not any(at < later for later in answered)]
    return bool(len(left) == expected(row)["misses"]["nrt"])


def adds_the_hours_of_pauses_to_days(row: Row) -> bool:
    """The days are counted first, and the business time of pauses is added."""
    is_in_days = "working_days" in (row.get("target") or {})
    if not is_in_days or kind_of(row) != "due_with_hold":
        return False
    is_to_close = row["target"].get("end_of_working_day")
    policy = PLAIN if is_to_close else Policy(days=", same time")
    restless = {**row, "events": {**row["events"], "pauses_ignored": True}}
    due = found(restless, policy)["due"]
    told = expected(row)
    held = told["waiting_business_seconds"] * SECOND
    assert found(row, policy)["waiting_business_seconds"] * SECOND == held
    return bool(engine_rows.hours_of(row).add(due, held) == told["due"])


def shifts_a_skipped_time(row: Row) -> bool:
    """A time that no clock shows is read as if the clocks had not been set."""
    if kind_of(row) != "dst_resolution" or "T24" in row["events"]["local"]:
        return False
    read = moment(row, row["events"]["local"])
    shown = datetime.fromtimestamp(read.timestamp(), read.tzinfo)
    return bool(expected(row)["resolved_local"] == shown)


def reads_seconds_as_decimals(row: Row) -> bool:
    """19:01:25 becomes 1141.25 minutes, and the start a whole minute."""
    if kind_of(row) != "doc_example":
        return False
    start, *later = (
        moment(row, row["events"][name]) for name in ("start", "schedule_change", "end")
    )
    begun = math.ceil(_in_week(start) / MINUTE)
    cuts = [begun, *(_in_week(at) // MINUTE + at.second / 100 for at in later)]
    schedules = [one["minutes_utc"] for one in row["calendar"]["segments"]]
    if len(schedules) == 1:
        del cuts[1]
    used = sum(
        max(0, min(closes, end) - max(opens, begin))
        for stretches, (begin, end) in zip(schedules, pairwise(cuts), strict=True)
        for opens, closes in stretches
    )
    return bool(round(used, 2) == expected(row)["elapsed_minutes"])


def _in_week(at: datetime) -> timedelta:
    """Return the time since the start of a week that begins on Sunday."""
    clock = timedelta(hours=at.hour, minutes=at.minute, seconds=at.second)
    return at.isoweekday() % 7 * DAY + clock


DECLINED: Mapping[str, Callable[[Row], bool]] = {
    "counting a second for none": counts_a_second_for_none,
    "counting none for backwards": counts_none_for_backwards,
    "taking a target of nought for none": takes_a_target_of_nought_for_none,
    "looking only now and then": looks_only_now_and_then,
    "judging what nobody asked for": judges_what_nobody_asked_for,
    "missing once for each question": misses_once_for_each_unanswered_question,
    "adding the hours of pauses to days": adds_the_hours_of_pauses_to_days,
    "shifting a skipped time": shifts_a_skipped_time,
    "reading seconds as decimals": reads_seconds_as_decimals,
}

PASSES = "as alignkit counts"
OF_PROMISES = frozenset(
    {
        "breach",
        "due_multi",
        "due_with_hold",
        "elapsed_with_hold",
        "metrics",
        "overrun",
        "policy_change",
        "start_anchor",
    }
)
"""What is asked of promises in which more happens than a start."""


def classes(row: Row) -> list[str]:
    """Return how a row comes to its figures: by the rules, or by what else."""
    # A calendar that never opens is refused, before anything is asked of it.
    if not has_a_calendar_that_never_opens(row) and found(row) == expected(row):
        return [PASSES]
    return [
        name
        for name, (policy, may_be) in VARIANTS.items()
        if may_be(row) and found(row, policy) == expected(row)
    ] + [name for name, is_so in DECLINED.items() if is_so(row)]


@functools.cache
def classified(folder: Path) -> Sequence[tuple[str, str, tuple[str, ...]]]:
    """Return the source, the name and the classes of each row."""
    return [
        (str(row["source_repo"]), str(row["id"]), tuple(classes(row)))
        for row in read_rows(folder)
    ]


def tables(text: str) -> list[list[str]]:
    """Return the cells of each row of a page's tables."""
    return [
        [cell.strip() for cell in line.split("|")[1:-1]]
        for line in text.splitlines()
        if re.match(r"\|[^-]", line)
    ]


class TestRows:
    def test_are_each_of_exactly_one_class(self, shared: Path) -> None:
        rows = classified(shared)

        assert [(name, classes) for _, name, classes in rows if len(classes) != 1] == []

    def test_that_plain_business_time_agrees_with_are_passed_or_named(
        self, shared: Path
    ) -> None:
        told = {
            row["id"]: row["plain_business_time_check"] for row in read_rows(shared)
        }

        # Days, and what is counted backwards, are other questions than plain time.
        assert {
            found
            for _, name, (found, *_) in classified(shared)
            if told[name] == "agrees" and found != PASSES
        } == {"counting none for backwards", "business days at the same time"}
        assert {
            found
            for _, name, (found, *_) in classified(shared)
            if told[name].startswith("differs")
        } == {"counting a second for none", "landing on the next opening"}

    def test_come_of_nine_engines(self, shared: Path) -> None:
        sources = {source for source, _, _ in classified(shared)}

        assert sources == set(ENGINES)
        assert len(set(ENGINES.values())) == 9


class TestPromises:
    def test_end_the_same_fact_by_fact(self, shared: Path) -> None:
        rows = [row for row in read_rows(shared) if kind_of(row) in OF_PROMISES]

        assert rows
        for row in rows:
            agreement = agreement_of(row, PLAIN)
            as_of, events = engine_rows.asked_at(row), engine_rows.facts(row)
            state = agreement.open("case")
            for one in events:
                saved = json.dumps(state.after(one).to_dict())
                state = agreement.resume(json.loads(saved))
            whole = agreement.evaluate(events, as_of=as_of).verdicts
            assert state.verdicts(as_of=as_of) == whole, row["id"]


class TestPage:
    def test_counts_the_rows_of_each_engine(self, shared: Path) -> None:
        counts: dict[str, collections.Counter[str]] = {}
        for source, _, (name, *_) in classified(shared):
            kind = (
                "passes"
                if name == PASSES
                else "variant"
                if name in VARIANTS
                else "declined"
            )
            own = counts.setdefault(ENGINES[source], collections.Counter())
            own.update((kind, "cases"))

        kinds = ("cases", "passes", "variant", "declined")
        assert {
            engine: tuple(map(int, cells))
            for engine, *cells in tables(PAGE.read_text("utf-8"))
            if engine in counts and len(cells) == len(kinds)
        } == {
            engine: tuple(of[kind] for kind in kinds) for engine, of in counts.items()
        }

    def test_counts_each_variant_and_each_reason(self, shared: Path) -> None:
        counts = collections.Counter(
            (name, ENGINES[source])
            for source, _, (name, *_) in classified(shared)
            if name != PASSES
        )

        assert {
            (name, engine): int(count)
            for name, engine, count, *_ in (
                cells for cells in tables(PAGE.read_text("utf-8")) if len(cells) == 4
            )
            if count.isdigit()
        } == counts

    def test_says_in_its_text_what_its_tables_say(self, shared: Path) -> None:
        rows = classified(shared)
        passed = sum(name == PASSES for _, _, (name, *_) in rows)
        varied = sum(name in VARIANTS for _, _, (name, *_) in rows)

        text = PAGE.read_text("utf-8")

        assert f"{len(rows)} cases" in text
        assert (
            f"{passed} come out as alignkit counts, {varied} by a setting, "
            f"and {len(rows) - passed - varied} are declined."
        ) in text
