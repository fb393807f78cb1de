"""Parties: who agrees with whom, and the people behind them.

Two teams sign an agreement, but a lead is worked by a person, who belongs to a team,
has a manager and goes on holiday. All of that changes: a development team that
reported to marketing reports to sales from July on. So every belonging is dated, a
question names its moment, and "sales" is never assumed [O7].
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime
from typing import TypeVar

import attrs
from attrs.validators import optional

from alignkit._fields import is_a, is_name, several, typed
from alignkit.errors import UnfitValueError
from alignkit.findings import Finding, Severity, did_you_mean
from alignkit.instants import to_instant, to_moment
from alignkit.zones import EARLIEST, LATEST, start_of, zone

STANDARD_PARTIES = ("sales", "marketing", "joint")
"""The two teams, and both of them together."""

FURTHER_FUNCTIONS = (
    "customer_success",
    "product",
    "call_centre",
    "leadership",
    "revenue_operations",
)
"""Functions that most often are parties beside the two teams; others are allowed."""


@attrs.frozen(field_transformer=typed)
class Party:
    """One side of an agreement.

    Attributes:
        id: Its name within the agreement: ``"sales"``.
        calendar: The name of the calendar that counts its time, unless a term says
            otherwise [K1].
        title: What people call it; its id if they call it nothing else.

    Example:
        >>> Party("sales", "denver")
        Party(id='sales', calendar='denver', title=None)
    """

    id: str = attrs.field(validator=is_name)
    calendar: str | None = attrs.field(default=None, validator=optional(is_name))
    title: str | None = attrs.field(default=None, kw_only=True)


def _is_edge(_: object, attribute: attrs.Attribute[date], value: object) -> None:
    if isinstance(value, datetime):
        to_instant(value, attribute.name)
    elif value is not None and not isinstance(value, date):
        expected = "a date or a moment"
        raise UnfitValueError("spell", attribute.name, expected, repr(value)[:80])


@attrs.frozen
class Spell:
    """The time for which something about the organisation holds.

    A date includes the whole of that day, the last one as well [K10], in the zone of
    the organisation. A moment is where it begins, or where it has ended.

    Attributes:
        since: The first day, or the moment of the beginning; None for ever since.
        until: The last day, or the moment of the end; None for good.

    Example:
        >>> spell = Spell(date(2026, 8, 3), date(2026, 8, 7))
        >>> friday = datetime.fromisoformat("2026-08-07T23:59:00+02:00")
        >>> spell.covers(friday, zone="Europe/Berlin")
        True
    """

    since: date | datetime | None = attrs.field(default=None, validator=_is_edge)
    until: date | datetime | None = attrs.field(default=None, validator=_is_edge)

    def __attrs_post_init__(self) -> None:
        if self.since is None or self.until is None:
            return
        # Only two of a kind can be compared without a zone.
        alike = isinstance(self.since, datetime) is isinstance(self.until, datetime)
        if alike and self.since > self.until:
            seen = f"{self.since} to {self.until}"
            raise UnfitValueError("spell", "until", "an end after the start", seen)

    def bounds(self, zone: str) -> tuple[int, int]:
        """Return the first instant, and the one at which it is over.

        Raises:
            MomentOutOfRangeError: If a date lies outside the years 1900 to 2299.
        """
        return _start(self.since, zone), _end(self.until, zone)

    def covers(self, at: datetime, *, zone: str) -> bool:
        """Say whether it holds at a moment.

        Raises:
            NaiveMomentError: If `at` has no zone.
        """
        start, end = self.bounds(zone)
        return start <= to_instant(at, "at") < end

    def __str__(self) -> str:
        since = "always" if self.since is None else str(self.since)
        until = "for good" if self.until is None else str(self.until)
        return f"{since} to {until}"


_LAST_DAY = date(2299, 12, 31)


def _start(since: date | datetime | None, zone: str) -> int:
    if since is None:
        return EARLIEST
    return _instant(since, zone)


def _end(until: date | datetime | None, zone: str) -> int:
    if until is None:
        return LATEST
    if isinstance(until, datetime):
        return to_instant(until, "until")
    if until == _LAST_DAY:
        return LATEST
    return start_of(date.fromordinal(until.toordinal() + 1), zone)


def _instant(edge: date | datetime, zone: str) -> int:
    if isinstance(edge, datetime):
        return to_instant(edge, "since")
    return start_of(edge, zone)


ALWAYS = Spell()
"""For ever since and for good."""


@attrs.frozen
class Affiliation:
    """For how long a team belongs to a party.

    Attributes:
        party: The party.
        spell: For how long.
    """

    party: str = attrs.field(validator=is_name)
    spell: Spell = attrs.field(default=ALWAYS, validator=is_a(Spell))


@attrs.frozen(field_transformer=typed)
class Team:
    """People who work together, such as sales development.

    Attributes:
        id: Its name: ``"sdr"``.
        affiliations: The parties that it has belonged to.
        calendar: The name of the calendar of its people, unless they have their own.
        title: What people call it; its id if they call it nothing else.

    Example:
        >>> Team.of("sdr", "marketing").affiliations[0].party
        'marketing'
    """

    id: str = attrs.field(validator=is_name)
    affiliations: tuple[Affiliation, ...] = several(Affiliation)
    calendar: str | None = attrs.field(
        default=None, validator=optional(is_name), kw_only=True
    )
    title: str | None = attrs.field(default=None, kw_only=True)

    @staticmethod
    def of(id: str, party: str) -> Team:
        """Return a team that has always belonged to a party."""
        return Team(id, (Affiliation(party),))


@attrs.frozen(field_transformer=typed)
class Role:
    """What somebody is in an organisation, whoever it is at the time.

    Attributes:
        id: Its name: ``"cmo"``.
        party: The party that it sits in.
        title: What people call it; its id if they call it nothing else.
    """

    id: str = attrs.field(validator=is_name)
    party: str = attrs.field(validator=is_name)
    title: str | None = attrs.field(default=None, kw_only=True)


@attrs.frozen(kw_only=True)
class Membership:
    """For how long a person is in a team, and as what.

    Attributes:
        team: The team.
        role: What the person is there; None if nothing in particular.
        spell: For how long.
    """

    team: str = attrs.field(validator=is_name)
    role: str | None = attrs.field(default=None, validator=optional(is_name))
    spell: Spell = attrs.field(default=ALWAYS, validator=is_a(Spell))


@attrs.frozen
class ReportingLine:
    """For how long a person reports to another.

    Attributes:
        manager: The person who is reported to.
        spell: For how long.
    """

    manager: str = attrs.field(validator=is_name)
    spell: Spell = attrs.field(default=ALWAYS, validator=is_a(Spell))


@attrs.frozen(kw_only=True, field_transformer=typed)
class Person:
    """Somebody who can own a lead.

    Attributes:
        id: The id by which facts name the person.
        memberships: The teams that the person has been in.
        managers: Whom the person has reported to.
        absences: When the person is not available.
        calendar: The name of the calendar in which the person works; None for that of
            the team [K1].
        name: What people call the person; the id if they call it nothing else.
    """

    id: str = attrs.field(validator=is_name)
    memberships: tuple[Membership, ...] = several(Membership)
    managers: tuple[ReportingLine, ...] = several(ReportingLine)
    absences: tuple[Spell, ...] = several(Spell)
    calendar: str | None = attrs.field(default=None, validator=optional(is_name))
    name: str | None = None


_Held = TypeVar("_Held", Affiliation, Membership, ReportingLine)


@attrs.frozen(kw_only=True)
class Organization:
    """The teams, roles and people behind the parties.

    Who is not in it is not known: every question about such a person or team is
    answered with None, since facts may name people whom nobody has listed. Where spells
    overlap, the one listed first holds; `check_organization` finds such places.

    Attributes:
        teams: The teams.
        people: The people.
        roles: The roles.
        zone: The zone whose dates are meant.

    Raises:
        UnfitValueError: If two teams, people or roles have one id.
        UnknownZoneError: If there is no such zone.

    Example:
        >>> organization = Organization(
        ...     teams=[
        ...         Team(
        ...             "sdr",
        ...             [
        ...                 Affiliation("marketing", Spell(until=date(2026, 6, 30))),
        ...                 Affiliation("sales", Spell(since=date(2026, 7, 1))),
        ...             ],
        ...         )
        ...     ],
        ...     people=[Person(id="dana", memberships=[Membership(team="sdr")])],
        ... )
        >>> june, july = map(
        ...     datetime.fromisoformat, ("2026-06-30T23Z", "2026-07-01T00Z")
        ... )
        >>> organization.party_of("sdr", june), organization.party_of("sdr", july)
        ('marketing', 'sales')
        >>> organization.team_of("dana", july), organization.team_of("bob", july)
        ('sdr', None)
    """

    teams: tuple[Team, ...] = several(Team)
    people: tuple[Person, ...] = several(Person)
    roles: tuple[Role, ...] = several(Role)
    zone: str = attrs.field(default="UTC", validator=is_a(str))

    def __attrs_post_init__(self) -> None:
        zone(self.zone)
        for family in ("teams", "people", "roles"):
            ids = [value.id for value in getattr(self, family)]
            twice = sorted({name for name in ids if ids.count(name) > 1})
            if twice:
                expected = "an id of its own for each"
                raise UnfitValueError("organization", family, expected, repr(twice[0]))

    def team_of(self, person: str, at: datetime) -> str | None:
        """Return the team that a person is in at a moment; None if in none."""
        membership = self.membership_of(person, at)
        return None if membership is None else membership.team

    def membership_of(self, person: str, at: datetime) -> Membership | None:
        """Return the membership that a person has at a moment; None if none."""
        found = self._people.get(person)
        return None if found is None else self._at(found.memberships, at)

    def party_of(self, team: str, at: datetime) -> str | None:
        """Return the party that a team belongs to at a moment; None if to none."""
        found = self._teams.get(team)
        held = None if found is None else self._at(found.affiliations, at)
        return None if held is None else held.party

    def manager_of(self, person: str, at: datetime) -> str | None:
        """Return whom a person reports to at a moment; None if to nobody."""
        found = self._people.get(person)
        held = None if found is None else self._at(found.managers, at)
        return None if held is None else held.manager

    def is_available(self, person: str, at: datetime) -> bool | None:
        """Say whether a person is available at a moment; None if not known at all."""
        found = self._people.get(person)
        if found is None:
            return None
        return not any(one.covers(at, zone=self.zone) for one in found.absences)

    def calendar_of(self, person: str, at: int, *, team: str | None) -> str | None:
        """Return the name of the calendar of a person at an instant; None if not known.

        Args:
            person: The person.
            at: The instant.
            team: The team that is said to be the person's; None for the one listed.
        """
        found = self._people.get(person)
        if found is not None and found.calendar is not None:
            return found.calendar
        named = team or self.team_of(person, to_moment(at, UTC))
        of_team = None if named is None else self._teams.get(named)
        return None if of_team is None else of_team.calendar

    def absences_of(self, person: str) -> tuple[tuple[int, int], ...]:
        """Return when a person is absent, as merged spans of instants, in order."""
        found = self._people.get(person)
        if found is None:
            return ()
        merged: list[tuple[int, int]] = []
        for start, end in sorted(one.bounds(self.zone) for one in found.absences):
            if merged and start <= merged[-1][1]:
                merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
            elif start < end:
                merged.append((start, end))
        return tuple(merged)

    def team_changes(self, person: str) -> tuple[int, ...]:
        """Return the instants at which a person may change teams, in order."""
        found = self._people.get(person)
        if found is None:
            return ()
        edges = (one.spell.bounds(self.zone) for one in found.memberships)
        return tuple(sorted({at for pair in edges for at in pair}))

    @functools.cached_property
    def _people(self) -> Mapping[str, Person]:
        return {person.id: person for person in self.people}

    @functools.cached_property
    def _teams(self) -> Mapping[str, Team]:
        return {team.id: team for team in self.teams}

    def _at(self, held: Iterable[_Held], at: datetime) -> _Held | None:
        return next((one for one in held if one.spell.covers(at, zone=self.zone)), None)


def check_organization(
    organization: Organization, parties: Iterable[str] = ()
) -> tuple[Finding, ...]:
    """Return what does not fit together in an organisation.

    Args:
        organization: The teams, roles and people.
        parties: The further parties of the agreement, beside the standard ones.

    Returns:
        One finding for each name that leads nowhere (AK-S007), place where two spells
        overlap (AK-Q101) or leave a gap (AK-Q102), circle of managers (AK-Q103), person
        in no team (AK-Q104), and team of no party (AK-Q105).

    Example:
        >>> organization = Organization(
        ...     teams=[Team.of("sdr", "marketting")],
        ...     people=[Person(id="dana", memberships=[Membership(team="sdr")])],
        ... )
        >>> for finding in check_organization(organization):
        ...     print(finding)
        AK-S007 no party is named 'marketting' (at $.teams[0].affiliations[0].party);
        did you mean 'marketing'?
    """
    return (
        *_loose(organization, (*STANDARD_PARTIES, *FURTHER_FUNCTIONS, *parties)),
        *_uneven(organization),
        *_circles(organization),
        *_alone(organization),
    )


def _finding(
    code: str, severity: Severity, path: str, message: str, mend: str | None
) -> Finding:
    return Finding(code=code, severity=severity, message=message, path=path, help=mend)


def _loose(organization: Organization, parties: tuple[str, ...]) -> Iterator[Finding]:
    """Yield a finding for every name that leads nowhere."""
    teams = tuple(team.id for team in organization.teams)
    people = tuple(person.id for person in organization.people)
    roles = tuple(role.id for role in organization.roles)
    named: list[tuple[str, str, str, tuple[str, ...]]] = []
    for i, team in enumerate(organization.teams):
        for j, held in enumerate(team.affiliations):
            path = f"$.teams[{i}].affiliations[{j}].party"
            named.append((path, "party", held.party, parties))
    for i, role in enumerate(organization.roles):
        named.append((f"$.roles[{i}].party", "party", role.party, parties))
    for i, person in enumerate(organization.people):
        for j, membership in enumerate(person.memberships):
            path = f"$.people[{i}].memberships[{j}]"
            named.append((f"{path}.team", "team", membership.team, teams))
            if membership.role is not None:
                named.append((f"{path}.role", "role", membership.role, roles))
        for j, line in enumerate(person.managers):
            path = f"$.people[{i}].managers[{j}].manager"
            named.append((path, "person", line.manager, people))
    for path, noun, name, known in named:
        if name not in known:
            message = f"no {noun} is named {name[:100]!r}"
            mend = did_you_mean(name, known)
            yield _finding("AK-S007", Severity.ERROR, path, message, mend)


def _uneven(organization: Organization) -> Iterator[Finding]:
    """Yield a finding wherever two spells of one kind overlap or leave a gap."""
    for i, team in enumerate(organization.teams):
        spells = [held.spell for held in team.affiliations]
        path = f"$.teams[{i}].affiliations"
        yield from _uneven_spells(organization.zone, path, f"team {team.id!r}", spells)
    for i, person in enumerate(organization.people):
        kinds = {
            "memberships": [held.spell for held in person.memberships],
            "managers": [held.spell for held in person.managers],
        }
        for kind, spells in kinds.items():
            path, who = f"$.people[{i}].{kind}", f"person {person.id!r}"
            yield from _uneven_spells(organization.zone, path, who, spells)


def _uneven_spells(
    key: str, path: str, who: str, spells: list[Spell]
) -> Iterator[Finding]:
    here = zone(key)
    in_order = sorted((*one.bounds(key), i) for i, one in enumerate(spells))
    covered: tuple[int, int] | None = None
    for start, end, i in in_order:
        if covered is not None and start < covered[0]:
            message = f"two spells of {who} overlap from {to_moment(start, here)} on"
            mend = "let one end where the other begins; until then the first one holds"
            yield _finding("AK-Q101", Severity.ERROR, f"{path}[{i}]", message, mend)
        elif covered is not None and start > covered[0]:
            message = (
                f"nothing holds for {who} from {to_moment(covered[0], here)} "
                f"to {to_moment(start, here)}"
            )
            mend = "close the gap, if it is not meant"
            yield _finding("AK-Q102", Severity.WARNING, f"{path}[{i}]", message, mend)
        if covered is None or end > covered[0]:
            covered = (end, i)


def _circles(organization: Organization) -> Iterator[Finding]:
    """Yield a finding for every circle in which people report to each other."""
    lines = {
        person.id: [
            (*line.spell.bounds(organization.zone), line.manager)
            for line in person.managers
        ]
        for person in organization.people
    }
    moments = sorted({start for held in lines.values() for start, _, _ in held})
    known: set[frozenset[str]] = set()
    for moment in moments:
        above = {
            person: next((m for start, end, m in held if start <= moment < end), None)
            for person, held in lines.items()
        }
        for circle in _circles_at(above):
            if frozenset(circle) not in known:
                known.add(frozenset(circle))
                place = list(lines).index(circle[0])
                at = to_moment(moment, zone(organization.zone))
                names = " -> ".join((*circle, circle[0]))
                message = (
                    f"people report to each other in a circle from {at} on: {names}"
                )
                path = f"$.people[{place}].managers"
                mend = "let one of them report to nobody, or to somebody else"
                yield _finding("AK-Q103", Severity.ERROR, path, message, mend)


def _circles_at(above: Mapping[str, str | None]) -> Iterator[tuple[str, ...]]:
    done: set[str] = set()
    for person in above:
        way: list[str] = []
        at: str | None = person
        while at is not None and at not in done:
            done.add(at)
            way.append(at)
            at = above.get(at)
        if at is not None and at in way:
            yield tuple(way[way.index(at) :])


def _alone(organization: Organization) -> Iterator[Finding]:
    """Yield a finding for whoever is in no team, and for every team of no party."""
    for i, person in enumerate(organization.people):
        if not person.memberships:
            message = f"person {person.id!r} is in no team"
            path, mend = (
                f"$.people[{i}].memberships",
                "say in which team, and since when",
            )
            yield _finding("AK-Q104", Severity.WARNING, path, message, mend)
    for i, team in enumerate(organization.teams):
        if not team.affiliations:
            message = f"team {team.id!r} belongs to no party"
            path, mend = f"$.teams[{i}].affiliations", "say to which party it belongs"
            yield _finding("AK-Q105", Severity.WARNING, path, message, mend)
