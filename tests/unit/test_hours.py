from __future__ import annotations

import copy
import datetime as dt
import pickle
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import attrs
import pytest

from alignkit import holidays, periods
from alignkit.errors import (
    EmptyCalendarError,
    HoursTextError,
    IntervalInvertsError,
    MomentOutOfRangeError,
    NaiveMomentError,
    NegativeSpanError,
    NoBusinessTimeError,
    UnfitValueError,
)
from alignkit.holidays import Church, FixedDate, FromEaster, Observed, Recurring
from alignkit.hours import BusinessHours, Interval
from alignkit.periods import Recurrence
from alignkit.schedules import Closed, Closure
from alignkit.spans import (
    Before,
    BusinessDays,
    BusinessTime,
    CalendarTime,
    Elapsed,
)

HOUR = timedelta(hours=1)
PARIS = ZoneInfo("Europe/Paris")

OFFICE = BusinessHours("Europe/Paris", {"mon-fri": ["09:00-17:00"]})


def paris(day: int, hour: int = 0, minute: int = 0) -> datetime:
    """Return a moment of March 2026 in Paris; the 6th is a Friday."""
    return datetime(2026, 3, day, hour, minute, tzinfo=PARIS)


class TestBusinessHours:
    def test_reads_days_and_hours(self) -> None:
        hours = BusinessHours(
            zone="Europe/Paris",
            week={"mon-thu": ["09:00-12:00", "13:00-17:00"], "fri": ["09:00-12:00"]},
        )

        assert hours.intervals(paris(5), paris(8)) == (
            (paris(5, 9), paris(5, 12)),
            (paris(5, 13), paris(5, 17)),
            (paris(6, 9), paris(6, 12)),
        )

    def test_takes_holidays_with_names_or_without(self) -> None:
        named = BusinessHours(
            "UTC", {"fri": ["09:00-17:00"]}, holidays={date(2026, 3, 6): "Fair"}
        )
        plain = BusinessHours(
            "UTC", {"fri": ["09:00-17:00"]}, holidays=[date(2026, 3, 6)]
        )

        assert named.why_closed(paris(6, 12)) == Closed(Closure.HOLIDAY, "Fair")
        assert plain.why_closed(paris(6, 12)) == Closed(Closure.HOLIDAY, "holiday")

    def test_takes_openings_and_closings_in_any_zone(self) -> None:
        hours = BusinessHours(
            "Europe/Paris",
            openings=[(paris(7, 9), datetime(2026, 3, 7, 11, tzinfo=UTC))],
            closings=[(paris(7, 10), paris(7, 11))],
        )

        assert hours.intervals(paris(1), paris(31)) == (
            (paris(7, 9), paris(7, 10)),
            (paris(7, 11), paris(7, 12)),
        )

    @pytest.mark.parametrize("argument", ["openings", "closings"])
    def test_names_the_argument_that_inverts_or_has_no_zone(
        self, argument: str
    ) -> None:
        backwards = {argument: [(paris(7), paris(6))]}
        naive = {argument: [(datetime(2026, 3, 6), paris(6))]}
        never = {argument: [(paris(6), datetime.max.replace(tzinfo=UTC))]}

        with pytest.raises(IntervalInvertsError) as inverted:
            BusinessHours("UTC", {"mon": ["09:00-17:00"]}, **backwards)  # type: ignore[arg-type]
        with pytest.raises(NaiveMomentError) as unzoned:
            BusinessHours("UTC", {"mon": ["09:00-17:00"]}, **naive)  # type: ignore[arg-type]
        with pytest.raises(MomentOutOfRangeError) as far:
            BusinessHours("UTC", {"mon": ["09:00-17:00"]}, **never)  # type: ignore[arg-type]

        assert inverted.value.args == (argument, paris(7), paris(6))
        assert str(inverted.value).startswith(f"'{argument}' ends at 2026-03-06")
        assert unzoned.value.argument == far.value.argument == argument

    @pytest.mark.parametrize(
        ("week", "dated"),
        [
            ({"mon-fri": "09:00-17:00"}, {}),
            ({"weekdays": ["09:00-17:00"]}, {}),
            ({"mon": ["9-5"]}, {}),
            ({"mon": ["09:00-17:00"]}, {date(2026, 3, 6): ["9-5"]}),
        ],
    )
    def test_guesses_no_text(
        self, week: dict[str, list[str]], dated: dict[date, list[str]]
    ) -> None:
        with pytest.raises(HoursTextError):
            BusinessHours("UTC", week, dated=dated)

    def test_takes_dates_as_dates(self) -> None:
        with pytest.raises(UnfitValueError):
            BusinessHours("UTC", {"mon": ["09:00-17:00"]}, dated={paris(6): []})
        with pytest.raises(UnfitValueError):
            BusinessHours(
                "UTC",
                {"mon": ["09:00-17:00"]},
                holidays=["2026-03-06"],  # type: ignore[list-item]
            )

    def test_is_a_value(self) -> None:
        same = BusinessHours(
            zone="Europe/Paris",
            week={
                "mon,tue,wed,thu": ["09:00-13:00", "12:00-17:00"],
                "fri": ["09:00-17:00"],
            },
        )

        assert same == OFFICE
        assert hash(same) == hash(OFFICE)
        assert same != BusinessHours("UTC", {"mon-fri": ["09:00-17:00"]})
        with pytest.raises(attrs.exceptions.FrozenInstanceError):
            same.schedule = OFFICE.schedule  # type: ignore[misc]

    def test_can_be_copied_and_pickled_before_and_after_it_was_asked(self) -> None:
        hours = BusinessHours("Europe/Paris", {"mon-fri": ["09:00-17:00"]})

        before = pickle.dumps(hours)
        hours.is_open(paris(6))

        assert pickle.dumps(hours) == before
        assert pickle.loads(before) == copy.deepcopy(hours) == hours  # noqa: S301
        assert pickle.loads(before).is_open(paris(6, 9))  # noqa: S301

    def test_shows_the_call_that_makes_it(self) -> None:
        hours = BusinessHours(
            zone="Europe/Paris",
            week={"mon-fri": ["09:00-17:00"], "sun": ["22:00-06:00"]},
            holidays={date(2026, 12, 25): "Christmas Day"},
            dated={date(2026, 12, 24): ["09:00-12:00"], date(2026, 12, 31): []},
            openings=[(paris(7, 9), paris(7, 12))],
            closings=[(paris(6, 9), paris(6, 12))],
            holiday_rules=[
                FixedDate("Fair", month=5, day=1, observed=Observed.NEXT_MONDAY),
                FromEaster("Great Friday", days=-2, church=Church.ORTHODOX),
                Recurring("Inventory", Recurrence("FREQ=YEARLY", date(2026, 1, 2))),
            ],
        )
        names = {
            **vars(holidays),
            **vars(periods),
            "BusinessHours": BusinessHours,
            "datetime": dt,
        }

        assert (
            repr(OFFICE)
            == "BusinessHours('Europe/Paris', week={'mon-fri': ['09:00-17:00']})"
        )
        for calendar in (hours, hours & OFFICE, OFFICE | hours & OFFICE):
            assert eval(repr(calendar), names) == calendar  # noqa: S307

    def test_answers_many_threads_alike(self) -> None:
        moments = [paris(1) + timedelta(days=97 * nth) for nth in range(60)]
        hours = BusinessHours("Europe/Paris", {"mon-fri": ["09:00-17:00"]})

        with ThreadPoolExecutor(8) as pool:
            found = list(pool.map(hours.next_open, moments))

        assert found == [OFFICE.next_open(moment) for moment in moments]


