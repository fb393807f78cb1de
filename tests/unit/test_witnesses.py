"""What a search for a lead finds, and what it says when there is none."""

from __future__ import annotations

import pytest

from alignkit import witnesses
from alignkit.criteria import (
    Criterion,
    Is,
    Known,
    Meets,
    Not,
    SomeOf,
    field,
    happened,
)
from alignkit.witnesses import Cases, Search, told

SCORE = field("score")
INDUSTRY = field("company.industry")
NOTHING = Search(witness=None, is_complete=True)


def search(*holds: Criterion, fails: tuple[Criterion, ...] = ()) -> Search:
    return Cases.of((*holds, *fails)).search(holds=holds, fails=fails)


class TestSearch:
    def test_a_criterion_that_contradicts_itself_has_no_witness(self) -> None:
        assert search(SCORE.at_least(60) & SCORE.at_most(40)) == NOTHING
        assert search(INDUSTRY.is_("retail") & INDUSTRY.is_("logistics")) == NOTHING
        assert search(Is("won", value=True) & Not(Is("won", value=True))) == NOTHING

    def test_the_end_of_a_range_belongs_to_it(self) -> None:
        found = search(SCORE.at_least(60) & SCORE.at_most(60))

        assert found.witness == (("score", 60),)

    def test_a_value_that_nobody_names_is_a_witness_too(self) -> None:
        found = search(SCORE.at_most(9), fails=(INDUSTRY.one_of("a", "b"),))

        assert found.witness == (
            ("score", 8),
            ("company.industry", "none of a, b"),
        )

    def test_only_what_matters_is_told(self) -> None:
        found = search(SCORE.at_least(60) | INDUSTRY.is_("retail"))

        assert found.witness == (("score", 60),)

    def test_of_several_so_many_have_to_hold(self) -> None:
        parts = (SCORE.at_least(60), SCORE.at_least(80), SCORE.at_most(10))

        assert search(SomeOf(2, parts)).witness == (("score", 80),)
        assert search(SomeOf(2, parts), fails=(SCORE.at_least(60),)).is_vain

    def test_a_definition_stands_for_what_it_asks(self) -> None:
        definitions = {"mql": SCORE.at_least(60)}
        cases = Cases.of([Meets("mql"), SCORE.at_most(59)], definitions)

        assert cases.search(holds=[Meets("mql"), SCORE.at_most(59)]).is_vain
        assert cases.search(holds=[Meets("mql")]).witness == (("score", 60),)

    def test_that_a_field_is_not_known_makes_no_opposite_hold(self) -> None:
        assert search(Not(Known("contact.email"))) == NOTHING
        assert search(fails=(Known("contact.email"),)).witness == (
            ("contact.email", None),
        )

    def test_a_field_with_a_value_is_known(self) -> None:
        assert search(SCORE.at_least(60), fails=(Known("score"),)) == NOTHING

    def test_a_question_in_words_may_be_answered_either_way(self) -> None:
        demo = happened("demo_requested")

        assert search(demo).witness == (("demo_requested happened", True),)
        assert search(fails=(demo,)).witness == (("demo_requested happened", False),)

    def test_true_is_not_one(self) -> None:
        assert search(Is("n", value=True), fails=(Is("n", 1),)).witness == (
            ("n", True),
        )

    def test_a_search_that_is_cut_short_says_so(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(witnesses, "MOST_BOXES", 1)

        found = search(SCORE.at_least(60) & SCORE.at_most(40))

        assert found == Search(witness=None, is_complete=False)
        assert not found.is_vain

    def test_cases_are_counted_without_being_listed(self) -> None:
        cases = Cases.of([SCORE.at_least(60), INDUSTRY.one_of("a", "b")])

        assert cases.count == 3 * 3


class TestTold:
    def test_a_witness_is_told_in_words(self) -> None:
        witness = (("score", 60), ("contact.email", None))

        assert told(witness) == "score = 60, contact.email is not known"
