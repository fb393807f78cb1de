"""Shapes: how each noun of an agreement stands in a document.

A document is made of tables, lists and plain values; an agreement is made of terms,
spans and criteria. A `Shape` says how the values of one type are read from the one,
written as it, and described to an editor, in one place, so that the three cannot drift
apart. Most nouns need nothing of their own: a class is a table with a key for each of
its fields. Reading is strict, and it notes every fault before it reports any.
"""

from __future__ import annotations

import enum
import functools
import operator
import re
import types
import typing
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any, Literal, NoReturn, Union, get_args, get_origin

import attrs
from cattrs import Converter

from alignkit.docstrings import attributes_of
from alignkit.errors import (
    AlignkitError,
    LooseEndsError,
    NaiveMomentError,
    UnfitValueError,
)
from alignkit.findings import did_you_mean
from alignkit.trees import Fault, Path, Tree

Held = Any
"""A value of the type that a shape is for; only the shape knows which that is."""

Kind = Any
"""A type as annotations write it, which may be a union or ``tuple[X, ...]``."""

Read = Callable[[Tree], Held]
Write = Callable[[Held], Tree]
Schema = dict[str, object]
SchemaOf = Callable[[Kind], Schema]
Describe = Callable[[SchemaOf], Schema]
"""Makes a JSON Schema, given the function that makes those of other types."""

_LONGEST_SEEN = 60


@attrs.frozen(kw_only=True)
class Shape:
    """How the values of one type stand in a document.

    Attributes:
        read: Makes a value of what stands in a document, or raises `MisfitError`.
        write: Makes what stands in a document of a value.
        describe: Makes the JSON Schema of what `read` takes.
    """

    read: Read
    write: Write
    describe: Describe


class MisfitError(Exception):
    """What stands in a document is no value of its type; it never leaves the readers.

    Attributes:
        faults: What is wrong, each at a path from where the reader stood.
    """

    def __init__(self, faults: Iterable[Fault]) -> None:
        super().__init__()
        self.faults = tuple(faults)


def seen(raw: Tree) -> str:
    """Return what stands in a document as the person who wrote it would know it.

    Example:
        >>> seen("5"), seen(True), seen({"a": 1}), seen(None)
        ('"5"', 'true', 'a table', 'null')
    """
    match raw:
        case None:
            return "null"
        case bool():
            return "true" if raw else "false"
        case str():
            text = raw if len(raw) <= _LONGEST_SEEN else f"{raw[:_LONGEST_SEEN]}..."
            return f'"{text}"'
        case dict():
            return "a table"
        case list():
            return "a list"
        case _:
            return str(raw)[:_LONGEST_SEEN]


def refuse(expected: str, raw: Tree, *, help: str | None = None) -> NoReturn:
    """Raise that something of another type stands in a document."""
    fault = Fault(
        code="AK-S004",
        path=(),
        message=f"{seen(raw)} is not {expected}",
        expected=expected,
        seen=seen(raw),
        help=help,
    )
    raise MisfitError((fault,))


def unfit(
    expected: str, raw: Tree, *, path: Path = (), help: str | None = None
) -> Fault:
    """Return the fault of a value that is of the right type and does not fit."""
    return Fault(
        code="AK-S005",
        path=path,
        message=f"{seen(raw)} does not fit",
        expected=expected,
        seen=seen(raw),
        help=help or f"write {expected}",
    )


def unknown_key(path: Path, known: Iterable[str]) -> Fault:
    """Return the fault of a key that nothing reads."""
    names = tuple(known)
    key = str(path[-1])
    return Fault(
        code="AK-S002",
        path=path,
        message=f"unknown key {key[:_LONGEST_SEEN]!r}",
        expected="one of " + ", ".join(names) if names else "no key at all",
        seen=key[:_LONGEST_SEEN],
        help=did_you_mean(key, names) or "the known keys are " + ", ".join(names),
    )


def missing_key(path: Path) -> Fault:
    """Return the fault of a key that must be there."""
    return Fault(
        code="AK-S003",
        path=path,
        message=f"the key {str(path[-1])!r} is missing",
        help=f"add {str(path[-1])!r}",
    )


def attempt(read: Read, raw: Tree, path: Path, faults: list[Fault]) -> tuple[Held, ...]:
    """Read what stands at a path: the value alone, or nothing and its faults noted."""
    try:
        return (read(raw),)
    except MisfitError as misfit:
        faults.extend(
            attrs.evolve(fault, path=(*path, *fault.path)) for fault in misfit.faults
        )
    except AlignkitError as error:
        faults.append(fault_of(error, path, raw))
    return ()


