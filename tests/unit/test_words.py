from __future__ import annotations

import pytest

from alignkit.errors import UnfitValueError
from alignkit.words import WordPattern, finder, words


class TestWords:
    @pytest.mark.parametrize(
        ("text", "found"),
        [
            ("VP, Sales & Marketing (EMEA)", ["vp", "sales", "marketing", "emea"]),
            ("head_of_sales", ["head", "of", "sales"]),
            ("Straße", ["strasse"]),
            ("cafe\u0301", ["café"]),
            ("3rd-level R&D", ["3rd", "level", "r", "d"]),
            (" -- ", []),
        ],
    )
    def test_a_text_is_its_words_in_lower_case(
        self, text: str, found: list[str]
    ) -> None:
        assert words(text) == found


class TestMatches:
    @pytest.mark.parametrize(
        ("pattern", "text", "answer"),
        [
            ("vp", "Deputy VP of Sales", True),
            ("vp", "MVP", False),
            ("head of *", "Head of", True),
            ("head of *", "Head, of Sales", True),
            ("head of", "head of-sales", True),
            ("head of", "head and of", False),
            ("chief * officer", "Chief People and Culture Officer", True),
            ("chief * officer", "Officer, Chief", False),
            ("* chief", "in chief", True),
            ("market*", "Marketing", True),
            ("*ceo", "Vice-CEO", True),
            ("*eo", "CEO", True),
            ("m*r", "manager", True),
            ("m*a*g*r", "manager", True),
            ("m*z*r", "manager", False),
            ("ab*ba", "aba", False),
            ("head of market*", "Head of Sales and Marketing", False),
            ("head * market*", "Head of Sales and Marketing", True),
            ("** vp **", "vp", True),
            ("a * a", "a", False),
            ("a b * b c", "a b c", False),
            ("r&d", "R and D; R&D", True),
        ],
    )
    def test_words_are_found_in_their_order(
        self, pattern: str, text: str, *, answer: bool
    ) -> None:
        assert WordPattern(pattern).matches(text) is answer

    def test_any_of_several_patterns_will_do(self) -> None:
        finds = finder([WordPattern("vp"), WordPattern("direct*")])

        assert [finds(text) for text in ("VP", "Director", "CEO")] == [
            True,
            True,
            False,
        ]

    @pytest.mark.parametrize(
        ("pattern", "text"),
        [
            ("a*a*a*a*a*a*a*b", "a" * 1_000_000),
            ("a* a* a* a* b*", "a " * 100_000),
            ("a * a * a * a * b", "a " * 300_000),
            ("x", "\u0301\u0323" * 300_000),
            ("x", "a" + "\u0301\u0323" * 300_000),
        ],
        ids=["letters", "words", "gaps", "accents", "accents of a letter"],
    )
    def test_nothing_takes_longer_than_the_text_is_long(
        self, pattern: str, text: str
    ) -> None:
        # Anything slower than linear would not come back from texts of this length.
        assert not WordPattern(pattern).matches(text)

    @pytest.mark.parametrize("pattern", ["", "*", "* *", "--", "x" * 201])
    def test_a_pattern_without_words_is_refused(self, pattern: str) -> None:
        with pytest.raises(UnfitValueError):
            WordPattern(pattern)
