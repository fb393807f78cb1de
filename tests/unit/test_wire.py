from __future__ import annotations

import csv
import json
from datetime import datetime, timedelta
from decimal import Decimal

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from alignkit.attributions import Attribution
from alignkit.escalations import Escalation
from alignkit.evaluations import Evaluation
from alignkit.findings import Finding, Place, Severity
from alignkit.instants import to_duration
from alignkit.loopfigures import LoopFigures, Portion
from alignkit.scorecards import Case
from alignkit.standings import Status
from alignkit.turnarounds import Turnaround, TurnaroundUnit
from alignkit.verdicts import Disregarded, Lapse, Source, Verdict
from alignkit.wire import (
    CSV_COLUMNS,
    csv_lines,
    escalation_form,
    evaluation_form,
    findings_form,
    json_text,
    loop_form,
    scorecard_form,
    seconds,
    verdict_form,
)

SOURCE = Source(id="northwind", version="2", fingerprint="f00d")


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-03-{text}-06:00")


FIRED = Escalation(
    term="first-response",
    party="sales",
    subject_kind="lead",
    subject="L1",
    step=1,
    when="100%",
    at=at("02T11:00:00"),
    has_fired=True,
    notify="manager",
)
LATE = Verdict(
    term="first-response",
    party="sales",
    subject_kind="lead",
    subject="L1",
    status=Status.LATE,
    started_at=at("02T09:00:00"),
    counts_from=at("02T09:00:00"),
    due_at=at("02T11:00:00"),
    fulfilled_at=at("02T11:00:00.300000"),
    breached_at=at("02T11:00:00"),
    elapsed=Lapse(timedelta(hours=2, milliseconds=300), timedelta(hours=2)),
    overrun=Lapse(None, timedelta(milliseconds=300)),
    target="2 business hours",
    paused=((at("02T09:10:00"), at("02T09:20:00")),),
    disregarded=(Disregarded("e7", at("02T09:30:00"), "automated"),),
    attribution=(Attribution("dana", timedelta(hours=2)),),
    revised=True,
    agreement=SOURCE,
    steps=(FIRED, attrs.evolve(FIRED, step=2, at=None, has_fired=False)),
)
PAUSED = Verdict(
    term="decision",
    party="marketing",
    subject_kind="request",
    subject="R1",
    cycle=2,
    status=Status.PAUSED,
    paused=((at("02T09:10:00"), None),),
    agreement=SOURCE,
)
EVALUATION = Evaluation(
    as_of=at("03T00:00:00"),
    verdicts=(LATE, PAUSED),
    review=(
        Finding(
            code="AK-S023",
            severity=Severity.ERROR,
            message="'at' is no readable time",
            place=Place("log.csv", 3),
            seen="'soon'",
        ),
    ),
    terms=(("sales", "first-response"), ("marketing", "decision")),
)


class TestSeconds:
    @pytest.mark.parametrize(
        ("length", "text"),
        [
            (timedelta(), "0"),
            (timedelta(hours=2), "7200"),
            (timedelta(microseconds=300_000), "0.3"),
            (timedelta(days=36_500, microseconds=1), "3153600000.000001"),
            (timedelta(microseconds=-1_500_000), "-1.5"),
        ],
    )
    def test_it_is_whole_or_exact(self, length: timedelta, text: str) -> None:
        assert json.dumps(seconds(length)) == text

    @given(st.integers(min_value=-(2**33) * 10**6, max_value=2**33 * 10**6))
    def test_its_text_is_the_length_to_the_microsecond(self, microseconds: int) -> None:
        text = json.dumps(seconds(to_duration(microseconds)))

        assert Decimal(text) * 10**6 == microseconds


