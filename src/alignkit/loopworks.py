"""Loopworks: the feedback loops of an agreement, and the clocks that they move.

A fact about a request moves the clocks of its loop only if it moves the item itself: a
second request wins no time, and a decision before the reply decides nothing [F2]. So
the facts of an instant are told to the items first, and what that did to them is told
to the clocks.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Self

import attrs

from alignkit.clocks import CompiledTerm
from alignkit.duties import Owed
from alignkit.events import Event
from alignkit.exchanges import Courses, Hearings
from alignkit.feedback import Turn
from alignkit.loops import Loop
from alignkit.runs import Role

Moved = tuple[int, tuple[int, Role, Event]]
"""A clock that is moved: under which edition, how, and by which fact."""


@attrs.frozen(eq=False)
class Loopwork:
    """The feedback loops of an agreement, and the clocks that they move.

    Attributes:
        hearings: The loops, ready to be told facts.
        listeners: Which clock under which edition is concerned by what a fact does to
            the item of a loop, and how.
    """

    hearings: Hearings
    listeners: Mapping[tuple[str, Turn], tuple[tuple[int, int, Role], ...]]

    @classmethod
    def of(
        cls,
        terms: Sequence[Sequence[CompiledTerm | None]],
        starts: tuple[float, ...],
    ) -> Self:
        """Return the loops whose duties are among some terms.

        Args:
            terms: Each term as every edition has it.
            starts: From when each edition is in force.
        """
        loops: list[dict[str, Loop]] = [{} for _ in starts]
        listeners: dict[tuple[str, Turn], tuple[tuple[int, int, Role], ...]] = {}
        for clock, editions in enumerate(terms):
            for edition, compiled in enumerate(editions):
                if compiled is None or compiled.owed is None:
                    continue
                loop = compiled.owed.loop
                loops[edition][loop.id] = loop
                for role, turn in _turns(compiled.owed):
                    key = (loop.id, turn)
                    found = (clock, edition, role)
                    listeners[key] = (*listeners.get(key, ()), found)
        return cls(Hearings.of(starts, [one.values() for one in loops]), listeners)

    def after(
        self, courses: Courses, at: int, steps: Sequence[tuple[Event, str | None]]
    ) -> tuple[Courses, list[Moved]]:
        """Return how far items have come after an instant, and which clocks it moves.

        Args:
            courses: How far they had come before.
            at: The instant.
            steps: Its facts, each with the stage that the subject is in after it.
        """
        if not self.listeners:
            return courses, []
        moved, turned = self.hearings.after(courses, at, steps)
        return moved, [
            (clock, (edition, role, event))
            for loop, event, turn in turned
            for clock, edition, role in self.listeners.get((loop, turn), ())
        ]


def _turns(owed: Owed) -> Iterator[tuple[Role, Turn]]:
    """Yield what moves the clock of a duty, and how."""
    roles = {Role.STOP: owed.stop, Role.CANCEL: owed.cancel, Role.START: owed.start}
    for role, turns in roles.items():
        for turn in turns:
            yield role, turn
