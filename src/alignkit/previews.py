"""Previews: the clocks that a handoff would start, and when they would be due.

Who takes a lead takes its promises with it. Before anybody says yes, a preview says
which they are, worked out by the same clocks that judge them afterwards.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import assert_never

import attrs

from alignkit.beginnings import begin
from alignkit.clocks import UNKNOWN_DUES, CompiledTerm
from alignkit.events import Event, Subject
from alignkit.handoffs import Handoff, Occasion
from alignkit.happenings import (
    Fact,
    HandoffOffered,
    HandoffRejected,
    OwnerAssigned,
    StageChanged,
)
from alignkit.instants import to_instant, to_moment
from alignkit.patterns import matcher
from alignkit.runs import Promised, Role, Run
from alignkit.zones import zone


@attrs.frozen(kw_only=True)
class Preview:
    """A clock that would start, and when it would be due.

    Attributes:
        term: The id of the term.
        party: Who would owe it.
        started_at: When it would start, in the zone of the calendar that counts it.
        counts_from: The first moment that it would count; None if there is none.
        target: The span that would hold; None if that is not known.
        due_at: When it would be due; None if that is not known.
        unknown: What would have to be known to tell: fields of the lead, or in words.
    """

    term: str
    party: str
    started_at: datetime
    counts_from: datetime | None
    target: str | None
    due_at: datetime | None
    unknown: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, object]:
        """Return the preview in its JSON form."""
        return {
            "term": self.term,
            "party": self.party,
            "started_at": self.started_at.isoformat(),
            "counts_from": self.counts_from and self.counts_from.isoformat(),
            "target": self.target,
            "due_at": self.due_at and self.due_at.isoformat(),
            "unknown": list(self.unknown),
        }


def previews(
    deadlines: Iterable[CompiledTerm], handoff: Handoff, occasion: Occasion
) -> tuple[Preview, ...]:
    """Return the clocks that a handoff would start, in the order of the agreement.

    Only deadlines have a due date that can be told beforehand.

    Args:
        deadlines: Those of the edition in force when it happens, which governs them
            [K6].
        handoff: The handoff.
        occasion: Whether the lead is handed on, handed back, or only moves.
    """
    events = tuple(_events(handoff, occasion))
    found = []
    for compiled in deadlines:
        starter = _starter(compiled, handoff, events)
        if starter is not None:
            facts = handoff.facts(zone=compiled.zone)
            run = begin(compiled, 0, to_instant(handoff.at, "at"), starter, facts)
            if run is not None:
                found.append(_preview(compiled, run))
    return tuple(found)


def _events(handoff: Handoff, occasion: Occasion) -> Iterator[Event]:
    """Yield the facts that there would be."""
    for nth, fact in enumerate(_happenings(handoff, occasion)):
        yield Event(
            id=f"preview-{nth}",
            subject=Subject(id=handoff.lead),
            at=handoff.at,
            fact=fact,
            actor=handoff.actor,
        )


def _happenings(handoff: Handoff, occasion: Occasion) -> Iterator[Fact]:
    match occasion:
        case Occasion.OFFER:
            yield HandoffOffered(
                to_party=handoff.to_party,
                from_party=handoff.from_party,
                note=handoff.note,
            )
        case Occasion.RETURN:
            if handoff.reason is not None:
                yield HandoffRejected(
                    reason=handoff.reason, note=handoff.note, until=handoff.rests_until
                )
        case Occasion.MOVE:
            pass
        case _ as never:
            assert_never(never)
    if handoff.to_stage not in {None, handoff.from_stage}:
        yield StageChanged(
            from_stage=handoff.from_stage,
            to_stage=str(handoff.to_stage),
            reason=handoff.reason,
        )
    if handoff.owner is not None:
        yield OwnerAssigned(owner=handoff.owner)


def _starter(
    compiled: CompiledTerm, handoff: Handoff, events: tuple[Event, ...]
) -> Event | None:
    stage = handoff.from_stage if handoff.to_stage is None else handoff.to_stage
    for role, pattern in compiled.patterns:
        if role is Role.START:
            for event in events:
                named = event.fact.type == pattern.event
                if named and matcher(pattern)(event, stage):
                    return event
    return None


def dues_of(
    compiled: CompiledTerm, run: Run
) -> tuple[dict[Promised, int | None], tuple[str, ...]]:
    """Return when a run is due under each span that may hold, and what is not known."""
    unknown = [*run.missing, *run.doubts]
    dues: dict[Promised, int | None] = {}
    for target in run.targets:
        try:
            dues[target] = compiled.due(run, target)
        except UNKNOWN_DUES as error:
            unknown.append(str(error))
    return dues, tuple(dict.fromkeys(unknown))


def _preview(compiled: CompiledTerm, run: Run) -> Preview:
    here = zone(compiled.zone)
    dues, unknown = dues_of(compiled, run)
    is_sure = len(run.targets) == 1 and len(dues) == 1
    (due,) = dues.values() if is_sure else (None,)
    counts = compiled.counts_from(run)
    return Preview(
        term=compiled.term.id,
        party=compiled.term.party,
        started_at=to_moment(run.started, here),
        counts_from=None if counts is None else to_moment(counts, here),
        target=str(run.targets[0]) if len(run.targets) == 1 else None,
        due_at=None if due is None else to_moment(due, here),
        unknown=unknown,
    )
