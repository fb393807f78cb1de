"""Tables: how a class stands in a document, with a key for each of its fields.

Most nouns need nothing of their own: the names, types and defaults of the fields say
which keys a table has, what they hold and which may be left out. A field may have its
own keys in the same table, and values that have a name may stand in a table under it.
"""

from __future__ import annotations

import re
import types
import typing
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from typing import Any

import attrs
from cattrs import Converter

from alignkit.docstrings import attributes_of
from alignkit.errors import (
    AlignkitError,
    LooseEndsError,
    UnfitValueError,
)
from alignkit.shapes import (
    Held,
    Kind,
    MisfitError,
    Read,
    Schema,
    SchemaOf,
    Shape,
    attempt,
    each,
    fault_of,
    members,
    missing_key,
    reader,
    refuse,
    seen,
    unknown_key,
    writer,
)
from alignkit.trees import Fault, Path, Tree
from alignkit.value_shapes import TAGS, TEXT

# attrs tells type checkers that its Factory is a function.
_Factory: Any = attrs.Factory


@attrs.frozen(kw_only=True)
class Key:
    """A key of a table, and the field of the class that it is for.

    Attributes:
        name: The key.
        field: The name of the field.
        argument: The name by which the class takes it.
        type: What it holds.
        default: What holds if it is left out; `attrs.NOTHING` if it must be there.
    """

    name: str
    field: str
    argument: str
    type: Kind
    default: object

    @property
    def is_required(self) -> bool:
        """Whether it must be there."""
        return self.default is attrs.NOTHING

    def is_default(self, value: object) -> bool:
        """Say whether leaving it out says the same."""
        default = self.default
        if isinstance(default, _Factory):
            default = default.factory()
        # True equals 1, and stands for something else.
        return type(default) is type(value) and bool(default == value)


