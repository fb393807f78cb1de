"""Ranges: which values fall to which of several ordered criteria, and which to none.

Rules such as "up to 10 percent", "10 to 20 percent" look complete and are not: 10 falls
to both. A survey finds such places exactly. A criterion changes its answer only at the
values that it names, so it is enough to try each of them, one value in every range
between two neighbours, and one beyond either end; every other value answers like one of
these. Each place that is found comes with a witness, a case that shows it.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal, localcontext
from typing import assert_never

import attrs

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
    SomeOf,
    Within,
    is_day,
    is_number,
    walk,
)
from alignkit.facts import Facts
from alignkit.judgements import Judge
from alignkit.outcomes import Outcome
from alignkit.values import Scalar

MOST_CASES = 4096
"""A survey that would try more cases than this is cut short, and says so."""

_ANY_INSTANT = 0

Case = tuple[tuple[str, Scalar], ...]
"""A value for each field: what a witness is made of."""


@attrs.frozen(kw_only=True)
class Gap:
    """A range of a number between two that are covered, which falls to no criterion.

    Attributes:
        path: The field.
        low: A covered value before it, the last one that a criterion names.
        high: A covered value after it, the first one that a criterion names.
        witness: A case in it.
        has_whole: Whether a whole number, a date or a moment lies in it; between 50 and
            51 employees there is nobody to miss.
    """

    path: str
    low: Scalar
    high: Scalar
    witness: Case

    has_whole: bool


@attrs.frozen(kw_only=True)
class Overlap:
    """Cases that fall to two criteria, neither of which is an exception to the other.

    Attributes:
        first: The place of the criterion that comes first and wins.
        second: The place of the other.
        witness: A case that falls to both.
    """

    first: int
    second: int
    witness: Case


@attrs.frozen(kw_only=True)
class Coverage:
    """What falls to which of several ordered criteria.

    Attributes:
        gaps: Ranges that fall to none, between two that fall to some.
        overlaps: Pairs of criteria that share some cases.
        hidden: The places of criteria that never get a case, because those before them
            take all of theirs, or because they can hold for none.
        is_complete: Whether all cases were tried.
    """

    gaps: tuple[Gap, ...]
    overlaps: tuple[Overlap, ...]
    hidden: tuple[int, ...]
    is_complete: bool


def survey(
    criteria: Sequence[Criterion],
    definitions: Mapping[str, Criterion] | None = None,
) -> Coverage:
    """Return where ordered criteria, of which the first that holds wins, go wrong.

    A criterion whose every case also falls to a later one is an exception to it, as is
    usual where the first match wins; that is no overlap. Numbers and choices are looked
    at exactly; anything else that a criterion asks (words, dates, behaviours) may hold
    or not in any case.

    Example:
        >>> from alignkit.criteria import field
        >>> discount = field("deal.discount")
        >>> found = survey(
        ...     [
        ...         discount.between(0, 10),
        ...         discount.between(10, 20),
        ...         discount.between(30, 40),
        ...     ]
        ... )
        >>> found.overlaps[0].witness
        (('deal.discount', 10),)
        >>> (found.gaps[0].low, found.gaps[0].high, found.gaps[0].witness)
        (20, 30, (('deal.discount', 21),))
    """
    plain = _Plain(dict(definitions or {}))
    judges = [Judge.of(plain.criterion(one)) for one in criteria]
    axes = axes_of(judge.criterion for judge in judges)
    tried = itertools.islice(itertools.product(*axes.values()), MOST_CASES)
    falls = {case: _holding(judges, axes, case) for case in tried}
    is_complete = math.prod(map(len, axes.values())) <= MOST_CASES
    names = [plain.asked.get(path, path) for path in axes]

    def witness(case: _Case) -> Case:
        pairs = zip(names, case, strict=True)
        return tuple((name, value) for name, value in pairs if name != _KNOWN)

    return Coverage(
        gaps=tuple(_gaps(axes, falls, witness)),
        overlaps=tuple(_overlaps(len(judges), falls, witness)),
        hidden=tuple(_hidden(len(judges), falls)) if is_complete else (),
        is_complete=is_complete,
    )


_KNOWN = "(known)"
_Case = tuple[Scalar, ...]
_Falls = Mapping[_Case, frozenset[int]]


class _Plain:
    """Criteria rewritten so that they only ask for numbers, dates and choices.

    Any other question becomes a choice of its own between true and false. Every field
    has a value here, so that to be known holds.
    """

    def __init__(self, definitions: Mapping[str, Criterion]) -> None:
        self.asked: dict[str, str] = {}
        self._definitions = definitions
        self._open: list[str] = []

    def criterion(self, criterion: Criterion) -> Criterion:
        match criterion:
            case AllOf():
                return AllOf(tuple(map(self.criterion, criterion.parts)))
            case AnyOf():
                return AnyOf(tuple(map(self.criterion, criterion.parts)))
            case SomeOf():
                parts = tuple(map(self.criterion, criterion.parts))
                return SomeOf(criterion.count, parts)
            case Not():
                return Not(self.criterion(criterion.part))
            case Meets():
                return self._meets(criterion)
            case Is() | OneOf() | Between() | AtLeast() | AtMost():
                return criterion
            case Known():
                return Is(_KNOWN, value=True)
            case Matches() | Within() | Happened():
                return self._question(criterion)
            case _:
                assert_never(criterion)

    def _meets(self, criterion: Meets) -> Criterion:
        name = criterion.definition
        # What leads nowhere or in a circle is found elsewhere; here it may hold or not.
        if name not in self._definitions or name in self._open:
            return self._question(criterion)
        self._open.append(name)
        resolved = self.criterion(self._definitions[name])
        self._open.pop()
        return resolved

    def _question(self, criterion: Criterion) -> Is:
        said = str(criterion)
        path = next(
            (path for path, name in self.asked.items() if name == said),
            f"(question {len(self.asked)})",
        )
        self.asked[path] = said
        return Is(path, value=True)


def axes_of(criteria: Iterable[Criterion]) -> Mapping[str, _Case]:
    """Return for each field the values that have to be tried.

    Every other value answers all of the criteria like one of these.

    Example:
        >>> from alignkit.criteria import field
        >>> axes_of([field("score").at_least(60)])
        {'score': (59, 60, 61)}
    """
    named: dict[str, list[Scalar]] = {}
    for atom in itertools.chain.from_iterable(map(walk, criteria)):
        match atom:
            case Is():
                named.setdefault(atom.path, []).append(atom.value)
            case OneOf():
                named.setdefault(atom.path, []).extend(atom.values)
            case Between():
                named.setdefault(atom.path, []).extend((atom.low, atom.high))
            case AtLeast() | AtMost():
                named.setdefault(atom.path, []).append(atom.bound)
            case _:
                pass
    axes = {path: _points(values) for path, values in named.items()}
    return {**axes, _KNOWN: (True,)} if _KNOWN in axes else axes


def _points(values: Sequence[Scalar]) -> _Case:
    texts = tuple(dict.fromkeys(v for v in values if isinstance(v, str)))
    choices = (*texts, f"none of {', '.join(texts)}") if texts else ()
    truths = (True, False) if any(isinstance(v, bool) for v in values) else ()
    return (*itertools.chain.from_iterable(_lines(values)), *choices, *truths)


def _lines(values: Sequence[Scalar]) -> Iterator[tuple[Ordered, ...]]:
    """Yield the numbers, the days and the moments to try, each in their order."""
    for belongs in _KINDS:
        bounds: list[Ordered] = sorted(set(filter(belongs, values)))  # type: ignore[arg-type]
        if bounds:
            between = [_between(*pair) for pair in itertools.pairwise(bounds)]
            inner = (p for pair in zip(bounds, between, strict=False) for p in pair)
            ends = (_beyond(bounds[0], -1), *inner, bounds[-1], _beyond(bounds[-1], 1))
            yield tuple(dict.fromkeys(ends))


def _is_moment(value: object) -> bool:
    return isinstance(value, datetime)


_KINDS = (is_number, is_day, _is_moment)


def _between(low: Ordered, high: Ordered) -> Ordered:
    """Return a value between two, and a whole one if there is any."""
    if isinstance(low, date):
        return low + (high - low) / 2  # type: ignore[operator]
    with localcontext(prec=300):
        whole = math.floor(low) + 1
        return whole if whole < high else (Decimal(low) + Decimal(high)) / 2  # type: ignore[operator, arg-type]


def _beyond(bound: Ordered, way: int) -> Ordered:
    """Return a value before or after all others; the last one there is, if need be."""
    if not isinstance(bound, date):
        with localcontext(prec=300):
            return bound + way
    try:
        return bound + timedelta(days=way)
    except OverflowError:
        return bound


def _holding(
    judges: Sequence[Judge], axes: Mapping[str, _Case], case: _Case
) -> frozenset[int]:
    facts = Facts(values=dict(zip(axes, case, strict=True)))
    outcomes = (judge.outcome_at(facts, _ANY_INSTANT) for judge in judges)
    return frozenset(at for at, one in enumerate(outcomes) if one is Outcome.PASS)


def _gaps(
    axes: Mapping[str, _Case], falls: _Falls, witness: Callable[[_Case], Case]
) -> Iterator[Gap]:
    seen: set[tuple[str, Scalar, Scalar]] = set()
    for axis, (path, points) in enumerate(axes.items()):
        others = dict.fromkeys((*case[:axis], *case[axis + 1 :]) for case in falls)
        for belongs, rest in itertools.product(_KINDS, others):
            line = tuple(filter(belongs, points))
            cases = [(*rest[:axis], point, *rest[axis:]) for point in line]
            for start, end in _runs([falls.get(case) for case in cases]):
                low, high = line[start - 1], line[end]
                if (path, low, high) in seen:
                    continue
                seen.add((path, low, high))
                whole = [at for at in range(start, end) if _is_whole(line[at])]
                yield Gap(
                    path=path,
                    low=low,
                    high=high,
                    witness=witness(cases[whole[0] if whole else start]),
                    has_whole=bool(whole),
                )


def _runs(covered: Sequence[frozenset[int] | None]) -> Iterator[tuple[int, int]]:
    """Yield the start and end of each run without cover between two with cover."""
    start = None
    for at, by in enumerate(covered):
        if by:
            if start is not None and start < at:
                yield start, at
            start = at + 1
        elif by is None:
            start = None


def _is_whole(value: Scalar) -> bool:
    return not isinstance(value, Decimal) or value == math.floor(value)


def _overlaps(
    count: int, falls: _Falls, witness: Callable[[_Case], Case]
) -> Iterator[Overlap]:
    cases = tuple(falls)
    # A criterion's cases as the bits of a number: a hundred criteria make thousands of
    # pairs, and a pair is compared in one step.
    held = [0] * count
    for bit, by in enumerate(falls.values()):
        for at in by:
            held[at] |= 1 << bit
    for first, second in itertools.combinations(range(count), 2):
        shared = held[first] & held[second]
        if shared not in {0, held[first], held[second]}:
            earliest = (shared & -shared).bit_length() - 1
            yield Overlap(first=first, second=second, witness=witness(cases[earliest]))


def _hidden(count: int, falls: _Falls) -> Iterator[int]:
    winners = {min(by) for by in falls.values() if by}
    return (at for at in range(count) if at not in winners)
