"""What holds of every responsibility matrix, whoever writes it."""

from __future__ import annotations

from random import Random

import attrs
from hypothesis import given
from hypothesis import strategies as st

from alignkit.findings import Finding, Severity
from alignkit.ownership import Assignment, ResponsibilityMatrix
from alignkit.parties import Role
from alignkit.tasks import Letter, Ownership, Task, read_letters

ROLES = (
    Role("head_of_sales", "sales"),
    Role("seller", "sales"),
    Role("cmo", "marketing"),
    Role("marketer", "marketing"),
    Role("product_owner", "product"),
)
PARTY = {role.id: role.party for role in ROLES}
NAMES = st.sampled_from([role.id for role in ROLES])
CELLS = st.sets(st.sampled_from(Letter), min_size=1).map(
    lambda chosen: tuple(each for each in Letter if each in chosen)
)
ROWS = st.dictionaries(NAMES, CELLS)
OWNERSHIPS = st.sampled_from(Ownership)


def a_matrix(
    ownership: Ownership, row: dict[str, tuple[Letter, ...]], *, is_strict: bool = False
) -> ResponsibilityMatrix:
    """Return a matrix of one task."""
    return ResponsibilityMatrix(
        tasks=(Task(id="crm_ownership", title="Own the CRM", ownership=ownership),),
        assignments=tuple(
            Assignment(task="crm_ownership", role=role, letters=letters)
            for role, letters in row.items()
        ),
        is_strict=is_strict,
    )


def codes(matrix: ResponsibilityMatrix) -> set[str]:
    return {finding.code for finding in matrix.findings(roles=ROLES)}


@given(st.lists(st.sampled_from("RASCI"), min_size=1, unique=True))
def test_reading_letters_forgets_their_order_and_nothing_else(
    letters: list[str],
) -> None:
    read = read_letters("".join(letters))

    assert "".join(each.letter for each in read) == "".join(
        each for each in "RASCI" if each in letters
    )


@given(OWNERSHIPS)
def test_a_task_without_a_row_has_one_finding(ownership: Ownership) -> None:
    found = a_matrix(ownership, {}).findings(roles=())

    assert [finding.code for finding in found] == ["AK-O001"]


@given(OWNERSHIPS, ROWS.filter(bool))
def test_exactly_one_accountable_is_what_is_asked(
    ownership: Ownership, row: dict[str, tuple[Letter, ...]]
) -> None:
    accountable = sum(Letter.ACCOUNTABLE in letters for letters in row.values())

    found = codes(a_matrix(ownership, row))

    assert ("AK-O002" in found) == (accountable == 0)
    assert ("AK-O003" in found) == (accountable > 1)


@given(OWNERSHIPS, ROWS.filter(bool))
def test_each_team_has_the_part_that_the_ownership_gives_it(
    ownership: Ownership, row: dict[str, tuple[Letter, ...]]
) -> None:
    present = {PARTY[role] for role in row}
    working = {PARTY[r] for r, held in row.items() if set(held) != {Letter.INFORMED}}
    accountable = {PARTY[r] for r, held in row.items() if Letter.ACCOUNTABLE in held}

    found = codes(a_matrix(ownership, row))

    if ownership is Ownership.JOINT:
        assert ("AK-O007" in found) == (not {"sales", "marketing"} <= working)
        assert not found & {"AK-O006", "AK-O008"}
    else:
        others = {"sales", "marketing"} - set(ownership.teams)
        assert ("AK-O006" in found) == (not others & present)
        assert ("AK-O008" in found) == (not accountable <= set(ownership.teams))
        assert "AK-O007" not in found


@given(OWNERSHIPS, ROWS)
def test_being_strict_changes_severities_and_nothing_else(
    ownership: Ownership, row: dict[str, tuple[Letter, ...]]
) -> None:
    lenient = a_matrix(ownership, row).findings(roles=ROLES)
    strict = a_matrix(ownership, row, is_strict=True).findings(roles=ROLES)

    def alike(found: tuple[Finding, ...]) -> list[Finding]:
        return [attrs.evolve(one, severity=Severity.INFO) for one in found]

    assert alike(lenient) == alike(strict)
    assert {one.code for one in strict if one not in lenient} <= {"AK-O004"}


@given(OWNERSHIPS, ROWS, st.randoms(use_true_random=False))
def test_the_order_of_the_entries_does_not_matter(
    ownership: Ownership, row: dict[str, tuple[Letter, ...]], random: Random
) -> None:
    matrix = a_matrix(ownership, row)
    shuffled = list(matrix.assignments)
    random.shuffle(shuffled)

    again = attrs.evolve(matrix, assignments=tuple(shuffled))

    assert codes(matrix) == codes(again)
