from __future__ import annotations

import pickle
from datetime import date, timedelta

import pytest

from alignkit.errors import (
    MomentOutOfRangeError,
    NegativeSpanError,
    SpanTextError,
    UnfitValueError,
)
from alignkit.spans import (
    Before,
    BusinessDays,
    BusinessTime,
    CalendarTime,
    Elapsed,
    Span,
    span,
)

WRITTEN: list[tuple[Span, str]] = [
    (BusinessTime(hours=4), "4 business hours"),
    (BusinessTime(hours=1, minutes=1), "1 business hour 1 business minute"),
    (BusinessTime(microseconds=1), "1 business microsecond"),
    (BusinessTime(), "0 business hours"),
    (BusinessDays(1), "1 business day"),
    (BusinessDays(2, "same_time"), "2 business days, same time"),
    (Elapsed(hours=48), "48 hours"),
    (Elapsed(minutes=90), "1 hour 30 minutes"),
    (Elapsed(), "0 hours"),
    (CalendarTime(months=1), "1 month"),
    (CalendarTime(months=2, weeks=1, days=3), "2 months 1 week 3 days"),
    (CalendarTime(), "0 days"),
    (
        Before(CalendarTime(days=45), of="renewal_date", roll="preceding"),
        "45 days before renewal_date, preceding",
    ),
    (
        Before(BusinessDays(5), of="deal.Close-Date", roll="none"),
        "5 business days before deal.Close-Date, none",
    ),
]


class TestText:
    @pytest.mark.parametrize(("value", "text"), WRITTEN, ids=[t for _, t in WRITTEN])
    def test_says_a_span_and_is_read_back(self, value: Span, text: str) -> None:
        assert str(value) == text
        assert span(text) == value

    @pytest.mark.parametrize(
        ("text", "value"),
        [
            ("15 business minutes", BusinessTime(minutes=15)),
            ("1.5 business hours", BusinessTime(minutes=90)),
            ("0.000001 seconds", Elapsed(microseconds=1)),
            ("1 year", CalendarTime(months=12)),
            ("1 year 2 months", CalendarTime(months=14)),
            (
                "1 year 2 months 3 weeks 4 days",
                CalendarTime(months=14, weeks=3, days=4),
            ),
            ("  1   months ", CalendarTime(months=1)),
            (
                "1 day before x,following",
                Before(CalendarTime(days=1), of="x", roll="following"),
            ),
            ("2 business days,same time", BusinessDays(2, "same_time")),
            ("36525 days", CalendarTime(days=36_525)),
        ],
    )
    def test_may_be_written_otherwise(self, text: str, value: Span) -> None:
        assert span(text) == value

    def test_sets_business_time_and_elapsed_time_apart(self) -> None:
        assert span("4 hours") == Elapsed(hours=4)
        assert span("4 business hours") != span("4 hours")
        assert span("4 days") != span("4 business days")

    @pytest.mark.parametrize(
        ("text", "seen", "near"),
        [
            ("", "", ()),
            ("4", "4", ()),
            ("hours", "hours", ()),
            ("four hours", "four", ()),
            ("-4 hours", "-4", ()),
            ("4hours", "4hours", ()),
            ("1e9 hours", "1e9", ()),
            ("٤ hours", "٤", ()),
            ("4 huors", "huors", ("hours", "hour")),
            ("4 busines hours", "busines", ("business",)),
            ("4 business", "4 business", ()),
            ("4 business weeks", "4 business weeks", ()),
            ("1 hour 1 hour", "hour", ()),
            ("1 day 4 hours", "1 day 4 hours", ()),
            ("1 business hour 30 minutes", "1 business hour 30 minutes", ()),
            ("1 business day 1 business hour", "1 business day 1 business hour", ()),
            ("1.5 days", "1.5", ()),
            ("0.5 business days", "0.5", ()),
            ("0.0000001 seconds", "0.1", ()),
            ("3 days, same time", "3 days", ()),
            ("999999999999 hours", "999999999999 hours", ()),
            ("36526 days", "36526 days", ()),
            ("1234567890123 hours", "1234567890123", ()),
            ("45 days before renewal_date", "before renewal_date", ()),
            (
                "45 days before renewal_date, backwards",
                "before renewal_date , backwards",
                (),
            ),
            ("45 days before 9x, none", "before 9x , none", ()),
            ("4 hours before renewal_date, none", "4 hours", ()),
        ],
    )
    def test_that_says_no_span_is_refused(
        self, text: str, seen: str, near: tuple[str, ...]
    ) -> None:
        with pytest.raises(SpanTextError) as caught:
            span(text)

        assert (caught.value.text, caught.value.seen) == (text, seen)
        assert caught.value.near == near
        assert caught.value.code == "AK-T007"

    def test_says_what_it_expected(self) -> None:
        with pytest.raises(SpanTextError) as caught:
            span("4 huors")

        assert str(caught.value) == (
            "cannot read 'huors' in the span '4 huors'; expected a unit such as "
            "'hours', or 'business'; did you mean 'hours' or 'hour'?"
        )

    def test_too_long_is_quoted_in_part(self) -> None:
        with pytest.raises(SpanTextError) as caught:
            span("9" * 1_000_000)

        assert caught.value.seen == "9" * 40 + "..."


