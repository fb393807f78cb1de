from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from alignkit.breakpoints import Breakpoints
from alignkit.dues import FOREVER, added, counted_back, due, nth_day, rests, subtracted
from alignkit.errors import (
    IntervalInvertsError,
    MissingDateError,
    MomentOutOfRangeError,
    NoBusinessTimeError,
    UnfitValueError,
)
from alignkit.holidays import Holiday
from alignkit.instants import to_instant
from alignkit.schedules import Both, Schedule, Stretch
from alignkit.shifts import week_of
from alignkit.spans import (
    Before,
    BusinessDays,
    BusinessTime,
    CalendarTime,
    Elapsed,
    Span,
)

HOUR = 3_600_000_000

# The 6th of July 2026 is a Monday; on the 9th, a Thursday, nobody works.
OFFICE = Breakpoints(
    Schedule(
        zone="UTC",
        week=week_of({"mon-fri": ["09:00-17:00"]}),
        holidays=[Holiday(date(2026, 7, 9))],
    )
)
NIGHTS = Breakpoints(Schedule(zone="UTC", week=week_of({"mon-fri": ["22:00-06:00"]})))
ALWAYS = Breakpoints(Schedule(zone="UTC", week=week_of({"mon-sun": ["00:00-24:00"]})))
NEVER = Breakpoints(
    Both(
        Schedule(zone="UTC", week=week_of({"mon": ["09:00-17:00"]})),
        Schedule(zone="UTC", week=week_of({"tue": ["09:00-17:00"]})),
    )
)


def at(day: int, hour: float = 0) -> int:
    """Return an instant of July 2026, in UTC."""
    return to_instant(datetime(2026, 7, day, tzinfo=UTC), "at") + int(hour * HOUR)


def due_of(
    span: Span,
    start: int,
    *pauses: tuple[int, int | None],
    open_time: Breakpoints = OFFICE,
    of: date | None = None,
) -> int | None:
    taken = rests(pauses, start)
    return due(open_time, start, span, of=of, taken=taken, landing="close")


class TestRests:
    def test_are_merged_in_order_and_cut_to_what_comes_after(self) -> None:
        pauses = [(8, None), (3, 4), (0, 2), (4, 5), (6, 6)]

        assert list(rests(pauses, 1)) == [(1, 2), (3, 5), (8, FOREVER)]

    def test_end_after_they_start(self) -> None:
        with pytest.raises(IntervalInvertsError) as caught:
            rests([(5, 4)], 0)

        assert caught.value.args == ("pauses", 5, 4)


