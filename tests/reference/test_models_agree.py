from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.reference.clocks import FARTHEST, MINUTE, first_instant, reading
from tests.reference.counting import elapsed, is_open
from tests.reference.minutes import open_minutes
from tests.strategies import AWKWARD_ZONES, instants, pivots, scenes, shifts

FEW = settings(max_examples=max(3, settings().max_examples // 10))
"""Each law is tried in each of the zones."""

TWO_DAYS = 2 * 24 * 60


class TestTheTwoModels:
    @pytest.mark.parametrize("zone", AWKWARD_ZONES)
    @FEW
    @given(data=st.data())
    def test_agree_on_every_minute_around_a_change_of_the_clock(
        self, zone: str, data: st.DataObject
    ) -> None:
        scene = data.draw(scenes(zone=zone, shifts=shifts()))
        start = scene.around - scene.around % MINUTE - 24 * 60 * MINUTE

        watched = open_minutes(scene.plan, start, TWO_DAYS)

        assert watched.count(True) * MINUTE == elapsed(
            scene.plan, start, start + TWO_DAYS * MINUTE
        )
        nth = data.draw(st.integers(0, TWO_DAYS - 1))
        assert watched[nth] == is_open(scene.plan, start + nth * MINUTE)


class TestFirstInstant:
    @given(data=st.data())
    def test_no_clock_shows_the_time_or_a_later_one_before_it(
        self, data: st.DataObject
    ) -> None:
        zone = data.draw(st.sampled_from(AWKWARD_ZONES))
        around = data.draw(pivots(zone))
        wall = reading(zone, data.draw(instants(around)))

        first = first_instant(zone, wall)

        assert reading(zone, first) >= wall
        assert all(
            reading(zone, first - back) < wall
            for back in (1, *range(MINUTE, FARTHEST, 5 * MINUTE))
        )
