"""Criteria that never hold, always hold, or get in each other's way."""

from __future__ import annotations

from decimal import Decimal

import pytest

from alignkit import witnesses
from alignkit.criteria import AllOf, Criterion, Known, Not, SomeOf, field, happened
from alignkit.decisions import DecisionRight, DecisionRule, Holder
from alignkit.editions import Definition, Edition
from alignkit.findings import Finding, Severity
from alignkit.lifecycle import Lifecycle
from alignkit.patterns import Pattern
from alignkit.periods import PeriodKind
from alignkit.promises import Clock, Deadline, Duration, Target, Validity, Volume, Worth
from alignkit.soundness import soundness_findings
from alignkit.spans import Elapsed
from alignkit.stages import Move, Stage
from alignkit.terms import Exclusion, Term

SCORE = field("score")
SIZE = field("company.employees")
SOURCE = field("source")
NEVER = SCORE.at_least(60) & SCORE.at_most(40)
ALWAYS = SCORE.at_least(60) | SCORE.at_most(60)
ASSIGNED = (Pattern(event="owner_assigned"),)


def of(criterion: Criterion) -> list[Finding]:
    """Return what is found on one definition."""
    return list(
        soundness_findings(Edition(id="n", definitions=(Definition("mql", criterion),)))
    )


def answer(
    *segments: Criterion,
    applies_to: Criterion | None = None,
    exclude: tuple[Exclusion, ...] = (),
) -> Term:
    """Return a term with a target of its own for each of some segments."""
    targets = tuple(
        Target(segment, Elapsed(hours=hours))
        for hours, segment in enumerate(segments, start=1)
    )
    promise = Deadline(
        clock=Clock(start=ASSIGNED), within=Elapsed(hours=24), targets=targets
    )
    return Term(
        id="answer",
        party="sales",
        promise=promise,
        applies_to=applies_to,
        exclude=exclude,
    )


def told(term: Term) -> list[tuple[str, str, str | None]]:
    """Return code, path and witness of what is found on one term."""
    edition = Edition(id="n", terms=(term,))
    return [(one.code, one.path, one.seen) for one in soundness_findings(edition)]


