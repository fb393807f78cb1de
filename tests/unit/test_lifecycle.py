from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import attrs
import pytest

from alignkit.criteria import AllOf, AtLeast, Known
from alignkit.errors import LooseEndsError, UnfitValueError, UnknownStageError
from alignkit.lifecycle import (
    Lifecycle,
    MoveDirection,
    Passage,
    Position,
    lifecycle_findings,
)
from alignkit.presets import preset
from alignkit.reasons import find_reason
from alignkit.stages import Move, Stage, StageCategory, StageKind, StagePath

STANDARD = preset("standard")


def a_lifecycle(*stages: Stage, **changes: object) -> Lifecycle:
    """Return a lifecycle of these stages that qualifies at the first of them."""
    parts = {"moves": (), "qualifies_at": stages[0].id} | changes
    return Lifecycle(id="own", stages=stages, **parts)  # type: ignore[arg-type]  # whatever a test changes


def a_stage(id: str, **changes: object) -> Stage:
    parts = {"owner": "sales"} | changes
    return Stage(id=id, **parts)  # type: ignore[arg-type]  # whatever a test changes


def a_detour(id: str, category: StageCategory = StageCategory.ON_HOLD) -> Stage:
    return a_stage(id, path=StagePath.DETOUR, category=category)


def codes_of(lifecycle: Lifecycle) -> list[tuple[str, str]]:
    return [(one.code, one.path) for one in lifecycle_findings(lifecycle)]


class TestLifecycle:
    def test_all_names_that_lead_nowhere_are_told_at_once(self) -> None:
        with pytest.raises(LooseEndsError) as caught:
            a_lifecycle(
                a_stage("lead"),
                moves=(Move(from_stages=("laed",), to_stage="mql"),),
                qualifies_at="sql",
                entries=("lead", "x"),
            )

        assert [(one.path, one.code) for one in caught.value.findings] == [
            ("$.qualifies_at", "AK-S007"),
            ("$.entries[1]", "AK-S007"),
            ("$.moves[0].from_stages", "AK-S007"),
            ("$.moves[0].to_stage", "AK-S007"),
        ]
        assert caught.value.findings[2].help == "did you mean 'lead'?"

    def test_a_stage_stands_once(self) -> None:
        with pytest.raises(LooseEndsError) as caught:
            a_lifecycle(a_stage("lead"), a_stage("lead"))

        assert [str(one) for one in caught.value.findings] == [
            (
                "AK-S006 the stage 'lead' stands twice (at $.stages[1].id); "
                "give one of them another id"
            )
        ]

    def test_a_move_stands_once(self) -> None:
        move = Move(from_stages=("lead",), to_stage="mql")
        with pytest.raises(LooseEndsError) as caught:
            a_lifecycle(a_stage("lead"), a_stage("mql"), moves=(move, move))

        assert [str(one) for one in caught.value.findings] == [
            (
                "AK-S006 the move from 'lead' to 'mql' stands twice "
                "(at $.moves[1].from_stages); keep one of them"
            )
        ]

    def test_no_lead_qualifies_on_a_detour(self) -> None:
        with pytest.raises(UnfitValueError) as caught:
            a_lifecycle(a_stage("lead"), a_detour("recycled"), qualifies_at="recycled")

        assert str(caught.value) == (
            "lifecycle: qualifies_at does not fit: 'recycled'; "
            "expected a stage of the success path"
        )

    def test_it_can_be_compared_and_put_into_a_set(self) -> None:
        same = attrs.evolve(STANDARD)

        assert {STANDARD, same} == {STANDARD}


class TestStageNamed:
    @pytest.mark.parametrize(
        ("name", "system", "stage"),
        [
            ("marketingqualifiedlead", "hubspot", "mql"),
            ("Open - Not Contacted", "salesforce", "lead"),
            (" open - not contacted ", "salesforce", "lead"),
            ("No Longer Interested", "dynamics365", "disqualified"),
            ("Lead", "marketo", "mql"),
            ("lead", "hubspot", "lead"),
            ("sal", "hubspot", "sal"),
            ("SQL", None, "sql"),
        ],
    )
    def test_a_name_of_the_system_goes_before_an_id(
        self, name: str, system: str | None, stage: str
    ) -> None:
        assert STANDARD.stage_named(name, system) == STANDARD.stage(stage)

    @pytest.mark.parametrize(
        ("name", "system"),
        [
            ("marketingqualifiedlead", None),
            ("marketingqualifiedlead", "salesforce"),
            ("153180554", "hubspot"),
            ("", "hubspot"),
        ],
    )
    def test_an_unknown_name_is_nobodys_stage(
        self, name: str, system: str | None
    ) -> None:
        assert STANDARD.stage_named(name, system) is None


