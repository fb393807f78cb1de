"""Verdicts: how one promise stands at one moment.

A verdict is the answer to "was this promise kept?" for one subject and one cycle. It
carries the moments that decide it, what was counted, why it is not something else, and
the fingerprint of the edition that it was judged by, so that anyone can work it out
again [V1, V3]. The sentence and the ledger are made when they are asked for.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Self, assert_never, cast

import attrs

from alignkit.attributions import Attribution
from alignkit.carryovers import left_of
from alignkit.clocks import CompiledTerm
from alignkit.editions import Edition
from alignkit.escalations import Escalation
from alignkit.hours import BusinessHours
from alignkit.instants import to_instant, to_moment
from alignkit.ledgers import Entry, ledger
from alignkit.measures import Measure, MeasureKind, figure
from alignkit.phrases import counted, length_text, moment_text
from alignkit.promises import Cadence, Duration
from alignkit.recurrences import counts_dates
from alignkit.runs import Carried, Run
from alignkit.schedules import Closed, Schedule
from alignkit.screen import visible
from alignkit.spans import (
    Before,
    BusinessDays,
    BusinessTime,
    CalendarTime,
    Elapsed,
    Span,
)
from alignkit.standings import Status, first_due
from alignkit.terms import Term
from alignkit.zones import start_of, zone


@attrs.frozen
class Lapse:
    """An amount of time, in business hours and on the wall clock.

    Attributes:
        business: Open time of the calendar; None where no calendar counts.
        wall: Real elapsed time; None where that is not known.
    """

    business: timedelta | None
    wall: timedelta | None


@attrs.frozen
class Disregarded:
    """A fact that might have moved the clock and did not, and why.

    Attributes:
        event: The id of the fact.
        at: When it happened.
        reason: Why it did not count, such as ``"before_start"``.
    """

    event: str
    at: datetime
    reason: str


@attrs.frozen(kw_only=True)
class Source:
    """The edition that produced a verdict.

    Attributes:
        id: The name of the agreement.
        version: The name of the edition.
        fingerprint: The SHA-256 of all that the edition says.
    """

    id: str
    version: str
    fingerprint: str

    @classmethod
    def of(cls, edition: Edition) -> Self:
        """Return the name of an edition, as verdicts carry it."""
        return cls(
            id=edition.id, version=edition.version, fingerprint=edition.fingerprint
        )


@attrs.frozen(kw_only=True)
class Basis:
    """What a verdict was worked out with, kept so that it can be explained.

    Attributes:
        term: What was promised.
        hours: The business hours that counted; None where none did.
        calendar: The name of those hours.
        as_of: The moment of the question.
        target: The span that held; None where that is not known.
        carried: What was carried over to it, if anything was [K7].
        day: The date that the span counts back from, if it does.
        started_by: The id of the fact that started the clock; None where none did.
        reset_at: When what had counted was last set back to nothing.
        ended_by: The id of the fact that ended it, in whatever way.
        ended_at: When it was ended.
        teams: Whose time it was, team by team.
        is_of_share: Whether it is about the share of the term's promises to be kept.
        run: What the facts did to the clock; None where no clock decides.
        compiled: The term, ready to be run; None where no clock decides.
    """

    term: Term
    hours: BusinessHours | None
    calendar: str | None
    as_of: datetime
    target: Span | None = None
    carried: Carried | None = None
    day: date | None = None
    started_by: str | None = None
    reset_at: datetime | None = None
    ended_by: str | None = None
    ended_at: datetime | None = None
    teams: tuple[Attribution, ...] = ()
    is_of_share: bool = False
    run: Run | None = attrs.field(default=None, eq=False, repr=False)
    compiled: CompiledTerm | None = attrs.field(default=None, eq=False, repr=False)

    @property
    def first_due_at(self) -> datetime | None:
        """When it was due before anything moved that; None where no clock decides.

        It says which period the promise belongs to [K17].
        """
        if self.run is None or self.compiled is None:
            return None
        return to_moment(first_due(self.run, self.compiled), zone(self.compiled.zone))


@attrs.frozen(kw_only=True)
class Verdict:
    """How one promise stands at one moment, for one subject and one cycle.

    Moments are in the zone of the calendar that counted them; what does not apply is
    None, or empty.

    Attributes:
        term: The id of the term.
        party: Who owes it.
        owner: Who owns the subject, where the term measures owners.
        subject_kind: What kind of thing it is about.
        subject: The id of what it is about.
        cycle: Which cycle of the subject, counted from 1.
        status: How the promise stands.
        started_at: The anchoring moment [K2].
        counts_from: The first counted moment.
        due_at: The earliest moment at which the counted time reaches the target.
        fulfilled_at: When it was fulfilled.
        breached_at: When it came to be broken; equal to `due_at` [K3], or when a cap
            was passed.
        next_change_at: The first moment at which the status changes by itself, or a
            step of its escalation fires [K13].
        elapsed: From the start to the fulfilment, the end or the moment asked about;
            rests are left out of business time and not of wall time.
        remaining: What is left until it is due, while it is owed.
        overrun: From the due moment on, while it is broken or was kept late.
        target: The span that was promised, as text.
        measure: The figures that decide it, and the facts behind them; None for clocks.
        paused: When the clock rested; the end is None while it still does.
        disregarded: What did not count, and why.
        attribution: Whose time it was: the counted time, owner by owner [K8].
        reason: Why it is so, where the status alone does not say.
        revised: Whether a fact recorded later changed what had been settled or broken
            before [V5].
        agreement: The edition that it was judged by.
        steps: The steps of its escalation, fired or not [K12].
        basis: What it was worked out with.
    """

    term: str
    party: str
    owner: str | None = None
    subject_kind: str
    subject: str
    cycle: int = 1
    status: Status
    started_at: datetime | None = None
    counts_from: datetime | None = None
    due_at: datetime | None = None
    fulfilled_at: datetime | None = None
    breached_at: datetime | None = None
    next_change_at: datetime | None = None
    elapsed: Lapse | None = None
    remaining: Lapse | None = None
    overrun: Lapse | None = None
    target: str | None = None
    measure: Measure | None = None
    paused: tuple[tuple[datetime, datetime | None], ...] = ()
    disregarded: tuple[Disregarded, ...] = ()
    attribution: tuple[Attribution, ...] = ()
    reason: str | None = None
    revised: bool = False
    agreement: Source
    steps: tuple[Escalation, ...] = ()
    basis: Basis | None = attrs.field(default=None, eq=False, repr=False)

    @property
    def explanation(self) -> str:
        """One sentence that the people concerned can check against a calendar [V1]."""
        return explain(self)

    @property
    def attribution_by_team(self) -> tuple[Attribution, ...]:
        """Whose time it was, team by team; the same time as `attribution` [K8]."""
        # What could not be decided keeps the basis, and says no more than its start.
        return () if self.basis is None or not self.elapsed else self.basis.teams

    @property
    def is_of_share(self) -> bool:
        """True if it is about the share of a term's promises that has to be kept."""
        return self.basis is not None and self.basis.is_of_share

    @property
    def ledger(self) -> tuple[Entry, ...]:
        """Every stretch from the start to the end: counted, at rest or closed [V1].

        Empty where no calendar counts, and where it is not known what did.
        """
        basis, start = self.basis, self.started_at
        if basis is None or basis.hours is None or start is None or not self.elapsed:
            return ()
        end = basis.ended_at or basis.as_of
        # Compared in UTC: Python compares moments of one zone by the clock on the wall.
        if end.astimezone(UTC) < start.astimezone(UTC):
            return ()
        return ledger(basis.hours, start, end, self.paused, basis.reset_at)


