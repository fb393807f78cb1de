"""Stories of the shared cases, as agreements and events.

A story tells a policy, what happened and what must come out, in words of its own. Each
word has one meaning here, whichever story it stands in: a policy becomes a document,
what happened becomes events in their JSON form, and a further story of the same shape
needs nothing but its text.
"""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import attrs

import alignkit as ak

Row = Mapping[str, Any]
Table = dict[str, Any]

DESK = "desk"
"""The calendar of a story that has one for everybody."""
DEFINITION = "mql"
QUALIFYING = "qualifying_touch"
LOOP = "asked"
"""The loop of a story whose clocks start at what was requested, replied or decided."""

TYPES = {
    "created": "lead_created",
    "assigned": "owner_assigned",
    "own assignment": "owner_assigned",
    "first_human_touch": "activity_logged",
    "touch": "activity_logged",
    "status_changed": "stage_changed",
    "handed_off": "handoff_offered",
    "accepted": "handoff_accepted",
    "rejected": "handoff_rejected",
    "requested": "feedback_requested",
    "replied": "feedback_given",
    "decided": "feedback_decided",
    "informed": "feedback_closed",
}
"""What happens, by the word of a story; any other word is an event by itself."""
DUTIES = {"requested": "reply", "replied": "decide", "decided": "tell"}
"""The duty of a loop whose clock starts at a word."""
HUMAN = {"event": "activity_logged", "actor": {"kind": "human"}}
STOPS: Mapping[str, Any] = {
    "first_human_touch": HUMAN,
    "own first human touch": HUMAN,
    "first_touch": "activity_logged",
    "first_qualifying_touch": QUALIFYING,
    "valid_disposition": ["handoff_accepted", "handoff_rejected"],
}
"""What stops a clock, by the word of a story, where that is no event by itself."""


@attrs.frozen
class Story:
    """One story, put to alignkit.

    Attributes:
        text: The story, as it is told.
    """

    text: Row

    @property
    def policy(self) -> Row:
        policy: Row = self.text["policy"]
        return policy

    @property
    def terms(self) -> list[Row]:
        """Its terms as it tells them, the one that measures owners among them."""
        named = [
            self.policy[one] for one in ("term", "owner_term") if one in self.policy
        ]
        return [*self.policy.get("terms", ()), *named]

    @property
    def agreement(self) -> ak.Agreement:
        """Its policy, read as the document that says the same."""
        return ak.loads(json.dumps(document(self)), "json")

    @property
    def events(self) -> list[Table]:
        """What happened, each fact in its JSON form."""
        told = itertools.chain.from_iterable(
            facts(self, row) for row in self.text["events"]
        )
        return [{"id": f"{number:03}", **one} for number, one in enumerate(told)]

    def evaluate(self, as_of: str | None = None) -> ak.Evaluation:
        """Return how its promises stand when it asks, or at a moment."""
        at = datetime.fromisoformat(as_of or self.text["evaluate_at"])
        return self.agreement.evaluate(self.events, as_of=at)

    def name_of(self, term: str) -> str:
        """Return the id under which a term is judged: in a loop, that of its duty."""
        (one,) = (one for one in self.terms if one["id"] == term)
        duty = DUTIES.get(one.get("clock_start", ""))
        return term if duty is None else f"{LOOP}.{duty}"


# Its policy


def document(story: Story) -> Table:
    """Return the agreement of a story, as a document writes it."""
    policy = story.policy
    calendars = policy.get("calendars") or {DESK: policy["calendar"]}
    parties = sorted({one.get("party", "sales") for one in story.terms})
    in_loop = [one for one in story.terms if one.get("clock_start") in DUTIES]
    return {
        "agreement": {"id": "story"},
        "calendars": {name: calendar_of(one) for name, one in calendars.items()},
        "parties": {
            party: {"calendar": party if party in calendars else next(iter(calendars))}
            for party in parties
        },
        "definitions": named(DEFINITION, definition(policy)),
        "gates": [gate(one) for one in (DEFINITION,) if definition(policy)],
        "actions": named(QUALIFYING, action(policy)),
        "reasons": [
            reason(code, one, parties)
            for code, one in policy.get("reasons", {}).items()
        ],
        "terms": [term(story, one) for one in story.terms if one not in in_loop],
        "loops": [loop(in_loop, policy.get("thresholds", {}))] if in_loop else [],
    }


def named(name: str, told: Table | None) -> Table:
    return {} if told is None else {name: told}