class TestMoves:
    def test_what_follows_stands_in_the_order_of_the_lifecycle(self) -> None:
        assert STANDARD.moves_from("mql") == (
            *("lead", "sal", "sql", "opportunity", "customer"),
            *("recycled", "disqualified"),
        )

    def test_a_customer_does_not_become_a_lead_again(self) -> None:
        assert not STANDARD.can_move("customer", "lead")

    def test_an_unknown_stage_is_told_the_nearest(self) -> None:
        for ask in (
            lambda: STANDARD.moves_from("mqll"),
            lambda: STANDARD.can_move("lead", "mqll"),
            lambda: STANDARD.direction("mqll", "lead"),
            lambda: STANDARD.stage("mqll"),
        ):
            with pytest.raises(UnknownStageError) as caught:
                ask()

            assert str(caught.value).startswith(
                "no stage is named 'mqll'; did you mean"
            )

    def test_a_disqualification_needs_a_reason(self) -> None:
        move = STANDARD.move("sal", "disqualified")

        assert move is not None
        assert move.needs_reason


class TestEntry:
    MQL = a_stage("mql", guard=AtLeast("score", 60), required=("contact.title",))

    def test_a_stage_demands_its_guard_and_its_fields(self) -> None:
        lifecycle = a_lifecycle(a_stage("lead"), self.MQL)

        assert lifecycle.entry("lead", "mql") == AllOf(
            (AtLeast("score", 60), Known("contact.title"))
        )

    def test_a_move_demands_its_guard_beside(self) -> None:
        guard = Known("company.industry")
        moves = (Move(from_stages=("lead",), to_stage="mql", guard=guard),)
        lifecycle = a_lifecycle(a_stage("lead"), self.MQL, moves=moves)

        assert lifecycle.entry("lead", "mql") == AllOf(
            (AtLeast("score", 60), Known("contact.title"), guard)
        )

    def test_one_demand_stands_by_itself(self) -> None:
        stage = a_stage("mql", required=("contact.title",))
        lifecycle = a_lifecycle(a_stage("lead"), stage)

        assert lifecycle.entry("lead", "mql") == Known("contact.title")

    def test_nothing_may_be_demanded(self) -> None:
        assert STANDARD.entry("lead", "mql") is None


class TestDirection:
    @pytest.mark.parametrize(
        ("start", "end", "direction"),
        [
            ("subscriber", "lead", "advance"),
            ("lead", "mql", "advance"),
            ("mql", "sal", "advance"),
            ("opportunity", "customer", "advance"),
            ("customer", "evangelist", "advance"),
            ("mql", "sql", "skip"),
            ("subscriber", "customer", "skip"),
            ("lead", "subscriber", "regress"),
            ("sql", "lead", "regress"),
            ("sql", "mql", "regress"),
            ("sal", "lead", "regress"),
            ("evangelist", "customer", "regress"),
            ("mql", "lead", "reject"),
            ("mql", "subscriber", "reject"),
            ("sal", "recycled", "recycle"),
            ("lead", "inactive", "recycle"),
            ("lost", "recycled", "recycle"),
            ("mql", "disqualified", "disqualify"),
            ("opportunity", "lost", "disqualify"),
            ("customer", "churned", "disqualify"),
            ("recycled", "disqualified", "disqualify"),
            ("recycled", "mql", "requalify"),
            ("recycled", "lead", "requalify"),
            ("inactive", "lead", "requalify"),
            ("customer", "opportunity", "requalify"),
            ("evangelist", "mql", "requalify"),
            ("disqualified", "lead", "reopen"),
            ("lost", "opportunity", "reopen"),
            ("churned", "opportunity", "reopen"),
            ("mql", "mql", "no_op"),
            ("recycled", "recycled", "no_op"),
        ],
    )
    def test_it_follows_from_the_two_stages(
        self, start: str, end: str, direction: str
    ) -> None:
        assert STANDARD.direction(start, end) is MoveDirection(direction)

    @pytest.mark.parametrize(("end", "again"), [("mql", True), ("sql", True)])
    def test_who_qualified_before_qualifies_again(
        self, end: str, *, again: bool
    ) -> None:
        direction = STANDARD.direction("lead", end, was_qualified=again)

        assert direction is MoveDirection.REQUALIFY

    def test_who_stays_qualified_does_not_qualify_again(self) -> None:
        direction = STANDARD.direction("mql", "sal", was_qualified=True)

        assert direction is MoveDirection.ADVANCE

    def test_who_has_not_reached_it_does_not_qualify_again(self) -> None:
        direction = STANDARD.direction("subscriber", "lead", was_qualified=True)

        assert direction is MoveDirection.ADVANCE

    @pytest.mark.parametrize("end", ["lead", "customer", "disqualified"])
    def test_a_repair_is_a_correction_wherever_it_leads(self, end: str) -> None:
        reason = find_reason("entered_in_error")

        assert STANDARD.direction("mql", end, reason=reason) is MoveDirection.CORRECT

    def test_any_other_reason_changes_nothing(self) -> None:
        reason = find_reason("no_budget")

        assert STANDARD.direction("mql", "lead", reason=reason) is MoveDirection.REJECT

    def test_a_stage_that_not_all_go_through_is_not_skipped(self) -> None:
        waterfall = preset("waterfall_2012")

        assert waterfall.direction("tql", "mql") is MoveDirection.ADVANCE
        assert waterfall.skipped("aql", "mql") == ("tal", "tql")

    def test_where_there_is_no_acceptance_none_is_skipped(self) -> None:
        assert preset("hubspot").direction("mql", "sql") is MoveDirection.ADVANCE


