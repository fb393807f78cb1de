"""The days on which a team does not work, each with a name.

A holiday is a date. It is listed, or it comes from a rule: the same date each year, the
nth weekday of a month, so many days from Easter, or a recurrence; or a list of them
comes from the `holidays` package, and says so, because another version of that package
may know others [T11].
"""

from __future__ import annotations

import enum
from collections.abc import Container, Iterable, Iterator
from datetime import date, timedelta
from typing import Literal, Self

import attrs
from attrs.validators import deep_iterable
from dateutil.easter import EASTER_ORTHODOX, EASTER_WESTERN, easter
from dateutil.relativedelta import relativedelta

from alignkit._fields import is_a, typed
from alignkit.errors import MissingExtraError, UnfitValueError
from alignkit.periods import Recurrence
from alignkit.shifts import WEEKDAYS
from alignkit.zones import check_day

_A_LEAP_YEAR = 2000


class Observed(enum.Enum):
    """What becomes of a holiday that falls on a Saturday or a Sunday."""

    AS_IT_FALLS = "as_it_falls"
    """Nothing."""

    NEAREST_WEEKDAY = "nearest_weekday"
    """A Saturday is observed on the Friday before, a Sunday on the Monday after."""

    NEXT_MONDAY = "next_monday"
    """Both are observed on the Monday after."""

    def day(self, falls: date) -> date:
        """Return the date on which a holiday is observed that falls on `falls`."""
        match self, falls.weekday():
            case (Observed.NEAREST_WEEKDAY, 5):
                return falls - timedelta(days=1)
            case (Observed.NEXT_MONDAY, 5):
                return falls + timedelta(days=2)
            case (Observed.NEAREST_WEEKDAY | Observed.NEXT_MONDAY, 6):
                return falls + timedelta(days=1)
            case _:
                return falls


class Church(enum.Enum):
    """Whose Easter it is."""

    WESTERN = "western"
    """Easter by the Gregorian calendar."""

    ORTHODOX = "orthodox"
    """Easter by the Julian calendar, given as a date of the Gregorian one."""


_EASTERS: dict[Church, Literal[1, 2, 3]] = {
    Church.WESTERN: EASTER_WESTERN,
    Church.ORTHODOX: EASTER_ORTHODOX,
}


@attrs.frozen(order=True)
class Holiday:
    """One date on which a team does not work.

    Attributes:
        day: The date.
        name: What people call it.
    """

    day: date = attrs.field()
    name: str = attrs.field(default="holiday", validator=is_a(str))

    @day.validator
    def _is_counted_in(self, _: object, value: date) -> None:
        check_day(value, "holiday")


@attrs.frozen(field_transformer=typed)
class FixedDate:
    """A holiday on the same date each year.

    Attributes:
        name: What people call it.
        month: The month, 1 to 12.
        day: The day of the month; on 29 February it comes in leap years only.
        observed: What becomes of it on a Saturday or a Sunday.

    Example:
        >>> day_off = FixedDate(
        ...     "Independence Day", month=7, day=4, observed=Observed.NEAREST_WEEKDAY
        ... )
        >>> [
        ...     str(holiday.day)
        ...     for holiday in day_off.within(date(2026, 1, 1), date(2027, 1, 1))
        ... ]
        ['2026-07-03']
    """

    name: str = attrs.field(validator=is_a(str))
    month: int = attrs.field(kw_only=True)
    day: int = attrs.field(kw_only=True)
    observed: Observed = attrs.field(
        default=Observed.AS_IT_FALLS,
        validator=is_a(Observed),
        kw_only=True,
        repr=str,
    )

    def __attrs_post_init__(self) -> None:
        if _date(_A_LEAP_YEAR, self.month, self.day) is None:
            seen = f"month {self.month}, day {self.day}"
            raise UnfitValueError("holiday", "day", "a day of the year", seen)

    def within(self, start: date, end: date) -> Iterator[Holiday]:
        """Return the holidays from `start` up to, not including, `end`."""
        # The observed date of a holiday may lie in the year before or after its own.
        for year in range(start.year - 1, end.year + 2):
            falls = _date(year, self.month, self.day)
            if falls and start <= (day := self.observed.day(falls)) < end:
                yield Holiday(day, self.name)


