"""Shares of a term's promises that have to be kept [K16, K17]."""

from __future__ import annotations

from datetime import datetime, timedelta
from fractions import Fraction

import pytest

from alignkit.agreements import Agreement
from alignkit.criteria import field
from alignkit.editions import Calendar, Edition
from alignkit.events import Event
from alignkit.parties import Party
from alignkit.periods import PeriodKind
from alignkit.promises import Clock, Deadline, Keeping, Target
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
