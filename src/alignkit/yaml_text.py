"""YAML, by the core rules of version 1.2 and no others.

Under the rules of YAML 1.1 that most readers keep, Norway's ``NO`` is false, ``12:30``
is 750, and of two equal keys the last one wins. Here a plain word is true, false, null
or a number only where YAML 1.2 says so, and all else is text. Anchors and aliases work;
what they repeat is counted. Tags, merge keys and several documents in one file are
refused, because the other formats cannot say them.
"""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Iterator
from datetime import date, time
from decimal import Decimal
from typing import NoReturn

import attrs

from alignkit.errors import DocumentError, MissingExtraError
from alignkit.findings import Finding, Place
from alignkit.slips import yaml_help
from alignkit.trees import (
    Fault,
    Limits,
    Path,
    Tree,
    decimal,
    line_and_column,
    repeated_key,
    too_large,
    whole,
)

_WIDTH = 88
Spot = tuple[int, int]
"""A line and a column, counted from 1."""
_WORDS: dict[str, bool | None] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_NUMBER = re.compile(
    r"(?P<whole>[-+]?[0-9]+)"
    r"|0o(?P<octal>[0-7]+)"
    r"|0x(?P<hex>[0-9a-fA-F]+)"
    r"|(?P<part>[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?)"
    r"|(?P<endless>[-+]?\.(?:inf|Inf|INF))"
    r"|(?P<none>\.(?:nan|NaN|NAN))"
)
_NUMBER_STARTS = frozenset("0123456789+-.")
_TEXT_TAG = "tag:yaml.org,2002:str"


@attrs.frozen(kw_only=True)
class Marks:
    """Where each key and list item of a text starts.

    Attributes:
        spots: The line and column of every path, counted from 1.
        aliases: The path that each alias repeats.
    """

    spots: dict[Path, Spot]
    aliases: dict[Path, Path]

    @classmethod
    def of(cls, text: str, limits: Limits) -> Marks:
        """Return the marks of a text."""
        walk = _Walk(file=None, limits=limits, spots={})
        # What was seen up to a fault is still where it is.
        with contextlib.suppress(DocumentError):
            walk.run(text)
        return cls(spots=walk.spots or {}, aliases=walk.aliases)

    def where(self, path: Path) -> Spot | None:
        """Return the line and column of a path, as far as it is written out."""
        for length in range(len(path) + 1):
            original = self.aliases.get(path[:length])
            if original is not None:
                return self.where(original + path[length:])
        return self.spots.get(path)


def parse(
    text: str, file: str | None, limits: Limits
) -> tuple[Tree, tuple[Finding, ...]]:
    """Return the tree of a YAML text, and a finding for each key given twice.

    Raises:
        DocumentError: If it cannot be read.
        MissingExtraError: If PyYAML is not installed.
    """
    walk = _Walk(file=file, limits=limits, spots=None)
    tree = walk.run(text)
    if walk.repeats:
        # Where a key was given first is noted only once it matters.
        walk = _Walk(file=file, limits=limits, spots={})
        walk.run(text)
    return tree, tuple(walk.repeats)


@attrs.define
class _Open:
    """A table or list that is being filled."""

    held: dict[str, Tree] | list[Tree]
    path: Path
    anchor: str | None
    keys_before: int
    key: str | None = None
    levels: int = 1

    @property
    def awaits_key(self) -> bool:
        return isinstance(self.held, dict) and self.key is None


@attrs.frozen
class _Anchored:
    """What an alias repeats."""

    value: Tree
    path: Path
    keys: int = 0
    levels: int = 0


