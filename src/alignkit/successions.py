"""Successions: one term through the editions that have it.

The edition in force when a promise starts governs it to its end [K6]: the edition in
force says what starts a clock, and the one that governs a run, what moves it. What the
facts of one instant do to the clock is worked out here [E4].
"""

from __future__ import annotations

import functools
import math
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Sequence
from operator import itemgetter
from typing import cast

import attrs

from alignkit.absences import NONE_TOLD, Absences
from alignkit.adoptions import Reach, gone_over
from alignkit.beginnings import adopted, begin, next_due
from alignkit.clocks import CompiledTerm
from alignkit.escalations import carried
from alignkit.events import Event
from alignkit.facts import Facts
from alignkit.happenings import ConsentChanged
from alignkit.judgements import Judge
from alignkit.learnings import informed
from alignkit.movements import moved
from alignkit.outcomes import Outcome
from alignkit.progress import (
    BEGINNINGS,
    OPTED_OUT,
    Held,
    Move,
    Progress,
    Told,
)
from alignkit.promises import Reopening, Repeat
from alignkit.runs import Ending, Role, Run
from alignkit.stints import Custodian, Turnover, actor_of
from alignkit.stories import Kinship


@attrs.frozen(kw_only=True, eq=False)
class Succession:
    """One term through the editions that have it.

    Attributes:
        id: The id of the term.
        terms: The term as each edition has it; None where it does not.
        starts: From when each edition is in force.
        kinship: Since when the records are one whose facts are told together; None if
            there is one record.
    """

    id: str
    terms: tuple[CompiledTerm | None, ...]
    starts: tuple[float, ...]
    kinship: Kinship | None = None

    def governing(self, run: Run) -> CompiledTerm:
        """Return the term as the edition has it that governs a run [K6]."""
        # A run is started by an edition that has the term.
        return cast("CompiledTerm", self.terms[run.edition]).timed(run)

    def in_force_at(self, at: int) -> int:
        """Return the edition in force at an instant; before the first one, the first.

        What starts before it is ungoverned [K6].
        """
        return max(bisect_right(self.starts, at) - 1, 0)

    def is_governed(self, run: Run) -> bool:
        """Say whether an edition was in force when a run started [K6]."""
        return run.started >= self.starts[0]

    @functools.cached_property
    def adopts(self) -> bool:
        """True if a running promise may go over to another edition [K6]."""
        return any(one and one.term.adopts_changes for one in self.terms[:-1])

    def brought(self, progress: Progress, reach: Reach) -> Progress:
        """Return the progress with the terms that its last run took on by an instant.

        It is the same one if none were taken on.

        Args:
            progress: The progress.
            reach: How far time has come.
        """
        doubts, held = progress.doubts, progress.held
        if doubts is not None:
            others = tuple(self.brought(one, reach) for one in doubts.others)
            doubts = attrs.evolve(doubts, others=others)
            progress = attrs.evolve(progress, doubts=doubts)
        if held is None:
            runs = self._gone_over(progress, progress.runs, reach)
            if runs is progress.runs:
                return progress
            return attrs.evolve(progress, runs=runs)
        owed = self.brought(held.owed, reach)
        stints = self._gone_over(progress, held.stints, reach)
        if owed is held.owed and stints is held.stints:
            return progress
        return attrs.evolve(
            progress,
            runs=self._in_order(stints, owed.runs),
            held=attrs.evolve(held, owed=owed, stints=stints),
        )

    def _gone_over(
        self, progress: Progress, runs: tuple[Run, ...], reach: Reach
    ) -> tuple[Run, ...]:
        """Return runs of which the last has gone over, if it runs and is owed."""
        if not runs or not runs[-1].is_running or not self.is_governed(runs[-1]):
            return runs
        always = progress.exempt[runs[-1].edition] if progress.exempt else None
        rules = (always, runs[-1].exempt)
        # What is not owed under its own edition comes to be owed under no other [K4].
        if any(one is not None and not one.unknown for one in rules):
            return runs
        last = gone_over(runs, self.terms, self.starts, reach)
        return runs if last is runs[-1] else (*runs[:-1], last)

    @functools.cached_property
    def measures_owners(self) -> bool:
        """True if each owner has a clock of its own, under any of the editions [K8]."""
        return any(one is not None and one.measures_owners for one in self.terms)

    def fresh(self, absences: Absences = NONE_TOLD) -> Progress:
        """Return the progress of a clock to which nothing was told yet.

        Args:
            absences: When owners are away.
        """
        if not self.measures_owners:
            return Progress()
        return Progress(held=Held(custodian=Custodian(absences=absences)))

    def advanced(
        self,
        progress: Progress,
        at: int,
        moves: Sequence[Move],
        told: Told,
        cycle: int | None = None,
    ) -> Progress:
        """Return the progress after the facts of one instant [E4].

        Args:
            progress: The progress up to that instant.
            at: The instant.
            moves: What the facts do to the clock, in the order in which they act.
            told: What is known by then.
            cycle: The cycle that the subject is in after them; None if no lifecycle
                says [E6].
        """
        held = progress.held
        if held is None:
            return self._advanced(progress, at, moves, told, cycle)
        custodian = held.custodian.after(moves)
        doers = {None, held.custodian.owner, custodian.owner}
        own = [
            move
            for move in moves
            if move[1] is not Role.HANDOVER
            and (move[1] is not Role.STOP or actor_of(move[2]) in doers)
        ]
        asked = attrs.evolve(
            held.owed, refusals=progress.refusals, exempt=progress.exempt
        )
        owed = self._advanced(asked, at, own, told, cycle)
        turnover = Turnover(
            at=at,
            moves=tuple(moves),
            earlier=held.owed.runs[-1] if held.owed.runs else None,
            current=owed.runs[-1] if owed.runs else None,
            before=held.custodian,
            after=custodian,
            governing=self.governing,
            known=told,
        )
        stints = turnover.stints(held.stints)
        return attrs.evolve(
            progress,
            runs=self._in_order(stints, owed.runs),
            held=Held(owed=owed, custodian=custodian, stints=stints),
        )

    @functools.cached_property
    def anchor(self) -> tuple[int, int] | None:
        """When a duty that recurs begins by itself, and under which edition [K18].

        That is the day that the first edition names that has the duty, if it falls
        before the next edition. None if only a fact begins it.
        """
        edition, first = next(
            (nth, one) for nth, one in enumerate(self.terms) if one is not None
        )
        at = first.anchor
        ends = self.starts[edition + 1] if edition + 1 < len(self.starts) else math.inf
        if at is None or (edition and at < self.starts[edition]) or at >= ends:
            return None
        return at, edition

    @functools.cached_property
    def recurs(self) -> bool:
        """True if it is a duty that recurs, under any of the editions."""
        return any(one is not None and one.cadence is not None for one in self.terms)

    def _in_order(
        self, stints: tuple[Run, ...], owed: tuple[Run, ...]
    ) -> tuple[Run, ...]:
        """Return the runs of owners, and of the lead under editions that measure it."""
        leads = [run for run in owed if not self.governing(run).measures_owners]
        if not leads:
            return stints
        # What an edition governs began before what the next one does.
        runs = sorted((*leads, *stints), key=lambda run: run.edition)
        return tuple(attrs.evolve(run, cycle=nth) for nth, run in enumerate(runs, 1))

    def _advanced(
        self,
        progress: Progress,
        at: int,
        moves: Sequence[Move],
        told: Told,
        cycle: int | None,
    ) -> Progress:
        """Return the progress of the clock of a lead after the facts of one instant."""
        edition = self.in_force_at(at)
        compiled = self.terms[edition]
        if self.recurs:
            progress, moves = self._again(progress, edition, at, moves, told, cycle)
        repeats = compiled and (
            compiled.promise.clock.repeat is Repeat.NEW_CYCLE or progress.is_opted_out
        )
        is_barred = compiled is not None and progress.refusals.covers(compiled.channels)
        if is_barred:
            # Whoever does not want to be contacted is opened again for nobody.
            moves = [move for move in moves if move[1] is not Role.REOPEN]
        may_begin = not progress.runs or repeats or progress.runs[-1].precedes(cycle)
        if not (may_begin or self.may_change(progress) or _may_wake(moves, cycle)):
            return progress
        runs = list(progress.runs)
        heeded = self._move(runs, at, moves, told, cycle)
        at_once = _ACT_AT_ONCE if compiled is None else _at_once(compiled)
        unheeded = [
            (role, event)
            for number, role, event in moves
            if number == edition and role in at_once and event.id not in heeded
        ]
        early = progress.early
        anyhow = progress.is_opted_out and not is_barred
        starter = self._starter(runs, edition, at, moves, cycle, anyhow=anyhow)
        attached = waiting = None
        if compiled is not None and compiled.attaches is not None:
            attached = _attached(compiled.attaches, progress, at, told(compiled.zone))
            waiting = _waiting(progress, runs, moves, heeded) or starter
            starter = starter if attached is None else waiting
        if starter is not None:
            begun = self._begun(runs, edition, at, starter, told, cycle, attached)
            if begun is not None:
                governing = self.governing(begun)
                begun = _owed(governing, begun, at, told, is_barred=is_barred)
                runs.append(_greeted(governing, begun, at, early, unheeded))
                return attrs.evolve(
                    progress,
                    runs=tuple(runs),
                    early=(),
                    attached=attached,
                    waiting=None,
                )
        if attached is not None or any(role in _ENDS for role, _ in unheeded):
            waiting = None
        if unheeded:
            # Stops are told of the next run; what is dated by day may still act.
            is_next = not runs or repeats or runs[-1].precedes(cycle)
            early += tuple(
                (role, event)
                for role, event in unheeded
                if (is_next and role in _DONE)
                or ((is_next or cycle is not None) and event.day is not None)
            )
        if self.attaches:
            progress = attrs.evolve(progress, attached=attached, waiting=waiting)
        return _come_to(progress, runs, early)

    def _again(
        self,
        progress: Progress,
        edition: int,
        at: int,
        moves: Sequence[Move],
        told: Told,
        cycle: int | None,
    ) -> tuple[Progress, list[Move]]:
        """Return what facts do to a duty that recurs, and how far it has come [K18].

        Facts of one instant are one occurrence. What asks is no answer. What ends the
        duty ends it for as long as the subject is in no later cycle; and what was done
        before the day from which it counts does nothing.
        """
        progress = self._anchored(progress, at, told, cycle)
        last = progress.runs[-1] if progress.runs else None
        running = last if last is not None and last.is_running else None
        governing = {edition} | ({running.edition} if running else set())
        found: list[Move] = []
        early: list[Event] = []
        for move in moves:
            number, role, event = move
            compiled = self.terms[number] if number >= 0 else None
            if compiled is None or compiled.cadence is None or role not in _TURNS:
                found.append(move)
            elif role is Role.CANCEL:
                found.append(move)
                if number in governing and not isinstance(event.fact, ConsentChanged):
                    round_ = cycle or 0 if running is None else running.round
                    progress = attrs.evolve(progress, over=round_)
            elif compiled.since(at, event) < _first_of(progress, compiled):
                early.append(event)
            elif not _is_repeated(move, found, moves, asks=compiled.waits_to_be_asked):
                found.append(move)
        if early and last is not None:
            before = dict.fromkeys((*last.early, *early))
            last = attrs.evolve(last, early=tuple(before))
            progress = attrs.evolve(progress, runs=(*progress.runs[:-1], last))
        if _is_over(progress, cycle):
            found = [move for move in found if move[1] is not Role.START]
        return progress, found

    def _anchored(
        self,
        progress: Progress,
        at: int,
        told: Told,
        cycle: int | None,
    ) -> Progress:
        """Return the progress with the run that a day begins, once a fact is heard."""
        if self.anchor is None or progress.runs or progress.over is not None:
            return progress
        since, edition = self.anchor
        compiled = cast("CompiledTerm", self.terms[edition])
        _, heard = told.events[bisect_left(told.events, at, key=itemgetter(0))]
        facts = told(compiled.zone)
        begun = begin(compiled, edition, at, heard, facts, since)
        begun = begun and next_due(compiled, begun, None)
        if begun is None or not compiled.is_bound(begun):
            return progress
        is_barred = progress.refusals.covers(compiled.channels)
        begun = _owed(compiled, begun, at, told, is_barred=is_barred)
        return attrs.evolve(progress, runs=(_numbered(begun, None, cycle),))

    @functools.cached_property
    def attaches(self) -> bool:
        """True if its clock counts from the moment at which it came to apply."""
        return any(one is not None and one.attaches is not None for one in self.terms)

    def may_change(self, progress: Progress) -> bool:
        """Say whether facts can still change the last run: move it, or decide it."""
        if progress.doubts is not None or self.attaches:
            return True
        if progress.held is not None:
            return self.may_change(progress.held.owed)
        if not progress.runs:
            return False
        last = progress.runs[-1]
        return last.is_running or self.governing(last).may_learn(last)

    def _move(
        self,
        runs: list[Run],
        at: int,
        moves: Sequence[Move],
        told: Told,
        cycle: int | None,
    ) -> set[str]:
        """Let the facts of an instant act on the last run; return which of them did."""
        if not runs:
            return set()
        governing = self.governing(runs[-1])
        before = runs.pop()
        run: Run | None = before
        if governing.may_learn(before):
            run = informed(governing, before, at, told(governing.zone))
            governing = governing if run is None else governing.timed(run)
            run = run and self._settled(run, governing, at, told)
        heeded = set()
        for edition, role, event in moves:
            if run is None:
                break
            is_its_own = edition in (run.edition, EVERY_EDITION)
            if is_its_own and self._acts_on(run, role, cycle):
                run = moved(self.governing(run), run, role, at, event)
                # The end of a cycle may be told by a fact that does more than that.
                if role is not Role.CYCLE_END:
                    heeded.add(event.id)
        if run is not None:
            changes = run is not before
            runs.append(carried(before, run, governing, at) if changes else run)
        return heeded

    def _acts_on(self, run: Run, role: Role, cycle: int | None) -> bool:
        """Say whether a fact with a role does something to a run.

        A stay is over when its stages are left, and not with the cycle; feedback on a
        cycle is owed beyond its end; and what
        belongs to an earlier cycle of the subject has ended for good [E6].
        """
        governing = self.governing(run)
        match role:
            case Role.START:
                return False
            case Role.REOPEN:
                goes_on = governing.goes_on
                return goes_on and not run.is_running and not run.precedes(cycle)
            case Role.CYCLE_END:
                is_apart = governing.stages or governing.owed is not None
                return run.is_running and not is_apart
            case _:
                return run.is_running

    def _starter(
        self,
        runs: Sequence[Run],
        edition: int,
        at: int,
        moves: Sequence[Move],
        cycle: int | None,
        *,
        anyhow: bool,
    ) -> Event | None:
        """Return the first fact of an instant that may begin a run, if there is one.

        That is a start or, where the last run has ended and does not go on, what opens
        it again.
        """
        last, compiled = (runs[-1] if runs else None), self.terms[edition]
        if compiled is None:
            return None
        begins = [
            (role, event)
            for number, role, event in moves
            if number == edition and role in BEGINNINGS
        ]
        if self.kinship is not None and last is not None and last.is_running:
            # Of two records that are one only later, the earliest clock wins [E7].
            begun_by = last.started_by.subject
            begins = [
                (role, event)
                for role, event in begins
                if self.kinship.are_one(begun_by, event.subject, at)
            ]
        if not begins:
            return None
        clock = compiled.promise.clock
        is_anew = last is None or last.precedes(cycle)
        starts = anyhow or is_anew or clock.repeat is Repeat.NEW_CYCLE
        if last is not None and not starts and clock.repeat is Repeat.RESTART:
            starts = self._can_restart(last, at)
        if last is not None and compiled.waits_to_be_asked:
            # The oldest question counts until it is answered [K18].
            starts = not last.is_running
        reopens = last is not None and not last.is_running
        if clock.reopening is not Reopening.NEW_CYCLE:
            reopens = reopens and is_anew and compiled.goes_on
        acting = {Role.START: starts, Role.REOPEN: reopens}
        return next((event for role, event in begins if acting[role]), None)

    def _begun(
        self,
        runs: list[Run],
        edition: int,
        at: int,
        starter: Event,
        told: Told,
        cycle: int | None,
        attached: int | None,
    ) -> Run | None:
        """Return the run that a fact begins, if any; it ends or replaces the last."""
        compiled = cast("CompiledTerm", self.terms[edition])
        last = runs[-1] if runs else None
        # That it came to apply is where one run begins, and no further one.
        if attached is not None and last is not None and last.started >= attached:
            attached = None
        facts = told(compiled.zone)
        begun = begin(compiled, edition, at, starter, facts, attached)
        begun = begun and self._settled(begun, compiled, at, told)
        begun = begun and next_due(compiled, begun, last)
        if begun is None or last is None:
            return begun and _numbered(begun, None, cycle)
        is_anew = compiled.promise.clock.repeat is Repeat.RESTART
        if is_anew and last.is_running and not last.precedes(cycle):
            runs.pop()
            anew = attrs.evolve(
                begun,
                cycle=last.cycle,
                round=last.round,
                reopened=last.reopened,
                early=last.early,
            )
            if not self.is_governed(last):
                return anew
            # It is the same cycle still, in which each step fires once [K12].
            return carried(last, anew, self.governing(last), at)
        if last.is_running:
            governing = self.governing(last)
            ended = moved(governing, last, Role.CANCEL, at, starter)
            runs[-1] = carried(last, ended, governing, at)
        return _numbered(begun, last, cycle)

    def _settled(
        self, run: Run, compiled: CompiledTerm, at: int, told: Told
    ) -> Run | None:
        """Return a run as the edition has it that was in force when it started [K6].

        Only an anchor lies elsewhere than the fact. None if that edition does not
        promise it, or does not bind what starts then.
        """
        if run.adopted is not None:
            return run
        is_there = compiled.attaches is None and compiled.anchor_field is None
        if not is_there and run.unanchored is None:
            edition = self.in_force_at(run.started)
            other = self.terms[edition]
            if other is None:
                return None
            if edition != run.edition:
                found = adopted(other, run, edition, at, told(other.zone))
                return found if found and other.is_bound(found) else None
        return run if compiled.is_bound(run) else None

    def excluded(self, progress: Progress, at: int, told: Told) -> Progress:
        """Return the progress with what a subject is excluded by as it is known now.

        Args:
            progress: The progress.
            at: The instant up to which facts were told.
            told: What is known by then.
        """
        exempt = tuple(
            None
            if compiled is None
            else compiled.exclusions.always(told(compiled.zone), at)
            for compiled in self.terms
        )
        return attrs.evolve(progress, exempt=exempt)

    def _can_restart(self, run: Run, at: int) -> bool:
        return run.is_running and not self.governing(run).is_past_due(run, at)


