"""What an edition asks of its parts together."""

from __future__ import annotations

import pytest

from alignkit.criteria import AllOf, Criterion, Field, Known, Meets
from alignkit.editions import Definition, Edition
from alignkit.errors import LooseEndsError
from alignkit.judgements import MOST_LEVELS
from alignkit.patterns import Pattern
from alignkit.promises import Clock, Deadline, Validity
from alignkit.spans import CalendarTime, span
from alignkit.terms import Term

TOO_DEEP: Criterion = Known("score")
for _ in range(MOST_LEVELS + 1):
    TOO_DEEP = AllOf((TOO_DEEP,))


def a_term(applies_to: Criterion) -> Term:
    return Term(
        id="valid",
        party="marketing",
        promise=Validity(at=(Pattern(event="handoff_offered"),), meeting="mql"),
        applies_to=applies_to,
    )


def loose_ends(
    definitions: tuple[Definition, ...], *terms: Term
) -> list[tuple[str, str]]:
    with pytest.raises(LooseEndsError) as refused:
        Edition(id="northwind", definitions=definitions, terms=terms)
    return [(one.code, one.path) for one in refused.value.findings]


class TestRepeated:
    def test_a_field_grows_stale_at_one_age(self) -> None:
        ages = (
            Field("lead.score", CalendarTime(days=30)),
            Field("score", CalendarTime(days=60)),
        )

        with pytest.raises(LooseEndsError) as refused:
            Edition(id="northwind", fields=ages)

        (finding,) = refused.value.findings
        assert (finding.code, finding.path) == ("AK-S006", "$.fields[1].path")


class TestCriteria:
    def test_a_term_may_not_ask_what_is_too_deep_to_judge(self) -> None:
        mql = Definition("mql", Known("score"))

        found = loose_ends((mql,), a_term(TOO_DEEP))

        assert found == [("AK-Q013", "$.terms[0].applies_to")]

    def test_the_definitions_that_a_criterion_leads_to_count_as_well(self) -> None:
        levels = [Definition("d0", Known("score"))]
        levels += [
            Definition(f"d{i}", Meets(f"d{i - 1}")) for i in range(1, MOST_LEVELS + 1)
        ]
        mql = Definition("mql", Known("score"))

        found = loose_ends((*levels, mql), a_term(Meets(f"d{MOST_LEVELS}")))

        assert found == [("AK-Q013", "$.terms[0].applies_to")]

    def test_a_circle_is_told_at_its_definitions_and_not_where_they_are_used(
        self,
    ) -> None:
        mql, icp = Definition("mql", Meets("icp")), Definition("icp", Meets("mql"))

        found = loose_ends((mql, icp), a_term(Meets("mql")))

        assert found == [
            ("AK-Q012", "$.definitions[0].criterion"),
            ("AK-Q012", "$.definitions[1].criterion"),
        ]


class TestNames:
    def test_a_name_that_stands_twice_is_offered_once(self) -> None:
        definition = Definition("mql", Known("score"))

        with pytest.raises(LooseEndsError) as refused:
            Edition(
                id="northwind",
                definitions=(definition, definition),
                terms=(a_term(Meets("zzz")),),
            )

        helps = [one.help for one in refused.value.findings if one.code == "AK-S007"]
        assert helps == ["known: 'mql'"]


class TestPatterns:
    @pytest.mark.parametrize(
        ("where", "message", "mend"),
        [
            (
                {"direction": "out"},
                "'direction' is never 'out'",
                "it is one of outbound, inbound, unknown",
            ),
            (
                {"actor.kind": "person"},
                "'actor.kind' is never 'person'",
                "it is one of human, automation, system, unknown",
            ),
        ],
        ids=["direction", "actor"],
    )
    def test_a_value_that_a_field_never_has_is_refused(
        self, where: dict[str, str], message: str, mend: str
    ) -> None:
        call = Pattern(event="activity_logged", where=where)
        clock = Clock(start=(Pattern(event="owner_assigned"),), stop=(call,))
        promise = Deadline(clock=clock, within=span("2 hours"))

        with pytest.raises(LooseEndsError) as caught:
            Edition(id="a", terms=(Term(id="t", party="sales", promise=promise),))

        (finding,) = caught.value.findings
        assert (finding.code, finding.message, finding.help) == (
            "AK-S005",
            message,
            mend,
        )
