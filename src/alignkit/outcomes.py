"""Outcomes: the three answers to a question, and why one of them is unknown.

Something holds, or does not, or is not known. Unknown is no polite no: it says that
what is known decides nothing yet, and it never turns into yes because something is
absent.
"""

from __future__ import annotations

import enum
import functools


@functools.total_ordering
class Outcome(enum.Enum):
    """What comes of a criterion, in this order: fail < unknown < pass [H6].

    Example:
        >>> min(Outcome.PASS, Outcome.UNKNOWN)
        <Outcome.UNKNOWN: 'unknown'>
    """

    FAIL = "fail"
    """It does not hold, whatever else becomes known."""

    UNKNOWN = "unknown"
    """What is known does not decide it."""

    PASS = "pass"  # noqa: S105 - it opens nothing
    """It holds, whatever else becomes known."""

    def __lt__(self, other: object) -> bool:
        if not isinstance(other, Outcome):
            return NotImplemented
        return _RANKS[self] < _RANKS[other]


_RANKS = {Outcome.FAIL: 0, Outcome.UNKNOWN: 1, Outcome.PASS: 2}


class WhyUnknown(enum.Enum):
    """Why something is unknown [H6]."""

    MISSING = "missing"
    """Nobody said anything about it."""

    NULL = "null"
    """The field is there and empty; so is one with nothing but blanks."""

    STALE = "stale"
    """It was known too long ago, or nobody can tell since when."""

    INVALID = "invalid"
    """What is there is of another kind and cannot be compared."""

    PENDING = "pending"
    """It has not happened, and still can in time."""


# Judging runs on small integers in the order of the outcomes, so that all of is their
# minimum and any of their maximum. Every number between the two ends is an unknown.
FAILED, MISSING, NULL, STALE, INVALID, PENDING, PASSED = range(7)
OPPOSITE = (PASSED, MISSING, NULL, STALE, INVALID, PENDING, FAILED)
OUTCOMES: tuple[Outcome, ...] = (Outcome.FAIL, *[Outcome.UNKNOWN] * 5, Outcome.PASS)
WHY_UNKNOWN: tuple[WhyUnknown | None, ...] = (None, *WhyUnknown, None)

CODES: tuple[str | None, ...] = (
    "AK-Q001",
    "AK-Q002",
    "AK-Q003",
    "AK-Q004",
    "AK-Q005",
    "AK-Q006",
    None,
)
"""The code of a finding: failed, missing, null, stale, invalid, pending; then none."""
