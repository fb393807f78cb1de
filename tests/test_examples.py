"""The examples run on their samples, and print what somebody has read."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from operator import attrgetter
from pathlib import Path
from typing import Any, get_args, get_type_hints

import attrs
import pytest

import alignkit as ak
from alignkit.cli import main
from alignkit.sources import Format

ROOT = Path(__file__).parents[1]
EXAMPLES = ROOT / "examples"
GOLDEN = Path(__file__).parent / "golden" / "examples"
SERVICE = EXAMPLES / "handoff_service"
"""It runs until it is stopped, and has tests of its own."""
SCRIPTS = sorted(set(EXAMPLES.glob("*/*.py")) - set(SERVICE.glob("*.py")))
AGREEMENTS = sorted(EXAMPLES.glob("*/agreement.*"))
COMPLETE = EXAMPLES / "complete_agreement"
KNOWN_WEAKNESSES = {
    # Its logs tell nothing that the other side could promise, and of no escalation.
    "marketing_funnel": ["AK-P015"],
    "service_log": ["AK-P013", "AK-P015"],
}
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


def parts_of(value: object) -> Iterator[object]:
    """Yield all that a value is made of, however deep."""
    if isinstance(value, tuple):
        for item in value:
            yield from parts_of(item)
        return
    kind: type[Any] = type(value)
    if attrs.has(kind):
        yield value
        for field in attrs.fields(kind):
            yield from parts_of(getattr(value, field.name))


def nouns_of(kind: object, found: set[type[Any]] | None = None) -> set[type[Any]]:
    """Return a class and all the classes that its annotations lead to."""
    found = set() if found is None else found
    if get_args(kind):
        for part in get_args(kind):
            nouns_of(part, found)
    elif isinstance(kind, type) and attrs.has(kind) and kind not in found:
        found.add(kind)
        hints = get_type_hints(kind)
        # What is worked out once has an annotation too, and is no field.
        for field in attrs.fields(kind):
            nouns_of(hints[field.name], found)
    return found


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


class TestAgreements:
    @pytest.mark.parametrize("agreement", AGREEMENTS, ids=told)
    def test_lint_finds_what_is_known(self, agreement: Path) -> None:
        known = KNOWN_WEAKNESSES.get(agreement.parent.name, [])

        found = ak.load(agreement).lint()

        assert [finding.code for finding in found] == known

    @pytest.mark.parametrize("agreement", AGREEMENTS, ids=told)
    def test_what_is_written_of_an_agreement_is_read_as_the_same(
        self, agreement: Path
    ) -> None:
        found = ak.load(agreement)

        assert ak.loads(ak.dumps(found)) == found


class TestCompleteAgreement:
    @pytest.mark.parametrize("format", ["yaml", "json"])
    def test_the_formats_say_the_same(self, format: Format) -> None:
        written = ak.load(COMPLETE / "agreement.toml")
        file = COMPLETE / f"agreement.{format}"

        assert ak.load(file) == written
        assert ak.dumps(written, format) == file.read_text(encoding="utf-8")

    def test_it_is_in_force_from_july_on(self) -> None:
        agreement = ak.load(COMPLETE / "agreement.toml")
        june, july = (datetime(2026, month, 30, tzinfo=UTC) for month in (6, 7))

        assert agreement.in_force_at(june) is None
        assert agreement.in_force_at(july) == agreement.latest
        assert agreement.lint(as_of=july) == ()

    @pytest.mark.parametrize("field", attrs.fields(ak.Edition), ids=attrgetter("name"))
    def test_it_says_something_under_every_heading(
        self, field: attrs.Attribute[object]
    ) -> None:
        edition = ak.load(COMPLETE / "agreement.toml").latest
        empty = ak.Edition(id="empty")

        assert getattr(edition, field.name) != getattr(empty, field.name)

    def test_every_noun_that_there_is_stands_in_it(self) -> None:
        edition = ak.load(COMPLETE / "agreement.toml").latest

        used = {type(part) for part in parts_of(edition)}

        assert {noun.__name__ for noun in nouns_of(ak.Edition) - used} == set()


class TestDraft:
    def test_every_finding_is_explained(self) -> None:
        folder = ROOT / "docs" / "how-to"
        page = (folder / "mend-an-agreement.md").read_text(encoding="utf-8")
        explained = set(re.findall(r"^\| (AK-[A-Z]\d{3}) \|", page, flags=re.MULTILINE))

        found = ak.load(folder / "mend-an-agreement" / "draft.toml").lint()

        assert {finding.code for finding in found} == explained
