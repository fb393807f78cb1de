from __future__ import annotations

import pickle
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from fractions import Fraction

import pytest

from alignkit.criteria import (
    AllOf,
    AtLeast,
    Criterion,
    Field,
    Happened,
    Known,
    Meets,
    OneOf,
    SomeOf,
    field,
    happened,
)
from alignkit.errors import (
    CriterionTooLargeError,
    DefinitionCycleError,
    MomentOutOfRangeError,
    NaiveMomentError,
    UnknownDefinitionError,
)
from alignkit.facts import Facts
from alignkit.findings import Finding, Severity
from alignkit.judgements import Judge, Need, judge
from alignkit.outcomes import Outcome, WhyUnknown
from alignkit.scores import HalfLife, Points, Score
from alignkit.spans import span
from alignkit.values import Scalar, Value

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
FAIL, UNKNOWN, PASS = Outcome.FAIL, Outcome.UNKNOWN, Outcome.PASS


def came(
    criterion: Criterion,
    facts: Facts,
    at: datetime = NOON,
    fields: Iterable[Field] = (),
) -> tuple[Outcome, WhyUnknown | None]:
    """Return the outcome, and the reason of the only question."""
    judgement = judge(criterion, facts, as_of=at, fields=fields)
    (check,) = judgement.checks
    assert check.outcome is judgement.outcome
    return judgement.outcome, check.reason


class TestEquality:
    @pytest.mark.parametrize(
        ("wanted", "seen", "outcome"),
        [
            ("demo", "demo", PASS),
            ("demo", "Demo", FAIL),
            (1, 1, PASS),
            (1, Decimal("1.0"), PASS),
            (1, "1", UNKNOWN),
            (1, True, UNKNOWN),
            (True, 1, UNKNOWN),
            (True, False, FAIL),
            ("1", 1, UNKNOWN),
            (date(2026, 3, 1), datetime(2026, 3, 1, 23, tzinfo=UTC), PASS),
            (datetime(2026, 3, 1, 1, tzinfo=UTC), date(2026, 3, 1), PASS),
            (
                datetime(2026, 3, 1, 1, tzinfo=UTC),
                datetime(2026, 3, 1, 2, tzinfo=timezone(timedelta(hours=1))),
                PASS,
            ),
            (date(2026, 3, 1), "2026-03-01", UNKNOWN),
        ],
    )
    def test_only_what_is_of_one_kind_is_compared(
        self, wanted: Scalar, seen: object, outcome: Outcome
    ) -> None:
        reason = WhyUnknown.INVALID if outcome is UNKNOWN else None

        assert came(field("a").is_(wanted), Facts.of({"a": seen})) == (outcome, reason)

    def test_a_choice_of_several_kinds_takes_each_by_its_own(self) -> None:
        criterion = OneOf("a", ["x", 1, True])

        seen = [
            judge(criterion, Facts.of({"a": v}), as_of=NOON).outcome
            for v in ("x", "y", 1, 2, True, False, date(2026, 1, 1))
        ]

        assert seen == [PASS, FAIL, PASS, FAIL, PASS, FAIL, UNKNOWN]


class TestRanges:
    @pytest.mark.parametrize(
        ("seen", "outcome"),
        [(49, FAIL), (50, PASS), (5000, PASS), (Decimal("5000.001"), FAIL)],
    )
    def test_both_bounds_count(self, seen: object, outcome: Outcome) -> None:
        criterion = field("a").between(50, 5000)

        assert came(criterion, Facts.of({"a": seen})) == (outcome, None)

    @pytest.mark.parametrize("seen", ["60", True, date(2026, 1, 1), 10**401])
    def test_what_is_no_number_is_invalid(self, seen: Value) -> None:
        facts = Facts(values={"a": seen})

        assert came(field("a").at_least(50), facts) == (UNKNOWN, WhyUnknown.INVALID)

    def test_days_are_those_of_the_zone_of_the_facts(self) -> None:
        # In Auckland it is already the 2nd.
        facts = Facts.of(
            {"a": datetime(2026, 3, 1, 23, tzinfo=UTC)}, zone="Pacific/Auckland"
        )

        assert came(field("a").at_most(date(2026, 3, 1)), facts) == (FAIL, None)

    def test_moments_are_compared_as_moments(self) -> None:
        bound = datetime(2026, 3, 1, 12, tzinfo=UTC)
        facts = Facts.of({"a": bound - timedelta(microseconds=1)})

        assert came(field("a").at_least(bound), facts) == (FAIL, None)

    def test_a_text_that_looks_like_a_date_is_invalid(self) -> None:
        facts = Facts.of({"a": "2026-03-01"})

        _, reason = came(field("a").at_least(date(2026, 1, 1)), facts)

        assert reason is WhyUnknown.INVALID

    def test_a_moment_without_a_zone_is_invalid(self) -> None:
        facts = Facts(values={"a": datetime(2026, 3, 1)})

        _, reason = came(field("a").at_least(date(2026, 1, 1)), facts)

        assert reason is WhyUnknown.INVALID


