"""Gauges: all that one subject is judged by, ready for any subject.

The terms of an agreement are made ready once, in a form that nothing changes. Put to
the record of a subject, they say how each promise stands: by the facts in order, then
by what was learned late, by what forgives it, and by what is not known.
"""

from __future__ import annotations

import functools
import itertools
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from typing import Self, cast

import attrs

from alignkit.absences import Absences
from alignkit.accounts import Account
from alignkit.clocks import CompiledTerm
from alignkit.counts import View, Views, Way
from alignkit.custody import NOBODY, Custody, assignments
from alignkit.cycles import Circuit
from alignkit.editions import Edition
from alignkit.events import Subject
from alignkit.exchanges import Exchange, Hearings, exchanges
from alignkit.facts import local_day
from alignkit.findings import Finding, Severity
from alignkit.happenings import OwnerAssigned, WaiverGranted
from alignkit.histories import History, Timed
from alignkit.identities import Joining
from alignkit.instants import to_instant
from alignkit.keepings import kept
from alignkit.matches import Record
from alignkit.pardons import Pardons
from alignkit.promises import (
    Attempts,
    Cadence,
    Deadline,
    Duration,
    Quality,
    Volume,
)
from alignkit.reckonings import judge
from alignkit.replays import Clockwork, State
from alignkit.revisions import Key, finals, is_revised
from alignkit.standings import Status
from alignkit.stories import Kinship
from alignkit.surges import (
    Arrival,
    Beyond,
    has_capacity,
    most_of,
    relaxed,
    takes_place,
    told_beyond,
)
from alignkit.terms import Term
from alignkit.validities import Validities
from alignkit.verdicts import Basis, Source, Verdict, undecided, unowed
from alignkit.weighings import weighed


@attrs.frozen(kw_only=True)
class Found:
    """What came of one subject.

    Attributes:
        verdicts: Those on it, term by term and cycle by cycle.
        review: What could not be judged of it, and why.
        kept: How it kept the promises of which a share has to be kept, by term.
        exchanges: What became of its items of feedback.
    """

    verdicts: tuple[Verdict, ...]
    review: tuple[Finding, ...]
    kept: Mapping[str, Views]
    exchanges: tuple[Exchange, ...]


