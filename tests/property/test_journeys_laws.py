"""Laws that every journey keeps, whatever happened."""

from __future__ import annotations

import itertools

import attrs
from hypothesis import given
from hypothesis import strategies as st

from alignkit.agreements import Agreement
from alignkit.editions import Edition
from alignkit.events import Event, Subject
from alignkit.happenings import LeadsMerged, Retracted
from alignkit.journeys import Journey
from alignkit.presets import preset
from alignkit.promises import Duration, Stay
from alignkit.spans import Elapsed
from alignkit.terms import Term
from tests.judgement_strategies import SUBJECT, crucial, histories, instants
from tests.reference import walks
from tests.reference.clocks import HOUR, instant_of, moment_of

AGREED = Agreement((Edition(id="a", lifecycle=preset("standard")),))
PLAIN = histories(is_plain=True, is_staged=True)
ANY = histories(is_staged=True)
STAGES = st.lists(
    st.sampled_from(("mql", "sql", "lost")), min_size=1, max_size=3, unique=True
)


def journeys(events: tuple[Event, ...], as_of: int) -> tuple[Journey, ...]:
    return AGREED.journeys(events, as_of=moment_of(as_of))


def end_of(events: tuple[Event, ...]) -> int:
    return max(instant_of(event.at) for event in events) + 100 * HOUR


class TestReference:
    @given(events=PLAIN, data=st.data())
    def test_it_was_where_the_last_fact_says(
        self, events: tuple[Event, ...], data: st.DataObject
    ) -> None:
        (journey,) = journeys(events, end_of(events))
        at = data.draw(st.sampled_from(crucial(events)) | instants())

        assert journey.stage(moment_of(at)) == walks.stage_at(events, at)

    @given(events=PLAIN, stages=STAGES, data=st.data())
    def test_it_was_there_as_long_as_all_stretches_together(
        self, events: tuple[Event, ...], stages: list[str], data: st.DataObject
    ) -> None:
        as_of = data.draw(st.sampled_from(crucial(events)))

        for journey in journeys(events, as_of):
            spent = journey.time_in(*stages).wall
            last = journey.time_in(*stages, stay=Stay.LATEST).wall

            assert spent is not None
            assert last is not None
            assert spent // spent.resolution == walks.time_in(events, stages, as_of)
            # A visit without length is the latest one, and no stretch of time.
            if any(one.left == one.entered for one in journey.visits):
                continue
            assert last // last.resolution == walks.latest(events, stages, as_of)


class TestWhole:
    @given(events=ANY)
    def test_stays_add_up(self, events: tuple[Event, ...]) -> None:
        as_of = end_of(events)

        for journey in journeys(events, as_of):
            named = {visit.stage for visit in journey.visits}
            each = [journey.time_in(stage).wall for stage in named]
            whole = journey.time_in(*named).wall

            assert sum(one // one.resolution for one in each if one is not None) == (
                0 if whole is None else whole // whole.resolution
            )

    @given(events=ANY)
    def test_visits_follow_each_other(self, events: tuple[Event, ...]) -> None:
        for journey in journeys(events, end_of(events)):
            for one, other in itertools.pairwise(journey.visits):
                assert one.left is not None
                assert one.entered <= one.left <= other.entered
                assert one.cycle <= other.cycle

    @given(events=ANY)
    def test_cycles_are_counted_without_a_gap(self, events: tuple[Event, ...]) -> None:
        for journey in journeys(events, end_of(events)):
            numbers = [cycle.number for cycle in journey.cycles]

            assert numbers == list(range(1, len(numbers) + 1))
            assert {visit.cycle for visit in journey.visits} <= {1, *numbers}


class TestFacts:
    @given(events=ANY, data=st.data())
    def test_order_and_repetition_do_not_matter(
        self, events: tuple[Event, ...], data: st.DataObject
    ) -> None:
        as_of = end_of(events)
        again = data.draw(st.lists(st.sampled_from(events)))
        shuffled = tuple(data.draw(st.permutations([*events, *again])))

        (one,), (other,) = journeys(events, as_of), journeys(shuffled, as_of)

        assert one == other
        assert one.findings == other.findings

    @given(events=ANY, zone=st.sampled_from(("Asia/Kathmandu", "Pacific/Apia")))
    def test_the_zone_in_which_they_are_written_does_not_matter(
        self, events: tuple[Event, ...], zone: str
    ) -> None:
        elsewhere = tuple(
            one
            if one.day is not None
            else attrs.evolve(one, at=moment_of(instant_of(one.at), zone))
            for one in events
        )
        as_of = end_of(events)

        assert journeys(events, as_of) == journeys(elsewhere, as_of)

    @given(events=PLAIN, others=PLAIN, data=st.data())
    def test_a_merge_keeps_both_histories(
        self,
        events: tuple[Event, ...],
        others: tuple[Event, ...],
        data: st.DataObject,
    ) -> None:
        other = Subject(id="L2")
        beside = tuple(
            attrs.evolve(one, subject=other, id=f"{one.id} of L2") for one in others
        )
        when = max(end_of(events), end_of(beside))
        merge = Event(
            id="merge",
            subject=SUBJECT,
            at=moment_of(when),
            fact=LeadsMerged(into="L2"),
        )

        (both,) = journeys((*events, *beside, merge), when + HOUR)
        apart = journeys((*events, *beside), when)

        assert both.subject == other
        assert len(both.visits) == sum(len(one.visits) for one in apart)
        at = data.draw(st.sampled_from(crucial(beside)))
        if apart[1].stage(moment_of(at)) is not None:
            assert both.stage(moment_of(at)) == apart[1].stage(moment_of(at))

    @given(events=PLAIN)
    def test_what_is_withdrawn_did_not_happen(self, events: tuple[Event, ...]) -> None:
        as_of = end_of(events)
        withdrawn = Event(
            id="never",
            subject=SUBJECT,
            at=moment_of(as_of),
            fact=Retracted(of=events[-1].id),
        )

        without = journeys(events[:-1], as_of)

        found = journeys((*events, withdrawn), as_of)

        assert [one.visits for one in found] == [one.visits for one in without]


class TestCumulative:
    """A stay of all visits together, against what the facts say at every instant."""

    @given(events=PLAIN, stages=STAGES, hours=st.integers(0, 90), data=st.data())
    def test_it_is_broken_once_the_stretches_are_longer_than_agreed(
        self,
        events: tuple[Event, ...],
        stages: list[str],
        hours: int,
        data: st.DataObject,
    ) -> None:
        instant = tuple(one for one in events if one.day is None)
        as_of = data.draw(st.sampled_from(crucial(events)))
        promise = Duration(
            stages=tuple(stages), at_most=Elapsed(hours=hours), stay=Stay.CUMULATIVE
        )
        term = Term(id="t", party="sales", promise=promise)
        agreement = Agreement((Edition(id="a", terms=(term,)),))

        found = agreement.evaluate(instant, as_of=moment_of(as_of)).verdicts

        spent = walks.time_in(instant, stages, as_of)
        is_in = walks.stage_at(instant, as_of) in stages
        for one in found:
            if spent > hours * HOUR:
                assert one.status.is_broken
            else:
                assert one.status.value == ("pending" if is_in else "paused")
        assert bool(found) or not spent
