from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal

from hypothesis import assume, given
from hypothesis import strategies as st

from alignkit.spans import (
    Before,
    BusinessDays,
    BusinessTime,
    CalendarTime,
    Elapsed,
    Span,
)
from tests.reference import counting
from tests.reference.clocks import instant_of, local_date, moment_of, reading
from tests.reference.plans import Stretch
from tests.strategies import (
    Scene,
    Walk,
    hours_of,
    instants,
    moments_of,
    pauses,
    scenes,
    spans,
    walks,
)

MICROSECOND = timedelta(microseconds=1)


def moves() -> st.SearchStrategy[CalendarTime]:
    """Draw calendar time of some months, weeks and days, never none."""
    return st.builds(
        CalendarTime,
        months=st.integers(0, 14),
        weeks=st.integers(0, 3),
        days=st.integers(0, 40),
    ).filter(lambda move: move != CalendarTime())


def short_spans() -> st.SearchStrategy[Span]:
    """Draw promises that any calendar of a scene can keep within its weeks."""
    return st.one_of(
        st.builds(BusinessTime, minutes=st.integers(1, 3)),
        st.builds(Elapsed, hours=st.integers(1, 200)),
        st.builds(
            BusinessDays, st.integers(1, 9), st.sampled_from(("close", "same_time"))
        ),
        moves(),
        st.builds(
            Before,
            st.builds(CalendarTime, days=st.integers(0, 40)),
            of=st.just("renewal_date"),
            roll=st.sampled_from(("preceding", "following", "none")),
        ),
    )


def moments(stretches: list[Stretch]) -> list[tuple[datetime, datetime]]:
    return [moments_of(stretch) for stretch in stretches]


class TestBusinessTime:
    @given(walk=walks(), data=st.data())
    def test_is_due_when_as_much_open_time_has_passed(
        self, walk: Walk, data: st.DataObject
    ) -> None:
        span = data.draw(st.integers(0, walk.time)) * MICROSECOND
        hours, start = hours_of(walk.plan), moment_of(walk.start)

        assert instant_of(hours.add(start, BusinessTime.of(span))) == instant_of(
            hours.add(start, span)
        )

    @given(walk=walks(), data=st.data())
    def test_leads_back_as_far_as_a_duration_does(
        self, walk: Walk, data: st.DataObject
    ) -> None:
        span = data.draw(st.integers(0, walk.time))
        end = moment_of(walk.end)

        found = hours_of(walk.plan).subtract(end, BusinessTime(microseconds=span))

        assert instant_of(found) == counting.subtract(walk.plan, walk.end, span)


class TestElapsed:
    @given(scene=scenes(), data=st.data(), span=spans(least=1))
    def test_is_due_when_as_much_time_has_passed_outside_its_pauses(
        self, scene: Scene, data: st.DataObject, span: int
    ) -> None:
        start = data.draw(instants(scene.around))
        taken = data.draw(pauses(start))

        due = hours_of(scene.plan).add(
            moment_of(start), Elapsed(microseconds=span), pauses=moments(taken)
        )

        assert instant_of(due) == counting.add_elapsed(start, span, taken)


class TestBusinessDays:
    @given(scene=scenes(), data=st.data(), days=st.integers(1, 9))
    def test_are_due_at_the_close_of_the_last(
        self, scene: Scene, data: st.DataObject, days: int
    ) -> None:
        start = data.draw(instants(scene.around))

        due = hours_of(scene.plan).add(moment_of(start), BusinessDays(days))

        assert instant_of(due) == counting.due_on_close(scene.plan, start, days)

    @given(scene=scenes(), data=st.data(), days=st.integers(1, 9))
    def test_move_by_the_days_at_whose_close_the_clock_was_paused(
        self, scene: Scene, data: st.DataObject, days: int
    ) -> None:
        start = data.draw(instants(scene.around))
        taken = data.draw(pauses(start))

        due = hours_of(scene.plan).add(
            moment_of(start), BusinessDays(days), pauses=moments(taken)
        )

        assert instant_of(due) == counting.due_on_close(scene.plan, start, days, taken)

    @given(scene=scenes(), data=st.data(), days=st.integers(1, 9))
    def test_at_the_same_time_roll_forward_when_that_is_closed(
        self, scene: Scene, data: st.DataObject, days: int
    ) -> None:
        start = data.draw(instants(scene.around))

        due = hours_of(scene.plan).add(
            moment_of(start), BusinessDays(days, due="same_time")
        )

        assert instant_of(due) == counting.due_at_same_time(scene.plan, start, days)

    @given(scene=scenes(), data=st.data(), count=st.integers(-9, 9))
    def test_are_counted_back_from_where_they_led(
        self, scene: Scene, data: st.DataObject, count: int
    ) -> None:
        day = local_date(scene.plan.zone, data.draw(instants(scene.around)))
        hours = hours_of(scene.plan)

        led = hours.add_business_days(day, count)

        assert led == counting.add_business_days(scene.plan, day, count)
        # Back from a day off, the first day counted is that day's own neighbour.
        off = count < 0 and not hours.is_business_day(day)
        assert hours.business_days_between(day, led) == count + off

    @given(scene=scenes(), data=st.data())
    def test_between_two_moments_are_those_between_their_dates(
        self, scene: Scene, data: st.DataObject
    ) -> None:
        start, end = (data.draw(instants(scene.around)) for _ in range(2))
        zone = scene.plan.zone
        hours = hours_of(scene.plan)

        count = hours.business_days_between(moment_of(start), moment_of(end))

        assert count == counting.business_days(
            scene.plan, local_date(zone, start), local_date(zone, end)
        )


