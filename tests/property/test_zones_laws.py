from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alignkit.instants import to_instant, to_moment
from alignkit.zones import clock, start_of
from tests.reference.clocks import (
    as_if_utc,
    first_instant,
    instant_of,
    local_date,
    moment_of,
    reading,
)
from tests.reference.clocks import start_of as slow_start_of
from tests.strategies import AWKWARD_ZONES, ONE_DAY, dates, instants, pivots, zones

FEW = settings(max_examples=max(5, settings().max_examples // 3))
"""Each law is tried in each of the zones."""


class TestLocalTime:
    @pytest.mark.parametrize("zone", AWKWARD_ZONES)
    @FEW
    @given(data=st.data())
    def test_means_the_first_instant_that_shows_it_or_a_later_time(
        self, zone: str, data: st.DataObject
    ) -> None:
        around = data.draw(pivots(zone))
        wall = moment_of(data.draw(instants(around))).replace(tzinfo=None)

        found = clock(zone, around).instant(as_if_utc(wall))

        assert found == first_instant(zone, wall)

    @given(zone=zones(), data=st.data())
    def test_later_on_the_wall_is_never_an_earlier_instant(
        self, zone: str, data: st.DataObject
    ) -> None:
        around = data.draw(pivots(zone))
        earlier, later = sorted(data.draw(instants(around, days=2)) for _ in range(2))
        table = clock(zone, around)

        assert table.instant(earlier) <= table.instant(later)

    @given(zone=zones(), data=st.data())
    def test_is_what_the_clock_shows(self, zone: str, data: st.DataObject) -> None:
        around = data.draw(pivots(zone))
        at = data.draw(instants(around))

        assert clock(zone, around).local(at) == as_if_utc(reading(zone, at))

    @given(zone=zones(), data=st.data())
    def test_leads_to_an_instant_that_shows_it_unless_it_was_skipped(
        self, zone: str, data: st.DataObject
    ) -> None:
        around = data.draw(pivots(zone))
        at = data.draw(instants(around))
        table = clock(zone, around)

        again = table.instant(table.local(at))

        assert again <= at
        assert table.local(again) == table.local(at)

    @given(zone=zones(), data=st.data())
    def test_holds_steady_up_to_where_the_table_says(
        self, zone: str, data: st.DataObject
    ) -> None:
        around = data.draw(pivots(zone))
        local = data.draw(instants(around, days=2))
        table = clock(zone, around)

        offset, until = table.steady(local)

        for other in {local, (local + until) // 2, until - 1}:
            if local <= other < min(until, local + 400 * ONE_DAY):
                assert table.instant(other) == other - offset

    @given(zone=zones(), data=st.data())
    def test_is_read_alike_from_a_table_of_few_years_and_of_many(
        self, zone: str, data: st.DataObject
    ) -> None:
        around = data.draw(pivots(zone))
        local = data.draw(instants(around))
        years = data.draw(st.integers(1, 60))

        wide = clock(
            zone, around - years * 365 * ONE_DAY, around + years * 365 * ONE_DAY
        )

        assert wide.instant(local) == clock(zone, around).instant(local)


class TestDates:
    @given(zone=zones(), day=dates())
    def test_start_at_their_first_instant(self, zone: str, day: date) -> None:
        assert start_of(day, zone) == slow_start_of(zone, day)

    @given(zone=zones(), data=st.data())
    def test_that_begin_while_the_clock_skips_start_where_it_lands(
        self, zone: str, data: st.DataObject
    ) -> None:
        around = data.draw(pivots(zone))
        day = local_date(zone, around)

        start = start_of(day, zone)

        assert reading(zone, start).date() == day
        assert local_date(zone, start - 1) < day

    @given(zone=zones(), data=st.data())
    def test_are_numbered_as_their_days_are(
        self, zone: str, data: st.DataObject
    ) -> None:
        around = data.draw(pivots(zone))
        at = data.draw(instants(around))
        table = clock(zone, around)

        assert table.ordinal(at) == local_date(zone, at).toordinal()


class TestInstants:
    @given(
        moment=st.datetimes(datetime(1970, 1, 1), datetime(2100, 1, 1)),
        zone=zones(),
        fold=st.sampled_from((0, 1)),
    )
    def test_come_back_as_the_moment_they_were(
        self, moment: datetime, zone: str, fold: int
    ) -> None:
        aware = moment.replace(tzinfo=ZoneInfo(zone), fold=fold)

        instant = to_instant(aware, "at")

        assert instant == instant_of(aware)
        assert to_instant(to_moment(instant, ZoneInfo(zone)), "at") == instant

    @given(around=st.integers(0, 130 * 365 * ONE_DAY), more=st.integers(0, ONE_DAY))
    def test_lie_as_far_apart_as_time_passed_between_them(
        self, around: int, more: int
    ) -> None:
        earlier, later = moment_of(around), moment_of(around + more)

        assert later - earlier == timedelta(microseconds=more)
        assert to_instant(later, "later") - to_instant(earlier, "earlier") == more
