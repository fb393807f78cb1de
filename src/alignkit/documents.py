"""Documents: agreements as people write them, in TOML, YAML or JSON.

A document holds one edition of an agreement, or all of them. The three formats say the
same, and what is dumped and loaded is equal. Reading is strict: nothing is guessed, and
everything that is wrong is told at once, with its place. No document is ever rewritten.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime

import attrs

from alignkit import overlays, sources
from alignkit.agreements import Agreement
from alignkit.criteria import Known
from alignkit.editions import Calendar, Definition, Edition
from alignkit.errors import (
    DocumentError,
    UnfitValueError,
)
from alignkit.findings import Finding, Place
from alignkit.hours import EVERY_HOUR
from alignkit.nouns import converter, spoken
from alignkit.overlays import Overlay
from alignkit.parties import Party
from alignkit.patterns import Pattern
from alignkit.promises import Clock, Deadline
from alignkit.shapes import (
    Held,
    MisfitError,
    Schema,
    SchemaOf,
    attempt,
    fault_of,
    missing_key,
    reader,
    refuse,
    unknown_key,
)
from alignkit.sources import Format
from alignkit.spans import Elapsed
from alignkit.tables import Key, Table, read_keys
from alignkit.terms import Term
from alignkit.trees import DEFAULT_LIMITS, Fault, Limits, Path, Tree, path_of

_HEAD = "agreement"
_EDITIONS = "editions"
_EDITION = Table.of(Edition)
IN_HEAD = ("id", "version", "effective_from", "review_by", "signed")
"""The fields of an edition that stand under ``[agreement]``."""
_HEAD_KEYS = tuple(key for key in _EDITION.keys if key.field in IN_HEAD)
_BODY_KEYS = tuple(key for key in _EDITION.keys if key.field not in IN_HEAD)


def load(
    path: str | os.PathLike[str],
    *earlier: str | os.PathLike[str],
    limits: Limits = DEFAULT_LIMITS,
) -> Agreement:
    """Return the agreement that a file holds.

    The name of the file tells the format: ``.toml``, ``.yaml``, ``.yml`` or ``.json``.

    Args:
        path: The file.
        earlier: Files of earlier editions of the same agreement, in any order.
        limits: How large each file may be.

    Raises:
        DocumentError: If anything is wrong with the files; it lists all of it.
        MissingExtraError: If one is YAML and PyYAML is not installed.
        UnfitValueError: If the name of a file tells no format.
        UnreadableFileError: If a file cannot be opened.
    """
    overlays_ = [overlays.load(file, limits) for file in (path, *earlier)]
    return _agreement(overlays_)


def loads(
    text: str | bytes, format: Format = "toml", *, limits: Limits = DEFAULT_LIMITS
) -> Agreement:
    """Return the agreement that a text holds.

    Args:
        text: The text, or the bytes of it in UTF-8.
        format: How it is written: ``"toml"``, ``"yaml"`` or ``"json"``.
        limits: How large it may be.

    Raises:
        DocumentError: If anything is wrong with the text; it lists all of it.
        MissingExtraError: If it is YAML and PyYAML is not installed.
        UnfitValueError: If there is no such format, or what was given is no text.

    Example:
        >>> text = '''
        ... [agreement]
        ... id = "northwind"
        ...
        ... [calendars.denver]
        ... zone = "America/Denver"
        ... week = { mon-fri = ["09:00-17:00"] }
        ...
        ... [[terms]]
        ... id = "first-response"
        ... kind = "deadline"
        ... party = "sales"
        ... counterpart = "none"
        ... calendar = "denver"
        ... start = { event = "owner_assigned", stage = "mql" }
        ... stop = { event = "activity_logged", channel = ["call", "email"] }
        ... within = "2 business hours"
        ... warn_at = "80%"
        ... '''
        >>> (term,) = loads(text).latest.terms
        >>> str(term.promise.within)
        '2 business hours'

        Everything that is wrong is told at once:

        >>> try:
        ...     loads(
        ...         text.replace("2 business", "2 busines").replace("party", "partty")
        ...     )
        ... except DocumentError as error:
        ...     for finding in error.findings:
        ...         print(finding.code, finding.place, finding.help)
        AK-S003 <text>:9:3 add 'party'
        AK-S002 <text>:12:1 did you mean 'party'?
        AK-T007 <text>:17:1 expected a unit such as 'hours', or 'business'; did you mean
        'business'?
    """
    if not isinstance(text, str | bytes):
        raise _unfit("text", "text, or bytes in UTF-8", text)
    source = sources.read(text, format, limits=limits)
    return _agreement([overlays.alone(source)])


def dumps(agreement: Agreement, format: Format = "toml") -> str:
    """Return an agreement as a text; loading it gives an equal agreement.

    What has its default is left out. Several editions stand in a list under
    ``editions``.

    Raises:
        UnfitValueError: If there is no such format, or a value in the agreement is one
            that no document can hold, or what was given is no agreement.

    Example:
        >>> print(dumps(Agreement([Edition(id="northwind", version="2")])), end="")
        [agreement]
        id = "northwind"
        version = "2"
    """
    if not isinstance(agreement, Agreement):
        raise _unfit("agreement", "an Agreement", agreement)
    written = [_write_edition(one) for one in agreement.editions]
    tree: dict[str, Tree] = {_EDITIONS: [*written]} if len(written) > 1 else written[0]
    return sources.write(fitting(tree, format), format)


def _unfit(argument: str, expected: str, given: object) -> UnfitValueError:
    return UnfitValueError("document", argument, expected, repr(given)[:80])


def fitting(tree: dict[str, Tree], format: Format) -> dict[str, Tree]:
    """Return a tree in the words of a format: TOML has dates of its own, and no null.

    Example:
        >>> fitting({"since": {"$date": "2026-03-01"}}, "toml")
        {'since': datetime.date(2026, 3, 1)}
    """
    if format != "toml":
        return tree
    return {key: _native(held) for key, held in tree.items()}


def describe(of: SchemaOf) -> Schema:
    """Return the JSON Schema of a document with one edition.

    Args:
        of: Makes the schemas of the types of its keys.
    """
    head, body = (
        attrs.evolve(_EDITION, keys=keys).describe(of)
        for keys in (_HEAD_KEYS, _BODY_KEYS)
    )
    properties = {_HEAD: head, **body["properties"]}  # type: ignore[dict-item]
    return {**body, "properties": properties, "required": [_HEAD]}


def _write_edition(edition: Edition) -> dict[str, Tree]:
    fields = _EDITION.write(edition, converter())
    head: Tree = {key: fields.pop(key) for key in IN_HEAD if key in fields}
    return {_HEAD: head, **fields}


def _native(tree: Tree) -> Tree:
    """Return a tree in which TOML's own dates and moments stand for tagged ones."""
    match tree:
        case {"$date": str(text), **rest} if not rest:
            return date.fromisoformat(text)
        case {"$moment": str(text), **rest} if not rest:
            return datetime.fromisoformat(text)
        case None:
            return {"$null": True}
        case dict():
            return {key: _native(held) for key, held in tree.items()}
        case list():
            return [_native(item) for item in tree]
        case _:
            return tree


