from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from alignkit.criteria import (
    AllOf,
    AnyOf,
    AtLeast,
    AtMost,
    Between,
    Criterion,
    Field,
    Happened,
    Is,
    Known,
    Matches,
    Meets,
    Not,
    OneOf,
    Side,
    SomeOf,
    Within,
    field,
    happened,
    is_day,
    is_number,
    parts_of,
    show,
    walk,
)
from alignkit.errors import CriterionTruthError, NaiveMomentError, UnfitValueError
from alignkit.spans import span

A, B, C = Known("a"), Known("b"), Known("c")


class TestField:
    def test_a_field_of_the_lead_is_the_same_with_and_without_its_prefix(self) -> None:
        assert Known("lead.source") == Known("source")

    def test_the_builder_makes_every_criterion_of_a_field(self) -> None:
        size = field("company.employees")

        made = (
            size.one_of(1, 2),
            size.is_(1),
            size.between(1, 2),
            size.at_least(1),
            size.at_most(1),
            size.matches("vp"),
            size.is_known(),
            size.within_next(span("2 days")),
            size.within_last(span("1 hour")),
        )

        assert made == (
            OneOf("company.employees", (1, 2)),
            Is("company.employees", 1),
            Between("company.employees", 1, 2),
            AtLeast("company.employees", 1),
            AtMost("company.employees", 1),
            Matches("company.employees", ("vp",)),
            Known("company.employees"),
            Within("company.employees", span("2 days"), Side.NEXT),
            Within("company.employees", span("1 hour"), Side.LAST),
        )

    @pytest.mark.parametrize("path", ["", ".", "a..b", " ", "lead."])
    def test_a_path_without_words_is_refused(self, path: str) -> None:
        with pytest.raises(UnfitValueError) as caught:
            field(path)

        assert caught.value.field == "field"

    def test_a_maximum_age_in_business_time_is_refused(self) -> None:
        with pytest.raises(UnfitValueError):
            Field("a", max_age=span("4 business hours"))


class TestOperators:
    def test_both_either_and_opposite(self) -> None:
        made = (A & B, A | B, ~A)

        assert made == (AllOf((A, B)), AnyOf((A, B)), Not(A))

    def test_chains_stay_flat(self) -> None:
        assert A & B & C == A & (B & C) == AllOf((A, B, C))
        assert A | B | C == A | (B | C) == AnyOf((A, B, C))

    def test_the_opposite_of_the_opposite_is_the_criterion_itself(self) -> None:
        assert ~~A == A

    @pytest.mark.parametrize(
        "criterion",
        [
            OneOf("a", (1,)),
            Is("a", 1),
            Between("a", 1, 2),
            AtLeast("a", 1),
            AtMost("a", 1),
            Matches("a", ("vp",)),
            A,
            Within("a", span("1 day"), Side.NEXT),
            Happened(event="demo"),
            A & B,
            A | B,
            SomeOf(1, (A,)),
            ~A,
            Meets("mql"),
        ],
        ids=lambda criterion: type(criterion).__name__,
    )
    def test_no_criterion_is_true_or_false(self, criterion: Criterion) -> None:
        with pytest.raises(CriterionTruthError) as caught:
            bool(criterion)

        assert "'&'" in str(caught.value)


