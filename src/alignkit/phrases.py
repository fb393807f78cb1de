"""Phrases: moments and lengths of time in words that people check against a calendar.

Nothing is rounded here, and nothing depends on the language of the machine.
"""

from __future__ import annotations

from datetime import datetime, timedelta

# Not strftime: it speaks the language of the machine.
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = (
    *("Jan", "Feb", "Mar", "Apr", "May", "Jun"),
    *("Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
)


def moment_text(moment: datetime, *, with_year: bool = True) -> str:
    """Return a moment as the clock on the wall shows it, with the name of the zone.

    Example:
        >>> from zoneinfo import ZoneInfo
        >>> moment_text(datetime(2026, 3, 6, 16, 40, tzinfo=ZoneInfo("Europe/London")))
        'Fri 6 Mar 2026 16:40 GMT'
    """
    day = f"{_DAYS[moment.weekday()]} {moment.day} {_MONTHS[moment.month - 1]}"
    year = f" {moment.year}" if with_year else ""
    exact = moment.second or moment.microsecond
    time = moment.time().isoformat("auto" if exact else "minutes")
    return f"{day}{year} {time} {moment.tzname()}"


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
