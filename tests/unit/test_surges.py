"""What holds on a day on which more came than was planned for [K10]."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

import attrs
import pytest

from alignkit.agreements import Agreement
from alignkit.criteria import field
from alignkit.editions import Calendar, Edition
from alignkit.events import Event, Subject
from alignkit.happenings import Custom, FieldChanged, StageChanged, WaiverGranted
from alignkit.hours import BusinessHours
from alignkit.parties import Party
from alignkit.promises import Clock, Deadline, Duration, Keeping, Repeat, Target
from alignkit.spans import BusinessDays, Elapsed, span
from alignkit.standings import Status
from alignkit.terms import Capacity, Exclusion, Excuses, Term
from alignkit.verdicts import Verdict
from tests.unit.test_qualities import pattern

BERLIN = ZoneInfo("Europe/Berlin")
HOURS = BusinessHours("Europe/Berlin", {"mon-fri": ["09:00-17:00"]})
MICROSECOND = timedelta(microseconds=1)
PROMISE = Deadline(
    clock=Clock(
        start=(pattern("asked"),),
        stop=(pattern("answered"),),
        repeat=Repeat.NEW_CYCLE,
    ),
    within=Elapsed(hours=1),
)
REPLY = Term(
    id="reply",
    party="sales",
    promise=PROMISE,
    capacity=Capacity(per_day=2, relaxed=Elapsed(hours=4)),
)


def at(hour: float, day: int = 2) -> datetime:
    """Return a moment of March 2026, on a Monday unless another day is named."""
    return datetime(2026, 3, day, tzinfo=BERLIN) + timedelta(hours=hour)


def did(name: str, lead: str, moment: datetime) -> Event:
    return Event(
        id=f"{name}-{lead}-{moment.isoformat()}",
        subject=Subject(id=lead),
        at=moment,
        fact=Custom(name=name),
    )


def changed(lead: str, moment: datetime, path: str, value: str) -> Event:
    return Event(
        id=f"{path}-{lead}",
        subject=Subject(id=lead),
        at=moment,
        fact=FieldChanged(field=path, value=value),
    )


def signed(*terms: Term) -> Agreement:
    edition = Edition(
        id="northwind",
        parties=(Party("sales", "berlin"),),
        calendars=(Calendar("berlin", HOURS),),
        terms=terms,
    )
    return Agreement((edition,))


def asked(*leads: str, hour: float = 9, day: int = 2) -> list[Event]:
    """Return leads that ask a minute after each other."""
    return [
        did("asked", lead, at(hour, day) + timedelta(minutes=nth))
        for nth, lead in enumerate(leads)
    ]


def judged(
    events: Sequence[Event], as_of: datetime, *terms: Term
) -> dict[tuple[str, str, int], Verdict]:
    verdicts = signed(*(terms or (REPLY,))).evaluate(events, as_of=as_of).verdicts
    return {(one.term, one.subject, one.cycle): one for one in verdicts}


def statuses(
    events: Sequence[Event], as_of: datetime, *terms: Term
) -> dict[str, Status]:
    return {
        subject: one.status
        for (id_, subject, cycle), one in judged(events, as_of, *terms).items()
        if id_ == "reply" and cycle == 1
    }


class TestOrder:
    def test_the_relaxed_target_holds_from_the_one_that_exceeds_capacity(self) -> None:
        found = judged(asked("L1", "L2", "L3", "L4"), at(11))

        assert [one.target for one in found.values()] == [
            *("1 hour", "1 hour", "4 hours", "4 hours"),
        ]
        assert [one.status for one in found.values()] == [
            *(Status.BREACHED, Status.BREACHED, Status.PENDING, Status.PENDING),
        ]
        assert found["reply", "L3", 1].reason == "it came beyond a capacity of 2 a day"
        assert found["reply", "L1", 1].reason is None
        assert found["reply", "L3", 1].due_at == at(13) + timedelta(minutes=2)

    @pytest.mark.parametrize(
        ("factor", "relaxed"),
        [("1", "L3 L4 L5"), ("3/2", "L4 L5"), ("5/4", "L3 L4 L5"), ("2", "L5")],
    )
    def test_the_factor_multiplies_the_capacity(
        self, factor: str, relaxed: str
    ) -> None:
        # Two a day by a quarter more are two and a half: the third exceeds them.
        capacity = Capacity(
            per_day=2, factor=Fraction(factor), relaxed=Elapsed(hours=4)
        )
        found = statuses(
            asked("L1", "L2", "L3", "L4", "L5"),
            at(11),
            attrs.evolve(REPLY, capacity=capacity),
        )

        eased = [lead for lead, one in found.items() if one is Status.PENDING]
        assert eased == relaxed.split()

    def test_what_is_not_known_of_the_relaxed_target_says_why(self) -> None:
        capacity = Capacity(per_day=1, relaxed=BusinessDays(1))
        (edition,) = signed(attrs.evolve(REPLY, capacity=capacity)).editions
        bare = attrs.evolve(edition, parties=(), calendars=())

        found = Agreement((bare,)).evaluate(asked("L1", "L2"), as_of=at(11)).verdicts

        assert [one.status for one in found] == [Status.BREACHED, Status.UNKNOWN]
        assert found[1].reason == "no calendar counts it"

    def test_ties_are_ordered_by_id(self) -> None:
        events = [did("asked", lead, at(9)) for lead in ("C", "A", "B")]

        found = statuses(events, at(11))

        assert found["C"] is Status.PENDING
        assert found["A"] is found["B"] is Status.BREACHED

    def test_each_local_day_begins_anew(self) -> None:
        # At 23:30 UTC on Monday it is Tuesday in Berlin already.
        late = did("asked", "L3", at(24.5))
        next_day = asked("L4", "L5", hour=9, day=3)

        found = statuses([*asked("L1", "L2"), late, *next_day], at(12, day=3))

        assert [lead for lead, one in found.items() if one is Status.PENDING] == ["L5"]

    def test_a_subject_takes_one_place_however_often_it_starts(self) -> None:
        events = [
            *asked("L1", "L2", "L3"),
            did("answered", "L1", at(9.5)),
            did("asked", "L1", at(10)),
        ]

        found = judged(events, at(11))

        assert found["reply", "L1", 2].target == "1 hour"
        assert found["reply", "L2", 1].target == "1 hour"
        assert found["reply", "L3", 1].target == "4 hours"


class TestExclusions:
    def test_what_is_excluded_takes_no_place(self) -> None:
        term = attrs.evolve(
            REPLY, exclude=(Exclusion(field("is_test").is_("yes"), "test_record"),)
        )
        events = asked("L1", "L2", "L3")

        assert statuses(events, at(11), term)["L3"] is Status.PENDING
        # It is learned only the next day that the first one was a test.
        events.append(changed("L1", at(9, day=3), "is_test", "yes"))
        found = statuses(events, at(10, day=3), term)
        assert found["L1"] is Status.EXCLUDED
        assert judged(events, at(10, day=3), term)["reply", "L3", 1].target == "1 hour"

    def test_what_may_be_excluded_leaves_the_next_one_open(self) -> None:
        # A number of employees that is text cannot be compared.
        term = attrs.evolve(
            REPLY, exclude=(Exclusion(field("size").at_most(5), "small"),)
        )
        events = [
            changed("L1", at(8), "size", "few"),
            *asked("L1", "L2", "L3", "L4"),
        ]

        early, late = judged(events, at(9.5), term), judged(events, at(11), term)

        assert early["reply", "L3", 1].status is Status.PENDING
        assert early["reply", "L3", 1].next_change_at == (
            at(10) + timedelta(minutes=2) + MICROSECOND
        )
        third = late["reply", "L3", 1]
        assert third.status is Status.UNKNOWN
        assert third.reason == (
            "it depends on whether it came beyond a capacity of 2 a day"
        )
        assert third.next_change_at == at(13) + timedelta(minutes=2) + MICROSECOND
        assert late["reply", "L4", 1].target == "4 hours"

    def test_one_whose_target_is_not_known_takes_a_place(self) -> None:
        target = Target(segment=field("size").at_most(5), within=Elapsed(hours=9))
        term = attrs.evolve(REPLY, promise=attrs.evolve(PROMISE, targets=(target,)))
        events = [changed("L1", at(8), "size", "few"), *asked("L1", "L2", "L3")]

        found = judged(events, at(11), term)

        assert found["reply", "L1", 1].status is Status.UNKNOWN
        assert found["reply", "L3", 1].target == "4 hours"


class TestOneSubject:
    def test_a_state_says_what_both_targets_say(self) -> None:
        state = signed(REPLY).open("L1").after(did("asked", "L1", at(9)))

        def told(moment: datetime) -> tuple[Status, datetime | None]:
            (verdict,) = state.verdicts(as_of=moment)
            return verdict.status, verdict.next_change_at

        assert told(at(9.5)) == (Status.PENDING, at(10) + MICROSECOND)
        assert told(at(11)) == (Status.UNKNOWN, at(13) + MICROSECOND)
        assert told(at(14)) == (Status.BREACHED, None)
        answered = state.after(did("answered", "L1", at(9.75)))
        (met,) = answered.verdicts(as_of=at(14))
        assert (met.status, met.target) == (Status.MET, "1 hour")

    def test_a_warning_on_one_way_alone_changes_nothing(self) -> None:
        # Broken by the usual target, at risk from noon on by the relaxed one: not known
        # before noon and not after it.
        term = attrs.evolve(REPLY, warn_at=Fraction(3, 4))
        state = signed(term).open("L1").after(did("asked", "L1", at(9)))

        (verdict,) = state.verdicts(as_of=at(11))

        assert verdict.status is Status.UNKNOWN
        assert verdict.next_change_at == at(13) + MICROSECOND

    def test_a_stream_says_what_a_state_says(self) -> None:
        agreement = signed(REPLY)
        events = asked("L1", "L2", "L3")

        stream = agreement.evaluate(events, as_of=at(11), grouped=True)

        for verdict in stream.verdicts:
            state = agreement.open(verdict.subject)
            for one in events:
                if one.subject.id == verdict.subject:
                    state = state.after(one)
            assert state.verdicts(as_of=at(11)) == (verdict,)
            assert verdict.status is Status.UNKNOWN

    def test_what_depends_on_it_is_not_known_either(self) -> None:
        meet = Term(
            id="meet",
            party="marketing",
            promise=attrs.evolve(PROMISE, within=Elapsed(hours=9)),
            excuses=Excuses(void_without=("reply",)),
        )
        state = signed(REPLY, meet).open("L1").after(did("asked", "L1", at(9)))

        reply, met = state.verdicts(as_of=at(11))

        assert reply.status is met.status is Status.UNKNOWN
        assert met.reason == (
            "it depends on a promise of which it is not known if it is in a surge"
        )
        whole = judged([did("asked", "L1", at(9))], at(11), REPLY, meet)
        assert whole["meet", "L1", 1].status is Status.EXCLUDED


class TestPardons:
    def test_a_waiver_covers_the_relaxed_due_moment(self) -> None:
        waiver = Event(
            id="w",
            subject=Subject(id="L3"),
            at=at(8),
            fact=WaiverGranted(term="reply", reason="fair", start=at(12), end=at(14)),
        )
        events = [*asked("L1", "L2", "L3"), waiver]

        assert statuses(events, at(15))["L3"] is Status.EXCUSED
        alone = signed(REPLY).open("L3")
        for one in events[2:]:
            alone = alone.after(one)
        (verdict,) = alone.verdicts(as_of=at(15))
        assert verdict.status is Status.UNKNOWN


class TestShares:
    def test_a_share_counts_by_the_target_that_holds(self) -> None:
        term = attrs.evolve(REPLY, keep=Keeping(at_least=Fraction(1, 3)))
        events = [*asked("L1", "L2", "L3"), did("answered", "L3", at(12))]

        found = judged(events, at(15), term)

        assert found["reply", "sales", 1].status is Status.MET

    def test_one_that_may_be_in_a_surge_may_count_either_way(self) -> None:
        term = attrs.evolve(REPLY, keep=Keeping(at_least=Fraction(1)))
        event = [*asked("L1"), did("answered", "L1", at(12))]

        stream = signed(term).evaluate(event, as_of=at(15), grouped=True)

        assert [one.status for one in stream.verdicts] == [Status.UNKNOWN] * 2


class TestStay:
    def test_a_stay_is_relaxed_too(self) -> None:
        stay = Term(
            id="reply",
            party="sales",
            promise=Duration(stages=("mql",), at_most=span("1 hour")),
            capacity=Capacity(per_day=1, relaxed=Elapsed(hours=4)),
        )
        events = [
            Event(
                id=f"e{lead}",
                subject=Subject(id=lead),
                at=at(9),
                fact=StageChanged(to_stage="mql"),
            )
            for lead in ("L1", "L2")
        ]

        found = statuses(events, at(11), stay)

        assert found == {"L1": Status.BREACHED, "L2": Status.PENDING}


class TestRevision:
    def test_what_was_learned_late_is_put_to_the_target_that_holds(self) -> None:
        # Answered at 10:30, which was written down at 15:00: kept under four hours and
        # late under one; at 14:00 it stood as broken under either.
        told = attrs.evolve(did("answered", "L3", at(10.5)), recorded_at=at(15))
        events = [*asked("L1", "L2", "L3"), told]

        verdict = judged(events, at(16))["reply", "L3", 1]

        assert (verdict.status, verdict.revised) == (Status.MET, True)

    def test_a_contradiction_is_tried_under_the_target_that_holds(self) -> None:
        forms = [
            attrs.evolve(did("answered", "L3", at(hour)), id="x", recorded_at=at(14))
            for hour in (10.5, 13.5)
        ]

        verdict = judged([*asked("L1", "L2", "L3"), *forms], at(16))["reply", "L3", 1]

        assert verdict.status is Status.UNKNOWN
        assert "contradict each other" in str(verdict.reason)


class TestEditions:
    def test_the_edition_at_the_start_says_how_many_are_planned_for(self) -> None:
        first = signed(attrs.evolve(REPLY, capacity=None)).editions[0]
        second = attrs.evolve(
            signed(REPLY).editions[0], version="2", effective_from=at(9.5)
        )
        agreement = Agreement((attrs.evolve(first, effective_from=at(0)), second))
        events = [*asked("L1", "L2", "L3"), *asked("L4", hour=10)]

        found = agreement.evaluate(events, as_of=at(12)).verdicts

        assert [one.target for one in found] == ["1 hour"] * 3 + ["4 hours"]
