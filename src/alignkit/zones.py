"""What the clocks on the wall read, zone by zone.

A zone is a history of offsets: at every transition its clock jumps forward, skipping
some times, or back, repeating some. A `WallClock` holds that history as one table,
so that a time on the wall is turned into an instant by one search, by one rule: the
first instant at which that clock reads that time or later [T3].
"""

from __future__ import annotations

import difflib
import functools
import importlib.util
import itertools
import zoneinfo
from bisect import bisect_right
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import attrs

from alignkit.errors import MomentOutOfRangeError, UnfitValueError, UnknownZoneError
from alignkit.instants import EPOCH, MICROSECOND, SECOND, to_instant

DAY = 86_400 * SECOND
"""Microseconds in 24 hours."""

EPOCH_ORDINAL = EPOCH.toordinal()
"""The day number, as `date.toordinal` counts, of the epoch."""

_FIRST_YEAR, _END_YEAR = 1900, 2300
EARLIEST = to_instant(datetime(_FIRST_YEAR, 1, 1, tzinfo=UTC), "EARLIEST")
LATEST = to_instant(datetime(_END_YEAR, 1, 1, tzinfo=UTC), "LATEST")
FIRST_DAY, END_DAY = date(_FIRST_YEAR, 1, 1), date(_END_YEAR, 1, 1)
"""Instants are counted in ``[EARLIEST, LATEST)``; outside, calendars mean nothing."""

# No zone of the data has kept an offset for less than three days and 23 hours (that was
# Freetown, in 1939), so that a look every third day sees every change.
_LOOK = timedelta(days=3)
_SECOND = timedelta(seconds=1)
_YEAR = 31_556_952 * SECOND  # on average
_SPARE = 30 * DAY
_FOREVER = 1 << 62
_OF_THIS_MACHINE = frozenset({"localtime", "posixrules"})


@functools.cache
def zone(key: str) -> zoneinfo.ZoneInfo:
    """Return the zone of a name.

    Raises:
        UnknownZoneError: If there is none; it offers names that look like it.

    Example:
        >>> try:
        ...     zone("Europe/Pari")
        ... except UnknownZoneError as error:
        ...     error.near[0]
        'Europe/Paris'
    """
    try:
        found = zoneinfo.ZoneInfo(key)
    # A key that names a folder, or none at all, fails as the file system pleases.
    except (LookupError, ValueError, OSError, TypeError):
        found = None
    # These mean another zone on every machine, so that a result could not be repeated.
    if found is None or key in _OF_THIS_MACHINE:
        known = sorted(zoneinfo.available_timezones())
        near = difflib.get_close_matches(str(key)[:80], known)
        raise UnknownZoneError(str(key), tuple(near))
    return found


@attrs.frozen
class WallClock:
    """The clock of one zone over some years, as a table of its offsets.

    A local time is a count of microseconds, as if the clock on the wall stood in UTC.

    Attributes:
        since: The instants from which each offset holds; the first one always has.
        offsets: Microseconds that the clock is ahead of UTC.
        reached: What the clock has read at most by the end of each offset.

    Example:
        >>> spring = datetime(2026, 3, 8, 2, 30, tzinfo=UTC)  # skipped in New York
        >>> new_york = clock("America/New_York", to_instant(spring, "spring"))
        >>> new_york.instant(to_instant(spring, "spring")) == to_instant(
        ...     datetime(2026, 3, 8, 7, tzinfo=UTC), "transition"
        ... )
        True
    """

    since: tuple[int, ...]
    offsets: tuple[int, ...]
    reached: tuple[int, ...]

    def instant(self, local: int) -> int:
        """Return the first instant at which the clock reads `local` or later [T3]."""
        row = bisect_right(self.reached, local)
        # In a gap, the time on the wall comes before the offset that would hold.
        return max(local - self.offsets[row], self.since[row])

    def local(self, instant: int) -> int:
        """Return what the clock reads at an instant."""
        return instant + self.offsets[bisect_right(self.since, instant) - 1]

    def ordinal(self, instant: int) -> int:
        """Return the day number of the local date at an instant."""
        return self.local(instant) // DAY + EPOCH_ORDINAL

    def midnight(self, ordinal: int) -> int:
        """Return the first instant of a local date, or of what follows it [T3]."""
        return self.instant((ordinal - EPOCH_ORDINAL) * DAY)

    def steady(self, local: int) -> tuple[int, int]:
        """Return the offset at a local time, and the local time up to which it holds.

        Up to there, an instant is the local time less the offset, which saves the
        search. In a gap nothing is steady, and the two are 0 and `local` itself.
        """
        row = bisect_right(self.reached, local)
        offset = self.offsets[row]
        if local - offset < self.since[row]:
            return 0, local
        return offset, self.reached[row]


