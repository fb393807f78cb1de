"""A history told subject by subject, once."""

from __future__ import annotations

import gc
import itertools
import tracemalloc
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction

import attrs
import pytest
from hypothesis import given

from alignkit.agreements import Agreement
from alignkit.errors import EventError, ScatteredSubjectError, UnfitValueError
from alignkit.events import Event, Subject
from alignkit.happenings import (
    LeadConverted,
    LeadsMerged,
    OwnerAssigned,
    PersonUnavailable,
    Retracted,
)
from alignkit.periods import PeriodKind
from alignkit.promises import Keeping, Volume
from alignkit.spans import BusinessDays
from alignkit.standings import Status
from alignkit.terms import Term
from tests.deadlines import at, edition, fact, named, term
from tests.judgement_strategies import Trial, trials
from tests.loop_facts import a_loop, signed, told
from tests.reference.clocks import moment_of

VOLUME = Term(
    id="supply",
    party="marketing",
    promise=Volume(of=named("go"), goal=Decimal(3), per=PeriodKind.MONTH),
)
KEPT = term(keep=Keeping(at_least=Fraction(1, 2)))
AGREEMENT = Agreement((edition(KEPT, VOLUME),))
GO, DONE = fact("go", "04 10:00"), fact("done", "04 12:00")
AS_OF = at("06 12:00")


def of(lead: str, *facts: Event) -> list[Event]:
    subject = Subject(id=lead)
    return [attrs.evolve(one, id=f"{lead} {one.id}", subject=subject) for one in facts]


TOLD = [*of("L2", GO, DONE), *of("L1", GO), *of("L3", DONE, GO)]


