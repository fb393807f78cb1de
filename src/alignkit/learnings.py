"""Learnings: what is learned of a subject while a clock runs, and what that changes.

A segment changes, a date is moved, the owner has another calendar. What that does to a
run is for the term to say [K7]; what was not known is filled in whenever it is learned.
"""

from __future__ import annotations

from datetime import date
from typing import assert_never

import attrs

from alignkit.carryovers import carried_over, path_of
from alignkit.clocks import CompiledTerm
from alignkit.facts import Facts
from alignkit.runs import Promised, Run, first_of, plain
from alignkit.terms import CalendarOf, ChangeRule
from alignkit.timetables import Timetable, rule_of, spliced


def informed(compiled: CompiledTerm, run: Run, at: int, facts: Facts) -> Run | None:
    """Return a run as it is once more is known of its subject.

    While it runs and is not past due, the target of the segment that the subject is
    in now holds, counted from the start, unless the term pins it or carries over
    what was consumed [K7]; so does the date or moment of its anchor. What was not
    known is filled in whenever it is learned. None if it turns out that the promise
    is not about the subject.
    """
    if run.doubts:
        known = _decided(compiled, run, at, facts)
        if known is None:
            return None
        run = known
    if compiled.timetable is not None:
        run = _counted_by(compiled, compiled.timetable, run, at, facts)
    if not (compiled.targets or compiled.date_fields or compiled.anchor_field):
        return run
    is_pinned = compiled.term.changes.segment is ChangeRule.PIN
    is_open = run.is_running and not is_pinned and not compiled.is_past_due(run, at)
    if compiled.anchor_field is not None and (is_open or run.unanchored):
        run = _moved_anchor(compiled, run, facts)
    targets, missing = compiled.targets_by(facts, at)
    dates = compiled.dates_in(facts)
    held = tuple(dict.fromkeys(map(plain, run.targets)))
    if (targets, missing, dates) == (held, run.missing, run.dates):
        return run
    if is_open:
        return changed(compiled.timed(run), run, at, facts)
    # What is decided stays so: of what was possible, only less becomes possible.
    possible = tuple(one for one in run.targets if plain(one) in targets)
    if run.missing and possible:
        run = attrs.evolve(run, targets=possible, missing=missing)
    learned = {**dict(dates), **dict(run.dates)}
    return attrs.evolve(run, dates=tuple(learned.items()))


def changed(compiled: CompiledTerm, run: Run, at: int, facts: Facts) -> Run:
    """Return a running run with the targets that may hold by what is known now [K7].

    A gap of a duty that recurs is one of dates, and is not shared out [K18].
    """
    targets, missing = compiled.targets_by(facts, at)
    dates = compiled.dates_in(facts)
    is_carried = compiled.term.changes.segment is ChangeRule.CARRY_CONSUMED_SHARE
    if not is_carried or compiled.cadence is not None:
        return attrs.evolve(run, targets=targets, missing=missing, dates=dates)
    past = [
        one
        for one in run.targets
        if compiled.is_past_due(attrs.evolve(run, targets=(one,)), at)
    ]
    then = carried_over(run, targets, at, compiled.hours, past)
    # What was not known before a change of which a share is carried over decides what
    # is left of the next target.
    missing = missing or (run.missing if len(then) > 1 else ())
    return attrs.evolve(run, targets=then, missing=missing, dates=dates)


def retraced(compiled: CompiledTerm, run: Run) -> Run:
    """Return a run with what was carried over, once what had counted has changed.

    Where a target turns out to have been past due by then, nothing followed it.
    """
    found: dict[Promised, None] = {}
    for one in run.targets:
        now: Promised = first_of(one)
        for at, target in path_of(one):
            asked = attrs.evolve(run, targets=(now,))
            if compiled.is_past_due(asked, at):
                break
            (now,) = carried_over(asked, (target,), at, compiled.hours)
        found[now] = None
    return attrs.evolve(run, targets=tuple(found))


def _decided(compiled: CompiledTerm, run: Run, at: int, facts: Facts) -> Run | None:
    """Return a run of which it was not known if the promise is about its subject.

    None if it is not, and if it came to be only once the run had ended.
    """
    doubts = compiled.doubts_by(facts, at)
    if doubts is None:
        return None
    run = attrs.evolve(run, doubts=doubts)
    if doubts or compiled.attaches is None:
        return run
    return _starting(compiled, run, at, None) if run.is_running else None


def _moved_anchor(compiled: CompiledTerm, run: Run, facts: Facts) -> Run:
    """Return a run that starts when the field of its anchor says now."""
    found = compiled.anchored_at(facts)
    if found is None:
        return attrs.evolve(run, unanchored=compiled.anchor_field)
    return _starting(compiled, run, *found)


def _starting(compiled: CompiledTerm, run: Run, since: int, day: date | None) -> Run:
    """Return a run that started then, and counts from then unless it was reset."""
    moved = attrs.evolve(run, started=since, started_on=day, unanchored=None)
    if run.is_reset:
        return moved
    return retraced(compiled, attrs.evolve(moved, counts=since, day=day))


def _counted_by(
    compiled: CompiledTerm, timetable: Timetable, run: Run, at: int, facts: Facts
) -> Run:
    """Return a run with the calendar that counts it by what is known now [K1, K7].

    What was not known is filled in, for an owner's calendar as long as it runs; a
    change of it does what the term says, until the run is past due.
    """
    of_owner = timetable.of is CalendarOf.OWNER
    if of_owner and run.owner is not None:
        # The clock of an owner has the calendar of that owner to its end.
        return run
    if not run.is_running and (of_owner or run.calendar is not None):
        return run
    if run.calendar is not None and compiled.is_past_due(run, at):
        return run
    found = timetable.found(facts, run.started, at)
    if found.name is None:
        return attrs.evolve(run, lacks=found.lacks)
    if found.name == run.calendar:
        return attrs.evolve(run, lacks=None) if run.lacks else run
    hours = timetable.hours[found.name]
    if run.hours is not None:
        rule = rule_of(timetable.of, compiled.term.changes)
        match rule:
            case ChangeRule.PIN:
                return attrs.evolve(run, lacks=None) if run.lacks else run
            case ChangeRule.CARRY_CONSUMED_SHARE:
                hours = spliced(run.hours, hours, at)
            case ChangeRule.RECOMPUTE_FROM_START:
                pass
            case _:
                assert_never(rule)
    timed = attrs.evolve(run, calendar=found.name, hours=hours, lacks=None)
    return retraced(compiled.timed(timed), timed)
