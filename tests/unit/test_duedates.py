from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from alignkit.agreements import Agreement
from alignkit.criteria import field
from alignkit.duedates import due_dates
from alignkit.editions import Calendar, Definition, Edition
from alignkit.errors import (
    MissingDateError,
    NaiveMomentError,
    NoCalendarError,
    UnfitValueError,
)
from alignkit.hours import BusinessHours
from alignkit.ledgers import EntryKind
from alignkit.parties import Party
from alignkit.patterns import Pattern
from alignkit.promises import Clock, Deadline, Duration, Target, Validity
from alignkit.spans import span
from alignkit.terms import Term

PARIS = ZoneInfo("Europe/Paris")
HOURS = BusinessHours(
    "Europe/Paris",
    {"mon-fri": ["09:00-17:00"]},
    holidays={date(2026, 5, 1): "Fête du Travail"},
)
CLOCK = Clock(start=(Pattern(event="lead_created"),))


def agreement(
    within: str, *, calendar: str | None = "paris", **segments: str
) -> Agreement:
    targets = tuple(
        Target(field("lead.source").is_(source), span(text))
        for source, text in segments.items()
    )
    promise = Deadline(clock=CLOCK, within=span(within), targets=targets)
    term = Term(id="reply", party="sales", promise=promise)
    return Agreement(
        (
            Edition(
                id="northwind",
                effective_from=datetime(2026, 1, 1, tzinfo=UTC),
                parties=(Party("sales", calendar),),
                calendars=(Calendar("paris", HOURS),),
                terms=(term,),
            ),
        )
    )


def at(day: int, hour: int, *, month: int = 5) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=PARIS)


class TestDueDates:
    def test_the_way_there_is_told_stretch_by_stretch(self) -> None:
        evening = at(30, 15, month=4)

        (found,) = due_dates(agreement("4 business hours"), "reply", evening)

        assert (found.started_at, found.counts_from) == (evening, evening)
        assert found.due_at == at(4, 11)
        assert (found.calendar, found.zone) == ("paris", "Europe/Paris")
        told = [
            (one.kind, one.start, one.closed and one.closed.name)
            for one in found.ledger
        ]
        assert told == [
            (EntryKind.COUNTED, evening, None),
            (EntryKind.CLOSED, at(30, 17, month=4), None),
            (EntryKind.CLOSED, at(1, 0), "Fête du Travail"),
            (EntryKind.CLOSED, at(2, 0), None),
            (EntryKind.COUNTED, at(4, 9), None),
        ]

    def test_it_counts_from_the_next_opening(self) -> None:
        (found,) = due_dates(agreement("1 business hour"), "reply", at(2, 12))

        assert found.counts_from == at(4, 9)
        assert found.due_at == at(4, 10)

    def test_segments_follow_with_their_own_target(self) -> None:
        everybody, demo = due_dates(
            agreement("4 business hours", demo="1 business hour"), "reply", at(4, 9)
        )

        assert (everybody.segment, everybody.due_at) == (None, at(4, 13))
        assert demo.segment is not None
        assert (str(demo.target), demo.due_at) == ("1 business hour", at(4, 10))

    def test_wall_time_needs_no_calendar(self) -> None:
        (found,) = due_dates(agreement("48 hours", calendar=None), "reply", at(4, 9))

        assert found.due_at == at(6, 9)
        assert (found.calendar, found.zone, found.ledger) == (None, "UTC", ())

    def test_business_time_needs_one(self) -> None:
        with pytest.raises(NoCalendarError):
            due_dates(agreement("1 business hour", calendar=None), "reply", at(4, 9))

    def test_a_date_to_count_back_from_is_given(self) -> None:
        renewal = agreement("7 days before renewal_date, preceding")

        (found,) = due_dates(
            renewal, "reply", at(4, 9), dates={"renewal_date": date(2026, 5, 29)}
        )

        assert found.due_at == at(22, 17)

    def test_what_would_be_due_before_its_start_is_due_at_it(self) -> None:
        renewal = agreement("7 days before renewal_date, preceding")

        (found,) = due_dates(
            renewal, "reply", at(4, 9), dates={"renewal_date": date(2026, 5, 5)}
        )

        assert found.due_at == at(4, 9)
        assert found.ledger == ()

    def test_without_that_date_it_cannot_be_told(self) -> None:
        with pytest.raises(MissingDateError):
            due_dates(
                agreement("7 days before renewal_date, preceding"), "reply", at(4, 9)
            )

    def test_nothing_is_due_before_the_agreement_is_in_force(self) -> None:
        before = datetime(2025, 12, 31, tzinfo=UTC)

        assert due_dates(agreement("1 business hour"), "reply", before) == ()

    def test_a_term_that_there_is_not_has_none(self) -> None:
        assert due_dates(agreement("1 business hour"), "answer", at(4, 9)) == ()

    def test_a_stay_is_due_when_it_has_lasted_as_long_as_it_may(self) -> None:
        stay = Duration(stages=("mql",), at_most=span("2 hours"))
        term = Term(id="stay", party="sales", promise=stay)
        edition = Edition(id="northwind", terms=(term,))

        (found,) = due_dates(Agreement((edition,)), "stay", at(4, 9))

        assert found.due_at == at(4, 11)

    def test_what_is_not_clocked_has_none(self) -> None:
        offered = (Pattern(event="handoff_offered"),)
        term = Term(
            id="reply", party="sales", promise=Validity(at=offered, meeting="mql")
        )
        mql = Definition("mql", field("score").at_least(60))
        edition = Edition(id="northwind", definitions=(mql,), terms=(term,))

        with pytest.raises(UnfitValueError):
            due_dates(Agreement((edition,)), "reply", at(4, 9))

    def test_the_start_needs_a_zone(self) -> None:
        with pytest.raises(NaiveMomentError):
            due_dates(agreement("1 business hour"), "reply", datetime(2026, 5, 4))


class TestAgreement:
    @pytest.mark.parametrize("given", [None, "agreement.toml", CLOCK])
    def test_anything_else_is_refused_by_name(self, given: object) -> None:
        with pytest.raises(UnfitValueError, match="expected an agreement"):
            due_dates(given, "reply", datetime(2026, 3, 2, tzinfo=UTC))  # type: ignore[arg-type]