def _agreement(found: list[Overlay]) -> Agreement:
    """Return the agreement that documents hold; raise all that is wrong with them."""
    findings: list[Finding] = []
    editions: list[tuple[Edition, _Spot]] = []
    for overlay in found:
        findings.extend(overlay.findings)
        faults: list[Fault] = []
        for held in attempt(_read_editions, overlay.tree, (), faults):
            editions.extend(zip(held, _spots(overlay, len(held)), strict=True))
        findings.extend(fault.finding(overlay.locate(fault.path)) for fault in faults)
    if findings:
        raise DocumentError(tuple(sorted(findings, key=_in_reading_order)))
    editions.sort(key=lambda read: read[0].starts)
    written = _Written(tuple(spot for _, spot in editions))
    try:
        return Agreement(tuple(edition for edition, _ in editions), locate=written)
    except UnfitValueError as error:
        fault = fault_of(error, (_EDITIONS,))
        place = found[0].locate((_EDITIONS,))
        raise DocumentError((fault.finding(place),)) from None


_Spot = tuple[Overlay, Path]
"""A document, and the path at which one edition stands in it."""


def _spots(overlay: Overlay, editions: int) -> list[_Spot]:
    """Return where each edition of a document stands."""
    if isinstance(overlay.tree, dict) and _EDITIONS in overlay.tree:
        return [(overlay, (_EDITIONS, at)) for at in range(editions)]
    return [(overlay, ())]


