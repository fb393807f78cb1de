from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from alignkit.holidays import (
    Church,
    FixedDate,
    FromEaster,
    HolidayRule,
    NthWeekday,
    Observed,
    Recurring,
)
from alignkit.hours import BusinessHours
from alignkit.periods import Recurrence
from tests.reference.clocks import moment_of
from tests.strategies import WEEKDAYS, dates

DAY = timedelta(days=1)


def rules() -> st.SearchStrategy[HolidayRule]:
    return st.one_of(
        st.one_of(
            st.dates(date(2024, 1, 1), date(2024, 12, 31)),
            st.sampled_from((date(2024, 1, 1), date(2024, 12, 31))),
        ).flatmap(
            lambda day: st.builds(
                FixedDate,
                st.just("fixed"),
                month=st.just(day.month),
                day=st.just(day.day),
                observed=st.sampled_from(Observed),
            )
        ),
        st.builds(
            NthWeekday,
            st.just("weekday"),
            month=st.integers(1, 12),
            weekday=st.sampled_from(WEEKDAYS),
            nth=st.sampled_from((1, 2, 3, 4, 5, -1)),
            days_after=st.integers(0, 6),
        ),
        st.builds(
            FromEaster,
            st.just("easter"),
            days=st.one_of(
                st.integers(-100, 100), st.sampled_from((-100, -46, -2, 60))
            ),
            church=st.sampled_from(Church),
        ),
        st.builds(
            Recurring,
            st.just("recurring"),
            st.builds(Recurrence, st.just("FREQ=MONTHLY;BYMONTHDAY=-1"), start=dates()),
        ),
    )


def falls_on(rule: HolidayRule, day: date) -> bool:
    """Say of one date, by itself, whether a rule makes it a holiday."""
    match rule:
        case FixedDate(month=month, day=number, observed=observed):
            return any(
                (other.month, other.day) == (month, number)
                and observed_on(observed, other) == day
                for other in around(day)
            )
        case NthWeekday(month=month, weekday=weekday, nth=nth, days_after=days_after):
            falls = day - days_after * DAY
            is_nth = (
                (falls + 7 * DAY).month != month
                if nth < 0
                else (falls.day - 1) // 7 + 1 == nth
            )
            return (
                falls.month == month and WEEKDAYS[falls.weekday()] == weekday and is_nth
            )
        case FromEaster(days=days, church=church):
            easter_day = day - days * DAY
            return easter_day == easter(easter_day.year, church)
        case Recurring(recurrence=recurrence):
            return day >= recurrence.start and (day + DAY).day == 1
        case other:
            raise AssertionError(other)


def observed_on(observed: Observed, day: date) -> date:
    shift = {
        Observed.AS_IT_FALLS: {},
        Observed.NEAREST_WEEKDAY: {5: -1, 6: 1},
        Observed.NEXT_MONDAY: {5: 2, 6: 1},
    }[observed]
    return day + shift.get(day.weekday(), 0) * DAY


def around(day: date) -> Iterator[date]:
    return (day + nth * DAY for nth in range(-3, 4))


def easter(year: int, church: Church) -> date:
    """Return Easter Sunday: the Sunday after the first full moon of the tables."""
    golden = year % 19
    if church is Church.ORTHODOX:
        # By the Julian calendar, the full moon is so many days after 21 March.
        moon = date(year, 3, 21) + (19 * golden + 15) % 30 * DAY
        century = year // 100
        moon += (century - century // 4 - 2) * DAY
    else:
        century = year // 100
        solar = century - century // 4
        lunar = (8 * century + 13) // 25
        epact = (19 * golden + solar - lunar + 15) % 30
        moon = date(year, 3, 21) + epact * DAY
        if epact == 29 or (epact == 28 and golden > 10):
            moon -= DAY
    return moon + (7 - (moon.weekday() + 1) % 7) * DAY


class TestRules:
    @given(rule=rules(), start=dates(), days=st.integers(0, 500))
    def test_give_the_dates_that_fall_on_them(
        self, rule: HolidayRule, start: date, days: int
    ) -> None:
        end = start + days * DAY

        found = [holiday.day for holiday in rule.within(start, end)]

        assert found == [
            day for nth in range(days) if falls_on(rule, day := start + nth * DAY)
        ]

    @given(rule=rules(), start=dates(), days=st.integers(0, 200))
    def test_give_the_same_dates_asked_for_one_by_one_as_at_once(
        self, rule: HolidayRule, start: date, days: int
    ) -> None:
        end = start + days * DAY

        one_by_one = [
            holiday
            for nth in range(days)
            for holiday in rule.within(start + nth * DAY, start + (nth + 1) * DAY)
        ]

        assert one_by_one == list(rule.within(start, end))

    @given(rule=rules(), start=dates())
    def test_close_a_calendar_as_a_list_of_their_dates_does(
        self, rule: HolidayRule, start: date
    ) -> None:
        week = {"mon-sun": ["09:00-17:00"]}
        ruled = BusinessHours("UTC", week, holiday_rules=[rule])
        listed = BusinessHours(
            "UTC",
            week,
            holidays=[
                day
                for nth in range(-10, 410)
                if falls_on(rule, day := start + nth * DAY)
            ],
        )

        assert ruled.business_days(start, start + 400 * DAY) == listed.business_days(
            start, start + 400 * DAY
        )

    @given(rule=rules(), start=dates(), span=st.integers(1, 40))
    def test_never_make_anything_due_sooner(
        self, rule: HolidayRule, start: date, span: int
    ) -> None:
        week = {"mon-fri": ["09:00-17:00"]}
        plain = BusinessHours("UTC", week)
        festive = BusinessHours("UTC", week, holiday_rules=[rule])
        at = moment_of((start - date(1970, 1, 1)).days * 86_400_000_000)

        assert festive.add(at, span * timedelta(hours=1)) >= plain.add(
            at, span * timedelta(hours=1)
        )

    @given(
        rule=rules(), years=st.lists(st.integers(1900, 2299), min_size=2, max_size=5)
    )
    def test_count_alike_however_far_they_were_asked_for_before(
        self, rule: HolidayRule, years: list[int]
    ) -> None:
        week = {"mon-fri": ["09:00-17:00"]}
        asked = BusinessHours("UTC", week, holiday_rules=[rule])

        counted = [
            asked.business_days(date(year, 1, 1), date(year, 12, 31)) for year in years
        ]

        assert counted == [
            BusinessHours("UTC", week, holiday_rules=[rule]).business_days(
                date(year, 1, 1), date(year, 12, 31)
            )
            for year in years
        ]
