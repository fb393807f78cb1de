"""Feasibility: promises that their own calendar, window or ladder does not let happen.

"Six attempts in two days, one a day" cannot be kept, "ten business hours" in a calendar
that never opens long enough is never due, and a warning that comes when the time is up
warns of nothing. Each of these reads well, and each shows only when somebody is blamed
for it. What depends on the day of the week is tried for every opening, close and
midnight of one.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import UTC, date, timedelta
from itertools import pairwise
from typing import assert_never

import attrs

from alignkit.carryovers import can_be_shared
from alignkit.editions import Edition
from alignkit.errors import (
    MomentOutOfRangeError,
    NoBusinessTimeError,
    NoCalendarError,
)
from alignkit.findings import Finding
from alignkit.hours import EVERY_HOUR, BusinessHours
from alignkit.instants import to_instant, to_moment
from alignkit.phrases import moment_text
from alignkit.promises import (
    Attempts,
    Cadence,
    Deadline,
    Duration,
    Quality,
    Target,
    Validity,
    Volume,
)
from alignkit.schedules import AnySchedule, Both, Either, Schedule
from alignkit.spans import (
    Before,
    BusinessDays,
    BusinessTime,
    CalendarTime,
    Elapsed,
    Span,
)
from alignkit.terms import CalendarOf, ChangeRule, Step, Term
from alignkit.zones import clock, start_of, zone

_ANY_MONDAY = date(2024, 1, 1)
"""Where nothing says when a promise starts, it starts in the week of this date."""

_PLAIN_YEARS = range(1901, 2100)
"""In which a date has 100 years of calendar before or after it [T13]."""

_MOST_ATTEMPTS = 1_000
"""More attempts than this are not laid out one by one."""


def feasibility_findings(edition: Edition) -> Iterator[Finding]:
    """Yield the promises of an edition that cannot be kept as they are written.

    Example:
        >>> from alignkit.actions import Action
        >>> from alignkit.patterns import Pattern
        >>> from alignkit.promises import Clock
        >>> assigned = Clock(start=[Pattern(event="owner_assigned")])
        >>> often = Attempts(
        ...     clock=assigned,
        ...     action="call",
        ...     at_least=6,
        ...     within=Elapsed(hours=48),
        ...     per_day=1,
        ... )
        >>> term = Term(id="six-calls", party="sales", promise=often)
        >>> edition = Edition(id="n", actions=[Action(id="call")], terms=[term])
        >>> for finding in feasibility_findings(edition):
        ...     print(finding.code, finding.message)
        AK-P213 6 attempts of 'six-calls' never fit into 48 hours
    """
    for at, term in enumerate(edition.terms):
        timed = _Timed(path=f"$.terms[{at}]", term=term, edition=edition)
        yield from _outside(timed)
        yield from _countable(timed)


@attrs.frozen(kw_only=True)
class _Timed:
    """A term, where it stands, and how its time is counted."""

    path: str
    term: Term
    edition: Edition

    @property
    def hours(self) -> BusinessHours:
        """The hours that count it; all hours where nothing says which."""
        return self.edition.hours_of(self.term) or EVERY_HOUR

    @property
    def is_counted_elsewhere(self) -> bool:
        """Whether the calendar is that of whoever owns the lead, or the lead's own."""
        term = self.term
        return term.calendar is None and term.calendar_of is not CalendarOf.PARTY

    @property
    def lacks_calendar(self) -> bool:
        """Whether its time needs a calendar that the edition does not name."""
        named = self.edition.hours_of(self.term)
        return named is None and not self.is_counted_elsewhere

    @property
    def targets(self) -> tuple[tuple[str, Span], ...]:
        """The spans within which it is to be kept, with their paths; the base first."""
        match self.term.promise:
            case Deadline(within=base, targets=targets):
                return self._with_segments("within", base, targets)
            case Duration(at_most=base, targets=targets):
                return self._with_segments("at_most", base, targets)
            case Attempts(within=base):
                return ((f"{self.path}.within", base),)
            case Cadence(every=base):
                return () if base is None else ((f"{self.path}.every", base),)
            case Volume() | Quality() | Validity():
                return ()
            case _:
                assert_never(self.term.promise)

    def _with_segments(
        self, key: str, base: Span, targets: tuple[Target, ...]
    ) -> tuple[tuple[str, Span], ...]:
        return (
            (f"{self.path}.{key}", base),
            *(
                (f"{self.path}.targets[{at}].within", one.within)
                for at, one in enumerate(targets)
            ),
        )

    @property
    def first_day(self) -> date:
        """A date from which on it may start, as early as anything says."""
        moment = self.term.effective_from or self.edition.effective_from
        if moment is not None and moment.year in _PLAIN_YEARS:
            return moment.astimezone(zone(self.hours.zone)).date()
        return _opens_first(self.hours.schedule) or _ANY_MONDAY

    @property
    def first_opening(self) -> int:
        """The first instant at which it may start and counts."""
        start = start_of(self.first_day, self.hours.zone)
        try:
            return self.hours.add_open(start, 0)
        except NoBusinessTimeError:
            # Wall time counts in a calendar that never opens too.
            return start

    def due(self, start: int, span: Span) -> int:
        """Return when a span is over that starts at an instant."""
        of = self.first_day + timedelta(days=366)
        found = self.hours.due_at(start, span, of=of, landing=self.term.landing.value)
        assert found is not None  # noqa: S101 - nothing makes it rest
        return found


