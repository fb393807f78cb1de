"""Handoffs: a lead that is about to change hands, as a payload states it.

Whoever passes a lead on says what is known of it: who gives it to whom, where it stands
in its lifecycle, what the company and the person are, what they did, whether they may
be contacted. What a payload leaves out is not known, and an empty list says that there
is none [H6]. A lead that goes back is handed over too, the other way and for a reason
[H5]. This module reads such statements; it does not judge them.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from operator import itemgetter
from typing import Any, NoReturn

import attrs
from attrs.validators import instance_of, optional

from alignkit.criteria import LARGEST, canonical_path
from alignkit.errors import HandoffError, UnfitValueError
from alignkit.events import Actor, ActorKind
from alignkit.facts import Content, Facts
from alignkit.findings import Finding, Severity, did_you_mean
from alignkit.forms import (
    LIST,
    OBJECT,
    Faults,
    Form,
    Reader,
    When,
    check_reach,
    choice,
    fault,
    fitted,
    group,
    grouped,
    kept,
    moment,
    shown,
    text,
    truth,
    unfit,
    when,
    wrong_type,
)
from alignkit.instants import to_instant
from alignkit.values import MOST_DIGITS, Attributes, is_text, nested

SCHEMA = "alignkit.handoff/1"
"""The name and the version of the JSON form."""

NOBODY = "joint"
"""The party of a move of which it is not said who has the lead afterwards."""

SHOWN = ("company", "contact")
"""The attributes that stand in JSON under a key of their own."""

Moments = tuple[tuple[str, datetime], ...]
"""Moments by name, in order of the names."""

Happened = tuple[tuple[str, tuple[When, ...]], ...]
"""The moments or dates at which something happened, by its name."""

Consents = tuple[tuple[str, bool], ...]
"""Whether a person may be contacted, by channel."""

Names = tuple[str, ...]
"""Ids of records or people."""

Count = int
"""A whole number, not below 0."""

Ordinal = int
"""A whole number from 1 on."""


class Occasion(enum.Enum):
    """What is about to happen to a lead."""

    OFFER = "offer"
    """It is handed on to another party."""

    RETURN = "return"
    """It is handed back for a reason [H5]."""

    MOVE = "move"
    """It moves to another stage, and nobody hands it over."""


_MOST_TOLD = 50
_BELONGS = "what is known of the lead belongs under 'attributes'"


def _kept(at: When, argument: str) -> Any:  # noqa: ANN401  as it was given
    """Keep the offset of a moment, and take a date as it is."""
    if isinstance(at, datetime):
        return kept(at, argument)
    check_reach(at, argument)
    return at


def _moment(at: datetime) -> datetime:
    return kept(at, "at")


def _offered(at: datetime | None) -> datetime | None:
    return None if at is None else _kept(at, "offered_at")


def _pairs(given: Mapping[str, Any] | Iterable[tuple[str, Any]]) -> list[Any]:
    pairs = given.items() if isinstance(given, Mapping) else given
    return sorted(pairs, key=lambda pair: pair[0])


def _moments(given: Mapping[str, datetime] | Moments) -> Moments:
    return tuple([(name, _kept(at, "since")) for name, at in _pairs(given)])


def _occurrences(given: Mapping[str, Iterable[When]] | Happened) -> Happened:
    return tuple(
        [
            (name, tuple([_kept(at, "happened") for at in ats]))
            for name, ats in _pairs(given)
        ]
    )


def _consents(given: Mapping[str, bool] | Consents) -> Consents:
    return tuple(_pairs(given))


def _names(given: Iterable[str] | None) -> Names | None:
    if isinstance(given, str):
        raise UnfitValueError("handoff", "ids", "several of them", shown(given))
    return None if given is None else tuple(given)


def _are_ids(
    _: object, attribute: attrs.Attribute[Any], given: Iterable[object] | None
) -> None:
    for one in given or ():
        if not (isinstance(one, str) and is_text(one)):
            _refuse(attribute, "ids, which are text and not empty", one)


def _is_count(_: object, attribute: attrs.Attribute[Any], given: object) -> None:
    if given is not None and (type(given) is not int or not 0 <= given < LARGEST):
        _refuse(attribute, "a whole number, not below 0, that can be written", given)


def _is_ordinal(_: object, attribute: attrs.Attribute[Any], given: object) -> None:
    if given is not None and (type(given) is not int or not 1 <= given < LARGEST):
        _refuse(attribute, "a whole number from 1 on that can be written", given)


def _is_truth(_: object, attribute: attrs.Attribute[Any], given: object) -> None:
    if given is not None and not isinstance(given, bool):
        _refuse(attribute, "true or false", given)


def _are_named(
    _: object, attribute: attrs.Attribute[Any], given: tuple[tuple[object, object], ...]
) -> None:
    names = [name for name, _ in given]
    for name in names:
        if not (isinstance(name, str) and is_text(name)):
            _refuse(attribute, "names, which are text and not empty", name)
    if len(set(names)) < len(names):
        _refuse(attribute, "each name once", names)


def _are_truths(
    _: object, attribute: attrs.Attribute[Any], given: tuple[tuple[object, object], ...]
) -> None:
    for _, held in given:
        if not isinstance(held, bool):
            _refuse(attribute, "true or false for each channel", held)


def _refuse(attribute: attrs.Attribute[Any], expected: str, given: object) -> NoReturn:
    raise UnfitValueError("handoff", attribute.name, expected, shown(given))


# Without slots, all its fields can be filled in at once when they were read.
@attrs.frozen(kw_only=True, slots=False, field_transformer=fitted)
class Handoff:
    """A lead that is about to change hands, with all that its giver says of it [H4].

    None says that something is not known; an empty tuple, that there is none.

    Attributes:
        lead: The id of the lead.
        at: When it is handed over, with the offset of its zone at that moment.
        to_party: Who is to take it.
        occasion: What is about to happen; None to be told by the reason: with one it is
            handed back, and else handed on.
        from_party: Who gives it.
        from_stage: The stage in which it is.
        to_stage: The stage into which it comes by this.
        reason: The coded reason, where it goes back [H5].
        offered_at: When it was offered, where it goes back.
        note: What somebody wrote about it.
        actor: Who hands it over.
        owner: The person who is to own it.
        owner_load: How many leads that person has open already.
        previous_owners: The people who owned it before.
        campaign: The campaign that brought it.
        attributes: What is known of the lead, by the paths that criteria ask for:
            ``company.employees``, ``contact.title``, ``source``. In JSON, the company
            and the contact are objects of their own, and the rest is ``attributes``.
        since: Since when attributes have been known, by path; without it, no attribute
            that grows stale is known to be fresh.
        happened: When behaviours happened, by name. A name that is not there is not
            known; one without moments never happened [H6].
        consent: Whether the person may be contacted, by channel.
        suppressed: Whether the person is on a list of those whom nobody contacts.
        duplicates: The ids of other records of the same person.
        open_opportunities: The ids of opportunities that are open with the company.
        cycle: Which cycle of the lead this is, counted from 1 [E6].
        is_qualified: Whether it has qualified in this cycle.
        returns: How often it has come back before.
        conversation: Whether somebody spoke with the person.
        attempts: How many attempts were made since it was offered.
        attempts_complete: Whether all attempts that are agreed were made.
        rests_until: The date or the moment until which it is to be left alone.
        unknown_fields: The paths of fields that nobody knows what to make of; they are
            told, and take no part in anything else.

    Raises:
        NaiveMomentError: If a moment has no offset [T1].
        MomentOutOfRangeError: If one lies outside the years 1900 to 2299.
        UnfitValueError: If anything else does not fit.

    Example:
        >>> handoff = Handoff.from_dict(
        ...     {
        ...         "lead": "L1",
        ...         "at": "2026-04-08T11:20:00+01:00",
        ...         "from_party": "marketing",
        ...         "to_party": "sales",
        ...         "to_stage": "mql",
        ...         "company": {"industry": "logistics", "employees": 120},
        ...         "happened": {"demo_requested": ["2026-04-07"], "webinar": []},
        ...         "consent": {"email": True},
        ...     }
        ... )
        >>> handoff.attributes
        (('company.employees', 120), ('company.industry', 'logistics'))
        >>> handoff.duplicates is None
        True
        >>> Handoff.from_dict(handoff.to_dict()) == handoff
        True
    """

    lead: str
    at: datetime = attrs.field(converter=_moment)
    to_party: str
    occasion: Occasion | None = attrs.field(
        default=None, validator=optional(instance_of(Occasion))
    )
    from_party: str | None = None
    from_stage: str | None = None
    to_stage: str | None = None
    reason: str | None = None
    offered_at: datetime | None = attrs.field(default=None, converter=_offered)
    note: str | None = None
    actor: Actor | None = None
    owner: str | None = None
    owner_load: Count | None = attrs.field(default=None, validator=_is_count)
    previous_owners: Names | None = attrs.field(
        default=None, converter=_names, validator=_are_ids
    )
    campaign: str | None = None
    attributes: Attributes = ()
    since: Moments = attrs.field(default=(), converter=_moments, validator=_are_named)
    happened: Happened = attrs.field(
        default=(), converter=_occurrences, validator=_are_named
    )
    consent: Consents = attrs.field(
        default=(), converter=_consents, validator=(_are_named, _are_truths)
    )
    suppressed: bool | None = attrs.field(default=None, validator=_is_truth)
    duplicates: Names | None = attrs.field(
        default=None, converter=_names, validator=_are_ids
    )
    open_opportunities: Names | None = attrs.field(
        default=None, converter=_names, validator=_are_ids
    )
    cycle: Ordinal | None = attrs.field(default=None, validator=_is_ordinal)
    is_qualified: bool | None = attrs.field(default=None, validator=_is_truth)
    returns: Count | None = attrs.field(default=None, validator=_is_count)
    conversation: bool | None = attrs.field(default=None, validator=_is_truth)
    attempts: Count | None = attrs.field(default=None, validator=_is_count)
    attempts_complete: bool | None = attrs.field(default=None, validator=_is_truth)
    rests_until: When | None = None
    unknown_fields: tuple[str, ...] = attrs.field(default=(), eq=False)

    def __attrs_post_init__(self) -> None:
        paths = [canonical_path(path) for path, _ in self.attributes]
        if self.campaign is not None:
            paths.append("campaign")
        known = set(paths)
        if len(known) < len(paths):
            twice = next(path for path in paths if paths.count(path) > 1)
            expected = "one value for each"
            raise UnfitValueError("handoff", "attributes", expected, f"two of {twice}")
        odd = [path for path, _ in self.since if canonical_path(path) not in known]
        if odd:
            expected = "paths of attributes that are there"
            raise UnfitValueError("handoff", "since", expected, odd[0][:80])

    @property
    def findings(self) -> tuple[Finding, ...]:
        """A warning for each field that nobody knows what to make of.

        Example:
            >>> at = datetime.fromisoformat("2026-04-08T11:20:00+01:00")
            >>> odd = Handoff(
            ...     lead="L1", at=at, to_party="sales", unknown_fields=("ower",)
            ... )
            >>> print(odd.findings[0])
            AK-S002 unknown field 'ower' of handoff (at $.ower); did you mean 'owner'?
        """
        told = self.unknown_fields[:_MOST_TOLD]
        found = [_unknown(path) for path in told]
        rest = len(self.unknown_fields) - len(told)
        if rest:
            # Looking for what each was meant to be would take longer than it is worth.
            message = f"{rest:,} further unknown fields of handoff"
            found.append(_odd("$", message, _BELONGS))
        return tuple(found)

    def facts(self, *, zone: str = "UTC") -> Facts:
        """Return what is known of the lead, for criteria to be put to [H6].

        What is not listed as having happened is not known, because a payload is no
        history.

        Args:
            zone: The zone whose dates are meant by days and months.

        Raises:
            UnknownZoneError: If there is no such zone, once a date is asked for.

        Example:
            >>> from alignkit.criteria import happened
            >>> from alignkit.judgements import judge
            >>> at = datetime.fromisoformat("2026-04-08T11:20:00+01:00")
            >>> handoff = Handoff(
            ...     lead="L1", at=at, to_party="sales", happened={"webinar": []}
            ... )
            >>> for name in ("webinar", "demo_requested"):
            ...     print(
            ...         name, judge(happened(name), handoff.facts(), as_of=at).outcome
            ...     )
            webinar Outcome.FAIL
            demo_requested Outcome.UNKNOWN
        """
        values: dict[str, Content] = {
            path.removeprefix("lead."): held for path, held in self.attributes
        }
        if self.campaign is not None:
            values["campaign"] = self.campaign
        moments: dict[str, tuple[int, ...]] = {}
        days: dict[str, tuple[date, ...]] = {}
        for name, ats in self.happened:
            instants = [
                to_instant(at, "happened") for at in ats if isinstance(at, datetime)
            ]
            moments[name] = tuple(sorted(instants))
            if len(instants) < len(ats):
                dates = [at for at in ats if not isinstance(at, datetime)]
                days[name] = tuple(sorted(dates))
        return Facts(
            values=values,
            since={
                canonical_path(path): to_instant(at, "since") for path, at in self.since
            },
            happened=moments,
            days=days,
            zone=zone,
        )

    @staticmethod
    def from_dict(mapping: Mapping[str, object]) -> Handoff:
        """Return the handoff that a mapping of its JSON form describes.

        Nothing is coerced and nothing is guessed. Moments are ISO 8601 text with an
        offset, or aware datetimes; null says that something is not known. A field that
        is not known does no harm: see `findings`.

        Raises:
            HandoffError: If anything is wrong with it; it carries a finding for each
                fault.

        Example:
            >>> try:
            ...     Handoff.from_dict(
            ...         {
            ...             "lead": "L1",
            ...             "at": "2026-04-08T11:20",
            ...             "consent": {"email": "yes"},
            ...         }
            ...     )
            ... except HandoffError as error:
            ...     for finding in error.findings:
            ...         print(finding.code, finding.message)
            AK-T001 'at' has no offset, so it names no moment
            AK-S004 'consent.email' is of the wrong type
            AK-S003 'to_party' is missing
        """
        faults: Faults = []
        handoff = _read(mapping, faults)
        if handoff is None:
            raise HandoffError(tuple(faults))
        return handoff

    def to_dict(self) -> dict[str, object]:
        """Return the handoff in its JSON form, which `from_dict` reads back exactly.

        What is not known is left out, and so are unknown fields.
        """
        written: dict[str, object] = {"schema": SCHEMA}
        for name in _IN_ORDER:
            held = getattr(self, name)
            if held is None or (held == () and name in _GROUPED):
                continue
            if name == "attributes":
                written |= _spread(held)
            else:
                writer = _WRITERS.get(name)
                written[name] = held if writer is None else writer(held)
        return written


def _unknown(path: str) -> Finding:
    message = f"unknown field {shown(path)} of handoff"
    known = (*_READERS, "actor", *(f"actor.{name}" for name in _ACTOR.readers))
    help_ = did_you_mean(path, known) or _BELONGS
    return _odd(f"$.{path}", message, help_, shown(path))


def _odd(path: str, message: str, help_: str, seen: str | None = None) -> Finding:
    return Finding(
        code="AK-S002",
        severity=Severity.WARNING,
        message=message,
        path=path,
        seen=seen,
        help=help_,
    )


def _spread(held: Attributes) -> dict[str, object]:
    """Return the attributes as the keys that stand for them in JSON."""
    apart = tuple(f"{root}." for root in SHOWN)
    tree = nested(tuple(pair for pair in held if pair[0].startswith(apart)))
    own = nested(tuple(pair for pair in held if not pair[0].startswith(apart)))
    return tree | ({"attributes": own} if own else {})


def _read(mapping: object, faults: Faults) -> Handoff | None:
    """Return the handoff of a mapping; None, and its faults added, if it is none."""
    if not isinstance(mapping, OBJECT):
        faults.append(wrong_type("", "an object", mapping))
        return None
    given: dict[str, Any] = {}
    odd: list[str] = []
    for key, raw in mapping.items():
        reader = _READERS.get(key)
        if reader is not None:
            # What is null is not known, as what is not there.
            if raw is not None or key in _DEMANDED:
                given[key] = reader(raw, key, faults)
        elif key == "actor":
            given[key] = _actor(raw, odd, faults)
        else:
            odd.append(_name(key))
    if not given.keys() >= _REQUIRED:
        faults.extend(_absent(given))
    if faults:
        return None
    given.pop("schema", None)
    given["unknown_fields"] = tuple(odd)
    try:
        return _put_together(given)
    except UnfitValueError as error:
        faults.append(unfit(error.field, error.expected, error.seen))
        return None


def _absent(given: dict[str, Any]) -> Faults:
    """Return a fault for each field that every handoff has and this one has not."""
    if given.get("occasion") is Occasion.MOVE:
        # Nobody takes it, so there is nobody to name.
        given.setdefault("to_party", NOBODY)
    return [
        fault("AK-S003", f"{name!r} is missing", path=name, help="every handoff has it")
        for name in _IN_ALL
        if name not in given
    ]


def _put_together(given: dict[str, Any]) -> Handoff:
    """Return the handoff of fields that were read one by one.

    Raises:
        UnfitValueError: If they do not go together.
    """
    own, since = given.get("attributes", ()), given.get("since")
    known = (*given.pop("company", ()), *given.pop("contact", ()), *own)
    if any(path.startswith(_CLASHING) for path, _ in own) or (
        since and not dict(since).keys() <= dict(known).keys()
    ):
        # Two paths may be one, or lead nowhere; that is looked into there.
        return Handoff(**{**given, "attributes": known})
    # As attrs itself would fill it. Its converters and validators would check each
    # field once more, which took half of the time of a ruling.
    handoff = object.__new__(Handoff)
    vars(handoff).update(_UNSAID | given, attributes=tuple(sorted(known)))
    return handoff


def _actor(raw: object, odd: list[str], faults: Faults) -> Actor | None:
    if raw is None:
        return None
    if not isinstance(raw, OBJECT):
        expected = "an object with 'id', 'kind' and 'team'"
        faults.append(wrong_type("actor", expected, raw))
        return None
    before = len(faults)
    given: dict[str, object] = {}
    for key, held in raw.items():
        reader = _ACTOR.readers.get(key)
        if reader is None:
            odd.append(_name(f"actor.{_name(key)}"))
        else:
            given[key] = reader(held, f"actor.{key}", faults)
    make: Callable[..., Actor] = Actor
    return None if len(faults) > before else make(**given)


def _name(key: object) -> str:
    return key[:80] if isinstance(key, str) else shown(key)


def _several(reader: Reader, expected: str) -> Reader:
    """Return a reader of lists, each item of which is read alike."""

    def read(raw: object, path: str, faults: Faults) -> object:
        if not isinstance(raw, LIST):
            faults.append(wrong_type(path, expected, raw))
            return ()
        found = []
        # No comprehension: most lists are short, and it is one more call.
        for at, held in enumerate(raw):
            found.append(reader(held, f"{path}[{at}]", faults))
        return tuple(found)

    return read


def _by_name(reader: Reader, expected: str) -> Reader:
    """Return a reader of objects, each value of which is read alike or not known."""

    def read(raw: object, path: str, faults: Faults) -> object:
        if not isinstance(raw, OBJECT):
            faults.append(wrong_type(path, expected, raw))
            return ()
        found = []
        for name, held in raw.items():
            if held is not None:
                # Told as it was given, and not longer than it can be read.
                place = f"{path}.{_name(name)}"[:80]
                found.append((text(name, path, faults), reader(held, place, faults)))
        found.sort(key=_first)
        return tuple(found)

    return read


def _counted(least: int) -> Reader:
    def read(raw: object, path: str, faults: Faults) -> object:
        if isinstance(raw, bool) or not isinstance(raw, int):
            faults.append(wrong_type(path, "a whole number", raw))
        elif not least <= raw < LARGEST or type(raw) is not int:
            expected = (
                f"a whole number from {least} on, of at most {MOST_DIGITS} digits"
            )
            faults.append(unfit(path, expected, shown(raw)))
        return raw

    return read


def _rooted(raw: object, path: str, faults: Faults) -> object:
    """Read the attributes of the company or the contact."""
    if not isinstance(raw, OBJECT):
        faults.append(wrong_type(path, "an object", raw))
        return ()
    return grouped(raw, "", faults, f"{path}.")


def _schema(raw: object, path: str, faults: Faults) -> object:
    if raw != SCHEMA:
        found = fault(
            "AK-S026",
            f"unknown version {shown(raw)} of a handoff",
            path=path,
            expected=repr(SCHEMA),
            seen=shown(raw),
            help="read it with the alignkit that knows it, or leave 'schema' out",
        )
        faults.append(found)
    return raw


_BY_ANNOTATION: Mapping[str, Reader] = {
    "str": text,
    "bool": truth,
    "Count": _counted(0),
    "Ordinal": _counted(1),
    "datetime": moment,
    "Occasion": choice(Occasion),
    "When": when,
    "Names": _several(text, "a list of ids"),
    "Attributes": group,
    "Moments": _by_name(moment, "an object with a moment for each path"),
    "Happened": _by_name(
        _several(when, "a list of dates or moments"),
        "an object with a list of dates or moments for each name",
    ),
    "Consents": _by_name(truth, "an object with true or false for each channel"),
}
"""How a field is read by its annotation, as the schema is made of it too."""

_ACTOR = Form.of(Actor, ActorKind)
_IN_ALL = ("lead", "at", "to_party")
_REQUIRED = frozenset(_IN_ALL)
_DEMANDED = _REQUIRED | {"schema"}
"""The keys under which null is a fault."""


def _reader(field: attrs.Attribute[Any]) -> Reader:
    return _BY_ANNOTATION[str(field.type).removesuffix(" | None")]


_READERS: Mapping[str, Reader] = {
    "schema": _schema,
    **{
        field.name: _reader(field)
        for field in attrs.fields(Handoff)
        if field.name not in {"actor", "unknown_fields"}
    },
    **dict.fromkeys(SHOWN, _rooted),
}
"""How each key is read, but for the actor, whose unknown fields do no harm either."""

_CLASHING = (*SHOWN, "lead.", "campaign")
_first = itemgetter(0)
_UNSAID: dict[str, Any] = {
    field.name: field.default
    for field in attrs.fields(Handoff)
    if field.default is not attrs.NOTHING
}

_GROUPED = frozenset({"attributes", "since", "happened", "consent"})
"""The fields of which nothing is known if they are empty."""

_WRITERS: Mapping[str, Callable[[Any], object]] = {
    "at": datetime.isoformat,
    "occasion": lambda held: held.value,
    "offered_at": datetime.isoformat,
    "actor": _ACTOR.write,
    "previous_owners": list,
    "since": lambda held: {path: at.isoformat() for path, at in held},
    "happened": lambda held: {
        name: [at.isoformat() for at in ats] for name, ats in held
    },
    "consent": dict,
    "duplicates": list,
    "open_opportunities": list,
    "rests_until": lambda held: held.isoformat(),
}
_IN_ORDER = tuple(
    field.name for field in attrs.fields(Handoff) if field.name != "unknown_fields"
)
