"""The stories of the shared cases, every verdict and every figure of each.

A story is translated by rule and not by name (`story_agreements`), and each key of
what it expects is read off the answer by the function of that key. A key that is not
known fails, so that nothing that a story expects goes unlooked at.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

import alignkit as ak
from tests.shared.story_agreements import (
    LOOP,
    QUALIFYING,
    Row,
    Story,
    handoff,
    rejection,
)

OWN = Path(__file__).parent / "stories"
SECOND = timedelta(seconds=1)

STATUSES = {"breached_open": "breached", "breached_late": "late"}
REASONS = {"no_outcome": "call_without_outcome"}
NEEDS = {"AK-L030": "a conversation", "AK-L031": "complete attempts"}
REMARKS = frozenset({"note"})
NAMES = frozenset({"lead", "request", "term", "owner", "evaluate_at", "step"})


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def read(key: str, told: object) -> object:
    """Return what a story expects, in the words of alignkit."""
    if key in {"verdict", "state"} or key.endswith("_verdict"):
        return STATUSES.get(str(told), told)
    is_moment = key in {"clock_start", "stopped_by", "at"} or key.endswith("_at")
    return moment(str(told)) if is_moment else told


def seconds(duration: timedelta | None) -> float | None:
    return None if duration is None else duration / SECOND


def business(lapse: ak.Lapse | None) -> float | None:
    return None if lapse is None else seconds(lapse.business)


def wall(lapse: ak.Lapse | None) -> float | None:
    return None if lapse is None else seconds(lapse.wall)


def disregarded(verdict: ak.Verdict) -> list[dict[str, object]]:
    return [
        {"at": one.at, "reason": REASONS.get(one.reason, one.reason)}
        for one in verdict.disregarded
    ]


FIGURES: Mapping[str, Callable[[ak.Verdict], object]] = {
    "verdict": lambda one: one.status.value,
    "state": lambda one: one.status.value,
    "clock_start": lambda one: one.counts_from,
    "assigned_at": lambda one: one.started_at,
    "due_at": lambda one: one.due_at,
    "stopped_by": lambda one: one.fulfilled_at,
    "elapsed_business_s": lambda one: business(one.elapsed),
    "elapsed_wall_s": lambda one: wall(one.elapsed),
    "overdue_s": lambda one: business(one.overrun),
    "overdue_business_s": lambda one: business(one.overrun),
    "disregarded": disregarded,
}
"""What a verdict says under each key of a story."""


def figure(key: str, verdict: ak.Verdict, found: ak.Evaluation) -> object:
    """Return what a verdict, or the figures of its loop, say under a key of a story."""
    if key != "turnaround_business_days":
        return FIGURES[key](verdict)
    (loop,) = found.feedback
    assert loop.turnaround is not None
    days = {case.subject: count for case, count in loop.turnaround.answered}
    return days[verdict.subject]


def expected(row: Row, *, without: frozenset[str] = frozenset()) -> dict[str, object]:
    told = {
        key: value for key, value in row.items() if key not in NAMES | REMARKS | without
    }
    if "disregarded" in told:
        told["disregarded"] = [
            {"at": moment(one["at"]), "reason": one["reason"]}
            for one in told["disregarded"]
        ]
    return {key: read(key, value) for key, value in told.items()}


def looked_up(story: Story, row: Row, found: ak.Evaluation) -> ak.Verdict:
    """Return the verdict that a row is about."""
    owners = "owner" in row
    policy = story.policy
    told = row.get("term") or policy["owner_term" if owners else "term"]["id"]
    subject = row.get("lead", row.get("request"))
    (one,) = (
        one
        for one in found.verdicts
        if one.term == story.name_of(told)
        and one.subject_kind != "party"
        and (subject is None or one.subject == subject)
        and (not owners or one.owner == row["owner"])
    )
    return one


def rejections(story: Story) -> dict[str, dict[str, object]]:
    """Return of each lead that was sent back whether that holds, and against whom."""
    found = ak.judge_rejections(
        story.agreement.editions,
        [ak.Event.from_dict(one) for one in story.events],
        as_of=moment(story.text["evaluate_at"]),
    )
    return {one.event.subject.id: dict(said_of(one)) for one in found}


def said_of(one: ak.Rejection) -> Iterable[tuple[str, object]]:
    if one.is_valid:
        yield "rejection", "upheld"
        yield "counts_against", one.counts_against
        return
    assert one.reason is not None
    lacks = " and ".join(NEEDS[finding.code] for finding in one.lacks)
    yield "rejection", f"invalid_reason: {one.reason.code} needs {lacks}"


def sent_back(story: Story) -> Iterable[ak.Ruling]:
    """Yield what is decided of each lead that is sent back, when it is."""
    for row in story.text["events"]:
        if row["event"] == "rejected":
            yield story.agreement.check_rejection(
                rejection(story, row), as_of=moment(row["at"])
            )


def handed_over(story: Story, row: Row) -> ak.Ruling:
    return story.agreement.check_handoff(handoff(story, row), as_of=moment(row["at"]))


def ruled(one: ak.Ruling) -> Iterable[tuple[str, object]]:
    if one.consequence is not None:
        yield "rejection", "upheld"
        yield "counts_against", one.consequence.counts_against
        return
    lacks = " and ".join(NEEDS[found.code] for found in one.findings)
    yield "rejection", f"invalid_reason: {one.handoff.reason} needs {lacks}"


def turnaround(loop: ak.LoopFigures) -> ak.Turnaround:
    assert loop.turnaround is not None
    return loop.turnaround


OF_LOOP: Mapping[str, Callable[[ak.LoopFigures], object]] = {
    "coverage": lambda loop: str(loop.coverage.share),
    "on_time": lambda loop: str(loop.on_time.share),
    "closure": lambda loop: str(loop.closure.share),
    "action_rate_of_decided": lambda loop: str(loop.action_rate.share),
    "action_rate_of_received": lambda loop: str(loop.action_of_received.share),
    "median_turnaround_answered": lambda loop: turnaround(loop).median_of_answered,
    "median_turnaround_censored": lambda loop: turnaround(loop).median,
}
"""What the figures of a loop say under each key of a story's summary."""
SHARES = {
    "coverage_verdict": "coverage",
    "turnaround_verdict": "promptness",
    "closure_verdict": "closure",
}
"""Which share of a loop a verdict of a story's summary is about."""


