"""Revisions: what was said of a promise before something was learned late.

"You were marked late on Monday, and on Tuesday we learned that you had called." Such a
verdict says that it was revised [V5], and whether it was is told by when facts were
recorded alone: at every moment at which something was learned afterwards, the promises
are put to what was known right before, and what was final then is remembered. Facts
that come in order carry the replay on; a late one takes it back as far as it must.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from operator import itemgetter

import attrs

from alignkit.dues import FOREVER
from alignkit.events import Event
from alignkit.happenings import Retracted
from alignkit.histories import (
    History,
    Tables,
    Timed,
    by_time,
    is_same,
    known,
    recorded_instant,
)
from alignkit.instants import to_instant
from alignkit.progress import Progress
from alignkit.replays import Clockwork, State
from alignkit.standings import Status
from alignkit.weighings import weighed

Key = tuple[str, int]
"""A term and a cycle: what tells the promises about one subject apart."""

Asked = tuple[Progress | None, int]
"""How far a clock had come when it was asked, and up to when the answer holds."""

Statuses = Callable[[History, int, int], Mapping[Key, Status]]
"""How promises stand by a history at an instant, where facts may be in conflict.

The last argument is the instant before which all that counts was recorded."""


def finals(
    clockwork: Clockwork,
    events: Iterable[Event],
    late: Sequence[int],
    *,
    as_of: int,
    statuses: Statuses,
    is_odd: bool = False,
) -> dict[Key, frozenset[Status]]:
    """Return what was final about each promise before something was learned late.

    Args:
        clockwork: The clocks of the agreement.
        events: The subject's facts that are seen, in any order, repeats and all.
        late: The instants at which something was learned afterwards, in order.
        as_of: The instant of the question.
        statuses: How promises stand where facts contradict each other.
        is_odd: Whether what was known cannot be told fact by fact, since facts about
            others count as well.
    """
    recordings = sorted(
        ((recorded_instant(event), event) for event in events), key=itemgetter(0)
    )
    said: dict[Key, set[Status]] = {}
    tell = _asked if is_odd else _said
    for key, status in tell(clockwork, recordings, late, as_of, statuses):
        if status.is_settled or status is Status.BREACHED:
            said.setdefault(key, set()).add(status)
    return {key: frozenset(found) for key, found in said.items()}


def is_revised(before: Iterable[Status], now: Status) -> bool:
    """Say whether a status is another than one that was final before [V5].

    A promise that was broken and is kept late since is no revision.

    Example:
        >>> is_revised([Status.BREACHED], Status.LATE)
        False
        >>> is_revised([Status.BREACHED], Status.MET)
        True
    """
    return any(
        not now.is_broken if one is Status.BREACHED else one is not now
        for one in before
    )


def _news(
    recordings: Sequence[Timed], forms: dict[str, Event]
) -> tuple[list[Event], bool]:
    """Return what some recordings say anew, and whether it only adds to the rest.

    Args:
        recordings: What was recorded next, in order.
        forms: The latest form of each fact; those of the recordings are added.
    """
    new: list[Event] = []
    is_plain = True
    for _, event in recordings:
        if not _is_repeated(event, forms):
            is_plain = is_plain and _is_plain(event, forms)
            forms[event.id] = event
            if isinstance(event.fact, Retracted):
                forms[event.fact.of] = event
            new.append(event)
    return new, is_plain


def _asked(
    _: Clockwork,
    recordings: Sequence[Timed],
    late: Sequence[int],
    as_of: int,
    statuses: Statuses,
) -> Iterator[tuple[Key, Status]]:
    """Yield how promises stood right before each instant of learning, asked anew."""
    for moment in late:
        then = min(as_of, moment - 1)
        told = (one for recorded, one in recordings if recorded < moment)
        yield from statuses(known(told, as_of=then), then, moment).items()


def _said(
    clockwork: Clockwork,
    recordings: Sequence[Timed],
    late: Sequence[int],
    as_of: int,
    statuses: Statuses,
) -> Iterator[tuple[Key, Status]]:
    """Yield how promises stood right before each instant of learning."""
    instants = [recorded for recorded, _ in recordings]
    facts: list[Timed] = []
    forms: dict[str, Event] = {}
    is_odd = False
    tape, tables = [clockwork.start], Tables.of(())
    taken = 0
    asked: list[Asked] = [(None, 0)] * len(clockwork.successions)
    told_until: int | None = None
    for moment in late:
        upto = bisect_left(instants, moment)
        new, is_plain = _news(recordings[taken:upto], forms)
        taken = upto
        if is_plain:
            for event in new:
                insort(facts, (to_instant(event.at, "at"), event), key=by_time)
            first = min((to_instant(one.at, "at") for one in new), default=FOREVER)
        else:
            history = known((one for _, one in recordings[:taken]), as_of=FOREVER)
            first = _parting(facts, history.events)
            facts, is_odd = list(history.events), _is_odd(history, as_of)
        if tape[-1].at >= first:
            if told_until is not None:
                state = clockwork.brought(tape[-1], facts, told_until, tables)
                yield from _standings(clockwork, state, told_until)
            told_until = None
            while tape[-1].at >= first:
                tape.pop()
            tables = Tables.of(facts[: tape[-1].heard])
        then = min(as_of, moment - 1)
        if is_odd:
            history = known((one for _, one in recordings[:taken]), as_of=then)
            yield from statuses(history, then, moment).items()
            continue
        tape += clockwork.states(facts, tape[-1], tables, until=then)
        told_until = then
        state = clockwork.brought(tape[-1], facts, then, tables)
        yield from _changed(clockwork, state, then, asked)
    if told_until is not None:
        state = clockwork.brought(tape[-1], facts, told_until, tables)
        yield from _standings(clockwork, state, told_until)


def _is_odd(history: History, as_of: int) -> bool:
    """Say whether what is known cannot be told fact by fact.

    That is so where facts contradict each other, and where something was known to be
    withdrawn before it was: then it stands for a while.
    """
    return bool(history.conflicts) or any(
        isinstance(event.fact, Retracted) and at > min(as_of, recorded_instant(event))
        for at, event in history.all_events
    )


def _is_repeated(event: Event, forms: Mapping[str, Event]) -> bool:
    return event.id in forms and is_same(event, forms[event.id])


def _is_plain(event: Event, forms: Mapping[str, Event]) -> bool:
    """Say whether a fact adds itself to what is known, and changes nothing else."""
    return event.id not in forms and not isinstance(event.fact, Retracted)


def _parting(one: Sequence[Timed], other: Sequence[Timed]) -> int:
    """Return the first instant about which two sequences of facts differ."""
    for mine, theirs in zip(one, other, strict=False):
        if mine != theirs:
            return min(mine[0], theirs[0])
    rest = [*one[len(other) :], *other[len(one) :]]
    return rest[0][0] if rest else FOREVER


def _changed(
    clockwork: Clockwork, state: State, then: int, asked: list[Asked]
) -> Iterator[tuple[Key, Status]]:
    """Yield how the last promise of each clock stands, if that may have changed.

    Args:
        clockwork: The clocks of the agreement.
        state: How far they have come.
        then: The instant, no earlier than the one that was asked about before.
        asked: What each clock was last asked about, which is kept up.
    """
    pairs = zip(clockwork.successions, state.progress, strict=True)
    for clock, (succession, progress) in enumerate(pairs):
        last, until = asked[clock]
        if progress is last and then < until:
            continue
        until = FOREVER
        one = progress
        if progress.doubts is None and len(progress.runs) > 1:
            one = attrs.evolve(progress, runs=progress.runs[-1:])
        for run, found in weighed(succession, one, then):
            yield (succession.id, run.cycle), found.status
            if found.changes is not None:
                until = min(until, found.changes)
        asked[clock] = (progress, until)


def _standings(
    clockwork: Clockwork, state: State, then: int
) -> Iterator[tuple[Key, Status]]:
    """Yield how the promises of a state stand at an instant."""
    for succession, progress in zip(clockwork.successions, state.progress, strict=True):
        for run, found in weighed(succession, progress, then):
            yield (succession.id, run.cycle), found.status
