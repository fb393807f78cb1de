"""Cycles: how often a subject has gone through its lifecycle, fact by fact [E6].

A lead that is recycled, lost or won has come to the end of a cycle; one that comes back
starts the next. What was promised in the first is over by then, and what is promised
anew is counted apart. A circuit follows the moves that are told, whether they were
allowed or not, and says which of them ends a cycle.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Self

import attrs

from alignkit.editions import Edition
from alignkit.events import Event
from alignkit.happenings import FieldChanged, LeadCreated, StageChanged
from alignkit.histories import stage_after
from alignkit.lifecycle import Lifecycle, Position
from alignkit.reasons import Reason


@attrs.frozen(kw_only=True)
class Track:
    """Where a subject stands in its lifecycle.

    Attributes:
        position: Its stage, and which of its cycles it is in.
        is_over: Whether that cycle has ended, and the next has not started yet.
    """

    position: Position
    is_over: bool


@attrs.frozen(kw_only=True, eq=False)
class Circuit:
    """The lifecycle of one edition, made ready to be followed over many histories.

    It is immutable and can be shared between threads.

    Attributes:
        lifecycle: The stages and their order.
        ends: For each stage, whether a lead that moves there ends its cycle.
        reasons: The reasons of the edition, by code.
    """

    lifecycle: Lifecycle
    ends: Mapping[str, bool]
    reasons: Mapping[str, Reason]

    @classmethod
    def of(cls, edition: Edition) -> Self | None:
        """Return the circuit of an edition; None if it has no lifecycle."""
        lifecycle = edition.lifecycle
        if lifecycle is None:
            return None
        return cls(
            lifecycle=lifecycle,
            ends={stage.id: stage.ends_cycle for stage in lifecycle.stages},
            reasons={reason.code: reason for reason in edition.reasons},
        )

    def after(self, track: Track | None, event: Event) -> tuple[Track | None, bool]:
        """Return where a subject stands after a fact, and whether that ended its cycle.

        A move to a detour, won or lost ends it; so does one that starts the next cycle
        where nothing had ended the last: a lead that was sent back on the path and has
        qualified again. A correction ends nothing. A stage that the lifecycle does not
        have is passed over, and so is a move of another lifecycle. A fact that names a
        detour, won or lost as the stage that was left tells of a move there that nobody
        told: the cycle has ended by then.

        Example:
            >>> from datetime import UTC, datetime
            >>> from alignkit.events import Subject
            >>> from alignkit.presets import preset
            >>> edition = Edition(id="northwind", lifecycle=preset("standard"))
            >>> circuit = Circuit.of(edition)
            >>> track = None
            >>> for day, stage in enumerate(("mql", "sal", "recycled", "mql"), start=1):
            ...     at = datetime(2026, 3, day, tzinfo=UTC)
            ...     moved = StageChanged(to_stage=stage)
            ...     move = Event(
            ...         id=str(day), subject=Subject(id="L1"), at=at, fact=moved
            ...     )
            ...     track, ends = circuit.after(track, move)
            ...     print(stage, track.position.cycle, ends)
            mql 1 False
            sal 1 False
            recycled 1 True
            mql 2 False
        """
        to_stage = _destination(event, self.lifecycle)
        if to_stage is None or to_stage not in self.ends:
            return track, False
        reason = self._reason(event)
        is_repair = reason is not None and reason.is_repair
        left, was_away = (track, False) if is_repair else self._left(track, event)
        if left is None or left.position.stage not in self.ends:
            return self._entered(left, to_stage), self.ends[to_stage]
        passage = self.lifecycle.follow(left.position, to_stage, reason=reason)
        is_over = self.ends[to_stage] and (passage.ends_cycle or left.is_over)
        ends = passage.ends_cycle or (passage.starts_cycle and not left.is_over)
        return Track(position=passage.position, is_over=is_over), ends or was_away

    def _left(self, track: Track | None, event: Event) -> tuple[Track | None, bool]:
        """Return where a subject was when it moved, and whether nobody told that."""
        fact = event.fact
        stage = fact.from_stage if isinstance(fact, StageChanged) else None
        if stage is None or stage not in self.ends:
            return track, False
        if track is None:
            return self._entered(None, stage), False
        position = track.position
        is_told = position.stage == stage or position.stage not in self.ends
        if is_told or not self.ends[stage]:
            return track, False
        unseen = self.lifecycle.follow(position, stage)
        return Track(position=unseen.position, is_over=True), True

    def _entered(self, track: Track | None, stage: str) -> Track:
        """Return where a subject stands of which no earlier stage is known here."""
        position = self.lifecycle.enter(stage)
        if track is not None:
            was = track.position
            position = attrs.evolve(position, cycle=was.cycle, returns=was.returns)
        return Track(position=position, is_over=self.ends[stage])

    def _reason(self, event: Event) -> Reason | None:
        code = event.fact.reason if isinstance(event.fact, StageChanged) else None
        return None if code is None else self.reasons.get(code)


def _destination(event: Event, lifecycle: Lifecycle) -> str | None:
    """Return the stage in which a fact says that a subject is; None if it says none."""
    match event.fact:
        case StageChanged(to_stage=to_stage, lifecycle=other):
            return to_stage if other in (None, lifecycle.id) else None
        case LeadCreated() | FieldChanged():
            return stage_after(event, None)
        case _:
            return None
