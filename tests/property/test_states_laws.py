"""Laws of states: fact by fact, saved and resumed, as all at once [E5]."""

from __future__ import annotations

import json
from datetime import datetime

from hypothesis import given, note
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
)

from alignkit.agreements import Agreement
from alignkit.events import Event
from alignkit.states import SubjectState
from tests.judgement_strategies import SUBJECT, Trial, crucial, trials
from tests.reference.clocks import moment_of
from tests.wide_strategies import WideTrial, single, wide_trials

Held = tuple[SubjectState, frozenset[Event]]
"""A state, and what it was told."""


def opened(trial: Trial) -> SubjectState:
    return trial.agreement.open(SUBJECT)


def put_away(agreement: Agreement, state: SubjectState) -> SubjectState:
    """Return a state as it comes back from where it was saved as text."""
    return agreement.resume(json.loads(json.dumps(state.to_dict())))


def moments(trial: Trial) -> st.SearchStrategy[datetime]:
    instants = sorted({*crucial(trial.events), trial.as_of})
    return st.sampled_from(instants).map(lambda at: moment_of(at, "UTC"))


class TestAfter:
    @given(trial=trials(most_editions=2), data=st.data())
    def test_one_by_one_in_any_order_gives_what_all_at_once_gives(
        self, trial: Trial, data: st.DataObject
    ) -> None:
        told = data.draw(st.permutations(trial.events))
        as_of = data.draw(moments(trial))
        cut = data.draw(st.integers(0, len(told)))
        state = opened(trial)

        for number, event in enumerate(told):
            state = put_away(trial.agreement, state) if number == cut else state
            state = state.after(event)
        at_once = trial.agreement.evaluate(trial.events, as_of=as_of)

        assert state.verdicts(as_of=as_of) == at_once.verdicts
        assert state.review(as_of=as_of) == at_once.review

    @given(trial=trials(most_editions=2), data=st.data())
    def test_states_of_the_same_facts_are_equal_and_saved_alike(
        self, trial: Trial, data: st.DataObject
    ) -> None:
        one, other = opened(trial), opened(trial)

        for event in trial.events:
            one = one.after(event)
        for event in data.draw(st.permutations([*trial.events, *trial.events])):
            other = other.after(event.to_dict())

        assert one == other
        assert put_away(trial.agreement, one) == put_away(trial.agreement, other) == one

    @given(trial=trials(), data=st.data())
    def test_two_halves_merged_are_the_whole(
        self, trial: Trial, data: st.DataObject
    ) -> None:
        as_of = data.draw(moments(trial))
        halves = [opened(trial), opened(trial)]

        for event in trial.events:
            side = data.draw(st.integers(0, 1))
            halves[side] = halves[side].after(event)
        merged = halves[0].merge(halves[1])

        at_once = trial.agreement.evaluate(trial.events, as_of=as_of)
        assert merged == halves[1].merge(halves[0])
        assert merged.verdicts(as_of=as_of) == at_once.verdicts


class Forks(RuleBasedStateMachine):
    """Feed facts, save, load, fork, merge and ask, in any order."""

    states: Bundle[Held] = Bundle("states")

    @initialize(target=states, trial=wide_trials(alone=True))
    def begin(self, trial: WideTrial) -> Held:
        self.trial = trial
        self.latest = trial.agreement.open(trial.subject), frozenset[Event]()
        return self.latest

    @rule(target=states, held=states, data=st.data())
    def tell(self, held: Held, data: st.DataObject) -> Held:
        state, told = held
        event = data.draw(st.sampled_from([*self.trial.events, *self.trial.shared]))
        self.latest = state.after(event), told | {event}
        return self.latest

    @rule(target=states, held=states)
    def save_and_load(self, held: Held) -> Held:
        self.latest = put_away(self.trial.agreement, held[0]), held[1]
        return self.latest

    @rule(target=states, one=states, other=states)
    def merge(self, one: Held, other: Held) -> Held:
        self.latest = one[0].merge(other[0]), one[1] | other[1]
        return self.latest

    @invariant()
    def the_latest_says_what_an_evaluation_says(self) -> None:
        state, told = self.latest
        as_of = moment_of(self.trial.as_of, "UTC")
        note(f"told {len(told)} of {len(self.trial.events)}")

        said = single(state.verdicts(as_of=as_of))

        assert said == self.trial.of_subject(told, as_of)


TestForks = Forks.TestCase
