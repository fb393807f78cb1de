"""Moments as the integers that they are counted in.

Outside, a moment is an aware `datetime`. Inside, it is an instant: a whole number of
microseconds since the Unix epoch, so that durations add up exactly and two moments of
one zone never subtract as wall-clock time [T1]. These functions are the only doors
between the two.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, tzinfo

from alignkit.errors import AlignkitError, NaiveMomentError, UnfitValueError

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
SECOND = 1_000_000
"""Microseconds in a second."""

_LONGEST_SEEN = 80


def to_instant(moment: datetime, argument: str) -> int:
    """Return an aware datetime as microseconds since the Unix epoch, exactly.

    Raises:
        NaiveMomentError: If `moment` has no offset; it names the `argument`.
        UnfitValueError: If it is no datetime; it names the `argument` likewise.

    Example:
        >>> to_instant(datetime(1970, 1, 1, 0, 0, 1, 5, tzinfo=UTC), "at")
        1000005
    """
    try:
        since = moment - EPOCH
    except TypeError:
        raise _no_moment(moment, argument) from None
    return (since.days * 86_400 + since.seconds) * SECOND + since.microseconds


def _no_moment(given: object, argument: str) -> AlignkitError:
    if isinstance(given, datetime):
        return NaiveMomentError(argument, str(given))
    seen = repr(given)
    if isinstance(given, date):
        seen = f"{given}, a date, which begins elsewhere at another moment"
    expected = "a datetime with a zone"
    return UnfitValueError("moment", argument, expected, seen[:_LONGEST_SEEN])


def to_moment(instant: int, zone: tzinfo) -> datetime:
    """Return an instant as an aware datetime of a zone.

    Example:
        >>> to_moment(1_000_005, UTC)
        datetime.datetime(1970, 1, 1, 0, 0, 1, 5, tzinfo=datetime.timezone.utc)
    """
    # Not fromtimestamp: it takes a float, which loses microseconds after 2106.
    return (EPOCH + timedelta(0, 0, instant)).astimezone(zone)


def to_duration(microseconds: int) -> timedelta:
    """Return a count of microseconds as a timedelta, exactly."""
    return timedelta(0, 0, microseconds)
