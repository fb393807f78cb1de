"""On which channels a person does not want to be contacted [K11]."""

from __future__ import annotations

import pytest

from alignkit.consents import NOTHING, Refusals
from alignkit.happenings import ConsentChanged
from tests.deadlines import fact

CALLS = frozenset({"call"})
BOTH = frozenset({"call", "email"})


def told(*said: tuple[str | None, bool]) -> Refusals:
    """Return what is refused after some words, one after the other."""
    now = NOTHING
    for channel, granted in said:
        word = ConsentChanged(channel=channel, granted=granted)
        now = now.after([fact(word, "04 10:00")])
    return now


class TestCover:
    @pytest.mark.parametrize(
        ("said", "anything", "calls", "both"),
        [
            ([], False, False, False),
            ([(None, False)], True, True, True),
            ([("call", False)], False, True, False),
            ([("call", False), ("email", False)], False, True, True),
            ([(None, False), ("call", True)], False, False, False),
            ([(None, False), ("email", True)], False, True, False),
            ([(None, False), ("email", True), ("email", False)], True, True, True),
            ([(None, False), (None, True)], False, False, False),
            ([("call", False), ("call", True)], False, False, False),
            ([("call", False), (None, True)], False, False, False),
            ([("call", True)], False, False, False),
        ],
    )
    def test_the_last_word_about_a_channel_counts(
        self,
        said: list[tuple[str | None, bool]],
        anything: bool,  # noqa: FBT001 - what the rows expect
        calls: bool,  # noqa: FBT001 - what the rows expect
        both: bool,  # noqa: FBT001 - what the rows expect
    ) -> None:
        now = told(*said)

        covered = (now.covers(None), now.covers(CALLS), now.covers(BOTH))
        assert covered == (anything, calls, both)

    def test_of_two_words_of_one_moment_the_refusal_counts(self) -> None:
        words = [
            fact(ConsentChanged(granted=granted), "04 10:00", id=str(granted))
            for granted in (False, True)
        ]

        assert NOTHING.after(words).covers(None)
        assert NOTHING.after(reversed(words)).covers(None)

    def test_what_is_no_word_about_it_changes_nothing(self) -> None:
        assert NOTHING.after([fact("go", "04 10:00")]) is NOTHING
