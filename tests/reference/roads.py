"""Where a subject stands in its lifecycle, told from the beginning every time."""

from __future__ import annotations

from collections.abc import Sequence

import attrs

from alignkit.events import Event
from alignkit.happenings import FieldChanged, LeadCreated, StageChanged
from tests.reference.clocks import instant_of

REPAIR = "entered_in_error"


@attrs.frozen(kw_only=True)
class Road:
    """A lifecycle in plain words.

    Attributes:
        path: The stages to a customer, in order; the last one is won.
        qualified: The stage of the path in which a lead qualifies.
        aside: The detours.
    """

    path: tuple[str, ...]
    qualified: str
    aside: tuple[str, ...]

    def ends(self, stage: str) -> bool:
        return stage in self.aside or stage == self.path[-1]

    def is_qualified(self, stage: str) -> bool:
        return stage in self.path[self.path.index(self.qualified) :]


@attrs.define
class _Traveller:
    stage: str | None = None
    cycle: int = 0
    has_qualified: bool = False
    is_over: bool = False

    def enter(self, road: Road, stage: str) -> None:
        self.stage = stage
        self.cycle = self.cycle or 1
        self.has_qualified = road.is_qualified(stage)
        self.is_over = road.ends(stage)

    def go(self, road: Road, stage: str) -> bool:
        """Go to a stage, and say whether a cycle ended by that."""
        was, self.stage = self.stage, stage
        assert was is not None
        if was == stage:
            return False
        if stage in road.aside:
            self.is_over = True
            return True
        comes_back = was in road.aside or was == road.path[-1]
        if not comes_back:
            crosses = road.is_qualified(stage) and not road.is_qualified(was)
            comes_back = crosses and self.has_qualified
        is_left_open = comes_back and not self.is_over
        if comes_back:
            self.cycle += 1
            self.has_qualified = False
        self.has_qualified |= road.is_qualified(stage)
        self.is_over = road.ends(stage)
        return self.is_over or is_left_open

    def be_corrected(self, road: Road, stage: str) -> None:
        """Stand in a stage that was written down wrongly before."""
        was, self.stage = self.stage, stage
        assert was is not None
        if road.is_qualified(stage):
            self.has_qualified = True
        elif stage in road.path and road.is_qualified(was):
            self.has_qualified = False
        self.is_over = self.is_over and road.ends(stage)


def journey(
    roads: Sequence[tuple[int, Road | None]], heard: Sequence[Event]
) -> tuple[int, list[Event]]:
    """Return the cycle in which a subject is, 0 for none, and what ended cycles.

    Args:
        roads: The lifecycle of each edition, and from when it is in force.
        heard: The facts, in order.
    """
    traveller = _Traveller()
    enders = []
    for event in heard:
        at = instant_of(event.at)
        road = [road for since, road in roads if since <= at or since == roads[0][0]][
            -1
        ]
        stage = _told(event)
        if road is None or stage not in (*road.path, *road.aside):
            continue
        if _travels(traveller, road, event, stage):
            enders.append(event)
    at = instant_of(heard[-1].at) if heard else 0
    road = [road for since, road in roads if since <= at or since == roads[0][0]][-1]
    return (0 if road is None else traveller.cycle), enders


def _travels(traveller: _Traveller, road: Road, event: Event, stage: str) -> bool:
    known = (*road.path, *road.aside)
    moved = event.fact if isinstance(event.fact, StageChanged) else None
    is_repair = moved is not None and moved.reason == REPAIR
    left = None if moved is None or is_repair else moved.from_stage
    ended = False
    if left in known and left is not None:
        if traveller.stage is None:
            traveller.enter(road, left)
        elif traveller.stage in known and traveller.stage != left and road.ends(left):
            traveller.go(road, left)
            traveller.is_over = ended = True
    if traveller.stage not in known:
        traveller.enter(road, stage)
        return road.ends(stage)
    if is_repair:
        if traveller.stage != stage:
            traveller.be_corrected(road, stage)
        return False
    return traveller.go(road, stage) or ended


def _told(event: Event) -> str | None:
    match event.fact:
        case StageChanged(to_stage=stage, lifecycle=None | "road"):
            return stage
        case FieldChanged(field="lead.stage" | "stage", value=str(stage)):
            return stage
        case LeadCreated(fields=fields):
            return dict(fields).get("lead.stage")  # type: ignore[return-value]
        case _:
            return None
