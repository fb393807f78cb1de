"""How many facts a second are judged by an agreement of six deadline terms.

    python -m tests.benchmarks.bench_judgement
    python -m tests.benchmarks.bench_judgement --facts 5000000

Leads come in, are assigned, called, accepted, put on hold, moved through stages and
won or lost; and one account has as many facts as a busy one. What building the events
takes is no part of any figure. With a number of facts, only the stream is measured,
over that many facts that are made while it runs.
"""

from __future__ import annotations

import argparse
import random
import tracemalloc
from collections import deque
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from functools import partial
from itertools import count, islice

from alignkit.agreements import Agreement
from alignkit.criteria import field
from alignkit.dockets import Docket
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
from alignkit.instants import to_instant
from alignkit.matches import Record
from alignkit.patterns import Pattern
from alignkit.promises import Clock, Deadline, Repeat, Target
from alignkit.spans import span
from alignkit.stories import stories
from alignkit.terms import Term
from alignkit.weighings import weighed
from tests.benchmarks.measuring import machine, medians, seconds, table, thousands

SEED = 20_260_105
START = datetime(2026, 1, 5, 8, tzinfo=UTC)
AS_OF = datetime(2026, 7, 1, tzinfo=UTC)
LEADS = 2_000
STREAMED = 20_000
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
    draw = random.Random(SEED)  # noqa: S311 - a story, no secret
    return [one for number in range(leads) for one in facts_of(draw, number, lag)]


def facts_of(
    draw: random.Random, number: int, lag: timedelta | None = None
) -> Iterator[Event]:
    """Yield the facts of one lead."""
    for nth, (minutes, fact) in enumerate(story(draw)):
        at = START + timedelta(minutes=minutes)
        actor = ROBOT if fact is MAIL and draw.random() < 0.5 else HUMAN
        yield Event(
            id=f"{number}-{nth}",
            subject=Subject(id=f"L{number:06}"),
            at=at,
            fact=fact,
            actor=actor,
            recorded_at=None if lag is None else at + lag,
        )


def long_log(facts: int) -> Iterator[Event]:
    """Yield so many facts, lead by lead, made while they are asked for."""
    draw = random.Random(SEED)  # noqa: S311 - a story, no secret
    leads = (one for number in count() for one in facts_of(draw, number))
    return islice(leads, facts)


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


def streamed(signed: Agreement, facts: Iterator[Event]) -> int:
    """Return how many verdicts a stream of facts comes to; none of them is kept."""
    found = signed.evaluate(facts, as_of=AS_OF, grouped=True)
    return sum(1 for _ in found.verdicts)


def stream_table(facts: int = STREAMED) -> str:
    """Measure a log that is never held, and what of it is held at most.

    Memory is looked at over the first facts alone, since that takes its time.
    """
    signed = agreement()
    verdicts = 0

    def judged() -> None:
        nonlocal verdicts
        verdicts = streamed(signed, long_log(facts))

    making = seconds(lambda: deque(long_log(facts), maxlen=0))
    taken = seconds(judged) - making
    tracemalloc.start()
    streamed(signed, long_log(min(facts, STREAMED)))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    head = ["facts", "verdicts", "facts a second", "µs a fact", "µs a verdict", "MB"]
    row = [
        f"{facts:,}",
        f"{verdicts:,}",
        thousands(facts / taken),
        thousands(taken / facts * 1e6),
        thousands(taken / verdicts * 1e6),
        thousands(peak / 1e6),
    ]
    return table("A log that is streamed, lead by lead", head, [row])


def split_table() -> str:
    """Measure each step from facts to verdicts by itself, over the same facts."""
    docket = Docket.of(agreement().editions)
    clocks, as_of = docket.gauge.clockwork, to_instant(AS_OF, "as_of")
    told: dict[Subject, list[Event]] = {}
    for one in events():
        told.setdefault(one.subject, []).append(one)
    facts = sum(map(len, told.values()))
    records = [
        Record.of(one.subject, one.facts, as_of) for one in stories(told, as_of=as_of)
    ]
    states = [clocks.after(one.history.events) for one in records]
    steps = {
        "which records are one": lambda: deque(stories(told, as_of=as_of), maxlen=0),
        "history: what is known": lambda: deque(
            (Record.of(one.subject, one.facts, as_of) for one in records), maxlen=0
        ),
        "replay: what moved the clocks": lambda: deque(
            (clocks.after(one.history.events) for one in records), maxlen=0
        ),
        "standing: statuses and instants": lambda: deque(
            (
                found
                for state in states
                for pair in zip(clocks.successions, state.progress, strict=True)
                for found in weighed(*pair, as_of)
            ),
            maxlen=0,
        ),
        "all, to verdicts": lambda: deque(map(docket.judged, records), maxlen=0),
    }
    taken = medians(steps, rounds=3)
    rows = [[name, thousands(taken[name] / facts * 1e6)] for name in steps]
    return table("Where the time goes", ["step", "µs a fact"], rows)


def tables() -> Iterator[str]:
    """Yield the table as soon as it is measured."""
    signed = agreement()
    minute = timedelta(minutes=1)
    logs = {
        f"{LEADS:,} leads": events(),
        f"{LEADS:,} leads, shuffled": _shuffled(events()),
        f"{LEADS:,} leads, each fact recorded a minute later": events(lag=minute),
        "one account, 3,000 facts": busy(3_000),
        "one account, 3,000 facts, a minute later": busy(3_000, lag=minute),
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
    yield stream_table()
    yield split_table()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Measure how fast facts are judged.")
    parser.add_argument("--facts", type=int, help="stream so many facts, and no more")
    chosen = parser.parse_args().facts
    print(f"Measured on {machine('alignkit')}.\n")
    for measured in tables() if chosen is None else [stream_table(chosen)]:
        print(measured, flush=True)
