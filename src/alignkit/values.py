"""The plain values that facts carry and criteria compare.

A field of a lead, a company or an event of the user's own holds text, a number, a truth
value, a date, a moment, a list of these, or null. They are kept as they came, except
that a float becomes the decimal that it was written as: ``0.1`` is a tenth, so that
amounts add up.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal

from alignkit.errors import UnfitValueError

_KINDS = "text, a number, true or false, a date, a moment, null, or a list of these"

Scalar = str | bool | int | Decimal | date | datetime
Value = Scalar | tuple[Scalar, ...] | None
Attributes = tuple[tuple[str, Value], ...]
"""Values by dotted path, in order of their paths: ``(("company.size", 50), ...)``."""

MOST_LEVELS = 32
"""Deeper nesting than this is hostile, not data."""


def attributes(nested: Mapping[str, object] | Attributes) -> Attributes:
    """Return nested data as values by dotted path, in order of their paths.

    Raises:
        UnfitValueError: If a value is of no kind that facts carry, or is nested more
            than 32 levels deep; it names the path.

    Example:
        >>> attributes({"company": {"size": 50, "industry": "steel"}, "score": 0.5})
        (('company.industry', 'steel'), ('company.size', 50), ('score', Decimal('0.5')))
    """
    if isinstance(nested, tuple):
        nested = dict(nested)
    return tuple(sorted(_flat(nested, "", MOST_LEVELS), key=lambda pair: pair[0]))


def _flat(
    nested: Mapping[str, object], prefix: str, levels: int
) -> Iterator[tuple[str, Value]]:
    for key, value in nested.items():
        path = f"{prefix}{key}"
        if not isinstance(key, str):
            raise UnfitValueError("attributes", path, "keys that are text", repr(key))
        if not isinstance(value, Mapping):
            yield path, to_value(value, path)
        elif levels:
            yield from _flat(value, f"{path}.", levels - 1)
        else:
            seen = f"more than {MOST_LEVELS} levels"
            raise UnfitValueError("attributes", path, "less nesting", seen)


def to_value(raw: object, path: str) -> Value:
    """Return one value in the form in which facts carry it.

    Raises:
        UnfitValueError: If it is of no kind that facts carry; it names the `path`.

    Example:
        >>> to_value([0.1, "a"], "field")
        (Decimal('0.1'), 'a')
    """
    if raw is None:
        return None
    if isinstance(raw, Sequence) and not isinstance(raw, str | bytes):
        return tuple(_scalar(item, path) for item in raw)
    return _scalar(raw, path)


def _scalar(raw: object, path: str) -> Scalar:
    if isinstance(raw, float) and math.isfinite(raw):
        return Decimal(repr(raw))
    finite = not isinstance(raw, float) and (
        not isinstance(raw, Decimal) or raw.is_finite()
    )
    if finite and isinstance(raw, str | bool | int | Decimal | date):
        return raw
    raise UnfitValueError("attributes", path, _KINDS, repr(raw)[:80])
