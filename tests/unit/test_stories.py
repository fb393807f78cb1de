"""Which records are one and the same lead."""

from __future__ import annotations

import attrs
import pytest

from alignkit.events import Event, Subject
from alignkit.happenings import (
    Custom,
    Fact,
    LeadConverted,
    LeadsMerged,
    Retracted,
)
from alignkit.instants import to_instant
from alignkit.stories import Story, Strand, stories, strands
from tests.deadlines import at, fact

FAR = 1 << 62


def of(subject: str | Subject, what: str | Fact, when: str, **more: str) -> Event:
    about = Subject(id=subject) if isinstance(subject, str) else subject
    return attrs.evolve(fact(what, when, **more), subject=about)


def told(*events: Event, as_of: int = FAR, known_at: int | None = None) -> list[Story]:
    facts: dict[Subject, list[Event]] = {}
    for event in events:
        facts.setdefault(event.subject, []).append(event)
    return list(stories(facts, as_of=as_of, known_at=known_at))


def names(*events: Event, as_of: int = FAR, known_at: int | None = None) -> list[str]:
    """Return the ids of the records of each story, the subject first."""
    found = told(*events, as_of=as_of, known_at=known_at)
    return [" ".join(one.id for one in story.records) for story in found]


def woven(*events: Event) -> tuple[Strand, ...]:
    timed = [(to_instant(event.at, "at"), event) for event in events]
    return strands(sorted(timed, key=lambda one: (one[0], one[1].id)))


def merged(one: str, into: str, when: str) -> Event:
    return of(one, LeadsMerged(into=into), when, id=f"{one} into {into}")


def converted(one: str, when: str, **into: str) -> Event:
    return of(one, LeadConverted(**into), when, id=f"{one} converted")


HERE = of("A", "go", "04 10:00")
THERE = of("B", "go", "04 11:00", id="there")
CONTACT = Subject(kind="contact", id="C")
DEAL = Subject(kind="opportunity", id="O")


class TestStories:
    def test_without_a_merge_every_record_is_its_own(self) -> None:
        assert names(THERE, HERE) == ["A", "B"]

    def test_merged_records_are_the_one_that_lives_on(self) -> None:
        (story,) = told(HERE, THERE, merged("A", "B", "05 10:00"))

        assert (story.subject.id, len(story.facts)) == ("B", 3)

    def test_a_record_may_be_merged_on_and_on(self) -> None:
        third = of("C", "go", "04 12:00", id="third")
        chain = (merged("A", "B", "05 10:00"), merged("B", "C", "06 10:00"))

        assert names(HERE, THERE, third, *chain) == ["C A B"]

    def test_a_merge_in_a_circle_ends_where_it_came_to(self) -> None:
        circle = (merged("A", "B", "05 10:00"), merged("B", "A", "06 10:00"))

        assert names(HERE, THERE, *circle) == ["B A"]

    def test_a_record_that_was_merged_into_itself_is_itself(self) -> None:
        assert names(HERE, merged("A", "A", "05 10:00")) == ["A"]

    def test_it_lives_on_though_nothing_else_is_told_of_it(self) -> None:
        assert names(HERE, merged("A", "Z", "05 10:00")) == ["Z A"]

    def test_before_the_merge_they_are_two(self) -> None:
        facts = (HERE, THERE, merged("A", "B", "05 10:00"))

        assert names(*facts, as_of=to_instant(at("05 09:59"), "at")) == ["A", "B"]

    def test_a_merge_that_was_not_known_joins_nothing(self) -> None:
        late = of("A", LeadsMerged(into="B"), "05 10:00", recorded="09 10:00")

        known_at = to_instant(at("08 10:00"), "at")

        assert names(HERE, THERE, late, known_at=known_at) == ["A", "B"]

    def test_a_merge_that_was_withdrawn_joins_nothing(self) -> None:
        merge = merged("A", "B", "05 10:00")
        never = of("A", Retracted(of=merge.id), "06 10:00")

        assert names(HERE, THERE, merge, never) == ["A", "B"]

    def test_records_of_another_kind_are_others(self) -> None:
        contact = attrs.evolve(THERE, subject=Subject(kind="contact", id="B"))

        assert names(HERE, contact, merged("A", "B", "05 10:00")) == ["B", "B A"]

    def test_a_merge_of_which_no_fact_is_left_tells_no_story(self) -> None:
        facts = {Subject(id="Z"): [], HERE.subject: [HERE]}

        assert [one.subject.id for one in stories(facts, as_of=FAR)] == ["A"]

    def test_a_lead_keeps_its_story_as_a_contact_and_an_opportunity(self) -> None:
        won = of(DEAL, "won", "09 10:00")
        wrote = of(CONTACT, "wrote", "08 10:00")
        became = converted("A", "05 10:00", contact="C", account="X", opportunity="O")

        (story,) = told(HERE, won, wrote, became)

        assert story.subject == Subject(id="A")
        assert story.records[1:] == (CONTACT, DEAL)

    def test_leads_of_one_account_are_several(self) -> None:
        one, other = (
            converted("A", "05 10:00", account="X"),
            converted("B", "05 10:00", account="X"),
        )

        assert names(HERE, THERE, one, other) == ["A", "B"]

    def test_leads_that_became_one_contact_are_one(self) -> None:
        one, other = (
            converted("A", "05 10:00", contact="C"),
            converted("B", "06 10:00", contact="C"),
        )

        assert names(HERE, THERE, one, other) == ["A C B"]

    def test_an_opportunity_is_told_with_the_lead_that_came_to_it_first(self) -> None:
        one, other = (
            converted("A", "05 10:00", opportunity="O"),
            converted("B", "06 10:00", opportunity="O"),
        )

        assert names(HERE, THERE, one, other) == ["A O", "B"]

    def test_to_become_the_same_twice_is_to_become_it_once(self) -> None:
        again = of("A", LeadConverted(contact="C"), "06 10:00", id="again")

        assert names(HERE, converted("A", "05 10:00", contact="C"), again) == ["A C"]

    def test_a_contact_that_was_merged_takes_its_lead_along(self) -> None:
        merge = of(CONTACT, LeadsMerged(into="D"), "07 10:00", id="m")
        both = (converted("A", "05 10:00", contact="C"), merge)

        (story,) = told(HERE, *both)

        assert story.subject == Subject(kind="contact", id="D")
        assert [one.id for one in story.records] == ["D", "C", "A"]


