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
from alignkit.handoffs import Handoff
from alignkit.plans import Occasion
from alignkit.rulings import Bench, Ruling

SCHEMA = "alignkit.audit/1"
"""The name and the version of the form of a line."""

_LONGEST = 1_000_000


def audit_line(ruling: Ruling) -> str:
    """Return what was ruled, as one line of JSON without an end of line.

    It holds the whole payload, the moment, the fingerprint of the edition, what came
    of it, and a digest of all that, so that a changed line shows.

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
        "outcome": ruling.outcome.value,
        "answer": ruling.answer.value,
        "codes": [one.code for one in ruling.findings if one.decides],
    }
    return sealed(said)


def sealed(said: Mapping[str, object]) -> str:
    """Return what is said as a line, with the digest of it."""
    rest = {key: held for key, held in said.items() if key != "digest"}
    return _text({**rest, "digest": _digest(rest)})


def check_audit(line: str, editions: Sequence[Edition]) -> tuple[Finding, ...]:
    """Return what is wrong with a line; nothing if it is so.

    Args:
        line: The line, as `audit_line` wrote it.
        editions: The editions of the agreement that it names, in order.
    """
    try:
        said = json.loads(line) if len(line) <= _LONGEST else None
    except (ValueError, RecursionError):
        said = None
    if not isinstance(said, dict) or said.get("schema") != SCHEMA:
        message = "this is no line of an audit"
        return (_found("AK-H020", "$", message, "give a line that was written as one"),)
    if line != sealed(said):
        message = "the line is not as it was written"
        mend = "find the line as it was written"
        return (_found("AK-H021", "$.digest", message, mend),)
    return tuple(_differences(said, editions))


def _differences(
    said: Mapping[str, object], editions: Sequence[Edition]
) -> Iterator[Finding]:
    try:
        handoff = Handoff.from_dict(said["handoff"])  # type: ignore[arg-type]
        unknown = said["unknown_fields"]
        handoff = attrs.evolve(handoff, unknown_fields=tuple(unknown))  # type: ignore[arg-type]
        as_of = datetime.fromisoformat(str(said["as_of"]))
        occasion = Occasion(said["occasion"])
        again = Bench.of(editions).rule(handoff, occasion, as_of)
    except (AlignkitError, KeyError, TypeError, ValueError):
        message = "this is no line of an audit"
        yield _found("AK-H020", "$", message, "give a line that was written as one")
        return
    source = again.agreement and attrs.asdict(again.agreement)
    if source != said.get("agreement"):
        message = "another edition was in force than the line names"
        mend = "check it against the agreement that it names"
        yield _found("AK-H022", "$.agreement", message, mend)
    for key, held in (("outcome", again.outcome), ("answer", again.answer)):
        if held.value != said.get(key):
            message = f"the {key} is {held.value}, and the line says otherwise"
            mend = "see which release of alignkit wrote the line"
            yield _found("AK-H023", f"$.{key}", message, mend)


def _found(code: str, path: str, message: str, mend: str) -> Finding:
    return Finding.error(code, path, message, help=mend)


def _text(said: Mapping[str, object]) -> str:
    return json.dumps(said, allow_nan=False, sort_keys=True).replace("\x7f", "\\u007f")


def _digest(said: Mapping[str, object]) -> str:
    return hashlib.sha256(_text(said).encode()).hexdigest()