class TestSkipped:
    def test_it_names_the_stages_between(self) -> None:
        assert STANDARD.skipped("lead", "opportunity") == ("mql", "sal", "sql")

    @pytest.mark.parametrize(
        ("start", "end"), [("sql", "lead"), ("lead", "recycled"), ("recycled", "sql")]
    )
    def test_nothing_is_skipped_on_the_way_back_or_beside(
        self, start: str, end: str
    ) -> None:
        assert STANDARD.skipped(start, end) == ()


class TestEnter:
    @pytest.mark.parametrize(
        ("stage", "is_qualified"),
        [("lead", False), ("mql", True), ("sql", True), ("recycled", False)],
    )
    def test_who_begins_late_has_qualified(
        self, stage: str, *, is_qualified: bool
    ) -> None:
        assert STANDARD.enter(stage) == Position(stage=stage, is_qualified=is_qualified)


class TestFollow:
    def test_a_recycled_lead_ends_its_cycle_and_begins_another(self) -> None:
        out = STANDARD.follow(STANDARD.enter("sal"), "recycled")
        back = STANDARD.follow(out.position, "mql")

        assert out == Passage(
            from_stage="sal",
            to_stage="recycled",
            direction=MoveDirection.RECYCLE,
            skipped=(),
            ends_cycle=True,
            starts_cycle=False,
            position=Position(stage="recycled", is_qualified=True),
        )
        assert back == Passage(
            from_stage="recycled",
            to_stage="mql",
            direction=MoveDirection.REQUALIFY,
            skipped=(),
            ends_cycle=False,
            starts_cycle=True,
            position=Position(stage="mql", cycle=2, is_qualified=True, returns=1),
        )

    def test_who_comes_back_as_a_lead_has_yet_to_qualify(self) -> None:
        position = Position(stage="recycled", is_qualified=True)

        back = STANDARD.follow(position, "lead")
        ahead = STANDARD.follow(back.position, "mql")

        assert back.position == Position(stage="lead", cycle=2, returns=1)
        assert ahead.direction is MoveDirection.ADVANCE
        assert ahead.position.cycle == 2

    def test_a_skip_names_what_it_skipped(self) -> None:
        step = STANDARD.follow(STANDARD.enter("mql"), "opportunity")

        assert step.skipped == ("sal", "sql")

    def test_staying_where_it_is_changes_nothing(self) -> None:
        position = Position(stage="recycled", cycle=3, returns=2)

        step = STANDARD.follow(position, "recycled")

        assert (step.position, step.ends_cycle) == (position, False)

    def test_a_customer_who_comes_back_begins_anew(self) -> None:
        won = STANDARD.follow(Position(stage="sql", cycle=3, returns=2), "customer")
        more = STANDARD.follow(won.position, "opportunity")

        assert (won.ends_cycle, won.position.returns) == (True, 0)
        assert more.position == Position(
            stage="opportunity", cycle=4, is_qualified=True
        )

    def test_what_is_corrected_away_did_not_happen(self) -> None:
        repair = find_reason("entered_in_error")

        back = STANDARD.follow(STANDARD.enter("mql"), "lead", reason=repair)
        ahead = STANDARD.follow(back.position, "mql")

        assert back.position == Position(stage="lead")
        assert ahead.direction is MoveDirection.ADVANCE

    def test_a_correction_skips_nothing(self) -> None:
        repair = find_reason("entered_in_error")

        step = STANDARD.follow(STANDARD.enter("lead"), "sql", reason=repair)

        assert step.skipped == ()
        assert step.position == Position(stage="sql", is_qualified=True)

    def test_a_correction_off_a_detour_takes_the_cycle_up_again(self) -> None:
        repair = find_reason("entered_in_error")
        position = Position(stage="disqualified", cycle=2, is_qualified=True)

        step = STANDARD.follow(position, "lead", reason=repair)

        assert step.position == Position(stage="lead", cycle=2, is_qualified=True)
        assert not step.starts_cycle

    def test_a_correction_below_keeps_an_earlier_qualification(self) -> None:
        repair = find_reason("entered_in_error")
        position = Position(stage="lead", is_qualified=True)

        step = STANDARD.follow(position, "subscriber", reason=repair)

        assert step.position.is_qualified


