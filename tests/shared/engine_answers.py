"""What alignkit answers to the shared facts of SLA engines.

What is about time is asked of `BusinessHours`; what is about promises becomes an
agreement and events, which are evaluated. A `Policy` holds the settings of a term that
differ from one engine to the next.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import attrs

import alignkit as ak
from tests.shared.engine_rows import (
    ASSUMED,
    CLOCKS,
    DAY,
    MINUTE,
    SECOND,
    SHORT,
    Row,
    asked_at,
    asked_for,
    calendar_of,
    facts,
    hours_of,
    kind_of,
    moment,
    targets,
    told,
    told_log,
)

WEEKDAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")


@attrs.frozen(kw_only=True)
class Policy:
    """How the terms of a row are set; without a word, as terms are by default.

    Attributes:
        landing: Where a due moment stays that falls on a close [T7].
        days: What is said of business days beside their number [T14].
        time: Whether targets are business time or elapsed time.
        attaches: Whether the field that a term applies to starts and ends its clock.
    """

    landing: str = "close"
    days: str = ""
    time: str = "business"
    attaches: bool = False


PLAIN = Policy()


def found(row: Row, policy: Policy = PLAIN) -> dict[str, Any]:
    """Return the same figures as alignkit gives them."""
    match kind_of(row):
        case "elapsed" if "end" in row["events"]:
            return _time_between(row)
        case "elapsed" if "window" in row["events"]:
            return _time_in_window(row)
        case "is_open":
            return {"open": hours_of(row).is_open(moment(row, row["events"]["at"]))}
        case "backward":
            return {"at": _subtracted(row, policy)}
        case "periods":
            return _open_stretches(row)
        case "dst_resolution":
            return {"resolved_local": _first_instant(row)}
        case "doc_example":
            return {"elapsed_minutes": _minutes_over_schedules(row)}
        case "policy_match":
            return _fitted(row, policy)
        case _:
            return Answer.to(row, policy).figures


def agreement_of(row: Row, policy: Policy) -> ak.Agreement:
    """Return the agreement of a row."""
    return ak.loads(json.dumps(document(row, policy)), "json")


def document(row: Row, policy: Policy) -> dict[str, Any]:
    """Return the agreement of a row, as a document writes it."""
    return {
        "agreement": {"id": "engine"},
        "calendars": {} if policy.time == "elapsed" else {"desk": calendar_of(row)},
        "terms": list(_terms(row, policy)),
    }


def _terms(row: Row, policy: Policy) -> Iterator[dict[str, Any]]:
    target = row.get("target") or {}
    clocks = {clock: _span(seconds, policy) for clock, seconds in targets(row).items()}
    if "working_days" in target:
        clocks["sole"] = f"{target['working_days']} business days{policy.days}"
    if "before_seconds" in target:
        clocks["sole"] = _span(target["before_seconds"], policy)
    if kind_of(row) == "metrics":
        clocks = dict.fromkeys(("update", "resolution"), "1000 hours")
    # Some rows tell what was due, or how long something took, and no target.
    assumed = {"sole": _span(ASSUMED // SECOND, policy)}
    for clock, within in (clocks or assumed).items():
        start, stop = CLOCKS[clock]
        yield {
            "id": clock,
            "party": "sales",
            "counterpart": "none",
            **({} if policy.time == "elapsed" else {"calendar": "desk"}),
            "landing": policy.landing,
            **(_reply(within) if start == "asked" else _deadline(start, stop, within)),
            **_beside(row, policy),
            **(_attached_by(row, start) if policy.attaches else {}),
        }


def _reply(within: str) -> dict[str, Any]:
    """Return what is promised of each answer, from the oldest question without one."""
    return {
        "kind": "cadence",
        "asked": _custom("asked"),
        "of": [_custom("answered"), _custom("resolved")],
        "every": within,
    }


def _deadline(start: str, stop: str, within: str) -> dict[str, Any]:
    return {
        "kind": "deadline",
        "start": _custom(start),
        "stop": [_custom(stop), _custom("resolved")],
        "pause": "hold_started",
        "resume": "hold_ended",
        "within": within,
    }


def _beside(row: Row, policy: Policy) -> dict[str, Any]:
    beside: dict[str, Any] = {}
    if "escalation_at" in row["expected"]:
        beside["escalate"] = [_step(row["expected"]["escalation_offset"], policy)]
    if "escalation_after" in row["expected"]:
        beside["escalate"] = [{"before": "1 business hour", "action": "escalate"}]
    if "after_seconds" in (row.get("target") or {}):
        within = _span(row["target"]["after_seconds"], policy)
        beside["targets"] = [{"if": {"field": "policy", "is": "B"}, "within": within}]
    if kind_of(row) == "policy_match" and not policy.attaches:
        name, value = condition(row)
        beside["applies_to"] = {"field": name, "is": value}
    return beside


def condition(row: Row) -> tuple[str, str]:
    """Return the field that a policy asks about, and the value that it asks for.

    The engines tell it as code, or in a remark.
    """
    told = (row.get("target") or {}).get("condition", "priority == 'A'")
    name, value = told.split(" == ")
    return name, value.strip("'")


def _attached_by(row: Row, start: str) -> dict[str, Any]:
    """Return a clock that the field starts, and that any other value calls off."""
    if start != "created":
        return {}
    name, value = condition(row)
    changed = {"event": "field_changed", "field": name}
    values = {one["value"] for one in facts(row) if one.get("field") == name}
    attached = {**changed, "value": value}
    return {
        "start": attached,
        "cancel": [{**changed, "value": one} for one in values - {value}],
    }


def _custom(name: str) -> dict[str, str]:
    return {"event": "custom", "name": name}


def _span(seconds: int, policy: Policy) -> str:
    return f"{seconds} {'business ' if policy.time == 'business' else ''}seconds"


def _step(offset: str, policy: Policy) -> dict[str, str]:
    """Return the step that an engine writes as `-300s` or `+3 working days`."""
    sign, number, days = re.fullmatch(
        r"([+-])(\d+)(s| working days).*", offset
    ).groups()  # type: ignore[union-attr]
    length = (
        f"{number} business days{policy.days}"
        if "days" in days
        else _span(int(number), policy)
    )
    return {"before" if sign == "-" else "after": length, "action": "escalate"}


@attrs.frozen(kw_only=True)
class Answer:
    """The verdicts of a row, and the figures read off them.

    Attributes:
        row: The row.
        by_clock: The verdicts of each clock, cycle by cycle.
    """

    row: Row
    by_clock: Mapping[str, Sequence[ak.Verdict]]

    @classmethod
    def to(cls, row: Row, policy: Policy, as_of: datetime | None = None) -> Answer:
        """Return what alignkit says of a row at a moment, or after its last event."""
        evaluation = agreement_of(row, policy).evaluate(
            facts(row), as_of=as_of or asked_at(row)
        )
        by_clock: dict[str, list[ak.Verdict]] = {}
        for one in evaluation.verdicts:
            by_clock.setdefault(one.term, []).append(one)
        return cls(row=row, by_clock=by_clock)

    @property
    def figures(self) -> dict[str, Any]:
        """The figures that the row tells."""
        return {key: self.figure(key) for key in asked_for(self.row)}

    @property
    def all(self) -> list[ak.Verdict]:
        return [one for of_clock in self.by_clock.values() for one in of_clock]

    def figure(self, key: str) -> object:
        """Return one figure, by the name that the engines have for it."""
        if clock := re.fullmatch(r"(\w+?)_(due|used_minutes|slack_minutes)", key):
            return self._of_clock(*clock.groups())
        of_all: object = getattr(self, f"_{key}")
        return of_all

    def _of_clock(self, clock: str, what: str) -> object:
        if clock == "next":
            return min((one.due_at for one in self.open if one.due_at), default=None)
        own = self.by_clock.get(clock, ())
        if what == "due":
            dues = [one.due_at for one in own if one in self.open]
            return dues[-1] if dues else None
        # The engines keep the worst cycle of those that ended.
        used = max(_business(one) for one in own if one not in self.open)
        target = targets(self.row)[clock] * SECOND
        return (used if what == "used_minutes" else target - used) / MINUTE

    @property
    def open(self) -> list[ak.Verdict]:
        """What can still be fulfilled."""
        return [
            one
            for one in self.all
            if not one.status.is_settled and one.fulfilled_at is None
        ]

    @property
    def sole(self) -> ak.Verdict:
        (one,) = self.all
        return one

    @property
    def _due(self) -> datetime | None:
        return self.sole.due_at

    _due_after = _due

    @property
    def _escalation_at(self) -> datetime | None:
        return self.sole.steps[0].at

    _escalation_after = _escalation_at

    @property
    def _elapsed_seconds(self) -> float:
        return _business(self.sole) / SECOND

    _business_elapsed_seconds = _elapsed_seconds
    _net_elapsed_seconds = _elapsed_seconds

    @property
    def _actual_elapsed_seconds(self) -> float:
        return _wall(self.sole) / SECOND

    @property
    def _business_percent(self) -> int:
        """The share of the target, rounded half up as it is shown."""
        return round(100 * self._elapsed_seconds / targets(self.row)["sole"])

    @property
    def _hold_business_seconds(self) -> float:
        hours = hours_of(self.row)
        rests = self.sole.paused
        return sum(hours.between(start, end) / SECOND for start, end in rests if end)

    _waiting_business_seconds = _hold_business_seconds

    @property
    def _gross_elapsed_seconds(self) -> float:
        return self._net_elapsed_seconds + self._hold_business_seconds

    @property
    def _overrun_business_seconds(self) -> float:
        assert self.sole.overrun is not None
        assert self.sole.overrun.business is not None
        return self.sole.overrun.business / SECOND

    @property
    def _breached(self) -> bool:
        return any(one.status.is_broken for one in self.all)

    @property
    def _status(self) -> str:
        """One word for all clocks, as the engine of the row has it."""
        is_ended = any(one.fulfilled_at for one in self.all)
        if self.row["expected"]["status"] in CHATWOOT:
            is_ended = any(what == "resolved" for _, what in told(self.row))
            return CHATWOOT_WORDS[is_ended, self._breached]
        if self._breached:
            return "Failed"
        return "Fulfilled" if is_ended else "First Response Due"

    @property
    def _misses(self) -> dict[str, int]:
        return {
            short: sum(one.status.is_broken for one in self.by_clock.get(clock, ()))
            for short, clock in SHORT.items()
        }

    @property
    def _rolling_cycles(self) -> int:
        return len(self.all)

    @property
    def _second_cycle_status(self) -> str | None:
        return "Failed" if len(self.all) > 1 and self._breached else None

    @property
    def _avg_response_seconds(self) -> float:
        waits = [_wall(one) for one in self.by_clock["update"]]
        return sum(waits, timedelta()) / len(waits) / SECOND

    @property
    def _resolution_seconds(self) -> float:
        (one,) = self.by_clock["resolution"]
        return _wall(one) / SECOND

    @property
    def _user_resolution_seconds(self) -> float:
        """How long it was the desk's turn: the answers to all that was asked."""
        waits = [_wall(one) for one in self.by_clock["update"]]
        return sum(waits, timedelta()) / SECOND


