from __future__ import annotations

import importlib.metadata
import sys
from datetime import date

import pytest

from alignkit.errors import MissingExtraError, MomentOutOfRangeError, UnfitValueError
from alignkit.holidays import (
    Church,
    FixedDate,
    FromEaster,
    Holiday,
    HolidayList,
    HolidayRule,
    HolidaySource,
    NthWeekday,
    Observed,
    Recurring,
)
from alignkit.periods import Recurrence


def days(rule: HolidayRule, first_year: int, last_year: int) -> list[str]:
    start, end = date(first_year, 1, 1), date(last_year + 1, 1, 1)
    return [str(holiday.day) for holiday in rule.within(start, end)]


class TestHoliday:
    def test_lies_in_a_year_that_is_counted_in(self) -> None:
        with pytest.raises(MomentOutOfRangeError) as caught:
            Holiday(date(9999, 12, 25))

        assert caught.value.args == ("holiday", "9999-12-25")


class TestFixedDate:
    @pytest.mark.parametrize(
        ("observed", "expected"),
        [
            (Observed.AS_IT_FALLS, ["2020-07-04", "2021-07-04", "2022-07-04"]),
            (Observed.NEAREST_WEEKDAY, ["2020-07-03", "2021-07-05", "2022-07-04"]),
            (Observed.NEXT_MONDAY, ["2020-07-06", "2021-07-05", "2022-07-04"]),
        ],
    )
    def test_moves_from_a_weekend_as_it_is_observed(
        self, observed: Observed, expected: list[str]
    ) -> None:
        # The fourth of July fell on a Saturday, a Sunday and a Monday.
        rule = FixedDate("Independence Day", month=7, day=4, observed=observed)

        assert days(rule, 2020, 2022) == expected

    def test_may_be_observed_in_the_year_before_or_after(self) -> None:
        new_year = FixedDate(
            "New Year", month=1, day=1, observed=Observed.NEAREST_WEEKDAY
        )
        eve = FixedDate("Eve", month=12, day=31, observed=Observed.NEXT_MONDAY)

        assert days(new_year, 2021, 2021) == ["2021-01-01", "2021-12-31"]
        assert days(eve, 2023, 2023) == ["2023-01-02"]

    @pytest.mark.parametrize("number", [0, 13, 10**10, 10**30])
    def test_on_a_day_that_no_year_has_is_refused(self, number: int) -> None:
        for month, day in ((number, 4), (7, number * 5)):
            with pytest.raises(UnfitValueError):
                FixedDate("Feast", month=month, day=day)

    def test_on_the_leap_day_comes_in_leap_years(self) -> None:
        assert days(FixedDate("Leap", month=2, day=29), 2023, 2028) == [
            "2024-02-29",
            "2028-02-29",
        ]

    def test_is_a_day_of_the_year(self) -> None:
        with pytest.raises(UnfitValueError) as caught:
            FixedDate("Never", month=2, day=30)

        assert caught.value.args == (
            "holiday",
            "day",
            "a day of the year",
            "month 2, day 30",
        )


class TestNthWeekday:
    @pytest.mark.parametrize(
        ("rule", "expected"),
        [
            (NthWeekday("Labor Day", month=9, weekday="mon", nth=1), "2026-09-07"),
            (NthWeekday("Memorial Day", month=5, weekday="mon", nth=-1), "2026-05-25"),
            (NthWeekday("Last", month=12, weekday="thu", nth=-1), "2026-12-31"),
            (
                NthWeekday("Day after", month=11, weekday="thu", nth=4, days_after=1),
                "2026-11-27",
            ),
        ],
        ids=["first", "last", "last of the year", "the day after"],
    )
    def test_is_counted_in_its_month(self, rule: NthWeekday, expected: str) -> None:
        assert days(rule, 2026, 2026) == [expected]

    def test_fifth_comes_when_there_is_one(self) -> None:
        fifth = NthWeekday("Fifth", month=3, weekday="mon", nth=5)

        assert days(fifth, 2025, 2028) == ["2025-03-31", "2026-03-30", "2027-03-29"]

    @pytest.mark.parametrize(
        ("parts", "field"),
        [
            ({"month": 13}, "month"),
            ({"weekday": "monday"}, "weekday"),
            ({"nth": 0}, "nth"),
            ({"days_after": 7}, "days_after"),
        ],
    )
    def test_has_fitting_parts(self, parts: dict[str, int], field: str) -> None:
        whole = {"month": 9, "weekday": "mon", "nth": 1, **parts}

        with pytest.raises(UnfitValueError) as caught:
            NthWeekday("Labor Day", **whole)  # type: ignore[arg-type]

        assert caught.value.field == field