def fault_of(error: AlignkitError, path: Path, raw: Tree = None) -> Fault:
    """Return the fault that a refused value of the model is, at a path.

    Its code is that of the error, so that one mistake has one code wherever it is made.
    """
    if isinstance(error, UnfitValueError):
        return Fault(
            code=error.code,
            path=path,
            message=f"{error.seen} does not fit",
            expected=error.expected,
            seen=error.seen,
            help=f"write {error.expected}",
        )
    message, _, help_ = str(error).partition("; ")
    return Fault(
        code=error.code, path=path, message=message, seen=seen(raw), help=help_ or None
    )


def _scalar(
    expected: str, fits: Callable[[Tree], bool], schema: Schema, write: Write
) -> Shape:
    def read(raw: Tree) -> object:
        return raw if fits(raw) else refuse(expected, raw, help=_advice(expected, raw))

    return Shape(read=read, write=write, describe=lambda _: schema)


def _advice(expected: str, raw: Tree) -> str | None:
    """Say what to do about the two mistakes that everybody makes."""
    if isinstance(raw, str) and expected != "text":
        return "leave out the quotation marks"
    if expected == "text" and isinstance(raw, bool | int | Decimal | date):
        return "put it into quotation marks"
    return None


def _is_whole(raw: Tree) -> bool:
    return isinstance(raw, int) and not isinstance(raw, bool)


TEXT = _scalar("text", lambda raw: isinstance(raw, str), {"type": "string"}, str)
TRUTH = _scalar(
    "true or false", lambda raw: isinstance(raw, bool), {"type": "boolean"}, bool
)
WHOLE = _scalar("a whole number", _is_whole, {"type": "integer"}, int)


def _read_decimal(raw: Tree) -> Decimal:
    if isinstance(raw, Decimal) or _is_whole(raw):
        return Decimal(raw)  # type: ignore[arg-type]
    refuse("a number", raw, help=_advice("a number", raw))


DECIMAL = Shape(
    read=_read_decimal, write=Decimal, describe=lambda _: {"type": "number"}
)

_SHARE = "a share such as '4/5' or '80%'"
_MOST_DIGITS = 1000


def _read_fraction(raw: Tree) -> Fraction:
    if isinstance(raw, Decimal) or _is_whole(raw):
        return Fraction(raw)  # type: ignore[arg-type]
    if not isinstance(raw, str):
        refuse(_SHARE, raw)
    text = raw.strip()
    whole, percent, rest = text.partition("%")
    numerator, slash, denominator = whole.partition("/")
    parts = [part.strip() for part in (numerator, denominator) if part]
    is_share = all(map(_is_number, parts)) and not rest and bool(parts)
    if is_share and percent and len(parts) == 1 and not slash:
        return Fraction(parts[0]) / 100
    if is_share and slash and not percent and len(parts) == 2:  # noqa: PLR2004
        bottom = Fraction(parts[1])
        if bottom:
            return Fraction(parts[0]) / bottom
    raise MisfitError([unfit(_SHARE, raw)])


def _is_number(text: str) -> bool:
    digits = text.removeprefix("-").replace(".", "", 1)
    return (
        digits.isascii()
        and digits.isdigit()
        and len(text) <= _MOST_DIGITS
        and not text.endswith(".")
    )


def _write_fraction(share: Fraction) -> Tree:
    percent = share * 100
    if percent.denominator == 1:
        return f"{percent.numerator}%"
    return f"{share.numerator}/{share.denominator}"


# It never reads a digit twice, so that no text keeps an editor waiting.
_NUMBER = r"-?([0-9]+(\.[0-9]+)?|\.[0-9]+)"

FRACTION = Shape(
    read=_read_fraction,
    write=_write_fraction,
    describe=lambda _: {
        "anyOf": [
            {"type": "number"},
            {
                "type": "string",
                "pattern": rf"^\s*{_NUMBER}\s*(%|/\s*{_NUMBER})\s*$",
            },
        ],
        "examples": ["4/5", "80%"],
    },
)

