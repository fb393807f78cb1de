"""Facts: what is known about a subject when a criterion is put to it.

Criteria do not care where facts come from. A history says what has become known by a
moment; a payload says what its sender cared to send. The difference matters where
something is absent: what no history reports did not happen, and what a payload leaves
out is simply not known [H6]. Facts say which of the two they are, and hold the rest in
tables by path and by name.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Self

import attrs

from alignkit.criteria import Reach, Side, canonical_path
from alignkit.instants import to_instant
from alignkit.scores import Score
from alignkit.spans import Elapsed
from alignkit.values import Value, attributes
from alignkit.zones import DAY, EPOCH_ORDINAL, check_range, clock

Content = Value | Score
"""What a field can hold when it is asked: a plain value, or a score that fades."""


@attrs.frozen(kw_only=True)
class Facts:
    """What is known of one subject, and since when.

    The tables are read and never changed; whoever makes facts leaves them alone after.
    Paths stand in their canonical form, ``source`` rather than ``lead.source``.

    Attributes:
        values: What is in each field. None is in a field that is known to be empty.
        since: The instants since which the values have been known, by path.
        happened: The instants at which things happened, by name, in order of time.
        days: The dates on which things happened of which only the date is known [E1].
        is_complete: Whether what is not listed as having happened did not happen, as in
            a history; in a payload it is unknown.
        zone: The zone whose dates are meant by days, months and scores.

    Example:
        >>> from datetime import UTC
        >>> facts = Facts.of(
        ...     {"company": {"employees": 120}, "lead.source": "demo"},
        ...     happened={"demo_requested": [datetime(2026, 3, 2, 9, tzinfo=UTC)]},
        ... )
        >>> facts.values["company.employees"], facts.values["source"]
        (120, 'demo')
    """

    values: Mapping[str, Content] = attrs.field(factory=dict)
    since: Mapping[str, int] = attrs.field(factory=dict)
    happened: Mapping[str, tuple[int, ...]] = attrs.field(factory=dict)
    days: Mapping[str, tuple[date, ...]] = attrs.field(factory=dict)
    is_complete: bool = False
    zone: str = "UTC"

    @classmethod
    def of(
        cls,
        record: Mapping[str, object],
        *,
        since: datetime | None = None,
        happened: Mapping[str, Iterable[date | datetime]] | None = None,
        scores: Mapping[str, Score] | None = None,
        is_complete: bool = False,
        zone: str = "UTC",
    ) -> Self:
        """Return the facts that a nested record states.

        Args:
            record: Values by name, nested or by dotted path.
            since: The moment since which all of them have been known.
            happened: For each behaviour, the moments or dates at which it happened.
            scores: Scores that fade, by path.
            is_complete: Whether what is not listed as having happened did not happen.
            zone: The zone whose dates are meant.

        Raises:
            NaiveMomentError: If a moment has no zone.
            UnfitValueError: If a value is of no kind that facts carry.
        """
        values: dict[str, Content] = {
            canonical_path(path): value for path, value in attributes(record)
        }
        values.update(
            {canonical_path(path): score for path, score in (scores or {}).items()}
        )
        known = None if since is None else to_instant(since, "since")
        moments: dict[str, tuple[int, ...]] = {}
        days: dict[str, tuple[date, ...]] = {}
        for name, given in (happened or {}).items():
            all_of_it = tuple(given)
            moments[name] = tuple(
                sorted(
                    to_instant(at, "happened")
                    for at in all_of_it
                    if isinstance(at, datetime)
                )
            )
            only_dates = [at for at in all_of_it if not isinstance(at, datetime)]
            if only_dates:
                days[name] = tuple(sorted(only_dates))
        return cls(
            values=values,
            since={} if known is None else dict.fromkeys(values, known),
            happened=moments,
            days=days,
            is_complete=is_complete,
            zone=zone,
        )


def local_day(instant: int, zone: str) -> date:
    """Return the date that it is in a zone at an instant.

    Raises:
        MomentOutOfRangeError: If it lies outside the years 1900 to 2299.
    """
    here = clock(zone, check_range(instant, "moment"))
    return date.fromordinal(here.ordinal(instant))


def whole_day(day: date, zone: str) -> tuple[int, int]:
    """Return the first and the last instant of a date in a zone [T3].

    Raises:
        MomentOutOfRangeError: If the date lies outside the years 1900 to 2299.
    """
    ordinal = day.toordinal()
    here = clock(zone, check_range((ordinal - EPOCH_ORDINAL) * DAY, "day"))
    return here.midnight(ordinal), here.midnight(ordinal + 1) - 1


def window(fact: int | date, reach: Reach, side: Side, zone: str) -> tuple[int, int]:
    """Return the first and the last instant at which a dated fact is within reach.

    Both count. The reach is measured from the fact, so months are added to its date
    once and clipped to the length of the month [T14]. A date without a time counts from
    the start of its first day to the end of its last.

    Raises:
        MomentOutOfRangeError: If the fact lies outside the years 1900 to 2299.

    Example:
        >>> from datetime import UTC
        >>> from alignkit.instants import to_moment
        >>> from alignkit.spans import span
        >>> month = span("1 month")
        >>> for at in window(date(2026, 1, 31), month, Side.LAST, "UTC"):
        ...     print(to_moment(at, UTC))
        2026-01-31 00:00:00+00:00
        2026-02-28 23:59:59.999999+00:00
    """
    if not isinstance(fact, date):
        check_range(fact, "moment")
        far = moved(fact, reach, side, zone)
        # A repeated time of day means its first occurrence, which may lie before it.
        return min(fact, far), max(fact, far)
    first, last = whole_day(fact, zone)
    far_day = local_day(moved(first, reach, side, zone), zone)
    if side is Side.LAST:
        return first, whole_day(far_day, zone)[1]
    return whole_day(far_day, zone)[0], last


def moved(instant: int, reach: Reach, side: Side, zone: str) -> int:
    """Return the instant that lies so far after one (`LAST`) or before it (`NEXT`)."""
    forward = side is Side.LAST
    if isinstance(reach, Elapsed):
        return instant + (reach.length if forward else -reach.length)
    days, time = divmod(clock(zone, instant).local(instant), DAY)
    day = date.fromordinal(days + EPOCH_ORDINAL)
    far = reach.after(day) if forward else reach.before(day)
    local = check_range((far.toordinal() - EPOCH_ORDINAL) * DAY + time, "moment")
    return clock(zone, local).instant(local)


def lengths(reach: Reach) -> tuple[int, int]:
    """Return the least and the most microseconds that a reach can take in any zone.

    They are rough, and save asking a calendar where the answer is not close.
    """
    if isinstance(reach, Elapsed):
        return reach.length, reach.length
    rest = reach.weeks * 7 + reach.days
    # Two days to spare: a zone has skipped a whole day, and a clock an hour beside it.
    least = reach.months * 28 + rest - 2
    most = reach.months * 31 + rest + 2
    return least * DAY, most * DAY