class TestBusinessTime:
    @pytest.mark.parametrize(
        ("pauses", "expected"),
        [
            ([], at(6, 14)),
            ([(at(6, 12), at(6, 13))], at(6, 15)),
            ([(at(6, 8), at(6, 11))], at(6, 15)),
            ([(at(6, 12), at(7, 10))], at(7, 12)),
            ([(at(6, 11), at(6, 12)), (at(6, 14.5), at(6, 16))], at(6, 16.5)),
            ([(at(6, 14), at(6, 15))], at(6, 14)),
            ([(at(6, 18), at(7, 8))], at(6, 14)),
            ([(at(6, 15), None)], at(6, 14)),
            ([(at(6, 12), None)], None),
        ],
        ids=[
            "none",
            "one",
            "begun before the start",
            "over a night",
            "one moves it into another",
            "begun when it is due",
            "of closed time",
            "lasting, but begun later",
            "lasting",
        ],
    )
    def test_moves_by_the_open_time_that_pauses_took(
        self, pauses: list[tuple[int, int | None]], expected: int | None
    ) -> None:
        # Four hours from ten o'clock.
        assert due_of(BusinessTime(hours=4), at(6, 10), *pauses) == expected

    def test_is_not_moved_by_a_pause_of_the_night_on_its_way(self) -> None:
        assert due_of(BusinessTime(hours=8), at(6, 10), (at(6, 18), at(7, 8))) == (
            at(7, 10)
        )

    @pytest.mark.parametrize(
        ("start", "pauses", "expected"),
        [
            (at(6, 10), [], at(6, 10)),
            (at(6, 17), [], at(7, 9)),
            (at(6, 10), [(at(6, 9), at(6, 12))], at(6, 12)),
            (at(6, 10), [(at(6, 9), at(6, 20))], at(7, 9)),
            (at(6, 10), [(at(6, 9), None)], None),
            (at(6, 10), [(at(6, 12), None)], at(6, 10)),
        ],
    )
    def test_of_no_length_is_due_when_it_could_first_count(
        self, start: int, pauses: list[tuple[int, int | None]], expected: int | None
    ) -> None:
        assert due_of(BusinessTime(), start, *pauses) == expected

    def test_stays_on_a_close_or_goes_to_the_next_opening(self) -> None:
        length = 7 * HOUR

        assert added(OFFICE, at(6, 10), length) == at(6, 17)
        assert added(OFFICE, at(6, 10), length, landing="next_open") == at(7, 9)
        assert added(OFFICE, at(6, 10), HOUR, landing="next_open") == at(6, 11)

    def test_goes_to_no_opening_that_a_pause_takes(self) -> None:
        taken: list[Stretch] = [(at(7, 8), at(7, 12))]

        assert added(OFFICE, at(6, 10), 7 * HOUR, taken, "next_open") == at(7, 12)

    def test_lands_in_no_other_way(self) -> None:
        with pytest.raises(UnfitValueError) as caught:
            added(OFFICE, at(6, 10), HOUR, landing="open")  # type: ignore[arg-type]

        assert caught.value.field == "landing"

    @pytest.mark.parametrize(
        ("start", "length", "stays", "goes"),
        [
            (at(7, 10), HOUR, at(7, 9), at(6, 17)),
            (at(7, 10), 2 * HOUR, at(6, 16), at(6, 16)),
            (at(7, 9), 0, at(7, 9), at(7, 9)),
            (at(7, 17), 0, at(7, 17), at(7, 17)),
            (at(7, 20), 0, at(7, 17), at(7, 17)),
        ],
    )
    def test_is_mirrored_when_subtracted(
        self, start: int, length: int, stays: int, goes: int
    ) -> None:
        assert subtracted(OFFICE, start, length) == stays
        assert subtracted(OFFICE, start, length, "next_open") == goes


class TestElapsed:
    def test_counts_all_time_but_the_pauses(self) -> None:
        two_days = Elapsed(hours=48)

        assert due_of(two_days, at(10, 16)) == at(12, 16)
        assert due_of(two_days, at(10, 16), (at(11), at(11, 5))) == at(12, 21)
        assert due_of(two_days, at(10, 16), (at(10), at(10, 17))) == at(12, 17)
        assert due_of(two_days, at(10, 16), (at(12, 16), at(13))) == at(12, 16)
        assert due_of(two_days, at(10, 16), (at(11), None)) is None
        assert due_of(two_days, at(10, 16), (at(13), None)) == at(12, 16)

    def test_is_subtracted_as_it_is(self) -> None:
        assert counted_back(OFFICE, at(12, 16), Elapsed(hours=48), "close") == at(
            10, 16
        )

    def test_does_not_leave_the_years_that_are_counted_in(self) -> None:
        with pytest.raises(MomentOutOfRangeError):
            due_of(Elapsed(hours=1), to_instant(datetime.max.replace(tzinfo=UTC), "x"))


