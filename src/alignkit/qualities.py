"""Qualities: which share of the leads was good.

Good is what met a definition when it was handed over, on what was known then, or what
was followed by something, such as having been accepted. The share is counted in a
period and decided at its end [K16].
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Self

import attrs

from alignkit.counts import CHANCES, Count, Total, Way
from alignkit.criteria import Meets
from alignkit.editions import Edition
from alignkit.histories import Timed
from alignkit.judgements import Judge
from alignkit.matches import Ear, Match, Record, Setting, heard, judge_of, matches
from alignkit.outcomes import Outcome
from alignkit.promises import Keeping, Quality
from alignkit.sheets import Ruling
from alignkit.standings import Status
from alignkit.terms import Term


def share_status(keeping: Keeping, total: Total, *, is_over: bool) -> Status:
    """Return how a share stands, given the margin by which it is reached [K16].

    Until its period is over it is pending. Of nothing, or of fewer than agreed, or
    where what is not known could turn it, it is unknown.

    Args:
        keeping: The share that has to be reached.
        total: The least and the most of the margin, and how many are counted for sure.
        is_over: Whether the period is over.
    """
    if not is_over:
        return Status.PENDING
    if total.fewest < (keeping.min_sample or 1):
        return Status.UNKNOWN
    if total.low >= 0:
        return Status.MET
    return Status.BREACHED if total.high < 0 else Status.UNKNOWN


@attrs.frozen(kw_only=True, eq=False)
class CompiledQuality:
    """A quality of one edition, ready to be counted.

    Attributes:
        setting: The term, and whom it concerns.
        promise: What it promises.
        ear: What is counted.
        follower: What makes a good one by following it.
        meeting: The definition that a good one meets; None if what follows decides.
    """

    setting: Setting
    promise: Quality
    ear: Ear
    follower: Ear
    meeting: Judge | None

    @classmethod
    def of(cls, edition: Edition, term: Term, promise: Quality) -> Self:
        """Return a quality of an edition, ready to be counted."""
        name = promise.meeting
        return cls(
            setting=Setting.of(edition, term),
            promise=promise,
            ear=Ear.of(promise.of, edition.actions),
            follower=Ear.of(promise.followed_by, edition.actions),
            meeting=None if name is None else judge_of(edition, Meets(name)),
        )

    def counted(self, record: Record, ruling: Ruling) -> tuple[Way, ...]:
        """Return what a subject adds, in all the ways that are possible.

        Args:
            record: The record of the subject.
            ruling: How time is divided; what follows after the period is too late.
        """
        ways = (tuple(self._counts(record, one, ruling)) for one in record.ways)
        return tuple(dict.fromkeys(ways))

    def _counts(
        self, record: Record, way: tuple[Timed, ...], ruling: Ruling
    ) -> Iterator[Count]:
        always = self.setting.exemption(way)
        followed = {} if self.meeting else self._followed(way)
        for match in matches(record, way, self.ear, self.setting.zone):
            outcome = match.counts(self.setting, always)
            if outcome is Outcome.FAIL:
                continue
            if self.meeting is None:
                end = ruling.end_of(match.placed)
                answers = followed.get(match.event.id, ())
                good = max((fits for at, fits in answers if at < end), default=_NOT)
            else:
                good = match.outcome(self.meeting)
            yield _count(record, match, outcome, good)

    def _followed(
        self, way: tuple[Timed, ...]
    ) -> dict[str, tuple[tuple[int, Outcome], ...]]:
        """Return when what had to follow did or may have, by what it followed.

        It follows the last one before it, or at the same moment, and no earlier one,
        unless it is not known whether the last one counts.
        """
        turns = [
            *((at, 0, event.id, fits) for at, event, fits in heard(way, self.ear)),
            *((at, 1, event.id, fits) for at, event, fits in heard(way, self.follower)),
        ]
        followed: dict[str, tuple[tuple[int, Outcome], ...]] = {}
        last: tuple[str, ...] = ()
        for at, is_end, id_, fits in sorted(turns, key=lambda turn: turn[:3]):
            if not is_end:
                last = (id_,) if fits is Outcome.PASS else (*last, id_)
                continue
            for one in last:
                found = fits if one == last[-1] else Outcome.UNKNOWN
                told = followed.get(one, ())
                if one != id_ and found > max((so for _, so in told), default=_NOT):
                    followed[one] = (*told, (at, found))
        return followed


_NOT = Outcome.FAIL


def _count(record: Record, match: Match, member: Outcome, good: Outcome) -> Count:
    least, most = CHANCES[good]
    return Count(
        subject=record.subject,
        event=match.event.id,
        at=match.at,
        placed=match.placed,
        least=least,
        most=most,
        is_sure=member is Outcome.PASS,
    )