def calendar_of(row: Row) -> Table:
    """Return a calendar; a day has one window, or a list of them."""
    return {
        "zone": row["tz"],
        "week": {
            days: [
                "-".join(shift)
                for shift in ([told] if isinstance(told[0], str) else told)
            ]
            for days, told in row["windows"].items()
        },
        "holidays": list(row["holidays"]),
    }


def span(row: Row) -> str | None:
    """Return the span of a term: `target_business_minutes`, `within_business_days`."""
    for key, number in row.items():
        if told := re.fullmatch(r"(?:target|within)_(business_)?(\w+)", key):
            return f"{number} {'business ' if told[1] else ''}{told[2]}"
    return None


def term(story: Story, row: Row) -> Table:
    """Return a term: a share if it tells what is counted, and else a deadline."""
    policy, thresholds = story.policy, row.get("threshold")
    shared = {
        "id": row["id"],
        "party": row.get("party", "sales"),
        "calendar": row.get("calendar", DESK),
        "counterpart": "none",
    }
    if "metric" in row:
        counted = row["metric"].partition(" / ")[2]
        return {
            **shared,
            "kind": "quality",
            "of": TYPES[counted.partition(" leads")[0].replace("-", "_")],
            "meeting": DEFINITION,
            "at_least": thresholds,
        }
    stop = row["clock_stop"].partition(", or")[0]
    is_owners = row.get("measure") == "owner"
    ladder = () if is_owners else policy.get("ladder", ())
    told: Table = {
        **shared,
        "kind": "deadline",
        "start": pattern(row["clock_start"]),
        "stop": STOPS.get(stop) or pattern(stop),
        "within": span(row),
        "waiting": "owner" if is_owners else "lead",
        "escalate": [{"at": one["at"], "action": one["action"]} for one in ladder],
    }
    warnings = [one["at"] for one in ladder if one["action"].startswith("warn")]
    if warnings:
        told["warn_at"] = warnings[0]
    if thresholds:
        told["keep"] = {"at_least": thresholds}
    if row.get("exclude_if"):
        fails = {"not": {"definition": DEFINITION}}
        told["exclude"] = [{"if": fails, "reason": "fails_definition"}]
    if "applies_to" in row and is_typed(story):
        told["applies_to"] = {"field": "lead_type", "is": row["applies_to"]}
    return told


def is_typed(story: Story) -> bool:
    """Whether the leads of a story have types that its terms could tell apart."""
    return any("type" in row for row in story.text["events"])


def pattern(word: str) -> Table | str:
    """Return what a word of a story listens to."""
    return TYPES.get(word) or {"event": "custom", "name": word}


def definition(policy: Row) -> Table | None:
    """Return what a lead has to be, if the policy says so."""
    told = policy.get("definition")
    return None if told is None else {"all": list(criteria(told))}


def gate(meets: str) -> Table:
    """Return the gate at which a lead is asked for a definition, and nothing else."""
    waived = ["move", "owner", "suppression", "duplicates", "opportunities"]
    return {"id": "intake", "to_party": "sales", "meets": meets, "waives": waived}


def action(policy: Row) -> Table | None:
    """Return what counts as having followed up, if the policy says so [K9]."""
    row = policy.get(QUALIFYING)
    if row is None:
        return None
    evidence: dict[str, Table] = {
        channel: {"needs_outcome": True} for channel in row["requires_outcome_for"]
    }
    for key, number in row.items():
        if shortest := re.fullmatch(r"min_(\w+)_seconds", key):
            evidence.setdefault(shortest[1], {})["at_least"] = f"{number} seconds"
    return {
        "actors": row["actor_kind"],
        "channels": row["channels"],
        "evidence": evidence,
    }


def reason(code: str, row: Row, parties: Sequence[str]) -> Table:
    """Return a reason, whose cause the party mends that did not give it."""
    requires = ["conversation"] if row.get("needs_conversation") else []
    attempts = row.get("needs_attempts") or None
    (giver,) = (party for party in parties if party != "sales")
    return {
        "code": code,
        "group": "qualification",
        "disposition": "recycle",
        "fixed_by": giver,
        "requires": requires + (["complete_attempts"] if attempts else []),
        **({"attempts": attempts} if attempts else {}),
    }


def loop(terms: Sequence[Row], thresholds: Row) -> Table:
    """Return the loop whose duties the terms are [F1]."""
    by_duty = {DUTIES[one["clock_start"]]: one for one in terms}
    told: Table = {
        "id": LOOP,
        "kind": "message",
        "owes": by_duty["reply"]["party"],
        "to": by_duty["decide"]["party"],
        **{f"{duty}_within": span(one) for duty, one in by_duty.items()},
    }
    for name in ("coverage", "closure"):
        if name in thresholds:
            told[name] = {"at_least": thresholds[name]}
    days = thresholds.get("median_turnaround_business_days_max")
    if days is not None:
        told["promptness"] = {"within": f"{days} business days"}
    return told


