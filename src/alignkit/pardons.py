"""Pardons: what forgives a promise, declared beforehand or granted by somebody [K10].

A promise may depend on what the other side owes: where that was not met, it was never
owed; where that came late, it is due so much later. And somebody may waive it, by name
and with a reason. None of it is edited into a verdict: it follows from the agreement
and the facts like everything else.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import TypeVar, assert_never

import attrs

from alignkit.accounts import Account
from alignkit.counts import Count, Way
from alignkit.custody import Custody
from alignkit.events import Event
from alignkit.facts import whole_day
from alignkit.happenings import WaiverGranted
from alignkit.histories import Timed
from alignkit.instants import to_instant, to_moment
from alignkit.matches import Record
from alignkit.outcomes import Outcome
from alignkit.qualities import CompiledQuality
from alignkit.reckonings import judge
from alignkit.revisions import Key
from alignkit.standings import Status, standing
from alignkit.terms import Term
from alignkit.verdicts import Verdict, undecided, unowed

Verdicts = Mapping[Key, Verdict]

_OPEN = frozenset({Status.PENDING, Status.AT_RISK, Status.PAUSED})
_FORGIVEN = frozenset({Status.PENDING, Status.AT_RISK, Status.LATE, Status.BREACHED})
"""How a promise stands that a waiver can forgive."""


@attrs.frozen(kw_only=True, eq=False)
class Pardons:
    """What may forgive the promises on one subject.

    Attributes:
        verdicts: How they stand without it.
        record: The facts about the subject.
        accounts: The terms that span subjects, a part of which is about each.
        custody: Who had the subject.
    """

    verdicts: Verdicts
    record: Record
    accounts: Sequence[Account]
    custody: Custody

    def granted(self) -> dict[Key, Verdict]:
        """Return how the promises stand with all that forgives them.

        A void comes first, since what is not owed is neither moved nor waived; what is
        moved may still be waived.
        """
        waivers = [
            (at, event)
            for at, event in self.record.history.events
            if isinstance(event.fact, WaiverGranted)
        ]
        granted: dict[Key, Verdict] = {}
        for key, verdict in self.verdicts.items():
            found = self._voided(verdict)
            if found is verdict:
                found = waived(self._extended(verdict), waivers)
            granted[key] = self._awaiting(found)
        return granted

    def _voided(self, verdict: Verdict) -> Verdict:
        """Return a verdict as not owed if a duty of the other side was not met."""
        term = _term(verdict)
        if term is None or verdict.started_at is None:
            return verdict
        if verdict.status is Status.EXCLUDED:
            return verdict
        for id_ in term.excuses.void_without:
            met = self._met(id_, verdict)
            if met is Outcome.FAIL:
                return unowed(verdict, f"{id_} was not met")
            if met is Outcome.UNKNOWN:
                return undecided(verdict, f"it is not known whether {id_} was met")
        return verdict

    def _met(self, id_: str, verdict: Verdict) -> Outcome:
        """Say whether a duty was met on which a promise depends.

        It is the last of its kind that began no later than the promise, as it stood
        when that was decided: what is broken later forgives nothing afterwards. Of a
        quality, the part of it that is about this subject.
        """
        start = to_instant(_of(verdict.started_at), "started_at")
        duty = self._before(id_, start)
        if duty is None:
            return self._counted(id_, start)
        if duty.status is Status.UNKNOWN:
            return Outcome.UNKNOWN
        if duty.status is not Status.BREACHED:
            return Outcome.PASS
        broken = to_instant(_of(duty.breached_at), "breached_at")
        return Outcome.FAIL if broken <= _decided(verdict) else Outcome.PASS

    def _before(self, id_: str, start: int) -> Verdict | None:
        """Return the last verdict on a duty that began by an instant."""
        begun = [
            (to_instant(one.started_at, "started_at"), cycle, one)
            for (term, cycle), one in self.verdicts.items()
            if term == id_ and one.started_at is not None
        ]
        return max(
            (one for one in begun if one[0] <= start),
            key=lambda one: one[:2],
            default=(0, 0, None),
        )[2]

    def _counted(self, id_: str, start: int) -> Outcome:
        """Say whether a subject counts as good in a quality [K16]."""
        counted = [
            count
            for account in self.accounts
            if account.id == id_ and isinstance(account.counted, CompiledQuality)
            for way in account.counted.counted(self.record, account.ruling)
            for count in _last_count(way, start)
        ]
        if not counted:
            return Outcome.PASS
        least = min(count.least for count in counted)
        if least == max(count.most for count in counted):
            return Outcome.PASS if least else Outcome.FAIL
        return Outcome.UNKNOWN

    def _extended(self, verdict: Verdict) -> Verdict:
        """Return a verdict as it is with the lateness of what it depends on.

        It is due as many business days later, in its own calendar, as the other came
        late; while that is overdue and missing, it rests.
        """
        term, basis = _term(verdict), verdict.basis
        if term is None or basis is None or not term.excuses.extended_by:
            return verdict
        run, compiled, hours = _of(basis.run), _of(basis.compiled), basis.hours
        if hours is None:
            return verdict
        as_of = to_instant(basis.as_of, "as_of")
        end = as_of if run.ended is None else run.ended
        days, missing = 0, None
        for id_ in term.excuses.extended_by:
            due, came = self._delivery(id_, end)
            if due is None or _is_before(verdict.due_at, due):
                continue
            late = hours.business_days_between(
                to_moment(due - 1, UTC), to_moment(came or end, UTC)
            )
            days = max(days, late)
            missing = missing or (id_ if came is None else None)
        if not days and missing is None:
            return verdict
        moved = attrs.evolve(compiled, extension=days)
        found = judge(
            run,
            moved,
            standing(run, moved, as_of),
            subject=self.record.subject,
            source=verdict.agreement,
            as_of=as_of,
            custody=self.custody,
        )
        if missing is None or not run.is_running:
            return found
        reason = f"it waits for {missing}, which is overdue"
        return attrs.evolve(_at_rest(found, Status.PAUSED, reason), due_at=None)

    def _awaiting(self, verdict: Verdict) -> Verdict:
        """Return a verdict with the moment at which what it depends on is overdue."""
        term = _term(verdict)
        if term is None or verdict.status not in _OPEN or verdict.started_at is None:
            return verdict
        start = to_instant(verdict.started_at, "started_at")
        end = to_instant(_of(verdict.basis).as_of, "as_of")
        depended = [
            *(self._before(id_, start) for id_ in term.excuses.void_without),
            *(self._before(id_, end) for id_ in term.excuses.extended_by),
        ]
        moments = [
            to_moment(to_instant(one.due_at, "due_at") + 1, UTC)
            for one in depended
            if one is not None and one.status in _OPEN and one.due_at is not None
        ]
        if verdict.next_change_at is not None:
            moments.append(verdict.next_change_at)
        first = min(moments, key=lambda one: one.astimezone(UTC), default=None)
        if first is None or first == verdict.next_change_at:
            return verdict
        here = _of(verdict.started_at).tzinfo
        return attrs.evolve(verdict, next_change_at=first.astimezone(here))

    def _delivery(self, id_: str, end: int) -> tuple[int | None, int | None]:
        """Return when a delivery was due that is late, and when it came if it did.

        None for the first if it is not late by an instant.
        """
        duty = self._before(id_, end)
        if duty is None or not duty.status.is_broken or duty.due_at is None:
            return None, None
        due = to_instant(duty.due_at, "due_at")
        came = duty.fulfilled_at
        arrived = None if came is None else to_instant(came, "fulfilled_at")
        if due >= end:
            return None, None
        return due, arrived if arrived is not None and arrived <= end else None


def waived(verdict: Verdict, waivers: Sequence[Timed]) -> Verdict:
    """Return a verdict as forgiven if a waiver covers the instant at which it is due.

    A promise that was past due when the waiver was granted stays broken, unless the
    waiver reaches back [K4]; one that was kept in time needs none.
    """
    if verdict.status not in _FORGIVEN or verdict.due_at is None:
        return verdict
    due = to_instant(verdict.due_at, "due_at")
    compiled = None if verdict.basis is None else verdict.basis.compiled
    here = "UTC" if compiled is None else compiled.zone
    for granted, event in waivers:
        fact = event.fact
        assert isinstance(fact, WaiverGranted)  # noqa: S101 - as it was chosen
        if fact.term != verdict.term or (due < granted and not fact.reaches_back):
            continue
        if _first(fact.start, here) <= due <= _last(fact.end, here):
            reason = f"waived by {_who(event)}: {fact.reason}"
            return _at_rest(verdict, Status.EXCUSED, reason)
    return verdict


def _at_rest(verdict: Verdict, status: Status, reason: str) -> Verdict:
    """Return a verdict as one that is not broken, and that nothing presses on."""
    return attrs.evolve(
        verdict,
        status=status,
        breached_at=None,
        next_change_at=None,
        remaining=None,
        overrun=None,
        reason=reason,
        steps=tuple(step for step in verdict.steps if step.has_fired),
    )


def _last_count(way: Way, instant: int) -> tuple[Count, ...]:
    """Return the last of what is counted by an instant, if anything is."""
    counted = [count for count in way if count.at <= instant]
    return (max(counted, key=lambda count: count.at),) if counted else ()


def _first(start: date | datetime | None, zone: str) -> float:
    match start:
        case None:
            return float("-inf")
        case datetime():
            return to_instant(start, "start")
        case date():
            return whole_day(start, zone)[0]
        case _:
            assert_never(start)


def _last(end: date | datetime | None, zone: str) -> float:
    match end:
        case None:
            return float("inf")
        case datetime():
            return to_instant(end, "end")
        case date():
            # What is due at the midnight that ends its last day is due on that day.
            return whole_day(end, zone)[1] + 1
        case _:
            assert_never(end)


def _who(event: Event) -> str:
    actor = event.actor
    return "somebody" if actor is None or actor.id is None else actor.id


def _term(verdict: Verdict) -> Term | None:
    return None if verdict.basis is None else verdict.basis.term


T = TypeVar("T")


def _of(known: T | None) -> T:
    """Return what every verdict on a subject has."""
    assert known is not None  # noqa: S101 - only those on parties may be without
    return known


def _is_before(moment: datetime | None, instant: int) -> bool:
    return moment is not None and to_instant(moment, "moment") < instant


def _decided(verdict: Verdict) -> int:
    """Return when a promise was decided; the moment of the question, if it is open."""
    basis = _of(verdict.basis)
    if verdict.status is Status.BREACHED and verdict.breached_at is not None:
        return to_instant(verdict.breached_at, "breached_at")
    return to_instant(basis.ended_at or basis.as_of, "as_of")
