"""Replays: all the clocks of an agreement, run over the facts of one subject.

An agreement is a succession of editions, and a term may stand in several of them. The
edition in force when a promise starts governs it to its end [K6]: the edition in force
says what starts a clock, and the one that governs a run, what moves it. A replay goes
through the facts once, instant by instant, and touches only the clocks concerned.
"""

from __future__ import annotations

import functools
import math
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Self, cast

import attrs

from alignkit.clocks import CompiledTerm, Role, Run
from alignkit.escalations import carried
from alignkit.events import Event
from alignkit.facts import Facts
from alignkit.histories import Tables, Timed, stage_after
from alignkit.loopworks import Courses, Loopwork
from alignkit.patterns import Matcher, matcher
from alignkit.promises import Repeat
from alignkit.stays import Step, crossings

Move = tuple[int, Role, Event]
"""Under which edition a fact does what to a clock."""

Told = Callable[[str], Facts]
"""What is known by an instant, for a zone."""


@attrs.frozen(kw_only=True)
class Progress:
    """How far the clock of one term has come with one subject.

    Attributes:
        runs: What came of it each time that it was started.
        early: What did nothing, because no clock was running, and may still concern the
            next run.
    """

    runs: tuple[Run, ...] = ()
    early: tuple[tuple[Role, Event], ...] = ()


@attrs.frozen(kw_only=True, eq=False)
class Succession:
    """One term through the editions that have it.

    Attributes:
        id: The id of the term.
        terms: The term as each edition has it; None where it does not.
        starts: From when each edition is in force.
    """

    id: str
    terms: tuple[CompiledTerm | None, ...]
    starts: tuple[float, ...]

    def governing(self, run: Run) -> CompiledTerm:
        """Return the term as the edition has it that governs a run [K6]."""
        # A run is started by an edition that has the term.
        return cast("CompiledTerm", self.terms[run.edition])

    def is_governed(self, run: Run) -> bool:
        """Say whether an edition was in force when a run started [K6]."""
        return run.started >= self.starts[0]

    def advanced(
        self, progress: Progress, at: int, moves: Sequence[Move], told: Told
    ) -> Progress:
        """Return the progress after the facts of one instant [E4].

        Args:
            progress: The progress up to that instant.
            at: The instant.
            moves: What the facts do to the clock, in the order in which they act.
            told: What is known by then.
        """
        edition = max(bisect_right(self.starts, at) - 1, 0)
        compiled = self.terms[edition]
        repeats = compiled and compiled.promise.clock.repeat is Repeat.NEW_CYCLE
        if progress.runs and not repeats and not self.may_change(progress):
            return progress
        runs = list(progress.runs)
        heeded = self._move(runs, at, moves, told)
        starter = None
        unheeded: list[tuple[Role, Event]] = []
        for number, role, event in moves:
            if number == edition and role is Role.START:
                starter = starter or event
            elif number == edition and event.id not in heeded:
                unheeded.append((role, event))
        early = progress.early
        if compiled is not None and starter is not None:
            begun = self._begun(runs, edition, at, starter, told)
            if begun is not None:
                runs.append(_greeted(compiled, begun, at, early, unheeded))
                return Progress(runs=tuple(runs))
        if unheeded and (not runs or repeats):
            # Stops are told of the next run; what is dated by day may still act.
            early += tuple(
                (role, event)
                for role, event in unheeded
                if role is Role.STOP or (role in _ACT_AT_ONCE and event.day is not None)
            )
        return Progress(runs=tuple(runs), early=early)

    def stayed(
        self, progress: Progress, at: int, stage: str | None, steps: Sequence[Step]
    ) -> list[Move]:
        """Return what it does to the clock of a stay that a subject moved on.

        At one instant a visit ends at most, and then one begins; a visit that is
        running under the stages of one edition goes on under those of the next.

        Args:
            progress: The progress up to that instant.
            at: The instant.
            stage: The stage before it.
            steps: The facts of the instant, each with the stage after it.
        """
        edition = max(bisect_right(self.starts, at) - 1, 0)
        moves: list[Move] = []
        last = progress.runs[-1] if progress.runs else None
        kept = None if last is None else self.governing(last).stages
        if last is not None and last.is_running and kept:
            _, left = crossings(kept, stage, steps)
            if not left:
                return []
            moves.append((last.edition, Role.STOP, left[0]))
        compiled = self.terms[edition]
        stages = frozenset[str]() if compiled is None else compiled.stages
        entered, left = crossings(stages, stage, steps)
        if entered:
            moves.append((edition, Role.START, entered[-1]))
            if steps[-1][1] not in stages:
                moves.append((edition, Role.STOP, left[-1]))
        return moves

    def may_change(self, progress: Progress) -> bool:
        """Say whether facts can still change the last run: move it, or decide it."""
        if not progress.runs:
            return False
        last = progress.runs[-1]
        return last.is_running or _may_learn(self.governing(last), last)

    def _move(
        self, runs: list[Run], at: int, moves: Sequence[Move], told: Told
    ) -> set[str]:
        """Let the facts of an instant act on the last run; return which of them did."""
        if not runs:
            return set()
        governing = self.governing(runs[-1])
        before = runs.pop()
        run: Run | None = before
        if run is not None and _may_learn(governing, run):
            run = governing.informed(run, at, told(governing.zone))
        heeded = set()
        for edition, role, event in moves:
            if run is None or not run.is_running:
                break
            if edition == run.edition and role is not Role.START:
                run = governing.moved(run, role, at, event)
                heeded.add(event.id)
        if run is not None:
            changes = run is not before
            runs.append(carried(before, run, governing, at) if changes else run)
        return heeded

    def _begun(
        self, runs: list[Run], edition: int, at: int, starter: Event, told: Told
    ) -> Run | None:
        """Return the run that a start begins, if any; it ends or replaces the last."""
        compiled = cast("CompiledTerm", self.terms[edition])
        last = runs[-1] if runs else None
        repeat = compiled.promise.clock.repeat
        if last is not None and repeat is Repeat.IGNORED:
            return None
        is_anew = last is not None and repeat is Repeat.RESTART
        if last is not None and is_anew and not self._can_restart(last, at):
            return None
        cycle = len(runs) + (not is_anew)
        begun = compiled.begun(cycle, edition, at, starter, told(compiled.zone))
        if begun is None or last is None:
            return begun
        if is_anew:
            runs.pop()
            # It is the same cycle still, in which each step fires once [K12].
            anew = attrs.evolve(begun, early=last.early)
            return carried(last, anew, self.governing(last), at)
        if last.is_running:
            governing = self.governing(last)
            ended = governing.moved(last, Role.CANCEL, at, starter)
            runs[-1] = carried(last, ended, governing, at)
        return begun

    def _can_restart(self, run: Run, at: int) -> bool:
        return run.is_running and not self.governing(run).is_past_due(run, at)


