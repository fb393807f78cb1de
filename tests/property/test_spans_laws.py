from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alignkit.errors import SpanTextError
from alignkit.spans import (
    Before,
    BusinessDays,
    BusinessTime,
    CalendarTime,
    Elapsed,
    Span,
    span,
)
from tests.strategies import dates, spans_of_every_kind

WORDS = (
    *("business", "hours", "minute", "days", "day", "week", "months", "year"),
    *("before", "same", "time", ",", "preceding", "hour,"),
    *("4", "1.5", "-1", "1e9", "0x1", "\u0661", "999999999999999"),
)


class TestText:
    @given(promised=spans_of_every_kind())
    def test_is_read_back_as_the_span_that_wrote_it(self, promised: Span) -> None:
        assert span(str(promised)) == promised

    @given(promised=spans_of_every_kind(), gaps=st.data())
    def test_means_the_same_however_it_is_spaced(
        self, promised: Span, gaps: st.DataObject
    ) -> None:
        words = str(promised).replace(",", " ,").split()

        spaced = "".join(
            gaps.draw(st.sampled_from((" ", "  ", "\t", "\n"))) + word for word in words
        )

        assert span(spaced) == promised

    @given(promised=spans_of_every_kind())
    def test_of_a_repr_makes_the_same_span(self, promised: Span) -> None:
        names = {
            kind.__name__: kind
            for kind in (Before, BusinessDays, BusinessTime, CalendarTime, Elapsed)
        }

        # A repr is for people, who copy it into a session.
        assert eval(repr(promised), names) == promised  # noqa: S307

    @given(
        text=st.one_of(
            st.text(max_size=300),
            st.lists(st.sampled_from(WORDS), max_size=8).map(" ".join),
        )
    )
    def test_of_any_kind_is_a_span_or_is_refused(self, text: str) -> None:
        try:
            read = span(text)
        except SpanTextError:
            return

        assert span(str(read)) == read


class TestCalendarTime:
    @given(day=dates(), months=st.integers(0, 400))
    def test_of_months_keeps_the_day_or_stops_at_the_end_of_the_month(
        self, day: date, months: int
    ) -> None:
        after = CalendarTime(months=months).after(day)

        assert (after.year * 12 + after.month) - (day.year * 12 + day.month) == months
        assert after.day == day.day or (
            after.day < day.day and (after + timedelta(days=1)).day == 1
        )

    @given(day=dates(), weeks=st.integers(0, 200), days=st.integers(0, 2_000))
    def test_of_weeks_and_days_counts_dates(
        self, day: date, weeks: int, days: int
    ) -> None:
        length = CalendarTime(weeks=weeks, days=days)

        assert (length.after(day) - day).days == 7 * weeks + days
        assert length.before(length.after(day)) == day

    @given(day=dates(), more=st.integers(0, 500), length=st.integers(0, 60))
    def test_from_a_later_date_never_ends_sooner(
        self, day: date, more: int, length: int
    ) -> None:
        months = CalendarTime(months=length)

        assert months.after(day) <= months.after(day + timedelta(days=more))


class TestParts:
    @given(
        hours=st.integers(0, 99),
        minutes=st.integers(0, 999),
        seconds=st.integers(0, 9_999),
        microseconds=st.integers(0, 9_999_999),
    )
    @pytest.mark.parametrize("kind", [BusinessTime, Elapsed])
    def test_add_up_to_the_microsecond(
        self,
        kind: type[BusinessTime | Elapsed],
        hours: int,
        minutes: int,
        seconds: int,
        microseconds: int,
    ) -> None:
        parts = timedelta(
            hours=hours, minutes=minutes, seconds=seconds, microseconds=microseconds
        )

        promised = kind(
            hours=hours, minutes=minutes, seconds=seconds, microseconds=microseconds
        )

        assert promised == kind.of(parts)
        assert promised.duration == parts
