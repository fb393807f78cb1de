"""What of a history cannot be, or was not agreed."""

from __future__ import annotations

import attrs
import pytest

from alignkit.agreements import Agreement
from alignkit.editions import Edition
from alignkit.events import Event, Subject
from alignkit.findings import Finding
from alignkit.happenings import (
    ActivityLogged,
    Direction,
    FieldChanged,
    LeadConverted,
    LeadCreated,
    OpportunityWon,
    StageChanged,
)
from alignkit.presets import preset
from tests.deadlines import at, fact, to

STANDARD = preset("standard")
AGREED = Agreement((Edition(id="northwind", lifecycle=STANDARD),))


def findings(*events: Event, agreement: Agreement = AGREED) -> tuple[Finding, ...]:
    return agreement.journey(events, as_of=at("20 10:00")).findings


def codes(*events: Event, agreement: Agreement = AGREED) -> list[str]:
    return [finding.code for finding in findings(*events, agreement=agreement)]


def moved(
    from_stage: str | None,
    to_stage: str,
    when: str,
    *,
    reason: str | None = None,
    recorded: str | None = None,
    id: str = "",
) -> Event:
    what = StageChanged(from_stage=from_stage, to_stage=to_stage, reason=reason)
    return fact(what, when, recorded=recorded, id=id)


BORN = fact(LeadCreated(attributes=(("lead.stage", "lead"),)), "02 10:00")
MQL = moved("lead", "mql", "04 10:00")


class TestMoves:
    def test_what_was_agreed_is_no_finding(self) -> None:
        assert codes(BORN, MQL, moved("mql", "sal", "05 10:00")) == []

    def test_a_move_that_is_not_allowed_is_one(self) -> None:
        (found,) = findings(
            moved("customer", "evangelist", "04 10:00"),
            moved("evangelist", "lead", "05 10:00"),
        )

        assert found.code == "AK-L040"
        assert found.path == '$.lead.L1["stage_changed 05 10:00"]'
        assert found.message == "a lead may not move from 'evangelist' to 'lead'"
        assert found.expected is not None
        assert found.expected.startswith("from there to: ")

    def test_without_its_own_word_it_moved_from_where_it_was(self) -> None:
        assert codes(to("evangelist", "04 10:00"), to("lead", "05 10:00")) == [
            "AK-L040"
        ]

    def test_a_stage_that_may_be_passed_by_is_told_all_the_same(self) -> None:
        (found,) = findings(BORN, MQL, moved("mql", "opportunity", "05 10:00"))

        assert (found.code, found.message) == ("AK-L041", "it went past 'sal', 'sql'")

    def test_a_move_that_needs_a_reason_has_none(self) -> None:
        bare = moved("mql", "recycled", "05 10:00")
        said = moved("mql", "recycled", "05 10:00", reason="no_budget")

        assert codes(BORN, MQL, bare) == ["AK-L043"]
        assert codes(BORN, MQL, said) == []

    def test_a_repair_of_the_record_is_left_alone(self) -> None:
        repair = moved("mql", "lead", "05 10:00", reason="entered_in_error")

        assert codes(BORN, MQL, repair) == []

    def test_a_move_to_where_it_is_is_left_alone(self) -> None:
        assert codes(BORN, MQL, moved("mql", "mql", "05 10:00")) == []

    def test_a_lead_may_not_begin_anywhere(self) -> None:
        born = fact(LeadCreated(attributes=(("lead.stage", "customer"),)), "02 10:00")

        (found,) = findings(born)

        assert (found.code, found.message) == (
            "AK-L040",
            "a lead may not begin in 'customer'",
        )

    def test_a_history_that_begins_midway_may_begin_anywhere(self) -> None:
        assert codes(to("customer", "04 10:00")) == []

    @pytest.mark.parametrize(
        "event", [moved("lead", "mqll", "04 10:00"), moved("leed", "mql", "04 10:00")]
    )
    def test_a_stage_that_nobody_knows_is_told(self, event: Event) -> None:
        found = findings(event)

        assert [one.code for one in found] == ["AK-L046"]
        assert found[0].help is not None
        assert "did you mean" in found[0].help

    def test_a_stage_like_no_other_is_to_be_mapped(self) -> None:
        (found,) = findings(to("xyzzy", "04 10:00"))

        assert found.help == "map it to a stage, or add it to the lifecycle"

    def test_a_stage_that_is_cleared_is_no_move(self) -> None:
        cleared = fact(FieldChanged(field="stage", value=None), "05 10:00")

        assert codes(BORN, cleared) == []

    def test_another_lifecycle_is_not_asked(self) -> None:
        other = StageChanged(to_stage="proposal", lifecycle="deals")

        assert codes(BORN, fact(other, "05 10:00")) == []

    def test_without_a_lifecycle_every_move_is_allowed(self) -> None:
        loose = Agreement((Edition(id="northwind"),))

        assert codes(BORN, to("nowhere", "05 10:00"), agreement=loose) == []

    def test_the_lifecycle_in_force_at_the_time_is_asked(self) -> None:
        agreement = Agreement(
            (
                Edition(id="northwind", version="1"),
                Edition(
                    id="northwind",
                    version="2",
                    effective_from=at("05 00:00"),
                    lifecycle=STANDARD,
                ),
            )
        )

        found = findings(
            to("here", "04 10:00"), to("there", "06 10:00"), agreement=agreement
        )

        assert [one.path for one in found] == ['$.lead.L1["there 06 10:00"]']