def undecided(verdict: Verdict, reason: str) -> Verdict:
    """Return a verdict that cannot be given, and why; only the start is known."""
    return _bare(verdict, Status.UNKNOWN, reason)


def unowed(verdict: Verdict, reason: str | None) -> Verdict:
    """Return a verdict on what was never owed, and by which rule [K11]."""
    return _bare(verdict, Status.EXCLUDED, reason)


def _bare(verdict: Verdict, status: Status, reason: str | None) -> Verdict:
    """Return a verdict of which nothing but the start is told, and why."""
    return Verdict(
        term=verdict.term,
        party=verdict.party,
        owner=verdict.owner,
        subject_kind=verdict.subject_kind,
        subject=verdict.subject,
        cycle=verdict.cycle,
        status=status,
        started_at=verdict.started_at,
        reason=reason,
        agreement=verdict.agreement,
        basis=verdict.basis,
    )


def explain(verdict: Verdict) -> str:
    """Return one sentence that says how a promise stands, and why [V1].

    Moments are local, with the name of the zone; holidays that moved the due moment are
    named.

    Example:
        >>> source = Source(id="northwind", version="1", fingerprint="")
        >>> print(
        ...     explain(
        ...         Verdict(
        ...             term="first-response",
        ...             party="sales",
        ...             subject_kind="lead",
        ...             subject="L1",
        ...             status=Status.UNKNOWN,
        ...             agreement=source,
        ...             reason="its target depends on source, which is not known",
        ...         )
        ...     )
        ... )
        First response by sales on lead L1: not known, because its target depends on
        source, which is not known.
    """
    if verdict.measure is not None:
        return _explain_measured(verdict, verdict.measure)
    cycle = f", cycle {verdict.cycle}" if verdict.cycle > 1 else ""
    about = visible(f"{verdict.subject_kind} {verdict.subject}{cycle}")
    title = _title(verdict)
    told = ", ".join(part for part in _parts(verdict) if part)
    return f"{title} by {verdict.party} on {about}: {_SAID[verdict.status]}{told}."


