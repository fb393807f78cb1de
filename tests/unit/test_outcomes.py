from __future__ import annotations

import pytest

from alignkit.outcomes import CODES, FAILED, OPPOSITE, OUTCOMES, PASSED, Outcome


class TestOutcome:
    def test_unknown_lies_between_fail_and_pass(self) -> None:
        assert sorted(Outcome) == [Outcome.FAIL, Outcome.UNKNOWN, Outcome.PASS]
        assert max(Outcome.UNKNOWN, Outcome.FAIL) is Outcome.UNKNOWN

    def test_nothing_else_compares_with_an_outcome(self) -> None:
        with pytest.raises(TypeError):
            _ = Outcome.PASS < 3


def test_the_integers_keep_the_order_of_the_outcomes() -> None:
    assert list(OUTCOMES) == sorted(OUTCOMES)
    assert [OPPOSITE[OPPOSITE[came]] for came in range(7)] == list(range(7))
    assert (OPPOSITE[FAILED], OPPOSITE[PASSED]) == (PASSED, FAILED)
    assert CODES[PASSED] is None