class TestArguments:
    @pytest.mark.parametrize(
        ("argument", "given", "seen"),
        [
            ("holiday_rules", [3], "3"),
            ("holiday_rules", 5, "5"),
            ("holiday_rules", "FREQ=DAILY", "'FREQ=DAILY'"),
            ("holidays", 5, "5"),
            ("holidays", "2026-12-25", "'2026-12-25'"),
            ("openings", 5, "5"),
            ("openings", [5], "5"),
            ("openings", "abc", "'abc'"),
            ("closings", [(1, 2, 3)], "(1, 2, 3)"),
            ("dated", 5, "5"),
        ],
    )
    def test_another_type_is_refused_by_the_name_of_the_argument(
        self, argument: str, given: object, seen: str
    ) -> None:
        arguments: dict[str, Any] = {argument: given}

        with pytest.raises(UnfitValueError) as caught:
            BusinessHours("UTC", {"mon": ["09:00-17:00"]}, **arguments)

        assert (caught.value.noun, caught.value.field) == ("calendar", argument)
        assert caught.value.seen == seen

    def test_rules_are_taken_from_anything_that_yields_them(self) -> None:
        week, rules = {"mon": ["09:00-17:00"]}, [FromEaster("Easter Monday", days=1)]

        hours = BusinessHours("UTC", week, holiday_rules=iter(rules))

        assert hours == BusinessHours("UTC", week, holiday_rules=rules)

    def test_pauses_are_pairs(self) -> None:
        hours = BusinessHours("UTC", {"mon": ["09:00-17:00"]})
        start: Any = datetime(2026, 3, 9, 9, tzinfo=UTC)

        with pytest.raises(UnfitValueError, match="pauses does not fit"):
            hours.due(start, BusinessTime(hours=1), pauses=[start])


