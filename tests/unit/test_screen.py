from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alignkit.screen import WIDTH, paragraph, table, visible, width, wrapped

TEXTS = st.text(st.characters(codec=None), max_size=60)


class TestVisible:
    @pytest.mark.parametrize(
        ("text", "shown"),
        [
            ("Anna", "Anna"),
            ("Zoë 山田", "Zoë 山田"),
            ("red \x1b[31m", r"red \x1b[31m"),
            ("two\nlines", r"two\nlines"),
            ("evil \u202egnp", r"evil \u202egnp"),
            ("no\u00a0break", r"no\xa0break"),
            ("half \ud800", r"half \ud800"),
            ("tag \U000e0041", r"tag \U000e0041"),
        ],
    )
    def test_what_does_not_show_becomes_an_escape(self, text: str, shown: str) -> None:
        assert visible(text) == shown

    @given(TEXTS)
    def test_nothing_in_it_is_obeyed_by_a_terminal(self, text: str) -> None:
        categories = {unicodedata.category(char) for char in visible(text)}

        assert categories & {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"} == set()


class TestWidth:
    @pytest.mark.parametrize(
        ("text", "columns"),
        [("", 0), ("Anna", 4), ("Zoë", 3), ("Zoe\u0308", 3), ("山田", 4), ("ﾔﾏ", 2)],
    )
    def test_it_counts_columns_and_not_characters(
        self, text: str, columns: int
    ) -> None:
        assert width(text) == columns


class TestWrapped:
    def test_it_breaks_between_words(self) -> None:
        assert wrapped("sales owes an answer", 10) == ["sales owes", "an answer"]

    def test_a_word_that_is_too_long_is_broken(self) -> None:
        assert wrapped("to 00Q5e000001AbCdEAK", 8) == [
            "to",
            "00Q5e000",
            "001AbCdE",
            "AK",
        ]

    def test_nothing_is_one_empty_line(self) -> None:
        assert wrapped("", 8) == [""]

    @given(TEXTS, st.integers(min_value=10, max_value=40))
    def test_no_line_is_too_wide_and_no_character_is_lost(
        self, text: str, columns: int
    ) -> None:
        lines = wrapped(text, columns)

        assert max(map(width, lines)) <= columns
        assert "".join(lines).replace(" ", "") == visible(text).replace(" ", "")


class TestParagraph:
    def test_further_lines_may_hang(self) -> None:
        lines = paragraph("word " * 20, indent="- ", hanging="  ")

        assert lines == ["- " + "word " * 14 + "word", "  " + "word " * 4 + "word"]


class TestTable:
    def test_columns_are_aligned_and_numbers_to_the_right(self) -> None:
        rows = [["party", "kept"], ["sales", "12"], ["山田", "7"]]

        assert table(rows, numbers=[1], indent="  ") == [
            "  party  kept",
            "  sales    12",
            "  山田      7",
        ]

    def test_no_rows_are_no_lines(self) -> None:
        assert table([]) == []

    def test_what_is_too_wide_takes_several_lines_and_is_not_cut(self) -> None:
        rows = [["L1", "w " * 45, "late"]]

        first, second = table(rows)

        assert first == "L1  " + "w " * 35 + "  late"
        assert second == "    " + "w " * 9 + "w"

    def test_a_number_is_never_broken(self) -> None:
        rows = [["x" * 60, "9" * 30, "y" * 8]]

        lines = table(rows, numbers=[1])

        assert "9" * 30 in lines[0]

    def test_what_cannot_be_narrowed_is_shown_all_the_same(self) -> None:
        rows = [["x" * 8, "9" * 80], ["y" * 20, "1"]]

        lines = table(rows, numbers=[1])

        assert lines == [
            f"{'x' * 8}  {'9' * 80}",
            f"{'y' * 8}  {' ' * 79}1",
            "y" * 8,
            "y" * 4,
        ]

    @given(st.lists(st.tuples(TEXTS, TEXTS, TEXTS), max_size=4))
    def test_it_fits_the_screen(self, rows: list[tuple[str, str, str]]) -> None:
        assert all(width(line) <= WIDTH for line in table(rows))
