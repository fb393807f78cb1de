"""Verdicts: how one promise stands at one moment.

A verdict is the answer to "was this promise kept?" for one subject and one cycle. It
carries the moments that decide it, what was counted, why it is not something else, and
the fingerprint of the edition that it was judged by, so that anyone can work it out
again [V1, V3]. The sentence and the ledger are made when they are asked for.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Self

import attrs

from alignkit.clocks import CompiledTerm, Ending, Run, wall_time
from alignkit.editions import Edition
from alignkit.events import Subject
from alignkit.hours import BusinessHours
from alignkit.instants import to_duration, to_moment
from alignkit.ledgers import Entry, ledger
from alignkit.measures import Measure, MeasureKind, figure
from alignkit.promises import Quality
from alignkit.spans import BusinessTime, Elapsed
from alignkit.standings import Standing, Status, standing
from alignkit.terms import Term
from alignkit.zones import zone


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


@attrs.frozen
class Attribution:
    """Whose time a part of the waiting was [K8].

    Attributes:
        to: An owner, a team, or routing.
        business: How much open time.
    """

    to: str
    business: timedelta


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
        started_by: The id of the fact that started the clock; None where none did.
        ended_by: The id of the fact that ended it, in whatever way.
        ended_at: When it was ended.
    """

    term: Term
    hours: BusinessHours | None
    calendar: str | None
    as_of: datetime
    started_by: str | None = None
    ended_by: str | None = None
    ended_at: datetime | None = None


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
        next_change_at: The first moment at which the status changes by itself [K13].
        elapsed: From the start to the fulfilment, the end or the moment asked about;
            rests are left out of business time and not of wall time.
        remaining: What is left until it is due, while it is owed.
        overrun: From the due moment on, while it is broken or was kept late.
        target: The span that was promised, as text.
        measure: The figures that decide it, and the facts behind them; None for clocks.
        paused: When the clock rested; the end is None while it still does.
        disregarded: What did not count, and why.
        attribution: Whose time it was.
        reason: Why it is so, where the status alone does not say.
        revised: Whether a fact recorded later changed what had been settled or broken
            before [V5].
        agreement: The edition that it was judged by.
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
    basis: Basis | None = attrs.field(default=None, eq=False, repr=False)

    @property
    def explanation(self) -> str:
        """One sentence that the people concerned can check against a calendar [V1]."""
        return explain(self)

    @property
    def is_of_share(self) -> bool:
        """True if it is about the share of a term's promises that has to be kept."""
        if self.measure is None or self.basis is None:
            return False
        is_own = isinstance(self.basis.term.promise, Quality)
        return self.measure.kind is MeasureKind.SHARE and not is_own

    @property
    def ledger(self) -> tuple[Entry, ...]:
        """Every stretch from the start to the end: counted, at rest or closed [V1].

        Empty where no calendar counts.
        """
        basis, start = self.basis, self.started_at
        if basis is None or basis.hours is None or start is None:
            return ()
        end = basis.ended_at or basis.as_of
        return ledger(basis.hours, start, end, self.paused)


def judge(
    run: Run, compiled: CompiledTerm, *, subject: Subject, source: Source, as_of: int
) -> Verdict:
    """Return how one run of a clock stands at an instant [K2-K5].

    Args:
        run: What the facts that happened by then did to the clock.
        compiled: The term, ready to be run.
        subject: What it is about.
        source: The edition that the term is of.
        as_of: The instant of the question.
    """
    found = standing(run, compiled, as_of)
    term, hours, status = compiled.term, compiled.hours, found.status
    here = zone("UTC" if hours is None else hours.zone)
    end = as_of if run.ended is None else run.ended
    is_kept = run.ending is Ending.FULFILLED and status is not Status.UNKNOWN

    def moment(instant: int | None) -> datetime | None:
        return None if instant is None else to_moment(instant, here)

    overrun = None
    if status.is_broken and found.due is not None:
        overrun = Lapse(_open_time(hours, found.due, end), to_duration(end - found.due))
    return Verdict(
        term=term.id,
        party=term.party,
        subject_kind=subject.kind,
        subject=subject.id,
        cycle=run.cycle,
        status=status,
        started_at=moment(run.started),
        counts_from=moment(compiled.counts_from(run)),
        due_at=moment(found.due),
        fulfilled_at=moment(run.ended) if is_kept else None,
        breached_at=moment(found.due) if status.is_broken else None,
        next_change_at=moment(found.changes),
        elapsed=Lapse(
            _duration(compiled.counted(run, end)),
            to_duration(end - run.started),
        ),
        remaining=_remaining(found, run, compiled, as_of),
        overrun=overrun,
        target=None if found.target is None else str(found.target),
        paused=tuple((to_moment(low, here), moment(high)) for low, high in run.pauses),
        disregarded=tuple(
            Disregarded(one.id, one.at.astimezone(here), "before_start")
            for one in run.early
        ),
        reason=found.reason,
        agreement=source,
        basis=Basis(
            term=term,
            hours=hours,
            calendar=compiled.calendar,
            as_of=to_moment(as_of, here),
            started_by=run.started_by.id,
            ended_by=None if run.ended_by is None else run.ended_by.id,
            ended_at=moment(run.ended),
        ),
    )