class TestVerdictForm:
    def test_it_has_the_agreed_keys_in_the_agreed_order(self) -> None:
        assert list(verdict_form(PAUSED)) == [
            *("schema", "term", "party", "owner", "subject_kind", "subject", "cycle"),
            *("status", "started_at", "counts_from", "due_at", "fulfilled_at"),
            *("breached_at", "next_change_at", "elapsed", "remaining", "overrun"),
            *("target", "measure", "paused", "disregarded", "attribution", "reason"),
            *("revised", "agreement", "explanation"),
        ]

    def test_everything_that_is_known_is_told(self) -> None:
        assert verdict_form(LATE) == {
            "schema": "alignkit.verdict/1",
            "term": "first-response",
            "party": "sales",
            "owner": None,
            "subject_kind": "lead",
            "subject": "L1",
            "cycle": 1,
            "status": "late",
            "started_at": "2026-03-02T09:00:00-06:00",
            "counts_from": "2026-03-02T09:00:00-06:00",
            "due_at": "2026-03-02T11:00:00-06:00",
            "fulfilled_at": "2026-03-02T11:00:00.300000-06:00",
            "breached_at": "2026-03-02T11:00:00-06:00",
            "next_change_at": None,
            "elapsed": {"business_s": 7200.3, "wall_s": 7200},
            "remaining": None,
            "overrun": {"business_s": None, "wall_s": 0.3},
            "target": "2 business hours",
            "measure": None,
            "paused": [["2026-03-02T09:10:00-06:00", "2026-03-02T09:20:00-06:00"]],
            "disregarded": [
                {
                    "event": "e7",
                    "at": "2026-03-02T09:30:00-06:00",
                    "reason": "automated",
                }
            ],
            "attribution": [{"to": "dana", "business_s": 7200}],
            "reason": None,
            "revised": True,
            "agreement": {"id": "northwind", "version": "2", "fingerprint": "f00d"},
            "explanation": LATE.explanation,
        }

    def test_every_field_of_a_verdict_has_its_key(self) -> None:
        fields = {field.name for field in attrs.fields(Verdict)}

        # A step is an instruction to the host, and stands beside the verdicts.
        fields -= {"basis", "steps"}

        assert fields <= set(verdict_form(PAUSED))


class TestEscalationForm:
    def test_it_says_who_is_told_what_and_when(self) -> None:
        assert escalation_form(FIRED) == {
            "term": "first-response",
            "party": "sales",
            "subject_kind": "lead",
            "subject": "L1",
            "cycle": 1,
            "step": 1,
            "when": "100%",
            "at": "2026-03-02T11:00:00-06:00",
            "fired": True,
            "notify": "manager",
            "action": None,
        }


class TestScorecardForm:
    def test_every_status_stands_apart_with_its_cases(self) -> None:
        form = scorecard_form(EVALUATION.scorecard())

        none = {status.value: 0 for status in Status}
        of_sales = {
            "counts": {**none, "late": 1},
            "compliance": {"numerator": 0, "denominator": 1, "fraction": "0/1"},
        }
        of_marketing = {
            "counts": {**none, "paused": 1},
            "compliance": {"numerator": 0, "denominator": 0, "fraction": None},
        }
        assert form == {
            "schema": "alignkit.scorecard/1",
            "as_of": "2026-03-03T00:00:00-06:00",
            "by": None,
            "parties": [
                {"party": "sales", **of_sales},
                {"party": "marketing", **of_marketing},
            ],
            "terms": [
                {
                    "party": "sales",
                    "term": "first-response",
                    "group": None,
                    **of_sales,
                    "median_s": None,
                    "p90_s": None,
                    "escalations": [0, 1, 0],
                    "attribution": [{"to": "dana", "business_s": 7200}],
                    "shares": [],
                    "cases": {
                        "late": [{"subject_kind": "lead", "subject": "L1", "cycle": 1}]
                    },
                },
                {
                    "party": "marketing",
                    "term": "decision",
                    "group": None,
                    **of_marketing,
                    "median_s": None,
                    "p90_s": None,
                    "escalations": [],
                    "attribution": [],
                    "shares": [],
                    "cases": {
                        "paused": [
                            {"subject_kind": "request", "subject": "R1", "cycle": 2}
                        ]
                    },
                },
            ],
        }


class TestEvaluationForm:
    def test_it_is_made_of_the_other_forms(self) -> None:
        assert evaluation_form(EVALUATION, SOURCE) == {
            "schema": "alignkit.evaluation/1",
            "as_of": "2026-03-03T00:00:00-06:00",
            "agreement": {"id": "northwind", "version": "2", "fingerprint": "f00d"},
            "scorecard": scorecard_form(EVALUATION.scorecard()),
            "feedback": [],
            "verdicts": [verdict_form(LATE), verdict_form(PAUSED)],
            "escalations": [escalation_form(FIRED)],
            "review": findings_form(EVALUATION.review)["findings"],
        }


