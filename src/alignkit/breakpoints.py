"""Open time, compiled to the points at which it begins and ends.

How much business time has passed by an instant grows steadily while a calendar is open
and stands still while it is closed. So one sorted table of the instants at which it
opens and closes, with the open time up to each, answers every question by a search or
two: elapsed time is a difference, and a due instant is looked up the other way round.
"""

from __future__ import annotations

import itertools
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Literal, NamedTuple

from alignkit.errors import NoBusinessTimeError
from alignkit.instants import to_duration, to_moment
from alignkit.schedules import AnySchedule, Closed, Stretch
from alignkit.zones import (
    DAY,
    EARLIEST,
    EPOCH_ORDINAL,
    LATEST,
    check_range,
    zone,
)

Day = tuple[int, int, int]
"""A business day: its day number, its first opening, its last close."""

Row = tuple[int, int, Closed | None]
"""An interval of a ledger, and why it is closed; None if it is open."""

REACH = 36_525 * DAY
"""How far a calendar is searched: 100 years [T13]."""

# What is compiled beside an instant that is asked about.
_BEFORE, _AFTER = 92 * DAY, 366 * DAY
# A local date, however far its clock is from UTC, lies within so much of the same date
# in UTC.
_MARGIN = 3 * DAY


class Table(NamedTuple):
    """What is compiled of a calendar: its open time over ``[start, end)``.

    Attributes:
        start: The first instant that it answers for.
        end: The instant from which on it does not.
        points: First `start`; then openings, at odd places, and closes, at even ones.
        totals: The open time from `start` up to each of the points.
        first_day: The first local date, as a day number, of which it knows all.
        last_day: The last one.
        days: The business days between them.
        opens: The first opening of each business day.
        closes: The last close of each business day.
    """

    start: int
    end: int
    points: list[int]
    totals: list[int]
    first_day: int
    last_day: int
    days: list[int]
    opens: list[int]
    closes: list[int]


def compiled(schedule: AnySchedule, start: int, end: int) -> Table:
    """Return the table of a schedule for the instants from `start` to `end`."""
    points, totals, total, reached = [start], [0], 0, start
    opens: dict[int, int] = {}
    closes: dict[int, int] = {}
    for day, opened, closed in schedule.intervals(start - _MARGIN, end + _MARGIN):
        if day not in opens:
            opens[day], closes[day] = opened, closed
        elif closed > closes[day]:
            closes[day] = closed
        close = min(end, closed)
        if close <= reached or opened >= end:
            continue
        # What touches the interval before it goes on with it [T5].
        if opened > reached or reached == start:
            opening = max(start, opened)
            points += (opening, close)
            totals += (total, total + close - opening)
        else:
            points[-1] = close
            totals[-1] += close - reached
        total, reached = totals[-1], close
    first = start // DAY + EPOCH_ORDINAL
    last = (end - 1) // DAY + EPOCH_ORDINAL
    days = sorted(day for day in opens if first <= day <= last)
    return Table(
        start, end, points, totals, first, last, days,
        [opens[day] for day in days], [closes[day] for day in days],
    )  # fmt: skip


_NOTHING = Table(0, 0, [0], [0], 1, 0, [], [], [])


