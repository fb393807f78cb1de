"""Cells: what the text in a cell of somebody's file says.

A cell is text even where it means a number or a time, and an export has its own way of
writing both. A cell is read as what it is declared to be, exactly or not at all.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction

from alignkit.errors import MomentOutOfRangeError
from alignkit.forms import Faults, Reader, When, fault, naive, shown, wrong_type
from alignkit.instants import EPOCH, MICROSECOND, to_instant, to_moment
from alignkit.zones import check_range, clock, zone

_NUMBER = re.compile(r"[+-]?[0-9]{1,400}(?:\.[0-9]{1,400})?(?:[eE][+-]?[0-9]{1,3})?")
_TRUTHS = {"true": True, "false": False}
_UNIX = {"unix": timedelta(seconds=1), "unix_ms": timedelta(milliseconds=1)}


def text(raw: object, path: str, faults: Faults) -> object:
    """Read text; a whole number, as JSON has for ids, is the text of its digits."""
    if isinstance(raw, int) and not isinstance(raw, bool):
        return str(raw)
    if not isinstance(raw, str):
        faults.append(wrong_type(path, "text", raw))
    return raw


def truth(raw: object, path: str, faults: Faults) -> object:
    """Read true or false, in either case; other words need a translation."""
    found = _TRUTHS.get(raw.lower()) if isinstance(raw, str) else raw
    if not isinstance(found, bool):
        faults.append(wrong_type(path, "'true' or 'false'", raw))
    return found


def number(raw: object, path: str, faults: Faults) -> object:
    """Read a number with a decimal point and no other signs, such as ``-1200.50``."""
    if isinstance(raw, str):
        if _NUMBER.fullmatch(raw):
            return Decimal(raw)
        expected = "a number such as '1200.50'"
        faults.append(wrong_type(path, expected, raw))
    return raw


def times_of(times: Sequence[str], zone_name: str | None) -> Reader:
    """Return a reader of dates and moments that are written in some of these ways.

    A time without an offset is one of the named zone [T1, T3].

    Example:
        >>> faults = []
        >>> read = times_of(["%d/%m/%Y %H:%M", "%d/%m/%Y"], "America/Sao_Paulo")
        >>> print(read("1/2/2018 09:30", "at", faults))
        2018-02-01 09:30:00-02:00
        >>> read("1/2/2018", "at", faults)
        datetime.date(2018, 2, 1)
        >>> read("2018-02-01", "at", faults), faults[0].code
        (None, 'AK-S023')
    """

    # Logs repeat their times, and a pattern takes long to match.
    @functools.lru_cache(maxsize=4096)
    def found(text: str) -> When | None:
        for way in times:
            try:
                return _time(text, way)
            except (ValueError, OverflowError):
                continue
        return None

    def read(raw: object, path: str, faults: Faults) -> object:
        if isinstance(raw, int) and not isinstance(raw, bool):
            raw = str(raw)
        written = found(raw) if isinstance(raw, str) else raw
        if isinstance(written, datetime):
            return _moment(written, zone_name, path, faults, given=raw)
        if isinstance(written, date):
            return written
        ways = " or ".join(repr(way) for way in times)
        faults.append(
            fault(
                "AK-S023",
                f"{path!r} is no readable time",
                path=path,
                expected=f"a time written as {ways}",
                seen=shown(raw),
                help="mend the cell, or add its way of writing to 'times'",
            )
        )
        return None

    return read


def first_moment(
    day: date, zone_name: str | None, path: str, faults: Faults
) -> datetime | None:
    """Return the first moment of a date in a zone [T3].

    Example:
        Clocks in Sao Paulo skipped this midnight:

        >>> print(first_moment(date(2017, 10, 15), "America/Sao_Paulo", "at", []))
        2017-10-15 01:00:00-02:00
    """
    midnight = datetime.combine(day, time())
    return _moment(midnight, zone_name, path, faults, given=day)


def _time(text: str, way: str) -> When:
    """Return the time that a text writes in one way.

    Raises:
        ValueError: If it does not.
    """
    match way:
        case "iso":
            try:
                return date.fromisoformat(text)
            except ValueError:
                return datetime.fromisoformat(text)
        case "unix" | "unix_ms":
            if not _NUMBER.fullmatch(text):
                raise ValueError(text)
            micro = Fraction(text) * (_UNIX[way] // MICROSECOND)
            if micro.denominator != 1:
                raise ValueError(text)
            return EPOCH + int(micro) * MICROSECOND
        case _:
            found = datetime.strptime(text, way)  # noqa: DTZ007 - `_moment` adds its zone
            return found if "%H" in way or "%I" in way else found.date()


def _moment(
    written: datetime,
    zone_name: str | None,
    path: str,
    faults: Faults,
    *,
    given: object,
) -> datetime | None:
    if written.tzinfo is not None:
        return written
    if zone_name is None:
        faults.append(naive(path, given))
        return None
    local = to_instant(written.replace(tzinfo=UTC), path)
    try:
        check_range(local, path)
    except MomentOutOfRangeError as error:
        faults.append(
            fault(
                error.code,
                str(error),
                path=path,
                seen=shown(given),
                help="translate what stands for 'never' to nothing, with 'missing'",
            )
        )
        return None
    return to_moment(clock(zone_name, local).instant(local), zone(zone_name))