def _come_to(
    progress: Progress, runs: Sequence[Run], early: tuple[tuple[Role, Event], ...]
) -> Progress:
    """Return a progress with its last run as it is now, and what may concern the next.

    It is the same one if nothing changed, which is so of most facts.
    """
    is_as_long = len(runs) == len(progress.runs)
    is_same = is_as_long and (not runs or runs[-1] is progress.runs[-1])
    if is_same and early is progress.early:
        return progress
    return attrs.evolve(progress, runs=tuple(runs), early=early)


def _owed(
    compiled: CompiledTerm, begun: Run, at: int, told: Told, *, is_barred: bool
) -> Run:
    """Return a run just started, and why it is not owed if it is not [K11]."""
    if is_barred:
        return attrs.evolve(
            begun,
            exempt=OPTED_OUT,
            ended=begun.started,
            ended_by=begun.started_by,
            ending=Ending.CANCELLED,
        )
    if not compiled.exclusions.of_handoffs:
        return begun
    known = told.then(at, begun.started_by, compiled.zone)
    return attrs.evolve(begun, exempt=compiled.exclusions.at_start(known, at))


def _is_over(progress: Progress, cycle: int | None) -> bool:
    """Say whether a duty that recurs has been ended, and no later cycle came since."""
    return progress.over is not None and (cycle is None or cycle <= progress.over)


