"""Surges: what holds on a day on which more came than was planned for.

A term may say how many a day are planned for, and which target holds from the one that
is too many. Those that are not excluded are put in the order in which they started,
within the local day of the term's calendar [K10]. That takes all subjects: where only
one of them is known, both targets are tried [E5].
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import date
from fractions import Fraction
from operator import attrgetter
from typing import Self, cast

import attrs

from alignkit.clocks import CompiledTerm
from alignkit.events import Subject
from alignkit.instants import to_instant
from alignkit.promises import Deadline, Duration
from alignkit.revisions import Key
from alignkit.runs import Run
from alignkit.standings import Status, standing
from alignkit.terms import Capacity, Term
from alignkit.verdicts import Basis, Verdict, undecided

Beyond = Callable[[Key], bool]
"""Says whether a promise to a subject is one too many."""


@attrs.frozen(kw_only=True)
class Arrival:
    """One promise of a term with a capacity, as it takes its place in a day.

    Attributes:
        term: The id of the term.
        day: The local date on which it started.
        started: When it started.
        subject: What it is about.
        cycle: Its cycle.
        most: How many a day may come before there is a surge.
        is_sure: Whether it is known that it is owed.
    """

    term: str
    day: date
    started: int
    subject: Subject
    cycle: int
    most: Fraction | float
    is_sure: bool


def takes_place(verdict: Verdict) -> bool | None:
    """Say whether a promise takes a place in its day: what is excluded does not [K10].

    None if that is not known. A promise of which only the target or the calendar is not
    known is owed all the same.

    Args:
        verdict: The verdict on a promise with a clock.
    """
    if verdict.status is Status.EXCLUDED:
        return False
    if verdict.status is not Status.UNKNOWN:
        return True
    basis = cast("Basis", verdict.basis)
    run, compiled = cast("Run", basis.run), cast("CompiledTerm", basis.compiled)
    is_vague = run.doubts or run.unanchored is not None
    alone = standing(run, compiled, to_instant(basis.as_of, "as_of"))
    return True if not is_vague and alone.reason == verdict.reason else None


@attrs.frozen
class Surge:
    """Which promises were one too many on their day.

    Attributes:
        sure: Those of which that is known.
        possible: Those that may be, the former among them; None for all, where nothing
            is known of other subjects.
    """

    sure: frozenset[tuple[Subject, Key]] = frozenset()
    possible: frozenset[tuple[Subject, Key]] | None = None

    @classmethod
    def of(cls, arrivals: Iterable[Arrival]) -> Self:
        """Return what follows from all arrivals, in whatever order they are told.

        A subject that comes several times on a day takes one place, its first.

        Example:
            >>> noon, day = 43_200_000_000, date(1970, 1, 1)
            >>> came = [
            ...     Arrival(
            ...         term="reply",
            ...         day=day,
            ...         started=noon + nth,
            ...         subject=Subject(id=f"L{nth}"),
            ...         cycle=1,
            ...         most=Fraction(2),
            ...         is_sure=True,
            ...     )
            ...     for nth in (3, 1, 2)
            ... ]
            >>> [(subject.id, key) for subject, key in Surge.of(came).sure]
            [('L3', ('reply', 1))]
        """
        sure: set[tuple[Subject, Key]] = set()
        possible: set[tuple[Subject, Key]] = set()
        of_day = attrgetter("term", "day")
        for _, group in itertools.groupby(sorted(arrivals, key=_order), key=of_day):
            for one, least, most in _placed(group):
                place = (one.subject, (one.term, one.cycle))
                if least > one.most:
                    sure.add(place)
                if most > one.most:
                    possible.add(place)
        return cls(frozenset(sure), frozenset(possible))

    def ways(self, subject: Subject) -> tuple[Beyond, ...]:
        """Return what may be too many of a subject: one way, or the least and the most.

        Args:
            subject: The subject.
        """

        def surely(key: Key) -> bool:
            return (subject, key) in self.sure

        possible = self.possible
        if possible is None:
            return surely, lambda _: True
        doubtful: Collection[tuple[Subject, Key]] = possible - self.sure
        if not any(one == subject for one, _ in doubtful):
            return (surely,)
        return surely, lambda key: (subject, key) in possible


NOT_TOLD = Surge()
"""Nothing is known of other subjects."""


def _order(arrival: Arrival) -> tuple[str, date, int, str, str, int]:
    subject = arrival.subject
    return (
        *(arrival.term, arrival.day, arrival.started),
        *(subject.kind, subject.id, arrival.cycle),
    )


def _placed(day: Iterable[Arrival]) -> Iterator[tuple[Arrival, int, int]]:
    """Yield the arrivals of a day, each with the least and the most that its place is.

    What may be excluded takes a place, or none.
    """
    sure: set[Subject] = set()
    places: dict[Subject, tuple[int, int]] = {}
    for one in day:
        if one.subject not in places:
            places[one.subject] = (len(sure) + 1, len(places) + 1)
        if one.is_sure:
            sure.add(one.subject)
        yield one, *places[one.subject]


def most_of(capacity: Capacity | None) -> Fraction | float:
    """Return how many a day may come before there is a surge."""
    return math.inf if capacity is None else capacity.per_day * capacity.factor


def relaxed(terms: Mapping[str, Term], surging: Collection[str]) -> dict[str, Term]:
    """Return the terms of an edition that are of a capacity, as they are in a surge.

    Args:
        terms: The terms of the edition, by id.
        surging: The ids of the terms that have a capacity in any edition.
    """
    return {id_: _relaxed(term) for id_, term in terms.items() if id_ in surging}


def _relaxed(term: Term) -> Term:
    capacity, promise = term.capacity, term.promise
    if capacity is None:
        return term
    if isinstance(promise, Duration):
        stay = attrs.evolve(promise, at_most=capacity.relaxed, targets=())
        return attrs.evolve(term, promise=stay)
    # Of what has no clock, a capacity is not judged.
    deadline = cast("Deadline", promise)
    within = attrs.evolve(deadline, within=capacity.relaxed, targets=())
    return attrs.evolve(term, promise=within)


def has_capacity(verdict: Verdict) -> bool:
    """Say whether the term of a verdict has a capacity."""
    return verdict.basis is not None and verdict.basis.term.capacity is not None


def told_beyond(verdict: Verdict) -> Verdict:
    """Return a verdict by the relaxed target, with the reason for that."""
    if verdict.reason is not None:
        return verdict
    return attrs.evolve(
        verdict, reason=f"it came beyond a capacity of {_most(verdict)}"
    )


def not_told(verdict: Verdict) -> Verdict:
    """Return a verdict that depends on how many came that day, and says so [E5]."""
    if not has_capacity(verdict):
        reason = "it depends on a promise of which it is not known if it is in a surge"
        return undecided(verdict, reason)
    reason = f"it depends on whether it came beyond a capacity of {_most(verdict)}"
    return undecided(verdict, reason)


def _most(verdict: Verdict) -> str:
    """Return how many were planned for, in words."""
    capacity = cast("Basis", verdict.basis).term.capacity
    return f"{math.floor(most_of(capacity)):,} a day"
