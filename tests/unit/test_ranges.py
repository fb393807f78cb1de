"""Where ordered criteria leave something out, or ask for the same twice."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from alignkit.criteria import Criterion, Is, Known, Meets, Not, SomeOf, field, happened
from alignkit.ranges import Coverage, Gap, Overlap, survey

SIZE = field("company.employees")
REGION = field("region")
NOTHING = Coverage(gaps=(), overlaps=(), hidden=(), is_complete=True)


class TestSurvey:
    def test_no_criteria_leave_nothing_to_find(self) -> None:
        assert survey(()) == NOTHING

    def test_ranges_that_meet_without_touching_are_sound(self) -> None:
        rules = (SIZE.at_most(50), SIZE.at_least(50) & ~SIZE.at_most(50))

        assert survey(rules) == NOTHING

    def test_the_ends_of_a_range_are_no_gap(self) -> None:
        assert survey((SIZE.between(10, 20), SIZE.between(21, 30))).overlaps == ()
        assert survey((SIZE.between(10, 20),)) == NOTHING

    def test_a_hole_between_two_ranges_is_a_gap_with_a_whole_witness(self) -> None:
        found = survey((SIZE.at_most(10), SIZE.between(20, 30)))

        assert found == Coverage(
            gaps=(
                Gap(
                    path="company.employees",
                    low=10,
                    high=20,
                    witness=(("company.employees", 11),),
                    has_whole=True,
                ),
            ),
            overlaps=(),
            hidden=(),
            is_complete=True,
        )

    def test_between_neighbouring_whole_numbers_only_fractions_are_missed(
        self,
    ) -> None:
        (gap,) = survey((SIZE.between(1, 50), SIZE.between(51, 99))).gaps

        assert (gap.has_whole, gap.witness) == (
            False,
            (("company.employees", Decimal("50.5")),),
        )

    def test_a_single_missing_value_is_a_gap(self) -> None:
        rules = (Not(SIZE.at_least(10)), Not(SIZE.at_most(10)))

        (gap,) = survey(rules).gaps

        assert gap.witness == (("company.employees", 10),)
        assert gap.low < 10 < gap.high  # type: ignore[operator]

    def test_a_gap_may_hold_for_one_choice_only(self) -> None:
        rules = (
            SIZE.at_most(10),
            SIZE.at_least(11) & SIZE.at_most(19) & REGION.is_("emea"),
            SIZE.at_least(20),
        )

        found = [gap.witness for gap in survey(rules).gaps if gap.has_whole]

        assert found == [(("company.employees", 11), ("region", "none of emea"))]

    def test_a_gap_that_holds_for_every_choice_is_told_once(self) -> None:
        score, source = field("score"), field("source")
        rules = (
            score.at_most(10),
            score.at_least(20),
            source.is_("fair") & score.at_most(10),
        )

        (gap,) = survey(rules).gaps

        assert (gap.path, gap.low, gap.high) == ("score", 10, 20)

    def test_a_shared_bound_is_an_overlap(self) -> None:
        found = survey((SIZE.between(1, 50), SIZE.between(50, 99)))

        assert found.overlaps == (
            Overlap(first=0, second=1, witness=(("company.employees", 50),)),
        )

    def test_an_exception_before_the_rule_is_no_overlap(self) -> None:
        assert survey((SIZE.at_most(50), SIZE.at_most(500))) == NOTHING

    def test_a_rule_after_one_that_takes_all_its_cases_is_hidden(self) -> None:
        assert survey((SIZE.at_most(500), SIZE.at_most(50))).hidden == (1,)

    def test_a_rule_may_be_hidden_by_several_together(self) -> None:
        rules = (SIZE.at_most(50), SIZE.at_least(50), SIZE.between(40, 60))

        assert survey(rules).hidden == (2,)

    def test_a_rule_that_can_hold_for_nobody_is_hidden(self) -> None:
        assert survey((SIZE.at_most(1) & SIZE.at_least(2),)).hidden == (0,)

    def test_choices_and_truths_are_looked_at_exactly(self) -> None:
        rules: tuple[Criterion, ...] = (
            REGION.one_of("emea", "apac"),
            Is("is_partner", value=True),
            Not(REGION.is_("emea")),
        )

        found = survey(rules)

        assert [(each.first, each.second) for each in found.overlaps] == [
            (0, 1),
            (0, 2),
            (1, 2),
        ]
        assert found.overlaps[2].witness == (
            ("region", "apac"),
            ("is_partner", True),
        )

    def test_other_questions_may_hold_or_not_in_any_case(self) -> None:
        rules = (happened("demo_requested"), happened("demo_requested") & Known("x"))

        assert survey(rules).hidden == (1,)

    def test_what_is_asked_otherwise_stands_in_the_witness(self) -> None:
        rules = (happened("demo_requested"), SIZE.at_least(10))

        (overlap,) = survey(rules).overlaps

        assert overlap.witness == (
            ("demo_requested happened", True),
            ("company.employees", 10),
        )

    def test_definitions_are_looked_into(self) -> None:
        rules = (Meets("small"), SIZE.at_least(20))
        definitions = {"small": SIZE.at_most(10)}

        assert [gap.low for gap in survey(rules, definitions).gaps] == [10]

    @pytest.mark.parametrize(
        "definitions",
        [{}, {"small": Meets("small")}],
        ids=["unknown", "circular"],
    )
    def test_a_definition_that_leads_nowhere_may_hold_or_not(
        self, definitions: dict[str, Criterion]
    ) -> None:
        assert survey((Meets("small"), Meets("small")), definitions).hidden == (1,)

    def test_any_and_some_are_looked_into(self) -> None:
        rules = (
            SIZE.at_most(10) | SIZE.at_least(20),
            SomeOf(1, (SIZE.between(12, 18),)),
        )

        assert [(gap.low, gap.high) for gap in survey(rules).gaps] == [
            (10, 12),
            (18, 20),
        ]

    def test_days_are_looked_at_like_numbers(self) -> None:
        founded = field("company.founded")
        rules = (
            founded.at_most(date(2000, 12, 31)),
            founded.at_least(date(2010, 1, 1)),
        )

        (gap,) = survey(rules).gaps

        assert (gap.low, gap.high, gap.has_whole) == (
            date(2000, 12, 31),
            date(2010, 1, 1),
            True,
        )

    def test_neighbouring_days_leave_no_gap(self) -> None:
        founded = field("company.founded")
        rules = (
            founded.at_most(date(2000, 12, 31)),
            founded.at_least(date(2001, 1, 1)),
        )

        assert survey(rules) == NOTHING

    def test_moments_at_the_end_of_time_are_no_trouble(self) -> None:
        at = field("at")
        rules = (
            at.at_most(datetime(1900, 1, 1, tzinfo=UTC)),
            at.at_least(datetime(2299, 12, 31, tzinfo=UTC)),
        )

        assert len(survey(rules).gaps) == 1
        assert survey((field("day").at_most(date.max),)) == NOTHING

    def test_too_many_cases_are_cut_short_and_it_says_so(self) -> None:
        rules = tuple(field(f"f{at}").between(1, 2) for at in range(8))

        found = survey(rules)

        assert not found.is_complete
        assert found.hidden == ()