def _explain_measured(verdict: Verdict, measure: Measure) -> str:
    """Return one sentence about a promise that figures decide."""
    if measure.kind is MeasureKind.CHECK:
        where = f" on {verdict.subject_kind} {verdict.subject}"
    else:
        where = "" if measure.period is None else f" in {measure.period}"
    told = ", ".join(part for part in _measured(verdict, measure) if part)
    said = f"{_SAID[verdict.status]}{told}"
    return f"{_title(verdict)} by {verdict.party}{where}: {said}."


def _measured(verdict: Verdict, measure: Measure) -> Iterator[str | None]:
    """Yield what the sentence says of the figures."""
    basis, pace = verdict.basis, measure.pace
    if verdict.reason is not None:
        yield verdict.reason
    yield measure.told
    if measure.kind is MeasureKind.CHECK:
        yield _on("judged as of", verdict.due_at)
        return
    if verdict.fulfilled_at is not None:
        yield _on("reached", verdict.fulfilled_at)
    elif verdict.status is Status.BREACHED and verdict.breached_at != verdict.due_at:
        yield _on("passed", verdict.breached_at)
    elif basis is not None:
        if pace is not None and verdict.status in (Status.PENDING, Status.AT_RISK):
            days = f"{pace.elapsed} of {pace.days} business days"
            yield f"{figure(pace.target_to_date)} expected after {days}"
        yield _on("asked", basis.as_of)


_SAID = {
    Status.PENDING: "open, ",
    Status.AT_RISK: "at risk, ",
    Status.PAUSED: "at rest, ",
    Status.MET: "kept in time, ",
    Status.LATE: "kept late, ",
    Status.BREACHED: "broken, ",
    Status.EXCUSED: "excused, because ",
    Status.EXCLUDED: "not owed, because ",
    Status.CANCELLED: "called off, ",
    Status.UNKNOWN: "not known, because ",
}


def _title(verdict: Verdict) -> str:
    if verdict.basis is not None and verdict.basis.term.title is not None:
        return verdict.basis.term.title
    return verdict.term.replace("-", " ").replace("_", " ").capitalize()


def _parts(verdict: Verdict) -> Iterator[str | None]:
    """Yield what the sentence says after how the promise stands."""
    if verdict.status is Status.EXCLUDED and verdict.basis is not None:
        yield f"it is excluded ({visible(str(verdict.reason))})"
        yield _on(_started(verdict), verdict.started_at)
        return
    if verdict.reason is not None:
        yield verdict.reason
    if verdict.status is Status.UNKNOWN:
        return
    yield _on(_started(verdict), verdict.started_at)
    yield from _anew(verdict)
    yield from _rests(verdict)
    yield _adopted(verdict)
    if verdict.due_at is not None:
        closed = " and ".join(_holidays(verdict))
        moved = f", closed for {closed}" if closed else ""
        due = _due_text(verdict.basis, verdict.due_at)
        yield f"due {due} ({verdict.target}{_carried(verdict)}{moved})"
    yield _tried(verdict.basis)
    yield from _end(verdict)


