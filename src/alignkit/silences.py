"""Silences: loops in which nobody has said anything for too long.

A loop that is raised whenever there is something to say falls asleep without anybody
noticing. So each time that feedback is given, whatever it is about, a gap ends and the
next one begins; one that lasts for longer than agreed is an alarm [F4]. A gap in days,
weeks or months is one between dates, and due at the end of the last allowed one [K18].
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Self

import attrs

from alignkit.beginnings import begin
from alignkit.clocks import CompiledTerm
from alignkit.editions import Edition
from alignkit.events import Event, Precision, Subject
from alignkit.facts import local_day, whole_day
from alignkit.happenings import Custom, FeedbackGiven, Retracted
from alignkit.histories import Tables, Timed
from alignkit.instants import to_instant, to_moment
from alignkit.matches import Record
from alignkit.movements import moved
from alignkit.promises import Deadline
from alignkit.reckonings import judge
from alignkit.revisions import is_revised
from alignkit.runs import Role, Run
from alignkit.spans import CalendarTime
from alignkit.standings import Status, standing
from alignkit.verdicts import Source, Verdict, undecided
from alignkit.zones import zone

_AGREED = "loop_agreed"
"""What the gap before the first feedback begins with."""


@attrs.frozen(eq=False)
class Silences:
    """The loops of an agreement that may not fall silent, ready to be judged.

    Attributes:
        starts: From when each edition is in force.
        terms: For each loop, the term as every edition has it; None where it has not.
        sources: The names of the editions.
    """

    starts: tuple[float, ...]
    terms: Mapping[str, tuple[CompiledTerm | None, ...]]
    sources: tuple[Source, ...]

    @classmethod
    def of(cls, editions: Sequence[Edition]) -> Self:
        """Return what is promised of some editions, in order."""
        compiled = [
            {
                one.loop.id: CompiledTerm.of(edition, one.term, one.term.promise)
                for one in edition.silences
                if isinstance(one.term.promise, Deadline)
            }
            for edition in editions
        ]
        loops = dict.fromkeys(id_ for each in compiled for id_ in each)
        return cls(
            starts=tuple(one.starts for one in editions),
            terms={id_: tuple(each.get(id_) for each in compiled) for id_ in loops},
            sources=tuple(map(Source.of, editions)),
        )

    def unheard(self, as_of: int) -> Iterator[Verdict]:
        """Yield a verdict for each loop that one subject leaves unknown [E5].

        Args:
            as_of: The instant of the question.
        """
        edition = sum(start <= as_of for start in self.starts) - 1
        for id_, terms in self.terms.items():
            compiled = terms[edition] if edition >= 0 else None
            if compiled is not None:
                yield Verdict(
                    term=compiled.term.id,
                    party=compiled.term.party,
                    subject_kind="loop",
                    subject=id_,
                    status=Status.UNKNOWN,
                    reason="it is counted over all subjects, of which this is one",
                    agreement=self.sources[edition],
                )

    def words(self, facts: Iterable[Event]) -> Iterator[Event]:
        """Yield what of some facts is feedback in these loops, or withdraws some.

        Args:
            facts: All facts of some subjects, in any order.
        """
        if self.terms:
            told = tuple(facts)
            said = _said(told)
            for one in told:
                if not self.terms.keys().isdisjoint(
                    said.get((one.subject, one.id), ())
                ):
                    yield one

    def verdicts(
        self, facts: Iterable[Event], *, first: int | None, as_of: int
    ) -> Iterator[Verdict]:
        """Yield the verdict on each gap, loop by loop and in order of time.

        The first gap begins when the first edition with the promise comes into force;
        where that has been in force ever since, with the first fact of all.

        Args:
            facts: The facts of all subjects, in any order.
            first: The instant of the first of them; None if there is none.
            as_of: The instant of the question.
        """
        if not self.terms:
            return
        given = _given(facts)
        for id_, terms in self.terms.items():
            loop = Subject(kind="loop", id=id_)
            record = Record.of(loop, given.get(id_, ()), as_of)
            yield from self._judged(record, terms, first)

    def _judged(
        self,
        record: Record,
        terms: Sequence[CompiledTerm | None],
        first: int | None,
    ) -> Iterator[Verdict]:
        ways = [
            self._verdicts(record.subject, way, terms, first, record.as_of)
            for way in record.ways
        ]
        said: dict[int, set[Status]] = {}
        for _, past in record.views[:-1]:
            for cycle, one in self._verdicts(
                past.subject, past.history.events, terms, first, past.as_of
            ).items():
                if one.status.is_settled or one.status is Status.BREACHED:
                    said.setdefault(cycle, set()).add(one.status)
        for cycle, verdict in ways[0].items():
            others = {way[cycle].status if cycle in way else None for way in ways[1:]}
            if others - {verdict.status}:
                names = " and ".join(repr(one.id) for one in record.history.conflicts)
                reason = f"the facts with the id {names} contradict each other"
                yield undecided(verdict, reason)
            else:
                revised = is_revised(said.get(cycle, ()), verdict.status)
                yield attrs.evolve(verdict, revised=revised)

    def _verdicts(
        self,
        subject: Subject,
        way: Iterable[Timed],
        terms: Sequence[CompiledTerm | None],
        first: int | None,
        as_of: int,
    ) -> dict[int, Verdict]:
        """Return the verdicts on the gaps between some facts, by cycle."""
        found: dict[int, Verdict] = {}
        for run, compiled in self._gaps(subject, way, terms, first, as_of):
            cycle = len(found) + 1
            numbered = attrs.evolve(run, cycle=cycle)
            found[cycle] = judge(
                numbered,
                compiled,
                standing(numbered, compiled, as_of),
                subject=subject,
                source=self.sources[run.edition],
                as_of=as_of,
            )
        return found

    def _gaps(
        self,
        subject: Subject,
        way: Iterable[Timed],
        terms: Sequence[CompiledTerm | None],
        first: int | None,
        as_of: int,
    ) -> Iterator[tuple[Run, CompiledTerm]]:
        """Yield the gaps between some facts, each with the term that governs it."""
        agreed = [
            (at, _agreed(subject, at))
            for at in self._agreed(terms, first)
            if at <= as_of
        ]
        run: Run | None = None
        governing: CompiledTerm | None = None
        for at, event in sorted((*agreed, *way), key=lambda one: one[0]):
            if run is not None and governing is not None:
                end = _placed(event, at, governing)
                if _start_of(end, governing) <= run.started:
                    continue
                yield moved(governing, run, Role.STOP, at, end), governing
            edition = sum(start <= at for start in self.starts) - 1
            governing = terms[edition] if edition >= 0 else None
            run = None
            if governing is not None:
                facts = Tables.of(()).facts(governing.zone)
                starter = _placed(event, at, governing)
                run = begin(governing, edition, at, starter, facts)
        if run is not None and governing is not None:
            yield run, governing

    def _agreed(
        self, terms: Sequence[CompiledTerm | None], first: int | None
    ) -> Iterator[int]:
        """Yield when the promise came into force, again and again if it lapsed."""
        before: CompiledTerm | None = None
        for start, compiled in zip(self.starts, terms, strict=True):
            since = first if math.isinf(start) else int(start)
            if compiled is not None and before is None and since is not None:
                yield since
            before = compiled


def _given(facts: Iterable[Event]) -> dict[str, list[Event]]:
    """Return the feedback that was given in each loop, told as facts about the loop.

    Ids are those of a subject, so that the subject becomes a part of each.
    """
    told = tuple(facts)
    said = _said(told)
    found: dict[str, list[Event]] = {}
    for one in told:
        fact = one.fact
        if isinstance(fact, Retracted):
            fact = Retracted(of=_id(one.subject, fact.of))
        for loop in said.get((one.subject, one.id), ()):
            found.setdefault(loop, []).append(
                attrs.evolve(
                    one,
                    id=_id(one.subject, one.id),
                    subject=Subject(kind="loop", id=loop),
                    fact=fact,
                )
            )
    return found


def _said(facts: Sequence[Event]) -> dict[tuple[Subject, str], set[str]]:
    """Return the loops that each id has to do with.

    That is feedback in them, in any of its forms, what withdraws it, and what withdraws
    a withdrawal.
    """
    loops: dict[tuple[Subject, str], set[str]] = {}
    aimed: dict[tuple[Subject, str], list[str]] = {}
    for one in facts:
        if isinstance(one.fact, FeedbackGiven):
            loops.setdefault((one.subject, one.id), set()).add(one.fact.loop)
        elif isinstance(one.fact, Retracted):
            aimed.setdefault((one.subject, one.fact.of), []).append(one.id)
    open_ = [*loops]
    while open_:
        subject, id_ = open_.pop()
        concerned = loops[subject, id_]
        for by in aimed.get((subject, id_), ()):
            known = loops.setdefault((subject, by), set())
            if not concerned <= known:
                known |= concerned
                open_.append((subject, by))
    return loops


def _id(subject: Subject, id_: str) -> str:
    return f"{subject.kind} {subject.id}: {id_}"


def _agreed(subject: Subject, at: int) -> Event:
    moment = to_moment(at, zone("UTC"))
    return Event(id=_AGREED, subject=subject, at=moment, fact=Custom(name=_AGREED))


def _placed(event: Event, at: int, compiled: CompiledTerm) -> Event:
    """Return a fact as it counts: of a gap in dates, its date alone."""
    promise = compiled.promise
    if event.day is not None or not isinstance(promise.within, CalendarTime):
        return event
    here = compiled.zone
    start, _ = whole_day(local_day(at, here), here)
    moment = to_moment(start, zone(here))
    return attrs.evolve(event, at=moment, recorded_at=None, precision=Precision.DAY)


def _start_of(event: Event, compiled: CompiledTerm) -> int:
    if event.day is None:
        return to_instant(event.at, "at")
    return whole_day(event.day, compiled.zone)[0]
