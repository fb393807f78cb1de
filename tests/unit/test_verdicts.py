"""What a verdict says: its figures, its sentence and its ledger."""

from __future__ import annotations

import pickle
from datetime import date, timedelta
from fractions import Fraction

import attrs
import pytest

from alignkit.agreements import Agreement
from alignkit.attributions import Attribution
from alignkit.events import Subject
from alignkit.happenings import FieldChanged
from alignkit.hours import BusinessHours
from alignkit.ledgers import EntryKind
from alignkit.promises import Repeat
from alignkit.spans import Before, BusinessDays, span
from alignkit.standings import Status
from alignkit.terms import Landing
from alignkit.verdicts import Lapse, Source, Verdict, explain
from tests.deadlines import OFFICE, at, edition, fact, term, verdict, verdicts

GO = fact("go", "04 10:00")


def hours(number: float) -> timedelta:
    return timedelta(hours=number)


class TestJudge:
    def test_a_verdict_that_is_open(self) -> None:
        found = verdict(term(warn_at=Fraction(4, 5)), GO, as_of="04 11:00")

        assert found == Verdict(
            term="response",
            party="sales",
            subject_kind="lead",
            subject="L1",
            status=Status.PENDING,
            started_at=at("04 10:00"),
            counts_from=at("04 10:00"),
            due_at=at("04 14:00"),
            next_change_at=at("04 13:12"),
            elapsed=Lapse(hours(1), hours(1)),
            remaining=Lapse(hours(3), hours(3)),
            target="4 business hours",
            attribution=(Attribution("routing", hours(1)),),
            agreement=Source.of(edition(term(warn_at=Fraction(4, 5)))),
        )

    def test_a_verdict_that_is_late_over_a_weekend_and_a_change_of_clocks(self) -> None:
        go, done = fact("go", "06 16:00"), fact("done", "09 13:30")

        found = verdict(term(), go, done, as_of="10 12:00")

        assert found.fulfilled_at == at("09 13:30")
        assert found.due_at == found.breached_at == at("09 12:00")
        assert found.overrun == Lapse(hours(1.5), hours(1.5))
        # From Friday to Monday the wall shows 69.5 hours, of which one did not exist.
        assert found.elapsed == Lapse(hours(5.5), hours(68.5))
        assert found.remaining is None

    def test_what_rests_has_only_what_its_target_counts_left(self) -> None:
        hold = fact("hold", "04 11:00")

        business = verdict(term(), GO, hold, as_of="05 11:00").remaining
        wall = verdict(term("4 hours"), GO, hold, as_of="05 11:00").remaining
        days = verdict(term("1 business day"), GO, hold, as_of="05 11:00").remaining

        assert business == Lapse(hours(3), None)
        assert wall == Lapse(None, hours(3))
        assert days is None

    def test_rests_before_a_reset_are_not_taken_off_again(self) -> None:
        facts = [
            fact("hold", "04 11:00"),
            fact("on", "04 12:00"),
            fact("again", "04 13:00"),
            fact("hold", "04 14:00"),
        ]

        found = verdict(term("4 hours"), GO, *facts, as_of="04 15:00")

        assert found.remaining == Lapse(None, hours(3))
        assert found.elapsed == Lapse(hours(1), hours(5))

    def test_moments_are_in_the_zone_of_the_calendar(self) -> None:
        found = verdict(term(), GO, as_of="04 11:00")

        assert found.due_at is not None
        assert str(found.due_at.tzinfo) == "America/Chicago"


class TestVerdict:
    def test_it_can_be_pickled_with_all_that_explains_it(self) -> None:
        found = verdict(term(), GO, as_of="04 11:00")

        again = pickle.loads(pickle.dumps(found))  # noqa: S301 - our own

        assert again == found
        assert again.explanation == found.explanation
        assert again.ledger == found.ledger

    def test_the_ledger_starts_and_ends_with_the_run(self) -> None:
        facts = [fact("again", "04 11:00"), fact("done", "04 12:00")]

        found = verdict(term(), GO, *facts, as_of="06 12:00")

        assert [(one.start, one.end, one.kind) for one in found.ledger] == [
            (at("04 10:00"), at("04 11:00"), EntryKind.SET_BACK),
            (at("04 11:00"), at("04 12:00"), EntryKind.COUNTED),
        ]

    def test_without_a_calendar_there_is_no_ledger(self) -> None:
        assert (
            verdict(term("4 hours", calendar=None), GO, as_of="04 11:00").ledger == ()
        )

    def test_where_facts_contradict_each_other_there_is_no_ledger(self) -> None:
        rivals = [fact("done", "04 11:00", id="x"), fact("off", "04 11:00", id="x")]

        assert verdict(term(), GO, *rivals, as_of="04 12:00").ledger == ()