class TestAbsence:
    @pytest.mark.parametrize(
        ("record", "reason"),
        [
            ({}, WhyUnknown.MISSING),
            ({"a": None}, WhyUnknown.NULL),
            ({"a": " "}, WhyUnknown.NULL),
        ],
    )
    @pytest.mark.parametrize(
        "criterion",
        [
            field("a").is_known(),
            ~field("a").is_known(),
            field("a").is_("x"),
            ~field("a").is_("x"),
            field("a").matches("x"),
            field("a").within_next(span("1 day")),
        ],
        ids=str,
    )
    def test_what_is_absent_neither_passes_nor_fails(
        self, criterion: Criterion, record: dict[str, Value], reason: WhyUnknown
    ) -> None:
        assert came(criterion, Facts.of(record)) == (UNKNOWN, reason)

    def test_an_empty_list_is_none_and_known(self) -> None:
        facts = Facts.of({"a": []})

        assert came(field("a").one_of("x"), facts) == (FAIL, None)
        assert came(field("a").is_known(), facts) == (PASS, None)

    def test_one_item_of_a_list_will_do(self) -> None:
        assert came(field("a").is_("x"), Facts.of({"a": ["y", "x"]})) == (PASS, None)
        assert came(~field("a").is_("x"), Facts.of({"a": ["y", "x"]})) == (FAIL, None)


class TestAge:
    AGE = (Field("a", max_age=span("30 days")),)

    @pytest.mark.parametrize(
        ("age", "outcome"),
        [
            (timedelta(days=2), PASS),
            (timedelta(days=30), PASS),
            (timedelta(days=30, microseconds=1), UNKNOWN),
            (timedelta(days=300), UNKNOWN),
        ],
    )
    def test_a_value_is_believed_to_the_end_of_its_age(
        self, age: timedelta, outcome: Outcome
    ) -> None:
        facts = Facts.of({"a": 1}, since=NOON - age)

        reason = WhyUnknown.STALE if outcome is UNKNOWN else None
        expected = (outcome, reason)
        assert came(field("a").is_(1), facts, fields=self.AGE) == expected

    def test_a_value_of_no_known_age_is_stale(self) -> None:
        facts = Facts.of({"a": 1})

        assert came(field("a").is_(1), facts, fields=self.AGE)[1] is WhyUnknown.STALE

    def test_it_says_when_a_value_goes_stale(self) -> None:
        facts = Facts.of({"a": 1}, since=NOON)

        judgement = judge(field("a").is_(1), facts, as_of=NOON, fields=self.AGE)

        expected = NOON + timedelta(days=30, microseconds=1)
        assert judgement.next_change_at == expected


