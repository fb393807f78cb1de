"""Whose wait it was, against a judge that looks at each half hour by itself [K8]."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

import attrs
from hypothesis import given
from hypothesis import strategies as st

from alignkit.agreements import Agreement
from alignkit.attributions import Attribution
from alignkit.editions import Calendar, Edition
from alignkit.events import Actor, ActorKind, Event, Subject
from alignkit.happenings import Custom, OwnerAssigned, PersonUnavailable
from alignkit.parties import Affiliation, Membership, Organization, Party, Person, Team
from alignkit.promises import Clock, Deadline
from alignkit.spans import BusinessTime
from alignkit.terms import CalendarOf, Excuses, Term, Waiting
from alignkit.verdicts import Verdict
from tests.deadlines import named
from tests.judgement_strategies import BEGINNING, SUBJECT, plans
from tests.reference.clocks import MINUTE, instant_of, moment_of
from tests.reference.waits import (
    CELL,
    Desk,
    Moment,
    Name,
    Wait,
    due_after,
    lead_waits,
    owners_waits,
)
from tests.strategies import hours_of

ORGANIZATION = Organization(
    teams=(Team(id="emea", affiliations=(Affiliation(party="sales"),)),),
    people=(
        Person(id="kim", calendar="kims"),
        Person(id="zoe", calendar="zoes", memberships=(Membership(team="emea"),)),
    ),
)
NAMES: tuple[Name, ...] = ("done", "done", "off", "hold", "on", "go", "given", "given")
PEOPLE = st.sampled_from(("kim", "zoe"))
CLOCK = Clock(
    start=named("go"),
    stop=named("done"),
    cancel=named("off"),
    pause=named("hold"),
    resume=named("on"),
)


@attrs.frozen(kw_only=True)
class Story:
    """What was promised, what happened, and when it is asked."""

    desk: Desk
    told: tuple[Moment, ...]
    now: int
    has_own_calendars: bool

    @property
    def agreement(self) -> Agreement:
        """One term that measures each owner, and one that measures the lead."""
        within = BusinessTime(minutes=self.desk.target * 30)
        promise = Deadline(clock=CLOCK, within=within)
        lead = Term(
            id="lead",
            party="sales",
            promise=promise,
            calendar=None if self.has_own_calendars else "kims",
            calendar_of=CalendarOf.OWNER,
        )
        rests = Excuses(rests_while_unavailable=self.desk.rests)
        owners = attrs.evolve(lead, id="owners", waiting=Waiting.OWNER, excuses=rests)
        signed = Edition(
            id="a",
            parties=(Party("sales"),),
            calendars=tuple(
                Calendar(f"{who}s", hours_of(plan))
                for who, plan in self.desk.plans.items()
            ),
            organization=ORGANIZATION,
            terms=(owners, lead),
        )
        return Agreement((signed,))

    def verdicts(self, term: str) -> list[Verdict]:
        found = self.agreement.evaluate(
            map(event_of, self.told),
            as_of=moment_of(self.now),
            shared=[
                Event(
                    id=f"{who} {start}",
                    subject=Subject(kind="person", id=who),
                    at=moment_of(BEGINNING),
                    fact=PersonUnavailable(start=moment_of(start), end=moment_of(end)),
                )
                for who, spells in self.desk.away.items()
                for start, end in spells
            ],
        )
        return [one for one in found.verdicts if one.term == term]


def event_of(one: Moment) -> Event:
    is_given = one.name == "given"
    fact = OwnerAssigned(owner=one.who) if is_given else Custom(name=one.name)
    return Event(
        id=f"{one.at}",
        subject=SUBJECT,
        at=moment_of(one.at),
        fact=fact,
        actor=Actor(id=one.who, kind=ActorKind.HUMAN) if one.name == "done" else None,
    )


def cells() -> st.SearchStrategy[int]:
    return st.integers(0, 5 * 48).map(lambda nth: BEGINNING + nth * CELL)


@st.composite
def stories(draw: st.DrawFn) -> Story:
    has_own = draw(st.booleans())
    whens = sorted(draw(st.lists(cells(), min_size=3, max_size=9, unique=True)))
    names: list[Name] = ["given", "go"] if has_own or draw(st.booleans()) else ["go"]
    names += [draw(st.sampled_from(NAMES)) for _ in whens[len(names) :]]
    owners = PEOPLE if has_own else PEOPLE | st.none()
    told = tuple(
        Moment(
            at,
            name,
            draw(owners)
            if name == "given"
            else draw(PEOPLE)
            if name == "done"
            else None,
        )
        for at, name in zip(whens, names, strict=True)
    )
    kims = draw(plans())
    spells = st.tuples(cells(), st.integers(1, 60)).map(
        lambda one: (one[0], one[0] + one[1] * CELL)
    )
    return Story(
        desk=Desk(
            plans={"kim": kims, "zoe": draw(plans()) if has_own else kims},
            target=draw(st.sampled_from((1, 4, 8, 20))),
            rests=draw(st.booleans()),
            away=draw(st.dictionaries(PEOPLE, st.lists(spells, max_size=2).map(tuple))),
        ),
        told=told,
        # Within a half hour, at which nothing begins and nothing ends.
        now=draw(cells()) + 15 * MINUTE,
        has_own_calendars=has_own,
    )


def split(parts: tuple[Attribution, ...]) -> dict[str, int]:
    return {one.to: one.business // timedelta(microseconds=1) for one in parts}


def seen(story: Story) -> list[Moment]:
    return [one for one in story.told if one.at <= story.now]


def agrees(story: Story, waits: list[Wait], found: list[Verdict]) -> None:
    """Hold verdicts against what the slow judge says of each clock."""
    owner = [None, *(one.who for one in seen(story) if one.name == "given")][-1]
    assert [one.status.value for one in found] == [
        one.status(story.now) for one in waits
    ]
    for one, wait in zip(found, waits, strict=True):
        assert one.owner == wait.owner
        assert one.started_at is not None
        assert instant_of(one.started_at) == wait.started
        assert one.elapsed is not None
        assert one.elapsed.business == timedelta(microseconds=wait.counted)
        assert split(one.attribution) == _told(wait.parts)
        assert split(one.attribution_by_team) == _told(wait.teams)
        if one.status.value in ("pending", "breached"):
            due = due_after(story.desk, wait, story.now, owner)
            assert (one.due_at and instant_of(one.due_at)) == due


def _told(parts: Mapping[str, int]) -> dict[str, int]:
    return {to: length for to, length in parts.items() if length}


class TestWaits:
    @given(story=stories())
    def test_each_owner_is_judged_as_the_slow_judge_says(self, story: Story) -> None:
        waits = owners_waits(story.desk, story.told, story.now)

        agrees(story, waits, story.verdicts("owners"))

    @given(story=stories())
    def test_the_wait_of_the_lead_is_whose_the_slow_judge_says(
        self, story: Story
    ) -> None:
        waits = lead_waits(story.desk, story.told, story.now)

        agrees(story, waits, story.verdicts("lead"))
