"""Which move ends the cycle of a subject, and what becomes of its clocks [E6]."""

from __future__ import annotations

from typing import Any

import attrs
import pytest

from alignkit.agreements import Agreement
from alignkit.cycles import Circuit, Track
from alignkit.editions import Edition
from alignkit.events import Event
from alignkit.happenings import FieldChanged, LeadCreated, StageChanged
from alignkit.lifecycle import Position
from alignkit.patterns import Pattern
from alignkit.presets import preset
from alignkit.promises import Clock, Reopening, Repeat
from alignkit.verdicts import Verdict
from tests.deadlines import at, edition, evaluated, fact, named, term, verdict, verdicts

STANDARD = preset("standard")
CIRCUIT = Circuit.of(Edition(id="northwind", lifecycle=STANDARD))


def entered(*stages: str) -> tuple[Pattern, ...]:
    return (Pattern(event="stage_changed", where={"to_stage": list(stages)}),)


def move(to_stage: str, when: str, **more: Any) -> Event:  # noqa: ANN401 - as it has
    said = " ".join((to_stage, when, *map(str, more.values())))
    return fact(StageChanged(to_stage=to_stage, **more), when, id=said)


def agreement(within: str = "8 business hours", **clock: object) -> Agreement:
    """Return an agreement with the standard lifecycle and one promise on MQLs."""
    heard = {"start": entered("mql"), "stop": named("done"), **clock}
    promise = term(within, clock={**attrs.asdict(Clock(start=named("go"))), **heard})
    return Agreement((edition(promise, lifecycle=STANDARD),))


def statuses(found: tuple[Verdict, ...]) -> list[tuple[int, str]]:
    return [(one.cycle, one.status.value) for one in found]


def told(*events: Event) -> tuple[Track | None, list[bool]]:
    assert CIRCUIT is not None
    track, ended = None, []
    for event in events:
        track, ends = CIRCUIT.after(track, event)
        ended.append(ends)
    return track, ended


def cycle(*events: Event) -> int:
    track, _ = told(*events)
    assert track is not None
    return track.position.cycle


