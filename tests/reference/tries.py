"""Attempts counted the slow way: for every attempt, all that came before it again."""

from __future__ import annotations

from collections.abc import Sequence

import attrs

from tests.reference.clocks import local_date


@attrs.frozen
class Try:
    """An attempt: when, on which channel, and of what it falls short."""

    at: int
    channel: str
    falls_short: str | None = None


@attrs.frozen(kw_only=True)
class Minimum:
    """What it takes to have tried [K14].

    Attributes:
        attempts: How many attempts.
        channels: On how many channels.
        days: On how many dates.
        per_day: How many count on one date; None for any number.
        spacing: How far apart they must lie to count.
        zone: The zone of the dates.
    """

    attempts: int
    channels: int
    days: int
    per_day: int | None
    spacing: int
    zone: str


def why_not(minimum: Minimum, tries: Sequence[Try], nth: int) -> str | None:
    """Return why an attempt does not count; None if it does."""
    one = tries[nth]
    if one.falls_short is not None:
        return one.falls_short
    before = [
        tries[other] for other in range(nth) if why_not(minimum, tries, other) is None
    ]
    today = [
        other
        for other in before
        if local_date(minimum.zone, other.at) == local_date(minimum.zone, one.at)
    ]
    if minimum.per_day is not None and len(today) >= minimum.per_day:
        return "daily_cap"
    if before and one.at - before[-1].at < minimum.spacing:
        return "spacing"
    return None


def complete_at(minimum: Minimum, tries: Sequence[Try]) -> int | None:
    """Return the first instant at which every minimum holds; None if none does."""
    counted: list[Try] = []
    for nth, one in enumerate(tries):
        if why_not(minimum, tries, nth) is not None:
            continue
        counted.append(one)
        days = {local_date(minimum.zone, other.at) for other in counted}
        channels = {other.channel for other in counted}
        if (
            len(counted) >= minimum.attempts
            and len(channels) >= minimum.channels
            and len(days) >= minimum.days
        ):
            return one.at
    return None
