"""Objections: what speaks against a handoff or a move, one thing at a time.

A bare no is where the quarrel starts. An objection says which rule of the agreement
asked, of which field, what it expected and what it saw, on which facts it rests, and
what would mend it [H7]. One that decides is told apart from one that is so as well.
"""

from __future__ import annotations

from datetime import date, datetime
from fractions import Fraction

import attrs

from alignkit.findings import Finding, Severity
from alignkit.judgements import Check
from alignkit.outcomes import Outcome, WhyUnknown


@attrs.frozen(kw_only=True)
class Objection:
    """One thing that speaks against a handoff or a move [H7].

    Attributes:
        code: The stable code of what is wrong.
        outcome: Whether it fails, or is not known to hold.
        rule: Where the agreement asks for it: ``"$.definitions.mql.all[1]"``.
        path: What it is about, in the payload: ``"$.company.employees"``.
        message: One sentence for a person.
        expected: What would have been right.
        seen: What was there instead; None if nothing was.
        help: What would mend it.
        why: Why it is unknown; None if it is not.
        decides: Whether the outcome rests on it; otherwise it is so as well.
        check: The question that it comes from; None if it comes from a demand.
    """

    code: str
    outcome: Outcome
    rule: str
    path: str
    message: str
    expected: str | None = None
    seen: str | None = None
    help: str | None = None
    why: WhyUnknown | None = None
    decides: bool = True
    check: Check | None = attrs.field(default=None, eq=False, repr=False)

    @property
    def evidence(self) -> tuple[date | datetime, ...]:
        """The moments and dates on which it rests."""
        return () if self.check is None else self.check.evidence

    @property
    def margin(self) -> int | Fraction | None:
        """By how much a number misses its bound, below nothing."""
        return None if self.check is None else self.check.margin

    @property
    def severity(self) -> Severity:
        """An error if it fails and decides, a warning if it is unknown and decides."""
        if not self.decides:
            return Severity.INFO
        failed = self.outcome is Outcome.FAIL
        return Severity.ERROR if failed else Severity.WARNING

    @property
    def finding(self) -> Finding:
        """The same in the shape that all findings share.

        Example:
            >>> late = Objection(
            ...     code="AK-H006",
            ...     outcome=Outcome.FAIL,
            ...     rule="$.gates[0]",
            ...     path="$.duplicates",
            ...     message="there are duplicates: ['L7']",
            ... )
            >>> print(late.finding)
            AK-H006 there are duplicates: ['L7'] (at $.duplicates)
        """
        return Finding(
            code=self.code,
            severity=self.severity,
            message=self.message,
            path=self.path,
            expected=self.expected,
            seen=self.seen,
            help=self.help,
        )

    def to_dict(self) -> dict[str, object]:
        """Return the objection in its JSON form."""
        return {
            "code": self.code,
            "severity": self.severity.value,
            "outcome": self.outcome.value,
            "decides": self.decides,
            "rule": self.rule,
            "path": self.path,
            "message": self.message,
            "expected": self.expected,
            "seen": self.seen,
            "help": self.help,
            "why": self.why and self.why.value,
            "evidence": [at.isoformat() for at in self.evidence],
            "margin": None if self.margin is None else str(self.margin),
        }

    def __str__(self) -> str:
        return str(self.finding)
