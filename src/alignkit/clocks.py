"""Clocks: what the facts of one subject did to the clock of one term.

A clock is started, stopped, cancelled, paused, resumed and reset by facts. Running it
over a history gives its runs: one for each time that it was started, with the instants
at which something happened to it. Nothing here asks for the moment of the question; how
a run stands at a moment is for the verdict to say.
"""

from __future__ import annotations

import enum
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from typing import assert_never

import attrs

from alignkit.criteria import canonical_path
from alignkit.editions import Edition
from alignkit.errors import MissingDateError, NoCalendarError
from alignkit.events import Event
from alignkit.facts import Facts
from alignkit.happenings import StageChanged
from alignkit.histories import Timed, facts_of
from alignkit.hours import BusinessHours
from alignkit.instants import to_moment
from alignkit.judgements import Judge, Judgement
from alignkit.outcomes import Outcome
from alignkit.patterns import Matcher, matcher
from alignkit.promises import Deadline, Repeat
from alignkit.spans import Before, BusinessDays, BusinessTime, Elapsed, Span
from alignkit.terms import Term
from alignkit.zones import zone


class Role(enum.IntEnum):
    """What a fact does to a clock, in the order in which facts of one instant act."""

    STOP = 0
    RESET = 1
    CANCEL = 2
    PAUSE = 3
    RESUME = 4
    START = 5


class Ending(enum.Enum):
    """How a run ended."""

    FULFILLED = "fulfilled"
    """The promise was kept, in time or late."""

    CANCELLED = "cancelled"
    """It was called off, or made room for the next cycle."""


Move = tuple[Role, Event]
"""A fact and what it does to the clock."""

Stretch = tuple[int, int | None]
"""A stretch in which a clock rested; the end is None while it still does."""


@attrs.frozen(kw_only=True)
class Run:
    """One time that a clock was started, and what came of it.

    Instants are microseconds since the Unix epoch.

    Attributes:
        cycle: Which run of the clock, counted from 1.
        started: When it was started.
        started_by: The fact that did.
        counts: From when it counts: its start, or the last reset.
        targets: The spans that may hold: one, or several where a fact that decides
            between them is missing.
        missing: The fields that would decide between several targets.
        doubts: The fields that would decide whether the promise is owed at all.
        dates: The dates that its subject carries and that a target counts back from.
        pauses: When it rested, in order.
        ended: When it ended, if it did.
        ended_by: The fact that ended it.
        ending: How it ended.
        early: The facts that would have stopped it, had it been started by then.
    """

    cycle: int
    started: int
    started_by: Event
    counts: int
    targets: tuple[Span, ...]
    missing: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()
    dates: tuple[tuple[str, date], ...] = ()
    pauses: tuple[Stretch, ...] = ()
    ended: int | None = None
    ended_by: Event | None = None
    ending: Ending | None = None
    early: tuple[Event, ...] = ()

    @property
    def is_running(self) -> bool:
        """True if it has not ended; it may rest."""
        return self.ended is None

    @property
    def is_paused(self) -> bool:
        """True if it rests."""
        return self.is_running and bool(self.pauses) and self.pauses[-1][1] is None


Listener = tuple[Role, Matcher]
"""What a fact does to the clock, if it fits."""


