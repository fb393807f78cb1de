"""Fields of the model: what each of them takes, said once for all the classes.

A validator here refuses a value in the words of the house: it names the noun and the
field, what would fit and what was given, so that a document can tell where it stands.
"""

from __future__ import annotations

import enum
import functools
import re
import typing
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from fractions import Fraction
from types import UnionType
from typing import TypeAlias, TypeVar, Union, get_args, get_origin

import attrs

from alignkit.errors import UnfitValueError

_T = TypeVar("_T")

_Kind = type | UnionType
# In quotes: attrs takes no type in brackets when the program runs.
_Validator: TypeAlias = "Callable[[object, attrs.Attribute[_T], object], None]"

_LONGEST_SEEN = 80

_CALLED: dict[type, str] = {
    bool: "true or false",
    int: "a whole number",
    str: "text",
    tuple: "a pair",
}
_SAID = {
    "None": "None",
    "bool": "true or false",
    "date": "a date",
    "datetime": "a moment",
    "int": "a whole number",
    "str": "text",
}
_UNIONS = (Union, UnionType)


def several(
    kind: type[_T], *, at_least: int = 0, default: tuple[_T, ...] = ()
) -> tuple[_T, ...]:
    """Return a field for values of a kind; where none will do, that is its default.

    Any iterable of them is taken and kept as a tuple. Text is not: it would fall apart
    into its letters.

    Example:
        >>> @attrs.frozen
        ... class Team:
        ...     people: tuple[str, ...] = several(str)
        >>> Team(["ann", "bob"]), Team()
        (Team(people=('ann', 'bob')), Team(people=()))
    """
    expected = f"several values, each {_a(kind)}"

    def are_fit(
        instance: object, field: attrs.Attribute[tuple[_T, ...]], values: object
    ) -> None:
        if not isinstance(values, tuple):
            raise misfit(instance, field, expected, values)
        for value in values:
            if not isinstance(value, kind):
                raise misfit(instance, field, expected, value)
        if len(values) < at_least:
            raise misfit(instance, field, f"at least {at_least}", values)

    if at_least:
        # What attrs takes for "must be given".
        default = attrs.NOTHING  # type: ignore[assignment]
    values: tuple[_T, ...] = attrs.field(
        default=default, converter=_tuple, validator=are_fit
    )
    return values


def typed(
    kind: type, fields: list[attrs.Attribute[object]]
) -> list[attrs.Attribute[object]]:
    """Give each field that checks nothing itself what its annotation promises.

    For `attrs.frozen(field_transformer=typed)`. What stands in a tuple is not looked
    at; `several` does that.

    Example:
        >>> @attrs.frozen(field_transformer=typed)
        ... class Party:
        ...     title: str | None = None
        >>> Party(3)
        Traceback (most recent call last):
        ...
        alignkit.errors.UnfitValueError: party: title does not fit: 3; expected text or None
    """  # noqa: E501 - the message stands on one line
    # Annotations are text, and name what may be made only after the class.
    hints = functools.cache(lambda: typing.get_type_hints(kind))

    @functools.cache
    def kinds(name: str) -> tuple[type, ...]:
        hint = hints()[name]
        parts = get_args(hint) if get_origin(hint) in _UNIONS else (hint,)
        return tuple(kind for part in parts for kind in _plain_kinds(part))

    def is_typed(
        instance: object, field: attrs.Attribute[object], value: object
    ) -> None:
        if not _is_of(value, kinds(field.name)):
            raise misfit(instance, field, _called(str(field.type)), value)

    return [
        field if field.validator else field.evolve(validator=is_typed)
        for field in fields
    ]


def _plain_kinds(hint: object) -> Iterator[type]:
    """Yield the classes whose instances an annotation allows."""
    origin: object = get_origin(hint)
    if isinstance(origin, type):
        yield origin
    else:
        assert isinstance(hint, type), hint  # noqa: S101 - the model has no others
        yield hint


