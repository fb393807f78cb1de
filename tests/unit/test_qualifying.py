"""Whether a logged activity counts as what an agreement asks for [K9]."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from alignkit.actions import Action, Evidence
from alignkit.events import Actor, ActorKind, Event, Subject
from alignkit.happenings import (
    ActivityLogged,
    Direction,
    Fact,
    FieldChanged,
    OwnerAssigned,
    StageChanged,
)
from alignkit.outcomes import Outcome
from alignkit.qualifying import is_status_change, qualifier
from alignkit.spans import Elapsed

CALL = Evidence(channel="call", needs_outcome=True, at_least=Elapsed(seconds=30))
TOUCH = Action(
    id="touch",
    channels=("call", "email", "meeting"),
    direction=Direction.OUTBOUND,
    evidence=(CALL, Evidence(channel="meeting", outcomes=("held",))),
)


def event(fact: Fact, kind: ActorKind | None = ActorKind.HUMAN) -> Event:
    return Event(
        id="1",
        subject=Subject(id="L1"),
        at=datetime(2026, 6, 9, 12, tzinfo=UTC),
        fact=fact,
        actor=None if kind is None else Actor(kind=kind),
    )


def activity(
    kind: ActorKind | None = ActorKind.HUMAN,
    **told: Any,  # noqa: ANN401 - whatever an activity has
) -> Event:
    """Return a call that counts, so far as nothing else is said."""
    good = {
        "channel": "call",
        "direction": Direction.OUTBOUND,
        "outcome": "connected",
        "duration": timedelta(seconds=30),
    }
    return event(ActivityLogged(**{**good, **told}), kind)


def shortfall(one: Event, action: Action = TOUCH) -> str | None:
    found = qualifier(action)(one)
    return None if found.shortfall is None else found.shortfall.value


class TestQualify:
    def test_a_call_with_all_that_is_asked_for_counts(self) -> None:
        found = qualifier(TOUCH)(activity())

        assert (found.outcome, found.shortfall) == (Outcome.PASS, None)

    @pytest.mark.parametrize("kind", [ActorKind.AUTOMATION, ActorKind.SYSTEM])
    def test_what_a_machine_did_is_automated(self, kind: ActorKind) -> None:
        assert shortfall(activity(kind)) == "automated"
        assert shortfall(activity(kind, automated=False)) == "automated"

    def test_what_runs_under_the_name_of_a_person_is_automated(self) -> None:
        assert shortfall(activity(automated=True)) == "automated"
        assert shortfall(activity(None, automated=True)) == "automated"

    def test_a_machine_may_count_where_the_agreement_says_so(self) -> None:
        anyone = Action(id="any", actors=(ActorKind.HUMAN, ActorKind.AUTOMATION))

        assert shortfall(activity(automated=True), anyone) is None
        assert shortfall(activity(ActorKind.AUTOMATION), anyone) is None
        assert shortfall(activity(ActorKind.SYSTEM), anyone) == "automated"

    def test_a_person_does_not_count_where_only_machines_do(self) -> None:
        robots = Action(id="reply", actors=(ActorKind.AUTOMATION,))

        assert shortfall(activity(), robots) == "automated"

    @pytest.mark.parametrize(
        ("told", "expected"),
        [
            ({"channel": "chat"}, "channel"),
            ({"direction": Direction.INBOUND}, "direction"),
            ({"outcome": None}, "no_outcome"),
            ({"outcome": "  "}, "no_outcome"),
            ({"duration": timedelta(seconds=29)}, "too_short"),
            ({"channel": "meeting", "outcome": "no_show"}, "no_outcome"),
            ({"channel": "meeting", "outcome": None}, "no_outcome"),
        ],
    )
    def test_what_falls_short_says_of_what(
        self, told: dict[str, Any], expected: str
    ) -> None:
        assert shortfall(activity(**told)) == expected

    @pytest.mark.parametrize(
        "told",
        [
            {"channel": "email", "outcome": None, "duration": None},
            {"channel": "meeting", "outcome": "held", "duration": None},
        ],
    )
    def test_nothing_is_asked_of_a_channel_that_no_evidence_names(
        self, told: dict[str, Any]
    ) -> None:
        assert shortfall(activity(**told)) is None

    def test_the_first_shortfall_in_the_agreed_order_is_told(self) -> None:
        nothing: dict[str, Any] = {
            "channel": "call",
            "direction": Direction.INBOUND,
            "outcome": None,
            "duration": timedelta(),
        }
        machine = ActorKind.AUTOMATION

        assert shortfall(activity(machine, **nothing)) == "automated"
        assert shortfall(activity(**{**nothing, "channel": "chat"})) == "channel"
        assert shortfall(activity(**nothing)) == "direction"
        assert (
            shortfall(activity(**{**nothing, "direction": Direction.OUTBOUND}))
            == "no_outcome"
        )

    def test_any_length_will_do_where_none_is_asked_for(self) -> None:
        zero = Action(id="a", evidence=(Evidence(channel="call", at_least=Elapsed()),))

        assert shortfall(activity(duration=None), zero) is None

    def test_what_is_no_activity_never_counts(self) -> None:
        found = qualifier(TOUCH)(event(StageChanged(to_stage="sql")))

        assert (found.outcome, found.shortfall) == (Outcome.FAIL, None)


class TestUnknown:
    @pytest.mark.parametrize(
        ("one", "field"),
        [
            (activity(None), "actor.kind"),
            (activity(ActorKind.UNKNOWN), "actor.kind"),
            (activity(direction=Direction.UNKNOWN), "direction"),
            (activity(duration=None), "duration"),
            (activity(None, duration=None), "actor.kind"),
        ],
    )
    def test_what_was_not_told_leaves_it_open(self, one: Event, field: str) -> None:
        found = qualifier(TOUCH)(one)

        assert (found.outcome, found.unknown) == (Outcome.UNKNOWN, field)

    def test_what_falls_short_of_something_else_is_decided(self) -> None:
        assert shortfall(activity(None, outcome=None)) == "no_outcome"

    def test_somebody_who_is_no_machine_is_a_person(self) -> None:
        assert shortfall(activity(None, automated=False)) is None

    def test_an_actor_that_was_not_told_counts_where_anybody_does(self) -> None:
        told = (ActorKind.HUMAN, ActorKind.AUTOMATION, ActorKind.SYSTEM)

        assert shortfall(activity(None), Action(id="any", actors=told)) is None
        untold = Action(id="any", actors=(ActorKind.UNKNOWN,))
        assert shortfall(activity(None), untold) is None


class TestStatusChange:
    @pytest.mark.parametrize(
        ("one", "expected"),
        [
            (event(StageChanged(to_stage="sql")), True),
            (event(StageChanged(to_stage="sql"), None), True),
            (event(FieldChanged(field="lead.status", value="contacted")), True),
            (event(FieldChanged(field="status", value="contacted")), True),
            (event(FieldChanged(field="company.size", value=5)), False),
            (event(StageChanged(to_stage="sql"), ActorKind.AUTOMATION), False),
            (event(StageChanged(to_stage="sql"), ActorKind.SYSTEM), False),
            (event(OwnerAssigned(owner="kim")), False),
            (activity(), False),
        ],
    )
    def test_it_is_what_a_person_set_by_hand(
        self,
        one: Event,
        expected: bool,  # noqa: FBT001 - what the rows expect
    ) -> None:
        assert is_status_change(one) is expected
