"""Shorthands: what a document may say by a name instead of in full.

Most of an agreement stands in a catalogue already: the stages that everybody knows, the
loops over which teams fall out, the reasons for which a lead is given back. Its name
stands for an entry, and a table with ``preset`` for one that differs in what the table
says. Where a table would have one key only, what it holds stands for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import attrs
from cattrs import Converter

from alignkit.shapes import (
    Held,
    MisfitError,
    Schema,
    SchemaOf,
    Shape,
    attempt,
    choice,
    each,
    literal,
    many,
    one_or_many,
    refuse,
)
from alignkit.tables import Table
from alignkit.tasks import Letter, read_letters
from alignkit.trees import Fault, Tree
from alignkit.value_shapes import TEXT

PRESET = "preset"
"""The key that names the entry of a catalogue to start from."""


@attrs.frozen(kw_only=True)
class Catalogue:
    """The entries of a catalogue, which documents may call by their names.

    Attributes:
        table: How an entry stands in a document in full.
        entries: The entries by name.
        by_name: A key of it that holds tables by name; what a document says of one of
            them goes over that one alone, and the others stay.
        is_plain: Whether the name of an entry may stand by itself.
    """

    table: Table
    entries: Mapping[str, Held]
    by_name: str | None = None
    is_plain: bool = True

    def shape(self, converter: Converter) -> Shape:
        """Return the shape of an entry: its name, a table over it, or all of it."""
        return Shape(
            read=lambda raw: self._read(raw, converter),
            write=lambda value: self._write(value, converter),
            describe=lambda of: self._describe(of, converter),
        )

    def _read(self, raw: Tree, converter: Converter) -> Held:
        if isinstance(raw, str) and self.is_plain:
            return self.entries[literal(*self.entries).read(raw)]
        if not isinstance(raw, dict) or PRESET not in raw:
            return self.table.read(raw, converter)
        faults: list[Fault] = []
        for name in attempt(
            literal(*self.entries).read, raw[PRESET], (PRESET,), faults
        ):
            base = self.table.write(self.entries[name], converter)
            return self.table.read(self._over(base, raw), converter)
        raise MisfitError(faults)

    def _over(self, base: dict[str, Tree], raw: dict[str, Tree]) -> dict[str, Tree]:
        """Return a table laid over an entry."""
        over = {key: held for key, held in raw.items() if key != PRESET}
        low, high = base.get(self.by_name or ""), over.get(self.by_name or "")
        if self.by_name and isinstance(low, dict) and isinstance(high, dict):
            over[self.by_name] = {**low, **_merged(low, high)}
        return {**base, **over}

    def _write(self, value: Held, converter: Converter) -> Tree:
        full = self.table.write(value, converter)
        for name, entry in self.entries.items():
            if entry == value:
                return name if self.is_plain else {PRESET: name}
            base = self.table.write(entry, converter)
            first = self.table.keys[0].name
            if base[first] != full[first]:
                continue
            short = {PRESET: name, **self._differences(base, full)}
            # What an entry has and the value lacks cannot be said by going over it.
            over = self._over(base, short)
            if over == full and self.table.read(over, converter) == value:
                return short
        return full

    def _differences(
        self, base: dict[str, Tree], full: dict[str, Tree]
    ) -> dict[str, Tree]:
        """Return the keys of a table that say something else than those of another."""
        found = {key: held for key, held in full.items() if base.get(key) != held}
        low, high = base.get(self.by_name or ""), found.get(self.by_name or "")
        if self.by_name and isinstance(low, dict) and isinstance(high, dict):
            found[self.by_name] = {
                name: _changed(low.get(name), held)
                for name, held in high.items()
                if low.get(name) != held
            }
        return found

    def _describe(self, of: SchemaOf, converter: Converter) -> Schema:
        full: dict[str, Any] = self.table.describe(of)
        names: Schema = {"type": "string", "enum": list(self.entries)}
        over: dict[str, Any] = {
            "type": "object",
            "properties": {PRESET: names, **full["properties"]},
            "required": [PRESET],
            "additionalProperties": False,
        }
        if self.by_name is not None:
            by_name, listed = full["properties"][self.by_name]["anyOf"]
            part = by_name["additionalProperties"]
            loose = {**by_name, "additionalProperties": {**part, "required": []}}
            over["properties"][self.by_name] = {"anyOf": [loose, listed]}
            # What an entry has is said in part, and what it lacks in full.
            over["allOf"] = [
                {
                    "if": {"properties": {PRESET: {"const": name}}},
                    "then": {
                        "properties": {
                            self.by_name: {
                                "properties": dict.fromkeys(known, True),
                                "additionalProperties": {"required": part["required"]},
                            }
                        }
                    },
                }
                for name, known in self._known(converter)
            ]
        return {"anyOf": [*([names] if self.is_plain else []), over, full]}

    def _known(self, converter: Converter) -> Iterator[tuple[str, Iterable[str]]]:
        """Yield the names of what each entry holds by name."""
        for name, entry in self.entries.items():
            held = self.table.write(entry, converter).get(self.by_name or "")
            yield name, held if isinstance(held, dict) else ()


def _merged(low: dict[str, Tree], high: dict[str, Tree]) -> dict[str, Tree]:
    merged: dict[str, Tree] = {}
    for name, held in high.items():
        base = low.get(name)
        both = isinstance(base, dict) and isinstance(held, dict)
        merged[name] = {**base, **held} if both else held  # type: ignore[dict-item]
    return merged


def _changed(low: Tree, high: Tree) -> Tree:
    if not isinstance(low, dict) or not isinstance(high, dict):
        return high
    return {key: held for key, held in high.items() if low.get(key) != held}


def alone(table: Table, converter: Converter) -> Shape:
    """Return the shape of a table of which the first key may stand by itself.

    ``"marketing"`` says the same as ``{ party = "marketing" }``. Where that key holds a
    list of texts, a text or a list stands for it.
    """
    first = table.keys[0]
    is_list = first.type is not str
    names = one_or_many(str, converter) if is_list else TEXT

    def read(raw: Tree) -> Held:
        if isinstance(raw, str) or (is_list and isinstance(raw, list)):
            held = list(names.read(raw)) if is_list else raw
            return table.read({first.name: held}, converter)
        if isinstance(raw, dict):
            return table.read(raw, converter)
        return refuse("a name, or a table", raw)

    def write(value: Held) -> Tree:
        written = table.write(value, converter)
        if set(written) != {first.name}:
            return written
        return names.write(getattr(value, first.field))

    return Shape(
        read=read,
        write=write,
        describe=lambda of: {"anyOf": [names.describe(of), table.describe(of)]},
    )


def letters(converter: Converter) -> Shape:
    """Return the shape of the letters of one role: ``"RA"``, or a list of words."""
    words = many(Letter, converter)

    def read(raw: Tree) -> Held:
        if isinstance(raw, str):
            return read_letters(raw)
        return each(raw, choice(Letter).read, 'letters such as "RA"')

    def write(held: Held) -> Tree:
        text = "".join(letter.letter for letter in held)
        in_order = text and len(set(text)) == len(text) and read_letters(text) == held
        return text if in_order else words.write(held)

    return Shape(
        read=read,
        write=write,
        describe=lambda of: {
            "anyOf": [{"type": "string", "pattern": "^[RASCI]+$"}, words.describe(of)]
        },
    )
