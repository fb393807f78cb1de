"""Promises: the kinds of thing that one party can owe the other.

To answer within two hours, to reply again every week, to try six times on three
channels, to keep no lead in a stage for long, to deliver so many leads a month, of such
a quality, each of them valid: seven kinds of promise, and each is a small value that
says what is owed in the words of those who owe it. Who owes it, and what excuses it, is
for the term to say.
"""

from __future__ import annotations

import enum
from datetime import date
from decimal import Decimal
from fractions import Fraction

import attrs
from attrs.validators import optional

from alignkit._fields import counts_from, is_a, is_name, is_share, several, typed
from alignkit.criteria import Criterion
from alignkit.errors import UnfitValueError
from alignkit.patterns import Pattern
from alignkit.periods import PeriodKind, Recurrence
from alignkit.spans import Before, Span

AT_EVENT = "event"
"""The anchor of a clock that counts from the event that starts it."""

WHEN_ATTACHED = "attached"
"""The anchor of a clock that counts from the moment the term came to apply."""


class Repeat(enum.Enum):
    """What a start does to a clock that has started before [K1]."""

    IGNORED = "ignored"
    """Nothing: the first start counts."""

    RESTART = "restart"
    """The clock starts anew, if it still runs and is not past due."""

    NEW_CYCLE = "new_cycle"
    """A further clock starts; one that still runs is cancelled, unless past due."""


class Reopening(enum.Enum):
    """What becomes of a clock whose subject is opened again after it ended."""

    IGNORED = "ignored"
    """Nothing: it has ended."""

    GOES_ON = "goes_on"
    """It goes on as if it had rested in between."""

    COUNTS_ALL = "counts_all"
    """It goes on, and the time in between counts."""

    NEW_CYCLE = "new_cycle"
    """A new cycle starts."""


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
        reopen: What opens its subject again after it ended.
        repeat: What a start does to a clock that has started before.
        reopening: What being opened again does to it.
        anchor: From when it counts: `AT_EVENT`, `WHEN_ATTACHED`, or the field of the
            subject that holds the date or moment.

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
    reopen: tuple[Pattern, ...] = several(Pattern)
    repeat: Repeat = attrs.field(default=Repeat.IGNORED, validator=is_a(Repeat))
    reopening: Reopening = attrs.field(
        default=Reopening.IGNORED, validator=is_a(Reopening)
    )
    anchor: str = attrs.field(default=AT_EVENT, validator=is_name)


@attrs.frozen(field_transformer=typed)
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


@attrs.frozen(kw_only=True, field_transformer=typed)
class Deadline:
    """To do something within a span: respond, accept, decide, resolve, brief.

    Attributes:
        clock: What starts it, what fulfils it, and what moves it in between.
        within: How long it gives.
        targets: Other spans for some segments; the first that fits holds.

    Example:
        >>> from alignkit.spans import span
        >>> asked = Clock(start=[Pattern(event="owner_assigned")])
        >>> str(Deadline(clock=asked, within=span("2 business hours")).within)
        '2 business hours'
    """

    clock: Clock
    within: Span
    targets: tuple[Target, ...] = several(Target)


@attrs.frozen(kw_only=True, field_transformer=typed)
class Cadence:
    """To do something again and again [K18].

    Either at least every so often, or whenever a rule says; or, where something asks
    for it, within a span of the oldest that was not answered yet.

    Attributes:
        of: What has to happen; each time ends one cycle and starts the next.
        every: The longest gap between two of them, or from the oldest unanswered
            question to its answer.
        rule: The dates on which it has to happen.
        asked: What asks for it: a message from the lead. Empty if nothing needs to.
        until: What ends the duty.
        anchor: The day from which the first gap counts; None for the first time that it
            happens.

    Raises:
        UnfitValueError: If there is not exactly one of a gap and a rule.

    Example:
        >>> from alignkit.spans import span
        >>> wrote = Pattern(event="activity_logged")
        >>> str(Cadence(of=[wrote], every=span("7 days")).every)
        '7 days'
    """

    of: tuple[Pattern, ...] = several(Pattern, at_least=1)
    every: Span | None = None
    rule: Recurrence | None = None
    asked: tuple[Pattern, ...] = several(Pattern)
    until: tuple[Pattern, ...] = several(Pattern)
    anchor: date | None = None

    def __attrs_post_init__(self) -> None:
        if (self.every is None) == (self.rule is None):
            expected = "either a gap or a rule"
            seen = "neither" if self.every is None else "both"
            raise UnfitValueError("cadence", "every", expected, seen)
        if isinstance(self.every, Before):
            expected = "a span that counts forward"
            raise UnfitValueError("cadence", "every", expected, str(self.every))
        if self.asked and self.rule is not None:
            expected = "nothing, since a rule says when"
            raise UnfitValueError("cadence", "asked", expected, "patterns")