CHATWOOT_WORDS = {
    (False, False): "active",
    (False, True): "active_with_misses",
    (True, False): "hit",
    (True, True): "missed",
}
CHATWOOT = frozenset(CHATWOOT_WORDS.values())


def _business(one: ak.Verdict) -> timedelta:
    assert one.elapsed is not None
    assert one.elapsed.business is not None
    return one.elapsed.business


def _wall(one: ak.Verdict) -> timedelta:
    assert one.elapsed is not None
    assert one.elapsed.wall is not None
    return one.elapsed.wall


def _fitted(row: Row, policy: Policy) -> dict[str, Any]:
    """Return what is owed after each change of what a term applies to."""
    moments = sorted({at for at, _ in told(row)})
    answers = [Answer.to(row, policy, at) for at in moments]
    if "policy_after" in row["expected"]:
        return {"policy_after": list(_attached(answers))}
    return {
        when: {key: answer.figure(key) for key in row["expected"][when]}
        for when, answer in zip(("before", "after"), answers, strict=True)
    }


def _attached(answers: Iterable[Answer]) -> Iterator[str | None]:
    was_attached = False
    for answer in answers:
        if any(one.status is not ak.Status.UNKNOWN for one in answer.open):
            was_attached = True
            yield "matched"
        else:
            yield "removed (None)" if was_attached else None


