"""Demands: what is asked of a handoff itself, beside what criteria ask of the lead.

Is somebody there to take it, has the person said that we may write, is this the second
record of somebody we know? Each demand looks at one field of the payload and comes to
pass, fail or unknown, exactly as the questions of a criterion do; so a field that is
not there never passes, and an empty list says that there is none [H6].
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime

import attrs

from alignkit.criteria import show
from alignkit.events import Actor
from alignkit.handoffs import Handoff
from alignkit.instants import to_instant, to_moment
from alignkit.outcomes import FAILED, MISSING, NULL, PASSED
from alignkit.reasons import Reason, Requirement
from alignkit.zones import start_of, zone

Look = Callable[[Handoff, int], int]
"""What comes of a handoff at an instant, as one of the small integers of outcomes."""

Ticks = Callable[[Handoff], Iterable[int]]
"""The instants at which that may change by itself."""


@attrs.frozen(kw_only=True)
class Said:
    """What there is to say about a demand that is not met.

    Attributes:
        code: The stable code.
        message: One sentence, lower-case, without a final stop.
        expected: What would have been right.
        seen: What was there instead.
        help: What would mend it.
        path: The field that it is about, if that is another one than the demand's.
    """

    code: str
    message: str
    expected: str | None = None
    seen: str | None = None
    help: str | None = None
    path: str | None = None


Tell = Callable[[Handoff, int, int], Said]
"""What there is to say, given what came of it at an instant."""


Mends = Callable[[Handoff, int], Iterable[tuple[str, object]]]
"""Fields, each with a value that may mend it."""


def _no_ticks(_: Handoff) -> tuple[int, ...]:
    return ()


FOUND_OUT = "found out"
"""What stands for text that somebody still has to find out."""

_SAYING: Mapping[str, tuple[object, ...]] = {
    "str": (FOUND_OUT,),
    "bool": (True, False),
    "Count": (0,),
    "Ordinal": (1,),
    "Names": ((),),
    "Actor": (Actor(),),
}
"""For each kind of field, values that say something."""


_YES = (True,)
_NO = (False,)


def set_to(path: str, *values: object) -> Mends:
    """Return what mends a demand by one of some values of a field."""
    pairs = tuple([(path, value) for value in values])
    return lambda _, __: pairs


@attrs.frozen(eq=False, kw_only=True)
class Demand:
    """One thing that is asked of a handoff.

    Attributes:
        rule: Where the agreement asks for it: ``"$.gates[0].consent[1]"``.
        path: The field of the payload that it looks at.
        look: What comes of a handoff at an instant.
        tell: What to say if that is no pass.
        mends: What may mend it.
        ticks: When it may change by itself.
    """

    rule: str
    path: str
    look: Look
    tell: Tell
    mends: Mends
    ticks: Ticks = _no_ticks


def constant(
    rule: str, path: str, came: int, said: Said, others: Iterable[str] = ()
) -> Demand:
    """Return a demand on which the handoff was judged when it was taken up.

    Args:
        rule: Where the agreement asks for it.
        path: The field that it is about.
        came: What came of it.
        said: What there is to say.
        others: The values with which it would be judged anew.
    """
    return Demand(
        rule=rule,
        path=path,
        look=lambda _, __: came,
        tell=lambda _, __, ___: said,
        mends=set_to(path, *others),
    )


def unsaid(path: str) -> Said:
    """Return what to say of a field that is not there."""
    return Said(
        code="AK-H002",
        message=f"the handoff does not say {path!r}",
        expected=f"a value for {path!r}",
        help=f"find out {path!r}",
        path=path,
    )


def known_field(rule: str, path: str) -> Demand:
    """Return the demand that a field of the handoff itself is known.

    Example:
        >>> at = datetime.fromisoformat("2026-04-08T11:20:00+01:00")
        >>> demand = known_field("$.gates[0].required[0]", "campaign")
        >>> silent = Handoff(lead="L1", at=at, to_party="sales")
        >>> demand.look(silent, 0) == MISSING
        True
    """

    def look(handoff: Handoff, _: int) -> int:
        held = getattr(handoff, path)
        if held is None:
            return MISSING
        return NULL if isinstance(held, str) and not held.strip() else PASSED

    return Demand(
        rule=rule,
        path=path,
        look=look,
        tell=lambda _, __, ___: unsaid(path),
        mends=set_to(path, *_SAYING.get(_KINDS[path], ())),
    )


def no_others(rule: str, path: str, code: str, noun: str, mend: str) -> Demand:
    """Return the demand that a list of the handoff is there and empty."""

    def look(handoff: Handoff, _: int) -> int:
        held = getattr(handoff, path)
        if held is None:
            return MISSING
        return FAILED if held else PASSED

    def tell(handoff: Handoff, came: int, _: int) -> Said:
        held = getattr(handoff, path)
        if came == MISSING:
            mend_ = f"list the {noun}; an empty list says that there are none"
            return attrs.evolve(unsaid(path), help=mend_)
        return Said(
            code=code,
            message=f"there are {noun}: {show(held)}",
            expected="an empty list",
            seen=show(held),
            help=mend,
        )

    return Demand(rule=rule, path=path, look=look, tell=tell, mends=set_to(path, ()))


def _not_suppressed(handoff: Handoff, _: int) -> int:
    if handoff.suppressed is None:
        return MISSING
    return FAILED if handoff.suppressed else PASSED


def _suppressed(_: Handoff, came: int, __: int) -> Said:
    if came == MISSING:
        return unsaid("suppressed")
    return Said(
        code="AK-H004",
        message="the person is on a list of those whom nobody contacts",
        expected="false",
        seen="true",
        help="take the lead out",
    )


def unsuppressed(rule: str) -> Demand:
    """Return the demand that the person is on no list of those nobody contacts."""
    return Demand(
        rule=rule,
        path="suppressed",
        look=_not_suppressed,
        tell=_suppressed,
        mends=set_to("suppressed", *_NO),
    )


def consent(rule: str, channel: str) -> Demand:
    """Return the demand that the person may be contacted on a channel."""
    path = f"consent.{channel}"

    def look(handoff: Handoff, _: int) -> int:
        for name, granted in handoff.consent:
            if name == channel:
                return PASSED if granted else FAILED
        return MISSING

    def tell(_: Handoff, came: int, __: int) -> Said:
        if came == MISSING:
            return unsaid(path)
        return Said(
            code="AK-H005",
            message=f"the person has not agreed to be contacted by {show(channel)}",
            expected="true",
            seen="false",
            help="ask for leave first, or use another channel",
        )

    return Demand(rule=rule, path=path, look=look, tell=tell, mends=set_to(path, *_YES))


def strict(rule: str) -> Demand:
    """Return the demand that a handoff has no field that nobody knows."""

    def look(handoff: Handoff, _: int) -> int:
        return FAILED if handoff.unknown_fields else PASSED

    def tell(handoff: Handoff, _: int, __: int) -> Said:
        first = handoff.findings[0]
        return Said(
            code=first.code,
            message=first.message,
            expected="fields that are known",
            seen=show(handoff.unknown_fields),
            help=first.help,
        )

    return Demand(
        rule=rule, path="", look=look, tell=tell, mends=set_to("unknown_fields", ())
    )


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


_REQUIRED = {
    Requirement.CONVERSATION: "conversation",
    Requirement.COMPLETE_ATTEMPTS: "attempts_complete",
    Requirement.NOTE: "note",
}


def requirement(rule: str, reason: Reason, needed: Requirement) -> Demand:
    """Return the demand that a reason is given only with what it requires [H5]."""
    path = _REQUIRED[needed]

    def look(handoff: Handoff, _: int) -> int:
        held = getattr(handoff, path)
        if held is None:
            return MISSING
        done = bool(held.strip()) if isinstance(held, str) else held
        return PASSED if done else FAILED

    def tell(handoff: Handoff, _: int, __: int) -> Said:
        found = next(
            one
            for one in reason.lacks(
                conversation=handoff.conversation,
                attempts_complete=handoff.attempts_complete,
                note=handoff.note,
            )
            if one.expected == needed.value
        )
        held = getattr(handoff, path)
        return Said(
            code=found.code,
            message=found.message,
            expected=f"{path} for {reason.code!r}",
            seen=None if held is None else show(held),
            help=found.help,
        )

    value: object = FOUND_OUT if needed is Requirement.NOTE else True
    return Demand(rule=rule, path=path, look=look, tell=tell, mends=set_to(path, value))


_KINDS = {
    field.name: str(field.type).removesuffix(" | None")
    for field in attrs.fields(Handoff)
    if field.name
    not in {"attributes", "since", "happened", "consent", "unknown_fields"}
}
OWN_FIELDS = frozenset(_KINDS)
"""The fields of a handoff that say something about it, and not about the lead."""