def _adopted(verdict: Verdict) -> str | None:
    """Return since when which version governs, if it did not from the start [K6]."""
    basis = verdict.basis
    since = None if basis is None or basis.run is None else basis.run.adopted
    if basis is None or since is None:
        return None
    here = cast("tzinfo", basis.as_of.tzinfo)
    version = visible(verdict.agreement.version)
    return _on(f"by version {version} since", to_moment(since, here))


def _carried(verdict: Verdict) -> str:
    """Return what was left of the target when it came to hold, if it did later [K7]."""
    basis, due = verdict.basis, verdict.due_at
    carried = None if basis is None else basis.carried
    if carried is None or due is None:
        return ""
    since = _local(to_moment(carried.since, cast("tzinfo", due.tzinfo)))
    left = left_of(carried)
    much = str(left) if isinstance(left, BusinessDays) else length_text(left.duration)
    return f", {much} of it left on {since}"


def _started(verdict: Verdict) -> str:
    """Return the words for the start: of a stay, the stages that were entered."""
    promise = None if verdict.basis is None else verdict.basis.term.promise
    match promise:
        case Duration(stages=stages):
            return f"in {visible(' or '.join(stages))} from"
        case Cadence(asked=asked) if asked:
            return "asked"
        case Cadence(anchor=anchor):
            is_anchor = _is_start_of(verdict.started_at, anchor)
            return "counted from" if is_anchor else "last done"
        case _:
            return "started"


def _is_start_of(moment: datetime | None, day: date | None) -> bool:
    """Say whether a moment is the one at which a date begins."""
    if moment is None or day is None or moment.tzinfo is None:
        return False
    key = getattr(moment.tzinfo, "key", "UTC")
    return to_instant(moment, "started_at") == start_of(day, key)


def _done(verdict: Verdict) -> str:
    """Return the word for the end of what was promised: a stay ends by leaving."""
    promise = None if verdict.basis is None else verdict.basis.term.promise
    match promise:
        case Duration():
            return "left"
        case Cadence(asked=asked) if asked:
            return "answered"
        case _:
            return "done"


def _tried(basis: Basis | None) -> str | None:
    """Return how many attempts were counted, where they are promised [K14]."""
    if basis is None or basis.run is None or basis.compiled is None:
        return None
    effort = basis.compiled.effort
    return None if effort is None else effort.told(basis.run.tally)


def _excess(verdict: Verdict) -> str | None:
    """Return how much too late it was: of gaps between dates, in days [K18]."""
    basis, due = verdict.basis, verdict.due_at
    promise = None if basis is None else basis.term.promise
    if verdict.overrun is None or due is None or basis is None:
        return None
    in_days = isinstance(basis.target, CalendarTime | Before)
    if not (isinstance(promise, Cadence) and counts_dates(promise) and in_days):
        return _amount(verdict, "over by {}", verdict.overrun)
    end = (basis.ended_at or basis.as_of).date()
    days = (end - (due - timedelta(microseconds=1)).date()).days
    return f"over by {counted(max(days, 1), 'day')}"


def _due_text(basis: Basis | None, due: datetime) -> str:
    """Return a due moment in words: the midnight that ends a date, as its end."""
    counts_time = basis is None or isinstance(basis.target, BusinessTime | Elapsed)
    if counts_time or due.time() != time():
        return _local(due)
    day, _, _ = _local(due - timedelta(days=1)).rsplit(" ", 2)
    return f"at the end of {day}"


def _anew(verdict: Verdict) -> Iterator[str | None]:
    """Yield from when it counts, where that is not when it started."""
    basis, counts = verdict.basis, verdict.counts_from
    if basis is not None and basis.reset_at is not None:
        yield _on("counted anew from", counts or basis.reset_at)
    elif counts is not None and counts != verdict.started_at:
        yield _on("counted from", counts)


