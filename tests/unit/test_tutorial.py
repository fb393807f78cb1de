"""The tutorial shows the files that it works on, letter by letter."""

from __future__ import annotations

from pathlib import Path

import pytest

DOCS = Path(__file__).parents[2] / "docs"
FILES = sorted((DOCS / "tutorial").iterdir())


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_a_file_stands_on_the_page_as_it_is(file: Path) -> None:
    page = (DOCS / "tutorial.md").read_text(encoding="utf-8")

    block = f"```{file.suffix[1:]}\n{file.read_text(encoding='utf-8')}```\n"

    assert block in page
