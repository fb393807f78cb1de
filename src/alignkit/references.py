"""References: the names by which the parts of an edition speak of each other.

A term names a calendar, a criterion a definition, a loop a party. A name that leads
nowhere is the commonest mistake in an agreement and the quietest: nothing starts,
nothing is late, and the scorecard is empty. So every name is looked up when an edition
is made.
"""

from __future__ import annotations

import enum
import functools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import attrs

from alignkit.criteria import Criterion, Meets
from alignkit.decisions import DecisionRecord
from alignkit.events import ActorKind, fields_of
from alignkit.findings import Finding, Severity, did_you_mean
from alignkit.gates import Gate
from alignkit.goals import Goal
from alignkit.happenings import (
    FACTS,
    Custom,
    Decision,
    Direction,
    LeadCreated,
    ScoreKind,
)
from alignkit.hours import BusinessHours
from alignkit.loops import Loop
from alignkit.parties import Party, Person, Team
from alignkit.patterns import Pattern
from alignkit.promises import Attempts, Duration, Quality, Validity
from alignkit.reasons import Reason
from alignkit.stages import Stage
from alignkit.terms import Term

Found = tuple[str, object]
"""A part of an edition, and the path at which it stands in a document."""

_SPREAD = frozenset({"promise", "clock", "share"})
"""Fields whose own fields stand in the table of their owner in a document."""

_ENVELOPE = ("actor.", "data.", "lead.", "company.", "contact.")


def walk(value: object, path: str = "$") -> Iterator[Found]:
    """Yield a value and every value of the model in it, with their paths.

    Example:
        >>> from alignkit.promises import Validity
        >>> promise = Validity(at=[Pattern(event="handoff_offered")], meeting="mql")
        >>> term = Term(id="valid", party="marketing", promise=promise)
        >>> [path for path, _ in walk(term, "$.terms[0]")]
        ['$.terms[0]', '$.terms[0]', '$.terms[0].at[0]', '$.terms[0].excuses',
         '$.terms[0].changes']
    """
    waiting = [(path, value)] if _has_parts(value) else []
    while waiting:
        path, value = waiting.pop()
        if isinstance(value, tuple):
            inner = [(f"{path}[{index}]", item) for index, item in enumerate(value)]
        else:
            yield path, value
            inner = [
                (path if name in _SPREAD else f"{path}.{name}", getattr(value, name))
                for name in _fields(value) or ()
            ]
        waiting.extend(found for found in reversed(inner) if _has_parts(found[1]))


def _has_parts(value: object) -> bool:
    return isinstance(value, tuple) or _fields(value) is not None


def _fields(value: object) -> tuple[str, ...] | None:
    """Return the names of the fields of a value of the model; None for any other."""
    kind: Any = type(value)
    return _fields_of(kind)


@functools.cache
def _fields_of(kind: type[Any]) -> tuple[str, ...] | None:
    # Business hours name nothing, and hold days by the hundred.
    if kind is BusinessHours or not attrs.has(kind):
        return None
    return tuple(field.name for field in attrs.fields(kind))


def outermost(parts: Iterable[Found]) -> Iterator[tuple[str, Criterion]]:
    """Yield every criterion among some parts that is part of no other one.

    Args:
        parts: The parts, as `walk` yields them.
    """
    last = ""
    for path, part in parts:
        if isinstance(part, Criterion) and not (last and path.startswith(f"{last}.")):
            last = path
            yield path, part


def repeated(path: str, names: Sequence[str], key: str = "id") -> Iterator[Finding]:
    """Yield a finding for every name of a family that stands for two things.

    Args:
        path: Where the family stands.
        names: The names, in their order.
        key: What the name of each is called.
    """
    firsts: dict[str, int] = {}
    for place, name in enumerate(names):
        first = firsts.setdefault(name, place)
        if first != place:
            message = f"{name!r} stands twice, first at {path}[{first}]"
            mend = f"give one of them another {key}"
            yield _finding("AK-S006", f"{path}[{place}].{key}", message, mend)


def loose(parts: Iterable[Found], known: Mapping[str, Sequence[str]]) -> list[Finding]:
    """Return a finding for every name in some parts that leads nowhere.

    Args:
        parts: The parts, as `walk` yields them.
        known: The names of each kind; a kind that is not among them is not looked up.
    """
    findings = [
        finding
        for path, part in parts
        for kind, field, names in _named(part)
        if kind in known
        for finding in _unknown(f"{path}.{field}", kind, names, known[kind])
    ]
    return list(dict.fromkeys(findings))