DATE_SCHEMA: Schema = {
    "type": "string",
    "format": "date",
    "examples": ["2026-12-31"],
}
# Not the format "date-time", which knows no moment without seconds.
MOMENT_SCHEMA: Schema = {
    "type": "string",
    "pattern": r"^[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}"
    r"(:[0-9]{2}([.,][0-9]+)?)?([Zz]|[+-][0-9]{2}(:?[0-9]{2}(:?[0-9]{2}(\.[0-9]+)?)?)?)$",
    "examples": ["2026-04-01T09:00:00-06:00"],
}
_DATE = "a date such as 2026-12-31"
_ISO = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
    r"(?:[Tt ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?"
    r"(?:[Zz]|[+-][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?)?)?"
)
_MOMENT = "a moment with its offset, such as 2026-04-01T09:00:00-06:00"


def _read_date(raw: Tree) -> date:
    if isinstance(raw, date) and not isinstance(raw, datetime):
        return raw
    if isinstance(raw, str):
        try:
            found = date.fromisoformat(raw)
        except ValueError:
            raise MisfitError([unfit(_DATE, raw)]) from None
        if found.isoformat() == raw:
            return found
        raise MisfitError([unfit(_DATE, raw)])
    refuse(_DATE, raw)


def _read_moment(raw: Tree) -> datetime:
    if isinstance(raw, str):
        try:
            found = datetime.fromisoformat(raw) if _ISO.fullmatch(raw) else None
        except ValueError:
            found = None
        if found is None:
            raise MisfitError([unfit(_MOMENT, raw)])
    elif isinstance(raw, datetime):
        found = raw
    else:
        refuse(_MOMENT, raw)
    if found.tzinfo is None:
        fault = Fault(
            code=NaiveMomentError.code,
            path=(),
            message=f"{seen(raw)} has no offset, so it names no moment",
            expected=_MOMENT,
            seen=seen(raw),
            help="add the offset of its zone, or Z for UTC",
        )
        raise MisfitError([fault])
    return found


def _itself(value: Tree) -> Tree:
    return value


DATE = Shape(
    read=_read_date,
    write=_itself,
    describe=lambda _: DATE_SCHEMA,
)
MOMENT = Shape(
    read=_read_moment,
    write=_itself,
    describe=lambda _: MOMENT_SCHEMA,
)


def choice(kind: type[enum.Enum]) -> Shape:
    """Return the shape of an enum: the word of one of its members."""
    members = {str(member.value): member for member in kind}
    return _one_of(members, lambda member: member.value)


def literal(*words: str) -> Shape:
    """Return the shape of a few words, of which one is meant."""
    return _one_of({word: word for word in words}, _itself)


def _one_of(members: Mapping[str, Held], write: Write) -> Shape:
    expected = "one of " + ", ".join(f'"{word}"' for word in members)

    def read(raw: Tree) -> Held:
        if not isinstance(raw, str):
            refuse(expected, raw)
        if raw not in members:
            help_ = did_you_mean(raw, members)
            raise MisfitError([unfit(expected, raw, help=help_)])
        return members[raw]

    schema: Schema = {"type": "string", "enum": list(members)}
    return Shape(read=read, write=write, describe=lambda _: schema)


def each(raw: Tree, read: Read, expected: str = "a list") -> tuple[Held, ...]:
    """Return what the items of a list say; raise the faults of all of them."""
    if not isinstance(raw, list):
        refuse(expected, raw, help="put it into brackets")
    faults: list[Fault] = []
    values = [
        value
        for at, item in enumerate(raw)
        for value in attempt(read, item, (at,), faults)
    ]
    if faults:
        raise MisfitError(faults)
    return tuple(values)


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
        if "kind" not in raw:
            faults.append(missing_key(("kind",)))
        else:
            words = [word for word in self.variants if word is not None]
            found = attempt(literal(*words).read, raw["kind"], ("kind",), faults)
            if found:
                return self.variants[found[0]]
        # Without a kind nobody knows which keys it has.
        known.extend(raw)
        return None

    def made(
        self, raw: dict[str, Tree], values: dict[str, Held], faults: list[Fault]
    ) -> tuple[Held, ...]:
        """Return the value of some fields alone, or nothing and its faults noted."""
        try:
            return ((self.make or self.kind)(**values),)
        except LooseEndsError as error:
            faults.extend(loose_ends(error))
        except UnfitValueError as error:
            faults.append(fault_of(error, self._path_of(error.field, raw)))
        except NaiveMomentError as error:
            faults.append(fault_of(error, self._path_of(error.argument, raw)))
        except AlignkitError as error:
            faults.append(fault_of(error, ()))
        except (TypeError, ValueError) as error:
            faults.append(_refused(error))
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


