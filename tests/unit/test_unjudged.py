from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from alignkit.findings import Severity
from alignkit.patterns import Pattern
from alignkit.periods import PeriodKind
from alignkit.promises import Volume
from alignkit.terms import Excuses, Step, Term
from alignkit.unjudged import not_yet, unjudged
from tests.deadlines import edition, term

GOAL = Volume(
    of=(Pattern(event="custom", where={"name": "qualified"}),),
    goal=Decimal(1),
    per=PeriodKind.MONTH,
)


class TestUnjudged:
    @pytest.mark.parametrize(
        "excuses", [Excuses(void_without=("other",)), Excuses(extended_by=("other",))]
    )
    def test_what_has_no_clock_cannot_be_excused_by_another_promise(
        self, excuses: Excuses
    ) -> None:
        promise = Term(id="goal", party="marketing", promise=GOAL, excuses=excuses)

        assert list(unjudged(promise)) == ["excuses"]
        assert list(unjudged(term(excuses=excuses))) == []

    def test_what_asks_for_neither_is_judged_whole(self) -> None:
        assert list(unjudged(Term(id="goal", party="marketing", promise=GOAL))) == []


class TestNotYet:
    def told(self, **more: Any) -> list[tuple[Severity, str]]:  # noqa: ANN401
        goal = Term(id="goal", party="marketing", promise=GOAL, **more)
        signed = edition(goal, term(id="other"))
        return [(one.severity, one.path) for one in not_yet(signed)]

    def test_a_term_without_verdicts_is_worse_than_one_that_does_without(self) -> None:
        excuses = Excuses(extended_by=("other",))
        step = Step(at=Fraction(1), notify="kim")

        assert self.told(excuses=excuses) == [(Severity.WARNING, "$.terms[0]")]
        assert self.told(escalate=(step,)) == [(Severity.INFO, "$.terms[0]")]
        assert self.told() == []
