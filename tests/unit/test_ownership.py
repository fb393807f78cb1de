"""The responsibility matrix: what it says, and where it leaves somebody out."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import attrs
import pytest

from alignkit.errors import UnfitValueError
from alignkit.findings import Severity
from alignkit.ownership import (
    Assignment,
    Override,
    Partnership,
    ResponsibilityMatrix,
    partner_findings,
    reporting_roles,
)
from alignkit.parties import (
    Membership,
    Organization,
    Person,
    ReportingLine,
    Role,
    Spell,
)
from alignkit.tasks import STANDARD_TASKS, Letter, Ownership, Task, find_task

CRM = find_task("crm_ownership")
TEAMS = {
    "head_of_sales": "sales",
    "seller": "sales",
    "cmo": "marketing",
    "marketer": "marketing",
    "revops": "revenue_operations",
}
SELLING = Task(id="selling", title="Sell", ownership=Ownership.SALES)
PLANNING = Task(id="planning", title="Plan", ownership=Ownership.JOINT)
SOUND = {
    "crm_ownership": {"head_of_sales": "A", "seller": "R", "cmo": "S", "revops": "S"},
    "selling": {"head_of_sales": "A", "seller": "R", "marketer": "I"},
    "planning": {"cmo": "A", "marketer": "R", "head_of_sales": "C"},
}


def a_matrix(
    cells: dict[str, dict[str, str]] | None = None, **fields: object
) -> ResponsibilityMatrix:
    """Return a sound matrix of three tasks, with the rows of some replaced."""
    rows = {**SOUND, **(cells or {})}
    matrix = ResponsibilityMatrix(
        tasks=(CRM, SELLING, PLANNING),
        assignments=tuple(
            Assignment.read(name, role, letters)
            for name, row in rows.items()
            for role, letters in row.items()
        ),
    )
    changes: dict[str, Any] = fields
    return attrs.evolve(matrix, **changes)


def roles(teams: dict[str, str]) -> tuple[Role, ...]:
    """Return roles by name, each in its party."""
    return tuple(Role(name, party) for name, party in teams.items())


ROLES = roles(TEAMS)


def codes(
    matrix: ResponsibilityMatrix,
    teams: dict[str, str] | None = None,
    reports_to: dict[str, str] | None = None,
) -> list[tuple[str, str]]:
    """Return the code and the path of each finding on a matrix."""
    found = matrix.findings(
        roles=ROLES if teams is None else roles(teams), reports_to=reports_to
    )
    return [(finding.code, finding.path) for finding in found]


class TestAssignment:
    def test_letters_are_kept_in_their_order_and_once_each(self) -> None:
        letters = (Letter.ACCOUNTABLE, Letter.RESPONSIBLE)

        with pytest.raises(UnfitValueError, match="in the order R, A, S, C, I"):
            Assignment(task="selling", role="seller", letters=letters)

    def test_no_letter_is_no_assignment(self) -> None:
        with pytest.raises(ValueError, match="letters"):
            Assignment(task="selling", role="seller", letters=())


class TestMatrix:
    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"tasks": (SELLING, SELLING)}, "tasks"),
            ({"assignments": (Assignment.read("a", "b", "R"),) * 2}, "assignments"),
            (
                {
                    "overrides": (
                        Override(
                            task="selling", ownership=Ownership.JOINT, reason="both do"
                        ),
                    )
                    * 2
                },
                "overrides",
            ),
            ({"stand_ins": (("sales", "cmo"), ("sales", "seller"))}, "stand_ins"),
            ({"most_consulted": -1}, "most_consulted"),
            ({"most_accountable": True}, "most_accountable"),
        ],
        ids=["tasks", "cells", "overrides", "stand-ins", "consulted", "accountable"],
    )
    def test_it_refuses_what_contradicts_itself(
        self, changes: dict[str, object], field: str
    ) -> None:
        with pytest.raises(UnfitValueError) as caught:
            a_matrix(None, **changes)

        assert caught.value.field == field

    def test_a_task_without_rows_takes_the_letters_of_the_catalogue(self) -> None:
        matrix = ResponsibilityMatrix(
            stand_ins=(("sales", "seller"), ("marketing", "cmo"))
        )

        assert matrix.rows["crm_ownership"] == (
            Assignment.read("crm_ownership", "seller", "RA"),
            Assignment.read("crm_ownership", "cmo", "S"),
        )
        assert matrix.overridden == ()

    def test_a_team_without_a_part_in_a_task_gets_no_letter(self) -> None:
        matrix = ResponsibilityMatrix(tasks=(CRM,), stand_ins=(("product", "seller"),))

        assert matrix.rows == {"crm_ownership": ()}

    def test_rows_of_its_own_replace_those_of_the_catalogue_and_are_on_record(
        self,
    ) -> None:
        own = Assignment.read("crm_ownership", "revops", "RA")
        why = Override(
            task="segmentation",
            ownership=Ownership.JOINT,
            reason="sales knows the segments",
            by="cro",
            on=date(2026, 1, 5),
        )

        matrix = ResponsibilityMatrix(
            stand_ins=(("sales", "seller"), ("marketing", "cmo")),
            assignments=(own,),
            overrides=(why,),
        )

        assert matrix.rows["crm_ownership"] == (own,)
        assert matrix.catalogue["segmentation"].ownership is Ownership.JOINT
        assert matrix.overridden == ("segmentation", "crm_ownership")

    def test_an_override_without_a_reason_is_none(self) -> None:
        with pytest.raises(ValueError, match="reason"):
            Override(task="selling", ownership=Ownership.JOINT, reason="")

    def test_an_override_is_dated_by_day(self) -> None:
        with pytest.raises(UnfitValueError, match="a date"):
            Override(
                task="selling",
                ownership=Ownership.JOINT,
                reason="both do",
                on=datetime(2026, 1, 5),
            )

    def test_it_tells_who_holds_a_letter(self) -> None:
        matrix = a_matrix()

        assert matrix.holders("planning", Letter.ACCOUNTABLE) == ("cmo",)
        assert matrix.holders("nothing", Letter.ACCOUNTABLE) == ()


class TestAnswersFor:
    @pytest.mark.parametrize(
        ("party", "task_id", "answers"),
        [
            ("sales", "selling", True),
            ("marketing", "selling", False),
            ("joint", "selling", False),
            ("marketing", "planning", True),
            ("sales", "planning", False),
            ("sales", "nothing", False),
        ],
    )
    def test_a_party_answers_for_what_it_does_or_is_accountable_for(
        self, *, party: str, task_id: str, answers: bool
    ) -> None:
        found = a_matrix().answers_for(party, task_id, roles=ROLES)

        assert found is answers

    def test_both_answer_for_what_is_promised_together(self) -> None:
        matrix = a_matrix({"planning": {"cmo": "RA", "head_of_sales": "R"}})

        assert matrix.answers_for("joint", "planning", roles=ROLES)


class TestFindings:
    def test_a_sound_matrix_has_none(self) -> None:
        assert codes(a_matrix()) == []

    def test_the_catalogue_itself_is_sound(self) -> None:
        matrix = ResponsibilityMatrix(
            stand_ins=(("sales", "seller"), ("marketing", "cmo"))
        )

        found = codes(matrix, teams={"seller": "sales", "cmo": "marketing"})

        assert found == []

    def test_a_task_without_a_row_is_one_error_and_no_more(self) -> None:
        matrix = a_matrix({"planning": {}})

        (finding,) = matrix.findings(roles=ROLES)

        assert (finding.code, finding.severity) == ("AK-O001", Severity.ERROR)
        assert finding.path == "$.ownership.planning"

    def test_an_empty_matrix_has_one_error_a_task(self) -> None:
        found = ResponsibilityMatrix().findings(roles=())

        assert [finding.code for finding in found] == ["AK-O001"] * len(STANDARD_TASKS)

    @pytest.mark.parametrize(
        ("cells", "expected"),
        [
            (
                {"selling": {"seller": "R", "marketer": "I"}},
                [("AK-O002", "$.ownership.selling")],
            ),
            (
                {"selling": {"head_of_sales": "RA", "seller": "A", "marketer": "I"}},
                [("AK-O003", "$.ownership.selling")],
            ),
            (
                {"selling": {"head_of_sales": "A", "seller": "S", "marketer": "I"}},
                [("AK-O004", "$.ownership.selling")],
            ),
            (
                {"selling": {"head_of_sales": "A", "seller": "R"}},
                [("AK-O006", "$.ownership.selling")],
            ),
            (
                {"planning": {"cmo": "RA", "head_of_sales": "I"}},
                [("AK-O007", "$.ownership.planning")],
            ),
            (
                {"planning": {"cmo": "RA"}},
                [("AK-O007", "$.ownership.planning")],
            ),
            (
                {"selling": {"cmo": "A", "seller": "R"}},
                [("AK-O008", "$.ownership.selling.cmo")],
            ),
            (
                {"selling": {"revops": "A", "seller": "R", "cmo": "I"}},
                [("AK-O008", "$.ownership.selling.revops")],
            ),
            (
                {"selling": {"head_of_sales": "A", "seller": "RC", "cmo": "I"}},
                [("AK-O013", "$.ownership.selling.seller")],
            ),
        ],
        ids=[
            "nobody accountable",
            "two accountable",
            "nobody responsible",
            "other team not told",
            "one team only told of joint work",
            "one team absent from joint work",
            "accountable in the other team",
            "accountable in neither team",
            "several letters",
        ],
    )
    def test_a_row_that_leaves_somebody_out_is_found(
        self, cells: dict[str, dict[str, str]], expected: list[tuple[str, str]]
    ) -> None:
        busy = {**TEAMS}
        if "marketer" not in {r for row in {**SOUND, **cells}.values() for r in row}:
            del busy["marketer"]

        assert codes(a_matrix(cells), teams=busy) == expected

    def test_a_joint_task_without_either_team_names_both(self) -> None:
        matrix = a_matrix({"planning": {"revops": "RA"}})

        found = matrix.findings(roles=ROLES)

        assert [finding.message for finding in found] == [
            "nobody of sales works on the joint task 'planning'",
            "nobody of marketing works on the joint task 'planning'",
        ]

    @pytest.mark.parametrize(
        ("is_strict", "severity"),
        [(False, Severity.WARNING), (True, Severity.ERROR)],
        ids=["lenient", "strict"],
    )
    def test_nobody_responsible_matters_as_much_as_agreed(
        self, *, is_strict: bool, severity: Severity
    ) -> None:
        cells = {"selling": {"head_of_sales": "A", "seller": "S", "marketer": "I"}}
        matrix = a_matrix(cells, is_strict=is_strict)

        (finding,) = matrix.findings(roles=ROLES)

        assert (finding.code, finding.severity) == ("AK-O004", severity)

    @pytest.mark.parametrize(
        ("asked", "expected"),
        [(4, []), (5, ["AK-O005"])],
        ids=["as many as agreed", "one more"],
    )
    def test_more_consulted_than_agreed_is_found(
        self, asked: int, expected: list[str]
    ) -> None:
        advisers = {f"adviser_{number}": "C" for number in range(asked)}
        cells = {"planning": {"cmo": "RA", "head_of_sales": "C", **advisers}}
        del cells["planning"]["head_of_sales"]
        teams = {**TEAMS, **dict.fromkeys(advisers, "sales")}
        del teams["marketer"]
        cells["selling"] = {"head_of_sales": "A", "seller": "R", "cmo": "I"}

        found = codes(a_matrix(cells), teams=teams)

        assert [code for code, _ in found] == expected

    def test_telling_everybody_is_found_where_there_are_many(self) -> None:
        others = [f"other_{number}" for number in range(5)]
        told = dict.fromkeys(["marketer", "cmo", "revops", *others], "I")
        cells = {"selling": {"head_of_sales": "A", "seller": "R", **told}}

        found = codes(
            a_matrix(cells), teams={**TEAMS, **dict.fromkeys(others, "product")}
        )

        assert found == [("AK-O012", "$.ownership.selling")]

    def test_unknown_roles_are_found_and_hide_what_depends_on_their_team(self) -> None:
        matrix = a_matrix({"selling": {"stranger": "A", "seller": "R"}})

        assert codes(matrix) == [("AK-O010", "$.ownership")]

    def test_unknown_tasks_are_found_once(self) -> None:
        matrix = a_matrix(
            {"dancing": {"seller": "A", "cmo": "I"}},
            overrides=(
                Override(task="dancing", ownership=Ownership.JOINT, reason="fun"),
            ),
        )

        assert codes(matrix) == [("AK-O009", "$.ownership.dancing")]

    def test_a_stand_in_for_an_unknown_team_is_found(self) -> None:
        matrix = a_matrix(None, stand_ins=(("sails", "seller"),))

        assert codes(matrix) == [("AK-O011", "$.ownership.stand_ins")]

    def test_a_stand_in_for_a_team_of_the_catalogue_is_fine(self) -> None:
        matrix = a_matrix(None, stand_ins=(("revenue_operations", "seller"),))

        assert codes(matrix) == []

    def test_a_role_without_a_task_is_found(self) -> None:
        found = codes(a_matrix(), teams={**TEAMS, "intern": "sales"})

        assert found == [("AK-O014", "$.ownership")]

    @pytest.mark.parametrize(("most", "expected"), [(2, []), (1, ["AK-O015"])])
    def test_a_role_accountable_for_too_much_is_found(
        self, most: int, expected: list[str]
    ) -> None:
        found = codes(a_matrix(None, most_accountable=most))

        assert [code for code, _ in found] == expected

    def test_accountable_without_authority_is_found_through_the_whole_line(
        self,
    ) -> None:
        cells = {"selling": {"seller": "A", "head_of_sales": "R", "marketer": "I"}}
        line = {"seller": "team_lead", "team_lead": "head_of_sales"}

        assert codes(a_matrix(cells), reports_to=line) == [
            ("AK-O016", "$.ownership.selling.seller")
        ]
        assert codes(a_matrix(cells), reports_to={"head_of_sales": "ceo"}) == []

    def test_a_circle_of_superiors_ends(self) -> None:
        line = {"seller": "cmo", "cmo": "head_of_sales", "head_of_sales": "cmo"}

        assert codes(a_matrix(), reports_to=line) == []

    def test_without_a_task_for_it_nobody_owns_the_crm(self) -> None:
        matrix = ResponsibilityMatrix(tasks=())

        (finding,) = matrix.findings(roles=())

        assert (finding.code, finding.severity) == ("AK-O017", Severity.ERROR)

    def test_two_owners_of_the_crm_are_an_error(self) -> None:
        cells = {"crm_ownership": {"head_of_sales": "RA", "cmo": "A", "revops": "S"}}

        (finding,) = a_matrix(cells).findings(roles=ROLES)

        assert (finding.code, finding.severity) == ("AK-O003", Severity.ERROR)

    def test_sensing_the_market_takes_somebody_outside_marketing(self) -> None:
        sensing = find_task("market_sensing")
        rows = {sensing.id: {"cmo": "A", "marketer": "R", "head_of_sales": "I"}}
        inside = a_matrix(rows, tasks=(CRM, SELLING, PLANNING, sensing))
        rows[sensing.id]["head_of_sales"] = "C"
        asked = a_matrix(rows, tasks=(CRM, SELLING, PLANNING, sensing))

        assert codes(inside) == [("AK-O018", "$.ownership.market_sensing")]
        assert codes(asked) == []

    def test_a_launch_must_not_forget_the_call_centre(self) -> None:
        launch = find_task("launch_communication")
        rows = {launch.id: {"cmo": "A", "marketer": "R", "head_of_sales": "I"}}
        matrix = a_matrix(rows, tasks=(CRM, SELLING, PLANNING, launch))
        centre = {**TEAMS, "agent": "call_centre"}

        assert codes(matrix) == []
        assert codes(matrix, teams=centre) == [
            ("AK-O019", "$.ownership.launch_communication"),
            ("AK-O014", "$.ownership"),
        ]

    def test_sdrs_count_for_the_team_that_they_report_to(self) -> None:
        cells = {"planning": {"cmo": "RA", "sdr": "C"}}

        under_sales = codes(a_matrix(cells), teams={**TEAMS, "sdr": "sales"})
        under_marketing = codes(a_matrix(cells), teams={**TEAMS, "sdr": "marketing"})

        assert under_sales == []
        assert under_marketing == [("AK-O007", "$.ownership.planning")]

    def test_an_override_changes_what_is_asked_of_the_teams(self) -> None:
        matrix = a_matrix(
            None,
            overrides=(
                Override(
                    task="selling", ownership=Ownership.JOINT, reason="they sell too"
                ),
            ),
        )

        assert codes(matrix) == [("AK-O007", "$.ownership.selling")]

    def test_every_finding_says_how_to_mend_it(self) -> None:
        found = ResponsibilityMatrix(
            assignments=(Assignment.read("x", "y", "RC"),)
        ).findings(roles=[Role("z", "sales")])

        assert all(finding.help for finding in found)


class TestPartners:
    NORTH = Partnership(
        district="north",
        marketer="ann",
        since=date(2026, 1, 1),
        until=date(2026, 7, 1),
    )
    HEIR = Partnership(district="north", marketer="bob", since=date(2026, 7, 1))

    @pytest.mark.parametrize(
        ("day", "expected"),
        [
            (date(2025, 12, 31), ["AK-O041"]),
            (date(2026, 1, 1), []),
            (date(2026, 6, 30), []),
            (date(2026, 7, 1), []),
        ],
    )
    def test_a_partner_holds_from_its_first_day_up_to_its_last(
        self, day: date, expected: list[str]
    ) -> None:
        found = partner_findings(["north"], [self.NORTH, self.HEIR], on=day)

        assert [finding.code for finding in found] == expected

    def test_two_partners_are_one_too_many(self) -> None:
        early = attrs.evolve(self.HEIR, since=date(2026, 7, 1) - timedelta(days=1))

        (finding,) = partner_findings(
            ["north"], [self.NORTH, early], on=date(2026, 6, 30)
        )

        assert (finding.code, finding.seen) == ("AK-O042", "ann, bob")


class TestReportingRoles:
    def test_lines_follow_the_people_and_the_moment(self) -> None:
        half = Spell(until=date(2026, 6, 30))
        rest = Spell(since=date(2026, 7, 1))
        organization = Organization(
            people=(
                Person(
                    id="dana",
                    memberships=(Membership(team="sdr", role="sdr"),),
                    managers=(ReportingLine("mia", half), ReportingLine("sam", rest)),
                ),
                Person(id="mia", memberships=(Membership(team="lead", role="cmo"),)),
                Person(
                    id="sam",
                    memberships=(Membership(team="lead", role="cso"),),
                    managers=(ReportingLine("nobody"),),
                ),
                Person(id="tom", memberships=(Membership(team="sdr"),)),
                Person(id="ida"),
            )
        )

        june, july = (datetime(2026, month, 15, tzinfo=UTC) for month in (6, 7))
        assert reporting_roles(organization, june) == {"sdr": "cmo"}
        assert reporting_roles(organization, july) == {"sdr": "cso"}
