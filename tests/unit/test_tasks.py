"""The catalogue of tasks: whose each is, and who takes part by default."""

from __future__ import annotations

import re

import pytest

from alignkit.errors import UnfitValueError, UnknownTaskError
from alignkit.goals import Aim, Horizon
from alignkit.tasks import (
    STANDARD_TASKS,
    Letter,
    Ownership,
    Task,
    find_task,
    read_letters,
)


class TestOwnership:
    @pytest.mark.parametrize(
        ("ownership", "teams", "other"),
        [
            (Ownership.SALES, ("sales",), "marketing"),
            (Ownership.MARKETING, ("marketing",), "sales"),
            (Ownership.JOINT, ("sales", "marketing"), None),
        ],
        ids=["sales", "marketing", "joint"],
    )
    def test_it_names_the_teams_that_work_and_the_one_that_has_to_know(
        self, ownership: Ownership, teams: tuple[str, ...], other: str | None
    ) -> None:
        assert (ownership.teams, ownership.other) == (teams, other)
        assert ownership.is_joint == (other is None)


class TestReadLetters:
    def test_letters_come_in_one_order_however_they_are_written(self) -> None:
        read = read_letters("IACSR")

        assert read == (
            Letter.RESPONSIBLE,
            Letter.ACCOUNTABLE,
            Letter.SUPPORT,
            Letter.CONSULTED,
            Letter.INFORMED,
        )

    @pytest.mark.parametrize("text", ["", "X", "r", "RR", "R A"])
    def test_anything_else_is_refused(self, text: str) -> None:
        with pytest.raises(UnfitValueError) as caught:
            read_letters(text)

        assert str(caught.value) == (
            f"assignment: letters does not fit: {text!r}; "
            "expected some of R, A, S, C and I, each once"
        )

    def test_only_to_be_told_is_no_work(self) -> None:
        assert [each.letter for each in Letter if not each.is_work] == ["I"]


class TestCatalogue:
    def test_it_has_every_task_that_the_sources_list_by_team(self) -> None:
        rows = {f"R{number}" for number in range(141, 159)}

        listed = {row for entry in STANDARD_TASKS for row in entry.source}

        assert rows <= listed

    @pytest.mark.parametrize(
        ("first", "last", "ownership"),
        [
            (141, 146, Ownership.SALES),
            (147, 152, Ownership.MARKETING),
            (153, 158, Ownership.JOINT),
        ],
        ids=["sales", "marketing", "joint"],
    )
    def test_the_listed_tasks_belong_to_the_team_under_which_they_are_listed(
        self, first: int, last: int, ownership: Ownership
    ) -> None:
        rows = {f"R{number}" for number in range(first, last + 1)}

        found = {
            entry.ownership for entry in STANDARD_TASKS if rows & set(entry.source)
        }

        assert found == {ownership}

    def test_every_task_has_a_name_of_its_own_and_says_where_it_comes_from(
        self,
    ) -> None:
        assert len({entry.id for entry in STANDARD_TASKS}) == len(STANDARD_TASKS)
        assert all(
            re.fullmatch(r"R\d+", row)
            for entry in STANDARD_TASKS
            for row in entry.source
        )
        assert all(entry.source for entry in STANDARD_TASKS)

    @pytest.mark.parametrize(
        "entry", STANDARD_TASKS, ids=[entry.id for entry in STANDARD_TASKS]
    )
    def test_each_has_one_accountable_and_one_responsible_team_at_least(
        self, entry: Task
    ) -> None:
        holders = [(team, each) for team, letters in entry.letters for each in letters]

        accountable = [team for team, each in holders if each is Letter.ACCOUNTABLE]
        assert len(accountable) == 1
        assert accountable[0] in entry.ownership.teams
        assert any(each is Letter.RESPONSIBLE for _, each in holders)

    @pytest.mark.parametrize(
        "entry", STANDARD_TASKS, ids=[entry.id for entry in STANDARD_TASKS]
    )
    def test_both_teams_have_a_letter_and_work_on_what_is_joint(
        self, entry: Task
    ) -> None:
        for team in ("sales", "marketing"):
            letters = entry.default(team)
            assert letters
            if entry.ownership.is_joint:
                assert any(each.is_work for each in letters)

    def test_every_task_serves_an_aim(self) -> None:
        assert all(entry.aims for entry in STANDARD_TASKS)
        assert find_task("needs_assessment").aims == (Aim.CUSTOMER_VALUE,)

    def test_sales_grows_the_market_of_today_and_marketing_that_of_tomorrow(
        self,
    ) -> None:
        assert find_task("market_share_today").horizon is Horizon.SHORT
        assert find_task("market_share_ahead").horizon is Horizon.LONG

    def test_a_task_that_nobody_listed_is_refused(self) -> None:
        with pytest.raises(UnknownTaskError) as caught:
            find_task("telepathy")

        assert caught.value.task == "telepathy"
        assert "crm_ownership" in caught.value.known

    def test_a_function_that_takes_no_part_has_no_letters(self) -> None:
        assert find_task("closing").default("product") == ()
