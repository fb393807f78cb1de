"""Volumes, from the facts of all leads to the verdict on the party [K15]."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

import attrs
import pytest

from alignkit.agreements import Agreement
from alignkit.criteria import Criterion, field
from alignkit.editions import Calendar, Edition
from alignkit.evaluations import Evaluation
from alignkit.events import Event, Precision, Subject
from alignkit.happenings import (
    Custom,
    Fact,
    FieldChanged,
    OwnerAssigned,
    Retracted,
    StageChanged,
)
from alignkit.hours import BusinessHours
from alignkit.measures import Measure, MeasureKind
from alignkit.parties import Party
from alignkit.patterns import Pattern
from alignkit.periods import PeriodKind
from alignkit.promises import Bound, Volume, Worth
from alignkit.standings import Status
from alignkit.terms import Term
from alignkit.verdicts import Verdict

BERLIN = ZoneInfo("Europe/Berlin")
QUALIFIED = Pattern(event="custom", where={"name": "qualified"})
HOURS = BusinessHours(
    "Europe/Berlin",
    {"mon-fri": ["09:00-17:00"]},
    holidays={date(2026, 2, 16): "Rosenmontag"},
)
"""February 2026 has 20 weekdays, and so 19 business days."""

TICK = timedelta(microseconds=1)


def at(day: int, hour: int = 12, *, month: int = 2) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=BERLIN)


BEGINNING = at(1, 0)


def fact(lead: str, moment: datetime, fact: Fact, **given: Any) -> Event:  # noqa: ANN401
    id_ = given.pop("id", f"{lead}-{moment:%m%d%H}-{fact.type}")
    return Event(id=id_, subject=Subject(id=lead), at=moment, fact=fact, **given)


def qualified(lead: str, moment: datetime, **given: Any) -> Event:  # noqa: ANN401
    return fact(lead, moment, Custom(name="qualified"), **given)


def changed(lead: str, moment: datetime, name: str, value: str) -> Event:
    return fact(lead, moment, FieldChanged(field=name, value=value))


def agreement(
    goal: int,
    *,
    since: datetime | None = BEGINNING,
    calendar: str | None = "berlin",
    per: PeriodKind = PeriodKind.MONTH,
    warn_at: Fraction | None = None,
    applies_to: Criterion | None = None,
    **given: Any,  # noqa: ANN401
) -> Agreement:
    promise = Volume(of=(QUALIFIED,), goal=Decimal(goal), per=per, **given)
    term = Term(
        id="mql-volume",
        party="marketing",
        promise=promise,
        warn_at=warn_at,
        applies_to=applies_to,
    )
    edition = Edition(
        id="northwind",
        effective_from=since,
        parties=(Party("marketing", calendar),),
        calendars=(Calendar("berlin", HOURS),),
        terms=(term,),
    )
    return Agreement((edition,))


def of_party(evaluation: Evaluation) -> tuple[Verdict, ...]:
    return tuple(one for one in evaluation.verdicts if one.subject_kind == "party")


def only(evaluation: Evaluation) -> Verdict:
    (verdict,) = of_party(evaluation)
    return verdict


def measured(verdict: Verdict) -> Measure:
    assert verdict.measure is not None
    return verdict.measure


class TestStatus:
    def test_a_floor_is_pending_then_met_the_moment_it_is_reached(self) -> None:
        events = [qualified("L1", at(3)), qualified("L2", at(5))]

        before = only(agreement(2).evaluate(events, as_of=at(5) - TICK))
        after = only(agreement(2).evaluate(events, as_of=at(5)))

        assert before.status is Status.PENDING
        assert (after.status, after.fulfilled_at) == (Status.MET, at(5))
        assert (after.party, after.subject, after.cycle) == ("marketing",) * 2 + (1,)
        assert after.started_at == at(1, 0)
        assert after.due_at == at(1, 0, month=3) - TICK
        assert after.next_change_at is None

    def test_a_floor_is_broken_at_the_end_of_its_period(self) -> None:
        events = [qualified("L1", at(3)), qualified("L2", at(1, 0, month=3))]
        end = at(1, 0, month=3)

        open_still = only(agreement(2).evaluate(events, as_of=end - TICK))
        over, march = of_party(agreement(2).evaluate(events, as_of=end))

        assert open_still.status is Status.PENDING
        assert open_still.next_change_at == end
        assert (over.status, over.breached_at) == (Status.BREACHED, end - TICK)
        assert (march.cycle, measured(march).actual) == (2, 1)  # type: ignore[comparison-overlap]

    def test_a_cap_is_broken_once_it_is_passed_and_met_at_the_end(self) -> None:
        events = [qualified("L1", at(3)), qualified("L2", at(5))]
        end = at(1, 0, month=3)

        passed = only(agreement(1, bound=Bound.CAP).evaluate(events, as_of=at(5)))
        equal = only(agreement(2, bound=Bound.CAP).evaluate(events, as_of=at(5)))
        kept = of_party(agreement(2, bound=Bound.CAP).evaluate(events, as_of=end))[0]

        assert (passed.status, passed.breached_at) == (Status.BREACHED, at(5))
        assert (equal.status, equal.next_change_at) == (Status.PENDING, end)
        assert (kept.status, kept.fulfilled_at) == (Status.MET, None)

    def test_a_floor_is_at_risk_below_the_warning_share_of_its_target_to_date(
        self,
    ) -> None:
        # 19 business days and a goal of 19: one a day, of which 4 in 5 have to be
        # there. With one lead that is so until the second close, on Tuesday the 3rd.
        promised = agreement(19, warn_at=Fraction(4, 5))
        events = [qualified("L1", at(2, 10))]

        monday = only(promised.evaluate(events, as_of=at(2, 17)))
        tuesday = only(promised.evaluate(events, as_of=at(3, 17)))

        assert (monday.status, monday.next_change_at) == (Status.PENDING, at(3, 17))
        assert tuesday.status is Status.AT_RISK
        assert tuesday.next_change_at == at(1, 0, month=3)

    def test_a_cap_is_at_risk_from_the_warning_share_of_the_goal_on(self) -> None:
        promised = agreement(5, warn_at=Fraction(4, 5), bound=Bound.CAP)
        events = [qualified(f"L{n}", at(2, 9 + n)) for n in range(4)]

        assert only(promised.evaluate(events[:3], as_of=at(2))).status is Status.PENDING
        assert only(promised.evaluate(events, as_of=at(2))).status is Status.AT_RISK

    def test_a_month_without_a_single_fact_is_broken_too(self) -> None:
        verdict = of_party(agreement(1).evaluate([], as_of=at(1, 0, month=3)))[0]

        assert verdict.status is Status.BREACHED
        assert measured(verdict).evidence == ()

    def test_without_a_calendar_it_is_counted_in_utc_and_not_paced(self) -> None:
        promised = agreement(
            2,
            calendar=None,
            warn_at=Fraction(1),
            since=datetime(2026, 2, 1, tzinfo=UTC),
        )

        verdict = only(promised.evaluate([qualified("L1", at(3))], as_of=at(20)))

        assert (verdict.status, measured(verdict).pace) == (Status.PENDING, None)
        assert verdict.started_at == datetime(2026, 2, 1, tzinfo=UTC)


class TestCounting:
    def test_a_lead_that_comes_back_counts_again_only_after_the_agreed_days(
        self,
    ) -> None:
        events = [qualified("L1", at(day)) for day in (2, 11, 12, 21)]
        as_of = at(25)

        never = measured(only(agreement(9).evaluate(events, as_of=as_of)))
        ten = measured(only(agreement(9, again_after=10).evaluate(events, as_of=as_of)))
        always = measured(
            only(agreement(9, again_after=0).evaluate(events, as_of=as_of))
        )

        # The 2nd counts; the 11th is 9 days later, the 12th ten; the 21st nine again.
        assert (never.actual, ten.actual, always.actual) == (1, 2, 4)  # type: ignore[comparison-overlap]
        assert [one.at for one in ten.evidence] == [at(2), at(12)]

    def test_the_days_between_are_those_of_the_calendar(self) -> None:
        # 23:30 UTC on the 1st is the 2nd in Berlin.
        first = datetime(2026, 2, 1, 23, 30, tzinfo=UTC)
        events = [qualified("L1", first), qualified("L1", at(3, 1))]

        two = only(agreement(9, again_after=2).evaluate(events, as_of=at(9)))
        one = only(agreement(9, again_after=1).evaluate(events, as_of=at(9)))

        assert (measured(two).actual, measured(one).actual) == (1, 2)  # type: ignore[comparison-overlap]

    def test_a_lead_counts_what_its_segment_is_worth(self) -> None:
        worth = (
            Worth(segment=field("kind").is_("demo"), amount=Decimal("12.5")),
            Worth(
                segment=field("kind").is_("trial"),
                conversion=Fraction(1, 3),
                contract=Decimal(100),
            ),
        )
        events = [
            one
            for lead, kind in (("L1", "demo"), ("L2", "trial"), ("L3", "ebook"))
            for one in (changed(lead, at(2), "kind", kind), qualified(lead, at(3)))
        ]

        promised = agreement(100, worth=worth, currency="EUR")
        verdict = only(promised.evaluate(events, as_of=at(4)))

        # 12.5 + 100/3 + 0
        assert measured(verdict).actual == Fraction(275, 6)
        assert verdict.target == "at least 100 EUR per month"
        assert [one.counts for one in measured(verdict).evidence] == [
            Fraction(25, 2),
            Fraction(100, 3),
            0,
        ]

    def test_what_is_worth_not_known_how_much_is_tried_both_ways(self) -> None:
        worth = (Worth(segment=field("kind").is_("demo"), amount=Decimal(10)),)
        events = [qualified("L1", at(3))]

        turning = only(agreement(10, worth=worth).evaluate(events, as_of=at(4)))
        beyond = only(agreement(11, worth=worth).evaluate(events, as_of=at(4)))

        assert turning.status is Status.UNKNOWN
        assert turning.reason == "it depends on lead L1, of which not all is known"
        assert measured(turning).evidence[0].counts is None
        assert beyond.status is Status.PENDING

    def test_a_date_without_a_time_belongs_to_its_month_wherever_written(self) -> None:
        midnight = datetime(2026, 2, 1, tzinfo=UTC)
        day = qualified("L1", midnight, precision=Precision.DAY)

        verdict = only(agreement(1).evaluate([day], as_of=at(9)))

        assert verdict.status is Status.MET

    def test_who_it_is_not_about_does_not_count(self) -> None:
        promised = agreement(1, applies_to=field("region").is_("dach"))
        events = [changed("L1", at(2), "region", "uk"), qualified("L1", at(3))]

        assert measured(only(promised.evaluate(events, as_of=at(4)))).sample == 0

    def test_what_is_told_at_the_same_moment_is_known_by_then(self) -> None:
        promised = agreement(1, applies_to=field("region").is_("dach"))
        events = [changed("L1", at(3), "region", "dach"), qualified("L1", at(3))]

        assert measured(only(promised.evaluate(events, as_of=at(4)))).sample == 1

    def test_a_stage_is_the_one_after_all_facts_of_the_moment(self) -> None:
        (term,) = agreement(1).latest.terms
        assert isinstance(term.promise, Volume)
        owned = Pattern(event="owner_assigned", stage=("mql",))
        promise = attrs.evolve(term.promise, of=(owned,))
        terms = (attrs.evolve(term, promise=promise),)
        promised = Agreement((attrs.evolve(agreement(1).latest, terms=terms),))
        events = [
            fact("L1", at(3), OwnerAssigned(owner="kim"), id="a"),
            fact("L1", at(3), StageChanged(to_stage="mql"), id="b"),
        ]

        assert measured(only(promised.evaluate(events, as_of=at(4)))).sample == 1

    def test_a_lead_of_unknown_region_counts_once_whether_late_or_early(self) -> None:
        promised = agreement(1, applies_to=field("region").is_("dach"))
        events = [
            qualified("L1", at(3)),
            qualified("L1", at(4)),
            changed("L1", at(5), "region", "dach"),
            qualified("L1", at(6)),
        ]

        doubtful = only(promised.evaluate(events[:2], as_of=at(4)))
        sure = only(promised.evaluate(events, as_of=at(6)))

        assert (doubtful.status, measured(doubtful).actual) == (Status.UNKNOWN, 0)  # type: ignore[comparison-overlap]
        assert (sure.status, measured(sure).actual) == (Status.MET, 1)  # type: ignore[comparison-overlap]
        assert (
            only(attrs_goal(promised, 2).evaluate(events, as_of=at(6))).status
            is Status.PENDING
        )

    def test_what_depends_on_a_doubtful_one_is_doubtful_itself(self) -> None:
        promised = agreement(2, applies_to=field("region").is_("dach"), again_after=10)
        events = [
            qualified("L1", at(3)),
            changed("L1", at(5), "region", "dach"),
            qualified("L1", at(6)),
            qualified("L1", at(14)),
            qualified("L1", at(27)),
        ]

        found = measured(only(promised.evaluate(events, as_of=at(28))))

        # The 3rd may count; the 6th only if it did not; the 14th only if it did.
        assert [one.counts for one in found.evidence] == [None, None, None, 1]


def binding(
    one: Agreement, since: datetime | None, until: datetime | None
) -> Agreement:
    """Return an agreement whose term binds from one moment to another."""
    (edition,) = one.editions
    (term,) = edition.terms
    bound = attrs.evolve(term, effective_from=since, effective_until=until)
    return Agreement((attrs.evolve(edition, terms=(bound,)),))


class TestBinding:
    def periods(self, one: Agreement, as_of: datetime) -> list[str]:
        evaluation = one.evaluate([qualified("L1", at(3))], as_of=as_of)
        assert evaluation.review == ()
        return [str(measured(each).period) for each in of_party(evaluation)]

    def test_a_period_that_begins_before_it_is_not_owed(self) -> None:
        since_march = binding(agreement(1), at(10), None)

        assert self.periods(since_march, at(28)) == []
        assert self.periods(since_march, at(5, month=4)) == ["2026-03", "2026-04"]

    def test_one_that_begins_with_it_is(self) -> None:
        since_march = binding(agreement(1), at(1, 0, month=3), None)

        assert self.periods(since_march, at(1, 0, month=3)) == ["2026-03"]

    def test_one_that_begins_before_its_end_is_owed_to_its_own(self) -> None:
        until = binding(agreement(1), None, at(10, month=3))

        assert self.periods(until, at(5, month=5)) == ["2026-02", "2026-03"]

    def test_a_period_without_any_fact_is_owed_from_the_day_that_is_named(self) -> None:
        named = binding(agreement(1, since=None), at(1, 0, month=1), None)

        assert self.periods(named, at(5)) == ["2026-01", "2026-02"]


def attrs_goal(one: Agreement, goal: int) -> Agreement:

    (edition,) = one.editions
    (term,) = edition.terms
    assert isinstance(term.promise, Volume)
    promise = attrs.evolve(term.promise, goal=Decimal(goal))
    terms = (attrs.evolve(term, promise=promise),)
    return Agreement((attrs.evolve(edition, terms=terms),))


class TestPeriods:
    def test_a_quarter_begins_with_the_year_of_the_party(self) -> None:
        promised = agreement(1, per=PeriodKind.QUARTER, fiscal_start=2)

        verdict = only(promised.evaluate([], as_of=at(9)))

        assert verdict.due_at == at(1, 0, month=5) - TICK
        assert str(measured(verdict).period) == "2026-02-01 to 2026-04-30"

    def test_without_a_beginning_the_first_period_is_that_of_the_first_fact(
        self,
    ) -> None:
        promised = agreement(1, since=None)
        events = [qualified("L1", at(3)), qualified("L2", at(3, month=4))]

        verdicts = of_party(promised.evaluate(events, as_of=at(9, month=4)))

        assert [(one.cycle, one.status) for one in verdicts] == [
            (1, Status.MET),
            (2, Status.BREACHED),
            (3, Status.MET),
        ]
        assert promised.evaluate([], as_of=at(9)).verdicts == ()

    def test_a_month_that_began_before_the_agreement_is_listed(self) -> None:
        evaluation = agreement(1, since=at(10)).evaluate([], as_of=at(9, month=3))

        assert [str(measured(one).period) for one in of_party(evaluation)] == [
            "2026-03"
        ]
        (finding,) = evaluation.review
        assert finding.code == "AK-P001"
        assert "mql-volume in 2026-02 began before" in finding.message

    def test_the_edition_at_its_start_governs_a_month(self) -> None:

        first = agreement(1)
        (later,) = attrs_goal(first, 5).editions
        amended = first.amend(attrs.evolve(later, version="2", effective_from=at(10)))

        verdicts = of_party(
            amended.evaluate([qualified("L1", at(20))], as_of=at(2, month=3))
        )

        assert [(one.cycle, one.agreement.version, one.status) for one in verdicts] == [
            (1, "1", Status.MET),
            (2, "2", Status.PENDING),
        ]
        assert measured(verdicts[1]).target == 5


class TestPace:
    def test_business_days_elapse_at_their_close(self) -> None:
        # By Friday the 20th, 17:00: 15 weekdays less Rosenmontag = 14 of 19.
        events = [qualified(f"L{n}", at(3, n)) for n in range(10)]

        before = measured(only(agreement(38).evaluate(events, as_of=at(20, 17) - TICK)))
        after = measured(only(agreement(38).evaluate(events, as_of=at(20, 17))))

        assert before.pace is not None
        assert after.pace is not None
        assert (before.pace.elapsed, after.pace.elapsed, after.pace.days) == (
            13,
            14,
            19,
        )
        assert after.pace.target_to_date == 28
        assert after.pace.required_run_rate == Fraction(28, 5)
        assert after.pace.attainment_to_date == Fraction(5, 14)
        assert after.pace.attainment == Fraction(5, 19)
        assert after.pace.leads_needed(Fraction(3)) == (Fraction(28, 3), 10)

    def test_its_curve_goes_from_close_to_close(self) -> None:
        # Two on Tuesday the third, one of them after hours, and one on Friday.
        events = [
            qualified("L1", at(3, 10)),
            qualified("L2", at(3, 18)),
            qualified("L3", at(6, 10)),
        ]

        curve = measured(only(agreement(38).evaluate(events, as_of=at(9, 12)))).curve

        # Monday the second to Friday the sixth have closed; 38 over 19 days is 2 a day.
        assert len(curve) == 19
        assert [one.actual for one in curve[:6]] == [0, 1, 2, 2, 3, None]
        assert [one.target for one in curve[:3]] == [2, 4, 6]
        assert curve[-1].target == 38
        assert [one.close for one in curve[:2]] == [at(2, 17), at(3, 17)]

    def test_what_no_calendar_counts_has_no_curve(self) -> None:
        check = Measure(
            kind=MeasureKind.CHECK, actual=None, target="mql", counted=0, sample=0
        )

        assert check.curve == ()


class TestRevised:
    def test_a_lead_recorded_later_revises_a_month_that_was_broken(self) -> None:
        told = at(3, month=3)
        events = [
            qualified("L1", at(3)),
            qualified("L2", at(5), recorded_at=told),
        ]

        then = agreement(2).evaluate(events, as_of=at(4, month=3), known_at=told - TICK)
        now = agreement(2).evaluate(events, as_of=at(4, month=3))

        assert [one.status for one in of_party(then)] == [
            Status.BREACHED,
            Status.PENDING,
        ]
        first, march = of_party(now)
        assert (first.status, first.revised) == (Status.MET, True)
        assert march.revised is False

    def test_one_recorded_before_the_end_revises_nothing(self) -> None:
        events = [qualified("L1", at(3), recorded_at=at(7))]

        verdict = only(agreement(1).evaluate(events, as_of=at(9)))

        assert (verdict.status, verdict.revised) == (Status.MET, False)

    def test_one_withdrawn_later_revises_a_goal_that_was_reached(self) -> None:
        lead = qualified("L1", at(3))
        events = [lead, fact("L1", at(9), Retracted(of=lead.id))]

        verdict = only(agreement(1).evaluate(events, as_of=at(10)))

        assert (verdict.status, verdict.revised) == (Status.PENDING, True)


class TestContradictions:
    @pytest.mark.parametrize(
        ("goal", "status"), [(1, Status.UNKNOWN), (2, Status.PENDING)]
    )
    def test_they_make_unknown_only_what_either_would_change(
        self, goal: int, status: Status
    ) -> None:
        forms = [
            qualified("L1", at(3), id="e1"),
            fact("L1", at(3), Custom(name="other"), id="e1"),
            qualified("L1", at(20), id="e1", recorded_at=at(3)),
        ]

        verdict = only(agreement(goal).evaluate(forms, as_of=at(9)))

        assert verdict.status is status
        assert measured(verdict).counted == 0
        assert measured(verdict).sample == 1

    def test_more_than_three_doubtful_leads_are_not_all_named(self) -> None:
        promised = agreement(1, applies_to=field("region").is_("dach"))
        events = [qualified(f"L{n}", at(3)) for n in range(5)]

        verdict = only(promised.evaluate(events, as_of=at(4)))

        assert verdict.reason == (
            "it depends on lead L0, lead L1, lead L2 and 2 more, of which not all is "
            "known"
        )


class TestExplanation:
    def test_it_says_the_figures_and_the_pace(self) -> None:
        promised = agreement(38, warn_at=Fraction(4, 5))
        late = agreement(1, bound=Bound.CAP)
        events = [qualified("L1", at(3)), qualified("L2", at(4))]

        open_still = only(promised.evaluate(events, as_of=at(20, 17)))
        passed = only(late.evaluate(events, as_of=at(20, 17)))
        met = only(agreement(2).evaluate(events, as_of=at(20, 17)))

        assert open_still.explanation == (
            "Mql volume by marketing in 2026-02: at risk, 2, at least 38 promised, "
            "28 expected after 14 of 19 business days, asked Fri 20 Feb 2026 17:00 CET."
        )
        assert passed.explanation == (
            "Mql volume by marketing in 2026-02: broken, 2, at most 1 promised, "
            "passed Wed 4 Feb 2026 12:00 CET."
        )
        assert met.explanation.endswith(
            "kept in time, 2, at least 2 promised, reached Wed 4 Feb 2026 12:00 CET."
        )
        assert met.ledger == ()

    def test_read_without_what_it_was_judged_by_it_says_the_figures(self) -> None:
        found = only(agreement(38).evaluate([qualified("L1", at(3))], as_of=at(20, 17)))

        bare = attrs.evolve(found, basis=None)

        assert bare.explanation == (
            "Mql volume by marketing in 2026-02: open, 1, at least 38 promised."
        )