@pytest.mark.shared
class TestCanonicalEvents:
    @pytest.mark.parametrize("system", ["hubspot", "salesforce"])
    def test_the_moves_of_a_payload_are_what_they_are_said_to_be(
        self, shared: Path, system: str
    ) -> None:
        text = (shared / "payloads" / "expected_canonical_events.json").read_text(
            encoding="utf-8"
        )
        created, *later = json.loads(text)[system]
        moves = [row for row in later if row["type"] == "stage_changed"]
        position = STANDARD.enter(created["to_stage"])
        found = []
        for row in moves:
            step = STANDARD.follow(position, row["to_stage"])
            found.append(
                {
                    "from_stage": position.stage,
                    "to_stage": row["to_stage"],
                    "direction": step.direction.value,
                    "cycle": step.position.cycle,
                    "skipped": list(step.skipped),
                }
            )
            position = step.position

        assert found == [
            {
                "from_stage": row["from_stage"],
                "to_stage": row["to_stage"],
                "direction": row["direction"],
                "cycle": row["cycle"],
                "skipped": row.get("skipped", []),
            }
            for row in moves
        ]

    def test_the_names_of_hubspot_are_known(self, shared: Path) -> None:
        text = (shared / "payloads" / "hubspot_contact_with_history.json").read_text(
            encoding="utf-8"
        )
        history = json.loads(text)["propertiesWithHistory"]["lifecyclestage"]
        written = sorted(
            (row for row in history if row["value"]),
            key=lambda row: datetime.fromisoformat(row["timestamp"]),
        )

        stages = [STANDARD.stage_named(row["value"], "hubspot") for row in written]

        assert [stage.id for stage in stages if stage] == [
            *("lead", "mql", "sql", "lead", "mql", "sql", "opportunity")
        ]


class TestPictures:
    HOSTILE = a_lifecycle(
        a_stage('a"]; x --> y %%{init}%%\n<b>'),
        a_stage("b\\N&lt;", owner="<script>"),
        a_detour("c"),
        moves=(
            Move(from_stages=("b\\N&lt;",), to_stage="c", needs_reason=True),
            Move(from_stages=("c",), to_stage="b\\N&lt;"),
        ),
    )

    def test_mermaid_reads_names_as_text(self) -> None:
        assert self.HOSTILE.to_mermaid() == (
            "flowchart LR\n"
            '    s0["a#34;#93;#59; x --#62; y #37;#37;#123;init#125;#37;#37; '
            '#60;b#62; (sales)"]\n'
            '    s1["b#92;N#38;lt#59; (#60;script#62;)"]\n'
            '    s2(["c (sales)"])\n'
            "    s1 -.-> s2\n"
            "    s2 --> s1\n"
        )

    def test_graphviz_reads_names_as_text(self) -> None:
        assert self.HOSTILE.to_dot() == (
            "digraph lifecycle {\n"
            "    rankdir=LR;\n"
            '    s0 [shape=box, label="a\\"]; x --> y %%{init}%% <b> (sales)"];\n'
            '    s1 [shape=box, label="b\\\\N&amp;lt; (<script>)"];\n'
            '    s2 [shape=ellipse, label="c (sales)"];\n'
            "    s1 -> s2 [style=dotted];\n"
            "    s2 -> s1;\n"
            "}\n"
        )

    def test_moves_that_skip_a_stage_are_not_drawn(self) -> None:
        stages = (a_stage("a"), a_stage("b"), a_stage("c"))
        moves = (
            Move(from_stages=("a",), to_stage="b"),
            Move(from_stages=("a", "b"), to_stage="c"),
        )

        drawn = a_lifecycle(*stages, moves=moves).to_mermaid().splitlines()[4:]

        assert drawn == ["    s0 --> s1", "    s1 --> s2"]


