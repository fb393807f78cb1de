"""How the nouns of an agreement stand in a document."""

from __future__ import annotations

import pytest

from alignkit.criteria import Reach
from alignkit.editions import Calendar
from alignkit.nouns import converter
from alignkit.shapes import MisfitError, reader
from alignkit.spans import Span
from alignkit.trees import Fault, Tree


def fault(kind: object, raw: Tree) -> Fault:
    with pytest.raises(MisfitError) as caught:
        reader(kind, converter())(raw)
    (found,) = caught.value.faults
    return found


class TestSpan:
    @pytest.mark.parametrize("raw", [4, True, ["4 hours"], {"hours": 4}])
    def test_it_is_text(self, raw: Tree) -> None:
        found = fault(Span, raw)

        assert found.code == "AK-S004"
        assert found.help == "write a number and a unit, in quotation marks"

    def test_where_no_calendar_counts_business_time_does_not_fit(self) -> None:
        found = fault(Reach, "4 business hours")

        assert found.code == "AK-S005"
        assert found.expected == "calendar or elapsed time such as '30 days'"


class TestUnderNames:
    @pytest.mark.parametrize("raw", [5, "denver", [{"zone": "UTC"}]])
    def test_each_stands_under_its_name(self, raw: Tree) -> None:
        assert fault(tuple[Calendar, ...], raw).code == "AK-S004"
