"""Terms: what one party promised the other.

A term is one promise of an agreement, such as "sales answers a demo request within two
business hours, counted from the moment somebody owns it". It says who owes it, which
promise that is, what the other party owes in return, and how the clock behaves. It is
data: nothing in it runs, so that a person can read it and a program can compare two.
"""

from __future__ import annotations

import enum
from fractions import Fraction

import attrs
from attrs.validators import instance_of, min_len

from alignkit._tuples import several
from alignkit.criteria import Criterion
from alignkit.errors import UnfitValueError
from alignkit.patterns import Pattern
from alignkit.spans import Span

NO_COUNTERPART = "none"
"""What a term says that is owed without anything in return [K19]."""


class Repeat(enum.Enum):
    """What a start does to a clock that has started before [K1]."""

    IGNORED = "ignored"
    """Nothing: the first start counts."""

    RESTART = "restart"
    """The clock starts anew, if it still runs and is not past due."""

    NEW_CYCLE = "new_cycle"
    """A further clock starts; one that still runs is cancelled, unless past due."""


class Landing(enum.Enum):
    """Where a due instant stays that falls exactly on a close [T7]."""

    CLOSE = "close"
    """On the close."""

    NEXT_OPEN = "next_open"
    """On the next opening."""


@attrs.frozen(kw_only=True)
class Clock:
    """The events that start a clock and the events that move it [K1].

    Each role lists patterns of which any one will do.

    Attributes:
        start: What starts it.
        stop: What fulfils the promise.
        cancel: What ends it without fulfilling it.
        pause: What makes it rest.
        resume: What makes it go on.
        reset: What sets its counted time back to nothing.
        repeat: What a start does to a clock that has started before.

    Example:
        >>> Clock(start=[Pattern(event="owner_assigned")]).repeat
        <Repeat.IGNORED: 'ignored'>
    """

    start: tuple[Pattern, ...] = several(Pattern, at_least=1)
    stop: tuple[Pattern, ...] = several(Pattern)
    cancel: tuple[Pattern, ...] = several(Pattern)
    pause: tuple[Pattern, ...] = several(Pattern)
    resume: tuple[Pattern, ...] = several(Pattern)
    reset: tuple[Pattern, ...] = several(Pattern)
    repeat: Repeat = Repeat.IGNORED


@attrs.frozen
class Target:
    """The span that holds for one segment.

    Attributes:
        segment: Which subjects it is for.
        within: How long the promise gives for them.

    Example:
        >>> from alignkit.criteria import field
        >>> from alignkit.spans import span
        >>> demo = Target(field("lead.source").is_("demo"), span("15 business minutes"))
        >>> str(demo.within)
        '15 business minutes'
    """

    segment: Criterion
    within: Span


@attrs.frozen(kw_only=True)
class Deadline:
    """A promise to do something within a span: respond, accept, decide, resolve.

    Attributes:
        clock: What starts it, what fulfils it, and what moves it in between.
        within: How long it gives.
        targets: Other spans for some segments; the first that fits holds.
    """

    clock: Clock
    within: Span
    targets: tuple[Target, ...] = several(Target)


Promise = Deadline
"""What a term can promise."""


@attrs.frozen(kw_only=True)
class Term:
    """One promise of an agreement: who owes what to whom, and by when.

    Attributes:
        id: Its name within the agreement.
        party: Who owes it.
        promise: What is owed.
        counterpart: The term that the other party owes in return, `NO_COUNTERPART` if
            there is none, or None if the agreement does not say [K19].
        title: What people call it; its id if they call it nothing else.
        calendar: The calendar that counts it; None for the one of the party [K1].
        applies_to: Which subjects it is about; all that its events are about if None.
        warn_at: The share of the target from which on it is at risk; None for never
            [K5].
        landing: Where a due instant stays that falls exactly on a close [T7].
    """

    id: str = attrs.field(validator=(instance_of(str), min_len(1)))
    party: str = attrs.field(validator=(instance_of(str), min_len(1)))
    promise: Promise
    counterpart: str | None = None
    title: str | None = None
    calendar: str | None = None
    applies_to: Criterion | None = None
    warn_at: Fraction | None = attrs.field(default=None)
    landing: Landing = Landing.CLOSE

    @warn_at.validator
    def _is_a_share(self, _: object, value: Fraction | None) -> None:
        if value is not None and not 0 < value <= 1:
            expected = "a share over 0 and up to 1, such as 4/5"
            raise UnfitValueError("term", "warn_at", expected, str(value))
