from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from alignkit.phrases import length_text, moment_text

LONDON = ZoneInfo("Europe/London")


class TestMomentText:
    @pytest.mark.parametrize(
        ("moment", "text"),
        [
            (datetime(2026, 3, 27, 16, 30, tzinfo=LONDON), "Fri 27 Mar 2026 16:30 GMT"),
            (datetime(2026, 3, 30, 9, 0, tzinfo=LONDON), "Mon 30 Mar 2026 09:00 BST"),
            (
                datetime(2026, 3, 30, 9, 0, 5, tzinfo=UTC),
                "Mon 30 Mar 2026 09:00:05 UTC",
            ),
            (
                datetime(2026, 4, 9, 17, 30, 0, 1, tzinfo=LONDON),
                "Thu 9 Apr 2026 17:30:00.000001 BST",
            ),
            (
                datetime(2026, 3, 30, 9, tzinfo=timezone(timedelta(hours=1))),
                "Mon 30 Mar 2026 09:00 UTC+01:00",
            ),
        ],
    )
    def test_it_is_what_the_clock_on_the_wall_shows(
        self, moment: datetime, text: str
    ) -> None:
        assert moment_text(moment) == text

    def test_the_year_can_be_left_out(self) -> None:
        moment = datetime(2026, 3, 27, 16, 30, tzinfo=LONDON)

        assert moment_text(moment, with_year=False) == "Fri 27 Mar 16:30 GMT"


class TestLengthText:
    @pytest.mark.parametrize(
        ("length", "text"),
        [
            (timedelta(), "0 s"),
            (timedelta(minutes=90), "1 h 30 min"),
            (timedelta(days=2), "48 h"),
            (timedelta(seconds=61), "1 min 1 s"),
            (timedelta(microseconds=1_500_000), "1.5 s"),
            (timedelta(microseconds=1), "0.000001 s"),
            (timedelta(minutes=-90), "-1 h 30 min"),
        ],
    )
    def test_it_is_exact(self, length: timedelta, text: str) -> None:
        assert length_text(length) == text
