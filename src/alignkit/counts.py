"""Counts: what is counted, and what is not known about it.

Whether a lead counts may not be known, or how much it is worth, or whether it was good.
Then both ways are tried [K9]: a total has a least and a most, and where the same status
follows from both, that status stands. Subjects are independent of each other, so the
extremes of the whole are the sums of the extremes of each.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from fractions import Fraction

import attrs

from alignkit.events import Subject
from alignkit.outcomes import Outcome

NOTHING = Fraction()
ONE = Fraction(1)

CHANCES = {
    Outcome.PASS: (ONE, ONE),
    Outcome.UNKNOWN: (NOTHING, ONE),
    Outcome.FAIL: (NOTHING, NOTHING),
}
"""The least and the most that one adds to the good ones of a share."""


@attrs.frozen(kw_only=True)
class Count:
    """One thing that is counted, as far as that is known.

    Attributes:
        subject: What it is about.
        event: The id of the fact that is counted.
        at: When that happened.
        placed: The instant by which it belongs to a period.
        least: The least that it may add; in a share, 1 if it is surely good.
        most: The most that it may add; in a share, 0 if it is surely not good.
        is_sure: Whether it is known that it counts at all.
    """

    subject: Subject
    event: str
    at: int
    placed: int
    least: Fraction = ONE
    most: Fraction = ONE
    is_sure: bool = True

    @property
    def is_decided(self) -> bool:
        """True if all about it is known."""
        return self.is_sure and self.least == self.most


Way = tuple[Count, ...]
"""The counts of one subject, if some contradiction is decided one way."""


@attrs.frozen
class Total:
    """The least and the most that something may come to.

    Attributes:
        low: The least.
        high: The most.
        fewest: How many there are for sure.
    """

    low: Fraction = NOTHING
    high: Fraction = NOTHING
    fewest: int = 0

    def __add__(self, other: Total) -> Total:
        return Total(
            self.low + other.low, self.high + other.high, self.fewest + other.fewest
        )

    def __sub__(self, other: Total) -> Total:
        return Total(
            self.low - other.low, self.high - other.high, self.fewest - other.fewest
        )


Weigh = Callable[[Count], Total]
"""What a count adds to the total by which a promise is decided."""


def amount(count: Count) -> Total:
    """Return what a count adds to a tally: what it is worth, or perhaps nothing."""
    if count.is_sure:
        return Total(count.least, count.most, 1)
    return Total(min(count.least, NOTHING), max(count.most, NOTHING))


def margin_over(share: Fraction) -> Weigh:
    """Return what a count adds to the margin by which a share is reached.

    A share is reached where the good ones are no fewer than that share of all: where
    the sum over all of (1 if good, else 0, less the share) is not below nothing. In
    this form what every single one may change can be added up.

    Example:
        >>> weigh = margin_over(Fraction(4, 5))
        >>> lead = Count(subject=Subject(id="L1"), event="e1", at=0, placed=0)
        >>> weigh(lead).low, weigh(attrs.evolve(lead, least=Fraction())).low
        (Fraction(1, 5), Fraction(-4, 5))
    """

    def weigh(count: Count) -> Total:
        low, high = count.least - share, count.most - share
        if count.is_sure:
            return Total(low, high, 1)
        return Total(min(low, NOTHING), max(high, NOTHING))

    return weigh


def bounds(ways: Sequence[Iterable[Count]], weigh: Weigh) -> Total:
    """Return the least and the most that a subject may add, whatever way holds."""
    totals = [sum(map(weigh, way), Total()) for way in ways]
    return Total(
        min(one.low for one in totals),
        max(one.high for one in totals),
        min(one.fewest for one in totals),
    )


@attrs.frozen
class View:
    """What was known about a subject from some moment on.

    Attributes:
        since: Since when; minus infinity for all along.
        ways: Its counts, by each form of a contradiction.
    """

    since: float
    ways: tuple[Way, ...]


Views = tuple[View, ...]
"""What was known about a subject, one view after the other; the last is of now."""


def totals(subjects: Iterable[Views], weigh: Weigh) -> Iterator[tuple[float, Total]]:
    """Yield the total after each instant at which it changed or may have changed.

    That is when something counted happened, and when something was learned afterwards.
    """
    changes = [change for views in subjects for change in _changes(views, weigh)]
    changes.sort(key=lambda change: change[0])
    total = Total()
    for place, (at, change) in enumerate(changes):
        total += change
        if place + 1 == len(changes) or changes[place + 1][0] > at:
            yield at, total


def _changes(views: Views, weigh: Weigh) -> Iterator[tuple[float, Total]]:
    """Yield by how much a subject changes the total, and when."""
    before = Total()
    ends = [*(view.since for view in views[1:]), math.inf]
    for view, end in zip(views, ends, strict=True):
        happened = {float(count.at) for way in view.ways for count in way}
        moments = {view.since, *(max(view.since, one) for one in happened)}
        for moment in sorted(one for one in moments if -math.inf < one < end):
            ways = [[count for count in way if count.at <= moment] for way in view.ways]
            after = bounds(ways, weigh)
            yield moment, after - before
            before = after