@attrs.define(kw_only=True)
class _Walk:
    """One walk over the events of a text; nothing in it recurses."""

    file: str | None
    limits: Limits
    spots: dict[Path, Spot] | None
    aliases: dict[Path, Path] = attrs.field(factory=dict)
    repeats: list[Finding] = attrs.field(factory=list)
    _open: list[_Open] = attrs.field(factory=list)
    _anchors: dict[str, _Anchored] = attrs.field(factory=dict)
    _keys: int = 0
    _root: Tree = None
    _documents: int = 0

    def run(self, text: str) -> Tree:
        try:
            import yaml
        except ImportError:
            raise MissingExtraError("reading YAML", "yaml") from None
        try:
            self._take_all(text)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            spot = (mark.line + 1, mark.column + 1) if mark else (1, 1)
            help_ = yaml_help(text, *spot)
            self._refuse(_syntax(error.problem or "this is not YAML", help_), spot)
        except yaml.reader.ReaderError as error:
            char = chr(error.character)
            spot = line_and_column(text, text.find(char))
            self._refuse(_syntax(f"YAML allows no character {char!r}"), spot)
        return self._root

    def _take_all(self, text: str) -> None:
        import yaml

        loader = yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader
        for event in yaml.parse(text, Loader=loader):
            start = event.start_mark
            spot = (start.line + 1, start.column + 1) if start else (1, 1)
            match event:
                case yaml.ScalarEvent(value=value, tag=tag, implicit=(plain, _)):
                    self._scalar(value, tag, event.anchor, spot, plain=plain)
                case yaml.MappingStartEvent(tag=tag, anchor=anchor):
                    self._begin({}, tag, anchor, spot)
                case yaml.SequenceStartEvent(tag=tag, anchor=anchor):
                    self._begin([], tag, anchor, spot)
                case yaml.MappingEndEvent() | yaml.SequenceEndEvent():
                    self._end()
                case yaml.AliasEvent(anchor=anchor):
                    self._alias(anchor or "", spot)
                case yaml.DocumentStartEvent():
                    self._document(spot)
                case _:
                    pass

    def _document(self, spot: Spot) -> None:
        self._documents += 1
        if self._documents > 1:
            fault = _syntax("a second document begins", "put it into a file of its own")
            self._refuse(fault, spot)

    def _begin(
        self,
        held: dict[str, Tree] | list[Tree],
        tag: str | None,
        anchor: str | None,
        spot: Spot,
    ) -> None:
        if tag is not None:
            self._refuse(_tag(tag), spot)
        if self._awaits_key():
            self._refuse(_syntax("a table or list cannot be a key"), spot)
        path = self._put(held, spot)
        self._open.append(_Open(held, path, anchor, self._keys))
        if len(self._open) > self.limits.levels:
            self._refuse(too_large("levels", self.limits.levels, ()), spot)

    def _end(self) -> None:
        done = self._open.pop()
        if self._open:
            self._open[-1].levels = max(self._open[-1].levels, done.levels + 1)
        if done.anchor is not None:
            keys = self._keys - done.keys_before
            self._anchors[done.anchor] = _Anchored(
                done.held, done.path, keys, done.levels
            )

    def _alias(self, anchor: str, spot: Spot) -> None:
        if any(outer.anchor == anchor for outer in self._open):
            self._refuse(_syntax(f"'*{anchor}' repeats what it stands in"), spot)
        anchored = self._anchors.get(anchor)
        if anchored is None:
            self._refuse(_syntax(f"'*{anchor}' repeats what is not there"), spot)
        if self._awaits_key():
            self._refuse(_syntax("an alias cannot be a key"), spot)
        path = self._put(anchored.value, spot)
        self._count(anchored.keys, spot)
        # What is anchored stands in the one document, and so does what repeats it.
        outer = self._open[-1]
        outer.levels = max(outer.levels, anchored.levels + 1)
        if len(self._open) + anchored.levels > self.limits.levels:
            self._refuse(too_large("levels", self.limits.levels, ()), spot)
        self.aliases[path] = anchored.path

    def _scalar(
        self, text: str, tag: str | None, anchor: str | None, spot: Spot, *, plain: bool
    ) -> None:
        if tag not in {None, _TEXT_TAG}:
            self._refuse(_tag(str(tag)), spot)
        plain = plain and tag is None
        value: Tree = text
        if self._awaits_key():
            if plain and text == "<<":
                message = "merge keys ('<<') are no part of YAML 1.2"
                self._refuse(_syntax(message, "write the keys out"), spot)
            path = self._begin_pair(self._open[-1], text, spot)
        else:
            value = resolve(text) if plain else text
            path = self._put(value, spot)
        if anchor is not None:
            self._anchors[anchor] = _Anchored(value, path)

    def _awaits_key(self) -> bool:
        return bool(self._open) and self._open[-1].awaits_key

    def _begin_pair(self, table: _Open, key: str, spot: Spot) -> Path:
        table.key = key
        self._count(1, spot)
        path = (*table.path, key)
        if key in table.held:
            first = self.spots.get(path) if self.spots is not None else None
            self.repeats.append(self._finding(repeated_key(path, first), spot))
        if self.spots is not None:
            self.spots[path] = spot
        return path

    def _put(self, value: Tree, spot: Spot) -> Path:
        """Put a value where the walk is; return its path."""
        if not self._open:
            self._root = value
            return ()
        outer = self._open[-1]
        if isinstance(outer.held, dict):
            key, outer.key = outer.key or "", None
            outer.held[key] = value
            return (*outer.path, key)
        path = (*outer.path, len(outer.held))
        outer.held.append(value)
        self._count(1, spot)
        if self.spots is not None:
            self.spots[path] = spot
        return path

    def _count(self, keys: int, spot: Spot) -> None:
        self._keys += keys
        if self._keys > self.limits.keys:
            self._refuse(too_large("keys", self.limits.keys, ()), spot)

    def _finding(self, fault: Fault, spot: Spot) -> Finding:
        return fault.finding(Place(self.file, *spot))

    def _refuse(self, fault: Fault, spot: Spot) -> NoReturn:
        raise DocumentError((*self.repeats, self._finding(fault, spot))) from None


