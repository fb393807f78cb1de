from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

import attrs
from hypothesis import given
from hypothesis import strategies as st

from tests.reference import counting
from tests.reference.clocks import MINUTE, instant_of, local_date, moment_of
from tests.reference.minutes import open_minutes
from tests.reference.plans import Both, Calendar, Either, Plan, Stretch
from tests.reference.stretches import owned_by
from tests.strategies import ONE_DAY, Pair, hours_of, instants, pairs, shifts

A_DAY = 24 * 60


def ways(around: int) -> st.SearchStrategy[tuple[int, int]]:
    return st.tuples(instants(around), instants(around))


def combined(pair: Pair) -> st.SearchStrategy[Calendar]:
    return st.sampled_from((Both(pair.left, pair.right), Either(pair.left, pair.right)))


def instants_of(intervals: Iterable[tuple[datetime, datetime]]) -> list[Stretch]:
    return [(instant_of(opened), instant_of(closed)) for opened, closed in intervals]


def with_one_shift_a_day(plan: Plan) -> Plan:
    """Return a calendar without shifts that could join another of their date."""
    return attrs.evolve(
        plan,
        week=tuple(shifts[:1] for shifts in plan.week),
        dated=tuple((day, shifts[:1]) for day, shifts in plan.dated),
    )


class TestCombined:
    @given(pair=pairs(), data=st.data())
    def test_count_what_a_walk_along_their_open_time_counts(
        self, pair: Pair, data: st.DataObject
    ) -> None:
        calendar = data.draw(combined(pair))
        start, end = data.draw(ways(pair.around))

        passed = hours_of(calendar).between(moment_of(start), moment_of(end))

        assert passed // timedelta(microseconds=1) == counting.elapsed(
            calendar, start, end
        )

    @given(pair=pairs(), data=st.data())
    def test_have_the_intervals_of_the_model(
        self, pair: Pair, data: st.DataObject
    ) -> None:
        calendar = data.draw(combined(pair))
        start, end = sorted(data.draw(ways(pair.around)))

        found = hours_of(calendar).intervals(moment_of(start), moment_of(end))

        assert instants_of(found) == counting.open_between(calendar, start, end)

    @given(pair=pairs(shifts=shifts()), data=st.data())
    def test_are_open_in_the_minutes_that_two_watchers_agree_on(
        self, pair: Pair, data: st.DataObject
    ) -> None:
        calendar = data.draw(combined(pair))
        start = pair.around - pair.around % MINUTE - ONE_DAY // 2
        hours = hours_of(calendar)

        watched = open_minutes(calendar, start, A_DAY)

        assert watched == [
            hours.is_open(moment_of(start + nth * MINUTE)) for nth in range(A_DAY)
        ]

    @given(pair=pairs(), data=st.data())
    def test_share_out_the_time_that_each_is_open(
        self, pair: Pair, data: st.DataObject
    ) -> None:
        left, right = hours_of(pair.left), hours_of(pair.right)
        start, end = (moment_of(at) for at in data.draw(ways(pair.around)))

        assert (left & right).between(start, end) + (left | right).between(
            start, end
        ) == left.between(start, end) + right.between(start, end)

    @given(pair=pairs(), data=st.data())
    def test_are_open_alike_whichever_comes_first(
        self, pair: Pair, data: st.DataObject
    ) -> None:
        left, right = hours_of(pair.left), hours_of(pair.right)
        start, end = (moment_of(at) for at in sorted(data.draw(ways(pair.around))))

        for one, other in (
            (left & right, right & left),
            (left | right, right | left),
        ):
            assert instants_of(one.intervals(start, end)) == instants_of(
                other.intervals(start, end)
            )

    @given(pair=pairs(), data=st.data())
    def test_with_themselves_and_what_contains_them_stay_as_they_are(
        self, pair: Pair, data: st.DataObject
    ) -> None:
        left, right = hours_of(pair.left), hours_of(pair.right)
        start, end = (moment_of(at) for at in sorted(data.draw(ways(pair.around))))
        alone = instants_of(left.intervals(start, end))

        for calendar in (left & left, left | left, left & (left | right)):
            assert instants_of(calendar.intervals(start, end)) == alone

    @given(pair=pairs(), data=st.data())
    def test_own_the_dates_of_their_left(self, pair: Pair, data: st.DataObject) -> None:
        calendar = data.draw(
            combined(attrs.evolve(pair, right=with_one_shift_a_day(pair.right)))
        )
        day = local_date(pair.left.zone, pair.around) + timedelta(
            days=data.draw(st.integers(-9, 9))
        )
        hours = hours_of(calendar)

        mine = owned_by(calendar, day)

        owned = [
            at for at in (hours.open_of(day), hours.close_of(day)) if at is not None
        ]
        assert hours.is_business_day(day) == bool(mine)
        assert list(map(instant_of, owned)) == (
            [min(mine)[0], max(end for _, end in mine)] if mine else []
        )

    @given(pair=pairs(), data=st.data())
    def test_have_the_business_days_of_their_left_and_may_have_more(
        self, pair: Pair, data: st.DataObject
    ) -> None:
        day = local_date(pair.left.zone, pair.around) + timedelta(
            days=data.draw(st.integers(-9, 9))
        )
        left = hours_of(pair.left)

        assert (left & left).is_business_day(day) == left.is_business_day(day)
        assert (left | hours_of(pair.right)).is_business_day(
            day
        ) >= left.is_business_day(day)
