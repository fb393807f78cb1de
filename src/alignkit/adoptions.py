"""Adoptions: running promises that go over to the terms of the next edition.

The edition in force when a promise starts governs it to its end, unless its term adopts
changes: then a running clock takes on what the next edition says as soon as that comes
into force [K6]. What had started and what had rested stays so; the target and the
calendar change by the rules for what changes mid-way [K7].
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import assert_never, cast

import attrs

from alignkit.beginnings import next_due
from alignkit.clocks import CompiledTerm
from alignkit.escalations import fired_by
from alignkit.facts import Facts, local_day
from alignkit.learnings import changed, retraced
from alignkit.movements import moved
from alignkit.progress import Told
from alignkit.recurrences import counts_dates
from alignkit.runs import Role, Run
from alignkit.terms import CalendarOf, ChangeRule
from alignkit.timetables import rule_of, spliced


@attrs.frozen(kw_only=True)
class Reach:
    """How far time has come for promises that may go over.

    Attributes:
        since: The instant of the last fact that was told.
        until: The instant up to which editions have come into force.
        told: What is known by then.
    """

    since: float
    until: float
    told: Told


def gone_over(
    runs: Sequence[Run],
    terms: Sequence[CompiledTerm | None],
    starts: Sequence[float],
    reach: Reach,
) -> Run:
    """Return the last of some runs with the terms that it took on by an instant.

    What is past due stays as it is. Where an edition does not have the term, or
    promises another kind of thing by it, there is nothing to take on: the run stays
    with its edition, and a later one may take it over.

    Args:
        runs: The runs of a clock; the last one is running.
        terms: The term as each edition has it; None where it does not.
        starts: From when each edition is in force.
        reach: How far time has come.
    """
    run = runs[-1]
    for edition in range(run.edition + 1, len(starts)):
        if starts[edition] > reach.until:
            break
        # What a fact began or opened again only since goes over with that fact.
        at = int(max(starts[edition], reach.since))
        now, follower = cast("CompiledTerm", terms[run.edition]), terms[edition]
        now = now.timed(run)
        if not now.term.adopts_changes or now.is_past_due(run, at):
            break
        if follower is not None and _kind(now) == _kind(follower):
            facts = reach.told(follower.zone)
            last = runs[-2] if len(runs) > 1 else None
            taken = _taken_on(run, now, follower, edition, at, facts, last)
            run = run if taken is None else _laddered(run, taken, now, at)
    return run


def _kind(term: CompiledTerm) -> tuple[object, ...]:
    """Return what must be the same for a clock to go on as that of another edition."""
    return (
        type(term.term.promise),
        term.promise.clock.anchor,
        term.measures_owners,
        term.waits_to_be_asked,
        (term.stages, term.is_cumulative),
        (term.effort, [one for role, one in term.patterns if role is Role.ATTEMPT]),
    )


def _taken_on(
    run: Run,
    before: CompiledTerm,
    term: CompiledTerm,
    edition: int,
    at: int,
    facts: Facts,
    last: Run | None,
) -> Run | None:
    """Return a run as a term of a later edition goes on with it.

    None if no further date comes on which its rule says that it is due.
    """
    found = _counted_by(run, before, term, at, facts)
    found = attrs.evolve(found, edition=edition, adopted=at)
    is_pinned = term.term.changes.segment is ChangeRule.PIN
    if not is_pinned:
        # Whether it is about its subject was asked when it started.
        found = changed(term.timed(found), found, at, facts)
    duty = term.cadence
    if duty is not None and not is_pinned:
        day = local_day(run.counts, term.zone) if counts_dates(duty) else None
        found = attrs.evolve(found, day=day or run.started_by.day)
        return next_due(term.timed(found), found, last)
    if run.is_paused and not (term.stages or term.promise.clock.resume):
        # Nothing would ever end its rest.
        return moved(term, found, Role.RESUME, at, run.started_by)
    return found


def _counted_by(
    run: Run, before: CompiledTerm, term: CompiledTerm, at: int, facts: Facts
) -> Run:
    """Return a run with the calendar that counts it from an instant on [K7]."""
    hours, name, rule = term.hours, term.calendar, term.term.changes.calendar
    timetable = term.timetable
    if timetable is not None:
        if timetable.of is CalendarOf.OWNER and run.owner and run.hours is not None:
            # The clock of an owner has the calendar of that owner to its end.
            return run
        found = timetable.found(facts, run.started, at)
        hours = None if found.name is None else timetable.hours[found.name]
        name, rule = found.name, rule_of(timetable.of, term.term.changes)
        if hours is None:
            return attrs.evolve(run, lacks=found.lacks)
    if before.hours is not None and before.hours != hours:
        match rule:
            case ChangeRule.PIN:
                hours, name = before.hours, before.calendar
            case ChangeRule.CARRY_CONSUMED_SHARE if hours is None:
                hours, name = before.hours, before.calendar
            case ChangeRule.CARRY_CONSUMED_SHARE:
                hours = spliced(before.hours, hours, at)
            case ChangeRule.RECOMPUTE_FROM_START:
                pass
            case _:
                assert_never(rule)
    if timetable is None and hours is term.hours:
        hours = name = None
    timed = attrs.evolve(run, calendar=name, hours=hours, lacks=None)
    return retraced(term.timed(timed), timed)


def _laddered(before: Run, after: Run, term: CompiledTerm, at: int) -> Run:
    """Return a run with what fired until its terms changed, and since when it did not.

    What the new ladder has passed fires when it comes to hold [K12].
    """
    first = before.started if before.changed is None else before.changed
    fired = tuple(fired_by(before, term, at - 1).items())
    return attrs.evolve(after, fired=fired, changed=max(first, at))
