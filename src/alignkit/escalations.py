"""Escalations: which steps of a ladder have come, for one promise.

A step comes at a share of the target, or some time before or after the due instant. It
fires if the promise is owed and unfulfilled once all facts of that instant have acted,
and each step fires once for each cycle [K12]. A fired step is an instruction to the
host, not a fact: what the host does comes back as an event.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, tzinfo
from fractions import Fraction

import attrs

from alignkit.carryovers import gives_nothing, used_by
from alignkit.clocks import UNKNOWN_DUES, CompiledTerm, ends_a_date
from alignkit.errors import MomentOutOfRangeError, NoBusinessTimeError
from alignkit.events import Subject
from alignkit.instants import to_instant, to_moment
from alignkit.runs import Carried, Promised, Run
from alignkit.spans import BusinessDays, BusinessTime, Elapsed, Length
from alignkit.terms import Step


@attrs.frozen(kw_only=True)
class Escalation:
    """One step of the ladder of one promise: fired, or not.

    The term, the subject, the cycle and the step name it, whatever is learned later: a
    host that keeps what it has done under these never does it twice.

    Attributes:
        term: The id of the term.
        party: Who owes what it promises.
        subject_kind: What kind of thing the promise is about.
        subject: The id of what it is about.
        cycle: Which cycle of the subject, counted from 1.
        step: The place of the step in its ladder, from 0, as in ``escalate[0]``.
        when: When it comes, in words.
        at: When it fired, or will fire by itself; None if it does not, as things stand.
        has_fired: Whether it fired by the moment of the question.
        notify: The role that is told.
        action: What is done.

    Example:
        >>> second = Escalation(
        ...     term="first-response",
        ...     party="sales",
        ...     subject_kind="lead",
        ...     subject="L1",
        ...     cycle=1,
        ...     step=1,
        ...     when="200%",
        ...     at=datetime(2026, 3, 2, 11, tzinfo=UTC),
        ...     has_fired=True,
        ...     action="reassign",
        ... )
        >>> second.has_fired, second.action
        (True, 'reassign')
    """

    term: str
    party: str
    subject_kind: str
    subject: str
    cycle: int = 1
    step: int
    when: str
    at: datetime | None = None
    has_fired: bool = False
    notify: str | None = None
    action: str | None = None


def escalations(
    run: Run,
    compiled: CompiledTerm,
    *,
    subject: Subject,
    as_of: int,
    zone: tzinfo,
    fires: Mapping[int, int] | None = None,
) -> tuple[Escalation, ...]:
    """Return every step of the ladder of a run, in the order of the term.

    Args:
        run: What the facts that happened by then did to the clock.
        compiled: The term, ready to be run.
        subject: What it is about.
        as_of: The instant of the question.
        zone: The zone in which moments are given.
        fires: When steps fire, by their place; None if the run alone says so.
    """
    if not compiled.term.escalate:
        return ()
    known = fires_of(run, compiled) if fires is None else fires
    found = []
    for nth, step in enumerate(compiled.term.escalate):
        at = known.get(nth)
        found.append(
            Escalation(
                term=compiled.term.id,
                party=compiled.term.party,
                subject_kind=subject.kind,
                subject=subject.id,
                cycle=run.cycle,
                step=nth,
                when=_told(step),
                at=None if at is None else to_moment(at, zone),
                has_fired=at is not None and at <= as_of,
                notify=step.notify,
                action=step.action,
            )
        )
    return tuple(found)


def fires_of(run: Run, compiled: CompiledTerm) -> dict[int, int]:
    """Return when steps have fired and will fire by themselves, by their place."""
    return dict(run.fired) | _coming(run, compiled)


def fired_by(run: Run, compiled: CompiledTerm, until: int) -> dict[int, int]:
    """Return which steps fired up to an instant and when, by their place.

    The run is as the facts up to that instant made it.
    """
    coming = _coming(run.at_rest(until), compiled).items()
    return dict(run.fired) | {nth: at for nth, at in coming if at <= until}


def carried(before: Run, after: Run, compiled: CompiledTerm, at: int) -> Run:
    """Return a run that the facts of an instant changed, with what fired until then."""
    if not compiled.term.escalate:
        return after
    fired = fired_by(before, compiled, at - 1)
    return attrs.evolve(after, fired=tuple(fired.items()), changed=at)


def count_escalations(steps: Iterable[Escalation]) -> dict[str, tuple[int, ...]]:
    """Return how often each step fired, step by step, for each term.

    Args:
        steps: The steps of any number of verdicts, fired or not.

    Example:
        >>> count_escalations([])
        {}
    """
    counts: dict[str, dict[int, int]] = {}
    for one in steps:
        of_term = counts.setdefault(one.term, {})
        of_term[one.step] = of_term.get(one.step, 0) + one.has_fired
    return {
        term: tuple(of_term.get(nth, 0) for nth in range(max(of_term) + 1))
        for term, of_term in counts.items()
    }


def used(
    run: Run, compiled: CompiledTerm, target: Promised, due: int | None, share: Fraction
) -> int | None:
    """Return when a share of a target is used up; None if the run rests before.

    Business time and business days are used up in business time, elapsed time on the
    wall clock, both less rests; what ends on a date, on the wall clock from the start
    to the due instant, which no rest moves [K5, T15]. What was used up of one target
    is as much of the next that it is carried over to [K7].
    """
    match target:
        case Carried() if gives_nothing(target):
            return due
        case Carried(target=BusinessTime() | Elapsed() as span):
            length = used_by(target, share)
            return compiled.used_up(run, type(span)(microseconds=length))
        case Carried(target=span):
            return used(run, compiled, span, due, share)
        case BusinessTime() | Elapsed():
            length = math.ceil(target.length * share)
            return compiled.used_up(run, type(target)(microseconds=length))
        case BusinessDays():
            # Of nothing, no share can be counted: it is used up when it is due.
            whole = None if due is None else compiled.counted(run, due)
            if not whole:
                return due
            length = math.ceil(whole * share)
            return compiled.used_up(run, BusinessTime(microseconds=length))
        case _ if due is None:
            return None
        case _:
            found = run.counts + math.ceil((due - run.counts) * share)
            is_at_rest = run.is_paused and found > run.pauses[-1][0]
            return None if is_at_rest else found


def _coming(run: Run, compiled: CompiledTerm) -> dict[int, int]:
    """Return when the steps fire that have not, by place, if no fact prevents them.

    What was reached before a fact changed the run fires when that fact did. Where
    several targets are possible, a step fires once it would under each of them; where
    it is not known whether the promise is owed, or when it is due, nothing fires.
    """
    if not run.is_running or run.doubts:
        return {}
    try:
        dues = [(target, compiled.due(run, target)) for target in run.targets]
    except UNKNOWN_DUES:
        return {}
    first = run.started if run.changed is None else run.changed
    fired = {nth for nth, _ in run.fired}
    coming: dict[int, int] = {}
    for nth, step in enumerate(compiled.term.escalate):
        if nth in fired:
            continue
        try:
            found = [_comes(step, run, compiled, *one) for one in dues]
        except UNKNOWN_DUES:
            continue
        if None not in found:
            coming[nth] = max(first, *(at for at in found if at is not None))
    return coming


def _comes(
    step: Step, run: Run, compiled: CompiledTerm, target: Promised, due: int | None
) -> int | None:
    """Return when a step comes under a target; None if the run rests before."""
    if step.at is not None:
        if step.at == 1:
            return due
        found = used(run, compiled, target, due, step.at)
        if found is None or due is None:
            return found
        # A due instant that rolls to an opening lies after what is used up at a close.
        return min(found, due) if step.at < 1 else max(found, due)
    if due is None:
        return None
    if step.before is not None:
        return _before(step.before, run, compiled, _mark(step.before, target, run, due))
    assert step.after is not None  # noqa: S101 - as checked by the step itself
    return _after(step.after, run, compiled, _mark(step.after, target, run, due))


def _before(span: Length, run: Run, compiled: CompiledTerm, due: int) -> int | None:
    """Return the instant that lies some time before another.

    Rests are not looked at: whoever asks does so after they ended, and by then the step
    has come in either way.
    """
    if isinstance(span, Elapsed):
        return due - span.length
    if compiled.hours is None:
        return None
    try:
        moment = compiled.hours.subtract(to_moment(due, UTC), span)
    except (NoBusinessTimeError, MomentOutOfRangeError):
        # Longer before than anything: it has come when the clock starts.
        return run.counts
    return to_instant(moment, "before")


def _after(span: Length, run: Run, compiled: CompiledTerm, due: int) -> int | None:
    """Return the instant that lies some time after another, rests left out."""
    if isinstance(span, Elapsed):
        return compiled.used_up(attrs.evolve(run, counts=due), span)
    if compiled.hours is None:
        return None
    return compiled.hours.due_at(due, span, pauses=run.pauses)


def _mark(span: Length, target: Promised, run: Run, due: int) -> int:
    """Return the instant that an offset counts from: the due one.

    A promise that ends with a date may be due at the midnight after it; business days
    count from the date, not from the one that then begins.
    """
    if isinstance(span, BusinessDays) and span.due != "same_time":
        return due - ends_a_date(run, target)
    return due


def _told(step: Step) -> str:
    """Return when a step comes, in words."""
    if step.at is not None:
        percent = step.at * 100
        return f"{percent}%" if percent.denominator == 1 else str(step.at)
    if step.before is not None:
        return f"{step.before} before it is due"
    return f"{step.after} after it was due"
