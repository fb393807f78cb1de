"""Where the time went, stretch by stretch."""

from __future__ import annotations

from datetime import UTC, timedelta

import pytest

from alignkit.errors import IntervalInvertsError
from alignkit.hours import BusinessHours
from alignkit.ledgers import Entry, EntryKind, ledger
from alignkit.schedules import Closed, Closure
from tests.deadlines import OFFICE, at

MINUTE = timedelta(minutes=1)
OUTSIDE = Closed(Closure.OUTSIDE_HOURS)


class TestLedger:
    def test_every_stretch_is_told_without_a_gap(self) -> None:
        entries = ledger(
            OFFICE, at("03 16:00"), at("04 12:00"), [(at("04 10:00"), at("04 11:00"))]
        )

        assert entries == (
            Entry(at("03 16:00"), at("03 17:00"), EntryKind.COUNTED),
            Entry(at("03 17:00"), at("04 09:00"), EntryKind.CLOSED, OUTSIDE),
            Entry(at("04 09:00"), at("04 10:00"), EntryKind.COUNTED),
            Entry(at("04 10:00"), at("04 11:00"), EntryKind.PAUSED),
            Entry(at("04 11:00"), at("04 12:00"), EntryKind.COUNTED),
        )

    def test_a_holiday_has_its_name(self) -> None:
        (entry,) = ledger(OFFICE, at("02 00:00"), at("03 00:00"))

        assert entry.closed == Closed(Closure.HOLIDAY, "Casimir Pulaski Day")

    def test_a_rest_without_an_end_lasts_to_the_end(self) -> None:
        entries = ledger(
            OFFICE, at("04 10:00"), at("04 12:00"), [(at("04 11:00"), None)]
        )

        assert [one.kind for one in entries] == [EntryKind.COUNTED, EntryKind.PAUSED]

    def test_rests_outside_of_it_are_left_out(self) -> None:
        pauses = [
            (at("03 10:00"), at("03 11:00")),
            (at("04 09:00"), at("04 10:30")),
            (at("05 10:00"), at("05 11:00")),
        ]

        entries = ledger(OFFICE, at("04 10:00"), at("04 12:00"), pauses)

        assert entries == (
            Entry(at("04 10:00"), at("04 10:30"), EntryKind.PAUSED),
            Entry(at("04 10:30"), at("04 12:00"), EntryKind.COUNTED),
        )

    def test_what_a_reset_took_is_set_back(self) -> None:
        entries = ledger(
            OFFICE,
            at("03 16:00"),
            at("04 12:00"),
            [(at("04 09:30"), at("04 10:30"))],
            reset=at("04 10:00"),
        )

        assert [(one.start, one.kind) for one in entries] == [
            (at("03 16:00"), EntryKind.SET_BACK),
            (at("03 17:00"), EntryKind.CLOSED),
            (at("04 09:00"), EntryKind.SET_BACK),
            (at("04 10:00"), EntryKind.PAUSED),
            (at("04 10:30"), EntryKind.COUNTED),
        ]

    def test_a_rest_over_a_change_of_the_clocks_is_as_long_as_it_was(self) -> None:
        # Round the clock, the Sunday on which the clocks of Chicago go forward.
        always = BusinessHours("America/Chicago", {"mon-sun": ["00:00-24:00"]})

        entries = ledger(
            always, at("08 01:30"), at("08 04:00"), [(at("08 01:45"), at("08 03:15"))]
        )

        assert [
            (one.end.astimezone(UTC) - one.start.astimezone(UTC)) / MINUTE
            for one in entries
        ] == [15, 30, 45]

    def test_it_does_not_go_backwards(self) -> None:
        with pytest.raises(IntervalInvertsError):
            ledger(OFFICE, at("04 12:00"), at("04 10:00"))
