"""Moments of a question: most of them sensible."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from random import Random
from zoneinfo import ZoneInfo

_ODD = (
    datetime(2026, 3, 2, 9),
    datetime.min.replace(tzinfo=UTC),
    datetime.max.replace(tzinfo=UTC),
    datetime.max.replace(tzinfo=timezone(-timedelta(hours=23))),
    datetime(1900, 1, 1, tzinfo=UTC),
    datetime(2299, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC),
    datetime(2026, 3, 8, 2, 30, tzinfo=ZoneInfo("America/Denver")),
    datetime(2026, 11, 1, 1, 30, fold=1, tzinfo=ZoneInfo("America/Denver")),
)


def moment(random: Random) -> datetime:
    """Return a moment of the question: now and then one that nobody would ask about."""
    if random.random() < 0.02:
        return random.choice(_ODD)
    start = datetime(2026, 3, 1, tzinfo=UTC)
    return start + timedelta(minutes=random.randrange(60 * 24 * 60))
