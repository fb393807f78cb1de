"""Journeys: the way of one subject through its stages, as its facts tell it.

Where did this lead stand in May, for how long, whose was it, and what was known of it?
A journey is the replay of a story: the visits to stages, the cycles and the owners, one
after the other, and what every field held at any moment. What happened is followed
whether it was allowed or not; `alignkit.conformance` says what was not.
"""

from __future__ import annotations

import itertools
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Self, TypeVar

import attrs

from alignkit.absences import NO_PEOPLE, NONE_TOLD, Absences, People
from alignkit.conformance import conformance
from alignkit.criteria import canonical_path
from alignkit.editions import Edition
from alignkit.errors import EventError
from alignkit.events import Event, Subject
from alignkit.facts import Content
from alignkit.findings import Finding
from alignkit.happenings import FieldChanged, LeadCreated, StageChanged
from alignkit.histories import History, Tables, by_subject, known, read
from alignkit.hours import BusinessHours
from alignkit.instants import to_duration, to_instant, to_moment
from alignkit.legs import Leg, legs
from alignkit.lifecycle import MoveDirection
from alignkit.parties import Organization
from alignkit.promises import Stay
from alignkit.stages import StageCategory
from alignkit.stories import Story, Strand, stories, strands
from alignkit.verdicts import Lapse


@attrs.frozen(kw_only=True)
class Visit:
    """One stay of a record in one stage, from when it entered to when it left.

    Attributes:
        record: The record that was there.
        stage: The stage.
        entered: When it came.
        entered_by: The id of the fact that says so.
        left: When it left; None while it is there.
        left_by: The id of the fact that says so.
        cycle: In which of its cycles it came, counted from 1 [E6].
        direction: What the move there means [H2]; None where it began there, and where
            no lifecycle tells.
        is_inferred: Whether nobody told that it was there until it left: the move away
            names the stage, and the lead had been created before.
    """

    record: Subject
    stage: str
    entered: datetime
    entered_by: str
    left: datetime | None = None
    left_by: str | None = None
    cycle: int = 1
    direction: MoveDirection | None = None
    is_inferred: bool = False

    def stretch(self, as_of: datetime) -> tuple[int, int]:
        """Return the instants between which it lasted, so far as it has by a moment."""
        start, now = to_instant(self.entered, "entered"), to_instant(as_of, "as_of")
        end = now if self.left is None else min(now, to_instant(self.left, "left"))
        return start, max(start, end)


@attrs.frozen(kw_only=True)
class Cycle:
    """One time that a record went through its lifecycle [E6].

    Attributes:
        record: The record that did.
        number: Which of its cycles it is, counted from 1.
        started: When it started.
        started_by: The id of the fact that started it.
        ended: When it ended; None if it has not.
        ended_by: The id of the fact that ended it.
        outcome: What the stage means in which it ended; None if it has not, or if the
            next one started without an end.
    """

    record: Subject
    number: int
    started: datetime
    started_by: str
    ended: datetime | None = None
    ended_by: str | None = None
    outcome: StageCategory | None = None


@attrs.frozen(kw_only=True)
class Tenure:
    """A time in which a record was somebody's, or nobody's.

    Attributes:
        record: The record.
        owner: The person; None for nobody.
        team: The team of the owner, if it was told.
        since: Since when.
        since_by: The id of the fact that says so.
        until: Until when; None while it is.
    """

    record: Subject
    owner: str | None
    team: str | None
    since: datetime
    since_by: str
    until: datetime | None = None


_Held = TypeVar("_Held", Visit, Tenure)


