"""Events: the dated facts that everything is judged by.

An event says that something happened to a subject at a moment: a lead changed stage, a
rep called, a request was answered. Its `fact` is one small class per type, made to be
taken apart with `match`; everything else about it (when, who, when it was recorded) is
the same for all types [E1]. Nothing but events is ever judged.
"""

from __future__ import annotations

import enum
import itertools
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

import attrs

from alignkit.errors import EventError, UnfitValueError
from alignkit.findings import Finding, did_you_mean
from alignkit.forms import (
    OBJECT,
    Faults,
    Form,
    Reader,
    choice,
    fault,
    fitted,
    grouped,
    kept,
    moment,
    optional,
    shown,
    text,
    unfit,
    wrong_type,
)
from alignkit.happenings import (
    FACTS,
    OWN_PATHS,
    ROOTS,
    Decision,
    Direction,
    Fact,
    LeadCreated,
    ScoreKind,
)
from alignkit.values import Attributes, nested, told

_MOST_TOLD = 50
VERSION = 1
"""The version of the JSON form that is written and read: ``"alignkit.event/1"``."""

SUBJECT_KINDS = (
    "lead",
    "contact",
    "account",
    "opportunity",
    "customer",
    "request",
    "campaign",
    "person",
    "party",
)
"""The kinds of subject that alignkit itself knows; an agreement may speak of others."""


class Precision(enum.Enum):
    """How exactly it is known when something happened."""

    INSTANT = "instant"
    """To the moment."""

    DAY = "day"
    """Only the date is known; it is compared by date [E1]."""


class ActorKind(enum.Enum):
    """What kind of doer did it."""

    HUMAN = "human"
    """A person, by hand."""

    AUTOMATION = "automation"
    """A rule, a sequence or an agent that somebody set up."""

    SYSTEM = "system"
    """The system itself: an import, a merge, a sync."""

    UNKNOWN = "unknown"
    """Not told."""


@attrs.frozen(kw_only=True, field_transformer=fitted)
class Subject:
    """What an event or a promise is about: a kind and an id.

    Attributes:
        kind: Most often a lead; see `SUBJECT_KINDS`, and others are allowed.
        id: Its id in the system that it comes from.

    Example:
        >>> Subject(id="L1")
        Subject(kind='lead', id='L1')
    """

    kind: str = "lead"
    id: str


@attrs.frozen(kw_only=True, field_transformer=fitted)
class Actor:
    """Who or what did it.

    Attributes:
        id: The person or the system; None if only the kind is known.
        kind: A person, an automation or the system itself.
        team: The team that the actor belonged to then, where that was recorded.
    """

    id: str | None = None
    kind: ActorKind = ActorKind.UNKNOWN
    team: str | None = None


def _day(event: Event) -> date | None:
    return event.at.date() if event.precision is Precision.DAY else None


def _happened(at: datetime) -> datetime:
    return kept(at, "at")


def _recorded(at: datetime | None) -> datetime | None:
    return None if at is None else kept(at, "recorded_at")