class TestAdd:
    @pytest.mark.parametrize(
        ("span", "expected"),
        [
            (4 * HOUR, paris(9, 12)),
            (BusinessTime(hours=4), paris(9, 12)),
            (BusinessDays(2), paris(10, 17)),
            (BusinessDays(2, "same_time"), paris(10, 16)),
            (Elapsed(hours=48), paris(8, 16)),
            (CalendarTime(weeks=3), paris(27, 16)),
            (-HOUR, paris(6, 15)),
        ],
    )
    def test_counts_every_kind_of_span(
        self, span: BusinessTime | timedelta, expected: datetime
    ) -> None:
        assert OFFICE.add(paris(6, 16), span) == expected

    def test_counts_back_from_a_date(self) -> None:
        renewal = Before(CalendarTime(days=45), of="renewal_date", roll="preceding")

        # The 14th is a Saturday.
        assert OFFICE.add(paris(1), renewal, of=date(2026, 4, 28)) == paris(13, 17)

    def test_gives_moments_in_the_zone_of_the_calendar(self) -> None:
        due = OFFICE.add(datetime(2026, 3, 6, 15, tzinfo=UTC), HOUR)

        assert due.tzinfo is PARIS
        assert due == paris(6, 17)

    def test_of_a_negative_amount_subtracts_and_mirrors_the_landing(self) -> None:
        assert OFFICE.add(paris(9, 10), -HOUR) == paris(9, 9)
        assert OFFICE.add(paris(9, 10), -HOUR, landing="next_open") == paris(6, 17)
        assert OFFICE.subtract(paris(6, 16), -HOUR, landing="next_open") == paris(9, 9)

    def test_leaves_out_pauses(self) -> None:
        pauses = [(paris(6, 16), paris(9, 10)), (paris(9, 9), paris(9, 9))]

        assert OFFICE.add(paris(6, 15), 2 * HOUR, pauses=pauses) == paris(9, 11)
        assert OFFICE.add(paris(6, 15), BusinessTime(hours=2), pauses=pauses) == (
            paris(9, 11)
        )

    def test_counts_forward_where_there_are_pauses(self) -> None:
        with pytest.raises(NegativeSpanError) as caught:
            OFFICE.add(paris(6, 15), -HOUR, pauses=[(paris(6), paris(7))])

        assert caught.value.args == ("span", "-1 day, 23:00:00")

    @pytest.mark.parametrize("span", [HOUR, BusinessTime(hours=1)])
    def test_needs_pauses_that_are_over(self, span: timedelta | BusinessTime) -> None:
        with pytest.raises(UnfitValueError) as caught:
            OFFICE.add(paris(6, 15), span, pauses=[(paris(6, 15), None)])  # type: ignore[list-item]

        assert caught.value.expected == "an end; ask `due` about one that still lasts"

    def test_names_the_argument_without_a_zone(self) -> None:
        naive = datetime(2026, 3, 6)

        with pytest.raises(NaiveMomentError) as start:
            OFFICE.add(naive, HOUR)
        with pytest.raises(NaiveMomentError) as pause:
            OFFICE.add(paris(6), HOUR, pauses=[(paris(6), naive)])

        assert start.value.argument == "start"
        assert pause.value.argument == "pauses"

    def test_shows_the_moments_of_a_pause_that_inverts(self) -> None:
        with pytest.raises(IntervalInvertsError) as caught:
            OFFICE.add(paris(6), HOUR, pauses=[(paris(7), paris(6))])

        assert caught.value.args == ("pauses", paris(7), paris(6))

    @pytest.mark.parametrize("span", [timedelta.max, timedelta.min])
    def test_does_not_search_for_ever(self, span: timedelta) -> None:
        with pytest.raises(NoBusinessTimeError):
            OFFICE.add(paris(6), span)


