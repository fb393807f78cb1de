"""Laws of whole agreements: all kinds of promise beside each other, many subjects."""

from __future__ import annotations

import json
from datetime import date

import attrs
from hypothesis import given, settings
from hypothesis import strategies as st

from alignkit.events import Event
from alignkit.loopfigures import LoopFigures, Portion
from alignkit.standings import Status
from alignkit.terms import Term
from tests.judgement_strategies import crucial, instants
from tests.reference.clocks import HOUR, instant_of, moment_of
from tests.reference.judge import recorded
from tests.wide_strategies import (
    LEADS,
    Plain,
    WideTrial,
    keyed,
    lengthened,
    plain_histories,
    plain_terms,
    shown,
    single,
    wide_trials,
)

FEW = settings(max_examples=max(3, settings().max_examples // 3))
"""A whole agreement takes long to draw."""

ANY = wide_trials() | wide_trials(is_merged=True)
ZONES = st.sampled_from(("Asia/Kathmandu", "Pacific/Apia"))


def known_by_then(trial: WideTrial) -> WideTrial:
    """Return a trial in which nobody knows more than at the moment of the question."""
    return attrs.evolve(
        trial,
        events=tuple(one for one in trial.events if recorded(one) <= trial.as_of),
        shared=tuple(one for one in trial.shared if recorded(one) <= trial.as_of),
    )


def happened_by_then(trial: WideTrial) -> WideTrial:
    """Return a trial in which nothing more happens after the question."""
    now = known_by_then(trial)
    return attrs.evolve(
        now, events=tuple(one for one in now.events if instant_of(one.at) <= now.as_of)
    )


def bare(found: LoopFigures) -> dict[str, object]:
    """Return figures without the cases behind them."""
    told: dict[str, object] = {"loop": found.loop}
    for one in attrs.fields(LoopFigures):
        held = getattr(found, one.name)
        if isinstance(held, Portion):
            told[one.name] = held.share
    if found.turnaround is not None:
        told["turnaround"] = (
            found.turnaround.unit,
            found.turnaround.lengths,
            found.turnaround.still_open,
            found.turnaround.median,
            found.turnaround.median_of_answered,
        )
    return told


class TestFacts:
    @FEW
    @given(trial=ANY, data=st.data())
    def test_neither_order_nor_repetition_matters(
        self, trial: WideTrial, data: st.DataObject
    ) -> None:
        again = data.draw(st.lists(st.sampled_from(trial.events), max_size=3))
        mixed = data.draw(st.permutations([*trial.events, *again]))

        assert trial.evaluate(mixed) == trial.evaluate()

    @FEW
    @given(trial=ANY, zone=ZONES)
    def test_neither_does_the_zone_in_which_they_are_written(
        self, trial: WideTrial, zone: str
    ) -> None:
        elsewhere = [
            one
            if one.day is not None
            else attrs.evolve(one, at=moment_of(instant_of(one.at), zone))
            for one in trial.events
        ]

        there = trial.agreement.evaluate(
            elsewhere, as_of=moment_of(trial.as_of, zone), shared=trial.shared
        )

        assert there.verdicts == trial.evaluate().verdicts
        assert there.feedback == trial.evaluate().feedback


class TestStream:
    @FEW
    @given(trial=wide_trials())
    def test_it_says_what_an_evaluation_says(self, trial: WideTrial) -> None:
        stream, at_once = trial.stream(), trial.evaluate()

        told = tuple(stream.verdicts)

        assert keyed(told) == keyed(at_once.verdicts)
        assert set(stream.review) == set(at_once.review)
        assert [bare(one) for one in stream.feedback] == [
            bare(one) for one in at_once.feedback
        ]
        assert not any(
            portion.of
            for one in stream.feedback
            for portion in (one.coverage, one.closure, one.on_time)
        )

    @FEW
    @given(trial=wide_trials())
    def test_it_counts_what_an_evaluation_counts(self, trial: WideTrial) -> None:
        card, whole = trial.stream().scorecard(), trial.evaluate().scorecard()

        assert [
            (line.party, line.term, line.tally.counts, line.shares)
            for line in card.lines
        ] == [
            (line.party, line.term, line.tally.counts, line.shares)
            for line in whole.lines
        ]


class TestStates:
    @FEW
    @given(trial=wide_trials(alone=True), data=st.data())
    def test_one_by_one_and_resumed_gives_what_all_at_once_gives(
        self, trial: WideTrial, data: st.DataObject
    ) -> None:
        told = data.draw(st.permutations([*trial.events, *trial.shared]))
        cut = data.draw(st.integers(0, len(told)))
        as_of = moment_of(trial.as_of)
        state = trial.agreement.open(trial.subject)

        for number, event in enumerate(told):
            if number == cut:
                text = json.dumps(state.to_dict())
                state = trial.agreement.resume(json.loads(text))
            state = state.after(event)

        alone = single(state.verdicts(as_of=as_of))
        assert alone == trial.of_subject(told, as_of)

    @FEW
    @given(trial=wide_trials(is_merged=True), data=st.data())
    def test_the_states_of_records_that_are_one_are_merged(
        self, trial: WideTrial, data: st.DataObject
    ) -> None:
        told = [one for one in trial.events if one.subject in LEADS]
        last = max(instant_of(one.at) for one in told)
        as_of = moment_of(last + data.draw(st.sampled_from((0, HOUR, 90 * HOUR))))
        one, other = map(trial.agreement.open, LEADS)

        for event in data.draw(st.permutations(told)):
            if event.subject == LEADS[0]:
                one = one.after(event)
            else:
                other = other.after(event)
        for event in trial.shared:
            one = one.after(event)
        mine = single(one.merge(other).verdicts(as_of=as_of))

        assert mine == trial.of_subject([*told, *trial.shared], as_of)

    @FEW
    @given(trial=wide_trials(alone=True))
    def test_what_takes_all_subjects_is_unknown_and_named(
        self, trial: WideTrial
    ) -> None:
        state = trial.agreement.open(trial.subject)
        for event in trial.events:
            state = state.after(event)

        verdicts = state.verdicts(as_of=moment_of(trial.as_of))
        alone = single(verdicts)
        for one in verdicts:
            if one not in alone:
                assert one.status is Status.UNKNOWN
                assert one.reason is not None


class TestSettled:
    @FEW
    @given(trial=ANY, data=st.data())
    def test_it_never_changes_without_a_fact_recorded_later(
        self, trial: WideTrial, data: st.DataObject
    ) -> None:
        now = happened_by_then(trial)
        later = data.draw(
            st.sampled_from(crucial(trial.events))
            | st.integers(0, 900).map(lambda hours: trial.as_of + hours * HOUR)
        )
        before = keyed(now.evaluate().verdicts)
        then = keyed(now.evaluate(as_of=max(later, now.as_of)).verdicts)

        for key, one in before.items():
            if one.status.is_settled:
                assert then[key].status is one.status
            if one.status is Status.BREACHED:
                assert then[key].status is Status.BREACHED


class TestNextChange:
    @FEW
    @given(trial=ANY, data=st.data())
    def test_nothing_changes_before_it(
        self, trial: WideTrial, data: st.DataObject
    ) -> None:
        now = happened_by_then(trial)
        said = now.evaluate().verdicts
        moments = [one.next_change_at for one in said if one.next_change_at is not None]
        end = min(map(instant_of, moments), default=now.as_of + 2_000 * HOUR)
        between = data.draw(st.just(end - 1) | st.integers(now.as_of, end - 1))

        then = shown(now.evaluate(as_of=between).verdicts)

        before = shown(said)
        assert {key: then[key] for key in before} == before

    @FEW
    @given(trial=ANY)
    def test_something_changes_at_it(self, trial: WideTrial) -> None:
        now = happened_by_then(trial)
        said = keyed(now.evaluate().verdicts)
        before = shown(tuple(said.values()))

        for key, one in said.items():
            if one.next_change_at is not None:
                then = shown(
                    now.evaluate(as_of=instant_of(one.next_change_at)).verdicts
                )
                assert then[key] != before[key]

    @FEW
    @given(trial=ANY)
    def test_what_is_open_says_when(self, trial: WideTrial) -> None:
        for one in trial.evaluate().verdicts:
            change = one.next_change_at
            assert change is None or instant_of(change) > trial.as_of
            if one.status in (Status.PENDING, Status.AT_RISK):
                assert change is not None
            elif one.status.is_settled:
                assert change is None


class TestTargets:
    # A reset, a new start and another segment are heeded only before the promise is
    # due, so that a longer target can lead to another run; a plain promise has none.

    @given(term=plain_terms(), told=plain_histories(), as_of=instants(), data=st.data())
    def test_a_longer_one_never_breaks_a_kept_promise(
        self, term: Term, told: list[Event], as_of: int, data: st.DataObject
    ) -> None:
        longer = lengthened(term, data.draw(st.integers(1, 3)))
        when = moment_of(as_of + data.draw(st.sampled_from((0, 90 * HOUR))))

        before = Plain(term=term).agreement.evaluate(told, as_of=when)
        after = Plain(term=longer).agreement.evaluate(told, as_of=when)

        then = keyed(after.verdicts)
        for key, one in keyed(before.verdicts).items():
            if one.status is Status.MET:
                assert then[key].status is Status.MET

    @given(
        term=plain_terms(),
        told=plain_histories(),
        as_of=instants(),
        day=st.dates(date(2026, 3, 4), date(2026, 3, 20)),
    )
    def test_one_more_holiday_never_makes_anything_due_sooner(
        self, term: Term, told: list[Event], as_of: int, day: date
    ) -> None:
        usual = Plain(term=term).agreement
        off = Plain(term=term, holidays=(day,)).agreement

        before = keyed(usual.evaluate(told, as_of=moment_of(as_of)).verdicts)
        after = keyed(off.evaluate(told, as_of=moment_of(as_of)).verdicts)

        assert before.keys() == after.keys()
        for key, one in before.items():
            due = after[key].due_at
            if one.due_at is not None and due is not None:
                assert instant_of(due) >= instant_of(one.due_at)


class TestScorecard:
    @FEW
    @given(trial=ANY)
    def test_its_statuses_add_up(self, trial: WideTrial) -> None:
        evaluation = trial.evaluate()
        card = evaluation.scorecard()

        cases = [one for one in evaluation.verdicts if not one.is_of_share]
        shares = [one for one in evaluation.verdicts if one.is_of_share]

        assert sum(line.tally.total for line in card.lines) == len(cases)
        assert sum(len(line.shares) for line in card.lines) == len(shares)
        for line in card.lines:
            counts = [line.tally.count(status) for status in Status]
            assert sum(counts) == line.tally.total
            assert line.tally.compliance.denominator == sum(
                line.tally.count(status)
                for status in (Status.MET, Status.LATE, Status.BREACHED)
            )
        pooled = dict(card.parties)
        assert sum(tally.total for tally in pooled.values()) == len(cases)
