"""The stories of the shared cases, as far as deadlines with plain event patterns go.

Names are mapped as the file says: `breached_open` is breached, `breached_late` is late,
`overdue_s` is the overrun in business time, and `clock_start` of an expected row is
from when it counts. A lead's type stands in the event that assigns it, because two
leads of the first story have no other.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import attrs
import pytest

from alignkit.actions import Action, Evidence
from alignkit.agreements import Agreement
from alignkit.criteria import Criterion, field
from alignkit.editions import Calendar, Edition
from alignkit.evaluations import Evaluation
from alignkit.events import Actor, ActorKind, Event, Subject
from alignkit.happenings import (
    ActivityLogged,
    Custom,
    Direction,
    Fact,
    FeedbackClosed,
    FeedbackDecided,
    FeedbackGiven,
    FeedbackRequested,
    HandoffAccepted,
    HandoffOffered,
    HandoffRejected,
    OwnerAssigned,
    StageChanged,
)
from alignkit.happenings import Decision as Decided
from alignkit.hours import BusinessHours
from alignkit.loops import Loop, Promptness
from alignkit.parties import Party
from alignkit.patterns import Pattern
from alignkit.promises import Clock, Deadline, Keeping
from alignkit.shares import Share
from alignkit.spans import BusinessDays, BusinessTime, Elapsed, Span
from alignkit.terms import Step, Term, Waiting
from alignkit.verdicts import Verdict

pytestmark = pytest.mark.shared

Row = Mapping[str, Any]

REASONS = {"no_outcome": "call_without_outcome"}
STATUSES = {"breached_open": "breached", "breached_late": "late"}


@pytest.fixture
def stories(shared: Path) -> dict[str, Row]:
    text = (shared / "cases" / "scenarios.json").read_text(encoding="utf-8")
    return {story["id"]: story for story in json.loads(text)["scenarios"]}


def hours_of(calendar: Row) -> BusinessHours:
    return BusinessHours(
        calendar["tz"],
        {
            days: ["-".join(shift) for shift in _shifts(windows)]
            for days, windows in calendar["windows"].items()
        },
        holidays=[date.fromisoformat(day) for day in calendar["holidays"]],
    )


def _shifts(windows: Sequence[Any]) -> list[Sequence[str]]:
    return [windows] if isinstance(windows[0], str) else list(windows)


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def event(
    number: int,
    row: Row,
    fact: Fact,
    *,
    kind: str = "lead",
    actor: ActorKind | None = None,
) -> Event:
    return Event(
        id=f"{number:03}",
        subject=Subject(kind=kind, id=row[kind]),
        at=moment(row["at"]),
        fact=fact,
        actor=None if actor is None else Actor(kind=actor),
    )


def term(
    row: Row,
    start: Pattern,
    stop: Pattern,
    within: Span,
    *,
    calendar: str = "c",
    applies_to: Criterion | None = None,
    warn_at: Fraction | None = None,
    escalate: Iterable[Step] = (),
) -> Term:
    return Term(
        id=row["id"],
        party=row.get("party", "sales"),
        promise=Deadline(clock=Clock(start=(start,), stop=(stop,)), within=within),
        calendar=calendar,
        applies_to=applies_to,
        warn_at=warn_at,
        escalate=tuple(escalate),
    )


def agreement(terms: Iterable[Term], **calendars: Row) -> Agreement:
    named = (Calendar(name, hours_of(one)) for name, one in calendars.items())
    edition = Edition(id="story", calendars=tuple(named), terms=tuple(terms))
    return Agreement((edition,))


def minutes(term_row: Row) -> BusinessTime:
    return BusinessTime(minutes=term_row["target_business_minutes"])


def seconds(duration: timedelta | None) -> float | None:
    return None if duration is None else duration / timedelta(seconds=1)


def said(verdict: Verdict, expected: Row) -> dict[str, Any]:
    """Return of a verdict what an expected row says, in its own words."""
    words = {
        "verdict": verdict.status.value,
        "state": verdict.status.value,
        "clock_start": verdict.counts_from,
        "due_at": verdict.due_at,
        "stopped_by": verdict.fulfilled_at,
        "elapsed_business_s": verdict.elapsed and seconds(verdict.elapsed.business),
        "elapsed_wall_s": verdict.elapsed and seconds(verdict.elapsed.wall),
        "overdue_s": verdict.overrun and seconds(verdict.overrun.business),
        "overdue_business_s": verdict.overrun and seconds(verdict.overrun.business),
    }
    return {name: words[name] for name in expected if name in words}


def told(expected: Row) -> dict[str, Any]:
    """Return what an expected row says of a verdict."""
    read: dict[str, Any] = {}
    for name, value in expected.items():
        if name in ("verdict", "state"):
            read[name] = STATUSES.get(value, value)
        elif name in ("clock_start", "due_at", "stopped_by"):
            read[name] = moment(value)
        elif name.endswith("_s"):
            read[name] = value
    return read


def check(verdicts: Iterable[Verdict], expected: Iterable[Row], kind: str) -> None:
    found = {(one.subject, one.term): one for one in verdicts}
    rows = {(row[kind], row["term"]): row for row in expected}
    assert {key: said(found[key], row) for key, row in rows.items()} == {
        key: told(row) for key, row in rows.items()
    }


class TestS01:
    def test_tiered_targets_across_a_weekend_and_a_change_of_the_clocks(
        self, stories: dict[str, Row]
    ) -> None:
        story = stories["S01"]
        types = {row["lead"]: row["type"] for row in story["events"] if "type" in row}
        assigned = Pattern(event="owner_assigned")
        touched = Pattern(event="activity_logged", where={"actor.kind": "human"})
        signed = agreement(
            (
                term(
                    one,
                    assigned,
                    touched,
                    minutes(one),
                    applies_to=field("lead_type").is_(one["applies_to"]),
                )
                for one in story["policy"]["terms"]
            ),
            c=story["policy"]["calendar"],
        )
        call = ActivityLogged(channel="call", direction=Direction.OUTBOUND)
        facts: dict[str, Fact] = {
            "assigned": OwnerAssigned(owner="rep"),
            "first_human_touch": call,
        }
        events = [
            event(number, row, facts[row["event"]], actor=ActorKind.HUMAN)
            for number, row in enumerate(story["events"])
            if row["event"] in facts
        ]
        known = [
            Event.from_dict(
                {
                    "id": f"type of {lead}",
                    "lead": lead,
                    "at": min(row["at"] for row in story["events"]),
                    "type": "field_changed",
                    "field": "lead_type",
                    "value": type_,
                }
            )
            for lead, type_ in types.items()
        ]

        evaluation = signed.evaluate(
            [*events, *known], as_of=moment(story["evaluate_at"])
        )

        check(evaluation.verdicts, story["expected"], "lead")
        assert len(evaluation.verdicts) == len(story["expected"])
        card, summary = evaluation.scorecard(), story["summary_expected"]["compliance"]
        assert {
            "T-demo": str(card.line("T-demo").tally.compliance),
            "T-content": str(card.line("T-content").tally.compliance),
            "all": str(dict(card.parties)["sales"].compliance),
        } == summary


class TestS02:
    @pytest.fixture
    def found(self, stories: dict[str, Row]) -> Evaluation:
        story = stories["S02"]
        (one,) = story["policy"]["terms"]
        touch = story["policy"]["qualifying_touch"]
        needing = touch["requires_outcome_for"]
        action = Action(
            id="qualifying_touch",
            actors=tuple(map(ActorKind, touch["actor_kind"])),
            channels=touch["channels"],
            evidence=tuple(
                Evidence(
                    channel=channel,
                    needs_outcome=True,
                    at_least=Elapsed(seconds=touch["min_call_seconds"]),
                )
                for channel in needing
            ),
        )
        promise = term(
            one,
            Pattern(event="owner_assigned"),
            Pattern(event="qualifying_touch"),
            minutes(one),
        )
        calendar = Calendar("c", hours_of(story["policy"]["calendar"]))
        signed = Agreement(
            (
                Edition(
                    id="story",
                    calendars=(calendar,),
                    actions=(action,),
                    terms=(promise,),
                ),
            )
        )
        events = [
            event(number, row, self.fact(row), actor=self.actor(row))
            for number, row in enumerate(story["events"])
        ]
        return signed.evaluate(events, as_of=moment(story["evaluate_at"]))

    def test_only_a_human_call_with_an_outcome_stops_the_clock(
        self, stories: dict[str, Row], found: Evaluation
    ) -> None:
        check(found.verdicts, stories["S02"]["expected"], "lead")

    def test_what_did_not_count_is_listed_with_the_reason(
        self, stories: dict[str, Row], found: Evaluation
    ) -> None:
        (row,) = stories["S02"]["expected"]
        (verdict,) = found.verdicts

        assert [
            (one.at, REASONS.get(one.reason, one.reason)) for one in verdict.disregarded
        ] == [(moment(one["at"]), one["reason"]) for one in row["disregarded"]]

    def fact(self, row: Row) -> Fact:
        match row["event"]:
            case "assigned":
                return OwnerAssigned(owner=row["owner"])
            case "status_changed":
                return StageChanged(to_stage=row["to"])
            case _:
                return ActivityLogged(
                    channel=row["channel"],
                    direction=Direction.OUTBOUND,
                    outcome=row.get("outcome"),
                    duration=timedelta(seconds=row.get("duration_s", 0)),
                )

    def actor(self, row: Row) -> ActorKind:
        return ActorKind(row.get("actor_kind", "human"))


class TestS05:
    def test_what_is_accepted_in_time_is_met_and_a_rejection_without_reason_is_not(
        self, stories: dict[str, Row]
    ) -> None:
        story = stories["S05"]
        one = story["policy"]["terms"][0]
        signed = agreement(
            [
                term(
                    one,
                    Pattern(event="handoff_offered"),
                    Pattern(event="handoff_accepted"),
                    minutes(one),
                )
            ],
            c=story["policy"]["calendar"],
        )
        facts: dict[str, Fact] = {
            "handed_off": HandoffOffered(to_party="sales"),
            "accepted": HandoffAccepted(to_party="sales"),
            "rejected": HandoffRejected(reason="other", note="as the story says"),
        }
        events = [
            event(number, row, facts[row["event"]])
            for number, row in enumerate(story["events"])
        ]

        evaluation = signed.evaluate(events, as_of=moment(story["evaluate_at"]))

        owed = [row for row in story["expected"] if row["verdict"] != "excluded"]
        check(evaluation.verdicts, owed, "lead")
        counted = {row["lead"] for row in owed}
        met = [one for one in evaluation.verdicts if one.subject in counted]
        kept = sum(one.status.value == "met" for one in met)
        expected = story["summary_expected"]["T-accept"]["rate"]
        assert str(Share(kept, len(met))) == expected


class TestS08:
    def test_each_party_answers_by_its_own_calendar(
        self, stories: dict[str, Row]
    ) -> None:
        story = stories["S08"]
        named = {
            "requested": "feedback_requested",
            "replied": "feedback_given",
            "decided": "feedback_decided",
            "informed": "feedback_closed",
        }
        next_ = {"requested": "replied", "replied": "decided", "decided": "informed"}
        signed = agreement(
            (
                term(
                    one,
                    Pattern(event=named[one["clock_start"]]),
                    Pattern(event=named[next_[one["clock_start"]]]),
                    BusinessDays(one["within_business_days"]),
                    calendar=one["calendar"],
                )
                for one in story["policy"]["terms"]
            ),
            **story["policy"]["calendars"],
        )

        evaluation = signed.evaluate(
            self.events(story), as_of=moment(story["evaluate_at"])
        )

        check(evaluation.verdicts, story["expected"], "request")
        replies = evaluation.scorecard().line("FB-reply").tally
        assert str(replies.compliance) == story["summary_expected"]["on_time"]

    def test_a_loop_owes_the_same_by_itself(self, stories: dict[str, Row]) -> None:
        story = stories["S08"]
        names = {"FB-reply": "reply", "FB-decide": "decide", "FB-close": "tell"}
        expected = [
            {**row, "term": f"messaging.{names[row['term']]}"}
            for row in story["expected"]
        ]

        evaluation = self.signed(story).evaluate(
            self.events(story), as_of=moment(story["evaluate_at"])
        )

        check(evaluation.verdicts, expected, "request")
        replies = evaluation.scorecard().line("messaging.reply").tally
        assert str(replies.compliance) == story["summary_expected"]["on_time"]
        shares = {
            "messaging.coverage": "coverage_verdict",
            "messaging.promptness": "turnaround_verdict",
            "messaging.closure": "closure_verdict",
        }
        assert {
            shares[one.term]: one.status.value
            for one in evaluation.verdicts
            if one.term in shares
        } == {
            key: held
            for key, held in story["summary_expected"].items()
            if "verdict" in key
        }
        assert len(evaluation.verdicts) == 12 + len(shares)

    def test_its_figures_count_who_never_answered(
        self, stories: dict[str, Row]
    ) -> None:
        story = stories["S08"]

        evaluation = self.signed(story).evaluate(
            self.events(story), as_of=moment(story["evaluate_at"])
        )

        (loop,) = evaluation.feedback
        turnaround = loop.turnaround
        assert turnaround is not None
        summary = story["summary_expected"]
        assert {
            "coverage": str(loop.coverage.share),
            "on_time": str(loop.on_time.share),
            "median_turnaround_answered": turnaround.median_of_answered,
            "median_turnaround_censored": turnaround.median,
            "action_rate_of_decided": str(loop.action_rate.share),
            "action_rate_of_received": str(loop.action_of_received.share),
            "closure": str(loop.closure.share),
        } == {key: held for key, held in summary.items() if "verdict" not in key}
        assert {case.subject: days for case, days in turnaround.answered} == {
            row["request"]: row["turnaround_business_days"]
            for row in story["expected"]
            if "turnaround_business_days" in row
        }

    def signed(self, story: Row) -> Agreement:
        """Return the story as an agreement with one loop, each party's by its hours."""
        policy = story["policy"]
        within = {
            one["id"]: BusinessDays(one["within_business_days"])
            for one in policy["terms"]
        }
        calendars, thresholds = policy["calendars"], policy["thresholds"]
        loop = Loop(
            id="messaging",
            kind="message",
            owes="sales",
            to="marketing",
            reply_within=within["FB-reply"],
            decide_within=within["FB-decide"],
            tell_within=within["FB-close"],
            coverage=Keeping(at_least=Fraction(thresholds["coverage"])),
            promptness=Promptness(
                within=BusinessDays(thresholds["median_turnaround_business_days_max"])
            ),
            closure=Keeping(at_least=Fraction(thresholds["closure"])),
        )
        edition = Edition(
            id="story",
            parties=tuple(Party(name, calendar=name) for name in calendars),
            calendars=tuple(
                Calendar(name, hours_of(one)) for name, one in calendars.items()
            ),
            loops=(loop,),
        )
        return Agreement((edition,))

    def events(self, story: Row) -> list[Event]:
        return [
            event(number, row, self.fact(row), kind="request")
            for number, row in enumerate(story["events"])
        ]

    def fact(self, row: Row) -> Fact:
        match row["event"]:
            case "requested":
                return FeedbackRequested(loop="messaging", kind="message")
            case "replied":
                return FeedbackGiven(loop="messaging", kind="message")
            case "decided":
                return FeedbackDecided(
                    loop="messaging",
                    kind="message",
                    decision=Decided(row["decision"]),
                    reason=row.get("reason"),
                )
            case _:
                return FeedbackClosed(loop="messaging", kind="message")


