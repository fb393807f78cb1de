from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from alignkit.errors import EmptyCalendarError, UnfitValueError, UnknownZoneError
from alignkit.holidays import FixedDate, Holiday, HolidayList, HolidaySource
from alignkit.instants import to_instant
from alignkit.schedules import (
    AnySchedule,
    Both,
    Closed,
    Closure,
    Either,
    Schedule,
    Stretch,
    merged,
)
from alignkit.shifts import Shift, week_of

OFFICE = week_of({"mon-fri": ["09:00-17:00"]})
NIGHTS = week_of({"mon-fri": ["22:00-06:00"]})
EVERY_HOUR = week_of({"mon-sun": ["00:00-24:00"]})

# A week in 2026: the 6th of July is a Monday.
MONDAY, FRIDAY, SATURDAY = date(2026, 7, 6), date(2026, 7, 10), date(2026, 7, 11)


def at(day: int, hour: int = 0) -> int:
    """Return an instant of July 2026, in UTC."""
    return to_instant(datetime(2026, 7, day, hour, tzinfo=UTC), "at")


def owned(schedule: AnySchedule, day: date) -> list[Stretch]:
    """Return the intervals that a date owns."""
    return [
        (start, end)
        for ordinal, start, end in schedule.intervals(at(5), at(14))
        if ordinal == day.toordinal()
    ]


class TestMerged:
    def test_joins_what_touches_or_overlaps_and_drops_what_is_empty(self) -> None:
        assert merged([(5, 6), (1, 3), (3, 4), (2, 3), (9, 9), (8, 7)]) == [
            (1, 4),
            (5, 6),
        ]