def _is_of(value: object, kinds: tuple[type, ...]) -> bool:
    # A truth value is no number here, and a moment is more than a day.
    if isinstance(value, bool):
        return bool in kinds
    if isinstance(value, datetime):
        return datetime in kinds
    return isinstance(value, kinds)


def _called(annotation: str) -> str:
    """Return what an annotation allows, as people say it."""
    return " or ".join(map(_said, annotation.split(" | ")))


def _said(part: str) -> str:
    name = part.partition("[")[0]
    article = "an" if name[0] in "AEIOU" else "a"
    return _SAID.get(name, f"{article} {name}")


def is_a(kind: _Kind, *, called: str | None = None) -> _Validator[_T]:
    """Return a validator that takes values of a kind, or of one of several kinds.

    Args:
        kind: The kind, or the union of them.
        called: What people call it, where its name does not say it.

    Example:
        >>> @attrs.frozen
        ... class Switch:
        ...     is_on: bool = attrs.field(validator=is_a(bool))
        >>> Switch("yes")
        Traceback (most recent call last):
        ...
        alignkit.errors.UnfitValueError: switch: is_on does not fit: 'yes'; expected true or false
    """  # noqa: E501 - the message stands on one line
    expected = called or _a(kind)

    def is_fit(instance: object, field: attrs.Attribute[_T], value: object) -> None:
        if not isinstance(value, kind):
            raise misfit(instance, field, expected, value)

    return is_fit


def is_name(instance: object, field: attrs.Attribute[str], value: object) -> None:
    """Refuse what is no text, or empty."""
    if not isinstance(value, str) or not value:
        raise misfit(instance, field, "text that is not empty", value)


def counts_from(lowest: int) -> _Validator[int]:
    """Return a validator that takes whole numbers from a lowest one on.

    A truth value is no number here, whatever Python says.
    """

    def is_count(instance: object, field: attrs.Attribute[int], value: object) -> None:
        if type(value) is not int or value < lowest:
            raise misfit(instance, field, f"a whole number from {lowest} on", value)

    return is_count


def is_share(instance: object, field: attrs.Attribute[Fraction], value: object) -> None:
    """Refuse what is no exact share over 0 and up to the whole."""
    if not isinstance(value, Fraction) or not 0 < value <= 1:
        expected = "a share over 0 and up to 1, such as 4/5"
        if isinstance(value, Fraction) and value.denominator == 1 and 1 < value <= 100:  # noqa: PLR2004
            expected = f"a share over 0 and up to 1, such as '{value}%'"
        raise misfit(instance, field, expected, value)


def is_date(instance: object, field: attrs.Attribute[date], value: object) -> None:
    """Refuse what is no date, and a moment too: it is more than a day."""
    if not isinstance(value, date) or isinstance(value, datetime):
        raise misfit(instance, field, "a date", value)


def misfit(
    instance: object, field: attrs.Attribute[_T], expected: str, value: object
) -> UnfitValueError:
    """Return the mistake that a value does not fit a field of an instance."""
    if isinstance(value, Fraction):
        seen = str(value)
    else:
        seen = "none" if value == () else repr(value)
    noun = re.sub(r"\B([A-Z])", r" \1", type(instance).__name__).lower()
    return UnfitValueError(noun, field.name, expected, seen[:_LONGEST_SEEN])


def _tuple(given: object) -> object:
    # What cannot be taken is left as it is: the validator knows for which field it was.
    if isinstance(given, Iterable) and not isinstance(given, str):
        return tuple(given)
    return given


def _a(kind: _Kind) -> str:
    if isinstance(kind, UnionType):
        return " or ".join(map(_a, get_args(kind)))
    article = "an" if kind.__name__[0] in "AEIOU" else "a"
    called = f"{article} {kind.__name__}"
    if issubclass(kind, enum.Enum):
        called = f"one of {kind.__name__}"
    return _CALLED.get(kind, called)
