"""Margins: by how much the numbers of a lead clear or miss their bounds.

Two points below the threshold is another story than forty, and a lead that is in by a
hair is worth knowing too.
"""

from __future__ import annotations

from fractions import Fraction

import attrs

from alignkit.outcomes import OUTCOMES, Outcome
from alignkit.trials import Trial, place_of


@attrs.frozen(kw_only=True)
class Margin:
    """By how much one number clears its bound, below nothing if it misses it.

    Attributes:
        path: The field, in the payload.
        rule: Where the agreement asks for it.
        expected: What is asked.
        margin: By how much; between two bounds, to the nearer one.
        outcome: Whether it holds.
    """

    path: str
    rule: str
    expected: str
    margin: int | Fraction
    outcome: Outcome

    def to_dict(self) -> dict[str, object]:
        """Return the margin in its JSON form, the number as text."""
        return {
            "path": self.path,
            "rule": self.rule,
            "expected": self.expected,
            "margin": str(self.margin),
            "outcome": self.outcome.value,
        }


def margins(trial: Trial) -> tuple[Margin, ...]:
    """Return the margins of all numbers that were compared.

    What misses its bound comes first; within that, the nearest to it.
    """
    found = []
    first = len(trial.plan.demands)
    for at, question in enumerate(trial.plan.questions, start=first):
        margin = trial.check(at).margin
        if margin is not None:
            came = trial.came[at]
            found.append(
                Margin(
                    path=f"$.{place_of(question, trial.facts, came)}",
                    rule=question.rule,
                    expected=question.said,
                    margin=margin,
                    outcome=OUTCOMES[came],
                )
            )
    return tuple(
        sorted(found, key=lambda one: (one.outcome is Outcome.PASS, abs(one.margin)))
    )
