"""Who has a subject, from when on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import attrs
import pytest

from alignkit.agreements import Agreement
from alignkit.custody import Holding, assignments, holdings
from alignkit.editions import Calendar, Edition
from alignkit.events import Event
from alignkit.histories import Timed
from alignkit.instants import to_instant
from alignkit.parties import Organization, Person, Spell
from tests.deadlines import OFFICE, at, away, edition, evaluated, fact, given, term

HERE = "America/Chicago"


def instant(text: str) -> int:
    return to_instant(at(text), "at")


def timed(*events: Event) -> tuple[Timed, ...]:
    return tuple((to_instant(one.at, "at"), one) for one in events)


class TestHoldings:
    def test_each_assignment_begins_one(self) -> None:
        events = timed(
            given("kim", "04 10:00"), fact("go", "04 10:30"), given(None, "04 11:00")
        )

        found = holdings(assignments(events), HERE)

        assert found == [
            Holding(instant("04 10:00"), "kim", None),
            Holding(instant("04 11:00"), None, None),
        ]

    @pytest.mark.parametrize("owners", [(None, "kim"), ("kim", None), ("ann", "kim")])
    def test_of_several_at_one_instant_the_last_to_somebody_holds(
        self, owners: tuple[str | None, ...]
    ) -> None:
        events = timed(*(given(owner, "04 10:00") for owner in owners))

        assert holdings(events, HERE) == [Holding(instant("04 10:00"), "kim", None)]

    def test_of_two_to_nobody_the_last_holds(self) -> None:
        events = timed(given(None, "04 10:00"), given(None, "04 10:00", team="sdr"))

        assert holdings(events, HERE) == [Holding(instant("04 10:00"), None, "sdr")]

    def test_a_date_begins_in_the_zone_of_the_people_concerned(self) -> None:
        (only,) = holdings(timed(given("kim", "04")), "Asia/Tokyo")

        # In Tokyo 4 March begins nine hours before it does in UTC.
        assert only.since == to_instant(at("03 09:00"), "at")


class TestUnavailable:
    def codes(
        self, *events: Event, shared: Sequence[Event] = ()
    ) -> list[tuple[str, str]]:
        review = evaluated(term(), *events, as_of="10 12:00", shared=shared).review
        return [(one.code, one.message) for one in review]

    def test_an_assignment_to_somebody_away_is_found(self) -> None:
        found = self.codes(given("kim", "05 09:00"), shared=[away("kim", "05", "05")])

        assert found == [("AK-O025", "lead L1 was assigned to kim, who was away")]

    def test_the_last_day_is_one_of_them_and_the_next_is_not(self) -> None:
        gone = away("kim", "04", "05")

        last = self.codes(given("kim", "05 23:59"), shared=[gone])
        next_ = self.codes(given("kim", "06 00:00"), shared=[gone])

        assert (len(last), len(next_)) == (1, 0)

    def test_an_assignment_to_nobody_or_to_somebody_else_is_fine(self) -> None:
        gone = away("kim", "05", "05")

        found = self.codes(
            given(None, "05 09:00"), given("max", "05 10:00"), shared=[gone]
        )

        assert found == []

    def test_facts_about_people_may_stand_among_the_others(self) -> None:
        found = self.codes(away("kim", "05", "05"), given("kim", "05 09:00"))

        assert len(found) == 1

    def test_of_a_date_the_whole_must_be_away(self) -> None:
        whole = self.codes(given("kim", "05"), shared=[away("kim", "05", "05")])
        half = self.codes(given("kim", "05"), shared=[away("kim", "05 12:00", "06")])

        assert (len(whole), len(half)) == (1, 0)

    def test_the_organisation_of_the_edition_in_force_counts(self) -> None:
        absent = Person(id="kim", absences=(Spell(date(2026, 3, 4), date(2026, 3, 9)),))
        first = edition(term())
        second = attrs.evolve(
            edition(term(), since="06 00:00", version="2"),
            organization=Organization(people=(absent,), zone=HERE),
        )

        both = Agreement((first, second))
        review = evaluated(
            both, given("kim", "05 09:00"), given("kim", "06 09:00"), as_of="10 12:00"
        ).review

        assert [one.seen for one in review] == [
            "kim 06 09:00 at 2026-03-06T09:00:00-06:00"
        ]


class TestZone:
    def test_without_a_calendar_it_is_that_of_the_organisation(self) -> None:
        bare = Edition(id="a", organization=Organization(zone=HERE))
        full = attrs.evolve(bare, calendars=(Calendar("c", OFFICE),))

        assert bare.zone == HERE
        assert full.zone == OFFICE.zone
