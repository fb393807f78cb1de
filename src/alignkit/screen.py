"""The screen: text as it may be shown to a person, and tables of it.

Names of leads and notes on them come from outside. A terminal obeys some characters
instead of showing them, and others turn the direction of a line around, so that a
reader sees what is not there. Nothing of that kind reaches a screen: it is shown as the
escape that Python would write for it.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence

WIDTH = 80
"""How many columns text for people takes at most, where it can be helped."""

_GAP = "  "
_NARROWEST = 8


def visible(text: str) -> str:
    r"""Return text in which every character can be seen, and does nothing else.

    Control characters, turns of direction, invisible marks, ends of lines and halves of
    characters become escapes.

    Example:
        >>> visible("Anna\x1b[2J")
        'Anna\\x1b[2J'
        >>> visible("Zoë 山田")
        'Zoë 山田'
    """
    if text.isprintable():
        return text
    return "".join(
        char if char.isprintable() else char.encode("unicode_escape").decode()
        for char in text
    )


def width(text: str) -> int:
    """Return how many columns a text takes on a screen.

    Example:
        >>> width("Anna"), width("山田")
        (4, 4)
    """
    return len(text) if text.isascii() else sum(map(_columns, text))


def _columns(char: str) -> int:
    if unicodedata.category(char) in {"Mn", "Me"}:
        return 0
    return 2 if unicodedata.east_asian_width(char) in {"W", "F"} else 1


def wrapped(text: str, columns: int) -> list[str]:
    """Return the lines of a text that is to take so many columns, at least one.

    It is broken between words, and within a word only if that is too long by itself.

    Example:
        >>> wrapped("demo-2026 first-response", 14)
        ['demo-2026', 'first-response']
        >>> wrapped("山田太郎", 4)
        ['山田', '太郎']
    """
    lines: list[str] = []
    line = ""
    for word in visible(text).split():
        joined = f"{line} {word}" if line else word
        if width(joined) <= columns:
            line = joined
            continue
        if line:
            lines.append(line)
        *full, line = _chunks(word, columns)
        lines += full
    return [*lines, line]


def _chunks(word: str, columns: int) -> list[str]:
    chunks = [""]
    for char in word:
        if chunks[-1] and width(chunks[-1] + char) > columns:
            chunks.append("")
        chunks[-1] += char
    return chunks


def paragraph(text: str, *, indent: str = "", hanging: str | None = None) -> list[str]:
    """Return the lines of a paragraph that fits the screen.

    Args:
        text: What it says.
        indent: What its first line begins with.
        hanging: What its further lines begin with; the same if None.
    """
    rest = indent if hanging is None else hanging
    first, *further = wrapped(text, WIDTH - max(width(indent), width(rest)))
    return [f"{indent}{first}".rstrip(), *(f"{rest}{line}" for line in further)]


def table(
    rows: Iterable[Sequence[str]],
    *,
    numbers: Iterable[int] = (),
    indent: str = "",
) -> list[str]:
    r"""Return the lines of a table, its columns aligned.

    Where it is too wide for the screen, its widest columns are narrowed and their cells
    take several lines; nothing is cut off.

    Args:
        rows: The cells, row by row, as many in each.
        numbers: The columns that are set to the right.
        indent: What each line begins with.

    Example:
        >>> print("\n".join(table([["sales", "12"], ["marketing", "7"]], numbers=[1])))
        sales      12
        marketing   7
    """
    cells = [[visible(cell) for cell in row] for row in rows]
    if not cells:
        return []
    right = frozenset(numbers)
    widths = _fitted(
        [max(map(width, column)) for column in zip(*cells, strict=True)],
        WIDTH - width(indent) - len(_GAP) * (len(cells[0]) - 1),
        right,
    )
    lines: list[str] = []
    for row in cells:
        parts = [
            [cell] if width(cell) <= columns else wrapped(cell, columns)
            for cell, columns in zip(row, widths, strict=True)
        ]
        for at in range(max(map(len, parts))):
            texts = [part[at] if at < len(part) else "" for part in parts]
            padded = (
                _set(text, columns, is_right=place in right)
                for place, (text, columns) in enumerate(zip(texts, widths, strict=True))
            )
            lines.append(f"{indent}{_GAP.join(padded)}".rstrip())
    return lines


def _fitted(widths: list[int], room: int, fixed: frozenset[int]) -> list[int]:
    """Return widths that fit into the room, taken from the widest ones first."""
    fitted = list(widths)
    while sum(fitted) > room:
        widest = max(
            (place for place in range(len(fitted)) if place not in fixed),
            key=lambda place: fitted[place],
            default=None,
        )
        if widest is None or fitted[widest] <= _NARROWEST:
            break
        fitted[widest] -= 1
    return fitted


def _set(text: str, columns: int, *, is_right: bool) -> str:
    padding = " " * (columns - width(text))
    return f"{padding}{text}" if is_right else f"{text}{padding}"
