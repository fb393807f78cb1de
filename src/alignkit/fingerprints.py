"""Fingerprints: a short name that only one value can have.

A verdict names the edition that produced it by a fingerprint, so that anyone can check
later that it was that text and no other [V3]. It is taken over the meaning of the
values, not over a document: the same agreement in TOML and in JSON has one fingerprint,
and a field that still has its default leaves no trace, so that a new field in a later
release of alignkit changes no fingerprint.
"""

from __future__ import annotations

import enum
import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import attrs


def fingerprint(value: object) -> str:
    """Return the SHA-256 of a frozen value's canonical form, in hexadecimal.

    Example:
        >>> from fractions import Fraction
        >>> fingerprint(Fraction(4, 5)) == fingerprint(Fraction(8, 10))
        True
        >>> fingerprint("4/5") == fingerprint(Fraction(4, 5))
        False
    """
    text = json.dumps(_canonical(value), ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _canonical(value: object) -> object:
    """Return plain data that differs wherever the values differ."""
    match value:
        case None | bool() | str():
            return value
        case enum.Enum():
            return {"enum": [type(value).__name__, value.value]}
        # One form for 1 and Decimal("1.00"): they are equal, so they mean the same.
        case int() | Fraction() | Decimal():
            return {"number": str(Fraction(value))}
        case datetime():
            return {"moment": _in_utc(value)}
        case date() | time():
            return {type(value).__name__: value.isoformat()}
        case timedelta():
            return {"microseconds": value // timedelta(microseconds=1)}
        case tuple() | list():
            return [_canonical(item) for item in value]
        case Mapping():
            pairs = ([_canonical(key), _canonical(value[key])] for key in value)
            return {"map": sorted(pairs, key=json.dumps)}
        case frozenset():
            return {"set": sorted(map(_canonical, value), key=json.dumps)}
        case _:
            return _fields(value, type(value))


def _in_utc(moment: datetime) -> str:
    """Return the text of a moment, the same one at whatever offset it was written."""
    try:
        return moment.astimezone(UTC).isoformat()
    except OverflowError:
        # The first and the last hours of all years, of which UTC has no date.
        since = moment.replace(tzinfo=UTC) - datetime.min.replace(tzinfo=UTC)
        return str(since - (moment.utcoffset() or timedelta()))


def _fields(value: object, kind: type[Any]) -> dict[str, object]:
    """Return the fields that say something: compared, and not at their default."""
    said = {
        field.name: _canonical(getattr(value, field.name))
        for field in attrs.fields(kind)
        if field.eq and getattr(value, field.name) != _default(field.default)
    }
    return {"is": kind.__name__, **said}


def _default(default: object) -> object:
    # Factories here take no self: a default that depends on another field is derived.
    if isinstance(default, attrs.Factory):  # type: ignore[arg-type] # a class at runtime
        return default.factory()  # type: ignore[attr-defined]
    return default