class TestAfter:
    def test_without_a_lifecycle_there_is_nothing_to_follow(self) -> None:
        assert Circuit.of(Edition(id="northwind")) is None

    @pytest.mark.parametrize("stage", ["recycled", "disqualified", "lost", "customer"])
    def test_a_detour_and_won_end_a_cycle(self, stage: str) -> None:
        track, ended = told(move("mql", "04 10:00"), move(stage, "05 10:00"))

        assert ended == [False, True]
        assert track is not None
        assert track.is_over

    def test_who_comes_back_starts_the_next(self) -> None:
        track, ended = told(
            move("mql", "04 10:00"),
            move("recycled", "05 10:00"),
            move("mql", "06 10:00"),
        )

        assert ended == [False, True, False]
        assert track == Track(
            position=Position(stage="mql", cycle=2, is_qualified=True, returns=1),
            is_over=False,
        )

    def test_who_qualifies_again_on_the_path_ends_the_cycle_by_that(self) -> None:
        _, ended = told(
            move("mql", "04 10:00"), move("lead", "05 10:00"), move("mql", "06 10:00")
        )

        assert ended == [False, False, True]

    def test_who_is_won_back_at_once_starts_a_cycle_and_ends_it(self) -> None:
        track, ended = told(move("recycled", "04 10:00"), move("customer", "05 10:00"))

        assert ended == [True, True]
        assert track is not None
        assert (track.position.cycle, track.is_over) == (2, True)

    def test_a_correction_ends_nothing(self) -> None:
        _, ended = told(
            move("mql", "04 10:00"),
            move("recycled", "05 10:00", reason="entered_in_error"),
            move("mql", "06 10:00", reason="entered_in_error"),
        )

        assert ended == [False, False, False]

    def test_a_cycle_that_was_ended_by_mistake_ends_when_it_comes_back(self) -> None:
        # The detour was a repair of the record; the way back is no repair.
        _, ended = told(
            move("mql", "04 10:00"),
            move("recycled", "05 10:00", reason="entered_in_error"),
            move("mql", "06 10:00"),
        )

        assert ended == [False, False, True]

    def test_a_detour_that_only_a_later_fact_names_has_ended_the_cycle(self) -> None:
        mql = move("mql", "04 10:00")
        back = move("mql", "06 10:00", from_stage="recycled")

        _, ended = told(mql, back)

        assert ended == [False, True]
        assert cycle(mql, back) == 2

    def test_a_repair_tells_of_no_detour(self) -> None:
        mql = move("mql", "04 10:00")
        more = {"from_stage": "recycled", "reason": "entered_in_error"}

        assert cycle(mql, move("sal", "06 10:00", **more)) == 1

    def test_another_stage_that_was_left_is_passed_over(self) -> None:
        mql = move("mql", "04 10:00")

        assert cycle(mql, move("sal", "06 10:00", from_stage="lead")) == 1
        assert cycle(mql, move("sal", "06 10:00", from_stage="elsewhere")) == 1

    def test_the_first_fact_may_tell_where_a_lead_came_from(self) -> None:
        assert cycle(move("mql", "04 10:00", from_stage="recycled")) == 2

    def test_a_stage_that_nobody_knows_is_passed_over(self) -> None:
        _, ended = told(
            move("recycled", "04 10:00"),
            move("elsewhere", "05 10:00"),
            move("recycled", "06 10:00"),
        )

        assert ended == [True, False, False]

    def test_a_move_of_another_lifecycle_is_none_of_this(self) -> None:
        mql = move("mql", "04 10:00")

        _, ended = told(mql, move("recycled", "05 10:00", lifecycle="partner"))
        _, ours = told(mql, move("recycled", "05 10:00", lifecycle="standard"))

        assert (ended, ours) == ([False, False], [False, True])

    def test_a_record_may_tell_the_stage_as_a_field(self) -> None:
        made = LeadCreated(attributes={"lead": {"stage": "mql"}})  # type: ignore[arg-type]
        changed = FieldChanged(field="lead.stage", value="recycled")
        other = FieldChanged(field="lead.source", value="demo")

        track, ended = told(
            fact(made, "04 10:00"),
            fact(changed, "05 10:00", id="changed"),
            fact(other, "06 10:00", id="other"),
            fact("go", "06 11:00"),
        )

        assert ended == [False, True, False, False]
        assert track is not None
        assert track.position.stage == "recycled"

    def test_the_cycle_is_kept_where_another_lifecycle_comes_into_force(self) -> None:
        product = Circuit.of(Edition(id="n", lifecycle=preset("product_led")))
        track = Track(position=Position(stage="sal", cycle=3, returns=2), is_over=False)
        stage = preset("product_led").stages[0].id

        assert product is not None
        after, ends = product.after(track, move(stage, "04 10:00"))

        assert after is not None
        assert (after.position.cycle, after.position.returns, ends) == (3, 2, False)