class TestNoText:
    @pytest.mark.parametrize("given", [None, 4, b"4 hours"])
    def test_what_is_no_text_is_told_what_a_text_looks_like(
        self, given: object
    ) -> None:
        with pytest.raises(UnfitValueError, match="expected text such as '4 hours'"):
            span(given)  # type: ignore[arg-type]


class TestValues:
    def test_are_equal_if_they_are_as_long(self) -> None:
        assert BusinessTime(hours=1) == BusinessTime(minutes=60)
        assert hash(Elapsed(hours=1)) == hash(Elapsed(seconds=3_600))
        assert len({BusinessTime(hours=1), Elapsed(hours=1)}) == 2

    @pytest.mark.parametrize("kind", [BusinessTime, Elapsed])
    def test_are_as_long_as_a_timedelta(
        self, kind: type[BusinessTime | Elapsed]
    ) -> None:
        duration = timedelta(days=1, microseconds=5)

        made = kind.of(duration)

        assert made == kind(hours=24, microseconds=5)
        assert made.duration == duration

    @pytest.mark.parametrize("value", [value for value, _ in WRITTEN])
    def test_are_made_again_from_what_they_show(self, value: Span) -> None:
        assert eval(repr(value)) == value  # noqa: S307
        assert pickle.loads(pickle.dumps(value)) == value  # noqa: S301

    def test_are_not_negative(self) -> None:
        with pytest.raises(NegativeSpanError) as caught:
            BusinessTime(hours=-4)

        assert caught.value.args == ("hours", "-4")
        assert caught.value.code == "AK-T005"
        assert str(caught.value) == (
            "'hours' is negative: -4; a promise runs forward: "
            "to count back, subtract a positive span"
        )

    def test_of_days_and_months_are_not_negative(self) -> None:
        with pytest.raises(NegativeSpanError):
            BusinessDays(-1)
        with pytest.raises(NegativeSpanError):
            CalendarTime(months=-1)

    @pytest.mark.parametrize("part", [1.5, "4", True, None])
    def test_have_whole_parts(self, part: int) -> None:
        with pytest.raises(UnfitValueError) as caught:
            Elapsed(hours=part)

        assert caught.value.args == ("elapsed", "hours", "a whole number", repr(part))

    def test_last_a_hundred_years_at_most(self) -> None:
        assert Elapsed(hours=36_525 * 24).duration == timedelta(days=36_525)
        with pytest.raises(UnfitValueError):
            Elapsed(hours=36_525 * 24, microseconds=1)
        with pytest.raises(UnfitValueError):
            CalendarTime(months=1_201)

    def test_of_business_days_fall_due_at_the_close_or_at_the_same_time(self) -> None:
        with pytest.raises(UnfitValueError) as caught:
            BusinessDays(2, "open")  # type: ignore[arg-type]

        assert caught.value.field == "due"

    @pytest.mark.parametrize(
        ("length", "of", "roll", "field"),
        [
            (Elapsed(hours=1), "x", "none", "span"),
            (BusinessDays(1, "same_time"), "x", "none", "span"),
            (CalendarTime(days=1), "", "none", "of"),
            (CalendarTime(days=1), "no name", "none", "of"),
            (CalendarTime(days=1), None, "none", "of"),
            (CalendarTime(days=1), "x", "back", "roll"),
        ],
    )
    def test_before_a_date_have_fitting_parts(
        self, length: CalendarTime, of: str, roll: str, field: str
    ) -> None:
        with pytest.raises(UnfitValueError) as caught:
            Before(length, of=of, roll=roll)  # type: ignore[arg-type]

        assert caught.value.field == field


class TestCalendarTime:
    def test_clips_months_once_from_the_start(self) -> None:
        last = date(2026, 1, 31)

        assert CalendarTime(months=1).after(last) == date(2026, 2, 28)
        assert CalendarTime(months=2).after(last) == date(2026, 3, 31)
        assert CalendarTime(months=13, days=1).after(last) == date(2027, 3, 1)

    def test_counts_back_too(self) -> None:
        assert CalendarTime(months=1).before(date(2028, 3, 31)) == date(2028, 2, 29)
        assert CalendarTime(weeks=1, days=1).before(date(2026, 3, 9)) == date(
            2026, 3, 1
        )

    def test_does_not_leave_the_calendar(self) -> None:
        with pytest.raises(MomentOutOfRangeError):
            CalendarTime(days=1).after(date(9999, 12, 31))
        with pytest.raises(MomentOutOfRangeError):
            CalendarTime(months=1).before(date(1, 1, 1))
