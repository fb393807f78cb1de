"""Laws that every judgement keeps, whatever was promised and whatever happened."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import attrs
from hypothesis import assume, given
from hypothesis import strategies as st

from alignkit.evaluations import Evaluation
from alignkit.events import Subject
from alignkit.happenings import Retracted
from alignkit.scorecards import Scorecard, Tally
from alignkit.spans import BusinessDays, BusinessTime, CalendarTime, Elapsed, Span
from alignkit.standings import Status
from tests.judgement_strategies import (
    Trial,
    adopting_trials,
    answers_of,
    changing_trials,
    crucial,
    forward_spans,
    trials,
)
from tests.reference import judge, ladders
from tests.reference.clocks import HOUR, instant_of, moment_of

MICROSECOND = timedelta(microseconds=1)
_GO_ON = ("goes_on", "counts_all")
HOURS = st.integers(1, 20)
ANY_TRIAL = (
    trials(most_editions=2)
    | trials(is_stay=True, most_editions=2)
    | changing_trials()
    | adopting_trials()
)


def statuses(evaluation: Evaluation) -> dict[int, Status]:
    return {verdict.cycle: verdict.status for verdict in evaluation.verdicts}


def shown(evaluation: Evaluation) -> dict[int, tuple[Status, list[int]]]:
    """Return what a host would see: each status, and the steps that fired."""
    return {
        verdict.cycle: (
            verdict.status,
            [one.step for one in verdict.steps if one.has_fired],
        )
        for verdict in evaluation.verdicts
    }


def instants_of(*moments: datetime | None) -> list[int]:
    """Return moments as instants; all of them must be known."""
    assert None not in moments
    return [instant_of(moment) for moment in moments if moment is not None]


def by_the_question(trial: Trial, as_of: int | None = None) -> Trial:
    """Return a trial in which nobody knows more than at the moment of the question."""
    end = trial.as_of if as_of is None else as_of
    return attrs.evolve(
        trial,
        events=tuple(one for one in trial.events if judge.recorded(one) <= end),
    )


def later_than(trial: Trial) -> st.SearchStrategy[int]:
    """Draw a moment at or after the question, most of them where something changes."""
    after = [at for at in crucial(trial.events) if at >= trial.as_of]
    return st.sampled_from([*after, trial.as_of + 900 * HOUR]) | st.builds(
        lambda lag: trial.as_of + lag, st.integers(0, 900 * HOUR)
    )


class TestReference:
    @given(trial=trials())
    def test_a_promise_stands_as_the_slow_judge_says(self, trial: Trial) -> None:
        slow = judge.answers(trial.signed, trial.events, trial.as_of)

        assert answers_of(trial.evaluate()) == slow

    @given(trial=trials(most_editions=3))
    def test_the_edition_in_force_at_the_start_governs(self, trial: Trial) -> None:
        slow = judge.answers(trial.signed, trial.events, trial.as_of)

        assert answers_of(trial.evaluate()) == slow

    @given(trial=trials(is_stay=True, most_editions=2))
    def test_a_stay_is_judged_visit_by_visit(self, trial: Trial) -> None:
        slow = judge.answers(trial.signed, trial.events, trial.as_of)

        assert answers_of(trial.evaluate()) == slow

    @given(trial=changing_trials())
    def test_what_is_left_of_one_target_is_left_of_the_next(self, trial: Trial) -> None:
        slow = judge.answers(trial.signed, trial.events, trial.as_of)

        assert answers_of(trial.evaluate()) == slow

    @given(trial=adopting_trials())
    def test_a_running_promise_goes_over_to_the_next_edition(
        self, trial: Trial
    ) -> None:
        slow = judge.answers(trial.signed, trial.events, trial.as_of)

        assert answers_of(trial.evaluate()) == slow

    @given(trial=trials(most_editions=2), data=st.data())
    def test_what_was_not_recorded_by_then_is_not_known(
        self, trial: Trial, data: st.DataObject
    ) -> None:
        known_at = data.draw(st.sampled_from(crucial(trial.events)))

        slow = judge.answers(trial.signed, trial.events, trial.as_of, known_at)

        assert answers_of(trial.evaluate(known_at=known_at)) == slow


class TestFacts:
    @given(trial=ANY_TRIAL, data=st.data())
    def test_their_order_does_not_matter(
        self, trial: Trial, data: st.DataObject
    ) -> None:
        shuffled = data.draw(st.permutations(trial.events))

        assert trial.evaluate(shuffled) == trial.evaluate()

    @given(trial=ANY_TRIAL, data=st.data())
    def test_their_repetition_does_not_matter(
        self, trial: Trial, data: st.DataObject
    ) -> None:
        again = data.draw(st.lists(st.sampled_from(trial.events)))

        assert trial.evaluate([*trial.events, *again]) == trial.evaluate()

    @given(trial=trials(), zone=st.sampled_from(("Asia/Kathmandu", "Pacific/Apia")))
    def test_the_zone_in_which_they_are_written_does_not_matter(
        self, trial: Trial, zone: str
    ) -> None:
        elsewhere = [
            one
            if one.day is not None
            else attrs.evolve(one, at=moment_of(instant_of(one.at), zone))
            for one in trial.events
        ]

        assert trial.evaluate(elsewhere) == trial.evaluate()

    @given(trial=trials(), zone=st.sampled_from(("Asia/Kathmandu", "Pacific/Apia")))
    def test_the_zone_of_the_question_does_not_matter(
        self, trial: Trial, zone: str
    ) -> None:
        there = trial.agreement.evaluate(
            trial.events, as_of=moment_of(trial.as_of, zone)
        )

        assert there.verdicts == trial.evaluate().verdicts

    @given(trial=ANY_TRIAL, data=st.data())
    def test_those_recorded_later_are_as_good_as_absent(
        self, trial: Trial, data: st.DataObject
    ) -> None:
        known_at = data.draw(st.sampled_from(crucial(trial.events)))

        recorded = [one for one in trial.events if judge.recorded(one) <= known_at]

        assert trial.evaluate(known_at=known_at) == trial.evaluate(recorded)

    @given(trial=ANY_TRIAL)
    def test_subjects_do_not_touch_each_other(self, trial: Trial) -> None:
        others = [
            attrs.evolve(one, subject=Subject(id="L2"), id=f"{one.id} of L2")
            for one in trial.events
            if not isinstance(one.fact, Retracted)
        ]

        both = trial.evaluate([*trial.events, *others])

        apart = trial.evaluate().verdicts + trial.evaluate(others).verdicts
        assert both.verdicts == apart


class TestSettled:
    @given(trial=ANY_TRIAL, data=st.data())
    def test_it_never_changes_without_a_fact_recorded_later(
        self, trial: Trial, data: st.DataObject
    ) -> None:
        now = by_the_question(trial)
        later = data.draw(later_than(trial))
        new = [
            one
            for one in trial.events
            if instant_of(one.at) > trial.as_of
            and one.id not in {known.id for known in now.events}
            and not isinstance(one.fact, Retracted)
        ]

        before = statuses(now.evaluate())
        then = now.evaluate([*now.events, *new], as_of=later)
        after = statuses(then)
        revised = {one.cycle: one.revised for one in then.verdicts}

        # What is opened again goes on, and says so; nothing else is ever unsettled.
        opens = any(
            signed.rule is not None and signed.rule.reopening in _GO_ON
            for signed in trial.signed
        )
        settled = {cycle: one for cycle, one in before.items() if one.is_settled}
        kept = {
            cycle: after[cycle] for cycle in settled if not (opens and revised[cycle])
        }
        assert kept == {cycle: settled[cycle] for cycle in kept}

    @given(trial=trials(is_plain=True, most_editions=2), data=st.data())
    def test_what_is_broken_stays_broken(
        self, trial: Trial, data: st.DataObject
    ) -> None:
        later = data.draw(later_than(trial))

        before = statuses(trial.evaluate())
        after = {one.cycle: one for one in trial.evaluate(as_of=later).verdicts}

        # What is dated by day alone was in time on the day that was due, though the
        # promise was broken until it was told; then the verdict says so.
        broken = [cycle for cycle, one in before.items() if one is Status.BREACHED]
        assert all(
            after[cycle].status.is_broken or after[cycle].revised for cycle in broken
        )


class TestNextChange:
    @given(trial=ANY_TRIAL, data=st.data())
    def test_nothing_changes_before_it(self, trial: Trial, data: st.DataObject) -> None:
        now = by_the_question(trial)
        seen = [one for one in now.events if instant_of(one.at) <= now.as_of]
        said = now.evaluate(seen).verdicts
        moments = [one.next_change_at for one in said if one.next_change_at is not None]
        end = min(map(instant_of, moments), default=now.as_of + 2_000 * HOUR)
        between = data.draw(st.just(end - 1) | st.integers(now.as_of, end - 1))

        then = now.evaluate(seen, as_of=between)

        assert shown(then) == shown(now.evaluate(seen))

    @given(trial=ANY_TRIAL)
    def test_something_changes_at_it(self, trial: Trial) -> None:
        now = by_the_question(trial)
        seen = [one for one in now.events if instant_of(one.at) <= now.as_of]

        said = now.evaluate(seen)
        for verdict in said.verdicts:
            if verdict.next_change_at is not None:
                then = now.evaluate(seen, as_of=instant_of(verdict.next_change_at))

                assert shown(then)[verdict.cycle] != shown(said)[verdict.cycle]

    @given(trial=ANY_TRIAL)
    def test_it_lies_in_the_future_and_only_of_what_is_open(self, trial: Trial) -> None:
        for verdict in trial.evaluate().verdicts:
            change = verdict.next_change_at
            assert change is None or instant_of(change) > trial.as_of
            if verdict.status in (Status.PENDING, Status.AT_RISK):
                assert change is not None
            elif verdict.status not in (Status.UNKNOWN, Status.BREACHED):
                assert change is None


class TestEscalations:
    @given(trial=trials(most_editions=2) | changing_trials() | adopting_trials())
    def test_they_fire_when_the_slow_judge_says(self, trial: Trial) -> None:
        assume(not judge.forms_of(trial.events)[1])
        slow = ladders.fired(trial.signed, trial.events, trial.as_of)

        found = trial.evaluate().escalations()

        assert {
            (one.cycle, one.step): at
            for one, at in zip(found, instants_of(*(s.at for s in found)), strict=True)
        } == slow

    @given(trial=trials(is_plain=True), data=st.data())
    def test_what_fires_from_one_question_to_the_next_is_told_once(
        self, trial: Trial, data: st.DataObject
    ) -> None:
        earlier = data.draw(st.sampled_from(crucial(trial.events)))
        assume(earlier <= trial.as_of)

        first = trial.evaluate(as_of=earlier).escalations()
        second = trial.evaluate().escalations(since=moment_of(earlier))

        assert first + second == trial.evaluate().escalations()

    @given(trial=trials(most_editions=2))
    def test_no_breach_goes_unheard(self, trial: Trial) -> None:
        for verdict in trial.evaluate().verdicts:
            if verdict.status is Status.BREACHED:
                first = [one for one in verdict.steps if one.when == "100%"]
                assert all(one.has_fired for one in first)


def lengthened(span: Span, data: st.DataObject) -> Span:
    more = data.draw(st.integers(0, 3))
    match span:
        case BusinessTime() | Elapsed():
            return type(span)(microseconds=span.length + more * HOUR)
        case BusinessDays():
            return BusinessDays(span.days + more, span.due)
        case CalendarTime():
            return CalendarTime(days=span.days + more)
        case _:
            raise AssertionError(span)


class TestTargets:
    # A reset, a new start and another segment are heeded only before the promise is
    # due, so that a longer target can lead to another run; a simple trial has none.

    @given(trial=trials(is_simple=True, spans=forward_spans()), data=st.data())
    def test_a_longer_one_never_breaks_a_kept_promise(
        self, trial: Trial, data: st.DataObject
    ) -> None:
        (signed,) = trial.signed
        assert signed.rule is not None
        rule = attrs.evolve(signed.rule, within=lengthened(signed.rule.within, data))
        longer = attrs.evolve(trial, signed=(attrs.evolve(signed, rule=rule),))

        kept, then = statuses(trial.evaluate()), statuses(longer.evaluate())

        assert all(
            then[cycle] is Status.MET
            for cycle, status in kept.items()
            if status is Status.MET
        )

    @given(
        trial=trials(is_simple=True, spans=forward_spans()),
        day=st.dates(date(2026, 3, 4), date(2026, 3, 20)),
    )
    def test_one_more_holiday_never_makes_anything_due_sooner(
        self, trial: Trial, day: date
    ) -> None:
        (signed,) = trial.signed
        assert signed.rule is not None
        assert signed.rule.plan is not None
        holidays = signed.rule.plan.holidays | {day}
        plan = attrs.evolve(signed.rule.plan, holidays=holidays)
        rule = attrs.evolve(signed.rule, plan=plan)
        off = attrs.evolve(trial, signed=(attrs.evolve(signed, rule=rule),))

        before, after = trial.evaluate().verdicts, off.evaluate().verdicts

        for one, other in zip(before, after, strict=True):
            if one.due_at is not None and other.due_at is not None:
                assert instant_of(other.due_at) >= instant_of(one.due_at)


class TestFigures:
    @given(trial=trials(most_editions=2))
    def test_what_is_broken_was_broken_when_it_was_due(self, trial: Trial) -> None:
        for verdict in trial.evaluate().verdicts:
            is_broken = verdict.status.is_broken
            assert verdict.breached_at == (verdict.due_at if is_broken else None)

    @given(trial=trials(is_plain=True))
    def test_time_used_and_time_left_add_up(self, trial: Trial) -> None:
        for verdict in trial.evaluate().verdicts:
            left, used = verdict.remaining, verdict.elapsed
            # What rests has time left, and no moment at which it would be due.
            if left is None or used is None or verdict.due_at is None:
                continue
            started, due = instants_of(verdict.started_at, verdict.due_at)
            assert left.wall is not None
            assert used.wall is not None

            # What starts on a date may be known before that date begins.
            if trial.as_of >= started:
                assert used.wall + left.wall == (due - started) * MICROSECOND

    @given(trial=trials(is_simple=True, spans=st.builds(BusinessTime, hours=HOURS)))
    def test_business_time_used_and_left_is_what_was_promised(
        self, trial: Trial
    ) -> None:
        (signed,) = trial.signed
        for verdict in trial.evaluate().verdicts:
            left, used = verdict.remaining, verdict.elapsed
            if left is None or left.business is None or used is None:
                continue
            (started,) = instants_of(verdict.started_at)

            assert signed.rule is not None
            assert isinstance(signed.rule.within, BusinessTime)
            assert used.business is not None
            if trial.as_of >= started:
                whole = signed.rule.within.duration
                assert used.business + left.business == whole

    @given(trial=ANY_TRIAL)
    def test_whose_time_it_was_adds_up_to_all_of_it(self, trial: Trial) -> None:
        for verdict in trial.evaluate().verdicts:
            if verdict.elapsed is None or verdict.elapsed.business is None:
                assert verdict.attribution == verdict.attribution_by_team == ()
                continue
            for split in (verdict.attribution, verdict.attribution_by_team):
                parts = [part.business for part in split]
                assert sum(parts, timedelta()) == verdict.elapsed.business
                assert all(part > timedelta() for part in parts)

    @given(trial=ANY_TRIAL)
    def test_the_ledger_counts_what_the_verdict_says(self, trial: Trial) -> None:
        for verdict in trial.evaluate().verdicts:
            if verdict.ledger:
                assert verdict.elapsed is not None
                counted = sum(
                    (
                        (instant_of(one.end) - instant_of(one.start)) * MICROSECOND
                        for one in verdict.ledger
                        if one.kind.value == "counted"
                    ),
                    timedelta(),
                )
                assert counted == verdict.elapsed.business


class TestScorecard:
    @given(one=trials(), other=trials())
    def test_its_statuses_add_up(self, one: Trial, other: Trial) -> None:
        verdicts = one.evaluate().verdicts + other.evaluate().verdicts

        card = Scorecard.of(
            verdicts, as_of=moment_of(one.as_of), terms=[("sales", "t")]
        )

        tally = card.line("t").tally
        assert tally.total == len(verdicts)
        assert sum(tally.count(status) for status in Status) == len(verdicts)

    @given(one=trials(), other=trials())
    def test_two_pooled_are_one_of_both(self, one: Trial, other: Trial) -> None:
        mine, theirs = one.evaluate().verdicts, other.evaluate().verdicts

        pooled = Tally.of(mine) + Tally.of(theirs)

        assert pooled == Tally.of(mine + theirs)
        assert pooled.compliance == (
            Tally.of(mine).compliance + Tally.of(theirs).compliance
        )
