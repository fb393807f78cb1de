"""A document before it means anything: tables, lists and plain values.

TOML, YAML and JSON differ in how they are written and agree on what they can say. A
tree is that common part. A place in it has a path, and what is wrong with it is a
`Fault` at a path; only a `Source` knows on which line of which file that stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation

import attrs

from alignkit.findings import Finding, Place, Severity

Scalar = str | bool | int | Decimal | date | datetime | time | None
Tree = dict[str, "Tree"] | list["Tree"] | Scalar
Path = tuple[str | int, ...]
"""Keys and positions from the root down: ``("terms", 2, "within")``."""

_MOST_BITS = 4096
_MOST_DIGITS = 1000


@attrs.frozen(kw_only=True)
class Limits:
    """How large a document may be before it is refused unread.

    Attributes:
        bytes: The most bytes, of one file.
        keys: The most keys and list items together, what aliases repeat included.
        levels: The most tables and lists inside one another.

    Example:
        >>> Limits(levels=8)
        Limits(bytes=2097152, keys=100000, levels=8)
    """

    bytes: int = 2 * 1024 * 1024
    keys: int = 100_000
    levels: int = 64


DEFAULT_LIMITS = Limits()


@attrs.frozen(kw_only=True)
class Fault:
    """Something wrong with a tree, at a path, wherever the tree was written.

    Attributes:
        code: The code of the finding that it becomes.
        path: Where in the tree it stands.
        message: What is wrong.
        expected: What would have been right.
        seen: What was there instead.
        help: How to mend it.
    """

    code: str
    path: Path
    message: str
    expected: str | None = None
    seen: str | None = None
    help: str | None = None

    def finding(self, place: Place | None) -> Finding:
        """Return it as a finding at a place in a text."""
        return Finding(
            code=self.code,
            severity=Severity.ERROR,
            message=self.message,
            path=path_text(self.path),
            place=place,
            expected=self.expected,
            seen=self.seen,
            help=self.help,
        )


def path_text(path: Path) -> str:
    """Return a path as people write it, from the root ``$`` down.

    Example:
        >>> path_text(("terms", 2, "within"))
        '$.terms[2].within'
        >>> path_text(("holidays", "2026-07-03"))
        '$.holidays["2026-07-03"]'
    """
    return "$" + "".join(_step(part) for part in path)


def _step(part: str | int) -> str:
    if isinstance(part, int):
        return f"[{part}]"
    if part.replace("_", "a").replace("-", "a").isalnum() and not part[0].isdigit():
        return f".{part}"
    return '["' + part.replace("\\", "\\\\").replace('"', '\\"') + '"]'


_STEP = re.compile(r'\["((?:[^"\\]|\\.)*)"\]|\[([0-9]+)\]|\.([^.\[]+)')


def path_of(text: str) -> Path:
    """Return the path that a text says: the mirror of `path_text`.

    Example:
        >>> path_of('$.holidays["2026-07-03"][0]')
        ('holidays', '2026-07-03', 0)
    """
    return tuple(
        int(at) if at else name or quoted.replace('\\"', '"').replace("\\\\", "\\")
        for quoted, at, name in _STEP.findall(text)
    )


def line_and_column(text: str, offset: int) -> tuple[int, int]:
    r"""Return where an offset of a text is, counted from 1.

    Example:
        >>> line_and_column("one\ntwo", 5)
        (2, 2)
    """
    return text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)


def excesses(tree: Tree, limits: Limits) -> Iterator[Fault]:
    """Tell what about a tree goes beyond what a document may hold.

    The first excess of size ends the search, so a hostile tree costs no more than a
    permitted one. Nothing here recurses.
    """
    keys = 0
    waiting: list[tuple[Path, Tree]] = [((), tree)]
    while waiting:
        path, node = waiting.pop()
        if isinstance(node, dict):
            children: list[tuple[Path, Tree]] = [
                ((*path, key), child) for key, child in node.items()
            ]
        elif isinstance(node, list):
            children = [((*path, at), child) for at, child in enumerate(node)]
        else:
            yield from _odd_scalar(path, node)
            continue
        keys += len(children)
        if keys > limits.keys:
            yield too_large("keys", limits.keys, ())
            return
        if len(path) >= limits.levels:
            yield too_large("levels", limits.levels, path)
            return
        waiting.extend(reversed(children))
        if isinstance(node, dict):
            for key in node:
                yield from _odd_scalar((*path, key), key)


def too_large(what: str, most: int, path: Path) -> Fault:
    """Return the fault of a document that has more of something than is allowed."""
    return Fault(
        code="AK-S008",
        path=path,
        message=f"the document has more than {most:,} {what}",
        expected=f"at most {most:,} {what}",
        help="split the document, or allow more with limits",
    )


def repeated_key(path: Path, first: tuple[int, int] | None = None) -> Fault:
    """Return the fault of a key that is given twice.

    Args:
        path: The key.
        first: The line and column where it was given first, if that is known.
    """
    name = next(step for step in reversed(path) if isinstance(step, str))
    before = f", first at line {first[0]}, column {first[1]}" if first else ""
    return Fault(
        code="AK-S006",
        path=path,
        message=f"the key {name!r} is given twice{before}",
        help="keep one of them",
    )


def whole(text: str) -> int | Decimal:
    """Return a whole number, as a decimal if it is longer than any that is allowed."""
    return int(text) if len(text) <= _MOST_DIGITS else decimal(text)


def decimal(text: str) -> Decimal:
    """Return the number that a text writes, exactly.

    Example:
        >>> decimal("0.10")
        Decimal('0.10')
    """
    try:
        return Decimal(text)
    except InvalidOperation:
        # An exponent that not even a decimal can hold: a number that is too long.
        return Decimal(f"1E{2 * _MOST_DIGITS}")


def _odd_scalar(path: Path, scalar: Scalar) -> Iterator[Fault]:
    """Find numbers that are none, or hostile, and text that no file can hold."""
    if isinstance(scalar, str):
        if not scalar.isascii() and _has_surrogate(scalar):
            yield Fault(
                code="AK-S009",
                path=path,
                message="text with half a character (a lone surrogate)",
                help="write the character itself",
            )
    elif isinstance(scalar, Decimal):
        if not scalar.is_finite():
            yield Fault(
                code="AK-S005",
                path=path,
                message=f"{scalar} is no number that anything can be agreed on",
                expected="a finite number",
                seen=str(scalar),
            )
        elif abs(scalar.adjusted()) > _MOST_DIGITS or _digits(scalar) > _MOST_DIGITS:
            yield long_number(path)
    elif isinstance(scalar, int) and scalar.bit_length() > _MOST_BITS:
        yield long_number(path)


def _digits(number: Decimal) -> int:
    return len(number.as_tuple().digits)


def long_number(path: Path) -> Fault:
    """Return the fault of a number that no agreement needs."""
    return Fault(
        code="AK-S008",
        path=path,
        message=f"the number has more than {_MOST_DIGITS:,} digits",
        expected=f"at most {_MOST_DIGITS:,} digits",
    )


def _has_surrogate(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return True
    return False
