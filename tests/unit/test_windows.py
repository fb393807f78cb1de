"""Until when a lead may be sent back in time [H5]."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from alignkit.agreements import Agreement
from alignkit.criteria import field
from alignkit.editions import Calendar, Edition
from alignkit.hours import BusinessHours
from alignkit.outcomes import Outcome
from alignkit.patterns import Pattern
from alignkit.periods import PeriodKind
from alignkit.promises import Clock, Deadline, Target, Volume
from alignkit.rulings import Ruling
from alignkit.spans import CalendarTime, Span, span
from alignkit.terms import Term
from alignkit.windows import Window

MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)
TUESDAY = MONDAY + timedelta(days=1)
TICK = timedelta(microseconds=1)
OFFICE = Calendar("office", BusinessHours("UTC", {"mon-fri": ["09:00-17:00"]}))
OFFER = Pattern(event="handoff_offered")
REJECTION = Pattern(event="handoff_rejected")


def answer(
    start: Pattern = OFFER,
    stop: Pattern = REJECTION,
    within: Span | None = None,
    **more: Any,  # noqa: ANN401 - whatever a term has
) -> Term:
    clock = Clock(start=(start,), stop=(Pattern(event="handoff_accepted"), stop))
    targets = more.pop("targets", ())
    promise = Deadline(
        clock=clock, within=within or span("8 business hours"), targets=targets
    )
    return Term(
        **{"id": "answer", "party": "sales", "calendar": "office", **more},
        promise=promise,
    )


def check(*terms: Term, as_of: datetime = MONDAY, **said: object) -> Ruling:
    edition = Edition(id="n", calendars=(OFFICE,), terms=terms)
    payload = {
        "lead": "L1",
        "at": as_of,
        "from_party": "sales",
        "to_party": "marketing",
        "reason": "not_icp",
        "offered_at": MONDAY,
        **said,
    }
    return Agreement((edition,)).check_rejection(payload, as_of=as_of)


def window(*terms: Term, as_of: datetime = MONDAY, **said: object) -> Window:
    (found,) = check(*(terms or (answer(),)), as_of=as_of, **said).windows
    return found


class TestWindow:
    def test_it_is_that_of_the_promise_to_answer(self) -> None:
        found = window()

        assert (found.term, found.party, found.outcome) == (
            "answer",
            "sales",
            Outcome.PASS,
        )
        assert (found.opened_at, found.due_at) == (
            MONDAY,
            MONDAY.replace(hour=17),
        )

    def test_its_last_moment_is_in_time(self) -> None:
        last = MONDAY.replace(hour=17)

        assert window(as_of=last).outcome is Outcome.PASS
        assert window(as_of=last + TICK).outcome is Outcome.FAIL

    def test_what_comes_after_it_is_upheld_and_late(self) -> None:
        ruling = check(answer(), as_of=TUESDAY)

        assert ruling.outcome is Outcome.PASS
        assert ruling.consequence is not None
        assert [one.outcome for one in ruling.windows] == [Outcome.FAIL]

    def test_without_the_offer_it_is_not_known(self) -> None:
        found = window(offered_at=None)

        assert (found.outcome, found.unknown) == (Outcome.UNKNOWN, ("offered_at",))
        assert (found.opened_at, found.due_at) == (None, None)

    def test_nobody_sends_back_what_was_not_offered_yet(self) -> None:
        ruling = check(answer(), offered_at=TUESDAY)

        assert [one.outcome for one in ruling.windows] == [Outcome.UNKNOWN]
        assert ruling.next_change_at == TUESDAY

    @pytest.mark.parametrize(
        "term",
        [
            pytest.param(answer(start=Pattern(event="owner_assigned")), id="start"),
            pytest.param(answer(stop=Pattern(event="activity_logged")), id="stop"),
            pytest.param(
                answer(start=Pattern(event=OFFER.event, where={"to_party": "product"})),
                id="another party",
            ),
            pytest.param(
                answer(stop=Pattern(event=REJECTION.event, where={"reason": "junk"})),
                id="another reason",
            ),
            pytest.param(
                answer(applies_to=field("lead_type").is_("new")), id="another lead"
            ),
        ],
    )
    def test_a_term_that_does_not_hear_it_opens_none(self, term: Term) -> None:
        assert check(term, attributes={"lead_type": "old"}).windows == ()

    def test_only_a_deadline_opens_one(self) -> None:
        volume = Volume(of=(OFFER,), goal=Decimal(5), per=PeriodKind.MONTH)

        assert check(Term(id="v", party="sales", promise=volume)).windows == ()

    def test_what_is_no_rejection_has_none(self) -> None:
        edition = Edition(id="n", calendars=(OFFICE,), terms=(answer(),))
        payload = {"lead": "L1", "at": MONDAY, "to_party": "sales"}

        ruling = Agreement((edition,)).check_handoff(payload, as_of=MONDAY)

        assert ruling.windows == ()

    @pytest.mark.parametrize(
        ("pattern", "unknown"),
        [
            (Pattern(event="handoff_offered", where={"to_party": "sales"}), "to_party"),
            (Pattern(event="handoff_offered", stage=("mql",)), "stage"),
            (
                Pattern(event="handoff_offered", where={"actor.kind": "human"}),
                "actor.kind",
            ),
        ],
    )
    def test_what_may_have_started_it_is_not_known_to_have(
        self, pattern: Pattern, unknown: str
    ) -> None:
        found = window(answer(start=pattern), from_party=None)

        assert (found.outcome, found.unknown) == (Outcome.UNKNOWN, (unknown,))

    def test_of_several_patterns_the_one_that_fits_holds(self) -> None:
        staged = Pattern(event=OFFER.event, stage=("mql",))
        plain = Pattern(event=OFFER.event, where={"to_party": "sales"})
        clock = Clock(start=(staged, plain), stop=(REJECTION,))
        promise = Deadline(clock=clock, within=span("8 business hours"))
        term = Term(id="a", party="sales", calendar="office", promise=promise)

        assert window(term).outcome is Outcome.PASS
        assert window(term, from_party=None).unknown == ("stage",)

    def test_whom_it_may_not_be_about_it_is_not_known_for(self) -> None:
        found = window(answer(applies_to=field("lead_type").is_("new")))

        assert (found.outcome, found.unknown) == (Outcome.UNKNOWN, ("lead_type",))
        assert found.due_at is None

    def test_where_the_segment_is_not_known_both_spans_decide(self) -> None:
        fast = Target(segment=field("source").is_("demo"), within=span("1 hour"))
        term = answer(targets=(fast,))

        at_once = window(term, as_of=MONDAY + timedelta(minutes=30))
        between = window(term, as_of=MONDAY + timedelta(hours=2))
        after = window(term, as_of=TUESDAY)

        assert [one.outcome for one in (at_once, between, after)] == [
            Outcome.PASS,
            Outcome.UNKNOWN,
            Outcome.FAIL,
        ]
        assert (between.due_at, between.unknown) == (None, ("source",))

    def test_without_a_calendar_it_has_no_end(self) -> None:
        found = window(answer(calendar=None))

        assert found.outcome is Outcome.UNKNOWN
        assert found.unknown
        assert found.due_at is None


class TestNextChange:
    def test_it_closes_a_microsecond_after_its_last_moment(self) -> None:
        assert check(answer()).next_change_at == MONDAY.replace(hour=17) + TICK

    def test_once_it_has_closed_nothing_changes(self) -> None:
        assert check(answer(), as_of=TUESDAY).next_change_at is None

    def test_the_first_of_several_counts(self) -> None:
        late = answer(id="later", calendar=None, within=CalendarTime(days=3))

        assert check(late, answer()).next_change_at == MONDAY.replace(hour=17) + TICK

    def test_whoever_may_not_be_bound_waits_for_both(self) -> None:
        fast = Target(segment=field("source").is_("demo"), within=span("1 hour"))
        first = check(answer(targets=(fast,)))

        assert first.next_change_at == MONDAY + timedelta(hours=1) + TICK
        second = check(answer(targets=(fast,)), as_of=first.next_change_at)
        assert second.next_change_at == MONDAY.replace(hour=17) + TICK

    @pytest.mark.parametrize(
        ("start", "expected"),
        [
            (MONDAY + timedelta(hours=1), MONDAY + timedelta(hours=1)),
            (TUESDAY, MONDAY.replace(hour=17) + TICK),
        ],
    )
    def test_what_changes_first_counts(
        self, start: datetime, expected: datetime
    ) -> None:
        later = Edition(id="n", version="2", reasons=(), effective_from=start)
        first = Edition(id="n", version="1", calendars=(OFFICE,), terms=(answer(),))
        payload = {
            "lead": "L1",
            "at": MONDAY,
            "from_party": "sales",
            "to_party": "marketing",
            "reason": "not_icp",
            "offered_at": MONDAY,
        }

        ruling = Agreement((first, later)).check_rejection(payload, as_of=MONDAY)

        # From its start on the later edition knows no such reason.
        assert ruling.next_change_at == expected


class TestGovernance:
    def test_the_edition_of_the_offer_governs_it(self) -> None:
        first = Edition(id="n", version="1", calendars=(OFFICE,), terms=(answer(),))
        later = Edition(
            id="n",
            version="2",
            calendars=(OFFICE,),
            terms=(answer(within=span("16 business hours")),),
            effective_from=MONDAY + timedelta(hours=1),
        )
        payload = {
            "lead": "L1",
            "at": MONDAY,
            "from_party": "sales",
            "to_party": "marketing",
            "reason": "not_icp",
            "offered_at": MONDAY,
        }

        ruling = Agreement((first, later)).check_rejection(payload, as_of=TUESDAY)

        assert [one.outcome for one in ruling.windows] == [Outcome.FAIL]
        assert ruling.edition == later

    def test_before_the_first_edition_there_is_none(self) -> None:
        later = Edition(
            id="n", calendars=(OFFICE,), terms=(answer(),), effective_from=TUESDAY
        )
        payload = {
            "lead": "L1",
            "at": MONDAY,
            "to_party": "marketing",
            "reason": "not_icp",
            "offered_at": MONDAY,
        }

        ruling = Agreement((later,)).check_rejection(payload, as_of=TUESDAY)

        assert ruling.windows == ()


class TestToDict:
    def test_it_says_what_is_not_known_as_null(self) -> None:
        assert window(offered_at=None).to_dict() == {
            "term": "answer",
            "party": "sales",
            "opened_at": None,
            "due_at": None,
            "outcome": "unknown",
            "unknown": ["offered_at"],
        }

    def test_moments_are_in_the_zone_of_its_calendar(self) -> None:
        tokyo = Calendar(
            "tokyo", BusinessHours("Asia/Tokyo", {"mon-fri": ["09:00-23:00"]})
        )
        edition = Edition(id="n", calendars=(tokyo,), terms=(answer(calendar="tokyo"),))
        payload = {
            "lead": "L1",
            "at": MONDAY,
            "from_party": "sales",
            "to_party": "marketing",
            "reason": "not_icp",
            "offered_at": MONDAY,
        }

        ruling = Agreement((edition,)).check_rejection(payload, as_of=MONDAY)

        # Eighteen o'clock there: five hours are left of the day, and three of the next.
        assert ruling.windows[0].to_dict()["due_at"] == "2026-03-03T12:00:00+09:00"
