"""Calendars that are found among the facts: an owner's, or a lead's."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import attrs
import pytest

from alignkit.agreements import Agreement
from alignkit.criteria import field
from alignkit.editions import Calendar
from alignkit.errors import LooseEndsError
from alignkit.events import Event
from alignkit.happenings import FieldChanged
from alignkit.hours import BusinessHours
from alignkit.parties import Membership, Organization, Person, Team
from alignkit.terms import CalendarOf, ChangeRule, Changes, Waiting
from alignkit.timetables import spliced
from alignkit.verdicts import Verdict
from tests.deadlines import OFFICE, at, edition, fact, given, term, verdict, verdicts

LONDON = BusinessHours("Europe/London", {"mon-fri": ["09:00-17:00"]})
"""Open from three to eleven in the morning of Chicago, before its clocks change."""

PEOPLE = Organization(
    people=(
        Person(id="kim", calendar="office"),
        Person(id="zoe", calendar="london"),
        Person(id="max", memberships=(Membership(team="emea"),)),
        Person(id="ann"),
    ),
    teams=(Team(id="emea", calendar="london"),),
)
GO = fact("go", "04 10:00")


def agreed(of: CalendarOf, **more: Any) -> Agreement:  # noqa: ANN401
    promise = term(calendar=None, calendar_of=of, **more)
    signed = edition(promise)
    return Agreement(
        (
            attrs.evolve(
                signed,
                calendars=(*signed.calendars, Calendar("london", LONDON)),
                organization=PEOPLE,
            ),
        )
    )


def asked(*events: Event, as_of: str = "04 10:30", **more: Any) -> Verdict:  # noqa: ANN401
    return verdict(agreed(CalendarOf.OWNER, **more), *events, as_of=as_of)


def carries(name: object, when: str) -> Event:
    return fact(FieldChanged(field="lead.calendar", value=name), when)  # type: ignore[arg-type]


class TestOwner:
    @pytest.mark.parametrize(
        ("owner", "due"),
        [("kim", "04 14:00"), ("zoe", "05 06:00"), ("max", "05 06:00")],
    )
    def test_it_is_that_of_the_person_or_of_the_team(
        self, owner: str, due: str
    ) -> None:
        # From ten to eleven London counts one hour, and from three on the next day.
        found = asked(given(owner, "04 09:00"), GO)

        assert found.due_at is not None
        assert found.due_at == at(due)

    def test_the_team_may_be_named_with_the_owner(self) -> None:
        found = asked(given("bob", "04 09:00", team="emea"), GO)

        assert found.due_at == at("05 06:00")

    @pytest.mark.parametrize(
        ("events", "reason"),
        [
            ((), "the owner's calendar is not known: nobody owns it"),
            ((given("ann", "04 09:00"),), "the calendar of ann is not known"),
            ((given("bob", "04 09:00"),), "the calendar of bob is not known"),
        ],
    )
    def test_without_one_it_is_not_known(
        self, events: tuple[Event, ...], reason: str
    ) -> None:
        found = asked(*events, GO)

        assert (found.status.value, found.reason) == ("unknown", reason)
        assert found.attribution == ()

    def test_one_that_is_learned_counts_from_the_start(self) -> None:
        found = asked(GO, given("kim", "04 11:00"), as_of="04 12:00")

        assert (found.status.value, found.due_at) == ("pending", at("04 14:00"))

    def test_once_nobody_has_it_is_not_known_again(self) -> None:
        lost = asked(
            given("kim", "04 09:00"), GO, given(None, "04 11:00"), as_of="04 12:00"
        )
        found = asked(
            given("kim", "04 09:00"),
            GO,
            given(None, "04 11:00"),
            given("kim", "04 12:00"),
            as_of="04 13:00",
        )

        assert lost.status.value == "unknown"
        assert found.due_at == at("04 14:00")

    def test_who_has_it_after_the_end_had_no_part_in_it(self) -> None:
        done = fact("done", "04 11:00")

        found = asked(GO, done, given("kim", "04 12:00"), as_of="04 13:00")

        assert found.status.value == "unknown"

    def test_whom_the_promise_is_not_about_needs_none(self) -> None:
        promise = agreed(CalendarOf.OWNER, applies_to=field("lead.size").is_("big"))
        small = fact(FieldChanged(field="lead.size", value="small"), "03 09:00")

        assert verdicts(promise, small, GO, as_of="04 12:00") == ()

    def test_a_wall_clock_needs_none(self) -> None:
        promise = term("4 hours", calendar=None, calendar_of=CalendarOf.OWNER)

        assert verdict(promise, GO, as_of="04 12:00").due_at == at("04 14:00")

    def test_of_an_owners_clock_it_is_that_owners(self) -> None:
        promise = agreed(CalendarOf.OWNER, waiting=Waiting.OWNER)

        first, second = verdicts(
            promise,
            given("kim", "04 09:00"),
            GO,
            given("zoe", "04 10:30"),
            as_of="04 10:45",
        )

        assert (first.due_at, second.due_at) == (at("04 14:00"), at("05 06:30"))
        assert second.started_at is not None
        assert str(second.started_at.tzinfo) == "Europe/London"


class TestChanges:
    @pytest.mark.parametrize(
        ("rule", "due"),
        [
            # One hour counted in Chicago; of the other three none in London that day.
            (ChangeRule.CARRY_CONSUMED_SHARE, "05 06:00"),
            # As if London had counted from ten: one hour, then three.
            (ChangeRule.RECOMPUTE_FROM_START, "05 06:00"),
            (ChangeRule.PIN, "04 14:00"),
        ],
    )
    def test_what_becomes_of_the_clock_is_agreed(
        self, rule: ChangeRule, due: str
    ) -> None:
        found = asked(
            given("kim", "04 09:00"),
            GO,
            given("zoe", "04 11:00"),
            as_of="04 12:00",
            changes=Changes(owner=rule),
        )

        assert found.due_at == at(due)

    def test_what_was_used_up_stays_used_up(self) -> None:
        facts = (given("kim", "04 09:00"), GO, given("zoe", "04 13:00"))

        carried = asked(*facts, as_of="04 13:30")
        anew = asked(
            *facts,
            as_of="04 13:30",
            changes=Changes(owner=ChangeRule.RECOMPUTE_FROM_START),
        )

        # Three hours are used up in Chicago by then; in London it would be one.
        assert (carried.due_at, anew.due_at) == (at("05 04:00"), at("05 06:00"))
        assert carried.elapsed is not None
        assert anew.elapsed is not None
        assert carried.elapsed.business == timedelta(hours=3)
        assert anew.elapsed.business == timedelta(hours=1)

    def test_what_is_broken_stays_as_it_is(self) -> None:
        found = asked(
            given("kim", "04 09:00"), GO, given("zoe", "04 15:00"), as_of="05 12:00"
        )

        assert (found.status.value, found.due_at) == ("breached", at("04 14:00"))

    @pytest.mark.parametrize("rule", [ChangeRule.PIN, ChangeRule.CARRY_CONSUMED_SHARE])
    def test_nobody_in_between_is_no_change(self, rule: ChangeRule) -> None:
        found = asked(
            given("kim", "04 09:00"),
            GO,
            given(None, "04 11:00"),
            given("zoe", "04 12:00"),
            as_of="04 12:30",
            changes=Changes(owner=rule),
        )

        pinned = rule is ChangeRule.PIN
        assert found.due_at == at("04 14:00" if pinned else "05 05:00")


class TestLead:
    def found(self, *events: Event, as_of: str = "04 10:30", **more: Any) -> Verdict:  # noqa: ANN401
        return verdict(agreed(CalendarOf.LEAD, **more), *events, as_of=as_of)

    def test_it_is_the_one_that_the_lead_carries(self) -> None:
        assert self.found(carries("london", "03 09:00"), GO).due_at == at("05 06:00")

    @pytest.mark.parametrize(
        ("events", "reason"),
        [
            ((), "the lead's calendar is not known"),
            ((carries(7, "03 09:00"),), "the lead's calendar is not known"),
            (
                (carries("mars", "03 09:00"),),
                "the lead's calendar is not known: none is named 'mars'",
            ),
        ],
    )
    def test_without_one_it_is_not_known(
        self, events: tuple[Event, ...], reason: str
    ) -> None:
        assert self.found(*events, GO).reason == reason

    def test_one_that_is_learned_late_is_filled_in(self) -> None:
        done = fact("done", "04 13:00")

        found = self.found(GO, done, carries("office", "05 10:00"), as_of="05 12:00")

        assert found.status.value == "met"

    def test_one_that_changes_after_the_end_changes_nothing(self) -> None:
        done = fact("done", "04 13:00")

        found = self.found(
            carries("office", "03 09:00"),
            GO,
            done,
            carries("london", "05 10:00"),
            as_of="05 12:00",
        )

        assert (found.status.value, found.due_at) == ("met", at("04 14:00"))

    def test_its_change_follows_the_rule_for_calendars(self) -> None:
        facts = (carries("office", "03 09:00"), GO, carries("london", "04 13:00"))

        pinned = self.found(
            *facts, as_of="04 13:30", changes=Changes(calendar=ChangeRule.PIN)
        )

        assert self.found(*facts, as_of="04 13:30").due_at == at("05 04:00")
        assert pinned.due_at == at("04 14:00")


class TestSpliced:
    def test_it_counts_by_the_one_and_then_by_the_other(self) -> None:
        noon = int(at("04 12:00").timestamp()) * 1_000_000

        both = spliced(OFFICE, LONDON, noon)

        assert both.zone == "Europe/London"
        assert both.between(at("04 09:00"), at("05 11:00")).total_seconds() == 11 * 3600


class TestEdition:
    def test_a_calendar_that_nobody_wrote_down_is_refused(self) -> None:
        nowhere = Organization(people=(Person(id="kim", calendar="mars"),))

        with pytest.raises(LooseEndsError, match="no calendar is named 'mars'"):
            attrs.evolve(edition(term()), organization=nowhere)
