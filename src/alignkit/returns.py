"""Returns: what is asked of a lead that goes back, or that comes back.

A lead goes back for a reason, and each reason takes something: a conversation, all
attempts, a note. One that was recycled comes back once it has rested, and not for ever
[H5]. Each demand looks at what a payload says of that, as all demands do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime

import attrs

from alignkit.criteria import show
from alignkit.demands import FOUND_OUT, Demand, Said, constant, unsaid
from alignkit.handoffs import Handoff
from alignkit.instants import to_instant, to_moment
from alignkit.outcomes import FAILED, INVALID, MISSING, PASSED, Outcome
from alignkit.phrases import counted
from alignkit.reasons import Reason, Requirement, Showing, Tries
from alignkit.zones import start_of, zone

_CAME = {Outcome.FAIL: FAILED, Outcome.UNKNOWN: MISSING, Outcome.PASS: PASSED}


def rested(rule: str, zone_: str) -> Demand:
    """Return the demand that a lead that comes back has rested long enough [H5].

    One that rests until a date may come back once that date has begun.
    """

    def until(handoff: Handoff) -> int | None:
        held = handoff.rests_until
        if held is None:
            return None
        if isinstance(held, datetime):
            return to_instant(held, "rests_until")
        return start_of(held, zone_)

    def look(handoff: Handoff, instant: int) -> int:
        end = until(handoff)
        if end is None:
            return MISSING
        return PASSED if end <= instant else FAILED

    def tell(handoff: Handoff, came: int, _: int) -> Said:
        end = until(handoff)
        if end is None or came == MISSING:
            return unsaid("rests_until")
        moment = to_moment(end, zone(zone_)).isoformat()
        return Said(
            code="AK-L023",
            message=f"the lead is left alone until {moment}",
            expected=f"a move at {moment} or later",
            seen=show(handoff.rests_until),
            help="wait until then",
        )

    def ticks(handoff: Handoff) -> tuple[int, ...]:
        end = until(handoff)
        return () if end is None else (end,)

    def mends(_: Handoff, instant: int) -> tuple[tuple[str, object], ...]:
        return (("rests_until", to_moment(instant, zone(zone_))),)

    return Demand(
        rule=rule,
        path="rests_until",
        look=look,
        tell=tell,
        ticks=ticks,
        mends=mends,
    )


def _returns(handoff: Handoff) -> int | None:
    """Return how often a lead has come back; in its first cycle it never has."""
    first = handoff.returns is None and handoff.cycle == 1
    return 0 if first else handoff.returns


def returned(rule: str, most: int, adds: Callable[[Handoff], bool | None]) -> Demand:
    """Return the demand that a lead has not come back too often [H5].

    Args:
        rule: Where the agreement says so.
        most: How often it may come back.
        adds: Whether this is one time more; None if that is not known.
    """

    def look(handoff: Handoff, _: int) -> int:
        added, returns = adds(handoff), _returns(handoff)
        if added is False:
            return PASSED
        if returns is None:
            return MISSING
        if returns < most:
            return PASSED
        return FAILED if added else MISSING

    def tell(handoff: Handoff, came: int, _: int) -> Said:
        if came == MISSING:
            return unsaid("returns" if _returns(handoff) is None else "is_qualified")
        times = show(_returns(handoff))
        return Said(
            code="AK-L024",
            message=f"the lead has come back {times} times, which is the most",
            expected=f"fewer than {most} returns",
            seen=times,
            help="disqualify it, or leave it",
        )

    def mends(handoff: Handoff, _: int) -> Iterator[tuple[str, object]]:
        if most:
            yield "returns", most - 1
        if adds(handoff) is None:
            yield "is_qualified", False

    return Demand(rule=rule, path="returns", look=look, tell=tell, mends=mends)


def showing_of(handoff: Handoff, tries: Tries) -> Showing:
    """Return what a payload has to show for its reason.

    Where the number of attempts tells whether they are complete and the payload says
    otherwise, nobody knows.
    """
    by_number, said = tries.suffice(handoff.attempts), handoff.attempts_complete
    told = {one for one in (by_number, said) if one is not None}
    note = handoff.note
    return Showing(
        conversation=handoff.conversation,
        attempts_complete=told.pop() if len(told) == 1 else None,
        note=None if note is None else bool(note.strip()),
    )


def requirement(rule: str, reason: Reason, needed: Requirement, tries: Tries) -> Demand:
    """Return the demand that a reason is given only with what it requires [H5].

    Args:
        rule: Where the agreement says so.
        reason: The reason.
        needed: What it requires.
        tries: How many attempts it takes.
    """
    path = needed.field

    def look(handoff: Handoff, _: int) -> int:
        came = _CAME[needed.outcome(showing_of(handoff, tries))]
        # Both were said, and they contradict each other.
        is_both = path == "attempts_complete" and handoff.attempts_complete is not None
        return INVALID if came == MISSING and is_both else came

    def tell(handoff: Handoff, came: int, _: int) -> Said:
        found = needed.lacking(showing_of(handoff, tries))
        held = getattr(handoff, path)
        said = Said(
            code=found.code,
            message=found.message,
            expected=f"{path} for {reason.code!r}",
            seen=None if held is None else show(held),
            help=found.help,
        )
        if path != "attempts_complete" or tries.suffice(handoff.attempts) is None:
            return said
        number = f"{handoff.attempts} of {counted(tries.least, 'attempt')}"
        if came == INVALID:
            doubt = "complete" if held else "not complete"
            message = f"{number} were made, and the attempts are said to be {doubt}"
            return attrs.evolve(said, message=message, seen=number, help="count again")
        return attrs.evolve(said, seen=number, path="attempts")

    values: list[tuple[str, object]] = [(path, True)]
    if needed is Requirement.NOTE:
        values = [(path, FOUND_OUT)]
    elif needed is Requirement.COMPLETE_ATTEMPTS and tries.least:
        values.insert(0, ("attempts", tries.least))
    return Demand(
        rule=rule, path=path, look=look, tell=tell, mends=lambda _, __: values
    )


def given(rule: str, others: Iterable[str]) -> Demand:
    """Return the demand that somebody said why, where nobody did.

    Args:
        rule: Where the agreement asks for it.
        others: Reasons that would be judged anew.
    """
    said = Said(
        code="AK-L022",
        message="nobody said why",
        expected="a coded reason",
        help="give a reason",
    )
    return constant(rule, "reason", MISSING, said, others)
