"""What can go wrong with something that was right: in its structure, and in its bytes.

Something that is drawn from nothing is turned away at the door. What was right before
one or two things in it were changed goes further in.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction
from random import Random
from typing import Any, TypeAlias

Tree: TypeAlias = Any
"""Anything that JSON can hold; and what a program may put there instead."""

Step: TypeAlias = Any
"""A key of a table or a position in a list."""

TEXTS = (
    "",
    " ",
    "odd",
    "\x00",
    "\x1b[2J",
    "\u202egnp.exe",
    "\u2028",
    "\ud800",
    "é\u0301" * 3,
    "ﬁ",
    "\U0001f600",
    "a.b",
    "a..b",
    "$date",
    "__proto__",
    "none",
    "NaN",
    "-1",
    "1e999",
    "0x10",
    "${x}",
    "*" * 40 + "?",
    "(a+)+$",
    "x" * 5_000,
    "Ⅷ",
    "٣",
)
"""Text that is seldom meant."""

DATES = (
    "0001-01-01",
    "0001-01-01T00:00:00+23:59",
    "1899-12-31T23:59:59.999999Z",
    "1900-01-01T00:00:00Z",
    "1900-01-01",
    "1900-01-01T00:00:00+14:00",
    "2299-12-31T23:59:59.999999Z",
    "2299-12-31",
    "2299-12-31T23:59:59-12:00",
    "2300-01-01",
    "9999-12-31T23:59:59.999999-23:59",
    "2026-02-29",
    "2028-02-29",
    "2026-03-08T02:30:00",
    "2026-11-01T01:30:00-06:00",
    "2026-06-30T23:59:60Z",
    "2026-W10-1",
    "20260302",
    "2026-03-02 10:00",
    "2026-03-02T10:00:00.1234567Z",
    "2026-03-02T24:00:00Z",
)
"""Moments and dates at the limits, and some that there are not."""

NUMBERS: tuple[object, ...] = (
    0,
    1,
    -1,
    2,
    0.1,
    -0.0,
    1e308,
    5e-324,
    2**31,
    2**63,
    -(2**63) - 1,
    10**30,
    10**400,
    float("nan"),
    float("inf"),
    -float("inf"),
)
"""Numbers at the limits of what holds them."""

OTHERS: tuple[object, ...] = (None, True, False, [], {}, [[]], [{}], {"odd": 1})
"""Values of every other type."""


class _Text(str):
    """A text of a class of its own."""

    __slots__ = ()


class _Pit(list[object]):
    """A list without an end; of a class of its own, so that damage does not walk in."""


def _in_a_circle() -> _Pit:
    circle = _Pit()
    circle.append({"odd": circle})
    return circle


def _too_deep() -> _Pit:
    deep = _Pit()
    for _ in range(3_000):
        deep = _Pit([deep])
    return deep


NATIVE: tuple[object, ...] = (
    b"mql",
    ("mql", "sal"),
    {"mql"},
    frozenset({1}),
    date(2026, 3, 2),
    date.max,
    time(9),
    datetime(2026, 3, 2),
    datetime(2026, 3, 2, tzinfo=UTC),
    datetime.max.replace(tzinfo=UTC),
    datetime.min.replace(tzinfo=UTC),
    timedelta(days=1),
    timedelta.max,
    Decimal("NaN"),
    Decimal("sNaN"),
    Decimal("Infinity"),
    Decimal("1e999999"),
    Decimal("-0"),
    Fraction(1, 3),
    complex(1, 1),
    _Text("mql"),
    range(3),
    object(),
    {1: 2},
    {None: "odd"},
    {(): 1},
    10**5_000,
    {10**5_000: 1},
    _in_a_circle(),
    _too_deep(),
    {"odd": _too_deep()},
)
"""What no JSON holds, but what a program may hand in all the same."""

CHUNKS = (
    *(b'"', b"'", b"[", b"]", b"{", b"}", b"=", b":", b",", b".", b"-", b"\\", b"#"),
    *(b"\x00", b"\x07", b"\x7f", b"\x85", b"\xff", b"\xc3", b"\xef\xbb\xbf"),
    *(b"\r", b"\n", b"\t", b"\xc2\xa0", b"\xe2\x80\xa8", b"\xf0\x9f\x98\x80"),
    *(b"\\ud800", b"\\u0000", b"1e999", b"0x1f", b"nan", b"-inf", b"'''", b'"""'),
    *(b"[" * 3_000, b"{" * 300, b'{"a":' * 3_000, b"- " * 300, b"9" * 5_000),
    *(b"&a [*a]", b"<<: *a", b"!!python/object:os.system ", b"---\n", b"? ", b"|\n"),
    *(b"[[terms]]\n", b"[a.b]\n", b"NO", b"12:30", b"~", b"true", b"null"),
)
"""What no editor would leave in a text, and what means something in one."""