class TestWithin:
    @pytest.mark.parametrize(
        ("at", "outcome"),
        [
            (datetime(2026, 2, 27, 23, 59, 59, tzinfo=UTC), FAIL),
            (datetime(2026, 2, 28, tzinfo=UTC), PASS),
            (datetime(2026, 3, 31, 23, 59, 59, tzinfo=UTC), PASS),
            (datetime(2026, 4, 1, tzinfo=UTC), FAIL),
        ],
    )
    def test_the_next_month_before_a_day_ends_with_that_day(
        self, at: datetime, outcome: Outcome
    ) -> None:
        facts = Facts.of({"renewal": date(2026, 3, 31)})

        criterion = field("renewal").within_next(span("1 month"))
        assert came(criterion, facts, at) == (outcome, None)

    def test_the_last_two_hours_after_a_moment_end_with_them(self) -> None:
        facts = Facts.of({"seen": NOON})
        criterion = field("seen").within_last(span("2 hours"))

        outcomes = [
            judge(criterion, facts, as_of=NOON + timedelta(seconds=s)).outcome
            for s in (-1, 0, 7200, 7201)
        ]

        assert outcomes == [FAIL, PASS, PASS, FAIL]

    def test_it_says_when_a_date_comes_within_reach(self) -> None:
        facts = Facts.of({"renewal": [date(2026, 3, 31), "soon"]})

        judgement = judge(
            field("renewal").within_next(span("1 week")), facts, as_of=NOON
        )

        assert judgement.next_change_at == datetime(2026, 3, 24, tzinfo=UTC)

    @pytest.mark.parametrize("seen", ["soon", 3, date(9999, 12, 31)])
    def test_what_is_no_date_in_reach_is_invalid(self, seen: Value) -> None:
        criterion = field("a").within_next(span("1 day"))

        assert came(criterion, Facts(values={"a": seen}))[1] is WhyUnknown.INVALID


class TestHappened:
    TWICE = happened("demo", within=span("30 days"), times=2)

    def test_in_a_history_what_nobody_reported_did_not_happen(self) -> None:
        assert came(self.TWICE, Facts(is_complete=True)) == (FAIL, None)

    def test_in_a_payload_a_missing_list_is_unknown_and_an_empty_one_is_none(
        self,
    ) -> None:
        assert came(self.TWICE, Facts()) == (UNKNOWN, WhyUnknown.MISSING)
        assert came(self.TWICE, Facts.of({}, happened={"demo": []})) == (FAIL, None)

    def test_the_window_looks_back_and_both_of_its_ends_count(self) -> None:
        edge = NOON - timedelta(days=30)
        facts = Facts.of({}, happened={"demo": [edge, NOON]})

        (check,) = judge(self.TWICE, facts, as_of=NOON).checks

        assert (check.outcome, check.evidence, check.margin) == (PASS, (edge, NOON), 0)
        assert check.next_change_at == NOON + timedelta(microseconds=1)

    def test_what_happens_later_does_not_count_yet(self) -> None:
        later = NOON + timedelta(days=1)
        facts = Facts.of({}, happened={"demo": [NOON, later]})

        judgement = judge(self.TWICE, facts, as_of=NOON)

        assert (judgement.outcome, judgement.next_change_at) == (FAIL, later)

    def test_a_day_counts_to_the_end_of_the_last_day(self) -> None:
        facts = Facts.of({}, happened={"demo": [date(2026, 3, 1)]})
        criterion = happened("demo", within=span("1 day"))

        last = datetime(2026, 3, 2, 23, 59, 59, tzinfo=UTC)
        assert came(criterion, facts, last) == (PASS, None)
        assert came(criterion, facts, last + timedelta(seconds=1)) == (FAIL, None)

    def test_a_day_says_when_it_begins_and_when_it_is_over(self) -> None:
        facts = Facts.of({}, happened={"demo": [date(2026, 3, 3), date(9999, 12, 31)]})
        begins, over = (datetime(2026, 3, day, tzinfo=UTC) for day in (3, 5))
        lately, ever = happened("demo", within=span("1 day")), happened("demo")

        assert judge(lately, facts, as_of=NOON).next_change_at == begins
        assert judge(lately, facts, as_of=begins).next_change_at == over
        assert judge(ever, facts, as_of=NOON).next_change_at == begins
        assert judge(ever, facts, as_of=begins).next_change_at is None

    def test_what_makes_no_difference_is_no_change(self) -> None:
        facts = Facts.of({}, happened={"demo": [NOON - timedelta(days=1), NOON]})

        judgement = judge(happened("demo", within=span("48 hours")), facts, as_of=NOON)

        expected = NOON + timedelta(days=2, microseconds=1)
        assert judgement.next_change_at == expected
        assert judgement.checks[0].next_change_at == expected

    def test_a_known_start_does_not_tell_what_happened(self) -> None:
        criterion = Happened(event="demo", within=span("3 days"), after="born")

        assert came(criterion, Facts.of({"born": NOON})) == (
            UNKNOWN,
            WhyUnknown.MISSING,
        )

    def test_without_a_span_it_counts_for_ever(self) -> None:
        facts = Facts.of(
            {}, happened={"demo": [date(1999, 1, 1), datetime(2001, 1, 1, tzinfo=UTC)]}
        )

        assert came(happened("demo", times=2), facts) == (PASS, None)
        assert came(happened("demo", times=3), facts) == (FAIL, None)

    def test_a_window_that_is_still_open_is_pending(self) -> None:
        criterion = Happened(event="demo", within=span("3 days"), after="born")
        facts = Facts.of({"born": NOON - timedelta(days=2)}, is_complete=True)

        judgement = judge(criterion, facts, as_of=NOON)
        closed = NOON + timedelta(days=1, microseconds=1)

        assert judgement.checks[0].reason is WhyUnknown.PENDING
        assert judgement.next_change_at == closed
        assert came(criterion, facts, closed) == (FAIL, None)
        assert came(~criterion, facts, closed) == (PASS, None)

    @pytest.mark.parametrize(
        ("record", "reason"),
        [
            ({}, WhyUnknown.MISSING),
            ({"born": None}, WhyUnknown.NULL),
            ({"born": "then"}, WhyUnknown.INVALID),
            ({"born": [NOON]}, WhyUnknown.INVALID),
            ({"born": []}, WhyUnknown.INVALID),
            ({"born": date(2299, 12, 31)}, WhyUnknown.INVALID),
        ],
    )
    def test_a_window_without_a_start_is_unknown(
        self, record: dict[str, object], reason: WhyUnknown
    ) -> None:
        criterion = Happened(event="demo", within=span("3 days"), after="born")

        facts = Facts.of(record, is_complete=True)

        assert came(criterion, facts) == (UNKNOWN, reason)
        assert judge(criterion, facts, as_of=NOON).next_change_at is None

    def test_in_its_window_days_are_compared_as_days(self) -> None:
        criterion = Happened(event="demo", within=span("1 day"), after="born", times=2)
        facts = Facts.of(
            {"born": NOON - timedelta(days=9)},
            happened={
                "demo": [date(2026, 2, 21), date(2026, 2, 22), date(2026, 2, 23)]
            },
        )

        (check,) = judge(criterion, facts, as_of=NOON).checks

        assert check.evidence == (date(2026, 2, 21), date(2026, 2, 22))


