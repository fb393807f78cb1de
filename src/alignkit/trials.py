"""Trials: what came of everything that was asked of one handoff at one instant.

A trial goes through every demand and every question of a plan, met or not, and keeps
what came of each. From that follow the outcome, what speaks against the handoff, and on
which of it the outcome rests.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence
from typing import Self

import attrs

from alignkit.criteria import Happened
from alignkit.facts import Facts
from alignkit.handoffs import SHOWN, Handoff
from alignkit.judgements import Check, Need
from alignkit.objections import Objection
from alignkit.outcomes import (
    CODES,
    FAILED,
    MISSING,
    OUTCOMES,
    PASSED,
    PENDING,
    WHY_UNKNOWN,
    Outcome,
)
from alignkit.plans import Plan
from alignkit.questions import Question


@attrs.frozen(eq=False)
class Trial:
    """What came of everything that was asked of one handoff at one instant.

    Attributes:
        plan: What was asked.
        handoff: Of what.
        facts: What is known of the lead.
        instant: The instant of the question.
        came: What came of the demands and then of the questions, as small integers.
        outcome: What it comes to: the lowest of all that has to be met [H6].
    """

    plan: Plan
    handoff: Handoff
    facts: Facts
    instant: int
    came: tuple[int, ...]
    outcome: Outcome

    @classmethod
    def of(cls, plan: Plan, handoff: Handoff, instant: int) -> Self:
        """Return what comes of a handoff under a plan."""
        facts = handoff.facts(zone=plan.zone)
        came = (
            *[one.look(handoff, instant) for one in plan.demands],
            *[one.look(facts, instant) for one in plan.questions],
        )
        # Where all of it is met, which is most often, there is nothing to weigh.
        of_all = PASSED if _are_met(came) else weigh(plan.need, came)
        return cls(plan, handoff, facts, instant, came, OUTCOMES[of_all])

    @property
    def is_met(self) -> bool:
        """Whether all of it is met, so that nothing speaks against it."""
        return _are_met(self.came)

    @functools.cached_property
    def told(self) -> tuple[tuple[int, Objection], ...]:
        """All that speaks against it, with its place among what was asked.

        What decides comes first. Within that, what fails goes before what is unknown,
        and each in the order in which it is asked.
        """
        against = [at for at, came in enumerate(self.came) if came != PASSED]
        outcome = self.outcome
        decisive: frozenset[int] = frozenset()
        if outcome is not Outcome.PASS:
            decisive = frozenset(_decisive(self.plan.need, self.came, outcome))
        against.sort(key=lambda at: (at not in decisive, self.came[at] != FAILED))
        return tuple([(at, self._objection(at, decisive)) for at in against])

    def _objection(self, at: int, decisive: frozenset[int]) -> Objection:
        came, plan = self.came[at], self.plan
        if at < len(plan.demands):
            demand = plan.demands[at]
            said = demand.tell(self.handoff, came, self.instant)
            path = demand.path if said.path is None else said.path
            return Objection(
                code=said.code,
                outcome=OUTCOMES[came],
                rule=demand.rule,
                path=f"$.{path}" if path else "$",
                message=said.message,
                expected=said.expected,
                seen=said.seen,
                help=said.help,
                why=WHY_UNKNOWN[came],
                decides=at in decisive,
            )
        check = self.check(at)
        question, (message, seen, mend) = check.question, check.told
        return Objection(
            code=str(CODES[came]),
            outcome=OUTCOMES[came],
            rule=question.rule,
            path=f"$.{place_of(question, self.facts, came)}",
            message=message,
            expected=question.said,
            seen=seen,
            help=mend,
            why=WHY_UNKNOWN[came],
            decides=at in decisive,
            check=check,
        )

    def check(self, at: int) -> Check:
        """Return a question with what came of it, by its place among what was asked."""
        question = self.plan.questions[at - len(self.plan.demands)]
        return Check(question, self.came[at], self.facts, self.instant)


def _are_met(came: tuple[int, ...]) -> bool:
    return came.count(PASSED) == len(came)


def place_of(question: Question, facts: Facts, came: int) -> str:
    """Return where in a payload stands what a question is about.

    A behaviour that is counted from a date is about that date, if it is not there.
    """
    atom = question.atom
    if not isinstance(atom, Happened):
        return place(atom.path)
    if atom.after is None or came in (FAILED, PENDING, PASSED):
        return f"happened.{atom.event}"
    if came == MISSING and atom.after in facts.values:
        return f"happened.{atom.event}"
    return place(atom.after)


@functools.lru_cache(maxsize=4096)
def place(path: str) -> str:
    """Return where in a payload a field of the lead stands.

    Example:
        >>> place("company.employees"), place("score"), place("campaign")
        ('company.employees', 'attributes.score', 'campaign')
    """
    root = path.partition(".")[0]
    return path if path == "campaign" or root in SHOWN else f"attributes.{path}"


def weigh(need: Need | int, came: Sequence[int]) -> int:
    """Return what a need comes to, given what came of each question [H6].

    Example:
        >>> from alignkit.outcomes import MISSING
        >>> weigh(Need(1, (0, Need(2, (1, 2)))), (FAILED, PASSED, MISSING)) == MISSING
        True
    """
    if isinstance(need, int):
        return came[need]
    # Without a call for each question, of which there are most.
    parts = [
        came[part] if type(part) is int else weigh(part, came) for part in need.parts
    ]
    if need.count == len(parts):
        return min(parts, default=PASSED)
    return max(parts) if need.count == 1 else sorted(parts)[-need.count]


def _decisive(need: Need, came: Sequence[int], outcome: Outcome) -> Iterator[int]:
    """Yield the questions on which it rests that a need comes to a fail or unknown."""
    for part in need.parts:
        if isinstance(part, int):
            if OUTCOMES[came[part]] is outcome:
                yield part
        elif OUTCOMES[weigh(part, came)] is outcome:
            yield from _decisive(part, came, outcome)


def relevant(need: Need | int, came: Sequence[int]) -> Iterator[int]:
    """Yield the questions a better answer to which may still matter."""
    if isinstance(need, int):
        if came[need] != PASSED:
            yield need
    elif weigh(need, came) != PASSED:
        for part in need.parts:
            yield from relevant(part, came)