# What it asks of a lead


def criteria(definition: Row) -> Iterator[Table]:
    """Yield what a definition asks: a least number, a truth, or that it is known."""
    for asked in definition.values():
        for key, wanted in asked.items():
            if key == "required":
                yield from ({"field": name, "known": True} for name in wanted)
            elif key.endswith("_min"):
                yield {"field": key.removesuffix("_min"), "at_least": wanted}
            else:
                yield {"field": key, "is": wanted}


def values(definition: Row, row: Row) -> Table:
    """Return what is known of a lead that meets a definition, or has a fault."""
    known: Table = {}
    for one in criteria(definition):
        known[one["field"]] = one.get("at_least", one.get("is", "as told"))
    if row["meets_definition"]:
        return known
    for name in known:
        if found := re.match(rf"(\d+) {name}", row["fault"]):
            return {**known, name: int(found[1])}
    return {name: not one if one is True else one for name, one in known.items()}


# What is said of it


def handoff(story: Story, row: Row) -> Table:
    """Return what is said of a lead that is handed over."""
    return {
        "lead": row["lead"],
        "at": row["at"],
        "from_party": "marketing",
        "to_party": "sales",
        "attributes": values(story.policy["definition"], row),
    }


def rejection(story: Story, row: Row) -> Table:
    """Return what is said of a lead that is sent back."""
    (offer,) = (
        one
        for one in story.text["events"]
        if one.get("lead") == row["lead"] and one["event"] == "handed_off"
    )
    told = {
        name: row[name]
        for name in ("reason", "attempts", "conversation")
        if name in row
    }
    return {
        "lead": row["lead"],
        "at": row["at"],
        "from_party": "sales",
        "to_party": "marketing",
        "offered_at": offer["at"],
        **told,
    }


# What happened


def facts(story: Story, row: Row) -> Iterator[Table]:
    """Yield the facts that one row of a story tells, in their JSON form."""
    kind = "lead" if "lead" in row else "request"
    beside = {"subject_kind": kind, "subject": row[kind], "at": row["at"]}
    known = {"lead_type": row["type"]} if "type" in row else {}
    if "meets_definition" in row:
        known |= values(story.policy["definition"], row)
    for name, value in known.items():
        yield {**beside, "type": "field_changed", "field": name, "value": value}
    yield from tried(story, row)
    type_ = TYPES.get(row["event"], "custom")
    actor = {"kind": row.get("actor_kind", "human")}
    if who := row.get("by", row.get("owner") if "touch" in row["event"] else None):
        actor["id"] = who
    yield {**beside, "type": type_, "actor": actor, **particular(type_, row)}


def particular(type_: str, row: Row) -> Table:
    """Return what a row says of its event beside when and about whom."""
    match type_:
        case "owner_assigned":
            return {"owner": row.get("owner", "rep")}
        case "activity_logged":
            given = {name: row[name] for name in ("outcome",) if row.get(name)}
            if "duration_s" in row:
                given["duration"] = row["duration_s"]
            return {
                "channel": row.get("channel", "call"),
                "direction": "outbound",
                **given,
            }
        case "stage_changed":
            return {"to_stage": row["to"]}
        case "handoff_offered" | "handoff_accepted":
            return {"to_party": "sales"}
        case "handoff_rejected":
            return {"reason": row["reason"]}
        case "custom":
            return {"name": row["event"]}
        case feedback if feedback.startswith("feedback"):
            given = {name: row[name] for name in ("decision", "reason") if name in row}
            return {"loop": LOOP, "kind": "message", **given}
        case _:
            return {}


def tried(story: Story, row: Row) -> Iterator[Table]:
    """Yield the attempts and the conversation that a rejection says there were.

    They lie between the last fact before it about that lead and the rejection.
    """
    calls = ["no_answer"] * row.get("attempts", 0)
    calls += ["connected"] if row.get("conversation") else []
    end = datetime.fromisoformat(row["at"])
    earlier = [
        at
        for one in story.text["events"]
        if one.get("lead") == row.get("lead")
        and (at := datetime.fromisoformat(one["at"])) < end
    ]
    for number, outcome in enumerate(calls, 1):
        at = end - (end - max(earlier)) * number / (len(calls) + 1)
        yield {
            "subject_kind": "lead",
            "subject": row["lead"],
            "at": at.isoformat(),
            "type": "activity_logged",
            "channel": "call",
            "direction": "outbound",
            "outcome": outcome,
            "actor": {"kind": "human"},
        }
