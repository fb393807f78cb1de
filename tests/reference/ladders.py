"""Ladders of escalation climbed the slow way: instant by instant of the facts.

Between two instants at which something happened a clock only runs. There the first
instant at which a step has come is searched for, by asking of one instant after the
other how much has been counted by then.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from fractions import Fraction
from math import ceil

from alignkit.events import Event
from alignkit.spans import (
    Before,
    BusinessDays,
    BusinessTime,
    CalendarTime,
    Elapsed,
    Span,
)
from tests.reference import counting
from tests.reference.clocks import instant_of
from tests.reference.judge import (
    Handed,
    Held,
    Rung,
    Signed,
    Walk,
    bare,
    business_of,
    consumed_of,
    due_of,
    forms_of,
    is_countable,
    known_by,
    rested_in,
    settled,
    walked,
    wall_of,
)

Fired = dict[tuple[int, int], int]
"""When the steps fired, by cycle and place."""


def fired(signed: Sequence[Signed], recordings: Sequence[Event], as_of: int) -> Fired:
    """Return which steps fired by an instant, and when."""
    settled, conflicts = forms_of(recordings)
    assert not conflicts
    known = known_by(settled, as_of)
    told = {instant_of(event.at) for event in known}
    begun = {one.since for one in signed if min(told, default=as_of) < one.since}
    instants = sorted(told | {at for at in begun if at <= as_of})
    found: Fired = {}
    walks: list[Walk] = []
    for since, until in itertools.pairwise([*instants, as_of + 1]):
        heard = [event for event in known if instant_of(event.at) <= since]
        walks = walked(signed, heard, since)
        for walk in walks:
            if walk.started < signed[0].since:
                continue
            for place, rung in enumerate(walk.rule.ladder):
                at = _first(walk, rung, since, until)
                if at is not None:
                    found.setdefault((walk.number, place), at)
    # A new start under another rule has the ladder of that one.
    ladders = {walk.number: walk.rule.ladder for walk in walks}
    return {
        (cycle, place): at
        for (cycle, place), at in found.items()
        if place < len(ladders[cycle])
    }


def _first(walk: Walk, rung: Rung, since: int, until: int) -> int | None:
    """Return the first instant of a stretch by which a step has come in every case."""
    if walk.ended is not None or walk.is_owed is None:
        return None
    if not all(is_countable(walk, span) for span in walk.possible):
        return None
    possible = [settled(walk, one) for one in walk.possible]
    dues = {span: due_of(walk, span) for span in possible}

    def has_come(at: int) -> bool:
        return all(_has_come(walk, rung, span, due, at) for span, due in dues.items())

    # What is counted grows: if it has not come at the end, it has not come before.
    if since >= until or not has_come(until - 1):
        return None
    low, high = since - 1, until - 1
    while high - low > 1:
        middle = since if low < since else (low + high) // 2
        low, high = (low, middle) if has_come(middle) else (middle, high)
    return high


def _has_come(walk: Walk, rung: Rung, span: Held, due: int | None, at: int) -> bool:
    # Time that passes at rest lets nothing come.
    now = at if walk.rests_since is None else min(at, walk.rests_since)
    if isinstance(rung.what, Fraction):
        return _is_used(walk, rung.what, span, due, now)
    if due is None:
        return False
    if rung.when == "before":
        come = _before(walk, rung.what, due)
    else:
        come = _after(walk, rung.what, bare(span), due)
    return come is not None and come <= now


def _is_used(
    walk: Walk, share: Fraction, held: Held, due: int | None, now: int
) -> bool:
    is_due = due is not None and due <= now
    if share == 1:
        return is_due
    if isinstance(held, Handed) and not isinstance(held.span, BusinessDays):
        consumed = consumed_of(walk, held, now)
        enough = is_due if consumed is None else consumed >= share
        return enough or is_due if share < 1 else enough and is_due
    measured = _measured(walk, bare(held), due)
    if measured is None:
        return False
    whole, used = measured
    enough = used(now) >= ceil(whole * share) if whole else is_due
    # In its order: before what is due, or after it.
    return enough or is_due if share < 1 else enough and is_due


def _measured(
    walk: Walk, span: Span, due: int | None
) -> tuple[int, Callable[[int], int]] | None:
    """Return what a span amounts to, and how to tell what was used up of it."""
    match span:
        case BusinessTime():
            return span.length, lambda now: business_of(walk, now) or 0
        case Elapsed():
            return span.length, lambda now: wall_of(walk, now)
        case _ if due is None:
            return None
        case BusinessDays():
            whole = business_of(walk, due) or 0
            return whole, lambda now: business_of(walk, now) or 0
        case _:
            return due - walk.counts, lambda now: now - walk.counts


def _before(walk: Walk, length: object, due: int) -> int | None:
    if isinstance(length, Elapsed):
        return due - length.length
    if walk.rule.plan is None:
        return None
    assert isinstance(length, BusinessTime)
    return counting.subtract(walk.rule.plan, due, length.length)


def _after(walk: Walk, length: object, span: Span, due: int) -> int | None:
    rests, plan = rested_in(walk), walk.rule.plan
    if isinstance(length, Elapsed):
        return counting.add_elapsed(due, length.length, rests)
    if plan is None:
        return None
    match length:
        case BusinessTime():
            return counting.add(plan, due, length.length, rests)
        case BusinessDays():
            # From the last date, not from the midnight at which that ends.
            is_dated = isinstance(span, CalendarTime) and walk.day is not None
            is_dated = is_dated or isinstance(span, BusinessDays | Before)
            return counting.due_on_close(plan, due - is_dated, length.days, rests)
        case CalendarTime():
            return counting.calendar_add(plan.zone, due, days=length.days)
        case _:
            raise AssertionError(length)
