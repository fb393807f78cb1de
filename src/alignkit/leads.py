"""Leads: a person at a company who may become a customer, as far as they are known.

A lead is three things that people keep apart and systems often do not: the company with
what can be counted about it, the contact with what the person does there, and how they
came to be known. It has a name of its own in every system that it passes through, it
may be written to on some channels and not on others, and two scores say how well it
fits and how keen it is. What is not known is None.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal

import attrs
from attrs.validators import optional

from alignkit._fields import counts_from, is_a, is_name, several
from alignkit.errors import UnfitValueError
from alignkit.instants import to_instant
from alignkit.scores import Score
from alignkit.values import Attributes, Value, attributes

_is_text = optional(is_a(str))


@attrs.frozen(kw_only=True)
class Company:
    """The company behind a lead, with its firmographics.

    Attributes:
        name: What it is called.
        domain: The domain of its web site, by which duplicates are found.
        industry: What it does, in the words of the agreement.
        employees: How many people work there.
        revenue: What it takes in a year, in one currency for all companies.
        country: Where it is.
        location: Where in the country it is.
        is_operating: Whether it is still in business; a list may name companies that
            closed years ago (R134).
        further: What else is known, by path within the company.

    Example:
        >>> Company(industry="logistics", employees=120, further={"fleet": 40}).values()
        (('company.employees', 120), ('company.fleet', 40),
         ('company.industry', 'logistics'))
    """

    name: str | None = attrs.field(default=None, validator=_is_text)
    domain: str | None = attrs.field(default=None, validator=_is_text)
    industry: str | None = attrs.field(default=None, validator=_is_text)
    employees: int | None = attrs.field(
        default=None, validator=optional(counts_from(0))
    )
    revenue: int | Decimal | None = attrs.field(default=None)
    country: str | None = attrs.field(default=None, validator=_is_text)
    location: str | None = attrs.field(default=None, validator=_is_text)
    is_operating: bool | None = attrs.field(
        default=None, validator=optional(is_a(bool))
    )
    further: Attributes = attrs.field(default=(), converter=attributes)

    @revenue.validator
    def _is_an_amount(self, _: object, revenue: object) -> None:
        if revenue is None or type(revenue) is int:
            return
        if not isinstance(revenue, Decimal) or not revenue.is_finite():
            expected = "an int or a Decimal"
            raise UnfitValueError("company", "revenue", expected, repr(revenue)[:80])

    def values(self) -> Attributes:
        """Return what is known, by the paths that criteria ask for."""
        return _known("company", self)


@attrs.frozen(kw_only=True)
class Contact:
    """The person behind a lead, with their demographics.

    Attributes:
        name: What the person is called.
        email: The address for mail, by which duplicates are found.
        phone: The number for calls.
        title: What stands on the card: ``"VP, Sales (EMEA)"``.
        role: The part that the person plays in buying: ``"decision maker"``.
        responsibility: What the person answers for.
        further: What else is known, by path within the contact.
    """

    name: str | None = attrs.field(default=None, validator=_is_text)
    email: str | None = attrs.field(default=None, validator=_is_text)
    phone: str | None = attrs.field(default=None, validator=_is_text)
    title: str | None = attrs.field(default=None, validator=_is_text)
    role: str | None = attrs.field(default=None, validator=_is_text)
    responsibility: str | None = attrs.field(default=None, validator=_is_text)
    further: Attributes = attrs.field(default=(), converter=attributes)

    def values(self) -> Attributes:
        """Return what is known, by the paths that criteria ask for."""
        return _known("contact", self)


@attrs.frozen
class Identity:
    """The name that a lead has in one system [E8].

    A lead that becomes a contact there gets another one and keeps the first.

    Attributes:
        system: The system: ``"hubspot"``.
        kind: What it is there: ``"lead"``, ``"contact"``, ``"opportunity"``.
        id: The id that it has there.

    Example:
        >>> str(Identity("salesforce", "lead", "00Q1"))
        'salesforce:lead:00Q1'
    """

    system: str = attrs.field(validator=is_name)
    kind: str = attrs.field(validator=is_name)
    id: str = attrs.field(validator=is_name)

    def __str__(self) -> str:
        return f"{self.system}:{self.kind}:{self.id}"


def _is_moment(_: object, attribute: attrs.Attribute[datetime], at: datetime) -> None:
    if not isinstance(at, datetime):
        raise UnfitValueError("consent", attribute.name, "a moment", repr(at)[:80])
    to_instant(at, attribute.name)


@attrs.frozen(kw_only=True)
class Consent:
    """That somebody agreed to be contacted, or took it back.

    Attributes:
        channel: The channel that it is about; None for all of them.
        granted: Whether it was given; False if it was refused or taken back.
        at: The moment from which on it counts [K11].
    """

    channel: str | None = attrs.field(default=None, validator=optional(is_name))
    granted: bool = attrs.field(validator=is_a(bool))
    at: datetime = attrs.field(validator=_is_moment)


@attrs.frozen(kw_only=True)
class Lead:
    """A person at a company who may become a customer, as far as they are known.

    Attributes:
        id: The id by which facts name the lead.
        company: The company.
        contact: The person.
        identities: The names that it has in other systems [E8].
        consents: What the person agreed to, in any order.
        fit: How well the lead fits.
        intent: How keen the lead is.
        source: How the lead came to be known: ``"demo"``.
        campaign: The campaign that brought it.
        lead_type: What kind of lead it is, for targets by type [K15].
        segment: The segment that it belongs to.
        further: What else is known, by path.

    Example:
        >>> lead = Lead(id="L1", company=Company(employees=120), source="demo")
        >>> lead.values()
        (('company.employees', 120), ('source', 'demo'))
    """

    id: str = attrs.field(validator=is_name)
    company: Company = attrs.field(default=Company(), validator=is_a(Company))
    contact: Contact = attrs.field(default=Contact(), validator=is_a(Contact))
    identities: tuple[Identity, ...] = several(Identity)
    consents: tuple[Consent, ...] = several(Consent)
    fit: Score | None = attrs.field(default=None, validator=optional(is_a(Score)))
    intent: Score | None = attrs.field(default=None, validator=optional(is_a(Score)))
    source: str | None = attrs.field(default=None, validator=_is_text)
    campaign: str | None = attrs.field(default=None, validator=_is_text)
    lead_type: str | None = attrs.field(default=None, validator=_is_text)
    segment: str | None = attrs.field(default=None, validator=_is_text)
    further: Attributes = attrs.field(default=(), converter=attributes)

    def values(self) -> Attributes:
        """Return what is known, by the paths that criteria ask for; scores apart."""
        own: dict[str, Value] = {
            name: getattr(self, name)
            for name in ("source", "campaign", "lead_type", "segment")
            if getattr(self, name) is not None
        }
        own |= dict(self.further)
        return tuple(
            sorted((*own.items(), *self.company.values(), *self.contact.values()))
        )

    def scores(self) -> tuple[tuple[str, Score], ...]:
        """Return the scores that it has, by the paths that criteria ask for."""
        held = (("score.fit", self.fit), ("score.intent", self.intent))
        return tuple((path, score) for path, score in held if score is not None)

    def may_be_contacted(self, channel: str, at: datetime) -> bool | None:
        """Say whether the person may be contacted on a channel at a moment.

        The latest word counts, whether it was about the channel or about all of them;
        of two words of the same moment, the refusal.

        Returns:
            None if nobody has ever asked.

        Raises:
            NaiveMomentError: If `at` has no zone.

        Example:
            >>> at = datetime.fromisoformat("2026-03-02T09:00:00Z")
            >>> lead = Lead(id="L1", consents=[Consent(granted=False, at=at)])
            >>> lead.may_be_contacted("email", at)
            False
        """
        asked = to_instant(at, "at")
        words = [
            (said, not one.granted)
            for one in self.consents
            if one.channel in {None, channel}
            and (said := to_instant(one.at, "consents")) <= asked
        ]
        return not max(words)[1] if words else None

    def is_known_as(self, identity: Identity) -> bool:
        """Say whether a system knows the lead by this name."""
        return identity in self.identities


def find_lead(leads: Iterable[Lead], identity: Identity) -> Lead | None:
    """Return the lead that a system knows by a name; None if it is none of them.

    Example:
        >>> leads = [Lead(id="L1", identities=[Identity("hubspot", "contact", "7")])]
        >>> find_lead(leads, Identity("hubspot", "contact", "7")).id
        'L1'
    """
    return next((lead for lead in leads if lead.is_known_as(identity)), None)


def _known(prefix: str, of: Company | Contact) -> Attributes:
    """Return the fields that are known, further ones among them, by their paths."""
    own: dict[str, Value] = {
        field.name: getattr(of, field.name)
        for field in attrs.fields(type(of))
        if field.name != "further" and getattr(of, field.name) is not None
    }
    own |= dict(of.further)
    return tuple((f"{prefix}.{name}", own[name]) for name in sorted(own))
