"""Stints: the time of one owner, while a promise to the subject is open [K8].

Where a term measures owners, each of them has a clock of its own: from the assignment
to that owner's own answer, or until somebody else has the subject. The promise itself
goes on meanwhile; what becomes of it says which owner a clock runs for at all.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import cast

import attrs

from alignkit.absences import NONE_TOLD, Absences
from alignkit.beginnings import begin
from alignkit.clocks import CompiledTerm
from alignkit.escalations import carried
from alignkit.events import Event
from alignkit.facts import Facts
from alignkit.happenings import OwnerAssigned
from alignkit.learnings import informed
from alignkit.movements import moved
from alignkit.qualifying import Shortfall
from alignkit.runs import Ending, Role, Run

Acting = tuple[int, Role, Event]
"""Under which edition a fact does what to a clock."""


@attrs.frozen(kw_only=True)
class Custodian:
    """Who has a subject, and when such people are away.

    Attributes:
        owner: The person; None for nobody.
        assigned: The fact that says so; None if there is none.
        absences: When people were reported to be away.
    """

    owner: str | None = None
    assigned: Event | None = None
    absences: Absences = NONE_TOLD

    def after(self, moves: Sequence[Acting]) -> Custodian:
        """Return who has it after the facts of an instant.

        Of several assignments at one instant the one to somebody holds, and of several
        such the last.
        """
        given = [
            (event.fact.owner, event)
            for _, role, event in moves
            if role is Role.HANDOVER and isinstance(event.fact, OwnerAssigned)
        ]
        if not given:
            return self
        somebody = [one for one in given if one[0] is not None]
        owner, event = (somebody or given)[-1]
        if owner == self.owner:
            return self
        return attrs.evolve(self, owner=owner, assigned=event)


def actor_of(event: Event) -> str | None:
    """Return who did something; None where that is not known."""
    return None if event.actor is None else event.actor.id


@attrs.frozen(kw_only=True)
class Turnover:
    """One instant in the life of a promise that measures owners.

    Attributes:
        at: The instant.
        moves: What the facts of the instant do to the clock.
        earlier: The promise before it, as the clock of the lead would have it.
        current: The promise after it.
        before: Who had the subject before it.
        after: Who has it after it.
        governing: Returns the term that governs a run.
        known: What is known by then.
    """

    at: int
    moves: tuple[Acting, ...]
    earlier: Run | None
    current: Run | None
    before: Custodian
    after: Custodian
    governing: Callable[[Run], CompiledTerm]
    known: Callable[[str], Facts]

    @property
    def is_anew(self) -> bool:
        """True if the promise began at this instant, or began again."""
        if self.current is None or self.earlier is None:
            return self.current is not None
        return self.current.started_by is not self.earlier.started_by

    @property
    def is_restarted(self) -> bool:
        """True if it began again without a new cycle."""
        was, now = self.earlier, self.current
        return (
            self.is_anew
            and was is not None
            and now is not None
            and (was.cycle == now.cycle)
        )

    def stints(self, runs: Sequence[Run]) -> tuple[Run, ...]:
        """Return the runs of the owners after it."""
        found = list(runs)
        if runs and runs[-1].is_running:
            last = self._continued(found.pop())
            if last is not None:
                found.append(last)
        if not (found and found[-1].is_running):
            begun = self._begun(len(found) + 1)
            if begun is not None:
                found.append(begun)
        return tuple(found)

    def _continued(self, run: Run) -> Run | None:
        """Return a running stint after the instant; None if there is none any more."""
        compiled, at = self.governing(run), self.at
        found: Run | None = run
        if compiled.heeds_facts:
            found = informed(compiled, run, at, self.known(compiled.zone))
        if found is None:
            return None
        compiled = compiled.timed(found)
        for edition, role, event in self.moves:
            if found.is_running and edition == found.edition and role in _ACT:
                if role is not Role.STOP or actor_of(event) in (None, run.owner):
                    found = moved(compiled, found, role, at, event)
                else:
                    short = (event, Shortfall.NOT_OWNER)
                    noted = (*found.disregarded, short)
                    found = attrs.evolve(found, disregarded=noted)
        if found.is_running:
            if self.is_restarted and self.after.owner == run.owner:
                return None
            by = self._ends_it(found)
            if by is not None:
                found = moved(compiled, found, Role.CANCEL, at, by)
        return found if found is run else carried(run, found, compiled, at)

    def _ends_it(self, run: Run) -> Event | None:
        """Return the fact that ends a stint that goes on otherwise; None if none."""
        if self.after.owner != run.owner:
            return self.after.assigned
        # What runs for an owner runs for the lead as well, or has just ended.
        now = cast("Run", self.current)
        return now.started_by if self.is_anew else now.ended_by

    def _begun(self, cycle: int) -> Run | None:
        """Return the stint that begins, if any does."""
        now, owner = self.current, self.after.owner
        if now is None or owner is None:
            return None
        compiled = self.governing(now)
        if not compiled.measures_owners:
            return None
        if self.is_anew:
            away = compiled.away(owner, self.after.absences)
            begun = attrs.evolve(now, cycle=cycle, owner=owner, away=away)
            return self._from_assignment(begun)
        # Whoever has it was given it.
        assigned = cast("Event", self.after.assigned)
        answer = self._answer(now)
        if not now.is_running and answer is None:
            return None
        facts = self.known(compiled.zone)
        fresh = begin(compiled, now.edition, self.at, assigned, facts)
        if fresh is None:
            return None
        # Opened again while the same owner has it, it begins then.
        since = self.at if self.after is self.before else fresh.started
        since = max(since, now.started)
        compiled = compiled.timed(fresh)
        away = compiled.away(owner, self.after.absences)
        fresh = attrs.evolve(
            fresh,
            cycle=cycle,
            owner=owner,
            away=away,
            started=since,
            counts=since,
            exempt=now.exempt,
            pauses=((since, None),) if now.is_paused else (),
        )
        if answer is not None:
            return moved(compiled, fresh, Role.STOP, self.at, answer)
        return fresh

    def _from_assignment(self, run: Run) -> Run:
        """Return a stint that began with the promise, or with the assignment if later.

        What counts from a date may have begun before the instant at which it is heard.
        """
        assigned = cast("Event", self.after.assigned)
        since = self.governing(run).since(self.at, assigned)
        if self.after is self.before or since <= run.started:
            return run
        return attrs.evolve(
            run, started=since, started_by=assigned, counts=since, day=assigned.day
        )

    def _answer(self, now: Run) -> Event | None:
        """Return the answer of a new owner at the instant of the assignment [E4]."""
        by = now.ended_by
        was_open = self.earlier is not None and self.earlier.is_running
        is_new = was_open and self.after is not self.before
        if by is None or not is_new or now.ending is not Ending.FULFILLED:
            return None
        return by if actor_of(by) == self.after.owner else None


_ACT = frozenset({Role.STOP, Role.RESET, Role.CANCEL, Role.PAUSE, Role.RESUME})
