from __future__ import annotations

from operator import attrgetter
from typing import get_args

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from alignkit import documents, json_text, sources, toml_text, yaml_text
from alignkit.agreements import Agreement
from alignkit.documents import dumps, loads
from alignkit.editions import Calendar, Edition
from alignkit.errors import AlignkitError, DocumentError
from alignkit.findings import Finding
from alignkit.hours import BusinessHours
from alignkit.nouns import converter
from alignkit.promises import Promise
from alignkit.shapes import reader, writer
from alignkit.sources import Format
from alignkit.terms import Term
from alignkit.trees import Path, Tree, line_and_column
from tests.document_strategies import agreements, calendars, trees
from tests.noun_strategies import FAMILIES, Kind, values_of

EACH_FORMAT = pytest.mark.parametrize("format", get_args(Format))
# Whole agreements take long to draw; the other laws go through their parts.
FEW = settings(max_examples=max(settings().max_examples // 4, 1))
SMALL = """\
[agreement]
id = "northwind"
version = "2" # the second
effective_from = 2026-04-01T00:00:00-06:00

[calendars.denver]
zone = "America/Denver"
week = { mon-fri = ["09:00-17:00"] }

[[terms]]
id = "first-response"
kind = "deadline"
party = "sales"
start = { event = "owner_assigned", stage = "mql" }
within = "2 business hours"
targets = [
  { if = { field = "source", is = "demo" }, within = "15 minutes" },
]
"""


class TestTrees:
    @given(trees(native=True))
    def test_a_tree_that_is_written_as_toml_is_read_back(
        self, tree: dict[str, Tree]
    ) -> None:
        text = sources.write(tree, "toml")

        assert not tree or sources.read(text, "toml").tree == tree

    @given(trees(native=False))
    def test_a_tree_that_is_written_as_yaml_is_read_back(
        self, tree: dict[str, Tree]
    ) -> None:
        text = sources.write(tree, "yaml")

        assert sources.read(text, "yaml").tree == tree

    @given(trees(native=False))
    def test_a_tree_that_is_written_as_json_is_read_back(
        self, tree: dict[str, Tree]
    ) -> None:
        text = sources.write(tree, "json")

        assert sources.read(text, "json").tree == tree

    @given(trees(native=False))
    def test_readers_of_older_yaml_read_text_as_text(
        self, tree: dict[str, Tree]
    ) -> None:
        plain = _without_numbers(tree)
        assert isinstance(plain, dict)

        assert yaml.safe_load(sources.write(plain, "yaml")) == plain


def _without_numbers(tree: Tree) -> Tree:
    match tree:
        case dict():
            return {key: _without_numbers(held) for key, held in tree.items()}
        case list():
            return [_without_numbers(item) for item in tree]
        case None | bool() | str():
            return tree
        case _:
            return "a number"


class TestLocate:
    @given(trees(native=True))
    def test_every_key_of_toml_stands_where_it_is_located(
        self, tree: dict[str, Tree]
    ) -> None:
        text = sources.write(tree, "toml")

        assert _misplaced(tree, text, "toml") == []

    @given(trees(native=False))
    def test_every_key_of_yaml_stands_where_it_is_located(
        self, tree: dict[str, Tree]
    ) -> None:
        text = sources.write(tree, "yaml")

        assert _misplaced(tree, text, "yaml") == []

    @given(trees(native=False))
    def test_every_key_of_json_stands_where_it_is_located(
        self, tree: dict[str, Tree]
    ) -> None:
        text = sources.write(tree, "json")

        assert _misplaced(tree, text, "json") == []


def _misplaced(tree: dict[str, Tree], text: str, format: Format) -> list[Path]:
    """The paths of which the text does not hold the key where it is located."""
    if not tree:
        return []
    source = sources.read(text, format)
    rest: dict[tuple[int | None, int | None], str] = {
        line_and_column(text, at): text[at:] for at in range(len(text))
    }
    written = {
        "toml": toml_text._key,
        "yaml": yaml_text._text,
        "json": json_text._quoted,
    }[format]
    found = []
    for path in _paths(tree, ()):
        place = source.locate(path)
        after = rest[place.line, place.column]
        if isinstance(path[-1], str) and not after.startswith(written(path[-1])):
            found.append(path)
    return found


def _paths(tree: Tree, path: Path) -> list[Path]:
    match tree:
        case dict():
            steps: list[tuple[str | int, Tree]] = list(tree.items())
        case list():
            steps = list(enumerate(tree))
        case _:
            steps = []
    return [
        found
        for step, held in steps
        for found in [(*path, step), *_paths(held, (*path, step))]
    ]


class TestDumps:
    @EACH_FORMAT
    @FEW
    @given(agreement=agreements())
    def test_what_is_dumped_and_loaded_is_equal(
        self, agreement: Agreement, format: Format
    ) -> None:
        loaded = loads(dumps(agreement, format), format)

        assert loaded == agreement
        assert [edition.fingerprint for edition in loaded.editions] == [
            edition.fingerprint for edition in agreement.editions
        ]

    @EACH_FORMAT
    @FEW
    @given(hours=calendars())
    def test_every_calendar_is_read_back(
        self, hours: BusinessHours, format: Format
    ) -> None:
        edition = Edition(id="northwind", calendars=(Calendar("desk", hours),))
        agreement = Agreement((edition,))

        assert loads(dumps(agreement, format), format) == agreement

    @FEW
    @given(agreement=agreements())
    def test_what_is_loaded_is_dumped_as_it_was_dumped_before(
        self, agreement: Agreement
    ) -> None:
        text = dumps(agreement)

        assert dumps(loads(text)) == text


class TestNouns:
    @pytest.mark.parametrize("family", FAMILIES)
    @FEW
    @given(data=st.data())
    def test_every_noun_that_is_written_is_read_back(
        self, family: str, data: st.DataObject
    ) -> None:
        self._is_read_back(FAMILIES[family], data.draw(values_of(FAMILIES[family])))

    @pytest.mark.parametrize("promise", get_args(Promise), ids=attrgetter("__name__"))
    @FEW
    @given(data=st.data())
    def test_every_kind_of_promise_is_read_back(
        self, promise: type, data: st.DataObject
    ) -> None:
        term = Term(id="a term", party="sales", promise=data.draw(values_of(promise)))

        self._is_read_back(Term, term)

    def _is_read_back(self, kind: Kind, value: object) -> None:
        for format in get_args(Format):
            tree = {"noun": writer(kind, converter())(value)}

            text = sources.write(documents.fitting(tree, format), format)

            found = sources.read(text, format).tree
            assert isinstance(found, dict)
            # TOML has a word for null only where something else may stand.
            read = None if value is None else reader(kind, converter())(found["noun"])
            assert read == value


class TestLoads:
    @given(
        at=st.integers(0, len(SMALL)),
        length=st.integers(0, 12),
        put=st.text(max_size=3)
        | st.sampled_from(['"', "[", "]]", "}", "=", ".", "\n"]),
        twice=st.booleans(),
    )
    @example(at=0, length=0, put="\0", twice=False)
    def test_a_broken_document_raises_nothing_but_coded_errors(
        self, at: int, length: int, put: str, *, twice: bool
    ) -> None:
        broken = SMALL[:at] + put + SMALL[at + length :] + (SMALL if twice else "")

        for format in get_args(Format):
            findings = _findings(broken, format)

            assert all(finding.code.startswith("AK-") for finding in findings)
            assert all(finding.place is not None for finding in findings)

    @EACH_FORMAT
    @given(raw=st.binary(max_size=60))
    def test_no_bytes_raise_anything_but_coded_errors(
        self, raw: bytes, format: Format
    ) -> None:
        with pytest.raises(AlignkitError):
            loads(raw, format)


def _findings(text: str, format: Format) -> tuple[Finding, ...]:
    try:
        loads(text, format)
    except DocumentError as error:
        return error.findings
    return ()