class TestEnd:
    def test_a_running_clock_is_cancelled(self) -> None:
        found = verdict(
            agreement(),
            move("mql", "04 10:00"),
            move("recycled", "04 12:00"),
            as_of="06 12:00",
        )

        assert found.status.value == "cancelled"
        assert found.basis is not None
        assert found.basis.ended_by == "recycled 04 12:00"

    def test_one_that_is_past_due_stays_broken(self) -> None:
        # Eight business hours from Wednesday at ten end on Thursday at ten.
        found = verdict(
            agreement(),
            move("mql", "04 10:00"),
            move("recycled", "05 12:00"),
            fact("done", "05 13:00"),
            as_of="06 12:00",
        )

        assert (found.status.value, found.fulfilled_at) == ("breached", None)

    def test_one_that_the_move_itself_stops_is_fulfilled(self) -> None:
        found = verdict(
            agreement(stop=entered("sql", "recycled")),
            move("mql", "04 10:00"),
            move("recycled", "04 12:00"),
            as_of="06 12:00",
        )

        assert found.status.value == "met"

    def test_one_at_rest_is_cancelled_too(self) -> None:
        found = verdict(
            agreement(pause=named("hold")),
            move("mql", "04 10:00"),
            fact("hold", "04 11:00"),
            move("lost", "06 12:00"),
            as_of="06 12:00",
        )

        assert found.status.value == "cancelled"

    def test_one_that_the_move_starts_is_not_cancelled_by_it(self) -> None:
        # Who is recycled is to be nurtured.
        found = verdict(
            agreement(start=entered("recycled")),
            move("mql", "04 10:00"),
            move("recycled", "04 12:00"),
            as_of="04 13:00",
        )

        assert (found.cycle, found.status.value) == (1, "pending")

    def test_nor_is_one_that_starts_at_the_same_instant(self) -> None:
        found = verdict(
            agreement(start=named("go")),
            fact("go", "04 12:00"),
            move("recycled", "04 12:00"),
            as_of="04 13:00",
        )

        assert found.status.value == "pending"

    def test_what_starts_on_a_detour_goes_on_when_the_lead_comes_back(self) -> None:
        found = verdict(
            agreement(start=entered("recycled")),
            move("recycled", "04 12:00"),
            move("mql", "04 13:00"),
            as_of="04 14:00",
        )

        assert found.status.value == "pending"

    def test_it_ends_with_the_next_detour(self) -> None:
        found = verdict(
            agreement(start=entered("recycled")),
            move("recycled", "04 12:00"),
            move("disqualified", "04 13:00"),
            as_of="04 14:00",
        )

        assert found.status.value == "cancelled"

    def test_a_move_that_is_withdrawn_ended_nothing(self) -> None:
        recycled = move("recycled", "04 12:00")

        found = verdict(
            agreement(),
            move("mql", "04 10:00"),
            attrs.evolve(recycled, fact=StageChanged(to_stage="sal")),
            as_of="04 13:00",
        )

        assert found.status.value == "pending"

    def test_a_move_that_is_learned_late_revises_what_was_said(self) -> None:
        promise = agreement()
        late = fact(StageChanged(to_stage="lost"), "05 09:00", recorded="06 09:00")

        found = verdict(promise, move("mql", "04 10:00"), late, as_of="06 12:00")

        assert (found.status.value, found.revised) == ("cancelled", True)