class TestStream:
    def test_it_says_of_each_subject_what_an_evaluation_says(self) -> None:
        stream = AGREEMENT.evaluate(TOLD, as_of=AS_OF, grouped=True)
        at_once = AGREEMENT.evaluate(TOLD, as_of=AS_OF)

        told = list(stream.verdicts)

        assert [one.subject for one in told[:3]] == ["L2", "L1", "L3"]
        assert sorted(told, key=repr) == sorted(at_once.verdicts, key=repr)
        assert list(stream.verdicts) == []
        assert stream.review == at_once.review

    def test_what_is_counted_is_what_went_by_and_what_was_left(self) -> None:
        stream = AGREEMENT.evaluate(TOLD, as_of=AS_OF, grouped=True)
        whole = AGREEMENT.evaluate(TOLD, as_of=AS_OF).scorecard()

        next(stream.verdicts)
        card = stream.scorecard()

        assert [(line.term, line.tally.counts) for line in card.lines] == [
            (line.term, line.tally.counts) for line in whole.lines
        ]
        assert card.line("response").tally.compliance == (
            whole.line("response").tally.compliance
        )
        assert card.line("response").shares == whole.line("response").shares
        assert card.line("response").tally.behind(Status.MET) == ()

    def test_a_share_stands_with_the_party_that_owed_it(self) -> None:
        then = attrs.evolve(KEPT, party="marketing")
        agreement = Agreement((edition(KEPT),)).amend(
            edition(then, since="05 00:00", version="2")
        )

        card = agreement.evaluate(TOLD, as_of=AS_OF, grouped=True).scorecard()

        # Each edition counts what began under it.
        assert [
            (line.party, [one.party for one in line.shares]) for line in card.lines
        ] == [("sales", ["sales"]), ("marketing", ["marketing"])]

    def test_a_subject_that_comes_back_is_told(self) -> None:
        scattered = [*of("L1", GO), *of("L2", GO), *of("L1", DONE)]

        with pytest.raises(ScatteredSubjectError) as caught:
            AGREEMENT.evaluate(scattered, as_of=AS_OF, grouped=True).scorecard()

        assert caught.value.subject == "lead L1"

    def test_a_fact_that_cannot_be_read_is_told_where_it_stands(self) -> None:
        stream = AGREEMENT.evaluate([*TOLD, {"id": 1}], as_of=AS_OF, grouped=True)

        with pytest.raises(EventError) as caught:
            stream.scorecard()

        assert {one.path.partition(".")[0] for one in caught.value.findings} == {"$[5]"}

    def test_a_shared_fact_that_cannot_be_read_is_told_at_once(self) -> None:
        with pytest.raises(EventError) as caught:
            AGREEMENT.evaluate([], as_of=AS_OF, grouped=True, shared=[{"id": "1"}])

        assert caught.value.findings[0].path.startswith("$.shared[0]")

    def test_shared_facts_are_heeded(self) -> None:
        owned = fact(OwnerAssigned(owner="kim"), "04 09:00")
        away = Event(
            id="away",
            subject=Subject(kind="person", id="kim"),
            at=at("03 09:00"),
            fact=PersonUnavailable(start=at("04 09:00"), end=at("05 09:00")),
        )

        stream = AGREEMENT.evaluate(
            [owned, GO], as_of=AS_OF, grouped=True, shared=[away]
        )

        assert next(stream.verdicts).attribution[0].to == "routing"

    def test_what_was_not_recorded_by_then_is_not_seen(self) -> None:
        late = fact("done", "04 12:00", recorded="05 09:00")

        stream = AGREEMENT.evaluate(
            [GO, late], as_of=AS_OF, known_at=at("04 18:00"), grouped=True
        )

        assert next(stream.verdicts).status is Status.BREACHED

    def test_what_was_recorded_at_that_very_moment_is_seen(self) -> None:
        late = fact("done", "04 12:00", recorded="05 09:00")

        stream = AGREEMENT.evaluate(
            [GO, late], as_of=AS_OF, known_at=at("05 09:00"), grouped=True
        )

        assert next(stream.verdicts).status is Status.MET

    def test_what_began_before_the_first_edition_is_told(self) -> None:
        agreement = Agreement((edition(VOLUME, since="05 12:00"),))

        stream = agreement.evaluate([GO], as_of=AS_OF, grouped=True)
        stream.scorecard()

        assert [one.code for one in stream.review] == ["AK-P001"]

    def test_one_event_is_no_history(self) -> None:
        with pytest.raises(UnfitValueError):
            AGREEMENT.evaluate(GO.to_dict(), as_of=AS_OF, grouped=True)  # type: ignore[call-overload]

    def test_nothing_of_a_subject_is_kept_but_a_number(self) -> None:
        def told(leads: int) -> Iterator[Event]:
            return itertools.chain.from_iterable(
                of(f"L{number}", GO, DONE) for number in range(leads)
            )

        agreement = Agreement((edition(term()),))
        held = []
        for leads in (50, 500):
            tracemalloc.start()
            stream = agreement.evaluate(told(leads), as_of=AS_OF, grouped=True)
            stream.scorecard()
            gc.collect()
            held.append(tracemalloc.get_traced_memory()[0])
            tracemalloc.stop()

        # A number for each of the 450 further subjects, and nothing else.
        assert held[1] - held[0] < 450 * 200


ALARMED = Agreement(
    (signed(a_loop(trigger=(), reply_within=None, silence_after=BusinessDays(2))),)
)


