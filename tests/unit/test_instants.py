from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from dateutil import tz

from alignkit.errors import NaiveMomentError, UnfitValueError
from alignkit.instants import to_duration, to_instant, to_moment

NEW_YORK = ZoneInfo("America/New_York")


class TestToInstant:
    def test_counts_microseconds_since_the_epoch(self) -> None:
        assert to_instant(datetime(1970, 1, 2, 0, 0, 0, 7, tzinfo=UTC), "at") == (
            86_400_000_007
        )

    def test_counts_backwards_before_the_epoch(self) -> None:
        moment = datetime(1969, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)

        assert to_instant(moment, "at") == -1

    @pytest.mark.parametrize("zone", [NEW_YORK, tz.gettz("America/New_York")])
    def test_tells_the_two_times_of_a_repeated_hour_apart(self, zone: ZoneInfo) -> None:
        first = datetime(2026, 11, 1, 1, 30, tzinfo=zone, fold=0)
        second = datetime(2026, 11, 1, 1, 30, tzinfo=zone, fold=1)

        assert to_instant(second, "at") - to_instant(first, "at") == 3_600_000_000

    def test_refuses_a_naive_moment_and_names_the_argument(self) -> None:
        with pytest.raises(NaiveMomentError) as caught:
            to_instant(datetime(2026, 3, 6), "start")

        assert caught.value.argument == "start"
        assert caught.value.code == "AK-T001"
        assert str(caught.value) == (
            "'start' has no zone, so it names no moment: 2026-03-06 00:00:00; "
            "give it a tzinfo, such as datetime.UTC or a ZoneInfo"
        )

    @pytest.mark.parametrize(
        ("given", "seen"),
        [
            ("2026-03-06", "'2026-03-06'"),
            (None, "None"),
            (
                date(2026, 3, 6),
                "2026-03-06, a date, which begins elsewhere at another moment",
            ),
        ],
    )
    def test_says_what_it_saw_instead_of_a_moment(
        self, given: object, seen: str
    ) -> None:
        with pytest.raises(UnfitValueError) as caught:
            to_instant(given, "as_of")  # type: ignore[arg-type]

        assert caught.value.args == ("moment", "as_of", "a datetime with a zone", seen)


class TestToMoment:
    def test_keeps_the_last_microsecond_of_a_far_year(self) -> None:
        moment = datetime(2299, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)

        assert to_moment(to_instant(moment, "at"), UTC) == moment

    def test_gives_the_moment_in_the_zone_asked_for(self) -> None:
        moment = to_moment(0, NEW_YORK)

        assert moment.isoformat() == "1969-12-31T19:00:00-05:00"


class TestToDuration:
    def test_is_exact(self) -> None:
        assert to_duration(-90_000_001) == -timedelta(seconds=90, microseconds=1)
