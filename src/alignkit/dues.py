"""When a promise falls due, for each of the five spans that it can be made in.

Everything here is in instants, so that a clock which judges thousands of promises
makes no moments on the way; `hours` puts moments before and after it. A rest is an
interval in which a clock was paused; one that still lasts ends at `FOREVER`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Literal, assert_never, cast

from alignkit.breakpoints import Breakpoints
from alignkit.errors import (
    IntervalInvertsError,
    MissingDateError,
    NoBusinessTimeError,
    UnfitValueError,
)
from alignkit.schedules import Stretch, merged
from alignkit.spans import (
    Before,
    BusinessDays,
    BusinessTime,
    CalendarTime,
    Elapsed,
    Span,
)
from alignkit.zones import DAY, EPOCH_ORDINAL, check_day, check_range, clock

Landing = Literal["close", "next_open"]
"""Where business time stays that ends exactly on a close [T7].

When subtracting, it is mirrored: what ends exactly on an opening stays there, or goes
to the close before it.
"""

FOREVER = 1 << 62
"""The end of a rest that still lasts; later than any moment."""


def rests(pauses: Iterable[tuple[int, int | None]], at: int) -> Sequence[Stretch]:
    """Return pauses in order, merged, and cut to what comes after an instant [T15].

    Raises:
        IntervalInvertsError: If one ends before it starts.
    """
    if not pauses:
        return ()
    taken = []
    for since, until in pauses:
        end = FOREVER if until is None else until
        if end < since:
            raise IntervalInvertsError("pauses", since, end)
        taken.append((max(since, at), end))
    return merged(taken)


def due(
    open_time: Breakpoints,
    at: int,
    span: Span,
    *,
    of: date | None,
    taken: Sequence[Stretch],
    landing: Landing,
) -> int | None:
    """Return when a span that starts at an instant is over; None while the clock rests.

    Args:
        open_time: The calendar.
        at: The instant at which the span starts.
        span: The span.
        of: The date that a span `Before` one counts back from.
        taken: The rests from `at` on, merged and in order.
        landing: Where business time stays that ends exactly on a close.

    Raises:
        MissingDateError: If a span `Before` a date is given without it.
        NoBusinessTimeError: If it does not come within 100 years [T13].
        MomentOutOfRangeError: If an instant lies outside the years 1900 to 2299.
    """
    match span:
        case BusinessTime():
            return added(open_time, at, span.length, taken, landing)
        case Elapsed():
            return _elapsed(at, span.length, taken)
        case BusinessDays():
            found: int | None = _after_days(open_time, at, span, taken)
        case CalendarTime():
            found = _same_time(open_time, at, span.after)
        case Before():
            found = _before_date(open_time, span, of)
        case _:
            assert_never(span)
    if found is None or (taken and taken[-1][1] == FOREVER and taken[-1][0] < found):
        return None
    return found


def added(
    open_time: Breakpoints,
    at: int,
    length: int,
    taken: Sequence[Stretch] = (),
    landing: Landing = "close",
) -> int | None:
    """Return the first instant by which so much business time has passed [T6, T7, T8].

    None if it does not come before a rest that still lasts.
    """
    rolls = _rolls(landing)
    if not length:
        return _counted_from(open_time, at, taken)
    found = open_time.add(at, length)
    for since, until in taken:
        if found <= since:
            break
        if until == FOREVER:
            return None
        if lost := open_time.between(since, until):
            length += lost
            found = open_time.add(at, length)
    return _counted_from(open_time, found, taken) if rolls else found


def _counted_from(
    open_time: Breakpoints, at: int, taken: Sequence[Stretch]
) -> int | None:
    """The first instant at or after another that is open and in no rest."""
    found = open_time.next_open(at)
    for since, until in taken:
        if since <= found < until:
            if until == FOREVER:
                return None
            found = open_time.next_open(until)
    return found


def _elapsed(at: int, length: int, taken: Sequence[Stretch]) -> int | None:
    found = check_range(at, "start") + length
    for since, until in taken:
        if found <= since:
            break
        if until == FOREVER:
            return None
        found += until - since
    return check_range(found, "due")


def _after_days(
    open_time: Breakpoints, at: int, span: BusinessDays, taken: Sequence[Stretch]
) -> int | None:
    start = _ordinal(open_time, at)
    left = span.days
    if span.due == "same_time":
        if not left:
            return _counted_from(open_time, at, taken)
        # It moves by the closes before it, that of the first date among them.
        close = _close_after(open_time, start, at)
        for day, _, closes in open_time.days_after(start):
            rested = None if close is None else _rest_end(close, taken)
            if rested == FOREVER:
                return None
            left -= rested is None
            if not left:
                return open_time.next_open(_on_day(open_time, at, day))
            close = closes
    else:
        # None after the date of the start: the first close that is still to come.
        for _, _, closes in open_time.days_after(start if left else start - 1):
            rested = _rest_end(closes, taken)
            if rested == FOREVER:
                return None
            if rested is None and closes >= at:
                left -= 1
                if left <= 0:
                    return closes
    raise _too_far(open_time, span, start)


def days_used(
    open_time: Breakpoints,
    at: int,
    until: int,
    span: BusinessDays,
    taken: Sequence[Stretch],
) -> int:
    """Return how many business days of a span count by an instant [T14, T15].

    They are those after the date of the start, up to that of the instant, that a clock
    at rest does not lose.

    Args:
        open_time: The calendar.
        at: The instant at which the span starts.
        until: The instant.
        span: The span.
        taken: The rests from `at` on, merged and in order.
    """
    start, last = _ordinal(open_time, at), _ordinal(open_time, max(at, until))
    close = _close_after(open_time, start, at)
    used = 0
    for day in open_time.days_between(start + 1, last + 1):
        _, closes = cast("Stretch", open_time.owned(day))
        lost = close if span.due == "same_time" else closes
        used += lost is None or _rest_end(lost, taken) is None
        close = closes
    return used


def counted_back(
    open_time: Breakpoints,
    at: int,
    span: BusinessTime | BusinessDays | Elapsed | CalendarTime,
    landing: Landing,
) -> int:
    """Return the instant from which a span leads to another: the mirror of `due`.

    Raises:
        NoBusinessTimeError: If it does not come within 100 years [T13].
        MomentOutOfRangeError: If an instant lies outside the years 1900 to 2299.
    """
    match span:
        case BusinessTime():
            return subtracted(open_time, at, span.length, landing)
        case Elapsed():
            return check_range(check_range(at, "start") - span.length, "due")
        case BusinessDays():
            return _days_ago(open_time, at, span)
        case CalendarTime():
            return _same_time(open_time, at, span.before)
        case _:
            assert_never(span)


def subtracted(
    open_time: Breakpoints, at: int, length: int, landing: Landing = "close"
) -> int:
    """Return the last instant since which so much business time has passed [T7, T8]."""
    if not length:
        return _rolled_back(open_time, at)
    found = open_time.subtract(at, length)
    return open_time.previous_close(found) if _rolls(landing) else found


def _rolled_back(open_time: Breakpoints, at: int) -> int:
    return at if open_time.is_open(at) else open_time.previous_close(at)


def _days_ago(open_time: Breakpoints, at: int, span: BusinessDays) -> int:
    start = _ordinal(open_time, at)
    same_time = span.due == "same_time"
    if same_time and not span.days:
        return _rolled_back(open_time, at)
    left = span.days
    # None before the date of the start: the last opening that has come.
    for day, opens, _ in open_time.days_before(start if left else start + 1):
        left -= 1
        if left <= 0 and opens <= at:
            if same_time:
                return _rolled_back(open_time, _on_day(open_time, at, day))
            return opens
    raise _too_far(open_time, span, start)


def nth_day(open_time: Breakpoints, day: int, count: int) -> int:
    """Return the business day that comes so many after a date, or before it [T14].

    Raises:
        NoBusinessTimeError: If it does not come within 100 years [T13].
    """
    if not count:
        return day
    days = open_time.days_after(day) if count > 0 else open_time.days_before(day)
    for nth, (found, _, _) in enumerate(days, 1):
        if nth == abs(count):
            return found
    raise _too_far(open_time, f"{count} business days", day)


def _before_date(open_time: Breakpoints, span: Before, of: date | None) -> int:
    if of is None:
        raise MissingDateError(span.of)
    day = check_day(of, span.of).toordinal()
    match span.span:
        case CalendarTime():
            day = check_day(span.span.before(of), span.of).toordinal()
        case BusinessDays(days):
            day = nth_day(open_time, day, -days)
        case _:
            assert_never(span.span)
    match span.roll:
        case "none":
            return clock(open_time.schedule.zone, _midnight(day + 1)).midnight(day + 1)
        case "preceding":
            rolled = open_time.days_before(day + 1)
        case "following":
            rolled = open_time.days_after(day - 1)
        case _:
            assert_never(span.roll)
    for _, _, closes in rolled:
        return closes
    raise _too_far(open_time, span, day)


def _same_time(open_time: Breakpoints, at: int, move: Callable[[date], date]) -> int:
    day = date.fromordinal(_ordinal(open_time, at))
    moved = move(day)
    # The same date at the same time of day: but the second of two alike stays itself.
    if moved == day:
        return at
    return _on_day(open_time, at, check_day(moved, "due").toordinal())


def _on_day(open_time: Breakpoints, at: int, day: int) -> int:
    """The instant at which it is as late on another date as at `at` on its own [T3]."""
    key = open_time.schedule.zone
    time = clock(key, at).local(at) % DAY
    local = _midnight(day) + time
    return clock(key, local).instant(local)


def _ordinal(open_time: Breakpoints, at: int) -> int:
    return clock(open_time.schedule.zone, check_range(at, "start")).ordinal(at)


def _midnight(day: int) -> int:
    return (day - EPOCH_ORDINAL) * DAY


def _close_after(open_time: Breakpoints, day: int, at: int) -> int | None:
    owned = open_time.owned(day)
    return owned[1] if owned and owned[1] >= at else None


def _rest_end(at: int, taken: Sequence[Stretch]) -> int | None:
    return next((until for since, until in taken if since <= at < until), None)


def _rolls(landing: str) -> bool:
    if landing not in ("close", "next_open"):
        expected = "'close' or 'next_open'"
        raise UnfitValueError("hours", "landing", expected, repr(landing)[:40])
    return landing == "next_open"


def _too_far(open_time: Breakpoints, sought: object, day: int) -> NoBusinessTimeError:
    return NoBusinessTimeError(
        str(sought), date.fromordinal(day), open_time.schedule.zone
    )