def summary(
    key: str, told: Iterable[str], story: Story, found: ak.Evaluation
) -> object:
    """Return what an evaluation says under a key of a story's summary."""
    if key in OF_LOOP:
        (loop,) = found.feedback
        return OF_LOOP[key](loop)
    if key in SHARES:
        return share(found, f"{LOOP}.{SHARES[key]}").status.value
    match key:
        case "compliance":
            return {name: compliance(found, name) for name in told}
        case "gaming_flags":
            return flags(found)
        case "naive_first_touch_elapsed_s":
            return business(naive(story).verdicts[0].elapsed)
        case "naive_verdict":
            return naive(story).verdicts[0].status.value
        case term:
            figures = dict(of_share(share(found, term)))
            return {name: figures[name] for name in told}


def compliance(found: ak.Evaluation, name: str) -> str:
    """Return the share of the kept promises of a term, or of all of the one party."""
    card = found.scorecard()
    if name != "all":
        return str(card.line(name).tally.compliance)
    ((_, tally),) = card.parties
    return str(tally.compliance)


def flags(found: ak.Evaluation) -> dict[str, int]:
    reasons = [
        REASONS.get(one.reason, one.reason)
        for verdict in found.verdicts
        for one in verdict.disregarded
    ]
    return {reason: reasons.count(reason) for reason in reasons}


def naive(story: Story) -> ak.Evaluation:
    """Return how the story would end if anything that was logged were a touch."""
    policy = {key: one for key, one in story.policy.items() if key != QUALIFYING}
    terms = [{**one, "clock_stop": "first_touch"} for one in story.policy["terms"]]
    return Story({**story.text, "policy": {**policy, "terms": terms}}).evaluate()


