"""The examples run on their samples, and print what somebody has read."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

import alignkit as ak
from alignkit.cli import main

ROOT = Path(__file__).parents[1]
EXAMPLES = ROOT / "examples"
GOLDEN = Path(__file__).parent / "golden" / "examples"
SCRIPTS = sorted(EXAMPLES.glob("*/*.py"))
AGREEMENTS = sorted(EXAMPLES.glob("*/agreement.*"))
COMMANDS = {
    "marketing_funnel": (
        *("evaluate", "agreement.toml", "leads.csv", "deals.csv"),
        *("--map", "leads.map.toml", "--map", "deals.map.toml"),
        *("--as-of", "2018-04-11"),
    ),
    "service_log": (
        *("evaluate", "agreement.toml", "incidents.csv"),
        *("--map", "incidents.map.toml", "--as-of", "2016-04-01T10:00:00Z"),
    ),
}


def told(path: Path) -> str:
    """Return the name of an example by its folder."""
    return str(path.relative_to(EXAMPLES))


def scorecard_of(text: str) -> str:
    """Return the scorecard in a text: from the moment of the question to a gap.

    The moment is left out: a zone is named differently by a date and by an offset.
    """
    found = re.search(r"^As of .*\n\n((?:.+\n)+)", text, flags=re.MULTILINE)
    assert found is not None
    return found[1]


class TestScripts:
    @pytest.mark.parametrize("script", SCRIPTS, ids=told)
    def test_it_prints_what_somebody_has_read(
        self, script: Path, tmp_path: Path
    ) -> None:
        golden = GOLDEN / f"{script.stem}.txt"

        ran = subprocess.run(
            [sys.executable, script],
            capture_output=True,
            check=True,
            cwd=tmp_path,
            encoding="utf-8",
        )

        seen = re.sub("[0-9a-f]{64}", "<fingerprint>", ran.stdout)
        assert (seen, ran.stderr) == (golden.read_text(encoding="utf-8"), "")

    @pytest.mark.parametrize("script", SCRIPTS, ids=told)
    def test_it_is_short_and_says_its_question(self, script: Path) -> None:
        lines = script.read_text(encoding="utf-8").splitlines()

        assert len(lines) <= 80
        assert lines[0].startswith('"""')
        assert lines[0].endswith("?")


class TestCommandLine:
    @pytest.mark.parametrize("story", sorted(COMMANDS))
    def test_it_has_the_scorecard_of_the_script(
        self,
        story: str,
        monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        (script,) = (EXAMPLES / story).glob("*.py")
        golden = (GOLDEN / f"{script.stem}.txt").read_text(encoding="utf-8")
        monkeypatch.chdir(EXAMPLES / story)

        code = main(COMMANDS[story])

        seen = capsys.readouterr()
        assert (code, seen.err) == (0, "")
        assert scorecard_of(seen.out) == scorecard_of(golden)

    @pytest.mark.parametrize("agreement", AGREEMENTS, ids=told)
    def test_an_agreement_is_clean(
        self, agreement: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        code = main(["lint", str(agreement), "--fail-on", "info"])

        assert (code, capsys.readouterr().out) == (0, "no findings\n")

    @pytest.mark.parametrize("agreement", AGREEMENTS, ids=told)
    def test_what_is_written_of_an_agreement_is_read_as_the_same(
        self, agreement: Path
    ) -> None:
        found = ak.load(agreement)

        assert ak.loads(ak.dumps(found)) == found