class TestScores:
    SCORE = Score((Points(80, date(2026, 3, 1)),), decay=HalfLife(30))

    def test_a_score_is_asked_as_it_stands_on_the_day(self) -> None:
        facts = Facts.of({}, scores={"score": self.SCORE})
        criterion = field("score").between(40, 60)

        outcomes = [
            judge(
                criterion, facts, as_of=datetime(2026, 3, 1, tzinfo=UTC) + later
            ).outcome
            for later in map(timedelta, (0, 29, 30, 31))
        ]

        # 80 halves to 40 after 30 days; 80 * 2**(-13/30) = 59.2 on the 14th.
        assert outcomes == [FAIL, PASS, PASS, FAIL]

    def test_it_says_on_which_day_a_score_will_have_faded(self) -> None:
        facts = Facts.of({}, scores={"score": self.SCORE})

        judgement = judge(field("score").at_least(40), facts, as_of=NOON)

        assert judgement.next_change_at == datetime(2026, 4, 1, tzinfo=UTC)
        assert judgement.checks[0].margin is not None

    def test_a_score_may_be_a_number_and_nothing_else(self) -> None:
        facts = Facts.of({}, scores={"score": self.SCORE})

        assert came(field("score").is_known(), facts) == (PASS, None)
        assert came(field("score").matches("80"), facts)[1] is WhyUnknown.INVALID

    def test_beyond_the_calendars_no_score_fades(self) -> None:
        late = datetime(2299, 12, 30, tzinfo=UTC)
        score = Score((Points(80, late.date()),), decay=HalfLife(30))
        facts = Facts.of({}, scores={"score": score})

        judgement = judge(field("score").at_least(40), facts, as_of=late)

        assert (judgement.outcome, judgement.next_change_at) == (PASS, None)

    def test_beyond_the_calendars_no_score_can_be_asked(self) -> None:
        facts = Facts.of({}, scores={"score": self.SCORE})
        late = datetime(9999, 12, 30, tzinfo=UTC)

        with pytest.raises(MomentOutOfRangeError):
            judge(field("score").at_least(40), facts, as_of=late)

    def test_a_score_can_have_one_exact_value(self) -> None:
        facts = Facts.of({}, scores={"score": self.SCORE})
        day = datetime(2026, 3, 31, tzinfo=UTC)

        assert came(field("score").one_of(40, 7), facts, day) == (PASS, None)
        assert judge(field("score").is_(40), facts, as_of=NOON).next_change_at == day


