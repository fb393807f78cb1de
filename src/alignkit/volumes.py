"""Volumes: so many leads a month, or so much, and how that is getting on.

A lead counts the first time that it qualifies, and again only after as many days as
were agreed; it counts as one, or as what a lead of its segment is worth. A floor is met
as soon as it is reached, and a cap is broken as soon as it is passed; what was not is
decided at the end of the period [K15].
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from datetime import date
from fractions import Fraction
from typing import Self

import attrs

from alignkit.counts import Count, Total, Way
from alignkit.editions import Edition
from alignkit.hours import BusinessHours
from alignkit.instants import to_instant
from alignkit.judgements import Judge
from alignkit.matches import Ear, Match, Record, Setting, judge_of, matches
from alignkit.measures import Pace
from alignkit.outcomes import Outcome
from alignkit.periods import Period
from alignkit.promises import Bound, Volume
from alignkit.standings import Status
from alignkit.terms import Term


@attrs.frozen(kw_only=True, eq=False)
class CompiledVolume:
    """A volume of one edition, ready to be counted.

    Attributes:
        setting: The term, and whom it concerns.
        promise: What it promises.
        hours: The business hours by which it is paced; None if no calendar is named.
        ear: What is counted.
        worth: What a lead of each segment is worth, in the order they are tried.
    """

    setting: Setting
    promise: Volume
    hours: BusinessHours | None
    ear: Ear
    worth: tuple[tuple[Judge, Fraction], ...]

    @classmethod
    def of(cls, edition: Edition, term: Term, promise: Volume) -> Self:
        """Return a volume of an edition, ready to be counted."""
        return cls(
            setting=Setting.of(edition, term),
            promise=promise,
            hours=edition.hours_of(term),
            ear=Ear.of(promise.of, edition.actions),
            worth=tuple(
                (judge_of(edition, one.segment), one.value) for one in promise.worth
            ),
        )

    @property
    def goal(self) -> Fraction:
        """How much was promised."""
        return Fraction(self.promise.goal)

    def counted(self, record: Record) -> tuple[Way, ...]:
        """Return what a subject adds, in all the ways that are possible.

        The first is the one in which facts that contradict each other are left out and
        what is not known does not count.
        """
        found: list[Way] = []
        for facts in record.ways:
            always = self.setting.exemption(facts)
            happened = [
                (one.day, self._count(record, one, outcome))
                for one in matches(record, facts, self.ear, self.setting.zone)
                if (outcome := one.counts(self.setting, always)) is not Outcome.FAIL
            ]
            found += self._ways(happened)
        return tuple(dict.fromkeys(found))

    def _count(self, record: Record, match: Match, outcome: Outcome) -> Count:
        amounts = self._amounts(match)
        return Count(
            subject=record.subject,
            event=match.event.id,
            at=match.at,
            placed=match.placed,
            least=min(amounts),
            most=max(amounts),
            is_sure=outcome is Outcome.PASS,
        )

    def _amounts(self, match: Match) -> Sequence[Fraction]:
        """Return what a lead may be worth; nothing if it is of no segment."""
        if not self.worth:
            return (Fraction(1),)
        amounts: list[Fraction] = []
        for judge, value in self.worth:
            outcome = match.outcome(judge)
            if outcome is not Outcome.FAIL:
                amounts.append(value)
            if outcome is Outcome.PASS:
                return amounts
        return (*amounts, Fraction())

    def _ways(self, happened: Sequence[tuple[date, Count]]) -> Iterator[Way]:
        """Yield what is counted of all times that a lead qualified."""
        again_after = self.promise.again_after
        if again_after is not None:
            yield tuple(_spaced(happened, again_after))
            return
        # Only the first one counts: the first that is sure, or any doubtful before it.
        doubtful: list[Way] = []
        for _, count in happened:
            if count.is_sure:
                yield from ((count,), *doubtful)
                return
            doubtful.append((attrs.evolve(count, is_sure=True),))
        yield from ((), *doubtful)

    def status(
        self, total: Total, at: int, end: float, closes: Sequence[int]
    ) -> Status:
        """Return how the promise stands at an instant, given what was counted.

        Args:
            total: The least and the most that was counted.
            at: The instant of the question.
            end: When the period ends.
            closes: The instants at which its business days close.
        """
        low = self._standing(total.low, at, end, closes)
        high = self._standing(total.high, at, end, closes)
        # Between the two nothing else is possible: the more, the better or the worse.
        return low if low is high else Status.UNKNOWN

    def _standing(
        self, actual: Fraction, at: int, end: float, closes: Sequence[int]
    ) -> Status:
        is_cap = self.promise.bound is Bound.CAP
        if is_cap and actual > self.goal:
            return Status.BREACHED
        if not is_cap and actual >= self.goal:
            return Status.MET
        if at >= end:
            return Status.MET if is_cap else Status.BREACHED
        warn_at = self.setting.term.warn_at
        if warn_at is None:
            return Status.PENDING
        pace = Pace(
            actual=actual,
            goal=self.goal,
            elapsed=bisect_right(closes, at),
            days=len(closes),
        )
        target = self.goal if is_cap else pace.target_to_date
        if is_cap:
            is_risky = actual >= warn_at * self.goal
        else:
            is_risky = target is not None and actual < warn_at * target
        return Status.AT_RISK if is_risky else Status.PENDING

    def is_reached(self, amount: Fraction) -> bool:
        """Say whether an amount decides the promise before its period ends."""
        if self.promise.bound is Bound.CAP:
            return amount > self.goal
        return amount >= self.goal

    def closes(self, period: Period) -> tuple[int, ...]:
        """Return the instants at which the business days of a period close [T14]."""
        if self.hours is None:
            return ()
        days = self.hours.business_days(period.start, period.end)
        found = (self.hours.close_of(day) for day in days)
        return tuple(to_instant(one, "close") for one in found if one is not None)


def _spaced(
    happened: Sequence[tuple[date, Count]], again_after: int
) -> Iterator[Count]:
    """Yield what is counted if a lead counts again after so many days.

    What depends on whether an earlier one was counted is not sure itself.
    """
    last: set[date | None] = {None}
    for day, count in happened:
        fits = {one for one in last if one is None or (day - one).days >= again_after}
        if not fits:
            continue
        is_sure = count.is_sure and fits == last
        yield attrs.evolve(count, is_sure=is_sure)
        # If it was not counted, an earlier one is still the last that was.
        last = (last - fits if count.is_sure else last) | {day}