@attrs.frozen(kw_only=True, field_transformer=typed)
class Attempts:
    """To try often enough, in enough ways, before giving up [K14].

    Attributes:
        clock: What starts it; a connect stops it early, a disposition cancels it.
        at_least: How many qualifying actions there must be.
        within: The window in which they must lie.
        action: The qualifying action of the agreement that is counted.
        channels: On how many distinct channels.
        days: On how many distinct days.
        per_day: How many count on one local day; None for any number.
        spacing: How far apart they must lie to count; None for any distance.

    Raises:
        UnfitValueError: If so many channels or days cannot come of so many attempts.

    Example:
        >>> from alignkit.spans import span
        >>> qualified = Pattern(event="stage_changed", where={"to_stage": "mql"})
        >>> effort = Attempts(
        ...     clock=Clock(start=[qualified]),
        ...     at_least=6,
        ...     channels=2,
        ...     within=span("10 business days"),
        ... )
        >>> effort.action
        'qualifying_touch'
    """

    clock: Clock
    at_least: int = attrs.field(validator=counts_from(1))
    within: Span
    action: str = "qualifying_touch"
    channels: int = attrs.field(default=1, validator=counts_from(1))
    days: int = attrs.field(default=1, validator=counts_from(1))
    per_day: int | None = attrs.field(default=None, validator=optional(counts_from(1)))
    spacing: Span | None = None

    def __attrs_post_init__(self) -> None:
        for name in ("channels", "days"):
            if getattr(self, name) > self.at_least:
                expected = f"at most the {self.at_least} attempts"
                seen = str(getattr(self, name))
                raise UnfitValueError("attempts", name, expected, seen)


class Stay(enum.Enum):
    """Which time in a stage is measured, where a lead comes there twice."""

    LATEST = "latest"
    """The latest visit."""

    CUMULATIVE = "cumulative"
    """All visits of the cycle together."""


@attrs.frozen(kw_only=True, field_transformer=typed)
class Duration:
    """To keep nothing in a stage for longer than agreed.

    Attributes:
        stages: The stages whose time counts together.
        at_most: The longest stay.
        stay: Which visits count.
        targets: Other spans for some segments; the first that fits holds.

    Example:
        >>> from alignkit.spans import span
        >>> Duration(stages=["mql", "sal"], at_most=span("14 days")).stay
        <Stay.LATEST: 'latest'>
    """

    stages: tuple[str, ...] = several(str, at_least=1)
    at_most: Span
    stay: Stay = attrs.field(default=Stay.LATEST, validator=is_a(Stay))
    targets: tuple[Target, ...] = several(Target)


class Bound(enum.Enum):
    """Whether a number is promised as a floor or as a cap."""

    FLOOR = "floor"
    """At least so much."""

    CAP = "cap"
    """At most so much."""


@attrs.frozen(kw_only=True, field_transformer=typed)
class Worth:
    """What one lead of a segment is worth [K15].

    Attributes:
        segment: Which leads.
        amount: What one is worth, if that is stated.
        conversion: The share of them that become customers, if it is worked out.
        contract: The average contract value, if it is worked out.

    Raises:
        UnfitValueError: If it is neither stated nor worked out, or both.

    Example:
        >>> from alignkit.criteria import field
        >>> demo = Worth(
        ...     segment=field("lead_type").is_("demo"),
        ...     conversion=Fraction(1, 20),
        ...     contract=Decimal(24000),
        ... )
        >>> demo.value
        Fraction(1200, 1)
    """

    segment: Criterion
    amount: Decimal | None = None
    conversion: Fraction | None = None
    contract: Decimal | None = None

    def __attrs_post_init__(self) -> None:
        worked_out = (self.conversion is not None, self.contract is not None)
        if all(worked_out) == (self.amount is not None) or len(set(worked_out)) > 1:
            expected = "an amount, or a conversion and a contract value"
            given = ("amount", "conversion", "contract")
            seen = ", ".join(n for n in given if getattr(self, n) is not None)
            raise UnfitValueError("worth", "amount", expected, seen or "nothing")

    @property
    def value(self) -> Fraction:
        """What one lead is worth: as stated, or conversion times contract value.

        The method is that of the implied lead value: a lead is worth the share of its
        kind that buys, times what one purchase brings.
        """
        if self.amount is not None:
            return Fraction(self.amount)
        assert self.conversion is not None  # noqa: S101 - as checked above
        assert self.contract is not None  # noqa: S101 - as checked above
        return self.conversion * Fraction(self.contract)


