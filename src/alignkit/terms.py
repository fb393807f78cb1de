"""Terms: what one party promised the other, and what goes with the promise.

A term is one promise of an agreement, such as "sales answers a demo request within two
business hours, counted from the moment somebody owns it". It says who owes it, what the
other party owes in return, whom it does not bind, what excuses it, and who hears of it
when it runs out. It is data: nothing in it runs, so that a person can read it and a
program can compare two.
"""

from __future__ import annotations

import enum
import math
from datetime import datetime
from fractions import Fraction

import attrs
from attrs.validators import optional

from alignkit._fields import counts_from, is_a, is_name, is_share, several, typed
from alignkit.criteria import Criterion
from alignkit.errors import UnfitValueError
from alignkit.instants import to_instant
from alignkit.promises import Keeping, Promise
from alignkit.spans import Length, Span

NO_COUNTERPART = "none"
"""What a term says that is owed without anything in return [K19]."""


class Landing(enum.Enum):
    """Where a due instant stays that falls exactly on a close [T7]."""

    CLOSE = "close"
    """On the close."""

    NEXT_OPEN = "next_open"
    """On the next opening."""


class Waiting(enum.Enum):
    """Whose waiting a term measures [K8]."""

    LEAD = "lead"
    """How long the lead waits, whoever owns it."""

    OWNER = "owner"
    """How long each owner takes: one verdict for each stint."""


class CalendarOf(enum.Enum):
    """Whose calendar counts a term that names none [K1]."""

    PARTY = "party"
    """That of the party that owes it."""

    OWNER = "owner"
    """That of whoever owns the lead."""

    LEAD = "lead"
    """That which the lead carries."""


class ChangeRule(enum.Enum):
    """What becomes of a running clock when what it counts by changes [K7]."""

    PIN = "pin"
    """What held at the start holds to the end."""

    RECOMPUTE_FROM_START = "recompute_from_start"
    """What holds now counts as if it had held from the start."""

    CARRY_CONSUMED_SHARE = "carry_consumed_share"
    """What was used up stays used up; the rest counts by what holds now."""


@attrs.frozen(kw_only=True)
class Changes:
    """What becomes of a running clock when something changes under it [K7].

    Attributes:
        segment: When the subject comes into another segment, or its target changes.
        calendar: When the calendar changes.
        owner: When the owner changes.

    Example:
        >>> Changes(segment=ChangeRule.PIN).owner
        <ChangeRule.CARRY_CONSUMED_SHARE: 'carry_consumed_share'>
    """

    segment: ChangeRule = attrs.field(
        default=ChangeRule.RECOMPUTE_FROM_START, validator=is_a(ChangeRule)
    )
    calendar: ChangeRule = attrs.field(
        default=ChangeRule.CARRY_CONSUMED_SHARE, validator=is_a(ChangeRule)
    )
    owner: ChangeRule = attrs.field(
        default=ChangeRule.CARRY_CONSUMED_SHARE, validator=is_a(ChangeRule)
    )


@attrs.frozen(field_transformer=typed)
class Exclusion:
    """What a term does not bind: tests, duplicates, competitors, customers [K11].

    Attributes:
        when: What a subject is that is excluded.
        reason: The word for it: ``"test_record"``.

    Example:
        >>> from alignkit.criteria import field
        >>> Exclusion(field("lead.is_test").is_(True), "test_record").reason
        'test_record'
    """

    when: Criterion
    reason: str = attrs.field(validator=is_name)


@attrs.frozen(kw_only=True, field_transformer=typed)
class Excuses:
    """What a term forgives, declared and evaluated, never edited in [K10].

    Attributes:
        void_without: The terms of the counterpart that must be met for this one to be
            owed at all.
        extended_by: The terms whose lateness moves this one.
        rests_while_unavailable: Whether an owner's clock rests while the owner is away.

    Example:
        >>> Excuses(void_without=["mql-quality"]).rests_while_unavailable
        False
    """

    void_without: tuple[str, ...] = several(str)
    extended_by: tuple[str, ...] = several(str)
    rests_while_unavailable: bool = False


@attrs.frozen(kw_only=True, field_transformer=typed)
class Capacity:
    """What holds when more comes than was planned for [K10].

    Attributes:
        per_day: How many a day are planned for.
        factor: From how many times that on there is a surge.
        relaxed: The target that holds from the first one beyond.

    Raises:
        UnfitValueError: If the capacity is none, or the factor is below one.

    Example:
        >>> from alignkit.spans import BusinessDays
        >>> surge = Capacity(per_day=50, factor=Fraction(3, 2), relaxed=BusinessDays(1))
        >>> surge.per_day * surge.factor
        Fraction(75, 1)
    """

    per_day: int = attrs.field(validator=counts_from(1))
    factor: Fraction = attrs.field(default=Fraction(1), validator=is_a(Fraction))
    relaxed: Span

    @factor.validator
    def _is_surplus(self, _: object, value: Fraction) -> None:
        if value < 1:
            expected = "one or more times the capacity"
            raise UnfitValueError("capacity", "factor", expected, str(value))