class TestOne:
    def test_one_that_can_never_hold_is_an_error_with_what_contradicts(self) -> None:
        assert of(SIZE.at_least(10) & NEVER) == [
            Finding(
                code="AK-Q201",
                severity=Severity.ERROR,
                message="the definition 'mql' can never hold",
                path="$.definitions.mql",
                seen="score is at least 60 and score is at most 40",
                help="correct one of the parts that contradict each other",
            )
        ]

    def test_a_part_that_can_never_hold_by_itself_is_told_alone(self) -> None:
        (found,) = of((NEVER | NEVER) & SIZE.at_least(10))

        assert found.seen is not None
        assert found.seen.startswith("any of (all of (score")

    def test_three_that_clash_only_together_are_told_as_a_whole(self) -> None:
        either = SCORE.at_most(10) | SIZE.at_most(10)
        whole = either & SCORE.at_least(11) & SIZE.at_least(11)

        (found,) = of(whole)

        assert (found.code, found.seen) == ("AK-Q201", str(whole))

    def test_what_has_no_parts_is_told_as_it_stands(self) -> None:
        (found,) = of(Not(Known("contact.email")))

        assert found.seen == "not (contact.email is known)"

    def test_one_that_always_holds_is_a_warning(self) -> None:
        (found,) = of(ALWAYS)

        assert (found.code, found.severity) == ("AK-Q202", Severity.WARNING)

    def test_a_sound_one_has_no_findings(self) -> None:
        asks = SCORE.at_least(60) & (SOURCE.is_("demo") | happened("call_asked"))

        assert of(asks & ~SOURCE.is_("test")) == []

    def test_a_part_that_makes_no_difference_is_worth_knowing(self) -> None:
        found = of(SCORE.at_least(60) & SCORE.at_least(80))

        assert [(one.code, one.severity, one.path) for one in found] == [
            ("AK-Q203", Severity.INFO, "$.definitions.mql.all[0]")
        ]

    def test_of_two_parts_that_say_the_same_the_later_is_idle(self) -> None:
        (found,) = of(SCORE.at_least(60) | SCORE.at_least(60))

        assert found.path == "$.definitions.mql.any[1]"

    def test_a_part_of_a_part_has_its_own_path(self) -> None:
        inner = SCORE.at_least(60) | NEVER
        whole = SomeOf(1, [Not(SIZE.at_least(9) & inner), SIZE.at_most(3)])

        assert [one.path for one in of(whole)] == [
            "$.definitions.mql.of[0].not.all[1].any[1]"
        ]

    def test_that_a_field_has_to_be_known_may_be_said_twice(self) -> None:
        assert of(Known("score") & SCORE.at_least(60)) == []

    def test_a_search_that_is_cut_short_is_told(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(witnesses, "MOST_BOXES", 1)

        assert [one.code for one in of(SCORE.at_least(60))] == ["AK-Q207"]


class TestPlaces:
    def test_criteria_are_found_wherever_they_stand(self) -> None:
        stages = (
            Stage(id="lead", owner="marketing"),
            Stage(id="mql", owner="joint", guard=NEVER),
        )
        moves = (Move(from_stages=("lead",), to_stage="mql", guard=NEVER),)
        right = DecisionRight(
            id="price",
            question="what?",
            default=Holder(("sales",)),
            rules=(DecisionRule(when=NEVER, holder=Holder(("marketing",))),),
        )
        worth = (Worth(segment=NEVER, amount=Decimal(1)),)
        volume = Volume(of=ASSIGNED, goal=Decimal(9), per=PeriodKind.MONTH, worth=worth)
        stay = Duration(
            stages=("mql",),
            at_most=Elapsed(hours=9),
            targets=(Target(NEVER, Elapsed(hours=1)),),
        )
        edition = Edition(
            id="n",
            definitions=(Definition("a b", NEVER),),
            lifecycle=Lifecycle(
                id="short", stages=stages, moves=moves, qualifies_at="mql"
            ),
            decision_rights=(right,),
            terms=(
                answer(NEVER, applies_to=NEVER, exclude=(Exclusion(NEVER, "test"),)),
                Term(id="volume", party="marketing", promise=volume),
                Term(id="stay", party="sales", promise=stay),
            ),
        )

        paths = [f.path for f in soundness_findings(edition) if f.code == "AK-Q201"]

        assert paths == [
            '$.definitions["a b"]',
            "$.lifecycle.stages[1].guard",
            "$.lifecycle.moves[0].guard",
            "$.decision_rights[0].rules[0].when",
            "$.terms[0].applies_to",
            "$.terms[0].exclude[0].if",
            "$.terms[0].targets[0].if",
            "$.terms[1].worth[0].if",
            "$.terms[2].targets[0].if",
        ]


class TestSegments:
    def test_a_hole_between_two_is_told_with_a_lead_in_it(self) -> None:
        term = answer(SIZE.at_most(49), SIZE.at_least(60))

        assert told(term) == [
            ("AK-Q204", "$.terms[0].targets", "company.employees = 50")
        ]

    def test_holes_between_whole_numbers_are_told_once(self) -> None:
        edition = Edition(
            id="n",
            terms=(
                answer(SIZE.between(1, 9), SIZE.between(10, 19), SIZE.at_least(20)),
            ),
        )

        (found,) = soundness_findings(edition)

        assert (found.severity, found.seen) == (
            Severity.INFO,
            "company.employees = 9.5",
        )
        assert found.message == (
            "no segment of 'answer' covers company.employees between 9 and 10, so "
            "24 hours holds"
        )

    def test_two_ranges_that_share_a_lead_overlap(self) -> None:
        edition = Edition(
            id="n", terms=(answer(SIZE.between(1, 50), SIZE.between(50, 99)),)
        )

        (found,) = soundness_findings(edition)

        assert found == Finding(
            code="AK-Q205",
            severity=Severity.WARNING,
            message="segments 0 and 1 of 'answer' share some leads",
            path="$.terms[0].targets[1].if",
            seen="company.employees = 50",
            help="tell them apart; as it stands, segment 0 wins",
        )

    def test_segments_of_two_fields_overlap_as_a_matter_of_course(self) -> None:
        edition = Edition(
            id="n", terms=(answer(SOURCE.is_("demo"), SIZE.at_least(50)),)
        )

        (found,) = soundness_findings(edition)

        assert (found.code, found.severity) == ("AK-Q205", Severity.INFO)

    def test_an_exception_before_the_rule_is_no_overlap(self) -> None:
        assert told(answer(SIZE.at_least(500), SIZE.at_least(50))) == []

    def test_segments_with_one_target_may_share_what_they_like(self) -> None:
        promise = Deadline(
            clock=Clock(start=ASSIGNED),
            within=Elapsed(hours=24),
            targets=(
                Target(SIZE.between(1, 50), Elapsed(hours=1)),
                Target(SIZE.between(50, 99), Elapsed(hours=1)),
            ),
        )

        assert told(Term(id="answer", party="sales", promise=promise)) == []

    def test_a_segment_that_those_before_it_take_is_hidden(self) -> None:
        term = answer(SIZE.at_least(50), SIZE.at_least(500))

        assert told(term) == [
            (
                "AK-Q206",
                "$.terms[0].targets[1].if",
                "company.employees is at least 500",
            )
        ]

    def test_a_segment_may_be_hidden_by_two_together(self) -> None:
        low = SIZE.at_most(50)
        term = answer(low, ~low, SIZE.between(40, 60))

        assert [(code, path) for code, path, _ in told(term)] == [
            ("AK-Q206", "$.terms[0].targets[2].if")
        ]

    def test_a_segment_outside_what_the_term_binds_never_counts(self) -> None:
        bound = answer(SIZE.at_least(500), applies_to=SIZE.at_most(499))
        spared = answer(SIZE.at_least(500), exclude=(Exclusion(SIZE.at_least(9), "x"),))

        assert [code for code, _, _ in told(bound)] == ["AK-Q206"]
        assert [code for code, _, _ in told(spared)] == ["AK-Q206"]

    def test_too_many_cases_for_gaps_are_told_and_the_rest_is_exact(self) -> None:
        fields = tuple(field(f"f{nth}").between(1, 9) for nth in range(6))
        whole = AllOf(fields)
        term = answer(whole, whole & SIZE.at_least(9))

        assert [code for code, _, _ in told(term)] == ["AK-Q207", "AK-Q206"]

    def test_a_term_without_segments_is_compared_with_nothing(self) -> None:
        validity = Validity(at=ASSIGNED, meeting="mql")
        edition = Edition(
            id="n",
            definitions=(Definition("mql", SCORE.at_least(60)),),
            terms=(Term(id="valid", party="marketing", promise=validity),),
        )

        assert list(soundness_findings(edition)) == []


class TestExclusions:
    def test_one_that_those_before_it_take_is_never_the_reason(self) -> None:
        term = answer(
            exclude=(
                Exclusion(SOURCE.one_of("test", "spam"), "junk"),
                Exclusion(SOURCE.is_("test"), "test"),
            )
        )

        assert [(code, path) for code, path, _ in told(term)] == [
            ("AK-Q206", "$.terms[0].exclude[1].if")
        ]

    def test_a_term_of_which_all_are_excluded_binds_nobody(self) -> None:
        term = answer(
            applies_to=SIZE.at_least(50), exclude=(Exclusion(SIZE.at_least(9), "x"),)
        )

        assert [(code, path) for code, path, _ in told(term)] == [
            ("AK-Q208", "$.terms[0].exclude")
        ]
