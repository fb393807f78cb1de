"""Movements: what one fact does to a running clock.

It stops it, calls it off, lays it to rest, sets it back to nothing, or makes it go on
after it had ended.
"""

from __future__ import annotations

from typing import assert_never, cast

import attrs

from alignkit.clocks import CompiledTerm
from alignkit.efforts import NOTHING_TRIED, Effort
from alignkit.events import Event
from alignkit.facts import whole_day
from alignkit.histories import recorded_instant
from alignkit.hours import EVERY_HOUR
from alignkit.learnings import retraced
from alignkit.promises import Reopening
from alignkit.qualifying import Shortfall
from alignkit.runs import Ending, Role, Run, Stretch, plain


def moved(compiled: CompiledTerm, run: Run, role: Role, at: int, event: Event) -> Run:
    """Return a running run as it is after one fact."""
    match role:
        case Role.ATTEMPT:
            return _tried(compiled, run, at, event)
        case Role.STOP | Role.CANCEL | Role.CYCLE_END:
            end = _end(compiled, run, at, event)
            return attrs.evolve(
                run,
                pauses=_resumed(run.pauses, end),
                ended=end,
                ended_by=event,
                ending=Ending.FULFILLED if role is Role.STOP else Ending.CANCELLED,
            )
        case Role.RESET:
            if compiled.is_past_due(run, at):
                return run
            since = compiled.since(at, event)
            return attrs.evolve(
                run,
                counts=since,
                day=event.day,
                is_reset=True,
                tally=NOTHING_TRIED,
                targets=tuple(dict.fromkeys(map(plain, run.targets))),
            )
        case Role.PAUSE:
            if run.is_paused:
                return run
            return attrs.evolve(run, pauses=(*run.pauses, (at, None)))
        case Role.RESUME:
            return attrs.evolve(run, pauses=_resumed(run.pauses, at))
        case Role.REOPEN:
            return _reopened(compiled, run, at, event)
        case Role.START | Role.HANDOVER:
            return run
        case _:
            assert_never(role)


def _tried(compiled: CompiledTerm, run: Run, at: int, event: Event) -> Run:
    """Return a run after one more attempt, which may complete it [K14]."""
    effort = cast("Effort", compiled.effort)
    hours = compiled.hours or EVERY_HOUR
    tally = effort.after(run.tally, compiled.since(at, event), event, hours)
    if isinstance(tally, Shortfall):
        noted = (*run.disregarded, (event, tally))
        return attrs.evolve(run, disregarded=noted)
    counted = attrs.evolve(run, tally=tally)
    if effort.is_complete(tally):
        return moved(compiled, counted, Role.STOP, at, event)
    return counted


def _reopened(compiled: CompiledTerm, run: Run, at: int, event: Event) -> Run:
    """Return a run that had ended and goes on, as its clock says."""
    pauses = run.pauses
    if compiled.promise.clock.reopening is Reopening.GOES_ON:
        since = cast("int", run.ended)
        # What rested when it ended has rested ever since.
        while pauses and cast("int", pauses[-1][1]) >= since:
            since, pauses = min(since, pauses[-1][0]), pauses[:-1]
        pauses = _resumed((*pauses, (since, None)), max(at, cast("int", run.ended)))
    reopened = attrs.evolve(
        run,
        pauses=pauses,
        ended=None,
        ended_by=None,
        ending=None,
        reopened=(*run.reopened, recorded_instant(event)),
    )
    return retraced(compiled, reopened)


def _end(compiled: CompiledTerm, run: Run, at: int, event: Event) -> int:
    """Return when a fact ended a run: if only its date is known, as that began.

    A date is the one of the people concerned, wherever it was written down [E1].
    """
    if event.day is not None:
        at = min(at, whole_day(event.day, compiled.zone)[0])
    # What is done before the date from which a clock counts is done then.
    return at if compiled.anchor_field is not None else max(run.started, at)


def _resumed(pauses: tuple[Stretch, ...], at: int) -> tuple[Stretch, ...]:
    """Return the rests with the last one ended, if it had not."""
    if not pauses or pauses[-1][1] is not None:
        return pauses
    start = pauses[-1][0]
    return (*pauses[:-1], (start, at)) if start < at else pauses[:-1]
