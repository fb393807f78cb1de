"""The plain values that facts carry and criteria compare.

A field of a lead, a company or an event of the user's own holds text, a number, a truth
value, a date, a moment, a list of these, or null. They are kept as they came, except
that a float becomes the decimal that it was written as (``0.1`` is a tenth, so that
amounts add up), and that a moment keeps the offset of its zone at that moment.
"""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, timezone
from decimal import Decimal, InvalidOperation
from operator import itemgetter
from typing import Any

from alignkit.errors import MomentOutOfRangeError, NaiveMomentError, UnfitValueError

Scalar = str | bool | int | Decimal | date | datetime
Value = Scalar | tuple[Scalar, ...] | None
Attributes = tuple[tuple[str, Value], ...]
"""Values by dotted path, in order of their paths: ``(("company.size", 50), ...)``."""

MOST_LEVELS = 32
"""Deeper nesting than this is hostile, not data."""

MOST_DIGITS = 400
"""Digits before or after the point; every finite float fits."""

_HUGE = 10**MOST_DIGITS
_FEW_BITS = 64
_KINDS = "text, a number, true or false, a date, a moment, null, or a list of these"
_TAGS = frozenset({"$date", "$moment", "$number"})


def attributes(nested: Mapping[str, object] | Attributes) -> Attributes:
    """Return nested data as values by dotted path, in order of their paths.

    A key may be a dotted path itself. A path holds either a value or further paths.

    Raises:
        UnfitValueError: If a value is of no kind that facts carry, if two keys lead to
            one path, or if it is nested more than 32 levels deep; it names the path.

    Example:
        >>> attributes({"company": {"size": 50, "industry": "steel"}, "score": 0.5})
        (('company.industry', 'steel'), ('company.size', 50), ('score', Decimal('0.5')))
    """
    faults: list[UnfitValueError] = []
    found = read_attributes(nested, faults)
    if faults:
        raise faults[0]
    return found


def read_attributes(
    nested: Mapping[str, object] | Attributes,
    faults: list[UnfitValueError],
    prefix: str = "",
) -> Attributes:
    """Return nested data as `attributes` does, and add each fault to `faults`.

    Args:
        nested: The data.
        faults: What is wrong with it so far.
        prefix: What every path begins with, such as ``"company."``.

    Example:
        >>> faults = []
        >>> read_attributes({"company": {"size": b"50", "industry": "steel"}}, faults)
        (('company.industry', 'steel'),)
        >>> [fault.field for fault in faults]
        ['company.size']
    """
    pairs = nested if isinstance(nested, tuple) else nested.items()
    # Keys that are one word each cannot lead to one path, nor can one be a group too.
    is_path = str.isidentifier if type(nested) is dict else _dotted
    plain = _plain(pairs, prefix, MOST_LEVELS, is_path)
    if plain is not None and (type(nested) is dict or not _clashes(plain)):
        return tuple(plain)
    found = sorted(_flat(pairs, prefix, MOST_LEVELS, faults), key=lambda pair: pair[0])
    taken: set[str] = set()
    groups: set[str] = set()
    for path, _ in found:
        if path in taken:
            faults.append(_unfit(path, "one value for a path", "two"))
        taken.add(path)
        group = path.rpartition(".")[0]
        while group and group not in groups:
            groups.add(group)
            group = group.rpartition(".")[0]
    faults.extend(
        _unfit(path, "either a value or further paths", "both")
        for path in sorted(taken & groups)
    )
    return tuple(found)


def _plain(
    pairs: Iterable[tuple[str, Any]],
    prefix: str,
    levels: int,
    is_path: Callable[[str], object],
) -> list[tuple[str, Value]] | None:
    """Return plain keys and values by path as they are, in order of their paths.

    Most of what payloads and events hold is of that kind, and is told at a glance. None
    if anything in it has to be looked into.
    """
    found: list[tuple[str, Value]] = []
    for key, value in pairs:
        if type(key) is not str or not is_path(key):
            return None
        kind = type(value)
        if kind is dict:
            path = f"{prefix}{key}."
            inner = _plain(value.items(), path, levels - 1, is_path) if levels else None
            if inner is None:
                return None
            found += inner
            continue
        if kind is str:
            is_plain = value.isascii()
        elif kind is int:
            is_plain = value.bit_length() <= _FEW_BITS
        else:
            is_plain = kind is bool or value is None
        if not is_plain:
            return None
        found.append((prefix + key, value))
    found.sort(key=_path_of)
    return found


