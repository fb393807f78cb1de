"""Event patterns: which facts a clock listens to.

A promise starts, stops and rests on events: "when the lead becomes an MQL", "when an
owner is assigned". A pattern names the type of the event and, where that is not enough,
the values that its fields must have, or the stage that the lead is in at that moment.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping

import attrs

from alignkit._fields import is_name, several, typed
from alignkit.errors import UnfitValueError
from alignkit.events import Event
from alignkit.happenings import Custom, LeadCreated
from alignkit.values import Value, distinct, to_value

Condition = tuple[str, tuple[Value, ...]]
"""A field, and the values of which it must have one."""


_BY_FIELD = "values by field, such as {'channel': 'call'}"


def _conditions(
    given: Mapping[str, object] | tuple[Condition, ...],
) -> tuple[Condition, ...]:
    """Return conditions in order of their fields, each with its allowed values."""
    if not isinstance(given, Mapping | tuple):
        raise UnfitValueError("pattern", "where", _BY_FIELD, repr(given)[:80])
    return tuple(
        sorted(
            (field, _allowed(values, field)) for field, values in dict(given).items()
        )
    )


def _allowed(values: object, field: str) -> tuple[Value, ...]:
    value = to_value(values, field)
    if value == ():
        raise UnfitValueError("pattern", field, "one value or several", "none")
    return value if isinstance(value, tuple) else (value,)


@attrs.frozen(kw_only=True, field_transformer=typed)
class Pattern:
    """Events of one type, with certain values in certain fields.

    Attributes:
        event: The type of the event, ``"stage_changed"``, or the name of a qualifying
            action of the agreement.
        where: For each field that matters, the values of which it must have one. Fields
            are those of the type; ``actor.kind``, ``actor.team``, ``actor.id`` and
            ``source`` are fields of every event, and ``data.`` leads into the data of
            a custom one.
        stage: The stages of which the lead must be in one at that moment, the event
            itself counted; empty if it does not matter.

    Raises:
        UnfitValueError: If the event has no name, or a field no value that it may have.

    Example:
        >>> Pattern(event="stage_changed", where={"to_stage": "mql"})
        Pattern(event='stage_changed', where=(('to_stage', ('mql',)),), stage=())
    """

    event: str = attrs.field(validator=is_name)
    where: tuple[Condition, ...] = attrs.field(default=(), converter=_conditions)
    stage: tuple[str, ...] = several(str)

    def __str__(self) -> str:
        named = [
            f"{field} {' or '.join(map(str, values))}" for field, values in self.where
        ]
        staged = [f"in stage {' or '.join(self.stage)}"] if self.stage else []
        return ", ".join([self.event, *named, *staged])


Matcher = Callable[[Event, str | None], bool]
"""Whether an event fits a pattern, given the stage that its subject is in."""


def matcher(pattern: Pattern) -> Matcher:
    """Return the function that says whether an event of its type fits a pattern.

    A field that an event does not have is null.

    Example:
        >>> from alignkit.events import Subject
        >>> from alignkit.happenings import StageChanged
        >>> from datetime import UTC, datetime
        >>> fits = matcher(Pattern(event="stage_changed", where={"to_stage": "mql"}))
        >>> at = datetime(2026, 3, 2, 9, tzinfo=UTC)
        >>> moved = StageChanged(to_stage="mql")
        >>> fits(Event(id="1", subject=Subject(id="L1"), at=at, fact=moved), None)
        True
    """
    stages = frozenset(pattern.stage)
    reads = [
        (_reader(field), frozenset(map(_key, values)))
        for field, values in pattern.where
    ]

    def fits(event: Event, stage: str | None) -> bool:
        if stages and stage not in stages:
            return False
        # Every fact is put to this; a generator would take twice as long.
        for read, allowed in reads:  # noqa: SIM110
            if _key(read(event)) not in allowed:
                return False
        return True

    return fits


def _key(value: Value) -> object:
    # Text is what it is; all else is told apart from what equals it in Python.
    return value if isinstance(value, str) else distinct(value)


def _reader(field: str) -> Callable[[Event], Value]:
    """Return the function that reads a field of an event, null where it has none."""
    root, _, rest = field.partition(".")
    match root:
        case "actor":
            return lambda event: _plain(getattr(event.actor, rest, None))
        case "data":
            return lambda event: _carried(event, rest)
        case "lead" | "company" | "contact":
            return lambda event: _carried(event, field)
        case "source":
            return lambda event: _plain(getattr(event.fact, field, event.source))
        case _:
            return lambda event: _plain(getattr(event.fact, field, None))


def _carried(event: Event, path: str) -> Value:
    """Return what a custom event or a new lead carries under a path."""
    match event.fact:
        case Custom(data=carried):
            return dict(carried).get(path)
        case LeadCreated(fields=carried):
            return dict(carried).get(path)
        case _:
            return None


def _plain(held: object) -> Value:
    return held.value if isinstance(held, enum.Enum) else held  # type: ignore[return-value]
