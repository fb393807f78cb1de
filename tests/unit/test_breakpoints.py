from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from alignkit.breakpoints import REACH, Breakpoints, compiled
from alignkit.errors import MomentOutOfRangeError, NoBusinessTimeError
from alignkit.instants import to_instant
from alignkit.schedules import Both, Closed, Closure, Schedule
from alignkit.shifts import week_of
from alignkit.zones import EARLIEST, LATEST

HOUR = 3_600_000_000
DAY = 24 * HOUR
YEAR = 366 * DAY

OFFICE = Schedule(zone="UTC", week=week_of({"mon-fri": ["09:00-17:00"]}))
EVERY_HOUR = Schedule(zone="UTC", week=week_of({"mon-sun": ["00:00-24:00"]}))
NEVER = Both(
    Schedule(zone="UTC", week=week_of({"mon": ["09:00-17:00"]})),
    Schedule(zone="UTC", week=week_of({"tue": ["09:00-17:00"]})),
)


def at(day: int, hour: float = 0) -> int:
    """Return an instant of July 2026, in UTC; the 6th is a Monday."""
    return to_instant(datetime(2026, 7, day, tzinfo=UTC), "at") + int(hour * HOUR)


def ordinal(day: int) -> int:
    return date(2026, 7, day).toordinal()


@pytest.fixture
def office() -> Breakpoints:
    return Breakpoints(OFFICE)


