"""Loop shares: how much of the feedback came back, as promises.

"Four in five requests are answered, half of them within three days, and seven in ten
items are closed": a loop may promise shares of its items. They are counted as the
figures of the loop are, period by period, and settled at the end of each [F3, K16].
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import assert_never

import attrs

from alignkit.counts import CHANCES, Count, Way
from alignkit.duties import LoopShare, Reckoned
from alignkit.editions import Edition
from alignkit.events import Event
from alignkit.exchanges import Exchange, Hearings, exchanges
from alignkit.facts import whole_day
from alignkit.happenings import Decision
from alignkit.histories import Timed
from alignkit.hours import BusinessHours
from alignkit.instants import to_instant
from alignkit.matches import Record, Setting
from alignkit.outcomes import Outcome
from alignkit.promises import Quality
from alignkit.sheets import Ruling
from alignkit.turnarounds import is_within


@attrs.frozen(kw_only=True, eq=False)
class CompiledLoopShare:
    """A share that a loop of one edition promises, ready to be counted.

    Attributes:
        setting: The term, and whom it concerns.
        promise: What it promises.
        reckoned: Which share of which loop it is.
        hearings: The loops of all editions.
        hours: The business hours of whoever owes it; None if nothing says.
    """

    setting: Setting
    promise: Quality
    reckoned: Reckoned
    hearings: Hearings
    hours: BusinessHours | None

    @classmethod
    def of(
        cls, edition: Edition, reckoned: Reckoned, promise: Quality, hearings: Hearings
    ) -> CompiledLoopShare:
        """Return a share of a loop of an edition, ready to be counted."""
        return cls(
            setting=Setting.of(edition, reckoned.term),
            promise=promise,
            reckoned=reckoned,
            hearings=hearings,
            hours=edition.hours_of(reckoned.term),
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
        # Figures of a period are those that there were at its end, whatever came later.
        for end in sorted({ruling.end_of(at) for at, _ in way}):
            then = tuple((at, event) for at, event in way if at < end)
            is_open = end > record.as_of
            for one in exchanges(self.hearings, record.subject, then):
                began = self._began(one)
                if began is None or one.loop != self.reckoned.loop.id:
                    continue
                at = to_instant(began.at, "at")
                placed = at if began.day is None else self._start_of(began.day)
                if ruling.end_of(placed) != end:
                    continue
                good = self._good(one, began, record.as_of if is_open else None)
                least, most = CHANCES[good]
                yield Count(
                    subject=record.subject,
                    event=began.id,
                    at=at,
                    placed=placed,
                    least=least,
                    most=most,
                )

    def _start_of(self, day: date) -> int:
        return whole_day(day, self.setting.zone)[0]

    def _began(self, one: Exchange) -> Event | None:
        """Return the fact by which an item is one of those that are counted."""
        match self.reckoned.share:
            case LoopShare.COVERAGE | LoopShare.PROMPTNESS:
                return one.asked
            case LoopShare.ACTION:
                return one.decided
            case LoopShare.CLOSURE:
                return one.given
            case _:
                assert_never(self.reckoned.share)

    def _good(self, one: Exchange, began: Event, as_of: int | None) -> Outcome:
        """Return whether an item is one of the good ones.

        Args:
            one: What became of it.
            began: The fact by which it is counted.
            as_of: The instant of the question; None once the period is over.
        """
        match self.reckoned.share:
            case LoopShare.COVERAGE:
                is_good = one.given is not None
            case LoopShare.ACTION:
                is_good = one.decision is Decision.ACT
            case LoopShare.CLOSURE:
                is_good = one.closed is not None
            case LoopShare.PROMPTNESS:
                return self._prompt(began, one.given, as_of)
            case _:
                assert_never(self.reckoned.share)
        return Outcome.PASS if is_good else Outcome.FAIL

    def _prompt(self, asked: Event, given: Event | None, as_of: int | None) -> Outcome:
        """Return whether a reply is prompt; one that may still be is not known."""
        within = self.reckoned.within
        assert within is not None  # noqa: S101 - promptness says within what
        if given is not None:
            last: Event | int = given
        elif as_of is not None:
            last = as_of
        else:
            return Outcome.FAIL
        is_fit = is_within(within, self.hours, asked, last)
        if is_fit is None:
            return Outcome.UNKNOWN
        if not is_fit:
            return Outcome.FAIL
        return Outcome.UNKNOWN if given is None else Outcome.PASS
