"""Answerability: whether somebody stands behind every promise of an agreement.

A promise that no role answers for, that serves no goal, or of whose breach nobody hears
is kept by luck. Here the terms meet the organisation, the responsibility matrix and the
strategy; what is wrong within one of those, they say themselves.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

import attrs

from alignkit.decisions import DecisionRecord
from alignkit.editions import Edition
from alignkit.findings import Finding, did_you_mean
from alignkit.ownership import ResponsibilityMatrix, reporting_roles
from alignkit.parties import (
    FURTHER_FUNCTIONS,
    STANDARD_PARTIES,
    Organization,
    check_organization,
)
from alignkit.terms import Term

_RELATIVES = ("owner", "manager")
"""Whom a step may tell that is somebody else for every lead."""


def answerability_findings(
    edition: Edition, at: datetime | None = None
) -> Iterator[Finding]:
    """Yield the promises, tasks and decisions that nobody in particular stands behind.

    Args:
        edition: The edition.
        at: The moment whose reporting lines are meant; None for that from which the
            edition is in force [O7].

    Example:
        >>> from fractions import Fraction
        >>> from alignkit.parties import Role
        >>> from alignkit.patterns import Pattern
        >>> from alignkit.promises import Clock, Deadline
        >>> from alignkit.spans import span
        >>> from alignkit.terms import Step
        >>> asked = Clock(start=[Pattern(event="owner_assigned")])
        >>> term = Term(
        ...     id="answer",
        ...     party="sales",
        ...     promise=Deadline(clock=asked, within=span("2 hours")),
        ...     escalate=[Step(at=Fraction(1), notify="head_of_sail")],
        ... )
        >>> people = Organization(roles=[Role("head_of_sales", "sales")])
        >>> edition = Edition(id="n", organization=people, terms=[term])
        >>> for finding in answerability_findings(edition):
        ...     print(finding)
        AK-P231 'answer' tells 'head_of_sail', whom nobody knows (at
        $.terms[0].escalate[0].notify); did you mean 'head_of_sales'?
    """
    organization = edition.organization
    parties = tuple(party.id for party in edition.parties)
    for finding in check_organization(organization, parties):
        path = finding.path.replace("$", "$.organization", 1)
        yield attrs.evolve(finding, path=path)
    yield from _of_matrix(edition, at or edition.effective_from)
    yield from _of_decisions(edition)
    if edition.strategy is not None:
        yield from edition.strategy.findings()
    for nth, term in enumerate(edition.terms):
        path = f"$.terms[{nth}]"
        yield from _told_nobody(path, term, edition)
        yield from _unanswered(path, term, edition)
        yield from _aimless(path, term, edition)


def _of_matrix(edition: Edition, at: datetime | None) -> Iterator[Finding]:
    matrix, organization = edition.responsibilities, edition.organization
    if matrix is None:
        return
    lines = {} if at is None else reporting_roles(organization, at)
    root = "$.responsibilities"
    found = matrix.findings(roles=organization.roles, reports_to=lines, path="")
    for finding in found:
        yield attrs.evolve(finding, path=f"{root}{_row(matrix, finding.path)}")
    for nth, task in enumerate(matrix.tasks):
        if not task.aims:
            yield Finding.warning(
                "AK-O024",
                f"{root}.tasks[{nth}].aims",
                f"the task {task.id!r} serves neither the customer nor the company",
                help="say which of the two it is for, or stop doing it",
            )


def _row(matrix: ResponsibilityMatrix, path: str) -> str:
    """Return where the letters of a task stand that a finding names: ``.task.role``."""
    task, _, role = path.removeprefix(".").partition(".")
    rows = [
        (nth, each) for nth, each in enumerate(matrix.assignments) if each.task == task
    ]
    for nth, each in rows:
        if not role or each.role == role:
            return f".assignments[{nth}]"
    for nth, override in enumerate(matrix.overrides):
        if override.task == task:
            return f".overrides[{nth}]"
    return ".stand_ins" if task == "stand_ins" or task in matrix.catalogue else ""


def _of_decisions(edition: Edition) -> Iterator[Finding]:
    roles = edition.organization.roles
    known = {one.id: one.criterion for one in edition.definitions}
    names = [*_named(edition)] if roles else []
    for nth, right in enumerate(edition.decision_rights):
        path = f"$.decision_rights[{nth}]"
        yield from right.findings(names=names, definitions=known, path=path)
    records: tuple[DecisionRecord, ...] = edition.decisions if roles else ()
    for nth, record in enumerate(records):
        yield from record.findings(roles=roles, path=f"$.decisions[{nth}]")


def _named(edition: Edition) -> Mapping[str, None]:
    """Return the names of all who can decide or be told."""
    organization = edition.organization
    return dict.fromkeys(
        (
            *(role.id for role in organization.roles),
            *(party.id for party in edition.parties),
            *STANDARD_PARTIES,
            *FURTHER_FUNCTIONS,
        )
    )


def _told_nobody(path: str, term: Term, edition: Edition) -> Iterator[Finding]:
    organization = edition.organization
    if not (organization.roles or organization.people or organization.teams):
        # Nothing says who there is, so nothing says who there is not.
        return
    known = dict.fromkeys(
        (
            *_named(edition),
            *(person.id for person in organization.people),
            *(team.id for team in organization.teams),
            *_RELATIVES,
        )
    )
    vacant = _vacant(organization)
    for nth, step in enumerate(term.escalate):
        where = f"{path}.escalate[{nth}].notify"
        if step.notify is not None and step.notify not in known:
            mend = did_you_mean(step.notify, known) or "name a role of the organisation"
            message = f"{term.id!r} tells {step.notify!r}, whom nobody knows"
            yield Finding.error("AK-P231", where, message, help=mend)
        elif step.notify in vacant:
            message = f"{term.id!r} tells {step.notify!r}, a role that nobody holds"
            mend = "give somebody the role, or tell somebody else"
            yield Finding.warning("AK-P231", where, message, help=mend)


def _vacant(organization: Organization) -> frozenset[str]:
    """Return the roles that nobody ever holds; none where no people are listed."""
    if not organization.people:
        return frozenset()
    held = {
        membership.role
        for person in organization.people
        for membership in person.memberships
    }
    return frozenset(role.id for role in organization.roles) - held


def _unanswered(path: str, term: Term, edition: Edition) -> Iterator[Finding]:
    """Yield a finding if a party promised a task that others answer for."""
    matrix, roles = edition.responsibilities, edition.organization.roles
    if matrix is None or term.task is None:
        return
    known = {role.id for role in roles}
    row = matrix.rows.get(term.task, ())
    # Whose an unknown role is, nobody can tell; it is a finding of its own.
    if any(each.role not in known for each in row):
        return
    if not matrix.answers_for(term.party, term.task, roles=roles):
        letters = ", ".join(
            f"{each.role} {''.join(one.letter for one in each.letters)}" for each in row
        )
        yield Finding.warning(
            "AK-P232",
            f"{path}.task",
            f"{term.party} promises {term.id!r}, and answers for no part of its task "
            f"{term.task!r}",
            expected=f"a role of {term.party} that is responsible or accountable",
            seen=letters or "no role at all",
            help=f"give a role of {term.party} R or A, or let another party promise it",
        )


def _aimless(path: str, term: Term, edition: Edition) -> Iterator[Finding]:
    """Yield a finding if a term serves none of the goals that there are (R4)."""
    if edition.strategy is not None and edition.strategy.goals and not term.goals:
        message = f"{term.id!r} serves no goal of the strategy"
        mend = "name the goals that it serves, or ask why it is promised"
        yield Finding.warning("AK-P233", f"{path}.goals", message, help=mend)
