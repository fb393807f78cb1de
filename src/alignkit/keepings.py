"""Keepings: the share of a term's promises that has to be kept.

"Nine in ten are answered in time, month by month" is a promise about promises. What was
met counts as good, what was late or broken does not, and every other status stands
apart [K17]. A promise belongs to the period of its first due instant; one that is past
that instant and still open, or unknown, may turn out either way [K16]. Of a volume or a
ratio, each period is one promise: "the goal is met in ten months of twelve".
"""

from __future__ import annotations

import attrs

from alignkit.counts import CHANCES, Count
from alignkit.events import Subject
from alignkit.instants import to_instant
from alignkit.matches import Setting
from alignkit.outcomes import Outcome
from alignkit.promises import Keeping
from alignkit.standings import Status, first_due
from alignkit.verdicts import Basis, Verdict

_GOOD = {
    Status.MET: Outcome.PASS,
    Status.LATE: Outcome.FAIL,
    Status.BREACHED: Outcome.FAIL,
}
_OPEN = frozenset({Status.PENDING, Status.AT_RISK, Status.PAUSED, Status.UNKNOWN})


def kept(verdict: Verdict, as_of: int) -> tuple[Count, ...]:
    """Return what a promise adds to the share that was kept: one count at the most.

    Args:
        verdict: How it stands.
        as_of: The instant of the question.
    """
    start, basis = verdict.started_at, verdict.basis
    assert basis is not None  # noqa: S101 - whoever judges says by what
    due = _first_due(verdict, basis)
    at = due if start is None else to_instant(start, "started_at")
    # A ratio that was agreed for ever has neither: it is one as of the question.
    at = as_of if at is None else at
    placed = at if due is None else due
    is_open = verdict.status in _OPEN
    if verdict.status not in _GOOD and not (is_open and placed <= as_of):
        return ()
    least, most = CHANCES[_GOOD.get(verdict.status, Outcome.UNKNOWN)]
    return (
        Count(
            subject=Subject(id=verdict.subject, kind=verdict.subject_kind),
            event=basis.started_by or _period(verdict),
            at=at,
            placed=placed,
            least=least,
            most=most,
            is_sure=not is_open,
        ),
    )


def _first_due(verdict: Verdict, basis: Basis) -> int | None:
    """Return when a promise was first due; None if nothing can have moved that."""
    if basis.run is not None and basis.compiled is not None:
        return first_due(basis.run, basis.compiled)
    is_of_period = verdict.measure is not None and verdict.measure.period is not None
    if is_of_period and verdict.due_at is not None:
        return to_instant(verdict.due_at, "due_at")
    return None


def _period(verdict: Verdict) -> str:
    """Return what stands for the fact behind a promise that is judged by figures."""
    period = None if verdict.measure is None else verdict.measure.period
    return verdict.term if period is None else str(period)


@attrs.frozen(kw_only=True, eq=False)
class CompiledKeeping:
    """A share of a term's promises that has to be kept, in one edition.

    Attributes:
        setting: The term, and whom it concerns.
        promise: The share that has to be kept.
    """

    setting: Setting
    promise: Keeping