class TestSchedule:
    def test_opens_each_weekday_anew(self) -> None:
        office = Schedule(zone="UTC", week=OFFICE)

        assert owned(office, MONDAY) == [(at(6, 9), at(6, 17))]
        assert owned(office, SATURDAY) == []

    def test_gives_the_night_to_the_date_that_it_starts_on(self) -> None:
        nights = Schedule(zone="UTC", week=NIGHTS, holidays=[Holiday(SATURDAY)])

        assert owned(nights, FRIDAY) == [(at(10, 22), at(11, 6))]
        assert owned(nights, SATURDAY) == []

    def test_is_closed_on_holidays_listed_or_by_rule(self) -> None:
        office = Schedule(
            zone="UTC",
            week=OFFICE,
            holidays=[Holiday(MONDAY)],
            rules=(FixedDate("Fair", month=7, day=10),),
        )

        assert owned(office, MONDAY) == owned(office, FRIDAY) == []

    def test_lets_the_hours_of_a_date_go_before_holidays_and_the_week(self) -> None:
        office = Schedule(
            zone="UTC",
            week=OFFICE,
            dated=[
                (MONDAY, [Shift.parse("10:00-11:00")]),
                (SATURDAY, [Shift.parse("09:00-12:00")]),
                (FRIDAY, []),
            ],
            holidays=[Holiday(MONDAY)],
        )

        assert owned(office, MONDAY) == [(at(6, 10), at(6, 11))]
        assert owned(office, SATURDAY) == [(at(11, 9), at(11, 12))]
        assert owned(office, FRIDAY) == []

    def test_lets_openings_go_before_all_but_closings(self) -> None:
        office = Schedule(
            zone="UTC",
            week=OFFICE,
            holidays=[Holiday(MONDAY)],
            openings=[(at(6, 9), at(6, 12))],
            closings=[(at(6, 10), at(6, 11)), (at(10, 12), at(10, 13))],
        )

        assert owned(office, MONDAY) == [(at(6, 9), at(6, 10)), (at(6, 11), at(6, 12))]
        assert owned(office, FRIDAY) == [
            (at(10, 9), at(10, 12)),
            (at(10, 13), at(10, 17)),
        ]

    def test_gives_an_opening_to_the_local_date_that_it_starts_on(self) -> None:
        fair = Schedule(
            zone="Asia/Tokyo", week=OFFICE, openings=[(at(11, 16), at(12, 3))]
        )

        # 16:00 in UTC is one o'clock of the next date in Tokyo.
        assert owned(fair, date(2026, 7, 12)) == [(at(11, 16), at(12, 3))]

    def test_drops_what_a_change_of_the_clock_leaves_nothing_of(self) -> None:
        gap = Schedule(
            zone="America/New_York", week=week_of({"mon-sun": ["02:15-02:45"]})
        )
        change = to_instant(datetime(2026, 3, 8, 7, tzinfo=UTC), "change")

        found = gap.intervals(change, change + 1)

        assert date(2026, 3, 8).toordinal() not in {day for day, _, _ in found}
        assert date(2026, 3, 9).toordinal() in {day for day, _, _ in found}

    def test_says_the_same_however_its_hours_were_cut(self) -> None:
        halves = week_of({"mon-fri": ["12:00-17:00", "09:00-13:00"]})

        assert Schedule(zone="UTC", week=halves) == Schedule(zone="UTC", week=OFFICE)

    def test_keeps_shifts_apart_that_no_one_text_could_say(self) -> None:
        week = week_of({"mon": ["00:00-23:00", "22:00-21:00"]})

        kept, *_ = Schedule(zone="UTC", week=week).week

        assert [str(shift) for shift in kept] == ["00:00-23:00", "22:00-21:00"]

    def test_joins_a_shift_that_lies_within_another(self) -> None:
        week = week_of({"mon": ["09:00-17:00", "10:00-11:00"]})

        kept, *_ = Schedule(zone="UTC", week=week).week

        assert [str(shift) for shift in kept] == ["09:00-17:00"]

    def test_joins_openings_for_no_date_and_closings_for_all(self) -> None:
        office = Schedule(
            zone="UTC",
            week=OFFICE,
            openings=[(3, 4), (1, 3)],
            closings=[(3, 4), (1, 3)],
        )

        assert office.openings == ((1, 3), (3, 4))
        assert office.closings == ((1, 4),)

    def test_knows_where_its_holidays_come_from(self) -> None:
        source = HolidaySource(
            package="holidays",
            version="1",
            country="US",
            subdivision=None,
            years=(2026,),
            language=None,
        )
        listed = HolidayList([Holiday(MONDAY, "Fair")], source)
        office = Schedule(zone="UTC", week=OFFICE, rules=(listed,))

        assert office.sources == (source,)
        assert Both(office, office).sources == (source, source)
        assert Either(office, office).sources == (source, source)

    def test_that_never_opens_is_refused(self) -> None:
        with pytest.raises(EmptyCalendarError) as caught:
            Schedule(zone="UTC", week=week_of({}), dated=[(MONDAY, [])])

        assert caught.value.code == "AK-T003"
        assert str(caught.value) == (
            "the calendar in 'UTC' never opens; "
            "give it weekly hours, dated hours or an opening"
        )

    @pytest.mark.parametrize("key", [None, UTC])
    def test_names_its_zone(self, key: str) -> None:
        with pytest.raises(UnfitValueError) as caught:
            Schedule(zone=key, week=OFFICE)

        assert caught.value.field == "zone"

    def test_names_a_zone_that_there_is(self) -> None:
        with pytest.raises(UnknownZoneError):
            Schedule(zone="Mars/Olympus", week=OFFICE)


class TestBoth:
    def test_is_open_when_both_are_and_keeps_the_dates_of_the_left(self) -> None:
        nights = Schedule(zone="UTC", week=NIGHTS)
        tokyo = Schedule(zone="Asia/Tokyo", week=OFFICE)

        # Nine to five in Tokyo is midnight to eight in UTC.
        assert owned(Both(nights, tokyo), MONDAY) == [(at(7), at(7, 6))]
        assert owned(Both(tokyo, nights), date(2026, 7, 7)) == [(at(7), at(7, 6))]

    def test_of_nothing_is_nothing(self) -> None:
        monday = Schedule(zone="UTC", week=week_of({"mon": ["09:00-17:00"]}))
        once = Schedule(zone="UTC", week=week_of({}), openings=[(at(30), at(31))])

        assert Both(once, monday).intervals(at(6), at(8)) == []