def _syntax(message: str, help_: str | None = None) -> Fault:
    return Fault(code="AK-S001", path=(), message=message, help=help_)


def _tag(tag: str) -> Fault:
    return _syntax(f"the tag {tag!r} is not allowed", "write the plain value")


def resolve(plain: str) -> Tree:
    """Return what a plain word means by the core rules of YAML 1.2.

    Example:
        >>> [resolve(word) for word in ("NO", "12:30", "0o14", "1.50", "true", "~")]
        ['NO', '12:30', 12, Decimal('1.50'), True, None]
    """
    if plain in _WORDS:
        return _WORDS[plain]
    if plain[0] not in _NUMBER_STARTS:
        return plain
    match = _NUMBER.fullmatch(plain)
    if match is None:
        return plain
    match match.lastgroup:
        case "whole":
            return whole(plain)
        case "octal" | "hex":
            return int(plain, 0)
        case "part":
            return decimal(plain)
        case "endless":
            return Decimal(plain.replace(".", ""))
        case _:
            return Decimal("nan")


def write(tree: dict[str, Tree]) -> str:
    """Return a tree as YAML whose text is text to readers of YAML 1.1 as well.

    Example:
        >>> print(write({"zone": "NO", "week": {"mon-fri": ["09:00-17:00"]}}), end="")
        zone: "NO"
        week: { mon-fri: ["09:00-17:00"] }
    """
    return "".join(f"{line}\n" for line in _block(tree, "")) or "{}\n"


def _block(table: dict[str, Tree], indent: str) -> Iterator[str]:
    for key, value in table.items():
        start = f"{indent}{_text(key)}:"
        flow = _flow(value)
        fits = len(start) + 1 + len(flow) <= _WIDTH
        if not value or not isinstance(value, dict | list) or (indent and fits):
            yield f"{start} {flow}"
        elif isinstance(value, dict):
            # At the root a small table stays on its line only if it holds no table.
            if fits and not any(isinstance(at, dict) for at in value.values()):
                yield f"{start} {flow}"
            else:
                yield start
                yield from _block(value, f"{indent}  ")
        elif fits and not any(isinstance(item, dict) for item in value):
            yield f"{start} {flow}"
        else:
            yield start
            yield from _items(value, f"{indent}  ")


def _items(items: list[Tree], indent: str) -> Iterator[str]:
    for item in items:
        flow = _flow(item)
        nested = bool(item) and isinstance(item, dict | list)
        if not nested or len(indent) + 2 + len(flow) <= _WIDTH:
            yield f"{indent}- {flow}"
            continue
        deeper = f"{indent}  "
        lines = (
            _block(item, deeper)
            if isinstance(item, dict)
            else _items(item if isinstance(item, list) else [], deeper)
        )
        first = next(lines)
        yield f"{indent}- {first[len(deeper) :]}"
        yield from lines


def _flow(value: Tree) -> str:
    match value:
        case dict():
            pairs = (f"{_text(key)}: {_flow(at)}" for key, at in value.items())
            return "{ " + ", ".join(pairs) + " }" if value else "{}"
        case list():
            return "[" + ", ".join(map(_flow, value)) + "]"
        case str():
            return _text(value)
        case Decimal():
            text = str(value)
            return text if "." in text or "E" in text else f"{text}.0"
        case date() | time():
            return f'"{value.isoformat()}"'
        case _:
            return json.dumps(value)


_PLAIN = re.compile(r"[A-Za-z_](?:[A-Za-z0-9_./-]| (?=[A-Za-z0-9_./-]))*")
_WORDS_OF_1_1 = frozenset(("y", "n", "yes", "no", "on", "off", "true", "false", "null"))
_NOT_PRINTED = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")


def _text(text: str) -> str:
    if _PLAIN.fullmatch(text) and text.lower() not in _WORDS_OF_1_1:
        return text
    quoted = json.dumps(text, ensure_ascii=False)
    return _NOT_PRINTED.sub(lambda match: f"\\u{ord(match[0]):04x}", quoted)
