"""Whether somebody tried often enough, against a judge that counts anew [K14]."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from alignkit.actions import Action
from alignkit.agreements import Agreement
from alignkit.editions import Calendar, Edition
from alignkit.events import Actor, ActorKind, Event
from alignkit.happenings import ActivityLogged, Custom, Direction
from alignkit.hours import BusinessHours
from alignkit.parties import Party
from alignkit.promises import Attempts, Clock
from alignkit.spans import Elapsed
from alignkit.terms import Term
from tests.deadlines import named
from tests.judgement_strategies import BEGINNING, SUBJECT
from tests.reference.clocks import HOUR, MINUTE, moment_of
from tests.reference.tries import Minimum, Try, complete_at, why_not

ZONE = "America/Chicago"
WITHIN = 60


@st.composite
def minima(draw: st.DrawFn) -> Minimum:
    attempts = draw(st.integers(1, 4))
    return Minimum(
        attempts=attempts,
        channels=draw(st.integers(1, min(attempts, 2))),
        days=draw(st.integers(1, min(attempts, 2))),
        per_day=draw(st.sampled_from((None, 1, 2))),
        spacing=draw(st.sampled_from((0, 2, 20))) * HOUR,
        zone=ZONE,
    )


def tries() -> st.SearchStrategy[list[Try]]:
    one = st.builds(
        lambda halves, channel, short: Try(
            BEGINNING + halves * 30 * MINUTE, channel, short
        ),
        st.integers(0, 4 * 48),
        st.sampled_from(("call", "email")),
        st.sampled_from((None, None, None, "automated")),
    )
    # The order in which those of one instant are told is that of their ids.
    return st.lists(one, max_size=8).map(
        lambda some: sorted(some, key=lambda each: each.at)
    )


def agreement(minimum: Minimum) -> Agreement:
    promise = Attempts(
        clock=Clock(start=named("go"), stop=named("done"), cancel=named("off")),
        at_least=minimum.attempts,
        channels=minimum.channels,
        days=minimum.days,
        per_day=minimum.per_day,
        spacing=Elapsed(microseconds=minimum.spacing) if minimum.spacing else None,
        within=Elapsed(hours=WITHIN),
        action="touch",
    )
    signed = Edition(
        id="a",
        parties=(Party("sales"),),
        calendars=(
            Calendar("office", BusinessHours(ZONE, {"mon-fri": ["09:00-17:00"]})),
        ),
        actions=(Action(id="touch"),),
        terms=(Term(id="t", party="sales", calendar="office", promise=promise),),
    )
    return Agreement((signed,))


def event_of(nth: int, one: Try) -> Event:
    kind = ActorKind.HUMAN if one.falls_short is None else ActorKind.AUTOMATION
    return Event(
        id=f"t{nth}",
        subject=SUBJECT,
        at=moment_of(one.at),
        fact=ActivityLogged(channel=one.channel, direction=Direction.OUTBOUND),
        actor=Actor(id="kim", kind=kind),
    )


def said(name: str, at: int) -> Event:
    return Event(id=name, subject=SUBJECT, at=moment_of(at), fact=Custom(name=name))


class TestTries:
    @given(
        minimum=minima(),
        tried=tries(),
        end=st.none() | st.tuples(st.sampled_from(("done", "off")), st.integers(1, 95)),
        hours=st.integers(0, 100),
    )
    def test_an_effort_stands_as_the_slow_judge_says(
        self,
        minimum: Minimum,
        tried: list[Try],
        end: tuple[str, int] | None,
        hours: int,
    ) -> None:
        as_of, due = BEGINNING + hours * HOUR + MINUTE, BEGINNING + WITHIN * HOUR
        told = [said("go", BEGINNING), *(event_of(*one) for one in enumerate(tried))]
        seen = [one for one in tried if one.at <= as_of]
        done = complete_at(minimum, seen)
        ended, is_kept = done, done is not None
        if end is not None:
            # A quarter past: at no instant at which somebody tried.
            at = BEGINNING + end[1] * HOUR + 15 * MINUTE
            told.append(said(end[0], at))
            if at <= as_of and (done is None or at < done):
                ended, is_kept = at, end[0] == "done"

        (verdict,) = agreement(minimum).evaluate(told, as_of=moment_of(as_of)).verdicts

        is_past = due < (as_of if ended is None else ended)
        if ended is None:
            expected = "breached" if is_past else "pending"
        elif is_kept:
            expected = "late" if is_past else "met"
        else:
            expected = "breached" if is_past else "cancelled"
        assert verdict.status.value == expected
        until = as_of if ended is None else ended
        short = {
            f"t{nth}": why
            for nth, one in enumerate(tried)
            if one.at <= until and (why := why_not(minimum, tried, nth))
        }
        listed = {one.event: one.reason for one in verdict.disregarded}
        # What comes at the last instant may act before or after the end of it.
        ends = {f"t{nth}" for nth, one in enumerate(tried) if one.at == until}
        assert {k: v for k, v in listed.items() if k not in ends} == {
            k: v for k, v in short.items() if k not in ends
        }
