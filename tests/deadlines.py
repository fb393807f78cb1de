"""One promise and facts about it, in few words, for tests worked out by hand.

Sales has an office in Chicago, open from nine to five on weekdays. The clock listens to
facts named ``go``, ``done``, ``off``, ``hold``, ``on`` and ``again``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import attrs

from alignkit.agreements import Agreement
from alignkit.editions import Calendar, Edition
from alignkit.evaluations import Evaluation
from alignkit.events import Actor, ActorKind, Event, Precision, Subject
from alignkit.happenings import (
    Custom,
    Fact,
    OwnerAssigned,
    PersonUnavailable,
    StageChanged,
)
from alignkit.hours import BusinessHours
from alignkit.patterns import Pattern
from alignkit.promises import Clock, Deadline, Duration, Stay
from alignkit.spans import Span, span
from alignkit.terms import Term
from alignkit.verdicts import Verdict

CHICAGO = ZoneInfo("America/Chicago")
OFFICE = BusinessHours(
    "America/Chicago",
    {"mon-fri": ["09:00-17:00"]},
    holidays={date(2026, 3, 2): "Casimir Pulaski Day", date(2026, 3, 7): "A Saturday"},
)
SUBJECT = Subject(id="L1")


def named(name: str) -> tuple[Pattern, ...]:
    return (Pattern(event="custom", where={"name": name}),)


CLOCK = Clock(
    start=named("go"),
    stop=named("done"),
    cancel=named("off"),
    pause=named("hold"),
    resume=named("on"),
    reset=named("again"),
)


def at(text: str) -> datetime:
    """Return a moment in Chicago: ``at("06 16:40")`` is on 6 March 2026."""
    return datetime.fromisoformat(f"2026-03-{text}").replace(tzinfo=CHICAGO)


def fact(
    what: str | Fact,
    when: str,
    *,
    recorded: str | None = None,
    id: str = "",
    by: str | None = None,
) -> Event:
    """Return a fact in Chicago; a date without a time is known by day alone."""
    is_day = " " not in when
    moment = at(f"{when} 00:00" if is_day else when)
    named_fact = Custom(name=what) if isinstance(what, str) else what
    said = what if isinstance(what, str) else what.type
    return Event(
        id=id or f"{said} {when}",
        subject=SUBJECT,
        at=moment,
        fact=named_fact,
        recorded_at=None if recorded is None else at(recorded),
        actor=None if by is None else Actor(id=by, kind=ActorKind.HUMAN),
        precision=Precision.DAY if is_day else Precision.INSTANT,
    )


def given(owner: str | None, when: str, *, team: str | None = None) -> Event:
    """Return an assignment; None is nobody."""
    assigned = OwnerAssigned(owner=owner, team=team)
    return fact(assigned, when, id=f"{owner} {when}")


def away(
    person: str, start: str, end: str, *, told: str = "01 00:00", id: str = ""
) -> Event:
    """Return the report that somebody is away, between dates or moments of March."""
    edges = [
        at(edge) if " " in edge else date.fromisoformat(f"2026-03-{edge}")
        for edge in (start, end)
    ]
    return Event(
        id=id or f"{person} {start}",
        subject=Subject(kind="person", id=person),
        at=at(told),
        fact=PersonUnavailable(start=edges[0], end=edges[1]),
    )


def term(
    within: str | Span = "4 business hours",
    *,
    clock: Mapping[str, Any] | None = None,
    targets: Iterable[Any] = (),
    **more: Any,  # noqa: ANN401 - whatever a term has
) -> Term:
    """Return a term with that clock, so far as nothing else is said."""
    return Term(
        **{"id": "response", "party": "sales", "calendar": "office", **more},
        promise=Deadline(
            clock=attrs.evolve(CLOCK, **(clock or {})),
            within=span(within) if isinstance(within, str) else within,
            targets=tuple(targets),
        ),
    )


def stay(
    at_most: str = "3 days",
    *,
    stages: Iterable[str] = ("mql", "sal"),
    kind: Stay = Stay.LATEST,
    targets: Iterable[Any] = (),
    **more: Any,  # noqa: ANN401 - whatever a term has
) -> Term:
    """Return a term that keeps nothing in some stages for long."""
    return Term(
        **{"id": "no-stale-mql", "party": "sales", "calendar": "office", **more},
        promise=Duration(
            stages=tuple(stages),
            at_most=span(at_most),
            stay=kind,
            targets=tuple(targets),
        ),
    )


def to(stage: str, when: str, **more: Any) -> Event:  # noqa: ANN401 - as of `fact`
    """Return a move to a stage in Chicago."""
    return fact(StageChanged(to_stage=stage), when, **{"id": f"{stage} {when}", **more})


def edition(
    *terms: Term,
    since: str | None = None,
    hours: BusinessHours = OFFICE,
    version: str = "1",
    **more: Any,  # noqa: ANN401 - whatever an edition has
) -> Edition:
    return Edition(
        id="northwind",
        version=version,
        effective_from=None if since is None else at(since),
        calendars=(Calendar("office", hours),),
        terms=terms,
        **more,
    )


def evaluated(
    promise: Term | Agreement,
    *events: Event,
    as_of: str,
    known_at: str | None = None,
    shared: Iterable[Event] = (),
) -> Evaluation:
    """Return the evaluation of one promise, or of a whole agreement."""
    agreement = Agreement((edition(promise),)) if isinstance(promise, Term) else promise
    return agreement.evaluate(
        events,
        as_of=at(as_of),
        known_at=None if known_at is None else at(known_at),
        shared=shared,
    )


def verdicts(
    promise: Term | Agreement, *events: Event, as_of: str
) -> tuple[Verdict, ...]:
    return evaluated(promise, *events, as_of=as_of).verdicts


def verdict(promise: Term | Agreement, *events: Event, as_of: str) -> Verdict:
    (only,) = verdicts(promise, *events, as_of=as_of)
    return only


def status(promise: Term | Agreement, *events: Event, as_of: str) -> str:
    return verdict(promise, *events, as_of=as_of).status.value