@attrs.frozen(kw_only=True, field_transformer=fitted)
class Event:
    """One dated fact about one subject [E1].

    Two events are equal if they say the same: the same instant may be written with
    another offset, but a date is another date.

    Attributes:
        id: Its id; the same fact delivered again has the same.
        subject: What it happened to.
        at: When it happened, with the offset of its zone at that moment.
        fact: What happened.
        recorded_at: When a system learned of it; None if `at` stands for it.
        actor: Who did it, if that is known.
        source: The system or file that it was recorded in.
        precision: Whether `at` is a moment, or only its date is known. Then `at` is
            the first moment of that date [T3].
        day: The date, if only that is known; derived.

    Raises:
        NaiveMomentError: If a moment has no offset [T1].
        MomentOutOfRangeError: If a moment lies outside the years 1900 to 2299.
        UnfitValueError: If the id is empty.

    Example:
        >>> from alignkit.happenings import StageChanged
        >>> event = Event(
        ...     id="1",
        ...     subject=Subject(id="L1"),
        ...     at=datetime.fromisoformat("2026-03-06T16:40:00-06:00"),
        ...     fact=StageChanged(from_stage="lead", to_stage="mql"),
        ... )
        >>> match event.fact:
        ...     case StageChanged(to_stage="mql", from_stage=left):
        ...         print("qualified, from", left)
        qualified, from lead
        >>> event.to_dict()
        {'id': '1', 'lead': 'L1', 'at': '2026-03-06T16:40:00-06:00',
         'type': 'stage_changed', 'from_stage': 'lead', 'to_stage': 'mql'}
        >>> Event.from_dict(event.to_dict()) == event
        True
    """

    id: str
    subject: Subject
    at: datetime = attrs.field(converter=_happened)
    fact: Fact
    recorded_at: datetime | None = attrs.field(default=None, converter=_recorded)
    actor: Actor | None = None
    source: str | None = None
    precision: Precision = Precision.INSTANT
    # A field and not a property, because it takes part in equality: one instant may be
    # two dates.
    day: date | None = attrs.field(
        init=False, repr=False, default=attrs.Factory(_day, takes_self=True)
    )

    @property
    def type(self) -> str:
        """The type of its fact, as JSON names it."""
        return self.fact.type

    @staticmethod
    def from_dict(mapping: Mapping[str, object]) -> Event:
        """Return the event that a mapping of its JSON form describes.

        Nothing is coerced and nothing is guessed. Moments are ISO 8601 text with an
        offset, or aware datetimes. ``"lead": "L1"`` is short for ``"subject_kind":
        "lead", "subject": "L1"``. A form of an older version is brought up to date.

        Raises:
            EventError: If anything is wrong with it; it carries a finding for each
                fault.

        Example:
            >>> try:
            ...     Event.from_dict(
            ...         {
            ...             "lead": "L1",
            ...             "at": "2026-03-06",
            ...             "type": "retracted",
            ...             "off": 1,
            ...         }
            ...     )
            ... except EventError as error:
            ...     for finding in error.findings:
            ...         print(finding.code, finding.message)
            AK-S023 'at' is a date without a time, so it names no moment
            AK-S003 'id' is missing
            AK-S003 'of' is missing
            AK-S002 unknown field 'off' of retracted
        """
        faults: Faults = []
        event = _read(mapping, faults)
        if event is None or faults:
            raise EventError(tuple(faults))
        return event

    @classmethod
    def read(cls, given: Event | Mapping[str, object]) -> Event:
        """Return what is given: an event as it is, or that of a JSON form.

        Raises:
            EventError: If anything is wrong with a JSON form.
        """
        return given if isinstance(given, Event) else cls.from_dict(given)

    def to_dict(self) -> dict[str, object]:
        """Return the event in its JSON form, which `from_dict` reads back exactly."""
        written: dict[str, object] = {"id": self.id}
        if self.subject.kind == "lead":
            written["lead"] = self.subject.id
        else:
            written["subject_kind"] = self.subject.kind
            written["subject"] = self.subject.id
        written["at"] = self.at.isoformat()
        written["type"] = self.fact.type
        if self.recorded_at is not None:
            written["recorded_at"] = self.recorded_at.isoformat()
        if self.actor is not None:
            written["actor"] = _ACTOR.write(self.actor)
        if self.source is not None:
            written[_SOURCES.get(self.fact.type, "source")] = self.source
        if self.precision is not Precision.INSTANT:
            written["precision"] = self.precision.value
        fields = _FORMS[self.fact.type].write(self.fact)
        if isinstance(self.fact, LeadCreated):
            fields.pop("attributes", None)
            written |= _spread(self.fact.attributes)
        return written | fields


def _spread(held: Attributes) -> dict[str, object]:
    """Return the attributes of a new lead as the keys that stand for them in JSON."""
    tree = nested(tuple(pair for pair in held if not pair[0].startswith("lead.")))
    own = nested(
        tuple(
            (path.removeprefix("lead."), value)
            for path, value in held
            if path.startswith("lead.")
        )
    )
    for key, branch in own.items():
        # "id" alone is the event's; "lead.id" is an attribute that the lead has.
        taken = key in _TAKEN or f"lead.{key}" in OWN_PATHS
        tree[f"lead.{key}" if taken else key] = branch
    return tree


def _gathered(extras: Mapping[object, object], faults: Faults) -> Attributes:
    """Return the attributes that the further keys of a new lead stand for."""
    rooted: dict[str, object] = {}
    own: dict[str, object] = {}
    for key, raw in extras.items():
        if not isinstance(key, str):
            faults.append(_unknown(shown(key), key, LeadCreated.type, {}))
        elif key in ROOTS:
            if isinstance(raw, OBJECT):
                rooted[key] = raw
            elif raw is not None:
                faults.append(wrong_type(key, "an object", raw))
        elif key.partition(".")[0] in ROOTS:
            rooted[key] = raw
        else:
            own[key] = raw
    found = grouped(own, "", faults)
    return (
        *grouped(rooted, "", faults),
        *((f"lead.{path}", held) for path, held in found),
    )


