"""Ledgers: where the time went, stretch by stretch.

Whoever doubts a verdict wants to see the hours that were counted, and those that were
not. A ledger lists every stretch of time between two instants in order, without a gap:
counted, at rest, or closed and why.
"""

from __future__ import annotations

import enum
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

import attrs

from alignkit.hours import BusinessHours
from alignkit.schedules import Closed


class EntryKind(enum.Enum):
    """What became of a stretch of time."""

    COUNTED = "counted"
    """It counted."""

    PAUSED = "paused"
    """It was open, and the clock rested."""

    SET_BACK = "set_back"
    """It was open and did count, until a reset set it back to nothing."""

    CLOSED = "closed"
    """Nobody is there to keep a promise."""


@attrs.frozen
class Entry:
    """One stretch of time, and what became of it.

    Attributes:
        start: When it began.
        end: When it ended; itself not part of it.
        kind: Whether it counted.
        closed: Why it is closed, if it is.
    """

    start: datetime
    end: datetime
    kind: EntryKind
    closed: Closed | None = None


def ledger(
    hours: BusinessHours,
    start: datetime,
    end: datetime,
    pauses: Sequence[tuple[datetime, datetime | None]] = (),
    reset: datetime | None = None,
) -> tuple[Entry, ...]:
    """Return every stretch between two moments, in order and without a gap.

    Args:
        hours: The business hours that count.
        start: The first moment.
        end: The moment up to which it goes.
        pauses: When the clock rested, in order and apart.
        reset: When what had counted was set back to nothing for the last time.

    Raises:
        NaiveMomentError: If a moment has no zone.
        IntervalInvertsError: If `end` lies before `start`.

    Example:
        >>> from datetime import UTC, date
        >>> hours = BusinessHours("UTC", {"mon-fri": ["09:00-17:00"]})
        >>> def at(hour):
        ...     return datetime(2026, 3, 6, hour, tzinfo=UTC)
        >>> for entry in ledger(hours, at(8), at(12), [(at(10), at(11))]):
        ...     print(f"{entry.start:%H:%M}", entry.kind.value)
        08:00 closed
        09:00 counted
        10:00 paused
        11:00 counted
    """
    entries: list[Entry] = []
    for row in hours.ledger(start, end):
        if row.closed is not None:
            entries.append(Entry(row.start, row.end, EntryKind.CLOSED, row.closed))
        else:
            entries += _open_entries(row.start, row.end, pauses, reset)
    return tuple(entries)


def _open_entries(
    start: datetime,
    end: datetime,
    pauses: Sequence[tuple[datetime, datetime | None]],
    reset: datetime | None,
) -> Iterator[Entry]:
    """Yield an open stretch in parts: set back, counted, and at rest."""
    # Compared in UTC: Python compares moments of one zone by the clock on the wall.
    here = start.tzinfo
    at, last = start.astimezone(UTC), end.astimezone(UTC)
    anew = at if reset is None else min(max(reset.astimezone(UTC), at), last)
    if at < anew:
        yield Entry(start, anew.astimezone(here), EntryKind.SET_BACK)
        at = anew
    for low, high in pauses:
        rest = max(low.astimezone(UTC), at)
        until = last if high is None else min(high.astimezone(UTC), last)
        if rest >= until:
            continue
        if at < rest:
            yield Entry(at.astimezone(here), rest.astimezone(here), EntryKind.COUNTED)
        yield Entry(rest.astimezone(here), until.astimezone(here), EntryKind.PAUSED)
        at = until
    if at < last:
        yield Entry(at.astimezone(here), last.astimezone(here), EntryKind.COUNTED)
