"""A whole history put to an agreement."""

from __future__ import annotations

import pickle
import threading
from datetime import UTC, datetime

import attrs
import pytest

from alignkit.agreements import Agreement
from alignkit.errors import EventError, MomentOutOfRangeError, NaiveMomentError
from alignkit.events import Event, Subject
from alignkit.findings import Finding, Severity
from alignkit.happenings import LeadConverted, LeadsMerged, Retracted
from alignkit.promises import Repeat
from alignkit.terms import ChangeRule, Changes, Waiting
from tests.deadlines import (
    at,
    edition,
    evaluated,
    fact,
    status,
    term,
    verdict,
    verdicts,
)

GO = fact("go", "04 10:00")


def of(subject: str, event: Event) -> Event:
    return attrs.evolve(event, subject=Subject(id=subject))


class TestEvaluate:
    def test_without_facts_there_is_nothing_to_judge(self) -> None:
        evaluation = evaluated(term(), as_of="04 12:00")

        assert (evaluation.verdicts, evaluation.review) == ((), ())
        assert evaluation.terms == (("sales", "response"),)
        assert evaluation.scorecard().line("response").tally.total == 0

    def test_verdicts_come_subject_by_subject_and_term_by_term(self) -> None:
        both = edition(term(id="b"), term(id="a"))
        facts = [of("L2", GO), of("L10", GO), of("L1", GO)]

        evaluation = Agreement((both,)).evaluate(facts, as_of=at("04 12:00"))

        assert [(one.subject, one.term) for one in evaluation.verdicts] == [
            ("L1", "b"),
            ("L1", "a"),
            ("L10", "b"),
            ("L10", "a"),
            ("L2", "b"),
            ("L2", "a"),
        ]

    def test_facts_may_be_plain_mappings(self) -> None:
        plain = Agreement((edition(term()),)).evaluate(
            [GO.to_dict()], as_of=at("04 12:00")
        )

        assert plain == evaluated(term(), GO, as_of="04 12:00")

    def test_all_that_cannot_be_read_is_told_at_once(self) -> None:
        agreement = Agreement((edition(term()),))

        with pytest.raises(EventError) as caught:
            agreement.evaluate([GO, {"id": 1}, {}], as_of=at("04 12:00"))

        paths = {finding.path.split("]")[0] for finding in caught.value.findings}
        assert paths == {"$[1", "$[2"}

    def test_the_moment_of_the_question_must_have_a_zone(self) -> None:
        with pytest.raises(NaiveMomentError) as caught:
            Agreement((edition(term()),)).evaluate([], as_of=datetime(2026, 3, 4, 12))

        assert caught.value.argument == "as_of"

    def test_so_must_the_moment_of_knowledge(self) -> None:
        moment = datetime(2026, 3, 4, 12)

        with pytest.raises(NaiveMomentError) as caught:
            Agreement((edition(term()),)).evaluate(
                [], as_of=at("04 12:00"), known_at=moment
            )

        assert caught.value.argument == "known_at"

    def test_the_moment_of_the_question_lies_in_the_years_that_count(self) -> None:
        with pytest.raises(MomentOutOfRangeError) as caught:
            Agreement((edition(term()),)).evaluate(
                [], as_of=datetime(2400, 1, 1, tzinfo=UTC)
            )

        assert caught.value.argument == "as_of"

    def test_what_was_not_recorded_by_then_is_not_known(self) -> None:
        done = fact("done", "04 13:00", recorded="05 10:00")

        before = evaluated(term(), GO, done, as_of="06 12:00", known_at="05 09:00")
        after = evaluated(term(), GO, done, as_of="06 12:00", known_at="05 10:00")

        assert [one.status.value for one in before.verdicts] == ["breached"]
        assert [one.status.value for one in after.verdicts] == ["met"]

    def test_it_can_be_pickled(self) -> None:
        evaluation = evaluated(term(), GO, as_of="04 12:00")

        assert pickle.loads(pickle.dumps(evaluation)) == evaluation  # noqa: S301

    def test_many_may_ask_at_once(self) -> None:
        agreement = Agreement((edition(term()),))
        facts = [of(f"L{number}", GO) for number in range(200)]
        answers: list[object] = []

        def ask() -> None:
            answers.append(agreement.evaluate(facts, as_of=at("04 12:00")))

        threads = [threading.Thread(target=ask) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert len(answers) == 4
        assert all(answer == answers[0] for answer in answers)


class TestStories:
    MERGE = of("L2", fact(LeadsMerged(into="L1"), "04 12:00"))
    EARLIER = of("L2", fact("go", "04 09:30", id="earlier"))

    def test_merged_records_are_judged_as_the_one_that_lives_on(self) -> None:
        found = verdict(term(), self.EARLIER, GO, self.MERGE, as_of="04 13:00")

        assert (found.subject, found.started_at) == ("L1", at("04 09:30"))

    def test_what_either_did_keeps_the_promise(self) -> None:
        done = of("L2", fact("done", "04 12:30"))

        found = verdict(term(), GO, self.MERGE, done, as_of="04 13:00")

        assert (found.subject, found.status.value) == ("L1", "met")

    @pytest.mark.parametrize("repeat", Repeat)
    def test_of_two_clocks_that_run_the_earliest_wins(self, repeat: Repeat) -> None:
        promise = term(clock={"repeat": repeat})

        found = verdict(promise, self.EARLIER, GO, self.MERGE, as_of="04 13:00")

        # Due four business hours after the earlier start, and no second verdict.
        assert (found.started_at, found.due_at) == (at("04 09:30"), at("04 13:30"))

    @pytest.mark.parametrize("record", ["L1", "L2"])
    def test_once_they_are_one_a_start_is_a_start(self, record: str) -> None:
        promise = term(clock={"repeat": Repeat.RESTART})
        again = of(record, fact("go", "04 12:30", id="again"))

        found = verdict(promise, self.EARLIER, GO, self.MERGE, again, as_of="04 13:00")

        assert found.started_at == at("04 12:30")

    def test_what_started_while_no_clock_ran_starts_one(self) -> None:
        promise = term(clock={"repeat": Repeat.NEW_CYCLE})
        done = of("L2", fact("done", "04 09:45"))

        found = verdicts(promise, self.EARLIER, done, GO, self.MERGE, as_of="04 13:00")

        assert [(one.cycle, one.status.value) for one in found] == [
            (1, "met"),
            (2, "pending"),
        ]

    def test_before_the_merge_they_are_two(self) -> None:
        found = verdicts(term(), self.EARLIER, GO, self.MERGE, as_of="04 11:00")

        assert [one.subject for one in found] == ["L1", "L2"]

    def test_a_lead_keeps_its_promises_as_an_opportunity(self) -> None:
        became = fact(LeadConverted(opportunity="O"), "04 11:00")
        deal = Subject(kind="opportunity", id="O")
        done = attrs.evolve(fact("done", "04 12:00"), subject=deal)

        found = verdict(term(), GO, became, done, as_of="04 13:00")

        assert (found.subject_kind, found.subject) == ("lead", "L1")
        assert found.status.value == "met"

    @pytest.mark.parametrize("repeat", Repeat)
    def test_one_at_a_time_gives_the_same(self, repeat: Repeat) -> None:
        agreement = Agreement((edition(term(clock={"repeat": repeat})),))
        told = (self.EARLIER, GO, self.MERGE)

        one = agreement.open("L1").after(GO)
        other = agreement.open("L2").after(self.EARLIER).after(self.MERGE)
        merged = one.merge(other)

        assert merged.verdicts(as_of=at("04 13:00")) == verdicts(
            agreement, *told, as_of="04 13:00"
        )


class TestConflicts:
    DONE, OFF = fact("done", "04 12:00", id="x"), fact("off", "04 12:00", id="x")

    def test_a_verdict_that_a_form_would_change_is_unknown(self) -> None:
        evaluation = evaluated(term(), GO, self.DONE, self.OFF, as_of="04 13:00")

        (found,) = evaluation.verdicts
        assert found.status.value == "unknown"
        assert found.reason == "the facts with the id 'x' contradict each other"
        assert found.started_at == at("04 10:00")
        assert found.due_at is None
        assert evaluation.review == (
            Finding(
                code="AK-S022",
                severity=Severity.ERROR,
                message="the facts with the id 'x' contradict each other",
                path="$.lead.L1",
                expected=(
                    "one content for an id, or a later recorded_at on the right one"
                ),
                seen="2 contents recorded at the same moment",
                help="correct the source, or retract the wrong one",
            ),
        )

    def test_one_that_no_form_would_change_stands(self) -> None:
        done = fact("done", "04 11:00")

        evaluation = evaluated(term(), GO, done, self.DONE, self.OFF, as_of="04 13:00")

        assert [one.status.value for one in evaluation.verdicts] == ["met"]
        assert len(evaluation.review) == 1

    def test_a_promise_that_a_form_would_start_is_unknown(self) -> None:
        starts = [
            fact("go", when, id="x", recorded="04 12:30")
            for when in ("04 12:00", "04 10:00")
        ]

        found = verdict(term(), *starts, as_of="04 13:00")

        # The earlier of the two starts is the one that is told.
        assert (found.status.value, found.started_at) == ("unknown", at("04 10:00"))

    def test_a_form_that_moves_the_due_moment_makes_it_unknown_at_once(self) -> None:
        rivals = [fact("hold", "04 11:00", id="x"), fact("note", "04 11:00", id="x")]
        on = fact("on", "04 12:00")

        assert status(term(), GO, *rivals, on, as_of="04 13:00") == "unknown"

    def test_what_has_not_happened_by_then_contradicts_nothing(self) -> None:
        evaluation = evaluated(term(), GO, self.DONE, self.OFF, as_of="04 11:00")

        assert [one.status.value for one in evaluation.verdicts] == ["pending"]
        assert evaluation.review == ()

    def test_of_two_forms_only_the_one_that_has_happened_is_tried(self) -> None:
        rivals = [
            fact("done", "04 12:00", id="x", recorded="04 10:30"),
            fact("off", "04 13:00", id="x", recorded="04 10:30"),
        ]

        assert status(term(), GO, *rivals, as_of="04 11:30") == "pending"
        assert status(term(), GO, *rivals, as_of="04 12:30") == "unknown"

    def test_a_withdrawal_ends_it(self) -> None:
        gone = fact(Retracted(of="x"), "04 12:30")

        evaluation = evaluated(term(), GO, self.DONE, self.OFF, gone, as_of="04 13:00")

        assert [one.status.value for one in evaluation.verdicts] == ["pending"]
        assert evaluation.review == ()

    def test_two_forms_of_a_withdrawal_are_one_too(self) -> None:
        done, other = fact("done", "04 11:00"), fact("done", "04 12:00")
        rivals = [
            fact(Retracted(of=of), "04 12:30", id="r") for of in (done.id, other.id)
        ]

        found = verdict(term(), GO, done, other, *rivals, as_of="04 13:00")

        assert found.status.value == "unknown"

    def test_cycles_stay_in_order(self) -> None:
        promise = term(clock={"repeat": Repeat.NEW_CYCLE})
        rivals = [fact("go", "04 12:00", id="x"), fact("note", "04 12:00", id="x")]
        facts = [GO, fact("done", "04 11:00"), *rivals, fact("go", "04 14:00")]

        found = verdicts(promise, *facts, as_of="04 15:00")

        assert [(one.cycle, one.status.value) for one in found] == [
            (1, "met"),
            (2, "unknown"),
            (3, "unknown"),
        ]


class TestNotYet:
    def test_a_term_that_cannot_be_judged_is_told_and_has_no_verdicts(self) -> None:
        promise = term(waiting=Waiting.OWNER, clock={"anchor": "lead.since"})

        evaluation = evaluated(promise, GO, as_of="04 12:00")

        assert evaluation.verdicts == ()
        assert [one.code for one in evaluation.review] == ["AK-P002"]

    def test_a_pinned_segment_can_be_judged(self) -> None:
        pinned = Changes(segment=ChangeRule.PIN)

        evaluation = evaluated(term(changes=pinned), GO, as_of="04 12:00")

        assert len(evaluation.verdicts) == 1
        assert evaluation.review == ()
