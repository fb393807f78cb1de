from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from alignkit.periods import Period, PeriodKind, Recurrence, period_of
from tests.reference.clocks import instant_of, local_date
from tests.reference.clocks import start_of as slow_start_of
from tests.strategies import ONE_DAY, dates, zones

DAY = timedelta(days=1)
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


def kinds() -> st.SearchStrategy[PeriodKind]:
    return st.sampled_from(PeriodKind)


def first_months() -> st.SearchStrategy[int]:
    return st.integers(1, 12)


def number(kind: PeriodKind, day: date, first_month: int) -> tuple[int, ...]:
    """Number periods, so that the dates of one period share a number."""
    months = day.year * 12 + day.month - first_month
    return {
        PeriodKind.WEEK: tuple(day.isocalendar()[:2]),
        PeriodKind.MONTH: (months,),
        PeriodKind.QUARTER: (months // 3,),
        PeriodKind.YEAR: (months // 12,),
    }[kind]


class TestPeriods:
    @given(kind=kinds(), day=dates(), first=first_months())
    def test_hold_the_dates_that_share_their_number(
        self, kind: PeriodKind, day: date, first: int
    ) -> None:
        start = end = day
        while number(kind, start - DAY, first) == number(kind, day, first):
            start -= DAY
        while number(kind, end, first) == number(kind, day, first):
            end += DAY

        assert period_of(kind, day, first_month=first) == Period(kind, start, end)

    @given(kind=kinds(), day=dates(), first=first_months())
    def test_follow_one_another_without_a_gap(
        self, kind: PeriodKind, day: date, first: int
    ) -> None:
        period = period_of(kind, day, first_month=first)

        assert period.next() == period_of(kind, period.end, first_month=first)
        assert period.previous() == period_of(
            kind, period.start - DAY, first_month=first
        )
        assert period.next().previous() == period

    @given(kind=kinds(), day=dates(), first=first_months(), zone=zones())
    def test_reach_from_the_first_instant_of_their_first_date(
        self, kind: PeriodKind, day: date, first: int, zone: str
    ) -> None:
        period = period_of(kind, day, first_month=first)

        start, end = (instant_of(moment) for moment in period.bounds(zone))

        assert (start, end) == period.instants(zone)
        assert start == slow_start_of(zone, period.start)
        assert end == slow_start_of(zone, period.end)

    @given(kind=kinds(), day=dates(), zone=zones(), part=st.floats(0, 1))
    def test_hold_an_instant_where_they_hold_its_local_date(
        self, kind: PeriodKind, day: date, zone: str, part: float
    ) -> None:
        start, end = period_of(kind, day).instants(zone)
        at = start - ONE_DAY + int(part * (end - start + 2 * ONE_DAY))

        assert (start <= at < end) == (local_date(zone, at) in period_of(kind, day))


Fits = Callable[[date, date], bool]
"""Whether a date comes round, given the date from which it is counted."""

Rule = tuple[str, Fits]


@st.composite
def rules(draw: st.DrawFn) -> Rule:
    """Draw a rule of recurrence, and what it says of a date, given its start."""
    every = draw(st.integers(1, 5))
    weekday = draw(st.integers(0, 6))
    month = draw(st.integers(1, 12))
    named = sorted(draw(st.sets(st.integers(0, 6), min_size=1)))
    nth = draw(st.sampled_from((-2, -1, 1, 2, 3, 4, 5)))
    month_day = draw(st.integers(1, 31))

    def in_nth_month(day: date, start: date) -> bool:
        return (12 * (day.year - start.year) + day.month - start.month) % every == 0

    def is_nth(day: date) -> bool:
        others = [other for other in month_of(day) if other.weekday() == weekday]
        place = nth - 1 if nth > 0 else len(others) + nth
        return 0 <= place < len(others) and others[place] == day

    forms: tuple[Rule, ...] = (
        (
            f"FREQ=DAILY;INTERVAL={every}",
            lambda day, start: (day - start).days % every == 0,
        ),
        (
            f"FREQ=WEEKLY;INTERVAL={every};BYDAY="
            + ",".join(WEEKDAYS[one] for one in named),
            lambda day, start: (
                day.weekday() in named
                and (monday(day) - monday(start)).days // 7 % every == 0
            ),
        ),
        (
            f"FREQ=MONTHLY;INTERVAL={every};BYDAY={nth:+d}{WEEKDAYS[weekday]}",
            lambda day, start: in_nth_month(day, start) and is_nth(day),
        ),
        (
            f"FREQ=MONTHLY;INTERVAL={every};BYMONTHDAY=-1",
            lambda day, start: in_nth_month(day, start) and (day + DAY).day == 1,
        ),
        (
            f"FREQ=YEARLY;BYMONTH={month};BYMONTHDAY={min(month_day, 28)}",
            lambda day, _: (day.month, day.day) == (month, min(month_day, 28)),
        ),
    )
    return draw(st.sampled_from(forms))


def monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def month_of(day: date) -> list[date]:
    first = day.replace(day=1)
    return [
        other
        for nth in range(31)
        if (other := first + timedelta(days=nth)).month == day.month
    ]


class TestRecurrences:
    @given(rule=rules(), start=dates(), days=st.integers(0, 900))
    def test_come_round_on_the_dates_that_their_rule_means(
        self, rule: Rule, start: date, days: int
    ) -> None:
        text, fits = rule
        end = start + timedelta(days=days)

        found = Recurrence(text, start=start).between(start, end)

        assert found == tuple(
            day
            for nth in range(days)
            if fits(day := start + timedelta(days=nth), start)
        )

    @given(
        rule=rules(),
        start=dates(),
        days=st.tuples(*(st.integers(-400, 900) for _ in range(3))).map(sorted),
    )
    def test_are_the_same_in_two_parts_wherever_they_are_parted(
        self,
        rule: Rule,
        start: date,
        days: list[int],
    ) -> None:
        recurrence = Recurrence(rule[0], start=start)
        first, parting, last = (start + timedelta(days=day) for day in days)

        assert recurrence.between(first, parting) + recurrence.between(
            parting, last
        ) == recurrence.between(first, last)
