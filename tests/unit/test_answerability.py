"""Whether somebody stands behind every promise of an agreement."""

from __future__ import annotations

from datetime import UTC, date, datetime
from fractions import Fraction

import attrs

from alignkit.answerability import answerability_findings
from alignkit.criteria import field
from alignkit.decisions import DecisionRecord, DecisionRight, DecisionRule, Holder
from alignkit.editions import Edition
from alignkit.findings import Finding, Severity
from alignkit.goals import Aspect, Goal, GoalKind, Horizon
from alignkit.ownership import Assignment, Override, ResponsibilityMatrix
from alignkit.parties import (
    Membership,
    Organization,
    Party,
    Person,
    ReportingLine,
    Role,
    Team,
)
from alignkit.patterns import Pattern
from alignkit.promises import Clock, Deadline
from alignkit.spans import Elapsed
from alignkit.strategy import Strategy
from alignkit.tasks import Ownership, Task, find_task, read_letters
from alignkit.terms import Step, Term

ROLES = (Role("head_of_sales", "sales"), Role("cmo", "marketing"), Role("sdr", "sales"))
PEOPLE = Organization(roles=ROLES)
ANSWER = Term(
    id="answer",
    party="sales",
    promise=Deadline(
        clock=Clock(start=(Pattern(event="owner_assigned"),)), within=Elapsed(hours=2)
    ),
)
FOLLOW_UP, CRM = find_task("lead_follow_up"), find_task("crm_ownership")
MATRIX = ResponsibilityMatrix(
    tasks=(FOLLOW_UP, CRM),
    assignments=(
        Assignment.read("lead_follow_up", "head_of_sales", "A"),
        Assignment.read("lead_follow_up", "sdr", "R"),
        Assignment.read("lead_follow_up", "cmo", "I"),
        Assignment.read("crm_ownership", "head_of_sales", "RA"),
        Assignment.read("crm_ownership", "cmo", "S"),
    ),
)


def tells(*names: str) -> Term:
    steps = tuple(
        Step(at=Fraction(nth), notify=name) for nth, name in enumerate(names, start=1)
    )
    return attrs.evolve(ANSWER, escalate=steps)


def edition(*terms: Term, organization: Organization = PEOPLE) -> Edition:
    return Edition(id="n", organization=organization, terms=terms)


def found(one: Edition, at: datetime | None = None) -> list[tuple[str, str]]:
    """Return the code and the path of each finding."""
    return [(f.code, f.path) for f in answerability_findings(one, at)]


class TestTold:
    def test_a_step_tells_somebody_who_is_known(self) -> None:
        known = ("cmo", "owner", "manager", "sales", "leadership")

        assert found(edition(tells(*known))) == []

    def test_a_step_that_tells_an_unknown_name_is_an_error(self) -> None:
        (finding,) = answerability_findings(edition(tells("cmo", "cmoo")))

        assert finding == Finding(
            code="AK-P231",
            severity=Severity.ERROR,
            message="'answer' tells 'cmoo', whom nobody knows",
            path="$.terms[0].escalate[1].notify",
            help="did you mean 'cmo'?",
        )

    def test_people_teams_and_parties_are_names_too(self) -> None:
        organization = Organization(
            people=(Person(id="ann", memberships=(Membership(team="sdr"),)),),
            teams=(Team.of("sdr", "sales"),),
        )
        one = attrs.evolve(
            edition(tells("ann", "sdr", "agency"), organization=organization),
            parties=(Party("agency"),),
        )

        assert found(one) == []
        (finding,) = answerability_findings(
            edition(tells("nobody"), organization=organization)
        )
        assert finding.help == "name a role of the organisation"

    def test_where_nobody_is_listed_nobody_is_missing(self) -> None:
        assert found(edition(tells("boss"), organization=Organization())) == []

    def test_a_step_without_anybody_to_tell_has_an_action(self) -> None:
        step = Step(at=Fraction(2), action="reassign")

        assert found(edition(attrs.evolve(ANSWER, escalate=(step,)))) == []

    def test_a_role_that_nobody_holds_hears_nothing(self) -> None:
        ann = Person(id="ann", memberships=(Membership(team="sdr", role="sdr"),))
        organization = Organization(
            roles=ROLES, teams=(Team.of("sdr", "sales"),), people=(ann,)
        )

        (finding,) = answerability_findings(
            edition(tells("sdr", "cmo"), organization=organization)
        )

        assert (finding.code, finding.severity, finding.path) == (
            "AK-P231",
            Severity.WARNING,
            "$.terms[0].escalate[1].notify",
        )


