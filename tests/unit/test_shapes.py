from __future__ import annotations

import enum
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Literal

import attrs
import pytest

from alignkit._fields import is_name
from alignkit.errors import UnfitValueError, UnknownZoneError
from alignkit.nouns import converter, shape_of, spoken
from alignkit.shapes import (
    MisfitError,
    fault_of,
    reader,
    seen,
    unknown_key,
    writer,
)
from alignkit.trees import Fault, Tree, path_text
from alignkit.values import Attributes


class Colour(enum.Enum):
    RED = "red"
    BLUE = "blue"


@attrs.frozen
class Leaf:
    size: int
    colour: Colour = Colour.RED


@attrs.frozen
class Root:
    depth: Decimal


@attrs.frozen(kw_only=True)
class Plant:
    name: str = attrs.field(validator=is_name)
    leaf: Leaf | None = None
    parts: tuple[Leaf | Root, ...] = ()
    is_green: bool = True
    mode: Literal["wild", "tame"] = "wild"
    notes: tuple[tuple[str, str], ...] = ()
    share: Fraction | None
    fields: Attributes = ()
    day: date | None = None
    when: date | datetime | None = None

    def __attrs_post_init__(self) -> None:
        if self.mode == "tame" and self.leaf is None:
            raise UnfitValueError("plant", "mode", "a leaf, if it is tame", "none")


def read(kind: object, raw: Tree) -> object:
    return reader(kind, converter())(raw)


def faults(kind: object, raw: Tree) -> list[tuple[str, str]]:
    with pytest.raises(MisfitError) as caught:
        read(kind, raw)
    return [(fault.code, path_text(fault.path)) for fault in caught.value.faults]


class TestRead:
    def test_a_class_is_a_table_of_its_fields(self) -> None:
        raw: Tree = {
            "name": "fern",
            "leaf": {"size": 3},
            "parts": [
                {"kind": "leaf", "size": 1, "colour": "blue"},
                {"kind": "root", "depth": 2},
            ],
            "notes": {"b": "2", "a": "1"},
            "share": "12.5%",
            "fields": {"company": {"size": 50}, "score": Decimal("0.5")},
            "when": "2026-01-01T00:00:00Z",
        }

        plant = read(Plant, raw)

        assert plant == Plant(
            name="fern",
            leaf=Leaf(3),
            parts=(Leaf(1, Colour.BLUE), Root(Decimal(2))),
            notes=(("b", "2"), ("a", "1")),
            share=Fraction(1, 8),
            fields=(("company.size", 50), ("score", Decimal("0.5"))),
            when=datetime.fromisoformat("2026-01-01T00:00:00Z"),
        )
        assert read(Plant, writer(Plant, converter())(plant)) == plant

    def test_every_fault_of_a_table_is_noted(self) -> None:
        raw: Tree = {
            "nme": "fern",
            "leaf": {"size": True, "colour": "rde"},
            "parts": [{"kind": "lef"}, {"size": 1}, "leaf", {"kind": "root"}],
            "is_green": 1,
            "mode": "domestic",
            "notes": [["a", "b", "c"], [1, 2]],
            "share": "half",
            "fields": {"a": {"b": datetime(2026, 1, 1)}},
            "day": "2026-1-1",
            "when": 5,
        }

        assert faults(Plant, raw) == [
            ("AK-S003", "$.name"),
            ("AK-S004", "$.leaf.size"),
            ("AK-S005", "$.leaf.colour"),
            ("AK-S005", "$.parts[0].kind"),
            # Near to a leaf, and read as one so that its other faults are told.
            ("AK-S003", "$.parts[0].size"),
            ("AK-S003", "$.parts[1].kind"),
            ("AK-S004", "$.parts[2]"),
            ("AK-S003", "$.parts[3].depth"),
            ("AK-S004", "$.is_green"),
            ("AK-S005", "$.mode"),
            ("AK-S004", "$.notes[0]"),
            ("AK-S004", "$.notes[1][0]"),
            ("AK-S004", "$.notes[1][1]"),
            ("AK-S005", "$.share"),
            ("AK-T001", "$.fields.a.b"),
            ("AK-S005", "$.day"),
            ("AK-S004", "$.when"),
            ("AK-S002", "$.nme"),
        ]

    def test_the_keys_that_are_known_are_listed_once(self) -> None:
        far = unknown_key(("zzz",), ("name", "day"))
        near = unknown_key(("nme",), ("name", "day"))

        assert far.expected == near.expected == "one of name, day"
        assert far.help == "leave it out, or use a key that is known"
        assert near.help == "did you mean 'name'?"

    def test_what_the_class_refuses_is_a_fault_at_its_field(self) -> None:
        assert faults(Plant, {"name": "a", "mode": "tame"}) == [("AK-S005", "$.mode")]
        assert faults(Plant, {"name": ""}) == [("AK-S005", "$.name")]

    @pytest.mark.parametrize(
        ("text", "share"),
        [
            ("4/5", Fraction(4, 5)),
            ("80%", Fraction(4, 5)),
            (" 0.5 / 2 ", Fraction(1, 4)),
            (Decimal("0.1"), Fraction(1, 10)),
            (2, Fraction(2)),
            ("-1/3", Fraction(-1, 3)),
        ],
    )
    def test_shares_are_read_exactly(self, text: Tree, share: Fraction) -> None:
        assert read(Fraction, text) == share

    @pytest.mark.parametrize(
        "text", ["", "%", "1/", "/2", "1/0", "1/2/3", "5", "50%%", "1e5%", "٣%", "0.%"]
    )
    def test_other_text_is_no_share(self, text: str) -> None:
        assert faults(Fraction, text) == [("AK-S005", "$")]

    @pytest.mark.parametrize(
        ("kind", "raw"),
        [
            (str, 5),
            (str, None),
            (int, True),
            (int, "5"),
            (int, Decimal("5.0")),
            (bool, 1),
            (bool, "true"),
            (Decimal, "5"),
            (Decimal, True),
            (Fraction, True),
            (date, datetime(2026, 1, 1)),
            (datetime, date(2026, 1, 1)),
            (tuple[str, ...], "abc"),
            (tuple[str, ...], {"a": 1}),
            (Colour, 1),
            (Leaf, []),
        ],
    )
    def test_nothing_is_taken_for_something_else(self, kind: object, raw: Tree) -> None:
        assert faults(kind, raw) == [("AK-S004", "$")]


class TestShapeOf:
    def test_a_type_that_no_document_holds_is_a_mistake(self) -> None:
        with pytest.raises(TypeError):
            shape_of(complex, converter())


class TestFaultOf:
    def test_a_refused_value_keeps_its_code(self) -> None:
        error = UnknownZoneError("America/Denvr", ("America/Denver",))

        assert fault_of(error, ("zone",), "America/Denvr") == Fault(
            code="AK-T002",
            path=("zone",),
            message="unknown time zone 'America/Denvr'",
            seen='"America/Denvr"',
            help="did you mean 'America/Denver'?",
        )


class TestSeen:
    @pytest.mark.parametrize(
        ("raw", "text"),
        [
            ("a" * 100, f'"{"a" * 60}..."'),
            (True, "true"),
            (None, "null"),
            ([1], "a list"),
            ({}, "a table"),
            (Decimal("1.50"), "1.50"),
        ],
    )
    def test_it_is_what_the_writer_would_recognise(self, raw: Tree, text: str) -> None:
        assert seen(raw) == text


class TestSpoken:
    def test_a_field_may_stand_under_another_key(self) -> None:
        assert spoken("segment") == ("segment", "if")
        assert set(spoken("parts")) == {"parts", "all", "any", "of"}