_WHOLE = re.compile(r"\d+")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")


class Words:
    """Values that were seen in something right, by the key under which they stood."""

    def __init__(self, trees: list[Tree]) -> None:
        """Gather the values of trees."""
        self._under: dict[str, list[Tree]] = {}
        for tree in trees:
            for parent, step in places(tree):
                if isinstance(step, str):
                    self._under.setdefault(step, []).append(parent[step])
        self.keys = sorted(self._under)

    def like(self, step: object, random: Random) -> Tree:
        """Return what stands under that key elsewhere, or under another one."""
        known = self._under.get(step) if isinstance(step, str) else None
        if known is None or random.random() < 0.3:
            known = self._under[random.choice(self.keys)]
        return copied(random.choice(known))


def copied(tree: Tree) -> Tree:
    """Return a tree of which nothing is shared with the other one."""
    if type(tree) is dict:
        return {key: copied(held) for key, held in tree.items()}
    return [copied(held) for held in tree] if type(tree) is list else tree


def places(tree: Tree) -> Iterator[tuple[Tree, Step]]:
    """Yield each table or list in a tree with each of its keys or positions."""
    todo = [tree]
    while todo:
        parent = todo.pop()
        steps: Iterable[Step] = ()
        if type(parent) is dict:
            steps = parent
        elif type(parent) is list:
            steps = range(len(parent))
        for step in steps:
            yield parent, step
            todo.append(parent[step])


def damaged(
    tree: Tree, random: Random, words: Words, *, is_native: bool = False
) -> Tree:
    """Return a tree with nothing, one thing or several things changed in it.

    Args:
        tree: What was right; it is left as it is.
        random: What chooses.
        words: What may stand there as well.
        is_native: Whether objects may stand in it that no text can hold.
    """
    tree = copied(tree)
    for _ in range(random.choice((0, 1, 1, 1, 1, 2, 2, 4))):
        found = list(places(tree))
        if not found:
            return tree
        parent, step = random.choice(found)
        change = random.choice(_CHANGES)
        if is_native and random.random() < 0.1:
            parent[step] = copied(random.choice(NATIVE))
        else:
            change(parent, step, random, words)
    return tree


def _leave_out(parent: Tree, step: Step, _: Random, __: Words) -> None:
    del parent[step]


def _put_in(parent: Tree, _: Step, random: Random, words: Words) -> None:
    if isinstance(parent, dict):
        key = random.choice((random.choice(words.keys), random.choice(TEXTS)))
        parent[key] = words.like(key, random)
    else:
        parent.insert(random.randrange(len(parent) + 1), _odd(random))


def _replace(parent: Tree, step: Step, random: Random, _: Words) -> None:
    parent[step] = _odd(random)


def _odd(random: Random) -> object:
    return copied(random.choice(random.choice((TEXTS, DATES, NUMBERS, OTHERS))))


def _exchange(parent: Tree, step: Step, random: Random, words: Words) -> None:
    parent[step] = words.like(step, random)


def _retype(parent: Tree, step: Step, random: Random, _: Words) -> None:
    held = parent[step]
    parent[step] = random.choice(([held], {"odd": held}, [held, held], "7", 7))


