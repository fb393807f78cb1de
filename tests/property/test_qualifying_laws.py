"""Laws of what counts: facts that fall short, and facts of which nobody knows [K9]."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from alignkit.actions import Action
from alignkit.agreements import Agreement
from alignkit.events import Actor, ActorKind, Event
from alignkit.happenings import ActivityLogged, Direction
from alignkit.patterns import Pattern
from alignkit.promises import Repeat
from alignkit.spans import BusinessTime
from alignkit.standings import Status
from alignkit.terms import Step
from tests.deadlines import at, edition, fact, named, term

TOUCH = Action(id="touch")
ASKED = (Pattern(event="touch"),)
KINDS = (ActorKind.HUMAN, ActorKind.AUTOMATION)
CLOCKS: tuple[dict[str, Any], ...] = (
    {"stop": ASKED},
    {"start": (*named("go"), *ASKED)},
    {"stop": named("done"), "reset": ASKED},
    {"pause": ASKED, "resume": named("on")},
    {"cancel": ASKED, "stop": named("done")},
    {"start": ASKED, "stop": (*named("done"), *ASKED)},
)
LADDER = (
    Step(at=Fraction(1, 2), notify="rep"),
    Step(at=Fraction(1), notify="manager"),
    Step(after=BusinessTime(hours=1), action="reassign"),
)
HOURS = ("10:00", "11:00", "12:30", "14:30", "16:00")


@st.composite
def clocks(draw: st.DrawFn) -> Agreement:
    clock = draw(st.sampled_from(CLOCKS))
    repeat = draw(st.sampled_from(Repeat))
    promise = term(clock={**clock, "repeat": repeat}, escalate=LADDER)
    return Agreement((edition(promise, actions=(TOUCH,)),))


def touched(number: int, when: str, kind: ActorKind) -> Event:
    call = ActivityLogged(channel="call", direction=Direction.OUTBOUND)
    return attrs.evolve(fact(call, when, id=f"t{number}"), actor=Actor(kind=kind))


@st.composite
def touches(draw: st.DrawFn, *kinds: ActorKind) -> list[Event]:
    whens = st.builds(
        lambda day, hour: f"{day} {hour}",
        st.sampled_from(("04", "05")),
        st.sampled_from(HOURS),
    )
    days = st.sampled_from(("04", "05"))
    found = draw(st.lists(st.tuples(whens | days, st.sampled_from(kinds)), max_size=4))
    return [touched(number, *one) for number, one in enumerate(found)]


@st.composite
def others(draw: st.DrawFn) -> list[Event]:
    named_facts = st.tuples(
        st.sampled_from(("go", "done", "on")),
        st.sampled_from([f"{day} {hour}" for day in ("04", "05") for hour in HOURS]),
    )
    found = draw(st.lists(named_facts, max_size=4, unique=True))
    return [fact(name, when) for name, when in found]


MOMENTS = st.sampled_from(("04 11:30", "04 14:15", "05 10:30", "05 13:30", "09 12:00"))


def statuses(
    signed: Agreement, events: Sequence[Event], as_of: str
) -> dict[int, Status]:
    found = signed.evaluate(events, as_of=at(as_of))
    return {one.cycle: one.status for one in found.verdicts}


def fired(
    signed: Agreement, events: Sequence[Event], as_of: str
) -> dict[int, set[int]]:
    """Return the steps that have fired, by cycle."""
    return {
        one.cycle: {step.step for step in one.steps if step.has_fired}
        for one in signed.evaluate(events, as_of=at(as_of)).verdicts
    }


def either(touch: Event) -> list[Event]:
    """Return a touch as it may have been, if nobody knows who made it."""
    if touch.actor != Actor(kind=ActorKind.UNKNOWN):
        return [touch]
    return [attrs.evolve(touch, actor=Actor(kind=kind)) for kind in KINDS]


class TestShortfall:
    @given(
        signed=clocks(),
        kept=touches(*KINDS),
        more=touches(ActorKind.AUTOMATION),
        rest=others(),
        as_of=MOMENTS,
    )
    def test_a_fact_that_does_not_count_changes_no_status(
        self,
        signed: Agreement,
        kept: list[Event],
        more: list[Event],
        rest: list[Event],
        as_of: str,
    ) -> None:
        extra = [attrs.evolve(one, id=f"more {one.id}") for one in more]

        after = statuses(signed, [*kept, *rest, *extra], as_of)

        assert after == statuses(signed, [*kept, *rest], as_of)


class TestDoubt:
    @given(
        signed=clocks(),
        tried=touches(*KINDS, ActorKind.UNKNOWN),
        rest=others(),
        as_of=MOMENTS,
    )
    def test_what_stands_either_way_stands_and_nothing_else(
        self, signed: Agreement, tried: list[Event], rest: list[Event], as_of: str
    ) -> None:
        ways = [
            statuses(signed, [*way, *rest], as_of)
            for way in itertools.product(*map(either, tried))
        ]
        cycles = {cycle for way in ways for cycle in way}
        expected = {}
        for cycle in cycles:
            found = {way.get(cycle) for way in ways}
            (first, *more) = found
            agreed = first is not None and not more
            expected[cycle] = first if agreed else Status.UNKNOWN

        assert statuses(signed, [*tried, *rest], as_of) == expected

    @given(
        signed=clocks(),
        tried=touches(*KINDS, ActorKind.UNKNOWN),
        rest=others(),
        as_of=MOMENTS,
    )
    def test_a_step_fires_that_fires_either_way_and_no_other(
        self, signed: Agreement, tried: list[Event], rest: list[Event], as_of: str
    ) -> None:
        ways = [
            fired(signed, [*way, *rest], as_of)
            for way in itertools.product(*map(either, tried))
        ]
        found = fired(signed, [*tried, *rest], as_of)

        for cycle, steps in found.items():
            assert steps == set.intersection(*(way.get(cycle, set()) for way in ways))

    @pytest.mark.parametrize("kind", KINDS)
    def test_a_sure_fact_leaves_no_doubt(self, kind: ActorKind) -> None:
        signed = Agreement((edition(term(clock=CLOCKS[0]), actions=(TOUCH,)),))
        facts = [fact("go", "04 10:00"), touched(1, "04 11:00", kind)]

        assert statuses(signed, facts, "09 12:00")[1] is not Status.UNKNOWN
