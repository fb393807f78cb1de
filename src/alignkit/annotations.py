"""Annotations: findings in the forms that code hosts show beside the line.

GitHub reads commands from the log of a workflow; many more read SARIF 2.1.0. Both get
the code, the place and the sentence of each finding, and how to mend it.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import PurePath
from urllib.parse import quote

from alignkit.findings import Finding, Place, Severity

SARIF_SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/schemas/sarif-schema-2.1.0.json"
)
"""The name of the format, as the standard gives it; nothing is fetched."""

_GITHUB = {
    Severity.ERROR: "error",
    Severity.WARNING: "warning",
    Severity.INFO: "notice",
}
_SARIF = {
    Severity.ERROR: "error",
    Severity.WARNING: "warning",
    Severity.INFO: "note",
}


def github_line(finding: Finding) -> str:
    """Return a finding as a command in the log of a GitHub workflow.

    Example:
        >>> print(
        ...     github_line(
        ...         Finding(
        ...             code="AK-S002",
        ...             severity=Severity.ERROR,
        ...             message="unknown key 'witin'",
        ...             place=Place("agreement.toml", 12, 3),
        ...         )
        ...     )
        ... )
        ::error file=agreement.toml,line=12,col=3,title=AK-S002::unknown key 'witin'
    """
    place = finding.place or Place()
    properties = {
        "file": place.file and PurePath(place.file).as_posix(),
        "line": place.line,
        "col": place.column,
        "title": finding.code,
    }
    listed = ",".join(
        f"{name}={_escaped(str(value), ',:')}"
        for name, value in properties.items()
        if value is not None
    )
    return f"::{_GITHUB[finding.severity]} {listed}::{_escaped(_sentence(finding))}"


def _escaped(text: str, further: str = "") -> str:
    """Return text in which nothing can end a command or begin another."""
    unsafe = {"%", *further}
    return "".join(
        quote(char, safe="") if char in unsafe or not char.isprintable() else char
        for char in text.encode("utf-8", "backslashreplace").decode()
    )


def _sentence(finding: Finding) -> str:
    path = f" (at {finding.path})" if finding.path else ""
    mend = f"; {finding.help}" if finding.help else ""
    return f"{finding.message}{path}{mend}"


def sarif_form(findings: Iterable[Finding], *, version: str) -> dict[str, object]:
    """Return findings as a SARIF 2.1.0 log of one run.

    Args:
        findings: The findings.
        version: The release of alignkit that found them.

    Example:
        >>> sarif_form([], version="0.1.0")["version"]
        '2.1.0'
    """
    found = tuple(findings)
    codes = sorted({finding.code for finding in found})
    driver = {
        "name": "alignkit",
        "version": version,
        "rules": [{"id": code} for code in codes],
    }
    results = [_result(finding, codes.index(finding.code)) for finding in found]
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": results,
    }
    return {"$schema": SARIF_SCHEMA, "version": "2.1.0", "runs": [run]}


def _result(finding: Finding, rule: int) -> dict[str, object]:
    result: dict[str, object] = {
        "ruleId": finding.code,
        "ruleIndex": rule,
        "level": _SARIF[finding.severity],
        "message": {"text": _sentence(finding)},
    }
    location = _location(finding)
    if location:
        result["locations"] = [location]
    return result


def _location(finding: Finding) -> dict[str, object]:
    location: dict[str, object] = {}
    place = finding.place
    if place and place.file is not None:
        physical: dict[str, object] = {"artifactLocation": {"uri": _uri(place.file)}}
        if place.line is not None:
            region = {"startLine": place.line}
            if place.column is not None:
                region["startColumn"] = place.column
            physical["region"] = region
        location["physicalLocation"] = physical
    if finding.path:
        location["logicalLocations"] = [{"fullyQualifiedName": finding.path}]
    return location


def _uri(file: str) -> str:
    path = PurePath(file)
    return path.as_uri() if path.is_absolute() else quote(path.as_posix())