class TestS10:
    def test_one_promise_asked_about_at_several_moments(
        self, stories: dict[str, Row]
    ) -> None:
        story = stories["S10"]
        policy = story["policy"]
        signed = agreement(
            [
                term(
                    policy["term"],
                    Pattern(event="owner_assigned"),
                    Pattern(event="custom", where={"name": "first_human_touch"}),
                    minutes(policy["term"]),
                    warn_at=Fraction(4, 5),
                    escalate=[
                        Step(
                            at=Fraction(row["at"].removesuffix("%")) / 100,
                            action=row["action"],
                        )
                        for row in policy["ladder"]
                    ],
                )
            ],
            c=policy["calendar"],
        )
        events = [
            event(
                number,
                row,
                OwnerAssigned(owner=row["owner"])
                if row["event"] == "assigned"
                else Custom(name=row["event"]),
            )
            for number, row in enumerate(story["events"])
        ]
        asked = [row for row in story["expected"] if "evaluate_at" in row]

        found = [
            signed.evaluate(events, as_of=moment(row["evaluate_at"])) for row in asked
        ]

        assert [
            said(evaluation.verdicts[0], row)
            for evaluation, row in zip(found, asked, strict=True)
        ] == [told(row) for row in asked]
        steps = [row for row in story["expected"] if "step" in row]
        last = found[-1]
        assert [(one.action, one.at) for one in last.escalations()] == [
            (row["step"], moment(row["at"])) for row in steps if row.get("fired", True)
        ]
        assert [one.action for one in last.verdicts[0].steps if not one.has_fired] == [
            row["step"] for row in steps if not row.get("fired", True)
        ]

    def test_each_owner_has_a_clock_of_its_own(self, stories: dict[str, Row]) -> None:
        story = stories["S10"]
        policy = story["policy"]
        start = Pattern(event="owner_assigned")
        stop = Pattern(event="custom", where={"name": "first_human_touch"})
        within = minutes(policy["owner_term"])
        signed = agreement(
            [
                attrs.evolve(
                    term(policy["owner_term"], start, stop, within),
                    waiting=Waiting.OWNER,
                ),
                term(policy["term"], start, stop, within),
            ],
            c=policy["calendar"],
        )
        events = [
            event(
                number,
                row,
                OwnerAssigned(owner=row["owner"])
                if row["event"] == "assigned"
                else Custom(name=row["event"]),
            )
            for number, row in enumerate(story["events"])
        ]
        by = Actor(id=story["events"][-1]["by"], kind=ActorKind.HUMAN)
        events[-1] = attrs.evolve(events[-1], actor=by)
        (row,) = (row for row in story["expected"] if "owner" in row)

        first, second, lead = signed.evaluate(
            events, as_of=moment("2026-10-26T10:00:00+01:00")
        ).verdicts

        # Lea handed on 15 minutes after her own clock had run out.
        assert (first.owner, first.status.value) == ("rep_lea", "breached")
        assert (second.owner, second.status.value) == (row["owner"], row["verdict"])
        assert second.started_at == moment(row["assigned_at"])
        assert second.elapsed is not None
        assert second.elapsed.business == timedelta(seconds=row["elapsed_business_s"])
        shares = {part.to: part.business for part in lead.attribution}
        assert shares == {
            "rep_lea": timedelta(minutes=30),
            "rep_max": second.elapsed.business,
        }