def _may_learn(governing: CompiledTerm, run: Run) -> bool:
    """Say whether what a fact tells can still matter to a run."""
    return governing.heeds_facts and (
        run.is_running
        or bool(run.missing or run.doubts)
        or len(run.dates) < len(governing.date_fields)
    )


_ACT_AT_ONCE = frozenset({Role.STOP, Role.CANCEL, Role.PAUSE})
"""What may act on a clock that was started at the same instant [E4]."""


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
        if compiled.is_on_day(event, begun):
            acting.append((role, event))
        elif role is Role.STOP:
            before.append(event)
    run = attrs.evolve(begun, early=tuple(before)) if before else begun
    for role, event in sorted(acting, key=lambda move: move[0]):
        if run.is_running and role in _ACT_AT_ONCE:
            run = compiled.moved(run, role, at, event)
    return run


@attrs.frozen(kw_only=True)
class State:
    """How far all clocks have come with one subject.

    Attributes:
        heard: How many of its facts were told.
        at: The instant of the last of them that moved a clock.
        stage: The stage that the subject is in.
        courses: How far the item of each feedback loop has come, by the loop.
        progress: How far each clock has come.
    """

    heard: int = 0
    at: float = -math.inf
    stage: str | None = None
    courses: Courses = attrs.field(factory=dict)
    progress: tuple[Progress, ...]


Listener = tuple[int, int, Role, Matcher]
"""Which clock under which edition is concerned by a fact, and how, if it fits."""


Reached = tuple[int, float, str | None, Courses]
"""All of a state but the progress of its clocks."""


def _state(reached: Reached, progress: Sequence[Progress]) -> State:
    heard, at, stage, courses = reached
    return State(
        heard=heard, at=at, stage=stage, courses=courses, progress=tuple(progress)
    )


