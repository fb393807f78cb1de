from __future__ import annotations

import pytest

from alignkit.errors import HoursTextError, UnfitValueError
from alignkit.shifts import Shift, shifts_of, week_of, week_text, weekdays

MINUTE = 60_000_000
HOUR = 60 * MINUTE


class TestShift:
    @pytest.mark.parametrize(
        ("text", "opens", "closes", "again"),
        [
            ("09:00-17:00", 9 * HOUR, 17 * HOUR, "09:00-17:00"),
            ("22:00-06:00", 22 * HOUR, 30 * HOUR, "22:00-06:00"),
            ("00:00-24:00", 0, 24 * HOUR, "00:00-24:00"),
            ("00:00-00:00", 0, 24 * HOUR, "00:00-24:00"),
            ("09:00-09:00", 9 * HOUR, 33 * HOUR, "09:00-09:00"),
            ("18:00-24:00", 18 * HOUR, 24 * HOUR, "18:00-24:00"),
            ("09:00:30-17:00", 9 * HOUR + 30_000_000, 17 * HOUR, "09:00:30-17:00"),
            ("09:00:00.5-17:00", 9 * HOUR + 500_000, 17 * HOUR, "09:00:00.5-17:00"),
            ("09:00:00.000001-17:00", 9 * HOUR + 1, 17 * HOUR, "09:00:00.000001-17:00"),
            (" 09:00 - 17:00 ", 9 * HOUR, 17 * HOUR, "09:00-17:00"),
        ],
    )
    def test_is_read_and_written(
        self, text: str, opens: int, closes: int, again: str
    ) -> None:
        shift = Shift.parse(text)

        assert shift == Shift(opens, closes)
        assert str(shift) == again
        assert Shift.parse(again) == shift

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "-",
            "09:00",
            "9:00-17:00",
            "9-5",
            "09:00-24:01",
            "24:00-25:00",
            "24:00-06:00",
            "09:60-10:00",
            "09:00-17:00-18:00",
            "09:00:00.1234567-10:00",
            "\u0660\u0669:00-17:00",
        ],
    )
    def test_that_says_no_hours_is_refused(self, text: str) -> None:
        with pytest.raises(HoursTextError) as caught:
            Shift.parse(text)

        assert caught.value.args[:2] == (
            text,
            "two times such as '09:00-17:00', the first before 24:00",
        )
        assert caught.value.code == "AK-T008"

    def test_too_long_is_quoted_in_part(self) -> None:
        with pytest.raises(HoursTextError) as caught:
            Shift.parse("9" * 81)

        assert caught.value.text == "9" * 40 + "..."

    @pytest.mark.parametrize(
        ("opens", "closes"),
        [(-1, HOUR), (24 * HOUR, 25 * HOUR), (HOUR, HOUR), (0, 24 * HOUR + 1)],
    )
    def test_lasts_a_day_at_most_and_starts_on_its_date(
        self, opens: int, closes: int
    ) -> None:
        with pytest.raises(UnfitValueError):
            Shift(opens, closes)


class TestWeekdays:
    @pytest.mark.parametrize(
        ("text", "days"),
        [
            ("mon", (0,)),
            ("mon-fri", (0, 1, 2, 3, 4)),
            ("fri-mon", (0, 4, 5, 6)),
            ("mon-mon", (0,)),
            ("wed, mon", (0, 2)),
            ("mon-tue,tue-wed", (0, 1, 2)),
        ],
    )
    def test_are_named_one_by_one_and_in_ranges(
        self, text: str, days: tuple[int, ...]
    ) -> None:
        assert weekdays(text) == days

    @pytest.mark.parametrize("text", ["", "monday", "MON", "mon-", "mon,,tue", "-fri"])
    def test_are_not_guessed(self, text: str) -> None:
        with pytest.raises(HoursTextError) as caught:
            weekdays(text)

        assert str(caught.value).startswith(
            f"cannot read the hours {text!r}; expected days of mon, tue, wed, thu, "
            "fri, sat, sun, such as 'mon-fri'"
        )

    def test_too_long_are_quoted_in_part(self) -> None:
        with pytest.raises(HoursTextError) as caught:
            weekdays("monday" * 20)

        assert caught.value.text.endswith("...")


class TestWeek:
    def test_is_read_and_written(self) -> None:
        text = {
            "mon-thu": ["09:00-12:00", "13:00-17:00"],
            "fri": ["09:00-12:00"],
            "sun": ["22:00-06:00"],
        }

        week = week_of(text)

        assert [len(shifts) for shifts in week] == [2, 2, 2, 2, 1, 0, 1]
        assert week_text(week) == text

    def test_names_each_day_once(self) -> None:
        with pytest.raises(HoursTextError) as caught:
            week_of({"mon-fri": ["09:00-17:00"], "fri": ["09:00-12:00"]})

        assert caught.value.args[:2] == ("fri", "each weekday once; fri is there twice")

    def test_takes_lists_of_hours(self) -> None:
        with pytest.raises(HoursTextError) as caught:
            shifts_of("09:00-17:00")

        assert caught.value.args[:2] == (
            "09:00-17:00",
            "a list of hours, such as ['09:00-17:00']",
        )


class TestWrongTypes:
    @pytest.mark.parametrize(
        ("week", "seen", "expected"),
        [
            ("mon", "'mon'", "hours by day, such as {'mon-fri': ['09:00-17:00']}"),
            ({1: ["09:00-17:00"]}, "1", "days as text, such as 'mon-fri'"),
            ({"mon": 9}, "9", "a list of hours, such as ['09:00-17:00']"),
            ({"mon": [None]}, "None", "text such as '09:00-17:00'"),
            ({"mon": [(9, 17)]}, "(9, 17)", "text such as '09:00-17:00'"),
        ],
    )
    def test_are_told_what_to_write(
        self, week: object, seen: str, expected: str
    ) -> None:
        with pytest.raises(HoursTextError) as caught:
            week_of(week)  # type: ignore[arg-type]

        assert caught.value.args[:2] == (seen, expected)


class TestNear:
    @pytest.mark.parametrize(
        ("text", "near"),
        [
            ("9-5", "09:00-17:00"),
            ("9-17", "09:00-17:00"),
            ("9am-5pm", "09:00-17:00"),
            ("9 AM to 12:30 PM", "09:00-12:30"),
            ("12am-6am", "00:00-06:00"),
            ("9:00-17:00", "09:00-17:00"),
            ("09.00-17.30", "09:00-17:30"),
            ("0900-1700", "09:00-17:00"),
            ("09:00\u201317:00", "09:00-17:00"),
            ("22:00 to 6:00", "22:00-06:00"),
            ("25:00-26:00", None),
            ("9:00-24:30", None),
            ("all day", None),
        ],
    )
    def test_loose_hours_are_understood_and_refused(
        self, text: str, near: str | None
    ) -> None:
        with pytest.raises(HoursTextError) as caught:
            Shift.parse(text)

        assert caught.value.near == near
        if near is not None:
            assert str(caught.value).endswith(f"; did you mean {near!r}?")
            assert str(Shift.parse(near)) == near

    @pytest.mark.parametrize(
        ("text", "near"),
        [
            ("Monday", "mon"),
            ("Mon-Fri", "mon-fri"),
            ("monday to friday", "mon-fri"),
            ("mon,Wednes", "mon,wed"),
            ("m-f", None),
            ("weekdays", None),
        ],
    )
    def test_days_in_other_words_too(self, text: str, near: str | None) -> None:
        with pytest.raises(HoursTextError) as caught:
            weekdays(text)

        assert caught.value.near == near
