from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from alignkit.errors import NaiveMomentError, UnfitValueError
from alignkit.leads import Company, Consent, Contact, Identity, Lead, find_lead
from alignkit.scores import Points, Score

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


class TestValues:
    def test_only_what_is_known_has_a_value(self) -> None:
        lead = Lead(
            id="L1",
            company=Company(employees=0, is_operating=False, revenue=Decimal("1.5")),
            contact=Contact(title="VP", further={"seniority": "high"}),
            segment="mid",
            further={"renewal_date": date(2026, 9, 1)},
        )

        assert lead.values() == (
            ("company.employees", 0),
            ("company.is_operating", False),
            ("company.revenue", Decimal("1.5")),
            ("contact.seniority", "high"),
            ("contact.title", "VP"),
            ("renewal_date", date(2026, 9, 1)),
            ("segment", "mid"),
        )

    def test_fit_and_intent_are_two_scores(self) -> None:
        fit = Score((Points(1, date(2026, 3, 1)),))

        assert Lead(id="L1", fit=fit).scores() == (("score.fit", fit),)


class TestConsent:
    @pytest.mark.parametrize(
        ("said", "answer"),
        [
            ([], None),
            ([("email", True, -1)], True),
            ([("call", True, -1)], None),
            ([(None, True, -2), ("email", False, -1)], False),
            ([(None, False, -2), ("email", True, -1)], True),
            ([("email", True, -2), (None, False, -1)], False),
            ([("email", True, -1), ("email", False, -1)], False),
            ([("email", True, -1), ("email", False, 1)], True),
            ([("email", False, 0)], False),
        ],
    )
    def test_the_latest_word_counts(
        self, said: list[tuple[str | None, bool, int]], *, answer: bool | None
    ) -> None:
        consents = tuple(
            Consent(channel=channel, granted=granted, at=NOON + hours * HOUR)
            for channel, granted, hours in said
        )

        lead = Lead(id="L1", consents=consents)

        assert lead.may_be_contacted("email", NOON) is answer

    def test_the_question_needs_a_zone(self) -> None:
        with pytest.raises(NaiveMomentError):
            Lead(id="L1").may_be_contacted("email", datetime(2026, 3, 2))


class TestIdentities:
    def test_a_lead_keeps_every_name_that_it_had(self) -> None:
        names = (Identity("sf", "lead", "1"), Identity("sf", "contact", "2"))
        lead = Lead(id="L1", identities=names)

        assert [find_lead([lead], name) for name in names] == [lead, lead]
        assert find_lead([lead], Identity("sf", "lead", "2")) is None


@pytest.mark.parametrize(
    "make",
    [
        lambda: Company(employees=-1),
        lambda: Company(employees=True),
        lambda: Company(revenue=Decimal("NaN")),
        lambda: Company(revenue=True),
        lambda: Consent(granted=True, at=date(2026, 3, 2)),  # type: ignore[arg-type]
    ],
)
def test_what_makes_no_sense_is_refused(make: Callable[[], object]) -> None:
    with pytest.raises(UnfitValueError):
        make()