def _first_of(progress: Progress, compiled: CompiledTerm) -> float:
    """Return from when on what is done counts for a duty that recurs."""
    if not progress.runs:
        return -math.inf if compiled.anchor is None else compiled.anchor
    return progress.runs[-1].started if progress.runs[-1].is_running else -math.inf


_TURNS = frozenset({Role.STOP, Role.CANCEL, Role.START})
"""What moves the clock of a duty that recurs."""


def _is_repeated(
    move: Move, found: Sequence[Move], moves: Sequence[Move], *, asks: bool
) -> bool:
    """Say whether a fact does to a duty that recurs what another one does already.

    What asks for an answer is none.
    """
    number, role, event = move
    if asks:
        return role is Role.STOP and (number, Role.START, event) in moves
    return any((number, role) == (one[0], one[1]) for one in found)


def _numbered(begun: Run, last: Run | None, cycle: int | None) -> Run:
    """Return a run with its number, and the cycle of the subject that it is of.

    They are the same, unless that number was taken by an earlier run [E6].
    """
    if last is None:
        return attrs.evolve(begun, cycle=cycle, round=cycle) if cycle else begun
    own = max(last.round, cycle or 1)
    return attrs.evolve(begun, cycle=max(own, last.cycle + 1), round=own)


def _attached(applies: Judge, progress: Progress, at: int, facts: Facts) -> int | None:
    """Return since when a promise applies, by what is known; None if it does not."""
    if applies.outcome_at(facts, at) is not Outcome.PASS:
        return None
    return at if progress.attached is None else progress.attached


