"""Absences: when people are away, by what was agreed and by what was reported.

Somebody who is away answers nobody: a lead that is given to such a person waits for
routing, and where the term says so the owner's clock rests [K10]. An absence is written
in the agreement's organisation, or it comes as a fact about the person, which may stand
among the facts of the subjects or beside them [E5].
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Self

import attrs

from alignkit.events import Event, Subject
from alignkit.findings import Finding
from alignkit.happenings import PersonUnavailable
from alignkit.histories import Timed, known, recorded_instant
from alignkit.instants import to_instant
from alignkit.parties import Organization, Spell
from alignkit.schedules import Stretch, merged

PERSON = "person"
"""The kind of subject that facts about people are about."""


@attrs.frozen
class Absences:
    """When people were reported to be away.

    Attributes:
        told: By person, from when until when.
        contested: When they would have been away by each form of facts that contradict
            each other, with the id of these; what is told heeds none of them [E3].

    Example:
        >>> from datetime import date
        >>> spell = Spell(date(2026, 3, 5), date(2026, 3, 6))
        >>> absences = Absences({"kim": (spell,)})
        >>> ((start, end),) = absences.when("kim", "UTC", Organization())
        >>> (end - start) // 3_600_000_000
        48
    """

    told: Mapping[str, tuple[Spell, ...]] = attrs.field(factory=dict, hash=False)
    contested: tuple[tuple[str, Absences], ...] = ()

    def when(
        self, person: str, zone: str, organization: Organization
    ) -> Sequence[Stretch]:
        """Return when a person is away, in order and merged, as instants.

        A range of dates includes the whole of its last day [K10]. Dates of the
        organisation are those of its zone, reported ones those of the people concerned.

        Args:
            person: The person.
            zone: The zone of the people concerned.
            organization: The organisation that may list absences too.
        """
        listed = organization.absences_of(person)
        spells = self.told.get(person)
        if not spells:
            return list(listed)
        return merged([*listed, *(spell.bounds(zone) for spell in spells)])


NONE_TOLD = Absences()
"""Nobody was reported to be away."""


@attrs.frozen(eq=False)
class People:
    """What was reported about people, whenever that was recorded.

    Attributes:
        facts: The facts about each person, in any order, repeats and all.
    """

    facts: Mapping[str, tuple[Event, ...]] = attrs.field(factory=dict)
    _known: dict[tuple[int, int | None], Absences] = attrs.field(
        factory=dict, init=False, repr=False
    )

    @classmethod
    def of(cls, events: Iterable[Event]) -> Self:
        """Return what some facts report about people, whatever else they report."""
        found: dict[str, list[Event]] = {}
        for event in events:
            if event.subject.kind == PERSON:
                found.setdefault(event.subject.id, []).append(event)
        return cls({person: tuple(facts) for person, facts in found.items()})

    def absences(self, *, as_of: int, before: int | None = None) -> Absences:
        """Return when people were away, as far as that was known.

        Args:
            as_of: The instant of the question: what was reported later is not seen.
            before: The instant before which it must have been recorded; None for all.
        """
        if not self.facts:
            return NONE_TOLD
        found = self._known.get((as_of, before))
        if found is None:
            found = self._absences(as_of, before)
            # Only kept so as not to be worked out again for every subject.
            self._known[as_of, before] = found
        return found

    def conflicts(self, as_of: int) -> Iterator[Finding]:
        """Yield a finding for each id whose facts about a person contradict each other.

        Args:
            as_of: The instant of the question.
        """
        for person, facts in self.facts.items():
            for conflict in known(facts, as_of=as_of).conflicts:
                yield conflict.finding(Subject(kind=PERSON, id=person))

    def learned(self, people: Iterable[str]) -> frozenset[int]:
        """Return the instants at which something about some people was recorded."""
        return frozenset(
            recorded_instant(event)
            for person in people
            for event in self.facts.get(person, ())
        )

    def _absences(self, as_of: int, before: int | None) -> Absences:
        histories = {
            person: known(
                (
                    one
                    for one in facts
                    if before is None or recorded_instant(one) < before
                ),
                as_of=as_of,
            )
            for person, facts in self.facts.items()
        }
        spells = ((one, _spells(told.events)) for one, told in histories.items())
        told = {person: away for person, away in spells if away}
        contested = tuple(
            (
                conflict.id,
                Absences({**told, person: _spells(history.assuming(form))}),
            )
            for person, history in histories.items()
            for conflict in history.conflicts
            for form in conflict.forms
            if to_instant(form.at, "at") <= as_of
        )
        return Absences(told, contested)


def _spells(events: Iterable[Timed]) -> tuple[Spell, ...]:
    return tuple(
        Spell(event.fact.start, event.fact.end)
        for _, event in events
        if isinstance(event.fact, PersonUnavailable)
    )


NO_PEOPLE = People()
"""Nothing was reported about anybody."""
