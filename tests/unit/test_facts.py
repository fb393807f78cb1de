from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from alignkit.criteria import Reach, Side
from alignkit.errors import MomentOutOfRangeError, NaiveMomentError
from alignkit.facts import Facts, lengths, local_day, whole_day, window
from alignkit.instants import to_instant, to_moment
from alignkit.scores import Score
from alignkit.spans import CalendarTime, Elapsed

LAST, NEXT = Side.LAST, Side.NEXT


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def moments(bounds: tuple[int, int]) -> tuple[datetime, datetime]:
    return to_moment(bounds[0], UTC), to_moment(bounds[1], UTC)


class TestOf:
    def test_a_record_becomes_values_by_canonical_path(self) -> None:
        noon = at("2026-03-02T12:00Z")
        score = Score(())

        facts = Facts.of(
            {"lead": {"source": "demo"}, "company": {"tags": ["a"]}},
            since=noon,
            happened={"demo": [noon, date(2026, 3, 1), at("2026-03-01T12:00Z")]},
            scores={"lead.score": score},
        )

        known = to_instant(noon, "noon")
        assert facts == Facts(
            values={"source": "demo", "company.tags": ("a",), "score": score},
            since={"source": known, "company.tags": known, "score": known},
            happened={"demo": (known - 86_400 * 10**6, known)},
            days={"demo": (date(2026, 3, 1),)},
        )

    def test_a_moment_without_a_zone_is_refused(self) -> None:
        with pytest.raises(NaiveMomentError):
            Facts.of({}, happened={"demo": [datetime(2026, 3, 2)]})


class TestWindow:
    @pytest.mark.parametrize(
        ("fact", "reach", "side", "first", "last"),
        [
            # 2 a.m. does not exist on 8 March in New York, so the day is 23 hours long.
            (
                "2026-03-07T12:00Z",
                CalendarTime(days=1),
                LAST,
                "2026-03-07T12:00Z",
                "2026-03-08T11:00Z",
            ),
            (
                "2026-03-07T12:00Z",
                Elapsed(hours=24),
                LAST,
                "2026-03-07T12:00Z",
                "2026-03-08T12:00Z",
            ),
            (
                "2026-03-08T12:00Z",
                Elapsed(hours=24),
                NEXT,
                "2026-03-07T12:00Z",
                "2026-03-08T12:00Z",
            ),
            (
                "2026-03-07T07:30Z",
                CalendarTime(days=1),
                LAST,
                "2026-03-07T07:30Z",
                "2026-03-08T07:00Z",
            ),
            (
                "2026-03-31T16:00Z",
                CalendarTime(months=1),
                NEXT,
                "2026-02-28T17:00Z",
                "2026-03-31T16:00Z",
            ),
            # The second half past one of 1 November means the first one.
            (
                "2026-11-01T06:30Z",
                CalendarTime(days=0),
                LAST,
                "2026-11-01T05:30Z",
                "2026-11-01T06:30Z",
            ),
        ],
    )
    def test_calendar_time_keeps_the_time_of_day(
        self, fact: str, reach: Reach, side: Side, first: str, last: str
    ) -> None:
        instant = to_instant(at(fact), "fact")

        bounds = window(instant, reach, side, "America/New_York")

        assert moments(bounds) == (at(first), at(last))

    @pytest.mark.parametrize(
        ("reach", "side", "first", "last"),
        [
            (CalendarTime(days=2), LAST, "2026-03-07T05:00Z", "2026-03-10T04:00Z"),
            (CalendarTime(days=2), NEXT, "2026-03-05T05:00Z", "2026-03-08T05:00Z"),
            (Elapsed(hours=1), LAST, "2026-03-07T05:00Z", "2026-03-08T05:00Z"),
            # An hour before its midnight, and so on the date before.
            (Elapsed(hours=1), NEXT, "2026-03-06T05:00Z", "2026-03-08T05:00Z"),
        ],
    )
    def test_a_day_counts_as_a_whole(
        self, reach: Reach, side: Side, first: str, last: str
    ) -> None:
        bounds = window(date(2026, 3, 7), reach, side, "America/New_York")

        assert moments((bounds[0], bounds[1] + 1)) == (at(first), at(last))

    @pytest.mark.parametrize("day", [date(1, 1, 1), date(9999, 12, 31)])
    def test_beyond_the_calendars_there_is_no_window(self, day: date) -> None:
        with pytest.raises(MomentOutOfRangeError):
            window(day, CalendarTime(days=1), LAST, "UTC")
        with pytest.raises(MomentOutOfRangeError):
            whole_day(day, "UTC")


@pytest.mark.parametrize(
    ("reach", "least", "most"),
    [
        (Elapsed(hours=5), 5, 5),
        # Two days to spare on either side; a month has 28 days, or 31.
        (CalendarTime(days=3), 24, 5 * 24),
        (CalendarTime(weeks=2, days=1), 13 * 24, 17 * 24),
        (CalendarTime(months=2), 54 * 24, 64 * 24),
    ],
)
def test_a_reach_takes_between_its_least_and_its_most(
    reach: Reach, least: int, most: int
) -> None:
    hour = 3_600_000_000

    assert lengths(reach) == (least * hour, most * hour)


def test_a_moment_belongs_to_the_date_of_its_zone() -> None:
    instant = to_instant(at("2026-03-01T23:00Z"), "at")

    assert local_day(instant, "Pacific/Auckland") == date(2026, 3, 2)