class TestOrganization:
    def test_its_findings_stand_at_their_place_in_the_document(self) -> None:
        lone = Organization(people=(Person(id="ann"),))

        assert found(edition(organization=lone)) == [
            ("AK-Q104", "$.organization.people[0].memberships")
        ]


def with_matrix(matrix: ResponsibilityMatrix, *terms: Term) -> Edition:
    return attrs.evolve(edition(*terms), responsibilities=matrix)


class TestMatrix:
    def test_a_matrix_in_order_has_no_findings(self) -> None:
        assert found(with_matrix(MATRIX)) == []

    def test_a_finding_on_a_row_stands_where_the_row_is_written(self) -> None:
        first, *others = MATRIX.assignments
        shared = attrs.evolve(
            MATRIX, assignments=(Assignment.read(first.task, first.role, "AC"), *others)
        )
        foreign = attrs.evolve(
            MATRIX,
            assignments=(
                Assignment.read(first.task, "sdr", "R"),
                Assignment.read(first.task, "cmo", "A"),
                *others[2:],
            ),
        )

        assert found(with_matrix(shared)) == [
            ("AK-O013", "$.responsibilities.assignments[0]")
        ]
        assert found(with_matrix(foreign))[0] == (
            "AK-O008",
            "$.responsibilities.assignments[1]",
        )

    def test_one_on_a_default_stands_where_the_default_comes_from(self) -> None:
        stand_ins = (("sales", "head_of_sales"), ("marketing", "cmo"))
        lone = attrs.evolve(
            MATRIX, assignments=MATRIX.assignments[1:2], stand_ins=stand_ins[:1]
        )
        override = Override(
            task="crm_ownership", ownership=Ownership.MARKETING, reason="we run it"
        )
        overridden = attrs.evolve(
            lone, stand_ins=stand_ins, overrides=(override,), assignments=()
        )

        assert ("AK-O007", "$.responsibilities.stand_ins") in found(with_matrix(lone))
        assert ("AK-O008", "$.responsibilities.overrides[0]") in found(
            with_matrix(overridden)
        )
        assert ("AK-O014", "$.responsibilities") in found(with_matrix(overridden))

    def test_whoever_answers_must_not_report_to_whoever_does_the_work(self) -> None:
        def person(name: str, role: str, manager: str | None) -> Person:
            lines = () if manager is None else (ReportingLine(manager),)
            return Person(
                id=name,
                memberships=(Membership(team="all", role=role),),
                managers=lines,
            )

        organization = Organization(
            roles=ROLES,
            teams=(Team.of("all", "sales"),),
            people=(
                person("ann", "head_of_sales", "bob"),
                person("bob", "sdr", None),
                person("eve", "cmo", None),
            ),
        )
        one = attrs.evolve(with_matrix(MATRIX), organization=organization)
        at = datetime(2026, 3, 2, tzinfo=UTC)

        expected = [("AK-O016", "$.responsibilities.assignments[0]")]
        assert found(one) == []
        assert found(one, at) == expected
        assert found(attrs.evolve(one, effective_from=at)) == expected

    def test_a_task_is_there_for_something(self) -> None:
        idle = Task(
            id="idle",
            title="Sit idle",
            ownership=Ownership.SALES,
            letters=(("sales", read_letters("RA")),),
            aims=(),
        )
        rows = (
            Assignment.read("idle", "head_of_sales", "RA"),
            Assignment.read("idle", "cmo", "I"),
        )
        matrix = attrs.evolve(
            MATRIX,
            tasks=(*MATRIX.tasks, idle),
            assignments=(*MATRIX.assignments, *rows),
        )

        assert found(with_matrix(matrix)) == [
            ("AK-O024", "$.responsibilities.tasks[2].aims")
        ]

    def test_whoever_promises_a_task_answers_for_it(self) -> None:
        mine = attrs.evolve(ANSWER, task="lead_follow_up")
        theirs = attrs.evolve(mine, party="marketing")

        other = attrs.evolve(ANSWER, id="other")
        assert found(with_matrix(MATRIX, mine, other)) == []
        (finding,) = answerability_findings(with_matrix(MATRIX, theirs))
        assert (finding.code, finding.path, finding.seen) == (
            "AK-P232",
            "$.terms[0].task",
            "head_of_sales A, sdr R, cmo I",
        )

    def test_whose_an_unknown_role_is_nobody_can_tell(self) -> None:
        row = Assignment.read("lead_follow_up", "intern", "S")
        matrix = attrs.evolve(MATRIX, assignments=(*MATRIX.assignments, row))
        theirs = attrs.evolve(ANSWER, task="lead_follow_up", party="marketing")

        codes = [code for code, _ in found(with_matrix(matrix, theirs))]

        assert codes == ["AK-O010"]

    def test_a_task_without_rows_is_answered_for_by_nobody(self) -> None:
        matrix = attrs.evolve(MATRIX, assignments=MATRIX.assignments[3:])
        mine = attrs.evolve(ANSWER, task="lead_follow_up")

        findings = {
            f.code: f for f in answerability_findings(with_matrix(matrix, mine))
        }

        assert findings["AK-P232"].seen == "no role at all"


