"""The way of one subject through its stages."""

from __future__ import annotations

from datetime import UTC, date, timedelta
from typing import Any

import attrs
import pytest

from alignkit.absences import People
from alignkit.agreements import Agreement
from alignkit.editions import Edition
from alignkit.errors import EventError, NaiveMomentError, UnfitValueError
from alignkit.events import Event, Subject
from alignkit.happenings import (
    FieldChanged,
    LeadConverted,
    LeadCreated,
    LeadsMerged,
    OwnerAssigned,
    StageChanged,
)
from alignkit.journeys import Journey
from alignkit.lifecycle import MoveDirection
from alignkit.parties import Organization, Person, Spell
from alignkit.presets import preset
from alignkit.promises import Stay
from alignkit.stages import StageCategory
from alignkit.stories import Story
from tests.deadlines import OFFICE, SUBJECT, at, away, edition, fact, given, to

AGREED = Agreement((Edition(id="northwind", lifecycle=preset("standard")),))
LOOSE = Agreement((Edition(id="northwind"),))


def journey(
    *events: Event,
    as_of: str = "20 10:00",
    agreement: Agreement = AGREED,
    **more: Any,  # noqa: ANN401 - whatever may be asked
) -> Journey:
    return agreement.journey(events, as_of=at(as_of), **more)


def of(subject: str, event: Event) -> Event:
    return attrs.evolve(event, subject=Subject(id=subject), id=f"{subject} {event.id}")


def visits(found: Journey) -> list[tuple[str, str, str | None, int]]:
    """Return stage, day of entry, day of leaving, and cycle of each visit."""
    return [
        (
            one.stage,
            f"{one.entered:%d}",
            None if one.left is None else f"{one.left:%d}",
            one.cycle,
        )
        for one in found.visits
    ]


CREATED = fact(LeadCreated(), "02 10:00")


class TestVisits:
    def test_each_lasts_until_the_next_begins(self) -> None:
        found = journey(to("mql", "04 10:00"), to("sal", "05 10:00"))

        assert visits(found) == [("mql", "04", "05", 1), ("sal", "05", None, 1)]
        assert found.visits[0].entered_by == "mql 04 10:00"
        assert found.visits[0].left_by == "sal 05 10:00"

    def test_they_hold_without_a_lifecycle_too(self) -> None:
        found = journey(
            to("whatever", "04 10:00"), to("else", "05 10:00"), agreement=LOOSE
        )

        assert visits(found) == [("whatever", "04", "05", 1), ("else", "05", None, 1)]
        assert [one.direction for one in found.visits] == [None, None]

    def test_a_move_to_where_it_is_begins_none(self) -> None:
        found = journey(to("mql", "04 10:00"), to("mql", "05 10:00"))

        assert visits(found) == [("mql", "04", None, 1)]

    def test_they_say_what_the_move_meant(self) -> None:
        found = journey(
            to("mql", "04 10:00"),
            to("opportunity", "05 10:00"),
            to("recycled", "06 10:00"),
            to("mql", "07 10:00"),
        )

        assert [one.direction for one in found.visits] == [
            None,
            MoveDirection.SKIP,
            MoveDirection.RECYCLE,
            MoveDirection.REQUALIFY,
        ]
        assert [one.cycle for one in found.visits] == [1, 1, 1, 2]

    def test_any_fact_that_says_the_stage_is_heard(self) -> None:
        found = journey(
            fact(LeadCreated(attributes=(("lead.stage", "lead"),)), "02 10:00"),
            fact(FieldChanged(field="stage", value="mql"), "04 10:00"),
            fact(FieldChanged(field="lead.stage", value=None), "05 10:00"),
        )

        assert visits(found) == [("lead", "02", "04", 1), ("mql", "04", "05", 1)]

    def test_to_come_and_go_at_one_moment_is_one_without_length(self) -> None:
        found = journey(to("mql", "04 10:00", id="1"), to("sal", "04 10:00", id="2"))

        assert visits(found) == [("mql", "04", "04", 1), ("sal", "04", None, 1)]

    def test_the_first_is_inferred_from_the_move_that_ended_it(self) -> None:
        moved = fact(StageChanged(from_stage="lead", to_stage="mql"), "04 10:00")

        first, second = journey(CREATED, moved).visits

        assert (first.stage, first.entered) == ("lead", at("02 10:00"))
        assert (first.entered_by, first.is_inferred) == (CREATED.id, True)
        assert (first.left_by, second.is_inferred) == (moved.id, False)

    @pytest.mark.parametrize(
        "events",
        [
            (fact(StageChanged(from_stage="lead", to_stage="mql"), "04 10:00"),),
            (CREATED, to("mql", "04 10:00")),
            (
                CREATED,
                fact(StageChanged(from_stage="lead", to_stage="mql"), "01 10:00"),
            ),
            (
                CREATED,
                fact(StageChanged(from_stage="mql", to_stage="mql"), "04 10:00"),
            ),
            (fact(LeadCreated(attributes=(("lead.stage", "mql"),)), "02 10:00"),),
        ],
        ids=["no birth", "no origin", "moved before birth", "no move", "told"],
    )
    def test_nothing_is_inferred_where_nothing_tells(
        self, events: tuple[Event, ...]
    ) -> None:
        found = journey(*events)

        assert [one.stage for one in found.visits] == ["mql"]

    def test_what_happens_later_is_not_seen(self) -> None:
        found = journey(to("mql", "04 10:00"), to("sal", "05 10:00"), as_of="04 12:00")

        assert visits(found) == [("mql", "04", None, 1)]

    def test_what_was_not_recorded_is_not_known(self) -> None:
        late = to("sal", "05 10:00", recorded="09 10:00")

        found = journey(to("mql", "04 10:00"), late, known_at=at("08 10:00"))

        assert visits(found) == [("mql", "04", None, 1)]