def _waiting(
    progress: Progress,
    runs: Sequence[Run],
    moves: Sequence[Move],
    heeded: Collection[str],
) -> Event | None:
    """Return what still waits for the promise to apply, to start its clock then.

    What ends a run, or a cycle of the subject, ends that too. A run of which it turned
    out that the promise did not apply waits as well.
    """
    if any(
        role is Role.CYCLE_END or (role in _ENDS and event.id in heeded)
        for _, role, event in moves
    ):
        return None
    if len(runs) < len(progress.runs) and progress.runs[-1].is_running:
        return progress.waiting or progress.runs[-1].started_by
    return progress.waiting


def _may_wake(moves: Sequence[Move], cycle: int | None) -> bool:
    """Say whether what comes may matter to a clock that has run its course.

    It may be opened again; and what is dated by day may concern the next cycle.
    """
    return any(
        role is Role.REOPEN or (cycle is not None and event.day is not None)
        for _, role, event in moves
    )


_ENDS = frozenset({Role.STOP, Role.CANCEL})
"""What ends a run."""


_DONE = frozenset({Role.STOP, Role.ATTEMPT})
"""What does something of what is promised."""


_ACT_AT_ONCE = frozenset({Role.STOP, Role.ATTEMPT, Role.CANCEL, Role.PAUSE})
"""What may act on a clock that was started at the same instant [E4]."""


