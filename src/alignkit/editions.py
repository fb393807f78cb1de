"""Editions: what was signed at one time.

An agreement changes: a target is tightened, a calendar gets next year's holidays. What
was in force when a promise started governs it to its end [K6], so nothing is edited
away; each change is a new edition with the day from which it holds. An edition is made
of small values and of names that refer to each other; every name in it leads somewhere.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Iterator
from datetime import date, datetime

import attrs
from attrs.validators import instance_of, min_len

from alignkit._tuples import several
from alignkit.criteria import Criterion
from alignkit.errors import LooseEndsError
from alignkit.findings import Finding, Severity, did_you_mean
from alignkit.fingerprints import fingerprint
from alignkit.hours import BusinessHours
from alignkit.instants import to_instant
from alignkit.parties import STANDARD_PARTIES, Party
from alignkit.terms import NO_COUNTERPART, Term


@attrs.frozen
class Calendar:
    """Business hours under the name by which an agreement refers to them.

    Attributes:
        id: Its name within the agreement.
        hours: When it is open.
    """

    id: str = attrs.field(validator=(instance_of(str), min_len(1)))
    hours: BusinessHours = attrs.field(validator=instance_of(BusinessHours))


@attrs.frozen
class Definition:
    """A criterion under the name by which an agreement refers to it.

    Attributes:
        id: Its name within the agreement, such as ``"mql"``.
        criterion: What must hold.
    """

    id: str = attrs.field(validator=(instance_of(str), min_len(1)))
    criterion: Criterion


@attrs.frozen
class Signature:
    """Who signed an edition for a party, and on which day.

    Attributes:
        party: The party that is bound.
        by: Who signed.
        on: The day of the signature.
    """

    party: str
    by: str
    on: date


@attrs.frozen(kw_only=True)
class Edition:
    """All that was signed at one time.

    Attributes:
        id: The name of the agreement, the same in all its editions.
        version: The name of this edition among them.
        effective_from: The moment from which it is in force; None for ever since [K6].
        review_by: The day by which the parties look at it again.
        parties: Who is bound, and the calendar of each.
        calendars: Business hours by name.
        definitions: Criteria by name.
        terms: What is promised.
        signed: Who signed it, and when.

    Raises:
        LooseEndsError: If a name leads nowhere or stands for two things; it lists all
            such names.
    """

    id: str = attrs.field(validator=(instance_of(str), min_len(1)))
    version: str = attrs.field(default="1", validator=(instance_of(str), min_len(1)))
    effective_from: datetime | None = attrs.field(default=None)
    review_by: date | None = None
    parties: tuple[Party, ...] = several(Party)
    calendars: tuple[Calendar, ...] = several(Calendar)
    definitions: tuple[Definition, ...] = several(Definition)
    terms: tuple[Term, ...] = several(Term)
    signed: tuple[Signature, ...] = several(Signature)

    @effective_from.validator
    def _names_a_moment(self, _: object, value: datetime | None) -> None:
        if value is not None:
            to_instant(value, "effective_from")

    def __attrs_post_init__(self) -> None:
        found = (*self._repeated(), *self._loose())
        if found:
            raise LooseEndsError(found)

    @functools.cached_property
    def fingerprint(self) -> str:
        """The SHA-256 of all that this edition says, in hexadecimal [V3]."""
        return fingerprint(self)

    @property
    def starts(self) -> float:
        """The instant from which it is in force; minus infinity for ever since."""
        if self.effective_from is None:
            return -math.inf
        return to_instant(self.effective_from, "effective_from")

    def party(self, name: str) -> Party:
        """Return a party by name; the two teams and their union need no entry."""
        return next((p for p in self.parties if p.id == name), Party(name))

    def hours_of(self, term: Term) -> BusinessHours | None:
        """Return the hours that count a term: its own, else its party's [K1]."""
        name = term.calendar or self.party(term.party).calendar
        return next((c.hours for c in self.calendars if c.id == name), None)

    def _repeated(self) -> Iterator[Finding]:
        for family in ("parties", "calendars", "definitions", "terms"):
            ids = [value.id for value in getattr(self, family)]
            for place, name in enumerate(ids):
                if name in ids[:place]:
                    path = f"$.{family}[{place}].id"
                    mend = "give one of them another id"
                    yield _loose_end("AK-S006", path, f"{name!r} stands twice", mend)

    def _loose(self) -> Iterator[Finding]:
        """Yield a finding for every name that leads nowhere."""
        parties = [*STANDARD_PARTIES, *(p.id for p in self.parties)]
        calendars = [c.id for c in self.calendars]
        terms = [NO_COUNTERPART, *(t.id for t in self.terms)]
        references = [
            *(
                (f"$.parties[{at}].calendar", p.calendar, "calendar", calendars)
                for at, p in enumerate(self.parties)
            ),
            *(
                (f"$.signed[{at}].party", s.party, "party", parties)
                for at, s in enumerate(self.signed)
            ),
            *(
                (f"$.terms[{at}].{field}", getattr(t, field), kind, known)
                for at, t in enumerate(self.terms)
                for field, kind, known in (
                    ("party", "party", parties),
                    ("calendar", "calendar", calendars),
                    ("counterpart", "term", terms),
                )
            ),
        ]
        for path, name, kind, known in references:
            if name is not None and name not in known:
                message = f"no {kind} is named {name!r}"
                yield _loose_end("AK-S007", path, message, did_you_mean(name, known))


def _loose_end(code: str, path: str, message: str, mend: str | None) -> Finding:
    return Finding(
        code=code, severity=Severity.ERROR, message=message, path=path, help=mend
    )
