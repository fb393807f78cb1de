"""Histories: which facts are known about one subject, and in which order.

Facts arrive late, twice, in any order, are corrected and withdrawn. A history is what
is left when a question has been put to them: the facts that had happened by one moment,
as far as they were recorded by another, each once, each in its latest form [E2, E3].
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from operator import itemgetter

import attrs

from alignkit.criteria import canonical_path
from alignkit.events import Event
from alignkit.facts import Fact, Facts
from alignkit.happenings import (
    Custom,
    FieldChanged,
    LeadCreated,
    OwnerAssigned,
    Retracted,
    ScoreChanged,
    StageChanged,
)
from alignkit.instants import to_instant

Timed = tuple[int, Event]
"""A fact with the instant at which it happened."""


@attrs.frozen
class Conflict:
    """Facts under one id that contradict each other, none recorded after the others.

    Attributes:
        id: The id that they share.
        forms: What it stands for, each form once.
    """

    id: str
    forms: tuple[Event, ...]


@attrs.frozen(kw_only=True)
class History:
    """The facts that are known about one subject.

    Attributes:
        events: The facts in the order in which they happened, each with its instant;
            those of one instant in order of their ids.
        conflicts: The ids whose facts contradict each other; none of them is among the
            events.
        late: The instants at which something was learnt afterwards, each once and in
            order: a fact after it had happened, a correction, a retraction.
    """

    events: tuple[Timed, ...]
    conflicts: tuple[Conflict, ...] = ()
    late: tuple[int, ...] = ()


def by_time(timed: Timed) -> tuple[int, str]:
    """Return the place of a fact in a history: by time, and by id at one time."""
    at, event = timed
    return at, event.id


def known(
    events: Iterable[Event], *, as_of: int, known_at: int | None = None
) -> History:
    """Return what is known of a subject's facts by `as_of`.

    Args:
        events: The subject's facts in any order, repeats and all.
        as_of: The instant of the question: facts of later instants are not seen [E2].
        known_at: The instant by which a fact must have been recorded to be seen; None
            for all that are given.
    """
    forms: dict[str, list[Timed]] = {}
    for event in events:
        recorded = recorded_instant(event)
        if known_at is None or recorded <= known_at:
            forms.setdefault(event.id, []).append((recorded, event))
    return _history(forms, as_of)


def recorded_instant(event: Event) -> int:
    """Return when a fact was recorded: when it happened, unless it says otherwise."""
    moment = event.at if event.recorded_at is None else event.recorded_at
    return to_instant(moment, "recorded_at")


def _history(forms: dict[str, list[Timed]], as_of: int) -> History:
    latest: list[Timed] = []
    conflicts: list[Conflict] = []
    late: set[int] = set()
    for id_, recordings in forms.items():
        recorded, rivals, is_corrected = _latest_forms(recordings)
        if len(rivals) > 1:
            conflicts.append(Conflict(id_, rivals))
            continue
        event = rivals[0]
        at = to_instant(event.at, "at")
        # What a correction or a retraction says was not known before it was recorded.
        if recorded > at or is_corrected or isinstance(event.fact, Retracted):
            late.add(recorded)
        if at <= as_of:
            latest.append((at, event))
    withdrawn = _withdrawn(event for _, event in latest)
    kept = [
        (at, event)
        for at, event in latest
        if event.id not in withdrawn and not isinstance(event.fact, Retracted)
    ]
    kept.sort(key=by_time)
    return History(
        events=tuple(kept),
        conflicts=tuple(sorted(conflicts, key=lambda conflict: conflict.id)),
        late=tuple(sorted(late)),
    )


def _latest_forms(recordings: list[Timed]) -> tuple[int, tuple[Event, ...], bool]:
    """Return since when the latest forms are known, the forms, and if others were.

    A form that is recorded again unchanged has been known since its first recording.
    """
    if len(recordings) == 1:
        ((recorded, event),) = recordings
        return recorded, (event,), False
    recordings = sorted(recordings, key=itemgetter(0))
    last = recordings[-1][0]
    rivals: list[Event] = []
    for recorded, event in recordings:
        if recorded == last and not any(_same(event, one) for one in rivals):
            rivals.append(event)
    since = last
    for recorded, event in reversed(recordings):
        if not _same(event, rivals[0]):
            return since, tuple(sorted(rivals, key=repr)), True
        since = recorded
    return since, tuple(rivals), False


def _same(one: Event, other: Event) -> bool:
    """Say whether two recordings of an event say the same."""
    return one == other or one == attrs.evolve(other, recorded_at=one.recorded_at)


def _withdrawn(events: Iterator[Event]) -> frozenset[str]:
    """Return the ids that a retraction withdraws which is not itself withdrawn.

    Of two retractions that withdraw each other, the one recorded later holds.
    """
    retractions = [event for event in events if isinstance(event.fact, Retracted)]
    withdrawn: set[str] = set()
    for event in sorted(
        retractions, key=lambda one: (recorded_instant(one), one.id), reverse=True
    ):
        if event.id not in withdrawn and isinstance(event.fact, Retracted):
            withdrawn.add(event.fact.of)
    return frozenset(withdrawn)


def facts_of(events: Sequence[Timed], zone: str = "UTC") -> Facts:
    """Return what these facts say of their subject, for a criterion to be put to.

    What nobody reported did not happen [H6]. A field holds what it was last said to
    hold; ``stage``, ``owner`` and ``team`` are fields, and ``score.fit`` and
    ``score.intent`` hold the points.

    Args:
        events: The facts known by then, in order.
        zone: The zone whose dates are meant by days and months.
    """
    values: dict[str, Fact] = {}
    since: dict[str, int] = {}
    happened: dict[str, list[int]] = {}
    days: dict[str, list[date]] = {}
    for at, event in events:
        for path, value in _said(event, values):
            values[path] = value
            since[path] = at
        fact = event.fact
        name = fact.name if isinstance(fact, Custom) else fact.type
        if event.day is None:
            happened.setdefault(name, []).append(at)
        else:
            days.setdefault(name, []).append(event.day)
    return Facts(
        values=values,
        since=since,
        happened={name: tuple(instants) for name, instants in happened.items()},
        days={name: tuple(sorted(dates)) for name, dates in days.items()},
        is_complete=True,
        zone=zone,
    )


def _said(event: Event, values: dict[str, Fact]) -> Iterator[tuple[str, Fact]]:
    """Yield the fields that a fact fills, by canonical path."""
    match event.fact:
        case LeadCreated(fields=fields):
            for path, value in fields:
                yield canonical_path(path), value
        case FieldChanged(field=path, value=value):
            yield canonical_path(path), value
        case StageChanged(to_stage=stage):
            yield "stage", stage
        case OwnerAssigned(owner=owner, team=team):
            yield "owner", owner
            yield "team", team
        case ScoreChanged(kind=kind, value=points, delta=delta):
            path = f"score.{kind.value}"
            before = values.get(path)
            if points is not None:
                yield path, points
            elif delta is not None and isinstance(before, Decimal):
                yield path, before + delta
        case _:
            return