_dotted = re.compile(r"\w+(?:\.\w+)*").fullmatch
_path_of = itemgetter(0)


def _clashes(found: list[tuple[str, Value]]) -> bool:
    """Say whether a path in a sorted list is there twice, or is a group as well.

    No letter comes before a dot, so that what is below a path follows right after it.
    """
    return any(
        other == path or other.startswith(f"{path}.")
        for (path, _), (other, _) in itertools.pairwise(found)
    )


def nested(flat: Attributes) -> dict[str, object]:
    """Return values by dotted path as nested data that JSON can hold.

    Example:
        >>> nested((("company.founded", date(1998, 5, 4)), ("company.size", 50)))
        {'company': {'founded': {'$date': '1998-05-04'}, 'size': 50}}
    """
    tree: dict[str, object] = {}
    for path, value in flat:
        *groups, last = path.split(".")
        branch = tree
        for group in groups:
            twig = branch.setdefault(group, {})
            assert isinstance(twig, dict)  # noqa: S101 - `attributes` saw to it
            branch = twig
        branch[last] = to_json(value)
    return tree


def _flat(
    pairs: Iterable[tuple[object, object]],
    prefix: str,
    levels: int,
    faults: list[UnfitValueError],
) -> Iterator[tuple[str, Value]]:
    for key, value in pairs:
        path = f"{prefix}{told(key)}"
        if not _is_path(key):
            expected = "keys that are text, not empty, and not reserved"
            seen = repr(key) if isinstance(key, str) else told(key)
            faults.append(_unfit(path, expected, seen[:80]))
        elif not isinstance(value, Mapping) or _is_tagged(value):
            try:
                yield path, to_value(value, path)
            except UnfitValueError as fault:
                faults.append(fault)
        elif levels:
            yield from _flat(value.items(), f"{path}.", levels - 1, faults)
        else:
            seen = f"more than {MOST_LEVELS} levels"
            faults.append(_unfit(path, "less nesting", seen))


def told(key: object) -> str:
    """Return a key as text; one that is none may be too long or too deep to write.

    Example:
        >>> told("id"), told(5), told(10**5000)
        ('id', '5', 'a key of type int')
    """
    if isinstance(key, str):
        return key
    if isinstance(key, int) and abs(key) < 10**MOST_DIGITS:
        return str(key)
    return f"a key of type {type(key).__name__}"


def _is_path(key: object) -> bool:
    if not isinstance(key, str) or not is_text(key):
        return False
    if "." not in key and "$" not in key:
        return True
    parts = key.split(".")
    return all(parts) and _TAGS.isdisjoint(parts)


def _is_tagged(value: Mapping[object, object]) -> bool:
    return len(value) == 1 and not _TAGS.isdisjoint(value)


def is_text(raw: str) -> bool:
    """Say whether this is text that can be written down, and not empty.

    Half of a character (a lone surrogate) cannot be written as UTF-8.
    """
    if raw.isascii():
        return raw != ""
    try:
        raw.encode()
    except UnicodeEncodeError:
        return False
    return True


def to_value(raw: object, path: str) -> Value:
    """Return one value in the form in which facts carry it.

    What JSON has no form for is written with a tag: ``{"$date": "2026-12-31"}``,
    ``{"$moment": "2026-12-31T09:00:00+01:00"}``, ``{"$number": "0.10"}``.

    Raises:
        UnfitValueError: If it is of no kind that facts carry; it names the `path`.

    Example:
        >>> to_value([0.1, "a", {"$date": "2026-12-31"}], "field")
        (Decimal('0.1'), 'a', datetime.date(2026, 12, 31))
    """
    if raw is None:
        return None
    if isinstance(raw, list | tuple):
        return tuple([_scalar(item, path) for item in raw])
    return _scalar(raw, path)


def to_json(value: Value) -> object:
    """Return a value as JSON holds it; `to_value` reads it back exactly.

    Example:
        >>> to_json((Decimal("0.1"), Decimal("0.12345678901234567890")))
        [0.1, {'$number': '0.12345678901234567890'}]
    """
    match value:
        case tuple():
            return [to_json(item) for item in value]
        case Decimal():
            near = float(value)
            exact = math.isfinite(near) and Decimal(repr(near)) == value
            return near if exact else {"$number": str(value)}
        case datetime():
            return {"$moment": value.isoformat()}
        case date():
            return {"$date": value.isoformat()}
        case _:
            return value


