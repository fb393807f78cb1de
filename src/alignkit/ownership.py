"""Ownership: who does what, written as a responsibility matrix.

A task belongs to sales, to marketing, or to both. A matrix gives each role its letters
for each task: who answers for it, who does it, who helps, who is asked, who is told.
Most conflict comes from a matrix that nobody wrote. Where one that was written leaves a
task without an answer, or a team without a word, `ResponsibilityMatrix.findings` says
so [O1 to O4].
"""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime

import attrs
from attrs.validators import optional

from alignkit._fields import counts_from, is_a, is_date, is_name, several, typed
from alignkit.errors import UnfitValueError
from alignkit.findings import Finding, Severity, did_you_mean
from alignkit.parties import Organization, Role
from alignkit.tasks import STANDARD_TASKS, Letter, Ownership, Task, read_letters

_FEWEST_TOLD = 5
"""Where fewer roles than this are told, telling all of them is no excess."""

_ANSWERING = {Letter.RESPONSIBLE, Letter.ACCOUNTABLE}


@attrs.frozen(kw_only=True)
class Assignment:
    """The letters of one role for one task.

    Attributes:
        task: The task.
        role: The role.
        letters: What the role has to do with it, in the order R, A, S, C, I.

    Example:
        >>> Assignment.read("crm_ownership", "sales_operations", "RA").letters
        (<Letter.RESPONSIBLE: 'responsible'>, <Letter.ACCOUNTABLE: 'accountable'>)
    """

    task: str = attrs.field(validator=is_name)
    role: str = attrs.field(validator=is_name)
    letters: tuple[Letter, ...] = several(Letter, at_least=1)

    def __attrs_post_init__(self) -> None:
        if list(self.letters) != [each for each in Letter if each in self.letters]:
            expected = "each letter once, in the order R, A, S, C, I"
            seen = "".join(each.letter for each in self.letters)
            raise UnfitValueError("assignment", "letters", expected, seen)

    @classmethod
    def read(cls, task: str, role: str, letters: str) -> Assignment:
        """Return an assignment from letters as charts write them: ``"RA"``.

        Raises:
            UnfitValueError: If the text is empty, has another letter, or one twice.
        """
        return cls(task=task, role=role, letters=read_letters(letters))


@attrs.frozen(kw_only=True, field_transformer=typed)
class Override:
    """The record that a task belongs to somebody else here than in the catalogue [O1].

    Attributes:
        task: The task.
        ownership: Whose it is here.
        reason: Why.
        by: Who decided so.
        on: When.
    """

    task: str = attrs.field(validator=is_name)
    ownership: Ownership = attrs.field(validator=is_a(Ownership))
    reason: str = attrs.field(validator=is_name)
    by: str | None = None
    on: date | None = attrs.field(default=None, validator=optional(is_date))


