"""Whether the events that a term listens to can do what they are there for."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import attrs

from alignkit.actions import Action
from alignkit.criteria import field
from alignkit.editions import Definition, Edition
from alignkit.findings import Finding, Severity
from alignkit.lifecycle import Lifecycle
from alignkit.patterns import Pattern
from alignkit.periods import PeriodKind
from alignkit.promises import (
    Attempts,
    Cadence,
    Clock,
    Deadline,
    Duration,
    Keeping,
    Promise,
    Quality,
    Reopening,
    Validity,
    Volume,
)
from alignkit.spans import Elapsed
from alignkit.stages import Move, Stage, StageKind
from alignkit.terms import Term
from alignkit.wiring import wiring_findings
from tests.loop_facts import a_loop

ASSIGNED = Pattern(event="owner_assigned")
CALLED = Pattern(event="activity_logged", where={"channel": "call"})
CLOCK = Clock(start=(ASSIGNED,), stop=(CALLED,))
HOUR = Elapsed(hours=1)
LIFECYCLE = Lifecycle(
    id="short",
    stages=(
        Stage(id="mql", owner="joint", kind=StageKind.CLOCKED),
        Stage(id="sql", owner="sales"),
        Stage(id="customer", owner="sales"),
    ),
    moves=(Move(from_stages=("mql",), to_stage="sql"),),
    qualifies_at="mql",
)


def moved(to_stage: str, *, stage: tuple[str, ...] = (), **where: str) -> Pattern:
    return Pattern(
        event="stage_changed", where={"to_stage": to_stage, **where}, stage=stage
    )


def edition(*promises: Promise, lifecycle: Lifecycle | None = None) -> Edition:
    return Edition(
        id="n",
        actions=(Action(id="touch"),),
        definitions=(Definition("mql", field("score").at_least(60)),),
        lifecycle=lifecycle,
        terms=tuple(
            Term(id=f"t{nth}", party="sales", promise=promise)
            for nth, promise in enumerate(promises)
        ),
    )


def found(
    *promises: Promise, lifecycle: Lifecycle | None = None
) -> list[tuple[str, str]]:
    """Return the code and the path of each finding."""
    return [
        (one.code, one.path)
        for one in wiring_findings(edition(*promises, lifecycle=lifecycle))
    ]


def clocked(clock: Clock) -> list[tuple[str, str]]:
    return found(Deadline(clock=clock, within=HOUR))


class TestClocks:
    def test_one_that_starts_and_stops_is_sound(self) -> None:
        assert clocked(CLOCK) == []

    def test_one_that_nothing_fulfils_is_an_error(self) -> None:
        (finding,) = wiring_findings(
            edition(Deadline(clock=attrs.evolve(CLOCK, stop=()), within=HOUR))
        )

        assert finding == Finding(
            code="AK-P221",
            severity=Severity.ERROR,
            message="nothing fulfils 't0'",
            path="$.terms[0].stop",
            help="say which event keeps the promise",
        )

    def test_attempts_need_nothing_that_stops_them(self) -> None:
        clock = attrs.evolve(CLOCK, stop=())

        assert (
            found(Attempts(clock=clock, at_least=1, within=HOUR, action="touch")) == []
        )

    def test_one_that_its_own_start_fulfils_or_cancels_is_an_error(self) -> None:
        any_call = Pattern(event="activity_logged")
        started = attrs.evolve(CLOCK, start=(ASSIGNED, CALLED))

        assert clocked(attrs.evolve(started, stop=(any_call,))) == [
            ("AK-P222", "$.terms[0].start[1]")
        ]
        assert clocked(
            attrs.evolve(started, stop=(moved("sql"),), cancel=(CALLED,))
        ) == [("AK-P222", "$.terms[0].start[1]")]

    def test_a_stop_that_asks_for_more_than_the_start_stops_later(self) -> None:
        in_stage = attrs.evolve(CALLED, stage=("sql",))
        outbound = Pattern(
            event="activity_logged", where={"channel": "call", "direction": "outbound"}
        )
        other = Pattern(event="activity_logged", where={"channel": "email"})
        for stop in (in_stage, outbound, other):
            assert clocked(Clock(start=(CALLED,), stop=(stop,))) == []
        assert clocked(Clock(start=(in_stage,), stop=(in_stage,))) == [
            ("AK-P222", "$.terms[0].start[0]")
        ]

    def test_a_pause_needs_a_resume_and_a_resume_a_pause(self) -> None:
        held, freed = Pattern(event="hold_started"), Pattern(event="hold_ended")

        assert clocked(attrs.evolve(CLOCK, pause=(held,))) == [
            ("AK-P223", "$.terms[0].pause")
        ]
        assert clocked(attrs.evolve(CLOCK, resume=(freed,))) == [
            ("AK-P224", "$.terms[0].resume")
        ]
        assert clocked(attrs.evolve(CLOCK, pause=(held,), resume=(freed,))) == []

    def test_being_opened_again_needs_both_halves(self) -> None:
        again = (moved("mql"),)

        assert clocked(attrs.evolve(CLOCK, reopen=again)) == [
            ("AK-P227", "$.terms[0].reopen")
        ]
        assert clocked(attrs.evolve(CLOCK, reopening=Reopening.GOES_ON)) == [
            ("AK-P227", "$.terms[0].reopening")
        ]
        both = attrs.evolve(CLOCK, reopen=again, reopening=Reopening.GOES_ON)
        assert clocked(both) == []


class TestSubjects:
    def test_an_event_on_another_subject_never_reaches_a_clock(self) -> None:
        given = Pattern(event="feedback_given")
        clock = attrs.evolve(CLOCK, cancel=(ASSIGNED, given))

        (_, finding) = wiring_findings(edition(Deadline(clock=clock, within=HOUR)))

        assert (finding.code, finding.path, finding.message) == (
            "AK-P225",
            "$.terms[0].cancel[1]",
            "feedback_given is about a request, and 't0' starts for a lead",
        )

    def test_a_qualifying_action_is_about_what_activities_are_about(self) -> None:
        asked = Pattern(event="feedback_requested")
        touched = Pattern(event="touch")

        assert clocked(attrs.evolve(CLOCK, stop=(touched,))) == []
        assert clocked(Clock(start=(asked,), stop=(touched,))) == [
            ("AK-P225", "$.terms[0].stop[0]")
        ]

    def test_what_may_be_about_anything_is_taken_as_it_comes(self) -> None:
        custom = Pattern(event="custom", where={"name": "asked"})
        given = Pattern(event="feedback_given")

        assert clocked(Clock(start=(custom,), stop=(given,))) == []
        assert clocked(attrs.evolve(CLOCK, stop=(custom,))) == []


class TestStages:
    def test_a_lead_is_in_the_stage_to_which_it_moved(self) -> None:
        assert clocked(attrs.evolve(CLOCK, stop=(moved("sql", stage=("mql",)),))) == [
            ("AK-P226", "$.terms[0].stop[0]")
        ]
        assert clocked(attrs.evolve(CLOCK, stop=(moved("sql", stage=("sql",)),))) == []

    def test_a_move_that_the_lifecycle_does_not_have_never_comes(self) -> None:
        back = moved("mql", from_stage="sql")
        on = moved("sql", from_stage="mql")
        stop = (back, on, moved("mql"))
        clock = attrs.evolve(CLOCK, start=(ASSIGNED, moved("mql")), stop=stop)

        codes = found(Deadline(clock=clock, within=HOUR), lifecycle=LIFECYCLE)

        assert codes == [
            ("AK-P222", "$.terms[0].start[1]"),
            ("AK-P226", "$.terms[0].stop[0]"),
        ]

    def test_patterns_of_every_kind_of_promise_are_looked_at(self) -> None:
        never = (moved("sql", stage=("mql",)),)
        share = Keeping(at_least=Fraction(1, 2))
        promises = (
            Cadence(of=never, every=HOUR, asked=never, until=never),
            Volume(of=never, goal=Decimal(9), per=PeriodKind.MONTH),
            Quality(of=never, share=share, followed_by=never),
            Validity(at=never, meeting="mql"),
            Duration(stages=("mql",), at_most=HOUR),
        )

        assert [path for _, path in found(*promises)] == [
            "$.terms[0].of[0]",
            "$.terms[0].asked[0]",
            "$.terms[0].until[0]",
            "$.terms[1].of[0]",
            "$.terms[2].of[0]",
            "$.terms[2].followed_by[0]",
            "$.terms[3].at[0]",
        ]

    def test_a_stage_on_the_clock_needs_a_term_that_counts_in_it(self) -> None:
        named = Clock(start=(attrs.evolve(ASSIGNED, stage=("mql",)),), stop=(CALLED,))
        entered = Clock(start=(moved("mql", from_stage="sql"),), stop=(CALLED,))
        valid = Validity(at=(ASSIGNED,), meeting="mql")

        assert found(valid, lifecycle=LIFECYCLE) == [
            ("AK-L012", "$.lifecycle.stages[0]")
        ]
        stay = Duration(stages=("mql",), at_most=HOUR)
        assert found(stay, lifecycle=LIFECYCLE) == []
        assert found(Deadline(clock=named, within=HOUR), lifecycle=LIFECYCLE) == []
        codes = found(Deadline(clock=entered, within=HOUR), lifecycle=LIFECYCLE)
        assert codes == [("AK-P226", "$.terms[0].start[0]")]

    def test_a_loop_is_triggered_by_events_and_not_by_actions(self) -> None:
        triggers = (
            Pattern(event="touch"),
            moved("mql", stage=("sql",)),
            Pattern(event="opportunity_lost"),
        )
        loop = a_loop(trigger=triggers)

        codes = [
            (one.code, one.path)
            for one in wiring_findings(attrs.evolve(edition(), loops=(loop,)))
        ]

        assert codes == [
            ("AK-P226", "$.loops[0].trigger[0]"),
            ("AK-P226", "$.loops[0].trigger[1]"),
        ]