class TestNextCycle:
    BACK = (
        move("mql", "04 10:00"),
        fact("done", "04 11:00"),
        move("recycled", "04 12:00"),
        move("mql", "05 10:00"),
    )

    @pytest.mark.parametrize("repeat", Repeat)
    def test_a_start_begins_a_new_run_whatever_a_repeat_does(
        self, repeat: Repeat
    ) -> None:
        found = verdicts(agreement(repeat=repeat), *self.BACK, as_of="05 11:00")

        assert statuses(found) == [(1, "met"), (2, "pending")]

    def test_its_number_is_the_cycle_of_the_subject(self) -> None:
        # In the first cycle nothing was promised.
        found = verdict(
            agreement(start=entered("sal")),
            *self.BACK,
            move("sal", "05 11:00"),
            as_of="05 12:00",
        )

        assert found.cycle == 2

    def test_several_runs_of_one_cycle_are_counted_on(self) -> None:
        anew = agreement(start=named("go"), repeat=Repeat.NEW_CYCLE)
        go = [fact("go", when) for when in ("04 10:30", "04 11:30", "05 10:30")]

        found = verdicts(anew, *go, *self.BACK, as_of="05 11:00")

        # Two in the first cycle, so that the one of the second is the third.
        assert [one.cycle for one in found] == [1, 2, 3]

    def test_a_run_of_an_earlier_cycle_is_not_overwritten(self) -> None:
        promise = agreement(start=entered("recycled"), repeat=Repeat.RESTART)

        found = verdicts(
            promise,
            move("recycled", "04 12:00"),
            move("mql", "04 13:00"),
            move("recycled", "04 14:00"),
            as_of="04 15:00",
        )

        assert statuses(found) == [(1, "cancelled"), (2, "pending")]

    def test_a_stop_before_it_is_listed_with_it(self) -> None:
        promise = agreement(start=entered("sal"))

        found = verdicts(
            promise,
            move("sal", "04 10:00"),
            fact("done", "04 10:30"),
            fact("done", "04 11:00"),
            move("recycled", "04 12:00"),
            move("mql", "04 13:00"),
            fact("done", "04 13:30"),
            move("sal", "04 14:00"),
            as_of="04 15:00",
        )

        # What came in the first cycle is no matter of the second.
        listed = [[told.event for told in one.disregarded] for one in found]
        assert listed == [[], ["done 04 13:30"]]

    def test_a_stop_that_is_dated_by_day_may_still_act_on_it(self) -> None:
        found = verdicts(agreement(), *self.BACK, fact("done", "05"), as_of="05 11:00")

        assert statuses(found) == [(1, "met"), (2, "met")]

    def test_an_edition_without_a_lifecycle_knows_no_cycles(self) -> None:
        first = agreement().editions[0]
        second = attrs.evolve(
            edition(*first.terms, version="2", since="05 00:00"), lifecycle=None
        )

        found = verdicts(Agreement((first, second)), *self.BACK, as_of="05 11:00")

        assert statuses(found) == [(1, "met")]


OPENS = {"start": named("go"), "reopen": named("back")}


