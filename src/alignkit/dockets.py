"""Dockets: an agreement made ready to be put to facts, once for all of them.

Beside the terms that are about one subject it holds those that span many [E5], and what
only all records together tell: who is a duplicate of whom, and on which day more came
than was planned for. Where that is not known, both ways are tried.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Self

import attrs

from alignkit.books import Books, Entry
from alignkit.counts import View
from alignkit.cycles import Circuit
from alignkit.editions import Edition
from alignkit.events import Subject
from alignkit.findings import Finding
from alignkit.gauges import Found, Gauge
from alignkit.identities import Identities
from alignkit.instants import to_instant
from alignkit.loopfigures import Flows
from alignkit.matches import Record
from alignkit.replays import State
from alignkit.silences import Silences
from alignkit.surges import NOT_TOLD, Surge, not_told
from alignkit.unjudged import judged_terms, not_yet
from alignkit.verdicts import Verdict


@attrs.frozen(kw_only=True, eq=False)
class Docket:
    """An agreement made ready to be put to facts.

    It is immutable, can be shared between threads, and is pickled as the editions that
    it was made of.

    Attributes:
        gauge: The terms that are about one subject.
        books: The terms that span subjects.
        silences: The feedback loops that may not fall silent.
        flows: The feedback loops of which figures are kept.
        identities: By which fields two records are one person.
        surge: Which promises are one too many on their day, as far as is known.
        review: What of the agreement cannot be judged.
    """

    gauge: Gauge
    books: Books
    silences: Silences
    flows: Flows
    identities: Identities
    surge: Surge = NOT_TOLD
    review: tuple[Finding, ...]

    @classmethod
    def of(cls, editions: Sequence[Edition]) -> Self:
        """Return the docket of some editions, in order of when they are in force."""
        judged = tuple(map(judged_terms, editions))
        books = Books.of(editions, judged)
        return cls(
            gauge=Gauge.of(editions, judged, books.accounts),
            books=books,
            silences=Silences.of(editions),
            flows=Flows.of(editions),
            identities=Identities(
                editions=tuple(editions), circuits=tuple(map(Circuit.of, editions))
            ),
            review=tuple(
                dict.fromkeys(one for edition in editions for one in not_yet(edition))
            ),
        )

    def __reduce__(self) -> tuple[object, ...]:
        return type(self).of, (self.gauge.editions,)

    def judged(self, record: Record, clocks: State | None = None) -> Found:
        """Return the verdicts on a subject, and what could not be judged of it.

        Where it is not known whether it came in a surge, both targets are tried: what
        stands the same stands, and the rest is unknown [E5].

        Args:
            record: Its record.
            clocks: How far its facts have brought the clocks, where that is known.
        """
        least, *most = self._ways(record.subject)
        found = least.found(record, clocks)
        for gauge in most:
            other = gauge.found(record, clocks)
            found = attrs.evolve(
                found,
                verdicts=tuple(
                    one if one == two else self._agreed(record, one, two)
                    for one, two in zip(found.verdicts, other.verdicts, strict=True)
                ),
                kept={
                    id_: tuple(map(_either, views, other.kept[id_]))
                    for id_, views in found.kept.items()
                },
            )
        return found

    def _ways(self, subject: Subject) -> tuple[Gauge, ...]:
        """Return the gauge as it is without and with a surge that may have come."""
        if self.gauge.relaxed is None:
            return (self.gauge,)
        ways = self.surge.ways(subject)
        return tuple(attrs.evolve(self.gauge, beyond=beyond) for beyond in ways)

    def _agreed(self, record: Record, one: Verdict, two: Verdict) -> Verdict:
        """Return the verdict on which both targets agree, or that it is not known.

        Args:
            record: The record of its subject.
            one: The verdict by the usual target.
            two: The verdict by the relaxed one.
        """
        found = one if one.status is two.status else not_told(one)
        changes, seen = _first_change(one, two), _shown(one, two)
        while changes is not None:
            then = record.later(to_instant(changes, "changes"))
            one, two = (
                next(
                    verdict
                    for verdict in gauge.found(then).verdicts
                    if (verdict.term, verdict.cycle) == (found.term, found.cycle)
                )
                for gauge in self._ways(record.subject)
            )
            if _shown(one, two) != seen:
                break
            changes = _first_change(one, two)
        return attrs.evolve(found, next_change_at=changes)

    def knowing(self, records: Iterable[Record]) -> Docket:
        """Return the docket that knows all records: who is whom, and what came when."""
        told = tuple(records)
        gauge = attrs.evolve(self.gauge, joined=self.identities.joined(told))
        came = (arrival for one in told for arrival in gauge.arrivals(one))
        return attrs.evolve(self, gauge=gauge, surge=Surge.of(came))

    def entry(self, record: Record, found: Found) -> Entry:
        """Return what a subject adds to the books: a duplicate adds nothing [E7]."""
        entry = self.books.entry(record, found.kept)
        joining = self.gauge.joined.get(record.subject)
        if joining is None:
            return entry
        if joining.is_sure:
            return tuple(() for _ in entry)
        return tuple(
            tuple(View(view.since, (*view.ways, ())) for view in views)
            for views in entry
        )


def _either(one: View, other: View) -> View:
    """Return what a subject adds to a share, whichever of two is so."""
    return View(one.since, tuple(dict.fromkeys((*one.ways, *other.ways))))


def _first_change(one: Verdict, other: Verdict) -> datetime | None:
    """Return when one of two verdicts changes by itself first."""
    moments = (one.next_change_at, other.next_change_at)
    return min(
        (moment for moment in moments if moment is not None),
        key=lambda moment: to_instant(moment, "next_change_at"),
        default=None,
    )


def _shown(one: Verdict, other: Verdict) -> object:
    """Return what is shown of two verdicts that may hold: status and fired steps."""
    fired = tuple(step.step for step in one.steps if step.has_fired)
    return (one.status, fired) if one.status is other.status else None