class TestCycles:
    def test_a_detour_ends_one_and_coming_back_starts_the_next(self) -> None:
        first, second = journey(
            to("mql", "04 10:00"), to("recycled", "06 10:00"), to("mql", "09 10:00")
        ).cycles

        assert (first.number, first.started, first.ended) == (
            1,
            at("04 10:00"),
            at("06 10:00"),
        )
        assert first.outcome is StageCategory.ON_HOLD
        assert (second.number, second.started, second.ended) == (
            2,
            at("09 10:00"),
            None,
        )
        assert (first.ended_by, second.started_by) == (
            "recycled 06 10:00",
            "mql 09 10:00",
        )

    def test_to_qualify_again_starts_the_next_where_nothing_ended_the_last(
        self,
    ) -> None:
        first, second = journey(
            to("mql", "04 10:00"), to("lead", "06 10:00"), to("mql", "09 10:00")
        ).cycles

        assert (first.ended, first.outcome) == (at("09 10:00"), None)
        assert second.number == 2

    def test_to_be_won_ends_it(self) -> None:
        (only,) = journey(
            to("opportunity", "04 10:00"), to("customer", "06 10:00")
        ).cycles

        assert (only.ended, only.outcome) == (at("06 10:00"), StageCategory.WON)

    def test_without_a_lifecycle_there_is_one(self) -> None:
        (only,) = journey(
            to("mql", "04 10:00"), to("recycled", "06 10:00"), agreement=LOOSE
        ).cycles

        assert (only.number, only.ended) == (1, None)

    def test_without_a_stage_there_is_none(self) -> None:
        assert journey(CREATED).cycles == ()


class TestTenures:
    def test_each_lasts_until_the_next(self) -> None:
        found = journey(
            fact(OwnerAssigned(owner="kim", team="smb"), "04 10:00"),
            fact(OwnerAssigned(owner="kim", team="smb"), "05 10:00"),
            fact(OwnerAssigned(owner=None), "06 10:00"),
        )

        kim, nobody = found.tenures
        assert (kim.owner, kim.team, kim.since) == ("kim", "smb", at("04 10:00"))
        assert (kim.until, kim.since_by) == (at("06 10:00"), "owner_assigned 04 10:00")
        assert (nobody.owner, nobody.until) == (None, None)

    def test_a_field_that_names_the_owner_is_heard(self) -> None:
        found = journey(fact(FieldChanged(field="lead.owner", value="kim"), "04 10:00"))

        assert found.owner(at("05 10:00")) == "kim"

    def test_a_field_that_holds_no_name_names_nobody(self) -> None:
        found = journey(fact(FieldChanged(field="lead.owner", value=7), "04 10:00"))

        assert found.owner(at("05 10:00")) is None

    def test_one_may_be_asked_for_by_a_moment(self) -> None:
        found = journey(fact(OwnerAssigned(owner="kim", team="smb"), "04 10:00"))

        assert (found.owner(at("04 09:59")), found.team(at("04 09:59"))) == (None, None)
        assert (found.owner(at("04 10:00")), found.team(at("04 10:00"))) == (
            "kim",
            "smb",
        )