@attrs.frozen(kw_only=True, eq=False)
class Clockwork:
    """All the clocks of an agreement, ready to be run over the facts of many subjects.

    It is immutable and can be shared between threads.

    Attributes:
        successions: The terms that have clocks, in the order of the agreement.
        listeners: What each type of event may concern.
        heeding: The clocks that any fact may concern.
        staying: The clocks that a change of the stage may concern.
        loops: The feedback loops whose duties are among them.
    """

    successions: tuple[Succession, ...]
    listeners: Mapping[str, tuple[Listener, ...]]
    heeding: tuple[int, ...]
    staying: tuple[int, ...]
    loops: Loopwork

    @classmethod
    def of(
        cls, starts: tuple[float, ...], terms: Sequence[Mapping[str, CompiledTerm]]
    ) -> Self:
        """Return the clocks of some editions, in order of when they are in force.

        Args:
            starts: The instants from which they are.
            terms: The terms of each by id, ready to be run.
        """
        ids = dict.fromkeys(id_ for edition in terms for id_ in edition)
        successions = tuple(
            Succession(
                id=id_,
                terms=tuple(edition.get(id_) for edition in terms),
                starts=starts,
            )
            for id_ in ids
        )
        listeners: dict[str, tuple[Listener, ...]] = {}
        heeding: list[int] = []
        for clock, succession in enumerate(successions):
            for edition, compiled in enumerate(succession.terms):
                if compiled is None:
                    continue
                if compiled.heeds_facts:
                    heeding.append(clock)
                for role, pattern in compiled.patterns:
                    listener = (clock, edition, role, matcher(pattern))
                    known = listeners.get(pattern.event, ())
                    listeners[pattern.event] = (*known, listener)
        return cls(
            successions=successions,
            listeners=listeners,
            heeding=tuple(dict.fromkeys(heeding)),
            staying=tuple(
                clock
                for clock, succession in enumerate(successions)
                if any(term is not None and term.stages for term in succession.terms)
            ),
            loops=Loopwork.of([one.terms for one in successions], starts),
        )

    @functools.cached_property
    def start(self) -> State:
        """The state in which nothing was told yet."""
        return State(progress=tuple(Progress() for _ in self.successions))

    def after(self, events: Sequence[Timed]) -> State:
        """Return the state after some facts, in order of time and each once."""
        progress = list(self.start.progress)
        reached: Reached = (0, -math.inf, None, self.start.courses)
        for reached in self._told(events, self.start, progress, Tables.of(())):  # noqa: B007 - the last of them counts
            pass
        return _state(reached, progress)

    def states(
        self,
        events: Sequence[Timed],
        since: State,
        tables: Tables,
        *,
        until: float = math.inf,
    ) -> Iterator[State]:
        """Yield the state after each instant that concerns a clock.

        Args:
            events: All facts of the subject, in order of time and each once.
            since: The state from which to go on.
            tables: What the facts told up to that state say; the further ones are added
                to it, if a clock heeds them.
            until: The last instant that is told.
        """
        progress = list(since.progress)
        for reached in self._told(events, since, progress, tables, until):
            yield _state(reached, progress)

    def _told(
        self,
        events: Sequence[Timed],
        since: State,
        progress: list[Progress],
        tables: Tables,
        until: float = math.inf,
    ) -> Iterator[Reached]:
        """Tell facts to the clocks, and yield how far after each that concerns one."""
        start, stage, courses = since.heard, since.stage, since.courses
        while start < len(events) and events[start][0] <= until:
            at = events[start][0]
            end = start + 1
            while end < len(events) and events[end][0] == at:
                end += 1
            steps: list[Step] = []
            before = stage
            for _, event in events[start:end]:
                stage = stage_after(event, stage)
                steps.append((event, stage))
                if self.heeding:
                    tables.tell(at, event)
            concerned = self._concerned(at, before, steps, progress)
            courses, turned = self.loops.after(courses, at, steps)
            for clock, move in turned:
                concerned.setdefault(clock, []).append(move)
            for moves in concerned.values():
                if len(moves) > 1:
                    moves.sort(key=lambda move: move[1])
            for clock, moves in concerned.items():
                progress[clock] = self.successions[clock].advanced(
                    progress[clock], at, moves, tables.facts
                )
            # What is told to the tables has to be known as told.
            if concerned or self.heeding:
                yield end, at, stage, courses
            start = end

    def _concerned(
        self,
        at: int,
        before: str | None,
        steps: Sequence[Step],
        progress: Sequence[Progress],
    ) -> dict[int, list[Move]]:
        """Return which clocks the facts of an instant concern, and what they do."""
        stage = steps[-1][1]
        concerned: dict[int, list[Move]] = {
            clock: []
            for clock in self.heeding
            if self.successions[clock].may_change(progress[clock])
        }
        if any(now != before for _, now in steps):
            for clock in self.staying:
                moves = self.successions[clock].stayed(
                    progress[clock], at, before, steps
                )
                if moves:
                    concerned[clock] = moves
        for event, _ in steps:
            for clock, edition, role, fits in self.listeners.get(event.fact.type, ()):
                if fits(event, stage):
                    moves = concerned.setdefault(clock, [])
                    move = (edition, role, event)
                    if move not in moves:
                        moves.append(move)
        return concerned