def _at_once(compiled: CompiledTerm) -> frozenset[Role]:
    """Return what may act on a clock of a term that was started at the same instant.

    Where a duty recurs, what was done is itself the start of a cycle, unless something
    has to ask for it; and what ends the duty starts none.
    """
    if compiled.cadence is None:
        return _ACT_AT_ONCE
    return frozenset({Role.STOP} if compiled.waits_to_be_asked else ())


def _greeted(
    compiled: CompiledTerm,
    begun: Run,
    at: int,
    early: Sequence[tuple[Role, Event]],
    unheeded: Sequence[tuple[Role, Event]],
) -> Run:
    """Return a run just started as it is after what may act on it at once [E4].

    That is what moved nothing at the same instant, and what is dated by day and not
    before the date of the start; but never the fact itself that started it.
    """
    acting = [
        (role, event) for role, event in unheeded if event is not begun.started_by
    ]
    before = list(begun.early)
    for role, event in early:
        if compiled.is_on_day(event, begun, at):
            acting.append((role, event))
        elif role in _DONE and event not in before:
            before.append(event)
    run = attrs.evolve(begun, early=tuple(before)) if before else begun
    for role, event in sorted(acting, key=lambda move: move[0]):
        if run.is_running and role in _ACT_AT_ONCE:
            run = moved(compiled, run, role, at, event)
    return run


EVERY_EDITION = -1
"""The end of a cycle is one under whichever edition a clock was started."""
