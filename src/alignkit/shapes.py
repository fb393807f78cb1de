"""Shapes: how the values of one type stand in a document.

A document is made of tables, lists and plain values; an agreement is made of terms,
spans and criteria. A `Shape` says how the values of one type are read from the one,
written as it, and described to an editor, in one place, so that the three cannot drift
apart. Reading is strict, and it notes every fault before it reports any.
"""

from __future__ import annotations

import enum
import functools
import operator
import types
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NoReturn, Union, get_args, get_origin

import attrs
from cattrs import Converter

from alignkit.errors import AlignkitError, UnfitValueError
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
        help=did_you_mean(key, names) or "leave it out, or use a key that is known",
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
        # As it was written: 75% and not 3/4.
        given = error.seen if raw is None or isinstance(raw, dict | list) else seen(raw)
        return Fault(
            code=error.code,
            path=path,
            message=f"{given} does not fit",
            expected=error.expected,
            seen=given,
            help=f"write {error.expected}",
        )
    message, _, help_ = str(error).partition("; ")
    return Fault(
        code=error.code, path=path, message=message, seen=seen(raw), help=help_ or None
    )


def choice(kind: type[enum.Enum]) -> Shape:
    """Return the shape of an enum: the word of one of its members."""
    members = {str(member.value): member for member in kind}
    return _one_of(members, lambda member: member.value)


def literal(*words: str) -> Shape:
    """Return the shape of a few words, of which one is meant."""
    return _one_of({word: word for word in words}, lambda word: word)


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
        in_toml = "; in TOML, put its heading into two pairs of them, such as [[terms]]"
        more = in_toml if isinstance(raw, dict) else ""
        refuse(expected, raw, help=f"put it into brackets{more}")
    faults: list[Fault] = []
    values = [
        value
        for at, item in enumerate(raw)
        for value in attempt(read, item, (at,), faults)
    ]
    if faults:
        raise MisfitError(faults)
    return tuple(values)


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
