from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest

from alignkit.errors import NaiveMomentError, UnfitValueError, UnknownZoneError
from alignkit.instants import to_instant
from alignkit.parties import (
    Affiliation,
    Membership,
    Organization,
    Person,
    ReportingLine,
    Role,
    Spell,
    Team,
    check_organization,
)

JUNE, JULY = date(2026, 6, 30), date(2026, 7, 1)
BERLIN = "Europe/Berlin"


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def organization(*people: Person, teams: tuple[Team, ...] = ()) -> Organization:
    return Organization(
        teams=teams or (Team.of("sdr", "marketing"), Team.of("ae", "sales")),
        people=people,
        zone=BERLIN,
    )


class TestSpell:
    @pytest.mark.parametrize(
        ("moment", "answer"),
        [
            ("2026-08-02T23:59:59.999999+02:00", False),
            ("2026-08-03T00:00+02:00", True),
            ("2026-08-07T23:59:59.999999+02:00", True),
            ("2026-08-08T00:00+02:00", False),
        ],
    )
    def test_dates_include_the_last_day(self, moment: str, *, answer: bool) -> None:
        spell = Spell(date(2026, 8, 3), date(2026, 8, 7))

        assert spell.covers(at(moment), zone=BERLIN) is answer

    def test_moments_end_before_the_end(self) -> None:
        spell = Spell(at("2026-08-03T09:00Z"), at("2026-08-03T12:00Z"))

        covered = [
            spell.covers(at(f"2026-08-03T{hour}:00Z"), zone=BERLIN)
            for hour in ("08", "09", "11", "12")
        ]

        assert covered == [False, True, True, False]

    def test_it_says_itself(self) -> None:
        assert str(Spell(JULY)) == "2026-07-01 to for good"
        assert str(Spell(until=JUNE)) == "always to 2026-06-30"

    @pytest.mark.parametrize(
        "make",
        [
            lambda: Spell(JULY, JUNE),
            lambda: Spell("2026"),  # type: ignore[arg-type]
        ],
    )
    def test_what_makes_no_sense_is_refused(self, make: Callable[[], object]) -> None:
        with pytest.raises(UnfitValueError):
            make()

    def test_a_moment_needs_a_zone(self) -> None:
        with pytest.raises(NaiveMomentError):
            Spell(datetime(2026, 1, 1))


class TestQuestions:
    DANA = Person(
        id="dana",
        memberships=(
            Membership(team="sdr", role="rep", spell=Spell(until=JUNE)),
            Membership(team="ae", spell=Spell(since=JULY)),
        ),
        managers=(ReportingLine("max", Spell(until=JUNE)),),
        absences=(Spell(date(2026, 8, 3), date(2026, 8, 7)),),
    )

    def test_belonging_changes_at_midnight_of_the_organisation(self) -> None:
        held = organization(self.DANA)
        before, after = at("2026-06-30T21:59Z"), at("2026-06-30T22:00Z")

        assert [held.team_of("dana", m) for m in (before, after)] == ["sdr", "ae"]
        assert [held.manager_of("dana", m) for m in (before, after)] == ["max", None]
        membership = held.membership_of("dana", before)
        assert membership is not None
        assert membership.role == "rep"

    def test_a_team_changes_sides(self) -> None:
        sides = (
            Affiliation("marketing", Spell(until=JUNE)),
            Affiliation("sales", Spell(since=JULY)),
        )
        held = organization(teams=(Team("sdr", sides),))

        asked = [held.party_of("sdr", at(f"2026-0{m}-15T12:00Z")) for m in (6, 7)]

        assert asked == ["marketing", "sales"]

    def test_who_is_away_is_not_available(self) -> None:
        held = organization(self.DANA)

        asked = [
            held.is_available(who, at("2026-08-07T21:59Z")) for who in ("dana", "bob")
        ]

        assert asked == [False, None]

    def test_nobody_knows_anything_of_strangers(self) -> None:
        held, now = organization(), at("2026-08-07T21:59Z")

        assert held.team_of("bob", now) is None
        assert held.party_of("bobs", now) is None
        assert held.manager_of("bob", now) is None
        assert held.absences_of("bob") == ()

    def test_absences_that_touch_are_one(self) -> None:
        noon = datetime(2026, 8, 6, 12, tzinfo=UTC)
        person = Person(
            id="dana",
            absences=(
                Spell(date(2026, 8, 5), date(2026, 8, 5)),
                Spell(date(2026, 8, 3), date(2026, 8, 4)),
                Spell(noon, noon + timedelta(hours=1)),
                Spell(noon, noon),
                Spell(date(2026, 8, 3), date(2026, 8, 3)),
            ),
        )

        absences = organization(person).absences_of("dana")

        expected = (
            (at("2026-08-03T00:00+02:00"), at("2026-08-06T00:00+02:00")),
            (noon, noon + timedelta(hours=1)),
        )
        assert absences == tuple(
            (to_instant(a, "start"), to_instant(b, "end")) for a, b in expected
        )


