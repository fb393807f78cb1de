from __future__ import annotations

from hypothesis import given, settings

from tests.judgement_strategies import Trial, answers_of, trials
from tests.reference import judge


class TestReference:
    @given(trial=trials())
    def test_one_edition(self, trial: Trial) -> None:
        slow = judge.answers(trial.signed, trial.events, trial.as_of)

        assert answers_of(trial.evaluate()) == slow
    @given(trial=trials(most_editions=3))
    def test_several(self, trial: Trial) -> None:
        slow = judge.answers(trial.signed, trial.events, trial.as_of)

        assert answers_of(trial.evaluate()) == slow