class TestLoopForm:
    ONE = Case("request", "R1", 1)
    TWO = Case("request", "R2", 1)

    def figures(self, turnaround: Turnaround | None) -> LoopFigures:
        nothing = Portion((), ())
        return LoopFigures(
            loop="message",
            coverage=Portion((self.ONE,), (self.ONE, self.TWO)),
            on_time=nothing,
            action_rate=nothing,
            action_of_received=nothing,
            closure=nothing,
            reopened=nothing,
            turnaround=turnaround,
        )

    def test_each_figure_has_the_cases_behind_it(self) -> None:
        one = {"subject_kind": "request", "subject": "R1", "cycle": 1}
        two = {"subject_kind": "request", "subject": "R2", "cycle": 1}

        form = loop_form(self.figures(None))

        assert form["coverage"] == {
            "numerator": 1,
            "denominator": 2,
            "fraction": "1/2",
            "good": [one],
            "of": [one, two],
        }
        assert (form["loop"], form["turnaround"]) == ("message", None)

    @pytest.mark.parametrize(
        ("unit", "amount", "written"),
        [
            (TurnaroundUnit.BUSINESS_DAYS, 2, 2),
            (TurnaroundUnit.TIME, timedelta(milliseconds=1500), 1.5),
        ],
    )
    def test_a_turnaround_is_in_days_or_seconds(
        self, unit: TurnaroundUnit, amount: int | timedelta, written: float
    ) -> None:
        turnaround = Turnaround(
            unit=unit, answered=((self.ONE, amount),), open=(self.TWO,)
        )

        assert loop_form(self.figures(turnaround))["turnaround"] == {
            "unit": unit.value,
            "median": written,
            "median_of_answered": written,
            "answered": [
                {
                    "subject_kind": "request",
                    "subject": "R1",
                    "cycle": 1,
                    "amount": written,
                }
            ],
            "open": [{"subject_kind": "request", "subject": "R2", "cycle": 1}],
        }

    def test_one_that_falls_on_what_is_open_is_null(self) -> None:
        turnaround = Turnaround(unit=TurnaroundUnit.DAYS, open=(self.ONE,))

        form = loop_form(self.figures(turnaround))["turnaround"]

        assert isinstance(form, dict)
        assert form["median"] is None


class TestFindingsForm:
    def test_what_does_not_apply_is_null(self) -> None:
        assert findings_form(EVALUATION.review) == {
            "schema": "alignkit.findings/1",
            "findings": [
                {
                    "code": "AK-S023",
                    "severity": "error",
                    "message": "'at' is no readable time",
                    "path": None,
                    "place": {"file": "log.csv", "line": 3, "column": None},
                    "expected": None,
                    "seen": "'soon'",
                    "help": None,
                }
            ],
        }


class TestJsonText:
    def test_it_ends_with_one_end_of_line(self) -> None:
        assert json_text({"a": [1]}) == '{\n  "a": [\n    1\n  ]\n}\n'
        assert json_text({"a": [1]}, is_line=True) == '{"a": [1]}\n'

    @given(st.text(st.characters(codec=None)))
    def test_it_is_plain_ascii_that_reads_back(self, text: str) -> None:
        line = json_text({"text": text}, is_line=True)

        assert line[:-1].isascii()
        assert line[:-1].isprintable()
        assert json.loads(line) == {"text": text}


class TestCsvLines:
    def test_each_verdict_is_a_row_under_the_columns(self) -> None:
        header, late, paused = csv.reader(csv_lines([LATE, PAUSED]))

        assert tuple(header) == CSV_COLUMNS
        assert late[:-1] == [
            *("first-response", "sales", "", "lead", "L1", "1", "late"),
            *("2026-03-02T09:00:00-06:00", "2026-03-02T09:00:00-06:00"),
            *("2026-03-02T11:00:00-06:00", "2026-03-02T11:00:00.300000-06:00"),
            *("2026-03-02T11:00:00-06:00", ""),
            *("7200.3", "7200", "", "", "", "0.3"),
            *("2 business hours", "", "true", "northwind", "2", "f00d"),
        ]
        assert paused[-2] == "f00d"
        assert paused[4:7] == ["R1", "2", "paused"]

    @pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n"])
    def test_a_spreadsheet_takes_no_text_for_a_formula(self, start: str) -> None:
        verdict = attrs.evolve(PAUSED, subject=f"{start}1+1")

        _, row = csv.reader(csv_lines([verdict]))

        assert row[4] == f"'{start}1+1"