class TestStrands:
    def test_without_a_merge_there_is_one(self) -> None:
        (strand,) = woven(HERE, of("A", "done", "05 10:00"))

        assert (strand.subject.id, strand.until, len(strand.events)) == ("A", None, 2)

    def test_each_record_has_its_own_up_to_the_merge(self) -> None:
        gone, stays = woven(HERE, THERE, merged("A", "B", "05 10:00"))

        assert (gone.subject.id, gone.into) == ("A", Subject(id="B"))
        assert gone.until == to_instant(at("05 10:00"), "at")
        assert gone.until_by == "A into B"
        assert [event.id for _, event in gone.events] == ["go 04 10:00"]
        assert [event.id for _, event in stays.events] == ["there", "A into B"]

    def test_what_is_told_of_either_afterwards_is_of_the_one_that_lives_on(
        self,
    ) -> None:
        late = of("A", "done", "06 10:00")

        *_, stays = woven(HERE, THERE, merged("A", "B", "05 10:00"), late)

        assert stays.subject.id == "B"
        assert stays.events[-1][1] == late

    def test_a_chain_ends_strand_by_strand(self) -> None:
        third = of("C", "go", "04 12:00", id="third")
        chain = (merged("A", "B", "05 10:00"), merged("B", "C", "06 10:00"))

        found = woven(HERE, THERE, third, *chain)

        assert [one.subject.id for one in found] == ["A", "B", "C"]

    def test_a_record_merged_twice_takes_along_the_one_it_is_by_then(self) -> None:
        third = of("C", "go", "04 12:00", id="third")
        twice = (merged("A", "B", "05 10:00"), merged("A", "C", "06 10:00"))

        found = woven(HERE, THERE, third, *twice)

        assert [(one.subject.id, one.into) for one in found] == [
            ("A", Subject(id="B")),
            ("B", Subject(id="C")),
            ("C", None),
        ]

    def test_to_merge_what_is_one_already_changes_nothing(self) -> None:
        circle = (merged("A", "B", "05 10:00"), merged("B", "A", "06 10:00"))

        found = woven(HERE, THERE, *circle)

        assert [one.subject.id for one in found] == ["A", "B"]

    def test_a_record_of_which_nothing_was_told_has_none(self) -> None:
        (only,) = woven(THERE, merged("A", "B", "05 10:00"))

        assert only.subject.id == "B"

    def test_what_a_lead_became_is_in_its_strand(self) -> None:
        won = of(DEAL, "won", "09 10:00")

        (only,) = woven(HERE, converted("A", "05 10:00", opportunity="O"), won)

        assert (only.subject.id, len(only.events)) == ("A", 3)


@pytest.mark.parametrize("count", [2_000])
def test_many_merges_in_a_row_take_no_time(count: int) -> None:
    facts = [
        of(f"L{n:05}", LeadsMerged(into=f"L{n + 1:05}"), "05 10:00", id=f"{n:05}")
        for n in range(count)
    ]

    (story,) = told(*facts, of("L00000", Custom(name="go"), "04 10:00", id="go"))

    assert len(story.records) == count + 1