class Breakpoints:
    """The open time of one schedule, compiled as far as it has been asked for.

    The one object of the time wing that changes. Its table is replaced by a wider one,
    in one step, and never altered; what it answers does not depend on how wide it is,
    so that threads may share it.

    Everything is in microseconds, and a day is its number as `date.toordinal` counts.

    Raises:
        MomentOutOfRangeError: If an instant lies outside the years 1900 to 2299.
        NoBusinessTimeError: If what is looked for does not come within 100 years.

    Example:
        >>> from alignkit.schedules import Schedule
        >>> from alignkit.shifts import Shift
        >>> nine_to_five = (Shift.parse("09:00-17:00"),)
        >>> open_time = Breakpoints(Schedule(zone="UTC", week=[nine_to_five] * 7))
        >>> open_time.between(0, 2 * DAY) // 3_600_000_000
        16
    """

    __slots__ = ("_table", "schedule")

    def __init__(self, schedule: AnySchedule) -> None:
        self.schedule = schedule
        self._table = _NOTHING

    def between(self, start: int, end: int) -> int:
        """Return the open time from one instant to another, signed [T8]."""
        table = self._table
        if not (table.start <= start < table.end and table.start <= end < table.end):
            table = self._covering(min(start, end), max(start, end))
        points, totals = table.points, table.totals
        here = bisect_right(points, start) - 1
        there = bisect_right(points, end) - 1
        passed = totals[there] - totals[here]
        # At odd places it is open.
        if there & 1:
            passed += end - points[there]
        if here & 1:
            passed -= start - points[here]
        return passed

    def add(self, at: int, length: int) -> int:
        """Return the first instant by which so much open time, over 0, has passed."""
        table = self._table
        if table.start <= at < table.end:
            found = _added(table, at, length)
            if found is not None and found - at <= REACH:
                return found
        return self._ahead(
            at, lambda table: _added(table, at, length), _open_time(length)
        )

    def subtract(self, at: int, length: int) -> int:
        """Return the last instant since which so much open time, over 0, has passed."""
        return self._back(
            at, lambda table: _subtracted(table, at, length), _open_time(length)
        )

    def is_open(self, at: int) -> bool:
        """Say whether it is open at an instant."""
        return bisect_right(self._covering(at, at).points, at) & 1 == 0

    def next_open(self, at: int) -> int:
        """Return `at` if it is open, else the next opening [T8]."""
        return self._ahead(at, lambda table: _next_open(table, at), "an opening")

    def next_close(self, at: int) -> int:
        """Return the first close later than `at` [T8]."""
        return self._ahead(at, lambda table: _next_close(table, at), "a close")

    def previous_open(self, at: int) -> int:
        """Return the last opening earlier than `at`."""
        return self._back(at, lambda table: _previous_open(table, at), "an opening")

    def previous_close(self, at: int) -> int:
        """Return `at` if it was open right before, else the last close before it."""
        return self._back(at, lambda table: _previous_close(table, at), "a close")

    def intervals(self, start: int, end: int) -> list[Stretch]:
        """Return the merged intervals of open time, cut to two instants."""
        if end <= start:
            return []
        points = self._covering(start, end).points
        # The opening of the interval that `start` lies in, or the next one.
        first = (bisect_right(points, start) - 1) | 1
        return [
            (max(points[place], start), min(points[place + 1], end))
            for place in range(first, bisect_left(points, end), 2)
        ]

    def ledger(self, start: int, end: int) -> list[Row]:
        """Return the intervals between two instants, open or not, and why closed."""
        opens = dict(self.intervals(start, end))
        edges = {start, end, *opens, *opens.values()}
        edges |= {at for at in self.schedule.seams(start, end) if start < at < end}
        rows: list[Row] = []
        until = start
        for here, following in itertools.pairwise(sorted(edges)):
            # A seam within open time changes nothing.
            if here < until:
                continue
            until = opens.get(here, following)
            closed = None if here in opens else self.schedule.closed_at(here)
            since = here
            if rows and closed and rows[-1][2] == closed:
                since, _, _ = rows.pop()
            rows.append((since, until, closed))
        return rows

    def owned(self, day: int) -> Stretch | None:
        """Return the first opening and the last close of a business day [T14].

        None if the date is no business day.
        """
        table = self._knowing(day, day)
        place = bisect_left(table.days, day)
        if table.days[place : place + 1] != [day]:
            return None
        return table.opens[place], table.closes[place]

    def days_between(self, first: int, end: int) -> list[int]:
        """Return the business days from `first` up to, not including, `end`."""
        if end <= first:
            return []
        days = self._knowing(first, end - 1).days
        return days[bisect_left(days, first) : bisect_left(days, end)]

    def days_after(self, day: int) -> Iterator[Day]:
        """Return the business days after a date, as far as it is searched [T13]."""
        farthest = day + REACH // DAY
        for table in self._tables(self._knowing(day, day), _midnight(day), 1):
            known = min(table.last_day, farthest)
            yield from _days(table, day + 1, known + 1, 1)
            day = known

    def days_before(self, day: int) -> Iterator[Day]:
        """Return the business days before a date, the nearest first [T13]."""
        farthest = day - REACH // DAY
        for table in self._tables(self._knowing(day, day), _midnight(day), -1):
            known = max(table.first_day, farthest)
            yield from _days(table, known, day, -1)
            day = known

    def between_many(self, starts: Sequence[int], ends: Sequence[int]) -> list[int]:
        """Return the open time of many pairs of instants, each signed."""
        if not starts:
            return []
        first = min(itertools.chain(starts, ends))
        table = self._covering(first, max(itertools.chain(starts, ends)))
        return [
            until - since
            for since, until in zip(
                _passed(table, starts), _passed(table, ends), strict=True
            )
        ]

    def _ahead(self, at: int, find: _Find, sought: str) -> int:
        for table in self._tables(self._covering(at, at), at, 1):
            found = find(table)
            if found is not None and found - at <= REACH:
                return found
        raise self._nothing(at, sought)

    def _back(self, at: int, find: _Find, sought: str) -> int:
        for table in self._tables(self._covering(at, at), at, -1):
            found = find(table)
            if found is not None and at - found <= REACH:
                return found
        raise self._nothing(at, sought)

    def _nothing(self, at: int, sought: str) -> NoBusinessTimeError:
        key = self.schedule.zone
        return NoBusinessTimeError(sought, to_moment(at, zone(key)), key)

    def _tables(self, table: Table, at: int, step: Literal[1, -1]) -> Iterator[Table]:
        """A table, and ever wider ones for as long as there is somewhere to search."""
        yield table
        # One that ends at the limit cannot tell whether what it holds ends there.
        limit = at + step * REACH
        while step > 0 and table.end <= min(limit, LATEST - 1):
            table = self._widened(table.start, table.end + 1)
            yield table
        while step < 0 and table.start >= max(limit, EARLIEST + 1):
            table = self._widened(table.start - 1, table.end)
            yield table

    def _covering(self, start: int, end: int) -> Table:
        table = self._table
        if table.start <= start and end < table.end:
            return table
        check_range(start, "moment")
        check_range(end, "moment")
        return self._widened(start - _BEFORE, end + _AFTER)

    def _knowing(self, first: int, last: int) -> Table:
        table = self._table
        if table.first_day <= first and last <= table.last_day:
            return table
        start = check_range(_midnight(first), "date")
        end = check_range(_midnight(last), "date")
        return self._widened(start - _BEFORE, end + _AFTER)

    def _widened(self, start: int, end: int) -> Table:
        """A table of these instants, of those known, and of as many again."""
        known = self._table
        size = known.end - known.start
        if size:
            start = (
                known.start if start >= known.start else min(start, known.start - size)
            )
            end = known.end if end <= known.end else max(end, known.end + size)
        table = compiled(self.schedule, max(start, EARLIEST), min(end, LATEST))
        self._table = table
        return table