def share(found: ak.Evaluation, term: str) -> ak.Verdict:
    """Return the verdict about the share of a term that has to be kept."""
    (one,) = (
        one
        for one in found.verdicts
        if one.term == term and one.subject_kind in {"party", "loop"}
    )
    return one


def of_share(verdict: ak.Verdict) -> Iterable[tuple[str, object]]:
    measure = verdict.measure
    assert measure is not None
    yield "met", measure.numerator
    yield "eligible", measure.denominator
    yield "rate", f"{measure.numerator}/{measure.denominator}"
    assert measure.target is not None
    target = Fraction(measure.target)
    yield "threshold", f"{target.numerator}/{target.denominator}"
    yield "verdict", verdict.status.value


def shared_stories(folder: Path) -> dict[str, Story]:
    text = (folder / "cases" / "scenarios.json").read_text(encoding="utf-8")
    return {one["id"]: Story(one) for one in json.loads(text)["scenarios"]}


def own_stories() -> dict[str, Story]:
    return {
        path.stem: Story(json.loads(path.read_text(encoding="utf-8")))
        for path in OWN.glob("*.json")
    }


SHARED = ["S01", "S02", "S05", "S08", "S10"]


@pytest.fixture(
    params=[
        *(pytest.param(one, marks=pytest.mark.shared) for one in SHARED),
        *sorted(own_stories()),
    ]
)
def story(request: pytest.FixtureRequest) -> Story:
    name: str = request.param
    if name not in SHARED:
        return own_stories()[name]
    shared: Path = request.getfixturevalue("shared")
    return shared_stories(shared)[name]


@pytest.mark.shared
def test_these_are_all_the_stories_that_there_are(shared: Path) -> None:
    assert sorted(shared_stories(shared)) == SHARED