def _scalar(raw: object, path: str) -> Scalar:
    found: Scalar | None = None
    match raw:
        case bool():
            found = raw
        case str():
            # Empty text is a value of its own here: a field that was cleared.
            found = raw if raw == "" or is_text(raw) else None
        case int():
            found = raw if -_HUGE < raw < _HUGE else None
        case float() | Decimal():
            found = to_number(raw)
        case date():
            found = _dated(raw, path)
        case Mapping() if _is_tagged(raw):
            found = _untagged(raw, path)
    if found is None:
        raise _unfit(path, _KINDS, _brief(raw))
    return found


def _dated(raw: date, path: str) -> date:
    if not isinstance(raw, datetime):
        return date(raw.year, raw.month, raw.day)
    try:
        return fixed(raw, path)
    except NaiveMomentError:
        raise _unfit(path, "a moment with a zone", str(raw)) from None
    except MomentOutOfRangeError:
        raise _unfit(path, "a year from 2 to 9998", str(raw)) from None


def _brief(raw: object) -> str:
    # The repr of a long list or a huge number takes longer than it is worth.
    short = isinstance(raw, str | float | date)
    return (
        repr(raw[:80] if isinstance(raw, str) else raw)
        if short
        else (f"a {type(raw).__name__}")
    )


def _untagged(raw: Mapping[object, object], path: str) -> Scalar:
    ((tag, text),) = raw.items()
    try:
        if isinstance(text, str):
            if tag == "$number":
                return _scalar(Decimal(text), path)
            if tag == "$date":
                return date.fromisoformat(text)
            return _scalar(datetime.fromisoformat(text), path)
    except (ValueError, InvalidOperation):
        pass
    raise _unfit(path, f"text after {tag} that says one", repr(text)[:80])


def to_number(raw: float | Decimal) -> Decimal | None:
    """Return a number as the decimal that it was written as; None if it has no end.

    Numbers of more than 400 digits before or after the point are none either.

    Example:
        >>> to_number(0.1), to_number(12), to_number(float("nan"))
        (Decimal('0.1'), Decimal('12'), None)
    """
    # Not repr(raw): a subclass, such as numpy's, may print itself otherwise.
    number = Decimal(float.__repr__(raw)) if isinstance(raw, float) else Decimal(raw)
    exponent = number.as_tuple().exponent
    if not isinstance(exponent, int) or exponent < -MOST_DIGITS:
        return None
    return number if number.adjusted() < MOST_DIGITS else None


def fixed(moment: datetime, argument: str) -> datetime:
    """Return a moment with the offset that its zone has then, and no other zone.

    Two moments then compare as the instants that they are. With a zone that changes its
    clocks they need not: Python calls a repeated hour unequal to every other moment.

    Raises:
        NaiveMomentError: If `moment` has no offset; it names the `argument`.
        MomentOutOfRangeError: If its year is 1 or 9999, from which another zone may be
            out of reach; exports write them for "never" and "always".

    Example:
        >>> from zoneinfo import ZoneInfo
        >>> second = datetime(
        ...     2026, 11, 1, 1, 30, fold=1, tzinfo=ZoneInfo("America/Denver")
        ... )
        >>> str(fixed(second, "at"))
        '2026-11-01 01:30:00-07:00'
    """
    if not 1 < moment.year < 9999:  # noqa: PLR2004 - the years that datetime ends at
        raise MomentOutOfRangeError(argument, str(moment))
    offset = moment.utcoffset()
    if offset is None:
        raise NaiveMomentError(argument)
    if offset.microseconds:
        # No zone has such an offset, and `fromisoformat` reads some of them as none.
        return moment.astimezone(UTC)
    if moment.tzinfo.__class__ is timezone and moment.__class__ is datetime:
        return moment
    day = date(moment.year, moment.month, moment.day)
    return datetime.combine(day, moment.time(), timezone(offset))


def distinct(value: object) -> object:
    """Return a key under which values are equal only if they mean the same.

    Python holds true equal to one; two facts that differ in this are not the same.

    Example:
        >>> distinct(True) == distinct(1), distinct(1) == distinct(Decimal("1.0"))
        (False, True)
    """
    if isinstance(value, tuple):
        return tuple([distinct(item) for item in value])
    return (value, isinstance(value, bool))


def _unfit(path: str, expected: str, seen: str) -> UnfitValueError:
    return UnfitValueError("attributes", path, expected, seen)
