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
from alignkit.carryovers import gives_nothing
from alignkit.criteria import canonical_path
from alignkit.duties import Owed
from alignkit.editions import Edition
from alignkit.efforts import Effort
from alignkit.errors import (
    MissingDateError,
    MomentOutOfRangeError,
    NoBusinessTimeError,
    NoCalendarError,
)
from alignkit.events import Event
from alignkit.exclusions import Exclusions
from alignkit.facts import Facts, local_day, whole_day
from alignkit.happenings import ActivityLogged, HandoffRejected
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
from alignkit.qualifying import Qualification, Qualifier, qualifier
from alignkit.recurrences import counts_dates, to_do_again
from alignkit.rejections import Grounds, Ways
from alignkit.runs import (
    Carried,
    Ending,
    Promised,
    Role,
    Run,
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
from alignkit.terms import CalendarOf, Term, Waiting
from alignkit.timetables import Timetable
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
    def attaches(self) -> Judge | None:
        """What it applies to, if it counts from when it came to apply [K1]."""
        is_asked = self.promise.clock.anchor == WHEN_ATTACHED
        return self.applies if is_asked else None

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

    @functools.cached_property
    def zone(self) -> str:
        """The zone of the people concerned."""
        return "UTC" if self.hours is None else self.hours.zone

    def timed(self, run: Run) -> CompiledTerm:
        """Return the term with the calendar that counts a run of it [K1]."""
        if self.timetable is None and run.hours is None:
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

    def is_bound(self, run: Run) -> bool:
        """Say whether the term binds what started when a run did, as far as known."""
        first, end = self.binds
        return run.unanchored is not None or first <= run.started < end

    def anchored_at(self, facts: Facts) -> tuple[int, date | None] | None:
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

    def unanchored_by(self, facts: Facts) -> str | None:
        """Return the field that the anchor wants, if it is not known."""
        field = self.anchor_field
        return None if field is None or self.anchored_at(facts) else field

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
        whole = between(run.counts, max(run.counts, end))
        # Most clocks never rest, and this is asked several times for each verdict.
        if not run.pauses:
            return whole
        return whole - sum(between(low, high) for low, high in rests_of(run, end))

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

    def doubts_by(self, facts: Facts, at: int) -> tuple[str, ...] | None:
        """Return what would decide if a promise is about it; None if it is not."""
        if self.applies is None:
            return ()
        outcome = self.applies.outcome_at(facts, at)
        if outcome is Outcome.UNKNOWN:
            return _unknowns(Judgement(outcome, self.applies, facts, at))
        return () if outcome is Outcome.PASS else None

    def dates_in(self, facts: Facts) -> tuple[tuple[str, date], ...]:
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

    def targets_by(
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


def _unknowns(judgement: Judgement) -> tuple[str, ...]:
    """Return the fields for want of which a judgement is unknown."""
    return tuple(
        check.question.path
        for check in judgement.checks
        if check.outcome is Outcome.UNKNOWN
    )
