"""Loops: who owes what kind of feedback to whom, and what comes back.

A loop is open until whoever spoke has heard back. So it says more than who owes
feedback to whom and on which trigger: it also says by when the receiver decides about
it, and by when the one who gave it is told [F1]. `STANDARD_LOOPS` is a catalogue of the
loops over which the two teams fall out most; `alignkit.feedback` says how one item
stands.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable
from fractions import Fraction

import attrs
from attrs.validators import optional

from alignkit._fields import counts_from, is_a, is_name, is_share, several, typed
from alignkit.errors import UnfitValueError, UnknownLoopError
from alignkit.findings import Finding, Severity
from alignkit.happenings import FeedbackRequested
from alignkit.patterns import Pattern
from alignkit.periods import PeriodKind
from alignkit.promises import Keeping
from alignkit.spans import BusinessDays, CalendarTime, Length, Span


class ItemState(enum.Enum):
    """How far an item has come [F2]."""

    ABSENT = "absent"
    """Nobody has asked for anything or said anything."""

    REQUESTED = "requested"
    """It was asked for."""

    RECEIVED = "received"
    """It was given, asked for or not."""

    ACKNOWLEDGED = "acknowledged"
    """The receiver said that it has arrived."""

    DECIDED = "decided"
    """The receiver decided: to act, to decline with a reason, to defer to a date."""

    ACTED = "acted"
    """What was decided is done."""

    CLOSED = "closed"
    """Whoever gave it was told."""


@attrs.frozen(kw_only=True)
class Duty:
    """One step of a loop that a party owes within a span of an earlier step.

    Attributes:
        step: The state that the step leads to.
        party: Who owes it.
        after: The state from which its clock runs; where an item never comes to that
            state, there is no clock.
        within: How long it gives.
    """

    step: ItemState
    party: str
    after: ItemState
    within: Span


_CLOCKED_FROM = (ItemState.REQUESTED, ItemState.RECEIVED, ItemState.ACKNOWLEDGED)


@attrs.frozen(kw_only=True, field_transformer=typed)
class Promptness:
    """Within how long a share of the requests is to be answered [F3].

    Half of them within three business days means that the median, by nearest rank and
    with what is open counted as open, is three business days at most.

    Attributes:
        within: How long that is.
        at_least: The share, itself included: a half, unless it says otherwise.
        per: The period in which it is counted; None for all time up to the question.
        min_sample: Of how many at least; below, the answer is unknown. None for any.

    Raises:
        UnfitValueError: If the span counts back from a date.

    Example:
        >>> Promptness(within=BusinessDays(3)).share
        Keeping(at_least=Fraction(1, 2), per=None, min_sample=None)
    """

    within: Length
    at_least: Fraction = attrs.field(default=Fraction(1, 2), validator=is_share)
    per: PeriodKind | None = attrs.field(
        default=None, validator=optional(is_a(PeriodKind))
    )
    min_sample: int | None = attrs.field(
        default=None, validator=optional(counts_from(1))
    )

    @property
    def share(self) -> Keeping:
        """The share that has to be answered so soon."""
        return Keeping(at_least=self.at_least, per=self.per, min_sample=self.min_sample)


@attrs.frozen(kw_only=True, field_transformer=typed)
class Loop:
    """Who owes what kind of feedback to whom, and what comes back [F1].

    Attributes:
        id: Its name within the agreement, as events call it.
        kind: What kind of feedback it carries, as events call it.
        owes: The party that gives the feedback.
        to: The party that gets it, decides about it and answers.
        about: What it is about, in a sentence.
        trigger: The events at which the feedback falls due, as patterns of which any
            one will do; empty where it is raised whenever there is something to say.
        reply_within: How long the giver has from the trigger; None for no limit.
        acknowledge_within: How long the receiver has to say that it has arrived.
        decide_within: How long the receiver has to decide.
        act_within: How long the receiver has to do what it decided to do, from that
            decision on.
        tell_within: How long the receiver has to tell the giver.
        decide_after: The step from which the decision is clocked: the reply, unless the
            loop says otherwise.
        tell_after: The step from which the telling is clocked: the decision, unless the
            loop says otherwise.
        is_acknowledged_first: Whether nothing may be decided before it has been
            acknowledged: listen first, act second.
        in_return: The loop in which the receiver owes something back.
        is_void_without_return: Whether nothing is owed here while the duty of that loop
            is unmet [K10].
        coverage: The share of the requests that has to be answered [F3].
        promptness: Within how long a share of them has to be.
        on_time: The share of the replies that has to be in time.
        action: The share of what is decided on that has to be acted on.
        closure: The share of what is received that has to be closed.
        silence_after: How long there may be no item of its kind before that is an alarm
            [F4].
        source: Where it comes from.

    Example:
        >>> loop = find_loop("message_feedback")
        >>> for duty in loop.duties:
        ...     print(f"{duty.party}: {duty.step.value}, {duty.within}")
        sales: received, 5 business days
        marketing: decided, 10 business days
        marketing: closed, 5 business days
    """

    id: str = attrs.field(validator=is_name)
    kind: str = attrs.field(validator=is_name)
    owes: str = attrs.field(validator=is_name)
    to: str = attrs.field(validator=is_name)
    about: str = ""
    trigger: tuple[Pattern, ...] = several(
        Pattern, default=(Pattern(event=FeedbackRequested.type),)
    )
    reply_within: Span | None = None
    acknowledge_within: Span | None = None
    decide_within: Span | None = None
    act_within: Span | None = None
    tell_within: Span | None = None
    decide_after: ItemState = attrs.field(
        default=ItemState.RECEIVED, validator=is_a(ItemState)
    )
    tell_after: ItemState = attrs.field(
        default=ItemState.DECIDED, validator=is_a(ItemState)
    )
    is_acknowledged_first: bool = False
    in_return: str | None = None
    is_void_without_return: bool = False
    coverage: Keeping | None = None
    promptness: Promptness | None = None
    on_time: Keeping | None = None
    action: Keeping | None = None
    closure: Keeping | None = None
    silence_after: Span | None = None
    source: str | None = None

    def __attrs_post_init__(self) -> None:
        if self.owes == self.to:
            expected = "another party than the one that owes it"
            raise UnfitValueError("loop", "to", expected, repr(self.to))
        if self.reply_within is not None and not self.trigger:
            expected = "a trigger from which the reply is clocked"
            raise UnfitValueError("loop", "trigger", expected, "none")
        if self.decide_after not in _CLOCKED_FROM:
            expected = "a step before the decision"
            seen = self.decide_after.value
            raise UnfitValueError("loop", "decide_after", expected, seen)
        if self.tell_after in {ItemState.ABSENT, ItemState.CLOSED}:
            expected = "a step before the telling"
            raise UnfitValueError("loop", "tell_after", expected, self.tell_after.value)
        if self.on_time is not None and self.reply_within is None:
            expected = "a span within which the reply is owed"
            raise UnfitValueError("loop", "reply_within", expected, "none")
        if self.is_void_without_return and self.in_return is None:
            expected = "the loop that is owed in return"
            raise UnfitValueError("loop", "in_return", expected, "none")

    @property
    def duties(self) -> tuple[Duty, ...]:
        """What each party owes in it, and within how long, in order of the steps."""
        owed = (
            (ItemState.RECEIVED, self.owes, ItemState.REQUESTED, self.reply_within),
            (
                ItemState.ACKNOWLEDGED,
                self.to,
                ItemState.RECEIVED,
                self.acknowledge_within,
            ),
            (ItemState.DECIDED, self.to, self.decide_after, self.decide_within),
            (ItemState.ACTED, self.to, ItemState.DECIDED, self.act_within),
            (ItemState.CLOSED, self.to, self.tell_after, self.tell_within),
        )
        return tuple(
            Duty(step=step, party=party, after=after, within=within)
            for step, party, after, within in owed
            if within is not None
        )

    @property
    def requests(self) -> tuple[Pattern, ...]:
        """What asks for an item: its triggers, and each request that names the loop.

        A trigger that is a request without the name of a loop means this one.
        """
        asked = FeedbackRequested.type
        named = Pattern(event=asked, where={"loop": self.id})
        others = (
            one
            for one in self.trigger
            if one.event != asked or "loop" in dict(one.where)
        )
        return tuple(dict.fromkeys((*others, named)))


def find_loop(id: str, among: Iterable[Loop] | None = None) -> Loop:
    """Return the loop with an id, of the catalogue unless others are given.

    Raises:
        UnknownLoopError: If there is none; it names those that there are.

    Example:
        >>> find_loop("testimonials").in_return
        'testimonial_nominations'
    """
    by_id = {loop.id: loop for loop in (STANDARD_LOOPS if among is None else among)}
    if id not in by_id:
        raise UnknownLoopError(id, tuple(by_id))
    return by_id[id]


def loop_findings(loops: Iterable[Loop], path: str = "$.loops") -> tuple[Finding, ...]:
    """Return what is weak about some loops, each finding with the path of its loop.

    A loop in which nothing comes back is a one-way street, and one that nothing
    triggers and nobody misses falls asleep.

    Example:
        >>> asleep = Loop(
        ...     id="gaps", kind="gap", owes="sales", to="marketing", trigger=()
        ... )
        >>> for finding in loop_findings([asleep]):
        ...     print(finding)
        AK-F002 the loop 'gaps' asks marketing for nothing in return (at $.loops[0]);
        say by when it is decided, and by when sales is told
        AK-F003 nobody would notice if the loop 'gaps' fell silent (at $.loops[0]);
        give it a trigger, or say how long there may be no item of its kind
    """
    found: list[Finding] = []
    for place, loop in enumerate(loops):
        at = f"{path}[{place}]"
        if loop.decide_within is None and loop.tell_within is None:
            message = f"the loop {loop.id!r} asks {loop.to} for nothing in return"
            mend = f"say by when it is decided, and by when {loop.owes} is told"
            found.append(_warning("AK-F002", message, at, mend))
        if not loop.trigger and loop.silence_after is None:
            message = f"nobody would notice if the loop {loop.id!r} fell silent"
            mend = "give it a trigger, or say how long there may be no item of its kind"
            found.append(_warning("AK-F003", message, at, mend))
    return tuple(found)


def _warning(code: str, message: str, path: str, mend: str) -> Finding:
    return Finding(
        code=code, severity=Severity.WARNING, message=message, path=path, help=mend
    )


def _asked(
    id: str,
    owes: str,
    to: str,
    about: str,
    source: str,
    *,
    on: tuple[str, ...] = (FeedbackRequested.type,),
    reply: int = 5,
    in_return: str | None = None,
) -> Loop:
    """Return a loop in which the feedback falls due on an event."""
    return Loop(
        id=id,
        kind=id,
        owes=owes,
        to=to,
        about=about,
        trigger=tuple(Pattern(event=event) for event in on),
        reply_within=BusinessDays(reply),
        decide_within=BusinessDays(10),
        tell_within=BusinessDays(5),
        in_return=in_return,
        source=source,
    )


def _raised(
    id: str,
    owes: str,
    to: str,
    about: str,
    source: str,
    *,
    silence_days: int,
    in_return: str | None = None,
    is_acknowledged_first: bool = False,
) -> Loop:
    """Return a loop in which the feedback is given whenever there is some."""
    return Loop(
        id=id,
        kind=id,
        owes=owes,
        to=to,
        about=about,
        trigger=(),
        acknowledge_within=BusinessDays(2) if is_acknowledged_first else None,
        decide_within=BusinessDays(10),
        tell_within=BusinessDays(5),
        is_acknowledged_first=is_acknowledged_first,
        in_return=in_return,
        silence_after=CalendarTime(days=silence_days),
        source=source,
    )


# The spans are ours to be overridden: the sources name the loops, and no spans.
STANDARD_LOOPS = (
    _asked(
        "lead_disposition",
        "sales",
        "marketing",
        "whether a lead that was handed over was taken, and if not, why not",
        "R5, R53, R133",
        on=("handoff_offered",),
        reply=2,
        in_return="lead_quality",
    ),
    _raised(
        "lead_quality",
        "sales",
        "marketing",
        "what was wrong with the leads of late, and which sources were good",
        "R98, R134, R166",
        silence_days=7,
        in_return="lead_disposition",
    ),
    _raised(
        "definition_change",
        "sales",
        "marketing",
        "what the definition of a qualified lead lets through or keeps out wrongly",
        "R21, R136",
        silence_days=92,
    ),
    _asked(
        "lead_outcome",
        "sales",
        "marketing",
        "what became of a lead, so that its campaign can be judged by it",
        "R53, R94",
        on=("opportunity_won", "opportunity_lost"),
    ),
    _asked(
        "win_loss",
        "sales",
        "marketing",
        "why a deal was won or lost, against whom, and whose word that is",
        "R30, R88",
        on=("opportunity_won", "opportunity_lost"),
        in_return="win_loss_trends",
    ),
    _raised(
        "win_loss_trends",
        "marketing",
        "sales",
        "what wins and losses show by portfolio, region, industry and segment",
        "R31",
        silence_days=92,
        in_return="win_loss",
    ),
    _asked(
        "message_feedback",
        "sales",
        "marketing",
        "how a message lands with the buyers it is meant for",
        "R56, R57",
    ),
    _raised(
        "message_accuracy",
        "sales",
        "marketing",
        "which claims buyers dispute, and which pictures are too rosy",
        "R87, R89",
        silence_days=92,
    ),
    _asked(
        "collateral_request",
        "marketing",
        "sales",
        "the material that sales asked for, or why there will be none",
        "R54",
        reply=10,
        in_return="collateral_usage",
    ),
    _asked(
        "collateral_usage",
        "sales",
        "marketing",
        "which material is used, and why the rest is not",
        "R55",
        in_return="collateral_request",
    ),
    attrs.evolve(
        _asked(
            "testimonials",
            "marketing",
            "sales",
            "testimonials and case studies for a segment",
            "R58",
            reply=20,
            in_return="testimonial_nominations",
        ),
        is_void_without_return=True,
    ),
    _asked(
        "testimonial_nominations",
        "sales",
        "marketing",
        "customers who could speak for the product",
        "R59",
        reply=10,
        in_return="testimonials",
    ),
    _asked(
        "campaign_list_review",
        "sales",
        "marketing",
        "who belongs on the list of a campaign, and who does not",
        "R61",
        reply=3,
    ),
    _asked(
        "plan_validation",
        "sales",
        "marketing",
        "whether a plan holds with real customers",
        "R126, R138",
    ),
    _raised(
        "field_insight",
        "sales",
        "marketing",
        "what does and does not meet the needs of customers today",
        "R32, R90",
        silence_days=14,
        in_return="market_outlook",
    ),
    _raised(
        "customer_requirements",
        "sales",
        "marketing",
        "what customers need, and what matters most to their market",
        "R100, R112, R115",
        silence_days=31,
        is_acknowledged_first=True,
    ),
    _raised(
        "product_gap",
        "sales",
        "marketing",
        "what the product lacks: to act is to enhance it, or to offer something new",
        "R34, R35",
        silence_days=31,
        in_return="market_outlook",
    ),
    _raised(
        "competitive_intelligence",
        "sales",
        "marketing",
        "what rivals offer, claim and charge, and which objections they raise",
        "R88, R101",
        silence_days=31,
        in_return="market_outlook",
    ),
    _raised(
        "market_outlook",
        "marketing",
        "sales",
        "pain points and trends ahead, with the kinds of source that show them",
        "R15, R36, R37, R93",
        silence_days=92,
        in_return="field_insight",
    ),
    _asked(
        "forecast",
        "sales",
        "marketing",
        "what is expected to close, and what it rests on",
        "R157",
    ),
    _raised(
        "experiment_result",
        "marketing",
        "sales",
        "what was tried and what was learned from it",
        "R76",
        silence_days=92,
    ),
    _asked(
        "meeting_ideas",
        "marketing",
        "sales",
        "ideas from marketers who sat in on a sales meeting",
        "R174",
    ),
    _raised(
        "call_centre_questions",
        "call_centre",
        "marketing",
        "what customers call about that the call centre had not heard of",
        "R184, R185",
        silence_days=31,
    ),
)
"""The loops over which the two teams fall out most, with spans to be overridden."""