def _unknown(
    path: str, kind: str, names: Sequence[str | None], known: Sequence[str]
) -> Iterator[Finding]:
    for name in names:
        if name is not None and name not in known:
            message = f"no {kind} is named {name!r}"
            mend = did_you_mean(name, known) or _offer(kind, known)
            yield _finding("AK-S007", path, message, mend)


def _offer(kind: str, known: Sequence[str]) -> str:
    most = 12
    names = tuple(dict.fromkeys(known))
    listed = ", ".join(map(repr, names[:most])) + (", ..." if len(names) > most else "")
    return f"known: {listed}" if known else f"the agreement names no {kind} yet"


def _named(  # noqa: C901, PLR0912 - a table, a row for each noun
    part: object,
) -> Iterator[tuple[str, str, Sequence[str | None]]]:
    """Yield the kind of thing, the field and the names by which a part speaks of it."""
    match part:
        case Term():
            yield "party", "party", (part.party,)
            yield "calendar", "calendar", (part.calendar,)
            yield "term", "counterpart", (part.counterpart,)
            yield "term", "excuses.void_without", part.excuses.void_without
            yield "term", "excuses.extended_by", part.excuses.extended_by
            yield "task", "task", (part.task,)
            yield "goal", "goals", part.goals
        case Attempts():
            yield "action", "action", (part.action,)
        case Duration():
            yield "stage", "stages", part.stages
        case Quality() | Validity():
            yield "definition", "meeting", (part.meeting,)
        case Pattern():
            yield "event", "event", (part.event,)
            yield "stage", "stage", part.stage
            if part.event == "stage_changed":
                stages = dict(part.where)
                for field in ("from_stage", "to_stage"):
                    names = [n for n in stages.get(field, ()) if isinstance(n, str)]
                    yield "stage", field, names
        case Meets():
            yield "definition", "definition", (part.definition,)
        case Party() | Person() | Team():
            yield "calendar", "calendar", (part.calendar,)
        case Stage():
            yield "party", "owner", (part.owner,)
        case Reason():
            yield "party", "fixed_by", (part.fixed_by,)
        case Loop():
            yield "party", "owes", (part.owes,)
            yield "party", "to", (part.to,)
            yield "loop", "in_return", (part.in_return,)
        case Goal():
            yield "party", "owners", part.owners
        case Gate():
            yield "party", "to_party", (part.to_party,)
            yield "stage", "stages", part.stages
            yield "definition", "meets", (part.meets,)
        case DecisionRecord():
            yield "party", "stances", tuple(one.party for one in part.stances)
        case _:
            return


def odd_fields(path: str, pattern: Pattern) -> Iterator[Finding]:
    """Yield a finding for every field of a pattern that its event does not have.

    So it does for a value that the field can never hold, such as a direction that is
    neither inbound nor outbound: nothing would ever fit.
    """
    if pattern.event not in FACTS:
        return
    known = [*fields_of(pattern.event), "actor.id", "actor.kind", "actor.team"]
    open_ended = pattern.event in (Custom.type, LeadCreated.type)
    words = _words(pattern.event)
    for field, values in pattern.where:
        if field not in known and not (open_ended and field.startswith(_ENVELOPE)):
            message = f"{pattern.event} has no field {field!r}"
            mend = did_you_mean(field, known) or f"its fields are {', '.join(known)}"
            yield _finding("AK-S002", f"{path}.{field}", message, mend)
        for value in values if field in words else ():
            if value is not None and value not in words[field]:
                message = f"{field!r} is never {value!r}"
                all_of_them = f"it is one of {', '.join(words[field])}"
                mend = did_you_mean(str(value), words[field]) or all_of_them
                yield _finding("AK-S005", f"{path}.{field}", message, mend)


@functools.cache
def _words(event: str) -> Mapping[str, tuple[str, ...]]:
    """Return the words of the fields of an event that have one of a few."""
    choices: tuple[type[enum.Enum], ...] = (Decision, Direction, ScoreKind)
    words = {
        kind.__name__: tuple(str(member.value) for member in kind) for kind in choices
    }
    fields: tuple[attrs.Attribute[object], ...] = attrs.fields(FACTS[event])
    found = {
        field.name: words[kind]
        for field in fields
        if (kind := str(field.type).removesuffix(" | None")) in words
    }
    return {**found, "actor.kind": tuple(member.value for member in ActorKind)}


def _finding(code: str, path: str, message: str, mend: str) -> Finding:
    return Finding(
        code=code, severity=Severity.ERROR, message=message, path=path, help=mend
    )
