"""Every code of an error or a finding has a page, and every page a code."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import alignkit

DOCS = Path(__file__).parents[2] / "docs"
PAGES = sorted((DOCS / "codes").glob("*.md"))
INDEX = (DOCS / "reference" / "errors.md").read_text(encoding="utf-8")
CODES = {
    code
    for source in Path(str(alignkit.__file__)).parent.rglob("*.py")
    for code in re.findall(r"AK-[A-Z]\d{3}", source.read_text(encoding="utf-8"))
}


class TestPages:
    def test_every_code_that_can_be_met_has_a_page(self) -> None:
        assert sorted(CODES - {page.stem for page in PAGES}) == []

    def test_every_page_is_listed_in_order(self) -> None:
        listed = re.findall(r"^\| \[(AK-[A-Z]\d{3})\]", INDEX, flags=re.MULTILINE)

        areas = [code[3] for code in dict.fromkeys(listed)]
        assert sorted(listed) == [page.stem for page in PAGES]
        assert listed == sorted(listed, key=lambda code: (areas.index(code[3]), code))

    @pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
    def test_a_page_says_when_shows_how_and_tells_what_to_do(self, page: Path) -> None:
        text = page.read_text(encoding="utf-8")

        headings = re.findall(r"^#+ .*$", text, flags=re.MULTILINE)
        parts = ["When it appears", "An example", "How to mend it"]
        assert headings == [f"# {page.stem}", *(f"## {part}" for part in parts)]
        assert "```" in text
