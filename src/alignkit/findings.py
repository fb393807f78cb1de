"""What is wrong with something, where it stands, and how to mend it.

Everything that alignkit has to say against a text, a record or an agreement is a
`Finding`: a faulty key of a document, a row of a file that could not be read, a
criterion that no lead can meet, a field that a handoff lacks. They share one shape, so
that one piece of code can print them, count them or send them on.
"""

from __future__ import annotations

import difflib
import enum
from collections.abc import Iterable
from typing import Self

import attrs


class Severity(enum.Enum):
    """How much a finding matters."""

    ERROR = "error"
    """The thing cannot be used, or means something other than it says."""

    WARNING = "warning"
    """The thing can be used, and somebody will regret it."""

    INFO = "info"
    """Worth knowing; nothing has to be done."""


@attrs.frozen
class Place:
    """Where in a file something stands.

    Attributes:
        file: The name of the file, as it was given; None for text that has none.
        line: The line, counted from 1; None where it is not known.
        column: The column, counted from 1; None where it is not known.

    Example:
        >>> str(Place("agreement.toml", 12, 3))
        'agreement.toml:12:3'
    """

    file: str | None = None
    line: int | None = None
    column: int | None = None

    def __str__(self) -> str:
        parts = (self.file or "<text>", self.line, self.column)
        return ":".join(str(part) for part in parts if part is not None)


@attrs.frozen(kw_only=True)
class Finding:
    """One thing that is wrong, or worth knowing, and what to do about it.

    Attributes:
        code: Stable name of the kind of finding, such as ``"AK-S002"``; never reused.
        severity: How much it matters.
        message: One sentence for a person, lower-case, without a final stop.
        path: What it is about, from the root ``$`` down: ``"$.terms[2].within"``.
        place: Where in a file that stands, if it stands in one.
        expected: What would have been right.
        seen: What was there instead.
        help: How to mend it.

    Example:
        >>> finding = Finding(
        ...     code="AK-S002",
        ...     severity=Severity.ERROR,
        ...     message="unknown key 'witin'",
        ...     path="$.terms[0].witin",
        ...     place=Place("agreement.toml", 12, 1),
        ...     help="did you mean 'within'?",
        ... )
        >>> print(finding)
        agreement.toml:12:1: AK-S002 unknown key 'witin' (at $.terms[0].witin);
        did you mean 'within'?
    """

    code: str
    severity: Severity
    message: str
    path: str = ""
    place: Place | None = None
    expected: str | None = None
    seen: str | None = None
    help: str | None = None

    @classmethod
    def error(
        cls,
        code: str,
        path: str,
        message: str,
        *,
        place: Place | None = None,
        expected: str | None = None,
        seen: str | None = None,
        help: str | None = None,
    ) -> Self:
        """Return a finding on something that cannot stay as it is."""
        return cls(
            code=code,
            severity=Severity.ERROR,
            message=message,
            path=path,
            place=place,
            expected=expected,
            seen=seen,
            help=help,
        )

    @classmethod
    def warning(
        cls,
        code: str,
        path: str,
        message: str,
        *,
        expected: str | None = None,
        seen: str | None = None,
        help: str | None = None,
    ) -> Self:
        """Return a finding on something that somebody will regret."""
        found = cls.error(code, path, message, expected=expected, seen=seen, help=help)
        return attrs.evolve(found, severity=Severity.WARNING)

    @classmethod
    def info(
        cls,
        code: str,
        path: str,
        message: str,
        *,
        expected: str | None = None,
        seen: str | None = None,
        help: str | None = None,
    ) -> Self:
        """Return a finding on something that is worth knowing."""
        found = cls.error(code, path, message, expected=expected, seen=seen, help=help)
        return attrs.evolve(found, severity=Severity.INFO)

    def under(self, path: str) -> Self:
        """Return the finding on what stands below a path: ``"$[2]"``, ``"$.facts[0]"``.

        Example:
            >>> Finding.error("AK-S003", "$.at", "'at' is missing").under("$[2]").path
            '$[2].at'
        """
        return attrs.evolve(self, path=f"{path}{self.path.removeprefix('$')}")

    def __str__(self) -> str:
        where = f"{self.place}: " if self.place else ""
        path = f" (at {self.path})" if self.path else ""
        mend = f"; {self.help}" if self.help else ""
        return f"{where}{self.code} {self.message}{path}{mend}"


def did_you_mean(name: object, known: Iterable[str]) -> str | None:
    """Return the help for an unknown name: the known ones near to it, if any is.

    Whatever is no text is near to no name, and is not looked into.

    Example:
        >>> did_you_mean("witin", ["within", "warn_at"])
        "did you mean 'within'?"
        >>> did_you_mean("x", ["within", "warn_at"]) is None
        True
    """
    if not isinstance(name, str):
        return None
    near = difflib.get_close_matches(name[:100], list(known), n=3)
    return f"did you mean {' or '.join(map(repr, near))}?" if near else None
