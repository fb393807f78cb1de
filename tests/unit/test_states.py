"""One subject, one fact at a time."""

from __future__ import annotations

import pickle
from decimal import Decimal
from typing import Any

import pytest

from alignkit.agreements import Agreement
from alignkit.errors import (
    AnotherAgreementError,
    AnotherSubjectError,
    EventError,
    StateError,
)
from alignkit.events import Event, Subject
from alignkit.happenings import Custom, LeadsMerged, OwnerAssigned, PersonUnavailable
from alignkit.periods import PeriodKind
from alignkit.promises import Volume
from alignkit.standings import Status
from alignkit.states import SubjectState
from alignkit.terms import Term
from tests.deadlines import at, edition, fact, named, term

AGREEMENT = Agreement((edition(term()),))
GO, DONE = fact("go", "04 10:00"), fact("done", "04 12:00")


def of(*facts: Event) -> SubjectState:
    state = AGREEMENT.open("L1")
    for one in facts:
        state = state.after(one)
    return state


def status(state: SubjectState, when: str) -> Status:
    (verdict,) = state.verdicts(as_of=at(when))
    return verdict.status


class TestOpen:
    def test_nothing_is_owed_yet(self) -> None:
        assert AGREEMENT.open("L1").verdicts(as_of=at("04 12:00")) == ()

    def test_any_kind_of_subject_can_be_opened(self) -> None:
        request = Subject(kind="request", id="R1")

        assert AGREEMENT.open(request).subject == request


class TestAfter:
    def test_a_fact_makes_a_new_state_and_leaves_the_old_one(self) -> None:
        started = of(GO)
        answered = started.after(DONE)

        assert status(started, "04 13:00") is Status.PENDING
        assert status(answered, "04 13:00") is Status.MET

    def test_a_fact_that_comes_late_is_put_in_its_place(self) -> None:
        late = fact("done", "04 11:00", id="late")

        assert of(GO, DONE, late) == of(GO, late, DONE)
        assert of(GO, DONE, late).verdicts(as_of=at("04 13:00"))[0].fulfilled_at == at(
            "04 11:00"
        )

    def test_an_earlier_moment_does_not_see_what_came_later(self) -> None:
        assert status(of(GO, DONE, fact("go", "05 09:00")), "04 11:00") is (
            Status.PENDING
        )

    def test_a_fact_that_is_known_already_changes_nothing(self) -> None:
        state = of(GO)

        assert state.after(GO) is state

    def test_a_corrected_fact_counts_in_its_latest_form(self) -> None:
        corrected = fact("done", "04 16:00", id=DONE.id, recorded="05 09:00")

        assert status(of(GO, DONE, corrected), "05 09:00") is Status.LATE

    def test_what_comes_after_a_correction_counts(self) -> None:
        wrong = fact("done", "04 11:00", recorded="04 11:00", id="note")
        right = fact("hold", "04 11:00", recorded="04 12:00", id="note")

        assert status(of(GO, wrong, right, DONE), "05 09:00") is Status.MET

    def test_a_fact_in_its_json_form_is_read(self) -> None:
        assert AGREEMENT.open("L1").after(GO.to_dict()) == of(GO)

    def test_a_fact_that_cannot_be_read_is_told(self) -> None:
        with pytest.raises(EventError):
            AGREEMENT.open("L1").after({"id": "1"})

    def test_a_fact_about_somebody_else_belongs_to_another_state(self) -> None:
        with pytest.raises(AnotherSubjectError) as caught:
            AGREEMENT.open("L2").after(GO)

        assert (caught.value.seen, caught.value.expected) == ("lead L1", "lead L2")

    def test_a_fact_about_a_person_lies_beside(self) -> None:
        away = Event(
            id="away",
            subject=Subject(kind="person", id="kim"),
            at=at("03 09:00"),
            fact=PersonUnavailable(start=at("04 09:00"), end=at("05 09:00")),
        )

        state = AGREEMENT.open("L1").after(away).after(away)

        assert state.shared == (away,)
        assert state == AGREEMENT.open("L1", shared=[away.to_dict()])


class TestMerge:
    def test_the_story_is_that_of_both_records(self) -> None:
        into = fact(LeadsMerged(into="L2"), "04 11:00")
        other = AGREEMENT.open("L2").after(
            Event(
                id="2",
                subject=Subject(id="L2"),
                at=at("04 12:00"),
                fact=Custom(name="done"),
            )
        )

        merged = of(GO, into).merge(other)

        (verdict,) = merged.verdicts(as_of=at("04 13:00"))
        assert (verdict.subject, verdict.status) == ("L2", Status.MET)
        assert merged.after(fact("go", "05 09:00")).subject == Subject(id="L2")

    def test_shared_facts_of_both_lie_beside(self) -> None:
        away = Event(
            id="away",
            subject=Subject(kind="person", id="kim"),
            at=at("03 09:00"),
            fact=PersonUnavailable(start=at("04 09:00"), end=at("05 09:00")),
        )

        assert of(GO).merge(of(GO).after(away)).shared == (away,)

    def test_states_under_two_agreements_are_not_merged(self) -> None:
        other = Agreement((edition(term("1 business day"), version="2"),)).open("L1")

        with pytest.raises(AnotherAgreementError) as caught:
            of(GO).merge(other)

        assert caught.value.seen == f"{other.docket.gauge.sources[0].id} 2"
        assert str(caught.value).startswith(f"the state is under {caught.value.seen!r}")


