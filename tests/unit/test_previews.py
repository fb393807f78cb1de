from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from alignkit.agreements import Agreement
from alignkit.criteria import field
from alignkit.desks import Desk
from alignkit.editions import Calendar, Edition
from alignkit.handoffs import Occasion
from alignkit.hours import BusinessHours
from alignkit.patterns import Pattern
from alignkit.periods import PeriodKind
from alignkit.presets import preset
from alignkit.previews import Preview, previews
from alignkit.promises import Clock, Deadline, Target, Volume
from alignkit.rulings import Ruling
from alignkit.spans import Before, CalendarTime, Span, span
from alignkit.terms import Term

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
OFFICE = Calendar("office", BusinessHours("UTC", {"mon-fri": ["09:00-17:00"]}))


def term(
    start: Pattern,
    within: Span,
    targets: tuple[Target, ...] = (),
    calendar: str | None = "office",
    *,
    applies: bool = False,
) -> Term:
    return Term(
        id="answer",
        party="sales",
        calendar=calendar,
        applies_to=field("lead_type").is_("new") if applies else None,
        promise=Deadline(clock=Clock(start=(start,)), within=within, targets=targets),
    )


def check(one: Term, /, **said: object) -> Ruling:
    edition = Edition(
        id="n",
        calendars=(OFFICE,),
        terms=(one,),
        lifecycle=preset("standard"),
        effective_from=NOON - timedelta(days=1),
    )
    payload = {"lead": "L1", "at": "2026-03-02T12:00:00Z", "to_party": "sales", **said}
    return Agreement((edition,)).check_handoff(payload, as_of=NOON)


OFFERED = Pattern(event="handoff_offered", where={"to_party": "sales"})


class TestClocks:
    def test_an_offer_starts_what_listens_to_it(self) -> None:
        (found,) = check(term(OFFERED, span("8 business hours"))).clocks

        assert found == Preview(
            term="answer",
            party="sales",
            started_at=NOON,
            counts_from=NOON,
            target="8 business hours",
            due_at=datetime(2026, 3, 3, 12, tzinfo=UTC),
        )

    def test_it_starts_nothing_of_another_party(self) -> None:
        said = {"to_party": "marketing"}

        assert check(term(OFFERED, span("2 hours")), **said).clocks == ()

    def test_a_new_owner_and_a_new_stage_are_facts_too(self) -> None:
        assigned = term(Pattern(event="owner_assigned"), span("2 hours"))
        moved = term(
            Pattern(event="stage_changed", where={"to_stage": "mql"}), span("2 hours")
        )
        there = {"from_stage": "mql", "to_stage": "mql"}

        assert len(check(assigned, owner="dana").clocks) == 1
        assert check(assigned).clocks == ()
        assert len(check(moved, from_stage="lead", to_stage="mql").clocks) == 1
        assert check(moved, **there).clocks == ()

    def test_a_rejection_is_one(self) -> None:
        rejected = term(
            Pattern(event="handoff_rejected", stage=("sal",)), span("2 hours")
        )
        said = {"to_party": "marketing", "reason": "duplicate", "from_stage": "sal"}

        ruling = check(rejected, **said)

        assert ruling.occasion is Occasion.RETURN
        assert len(ruling.clocks) == 1

    def test_what_would_stop_a_clock_starts_none(self) -> None:
        stopped = Clock(start=(Pattern(event="lead_created"),), stop=(OFFERED,))
        promise = Deadline(clock=stopped, within=span("2 hours"))

        found = check(Term(id="answer", party="sales", promise=promise)).clocks

        assert found == ()

    def test_a_move_offers_nothing(self) -> None:
        edition = Edition(id="n", terms=(term(OFFERED, span("2 hours"), (), None),))
        handoff = check(term(OFFERED, span("2 hours"))).handoff

        assert previews(Desk(edition).deadlines, handoff, Occasion.MOVE) == ()
        assert previews(Desk(edition).deadlines, handoff, Occasion.RETURN) == ()

    def test_where_the_segment_is_not_known_neither_is_the_target(self) -> None:
        demo = Target(field("source").is_("demo"), span("15 minutes"))

        (found,) = check(term(OFFERED, span("2 hours"), (demo,))).clocks

        assert (found.target, found.due_at) == (None, None)
        assert found.unknown == ("source",)
        (known,) = check(
            term(OFFERED, span("2 hours"), (demo,)), attributes={"source": "demo"}
        ).clocks
        assert known.due_at == NOON + timedelta(minutes=15)

    def test_whom_it_is_not_about_it_does_not_wait_for(self) -> None:
        asked = term(OFFERED, span("2 hours"), applies=True)

        assert check(asked, attributes={"lead_type": "old"}).clocks == ()
        (doubtful,) = check(asked).clocks
        assert doubtful.unknown == ("lead_type",)

    def test_what_counts_back_needs_its_date(self) -> None:
        brief = term(
            OFFERED, Before(CalendarTime(days=45), of="renews_on", roll="none")
        )

        (without,) = check(brief).clocks
        (dated,) = check(
            brief, attributes={"renews_on": {"$date": "2026-06-01"}}
        ).clocks

        assert without.due_at is None
        assert without.unknown
        # At the end of 17 April.
        assert dated.due_at == datetime(2026, 4, 18, tzinfo=UTC)

    def test_without_a_calendar_business_time_has_no_end(self) -> None:
        (found,) = check(term(OFFERED, span("2 business hours"), (), None)).clocks

        assert found.due_at is None
        assert found.to_dict()["due_at"] is None

    def test_a_calendar_that_is_never_open_again_counts_nothing(self) -> None:
        shut = Calendar(
            "office",
            BusinessHours("UTC", {}, dated={date(2020, 1, 1): ["09:00-10:00"]}),
        )
        edition = Edition(
            id="n", calendars=(shut,), terms=(term(OFFERED, span("2 business hours")),)
        )
        handoff = check(term(OFFERED, span("2 hours"))).handoff

        (found,) = previews(Desk(edition).deadlines, handoff, Occasion.OFFER)

        assert (found.counts_from, found.due_at) == (None, None)

    def test_before_the_first_edition_nothing_starts(self) -> None:
        early = check(term(OFFERED, span("2 hours")), at="2026-02-02T12:00:00Z")

        assert early.clocks == ()

    def test_only_deadlines_have_a_due_date(self) -> None:
        volume = Term(
            id="v",
            party="marketing",
            promise=Volume(of=(OFFERED,), goal=Decimal(5), per=PeriodKind.MONTH),
        )

        assert check(volume).clocks == ()
