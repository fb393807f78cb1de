"""What comes of a clock while it is not known whether a fact counts [K9]."""

from __future__ import annotations

import attrs

from alignkit.actions import Action
from alignkit.agreements import Agreement
from alignkit.events import Actor, ActorKind, Event
from alignkit.happenings import ActivityLogged, Direction
from alignkit.patterns import Pattern
from alignkit.promises import Repeat
from tests.deadlines import at, edition, fact, term, verdicts

SPOKE = ActivityLogged(channel="call", direction=Direction.OUTBOUND)
ANSWERED = Agreement(
    (
        edition(
            term(clock={"stop": (Pattern(event="touch"),), "repeat": Repeat.NEW_CYCLE}),
            actions=(Action(id="touch"),),
        ),
    )
)


def call(when: str, kind: ActorKind, nth: int = 1) -> Event:
    said = fact(SPOKE, when, id=f"{kind.value} {when} {nth}")
    return attrs.evolve(said, actor=Actor(id="kim", kind=kind))


class TestTried:
    def test_a_cycle_that_only_a_doubtful_answer_kept_is_unknown(self) -> None:
        events = [
            fact("go", "03 10:00"),
            call("03 11:00", ActorKind.UNKNOWN),
            fact("go", "03 11:00"),
        ]

        first, second = verdicts(ANSWERED, *events, as_of="03 12:00")

        assert (first.status.value, second.status.value) == ("unknown", "pending")

    def test_of_two_answers_at_once_the_other_is_for_the_cycle_just_begun(self) -> None:
        events = [
            fact("go", "03 10:00"),
            call("03 11:00", ActorKind.UNKNOWN),
            call("03 11:00", ActorKind.HUMAN),
            fact("go", "03 11:00"),
        ]

        first, second = verdicts(ANSWERED, *events, as_of="03 12:00")

        assert (first.status.value, first.fulfilled_at) == ("met", at("03 11:00"))
        assert (second.status.value, second.started_at) == ("unknown", at("03 11:00"))

    def test_it_does_not_matter_which_two_of_three_answers_count(self) -> None:
        answers = [call("03 11:00", ActorKind.UNKNOWN, nth) for nth in (1, 2, 3)]
        events = [fact("go", "03 10:00"), *answers, fact("go", "03 11:00")]

        first, second = verdicts(ANSWERED, *events, as_of="03 12:00")

        # None may count, one for the first cycle, or one for each.
        assert (first.status.value, second.status.value) == ("unknown", "unknown")