@attrs.frozen(kw_only=True, eq=False)
class Gauge:
    """The terms of an agreement that are about one subject, ready to be put to facts.

    It is immutable and can be shared between threads.

    Attributes:
        editions: The editions, in order of when they are in force.
        clockwork: The terms that have clocks.
        validities: The terms that are kept or broken at once.
        hearings: The feedback loops.
        accounts: The terms that span subjects, which a promise may depend on.
        kept: The ids of the terms of which a share has to be kept.
        relaxed: The terms with a capacity, as they are in a surge; None without any.
        beyond: Which promises are judged as in a surge; None for none.
        joined: Which records are duplicates, as far as is known.
        depends: Whether a term depends on what is owed by others [K10].
        sources: The names of the editions.
        terms: The party and the id of each term, in the order of the agreement.
    """

    editions: tuple[Edition, ...]
    clockwork: Clockwork
    validities: Validities
    hearings: Hearings
    accounts: tuple[Account, ...]
    kept: frozenset[str]
    relaxed: Clockwork | None
    beyond: Beyond | None = None
    joined: Mapping[Subject, Joining] = attrs.field(factory=dict)
    depends: bool
    sources: tuple[Source, ...]
    terms: tuple[tuple[str, str], ...]

    @classmethod
    def of(
        cls,
        editions: Sequence[Edition],
        judged: Sequence[Mapping[str, Term]],
        accounts: Sequence[Account],
    ) -> Self:
        """Return the gauge of some editions, in order of when they are in force.

        Args:
            editions: The editions.
            judged: The terms of each that are judged, by id.
            accounts: Those of them that span subjects.
        """
        starts = tuple(one.starts for one in editions)
        compiled = tuple(map(_compiled, editions, judged))
        circuits = tuple(map(Circuit.of, editions))
        surging = {
            id_
            for terms in judged
            for id_, term in terms.items()
            if term.capacity is not None
        }
        eased = [relaxed(terms, surging) for terms in judged]
        return cls(
            editions=tuple(editions),
            clockwork=Clockwork.of(starts, compiled, circuits),
            relaxed=(
                Clockwork.of(starts, tuple(map(_compiled, editions, eased)), circuits)
                if surging
                else None
            ),
            validities=Validities.of(editions, judged),
            hearings=Hearings.of(starts, [one.loops for one in editions]),
            accounts=tuple(accounts),
            kept=frozenset(
                id_
                for terms in judged
                for id_, term in terms.items()
                if term.keep is not None
                and not isinstance(term.promise, Volume | Quality)
            ),
            depends=any(
                term.excuses.void_without or term.excuses.extended_by
                for terms in judged
                for term in terms.values()
            ),
            sources=tuple(map(Source.of, editions)),
            terms=tuple(
                dict.fromkeys(
                    (term.party, id_) for terms in judged for id_, term in terms.items()
                )
            ),
        )

    def found(self, record: Record, clocks: State | None = None) -> Found:
        """Return what came of a subject, by the targets that are taken to hold.

        Args:
            record: Its record.
            clocks: How far its facts have brought the clocks, where that is known.
        """
        if self.clockwork.starts_again and record.is_joined:
            # How far the clocks have come was told as of one record.
            kinship = Kinship.of(record.history.events)
            eased = self.relaxed and self.relaxed.among(kinship)
            clockwork = self.clockwork.among(kinship)
            told = attrs.evolve(self, clockwork=clockwork, relaxed=eased)
            return told.found(record)
        if self.clockwork.looks_back and not record.is_plain:
            # How far they have come was told in order, and not as it was learned.
            about = record.ways_when
            eased = self.relaxed and self.relaxed.about(about)
            clockwork = self.clockwork.about(about)
            told = attrs.evolve(self, clockwork=clockwork, relaxed=eased)
            return told.found(record)
        subject, history, as_of = record.subject, record.history, record.as_of
        custody = Custody(
            assigned=assignments(history.events), absences=record.absences
        )
        state = clocks or self._after(history.events, custody.absences)
        verdicts = self._settled(subject, history, state, as_of, custody)
        reported = self._reported(record, custody)
        late = _learned(history, state)
        if late or reported:
            before = finals(
                self.clockwork,
                record.facts,
                sorted({*late, *reported}) if reported else late,
                as_of=as_of,
                statuses=functools.partial(self._statuses, record),
                is_odd=bool(reported) or self.relaxed is not None,
            )
            verdicts = {
                key: attrs.evolve(verdict, revised=True)
                if is_revised(before.get(key, ()), verdict.status)
                else verdict
                for key, verdict in verdicts.items()
            }
        verdicts |= self.validities.judged(record)
        verdicts = self._once(subject, self._pardoned(record, verdicts, custody))
        review = (
            *(conflict.finding(subject) for conflict in history.conflicts),
            *self._ungoverned(subject, state),
            *self._unavailable(custody),
            *self.validities.ungoverned(record),
        )
        ids = [id_ for _, id_ in self.terms]
        return Found(
            verdicts=tuple(
                verdicts[key]
                for key in sorted(verdicts, key=lambda key: (ids.index(key[0]), key[1]))
            ),
            review=review,
            kept=self._kept(record, verdicts),
            exchanges=tuple(exchanges(self.hearings, subject, history.events)),
        )

    def arrivals(self, record: Record) -> Iterator[Arrival]:
        """Yield what takes a place in its day of the promises to a subject [K10]."""
        if self.relaxed is None:
            return
        clocks = {one.id: one for one in self.relaxed.successions}
        for verdict in attrs.evolve(self, relaxed=None).found(record).verdicts:
            run = None if verdict.basis is None else verdict.basis.run
            if verdict.term not in clocks or run is None:
                continue
            is_owed = takes_place(verdict)
            if is_owed is False:
                continue
            # It came when it started, whichever edition it has gone over to since.
            succession = clocks[verdict.term]
            edition = run.edition
            if run.adopted is not None:
                edition = succession.in_force_at(run.started)
            compiled = cast("CompiledTerm", succession.terms[edition])
            yield Arrival(
                term=verdict.term,
                day=local_day(run.started, compiled.zone),
                started=run.started,
                subject=record.subject,
                cycle=run.cycle,
                most=most_of(compiled.term.capacity),
                is_sure=bool(is_owed),
            )

    def _once(
        self, subject: Subject, verdicts: Mapping[Key, Verdict]
    ) -> dict[Key, Verdict]:
        """Return verdicts, on a duplicate as not owed [E8]."""
        joining = self.joined.get(subject)
        if joining is None:
            return dict(verdicts)
        into = f"{joining.into.kind} {joining.into.id}"
        reason = f"whether it is a duplicate of {into} depends on facts that "
        reason += "contradict each other"
        if joining.is_sure:
            return {
                key: unowed(one, f"duplicate of {into}")
                for key, one in verdicts.items()
            }
        return {
            key: one if one.status is Status.EXCLUDED else undecided(one, reason)
            for key, one in verdicts.items()
        }

    def _pardoned(
        self, record: Record, verdicts: Mapping[Key, Verdict], custody: Custody
    ) -> dict[Key, Verdict]:
        """Return verdicts with what forgives them, and whether that revised them."""
        granted = self._granted(record, verdicts, custody)
        if granted == verdicts and not self.depends:
            return granted
        said: dict[Key, set[Status]] = {}
        for _, past in record.views[:-1]:
            for key, one in self._as_of_then(past).items():
                if one.status.is_settled or one.status is Status.BREACHED:
                    said.setdefault(key, set()).add(one.status)
        return {
            key: attrs.evolve(
                one,
                revised=is_revised(said.get(key, ()), one.status)
                or (one.revised and one == verdicts[key]),
            )
            for key, one in granted.items()
        }

    def _as_of_then(self, past: Record) -> dict[Key, Verdict]:
        """Return the verdicts on what was known of a subject at an earlier time."""
        clocks = self._after(past.history.events, past.absences)
        custody = Custody(absences=past.absences)
        told = self._settled(past.subject, past.history, clocks, past.as_of, custody)
        return self._granted(past, told | self.validities.judged(past), custody)

    def _granted(
        self, record: Record, verdicts: Mapping[Key, Verdict], custody: Custody
    ) -> dict[Key, Verdict]:
        """Return verdicts with what forgives them [K10]."""
        if not self.depends and not any(
            isinstance(event.fact, WaiverGranted) for _, event in record.history.events
        ):
            return dict(verdicts)
        pardons = Pardons(
            verdicts=verdicts,
            record=record,
            accounts=self.accounts,
            custody=custody,
        )
        return pardons.granted()

    def _kept(
        self, record: Record, verdicts: Mapping[Key, Verdict]
    ) -> dict[str, Views]:
        """Return how the promises were kept of which a share has to be [K16]."""
        if not self.kept:
            return {}
        *earlier, (latest, _) = record.views
        ways = [
            (since, self._counts(past, self._as_of_then(past)))
            for since, past in earlier
        ]
        ways.append((latest, self._counts(record, verdicts)))
        return {
            id_: tuple(View(since, (counts.get(id_, ()),)) for since, counts in ways)
            for id_ in self.kept
        }

    def _counts(
        self, record: Record, verdicts: Mapping[Key, Verdict]
    ) -> dict[str, Way]:
        counts: dict[str, Way] = {}
        for (id_, _), verdict in verdicts.items():
            if id_ in self.kept:
                counts[id_] = counts.get(id_, ()) + kept(verdict, record.as_of)
        return counts

    def _after(self, events: Sequence[Timed], absences: Absences) -> State:
        """Return how far some facts bring the clocks, by who was away when."""
        return self.clockwork.after(events, self.clockwork.opened(absences))

    def _reported(self, record: Record, custody: Custody) -> frozenset[int]:
        """Return when something was recorded of owners for whose absence clocks rest.

        A report of an absence reaches back, however early it was recorded.
        """
        if not (self.clockwork.rests_for_absences and record.people.facts):
            return frozenset()
        owners = (
            event.fact.owner
            for _, event in custody.assigned
            if isinstance(event.fact, OwnerAssigned)
        )
        return record.people.learned(filter(None, owners))

    def _statuses(
        self, record: Record, history: History, as_of: int, moment: int
    ) -> dict[Key, Status]:
        absences = record.people.absences(as_of=as_of, before=moment)
        state = self._after(history.events, absences)
        custody = Custody(absences=absences)
        verdicts = self._settled(record.subject, history, state, as_of, custody)
        return {key: verdict.status for key, verdict in verdicts.items()}

    def _settled(
        self,
        subject: Subject,
        history: History,
        state: State,
        as_of: int,
        custody: Custody = NOBODY,
    ) -> dict[Key, Verdict]:
        """Return verdicts, unknown where a form of a conflict changes them [E3]."""
        verdicts = self._relaxing(
            self._verdicts(subject, state, history.events, as_of, custody),
            history.events,
            subject,
            as_of,
            custody,
        )
        contested = dict(verdicts)
        for id_, told, absences in self._ways(history, as_of, custody.absences):
            reason = f"the facts with the id {id_!r} contradict each other"
            other = self._relaxing(
                self._verdicts(subject, self._after(told, absences), told, as_of),
                told,
                subject,
                as_of,
                Custody(absences=absences),
            )
            for key in other | verdicts:
                one, two = verdicts.get(key), other.get(key)
                if _decisive(one) != _decisive(two):
                    shown = cast("Verdict", contested.get(key, two))
                    contested[key] = undecided(shown, reason)
        if contested == verdicts:
            return verdicts
        return dict(sorted(contested.items(), key=lambda pair: self._place(pair[0])))

    def _ways(
        self, history: History, as_of: int, absences: Absences
    ) -> Iterator[tuple[str, Sequence[Timed], Absences]]:
        """Yield the facts, and who was away, by each form of a contradiction [E3]."""
        for conflict in history.conflicts:
            for form in conflict.forms:
                if to_instant(form.at, "at") <= as_of:
                    yield conflict.id, history.assuming(form), absences
        if self.clockwork.rests_for_absences:
            for id_, other in absences.contested:
                yield id_, history.events, other

    def _relaxing(
        self,
        verdicts: dict[Key, Verdict],
        events: Sequence[Timed],
        subject: Subject,
        as_of: int,
        custody: Custody,
    ) -> dict[Key, Verdict]:
        """Return verdicts, by the relaxed target where one came in a surge [K10]."""
        clocks, beyond = self.relaxed, self.beyond
        if clocks is None or beyond is None or not any(map(beyond, verdicts)):
            return verdicts
        state = clocks.after(events, clocks.opened(custody.absences))
        eased = self._verdicts(subject, state, events, as_of, custody, clocks)
        return verdicts | {
            key: told_beyond(verdict)
            for key, verdict in eased.items()
            if beyond(key) and has_capacity(verdict)
        }

    def _place(self, key: Key) -> tuple[int, int]:
        ids = [succession.id for succession in self.clockwork.successions]
        return ids.index(key[0]), key[1]

    def _verdicts(
        self,
        subject: Subject,
        state: State,
        events: Sequence[Timed],
        as_of: int,
        custody: Custody = NOBODY,
        clocks: Clockwork | None = None,
    ) -> dict[Key, Verdict]:
        """Return the verdicts on a subject by term and cycle."""
        clocks = clocks or self.clockwork
        found = self._at(subject, clocks, state, events, as_of, custody)
        for start in clocks.starts if clocks.adopting else ():
            if start <= as_of:
                continue
            # What runs may go over to an edition that is to come [K6, K13].
            at = int(start)
            then = self._at(subject, clocks, state, events, at, custody)
            found = {key: _until(one, then[key], at) for key, one in found.items()}
        return found

    def _at(
        self,
        subject: Subject,
        clocks: Clockwork,
        state: State,
        events: Sequence[Timed],
        as_of: int,
        custody: Custody,
    ) -> dict[Key, Verdict]:
        """Return the verdicts at an instant, by the edition that governs each then."""
        state = clocks.brought(state, events, as_of)
        return {
            (succession.id, run.cycle): judge(
                run,
                succession.governing(run),
                found,
                subject=subject,
                source=self.sources[run.edition],
                as_of=as_of,
                custody=custody,
            )
            for succession, progress in zip(
                clocks.successions, state.progress, strict=True
            )
            for run, found in weighed(succession, progress, as_of)
        }

    def _unavailable(self, custody: Custody) -> Iterator[Finding]:
        """Yield a finding for each assignment to somebody who was away [K8]."""
        starts = [one.starts for one in self.editions]
        for place, group in itertools.groupby(
            custody.assigned, key=lambda one: max(bisect_right(starts, one[0]) - 1, 0)
        ):
            edition = self.editions[place]
            part = attrs.evolve(custody, assigned=tuple(group))
            yield from part.unavailable(edition.organization, edition.zone)

    def _ungoverned(self, subject: Subject, state: State) -> Iterator[Finding]:
        """Yield a finding for each promise that began before the first edition."""
        for succession, progress in zip(
            self.clockwork.successions, state.progress, strict=True
        ):
            for run in progress.runs:
                if not succession.is_governed(run):
                    yield Finding(
                        code="AK-P001",
                        severity=Severity.INFO,
                        message=(
                            f"{succession.id} on {subject.kind} {subject.id} began "
                            "before the first edition was in force; it is not judged"
                        ),
                        path=f"$.{subject.kind}.{subject.id}",
                        seen=run.started_by.at.isoformat(),
                        expected=f"a start from edition {self.sources[0].version} on",
                    )


