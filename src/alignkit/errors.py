"""Every mistake that alignkit raises, in one place, because a catcher needs them together.

A mistake of the program or of its input raises one of these; a fact of the business (a
breach, a missing reply) is returned as a value and never raised. Each class names one
mistake, carries its data in fields, and has a stable `code` from the one scheme that
errors and findings share.
"""

from __future__ import annotations

from typing import ClassVar

import attrs

from alignkit.findings import Finding


class AlignkitError(Exception):
    """Base class of every error that alignkit raises.

    Catch it to catch them all; match on `code` to tell them apart in data.
    """

    code: ClassVar[str]
    """Stable, machine-readable name of the mistake, such as ``"AK-T001"``."""


@attrs.frozen
class UnfitValueError(AlignkitError, ValueError):
    """A value does not fit the field of the model that it was given for.

    Attributes:
        noun: The class that was to be made, as people say it: ``"term"``.
        field: The field that the value was for.
        expected: What would fit.
        seen: What was given, as text.
    """

    code: ClassVar[str] = "AK-S005"

    noun: str
    field: str
    expected: str
    seen: str

    def __str__(self) -> str:
        return (
            f"{self.noun}: {self.field} does not fit: {self.seen}; "
            f"expected {self.expected}"
        )


@attrs.frozen
class MissingExtraError(AlignkitError, ImportError):
    """Something was asked for that needs a package which is not installed.

    Attributes:
        purpose: What needs the package.
        extra: The extra of alignkit that brings it.
    """

    code: ClassVar[str] = "AK-S010"

    purpose: str
    extra: str

    def __str__(self) -> str:
        return (
            f"{self.purpose} needs the extra {self.extra!r}; "
            f"install it with: pip install 'alignkit[{self.extra}]'"
        )


@attrs.frozen
class NaiveMomentError(AlignkitError, ValueError):
    """A datetime without a zone was given where a moment was needed [T1].

    Attributes:
        argument: The name of the argument.
    """

    code: ClassVar[str] = "AK-T001"

    argument: str

    def __str__(self) -> str:
        return (
            f"{self.argument!r} has no zone, so it names no moment; "
            "give it a tzinfo, such as datetime.UTC or a ZoneInfo"
        )


@attrs.frozen
class LooseEndsError(AlignkitError, ValueError):
    """Names of an edition lead nowhere, or stand for two things.

    Attributes:
        findings: One for each such name.
    """

    code: ClassVar[str] = "AK-S007"

    findings: tuple[Finding, ...]

    def __str__(self) -> str:
        return "\n".join(map(str, self.findings))
