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
from collections.abc import Iterator, Mapping, Sequence
from operator import itemgetter
from typing import Self

import attrs

from alignkit.absences import NONE_TOLD, Absences
from alignkit.adoptions import Reach
from alignkit.clocks import CompiledTerm, Counts
from alignkit.cycles import Circuit, Track
from alignkit.doubts import tried
from alignkit.events import Event
from alignkit.exchanges import Courses
from alignkit.happenings import ConsentChanged, OwnerAssigned
from alignkit.histories import Tables, Timed, stage_after
from alignkit.loopworks import Loopwork
from alignkit.patterns import Matcher, matcher
from alignkit.progress import Aside, Hindsight, Move, Progress, Told, Turn
from alignkit.promises import Repeat
from alignkit.qualifying import Qualification, Shortfall, is_status_change
from alignkit.runs import Role
from alignkit.stays import Step
from alignkit.stints import actor_of
from alignkit.stories import Kinship
from alignkit.successions import EVERY_EDITION, Succession
from alignkit.visits import stayed


@attrs.frozen(kw_only=True)
class State:
    """How far all clocks have come with one subject.

    Attributes:
        heard: How many of its facts were told.
        at: The instant of the last of them that moved a clock.
        stage: The stage that the subject is in.
        courses: How far the item of each feedback loop has come, by the loop.
        track: Where it stands in its lifecycle; None where nobody told, or none is
            agreed.
        progress: How far each clock has come.
    """

    heard: int = 0
    at: float = -math.inf
    stage: str | None = None
    courses: Courses = attrs.field(factory=dict)
    track: Track | None = None
    progress: tuple[Progress, ...]


Listener = tuple[int, int, Role, Matcher]
"""Which clock under which edition is concerned by a fact, and how, if it fits."""


Asking = tuple[int, int, Role, Matcher, Counts]
"""The same of a fact that fits only if it counts: actions, and rejections [K9, H5]."""


Reached = tuple[int, float, str | None, Courses, Track | None]
"""All of a state but the progress of its clocks."""


