"""Whose time the waiting was."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import attrs
import pytest

from alignkit.agreements import Agreement
from alignkit.events import Event
from alignkit.parties import Membership, Organization, Person, Spell
from alignkit.verdicts import Verdict
from tests.deadlines import at, away, edition, evaluated, fact, given, term, verdict

GO = fact("go", "04 10:00")
DONE = fact("done", "05 11:00")
# Nine hours of business time lie between the two: seven on the 4th, two on the 5th.


def split(
    *events: Event, as_of: str = "06 12:00", shared: Sequence[Event] = ()
) -> dict[str, float]:
    (found,) = evaluated(term(), *events, as_of=as_of, shared=shared).verdicts
    return owners(found)


def owners(found: Verdict) -> dict[str, float]:
    return {one.to: one.business / timedelta(hours=1) for one in found.attribution}


def teams(found: Verdict) -> dict[str, float]:
    parts = found.attribution_by_team
    return {one.to: one.business / timedelta(hours=1) for one in parts}


class TestAttributed:
    def test_what_nobody_had_is_the_time_of_routing(self) -> None:
        assert split(GO, DONE) == {"routing": 9}

    def test_an_owner_from_before_the_start_has_all_of_it(self) -> None:
        assert split(given("kim", "03 09:00"), GO, DONE) == {"kim": 9}

    def test_each_owner_has_what_was_counted_meanwhile(self) -> None:
        found = split(
            GO,
            given("kim", "04 11:00"),
            given("max", "04 20:00"),
            given(None, "05 09:30"),
            given("kim", "05 10:00"),
            DONE,
        )

        # 10-11 routing, 11-17 kim, then 9-9:30 max, 9:30-10 nobody, 10-11 kim.
        assert found == {"routing": 1.5, "kim": 7, "max": 0.5}

    def test_they_stand_in_the_order_in_which_they_first_had_time(self) -> None:
        found = split(given("zoe", "04 09:00"), GO, given("ann", "04 12:00"), DONE)

        assert list(found) == ["zoe", "ann"]

    def test_who_had_it_at_night_only_does_not_stand_there(self) -> None:
        found = split(
            given("kim", "04 09:00"),
            GO,
            given("max", "04 18:00"),
            given("kim", "05 08:00"),
            DONE,
        )

        assert found == {"kim": 9}

    def test_rests_are_nobodys(self) -> None:
        hold, on = fact("hold", "04 11:00"), fact("on", "04 15:00")

        found = split(given("kim", "04 09:00"), GO, hold, on, DONE)

        assert found == {"kim": 5}

    def test_neither_is_what_a_reset_set_back(self) -> None:
        again = fact("again", "04 13:00")

        found = split(GO, given("kim", "04 12:00"), again, DONE)

        assert found == {"kim": 6}

    def test_what_came_after_the_question_is_not_seen(self) -> None:
        found = split(
            given("kim", "04 09:00"), GO, given("max", "04 15:00"), as_of="04 12:00"
        )

        assert found == {"kim": 2}

    def test_before_anything_was_counted_there_is_nothing(self) -> None:
        assert split(fact("go", "04 18:00"), as_of="04 20:00") == {}

    def test_where_no_calendar_counts_there_is_nothing(self) -> None:
        found = verdict(term("4 hours", calendar=None), GO, as_of="04 12:00")

        assert (found.attribution, found.attribution_by_team) == ((), ())

    def test_who_was_away_leaves_it_to_routing(self) -> None:
        gone = away("kim", "04 12:00", "05 10:00")

        found = split(given("kim", "04 09:00"), GO, DONE, shared=[gone])

        assert found == {"kim": 3, "routing": 6}

    def test_an_absence_is_the_owners_alone(self) -> None:
        gone = [away("kim", "04", "04"), away("max", "05", "05")]

        found = split(
            given("max", "04 09:00"), GO, given("kim", "05 09:00"), DONE, shared=gone
        )

        assert found == {"max": 7, "kim": 2}

    def test_parts_of_a_second_are_not_lost(self) -> None:
        odd = attrs.evolve(given("kim", "04 11:00"), at=at("04 11:00:00.000001"))

        found = verdict(term(), GO, odd, DONE, as_of="06 12:00")

        assert [one.business for one in found.attribution] == [
            timedelta(hours=1, microseconds=1),
            timedelta(hours=8) - timedelta(microseconds=1),
        ]


class TestTeams:
    def test_a_team_is_the_one_that_was_named(self) -> None:
        found = verdict(
            term(),
            given("kim", "04 09:00", team="sdr"),
            GO,
            given("max", "05 09:00"),
            DONE,
            as_of="06 12:00",
        )

        assert teams(found) == {"sdr": 7, "no_team": 2}

    def test_what_a_team_has_without_an_owner_is_its_own(self) -> None:
        found = verdict(
            term(), given(None, "04 09:00", team="sdr"), GO, DONE, as_of="06 12:00"
        )

        assert owners(found) == {"routing": 9}
        assert teams(found) == {"sdr": 9}

    @pytest.mark.parametrize("person", ["kim", "nobody-knows"])
    def test_else_it_is_the_one_that_the_owner_was_in(self, person: str) -> None:
        kim = Person(
            id="kim",
            memberships=(
                Membership(team="sdr", spell=Spell(until=date(2026, 3, 4))),
                Membership(team="ae", spell=Spell(since=date(2026, 3, 5))),
            ),
        )
        signed = attrs.evolve(
            edition(term()),
            organization=Organization(people=(kim,), zone="America/Chicago"),
        )

        found = verdict(
            Agreement((signed,)), given(person, "04 09:00"), GO, DONE, as_of="06 12:00"
        )

        known = {"sdr": 7, "ae": 2}
        assert teams(found) == (known if person == "kim" else {"no_team": 9})
        assert owners(found) == {person: 9}

    def test_an_absence_is_routing_here_too(self) -> None:
        gone = away("kim", "05", "05")

        (found,) = evaluated(
            term(),
            given("kim", "04 09:00", team="sdr"),
            GO,
            DONE,
            as_of="06 12:00",
            shared=[gone],
        ).verdicts

        assert teams(found) == {"sdr": 7, "routing": 2}
