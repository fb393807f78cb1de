"""Beginnings: the run that a start begins, as the facts have it by then.

A run is begun by the term of the edition in force: it takes its target from the segment
that the subject is in, its start from the anchor, and its calendar from where the term
says that one is found [K1].
"""

from __future__ import annotations

import attrs

from alignkit.clocks import CompiledTerm
from alignkit.events import Event
from alignkit.facts import Facts, local_day
from alignkit.recurrences import RULED, counts_dates, next_date
from alignkit.runs import Ending, Run
from alignkit.terms import ChangeRule


def begin(
    compiled: CompiledTerm,
    edition: int,
    at: int,
    starter: Event,
    facts: Facts,
    attached: int | None = None,
) -> Run | None:
    """Return the run that a start begins, as the first of its clock.

    None if the promise is not about the subject.

    Args:
        compiled: The term, ready to be run.
        edition: Which edition it is of.
        at: The instant at which it begins.
        starter: The fact that starts it.
        facts: What is known of the subject by then.
        attached: When the promise came to apply, or a duty begins to recur; None
            if that does not matter.
    """
    if compiled.timetable is None:
        return _begun(compiled, edition, at, starter, facts, attached)
    found = compiled.timetable.found(facts, None, at)
    hours = None if found.name is None else compiled.timetable.hours[found.name]
    timed = attrs.evolve(compiled, hours=hours, calendar=found.name)
    begun = _begun(timed, edition, at, starter, facts, attached)
    if begun is None:
        return None
    return attrs.evolve(begun, calendar=found.name, hours=hours, lacks=found.lacks)


def _begun(
    compiled: CompiledTerm,
    edition: int,
    at: int,
    starter: Event,
    facts: Facts,
    attached: int | None,
) -> Run | None:
    """Return the run that a start begins, counted by the calendar that it has."""
    doubts = compiled.doubts_by(facts, at)
    if doubts is None:
        return None
    start = compiled.since(at, starter), starter.day
    if attached is not None:
        start = attached, None
    elif compiled.anchor_field is not None:
        start = compiled.anchored_at(facts) or start
    since, day = start
    if compiled.cadence is not None:
        since = (
            since if attached is None or compiled.anchor is None else compiled.anchor
        )
        day = local_day(since, compiled.zone) if counts_dates(compiled.cadence) else day
    targets, missing = compiled.targets_by(facts, at)
    return Run(
        cycle=1,
        edition=edition,
        started=since,
        started_by=starter,
        started_on=day,
        unanchored=compiled.unanchored_by(facts),
        counts=since,
        day=day,
        targets=targets,
        missing=missing,
        doubts=doubts,
        dates=compiled.dates_in(facts),
        changed=at,
    )


def adopted(
    compiled: CompiledTerm, run: Run, edition: int, at: int, facts: Facts
) -> Run | None:
    """Return a run of another edition as this term has it.

    It counts from the start by the target of this one, unless that is pinned [K7].
    None if the promise is not about the subject.
    """
    doubts = compiled.doubts_by(facts, at)
    if doubts is None:
        return None
    run = attrs.evolve(run, edition=edition, doubts=doubts)
    if compiled.term.changes.segment is ChangeRule.PIN:
        return run
    targets, missing = compiled.targets_by(facts, at)
    return attrs.evolve(
        run, targets=targets, missing=missing, dates=compiled.dates_in(facts)
    )


def next_due(compiled: CompiledTerm, begun: Run, last: Run | None) -> Run | None:
    """Return a run just begun with the date of its rule, where dates are ruled.

    None if no further date comes.

    Args:
        compiled: The term, ready to be run.
        begun: The run.
        last: The one before it; None if it is the first.
    """
    rule = None if compiled.cadence is None else compiled.cadence.rule
    if rule is None or begun.day is None:
        return begun
    is_next = last is not None and last.ending is Ending.FULFILLED
    served = dict(last.dates).get(RULED) if last is not None and is_next else None
    due = next_date(rule, begun.day, served)
    return None if due is None else attrs.evolve(begun, dates=((RULED, due),))