@attrs.frozen(field_transformer=typed)
class NthWeekday:
    """A holiday on the nth weekday of a month, or so many days after it.

    Attributes:
        name: What people call it.
        month: The month, 1 to 12.
        weekday: The weekday, ``"mon"`` to ``"sun"``.
        nth: Which one of the month, 1 to 5, or -1 for the last.
        days_after: How many days later it is, as on the Friday after Thanksgiving.

    Example:
        >>> labor_day = NthWeekday("Labor Day", month=9, weekday="mon", nth=1)
        >>> [
        ...     str(holiday.day)
        ...     for holiday in labor_day.within(date(2026, 1, 1), date(2027, 1, 1))
        ... ]
        ['2026-09-07']
    """

    name: str = attrs.field(validator=is_a(str))
    month: int = attrs.field(kw_only=True)
    weekday: str = attrs.field(kw_only=True)
    nth: int = attrs.field(kw_only=True)
    days_after: int = attrs.field(default=0, kw_only=True)

    def __attrs_post_init__(self) -> None:
        _check_in(self.month, range(1, 13), "month", "1 to 12")
        _check_in(self.weekday, WEEKDAYS, "weekday", "one of mon, tue, ... sun")
        _check_in(self.nth, (1, 2, 3, 4, 5, -1), "nth", "1 to 5, or -1 for the last")
        _check_in(self.days_after, range(7), "days_after", "0 to 6")

    def within(self, start: date, end: date) -> Iterator[Holiday]:
        """Return the holidays from `start` up to, not including, `end`."""
        for year in range(start.year - 1, end.year + 1):
            first = date(year, self.month, 1)
            if self.nth < 0:
                first += relativedelta(months=1, days=-7)
            days = (WEEKDAYS.index(self.weekday) - first.weekday()) % 7
            falls = first + timedelta(days=days + 7 * (max(self.nth, 1) - 1))
            if falls.month == self.month:
                day = falls + timedelta(days=self.days_after)
                if start <= day < end:
                    yield Holiday(day, self.name)


@attrs.frozen(field_transformer=typed)
class FromEaster:
    """A holiday so many days from Easter Sunday.

    Attributes:
        name: What people call it.
        days: How many days after Easter it is; negative for before.
        church: Whose Easter it is counted from.

    Example:
        >>> good_friday = FromEaster("Good Friday", days=-2)
        >>> [
        ...     str(holiday.day)
        ...     for holiday in good_friday.within(date(2026, 1, 1), date(2027, 1, 1))
        ... ]
        ['2026-04-03']
    """

    name: str = attrs.field(validator=is_a(str))
    days: int = attrs.field(kw_only=True)
    church: Church = attrs.field(
        default=Church.WESTERN, validator=is_a(Church), kw_only=True, repr=str
    )

    def __attrs_post_init__(self) -> None:
        _check_in(self.days, range(-100, 101), "days", "-100 to 100")

    def within(self, start: date, end: date) -> Iterator[Holiday]:
        """Return the holidays from `start` up to, not including, `end`."""
        # A hundred days before Easter may lie in the year before.
        for year in range(start.year, end.year + 2):
            day = easter(year, _EASTERS[self.church]) + timedelta(days=self.days)
            if start <= day < end:
                yield Holiday(day, self.name)


@attrs.frozen
class Recurring:
    """A holiday on each date of a recurrence.

    Attributes:
        name: What people call it.
        recurrence: The rule by which it comes round.

    Example:
        >>> inventory = Recurring(
        ...     "Inventory", Recurrence("FREQ=MONTHLY;BYMONTHDAY=-1", date(2026, 1, 1))
        ... )
        >>> [
        ...     str(holiday.day)
        ...     for holiday in inventory.within(date(2026, 2, 1), date(2026, 3, 1))
        ... ]
        ['2026-02-28']
    """

    name: str = attrs.field(validator=is_a(str))
    recurrence: Recurrence = attrs.field(validator=is_a(Recurrence))

    def within(self, start: date, end: date) -> Iterator[Holiday]:
        """Return the holidays from `start` up to, not including, `end`."""
        for day in self.recurrence.between(start, end):
            yield Holiday(day, self.name)


