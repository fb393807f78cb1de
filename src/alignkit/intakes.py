"""Intakes: payloads put to an agreement one by one, and what came of each.

A gate in front of a CRM sees thousands of payloads in a row, and some of them cannot
even be read. Each gets its own answer: a ruling, or all that is wrong with it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

import attrs

from alignkit import wire
from alignkit.agreements import Agreement
from alignkit.errors import HandoffError
from alignkit.findings import Finding
from alignkit.handoffs import Handoff
from alignkit.payloads import Payload
from alignkit.report import findings_lines
from alignkit.ruling_report import ruling_lines
from alignkit.rulings import Ruling
from alignkit.screen import visible


@attrs.frozen(kw_only=True)
class Intake:
    r"""One payload, and what came of it.

    Attributes:
        payload: The payload.
        ruling: Whether the handoff is right; None if it is none.
        faults: What keeps it from being a handoff, each with its place.

    Example:
        >>> import io
        >>> from alignkit.editions import Edition
        >>> from alignkit.payloads import payloads
        >>> text = io.BytesIO(b'{"lead": "L1", "at": "2026-04-08T10:20Z"}\n')
        >>> found = intakes(
        ...     Agreement([Edition(id="northwind")]),
        ...     payloads(text, "leads.jsonl", is_lines=True),
        ...     as_of=datetime.fromisoformat("2026-04-08T10:20Z"),
        ... )
        >>> for intake in found:
        ...     print("\n".join(intake_lines(intake)))
        leads.jsonl:1:1: error AK-S003 'to_party' is missing (at $.to_party)
            help: every handoff has it
    """

    payload: Payload
    ruling: Ruling | None
    faults: tuple[Finding, ...] = ()

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Everything that is said against it, each with its place in the file."""
        if self.ruling is None:
            return self.faults
        found = (
            *(one.finding for one in self.ruling.findings),
            *self.ruling.notes,
        )
        return tuple(
            [attrs.evolve(one, place=self.payload.locate(one.path)) for one in found]
        )

    @property
    def words(self) -> frozenset[str]:
        """What a script can stop at: outcome, answer, codes and severities."""
        words = {word for one in self._plain for word in (one.code, one.severity.value)}
        if self.ruling is not None:
            words |= {self.ruling.outcome.value, self.ruling.answer.value}
        return frozenset(words)

    @property
    def _plain(self) -> tuple[Finding, ...]:
        """The findings without their places, which take work to find."""
        if self.ruling is None:
            return self.faults
        return (*(one.finding for one in self.ruling.findings), *self.ruling.notes)


def intakes(
    agreement: Agreement, given: Iterable[Payload], *, as_of: datetime
) -> Iterator[Intake]:
    """Yield what comes of each payload at a moment, in their order.

    Raises:
        NaiveMomentError: If `as_of` has no zone.
    """
    for payload in given:
        if payload.faults:
            yield Intake(payload=payload, ruling=None, faults=payload.faults)
            continue
        try:
            handoff = Handoff.from_dict(payload.tree)  # type: ignore[arg-type]
        except HandoffError as error:
            faults = [
                attrs.evolve(one, place=payload.locate(one.path))
                for one in error.findings
            ]
            yield Intake(payload=payload, ruling=None, faults=tuple(faults))
            continue
        ruling = agreement.check_handoff(handoff, as_of=as_of)
        yield Intake(payload=payload, ruling=ruling)


def intake_lines(
    intake: Intake, *, explain: bool = False, is_placed: bool = False
) -> Iterator[str]:
    """Return an intake as lines for people.

    Args:
        intake: The intake.
        explain: Whether everything is told that a ruling knows.
        is_placed: Whether the line of the payload stands before a ruling, so that an
            editor can go there.
    """
    if intake.ruling is None:
        yield from findings_lines(intake.faults)
        return
    first, *rest = ruling_lines(intake.ruling, explain=explain)
    where = f"{intake.payload.locate('$')}: " if is_placed else ""
    yield f"{visible(where)}{first}"
    yield from rest


def intake_form(intake: Intake) -> wire.Form:
    """Return an intake in its JSON form: ``"alignkit.ruling/1"``, or its findings."""
    if intake.ruling is None:
        return wire.findings_form(intake.faults)
    return intake.ruling.to_dict()
