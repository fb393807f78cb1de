"""Windows: until when a lead may be sent back in time.

Whoever is offered a lead owes an answer, and to send it back is one. The window is that
of the promise itself: of each deadline that the offer started and the rejection would
stop. A rejection that comes after it is upheld all the same if it has what its reason
requires, but it is late [H5].
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

import attrs

from alignkit.beginnings import begin
from alignkit.clocks import CompiledTerm
from alignkit.events import Event, Subject
from alignkit.handoffs import Handoff
from alignkit.happenings import HandoffOffered, HandoffRejected
from alignkit.instants import to_instant, to_moment
from alignkit.outcomes import Outcome
from alignkit.patterns import Pattern
from alignkit.previews import dues_of
from alignkit.runs import Role
from alignkit.zones import zone


@attrs.frozen(kw_only=True)
class Window:
    """Until when a lead may be sent back in time, by one term.

    Attributes:
        term: The id of the term.
        party: Who owes the answer.
        opened_at: When it opened, in the zone of the calendar that counts it; None if
            that is not known.
        due_at: The last moment that is in time; None if that is not known.
        outcome: Whether the rejection is in time: a fail is late.
        unknown: What would have to be known to tell: fields, or in words.
    """

    term: str
    party: str
    opened_at: datetime | None
    due_at: datetime | None
    outcome: Outcome
    unknown: tuple[str, ...] = ()
    _offered: int | None = attrs.field(default=None, repr=False)
    _dues: tuple[int, ...] = attrs.field(default=(), repr=False)

    @property
    def ticks(self) -> tuple[int, ...]:
        """The instants at which its outcome may be another by itself."""
        offered = () if self._offered is None else (self._offered,)
        # What is due is in time at that very instant [K13].
        return (*offered, *[due + 1 for due in self._dues])

    def at(self, instant: int) -> Outcome:
        """Return whether the rejection would be in time at an instant.

        Nobody sends back what was not offered yet.
        """
        if self._offered is not None and instant < self._offered:
            return Outcome.UNKNOWN
        in_time = {instant <= due for due in self._dues}
        if len(in_time) != 1:
            return Outcome.UNKNOWN
        return Outcome.PASS if in_time.pop() else Outcome.FAIL

    def to_dict(self) -> dict[str, object]:
        """Return the window in its JSON form."""
        return {
            "term": self.term,
            "party": self.party,
            "opened_at": self.opened_at and self.opened_at.isoformat(),
            "due_at": self.due_at and self.due_at.isoformat(),
            "outcome": self.outcome.value,
            "unknown": list(self.unknown),
        }


def windows(
    deadlines: Iterable[CompiledTerm], handoff: Handoff, *, as_of: datetime
) -> tuple[Window, ...]:
    """Return the windows of a rejection, in the order of the agreement.

    Args:
        deadlines: Those of the edition in force when the lead was offered, which
            governs them [K6].
        handoff: The rejection.
        as_of: The moment at which it is made.
    """
    instant = to_instant(as_of, "as_of")
    found = [one for term in deadlines for one in _window(term, handoff)]
    return tuple([attrs.evolve(one, outcome=one.at(instant)) for one in found])


def _window(compiled: CompiledTerm, handoff: Handoff) -> Iterator[Window]:
    """Yield the window that a term opens, if it opens any."""
    started = _heard(compiled, Role.START, HandoffOffered.type, _offer(handoff))
    stopped = _heard(compiled, Role.STOP, HandoffRejected.type, _rejection(handoff))
    if started is None or stopped is None:
        return
    unknown = [*started, *stopped]
    window = Window(
        term=compiled.term.id,
        party=compiled.term.party,
        opened_at=None,
        due_at=None,
        outcome=Outcome.UNKNOWN,
        unknown=tuple(dict.fromkeys(unknown)),
    )
    if handoff.offered_at is None:
        yield attrs.evolve(window, unknown=("offered_at", *window.unknown))
    elif unknown:
        yield window
    else:
        yield from _opened(compiled, handoff, handoff.offered_at, window)


def _opened(
    compiled: CompiledTerm, handoff: Handoff, at: datetime, window: Window
) -> Iterator[Window]:
    """Yield the window that a term opened when the lead was offered."""
    offer = Event(
        id="offer",
        subject=Subject(id=handoff.lead),
        at=at,
        fact=HandoffOffered(
            to_party=handoff.from_party or handoff.to_party,
            from_party=handoff.to_party,
        ),
    )
    facts, instant = handoff.facts(zone=compiled.zone), to_instant(at, "offered_at")
    run = begin(compiled, 0, instant, offer, facts)
    if run is None:
        return
    here = zone(compiled.zone)
    dues, unknown = dues_of(compiled, run)
    known = tuple([due for due in dues.values() if due is not None])
    is_known = len(known) == len(run.targets) and not run.doubts
    yield attrs.evolve(
        window,
        opened_at=to_moment(run.started, here),
        due_at=to_moment(known[0], here) if is_known and len(known) == 1 else None,
        unknown=unknown,
        offered=instant,
        dues=known if is_known else (),
    )


_Said = Mapping[str, object]
"""What is known of an event, by field; None where it is not."""


def _offer(handoff: Handoff) -> _Said:
    return {"to_party": handoff.from_party, "from_party": handoff.to_party}


def _rejection(handoff: Handoff) -> _Said:
    return {"reason": handoff.reason, "note": handoff.note}


def _heard(
    compiled: CompiledTerm, role: Role, type_: str, said: _Said
) -> tuple[str, ...] | None:
    """Return what would have to be known for an event to play a role for a term.

    Nothing if it does; None if it does not.
    """
    found = [
        _lacking(pattern, said)
        for at, pattern in compiled.patterns
        if at is role and pattern.event == type_
    ]
    fitting = [one for one in found if one is not None]
    return min(fitting, key=len, default=None)


def _lacking(pattern: Pattern, said: _Said) -> tuple[str, ...] | None:
    """Return what would have to be known for an event to fit; None if it does not.

    In which stage the lead was then is not said by any field.
    """
    lacking = ["stage"] if pattern.stage else []
    for field, values in pattern.where:
        held = said.get(field)
        if held is None:
            lacking.append(field)
        elif held not in values:
            return None
    return tuple(lacking)
