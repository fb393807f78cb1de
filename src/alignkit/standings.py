"""Standings: how one run of a clock stands at one instant.

Here the facts meet the question. A run says what happened to a clock; its standing says
whether the promise is kept, broken or still open by then, when it is due, and when that
would change by itself. It is worked out in instants alone; a verdict puts it into the
words and the zone of the people concerned.
"""

from __future__ import annotations

import enum
import math
from collections.abc import Mapping, Sequence
from typing import assert_never

import attrs

from alignkit.clocks import UNKNOWN_DUES, CompiledTerm
from alignkit.errors import (
    MissingDateError,
    MomentOutOfRangeError,
    NoBusinessTimeError,
    NoCalendarError,
)
from alignkit.escalations import used
from alignkit.exclusions import OPT_OUT
from alignkit.happenings import ConsentChanged
from alignkit.runs import Ending, Promised, Run, first_of, plain, wall_time
from alignkit.spans import Elapsed


class Status(enum.Enum):
    """How a promise stands [K4]."""

    PENDING = "pending"
    """Owed, not due yet."""

    AT_RISK = "at_risk"
    """Owed, and so much of the time is used up that somebody should look."""

    PAUSED = "paused"
    """Owed, and its clock rests: it has no due instant and cannot come to be broken."""

    MET = "met"
    """Kept in time."""

    LATE = "late"
    """Kept after it was due."""

    BREACHED = "breached"
    """Past due and not kept."""

    EXCUSED = "excused"
    """Owed and forgiven, with the reason."""

    EXCLUDED = "excluded"
    """Never owed, with the rule that says so."""

    CANCELLED = "cancelled"
    """Ended before it was due, without having been kept."""

    UNKNOWN = "unknown"
    """A fact that decides it is missing."""

    @property
    def is_settled(self) -> bool:
        """True if no later moment changes it, only a fact recorded later."""
        return self in _SETTLED

    @property
    def is_broken(self) -> bool:
        """True if it was not kept in time."""
        return self in (Status.LATE, Status.BREACHED)


_SETTLED = frozenset(
    {Status.MET, Status.LATE, Status.EXCUSED, Status.EXCLUDED, Status.CANCELLED}
)


@attrs.frozen(kw_only=True)
class Standing:
    """How one run of a clock stands at one instant.

    Attributes:
        status: How the promise stands.
        target: The span that holds, and what was carried over to it; None where that
            is not known.
        due: When it is due; None while the clock rests, or where that is not known.
        changes: When the status changes by itself; None if it does not.
        reason: Why it is unknown.
        fires: When the steps of the ladder fire, by their place, where several ways in
            which it may have gone agree on that; None where there is one way, and its
            run says so.
    """

    status: Status
    target: Promised | None = None
    due: int | None = None
    changes: int | None = None
    reason: str | None = None
    fires: Mapping[int, int] | None = attrs.field(default=None, hash=False)


def standing(run: Run, compiled: CompiledTerm, as_of: int) -> Standing:
    """Return how a run stands at an instant, by the facts that it was made of [K2-K5].

    Where a missing fact leaves several targets possible, each is tried; a status that
    comes out the same stands, and any other is unknown, naming the fact. The clock of
    an owner who is away may rest; one that ends without a counted instant because of
    that is excused [K10].
    """
    found = _standing(run.at_rest(as_of), compiled, as_of)
    if not run.away:
        return found
    if found.status is Status.CANCELLED and _is_all_away(run, compiled):
        reason = f"{run.owner} was away all the time"
        return attrs.evolve(found, status=Status.EXCUSED, reason=reason)
    if found.status.is_settled or found.status is Status.BREACHED:
        return found
    return _until_away(found, run, compiled, as_of)


def _until_away(
    found: Standing, run: Run, compiled: CompiledTerm, as_of: int
) -> Standing:
    """Return how an open run stands, with absences to come that change its status."""
    if found.status is Status.PAUSED and run.at_rest(as_of).pauses[-1][0] > as_of:
        # It rests for good from some day on, and until then it does not.
        found = attrs.evolve(found, status=Status.PENDING)
    for edge in sorted({edge for pair in run.away for edge in pair if edge > as_of}):
        if found.changes is not None and found.changes <= edge:
            break
        then = _standing(run.at_rest(edge), compiled, edge)
        if then.status is not found.status:
            return attrs.evolve(found, changes=edge)
    return found


def _is_all_away(run: Run, compiled: CompiledTerm) -> bool:
    """Say whether nothing of a run that has ended counted, for an absence alone."""
    end = run.started if run.ended is None else run.ended
    there = attrs.evolve(run, away=())
    if compiled.hours is None or isinstance(plain(run.targets[0]), Elapsed):
        return wall_time(run.at_rest(end), end) == 0 < wall_time(there, end)
    counted = compiled.counted(run.at_rest(end), end)
    return counted == 0 and counted != compiled.counted(there, end)


