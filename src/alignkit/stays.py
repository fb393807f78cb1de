"""Stays: how long a subject is in some stages, as something that a clock can count.

"Nothing stays an MQL for longer than two weeks" names no event: any fact that says what
stage a subject is in may begin a visit or end it. To keep a stay short is to leave in
time, so a stay is judged as a deadline whose clock starts when one of the stages is
entered from outside, and which is kept when the last of them is left.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from alignkit.events import Event
from alignkit.patterns import Pattern
from alignkit.promises import Clock, Deadline, Duration, Repeat

Step = tuple[Event, str | None]
"""A fact, and the stage that its subject is in after it."""


def to_leave(stay: Duration) -> Deadline:
    """Return a stay in stages as the deadline for leaving them, visit by visit.

    Example:
        >>> from alignkit.spans import span
        >>> str(to_leave(Duration(stages=["mql"], at_most=span("14 days"))).within)
        '14 days'
    """
    entered = Pattern(event="stage_changed", where={"to_stage": stay.stages})
    return Deadline(
        clock=Clock(start=(entered,), repeat=Repeat.NEW_CYCLE),
        within=stay.at_most,
        targets=stay.targets,
    )


def crossings(
    stages: Collection[str], stage: str | None, steps: Sequence[Step]
) -> tuple[list[Event], list[Event]]:
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