class TestComposition:
    FACTS = Facts.of({"yes": True, "no": False})
    YES, NO, MAYBE = (field(name).is_(True) for name in ("yes", "no", "maybe"))

    @pytest.mark.parametrize(
        ("criterion", "outcome"),
        [
            (YES & MAYBE, UNKNOWN),
            (NO & MAYBE, FAIL),
            (YES | MAYBE, PASS),
            (NO | MAYBE, UNKNOWN),
            (~MAYBE, UNKNOWN),
            (~NO, PASS),
            (SomeOf(2, (YES, NO, MAYBE)), UNKNOWN),
            (SomeOf(2, (YES, YES, MAYBE)), PASS),
            (SomeOf(2, (NO, NO, MAYBE)), FAIL),
            (~SomeOf(2, (NO, NO, MAYBE)), PASS),
        ],
        ids=str,
    )
    def test_unknown_lies_between_fail_and_pass(
        self, criterion: Criterion, outcome: Outcome
    ) -> None:
        assert judge(criterion, self.FACTS, as_of=NOON).outcome is outcome

    def test_every_question_is_answered_whatever_decides(self) -> None:
        judgement = judge(self.NO & self.YES & self.MAYBE, self.FACTS, as_of=NOON)

        assert [check.outcome for check in judgement.checks] == [FAIL, PASS, UNKNOWN]
        assert [f.code for f in judgement.findings] == ["AK-Q001", "AK-Q002"]

    def test_not_is_carried_to_the_questions(self) -> None:
        ready = Judge.of(~(self.YES & (self.NO | self.MAYBE)))

        assert ready.need == Need(1, (0, Need(2, (1, 2))))
        assert [question.said for question in ready.questions] == [
            "yes is not true",
            "no is not true",
            "maybe is not true",
        ]

    def test_a_judge_can_be_pickled(self) -> None:
        ready = Judge.of(Meets("x") & self.YES, {"x": ~self.NO}, rule="$.gate")

        again = pickle.loads(pickle.dumps(ready))  # noqa: S301

        assert again.criterion == ready.criterion
        assert [q.rule for q in again.questions] == [q.rule for q in ready.questions]
        assert again.outcome(self.FACTS, as_of=NOON) is PASS


