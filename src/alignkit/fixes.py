"""Fixes: the least that would have to be otherwise for a handoff to pass.

Some refusals are mended with one telephone call, some with six. A fix is a set of
changes that makes a handoff pass, of which none can be left out; those with the fewest
changes come first. Each has been tried before it is told.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator

import attrs

from alignkit.changes import Change, event_values, field_values
from alignkit.criteria import Happened
from alignkit.errors import AlignkitError
from alignkit.handoffs import Handoff
from alignkit.instants import to_moment
from alignkit.judgements import Need
from alignkit.outcomes import (
    FAILED,
    INVALID,
    MISSING,
    NULL,
    PASSED,
    PENDING,
    STALE,
    Outcome,
)
from alignkit.questions import Question
from alignkit.trials import Trial, place, place_of, weigh
from alignkit.zones import zone

MOST_FIXES = 16
"""So many fixes are told at most."""

_MOST_TRIALS = 2_000
_MOST_VALUES = 6
_RANKS = {
    FAILED: 0,
    **dict.fromkeys((INVALID, NULL, STALE), 1),
    MISSING: 2,
    PENDING: 3,
    PASSED: 4,
}
"""How good an answer is: nothing at all is better than what cannot be compared."""

Try = Callable[[Handoff], Trial]
"""What comes of a handoff that has been changed."""


@attrs.frozen
class Fix:
    """Changes that together make a handoff pass, none of which can be left out.

    Attributes:
        changes: The changes.

    Example:
        >>> print(Fix((Change(path="$.duplicates", value=(), was=("L7",)),)))
        duplicates: [] instead of ['L7']
    """

    changes: tuple[Change, ...]

    def apply(self, handoff: Handoff) -> Handoff:
        """Return the handoff with all the changes."""
        for change in self.changes:
            handoff = change.apply(handoff)
        return handoff

    def to_dict(self) -> dict[str, object]:
        """Return the fix in its JSON form."""
        return {"changes": [change.to_dict() for change in self.changes]}

    def __str__(self) -> str:
        return "; ".join(map(str, self.changes))


@attrs.frozen(kw_only=True)
class Fixes:
    """The fixes of a handoff, those with the fewest changes first.

    Attributes:
        told: At most sixteen of them.
        is_complete: Whether there are no others among the values that were tried.
    """

    told: tuple[Fix, ...] = ()
    is_complete: bool = True


def fixes(handoff: Handoff, attempt: Try) -> Fixes:
    """Return what would make a handoff pass; nothing if it does, or nothing would.

    Args:
        handoff: The handoff.
        attempt: Returns what comes of it once it is changed.
    """
    if attempt(handoff).outcome is Outcome.PASS:
        return Fixes()
    search = _Search(handoff=handoff, attempt=attempt)
    return search.run()


_Changes = tuple[Change, ...]


@attrs.define(kw_only=True)
class _Search:
    """Changes are added one at a time, so that the smallest sets are found first.

    Of what has to be met, the first part that is not is mended next, in every way there
    is: whoever passes in the end has mended it in one of these.
    """

    handoff: Handoff
    attempt: Try
    found: list[_Changes] = attrs.field(factory=list)
    trials: int = 0

    def run(self) -> Fixes:
        waiting: deque[_Changes] = deque([()])
        seen: set[frozenset[str]] = set()
        while waiting and len(self.found) <= MOST_FIXES:
            if self.trials > _MOST_TRIALS:
                break
            changes = waiting.popleft()
            trial = self._tried(changes)
            if self._has_smaller(changes):
                continue
            if trial.outcome is Outcome.PASS:
                self.found += [changes] if self._is_least(changes) else []
                continue
            for further in self._further(trial, changes):
                key = frozenset(map(repr, further))
                if key not in seen:
                    seen.add(key)
                    waiting.append(further)
        if not self.found and waiting:
            self._straight(waiting[-1])
        return Fixes(
            told=tuple([Fix(one) for one in self.found[:MOST_FIXES]]),
            is_complete=not waiting and len(self.found) <= MOST_FIXES,
        )

    def _straight(self, changes: _Changes) -> None:
        """Look for one fix at least, the first way that there is."""
        further: _Changes | None = changes
        while further is not None:
            changes, trial = further, self._tried(further)
            if trial.outcome is Outcome.PASS:
                self.found.append(self._least(changes))
                return
            further = next(self._further(trial, changes), None)

    def _least(self, changes: _Changes) -> _Changes:
        for one in changes:
            fewer = tuple([other for other in changes if other is not one])
            if self._passes(fewer):
                return self._least(fewer)
        return changes

    def _is_least(self, changes: _Changes) -> bool:
        return not any(
            self._passes(tuple([other for other in changes if other is not one]))
            for one in changes
        )

    def _has_smaller(self, changes: _Changes) -> bool:
        keys = set(map(repr, changes))
        return any(set(map(repr, one)) <= keys for one in self.found)

    def _passes(self, changes: _Changes) -> bool:
        return self._tried(changes).outcome is Outcome.PASS

    def _tried(self, changes: _Changes) -> Trial:
        """Return what comes of some changes."""
        self.trials += 1
        return self.attempt(Fix(changes).apply(self.handoff))

    def _further(self, trial: Trial, changes: _Changes) -> Iterator[_Changes]:
        """Yield the changes with one more each, which mends what is wrong first."""
        taken = {one.path for one in changes}
        for at in _next_leaves(trial.plan.need, trial.came):
            for change in self._mends(trial, at):
                if change.path not in taken:
                    yield (*changes, change)

    def _mends(self, trial: Trial, at: int) -> Iterator[Change]:
        """Yield what would mend one thing that was asked, each way once."""
        told: dict[tuple[int, ...], Change] = {}
        for change in _candidates(trial, at):
            try:
                came = self._came(trial, change)
            except AlignkitError:
                continue
            self.trials += 1
            if came is None:
                # It changes what is asked, so that nothing can be compared.
                yield change
            elif _RANKS[came[at]] > _RANKS[trial.came[at]] or _is_anchor(
                trial, at, change
            ):
                told.setdefault(tuple([_RANKS[one] for one in came]), change)
        best = [
            change
            for came, change in told.items()
            if not any(
                other != came
                and all(one >= two for one, two in zip(other, came, strict=True))
                for other in told
            )
        ]
        yield from best[:_MOST_VALUES]

    def _came(self, trial: Trial, change: Change) -> tuple[int, ...] | None:
        changed = self.attempt(change.apply(trial.handoff))
        return changed.came if changed.plan is trial.plan else None


def _is_anchor(trial: Trial, at: int, change: Change) -> bool:
    """Say whether a change gives the field from which a behaviour is counted.

    Alone that answers nothing: what happened has to be said as well.
    """
    if at < len(trial.plan.demands):
        return False
    atom = trial.check(at).question.atom
    return isinstance(atom, Happened) and not change.path.startswith("$.happened.")


def _next_leaves(need: Need | int, came: tuple[int, ...]) -> Iterator[int]:
    """Yield the questions one of which has to be answered better, whatever else is."""
    if isinstance(need, int):
        yield need
        return
    open_ = [part for part in need.parts if weigh(part, came) != PASSED]
    if need.count == len(need.parts):
        yield from _next_leaves(open_[0], came)
    else:
        for part in open_:
            yield from _next_leaves(part, came)


def _candidates(trial: Trial, at: int) -> Iterator[Change]:
    """Yield changes that may answer one thing better."""
    plan, handoff, facts = trial.plan, trial.handoff, trial.facts
    if at < len(plan.demands):
        for path, value in plan.demands[at].mends(handoff, trial.instant):
            was = _held(handoff, path)
            yield Change(path=f"$.{path}", value=value, was=was)
        return
    question = plan.questions[at - len(plan.demands)]
    where = place_of(question, facts, trial.came[at])
    if where.startswith("happened."):
        atom = question.atom
        assert isinstance(atom, Happened)  # noqa: S101 - only behaviours stand there
        alike = tuple([one for one in plan.questions if one.path == atom.event])
        same = tuple([one for one in alike if isinstance(one.atom, Happened)])
        was = dict(handoff.happened).get(atom.event)
        for times in event_values(same, handoff, facts, trial.instant):
            yield Change(path=f"$.{where}", value=times, was=was)
        return
    yield from _of_field(trial, question)


def _of_field(trial: Trial, question: Question) -> Iterator[Change]:
    """Yield changes to the field that a question is about, or is counted from."""
    facts, atom = trial.facts, question.atom
    path = question.path
    if isinstance(atom, Happened):
        assert atom.after is not None  # noqa: S101 - it is counted from a field
        path = atom.after
    asked = [one for one in trial.plan.questions if path in _fields(one)]
    now = to_moment(trial.instant, zone(facts.zone))
    is_aged = any(one.max_age is not None for one in asked)
    was = facts.values.get(path)
    for value in field_values(path, asked, facts, trial.instant):
        yield Change(
            path=f"$.{place(path)}",
            value=value,
            was=was,
            since=now if is_aged else None,
        )


def _fields(question: Question) -> tuple[str | None]:
    """Return the field that a question looks at, if any."""
    atom = question.atom
    return (atom.after if isinstance(atom, Happened) else atom.path,)


def _held(handoff: Handoff, path: str) -> object:
    root, _, rest = path.partition(".")
    held = getattr(handoff, root)
    return dict(held).get(rest) if rest else held
