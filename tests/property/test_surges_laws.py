"""Laws of what holds on a day on which more came than was planned for [K10]."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from fractions import Fraction

import attrs
from hypothesis import given
from hypothesis import strategies as st

from alignkit.criteria import field
from alignkit.events import Event
from alignkit.spans import Elapsed
from alignkit.standings import Status
from alignkit.terms import Capacity, Exclusion
from tests.unit.test_surges import BERLIN, REPLY, at, changed, did, signed

TEST = Exclusion(field("is_test").is_("yes"), "test_record")
HOUR = timedelta(hours=1)
AS_OF = at(60)


@attrs.frozen
class Came:
    """When a lead came, when it was answered, and whether it was a test."""

    asked: datetime
    answered: datetime | None
    is_test: bool


def hours(most: int) -> st.SearchStrategy[timedelta]:
    return st.integers(0, most * 2).map(lambda halves: halves * HOUR / 2)


@st.composite
def comers(draw: st.DrawFn) -> Came:
    asked = at(18) + draw(hours(12))
    lag = draw(st.none() | hours(6))
    answered = None if lag is None else asked + lag + timedelta(minutes=1)
    return Came(asked, answered, draw(st.booleans()))


DAYS = st.lists(comers(), min_size=1, max_size=7).map(
    lambda came: {f"L{nth}": one for nth, one in enumerate(came)}
)
CAPACITIES = st.builds(
    lambda per_day, factor: Capacity(
        per_day=per_day, factor=factor, relaxed=Elapsed(hours=4)
    ),
    st.integers(1, 3),
    st.sampled_from([Fraction(1), Fraction(3, 2)]),
)


def facts(day: dict[str, Came]) -> list[Event]:
    told = []
    for lead, came in day.items():
        told.append(did("asked", lead, came.asked))
        if came.answered is not None:
            told.append(did("answered", lead, came.answered))
        if came.is_test:
            told.append(changed(lead, at(50), "is_test", "yes"))
    return told


def local(moment: datetime) -> date:
    return moment.astimezone(BERLIN).date()


def slow(day: dict[str, Came], capacity: Capacity) -> dict[str, Status]:
    """Return how each promise stands, by counting who came before it."""
    found = {}
    for lead, came in day.items():
        before = [
            other
            for other, one in day.items()
            if not one.is_test
            and local(one.asked) == local(came.asked)
            and (one.asked, other) <= (came.asked, lead)
        ]
        is_beyond = len(before) > capacity.per_day * capacity.factor
        due = came.asked + (4 if is_beyond else 1) * HOUR
        if came.is_test:
            found[lead] = Status.EXCLUDED
        elif came.answered is None:
            found[lead] = Status.BREACHED
        else:
            found[lead] = Status.MET if came.answered <= due else Status.LATE
    return found


class TestOrder:
    @given(day=DAYS, capacity=CAPACITIES, data=st.data())
    def test_statuses_are_those_of_counting_who_came_before(
        self, day: dict[str, Came], capacity: Capacity, data: st.DataObject
    ) -> None:
        agreement = signed(attrs.evolve(REPLY, capacity=capacity, exclude=(TEST,)))
        told = facts(day)
        mixed = data.draw(st.permutations([*told, *told[:3]]))

        found = agreement.evaluate(mixed, as_of=AS_OF).verdicts

        assert {one.subject: one.status for one in found} == slow(day, capacity)

    @given(day=DAYS, capacity=CAPACITIES, late=hours(30))
    def test_one_subject_alone_is_never_told_otherwise(
        self, day: dict[str, Came], capacity: Capacity, late: timedelta
    ) -> None:
        agreement = signed(attrs.evolve(REPLY, capacity=capacity, exclude=(TEST,)))
        told, as_of = facts(day), at(18) + late

        whole = agreement.evaluate(told, as_of=as_of).verdicts
        alone = agreement.evaluate(told, as_of=as_of, grouped=True).verdicts

        by_subject = {one.subject: one.status for one in whole}
        for verdict in alone:
            if verdict.status is not Status.UNKNOWN:
                assert verdict.status is by_subject[verdict.subject]

    @given(day=DAYS, late=hours(30))
    def test_what_changes_by_itself_changes_then(
        self, day: dict[str, Came], late: timedelta
    ) -> None:
        lead, came = next(iter(day.items()))
        agreement = signed(REPLY)
        state = agreement.open(lead)
        for one in facts({lead: came}):
            if one.at <= at(18) + late:
                state = state.after(one)
        as_of = at(18) + late

        for verdict in state.verdicts(as_of=as_of):
            changes = verdict.next_change_at
            end = AS_OF if changes is None else changes - timedelta(microseconds=1)
            (before,) = state.verdicts(as_of=end)
            assert before.status is verdict.status
            if changes is not None:
                (after,) = state.verdicts(as_of=changes)
                assert after.status is not verdict.status