def _state(reached: Reached, progress: Sequence[Progress]) -> State:
    heard, at, stage, courses, track = reached
    return State(
        heard=heard,
        at=at,
        stage=stage,
        courses=courses,
        track=track,
        progress=tuple(progress),
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
        asking: What each type of event may concern if it counts.
        wanting: The clocks, and under which editions, that a qualifying action stops.
        starts: From when each edition is in force.
        circuits: The lifecycle of each edition; empty if none has one.
        owning: The clocks that measure owners.
        excluding: The clocks that do not bind every subject.
        adopting: The clocks of which a run may go over to another edition.
        anchored: The clocks that any fact may begin, since a day is named from which
            they count.
        hindsight: What was known of the subject when a fact was; None where that is
            what is told, or where no subject is meant yet.
    """

    successions: tuple[Succession, ...]
    listeners: Mapping[str, tuple[Listener, ...]]
    heeding: tuple[int, ...]
    staying: tuple[int, ...]
    loops: Loopwork
    asking: Mapping[str, tuple[Asking, ...]]
    wanting: tuple[tuple[int, int], ...]
    starts: tuple[float, ...]
    circuits: tuple[Circuit | None, ...]
    owning: tuple[int, ...]
    excluding: tuple[int, ...]
    adopting: tuple[int, ...]
    anchored: tuple[int, ...]
    hindsight: Hindsight | None = None

    @classmethod
    def of(
        cls,
        starts: tuple[float, ...],
        terms: Sequence[Mapping[str, CompiledTerm]],
        circuits: Sequence[Circuit | None] = (),
    ) -> Self:
        """Return the clocks of some editions, in order of when they are in force.

        Args:
            starts: The instants from which they are.
            terms: The terms of each by id, ready to be run.
            circuits: The lifecycle of each, where it has one.
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
        asking: dict[str, tuple[Asking, ...]] = {}
        wanting: list[tuple[int, int]] = []
        for clock, succession in enumerate(successions):
            for edition, compiled in enumerate(succession.terms):
                if compiled is None:
                    continue
                if compiled.heeds_facts:
                    heeding.append(clock)
                if compiled.wants_action:
                    wanting.append((clock, edition))
                if succession.measures_owners:
                    given = (clock, edition, Role.HANDOVER, _always)
                    known = listeners.get(OwnerAssigned.type, ())
                    listeners[OwnerAssigned.type] = (*known, given)
                for role, pattern in compiled.patterns:
                    counting = compiled.counting(role, pattern)
                    if counting is not None:
                        type_, counts = counting
                        one = (clock, edition, role, matcher(pattern), counts)
                        asking[type_] = (*asking.get(type_, ()), one)
                        continue
                    listener = (clock, edition, role, matcher(pattern))
                    others = listeners.get(pattern.event, ())
                    listeners[pattern.event] = (*others, listener)
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
            asking=asking,
            wanting=tuple(wanting),
            starts=starts,
            circuits=tuple(circuits) if any(circuits) else (),
            excluding=tuple(
                clock
                for clock, succession in enumerate(successions)
                if any(one and one.exclusions.is_asking for one in succession.terms)
            ),
            adopting=tuple(
                clock
                for clock, succession in enumerate(successions)
                if succession.adopts
            ),
            anchored=tuple(
                clock
                for clock, succession in enumerate(successions)
                if succession.anchor is not None
            ),
            owning=tuple(
                clock
                for clock, succession in enumerate(successions)
                if succession.measures_owners
            ),
        )

    @property
    def is_learning(self) -> bool:
        """True if a clock heeds what facts say of their subject."""
        return bool(self.heeding or self.excluding)

    @functools.cached_property
    def looks_back(self) -> bool:
        """True if it has yet to be told what was known when a fact was."""
        return self.hindsight is None and any(
            one and (one.exclusions.of_handoffs or one.grounds)
            for succession in self.successions
            for one in succession.terms
        )

    def about(self, hindsight: Hindsight) -> Self:
        """Return the clocks for one subject, of which some things were learned late."""
        return attrs.evolve(self, hindsight=hindsight)

    @functools.cached_property
    def starts_again(self) -> bool:
        """True if a clock that runs may be started anew, by whatever record."""
        return any(
            one is not None and one.promise.clock.repeat is not Repeat.IGNORED
            for succession in self.successions
            if succession.kinship is None
            for one in succession.terms
        )

    def among(self, kinship: Kinship) -> Self:
        """Return the clocks for the records of one story, which were not always one."""
        return attrs.evolve(
            self,
            successions=tuple(
                attrs.evolve(one, kinship=kinship) for one in self.successions
            ),
        )

    @functools.cached_property
    def start(self) -> State:
        """The state in which nothing was told yet."""
        return self._opened(NONE_TOLD)

    def opened(self, absences: Absences) -> State:
        """Return the state in which nothing was told yet but who is away when."""
        if absences is NONE_TOLD:
            return self.start
        return self._opened(absences)

    def _opened(self, absences: Absences) -> State:
        return State(progress=tuple(one.fresh(absences) for one in self.successions))

    @functools.cached_property
    def rests_for_absences(self) -> bool:
        """True if a clock rests while its owner is away [K10]."""
        return any(
            term is not None
            and term.measures_owners
            and term.term.excuses.rests_while_unavailable
            for one in self.successions
            for term in one.terms
        )

    def after(
        self,
        events: Sequence[Timed],
        since: State | None = None,
        tables: Tables | None = None,
        *,
        until: float = math.inf,
    ) -> State:
        """Return the state after some facts.

        Args:
            events: All facts of the subject, in order of time and each once.
            since: The state from which to go on; None for the one in which nothing was
                told yet.
            tables: What the facts told up to that state say; the further ones are added
                to it, if a clock heeds them.
            until: The last instant that is told.
        """
        state = since or self.start
        progress = list(state.progress)
        told = Tables.of(()) if tables is None else tables
        reached: Reached = (
            *(state.heard, state.at, state.stage),
            *(state.courses, state.track),
        )
        for reached in self._told(events, state, progress, told, until):  # noqa: B007 - the last of them counts
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
        told = Told(tables, events, self.hindsight)
        is_learning = self.is_learning
        track = since.track
        while start < len(events) and events[start][0] <= until:
            at = events[start][0]
            end = start + 1
            while end < len(events) and events[end][0] == at:
                end += 1
            # What an edition says in whose first instant a fact happens acts on that.
            last = events[start - 1][0] if start else -math.inf
            goes_over = self._go_over(progress, last, at - 1, told)
            steps: list[Step] = []
            before = stage
            for _, event in events[start:end]:
                stage = stage_after(event, stage)
                steps.append((event, stage))
                if is_learning:
                    tables.tell(at, event)
            goes_over = self._go_over(progress, last, at, told) or goes_over
            concerned = self._concerned(steps, progress)
            doubts = self.asking or self.owning
            asides = self._asides(at, steps, concerned, told) if doubts else {}
            courses, turned = self.loops.after(courses, at, steps)
            for clock, move in turned:
                concerned.setdefault(clock, []).append(move)
            cycle, ended_by = None, None
            if self.circuits:
                track, ended_by = self._followed(track, at, steps)
                cycle = None if track is None else track.position.cycle
                self._end_cycle(concerned, progress, ended_by)
            turn = (cycle, ended_by)
            self._stay(concerned, at, before, steps, progress, turn)
            self._refuse(steps, progress, concerned)
            self._move(at, concerned, asides, told, progress, cycle)
            # What is told to the tables, or moves the subject, has to be known as told.
            if concerned or is_learning or self.circuits or goes_over:
                yield end, at, stage, courses, track
            start = end

    def brought(
        self,
        state: State,
        events: Sequence[Timed],
        until: int,
        tables: Tables | None = None,
    ) -> State:
        """Return a state with the terms that running promises took on by an instant.

        Args:
            state: The state after all facts up to that instant.
            events: Those facts.
            until: The instant.
            tables: What they say, where that was told already.
        """
        if not any(state.progress[clock].lead.runs for clock in self.adopting):
            return state
        progress = list(state.progress)
        said = Tables.of(events) if tables is None else tables
        told = Told(said, events, self.hindsight)
        upto = bisect_right(events, until, key=itemgetter(0))
        last = events[upto - 1][0] if upto else -math.inf
        self._go_over(progress, last, until, told)
        return attrs.evolve(state, progress=tuple(progress))

    def _go_over(
        self, progress: list[Progress], since: float, until: int, told: Told
    ) -> bool:
        """Let runs take on the terms of the editions in force by an instant [K6]."""
        if not self.adopting:
            return False
        found = False
        reach = Reach(since=since, until=until, told=told)
        for clock in self.adopting:
            before = progress[clock]
            progress[clock] = self.successions[clock].brought(before, reach)
            found = found or progress[clock] is not before
        return found

    def _stay(
        self,
        concerned: dict[int, list[Move]],
        at: int,
        before: str | None,
        steps: Sequence[Step],
        progress: Sequence[Progress],
        turn: Turn,
    ) -> None:
        """Add to what facts do what it does to the stays that the subject moved on."""
        if not self.staying:
            return
        if turn[1] is None and all(now == before for _, now in steps):
            return
        for clock in self.staying:
            moves = stayed(
                self.successions[clock], progress[clock], at, before, steps, turn
            )
            if moves:
                concerned.setdefault(clock, []).extend(moves)

    def _followed(
        self, track: Track | None, at: int, steps: Sequence[Step]
    ) -> tuple[Track | None, Event | None]:
        """Return where a subject stands after an instant, and what ended its cycle."""
        circuit = self.circuits[max(bisect_right(self.starts, at) - 1, 0)]
        ended_by = None
        if circuit is None:
            return track, None
        for event, _ in steps:
            track, ends = circuit.after(track, event)
            ended_by = event if ends and ended_by is None else ended_by
        return track, ended_by

    def _end_cycle(
        self,
        concerned: dict[int, list[Move]],
        progress: Sequence[Progress],
        event: Event | None,
    ) -> None:
        """Add to what facts do that one of them, if any, ends the subject's cycle [E6].

        A stay ends with the stages that it is in, and not before.
        """
        if event is None:
            return
        for clock, one in enumerate(progress):
            runs = one.lead.runs
            last = runs[-1] if runs else None
            is_running = last is not None and last.is_running
            if last is not None and self.successions[clock].governing(last).stages:
                continue
            if is_running or one.lead.waiting is not None or one.doubts is not None:
                moves = concerned.setdefault(clock, [])
                moves.append((EVERY_EDITION, Role.CYCLE_END, event))

    def _concerned(
        self, steps: Sequence[Step], progress: Sequence[Progress]
    ) -> dict[int, list[Move]]:
        """Return which clocks the facts of an instant concern, and what they do."""
        stage = steps[-1][1]
        concerned: dict[int, list[Move]] = {
            clock: []
            for clock in self.heeding
            if self.successions[clock].may_change(progress[clock])
        }
        for clock in self.anchored:
            if not progress[clock].lead.runs:
                concerned.setdefault(clock, [])
        for event, _ in steps:
            for clock, edition, role, fits in self.listeners.get(event.fact.type, ()):
                if fits(event, stage):
                    moves = concerned.setdefault(clock, [])
                    move = (edition, role, event)
                    if move not in moves:
                        moves.append(move)
        return concerned

    def _move(
        self,
        at: int,
        concerned: Mapping[int, list[Move]],
        asides: Mapping[int, Aside],
        told: Told,
        progress: list[Progress],
        cycle: int | None,
    ) -> None:
        """Let the facts of an instant act on the clocks that they concern."""
        for clock, moves in concerned.items():
            if len(moves) > 1:
                moves.sort(key=lambda move: move[1])
            progress[clock] = tried(
                self.successions[clock],
                progress[clock],
                at,
                moves,
                told,
                asides.get(clock),
                cycle,
            )
        for clock in self.excluding:
            progress[clock] = self.successions[clock].excluded(
                progress[clock], at, told
            )

    def _refuse(
        self,
        steps: Sequence[Step],
        progress: list[Progress],
        concerned: dict[int, list[Move]],
    ) -> None:
        """Keep what is refused from now on, and stop what it stops [K11]."""
        consents = [one for one, _ in steps if isinstance(one.fact, ConsentChanged)]
        if not consents:
            return
        refused = [
            event
            for event in consents
            if isinstance(event.fact, ConsentChanged) and not event.fact.granted
        ]
        for clock, succession in enumerate(self.successions):
            progress[clock] = _refusing(progress[clock], consents)
            refusals = progress[clock].refusals
            moves = [
                (edition, Role.CANCEL, event)
                for edition, compiled in enumerate(succession.terms)
                if compiled is not None and refusals.covers(compiled.channels)
                for event in refused
            ]
            if moves:
                concerned.setdefault(clock, []).extend(moves)

    def _asides(
        self,
        at: int,
        steps: Sequence[Step],
        concerned: dict[int, list[Move]],
        told: Told,
    ) -> dict[int, Aside]:
        """Add what qualifying actions do, and return what else was heard of facts."""
        asides: dict[int, Aside] = {}
        stage = steps[-1][1]
        for event, _ in steps:
            for clock, edition, role, fits, qualify in self.asking.get(event.type, ()):
                if fits(event, stage):
                    found = qualify(event, functools.partial(told.ways, at, event))
                    move = (edition, role, event)
                    moves = concerned.setdefault(clock, [])
                    _qualify(move, found, moves, asides, clock)
            if self.wanting and is_status_change(event):
                for clock, edition in self.wanting:
                    concerned.setdefault(clock, [])
                    changed = (edition, event, Shortfall.STATUS_CHANGE)
                    asides[clock] = asides.get(clock, Aside()).passing(changed)
        for clock in self.owning:
            _doubt_doers(concerned.get(clock, []), asides, clock)
        return asides


