"""Criterion shapes: how a criterion stands in a document, by what it asks.

A criterion is a table, and one of its keys gives away which it is: ``all``, ``one_of``,
``at_least``. The others say of which field it asks, and how many must hold.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping

import attrs
from cattrs import Converter

from alignkit.criteria import (
    AllOf,
    AnyOf,
    AtLeast,
    AtMost,
    Between,
    Criterion,
    Happened,
    Is,
    Known,
    Matches,
    Meets,
    Not,
    OneOf,
    Ordered,
    Reach,
    Side,
    SomeOf,
    Within,
)
from alignkit.errors import UnfitValueError
from alignkit.shapes import (
    Held,
    Kind,
    MisfitError,
    Schema,
    SchemaOf,
    Shape,
    refuse,
    unknown_key,
)
from alignkit.tables import Key, Table
from alignkit.trees import Fault, Tree


def _key(name: str, field: str, kind: Kind, default: object = attrs.NOTHING) -> Key:
    return Key(name=name, field=field, argument=field, type=kind, default=default)


def _make_between(path: str, bounds: tuple[Ordered, ...]) -> Between:
    if len(bounds) != 2:  # noqa: PLR2004
        expected = "the lower and the upper bound"
        raise UnfitValueError("criterion", "bounds", expected, f"{len(bounds)} bounds")
    return Between(path, *bounds)


def _make_known(path: str, known: bool) -> Known:  # noqa: FBT001  a key of a table
    if not known:
        expected = "true; what is not known is unknown, and no criterion asks for that"
        raise UnfitValueError("criterion", "known", expected, "false")
    return Known(path)


_FIELD = _key("field", "path", str)

CRITERIA: Mapping[str, Table] = {
    "all": Table.of(AllOf, renamed={"parts": "all"}),
    "any": Table.of(AnyOf, renamed={"parts": "any"}),
    "of": Table.of(SomeOf, renamed={"count": "at_least", "parts": "of"}),
    "not": Table.of(Not, renamed={"part": "not"}),
    "definition": Table.of(Meets),
    "happened": Table.of(Happened, renamed={"event": "happened"}),
    "one_of": Table.of(OneOf, renamed={"path": "field", "values": "one_of"}),
    "is": Table.of(Is, renamed={"path": "field", "value": "is"}),
    "between": Table(
        kind=Between,
        keys=(_FIELD, _key("between", "bounds", tuple[Ordered, ...])),
        make=_make_between,
        take=lambda held: {"path": held.path, "bounds": (held.low, held.high)},
    ),
    "at_least": Table.of(AtLeast, renamed={"path": "field", "bound": "at_least"}),
    "at_most": Table.of(AtMost, renamed={"path": "field", "bound": "at_most"}),
    "matches": Table.of(Matches, renamed={"path": "field", "patterns": "matches"}),
    "known": Table(
        kind=Known,
        keys=(_FIELD, _key("known", "known", bool)),
        make=_make_known,
        take=lambda held: {"path": held.path, "known": True},
    ),
    "within_next": Table(
        kind=Within,
        keys=(_FIELD, _key("within_next", "reach", Reach)),
        make=functools.partial(Within, side=Side.NEXT),
    ),
    "within_last": Table(
        kind=Within,
        keys=(_FIELD, _key("within_last", "reach", Reach)),
        make=functools.partial(Within, side=Side.LAST),
    ),
}
"""Each criterion by the key that gives it away; "of" stands before "at_least"."""


def criterion_shape(_: Kind, converter: Converter) -> Shape:
    """Return the shape of a criterion: a table with a key for what it asks."""

    def read(raw: Tree) -> Held:
        if not isinstance(raw, dict):
            help_ = 'write { field = "score", at_least = 60 }'
            refuse("a criterion, which is a table", raw, help=help_)
        asked = [key for key in CRITERIA if key in raw]
        if "of" in asked and "at_least" in asked:
            asked.remove("at_least")
        if not asked:
            raise MisfitError(_asks_nothing(raw))
        if len(asked) > 1:
            raise MisfitError(_asks_too_much(asked))
        return CRITERIA[asked[0]].read(raw, converter)

    def write(criterion: Held) -> Tree:
        return CRITERIA[_telltale(criterion)].write(criterion, converter)

    def describe(of: SchemaOf) -> Schema:
        return {"oneOf": [table.describe(of) for table in CRITERIA.values()]}

    return Shape(read=read, write=write, describe=describe)


def _telltale(criterion: Criterion) -> str:
    if isinstance(criterion, Within):
        return f"within_{criterion.side.value}"
    kinds = ((table.kind, key) for key, table in CRITERIA.items())
    return next(key for kind, key in kinds if isinstance(criterion, kind))


def _asks_nothing(raw: Mapping[str, Tree]) -> list[Fault]:
    odd = [key for key in raw if key != "field"]
    if odd:
        return [unknown_key((key,), CRITERIA) for key in odd]
    return [
        Fault(
            code="AK-S003",
            path=(),
            message="the criterion asks nothing",
            expected="one of " + ", ".join(CRITERIA),
            help="say what must hold, such as at_least = 60",
        )
    ]


def _asks_too_much(asked: list[str]) -> list[Fault]:
    both = " and ".join(repr(key) for key in asked)
    return [
        Fault(
            code="AK-S005",
            path=(asked[-1],),
            message=f"a criterion asks one thing, and this asks {both}",
            expected="one thing",
            seen=both,
            help="put a table for each into all = [...] or any = [...]",
        )
    ]
