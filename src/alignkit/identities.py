"""Identities: which records are one person, by what an agreement declares [E8].

Of the records with the same values in the fields that tell a person, the first counts,
and a later one within the window joins it. A cycle that ended in between makes the
later one a return and no duplicate. What is asked is all that is known [K11]: a field
that is filled in the next day tells as much.
"""

from __future__ import annotations

import itertools
import math
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence

import attrs

from alignkit.criteria import Reach, Side, canonical_path
from alignkit.cycles import Circuit, Track
from alignkit.editions import Edition
from alignkit.errors import MomentOutOfRangeError
from alignkit.events import Subject
from alignkit.facts import window
from alignkit.findings import Finding, Severity
from alignkit.histories import Tables, Timed
from alignkit.matches import Record


@attrs.frozen
class Joining:
    """That a record is a duplicate, or may be.

    Attributes:
        into: The record that it joins.
        is_sure: Whether that is known; it is not where facts about one of them
            contradict each other.
    """

    into: Subject
    is_sure: bool = True


@attrs.frozen(kw_only=True, eq=False)
class Identities:
    """The rules of the editions by which records are one person.

    Attributes:
        editions: The editions, in order of when they are in force.
        circuits: The lifecycles of the editions; None where one has none.
    """

    editions: tuple[Edition, ...]
    circuits: tuple[Circuit | None, ...]

    @property
    def is_declared(self) -> bool:
        """True if an edition declares by which fields two records are one person."""
        return any(edition.duplicates is not None for edition in self.editions)

    def joined(self, records: Iterable[Record]) -> dict[Subject, Joining]:
        """Return which records join others, by all records.

        The edition in force when a record began says whether it is a duplicate.
        Records of one kind are compared; those that begin at the same instant are in
        order of their ids.

        Args:
            records: The records, in any order.
        """
        found: dict[Subject, Joining] = {}
        if not self.is_declared:
            return found
        begun = sorted(
            (one for one in records if one.history.events),
            key=_place,
        )
        persons: dict[object, list[Record]] = {}
        for record in begun:
            first = self._first(record, persons)
            if first is not None:
                found[record.subject] = first
            if first is None or not first.is_sure:
                for by in self._fields:
                    for values in _persons(record, by):
                        persons.setdefault((by, values), []).append(record)
        return found

    @property
    def untold(self) -> tuple[Finding, ...]:
        """That one record alone does not tell whether it is a duplicate [E5]."""
        if not self.is_declared:
            return ()
        return (
            Finding(
                code="AK-P004",
                severity=Severity.INFO,
                message=(
                    "whether a record is a duplicate takes all records; each is judged "
                    "as if it were none"
                ),
                path="$.duplicates",
                help="evaluate all facts together, or merge duplicates beforehand",
            ),
        )

    @property
    def _fields(self) -> tuple[tuple[str, ...], ...]:
        """The fields of each rule, once."""
        rules = (one.duplicates for one in self.editions)
        return tuple(dict.fromkeys(one.by for one in rules if one is not None))

    def _first(
        self, record: Record, persons: Mapping[object, Sequence[Record]]
    ) -> Joining | None:
        """Return which of the earlier records a record joins: the first, if any.

        Args:
            record: The record.
            persons: The earlier records that join none, by who they are of.
        """
        began = _began(record)
        place = self._in_force_at(began)
        rule = None if place is None else self.editions[place].duplicates
        if place is None or rule is None:
            return None
        zone, own = self.editions[place].zone, _persons(record, rule.by)
        doubtful: Joining | None = None
        for other in _in_order(persons.get((rule.by, values), ()) for values in own):
            if (
                other.subject.kind != record.subject.kind
                or began > _end(_began(other), rule.within, zone)
                or self._ended(other, began)
            ):
                continue
            if own == _persons(other, rule.by) and len(own) == 1:
                return Joining(other.subject)
            doubtful = doubtful or Joining(other.subject, is_sure=False)
        return doubtful

    def _ended(self, record: Record, by: int) -> bool:
        """Say whether a cycle of a record had ended by an instant [E6]."""
        track: Track | None = None
        for at, event in record.history.events:
            if at > by:
                return False
            circuit = self.circuits[self._in_force_at(at) or 0]
            if circuit is not None:
                track, ends = circuit.after(track, event)
                if ends:
                    return True
        return False

    def _in_force_at(self, at: int) -> int | None:
        """Return the edition in force at an instant; None before the first."""
        starts = [edition.starts for edition in self.editions]
        place = bisect_right(starts, at) - 1
        return None if place < 0 else place


def _began(record: Record) -> int:
    return record.history.events[0][0]


def _place(record: Record) -> tuple[int, str, str]:
    return _began(record), record.subject.kind, record.subject.id


def _in_order(groups: Iterable[Iterable[Record]]) -> list[Record]:
    """Return the records of some groups, each once, in order of when they began."""
    found = {one.subject: one for one in itertools.chain.from_iterable(groups)}
    return sorted(found.values(), key=_place)


def _end(began: int, within: Reach, zone: str) -> float:
    """Return the last instant of the window that begins with a record."""
    try:
        return window(began, within, Side.LAST, zone)[1]
    except MomentOutOfRangeError:
        return math.inf


def _persons(record: Record, by: Sequence[str]) -> set[tuple[object, ...]]:
    """Return who a record may be of, by each form of what contradicts itself.

    Where a field is empty, it is of nobody else: the record itself tells who that is.
    """
    nobody = (record.subject,)
    return {_person(way, by) or nobody for way in record.ways}


def _person(way: Sequence[Timed], by: Sequence[str]) -> tuple[object, ...] | None:
    known = Tables.of(way).facts("UTC").values
    values = tuple(known.get(canonical_path(path)) for path in by)
    return None if any(value in (None, "") for value in values) else values
