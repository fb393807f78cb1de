from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from alignkit.errors import (
    IntervalInvertsError,
    MomentOutOfRangeError,
    RecurrenceError,
    UnfitValueError,
)
from alignkit.periods import Period, PeriodKind, Recurrence, period_of

NEW_YEAR = date(2026, 1, 1)


class TestPeriodOf:
    @pytest.mark.parametrize(
        ("kind", "first_month", "start", "end", "text"),
        [
            (PeriodKind.WEEK, 1, date(2026, 3, 9), date(2026, 3, 16), "2026-W11"),
            (PeriodKind.MONTH, 1, date(2026, 3, 1), date(2026, 4, 1), "2026-03"),
            (
                PeriodKind.QUARTER,
                1,
                date(2026, 1, 1),
                date(2026, 4, 1),
                "2026-01-01 to 2026-03-31",
            ),
            (
                PeriodKind.QUARTER,
                2,
                date(2026, 2, 1),
                date(2026, 5, 1),
                "2026-02-01 to 2026-04-30",
            ),
            (
                PeriodKind.YEAR,
                10,
                date(2025, 10, 1),
                date(2026, 10, 1),
                "2025-10-01 to 2026-09-30",
            ),
        ],
        ids=["week", "month", "quarter", "fiscal quarter", "fiscal year"],
    )
    def test_is_the_one_that_the_date_lies_in(
        self, kind: PeriodKind, first_month: int, start: date, end: date, text: str
    ) -> None:
        period = period_of(kind, date(2026, 3, 14), first_month=first_month)

        assert period == Period(kind, start, end)
        assert str(period) == text
        assert date(2026, 3, 14) in period
        assert period.end not in period

    def test_of_a_week_may_belong_to_the_year_before(self) -> None:
        assert str(period_of(PeriodKind.WEEK, date(2027, 1, 1))) == "2026-W53"

    @pytest.mark.parametrize("first_month", [0, 13])
    def test_needs_a_month_to_begin_the_year_with(self, first_month: int) -> None:
        with pytest.raises(UnfitValueError) as caught:
            period_of(PeriodKind.YEAR, NEW_YEAR, first_month=first_month)

        assert caught.value.field == "first_month"

    def test_does_not_leave_the_calendar(self) -> None:
        with pytest.raises(MomentOutOfRangeError):
            period_of(PeriodKind.YEAR, date(9999, 5, 1))
        with pytest.raises(MomentOutOfRangeError):
            period_of(PeriodKind.WEEK, date(9999, 12, 31))


class TestPeriod:
    def test_has_neighbours_of_its_kind(self) -> None:
        quarter = period_of(PeriodKind.QUARTER, NEW_YEAR, first_month=2)

        assert quarter.next() == period_of(
            PeriodKind.QUARTER, date(2026, 2, 1), first_month=2
        )
        assert quarter.next().previous() == quarter

    def test_lies_between_two_moments_of_a_zone(self) -> None:
        march = period_of(PeriodKind.MONTH, date(2026, 3, 1))

        start, end = march.bounds("Europe/Paris")

        assert start == datetime(2026, 2, 28, 23, tzinfo=UTC)
        assert end == datetime(2026, 3, 31, 22, tzinfo=UTC)

    def test_ends_after_it_starts(self) -> None:
        with pytest.raises(IntervalInvertsError) as caught:
            Period(PeriodKind.MONTH, NEW_YEAR, NEW_YEAR)

        assert caught.value.args == ("period", NEW_YEAR, NEW_YEAR)
        assert caught.value.code == "AK-T004"