class TestEither:
    def test_is_open_when_one_is_and_counts_dates_in_the_zone_of_the_left(self) -> None:
        denver = Schedule(zone="America/Denver", week=OFFICE)
        tokyo = Schedule(zone="Asia/Tokyo", week=OFFICE)

        # In Denver, Tokyo's Monday begins at six on Sunday evening.
        assert owned(Either(denver, tokyo), date(2026, 7, 5)) == [(at(6), at(6, 8))]
        assert owned(Either(denver, tokyo), MONDAY) == [
            (at(6, 15), at(6, 23)),
            (at(7), at(7, 8)),
        ]


class TestClosedAt:
    def test_says_what_closes_it(self) -> None:
        office = Schedule(
            zone="UTC",
            week=OFFICE,
            dated=[(date(2026, 7, 7), [Shift.parse("09:00-12:00")])],
            holidays=[Holiday(MONDAY, "Fair")],
            closings=[(at(8, 10), at(8, 11))],
        )

        assert office.closed_at(at(6, 10)) == Closed(Closure.HOLIDAY, "Fair")
        assert office.closed_at(at(7, 13)) == Closed(Closure.DATED_HOURS)
        assert office.closed_at(at(8, 10)) == Closed(Closure.CLOSING)
        assert office.closed_at(at(8, 17)) == Closed(Closure.OUTSIDE_HOURS)
        assert office.closed_at(at(8, 9)) is None

    def test_names_a_holiday_as_it_is_listed_by_hand(self) -> None:
        office = Schedule(
            zone="UTC",
            week=OFFICE,
            holidays=[Holiday(MONDAY, "Founders' Day")],
            rules=(FixedDate("Fair", month=7, day=6),),
        )

        assert office.closed_at(at(6, 10)) == Closed(Closure.HOLIDAY, "Founders' Day")

    def test_reads_as_people_say_it(self) -> None:
        assert str(Closed(Closure.HOLIDAY, "Fair")) == "Fair"
        assert str(Closed(Closure.OUTSIDE_HOURS)) == "outside hours"

    def test_of_both_is_what_closes_the_left_or_else_the_right(self) -> None:
        office = Schedule(zone="UTC", week=OFFICE)
        fair = Schedule(zone="UTC", week=EVERY_HOUR, holidays=[Holiday(MONDAY, "Fair")])

        assert Both(office, fair).closed_at(at(6, 10)) == Closed(
            Closure.HOLIDAY, "Fair"
        )
        assert Both(office, fair).closed_at(at(6, 8)) == Closed(Closure.OUTSIDE_HOURS)
        assert Both(office, fair).closed_at(at(7, 10)) is None

    def test_of_either_is_what_closes_the_left_while_the_right_is_closed(self) -> None:
        office = Schedule(zone="UTC", week=OFFICE)
        fair = Schedule(zone="UTC", week=EVERY_HOUR, holidays=[Holiday(MONDAY, "Fair")])

        assert Either(office, fair).closed_at(at(6, 8)) == Closed(Closure.OUTSIDE_HOURS)
        assert Either(office, fair).closed_at(at(6, 10)) is None
        assert Either(office, fair).closed_at(at(7, 8)) is None


class TestSeams:
    def test_are_midnights_and_the_edges_of_closings(self) -> None:
        office = Schedule(zone="UTC", week=OFFICE, closings=[(at(6, 10), at(6, 11))])
        tokyo = Schedule(zone="Asia/Tokyo", week=OFFICE)

        for combined in (Both(office, tokyo), Either(office, tokyo)):
            seams = combined.seams(at(6, 1), at(7, 1))

            assert {at(6, 10), at(6, 11), at(6, 15), at(7)} <= seams