def _actor(raw: object, path: str, faults: Faults) -> Actor | None:
    if not isinstance(raw, OBJECT):
        faults.append(wrong_type(path, "an object with 'id', 'kind' and 'team'", raw))
        return None
    before = len(faults)
    given: dict[str, object] = {}
    extras: dict[object, object] = {}
    for key, held in raw.items():
        reader = _ACTOR.readers.get(key)
        if reader is None:
            extras[key] = held
        else:
            given[key] = reader(held, f"{path}.{key}", faults)
    if extras:
        faults.extend(_unknowns(extras, "actor", _ACTOR.readers, f"{path}."))
    make: Callable[..., Actor] = Actor
    return None if len(faults) > before else make(**given)


# A lead has a source of its own, and the vocabulary calls both by one word.
_SOURCES = {LeadCreated.type: "event_source"}

_ACTOR = Form.of(Actor, ActorKind)
_FORMS: Mapping[str, Form] = {
    name: Form.of(fact, Direction, ScoreKind, Decision) for name, fact in FACTS.items()
}
_ENVELOPE: Mapping[str, Reader] = {
    "id": text,
    "lead": text,
    "subject_kind": text,
    "subject": text,
    "at": moment,
    "type": text,
    "recorded_at": optional(moment),
    "actor": optional(_actor),
    "source": optional(text),
    "event_source": optional(text),
    "precision": choice(Precision),
}


_TAKEN = frozenset({*_ENVELOPE, *ROOTS, "schema"})


def fields_of(type_: str) -> Mapping[str, Reader]:
    """Return how each key that an event of a type may have is read.

    A new lead takes further keys, which are its attributes.

    Example:
        >>> sorted(fields_of("retracted"))
        ['actor', 'at', 'id', 'lead', 'of', 'precision', 'recorded_at', 'source',
         'subject', 'subject_kind', 'type']
    """
    readers = dict(_ENVELOPE)
    if type_ != LeadCreated.type:
        del readers["event_source"]
    readers |= _FORMS[type_].readers
    readers.pop("attributes", None)
    return readers


_READERS: Mapping[str, Mapping[str, Reader]] = {name: fields_of(name) for name in FACTS}
_SHARED = ("id", "at", "recorded_at", "actor", "precision")
_REQUIRED: Mapping[str, tuple[str, ...]] = {
    name: ("id", "at", *form.required) for name, form in _FORMS.items()
}


def _read(mapping: object, faults: Faults) -> Event | None:
    """Return the event of a mapping; None, and its faults added, if it is none."""
    if not isinstance(mapping, OBJECT):
        faults.append(wrong_type("", "a mapping with the fields of an event", mapping))
        return None
    if "schema" in mapping:
        mapping = upcast(mapping, faults)
    kind = mapping.get("type")
    readers = _READERS.get(kind) if isinstance(kind, str) else None
    if not isinstance(kind, str) or readers is None:
        _read_untyped(mapping, faults)
        return None
    given: dict[str, object] = {}
    extras: dict[object, object] = {}
    for key, raw in mapping.items():
        reader = readers.get(key)
        if reader is None:
            extras[key] = raw
        else:
            given[key] = reader(raw, key, faults)
    subject = _subject(given, faults)
    faults.extend(
        [_missing(name, kind) for name in _REQUIRED[kind] if name not in given]
    )
    if kind == LeadCreated.type:
        given["attributes"] = _gathered(extras, faults) if extras else ()
    elif extras:
        faults.extend(_unknowns(extras, kind, readers))
    if faults or subject is None:
        return None
    return _event(kind, subject, given, faults)


def _read_untyped(mapping: Mapping[str, object], faults: Faults) -> None:
    """Add what is wrong with an event of no known type."""
    if "type" in mapping:
        faults.append(_unknown_type(mapping["type"]))
    else:
        faults.append(_missing("type"))
    given = {
        key: _ENVELOPE[key](raw, key, faults)
        for key, raw in mapping.items()
        if key in _ENVELOPE and key != "type"
    }
    _subject(given, faults)
    faults.extend(_missing(name) for name in ("id", "at") if name not in given)


