"""Gates: what has to be shown where a lead changes hands.

What a stage demands is said by the lifecycle, and what a qualified lead is by a
definition. A gate says the rest of what the receiver asks for: which fields, which
leave to write or call, how full the new owner's desk may be, and what happens to a
handoff of which nobody can tell yet whether it is right [H6]. Where an agreement has
no gate for a handoff, the plain one holds, which waives nothing.
"""

from __future__ import annotations

import enum

import attrs
from attrs.validators import optional

from alignkit._fields import counts_from, is_a, is_name, several


class Answer(enum.Enum):
    """What a gate does with a lead."""

    ACCEPT = "accept"
    """It lets it through."""

    REFUSE = "refuse"
    """It sends it back."""

    HOLD = "hold"
    """It keeps it until more is known."""


class Waiver(enum.Enum):
    """What every gate asks about, unless it waives it."""

    MOVE = "move"
    """Whether the lifecycle allows the move."""

    OWNER = "owner"
    """Whether the new owner is there, and available."""

    SUPPRESSION = "suppression"
    """Whether the person is on a list of those whom nobody contacts."""

    DUPLICATES = "duplicates"
    """Whether there are other records of the same person."""

    OPPORTUNITIES = "opportunities"
    """Whether an opportunity is open with the company already."""


@attrs.frozen(kw_only=True)
class Gate:
    """What a party asks for before it takes a lead [H6].

    The first gate of an edition that fits a handoff holds for it.

    Attributes:
        id: Its name within the agreement.
        to_party: The party that takes the leads; None for any.
        stages: The stages into which the leads come; empty for any, and for handoffs
            that come into none.
        meets: The definition that a lead has to meet, beside what its stage demands.
        required: What has to be known: fields of the lead, such as ``contact.title``,
            or of the handoff itself, such as ``campaign``.
        consent: The channels on which the person must have agreed to be contacted.
        waives: What it does not ask about.
        most_open: How many open leads the new owner has at most, this one counted;
            None for any number.
        has_other_owner: Whether a lead that comes back has to go to somebody who has
            not owned it before.
        on_unknown: What happens to a handoff of which it is not known whether it is
            right.
        is_strict: Whether a field that nobody knows is a fault.

    Example:
        >>> gate = Gate(id="intake", to_party="sales", meets="mql", most_open=40)
        >>> gate.on_unknown
        <Answer.HOLD: 'hold'>
    """

    id: str = attrs.field(validator=is_name)
    to_party: str | None = attrs.field(default=None, validator=optional(is_name))
    stages: tuple[str, ...] = several(str)
    meets: str | None = attrs.field(default=None, validator=optional(is_name))
    required: tuple[str, ...] = several(str)
    consent: tuple[str, ...] = several(str)
    waives: tuple[Waiver, ...] = several(Waiver)
    most_open: int | None = attrs.field(
        default=None, validator=optional(counts_from(1))
    )
    has_other_owner: bool = attrs.field(default=False, validator=is_a(bool))
    on_unknown: Answer = attrs.field(default=Answer.HOLD, validator=is_a(Answer))
    is_strict: bool = attrs.field(default=False, validator=is_a(bool))

    def fits(self, to_party: str | None, to_stage: str | None) -> bool | None:
        """Say whether it holds for a handoff; None if that depends on its stage.

        Example:
            >>> gate = Gate(id="intake", to_party="sales", stages=["mql"])
            >>> gate.fits("sales", "mql"), gate.fits("marketing", "mql")
            (True, False)
            >>> gate.fits("sales", None) is None
            True
        """
        if self.to_party is not None and to_party != self.to_party:
            return False
        if not self.stages:
            return True
        return None if to_stage is None else to_stage in self.stages


PLAIN = Gate(id="plain")
"""The gate of agreements that say nothing about it; it waives nothing."""
