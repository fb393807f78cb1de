"""Event patterns: which facts a clock listens to.

A promise starts, stops and rests on events: "when the lead becomes an MQL", "when an
owner is assigned". A pattern names the type of the event and, where that is not enough,
the values that its fields must have, or the stage that the lead is in at that moment.
"""

from __future__ import annotations

from collections.abc import Mapping

import attrs
from attrs.validators import deep_iterable, instance_of, min_len

from alignkit.values import Value, to_value

Condition = tuple[str, tuple[Value, ...]]
"""A field, and the values of which it must have one."""


def _conditions(
    given: Mapping[str, object] | tuple[Condition, ...],
) -> tuple[Condition, ...]:
    """Return conditions in order of their fields, each with its allowed values."""
    return tuple(
        sorted((field, _allowed(values, field)) for field, values in dict(given).items())
    )


def _allowed(values: object, field: str) -> tuple[Value, ...]:
    value = to_value(values, field)
    return value if isinstance(value, tuple) else (value,)


@attrs.frozen(kw_only=True)
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

    Example:
        >>> Pattern(event="stage_changed", where={"to_stage": "mql"})
        Pattern(event='stage_changed', where=(('to_stage', ('mql',)),), stage=())
    """

    event: str = attrs.field(validator=(instance_of(str), min_len(1)))
    where: tuple[Condition, ...] = attrs.field(default=(), converter=_conditions)
    stage: tuple[str, ...] = attrs.field(
        default=(), validator=deep_iterable(instance_of(str), instance_of(tuple))
    )

    def __str__(self) -> str:
        named = [f"{field} {' or '.join(map(str, values))}" for field, values in self.where]
        staged = [f"in stage {' or '.join(self.stage)}"] if self.stage else []
        return ", ".join([self.event, *named, *staged])