class TestStory:
    def test_comes_out_as_told_verdict_by_verdict(self, story: Story) -> None:
        sent_back = frozenset({"rejection", "counts_against"})
        rows = [row for row in story.text["expected"] if "step" not in row]

        assert rows
        for row in rows:
            told = expected(row, without=sent_back)
            found = story.evaluate(row.get("evaluate_at") or last_asked(story))
            verdict = looked_up(story, row, found)
            assert {key: figure(key, verdict, found) for key in told} == told, row

    def test_has_no_verdict_that_is_not_told_of(self, story: Story) -> None:
        rows = [row for row in story.text["expected"] if "lead" in row]

        found = story.evaluate(last_asked(story)).verdicts

        # One with a ladder tells of one lead, and one about feedback of what matters.
        assert not rows or sum(one.subject_kind == "lead" for one in found) == len(rows)

    def test_judges_each_rejection_as_told(self, story: Story) -> None:
        rows = {
            row["lead"]: {
                key: row[key] for key in ("rejection", "counts_against") if key in row
            }
            for row in story.text["expected"]
            if "rejection" in row
        }

        assert (rejections(story) if rows else {}) == rows

    def test_decides_each_rejection_from_what_is_said_of_it_as_told(
        self, story: Story
    ) -> None:
        rows = {
            row["lead"]: {
                key: row[key] for key in ("rejection", "counts_against") if key in row
            }
            for row in story.text["expected"]
            if "rejection" in row
        }

        found = {one.handoff.lead: one for one in sent_back(story)}

        assert {lead: dict(ruled(one)) for lead, one in found.items()} == rows

    def test_says_of_each_rejection_whether_it_was_in_time_as_told(
        self, story: Story
    ) -> None:
        found = story.evaluate(last_asked(story)) if list(sent_back(story)) else None

        for ruling in sent_back(story):
            assert found is not None
            for window in ruling.windows:
                (verdict,) = (
                    one
                    for one in found.verdicts
                    if (one.subject, one.term) == (ruling.handoff.lead, window.term)
                )
                # Who owes nothing is never late.
                if verdict.status is ak.Status.EXCLUDED:
                    continue
                assert window.due_at == verdict.due_at
                if ruling.outcome is ak.Outcome.PASS:
                    is_late = verdict.status is ak.Status.LATE
                    assert window.outcome is (
                        ak.Outcome.FAIL if is_late else ak.Outcome.PASS
                    )

    def test_lets_through_what_meets_the_definition_and_nothing_else(
        self, story: Story
    ) -> None:
        rows = [row for row in story.text["events"] if "meets_definition" in row]

        rulings = {row["lead"]: handed_over(story, row) for row in rows}

        assert {
            lead: one.outcome is ak.Outcome.PASS for lead, one in rulings.items()
        } == {row["lead"]: row["meets_definition"] for row in rows}
        for row in story.text["expected"]:
            if row.get("lead") in rulings and "due_at" in row:
                clocks = {one.term: one for one in rulings[row["lead"]].clocks}
                if row["term"] in clocks:
                    assert clocks[row["term"]].due_at == moment(row["due_at"]), row

    def test_escalates_step_by_step_as_told(self, story: Story) -> None:
        rows = [row for row in story.text["expected"] if "step" in row]

        fired = story.evaluate(last_asked(story)).escalations()

        assert [(one.action, one.at) for one in fired] == [
            (row["step"], moment(row["at"])) for row in rows if row.get("fired", True)
        ]

    def test_tells_when_a_step_would_have_fired_that_did_not(
        self, story: Story
    ) -> None:
        rows = [row for row in story.text["expected"] if row.get("fired") is False]

        # Before anything was done, each step has its moment.
        untouched = [row for row in story.text["events"] if "touch" not in row["event"]]
        quiet = Story({**story.text, "events": untouched})
        found = quiet.evaluate(last_asked(story))
        at = {one.action: one.at for v in found.verdicts for one in v.steps}

        assert {row["step"]: at[row["step"]] for row in rows} == {
            row["step"]: moment(row["at"]) for row in rows
        }

    def test_adds_up_as_told(self, story: Story) -> None:
        found = story.evaluate(last_asked(story))

        told = story.text.get("summary_expected", {})

        assert {key: summary(key, one, story, found) for key, one in told.items()} == {
            key: read(key, one) for key, one in told.items()
        }

    def test_is_a_document_that_can_be_written_and_read(self, story: Story) -> None:
        agreement = story.agreement

        assert ak.loads(ak.dumps(agreement)) == agreement

    def test_ends_the_same_fact_by_fact(self, story: Story) -> None:
        as_of = moment(last_asked(story))
        agreement = story.agreement
        by_subject: dict[tuple[str, str], list[dict[str, Any]]] = {}
        for one in story.events:
            key = (one["subject_kind"], one["subject"])
            by_subject.setdefault(key, []).append(one)

        for (kind, subject), events in by_subject.items():
            state = agreement.open(ak.Subject(kind=kind, id=subject))
            for one in events:
                saved = json.loads(json.dumps(state.after(one).to_dict()))
                state = agreement.resume(saved)

            whole = story.evaluate(last_asked(story)).verdicts
            assert [one for one in whole if one.subject == subject] == [
                one for one in state.verdicts(as_of=as_of) if one.subject == subject
            ]


def last_asked(story: Story) -> str:
    """Return the last moment at which a story asks."""
    asked = [row.get("evaluate_at") for row in story.text["expected"]]
    moments = [one for one in asked if one]
    last: str = story.text.get("evaluate_at") or max(moments, key=moment)
    return last


class TestLadder:
    @pytest.mark.shared
    def test_leaves_its_time_with_whoever_had_the_lead(self, shared: Path) -> None:
        story = shared_stories(shared)["S10"]

        found = story.evaluate(last_asked(story)).verdicts

        # Lea handed on 15 minutes after her own clock had run out.
        (lead,) = (one for one in found if one.owner is None)
        (lea,) = (one for one in found if one.owner == "rep_lea")
        assert lea.status is ak.Status.BREACHED
        assert [(one.to, one.business) for one in lead.attribution] == [
            ("rep_lea", timedelta(minutes=30)),
            ("rep_max", timedelta(minutes=11)),
        ]
