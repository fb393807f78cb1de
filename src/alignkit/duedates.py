"""Due dates: when a promise would be due that starts at a moment.

Nobody has to invent a history to ask that. The same clock answers that judges real
promises, so that what is promised on the telephone is what the verdict will say.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import cast

import attrs

from alignkit.agreements import Agreement
from alignkit.clocks import CompiledTerm
from alignkit.editions import Edition
from alignkit.errors import UnfitValueError
from alignkit.events import Event, Subject
from alignkit.happenings import Custom
from alignkit.instants import to_instant, to_moment
from alignkit.ledgers import Entry, ledger
from alignkit.promises import Deadline, Duration
from alignkit.runs import Run, plain
from alignkit.spans import Span
from alignkit.terms import Term
from alignkit.verdicts import Source
from alignkit.zones import zone


@attrs.frozen(kw_only=True)
class DueDate:
    """When a promise is due that starts at a moment, and the way there.

    Moments are in the zone of the calendar that counts.

    Attributes:
        term: What was promised.
        target: The span that holds.
        segment: Whom it holds for, in words; None for everybody else.
        started_at: When it starts.
        counts_from: The first counted moment.
        due_at: When it is due.
        calendar: The name of the calendar; None if none counts it.
        zone: The zone of that calendar.
        ledger: Every stretch from the start on: counted, or closed and why; empty where
            no calendar counts.
        agreement: The edition that says so.
    """

    term: Term
    target: Span
    segment: str | None
    started_at: datetime
    counts_from: datetime
    due_at: datetime
    calendar: str | None
    zone: str
    ledger: tuple[Entry, ...]
    agreement: Source


def due_dates(
    agreement: Agreement,
    term: str,
    start: datetime,
    *,
    dates: Mapping[str, date] | None = None,
) -> tuple[DueDate, ...]:
    """Return when a promise is due that starts at a moment [K2].

    The first one holds for everybody for whom no other does; the others are those of
    the segments that have a target of their own, in the order of the term.

    Args:
        agreement: The agreement; the edition in force at the start governs [K6].
        term: The id of the term.
        start: The moment at which it starts.
        dates: The dates that its subject carries, for spans that count back from one.

    Returns:
        The due dates; none if no edition with such a term is in force at the start.

    Raises:
        NaiveMomentError: If `start` has no zone.
        UnfitValueError: If no agreement is given, or if the term promises neither a
            deadline nor a stay.
        NoCalendarError: If business time is promised and no calendar counts it.
        MissingDateError: If a date is needed that is not given.
        NoBusinessTimeError: If it does not come within 100 years [T13].
    """
    _check_agreement(agreement)
    edition = agreement.in_force_at(start)
    if edition is None:
        return ()
    return tuple(
        found
        for one in edition.promised
        if one.id == term
        for found in _of_term(edition, one, start, dates or {})
    )


def _check_agreement(given: object) -> None:
    if not isinstance(given, Agreement):
        expected = "an agreement, such as `alignkit.load` returns"
        raise UnfitValueError("due date", "agreement", expected, repr(given)[:80])


def _of_term(
    edition: Edition, term: Term, start: datetime, dates: Mapping[str, date]
) -> Iterator[DueDate]:
    promise = term.promise
    if not isinstance(promise, Deadline | Duration):
        expected = "a term that promises a deadline, or a stay at most so long"
        raise UnfitValueError("due date", "term", expected, type(promise).__name__)
    compiled = CompiledTerm.of(edition, term, promise)
    within = compiled.promise.within
    yield _due_date(edition, compiled, _run(start, within, dates), None)
    for target in promise.targets:
        run = _run(start, target.within, dates)
        yield _due_date(edition, compiled, run, str(target.segment))


def _run(start: datetime, target: Span, dates: Mapping[str, date]) -> Run:
    """Return the run that would begin then, started by a fact that stands for any."""
    fact = Custom(name="start")
    at = to_instant(start, "start")
    return Run(
        cycle=1,
        started=at,
        started_by=Event(id="start", subject=Subject(id="any"), at=start, fact=fact),
        counts=at,
        targets=(target,),
        dates=tuple(dates.items()),
    )


def _due_date(
    edition: Edition, compiled: CompiledTerm, run: Run, segment: str | None
) -> DueDate:
    hours = compiled.hours
    here = zone("UTC" if hours is None else hours.zone)

    def moment(instant: int | None) -> datetime:
        # Only a clock at rest has none, and nothing makes this one rest.
        return to_moment(cast("int", instant), here)

    (target,) = run.targets
    started_at, due_at = moment(run.started), moment(compiled.due(run, target))
    return DueDate(
        term=compiled.term,
        target=plain(target),
        segment=segment,
        started_at=started_at,
        counts_from=moment(compiled.counts_from(run)),
        due_at=due_at,
        calendar=None if hours is None else compiled.calendar,
        zone=here.key,
        ledger=() if hours is None else ledger(hours, started_at, due_at),
        agreement=Source.of(edition),
    )
