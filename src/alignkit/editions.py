"""Editions: what was signed at one time.

An agreement changes: a target is tightened, a calendar gets next year's holidays. What
was in force when a promise started governs it to its end [K6], so nothing is edited
away; each change is a new edition with the day from which it holds. An edition is made
of small values and of names that refer to each other; every name in it leads somewhere.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Iterator, Sequence
from datetime import date, datetime

import attrs

from alignkit._fields import is_a, is_name, several, typed
from alignkit.actions import Action
from alignkit.criteria import Criterion, Field
from alignkit.decisions import DecisionRecord, DecisionRight
from alignkit.duplicates import Duplicates
from alignkit.duties import (
    Owed,
    Reckoned,
    Silence,
    owed_beside,
    reckoned_in,
    silence_in,
)
from alignkit.errors import (
    CriterionTooLargeError,
    DefinitionCycleError,
    LooseEndsError,
)
from alignkit.findings import Finding, Severity
from alignkit.fingerprints import fingerprint
from alignkit.gates import Gate
from alignkit.happenings import FACTS
from alignkit.hours import BusinessHours
from alignkit.instants import to_instant
from alignkit.judgements import Judge
from alignkit.lifecycle import Lifecycle
from alignkit.loops import Loop
from alignkit.ownership import ResponsibilityMatrix
from alignkit.parties import FURTHER_FUNCTIONS, STANDARD_PARTIES, Organization, Party
from alignkit.patterns import Pattern
from alignkit.phrases import counted
from alignkit.reasons import STANDARD_REASONS, Reason
from alignkit.references import (
    Found,
    loose,
    odd_fields,
    outermost,
    repeated,
    walk,
)
from alignkit.strategy import Strategy
from alignkit.terms import NO_COUNTERPART, Term

_FAMILIES = (
    *("parties", "calendars", "definitions", "actions", "terms"),
    *("decision_rights", "decisions", "loops", "gates"),
)
"""The fields of an edition that hold values which are referred to by their ids."""


@attrs.frozen
class Calendar:
    """Business hours under the name by which an agreement refers to them.

    Attributes:
        id: Its name within the agreement.
        hours: When it is open.

    Example:
        >>> hours = BusinessHours("America/Denver", {"mon-fri": ["09:00-17:00"]})
        >>> Calendar("denver", hours).hours.zone
        'America/Denver'
    """

    id: str = attrs.field(validator=is_name)
    hours: BusinessHours = attrs.field(validator=is_a(BusinessHours))


@attrs.frozen(field_transformer=typed)
class Definition:
    """A criterion under the name by which an agreement refers to it.

    Attributes:
        id: Its name within the agreement, such as ``"mql"``.
        criterion: What must hold.

    Example:
        >>> from alignkit.criteria import field
        >>> print(Definition("mql", field("score").at_least(60)).criterion)
        score is at least 60
    """

    id: str = attrs.field(validator=is_name)
    criterion: Criterion


@attrs.frozen(field_transformer=typed)
class Signature:
    """Who signed an edition for a party, and on which day.

    Attributes:
        party: The party that is bound.
        by: Who signed.
        on: The day of the signature.

    Example:
        >>> Signature("sales", by="cro", on=date(2026, 3, 20)).by
        'cro'
    """

    party: str
    by: str
    on: date


@attrs.frozen(kw_only=True, field_transformer=typed)
class Edition:
    """All that was signed at one time.

    Attributes:
        id: The name of the agreement, the same in all its editions.
        version: The name of this edition among them.
        effective_from: The moment from which it is in force; None for ever since [K6].
        review_by: The day by which the parties look at it again.
        parties: Who is bound, and the calendar of each.
        calendars: Business hours by name.
        organization: Teams, people, roles and who reports to whom, all dated [O7].
        fields: The fields of a lead whose values grow stale, and when.
        definitions: Criteria by name.
        actions: What counts as having done something, by name [K9].
        lifecycle: The stages of a lead and the moves between them [H1].
        reasons: Why a lead may be rejected, and what follows [H5].
        duplicates: By which fields two records are one person; None if nothing tells
            that [E8].
        gates: What has to be shown where a lead changes hands [H6].
        terms: What is promised.
        responsibilities: Which role does what [O1]; None if it is not agreed.
        decision_rights: Who decides what, by attributes and date [O5].
        decisions: Decisions that were taken once, and by whom.
        loops: Which feedback is owed to whom [F1].
        strategy: Where the teams are going, and by which goals it shows.
        signed: Who signed it, and when.

    Raises:
        LooseEndsError: If a name leads nowhere or stands for two things; it lists all
            such names.

    Example:
        >>> from alignkit.errors import LooseEndsError
        >>> try:
        ...     Edition(id="northwind", parties=[Party("sales", calendar="denver")])
        ... except LooseEndsError as error:
        ...     print(error.findings[0].message)
        no calendar is named 'denver'
    """

    id: str = attrs.field(validator=is_name)
    version: str = attrs.field(default="1", validator=is_name)
    effective_from: datetime | None = attrs.field(default=None)
    review_by: date | None = None
    parties: tuple[Party, ...] = several(Party)
    calendars: tuple[Calendar, ...] = several(Calendar)
    organization: Organization = attrs.field(factory=Organization)
    fields: tuple[Field, ...] = several(Field)
    definitions: tuple[Definition, ...] = several(Definition)
    actions: tuple[Action, ...] = several(Action)
    lifecycle: Lifecycle | None = None
    reasons: tuple[Reason, ...] = several(Reason, default=STANDARD_REASONS)
    duplicates: Duplicates | None = None
    gates: tuple[Gate, ...] = several(Gate)
    terms: tuple[Term, ...] = several(Term)
    responsibilities: ResponsibilityMatrix | None = None
    decision_rights: tuple[DecisionRight, ...] = several(DecisionRight)
    decisions: tuple[DecisionRecord, ...] = several(DecisionRecord)
    loops: tuple[Loop, ...] = several(Loop)
    strategy: Strategy | None = None
    signed: tuple[Signature, ...] = several(Signature)

    @effective_from.validator
    def _names_a_moment(self, _: object, value: datetime | None) -> None:
        if value is not None:
            to_instant(value, "effective_from")

    def __attrs_post_init__(self) -> None:
        parts = tuple(walk(self))
        found = (*self._repeated(), *self._loose(parts))
        # What a criterion asks can be told only once every name leads somewhere.
        found = found or tuple(self._unjudgeable(parts))
        if found:
            raise LooseEndsError(found)

    def __repr__(self) -> str:
        # All that it says would fill pages; `dumps` writes that.
        parts = f"{counted(len(self.terms), 'term')}, "
        parts += counted(len(self.calendars), "calendar")
        return f"<Edition {self.id!r}, version {self.version!r}: {parts}>"

    @functools.cached_property
    def fingerprint(self) -> str:
        """The SHA-256 of all that this edition says, in hexadecimal [V3]."""
        return fingerprint(self)

    @functools.cached_property
    def owed(self) -> tuple[Owed, ...]:
        """What is owed in its loops and no term of its own says [F2]."""
        return tuple(owed_beside(self.terms, self.loops))

    @functools.cached_property
    def reckoned(self) -> tuple[Reckoned, ...]:
        """The shares that its loops promise, but those of which a term has the id."""
        own = {term.id for term in self.terms}
        return tuple(
            one
            for loop in self.loops
            for one in reckoned_in(loop)
            if one.term.id not in own
        )

    @functools.cached_property
    def silences(self) -> tuple[Silence, ...]:
        """How long its loops may be silent, but those of which a term has the id."""
        own = {term.id for term in self.terms}
        found = (silence_in(loop) for loop in self.loops)
        return tuple(one for one in found if one is not None and one.term.id not in own)

    @functools.cached_property
    def promised(self) -> tuple[Term, ...]:
        """Its terms, and after them what is owed in its loops, as terms."""
        return (
            *self.terms,
            *(one.term for one in self.owed),
            *(one.term for one in self.reckoned),
            *(one.term for one in self.silences),
        )

    @functools.cached_property
    def starts(self) -> float:
        """The instant from which it is in force; minus infinity for ever since."""
        if self.effective_from is None:
            return -math.inf
        return to_instant(self.effective_from, "effective_from")

    @property
    def zone(self) -> str:
        """The zone of the people concerned, where no one calendar counts.

        It is that of the first calendar; without one, that of the organisation.
        """
        if self.calendars:
            return self.calendars[0].hours.zone
        return self.organization.zone

    def party(self, name: str) -> Party:
        """Return a party by name; the two teams and their union need no entry."""
        return next((p for p in self.parties if p.id == name), Party(name))

    def hours_of(self, term: Term) -> BusinessHours | None:
        """Return the hours that count a term: its own, else its party's [K1]."""
        if term.calendar is None:
            return self.hours_of_party(term.party)
        return self._hours_named(term.calendar)

    def hours_of_party(self, name: str) -> BusinessHours | None:
        """Return the hours that a party keeps; None if nothing says."""
        return self._hours_named(self.party(name).calendar)

    def _hours_named(self, name: str | None) -> BusinessHours | None:
        return next((c.hours for c in self.calendars if c.id == name), None)

    def _repeated(self) -> Iterator[Finding]:
        for family in _FAMILIES:
            ids = [value.id for value in getattr(self, family)]
            yield from repeated(f"$.{family}", ids)
        yield from repeated("$.fields", [one.path for one in self.fields], "path")

    def _loose(self, parts: tuple[Found, ...]) -> Iterator[Finding]:
        """Yield a finding for every name that leads nowhere."""
        parties = (*STANDARD_PARTIES, *FURTHER_FUNCTIONS, *(p.id for p in self.parties))
        actions = tuple(action.id for action in self.actions)
        known: dict[str, Sequence[str]] = {
            "party": tuple(dict.fromkeys(parties)),
            "calendar": [calendar.id for calendar in self.calendars],
            "term": (NO_COUNTERPART, *(term.id for term in self.promised)),
            "definition": [definition.id for definition in self.definitions],
            "action": actions,
            "event": (*FACTS, *actions),
            "loop": [loop.id for loop in self.loops],
        }
        if self.lifecycle is not None:
            known["stage"] = [stage.id for stage in self.lifecycle.stages]
        if self.responsibilities is not None:
            known["task"] = [task.id for task in self.responsibilities.tasks]
        if self.strategy is not None:
            known["goal"] = [goal.id for goal in self.strategy.goals]
        yield from loose(parts, known)
        for path, part in parts:
            if isinstance(part, Pattern):
                yield from odd_fields(path, part)

    def _unjudgeable(self, parts: tuple[Found, ...]) -> list[Finding]:
        """Return a finding for every criterion that is circular or beyond measure."""
        known = {one.id: one.criterion for one in self.definitions}
        defined: list[Finding] = []
        others: list[Finding] = []
        for path, criterion in outermost(parts):
            try:
                Judge.of(criterion, known)
            except (DefinitionCycleError, CriterionTooLargeError) as error:
                family = defined if path.startswith("$.definitions") else others
                family.append(
                    Finding(
                        code=error.code,
                        severity=Severity.ERROR,
                        message=str(error),
                        path=path,
                    )
                )
        # What only refers to a definition is not to blame for it.
        return defined or others
