"""Whatever the pages show is run or read, so that it cannot go stale.

Python is written as doctests, which pytest itself runs where the pages are in its
`testpaths`; commands are run here, and data is read.
"""

from __future__ import annotations

import csv
import doctest
import json
import re
import shlex
import subprocess
import sys
import textwrap
import tomllib
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import attrs
import pytest
import yaml

ROOT = Path(__file__).parents[2]
RUN_BY_PYTEST = (ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md")))
PAGES = (
    *RUN_BY_PYTEST,
    *(
        page
        for name in ("CHANGELOG", "CONTRIBUTING")
        for page in ROOT.glob(f"{name}.md")
    ),
    *sorted((ROOT / "examples").rglob("*.md")),
)
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))[
    "project"
]

CODES = ROOT / "docs" / "reference" / "errors.md"
"""The page that explains every code of errors and findings."""

FENCE = re.compile(r"^( *)```(.*)\n((?:.*\n)*?)\1```$", flags=re.MULTILINE)
LINK = re.compile(r"\]\(([^)\s]+)\)")
FORGIVING = doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS


@attrs.frozen(kw_only=True)
class Block:
    """A fenced block of a page."""

    page: Path
    line: int
    language: str
    text: str

    def __str__(self) -> str:
        return f"{self.page.relative_to(ROOT)}:{self.line}"


def blocks_of(page: Path) -> list[Block]:
    """Return the fenced blocks of a page, in their order."""
    text = page.read_text(encoding="utf-8")
    return [
        Block(
            page=page,
            line=text.count("\n", 0, fence.start()) + 1,
            language=fence[2],
            text=textwrap.dedent(fence[3]),
        )
        for fence in FENCE.finditer(text)
    ]


BLOCKS = tuple(block for page in PAGES for block in blocks_of(page))


def each_block(*languages: str) -> pytest.MarkDecorator:
    """Run a test once for each block that is written in one of the languages."""
    chosen = [block for block in BLOCKS if block.language in languages]
    return pytest.mark.parametrize("block", chosen, ids=str)


def table(text: str) -> list[list[str]]:
    return list(csv.reader(text.splitlines(), strict=True))


READERS: dict[str, Callable[[str], object]] = {
    "csv": table,
    "json": json.loads,
    "jsonl": lambda text: [json.loads(line) for line in text.splitlines()],
    "toml": tomllib.loads,
    "yaml": yaml.safe_load,
}
LANGUAGES = {*READERS, "console", "python", "sh", "text"}


class TestBlocks:
    @pytest.mark.parametrize("block", BLOCKS, ids=str)
    def test_a_block_says_what_it_is(self, block: Block) -> None:
        assert block.language in LANGUAGES

    @each_block("python")
    def test_python_is_a_doctest_that_is_run(self, block: Block) -> None:
        assert block.page in RUN_BY_PYTEST
        assert block.text.startswith(">>> ")
        assert "+SKIP" not in block.text

    @each_block(*READERS)
    def test_data_can_be_read(self, block: Block) -> None:
        assert READERS[block.language](block.text)

    @each_block("csv")
    def test_a_row_has_as_many_cells_as_the_one_above(self, block: Block) -> None:
        assert all(len(a) == len(b) for a, b in pairwise(table(block.text)))

    @each_block("console")
    def test_a_command_prints_what_is_shown(self, block: Block) -> None:
        _, *runs = re.split(r"^\$ ", block.text, flags=re.MULTILINE)
        for run in runs:
            command, _, expected = run.partition("\n")
            program, *arguments = shlex.split(command)
            assert program == "alignkit"

            shown = subprocess.run(
                [sys.executable, "-m", "alignkit", *arguments],
                capture_output=True,
                check=False,
                cwd=ROOT,
                encoding="utf-8",
            )

            seen = shown.stdout + shown.stderr
            assert doctest.OutputChecker().check_output(expected, seen, FORGIVING), seen

    @each_block("sh")
    def test_a_command_to_type_exists(self, block: Block) -> None:
        makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
        targets = set(re.findall(r"^([a-z-]+):", makefile, flags=re.MULTILINE))
        extras = PROJECT["optional-dependencies"]

        named = re.findall(r"^make ([a-z-]+)", block.text, flags=re.MULTILINE)
        asked = re.findall(r"alignkit\[([a-z,]+)\]", block.text)

        assert set(named) <= targets
        assert {extra for names in asked for extra in names.split(",")} <= set(extras)


class TestLinks:
    @pytest.mark.parametrize(
        "page", PAGES, ids=lambda page: str(page.relative_to(ROOT))
    )
    def test_a_link_leads_to_something(self, page: Path) -> None:
        targets = [
            link.partition("#")[0]
            for link in LINK.findall(page.read_text(encoding="utf-8"))
            if "://" not in link
        ]

        assert [name for name in targets if not (page.parent / name).exists()] == []


@pytest.mark.skipif(not CODES.exists(), reason="no page explains the codes yet")
class TestIndex:
    @pytest.mark.parametrize("folder", ["how-to", "explanation", "reference"])
    def test_every_page_can_be_found_from_the_first(self, folder: str) -> None:
        index = (ROOT / "docs" / "index.md").read_text(encoding="utf-8")

        pages = sorted(page.name for page in (ROOT / "docs" / folder).glob("*.md"))

        assert [page for page in pages if f"({folder}/{page})" not in index] == []


class TestCodes:
    def test_every_code_that_can_be_met_is_explained(self) -> None:
        code = re.compile(r"AK-[A-Z]\d{3}")
        sources = (ROOT / "src").rglob("*.py")

        met = {
            name
            for source in sources
            for name in code.findall(source.read_text(encoding="utf-8"))
        }

        assert met - set(code.findall(CODES.read_text(encoding="utf-8"))) == set()
