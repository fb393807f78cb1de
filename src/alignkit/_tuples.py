"""Fields that hold several values of one kind, kept as a tuple.

Any iterable of them is taken, and text is not: it would fall apart into its letters.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

import attrs
from attrs.validators import deep_iterable, instance_of, min_len

from alignkit.errors import UnfitValueError

_T = TypeVar("_T")


def several(
    kind: type[_T], *, at_least: int = 0, default: tuple[_T, ...] = ()
) -> tuple[_T, ...]:
    """Return a field for values of a kind; where none will do, that is its default.

    Example:
        >>> @attrs.frozen
        ... class Team:
        ...     people: tuple[str, ...] = several(str)
        >>> Team(["ann", "bob"]), Team()
        (Team(people=('ann', 'bob')), Team(people=()))
    """
    if at_least:
        # What attrs takes for "must be given".
        default = attrs.NOTHING  # type: ignore[assignment]
    values: tuple[_T, ...] = attrs.field(
        default=default,
        converter=_tuple,
        validator=(deep_iterable(instance_of(kind)), min_len(at_least)),
    )
    return values


def _tuple(given: Iterable[object]) -> tuple[object, ...]:
    if isinstance(given, str):
        raise UnfitValueError("field", "values", "several values", repr(given)[:80])
    return tuple(given)