def _refused(error: Exception) -> Fault:
    """Return the fault of a table that no error of the house says more about."""
    return Fault(
        code="AK-S005",
        path=(),
        message="the table does not fit",
        help=str(error).partition("\n")[0][:200],
    )


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


def members(kind: Kind) -> tuple[Kind, ...]:
    """Return the types of which a union is made; of any other type, itself.

    Example:
        >>> members(int | None)
        (<class 'int'>, <class 'NoneType'>)
    """
    if get_origin(kind) in {Union, types.UnionType}:
        return get_args(kind)
    return (kind,)


def reader(kind: Kind, converter: Converter) -> Read:
    """Return how values of a type are read."""
    hook = converter.get_structure_hook(kind)
    return lambda raw: hook(raw, kind)


def writer(kind: Kind, converter: Converter) -> Write:
    """Return how values of a type are written."""
    write: Write = converter.get_unstructure_hook(kind)
    return write


def optional(kind: Kind, converter: Converter) -> Shape:
    """Return the shape of a union with None: null, or what the rest of it is."""
    rest = (part for part in members(kind) if part is not types.NoneType)
    inner: Kind = functools.reduce(operator.or_, rest)

    def read(raw: Tree) -> Held:
        return None if raw is None else reader(inner, converter)(raw)

    def write(value: Held) -> Tree:
        return None if value is None else writer(inner, converter)(value)

    return Shape(
        read=read,
        write=write,
        describe=lambda of: {"anyOf": [of(inner), {"type": "null"}]},
    )


def many(kind: Kind, converter: Converter) -> Shape:
    """Return the shape of several values of a type: a list."""

    def write(values: Held) -> Tree:
        return [writer(kind, converter)(value) for value in values]

    return Shape(
        read=lambda raw: each(raw, reader(kind, converter)),
        write=write,
        describe=lambda of: {"type": "array", "items": of(kind)},
    )


def one_or_many(kind: Kind, converter: Converter) -> Shape:
    """Return the shape of several values of a type: a list, or one by itself."""
    several = many(kind, converter)

    def read(raw: Tree) -> Held:
        if isinstance(raw, list):
            return several.read(raw)
        return (reader(kind, converter)(raw),)

    def write(values: Held) -> Tree:
        written = several.write(values)
        alone = isinstance(written, list) and len(written) == 1
        return written[0] if alone else written  # type: ignore[index]

    def describe(of: SchemaOf) -> Schema:
        return {"anyOf": [of(kind), several.describe(of)]}

    return Shape(read=read, write=write, describe=describe)


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

    Where two have one key, a list of lists of two says the same.
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
        if len(table) == len(written):
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

    Where two have one name, a list of tables says the same.

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
        if len(written) == len(values):
            return written
        return [table.write(value, converter) for value in values]

    def describe(of: SchemaOf) -> Schema:
        without = attrs.evolve(table, keys=table.keys[1:]).describe(of)
        named_: Schema = {"type": "object", "additionalProperties": without}
        listed: Schema = {"type": "array", "items": table.describe(of)}
        return {"anyOf": [named_, listed]}

    return Shape(read=read, write=write, describe=describe)


ShapeOf = Callable[[Any, Converter], Shape | None]
"""Makes the shape of a type, if it is one that it knows."""


def plain_shape(kind: Kind, converter: Converter) -> Shape | None:
    """Return the shape of a type that needs no words of its own."""
    if kind in SIMPLE:
        return SIMPLE[kind]
    if types.NoneType in members(kind) and kind is not types.NoneType:
        return optional(kind, converter)
    origin, inner = _origin(kind), get_args(kind)
    if origin is Literal:
        return literal(*inner)
    if origin is tuple and inner[1:] == (...,):
        pair = get_args(inner[0]) if get_origin(inner[0]) is tuple else ()
        if len(pair) == 2 and pair[0] is str:  # noqa: PLR2004
            return pairs(pair[1], converter)
        return many(inner[0], converter)
    if isinstance(kind, type) and issubclass(kind, enum.Enum):
        return choice(kind)
    if isinstance(kind, type) and attrs.has(kind):
        return Table.of(kind).shape(converter)
    return None


def _origin(kind: Kind) -> object:
    return get_origin(kind)


SIMPLE: Mapping[Kind, Shape] = {
    str: TEXT,
    bool: TRUTH,
    int: WHOLE,
    Decimal: DECIMAL,
    Fraction: FRACTION,
    date: DATE,
    datetime: MOMENT,
}
