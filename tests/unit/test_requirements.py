"""The table of requirements is complete, and what it names is there."""

from __future__ import annotations

import re
from pathlib import Path

import alignkit
from alignkit.decisions import STANDARD_RIGHTS
from alignkit.strategy import STANDARD_PLAYS
from alignkit.tasks import STANDARD_TASKS

PAGE = Path(__file__).parents[2] / "docs" / "explanation" / "requirements.md"
SOURCES = Path(str(alignkit.__file__)).parent
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in PAGE.read_text(encoding="utf-8").splitlines()
    if re.match(r"\| R\d", line)
]
TEXT = "\n".join(path.read_text(encoding="utf-8") for path in SOURCES.glob("*.py"))
WORDS = set(re.findall(r"\w+", TEXT))


class TestTable:
    def test_every_requirement_has_one_row_in_order(self) -> None:
        assert [row[0] for row in ROWS] == [f"R{number}" for number in range(1, 188)]

    def test_every_row_has_four_cells_that_say_something(self) -> None:
        assert all(len(row) == 4 and all(row) for row in ROWS)

    def test_every_row_says_when_it_is_judged(self) -> None:
        wings = r"later: (judgement|handoffs|insight)"
        when = re.compile(rf"now|not judged|{wings}|now (for|per) [^;]+; {wings}")

        assert [row[3] for row in ROWS if not when.fullmatch(row[3])] == []

    def test_every_name_stands_in_the_sources(self) -> None:
        named = {name for row in ROWS for name in re.findall(r"`(\w+)`", row[2])}

        assert named - {path.stem for path in SOURCES.glob("*.py")} <= WORDS

    def test_every_code_that_it_names_is_given_by_some_module(self) -> None:
        codes = {code for row in ROWS for code in re.findall(r"AK-[A-Z]\d+", row[2])}

        assert codes - set(re.findall(r'"(AK-[A-Z]\d+)"', TEXT)) == set()

    def test_a_row_names_the_catalogue_entries_that_come_from_it(self) -> None:
        by_row = {row[0]: row[2] for row in ROWS}
        entries = [
            *((each.id, source) for each in STANDARD_TASKS for source in each.source),
            *(
                (right.id, source)
                for right in STANDARD_RIGHTS
                for source in right.source
            ),
            *((each.id, each.source) for each in STANDARD_PLAYS),
        ]

        assert [
            (source, name)
            for name, source in entries
            if f"`{name}`" not in by_row[source]
        ] == []