class TestLoops:
    """One answer is given on the 3rd and one on the 6th; one was asked for."""

    SAID = (
        told("given", "03 10:00", about="R1"),
        told("decided", "04 10:00", about="R1"),
        told("closed", "05 10:00", about="R1"),
        told("requested", "03 09:00", about="R2"),
        told("given", "06 10:00", about="R2"),
    )

    def test_their_alarms_come_last(self) -> None:
        stream = ALARMED.evaluate(self.SAID, as_of=at("11 12:00"), grouped=True)

        *_, first, second, third = stream.verdicts

        # From the 3rd to the 6th are three business days, and the 10th is the second
        # after that.
        assert [one.subject for one in (first, second, third)] == ["message"] * 3
        assert [one.status.value for one in (first, second, third)] == [
            *("met", "late", "breached"),
        ]

    def test_what_somebody_else_says_keeps_no_subject(self) -> None:
        stream = ALARMED.evaluate(self.SAID, as_of=at("11 12:00"), grouped=True)

        card = stream.scorecard()

        assert str(card.line("message.silence").tally.compliance) == "1/3"

    def test_their_figures_are_of_the_subjects_that_have_gone_by(self) -> None:
        stream = ALARMED.evaluate(self.SAID, as_of=at("11 12:00"), grouped=True)

        (before,) = stream.feedback
        stream.scorecard()
        (after,) = stream.feedback

        assert str(before.closure.share) == "0/0"
        assert str(after.closure.share) == "1/2"
        assert str(after.coverage.share) == "1/1"
        assert after.closure.of == ()

    def test_a_turnaround_is_that_of_an_evaluation(self) -> None:
        agreement = Agreement((signed(a_loop()),))
        asked = [told("requested", "03 09:00", about=one) for one in ("R3", "R4")]
        events = [*self.SAID, *asked, told("given", "04 10:00", about="R4")]

        in_order = sorted(events, key=lambda one: one.subject.id)
        stream = agreement.evaluate(in_order, as_of=at("11 12:00"), grouped=True)
        stream.scorecard()
        found = stream.feedback[0].turnaround

        # R4 took one business day, R2 three, and R3 is open.
        assert found is not None
        assert (found.lengths, found.still_open) == (((1, 1), (3, 1)), 1)
        assert (found.median, found.median_of_answered) == (3, 1)
        assert (found.answered, found.open) == ((), ())
        assert stream.feedback[0].on_time.share == (
            agreement.evaluate(events, as_of=at("11 12:00")).feedback[0].on_time.share
        )


class TestLaws:
    @given(trial=trials(most_editions=2))
    def test_a_stream_of_one_subject_is_its_evaluation(self, trial: Trial) -> None:
        stream = trial.agreement.evaluate(
            trial.events, as_of=moment_of(trial.as_of), grouped=True
        )

        assert tuple(stream.verdicts) == trial.evaluate().verdicts


def parted(*told: list[Event]) -> list[str]:
    events = [one for facts in told for one in facts]
    stream = AGREEMENT.evaluate(events, as_of=AS_OF, grouped=True)
    list(stream.verdicts)
    return [one.message for one in stream.review if one.code == "AK-P003"]


def became(kind: str, id_: str) -> list[Event]:
    return [attrs.evolve(GO, id=id_, subject=Subject(kind=kind, id=id_))]


MERGED = fact(LeadsMerged(into="L2"), "04 13:00")
CONVERTED = fact(LeadConverted(contact="C", opportunity="O"), "04 13:00")


class TestRecordsThatAreOne:
    def test_a_merge_is_told_wherever_the_other_stands(self) -> None:
        told = ["lead L1 is one with lead L2, and is judged by itself"]

        assert parted(of("L1", GO, MERGED)) == told
        assert parted(of("L1", MERGED), of("L2", GO)) == told
        assert parted(of("L2", GO), of("L1", MERGED)) == told

    def test_a_conversion_is_told_if_what_came_of_it_has_facts(self) -> None:
        lead, contact = of("L1", GO, CONVERTED), became("contact", "C")

        assert parted(lead) == []
        assert parted(lead, contact) == [
            "contact C is one with lead L1, and is judged by itself"
        ]
        assert parted(became("opportunity", "O"), lead) == [
            "lead L1 is one with opportunity O, and is judged by itself"
        ]

    def test_two_that_became_one_person_are_one(self) -> None:
        assert parted(of("L1", CONVERTED), of("L3", CONVERTED)) == [
            "lead L3 is one with contact C, and is judged by itself"
        ]

    def test_a_merge_that_was_withdrawn_joins_nothing(self) -> None:
        (merged,) = of("L1", MERGED)
        withdrawn = attrs.evolve(merged, id="r", fact=Retracted(of=merged.id))

        assert parted([merged, withdrawn], of("L2", GO)) == []

    def test_a_record_that_was_merged_into_itself_is_one_anyway(self) -> None:
        assert parted(of("L2", GO, MERGED)) == []