class TestInvariants:
    def test_nobody_is_listed_twice(self) -> None:
        with pytest.raises(UnfitValueError) as caught:
            organization(Person(id="dana"), Person(id="dana"))

        assert caught.value.field == "people"

    def test_the_zone_has_to_exist(self) -> None:
        with pytest.raises(UnknownZoneError):
            Organization(zone="Europe/Berlim")


class TestCheck:
    def test_a_sound_organisation_has_no_findings(self) -> None:
        held = Organization(
            teams=(Team.of("sdr", "marketing"),),
            roles=(Role("rep", "marketing"),),
            people=(
                Person(id="max", memberships=(Membership(team="sdr"),)),
                Person(
                    id="dana",
                    memberships=(Membership(team="sdr", role="rep"),),
                    managers=(ReportingLine("max"),),
                ),
            ),
        )

        assert check_organization(held) == ()

    def test_every_name_has_to_lead_somewhere(self) -> None:
        held = Organization(
            teams=(Team.of("sdr", "partners"), Team.of("ae", "partner")),
            roles=(Role("rep", "selas"),),
            people=(
                Person(
                    id="dana",
                    memberships=(Membership(team="sdrs", role="reps"),),
                    managers=(ReportingLine("max"),),
                ),
            ),
        )

        findings = check_organization(held, ["partners"])

        assert [(one.code, one.path) for one in findings] == [
            ("AK-S007", "$.teams[1].affiliations[0].party"),
            ("AK-S007", "$.roles[0].party"),
            ("AK-S007", "$.people[0].memberships[0].team"),
            ("AK-S007", "$.people[0].memberships[0].role"),
            ("AK-S007", "$.people[0].managers[0].manager"),
        ]

    def test_overlaps_and_gaps_are_found(self) -> None:
        people = (
            Person(
                id="dana",
                memberships=(
                    Membership(team="ae", spell=Spell(since=date(2026, 7, 3))),
                    Membership(team="sdr", spell=Spell(until=JUNE)),
                ),
            ),
            Person(
                id="max",
                memberships=(Membership(team="ae"),),
                managers=(ReportingLine("dana"), ReportingLine("dana", Spell(JULY))),
            ),
        )

        findings = check_organization(organization(*people))

        assert [(one.code, one.path, one.message) for one in findings] == [
            (
                "AK-Q102",
                "$.people[0].memberships[0]",
                (
                    "nothing holds for person 'dana' from 2026-07-01 00:00:00+02:00 "
                    "to 2026-07-03 00:00:00+02:00"
                ),
            ),
            (
                "AK-Q101",
                "$.people[1].managers[1]",
                "two spells of person 'max' overlap from 2026-07-01 00:00:00+02:00 on",
            ),
        ]

    def test_a_circle_of_managers_is_found_once(self) -> None:
        ring = ("ann", "bob", "cem", "ann")
        people = tuple(
            Person(
                id=who,
                memberships=(Membership(team="sdr"),),
                managers=(ReportingLine(above, Spell(since=date(2026, 1, day))),),
            )
            for day, (who, above) in enumerate(pairwise(ring), start=1)
        )
        aside = Person(
            id="dan",
            memberships=(Membership(team="sdr"),),
            managers=(ReportingLine("ann"),),
        )

        late = ReportingLine("ann", Spell(since=date(2026, 2, 1)))
        newcomer = Person(
            id="eva", memberships=(Membership(team="sdr"),), managers=(late,)
        )

        (finding,) = check_organization(organization(*people, aside, newcomer))

        assert (finding.code, finding.path) == ("AK-Q103", "$.people[0].managers")
        assert "from 2026-01-03" in finding.message
        assert finding.message.endswith("ann -> bob -> cem -> ann")

    def test_who_belongs_nowhere_is_found(self) -> None:
        held = organization(Person(id="dana"), teams=(Team("sdr"),))

        codes = [finding.code for finding in check_organization(held)]

        assert codes == ["AK-Q104", "AK-Q105"]
