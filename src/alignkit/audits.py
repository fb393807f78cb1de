"""Audits: one line that says what was ruled, and can be checked later.

A gate that refuses a lead is asked about it months afterwards. The line says on which
payload, at which moment and by which edition it was ruled, and what came of it; whoever
has the agreement can rule again and see whether it is so [V3].
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

import attrs

from alignkit.editions import Edition
from alignkit.errors import AlignkitError
from alignkit.findings import Finding
from alignkit.handoffs import Handoff, Occasion
from alignkit.rulings import Bench, Ruling

SCHEMA = "alignkit.audit/1"
"""The name and the version of the form of a line."""

_LONGEST = 1_000_000


def audit_line(ruling: Ruling) -> str:
    """Return what was ruled, as one line of JSON without an end of line.

    It holds the whole payload, the moment, the fingerprint of the edition, what came
    of it, of a rejection also whether it was in time, and a digest of all that, so that
    a changed line shows.

    Example:
        >>> from alignkit.rulings import rule_on_handoff
        >>> edition = Edition(id="northwind")
        >>> ruling = rule_on_handoff(
        ...     Bench.of([edition]),
        ...     {"lead": "L1", "at": "2026-04-08T10:20Z", "to_party": "sales"},
        ...     as_of=datetime.fromisoformat("2026-04-08T10:20Z"),
        ... )
        >>> line = audit_line(ruling)
        >>> check_audit(line, [edition])
        ()
        >>> print(check_audit(line.replace('"hold"', '"accept"'), [edition])[0])
        AK-H021 the line is not as it was written (at $.digest); find the line as it
        was written
    """
    source = ruling.agreement
    said: dict[str, object] = {
        "schema": SCHEMA,
        "agreement": source and attrs.asdict(source),
        "as_of": ruling.as_of.isoformat(),
        "occasion": ruling.occasion.value,
        "handoff": ruling.handoff.to_dict(),
        "unknown_fields": list(ruling.handoff.unknown_fields),
        **_came(ruling),
    }
    return sealed(said)


def sealed(said: Mapping[str, object]) -> str:
    """Return what is said as a line, with the digest of it."""
    rest = {key: held for key, held in said.items() if key != "digest"}
    return _text({**rest, "digest": _digest(rest)})


def check_audit(
    line: str,
    editions: Sequence[Edition],
    handoff: Handoff | Mapping[str, object] | None = None,
) -> tuple[Finding, ...]:
    """Return what is wrong with a line; nothing if it is so.

    Args:
        line: The line, as `audit_line` wrote it.
        editions: The editions of the agreement that it names, in order.
        handoff: The payload that it is said to be about, as it was kept elsewhere; None
            to take the line's word for it.

    Raises:
        HandoffError: If a mapping is no handoff.
    """
    try:
        said = json.loads(line) if len(line) <= _LONGEST else None
        written = sealed(said) if isinstance(said, dict) else ""
    except (ValueError, RecursionError):
        said, written = None, ""
    if not isinstance(said, dict) or said.get("schema") != SCHEMA:
        return (_NONE,)
    if line != written:
        message = "the line is not as it was written"
        mend = "find the line as it was written"
        return (_found("AK-H021", "$.digest", message, mend),)
    kept = None
    if handoff is not None:
        read = handoff if isinstance(handoff, Handoff) else Handoff.from_dict(handoff)
        kept = (read.to_dict(), [*read.unknown_fields])
    return tuple(_differences(said, editions, kept))


_Kept = tuple[dict[str, object], list[str]]
"""The JSON form of a payload, and the fields of it that nobody knows."""


def _differences(
    said: Mapping[str, object], editions: Sequence[Edition], kept: _Kept | None
) -> Iterator[Finding]:
    try:
        handoff = Handoff.from_dict(said["handoff"])  # type: ignore[arg-type]
        unknown = said["unknown_fields"]
        handoff = attrs.evolve(handoff, unknown_fields=tuple(unknown))  # type: ignore[arg-type]
        as_of = datetime.fromisoformat(str(said["as_of"]))
        occasion = Occasion(said["occasion"])
        again = Bench.of(editions).rule(handoff, occasion, as_of)
    except (AlignkitError, KeyError, TypeError, ValueError):
        yield _NONE
        return
    if kept not in (None, (said["handoff"], said["unknown_fields"])):
        message = "the line is about another payload"
        mend = "find the payload as it was then, or the line that is about this one"
        yield _found("AK-H024", "$.handoff", message, mend)
    source = again.agreement and attrs.asdict(again.agreement)
    if source != said.get("agreement"):
        message = "another edition was in force than the line names"
        mend = "check it against the agreement that it names"
        yield _found("AK-H022", "$.agreement", message, mend)
    for key, held in _came(again).items():
        if held != said.get(key):
            told = f"the {key} is {held}"
            if isinstance(held, list):
                told = f"the {key} are {', '.join(held) or 'none'}"
            message = f"{told}, and the line says otherwise"
            mend = "see which release of alignkit wrote the line"
            yield _found("AK-H023", f"$.{key}", message, mend)


def _came(ruling: Ruling) -> dict[str, str | list[str]]:
    """Return what came of a ruling, as a line says it."""
    return {
        "outcome": ruling.outcome.value,
        "answer": ruling.answer.value,
        "codes": [one.code for one in ruling.findings if one.decides],
        "windows": [f"{one.term}: {one.outcome.value}" for one in ruling.windows],
    }


def _found(code: str, path: str, message: str, mend: str) -> Finding:
    return Finding.error(code, path, message, help=mend)


_NONE = _found(
    "AK-H020",
    "$",
    "this is no line of an audit",
    "give a line that was written as one",
)


def _text(said: Mapping[str, object]) -> str:
    return json.dumps(said, allow_nan=False, sort_keys=True).replace("\x7f", "\\u007f")


def _digest(said: Mapping[str, object]) -> str:
    return hashlib.sha256(_text(said).encode()).hexdigest()
