"""TOML: what the standard library leaves open.

`tomllib` reads TOML and forgets where it stood, and nothing writes it. Here a small
tokenizer tells where each key of a document stands, only when something is wrong with
one, and a writer lays a tree out so that a person can edit it: a table for each noun,
a line for each small thing.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from decimal import Decimal

import attrs

from alignkit.errors import DocumentError, UnfitValueError
from alignkit.findings import Finding, Place
from alignkit.slips import toml_help
from alignkit.trees import (
    Fault,
    Limits,
    Path,
    Tree,
    decimal,
    line_and_column,
    long_number,
    repeated_key,
    too_large,
)

_WIDTH = 88
_INDENT = "  "

_TOKEN = re.compile(
    r"""
      (?P<space>[ \t\r]+ | \#[^\n]*)
    | (?P<line>\n)
    | (?P<text>
          \"{3} (?: [^"\\] | \\. | "(?!"") )* \"{3,5}
        | '{3} (?: [^'] | '(?!'') )* '{3,5}
        | " (?: [^"\\\n] | \\. )* "
        | ' [^'\n]* '
      )
    | (?P<mark>[\[\]{},=.])
    | (?P<bare>[^\s\[\]{},=."'\#]+)
    | (?P<odd>.)
    """,
    re.VERBOSE | re.DOTALL,
)
_NUMBER = re.compile(r"[0-9_]+")
_NOT_A_LINE_END = re.compile(r"[^\r\n]")
_SPOT = re.compile(r"line ([0-9]+), column ([0-9]+)\)")
_SAID_TWICE = ("Cannot ", "Duplicate ")
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")


@attrs.frozen(kw_only=True)
class Token:
    """A piece of TOML that means something: its kind, its text and where it starts."""

    kind: str
    text: str
    start: int

    def is_mark(self, mark: str) -> bool:
        """Say whether it is that bracket, brace, comma, dot or equals sign."""
        return self.kind == "mark" and self.text == mark


def parse(
    text: str, file: str | None, limits: Limits
) -> tuple[Tree, tuple[Finding, ...]]:
    """Return the tree of a TOML text, and a finding for each key given twice.

    What is given a second time is left out, so that the rest can be examined too.

    Raises:
        DocumentError: If it cannot be read.
    """
    # tomllib takes time quadratic in the parts of a key, so a long one is found first.
    if any(line.count(".") >= limits.levels for line in text.splitlines()):
        deep = _too_deep(text, file, limits)
        if deep is not None:
            raise DocumentError((deep,))
    try:
        return tomllib.loads(text, parse_float=decimal), ()
    except tomllib.TOMLDecodeError as error:
        first = error
    except ValueError:
        # Python refuses to read a number of thousands of digits; so does a document.
        raise DocumentError((_too_long(text, file),)) from None
    except RecursionError:
        fault = too_large("levels", limits.levels, ())
        deep = _too_deep(text, file, limits) or fault.finding(Place(file))
        raise DocumentError((deep,)) from None
    marks = Marks.of(text, limits)
    repeats = tuple(
        _repeat(marks, path, start).finding(_place(text, start, file))
        for path, start, _ in marks.repeats
    )
    if not repeats:
        raise DocumentError((_syntax(first, text, file),)) from None
    try:
        return tomllib.loads(_without(text, marks), parse_float=decimal), repeats
    except tomllib.TOMLDecodeError as error:
        raise DocumentError((*repeats, _syntax(error, text, file))) from None


def _repeat(marks: Marks, path: Path, start: int) -> Fault:
    """Return the fault of something that is given again, and what was meant by it."""
    fault = repeated_key(path, marks.where(path))
    if not marks.text.startswith("[", start):
        return fault
    name = ".".join(step for step in path if isinstance(step, str))
    help_ = f"keep one of them, or write [[{name}]] above each if there are several"
    return attrs.evolve(fault, help=help_)


def _without(text: str, marks: Marks) -> str:
    """Return a text with blanks where something is given again."""
    for _, _, part in marks.repeats:
        blank = _NOT_A_LINE_END.sub(" ", text[part])
        text = text[: part.start] + blank + text[part.stop :]
    return text


def _syntax(error: tomllib.TOMLDecodeError, text: str, file: str | None) -> Finding:
    message, _, where = str(error).rpartition(" (at ")
    spot = _SPOT.fullmatch(where)
    line, column = (
        (int(spot[1]), int(spot[2])) if spot else line_and_column(text, len(text))
    )
    is_repeat = message.startswith(_SAID_TWICE)
    fault = Fault(
        code="AK-S006" if is_repeat else "AK-S001",
        path=(),
        message=message[:1].lower() + message[1:200],
        help=None if is_repeat else toml_help(text, line, column),
    )
    return fault.finding(Place(file, line, column))


def _too_deep(text: str, file: str | None, limits: Limits) -> Finding | None:
    """Return the finding of a text that is nested deeper than the limits allow."""
    start = Marks.of(text, limits).too_deep
    if start is None:
        return None
    return too_large("levels", limits.levels, ()).finding(_place(text, start, file))


def _too_long(text: str, file: str | None) -> Finding:
    longest = max(_NUMBER.finditer(text), key=lambda match: len(match[0]))
    return long_number(()).finding(_place(text, longest.start(), file))


def _place(text: str, offset: int, file: str | None) -> Place:
    return Place(file, *line_and_column(text, offset))


@attrs.define
class _Open:
    """An inline table or list that the walk is in.

    Attributes:
        path: Where it is.
        keys: The keys seen in it, or None if it is a list.
        length: The items seen in it.
        gap: Where the last comma is, or what follows the opening bracket.
        again: A key in it that was given before, and where; None if its last was not.
    """

    path: Path
    keys: set[Path] | None
    gap: int
    length: int = 0
    again: tuple[Path, int] | None = None


@attrs.define(kw_only=True)
class Marks:
    """Where each key and list item of a text starts, found by one walk over it.

    Attributes:
        text: The text.
        offsets: The offset of every path that is written out.
        repeats: Each path that is given again, its offset, and the part of the text
            that says it again.
        too_deep: The offset of the first thing that is deeper than the limits allow,
            where the walk ends.
    """

    text: str
    limits: Limits
    offsets: dict[Path, int] = attrs.field(factory=dict)
    repeats: list[tuple[Path, int, slice]] = attrs.field(factory=list)
    too_deep: int | None = None
    _lists: dict[Path, int] = attrs.field(factory=dict)
    _headers: set[Path] = attrs.field(factory=set)
    _values: set[Path] = attrs.field(factory=set)

    @classmethod
    def of(cls, text: str, limits: Limits) -> Marks:
        """Return the marks of a text, as far as it is TOML and not too deep."""
        marks = cls(text=text, limits=limits)
        marks._walk()
        return marks

    def where(self, path: Path) -> tuple[int, int] | None:
        """Return the line and column of a path, as far as it is written out."""
        offset = self.offsets.get(path)
        return None if offset is None else line_and_column(self.text, offset)

    def _walk(self) -> None:
        tokens = _Tokens(self.text)
        table: Path = ()
        repeated: tuple[Path, int] | None = None
        while (token := tokens.peek(lines=True)) is not None:
            if self.too_deep is not None:
                return
            if token.is_mark("["):
                self._close(repeated, token.start)
                table, again = self._header(tokens)
                repeated = (table, token.start) if again else None
            elif not self._pair(tokens, table, skip=repeated is not None):
                break
        self._close(repeated, len(self.text))

    def _close(self, repeated: tuple[Path, int] | None, end: int) -> None:
        """Note a table that was begun again, now that it is known where it ends."""
        if repeated is not None:
            path, start = repeated
            self.repeats.append((path, start, slice(start, end)))

    def _header(self, tokens: _Tokens) -> tuple[Path, bool]:
        """Read ``[a.b]`` or ``[[a.b]]``; say where it leads, and whether once more."""
        tokens.take()
        many = tokens.peek_is("[")
        if many:
            tokens.take()
        keys = self._keys(tokens)
        while tokens.peek_is("]"):
            tokens.take()
        path: Path = ()
        if keys and self._is_too_deep(path, len(keys), keys[0][1]):
            return path, False
        for at, (key, start) in enumerate(keys, start=1):
            path = (*path, key)
            if many and at == len(keys):
                self._lists[path] = self._lists.get(path, -1) + 1
            self._mark(path, start)
            if path in self._lists:
                path = (*path, self._lists[path])
                self._mark(path, start)
        given = path in self._headers or path in self._values
        again = bool(path) and given and not many
        self._headers.add(path)
        return path, again

    def _pair(self, tokens: _Tokens, table: Path, *, skip: bool) -> bool:
        """Read ``a.b = value``; say whether there was one."""
        keys = self._keys(tokens)
        if not keys or self._is_too_deep(table, len(keys), keys[0][1]):
            return False
        if not tokens.peek_is("="):
            return False
        tokens.take()
        path = (*table, *(key for key, _ in keys))
        again = path in self._values or path in self._headers
        if not again and not skip:
            self._mark_all(table, keys)
            self._values.add(path)
        end = self._value(tokens, path, skip=again or skip)
        if again and not skip:
            start = keys[0][1]
            self.repeats.append((path, start, slice(start, end)))
        return True

    def _value(self, tokens: _Tokens, path: Path, *, skip: bool) -> int:
        """Read a value, whatever is nested in it; return where it ends."""
        open_: list[_Open] = []
        while (token := tokens.peek(lines=bool(open_))) is not None:
            if token.kind == "line":
                break
            if open_ and (token.is_mark("]") or token.is_mark("}")):
                self._close_item(open_.pop(), token.start)
                tokens.take()
                if not open_:
                    break
                continue
            if open_ and token.is_mark(","):
                self._close_item(open_[-1], token.start)
                open_[-1].gap = token.start
                tokens.take()
                continue
            if open_:
                inner = self._item(tokens, open_[-1], token, skip=skip)
                if inner is None:
                    break
                path = inner
                token = tokens.peek()
            if token is not None and (token.is_mark("[") or token.is_mark("{")):
                keys: set[Path] | None = set() if token.text == "{" else None
                open_.append(_Open(path, keys, token.start + 1))
                tokens.take()
                continue
            tokens.take_scalar()
            if not open_ or tokens.peek() is token:
                # Either the value is complete, or there is none: this is not TOML.
                break
        return tokens.here

    def _item(
        self, tokens: _Tokens, outer: _Open, token: Token, *, skip: bool
    ) -> Path | None:
        """Read up to the value of an item or a pair; return its path."""
        if outer.keys is None:
            if self._is_too_deep(outer.path, 1, token.start):
                return None
            path: Path = (*outer.path, outer.length)
            outer.length += 1
            if not skip:
                self._mark(path, token.start)
            return path
        keys = self._keys(tokens)
        if not keys or self._is_too_deep(outer.path, len(keys), keys[0][1]):
            return None
        if not tokens.peek_is("="):
            return None
        tokens.take()
        path = (*outer.path, *(key for key, _ in keys))
        if path in outer.keys and not skip:
            outer.again = (path, keys[0][1])
        outer.keys.add(path)
        if not skip:
            self._mark_all(outer.path, keys)
        return path

    def _close_item(self, outer: _Open, end: int) -> None:
        """Note a key of an inline table that was given again, now that it ends."""
        if outer.again is not None:
            path, start = outer.again
            self.repeats.append((path, start, slice(outer.gap, end)))
            outer.again = None

    def _keys(self, tokens: _Tokens) -> list[tuple[str, int]]:
        """Read the parts of a key and where each starts."""
        keys: list[tuple[str, int]] = []
        while (token := tokens.peek(lines=not keys)) is not None:
            if token.kind == "text":
                keys.append((_plain(token.text), token.start))
            elif token.kind == "bare":
                keys.append((token.text, token.start))
            else:
                break
            tokens.take()
            if not tokens.peek_is(".") or len(keys) > self.limits.levels:
                break
            tokens.take()
        return keys

    def _mark_all(self, path: Path, keys: list[tuple[str, int]]) -> None:
        for key, start in keys:
            path = (*path, key)
            self._mark(path, start)

    def _is_too_deep(self, path: Path, keys: int, start: int) -> bool:
        # A path longer than this is never built: many such would fill the memory.
        if len(path) + keys > self.limits.levels:
            self.too_deep = start
        return self.too_deep is not None

    def _mark(self, path: Path, start: int) -> None:
        self.offsets.setdefault(path, start)


class _Tokens:
    """The tokens of a text, one ahead."""

    def __init__(self, text: str) -> None:
        self.here = 0
        self._next: Token | None = None
        self._rest = self._read(text)
        self._advance()

    @staticmethod
    def _read(text: str) -> Iterator[Token]:
        for match in _TOKEN.finditer(text):
            kind = match.lastgroup or ""
            if kind != "space":
                yield Token(kind=kind, text=match[0], start=match.start())

    def _advance(self) -> None:
        self._next = next(self._rest, None)

    def peek(self, *, lines: bool = False) -> Token | None:
        """Return the next token, over ends of lines if so asked, and leave it there."""
        while lines and self._next is not None and self._next.kind == "line":
            self._advance()
        return self._next

    def peek_is(self, mark: str) -> bool:
        return self._next is not None and self._next.is_mark(mark)

    def take(self) -> None:
        """Step over the next token, which has been looked at."""
        assert self._next is not None  # noqa: S101 - as seen by `peek`
        self.here = self._next.start + len(self._next.text)
        self._advance()

    def take_scalar(self) -> None:
        """Step over a value that has no brackets of its own.

        A number or a date may have dots and a blank in it.
        """
        while self._next is not None and self._next.kind != "line":
            if self._next.kind == "mark" and not self._next.is_mark("."):
                return
            self.take()


def _plain(quoted: str) -> str:
    try:
        key = tomllib.loads(f"key = {quoted}")["key"]
    except tomllib.TOMLDecodeError:
        return quoted
    return str(key)


def write(tree: dict[str, Tree]) -> str:
    """Return a tree as TOML.

    Raises:
        UnfitValueError: If it holds what TOML has no word for: null.

    Example:
        >>> print(write({"id": "a", "terms": [{"id": "b", "start": {"event": "c"}}]}))
        id = "a"
        <BLANKLINE>
        [[terms]]
        id = "b"
        start = { event = "c" }
        <BLANKLINE>
    """
    return "\n".join(_table(tree, ())).lstrip("\n") + "\n" if tree else ""


def _table(table: dict[str, Tree], path: tuple[str, ...]) -> Iterator[str]:
    """Yield the lines of a table that follow its header."""
    under_headers = _under_headers(table, path)
    for key, value in table.items():
        if key not in under_headers:
            yield from _line(key, value)
    for key in under_headers:
        value, below = table[key], (*path, key)
        name = ".".join(map(_key, below))
        if isinstance(value, list):
            for item in value:
                yield from ("", f"[[{name}]]")
                yield from _table(_as_table(item), below)
        else:
            inner = _as_table(value)
            # A table that only holds tables under headers needs none of its own.
            if not inner or len(_under_headers(inner, below)) < len(inner):
                yield from ("", f"[{name}]")
            yield from _table(inner, below)


def _as_table(value: Tree) -> dict[str, Tree]:
    return value if isinstance(value, dict) else {}


def _under_headers(table: dict[str, Tree], path: tuple[str, ...]) -> list[str]:
    """Return the keys of a table that get headers: those too large for one line."""
    if not path:
        return [key for key, value in table.items() if _is_table_like(value)]
    large = [
        key
        for key, value in table.items()
        if isinstance(value, dict) and len(f"{_key(key)} = {_flow(value)}") > _WIDTH
    ]
    # Tables by name stay together, so that their order in the text is their order.
    by_name = all(isinstance(value, dict) for value in table.values())
    return list(table) if large and by_name else large


def _is_table_like(value: Tree) -> bool:
    if isinstance(value, list):
        return bool(value) and all(isinstance(item, dict) for item in value)
    return isinstance(value, dict)


def _line(key: str, value: Tree) -> Iterator[str]:
    if isinstance(value, str) and "\n" in value:
        yield f"{_key(key)} = {_lines(value)}"
    else:
        yield f"{_key(key)} = {_laid_out(value, len(_key(key)) + 3, '')}"


def _laid_out(value: Tree, used: int, indent: str) -> str:
    """Return a value on one line if it fits, else its lists an item a line.

    An inline table stays on its line, as TOML 1.0 wants it; a list in it may not.
    """
    flow = _flow(value)
    if len(flow) + used <= _WIDTH:
        return flow
    if isinstance(value, list) and value:
        deeper = indent + _INDENT
        items = (_laid_out(item, len(deeper) + 1, deeper) for item in value)
        return "[\n" + "".join(f"{deeper}{item},\n" for item in items) + f"{indent}]"
    if isinstance(value, dict) and value:
        pairs = (
            f"{_key(key)} = {_laid_out(inner, used + len(key) + 5, indent)}"
            for key, inner in value.items()
        )
        return "{ " + ", ".join(pairs) + " }"
    return flow


def _flow(value: Tree) -> str:
    """Return a value on one line."""
    match value:
        case dict():
            pairs = ", ".join(f"{_key(key)} = {_flow(at)}" for key, at in value.items())
            return f"{{ {pairs} }}" if pairs else "{}"
        case list():
            return "[" + ", ".join(map(_flow, value)) + "]"
        case str():
            return _quoted(value)
        case bool():
            return "true" if value else "false"
        case datetime():
            return _moment(value)
        case int() | date() | time():
            return value.isoformat() if not isinstance(value, int) else str(value)
        case Decimal():
            text = str(value).lower()
            return text if "." in text or "e" in text else f"{text}.0"
        case _:
            raise UnfitValueError("document", "value", "what TOML can say", "null")


def _moment(moment: datetime) -> str:
    offset = moment.utcoffset()
    # TOML writes whole minutes of offset; an older local time had seconds.
    if offset is not None and offset.seconds % 60:
        moment = moment.astimezone(UTC)
    return moment.isoformat()


def _key(key: str) -> str:
    return key if _BARE_KEY.fullmatch(key) else _quoted(key)


_SHORT = {"\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r"}
_ESCAPED = re.compile(r'[\x00-\x1f"\\\x7f-\x9f\u2028\u2029\ufeff]')
_ESCAPED_IN_LINES = re.compile(
    r'[\x00-\x09\x0b-\x1f\\\x7f-\x9f\u2028\u2029\ufeff]|"(?="")|"$'
)


def _escape(match: re.Match[str]) -> str:
    char = match[0]
    if char in '"\\':
        return f"\\{char}"
    return _SHORT.get(char) or f"\\u{ord(char):04x}"


def _quoted(text: str) -> str:
    return '"' + _ESCAPED.sub(_escape, text) + '"'


def _lines(text: str) -> str:
    return '"""\n' + _ESCAPED_IN_LINES.sub(_escape, text) + '"""'