def _time_between(row: Row) -> dict[str, Any]:
    start, end = (moment(row, row["events"][key]) for key in ("start", "end"))
    if "actual_elapsed_seconds" in row["expected"]:
        return Answer.to(row, PLAIN).figures
    return {"elapsed_seconds": hours_of(row).between(start, end) / SECOND}


def _time_in_window(row: Row) -> dict[str, Any]:
    """Return the time used within a window, of the life of the record."""
    log = [(moment(row, text), what) for text, what in told_log(row)]
    born, closed = log[0][0], log[-1][0]
    start, end = row["events"]["window"].strip("[]").split(", ")
    paused = [(at, closed) for at, what in log if "pause" in what]
    first = born if "week" in start else moment(row, start)
    last = closed if "week" in end else moment(row, end)
    used = hours_of(row).between(max(first, born), min(last, closed), pauses=paused)
    return {"used_minutes": used / MINUTE}


def _subtracted(row: Row, policy: Policy) -> datetime:
    hours, start = hours_of(row), moment(row, row["events"]["start"])
    days = (row.get("target") or {}).get("working_days")
    back = (
        ak.BusinessTime(seconds=row["target_seconds"])
        if days is None
        else ak.span(f"{days} business days{policy.days}")
    )
    return hours.subtract(start, back)  # type: ignore[arg-type]


