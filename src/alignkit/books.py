"""Books: the accounts of an agreement, through all its editions.

What spans subjects is known only when all of them have been heard: each subject makes
one entry, and the verdicts on the parties are drawn up at the end [E5].
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Self, assert_never

import attrs

from alignkit.accounts import Account, Counted
from alignkit.counts import Count, View, Views
from alignkit.editions import Edition
from alignkit.exchanges import Hearings
from alignkit.findings import Finding
from alignkit.keepings import CompiledKeeping, kept
from alignkit.loopshares import CompiledLoopShare
from alignkit.matches import Record, Setting
from alignkit.periods import PeriodKind
from alignkit.promises import Quality, Volume
from alignkit.qualities import CompiledQuality
from alignkit.sheets import Ruling
from alignkit.standings import Status
from alignkit.terms import Term
from alignkit.verdicts import Source, Verdict
from alignkit.volumes import CompiledVolume

Entry = tuple[Views, ...]
"""What one subject adds to each account, in their order."""


def _counted(edition: Edition, term: Term, hearings: Hearings) -> Counted | None:
    """Return a term ready to be counted; None if its promises are judged alone."""
    reckoned = next((one for one in edition.reckoned if one.term.id == term.id), None)
    match term.promise:
        case Volume() as volume:
            return CompiledVolume.of(edition, term, volume)
        case Quality() as quality if reckoned is not None:
            return CompiledLoopShare.of(edition, reckoned, quality, hearings)
        case Quality() as quality:
            return CompiledQuality.of(edition, term, quality)
        case _ if term.keep is not None:
            return CompiledKeeping(setting=Setting.of(edition, term), promise=term.keep)
        case _:
            return None


def _keeping(edition: Edition, term: Term) -> Counted | None:
    """Return the share of its periods that a term has to keep, if it has to."""
    if term.keep is None or not isinstance(term.promise, Volume | Quality):
        return None
    return CompiledKeeping(setting=Setting.of(edition, term), promise=term.keep)


_EVER = (-math.inf, math.inf)


def _fiscal_start(term: Term) -> int:
    promise = term.promise
    return promise.fiscal_start if isinstance(promise, Volume) else 1


def _per(counted: Counted) -> PeriodKind | None:
    match counted:
        case CompiledVolume(promise=volume):
            return volume.per
        case CompiledQuality(promise=quality) | CompiledLoopShare(promise=quality):
            return quality.share.per
        case CompiledKeeping(promise=keeping):
            return keeping.per
        case _:
            assert_never(counted)


@attrs.frozen(eq=False)
class Books:
    """All accounts of an agreement, in the order of its terms, then its editions.

    Attributes:
        accounts: The accounts.
        kept: The shares of their own periods that some of them have to keep [K16].
    """

    accounts: tuple[Account, ...]
    kept: tuple[Account, ...] = ()

    @classmethod
    def of(
        cls, editions: Sequence[Edition], judged: Sequence[Mapping[str, Term]]
    ) -> Self:
        """Return the books of some editions, in order of when they are in force.

        Args:
            editions: The editions.
            judged: The terms of each that are judged, by id.
        """
        ends = [*(one.starts for one in editions[1:]), math.inf]
        starts = [one.starts for one in editions]
        hearings = Hearings.of(starts, [one.loops for one in editions])
        accounts: list[Account] = []
        kept: list[Account] = []
        for id_ in dict.fromkeys(id_ for terms in judged for id_ in terms):
            for number, (edition, terms) in enumerate(
                zip(editions, judged, strict=True)
            ):
                if id_ not in terms:
                    continue
                term = terms[id_]
                found = _counted(edition, term, hearings), _keeping(edition, term)
                for counted, listed in zip(found, (accounts, kept), strict=True):
                    if counted is None:
                        continue
                    ruling = Ruling(
                        edition=number,
                        start=edition.starts,
                        end=ends[number],
                        per=_per(counted),
                        zone=counted.setting.zone,
                        first_month=_fiscal_start(term),
                        # A share counts promises, of which each binds by itself.
                        binds=(
                            _EVER
                            if isinstance(counted, CompiledKeeping)
                            else term.binds
                        ),
                    )
                    source = Source.of(edition)
                    one = Account(counted=counted, ruling=ruling, source=source)
                    listed.append(one)
        return cls(tuple(accounts), tuple(kept))

    def entry(self, record: Record, kept: Mapping[str, Views]) -> Entry:
        """Return what a subject adds to each account.

        Args:
            record: Its record.
            kept: How it kept the promises of which a share has to be kept, by term.
        """
        if not self.accounts:
            return ()
        views = record.views
        return tuple(one.seen(views, kept.get(one.id, ())) for one in self.accounts)

    def unheard(self, as_of: int) -> Iterator[Verdict]:
        """Yield a verdict that is not known for each term that spans subjects [E5].

        Args:
            as_of: The instant of the question.
        """
        in_force: dict[str, Account] = {}
        for account in self.accounts:
            if account.ruling.start <= as_of:
                in_force[account.id] = account
        for id_, account in in_force.items():
            party = account.counted.setting.term.party
            yield Verdict(
                term=id_,
                party=party,
                subject_kind="party",
                subject=party,
                status=Status.UNKNOWN,
                reason="it is counted over all subjects, of which this is one",
                agreement=account.source,
            )

    def verdicts(
        self, entries: Sequence[Entry], *, first: int | None, as_of: int
    ) -> Iterator[Verdict | Finding]:
        """Yield the verdicts on the parties, term by term, period by period.

        Args:
            entries: Those of all subjects.
            first: The instant of the first fact; None for no facts.
            as_of: The instant of the question.
        """
        numbered = enumerate(self.accounts)
        for id_, group in itertools.groupby(numbered, key=lambda pair: pair[1].id):
            cycle = 1
            counts: list[Count] = []
            for place, account in group:
                added = [entry[place] for entry in entries]
                for one in account.verdicts(
                    added, first=first, as_of=as_of, cycle=cycle
                ):
                    yield one
                    if isinstance(one, Verdict):
                        cycle += 1
                        counts += kept(one, as_of)
            views = (View(-math.inf, (tuple(counts),)),)
            cycle = 1
            for account in self.kept:
                if account.id == id_:
                    for one in account.verdicts(
                        [views], first=first, as_of=as_of, cycle=cycle
                    ):
                        cycle += isinstance(one, Verdict)
                        yield one
