"""Whether each side of an agreement owes the other something."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import attrs

from alignkit.criteria import field
from alignkit.editions import Definition, Edition
from alignkit.findings import Finding, Severity
from alignkit.loops import find_loop
from alignkit.patterns import Pattern
from alignkit.periods import PeriodKind
from alignkit.promises import (
    Bound,
    Clock,
    Deadline,
    Duration,
    Keeping,
    Promise,
    Quality,
    Validity,
    Volume,
)
from alignkit.reciprocity import reciprocity_findings
from alignkit.spans import Elapsed
from alignkit.terms import NO_COUNTERPART, Exclusion, Excuses, Term

ASSIGNED = Pattern(event="owner_assigned")
CLOCK = Clock(start=(ASSIGNED,), stop=(Pattern(event="activity_logged"),))
SIZE = field("company.employees")
MQL = Definition("mql", field("score").at_least(60))
VALID = Validity(at=(ASSIGNED,), meeting="mql")


def deadline(hours: int) -> Deadline:
    return Deadline(clock=CLOCK, within=Elapsed(hours=hours))


def volume(goal: int, bound: Bound = Bound.FLOOR) -> Volume:
    return Volume(of=(ASSIGNED,), goal=Decimal(goal), per=PeriodKind.MONTH, bound=bound)


def term(
    name: str,
    party: str,
    counterpart: str | None = NO_COUNTERPART,
    promise: Promise = VALID,
) -> Term:
    return Term(id=name, party=party, counterpart=counterpart, promise=promise)


def findings(*terms: Term) -> list[Finding]:
    return list(reciprocity_findings(Edition(id="n", definitions=(MQL,), terms=terms)))


def found(*terms: Term) -> list[tuple[str, str]]:
    """Return the code and the path of each finding but that on one side only."""
    return [(f.code, f.path) for f in findings(*terms) if f.code != "AK-P013"]


class TestSides:
    def test_duties_of_one_side_only_are_told(self) -> None:
        (finding,) = findings(term("a", "sales"), term("b", "sales"))

        assert (finding.code, finding.severity, finding.message) == (
            "AK-P013",
            Severity.WARNING,
            "only sales owes anything",
        )

    def test_both_teams_owe_what_is_owed_jointly(self) -> None:
        assert findings(term("a", "joint")) == []
        assert findings(term("a", "sales"), term("b", "marketing")) == []
        assert findings() == []

    def test_what_is_owed_in_a_loop_may_be_named_in_return(self) -> None:
        loop = find_loop("message_feedback")
        own = term("brief", "marketing", "message_feedback.reply")
        edition = Edition(id="n", definitions=(MQL,), terms=(own,), loops=(loop,))

        codes = [one.code for one in reciprocity_findings(edition)]

        assert "AK-S007" not in codes
        assert "AK-P202" not in codes

    def test_a_circle_through_a_loop_without_a_reply_is_none(self) -> None:
        void = find_loop("testimonials")
        mute = attrs.evolve(find_loop("testimonial_nominations"), reply_within=None)
        own = attrs.evolve(
            term("brief", "sales"),
            excuses=Excuses(void_without=("testimonials.reply",)),
        )
        edition = Edition(id="n", definitions=(MQL,), terms=(own,), loops=(void, mute))

        assert [one.code for one in reciprocity_findings(edition)] == []

    def test_what_is_owed_in_a_loop_counts(self) -> None:
        loops = (find_loop("message_feedback"),)
        edition = Edition(
            id="n", loops=loops, terms=(term("a", "sales", promise=deadline(1)),)
        )

        assert list(reciprocity_findings(edition)) == []


class TestCounterpart:
    def test_each_term_names_its_counterpart_or_says_that_it_has_none(self) -> None:
        assert found(term("a", "sales", None)) == [("AK-P201", "$.terms[0]")]
        assert found(term("a", "sales")) == []

    def test_two_that_name_each_other_are_sound(self) -> None:
        assert found(term("a", "sales", "b"), term("b", "marketing", "a")) == []

    def test_one_duty_may_answer_several(self) -> None:
        first, second = term("a", "sales", "c"), term("b", "sales", "c")

        assert found(first, second, term("c", "marketing", "a")) == []

    def test_a_party_owes_nothing_to_itself(self) -> None:
        assert found(term("a", "sales", "a")) == [("AK-P202", "$.terms[0].counterpart")]
        assert found(term("a", "sales", "b"), term("b", "sales")) == [
            ("AK-P202", "$.terms[0].counterpart")
        ]
        assert found(term("a", "joint", "b"), term("b", "joint", "a")) == []
        assert found(term("a", "joint", "a")) == [("AK-P202", "$.terms[0].counterpart")]

    def test_what_is_owed_in_return_asks_for_something_back(self) -> None:
        first, second = findings(
            term("a", "sales", "b"),
            term("b", "marketing", "c"),
            term("c", "product", "b"),
            term("d", "sales", "e"),
            term("e", "marketing"),
        )

        assert (first.code, first.path, first.message) == (
            "AK-P203",
            "$.terms[0].counterpart",
            "'b', the counterpart of 'a', asks 'c' of product in return",
        )
        assert second.message == "'e', the counterpart of 'd', asks nothing in return"

    def test_a_counterpart_that_does_not_say_is_told_of_itself_only(self) -> None:
        assert found(term("a", "sales", "b"), term("b", "marketing", None)) == [
            ("AK-P201", "$.terms[1]")
        ]


class TestExcuses:
    def test_nobody_is_excused_by_a_duty_of_ones_own(self) -> None:
        own = Excuses(void_without=("b",))
        late = Excuses(extended_by=("b",))

        for excuses in (own, late):
            one = attrs.evolve(term("a", "sales"), excuses=excuses)
            assert [code for code, _ in found(one, term("b", "sales"))] == ["AK-P206"]
            assert found(one, term("b", "marketing")) == []

    def test_terms_that_excuse_each_other_are_never_owed(self) -> None:
        one = attrs.evolve(term("a", "sales"), excuses=Excuses(void_without=("b", "c")))
        two = attrs.evolve(term("b", "marketing"), excuses=Excuses(extended_by=("c",)))
        three = attrs.evolve(term("c", "product"), excuses=Excuses(void_without=("b",)))

        (finding,) = findings(one, two, three)

        assert (finding.code, finding.severity, finding.path) == (
            "AK-P207",
            Severity.ERROR,
            "$.terms[1].excuses",
        )
        assert finding.message.endswith("b -> c -> b")


class TestNumbers:
    def test_a_number_needs_a_word_on_quality_by_the_same_party(self) -> None:
        leads = term("leads", "marketing", promise=volume(9))
        share = Quality(
            of=(ASSIGNED,), share=Keeping(at_least=Fraction(1, 2)), meeting="mql"
        )

        assert found(leads, term("a", "sales")) == [("AK-P014", "$.terms[0]")]
        assert found(leads, term("good", "marketing", promise=share)) == []
        assert found(leads, term("good", "joint")) == []

    def test_a_cap_is_no_invitation(self) -> None:
        assert found(term("mails", "marketing", promise=volume(9, Bound.CAP))) == []


class TestContradictions:
    def test_two_targets_for_one_thing_contradict(self) -> None:
        first = term("a", "sales", promise=deadline(2))
        second = term("b", "sales", promise=deadline(4))

        assert findings(first, second)[1:] == [
            Finding(
                code="AK-P204",
                severity=Severity.WARNING,
                message="'a' and 'b' give sales two targets for one thing",
                path="$.terms[1].within",
                expected="2 hours",
                seen="4 hours, for any lead",
                help="keep one of them, or say to whom each applies",
            )
        ]

    def test_the_same_target_twice_contradicts_nothing(self) -> None:
        assert (
            found(
                term("a", "sales", promise=deadline(2)),
                term("b", "sales", promise=deadline(2)),
            )
            == []
        )

    def test_terms_of_two_parties_or_of_two_kinds_do_not_contradict(self) -> None:
        stay = Duration(stages=("mql",), at_most=Elapsed(hours=9))

        assert (
            found(
                term("a", "sales", promise=deadline(2)),
                term("b", "marketing", promise=deadline(4)),
                term("c", "sales", promise=stay),
                term("d", "sales"),
            )
            == []
        )

    def test_a_lead_that_both_apply_to_is_shown(self) -> None:
        small = attrs.evolve(
            term("a", "sales", promise=deadline(2)), applies_to=SIZE.at_most(50)
        )
        other = term("b", "sales", promise=deadline(4))
        middle = attrs.evolve(other, applies_to=SIZE.at_least(50))
        large = attrs.evolve(other, applies_to=SIZE.at_least(51))
        spared = attrs.evolve(
            middle, exclude=(Exclusion(SIZE.at_most(50), reason="small"),)
        )

        (finding,) = [f for f in findings(small, middle) if f.code == "AK-P204"]
        assert finding.seen == "4 hours, for company.employees = 50"
        assert found(small, large) == []
        assert found(small, spared) == []

    def test_two_stays_in_one_stage_contradict(self) -> None:
        stays = [
            term(
                name,
                "sales",
                promise=Duration(stages=("mql",), at_most=Elapsed(hours=h)),
            )
            for name, h in (("a", 1), ("b", 2))
        ]

        assert found(*stays) == [("AK-P204", "$.terms[1].at_most")]

    def test_a_floor_above_the_cap_cannot_be_kept(self) -> None:
        floor = term("floor", "marketing", promise=volume(90))
        cap = term("cap", "marketing", promise=volume(80, Bound.CAP))
        good = term("good", "marketing")

        for terms in ((floor, cap), (cap, floor)):
            assert found(*terms, good) == [("AK-P205", "$.terms[1].goal")]
        higher = attrs.evolve(cap, promise=volume(90, Bound.CAP))
        assert found(floor, higher, good) == []

    def test_two_goals_for_one_number_contradict(self) -> None:
        floor = term("a", "marketing", promise=volume(90))
        other = term("b", "marketing", promise=volume(80))
        good = term("good", "marketing")

        assert found(floor, other, good) == [("AK-P204", "$.terms[1].goal")]
        same = attrs.evolve(floor, id="c")
        assert found(floor, same, good) == []
