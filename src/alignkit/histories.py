"""Histories: which facts are known about one subject, and in which order.

Facts arrive late, twice, in any order, are corrected and withdrawn. A history is what
is left when a question has been put to them: the facts that had happened by one moment,
as far as they were recorded by another, each once, each in its latest form [E2, E3].
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from operator import itemgetter
from typing import NamedTuple, Self

import attrs

from alignkit.criteria import canonical_path
from alignkit.errors import EventError
from alignkit.events import Event, Subject
from alignkit.facts import Content, Facts
from alignkit.findings import Finding
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
        forms: What it stands for, each form once, in order of time.
    """

    id: str
    forms: tuple[Event, ...]

    def finding(self, subject: Subject) -> Finding:
        """Return what there is to say about it in a review."""
        return Finding.error(
            "AK-S022",
            f"$.{subject.kind}.{subject.id}",
            f"the facts with the id {self.id!r} contradict each other",
            expected="one content for an id, or a later recorded_at on the right one",
            seen=f"{len(self.forms)} contents recorded at the same moment",
            help="correct the source, or retract the wrong one",
        )


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
        all_events: The facts with those that were withdrawn, and the withdrawals.
    """

    events: tuple[Timed, ...]
    conflicts: tuple[Conflict, ...] = ()
    late: tuple[int, ...] = ()
    all_events: tuple[Timed, ...] = ()

    def assuming(self, form: Event) -> tuple[Timed, ...]:
        """Return the facts as they would be if one form of a conflict were right."""
        told = [*self.all_events, (to_instant(form.at, "at"), form)]
        told.sort(key=by_time)
        return _kept(told, _withdrawn(told))


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
    if all(map(_is_simple, forms.values())):
        told = [one for (one,) in forms.values() if one[0] <= as_of]
        told.sort(key=by_time)
        return History(events=tuple(told), all_events=tuple(told))
    return _history(forms, as_of)


def _is_simple(recordings: list[Timed]) -> bool:
    """Say whether a fact was told once, when it happened, and withdraws nothing."""
    if len(recordings) > 1:
        return False
    ((_, event),) = recordings
    is_in_time = event.recorded_at is None and event.day is None
    return is_in_time and not isinstance(event.fact, Retracted)


def known_when(
    events: Iterable[Event], at: int, event: Event
) -> tuple[tuple[Timed, ...], ...]:
    """Return the facts that may have been known when one of them was [K10].

    That is what had happened by then and was recorded by the time that the fact was;
    where facts contradict each other, with none of them and with each.

    Args:
        events: All recordings of the facts of its subject, in any order.
        at: The instant at which it happened.
        event: The fact.
    """
    history = known(events, as_of=at, known_at=max(at, recorded_instant(event)))
    return (
        history.events,
        *(
            history.assuming(form)
            for conflict in history.conflicts
            for form in conflict.forms
            if to_instant(form.at, "at") <= at
        ),
    )


def read(
    given: Iterable[Event | Mapping[str, object]],
    path: str,
    recorded_by: int | None,
    faults: list[Finding],
) -> list[Event]:
    """Return the facts that were recorded by then; what is wrong with any is noted."""
    facts: list[Event] = []
    for index, one in enumerate(given):
        try:
            event = Event.read(one)
        except EventError as error:
            faults += (one.under(f"{path}[{index}]") for one in error.findings)
            continue
        if recorded_by is None or recorded_instant(event) <= recorded_by:
            facts.append(event)
    return facts


def by_subject(events: Iterable[Event]) -> dict[Subject, list[Event]]:
    """Return the facts of each record."""
    facts: dict[Subject, list[Event]] = {}
    for event in events:
        facts.setdefault(event.subject, []).append(event)
    return facts


def recorded_instant(event: Event) -> int:
    """Return when a fact was recorded: when it happened, unless it says otherwise."""
    moment = event.at if event.recorded_at is None else event.recorded_at
    return to_instant(moment, "recorded_at")


def _history(forms: dict[str, list[Timed]], as_of: int) -> History:
    latest: list[Timed] = []
    conflicts: list[Conflict] = []
    late: set[int] = set()
    for id_, recordings in forms.items():
        rivals, learned = _latest_forms(recordings)
        late.update(learned)
        happened = [
            (at, one) for one in rivals if (at := to_instant(one.at, "at")) <= as_of
        ]
        if len(rivals) == 1:
            latest += happened
        elif happened:
            conflicts.append(Conflict(id_, rivals))
    latest.sort(key=by_time)
    withdrawn = _withdrawn(latest)
    return History(
        events=_kept(latest, withdrawn),
        conflicts=tuple(
            sorted(
                (one for one in conflicts if one.id not in withdrawn),
                key=lambda conflict: conflict.id,
            )
        ),
        late=tuple(sorted(late)),
        all_events=tuple(latest),
    )


def _kept(events: Iterable[Timed], withdrawn: frozenset[str]) -> tuple[Timed, ...]:
    return tuple(
        (at, event)
        for at, event in events
        if event.id not in withdrawn and not isinstance(event.fact, Retracted)
    )


def _latest_forms(recordings: list[Timed]) -> tuple[tuple[Event, ...], list[int]]:
    """Return the forms recorded last, and when something was learned afterwards.

    That is a fact after it had happened, and every correction and retraction; a form
    that is recorded again unchanged is nothing new. A date may have begun before it is
    known anywhere, in the zone in which it counts.
    """
    recordings = sorted(recordings, key=itemgetter(0))
    last, event = recordings[0]
    is_late = last > to_instant(event.at, "at") or event.day is not None
    learned = [last] if is_late or isinstance(event.fact, Retracted) else []
    if len(recordings) == 1:
        return (event,), learned
    rivals = {_said_by(event): event}
    for recorded, form in recordings[1:]:
        content = _said_by(form)
        if len(rivals) > 1 or content not in rivals:
            learned.append(recorded)
            if recorded > last:
                rivals = {content: form}
            else:
                rivals.setdefault(content, form)
        last = recorded
    forms = rivals.values()
    ordered = sorted(forms, key=lambda one: (to_instant(one.at, "at"), repr(one)))
    return tuple(ordered), learned


def _said_by(event: Event) -> Event:
    """Return what an event says, whenever that was recorded."""
    return attrs.evolve(event, recorded_at=None)


def is_same(one: Event, other: Event) -> bool:
    """Say whether two recordings of an event say the same."""
    return one == other or one == attrs.evolve(other, recorded_at=one.recorded_at)


def _withdrawn(events: Iterable[Timed]) -> frozenset[str]:
    """Return the ids that a retraction withdraws which is not itself withdrawn.

    Where retractions withdraw each other in a circle, the one recorded last holds.
    """
    told = [event for _, event in events if isinstance(event.fact, Retracted)]
    targets = {
        event.id: event.fact.of for event in told if isinstance(event.fact, Retracted)
    }
    doubted = Counter(of for of in targets.values() if of in targets)
    latest_last = sorted(told, key=lambda one: (recorded_instant(one), one.id))
    circles = [event.id for event in latest_last]
    ready = [id_ for id_ in targets if not doubted[id_]]
    withdrawn: set[str] = set()
    decided: set[str] = set()
    while ready or circles:
        id_ = ready.pop() if ready else circles.pop()
        if id_ in decided:
            continue
        decided.add(id_)
        of = targets[id_]
        if id_ not in withdrawn and of != id_:
            withdrawn.add(of)
        doubted[of] -= 1
        if of in targets and not doubted[of]:
            ready.append(of)
    return frozenset(withdrawn)


class Tables(NamedTuple):
    """What the facts told so far say of their subject, path by path.

    What nobody reported did not happen [H6]. A field holds what it was last said to
    hold; ``stage``, ``owner`` and ``team`` are fields, and ``score.fit`` and
    ``score.intent`` hold the points.

    Attributes:
        values: What is in each field.
        since: The instants since which that has been known.
        happened: When things happened, by type, or by name if they are of the user's.
        days: The dates on which they did, of which only the date is known.
    """

    values: dict[str, Content]
    since: dict[str, int]
    happened: dict[str, tuple[int, ...]]
    days: dict[str, tuple[date, ...]]

    @classmethod
    def of(cls, events: Iterable[Timed]) -> Self:
        """Return what some facts say, told in order of time."""
        tables = cls({}, {}, {}, {})
        for at, event in events:
            tables.tell(at, event)
        return tables

    def copy(self) -> Self:
        """Return tables that say the same, for more to be told to them."""
        return type(self)(
            values=dict(self.values),
            since=dict(self.since),
            happened=dict(self.happened),
            days=dict(self.days),
        )

    def tell(self, at: int, event: Event) -> None:
        """Add what one more fact says; facts taken before then say it as well."""
        for path, value in _said(event, self.values):
            self.values[path] = value
            self.since[path] = at
        fact = event.fact
        name = fact.name if isinstance(fact, Custom) else fact.type
        if event.day is None:
            self.happened[name] = (*self.happened.get(name, ()), at)
        else:
            self.days[name] = tuple(sorted((*self.days.get(name, ()), event.day)))

    def facts(self, zone: str) -> Facts:
        """Return what was told, for a criterion to be put to, with a zone for dates."""
        return Facts(
            values=self.values,
            since=self.since,
            happened=self.happened,
            days=self.days,
            is_complete=True,
            zone=zone,
        )


def facts_of(events: Iterable[Timed], zone: str = "UTC") -> Facts:
    """Return what these facts say of their subject, for a criterion to be put to.

    Args:
        events: The facts known by then, in order.
        zone: The zone whose dates are meant by days and months.
    """
    return Tables.of(events).facts(zone)


def stage_after(event: Event, stage: str | None) -> str | None:
    """Return the stage that a subject is in after a fact, given that before it."""
    match event.fact:
        case StageChanged(to_stage=to_stage):
            return to_stage
        case LeadCreated() | FieldChanged():
            told = dict(_said(event, {})).get("stage", stage)
            return told if isinstance(told, str) else None
        case _:
            return stage


def _said(event: Event, values: Mapping[str, Content]) -> Iterator[tuple[str, Content]]:
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
