"""Facets: what verdicts are divided by, beside the party and the term.

"By owner" and "by source" ask what the facts say of a subject at the moment at which a
promise was decided; "by month" asks when it was first due, since that is where it
belongs, whenever it was kept [K17].
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

import attrs

from alignkit.criteria import canonical_path
from alignkit.events import Subject
from alignkit.histories import Tables, Timed
from alignkit.instants import to_instant
from alignkit.periods import PeriodKind, period_of
from alignkit.verdicts import Verdict

_PERIODS = {kind.value: kind for kind in PeriodKind}

Stories = Mapping[Subject, Sequence[Timed]]
"""The facts of each subject, in order of time."""


@attrs.frozen(eq=False)
class Facet:
    """One thing that verdicts are divided by.

    Attributes:
        by: A kind of period, ``"month"``; or a field of the subject, ``"owner"``,
            ``"team"``, ``"lead.source"``.
        stories: The facts of each subject.
        as_of: The moment of the question.
    """

    by: str
    stories: Stories
    as_of: datetime

    def __call__(self, verdict: Verdict) -> str | None:
        """Return what a verdict is counted under; None where that is not known."""
        if self.by in _PERIODS:
            return _period(verdict, _PERIODS[self.by])
        if self.by == "owner" and verdict.owner is not None:
            return verdict.owner
        subject = Subject(kind=verdict.subject_kind, id=verdict.subject)
        until = to_instant(self._decided_at(verdict), "at")
        told = (one for one in self.stories.get(subject, ()) if one[0] <= until)
        found = Tables.of(told).values.get(canonical_path(self.by))
        return None if found is None else str(found)

    def _decided_at(self, verdict: Verdict) -> datetime:
        ended = None if verdict.basis is None else verdict.basis.ended_at
        return verdict.fulfilled_at or verdict.breached_at or ended or self.as_of


def _period(verdict: Verdict, kind: PeriodKind) -> str | None:
    if verdict.measure is not None and verdict.measure.period is not None:
        # What is counted over a period belongs to the one in which that begins.
        return str(period_of(kind, verdict.measure.period.start))
    due = None if verdict.basis is None else verdict.basis.first_due_at
    due = due or verdict.due_at
    return None if due is None else str(period_of(kind, due.date()))
