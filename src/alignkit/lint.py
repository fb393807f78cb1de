"""Lint: everything that is weak about an agreement, in one list.

An agreement can be read without a fault and still be one that nobody can keep, or that
nobody will. Each of the modules below this one knows one kind of weakness; here they
are gathered, in a fixed order, the worst first. Nothing asks the clock: what depends on
the day is looked at only when somebody says which day it is [T2].
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

import attrs

from alignkit.answerability import answerability_findings
from alignkit.editions import Edition
from alignkit.feasibility import feasibility_findings
from alignkit.findings import Finding, Place, Severity
from alignkit.instants import to_instant
from alignkit.lifecycle import lifecycle_findings
from alignkit.loops import loop_findings
from alignkit.reciprocity import reciprocity_findings
from alignkit.soundness import soundness_findings
from alignkit.trees import path_text
from alignkit.upkeep import Reign, upkeep_findings
from alignkit.wiring import wiring_findings

_SEVERITIES = tuple(Severity)
_BY_NAME = re.compile(
    r"\$\.(?P<owner>lifecycle|organization)"
    r"\.(?P<family>stages|teams|people|roles)\[(?P<at>\d+)\]"
)
"""What stands in a list in the model, and under its name in a document."""
_STEPS = re.compile(r"\d+|\D+")


def lint(
    editions: Sequence[Edition],
    *,
    as_of: datetime | None = None,
    locate: Callable[[str], Place] | None = None,
) -> tuple[Finding, ...]:
    """Return what is weak about some editions of an agreement.

    Paths are those of the document that `dumps` would write: ``$.terms[2].within``, or
    ``$.editions[0].terms[2].within`` where there are several editions.

    Args:
        editions: The editions, in order of the moments from which they are in force.
        as_of: The day on which reviews, signatures and holidays are looked at; None
            if they are not.
        locate: Returns where a path is written; None if it is written nowhere.

    Returns:
        Errors first, then warnings, then what is worth knowing; each in order of its
        path. The same editions give the same findings in the same order.

    Raises:
        NaiveMomentError: If `as_of` has no zone.

    Example:
        >>> for finding in lint([Edition(id="northwind")]):
        ...     print(finding.code, finding.path)
        AK-P010 $.agreement.review_by
    """
    if as_of is not None:
        to_instant(as_of, "as_of")
    found: dict[Finding, None] = {}
    for at, edition in enumerate(editions):
        follower = editions[at + 1] if at + 1 < len(editions) else None
        until = None if follower is None else follower.effective_from
        root = f"$.editions[{at}]" if len(editions) > 1 else "$"
        for finding in _of_edition(edition, Reign(until=until, as_of=as_of)):
            path = root + _as_written(finding.path, edition).removeprefix("$")
            place = None if locate is None else locate(path)
            found[attrs.evolve(finding, path=path, place=place)] = None
    return tuple(sorted(found, key=_rank))


def _of_edition(edition: Edition, reign: Reign) -> Iterator[Finding]:
    yield from upkeep_findings(edition, reign)
    if edition.lifecycle is not None:
        yield from lifecycle_findings(edition.lifecycle)
    yield from loop_findings(edition.loops)
    yield from soundness_findings(edition)
    yield from wiring_findings(edition)
    yield from feasibility_findings(edition)
    yield from reciprocity_findings(edition)
    yield from answerability_findings(edition, reign.as_of)


def _as_written(path: str, edition: Edition) -> str:
    """Return a path of the model as documents write it: by names, where they do."""
    if path.startswith("$.decision_rights"):
        return path.replace("].when", "].if").replace(".holder", "")
    family = _BY_NAME.match(path)
    if family is None:
        return path
    owner = getattr(edition, family["owner"])
    part = getattr(owner, family["family"])[int(family["at"])]
    steps = path_text((family["owner"], family["family"], part.id))
    return steps + path[family.end() :]


def _rank(finding: Finding) -> tuple[int, list[tuple[int, str]], str, str]:
    """Return what findings are sorted by; the third term comes before the tenth."""
    steps = [
        (int(step), "") if step.isdigit() else (-1, step)
        for step in _STEPS.findall(finding.path)
    ]
    severity = _SEVERITIES.index(finding.severity)
    return severity, steps, finding.code, finding.message
