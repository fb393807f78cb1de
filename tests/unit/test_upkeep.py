"""What an agreement needs so that it is still true next year."""

from __future__ import annotations

from datetime import UTC, date, datetime
from fractions import Fraction

import attrs

from alignkit.criteria import field
from alignkit.editions import Calendar, Definition, Edition, Signature
from alignkit.findings import Severity
from alignkit.goals import Incentive
from alignkit.holidays import (
    FixedDate,
    Holiday,
    HolidayList,
    HolidayRule,
    HolidaySource,
)
from alignkit.hours import BusinessHours
from alignkit.loops import find_loop
from alignkit.ownership import ResponsibilityMatrix
from alignkit.patterns import Pattern
from alignkit.presets import preset
from alignkit.promises import Clock, Deadline, Validity
from alignkit.spans import Elapsed
from alignkit.strategy import Strategy
from alignkit.terms import Step, Term
from alignkit.upkeep import Reign, upkeep_findings

MARCH, MAY = datetime(2026, 3, 2, tzinfo=UTC), datetime(2026, 5, 4, tzinfo=UTC)
ASSIGNED, OFFERED = Pattern(event="owner_assigned"), Pattern(event="handoff_offered")
ANSWER = Term(
    id="answer",
    party="sales",
    promise=Deadline(
        clock=Clock(start=(ASSIGNED,), stop=(Pattern(event="activity_logged"),)),
        within=Elapsed(hours=2),
    ),
    escalate=(Step(at=Fraction(1), notify="manager"),),
)
REVIEWED = Edition(id="n", review_by=date(2026, 4, 1))


def found(edition: Edition, reign: Reign | None = None) -> list[tuple[str, str]]:
    """Return the code and the path of each finding."""
    return [(one.code, one.path) for one in upkeep_findings(edition, reign or Reign())]


class TestReview:
    def test_an_agreement_says_when_it_is_looked_at_again(self) -> None:
        (finding,) = upkeep_findings(Edition(id="n"), Reign())

        assert (finding.code, finding.severity, finding.path) == (
            "AK-P010",
            Severity.WARNING,
            "$.agreement.review_by",
        )

    def test_a_review_is_past_only_on_a_day_that_somebody_names(self) -> None:
        on_the_day = datetime(2026, 4, 1, 23, tzinfo=UTC)

        assert found(REVIEWED) == []
        assert found(REVIEWED, Reign(as_of=MARCH)) == []
        assert found(REVIEWED, Reign(as_of=on_the_day)) == []
        assert found(REVIEWED, Reign(as_of=MAY)) == [
            ("AK-P011", "$.agreement.review_by")
        ]

    def test_an_edition_that_another_has_replaced_is_history(self) -> None:
        assert found(Edition(id="n"), Reign(until=MARCH, as_of=MAY)) == []
        assert found(Edition(id="n"), Reign(until=MAY, as_of=MARCH)) == [
            ("AK-P010", "$.agreement.review_by")
        ]


class TestSignatures:
    def test_every_party_that_is_bound_has_signed(self) -> None:
        both = attrs.evolve(
            REVIEWED,
            terms=(ANSWER, attrs.evolve(ANSWER, id="other", party="joint")),
            signed=(Signature("sales", "cro", date(2026, 2, 1)),),
        )

        (finding,) = upkeep_findings(both, Reign(as_of=MARCH))

        assert (finding.code, finding.path, finding.message) == (
            "AK-P012",
            "$.agreement.signed",
            "marketing is bound by the agreement and has not signed it",
        )
        assert found(both) == []

    def test_a_signature_of_tomorrow_is_none_yet(self) -> None:
        late = attrs.evolve(
            REVIEWED,
            terms=(ANSWER,),
            signed=(Signature("joint", "ceo", date(2026, 3, 3)),),
        )

        assert found(late, Reign(as_of=MARCH)) == [("AK-P012", "$.agreement.signed")]
        assert found(late, Reign(as_of=datetime(2026, 3, 3, tzinfo=UTC))) == []


class TestSections:
    def test_leads_that_are_handed_over_are_defined(self) -> None:
        clock = Clock(start=(OFFERED,), stop=(Pattern(event="handoff_accepted"),))
        promise = Deadline(clock=clock, within=Elapsed(hours=2))
        bare = attrs.evolve(REVIEWED, terms=(attrs.evolve(ANSWER, promise=promise),))
        mql = Definition("mql", field("score").at_least(60))

        (finding,) = upkeep_findings(bare, Reign())

        assert (finding.code, finding.severity, finding.path) == (
            "AK-P016",
            Severity.INFO,
            "$.definitions",
        )
        assert found(attrs.evolve(bare, definitions=(mql,))) == []

    def test_stages_that_are_named_are_written_down(self) -> None:
        in_stage = attrs.evolve(ASSIGNED, stage=("mql",))
        clock = Clock(start=(in_stage,), stop=(Pattern(event="activity_logged"),))
        promise = Deadline(clock=clock, within=Elapsed(hours=2))
        bare = attrs.evolve(REVIEWED, terms=(attrs.evolve(ANSWER, promise=promise),))

        assert found(bare) == [("AK-P016", "$.lifecycle")]
        assert found(attrs.evolve(bare, lifecycle=preset("standard"))) == []


