from __future__ import annotations

from decimal import Decimal

import pytest

from alignkit.patterns import Pattern
from alignkit.periods import PeriodKind
from alignkit.promises import Volume
from alignkit.terms import Excuses, Term
from alignkit.unjudged import unjudged
from tests.deadlines import term

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