_Find = Callable[[Table], int | None]


def _passed(table: Table, instants: Iterable[int]) -> Iterator[int]:
    """The open time since the start of a table, up to each of many instants."""
    points, totals = table.points, table.totals
    for at in instants:
        place = bisect_right(points, at) - 1
        yield totals[place] + (at - points[place] if place & 1 else 0)


def _days(table: Table, first: int, end: int, step: Literal[1, -1]) -> Iterator[Day]:
    low, high = bisect_left(table.days, first), bisect_left(table.days, end)
    for place in range(low, high)[::step]:
        yield table.days[place], table.opens[place], table.closes[place]


def _added(table: Table, at: int, length: int) -> int | None:
    points, totals = table.points, table.totals
    place = bisect_right(points, at) - 1
    total = totals[place] + length
    if place & 1:
        total += at - points[place]
    # The first point that the total is reached by is a close.
    close = bisect_left(totals, total)
    return None if close == len(totals) else points[close] - totals[close] + total


def _subtracted(table: Table, at: int, length: int) -> int | None:
    points, totals = table.points, table.totals
    place = bisect_right(points, at) - 1
    total = totals[place] - length
    if place & 1:
        total += at - points[place]
    # The last point that the total is not exceeded at is an opening.
    opening = bisect_right(totals, total) - 1
    return None if total < 0 else points[opening] - totals[opening] + total


def _next_open(table: Table, at: int) -> int | None:
    place = bisect_right(table.points, at)
    if place & 1 == 0:
        return at
    return table.points[place] if place < len(table.points) else None


def _next_close(table: Table, at: int) -> int | None:
    place = (bisect_right(table.points, at) + 1) & ~1
    # What ends where the table ends may go on beyond.
    if place < len(table.points) and table.points[place] < table.end:
        return table.points[place]
    return None


def _previous_open(table: Table, at: int) -> int | None:
    place = (bisect_left(table.points, at) - 2) | 1
    if place > 0 and table.points[place] > table.start:
        return table.points[place]
    return None


def _previous_close(table: Table, at: int) -> int | None:
    place = bisect_left(table.points, at) - 1
    if place & 1 and place > 0:
        return at
    return table.points[place] if place > 0 else None


def _midnight(day: int) -> int:
    return (day - EPOCH_ORDINAL) * DAY


def _open_time(length: int) -> str:
    return f"{to_duration(length)} of open time"