@attrs.frozen(kw_only=True, field_transformer=typed)
class ResponsibilityMatrix:
    """Who has which letters for which task.

    A task with rows of its own has these; any other has the letters of the catalogue,
    held by the role that stands for each team. So a matrix records only what an
    organisation decided for itself.

    Attributes:
        assignments: The letters that were given, one entry for a role and a task.
        stand_ins: For each team, the role that holds its letters where a task has no
            rows of its own; empty if every task needs them.
        tasks: The tasks.
        overrides: Which of them belong to somebody else here than in the catalogue.
        most_consulted: How many roles may be consulted on one task [O2].
        most_accountable: For how many tasks one role may be accountable; None for any.
        is_strict: Whether a task without a responsible role is an error [O2].

    Raises:
        UnfitValueError: If a task is listed or overridden twice, or gives one role two
            entries.

    Example:
        >>> matrix = ResponsibilityMatrix(
        ...     stand_ins=[("sales", "head_of_sales"), ("marketing", "cmo")],
        ...     assignments=[Assignment.read("crm_ownership", "revops", "RA")],
        ... )
        >>> roles = [
        ...     Role("head_of_sales", "sales"),
        ...     Role("cmo", "marketing"),
        ...     Role("revops", "revenue_operations"),
        ... ]
        >>> for finding in matrix.findings(roles=roles):
        ...     print(finding.code, finding.message)
        AK-O007 nobody of sales works on the joint task 'crm_ownership'
        AK-O007 nobody of marketing works on the joint task 'crm_ownership'
    """

    assignments: tuple[Assignment, ...] = several(Assignment)
    stand_ins: tuple[tuple[str, str], ...] = several(tuple)
    tasks: tuple[Task, ...] = several(Task, default=STANDARD_TASKS)
    overrides: tuple[Override, ...] = several(Override)
    most_consulted: int = attrs.field(default=4, validator=counts_from(0))
    most_accountable: int | None = attrs.field(
        default=None, validator=optional(counts_from(0))
    )
    is_strict: bool = False

    def __attrs_post_init__(self) -> None:
        for field, names in (
            ("tasks", [task.id for task in self.tasks]),
            ("overrides", [override.task for override in self.overrides]),
            ("assignments", [(each.task, each.role) for each in self.assignments]),
            ("stand_ins", [team for team, _ in self.stand_ins]),
        ):
            for name, count in Counter(names).items():
                if count > 1:
                    seen = f"{count} entries for {name!r}"
                    raise UnfitValueError("matrix", field, "one entry each", seen)

    @functools.cached_property
    def catalogue(self) -> Mapping[str, Task]:
        """The tasks by name, as they stand here, with the overrides applied [O1]."""
        whose = {override.task: override.ownership for override in self.overrides}
        return {
            task.id: attrs.evolve(task, ownership=whose.get(task.id, task.ownership))
            for task in self.tasks
        }

    @functools.cached_property
    def rows(self) -> Mapping[str, tuple[Assignment, ...]]:
        """The letters of every task, its own or those of the catalogue."""
        given: dict[str, list[Assignment]] = {}
        for each in self.assignments:
            given.setdefault(each.task, []).append(each)
        return {
            task.id: tuple(given.get(task.id) or self._by_default(task))
            for task in self.tasks
        }

    def _by_default(self, task: Task) -> Iterator[Assignment]:
        for team, role in self.stand_ins:
            letters = task.default(team)
            if letters:
                yield Assignment(task=task.id, role=role, letters=letters)

    @property
    def overridden(self) -> tuple[str, ...]:
        """The tasks that do not stand here as they do in the catalogue (R159)."""
        changed = {override.task for override in self.overrides}
        changed |= {each.task for each in self.assignments}
        return tuple(task.id for task in self.tasks if task.id in changed)

    def holders(self, task: str, letter: Letter) -> tuple[str, ...]:
        """Return the roles that hold a letter for a task."""
        row = self.rows.get(task, ())
        return tuple(each.role for each in row if letter in each.letters)

    def answers_for(self, party: str, task: str, *, roles: Iterable[Role]) -> bool:
        """Say whether a party is responsible or accountable for a task.

        Whoever promised something ought to be. Two parties at least answer for what is
        promised by ``"joint"``.
        """
        parties = _parties(roles)
        answering = {
            parties.get(each.role)
            for each in self.rows.get(task, ())
            if _ANSWERING & set(each.letters)
        }
        return party in answering or (party == "joint" and len(answering) > 1)

    def findings(
        self,
        *,
        roles: Iterable[Role],
        reports_to: Mapping[str, str] | None = None,
        path: str = "$.ownership",
    ) -> tuple[Finding, ...]:
        """Return where the matrix leaves a task or a team out.

        Who reports to whom changes with time, so it is not part of the matrix:
        `reporting_roles` tells how it stands at a moment [O7].

        Args:
            roles: The roles of the organisation, each with the party that it sits in.
            reports_to: For each role that reports to another, that other one.
            path: Where the matrix stands in its document.
        """
        teams = _parties(roles)
        found = (
            *self._unknown(teams),
            *(
                attrs.evolve(finding, path=f".{task.id}{finding.path}")
                for task in self.catalogue.values()
                for finding in self._of_task(task, teams, reports_to or {})
            ),
            *self._of_roles(teams),
        )
        return tuple(attrs.evolve(f, path=path + f.path) for f in found)

    def _unknown(self, teams: Mapping[str, str]) -> Iterator[Finding]:
        if "crm_ownership" not in self.catalogue:
            message = "nobody owns the CRM: the matrix has no task 'crm_ownership'"
            yield _error("AK-O017", "", message, "take the task into the matrix")
        named = [each.task for each in self.assignments]
        named += [override.task for override in self.overrides]
        for name in dict.fromkeys(named):
            if name not in self.catalogue:
                message = f"no task is named {name!r}"
                mend = did_you_mean(name, self.catalogue) or "add it to the tasks"
                yield _error("AK-O009", f".{name}", message, mend)
        roles = [each.role for each in self.assignments]
        for role in dict.fromkeys([*roles, *(role for _, role in self.stand_ins)]):
            if role not in teams:
                message = f"no role is named {role!r}"
                mend = did_you_mean(role, teams) or "add it to the roles"
                yield _error("AK-O010", "", message, mend)
        functions = {team for task in self.tasks for team, _ in task.letters}
        for team, _ in self.stand_ins:
            if team not in functions and team not in teams.values():
                message = f"a role stands for the unknown team {team!r}"
                mend = "name a team that has a role or a task"
                yield _error("AK-O011", ".stand_ins", message, mend)

    def _of_task(
        self,
        task: Task,
        teams: Mapping[str, str],
        reports_to: Mapping[str, str],
    ) -> Iterator[Finding]:
        row = self.rows[task.id]
        if not row:
            message = f"nobody has been given the task {task.id!r}"
            yield _error("AK-O001", "", message, "give it at least an accountable role")
            return
        yield from self._answers(task)
        yield from _several_letters(task, row)
        yield from self._excess(task, row, teams)
        # Whose an unknown role is, nobody can tell; it is a finding of its own.
        if all(each.role in teams for each in row):
            yield from self._sides(task, row, teams)
            yield from _others(task, row, teams)
        yield from self._without_authority(task, reports_to)

    def _answers(self, task: Task) -> Iterator[Finding]:
        accountable = self.holders(task.id, Letter.ACCOUNTABLE)
        if not accountable:
            message = f"nobody is accountable for {task.id!r}"
            yield _error("AK-O002", "", message, "make one role accountable")
        if len(accountable) > 1:
            names = " and ".join(accountable)
            message = f"{names} are all accountable for {task.id!r}"
            mend = "leave one accountable; make the others responsible or consulted"
            yield _error("AK-O003", "", message, mend)
        if not self.holders(task.id, Letter.RESPONSIBLE):
            found = _warning(
                "AK-O004",
                "",
                f"nobody is responsible for {task.id!r}",
                "say who does the work, even if the accountable role does it",
            )
            severity = Severity.ERROR if self.is_strict else Severity.WARNING
            yield attrs.evolve(found, severity=severity)

    def _excess(
        self,
        task: Task,
        row: tuple[Assignment, ...],
        teams: Mapping[str, str],
    ) -> Iterator[Finding]:
        consulted = self.holders(task.id, Letter.CONSULTED)
        if len(consulted) > self.most_consulted:
            message = f"{len(consulted)} roles are consulted on {task.id!r}"
            mend = f"consult at most {self.most_consulted}; tell the others"
            yield _warning("AK-O005", "", message, mend)
        working = {e.role for e in row if any(each.is_work for each in e.letters)}
        told = set(self.holders(task.id, Letter.INFORMED))
        if len(told) >= _FEWEST_TOLD and set(teams) <= told | working:
            message = f"everybody who does not work on {task.id!r} is told of it"
            mend = "tell those who would act otherwise if they knew"
            yield _warning("AK-O012", "", message, mend)

    def _sides(
        self,
        task: Task,
        row: tuple[Assignment, ...],
        teams: Mapping[str, str],
    ) -> Iterator[Finding]:
        present = {teams[each.role] for each in row}
        working = {
            teams[each.role]
            for each in row
            if any(letter.is_work for letter in each.letters)
        }
        other = task.ownership.other
        if other is None:
            for team in task.ownership.teams:
                if team not in working:
                    message = f"nobody of {team} works on the joint task {task.id!r}"
                    mend = (
                        f"give a role of {team} R, A, S or C, or do not call it joint"
                    )
                    yield _error("AK-O007", "", message, mend)
            return
        if other not in present:
            message = f"nobody of {other} knows of {task.id!r}"
            mend = f"inform a role of {other}"
            yield _warning("AK-O006", "", message, mend)
        (team,) = task.ownership.teams
        for role in self.holders(task.id, Letter.ACCOUNTABLE):
            if teams[role] != team:
                message = (
                    f"{role!r} is accountable for {task.id!r}, a task of {team}, "
                    f"and is not of {team}"
                )
                mend = f"make a role of {team} accountable, or record an override"
                yield _error("AK-O008", f".{role}", message, mend)

    def _without_authority(
        self, task: Task, reports_to: Mapping[str, str]
    ) -> Iterator[Finding]:
        doing = set(self.holders(task.id, Letter.RESPONSIBLE))
        for role in self.holders(task.id, Letter.ACCOUNTABLE):
            above = [boss for boss in _superiors(role, reports_to) if boss in doing]
            if above:
                message = (
                    f"{role!r} is accountable for {task.id!r} "
                    f"and reports to {above[0]!r}, who does the work"
                )
                mend = f"make {above[0]!r} accountable, or somebody above"
                yield _warning("AK-O016", f".{role}", message, mend)

    def _of_roles(self, teams: Mapping[str, str]) -> Iterator[Finding]:
        busy = {each.role for row in self.rows.values() for each in row}
        for role in teams:
            if role not in busy:
                message = f"role {role!r} has no letter for any task"
                mend = "give it a task, or leave it out of the agreement"
                yield _warning("AK-O014", "", message, mend)
        if self.most_accountable is None:
            return
        loads = Counter(
            each.role
            for row in self.rows.values()
            for each in row
            if Letter.ACCOUNTABLE in each.letters
        )
        for role, count in loads.items():
            if count > self.most_accountable:
                message = f"role {role!r} is accountable for {count} tasks"
                mend = f"leave it at most {self.most_accountable}"
                yield _warning("AK-O015", "", message, mend)