def _opens_first(schedule: AnySchedule) -> date | None:
    """Return the first date of a calendar that has no weekly hours; else None."""
    match schedule:
        case Schedule(week=week) if any(week):
            return None
        case Schedule(zone=key):
            days = [day for day, shifts in schedule.dated if shifts]
            days += [to_moment(at, zone(key)).date() for at, _ in schedule.openings]
            return min(days)
        case Both(left, right) | Either(left, right):
            found = [day for one in (left, right) if (day := _opens_first(one))]
            return min(found, default=None)
        case _:
            assert_never(schedule)


def _outside(timed: _Timed) -> Iterator[Finding]:
    """Yield a finding if a term is never in force while its edition is."""
    until, since = timed.term.effective_until, timed.edition.effective_from
    if until is not None and since is not None and until <= since:
        yield Finding.warning(
            "AK-P220",
            f"{timed.path}.effective_until",
            f"the term {timed.term.id!r} ends before its edition begins",
            expected=f"a moment after {since}",
            seen=str(until),
            help="move its end, or leave the term out of this edition",
        )


def _countable(timed: _Timed) -> Iterator[Finding]:
    """Yield what is wrong with the times of a term, once they can be counted."""
    uncounted = list(_uncountable(timed))
    yield from uncounted
    yield from _at_once(timed)
    yield from _without_time(timed)
    yield from _unshared(timed)
    yield from _channels(timed)
    yield from _late_warning(timed)
    if uncounted or timed.is_counted_elsewhere:
        return
    if isinstance(timed.term.promise, Attempts):
        yield from _cramped(timed, timed.term.promise)
    yield from _ladder(timed)
    yield from _relaxed(timed)


def _uncountable(timed: _Timed) -> Iterator[Finding]:
    """Yield the spans that no calendar counts, or that never end in theirs [T13]."""
    start = start_of(timed.first_day, timed.hours.zone)
    for path, span in _spans(timed):
        if isinstance(span, Elapsed):
            continue
        if timed.is_counted_elsewhere:
            continue
        if timed.lacks_calendar:
            error = NoCalendarError(timed.term.id, str(span))
            message, _, mend = str(error).partition("; ")
            yield Finding.error(error.code, path, message, help=mend)
            continue
        try:
            timed.due(start, span)
        except (NoBusinessTimeError, MomentOutOfRangeError):
            yield Finding.error(
                "AK-P211",
                path,
                f"{span} never come to an end in the calendar of {timed.term.id!r}",
                seen=f"no such time from {timed.first_day} on",
                help="open the calendar for long enough, or name another",
            )


def _spans(timed: _Timed) -> Iterator[tuple[str, Span]]:
    """Yield every span of a term with its path."""
    yield from timed.targets
    promise, capacity = timed.term.promise, timed.term.capacity
    if isinstance(promise, Attempts) and promise.spacing is not None:
        yield f"{timed.path}.spacing", promise.spacing
    if capacity is not None:
        yield f"{timed.path}.capacity.relaxed", capacity.relaxed
    for at, step in enumerate(timed.term.escalate):
        for key in ("before", "after"):
            length = getattr(step, key)
            if length is not None:
                yield f"{timed.path}.escalate[{at}].{key}", length


