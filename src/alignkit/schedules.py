"""What a calendar says: when a team is open, in the words of the team.

A schedule has weekly hours, dates with hours of their own, holidays, and one-off
openings and closings. Two of them combine: open when both are, or when either is. This
module says which intervals of open time each local date owns; `breakpoints` counts in
them, and `hours` is the face of both.
"""

from __future__ import annotations

import enum
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from datetime import date

import attrs

from alignkit._fields import typed
from alignkit.errors import EmptyCalendarError, UnfitValueError
from alignkit.holidays import Holiday, HolidayList, HolidayRule, HolidaySource
from alignkit.shifts import Shift
from alignkit.zones import (
    DAY,
    END_DAY,
    EPOCH_ORDINAL,
    FIRST_DAY,
    WallClock,
    check_day,
    clock,
    zone,
)

Stretch = tuple[int, int]
"""An interval of instants, ``[start, end)``."""

Owned = tuple[int, int, int]
"""An interval of open time with the day number of the local date that owns it."""

_FOREVER = 1 << 62


def merged(stretches: Iterable[Stretch]) -> list[Stretch]:
    """Return what intervals cover, as disjoint intervals in order [T5]."""
    cover: list[Stretch] = []
    for start, end in sorted(stretches):
        if end <= start:
            continue
        if cover and start <= cover[-1][1]:
            if end > cover[-1][1]:
                cover[-1] = (cover[-1][0], end)
        else:
            cover.append((start, end))
    return cover


def _inside(owned: Iterable[Owned], cover: Sequence[Stretch]) -> Iterator[Owned]:
    """Each interval cut to what a cover of disjoint intervals, in order, covers."""
    starts = [start for start, _ in cover]
    for day, start, end in owned:
        first = max(bisect_right(starts, start) - 1, 0)
        for opens, closes in cover[first : bisect_left(starts, end)]:
            if closes > start:
                yield day, max(start, opens), min(end, closes)


def _outside(cover: Sequence[Stretch]) -> list[Stretch]:
    """What a cover of disjoint intervals, in order, leaves open on both sides."""
    ends = [-_FOREVER, *(end for _, end in cover)]
    starts = [*(start for start, _ in cover), _FOREVER]
    return list(zip(ends, starts, strict=True))


class Closure(enum.Enum):
    """Why a calendar is closed at some instant."""

    OUTSIDE_HOURS = "outside_hours"
    """The weekly hours of that date leave it out."""

    HOLIDAY = "holiday"
    """The date is a holiday."""

    DATED_HOURS = "dated_hours"
    """The date has hours of its own, which leave it out."""

    CLOSING = "closing"
    """A one-off closing covers it."""


@attrs.frozen
class Closed:
    """Why a calendar is closed at some instant, for people to check.

    Attributes:
        reason: What closes it.
        name: The name of the holiday, if it is one.
    """

    reason: Closure
    name: str | None = None

    def __str__(self) -> str:
        return self.name or self.reason.value.replace("_", " ")


def _week(week: Iterable[Iterable[Shift]]) -> tuple[tuple[Shift, ...], ...]:
    return tuple(_neat(shifts) for shifts in week)


def _dated(
    dated: Iterable[tuple[date, Iterable[Shift]]],
) -> tuple[tuple[date, tuple[Shift, ...]], ...]:
    return tuple(sorted((day, _neat(shifts)) for day, shifts in dated))


def _neat(shifts: Iterable[Shift]) -> tuple[Shift, ...]:
    """The shifts of a date in order, joined where they touch and a text can say it."""
    neat: list[Shift] = []
    for shift in sorted(shifts):
        if neat and shift.opens <= neat[-1].closes:
            closes = max(neat[-1].closes, shift.closes)
            if closes - neat[-1].opens <= DAY:
                neat[-1] = Shift(neat[-1].opens, closes)
                continue
        neat.append(shift)
    return tuple(neat)


def _cover(stretches: Iterable[Stretch]) -> tuple[Stretch, ...]:
    return tuple(merged(stretches))


def _is_text(_: object, __: attrs.Attribute[str], key: object) -> None:
    if not isinstance(key, str):
        expected = "the name of a zone, such as 'Europe/Paris'"
        raise UnfitValueError("calendar", "zone", expected, repr(key)[:80])


def _listed(holidays: Iterable[Holiday]) -> tuple[Holiday, ...]:
    return tuple(sorted(set(holidays)))