class TestStage:
    @pytest.mark.parametrize(
        ("moment", "stage"),
        [
            ("04 09:59", None),
            ("04 10:00", "mql"),
            ("05 09:59", "mql"),
            ("05 10:00", "sal"),
        ],
    )
    def test_a_moment_belongs_to_the_visit_that_it_begins(
        self, moment: str, stage: str | None
    ) -> None:
        found = journey(to("mql", "04 10:00"), to("sal", "05 10:00"))

        assert found.stage(at(moment)) == stage

    def test_of_later_than_the_question_what_is_known_then_is_said(self) -> None:
        assert journey(to("mql", "04 10:00")).stage(at("29 10:00")) == "mql"

    def test_a_moment_needs_a_zone(self) -> None:
        with pytest.raises(NaiveMomentError):
            journey(to("mql", "04 10:00")).stage(at("05 10:00").replace(tzinfo=None))


class TestValue:
    INDUSTRY = "company.industry"

    def test_it_is_what_was_said_last(self) -> None:
        found = journey(
            fact(LeadCreated(attributes=((self.INDUSTRY, "retail"),)), "02 10:00"),
            fact(FieldChanged(field=self.INDUSTRY, value="energy"), "05 10:00"),
        )

        assert found.value(self.INDUSTRY, at("02 09:59")) is None
        assert found.value(self.INDUSTRY, at("05 09:59")) == "retail"
        assert found.value(self.INDUSTRY, at("05 10:00")) == "energy"

    def test_a_change_tells_what_was_there_before(self) -> None:
        found = journey(
            CREATED,
            fact(
                FieldChanged(field=self.INDUSTRY, value="energy", previous="retail"),
                "05 10:00",
            ),
        )

        assert found.value(self.INDUSTRY, at("03 10:00")) == "retail"
        assert found.value("company.size", at("03 10:00")) is None

    def test_a_change_that_does_not_tell_leaves_it_open(self) -> None:
        found = journey(
            fact(FieldChanged(field=self.INDUSTRY, value="energy"), "05 10:00"),
            fact(
                FieldChanged(field=self.INDUSTRY, value="a", previous="energy"),
                "06 10:00",
            ),
        )

        assert found.value(self.INDUSTRY, at("03 10:00")) is None

    def test_a_field_may_be_named_in_short(self) -> None:
        found = journey(fact(LeadCreated(source="demo"), "02 10:00"))

        assert found.value("source", at("03 10:00")) == "demo"
        assert found.value("lead.source", at("03 10:00")) == "demo"


