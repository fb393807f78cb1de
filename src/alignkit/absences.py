"""Absences: when people are away, by what was agreed and by what was reported.

Somebody who is away answers nobody: a lead that is given to such a person waits for
routing, and where the term says so the owner's clock rests [K10]. An absence is written
in the agreement's organisation, or it comes as a fact about the person, which may stand
among the facts of the subjects or beside them [E5].
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Self

import attrs

from alignkit.events import Event
from alignkit.happenings import PersonUnavailable
from alignkit.histories import known, recorded_instant
from alignkit.parties import Organization, Spell
from alignkit.schedules import Stretch, merged

PERSON = "person"
"""The kind of subject that facts about people are about."""


@attrs.frozen
class Absences:
    """When people were reported to be away.

    Attributes:
        told: By person, from when until when.

    Example:
        >>> from datetime import date
        >>> spell = Spell(date(2026, 3, 5), date(2026, 3, 6))
        >>> absences = Absences({"kim": (spell,)})
        >>> ((start, end),) = absences.when("kim", "UTC", Organization())
        >>> (end - start) // 3_600_000_000
        48
    """

    told: Mapping[str, tuple[Spell, ...]] = attrs.field(factory=dict, hash=False)

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
            told = ((one, self._spells(one, as_of, before)) for one in self.facts)
            found = Absences({person: spells for person, spells in told if spells})
            # Only kept so as not to be worked out again for every subject.
            self._known[as_of, before] = found
        return found

    def learned(self, people: Iterable[str]) -> frozenset[int]:
        """Return the instants at which something about some people was recorded."""
        return frozenset(
            recorded_instant(event)
            for person in people
            for event in self.facts.get(person, ())
        )

    def _spells(self, person: str, as_of: int, before: int | None) -> tuple[Spell, ...]:
        seen = (
            one
            for one in self.facts[person]
            if before is None or recorded_instant(one) < before
        )
        return tuple(
            Spell(event.fact.start, event.fact.end)
            for _, event in known(seen, as_of=as_of).events
            if isinstance(event.fact, PersonUnavailable)
        )


NO_PEOPLE = People()
"""Nothing was reported about anybody."""
