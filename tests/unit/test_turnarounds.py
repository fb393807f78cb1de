from __future__ import annotations

from datetime import timedelta
from fractions import Fraction

import pytest

from alignkit.errors import UnfitValueError
from alignkit.hours import BusinessHours
from alignkit.scorecards import Case
from alignkit.spans import (
    Before,
    BusinessDays,
    BusinessTime,
    CalendarTime,
    Elapsed,
    Span,
)
from alignkit.turnarounds import (
    Amount,
    Turnaround,
    TurnaroundUnit,
    amount_between,
    turnaround_of,
    unit_of,
)
from tests.deadlines import OFFICE, fact


def case(id_: str) -> Case:
    return Case("request", id_, 1)


def of(*days: int, still: int = 0) -> Turnaround:
    return Turnaround(
        unit=TurnaroundUnit.DAYS,
        answered=tuple((case(f"A{at}"), day) for at, day in enumerate(days)),
        open=tuple(case(f"O{at}") for at in range(still)),
    )


class TestUnitOf:
    @pytest.mark.parametrize(
        ("span", "unit"),
        [
            (BusinessDays(2), "business_days"),
            (CalendarTime(days=2), "days"),
            (Before(CalendarTime(days=2), of="x", roll="none"), "days"),
            (BusinessTime(hours=2), "business_time"),
            (Elapsed(hours=2), "time"),
        ],
    )
    def test_it_is_that_of_the_span(self, span: Span, unit: str) -> None:
        assert unit_of(span).value == unit


class TestPercentile:
    @pytest.mark.parametrize(
        ("days", "still_open", "median"),
        [
            ((), 0, None),
            ((), 1, None),
            ((4,), 0, 4),
            ((2, 4), 0, 2),
            ((2, 4, 9), 0, 4),
            ((2, 4), 1, 4),
            ((2, 4), 2, 4),
            ((2, 4), 3, None),
        ],
    )
    def test_what_is_open_is_longer_than_what_was_answered(
        self, days: tuple[int, ...], still_open: int, median: int | None
    ) -> None:
        assert of(*days, still=still_open).median == median

    def test_the_median_of_the_answered_leaves_out_what_is_open(self) -> None:
        assert of(2, 4, still=9).median_of_answered == 2

    def test_the_last_rank_is_the_longest(self) -> None:
        assert of(2, 4, 9).percentile(Fraction(1)) == 9

    @pytest.mark.parametrize("share", [Fraction(0), Fraction(3, 2)])
    def test_a_share_of_nothing_and_of_more_than_all_are_refused(
        self, share: Fraction
    ) -> None:
        with pytest.raises(UnfitValueError):
            of(2).percentile(share)


class TestAmountBetween:
    @pytest.mark.parametrize(
        ("unit", "amount"),
        [
            (TurnaroundUnit.BUSINESS_DAYS, 2),
            (TurnaroundUnit.DAYS, 4),
            (TurnaroundUnit.BUSINESS_TIME, timedelta(hours=12)),
            # Over the weekend an hour was skipped.
            (TurnaroundUnit.TIME, timedelta(hours=3 * 24 + 20 - 1)),
        ],
    )
    def test_it_is_counted_in_the_unit(
        self, unit: TurnaroundUnit, amount: Amount
    ) -> None:
        asked, given = fact("go", "06 16:00"), fact("done", "10 12:00")

        assert amount_between(unit, OFFICE, asked, given) == amount

    def test_a_date_counts_as_that_date_wherever_it_was_written(self) -> None:
        asked, given = fact("go", "06 16:00"), fact("done", "09")

        days = amount_between(TurnaroundUnit.BUSINESS_DAYS, OFFICE, asked, given)

        assert days == 1

    @pytest.mark.parametrize("unit", TurnaroundUnit)
    def test_an_answer_on_the_date_of_the_request_took_nothing(
        self, unit: TurnaroundUnit
    ) -> None:
        asked, given = fact("go", "06 16:00"), fact("done", "06")

        assert not amount_between(unit, OFFICE, asked, given)

    def test_the_date_is_that_of_whoever_owes_it(self) -> None:
        singapore = BusinessHours("Asia/Singapore", {"mon-fri": ["09:00-18:00"]})
        asked, given = fact("go", "03 11:00"), fact("done", "03 19:00")

        days = amount_between(TurnaroundUnit.BUSINESS_DAYS, singapore, asked, given)

        # 11:00 in Chicago is 01:00 of the next day in Singapore, and so is 19:00.
        assert days == 0


class TestTurnaroundOf:
    def test_without_a_calendar_only_time_is_counted(self) -> None:
        rows = [(case("A"), fact("go", "03 10:00"), fact("done", "03 12:00"))]

        time = turnaround_of(TurnaroundUnit.TIME, None, rows)

        assert turnaround_of(TurnaroundUnit.DAYS, None, rows) is None
        assert time is not None
        assert time.median == timedelta(hours=2)

    def test_the_quickest_comes_first(self) -> None:
        asked = fact("go", "03 10:00")
        rows = [
            (case("slow"), asked, fact("done", "06 10:00")),
            (case("never"), asked, None),
            (case("quick"), asked, fact("done", "04 10:00")),
        ]

        found = turnaround_of(TurnaroundUnit.BUSINESS_DAYS, OFFICE, rows)

        assert found == Turnaround(
            unit=TurnaroundUnit.BUSINESS_DAYS,
            answered=((case("quick"), 1), (case("slow"), 3)),
            open=(case("never"),),
        )
