from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import attrs
import pytest

import alignkit
from alignkit.cli import main

GOLDEN = Path(__file__).parents[1] / "golden"
AS_OF = "2026-04-08T11:20:00+01:00"
EVALUATE = ("evaluate", "agreement.toml", "events.jsonl", "--as-of")
NOW = ("--as-of", AS_OF)
HANDOFFS = Path(__file__).parents[2] / "docs" / "how-to" / "check-a-handoff"
FULL = {
    "at": AS_OF,
    "to_party": "sales",
    "suppressed": False,
    "duplicates": [],
    "open_opportunities": [],
}

ONE_ZONE = """\
[agreement]
id = "alder"
effective_from = 2026-01-01T00:00:00Z

[calendars.office]
zone = "America/Chicago"
week = { mon-fri = ["08:00-17:00"] }

[parties]
sales = { calendar = "office" }

[[terms]]
id = "callback"
kind = "deadline"
party = "sales"
counterpart = "none"
start = "lead_created"
stop = { event = "activity_logged", channel = "call" }
within = "2 business hours"
"""


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Work beside the agreement and the events of the demonstration."""
    monkeypatch.chdir(tmp_path)
    for name, file in (("agreement", "agreement.toml"), ("events", "events.jsonl")):
        assert main(["demo", "--show", name]) == 0
        Path(file).write_text(capsys.readouterr().out, encoding="utf-8")


@attrs.frozen(kw_only=True)
class Ran:
    """What a command printed, and its code."""

    code: int
    out: str
    err: str

    @property
    def faults(self) -> list[str]:
        """The codes of the errors, in their order."""
        return re.findall(r"error (AK-[A-Z]\d{3})", self.err)


Run = Callable[..., Ran]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a command in this process."""

    def run(*words: str) -> Ran:
        code = main(words)
        out, err = capsys.readouterr()
        return Ran(code=code, out=out, err=err)

    return run


def golden(name: str) -> str:
    """Return what a person has read and found right."""
    return (GOLDEN / f"{name}.txt").read_text(encoding="utf-8")


def without_fingerprint(text: str) -> str:
    return re.sub(r"[0-9a-f]{64}", "<fingerprint>", text)


class TestGoldens:
    def test_the_demonstration_reads_as_it_was_read(self, run: Run) -> None:
        ran = run("demo")

        assert (ran.code, ran.err) == (0, "")
        assert without_fingerprint(ran.out) == golden("demo")

    def test_a_due_date_reads_as_it_was_read(self, run: Run) -> None:
        start = "2026-04-02T16:00:00Z"

        ran = run("due", "agreement.toml", "--term", "first-response", "--start", start)

        assert (ran.code, ran.err) == (0, "")
        assert ran.out == golden("due")

    @pytest.mark.parametrize("name", ["demo", "due", "handoff"])
    def test_they_fit_the_screen(self, name: str) -> None:
        assert all(len(line) <= 80 for line in golden(name).splitlines())