def _learned(history: History, state: State) -> Sequence[int]:
    """Return when facts were recorded that may change what was settled, in order.

    That is what was learned afterwards, and what opened a clock again that had ended.
    """
    reopened = [
        recorded
        for progress in state.progress
        for run in progress.runs
        for recorded in run.reopened
    ]
    return sorted({*history.late, *reopened}) if reopened else history.late


def _decisive(verdict: Verdict | None) -> object:
    """Return what a verdict decides, to tell whether another decides the same."""
    if verdict is None:
        return None
    return (
        verdict.status,
        verdict.target,
        verdict.started_at,
        verdict.due_at,
        verdict.fulfilled_at,
        verdict.paused,
    )


def _compiled(edition: Edition, terms: Mapping[str, Term]) -> dict[str, CompiledTerm]:
    """Return the terms that have a clock, ready to be judged, by id."""
    owed = {one.term.id: one for one in edition.owed}
    silent = {one.term.id for one in edition.silences}
    return {
        id_: CompiledTerm.of(edition, term, term.promise, owed.get(id_))
        for id_, term in terms.items()
        if isinstance(term.promise, Deadline | Cadence | Attempts | Duration)
        and id_ not in silent
    }


def _shown(verdict: Verdict) -> object:
    """Return what a host sees of a verdict: its status, and the steps that fired."""
    return verdict.status, [one.step for one in verdict.steps if one.has_fired]


def _until(verdict: Verdict, then: Verdict, at: int) -> Verdict:
    """Return a verdict with when it changes, if its term may at an instant to come.

    Args:
        verdict: How the promise stands, and when that would change as it is.
        then: How it stands at that instant, if nothing happens until then.
        at: The instant.
    """
    changes = verdict.next_change_at
    if changes is not None and to_instant(changes, "changes") < at:
        return verdict
    if _shown(verdict) != _shown(then):
        here = cast("Basis", then.basis).as_of
        return attrs.evolve(verdict, next_change_at=here)
    return attrs.evolve(verdict, next_change_at=then.next_change_at)