def _parties(roles: Iterable[Role]) -> Mapping[str, str]:
    return {role.id: role.party for role in roles}


def reporting_roles(organization: Organization, at: datetime) -> Mapping[str, str]:
    """Return which role reports to which at a moment, as the people in them do [O7].

    Where two people in one role report to people in different roles, the line of the
    one who is listed first is told.

    Raises:
        NaiveMomentError: If `at` has no zone.
    """
    held = {
        person.id: membership.role
        for person in organization.people
        if (membership := organization.membership_of(person.id, at)) is not None
        and membership.role is not None
    }
    lines: dict[str, str] = {}
    for person, role in held.items():
        above = held.get(organization.manager_of(person, at) or "")
        if above is not None and above != role:
            lines.setdefault(role, above)
    return lines


def _superiors(role: str, reports_to: Mapping[str, str]) -> tuple[str, ...]:
    """Return those above a role, nearest first; a circle is followed round once."""
    above: dict[str, None] = {}
    step = reports_to.get(role)
    while step is not None and step not in above and step != role:
        above[step] = None
        step = reports_to.get(step)
    return tuple(above)


def _several_letters(task: Task, row: tuple[Assignment, ...]) -> Iterator[Finding]:
    for each in row:
        if len(each.letters) > 1 and set(each.letters) != _ANSWERING:
            letters = "".join(letter.letter for letter in each.letters)
            message = f"{each.role!r} holds {letters} for {task.id!r}"
            mend = (
                "keep the letter that asks most of the role; only R and A go together"
            )
            yield _warning("AK-O013", f".{each.role}", message, mend)


