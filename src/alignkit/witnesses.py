"""Witnesses: a lead that shows what is wrong with a criterion.

"These two rules overlap" convinces nobody; "a firm of 200 in retail falls to both"
does. A witness is searched for exactly, because a criterion changes its answer only at
the values that it names. The search holds whole boxes of cases, cuts a box in two only
where the answer still differs within it, and so needs no list of all cases.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import assert_never

import attrs

from alignkit.criteria import (
    AllOf,
    AnyOf,
    Atom,
    Criterion,
    Happened,
    Known,
    Matches,
    Meets,
    Not,
    SomeOf,
    Within,
    show,
)
from alignkit.facts import Facts
from alignkit.judgements import Judge
from alignkit.outcomes import Outcome
from alignkit.ranges import axes_of
from alignkit.values import Scalar

MOST_BOXES = 2048
"""A search that would look at more boxes than this is cut short, and says so."""

Witness = tuple[tuple[str, Scalar | None], ...]
"""What is known of the lead: a value for each field that matters.

None stands for a field that is not known. A question that is no comparison, such as
whether a demo was requested, stands there in words, with true or false.
"""

_ANY_INSTANT = 0


@attrs.frozen(kw_only=True)
class Search:
    """What came of a search for a witness.

    Attributes:
        witness: The witness; None if none was found.
        is_complete: Whether the search came to its end: if it did and found nothing,
            there is nothing to find.
    """

    witness: Witness | None
    is_complete: bool

    @property
    def is_vain(self) -> bool:
        """Whether there is certainly no witness."""
        return self.is_complete and self.witness is None


def told(witness: Witness) -> str:
    """Return a witness in words.

    Example:
        >>> told((("company.employees", 200), ("contact.email", None)))
        'company.employees = 200, contact.email is not known'
    """
    return ", ".join(
        f"{name} is not known" if value is None else f"{name} = {show(value)}"
        for name, value in witness
    )


_Box = tuple[int, ...]
"""For each axis, the points that are still possible, as the bits of a number."""

_FAIL, _UNKNOWN, _PASS = range(3)
_HOLDS = range(_PASS, _PASS + 1)
_FAILS = range(_FAIL, _PASS)


@attrs.frozen
class _Asked:
    """A question of one axis, and the points of it at which it passes and fails."""

    axis: int
    passes: int
    fails: int


@attrs.frozen
class _Least:
    """So many of some needs, at least."""

    count: int
    needs: tuple[_Need, ...]


@attrs.frozen
class _Opposite:
    need: _Need


_Need = _Asked | _Least | _Opposite


def _cut(wanted: Sequence[tuple[_Need, range]], box: _Box) -> list[_Box] | None:
    """Return the parts of a box in which a witness may be; None if all of it is one."""
    undecided: _Need | None = None
    for need, outcomes in wanted:
        low, high = _bounds(need, box)
        if high < outcomes[0] or low > outcomes[-1]:
            return []
        if undecided is None and (low < outcomes[0] or high > outcomes[-1]):
            undecided = need
    if undecided is None:
        return None
    asked = _doubt(undecided, box)
    possible = box[asked.axis]
    parts = (
        possible & asked.passes,
        possible & asked.fails,
        possible & ~asked.passes & ~asked.fails,
    )
    # The last one is looked at first: where it passes.
    return [
        (*box[: asked.axis], part, *box[asked.axis + 1 :])
        for part in reversed(parts)
        if part
    ]


def _bounds(need: _Need, box: _Box) -> tuple[int, int]:
    """Return the lowest and the highest outcome of a need in a box [H6]."""
    match need:
        case _Asked(axis, passes, fails):
            possible = box[axis]
            low = _FAIL if possible & fails else _UNKNOWN
            high = _PASS if possible & passes else _UNKNOWN
            if not possible & ~passes:
                low = _PASS
            if not possible & ~fails:
                high = _FAIL
            return low, high
        case _Least(count, needs):
            lows, highs = zip(*(_bounds(one, box) for one in needs), strict=True)
            return _kth(lows, count), _kth(highs, count)
        case _Opposite(inner):
            low, high = _bounds(inner, box)
            return _PASS - high, _PASS - low
        case _:
            assert_never(need)


def _kth(outcomes: tuple[int, ...], count: int) -> int:
    if count == len(outcomes):
        return min(outcomes)
    return max(outcomes) if count == 1 else sorted(outcomes)[-count]


def _doubt(need: _Need, box: _Box) -> _Asked:
    """Return the first question of an undecided need whose answer differs in a box."""
    match need:
        case _Asked():
            return need
        case _Least(_, needs):
            # What is decided already has no say in what is not.
            open_ = (one for one in needs if len(set(_bounds(one, box))) > 1)
            return _doubt(next(open_), box)
        case _Opposite(inner):
            return _doubt(inner, box)
        case _:
            assert_never(need)


@attrs.frozen(kw_only=True)
class Cases:
    """All cases that some criteria can tell apart, ready to be searched.

    Numbers, dates and choices are looked at exactly, and so is whether a field is
    known where that is asked; anything else (words, behaviours, dates within reach)
    may hold or not in any case. A field is taken to have one value, not a list.

    Attributes:
        names: What each axis stands for, a field or a question in words.
        points: The values to try on each axis; None where the field is not known.
        definitions: What the names stand for to which criteria refer.

    Example:
        >>> from alignkit.criteria import field
        >>> low, high = field("score").at_most(40), field("score").at_least(60)
        >>> cases = Cases.of([low, high])
        >>> cases.search(holds=[low & high]).is_vain
        True
        >>> cases.search(holds=[high]).witness
        (('score', 60),)
    """

    names: tuple[str, ...]
    points: tuple[tuple[Scalar | None, ...], ...]
    definitions: Mapping[str, Criterion]
    _kept: dict[tuple[Atom, str], _Asked] = attrs.field(factory=dict)

    @classmethod
    def of(
        cls,
        criteria: Sequence[Criterion],
        definitions: Mapping[str, Criterion] | None = None,
    ) -> Cases:
        """Return the cases that some criteria can tell apart.

        Args:
            criteria: All that will be searched with, or what it is made of.
            definitions: What the names stand for to which they refer; none of them
                may lead nowhere or in a circle.
        """
        known = definitions or {}
        atoms = [atom for one in criteria for atom in _atoms(one, known)]
        axes: dict[str, tuple[Scalar | None, ...]] = {
            str(atom): (True, False)
            for atom in atoms
            if isinstance(atom, Matches | Within | Happened)
        }
        axes.update(axes_of(atom for atom in atoms if not isinstance(atom, Known)))
        for name in dict.fromkeys(one.path for one in atoms if isinstance(one, Known)):
            axes[name] = (*axes.get(name, ("something",)), None)
        return cls(names=tuple(axes), points=tuple(axes.values()), definitions=known)

    @property
    def count(self) -> int:
        """How many cases there are."""
        return math.prod(map(len, self.points))

    def search(
        self, *, holds: Sequence[Criterion] = (), fails: Sequence[Criterion] = ()
    ) -> Search:
        """Search for a lead for which some criteria hold, and others do not.

        Args:
            holds: The criteria that must hold.
            fails: The criteria that must not: failed or unknown.
        """
        wanted = [(self._need(one), _HOLDS) for one in holds]
        wanted += [(self._need(one), _FAILS) for one in fails]
        waiting = [self._everything]
        for _ in range(MOST_BOXES):
            if not waiting:
                return Search(witness=None, is_complete=True)
            box = waiting.pop()
            cut = _cut(wanted, box)
            if cut is None:
                return Search(witness=self._case_in(box), is_complete=True)
            waiting += cut
        return Search(witness=None, is_complete=not waiting)

    @property
    def _everything(self) -> _Box:
        """The box of all cases."""
        return tuple((1 << len(points)) - 1 for points in self.points)

    def _need(self, criterion: Criterion) -> _Need:
        """Return what it takes for a criterion to hold."""
        match criterion:
            case AllOf(parts):
                return _Least(len(parts), tuple(map(self._need, parts)))
            case AnyOf(parts):
                return _Least(1, tuple(map(self._need, parts)))
            case SomeOf(count, parts):
                return _Least(count, tuple(map(self._need, parts)))
            case Not(part):
                return _Opposite(self._need(part))
            case Meets(name):
                return self._need(self.definitions[name])
            case _:
                # True equals 1, and asks for something else.
                key = (criterion, str(criterion))
                if key not in self._kept:
                    self._kept[key] = self._asked(criterion)
                return self._kept[key]

    def _asked(self, atom: Atom) -> _Asked:
        if isinstance(atom, Matches | Within | Happened):
            return _Asked(self.names.index(str(atom)), passes=0b01, fails=0b10)
        axis = self.names.index(atom.path)
        judge = Judge.of(atom)
        passes = fails = 0
        for bit, value in enumerate(self.points[axis]):
            values = {} if value is None else {atom.path: value}
            outcome = judge.outcome_at(Facts(values=values), _ANY_INSTANT)
            passes |= (outcome is Outcome.PASS) << bit
            fails |= (outcome is Outcome.FAIL) << bit
        return _Asked(axis, passes, fails)

    def _case_in(self, box: _Box) -> Witness:
        """Return the first case of a box, without the axes that do not matter."""
        return tuple(
            (name, points[(possible & -possible).bit_length() - 1])
            for name, points, possible, all_ in zip(
                self.names, self.points, box, self._everything, strict=True
            )
            if possible != all_
        )


def _atoms(
    criterion: Criterion, definitions: Mapping[str, Criterion]
) -> Iterator[Atom]:
    match criterion:
        case AllOf(parts) | AnyOf(parts) | SomeOf(_, parts):
            for part in parts:
                yield from _atoms(part, definitions)
        case Not(part):
            yield from _atoms(part, definitions)
        case Meets(name):
            yield from _atoms(definitions[name], definitions)
        case _:
            yield criterion
