"""Recurrences: duties that come again and again, as something a clock can count.

"At least every seven days" is a row of deadlines: each time that it is done ends one
and starts the next. A question that waits for its answer is one deadline, and the next
question starts another. So a cadence is judged as the deadline that it is in each of
its cycles [K18].
"""

from __future__ import annotations

from datetime import date, timedelta

from alignkit.periods import Recurrence
from alignkit.promises import Cadence, Clock, Deadline, Repeat
from alignkit.spans import Before, BusinessDays, CalendarTime, Span

RULED = "rule"
"""The name of the date on which a cycle is due, where a rule says when."""

_ON_ITS_DATE = Before(CalendarTime(), of=RULED, roll="none")
"""Due at the end of the date of a rule."""


def to_do_again(duty: Cadence) -> Deadline:
    """Return a recurring duty as the deadline of each of its cycles.

    Example:
        >>> from alignkit.patterns import Pattern
        >>> from alignkit.spans import span
        >>> wrote = Pattern(event="activity_logged")
        >>> weekly = to_do_again(Cadence(of=[wrote], every=span("7 days")))
        >>> weekly.clock.start == weekly.clock.stop == (wrote,)
        True
    """
    return Deadline(
        clock=Clock(
            start=duty.asked or duty.of,
            stop=duty.of,
            cancel=duty.until,
            repeat=Repeat.NEW_CYCLE,
        ),
        within=_ON_ITS_DATE if duty.every is None else duty.every,
    )


def counts_dates(duty: Cadence) -> bool:
    """Say whether dates are compared, and the whole of the last one is in time [K18].

    That is so of dates of a rule, and of gaps in calendar or business days. What is
    asked for is due as any promise is, and so are gaps in hours and in business days
    that end at the same time of day.
    """
    if duty.asked:
        return False
    return duty.rule is not None or is_in_dates(duty.every)


def is_in_dates(gap: Span | None) -> bool:
    """Say whether a gap is counted in dates."""
    match gap:
        case CalendarTime():
            return True
        case BusinessDays(due=due):
            return due == "close"
        case _:
            return False


def next_date(rule: Recurrence, day: date, served: date | None) -> date | None:
    """Return the date of a rule on which the cycle is due that starts on a date.

    It is the next one after the date that the last cycle was due on, and after the
    start for the first; dates that passed in between have no cycle of their own.

    Args:
        rule: The rule.
        day: The date on which the cycle starts.
        served: The date on which the last one was due; None if this is the first.

    Example:
        >>> reviews = Recurrence("FREQ=WEEKLY;BYDAY=MO", start=date(2026, 3, 1))
        >>> print(next_date(reviews, date(2026, 3, 6), served=date(2026, 3, 9)))
        2026-03-16
    """
    after = day if served is None else max(served, day - timedelta(days=1))
    return rule.after(after)