SAYS = "Response by sales on lead L1: "
STARTED = "started Wed 4 Mar 2026 10:00 CST, "
DUE = "due Wed 4 Mar 2026 14:00 CST (4 business hours), "


class TestExplain:
    def test_open(self) -> None:
        assert verdict(term(), GO, as_of="04 11:00").explanation == (
            f"{SAYS}open, {STARTED}{DUE}"
            "3 h of business time left as of Wed 4 Mar 2026 11:00 CST."
        )

    def test_at_risk(self) -> None:
        found = verdict(term(warn_at=Fraction(1, 2)), GO, as_of="04 13:30:15.5")

        assert found.explanation == (
            f"{SAYS}at risk, {STARTED}{DUE}29 min 44.5 s of business time left "
            "as of Wed 4 Mar 2026 13:30:15.500000 CST."
        )

    def test_at_rest(self) -> None:
        found = verdict(term(), GO, fact("hold", "04 11:00"), as_of="05 11:00")

        assert found.explanation == (
            f"{SAYS}at rest, {STARTED}resting since Wed 4 Mar 2026 11:00 CST, "
            "3 h of business time left as of Thu 5 Mar 2026 11:00 CST."
        )

    def test_at_rest_with_nothing_to_tell_of_the_rest(self) -> None:
        hold = fact("hold", "04 11:00")

        found = verdict(term("1 business day"), GO, hold, as_of="05 11:00")

        assert found.explanation == (
            f"{SAYS}at rest, {STARTED}resting since Wed 4 Mar 2026 11:00 CST, "
            "as of Thu 5 Mar 2026 11:00 CST."
        )

    def test_kept_in_time_after_a_rest(self) -> None:
        facts = [fact("hold", "04 11:00"), fact("on", "04 12:30")]

        found = verdict(term(), GO, *facts, fact("done", "04 15:30"), as_of="06 12:00")

        assert found.explanation == (
            f"{SAYS}kept in time, {STARTED}"
            "at rest from Wed 4 Mar 2026 11:00 CST to Wed 4 Mar 2026 12:30 CST, "
            "due Wed 4 Mar 2026 15:30 CST (4 business hours), "
            "done Wed 4 Mar 2026 15:30 CST, after 4 h of business time."
        )

    def test_kept_late_after_several_rests(self) -> None:
        facts = [
            fact("hold", "04 11:00"),
            fact("on", "04 12:00"),
            fact("hold", "04 13:00"),
            fact("on", "04 13:30"),
        ]

        found = verdict(term(), GO, *facts, fact("done", "04 16:00"), as_of="06 12:00")

        assert found.explanation == (
            f"{SAYS}kept late, {STARTED}at rest 2 times for 1 h 30 min in all, "
            "due Wed 4 Mar 2026 15:30 CST (4 business hours), "
            "done Wed 4 Mar 2026 16:00 CST, after 4 h 30 min of business time, "
            "over by 30 min of business time."
        )

    def test_broken_and_moved_by_a_holiday(self) -> None:
        # Monday is one; so is a Saturday, on which nobody would have been there.
        go = fact("go", "01 12:00")

        found = verdict(term("40 business hours"), go, as_of="10 12:00")

        assert found.explanation == (
            f"{SAYS}broken, started Sun 1 Mar 2026 12:00 CST, "
            "counted from Tue 3 Mar 2026 09:00 CST, "
            "due Mon 9 Mar 2026 17:00 CDT "
            "(40 business hours, closed for Casimir Pulaski Day), "
            "not done by Tue 10 Mar 2026 12:00 CDT, over by 3 h of business time."
        )

    def test_called_off(self) -> None:
        found = verdict(term(), GO, fact("off", "04 11:00"), as_of="06 12:00")

        assert found.explanation == (
            f"{SAYS}called off, {STARTED}{DUE}ended Wed 4 Mar 2026 11:00 CST."
        )

    def test_broken_and_called_off(self) -> None:
        found = verdict(term(), GO, fact("off", "04 15:00"), as_of="06 12:00")

        assert found.explanation == (
            f"{SAYS}broken, {STARTED}{DUE}called off Wed 4 Mar 2026 15:00 CST, "
            "over by 1 h of business time."
        )

    def test_set_back(self) -> None:
        found = verdict(term(), GO, fact("again", "04 12:00"), as_of="04 13:00")

        assert found.explanation == (
            f"{SAYS}open, {STARTED}counted anew from Wed 4 Mar 2026 12:00 CST, "
            "due Wed 4 Mar 2026 16:00 CST (4 business hours), "
            "3 h of business time left as of Wed 4 Mar 2026 13:00 CST."
        )

    def test_on_the_wall(self) -> None:
        found = verdict(term("3 days"), GO, as_of="07 12:00")

        assert found.explanation == (
            f"{SAYS}broken, {STARTED}due Sat 7 Mar 2026 10:00 CST (3 days), "
            "not done by Sat 7 Mar 2026 12:00 CST, over by 2 h."
        )

    def test_without_a_calendar_of_its_own(self) -> None:
        found = verdict(term("4 hours", calendar=None), GO, as_of="04 11:00")

        assert found.explanation == (
            f"{SAYS}open, started Wed 4 Mar 2026 16:00 UTC, "
            "due Wed 4 Mar 2026 20:00 UTC (4 hours), "
            "3 h left as of Wed 4 Mar 2026 17:00 UTC."
        )

    def test_due_at_the_end_of_a_day(self) -> None:
        found = verdict(term("3 days"), fact("go", "04"), as_of="08 12:00")

        assert found.explanation == (
            f"{SAYS}broken, started Wed 4 Mar 2026 00:00 CST, "
            "due at the end of Sat 7 Mar 2026 (3 days), "
            "not done by Sun 8 Mar 2026 12:00 CDT, over by 11 h."
        )

    def test_unknown(self) -> None:
        found = verdict(term(calendar=None), GO, as_of="04 11:00")

        assert found.explanation == f"{SAYS}not known, because no calendar counts it."

    @pytest.mark.parametrize(
        ("status", "said"),
        [
            (Status.EXCUSED, "excused, because of a storm."),
            (Status.EXCLUDED, "not owed, because of a storm."),
        ],
    )
    def test_excused_and_excluded(self, status: Status, said: str) -> None:
        found = Verdict(
            term="first_response",
            party="sales",
            subject_kind="lead",
            subject="L1",
            status=status,
            reason="of a storm",
            agreement=Source(id="a", version="1", fingerprint="f"),
        )

        assert explain(found) == f"First response by sales on lead L1: {said}"

    def test_an_amount_that_is_not_known_is_not_told(self) -> None:
        found = verdict(term(), GO, fact("done", "04 11:00"), as_of="06 12:00")

        bare = attrs.evolve(found, elapsed=Lapse(None, None))

        assert bare.explanation == (
            f"{SAYS}kept in time, {STARTED}{DUE}done Wed 4 Mar 2026 11:00 CST."
        )

    def test_a_further_cycle_and_a_title(self) -> None:
        promise = term(title="Call back", clock={"repeat": Repeat.NEW_CYCLE})
        facts = [GO, fact("done", "04 10:30"), fact("go", "04 11:00")]

        _, second = verdicts(promise, *facts, as_of="04 12:00")

        assert second.explanation.startswith("Call back by sales on lead L1, cycle 2: ")

    def test_what_is_hidden_in_an_id_is_shown(self) -> None:
        odd = attrs.evolve(GO, subject=Subject(id="L1\x1b[2J\nL2"))

        assert verdict(term(), odd, as_of="04 11:00").explanation.startswith(
            r"Response by sales on lead L1\x1b[2J\nL2: open, "
        )

    def test_a_revised_one_that_is_due_before_it_starts_names_no_holiday(self) -> None:
        rolls = term("0 hours", landing=Landing.NEXT_OPEN)

        assert "closed for" not in verdict(rolls, GO, as_of="04 11:00").explanation


