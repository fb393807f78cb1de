"""How business hours stand in a document."""

from __future__ import annotations

from datetime import date

import pytest

from alignkit.holidays import Holiday
from alignkit.hours import BusinessHours
from alignkit.nouns import converter
from alignkit.schedules import Schedule
from alignkit.shapes import MisfitError, reader
from alignkit.trees import Tree, path_text

NINE_TO_FIVE: Tree = {"zone": "UTC", "week": {"mon-fri": ["09:00-17:00"]}}
WEEKEND: Tree = {"zone": "UTC", "week": {"sat,sun": ["10:00-12:00"]}}


def read(raw: Tree) -> BusinessHours:
    hours: BusinessHours = reader(BusinessHours, converter())(raw)
    return hours


def faults(raw: Tree) -> list[tuple[str, str]]:
    with pytest.raises(MisfitError) as caught:
        read(raw)
    return [(fault.code, path_text(fault.path)) for fault in caught.value.faults]


class TestWeek:
    @pytest.mark.parametrize("week", [5, "mon-fri", ["mon-fri"]])
    def test_it_is_a_table_of_days(self, week: Tree) -> None:
        assert faults({"zone": "UTC", "week": week}) == [("AK-S004", "$.week")]

    def test_the_hours_of_a_day_are_text(self) -> None:
        week: Tree = {"mon": [9, "09:00-17:00"], "tue": "09:00-17:00"}

        assert faults({"zone": "UTC", "week": week}) == [
            ("AK-S004", "$.week.mon[0]"),
            ("AK-S004", "$.week.tue"),
        ]

    def test_a_day_has_its_hours_once(self) -> None:
        week: Tree = {"mon-fri": ["09:00-17:00"], "fri,sat": ["09:00-12:00"]}

        (fault,) = faults({"zone": "UTC", "week": week})

        assert fault == ("AK-S006", '$.week["fri,sat"]')


class TestDates:
    @pytest.mark.parametrize("dated", [5, "2026-12-24", [["2026-12-24", []]]])
    def test_hours_of_single_days_are_a_table_of_dates(self, dated: Tree) -> None:
        assert faults({"zone": "UTC", "dated": dated}) == [("AK-S004", "$.dated")]

    def test_every_key_that_is_no_date_is_told(self) -> None:
        dated: Tree = {"24 December": [], "2026-12-31": [9], "2026-13-01": []}

        assert faults({"zone": "UTC", "dated": dated}) == [
            ("AK-S005", '$.dated["24 December"]'),
            ("AK-S004", '$.dated["2026-12-31"][0]'),
            ("AK-S005", '$.dated["2026-13-01"]'),
        ]

    def test_holidays_may_be_named_by_date(self) -> None:
        assert isinstance(NINE_TO_FIVE, dict)

        hours = read({**NINE_TO_FIVE, "holidays": {"2026-12-25": "Christmas Day"}})

        assert isinstance(hours.schedule, Schedule)
        assert hours.schedule.holidays == (
            Holiday(date(2026, 12, 25), "Christmas Day"),
        )


class TestCombined:
    @pytest.mark.parametrize("raw", [5, "UTC", ["UTC"]])
    def test_hours_are_a_table(self, raw: Tree) -> None:
        assert faults(raw) == [("AK-S004", "$")]

    def test_a_calendar_of_two_is_read(self) -> None:
        either = read({"either": [NINE_TO_FIVE, WEEKEND]})

        assert either == read(NINE_TO_FIVE) | read(WEEKEND)

    def test_it_is_of_two_and_of_nothing_else(self) -> None:
        three: Tree = {"both": [NINE_TO_FIVE, WEEKEND, NINE_TO_FIVE], "zone": "UTC"}

        assert faults(three) == [("AK-S002", "$.zone"), ("AK-S005", "$.both")]

    def test_the_faults_of_both_are_told(self) -> None:
        assert faults({"both": [{"zone": "Nowhere"}, 5]}) == [
            ("AK-T002", "$.both[0].zone"),
            ("AK-S004", "$.both[1]"),
        ]
