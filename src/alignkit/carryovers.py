"""Carryovers: what was left of one target, taken over into the next.

A lead may come into another segment while a clock runs. Where a term carries the share
that was consumed, half of four hours is half of whatever holds from then on, and the
other half is all that is left [K7]. Hours and business days can be shared out; calendar
time and what counts back from a date cannot, and count from the start.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Sequence
from fractions import Fraction
from typing import TypeGuard, assert_never, cast

import attrs

from alignkit.errors import MomentOutOfRangeError, NoBusinessTimeError
from alignkit.hours import EVERY_HOUR, BusinessHours
from alignkit.runs import Carried, Promised, Run, plain, rests_of, wall_time
from alignkit.spans import (
    MOST_DAYS,
    MOST_MICROSECONDS,
    BusinessDays,
    BusinessTime,
    Elapsed,
    Span,
)

Shared = BusinessTime | BusinessDays | Elapsed
"""A span that has an amount, of which a share can be used up."""


def can_be_shared(span: Span) -> TypeGuard[Shared]:
    """Say whether a share of a span can be used up, and the rest be left.

    Example:
        >>> from alignkit.spans import CalendarTime
        >>> can_be_shared(BusinessTime(hours=4)), can_be_shared(CalendarTime(months=1))
        (True, False)
    """
    return isinstance(span, BusinessTime | BusinessDays | Elapsed)


def carried_over(
    run: Run,
    targets: Sequence[Span],
    at: int,
    hours: BusinessHours | None,
    past: Collection[Promised] = (),
) -> tuple[Promised, ...]:
    """Return the targets that may hold from an instant on, after those of a run.

    One that could hold before goes on as it was: it is filled in. Another one takes
    over the share that was left; where several could hold before, the least and the
    most that it may be. If it may have been past due by then, that stays so.

    Args:
        run: The run.
        targets: The spans that may hold from then on.
        at: The instant.
        hours: The business hours that count it; None if no calendar does.
        past: Those targets of the run that were past due by then.
    """
    then = _until(run.at_rest(at), at)
    found: dict[Promised, None] = {}
    stays: Collection[Promised] = ()
    for target in targets:
        ways = [one for one in run.targets if plain(one) == target]
        if not ways:
            taken = [
                _taken_over(then, one, target, at, hours)
                for one in run.targets
                if one not in past
            ]
            ways = [min(taken, key=_left), max(taken, key=_left)] if taken else []
            stays = past
        found |= dict.fromkeys(ways)
    return tuple(found | dict.fromkeys(stays))


def path_of(target: Promised) -> Iterator[tuple[int, Span]]:
    """Yield the changes by which a target came to hold: when, and to which span."""
    if isinstance(target, Carried):
        spans = [*(span for _, span in target.before[1:]), target.target]
        for (at, _), span in zip(target.before, spans, strict=True):
            yield at, span


def gives_nothing(target: Carried) -> bool:
    """Say whether a target gives no time at all, whatever was left of it."""
    return not _amount(cast("Shared", target.target))


def left_of(target: Carried) -> Shared:
    """Return how much of a target was left when it came to hold."""
    span = cast("Shared", target.target)
    return _of(span, math.ceil(target.left * _amount(span)))


def used_by(target: Carried, share: Fraction) -> int:
    """Return how much a run has counted once a share of a target is used up [K5].

    Where the share was used up before the target came to hold, that is less than it had
    counted by then.
    """
    whole = _amount(cast("Shared", target.whole))
    length = _amount(cast("Shared", target.target))
    counted = whole - math.ceil(target.left * length)
    return max(counted + math.ceil((target.left - 1 + share) * length), 0)


def _until(run: Run, at: int) -> Run:
    """Return a run as if no rest went on after an instant."""
    rests = tuple(
        (low, at if high is None else min(high, at))
        for low, high in run.pauses
        if low < at
    )
    return attrs.evolve(run, pauses=rests)


def _left(target: Promised) -> Fraction:
    """Return the share of a target that was left when it came to hold."""
    return target.left if isinstance(target, Carried) else Fraction(1)


def _taken_over(
    run: Run, before: Promised, target: Span, at: int, hours: BusinessHours | None
) -> Promised:
    """Return a target that takes over what was left of the one before it."""
    span = plain(before)
    if not (can_be_shared(span) and can_be_shared(target)):
        return target
    path = (*(before.before if isinstance(before, Carried) else ()), (at, span))
    left, whole = _left(before), None
    # Time on the wall is the same in every calendar; nothing else counts without one.
    counts_wall = all(
        isinstance(one, Elapsed) for one in (target, *dict(path).values())
    )
    if hours is not None or counts_wall:
        counting = hours or EVERY_HOUR
        left *= 1 - _used_up(run, before, target, at, counting)
        rest = math.ceil(left * _amount(target))
        whole = _of(target, _counted(run, target, at, counting) + rest)
    return Carried(target=target, before=path, left=left, whole=whole)


def _used_up(
    run: Run, before: Promised, target: Shared, at: int, hours: BusinessHours
) -> Fraction:
    """Return which share of what was left of a target is used up by an instant.

    Business days are used up in days where days follow them, else in the business time
    up to their due instant, as they are for a step of a ladder [K12].
    """
    measure = cast("Shared", plain(before))
    since, counted = run.counts, before
    if isinstance(before, Carried):
        since, counted = before.since, cast("Shared", before.whole)
    whole = _left(before) * _amount(measure)
    if isinstance(measure, BusinessDays) and not isinstance(target, BusinessDays):
        measure = BusinessTime()
        try:
            due = hours.due_at(run.counts, cast("Span", counted), pauses=run.pauses)
        except (MomentOutOfRangeError, NoBusinessTimeError):
            # Of what is never due, nothing is used up.
            return Fraction(0)
        used_by_due = _counted(run, measure, cast("int", due), hours)
        whole = Fraction(used_by_due - _counted(run, measure, since, hours))
    first, last = (_counted(run, measure, until, hours) for until in (since, at))
    # Of nothing, nothing is used up before it is due.
    return Fraction(last - first) / whole if whole else Fraction(0)


def _counted(run: Run, span: Shared, until: int, hours: BusinessHours) -> int:
    """Return how much a run has counted by an instant, in what a span counts in."""
    match span:
        case BusinessTime():
            end = max(run.counts, until)
            rested = sum(hours.open_between(*one) for one in rests_of(run, end))
            return hours.open_between(run.counts, end) - rested
        case Elapsed():
            return wall_time(run, until)
        case BusinessDays():
            return hours.days_used(run.counts, until, span, pauses=run.pauses)
        case _:
            assert_never(span)


def _amount(span: Shared) -> int:
    """Return how long a span is, in microseconds, or in business days."""
    return span.days if isinstance(span, BusinessDays) else span.length


def _of(span: Shared, much: int) -> Shared:
    """Return a span of the same kind; no longer than what is searched for [T13]."""
    if isinstance(span, BusinessDays):
        return BusinessDays(min(much, MOST_DAYS), span.due)
    return type(span)(microseconds=min(much, MOST_MICROSECONDS))