@attrs.frozen(kw_only=True, field_transformer=typed)
class Volume:
    """To deliver so many, or so much, in every period [K15].

    Attributes:
        of: What is counted: the leads to which this happens.
        goal: How many; or how much, where leads have a worth.
        per: The period.
        bound: Whether the goal is a floor or a cap.
        worth: What a lead of each segment counts; the first that fits holds. Empty if
            each counts as one.
        currency: The currency of the worth, if it is money.
        fiscal_start: The month in which the year of the party starts.
        again_after: After how many days a lead that comes back counts again; None if it
            never does.

    Example:
        >>> qualified = Pattern(event="stage_changed", where={"to_stage": "mql"})
        >>> volume = Volume(of=[qualified], goal=Decimal(200), per=PeriodKind.MONTH)
        >>> volume.bound
        <Bound.FLOOR: 'floor'>
    """

    of: tuple[Pattern, ...] = several(Pattern, at_least=1)
    goal: Decimal = attrs.field(validator=is_a(Decimal))
    per: PeriodKind = attrs.field(validator=is_a(PeriodKind))
    bound: Bound = attrs.field(default=Bound.FLOOR, validator=is_a(Bound))
    worth: tuple[Worth, ...] = several(Worth)
    currency: str | None = None
    fiscal_start: int = attrs.field(default=1)
    again_after: int | None = attrs.field(
        default=None, validator=optional(counts_from(0))
    )

    @goal.validator
    def _is_positive(self, _: object, value: Decimal) -> None:
        if not value.is_finite() or value <= 0:
            expected = "a number over 0"
            raise UnfitValueError("volume", "goal", expected, str(value)[:40])

    @fiscal_start.validator
    def _is_month(self, _: object, value: int) -> None:
        if type(value) is not int or not 1 <= value <= 12:  # noqa: PLR2004
            expected = "a month from 1 to 12"
            raise UnfitValueError("volume", "fiscal_start", expected, str(value))


@attrs.frozen(kw_only=True)
class Keeping:
    """A share that has to be reached, and of how many at least [K16].

    Attributes:
        at_least: The share, itself included.
        per: The period in which it is counted; None for all time up to the question.
        min_sample: Of how many at least; below, the answer is unknown. None for any.

    Example:
        >>> Keeping(at_least=Fraction(9, 10), per=PeriodKind.MONTH).at_least
        Fraction(9, 10)
    """

    at_least: Fraction = attrs.field(validator=is_share)
    per: PeriodKind | None = attrs.field(
        default=None, validator=optional(is_a(PeriodKind))
    )
    min_sample: int | None = attrs.field(
        default=None, validator=optional(counts_from(1))
    )


@attrs.frozen(kw_only=True, field_transformer=typed)
class Quality:
    """To keep the share of the good ones up [K16].

    Attributes:
        of: What is counted: the leads to which this happens.
        share: The share that must be good, and of how many at least.
        meeting: The definition that a good one meets when it happens; None if what
            follows decides.
        followed_by: What must happen to a good one afterwards.

    Raises:
        UnfitValueError: If nothing says what good is, or two things do.

    Example:
        >>> qualified = Pattern(event="stage_changed", where={"to_stage": "mql"})
        >>> accepted = Pattern(event="handoff_accepted")
        >>> good = Keeping(at_least=Fraction(4, 5))
        >>> quality = Quality(of=[qualified], share=good, followed_by=[accepted])
        >>> quality.meeting is None
        True
    """

    of: tuple[Pattern, ...] = several(Pattern, at_least=1)
    share: Keeping
    meeting: str | None = None
    followed_by: tuple[Pattern, ...] = several(Pattern)

    def __attrs_post_init__(self) -> None:
        if (self.meeting is None) == (not self.followed_by):
            expected = "either a definition to meet or what must follow"
            seen = "both" if self.followed_by else "neither"
            raise UnfitValueError("quality", "meeting", expected, seen)


@attrs.frozen(kw_only=True)
class Validity:
    """To hand over nothing that does not meet a definition.

    Attributes:
        at: The event at which it must be met.
        meeting: The definition.

    Example:
        >>> Validity(at=[Pattern(event="handoff_offered")], meeting="mql").meeting
        'mql'
    """

    at: tuple[Pattern, ...] = several(Pattern, at_least=1)
    meeting: str = attrs.field(validator=is_name)


Promise = Deadline | Cadence | Attempts | Duration | Volume | Quality | Validity
"""What a term can promise."""