class TestRecurrence:
    @pytest.mark.parametrize(
        ("rule", "expected"),
        [
            ("FREQ=DAILY;INTERVAL=10", [(1, 1), (1, 11), (1, 21), (1, 31)]),
            ("FREQ=WEEKLY;BYDAY=MO;INTERVAL=2", [(1, 12), (1, 26)]),
            ("FREQ=WEEKLY;BYDAY=MO,FR;COUNT=3", [(1, 2), (1, 5), (1, 9)]),
            ("FREQ=MONTHLY;BYDAY=1MO", [(1, 5)]),
            ("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", [(1, 30)]),
            ("FREQ=MONTHLY;BYMONTHDAY=-1", [(1, 31)]),
            ("FREQ=YEARLY;BYMONTH=1;BYMONTHDAY=6", [(1, 6)]),
            ("FREQ=YEARLY;BYYEARDAY=31", [(1, 31)]),
            ("FREQ=DAILY;UNTIL=20260103", [(1, 1), (1, 2), (1, 3)]),
        ],
    )
    def test_has_the_dates_that_its_rule_says(
        self, rule: str, expected: list[tuple[int, int]]
    ) -> None:
        recurrence = Recurrence(rule, NEW_YEAR)

        dates = recurrence.between(NEW_YEAR, date(2026, 2, 1))

        assert [(day.month, day.day) for day in dates] == expected

    def test_counts_from_its_own_start_whatever_is_asked_for(self) -> None:
        every_other_day = Recurrence("FREQ=DAILY;INTERVAL=2", NEW_YEAR)

        assert every_other_day.between(date(2026, 1, 2), date(2026, 1, 5)) == (
            date(2026, 1, 3),
        )
        assert every_other_day.between(date(2025, 1, 1), NEW_YEAR) == ()

    def test_comes_round_however_seldom(self) -> None:
        leap = Recurrence("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29;BYDAY=MO", NEW_YEAR)

        assert leap.between(NEW_YEAR, date(2050, 1, 1)) == (date(2044, 2, 29),)

    def test_ends_with_the_years_that_are_counted_in(self) -> None:
        yearly = Recurrence("FREQ=YEARLY", date(2298, 5, 1))

        assert yearly.between(NEW_YEAR, date.max) == (
            date(2298, 5, 1),
            date(2299, 5, 1),
        )

    @pytest.mark.parametrize(
        ("rule", "problem"),
        [
            ("", "FREQ must be DAILY, WEEKLY, MONTHLY or YEARLY, in capitals"),
            (
                "freq=daily",
                "FREQ must be DAILY, WEEKLY, MONTHLY or YEARLY, in capitals",
            ),
            (
                "FREQ=HOURLY",
                "FREQ must be DAILY, WEEKLY, MONTHLY or YEARLY, in capitals",
            ),
            ("FREQ=DAILY;BYHOUR=9", "BYHOUR=9 does not go with its FREQ"),
            ("FREQ=DAILY;INTERVAL=0", "INTERVAL=0 does not go with its FREQ"),
            ("FREQ=MONTHLY;BYDAY=9MO", "BYDAY=9MO does not go with its FREQ"),
            ("FREQ=MONTHLY;BYMONTHDAY=0", "BYMONTHDAY=0 does not go with its FREQ"),
            ("FREQ=DAILY;FREQ=DAILY", "it says something twice"),
            ("FREQ=DAILY;COUNT=1;UNTIL=20260101", "it has both COUNT and UNTIL"),
            ("FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=30", "no date ever fits it"),
            ("FREQ=DAILY;UNTIL=20260230", "invalid 'UNTIL': 20260230"),
        ],
    )
    def test_that_cannot_be_counted_is_refused(self, rule: str, problem: str) -> None:
        with pytest.raises(RecurrenceError) as caught:
            Recurrence(rule, NEW_YEAR).between(NEW_YEAR, NEW_YEAR)

        assert caught.value.args == (rule, problem)
        assert caught.value.code == "AK-T010"

    def test_too_long_is_quoted_in_part(self) -> None:
        with pytest.raises(RecurrenceError) as caught:
            Recurrence("F" * 201, NEW_YEAR)

        assert str(caught.value) == (
            f"cannot use the recurrence rule '{'F' * 40}...': it is longer than 200 "
            "characters; give one such as 'FREQ=MONTHLY;BYDAY=1MO'"
        )

    def test_starts_on_a_date_that_is_counted_in(self) -> None:
        with pytest.raises(MomentOutOfRangeError):
            Recurrence("FREQ=DAILY", date(1, 1, 1))

    def test_is_asked_forwards(self) -> None:
        with pytest.raises(IntervalInvertsError):
            Recurrence("FREQ=DAILY", NEW_YEAR).between(date(2026, 1, 2), NEW_YEAR)

    @pytest.mark.parametrize(
        ("rule", "day", "then"),
        [
            ("FREQ=WEEKLY;BYDAY=MO", date(2025, 12, 1), date(2026, 1, 5)),
            ("FREQ=WEEKLY;BYDAY=MO", date(2026, 1, 5), date(2026, 1, 12)),
            ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", NEW_YEAR, date(2028, 2, 29)),
            ("FREQ=YEARLY;INTERVAL=99", NEW_YEAR, date(2125, 1, 1)),
            ("FREQ=DAILY;COUNT=2", date(2026, 1, 2), None),
            ("FREQ=DAILY", date(2299, 12, 30), date(2299, 12, 31)),
            ("FREQ=DAILY", date(2299, 12, 31), None),
        ],
    )
    def test_the_next_date_after_another(
        self, rule: str, day: date, then: date | None
    ) -> None:
        assert Recurrence(rule, NEW_YEAR).after(day) == then

    def test_before_its_start_the_next_date_is_its_first(self) -> None:
        late = Recurrence("FREQ=WEEKLY;BYDAY=MO", date(2040, 1, 1))

        assert late.after(NEW_YEAR) == date(2040, 1, 2)
