from __future__ import annotations

import io
import json
from datetime import UTC, datetime

from alignkit.agreements import Agreement
from alignkit.editions import Edition
from alignkit.findings import Place
from alignkit.intakes import Intake, intake_form, intake_lines, intakes
from alignkit.payloads import payloads

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
AGREEMENT = Agreement((Edition(id="n"),))
FULL = {
    "lead": "L1",
    "at": "2026-03-02T12:00:00Z",
    "to_party": "sales",
    "suppressed": False,
    "duplicates": [],
    "open_opportunities": [],
}


def take(*given: object) -> list[Intake]:
    text = "\n".join(json.dumps(one) for one in given).encode()
    read = payloads(io.BytesIO(text), "p.jsonl", is_lines=True)
    return list(intakes(AGREEMENT, read, as_of=NOON))


def column(given: object, key: str) -> int:
    """Return the column of a key, counted from 1."""
    return json.dumps(given).index(f'"{key}"') + 1


class TestIntakes:
    def test_each_payload_gets_its_own_answer(self) -> None:
        found = take(FULL, 7, {**FULL, "duplicates": ["L7"]})

        outcomes = [one.ruling and one.ruling.outcome.value for one in found]
        assert outcomes == ["pass", None, "fail"]

    def test_all_faults_of_a_line_are_told_in_their_places(self) -> None:
        given = {**FULL, "lead": 7, "duplicates": "L7"}

        (found,) = take(given)

        assert [(one.code, one.place) for one in found.findings] == [
            ("AK-S004", Place("p.jsonl", 1, column(given, "lead"))),
            ("AK-S004", Place("p.jsonl", 1, column(given, "duplicates"))),
        ]

    def test_a_line_that_is_no_json_is_told_and_the_next_is_read(self) -> None:
        text = b'{"lead": "L1",}\n' + json.dumps(FULL).encode()
        read = payloads(io.BytesIO(text), "p.jsonl", is_lines=True)

        broken, whole = intakes(AGREEMENT, read, as_of=NOON)

        assert broken.ruling is None
        assert [(one.code, one.place) for one in broken.findings] == [
            ("AK-S001", Place("p.jsonl", 1, 14))
        ]
        assert whole.words == {"pass", "accept"}

    def test_what_decides_and_what_is_odd_have_their_places(self) -> None:
        given = {**FULL, "duplicates": ["L7"], "ower": "dana"}

        (found,) = take(given)

        assert [(one.code, one.place) for one in found.findings] == [
            ("AK-H006", Place("p.jsonl", 1, column(given, "duplicates"))),
            ("AK-S002", Place("p.jsonl", 1, column(given, "ower"))),
        ]

    def test_the_words_are_what_a_script_can_stop_at(self) -> None:
        passed, failed, faulty = take(
            FULL, {**FULL, "suppressed": True, "ower": "dana"}, None
        )

        assert passed.words == {"pass", "accept"}
        assert failed.words == {
            *("fail", "refuse", "error", "warning", "AK-H004", "AK-S002")
        }
        assert faulty.words == {"error", "AK-S004"}


class TestIntakeLines:
    def test_a_ruling_says_where_its_payload_is(self) -> None:
        (found,) = take(FULL)

        assert list(intake_lines(found, is_placed=True)) == [
            "p.jsonl:1:1: L1: accept (pass)"
        ]
        assert list(intake_lines(found)) == ["L1: accept (pass)"]

    def test_faults_are_told_as_findings(self) -> None:
        (found,) = take([])

        first, *_ = intake_lines(found)
        assert first.startswith("p.jsonl:1:1: error AK-S004 ")

    def test_nothing_from_outside_is_obeyed(self) -> None:
        found = take({**FULL, "lead": "\x1b[2J"}, {"\x1b[2J": 1, "at": "\x1b]0;"})

        text = "\n".join(line for one in found for line in intake_lines(one))
        assert text.replace("\n", "").isprintable()


class TestIntakeForm:
    def test_programs_get_a_ruling_or_findings(self) -> None:
        ruled, faulty = take(FULL, {})

        assert intake_form(ruled)["schema"] == "alignkit.ruling/1"
        assert intake_form(faulty)["schema"] == "alignkit.findings/1"
