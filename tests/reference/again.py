"""What recurs and what is tried, judged the slow way: date by date, try by try.

Of alignkit it knows nothing. Time is counted with the standard library alone, every
question is answered from the first fact on, and nothing is kept between two questions.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import attrs

DAY = timedelta(days=1)

Facts = Sequence[tuple[datetime, str]]
"""When something happened, and what; moments are aware."""

Cycle = tuple[str, datetime, datetime | None]
"""How a cycle stands, when it started, and when it was fulfilled."""


@attrs.frozen(kw_only=True)
class Duty:
    """What has to be done again and again.

    Attributes:
        zone: Where dates are compared.
        days: The longest gap in days; None if the rule says when.
        weekday: The weekday on which a rule has it done.
        hours: The hours in which a question has to be answered; None if none is asked.
        anchor: The day from which it counts.
    """

    zone: str
    days: int | None = None
    weekday: int = 0
    hours: int | None = None
    anchor: date | None = None

    def local(self, moment: datetime) -> date:
        return moment.astimezone(ZoneInfo(self.zone)).date()

    def midnight(self, day: date) -> datetime:
        """Return the moment at which a date begins, minute by minute."""
        guess = datetime(day.year, day.month, day.day, tzinfo=UTC) - 2 * DAY
        while self.local(guess) < day:
            guess += timedelta(minutes=15)
        return guess


@attrs.define
class _Open:
    started: datetime
    last: date
    """The last date on which it is in time."""


def cycles(duty: Duty, facts: Facts, as_of: datetime) -> list[Cycle]:
    """Return the cycles of a duty: "did" does it, "asks" asks, "ends" ends it."""
    if duty.hours is not None:
        return list(_answered(duty.hours, facts, as_of))
    return list(_repeated(duty, facts, as_of))


def _moments(facts: Facts, as_of: datetime) -> Iterator[tuple[datetime, list[str]]]:
    for moment in sorted({at for at, _ in facts if at <= as_of}):
        yield moment, [what for at, what in facts if at == moment]


def _repeated(duty: Duty, facts: Facts, as_of: datetime) -> Iterator[Cycle]:
    running: _Open | None = None
    served: date | None = None
    is_heard = False
    for moment, names in _moments(facts, as_of):
        if not is_heard and duty.anchor is not None:
            running = _Open(duty.midnight(duty.anchor), _last(duty, duty.anchor, None))
        is_heard = True
        is_early = running is not None and moment < running.started
        did = "did" in names and not is_early
        if did and running is not None:
            day = duty.local(moment)
            yield "met" if day <= running.last else "late", running.started, moment
            served, running = running.last, None
        if "ends" in names:
            if running is not None:
                past = moment > duty.midnight(running.last + DAY)
                yield "breached" if past else "cancelled", running.started, None
            return
        if did:
            running = _Open(moment, _last(duty, duty.local(moment), served))
    if running is not None:
        past = as_of > duty.midnight(running.last + DAY)
        yield "breached" if past else "pending", running.started, None


def _last(duty: Duty, day: date, served: date | None) -> date:
    """Return the last date for what starts on a date."""
    if duty.days is not None:
        return day + duty.days * DAY
    found = day + DAY if served is None else max(served + DAY, day)
    while found.weekday() != duty.weekday:
        found += DAY
    return found


def _answered(hours: int, facts: Facts, as_of: datetime) -> Iterator[Cycle]:
    asked: datetime | None = None
    for moment, names in _moments(facts, as_of):
        answers = names.count("did")
        is_over = "ends" in names
        if asked is not None and answers:
            yield _reply(hours, asked, moment), asked, moment
            asked, answers = None, answers - 1
        if is_over:
            if asked is not None:
                past = moment > asked + timedelta(hours=hours)
                yield "breached" if past else "cancelled", asked, None
            return
        if asked is None and "asks" in names:
            asked = moment
            if answers:
                yield "met", asked, moment
                asked = None
    if asked is not None:
        past = as_of > asked + timedelta(hours=hours)
        yield "breached" if past else "pending", asked, None


def _reply(hours: int, asked: datetime, moment: datetime) -> str:
    return "met" if moment <= asked + timedelta(hours=hours) else "late"


@attrs.frozen(kw_only=True)
class Trying:
    """How often somebody has to try.

    Attributes:
        zone: Where dates are counted.
        at_least: How many attempts.
        channels: On how many channels.
        days: On how many dates.
        per_day: How many count on a date; None for any number.
        apart: How many hours apart they must lie; None for any.
        within: In how many hours.
    """

    zone: str
    at_least: int
    channels: int
    days: int
    per_day: int | None
    apart: int | None
    within: int

    def counted(
        self, tries: Facts
    ) -> tuple[list[tuple[datetime, str]], dict[int, str]]:
        """Return what counts of some attempts, and why each other one does not."""
        zone = ZoneInfo(self.zone)
        counted: list[tuple[datetime, str]] = []
        short: dict[int, str] = {}
        for nth, (at, channel) in enumerate(tries):
            day = at.astimezone(zone).date()
            today = [one for one, _ in counted if one.astimezone(zone).date() == day]
            last = counted[-1][0] if counted else None
            if self.per_day is not None and len(today) >= self.per_day:
                short[nth] = "daily_cap"
            elif (
                self.apart is not None
                and last is not None
                and at - last < timedelta(hours=self.apart)
            ):
                short[nth] = "spacing"
            else:
                counted.append((at, channel))
        return counted, short

    def is_enough(self, tries: Facts) -> bool:
        counted, _ = self.counted(tries)
        zone = ZoneInfo(self.zone)
        return (
            len(counted) >= self.at_least
            and len({channel for _, channel in counted}) >= self.channels
            and len({at.astimezone(zone).date() for at, _ in counted}) >= self.days
        )


def effort(
    trying: Trying, start: datetime, tries: Facts, ends: Facts, as_of: datetime
) -> tuple[str, datetime | None, list[str]]:
    """Return how an effort stands, when it was fulfilled, and why tries did not count.

    Args:
        trying: What is asked for.
        start: When it starts.
        tries: The attempts, in order of time.
        ends: What ends it, "through" or "off", in order of time.
        as_of: The moment of the question.
    """
    seen = [one for one in tries if start <= one[0] <= as_of]
    done: datetime | None = None
    upto = len(seen)
    for nth in range(len(seen)):
        if trying.is_enough(seen[: nth + 1]):
            done, upto = seen[nth][0], nth + 1
            break
    through = [at for at, what in ends if what == "through" and start <= at <= as_of]
    off = [at for at, what in ends if what == "off" and start <= at <= as_of]
    if through and (done is None or through[0] <= done):
        done = through[0]
        upto = sum(at < done for at, _ in seen)
    due = start + timedelta(hours=trying.within)
    if off and (done is None or off[0] < done):
        counted = [one for one in seen if one[0] <= off[0]]
        short = trying.counted(counted)[1]
        return "breached" if off[0] > due else "cancelled", None, list(short.values())
    short = trying.counted(seen[:upto])[1]
    if done is not None:
        return "met" if done <= due else "late", done, list(short.values())
    return "breached" if as_of > due else "pending", None, list(short.values())