class TestBusinessDays:
    @pytest.mark.parametrize(
        ("start", "days", "expected"),
        [
            (at(6, 10), 1, at(7, 17)),
            (at(6, 20), 1, at(7, 17)),
            (at(8, 10), 1, at(10, 17)),
            (at(11, 10), 1, at(13, 17)),
            (at(6, 10), 4, at(13, 17)),
            (at(6, 10), 0, at(6, 17)),
            (at(6, 17), 0, at(6, 17)),
            (at(6, 20), 0, at(7, 17)),
            (at(11, 10), 0, at(13, 17)),
        ],
        ids=[
            "from an open moment",
            "from a closed one",
            "over a holiday",
            "from a weekend",
            "over both",
            "none: the same date",
            "none: at its close",
            "none: after its close",
            "none: on a weekend",
        ],
    )
    def test_are_due_at_the_close_of_the_last(
        self, start: int, days: int, expected: int
    ) -> None:
        assert due_of(BusinessDays(days), start) == expected

    @pytest.mark.parametrize(
        ("start", "days", "expected"),
        [
            (at(6, 10), 1, at(7, 10)),
            (at(6, 20), 1, at(8, 9)),
            (at(6, 17), 1, at(8, 9)),
            (at(6, 8), 1, at(7, 9)),
            (at(11, 10), 1, at(13, 10)),
            (at(6, 10), 0, at(6, 10)),
            (at(6, 20), 0, at(7, 9)),
        ],
    )
    def test_may_be_due_at_the_same_time_rolled_forward(
        self, start: int, days: int, expected: int
    ) -> None:
        assert due_of(BusinessDays(days, "same_time"), start) == expected

    def test_end_at_midnight_where_it_is_open_round_the_clock(self) -> None:
        assert due_of(BusinessDays(1), at(6, 10), open_time=ALWAYS) == at(8)

    def test_end_with_the_night_that_starts_on_them(self) -> None:
        # The small hours of Saturday belong to Friday, so that Saturday is day 0.
        assert due_of(BusinessDays(1), at(11, 3), open_time=NIGHTS) == at(14, 6)
        assert due_of(BusinessDays(1), at(9, 23), open_time=NIGHTS) == at(11, 6)

    @pytest.mark.parametrize(
        ("pauses", "expected"),
        [
            ([(at(7, 12), at(7, 16))], at(7, 17)),
            ([(at(7, 16), at(8, 10))], at(8, 17)),
            ([(at(7, 17), at(7, 17.5))], at(8, 17)),
            ([(at(7, 16), at(7, 17))], at(7, 17)),
            ([(at(6, 16), at(7, 10))], at(7, 17)),
            ([(at(7, 12), at(10, 18))], at(13, 17)),
            ([(at(7, 12), None)], None),
            ([(at(7, 17.5), None)], at(7, 17)),
        ],
        ids=[
            "within the day",
            "over its close",
            "from its close on",
            "up to its close",
            "over the close of day 0",
            "over two closes and a holiday",
            "lasting",
            "lasting, but begun later",
        ],
    )
    def test_move_by_the_days_at_whose_close_the_clock_was_paused(
        self, pauses: list[tuple[int, int | None]], expected: int | None
    ) -> None:
        assert due_of(BusinessDays(1), at(6, 10), *pauses) == expected

    @pytest.mark.parametrize(
        ("start", "pauses", "expected"),
        [
            (at(6, 10), [(at(6, 16), at(6, 18))], at(8, 10)),
            (at(6, 10), [(at(7, 16), at(7, 18))], at(7, 10)),
            (at(6, 20), [(at(6, 16), at(6, 23))], at(8, 9)),
            (at(6, 10), [(at(6, 16), None)], None),
            (at(6, 10), [(at(7, 9), None)], None),
            (at(11, 10), [(at(11), at(12))], at(13, 10)),
        ],
        ids=[
            "over a close on the way",
            "over a close after it is due",
            "over a close before the start",
            "lasting over a close",
            "lasting over when it is due",
            "on a weekend",
        ],
    )
    def test_due_at_the_same_time_move_by_the_closes_before(
        self, start: int, pauses: list[tuple[int, int | None]], expected: int | None
    ) -> None:
        assert due_of(BusinessDays(1, "same_time"), start, *pauses) == expected

    @pytest.mark.parametrize(
        ("start", "span", "expected"),
        [
            (at(13, 10), BusinessDays(1), at(10, 9)),
            (at(10, 10), BusinessDays(1), at(8, 9)),
            (at(13, 10), BusinessDays(0), at(13, 9)),
            (at(13, 8), BusinessDays(0), at(10, 9)),
            (at(13, 10), BusinessDays(1, "same_time"), at(10, 10)),
            (at(13, 8), BusinessDays(1, "same_time"), at(8, 17)),
            (at(13, 20), BusinessDays(1, "same_time"), at(10, 17)),
            (at(13, 20), BusinessDays(0, "same_time"), at(13, 17)),
        ],
    )
    def test_are_mirrored_when_subtracted(
        self, start: int, span: BusinessDays, expected: int
    ) -> None:
        assert counted_back(OFFICE, start, span, "close") == expected

    def test_beyond_reach_are_an_error(self) -> None:
        with pytest.raises(NoBusinessTimeError) as caught:
            due_of(BusinessDays(36_525), at(6, 10))

        assert caught.value.args == ("36525 business days", date(2026, 7, 6), "UTC")
        assert caught.value.code == "AK-T006"
        with pytest.raises(NoBusinessTimeError):
            due_of(BusinessDays(1, "same_time"), at(6, 10), open_time=NEVER)
        with pytest.raises(NoBusinessTimeError):
            counted_back(NEVER, at(6, 10), BusinessDays(1), "close")
        with pytest.raises(NoBusinessTimeError):
            nth_day(OFFICE, date(2026, 7, 6).toordinal(), 10**30)