@attrs.frozen
class _Written:
    """Tells where the paths of an agreement are written.

    Attributes:
        spots: Where each of its editions stands, in their order.
    """

    spots: tuple[_Spot, ...]

    def __call__(self, path: str) -> Place:
        match path_of(path):
            case ("editions", int(at), *rest) if len(self.spots) > 1:
                overlay, root = self.spots[at]
            case rest:
                overlay, root = self.spots[0]
        return overlay.locate((*root, *rest))


def _in_reading_order(finding: Finding) -> tuple[str, int, int]:
    place = finding.place or Place()
    return place.file or "", place.line or 0, place.column or 0


def _read_editions(raw: Tree) -> list[Edition]:
    if not isinstance(raw, dict):
        refuse("an agreement, which is a table", raw)
    if _EDITIONS not in raw:
        return [_read_edition(raw)]
    faults = [unknown_key((key,), (_EDITIONS,)) for key in raw if key != _EDITIONS]
    held = raw[_EDITIONS]
    editions: list[Edition] = []
    if not isinstance(held, list) or not held:
        faults.append(
            Fault(
                code="AK-S004",
                path=(_EDITIONS,),
                message="'editions' is not a list of editions",
                expected="a list with at least one edition",
            )
        )
    else:
        for at, one in enumerate(held):
            editions.extend(attempt(_read_edition, one, (_EDITIONS, at), faults))
    if faults:
        raise MisfitError(faults)
    return editions


def _read_edition(raw: Tree) -> Edition:
    """Read one edition; names that lead nowhere are told beside all other faults."""
    if not isinstance(raw, dict):
        refuse("an agreement, which is a table", raw)
    faults: list[Fault] = []
    values: dict[str, Held] = {}
    if _HEAD not in raw:
        faults.append(missing_key((_HEAD,)))
    else:
        for found in attempt(_read_head, raw[_HEAD], (_HEAD,), faults):
            values.update(found)
    known = [_HEAD, *(key.name for key in _BODY_KEYS)]
    faults.extend(unknown_key((key,), known) for key in raw if key not in known)
    values |= read_keys(_BODY_KEYS, raw, converter(), faults)
    if faults:
        told = {fault.path for fault in faults}
        # Where a part is missing that nothing can stand in for, every name of it would
        # seem to lead nowhere.
        if {path[0] for path in told} <= {_HEAD, *_STAND_INS, *(raw.keys() - known)}:
            others = _placed(_faults_beside(raw), raw)
            faults.extend(fault for fault in others if fault.path not in told)
        raise MisfitError(faults)
    for edition in _EDITION.made(_flat(raw), values, faults):
        return edition  # type: ignore[no-any-return]
    raise MisfitError(_placed(faults, raw))


def _flat(raw: dict[str, Tree]) -> dict[str, Tree]:
    """Return a document with the keys of its head beside all others."""
    head = raw.get(_HEAD)
    body = {key: held for key, held in raw.items() if key != _HEAD}
    return {**body, **head} if isinstance(head, dict) else body


