"""Doubts: the clock of a term where it is not known whether a fact counts.

Both ways are tried [K9]. Ways that can no longer lead to different statuses are one way
again, so that there are seldom many; and what has too many of them is not known.
"""

from __future__ import annotations

from collections.abc import Sequence

import attrs

from alignkit.clocks import UNKNOWN_DUES
from alignkit.efforts import NOTHING_TRIED
from alignkit.events import Event
from alignkit.progress import BEGINNINGS, Aside, Doubts, Move, Progress, Told
from alignkit.qualifying import Shortfall
from alignkit.runs import Run
from alignkit.successions import Succession

MOST_WAYS = 64
"""In how many further ways a clock is tried; what has more of them is not known."""


def tried(
    succession: Succession,
    progress: Progress,
    at: int,
    moves: Sequence[Move],
    told: Told,
    aside: Aside | None,
    cycle: int | None = None,
) -> Progress:
    """Return the progress after an instant at which not all need be known [K9].

    A fact of which nobody knows whether it counts is tried both ways; until it is
    known, it does not count.

    Args:
        succession: The term.
        progress: The progress up to that instant.
        at: The instant.
        moves: What the facts do to the clock, in the order in which they act.
        told: What is known by then.
        aside: What they may do, and what they fell short of; None for nothing.
        cycle: The cycle that the subject is in after them [E6].
    """
    if aside is None and progress.doubts is None:
        return succession.advanced(progress, at, moves, told, cycle)
    aside, doubts = aside or Aside(), progress.doubts or Doubts()
    ways = _ways(moves, aside)
    found: list[Progress] = []
    for one in (attrs.evolve(progress, doubts=None), *doubts.others):
        open_ways = ways if _may_part(one, moves, aside) else ways[:1]
        found += [succession.advanced(one, at, way, told, cycle) for way in open_ways]
    now = _noted(found[0], at, moves, aside)
    facts = (*doubts.facts, *((move[2].id, by) for move, by in aside.doubtful))
    if len(found) == 1 and not doubts.past:
        return now
    others, past = _parted(succession, found, doubts.past)
    if not others and not past:
        return now
    return attrs.evolve(
        now,
        doubts=Doubts(
            others=tuple(others[:MOST_WAYS]),
            past=past,
            facts=tuple(dict.fromkeys(facts)),
            is_lost=doubts.is_lost or len(others) > MOST_WAYS,
        ),
    )


def _parted(
    succession: Succession, found: Sequence[Progress], past: Sequence[Run]
) -> tuple[list[Progress], tuple[Run, ...]]:
    """Return the ways beside the first that are others still, and the runs of old ones.

    Args:
        succession: The term.
        found: How far its clock has come on each way.
        past: The runs that are known to have gone otherwise on earlier ways.
    """
    distinct: dict[object, Progress] = {}
    gone = {_decided(succession, run): run for run in past}
    for one in found:
        first = distinct.setdefault(_prospect(succession, one), one)
        for mine, other in zip(first.runs[:-1], one.runs[:-1], strict=True):
            if mine is not other:
                decided = _decided(succession, other)
                if decided != _decided(succession, mine):
                    gone.setdefault(decided, other)
    return list(distinct.values())[1:], tuple(gone.values())


def _may_part(progress: Progress, moves: Sequence[Move], aside: Aside) -> bool:
    """Say whether it can matter to a clock if doubtful facts count."""
    owed = progress.lead
    if owed.runs and owed.runs[-1].is_running:
        return True
    if aside.starts or any(role in BEGINNINGS for _, role, _ in moves):
        return True
    return any(event.day is not None for (_, _, event), _ in aside.doubtful)


def _prospect(succession: Succession, progress: Progress) -> object:
    """Return all of a progress that what comes can depend on."""
    dated = tuple(
        (role, event.id) for role, event in progress.early if event.day is not None
    )
    last = _decided(succession, progress.runs[-1]) if progress.runs else None
    held = progress.held
    beside = held and (held.custodian, _prospect(succession, held.owed))
    waiting = progress.waiting and progress.waiting.id
    return len(progress.runs), last, dated, waiting, beside, progress.over


def _decided(succession: Succession, run: Run) -> object:
    """Return all of a run that its status can depend on, and nothing else."""
    governing = succession.governing(run)
    if run.ended is not None:
        run = run.at_rest(run.ended)
    bare = attrs.evolve(run, disregarded=(), early=())
    if run.ended is None or governing.goes_on or governing.may_learn(run):
        return bare
    past = []
    for target in run.targets:
        try:
            due = governing.due(run, target)
        except UNKNOWN_DUES:
            return bare
        past.append(governing.is_past(run, target, due, run.ended))
    done = attrs.evolve(
        bare,
        ended=0,
        ended_by=None,
        changed=None,
        tally=NOTHING_TRIED,
    )
    return done, tuple(past)


def _ways(moves: Sequence[Move], aside: Aside) -> list[list[Move]]:
    """Return what facts may do to a clock: what is sure, and each further way."""
    doubtful: dict[str, list[Move]] = {}
    for move, _ in aside.doubtful:
        doubtful.setdefault(move[2].id, []).append(move)
    ways = [list(moves)]
    for more in doubtful.values():
        ways += [[*way, *more] for way in ways[: MOST_WAYS + 1]]
    for way in ways[1:]:
        way.sort(key=lambda move: move[1])
    return ways


def _noted(
    progress: Progress, at: int, moves: Sequence[Move], aside: Aside
) -> Progress:
    """Return a progress whose running run tells of the facts that did not count."""
    last = progress.runs[-1] if progress.runs else None
    if last is None or not last.is_running:
        return progress
    heeded = {event.id for edition, _, event in moves if edition == last.edition}
    noted: dict[str, tuple[Event, Shortfall]] = {}
    doubtful = ((one[0], one[2], Shortfall.UNDECIDED) for one, _ in aside.doubtful)
    for edition, event, shortfall in (*doubtful, *aside.passed):
        # What changed together with the start is part of it.
        is_of_start = shortfall is Shortfall.STATUS_CHANGE and at <= last.started
        if edition == last.edition and event.id not in heeded and not is_of_start:
            noted.setdefault(event.id, (event, shortfall))
    if not noted:
        return progress
    more = (noted[id_] for id_ in sorted(noted))
    last = attrs.evolve(last, disregarded=(*last.disregarded, *more))
    return attrs.evolve(progress, runs=(*progress.runs[:-1], last))