@attrs.frozen(kw_only=True, field_transformer=typed)
class HolidaySource:
    """Where a list of holidays was taken from, so that it can be taken again [T11].

    Attributes:
        package: The name of the package.
        version: Its version.
        country: The country, as the package names it.
        subdivision: The part of the country, as the package names it; None for all.
        years: The years that were asked for.
        language: The language of the names, as the package names it.
    """

    package: str
    version: str
    country: str
    subdivision: str | None
    years: tuple[int, ...]
    language: str | None


def _kept(holidays: Iterable[Holiday]) -> tuple[Holiday, ...]:
    if not isinstance(holidays, Iterable):
        raise UnfitValueError("list", "holidays", "holidays", repr(holidays)[:80])
    return tuple(holidays)


@attrs.frozen
class HolidayList:
    """Holidays that were listed elsewhere, and where.

    Attributes:
        holidays: The holidays, in order of their dates. Outside the years of the
            source there are none.
        source: Where they were taken from.
    """

    holidays: tuple[Holiday, ...] = attrs.field(
        converter=_kept, validator=deep_iterable(is_a(Holiday))
    )
    source: HolidaySource = attrs.field(validator=is_a(HolidaySource))

    @classmethod
    def from_package(
        cls,
        country: str,
        *,
        subdivision: str | None = None,
        years: Iterable[int],
        language: str | None = None,
    ) -> Self:
        """Return the holidays of a country, as the package `holidays` knows them.

        Args:
            country: The country, by its code of two letters.
            subdivision: The part of the country; without one, what all of it shares.
            years: The years to list.
            language: The language of the names; without one, the country's own.

        Raises:
            MissingExtraError: If the package is not installed.
            UnfitValueError: If it does not know the country, the subdivision or the
                language, or if a year lies outside 1900 to 2299.

        Example:
            >>> new_year, *_ = HolidayList.from_package("NO", years=[2026]).holidays
            >>> print(new_year.day, new_year.name)
            2026-01-01 Første nyttårsdag
        """
        try:
            import holidays as package
            from holidays.version import __version__ as version
        except ImportError:
            raise MissingExtraError(
                "a country's list of holidays", "holidays"
            ) from None
        asked = tuple(sorted(set(years)))
        for year in asked:
            _check_in(year, range(1900, 2300), "years", "years from 1900 to 2299")
        try:
            known = package.country_holidays(country, subdiv=subdivision)
        except NotImplementedError as error:
            expected = "a country and a subdivision that the package knows"
            raise UnfitValueError("holidays", "country", expected, str(error)) from None
        # Without a language the package takes that of the process's environment, so
        # that the same calendar would read differently on another machine.
        spoken = language or known.default_language
        if spoken not in (*known.supported_languages, known.default_language):
            expected = f"one of {', '.join(known.supported_languages)}"
            raise UnfitValueError("holidays", "language", expected, repr(spoken)[:40])
        named = package.country_holidays(
            country, subdiv=subdivision, years=asked, language=spoken
        )
        source = HolidaySource(
            package="holidays",
            version=version,
            country=country,
            subdivision=subdivision,
            years=asked,
            language=spoken,
        )
        return cls([Holiday(day, named[day]) for day in sorted(named)], source)

    def within(self, start: date, end: date) -> Iterator[Holiday]:
        """Return the holidays from `start` up to, not including, `end`."""
        return (holiday for holiday in self.holidays if start <= holiday.day < end)


HolidayRule = FixedDate | NthWeekday | FromEaster | Recurring | HolidayList
"""Where holidays come from that are not listed by hand."""


def _check_in(
    value: object, choices: Container[object], field: str, expected: str
) -> None:
    if value not in choices:
        raise UnfitValueError("holiday", field, expected, repr(value)[:40])


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except (OverflowError, ValueError):
        return None