class TestHolidays:
    WEDNESDAY = BusinessHours(
        "America/Chicago",
        {"mon-fri": ["09:00-17:00"]},
        holidays={date(2026, 3, 11): "Midweek Day", date(2026, 3, 8): "A Sunday"},
    )

    def renewed(self, target: Before, day: date, hours: BusinessHours) -> str:
        known = fact(FieldChanged(field="lead.renewal_date", value=day), "04 09:00")
        agreement = Agreement((edition(term(target), hours=hours),))
        return verdict(agreement, GO, known, as_of="05 12:00").explanation

    @pytest.mark.parametrize(
        ("target", "day", "due"),
        [
            ("2 days before renewal_date, preceding", 13, "Tue 10 Mar 2026 17:00 CDT"),
            ("2 days before renewal_date, following", 13, "Thu 12 Mar 2026 17:00 CDT"),
        ],
    )
    def test_the_one_that_a_date_rolled_over_is_named(
        self, target: str, day: int, due: str
    ) -> None:
        before = span(target)
        assert isinstance(before, Before)

        said = self.renewed(before, date(2026, 3, day), self.WEDNESDAY)

        assert f"due {due} ({target}, closed for Midweek Day)" in said

    def test_one_before_a_weekend_is_named_where_a_date_rolls_back_over_it(
        self,
    ) -> None:
        # From Sunday the 8th over Saturday and Friday to Thursday; Monday is no part.
        friday = BusinessHours(
            "America/Chicago",
            {"mon-fri": ["09:00-17:00"]},
            holidays={date(2026, 3, 6): "Friday Off", date(2026, 3, 9): "Monday Off"},
        )
        before = span("0 days before renewal_date, preceding")
        assert isinstance(before, Before)

        said = self.renewed(before, date(2026, 3, 8), friday)

        assert "due Thu 5 Mar 2026 17:00 CST" in said
        assert "closed for Friday Off)" in said

    def test_one_on_which_nobody_works_is_not(self) -> None:
        before = span("0 days before renewal_date, preceding")
        assert isinstance(before, Before)

        said = self.renewed(before, date(2026, 3, 8), self.WEDNESDAY)

        assert "due Fri 6 Mar 2026 17:00 CST (0 days before" in said
        assert "closed for" not in said

    def test_business_days_lead_to_a_business_day(self) -> None:
        before = Before(BusinessDays(2), of="renewal_date", roll="preceding")

        said = self.renewed(before, date(2026, 3, 13), self.WEDNESDAY)

        assert "due Tue 10 Mar 2026 17:00 CDT" in said
        assert "closed for" not in said

    def test_a_day_off_that_begins_at_work_is_rolled_over_like_any_other(self) -> None:
        # The shift of Saturday lasts until six on Sunday, which owns no shift.
        nights = BusinessHours("America/Chicago", {"mon-sat": ["22:00-06:00"]})
        before = span("0 days before renewal_date, preceding")
        assert isinstance(before, Before)

        said = self.renewed(before, date(2026, 3, 15), nights)

        assert "due Sun 15 Mar 2026 06:00 CDT (0 days" in said
        assert "closed for" not in said

    def test_a_date_that_does_not_roll_is_moved_by_none(self) -> None:
        before = span("2 days before renewal_date, none")
        assert isinstance(before, Before)

        said = self.renewed(before, date(2026, 3, 13), self.WEDNESDAY)

        assert "due at the end of Wed 11 Mar 2026 (2 days" in said
        assert "closed for" not in said

    def test_calendars_that_combine_others_are_taken_to_be_open(self) -> None:
        both = self.WEDNESDAY & OFFICE

        said = self.renewed_business_time(both)

        assert "closed for A Sunday" in said

    def renewed_business_time(self, hours: BusinessHours) -> str:
        agreement = Agreement((edition(term("16 business hours"), hours=hours),))
        return verdict(agreement, fact("go", "06 10:00"), as_of="06 12:00").explanation