class TestVerdicts:
    def test_what_spans_subjects_is_unknown_and_named(self) -> None:
        volume = Term(
            id="supply",
            party="marketing",
            promise=Volume(of=named("go"), goal=Decimal(3), per=PeriodKind.MONTH),
        )
        agreement = Agreement((edition(volume, term()),))

        found = agreement.open("L1").after(GO).verdicts(as_of=at("04 13:00"))

        assert [(one.term, one.status) for one in found] == [
            ("response", Status.PENDING),
            ("supply", Status.UNKNOWN),
        ]
        assert found[1].reason == (
            "it is counted over all subjects, of which this is one"
        )

    def test_before_an_edition_is_in_force_it_promises_nothing(self) -> None:
        volume = Term(
            id="supply",
            party="marketing",
            promise=Volume(of=named("go"), goal=Decimal(3), per=PeriodKind.MONTH),
        )
        agreement = Agreement((edition(volume, since="05 12:00"),))

        assert agreement.open("L1").verdicts(as_of=at("05 11:00")) == ()


class TestNextChangeAt:
    def test_it_is_the_first_of_all_promises(self) -> None:
        both = edition(term(), term("2 business hours", id="second"))
        state = Agreement((both,)).open("L1").after(GO)

        changes = state.next_change_at(as_of=at("04 10:30"))

        assert changes is not None
        assert changes.isoformat() == "2026-03-04T12:00:00.000001-06:00"

    def test_nothing_changes_by_itself_once_all_is_settled(self) -> None:
        assert of(GO, DONE).next_change_at(as_of=at("04 13:00")) is None


class TestReview:
    def test_facts_that_contradict_each_other_are_told(self) -> None:
        other = fact("off", "04 12:00", id=DONE.id)

        found = of(GO, DONE, other).review(as_of=at("05 09:00"))

        assert [finding.code for finding in found] == ["AK-S022"]


class TestSaved:
    def test_a_state_comes_back_as_it_went(self) -> None:
        state = of(GO, DONE)

        assert AGREEMENT.resume(state.to_dict()) == state
        assert pickle.loads(pickle.dumps(state)) == state  # noqa: S301 - our own

    def test_an_agreement_amended_since_takes_it_up(self) -> None:
        amended = AGREEMENT.amend(edition(term(), version="2", since="09 09:00"))

        assert amended.resume(of(GO).to_dict()).facts == (GO,)

    @pytest.mark.parametrize("editions", [[], [{"version": "1", "fingerprint": "x"}]])
    def test_another_agreement_refuses_it(self, editions: list[object]) -> None:
        saved = of(GO).to_dict()
        saved["agreement"] = {"id": AGREEMENT.id, "editions": editions}

        with pytest.raises(StateError) as caught:
            AGREEMENT.resume(saved)

        assert [one.code for one in caught.value.findings] == ["AK-S031"]

    def test_a_key_that_cannot_be_written_is_unknown_all_the_same(self) -> None:
        saved: dict[Any, object] = {**of(GO).to_dict(), 10**5_000: 1}

        with pytest.raises(StateError) as caught:
            AGREEMENT.resume(saved)

        assert [one.code for one in caught.value.findings] == ["AK-S002"]

    def test_a_version_that_is_not_known_is_refused(self) -> None:
        with pytest.raises(StateError) as caught:
            AGREEMENT.resume({**of(GO).to_dict(), "schema": "alignkit.state/2"})

        assert [one.code for one in caught.value.findings] == ["AK-S026"]

    def test_all_that_is_wrong_is_told_at_once(self) -> None:
        saved = of(GO).to_dict() | {
            "agreement": 5,
            "subject": 7,
            "facts": [GO.to_dict(), {**DONE.to_dict(), "at": "noon"}],
            "shared": "none",
            "fact": [],
        }

        with pytest.raises(StateError) as caught:
            AGREEMENT.resume(saved)

        assert [(one.code, one.path) for one in caught.value.findings] == [
            ("AK-S002", "$.fact"),
            ("AK-S004", "$.agreement"),
            ("AK-S004", "$.subject"),
            ("AK-S023", "$.facts[1].at"),
            ("AK-S004", "$.shared"),
        ]
        assert str(caught.value).startswith("the saved state has 5 faults\n")

    @pytest.mark.parametrize("given", [None, 3, [], "state"])
    def test_what_is_no_object_is_refused(self, given: object) -> None:
        with pytest.raises(StateError) as caught:
            AGREEMENT.resume(given)  # type: ignore[arg-type]

        assert [one.code for one in caught.value.findings] == ["AK-S004"]

    def test_what_is_missing_is_named(self) -> None:
        with pytest.raises(StateError) as caught:
            AGREEMENT.resume({"schema": "alignkit.state/1", "facts": []})

        assert [one.path for one in caught.value.findings] == [
            "$.agreement",
            "$.subject_kind",
            "$.subject",
            "$.shared",
        ]


class TestShared:
    def test_whoever_is_away_has_none_of_the_waiting(self) -> None:
        owned = fact(OwnerAssigned(owner="kim"), "04 09:00")
        away = Event(
            id="away",
            subject=Subject(kind="person", id="kim"),
            at=at("03 09:00"),
            fact=PersonUnavailable(start=at("04 09:00"), end=at("05 09:00")),
        )

        (there,) = of(owned, GO).verdicts(as_of=at("04 12:00"))
        (gone,) = of(owned, GO).after(away).verdicts(as_of=at("04 12:00"))

        assert [one.to for one in there.attribution] == ["kim"]
        assert [one.to for one in gone.attribution] == ["routing"]
        assert (gone,) == AGREEMENT.evaluate(
            [owned, GO], as_of=at("04 12:00"), shared=[away]
        ).verdicts
