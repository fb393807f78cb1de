"""The hours in which a team works, and what falls due when in them.

Business hours are a value: a zone, weekly hours, holidays, exceptions. They answer when
a promise falls due, how much business time lies between two moments, and whether anyone
is there. Two of them combine with ``&`` (both are open) and ``|`` (either is).
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Self, TypeVar, assert_never, cast, overload
from zoneinfo import ZoneInfo

import attrs

from alignkit.breakpoints import Breakpoints
from alignkit.dues import (
    Landing,
    added,
    counted_back,
    days_used,
    due,
    nth_day,
    rests,
    subtracted,
)
from alignkit.errors import (
    IntervalInvertsError,
    NegativeSpanError,
    UnfitValueError,
)
from alignkit.holidays import Holiday, HolidayRule, HolidaySource
from alignkit.instants import MICROSECOND, to_duration, to_instant, to_moment
from alignkit.schedules import (
    AnySchedule,
    Both,
    Closed,
    Either,
    Schedule,
    Stretch,
)
from alignkit.shifts import Shift, shifts_of, week_of, week_text
from alignkit.spans import BusinessDays, BusinessTime, CalendarTime, Elapsed, Span
from alignkit.zones import check_day, check_range, clock, zone

S = TypeVar("S")
T = TypeVar("T")

_BY_DATE = "hours by date, such as {date(2026, 12, 24): ['09:00-12:00']}"

_Moments = Iterable[tuple[datetime, Span | timedelta]]
_Instants = Iterable[tuple[int, int]]

Pauses = Iterable[tuple[datetime, datetime | None]]
"""Intervals in which a clock rests [T15]; the end of one that still lasts is None."""


@attrs.frozen(init=False, repr=False)
class BusinessHours:
    """The hours in which a team works.

    The constructor reads text. Days are ``mon`` to ``sun``, ranges such as ``mon-fri``
    or ``fri-mon``, and lists such as ``mon,wed``. Hours are ``09:00-17:00``, with
    seconds and fractions if need be; an end at or before the start lies on the next
    date, and ``24:00`` is the end of the date [T9].

    What is more particular goes first [T10]: a closing, an opening, the hours of a date
    (none: closed), a holiday, the weekly hours. Holidays are dates, dates with names,
    or come from rules.

    Two of them are equal if they say the same. They may be shared between threads.

    Attributes:
        schedule: What the calendar says, as values.

    Raises:
        UnknownZoneError: If there is no such zone.
        HoursTextError: If days or hours cannot be read.
        EmptyCalendarError: If it never opens.
        IntervalInvertsError: If an opening or a closing ends before it starts.
        NaiveMomentError: If an opening or a closing has no zone.
        MomentOutOfRangeError: If a date lies outside the years 1900 to 2299.
        UnfitValueError: If an argument is of another type than it says.

    Example:
        >>> from datetime import UTC
        >>> hours = BusinessHours(
        ...     zone="America/New_York",
        ...     week={"mon-fri": ["09:00-17:00"]},
        ...     holidays={date(2026, 12, 25): "Christmas Day"},
        ...     dated={date(2026, 12, 24): ["09:00-12:00"]},
        ... )
        >>> start = datetime(2026, 12, 24, 15, 0, tzinfo=UTC)  # 10:00 in New York
        >>> print(hours.add(start, BusinessTime(hours=4)))
        2026-12-28 11:00:00-05:00
    """

    schedule: AnySchedule

    def __init__(
        self,
        zone: str,
        week: Mapping[str, Iterable[str]] | None = None,
        *,
        holidays: Mapping[date, str] | Iterable[date] = (),
        dated: Mapping[date, Iterable[str]] | None = None,
        openings: Iterable[tuple[datetime, datetime]] = (),
        closings: Iterable[tuple[datetime, datetime]] = (),
        holiday_rules: Iterable[HolidayRule] = (),
    ) -> None:
        schedule = Schedule(
            zone=zone,
            week=week_of(week or {}),
            dated=_dated(dated or {}),
            holidays=_holidays(holidays),
            rules=holiday_rules,
            openings=_stretches(openings, "openings"),
            closings=_stretches(closings, "closings"),
        )
        self.__attrs_init__(schedule)

    @classmethod
    def of(cls, schedule: AnySchedule) -> Self:
        """Return the hours that a schedule says, alone or combined."""
        hours = cls.__new__(cls)
        hours.__attrs_init__(schedule)
        return hours

    def __and__(self, other: Self) -> Self:
        """Return the hours in which both are open, in the zone of the left [T12]."""
        if not isinstance(other, BusinessHours):
            return NotImplemented
        return self.of(Both(self.schedule, other.schedule))

    def __or__(self, other: Self) -> Self:
        """Return the hours in which either is open, in the zone of the left [T12]."""
        if not isinstance(other, BusinessHours):
            return NotImplemented
        return self.of(Either(self.schedule, other.schedule))

    @property
    def zone(self) -> str:
        """The name of the zone in which it counts dates and gives moments."""
        return self.schedule.zone

    @property
    def holiday_sources(self) -> tuple[HolidaySource, ...]:
        """Where its holidays were taken from, if from elsewhere [T11]."""
        return self.schedule.sources

    def add(
        self,
        start: datetime,
        span: Span | timedelta,
        *,
        of: date | None = None,
        pauses: Iterable[tuple[datetime, datetime]] = (),
        landing: Landing = "close",
    ) -> datetime:
        """Return the moment that lies a span after another.

        A timedelta is so much business time; a negative one is subtracted [T8].

        Args:
            start: The moment from which it counts. If it is closed then, business time
                counts from the next opening, business days and calendar time from the
                local date of the moment itself [T6].
            span: How long.
            of: The date that a span `Before` one counts back from.
            pauses: When nothing counted [T15].
            landing: Where business time stays that ends exactly on a close [T7].

        Returns:
            A moment in the zone of the calendar.

        Raises:
            NaiveMomentError: If a moment has no zone.
            MissingDateError: If a span `Before` a date is given without it.
            NegativeSpanError: If a timedelta is negative, and there are pauses.
            IntervalInvertsError: If a pause ends before it starts.
            NoBusinessTimeError: If it does not come within 100 years [T13].
            MomentOutOfRangeError: If a moment lies outside the years 1900 to 2299.

        Example:
            >>> from zoneinfo import ZoneInfo
            >>> hours = BusinessHours("Europe/Paris", {"mon-fri": ["09:00-17:00"]})
            >>> friday = datetime(2026, 3, 6, 16, 0, tzinfo=ZoneInfo("Europe/Paris"))
            >>> print(hours.add(friday, BusinessTime(hours=4)))
            2026-03-09 12:00:00+01:00
            >>> print(hours.add(friday, BusinessDays(2)))
            2026-03-10 17:00:00+01:00
            >>> print(hours.add(friday, timedelta(hours=1), landing="next_open"))
            2026-03-09 09:00:00+01:00
        """
        if isinstance(span, timedelta):
            at, length = to_instant(start, "start"), span // MICROSECOND
            if length >= 0:
                taken = rests(_instant_pairs(pauses), at) if pauses else ()
                found = added(self._open, at, length, taken, landing)
            elif not pauses:
                found = subtracted(self._open, at, -length, landing)
            else:
                raise NegativeSpanError("span", str(span))
            moment = None if found is None else self._moment(found)
        else:
            moment = self.due(start, span, of=of, pauses=pauses, landing=landing)
        if moment is None:
            expected = "an end; ask `due` about one that still lasts"
            raise UnfitValueError("pause", "end", expected, "None")
        return moment

    def subtract(
        self,
        start: datetime,
        span: BusinessTime | BusinessDays | Elapsed | CalendarTime | timedelta,
        *,
        landing: Landing = "close",
    ) -> datetime:
        """Return the moment that lies a span before another.

        The mirror of `add`: business time that ends exactly on an opening stays there,
        or with ``landing="next_open"`` goes to the close before it; so many business
        days before a moment is the opening of that day [T7, T8].

        Raises:
            NaiveMomentError: If `start` has no zone.
            NoBusinessTimeError: If it does not come within 100 years [T13].
            MomentOutOfRangeError: If a moment lies outside the years 1900 to 2299.

        Example:
            >>> hours = BusinessHours("UTC", {"mon-fri": ["09:00-17:00"]})
            >>> from datetime import UTC
            >>> monday = datetime(2026, 3, 9, 10, 0, tzinfo=UTC)
            >>> print(hours.subtract(monday, BusinessTime(hours=2)))
            2026-03-06 16:00:00+00:00
        """
        at = to_instant(start, "start")
        if not isinstance(span, timedelta):
            _check_span(span)
            return self._moment(counted_back(self._open, at, span, landing))
        if span < timedelta():
            return self.add(start, -span, landing=landing)
        found = subtracted(self._open, at, span // MICROSECOND, landing)
        return self._moment(found)

    def due(
        self,
        start: datetime,
        span: Span,
        *,
        of: date | None = None,
        pauses: Pauses = (),
        landing: Landing = "close",
    ) -> datetime | None:
        """Return when a clock is due that started at a moment; None while it rests.

        As `add`, but a pause may still last, its end being None: then nothing that
        comes after its start is due.

        Example:
            >>> from datetime import UTC
            >>> hours = BusinessHours("UTC", {"mon-fri": ["09:00-17:00"]})
            >>> ten, noon = (
            ...     datetime(2026, 3, 6, hour, tzinfo=UTC) for hour in (10, 12)
            ... )
            >>> hours.due(ten, BusinessTime(hours=4), pauses=[(noon, None)]) is None
            True
        """
        _check_span(span)
        at = self.due_at(
            to_instant(start, "start"),
            span,
            of=of,
            pauses=_instant_pairs(pauses),
            landing=landing,
        )
        return None if at is None else self._moment(at)

    def due_at(
        self,
        at: int,
        span: Span,
        *,
        of: date | None = None,
        pauses: Iterable[tuple[int, int | None]] = (),
        landing: Landing = "close",
    ) -> int | None:
        """Return when a clock is due that started at an instant; None while it rests.

        As `due`, in microseconds since the epoch.
        """
        taken = rests(pauses, at)
        return due(self._open, at, span, of=of, taken=taken, landing=landing)

    def days_used(
        self,
        at: int,
        until: int,
        span: BusinessDays,
        *,
        pauses: Iterable[tuple[int, int | None]] = (),
    ) -> int:
        """Return how many business days of a span count by an instant [T14, T15].

        Args:
            at: The instant at which the span starts.
            until: The instant.
            span: The span.
            pauses: When the clock was paused; one that still lasts has no end.
        """
        return days_used(self._open, at, until, span, rests(pauses, at))

    def between(
        self, start: datetime, end: datetime, *, pauses: Pauses = ()
    ) -> timedelta:
        """Return the business time from one moment to another, less the pauses.

        It is negative if `end` lies before `start` [T8].

        Raises:
            NaiveMomentError: If a moment has no zone.
            IntervalInvertsError: If a pause ends before it starts.
            MomentOutOfRangeError: If a moment lies outside the years 1900 to 2299.

        Example:
            >>> from datetime import UTC
            >>> hours = BusinessHours("UTC", {"mon-fri": ["09:00-17:00"]})
            >>> friday = datetime(2026, 3, 6, 16, 0, tzinfo=UTC)
            >>> print(hours.between(friday, datetime(2026, 3, 9, 10, 0, tzinfo=UTC)))
            2:00:00
        """
        first, last = to_instant(start, "start"), to_instant(end, "end")
        passed = self._open.between(first, last)
        if pauses:
            low, high = min(first, last), max(first, last)
            lost = sum(
                self._open.between(start, min(end, high))
                for start, end in rests(_instant_pairs(pauses), low)
                if start < high
            )
            passed -= lost if first <= last else -lost
        return to_duration(passed)

    def is_open(self, at: datetime) -> bool:
        """Say whether it is open at a moment; at a close it is not [T5].

        Raises:
            NaiveMomentError: If `at` has no zone.
            MomentOutOfRangeError: If it lies outside the years 1900 to 2299.
        """
        return self._open.is_open(to_instant(at, "at"))

    def next_open(self, at: datetime) -> datetime:
        """Return `at` if it is open then, else the next opening [T8].

        Raises:
            NaiveMomentError: If `at` has no zone.
            NoBusinessTimeError: If it does not open within 100 years [T13].
            MomentOutOfRangeError: If it lies outside the years 1900 to 2299.
        """
        return self._moment(self._open.next_open(to_instant(at, "at")))

    def next_close(self, at: datetime) -> datetime:
        """Return the first close later than `at` [T8].

        Raises:
            NaiveMomentError: If `at` has no zone.
            NoBusinessTimeError: If it does not close within 100 years, as one that is
                open round the clock never does [T13].
            MomentOutOfRangeError: If it lies outside the years 1900 to 2299.
        """
        return self._moment(self._open.next_close(to_instant(at, "at")))

    def previous_open(self, at: datetime) -> datetime:
        """Return the last opening earlier than `at`: the mirror of `next_close`.

        Raises:
            NaiveMomentError: If `at` has no zone.
            NoBusinessTimeError: If there is none in the 100 years before [T13].
            MomentOutOfRangeError: If it lies outside the years 1900 to 2299.
        """
        return self._moment(self._open.previous_open(to_instant(at, "at")))

    def previous_close(self, at: datetime) -> datetime:
        """Return `at` if it was open right before, else the last close before it.

        The mirror of `next_open`: the last moment up to which business time ran.

        Raises:
            NaiveMomentError: If `at` has no zone.
            NoBusinessTimeError: If there is none in the 100 years before [T13].
            MomentOutOfRangeError: If it lies outside the years 1900 to 2299.
        """
        return self._moment(self._open.previous_close(to_instant(at, "at")))

    def intervals(
        self, start: datetime, end: datetime
    ) -> tuple[tuple[datetime, datetime], ...]:
        """Return the open intervals between two moments, merged and cut to them [T5].

        Raises:
            NaiveMomentError: If a moment has no zone.
            IntervalInvertsError: If `end` lies before `start`.
            MomentOutOfRangeError: If a moment lies outside the years 1900 to 2299.
        """
        first, last = _ordered(start, end, "end")
        return tuple(
            (self._moment(opens), self._moment(closes))
            for opens, closes in self._open.intervals(first, last)
        )

    def ledger(self, start: datetime, end: datetime) -> tuple[Interval, ...]:
        """Return all intervals between two moments, open or closed, and why closed.

        Raises:
            NaiveMomentError: If a moment has no zone.
            IntervalInvertsError: If `end` lies before `start`.
            MomentOutOfRangeError: If a moment lies outside the years 1900 to 2299.

        Example:
            >>> from datetime import UTC
            >>> hours = BusinessHours(
            ...     "UTC",
            ...     {"mon-fri": ["09:00-17:00"]},
            ...     holidays={date(2026, 4, 3): "Good Friday"},
            ... )
            >>> for row in hours.ledger(
            ...     datetime(2026, 4, 2, 16, tzinfo=UTC),
            ...     datetime(2026, 4, 4, tzinfo=UTC),
            ... ):
            ...     print(f"{row.start:%a %H:%M}", row.closed or "open")
            Thu 16:00 open
            Thu 17:00 outside hours
            Fri 00:00 Good Friday
        """
        first, last = _ordered(start, end, "end")
        return tuple(
            Interval(self._moment(since), self._moment(until), closed)
            for since, until, closed in self._open.ledger(first, last)
        )

    def why_closed(self, at: datetime) -> Closed | None:
        """Return why it is closed at a moment, or None if it is open.

        Raises:
            NaiveMomentError: If `at` has no zone.
            MomentOutOfRangeError: If it lies outside the years 1900 to 2299.
        """
        return self.schedule.closed_at(check_range(to_instant(at, "at"), "at"))

    def is_business_day(self, day: date) -> bool:
        """Say whether a local date owns open time [T14].

        Raises:
            MomentOutOfRangeError: If it lies outside the years 1900 to 2299.
        """
        return self._open.owned(_ordinal(day)) is not None

    def open_of(self, day: date) -> datetime | None:
        """Return the first opening of a business day, or None of any other date.

        Raises:
            MomentOutOfRangeError: If it lies outside the years 1900 to 2299.
        """
        owned = self._open.owned(_ordinal(day))
        return None if owned is None else self._moment(owned[0])

    def close_of(self, day: date) -> datetime | None:
        """Return the last close of a business day, or None of any other date [T14].

        Raises:
            MomentOutOfRangeError: If it lies outside the years 1900 to 2299.
        """
        owned = self._open.owned(_ordinal(day))
        return None if owned is None else self._moment(owned[1])

    def business_days(self, start: date, end: date) -> tuple[date, ...]:
        """Return the business days from `start` up to, not including, `end` [T14].

        Raises:
            IntervalInvertsError: If `end` lies before `start`.
            MomentOutOfRangeError: If a date lies outside the years 1900 to 2299.
        """
        first, last = _ordinal(start), _ordinal(end)
        if last < first:
            raise IntervalInvertsError("business_days", start, end)
        return tuple(map(date.fromordinal, self._open.days_between(first, last)))

    def business_days_between(
        self, start: date | datetime, end: date | datetime
    ) -> int:
        """Return how many business days lie after one date, up to and with another.

        Of a moment, its date in the zone of the calendar counts. The count is negative
        if `end` lies before `start` [T14].

        Raises:
            NaiveMomentError: If a moment has no zone.
            MomentOutOfRangeError: If a date lies outside the years 1900 to 2299.

        Example:
            >>> hours = BusinessHours("UTC", {"mon-fri": ["09:00-17:00"]})
            >>> hours.business_days_between(date(2026, 3, 6), date(2026, 3, 10))
            2
        """
        first, last = self._day_of(start, "start"), self._day_of(end, "end")
        if last < first:
            return -len(self._open.days_between(last + 1, first + 1))
        return len(self._open.days_between(first + 1, last + 1))

    def add_business_days(self, day: date, count: int) -> date:
        """Return the business day that comes so many after a date, or before it.

        The date itself is day 0, business day or not [T14].

        Raises:
            NoBusinessTimeError: If it does not come within 100 years [T13].
            MomentOutOfRangeError: If a date lies outside the years 1900 to 2299.

        Example:
            >>> hours = BusinessHours("UTC", {"mon-fri": ["09:00-17:00"]})
            >>> hours.add_business_days(date(2026, 3, 6), -5)
            datetime.date(2026, 2, 27)
        """
        return date.fromordinal(nth_day(self._open, _ordinal(day), count))

    def open_between(self, start: int, end: int) -> int:
        """Return the business time between two instants, all in microseconds.

        As `between`, for loops that hold instants: microseconds since the epoch.
        """
        return self._open.between(start, end)

    def add_open(self, at: int, length: int) -> int:
        """Return the instant that lies some business time after another.

        As `add`, for loops that hold instants: microseconds since the epoch.
        """
        if length < 0:
            return subtracted(self._open, at, -length)
        return self._open.add(at, length) if length else self._open.next_open(at)

    @overload
    def between_many(
        self, starts: Iterable[datetime], ends: Iterable[datetime]
    ) -> tuple[timedelta, ...]: ...

    @overload
    def between_many(
        self, starts: Iterable[int], ends: Iterable[int]
    ) -> tuple[int, ...]: ...

    def between_many(
        self, starts: Iterable[datetime | int], ends: Iterable[datetime | int]
    ) -> tuple[timedelta, ...] | tuple[int, ...]:
        """Return the business time of many pairs of moments, or of instants.

        Raises:
            UnfitValueError: If there are not as many starts as ends, or if moments and
                instants are mixed.
            NaiveMomentError: If a moment has no zone.
            MomentOutOfRangeError: If a moment lies outside the years 1900 to 2299.

        Example:
            >>> hours = BusinessHours("UTC", {"mon-fri": ["09:00-17:00"]})
            >>> hours.between_many([0, 0], [10 * 3_600_000_000, 86_400_000_000])
            (3600000000, 28800000000)
        """
        firsts, lasts = list(starts), list(ends)
        _check_as_many(len(firsts), len(lasts), "ends")
        _check_alike((*firsts, *lasts), "ends")
        passed = self._open.between_many(
            _instants(firsts, "starts"), _instants(lasts, "ends")
        )
        if _are_moments(firsts):
            return tuple(map(to_duration, passed))
        return tuple(passed)

    @overload
    def add_many(
        self, starts: Iterable[datetime], spans: Iterable[Span | timedelta]
    ) -> tuple[datetime, ...]: ...

    @overload
    def add_many(
        self, starts: Iterable[int], spans: Iterable[int]
    ) -> tuple[int, ...]: ...

    def add_many(
        self,
        starts: Iterable[datetime | int],
        spans: Iterable[Span | timedelta | int],
    ) -> tuple[datetime, ...] | tuple[int, ...]:
        """Return what lies many spans after many moments, or instants.

        Raises:
            UnfitValueError: If there are not as many starts as spans, or if moments and
                instants are mixed.

        Example:
            >>> hours = BusinessHours("UTC", {"mon-fri": ["09:00-17:00"]})
            >>> hours.add_many([0], [3_600_000_000])
            (36000000000,)
        """
        firsts, lengths = list(starts), list(spans)
        _check_as_many(len(firsts), len(lengths), "spans")
        _check_alike((*firsts, *lengths), "spans")
        pairs = zip(firsts, lengths, strict=True)
        if _are_moments(firsts):
            return tuple(
                self.add(start, span) for start, span in cast("_Moments", pairs)
            )
        return tuple(
            self.add_open(at, length) for at, length in cast("_Instants", pairs)
        )

    @functools.cached_property
    def _open(self) -> Breakpoints:
        # Kept, though it could be made anew: compiling costs more than any question.
        return Breakpoints(self.schedule)

    @functools.cached_property
    def _zoneinfo(self) -> ZoneInfo:
        return zone(self.schedule.zone)

    def _moment(self, instant: int) -> datetime:
        return to_moment(instant, self._zoneinfo)

    def _day_of(self, day: date, argument: str) -> int:
        if isinstance(day, datetime):
            at = check_range(to_instant(day, argument), argument)
            return clock(self.zone, at).ordinal(at)
        return check_day(day, argument).toordinal()

    def __repr__(self) -> str:
        match self.schedule:
            case Schedule():
                return _repr(self.schedule)
            case Both(left, right):
                return f"({self.of(left)!r} & {self.of(right)!r})"
            case Either(left, right):
                return f"({self.of(left)!r} | {self.of(right)!r})"
            case _:
                assert_never(self.schedule)


@attrs.frozen
class Interval:
    """A run of time in which a calendar is open, or closed for one reason.

    Attributes:
        start: The moment at which it starts.
        end: The moment at which it ends, itself no part of it.
        closed: Why it is closed; None if it is open.
    """

    start: datetime
    end: datetime
    closed: Closed | None


def _holidays(holidays: Mapping[date, str] | Iterable[date]) -> tuple[Holiday, ...]:
    if isinstance(holidays, Mapping):
        return tuple(Holiday(day, name) for day, name in holidays.items())
    expected = "dates, such as [date(2026, 12, 25)], or names by date"
    _check_several(holidays, "holidays", expected)
    return tuple(map(Holiday, holidays))


def _dated(
    dated: Mapping[date, Iterable[str]],
) -> list[tuple[date, tuple[Shift, ...]]]:
    if not isinstance(dated, Mapping):
        raise _unfit("dated", _BY_DATE, dated)
    return [(day, shifts_of(texts)) for day, texts in dated.items()]


def _check_several(given: object, argument: str, expected: str) -> None:
    # A text would fall apart into its letters.
    if isinstance(given, str | bytes) or not isinstance(given, Iterable):
        raise _unfit(argument, expected, given)


def _pairs(given: Iterable[tuple[T, S]], argument: str) -> Iterator[tuple[T, S]]:
    """Yield the starts and ends that were given, once each is known to be a pair."""
    expected = "pairs of a start and an end"
    _check_several(given, argument, expected)
    for pair in given:
        _check_pair(pair, argument, expected)
        start, end = pair
        yield start, end


def _check_pair(given: object, argument: str, expected: str) -> None:
    if not isinstance(given, tuple | list) or len(given) != 2:  # noqa: PLR2004
        raise _unfit(argument, expected, given)


def _unfit(argument: str, expected: str, given: object) -> UnfitValueError:
    return UnfitValueError("calendar", argument, expected, repr(given)[:80])


def _stretches(
    stretches: Iterable[tuple[datetime, datetime]], argument: str
) -> tuple[Stretch, ...]:
    return tuple(
        _ordered(start, end, argument) for start, end in _pairs(stretches, argument)
    )


def _ordered(start: datetime, end: datetime, argument: str) -> Stretch:
    first = check_range(to_instant(start, argument), argument)
    last = check_range(to_instant(end, argument), argument)
    if last < first:
        raise IntervalInvertsError(argument, start, end)
    return first, last


def _instant_pairs(pauses: Pauses) -> list[tuple[int, int | None]]:
    pairs: list[tuple[int, int | None]] = []
    for start, end in _pairs(pauses, "pauses"):
        since = to_instant(start, "pauses")
        until = None if end is None else to_instant(end, "pauses")
        if until is not None and until < since:
            raise IntervalInvertsError("pauses", start, end)
        pairs.append((since, until))
    return pairs


def _instants(moments: Iterable[datetime | int], argument: str) -> list[int]:
    return [at if isinstance(at, int) else to_instant(at, argument) for at in moments]


def _are_moments(starts: Sequence[datetime | int]) -> bool:
    return bool(starts) and isinstance(starts[0], datetime)


def _check_span(span: object) -> None:
    if not isinstance(span, Span):
        expected = "a span, such as span('4 business hours')"
        raise UnfitValueError("hours", "span", expected, repr(span))


def _check_as_many(starts: int, others: int, argument: str) -> None:
    if starts != others:
        seen = f"{starts} starts and {others} {argument}"
        raise UnfitValueError("bulk", argument, "as many as there are starts", seen)


def _check_alike(given: Sequence[object], argument: str) -> None:
    if len({isinstance(one, int) for one in given}) > 1:
        expected = "moments throughout, or instants throughout"
        raise UnfitValueError("bulk", argument, expected, "both")


def _ordinal(day: date) -> int:
    return check_day(day, "day").toordinal()


def _repr(schedule: Schedule) -> str:
    """The call that makes a calendar, leaving out what it does not say."""
    said = {
        "week": week_text(schedule.week),
        "holidays": {holiday.day: holiday.name for holiday in schedule.holidays},
        "dated": {
            day: [str(shift) for shift in shifts] for day, shifts in schedule.dated
        },
        "openings": _moments(schedule.openings),
        "closings": _moments(schedule.closings),
        "holiday_rules": schedule.rules,
    }
    parts = "".join(f", {name}={value!r}" for name, value in said.items() if value)
    return f"BusinessHours({schedule.zone!r}{parts})"


def _moments(stretches: Iterable[Stretch]) -> list[tuple[datetime, datetime]]:
    return [(to_moment(start, UTC), to_moment(end, UTC)) for start, end in stretches]


EVERY_HOUR = BusinessHours("UTC", {"mon-sun": ["00:00-24:00"]})
"""Hours that are always open, so that what they count is time on the wall clock."""