def _rules(given: Iterable[HolidayRule]) -> tuple[HolidayRule, ...]:
    several: object = given
    if not isinstance(several, Iterable) or isinstance(several, str):
        several = (given,)
    rules = tuple(several)
    for rule in rules:
        if not isinstance(rule, HolidayRule):
            expected = "holiday rules, such as [FromEaster('Easter Monday', days=1)]"
            seen = repr(rule)[:80]
            raise UnfitValueError("calendar", "holiday_rules", expected, seen)
    return rules


def _openings(stretches: Iterable[Stretch]) -> tuple[Stretch, ...]:
    # Not merged: each belongs to the date that it starts on.
    return tuple(sorted(set(stretches)))


@attrs.frozen(kw_only=True, cache_hash=True, field_transformer=typed)
class Schedule:
    """The hours of one team in one zone.

    What is more particular goes first [T10]: a closing, an opening, the hours of a
    date, a holiday, the weekly hours. A shift belongs to the date it starts on [T9], so
    a holiday leaves the end of the night shift before it alone.

    Attributes:
        zone: The name of the zone.
        week: The shifts of each weekday, from Monday on.
        dated: The shifts of dates that have hours of their own.
        holidays: The holidays that are listed.
        rules: Where more holidays come from.
        openings: One-off openings, as instants.
        closings: One-off closings, as instants.

    Raises:
        UnknownZoneError: If there is no such zone.
        EmptyCalendarError: If it never opens.
    """

    zone: str = attrs.field(validator=_is_text)
    week: tuple[tuple[Shift, ...], ...] = attrs.field(converter=_week)
    dated: tuple[tuple[date, tuple[Shift, ...]], ...] = attrs.field(
        default=(), converter=_dated
    )
    holidays: tuple[Holiday, ...] = attrs.field(default=(), converter=_listed)
    rules: tuple[HolidayRule, ...] = attrs.field(default=(), converter=_rules)
    openings: tuple[Stretch, ...] = attrs.field(default=(), converter=_openings)
    closings: tuple[Stretch, ...] = attrs.field(default=(), converter=_cover)

    def __attrs_post_init__(self) -> None:
        zone(self.zone)
        for day, _ in self.dated:
            check_day(day, "dated")
        dated = any(shifts for _, shifts in self.dated)
        if not (any(self.week) or dated or any(a < b for a, b in self.openings)):
            raise EmptyCalendarError(self.zone)

    @property
    def sources(self) -> tuple[HolidaySource, ...]:
        """Where its holidays were taken from, if from elsewhere [T11]."""
        return tuple(
            rule.source for rule in self.rules if isinstance(rule, HolidayList)
        )

    def intervals(self, start: int, end: int) -> list[Owned]:
        """Return its open time around the instants from `start` to `end`, by owner.

        Every interval that overlaps them is there, whole or as closings have cut it;
        in order of their starts, before merging.
        """
        here = clock(self.zone, start, end)
        # A shift may end two dates after its own, and a clock that is set back may
        # have shown a later date before the end.
        first, last = here.ordinal(start) - 2, here.ordinal(end) + 3
        owned = list(self._by_date(here, first, last))
        if self.openings:
            owned += (
                (clock(self.zone, opens).ordinal(opens), opens, closes)
                for opens, closes in self.openings
                if opens < end and closes > start
            )
            owned.sort(key=_by_start)
        if self.closings:
            return list(_inside(owned, _outside(self.closings)))
        return owned

    def _by_date(self, here: WallClock, first: int, last: int) -> Iterator[Owned]:
        dated = {day.toordinal(): shifts for day, shifts in self.dated}
        off = self._holidays(first, last)
        offset, until = 0, -_FOREVER
        for day in range(first, last):
            shifts = dated.get(day)
            if shifts is None:
                if day in off:
                    continue
                # Day number 1 is a Monday.
                shifts = self.week[(day - 1) % 7]
            midnight = (day - EPOCH_ORDINAL) * DAY
            for shift in shifts:
                opens, closes = midnight + shift.opens, midnight + shift.closes
                # Most days are far from any change of the clock: no need to search.
                if closes >= until:
                    offset, until = here.steady(opens)
                if closes < until:
                    yield day, opens - offset, closes - offset
                elif (start := here.instant(opens)) < (end := here.instant(closes)):
                    yield day, start, end

    def _holidays(self, first: int, last: int) -> dict[int, str]:
        # A rule goes on for ever; outside these years there is nothing to close.
        start = max(date.fromordinal(first), FIRST_DAY)
        end = min(date.fromordinal(last), END_DAY)
        names = {
            holiday.day.toordinal(): holiday.name
            for rule in reversed(self.rules)
            for holiday in rule.within(start, end)
        }
        # What is listed by hand has the last word on the name.
        names.update(
            (holiday.day.toordinal(), holiday.name) for holiday in self.holidays
        )
        return names

    def closed_at(self, instant: int) -> Closed | None:
        """Return why it is closed at an instant, or None if it is open."""
        if any(start <= instant < end for start, end in self.closings):
            return Closed(Closure.CLOSING)
        owned = self.intervals(instant, instant + 1)
        if any(start <= instant < end for _, start, end in owned):
            return None
        day = clock(self.zone, instant).ordinal(instant)
        if any(dated.toordinal() == day for dated, _ in self.dated):
            return Closed(Closure.DATED_HOURS)
        if name := self._holidays(day, day + 1).get(day):
            return Closed(Closure.HOLIDAY, name)
        return Closed(Closure.OUTSIDE_HOURS)

    def seams(self, start: int, end: int) -> set[int]:
        """Return the instants at which the reason why it is closed may change."""
        here = clock(self.zone, start, end)
        days = range(here.ordinal(start), here.ordinal(end) + 2)
        edges = {edge for closing in self.closings for edge in closing}
        return edges | {here.midnight(day) for day in days}


