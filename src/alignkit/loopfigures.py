"""Loop figures: how well feedback flows, loop by loop.

Each figure keeps what it counts and of what, and names the subjects behind both: how
many requests were answered, how many answers in time, on how many somebody acted, how
many were closed, and how many of those had to be opened again [F3].
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Self

import attrs

from alignkit.duties import reply_ids
from alignkit.editions import Edition
from alignkit.exchanges import Exchange
from alignkit.happenings import Decision
from alignkit.loops import Loop
from alignkit.scorecards import Case
from alignkit.shares import Share
from alignkit.standings import Status
from alignkit.turnarounds import Turnaround, turnaround_of, unit_of
from alignkit.verdicts import Verdict


@attrs.frozen
class Portion:
    """Some of several cases, each by name.

    Attributes:
        good: Those that count; none where they are counted as they stream by, and not
            kept.
        of: All that there are; likewise.
        share: How many of how many; of none, its fraction is None.

    Example:
        >>> one, two = Case("request", "R1", 1), Case("request", "R2", 1)
        >>> str(Portion(good=(one,), of=(one, two)).share)
        '1/2'
    """

    good: tuple[Case, ...]
    of: tuple[Case, ...]
    share: Share = attrs.field(
        default=attrs.Factory(
            lambda self: Share(len(self.good), len(self.of)), takes_self=True
        ),
        repr=False,
    )


@attrs.frozen(kw_only=True)
class LoopFigures:
    """How feedback flowed in one loop up to a moment [F3].

    What is open counts as open: in what is asked, in what is received, in no numerator.
    The cycle of a case is the number of the item of its subject; in `on_time`, that of
    the verdict.

    Attributes:
        loop: The id of the loop.
        coverage: Answered, of requested.
        on_time: Replies kept, of those kept, late and broken [K17].
        action_rate: Decided to act, of decided.
        action_of_received: Decided to act, of received.
        closure: Closed, of received: the giver was told, and it was not opened again.
        reopened: Opened again, of all that were ever closed.
        turnaround: How long replies took, in the unit of the span that they are given;
            None if they are given none, or no calendar counts it.
    """

    loop: str
    coverage: Portion
    on_time: Portion
    action_rate: Portion
    action_of_received: Portion
    closure: Portion
    reopened: Portion
    turnaround: Turnaround | None = None


@attrs.frozen(eq=False)
class Flows:
    """The loops of an agreement, ready for what comes of them to be counted.

    Where editions have one loop in several forms, its last form says what turnarounds
    are counted in.

    Attributes:
        loops: Each loop with the edition of its last form, in order of the editions.
        replies: For each loop, the terms by which its replies go.
    """

    loops: Mapping[str, tuple[Edition, Loop]]
    replies: Mapping[str, frozenset[str]]

    @classmethod
    def of(cls, editions: Sequence[Edition]) -> Self:
        """Return the loops of some editions, in order of when they are in force."""
        replies: dict[str, frozenset[str]] = {}
        for edition in editions:
            for loop in edition.loops:
                before = replies.get(loop.id, frozenset())
                replies[loop.id] = before | reply_ids(edition.terms, loop)
        return cls(
            loops={
                loop.id: (edition, loop)
                for edition in editions
                for loop in edition.loops
            },
            replies=replies,
        )

    def figures(
        self, exchanges: Iterable[Exchange], verdicts: Iterable[Verdict]
    ) -> Iterator[LoopFigures]:
        """Yield the figures of each loop.

        Args:
            exchanges: What became of the items of all loops.
            verdicts: How the promises stand.
        """
        by_loop: dict[str, list[Exchange]] = {}
        for one in exchanges:
            by_loop.setdefault(one.loop, []).append(one)
        judged = [one for one in verdicts if self.on_time(one)]
        for id_, (edition, loop) in self.loops.items():
            kept = [one for one in judged if one.term in self.replies[id_]]
            yield _figures(edition, loop, by_loop.get(id_, ()), kept)

    def on_time(self, verdict: Verdict) -> tuple[str, ...]:
        """Return the loops of which a verdict is on a reply that is due or given."""
        if verdict.status not in _JUDGED or verdict.is_of_share:
            return ()
        return tuple(
            loop for loop, terms in self.replies.items() if verdict.term in terms
        )


_JUDGED = (Status.MET, Status.LATE, Status.BREACHED)


def _figures(
    edition: Edition,
    loop: Loop,
    exchanges: Sequence[Exchange],
    replies: Sequence[Verdict],
) -> LoopFigures:
    cases = [(_case(one), one) for one in exchanges]
    asked = [(case, one) for case, one in cases if one.asked is not None]
    received = [(case, one) for case, one in cases if one.given is not None]
    agreed = _named(case for case, one in cases if one.decision is Decision.ACT)
    return LoopFigures(
        loop=loop.id,
        coverage=Portion(
            good=_named(case for case, one in asked if one.given is not None),
            of=_named(case for case, _ in asked),
        ),
        on_time=Portion(
            good=_judged(replies, Status.MET),
            of=_judged(replies, *_JUDGED),
        ),
        action_rate=Portion(
            good=agreed,
            of=_named(case for case, one in cases if one.decided is not None),
        ),
        action_of_received=Portion(
            good=agreed, of=_named(case for case, _ in received)
        ),
        closure=Portion(
            good=_named(case for case, one in received if one.closed is not None),
            of=_named(case for case, _ in received),
        ),
        reopened=Portion(
            good=_named(case for case, one in cases if one.reopened),
            of=_named(case for case, one in cases if one.was_closed),
        ),
        turnaround=_turnaround(edition, loop, asked),
    )


def _turnaround(
    edition: Edition, loop: Loop, asked: Sequence[tuple[Case, Exchange]]
) -> Turnaround | None:
    if loop.reply_within is None:
        return None
    return turnaround_of(
        unit_of(loop.reply_within),
        edition.hours_of_party(loop.owes),
        ((case, one.asked, one.given) for case, one in asked if one.asked is not None),
    )


def _case(one: Exchange) -> Case:
    return Case(one.subject.kind, one.subject.id, one.number)


def _named(cases: Iterable[Case]) -> tuple[Case, ...]:
    return tuple(sorted(cases))


def _judged(verdicts: Iterable[Verdict], *statuses: Status) -> tuple[Case, ...]:
    return _named(
        Case(one.subject_kind, one.subject, one.cycle)
        for one in verdicts
        if one.status in statuses
    )