class TestDecisions:
    RIGHT = DecisionRight(
        id="price",
        question="What?",
        default=Holder(("boss",)),
        rules=(
            DecisionRule(
                when=field("deal.discount").between(0, 10), holder=Holder(("sdr",))
            ),
            DecisionRule(
                when=field("deal.discount").at_least(20), holder=Holder(("cmo",))
            ),
        ),
    )
    RECORD = DecisionRecord(
        id="launch",
        question="When?",
        ownership=Ownership.JOINT,
        driver="cmo",
        approver="cmo",
        options=("now", "later"),
        deadline=date(2026, 5, 1),
    )

    def test_rights_and_records_are_looked_at(self) -> None:
        one = attrs.evolve(
            edition(), decision_rights=(self.RIGHT,), decisions=(self.RECORD,)
        )

        assert found(one) == [
            ("AK-O010", "$.decision_rights[0].default"),
            ("AK-O020", "$.decision_rights[0].rules"),
            ("AK-O031", "$.decisions[0].contributors"),
        ]

    def test_where_no_roles_are_listed_none_is_unknown(self) -> None:
        one = Edition(id="n", decision_rights=(self.RIGHT,), decisions=(self.RECORD,))

        assert found(one) == [("AK-O020", "$.decision_rights[0].rules")]


class TestGoals:
    def test_a_term_serves_a_goal_where_there_are_goals(self) -> None:
        goal = Goal(
            id="growth",
            kind=GoalKind.OUTCOME,
            aspect=Aspect.REVENUE,
            metric="revenue",
            horizon=Horizon.SHORT,
            owners=("joint",),
        )
        served = attrs.evolve(ANSWER, id="served", goals=("growth",))
        with_goals = attrs.evolve(
            edition(ANSWER, served), strategy=Strategy(goals=(goal,))
        )
        without = attrs.evolve(edition(ANSWER), strategy=Strategy())

        assert ("AK-P233", "$.terms[0].goals") in found(with_goals)
        assert ("AK-P233", "$.terms[1].goals") not in found(with_goals)
        assert {code for code, _ in found(without)} == {"AK-P101", "AK-P131"}