class TestSubtract:
    @pytest.mark.parametrize(
        ("span", "expected"),
        [
            (2 * HOUR, paris(6, 16)),
            (timedelta(), paris(9, 10)),
            (BusinessTime(hours=2), paris(6, 16)),
            (BusinessDays(1), paris(6, 9)),
            (Elapsed(hours=48), paris(7, 10)),
            (CalendarTime(weeks=1), paris(2, 10)),
            (-HOUR, paris(9, 11)),
        ],
    )
    def test_counts_back(
        self, span: BusinessTime | timedelta, expected: datetime
    ) -> None:
        assert OFFICE.subtract(paris(9, 10), span) == expected


class TestNoSpan:
    @pytest.mark.parametrize("given", ["4 business hours", 4, None])
    def test_is_told_how_to_make_one(self, given: object) -> None:
        for ask in (OFFICE.add, OFFICE.due, OFFICE.subtract):
            with pytest.raises(UnfitValueError) as caught:
                ask(paris(6), given)  # type: ignore[arg-type]

            expected = "a span, such as span('4 business hours')"
            assert caught.value.args == ("hours", "span", expected, repr(given))


class TestDue:
    def test_is_none_while_the_clock_rests(self) -> None:
        four_hours = BusinessTime(hours=4)

        assert OFFICE.due(paris(6, 10), four_hours) == paris(6, 14)
        assert (
            OFFICE.due(paris(6, 10), four_hours, pauses=[(paris(6, 12), None)]) is None
        )

    def test_is_the_same_in_instants(self) -> None:
        assert OFFICE.due_at(0, Elapsed(hours=1), pauses=[(0, 5)]) == 3_600_000_005


class TestBetween:
    def test_counts_open_time_in_either_direction(self) -> None:
        assert OFFICE.between(paris(6, 16), paris(9, 10)) == 2 * HOUR
        assert OFFICE.between(paris(9, 10), paris(6, 16)) == -2 * HOUR

    def test_leaves_out_pauses_in_either_direction(self) -> None:
        pauses = [(paris(6, 16, 30), None), (paris(5), paris(6, 9)), (paris(10), None)]
        first = [(paris(6, 12), paris(6, 13)), (paris(9, 9), paris(31))]

        assert OFFICE.between(paris(6, 16), paris(9, 10), pauses=pauses) == HOUR / 2
        assert OFFICE.between(paris(9, 10), paris(6, 10), pauses=first) == -6 * HOUR

    def test_counts_a_day_of_23_hours(self) -> None:
        always = BusinessHours("Europe/Paris", {"mon-sun": ["00:00-24:00"]})

        assert always.between(paris(29), paris(30)) == 23 * HOUR