class TestInvariants:
    @pytest.mark.parametrize(
        ("make", "at"),
        [
            (lambda: OneOf("a", ()), "one_of"),
            (lambda: OneOf("a", (None,)), "one_of"),
            (lambda: OneOf("a", (b"x",)), "one_of"),
            (lambda: Is("a", (1, 2)), "is"),
            (lambda: AtLeast("a", "60"), "bound"),
            (lambda: AtMost("a", bound=True), "bound"),
            (lambda: AtLeast("a", Decimal("NaN")), "bound"),
            (lambda: AtLeast("a", 10**401), "bound"),
            (lambda: Between("a", 2, 1), "between"),
            (lambda: Between("a", 1, date(2026, 1, 1)), "between"),
            (
                lambda: Between(
                    "a", date(2026, 1, 1), datetime(2026, 1, 2, tzinfo=UTC)
                ),
                "between",
            ),
            (lambda: Matches("a", ()), "matches"),
            (lambda: Matches("a", ("*",)), "patterns"),
            (lambda: Matches("a", (1,)), "patterns"),
            (lambda: Matches("a", ("x" * 201,)), "patterns"),
            (lambda: Within("a", span("2 business days"), Side.NEXT), "within"),
            (lambda: Happened(event=" "), "happened"),
            (lambda: Happened(event="demo", times=0), "times"),
            (lambda: Happened(event="demo", times=True), "times"),
            (lambda: Happened(event="demo", after="created_at"), "within"),
            (lambda: AllOf(()), "parts"),
            (lambda: AnyOf(("a",)), "parts"),  # type: ignore[arg-type]
            (lambda: SomeOf(0, (A,)), "at_least"),
            (lambda: SomeOf(2, (A,)), "at_least"),
            (lambda: Not("a"), "parts"),  # type: ignore[arg-type]
        ],
    )
    def test_what_says_nothing_cannot_be_made(
        self, make: Callable[[], object], at: str
    ) -> None:
        with pytest.raises(UnfitValueError) as caught:
            make()

        assert caught.value.field == at

    def test_a_bound_without_a_zone_is_refused(self) -> None:
        with pytest.raises(NaiveMomentError):
            AtLeast("a", datetime(2026, 1, 1))

    def test_a_float_is_kept_as_it_was_written(self) -> None:
        assert AtLeast("a", 0.1).bound == Decimal("0.1")

    def test_one_text_is_one_choice_and_not_its_letters(self) -> None:
        assert OneOf("a", "demo").values == ("demo",)


class TestText:
    @pytest.mark.parametrize(
        ("criterion", "text"),
        [
            (OneOf("a", ["x", 1, True]), "a is one of 'x', 1, true"),
            (field("a").within_next(span("45 days")), "a is within the next 45 days"),
            (happened("demo"), "demo happened"),
            (
                Happened(event="demo", within=span("30 days"), times=2, after="born"),
                "demo happened at least 2 times within 30 days after born",
            ),
            (
                ~(A & Meets("mql")),
                "not (all of (a is known; the definition 'mql' is met))",
            ),
            (A | B, "any of (a is known; b is known)"),
            (SomeOf(1, (A, B)), "at least 1 of (a is known; b is known)"),
        ],
    )
    def test_a_criterion_reads_as_a_sentence(
        self, criterion: Criterion, text: str
    ) -> None:
        assert str(criterion) == text

    @pytest.mark.parametrize(
        ("value", "text"),
        [
            (None, "null"),
            (False, "false"),
            (10**500, "a number beyond measure"),
            ("a\x1b[2J", r"'a\x1b[2J'"),
            (date(2026, 3, 1), "2026-03-01"),
            (datetime(2026, 3, 1, 9, tzinfo=UTC), "2026-03-01 09:00:00+00:00"),
            ((1, 2, 3, 4, 5, 6), "[1, 2, 3, 4, 5, ...]"),
            ((1,), "[1]"),
            (object, "<class 'object'>"),
        ],
    )
    def test_a_value_is_shown_on_one_short_line(self, value: object, text: str) -> None:
        assert show(value) == text

    def test_long_text_is_cut(self) -> None:
        assert len(show("x" * 10_000)) == 82


class TestWalk:
    def test_it_goes_through_all_parts_and_follows_no_reference(self) -> None:
        whole = (A & ~B) | Meets("icp")

        assert list(walk(whole)) == [whole, A & ~B, A, ~B, B, Meets("icp")]

    def test_an_atom_has_no_parts(self) -> None:
        assert parts_of(A) == ()


class TestKinds:
    @pytest.mark.parametrize(
        ("value", "answer"),
        [
            (1, True),
            (Decimal("0E-500"), True),
            (True, False),
            ("1", False),
            (1.0, False),
            (Decimal("Infinity"), False),
            (Decimal("1E500"), False),
        ],
    )
    def test_what_counts_as_a_number(self, value: object, *, answer: bool) -> None:
        assert is_number(value) is answer

    def test_a_moment_is_no_day(self) -> None:
        assert is_day(date(2026, 1, 1))
        assert not is_day(datetime(2026, 1, 1, tzinfo=UTC))