def _at_once(timed: _Timed) -> Iterator[Finding]:
    """Yield the targets that are over when they begin."""
    for path, span in timed.targets:
        match span:
            case BusinessTime(length) | Elapsed(length):
                is_nothing = not length
            case CalendarTime():
                is_nothing = span == CalendarTime()
            case _:
                # None of business days lasts until the close of the day.
                is_nothing = False
        if is_nothing:
            message = f"{timed.term.id!r} is due at the moment at which it starts"
            mend = "give it some time, or make it a promise of validity"
            yield Finding.warning("AK-P212", path, message, seen=str(span), help=mend)


def _unshared(timed: _Timed) -> Iterator[Finding]:
    """Yield the targets of which no share can be carried over, where that is asked."""
    term = timed.term
    is_asked = term.changes.segment is ChangeRule.CARRY_CONSUMED_SHARE
    if not is_asked or len(timed.targets) == 1:
        return
    for path, span in timed.targets:
        if not can_be_shared(span):
            yield Finding.warning(
                "AK-P228",
                path,
                f"no share of {span} can be carried over by {term.id!r}",
                expected="hours or business days",
                seen=str(span),
                help="promise hours or business days, or let segments change otherwise",
            )


def _without_time(timed: _Timed) -> Iterator[Finding]:
    """Yield a finding on warnings where no time runs that they could come before."""
    term = timed.term
    if isinstance(term.promise, Validity) and (term.warn_at or term.escalate):
        key = "warn_at" if term.warn_at else "escalate"
        message = f"{term.id!r} is decided at once, so nothing can be warned of"
        mend = "leave the warning out"
        yield Finding.warning("AK-P218", f"{timed.path}.{key}", message, help=mend)


def _cramped(timed: _Timed, promise: Attempts) -> Iterator[Finding]:
    """Yield a finding if so many attempts do not fit into their window [K14]."""
    if isinstance(promise.within, Before):
        return
    starts = _starts(timed)
    failing = [at for at in starts if not _fits(timed, promise, at)]
    if not failing:
        return
    many, window = promise.at_least, promise.within
    mend = "ask for fewer, let them lie closer together, or widen the window"
    if len(failing) == len(starts):
        message = f"{many} attempts of {timed.term.id!r} never fit into {window}"
        yield Finding.error("AK-P213", f"{timed.path}.at_least", message, help=mend)
        return
    message = f"{many} attempts of {timed.term.id!r} do not always fit into {window}"
    moment = to_moment(failing[0], zone(timed.hours.zone))
    seen = f"a start at {moment_text(moment)}"
    yield Finding.warning(
        "AK-P213", f"{timed.path}.at_least", message, seen=seen, help=mend
    )


def _starts(timed: _Timed) -> tuple[int, ...]:
    """Return the instants of a week at which something about a window may change."""
    key, day = timed.hours.zone, timed.first_day
    week = [start_of(day + timedelta(days=nth), key) for nth in range(8)]
    first, last = (to_moment(at, UTC) for at in (week[0], week[-1]))
    edges = [
        to_instant(edge, "edge")
        for interval in timed.hours.intervals(first, last)
        for edge in interval
    ]
    return tuple(sorted({at for at in (*week, *edges) if week[0] <= at < week[-1]}))


def _fits(timed: _Timed, promise: Attempts, start: int) -> bool:
    """Say whether the attempts fit into the window from an instant on.

    Each is made as early as it can be: on the day of the one before while some are
    left over for the distinct days that it takes, and on the next day otherwise.
    """
    key = timed.hours.zone
    end = timed.due(start, promise.within)
    first, last = (clock(key, at).ordinal(at) for at in (start, end))
    if last - first + 1 < promise.days:
        return False
    most = promise.at_least if promise.per_day is None else promise.per_day
    if promise.spacing is None or promise.at_least > _MOST_ATTEMPTS:
        return (last - first + 1) * most >= promise.at_least
    at, today, on_day = start, first, 1
    spare = promise.at_least - promise.days
    for _ in range(promise.at_least - 1):
        at = _after_spacing(timed, at, promise.spacing)
        day = clock(key, at).ordinal(at)
        if day == today and (not spare or on_day >= most):
            day += 1
            at = start_of(date.fromordinal(day), key)
        spare -= day == today
        on_day = on_day + 1 if day == today else 1
        today = day
        if at > end:
            return False
    return True


def _after_spacing(timed: _Timed, at: int, spacing: Span) -> int:
    """Return the earliest instant that lies far enough from an attempt to count."""
    found = timed.due(at, spacing)
    if isinstance(spacing, BusinessDays) and spacing.due == "close" and spacing.days:
        # So many days apart: any time on the day will do, not only its close.
        key = timed.hours.zone
        day = date.fromordinal(clock(key, found - 1).ordinal(found - 1))
        return max(start_of(day, key), at)
    return found