class TestQuestions:
    def test_are_answered_by_the_calendar(self) -> None:
        assert OFFICE.is_open(paris(6, 9))
        assert not OFFICE.is_open(paris(6, 17))
        assert OFFICE.next_open(paris(6, 17)) == paris(9, 9)
        assert OFFICE.next_close(paris(6, 17)) == paris(9, 17)
        assert OFFICE.previous_open(paris(9, 9)) == paris(6, 9)
        assert OFFICE.previous_close(paris(9, 9)) == paris(6, 17)
        assert OFFICE.zone == "Europe/Paris"
        assert OFFICE.holiday_sources == ()

    def test_are_asked_forwards(self) -> None:
        with pytest.raises(IntervalInvertsError):
            OFFICE.intervals(paris(7), paris(6))
        with pytest.raises(IntervalInvertsError):
            OFFICE.business_days(date(2026, 3, 7), date(2026, 3, 6))

    @pytest.mark.parametrize("year", [1, 9999])
    def test_about_the_ends_of_time_are_refused(self, year: int) -> None:
        for ask in (OFFICE.is_open, OFFICE.next_open, OFFICE.why_closed):
            with pytest.raises(MomentOutOfRangeError):
                ask(datetime(year, 1, 1, tzinfo=UTC))

    def test_say_why_it_is_closed(self) -> None:
        hours = BusinessHours(
            "Europe/Paris",
            {"mon-fri": ["09:00-17:00"]},
            holidays={date(2026, 3, 6): "Fair"},
        )

        assert hours.ledger(paris(5, 16), paris(7)) == (
            Interval(paris(5, 16), paris(5, 17), None),
            Interval(paris(5, 17), paris(6), Closed(Closure.OUTSIDE_HOURS)),
            Interval(paris(6), paris(7), Closed(Closure.HOLIDAY, "Fair")),
        )
        assert hours.why_closed(paris(5, 16)) is None


class TestBusinessDays:
    def test_are_dates_that_own_open_time(self) -> None:
        friday, saturday, monday = date(2026, 3, 6), date(2026, 3, 7), date(2026, 3, 9)

        assert OFFICE.is_business_day(friday)
        assert not OFFICE.is_business_day(saturday)
        assert OFFICE.business_days(friday, date(2026, 3, 10)) == (friday, monday)
        assert OFFICE.open_of(friday) == paris(6, 9)
        assert OFFICE.close_of(friday) == paris(6, 17)
        assert OFFICE.open_of(saturday) is OFFICE.close_of(saturday) is None
        assert OFFICE.add_business_days(friday, 1) == monday
        assert OFFICE.add_business_days(monday, -1) == friday

    def test_lie_after_one_date_and_up_to_another(self) -> None:
        friday, saturday, tuesday = (
            date(2026, 3, 6),
            date(2026, 3, 7),
            date(2026, 3, 10),
        )

        assert OFFICE.business_days_between(friday, tuesday) == 2
        assert OFFICE.business_days_between(tuesday, friday) == -2
        # Back over a night, with an open day on either side.
        assert OFFICE.business_days_between(date(2026, 3, 4), date(2026, 3, 3)) == -1
        assert OFFICE.business_days_between(friday, saturday) == 0
        assert OFFICE.business_days_between(friday, friday) == 0

    def test_of_pairs_that_lie_decades_apart_are_those_of_each(self) -> None:
        # A Monday of each year, from nine to eleven.
        days = (date(1975, 3, 3), date(2026, 3, 2), date(2090, 3, 6))
        starts = [datetime.combine(day, time(9), tzinfo=PARIS) for day in days]

        ends = [start + timedelta(hours=2) for start in starts]

        assert OFFICE.between_many(starts, ends) == (2 * HOUR, 2 * HOUR, 2 * HOUR)

    def test_of_two_halves_make_a_whole_one(self) -> None:
        halves = BusinessHours("UTC", {"mon": ["00:00-12:00", "12:00-24:00"]})

        assert halves == BusinessHours("UTC", {"mon": ["00:00-24:00"]})

    def test_of_moments_are_those_of_their_dates_where_the_calendar_is(self) -> None:
        # Half past eleven at night in UTC is the next date in Paris.
        thursday_night = datetime(2026, 3, 5, 23, 30, tzinfo=UTC)

        assert OFFICE.business_days_between(thursday_night, paris(6, 12)) == 0
        assert OFFICE.business_days_between(thursday_night, paris(9, 8)) == 1

    def test_take_plain_dates(self) -> None:
        with pytest.raises(UnfitValueError):
            OFFICE.is_business_day(paris(6))


