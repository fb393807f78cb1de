"""Inquiries: what to ask for, where too little is known of a handoff.

A lead on hold is a lead that waits, so the shortest way out matters: the one field that
settles most is asked for first. An inquiry gathers everything that hangs on one field
of the payload, so that nobody is asked twice.
"""

from __future__ import annotations

import attrs

from alignkit.objections import Objection
from alignkit.outcomes import FAILED, OUTCOMES, PASSED, Outcome, WhyUnknown
from alignkit.trials import Trial, relevant, weigh


@attrs.frozen(kw_only=True)
class Inquiry:
    """One field to ask for, and what hangs on it.

    Attributes:
        path: The field, in the payload: ``"$.company.employees"``.
        why: Why it is unknown as it is.
        expected: What has to be right about it, each once.
        rules: Where the agreement asks for it.
        help: How to find out.
        settles: Of the best and the worst answer, how many settle the outcome.
        closes: How many other open questions these two make idle.
    """

    path: str
    why: WhyUnknown
    expected: tuple[str, ...]
    rules: tuple[str, ...]
    help: str | None
    settles: int
    closes: int

    def to_dict(self) -> dict[str, object]:
        """Return the inquiry in its JSON form."""
        return {
            "path": self.path,
            "why": self.why.value,
            "expected": list(self.expected),
            "rules": list(self.rules),
            "help": self.help,
            "settles": self.settles,
            "closes": self.closes,
        }


def inquiries(trial: Trial) -> tuple[Inquiry, ...]:
    """Return what to ask for, what would settle most first.

    What only time can tell is not among it, nor what no longer matters.
    """
    open_ = frozenset(relevant(trial.plan.need, trial.came))
    by_path: dict[str, list[tuple[int, Objection]]] = {}
    for at, one in trial.told:
        if at in open_ and one.why not in {None, WhyUnknown.PENDING}:
            by_path.setdefault(one.path, []).append((at, one))
    found = [_inquiry(trial, path, asked) for path, asked in by_path.items()]
    return tuple(sorted(found, key=lambda one: (-one.settles, -one.closes)))


def _inquiry(trial: Trial, path: str, asked: list[tuple[int, Objection]]) -> Inquiry:
    need, came = trial.plan.need, trial.came
    is_open = OUTCOMES[weigh(need, came)] is Outcome.UNKNOWN
    ends = [_answered(came, asked, end) for end in (FAILED, PASSED)]
    outcomes = [OUTCOMES[weigh(need, end)] for end in ends]
    own = {at for at, _ in asked}
    others = {at for at in relevant(need, came) if came[at] != FAILED} - own
    first = asked[0][1]
    assert first.why is not None  # noqa: S101 - it is unknown
    return Inquiry(
        path=path,
        why=first.why,
        expected=tuple(
            dict.fromkeys(one.expected for _, one in asked if one.expected is not None)
        ),
        rules=tuple(dict.fromkeys(one.rule for _, one in asked)),
        help=first.help,
        settles=sum(one is not Outcome.UNKNOWN for one in outcomes) if is_open else 0,
        closes=sum(len(others - _still_open(trial, end)) for end in ends),
    )


def _answered(
    came: tuple[int, ...], asked: list[tuple[int, Objection]], answer: int
) -> tuple[int, ...]:
    changed = list(came)
    for at, _ in asked:
        changed[at] = answer
    return tuple(changed)


def _still_open(trial: Trial, came: tuple[int, ...]) -> set[int]:
    """Return the questions that still matter; none once the outcome is a fail."""
    need = trial.plan.need
    failed = OUTCOMES[weigh(need, came)] is Outcome.FAIL
    return set() if failed else set(relevant(need, came))