@attrs.frozen(kw_only=True)
class Journey:
    """The way of one subject, as far as it is known at a moment.

    Of records that were merged, the visits, cycles and owners of both are kept, and
    each says whose it is; where only one answer can be given, the record that lives on
    gives it, and the others so far as it has none.

    Attributes:
        subject: Whom it is about.
        records: The records that are the subject, it itself first.
        as_of: The moment of the question.
        visits: The visits to stages, in order of when they began.
        cycles: The cycles, in order of when they started; one where no lifecycle tells.
        tenures: The owners, in order of when the subject became theirs.
        history: The facts.
        editions: The editions whose lifecycles say what a move means.
        absences: When people were reported to be away.

    Example:
        >>> from alignkit.happenings import StageChanged
        >>> lead = Subject(id="L1")
        >>> moves = [
        ...     Event(
        ...         id=stage,
        ...         subject=lead,
        ...         at=datetime(2026, 3, day, 9, tzinfo=UTC),
        ...         fact=StageChanged(to_stage=stage),
        ...     )
        ...     for day, stage in ((2, "mql"), (4, "sal"))
        ... ]
        >>> story = Story(subject=lead, records=(lead,), facts=tuple(moves))
        >>> journey = Journey.of(story, as_of=datetime(2026, 3, 9, 9, tzinfo=UTC))
        >>> [visit.stage for visit in journey.visits]
        ['mql', 'sal']
        >>> journey.stage(datetime(2026, 3, 3, tzinfo=UTC))
        'mql'
        >>> journey.time_in("sal").wall.days
        5
    """

    subject: Subject
    records: tuple[Subject, ...]
    as_of: datetime
    visits: tuple[Visit, ...]
    cycles: tuple[Cycle, ...]
    tenures: tuple[Tenure, ...]
    # Two recordings that say the same are one fact, whichever of them is kept.
    history: History = attrs.field(eq=False, repr=False)
    editions: tuple[Edition, ...] = attrs.field(default=(), repr=False)
    absences: Absences = attrs.field(default=NONE_TOLD, repr=False)

    @classmethod
    def of(
        cls,
        story: Story,
        *,
        as_of: datetime,
        known_at: datetime | None = None,
        editions: Sequence[Edition] = (),
        people: People = NO_PEOPLE,
    ) -> Self:
        """Return the journey of a story by the facts known at a moment [E2].

        Args:
            story: The facts.
            as_of: The moment of the question.
            known_at: The moment by which a fact must have been recorded to be seen;
                None for all of them.
            editions: The editions whose lifecycles say what a move means, in order of
                when they are in force; without one, stages are taken as they come.
            people: What was reported about people.

        Raises:
            NaiveMomentError: If a moment has no zone.
        """
        instant = to_instant(as_of, "as_of")
        recorded = None if known_at is None else to_instant(known_at, "known_at")
        history = known(story.facts, as_of=instant, known_at=recorded)
        visits: list[Visit] = []
        cycles: list[Cycle] = []
        tenures: list[Tenure] = []
        for strand in strands(history.events):
            told = tuple(legs(strand.events, editions))
            visits += _visits(strand, told)
            cycles += _cycles(strand, told)
            tenures += _tenures(strand)
        return cls(
            subject=story.subject,
            records=story.records,
            as_of=as_of,
            visits=tuple(sorted(visits, key=lambda one: to_instant(one.entered, "at"))),
            cycles=tuple(sorted(cycles, key=lambda one: to_instant(one.started, "at"))),
            tenures=tuple(sorted(tenures, key=lambda one: to_instant(one.since, "at"))),
            history=history,
            editions=tuple(editions),
            absences=people.absences(
                as_of=instant, before=None if recorded is None else recorded + 1
            ),
        )

    def stage(self, at: datetime) -> str | None:
        """Return the stage in which the subject was; None where that is not known.

        Raises:
            NaiveMomentError: If `at` has no zone.
        """
        visit = self.visit(at)
        return None if visit is None else visit.stage

    def visit(self, at: datetime) -> Visit | None:
        """Return the visit to a stage during which a moment lies.

        The instant at which it left belongs to the next visit [T5].
        """
        instant = self._seen(at)
        held = [one for one in self.visits if _lasted(one.entered, one.left, instant)]
        return self._own(held)

    def owner(self, at: datetime) -> str | None:
        """Return whose the subject was; None for nobody."""
        tenure = self.tenure(at)
        return None if tenure is None else tenure.owner

    def team(self, at: datetime) -> str | None:
        """Return whose team's the subject was, so far as that was told."""
        tenure = self.tenure(at)
        return None if tenure is None else tenure.team

    def tenure(self, at: datetime) -> Tenure | None:
        """Return the tenure during which a moment lies; None before the first."""
        instant = self._seen(at)
        held = [one for one in self.tenures if _lasted(one.since, one.until, instant)]
        return self._own(held)

    def is_available(self, at: datetime, person: str | None = None) -> bool | None:
        """Say whether somebody was there at a moment, and not away [K10].

        Who is away is listed in the organisation of the edition in force at that
        moment, or was reported as a fact; of a range of dates, the last one is
        included.

        Args:
            at: The moment.
            person: The person; the owner at that moment if none is named. None is
                returned where there was no owner.

        Raises:
            NaiveMomentError: If `at` has no zone.
        """
        about, instant = person or self.owner(at), to_instant(at, "at")
        if about is None:
            return None
        zone, organization = "UTC", Organization()
        if self.editions:
            starts = [one.starts for one in self.editions]
            edition = self.editions[max(bisect_right(starts, instant) - 1, 0)]
            zone, organization = edition.zone, edition.organization
        away = self.absences.when(about, zone, organization)
        return not any(start <= instant < end for start, end in away)

    def value(self, path: str, at: datetime) -> Content:
        """Return what a field held at a moment, as far as the facts tell.

        A change that names what was there before tells of the time before it. None
        where the field was empty or nobody told.

        Args:
            path: The field, such as ``"company.industry"``.
            at: The moment; of later than the question, nothing is known.

        Raises:
            NaiveMomentError: If `at` has no zone.
        """
        instant, name = self._seen(at), canonical_path(path)
        for strand in reversed(self._strands):
            upto = bisect_right(strand.events, instant, key=lambda timed: timed[0])
            values = Tables.of(strand.events[:upto]).values
            if name in values:
                return values[name]
            for _, event in strand.events[upto:]:
                fact = event.fact
                if (
                    isinstance(fact, FieldChanged)
                    and canonical_path(fact.field) == name
                ):
                    if fact.previous is not None:
                        return fact.previous
                    break
        return None

    def time_in(
        self,
        *stages: str,
        stay: Stay = Stay.CUMULATIVE,
        hours: BusinessHours | None = None,
        cycle: int | None = None,
    ) -> Lapse:
        """Return how long the subject was in some stages, up to the question.

        What two records were in at the same time counts once [E7].

        Args:
            stages: The stages; those that touch make one visit.
            stay: All visits together, or the latest of them.
            hours: The business hours that count; without them, wall time alone.
            cycle: The cycle whose visits count; None for all.
        """
        stretches = _joined(
            one.stretch(self.as_of)
            for one in self.visits
            if one.stage in stages and cycle in (None, one.cycle)
        )
        if stay is Stay.LATEST:
            stretches = stretches[-1:]
        wall = sum(end - start for start, end in stretches)
        business = None
        if hours is not None:
            open_time = sum(hours.open_between(low, high) for low, high in stretches)
            business = to_duration(open_time)
        return Lapse(business, to_duration(wall))

    def _seen(self, at: datetime) -> int:
        """Return an instant; one later than the question, as that of the question."""
        return min(to_instant(at, "at"), to_instant(self.as_of, "as_of"))

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What of it cannot be, or was not agreed; see `conformance`."""
        contradicted = (one.finding(self.subject) for one in self.history.conflicts)
        told = (conformance(strand, self.editions) for strand in self._strands)
        return (*contradicted, *itertools.chain.from_iterable(told))

    @property
    def _strands(self) -> tuple[Strand, ...]:
        return strands(self.history.events)

    def _own(self, held: Sequence[_Held]) -> _Held | None:
        """Return what the subject itself holds, or else the record that came last."""
        ordered = sorted(held, key=lambda one: one.record == self.subject)
        return ordered[-1] if ordered else None


def _lasted(since: datetime, until: datetime | None, instant: int) -> bool:
    """Say whether something lasted at an instant; its end is no part of it [T5]."""
    has_ended = until is not None and to_instant(until, "until") <= instant
    return to_instant(since, "since") <= instant and not has_ended


def journeys(
    editions: Sequence[Edition],
    events: Iterable[Event | Mapping[str, object]],
    *,
    as_of: datetime,
    known_at: datetime | None = None,
    shared: Iterable[Event | Mapping[str, object]] = (),
) -> tuple[Journey, ...]:
    """Return the journey of each subject that some facts tell of.

    Args:
        editions: The editions of one agreement, in order of when they are in force.
        events: The facts, as events or in their JSON form, in any order; repeats are
            harmless [E3].
        as_of: The moment of the question: nothing that happened later is seen [E2].
        known_at: The moment by which a fact must have been recorded to be seen; None
            for all of them.
        shared: Facts about people beside those of the subjects [E5]; the same facts
            among the events count as well.

    Returns:
        The journeys, in order of kind and id of the subject. Records that were merged,
        and what a lead became, are one subject [E7, E8].

    Raises:
        NaiveMomentError: If a moment has no zone.
        EventError: If an event in JSON form cannot be read; it carries all the faults
            of all of them.
    """
    faults: list[Finding] = []
    facts = read(events, "$", None, faults)
    beside = read(shared, "$.shared", None, faults)
    if faults:
        raise EventError(tuple(faults))
    told = stories(
        by_subject(facts),
        as_of=to_instant(as_of, "as_of"),
        known_at=None if known_at is None else to_instant(known_at, "known_at"),
    )
    people = People.of((*facts, *beside))
    found = (
        Journey.of(
            story, as_of=as_of, known_at=known_at, editions=editions, people=people
        )
        for story in told
    )
    return tuple(
        one for one in found if one.history.all_events or one.history.conflicts
    )


def _visits(strand: Strand, legs: Sequence[Leg]) -> Iterator[Visit]:
    """Yield the visits of a record; those of no known stage are none."""
    visit = _inferred(strand, legs)
    for leg in legs:
        if leg.to_stage == leg.from_stage:
            continue
        if visit is not None:
            yield attrs.evolve(visit, left=leg.event.at, left_by=leg.event.id)
        visit = None
        if leg.to_stage is not None:
            visit = Visit(
                record=strand.subject,
                stage=leg.to_stage,
                entered=leg.event.at,
                entered_by=leg.event.id,
                cycle=leg.cycle,
                direction=leg.direction,
            )
    if visit is not None:
        yield attrs.evolve(visit, left=_until(strand), left_by=strand.until_by)


def _inferred(strand: Strand, legs: Sequence[Leg]) -> Visit | None:
    """Return the visit to the stage that a record left by its first move, if one did.

    It began when the record was created, so far as that was told.
    """
    first = next((leg for leg in legs if leg.to_stage is not None), None)
    created = next(
        (event for _, event in strand.events if isinstance(event.fact, LeadCreated)),
        None,
    )
    if first is None or created is None or first.event is created:
        return None
    fact = first.event.fact
    stage = fact.from_stage if isinstance(fact, StageChanged) else None
    is_earlier = to_instant(created.at, "at") <= first.at
    if stage is None or stage == first.to_stage or not is_earlier:
        return None
    return Visit(
        record=strand.subject,
        stage=stage,
        entered=created.at,
        entered_by=created.id,
        is_inferred=True,
    )


def _cycles(strand: Strand, legs: Sequence[Leg]) -> Iterator[Cycle]:
    """Yield the cycles of a record; one that goes on where no lifecycle tells."""
    if not legs:
        return
    cycle = Cycle(
        record=strand.subject,
        number=legs[0].cycle,
        started=legs[0].event.at,
        started_by=legs[0].event.id,
    )
    for leg in legs:
        if leg.ends_cycle and cycle.ended is None:
            cycle = attrs.evolve(
                cycle, ended=leg.event.at, ended_by=leg.event.id, outcome=leg.outcome
            )
        if leg.cycle > cycle.number:
            yield cycle
            cycle = Cycle(
                record=strand.subject,
                number=leg.cycle,
                started=leg.event.at,
                started_by=leg.event.id,
            )
    yield cycle


def _tenures(strand: Strand) -> Iterator[Tenure]:
    """Yield whose a record was, as the facts told it."""
    tables, tenure = Tables.of(()), None
    for at, event in strand.events:
        tables.tell(at, event)
        if not {"owner", "team"} & tables.values.keys():
            continue
        owner, team = (_name(tables.values.get(one)) for one in ("owner", "team"))
        if tenure is not None and (owner, team) == (tenure.owner, tenure.team):
            continue
        if tenure is not None:
            yield attrs.evolve(tenure, until=event.at)
        tenure = Tenure(
            record=strand.subject,
            owner=owner,
            team=team,
            since=event.at,
            since_by=event.id,
        )
    if tenure is not None:
        yield attrs.evolve(tenure, until=_until(strand))


def _name(held: Content) -> str | None:
    return held if isinstance(held, str) else None


def _until(strand: Strand) -> datetime | None:
    """Return when a record was merged into another."""
    return None if strand.until is None else to_moment(strand.until, UTC)


def _joined(stretches: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return stretches in order, those that touch or overlap as one [T5]."""
    joined: list[tuple[int, int]] = []
    for start, end in sorted(stretches):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((start, end))
    return joined
