"""Weighings: how promises stand where it is not known whether some facts count.

Both ways are tried. Where a promise stands the same whichever is right, it stands; else
it is unknown, naming the fact [K9].
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import attrs

from alignkit.escalations import fires_of
from alignkit.progress import Doubts, Progress
from alignkit.runs import Run
from alignkit.standings import Standing, Status, standing
from alignkit.successions import Succession

_MOST_NAMED = 3

Forms = list[tuple[Run, Standing] | None]
"""A promise as it may have gone, way by way, and how it stands; None if not at all."""


def weighed(
    succession: Succession, progress: Progress, as_of: int
) -> Iterator[tuple[Run, Standing]]:
    """Yield each governed run of a clock, and how it stands at an instant.

    Where it is not known whether a run began, it is given as it may have been.

    Args:
        succession: The term.
        progress: How far its clock has come.
        as_of: The instant of the question.
    """
    doubts = progress.doubts
    if doubts is None:
        for run in progress.runs:
            if succession.is_governed(run):
                yield run, _standing(succession, progress, run, as_of)
        return
    ways = [{run.cycle: run for run in one.runs} for one in (progress, *doubts.others)]
    past: dict[int, list[Run]] = {}
    for run in doubts.past:
        past.setdefault(run.cycle, []).append(run)
    for cycle in sorted({cycle for way in ways for cycle in way}):
        runs = [*(way.get(cycle) for way in ways), *past.get(cycle, ())]
        governed = [
            run if run and succession.is_governed(run) else None for run in runs
        ]
        shown = next((run for run in governed if run is not None), None)
        if shown is not None:
            yield shown, _among(succession, progress, governed, doubts, as_of)


def _standing(
    succession: Succession, progress: Progress, run: Run, as_of: int
) -> Standing:
    """Return how a run stands, whether or not it is owed: exclusions come first [K11].

    What may exclude it is tried both ways too, and never comes to the same.
    """
    always = progress.exempt[run.edition] if progress.exempt else None
    rules = [one for one in (always, run.exempt) if one is not None]
    for one in rules:
        if not one.unknown:
            return Standing(status=Status.EXCLUDED, reason=one.reason)
    if rules:
        fields = " and ".join(rules[0].unknown)
        reason = f"whether it is excluded ({rules[0].reason}) depends on {fields}"
        return Standing(status=Status.UNKNOWN, reason=reason)
    return standing(run, succession.governing(run), as_of)


def _among(
    succession: Succession,
    progress: Progress,
    runs: Sequence[Run | None],
    doubts: Doubts,
    as_of: int,
) -> Standing:
    """Return how a promise stands that may have gone one way or another."""
    if doubts.is_lost:
        reason = "too many facts may or may not count to try all ways"
        return Standing(status=Status.UNKNOWN, reason=reason, fires={})
    forms = _forms(succession, progress, runs, as_of)
    agreed, changes = _agreed(forms), _change(succession, progress, runs, as_of)
    fires = _fires(succession, runs, as_of)
    if agreed is not None:
        return attrs.evolve(agreed, changes=changes, fires=fires)
    reason = _depends(forms, doubts)
    return Standing(status=Status.UNKNOWN, changes=changes, reason=reason, fires=fires)


def _fires(
    succession: Succession, runs: Sequence[Run | None], as_of: int
) -> dict[int, int]:
    """Return when steps fire that fire in any case, by their place [K12].

    A step fires only for a promise that is unfulfilled, whichever way is right.
    """
    ways = [
        {} if run is None else fires_of(run.at_rest(as_of), succession.governing(run))
        for run in runs
    ]
    return {
        nth: max(way[nth] for way in ways)
        for nth in ways[0]
        if all(nth in way for way in ways)
    }


def _forms(
    succession: Succession, progress: Progress, runs: Sequence[Run | None], as_of: int
) -> Forms:
    return [
        None if run is None else (run, _standing(succession, progress, run, as_of))
        for run in runs
    ]


def _agreed(forms: Forms) -> Standing | None:
    """Return how a promise stands if nothing counts that may not.

    None if its status is another one way or another.
    """
    statuses = {None if one is None else one[1].status for one in forms}
    return forms[0][1] if forms[0] is not None and len(statuses) == 1 else None


def _change(
    succession: Succession, progress: Progress, runs: Sequence[Run | None], as_of: int
) -> int | None:
    """Return when the status changes by itself on which all ways agree, or do not."""
    forms = _forms(succession, progress, runs, as_of)
    agreed = _agreed(forms)
    while True:
        later = [one[1].changes for one in forms if one and one[1].changes is not None]
        if not later:
            return None
        at = min(later)
        forms = _forms(succession, progress, runs, at)
        then = _agreed(forms)
        if (then and then.status) is not (agreed and agreed.status):
            return at


def _depends(forms: Forms, doubts: Doubts) -> str:
    """Return which facts decide how a promise stands, and what is not known of them."""
    facts = dict(doubts.facts)
    named: list[str] = []
    for one in forms:
        if one is not None and one is not forms[0]:
            acted = (one[0].started_by, one[0].ended_by)
            named += [event.id for event in acted if event and event.id in facts]
    named = list(dict.fromkeys(named or facts))[:_MOST_NAMED]
    fields = list(dict.fromkeys(facts[id_] for id_ in named))
    ids = " or ".join(map(repr, named))
    is_or_are = "is" if len(fields) == 1 else "are"
    return (
        f"whether the fact {ids} counts depends on {' and '.join(fields)}, "
        f"which {is_or_are} not known"
    )
