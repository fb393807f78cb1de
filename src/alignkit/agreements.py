"""Agreements: what two teams promised each other, edition after edition.

An agreement is the face of the library: the editions that were signed, in order of the
days from which they hold. It judges nothing by itself; every question is put to the
functions below it, which see an edition, facts and a moment, and nothing else.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Literal, Self, overload

import attrs

from alignkit._fields import several
from alignkit.dockets import Docket
from alignkit.editions import Edition
from alignkit.errors import UnfitValueError
from alignkit.evaluations import Evaluation, evaluate
from alignkit.events import Event, Subject
from alignkit.findings import Finding, Place
from alignkit.handoffs import Handoff
from alignkit.instants import to_instant
from alignkit.journeys import Journey, journeys
from alignkit.lint import lint
from alignkit.phrases import counted
from alignkit.rulings import (
    Bench,
    Ruling,
    rule_on_handoff,
    rule_on_move,
    rule_on_rejection,
)
from alignkit.saved import resumed
from alignkit.states import SubjectState
from alignkit.streams import Stream


@attrs.frozen
class Agreement:
    """The editions of one agreement, each in force until the next one is [K6].

    Attributes:
        editions: In order of the moments from which they are in force; only the first
            may have been in force ever since.
        locate: Returns where a path such as ``$.terms[2]`` is written; None if the
            agreement was not read from a document. Two agreements that say the same are
            equal, wherever they are written.

    Raises:
        UnfitValueError: If there is none, if they are editions of several agreements,
            or if they are not in order.

    Example:
        >>> agreement = Agreement([Edition(id="northwind", version="1")])
        >>> agreement.id
        'northwind'
    """

    editions: tuple[Edition, ...] = several(Edition, at_least=1)
    locate: Callable[[str], Place] | None = attrs.field(
        default=None, eq=False, kw_only=True, repr=False
    )

    def __attrs_post_init__(self) -> None:
        ids = tuple(dict.fromkeys(edition.id for edition in self.editions))
        if len(ids) > 1:
            expected = "editions of one agreement"
            raise UnfitValueError("agreement", "editions", expected, ", ".join(ids))
        starts = [edition.starts for edition in self.editions]
        if any(one >= other for one, other in itertools.pairwise(starts)):
            expected = "editions in order of effective_from, no two of one moment"
            seen = ", ".join(str(edition.effective_from) for edition in self.editions)
            raise UnfitValueError("agreement", "editions", expected, seen)

    def __repr__(self) -> str:
        editions = counted(len(self.editions), "edition")
        terms = counted(len(self.latest.terms), "term")
        version = self.latest.version
        return f"<Agreement {self.id!r}, version {version!r}: {editions}, {terms}>"

    @property
    def id(self) -> str:
        """The name that all its editions share."""
        return self.editions[0].id

    @property
    def latest(self) -> Edition:
        """The edition that was signed last."""
        return self.editions[-1]

    @functools.cached_property
    def docket(self) -> Docket:
        """The agreement made ready to be put to facts; made once."""
        return Docket.of(self.editions)

    def in_force_at(self, moment: datetime) -> Edition | None:
        """Return the edition that is in force at a moment; None before the first [K6].

        Raises:
            NaiveMomentError: If `moment` has no zone.
        """
        at = to_instant(moment, "moment")
        return next((e for e in reversed(self.editions) if e.starts <= at), None)

    def amend(self, edition: Edition) -> Self:
        """Return the agreement with one more edition, which follows the others.

        Raises:
            UnfitValueError: If it is of another agreement or does not follow.
        """
        return type(self)((*self.editions, edition))

    @overload
    def evaluate(
        self,
        events: Iterable[Event | Mapping[str, object]],
        *,
        as_of: datetime,
        known_at: datetime | None = None,
        shared: Iterable[Event | Mapping[str, object]] = (),
        grouped: Literal[False] = False,
    ) -> Evaluation: ...

    @overload
    def evaluate(
        self,
        events: Iterable[Event | Mapping[str, object]],
        *,
        as_of: datetime,
        known_at: datetime | None = None,
        shared: Iterable[Event | Mapping[str, object]] = (),
        grouped: Literal[True],
    ) -> Stream: ...

    def evaluate(
        self,
        events: Iterable[Event | Mapping[str, object]],
        *,
        as_of: datetime,
        known_at: datetime | None = None,
        shared: Iterable[Event | Mapping[str, object]] = (),
        grouped: bool = False,
    ) -> Evaluation | Stream:
        """Return how every promise stands at a moment.

        Args:
            events: The facts, in any order and repeated at will [E3]: events, or
                mappings of their JSON form.
            as_of: The moment of the question; nothing after it is seen [E2].
            known_at: What was recorded by then is seen; None for all of it.
            shared: Facts about people, parties and campaigns, beside those of subjects.
            grouped: Whether the facts come subject by subject. Then nothing is held but
                one subject and counters, and the verdicts can be gone through once.

        Returns:
            The verdicts, and what could not be judged.

        Raises:
            EventError: If an event is faulty; it lists every fault of all of them.
            NaiveMomentError: If a moment has no zone.
            UnfitValueError: If an argument is of another type than it says.

        Example:
            >>> from datetime import UTC
            >>> from alignkit.patterns import Pattern
            >>> from alignkit.promises import Clock, Deadline
            >>> from alignkit.spans import Elapsed
            >>> from alignkit.terms import Term
            >>> clock = Clock(
            ...     start=[Pattern(event="owner_assigned")],
            ...     stop=[Pattern(event="activity_logged")],
            ... )
            >>> answer = Term(
            ...     id="answer",
            ...     party="sales",
            ...     promise=Deadline(clock=clock, within=Elapsed(hours=4)),
            ... )
            >>> agreement = Agreement([Edition(id="northwind", terms=[answer])])
            >>> assigned = {
            ...     "id": "1",
            ...     "lead": "L1",
            ...     "at": "2026-03-02T09:00:00Z",
            ...     "type": "owner_assigned",
            ...     "owner": "kim",
            ... }
            >>> noon = datetime(2026, 3, 2, 12, tzinfo=UTC)
            >>> (verdict,) = agreement.evaluate([assigned], as_of=noon).verdicts
            >>> verdict.status.value, str(verdict.due_at)
            ('pending', '2026-03-02 13:00:00+00:00')
        """
        _check_several(events, "events")
        _check_several(shared, "shared")
        judged = Stream.of if grouped else evaluate
        return judged(
            self.docket, events, as_of=as_of, known_at=known_at, shared=shared
        )

    def check_handoff(
        self, handoff: Handoff | Mapping[str, object], *, as_of: datetime
    ) -> Ruling:
        """Return whether a handoff is right, and why not; see `rulings`."""
        return rule_on_handoff(self._bench, handoff, as_of=as_of)

    def check_rejection(
        self, rejection: Handoff | Mapping[str, object], *, as_of: datetime
    ) -> Ruling:
        """Return whether a lead may be sent back, and why not; see `rulings`."""
        return rule_on_rejection(self._bench, rejection, as_of=as_of)

    def check_move(
        self, move: Handoff | Mapping[str, object], *, as_of: datetime
    ) -> Ruling:
        """Return whether a lead may move, and why not; see `rulings`."""
        return rule_on_move(self._bench, move, as_of=as_of)

    @functools.cached_property
    def _bench(self) -> Bench:
        return Bench.of(self.editions)

    def journeys(
        self,
        events: Iterable[Event | Mapping[str, object]],
        *,
        as_of: datetime,
        known_at: datetime | None = None,
        shared: Iterable[Event | Mapping[str, object]] = (),
    ) -> tuple[Journey, ...]:
        """Return the way of each subject through its stages; see `journeys`."""
        return journeys(
            self.editions, events, as_of=as_of, known_at=known_at, shared=shared
        )

    def journey(
        self,
        events: Iterable[Event | Mapping[str, object]],
        *,
        as_of: datetime,
        known_at: datetime | None = None,
        subject: Subject | str | None = None,
        shared: Iterable[Event | Mapping[str, object]] = (),
    ) -> Journey:
        """Return the way of one subject through its stages; see `journeys`.

        Args:
            events: The facts, as events or in their JSON form, in any order.
            as_of: The moment of the question [E2].
            known_at: The moment by which a fact must have been recorded to be seen.
            subject: The subject, or any record that is it; the id of a lead is enough.
                None if the facts tell of one subject alone.
            shared: Facts about people, beside those of subjects [E5].

        Raises:
            NaiveMomentError: If a moment has no zone.
            EventError: If an event in JSON form cannot be read.
            UnfitValueError: If the facts do not tell of that subject, or if none is
                named and they tell of none or of several.
        """
        found = self.journeys(events, as_of=as_of, known_at=known_at, shared=shared)
        about = Subject(id=subject) if isinstance(subject, str) else subject
        fits = [one for one in found if about is None or about in one.records]
        if len(fits) == 1:
            return fits[0]
        names = ", ".join(f"{one.subject.kind} {one.subject.id}" for one in found[:5])
        asked = "none named" if about is None else f"{about.kind} {about.id}"
        expected = f"one of {names}" if found else "facts of one subject"
        raise UnfitValueError("journey", "subject", expected, asked)

    def open(
        self,
        subject: Subject | str,
        shared: Iterable[Event | Mapping[str, object]] = (),
    ) -> SubjectState:
        """Return the state of a subject of which nothing is known yet.

        Args:
            subject: The subject; the id of a lead is enough.
            shared: Facts about people, parties and campaigns.
        """
        about = Subject(id=subject) if isinstance(subject, str) else subject
        return SubjectState.of(self.docket, about, shared)

    def resume(self, mapping: Mapping[str, object]) -> SubjectState:
        """Return the state that was saved with `to_dict`; see `saved.resumed`."""
        return resumed(self.docket, mapping)

    def lint(self, *, as_of: datetime | None = None) -> tuple[Finding, ...]:
        """Return what is weak about it, the worst first; see `lint.lint`.

        Where the agreement was read from a document, each finding has its place in it.
        """
        return lint(self.editions, as_of=as_of, locate=self.locate)


def _check_several(given: object, argument: str) -> None:
    # One event by itself would fall apart into its keys.
    if isinstance(given, Mapping | str) or not isinstance(given, Iterable):
        expected = "several events, such as a list of them"
        raise UnfitValueError("history", argument, expected, repr(given)[:80])