def _rests(verdict: Verdict) -> Iterator[str | None]:
    """Yield when it rested: the one time, or how often."""
    ended = [(low, high) for low, high in verdict.paused if high is not None]
    if len(ended) == 1:
        ((low, high),) = ended
        yield f"{_on('at rest from', low)} to {_local(high)}"
    elif ended:
        length = sum(
            (high.astimezone(UTC) - low.astimezone(UTC) for low, high in ended),
            timedelta(),
        )
        yield f"at rest {len(ended)} times for {length_text(length)} in all"
    if len(ended) < len(verdict.paused):
        yield _on("resting since", verdict.paused[-1][0])


def _end(verdict: Verdict) -> Iterator[str | None]:
    """Yield how it ended, or what is left."""
    basis = verdict.basis
    if verdict.fulfilled_at is not None:
        yield _on(_done(verdict), verdict.fulfilled_at)
        yield _amount(verdict, "after {}", verdict.elapsed)
    elif basis is not None and basis.ended_at is not None:
        # Of what was called off in time, that was said already.
        is_said = verdict.status is Status.CANCELLED
        yield _on("ended" if is_said else "called off", basis.ended_at)
    elif verdict.status is Status.BREACHED and basis is not None:
        yield _on(f"not {_done(verdict)} by", basis.as_of)
    yield _excess(verdict)
    left = _amount(verdict, "{} left", verdict.remaining)
    if basis is not None and basis.ended_at is None and not verdict.status.is_broken:
        asked = _on("as of", basis.as_of)
        yield asked if left is None else f"{left} {asked}"
    else:
        yield left


def _on(word: str, moment: datetime | None) -> str | None:
    return None if moment is None else f"{word} {_local(moment)}"


_local = moment_text


def _amount(verdict: Verdict, said: str, lapse: Lapse | None) -> str | None:
    """Return an amount of time in words, in what the target counts.

    Business time is said of business hours and days, and where it alone is known.
    """
    if lapse is None:
        return None
    target = None if verdict.basis is None else verdict.basis.target
    counts_wall = not isinstance(target, BusinessTime | BusinessDays | None)
    if lapse.wall is not None and (counts_wall or lapse.business is None):
        return said.format(length_text(lapse.wall))
    if lapse.business is None:
        return None
    return said.format(f"{length_text(lapse.business)} of business time")


def _holidays(verdict: Verdict) -> tuple[str, ...]:
    """Return the names of the holidays that moved the due moment, each once.

    Those are the ones between the start and the due moment on which it would have been
    open; for a span that counts back from a date, the ones that it rolled over.
    """
    basis, start, due = verdict.basis, verdict.started_at, verdict.due_at
    if basis is None or basis.hours is None or start is None or due is None:
        return ()
    hours = basis.hours
    match basis.target:
        case BusinessTime() | BusinessDays():
            end = max(start.astimezone(UTC), due.astimezone(UTC))
            closed = [
                (row.start.date(), row.closed)
                for row in hours.ledger(start.astimezone(UTC), end)
                if row.closed is not None
            ]
        case Before() if basis.day is not None:
            closed = list(_rolled_over(hours, basis.target, basis.day))
        case _:
            closed = []
    names = [
        one.name
        for day, one in closed
        if one.name is not None and _would_open(hours, day)
    ]
    return tuple(dict.fromkeys(names))


def _rolled_over(
    hours: BusinessHours, target: Before, of: date
) -> Iterator[tuple[date, Closed]]:
    """Yield the days that are no business days which a promise rolled over [T14]."""
    match target.span:
        case CalendarTime():
            day = target.span.before(of)
        case BusinessDays(days):
            day = hours.add_business_days(of, -days)
        case _:
            assert_never(target.span)
    step = timedelta(days=1 if target.roll == "following" else -1)
    while target.roll != "none" and not hours.is_business_day(day):
        midnight = to_moment(start_of(day, hours.zone), UTC)
        closed = hours.why_closed(midnight)
        if closed is not None:
            yield day, closed
        day += step


def _would_open(hours: BusinessHours, day: date) -> bool:
    """Say whether a calendar has hours on the weekday of a date.

    One that combines others is taken to have them.
    """
    schedule = hours.schedule
    return not isinstance(schedule, Schedule) or bool(schedule.week[day.weekday()])