class TestCalendarTime:
    @given(scene=scenes(), data=st.data(), move=moves())
    def test_keeps_the_time_of_day(
        self, scene: Scene, data: st.DataObject, move: CalendarTime
    ) -> None:
        start = data.draw(instants(scene.around))

        due = hours_of(scene.plan).add(moment_of(start), move)

        assert instant_of(due) == counting.calendar_add(
            scene.plan.zone,
            start,
            months=move.months,
            weeks=move.weeks,
            days=move.days,
        )

    @given(scene=scenes(), data=st.data(), move=moves())
    def test_is_due_on_the_date_that_it_comes_to(
        self, scene: Scene, data: st.DataObject, move: CalendarTime
    ) -> None:
        start = data.draw(instants(scene.around))
        zone = scene.plan.zone

        due = instant_of(hours_of(scene.plan).add(moment_of(start), move))

        # Unless the clock skips from that time on into another date.
        assume(reading(zone, due).time() == reading(zone, start).time())
        assert local_date(zone, due) == move.after(local_date(zone, start))


class TestBefore:
    @given(
        scene=scenes(),
        data=st.data(),
        lead=st.integers(0, 40),
        roll=st.sampled_from(("preceding", "following", "none")),
    )
    def test_is_due_at_the_close_of_the_day_that_it_rolls_to(
        self,
        scene: Scene,
        data: st.DataObject,
        lead: int,
        roll: Literal["preceding", "following", "none"],
    ) -> None:
        start = data.draw(instants(scene.around))
        of = local_date(scene.plan.zone, scene.around) + timedelta(days=lead)
        span = Before(CalendarTime(days=lead), of="renewal_date", roll=roll)

        due = hours_of(scene.plan).add(moment_of(start), span, of=of)

        assert instant_of(due) == counting.due_before(scene.plan, of, lead, roll)


class TestPauses:
    @given(scene=scenes(), data=st.data(), move=moves(), lead=st.integers(0, 40))
    def test_move_neither_calendar_time_nor_what_is_due_before_a_date(
        self, scene: Scene, data: st.DataObject, move: CalendarTime, lead: int
    ) -> None:
        start = moment_of(data.draw(instants(scene.around)))
        taken = moments(data.draw(pauses(scene.around)))
        of = local_date(scene.plan.zone, scene.around)
        before = Before(CalendarTime(days=lead), of="renewal_date", roll="preceding")
        hours = hours_of(scene.plan)

        for span in (move, before):
            paused = hours.add(start, span, of=of, pauses=taken)
            assert instant_of(paused) == instant_of(hours.add(start, span, of=of))

    @given(scene=scenes(), data=st.data(), promised=short_spans())
    def test_never_make_anything_due_sooner(
        self, scene: Scene, data: st.DataObject, promised: Span
    ) -> None:
        start = moment_of(data.draw(instants(scene.around)))
        first, second = (moments(data.draw(pauses(scene.around))) for _ in range(2))
        of = local_date(scene.plan.zone, scene.around)
        hours = hours_of(scene.plan)

        fewer = hours.due(start, promised, of=of, pauses=first)
        more = hours.due(start, promised, of=of, pauses=[*first, *second])

        assert fewer is not None
        assert more is not None
        assert instant_of(fewer) <= instant_of(more)

    @given(scene=scenes(), data=st.data(), promised=short_spans())
    def test_that_still_last_leave_due_only_what_comes_before_them(
        self, scene: Scene, data: st.DataObject, promised: Span
    ) -> None:
        start = moment_of(data.draw(instants(scene.around)))
        paused = moment_of(data.draw(instants(scene.around)))
        of = local_date(scene.plan.zone, scene.around)
        hours = hours_of(scene.plan)
        without = hours.due(start, promised, of=of)
        assert without is not None
        rest = max(instant_of(start), instant_of(paused))
        assume(instant_of(without) != rest)

        due = hours.due(start, promised, of=of, pauses=[(paused, None)])

        assert due == (without if instant_of(without) < rest else None)
