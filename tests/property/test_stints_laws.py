"""Laws of the clocks of owners, and of whose time a wait was."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from datetime import timedelta

from hypothesis import given as over
from hypothesis import strategies as st

from alignkit.agreements import Agreement
from alignkit.evaluations import Evaluation
from alignkit.events import Event
from alignkit.terms import CalendarOf, ChangeRule, Changes, Excuses, Waiting
from tests.deadlines import at, away, edition, evaluated, fact, given, term
from tests.unit.test_timetables import agreed

OWNED = term(waiting=Waiting.OWNER, excuses=Excuses(rests_while_unavailable=True))
SIGNED = Agreement((edition(OWNED),))
OWNERS = ("kim", "zoe", None)
MOMENTS = tuple(
    f"{day:02} {hour:02}:{minute}"
    for day in range(4, 7)
    for hour in range(7, 19, 2)
    for minute in ("00", "30")
)


def moments() -> st.SearchStrategy[str]:
    return st.sampled_from(MOMENTS)


def histories() -> st.SearchStrategy[list[Event]]:
    """Draw who had a lead when, what happened to it, and who answered."""
    others = st.one_of(
        st.builds(given, st.sampled_from(OWNERS), moments()),
        st.builds(
            lambda name, when, by: fact(name, when, by=by, id=f"{name} {by} {when}"),
            st.sampled_from(("done", "hold", "on", "off", "again")),
            moments(),
            st.sampled_from(("kim", "zoe")),
        ),
    )
    return st.lists(others, max_size=6, unique_by=lambda one: one.id).map(
        lambda drawn: [fact("go", "04 08:30"), *drawn]
    )


def absences() -> st.SearchStrategy[list[Event]]:
    """Draw when owners are away, as it was known from the beginning."""
    edges = st.tuples(st.sampled_from(("kim", "zoe")), moments(), moments())
    return st.lists(
        edges.filter(lambda one: one[1] < one[2]).map(lambda one: away(*one)),
        max_size=2,
        unique_by=lambda one: one.id,
    )


def told(events: Sequence[Event], gone: Sequence[Event], as_of: str) -> Evaluation:
    return evaluated(OWNED, *events, as_of=as_of, shared=gone)


class TestStints:
    @over(events=histories(), gone=absences(), as_of=moments())
    def test_they_follow_each_other_without_overlapping(
        self, events: list[Event], gone: list[Event], as_of: str
    ) -> None:
        found = told(events, gone, as_of).verdicts

        assert [one.cycle for one in found] == list(range(1, len(found) + 1))
        for one, following in itertools.pairwise(found):
            assert one.basis is not None
            assert one.basis.ended_at is not None
            assert following.started_at is not None
            assert one.basis.ended_at <= following.started_at

    @over(events=histories(), gone=absences(), as_of=moments())
    def test_the_time_of_each_is_its_owners_or_that_of_routing(
        self, events: list[Event], gone: list[Event], as_of: str
    ) -> None:
        for one in told(events, gone, as_of).verdicts:
            assert one.elapsed is not None
            parts = [part.business for part in one.attribution]
            assert sum(parts, timedelta()) == one.elapsed.business
            # It rests while its owner is away, so that nothing is left for routing.
            assert {part.to for part in one.attribution} <= {one.owner}

    @over(events=histories(), gone=absences(), as_of=moments())
    def test_facts_about_people_may_lie_beside_or_among_the_others(
        self, events: list[Event], gone: list[Event], as_of: str
    ) -> None:
        beside = told(events, gone, as_of)
        among = told([*gone, *events], (), as_of)

        assert among.verdicts == beside.verdicts

    @over(events=histories(), gone=absences(), as_of=moments(), data=st.data())
    def test_the_order_of_facts_does_not_matter(
        self, events: list[Event], gone: list[Event], as_of: str, data: st.DataObject
    ) -> None:
        shuffled = data.draw(st.permutations(events))

        assert told(shuffled, gone[::-1], as_of).verdicts == (
            told(events, gone, as_of).verdicts
        )

    @over(events=histories(), gone=absences(), as_of=moments())
    def test_something_changes_when_it_is_said_to_and_nothing_before(
        self, events: list[Event], gone: list[Event], as_of: str
    ) -> None:
        seen = [one for one in events if one.at <= at(as_of)]
        for one in told(seen, gone, as_of).verdicts:
            change = one.next_change_at
            if change is None:
                continue
            statuses = [
                SIGNED.evaluate(seen, as_of=moment, shared=gone)
                .verdicts[one.cycle - 1]
                .status
                for moment in (change - timedelta(microseconds=1), change)
            ]
            assert statuses[0] is one.status
            assert statuses[1] is not one.status


class TestChanges:
    @over(events=histories(), as_of=moments())
    def test_a_pinned_calendar_never_moves_a_due_moment(
        self, events: list[Event], as_of: str
    ) -> None:
        pinned = agreed(CalendarOf.OWNER, changes=Changes(owner=ChangeRule.PIN))
        first = [given("kim", "04 07:00")]
        plain = [one for one in events if one.type != "owner_assigned"]
        named = [
            one
            for one in events
            if one.type != "owner_assigned" or getattr(one.fact, "owner", None)
        ]

        moved = pinned.evaluate([*first, *named], as_of=at(as_of)).verdicts
        still = pinned.evaluate([*first, *plain], as_of=at(as_of)).verdicts

        later = [one for one in named if one.at < at("04 08:30")]
        if not any(one.type == "owner_assigned" for one in later):
            assert [one.due_at for one in moved] == [one.due_at for one in still]

    @over(events=histories(), as_of=moments())
    def test_where_the_calendar_stays_no_rule_makes_a_difference(
        self, events: list[Event], as_of: str
    ) -> None:
        kims = [
            one
            for one in events
            if one.type != "owner_assigned" or getattr(one.fact, "owner", "") == "kim"
        ]
        found = [
            agreed(CalendarOf.OWNER, changes=Changes(owner=rule))
            .evaluate([given("kim", "04 07:00"), *kims], as_of=at(as_of))
            .verdicts
            for rule in ChangeRule
        ]

        statuses = [[(one.status, one.due_at) for one in way] for way in found]
        assert statuses[0] == statuses[1] == statuses[2]
