"""How many facts a second are judged by an agreement of six deadline terms.

    python -m tests.benchmarks.bench_judgement

Leads come in, are assigned, called, accepted, put on hold, moved through stages and
won or lost; a part of the facts is dated by day, a part recorded later, and one lead
has as many facts as a busy account. The events are built before anything is measured.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from functools import partial

from alignkit.agreements import Agreement
from alignkit.criteria import field
from alignkit.editions import Calendar, Edition
from alignkit.events import Actor, ActorKind, Event, Subject
from alignkit.happenings import (
    ActivityLogged,
    Custom,
    Direction,
    Fact,
    FieldChanged,
    HandoffAccepted,
    HandoffOffered,
    HoldEnded,
    HoldStarted,
    LeadCreated,
    OpportunityWon,
    OwnerAssigned,
    StageChanged,
)
from alignkit.hours import BusinessHours
from alignkit.patterns import Pattern
from alignkit.promises import Clock, Deadline, Repeat, Target
from alignkit.spans import span
from alignkit.terms import Term
from tests.benchmarks.measuring import machine, medians, table, thousands

START = datetime(2026, 1, 5, 8, tzinfo=UTC)
AS_OF = datetime(2026, 7, 1, tzinfo=UTC)
LEADS = 5_000
HOURS = BusinessHours(
    "America/Chicago",
    {"mon-fri": ["09:00-17:00"]},
    holidays={date(2026, 1, 19): "MLK Day", date(2026, 5, 25): "Memorial Day"},
)
CALL = ActivityLogged(channel="call", direction=Direction.OUTBOUND, outcome="connected")
MAIL = ActivityLogged(channel="email", direction=Direction.OUTBOUND)
HUMAN = Actor(id="kim", kind=ActorKind.HUMAN)
ROBOT = Actor(id="drip", kind=ActorKind.AUTOMATION)


def on(event: str, **where: object) -> tuple[Pattern, ...]:
    """Return the patterns of one type of event, with some fields."""
    paths = {name.replace("__", "."): value for name, value in where.items()}
    return (Pattern(event=event, where=paths),)


def terms() -> Iterator[Term]:
    """Yield six promises: two with segments or rests, two that begin again."""
    touched = on("activity_logged", actor__kind="human", channel=["call", "email"])
    lost = on("stage_changed", to_stage=["disqualified", "lost"])
    assigned, mql = on("owner_assigned"), on("stage_changed", to_stage="mql")
    rests = {"pause": on("hold_started"), "resume": on("hold_ended")}
    demo = Target(field("lead.source").is_("demo"), span("15 business minutes"))
    for id_, within, clock, targets in (
        ("first-response", "2 business hours", {"stop": touched}, (demo,)),
        ("qualification", "5 business days", {"start": mql, **rests}, ()),
        ("acceptance", "8 business hours", {"start": on("handoff_offered")}, ()),
        ("follow-up", "48 hours", {"repeat": Repeat.NEW_CYCLE, "stop": touched}, ()),
        ("decision", "30 days", {"start": mql, "stop": on("opportunity_won")}, ()),
        ("data", "1 business day", {"start": on("lead_created")}, ()),
    ):
        stops = {
            "qualification": on("stage_changed", to_stage="sql"),
            "acceptance": on("handoff_accepted"),
            "data": on("field_changed", field="company.size"),
        }
        said = {"start": assigned, "cancel": lost, "stop": stops.get(id_, ()), **clock}
        yield Term(
            id=id_,
            party="marketing" if id_ == "data" else "sales",
            promise=Deadline(
                clock=Clock(**said),  # type: ignore[arg-type]
                within=span(within),
                targets=targets,
            ),
            calendar="office",
            warn_at=Fraction(4, 5),
        )


def agreement() -> Agreement:
    office = Calendar("office", HOURS)
    return Agreement((Edition(id="bench", calendars=(office,), terms=tuple(terms())),))


def story(draw: random.Random) -> Iterator[tuple[int, Fact]]:
    """Yield what happens to one lead, and after how many minutes."""
    at = draw.randrange(60 * 24 * 120)
    source = draw.choice(("demo", "webinar", "content", "partner"))
    yield at, LeadCreated(source=source)
    yield at + 1, FieldChanged(field="company.size", value=draw.randrange(1, 5_000))
    yield (at := at + draw.randrange(60)), StageChanged(to_stage="mql")
    yield (at := at + draw.randrange(90)), OwnerAssigned(owner="kim")
    yield at + 1, MAIL
    for _ in range(draw.randrange(4)):
        yield (at := at + draw.randrange(900)), draw.choice((CALL, MAIL))
        yield at + 5, Custom(name="page_viewed")
    if draw.random() < 0.4:
        yield (at := at + draw.randrange(600)), HandoffOffered(to_party="sales")
        yield (at := at + draw.randrange(900)), HandoffAccepted(to_party="sales")
    if draw.random() < 0.2:
        yield (at := at + draw.randrange(600)), HoldStarted(reason="holiday")
        yield (at := at + draw.randrange(6_000)), HoldEnded(reason="holiday")
    yield (
        (at := at + draw.randrange(6_000)),
        draw.choice((StageChanged(to_stage="sql"), StageChanged(to_stage="lost"))),
    )
    if draw.random() < 0.2:
        yield (at := at + draw.randrange(20_000)), OpportunityWon()


def events(leads: int = LEADS, *, lag: timedelta | None = None) -> list[Event]:
    """Return the facts of many leads, lead by lead.

    Args:
        leads: How many leads.
        lag: How much later than it happened each fact was recorded.
    """
    draw = random.Random(20_260_105)  # noqa: S311 - a story, no secret
    built = []
    for number in range(leads):
        for nth, (minutes, fact) in enumerate(story(draw)):
            at = START + timedelta(minutes=minutes)
            actor = ROBOT if fact is MAIL and draw.random() < 0.5 else HUMAN
            built.append(
                Event(
                    id=f"{number}-{nth}",
                    subject=Subject(id=f"L{number:06}"),
                    at=at,
                    fact=fact,
                    actor=actor,
                    recorded_at=None if lag is None else at + lag,
                )
            )
    return built


def busy(facts: int, *, lag: timedelta | None = None) -> list[Event]:
    """Return so many facts about one account, one every ten minutes."""
    kinds: tuple[Fact, ...] = (OwnerAssigned(owner="kim"), MAIL, CALL)
    return [
        Event(
            id=str(nth),
            subject=Subject(id="busy"),
            at=(at := START + timedelta(minutes=10 * nth)),
            fact=kinds[nth % 3],
            actor=HUMAN,
            recorded_at=None if lag is None else at + lag,
        )
        for nth in range(facts)
    ]


def _shuffled(log: list[Event]) -> list[Event]:
    return random.Random(1).sample(log, len(log))  # noqa: S311 - no secret either


def tables() -> Iterator[str]:
    """Yield the table as soon as it is measured."""
    signed = agreement()
    minute = timedelta(minutes=1)
    logs = {
        f"{LEADS:,} leads": events(),
        f"{LEADS:,} leads, shuffled": _shuffled(events()),
        f"{LEADS // 5:,} leads, each fact recorded a minute later": events(
            LEADS // 5, lag=minute
        ),
        "one account, 10,000 facts": busy(10_000),
        "one account, 10,000 facts, a minute later": busy(10_000, lag=minute),
    }
    taken = medians(
        {
            name: partial(signed.evaluate, log, as_of=AS_OF)
            for name, log in logs.items()
        },
        rounds=3,
    )
    rows = []
    for name, log in logs.items():
        verdicts = signed.evaluate(log, as_of=AS_OF).verdicts
        rows.append(
            [
                name,
                f"{len(log):,}",
                f"{len(verdicts):,}",
                thousands(len(log) / taken[name]),
                thousands(taken[name] / len(log) * 1e6),
            ]
        )
    head = ["facts of", "facts", "verdicts", "facts a second", "µs a fact"]
    yield table("Six deadline terms, from built events to verdicts", head, rows)


if __name__ == "__main__":
    print(f"Measured on {machine('alignkit')}.\n")
    for measured in tables():
        print(measured, flush=True)