class TestCombined:
    def test_are_open_together_or_in_turn(self) -> None:
        denver = BusinessHours("America/Denver", {"mon-fri": ["08:00-16:00"]})

        # Denver is eight hours behind until the 8th, then seven.
        assert (OFFICE & denver).between(paris(2), paris(7)) == 5 * 1 * HOUR
        assert (OFFICE & denver).between(paris(9), paris(14)) == 5 * 2 * HOUR
        assert (OFFICE | denver).between(paris(9), paris(14)) == 5 * 14 * HOUR

    def test_count_dates_where_the_left_one_is(self) -> None:
        denver = BusinessHours("America/Denver", {"mon-fri": ["08:00-16:00"]})

        assert (OFFICE | denver).zone == "Europe/Paris"
        assert (denver | OFFICE).zone == "America/Denver"
        assert (OFFICE & denver).close_of(date(2026, 3, 6)) == paris(6, 17)

    def test_are_calendars_themselves(self) -> None:
        nights = BusinessHours("UTC", {"mon-fri": ["22:00-06:00"]})
        either = OFFICE | nights

        assert (either & OFFICE).between(paris(6), paris(8)) == 8 * HOUR
        assert either == OFFICE | nights
        assert either != nights | OFFICE

    def test_are_made_of_calendars_alone(self) -> None:
        with pytest.raises(TypeError):
            OFFICE & 3  # type: ignore[operator]
        with pytest.raises(TypeError):
            OFFICE | None  # type: ignore[operator]

    def test_that_are_never_open_say_so_when_asked_for_time(self) -> None:
        monday = BusinessHours("UTC", {"mon": ["09:00-17:00"]})
        tuesday = BusinessHours("UTC", {"tue": ["09:00-17:00"]})

        never = monday & tuesday

        assert never.between(paris(1), paris(31)) == timedelta()
        with pytest.raises(NoBusinessTimeError):
            never.add(paris(6), HOUR)


class TestBulk:
    def test_is_the_same_as_one_by_one(self) -> None:
        starts, ends = [paris(6, 16), paris(9, 10)], [paris(9, 10), paris(6, 16)]

        assert OFFICE.between_many(starts, iter(ends)) == (2 * HOUR, -2 * HOUR)
        assert OFFICE.add_many(iter(starts), [HOUR, BusinessDays(1)]) == (
            paris(6, 17),
            paris(10, 17),
        )
        assert OFFICE.between_many([], []) == OFFICE.add_many([], []) == ()

    def test_takes_instants_too(self) -> None:
        utc = BusinessHours("UTC", {"mon-fri": ["09:00-17:00"]})
        hour = 3_600_000_000

        # The epoch is a Thursday's midnight.
        assert utc.open_between(0, 10 * hour) == hour
        assert utc.between_many([0, 0], [10 * hour, 24 * hour]) == (hour, 8 * hour)
        assert utc.add_open(0, hour) == 10 * hour
        assert utc.add_open(0, 0) == 9 * hour
        assert utc.add_open(24 * hour, -hour) == 16 * hour
        assert utc.add_many([0, 24 * hour], [hour, -hour]) == (10 * hour, 16 * hour)

    def test_needs_as_many_of_both(self) -> None:
        with pytest.raises(UnfitValueError) as caught:
            OFFICE.between_many([paris(6)], [])

        assert caught.value.seen == "1 starts and 0 ends"
        with pytest.raises(UnfitValueError):
            OFFICE.add_many([paris(6)], [])


class TestMixedBulk:
    HOURS = BusinessHours("UTC", {"mon-fri": ["09:00-17:00"]})
    NINE = datetime(2026, 3, 6, 9, tzinfo=UTC)

    def test_moments_and_instants_are_not_mixed(self) -> None:
        with pytest.raises(UnfitValueError, match="moments throughout"):
            self.HOURS.add_many([self.NINE], [5])  # type: ignore[list-item]
        with pytest.raises(UnfitValueError, match="moments throughout"):
            self.HOURS.between_many([self.NINE], [5])  # type: ignore[list-item]

    def test_an_unknown_landing_is_refused_whatever_is_added(self) -> None:
        with pytest.raises(UnfitValueError, match="landing"):
            self.HOURS.add(self.NINE, timedelta(), landing="open")  # type: ignore[arg-type]

    def test_an_opening_without_length_opens_nothing(self) -> None:
        with pytest.raises(EmptyCalendarError):
            BusinessHours("UTC", openings=[(self.NINE, self.NINE)])