class TestDefinitions:
    def test_a_question_says_where_it_stands(self) -> None:
        ready = Judge.of(
            ~Meets("icp") | SomeOf(1, (Known("a"),)),
            {"icp": Known("b") & Known("c")},
            rule="$.stages[1].gate",
        )

        assert [question.rule for question in ready.questions] == [
            "$.definitions.icp.all[0]",
            "$.definitions.icp.all[1]",
            "$.stages[1].gate.any[1].of[0]",
        ]

    def test_a_reference_that_leads_nowhere_is_refused(self) -> None:
        with pytest.raises(UnknownDefinitionError) as caught:
            Judge.of(Known("a") & Meets("mqll"), {"mql": Known("a")})

        assert caught.value.code == "AK-Q011"
        assert (caught.value.definition, caught.value.rule) == ("mqll", "$.all[1]")
        assert "did you mean 'mql'?" in str(caught.value)

    def test_a_circle_is_refused_and_shown(self) -> None:
        circle: dict[str, Criterion] = {
            "a": Meets("b"),
            "b": Known("x") & ~Meets("c"),
            "c": Meets("b"),
        }

        with pytest.raises(DefinitionCycleError) as caught:
            Judge.of(Meets("a"), circle)

        assert caught.value.names == ("b", "c", "b")
        assert "b -> c -> b" in str(caught.value)

    def test_definitions_that_multiply_each_other_are_too_large(self) -> None:
        multiplied: dict[str, Criterion] = {"d0": Known("a")}
        for i in range(1, 6):
            multiplied[f"d{i}"] = AllOf([Meets(f"d{i - 1}")] * 10)

        with pytest.raises(CriterionTooLargeError) as caught:
            Judge.of(Meets("d5"), multiplied)

        assert caught.value.limit == "10000 questions"

    def test_what_is_nested_beyond_measure_is_too_large(self) -> None:
        chain: dict[str, Criterion] = {f"d{i}": Meets(f"d{i + 1}") for i in range(26)}
        chain["d26"] = Known("a")

        assert Judge.of(Meets("d2"), chain).questions
        with pytest.raises(CriterionTooLargeError) as caught:
            Judge.of(Meets("d1"), chain)

        assert "25 levels" in str(caught.value)

    def test_the_moment_of_the_question_needs_a_zone(self) -> None:
        ready = Judge.of(Known("a"))

        with pytest.raises(NaiveMomentError):
            ready.outcome(Facts(), as_of=datetime(2026, 1, 1))


class TestFindings:
    def test_a_finding_says_all_that_is_needed_to_mend_it(self) -> None:
        (finding,) = judge(
            field("company.employees").between(50, 5000),
            Facts.of({"company.employees": 12}),
            as_of=NOON,
        ).findings

        assert finding == Finding(
            code="AK-Q001",
            severity=Severity.ERROR,
            message="company.employees is 12; "
            "agreed: company.employees is between 50 and 5000",
            path="$.company.employees",
            expected="company.employees is between 50 and 5000",
            seen="12",
            help="38 more would do",
        )

    @pytest.mark.parametrize(
        ("criterion", "facts", "state", "help_"),
        [
            (field("a").at_most(5), {"a": Decimal("5.25")}, "a is 5.25", "0.25 less"),
            (field("a").between(1, 5), {"a": 7}, "a is 7", "2 less would do"),
            (
                field("a").at_least(date(2026, 1, 1)),
                {"a": date(2025, 1, 1)},
                "a is 2025-01-01",
                None,
            ),
            (field("a").is_("Demo"), {"a": "demo"}, "a is 'demo'", "write 'Demo'"),
            (field("a").one_of("Demo"), {"a": "x"}, "a is 'x'", None),
            (field("a").one_of(1, "x"), {"a": 2}, "a is 2", None),
            (field("a").matches("vp"), {"a": "ceo"}, "a is 'ceo'", None),
            (~field("a").at_least(5), {"a": 7}, "a is 7", None),
            (field("a").is_known(), {"a": ""}, "a is empty", "find out a"),
            (field("a").is_known(), {}, "a is missing", "find out a"),
            (field("a").matches("vp"), {"a": 1}, "a is 1, which cannot", "give text"),
            (field("a").is_("x"), {"a": 1}, "a is 1, which", "give text"),
            (field("a").is_(True), {"a": 1}, "a is 1, which", "give true or false"),
            (
                field("a").one_of(date(2026, 1, 1), 1),
                {"a": "x"},
                "a is 'x', which",
                "give a date, or a moment with an offset or a number",
            ),
            (
                field("a").within_last(span("1 day")),
                {"a": "x"},
                "a is 'x', which",
                "give a date",
            ),
            (
                happened("demo"),
                {},
                "nothing says whether demo happened",
                "list when it happened",
            ),
            (
                Happened(event="demo", within=span("1 day"), after="a"),
                {"a": None},
                "a is empty",
                "find out a",
            ),
            (
                Happened(event="demo", within=span("1 day"), after="a"),
                {"a": 3},
                "a is no date",
                "give a date",
            ),
        ],
    )
    def test_it_reads_as_a_sentence(
        self,
        criterion: Criterion,
        facts: dict[str, object],
        state: str,
        help_: str | None,
    ) -> None:
        (finding,) = judge(criterion, Facts.of(facts), as_of=NOON).findings

        assert finding.message.startswith(state)
        assert (finding.help or "nothing").startswith(help_ or "nothing")

    def test_what_is_stale_says_so(self) -> None:
        ages = [Field("a", max_age=span("1 day"))]
        later = Happened(event="demo", within=span("1 day"), after="a")

        findings = [
            judge(criterion, Facts.of({"a": 1}), as_of=NOON, fields=ages).findings[0]
            for criterion in (AtLeast("a", 1), later)
        ]

        assert [one.message.partition(";")[0] for one in findings] == [
            "a is 1, too old to be believed",
            "a is too old to be believed",
        ]

    def test_what_is_pending_says_until_when(self) -> None:
        criterion = Happened(event="demo", within=span("1 day"), after="a")
        facts = Facts.of({"a": NOON}, is_complete=True)

        (finding,) = judge(criterion, facts, as_of=NOON).findings

        assert finding.code == "AK-Q006"
        assert finding.message.startswith("demo happened 0 times so far")
        assert finding.help == "wait; it is decided by 2026-03-03 12:00:00.000001+00:00"

    def test_negated_questions_read_as_negated(self) -> None:
        negated = ~(field("a").matches("vp") | happened("demo"))
        facts = Facts.of({"a": "VP"}, happened={"demo": [NOON]})

        findings = judge(negated, facts, as_of=NOON).findings

        assert [finding.expected for finding in findings] == [
            "a does not match 'vp'",
            "it is not so that demo happened",
        ]

    def test_a_score_is_shown_to_six_places(self) -> None:
        score = Score((Points(80, date(2026, 3, 1)),), decay=HalfLife(30))
        facts = Facts.of({}, scores={"score": score})

        (finding,) = judge(field("score").at_least(99), facts, as_of=NOON).findings

        # 80 * 2**(-1/30) = 78.17279...
        assert finding.seen == "78.172797..."
        assert finding.help == "20.827202... more would do"


