"""Reckonings: the verdict on one run of a clock, worked out in full.

A standing says in instants how a run stands. Here that is put into moments of the zone
of the people concerned and amounts of both kinds of time, with what was disregarded,
whose time it was, and what fires next.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta, tzinfo

from alignkit.attributions import Parts, attributed
from alignkit.clocks import CompiledTerm
from alignkit.custody import NOBODY, Custody
from alignkit.escalations import Escalation, escalations
from alignkit.events import Subject
from alignkit.hours import BusinessHours
from alignkit.instants import to_duration, to_moment
from alignkit.qualifying import Shortfall
from alignkit.runs import Carried, Ending, Run, plain, wall_time
from alignkit.spans import Before, BusinessTime, Elapsed, Span
from alignkit.standings import Standing, Status
from alignkit.verdicts import Basis, Disregarded, Lapse, Source, Verdict, unowed
from alignkit.zones import zone


def judge(
    run: Run,
    compiled: CompiledTerm,
    found: Standing,
    *,
    subject: Subject,
    source: Source,
    as_of: int,
    custody: Custody = NOBODY,
) -> Verdict:
    """Return how one run of a clock stands at an instant, in full [K2-K5].

    Args:
        run: What the facts that happened by then did to the clock.
        compiled: The term, ready to be run.
        found: How it stands then.
        subject: What it is about.
        source: The edition that the term is of.
        as_of: The instant of the question.
        custody: Who had the subject, for whose time it was.
    """
    run = run.at_rest(as_of)
    term, hours, status = compiled.term, compiled.hours, found.status
    here = zone("UTC" if hours is None else hours.zone)
    target = None if found.target is None else plain(found.target)
    end = as_of if run.ended is None else run.ended
    is_kept = run.ending is Ending.FULFILLED and found.target is not None
    due, ended = _moment(found.due, here), _moment(run.ended, here)
    steps = escalations(
        run, compiled, subject=subject, as_of=as_of, zone=here, fires=found.fires
    )
    owners, teams = _attributed(run, compiled, end, custody)
    verdict = Verdict(
        term=term.id,
        party=term.party,
        owner=run.owner,
        subject_kind=subject.kind,
        subject=subject.id,
        cycle=run.cycle,
        status=status,
        started_at=None if run.unanchored else to_moment(run.started, here),
        counts_from=_moment(compiled.counts_from(run), here),
        due_at=due,
        fulfilled_at=ended if is_kept else None,
        breached_at=due if status.is_broken else None,
        next_change_at=_next_change(_moment(found.changes, here), steps),
        elapsed=_elapsed(run, compiled, end),
        remaining=_remaining(found, run, compiled, as_of),
        overrun=_overrun(found, hours, end),
        target=None if target is None else compiled.promised(target),
        paused=tuple(
            (to_moment(low, here), _moment(high, here))
            for low, high in run.pauses
            if low <= end
        ),
        disregarded=tuple(_disregarded(run, here)),
        attribution=owners,
        reason=found.reason,
        agreement=source,
        steps=steps,
        basis=Basis(
            term=term,
            hours=hours,
            calendar=compiled.calendar,
            as_of=to_moment(as_of, here),
            target=target,
            carried=found.target if isinstance(found.target, Carried) else None,
            day=_counted_back_from(run, target),
            started_by=run.started_by.id,
            reset_at=None if run.counts == run.started else to_moment(run.counts, here),
            ended_by=None if run.ended_by is None else run.ended_by.id,
            ended_at=ended,
            teams=teams,
            run=run,
            compiled=compiled,
        ),
    )
    return unowed(verdict, found.reason) if status is Status.EXCLUDED else verdict


def _moment(instant: int | None, here: tzinfo) -> datetime | None:
    return None if instant is None else to_moment(instant, here)


def _next_change(
    status_changes: datetime | None, steps: Iterable[Escalation]
) -> datetime | None:
    """Return when the status or the set of the steps that fired changes first [K13]."""
    moments = [one.at for one in steps if one.at is not None and not one.has_fired]
    if status_changes is not None:
        moments.append(status_changes)
    # Compared in UTC: Python compares moments of one zone by the clock on the wall.
    return min(moments, key=lambda moment: moment.astimezone(UTC), default=None)


def _counted_back_from(run: Run, target: Span | None) -> date | None:
    return dict(run.dates).get(target.of) if isinstance(target, Before) else None


def _attributed(
    run: Run, compiled: CompiledTerm, end: int, custody: Custody
) -> tuple[Parts, Parts]:
    """Return whose time it was that was counted.

    Nobody's where no calendar counts, or nobody knows from when.
    """
    hours = compiled.hours
    if hours is None or run.unanchored is not None or end <= run.counts:
        return (), ()
    return attributed(
        run.counts,
        end,
        lambda until: compiled.counted(run, until) or 0,
        custody=custody,
        organization=compiled.organization,
        zone=hours.zone,
    )


def _disregarded(run: Run, here: tzinfo) -> Iterator[Disregarded]:
    """Yield what did not count: what came before the start, and then the rest."""
    for event in run.early:
        at = event.at.astimezone(here)
        yield Disregarded(event.id, at, Shortfall.BEFORE_START.value)
    for event, why in run.disregarded:
        yield Disregarded(event.id, event.at.astimezone(here), why.value)


def _elapsed(run: Run, compiled: CompiledTerm, end: int) -> Lapse | None:
    """Return what has passed since the start; None where nobody knows when it was."""
    if run.unanchored:
        return None
    counted = compiled.counted(run, end)
    # What starts on a date may be known before that date begins.
    wall = to_duration(max(end - run.started, 0))
    return Lapse(None if counted is None else to_duration(counted), wall)


def _overrun(found: Standing, hours: BusinessHours | None, end: int) -> Lapse | None:
    """Return by how much a promise was not in time; None if it was, or may be yet."""
    if not found.status.is_broken or found.due is None:
        return None
    return Lapse(_open_time(hours, found.due, end), to_duration(end - found.due))


def _open_time(hours: BusinessHours | None, start: int, end: int) -> timedelta | None:
    return None if hours is None else to_duration(hours.open_between(start, end))


def _remaining(
    found: Standing, run: Run, compiled: CompiledTerm, as_of: int
) -> Lapse | None:
    """Return what is left until a promise is due, while it is owed."""
    if found.status in (Status.PENDING, Status.AT_RISK) and found.due is not None:
        wall = to_duration(found.due - as_of)
        # What starts ahead has all of its time left, and no more.
        begin = max(as_of, run.counts)
        return Lapse(_open_time(compiled.hours, begin, found.due), wall)
    if found.status is not Status.PAUSED:
        return None
    # A rest has no end yet: only what the target itself counts in is known.
    whole = found.target
    match whole.whole if isinstance(whole, Carried) else whole:
        case BusinessTime(length=length):
            counted = compiled.counted(run, as_of)
            return Lapse(
                None if counted is None else to_duration(length - counted), None
            )
        case Elapsed(length=length):
            return Lapse(None, to_duration(length - wall_time(run, as_of)))
        case _:
            return None
