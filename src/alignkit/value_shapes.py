"""Value shapes: how plain values stand in a document.

Text, numbers, dates and moments stand for themselves, and shares are text. Where any
plain value may stand, a tag such as ``$date`` says what the format has no form for.
Attributes are values by path, and a table in a table is a longer path.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import assert_never

from alignkit.errors import NaiveMomentError
from alignkit.shapes import (
    Held,
    Kind,
    MisfitError,
    Schema,
    SchemaOf,
    Shape,
    Write,
    attempt,
    each,
    refuse,
    seen,
    unfit,
)
from alignkit.trees import Fault, Tree
from alignkit.values import Attributes, Scalar, Value, attributes, to_value


def _scalar(
    expected: str, fits: Callable[[Tree], bool], schema: Schema, write: Write
) -> Shape:
    def read(raw: Tree) -> object:
        return raw if fits(raw) else refuse(expected, raw, help=_advice(expected, raw))

    return Shape(read=read, write=write, describe=lambda _: schema)


def _advice(expected: str, raw: Tree) -> str | None:
    """Say what to do about the two mistakes that everybody makes."""
    if isinstance(raw, str) and expected != "text":
        return "leave out the quotation marks"
    if expected == "text" and isinstance(raw, bool | int | Decimal | date):
        return "put it into quotation marks"
    return None


def _is_whole(raw: Tree) -> bool:
    return isinstance(raw, int) and not isinstance(raw, bool)


TEXT = _scalar("text", lambda raw: isinstance(raw, str), {"type": "string"}, str)
TRUTH = _scalar(
    "true or false", lambda raw: isinstance(raw, bool), {"type": "boolean"}, bool
)
WHOLE = _scalar("a whole number", _is_whole, {"type": "integer"}, int)


def _read_decimal(raw: Tree) -> Decimal:
    if isinstance(raw, Decimal) or _is_whole(raw):
        return Decimal(raw)  # type: ignore[arg-type]
    return refuse("a number", raw, help=_advice("a number", raw))


DECIMAL = Shape(
    read=_read_decimal, write=Decimal, describe=lambda _: {"type": "number"}
)

_SHARE = "a share such as '4/5' or '80%'"
_MOST_DIGITS = 1000


def _read_fraction(raw: Tree) -> Fraction:
    if isinstance(raw, Decimal) or _is_whole(raw):
        return Fraction(raw)  # type: ignore[arg-type]
    if not isinstance(raw, str):
        refuse(_SHARE, raw)
    text = raw.strip()
    whole, percent, rest = text.partition("%")
    numerator, slash, denominator = whole.partition("/")
    parts = [part.strip() for part in (numerator, denominator) if part]
    is_share = all(map(_is_number, parts)) and not rest and bool(parts)
    if is_share and percent and len(parts) == 1 and not slash:
        return Fraction(parts[0]) / 100
    if is_share and slash and not percent and len(parts) == 2:  # noqa: PLR2004
        bottom = Fraction(parts[1])
        if bottom:
            return Fraction(parts[0]) / bottom
    help_ = f'write "{text}%"' if _is_number(text) else None
    raise MisfitError([unfit(_SHARE, raw, help=help_)])


def _is_number(text: str) -> bool:
    digits = text.removeprefix("-").replace(".", "", 1)
    return (
        digits.isascii()
        and digits.isdigit()
        and len(text) <= _MOST_DIGITS
        and not text.endswith(".")
    )


def _write_fraction(share: Fraction) -> Tree:
    percent = share * 100
    if percent.denominator == 1:
        return f"{percent.numerator}%"
    return f"{share.numerator}/{share.denominator}"


# It never reads a digit twice, so that no text keeps an editor waiting.
_NUMBER = r"-?([0-9]+(\.[0-9]+)?|\.[0-9]+)"

FRACTION = Shape(
    read=_read_fraction,
    write=_write_fraction,
    describe=lambda _: {
        "anyOf": [
            {"type": "number"},
            {
                "type": "string",
                "pattern": rf"^\s*{_NUMBER}\s*(%|/\s*{_NUMBER})\s*$",
            },
        ],
        "examples": ["4/5", "80%"],
    },
)

DATE_SCHEMA: Schema = {
    "type": "string",
    "format": "date",
    "examples": ["2026-12-31"],
}
# Not the format "date-time", which knows no moment without seconds.
MOMENT_SCHEMA: Schema = {
    "type": "string",
    "pattern": r"^[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}"
    r"(:[0-9]{2}([.,][0-9]+)?)?([Zz]|[+-][0-9]{2}(:?[0-9]{2}(:?[0-9]{2}(\.[0-9]+)?)?)?)$",
    "examples": ["2026-04-01T09:00:00-06:00"],
}
_DATE = "a date such as 2026-12-31"
_ISO = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
    r"(?:[Tt ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?"
    r"(?:[Zz]|[+-][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?)?)?"
)
_MOMENT = "a moment with its offset, such as 2026-04-01T09:00:00-06:00"


def _read_date(raw: Tree) -> date:
    if isinstance(raw, date) and not isinstance(raw, datetime):
        return raw
    if isinstance(raw, str):
        try:
            found = date.fromisoformat(raw)
        except ValueError:
            raise MisfitError([unfit(_DATE, raw)]) from None
        if found.isoformat() == raw:
            return found
        raise MisfitError([unfit(_DATE, raw)])
    return refuse(_DATE, raw)


def _read_moment(raw: Tree) -> datetime:
    if isinstance(raw, str):
        try:
            found = datetime.fromisoformat(raw) if _ISO.fullmatch(raw) else None
        except ValueError:
            found = None
        if found is None:
            raise MisfitError([unfit(_MOMENT, raw)])
    elif isinstance(raw, datetime):
        found = raw
    else:
        refuse(_MOMENT, raw)
    if found.tzinfo is None:
        fault = Fault(
            code=NaiveMomentError.code,
            path=(),
            message=f"{seen(raw)} has no offset, so it names no moment",
            expected=_MOMENT,
            seen=seen(raw),
            help="add the offset of its zone, or Z for UTC",
        )
        raise MisfitError([fault])
    return found


def _itself(value: Tree) -> Tree:
    return value


DATE = Shape(
    read=_read_date,
    write=_itself,
    describe=lambda _: DATE_SCHEMA,
)
MOMENT = Shape(
    read=_read_moment,
    write=_itself,
    describe=lambda _: MOMENT_SCHEMA,
)


SIMPLE: Mapping[Kind, Shape] = {
    str: TEXT,
    bool: TRUTH,
    int: WHOLE,
    Decimal: DECIMAL,
    Fraction: FRACTION,
    date: DATE,
    datetime: MOMENT,
}


def _read_when(raw: Tree) -> Held:
    is_day = isinstance(raw, date) and not isinstance(raw, datetime)
    is_day = is_day or (isinstance(raw, str) and len(raw) == len("2026-12-31"))
    return (DATE if is_day else MOMENT).read(raw)


WHEN = Shape(
    read=_read_when,
    write=lambda held: held,
    describe=lambda of: {"anyOf": [of(date), of(datetime)]},
)

_NULL = "$null"
TAGS = ("$date", "$moment", "$number", _NULL)
"""The keys of a table that says one value for which a format has no form."""


def _read_scalar(raw: Tree) -> Held:
    """Read one plain value, or one that is written with a tag."""
    if isinstance(raw, dict) and len(raw) == 1 and _NULL in raw:
        if raw[_NULL] is not True:
            raise MisfitError([unfit("true", raw[_NULL], path=(_NULL,))])
        return None
    if raw is None or isinstance(raw, str | bool | int | Decimal):
        return raw
    if isinstance(raw, datetime):
        return MOMENT.read(raw)
    if isinstance(raw, date):
        return raw
    if isinstance(raw, dict) and len(raw) == 1 and not set(raw).isdisjoint(TAGS):
        return to_value(raw, "value")
    return refuse("text, a number, true or false, a date or a moment", raw)


def _write_scalar(value: Scalar | None) -> Tree:
    match value:
        case datetime():
            return {"$moment": value.isoformat()}
        case date():
            return {"$date": value.isoformat()}
        case None | str() | bool() | int() | Decimal():
            return value
        case _:
            assert_never(value)


def _describe_scalar(_: SchemaOf) -> Schema:
    text: Schema = {"type": "string"}
    tagged = [
        {
            "type": "object",
            "properties": {tag: held},
            "required": [tag],
            "additionalProperties": False,
        }
        for tag, held in zip(TAGS, (text, text, text, {"const": True}), strict=True)
    ]
    plain = {"type": ["string", "number", "boolean", "null"]}
    return {"anyOf": [plain, *tagged]}


SCALAR = Shape(read=_read_scalar, write=_write_scalar, describe=_describe_scalar)


def _read_value(raw: Tree) -> Held:
    return each(raw, _read_scalar) if isinstance(raw, list) else _read_scalar(raw)


def _write_value(value: Value) -> Tree:
    if isinstance(value, tuple):
        return [_write_scalar(item) for item in value]
    return _write_scalar(value)


def _describe_value(of: SchemaOf) -> Schema:
    scalar = of(Scalar)
    return {"anyOf": [scalar, {"type": "array", "items": scalar}]}


VALUE = Shape(read=_read_value, write=_write_value, describe=_describe_value)


def _read_attributes(raw: Tree) -> Held:
    """Read values by path; a table in a table is a longer path."""
    if not isinstance(raw, dict):
        refuse("a table", raw)
    faults: list[Fault] = []
    flat: dict[str, object] = {}
    for name, held in raw.items():
        if held == {}:
            faults.append(
                unfit("a value, or a table that is not empty", held, path=(name,))
            )
        elif isinstance(held, dict) and set(held).isdisjoint(TAGS):
            for inner in attempt(_read_attributes, held, (name,), faults):
                flat.update({f"{name}.{path}": value for path, value in inner})
        else:
            for value in attempt(_read_value, held, (name,), faults):
                flat[name] = value
    if faults:
        raise MisfitError(faults)
    return attributes(flat)


ATTRIBUTES = Shape(
    read=_read_attributes,
    write=lambda held: {path: _write_value(value) for path, value in held},
    describe=lambda of: {
        "type": "object",
        "propertyNames": {"not": {"enum": list(TAGS)}},
        "additionalProperties": {"anyOf": [of(Value), of(Attributes)]},
    },
)
