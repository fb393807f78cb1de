"""Unjudged: what a term asks for that cannot be judged yet.

A term that is judged by less than it says would be judged wrongly. It has no verdicts
instead, and stands in the review with what is missing [V2].
"""

from __future__ import annotations

from collections.abc import Iterator

from alignkit.editions import Edition
from alignkit.findings import Finding, Severity
from alignkit.promises import (
    AT_EVENT,
    Deadline,
    Duration,
    Quality,
    Validity,
    Volume,
)
from alignkit.stays import adds_up
from alignkit.terms import CalendarOf, Term, Waiting


def judged_terms(edition: Edition) -> dict[str, Term]:
    """Return the terms of an edition that are judged, by id."""
    return {term.id: term for _, term in _promised(edition) if not any(unjudged(term))}


def _promised(edition: Edition) -> Iterator[tuple[str, Term]]:
    """Yield the terms of an edition, those of its loops last, each with its path."""
    for place, term in enumerate(edition.terms):
        yield f"$.terms[{place}]", term
    loops = [loop.id for loop in edition.loops]
    for one in edition.owed:
        yield f"$.loops[{loops.index(one.loop.id)}]", one.term
    for share in edition.reckoned:
        yield f"$.loops[{loops.index(share.loop.id)}]", share.term
    for silence in edition.silences:
        yield f"$.loops[{loops.index(silence.loop.id)}]", silence.term


def unjudged(term: Term) -> Iterator[str]:
    """Yield what a term asks for that decides its verdicts and is not judged yet."""
    promise = term.promise
    has_clock = not isinstance(promise, Volume | Quality | Validity)
    measures_owners = term.waiting is Waiting.OWNER
    anchor = promise.clock.anchor if isinstance(promise, Deadline) else AT_EVENT
    asked = {
        "excuses": not has_clock
        and bool(term.excuses.void_without or term.excuses.extended_by),
        "capacity": term.capacity is not None and not has_clock,
        "waiting": measures_owners and not isinstance(promise, Deadline),
        "calendar_of": not has_clock and term.calendar_of is not CalendarOf.PARTY,
        "anchor": measures_owners and anchor != AT_EVENT,
        "stay": isinstance(promise, Duration) and not adds_up(promise),
    }
    yield from (name for name, is_asked in asked.items() if is_asked)


def not_yet(edition: Edition) -> Iterator[Finding]:
    """Yield a finding for each term of which something is not judged yet."""
    for path, term in _promised(edition):
        asked_for = tuple(unjudged(term))
        # Neither a figure nor what is decided at once uses up any time.
        has_clock = not isinstance(term.promise, Volume | Quality | Validity)
        ladder = () if has_clock else term.escalate
        beside = ["escalate"] if ladder else []
        if asked_for or beside:
            asked = ", ".join((*asked_for, *beside))
            left = "it has no verdicts" if asked_for else "its verdicts do without"
            yield Finding(
                code="AK-P002",
                severity=Severity.WARNING if asked_for else Severity.INFO,
                message=f"{term.id}: {asked} cannot be judged yet, so that {left}",
                path=path,
            )
