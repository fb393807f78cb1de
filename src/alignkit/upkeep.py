"""Upkeep: what an agreement needs so that it is still true next year.

Most agreements are filed and forgotten within a quarter. One that is alive has a day on
which it is looked at again, a signature of everybody whom it binds, holidays for as
long as it runs, and somebody who hears of it when a promise runs out.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import assert_never

import attrs

from alignkit.editions import Edition
from alignkit.findings import Finding
from alignkit.holidays import HolidayList
from alignkit.instants import to_instant
from alignkit.patterns import Pattern
from alignkit.promises import Validity
from alignkit.reciprocity import sides
from alignkit.references import walk
from alignkit.schedules import AnySchedule, Both, Either, Schedule
from alignkit.trees import path_text


@attrs.frozen(kw_only=True)
class Reign:
    """From when on an edition is in force, and up to when, as far as that is known.

    Attributes:
        until: The moment at which the next edition takes over; None for the last one.
        as_of: The moment of the question; None if dates are not to be looked at.
    """

    until: datetime | None = None
    as_of: datetime | None = None

    @property
    def is_over(self) -> bool:
        """Whether another edition has taken over by the moment of the question."""
        if self.until is None or self.as_of is None:
            return False
        until = to_instant(self.until, "effective_from")
        return until <= to_instant(self.as_of, "as_of")


def upkeep_findings(edition: Edition, reign: Reign) -> Iterator[Finding]:
    """Yield what an edition lacks so as to be kept alive.

    Nothing is said about the review and the signatures of an edition that another one
    has replaced by the moment of the question: it is history.

    Example:
        >>> for finding in upkeep_findings(Edition(id="northwind"), Reign()):
        ...     print(finding.code, finding.severity.value, finding.message)
        AK-P010 warning nobody has said when the agreement is looked at again
    """
    if not reign.is_over:
        yield from _review(edition, reign.as_of)
        if reign.as_of is not None:
            yield from _unsigned(edition, reign.as_of.date())
    yield from _sections(edition)
    yield from _causes(edition)
    yield from _unheard(edition)
    yield from _holidays_end(edition, reign)


def _review(edition: Edition, as_of: datetime | None) -> Iterator[Finding]:
    path = "$.agreement.review_by"
    if edition.review_by is None:
        message = "nobody has said when the agreement is looked at again"
        mend = "set review_by, within a year"
        yield Finding.warning("AK-P010", path, message, help=mend)
    elif as_of is not None and edition.review_by < as_of.date():
        yield Finding.warning(
            "AK-P011",
            path,
            f"the agreement was to be looked at again by {edition.review_by}",
            seen=f"it is {as_of.date()}",
            help="review it, and sign the next edition with a new date",
        )


def _unsigned(edition: Edition, day: date) -> Iterator[Finding]:
    bound = dict.fromkeys(
        side for term in edition.terms for side in sorted(sides(term.party))
    )
    signed = {
        side for one in edition.signed if one.on <= day for side in sides(one.party)
    }
    for party in bound:
        if party not in signed:
            message = f"{party} is bound by the agreement and has not signed it"
            mend = f"have somebody sign for {party}, or do not call it in force"
            path = "$.agreement.signed"
            yield Finding.warning("AK-P012", path, message, help=mend)


def _sections(edition: Edition) -> Iterator[Finding]:
    """Yield a finding for each section that the terms lean on and is empty (R107)."""
    patterns = [part for _, part in walk(edition.terms) if isinstance(part, Pattern)]
    if not edition.definitions and any(
        pattern.event.startswith("handoff_") for pattern in patterns
    ):
        message = "leads are handed over, and no definition says which are qualified"
        mend = "write down what a qualified lead is, so that both mean the same"
        yield Finding.info("AK-P016", "$.definitions", message, help=mend)
    if edition.lifecycle is None and any(pattern.stage for pattern in patterns):
        message = "stages are named, and no lifecycle says what they are"
        mend = "write down the stages and the moves between them, or take a preset"
        yield Finding.info("AK-P016", "$.lifecycle", message, help=mend)


def _causes(edition: Edition) -> Iterator[Finding]:
    """Yield each of the two causes of complaints of which nothing is said (R62).

    Feedback that does not come is a symptom: of a strategy that is not clear, or of
    roles and incentives that differ. Loops alone treat the symptom.
    """
    if not edition.loops:
        return
    strategy = edition.strategy
    if strategy is None:
        message = "feedback is owed, and no strategy says what both teams are after"
        mend = "write down the strategy, or the complaints come back under other names"
        yield Finding.info("AK-P018", "$.strategy", message, help=mend)
    if edition.responsibilities is None and not (strategy and strategy.incentives):
        message = "feedback is owed, and neither roles nor incentives are written down"
        mend = "write down who does what, and what each is paid for"
        yield Finding.info("AK-P018", "$.responsibilities", message, help=mend)


def _unheard(edition: Edition) -> Iterator[Finding]:
    """Yield a finding if nobody hears of any promise that runs out (R50)."""
    clocked = [one for one in edition.terms if not isinstance(one.promise, Validity)]
    if clocked and not any(term.escalate for term in edition.terms):
        message = "nobody is told when a promise runs out"
        mend = "add steps under escalate to the terms that matter most"
        yield Finding.info("AK-P015", "$.terms", message, help=mend)


def _holidays_end(edition: Edition, reign: Reign) -> Iterator[Finding]:
    """Yield the calendars whose listed holidays end before the edition does."""
    last_day = edition.review_by if reign.until is None else reign.until.date()
    if reign.as_of is not None and not reign.is_over:
        last_day = max(last_day or reign.as_of.date(), reign.as_of.date())
    if last_day is None:
        return
    for calendar in edition.calendars:
        known = _last_year(calendar.hours.schedule)
        if known is not None and known < last_day.year:
            yield Finding.warning(
                "AK-P017",
                path_text(("calendars", calendar.id, "holidays")),
                f"the holidays of {calendar.id!r} end with the year {known}",
                expected=f"holidays up to {last_day}",
                help="list those of the years to come, or give a rule for them",
            )


def _last_year(schedule: AnySchedule) -> int | None:
    """Return the last year whose holidays are listed; None if none are, or by rules."""
    match schedule:
        case Schedule(holidays=listed, rules=rules):
            years = [holiday.day.year for holiday in listed]
            for rule in rules:
                if not isinstance(rule, HolidayList):
                    return None
                years += rule.source.years
            return max(years, default=None)
        case Both(left, right) | Either(left, right):
            known = [_last_year(one) for one in (left, right)]
            return min((year for year in known if year is not None), default=None)
        case _:
            assert_never(schedule)