class TestCalendarTime:
    def test_keeps_the_time_of_day_across_a_change_of_the_clock(self) -> None:
        denver = Breakpoints(
            Schedule(zone="America/Denver", week=week_of({"mon": ["09:00-17:00"]}))
        )
        # Noon in Denver, the day before its clocks go forward.
        start = to_instant(datetime(2026, 3, 7, 19, tzinfo=UTC), "start")

        assert (
            due_of(CalendarTime(days=1), start, open_time=denver) == start + 23 * HOUR
        )
        assert (
            counted_back(denver, start + 23 * HOUR, CalendarTime(days=1), "close")
            == start
        )

    def test_of_no_length_stays_even_in_a_repeated_hour(self) -> None:
        denver = Breakpoints(
            Schedule(zone="America/Denver", week=week_of({"mon": ["09:00-17:00"]}))
        )
        # Half past one in the second of two such hours.
        start = to_instant(datetime(2026, 11, 1, 8, 30, tzinfo=UTC), "start")

        assert due_of(CalendarTime(), start, open_time=denver) == start

    def test_is_not_moved_by_pauses_but_rests_while_one_lasts(self) -> None:
        week = CalendarTime(weeks=1)

        assert due_of(week, at(6, 10), (at(7), at(9))) == at(13, 10)
        assert due_of(week, at(6, 10), (at(7), None)) is None
        assert due_of(week, at(6, 10), (at(13, 10), None)) == at(13, 10)

    def test_does_not_leave_the_years_that_are_counted_in(self) -> None:
        start = to_instant(datetime(2299, 12, 31, tzinfo=UTC), "start")

        with pytest.raises(MomentOutOfRangeError) as caught:
            due_of(CalendarTime(days=1), start)

        assert caught.value.args == ("due", "2300-01-01")


class TestBefore:
    @pytest.mark.parametrize(
        ("days", "roll", "expected"),
        [
            (4, "preceding", at(8, 17)),
            (4, "following", at(10, 17)),
            (4, "none", at(10)),
            (5, "preceding", at(8, 17)),
            (5, "following", at(8, 17)),
        ],
    )
    def test_rolls_from_a_day_off_as_it_says(
        self, days: int, roll: str, expected: int
    ) -> None:
        # Four days before the 13th nobody works.
        span = Before(CalendarTime(days=days), of="renewal", roll=roll)  # type: ignore[arg-type]

        assert due_of(span, at(1), of=date(2026, 7, 13)) == expected

    def test_counts_business_days_back(self) -> None:
        span = Before(BusinessDays(2), of="renewal", roll="preceding")

        assert due_of(span, at(1), of=date(2026, 7, 13)) == at(8, 17)

    def test_is_not_moved_by_pauses_but_rests_while_one_lasts(self) -> None:
        span = Before(BusinessDays(0), of="renewal", roll="following")
        renewal = date(2026, 7, 11)

        assert due_of(span, at(1), (at(2), at(3)), of=renewal) == at(13, 17)
        assert due_of(span, at(1), (at(2), None), of=renewal) is None

    def test_needs_its_date(self) -> None:
        span = Before(CalendarTime(days=1), of="renewal_date", roll="none")

        with pytest.raises(MissingDateError) as caught:
            due_of(span, at(1))

        assert caught.value.code == "AK-T011"
        assert str(caught.value) == (
            "the date 'renewal_date' is needed to count back from; give it as 'of'"
        )

    def test_in_a_calendar_without_business_days_is_an_error(self) -> None:
        span = Before(CalendarTime(days=1), of="renewal", roll="following")

        with pytest.raises(NoBusinessTimeError) as caught:
            due_of(span, at(1), open_time=NEVER, of=date(2026, 7, 13))

        assert caught.value.sought == "1 day before renewal, following"


class TestNthDay:
    @pytest.mark.parametrize(
        ("day", "count", "expected"), [(6, 3, 10), (6, 0, 6), (13, -2, 8), (11, -1, 10)]
    )
    def test_counts_from_the_date_itself(
        self, day: int, count: int, expected: int
    ) -> None:
        start = date(2026, 7, day).toordinal()

        assert nth_day(OFFICE, start, count) == date(2026, 7, expected).toordinal()
