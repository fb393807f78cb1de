"""How long it takes to read events: plain mappings, and a file of JSON lines.

    python -m tests.benchmarks.bench_events

Each event is read strictly, as it is where events come in: every field by its type,
moments with their offsets, and nothing that is not known passes. What `json.loads`
takes for the same lines stands beside it.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path

from alignkit.eventlogs import read_events
from alignkit.events import Event
from tests.benchmarks.measuring import machine, medians, table, thousands

LEADS = 1_000
FORMS: tuple[Mapping[str, object], ...] = (
    {
        "type": "lead_created",
        "at": "2026-03-02T09:00:00+01:00",
        "recorded_at": "2026-03-02T09:01:00+01:00",
        "source": "demo",
        "campaign": "spring",
        "company": {"industry": "logistics", "employees": 120, "country": "GB"},
        "contact": {"title": "Head of Fleet", "email": "joan@haulage.example"},
        "score": 62,
    },
    {
        "type": "owner_assigned",
        "at": "2026-03-02T09:05:00+01:00",
        "owner": "kim",
        "team": "emea",
        "actor": {"id": "router-2", "kind": "automation"},
    },
    {
        "type": "activity_logged",
        "at": "2026-03-02T10:00:00+01:00",
        "channel": "call",
        "direction": "outbound",
        "outcome": "connected",
        "duration": 180,
        "actor": {"id": "kim", "kind": "human", "team": "emea"},
        "source": "crm",
    },
    {
        "type": "stage_changed",
        "at": "2026-03-03T10:00:00+01:00",
        "recorded_at": "2026-03-03T10:00:05+01:00",
        "from_stage": "mql",
        "to_stage": "sql",
    },
    {
        "type": "field_changed",
        "at": "2026-03-03T11:00:00+01:00",
        "field": "company.employees",
        "value": 150,
        "previous": 120,
    },
)


def forms() -> list[dict[str, object]]:
    """Return the facts of all leads, in their JSON form."""
    return [
        {"id": f"{lead}-{nth}", "lead": f"L-{lead}", **form}
        for lead in range(LEADS)
        for nth, form in enumerate(FORMS)
    ]


def _each(read: Callable[[str], object], lines: list[str]) -> None:
    for line in lines:
        read(line)


def _all(given: list[dict[str, object]]) -> None:
    for form in given:
        Event.read(form)


def tables() -> Iterator[str]:
    """Yield the table as soon as it is measured."""
    given = forms()
    lines = [json.dumps(form) for form in given]
    kinds = {
        str(form["type"]): partial(_all, given[nth :: len(FORMS)])
        for nth, form in enumerate(FORMS)
    }
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "events.jsonl")
        file.write_text("\n".join(lines))
        taken = medians(
            {
                **{f"`Event.read`, {kind}": work for kind, work in kinds.items()},
                "`Event.read`, all of them": partial(_all, given),
                "`read_events` over JSON lines": partial(read_events, file),
                "`json.loads` alone": partial(_each, json.loads, lines),
            }
        )
    counts = {name: LEADS if ", " in name else len(given) for name in taken}
    counts["`Event.read`, all of them"] = len(given)
    told = [
        [
            name,
            thousands(seconds / counts[name] * 1e6),
            thousands(counts[name] / seconds),
        ]
        for name, seconds in taken.items()
    ]
    size = sum(map(len, lines)) // len(lines)
    head = ["what", "µs an event", "events a second"]
    yield table(f"Events of {size} bytes of JSON, on average", head, told)


if __name__ == "__main__":
    print(f"Measured on {machine('alignkit')}.\n")
    for measured in tables():
        print(measured, flush=True)