class TestReopening:
    DONE = (fact("go", "04 10:00"), fact("done", "04 12:00"))
    BACK = (*DONE, fact("back", "05 10:00"))

    def test_ignored_it_has_ended(self) -> None:
        found = verdict(term(clock=OPENS), *self.BACK, as_of="05 11:00")

        assert found.status.value == "met"

    def test_it_may_go_on_as_if_it_had_rested(self) -> None:
        clock = {**OPENS, "reopening": Reopening.GOES_ON}

        found = verdict(term(clock=clock), *self.BACK, as_of="05 11:00")

        # Two hours were used up; of the other two one is left.
        assert found.status.value == "pending"
        assert found.due_at is not None
        assert found.due_at.isoformat() == "2026-03-05T12:00:00-06:00"
        assert [low.day for low, _ in found.paused] == [4]

    def test_what_rested_when_it_ended_has_rested_ever_since(self) -> None:
        clock = {**OPENS, "reopening": Reopening.GOES_ON}
        go, done, back = self.BACK

        found = verdict(
            term(clock=clock),
            go,
            fact("hold", "04 11:00"),
            done,
            back,
            as_of="05 11:00",
        )

        ((low, high),) = found.paused
        assert (low.hour, high and high.day) == (11, 5)

    def test_opened_at_once_it_has_not_rested(self) -> None:
        clock = {**OPENS, "reopening": Reopening.GOES_ON}

        found = verdict(
            term(clock=clock), *self.DONE, fact("back", "04 12:00"), as_of="04 13:00"
        )

        assert (found.status.value, found.paused) == ("pending", ())

    def test_the_time_in_between_may_count(self) -> None:
        clock = {**OPENS, "reopening": Reopening.COUNTS_ALL}

        found = verdict(term(clock=clock), *self.BACK, as_of="05 11:00")

        assert found.status.value == "breached"
        assert found.due_at is not None
        assert found.due_at.isoformat() == "2026-03-04T14:00:00-06:00"

    def test_what_was_settled_and_is_open_again_was_revised(self) -> None:
        clock = {**OPENS, "reopening": Reopening.GOES_ON}

        found = verdict(term(clock=clock), *self.BACK, as_of="05 11:00")

        assert found.revised

    def test_it_can_be_kept_a_second_time(self) -> None:
        clock = {**OPENS, "reopening": Reopening.GOES_ON}

        found = verdict(
            term(clock=clock), *self.BACK, fact("done", "05 11:30"), as_of="05 13:00"
        )

        assert found.status.value == "met"
        assert found.basis is not None
        assert found.basis.ended_by == "done 05 11:30"

    def test_a_new_cycle_may_start(self) -> None:
        clock = {**OPENS, "reopening": Reopening.NEW_CYCLE}

        found = verdicts(term(clock=clock), *self.BACK, as_of="05 11:00")

        assert statuses(found) == [(1, "met"), (2, "pending")]

    @pytest.mark.parametrize("reopening", Reopening)
    def test_what_runs_is_not_opened_again(self, reopening: Reopening) -> None:
        clock = {**OPENS, "reopening": reopening}
        go, _, back = self.BACK

        found = verdict(term(clock=clock), go, back, as_of="05 11:00")

        assert (found.cycle, found.status.value) == (1, "breached")

    @pytest.mark.parametrize("reopening", Reopening)
    def test_nor_is_what_never_started(self, reopening: Reopening) -> None:
        clock = {**OPENS, "reopening": reopening}

        assert not verdicts(term(clock=clock), self.BACK[-1], as_of="05 11:00")

    @pytest.mark.parametrize("reopening", [Reopening.GOES_ON, Reopening.COUNTS_ALL])
    def test_in_the_next_cycle_of_the_subject_it_begins_anew(
        self, reopening: Reopening
    ) -> None:
        promise = agreement(
            start=entered("sal"),
            stop=entered("recycled"),
            reopen=entered("mql"),
            reopening=reopening,
        )

        found = verdicts(
            promise,
            move("sal", "04 10:00"),
            move("recycled", "04 12:00"),
            move("mql", "05 10:00"),
            as_of="05 11:00",
        )

        assert statuses(found) == [(1, "met"), (2, "pending")]

    def test_a_restart_is_one_of_what_was_opened_again(self) -> None:
        clock = {
            **OPENS,
            "reopening": Reopening.GOES_ON,
            "repeat": Repeat.RESTART,
        }

        found = verdict(
            term(clock=clock), *self.BACK, fact("go", "05 11:00"), as_of="05 11:30"
        )

        assert (found.cycle, found.paused, found.revised) == (1, (), True)
        assert found.started_at is not None
        assert found.started_at.isoformat() == "2026-03-05T11:00:00-06:00"


class TestEffect:
    BETWEEN = (at("04 10:00"), at("05 10:00"))
    BOUND = term(effective_from=BETWEEN[0], effective_until=BETWEEN[1])

    @pytest.mark.parametrize(
        ("when", "cycles"),
        [("04 09:59", 0), ("04 10:00", 1), ("05 09:59", 1), ("05 10:00", 0)],
    )
    def test_what_starts_outside_is_not_owed(self, when: str, cycles: int) -> None:
        found = evaluated(self.BOUND, fact("go", when), as_of="06 12:00")

        assert len(found.verdicts) == cycles
        assert not found.review

    def test_what_starts_inside_is_owed_to_its_end(self) -> None:
        found = verdict(
            self.BOUND,
            fact("go", "05 09:30"),
            fact("done", "05 14:00"),
            as_of="06 12:00",
        )

        assert found.status.value == "late"

    def test_the_first_start_inside_counts(self) -> None:
        found = verdict(
            self.BOUND, fact("go", "04 09:00"), fact("go", "04 11:00"), as_of="06 12:00"
        )

        assert found.started_at is not None
        assert found.started_at.hour == 11

    def test_a_start_outside_ends_nothing(self) -> None:
        since, until = self.BETWEEN
        anew = term(
            clock={"repeat": Repeat.NEW_CYCLE},
            effective_from=since,
            effective_until=until,
        )

        found = verdict(
            anew, fact("go", "05 09:30"), fact("go", "05 11:00"), as_of="05 12:00"
        )

        assert (found.cycle, found.status.value) == (1, "pending")
