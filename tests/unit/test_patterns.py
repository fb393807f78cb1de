"""Which facts a pattern fits."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from alignkit.errors import UnfitValueError
from alignkit.events import Actor, ActorKind, Event, Subject
from alignkit.happenings import (
    ActivityLogged,
    Custom,
    Direction,
    Fact,
    LeadCreated,
    StageChanged,
)
from alignkit.patterns import Pattern, matcher

CALL = ActivityLogged(channel="call", direction=Direction.OUTBOUND, automated=False)
KIM = Actor(id="kim", kind=ActorKind.HUMAN, team="west")


def fits(
    where: dict[str, object],
    fact: Fact,
    *,
    stage: str | None = None,
    stages: tuple[str, ...] = (),
    actor: Actor | None = None,
    source: str | None = None,
) -> bool:
    """Say whether a pattern of these conditions fits a fact."""
    event = Event(
        id="1",
        subject=Subject(id="L1"),
        at=datetime(2026, 3, 2, 9, tzinfo=UTC),
        fact=fact,
        actor=actor,
        source=source,
    )
    pattern = Pattern(event=fact.type, where=where, stage=stages)
    return matcher(pattern)(event, stage)


class TestMatcher:
    def test_every_field_must_have_one_of_its_values(self) -> None:
        where: dict[str, object] = {"channel": ["call", "email"], "outcome": None}

        assert fits(where, CALL)
        assert not fits({**where, "outcome": "connected"}, CALL)

    def test_an_enumeration_is_compared_by_its_word(self) -> None:
        assert fits({"direction": "outbound"}, CALL)

    def test_a_truth_value_is_no_number(self) -> None:
        assert fits({"automated": False}, CALL)
        assert not fits({"automated": 0}, CALL)

    def test_who_did_it_is_a_field_of_every_event(self) -> None:
        where: dict[str, object] = {
            "actor.kind": "human",
            "actor.team": "west",
            "actor.id": "kim",
        }

        assert fits(where, CALL, actor=KIM)
        assert not fits(where, CALL)
        assert fits({"actor.id": None}, CALL)

    def test_the_source_is_that_of_the_lead_where_it_has_one(self) -> None:
        assert fits({"source": "crm"}, CALL, source="crm")
        assert fits({"source": "demo"}, LeadCreated(source="demo"), source="crm")

    def test_a_path_leads_into_what_an_event_carries(self) -> None:
        asked = Custom(name="demo_requested", data=(("product.line", "bikes"),))
        created = LeadCreated(attributes=(("company.size", 50),), source="demo")

        assert fits({"name": "demo_requested", "data.product.line": "bikes"}, asked)
        assert fits({"company.size": 50, "lead.source": "demo"}, created)
        assert fits({"company.size": None}, CALL)

    def test_a_stage_is_that_of_the_subject_then(self) -> None:
        moved = StageChanged(to_stage="mql")

        assert fits({}, moved, stage="mql", stages=("mql", "sql"))
        assert not fits({}, moved, stage=None, stages=("mql",))
        assert fits({}, moved, stage=None)


class TestPattern:
    def test_it_is_said_in_words(self) -> None:
        pattern = Pattern(
            event="activity_logged",
            where={"outcome": "connected", "channel": ["call", "email"]},
            stage=("mql",),
        )

        assert str(pattern) == (
            "activity_logged, channel call or email, outcome connected, in stage mql"
        )

    def test_two_that_mean_the_same_are_equal(self) -> None:
        one = Pattern(event="custom", where={"b": "x", "a": ["y"]})
        other = Pattern(event="custom", where=(("a", ("y",)), ("b", ("x",))))

        assert one == other

    def test_a_field_without_a_value_could_never_fit(self) -> None:
        with pytest.raises(UnfitValueError) as caught:
            Pattern(event="custom", where={"name": []})

        assert (caught.value.noun, caught.value.field) == ("pattern", "name")
