"""By how much the numbers of a lead clear or miss their bounds."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction

import pytest

from alignkit.criteria import Criterion, field
from alignkit.desks import Desk
from alignkit.editions import Definition, Edition
from alignkit.gates import Gate, Waiver
from alignkit.handoffs import Handoff, Occasion
from alignkit.instants import to_instant
from alignkit.margins import Margin, margins
from alignkit.outcomes import Outcome
from alignkit.trials import Trial

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
ENVELOPE = {"lead": "L1", "at": NOON, "to_party": "sales"}
SIZE = field("size")


def found(criterion: Criterion, attributes: Mapping[str, object]) -> tuple[Margin, ...]:
    gate = Gate(id="gate", meets="mql", waives=tuple(Waiver))
    mql = Definition("mql", criterion)
    edition = Edition(id="n", definitions=(mql,), gates=(gate,))
    handoff = Handoff.from_dict({**ENVELOPE, "attributes": attributes})
    plan = Desk(edition).plan(handoff, Occasion.OFFER)
    return margins(Trial.of(plan, handoff, to_instant(NOON, "at")))


class TestMargins:
    @pytest.mark.parametrize(
        ("criterion", "held", "margin"),
        [
            (SIZE.at_least(50), 50, 0),
            (SIZE.at_least(50), 12, -38),
            (SIZE.at_least(50), 62, 12),
            (SIZE.at_most(50), 62, -12),
            (SIZE.between(50, 90), 55, 5),
            (SIZE.between(50, 90), 88, 2),
            (SIZE.between(50, 90), 95, -5),
            (SIZE.at_least(Decimal("0.5")), Decimal("0.2"), Fraction(-3, 10)),
        ],
    )
    def test_it_is_below_nothing_where_the_bound_is_missed(
        self, criterion: Criterion, held: object, margin: object
    ) -> None:
        (only,) = found(criterion, {"size": held})

        assert only.margin == margin

    @pytest.mark.parametrize("held", [None, "big"])
    def test_what_is_no_number_has_none(self, held: object) -> None:
        assert found(SIZE.at_least(50), {"size": held}) == ()

    def test_the_nearest_miss_comes_first_and_then_what_is_in_by_a_hair(self) -> None:
        names = ("far", "near", "safe", "hair")
        values = dict(zip(names, (10, 48, 90, 51), strict=True))
        far, near, safe, hair = (field(name).at_least(50) for name in names)

        told = found(far & near & safe & hair, values)

        assert [(one.path, one.margin) for one in told] == [
            ("$.attributes.near", -2),
            ("$.attributes.far", -40),
            ("$.attributes.hair", 1),
            ("$.attributes.safe", 40),
        ]
        assert [one.outcome for one in told] == [Outcome.FAIL] * 2 + [Outcome.PASS] * 2

    def test_in_json_it_is_text(self) -> None:
        (only,) = found(SIZE.at_least(Decimal("0.5")), {"size": Decimal("0.2")})

        assert only.to_dict() == {
            "path": "$.attributes.size",
            "rule": "$.definitions.mql",
            "expected": "size is at least 0.5",
            "margin": "-3/10",
            "outcome": "fail",
        }
