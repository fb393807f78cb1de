"""Scores: how well a lead fits, and how keen it is.

A score is points, each given on a day. Points for behaviour fade, because a demo that
was asked for last year says little about today, so a score has a value on every day
rather than one value. Fit and intent are two scores and stay two: a student who reads
everything is keen and no buyer. A matrix puts the two together in a grade, ``"A1"``.

Days are local dates. Between two days a score has faded by the number of dates between
them [T14], so its value changes at midnight and at no other time.
"""

from __future__ import annotations

import decimal
import functools
import itertools
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import assert_never

import attrs
from attrs.validators import optional

from alignkit._fields import is_a, is_name, several
from alignkit.errors import UnfitValueError

MOST_POINTS = 10**15

HORIZON = timedelta(days=36_525)
"""How far ahead the fading of a score is looked into: 100 years."""

_IsOver = Callable[[Fraction, Fraction], bool]

_DIGITS = decimal.Context(prec=28)
_MORE_DIGITS = decimal.Context(prec=40)


@attrs.frozen
class HalfLife:
    """Points halve in so many days: after n days, 2 to the power of -n/days is left.

    This is the half-life of physics, asked on whole days. At every whole half-life what
    is left is exact; between two, where it is a number without end, it is by definition
    taken to 28 significant digits.

    Attributes:
        days: How many days it takes, a whole number.

    Example:
        >>> HalfLife(30).left(60), float(HalfLife(30).left(15))
        (Fraction(1, 4), 0.7071067811865476)
    """

    days: int = attrs.field()

    @days.validator
    def _are_days(self, _: object, days: int) -> None:
        if type(days) is not int or not 1 <= days <= HORIZON.days:
            expected = f"a whole number of days from 1 to {HORIZON.days}"
            raise UnfitValueError("half-life", "days", expected, repr(days)[:80])

    def left(self, days: int) -> Fraction:
        """Return the share of points that is left after so many days."""
        halvings, rest = divmod(days, self.days)
        left: Fraction = _part_of_a_halving(rest, self.days) / 2**halvings
        return left


@functools.lru_cache(maxsize=4096)
def _part_of_a_halving(rest: int, days: int) -> Fraction:
    exponent = _MORE_DIGITS.divide(Decimal(-rest), Decimal(days))
    return Fraction(_DIGITS.plus(_MORE_DIGITS.power(Decimal(2), exponent)))


@attrs.frozen
class PerDay:
    """Points lose so many a day, each on its own, until none are left.

    Attributes:
        points: How many points each award loses a day.
    """

    points: int | Decimal = attrs.field()

    @points.validator
    def _fade(self, _: object, points: int | Decimal) -> None:
        if not _is_amount(points) or points <= 0:
            expected = "a number over 0"
            raise UnfitValueError("decay", "points", expected, repr(points)[:80])


Decay = HalfLife | PerDay
"""How points fade."""


def _is_amount(value: object) -> bool:
    if type(value) is int:
        return -MOST_POINTS <= value <= MOST_POINTS
    return (
        type(value) is Decimal
        and value.is_finite()
        and (not value or -15 <= value.adjusted() <= 15)  # noqa: PLR2004
        and abs(value) <= MOST_POINTS
    )


@attrs.frozen
class Points:
    """Points that were given on a day, for a reason.

    Attributes:
        points: How many; fewer than none for what speaks against a lead.
        on: The local date on which they were given.
        reason: What they were given for.
    """

    points: int | Decimal = attrs.field()
    on: date = attrs.field()
    reason: str | None = None

    @points.validator
    def _are_points(self, _: object, points: int | Decimal) -> None:
        if not _is_amount(points):
            expected = f"a number between -{MOST_POINTS} and {MOST_POINTS}"
            raise UnfitValueError("points", "points", expected, repr(points)[:80])

    @on.validator
    def _is_a_day(self, _: object, on: date) -> None:
        if type(on) is not date:
            raise UnfitValueError("points", "on", "a date without a time", repr(on))