class TestMain:
    def test_it_tells_its_version(self, run: Run) -> None:
        assert run("--version").out == f"alignkit {alignkit.__version__}\n"

    def test_help_tells_the_commands_and_the_codes(self, run: Run) -> None:
        ran = run("--help")

        assert ran.code == 0
        for word in ("demo", "lint", "evaluate", "handoff", "due", "exit codes"):
            assert word in ran.out

    def test_without_a_command_it_tells_how_it_is_used(self, run: Run) -> None:
        ran = run()

        assert (ran.code, ran.out) == (2, "")
        assert ran.err.startswith("usage: alignkit")

    @pytest.mark.parametrize("words", [["evaluated"], ["due", "a.toml"], ["lint"]])
    def test_wrong_usage_is_code_2(self, words: list[str], run: Run) -> None:
        ran = run(*words)

        assert (ran.code, ran.out) == (2, "")
        assert "usage: alignkit" in ran.err

    def test_asking_for_help_loads_nothing_that_works(self) -> None:
        listing = (
            "import sys; from alignkit.cli import main; main(['--help'])\n"
            "print(sorted(name for name in sys.modules if 'attr' in name))"
        )

        shown = subprocess.run(
            [sys.executable, "-c", listing], capture_output=True, check=True, text=True
        )

        assert shown.stdout.endswith("[]\n")

    def test_a_console_without_a_letter_shows_its_number(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        raw = io.BytesIO()
        console = io.TextIOWrapper(raw, encoding="cp437", newline="\n")
        text = Path("events.jsonl").read_text(encoding="utf-8")
        Path("events.jsonl").write_text(text.replace("L-103", "L-山"), encoding="utf-8")
        monkeypatch.setattr(sys, "stdout", console)

        code = main([*EVALUATE, AS_OF])

        assert code == 0
        assert rb"lead L-\u5c71" in raw.getvalue()

    def test_nothing_on_a_screen_is_obeyed(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        class Screen(io.StringIO):
            encoding = "utf-8"

            def isatty(self) -> bool:
                return True

        screen = Screen()
        text = Path("events.jsonl").read_text(encoding="utf-8")
        hostile = text.replace("L-103", r"L\u001b[2J\u202e")
        Path("events.jsonl").write_text(hostile, encoding="utf-8")
        monkeypatch.setattr(sys, "stdout", screen)

        main([*EVALUATE, AS_OF, "--format", "csv"])

        shown = screen.getvalue()
        assert r"L\x1b[2J\u202e" in shown
        assert shown.replace("\n", "").isprintable()

    def test_a_process_may_have_no_output(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(sys, "stdout", None)

        assert main(["demo"]) == 0

    @pytest.mark.parametrize(
        ("error", "code", "told"),
        [
            (BrokenPipeError(), 1, ""),
            (
                OSError(28, "No space left on device"),
                2,
                "alignkit: the answer cannot be written: No space left on device\n",
            ),
        ],
        ids=["closed", "full"],
    )
    def test_an_output_that_takes_no_more_is_let_go(
        self,
        error: OSError,
        code: int,
        told: str,
        monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        class Output(io.StringIO):
            encoding = "utf-8"

            def write(self, _: str) -> int:
                raise error

            def fileno(self) -> int:
                return file.fileno()

        with Path("output").open("w", encoding="utf-8") as file:
            monkeypatch.setattr(sys, "stdout", Output())
            ran = main([*EVALUATE, AS_OF, "--fail-on", "breached"])

        assert ran == code
        assert capsys.readouterr().err == told

    @pytest.mark.skipif(os.name != "posix", reason="pipes close otherwise there")
    def test_a_pipe_that_closes_early_is_no_fault(self) -> None:
        words = [*EVALUATE, AS_OF, "--format", "jsonl", "--fail-on", "breached"]
        reading, writing = os.pipe()
        os.close(reading)

        shown = subprocess.run(
            [sys.executable, "-m", "alignkit", *words],
            stdout=writing,
            stderr=subprocess.PIPE,
            check=False,
        )

        os.close(writing)
        assert (shown.returncode, shown.stderr) == (1, b"")

    @pytest.mark.skipif(not Path("/dev/full").exists(), reason="no full device here")
    def test_a_disk_that_is_full_is_told(self) -> None:
        with Path("/dev/full").open("wb") as full:
            shown = subprocess.run(
                [sys.executable, "-m", "alignkit", "demo"],
                stdout=full,
                stderr=subprocess.PIPE,
                check=False,
                text=True,
            )

        assert shown.returncode == 2
        assert shown.stderr.startswith("alignkit: the answer cannot be written: ")
        assert shown.stderr.count("\n") == 1


class TestLint:
    def broken(self) -> None:
        text = Path("agreement.toml").read_text(encoding="utf-8")
        broken = text.replace('within = "4 bu', 'witin = "4 bu', 1)
        broken = broken.replace('calendar = "leeds"', 'calendar = "leds"')
        Path("agreement.toml").write_text(broken, encoding="utf-8")

    def test_a_sound_agreement_is_only_told_what_is_worth_knowing(
        self, run: Run
    ) -> None:
        ran = run("lint", "agreement.toml", "--fail-on", "warning")

        assert (ran.code, ran.err) == (0, "")
        assert re.findall(r" (error|warning|info) (AK-\w+)", ran.out) == [
            ("info", "AK-P016"),
            ("info", "AK-P016"),
            ("info", "AK-P015"),
        ]

    def test_a_review_that_is_past_is_told_on_the_day_that_is_asked_about(
        self, run: Run
    ) -> None:
        ran = run("lint", "agreement.toml", "--as-of", "2026-10-08")

        assert (
            "agreement.toml:8:1: warning AK-P011 the agreement was to be looked at"
            in ran.out
        )

    def test_what_keeps_it_from_being_used_is_found_with_its_place(
        self, run: Run
    ) -> None:
        self.broken()

        ran = run("lint", "agreement.toml")

        assert (ran.code, ran.err) == (2, "")
        assert (
            "agreement.toml:25:11: error AK-S007 no calendar is named 'leds'" in ran.out
        )
        assert "AK-S002 unknown key 'witin'" in ran.out
        assert "AK-S003 the key 'within' is missing" in ran.out

    @pytest.mark.parametrize(
        ("bar", "code"),
        [
            ("error", 1),
            ("warning", 1),
            ("info", 1),
            ("AK-S007", 1),
            ("AK-T001,AK-S002", 1),
            ("AK-T001", 2),
        ],
    )
    def test_the_code_says_whether_what_was_named_was_found(
        self, bar: str, code: int, run: Run
    ) -> None:
        self.broken()

        assert run("lint", "agreement.toml", "--fail-on", bar).code == code

    def test_programs_get_the_same_findings(self, run: Run) -> None:
        self.broken()

        codes = re.findall(r"error (AK-S\d{3})", run("lint", "agreement.toml").out)

        found = json.loads(run("lint", "agreement.toml", "--format", "json").out)
        assert [one["code"] for one in found["findings"]] == codes
        (log,) = json.loads(run("lint", "agreement.toml", "--format", "sarif").out)[
            "runs"
        ]
        assert [one["ruleId"] for one in log["results"]] == codes
        github = run("lint", "agreement.toml", "--format", "github").out
        assert (
            re.findall(r"^::error file=.*title=(AK-S\d{3})::", github, re.MULTILINE)
            == codes
        )

    def test_a_bar_that_is_none_is_refused(self, run: Run) -> None:
        ran = run("lint", "agreement.toml", "--fail-on", "eror")

        assert (ran.code, ran.out, ran.faults) == (2, "", ["AK-S005"])
        assert "did you mean 'error'?" in ran.err

    def test_a_file_that_is_not_there_is_told(self, run: Run) -> None:
        ran = run("lint", "nowhere.toml", "--format", "json")

        assert (ran.code, ran.out, ran.faults) == (2, "", ["AK-S027"])
        assert ran.err.startswith("nowhere.toml: error ")

    def test_a_file_of_another_kind_is_told(self, run: Run) -> None:
        Path("agreement.txt").write_text("", encoding="utf-8")

        ran = run("lint", "agreement.txt")

        assert ran.code == 2
        assert "agreement.txt: error AK-S005" in ran.err
        assert ran.out == ""


class TestEvaluate:
    def test_people_get_the_scorecard(self, run: Run) -> None:
        ran = run(*EVALUATE, AS_OF)

        assert (ran.code, ran.err) == (0, "")
        assert ran.out in golden("demo")

    def test_one_verdict_can_be_explained(self, run: Run) -> None:
        ran = run(*EVALUATE, AS_OF, "--explain", "L-102", "--explain", "first-response")

        assert ran.code == 0
        assert without_fingerprint(ran.out) in golden("demo")

    def test_all_verdicts_on_a_subject_can_be_explained(self, run: Run) -> None:
        ran = run(*EVALUATE, AS_OF, "--explain", "L-107")

        assert ran.out.count("  status ") == 4

    @pytest.mark.parametrize(
        ("names", "message"),
        [
            (["L-1O2"], "did you mean"),
            (["L-103", "collateral"], "no verdict is both: 'L-103' and 'collateral'"),
        ],
    )
    def test_what_there_is_not_cannot_be_explained(
        self, names: list[str], message: str, run: Run
    ) -> None:
        words = [word for name in names for word in ("--explain", name)]

        ran = run(*EVALUATE, AS_OF, *words)

        assert (ran.code, ran.out, ran.faults) == (2, "", ["AK-S007"])
        assert message in ran.err

    def test_programs_get_everything_in_one_object(self, run: Run) -> None:
        ran = run(*EVALUATE, AS_OF, "--format", "json")

        found = json.loads(ran.out)
        assert ran.out.endswith("}\n")
        assert list(found) == [
            *("schema", "as_of", "agreement", "scorecard", "verdicts"),
            *("escalations", "feedback", "review"),
        ]
        assert found["as_of"] == AS_OF
        stands = {
            (one["subject"], one["term"], one["cycle"]): one["status"]
            for one in found["verdicts"]
        }
        assert stands == {
            ("L-101", "first-response", 1): "met",
            ("L-101", "decision", 1): "met",
            ("L-102", "first-response", 1): "late",
            ("L-102", "decision", 1): "pending",
            ("L-103", "first-response", 1): "breached",
            ("L-104", "first-response", 1): "at_risk",
            ("L-105", "first-response", 1): "paused",
            ("L-106", "first-response", 1): "cancelled",
            ("L-107", "first-response", 1): "met",
            ("L-107", "decision", 1): "met",
            ("L-107", "decision", 2): "pending",
            ("L-107", "mended-return", 1): "met",
            ("L-108", "first-response", 1): "pending",
            ("R-6", "collateral", 1): "met",
            ("R-7", "collateral", 1): "late",
            ("R-8", "collateral", 1): "pending",
            ("R-9", "collateral", 1): "breached",
        }

    def test_lines_of_json_are_the_verdicts(self, run: Run) -> None:
        lines = run(*EVALUATE, AS_OF, "--format", "jsonl").out.splitlines()

        whole = json.loads(run(*EVALUATE, AS_OF, "--format", "json").out)
        assert [json.loads(line) for line in lines] == whole["verdicts"]

    def test_csv_has_a_row_for_each_verdict(self, run: Run) -> None:
        header, *rows = run(*EVALUATE, AS_OF, "--format", "csv").out.splitlines()

        assert header.startswith("term,party,owner,")
        assert len(rows) == 17

    def test_the_order_of_files_and_repeats_make_no_difference(self, run: Run) -> None:
        lines = Path("events.jsonl").read_text(encoding="utf-8").splitlines()
        Path("a.jsonl").write_text("\n".join(lines[25:]), encoding="utf-8")
        Path("b.jsonl").write_text("\n".join(lines[:30]), encoding="utf-8")

        parted = run(
            *("evaluate", "agreement.toml", "a.jsonl", "b.jsonl"),
            *("--as-of", AS_OF, "--format", "json"),
        )

        assert parted.out == run(*EVALUATE, AS_OF, "--format", "json").out

    @pytest.mark.parametrize(
        ("bar", "code"),
        [("breached", 1), ("excused,late", 1), ("excused", 0), ("review", 0)],
    )
    def test_the_code_says_whether_any_promise_stands_so(
        self, bar: str, code: int, run: Run
    ) -> None:
        assert run(*EVALUATE, AS_OF, "--fail-on", bar).code == code

    def test_what_cannot_be_read_is_reviewed_and_not_lost(self, run: Run) -> None:
        with Path("events.jsonl").open("a", encoding="utf-8") as file:
            file.write('{"id": "e99"}\n')

        text = run(*EVALUATE, AS_OF)
        json_ = run(*EVALUATE, AS_OF, "--format", "json", "--fail-on", "review")
        lines = run(*EVALUATE, AS_OF, "--format", "jsonl")

        assert "Not read, or not judged: " in text.out
        assert "  events.jsonl:43: error AK-S003" in text.out
        review = json.loads(json_.out)["review"]
        assert {one["place"]["line"] for one in review} == {43}
        assert json_.code == 1
        assert "events.jsonl:43: error AK-S003" in lines.err

    def test_only_what_was_recorded_by_then_is_known(self, run: Run) -> None:
        Path("agreement.toml").write_text(ONE_ZONE, encoding="utf-8")
        created = {
            "id": "1",
            "lead": "L1",
            "at": "2026-03-09T09:00:00-05:00",
            "type": "lead_created",
            "recorded_at": "2026-03-09T12:00:00-05:00",
        }
        Path("events.jsonl").write_text(json.dumps(created), encoding="utf-8")

        def verdicts(known_at: str) -> int:
            words = (*EVALUATE, "2026-03-10", "--known-at", known_at)
            return len(run(*words, "--format", "jsonl").out.splitlines())

        assert verdicts("2026-03-09T11:59:59-05:00") == 0
        assert verdicts("2026-03-09T12:00:00-05:00") == 1

    def test_a_mapping_says_what_columns_mean(self, run: Run) -> None:
        Path("agreement.toml").write_text(ONE_ZONE, encoding="utf-8")
        mapping = 'zone = "America/Chicago"\ncolumns = { lead = "who", at = "when" }\n'
        mapping += '[[events]]\ntype = "lead_created"\n'
        Path("mapping.toml").write_text(mapping, encoding="utf-8")
        Path("log.csv").write_text("who,when\nL1,2026-03-09 09:00\n", encoding="utf-8")

        ran = run(
            *("evaluate", "agreement.toml", "log.csv", "--map", "mapping.toml"),
            *("--as-of", "2026-03-09T18:00:00Z", "--format", "jsonl"),
        )

        assert json.loads(ran.out)["due_at"] == "2026-03-09T11:00:00-05:00"

    def test_each_file_may_have_a_mapping_of_its_own(self, run: Run) -> None:
        Path("agreement.toml").write_text(ONE_ZONE, encoding="utf-8")
        leads = (
            'zone = "America/Chicago"\ncolumns = { lead = "who", at = "when" }\n'
            '[[events]]\ntype = "lead_created"\n'
        )
        calls = (
            'zone = "America/Chicago"\ncolumns = { lead = "lead", at = "time" }\n'
            '[[events]]\ntype = "activity_logged"\n'
            'values = { channel = "call", direction = "outbound" }\n'
        )
        Path("leads.toml").write_text(leads, encoding="utf-8")
        Path("calls.toml").write_text(calls, encoding="utf-8")
        Path("leads.csv").write_text("who,when\nL1,2026-03-09 09:00\n")
        Path("calls.csv").write_text("lead,time\nL1,2026-03-09 10:30\n")

        ran = run(
            *("evaluate", "agreement.toml", "calls.csv", "leads.csv"),
            *("--map", "calls.toml", "--map", "leads.toml"),
            *("--as-of", "2026-03-09T18:00:00Z", "--format", "jsonl"),
        )

        found = json.loads(ran.out)
        assert (found["status"], ran.err) == ("met", "")
        assert found["fulfilled_at"] == "2026-03-09T10:30:00-05:00"

    def test_mappings_are_one_for_all_files_or_one_for_each(self, run: Run) -> None:
        mapping = 'columns = { lead = "who", at = "when" }\n'
        mapping += '[[events]]\ntype = "lead_created"\n'
        Path("mapping.toml").write_text(mapping, encoding="utf-8")
        files = ("one.csv", "two.csv", "three.csv")
        for file in files:
            Path(file).write_text("who,when\n", encoding="utf-8")

        one = run(
            "evaluate", "agreement.toml", *files, *("--map", "mapping.toml"), *NOW
        )
        two = run(
            *("evaluate", "agreement.toml", *files),
            *("--map", "mapping.toml", "--map", "mapping.toml", *NOW),
        )

        assert (one.code, one.faults) == (0, [])
        assert (two.code, two.faults) == (2, ["AK-S005"])
        assert "there are 2 mappings for 3 files of events" in two.err

    def test_a_date_is_its_first_moment_where_all_calendars_are(self, run: Run) -> None:
        Path("agreement.toml").write_text(ONE_ZONE, encoding="utf-8")

        found = json.loads(run(*EVALUATE, "2026-03-08", "--format", "json").out)

        assert found["as_of"] == "2026-03-08T00:00:00-06:00"

    @pytest.mark.parametrize(
        ("moment", "fault", "message"),
        [
            ("2026-04-08T11:20:00", "AK-T001", "has no offset"),
            ("2026-04-08", "AK-T001", "Europe/London and Europe/Madrid"),
            ("now", "AK-S005", "cannot be read"),
            ("2026-02-30", "AK-S005", "cannot be read"),
            ("9999-12-31T23:00:00-05:00", "AK-T009", "outside the years"),
            ("0001-01-01", "AK-T001", "Europe/London and Europe/Madrid"),
        ],
    )
    def test_a_moment_that_is_none_is_refused(
        self, moment: str, fault: str, message: str, run: Run
    ) -> None:
        ran = run(*EVALUATE, moment)

        assert (ran.code, ran.out, ran.faults) == (2, "", [fault])
        assert message in ran.err

    def test_everything_that_is_wrong_is_told_at_once(self, run: Run) -> None:
        Path("agreement.toml").write_text("[agreement]\nid = 1\n", encoding="utf-8")
        Path("mapping.toml").write_text('zoen = "UTC"\n', encoding="utf-8")

        ran = run(
            *("evaluate", "agreement.toml", "nowhere.jsonl", "events.txt"),
            *("--as-of", "2026-04-08T11:20:00", "--known-at", "then"),
            *("--map", "mapping.toml", "--fail-on", "brached"),
            *("--format", "csv", "--explain", "L-102"),
        )

        assert (ran.code, ran.out) == (2, "")
        assert ran.faults[:3] == ["AK-S004", "AK-T001", "AK-S005"]
        assert "mapping.toml:1:1: error AK-S002 unknown key 'zoen'" in ran.err
        assert "nowhere.jsonl: error AK-S027 the file cannot be opened" in ran.err
        assert "events.txt: error AK-S005" in ran.err
        assert "'--fail-on' does not know 'brached'" in ran.err
        assert "'--explain' is for people, and csv is for programs" in ran.err

    def test_an_agreement_without_calendars_has_no_zone_for_a_date(
        self, run: Run
    ) -> None:
        head = '[agreement]\nid = "alder"\n'
        Path("agreement.toml").write_text(head, encoding="utf-8")

        ran = run(*EVALUATE, "2026-04-08")

        assert ran.faults == ["AK-T001"]


class TestHandoff:
    PAYLOADS = (
        {**FULL, "lead": "L-1"},
        {"lead": "L-2", "at": "2026-04-08", "duplicates": 7},
        {**FULL, "lead": "L-3", "duplicates": ["L-9"], "note": "::error::\x1b[2J"},
    )

    @pytest.fixture(autouse=True)
    def _with_payloads(self) -> None:
        lines = [json.dumps(one) + "\n" for one in self.PAYLOADS]
        Path("leads.jsonl").write_text("".join(lines), encoding="utf-8")
        for name, line in zip(("good", "faulty", "bad"), lines, strict=True):
            Path(f"{name}.json").write_text(line, encoding="utf-8")

    def test_an_explained_ruling_reads_as_it_was_read(self, run: Run) -> None:
        files = [str(HANDOFFS / name) for name in ("agreement.toml", "lead.json")]
        noon = "2026-04-08T12:00:00-05:00"

        ran = run("handoff", *files, "--as-of", noon, "--explain")

        assert (ran.code, ran.err) == (0, "")
        assert ran.out == golden("handoff")

    def test_people_get_the_answer_and_what_decides(self, run: Run) -> None:
        ran = run("handoff", "agreement.toml", "bad.json", *NOW)

        assert (ran.code, ran.err) == (0, "")
        assert ran.out.startswith("L-3: refuse (fail)\n  fail AK-H006 there are dup")

    def test_each_line_gets_one_answer_with_its_place(self, run: Run) -> None:
        ran = run("handoff", "agreement.toml", "leads.jsonl", *NOW)

        assert (ran.code, ran.err) == (2, "")
        assert re.findall(
            r"^leads.jsonl:(\d):\d+: (.*?)[ :]", ran.out, re.MULTILINE
        ) == [
            *(("1", "L-1"), ("2", "error"), ("2", "error"), ("2", "error")),
            ("3", "L-3"),
        ]

    @pytest.mark.parametrize("words", [[], ["--lines"]], ids=["whole", "lines"])
    def test_standard_input_can_be_read(
        self, words: list[str], run: Run, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        given = io.BytesIO(Path("good.json").read_bytes())
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(given))

        ran = run("handoff", "agreement.toml", "-", *NOW, *words)

        assert (ran.code, ran.err) == (0, "")
        assert ran.out.endswith("L-1: accept (pass)\n")

    def test_programs_get_the_ruling(self, run: Run) -> None:
        ran = run("handoff", "agreement.toml", "bad.json", *NOW, "--format", "json")

        found = json.loads(ran.out)
        assert (found["schema"], found["answer"]) == ("alignkit.ruling/1", "refuse")

    def test_programs_get_a_line_for_each_payload(self, run: Run) -> None:
        ran = run("handoff", "agreement.toml", "leads.jsonl", *NOW, "--format", "jsonl")

        found = [json.loads(line) for line in ran.out.splitlines()]
        assert [one["schema"] for one in found] == [
            *("alignkit.ruling/1", "alignkit.findings/1", "alignkit.ruling/1")
        ]
        places = [one["place"]["line"] for one in found[1]["findings"]]
        assert places == [2, 2, 2]

    def test_code_hosts_get_the_findings_in_their_places(self, run: Run) -> None:
        words = ("handoff", "agreement.toml", "leads.jsonl", *NOW, "--format")
        github = run(*words, "github").out
        sarif = json.loads(run(*words, "sarif").out)

        codes = re.findall(
            r"^::error file=leads.jsonl,line=.*title=(\S+?)::", github, re.MULTILINE
        )
        assert codes == ["AK-S023", "AK-S004", "AK-S003", "AK-H006"]
        results = sarif["runs"][0]["results"]
        assert [one["ruleId"] for one in results] == codes
        region = results[3]["locations"][0]["physicalLocation"]["region"]
        assert region["startLine"] == 3

    @pytest.mark.parametrize(
        ("file", "bar", "code"),
        [
            ("good.json", "fail,refuse,hold,error", 0),
            ("good.json", "accept", 1),
            ("bad.json", "fail", 1),
            ("bad.json", "unknown,hold", 0),
            ("bad.json", "AK-H006", 1),
            ("bad.json", "warning", 1),
            ("faulty.json", "error", 1),
            ("faulty.json", "refuse", 2),
            ("leads.jsonl", "refuse", 1),
            ("leads.jsonl", "hold", 2),
        ],
    )
    def test_the_code_says_whether_what_was_named_came_about(
        self, file: str, bar: str, code: int, run: Run
    ) -> None:
        ran = run("handoff", "agreement.toml", file, *NOW, "--fail-on", bar)

        assert (ran.code, ran.err) == (code, "")

    def test_all_that_is_wrong_is_told_at_once(self, run: Run) -> None:
        ran = run(
            *("handoff", "nowhere.toml", "leads.jsonl", "--as-of", "noon"),
            *("--explain", "--format", "json", "--fail-on", "refused"),
        )

        assert (ran.code, ran.out) == (2, "")
        assert ran.faults == ["AK-S027", *["AK-S005"] * 4]
        assert "did you mean 'refuse'?" in ran.err

    def test_a_payload_that_is_not_there_is_told(self, run: Run) -> None:
        ran = run("handoff", "agreement.toml", "nowhere.json", *NOW)

        assert (ran.code, ran.out, ran.faults) == (2, "", ["AK-S027"])

    @pytest.mark.parametrize("watched", [True, False], ids=["screen", "pipe"])
    def test_only_who_waits_at_a_screen_sees_how_far_it_is(
        self, *, watched: bool, run: Run, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        class Screen(io.StringIO):
            def isatty(self) -> bool:
                return watched

        screen = Screen()
        monkeypatch.setattr(sys, "stderr", screen)
        Path("many.jsonl").write_text("{}\n" * 150, encoding="utf-8")

        ran = run("handoff", "agreement.toml", "many.jsonl", *NOW)

        assert ran.code == 2
        told = "\r100 lines\r150 lines\n" if watched else ""
        assert screen.getvalue() == told


class TestDue:
    WORDS = ("due", "agreement.toml", "--term", "first-response", "--start")

    def test_programs_get_the_same_answer(self, run: Run) -> None:
        ran = run(*self.WORDS, "2026-04-02T16:00:00Z", "--format", "json")

        found = json.loads(ran.out)
        assert list(found) == [
            *("schema", "term", "party", "started_at", "target", "counts_from"),
            *("due_at", "calendar", "zone", "ledger", "segments", "agreement"),
        ]
        assert found["started_at"] == "2026-04-02T17:00:00+01:00"
        assert found["due_at"] == "2026-04-07T12:30:00+01:00"
        assert [(one["kind"], one["name"]) for one in found["ledger"]] == [
            ("counted", None),
            ("closed", None),
            ("closed", "Good Friday"),
            ("closed", None),
            ("closed", "Easter Monday"),
            ("closed", None),
            ("counted", None),
        ]
        (segment,) = found["segments"]
        assert segment["due_at"] == "2026-04-07T09:30:00+01:00"

    def test_a_date_starts_where_the_term_counts(self, run: Run) -> None:
        ran = run(*self.WORDS, "2026-04-08", "--format", "json")

        found = json.loads(ran.out)
        assert found["started_at"] == "2026-04-08T00:00:00+01:00"
        assert found["counts_from"] == "2026-04-08T09:00:00+01:00"

    def test_it_can_count_back_from_a_date(self, run: Run) -> None:
        before = '"7 days before renewal_date, preceding"'
        text = ONE_ZONE.replace('"2 business hours"', before)
        Path("agreement.toml").write_text(text, encoding="utf-8")
        words = ("due", "agreement.toml", "--term", "callback", "--start", "2026-04-08")

        told = run(*words, "--date", "renewal_date=2026-05-29", "--format", "json")
        untold = run(*words)

        assert json.loads(told.out)["due_at"] == "2026-05-22T17:00:00-05:00"
        assert (untold.code, untold.faults) == (2, ["AK-T011"])

    def test_everything_that_is_wrong_is_told_at_once(self, run: Run) -> None:
        ran = run(
            *("due", "agreement.toml", "--term", "first-respons"),
            *("--start", "2026-04-02T16:00:00", "--date", "renewal_date"),
        )

        assert (ran.code, ran.out) == (2, "")
        assert ran.faults == ["AK-S005", "AK-T001", "AK-S007"]
        assert "did you mean 'first-response'?" in ran.err

    def test_an_agreement_that_is_none_is_told(self, run: Run) -> None:
        ran = run("due", "nowhere.toml", "--term", "x", "--start", "2026-04-02T16:00Z")

        assert (ran.code, ran.faults) == (2, ["AK-S027"])

    def test_a_term_that_looks_like_none_gets_the_list(self, run: Run) -> None:
        ran = run(
            "due", "agreement.toml", "--term", "x", "--start", "2026-04-02T16:00Z"
        )

        assert (
            "there are first-response, decision, mended-return, collateral" in ran.err
        )

    def test_nothing_is_due_before_the_agreement_is_in_force(self, run: Run) -> None:
        ran = run(*self.WORDS, "2026-02-02T16:00:00Z")

        assert (ran.code, ran.faults) == (2, ["AK-S007"])
        assert "is in force then" in ran.err


class TestPages:
    FOLDER = Path(__file__).parents[2] / "docs" / "how-to"

    @pytest.mark.parametrize("name", ["agreement.toml", "mapping.toml", "export.csv"])
    def test_the_page_shows_the_files_beside_it(self, name: str) -> None:
        page = self.FOLDER / "evaluate-from-the-command-line.md"
        file = self.FOLDER / "command-line" / name

        shown = page.read_text(encoding="utf-8")

        assert f"```{file.suffix[1:]}\n{file.read_text(encoding='utf-8')}```" in shown