@attrs.frozen(cache_hash=True, field_transformer=typed)
class Both:
    """Open when both of two calendars are [T12].

    An interval belongs to the date in the left calendar that owned it.
    """

    left: Schedule | Both | Either
    right: Schedule | Both | Either

    @property
    def zone(self) -> str:
        """The zone in which its dates are counted: that of the left calendar."""
        return self.left.zone

    @property
    def sources(self) -> tuple[HolidaySource, ...]:
        """Where the holidays of the two were taken from."""
        return (*self.left.sources, *self.right.sources)

    def intervals(self, start: int, end: int) -> list[Owned]:
        """Return its open time around the instants from `start` to `end`, by owner."""
        owned = self.left.intervals(start, end)
        if not owned:
            return []
        last = max(end for _, _, end in owned)
        others = self.right.intervals(owned[0][1], last)
        return list(
            _inside(owned, merged((opens, closes) for _, opens, closes in others))
        )

    def closed_at(self, instant: int) -> Closed | None:
        """Return why it is closed at an instant, or None if it is open."""
        return self.left.closed_at(instant) or self.right.closed_at(instant)

    def seams(self, start: int, end: int) -> set[int]:
        """Return the instants at which the reason why it is closed may change."""
        return self.left.seams(start, end) | self.right.seams(start, end)


@attrs.frozen(cache_hash=True, field_transformer=typed)
class Either:
    """Open when either of two calendars is [T12].

    An interval of the right calendar belongs to the date on which it starts in the zone
    of the left one; shifts of one date that overlap are one interval.
    """

    left: Schedule | Both | Either
    right: Schedule | Both | Either

    @property
    def zone(self) -> str:
        """The zone in which its dates are counted: that of the left calendar."""
        return self.left.zone

    @property
    def sources(self) -> tuple[HolidaySource, ...]:
        """Where the holidays of the two were taken from."""
        return (*self.left.sources, *self.right.sources)

    def intervals(self, start: int, end: int) -> list[Owned]:
        """Return its open time around the instants from `start` to `end`, by owner."""
        owned = self.left.intervals(start, end)
        owned += (
            (clock(self.zone, opens).ordinal(opens), opens, closes)
            for _, opens, closes in self.right.intervals(start, end)
        )
        return sorted(owned, key=_by_start)

    def closed_at(self, instant: int) -> Closed | None:
        """Return why it is closed at an instant, or None if it is open."""
        left, right = self.left.closed_at(instant), self.right.closed_at(instant)
        return left if right else None

    def seams(self, start: int, end: int) -> set[int]:
        """Return the instants at which the reason why it is closed may change."""
        return self.left.seams(start, end) | self.right.seams(start, end)


AnySchedule = Schedule | Both | Either
"""What a calendar says, alone or combined."""


def _by_start(owned: Owned) -> int:
    return owned[1]
