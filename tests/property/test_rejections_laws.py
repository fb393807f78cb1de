"""What holds of leads that go back and come back, against a slow judge of both [H5]."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from itertools import combinations
from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from alignkit.agreements import Agreement
from alignkit.changes import Change
from alignkit.editions import Calendar, Edition
from alignkit.events import Event
from alignkit.fixes import Fix
from alignkit.gates import Answer, Gate
from alignkit.hours import BusinessHours
from alignkit.lifecycle import Lifecycle
from alignkit.outcomes import Outcome
from alignkit.patterns import Pattern
from alignkit.promises import Clock, Deadline
from alignkit.reasons import Disposition, Reason, ReasonGroup, Requirement
from alignkit.rejections import judge_rejections
from alignkit.rulings import Ruling
from alignkit.spans import span
from alignkit.stages import Move, Stage, StageCategory, StagePath
from alignkit.standings import Status
from alignkit.terms import Term

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
TICK = timedelta(microseconds=1)
FAIL, UNKNOWN, PASS = range(3)
RANKS = {Outcome.FAIL: FAIL, Outcome.UNKNOWN: UNKNOWN, Outcome.PASS: PASS}
SIX = 6


def reason(code: str, *requires: Requirement) -> Reason:
    counted = Requirement.COMPLETE_ATTEMPTS in requires
    return Reason(
        code=code,
        group=ReasonGroup.CONTACT,
        disposition=Disposition.RECYCLE,
        rest=span("60 days"),
        requires=requires,
        fixed_by="marketing",
        attempts=SIX if counted else None,
    )


TAKES: Mapping[str, tuple[Requirement, ...]] = {
    "not_icp": (),
    "no_budget": (Requirement.CONVERSATION,),
    "gone_quiet": (Requirement.COMPLETE_ATTEMPTS,),
    "other": (Requirement.NOTE,),
    "everything": tuple(Requirement),
}
OFFICE = Calendar(
    "office", BusinessHours("UTC", {"mon-fri": ["09:00-12:00", "13:00-17:00"]})
)
ANSWER = Term(
    id="answer",
    party="sales",
    calendar="office",
    promise=Deadline(
        clock=Clock(
            start=(Pattern(event="handoff_offered"),),
            stop=(Pattern(event="handoff_rejected"),),
        ),
        within=span("8 business hours"),
    ),
)
STAGES = Lifecycle(
    id="short",
    stages=(
        Stage(id="lead", owner="marketing"),
        Stage(
            id="resting",
            owner="marketing",
            path=StagePath.DETOUR,
            category=StageCategory.ON_HOLD,
        ),
    ),
    moves=(
        Move(from_stages=("lead",), to_stage="resting", needs_reason=True),
        Move(from_stages=("resting",), to_stage="lead"),
    ),
    qualifies_at="lead",
    most_returns=2,
)
AGREEMENT = Agreement(
    (
        Edition(
            id="n",
            calendars=(OFFICE,),
            reasons=tuple(reason(code, *asked) for code, asked in TAKES.items()),
            terms=(ANSWER,),
        ),
    )
)
COMEBACK = Agreement(
    (
        Edition(
            id="n",
            lifecycle=STAGES,
            gates=(Gate(id="again", stages=("lead",), has_other_owner=True),),
        ),
    )
)


def reasons() -> st.SearchStrategy[str | None]:
    return st.sampled_from((*TAKES, "nobody_knows", None))


def sayings() -> st.SearchStrategy[dict[str, Any]]:
    """What a payload says of a rejection; what is absent from it is not known."""
    return st.fixed_dictionaries(
        {},
        optional={
            "conversation": st.booleans(),
            "attempts": st.sampled_from((0, 5, 6, 60)),
            "attempts_complete": st.booleans(),
            "note": st.sampled_from(("they moved", " ")),
        },
    )


def is_plain(said: Mapping[str, Any]) -> bool:
    """Say whether what is said of the attempts does not contradict itself."""
    if not {"attempts", "attempts_complete"} <= said.keys():
        return True
    return (said["attempts"] >= SIX) is said["attempts_complete"]


def back(code: str | None, said: Mapping[str, Any], at: datetime = NOON) -> Ruling:
    payload = {
        "lead": "L1",
        "at": at,
        "from_party": "sales",
        "to_party": "marketing",
        "reason": code,
        **said,
    }
    return AGREEMENT.check_rejection(payload, as_of=at)


def slow(code: str | None, said: Mapping[str, Any]) -> int:
    """Return the outcome by a table for each thing that a reason may take."""
    if code is None:
        return UNKNOWN
    if code not in TAKES:
        return FAIL
    truths = {None: UNKNOWN, True: PASS, False: FAIL}
    attempts: int = truths[said.get("attempts_complete")]
    if "attempts" in said:
        attempts = PASS if said["attempts"] >= SIX else FAIL
    if not is_plain(said):
        attempts = UNKNOWN
    note = said.get("note")
    table = {
        Requirement.CONVERSATION: truths[said.get("conversation")],
        Requirement.COMPLETE_ATTEMPTS: attempts,
        Requirement.NOTE: UNKNOWN if note is None else PASS if note.strip() else FAIL,
    }
    return min((table[asked] for asked in TAKES[code]), default=PASS)


class TestRejection:
    @given(reasons(), sayings())
    def test_its_outcome_is_that_of_the_tables(
        self, code: str | None, said: dict[str, Any]
    ) -> None:
        assert RANKS[back(code, said).outcome] == slow(code, said)

    @given(reasons(), sayings(), sayings())
    def test_what_is_decided_holds_whatever_else_is_said(
        self, code: str | None, said: dict[str, Any], further: dict[str, Any]
    ) -> None:
        more = {**further, **said}
        assume(is_plain(more))
        before = back(code, said).outcome

        if before is not Outcome.UNKNOWN:
            assert back(code, more).outcome is before

    @given(reasons())
    def test_who_says_nothing_gives_only_a_reason_that_takes_nothing(
        self, code: str | None
    ) -> None:
        passes = back(code, {}).outcome is Outcome.PASS

        assert passes == (code == "not_icp")

    @given(reasons(), sayings())
    def test_something_follows_from_what_is_upheld_and_from_nothing_else(
        self, code: str | None, said: dict[str, Any]
    ) -> None:
        ruling = back(code, said)

        assert (ruling.consequence is not None) == (ruling.outcome is Outcome.PASS)

    @settings(max_examples=60)
    @given(reasons(), sayings())
    def test_each_fix_makes_it_pass_and_no_smaller_part_of_it_does(
        self, code: str | None, said: dict[str, Any]
    ) -> None:
        ruling = back(code, said)

        def passes(changes: tuple[Change, ...]) -> bool:
            changed = Fix(changes).apply(ruling.handoff)
            again = AGREEMENT.check_rejection(changed, as_of=NOON)
            return again.outcome is Outcome.PASS

        # Each of these can be mended by saying something else.
        assert bool(ruling.fixes) == (ruling.outcome is not Outcome.PASS)
        for fix in ruling.fixes:
            assert passes(fix.changes)
            for size in range(len(fix.changes)):
                assert not any(map(passes, combinations(fix.changes, size)))

    @given(reasons(), sayings())
    def test_whoever_answers_what_is_missing_decides_it(
        self, code: str | None, said: dict[str, Any]
    ) -> None:
        ruling = back(code, said)
        answers: dict[str, Any] = {
            "$.reason": "not_icp",
            "$.conversation": True,
            "$.attempts_complete": True,
            "$.note": "they moved",
        }
        answered = {
            one.path.removeprefix("$."): answers[one.path] for one in ruling.missing
        }

        assume(is_plain(said))
        again = back(answered.pop("reason", code), {**said, **answered})
        assert again.outcome is not Outcome.UNKNOWN


def minutes(around: datetime = NOON) -> st.SearchStrategy[datetime]:
    return st.integers(-3 * 24 * 60, 3 * 24 * 60).map(lambda n: around + n * MINUTE)


class TestHistory:
    """What a payload says, told as a history, comes to the same."""

    @given(
        st.sampled_from(tuple(TAKES)),
        st.integers(0, 8),
        st.booleans(),
        st.sampled_from((None, " ", "they moved")),
        st.integers(10, 4 * 24 * 60),
    )
    def test_it_is_upheld_and_in_time_as_the_payload_is(
        self,
        code: str,
        tries: int,
        spoke: bool,  # noqa: FBT001
        note: str | None,
        minutes_: int,
    ) -> None:
        offered = NOON - minutes_ * MINUTE
        calls = ["no_answer"] * tries + ["connected"] * spoke
        base = {"lead": "L1", "actor": {"id": "kim", "kind": "human"}}
        told: list[dict[str, object]] = [
            {
                "type": "handoff_offered",
                "at": offered,
                "to_party": "sales",
                "from_party": "marketing",
            },
            *(
                {
                    "type": "activity_logged",
                    "at": offered + (nth + 1) * MINUTE,
                    "channel": "call",
                    "direction": "outbound",
                    "outcome": outcome,
                }
                for nth, outcome in enumerate(calls)
            ),
            {"type": "handoff_rejected", "at": NOON, "reason": code, "note": note},
        ]
        events = [
            {"id": str(nth), **base, **one, "at": str(one["at"])}
            for nth, one in enumerate(told)
        ]
        said = {
            "offered_at": offered,
            "attempts": len(calls),
            "conversation": spoke,
            "note": note or "",
        }

        ruling = back(code, {key: one for key, one in said.items() if one != ""})
        evaluation = AGREEMENT.evaluate(events, as_of=NOON)
        (rejection,) = judge_rejections(
            AGREEMENT.editions, map(Event.from_dict, events), as_of=NOON
        )
        (verdict,) = evaluation.verdicts
        (window,) = ruling.windows

        # What a payload does not say is not known; what no event says did not happen.
        if note is not None or Requirement.NOTE not in TAKES[code]:
            assert ruling.outcome is rejection.outcome
        is_late = window.outcome is Outcome.FAIL
        if rejection.is_valid:
            assert verdict.status is (Status.LATE if is_late else Status.MET)
            assert verdict.due_at == window.due_at


class TestNextChange:
    @given(minutes(), minutes(), st.lists(minutes(), min_size=1, max_size=4))
    def test_nothing_changes_before_a_window_closes_and_something_does_then(
        self, offered: datetime, asked: datetime, moments: list[datetime]
    ) -> None:
        said = {"offered_at": offered}
        first = AGREEMENT.check_rejection({**rejection_at(asked), **said}, as_of=asked)
        change = first.next_change_at

        def state(at: datetime) -> tuple[object, ...]:
            again = AGREEMENT.check_rejection({**rejection_at(asked), **said}, as_of=at)
            return again.outcome, again.answer, again.windows[0].outcome

        before = first.outcome, first.answer, first.windows[0].outcome
        if change is not None:
            assert state(change) != before
            assert state(change - TICK) == before
        for at in moments:
            if at >= asked and (change is None or at < change):
                assert state(at) == before


def rejection_at(at: datetime) -> dict[str, object]:
    parties = {"from_party": "sales", "to_party": "marketing"}
    return {"lead": "L1", "at": at, **parties, "reason": "not_icp"}


def comebacks() -> st.SearchStrategy[dict[str, Any]]:
    """What a payload says of a lead that comes back."""
    return st.fixed_dictionaries(
        {},
        optional={
            "rests_until": minutes(),
            "returns": st.integers(0, 3),
            "cycle": st.integers(1, 2),
            "owner": st.sampled_from(("dana", "lee")),
            "previous_owners": st.sampled_from(([], ["dana"], ["dana", "lee"])),
        },
    )


def again(said: Mapping[str, Any], at: datetime = NOON) -> Ruling:
    payload = {"lead": "L1", "at": NOON, "from_stage": "resting", "to_stage": "lead"}
    return COMEBACK.check_move({**payload, **said}, as_of=at)


def slow_again(said: Mapping[str, Any], at: datetime = NOON) -> int:
    """Return whether a lead may come back, each of the three by its own table."""
    rests = UNKNOWN
    if "rests_until" in said:
        rests = PASS if said["rests_until"] <= at else FAIL
    returns = said.get("returns", 0 if said.get("cycle") == 1 else None)
    often = UNKNOWN if returns is None else PASS if returns < 2 else FAIL
    other = UNKNOWN
    if said.get("previous_owners") == []:
        other = PASS
    elif {"owner", "previous_owners"} <= said.keys():
        other = FAIL if said["owner"] in said["previous_owners"] else PASS
    return min(rests, often, other)


class TestRecycle:
    @given(comebacks())
    def test_its_outcome_is_that_of_the_tables(self, said: dict[str, Any]) -> None:
        assert RANKS[again(said).outcome] == slow_again(said)

    @given(comebacks(), comebacks())
    def test_what_is_decided_holds_whatever_else_is_said(
        self, said: dict[str, Any], further: dict[str, Any]
    ) -> None:
        more = {**further, **said}
        # In its first cycle, nothing has come back before.
        assume(more.get("cycle") != 1 or more.get("returns", 0) == 0)
        before = again(said).outcome

        if before is not Outcome.UNKNOWN:
            assert again(more).outcome is before

    @given(comebacks())
    def test_it_may_come_back_once_it_has_rested_and_not_before(
        self, said: dict[str, Any]
    ) -> None:
        ruling = again(said)
        change = ruling.next_change_at

        rest = said.get("rests_until")
        assert (change is None) == (
            rest is None or slow_again(said, rest) == slow_again(said)
        )
        if change is not None:
            assert change == rest
            assert RANKS[again(said, change).outcome] == slow_again(said, change)
            assert again(said, change - TICK).outcome is ruling.outcome

    @settings(max_examples=60)
    @given(comebacks())
    def test_each_fix_makes_it_pass_and_no_smaller_part_of_it_does(
        self, said: dict[str, Any]
    ) -> None:
        ruling = again(said)

        def passes(changes: tuple[Change, ...]) -> bool:
            changed = Fix(changes).apply(ruling.handoff)
            return COMEBACK.check_move(changed, as_of=NOON).answer is Answer.ACCEPT

        assert bool(ruling.fixes) == (ruling.outcome is not Outcome.PASS)
        for fix in ruling.fixes:
            assert passes(fix.changes)
            for size in range(len(fix.changes)):
                assert not any(map(passes, combinations(fix.changes, size)))
