"""Questions: single things asked of facts, made ready to be answered fast.

A criterion of one thing, such as "employees between 50 and 5000", is read by people and
put to thousands of leads. A question is the same thing prepared once: its bounds made
exact, its patterns taken apart, its windows measured. It is answered for facts at an
instant, and knows the instants at which the answer may change without a new fact.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime
from fractions import Fraction
from typing import assert_never

import attrs

from alignkit.criteria import (
    LARGEST,
    AtLeast,
    AtMost,
    Atom,
    Between,
    FieldAtom,
    Happened,
    Is,
    Known,
    Matches,
    OneOf,
    Ordered,
    Reach,
    Side,
    Within,
    is_number,
)
from alignkit.errors import MomentOutOfRangeError, NaiveMomentError
from alignkit.facts import Facts, lengths, local_day, whole_day, window
from alignkit.instants import to_instant
from alignkit.outcomes import (
    FAILED,
    INVALID,
    MISSING,
    NULL,
    OPPOSITE,
    PASSED,
    PENDING,
    STALE,
)
from alignkit.scores import Score
from alignkit.values import Scalar
from alignkit.words import WordPattern, finder
from alignkit.zones import check_range

Look = Callable[[Facts, int], int]
"""What comes of facts at an instant, as one of the small integers of outcomes."""

Ticks = Callable[[Facts, int], Iterable[int]]
"""The instants, later ones among them, at which what comes of facts may change."""

_Item = Scalar | Score
_Test = Callable[[_Item, Facts, int], int]
"""What comes of one value that is there."""

_ItemTicks = Callable[[_Item, Facts, int], Iterable[int]]

_LAST = Side.LAST
_ABSENT = ("absent",)
_LOWEST = Fraction(-LARGEST)
_HIGHEST = Fraction(LARGEST)


@attrs.frozen(eq=False, kw_only=True)
class Question:
    """One thing that a criterion asks, made ready to be answered.

    Attributes:
        atom: What is asked.
        is_negated: Whether the opposite is wanted.
        rule: Where it stands in the agreement: ``"$.definitions.mql.all[0]"``.
        max_age: How old a value may be that is still believed; None if any.
        said: What is wanted, in words.
        look: What comes of facts at an instant.
        ticks: When that may change by itself.
    """

    atom: Atom
    is_negated: bool
    rule: str
    max_age: Reach | None
    said: str
    look: Look
    ticks: Ticks

    @property
    def path(self) -> str:
        """The field that it is about, or the name of the behaviour."""
        return self.atom.event if isinstance(self.atom, Happened) else self.atom.path


def question(
    atom: Atom, *, is_negated: bool, rule: str, max_ages: Mapping[str, Reach | None]
) -> Question:
    """Return the question that an atom of a criterion asks."""
    if isinstance(atom, Happened):
        max_age = None if atom.after is None else max_ages.get(atom.after)
        look, ticks = _happening(atom, max_age)
    else:
        max_age = max_ages.get(atom.path)
        test, item_ticks = _test(atom)
        look = _field(atom.path, test, max_age)
        ticks = _field_ticks(atom.path, item_ticks, max_age)
    return Question(
        atom=atom,
        is_negated=is_negated,
        rule=rule,
        max_age=max_age,
        said=_not(atom) if is_negated else str(atom),
        look=_opposed(look) if is_negated else look,
        ticks=ticks,
    )


def _not(atom: Atom) -> str:
    """Return the opposite of an atom in words."""
    if isinstance(atom, Happened):
        return f"it is not so that {atom}"
    asked = str(atom).removeprefix(atom.path)
    if isinstance(atom, Matches):
        return f"{atom.path} does not match{asked.removeprefix(' matches')}"
    return f"{atom.path} is not{asked.removeprefix(' is')}"


def _opposed(look: Look) -> Look:
    def opposed(facts: Facts, instant: int) -> int:
        return OPPOSITE[look(facts, instant)]

    return opposed


def _test(atom: FieldAtom) -> tuple[_Test, _ItemTicks]:
    """Return how one value is tested, and when the result may change by itself."""
    match atom:
        case OneOf(_, values):
            return _equals(values)
        case Is(_, value):
            return _equals((value,))
        case Between(_, low, high):
            return _ranges(low, high)
        case AtLeast(_, bound):
            return _ranges(bound, None)
        case AtMost(_, bound):
            return _ranges(None, bound)
        case Matches(_, patterns):
            return _matches(patterns), _no_ticks
        case Known():
            return _is_there, _no_ticks
        case Within(_, reach, side):
            return _lies_within(reach, side)
        case _ as never:
            assert_never(never)


def _field(path: str, test: _Test, max_age: Reach | None) -> Look:
    """Return how a field is looked at: is it there, is it fresh, does it pass."""
    takes_lists = test is _is_there

    def look(facts: Facts, instant: int) -> int:
        value = facts.values.get(path, _ABSENT)
        if value is _ABSENT:
            return MISSING
        if value is None or (isinstance(value, str) and not value.strip()):
            return NULL
        if max_age is not None and not _is_fresh(facts, path, max_age, instant):
            return STALE
        if isinstance(value, tuple) and not takes_lists:
            # An empty list is known to hold nothing, so that nothing in it fits [H6].
            return max([test(item, facts, instant) for item in value], default=FAILED)
        return test(value, facts, instant)  # type: ignore[arg-type]

    return look


def _field_ticks(path: str, item_ticks: _ItemTicks, max_age: Reach | None) -> Ticks:
    """Return when a value goes stale, and when the result of its test may change."""

    def ticks(facts: Facts, instant: int) -> Iterator[int]:
        value = facts.values.get(path)
        since = facts.since.get(path)
        if max_age is not None and since is not None:
            yield from _edges(since, max_age, _LAST, facts.zone)
        for item in value if isinstance(value, tuple) else (value,):
            if item is not None:
                yield from item_ticks(item, facts, instant)

    return ticks


def _is_fresh(facts: Facts, path: str, max_age: Reach, instant: int) -> bool:
    since = facts.since.get(path)
    if since is None:
        return False
    # Most ages are told by their rough length alone, without asking a calendar.
    least, most = lengths(max_age)
    age = instant - since
    return age <= least or (
        age <= most
        and instant < max(_edges(since, max_age, _LAST, facts.zone), default=instant)
    )


def _covers(
    fact: int | date, reach: Reach, side: Side, zone: str, instant: int
) -> bool:
    try:
        first, last = window(fact, reach, side, zone)
    except MomentOutOfRangeError:
        return False
    return first <= instant <= last


def _edges(fact: int | date, reach: Reach, side: Side, zone: str) -> tuple[int, ...]:
    """Return the instants at which a fact comes within reach and has left it."""
    try:
        first, last = window(fact, reach, side, zone)
    except MomentOutOfRangeError:
        return ()
    return first, last + 1


def _no_ticks(_: _Item, __: Facts, ___: int) -> tuple[int, ...]:
    return ()


def _is_there(_: _Item, __: Facts, ___: int) -> int:
    return PASSED


def _matches(patterns: tuple[str, ...]) -> _Test:
    finds = finder([WordPattern(pattern) for pattern in patterns])

    def test(value: _Item, _: Facts, __: int) -> int:
        if not isinstance(value, str):
            return INVALID
        return PASSED if finds(value) else FAILED

    return test


def _equals(values: tuple[Scalar, ...]) -> tuple[_Test, _ItemTicks]:
    texts: frozenset[Scalar] = frozenset(
        value for value in values if isinstance(value, str)
    )
    truths: frozenset[Scalar] = frozenset(
        value for value in values if isinstance(value, bool)
    )
    numbers = frozenset(Fraction(v) for v in values if is_number(v))  # type: ignore[arg-type]
    dated = [value for value in values if isinstance(value, date)]
    dates = [_ranges_in_time(value, value) for value in dated]
    other_text = FAILED if texts else INVALID

    def test(value: _Item, facts: Facts, instant: int) -> int:
        if isinstance(value, str):
            return PASSED if value in texts else other_text
        if isinstance(value, bool):
            return _among(value, truths)
        if isinstance(value, date):
            return max([one(value, facts, instant) for one in dates], default=INVALID)
        if isinstance(value, Score):
            return _among(value.on(local_day(instant, facts.zone)), numbers)
        return _among(value, numbers) if is_number(value) else INVALID

    def ticks(value: _Item, facts: Facts, instant: int) -> Iterator[int]:
        if isinstance(value, Score):
            for number in numbers:
                yield from _score_ticks(value, number, number, facts, instant)

    return test, ticks


def _among(value: object, asked: frozenset[object]) -> int:
    if value in asked:
        return PASSED
    # Nothing of this kind was asked for, so that it cannot be compared.
    return FAILED if asked else INVALID


def _ranges(low: Ordered | None, high: Ordered | None) -> tuple[_Test, _ItemTicks]:
    """Return how a value is tested against bounds, either of which may be absent."""
    if isinstance(low if low is not None else high, date):
        return _ranges_in_time(low, high), _no_ticks  # type: ignore[arg-type]
    least = _LOWEST if low is None else Fraction(low)  # type: ignore[arg-type]
    greatest = _HIGHEST if high is None else Fraction(high)  # type: ignore[arg-type]
    lower = -LARGEST if low is None else low
    upper = LARGEST if high is None else high

    def test(value: _Item, facts: Facts, instant: int) -> int:
        if isinstance(value, Score):
            score = value.on(local_day(instant, facts.zone))
            return PASSED if least <= score <= greatest else FAILED
        if not is_number(value):
            return INVALID
        return PASSED if lower <= value <= upper else FAILED  # type: ignore[operator]

    def ticks(value: _Item, facts: Facts, instant: int) -> Iterator[int]:
        if isinstance(value, Score):
            yield from _score_ticks(value, least, greatest, facts, instant)

    return test, ticks


def _score_ticks(
    score: Score, low: Fraction, high: Fraction, facts: Facts, instant: int
) -> Iterator[int]:
    for day in score.turns(low, high, local_day(instant, facts.zone)):
        try:
            yield whole_day(day, facts.zone)[0]
        except MomentOutOfRangeError:
            return


def _ranges_in_time(low: date | None, high: date | None) -> _Test:
    """Return how a date or a moment is tested; days are compared if either is one."""
    by_day = not isinstance(low if low is not None else high, datetime)

    def test(value: _Item, facts: Facts, _: int) -> int:
        if not isinstance(value, date):
            return INVALID
        try:
            if by_day or not isinstance(value, datetime):
                key = _day(value, facts.zone)
                first = None if low is None else _day(low, facts.zone)
                last = None if high is None else _day(high, facts.zone)
                fits = (first is None or first <= key) and (last is None or key <= last)
            else:
                at = to_instant(value, "value")
                fits = (low is None or to_instant(low, "low") <= at) and (  # type: ignore[arg-type]
                    high is None or at <= to_instant(high, "high")  # type: ignore[arg-type]
                )
        except (NaiveMomentError, MomentOutOfRangeError):
            return INVALID
        return PASSED if fits else FAILED

    return test


def _day(value: date, zone: str) -> date:
    if not isinstance(value, datetime):
        return value
    return local_day(check_range(to_instant(value, "value"), "value"), zone)


def _dated(value: object) -> int | date | None:
    """Return a moment as an instant and a date as it is; None if it is neither."""
    try:
        if isinstance(value, datetime):
            return check_range(to_instant(value, "value"), "value")
        if isinstance(value, date):
            whole_day(value, "UTC")
            return value
    except (NaiveMomentError, MomentOutOfRangeError):
        return None
    return None


def _lies_within(reach: Reach, side: Side) -> tuple[_Test, _ItemTicks]:
    def test(value: _Item, facts: Facts, instant: int) -> int:
        fact = _dated(value)
        if fact is None:
            return INVALID
        within = _covers(fact, reach, side, facts.zone, instant)
        return PASSED if within else FAILED

    def ticks(value: _Item, facts: Facts, _: int) -> tuple[int, ...]:
        fact = _dated(value)
        return () if fact is None else _edges(fact, reach, side, facts.zone)

    return test, ticks


def _happening(atom: Happened, max_age: Reach | None) -> tuple[Look, Ticks]:
    """Return how a behaviour is looked for, and when the result may change."""
    if atom.within is None:
        return _ever(atom), _arrivals(atom.event)
    if atom.after is None:
        return _lately(atom, atom.within), _comings_and_goings(atom.event, atom.within)
    return (
        _in_time(atom, atom.after, atom.within, max_age),
        _in_time_ticks(atom.event, atom.after, atom.within, max_age),
    )


def _ever(atom: Happened) -> Look:
    event, times = atom.event, atom.times

    def look(facts: Facts, instant: int) -> int:
        if _is_unsaid(event, facts):
            return MISSING
        count = bisect_right(facts.happened.get(event, ()), instant)
        if count < times and facts.days:
            count += len(_days_counted(atom, facts, instant))
        return PASSED if count >= times else FAILED

    return look


def _lately(atom: Happened, reach: Reach) -> Look:
    event, times = atom.event, atom.times
    least, most = lengths(reach)

    def look(facts: Facts, instant: int) -> int:
        if _is_unsaid(event, facts):
            return MISSING
        moments = facts.happened.get(event, ())
        end = bisect_right(moments, instant)
        at = bisect_left(moments, instant - least, 0, end)
        count = end - at
        # Only what is close to the edge of the window needs a calendar.
        while count < times and at and moments[at - 1] >= instant - most:
            at -= 1
            count += _covers(moments[at], reach, _LAST, facts.zone, instant)
        if count < times and facts.days:
            count += len(_days_counted(atom, facts, instant))
        return PASSED if count >= times else FAILED

    return look


def _arrivals(event: str) -> Ticks:
    def ticks(facts: Facts, _: int) -> Iterator[int]:
        yield from facts.happened.get(event, ())
        for day in facts.days.get(event, ()):
            if _dated(day) is not None:
                yield whole_day(day, facts.zone)[0]

    return ticks


def _comings_and_goings(event: str, reach: Reach) -> Ticks:
    def ticks(facts: Facts, _: int) -> Iterator[int]:
        for moment in facts.happened.get(event, ()):
            yield from _edges(moment, reach, _LAST, facts.zone)
        for day in facts.days.get(event, ()):
            yield from _edges(day, reach, _LAST, facts.zone)

    return ticks


def _is_unsaid(event: str, facts: Facts) -> bool:
    """Say whether facts leave open whether something happened at all [H6]."""
    return not (facts.is_complete or event in facts.happened or event in facts.days)


def counted(
    atom: Happened, facts: Facts, instant: int
) -> tuple[tuple[int, ...], tuple[date, ...]]:
    """Return the moments and the dates of what happened that count at an instant."""
    if atom.after is not None and atom.within is not None:
        span = _span_after(atom.after, atom.within, facts)
        return ((), ()) if span is None else _between(atom.event, span, facts, instant)
    moments = facts.happened.get(atom.event, ())
    seen = moments[: bisect_right(moments, instant)]
    if atom.within is not None:
        reach, zone = atom.within, facts.zone
        least, most = lengths(reach)
        # Only what is close to the edge of the window needs a calendar.
        sure = bisect_left(seen, instant - least)
        close = seen[bisect_left(seen, instant - most, 0, sure) : sure]
        kept = [at for at in close if _covers(at, reach, _LAST, zone, instant)]
        seen = (*kept, *seen[sure:])
    return seen, _days_counted(atom, facts, instant)


def _days_counted(atom: Happened, facts: Facts, instant: int) -> tuple[date, ...]:
    """Return the dates of what happened that count; days are compared [E1]."""
    zone, reach = facts.zone, atom.within
    days = facts.days.get(atom.event, ())
    if reach is not None:
        return tuple([d for d in days if _covers(d, reach, _LAST, zone, instant)])
    return tuple([day for day in days if _has_begun(day, zone, instant)])


def _has_begun(day: date, zone: str, instant: int) -> bool:
    return _dated(day) is not None and whole_day(day, zone)[0] <= instant


def _in_time(atom: Happened, after: str, within: Reach, max_age: Reach | None) -> Look:
    def starts(value: _Item, _: Facts, __: int) -> int:
        return INVALID if _dated(value) is None else PASSED

    look_at_start = _field(after, starts, max_age)
    event, times = atom.event, atom.times

    def look(facts: Facts, instant: int) -> int:
        start = look_at_start(facts, instant)
        if start != PASSED:
            return start or INVALID
        span = _span_after(after, within, facts)
        if span is None:
            return INVALID
        if _is_unsaid(event, facts):
            return MISSING
        moments, days = _between(event, span, facts, instant)
        if len(moments) + len(days) >= times:
            return PASSED
        return PENDING if instant <= span[1] else FAILED

    return look


def _in_time_ticks(
    event: str, after: str, within: Reach, max_age: Reach | None
) -> Ticks:
    ticks_of_start = _field_ticks(after, _no_ticks, max_age)
    ticks_of_event = _arrivals(event)

    def ticks(facts: Facts, instant: int) -> Iterator[int]:
        yield from ticks_of_start(facts, instant)
        yield from ticks_of_event(facts, instant)
        span = _span_after(after, within, facts)
        if span is not None:
            yield span[1] + 1

    return ticks


def counting_from(atom: Happened, facts: Facts) -> tuple[int, int] | None:
    """Return the first and last instant that count from a field, if one starts them."""
    if atom.after is None or atom.within is None:
        return None
    return _span_after(atom.after, atom.within, facts)


def _span_after(after: str, within: Reach, facts: Facts) -> tuple[int, int] | None:
    """Return the first and the last instant of the span that a field starts."""
    start = _dated(facts.values.get(after))
    if start is None:
        return None
    try:
        return window(start, within, _LAST, facts.zone)
    except MomentOutOfRangeError:
        return None


def _between(
    event: str, span: tuple[int, int], facts: Facts, instant: int
) -> tuple[tuple[int, ...], tuple[date, ...]]:
    first, last = span
    moments = facts.happened.get(event, ())
    begin = bisect_left(moments, first)
    end = bisect_right(moments, min(last, instant))
    # What is dated only by day is compared by date [E1].
    days = [
        day
        for day in facts.days.get(event, ())
        if local_day(first, facts.zone) <= day <= local_day(last, facts.zone)
        and _has_begun(day, facts.zone, instant)
    ]
    return moments[begin:end], tuple(days)