def _open_stretches(row: Row) -> dict[str, Any]:
    start, hours = moment(row, row["events"]["from"]), hours_of(row)
    stretches = [list(one) for one in hours.intervals(start, start + 30 * DAY)]
    day_by_day: dict[str, list[list[str]]] = {}
    for opened, closed in stretches:
        shift = [f"{opened:%H:%M}", f"{closed:%H:%M}"]
        day_by_day.setdefault(str(opened.date()), []).append(shift)
    told = row["expected"]
    figures = {
        "first_open": stretches[0],
        "open": stretches[: len(told.get("open", ()))],
        "open_on": {day: day_by_day.get(day) for day in told.get("open_on", ())},
    }
    return {key: figures[key] for key in told}


def _first_instant(row: Row) -> datetime:
    """Return when a calendar opens that opens at a time which no clock shows."""
    day, at = row["events"]["local"].split("T")
    opens = date.fromisoformat(day) + (DAY if at.startswith("24") else 0 * DAY)
    shift = f"{int(at[:2]) % 24:02}{at[2:]}-12:00"
    hours = ak.BusinessHours(row["calendar"]["timezone"], dated={opens: [shift]})
    return hours.next_open(datetime.combine(opens, time(), tzinfo=UTC) - DAY)


def _minutes_over_schedules(row: Row) -> float:
    """Return the time by each schedule while the lead carries it [K7]."""
    names = [one["schedule"] for one in row["calendar"]["segments"]]
    weeks = [_weekly(one["minutes_utc"]) for one in row["calendar"]["segments"]]
    calendars = {
        name: {"zone": "UTC", "week": week}
        for name, week in zip(names, weeks, strict=True)
    }
    agreement = {
        "agreement": {"id": "engine"},
        "calendars": calendars,
        "terms": [
            {
                "id": "sole",
                "party": "sales",
                "counterpart": "none",
                "calendar_of": "lead",
                **_deadline("created", "resolved", "1000 business hours"),
            }
        ],
    }
    begun, changed, ended = (row["events"][one] for one in SCHEDULED)
    happened = [
        *(
            {"at": at, "type": "field_changed", "field": "lead.calendar", "value": name}
            for at, name in zip((begun, changed), names, strict=False)
        ),
        {"at": begun, **_custom_fact("created")},
        {"at": ended, **_custom_fact("resolved")},
    ]
    events = [
        {"id": str(number), "lead": "case", **one}
        for number, one in enumerate(happened)
    ]
    signed = ak.loads(json.dumps(agreement), "json")
    (found,) = signed.evaluate(events, as_of=moment(row, ended)).verdicts
    return _business(found) / MINUTE


SCHEDULED = ("start", "schedule_change", "end")


def _custom_fact(name: str) -> dict[str, str]:
    return {"type": "custom", "name": name}


def _weekly(stretches: Iterable[Sequence[int]]) -> dict[str, list[str]]:
    """Return a week that is told in minutes since it began on Sunday."""
    week: dict[str, list[str]] = {}
    for start, end in stretches:
        shift = "-".join(f"{one // 60 % 24:02}:{one % 60:02}" for one in (start, end))
        week.setdefault(WEEKDAYS[start // 1440], []).append(shift)
    return week
