"""Laws of what has to be done again and again [K18], and of attempts [K14]."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

import attrs
from hypothesis import given, settings
from hypothesis import strategies as st

from alignkit.actions import Action
from alignkit.agreements import Agreement
from alignkit.editions import Calendar, Edition
from alignkit.events import Actor, ActorKind, Event, Subject
from alignkit.happenings import ActivityLogged, Custom, Direction
from alignkit.hours import BusinessHours
from alignkit.patterns import Pattern
from alignkit.periods import Recurrence
from alignkit.promises import Attempts, Cadence, Clock
from alignkit.spans import CalendarTime, Elapsed
from alignkit.terms import Step, Term
from tests.reference import again

ZONES = ("America/Chicago", "Europe/London", "Australia/Lord_Howe", "Asia/Kathmandu")
BEGINNING = datetime(2026, 3, 5, 6, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


def moments() -> st.SearchStrategy[datetime]:
    """Draw moments of three weeks, many of them where a date begins somewhere."""
    hours = st.integers(0, 24 * 20).map(lambda nth: timedelta(hours=nth))
    around = st.sampled_from((-MICROSECOND, timedelta(), MICROSECOND))
    nudges = st.just(timedelta()) | around
    return st.builds(lambda lag, by: BEGINNING + lag + by, hours, nudges)


def duties() -> st.SearchStrategy[again.Duty]:
    zone = st.sampled_from(ZONES)
    anchor = st.none() | st.dates(date(2026, 3, 4), date(2026, 3, 20))
    return st.one_of(
        st.builds(again.Duty, zone=zone, days=st.integers(0, 6), anchor=anchor),
        st.builds(again.Duty, zone=zone, weekday=st.integers(0, 6), anchor=anchor),
        st.builds(again.Duty, zone=zone, hours=st.sampled_from((0, 4, 30))),
    )


def happened() -> st.SearchStrategy[list[tuple[datetime, str]]]:
    names = st.sampled_from(("did", "did", "did", "asks", "asks", "other", "ends"))
    return st.lists(st.tuples(moments(), names), max_size=10)


def of(name: str) -> tuple[Pattern, ...]:
    return (Pattern(event="custom", where={"name": name}),)


def agreement_of(zone: str, promise: Cadence | Attempts) -> Agreement:
    hours = BusinessHours(zone, {"mon-fri": ["09:00-17:00"]})
    term = Term(
        id="t",
        party="sales",
        calendar="c",
        promise=promise,
        escalate=(Step(at=Fraction(1), notify="manager"),),
    )
    return Agreement(
        (
            Edition(
                id="a",
                calendars=(Calendar("c", hours),),
                actions=(Action(id="try"),),
                terms=(term,),
            ),
        )
    )


def agreed(duty: again.Duty) -> Agreement:
    rule = Recurrence(
        f"FREQ=WEEKLY;BYDAY={['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'][duty.weekday]}",
        date(2026, 3, 1),
    )
    every: CalendarTime | Elapsed | None = None
    if duty.hours is not None:
        every = Elapsed(hours=duty.hours)
    elif duty.days is not None:
        every = CalendarTime(days=duty.days)
    return agreement_of(
        duty.zone,
        Cadence(
            of=of("did"),
            asked=() if duty.hours is None else of("asks"),
            every=every,
            rule=rule if every is None else None,
            until=of("ends"),
            anchor=duty.anchor,
        ),
    )


def events_of(facts: again.Facts) -> list[Event]:
    return [
        Event(id=f"{nth:02}", subject=Subject(id="L1"), at=at, fact=Custom(name=what))
        for nth, (at, what) in enumerate(facts)
    ]


class TestCadence:
    @settings(max_examples=150)
    @given(duty=duties(), facts=happened(), as_of=moments())
    def test_it_stands_as_the_slow_model_says(
        self, duty: again.Duty, facts: again.Facts, as_of: datetime
    ) -> None:
        found = agreed(duty).evaluate(events_of(facts), as_of=as_of).verdicts

        assert [
            (one.status.value, one.started_at, one.fulfilled_at) for one in found
        ] == again.cycles(duty, facts, as_of)

    @given(duty=duties(), facts=happened(), as_of=moments(), data=st.data())
    def test_one_at_a_time_in_any_order_comes_to_the_same(
        self,
        duty: again.Duty,
        facts: again.Facts,
        as_of: datetime,
        data: st.DataObject,
    ) -> None:
        agreement, events = agreed(duty), events_of(facts)
        state = agreement.open("L1")
        for event in data.draw(st.permutations(events)):
            state = agreement.resume(state.after(event).to_dict())

        assert state.verdicts(as_of=as_of) == (
            agreement.evaluate(events, as_of=as_of).verdicts
        )

    @given(duty=duties(), facts=happened(), as_of=moments())
    def test_nothing_changes_before_the_next_change_and_something_at_it(
        self, duty: again.Duty, facts: again.Facts, as_of: datetime
    ) -> None:
        agreement = agreed(duty)
        events = [one for one in events_of(facts) if one.at <= as_of]

        def shown(moment: datetime) -> list[object]:
            return [
                (one.status, [step.has_fired for step in one.steps])
                for one in agreement.evaluate(events, as_of=moment).verdicts
            ]

        state = agreement.open("L1").holding(events)
        now, then = shown(as_of), state.next_change_at(as_of=as_of)

        if then is None:
            assert shown(as_of + timedelta(days=400)) == now
        else:
            assert shown(then.astimezone(UTC) - MICROSECOND) == now
            assert shown(then) != now

    @given(duty=duties(), facts=happened(), as_of=moments(), later=moments())
    def test_what_is_settled_stays_so(
        self, duty: again.Duty, facts: again.Facts, as_of: datetime, later: datetime
    ) -> None:
        agreement = agreed(duty)
        events = [one for one in events_of(facts) if one.at <= as_of]
        before = agreement.evaluate(events, as_of=as_of).verdicts
        after = agreement.evaluate(events, as_of=max(as_of, later)).verdicts

        assert [one.status for one in before if one.status.is_settled] == [
            now.status
            for one, now in zip(before, after, strict=True)
            if one.status.is_settled
        ]


def efforts() -> st.SearchStrategy[again.Trying]:
    return st.integers(1, 4).flatmap(
        lambda many: st.builds(
            again.Trying,
            zone=st.sampled_from(ZONES),
            at_least=st.just(many),
            channels=st.integers(1, min(many, 2)),
            days=st.integers(1, min(many, 3)),
            per_day=st.none() | st.integers(1, 3),
            apart=st.none() | st.sampled_from((0, 1, 5, 30)),
            within=st.sampled_from((24, 100, 300)),
        )
    )


def tries() -> st.SearchStrategy[list[tuple[datetime, str]]]:
    channels = st.sampled_from(("call", "call", "email"))
    return st.lists(st.tuples(moments(), channels), max_size=9).map(
        lambda found: sorted(found, key=lambda one: one[0])
    )


def endings() -> st.SearchStrategy[list[tuple[datetime, str]]]:
    names = st.sampled_from(("through", "off"))
    return st.lists(st.tuples(moments(), names), max_size=1)


def asked(trying: again.Trying) -> Agreement:
    return agreement_of(
        trying.zone,
        Attempts(
            clock=Clock(start=of("go"), stop=of("through"), cancel=of("off")),
            action="try",
            at_least=trying.at_least,
            channels=trying.channels,
            days=trying.days,
            per_day=trying.per_day,
            spacing=None if trying.apart is None else Elapsed(hours=trying.apart),
            within=Elapsed(hours=trying.within),
        ),
    )


def effort_facts(start: datetime, tried: again.Facts, ends: again.Facts) -> list[Event]:
    activities = [
        Event(
            id=f"try {nth:02}",
            subject=Subject(id="L1"),
            at=at,
            fact=ActivityLogged(channel=channel, direction=Direction.OUTBOUND),
            actor=Actor(id="kim", kind=ActorKind.HUMAN),
        )
        for nth, (at, channel) in enumerate(tried)
    ]
    return [*activities, *events_of([(start, "go"), *ends])]


class TestAttempts:
    @settings(max_examples=150)
    @given(
        trying=efforts(), tried=tries(), ends=endings(), as_of=moments(), data=st.data()
    )
    def test_they_stand_as_the_slow_model_says(
        self,
        trying: again.Trying,
        tried: again.Facts,
        ends: again.Facts,
        as_of: datetime,
        data: st.DataObject,
    ) -> None:
        start = data.draw(st.just(BEGINNING) | moments())
        events = effort_facts(start, tried, ends)

        found = asked(trying).evaluate(events, as_of=as_of).verdicts

        if start > as_of:
            assert found == ()
            return
        (only,) = found
        short = [one.reason for one in only.disregarded if one.reason != "before_start"]
        assert (only.status.value, only.fulfilled_at, short) == again.effort(
            trying, start, tried, ends, as_of
        )

    @given(
        trying=efforts(), tried=tries(), ends=endings(), as_of=moments(), data=st.data()
    )
    def test_one_at_a_time_in_any_order_they_come_to_the_same(
        self,
        trying: again.Trying,
        tried: again.Facts,
        ends: again.Facts,
        as_of: datetime,
        data: st.DataObject,
    ) -> None:
        agreement, events = asked(trying), effort_facts(BEGINNING, tried, ends)
        state = agreement.open("L1")
        for event in data.draw(st.permutations(events)):
            state = agreement.resume(state.after(event).to_dict())

        assert state.verdicts(as_of=as_of) == (
            agreement.evaluate(events, as_of=as_of).verdicts
        )

    @given(trying=efforts(), tried=tries(), as_of=moments(), data=st.data())
    def test_what_is_not_known_is_unknown_only_if_it_matters(
        self,
        trying: again.Trying,
        tried: again.Facts,
        as_of: datetime,
        data: st.DataObject,
    ) -> None:
        sure = data.draw(
            st.lists(st.booleans(), min_size=len(tried), max_size=len(tried))
        )
        agreement, as_of = asked(trying), max(as_of, BEGINNING)
        events = effort_facts(BEGINNING, tried, [])
        doubtful = [
            attrs.evolve(event, actor=None)
            if event.id.startswith("try") and not sure[int(event.id[4:])]
            else event
            for event in events
        ]
        ways: list[list[tuple[datetime, str]]] = [[]]
        for nth, one in enumerate(tried):
            if sure[nth]:
                ways = [[*way, one] for way in ways]
            else:
                ways += [[*way, one] for way in ways]
        statuses = {
            again.effort(trying, BEGINNING, sorted(way), [], as_of)[0] for way in ways
        }

        (only,) = agreement.evaluate(doubtful, as_of=as_of).verdicts

        if len(statuses) == 1 and sure.count(False) <= 5:
            assert only.status.value == statuses.pop()
        elif sure.count(False) <= 5:
            assert only.status.value == "unknown"