class TestTimeIn:
    MOVES = (
        to("mql", "04 10:00"),
        to("sal", "05 10:00"),
        to("lead", "06 10:00"),
        to("mql", "09 10:00"),
        to("sal", "09 14:00"),
    )

    def test_it_adds_up_all_visits(self) -> None:
        found = journey(*self.MOVES, as_of="09 16:00")

        assert found.time_in("mql").wall == timedelta(hours=28)
        assert found.time_in("mql").business is None

    def test_it_is_live_up_to_the_question(self) -> None:
        found = journey(*self.MOVES, as_of="09 16:00")

        assert found.time_in("sal", stay=Stay.LATEST).wall == timedelta(hours=2)

    def test_stages_that_touch_make_one_visit(self) -> None:
        found = journey(*self.MOVES, as_of="09 16:00")

        assert found.time_in("mql", "sal", stay=Stay.LATEST).wall == timedelta(hours=6)
        assert found.time_in("mql", "sal").wall == timedelta(hours=54)

    def test_business_time_leaves_nights_out(self) -> None:
        # Seven hours of Wednesday and one of Thursday; four of Monday.
        found = journey(*self.MOVES, as_of="09 16:00")

        assert found.time_in("mql", hours=OFFICE).business == timedelta(hours=12)

    def test_a_cycle_may_be_looked_at_alone(self) -> None:
        found = journey(*self.MOVES, as_of="09 16:00")

        assert found.time_in("mql", cycle=2).wall == timedelta(hours=4)

    def test_where_it_never_was_it_spent_no_time(self) -> None:
        found = journey(*self.MOVES)

        assert found.time_in("sql", stay=Stay.LATEST).wall == timedelta()
        assert found.time_in("sql", hours=OFFICE).business == timedelta()

    def test_across_a_change_of_the_clocks_it_is_real_time(self) -> None:
        # The clocks of Chicago go forward on 8 March.
        found = journey(to("mql", "07 12:00"), to("sal", "08 12:00"))

        assert found.time_in("mql").wall == timedelta(hours=23)


class TestMerges:
    MERGE = of("A", fact(LeadsMerged(into="B"), "06 10:00"))
    BOTH = (
        of("A", to("mql", "04 10:00")),
        of("A", fact(OwnerAssigned(owner="kim"), "04 10:00")),
        of("A", fact(FieldChanged(field="company.size", value=9), "04 10:00")),
        of("B", to("lead", "05 10:00")),
        of("B", to("mql", "05 12:00")),
    )

    def test_both_histories_are_kept(self) -> None:
        found = journey(*self.BOTH, self.MERGE)

        assert (found.subject.id, [one.id for one in found.records]) == (
            "B",
            ["B", "A"],
        )
        assert [(one.record.id, one.stage) for one in found.visits] == [
            ("A", "mql"),
            ("B", "lead"),
            ("B", "mql"),
        ]
        assert found.visits[0].left == at("06 10:00")
        assert found.visits[0].left_by == self.MERGE.id

    def test_the_record_that_lives_on_answers_so_far_as_it_can(self) -> None:
        found = journey(*self.BOTH, self.MERGE)

        assert found.stage(at("04 12:00")) == "mql"
        assert found.stage(at("05 11:00")) == "lead"
        assert found.owner(at("05 11:00")) == "kim"
        assert found.owner(at("07 10:00")) is None
        assert found.value("company.size", at("07 10:00")) == 9

    def test_what_both_were_in_at_once_counts_once(self) -> None:
        found = journey(*self.BOTH, self.MERGE, as_of="07 10:00")

        assert found.time_in("mql").wall == timedelta(hours=72)

    def test_a_lead_keeps_its_story_as_an_opportunity(self) -> None:
        deal = Subject(kind="opportunity", id="O")
        won = attrs.evolve(to("customer", "09 10:00"), subject=deal)
        became = fact(LeadConverted(opportunity="O"), "06 10:00")

        found = journey(to("sql", "04 10:00"), became, won)

        assert found.subject == SUBJECT
        assert visits(found) == [("sql", "04", "09", 1), ("customer", "09", None, 1)]


