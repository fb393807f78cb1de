"""Criteria: what must hold of a lead, written down so that both parties can read it.

A criterion asks something of facts: is the industry one of these, is the score at
least sixty, was a demo requested in the last thirty days. Small ones are put together
with all of, any of, at least so many of, and not, or refer to a definition by its name.
They are plain values without a line of code in them, so a document can hold them, lint
can search them for contradictions, and two of them can be compared. The judgements say
whether facts meet them.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import NoReturn

import attrs
from attrs.converters import optional as if_given
from attrs.validators import optional

from alignkit._fields import is_a, typed
from alignkit.errors import CriterionTruthError, UnfitValueError
from alignkit.instants import to_instant
from alignkit.spans import CalendarTime, Elapsed, Span
from alignkit.values import MOST_DIGITS, Scalar, Value, to_value
from alignkit.words import WordPattern

Ordered = int | Decimal | date | datetime
"""What has a least and a most: numbers, days and moments."""

Reach = CalendarTime | Elapsed
"""How far a criterion looks back or ahead: 30 days, 1 month, 48 hours.

Business time is none of these, because a lead has no calendar of its own."""

LARGEST: int = 10**MOST_DIGITS
"""Numbers beyond this, or as far below one, measure nothing in a business."""


class Side(enum.Enum):
    """On which side of the moment of the question a date has to lie."""

    NEXT = "next"
    """It lies ahead: a renewal in the next 45 days."""

    LAST = "last"
    """It lies behind: a purchase in the last 12 months."""


_LINE = 80
_ITEMS = 5


_A_FIELD = "a field by its path, such as 'company.industry'"


def canonical_path(path: str) -> str:
    """Return the one form of a path: ``lead.x`` and ``x`` are the same field of a lead.

    Example:
        >>> canonical_path("lead.source"), canonical_path("company.industry")
        ('source', 'company.industry')
    """
    if not isinstance(path, str):
        raise UnfitValueError("criterion", "field", _A_FIELD, repr(path)[:80])
    return path.removeprefix("lead.")


def is_number(value: object) -> bool:
    """Say whether a value is a number that can be compared: no truth value, no NaN."""
    if type(value) is int:
        return -LARGEST < value < LARGEST
    if not isinstance(value, Decimal) or not value.is_finite():
        return False
    return value == 0 or -MOST_DIGITS <= value.adjusted() < MOST_DIGITS


def is_day(value: object) -> bool:
    """Say whether a value is a date without a time."""
    return isinstance(value, date) and not isinstance(value, datetime)


def _says_where(_: object, __: attrs.Attribute[str], value: str) -> None:
    if not all(map(str.strip, value.split("."))):
        raise UnfitValueError("criterion", "field", _A_FIELD, repr(value)[:80])


def _is_scalar(noun: str, name: str, value: object) -> None:
    if isinstance(value, datetime):
        to_instant(value, name)
    elif not isinstance(value, str | bool | date) and not is_number(value):
        expected = "text, a number, true or false, a date or a moment"
        raise UnfitValueError(noun, name, expected, repr(value)[:80])


def _is_ordered(noun: str, name: str, value: object) -> None:
    if isinstance(value, datetime):
        to_instant(value, name)
    elif not isinstance(value, date) and not is_number(value):
        expected = "a number, a date or a moment"
        raise UnfitValueError(noun, name, expected, repr(value)[:80])


def _ranks(_: object, attribute: attrs.Attribute[Ordered], value: Ordered) -> None:
    _is_ordered("criterion", attribute.name, value)


def _reach(length: Span) -> Reach:
    return _as_reach("within", length)


def _reach_if_given(length: Span | None) -> Reach | None:
    return None if length is None else _as_reach("within", length)


def _age_if_given(length: Span | None) -> Reach | None:
    return None if length is None else _as_reach("max_age", length)


def _as_reach(field: str, length: Span) -> Reach:
    if isinstance(length, CalendarTime | Elapsed):
        return length
    expected = "calendar or elapsed time, such as '30 days' or '48 hours'"
    raise UnfitValueError("criterion", field, expected, str(length)[:80])


def _exact(value: object) -> Value:
    """Return a number as it was written, and anything else as it came."""
    return to_value(value, "value") if isinstance(value, float) else value  # type: ignore[return-value]


def _several(values: Iterable[object] | str) -> tuple[object, ...]:
    # A lone text would fall apart into its letters.
    if isinstance(values, str):
        return (values,)
    if not isinstance(values, Iterable):
        raise UnfitValueError("criterion", "values", "a list", repr(values)[:80])
    return tuple(map(_exact, values))


def _is_criterion(value: object) -> None:
    if not isinstance(value, Criterion):
        raise UnfitValueError("criterion", "parts", "criteria", repr(value)[:80])


def _are_criteria(_: object, __: object, parts: tuple[object, ...]) -> None:
    if not parts:
        raise UnfitValueError("criterion", "parts", "at least one criterion", "none")
    for part in parts:
        _is_criterion(part)


def _together(parts: Iterable[Criterion]) -> tuple[Criterion, ...]:
    if not isinstance(parts, Iterable):
        raise UnfitValueError("criterion", "parts", "criteria", repr(parts)[:80])
    return tuple(parts)


def _both(self: Criterion, other: Criterion) -> AllOf:
    """Return a criterion that asks for both."""
    return AllOf((*_alike(self, AllOf), *_alike(other, AllOf)))


def _either(self: Criterion, other: Criterion) -> AnyOf:
    """Return a criterion that asks for either."""
    return AnyOf((*_alike(self, AnyOf), *_alike(other, AnyOf)))


def _alike(criterion: Criterion, kind: type[AllOf | AnyOf]) -> tuple[Criterion, ...]:
    return criterion.parts if isinstance(criterion, kind) else (criterion,)


def _opposite(self: Criterion) -> Criterion:
    """Return a criterion that asks for the opposite."""
    return self.part if isinstance(self, Not) else Not(self)


def _untrue(_: Criterion) -> NoReturn:
    """Refuse to be true or false: a criterion is neither without facts."""
    raise CriterionTruthError


@attrs.frozen
class OneOf:
    """The field has one of these values.

    Text is compared exactly, letter by letter and case by case; `Matches` is the
    lenient one. A number equals a number and never a text that looks like it, and true
    is not 1. Where either side is a date without a time, days are compared. A list in
    the field is asked item by item: one that fits will do, and an empty list has none.

    As a document: ``{ field = "company.industry", one_of = ["logistics", "retail"] }``

    Attributes:
        path: The field.
        values: Of which it must have one.

    Example:
        >>> print(OneOf("company.industry", ["logistics", "retail"]))
        company.industry is one of 'logistics', 'retail'
    """

    path: str = attrs.field(converter=canonical_path, validator=_says_where)
    values: tuple[Scalar, ...] = attrs.field(converter=_several)

    @values.validator
    def _are_scalars(self, _: object, values: tuple[Scalar, ...]) -> None:
        if not values:
            raise UnfitValueError("criterion", "one_of", "at least one value", "none")
        for value in values:
            _is_scalar("criterion", "one_of", value)

    __and__ = _both
    __or__ = _either
    __invert__ = _opposite
    __bool__ = _untrue

    def __str__(self) -> str:
        return f"{self.path} is one of {', '.join(map(show, self.values))}"


@attrs.frozen
class Is:
    """The field has this value, compared as `OneOf` compares.

    As a document: ``{ field = "lead.source", is = "demo" }``

    Attributes:
        path: The field.
        value: What it must be.

    Example:
        >>> print(Is("lead.source", "demo"))
        source is 'demo'
    """

    path: str = attrs.field(converter=canonical_path, validator=_says_where)
    value: Scalar = attrs.field(converter=_exact)

    @value.validator
    def _is_scalar(self, _: object, value: Scalar) -> None:
        _is_scalar("criterion", "is", value)

    __and__ = _both
    __or__ = _either
    __invert__ = _opposite
    __bool__ = _untrue

    def __str__(self) -> str:
        return f"{self.path} is {show(self.value)}"


@attrs.frozen
class Between:
    """The field lies between two bounds, both of which count.

    Numbers are compared exactly. Where either side is a date without a time, days are
    compared; the day of a moment is the one in the zone in which facts are judged.

    As a document: ``{ field = "company.employees", between = [50, 5000] }``

    Attributes:
        path: The field.
        low: The least that it may be.
        high: The most that it may be.

    Raises:
        UnfitValueError: If the bounds are of two kinds or the wrong way round.

    Example:
        >>> print(Between("company.employees", 50, 5000))
        company.employees is between 50 and 5000
    """

    path: str = attrs.field(converter=canonical_path, validator=_says_where)
    low: Ordered = attrs.field(converter=_exact, validator=_ranks)
    high: Ordered = attrs.field(converter=_exact, validator=_ranks)

    def __attrs_post_init__(self) -> None:
        kinds = {("number" if is_number(v) else type(v)) for v in (self.low, self.high)}
        if len(kinds) > 1:
            expected = "two numbers, two dates or two moments"
        elif self.low > self.high:  # type: ignore[operator]
            expected = "the lower bound first"
        else:
            return
        seen = f"{show(self.low)} and {show(self.high)}"
        raise UnfitValueError("criterion", "between", expected, seen)

    __and__ = _both
    __or__ = _either
    __invert__ = _opposite
    __bool__ = _untrue

    def __str__(self) -> str:
        return f"{self.path} is between {show(self.low)} and {show(self.high)}"


@attrs.frozen
class AtLeast:
    """The field is this much or more, compared as `Between` compares.

    As a document: ``{ field = "score", at_least = 60 }``

    Attributes:
        path: The field.
        bound: The least that it may be.

    Example:
        >>> print(AtLeast("score", 60))
        score is at least 60
    """

    path: str = attrs.field(converter=canonical_path, validator=_says_where)
    bound: Ordered = attrs.field(converter=_exact, validator=_ranks)

    __and__ = _both
    __or__ = _either
    __invert__ = _opposite
    __bool__ = _untrue

    def __str__(self) -> str:
        return f"{self.path} is at least {show(self.bound)}"


@attrs.frozen
class AtMost:
    """The field is this much or less, compared as `Between` compares.

    As a document: ``{ field = "company.founded", at_most = 2015-12-31 }``

    Attributes:
        path: The field.
        bound: The most that it may be.

    Example:
        >>> print(AtMost("company.founded", date(2015, 12, 31)))
        company.founded is at most 2015-12-31
    """

    path: str = attrs.field(converter=canonical_path, validator=_says_where)
    bound: Ordered = attrs.field(converter=_exact, validator=_ranks)

    __and__ = _both
    __or__ = _either
    __invert__ = _opposite
    __bool__ = _untrue

    def __str__(self) -> str:
        return f"{self.path} is at most {show(self.bound)}"


@attrs.frozen
class Matches:
    """The text of the field has the words of one of these patterns.

    Words are found in either case, anywhere in the text, whatever stands between them;
    a star stands for any letters in a word, or any words by itself. `WordPattern` says
    it in full.

    As a document: ``{ field = "contact.title", matches = ["head of *", "vp"] }``

    Attributes:
        path: The field.
        patterns: Of which one must be found.

    Example:
        >>> print(Matches("contact.title", ["head of *", "vp"]))
        contact.title matches 'head of *', 'vp'
    """

    path: str = attrs.field(converter=canonical_path, validator=_says_where)
    patterns: tuple[str, ...] = attrs.field(converter=_several)

    @patterns.validator
    def _have_words(self, _: object, patterns: tuple[str, ...]) -> None:
        if not patterns:
            raise UnfitValueError(
                "criterion", "matches", "at least one pattern", "none"
            )
        for pattern in patterns:
            WordPattern(pattern)

    __and__ = _both
    __or__ = _either
    __invert__ = _opposite
    __bool__ = _untrue

    def __str__(self) -> str:
        return f"{self.path} matches {', '.join(map(show, self.patterns))}"


@attrs.frozen
class Known:
    """The field is known, whatever it is.

    A field that is not known makes this unknown and never failed: somebody may still
    find it out. So its opposite never holds, and ``known = false`` cannot be written.

    As a document: ``{ field = "contact.email", known = true }``

    Attributes:
        path: The field.

    Example:
        >>> print(Known("contact.email"))
        contact.email is known
    """

    path: str = attrs.field(converter=canonical_path, validator=_says_where)

    __and__ = _both
    __or__ = _either
    __invert__ = _opposite
    __bool__ = _untrue

    def __str__(self) -> str:
        return f"{self.path} is known"


@attrs.frozen(field_transformer=typed)
class Within:
    """The date or moment in the field lies within reach of the moment of the question.

    The reach is measured from the field: a renewal is within the next 45 days from the
    moment 45 days before it up to the renewal itself, and a purchase within the last 12
    months from the purchase up to the moment 12 months after it. Both ends count, and a
    date without a time counts to the end of its last day.

    As a document: ``{ field = "renewal_date", within_next = "45 days" }``,
    ``{ field = "purchased_at", within_last = "12 months" }``

    Attributes:
        path: The field.
        reach: How far away it may lie.
        side: On which side it has to lie.

    Example:
        >>> from alignkit.spans import span
        >>> print(Within("renewal_date", span("45 days"), Side.NEXT))
        renewal_date is within the next 45 days
    """

    path: str = attrs.field(converter=canonical_path, validator=_says_where)
    reach: Reach = attrs.field(converter=_reach)
    side: Side = attrs.field(validator=is_a(Side))

    __and__ = _both
    __or__ = _either
    __invert__ = _opposite
    __bool__ = _untrue

    def __str__(self) -> str:
        return f"{self.path} is within the {self.side.value} {self.reach}"


@attrs.frozen(kw_only=True, field_transformer=typed)
class Happened:
    """Something happened so many times, within a span if one is given.

    Without an anchor the span looks back from the moment of the question. With one it
    runs from the date or moment in that field, and until it has run out, what has not
    happened yet still can: the answer is unknown and pending.

    As a document: ``{ happened = "demo_requested", within = "30 days", times = 2 }``,
    ``{ happened = "demo_requested", within = "30 days", after = "lead.created_at" }``

    Attributes:
        event: What happened: the name of a behaviour, or the type of an event.
        within: How long it counts; None if it counts for ever.
        times: How many times it must have happened.
        after: The field from whose date or moment the span runs; None if it looks back.

    Raises:
        UnfitValueError: If there is an anchor and no span.

    Example:
        >>> from alignkit.spans import span
        >>> print(Happened(event="demo_requested", within=span("30 days"), times=2))
        demo_requested happened at least 2 times within the last 30 days
    """

    event: str = attrs.field(validator=is_a(str))
    within: Reach | None = attrs.field(default=None, converter=_reach_if_given)
    times: int = attrs.field(default=1)
    after: str | None = attrs.field(
        default=None,
        converter=if_given(canonical_path),
        validator=optional(_says_where),
    )

    @times.validator
    def _counts(self, _: object, times: int) -> None:
        if type(times) is not int or not 0 < times < LARGEST:
            expected = "a whole number of times, at least 1"
            raise UnfitValueError("criterion", "times", expected, repr(times)[:80])

    def __attrs_post_init__(self) -> None:
        if not self.event.strip():
            expected = "the name of a behaviour, such as 'demo_requested'"
            raise UnfitValueError("criterion", "happened", expected, repr(self.event))
        if self.after is not None and self.within is None:
            expected = "a span for which the field is the start"
            raise UnfitValueError("criterion", "within", expected, "none")

    __and__ = _both
    __or__ = _either
    __invert__ = _opposite
    __bool__ = _untrue

    def __str__(self) -> str:
        often = f" at least {self.times} times" if self.times > 1 else ""
        if self.after is not None:
            return (
                f"{self.event} happened{often} within {self.within} after {self.after}"
            )
        span = f" within the last {self.within}" if self.within is not None else ""
        return f"{self.event} happened{often}{span}"


@attrs.frozen
class AllOf:
    """All of these criteria hold: the outcome is the lowest of theirs [H6].

    As a document: ``{ all = [{ field = "score", at_least = 60 }, ...] }``

    Attributes:
        parts: The criteria, at least one.

    Example:
        >>> print(AllOf([Known("contact.email"), AtLeast("score", 60)]))
        all of (contact.email is known; score is at least 60)
    """

    parts: tuple[Criterion, ...] = attrs.field(
        converter=_together, validator=_are_criteria
    )

    __and__ = _both
    __or__ = _either
    __invert__ = _opposite
    __bool__ = _untrue

    def __str__(self) -> str:
        return f"all of ({'; '.join(map(str, self.parts))})"


@attrs.frozen
class AnyOf:
    """Any of these criteria holds: the outcome is the highest of theirs [H6].

    As a document: ``{ any = [{ field = "score", at_least = 60 }, ...] }``

    Attributes:
        parts: The criteria, at least one.

    Example:
        >>> print(AnyOf([Known("contact.email"), Known("contact.phone")]))
        any of (contact.email is known; contact.phone is known)
    """

    parts: tuple[Criterion, ...] = attrs.field(
        converter=_together, validator=_are_criteria
    )

    __and__ = _both
    __or__ = _either
    __invert__ = _opposite
    __bool__ = _untrue

    def __str__(self) -> str:
        return f"any of ({'; '.join(map(str, self.parts))})"


@attrs.frozen(field_transformer=typed)
class SomeOf:
    """At least so many of these criteria hold: the outcome is the kth highest [H6].

    As a document: ``{ at_least = 2, of = [{ field = "score", at_least = 60 }, ...] }``

    Attributes:
        count: How many must hold, at least one and at most all.
        parts: The criteria, at least one.

    Example:
        >>> print(SomeOf(1, [Known("contact.email"), Known("contact.phone")]))
        at least 1 of (contact.email is known; contact.phone is known)
    """

    count: int = attrs.field()
    parts: tuple[Criterion, ...] = attrs.field(
        converter=_together, validator=_are_criteria
    )

    def __attrs_post_init__(self) -> None:
        if type(self.count) is not int or not 1 <= self.count <= len(self.parts):
            expected = f"a whole number from 1 to {len(self.parts)}"
            seen = repr(self.count)[:80]
            raise UnfitValueError("criterion", "at_least", expected, seen)

    __and__ = _both
    __or__ = _either
    __invert__ = _opposite
    __bool__ = _untrue

    def __str__(self) -> str:
        return f"at least {self.count} of ({'; '.join(map(str, self.parts))})"


@attrs.frozen
class Not:
    """The criterion does not hold: failed and passed change places [H6].

    What is unknown stays unknown, so nothing passes by being absent.

    As a document: ``{ not = { field = "is_competitor", is = true } }``

    Attributes:
        part: The criterion that must not hold.

    Example:
        >>> print(Not(Is("is_competitor", True)))
        not (is_competitor is true)
    """

    part: Criterion = attrs.field()

    @part.validator
    def _is_one(self, _: object, part: object) -> None:
        _is_criterion(part)

    __and__ = _both
    __or__ = _either
    __invert__ = _opposite
    __bool__ = _untrue

    def __str__(self) -> str:
        return f"not ({self.part})"


@attrs.frozen
class Meets:
    """What a definition of the agreement asks for holds.

    As a document: ``{ definition = "mql" }``

    Attributes:
        definition: The name of the definition.

    Example:
        >>> print(Meets("mql"))
        the definition 'mql' is met
    """

    definition: str = attrs.field(validator=is_a(str))

    __and__ = _both
    __or__ = _either
    __invert__ = _opposite
    __bool__ = _untrue

    def __str__(self) -> str:
        return f"the definition {self.definition!r} is met"


FieldAtom = OneOf | Is | Between | AtLeast | AtMost | Matches | Known | Within
"""A criterion that asks one thing of one field."""

Atom = FieldAtom | Happened
"""A criterion that asks one thing."""

Criterion = Atom | AllOf | AnyOf | SomeOf | Not | Meets
"""Anything that can be asked of facts."""


@attrs.frozen(field_transformer=typed)
class Field:
    """A field of the lead, its company or its contact, and what can be asked of it.

    Attributes:
        path: Where it is: ``"company.industry"``. ``"lead.source"`` and ``"source"``
            are the same field.
        max_age: How old a value may be that is still believed; None if any. An older
            one is unknown, because it is stale, and so is one of an age that nobody
            knows.

    Example:
        >>> size = field("company.employees")
        >>> print(size.between(50, 5000) & ~field("lead.source").is_("trade fair"))
        all of (company.employees is between 50 and 5000; not (source is 'trade fair'))
    """

    path: str = attrs.field(converter=canonical_path, validator=_says_where)
    max_age: Reach | None = attrs.field(default=None, converter=_age_if_given)

    def one_of(self, *values: Scalar) -> OneOf:
        """Return the criterion that it has one of these values."""
        return OneOf(self.path, values)

    def is_(self, value: Scalar) -> Is:
        """Return the criterion that it has this value."""
        return Is(self.path, value)

    def between(self, low: Ordered, high: Ordered) -> Between:
        """Return the criterion that it lies between two bounds that both count."""
        return Between(self.path, low, high)

    def at_least(self, bound: Ordered) -> AtLeast:
        """Return the criterion that it is this much or more."""
        return AtLeast(self.path, bound)

    def at_most(self, bound: Ordered) -> AtMost:
        """Return the criterion that it is this much or less."""
        return AtMost(self.path, bound)

    def matches(self, *patterns: str) -> Matches:
        """Return the criterion that its text has the words of one of these patterns."""
        return Matches(self.path, patterns)

    def is_known(self) -> Known:
        """Return the criterion that it is known."""
        return Known(self.path)

    def within_next(self, reach: Span) -> Within:
        """Return the criterion that its date lies at most so far ahead."""
        return Within(self.path, reach, Side.NEXT)

    def within_last(self, reach: Span) -> Within:
        """Return the criterion that its date lies at most so far behind."""
        return Within(self.path, reach, Side.LAST)


def field(path: str) -> Field:
    """Return a field of a lead, to ask something of it.

    Example:
        >>> field("score").at_least(60)
        AtLeast(path='score', bound=60)
    """
    return Field(path)


def happened(event: str, *, within: Span | None = None, times: int = 1) -> Happened:
    """Return the criterion that something happened, looking back from the question.

    Example:
        >>> print(happened("demo_requested", times=2))
        demo_requested happened at least 2 times
    """
    return Happened(event=event, within=within, times=times)


def parts_of(criterion: Criterion) -> tuple[Criterion, ...]:
    """Return the criteria that a criterion is directly made of; none for an atom."""
    match criterion:
        case AllOf() | AnyOf() | SomeOf():
            return criterion.parts
        case Not():
            return (criterion.part,)
        case _:
            return ()


def walk(criterion: Criterion) -> Iterator[Criterion]:
    """Yield a criterion and all that it is made of, from the outside in.

    References are yielded and not followed.

    Example:
        >>> whole = field("score").at_least(60) & Meets("icp")
        >>> [part.definition for part in walk(whole) if isinstance(part, Meets)]
        ['icp']
    """
    waiting: list[Criterion] = [criterion]
    while waiting:
        one = waiting.pop()
        yield one
        waiting.extend(reversed(parts_of(one)))


def show(value: object) -> str:
    r"""Return a value as a person reads it, on one line and never longer than one.

    Text stands in quotation marks, with whatever would move a cursor made visible.

    Example:
        >>> print(show("VP\nSales"), show(Decimal("0.50")), show((True, None)))
        'VP\nSales' 0.50 [true, null]
    """
    match value:
        case str():
            return repr(value if len(value) <= _LINE else f"{value[: _LINE - 1]}…")
        case bool():
            return "true" if value else "false"
        case int() | Decimal():
            return str(value)[:_LINE] if is_number(value) else "a number beyond measure"
        case None:
            return "null"
        case datetime():
            return value.isoformat(sep=" ")
        case date():
            return value.isoformat()
        case tuple():
            shown = [show(item) for item in value[:_ITEMS]]
            return f"[{', '.join([*shown, '...'][: len(value)])}]"
        case _:
            return str(value)[:_LINE]