def _others(
    task: Task, row: tuple[Assignment, ...], teams: Mapping[str, str]
) -> Iterator[Finding]:
    asked = {
        teams[each.role]
        for each in row
        if any(letter.is_work for letter in each.letters)
    }
    if task.asks_outside and asked <= set(task.ownership.teams):
        names = " and ".join(task.ownership.teams)
        message = f"nobody outside {names} is asked about {task.id!r}"
        mend = "consult a role of another function"
        yield _warning("AK-O018", "", message, mend)
    present = {teams[each.role] for each in row}
    for function in task.tells:
        if function in teams.values() and function not in present:
            message = f"nobody of {function} knows of {task.id!r}"
            yield _warning("AK-O019", "", message, f"inform a role of {function}")


@attrs.frozen(kw_only=True)
class Partnership:
    """A marketer who works with one sales district for a time (R171).

    Attributes:
        district: The district.
        marketer: The role or person of marketing.
        since: The first day; None for ever since.
        until: The first day on which it no longer holds; None for ever.
    """

    district: str = attrs.field(validator=is_name)
    marketer: str = attrs.field(validator=is_name)
    since: date | None = attrs.field(default=None, validator=optional(is_date))
    until: date | None = attrs.field(default=None, validator=optional(is_date))

    def holds_on(self, day: date) -> bool:
        """Say whether it holds on a day."""
        begun = self.since is None or self.since <= day
        return begun and (self.until is None or day < self.until)


def partner_findings(
    districts: Iterable[str],
    partnerships: Iterable[Partnership],
    *,
    on: date,
    path: str = "$.partnerships",
) -> tuple[Finding, ...]:
    """Return the districts that do not have exactly one partner on a day (R171).

    Example:
        >>> north = Partnership(
        ...     district="north", marketer="ann", since=date(2026, 1, 1)
        ... )
        >>> day = date(2026, 3, 2)
        >>> [f.message for f in partner_findings(["north", "south"], [north], on=day)]
        ["district 'south' has no marketer"]
    """
    partners: dict[str, list[str]] = {}
    for each in partnerships:
        if each.holds_on(on):
            partners.setdefault(each.district, []).append(each.marketer)
    found = []
    for district in districts:
        names = partners.get(district, [])
        if not names:
            message = f"district {district!r} has no marketer"
            mend = "name the marketer who works with it"
            found.append(_warning("AK-O041", path, message, mend))
        if len(names) > 1:
            message = f"district {district!r} has {len(names)} marketers"
            mend = "name one of them as its partner"
            several_names = _warning("AK-O042", path, message, mend)
            found.append(attrs.evolve(several_names, seen=", ".join(names)))
    return tuple(found)


def _error(code: str, path: str, message: str, mend: str) -> Finding:
    severity = Severity.ERROR
    return Finding(code=code, severity=severity, path=path, message=message, help=mend)


def _warning(code: str, path: str, message: str, mend: str) -> Finding:
    severity = Severity.WARNING
    return Finding(code=code, severity=severity, path=path, message=message, help=mend)
