"""Visits: what the way of a subject through its stages does to the clock of a stay.

The clock of a stay listens to no fact of its own. A visit begins when one of its stages
is entered from outside and ends when the last of them is left, whatever facts say so.
"""

from __future__ import annotations

from collections.abc import Sequence

from alignkit.clocks import CompiledTerm
from alignkit.events import Event
from alignkit.progress import Move, Progress, Turn
from alignkit.runs import Role, Run
from alignkit.stays import Crossings, Step, crossings
from alignkit.successions import Succession


def stayed(
    succession: Succession,
    progress: Progress,
    at: int,
    stage: str | None,
    steps: Sequence[Step],
    turn: Turn = (None, None),
) -> list[Move]:
    """Return what it does to the clock of a stay that a subject moved on.

    At one instant a visit ends at most, and then one begins; a visit that is
    running under the stages of one edition goes on under those of the next.

    Args:
        succession: The term.
        progress: The progress up to that instant.
        at: The instant.
        stage: The stage before it.
        steps: The facts of the instant, each with the stage after it.
        turn: The cycle that the subject is in after them, and the fact that ended
            one, if any did.
    """
    edition = succession.in_force_at(at)
    compiled = succession.terms[edition]
    last = progress.runs[-1] if progress.runs else None
    governing = None if last is None else succession.governing(last)
    moves: list[Move] = []
    if last is not None and last.is_running and governing and governing.stages:
        way = crossings(governing.stages, stage, steps)
        moves = [
            (last.edition, *move)
            for move in _moved_on(governing, last, at, way, turn, steps[-1][0])
        ]
        if not any(role is Role.STOP for _, role, _ in moves):
            return moves
    if compiled is None or not compiled.stages:
        return moves
    entered, left = crossings(compiled.stages, stage, steps)
    is_in = steps[-1][1] in compiled.stages
    if compiled.is_cumulative and last is not None:
        # One verdict for a cycle: only the next one begins anew.
        if not last.precedes(turn[0]):
            return moves
        entered = entered or [steps[-1][0]] * is_in
    if entered:
        moves.append((edition, Role.START, entered[-1]))
        if not is_in:
            role = Role.PAUSE if compiled.is_cumulative else Role.STOP
            moves.append((edition, role, left[-1]))
    return moves


def _moved_on(
    governing: CompiledTerm,
    run: Run,
    at: int,
    way: Crossings,
    turn: Turn,
    by: Event,
) -> list[tuple[Role, Event]]:
    """Return what it does to a stay that is counted that its subject moved on.

    The latest visit ends when it is left. Of all visits of a cycle together, the time
    between them is a rest; what is past due by then is over, and so is what belongs to
    a cycle that has ended.
    """
    entered, left = way
    if not governing.is_cumulative:
        return [(Role.STOP, left[0])] if left else []
    cycle, ended_by = turn
    is_in = len(left) < len(entered) + (not run.is_paused)
    if run.precedes(cycle) or (ended_by is not None and not is_in):
        return [(Role.STOP, ended_by or by)]
    if run.is_paused:
        return [(Role.RESUME, entered[-1])] if is_in else []
    if is_in:
        return []
    is_over = governing.is_past_due(run, at)
    return [(Role.STOP if is_over else Role.PAUSE, left[0])]
