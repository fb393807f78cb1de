"""What follows from it that a lead goes back for a reason [H5]."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime

import attrs
import pytest

from alignkit.consequences import Consequence
from alignkit.handoffs import Handoff
from alignkit.hours import BusinessHours
from alignkit.reasons import Disposition, Reason, find_reason
from alignkit.spans import Span, span

FRIDAY = datetime(2026, 3, 6, 16, tzinfo=UTC)
OFFICE = BusinessHours("UTC", {"mon-fri": ["09:00-17:00"]})


def a_handoff(**said: object) -> Handoff:
    make: Callable[..., Handoff] = Handoff
    return make(**{"lead": "L1", "at": FRIDAY, "to_party": "marketing", **said})


def resting(rest: Span | None) -> Reason:
    return attrs.evolve(find_reason("no_budget"), rest=rest)


def follows(
    rest: Span | None, hours: BusinessHours | None = OFFICE, **said: object
) -> Consequence:
    return Consequence.of(resting(rest), a_handoff(**said), "UTC", hours)


class TestRest:
    @pytest.mark.parametrize(
        ("rest", "until"),
        [
            ("3 days", datetime(2026, 3, 9, 16, tzinfo=UTC)),
            ("48 hours", datetime(2026, 3, 8, 16, tzinfo=UTC)),
            ("1 month", datetime(2026, 4, 6, 16, tzinfo=UTC)),
            # One hour is left of Friday.
            ("4 business hours", datetime(2026, 3, 9, 12, tzinfo=UTC)),
            ("2 business days", datetime(2026, 3, 10, 17, tzinfo=UTC)),
        ],
    )
    def test_it_is_counted_from_when_the_lead_goes_back(
        self, rest: str, until: datetime
    ) -> None:
        assert follows(span(rest)).rests_until == until

    def test_a_date_that_the_rejection_names_goes_before_it(self) -> None:
        found = follows(span("3 days"), rests_until=date(2026, 9, 1))

        assert found.rests_until == date(2026, 9, 1)

    def test_who_need_not_rest_does_not(self) -> None:
        assert follows(None).rests_until is None

    def test_without_a_calendar_business_time_has_no_end(self) -> None:
        assert follows(span("4 business hours"), hours=None).rests_until is None

    def test_a_calendar_that_is_never_open_again_ends_no_rest(self) -> None:
        closed = BusinessHours("UTC", {}, dated={date(2026, 1, 5): ["09:00-10:00"]})

        assert follows(span("4 business hours"), hours=closed).rests_until is None

    def test_one_that_ends_beyond_all_years_ends_never(self) -> None:
        late = datetime(2299, 12, 30, tzinfo=UTC)

        assert follows(span("3 days"), at=late).rests_until is None


class TestToDict:
    def test_it_says_what_becomes_of_the_lead_and_whose_it_is_to_mend(self) -> None:
        assert follows(span("3 days")).to_dict() == {
            "disposition": "recycle",
            "counts_against": "marketing",
            "rests_until": "2026-03-09T16:00:00+00:00",
        }

    def test_what_does_not_apply_is_null(self) -> None:
        reason = find_reason("test_record")

        found = Consequence.of(reason, a_handoff(), "UTC")

        assert found.disposition is Disposition.DISQUALIFY
        assert found.to_dict() == {
            "disposition": "disqualify",
            "counts_against": None,
            "rests_until": None,
        }