@attrs.frozen(kw_only=True, eq=False)
class CompiledTerm:
    """A term made ready to be run over many histories.

    It is immutable and can be shared between threads.

    Attributes:
        term: The term.
        promise: What it promises.
        hours: The business hours that count it; None if no calendar is named.
        calendar: The name of those hours.
        listeners: What each type of event does to the clock.
        applies: Whether the promise is about a subject; None if about all.
        targets: The spans of the segments, in the order in which they are tried.
        date_fields: The fields of the subject whose dates its spans count back from.
    """

    term: Term
    promise: Deadline
    hours: BusinessHours | None
    calendar: str | None
    listeners: dict[str, tuple[Listener, ...]]
    applies: Judge | None
    targets: tuple[tuple[Judge, Span], ...]
    date_fields: tuple[str, ...]

    @classmethod
    def of(cls, edition: Edition, term: Term, promise: Deadline) -> CompiledTerm:
        """Return a term of an edition, ready to be run."""
        clock = promise.clock
        definitions = {one.id: one.criterion for one in edition.definitions}
        spans = [promise.within, *(one.within for one in promise.targets)]
        roles = {
            Role.STOP: clock.stop,
            Role.RESET: clock.reset,
            Role.CANCEL: clock.cancel,
            Role.PAUSE: clock.pause,
            Role.RESUME: clock.resume,
            Role.START: clock.start,
        }
        listeners: dict[str, tuple[Listener, ...]] = {}
        for role, patterns in roles.items():
            for pattern in patterns:
                known = listeners.get(pattern.event, ())
                listeners[pattern.event] = (*known, (role, matcher(pattern)))
        return cls(
            term=term,
            promise=promise,
            hours=edition.hours_of(term),
            calendar=term.calendar or edition.party(term.party).calendar,
            listeners=listeners,
            applies=(
                None
                if term.applies_to is None
                else Judge.of(term.applies_to, definitions)
            ),
            targets=tuple(
                (Judge.of(target.segment, definitions), target.within)
                for target in promise.targets
            ),
            date_fields=tuple(
                dict.fromkeys(one.of for one in spans if isinstance(one, Before))
            ),
        )

    def runs(self, events: Sequence[Timed]) -> tuple[Run, ...]:
        """Return what the facts of one subject did to the clock, run by run [K1, E4].

        Args:
            events: The facts in order of time, each once.
        """
        runs: list[Run] = []
        early: list[Event] = []
        for at, heard, moves in self._moments(events):
            last = runs.pop() if runs else None
            if last is not None and last.is_running:
                last = self._retargeted(last, at, events[:heard])
            unheeded: list[Move] = []
            for role, event in moves:
                if role is Role.START:
                    continue
                if last is not None and last.is_running:
                    last = self._moved(last, role, at, event)
                else:
                    unheeded.append((role, event))
            runs += [last] if last is not None else []
            starter = next((event for role, event in moves if role is Role.START), None)
            begun = None
            if starter is not None:
                begun = self._begun(runs, at, starter, events[:heard])
            if starter is not None and begun is not None:
                # What stopped nothing at this instant acts on the clock just started,
                # and so does a stop of which only the date is known, on its date.
                unheeded += [
                    (Role.STOP, one) for one in early if _is_on_day(one, starter)
                ]
                earlier = tuple(one for one in early if not _is_on_day(one, starter))
                begun = attrs.evolve(begun, early=earlier)
                for role, event in unheeded:
                    if begun.is_running and role in _ACT_AT_ONCE:
                        begun = self._moved(begun, role, at, event)
                runs.append(begun)
                early.clear()
            else:
                early += [event for role, event in unheeded if role is Role.STOP]
        return tuple(runs)

    def _moments(
        self, events: Sequence[Timed]
    ) -> Iterator[tuple[int, int, list[Move]]]:
        """Yield each instant that matters, how many facts are known then, its moves.

        The moves come in the order in which facts of one instant act.
        """
        stage: str | None = None
        start = 0
        while start < len(events):
            at = events[start][0]
            end = start + 1
            while end < len(events) and events[end][0] == at:
                end += 1
            group = [event for _, event in events[start:end]]
            for event in group:
                if isinstance(event.fact, StageChanged):
                    stage = event.fact.to_stage
            moves = [
                (role, event)
                for role in Role
                for event in group
                for one, fits in self.listeners.get(event.fact.type, ())
                if one is role and fits(event, stage)
            ]
            # Any fact may put the subject into another segment, or move its date.
            if moves or self.heeds_facts:
                yield at, end, moves
            start = end

    def _begun(
        self, runs: list[Run], at: int, starter: Event, heard: Sequence[Timed]
    ) -> Run | None:
        """Return the run that a start begins, if any; it ends the one before."""
        last = runs[-1] if runs else None
        repeat = self.promise.clock.repeat
        if last is not None:
            if repeat is Repeat.IGNORED:
                return None
            if repeat is Repeat.RESTART:
                if not last.is_running or self._is_past_due(last, at):
                    return None
                runs.pop()
        facts = facts_of(heard, self._zone)
        doubts: tuple[str, ...] = ()
        if self.applies is not None:
            judgement = self.applies.judge(facts, as_of=to_moment(at, UTC))
            if judgement.outcome is Outcome.FAIL:
                return None
            doubts = _unknowns(judgement)
        if last is not None and repeat is Repeat.NEW_CYCLE and last.is_running:
            runs[-1] = self._moved(last, Role.CANCEL, at, starter)
        targets, missing = self._targets(facts, at)
        return Run(
            cycle=len(runs) + 1,
            started=at,
            started_by=starter,
            counts=at,
            targets=targets,
            missing=missing,
            doubts=doubts,
            dates=self._dates(facts),
        )

    def _moved(self, run: Run, role: Role, at: int, event: Event) -> Run:
        """Return a running run as it is after one fact."""
        match role:
            case Role.STOP | Role.CANCEL:
                return attrs.evolve(
                    run,
                    pauses=_resumed(run.pauses, at),
                    ended=at,
                    ended_by=event,
                    ending=Ending.FULFILLED if role is Role.STOP else Ending.CANCELLED,
                )
            case Role.RESET:
                if self._is_past_due(run, at):
                    return run
                rest: tuple[Stretch, ...] = ((at, None),) if run.is_paused else ()
                return attrs.evolve(run, counts=at, pauses=rest)
            case Role.PAUSE:
                if run.is_paused:
                    return run
                return attrs.evolve(run, pauses=(*run.pauses, (at, None)))
            case Role.RESUME:
                return attrs.evolve(run, pauses=_resumed(run.pauses, at))
            case Role.START:
                return run
            case _:
                assert_never(role)

    def _retargeted(self, run: Run, at: int, heard: Sequence[Timed]) -> Run:
        """Return a run with the target of the segment that its subject is in now [K7].

        The new target counts from the start. What is broken already stays broken.
        """
        if not self.heeds_facts:
            return run
        facts = facts_of(heard, self._zone)
        targets, missing = self._targets(facts, at)
        changed = attrs.evolve(
            run, targets=targets, missing=missing, dates=self._dates(facts)
        )
        return run if changed == run or self._is_past_due(run, at) else changed

    def _dates(self, facts: Facts) -> tuple[tuple[str, date], ...]:
        """Return the dates that the subject carries and that targets count from."""
        known: dict[str, date] = {}
        for name in self.date_fields:
            value = facts.values.get(canonical_path(name))
            if isinstance(value, datetime):
                value = value.astimezone(zone(self._zone)).date()
            if isinstance(value, date):
                known[name] = value
        return tuple(known.items())

    def _targets(
        self, facts: Facts, at: int
    ) -> tuple[tuple[Span, ...], tuple[str, ...]]:
        """Return the spans that may hold, and the fields that would decide."""
        spans: list[Span] = []
        missing: list[str] = []
        for judge, within in self.targets:
            judgement = judge.judge(facts, as_of=to_moment(at, UTC))
            if judgement.outcome is not Outcome.FAIL:
                spans.append(within)
                missing += _unknowns(judgement)
            if judgement.outcome is Outcome.PASS:
                break
        else:
            spans.append(self.promise.within)
        return tuple(dict.fromkeys(spans)), tuple(dict.fromkeys(missing))

    def due(self, run: Run, target: Span) -> int | None:
        """Return when a run is due under a target; None while it rests [K2, T15].

        Raises:
            MissingDateError: If the date that the target counts from is not known.
        """
        hours = self.hours
        if hours is None:
            # Wall time is the same in every calendar; nothing else counts without one.
            if not isinstance(target, Elapsed):
                raise NoCalendarError(self.term.id, str(target))
            hours = _EVERY_HOUR
        of = dict(run.dates).get(target.of) if isinstance(target, Before) else None
        return hours.due_at(
            run.counts,
            target,
            of=of,
            pauses=run.pauses,
            landing=self.term.landing.value,
        )

    def counts_from(self, run: Run) -> int:
        """Return the first instant that a run counts [K2]."""
        at = run.counts
        for low, high in run.pauses:
            if low <= at and high is not None:
                at = max(at, high)
        counts_open_time = isinstance(run.targets[0], BusinessTime | BusinessDays)
        if self.hours is None or not counts_open_time:
            return at
        return self.hours.add_open(at, 0)

    def counted(self, run: Run, end: int) -> int:
        """Return the open time of a run up to an instant, rests left out [T15]."""
        if self.hours is None:
            return 0
        between = self.hours.open_between
        rested = sum(
            between(max(low, run.counts), min(end if high is None else high, end))
            for low, high in run.pauses
            if low < end
        )
        return between(run.counts, end) - rested

    def _is_past_due(self, run: Run, at: int) -> bool:
        """Say whether a run is broken by then under every target that may hold."""
        try:
            dues = [self.due(run, target) for target in run.targets]
        except (MissingDateError, NoCalendarError):
            return False
        return all(due is not None and due < at for due in dues)

    @property
    def heeds_facts(self) -> bool:
        """True if facts that are no moves of the clock can change when it is due."""
        return bool(self.targets or self.date_fields)

    @property
    def _zone(self) -> str:
        return "UTC" if self.hours is None else self.hours.zone


_EVERY_HOUR = BusinessHours("UTC", {"mon-sun": ["00:00-24:00"]})

_ACT_AT_ONCE = frozenset({Role.STOP, Role.CANCEL, Role.PAUSE})
"""What may act on a clock that was started at the same instant [E4]."""


def _is_on_day(event: Event, starter: Event) -> bool:
    """Say whether of a fact only its date is known, and it is the date of the start."""
    started = starter.at.astimezone(event.at.tzinfo)
    return event.day == started.date()


def _resumed(pauses: tuple[Stretch, ...], at: int) -> tuple[Stretch, ...]:
    """Return the rests with the last one ended, if it had not."""
    if not pauses or pauses[-1][1] is not None:
        return pauses
    start = pauses[-1][0]
    return (*pauses[:-1], (start, at)) if start < at else pauses[:-1]


def _unknowns(judgement: Judgement) -> tuple[str, ...]:
    """Return the fields for want of which a judgement is unknown."""
    if judgement.outcome is not Outcome.UNKNOWN:
        return ()
    return tuple(
        check.question.path
        for check in judgement.checks
        if check.outcome is Outcome.UNKNOWN
    )