class TestFace:
    TWO = (of("A", to("mql", "04 10:00")), of("B", to("mql", "04 10:00")))

    def test_there_is_one_for_each_subject(self) -> None:
        found = AGREED.journeys(self.TWO, as_of=at("09 10:00"))

        assert [one.subject.id for one in found] == ["A", "B"]

    @pytest.mark.parametrize("subject", ["B", Subject(id="B")])
    def test_one_may_be_asked_for(self, subject: str | Subject) -> None:
        assert journey(*self.TWO, subject=subject).subject.id == "B"

    def test_any_of_its_records_will_do(self) -> None:
        found = journey(*TestMerges.BOTH, TestMerges.MERGE, subject="A")

        assert found.subject.id == "B"

    @pytest.mark.parametrize(
        ("events", "subject"), [(TWO, None), (TWO, "C"), ((), None)]
    )
    def test_it_must_be_clear_whose_it_is(
        self, events: tuple[Event, ...], subject: str | None
    ) -> None:
        with pytest.raises(UnfitValueError) as caught:
            journey(*events, subject=subject)

        assert caught.value.field == "subject"

    def test_one_of_whom_nothing_had_happened_by_then_has_none(self) -> None:
        assert AGREED.journeys(self.TWO, as_of=at("01 10:00")) == ()

    def test_facts_may_be_plain_mappings(self) -> None:
        plain = [event.to_dict() for event in self.TWO]

        assert AGREED.journeys(plain, as_of=at("09 10:00")) == AGREED.journeys(
            self.TWO, as_of=at("09 10:00")
        )

    def test_all_that_cannot_be_read_is_told_at_once(self) -> None:
        with pytest.raises(EventError) as caught:
            AGREED.journeys([{"id": 1}, {}], as_of=at("09 10:00"))

        paths = {finding.path.split("]")[0] for finding in caught.value.findings}
        assert paths == {"$[0", "$[1"}

    def test_the_zone_of_the_question_does_not_matter(self) -> None:
        there = at("09 10:00").astimezone(UTC)

        assert AGREED.journeys(self.TWO, as_of=there) == AGREED.journeys(
            self.TWO, as_of=at("09 10:00")
        )


class TestIsAvailable:
    """Kim has the lead from the 3rd on and is away from the 5th to the 6th."""

    GONE = away("kim", "05", "06")

    def told(self, *more: Event, **asked: Any) -> Journey:  # noqa: ANN401 - as of it
        events = (CREATED, given("kim", "03 10:00"), *more)
        return journey(*events, shared=[self.GONE], **asked)

    def test_a_range_of_dates_includes_its_last_day(self) -> None:
        signed = Agreement((edition(),))
        found = self.told(agreement=signed)
        moments = ("04 23:59", "05 00:00", "06 23:59", "07 00:00")

        assert [found.is_available(at(one)) for one in moments] == [
            *(True, False, False, True),
        ]

    def test_it_is_that_of_the_owner_then_unless_somebody_is_named(self) -> None:
        found = self.told(given("zoe", "05 12:00"))

        assert found.is_available(at("05 10:00")) is False
        assert found.is_available(at("05 13:00")) is True
        assert found.is_available(at("05 13:00"), "kim") is False

    def test_nobody_is_neither_there_nor_away(self) -> None:
        found = self.told(given(None, "05 12:00"))

        assert found.is_available(at("03 09:00")) is None
        assert found.is_available(at("05 13:00")) is None

    def test_the_organisation_in_force_then_lists_absences_too(self) -> None:
        spell = Spell(date(2026, 3, 9), date(2026, 3, 9))
        people = Organization(people=(Person(id="kim", absences=(spell,)),))
        signed = Agreement((edition(),)).amend(
            edition(since="08 00:00", version="2", organization=people)
        )

        found = self.told(agreement=signed)

        assert found.is_available(at("09 12:00")) is False
        assert found.is_available(at("05 12:00")) is False
        assert found.is_available(at("12 12:00")) is True

    def test_without_any_edition_what_was_reported_counts(self) -> None:
        story = Story(
            subject=SUBJECT, records=(SUBJECT,), facts=(given("kim", "03 10:00"),)
        )

        found = Journey.of(story, as_of=at("20 10:00"), people=People.of([self.GONE]))

        assert found.is_available(at("05 12:00")) is False

    def test_what_was_reported_later_was_not_known(self) -> None:
        late = away("kim", "05", "06", told="08 09:00")
        events = (CREATED, given("kim", "03 10:00"))

        before = journey(*events, shared=[late], known_at=at("07 09:00"))
        after = journey(*events, shared=[late], known_at=at("08 09:00"))

        assert before.is_available(at("05 12:00")) is True
        assert after.is_available(at("05 12:00")) is False

    def test_it_may_stand_among_the_events(self) -> None:
        found = journey(CREATED, given("kim", "03 10:00"), self.GONE, subject=SUBJECT)

        assert found.is_available(at("05 12:00")) is False

    def test_a_shared_fact_that_cannot_be_read_is_told(self) -> None:
        with pytest.raises(EventError) as caught:
            journey(CREATED, shared=[{"id": "1"}])

        assert caught.value.findings[0].path.startswith("$.shared[0]")