@attrs.frozen(kw_only=True, field_transformer=typed)
class Step:
    """One step of an escalation ladder: when, and what the host is to do [K12].

    Attributes:
        at: The share of the target at which it fires; over 1 is past due.
        before: How long before it is due, instead.
        after: How long after it is due, instead.
        notify: The role that is told.
        action: What is done: ``"reassign"``.

    Raises:
        UnfitValueError: If it fires at no time or at two, or nothing follows from it.

    Example:
        >>> Step(at=Fraction(2), action="reassign").action
        'reassign'
    """

    at: Fraction | None = None
    before: Length | None = None
    after: Length | None = None
    notify: str | None = None
    action: str | None = None

    def __attrs_post_init__(self) -> None:
        times = [one for one in (self.at, self.before, self.after) if one is not None]
        if len(times) != 1:
            expected = "one of at, before and after"
            raise UnfitValueError("step", "at", expected, f"{len(times)} of them")
        if self.at is not None and self.at <= 0:
            expected = "a share over 0, such as '80%' or '200%'"
            raise UnfitValueError("step", "at", expected, str(self.at))
        if self.notify is None and self.action is None:
            expected = "somebody to notify, or an action"
            raise UnfitValueError("step", "notify", expected, "neither")


@attrs.frozen(kw_only=True, field_transformer=typed)
class Term:
    """One promise of an agreement: who owes what to whom, and by when.

    Attributes:
        id: Its name within the agreement.
        party: Who owes it.
        promise: What is owed.
        counterpart: The term that the other party owes in return, `NO_COUNTERPART` if
            there is none, or None if the agreement does not say [K19].
        title: What people call it; its id if they call it nothing else.
        calendar: The calendar that counts it; None for that of `calendar_of` [K1].
        calendar_of: Whose calendar counts it, if it names none.
        applies_to: Which subjects it is about; all that its events are about if None.
        exclude: Whom it does not bind, tried in order before all else [K11].
        excuses: What it forgives [K10].
        capacity: What holds when more comes than was planned for [K10].
        waiting: Whose waiting it measures [K8].
        changes: What becomes of its clock when something changes under it [K7].
        adopts_changes: Whether a running clock goes over to the next edition when that
            comes into force; otherwise the edition of its start governs it [K6].
        warn_at: The share of the target from which on it is at risk; None for never
            [K5].
        escalate: Who hears of it, step by step [K12].
        keep: The share of its promises that has to be kept; None for all [K16].
        landing: Where a due instant stays that falls exactly on a close [T7].
        effective_from: The moment from which it binds; None for that of its edition.
        effective_until: The moment up to which it binds; None for that of its edition.
        task: The task of the catalogue that it promises to do.
        goals: The goals that it serves.

    Example:
        >>> from alignkit.patterns import Pattern
        >>> from alignkit.promises import Clock, Deadline
        >>> from alignkit.spans import BusinessTime
        >>> first_response = Term(
        ...     id="first-response",
        ...     party="sales",
        ...     counterpart=NO_COUNTERPART,
        ...     promise=Deadline(
        ...         clock=Clock(start=[Pattern(event="owner_assigned")]),
        ...         within=BusinessTime(hours=2),
        ...     ),
        ... )
        >>> first_response.landing
        <Landing.CLOSE: 'close'>
    """

    id: str = attrs.field(validator=is_name)
    party: str = attrs.field(validator=is_name)
    promise: Promise
    counterpart: str | None = None
    title: str | None = None
    calendar: str | None = None
    calendar_of: CalendarOf = attrs.field(
        default=CalendarOf.PARTY, validator=is_a(CalendarOf)
    )
    applies_to: Criterion | None = None
    exclude: tuple[Exclusion, ...] = several(Exclusion)
    excuses: Excuses = Excuses()
    capacity: Capacity | None = None
    waiting: Waiting = attrs.field(default=Waiting.LEAD, validator=is_a(Waiting))
    changes: Changes = Changes()
    adopts_changes: bool = False
    warn_at: Fraction | None = attrs.field(default=None, validator=optional(is_share))
    escalate: tuple[Step, ...] = several(Step)
    keep: Keeping | None = None
    landing: Landing = attrs.field(default=Landing.CLOSE, validator=is_a(Landing))
    effective_from: datetime | None = None
    effective_until: datetime | None = None
    task: str | None = attrs.field(default=None, validator=optional(is_a(str)))
    goals: tuple[str, ...] = several(str)

    def __attrs_post_init__(self) -> None:
        start, end = self.binds
        if end <= start:
            expected = "a moment later than effective_from"
            seen = str(self.effective_until)
            raise UnfitValueError("term", "effective_until", expected, seen)

    @property
    def binds(self) -> tuple[float, float]:
        """The instants from which and up to which it binds what starts.

        They are infinite where its edition alone says when.
        """
        start, end = self.effective_from, self.effective_until
        return (
            -math.inf if start is None else to_instant(start, "effective_from"),
            math.inf if end is None else to_instant(end, "effective_until"),
        )
