"""Phrases: moments and lengths of time in words that people check against a calendar.

Nothing is rounded here, and nothing depends on the language of the machine.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta

# Not strftime: it speaks the language of the machine.
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = (
    *("Jan", "Feb", "Mar", "Apr", "May", "Jun"),
    *("Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
)


def moment_text(moment: datetime, *, with_year: bool = True) -> str:
    """Return a moment as the clock on the wall shows it, with the name of the zone.

    The last moment of a day is 24:00, as ISO 8601 allows it: what is due then is due on
    that day.

    Example:
        >>> from zoneinfo import ZoneInfo
        >>> london = ZoneInfo("Europe/London")
        >>> moment_text(datetime(2026, 3, 6, 16, 40, tzinfo=london))
        'Fri 6 Mar 2026 16:40 GMT'
        >>> moment_text(datetime(2026, 3, 31, 23, 59, 59, 999_999, tzinfo=london))
        'Tue 31 Mar 2026 24:00 BST'
    """
    day = f"{_DAYS[moment.weekday()]} {moment.day} {_MONTHS[moment.month - 1]}"
    year = f" {moment.year}" if with_year else ""
    exact = moment.second or moment.microsecond
    shown = moment.time().isoformat("auto" if exact else "minutes")
    if moment.time() == time.max:
        shown = "24:00"
    return f"{day}{year} {shown} {moment.tzname()}"


def counted(number: int, noun: str) -> str:
    """Return a number with the noun that it counts.

    Example:
        >>> counted(1, "verdict"), counted(12000, "verdict")
        ('1 verdict', '12,000 verdicts')
    """
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def length_text(length: timedelta) -> str:
    """Return a length in hours, minutes and seconds, exactly.

    Days are left out: a day of business time is as long as its calendar says.

    Example:
        >>> length_text(timedelta(days=1, minutes=5)), length_text(timedelta())
        ('24 h 5 min', '0 s')
    """
    sign = "-" if length < timedelta() else ""
    minutes, rest = divmod(abs(length), timedelta(minutes=1))
    parts = [
        f"{amount} {unit}"
        for amount, unit in ((minutes // 60, "h"), (minutes % 60, "min"))
        if amount
    ]
    if rest or not parts:
        fraction = f".{rest.microseconds:06}".rstrip("0") if rest.microseconds else ""
        parts.append(f"{rest.seconds}{fraction} s")
    return sign + " ".join(parts)