class TestFromEaster:
    def test_is_counted_from_the_easter_of_its_church(self) -> None:
        western = FromEaster("Good Friday", days=-2)
        orthodox = FromEaster("Great Friday", days=-2, church=Church.ORTHODOX)

        assert days(western, 2026, 2026) == ["2026-04-03"]
        assert days(orthodox, 2026, 2026) == ["2026-04-10"]

    def test_may_lie_in_the_year_before_its_easter(self) -> None:
        # Easter was on the 15th of April in 2001, and on the 31st of March in 2002.
        assert days(FromEaster("Early", days=-91), 2001, 2001) == [
            "2001-01-14",
            "2001-12-30",
        ]

    def test_lies_near_easter(self) -> None:
        with pytest.raises(UnfitValueError) as caught:
            FromEaster("Far", days=101)

        assert caught.value.args == ("holiday", "days", "-100 to 100", "101")


class TestRecurring:
    def test_is_off_on_every_date_of_its_recurrence(self) -> None:
        rule = Recurring(
            "Inventory", Recurrence("FREQ=MONTHLY;BYMONTHDAY=-1", date(2026, 11, 1))
        )

        assert days(rule, 2026, 2026) == ["2026-11-30", "2026-12-31"]


class TestHolidayList:
    def test_remembers_where_it_was_taken_from(self) -> None:
        pytest.importorskip("holidays")

        taken = HolidayList.from_package(
            "US", subdivision="CA", years=[2027, 2026, 2026]
        )

        assert taken.source == HolidaySource(
            package="holidays",
            version=importlib.metadata.version("holidays"),
            country="US",
            subdivision="CA",
            years=(2026, 2027),
            language="en_US",
        )
        assert Holiday(date(2026, 12, 25), "Christmas Day") in taken.holidays
        assert days(taken, 2028, 2030) == []

    @pytest.mark.parametrize("language", ["de", "en_US", "uk"])
    def test_reads_alike_whatever_the_environment_speaks(
        self, language: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        pytest.importorskip("holidays")
        monkeypatch.setenv("LANGUAGE", language)

        first, *_ = HolidayList.from_package("NO", years=[2026]).holidays

        assert first.name == "Første nyttårsdag"

    def test_speaks_the_language_that_it_is_asked_in(self) -> None:
        pytest.importorskip("holidays")

        first, *_ = HolidayList.from_package(
            "NO", years=[2026], language="en_US"
        ).holidays

        assert first.name == "New Year's Day"

    @pytest.mark.parametrize(
        ("country", "subdivision", "year", "language", "field"),
        [
            ("XX", None, 2026, None, "country"),
            ("US", "ZZ", 2026, None, "country"),
            ("US", None, 1899, None, "years"),
            ("NO", None, 2026, "tlh", "language"),
        ],
    )
    def test_refuses_what_the_package_does_not_know(
        self,
        country: str,
        subdivision: str | None,
        year: int,
        language: str | None,
        field: str,
    ) -> None:
        pytest.importorskip("holidays")

        with pytest.raises(UnfitValueError) as caught:
            HolidayList.from_package(
                country, subdivision=subdivision, years=[year], language=language
            )

        assert caught.value.field == field

    def test_names_the_extra_that_is_not_installed(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setitem(sys.modules, "holidays", None)

        with pytest.raises(MissingExtraError) as caught:
            HolidayList.from_package("US", years=[2026])

        assert caught.value.extra == "holidays"
        assert caught.value.code == "AK-S010"


class TestHolidayListArguments:
    def test_what_are_no_holidays_is_refused(self) -> None:
        source = HolidaySource(
            package="holidays",
            version="0.64",
            country="US",
            subdivision=None,
            years=(2026,),
            language=None,
        )

        with pytest.raises(UnfitValueError, match="holidays does not fit: 3"):
            HolidayList(3, source)  # type: ignore[arg-type]
