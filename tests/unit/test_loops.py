from __future__ import annotations

import attrs
import pytest

from alignkit.errors import UnfitValueError, UnknownLoopError
from alignkit.loops import (
    STANDARD_LOOPS,
    Duty,
    ItemState,
    Loop,
    find_loop,
    loop_findings,
)
from alignkit.patterns import Pattern
from alignkit.spans import BusinessDays, CalendarTime

DAYS = BusinessDays(3)


def a_loop(**changes: object) -> Loop:
    parts = {"id": "l", "kind": "k", "owes": "sales", "to": "marketing"} | changes
    return Loop(**parts)  # type: ignore[arg-type]  # whatever a test changes


class TestLoop:
    @pytest.mark.parametrize(
        ("changes", "field", "expected"),
        [
            ({"to": "sales"}, "to", "another party than the one that owes it"),
            (
                {"trigger": (), "reply_within": DAYS},
                "trigger",
                "a trigger from which the reply is clocked",
            ),
            (
                {"decide_after": ItemState.DECIDED},
                "decide_after",
                "a step before the decision",
            ),
            (
                {"decide_after": ItemState.ABSENT},
                "decide_after",
                "a step before the decision",
            ),
            (
                {"tell_after": ItemState.CLOSED},
                "tell_after",
                "a step before the telling",
            ),
            (
                {"is_void_without_return": True},
                "in_return",
                "the loop that is owed in return",
            ),
        ],
    )
    def test_what_contradicts_itself_is_refused(
        self, changes: dict[str, object], field: str, expected: str
    ) -> None:
        with pytest.raises(UnfitValueError) as caught:
            a_loop(**changes)

        assert (caught.value.noun, caught.value.field) == ("loop", field)
        assert caught.value.expected == expected

    def test_it_falls_due_on_a_request_unless_it_says_otherwise(self) -> None:
        assert a_loop().trigger == (Pattern(event="feedback_requested"),)


class TestDuties:
    def test_each_is_clocked_from_the_step_before(self) -> None:
        loop = a_loop(
            reply_within=BusinessDays(5),
            decide_within=BusinessDays(10),
            tell_within=DAYS,
        )

        assert loop.duties == (
            Duty(
                step=ItemState.RECEIVED,
                party="sales",
                after=ItemState.REQUESTED,
                within=BusinessDays(5),
            ),
            Duty(
                step=ItemState.DECIDED,
                party="marketing",
                after=ItemState.RECEIVED,
                within=BusinessDays(10),
            ),
            Duty(
                step=ItemState.CLOSED,
                party="marketing",
                after=ItemState.DECIDED,
                within=DAYS,
            ),
        )

    def test_the_loop_may_say_otherwise(self) -> None:
        loop = a_loop(
            acknowledge_within=DAYS,
            decide_within=DAYS,
            tell_within=DAYS,
            decide_after=ItemState.ACKNOWLEDGED,
            tell_after=ItemState.ACTED,
        )

        assert [(duty.step.value, duty.after.value) for duty in loop.duties] == [
            ("acknowledged", "received"),
            ("decided", "acknowledged"),
            ("closed", "acted"),
        ]

    def test_where_nothing_is_limited_nothing_is_clocked(self) -> None:
        assert a_loop().duties == ()


class TestStandardLoops:
    def test_no_two_share_an_id(self) -> None:
        ids = [loop.id for loop in STANDARD_LOOPS]

        assert sorted(set(ids)) == sorted(ids)

    @pytest.mark.parametrize(
        ("row", "id"),
        [
            ("R32", "field_insight"),
            ("R34", "product_gap"),
            ("R36", "market_outlook"),
            ("R54", "collateral_request"),
            ("R55", "collateral_usage"),
            ("R57", "message_feedback"),
            ("R58", "testimonials"),
            ("R59", "testimonial_nominations"),
            ("R61", "campaign_list_review"),
            ("R88", "competitive_intelligence"),
            ("R89", "message_accuracy"),
            ("R100", "customer_requirements"),
            ("R157", "forecast"),
        ],
    )
    def test_a_complaint_has_its_loop(self, row: str, id: str) -> None:
        source = find_loop(id).source

        assert source is not None
        assert row in source.split(", ")

    def test_what_is_owed_in_return_exists(self) -> None:
        ids = {loop.id for loop in STANDARD_LOOPS}

        assert {loop.in_return for loop in STANDARD_LOOPS} - {None} <= ids

    def test_testimonials_and_nominations_are_owed_for_each_other(self) -> None:
        wanted, named = find_loop("testimonials"), find_loop("testimonial_nominations")

        assert (wanted.owes, named.owes) == ("marketing", "sales")
        assert (wanted.in_return, named.in_return) == (named.id, wanted.id)
        assert (wanted.is_void_without_return, named.is_void_without_return) == (
            True,
            False,
        )

    def test_listening_comes_first_where_customers_speak(self) -> None:
        assert find_loop("customer_requirements").is_acknowledged_first

    def test_nothing_in_the_catalogue_is_weak(self) -> None:
        assert loop_findings(STANDARD_LOOPS) == ()


class TestFindLoop:
    def test_an_unknown_loop_is_told_the_nearest(self) -> None:
        with pytest.raises(UnknownLoopError) as caught:
            find_loop("product_gaps")

        assert caught.value.code == "AK-F001"
        assert str(caught.value) == (
            "no feedback loop is named 'product_gaps'; did you mean 'product_gap'?"
        )

    def test_it_looks_among_the_loops_of_an_agreement(self) -> None:
        own = a_loop()

        assert find_loop("l", [own]) is own


class TestFindings:
    def test_a_loop_that_returns_nothing_is_a_one_way_street(self) -> None:
        (finding,) = loop_findings([a_loop()], path="$.feedback")

        assert (finding.code, finding.path) == ("AK-F002", "$.feedback[0]")

    def test_a_loop_that_nothing_triggers_needs_an_alarm(self) -> None:
        silent = a_loop(trigger=(), tell_within=DAYS)
        alarmed = attrs.evolve(silent, silence_after=CalendarTime(days=7))

        found = loop_findings([alarmed, silent])

        assert [(one.code, one.path) for one in found] == [("AK-F003", "$.loops[1]")]
