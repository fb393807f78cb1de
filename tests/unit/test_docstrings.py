from __future__ import annotations

from alignkit.docstrings import attributes_of, summary
from alignkit.errors import EventError


class Silent:
    pass


class Brief:
    """One sentence,
    on two lines.

    Another one.
    """


class Told:
    """Something with fields.

    Attributes:
        id: Its name: ``"x"``.
        since: Since when,
            and until when.

    Raises:
        ValueError: If it is wrong.
    """


class TestSummary:
    def test_it_is_the_first_sentence_on_one_line(self) -> None:
        assert summary(Brief) == "One sentence, on two lines."
        assert summary(EventError) == "Something that was given as an event is none."

    def test_a_class_that_says_nothing_has_none(self) -> None:
        assert summary(Silent) == ""


class TestAttributesOf:
    def test_each_field_is_told_on_one_line(self) -> None:
        assert attributes_of(Told) == {
            "id": 'Its name: ``"x"``.',
            "since": "Since when, and until when.",
        }

    def test_a_class_that_lists_none_tells_of_none(self) -> None:
        assert attributes_of(Silent) == attributes_of(Brief) == {}
