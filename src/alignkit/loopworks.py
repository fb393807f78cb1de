"""Loopworks: the feedback loops of an agreement, and the clocks that they move.

A fact about a request moves the clocks of its loop only if it moves the item itself: a
second request wins no time, and a decision before the reply decides nothing [F2]. So
the facts of an instant are told to the items first, and what that did to them is told
to the clocks.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from typing import Self, get_args

import attrs

from alignkit.clocks import CompiledTerm, Role
from alignkit.events import Event
from alignkit.feedback import Course, FeedbackFact, Hearing, Turn

Courses = Mapping[str, Course]
"""How far the item of each feedback loop has come with one subject, by the loop."""

Moved = tuple[int, tuple[int, Role, Event]]
"""A clock that is moved: under which edition, how, and by which fact."""

_STEPS: tuple[type[FeedbackFact], ...] = get_args(FeedbackFact)


@attrs.frozen(kw_only=True, eq=False)
class Loopwork:
    """The feedback loops of an agreement, and the clocks that they move.

    Attributes:
        starts: From when each edition is in force.
        hearings: The loops of each edition by id, ready to be told facts.
        types: The types of the events that may concern them.
        listeners: Which clock under which edition is concerned by what a fact does to
            the item of a loop, and how.
    """

    starts: tuple[float, ...]
    hearings: tuple[Mapping[str, Hearing], ...]
    types: frozenset[str]
    listeners: Mapping[tuple[str, Turn], tuple[tuple[int, int, Role], ...]]

    @classmethod
    def of(
        cls, terms: Sequence[Sequence[CompiledTerm | None]], starts: tuple[float, ...]
    ) -> Self:
        """Return the loops whose duties are among some terms.

        Args:
            terms: Each term as every edition has it.
            starts: From when each edition is in force.
        """
        hearings: list[dict[str, Hearing]] = [{} for _ in starts]
        listeners: dict[tuple[str, Turn], tuple[tuple[int, int, Role], ...]] = {}
        types: set[str] = set()
        for clock, editions in enumerate(terms):
            for edition, compiled in enumerate(editions):
                if compiled is None or compiled.owed is None:
                    continue
                loop = compiled.owed.loop
                hearing = hearings[edition].setdefault(loop.id, Hearing.of(loop))
                types.update(hearing.requests, (one.type for one in _STEPS))
                for role, turn in compiled.turns:
                    key = (loop.id, turn)
                    found = (clock, edition, role)
                    listeners[key] = (*listeners.get(key, ()), found)
        return cls(
            starts=starts,
            hearings=tuple(hearings),
            types=frozenset(types),
            listeners=listeners,
        )

    def after(
        self, courses: Courses, at: int, steps: Sequence[tuple[Event, str | None]]
    ) -> tuple[Courses, list[Moved]]:
        """Return how far items have come after an instant, and which clocks it moves.

        What a fact does to an item is for the edition to say that is in force then.

        Args:
            courses: How far they had come before.
            at: The instant.
            steps: Its facts, each with the stage that the subject is in after it.
        """
        if not any(event.fact.type in self.types for event, _ in steps):
            return courses, []
        group, stage = [event for event, _ in steps], steps[-1][1]
        edition = max(bisect_right(self.starts, at) - 1, 0)
        moved = dict(courses)
        moves: list[Moved] = []
        for id_, hearing in self.hearings[edition].items():
            moved[id_], turns = hearing.after(moved.get(id_, Course()), group, stage)
            moves += (
                (clock, (number, role, event))
                for event, turn in turns
                for clock, number, role in self.listeners.get((id_, turn), ())
            )
        return moved, moves
