"""Moves: may a lead go from here to there, and if not, why not and where else.

A system that only says "invalid transition" leaves people guessing which of five rules
they broke. A refusal here lists every condition that failed or is not known, each with
a stable code and with what would mend it, and the moves that are allowed instead [H3].
The same answer serves a person who drags a card, an import and an API.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import attrs

from alignkit.findings import Finding, Severity
from alignkit.instants import to_instant
from alignkit.judgements import Judgement
from alignkit.lifecycle import Lifecycle, MoveDirection, Position
from alignkit.outcomes import Outcome
from alignkit.reasons import Reason


@attrs.frozen(kw_only=True)
class Proposal:
    """A move that somebody wants to make, with what they say about it.

    Attributes:
        to_stage: The stage to which the lead is to move.
        reason: Why; None if nobody said.
        note: What was written about it.
        conversation: Whether somebody spoke with the person; None if not known.
        attempts_complete: Whether all agreed attempts were made; None if not known.
        rests_until: The moment until which the lead is left alone; None if it is not.
    """

    to_stage: str
    reason: Reason | None = None
    note: str | None = None
    conversation: bool | None = None
    attempts_complete: bool | None = None
    rests_until: datetime | None = None


@attrs.frozen(kw_only=True)
class Refusal:
    """Why a move is refused, or not known to be allowed, and what is allowed instead.

    Attributes:
        from_stage: The stage in which the lead is.
        to_stage: The stage to which it was to move.
        direction: What the move would mean.
        findings: Every condition that failed (an error) or is not known (a warning).
        legal: The stages to which the lead may move, in the order of the lifecycle.
    """

    from_stage: str
    to_stage: str
    direction: MoveDirection
    findings: tuple[Finding, ...]
    legal: tuple[str, ...]

    @property
    def outcome(self) -> Outcome:
        """Whether a condition failed, or one or more are only not known."""
        failed = any(one.severity is Severity.ERROR for one in self.findings)
        return Outcome.FAIL if failed else Outcome.UNKNOWN

    def __str__(self) -> str:
        legal = ", ".join(self.legal) or "nothing"
        head = f"{self.from_stage} to {self.to_stage} ({self.direction.value})"
        lines = [f"{head}: {self.outcome.value}; from here to: {legal}"]
        return "\n".join([*lines, *(f"  {finding}" for finding in self.findings)])


def refusal(
    lifecycle: Lifecycle,
    position: Position,
    proposal: Proposal,
    judgement: Judgement | None,
    *,
    as_of: datetime,
) -> Refusal | None:
    """Return why a move is refused, or None if nothing stands against it [H3].

    To stay where it is, a lead needs no leave. A move whose reason repairs the record
    needs only what the reason requires, because the record was wrong and not the lead.

    Args:
        lifecycle: What is agreed.
        position: Where the lead stands.
        proposal: The move.
        judgement: What came of `Lifecycle.entry` for this lead; None if nothing is
            demanded, or if it was not judged, which is then not known to be met.
        as_of: The moment of the question.

    Raises:
        UnknownStageError: If the lifecycle has no such stage.
        NaiveMomentError: If a moment has no zone.

    Example:
        >>> from datetime import UTC
        >>> from alignkit.presets import preset
        >>> standard = preset("standard")
        >>> noon = datetime(2026, 3, 2, 12, tzinfo=UTC)
        >>> wish = Proposal(to_stage="recycled")
        >>> print(refusal(standard, standard.enter("sal"), wish, None, as_of=noon))
        sal to recycled (recycle): fail; from here to: sql, opportunity, customer, \
recycled, disqualified
          AK-L022 nobody said why (at $.reason); give a reason
    """
    direction = lifecycle.direction(
        position.stage,
        proposal.to_stage,
        was_qualified=position.is_qualified,
        reason=proposal.reason,
    )
    if direction is MoveDirection.NO_OP:
        return None
    found: list[Finding] = []
    if direction is not MoveDirection.CORRECT:
        found += _against(lifecycle, position, proposal, judgement, as_of)
    if proposal.reason is not None:
        found += proposal.reason.lacks(
            conversation=proposal.conversation,
            attempts_complete=proposal.attempts_complete,
            note=proposal.note,
        )
    if not found:
        return None
    return Refusal(
        from_stage=position.stage,
        to_stage=proposal.to_stage,
        direction=direction,
        findings=tuple(found),
        legal=lifecycle.moves_from(position.stage),
    )


def _against(
    lifecycle: Lifecycle,
    position: Position,
    proposal: Proposal,
    judgement: Judgement | None,
    as_of: datetime,
) -> Iterator[Finding]:
    start, end = position.stage, proposal.to_stage
    move = lifecycle.move(start, end)
    if move is None:
        message = f"a lead may not move from {start!r} to {end!r}"
        legal = ", ".join(lifecycle.moves_from(start)) or "nothing"
        yield _found("AK-L020", "$.to_stage", message, f"from here to: {legal}")
    if judgement is not None:
        if judgement.outcome is not Outcome.PASS:
            yield from judgement.findings
    elif lifecycle.entry(start, end) is not None:
        message = f"what {end!r} demands of a lead has not been judged"
        mend = "judge what the lifecycle demands for this move"
        yield _found("AK-L021", "$", message, mend, Severity.WARNING)
    if move is not None and move.needs_reason and proposal.reason is None:
        yield _found("AK-L022", "$.reason", "nobody said why", "give a reason")
    until = proposal.rests_until
    if until is not None and to_instant(as_of, "as_of") < to_instant(
        until, "rests_until"
    ):
        message = f"the lead is left alone until {until.isoformat()}"
        yield _found("AK-L023", "$.rests_until", message, "wait until then")
    most = lifecycle.most_returns
    if most is not None and lifecycle.follow(position, end).position.returns > most:
        message = f"the lead has come back {position.returns} times, which is the most"
        yield _found("AK-L024", "$.to_stage", message, "disqualify it, or leave it")


def _found(
    code: str,
    path: str,
    message: str,
    mend: str,
    severity: Severity = Severity.ERROR,
) -> Finding:
    return Finding(code=code, severity=severity, message=message, path=path, help=mend)
