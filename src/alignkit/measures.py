"""Measures: the figures of promises that no clock decides.

How many leads came in a month, which share of them was good, whether one of them met
the definition: where a verdict rests on figures, its measure holds them, exactly as
they were counted, together with every single fact behind them [K15-K17]. Nothing in it
is rounded [V4].
"""

from __future__ import annotations

import enum
import math
from datetime import datetime
from fractions import Fraction
from typing import assert_never

import attrs

from alignkit.instants import to_instant
from alignkit.outcomes import Outcome
from alignkit.periods import Period


class MeasureKind(enum.Enum):
    """What kind of figure decides a promise."""

    TALLY = "tally"
    """How many, or how much, in a period."""

    SHARE = "share"
    """How many of how many."""

    CHECK = "check"
    """Whether one thing met its definition."""


@attrs.frozen(kw_only=True)
class Contribution:
    """One fact behind a figure.

    Attributes:
        subject_kind: What kind of thing it is about.
        subject: The id of what it is about.
        event: The id of the fact.
        at: When it happened.
        counts: What it adds to the actual figure: an amount in a tally; in a share, 1
            if it is good and 0 if it is not. None where that is not known.
    """

    subject_kind: str
    subject: str
    event: str
    at: datetime
    counts: Fraction | None


@attrs.frozen(kw_only=True)
class Pace:
    """How a tally is getting on with its period, in business days [K15].

    A business day has elapsed once its close is reached.

    Attributes:
        actual: How much there is so far.
        goal: How much was promised.
        elapsed: How many business days of the period have elapsed.
        days: How many it has.
        closes: The close of each of them; empty where nobody asked for a curve.

    Example:
        >>> pace = Pace(actual=Fraction(30), goal=Fraction(100), elapsed=8, days=20)
        >>> pace.target_to_date, pace.required_run_rate, pace.attainment_to_date
        (Fraction(40, 1), Fraction(35, 6), Fraction(3, 4))
    """

    actual: Fraction
    goal: Fraction
    elapsed: int
    days: int
    closes: tuple[datetime, ...] = attrs.field(default=(), repr=False)

    @property
    def target_to_date(self) -> Fraction | None:
        """The share of the goal that belongs to the elapsed days; None without days."""
        return self.goal * self.elapsed / self.days if self.days else None

    @property
    def required_run_rate(self) -> Fraction | None:
        """How much each remaining day must bring; None if none remains.

        Once the goal is passed it is below nothing.
        """
        remaining = self.days - self.elapsed
        return (self.goal - self.actual) / remaining if remaining else None

    @property
    def attainment_to_date(self) -> Fraction | None:
        """The actual over the target to date; None where that is nothing."""
        target = self.target_to_date
        return self.actual / target if target else None

    @property
    def attainment(self) -> Fraction:
        """The actual over the goal."""
        return self.actual / self.goal

    def leads_needed(self, worth: Fraction = Fraction(1)) -> tuple[Fraction, int]:
        """Return how many leads are missing to the goal: exactly, and rounded up.

        Args:
            worth: What each of them counts, over nothing.

        Example:
            >>> pace = Pace(actual=Fraction(30), goal=Fraction(100), elapsed=8, days=20)
            >>> pace.leads_needed(Fraction(20))
            (Fraction(7, 2), 4)
        """
        exact = max(self.goal - self.actual, Fraction(0)) / worth
        return exact, math.ceil(exact)


@attrs.frozen
class Pacing:
    """How far a tally was, and should have been, at one close of business [K15].

    Attributes:
        close: The close of the business day.
        target: The share of the goal that belongs to the days up to it.
        actual: How much there was by then; None for a day that is still to come.
    """

    close: datetime
    target: Fraction
    actual: Fraction | None


@attrs.frozen(kw_only=True)
class Measure:
    """The figures that decide a promise, and the facts behind them.

    Attributes:
        kind: What kind of figure it is.
        actual: A tally: how much there is. A share: its fraction; None of nothing. A
            check: its outcome.
        target: A tally: the goal. A share: the share that was promised. A check: the
            name of the definition.
        numerator: How many of the counted are good; None unless it is a share.
        denominator: How many there are, unreduced; None unless it is a share. One of
            which it is not known whether it is good is among them.
        counted: How many of the sample are decided.
        sample: How many there are, those with them of which it is not known whether
            they count.
        evidence: The facts behind the figures, in order of time.
        period: The period that it is counted in; None for all time.
        pace: How a tally is getting on; None where no calendar counts it.

    Example:
        >>> Measure(
        ...     kind=MeasureKind.SHARE,
        ...     actual=Fraction(4, 6),
        ...     target=Fraction(4, 5),
        ...     numerator=4,
        ...     denominator=6,
        ...     counted=6,
        ...     sample=6,
        ... ).told
        '4 of 6, at least 4/5 promised'
    """

    kind: MeasureKind
    actual: Fraction | Outcome | None
    target: Fraction | str
    numerator: int | None = None
    denominator: int | None = None
    counted: int
    sample: int
    evidence: tuple[Contribution, ...] = ()
    period: Period | None = None
    pace: Pace | None = None
    is_cap: bool = False
    """Whether the target of a tally is the most that was promised, not the least."""

    @property
    def curve(self) -> tuple[Pacing, ...]:
        """How a tally came along, business day by business day; empty without a pace.

        What is not known to count is in none of its figures.
        """
        if self.pace is None:
            return ()
        pace = self.pace
        return tuple(
            Pacing(
                close=close,
                target=pace.goal * nth / pace.days,
                actual=self._by(close) if nth <= pace.elapsed else None,
            )
            for nth, close in enumerate(pace.closes, 1)
        )

    def _by(self, moment: datetime) -> Fraction:
        until = to_instant(moment, "close")
        known = (
            one.counts for one in self.evidence if to_instant(one.at, "at") <= until
        )
        return sum((count for count in known if count is not None), Fraction())

    @property
    def told(self) -> str:
        """The figures in a few words."""
        match self.kind:
            case MeasureKind.TALLY:
                bound = "at most" if self.is_cap else "at least"
                return f"{figure(self.actual)}, {bound} {figure(self.target)} promised"
            case MeasureKind.SHARE:
                shown = f"{self.numerator} of {self.denominator}"
                return f"{shown}, at least {figure(self.target)} promised"
            case MeasureKind.CHECK:
                return f"definition {self.target}"
            case _:
                assert_never(self.kind)


def figure(value: Fraction | Outcome | str | None) -> str | None:
    """Return a figure as text: exact, whole where it is, else a fraction.

    Example:
        >>> figure(Fraction(12)), figure(Fraction(4, 5)), figure(Outcome.PASS)
        ('12', '4/5', 'pass')
    """
    match value:
        case None:
            return None
        case Outcome():
            return value.value
        case _:
            return str(value)
