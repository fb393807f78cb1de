"""Who is to have a lead, and whether that person can [O7, K8]."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest

from alignkit.demands import FOUND_OUT, Demand, Said
from alignkit.handoffs import Handoff
from alignkit.instants import to_instant
from alignkit.outcomes import FAILED, INVALID, MISSING, PASSED
from alignkit.parties import Membership, Organization, Person, Spell, Team
from alignkit.takers import capacity, other_owner, owner

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
AWAY = Spell(date(2026, 3, 9), date(2026, 3, 13))
LATER = Spell(date(2026, 4, 1))
STAFF = Organization(
    teams=(Team(id="field"),),
    people=(
        Person(id="dana", memberships=(Membership(team="field"),), absences=(AWAY,)),
        Person(
            id="lee",
            memberships=(Membership(team="field", spell=Spell(date(2026, 4, 1))),),
        ),
        Person(id="kim"),
    ),
)


def a_handoff(**said: object) -> Handoff:
    make: Callable[..., Handoff] = Handoff
    return make(**{"lead": "L1", "at": NOON, "to_party": "sales", **said})


def came(demand: Demand, at: datetime = NOON, **said: object) -> int:
    return demand.look(a_handoff(**said), to_instant(at, "at"))


def said_of(demand: Demand, at: datetime = NOON, **said: object) -> Said:
    handoff, instant = a_handoff(**said), to_instant(at, "at")
    return demand.tell(handoff, demand.look(handoff, instant), instant)


def mends(demand: Demand, at: datetime = NOON, **said: object) -> list[object]:
    return list(demand.mends(a_handoff(**said), to_instant(at, "at")))


class TestOwner:
    DEMAND = owner(STAFF)

    @pytest.mark.parametrize(
        ("name", "expected"),
        [
            ("dana", PASSED),
            # Somebody without a team is in none that could be left.
            ("kim", PASSED),
            ("lee", FAILED),
            ("nobody", INVALID),
            (None, MISSING),
        ],
    )
    def test_somebody_who_is_there_takes_it(
        self, name: str | None, expected: int
    ) -> None:
        assert came(self.DEMAND, owner=name) == expected

    def test_an_absence_includes_its_last_day(self) -> None:
        days = {
            day: came(
                self.DEMAND, datetime(2026, 3, day, 23, 59, tzinfo=UTC), owner="dana"
            )
            for day in (8, 9, 13, 14)
        }

        assert days == {8: PASSED, 9: FAILED, 13: FAILED, 14: PASSED}

    @pytest.mark.parametrize(
        ("name", "at", "code"),
        [
            ("lee", NOON, "AK-H008"),
            ("dana", NOON + timedelta(days=8), "AK-H009"),
            ("dnaa", NOON, "AK-H003"),
            (None, NOON, "AK-H002"),
        ],
    )
    def test_it_says_why_somebody_cannot(
        self, name: str | None, at: datetime, code: str
    ) -> None:
        assert said_of(self.DEMAND, at, owner=name).code == code

    def test_a_name_that_nobody_has_is_told_the_nearest(self) -> None:
        assert said_of(self.DEMAND, owner="dnaa").help == "did you mean 'dana'?"
        assert said_of(self.DEMAND, owner="zzz").help == (
            "list the person, or name another"
        )

    def test_it_is_mended_by_anybody_who_is_there_then(self) -> None:
        away = NOON + timedelta(days=8)

        assert mends(self.DEMAND) == [("owner", "dana"), ("owner", "kim")]
        assert mends(self.DEMAND, away) == [("owner", "kim")]

    def test_it_changes_as_people_come_and_go(self) -> None:
        found = set(self.DEMAND.ticks(a_handoff(owner="dana")))

        edges = {datetime(2026, 3, 9, tzinfo=UTC), datetime(2026, 3, 14, tzinfo=UTC)}
        assert found >= {to_instant(edge, "edge") for edge in edges}
        assert not list(self.DEMAND.ticks(a_handoff()))


class TestCapacity:
    DEMAND = capacity("$.gates[0].most_open", 40)

    @pytest.mark.parametrize(
        ("load", "expected"), [(39, PASSED), (40, FAILED), (None, MISSING)]
    )
    def test_the_new_lead_is_counted(self, load: int | None, expected: int) -> None:
        assert came(self.DEMAND, owner_load=load) == expected

    def test_it_says_how_full_the_desk_is(self) -> None:
        assert said_of(self.DEMAND, owner_load=41).seen == "41"
        assert said_of(self.DEMAND).path == "owner_load"
        assert mends(self.DEMAND) == [("owner_load", 39)]


class TestOtherOwner:
    DEMAND = other_owner("$.gates[0].has_other_owner", STAFF)

    @pytest.mark.parametrize(
        ("name", "before", "expected"),
        [
            ("dana", ("lee",), PASSED),
            ("dana", (), PASSED),
            # Whoever gets it then is somebody else.
            (None, (), PASSED),
            ("dana", ("lee", "dana"), FAILED),
            ("dana", None, MISSING),
            (None, ("lee",), MISSING),
        ],
    )
    def test_nobody_gets_it_twice(
        self, name: str | None, before: tuple[str, ...] | None, expected: int
    ) -> None:
        assert came(self.DEMAND, owner=name, previous_owners=before) == expected

    def test_what_is_not_said_is_asked_for_by_its_name(self) -> None:
        assert said_of(self.DEMAND, owner="dana").path == "previous_owners"
        assert said_of(self.DEMAND).path == "owner"
        assert said_of(self.DEMAND, owner="dana", previous_owners=("dana",)).code == (
            "AK-H011"
        )

    def test_it_is_mended_by_naming_somebody_else(self) -> None:
        assert mends(self.DEMAND, owner="dana", previous_owners=("dana",)) == [
            ("owner", "dana"),
            ("owner", "lee"),
            ("owner", "kim"),
        ]
        assert mends(other_owner("$", Organization()), previous_owners=("dana",)) == [
            ("owner", FOUND_OUT)
        ]

    def test_who_owned_it_is_found_out_first(self) -> None:
        assert mends(self.DEMAND, owner="dana") == [("previous_owners", ())]