class TestCompiled:
    def test_holds_the_points_with_the_open_time_up_to_each(self) -> None:
        table = compiled(OFFICE, at(6, 12), at(8, 10))

        assert table.points == [
            at(6, 12),
            at(6, 12),
            at(6, 17),
            at(7, 9),
            at(7, 17),
            at(8, 9),
            at(8, 10),
        ]
        assert [total // HOUR for total in table.totals] == [0, 0, 5, 5, 13, 13, 14]

    def test_joins_intervals_that_touch_or_lie_in_one_another(self) -> None:
        nights = week_of(
            {"sun": ["22:00-06:00"], "mon": ["05:00-12:00", "11:00-12:00"]}
        )

        table = compiled(Schedule(zone="UTC", week=nights), at(1), at(9))

        assert table.points[1:] == [at(5, 22), at(6, 12)]

    def test_knows_its_days(self) -> None:
        table = compiled(OFFICE, at(6, 12), at(10))

        assert (table.first_day, table.last_day) == (ordinal(6), ordinal(9))
        assert table.days == [ordinal(6), ordinal(7), ordinal(8), ordinal(9)]
        assert table.opens == [at(6, 9), at(7, 9), at(8, 9), at(9, 9)]
        assert table.closes == [at(6, 17), at(7, 17), at(8, 17), at(9, 17)]

    def test_gives_a_day_its_first_opening_and_its_last_close(self) -> None:
        week = week_of({"mon": ["09:00-12:00", "13:00-17:00"]})
        split = Schedule(zone="UTC", week=week, openings=[(at(6, 10), at(6, 11))])

        table = compiled(split, at(1), at(31))

        assert (table.opens[0], table.closes[0]) == (at(6, 9), at(6, 17))


class TestBetween:
    def test_is_signed(self, office: Breakpoints) -> None:
        assert office.between(at(6, 10), at(7, 10)) == 8 * HOUR
        assert office.between(at(7, 10), at(6, 10)) == -8 * HOUR

    def test_is_the_same_for_many_at_once(self, office: Breakpoints) -> None:
        starts, ends = [at(6, 10), at(11), at(8, 20)], [at(6, 9), at(13, 10), at(8, 21)]

        assert office.between_many(starts, ends) == [-HOUR, HOUR, 0]
        assert office.between_many([], []) == []

    def test_reaches_over_all_years(self, office: Breakpoints) -> None:
        # 400 years are 20,871 weeks.
        assert office.between(EARLIEST, LATEST - 1) == 20_871 * 40 * HOUR

    def test_leaves_out_other_years_whatever_is_compiled(
        self, office: Breakpoints
    ) -> None:
        office.between(EARLIEST, LATEST - 1)

        with pytest.raises(MomentOutOfRangeError):
            office.between(EARLIEST - 1, at(6))
        with pytest.raises(MomentOutOfRangeError):
            office.between(at(6), LATEST)


class TestAdd:
    def test_lands_on_the_first_instant_that_will_do(self, office: Breakpoints) -> None:
        assert office.add(at(6, 16), HOUR) == at(6, 17)
        assert office.add(at(6, 16), HOUR + 1) == at(7, 9) + 1
        assert office.add(at(11), HOUR) == at(13, 10)

    def test_reaches_beyond_what_was_compiled(self, office: Breakpoints) -> None:
        # 5,218 weeks of 40 hours, from a Monday's opening to a Friday's close.
        assert office.add(at(6, 9), 5_218 * 40 * HOUR) == at(10, 17) + 5_217 * 7 * DAY

    def test_does_not_reach_farther_because_more_is_compiled(
        self, office: Breakpoints
    ) -> None:
        office.between(at(6), at(6) + 2 * REACH)

        with pytest.raises(NoBusinessTimeError):
            office.add(at(6), 5_300 * 40 * HOUR)

    def test_ends_with_the_years_that_are_counted_in(self, office: Breakpoints) -> None:
        with pytest.raises(NoBusinessTimeError):
            office.add(LATEST - 1, 9 * YEAR)


class TestSubtract:
    def test_lands_on_the_last_instant_that_will_do(self, office: Breakpoints) -> None:
        assert office.subtract(at(6, 10), HOUR) == at(6, 9)
        assert office.subtract(at(7, 10), HOUR + 1) == at(6, 17) - 1
        assert office.subtract(at(11), HOUR) == at(10, 16)

    def test_reaches_beyond_what_was_compiled(self, office: Breakpoints) -> None:
        assert office.subtract(at(10, 17), 2_000 * 40 * HOUR) == (
            at(6, 9) - 1_999 * 7 * DAY
        )


class TestNeighbours:
    @pytest.mark.parametrize(
        ("asked", "next_open", "next_close", "previous_open", "previous_close"),
        [
            (at(7, 8), at(7, 9), at(7, 17), at(6, 9), at(6, 17)),
            (at(7, 9), at(7, 9), at(7, 17), at(6, 9), at(6, 17)),
            (at(7, 12), at(7, 12), at(7, 17), at(7, 9), at(7, 12)),
            (at(7, 17), at(8, 9), at(8, 17), at(7, 9), at(7, 17)),
            (at(11), at(13, 9), at(13, 17), at(10, 9), at(10, 17)),
        ],
        ids=["before opening", "opening", "open", "close", "weekend"],
    )
    def test_mirror_one_another(
        self,
        office: Breakpoints,
        asked: int,
        next_open: int,
        next_close: int,
        previous_open: int,
        previous_close: int,
    ) -> None:
        assert office.next_open(asked) == next_open
        assert office.next_close(asked) == next_close
        assert office.previous_open(asked) == previous_open
        assert office.previous_close(asked) == previous_close

    def test_are_found_however_far_away(self) -> None:
        # One day in ten years.
        once = Schedule(
            zone="UTC",
            week=week_of({}),
            openings=[(at(6) - 10 * YEAR, at(7) - 10 * YEAR), (at(6), at(7))],
        )

        assert Breakpoints(once).next_open(at(7) - 10 * YEAR) == at(6)
        assert Breakpoints(once).next_close(at(7) - 10 * YEAR) == at(7)
        assert Breakpoints(once).previous_open(at(6)) == at(6) - 10 * YEAR
        assert Breakpoints(once).previous_close(at(6)) == at(7) - 10 * YEAR

    def test_are_none_of_a_calendar_that_never_closes(self) -> None:
        always = Breakpoints(EVERY_HOUR)

        assert always.next_open(at(6)) == always.previous_close(at(6)) == at(6)
        with pytest.raises(NoBusinessTimeError) as caught:
            always.next_close(at(6))
        assert caught.value.sought == "a close"
        with pytest.raises(NoBusinessTimeError):
            always.previous_open(at(6))

    def test_are_none_of_a_calendar_that_never_opens(self) -> None:
        never = Breakpoints(NEVER)

        assert not never.is_open(at(6, 10))
        with pytest.raises(NoBusinessTimeError) as caught:
            never.next_open(at(6))
        assert str(caught.value) == (
            "the calendar in 'UTC' does not come to an opening within 100 years of "
            "2026-07-06 00:00:00+00:00; check its hours, and the calendars it combines"
        )
        with pytest.raises(NoBusinessTimeError):
            never.previous_close(at(6))
        with pytest.raises(NoBusinessTimeError):
            never.subtract(at(6), 1)


class TestIntervals:
    def test_are_cut_to_what_was_asked_for(self, office: Breakpoints) -> None:
        assert office.intervals(at(6, 10), at(7, 10)) == [
            (at(6, 10), at(6, 17)),
            (at(7, 9), at(7, 10)),
        ]
        assert office.intervals(at(11), at(13, 9)) == []
        assert office.intervals(at(6, 10), at(6, 10)) == []


class TestLedger:
    def test_is_whole_and_joins_what_is_closed_for_one_reason(self) -> None:
        closing = (at(12, 5), at(12, 6))
        office = Schedule(zone="UTC", week=OFFICE.week, closings=[closing])
        outside = Closed(Closure.OUTSIDE_HOURS)

        rows = Breakpoints(office).ledger(at(10, 16), at(13, 10))

        assert rows == [
            (at(10, 16), at(10, 17), None),
            (at(10, 17), at(12, 5), outside),
            (at(12, 5), at(12, 6), Closed(Closure.CLOSING)),
            (at(12, 6), at(13, 9), outside),
            (at(13, 9), at(13, 10), None),
        ]

    def test_does_not_cut_open_time_at_midnight(self) -> None:
        assert Breakpoints(EVERY_HOUR).ledger(at(6), at(9)) == [(at(6), at(9), None)]


class TestDays:
    def test_own_open_time(self, office: Breakpoints) -> None:
        assert office.owned(ordinal(6)) == (at(6, 9), at(6, 17))
        assert office.owned(ordinal(11)) is None

    def test_are_counted_from_one_date_to_another(self, office: Breakpoints) -> None:
        assert office.days_between(ordinal(10), ordinal(14)) == [
            ordinal(10),
            ordinal(13),
        ]
        assert office.days_between(ordinal(10), ordinal(10)) == []

    def test_go_on_to_where_the_search_ends(self, office: Breakpoints) -> None:
        # 36,525 days from a Monday are 5,217 weeks and 6 days.
        assert sum(1 for _ in office.days_after(ordinal(6))) == 5_217 * 5 + 4
        assert sum(1 for _ in office.days_before(ordinal(6))) == 5_217 * 5 + 4

    def test_of_the_first_and_the_last_year_are_known(
        self, office: Breakpoints
    ) -> None:
        first, last = date(1900, 1, 1).toordinal(), date(2299, 12, 31).toordinal()

        assert office.owned(first) == (EARLIEST + 9 * HOUR, EARLIEST + 17 * HOUR)
        assert office.owned(last) is None  # A Sunday.
        with pytest.raises(MomentOutOfRangeError):
            office.owned(last + 1)
