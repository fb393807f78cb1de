"""Consequences: what follows from it that a lead goes back for a reason.

The reason decides what becomes of the lead, whose it is to mend the cause, and how long
the lead is left alone [H5].
"""

from __future__ import annotations

from datetime import datetime

import attrs

from alignkit.criteria import Reach, Side
from alignkit.errors import (
    MissingDateError,
    MomentOutOfRangeError,
    NoBusinessTimeError,
)
from alignkit.facts import moved
from alignkit.forms import When
from alignkit.handoffs import Handoff
from alignkit.hours import BusinessHours
from alignkit.instants import to_instant, to_moment
from alignkit.reasons import Disposition, Reason
from alignkit.zones import zone


@attrs.frozen(kw_only=True)
class Consequence:
    """What follows from a reason that is upheld [H5].

    Attributes:
        disposition: What becomes of the lead.
        counts_against: The party that can mend the cause; None for nobody.
        rests_until: The date or the moment from which it may come back: the one that
            the payload names, else the rest of the reason after the handoff. None if it
            need not rest, or its rest is counted in business time.

    Example:
        >>> from alignkit.reasons import find_reason
        >>> back = Handoff.from_dict(
        ...     {
        ...         "lead": "L1",
        ...         "at": "2026-04-08T10:20Z",
        ...         "to_party": "marketing",
        ...         "reason": "no_budget",
        ...     }
        ... )
        >>> found = Consequence.of(find_reason("no_budget"), back, "UTC")
        >>> found.disposition.value, found.counts_against, str(found.rests_until)
        ('recycle', 'marketing', '2026-07-07 10:20:00+00:00')
    """

    disposition: Disposition
    counts_against: str | None
    rests_until: When | None

    @classmethod
    def of(
        cls,
        reason: Reason,
        handoff: Handoff,
        zone: str,
        hours: BusinessHours | None = None,
    ) -> Consequence:
        """Return what follows from a reason.

        Args:
            reason: The reason.
            handoff: The handoff in which it is given.
            zone: The zone whose days its rest counts.
            hours: The hours that it counts in business time; None if nothing says.
        """
        return cls(
            disposition=reason.disposition,
            counts_against=reason.fixed_by,
            rests_until=handoff.rests_until or _rest(reason, handoff.at, zone, hours),
        )

    def to_dict(self) -> dict[str, object]:
        """Return the consequence in its JSON form."""
        return {
            "disposition": self.disposition.value,
            "counts_against": self.counts_against,
            "rests_until": self.rests_until and self.rests_until.isoformat(),
        }


def _rest(
    reason: Reason, at: datetime, key: str, hours: BusinessHours | None
) -> datetime | None:
    start, rest = to_instant(at, "at"), reason.rest
    try:
        if isinstance(rest, Reach):
            return to_moment(moved(start, rest, Side.LAST, key), zone(key))
        end = None if rest is None or hours is None else hours.due_at(start, rest)
    except (MissingDateError, MomentOutOfRangeError, NoBusinessTimeError):
        return None
    return None if end is None else to_moment(end, zone(key))
