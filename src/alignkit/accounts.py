"""Accounts: what all subjects together add up to, period by period.

A volume, a quality and a share to be kept are promises of a party and not about one
lead. Each has an account, every subject adds its counts to it, and each of its sheets
ends in one verdict on the party, whose measure names all that is behind it [K15-K17].
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import assert_never

import attrs

from alignkit.counts import (
    ONE,
    Count,
    Total,
    View,
    Views,
    Weigh,
    amount,
    bounds,
    margin_over,
    totals,
)
from alignkit.findings import Finding, Severity
from alignkit.instants import to_moment
from alignkit.keepings import CompiledKeeping
from alignkit.loopshares import CompiledLoopShare
from alignkit.matches import Record
from alignkit.measures import Contribution, Measure, MeasureKind, Pace, figure
from alignkit.promises import Bound, Keeping
from alignkit.qualities import CompiledQuality, share_status
from alignkit.revisions import is_revised
from alignkit.sheets import Ruling, Sheet, placed
from alignkit.standings import Status
from alignkit.verdicts import Basis, Source, Verdict
from alignkit.volumes import CompiledVolume
from alignkit.zones import zone

Counted = CompiledVolume | CompiledQuality | CompiledLoopShare | CompiledKeeping
"""What an account can be of."""

_MOST_NAMED = 3


@attrs.frozen(kw_only=True, eq=False)
class Account:
    """One term of one edition that is counted over all subjects.

    Attributes:
        counted: The term, ready to be counted.
        ruling: How its edition divides the time.
        source: Its edition.
    """

    counted: Counted
    ruling: Ruling
    source: Source

    @property
    def id(self) -> str:
        """The id of the term."""
        return self.counted.setting.term.id

    @property
    def share(self) -> Keeping | None:
        """The share that has to be reached; None of a volume."""
        match self.counted:
            case CompiledVolume():
                return None
            case CompiledQuality(promise=promise) | CompiledLoopShare(promise=promise):
                return promise.share
            case CompiledKeeping(promise=keeping):
                return keeping
            case _:
                assert_never(self.counted)

    @property
    def weigh(self) -> Weigh:
        """What a count adds to the total that decides."""
        return amount if self.share is None else margin_over(self.share.at_least)

    def seen(self, views: Iterable[tuple[float, Record]], kept: Views) -> Views:
        """Return what a subject adds, as known from each moment on.

        Args:
            views: Its facts, as known from each moment on.
            kept: How it kept the promises of which a share has to be kept.
        """
        match self.counted:
            case CompiledVolume() as volume:
                return tuple(View(since, volume.counted(one)) for since, one in views)
            case CompiledQuality() | CompiledLoopShare() as quality:
                return tuple(
                    View(since, quality.counted(one, self.ruling))
                    for since, one in views
                )
            case CompiledKeeping():
                return kept
            case _:
                assert_never(self.counted)

    def verdicts(
        self,
        subjects: Iterable[Views],
        *,
        first: int | None,
        as_of: int,
        cycle: int = 1,
    ) -> Iterator[Verdict | Finding]:
        """Yield the verdict of each sheet in order.

        In place of the verdict on a period that nothing governs there is a finding.

        Args:
            subjects: What each subject adds.
            first: The instant of the first fact; None for no facts.
            as_of: The instant of the question.
            cycle: The cycle of the first of them.
        """
        sheets = tuple(self.ruling.sheets(first, as_of))
        added = _sorted_out(subjects, sheets)
        for sheet in sheets:
            if sheet.is_governed:
                entries = added.get(sheet, ())
                yield _Reckoning(self, sheet, tuple(entries), as_of).verdict(cycle)
                cycle += 1
            else:
                yield Finding(
                    code="AK-P001",
                    severity=Severity.INFO,
                    message=(
                        f"{self.id} in {sheet.period} began before the first edition "
                        "was in force; it is not judged"
                    ),
                    path=f"$.party.{self.counted.setting.term.party}",
                    expected=f"a start from edition {self.source.version} on",
                )


def _sorted_out(
    subjects: Iterable[Views], sheets: Sequence[Sheet]
) -> Mapping[Sheet, Sequence[Views]]:
    """Return what subjects add to each sheet."""
    added: dict[Sheet, list[Views]] = {}
    for views in subjects:
        split: dict[Sheet, list[list[list[Count]]]] = {}
        for place, view in enumerate(views):
            for number, way in enumerate(view.ways):
                for count in way:
                    sheet = placed(sheets, count.placed)
                    if sheet is not None:
                        empty: list[list[list[Count]]] = [
                            [[] for _ in one.ways] for one in views
                        ]
                        split.setdefault(sheet, empty)[place][number].append(count)
        for sheet, parts in split.items():
            added.setdefault(sheet, []).append(
                tuple(
                    View(view.since, tuple(dict.fromkeys(map(tuple, ways))))
                    for view, ways in zip(views, parts, strict=True)
                )
            )
    return added


@attrs.frozen
class _Reckoning:
    """One sheet of an account with all that was added to it."""

    account: Account
    sheet: Sheet
    entries: tuple[Views, ...]
    as_of: int

    def verdict(self, cycle: int) -> Verdict:
        """Return how the promise stands."""
        account, sheet = self.account, self.sheet
        term, here = account.counted.setting.term, zone(account.counted.setting.zone)
        closes = self._closes()
        weigh = account.weigh
        total = sum((bounds(one[-1].ways, weigh) for one in self.entries), Total())
        status = self._status(total, self.as_of, closes)
        due = None if math.isinf(sheet.end) else to_moment(int(sheet.end) - 1, here)
        reached = self._reached()
        reached_at = None if reached is None else to_moment(reached, here)
        fulfilled = reached_at if status is Status.MET else None
        measure = self._measure(closes)
        start = None if math.isinf(sheet.start) else to_moment(int(sheet.start), here)
        changes = self._changes(total, status, closes)
        return Verdict(
            term=term.id,
            party=term.party,
            subject_kind="party",
            subject=term.party,
            cycle=cycle,
            status=status,
            started_at=start,
            counts_from=start,
            due_at=due,
            fulfilled_at=fulfilled,
            breached_at=(reached_at or due) if status is Status.BREACHED else None,
            next_change_at=None if changes is None else to_moment(changes, here),
            target=self._target(),
            measure=measure,
            reason=(self._reason(total, measure) if status is Status.UNKNOWN else None),
            revised=is_revised(self._said(closes), status),
            agreement=account.source,
            basis=Basis(
                term=term,
                hours=None,
                calendar=None,
                as_of=to_moment(self.as_of, here),
                is_of_share=isinstance(account.counted, CompiledKeeping),
            ),
        )

    def _closes(self) -> tuple[int, ...]:
        counted, period = self.account.counted, self.sheet.period
        if isinstance(counted, CompiledVolume) and period is not None:
            return counted.closes(period)
        return ()

    def _status(self, total: Total, at: int, closes: Sequence[int]) -> Status:
        counted, share = self.account.counted, self.account.share
        if share is not None:
            is_over = self.sheet.period is None or at >= self.sheet.end
            return share_status(share, total, is_over=is_over)
        assert isinstance(counted, CompiledVolume)  # noqa: S101 - it has no share
        return counted.status(total, at, self.sheet.end, closes)

    def _changes(
        self, total: Total, status: Status, closes: Sequence[int]
    ) -> int | None:
        """Return when the status changes by itself [K13]."""
        if self.sheet.period is None:
            return None
        later = sorted({*closes, int(self.sheet.end)})
        return next(
            (
                at
                for at in later
                if at > self.as_of and self._status(total, at, closes) is not status
            ),
            None,
        )

    def _reached(self) -> int | None:
        """Return when a volume came to what decides it before the end, if it did."""
        counted = self.account.counted
        if not isinstance(counted, CompiledVolume):
            return None
        now = [(View(-math.inf, one[-1].ways),) for one in self.entries]
        return next(
            (int(at) for at, one in totals(now, amount) if counted.is_reached(one.low)),
            None,
        )

    def _said(self, closes: Sequence[int]) -> set[Status]:
        """Return what was final before something was learned late [V5]."""
        if self.sheet.period is None:
            return set()
        learned = {
            later.since
            for views in self.entries
            for earlier, later in itertools.pairwise(views)
            if earlier.ways != later.ways
        }
        said: set[Status] = set()
        before = Total()
        for at, after in totals(self.entries if learned else (), self.account.weigh):
            if at in learned:
                then = min(self.as_of, int(at) - 1)
                said.add(self._status(before, then, closes))
            before = after
        return {one for one in said if one.is_settled or one is Status.BREACHED}

    def _measure(self, closes: Sequence[int]) -> Measure:
        evidence = tuple(self._evidence())
        first = [count for one in self.entries for count in one[-1].ways[0]]
        sure = [count for count in first if count.is_sure]
        counted, share = self.account.counted, self.account.share
        decided = sum(one.counts is not None for one in evidence)
        if share is not None:
            good = sum(count.least == ONE for count in sure)
            return Measure(
                kind=MeasureKind.SHARE,
                actual=Fraction(good, len(sure)) if sure else None,
                target=share.at_least,
                numerator=good,
                denominator=len(sure),
                counted=decided,
                sample=len(evidence),
                evidence=evidence,
                period=self.sheet.period,
            )
        assert isinstance(counted, CompiledVolume)  # noqa: S101 - it has no share
        actual = sum((count.least for count in sure), Fraction())
        elapsed = sum(close <= self.as_of for close in closes)
        here = zone(self.account.counted.setting.zone)
        return Measure(
            kind=MeasureKind.TALLY,
            actual=actual,
            target=counted.goal,
            counted=decided,
            sample=len(evidence),
            evidence=evidence,
            period=self.sheet.period,
            pace=(
                Pace(
                    actual=actual,
                    goal=counted.goal,
                    elapsed=elapsed,
                    days=len(closes),
                    closes=tuple(to_moment(close, here) for close in closes),
                )
                if closes
                else None
            ),
            is_cap=counted.promise.bound is Bound.CAP,
        )

    def _evidence(self) -> Iterator[Contribution]:
        """Yield what is behind the figures, in order of time."""
        here = zone(self.account.counted.setting.zone)
        found: dict[tuple[int, str, str, str], tuple[Count, bool]] = {}
        for views in self.entries:
            ways = views[-1].ways
            for way in ways:
                for count in way:
                    subject = count.subject
                    key = (count.at, subject.kind, subject.id, count.event)
                    is_same = all(count in other for other in ways)
                    found[key] = count, count.is_decided and is_same
        for (at, kind, id_, event), (count, is_decided) in sorted(
            found.items(), key=lambda pair: pair[0]
        ):
            yield Contribution(
                subject_kind=kind,
                subject=id_,
                event=event,
                at=to_moment(at, here),
                counts=count.least if is_decided else None,
            )

    def _target(self) -> str:
        counted, share = self.account.counted, self.account.share
        per = self.account.ruling.per
        end = "" if per is None else f" per {per.value}"
        if share is not None:
            return f"at least {figure(share.at_least)}{end}"
        assert isinstance(counted, CompiledVolume)  # noqa: S101 - it has no share
        bound = "at most" if counted.promise.bound is Bound.CAP else "at least"
        unit = f" {counted.promise.currency}" if counted.promise.currency else ""
        return f"{bound} {figure(counted.goal)}{unit}{end}"

    def _reason(self, total: Total, measure: Measure) -> str:
        """Return why it is not known how the promise stands."""
        share = self.account.share
        if not measure.sample:
            return "there is nothing to count"
        if share is not None and total.fewest < (needed := share.min_sample or 1):
            return f"of the {needed} that it takes, {total.fewest} are there for sure"
        doubtful = dict.fromkeys(
            f"{one.subject_kind} {one.subject}"
            for one in measure.evidence
            if one.counts is None
        )
        named = ", ".join(list(doubtful)[:_MOST_NAMED])
        more = len(doubtful) - _MOST_NAMED
        rest = f" and {more} more" if more > 0 else ""
        return f"it depends on {named}{rest}, of which not all is known"
