from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alignkit.lifecycle import Lifecycle, MoveDirection, Passage, Position
from alignkit.presets import PRESETS, preset
from alignkit.reasons import STANDARD_REASONS, Reason
from alignkit.stages import Move, Stage, StageCategory, StagePath

STANDARD = preset("standard")
BACK = {MoveDirection.REQUALIFY, MoveDirection.REOPEN}


def presets() -> st.SearchStrategy[Lifecycle]:
    return st.sampled_from(list(PRESETS.values()))


@st.composite
def walks(draw: st.DrawFn) -> tuple[Lifecycle, Position, list[Passage]]:
    """Draw any moves of a lead, allowed or not, with any reasons or none."""
    lifecycle = draw(presets())
    stages = st.sampled_from([stage.id for stage in lifecycle.stages])
    reasons: st.SearchStrategy[Reason | None] = st.none() | st.sampled_from(
        STANDARD_REASONS
    )
    start = position = lifecycle.enter(draw(stages))
    steps: list[Passage] = []
    for to_stage, reason in draw(st.lists(st.tuples(stages, reasons), max_size=12)):
        step = lifecycle.follow(position, to_stage, reason=reason)
        steps.append(step)
        position = step.position
    return lifecycle, start, steps


def before(start: Position, steps: list[Passage]) -> list[tuple[Position, Passage]]:
    """Return each step with where the lead stood before it."""
    stood = [start, *(step.position for step in steps)]
    return list(zip(stood, steps, strict=False))


@given(walk=walks())
def test_a_new_cycle_begins_exactly_where_a_lead_comes_back(
    walk: tuple[Lifecycle, Position, list[Passage]],
) -> None:
    _, start, steps = walk

    for position, step in before(start, steps):
        grown = step.position.cycle - position.cycle

        assert grown == (step.direction in BACK)
        assert step.starts_cycle == bool(grown)


@given(walk=walks())
def test_no_cycle_qualifies_twice(
    walk: tuple[Lifecycle, Position, list[Passage]],
) -> None:
    lifecycle, start, steps = walk
    order = [one.id for one in lifecycle.stages if one.path is StagePath.SUCCESS]
    qualified = order[order.index(lifecycle.qualifies_at) :]
    cycles: list[int] = []
    for position, step in before(start, steps):
        crosses = step.to_stage in qualified and position.stage not in qualified
        if crosses and step.direction is not MoveDirection.CORRECT:
            cycles.append(step.position.cycle)
        if step.direction is MoveDirection.CORRECT:
            # A correction may take a qualification away, so counting starts anew.
            cycles.clear()

    assert len(cycles) == len(set(cycles))


@given(walk=walks())
def test_a_cycle_ends_where_a_lead_leaves_the_path_or_is_won(
    walk: tuple[Lifecycle, Position, list[Passage]],
) -> None:
    lifecycle, start, steps = walk

    for position, step in before(start, steps):
        stage = lifecycle.stage(step.to_stage)
        off = stage.path is StagePath.DETOUR or stage.category is StageCategory.WON

        moved = position.stage != step.to_stage
        corrected = step.direction is MoveDirection.CORRECT
        assert step.ends_cycle == (off and moved and not corrected)


@given(walk=walks())
def test_staying_changes_nothing(
    walk: tuple[Lifecycle, Position, list[Passage]],
) -> None:
    lifecycle, start, steps = walk
    position = steps[-1].position if steps else start

    step = lifecycle.follow(position, position.stage)

    assert step == Passage(
        from_stage=position.stage,
        to_stage=position.stage,
        direction=MoveDirection.NO_OP,
        skipped=(),
        ends_cycle=False,
        starts_cycle=False,
        position=position,
    )


@given(walk=walks())
def test_a_correction_leaves_the_count_of_cycles_alone(
    walk: tuple[Lifecycle, Position, list[Passage]],
) -> None:
    _, start, steps = walk

    for position, step in before(start, steps):
        if step.direction is MoveDirection.CORRECT:
            assert step.position.cycle == position.cycle
            assert step.skipped == ()


@given(lifecycle=presets(), data=st.data())
def test_what_is_skipped_lies_between(
    lifecycle: Lifecycle, data: st.DataObject
) -> None:
    order = [one.id for one in lifecycle.stages if one.path is StagePath.SUCCESS]
    start, end = (data.draw(st.sampled_from(order)) for _ in range(2))
    between = order[order.index(start) + 1 : order.index(end)]

    skipped = lifecycle.skipped(start, end)

    assert [name for name in between if name in skipped] == list(skipped)
    assert all(
        lifecycle.stage(name).is_optional for name in between if name not in skipped
    )


@given(lifecycle=presets(), data=st.data())
def test_a_legal_move_can_be_made_and_no_other(
    lifecycle: Lifecycle, data: st.DataObject
) -> None:
    stages = [stage.id for stage in lifecycle.stages]
    start, end = (data.draw(st.sampled_from(stages)) for _ in range(2))
    listed = any(
        start in move.from_stages and move.to_stage == end for move in lifecycle.moves
    )

    assert lifecycle.can_move(start, end) == listed
    assert (end in lifecycle.moves_from(start)) == listed


@pytest.mark.parametrize("lifecycle", PRESETS.values(), ids=PRESETS)
def test_every_name_of_a_system_leads_to_its_stage(lifecycle: Lifecycle) -> None:
    for stage in lifecycle.stages:
        for system, names in stage.aliases:
            for name in names:
                assert lifecycle.stage_named(name.swapcase(), system) is stage


NODE = re.compile(r'    s\d+(\(\["[^"\n]*"\]\)|\["[^"\n]*"\])')
EDGE = re.compile(r"    s\d+ (-->|-\.->) s\d+")
DOT_NODE = re.compile(r'    s\d+ \[shape=(box|ellipse), label="([^"\\\n]|\\["\\])*"\];')
DOT_EDGE = re.compile(r"    s\d+ -> s\d+( \[style=dotted\])?;")


@st.composite
def named_by_anybody(draw: st.DrawFn) -> Lifecycle:
    names = draw(
        st.lists(st.text(min_size=1, max_size=12), min_size=2, max_size=4, unique=True)
    )
    owner = draw(st.text(min_size=1, max_size=12))
    return Lifecycle(
        id="drawn",
        stages=tuple(Stage(id=name, owner=owner) for name in names),
        moves=(Move(from_stages=(names[0],), to_stage=names[1]),),
        qualifies_at=names[0],
    )


@given(lifecycle=named_by_anybody())
def test_no_name_breaks_out_of_a_picture(lifecycle: Lifecycle) -> None:
    head, *lines = lifecycle.to_mermaid().removesuffix("\n").split("\n")
    dot = lifecycle.to_dot().removesuffix("\n").split("\n")

    assert head == "flowchart LR"
    assert len(lines) == len(lifecycle.stages) + 1
    assert all(NODE.fullmatch(line) for line in lines[:-1])
    assert EDGE.fullmatch(lines[-1])
    assert (dot[0], dot[1], dot[-1]) == ("digraph lifecycle {", "    rankdir=LR;", "}")
    assert all(DOT_NODE.fullmatch(line) for line in dot[2:-2])
    assert DOT_EDGE.fullmatch(dot[-2])
