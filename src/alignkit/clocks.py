"""Clocks: the terms that are judged by time, ready to be run.

A clock is started, stopped, cancelled, paused, resumed and reset by facts. A compiled
term knows which facts those are, whom the promise is about, which target holds, and
when a run of its clock is due. Nothing here asks for the moment of the question; how a
run stands at a moment is for the standing to say.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from typing import assert_never, cast

import attrs

from alignkit.absences import Absences
from alignkit.actions import Action
from alignkit.carryovers import carried_over, gives_nothing, path_of
from alignkit.criteria import canonical_path
from alignkit.duties import Owed
from alignkit.editions import Edition
from alignkit.efforts import NOTHING_TRIED, Effort
from alignkit.errors import (
    MissingDateError,
    MomentOutOfRangeError,
    NoBusinessTimeError,
    NoCalendarError,
)
from alignkit.events import Event
from alignkit.exclusions import Exclusions
from alignkit.facts import Facts, local_day, whole_day
from alignkit.feedback import Turn
from alignkit.happenings import ActivityLogged, HandoffRejected
from alignkit.histories import recorded_instant
from alignkit.hours import EVERY_HOUR, BusinessHours
from alignkit.instants import to_instant
from alignkit.judgements import Judge, Judgement
from alignkit.outcomes import Outcome
from alignkit.parties import Organization
from alignkit.patterns import Pattern
from alignkit.promises import (
    AT_EVENT,
    WHEN_ATTACHED,
    Attempts,
    Cadence,
    Deadline,
    Duration,
    Promise,
    Reopening,
    Stay,
)
from alignkit.qualifying import Qualification, Qualifier, Shortfall, qualifier
from alignkit.recurrences import RULED, counts_dates, next_date, to_do_again
from alignkit.rejections import Grounds, Ways
from alignkit.runs import (
    Carried,
    Ending,
    Promised,
    Role,
    Run,
    Stretch,
    first_of,
    plain,
    rests_of,
)
from alignkit.spans import (
    Before,
    BusinessDays,
    BusinessTime,
    CalendarTime,
    Elapsed,
    Span,
)
from alignkit.stays import to_leave
from alignkit.terms import CalendarOf, ChangeRule, Term, Waiting
from alignkit.timetables import Timetable, rule_of, spliced
from alignkit.zones import check_range

Counts = Callable[[Event, Ways], Qualification]
"""What says of a fact whether it counts, given what was known when it was."""


@attrs.frozen(kw_only=True, eq=False)
class CompiledTerm:
    """A term of one edition made ready to be run over many histories.

    It is immutable and can be shared between threads.

    Attributes:
        term: The term.
        promise: What it promises, as a deadline: for leaving the stages of a stay, for
            doing once more what recurs, for having tried often enough.
        cadence: The duty that recurs; None if it is none.
        effort: What it takes to have tried; None if that is not promised.
        stages: The stages that start it when they are entered and fulfil it when they
            are left; empty if it listens to facts.
        is_cumulative: Whether all visits of a cycle count together.
        owed: The duty of a feedback loop that it is; None if it listens to facts
            itself.
        hours: The business hours that count it; None if no calendar is named.
        calendar: The name of those hours.
        binds: The instants from which and up to which it binds what starts.
        applies: Whether the promise is about a subject; None if about all.
        targets: The spans of the segments, in the order in which they are tried.
        date_fields: The fields of the subject whose dates its spans count back from.
        actions: What counts as each of the qualifying actions of the edition [K9].
        grounds: For which reasons a lead may be sent back; None where it does not
            listen to rejections.
        exclusions: Whom it does not bind.
        channels: The channels on which it can be fulfilled; None for any.
        organization: The people behind the parties.
        timetable: Where its calendar is found, if that is among the facts.
        extension: By how many business days what it depends on came late [K10].
    """

    term: Term
    promise: Deadline
    cadence: Cadence | None = None
    effort: Effort | None = None
    stages: frozenset[str] = frozenset()
    is_cumulative: bool = False
    owed: Owed | None = None
    hours: BusinessHours | None
    calendar: str | None
    binds: tuple[float, float]
    applies: Judge | None
    targets: tuple[tuple[Judge, Span], ...]
    date_fields: tuple[str, ...]
    actions: Mapping[str, Qualifier]
    grounds: Grounds | None
    exclusions: Exclusions
    channels: frozenset[str] | None
    organization: Organization = attrs.field(factory=Organization)
    timetable: Timetable | None = None
    extension: int = 0

    @classmethod
    def of(
        cls,
        edition: Edition,
        term: Term,
        promise: Deadline | Cadence | Attempts | Duration,
        owed: Owed | None = None,
    ) -> CompiledTerm:
        """Return a term of an edition, ready to be run."""
        deadline = _as_deadline(promise)
        stay = promise if isinstance(promise, Duration) else None
        stops = _tries(promise) or deadline.clock.stop
        definitions = {one.id: one.criterion for one in edition.definitions}
        timetable = None
        if term.calendar is None and term.calendar_of is not CalendarOf.PARTY:
            timetable = Timetable(
                of=term.calendar_of,
                hours={one.id: one.hours for one in edition.calendars},
                organization=edition.organization,
            )
        spans = [deadline.within, *(one.within for one in deadline.targets)]
        return cls(
            term=term,
            promise=deadline,
            cadence=promise if isinstance(promise, Cadence) else None,
            effort=Effort.of(promise) if isinstance(promise, Attempts) else None,
            stages=frozenset(() if stay is None else stay.stages),
            is_cumulative=stay is not None and stay.stay is Stay.CUMULATIVE,
            owed=owed,
            hours=edition.hours_of(term) if timetable is None else None,
            calendar=(
                term.calendar or edition.party(term.party).calendar
                if timetable is None
                else None
            ),
            binds=term.binds,
            applies=(
                None
                if term.applies_to is None
                else Judge.of(term.applies_to, definitions)
            ),
            targets=tuple(
                (Judge.of(target.segment, definitions), target.within)
                for target in deadline.targets
            ),
            date_fields=tuple(
                dict.fromkeys(
                    one.of
                    for one in spans
                    if isinstance(one, Before) and not isinstance(promise, Cadence)
                )
            ),
            actions={one.id: qualifier(one) for one in edition.actions},
            grounds=Grounds.of(edition) if _hears_rejections(deadline) else None,
            exclusions=Exclusions.of(edition, term),
            channels=_channels(stops, edition.actions),
            organization=edition.organization,
            timetable=timetable,
        )

    @property
    def patterns(self) -> tuple[tuple[Role, Pattern], ...]:
        """What it listens to, and what that does to the clock.

        That is nothing for a stay, whose clock is moved by what the facts say of the
        stage, nor for a duty of a loop, whose clock is moved by what they do to an item
        of it.
        """
        if self.stages or self.owed is not None:
            return ()
        clock = self.promise.clock
        roles = {
            Role.STOP: clock.stop,
            Role.ATTEMPT: _tries(self.term.promise),
            Role.RESET: clock.reset,
            Role.CANCEL: clock.cancel,
            Role.PAUSE: clock.pause,
            Role.RESUME: clock.resume,
            Role.REOPEN: clock.reopen,
            Role.START: clock.start,
        }
        return tuple(
            (role, pattern) for role, patterns in roles.items() for pattern in patterns
        )

    @property
    def turns(self) -> tuple[tuple[Role, Turn], ...]:
        """What moves the clock of a duty of a loop, and how; empty for other terms."""
        owed = self.owed
        if owed is None:
            return ()
        roles = {
            Role.STOP: owed.stop,
            Role.CANCEL: owed.cancel,
            Role.START: owed.start,
        }
        return tuple((role, turn) for role, turns in roles.items() for turn in turns)

    @functools.cached_property
    def measures_owners(self) -> bool:
        """True if each owner has a clock of its own [K8]."""
        return self.term.waiting is Waiting.OWNER

    @functools.cached_property
    def heeds_facts(self) -> bool:
        """True if facts that are no moves of the clock can change what it shows."""
        return bool(
            self.targets
            or self.date_fields
            or self.applies
            or self.anchor_field
            or self.timetable
        )

    @functools.cached_property
    def anchor_field(self) -> str | None:
        """The field of the subject that says from when it counts, if one does [K1]."""
        anchor = self.promise.clock.anchor
        return None if anchor in (AT_EVENT, WHEN_ATTACHED) else anchor

    @functools.cached_property
    def attaches(self) -> bool:
        """True if it counts from the moment at which it came to apply [K1]."""
        is_asked = self.promise.clock.anchor == WHEN_ATTACHED
        return is_asked and self.applies is not None

    @functools.cached_property
    def goes_on(self) -> bool:
        """True if a run that had ended goes on where it is opened again."""
        clock = self.promise.clock
        return clock.reopening in (Reopening.GOES_ON, Reopening.COUNTS_ALL)

    def may_learn(self, run: Run) -> bool:
        """Say whether what a fact tells of its subject can still matter to a run."""
        return self.heeds_facts and (
            run.is_running
            or bool(run.missing or run.doubts or run.unanchored or run.lacks)
            or len(run.dates) < len(self.date_fields)
        )

    def applies_at(self, at: int, facts: Facts) -> Outcome:
        """Return whether the promise is about a subject by what is known of it."""
        if self.applies is None:
            return Outcome.PASS
        return self.applies.outcome_at(facts, at)

    @functools.cached_property
    def zone(self) -> str:
        """The zone of the people concerned."""
        return "UTC" if self.hours is None else self.hours.zone

    def timed(self, run: Run) -> CompiledTerm:
        """Return the term with the calendar that counts a run of it [K1]."""
        if self.timetable is None:
            return self
        hours = None if run.lacks else run.hours
        return attrs.evolve(self, hours=hours, calendar=run.calendar)

    @property
    def wants_action(self) -> bool:
        """True if a qualifying action fulfils it, so that no change of status does."""
        stops = (*self.promise.clock.stop, *_tries(self.term.promise))
        return any(one.event in self.actions for one in stops)

    @property
    def waits_to_be_asked(self) -> bool:
        """True if a duty that recurs is owed only once something asks for it [K18]."""
        return self.cadence is not None and bool(self.cadence.asked)

    @property
    def anchor(self) -> int | None:
        """When the day begins from which a duty that recurs counts, if one is named."""
        if self.cadence is None or self.cadence.anchor is None or self.cadence.asked:
            return None
        return whole_day(self.cadence.anchor, self.zone)[0]

    def promised(self, target: Span) -> str:
        """Return a target in words; dates that a rule says are told by the rule."""
        rule = None if self.cadence is None else self.cadence.rule
        return str(target) if rule is None else rule.rule

    def counting(self, role: Role, pattern: Pattern) -> tuple[str, Counts] | None:
        """Return what says whether a fact counts that fits a pattern, and its type.

        None if whatever fits counts. An invalid rejection does nothing to a clock but
        start it: that a lead was sent back is a fact all the same [H5].
        """
        qualify = self.actions.get(pattern.event)
        if qualify is not None:
            return ActivityLogged.type, lambda event, _: qualify(event)
        grounds = self.grounds
        if pattern.event != HandoffRejected.type or grounds is None:
            return None
        if role is Role.START:
            return None
        return (
            HandoffRejected.type,
            lambda event, ways: grounds.judged(event, ways).qualification,
        )

    def begun(
        self,
        edition: int,
        at: int,
        starter: Event,
        facts: Facts,
        attached: int | None = None,
    ) -> Run | None:
        """Return the run that a start begins, as the first of its clock.

        None if the promise is not about the subject.

        Args:
            edition: Which edition it is of.
            at: The instant at which it begins.
            starter: The fact that starts it.
            facts: What is known of the subject by then.
            attached: When the promise came to apply, or a duty begins to recur; None
                if that does not matter.
        """
        if self.timetable is None:
            return self.begun_by_it(edition, at, starter, facts, attached)
        found = self.timetable.found(facts, None, at)
        hours = None if found.name is None else self.timetable.hours[found.name]
        timed = attrs.evolve(self, hours=hours, calendar=found.name)
        begun = timed.begun_by_it(edition, at, starter, facts, attached)
        if begun is None:
            return None
        return attrs.evolve(begun, calendar=found.name, hours=hours, lacks=found.lacks)

    def begun_by_it(
        self,
        edition: int,
        at: int,
        starter: Event,
        facts: Facts,
        attached: int | None,
    ) -> Run | None:
        """Return the run that a start begins, counted by the calendar that it has."""
        doubts = self._doubts(facts, at)
        if doubts is None:
            return None
        start = self.since(at, starter), starter.day
        if attached is not None:
            start = attached, None
        elif self.anchor_field is not None:
            start = self._anchored(facts) or start
        since, day = start
        if self.cadence is not None:
            since = since if attached is None or self.anchor is None else self.anchor
            day = local_day(since, self.zone) if counts_dates(self.cadence) else day
        targets, missing = self._targets(facts, at)
        return Run(
            cycle=1,
            edition=edition,
            started=since,
            started_by=starter,
            started_on=day,
            unanchored=self._unanchored(facts),
            counts=since,
            day=day,
            targets=targets,
            missing=missing,
            doubts=doubts,
            dates=self._dates(facts),
            changed=at,
        )

    def taken(self, run: Run, edition: int, at: int, facts: Facts) -> Run | None:
        """Return a run of another edition as this term has it.

        It counts from the start by the target of this one, unless that is pinned [K7].
        None if the promise is not about the subject.
        """
        doubts = self._doubts(facts, at)
        if doubts is None:
            return None
        run = attrs.evolve(run, edition=edition, doubts=doubts)
        if self.term.changes.segment is ChangeRule.PIN:
            return run
        targets, missing = self._targets(facts, at)
        return attrs.evolve(
            run, targets=targets, missing=missing, dates=self._dates(facts)
        )

    def is_bound(self, run: Run) -> bool:
        """Say whether the term binds what started when a run did, as far as known."""
        first, end = self.binds
        return run.unanchored is not None or first <= run.started < end

    def _anchored(self, facts: Facts) -> tuple[int, date | None] | None:
        """Return the instant that the field of the anchor holds, and its date alone.

        None where it holds neither a date nor a moment that alignkit counts in.
        """
        value = facts.values.get(canonical_path(cast("str", self.anchor_field)))
        try:
            if isinstance(value, datetime):
                return check_range(to_instant(value, "anchor"), "anchor"), None
            if isinstance(value, date):
                return whole_day(value, self.zone)[0], value
        except MomentOutOfRangeError:
            pass
        return None

    def _unanchored(self, facts: Facts) -> str | None:
        """Return the field that the anchor wants, if it is not known."""
        field = self.anchor_field
        return None if field is None or self._anchored(facts) else field

    def next_due(self, begun: Run, last: Run | None) -> Run | None:
        """Return a run just begun with the date of its rule, where dates are ruled.

        None if no further date comes.

        Args:
            begun: The run.
            last: The one before it; None if it is the first.
        """
        rule = None if self.cadence is None else self.cadence.rule
        if rule is None or begun.day is None:
            return begun
        is_next = last is not None and last.ending is Ending.FULFILLED
        served = dict(last.dates).get(RULED) if last is not None and is_next else None
        due = next_date(rule, begun.day, served)
        return None if due is None else attrs.evolve(begun, dates=((RULED, due),))

    def moved(self, run: Run, role: Role, at: int, event: Event) -> Run:
        """Return a running run as it is after one fact."""
        match role:
            case Role.ATTEMPT:
                return self._tried(run, at, event)
            case Role.STOP | Role.CANCEL | Role.CYCLE_END:
                end = self._end(run, at, event)
                return attrs.evolve(
                    run,
                    pauses=_resumed(run.pauses, end),
                    ended=end,
                    ended_by=event,
                    ending=Ending.FULFILLED if role is Role.STOP else Ending.CANCELLED,
                )
            case Role.RESET:
                if self.is_past_due(run, at):
                    return run
                since = self.since(at, event)
                return attrs.evolve(
                    run,
                    counts=since,
                    day=event.day,
                    is_reset=True,
                    tally=NOTHING_TRIED,
                    targets=tuple(dict.fromkeys(map(plain, run.targets))),
                )
            case Role.PAUSE:
                if run.is_paused:
                    return run
                return attrs.evolve(run, pauses=(*run.pauses, (at, None)))
            case Role.RESUME:
                return attrs.evolve(run, pauses=_resumed(run.pauses, at))
            case Role.REOPEN:
                return self._reopened(run, at, event)
            case Role.START | Role.HANDOVER:
                return run
            case _:
                assert_never(role)

    def _tried(self, run: Run, at: int, event: Event) -> Run:
        """Return a run after one more attempt, which may complete it [K14]."""
        effort = cast("Effort", self.effort)
        hours = self.hours or EVERY_HOUR
        tally = effort.after(run.tally, self.since(at, event), event, hours)
        if isinstance(tally, Shortfall):
            noted = (*run.disregarded, (event, tally))
            return attrs.evolve(run, disregarded=noted)
        counted = attrs.evolve(run, tally=tally)
        if effort.is_complete(tally):
            return self.moved(counted, Role.STOP, at, event)
        return counted

    def _reopened(self, run: Run, at: int, event: Event) -> Run:
        """Return a run that had ended and goes on, as its clock says."""
        pauses = run.pauses
        if self.promise.clock.reopening is Reopening.GOES_ON:
            since = cast("int", run.ended)
            # What rested when it ended has rested ever since.
            while pauses and cast("int", pauses[-1][1]) >= since:
                since, pauses = min(since, pauses[-1][0]), pauses[:-1]
            pauses = _resumed((*pauses, (since, None)), max(at, cast("int", run.ended)))
        reopened = attrs.evolve(
            run,
            pauses=pauses,
            ended=None,
            ended_by=None,
            ending=None,
            reopened=(*run.reopened, recorded_instant(event)),
        )
        return self._retraced(reopened)

    def informed(self, run: Run, at: int, facts: Facts) -> Run | None:
        """Return a run as it is once more is known of its subject.

        While it runs and is not past due, the target of the segment that the subject is
        in now holds, counted from the start, unless the term pins it or carries over
        what was consumed [K7]; so does the date or moment of its anchor. What was not
        known is filled in whenever it is learned. None if it turns out that the promise
        is not about the subject.
        """
        if run.doubts:
            known = self._decided(run, at, facts)
            if known is None:
                return None
            run = known
        if self.timetable is not None:
            run = self._counted_by(self.timetable, run, at, facts)
        if not (self.targets or self.date_fields or self.anchor_field):
            return run
        is_pinned = self.term.changes.segment is ChangeRule.PIN
        is_open = run.is_running and not is_pinned and not self.is_past_due(run, at)
        if self.anchor_field is not None and (is_open or run.unanchored):
            run = self._moved_anchor(run, facts)
        targets, missing = self._targets(facts, at)
        dates = self._dates(facts)
        held = tuple(dict.fromkeys(map(plain, run.targets)))
        if (targets, missing, dates) == (held, run.missing, run.dates):
            return run
        if is_open:
            then = self.timed(run)._changed(run, targets, at)  # noqa: SLF001 - its own
            # What was not known before a change of which a share is carried over
            # decides what is left of the next target.
            missing = missing or (run.missing if len(then) > 1 else ())
            return attrs.evolve(run, targets=then, missing=missing, dates=dates)
        # What is decided stays so: of what was possible, only less becomes possible.
        possible = tuple(one for one in run.targets if plain(one) in targets)
        if run.missing and possible:
            run = attrs.evolve(run, targets=possible, missing=missing)
        learned = {**dict(dates), **dict(run.dates)}
        return attrs.evolve(run, dates=tuple(learned.items()))

    def _changed(
        self, run: Run, targets: tuple[Span, ...], at: int
    ) -> tuple[Promised, ...]:
        """Return the targets that may hold once others do, as the term says [K7].

        A gap of a duty that recurs is one of dates, and is not shared out [K18].
        """
        is_carried = self.term.changes.segment is ChangeRule.CARRY_CONSUMED_SHARE
        if not is_carried or self.cadence is not None:
            return targets
        past = [
            one
            for one in run.targets
            if self.is_past_due(attrs.evolve(run, targets=(one,)), at)
        ]
        return carried_over(run, targets, at, self.hours, past)

    def _retraced(self, run: Run) -> Run:
        """Return a run with what was carried over, once what had counted has changed.

        Where a target turns out to have been past due by then, nothing followed it.
        """
        found: dict[Promised, None] = {}
        for one in run.targets:
            now: Promised = first_of(one)
            for at, target in path_of(one):
                asked = attrs.evolve(run, targets=(now,))
                if self.is_past_due(asked, at):
                    break
                (now,) = carried_over(asked, (target,), at, self.hours)
            found[now] = None
        return attrs.evolve(run, targets=tuple(found))

    def _decided(self, run: Run, at: int, facts: Facts) -> Run | None:
        """Return a run of which it was not known if the promise is about its subject.

        None if it is not, and if it came to be only once the run had ended.
        """
        doubts = self._doubts(facts, at)
        if doubts is None:
            return None
        run = attrs.evolve(run, doubts=doubts)
        if doubts or not self.attaches:
            return run
        return self._starting(run, at, None) if run.is_running else None

    def _moved_anchor(self, run: Run, facts: Facts) -> Run:
        """Return a run that starts when the field of its anchor says now."""
        found = self._anchored(facts)
        if found is None:
            return attrs.evolve(run, unanchored=self.anchor_field)
        return self._starting(run, *found)

    def _starting(self, run: Run, since: int, day: date | None) -> Run:
        """Return a run that started then, and counts from then unless it was reset."""
        moved = attrs.evolve(run, started=since, started_on=day, unanchored=None)
        if run.is_reset:
            return moved
        return self._retraced(attrs.evolve(moved, counts=since, day=day))

    def _counted_by(self, timetable: Timetable, run: Run, at: int, facts: Facts) -> Run:
        """Return a run with the calendar that counts it by what is known now [K1, K7].

        What was not known is filled in, for an owner's calendar as long as it runs; a
        change of it does what the term says, until the run is past due.
        """
        of_owner = timetable.of is CalendarOf.OWNER
        if of_owner and run.owner is not None:
            # The clock of an owner has the calendar of that owner to its end.
            return run
        if not run.is_running and (of_owner or run.calendar is not None):
            return run
        if run.calendar is not None and self.is_past_due(run, at):
            return run
        found = timetable.found(facts, run.started, at)
        if found.name is None:
            return attrs.evolve(run, lacks=found.lacks)
        if found.name == run.calendar:
            return attrs.evolve(run, lacks=None) if run.lacks else run
        hours = timetable.hours[found.name]
        if run.hours is not None:
            rule = rule_of(timetable.of, self.term.changes)
            match rule:
                case ChangeRule.PIN:
                    return attrs.evolve(run, lacks=None) if run.lacks else run
                case ChangeRule.CARRY_CONSUMED_SHARE:
                    hours = spliced(run.hours, hours, at)
                case ChangeRule.RECOMPUTE_FROM_START:
                    pass
                case _:
                    assert_never(rule)
        timed = attrs.evolve(run, calendar=found.name, hours=hours, lacks=None)
        return self.timed(timed)._retraced(timed)  # noqa: SLF001 - its own

    def is_on_day(self, event: Event, run: Run, at: int) -> bool:
        """Say whether of a fact only the date is known, and it is not before the start.

        It is compared by date [E1], in the zone of the people concerned.

        Args:
            event: The fact.
            run: A run that it may concern.
            at: The instant at which that began.
        """
        if event.day is None:
            return False
        return event.day >= (run.started_by.day or local_day(at, self.zone))

    def is_past(self, run: Run, target: Promised, due: int | None, at: int) -> bool:
        """Say whether a run that is due then was not in time at an instant [K3].

        A fact of which only the date is known is in time on the day that is due [E1];
        what is due when a day ends is due on that day, not on the one that begins.
        """
        if due is None or due > at:
            return False
        day = None if run.ended_by is None else run.ended_by.day
        if day is None and run.ending is Ending.FULFILLED and self._counts_dates(run):
            day = local_day(at, self.zone)
        if day is None or due < at or not ends_a_date(run, target):
            return due < at
        return day > local_day(due - 1, self.zone)

    def due(self, run: Run, target: Promised) -> int | None:
        """Return when a run is due under a target; None while it rests [K2, T15].

        Where only the date of the start is known, calendar time ends with the last
        allowed date [E1]; so do the gaps of a duty that recurs [K18]. What came to hold
        by a change is due no sooner than that [K7].

        Raises:
            MissingDateError: If the date is not known that the target counts from, or
                at which the clock started.
            NoCalendarError: If no calendar counts it.
            NoBusinessTimeError: If its calendar is never open again.
            MomentOutOfRangeError: If that lies outside the years 1900 to 2299.
        """
        if run.unanchored is not None:
            raise MissingDateError(run.unanchored)
        if isinstance(target, Carried):
            if target.whole is None:
                raise NoCalendarError(self.term.id, str(target.target))
            if gives_nothing(target):
                # It is due with the first instant that counts from then on [T8].
                since = attrs.evolve(run, counts=target.since, day=None)
                return self.due(since, target.target)
            return self.due(run, target.whole)
        hours = self.hours
        if hours is None:
            # Wall time is the same in every calendar; nothing else counts without one.
            if not isinstance(target, Elapsed):
                raise NoCalendarError(self.term.id, str(target))
            hours = EVERY_HOUR
        of = dict(run.dates).get(target.of) if isinstance(target, Before) else None
        found: int | None
        if run.day is not None and isinstance(target, CalendarTime):
            # A time of day that nobody knows is not kept: dates are compared, and the
            # whole of the last one is in time.
            found = whole_day(target.after(run.day), hours.zone)[1] + 1
            found = None if run.is_paused and run.pauses[-1][0] < found else found
        elif isinstance(target, BusinessDays) and self._counts_dates(run):
            last = hours.add_business_days(cast("date", run.day), target.days)
            found = whole_day(last, hours.zone)[1] + 1
        else:
            found = hours.due_at(
                run.counts,
                target,
                of=of,
                pauses=run.pauses,
                landing=self.term.landing.value,
            )
        first = self._first(run)
        # What counts back from a date may lie before the start: nothing is due then.
        if found is None or first is None:
            return None
        return self._extended(run, target, max(found, first))

    def _extended(self, run: Run, target: Span, due: int) -> int:
        """Return a due instant moved by the lateness of another promise [K10].

        What ends with a date, ends with a later one; else the time of day stays.
        """
        if not self.extension or self.hours is None:
            return due
        if ends_a_date(run, target):
            moved = self.hours.due_at(due - 1, BusinessDays(self.extension))
        else:
            span = BusinessDays(self.extension, due="same_time")
            moved = self.hours.due_at(due, span)
        return cast("int", moved)

    def _counts_dates(self, run: Run) -> bool:
        """Say whether a run compares dates because its duty recurs [K18]."""
        duty = self.cadence
        return run.day is not None and duty is not None and counts_dates(duty)

    def used_up(self, run: Run, span: BusinessTime | Elapsed) -> int | None:
        """Return when a run has counted so much; None if it rests before that.

        Where it lands on a close it stays there: it is used up, open again or not.
        """
        hours = EVERY_HOUR if self.hours is None else self.hours
        return hours.due_at(run.counts, span, pauses=run.pauses)

    def counts_from(self, run: Run) -> int | None:
        """Return the first instant that a run counts [K2].

        None if it rests from then on, if its calendar is never open again, or where it
        is not known when it started.
        """
        if run.unanchored is not None:
            return None
        first = first_of(run.targets[0])
        counts_open_time = isinstance(first, BusinessTime | BusinessDays)
        if self.hours is None or not counts_open_time:
            return self._first(run)
        try:
            return self.hours.due_at(run.counts, _NO_TIME, pauses=run.pauses)
        except (MomentOutOfRangeError, NoBusinessTimeError):
            return None

    def counted(self, run: Run, end: int) -> int | None:
        """Return the open time of a run up to an instant, rests left out [T15].

        None if no calendar counts it.
        """
        if self.hours is None:
            return None
        between = self.hours.open_between
        rests = rests_of(run, end)
        return between(run.counts, max(run.counts, end)) - sum(
            between(low, high) for low, high in rests
        )

    def is_past_due(self, run: Run, at: int) -> bool:
        """Say whether a run is broken by then under every target that may hold."""
        asked = run.at_rest(at)
        try:
            dues = [self.due(asked, target) for target in run.targets]
        except UNKNOWN_DUES:
            return False
        return all(due is not None and due < at for due in dues)

    def _first(self, run: Run) -> int | None:
        """Return the first instant, open or not, at which a run does not rest."""
        if not run.pauses:
            return run.counts
        return EVERY_HOUR.due_at(run.counts, _NO_TIME, pauses=run.pauses)

    def away(self, owner: str, absences: Absences) -> tuple[tuple[int, int], ...]:
        """Return when the clock of an owner rests because the owner is away [K10]."""
        if not self.term.excuses.rests_while_unavailable:
            return ()
        return tuple(absences.when(owner, self.zone, self.organization))

    def since(self, at: int, event: Event) -> int:
        """Return from when a clock counts that a fact starts."""
        return at if event.day is None else whole_day(event.day, self.zone)[0]

    def _end(self, run: Run, at: int, event: Event) -> int:
        """Return when a fact ended a run: if only its date is known, as that began.

        A date is the one of the people concerned, wherever it was written down [E1].
        """
        if event.day is not None:
            at = min(at, whole_day(event.day, self.zone)[0])
        # What is done before the date from which a clock counts is done then.
        return at if self.anchor_field is not None else max(run.started, at)

    def _doubts(self, facts: Facts, at: int) -> tuple[str, ...] | None:
        """Return what would decide if a promise is about it; None if it is not."""
        if self.applies is None:
            return ()
        outcome = self.applies.outcome_at(facts, at)
        if outcome is Outcome.UNKNOWN:
            return _unknowns(Judgement(outcome, self.applies, facts, at))
        return () if outcome is Outcome.PASS else None

    def _dates(self, facts: Facts) -> tuple[tuple[str, date], ...]:
        """Return the dates that the subject carries and that targets count from."""
        if not self.date_fields:
            return ()
        known: dict[str, date] = {}
        for name in self.date_fields:
            value = facts.values.get(canonical_path(name))
            if isinstance(value, datetime):
                value = _day_of(value, self.zone)
            if isinstance(value, date):
                known[name] = value
        return tuple(known.items())

    def _targets(
        self, facts: Facts, at: int
    ) -> tuple[tuple[Span, ...], tuple[str, ...]]:
        """Return the spans that may hold, and the fields that would decide."""
        if not self.targets:
            return (self.promise.within,), ()
        spans: list[Span] = []
        missing: list[str] = []
        for judge, within in self.targets:
            outcome = judge.outcome_at(facts, at)
            if outcome is Outcome.FAIL:
                continue
            spans.append(within)
            if outcome is Outcome.PASS:
                break
            missing += _unknowns(Judgement(outcome, judge, facts, at))
        else:
            spans.append(self.promise.within)
        return tuple(dict.fromkeys(spans)), tuple(dict.fromkeys(missing))


UNKNOWN_DUES = (
    MissingDateError,
    MomentOutOfRangeError,
    NoBusinessTimeError,
    NoCalendarError,
)
"""Why it may not be known when a run is due."""


_NO_TIME = BusinessTime()


def _as_deadline(promise: Deadline | Cadence | Attempts | Duration) -> Deadline:
    """Return what is promised as the deadline by which it has to be done."""
    match promise:
        case Deadline():
            return promise
        case Cadence():
            return to_do_again(promise)
        case Attempts(clock=clock, within=within):
            return Deadline(clock=clock, within=within)
        case Duration():
            return to_leave(promise)
        case _:
            assert_never(promise)


def _tries(promise: Promise) -> tuple[Pattern, ...]:
    """Return what is an attempt; nothing if no attempts are promised."""
    if not isinstance(promise, Attempts):
        return ()
    return (Pattern(event=promise.action),)


def _hears_rejections(promise: Deadline) -> bool:
    """Say whether a rejection may move a clock that it does not start."""
    clock = promise.clock
    heard = (
        *(*clock.stop, *clock.cancel, *clock.pause),
        *(*clock.resume, *clock.reset, *clock.reopen),
    )
    return any(one.event == HandoffRejected.type for one in heard)


def _channels(
    stops: Iterable[Pattern], actions: Iterable[Action]
) -> frozenset[str] | None:
    """Return the channels of which one is used by all that stops a clock, if any is."""
    by_id = {one.id: frozenset(one.channels) for one in actions}
    used: set[str] = set()
    for stop in stops:
        is_action = stop.event in by_id
        if not is_action and stop.event != ActivityLogged.type:
            return None
        named = dict(stop.where).get("channel")
        sets = [by_id.get(stop.event), named and frozenset(map(str, named))]
        limits = [one for one in sets if one]
        if not limits:
            return None
        used |= frozenset.intersection(*limits)
    return frozenset(used) or None


def ends_a_date(run: Run, target: Promised) -> bool:
    """Say whether a span ends with a date, and not at a time on it [T14]."""
    match plain(target):
        case BusinessDays() | Before():
            return True
        case CalendarTime():
            return run.day is not None
        case BusinessTime() | Elapsed():
            return False
        case _:
            assert_never(target)


def _day_of(moment: datetime, zone: str) -> date:
    """Return the local date of a moment; beyond the years that count, its own."""
    try:
        return local_day(to_instant(moment, "moment"), zone)
    except MomentOutOfRangeError:
        return moment.date()


def _resumed(pauses: tuple[Stretch, ...], at: int) -> tuple[Stretch, ...]:
    """Return the rests with the last one ended, if it had not."""
    if not pauses or pauses[-1][1] is not None:
        return pauses
    start = pauses[-1][0]
    return (*pauses[:-1], (start, at)) if start < at else pauses[:-1]


def _unknowns(judgement: Judgement) -> tuple[str, ...]:
    """Return the fields for want of which a judgement is unknown."""
    return tuple(
        check.question.path
        for check in judgement.checks
        if check.outcome is Outcome.UNKNOWN
    )
