"""Demands: what is asked of a handoff itself, beside what criteria ask of the lead.

Is somebody there to take it, has the person said that we may write, is this the second
record of somebody we know? Each demand looks at one field of the payload and comes to
pass, fail or unknown, exactly as the questions of a criterion do; so a field that is
not there never passes, and an empty list says that there is none [H6].
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Mapping

import attrs

from alignkit.criteria import show
from alignkit.events import Actor
from alignkit.findings import did_you_mean
from alignkit.handoffs import Handoff
from alignkit.outcomes import FAILED, MISSING, NULL, PASSED

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


MOST_OTHERS = 6
"""So many values are tried at most, where any of many would do."""

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


def unlisted(
    noun: str, path: str, name: str, known: Iterable[str], rule: str
) -> Demand:
    """Return the demand that the agreement knows a name, where it does not.

    Args:
        noun: What the name is of.
        path: The field that gives it.
        name: The name.
        known: The names that there are.
        rule: Where the agreement lists them.
    """
    names = tuple(known)
    said = Said(
        code="AK-H003",
        message=f"no {noun} is named {name[:80]!r}",
        expected=f"a {noun} of the agreement",
        seen=repr(name[:80]),
        help=did_you_mean(name, names) or f"known: {', '.join(names[:12])}",
    )
    others = difflib.get_close_matches(name[:80], names) or names[:MOST_OTHERS]
    return constant(rule, path, FAILED, said, others)


def known_field(rule: str, path: str) -> Demand:
    """Return the demand that a field of the handoff itself is known.

    Example:
        >>> from datetime import datetime
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
        seen = show(held)
        return Said(
            code=code,
            message=f"there are {noun}: {seen}",
            expected="an empty list",
            seen=seen,
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


_KINDS = {
    field.name: str(field.type).removesuffix(" | None")
    for field in attrs.fields(Handoff)
    if field.name
    not in {"attributes", "since", "happened", "consent", "unknown_fields"}
}
OWN_FIELDS = frozenset(_KINDS)
"""The fields of a handoff that say something about it, and not about the lead."""
