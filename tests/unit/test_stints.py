"""One clock for each owner, while a promise to the subject is open."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import attrs
import pytest

from alignkit.agreements import Agreement
from alignkit.criteria import field
from alignkit.events import Event
from alignkit.happenings import FieldChanged
from alignkit.hours import BusinessHours
from alignkit.parties import Organization, Person, Spell
from alignkit.patterns import Pattern
from alignkit.promises import Reopening, Repeat
from alignkit.terms import Excuses, Step, Term, Waiting
from alignkit.verdicts import Verdict
from tests.deadlines import (
    at,
    away,
    edition,
    evaluated,
    fact,
    given,
    named,
    term,
    verdict,
    verdicts,
)

GO = fact("go", "04 10:00")
ASSIGNED = (Pattern(event="owner_assigned"),)
RESTS = Excuses(rests_while_unavailable=True)


def owned(within: str = "4 business hours", **more: Any) -> Term:  # noqa: ANN401
    return term(within, waiting=Waiting.OWNER, **more)


def told(
    *events: Event,
    as_of: str = "10 12:00",
    promise: Term | Agreement | None = None,
    shared: Sequence[Event] = (),
) -> list[tuple[int, str | None, str]]:
    found = evaluated(promise or owned(), *events, as_of=as_of, shared=shared)
    return [(one.cycle, one.owner, one.status.value) for one in found.verdicts]


class TestStints:
    def test_each_owner_has_one(self) -> None:
        found = verdicts(
            owned(),
            given("kim", "04 09:00"),
            GO,
            given("max", "04 12:00"),
            fact("done", "04 15:00", by="max"),
            as_of="10 12:00",
        )

        first, second = found
        assert (first.owner, first.status.value) == ("kim", "cancelled")
        assert (first.started_at, first.due_at) == (at("04 10:00"), at("04 14:00"))
        assert first.basis is not None
        assert first.basis.ended_at == at("04 12:00")
        assert (second.owner, second.status.value) == ("max", "met")
        assert (second.started_at, second.due_at) == (at("04 12:00"), at("04 16:00"))
        assert second.elapsed is not None
        assert second.elapsed.business == timedelta(hours=3)
        assert second.fulfilled_at == at("04 15:00")

    def test_handed_on_at_the_due_moment_it_is_cancelled_and_later_broken(self) -> None:
        in_time = told(given("kim", "04 09:00"), GO, given("max", "04 14:00"))
        late = told(given("kim", "04 09:00"), GO, given("max", "04 14:00:00.000001"))

        assert in_time[0] == (1, "kim", "cancelled")
        assert late[0] == (1, "kim", "breached")

    def test_before_anybody_has_it_no_clock_runs(self) -> None:
        assert told(GO) == []
        assert told(GO, given("kim", "05 09:00"), as_of="05 10:00") == [
            (1, "kim", "pending")
        ]

    def test_while_nobody_has_it_none_runs_either(self) -> None:
        found = told(
            given("kim", "04 09:00"), GO, given(None, "04 12:00"), as_of="09 12:00"
        )

        assert found == [(1, "kim", "cancelled")]

    def test_the_same_owner_may_have_it_twice(self) -> None:
        found = told(
            given("kim", "04 09:00"),
            GO,
            given(None, "04 12:00"),
            given("kim", "05 09:00"),
            fact("done", "05 10:00", by="kim"),
        )

        assert found == [(1, "kim", "cancelled"), (2, "kim", "met")]

    def test_an_assignment_to_the_same_owner_changes_nothing(self) -> None:
        found = verdict(
            owned(),
            given("kim", "04 09:00"),
            GO,
            given("kim", "04 12:00", team="ae"),
            as_of="04 13:00",
        )

        assert (found.started_at, found.due_at) == (at("04 10:00"), at("04 14:00"))

    def test_once_the_owner_has_answered_nobody_has_to(self) -> None:
        found = told(
            given("kim", "04 09:00"),
            GO,
            fact("done", "04 11:00", by="kim"),
            given("max", "04 12:00"),
        )

        assert found == [(1, "kim", "met")]

    def test_what_is_called_off_is_called_off_for_the_owner(self) -> None:
        found = told(given("kim", "04 09:00"), GO, fact("off", "04 11:00"))

        assert found == [(1, "kim", "cancelled")]

    def test_its_conditions_are_those_of_its_own_start(self) -> None:
        hold = fact("hold", "04 11:00")

        found = verdicts(
            owned(),
            given("kim", "04 09:00"),
            GO,
            hold,
            given("max", "04 12:00"),
            fact("on", "04 13:00"),
            as_of="04 14:00",
        )

        assert [one.status.value for one in found] == ["cancelled", "pending"]
        assert found[1].paused == ((at("04 12:00"), at("04 13:00")),)
        assert found[1].due_at == at("04 17:00")

    def test_a_reset_sets_the_running_one_back(self) -> None:
        found = verdict(
            owned(),
            given("kim", "04 09:00"),
            GO,
            fact("again", "04 12:00"),
            as_of="04 13:00",
        )

        assert found.due_at == at("04 16:00")

    def test_steps_fire_for_each_anew(self) -> None:
        ladder = owned(escalate=(Step(at=Fraction(1), notify="manager"),))

        found = verdicts(
            ladder,
            given("kim", "04 09:00"),
            GO,
            given("max", "04 15:00"),
            as_of="06 12:00",
        )

        assert [one.steps[0].at for one in found] == [at("04 14:00"), at("05 11:00")]


class TestAnswers:
    def test_that_of_somebody_else_does_not_count(self) -> None:
        other = fact("done", "04 11:00", by="max")

        found = verdict(owned(), given("kim", "04 09:00"), GO, other, as_of="04 12:00")

        assert found.status.value == "pending"
        assert [(one.event, one.reason) for one in found.disregarded] == [
            ("done 04 11:00", "not_owner")
        ]

    def test_of_whom_nobody_knows_who_did_it_is_tried_both_ways(self) -> None:
        unknown = fact("done", "04 11:00")

        open_ = verdict(
            owned(), given("kim", "04 09:00"), GO, unknown, as_of="04 12:00"
        )
        kept = verdict(
            owned(),
            given("kim", "04 09:00"),
            GO,
            unknown,
            fact("done", "04 12:00", by="kim"),
            as_of="10 12:00",
        )

        assert open_.status.value == "unknown"
        assert open_.reason == (
            "whether the fact 'done 04 11:00' counts depends on actor.id, "
            "which is not known"
        )
        assert kept.status.value == "met"

    @pytest.mark.parametrize(
        ("who", "expected"),
        [
            ("kim", [(1, "kim", "met")]),
            ("max", [(1, "kim", "cancelled"), (2, "max", "met")]),
            ("zoe", [(1, "kim", "cancelled"), (2, "max", "breached")]),
        ],
    )
    def test_at_the_instant_of_the_assignment_it_may_be_either_owners(
        self, who: str, expected: list[tuple[int, str, str]]
    ) -> None:
        found = told(
            given("kim", "04 09:00"),
            GO,
            given("max", "04 11:00"),
            fact("done", "04 11:00", by=who),
        )

        assert found == expected

    def test_one_before_the_start_is_listed(self) -> None:
        early = fact("done", "04 09:30", by="kim")

        found = verdict(owned(), given("kim", "04 09:00"), early, GO, as_of="04 12:00")

        assert [(one.event, one.reason) for one in found.disregarded] == [
            ("done 04 09:30", "before_start")
        ]


class TestStarts:
    def test_an_assignment_may_be_the_start(self) -> None:
        promise = owned(clock={"start": ASSIGNED})

        found = told(
            given("kim", "04 10:00"),
            given("max", "04 12:00"),
            fact("done", "04 15:00", by="max"),
            promise=promise,
        )

        assert found == [(1, "kim", "cancelled"), (2, "max", "met")]

    def test_so_it_may_be_of_a_new_cycle(self) -> None:
        promise = owned(clock={"start": ASSIGNED, "repeat": Repeat.NEW_CYCLE})

        found = told(
            given("kim", "04 10:00"),
            fact("done", "04 11:00", by="kim"),
            given("max", "05 10:00"),
            given("kim", "05 11:00"),
            as_of="05 12:00",
            promise=promise,
        )

        assert found == [
            (1, "kim", "met"),
            (2, "max", "cancelled"),
            (3, "kim", "pending"),
        ]

    def test_a_new_cycle_ends_the_stint_and_begins_the_next(self) -> None:
        promise = owned(clock={"repeat": Repeat.NEW_CYCLE})

        found = told(
            given("kim", "04 09:00"),
            GO,
            fact("go", "04 12:00"),
            as_of="04 13:00",
            promise=promise,
        )

        assert found == [(1, "kim", "cancelled"), (2, "kim", "pending")]

    def test_a_restart_begins_the_same_one_anew(self) -> None:
        promise = owned(clock={"repeat": Repeat.RESTART})

        found = verdict(
            promise,
            given("kim", "04 09:00"),
            GO,
            fact("go", "04 12:00"),
            as_of="04 13:00",
        )

        assert (found.cycle, found.due_at) == (1, at("04 16:00"))

    def test_opened_again_it_begins_anew_for_whoever_has_it(self) -> None:
        promise = owned(clock={"reopen": named("back"), "reopening": Reopening.GOES_ON})

        found = verdicts(
            promise,
            given("kim", "04"),
            GO,
            fact("done", "04 11:00", by="kim"),
            fact("back", "05 10:00"),
            as_of="05 11:00",
        )

        assert [one.status.value for one in found] == ["met", "pending"]
        assert (found[1].owner, found[1].started_at) == ("kim", at("05 10:00"))

    def test_at_the_instant_of_the_start_the_new_owner_has_it(self) -> None:
        found = told(given("kim", "04 09:00"), given("max", "04 10:00"), GO)

        assert found == [(1, "max", "breached")]

    def test_who_answers_at_the_start_has_kept_it(self) -> None:
        found = told(given("kim", "04 09:00"), GO, fact("done", "04 10:00", by="kim"))

        assert found == [(1, "kim", "met")]

    def test_what_began_with_a_date_begins_for_its_owner_with_the_assignment(
        self,
    ) -> None:
        tokyo = BusinessHours("Asia/Tokyo", {"mon-sun": ["00:00-24:00"]})
        signed = Agreement((edition(owned(), hours=tokyo),))

        found = verdict(
            signed, given("kim", "05 00:00"), fact("go", "05"), as_of="05 01:00"
        )

        # In Tokyo the fifth began at nine in the morning of the fourth in Chicago.
        assert found.started_at == at("05 00:00")

    def test_whom_it_is_not_about_has_none(self) -> None:
        promise = owned(applies_to=field("lead.size").is_("big"))

        def size(value: str, when: str) -> Event:
            return fact(FieldChanged(field="lead.size", value=value), when)

        ended = told(
            size("big", "03 09:00"),
            given("kim", "04 09:00"),
            GO,
            size("small", "04 10:30"),
            given("max", "04 11:00"),
            as_of="04 12:00",
            promise=promise,
        )
        learned = told(
            given("kim", "04 09:00"),
            GO,
            size("small", "04 11:00"),
            as_of="04 12:00",
            promise=promise,
        )

        assert ended == [(1, "kim", "cancelled")]
        assert learned == []


class TestEditions:
    def test_each_measures_what_it_says(self) -> None:
        cycles = {"repeat": Repeat.NEW_CYCLE}
        both = Agreement(
            (
                edition(term(clock=cycles)),
                edition(owned(clock=cycles), since="05 00:00", version="2"),
                edition(term(clock=cycles), since="09 00:00", version="3"),
            )
        )

        found = told(
            given("kim", "04 09:00"),
            GO,
            fact("go", "05 10:00"),
            given("max", "05 11:00"),
            fact("done", "05 12:00", by="max"),
            fact("go", "09 10:00"),
            as_of="09 12:00",
            promise=both,
        )

        assert found == [
            (1, None, "breached"),
            (2, "kim", "cancelled"),
            (3, "max", "met"),
            (4, None, "pending"),
        ]


class TestAbsences:
    def kim(self, *events: Event, as_of: str, gone: Sequence[Event]) -> Verdict:
        (found, *_) = evaluated(
            owned(excuses=RESTS),
            given("kim", "04 09:00"),
            GO,
            *events,
            as_of=as_of,
            shared=gone,
        ).verdicts
        return found

    def test_an_absence_to_come_is_counted_with(self) -> None:
        gone = [away("kim", "04 12:00", "05 11:00")]

        found = self.kim(as_of="04 11:00", gone=gone)

        assert found.status.value == "pending"
        assert found.due_at == at("05 13:00")
        assert found.next_change_at == at("04 12:00")
        assert found.paused == ()

    def test_while_it_lasts_the_clock_rests_and_nothing_is_due(self) -> None:
        gone = [away("kim", "04 12:00", "05 11:00")]

        found = self.kim(as_of="05 10:00", gone=gone)

        assert found.status.value == "paused"
        assert found.due_at is None
        assert found.next_change_at == at("05 11:00")
        assert found.paused == ((at("04 12:00"), None),)
        assert found.elapsed is not None
        assert found.elapsed.business == timedelta(hours=2)

    def test_after_it_the_clock_goes_on(self) -> None:
        gone = [away("kim", "04 12:00", "05 11:00")]

        found = self.kim(as_of="05 12:00", gone=gone)

        assert (found.status.value, found.due_at) == ("pending", at("05 13:00"))
        assert found.next_change_at == at("05 13:00:00.000001")
        assert found.paused == ((at("04 12:00"), at("05 11:00")),)
        assert [one.to for one in found.attribution] == ["kim"]

    def test_an_absence_that_begins_with_the_answer_rests_nothing(self) -> None:
        gone = [away("kim", "04 12:00", "05 11:00")]

        answer = fact("done", "04 12:00", by="kim")
        found = self.kim(answer, as_of="06 10:00", gone=gone)

        assert (found.status.value, found.paused) == ("met", ())

    def test_while_one_lasts_a_later_one_is_not_told(self) -> None:
        gone = [
            away("kim", "04 12:00", "05 11:00"),
            away("kim", "06 12:00", "09 11:00", id="later"),
        ]

        found = self.kim(as_of="05 10:00", gone=gone)

        assert found.paused == ((at("04 12:00"), None),)

    def test_it_rests_no_longer_than_the_clock_runs(self) -> None:
        gone = [away("kim", "04 12:00", "05 11:00")]

        answer = fact("done", "04 13:00", by="kim")
        found = self.kim(answer, as_of="06 10:00", gone=gone)

        assert found.paused == ((at("04 12:00"), at("04 13:00")),)
        assert found.elapsed is not None
        assert found.elapsed.business == timedelta(hours=2)

    def test_once_the_clock_has_ended_there_is_nothing_to_rest(self) -> None:
        gone = [away("kim", "04 12:00", "05 11:00")]

        answer = fact("done", "04 11:00", by="kim")
        found = self.kim(answer, as_of="06 10:00", gone=gone)

        assert (found.status.value, found.paused) == ("met", ())
        assert found.elapsed is not None
        assert found.elapsed.business == timedelta(hours=1)

    def test_what_was_broken_before_it_stays_broken(self) -> None:
        found = self.kim(as_of="05 10:00", gone=[away("kim", "05", "05")])

        assert (found.status.value, found.due_at) == ("breached", at("04 14:00"))

    def test_what_is_due_as_it_begins_is_not_at_rest(self) -> None:
        gone = [away("kim", "04 14:00", "05 11:00")]

        assert self.kim(as_of="04 14:00", gone=gone).status.value == "pending"
        assert self.kim(as_of="04 14:01", gone=gone).status.value == "breached"

    def test_handed_on_without_a_counted_instant_it_is_excused(self) -> None:
        gone = [away("kim", "04", "05")]

        found = self.kim(given("max", "05 10:00"), as_of="10 12:00", gone=gone)

        assert found.status.value == "excused"
        assert found.reason == "kim was away all the time"
        assert found.explanation.startswith("Response by sales on lead L1: excused")

    def test_handed_on_at_night_it_is_cancelled_away_or_not(self) -> None:
        found = told(
            given("kim", "04 18:00"),
            fact("go", "04 18:30"),
            given("max", "04 20:00"),
            promise=owned(excuses=RESTS),
            shared=[away("kim", "04", "05")],
        )

        assert found[0] == (1, "kim", "cancelled")

    def test_an_answer_of_somebody_away_is_an_answer(self) -> None:
        done = fact("done", "04 15:00", by="kim")

        found = self.kim(done, as_of="10 12:00", gone=[away("kim", "04", "05")])

        assert found.status.value == "met"

    def test_on_the_wall_clock_too_it_is_excused(self) -> None:
        found = told(
            given("kim", "04 18:00"),
            fact("go", "04 18:30"),
            given("max", "04 20:00"),
            promise=owned("4 hours", excuses=RESTS),
            shared=[away("kim", "04", "05")],
        )

        assert found[0] == (1, "kim", "excused")

    def test_unless_the_term_says_so_nothing_rests(self) -> None:
        found = told(
            given("kim", "04 09:00"),
            GO,
            shared=[away("kim", "04", "05")],
            as_of="04 15:00",
        )

        assert found == [(1, "kim", "breached")]

    def test_who_never_comes_back_rests_for_good(self) -> None:
        kim = Person(id="kim", absences=(Spell(since=date(2026, 3, 5)),))
        signed = Agreement(
            (
                attrs.evolve(
                    edition(owned("8 business hours", excuses=RESTS)),
                    organization=Organization(people=(kim,), zone="America/Chicago"),
                ),
            )
        )

        before = verdict(signed, given("kim", "04 09:00"), GO, as_of="04 12:00")
        after = verdict(signed, given("kim", "04 09:00"), GO, as_of="05 12:00")

        assert (before.status.value, before.due_at) == ("pending", None)
        assert before.next_change_at == at("05 00:00")
        assert (after.status.value, after.next_change_at) == ("paused", None)

    def test_a_hold_and_an_absence_are_one_rest(self) -> None:
        hold, on = fact("hold", "04 11:00"), fact("on", "04 13:00")

        found = self.kim(
            hold, on, as_of="04 16:00", gone=[away("kim", "04 12:00", "04 14:00")]
        )

        assert found.paused == ((at("04 11:00"), at("04 14:00")),)
        assert found.due_at == at("04 17:00")

    def test_a_reset_is_heeded_that_comes_while_it_rests(self) -> None:
        gone = [away("kim", "04", "05")]

        found = self.kim(fact("again", "05 12:00"), as_of="06 10:00", gone=gone)

        assert found.due_at == at("06 13:00")

    def test_what_is_reported_late_revises(self) -> None:
        sick = away("kim", "04", "05", told="06 09:00")

        before = self.kim(as_of="05 12:00", gone=[sick])
        after = self.kim(as_of="06 10:00", gone=[sick])

        assert before.status.value == "breached"
        assert (after.status.value, after.revised) == ("pending", True)

    def test_what_is_reported_of_others_revises_nothing(self) -> None:
        sick = away("zoe", "04", "05", told="06 09:00")

        assert not self.kim(as_of="06 10:00", gone=[sick]).revised