@attrs.frozen
class Score:
    """Points given over time, and how they fade.

    Attributes:
        given: The points, each with its day.
        decay: How they fade; None if they do not.

    Example:
        >>> score = Score(
        ...     [Points(40, date(2026, 3, 1)), Points(20, date(2026, 3, 31))],
        ...     decay=HalfLife(30),
        ... )
        >>> score.on(date(2026, 3, 31)), score.on(date(2026, 4, 30))
        (Fraction(40, 1), Fraction(20, 1))
    """

    given: tuple[Points, ...] = several(Points)
    decay: Decay | None = attrs.field(
        default=None, validator=optional(is_a(HalfLife | PerDay))
    )

    def on(self, day: date) -> Fraction:
        """Return the score on a day, exactly; points of later days do not count yet."""
        return sum(
            (
                self._left(Fraction(given.points), (day - given.on).days)
                for given in self.given
                if given.on <= day
            ),
            start=Fraction(0),
        )

    def plus(self, points: int | Decimal, on: date, reason: str | None = None) -> Score:
        """Return this score with further points."""
        return Score((*self.given, Points(points, on, reason)), self.decay)

    def contributions(self, day: date) -> tuple[tuple[Points, Fraction], ...]:
        """Return what each award still counts for on a day, in the order given."""
        return tuple((one, Score((one,), self.decay).on(day)) for one in self.given)

    def turns(self, low: Fraction, high: Fraction, after: date) -> Iterator[date]:
        """Yield the days on which the score comes to lie in or out of a range.

        They are the days later than `after`, in no order, on which the score crosses a
        bound by itself, as far as 100 years ahead.

        Args:
            low: The least value in the range.
            high: The greatest value in the range.
            after: The day from which to look ahead.
        """
        end = after + min(HORIZON, date.max - after)
        kinks = {day for day in self._kinks() if after < day < end}
        stretch = after
        for until in (*sorted(kinks), end):
            # On a stretch without a kink the score only falls, or only rises.
            last = until - timedelta(days=1) if until in kinks else until
            for bound, is_over in ((low, Fraction.__ge__), (high, Fraction.__gt__)):
                yield from self._crossing(stretch, last, bound, is_over)
            if until in kinks:
                yield until
            stretch = until

    def _left(self, points: Fraction, days: int) -> Fraction:
        match self.decay:
            case None:
                return points
            case HalfLife() as half_life:
                return points * half_life.left(days)
            case PerDay(lost):
                left = max(abs(points) - days * Fraction(lost), Fraction(0))
                return left if points > 0 else -left
            case _ as never:
                assert_never(never)

    def _kinks(self) -> Iterator[date]:
        """Yield the days on which points arrive or run out."""
        for given in self.given:
            yield given.on
            if isinstance(self.decay, PerDay):
                lost = Fraction(self.decay.points)
                days = -(-abs(Fraction(given.points)) // lost)
                if days <= (date.max - given.on).days:
                    yield given.on + timedelta(days=int(days))

    def _crossing(
        self, first: date, last: date, bound: Fraction, is_over: _IsOver
    ) -> Iterator[date]:
        before = is_over(self.on(first), bound)
        if before is is_over(self.on(last), bound):
            return
        still, turned = 0, (last - first).days
        while turned - still > 1:
            middle = (still + turned) // 2
            value = self.on(first + timedelta(days=middle))
            if is_over(value, bound) is before:
                still = middle
            else:
                turned = middle
        yield first + timedelta(days=turned)


@attrs.frozen
class Band:
    """A step of a scale: its name, and the least score that is on it.

    Attributes:
        name: What the step is called: ``"A"`` for fit, ``"1"`` for intent.
        at_least: The least score that is on it.
    """

    name: str = attrs.field(validator=is_name)
    at_least: int | Decimal = attrs.field()

    @at_least.validator
    def _is_a_bound(self, _: object, bound: int | Decimal) -> None:
        if not _is_amount(bound):
            raise UnfitValueError("band", "at_least", "a number", repr(bound)[:80])


@attrs.frozen(kw_only=True)
class GradeMatrix:
    """How fit and intent, kept apart, make one grade.

    Attributes:
        fit: The bands of the score for fit, from the highest to the lowest.
        intent: The bands of the score for intent, from the highest to the lowest.

    Example:
        >>> matrix = GradeMatrix(
        ...     fit=[Band("A", 75), Band("B", 40), Band("C", 0)],
        ...     intent=[Band("1", 60), Band("2", 0)],
        ... )
        >>> matrix.grade(fit=80, intent=20), matrix.grade(fit=80, intent=None)
        ('A2', None)
    """

    fit: tuple[Band, ...] = several(Band, at_least=1)
    intent: tuple[Band, ...] = several(Band, at_least=1)

    def __attrs_post_init__(self) -> None:
        for name in ("fit", "intent"):
            bands: tuple[Band, ...] = getattr(self, name)
            bounds = [band.at_least for band in bands]
            if any(low >= high for high, low in itertools.pairwise(bounds)):
                expected = "bands from the highest to the lowest, none twice"
            elif len({band.name for band in bands}) < len(bands):
                expected = "a name of its own for each band"
            else:
                continue
            seen = ", ".join(f"{band.name} {band.at_least}" for band in bands)[:80]
            raise UnfitValueError("grade matrix", name, expected, seen)

    def grade(
        self,
        *,
        fit: int | Decimal | Fraction | None,
        intent: int | Decimal | Fraction | None,
    ) -> str | None:
        """Return the grade of two scores, such as ``"B1"``.

        A lead without one of the scores has no grade, rather than a poor one. Neither
        has a lead with a score below every band.
        """
        column = _band(self.fit, fit)
        row = _band(self.intent, intent)
        return None if column is None or row is None else f"{column.name}{row.name}"

    @property
    def grades(self) -> tuple[str, ...]:
        """Every grade there is, the best fit first and within it the keenest."""
        return tuple(f"{f.name}{i.name}" for f in self.fit for i in self.intent)


def _band(
    bands: tuple[Band, ...], score: int | Decimal | Fraction | None
) -> Band | None:
    if score is None:
        return None
    exact = Fraction(score)
    return next((band for band in bands if exact >= Fraction(band.at_least)), None)
