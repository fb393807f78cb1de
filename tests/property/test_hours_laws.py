from __future__ import annotations

import datetime as dt
import pickle
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from itertools import pairwise

import attrs
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from alignkit.hours import BusinessHours
from tests.reference import counting
from tests.reference.clocks import MINUTE, instant_of, local_date, moment_of
from tests.reference.minutes import open_minutes
from tests.reference.plans import DAY, Stretch
from tests.reference.stretches import open_time
from tests.strategies import (
    AWKWARD_ZONES,
    ONE_DAY,
    Scene,
    Walk,
    hours_of,
    in_zone,
    instants,
    moments_of,
    pauses,
    scenes,
    shifts,
    walks,
    zones,
)

FEW = settings(max_examples=max(3, settings().max_examples // 10))
"""Each law is tried in each of the zones."""

TWO_DAYS = 2 * 24 * 60


def microseconds(count: int) -> timedelta:
    return timedelta(microseconds=count)


def added(hours: BusinessHours, start: int, span: int) -> int:
    """Return where adding leads, as an instant.

    Two moments of one zone compare by what its clock shows, which may be set back.
    """
    return instant_of(hours.add(moment_of(start), microseconds(span)))


def pauses_in(walk: Walk) -> st.SearchStrategy[list[Stretch]]:
    return st.integers(walk.start, walk.end).flatmap(pauses)


def moments(stretches: Iterable[Stretch]) -> list[tuple[datetime, datetime]]:
    return [moments_of(stretch) for stretch in stretches]


class TestAdd:
    @given(walk=walks(), data=st.data())
    def test_reaches_what_a_walk_along_the_open_time_reaches(
        self, walk: Walk, data: st.DataObject
    ) -> None:
        span = data.draw(st.integers(0, walk.time))

        due = hours_of(walk.plan).add(moment_of(walk.start), microseconds(span))

        assert instant_of(due) == counting.add(walk.plan, walk.start, span)

    @given(walk=walks(), data=st.data())
    def test_lands_on_the_next_opening_where_that_is_asked_for(
        self, walk: Walk, data: st.DataObject
    ) -> None:
        closes = [end for _, end in open_time(walk.plan, walk.start, walk.end)]
        on_a_close = counting.elapsed(
            walk.plan, walk.start, data.draw(st.sampled_from(closes))
        )

        due = hours_of(walk.plan).add(
            moment_of(walk.start), microseconds(on_a_close), landing="next_open"
        )

        assert instant_of(due) == counting.add(
            walk.plan, walk.start, on_a_close, landing="next_open"
        )

    @given(walk=walks(), data=st.data())
    def test_in_two_steps_arrives_where_one_step_does(
        self, walk: Walk, data: st.DataObject
    ) -> None:
        first = data.draw(st.integers(0, walk.time - 1))
        second = data.draw(st.integers(1, walk.time - first))
        hours = hours_of(walk.plan)

        halfway = added(hours, walk.start, first)

        assert added(hours, halfway, second) == added(hours, walk.start, first + second)

    @given(walk=walks(), data=st.data())
    def test_of_more_is_never_due_sooner(self, walk: Walk, data: st.DataObject) -> None:
        less = data.draw(st.integers(0, walk.time))
        more = data.draw(st.integers(less, walk.time))
        hours = hours_of(walk.plan)

        assert added(hours, walk.start, less) <= added(hours, walk.start, more)

    @given(walk=walks(), data=st.data())
    def test_from_later_on_is_never_due_sooner(
        self, walk: Walk, data: st.DataObject
    ) -> None:
        span = data.draw(st.integers(0, walk.time))
        later = data.draw(st.integers(walk.start, walk.end))
        hours = hours_of(walk.plan)

        assert added(hours, walk.start, span) <= added(hours, later, span)

    @given(walk=walks(), data=st.data())
    def test_of_less_than_nothing_subtracts(
        self, walk: Walk, data: st.DataObject
    ) -> None:
        span = data.draw(st.integers(1, walk.time))
        hours, end = hours_of(walk.plan), moment_of(walk.end)

        assert added(hours, walk.end, -span) == instant_of(
            hours.subtract(end, microseconds(span))
        )

    @given(walk=walks(), data=st.data())
    def test_is_never_sooner_for_a_holiday_more(
        self, walk: Walk, data: st.DataObject
    ) -> None:
        plain = attrs.evolve(walk.plan, dated=())
        span = data.draw(st.integers(0, counting.elapsed(plain, walk.start, walk.end)))
        day = local_date(plain.zone, data.draw(st.integers(walk.start, walk.end)))
        festive = attrs.evolve(plain, holidays=plain.holidays | {day})

        sooner = added(hours_of(plain), walk.start, span)

        assert added(hours_of(festive), walk.start, span) >= sooner


class TestSubtract:
    @given(walk=walks(), data=st.data())
    def test_reaches_what_a_walk_back_along_the_open_time_reaches(
        self, walk: Walk, data: st.DataObject
    ) -> None:
        span = data.draw(st.integers(0, walk.time))

        due = hours_of(walk.plan).subtract(moment_of(walk.end), microseconds(span))

        assert instant_of(due) == counting.subtract(walk.plan, walk.end, span)

    @given(walk=walks(), data=st.data())
    def test_lands_on_the_close_before_where_that_is_asked_for(
        self, walk: Walk, data: st.DataObject
    ) -> None:
        openings = [start for start, _ in open_time(walk.plan, walk.start, walk.end)]
        on_an_opening = counting.elapsed(
            walk.plan, data.draw(st.sampled_from(openings)), walk.end
        )

        due = hours_of(walk.plan).subtract(
            moment_of(walk.end), microseconds(on_an_opening), landing="next_open"
        )

        assert instant_of(due) == counting.subtract(
            walk.plan, walk.end, on_an_opening, landing="next_open"
        )

    @given(walk=walks(), data=st.data())
    def test_undoes_add_from_an_open_instant(
        self, walk: Walk, data: st.DataObject
    ) -> None:
        span = data.draw(st.integers(1, walk.time))
        hours = hours_of(walk.plan)
        opened = hours.next_open(moment_of(walk.start))

        due = hours.add(opened, microseconds(span))

        assert instant_of(hours.subtract(due, microseconds(span))) == instant_of(opened)


class TestBetween:
    @given(scene=scenes(), data=st.data())
    def test_is_the_open_time_that_lies_between(
        self, scene: Scene, data: st.DataObject
    ) -> None:
        start = data.draw(instants(scene.around))
        end = data.draw(instants(scene.around))

        passed = hours_of(scene.plan).between(moment_of(start), moment_of(end))

        assert passed == microseconds(counting.elapsed(scene.plan, start, end))

    @given(walk=walks(), data=st.data())
    def test_undoes_add(self, walk: Walk, data: st.DataObject) -> None:
        span = microseconds(data.draw(st.integers(0, walk.time)))
        hours, start = hours_of(walk.plan), moment_of(walk.start)

        assert hours.between(start, hours.add(start, span)) == span

    @given(scene=scenes(), data=st.data())
    def test_is_the_same_in_two_parts_wherever_it_is_parted(
        self, scene: Scene, data: st.DataObject
    ) -> None:
        start, parting, end = (
            moment_of(data.draw(instants(scene.around, days=400))) for _ in range(3)
        )
        hours = hours_of(scene.plan)

        assert hours.between(start, parting) + hours.between(
            parting, end
        ) == hours.between(start, end)

    @given(scene=scenes(), data=st.data())
    def test_backwards_is_as_much_below_nothing(
        self, scene: Scene, data: st.DataObject
    ) -> None:
        start, end = (moment_of(data.draw(instants(scene.around))) for _ in range(2))
        hours = hours_of(scene.plan)

        assert hours.between(end, start) == -hours.between(start, end)

    @given(scene=scenes(), data=st.data())
    def test_grows_with_its_end_and_never_faster_than_time(
        self, scene: Scene, data: st.DataObject
    ) -> None:
        start, end, later = sorted(
            moment_of(data.draw(instants(scene.around))) for _ in range(3)
        )
        hours = hours_of(scene.plan)

        grown = hours.between(start, later) - hours.between(start, end)

        assert timedelta(0) <= grown <= later - end

    @given(scene=scenes(), data=st.data())
    def test_a_calendar_cut_in_two_counts_the_same_before_and_after(
        self, scene: Scene, data: st.DataObject
    ) -> None:
        start, cut, end = sorted(
            data.draw(instants(scene.around, days=20)) for _ in range(3)
        )
        far = 200 * ONE_DAY
        before = attrs.evolve(
            scene.plan, closings=(*scene.plan.closings, (cut, cut + far))
        )
        after = attrs.evolve(
            scene.plan, closings=(*scene.plan.closings, (cut - far, cut))
        )
        span = moment_of(start), moment_of(end)

        parts = hours_of(before).between(*span) + hours_of(after).between(*span)

        assert parts == hours_of(scene.plan).between(*span)


class TestEveryZone:
    @pytest.mark.parametrize("zone", AWKWARD_ZONES)
    @FEW
    @given(data=st.data())
    def test_counts_the_minutes_that_a_watcher_of_its_clock_counts(
        self, zone: str, data: st.DataObject
    ) -> None:
        scene = data.draw(scenes(zone=zone, shifts=shifts()))
        hours = hours_of(scene.plan)
        start = scene.around - scene.around % MINUTE - ONE_DAY

        watched = open_minutes(scene.plan, start, TWO_DAYS)

        passed = hours.between(moment_of(start), moment_of(start + TWO_DAYS * MINUTE))
        assert passed == timedelta(minutes=watched.count(True))
        assert watched == [
            hours.is_open(moment_of(start + nth * MINUTE)) for nth in range(TWO_DAYS)
        ]

    @given(walk=walks(), data=st.data(), zone=zones(), other=zones())
    def test_moments_count_whatever_zone_they_are_written_in(
        self, walk: Walk, data: st.DataObject, zone: str, other: str
    ) -> None:
        hours = hours_of(walk.plan)
        start, end = moment_of(walk.start), moment_of(walk.end)
        span = microseconds(data.draw(st.integers(0, walk.time)))

        assert hours.between(
            in_zone(start, zone), in_zone(end, other)
        ) == hours.between(start, end)
        assert instant_of(hours.add(in_zone(start, zone), span)) == instant_of(
            hours.add(start, span)
        )
        assert hours.is_open(in_zone(start, zone)) == hours.is_open(start)


class TestOpenAndClosed:
    @given(scene=scenes(), data=st.data())
    def test_is_open_in_its_intervals_and_nowhere_else(
        self, scene: Scene, data: st.DataObject
    ) -> None:
        at = data.draw(instants(scene.around))
        edges = open_time(scene.plan, scene.around - 3 * ONE_DAY, scene.around)
        hours = hours_of(scene.plan)

        for instant in (
            at,
            *(edge + by for pair in edges for edge in pair for by in (-1, 0)),
        ):
            assert hours.is_open(moment_of(instant)) == counting.is_open(
                scene.plan, instant
            )

    @given(scene=scenes(), data=st.data())
    def test_intervals_are_the_open_time_cut_to_the_question(
        self, scene: Scene, data: st.DataObject
    ) -> None:
        start, end = sorted(data.draw(instants(scene.around)) for _ in range(2))

        found = hours_of(scene.plan).intervals(moment_of(start), moment_of(end))

        assert [
            (instant_of(opened), instant_of(closed)) for opened, closed in found
        ] == counting.open_between(scene.plan, start, end)

    @given(scene=scenes(), data=st.data())
    def test_the_next_opening_is_the_first_open_instant(
        self, scene: Scene, data: st.DataObject
    ) -> None:
        at = data.draw(instants(scene.around))

        found = hours_of(scene.plan).next_open(moment_of(at))

        assert instant_of(found) == counting.next_open(scene.plan, at)

    @given(scene=scenes(), data=st.data())
    def test_the_last_close_is_where_open_time_ran_up_to(
        self, scene: Scene, data: st.DataObject
    ) -> None:
        at = data.draw(instants(scene.around))

        found = hours_of(scene.plan).previous_close(moment_of(at))

        assert instant_of(found) == counting.last_open_until(scene.plan, at)

    @given(scene=scenes(), data=st.data())
    def test_the_next_close_and_the_last_opening_lie_beyond_the_moment(
        self, scene: Scene, data: st.DataObject
    ) -> None:
        at = data.draw(instants(scene.around))
        never_closes = all((0, DAY) in merged_week for merged_week in scene.plan.week)
        assume(not never_closes)
        hours = hours_of(scene.plan)

        assert instant_of(hours.next_close(moment_of(at))) == counting.next_close(
            scene.plan, at
        )
        assert instant_of(hours.previous_open(moment_of(at))) == counting.last_opening(
            scene.plan, at
        )

    @given(scene=scenes(), data=st.data())
    def test_a_ledger_has_every_instant_once_and_says_why_it_is_closed(
        self, scene: Scene, data: st.DataObject
    ) -> None:
        start, end = sorted(data.draw(instants(scene.around)) for _ in range(2))
        hours = hours_of(scene.plan)

        rows = hours.ledger(moment_of(start), moment_of(end))

        edges = [start, *(instant_of(row.end) for row in rows)]
        assert edges == [*(instant_of(row.start) for row in rows), end]
        assert [
            (instant_of(row.start), instant_of(row.end))
            for row in rows
            if row.closed is None
        ] == counting.open_between(scene.plan, start, end)
        for first, last in pairwise(edges):
            within = moment_of(data.draw(st.integers(first, last - 1)))
            row = next(row for row in rows if row.start <= within < row.end)
            assert hours.why_closed(within) == row.closed


class TestPauses:
    @given(walk=walks(), data=st.data())
    def test_take_away_the_open_time_that_they_cover(
        self, walk: Walk, data: st.DataObject
    ) -> None:
        taken = data.draw(pauses_in(walk))

        passed = hours_of(walk.plan).between(
            moment_of(walk.start), moment_of(walk.end), pauses=moments(taken)
        )

        assert passed == microseconds(
            counting.elapsed(walk.plan, walk.start, walk.end, taken)
        )

    @given(walk=walks(), data=st.data())
    def test_take_away_as_much_backwards(self, walk: Walk, data: st.DataObject) -> None:
        taken = moments(data.draw(pauses_in(walk)))
        hours = hours_of(walk.plan)
        start, end = moment_of(walk.start), moment_of(walk.end)

        assert hours.between(end, start, pauses=taken) == -hours.between(
            start, end, pauses=taken
        )

    @given(walk=walks(), data=st.data())
    def test_move_what_is_due_by_the_open_time_that_they_took(
        self, walk: Walk, data: st.DataObject
    ) -> None:
        taken = data.draw(pauses_in(walk))
        left = counting.elapsed(walk.plan, walk.start, walk.end, taken)
        span = data.draw(st.integers(0, left)) or 1

        due = hours_of(walk.plan).add(
            moment_of(walk.start), microseconds(span), pauses=moments(taken)
        )

        assert instant_of(due) == counting.add(walk.plan, walk.start, span, taken)

    @given(walk=walks(), data=st.data())
    def test_count_alike_in_any_order_and_in_any_pieces(
        self, walk: Walk, data: st.DataObject
    ) -> None:
        taken = data.draw(pauses_in(walk))
        pieces = [
            piece
            for start, end in taken
            for middle in (data.draw(st.integers(start, end)),)
            for piece in ((start, middle), (middle, end))
            if piece[0] < piece[1]
        ]
        hours = hours_of(walk.plan)
        way = moment_of(walk.start), moment_of(walk.end)

        assert hours.between(*way, pauses=moments(pieces[::-1])) == hours.between(
            *way, pauses=moments(taken)
        )

    @given(walk=walks(), data=st.data())
    def test_of_closed_time_change_nothing(
        self, walk: Walk, data: st.DataObject
    ) -> None:
        openings = open_time(walk.plan, walk.start, walk.end)
        nights = [(close, opening) for (_, close), (opening, _) in pairwise(openings)]
        span = data.draw(st.integers(1, walk.time))
        hours, start = hours_of(walk.plan), moment_of(walk.start)

        due = hours.add(start, microseconds(span), pauses=moments(nights))

        assert instant_of(due) == added(hours, walk.start, span)


class TestText:
    @given(scene=scenes())
    def test_of_its_making_makes_it_again(self, scene: Scene) -> None:
        hours = hours_of(scene.plan)

        # A repr is for people, who copy it into a session.
        names = {"BusinessHours": BusinessHours, "datetime": dt}
        copy = eval(repr(hours), names)  # noqa: S307

        assert copy == hours
        assert hash(copy) == hash(hours)


class TestBusinessDaysBetween:
    @given(scene=scenes(), data=st.data())
    def test_are_the_dates_that_own_open_time(
        self, scene: Scene, data: st.DataObject
    ) -> None:
        near = local_date(scene.plan.zone, scene.around)
        day = near + timedelta(days=data.draw(st.integers(-9, 9)))

        assert hours_of(scene.plan).is_business_day(day) == counting.is_business_day(
            scene.plan, day
        )


class TestBulk:
    @given(walk=walks(), data=st.data())
    def test_counts_each_pair_as_if_it_were_alone(
        self, walk: Walk, data: st.DataObject
    ) -> None:
        starts = data.draw(st.lists(instants(walk.start), max_size=6))
        ends = [data.draw(instants(walk.end)) for _ in starts]
        hours = hours_of(walk.plan)

        alone = [
            hours.between(moment_of(start), moment_of(end))
            for start, end in zip(starts, ends, strict=True)
        ]

        assert (
            list(hours.between_many(map(moment_of, starts), map(moment_of, ends)))
            == alone
        )
        assert [
            microseconds(passed) for passed in hours.between_many(starts, ends)
        ] == alone
        assert [
            microseconds(hours.open_between(start, end))
            for start, end in zip(starts, ends, strict=True)
        ] == alone

    @given(walk=walks(), data=st.data())
    def test_adds_to_each_start_as_if_it_were_alone(
        self, walk: Walk, data: st.DataObject
    ) -> None:
        starts = data.draw(
            st.lists(st.integers(walk.start - ONE_DAY, walk.start), max_size=6)
        )
        spans = [data.draw(st.integers(0, walk.time)) for _ in starts]
        hours = hours_of(walk.plan)

        alone = [
            added(hours, start, span) for start, span in zip(starts, spans, strict=True)
        ]

        together = hours.add_many(map(moment_of, starts), map(microseconds, spans))

        assert list(map(instant_of, together)) == alone
        assert list(hours.add_many(starts, spans)) == alone
        assert list(map(hours.add_open, starts, spans)) == alone


class TestTables:
    @given(scene=scenes(), data=st.data())
    def test_answer_alike_however_far_they_were_asked_before(
        self, scene: Scene, data: st.DataObject
    ) -> None:
        start, end = (moment_of(data.draw(instants(scene.around))) for _ in range(2))
        fresh, asked = hours_of(scene.plan), hours_of(scene.plan)

        years = data.draw(st.lists(st.integers(-40, 40), min_size=1, max_size=4))
        for year in years:
            asked.is_open(moment_of(scene.around + year * 365 * ONE_DAY))

        assert asked.between(start, end) == fresh.between(start, end)
        assert instant_of(asked.next_open(start)) == instant_of(fresh.next_open(start))

    @given(walk=walks(), data=st.data())
    def test_travel_between_processes(self, walk: Walk, data: st.DataObject) -> None:
        hours = hours_of(walk.plan)
        start, end = moment_of(walk.start), moment_of(walk.end)
        if data.draw(st.booleans()):
            hours.between(start, end)

        copy = pickle.loads(pickle.dumps(hours))  # noqa: S301

        assert copy == hours
        assert hash(copy) == hash(hours)
        assert copy.between(start, end) == hours.between(start, end)

    @FEW
    @given(scene=scenes(), data=st.data())
    def test_answer_alike_to_many_threads_at_once(
        self, scene: Scene, data: st.DataObject
    ) -> None:
        asked = [
            moment_of(data.draw(instants(scene.around, days=5_000))) for _ in range(24)
        ]
        alone = [instant_of(hours_of(scene.plan).next_open(at)) for at in asked]
        shared = hours_of(scene.plan)

        with ThreadPoolExecutor(8) as threads:
            together = list(threads.map(shared.next_open, asked))

        assert list(map(instant_of, together)) == alone
