"""Validities: whether what was handed over met its definition, one by one.

Each handoff is a promise of its own, kept or broken the moment it is made, on what was
known then: what is learned about the lead afterwards changes nothing [K10].
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Self

import attrs

from alignkit.counts import CHANCES
from alignkit.criteria import Meets
from alignkit.editions import Edition
from alignkit.exclusions import Exemption
from alignkit.findings import Finding, Severity
from alignkit.hours import BusinessHours
from alignkit.instants import to_moment
from alignkit.judgements import Judge
from alignkit.matches import Ear, Match, Record, Setting, judge_of, matches
from alignkit.measures import Contribution, Measure, MeasureKind
from alignkit.outcomes import Outcome
from alignkit.promises import Validity
from alignkit.revisions import is_revised
from alignkit.standings import Status
from alignkit.terms import Term
from alignkit.verdicts import Basis, Source, Verdict, undecided, unowed
from alignkit.zones import zone

_STATUSES = {
    Outcome.PASS: Status.MET,
    Outcome.UNKNOWN: Status.UNKNOWN,
    Outcome.FAIL: Status.BREACHED,
}


@attrs.frozen(kw_only=True, eq=False)
class CompiledValidity:
    """A validity of one edition, ready to be judged.

    Attributes:
        setting: The term, and whom it concerns.
        promise: What it promises.
        hours: The business hours of the people concerned; None if none are named.
        ear: What is judged.
        meeting: The definition.
        source: The edition that it is of.
    """

    setting: Setting
    promise: Validity
    hours: BusinessHours | None
    ear: Ear
    meeting: Judge
    source: Source

    @classmethod
    def of(cls, edition: Edition, term: Term, promise: Validity) -> Self:
        """Return a validity of an edition, ready to be judged."""
        return cls(
            setting=Setting.of(edition, term),
            promise=promise,
            hours=edition.hours_of(term),
            ear=Ear.of(promise.at, edition.actions),
            meeting=judge_of(edition, Meets(promise.meeting)),
            source=Source.of(edition),
        )

    def judged(self, record: Record, start: float, end: float) -> dict[int, Verdict]:
        """Return the verdicts on a subject by cycle, each handoff being one [E3].

        Args:
            record: The record of the subject.
            start: The instant from which the edition is in force [K6].
            end: The instant from which the next one is.
        """
        since, until = self.setting.term.binds
        start, end = max(start, since), min(end, until)
        first, *others = (
            {
                cycle: self._verdict(record, match, cycle, self.setting.exemption(way))
                for cycle, match in enumerate(
                    matches(record, way, self.ear, self.setting.zone), start=1
                )
                if start <= match.at < end
                and match.concerns(self.setting) is not Outcome.FAIL
            }
            for way in record.ways
        )
        return contested(first, others)

    def _verdict(
        self, record: Record, match: Match, cycle: int, always: Exemption | None
    ) -> Verdict:
        term, subject = self.setting.term, record.subject
        here = zone(self.setting.zone)
        applies = match.counts(self.setting, always)
        exempt = match.exemption(self.setting, always)
        judgement = match.judgement(self.meeting)
        outcome = judgement.outcome if applies is Outcome.PASS else Outcome.UNKNOWN
        moment = to_moment(match.at, here)
        least, most = CHANCES[outcome]
        reason = None
        if applies is not Outcome.PASS:
            reason = "it is not known whether it applies"
            if exempt is not None:
                reason = f"it is not known whether it is excluded ({exempt.reason})"
            elif match.fits is not Outcome.PASS:
                reason = f"it is not known whether the fact {match.event.id!r} counts"
        elif outcome is not Outcome.PASS:
            found = [one.message for one in judgement.findings]
            reason = "; ".join(found) or "facts known then contradict each other"
        verdict = Verdict(
            term=term.id,
            party=term.party,
            subject_kind=subject.kind,
            subject=subject.id,
            cycle=cycle,
            status=_STATUSES[outcome],
            started_at=moment,
            counts_from=moment,
            due_at=moment,
            fulfilled_at=moment if outcome is Outcome.PASS else None,
            breached_at=moment if outcome is Outcome.FAIL else None,
            target=f"meets {self.promise.meeting}",
            measure=Measure(
                kind=MeasureKind.CHECK,
                actual=outcome,
                target=self.promise.meeting,
                counted=int(least == most),
                sample=1,
                evidence=(
                    Contribution(
                        subject_kind=subject.kind,
                        subject=subject.id,
                        event=match.event.id,
                        at=moment,
                        counts=least if least == most else None,
                    ),
                ),
            ),
            reason=reason,
            agreement=self.source,
            basis=Basis(
                term=term,
                hours=self.hours,
                calendar=None,
                as_of=to_moment(record.as_of, here),
                started_by=match.event.id,
                ended_by=match.event.id,
                ended_at=moment,
            ),
        )
        if exempt is None or exempt.unknown:
            return verdict
        return unowed(verdict, exempt.reason)


def contested(
    base: Mapping[int, Verdict], others: list[dict[int, Verdict]]
) -> dict[int, Verdict]:
    """Return verdicts, unknown where a contradiction would change them [E3]."""
    found = dict(base)
    for other in others:
        for cycle in sorted(base.keys() | other.keys()):
            one, two = base.get(cycle), other.get(cycle)
            if one is None or two is None or _decisive(one) != _decisive(two):
                shown = one or two
                assert shown is not None  # noqa: S101 - it is in one of them
                reason = "facts that contradict each other would change it"
                found[cycle] = undecided(shown, reason)
    return dict(sorted(found.items()))


def _decisive(verdict: Verdict) -> object:
    return verdict.status, verdict.due_at


Key = tuple[str, int]
"""A term and a cycle."""


@attrs.frozen(eq=False)
class Validities:
    """The validities of all editions.

    Attributes:
        reigns: Each with the instants between which its edition is in force.
        begin: The instant from which the first edition is in force.
    """

    reigns: tuple[tuple[CompiledValidity, float, float], ...]
    begin: float

    @classmethod
    def of(
        cls, editions: Sequence[Edition], judged: Sequence[Mapping[str, Term]]
    ) -> Self:
        """Return those of some editions, in order of when they are in force.

        Args:
            editions: The editions.
            judged: The terms of each that are judged, by id.
        """
        ends = [*(one.starts for one in editions[1:]), math.inf]
        return cls(
            reigns=tuple(
                (CompiledValidity.of(edition, term, term.promise), edition.starts, end)
                for edition, end, terms in zip(editions, ends, judged, strict=True)
                for term in terms.values()
                if isinstance(term.promise, Validity)
            ),
            begin=editions[0].starts,
        )

    def judged(self, record: Record) -> dict[Key, Verdict]:
        """Return the verdicts on a subject by term and cycle [V5]."""
        if not self.reigns:
            return {}
        verdicts = self._verdicts(record)
        said: dict[Key, set[Status]] = {}
        for _, past in record.views[:-1]:
            for key, before in self._verdicts(past).items():
                if before.status in (Status.MET, Status.BREACHED):
                    said.setdefault(key, set()).add(before.status)
        return {
            key: attrs.evolve(one, revised=is_revised(said.get(key, ()), one.status))
            for key, one in verdicts.items()
        }

    def _verdicts(self, record: Record) -> dict[Key, Verdict]:
        return {
            (one.setting.term.id, cycle): verdict
            for one, start, end in self.reigns
            for cycle, verdict in one.judged(record, start, end).items()
        }

    def ungoverned(self, record: Record) -> Iterator[Finding]:
        """Yield a finding for each handoff before the first edition [K6]."""
        subject = record.subject
        for one, start, _ in self.reigns:
            if start == self.begin:
                for verdict in one.judged(record, -math.inf, start).values():
                    yield Finding(
                        code="AK-P001",
                        severity=Severity.INFO,
                        message=(
                            f"{verdict.term} on {subject.kind} {subject.id} began "
                            "before the first edition was in force; it is not judged"
                        ),
                        path=f"$.{subject.kind}.{subject.id}",
                        seen=str(verdict.started_at),
                        expected=f"a start from edition {one.source.version} on",
                    )
