"""What forgives a promise: voids, extensions and waivers [K10]."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import attrs
import pytest

from alignkit.agreements import Agreement
from alignkit.criteria import field
from alignkit.editions import Definition
from alignkit.events import Actor, ActorKind, Event
from alignkit.happenings import FieldChanged, WaiverGranted
from alignkit.promises import Clock, Deadline, Keeping, Quality, Validity
from alignkit.spans import BusinessDays, Elapsed
from alignkit.standings import Status
from alignkit.terms import Exclusion, Excuses, Step, Term
from alignkit.verdicts import Verdict
from tests.deadlines import at, edition, fact, named, term

GO, DONE = fact("go", "04 10:00"), fact("done", "04 12:00")
GOOD = fact(FieldChanged(field="grade", value="A"), "04 09:00")
BAD = fact(FieldChanged(field="grade", value="D"), "04 09:00")
OK = Definition("ok", field("grade").one_of("A", "B"))


def duty(id: str, promise: object) -> Term:
    return Term(id=id, party="marketing", promise=promise)  # type: ignore[arg-type]


VALID = duty("quality", Validity(at=named("go"), meeting="ok"))
RATIO = duty(
    "quality",
    Quality(of=named("go"), share=Keeping(at_least=Fraction(4, 5)), meeting="ok"),
)
BRIEF = term(
    BusinessDays(1), id="brief", party="marketing", clock={"stop": named("brief")}
)
DEPENDS = term(excuses=Excuses(void_without=("quality",)))


def found(
    *facts: Event, of: Term = DEPENDS, beside: Term = VALID, when: str = "06 12:00"
) -> Verdict:
    signed = edition(of, beside, definitions=(OK,))
    told = Agreement((signed,)).evaluate(facts, as_of=at(when)).verdicts
    (verdict,) = (one for one in told if one.term == of.id)
    return verdict


class TestVoid:
    @pytest.mark.parametrize("quality", [VALID, RATIO])
    def test_what_never_met_its_definition_was_never_owed_an_answer(
        self, quality: Term
    ) -> None:
        verdict = found(BAD, GO, beside=quality)

        assert verdict.status is Status.EXCLUDED
        assert verdict.reason == "quality was not met"
        assert verdict.next_change_at is None

    @pytest.mark.parametrize("quality", [VALID, RATIO])
    def test_whatever_the_receiver_did_and_when(self, quality: Term) -> None:
        assert found(BAD, GO, DONE, beside=quality).status is Status.EXCLUDED

    @pytest.mark.parametrize("quality", [VALID, RATIO])
    def test_what_met_it_is_owed(self, quality: Term) -> None:
        assert found(GOOD, GO, DONE, beside=quality).status is Status.MET

    @pytest.mark.parametrize("quality", [VALID, RATIO])
    def test_what_is_learned_after_the_handoff_changes_nothing(
        self, quality: Term
    ) -> None:
        later = fact(FieldChanged(field="grade", value="D"), "04 11:00")

        assert found(GOOD, GO, later, beside=quality).status is Status.BREACHED

    @pytest.mark.parametrize("quality", [VALID, RATIO])
    def test_where_it_is_not_known_nor_is_the_promise(self, quality: Term) -> None:
        verdict = found(GO, DONE, beside=quality)

        assert verdict.status is Status.UNKNOWN
        assert verdict.reason == "it is not known whether quality was met"

    def test_a_duty_that_nothing_began_voids_nothing(self) -> None:
        never = duty("quality", Validity(at=named("never"), meeting="ok"))

        assert found(BAD, GO, DONE, beside=never).status is Status.MET

    def test_a_deadline_that_was_broken_in_time_voids(self) -> None:
        depends = term("5 business days", excuses=Excuses(void_without=("brief",)))

        # The brief was due on Thursday at five.
        assert found(GO, of=depends, beside=BRIEF, when="05 17:00").status is (
            Status.PENDING
        )
        assert found(GO, of=depends, beside=BRIEF).status is Status.EXCLUDED

    def test_it_is_foreseen_when_a_promise_becomes_void(self) -> None:
        depends = term("5 business days", excuses=Excuses(void_without=("brief",)))

        verdict = found(GO, of=depends, beside=BRIEF, when="05 12:00")

        assert str(verdict.next_change_at) == "2026-03-05 17:00:00.000001-06:00"

    def test_what_was_settled_by_then_stays_so(self) -> None:
        depends = term(excuses=Excuses(void_without=("brief",)))

        assert found(GO, DONE, of=depends, beside=BRIEF).status is Status.MET
        assert found(GO, of=depends, beside=BRIEF).status is Status.BREACHED

    def test_a_fact_that_is_learned_late_revises(self) -> None:
        late = attrs.evolve(BAD, recorded_at=at("05 09:00"))

        # The answer was broken at two, on what was known; the grade came a day later.
        assert not found(BAD, GO).revised
        assert found(GOOD, late, GO).status is Status.BREACHED

    def test_an_exclusion_comes_first(self) -> None:
        both = attrs.evolve(
            DEPENDS, exclude=(Exclusion(field("grade").is_("D"), "no_customer"),)
        )

        assert found(BAD, GO, of=both).reason == "no_customer"

    def test_what_did_not_begin_yet_is_not_looked_at(self) -> None:
        anchored = term(
            clock={"anchor": "renewal"}, excuses=Excuses(void_without=("quality",))
        )

        verdict = found(BAD, GO, of=anchored)

        assert (verdict.status, verdict.started_at) == (Status.UNKNOWN, None)

    @pytest.mark.parametrize("quality", [VALID, RATIO])
    def test_where_facts_contradict_each_other_it_is_not_known(
        self, quality: Term
    ) -> None:
        good = attrs.evolve(GOOD, id=BAD.id)

        assert found(BAD, good, GO, beside=quality).status is Status.UNKNOWN

    def test_what_was_handed_over_later_is_another_one(self) -> None:
        share = Keeping(at_least=Fraction(4, 5))
        later = duty("quality", Quality(of=named("done"), share=share, meeting="ok"))

        assert found(BAD, GO, DONE, beside=later).status is Status.MET


class TestExtension:
    LAUNCH = term(
        BusinessDays(3),
        excuses=Excuses(extended_by=("brief",)),
        escalate=(Step(at=Fraction(1), notify="manager"),),
    )

    def launched(self, *facts: Event, when: str) -> Verdict:
        return found(GO, *facts, of=self.LAUNCH, beside=BRIEF, when=when)

    def test_it_is_due_as_many_business_days_later_as_the_other_came_late(
        self,
    ) -> None:
        # Due on Thursday the fifth, it came on Monday: Friday and Monday late.
        brief = fact("brief", "09 10:00")

        verdict = self.launched(brief, when="09 12:00")

        # The third business day was Monday the ninth.
        assert verdict.status is Status.PENDING
        assert verdict.due_at == at("11 17:00")
        assert self.launched(
            brief, fact("done", "11 17:00"), when="12 12:00"
        ).status is (Status.MET)
        assert self.launched(brief, when="12 12:00").status is Status.BREACHED

    def test_a_time_of_day_stays(self) -> None:
        answer = term("20 business hours", excuses=Excuses(extended_by=("brief",)))
        brief = fact("brief", "06 10:00")

        verdict = found(GO, brief, of=answer, beside=BRIEF, when="06 12:00")

        # Seven hours of Wednesday, eight of Thursday, five of Friday: two o'clock.
        assert verdict.due_at == at("09 14:00")

    def test_while_the_other_is_overdue_and_missing_it_rests(self) -> None:
        verdict = self.launched(when="06 12:00")

        assert verdict.status is Status.PAUSED
        assert verdict.due_at is None
        assert verdict.next_change_at is None
        assert verdict.reason == "it waits for brief, which is overdue"
        assert verdict.steps == ()

    def test_it_is_foreseen_when_it_comes_to_rest(self) -> None:
        verdict = self.launched(when="05 12:00")

        assert verdict.status is Status.PENDING
        assert str(verdict.next_change_at) == "2026-03-05 17:00:00.000001-06:00"

    def test_what_came_in_time_moves_nothing(self) -> None:
        verdict = self.launched(fact("brief", "05 10:00"), when="06 12:00")

        assert verdict.due_at == at("09 17:00")

    def test_what_was_broken_before_the_other_was_due_stays_broken(self) -> None:
        answer = term(excuses=Excuses(extended_by=("brief",)))

        assert found(GO, of=answer, beside=BRIEF).status is Status.BREACHED

    def test_what_was_done_without_it_is_done(self) -> None:
        done = fact("done", "06 12:00")

        assert self.launched(done, when="09 12:00").status is Status.MET

    def test_what_was_done_before_the_other_was_due_is_done(self) -> None:
        done = fact("done", "05 09:00")

        assert self.launched(done, when="09 12:00").status is Status.MET

    def test_without_a_calendar_nothing_moves(self) -> None:
        answer = Term(
            id="response",
            party="sales",
            promise=Deadline(
                clock=Clock(start=named("go"), stop=named("done")),
                within=Elapsed(hours=96),
            ),
            excuses=Excuses(extended_by=("brief",)),
        )

        verdict = found(GO, of=answer, beside=BRIEF, when="06 12:00")

        assert verdict.status is Status.PENDING


def waiver(when: str, *, by: str | None = "cro", **more: object) -> Event:
    granted = WaiverGranted(term="response", reason="storm", **more)  # type: ignore[arg-type]
    actor = None if by is None else Actor(id=by, kind=ActorKind.HUMAN)
    return attrs.evolve(fact(granted, when), actor=actor)


class TestWaiver:
    def status(self, *facts: Event, when: str = "06 12:00") -> Status:
        return found(GO, *facts, of=term(), when=when).status

    def test_who_waived_it_and_why_is_told(self) -> None:
        verdict = found(GO, waiver("04 12:00"), of=term())

        assert verdict.status is Status.EXCUSED
        assert verdict.reason == "waived by cro: storm"
        assert verdict.breached_at is None
        assert verdict.overrun is None

    def test_it_may_be_nobody_that_is_known(self) -> None:
        verdict = found(GO, waiver("04 12:00", by=None), of=term())

        assert verdict.reason == "waived by somebody: storm"

    def test_what_was_past_due_stays_broken_unless_it_reaches_back(self) -> None:
        # It was due on Wednesday at two.
        assert self.status(waiver("04 14:00")) is Status.EXCUSED
        assert self.status(waiver("04 15:00")) is Status.BREACHED
        assert self.status(waiver("04 15:00", reaches_back=True)) is Status.EXCUSED

    def test_what_was_kept_in_time_needs_none(self) -> None:
        assert self.status(DONE, waiver("04 13:00")) is Status.MET

    def test_what_was_kept_late_is_forgiven(self) -> None:
        assert self.status(waiver("04 12:00"), fact("done", "04 16:00")) is (
            Status.EXCUSED
        )

    @pytest.mark.parametrize(
        ("start", "end", "expected"),
        [
            (date(2026, 3, 4), date(2026, 3, 4), Status.EXCUSED),
            (date(2026, 3, 5), None, Status.BREACHED),
            (None, date(2026, 3, 3), Status.BREACHED),
            (at("04 14:00"), at("04 14:00"), Status.EXCUSED),
            (None, at("04 13:59"), Status.BREACHED),
        ],
    )
    def test_it_covers_what_is_due_in_its_range(
        self, start: object, end: object, expected: Status
    ) -> None:
        assert self.status(waiver("04 12:00", start=start, end=end)) is expected

    def test_it_covers_its_own_term_alone(self) -> None:
        other = fact(WaiverGranted(term="other", reason="storm"), "04 12:00")

        assert self.status(other) is Status.BREACHED

    def test_nothing_is_waived_that_cannot_be_due(self) -> None:
        hold = fact("hold", "04 11:00")

        assert self.status(hold, waiver("04 12:00")) is Status.PAUSED

    def test_one_that_is_learned_late_revises(self) -> None:
        granted = attrs.evolve(waiver("04 12:00"), recorded_at=at("05 09:00"))

        verdict = found(GO, granted, of=term())

        assert (verdict.status, verdict.revised) == (Status.EXCUSED, True)

    def test_a_share_that_has_to_be_kept_leaves_it_apart(self) -> None:
        kept = term(keep=Keeping(at_least=Fraction(1)))
        signed = Agreement((edition(kept),))

        told = signed.evaluate([GO, waiver("04 12:00")], as_of=at("06 12:00"))

        (line,) = told.scorecard().lines
        assert line.tally.count(Status.EXCUSED) == 1
        assert line.shares[0].measure is not None
        assert line.shares[0].measure.denominator == 0
