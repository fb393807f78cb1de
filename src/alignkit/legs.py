"""Legs: the moves of one record, fact by fact, with what each of them meant.

Any fact may say in which stage a record is: that it was created there, that it moved,
that somebody wrote it into a field. A leg is such a fact, with the stage before it, the
stage after it and, where a lifecycle is agreed, the direction and the cycle.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence

import attrs

from alignkit.cycles import Circuit, Track
from alignkit.editions import Edition
from alignkit.events import Event
from alignkit.happenings import StageChanged
from alignkit.histories import Timed, stage_after
from alignkit.lifecycle import MoveDirection
from alignkit.reasons import Reason
from alignkit.stages import StageCategory


@attrs.frozen(kw_only=True)
class Leg:
    """One fact that says in which stage a record is.

    Attributes:
        at: The instant.
        event: The fact.
        from_stage: The stage in which the record was; None where that was not known.
        to_stage: The stage in which it is now; None if it was cleared.
        circuit: The lifecycle in force, made ready; None if there is none.
        before: Where it stood in that; None where that was not known.
        after: Where it stands.
        ends_cycle: Whether its cycle ends with this.
    """

    at: int
    event: Event
    from_stage: str | None
    to_stage: str | None
    circuit: Circuit | None = None
    before: Track | None = None
    after: Track | None = None
    ends_cycle: bool = False

    @property
    def cycle(self) -> int:
        """The cycle to which it belongs; the first where no lifecycle tells."""
        return 1 if self.after is None else self.after.position.cycle

    @property
    def told_from(self) -> str | None:
        """The stage that the fact itself says was left; None if it says none."""
        fact = self.event.fact
        return fact.from_stage if isinstance(fact, StageChanged) else None

    @property
    def reason(self) -> Reason | None:
        """The reason that was given, if the edition knows it."""
        fact = self.event.fact
        if self.circuit is None or not isinstance(fact, StageChanged):
            return None
        return None if fact.reason is None else self.circuit.reasons.get(fact.reason)

    @property
    def origin(self) -> str | None:
        """The stage from which it moved: as the fact says, or else as it was known."""
        return self.told_from or self.from_stage

    @property
    def direction(self) -> MoveDirection | None:
        """What the move means [H2]; None where it began, and where nothing tells."""
        if self.circuit is None or self.origin is None or self.to_stage is None:
            return None
        if not {self.origin, self.to_stage} <= self.circuit.ends.keys():
            return None
        was_qualified = self.before is not None and self.before.position.is_qualified
        return self.circuit.lifecycle.direction(
            self.origin,
            self.to_stage,
            was_qualified=was_qualified,
            reason=self.reason,
        )

    @property
    def outcome(self) -> StageCategory | None:
        """What the stage means that it came to, if that ends a cycle."""
        if self.circuit is None or not self.circuit.ends.get(self.to_stage or ""):
            return None
        return self.circuit.lifecycle.stage(self.to_stage or "").category


def legs(events: Sequence[Timed], editions: Sequence[Edition] = ()) -> Iterator[Leg]:
    """Yield the legs of one record.

    Args:
        events: Its facts, in order of time and each once.
        editions: The editions, in order of when they are in force; before the first,
            its lifecycle is meant.
    """
    circuits = [Circuit.of(edition) for edition in editions]
    starts = [edition.starts for edition in editions]
    stage: str | None = None
    track: Track | None = None
    for at, event in events:
        number = max(bisect_right(starts, at) - 1, 0)
        circuit = circuits[number] if circuits else None
        now = stage_after(event, stage)
        before, ends = track, False
        if circuit is not None:
            track, ends = circuit.after(track, event)
        if now != stage or isinstance(event.fact, StageChanged):
            yield Leg(
                at=at,
                event=event,
                from_stage=stage,
                to_stage=now,
                circuit=circuit,
                before=before,
                after=track,
                ends_cycle=ends,
            )
        stage = now
