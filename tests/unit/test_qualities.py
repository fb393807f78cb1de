"""Qualities: the share of the good ones, counted over all leads [K16]."""

from __future__ import annotations

from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

import attrs
import pytest

from alignkit.agreements import Agreement
from alignkit.criteria import Criterion, field
from alignkit.editions import Calendar, Definition, Edition
from alignkit.events import Event, Subject
from alignkit.happenings import Custom, Fact, FieldChanged
from alignkit.hours import BusinessHours
from alignkit.measures import Measure
from alignkit.parties import Party
from alignkit.patterns import Pattern
from alignkit.periods import PeriodKind
from alignkit.promises import Keeping, Quality
from alignkit.standings import Status
from alignkit.terms import Term
from alignkit.verdicts import Verdict
from alignkit.wire import measure_form

BERLIN = ZoneInfo("Europe/Berlin")
HOURS = BusinessHours("Europe/Berlin", {"mon-fri": ["09:00-17:00"]})
TICK = timedelta(microseconds=1)


def at(day: int, hour: int = 12, *, month: int = 2) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=BERLIN)


def event(lead: str, moment: datetime, fact: Fact, **given: Any) -> Event:  # noqa: ANN401
    id_ = given.pop("id", f"{lead}-{moment:%m%d%H}-{fact!r}")
    return Event(id=id_, subject=Subject(id=lead), at=moment, fact=fact, **given)


def done(name: str, lead: str, moment: datetime, **given: Any) -> Event:  # noqa: ANN401
    return event(lead, moment, Custom(name=name), **given)


def sized(lead: str, moment: datetime, size: int, **given: Any) -> Event:  # noqa: ANN401
    return event(lead, moment, FieldChanged(field="size", value=size), **given)


def pattern(name: str) -> Pattern:
    return Pattern(event="custom", where={"name": name})


def agreement(
    share: str,
    *,
    per: PeriodKind | None = PeriodKind.MONTH,
    min_sample: int | None = None,
    is_followed: bool = False,
    applies_to: Criterion | None = None,
) -> Agreement:
    keeping = Keeping(at_least=Fraction(share), per=per, min_sample=min_sample)
    promise = Quality(
        of=(pattern("handed"),),
        share=keeping,
        meeting=None if is_followed else "mql",
        followed_by=(pattern("accepted"),) if is_followed else (),
    )
    term = Term(id="quality", party="marketing", promise=promise, applies_to=applies_to)
    return Agreement(
        (
            Edition(
                id="northwind",
                effective_from=at(1, 0),
                parties=(Party("marketing", "berlin"),),
                calendars=(Calendar("berlin", HOURS),),
                definitions=(Definition("mql", field("size").at_least(50)),),
                terms=(term,),
            ),
        )
    )


def leads(*sizes: int | None) -> list[Event]:
    """Return leads of such sizes, handed over on the 3rd; None if it is not known."""
    events: list[Event] = []
    for number, size in enumerate(sizes):
        lead = f"L{number}"
        events += [] if size is None else [sized(lead, at(2), size)]
        events.append(done("handed", lead, at(3)))
    return events


def judged(promised: Agreement, events: list[Event], as_of: datetime) -> Verdict:
    return promised.evaluate(events, as_of=as_of).verdicts[0]


def measured(verdict: Verdict) -> Measure:
    assert verdict.measure is not None
    return verdict.measure


END = at(1, 0, month=3)


class TestStatus:
    @pytest.mark.parametrize(
        ("share", "status"), [("4/5", Status.MET), ("5/6", Status.BREACHED)]
    )
    def test_it_is_pending_in_its_period_and_settled_at_the_end(
        self, share: str, status: Status
    ) -> None:
        events = leads(50, 60, 70, 80, 10)

        open_still = judged(agreement(share), events, END - TICK)
        over = judged(agreement(share), events, END)

        assert (open_still.status, open_still.next_change_at) == (Status.PENDING, END)
        assert (over.status, over.next_change_at) == (status, None)
        measure = measured(over)
        assert (measure.numerator, measure.denominator) == (4, 5)
        assert (measure.actual, measure.target) == (Fraction(4, 5), Fraction(share))
        assert [one.counts for one in measure.evidence] == [1, 1, 1, 1, 0]

    def test_without_a_period_it_is_settled_as_of_the_question(self) -> None:
        verdict = judged(agreement("4/5", per=None), leads(50, 10), at(3))

        assert (verdict.status, verdict.due_at) == (Status.BREACHED, None)
        assert verdict.explanation == (
            "Quality by marketing: broken, 1 of 2, at least 4/5 promised, "
            "asked Tue 3 Feb 2026 12:00 CET."
        )

    def test_before_the_agreement_there_is_no_verdict(self) -> None:
        promised = agreement("4/5", per=None)

        assert promised.evaluate([], as_of=at(1, 0) - TICK).verdicts == ()

    def test_of_nothing_it_is_unknown(self) -> None:
        verdict = judged(agreement("4/5"), [], END)

        assert verdict.status is Status.UNKNOWN
        assert verdict.reason == "there is nothing to count"
        assert measured(verdict).actual is None
        assert measure_form(measured(verdict))["actual"] is None

    def test_of_too_few_it_is_unknown(self) -> None:
        few = judged(agreement("4/5", min_sample=3), leads(50, 60), END)
        enough = judged(agreement("4/5", min_sample=2), leads(50, 60), END)

        assert few.status is Status.UNKNOWN
        assert few.reason == "of the 3 that it takes, 2 are there for sure"
        assert enough.status is Status.MET

    @pytest.mark.parametrize(
        ("share", "status"),
        [
            ("2/4", Status.MET),
            ("3/4", Status.UNKNOWN),
            ("4/4", Status.BREACHED),
        ],
    )
    def test_what_is_undecided_makes_unknown_only_what_it_could_turn(
        self, share: str, status: Status
    ) -> None:
        verdict = judged(agreement(share), leads(50, 60, None, 10), END)

        assert verdict.status is status
        measure = measured(verdict)
        assert (measure.numerator, measure.denominator) == (2, 4)
        assert (measure.counted, measure.sample) == (3, 4)
        assert [one.counts for one in measure.evidence] == [1, 1, None, 0]

    def test_one_that_may_not_be_concerned_may_turn_it_either_way(self) -> None:
        promised = agreement("4/5", applies_to=field("region").is_("dach"))
        events = leads(50)

        verdict = judged(promised, events, END)

        assert verdict.status is Status.UNKNOWN
        assert (measured(verdict).denominator, measured(verdict).sample) == (0, 1)

    def test_one_that_is_not_concerned_does_not_count(self) -> None:
        promised = agreement("4/5", applies_to=field("size").at_most(90))

        assert measured(judged(promised, leads(50, 100), END)).sample == 1


