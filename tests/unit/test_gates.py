"""Which gate holds for a handoff."""

from __future__ import annotations

import pytest

from alignkit.errors import UnfitValueError
from alignkit.gates import PLAIN, Answer, Gate

ANY, SALES = Gate(id="any"), Gate(id="sales", to_party="sales")
MQL = Gate(id="mql", to_party="sales", stages=("mql", "sal"))


class TestFits:
    @pytest.mark.parametrize(
        ("gate", "to_party", "to_stage", "expected"),
        [
            (ANY, "sales", None, True),
            (ANY, "marketing", "mql", True),
            (SALES, "sales", None, True),
            (SALES, "marketing", "mql", False),
            (SALES, None, "mql", False),
            (MQL, "sales", "sal", True),
            (MQL, "sales", "sql", False),
            (MQL, "marketing", None, False),
            # It depends on the stage, which is not known.
            (MQL, "sales", None, None),
        ],
    )
    def test_party_and_stage_decide(
        self,
        gate: Gate,
        to_party: str | None,
        to_stage: str | None,
        expected: bool | None,  # noqa: FBT001 - it is what is compared
    ) -> None:
        assert gate.fits(to_party, to_stage) is expected


class TestGate:
    def test_the_plain_one_waives_nothing_and_keeps_what_is_unknown(self) -> None:
        assert PLAIN.waives == ()
        assert PLAIN.on_unknown is Answer.HOLD

    @pytest.mark.parametrize(
        "parts",
        [
            {"id": ""},
            {"id": "g", "most_open": 0},
            {"id": "g", "on_unknown": "hold"},
            {"id": "g", "waives": ("owner",)},
            {"id": "g", "has_other_owner": 1},
        ],
        ids=str,
    )
    def test_what_does_not_fit_is_refused(self, parts: dict[str, object]) -> None:
        with pytest.raises(UnfitValueError):
            Gate(**parts)  # type: ignore[arg-type]