class TestFindings:
    def test_a_stage_to_which_no_move_leads_is_unreachable(self) -> None:
        won = a_stage("won", category=StageCategory.WON)
        moves = (Move(from_stages=("lead",), to_stage="won"),)
        lifecycle = a_lifecycle(
            a_stage("lead"), a_detour("lost_sight"), won, moves=moves
        )

        assert ("AK-L010", "$.lifecycle.stages[1]") in codes_of(lifecycle)

    def test_an_entry_needs_no_move(self) -> None:
        won = a_stage("won", category=StageCategory.WON)
        moves = (Move(from_stages=("lead", "trial"), to_stage="won"),)
        lifecycle = a_lifecycle(
            a_stage("lead"),
            a_stage("trial"),
            won,
            moves=moves,
            entries=("lead", "trial"),
        )

        assert codes_of(lifecycle) == []

    def test_a_stage_that_no_lead_can_leave_is_a_dead_end(self) -> None:
        lost = a_detour("lost", StageCategory.LOST)
        moves = (Move(from_stages=("lead",), to_stage="mql"),)
        lifecycle = a_lifecycle(
            a_stage("lead"), a_stage("mql"), lost, moves=moves, entries=("lead", "lost")
        )

        assert codes_of(lifecycle) == [("AK-L011", "$.lifecycle.stages[1]")]

    def test_one_name_for_two_stages_clashes_in_either_case(self) -> None:
        won = a_stage("won", category=StageCategory.WON, aliases={"zoho": ["NEW"]})
        lead = a_stage("lead", aliases={"espocrm": ["New"], "zoho": ["New"]})
        moves = (Move(from_stages=("lead",), to_stage="won"),)
        lifecycle = a_lifecycle(lead, won, moves=moves)

        assert [str(one) for one in lifecycle_findings(lifecycle)] == [
            (
                "AK-L013 zoho calls both 'lead' and 'won' 'NEW' "
                "(at $.lifecycle.stages[1].aliases.zoho); leave the name to one of them"
            )
        ]

    def test_one_name_twice_for_one_stage_is_no_clash(self) -> None:
        won = a_stage("won", category=StageCategory.WON, aliases={"zoho": ["A", "a"]})

        assert codes_of(a_lifecycle(won)) == []

    def test_a_round_without_a_cap_is_endless(self) -> None:
        rounds = (
            Move(from_stages=("lead",), to_stage="recycled"),
            Move(from_stages=("recycled",), to_stage="lead"),
        )
        lifecycle = a_lifecycle(a_stage("lead"), a_detour("recycled"), moves=rounds)
        capped = attrs.evolve(lifecycle, most_returns=3)

        assert codes_of(lifecycle) == [("AK-L014", "$.lifecycle.most_returns")]
        assert codes_of(capped) == []

    @pytest.mark.parametrize(
        ("stage", "guard", "is_open"),
        [
            ({}, None, True),
            ({"required": ("contact.title",)}, None, False),
            ({"guard": Known("score")}, None, False),
            ({}, Known("score"), False),
        ],
    )
    def test_a_gate_asks_something(
        self, stage: dict[str, object], guard: Known | None, *, is_open: bool
    ) -> None:
        gate = a_stage("gate", kind=StageKind.GATE, **stage)
        won = a_stage("won", category=StageCategory.WON)
        moves = (
            Move(from_stages=("lead",), to_stage="gate", guard=guard),
            Move(from_stages=("gate",), to_stage="won"),
        )
        lifecycle = a_lifecycle(a_stage("lead"), gate, won, moves=moves)

        codes = codes_of(lifecycle)

        assert codes == ([("AK-L015", "$.lifecycle.stages[1]")] if is_open else [])
