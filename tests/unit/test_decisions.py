"""Who may decide what, and how one decision was come to."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import ClassVar

import attrs
import pytest

from alignkit.criteria import Criterion, Meets, field
from alignkit.decisions import (
    STANDARD_RIGHTS,
    DecisionRecord,
    DecisionRight,
    DecisionRule,
    Holder,
    Stance,
    Undecided,
)
from alignkit.errors import NaiveMomentError, UnfitValueError
from alignkit.facts import Facts
from alignkit.findings import Severity
from alignkit.goals import Horizon
from alignkit.parties import Role
from alignkit.tasks import Ownership

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
APRIL = datetime(2026, 4, 1, tzinfo=UTC)
SIZE = field("company.employees")
DISCOUNT = field("deal.discount")
SELLER, MANAGER = Holder(("seller",)), Holder(("sales_manager",))
KEYS = Holder(("sales_manager", "pricing_owner"), escalates_to="cro")


def a_rule(when: Criterion, holder: Holder = SELLER, **dates: datetime) -> DecisionRule:
    return DecisionRule(when=when, holder=holder, **dates)


def a_right(*rules: DecisionRule) -> DecisionRight:
    return DecisionRight(
        id="price", question="What does it cost?", rules=rules, default=KEYS
    )


BANDS = a_right(
    a_rule(DISCOUNT.at_most(10)),
    a_rule(DISCOUNT.at_most(20), MANAGER),
)


def facts(discount: object) -> Facts:
    return Facts.of({"deal": {"discount": discount}})


class TestHolder:
    def test_somebody_has_to_hold_it(self) -> None:
        with pytest.raises(ValueError, match="roles"):
            Holder(())


class TestDecisionRule:
    def test_it_ends_after_it_begins(self) -> None:
        with pytest.raises(UnfitValueError, match="a moment after its since"):
            a_rule(SIZE.at_least(1), since=APRIL, until=APRIL)

    def test_its_moments_have_a_zone(self) -> None:
        with pytest.raises(NaiveMomentError):
            a_rule(SIZE.at_least(1), since=datetime(2026, 1, 1))

    def test_it_takes_a_criterion(self) -> None:
        with pytest.raises(UnfitValueError, match="a criterion"):
            a_rule("size > 5")  # type: ignore[arg-type]


class TestHolderOf:
    @pytest.mark.parametrize(
        ("discount", "holder"),
        [(0, SELLER), (10, SELLER), (11, MANAGER), (20, MANAGER), (21, KEYS)],
    )
    def test_the_first_rule_that_holds_decides_and_else_the_default(
        self, discount: int, holder: Holder
    ) -> None:
        assert BANDS.holder(facts(discount), at=NOW) == holder

    def test_two_keys_take_agreement(self) -> None:
        assert KEYS.takes_agreement
        assert not SELLER.takes_agreement

    def test_what_is_not_known_leaves_it_undecided_and_says_why(self) -> None:
        found = BANDS.holder(facts(None), at=NOW)

        assert isinstance(found, Undecided)
        assert found.candidates == (SELLER, MANAGER, KEYS)
        assert [finding.path for finding in found.unknown] == [
            "$.deal.discount",
            "$.deal.discount",
        ]

    def test_what_makes_no_difference_need_not_be_known(self) -> None:
        right = a_right(
            a_rule(SIZE.at_most(50), MANAGER), a_rule(DISCOUNT.at_most(20), MANAGER)
        )

        assert right.holder(facts(15), at=NOW) == MANAGER
        assert isinstance(right.holder(facts(25), at=NOW), Undecided)

    @pytest.mark.parametrize(
        ("at", "holder"),
        [
            (datetime(2026, 3, 31, 23, 59, 59, 999_999, tzinfo=UTC), SELLER),
            (APRIL, MANAGER),
        ],
        ids=["last microsecond of the old", "first of the new"],
    )
    def test_the_rule_in_force_at_the_moment_decides(
        self, at: datetime, holder: Holder
    ) -> None:
        right = a_right(
            a_rule(SIZE.at_least(1), until=APRIL),
            a_rule(SIZE.at_least(1), MANAGER, since=APRIL),
        )

        found = right.holder(Facts.of({"company.employees": 5}), at=at)

        assert found == holder

    def test_rules_may_refer_to_definitions(self) -> None:
        right = a_right(a_rule(Meets("small")))
        small = {"small": SIZE.at_most(50)}

        found = right.holder(
            Facts.of({"company.employees": 5}), at=NOW, definitions=small
        )

        assert found == SELLER

    def test_the_moment_has_a_zone(self) -> None:
        with pytest.raises(NaiveMomentError):
            BANDS.holder(facts(1), at=datetime(2026, 3, 2))


class TestFindings:
    def test_nested_bands_with_a_default_are_sound(self) -> None:
        assert BANDS.findings() == ()

    def test_a_gap_names_the_case_that_falls_into_it(self) -> None:
        right = a_right(
            a_rule(SIZE.between(1, 50)), a_rule(SIZE.between(100, 500), MANAGER)
        )

        (finding,) = right.findings(path="$.rights[0]")

        assert (finding.code, finding.severity) == ("AK-O020", Severity.WARNING)
        assert finding.message == (
            "no rule of 'price' covers company.employees between 50 and 100, "
            "so the default decides"
        )
        assert finding.seen == "company.employees = 51"
        assert finding.path == "$.rights[0].rules"

    def test_a_gap_without_a_whole_number_is_only_worth_knowing(self) -> None:
        right = a_right(
            a_rule(SIZE.between(1, 50)), a_rule(SIZE.between(51, 500), MANAGER)
        )

        (finding,) = right.findings()

        assert finding.severity is Severity.INFO

    def test_an_overlap_names_the_case_and_who_wins(self) -> None:
        right = a_right(
            a_rule(SIZE.between(1, 50)), a_rule(SIZE.between(50, 500), MANAGER)
        )

        (finding,) = right.findings()

        assert (finding.code, finding.seen) == ("AK-O021", "company.employees = 50")
        assert finding.path == "$.decision_rights.rules[1].when"
        assert finding.help == "tell them apart; as it stands, rule 0 wins"

    def test_an_overlap_of_rules_with_one_holder_does_not_matter(self) -> None:
        right = a_right(a_rule(SIZE.between(1, 50)), a_rule(SIZE.between(50, 500)))

        assert right.findings() == ()

    def test_a_rule_that_never_decides_is_found(self) -> None:
        right = a_right(a_rule(SIZE.at_most(50)), a_rule(SIZE.at_most(5), MANAGER))

        (finding,) = right.findings()

        assert (finding.code, finding.path) == (
            "AK-O022",
            "$.decision_rights.rules[1].when",
        )

    def test_a_rule_that_decides_at_some_time_is_not_hidden(self) -> None:
        right = a_right(
            a_rule(SIZE.at_most(50), until=APRIL), a_rule(SIZE.at_most(5), MANAGER)
        )

        assert right.findings() == ()

    def test_rules_that_are_never_in_force_together_are_not_compared(self) -> None:
        right = a_right(
            a_rule(SIZE.between(1, 50), until=APRIL),
            a_rule(SIZE.between(40, 500), MANAGER, since=APRIL),
        )

        assert right.findings() == ()

    def test_too_many_cases_are_said_to_be_too_many(self) -> None:
        right = a_right(
            *(a_rule(field(f"f{at}").between(1, 2)) for at in range(8)),
        )

        assert [finding.code for finding in right.findings()] == ["AK-O023"]

    def test_unknown_holders_are_found_wherever_they_stand(self) -> None:
        right = attrs.evolve(
            BANDS, default=Holder(("a",), consulted=("b",), escalates_to="c")
        )

        found = right.findings(names=("seller",))

        assert [(finding.code, finding.seen) for finding in found] == [
            ("AK-O010", "a"),
            ("AK-O010", "b"),
            ("AK-O010", "c"),
            ("AK-O010", "sales_manager"),
        ]


class TestCatalogue:
    RIGHTS: ClassVar = {right.id: right for right in STANDARD_RIGHTS}

    def test_nobody_owns_the_customer(self) -> None:
        assert {"relationship_lead", "record_owner"} <= set(self.RIGHTS)
        assert not any("customer_owner" in right.id for right in STANDARD_RIGHTS)

    @pytest.mark.parametrize(
        ("has_account_management", "is_customer", "lead"),
        [
            (True, True, "account_management"),
            (True, False, "sales"),
            (False, True, "sales"),
        ],
    )
    def test_account_management_leads_customers_where_there_is_one(
        self, *, has_account_management: bool, is_customer: bool, lead: str
    ) -> None:
        known = Facts.of(
            {
                "organization.has_account_management": has_account_management,
                "company.is_customer": is_customer,
            }
        )

        found = self.RIGHTS["relationship_lead"].holder(known, at=NOW)

        assert found == Holder((lead,))

    def test_sales_prices_a_deal_inside_the_guard_rail_and_two_keys_outside(
        self,
    ) -> None:
        price = self.RIGHTS["deal_price"]

        inside, outside = (
            price.holder(Facts.of({"deal.is_inside_guard_rail": is_inside}), at=NOW)
            for is_inside in (True, False)
        )

        assert inside == Holder(("sales",))
        assert outside == Holder(("sales", "marketing"), escalates_to="leadership")

    @pytest.mark.parametrize(
        "right", STANDARD_RIGHTS, ids=[right.id for right in STANDARD_RIGHTS]
    )
    def test_each_is_sound_and_says_where_it_comes_from(
        self, right: DecisionRight
    ) -> None:
        assert right.findings() == ()
        assert right.source


class TestDecision:
    ROLES = (
        Role("pmm", "marketing"),
        Role("cro", "leadership"),
        Role("head_of_sales", "sales"),
        Role("agent", "call_centre"),
    )
    OPEN = DecisionRecord(
        id="launch-price",
        question="At what price do we launch?",
        ownership=Ownership.JOINT,
        driver="pmm",
        approver="cro",
        contributors=("head_of_sales",),
        informed=("agent",),
        options=("40", "50"),
        deadline=date(2026, 5, 1),
    )
    MADE = attrs.evolve(
        OPEN,
        chosen="50",
        stances=(
            Stance(party="sales", view="40 wins deals", stands_for=Horizon.SHORT),
            Stance(party="marketing", view="50 is fair", stands_for=Horizon.LONG),
        ),
    )

    @pytest.mark.parametrize("options", [(), ("40",), ("40", "40")])
    def test_there_must_be_something_to_choose_from(
        self, options: tuple[str, ...]
    ) -> None:
        with pytest.raises(UnfitValueError, match="at least two options"):
            attrs.evolve(self.OPEN, options=options)

    def test_what_is_chosen_was_an_option(self) -> None:
        with pytest.raises(UnfitValueError, match="one of its options: 40, 50"):
            attrs.evolve(self.OPEN, chosen="60")

    def test_the_deadline_is_a_date(self) -> None:
        with pytest.raises(UnfitValueError, match="a date"):
            attrs.evolve(self.OPEN, deadline=NOW)

    def test_the_driver_may_approve(self) -> None:
        one = attrs.evolve(self.OPEN, approver="pmm")

        assert one.participants == ("pmm", "head_of_sales")

    @pytest.mark.parametrize("decision", [OPEN, MADE], ids=["open", "made"])
    def test_a_decision_of_both_has_no_findings(self, decision: DecisionRecord) -> None:
        assert decision.findings(roles=self.ROLES) == ()

    def test_a_joint_decision_that_one_team_only_hears_of_is_found(self) -> None:
        alone = attrs.evolve(
            self.OPEN, contributors=(), informed=("agent", "head_of_sales")
        )

        (finding,) = alone.findings(roles=self.ROLES)

        assert (finding.code, finding.message) == (
            "AK-O031",
            "nobody of sales takes part in decision 'launch-price'",
        )

    def test_a_decision_of_one_team_needs_nobody_else(self) -> None:
        own = attrs.evolve(
            self.OPEN, ownership=Ownership.MARKETING, contributors=(), chosen="40"
        )

        assert own.findings(roles=self.ROLES) == ()

    def test_a_joint_decision_records_both_stances(self) -> None:
        half = attrs.evolve(self.MADE, stances=self.MADE.stances[:1])

        found = half.findings(roles=self.ROLES)

        assert [(finding.code, finding.message) for finding in found] == [
            (
                "AK-O032",
                "decision 'launch-price' does not say what marketing stood for",
            ),
            (
                "AK-O033",
                "nobody stood for the long horizon in decision 'launch-price'",
            ),
        ]

    def test_unknown_roles_are_found_once_each(self) -> None:
        found = attrs.evolve(self.OPEN, driver="x", approver="x").findings(
            roles=self.ROLES
        )

        # Whose an unknown role is, nobody can tell; so nobody is said to be absent.
        assert [(finding.code, finding.seen) for finding in found] == [("AK-O010", "x")]