@attrs.frozen(kw_only=True)
class Table:
    """A class as a table: its keys, and the fields whose own keys stand among them.

    Attributes:
        kind: The class.
        keys: A key for each field, in the order of the class.
        spread: A field whose value has its keys in the same table, if there is one.
        spread_at: Before which key its keys are written.
        variants: What that field may hold, by the word under ``kind``; by None if it
            holds one thing only.
        make: Makes the value of its fields, where the class itself does not.
        take: Returns the fields of a value, where it does not have them itself.
    """

    kind: type
    keys: tuple[Key, ...]
    spread: Key | None = None
    spread_at: int = 0
    variants: Mapping[str | None, Table] = attrs.field(factory=dict)
    make: Callable[..., Held] | None = None
    take: Callable[[Held], Mapping[str, Held]] | None = None

    @classmethod
    def of(
        cls,
        kind: type,
        *,
        renamed: Mapping[str, str] | None = None,
        spread: str | None = None,
        variants: Mapping[str | None, Table] | None = None,
    ) -> Table:
        """Return the table of a class.

        Args:
            kind: The class.
            renamed: The keys of fields whose key is not their name.
            spread: The field whose value has its keys in the same table.
            variants: The tables of what that field may hold.
        """
        hints = typing.get_type_hints(kind)
        names = renamed or {}
        keys = {
            field.name: Key(
                name=names.get(field.name, field.name.strip("_")),
                field=field.name,
                argument=field.alias or field.name,
                type=hints[field.name],
                default=_default(field, hints[field.name]),
            )
            for field in attrs.fields(kind)
            if field.init
        }
        apart = None if spread is None else keys[spread]
        before = len(keys) if spread is None else list(keys).index(spread)
        keys = {name: key for name, key in keys.items() if name != spread}
        return cls(
            kind=kind,
            keys=tuple(keys.values()),
            spread=apart,
            spread_at=before,
            variants=variants or {},
        )

    def shape(self, converter: Converter) -> Shape:
        """Return the shape of the class, the shapes of its fields from a converter."""
        return Shape(
            read=lambda raw: self.read(raw, converter),
            write=lambda value: self.write(value, converter),
            describe=self.describe,
        )

    def read(
        self, raw: Tree, converter: Converter, given: Mapping[str, Held] | None = None
    ) -> Held:
        """Return the value that a table says; raise all of its faults.

        Args:
            raw: The table.
            converter: Where the shapes of the fields are.
            given: Fields that are not in the table, because they are its name.
        """
        if not isinstance(raw, dict):
            refuse("a table", raw)
        faults: list[Fault] = []
        known: list[str] = []
        values = self.read_into(raw, converter, dict(given or {}), known, faults)
        faults.extend(unknown_key((key,), known) for key in raw if key not in known)
        if faults:
            raise MisfitError(faults)
        return values[0]

    def read_into(
        self,
        raw: dict[str, Tree],
        converter: Converter,
        values: dict[str, Held],
        known: list[str],
        faults: list[Fault],
    ) -> tuple[Held, ...]:
        """Read the keys that are this class's own out of a table that has others too.

        Args:
            raw: The table.
            converter: Where the shapes of the fields are.
            values: Fields that are known already; those of the table are added.
            known: The keys that the class has are added to these.
            faults: What is wrong is added to these.

        Returns:
            The value alone, or nothing if something is wrong.
        """
        faults_before = len(faults)
        keys = [key for key in self.keys if key.argument not in values]
        known.extend(key.name for key in keys)
        values.update(read_keys(keys, raw, converter, faults))
        if self.spread is not None:
            variant = self._variant(raw, known, faults)
            if variant is not None:
                for value in variant.read_into(raw, converter, {}, known, faults):
                    values[self.spread.argument] = value
        if len(faults) > faults_before:
            return ()
        return self.made(raw, values, faults)

    def _variant(
        self, raw: dict[str, Tree], known: list[str], faults: list[Fault]
    ) -> Table | None:
        if None in self.variants:
            return self.variants[None]
        known.append("kind")
        words = [word for word in self.variants if word is not None]
        word = word_under_kind(raw, words, faults)
        if word is not None:
            return self.variants[word]
        # Without a kind nobody knows which of these keys it has.
        for variant in self.variants.values():
            known.extend(variant.names())
        return None

    def names(self) -> Iterator[str]:
        """Yield every key that may stand in the table."""
        yield from (key.name for key in self.keys)
        for variant in self.variants.values():
            yield from variant.names()

    def made(
        self, raw: dict[str, Tree], values: dict[str, Held], faults: list[Fault]
    ) -> tuple[Held, ...]:
        """Return the value of some fields alone, or nothing and its faults noted."""
        try:
            return ((self.make or self.kind)(**values),)
        except LooseEndsError as error:
            faults.extend(loose_ends(error))
        except UnfitValueError as error:
            path = self._path_of(error.field, raw)
            given = raw.get(str(path[0])) if path else None
            faults.append(fault_of(error, path, given))
        except AlignkitError as error:
            faults.append(fault_of(error, ()))
        return ()

    def _path_of(self, field: str, raw: Mapping[str, Tree]) -> Path:
        name = next((key.name for key in self.keys if key.field == field), field)
        return (name,) if name in raw else ()

    def write(self, value: Held, converter: Converter) -> dict[str, Tree]:
        """Return a value as a table, without what its class says anyway."""
        table: dict[str, Tree] = {}
        fields = self.take(value) if self.take else None

        def add(key: Key) -> None:
            held = fields[key.field] if fields else getattr(value, key.field)
            if key.is_required or not key.is_default(held):
                table[key.name] = writer(key.type, converter)(held)

        for key in self.keys[: self.spread_at]:
            add(key)
        if (word := self._word_of(value)) is not None:
            table["kind"] = word
        if self.spread is not None:
            held = getattr(value, self.spread.field)
            for variant in self.variants.values():
                if isinstance(held, variant.kind):
                    table.update(variant.write(held, converter))
        for key in self.keys[self.spread_at :]:
            add(key)
        return table

    def _word_of(self, value: Held) -> str | None:
        """Return the word under ``kind``, where the spread field may hold several."""
        if self.spread is None:
            return None
        held = getattr(value, self.spread.field)
        words = (w for w, at in self.variants.items() if isinstance(held, at.kind))
        return next(words)

    def describe(self, of: SchemaOf, more: Schema | None = None) -> Schema:
        """Return the JSON Schema of the table.

        Args:
            of: Makes the schemas of the types of its keys.
            more: Keys that it has beside those of its fields, and their schemas.
        """
        more = dict(more or {})
        if self.spread is not None and None not in self.variants:
            return {
                "oneOf": [
                    self._object(of, {**more, "kind": {"const": word}}, variant)
                    for word, variant in self.variants.items()
                ]
            }
        return self._object(of, more, self.variants.get(None))

    def _object(self, of: SchemaOf, more: Schema, variant: Table | None) -> Schema:
        properties, required = dict(more), list(more)
        table: Table | None = self
        while table is not None:
            told = attributes_of(table.kind)
            for key in table.keys:
                said = {"description": told[key.field]} if key.field in told else {}
                properties[key.name] = {**of(key.type), **said}
                if key.is_required:
                    required.append(key.name)
            table, variant = variant, variant and variant.variants.get(None)
        return {
            "type": "object",
            "properties": properties,
            "required": required,
            "additionalProperties": False,
        }


def word_under_kind(
    raw: Mapping[str, Tree], words: Sequence[str], faults: list[Fault]
) -> str | None:
    """Return the word under ``kind``, or the one that is near to what stands there.

    With the near one the rest of the table can be examined, though its kind is wrong.
    """
    listed = f"the kinds are {', '.join(words)}"
    if "kind" not in raw:
        faults.append(attrs.evolve(missing_key(("kind",)), help=f"add it: {listed}"))
        return None
    given = raw["kind"]
    if isinstance(given, str) and given in words:
        return given
    near = get_close_matches(given[:100], words, n=1) if isinstance(given, str) else ()
    fault = Fault(
        code="AK-S005" if isinstance(given, str) else "AK-S004",
        path=("kind",),
        message=f"there is no kind {seen(given)}",
        expected=f"one of {', '.join(words)}",
        seen=seen(given),
        help=f"did you mean {near[0]!r}? {listed}" if near else listed,
    )
    faults.append(fault)
    return near[0] if near else None