def _channels(timed: _Timed) -> Iterator[Finding]:
    """Yield a finding if it takes more channels than the action counts."""
    promise = timed.term.promise
    if not isinstance(promise, Attempts):
        return
    for action in timed.edition.actions:
        if action.id == promise.action and action.channels:
            counted = len(set(action.channels))
            if counted < promise.channels:
                yield Finding.error(
                    "AK-P214",
                    f"{timed.path}.channels",
                    f"{timed.term.id!r} asks for {promise.channels} channels, "
                    f"and {action.id!r} counts {counted}",
                    expected=f"at most {counted}",
                    seen=str(promise.channels),
                    help="ask for fewer channels, or let the action count more",
                )


def _late_warning(timed: _Timed) -> Iterator[Finding]:
    """Yield a finding if the warning comes no earlier than the time is up [K5]."""
    if timed.term.warn_at == 1 and timed.targets:
        yield Finding.warning(
            "AK-P215",
            f"{timed.path}.warn_at",
            f"the warning of {timed.term.id!r} comes when the time is up",
            expected="a share under 1, such as 4/5",
            seen="1",
            help="warn earlier",
        )


def _ladder(timed: _Timed) -> Iterator[Finding]:
    """Yield the steps of an escalation that come too early or out of order [K12]."""
    steps = timed.term.escalate
    start = timed.first_opening
    too_early: set[int] = set()
    for path, span in timed.targets:
        fired = [_fires(timed, step, span, start) for step in steps]
        for at, moment in enumerate(fired):
            early = moment is not None and moment <= start
            if early and not isinstance(span, Before) and at not in too_early:
                too_early.add(at)
                yield Finding.warning(
                    "AK-P217",
                    f"{timed.path}.escalate[{at}]",
                    f"step {at} of {timed.term.id!r} comes before the promise starts",
                    expected=f"less than {span} before it is due",
                    seen=f"{steps[at].before} before it is due",
                    help=f"shorten it, or lengthen {path}",
                )
    for _, span in timed.targets[:1]:
        fired = [_fires(timed, step, span, start) for step in steps]
        known = [(at, one) for at, one in enumerate(fired) if one is not None]
        for (before, earlier), (at, later) in pairwise(known):
            if later < earlier:
                yield Finding.warning(
                    "AK-P216",
                    f"{timed.path}.escalate[{at}]",
                    f"step {at} of {timed.term.id!r} comes before step {before}",
                    help="list the steps in the order in which they come",
                )


def _fires(timed: _Timed, step: Step, span: Span, start: int) -> int | None:
    """Return when a step comes under a target; None where that cannot be told."""
    due = timed.due(start, span)
    if step.after is not None:
        return timed.due(due, step.after)
    if step.before is not None:
        try:
            moment = timed.hours.subtract(to_moment(due, UTC), step.before)
        except NoBusinessTimeError:
            return start
        return to_instant(moment, "step")
    assert step.at is not None  # noqa: S101 - as checked by the step itself
    match span:
        case BusinessTime(length):
            used: Span = BusinessTime(microseconds=math.ceil(length * step.at))
        case Elapsed(length):
            used = Elapsed(microseconds=math.ceil(length * step.at))
        case BusinessDays():
            length = timed.hours.open_between(start, due)
            used = BusinessTime(microseconds=math.ceil(length * step.at))
        case CalendarTime():
            return start + math.ceil((due - start) * step.at)
        case Before():
            # Of how long it is a share, only the lead can tell.
            return None
        case _:
            assert_never(span)
    return timed.due(start, used)


def _relaxed(timed: _Timed) -> Iterator[Finding]:
    """Yield a finding if the target of a surge is no longer than the usual one."""
    capacity = timed.term.capacity
    if capacity is None:
        return
    start = timed.first_opening
    for _, span in timed.targets[:1]:
        kinds = {isinstance(one, Before) for one in (span, capacity.relaxed)}
        if len(kinds) == 1 and timed.due(start, capacity.relaxed) <= timed.due(
            start, span
        ):
            yield Finding.warning(
                "AK-P219",
                f"{timed.path}.capacity.relaxed",
                f"the target of {timed.term.id!r} in a surge relaxes nothing",
                expected=f"more than {span}",
                seen=str(capacity.relaxed),
                help="give more time where more comes than was planned for",
            )
