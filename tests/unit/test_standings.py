"""How one run stands at one instant, and when that changes by itself."""

from __future__ import annotations

from fractions import Fraction

import pytest

from alignkit.criteria import field
from alignkit.happenings import FieldChanged
from alignkit.promises import Target
from alignkit.spans import BusinessTime, span
from alignkit.standings import Status
from alignkit.terms import Landing
from tests.deadlines import at, fact, status, term, verdict

GO = fact("go", "04 10:00")
MICROSECOND = ":00.000001"


class TestStatus:
    def test_five_are_settled(self) -> None:
        assert [one.value for one in Status if one.is_settled] == [
            "met",
            "late",
            "excused",
            "excluded",
            "cancelled",
        ]

    def test_two_are_broken(self) -> None:
        assert [one.value for one in Status if one.is_broken] == ["late", "breached"]


class TestDue:
    def test_it_is_open_at_the_due_instant_and_broken_after_it(self) -> None:
        assert status(term(), GO, as_of="04 14:00") == "pending"
        assert status(term(), GO, as_of="04 14:00" + MICROSECOND) == "breached"

    def test_it_changes_by_itself_a_microsecond_after_it_was_due(self) -> None:
        open_, broken = (
            verdict(term(), GO, as_of=when) for when in ("04 11:00", "04 15:00")
        )

        assert open_.next_change_at == at("04 14:00" + MICROSECOND)
        assert broken.next_change_at is None

    def test_what_rests_changes_only_by_a_fact(self) -> None:
        hold = fact("hold", "04 11:00")

        assert verdict(term(), GO, hold, as_of="04 12:00").next_change_at is None


class TestRisk:
    @pytest.mark.parametrize(
        ("within", "expected"),
        [
            # 192 of 240 minutes from ten; the clock stands still over night.
            ("4 business hours", "04 13:12"),
            # 384 of 480 minutes.
            ("8 business hours", "04 16:24"),
            # Seven hours on the fourth and eight on the fifth: twelve of fifteen.
            ("1 business day", "05 14:00"),
            # 80 of 100 hours on the wall.
            ("100 hours", "07 18:00"),
            # Of 119 hours, since the clocks go forward: 95 hours and 12 minutes.
            ("5 days", "08 10:12"),
        ],
    )
    def test_it_begins_when_the_warning_share_is_used_up(
        self, within: str, expected: str
    ) -> None:
        promise = term(within, warn_at=Fraction(4, 5))

        before = verdict(promise, GO, as_of="04 10:00")

        assert before.status.value == "pending"
        assert before.next_change_at == at(expected)
        assert status(promise, GO, as_of=expected) == "at_risk"

    def test_without_a_warning_share_nothing_is_at_risk(self) -> None:
        assert status(term(), GO, as_of="04 14:00") == "pending"

    def test_it_is_at_risk_at_the_due_instant_if_all_of_it_warns(self) -> None:
        promise = term(warn_at=Fraction(1))

        assert status(promise, GO, as_of="04 13:59") == "pending"
        assert status(promise, GO, as_of="04 14:00") == "at_risk"

    def test_a_share_used_up_at_the_close_is_so_over_night(self) -> None:
        # Seven hours are used up at the close, whatever a due instant does there.
        promise = term(
            "8 business hours",
            warn_at=Fraction(7, 8),
            landing=Landing.NEXT_OPEN,
        )

        assert status(promise, GO, as_of="04 17:00") == "at_risk"

    def test_of_nothing_no_share_is_used_up_before_it_is_due(self) -> None:
        promise = term(BusinessTime(), warn_at=Fraction(1, 2))
        go = fact("go", "04 08:00")

        assert status(promise, go, as_of="04 08:30") == "pending"
        assert status(promise, go, as_of="04 09:00") == "at_risk"

    def test_a_rest_is_not_counted(self) -> None:
        promise = term(warn_at=Fraction(1, 2))
        facts = [fact("hold", "04 11:00"), fact("on", "04 13:00")]

        assert verdict(promise, GO, *facts, as_of="04 13:00").next_change_at == at(
            "04 14:00"
        )


class TestSeveralTargets:
    GOLD = Target(field("lead.tier").is_("gold"), span("1 business hour"))

    def test_the_strictest_is_told_where_all_agree(self) -> None:
        found = verdict(term(targets=[self.GOLD]), GO, as_of="04 15:00")

        assert found.status.value == "breached"
        assert (found.target, found.due_at) == ("1 business hour", at("04 11:00"))

    def test_a_change_under_one_that_alters_nothing_is_passed_over(self) -> None:
        # At one it is at risk under the longer target, and broken under the shorter
        # since eleven: unknown before and after, until both are broken.
        promise = term(targets=[self.GOLD], warn_at=Fraction(3, 4))

        found = verdict(promise, GO, as_of="04 12:00")

        assert found.status.value == "unknown"
        assert found.next_change_at == at("04 14:00" + MICROSECOND)

    def test_what_has_ended_does_not_change(self) -> None:
        done = fact("done", "04 10:30")

        found = verdict(term(targets=[self.GOLD]), GO, done, as_of="04 12:00")

        assert (found.status.value, found.next_change_at) == ("met", None)

    def test_all_that_is_missing_is_named(self) -> None:
        big = Target(field("lead.size").is_("big"), span("30 business minutes"))
        promise = term(targets=[self.GOLD, big])

        found = verdict(promise, GO, as_of="04 12:00")

        assert (
            found.reason == "its target depends on tier and size, which are not known"
        )

    def test_one_that_can_never_hold_is_not_tried(self) -> None:
        known = fact(FieldChanged(field="lead.tier", value="tin"), "04 09:00")

        found = verdict(term(targets=[self.GOLD]), known, GO, as_of="04 12:00")

        assert found.target == "4 business hours"