class TestUnheard:
    def test_somebody_hears_of_one_promise_at_least(self) -> None:
        silent = attrs.evolve(ANSWER, escalate=())

        assert found(attrs.evolve(REVIEWED, terms=(silent,))) == [
            ("AK-P015", "$.terms")
        ]
        assert (
            found(attrs.evolve(REVIEWED, terms=(silent, attrs.evolve(ANSWER, id="b"))))
            == []
        )

    def test_what_is_decided_at_once_needs_no_ladder(self) -> None:
        mql = Definition("mql", field("score").at_least(60))
        valid = Term(
            id="v", party="marketing", promise=Validity(at=(OFFERED,), meeting="mql")
        )

        assert found(attrs.evolve(REVIEWED, definitions=(mql,), terms=(valid,))) == []


def listed(*days: date, rules: tuple[HolidayRule, ...] = ()) -> BusinessHours:
    week = {"mon-fri": ["09:00-17:00"]}
    return BusinessHours("UTC", week, holidays=days, holiday_rules=rules)


def with_hours(hours: BusinessHours, review_by: date | None) -> Edition:
    return Edition(id="n", calendars=(Calendar("office", hours),), review_by=review_by)


class TestHolidays:
    EASTER = date(2026, 4, 6)
    PATH = "$.calendars.office.holidays"

    def test_they_are_listed_for_as_long_as_the_edition_runs(self) -> None:
        hours = listed(self.EASTER)

        assert found(with_hours(hours, date(2026, 12, 31))) == []
        assert found(with_hours(hours, date(2027, 1, 31))) == [("AK-P017", self.PATH)]

    def test_the_next_edition_ends_the_one_before(self) -> None:
        edition = with_hours(listed(self.EASTER), date(2027, 1, 31))

        assert found(edition, Reign(until=MAY)) == []

    def test_an_edition_that_is_still_in_force_runs_on(self) -> None:
        edition = with_hours(listed(self.EASTER), date(2026, 12, 31))
        later = datetime(2027, 2, 1, tzinfo=UTC)

        assert found(edition, Reign(as_of=later)) == [
            ("AK-P011", "$.agreement.review_by"),
            ("AK-P017", self.PATH),
        ]
        assert found(attrs.evolve(edition, review_by=None), Reign(as_of=later)) == [
            ("AK-P010", "$.agreement.review_by"),
            ("AK-P017", self.PATH),
        ]

    def test_without_any_date_nobody_can_tell(self) -> None:
        assert found(with_hours(listed(self.EASTER), None)) == [
            ("AK-P010", "$.agreement.review_by")
        ]

    def test_a_rule_never_ends_and_a_list_from_elsewhere_does(self) -> None:
        rule = FixedDate("New Year", month=1, day=1)
        source = HolidaySource(
            package="holidays",
            version="0.50",
            country="NO",
            subdivision=None,
            years=(2025, 2026),
            language=None,
        )
        package = HolidayList([Holiday(date(2025, 1, 1), "New Year")], source)

        assert found(with_hours(listed(rules=(rule,)), date(2099, 1, 1))) == []
        assert found(with_hours(listed(rules=(package,)), date(2026, 9, 1))) == []
        assert found(with_hours(listed(rules=(package,)), date(2027, 9, 1))) == [
            ("AK-P017", self.PATH)
        ]
        assert found(with_hours(listed(), date(2099, 1, 1))) == []

    def test_of_two_calendars_together_the_list_that_ends_first_counts(self) -> None:
        early, late = listed(self.EASTER), listed(date(2027, 3, 29))

        for hours in (early & late, late | early, early & listed()):
            assert found(with_hours(hours, date(2027, 6, 1))) == [
                ("AK-P017", self.PATH)
            ]
        assert found(with_hours(listed() & listed(), date(2027, 6, 1))) == []


class TestCauses:
    LOOP = find_loop("message_feedback")

    def test_feedback_alone_treats_a_symptom(self) -> None:
        edition = attrs.evolve(REVIEWED, loops=(self.LOOP,))

        assert found(edition) == [
            ("AK-P018", "$.strategy"),
            ("AK-P018", "$.responsibilities"),
        ]

    def test_who_does_what_is_one_cause_and_what_for_the_other(self) -> None:
        edition = attrs.evolve(
            REVIEWED, loops=(self.LOOP,), responsibilities=ResponsibilityMatrix()
        )

        assert found(edition) == [("AK-P018", "$.strategy")]

    def test_incentives_say_where_roles_differ_as_well(self) -> None:
        silent = Strategy()
        paid = Strategy(incentives=(Incentive(metric="revenue", party="sales"),))
        edition = attrs.evolve(REVIEWED, loops=(self.LOOP,), strategy=silent)

        assert found(edition) == [("AK-P018", "$.responsibilities")]
        assert found(attrs.evolve(edition, strategy=paid)) == []

    def test_where_no_feedback_is_owed_nothing_is_said(self) -> None:
        assert found(REVIEWED) == []