def _refusing(progress: Progress, consents: Sequence[Event]) -> Progress:
    """Return a progress with what is refused after some consents, on all its ways."""
    doubts = progress.doubts
    if doubts is not None:
        others = tuple(_refusing(one, consents) for one in doubts.others)
        doubts = attrs.evolve(doubts, others=others)
    refusals = progress.refusals.after(consents)
    return attrs.evolve(progress, refusals=refusals, doubts=doubts)


def _always(_: Event, __: str | None) -> bool:
    return True


def _doubt_doers(moves: list[Move], asides: dict[int, Aside], clock: int) -> None:
    """Move what stops an owner's clock to what may, if nobody knows who did it [K8]."""
    for move in tuple(moves):
        if move[1] is Role.STOP and actor_of(move[2]) is None:
            moves.remove(move)
            aside = asides.get(clock, Aside())
            asides[clock] = aside.doubting((move, "actor.id"))


def _qualify(
    move: Move,
    found: Qualification,
    moves: list[Move],
    asides: dict[int, Aside],
    clock: int,
) -> None:
    """Add to what a clock is told what an activity does to it, or may do."""
    aside = asides.get(clock, Aside())
    if found.unknown is not None:
        asides[clock] = aside.doubting((move, found.unknown))
    elif found.shortfall is not None:
        edition, _, event = move
        asides[clock] = aside.passing((edition, event, found.shortfall))
    elif move not in moves:
        moves.append(move)
