"""Forms: how the fields of a fact are written in JSON, and read back.

The annotation of a field says how it is written: a `Decimal` as a number, a `timedelta`
as seconds, a `When` as a date or a moment. Reading is strict: text is never taken for a
number, nor a number for text, and every fault is noted before any is reported.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Self

import attrs

from alignkit.errors import MomentOutOfRangeError, NaiveMomentError, UnfitValueError
from alignkit.findings import Finding, did_you_mean
from alignkit.instants import MICROSECOND, to_instant
from alignkit.values import (
    Attributes,
    Value,
    attributes,
    distinct,
    fixed,
    is_text,
    nested,
    read_attributes,
    to_json,
    to_number,
    to_value,
)
from alignkit.zones import check_day, check_range

When = date | datetime
"""A calendar date, which starts and ends where it is read, or a moment."""

OBJECT = (dict, Mapping)
"""What JSON calls an object; a dict, which it most often is, is told at a glance."""

LIST = (list, tuple)
"""What JSON calls a list."""

Faults = list[Finding]
Reader = Callable[[object, str, Faults], object]
Writer = Callable[..., object]

_MICROSECONDS = 1_000_000
_LONGEST = timedelta.max // MICROSECOND
_LONG = timedelta.max // timedelta(seconds=1)
_LONGEST_SEEN = 80
_FIRST, _LAST = 1900, 2299  # the years between these are surely in range
_DATE = len("2026-12-31")


def fault(
    code: str,
    message: str,
    *,
    path: str,
    expected: str | None = None,
    seen: str | None = None,
    help: str | None = None,
) -> Finding:
    """Return a finding against one field."""
    rooted = f"$.{path}" if path else "$"
    return Finding.error(code, rooted, message, expected=expected, seen=seen, help=help)


def shown(raw: object) -> str:
    """Return what was given, cut to a length that fits a message.

    Example:
        >>> shown("L1"), len(shown("L1" * 1000))
        ("'L1'", 80)
    """
    if isinstance(raw, str):
        raw = raw[:_LONGEST_SEEN]
    if isinstance(raw, date):
        # As people write it, not as programs do.
        return str(raw)
    text = repr(raw) if _is_brief(raw) else f"a {type(raw).__name__}"
    return text if len(text) <= _LONGEST_SEEN else f"{text[: _LONGEST_SEEN - 3]}..."


def _is_brief(raw: object) -> bool:
    # The repr of a long list or a huge number takes longer than the whole message.
    return (
        raw is None
        or isinstance(raw, str | bool | float | Decimal)
        or (
            isinstance(raw, int) and raw.bit_length() < 1024  # noqa: PLR2004
        )
    )


def wrong_type(path: str, expected: str, raw: object) -> Finding:
    """Return the finding that something of another type was expected."""
    return fault(
        "AK-S004",
        f"{path!r} is of the wrong type" if path else f"{shown(raw)} is not {expected}",
        path=path,
        expected=expected,
        seen=shown(raw),
        help=f"write {expected}",
    )


def unfit(path: str, expected: str, seen: str) -> Finding:
    """Return the finding that a value is of the right type and does not fit."""
    return fault(
        "AK-S005",
        f"{path!r} does not fit",
        path=path,
        expected=expected,
        seen=seen,
        help=f"write {expected}",
    )


def naive(path: str, raw: object) -> Finding:
    """Return the finding that a moment has no offset [T1]."""
    return fault(
        "AK-T001",
        f"{path!r} has no offset, so it names no moment",
        path=path,
        expected="a moment with an offset, such as '2026-03-06T16:40:00-06:00'",
        seen=shown(raw),
        help="write the offset of its zone, or 'Z' for UTC; "
        "a mapping can name the zone of a file",
    )


def text(raw: object, path: str, faults: Faults) -> str:
    """Read text that is not empty."""
    if isinstance(raw, str):
        # What most text is, told apart first: this runs for every field of every event.
        if (raw and raw.isascii()) or is_text(raw):
            return raw
        if raw:
            seen = shown(raw.encode("utf-8", "replace").decode())
            expected = "characters that can be written as UTF-8"
            faults.append(
                fault(
                    "AK-S009",
                    f"{path!r} is broken text",
                    path=path,
                    expected=expected,
                    seen=seen,
                    help="read it again as it was encoded",
                )
            )
        else:
            expected = "text that is not empty; leave the field out if it is not known"
            faults.append(unfit(path, expected, "''"))
    else:
        faults.append(wrong_type(path, "text", raw))
    return ""


def truth(raw: object, path: str, faults: Faults) -> bool:
    """Read true or false."""
    if isinstance(raw, bool):
        return raw
    faults.append(wrong_type(path, "true or false", raw))
    return False


def number(raw: object, path: str, faults: Faults) -> Decimal:
    """Read a number as the decimal that it was written as."""
    if isinstance(raw, bool | str) or raw is None:
        faults.append(wrong_type(path, "a number", raw))
        return Decimal(0)
    try:
        found = to_value(raw, path)
    except UnfitValueError:
        found = None
    if isinstance(found, bool) or not isinstance(found, int | Decimal):
        faults.append(wrong_type(path, "a number", raw))
        return Decimal(0)
    return Decimal(found)


def duration(raw: object, path: str, faults: Faults) -> timedelta:
    """Read a number of seconds, exact to the microsecond."""
    if type(raw) is int and 0 <= raw <= _LONG:
        return timedelta(seconds=raw)
    if isinstance(raw, timedelta):
        micro = Fraction(raw // MICROSECOND)
    else:
        # A fraction, because decimals round to the digits of their context.
        micro = Fraction(number(raw, path, faults)) * _MICROSECONDS
    if micro.denominator == 1 and 0 <= micro <= _LONGEST:
        return timedelta(microseconds=int(micro))
    expected = "seconds, not negative, with at most six decimals"
    faults.append(unfit(path, expected, shown(raw)))
    return timedelta()


def moment(raw: object, path: str, faults: Faults) -> datetime | None:
    """Read a moment: an aware datetime, or ISO 8601 text with an offset [T1]."""
    if isinstance(raw, str):
        try:
            found = datetime.fromisoformat(raw)
        except ValueError:
            faults.append(_unreadable(raw, path))
            return None
        if found.tzinfo is None and _is_date(raw):
            faults.append(_only_a_date(raw, path))
            return None
    elif isinstance(raw, datetime):
        found = raw
    elif isinstance(raw, date):
        faults.append(_only_a_date(raw, path))
        return None
    else:
        faults.append(_unreadable(raw, path))
        return None
    try:
        return kept(found, path)
    except NaiveMomentError:
        faults.append(naive(path, raw))
    except MomentOutOfRangeError:
        faults.append(_out_of_reach(path, raw))
    return None


def when(raw: object, path: str, faults: Faults) -> When | None:
    """Read a calendar date, or a moment."""
    # No date is written longer, and to try one takes longer than to look.
    if isinstance(raw, str) and len(raw) <= _DATE and _is_date(raw):
        raw = date.fromisoformat(raw)
    if not isinstance(raw, date) or isinstance(raw, datetime):
        return moment(raw, path, faults)
    try:
        check_reach(raw, path)
    except MomentOutOfRangeError:
        faults.append(_out_of_reach(path, raw))
    return raw


def kept(moment: datetime, argument: str) -> datetime:
    """Return a moment with the offset that its zone has then, as facts keep it.

    Raises:
        NaiveMomentError: If it has none; it names the `argument`.
        MomentOutOfRangeError: If alignkit does not count in its year.
    """
    moment = fixed(moment, argument)
    if not _FIRST < moment.year < _LAST:
        check_range(to_instant(moment, argument), argument)
    return moment


def check_reach(day: date, argument: str) -> None:
    """Check that alignkit counts in the year of a date.

    Raises:
        MomentOutOfRangeError: If it does not; it names the `argument`.
    """
    # The quick way past the exact check, which hundreds of thousands of events take.
    if not _FIRST < day.year < _LAST:
        check_day(day, argument)


def _is_date(raw: str) -> bool:
    try:
        date.fromisoformat(raw)
    except ValueError:
        return False
    return True


def _unreadable(raw: object, path: str) -> Finding:
    expected = "ISO 8601 text with an offset, such as '2026-03-06T16:40:00-06:00'"
    return fault(
        "AK-S023",
        f"{path!r} is no readable moment",
        path=path,
        expected=expected,
        seen=shown(raw),
        help=f"write {expected}",
    )


def _out_of_reach(path: str, raw: object) -> Finding:
    return fault(
        "AK-T009",
        f"{path!r} lies outside the years that are counted in",
        path=path,
        expected="a year from 1900 to 2299",
        seen=shown(raw),
        help="leave out dates that stand for 'never' or 'always'",
    )


def _only_a_date(raw: object, path: str) -> Finding:
    return fault(
        "AK-S023",
        f"{path!r} is a date without a time, so it names no moment",
        path=path,
        expected="the first moment of that date, with its offset",
        seen=shown(raw),
        help="write '2026-03-06T00:00:00-06:00' and 'precision': 'day'; "
        "a mapping can name the zone of a file",
    )


def value(raw: object, path: str, faults: Faults) -> Value:
    """Read one value of any kind that facts carry."""
    try:
        return to_value(raw, path)
    except UnfitValueError as error:
        faults.append(wrong_type(path, error.expected, raw))
        return None


def group(raw: object, path: str, faults: Faults) -> Attributes:
    """Read nested values; their paths are relative to the field."""
    if not isinstance(raw, OBJECT):
        faults.append(wrong_type(path, "an object", raw))
        return ()
    return grouped(raw, path, faults)


def grouped(
    raw: Mapping[str, object], path: str, faults: Faults, prefix: str = ""
) -> Attributes:
    """Read nested values, whose paths begin with a prefix.

    Faults are placed under `path`.
    """
    errors: list[UnfitValueError] = []
    found = read_attributes(raw, errors, prefix)
    for error in errors:
        place = f"{path}.{error.field}" if path else error.field
        faults.append(unfit(place, error.expected, error.seen))
    return found


def choice(kind: type[enum.Enum]) -> Reader:
    """Return a reader of the words that an enum allows."""
    members = {member.value: member for member in kind}
    expected = "one of " + ", ".join(repr(word) for word in members)

    def read(raw: object, path: str, faults: Faults) -> enum.Enum | None:
        if isinstance(raw, str):
            member = members.get(raw)
            if member is not None:
                return member
            faults.append(
                fault(
                    "AK-S005",
                    f"{path!r} does not fit",
                    path=path,
                    expected=expected,
                    seen=shown(raw),
                    help=did_you_mean(raw, members) or f"write {expected}",
                )
            )
        else:
            faults.append(wrong_type(path, expected, raw))
        return None

    return read


def optional(reader: Reader) -> Reader:
    """Return a reader that takes null for what is not known."""

    def read(raw: object, path: str, faults: Faults) -> object:
        return None if raw is None else reader(raw, path, faults)

    return read


def seconds(length: timedelta) -> object:
    """Return a length of time as a JSON number of seconds.

    Example:
        >>> seconds(timedelta(minutes=1)), seconds(timedelta(microseconds=1500000))
        (60, 1.5)
    """
    micro = length // MICROSECOND
    if micro % _MICROSECONDS == 0:
        return micro // _MICROSECONDS
    return to_json(Decimal(micro) / _MICROSECONDS)


_READERS: Mapping[str, Reader] = {
    "str": text,
    "bool": truth,
    "Decimal": number,
    "timedelta": duration,
    "datetime": moment,
    "When": when,
    "Value": value,
    "Attributes": group,
}

_WRITERS: Mapping[str, Writer] = {
    "Decimal": to_json,
    "timedelta": seconds,
    "datetime": datetime.isoformat,
    "When": lambda given: given.isoformat(),
    "Value": to_json,
    "Attributes": nested,
}


def fitted(
    _: type, fields: list[attrs.Attribute[object]]
) -> list[attrs.Attribute[object]]:
    """Give each field of a class what its annotation promises.

    For `attrs.frozen(field_transformer=fitted)`: text is whole and not empty, moments
    are aware, numbers are decimals, values are of the kinds that facts carry. The
    annotations are text, as `from __future__ import annotations` leaves them.
    """
    return [_fitted(field, str(field.type).removesuffix(" | None")) for field in fields]


def _fitted(field: attrs.Attribute[object], kind: str) -> attrs.Attribute[object]:
    match kind:
        case "str":
            return field.evolve(validator=_whole)
        case "timedelta":
            return field.evolve(validator=_not_negative)
        case "When":
            return field.evolve(converter=_aware(field.name))
        case "Decimal":
            return field.evolve(converter=_decimal(field.name))
        case "Value":
            return field.evolve(converter=_carried(field.name), eq_key=distinct)
        case "Attributes":
            return field.evolve(converter=attributes, eq_key=distinct)
        case _:
            return field


def _not_negative(
    owner: object, attribute: attrs.Attribute[timedelta | None], given: timedelta | None
) -> None:
    if given is not None and given < timedelta():
        noun, expected = type(owner).__name__, "a length of time that is not negative"
        raise UnfitValueError(noun, attribute.name, expected, str(given))


def _aware(name: str) -> Callable[[When | None], When | None]:
    def convert(given: When | None) -> When | None:
        if isinstance(given, datetime):
            return kept(given, name)
        if given is not None:
            check_reach(given, name)
        return given

    return convert


def _decimal(name: str) -> Callable[[float | Decimal | None], Decimal | None]:
    def convert(given: float | Decimal | None) -> Decimal | None:
        if given is None:
            return None
        found = to_number(given)
        if found is None:
            raise UnfitValueError("fact", name, "a finite number", str(given)[:80])
        return found

    return convert


def _carried(name: str) -> Callable[[object], Value]:
    def convert(given: object) -> Value:
        return to_value(given, name)

    return convert


def _whole(
    owner: object, attribute: attrs.Attribute[str | None], given: str | None
) -> None:
    if given is not None and not (given and given.isascii()) and not is_text(given):
        noun, expected = type(owner).__name__, "text that is whole and not empty"
        raise UnfitValueError(noun, attribute.name, expected, ascii(given)[:80])


@attrs.frozen(kw_only=True)
class Form:
    """How one class is written in JSON.

    Attributes:
        readers: How each field is read.
        required: The fields that must be written.
        writers: How each field is written, and the value that is left out.
    """

    readers: Mapping[str, Reader]
    required: tuple[str, ...]
    writers: tuple[tuple[str, Writer | None, object], ...]

    @classmethod
    def of(cls, kind: type, *choices: type[enum.Enum]) -> Self:
        """Return the form of a class, given the enums among its annotations."""
        words = {enum_.__name__: choice(enum_) for enum_ in choices}
        readers: dict[str, Reader] = {}
        writers: list[tuple[str, Writer | None, object]] = []
        for field in attrs.fields(kind):
            annotation = str(field.type)
            plain = annotation.removesuffix(" | None")
            reader = words.get(plain) or _READERS[plain]
            readers[field.name] = reader if plain == annotation else optional(reader)
            writer = _word if plain in words else _WRITERS.get(plain)
            writers.append((field.name, writer, field.default))
        return cls(
            readers=readers,
            required=tuple(n for n, _, default in writers if default is attrs.NOTHING),
            writers=tuple(writers),
        )

    def write(self, fact: object) -> dict[str, object]:
        """Return a value of the class as JSON holds it, without what it leaves open."""
        written: dict[str, object] = {}
        for name, writer, default in self.writers:
            held = getattr(fact, name)
            if held is not default:
                if writer is not None and held is not None:
                    held = writer(held)
                written[name] = held
        return written


def _word(member: enum.Enum) -> object:
    return member.value
