"""Stays: how long a subject is in some stages, as something that a clock can count.

"Nothing stays an MQL for longer than two weeks" names no event: any fact that says what
stage a subject is in may begin a visit or end it. To keep a stay short is to leave in
time, so a stay is judged as a deadline whose clock starts when one of the stages is
entered from outside, and which is kept when the last of them is left.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

import attrs

from alignkit.events import Event
from alignkit.patterns import Pattern
from alignkit.promises import Clock, Deadline, Duration, Repeat, Stay
from alignkit.spans import Before, CalendarTime, Elapsed, Span

Step = tuple[Event, str | None]
"""A fact, and the stage that its subject is in after it."""


Crossings = tuple[list[Event], list[Event]]
"""The facts by which a subject entered some stages, and those by which it left them."""


def to_leave(stay: Duration) -> Deadline:
    """Return a stay in stages as the deadline for leaving them.

    Visits that are counted together are counted in time that adds up: a calendar day
    is 24 hours of it, and a week is seven of those. Months do not add up.

    Example:
        >>> from alignkit.spans import span
        >>> str(to_leave(Duration(stages=["mql"], at_most=span("14 days"))).within)
        '14 days'
    """
    entered = Pattern(event="stage_changed", where={"to_stage": stay.stages})
    is_summed = stay.stay is Stay.CUMULATIVE
    return Deadline(
        clock=Clock(start=(entered,), repeat=Repeat.NEW_CYCLE),
        within=_added(stay.at_most) if is_summed else stay.at_most,
        targets=tuple(
            attrs.evolve(target, within=_added(target.within)) if is_summed else target
            for target in stay.targets
        ),
    )


def adds_up(stay: Duration) -> bool:
    """Say whether the visits of a stay can be counted together, or need not be.

    A month is longer or shorter, and a day counted back from moves with nothing.
    """
    if stay.stay is Stay.LATEST:
        return True
    spans = (stay.at_most, *(target.within for target in stay.targets))
    return not any(
        isinstance(one, Before) or (isinstance(one, CalendarTime) and one.months)
        for one in spans
    )


def _added(span: Span) -> Span:
    """Return a span as time that adds up over several visits."""
    if isinstance(span, CalendarTime):
        return Elapsed(hours=24 * (7 * span.weeks + span.days))
    return span


def crossings(
    stages: Collection[str], stage: str | None, steps: Sequence[Step]
) -> Crossings:
    """Return the facts by which a subject entered some stages, and left them.

    Args:
        stages: The stages.
        stage: The stage that it was in before.
        steps: The facts, in order, each with the stage after it.
    """
    entered: list[Event] = []
    left: list[Event] = []
    was_in = stage in stages
    for event, now in steps:
        if was_in is not (now in stages):
            (left if was_in else entered).append(event)
            was_in = not was_in
    return entered, left
