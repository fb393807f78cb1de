"""Where a subject was, worked out anew for every instant.

Of alignkit it knows the values that events are, and nothing else. Nothing is replayed:
to know a stage at an instant, all facts are looked at for the last that says one.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from alignkit.events import Event
from alignkit.happenings import FieldChanged, LeadCreated, StageChanged
from tests.reference.clocks import instant_of

NOT_SAID = object()


def said(event: Event) -> object:
    """Return the stage that a fact says, if it says one."""
    match event.fact:
        case StageChanged(to_stage=stage):
            return stage
        case FieldChanged(field="stage" | "lead.stage", value=value):
            return value
        case LeadCreated(fields=told):
            return dict(told).get("lead.stage", NOT_SAID)
        case _:
            return NOT_SAID


def stage_at(events: Sequence[Event], at: int) -> object:
    """Return the stage that the last fact up to an instant says."""
    told = [
        event
        for event in events
        if instant_of(event.at) <= at and said(event) is not NOT_SAID
    ]
    if not told:
        return None
    return said(max(told, key=lambda event: (instant_of(event.at), event.id)))


def time_in(events: Sequence[Event], stages: Sequence[str], as_of: int) -> int:
    """Return how long a subject was in some stages, stretch by stretch."""
    marks = sorted({*(instant_of(event.at) for event in events), as_of})
    spent = 0
    for start, end in itertools.pairwise(marks):
        if end <= as_of and stage_at(events, start) in stages:
            spent += end - start
    return spent


def latest(events: Sequence[Event], stages: Sequence[str], as_of: int) -> int:
    """Return how long the last stay without a break lasted, back from its end."""
    marks = sorted({*(instant_of(event.at) for event in events), as_of})
    stretches = [
        (end - start, stage_at(events, start) in stages)
        for start, end in itertools.pairwise(marks)
        if end <= as_of
    ]
    while stretches and not stretches[-1][1]:
        stretches.pop()
    spent = 0
    while stretches and stretches[-1][1]:
        spent += stretches.pop()[0]
    return spent