def _standing(run: Run, compiled: CompiledTerm, as_of: int) -> Standing:
    if run.doubts:
        return _unknown(f"whether it applies depends on {_listed(run.doubts)}")
    try:
        dues = [(target, compiled.due(run, target)) for target in run.targets]
        found = _among(dues, run, compiled, as_of)
        if len(run.targets) == 1:
            return found
        return attrs.evolve(found, changes=_change(dues, run, compiled, as_of))
    except NoCalendarError:
        return _unknown(run.lacks or "no calendar counts it")
    except MissingDateError as error:
        return _unknown(f"when it is due depends on {_listed((error.name,))}")
    except NoBusinessTimeError:
        return _unknown("its calendar is not open within 100 years")
    except MomentOutOfRangeError:
        return _unknown("it is due beyond the years that alignkit counts in")


def first_due(run: Run, compiled: CompiledTerm) -> int:
    """Return when a run was due before anything moved that [K17].

    Its start, where it cannot be known when it is due; the earliest, where several
    targets may hold.
    """
    fresh = attrs.evolve(
        run, counts=run.started, day=run.started_on, pauses=(), ended=None
    )
    try:
        dues = [compiled.due(fresh, first_of(target)) for target in run.targets]
    except UNKNOWN_DUES:
        return run.started
    return min((due for due in dues if due is not None), default=run.started)


def _unknown(reason: str) -> Standing:
    return Standing(status=Status.UNKNOWN, reason=reason)


def _listed(fields: tuple[str, ...]) -> str:
    is_or_are = "is" if len(fields) == 1 else "are"
    return f"{' and '.join(fields)}, which {is_or_are} not known"


Due = tuple[Promised, int | None]
"""A target that may hold, and when a run is due under it; None while it rests."""


def _among(
    dues: Sequence[Due], run: Run, compiled: CompiledTerm, as_of: int
) -> Standing:
    """Return how a run stands under every target that may hold."""
    tried = [_under(target, due, run, compiled, as_of) for target, due in dues]
    if len({one.status for one in tried}) > 1:
        return _unknown(f"its target depends on {_listed(run.missing)}")
    return min(tried, key=lambda one: math.inf if one.due is None else one.due)


def _change(
    dues: Sequence[Due], run: Run, compiled: CompiledTerm, as_of: int
) -> int | None:
    """Return when the status changes by itself that several targets agree on."""
    status = _among(dues, run, compiled, as_of).status
    at = as_of
    while True:
        tried = [_under(target, due, run, compiled, at) for target, due in dues]
        later = [one.changes for one in tried if one.changes is not None]
        if not later:
            return None
        at = min(later)
        if _among(dues, run, compiled, at).status is not status:
            return at


def _under(
    target: Promised, due: int | None, run: Run, compiled: CompiledTerm, as_of: int
) -> Standing:
    """Return how a run stands at an instant under one target."""
    end = as_of if run.ended is None else run.ended
    rest = run.rested_since
    # What ended in time can no longer be broken, and what rests comes to be broken only
    # if it was due before; some spans do not move while the clock rests [T15].
    is_past = compiled.is_past(run, target, due, end)
    if rest is not None and due is not None and due > rest:
        is_past = False
    match run.ending:
        case Ending.FULFILLED:
            status = Status.LATE if is_past else Status.MET
        case Ending.CANCELLED:
            status = Status.BREACHED if is_past else Status.CANCELLED
        case None:
            if due is not None and not is_past:
                return _open(target, run, compiled, as_of, due)
            status = Status.BREACHED if is_past else Status.PAUSED
        case _:
            assert_never(run.ending)
    if status is Status.MET and due is not None and due < end:
        reason = "it was at rest when it fell due"
        return Standing(status=status, target=target, due=due, reason=reason)
    is_refused = run.ended_by and isinstance(run.ended_by.fact, ConsentChanged)
    why = OPT_OUT if status is Status.CANCELLED and is_refused else None
    return Standing(status=status, target=target, due=due, reason=why)


def _open(
    target: Promised, run: Run, compiled: CompiledTerm, as_of: int, due: int
) -> Standing:
    """Return how a run stands that is owed and not past due."""
    # It is broken once the moment is later than due, not at it [K3].
    broken = due + 1
    risk = _risk(target, run, compiled, due)
    if risk is None or as_of >= risk:
        status = Status.PENDING if risk is None else Status.AT_RISK
        return Standing(status=status, target=target, due=due, changes=broken)
    return Standing(status=Status.PENDING, target=target, due=due, changes=risk)


def _risk(target: Promised, run: Run, compiled: CompiledTerm, due: int) -> int | None:
    """Return when the warning share of a target is used up [K5]."""
    share = compiled.term.warn_at
    if share is None:
        return None
    risk = used(run, compiled, target, due, share)
    return due if risk is None else min(risk, due)
