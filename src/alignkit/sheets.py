"""Sheets: the stretches of time in which things are counted together.

A volume promised per month has one sheet for each month; a share promised for all time
has one for as long as an edition is in force. A sheet is governed by the edition in
force at its start [K6].
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterator, Sequence

import attrs

from alignkit.facts import local_day
from alignkit.periods import Period, PeriodKind, period_of


@attrs.frozen(kw_only=True)
class Sheet:
    """One stretch of time in which the same things are counted.

    Attributes:
        edition: Which edition governs it, counted from 0 [K6].
        start: The instant at which it begins; minus infinity for ever since.
        end: The instant at which the next one begins; infinity for never.
        period: The period that it is; None for all the time of an edition.
        is_governed: Whether an edition was in force at its start.
    """

    edition: int
    start: float
    end: float
    period: Period | None = None
    is_governed: bool = True


@attrs.frozen(kw_only=True)
class Ruling:
    """How an edition divides the time while it is in force.

    Attributes:
        edition: Which edition, counted from 0.
        start: From when it is in force.
        end: Until when.
        per: The kind of period; None for all of its time.
        zone: The zone whose dates are meant.
        first_month: The month in which the year begins.
        binds: The instants from which and up to which the term binds what starts.
    """

    edition: int
    start: float
    end: float
    per: PeriodKind | None
    zone: str
    first_month: int = 1
    binds: tuple[float, float] = (-math.inf, math.inf)

    def end_of(self, instant: int) -> float:
        """Return when the period ends that an instant lies in; infinity for never."""
        if self.per is None:
            return min(self.end, self.binds[1])
        day = local_day(instant, self.zone)
        period = period_of(self.per, day, first_month=self.first_month)
        return period.instants(self.zone)[1]

    def sheets(self, first: int | None, as_of: int) -> Iterator[Sheet]:
        """Yield the sheets that have begun by an instant, in order.

        The period in which the first edition comes into force is yielded as one that
        nothing governs, unless they begin together. One that begins while the term does
        not bind is none; all the time of an edition is that in which it does.

        Args:
            first: The instant of the first fact; where a term has bound ever since, its
                first period is that of this fact. None for no facts.
            as_of: The instant of the question.
        """
        since, until = self.binds
        begin, stop = max(self.start, since), min(self.end, until)
        if self.per is None:
            if begin <= as_of and begin < stop:
                yield Sheet(edition=self.edition, start=begin, end=stop)
            return
        earliest = first if begin == -math.inf else int(begin)
        if earliest is None:
            return
        day = local_day(earliest, self.zone)
        period = period_of(self.per, day, first_month=self.first_month)
        start, end = period.instants(self.zone)
        while start <= as_of and start < self.end:
            is_governed = start >= self.start
            if since <= start < until and (is_governed or self.edition == 0):
                yield Sheet(
                    edition=self.edition,
                    start=start,
                    end=end,
                    period=period,
                    is_governed=is_governed,
                )
            period = period.next()
            start, end = period.instants(self.zone)


def placed(sheets: Sequence[Sheet], instant: int) -> Sheet | None:
    """Return the one of some sheets, in order, that an instant lies in."""
    index = bisect_right([sheet.start for sheet in sheets], instant) - 1
    return sheets[index] if index >= 0 and instant < sheets[index].end else None