def undecided(verdict: Verdict, reason: str) -> Verdict:
    """Return a verdict that cannot be given, and why; only the start is known."""
    return Verdict(
        term=verdict.term,
        party=verdict.party,
        subject_kind=verdict.subject_kind,
        subject=verdict.subject,
        cycle=verdict.cycle,
        status=Status.UNKNOWN,
        started_at=verdict.started_at,
        reason=reason,
        agreement=verdict.agreement,
        basis=verdict.basis,
    )


def _duration(length: int | None) -> timedelta | None:
    return None if length is None else to_duration(length)


def _open_time(hours: BusinessHours | None, start: int, end: int) -> timedelta | None:
    return None if hours is None else to_duration(hours.open_between(start, end))


def _remaining(
    found: Standing, run: Run, compiled: CompiledTerm, as_of: int
) -> Lapse | None:
    """Return what is left until a promise is due, while it is owed."""
    if found.status in (Status.PENDING, Status.AT_RISK) and found.due is not None:
        wall = to_duration(found.due - as_of)
        return Lapse(_open_time(compiled.hours, as_of, found.due), wall)
    if found.status is not Status.PAUSED:
        return None
    # A rest has no end yet: only what the target itself counts in is known.
    match found.target:
        case BusinessTime(length=length):
            counted = compiled.counted(run, as_of)
            return Lapse(
                None if counted is None else to_duration(length - counted), None
            )
        case Elapsed(length=length):
            return Lapse(None, to_duration(length - wall_time(run, as_of)))
        case _:
            return None


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
    about = f"{verdict.subject_kind} {verdict.subject}{cycle}"
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
    if verdict.reason is not None:
        yield verdict.reason
    if verdict.status is Status.UNKNOWN:
        return
    yield _on("started", verdict.started_at)
    if verdict.due_at is None:
        rest = verdict.paused[-1][0] if verdict.paused else None
        yield _on("resting since", rest)
    else:
        closed = _holidays(verdict)
        moved = f", closed for {closed}" if closed else ""
        yield f"{_on('due', verdict.due_at)} ({verdict.target}{moved})"
    yield from _end(verdict)


def _end(verdict: Verdict) -> Iterator[str | None]:
    """Yield how it ended, or what is left."""
    basis = verdict.basis
    if verdict.fulfilled_at is not None:
        yield _on("done", verdict.fulfilled_at)
        yield _amount("after", verdict.elapsed)
    elif basis is not None and basis.ended_at is not None:
        yield _on("ended undone", basis.ended_at)
    elif basis is not None:
        yield _on("asked", basis.as_of)
    yield _amount("over by", verdict.overrun)
    yield _amount("left", verdict.remaining)


def _on(word: str, moment: datetime | None) -> str | None:
    return None if moment is None else f"{word} {_local(moment)}"


# Not strftime: it speaks the language of the machine.
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = (
    *("Jan", "Feb", "Mar", "Apr", "May", "Jun"),
    *("Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
)


def _local(moment: datetime) -> str:
    day = f"{_DAYS[moment.weekday()]} {moment.day} {_MONTHS[moment.month - 1]}"
    time = moment.time().isoformat(
        "auto" if moment.second or moment.microsecond else "minutes"
    )
    return f"{day} {moment.year} {time} {moment.tzname()}"


def _amount(word: str, lapse: Lapse | None) -> str | None:
    """Return an amount of time in words: business time where there is any."""
    if lapse is None:
        return None
    if lapse.business is not None:
        return f"{word} {_length(lapse.business)} of business time"
    return None if lapse.wall is None else f"{word} {_length(lapse.wall)}"


def _length(duration: timedelta) -> str:
    """Return a length in hours, minutes and seconds, exactly.

    Days are left out: a day of business time is as long as its calendar says.
    """
    minutes, rest = divmod(duration, timedelta(minutes=1))
    parts = [
        f"{amount} {unit}"
        for amount, unit in ((minutes // 60, "h"), (minutes % 60, "min"))
        if amount
    ]
    if rest or not parts:
        fraction = f".{rest.microseconds:06}".rstrip("0") if rest.microseconds else ""
        parts.append(f"{rest.seconds}{fraction} s")
    return " ".join(parts)


def _holidays(verdict: Verdict) -> str:
    """Return the names of the holidays between the start and the due moment."""
    basis = verdict.basis
    start, due = verdict.started_at, verdict.due_at
    if basis is None or basis.hours is None or start is None or due is None:
        return ""
    if due <= start:
        return ""
    names = [
        row.closed.name
        for row in basis.hours.ledger(start, due)
        if row.closed is not None and row.closed.name is not None
    ]
    return " and ".join(dict.fromkeys(names))
