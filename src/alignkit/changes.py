"""Changes: one field of a handoff that could be otherwise.

Whoever wants a handoff to pass has to say something that was left out, or mend
something that is wrong. A change names the field and a value that would do; it can be
applied, so that what it promises can be tried.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, assert_never

import attrs

from alignkit.criteria import (
    AtLeast,
    AtMost,
    Between,
    FieldAtom,
    Happened,
    Is,
    Known,
    Matches,
    OneOf,
    Ordered,
    Side,
    Within,
    canonical_path,
    is_number,
    show,
)
from alignkit.demands import FOUND_OUT
from alignkit.events import Actor
from alignkit.facts import Facts
from alignkit.forms import When
from alignkit.handoffs import SHOWN, Handoff
from alignkit.instants import to_moment
from alignkit.questions import Question, counting_from
from alignkit.values import Scalar, Value, to_json
from alignkit.zones import zone

_MOST_TIMES = 100
_DAY = timedelta(days=1)


@attrs.frozen(kw_only=True)
class Change:
    """One field of a handoff, and a value that would do.

    Attributes:
        path: The field, in the payload: ``"$.company.employees"``.
        value: What it would be.
        was: What it is; None if nobody says.
        since: Since when the value would be known, where the field grows stale.

    Example:
        >>> change = Change(path="$.company.employees", value=50, was=12)
        >>> print(change)
        company.employees: 50 instead of 12
    """

    path: str
    value: object
    was: object = None
    since: datetime | None = None

    def apply(self, handoff: Handoff) -> Handoff:
        """Return a handoff in which the field is so.

        Raises:
            UnfitValueError: If the field cannot be there, since another one leads
                through it.
        """
        place = self.path.removeprefix("$.")
        root, _, rest = place.partition(".")
        evolve: Any = attrs.evolve
        if root == "attributes":
            return self._known(handoff, rest)
        if root in SHOWN:
            return self._known(handoff, place)
        if root in {"consent", "happened"}:
            held = dict(getattr(handoff, root))
            changed: Handoff = evolve(handoff, **{root: {**held, rest: self.value}})
            return changed
        plain: Handoff = evolve(handoff, **{place: self.value})
        return plain

    def _known(self, handoff: Handoff, path: str) -> Handoff:
        field = canonical_path(path)
        kept = [one for one in handoff.attributes if canonical_path(one[0]) != field]
        since = [one for one in handoff.since if canonical_path(one[0]) != field]
        if self.since is not None:
            since.append((field, self.since))
        evolve: Any = attrs.evolve
        changed: Handoff = evolve(
            handoff, attributes=(*kept, (field, self.value)), since=tuple(since)
        )
        return changed

    def to_dict(self) -> dict[str, object]:
        """Return the change in JSON; its value is as the payload would have it."""
        return {
            "path": self.path,
            "value": self._in_json(self.value),
            "was": self._in_json(self.was),
            "since": self.since and self.since.isoformat(),
        }

    def _in_json(self, held: object) -> object:
        """Return a value as it stands in a payload."""
        place = self.path.removeprefix("$.")
        match held:
            case _ if place.partition(".")[0] in {"attributes", *SHOWN}:
                return to_json(held)  # type: ignore[arg-type] # it is of the lead
            case tuple():
                return [self._in_json(one) for one in held]
            case date():
                return held.isoformat()
            case Actor():
                return {"kind": held.kind.value}
            case _:
                return held

    def __str__(self) -> str:
        was = "" if self.was is None else f" instead of {show(self.was)}"
        place = self.path.removeprefix("$.")
        if self.since is not None and self.value == self.was:
            return f"{place}: {show(self.value)}, as known at {show(self.since)}"
        return f"{place}: {show(self.value)}{was}"


def field_values(
    path: str, questions: Iterable[Question], facts: Facts, instant: int
) -> Iterator[Value]:
    """Yield values that a field could have to answer some questions about it.

    Together they cover every way in which the questions can be told apart by a value
    at a bound; the value that is there comes first, and then what is nearest to it.
    """
    held = facts.values.get(path)
    if held is not None:
        yield held  # type: ignore[misc] # a payload has no scores that fade
    for one in questions:
        if isinstance(one.atom, Happened):
            yield to_moment(instant, zone(facts.zone))
        else:
            yield from _values(one.atom, held, instant, facts.zone)


def _values(atom: FieldAtom, held: object, instant: int, zone_: str) -> Iterator[Value]:
    match atom:
        case OneOf(_, values):
            yield from values[:8]
            yield from map(_other, values[:8])
        case Is(_, value):
            yield value
            yield _other(value)
        case Between(_, low, high):
            above = is_number(held) and is_number(high) and held > high  # type: ignore[operator]
            yield from (high, low) if above else (low, high)
            yield from (_next(low, -1), _next(high, 1))
        case AtLeast(_, bound):
            yield from (bound, _next(bound, -1))
        case AtMost(_, bound):
            yield from (bound, _next(bound, 1))
        case Matches(_, patterns):
            yield from (pattern.replace("*", "x") for pattern in patterns[:8])
            yield FOUND_OUT
        case Known():
            yield FOUND_OUT
        case Within(_, _, side):
            now = to_moment(instant, zone(zone_))
            yield now
            yield now + _DAY * (1 if side is Side.LAST else -1)
        case _ as never:
            assert_never(never)


def _other(value: Scalar) -> Scalar:
    """Return a value of the same kind that is another one."""
    match value:
        case bool():
            return not value
        case str():
            return f"not {value}"
        case int() | Decimal() | date():
            return _next(value, 1)
        case _ as never:
            assert_never(never)


def _next(bound: Ordered, step: int) -> Ordered:
    if isinstance(bound, datetime):
        return bound + step * timedelta(microseconds=1)
    return bound + step * _DAY if isinstance(bound, date) else bound + step


def event_values(
    questions: tuple[Question, ...], handoff: Handoff, facts: Facts, instant: int
) -> Iterator[tuple[When, ...]]:
    """Yield the times at which a behaviour could have happened to answer questions."""
    atoms = [one.atom for one in questions if isinstance(one.atom, Happened)]
    held = dict(handoff.happened).get(atoms[0].event, ())
    here = zone(facts.zone)
    for atom in atoms:
        span = counting_from(atom, facts)
        at = instant if span is None else min(span[1], instant)
        moment = to_moment(at, here)
        for times in sorted({1, atom.times, max(1, atom.times - len(held))}):
            if times <= _MOST_TIMES:
                yield (*held, *[moment] * times)
    yield ()