class TestItself:
    def test_a_move_that_is_missing_leaves_a_gap(self) -> None:
        (found,) = findings(BORN, moved("mql", "sal", "05 10:00"))

        assert (found.code, found.message) == (
            "AK-L042",
            "it left 'mql', and was in 'lead'",
        )

    def test_a_stage_left_before_it_was_entered_is_a_negative_stay(self) -> None:
        found = findings(BORN, moved("mql", "sal", "04 08:00"), MQL)

        assert (found[0].code, found[0].message) == (
            "AK-L045",
            "it left 'mql' 2 h before it came there",
        )

    def test_moves_of_one_moment_may_be_told_in_any_order(self) -> None:
        first = moved("lead", "mql", "04 10:00", id="z")
        second = moved("mql", "sal", "04 10:00", id="a")

        assert "AK-L042" not in codes(BORN, first, second)
        assert "AK-L045" not in codes(BORN, first, second)

    def test_a_fact_recorded_before_it_happened_cannot_be(self) -> None:
        (found,) = findings(BORN, moved("lead", "mql", "04 10:00", recorded="04 09:00"))

        assert (found.code, found.message) == (
            "AK-L045",
            "it was recorded 1 h before it happened",
        )

    def test_a_date_may_be_recorded_before_it_begins_somewhere(self) -> None:
        assert codes(BORN, moved("lead", "mql", "04", recorded="03 23:00")) == []

    def test_nothing_is_won_before_it_was_created(self) -> None:
        (found,) = findings(fact(OpportunityWon(), "01 10:00"), BORN)

        assert (found.code, found.message) == (
            "AK-L045",
            "opportunity_won 24 h before the lead was created",
        )

    def test_what_is_won_at_that_very_moment_is_won_in_time(self) -> None:
        won = attrs.evolve(fact(OpportunityWon(), "02 10:00"), at=BORN.at)

        assert codes(won, BORN) == []

    def test_to_be_in_touch_before_that_is_no_wonder(self) -> None:
        visit = ActivityLogged(channel="form", direction=Direction.INBOUND)

        assert codes(fact(visit, "01 10:00"), BORN) == []

    def test_a_date_alone_is_compared_by_date(self) -> None:
        won = fact(OpportunityWon(), "02")

        assert codes(won, BORN) == []

    def test_what_it_became_may_be_older(self) -> None:
        deal = Subject(kind="opportunity", id="O")
        won = attrs.evolve(fact(OpportunityWon(), "01 10:00"), subject=deal)
        became = fact(LeadConverted(opportunity="O"), "03 10:00")

        assert codes(won, BORN, became) == []

    def test_of_several_later_ones_the_first_to_be_recorded_is_named(self) -> None:
        found = findings(
            BORN,
            moved("lead", "mql", "04 10:00", recorded="08 10:00"),
            moved("mql", "sal", "05 10:00", recorded="06 10:00"),
            moved("sal", "sql", "06 10:00", recorded="07 10:00"),
        )

        assert [(one.code, one.seen) for one in found] == [
            (
                "AK-L044",
                '$.lead.L1["stage_changed 05 10:00"] was recorded before it',
            )
        ]

    def test_a_move_recorded_after_a_later_one_is_out_of_order(self) -> None:
        found = findings(
            BORN,
            moved("lead", "mql", "04 10:00", recorded="06 10:00"),
            moved("mql", "sal", "05 10:00"),
        )

        assert [(one.code, one.severity.value) for one in found] == [
            ("AK-L044", "info")
        ]
        assert found[0].seen == (
            '$.lead.L1["stage_changed 05 10:00"] was recorded before it'
        )

    def test_facts_that_contradict_each_other_are_told(self) -> None:
        one, other = to("mql", "04 10:00", id="x"), to("sal", "04 10:00", id="x")

        assert codes(one, other) == ["AK-S022"]

    def test_they_stand_in_order_of_time(self) -> None:
        found = findings(
            fact(OpportunityWon(), "01 10:00"),
            BORN,
            moved("mql", "sal", "05 10:00"),
            moved("sal", "opportunity", "06 10:00"),
        )

        assert [one.code for one in found] == ["AK-L045", "AK-L042", "AK-L041"]
