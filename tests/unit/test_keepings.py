"""Shares of a term's promises that have to be kept [K16, K17]."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import attrs
import pytest

from alignkit.agreements import Agreement
from alignkit.criteria import field
from alignkit.editions import Calendar, Edition
from alignkit.events import Event
from alignkit.parties import Party
from alignkit.periods import PeriodKind
from alignkit.promises import Clock, Deadline, Keeping, Quality, Target, Volume
from alignkit.scorecards import Case
from alignkit.shares import Share
from alignkit.spans import span
from alignkit.standings import Status
from alignkit.terms import Term
from alignkit.verdicts import Verdict
from alignkit.wire import scorecard_form
from tests.unit.test_qualities import END, HOURS, TICK, at, done, pattern

DAY = timedelta(days=1)


def agreement(
    share: str,
    *,
    per: PeriodKind | None = PeriodKind.MONTH,
    targets: tuple[Target, ...] = (),
    calendar: str | None = "berlin",
) -> Agreement:
    clock = Clock(
        start=(pattern("asked"),),
        stop=(pattern("answered"),),
        cancel=(pattern("gone"),),
        pause=(pattern("held"),),
        resume=(pattern("on"),),
    )
    term = Term(
        id="reply",
        party="sales",
        promise=Deadline(clock=clock, within=span("2 business days"), targets=targets),
        keep=Keeping(at_least=Fraction(share), per=per),
    )
    return Agreement(
        (
            Edition(
                id="northwind",
                effective_from=at(1, 0),
                parties=(Party("sales", calendar),),
                calendars=(Calendar("berlin", HOURS),),
                terms=(term,),
            ),
        )
    )


def answered(lead: str, day: int, after: int) -> list[Event]:
    """Return the facts of a lead who asked on a day of February, and was answered."""
    asked = at(day)
    return [done("asked", lead, asked), done("answered", lead, asked + after * DAY)]


def shares(promised: Agreement, events: list[Event], as_of: datetime) -> list[Verdict]:
    evaluation = promised.evaluate(events, as_of=as_of)
    return [one for one in evaluation.verdicts if one.is_of_share]


EVENTS = [
    *answered("L1", 2, 1),
    *answered("L2", 3, 6),
    done("asked", "L3", at(4)),
    done("asked", "L4", at(5)),
    done("gone", "L4", at(6, 9)),
]
"""One met, one late, one broken, one called off."""


class TestStatus:
    @pytest.mark.parametrize(
        ("share", "status"), [("1/3", Status.MET), ("1/2", Status.BREACHED)]
    )
    def test_what_was_met_counts_among_met_late_and_broken(
        self, share: str, status: Status
    ) -> None:
        (pending,) = shares(agreement(share), EVENTS, END - TICK)
        over = shares(agreement(share), EVENTS, END)[0]

        assert pending.status is Status.PENDING
        assert over.status is status
        assert over.measure is not None
        told = [(one.subject, one.counts) for one in over.measure.evidence]
        assert told == [("L1", 1), ("L2", 0), ("L3", 0)]  # type: ignore[comparison-overlap]

    def test_one_belongs_to_the_month_in_which_it_was_first_due(self) -> None:
        # Asked on Thursday the 26th: due on Monday, the 2nd of March; held and due
        # later, it is February's where it was first due.
        events = [
            done("asked", "L1", at(26)),
            done("asked", "L2", at(20)),
            done("held", "L2", at(23)),
            done("on", "L2", at(3, month=3)),
            done("answered", "L2", at(4, month=3)),
        ]

        february, march = shares(agreement("1/1"), events, at(4, month=3))

        assert february.measure is not None
        assert march.measure is not None
        assert [one.subject for one in february.measure.evidence] == ["L2"]
        assert [one.subject for one in march.measure.evidence] == ["L1"]
        assert (february.status, march.status) == (Status.MET, Status.PENDING)

    def test_one_that_rests_beyond_the_end_may_turn_it(self) -> None:
        events = [
            *answered("L1", 2, 1),
            done("asked", "L2", at(20)),
            done("held", "L2", at(23)),
        ]

        half, all_of_it = (
            shares(agreement(share), events, END)[0] for share in ("1/2", "1/1")
        )

        assert (half.status, all_of_it.status) == (Status.MET, Status.UNKNOWN)

    def test_for_all_time_it_is_settled_as_of_the_question(self) -> None:
        (verdict,) = shares(agreement("1/2", per=None), EVENTS, at(12))

        assert (verdict.status, verdict.started_at) == (Status.BREACHED, at(1, 0))

    def test_one_that_is_not_due_yet_stands_apart(self) -> None:
        events = [*answered("L1", 2, 1), done("asked", "L2", at(9))]

        (verdict,) = shares(agreement("1/1", per=None), events, at(10))

        assert verdict.status is Status.MET

    def test_one_due_nobody_knows_when_belongs_where_it_began(self) -> None:
        promised = agreement("1/1", calendar=None, per=None)

        (verdict,) = shares(promised, [done("asked", "L1", at(3))], at(4))

        assert verdict.status is Status.UNKNOWN
        assert verdict.measure is not None
        assert verdict.measure.sample == 1

    def test_of_two_targets_the_earlier_one_is_the_first(self) -> None:
        gold = Target(field("tier").is_("gold"), span("1 month"))
        promised = agreement("1/1", targets=(gold,))

        february = shares(promised, [done("asked", "L1", at(3))], END)[0]

        assert february.status is Status.UNKNOWN


class TestRevised:
    def test_an_answer_recorded_later_revises_the_month(self) -> None:
        learned = at(5, month=3)
        events = [
            done("asked", "L1", at(2)),
            done("answered", "L1", at(3), recorded_at=learned),
        ]

        february, march = shares(agreement("1/1"), events, at(6, month=3))

        assert (february.status, february.revised) == (Status.MET, True)
        assert march.revised is False


class TestScorecard:
    def test_the_share_stands_beside_the_cases_and_is_blended_with_none(self) -> None:
        evaluation = agreement("1/2", per=None).evaluate(EVENTS, as_of=at(12))

        card = evaluation.scorecard()

        line = card.line("reply")
        assert line.tally.compliance == Share(1, 3)
        assert line.tally.behind(Status.MET) == (Case("lead", "L1", 1),)
        assert [one.status for one in line.shares] == [Status.BREACHED]
        assert card.parties == (("sales", line.tally),)
        assert scorecard_form(card)["terms"][0]["shares"] == [  # type: ignore[index]
            {
                "cycle": 1,
                "started_at": "2026-02-01T00:00:00+01:00",
                "status": "breached",
                "measure": {
                    "kind": "share",
                    "actual": "1/3",
                    "target": "1/2",
                    "numerator": 1,
                    "denominator": 3,
                    "counted": 3,
                    "sample": 3,
                },
            }
        ]


def counting(
    promise: Volume | Quality, share: str, per: PeriodKind | None
) -> Agreement:
    """Return an agreement by which a share of the periods has to be kept."""
    keep = Keeping(at_least=Fraction(share), per=per)
    term = Term(id="supply", party="marketing", promise=promise, keep=keep)
    return Agreement(
        (
            Edition(
                id="northwind",
                parties=(Party("marketing", "berlin"),),
                calendars=(Calendar("berlin", HOURS),),
                terms=(term,),
            ),
        )
    )


def brought(lead: str, day: int, month: int) -> Event:
    return done("qualified", lead, at(day, month=month))


TWO_A_MONTH = Volume(of=(pattern("qualified"),), goal=Decimal(2), per=PeriodKind.MONTH)
LEADS = [
    *(brought("L1", 2, 2), brought("L2", 3, 2)),
    brought("L3", 4, 3),
    *(brought("L4", 2, 4), brought("L5", 3, 4), brought("L6", 3, 4)),
]
"""The goal of two is met in February and in April, and not in March."""


class TestPeriods:
    def test_each_period_of_a_volume_is_one_promise(self) -> None:
        promised = counting(TWO_A_MONTH, "1/2", PeriodKind.QUARTER)

        first, second, _ = shares(promised, LEADS, at(1, 0, month=7))

        # One of two months, and one of three.
        assert (first.status, second.status) == (Status.MET, Status.BREACHED)
        measures = [one.measure for one in (first, second)]
        assert [(one.numerator, one.denominator) for one in measures if one] == [
            (1, 2),
            (1, 3),
        ]
        assert (first.term, first.subject_kind, first.cycle) == ("supply", "party", 1)
        assert "at least 1/2" in str(first.target)

    def test_each_of_two_volumes_keeps_a_share_of_its_own(self) -> None:
        one = counting(TWO_A_MONTH, "1/2", PeriodKind.QUARTER).latest
        three = attrs.evolve(TWO_A_MONTH, goal=Decimal(3))
        more = attrs.evolve(one.terms[0], id="more", promise=three)
        promised = Agreement((attrs.evolve(one, terms=(*one.terms, more)),))

        found = shares(promised, LEADS, at(1, 0, month=4))

        # February brought two, March one, and neither three.
        first = [(one.term, one.status.value) for one in found if one.cycle == 1]
        assert sorted(first) == [("more", "breached"), ("supply", "met")]

    def test_until_its_own_period_is_over_it_is_pending(self) -> None:
        promised = counting(TWO_A_MONTH, "1/2", PeriodKind.QUARTER)

        (verdict,) = shares(promised, LEADS, at(31, 23, month=3))
        over = shares(promised, LEADS, at(1, 0, month=4))

        assert verdict.status is Status.PENDING
        assert verdict.next_change_at == at(1, 0, month=4)
        assert [one.status for one in over] == [Status.MET, Status.PENDING]

    def test_what_is_behind_it_are_the_periods(self) -> None:
        promised = counting(TWO_A_MONTH, "1/1", None)

        (verdict,) = shares(promised, LEADS, at(1, 0, month=4))

        assert verdict.status is Status.BREACHED
        assert verdict.measure is not None
        evidence = verdict.measure.evidence
        assert [one.event for one in evidence] == ["2026-02", "2026-03"]
        assert [one.counts for one in evidence] == [Fraction(1), Fraction(0)]

    def test_the_verdicts_on_the_periods_stay_as_they_are(self) -> None:
        evaluation = counting(TWO_A_MONTH, "1/2", None).evaluate(
            LEADS, as_of=at(1, 0, month=4)
        )

        months = [one for one in evaluation.verdicts if not one.is_of_share]
        line = evaluation.scorecard().line("supply")

        assert [(one.cycle, one.status) for one in months] == [
            (1, Status.MET),
            (2, Status.BREACHED),
            (3, Status.PENDING),
        ]
        assert line.tally.compliance == Share(1, 2)
        assert [one.status for one in line.shares] == [Status.MET]
        assert evaluation.review == ()

    def test_the_year_of_the_party_divides_them(self) -> None:
        fiscal = attrs.evolve(TWO_A_MONTH, fiscal_start=4)
        promised = counting(fiscal, "1/1", PeriodKind.YEAR)

        first, second = shares(promised, LEADS, at(5, month=4))

        # The year that began in April 2025 ended with a month that was missed.
        assert (first.status, second.status) == (Status.BREACHED, Status.PENDING)
        assert second.started_at == at(1, 0, month=4)

    def test_each_period_of_a_ratio_is_one_promise(self) -> None:
        half = Keeping(at_least=Fraction(1, 2), per=PeriodKind.MONTH)
        quality = Quality(
            of=(pattern("qualified"),), share=half, followed_by=(pattern("accepted"),)
        )
        accepted = [
            done("accepted", "L1", at(5)),
            done("accepted", "L4", at(5, month=4)),
        ]

        (verdict,) = shares(
            counting(quality, "2/3", None), [*LEADS, *accepted], at(1, 0, month=5)
        )

        # One of two in February, none of one in March, one of three in April.
        assert verdict.status is Status.BREACHED
        assert verdict.measure is not None
        assert (verdict.measure.numerator, verdict.measure.denominator) == (1, 3)
        assert verdict.is_of_share

    def test_a_ratio_without_a_period_is_one_promise_as_of_the_question(self) -> None:
        half = Keeping(at_least=Fraction(1, 2))
        quality = Quality(
            of=(pattern("qualified"),), share=half, followed_by=(pattern("accepted"),)
        )

        (verdict,) = shares(counting(quality, "1/1", None), LEADS, at(1, 0, month=5))

        assert verdict.status is Status.BREACHED
        assert verdict.measure is not None
        assert [one.event for one in verdict.measure.evidence] == ["supply"]

    def test_a_month_that_may_have_been_missed_may_turn_the_year(self) -> None:
        rival = [brought("L7", 9, 3), done("hm", "L7", at(9, month=3))]
        facts = [*LEADS, *(attrs.evolve(one, id="x") for one in rival)]

        (half,) = shares(counting(TWO_A_MONTH, "1/2", None), facts, at(1, 0, month=4))
        (whole,) = shares(counting(TWO_A_MONTH, "1/1", None), facts, at(1, 0, month=4))

        assert (half.status, whole.status) == (Status.MET, Status.UNKNOWN)
