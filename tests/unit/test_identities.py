"""Which records are one person, by what an agreement declares [E8]."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from alignkit.agreements import Agreement
from alignkit.duplicates import Duplicates
from alignkit.errors import UnfitValueError
from alignkit.events import Event, Subject
from alignkit.happenings import StageChanged
from alignkit.lifecycle import Lifecycle
from alignkit.periods import PeriodKind
from alignkit.presets import preset
from alignkit.promises import Volume
from alignkit.spans import CalendarTime, Elapsed
from alignkit.standings import Status
from alignkit.terms import Capacity, Term
from tests.unit.test_qualities import pattern
from tests.unit.test_surges import REPLY, at, changed, did, signed

MONTH = Duplicates(by=("contact.email",), within=CalendarTime(days=30))
PLAIN = attrs.evolve(REPLY, capacity=None)
VOLUME = Term(
    id="supply",
    party="marketing",
    promise=Volume(of=(pattern("asked"),), goal=Decimal(2), per=PeriodKind.MONTH),
)


def agreement(
    *terms: Term,
    rule: Duplicates | None = MONTH,
    lifecycle: Lifecycle | None = None,
) -> Agreement:
    (edition,) = signed(*(terms or (PLAIN,))).editions
    return Agreement((attrs.evolve(edition, duplicates=rule, lifecycle=lifecycle),))


def came(
    lead: str, moment: datetime, email: str = "kim@example.com", kind: str = "lead"
) -> list[Event]:
    told = [
        did("asked", lead, moment),
        attrs.evolve(changed(lead, moment, "contact.email", email), id=f"m{lead}"),
    ]
    return [attrs.evolve(one, subject=Subject(kind=kind, id=lead)) for one in told]


def reasons(
    events: Sequence[Event], promised: Agreement | None = None, day: int = 60
) -> dict[str, str | None]:
    evaluation = (promised or agreement()).evaluate(events, as_of=at(24 * day))
    return {
        one.subject: one.reason
        for one in evaluation.verdicts
        if one.status in (Status.EXCLUDED, Status.UNKNOWN) and one.term == "reply"
    }


class TestRule:
    def test_a_rule_names_fields(self) -> None:
        with pytest.raises(UnfitValueError):
            Duplicates(by=(), within=Elapsed(hours=1))
        with pytest.raises(UnfitValueError):
            Duplicates(by=("contact.email", ""), within=Elapsed(hours=1))


class TestJoined:
    def test_a_later_record_of_one_person_is_owed_nothing(self) -> None:
        events = [
            *came("L2", at(9)),
            *came("L1", at(33)),
            *came("L3", at(40), "bo@x.y"),
        ]

        assert reasons(events) == {"L1": "duplicate of lead L2"}
        assert reasons(events[::-1]) == {"L1": "duplicate of lead L2"}
        assert reasons(events, agreement(rule=None)) == {}

    def test_its_sentence_names_the_record_that_it_joins(self) -> None:
        events = [*came("L1", at(9)), *came("L2", at(10))]

        *_, verdict = agreement().evaluate(events, as_of=at(60)).verdicts

        assert verdict.explanation == (
            "Reply by sales on lead L2: not owed, because it is excluded "
            "(duplicate of lead L1), started Mon 2 Mar 2026 10:00 CET."
        )

    @pytest.mark.parametrize(("hour", "is_joined"), [(9, True), (9.01, False)])
    def test_the_window_ends_with_its_last_instant(
        self, hour: float, *, is_joined: bool
    ) -> None:
        # Thirty days after the 2nd of March is the 1st of April; the clocks of Berlin
        # went forward in between, and the time of day is kept.
        later = datetime(2026, 4, 1, tzinfo=at(0).tzinfo) + timedelta(hours=hour)
        events = [*came("L1", at(9)), *came("L2", later)]

        assert bool(reasons(events)) is is_joined

    def test_the_window_is_that_of_the_record_which_is_joined(self) -> None:
        # The second is a duplicate of the first; the third is too late for it, and is
        # the first of a row of its own.
        day = 24
        events = [
            *came("L1", at(9)),
            *came("L2", at(20 * day)),
            *came("L3", at(40 * day)),
            *came("L4", at(50 * day)),
        ]

        assert reasons(events) == {
            "L2": "duplicate of lead L1",
            "L4": "duplicate of lead L3",
        }

    def test_all_fields_have_to_be_the_same_and_known(self) -> None:
        rule = Duplicates(by=("lead.name", "phone"), within=Elapsed(hours=99))
        events = [
            *(did("asked", lead, at(9)) for lead in ("L1", "L2", "L3", "L4", "L5")),
            *(
                changed(lead, at(10), "name", "Kim")
                for lead in ("L1", "L2", "L3", "L4")
            ),
            *(changed(lead, at(11), "phone", "1") for lead in ("L1", "L2")),
            *(changed(lead, at(11), "phone", "") for lead in ("L3", "L4")),
        ]

        assert reasons(events, agreement(rule=rule)) == {"L2": "duplicate of lead L1"}

    def test_what_is_learned_later_tells_as_much(self) -> None:
        first, second = came("L1", at(9)), came("L2", at(10), "other@example.com")
        corrected = changed("L2", at(50), "contact.email", "kim@example.com")

        assert reasons([*first, *second]) == {}
        assert reasons([*first, *second, corrected]) == {"L2": "duplicate of lead L1"}

    def test_records_of_another_kind_are_not_compared(self) -> None:
        events = [*came("C1", at(9), kind="contact"), *came("L1", at(10))]

        assert reasons(events) == {}

    def test_a_cycle_that_ended_in_between_makes_it_a_return(self) -> None:
        promised = agreement(lifecycle=preset("standard"))
        first, second = came("L1", at(9)), came("L2", at(40))

        def moved(stage: str, hour: float) -> Event:
            return Event(
                id=f"{stage} at {hour}",
                subject=Subject(id="L1"),
                at=at(hour),
                fact=StageChanged(to_stage=stage),
            )

        won = [moved("mql", 10), moved("recycled", 30)]
        after = [moved("mql", 10), moved("recycled", 50)]
        assert reasons([*first, *second, *won], promised) == {}
        assert reasons([*first, *second, *after], promised) == {
            "L2": "duplicate of lead L1"
        }

    def test_the_edition_in_force_at_the_beginning_says(self) -> None:
        (plain,) = agreement(rule=None).editions
        (rule,) = agreement().editions
        promised = Agreement(
            (
                attrs.evolve(plain, effective_from=at(8)),
                attrs.evolve(rule, version="2", effective_from=at(12)),
            )
        )
        events = [*came("L0", at(7)), *came("L1", at(10)), *came("L2", at(13))]

        assert reasons(events, promised) == {"L2": "duplicate of lead L0"}

    def test_facts_that_contradict_each_other_leave_it_open(self) -> None:
        events = [*came("L1", at(9)), *came("L2", at(10)), *came("L3", at(11))]
        other = attrs.evolve(
            changed("L2", at(10), "contact.email", "bo@example.com"), id="mL2"
        )

        found = reasons([*events, other])

        assert found == {
            "L2": (
                "whether it is a duplicate of lead L1 depends on facts that "
                "contradict each other"
            ),
            "L3": "duplicate of lead L1",
        }

    def test_a_window_may_reach_beyond_the_years_that_count(self) -> None:
        rule = attrs.evolve(MONTH, within=CalendarTime(months=1200))
        then = datetime(2250, 3, 2, 9, tzinfo=at(0).tzinfo)

        found = agreement(rule=rule).evaluate(
            [*came("L1", then), *came("L2", then + timedelta(hours=1))],
            as_of=then + timedelta(days=1),
        )

        assert found.verdicts[1].reason == "duplicate of lead L1"


class TestCounting:
    def test_a_duplicate_is_counted_nowhere(self) -> None:
        events = [*came("L1", at(9)), *came("L2", at(10))]

        (volume,) = agreement(VOLUME).evaluate(events, as_of=at(60)).verdicts

        assert volume.measure is not None
        assert volume.measure.actual == Fraction(1)

    def test_one_that_may_be_a_duplicate_may_be_counted(self) -> None:
        events = [*came("L1", at(9)), *came("L2", at(10))]
        other = attrs.evolve(
            changed("L2", at(10), "contact.email", "bo@example.com"), id="mL2"
        )

        found = agreement(VOLUME).evaluate([*events, other], as_of=at(24 * 40))

        assert found.verdicts[0].status is Status.UNKNOWN

    def test_a_duplicate_takes_no_place_in_a_surge(self) -> None:
        capacity = Capacity(per_day=1, relaxed=Elapsed(hours=4))
        term = attrs.evolve(REPLY, capacity=capacity)
        events = [
            *came("L1", at(9)),
            *came("L2", at(10)),
            *came("L3", at(11), "bo@x.y"),
        ]
        extra = came("L4", at(12), "di@x.y")

        found = agreement(term).evaluate([*events, *extra], as_of=at(60)).verdicts

        assert [one.target for one in found] == ["1 hour", None, "4 hours", "4 hours"]


class TestOneSubject:
    def test_a_state_judges_it_as_none_and_says_so(self) -> None:
        state = agreement().open("L2")
        for one in came("L2", at(10)):
            state = state.after(one)

        (verdict,) = state.verdicts(as_of=at(60))

        assert verdict.status is Status.BREACHED
        assert [one.code for one in state.review(as_of=at(60))] == ["AK-P004"]

    def test_a_stream_judges_each_as_none_and_says_so(self) -> None:
        events = [*came("L1", at(9)), *came("L2", at(10))]

        stream = agreement().evaluate(events, as_of=at(60), grouped=True)

        assert [one.status for one in stream.verdicts] == [Status.BREACHED] * 2
        assert [one.code for one in stream.review] == ["AK-P004"]


class TestLaws:
    @given(
        drawn=st.lists(
            st.tuples(st.sampled_from("ab"), st.integers(0, 70)), min_size=1, max_size=6
        ),
        data=st.data(),
    )
    def test_each_joins_the_first_within_the_window(
        self, drawn: list[tuple[str, int]], data: st.DataObject
    ) -> None:
        rule = attrs.evolve(MONTH, within=Elapsed(hours=20))
        events = [
            one
            for nth, (email, hour) in enumerate(drawn)
            for one in came(f"L{nth}", at(hour), email)
        ]
        mixed = data.draw(st.permutations([*events, *events[:2]]))
        # The slow way: whoever began first is nobody's duplicate; all that follow
        # within twenty hours are its own, and the rest are asked again.
        expected: dict[str, str | None] = {}
        for person in "ab":
            left = sorted(
                (hour, f"L{nth}")
                for nth, (email, hour) in enumerate(drawn)
                if email == person
            )
            while left:
                start, first = left[0]
                close = [lead for hour, lead in left[1:] if hour <= start + 20]
                expected |= dict.fromkeys(close, f"duplicate of lead {first}")
                left = [one for one in left[1:] if one[1] not in close]

        assert reasons(mixed, agreement(rule=rule)) == expected
