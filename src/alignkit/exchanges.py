"""Exchanges: everything that came of one item of a feedback loop, for figures to count.

An item says how it stands; an exchange says what ever became of it: when it was asked
for and first answered, what was decided, whether it was closed, and how often it had to
be opened again [F3].
"""

from __future__ import annotations

import itertools
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from operator import itemgetter
from typing import Self, assert_never, get_args

import attrs

from alignkit.events import Event, Subject
from alignkit.feedback import Course, FeedbackFact, Hearing, Turn, is_on_date
from alignkit.happenings import Decision, FeedbackDecided
from alignkit.histories import Timed, stage_after
from alignkit.loops import Loop

Courses = Mapping[str, Course]
"""How far the item of each loop has come with one subject, by the loop."""

Turned = tuple[str, Event, Turn]
"""What a fact did to the item of a loop."""

_STEPS: tuple[type[FeedbackFact], ...] = get_args(FeedbackFact)


@attrs.frozen(eq=False)
class Hearings:
    """The loops of all editions of an agreement, ready to be told facts.

    Attributes:
        starts: From when each edition is in force.
        loops: The loops of each edition by id.
        types: The types of the events that may concern them.
    """

    starts: tuple[float, ...]
    loops: tuple[Mapping[str, Hearing], ...]
    types: frozenset[str]

    @classmethod
    def of(cls, starts: Sequence[float], loops: Sequence[Iterable[Loop]]) -> Self:
        """Return the loops of some editions.

        Args:
            starts: From when each edition is in force.
            loops: The loops of each edition.
        """
        ready = tuple({one.id: Hearing.of(one) for one in each} for each in loops)
        own = {one.type for one in _STEPS} if any(ready) else set()
        asked = {
            type_ for each in ready for one in each.values() for type_ in one.requests
        }
        return cls(starts=tuple(starts), loops=ready, types=frozenset(own | asked))

    def after(
        self, courses: Courses, at: int, steps: Sequence[tuple[Event, str | None]]
    ) -> tuple[Courses, list[Turned]]:
        """Return how far items have come after an instant, and what its facts did.

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
        turned: list[Turned] = []
        for id_, hearing in self.loops[edition].items():
            moved[id_], turns = hearing.after(moved.get(id_, Course()), group, stage)
            turned += ((id_, event, turn) for event, turn in turns)
        return moved, turned


@attrs.frozen(kw_only=True)
class Exchange:
    """What ever became of one item of a loop.

    Attributes:
        loop: The id of the loop.
        subject: What it is about.
        number: Which item of that subject, counted from 1.
        asked: The fact that asked for it; None if it was raised unasked.
        given: The fact by which it was first given; None if nobody has.
        decided: The fact by which it was last decided; None if nobody has.
        decision: What was decided.
        closed: The fact by which the giver was told; None if it is open, or open again.
        was_closed: Whether the giver was ever told.
        reopened: How often it was opened again after that.
    """

    loop: str
    subject: Subject
    number: int
    asked: Event | None = None
    given: Event | None = None
    decided: Event | None = None
    decision: Decision | None = None
    closed: Event | None = None
    was_closed: bool = False
    reopened: int = 0

    def after(self, event: Event, turn: Turn) -> Exchange:
        """Return the exchange after a fact did something to its item."""
        match turn:
            case Turn.ASKED:
                return attrs.evolve(self, asked=event)
            case Turn.GIVEN:
                return attrs.evolve(self, given=event)
            case Turn.REOPENED:
                return attrs.evolve(
                    self,
                    decided=None,
                    decision=None,
                    closed=None,
                    reopened=self.reopened + 1,
                )
            case Turn.DECIDED | Turn.AGREED | Turn.DISMISSED:
                return self._decided(event)
            case Turn.TOLD:
                return attrs.evolve(self, closed=event, was_closed=True)
            case Turn.ACKNOWLEDGED | Turn.HEARD | Turn.ACTED:
                return self
            case _:
                assert_never(turn)

    def _decided(self, event: Event) -> Exchange:
        decision = (
            event.fact.decision if isinstance(event.fact, FeedbackDecided) else None
        )
        return attrs.evolve(self, decided=event, decision=decision, closed=None)


def exchanges(
    hearings: Hearings, subject: Subject, events: Iterable[Timed]
) -> Iterator[Exchange]:
    """Yield the exchanges about a subject, loop by loop, each in its order.

    What began before the first edition was in force is governed by none, and left out.

    Args:
        hearings: The loops.
        subject: The subject.
        events: Its facts, in order of time and each once.
    """
    told = tuple(events)
    if not any(event.fact.type in hearings.types for _, event in told):
        return
    found: dict[str, list[Exchange]] = {}
    ungoverned: set[tuple[str, int]] = set()
    courses: Courses = {}
    stage: str | None = None
    for at, group in itertools.groupby(told, key=itemgetter(0)):
        steps: list[tuple[Event, str | None]] = []
        for _, event in group:
            stage = stage_after(event, stage)
            steps.append((event, stage))
        courses, turned = hearings.after(courses, at, steps)
        for loop, event, turn in turned:
            known = found.setdefault(loop, [])
            if not known or _begins(known[-1], event, turn):
                number = len(known) + 1
                known.append(Exchange(loop=loop, subject=subject, number=number))
                if at < hearings.starts[0]:
                    ungoverned.add((loop, number))
            known[-1] = known[-1].after(event, turn)
    for loop, known in found.items():
        yield from (one for one in known if (loop, one.number) not in ungoverned)


def _begins(last: Exchange, event: Event, turn: Turn) -> bool:
    """Say whether what a fact did begins another exchange: to ask again, after all."""
    return turn is Turn.ASKED and (
        last.asked is not None or not is_on_date(last.given, event)
    )