class TestChecks:
    def test_a_check_that_passed_has_no_finding(self) -> None:
        (check,) = judge(Known("a"), Facts.of({"a": 1}), as_of=NOON).checks

        assert (check.code, check.finding, check.margin) == (None, None, None)
        assert str(check) == "a is 1; agreed: a is known"

    @pytest.mark.parametrize(
        ("criterion", "seen", "margin"),
        [
            (field("a").at_least(60), 34, -26),
            (field("a").at_most(60), 34, 26),
            (~field("a").at_least(60), 34, 26),
            (field("a").between(30, 60), Decimal("34.5"), Fraction(9, 2)),
            (field("a").at_least(60), "x", None),
            (field("a").is_(60), 34, None),
        ],
    )
    def test_a_margin_is_the_distance_to_the_nearer_bound(
        self, criterion: Criterion, seen: object, margin: Fraction | int | None
    ) -> None:
        (check,) = judge(criterion, Facts.of({"a": seen}), as_of=NOON).checks

        assert check.margin == margin

    def test_the_evidence_of_a_field_is_since_when_it_is_known(self) -> None:
        facts = Facts.of({"a": 1}, since=NOON)

        (check,) = judge(Known("a"), facts, as_of=NOON).checks
        (other,) = judge(Known("b"), facts, as_of=NOON).checks

        assert (check.evidence, check.seen, check.number) == ((NOON,), 1, 1)
        assert (other.evidence, other.seen, other.number) == ((), None, None)
        assert other.next_change_at is None

    def test_a_judgement_knows_its_moment(self) -> None:
        judgement = judge(Known("a"), Facts(zone="Europe/Berlin"), as_of=NOON)

        assert judgement.as_of == NOON
        assert judgement.as_of.isoformat() == "2026-03-02T13:00:00+01:00"
