"""The shared facts of SLA engines, read.

A row tells a calendar, what happened, a target, and the figures that an engine's own
tests or pages give. Moments may be written as `now-1h`, and what happened in the words
of the engine; here they become moments and events.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import alignkit as ak

Row = Mapping[str, Any]
Fact = dict[str, Any]

NOW = datetime(2024, 1, 17, 12, tzinfo=UTC)
"""What rows call `now`, `T` or `t0`: noon on a Wednesday."""
ASSUMED = timedelta(hours=4)
"""The target of a row that tells only what was due when."""
SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
UNITS = {"week": "weeks", "h": "hours", "m": "minutes", "s": "seconds"}


def read_rows(folder: Path) -> list[Row]:
    """Return all rows."""
    text = (folder / "cases" / "sla_engines.json").read_text(encoding="utf-8")
    rows: list[Row] = json.loads(text)
    return rows


def kind_of(row: Row) -> str:
    """Return what the row asks, whether it comes from a test or from a page."""
    return str(row["kind"]).removeprefix("doc_example:")


def expected(row: Row) -> dict[str, Any]:
    """Return the figures of the row, its moments as moments."""
    return {key: _read(row, row["expected"][key]) for key in asked_for(row)}


def asked_for(row: Row) -> list[str]:
    """Return the names of the figures, without the remarks that stand among them."""
    return [
        key for key in row["expected"] if key not in {"due_is", "escalation_offset"}
    ]


def zone_of(row: Row) -> ZoneInfo:
    return ZoneInfo(row["calendar"]["timezone"] or "UTC")


def moment(row: Row, text: str) -> datetime:
    """Return the moment that a row writes as ISO 8601, or as `now-1h` or `T+2h45m`."""
    text = text.partition(" (")[0]
    if symbol := re.fullmatch(r"(now|T|t\d)((?:[+-]\w+)?)", text):
        name, shift = symbol.groups()
        first = NOW + timedelta(hours=int(name[1:] or 0) if name[0] == "t" else 0)
        return first + _shift(shift)
    read = datetime.fromisoformat(text)
    return read if read.tzinfo else read.replace(tzinfo=zone_of(row))


def _shift(text: str) -> timedelta:
    parts = re.findall(r"(\d+)(week|h|m|s)", text)
    length = timedelta(**{UNITS[unit]: int(number) for number, unit in parts})
    return -length if text.startswith("-") else length


def _read(row: Row, told: object) -> object:
    if isinstance(told, Mapping):
        return {name: _read(row, one) for name, one in told.items()}
    if isinstance(told, list):
        return [_read(row, one) for one in told]
    if isinstance(told, str) and re.match(r"T[+-]|t\d|\d{4}-\d\d-\d\dT", told):
        return moment(row, told)
    return told


CLOCKS = {
    "response": ("created", "responded"),
    "first_response": ("created", "responded"),
    "next_response": ("asked", "answered"),
    "update": ("asked", "answered"),
    "resolution": ("created", "resolved"),
    "solution": ("created", "resolved"),
    "sole": ("created", "responded"),
}
"""What starts and what stops each clock; what resolves a case stops them all."""
SHORT = {"frt": "first_response", "nrt": "next_response", "rt": "resolution"}

WORDS: Sequence[tuple[str, tuple[str, ...]]] = (
    (r"begun", ("created",)),
    (r"created|new$", ()),
    (r"customer_contact|inbound|waiting_since", ("asked",)),
    (r"agent_contact|outbound", ("answered", "responded")),
    (r"first.re|responded|agent_reply", ("responded",)),
    (r"paus|state=pending", ("hold_started",)),
    (r"resume|open$", ("hold_ended",)),
    (r"closed|resolve|fulfilment status|end$", ("resolved",)),
)
"""What the words of an engine mean; one may mean several things, or say it again."""
FIELD = re.compile(
    r"(?!state|status|matches)\b(\w+)(?:=| )(Test Source|None|empty|\w)\b"
)
ALONE = (
    "first_reply", "first_response", "responded", "agent_reply", "waiting_since", "end",
    "resolved",
)  # fmt: skip


def told(row: Row) -> Iterator[tuple[datetime, str]]:
    """Yield what happened, in the words of the engine."""
    events, at = row["events"], NOW
    for text, what in events.get("log", ()):
        at = at + MINUTE if text == "later" else moment(row, text)
        yield at, what
    yield begun(row), "begun"
    for name in ALONE:
        if events.get(name):
            yield moment(row, events[name]), name
    if "policy_change_at" in events:
        yield moment(row, events["policy_change_at"]), "policy=B"
    for start, end in rests(row):
        yield start, "pause"
        yield end, "resume"


def begun(row: Row) -> datetime:
    """Return the moment from which the engine counts."""
    events = row["events"]
    if "due" in events:
        return hours_of(row).subtract(moment(row, events["due"]), ASSUMED)
    named = [events[name] for name in ("opened", "created", "start") if name in events]
    return moment(row, (named or [text for text, _ in told_log(row)])[0])


def told_log(row: Row) -> Sequence[Sequence[str]]:
    log: Sequence[Sequence[str]] = row["events"].get("log", ())
    return log


def rests(row: Row) -> list[tuple[datetime, datetime]]:
    """Return when the clock rests; not what the engine says a clock ignores."""
    events = row["events"]
    if "hold_business_seconds" in events:
        start = moment(row, events["start"])
        held = events["hold_business_seconds"] * SECOND
        return [(start, hours_of(row).add(start, held))]
    if events.get("pauses_ignored"):
        return []
    return [
        (moment(row, start), moment(row, end))
        for start, end in events.get("pauses", ())
    ]


def asked_at(row: Row) -> datetime:
    """Return the moment of the question: when the row says, or after its last event."""
    events = row["events"]
    is_symbolic = any(str(one).startswith("now") for one in events.values())
    last = [NOW] if is_symbolic else [at for at, _ in told(row)]
    return moment(row, events["now"]) if "now" in events else max(last)


def facts(row: Row) -> list[Fact]:
    """Return the events of a row, in their JSON form."""
    found: list[Fact] = []
    for at, what in told(row):
        beside = {"lead": "case", "at": at.isoformat()}
        for name, value in FIELD.findall(what):
            known = None if value in {"None", "empty"} else value
            found.append(
                {**beside, "type": "field_changed", "field": name, "value": known}
            )
        said = [types for words, types in WORDS if re.search(words, what)]
        # A word that means nothing would leave out what happened.
        assert said or FIELD.search(what), what
        found += (_fact(beside, type_) for types in said for type_ in types)
    # What a record is at first is known as soon as there is one.
    found.sort(key=lambda one: (one["at"], one["type"] != "field_changed"))
    return [{"id": f"{number:02}", **one} for number, one in enumerate(found)]


def _fact(beside: Fact, type_: str) -> Fact:
    if type_.startswith("hold"):
        return {**beside, "type": type_, "reason": "as the engine says"}
    return {**beside, "type": "custom", "name": type_}


def hours_of(row: Row) -> ak.BusinessHours:
    """Return the calendar of a row."""
    table = calendar_of(row)
    return ak.BusinessHours(
        table["zone"],
        table["week"],
        holidays=[date.fromisoformat(day) for day in table["holidays"]],
        dated={date.fromisoformat(day): h for day, h in table["dated"].items()},
        closings=[(one["start"], one["end"]) for one in _closings(row)],
    )


def calendar_of(row: Row) -> dict[str, Any]:
    """Return the calendar of a row, but for its breaks, as a document writes it."""
    calendar = row["calendar"]
    return {
        "zone": calendar["timezone"] or "UTC",
        "week": {
            day: ["-".join(one) for one in shifts]
            for day, shifts in (calendar["weekly"] or {}).items()
        },
        "holidays": calendar["holidays"],
        "dated": {
            day: ["-".join(one) for one in shifts]
            for day, shifts in calendar.get("shifts", {}).items()
        },
    }


def _closings(row: Row) -> list[dict[str, datetime]]:
    return [
        {"start": moment(row, f"{day}T{start}"), "end": moment(row, f"{day}T{end}")}
        for day, breaks in row["calendar"].get("breaks", {}).items()
        for start, end in breaks
    ]


def targets(row: Row) -> dict[str, int]:
    """Return the target of each clock, in seconds, but for those in working days."""
    target = row.get("target") or {}
    given = {
        name.removesuffix("_seconds"): seconds
        for name, seconds in target.items()
        if name.removesuffix("_seconds") in CLOCKS
    }
    if given:
        return given
    seconds = row.get("target_seconds")
    if isinstance(seconds, int):
        named = [
            clock
            for clock in ("first_response", "update")
            if any(key.startswith(clock) for key in row["expected"])
        ]
        return dict.fromkeys(named or ["sole"], seconds)
    return {}