def _event(
    kind: str, subject: Subject, given: dict[str, object], faults: Faults
) -> Event | None:
    del given["type"]
    # The readers saw to the types, by the annotations of the classes.
    shared: dict[str, Any] = {
        name: given.pop(name) for name in _SHARED if name in given
    }
    shared["source"] = given.pop(_SOURCES.get(kind, "source"), None)
    make: Callable[..., Fact] = FACTS[kind]
    try:
        fact = make(**given)
    except UnfitValueError as error:
        faults.append(unfit(error.field, error.expected, error.seen))
        return None
    return Event(subject=subject, fact=fact, **shared)


def _subject(given: dict[str, object], faults: Faults) -> Subject | None:
    lead = given.pop("lead", None)
    kind = given.pop("subject_kind", "lead")
    ident = given.pop("subject", lead)
    if ident is None:
        faults.append(_missing("lead"))
    elif lead is not None and (kind, ident) != ("lead", lead):
        expected = "either 'lead', or 'subject_kind' and 'subject'"
        faults.append(unfit("lead", expected, "two different subjects"))
    elif isinstance(kind, str) and isinstance(ident, str) and kind and ident:
        return Subject(kind=kind, id=ident)
    return None


def _missing(name: str, kind: str = "event") -> Finding:
    return fault(
        "AK-S003", f"{name!r} is missing", path=name, help=f"every {kind} has one"
    )


def _unknowns(
    keys: Mapping[object, object],
    noun: str,
    known: Mapping[str, object],
    prefix: str = "",
) -> list[Finding]:
    if len(keys) <= _MOST_TOLD:
        return [_unknown(f"{prefix}{told(key)}"[:80], key, noun, known) for key in keys]
    # Looking for what each was meant to be would take longer than it is worth.
    message = f"{len(keys):,} unknown fields of {noun}"
    some = ", ".join(itertools.islice(map(shown, keys), 5))
    help_ = "fields of your own belong in a custom event"
    return [fault("AK-S002", message, path="", seen=f"{some}, ...", help=help_)]


def _unknown(path: str, key: object, noun: str, known: Mapping[str, object]) -> Finding:
    return fault(
        "AK-S002",
        f"unknown field {shown(key)} of {noun}",
        path=path,
        expected=f"one of {', '.join(known)}",
        seen=shown(key),
        help=did_you_mean(key, known)
        or "a field of your own belongs in a custom event",
    )


def _unknown_type(kind: object) -> Finding:
    return fault(
        "AK-S020",
        f"unknown event type {shown(kind)}",
        path="type",
        expected=f"one of {', '.join(FACTS)}",
        seen=shown(kind),
        help=did_you_mean(kind, FACTS)
        or "an event of your own has the type 'custom' and a 'name'",
    )


Upcaster = Callable[[Mapping[str, object]], Mapping[str, object]]

_NOUNS = {"event": "an event", "state": "a saved state"}

UPCASTERS: Mapping[int, Upcaster] = {}
"""From each older version of the JSON form, the way to the next one."""


def upcast(
    form: Mapping[str, object],
    faults: Faults,
    *,
    noun: str = "event",
    to: int = VERSION,
    steps: Mapping[int, Upcaster] = UPCASTERS,
) -> Mapping[str, object]:
    """Return a JSON form in the current version, step by step.

    The form says its version as ``"schema": "alignkit.event/1"``; one that says none is
    of version 1. A version that is not known is added to `faults`.

    Example:
        >>> def named(form):
        ...     return {"type": form["kind"], "id": form["id"]}
        >>> upcast(
        ...     {"schema": "alignkit.event/1", "id": "1", "kind": "custom"},
        ...     [],
        ...     to=2,
        ...     steps={1: named},
        ... )
        {'type': 'custom', 'id': '1'}
    """
    schema = form["schema"]
    versions = {f"alignkit.{noun}/{number}": number for number in range(1, to + 1)}
    version = versions.get(schema) if isinstance(schema, str) else None
    form = {key: held for key, held in form.items() if key != "schema"}
    if version is None:
        faults.append(
            fault(
                "AK-S026",
                f"unknown version {shown(schema)} of {_NOUNS[noun]}",
                path="schema",
                expected=f"one of {', '.join(versions)}",
                seen=shown(schema),
                help="read it with the alignkit that wrote it, or a later one",
            )
        )
        return form
    for number in range(version, to):
        form = steps[number](form)
    return form
