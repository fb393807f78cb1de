"""JSON: read without losing anything, told where it stands, written to be read.

The standard library reads JSON and forgets where it stood, takes the last of two equal
keys, and knows no exact decimals in writing. Here numbers with a point are exact, a
repeated key is told, and a writer keeps what is small on one line.
"""

from __future__ import annotations

import json
import re
from datetime import date, time
from decimal import Decimal

import attrs

from alignkit.errors import DocumentError
from alignkit.findings import Finding, Place
from alignkit.slips import json_help
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
_SPACE = " \t\n\r"
_ENDS = {"}": "a table", "]": "a list"}
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{},:]|[^\s\[\]{},:"]+', re.DOTALL)


def parse(
    text: str, file: str | None, limits: Limits
) -> tuple[Tree, tuple[Finding, ...]]:
    """Return the tree of a JSON text, and a finding for each key given twice.

    Raises:
        DocumentError: If it cannot be read.
    """
    repeats = False

    def table(pairs: list[tuple[str, Tree]]) -> dict[str, Tree]:
        nonlocal repeats
        keys = dict(pairs)
        repeats = repeats or len(keys) < len(pairs)
        return keys

    try:
        tree: Tree = json.loads(
            text,
            object_pairs_hook=table,
            parse_float=decimal,
            parse_int=whole,
            parse_constant=decimal,
        )
    except json.JSONDecodeError as error:
        raise DocumentError((_unreadable(error, file),)) from None
    except RecursionError:
        marks = Marks.of(text, limits)
        fault = too_large("levels", limits.levels, ())
        deep = fault.finding(marks.place(marks.too_deep or 0, file))
        raise DocumentError((deep,)) from None
    if not repeats:
        return tree, ()
    marks = Marks.of(text, limits)
    return tree, tuple(
        repeated_key(path, line_and_column(text, first)).finding(
            marks.place(offset, file)
        )
        for path, offset, first in marks.repeats
    )


def _unreadable(error: json.JSONDecodeError, file: str | None) -> Finding:
    """Return where reading stopped, the same on every version of Python.

    Versions differ in what they say of a comma with nothing after it, and where.
    """
    text = error.doc
    before = text[: error.pos + 1].rstrip(_SPACE + "]}")
    end = text[len(before) :].lstrip(_SPACE)[:1]
    if before.endswith(",") and end in _ENDS:
        fault = Fault(
            code="AK-S001",
            path=(),
            message=f"a comma with nothing after it, before the end of {_ENDS[end]}",
            help="take the comma out",
        )
        return fault.finding(Place(file, *line_and_column(text, len(before) - 1)))
    message = error.msg[:1].lower() + error.msg[1:]
    help_ = json_help(text, error.lineno, error.colno)
    fault = Fault(code="AK-S001", path=(), message=message, help=help_)
    return fault.finding(Place(file, error.lineno, error.colno))


@attrs.define
class _Open:
    """A table or list that the walk is in: its path, and its keys or its length."""

    path: Path
    keys: set[str] | None
    length: int = 0


@attrs.define(kw_only=True)
class Marks:
    """Where each key and list item of a text starts, found by one walk over it.

    Attributes:
        text: The text.
        offsets: The offset of every path.
        repeats: Each path that is given again, the offset where it is, and that of
            where it was before.
        too_deep: The offset of the first thing that is deeper than the limits allow,
            where the walk ends.
    """

    text: str
    limits: Limits
    offsets: dict[Path, int] = attrs.field(factory=dict)
    repeats: list[tuple[Path, int, int]] = attrs.field(factory=list)
    too_deep: int | None = None

    @classmethod
    def of(cls, text: str, limits: Limits) -> Marks:
        """Return the marks of a text, as far as it is JSON and not too deep."""
        marks = cls(text=text, limits=limits)
        marks._walk()
        return marks

    def where(self, path: Path) -> tuple[int, int] | None:
        """Return the line and column of a path, as far as it is written out."""
        offset = self.offsets.get(path)
        return None if offset is None else line_and_column(self.text, offset)

    def place(self, offset: int, file: str | None) -> Place:
        """Return an offset as a place in the file."""
        return Place(file, *line_and_column(self.text, offset))

    def _walk(self) -> None:
        open_: list[_Open] = []
        path: Path = ()
        awaits_key = False
        for match in _TOKEN.finditer(self.text):
            piece, start = match[0], match.start()
            if piece in {"]", "}"}:
                if not open_:
                    return
                open_.pop()
                awaits_key = False
            elif piece == ",":
                awaits_key = bool(open_) and open_[-1].keys is not None
            elif piece != ":" and awaits_key:
                path = self._key(open_[-1], piece, start)
                awaits_key = False
            elif piece != ":":
                if open_ and open_[-1].keys is None:
                    path = (*open_[-1].path, open_[-1].length)
                    open_[-1].length += 1
                    self.offsets[path] = start
                if piece in {"[", "{"}:
                    awaits_key = piece == "{"
                    open_.append(_Open(path, set() if awaits_key else None))
                    if len(open_) > self.limits.levels:
                        self.too_deep = start
                        return

    def _key(self, table: _Open, piece: str, start: int) -> Path:
        key = _plain(piece)
        path = (*table.path, key)
        keys = table.keys or set()
        if key in keys:
            self.repeats.append((path, start, self.offsets[path]))
        keys.add(key)
        table.keys = keys
        self.offsets[path] = start
        return path


def _plain(quoted: str) -> str:
    try:
        return str(json.loads(quoted))
    except ValueError:
        return quoted


def write(tree: Tree) -> str:
    """Return a tree as JSON, what is small on one line.

    Example:
        >>> print(write({"id": "a", "share": Decimal("0.80"), "none": []}), end="")
        { "id": "a", "share": 0.80, "none": [] }
    """
    return _laid_out(tree, 0, "") + "\n"


def _laid_out(value: Tree, used: int, indent: str) -> str:
    flow = _flow(value)
    if len(flow) + used <= _WIDTH:
        return flow
    deeper = indent + "  "
    match value:
        case dict() if value:
            lines = [
                f"{_quoted(key)}: "
                + _laid_out(at, len(deeper) + len(_quoted(key)) + 3, deeper)
                for key, at in value.items()
            ]
            return "{\n" + ",\n".join(deeper + line for line in lines) + f"\n{indent}}}"
        case list() if value:
            lines = [_laid_out(item, len(deeper) + 1, deeper) for item in value]
            return "[\n" + ",\n".join(deeper + line for line in lines) + f"\n{indent}]"
        case _:
            return flow


def _flow(value: Tree) -> str:
    match value:
        case dict():
            pairs = (f"{_quoted(key)}: {_flow(at)}" for key, at in value.items())
            return "{ " + ", ".join(pairs) + " }" if value else "{}"
        case list():
            return "[" + ", ".join(map(_flow, value)) + "]"
        case Decimal():
            text = str(value)
            return text if "." in text or "E" in text else f"{text}.0"
        case date() | time():
            return _quoted(value.isoformat())
        case _:
            return json.dumps(value, ensure_ascii=False)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