class TestWhatWasKnown:
    def test_what_is_learned_after_the_handoff_changes_nothing(self) -> None:
        handed = done("handed", "L1", at(3))
        events = [
            sized("L1", at(2), 60),
            handed,
            sized("L1", at(4), 10),
            sized("L1", at(2, 13), 10, recorded_at=at(5)),
        ]

        verdict = judged(agreement("1/1"), events, END)

        assert (verdict.status, verdict.revised) == (Status.MET, False)

    def test_what_was_recorded_with_the_handoff_was_known(self) -> None:
        events = [
            sized("L1", at(2), 60, recorded_at=at(8)),
            done("handed", "L1", at(3), recorded_at=at(8)),
        ]

        assert judged(agreement("1/1"), events, END).status is Status.MET

    def test_a_contradiction_known_then_is_tried_both_ways(self) -> None:
        events = [
            sized("L1", at(2), 60, id="e1"),
            sized("L1", at(2), 10, id="e1"),
            done("handed", "L1", at(3)),
            sized("L2", at(2), 60, id="e2"),
            sized("L2", at(2), 70, id="e2"),
            sized("L2", at(1), 80),
            done("handed", "L2", at(3)),
        ]

        measure = measured(judged(agreement("1/1"), events, END))

        assert [one.counts for one in measure.evidence] == [None, 1]

    def test_one_handed_over_in_good_time_and_recorded_too_late_revises_it(
        self,
    ) -> None:
        events = [
            *leads(50),
            sized("L9", at(2), 10),
            done("handed", "L9", at(4), recorded_at=at(2, month=3)),
        ]

        verdict = judged(agreement("1/1"), events, at(3, month=3))

        assert (verdict.status, verdict.revised) == (Status.BREACHED, True)


class TestFollowing:
    def test_a_good_one_is_followed_before_the_next_and_in_its_period(self) -> None:
        events = [
            done("handed", "L1", at(3)),
            done("handed", "L1", at(5)),
            done("accepted", "L1", at(6)),
            done("accepted", "L1", at(7)),
            done("handed", "L2", at(8)),
            done("accepted", "L2", at(8)),
            done("accepted", "L3", at(1)),
            done("handed", "L3", at(27)),
            done("accepted", "L3", END),
        ]

        measure = measured(judged(agreement("1/2", is_followed=True), events, END))

        # L1 was handed over twice and accepted once; L3 was accepted a month late.
        told = [(one.subject, one.at.day, one.counts) for one in measure.evidence]
        assert told == [("L1", 3, 0), ("L1", 5, 1), ("L2", 8, 1), ("L3", 27, 0)]  # type: ignore[comparison-overlap]
        assert (measure.numerator, measure.denominator) == (2, 4)

    def test_without_a_period_it_may_be_followed_at_any_time(self) -> None:
        events = [done("handed", "L1", at(27)), done("accepted", "L1", END)]
        promised = agreement("1/1", is_followed=True, per=None)

        assert judged(promised, events, at(28)).status is Status.BREACHED
        assert judged(promised, events, END).status is Status.MET


class TestBinding:
    @pytest.mark.parametrize(
        ("since", "until", "numbers"),
        [(None, None, (2, 3)), (at(3, 0), None, (1, 2)), (None, at(4, 0), (2, 2))],
    )
    def test_without_a_period_it_counts_what_happens_while_it_binds(
        self,
        since: datetime | None,
        until: datetime | None,
        numbers: tuple[int, int],
    ) -> None:
        (edition,) = agreement("1/2", per=None).editions
        (term,) = edition.terms
        bound = attrs.evolve(term, effective_from=since, effective_until=until)
        promised = Agreement((attrs.evolve(edition, terms=(bound,)),))
        facts = [
            event
            for lead, day, size in (("L1", 2, 60), ("L2", 3, 60), ("L3", 4, 1))
            for event in (sized(lead, at(day, 9), size), done("handed", lead, at(day)))
        ]

        (verdict,) = promised.evaluate(facts, as_of=at(10)).verdicts

        assert verdict.measure is not None
        found = verdict.measure.numerator, verdict.measure.denominator
        assert found == numbers

    def test_what_binds_later_is_not_asked_yet(self) -> None:
        (edition,) = agreement("1/2", per=None).editions
        (term,) = edition.terms
        bound = attrs.evolve(term, effective_from=at(20))
        promised = Agreement((attrs.evolve(edition, terms=(bound,)),))

        assert promised.evaluate([], as_of=at(10)).verdicts == ()