def clock(key: str, first: int, last: int | None = None) -> WallClock:
    """Return the clock of a zone, good for the instants from `first` to `last`.

    It is made decade by decade, when first asked for, and kept.

    Raises:
        UnknownZoneError: If there is no such zone.
    """
    # Some days to spare on either side, for what begins or ends near an edge.
    return _clock(
        key,
        _decade(first - _SPARE),
        _decade((first if last is None else last) + _SPARE),
    )


def start_of(day: date, key: str) -> int:
    """Return the first instant of a date in a zone [T3].

    Raises:
        MomentOutOfRangeError: If the date lies outside the years 1900 to 2299.

    Example:
        Cairo's clocks skip from midnight to one o'clock in spring:

        >>> from alignkit.instants import to_moment
        >>> print(to_moment(start_of(date(2026, 4, 24), "Africa/Cairo"), UTC))
        2026-04-23 22:00:00+00:00
    """
    local = (check_day(day, "day").toordinal() - EPOCH_ORDINAL) * DAY
    return clock(key, local).instant(local)


def check_range(instant: int, argument: str) -> int:
    """Return an instant if alignkit counts in its year.

    Raises:
        MomentOutOfRangeError: If it does not; it names the `argument`.
    """
    if EARLIEST <= instant < LATEST:
        return instant
    year = EPOCH.year + instant // _YEAR
    raise MomentOutOfRangeError(argument, f"about the year {year}")


def check_day(day: date, argument: str) -> date:
    """Return a date if alignkit counts in its year.

    Raises:
        MomentOutOfRangeError: If it does not; it names the `argument`.
        UnfitValueError: If it is no date, or one with a time of day.
    """
    if isinstance(day, datetime) or not isinstance(day, date):
        raise UnfitValueError("calendar", argument, "a plain date", repr(day)[:80])
    if _FIRST_YEAR <= day.year < _END_YEAR:
        return day
    raise MomentOutOfRangeError(argument, str(day))


@functools.cache
def tzdata_version() -> str | None:
    """Return the version of the time-zone data in use, where that is known [T16].

    Example:
        >>> version = tzdata_version()
        >>> version is None or version[:2] == "20"
        True
    """
    for folder in map(Path, zoneinfo.TZPATH):
        if folder.is_dir():
            return _version_in(folder)
    package = importlib.util.find_spec("tzdata")
    if package is None or package.origin is None:
        return None
    return _version_in(Path(package.origin).parent / "zoneinfo")


def _version_in(folder: Path) -> str | None:
    # The first line of the file is "# version 2026a".
    try:
        with (folder / "tzdata.zi").open(encoding="ascii") as lines:
            return lines.readline().removeprefix("# version").strip() or None
    except OSError:
        return None


def _decade(instant: int) -> int:
    return (EPOCH.year + instant // _YEAR) // 10


@functools.cache
def _clock(key: str, first: int, last: int) -> WallClock:
    changes = [
        row for decade in range(first, last + 1) for row in _changes(key, decade)
    ]
    rows = changes[:1]
    rows += (
        after for before, after in itertools.pairwise(changes) if after[1] != before[1]
    )
    since = (-_FOREVER, *(instant for instant, _ in rows[1:]))
    offsets = tuple(offset for _, offset in rows)
    reached: list[int] = []
    most = -_FOREVER
    for end, offset in zip((*since[1:], _FOREVER), offsets, strict=True):
        most = max(most, end + offset)
        reached.append(most)
    return WallClock(since, offsets, tuple(reached))


@functools.cache
def _changes(key: str, decade: int) -> tuple[tuple[int, int], ...]:
    """The first instant of a decade and each change within it, with the new offset."""
    start = datetime(decade * 10, 1, 1, tzinfo=UTC)
    end = datetime(decade * 10 + 10, 1, 1, tzinfo=UTC)
    return tuple(_looked_for(zone(key), start, end))


def _looked_for(
    zone: zoneinfo.ZoneInfo, start: datetime, end: datetime
) -> Iterator[tuple[int, int]]:
    before = start.astimezone(zone).utcoffset()
    yield to_instant(start, "start"), _microseconds(before)
    low = start
    while low < end:
        high = min(low + _LOOK, end)
        after = high.astimezone(zone).utcoffset()
        if after != before:
            change = _change(zone, low, high)
            yield to_instant(change, "change"), _microseconds(after)
            before = after
        low = high


def _change(zone: zoneinfo.ZoneInfo, low: datetime, high: datetime) -> datetime:
    """The first whole second after `low` from which the offset is that of `high`."""
    after = high.astimezone(zone).utcoffset()
    while high - low > _SECOND:
        middle = low + (high - low) // _SECOND // 2 * _SECOND
        if middle.astimezone(zone).utcoffset() == after:
            high = middle
        else:
            low = middle
    return high


def _microseconds(offset: timedelta | None) -> int:
    return (offset or timedelta()) // MICROSECOND