def read_keys(
    keys: Iterable[Key],
    raw: dict[str, Tree],
    converter: Converter,
    faults: list[Fault],
) -> dict[str, Held]:
    """Return what some keys of a table say, by argument; note what is wrong."""
    values: dict[str, Held] = {}
    for key in keys:
        if key.name in raw:
            read = reader(key.type, converter)
            for value in attempt(read, raw[key.name], (key.name,), faults):
                values[key.argument] = value
        elif key.is_required:
            faults.append(missing_key((key.name,)))
        elif key.default is None:
            values[key.argument] = None
    return values


def _default(field: attrs.Attribute[Held], kind: Kind) -> object:
    # What may be null and is left out is null: TOML has no other word for it.
    may_be_null = types.NoneType in members(kind)
    return None if may_be_null and field.default is attrs.NOTHING else field.default


_STEP = re.compile(r"\.([A-Za-z0-9_]+)|\[([0-9]+)\]")


def loose_ends(error: LooseEndsError) -> list[Fault]:
    """Return the faults of names that lead nowhere, at the paths of their values."""
    return [
        Fault(
            code=finding.code,
            path=tuple(
                int(at) if at else name for name, at in _STEP.findall(finding.path)
            ),
            message=finding.message,
            expected=finding.expected,
            seen=finding.seen,
            help=finding.help,
        )
        for finding in error.findings
    ]


def _read_pair(raw: Tree, read: Read) -> tuple[Held, ...]:
    if not isinstance(raw, list) or len(raw) != 2:  # noqa: PLR2004
        refuse("a list of a key and what belongs to it", raw)
    faults: list[Fault] = []
    key = attempt(TEXT.read, raw[0], (0,), faults)
    value = attempt(read, raw[1], (1,), faults)
    if faults:
        raise MisfitError(faults)
    return (*key, *value)


def pairs(kind: Kind, converter: Converter) -> Shape:
    """Return the shape of ``tuple[tuple[str, X], ...]``: a table of X by key.

    Where two have one key, or one key is a tag, a list of lists of two says the same.
    """
    read_value = reader(kind, converter)

    def read(raw: Tree) -> Held:
        if isinstance(raw, list):
            return each(raw, lambda two: _read_pair(two, read_value))
        if not isinstance(raw, dict):
            refuse("a table", raw)
        faults: list[Fault] = []
        found = [
            (key, value)
            for key, held in raw.items()
            for value in attempt(read_value, held, (key,), faults)
        ]
        if faults:
            raise MisfitError(faults)
        return tuple(found)

    def write(values: Held) -> Tree:
        written = [(key, writer(kind, converter)(value)) for key, value in values]
        table = dict(written)
        # By itself a tag would say what is in it: a date, a number.
        if len(table) == len(written) and table.keys().isdisjoint(TAGS):
            return table
        return [[key, value] for key, value in written]

    def describe(of: SchemaOf) -> Schema:
        two = {
            "type": "array",
            "prefixItems": [{"type": "string"}, of(kind)],
            "minItems": 2,
            "maxItems": 2,
        }
        table = {"type": "object", "additionalProperties": of(kind)}
        return {"anyOf": [table, {"type": "array", "items": two}]}

    return Shape(read=read, write=write, describe=describe)


def by_name(table: Table, converter: Converter) -> Shape:
    """Return the shape of several values that stand in a table under their names.

    Where a list of tables stands, each with its name in it, it says the same.

    Args:
        table: The table of each, whose first field is its name.
        converter: Where the shapes of the other fields are.
    """
    name_key = table.keys[0]

    def named(name: str) -> Read:
        return lambda held: table.read(held, converter, {name_key.argument: name})

    def read(raw: Tree) -> Held:
        if isinstance(raw, list):
            return each(raw, lambda held: table.read(held, converter))
        if not isinstance(raw, dict):
            refuse("a table with a table for each name", raw)
        faults: list[Fault] = []
        values = [
            value
            for name, held in raw.items()
            for value in attempt(named(name), held, (name,), faults)
        ]
        if faults:
            raise MisfitError(faults)
        return tuple(values)

    def write(values: Held) -> Tree:
        written: dict[str, Tree] = {}
        for value in values:
            fields = table.write(value, converter)
            written[str(fields.pop(name_key.name))] = fields
        return written

    def describe(of: SchemaOf) -> Schema:
        without = attrs.evolve(table, keys=table.keys[1:]).describe(of)
        named_: Schema = {"type": "object", "additionalProperties": without}
        listed: Schema = {"type": "array", "items": table.describe(of)}
        return {"anyOf": [named_, listed]}

    return Shape(read=read, write=write, describe=describe)
