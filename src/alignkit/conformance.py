"""Conformance: what of a history cannot be, or was not agreed.

A history is followed whether it was allowed or not, and whether it makes sense or not.
What it tells against the lifecycle, and what it tells against itself, is found here:
most of it is no crime of anybody, but a field that nobody fills, an import that came in
the wrong order, or a lifecycle that nobody lives by.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence

from alignkit.editions import Edition
from alignkit.events import Event, Subject
from alignkit.findings import Finding, did_you_mean
from alignkit.happenings import (
    HandoffAccepted,
    HandoffExpired,
    HandoffOffered,
    HandoffRejected,
    HandoffReturned,
    LeadConverted,
    LeadCreated,
    OpportunityLost,
    OpportunityWon,
    OwnerAssigned,
    StageChanged,
)
from alignkit.histories import recorded_instant
from alignkit.instants import to_duration, to_instant
from alignkit.legs import Leg, legs
from alignkit.lifecycle import Lifecycle, MoveDirection
from alignkit.phrases import length_text
from alignkit.stories import Strand
from alignkit.trees import path_text


def conformance(
    strand: Strand, editions: Sequence[Edition] = ()
) -> tuple[Finding, ...]:
    """Return what the facts of a record tell that was not agreed, or that cannot be.

    Each finding has the path of its fact, ``$.lead.L1.e7``, and they stand in order of
    time. What the lifecycle says is asked of the edition in force at the time [K6]; a
    move that repairs the record is left out of it [H2].

    Args:
        strand: The facts of the record.
        editions: The editions, in order of when they are in force.

    Example:
        >>> from datetime import UTC, datetime
        >>> from alignkit.presets import preset
        >>> edition = Edition(id="northwind", lifecycle=preset("standard"))
        >>> lead = Subject(id="L1")
        >>> at = datetime(2026, 3, 2, tzinfo=UTC)
        >>> fact = StageChanged(from_stage="mql", to_stage="evangelist")
        >>> moved = Event(id="e7", subject=lead, at=at, fact=fact)
        >>> strand = Strand(subject=lead, events=((to_instant(at, "at"), moved),))
        >>> for finding in conformance(strand, [edition]):
        ...     print(finding.code, finding.path, finding.message)
        AK-L040 $.lead.L1.e7 a lead may not move from 'mql' to 'evangelist'
        AK-L041 $.lead.L1.e7 it went past 'sal', 'sql', 'opportunity', 'customer'
    """
    told = tuple(legs(strand.events, editions))
    born: dict[Subject, Event] = {}
    for _, event in strand.events:
        if isinstance(event.fact, LeadCreated):
            born.setdefault(event.subject, event)
    found: list[tuple[int, Finding]] = []
    for leg in told:
        found += ((leg.at, one) for one in _against_lifecycle(leg))
    found += _against_itself(told)
    for at, event in strand.events:
        found += ((at, one) for one in _impossible(event, born.get(event.subject)))
    found += _out_of_order(told)
    # Sorted by time alone, what is found of one fact stays as it was found.
    return tuple(finding for _, finding in sorted(found, key=lambda pair: pair[0]))


def _against_lifecycle(leg: Leg) -> Iterator[Finding]:
    """Yield what a lifecycle has against a move."""
    if leg.circuit is None or leg.to_stage is None or _is_elsewhere(leg):
        return
    lifecycle = leg.circuit.lifecycle
    unknown = [
        stage
        for stage in dict.fromkeys((leg.told_from, leg.to_stage))
        if stage is not None and stage not in leg.circuit.ends
    ]
    yield from (_unknown_stage(leg, stage, lifecycle) for stage in unknown)
    if leg.origin is None and not unknown:
        yield from _beginning(leg, lifecycle)
    if leg.direction in (None, MoveDirection.NO_OP, MoveDirection.CORRECT):
        return
    yield from _move(leg, lifecycle, leg.origin or "", leg.to_stage)


def _is_elsewhere(leg: Leg) -> bool:
    """Say whether a move is one of another lifecycle."""
    fact, circuit = leg.event.fact, leg.circuit
    named = fact.lifecycle if isinstance(fact, StageChanged) else None
    return named is not None and circuit is not None and named != circuit.lifecycle.id


def _unknown_stage(leg: Leg, stage: str, lifecycle: Lifecycle) -> Finding:
    names = [one.id for one in lifecycle.stages]
    mend = did_you_mean(stage, names) or "map it to a stage, or add it to the lifecycle"
    message = f"no stage of the lifecycle is named {stage!r}"
    return Finding.error("AK-L046", _path(leg.event), message, help=mend)


def _beginning(leg: Leg, lifecycle: Lifecycle) -> Iterator[Finding]:
    """Yield a finding if a lead was created where none may begin."""
    entries = lifecycle.entries or (lifecycle.stages[0].id,)
    is_told = isinstance(leg.event.fact, LeadCreated)
    if is_told and leg.to_stage not in entries:
        yield Finding.error(
            "AK-L040",
            _path(leg.event),
            f"a lead may not begin in {leg.to_stage!r}",
            expected=f"a beginning in {' or '.join(entries)}",
            help="record where it began, or name the stage among the entries",
        )


def _move(
    leg: Leg, lifecycle: Lifecycle, from_stage: str, to_stage: str
) -> Iterator[Finding]:
    path = _path(leg.event)
    move = lifecycle.move(from_stage, to_stage)
    if move is None:
        legal = ", ".join(lifecycle.moves_from(from_stage)) or "nothing"
        yield Finding.error(
            "AK-L040",
            path,
            f"a lead may not move from {from_stage!r} to {to_stage!r}",
            expected=f"from there to: {legal}",
            help="correct the record, or allow the move in the lifecycle",
        )
    skipped = lifecycle.skipped(from_stage, to_stage)
    if skipped:
        yield Finding.warning(
            "AK-L041",
            path,
            f"it went past {', '.join(map(repr, skipped))}",
            expected=f"to go through {skipped[0]!r} first",
            help="record the stages on the way, or call them optional",
        )
    fact = leg.event.fact
    reason = fact.reason if isinstance(fact, StageChanged) else None
    if move is not None and move.needs_reason and reason is None:
        yield Finding.error(
            "AK-L043",
            path,
            f"it moved from {from_stage!r} to {to_stage!r}, and nobody said why",
            help="record a reason",
        )


def _against_itself(told: Sequence[Leg]) -> Iterator[tuple[int, Finding]]:
    """Yield what a history has against itself: moves that do not follow each other.

    Those of one instant may have been made in any order.
    """
    crowded = {one.at for one, other in itertools.pairwise(told) if one.at == other.at}
    upcoming: dict[str | None, Leg] = {}
    for leg in reversed(told):
        stated, held = leg.told_from, leg.from_stage
        is_odd = stated is not None and held is not None and stated != held
        if is_odd and leg.at not in crowded:
            yield leg.at, _gap(leg, upcoming.get(stated))
        upcoming[leg.to_stage] = leg


def _gap(leg: Leg, cause: Leg | None) -> Finding:
    """Return what is to be said of a move from where the record was not.

    Args:
        leg: The move.
        cause: The next move to the stage that it says was left.
    """
    path, stated, held = _path(leg.event), leg.told_from, leg.from_stage
    if cause is None:
        return Finding.warning(
            "AK-L042",
            path,
            f"it left {stated!r}, and was in {held!r}",
            expected=f"a move from {held!r} to {stated!r} before it",
            help="record the move that is missing",
        )
    early = length_text(to_duration(cause.at - leg.at))
    return Finding.error(
        "AK-L045",
        path,
        f"it left {stated!r} {early} before it came there",
        expected=f"a move to {stated!r} first",
        seen=f"{_path(cause.event)} at {cause.event.at.isoformat()}",
        help="correct the moment of one of the two",
    )


_LIVED = (
    HandoffAccepted,
    HandoffExpired,
    HandoffOffered,
    HandoffRejected,
    HandoffReturned,
    LeadConverted,
    OpportunityLost,
    OpportunityWon,
    OwnerAssigned,
    StageChanged,
)
"""What can happen only to a lead that there is."""


def _impossible(event: Event, born: Event | None) -> Iterator[Finding]:
    """Yield what a fact tells of times that cannot be."""
    at = to_instant(event.at, "at")
    early = at - recorded_instant(event)
    # A date begins at different moments in different zones.
    if early > 0 and event.day is None:
        length = length_text(to_duration(early))
        yield Finding.error(
            "AK-L045",
            _path(event),
            f"it was recorded {length} before it happened",
            seen=None if event.recorded_at is None else event.recorded_at.isoformat(),
            help="correct at or recorded_at; a zone may have been left out",
        )
    if born is None or not isinstance(event.fact, _LIVED):
        return
    before = to_instant(born.at, "at") - at
    same_day = event.at.date() == born.at.date() and (event.day or born.day)
    if before > 0 and not same_day:
        yield Finding.error(
            "AK-L045",
            _path(event),
            f"{event.fact.type} {length_text(to_duration(before))} before the lead "
            "was created",
            seen=f"{_path(born)} at {born.at.isoformat()}",
            help="correct the moment of one of the two",
        )


def _out_of_order(told: Sequence[Leg]) -> Iterator[tuple[int, Finding]]:
    """Yield the moves that were recorded after moves that came later."""
    earliest: Leg | None = None
    for leg in reversed(told):
        recorded = recorded_instant(leg.event)
        if earliest is not None and recorded > recorded_instant(earliest.event):
            yield (
                leg.at,
                Finding.info(
                    "AK-L044",
                    _path(leg.event),
                    "it was recorded after a move that came later",
                    seen=f"{_path(earliest.event)} was recorded before it",
                    help="expect answers of that time to have been revised",
                ),
            )
        if earliest is None or recorded < recorded_instant(earliest.event):
            earliest = leg


def _path(event: Event) -> str:
    return path_text((event.subject.kind, event.subject.id, event.id))