def _nest(parent: Tree, step: Step, random: Random, _: Words) -> None:
    is_table = random.random() < 0.5
    key = _name(step)
    for _level in range(random.choice((2, 10, 70))):
        parent[step] = {key: parent[step]} if is_table else [parent[step]]


def _repeat(parent: Tree, step: Step, random: Random, _: Words) -> None:
    times = random.choice((1, 2, 50))
    if isinstance(parent, list):
        parent[step:step] = [copied(parent[step]) for _ in range(times)]
    else:
        parent |= {f"{_name(step)}{at}": copied(parent[step]) for at in range(times)}


def _rename(parent: Tree, step: Step, random: Random, words: Words) -> None:
    if isinstance(parent, dict):
        old = _name(step)
        names = (f"{old}s", old[1:], old.upper())
        name = random.choice((*names, random.choice(words.keys), *TEXTS[:4]))
        parent[name] = parent.pop(step)


def _name(step: Step) -> str:
    return step if isinstance(step, str) else "odd"


def _turn_round(parent: Tree, _: Step, random: Random, __: Words) -> None:
    if isinstance(parent, list):
        random.shuffle(parent)
    else:
        items = list(parent.items())
        random.shuffle(items)
        parent.clear()
        parent.update(items)


def _nudge(parent: Tree, step: Step, random: Random, _: Words) -> None:
    """Change a value a little, so that it may still be right."""
    held = parent[step]
    match held:
        case bool():
            parent[step] = not held
        case int() | float():
            parent[step] = random.choice((held + 1, held - 1, -held, held * 10))
        case str() if _DAY.match(held) and random.random() < 0.8:
            parent[step] = _another_day(held, random)
        case str() if _WHOLE.search(held):
            number = random.choice(("0", "1", "7", "99", "-3", "1.5", "9" * 25))
            parent[step] = _WHOLE.sub(number, held, count=1)
        case str():
            at = random.randrange(len(held) + 1)
            parent[step] = held[:at] + random.choice(TEXTS) + held[at + 1 :]
        case datetime() | date():
            parent[step] = random.choice((date.min, date.max, date(2026, 2, 28)))
        case _:
            parent[step] = _odd(random)


def _another_day(held: str, random: Random) -> str:
    if random.random() < 0.2:
        return random.choice(DATES)
    day = date(2026, 1, 1) + timedelta(days=random.randrange(400))
    rest = held[10:]
    if random.random() < 0.4 and len(rest) > 6:
        hour, minute = random.randrange(24), random.randrange(60)
        rest = f"T{hour:02}:{minute:02}{rest[6:]}"
    return f"{day}{rest}"


Change = Callable[[Tree, Step, Random, Words], None]
_CHANGES: tuple[Change, ...] = (
    *(_leave_out, _put_in, _replace, _exchange, _exchange, _exchange),
    *(_retype, _nest, _repeat, _rename, _turn_round, _nudge, _nudge, _nudge),
)


def scarred(text: bytes, random: Random) -> bytes:
    """Return a text with some of its bytes lost, doubled, changed or put in."""
    for _ in range(random.choice((1, 1, 2, 5))):
        at = random.randrange(len(text) + 1)
        end = min(at + random.choice((1, 1, 3, 30)), len(text))
        kind = random.randrange(6)
        if kind == 0:
            text = text[:at] + text[end:]
        elif kind == 1:
            text = text[:at] + random.choice(CHUNKS) + text[at:]
        elif kind == 2:
            text = text[:at] + random.choice(CHUNKS) + text[end:]
        elif kind == 3:
            text = text[:end] + text[at:end] * random.choice((1, 2, 30)) + text[end:]
        elif kind == 4:
            text = text[:at] + bytes([random.randrange(256)]) + text[at + 1 :]
        else:
            lines = text.split(b"\n")
            one, other = random.randrange(len(lines)), random.randrange(len(lines))
            lines[one] = lines[other]
            text = b"\n".join(lines)
    return text