def _read_head(raw: Tree) -> dict[str, Held]:
    if not isinstance(raw, dict):
        refuse("a table", raw)
    faults: list[Fault] = []
    values = read_keys(_HEAD_KEYS, raw, converter(), faults)
    known = [key.name for key in _HEAD_KEYS]
    faults.extend(unknown_key((key,), known) for key in raw if key not in known)
    if faults:
        raise MisfitError(faults)
    return values


def _placed(faults: Iterable[Fault], raw: dict[str, Tree]) -> list[Fault]:
    """Return faults at paths of an edition, at those of the document."""
    return [attrs.evolve(fault, path=_path_in(raw, fault.path)) for fault in faults]


def _path_in(raw: dict[str, Tree], path: Path) -> Path:
    """Return where a field of an edition stands in the document, as far as it does."""
    found: list[str | int] = [_HEAD] if path and path[0] in IN_HEAD else []
    held: Tree = raw.get(_HEAD) if found else raw
    for step in path:
        if isinstance(held, list) and isinstance(step, int) and step < len(held):
            found.append(step)
            held = held[step]
        elif isinstance(held, dict) and isinstance(step, str):
            # What is not there stands in the table of its owner, as a promise does.
            name = next((name for name in spoken(step) if name in held), None)
            if name is not None:
                found.append(name)
                held = held[name]
        elif isinstance(held, dict) and len(found) == 1 and isinstance(step, int):
            found.append(list(held)[step])
            held = held[str(found[-1])]
    return tuple(found)


def _party(id_: str, raw: Mapping[str, Tree]) -> Party:
    return Party(id_, _text(raw, "calendar"))


def _term(id_: str, raw: Mapping[str, Tree]) -> Term:
    clock = Clock(start=(Pattern(event="custom"),))
    return Term(
        id=id_,
        party=_text(raw, "party") or "joint",
        promise=Deadline(clock=clock, within=Elapsed(hours=1)),
        counterpart=_text(raw, "counterpart"),
        calendar=_text(raw, "calendar"),
    )


_STAND_INS: Mapping[str, Callable[[str, Mapping[str, Tree]], Held]] = {
    "parties": _party,
    "calendars": lambda id_, _: Calendar(id_, EVERY_HOUR),
    "definitions": lambda id_, _: Definition(id_, Known("id")),
    "terms": _term,
}


def _text(raw: Mapping[str, Tree], key: str) -> str | None:
    held = raw.get(key)
    return held if isinstance(held, str) and held else None


def _faults_beside(raw: dict[str, Tree]) -> list[Fault]:
    """Return what an edition refuses as a whole in a document that has other faults.

    What cannot be read is stood in for by something with its id, so that names still
    lead there and places still count.
    """
    tree = _flat(raw)
    values: dict[str, Held] = {"id": "an edition"}
    for key in (*_HEAD_KEYS[1:], *_BODY_KEYS):
        if key.field in _STAND_INS and key.name in tree:
            values[key.argument] = tuple(_stood_in(key, tree[key.name]))
        else:
            values |= read_keys([key], tree, converter(), [])
    faults: list[Fault] = []
    _EDITION.made(tree, values, faults)
    return faults


def _stood_in(key: Key, raw: Tree) -> Iterator[Held]:
    """Yield what can be read of several things, and stand-ins for what cannot."""
    read = reader(key.type, converter())
    parts: list[tuple[str, Tree, Tree]] = []
    if isinstance(raw, dict):
        parts = [(name, held, {name: held}) for name, held in raw.items()]
    elif isinstance(raw, list):
        parts = [(_id_of(item, at), item, [item]) for at, item in enumerate(raw)]
    for id_, held, part in parts:
        found = attempt(read, part, (), [])
        if found:
            yield from found[0]
        else:
            table = held if isinstance(held, dict) else {}
            yield _STAND_INS[key.field](id_ or "nameless", table)


def _id_of(item: Tree, at: int) -> str:
    held = item.get("id") if isinstance(item, dict) else None
    return held if isinstance(held, str) else f"number {at}"
