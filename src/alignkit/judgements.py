"""Judgements: whether facts meet a criterion, and why.

A `Judge` is a criterion made ready to be put to many facts, together with the
definitions that it refers to. Asked for an outcome it stops as soon as that is settled.
Asked for a judgement it can go through every single thing that was asked, met or not,
and say what was seen, why it is unknown, by how much a number misses, and when the
answer would change by itself.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Self, assert_never

import attrs

from alignkit.criteria import (
    AllOf,
    AnyOf,
    AtLeast,
    AtMost,
    Atom,
    Between,
    Criterion,
    Field,
    Happened,
    Is,
    Known,
    Matches,
    Meets,
    Not,
    OneOf,
    Ordered,
    Reach,
    SomeOf,
    Within,
    is_number,
    show,
)
from alignkit.errors import (
    CriterionTooLargeError,
    DefinitionCycleError,
    UnknownDefinitionError,
)
from alignkit.facts import Content, Facts, local_day
from alignkit.findings import Finding, Severity
from alignkit.instants import to_instant, to_moment
from alignkit.outcomes import (
    CODES,
    FAILED,
    INVALID,
    MISSING,
    NULL,
    OUTCOMES,
    PASSED,
    STALE,
    WHY_UNKNOWN,
    Outcome,
    WhyUnknown,
)
from alignkit.questions import Look, Question, counted, question
from alignkit.scores import Score
from alignkit.zones import zone

Figure = int | Decimal | Fraction

MOST_QUESTIONS = 10_000
"""More than this, references resolved, is an attack and no agreement."""

MOST_LEVELS = 25
"""Deeper nesting than this, references resolved, is nobody's intention.

All that is less deep can be written down: each level takes two of those that a document
may have, a list and a table in it."""


@attrs.frozen
class Need:
    """At least so many of these parts must hold.

    Every criterion comes to this shape: all of is as many as there are, any of is one,
    and not is gone, because it has been carried inwards to the questions themselves. So
    a better answer to a question never makes the whole worse.

    Attributes:
        count: How many parts must hold.
        parts: Further needs, or questions by their place among the judge's.
    """

    count: int
    parts: tuple[Need | int, ...]


@attrs.frozen
class Check:
    """One question and what came of it.

    Attributes:
        question: What was asked.
    """

    question: Question
    _came: int
    _facts: Facts
    _instant: int

    @property
    def outcome(self) -> Outcome:
        """What came of the question; of its opposite, if that was wanted."""
        return OUTCOMES[self._came]

    @property
    def reason(self) -> WhyUnknown | None:
        """Why it is unknown; None if it is not."""
        return WHY_UNKNOWN[self._came]

    @property
    def code(self) -> str | None:
        """The stable code of what is wrong; None if it passed."""
        return CODES[self._came]

    @property
    def seen(self) -> Content:
        """What was in the field; for a behaviour, how many times it counted."""
        if isinstance(self.question.atom, Happened):
            return sum(
                map(len, counted(self.question.atom, self._facts, self._instant))
            )
        return self._facts.values.get(self.question.path)

    @property
    def number(self) -> Figure | None:
        """What was seen as a number, a score as it stood; None if it is none."""
        return self.figure(self.seen)

    @property
    def evidence(self) -> tuple[date | datetime, ...]:
        """The moments and dates that counted; for a field, since when it was known."""
        here = zone(self._facts.zone)
        atom = self.question.atom
        if isinstance(atom, Happened):
            moments, days = counted(atom, self._facts, self._instant)
            return (*(to_moment(at, here) for at in moments), *days)
        since = self._facts.since.get(atom.path)
        return () if since is None else (to_moment(since, here),)

    @property
    def margin(self) -> int | Fraction | None:
        """By how much a number clears its bound, below nothing if it misses it.

        Between two bounds it is the distance to the nearer one. None for what is no
        number or is not known; how many times something happened is a number.
        """
        if self.reason not in {None, WhyUnknown.PENDING}:
            return None
        margin = _margin(self.question.atom, self.number)
        return -margin if margin is not None and self.question.is_negated else margin

    @property
    def next_change_at(self) -> datetime | None:
        """The first moment at which the answer would be another by itself, if any."""
        for instant in _later((self.question,), self._facts, self._instant):
            if self.question.look(self._facts, instant) != self._came:
                return to_moment(instant, zone(self._facts.zone))
        return None

    @property
    def finding(self) -> Finding | None:
        """What is wrong, in the shape that all findings share; None if it passed."""
        code = CODES[self._came]
        if code is None:
            return None
        question, (message, shown, mend) = self.question, self.told
        return Finding(
            code=code,
            severity=Severity.ERROR if self._came == FAILED else Severity.WARNING,
            message=message,
            path=f"$.{question.path}",
            expected=question.said,
            seen=shown,
            help=mend,
        )

    @property
    def told(self) -> tuple[str, str | None, str | None]:
        """What was found in a sentence, what was seen, and what would help."""
        seen = self.seen
        shown = self._shown(seen)
        message = f"{_state(self, shown)}; agreed: {self.question.said}"
        return message, shown, _mend(self, seen)

    def figure(self, seen: Content) -> Figure | None:
        """Return what was seen as a number, if it is one; a score as it stood."""
        if isinstance(seen, Score):
            return seen.on(local_day(self._instant, self._facts.zone))
        return seen if is_number(seen) else None  # type: ignore[return-value]

    def _shown(self, seen: Content) -> str | None:
        """Return what was seen as a person reads it; None where nothing was."""
        came = self._came
        if came in (MISSING, NULL):
            return None
        # Where a behaviour is unknown, there was no time in which to count it.
        if isinstance(self.question.atom, Happened) and came in (STALE, INVALID):
            return None
        if isinstance(seen, Score):
            return _decimal(seen.on(local_day(self._instant, self._facts.zone)))
        return show(seen)

    def __str__(self) -> str:
        return f"{_state(self, self._shown(self.seen))}; agreed: {self.question.said}"


@attrs.frozen
class Judgement:
    """What came of a criterion, and on demand what came of everything that it asks.

    Attributes:
        outcome: Whether it holds.

    Example:
        >>> from alignkit.criteria import field
        >>> size = field("company.employees").at_least(50)
        >>> judgement = judge(
        ...     size & field("contact.title").is_known(),
        ...     Facts.of({"company": {"employees": 12}}),
        ...     as_of=datetime.fromisoformat("2026-03-02T09:00:00Z"),
        ... )
        >>> judgement.outcome
        <Outcome.FAIL: 'fail'>
        >>> for finding in judgement.findings:
        ...     print(finding.code, finding.message)
        AK-Q001 company.employees is 12; agreed: company.employees is at least 50
        AK-Q002 contact.title is missing; agreed: contact.title is known
    """

    outcome: Outcome
    _judge: Judge
    _facts: Facts
    _instant: int

    @property
    def as_of(self) -> datetime:
        """The moment of the question."""
        return to_moment(self._instant, zone(self._facts.zone))

    # Kept, because outputs go through them several times and they cost the most.
    @functools.cached_property
    def checks(self) -> tuple[Check, ...]:
        """Every question with what came of it, in the order of the agreement."""
        facts, instant = self._facts, self._instant
        return tuple(
            [
                Check(one, one.look(facts, instant), facts, instant)
                for one in self._judge.questions
            ]
        )

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What failed or is unknown, one finding a question, in the same order."""
        return tuple(
            [finding for check in self.checks if (finding := check.finding) is not None]
        )

    @property
    def next_change_at(self) -> datetime | None:
        """The first moment at which the outcome would be another by itself, if any.

        Windows close, values go stale, scores fade. The fading of a score is looked
        into as far as 100 years ahead.
        """
        for instant in _later(self._judge.questions, self._facts, self._instant):
            if self._judge.outcome_at(self._facts, instant) is not self.outcome:
                return to_moment(instant, zone(self._facts.zone))
        return None


@attrs.frozen(eq=False, kw_only=True)
class Judge:
    """A criterion made ready to be put to many facts.

    It is immutable, can be shared between threads, and can be pickled.

    Attributes:
        criterion: What is asked.
        definitions: What the names that it refers to stand for.
        fields: The fields whose values go stale.
        rule: Where the criterion stands in the agreement.
        questions: Everything that is asked, references resolved, in order.
        need: Which questions must be answered with yes for the whole to hold.

    Example:
        >>> from alignkit.criteria import field
        >>> ready = Judge.of(field("score").at_least(60))
        >>> as_of = datetime.fromisoformat("2026-03-02T09:00:00Z")
        >>> [
        ...     ready.outcome(Facts.of(lead), as_of=as_of).value
        ...     for lead in ({"score": 72}, {"score": 7}, {"score": "72"}, {})
        ... ]
        ['pass', 'fail', 'unknown', 'unknown']
    """

    criterion: Criterion
    definitions: tuple[tuple[str, Criterion], ...]
    fields: tuple[Field, ...]
    rule: str
    questions: tuple[Question, ...]
    need: Need
    _look: Look

    @classmethod
    def of(
        cls,
        criterion: Criterion,
        definitions: Mapping[str, Criterion] | None = None,
        fields: Iterable[Field] = (),
        rule: str = "$",
    ) -> Self:
        """Return the judge of a criterion.

        Args:
            criterion: What is asked.
            definitions: What the names that it refers to stand for.
            fields: The fields that have a maximum age.
            rule: Where the criterion stands in the agreement.

        Raises:
            UnknownDefinitionError: If a reference leads nowhere.
            DefinitionCycleError: If a definition comes back to itself.
            CriterionTooLargeError: If it asks more than 10,000 questions or is nested
                more than 25 levels deep, references resolved.
        """
        known = dict(definitions or {})
        kept = tuple(fields)
        plan = _Plan(known, {one.path: one.max_age for one in kept}, [])
        need = plan.of(criterion, _Spot(rule))
        return cls(
            criterion=criterion,
            definitions=tuple(sorted(known.items(), key=lambda pair: pair[0])),
            fields=kept,
            rule=rule,
            questions=tuple(plan.questions),
            need=need if isinstance(need, Need) else Need(1, (need,)),
            look=_look(need, plan.questions),
        )

    def outcome(self, facts: Facts, *, as_of: datetime) -> Outcome:
        """Return whether facts meet the criterion, and not why.

        Raises:
            NaiveMomentError: If `as_of` has no zone.
        """
        return OUTCOMES[self._look(facts, to_instant(as_of, "as_of"))]

    def outcome_at(self, facts: Facts, instant: int) -> Outcome:
        """Return whether facts meet the criterion at an instant."""
        return OUTCOMES[self._look(facts, instant)]

    def judge(self, facts: Facts, *, as_of: datetime) -> Judgement:
        """Return whether facts meet the criterion, and why.

        Raises:
            NaiveMomentError: If `as_of` has no zone.
        """
        instant = to_instant(as_of, "as_of")
        return Judgement(OUTCOMES[self._look(facts, instant)], self, facts, instant)

    def __reduce__(self) -> tuple[object, ...]:
        parts = (self.criterion, dict(self.definitions), self.fields, self.rule)
        return type(self).of, parts


def judge(
    criterion: Criterion,
    facts: Facts,
    *,
    as_of: datetime,
    definitions: Mapping[str, Criterion] | None = None,
    fields: Iterable[Field] = (),
) -> Judgement:
    """Return whether facts meet a criterion, and why.

    To put one criterion to many facts, make a `Judge` of it first.

    Raises:
        NaiveMomentError: If `as_of` has no zone.
        UnknownDefinitionError: If a reference leads nowhere.
        DefinitionCycleError: If a definition comes back to itself.
        CriterionTooLargeError: If the criterion is beyond measure.

    Example:
        >>> from alignkit.criteria import Meets, field
        >>> judge(
        ...     Meets("icp"),
        ...     Facts.of({"company.industry": "retail"}),
        ...     as_of=datetime.fromisoformat("2026-03-02T09:00:00Z"),
        ...     definitions={"icp": field("company.industry").one_of("retail")},
        ... ).outcome
        <Outcome.PASS: 'pass'>
    """
    return Judge.of(criterion, definitions, fields).judge(facts, as_of=as_of)


@attrs.frozen
class _Spot:
    """Where in an agreement a criterion stands, and on which side of a not."""

    rule: str
    is_negated: bool = False
    level: int = 0
    inside_of: tuple[str, ...] = ()

    def part(self, key: str) -> _Spot:
        """Return the spot of a part."""
        return _Spot(
            f"{self.rule}.{key}", self.is_negated, self.level + 1, self.inside_of
        )


@attrs.frozen
class _Plan:
    """What is known while a criterion is made ready, and the questions found so far."""

    definitions: Mapping[str, Criterion]
    max_ages: Mapping[str, Reach | None]
    questions: list[Question]

    def of(self, criterion: Criterion, at: _Spot) -> Need | int:
        """Return what a criterion needs, and take up the questions that it asks."""
        if at.level > MOST_LEVELS:
            raise CriterionTooLargeError(at.rule, f"{MOST_LEVELS} levels")
        match criterion:
            case AllOf(parts):
                return self._need(len(parts), parts, "all", at)
            case AnyOf(parts):
                return self._need(1, parts, "any", at)
            case SomeOf(count, parts):
                return self._need(count, parts, "of", at)
            case Not(part):
                inside = at.part("not")
                return self.of(part, attrs.evolve(inside, is_negated=not at.is_negated))
            case Meets(name):
                return self._definition(name, at)
            case _:
                return self._question(criterion, at)

    def _need(
        self, count: int, parts: tuple[Criterion, ...], key: str, at: _Spot
    ) -> Need:
        # That k of n do not hold is to say that more than n - k of them fail.
        needed = len(parts) - count + 1 if at.is_negated else count
        return Need(
            needed,
            tuple(
                [self.of(one, at.part(f"{key}[{i}]")) for i, one in enumerate(parts)]
            ),
        )

    def _definition(self, name: str, at: _Spot) -> Need | int:
        if name not in self.definitions:
            raise UnknownDefinitionError(name, at.rule, tuple(self.definitions))
        if name in at.inside_of:
            first = at.inside_of.index(name)
            raise DefinitionCycleError((*at.inside_of[first:], name))
        spot = _Spot(
            f"$.definitions.{name}",
            at.is_negated,
            at.level + 1,
            (*at.inside_of, name),
        )
        return self.of(self.definitions[name], spot)

    def _question(self, atom: Atom, at: _Spot) -> int:
        if len(self.questions) >= MOST_QUESTIONS:
            raise CriterionTooLargeError(at.rule, f"{MOST_QUESTIONS} questions")
        self.questions.append(
            question(
                atom,
                is_negated=at.is_negated,
                rule=at.rule,
                max_ages=self.max_ages,
            )
        )
        return len(self.questions) - 1


def _look(need: Need | int, questions: list[Question]) -> Look:
    """Return what comes of a need, stopping as soon as that is settled."""
    if isinstance(need, int):
        return questions[need].look
    looks = tuple([_look(part, questions) for part in need.parts])
    if len(looks) == 1:
        return looks[0]
    if need.count == len(looks):
        return _all_of(looks)
    return _any_of(looks) if need.count == 1 else _some_of(looks, need.count)


def _all_of(looks: tuple[Look, ...]) -> Look:
    def look(facts: Facts, instant: int) -> int:
        lowest = PASSED
        for one in looks:
            came = one(facts, instant)
            if came < lowest:
                if came == FAILED:
                    return FAILED
                lowest = came
        return lowest

    return look


def _any_of(looks: tuple[Look, ...]) -> Look:
    def look(facts: Facts, instant: int) -> int:
        highest = FAILED
        for one in looks:
            came = one(facts, instant)
            if came > highest:
                if came == PASSED:
                    return PASSED
                highest = came
        return highest

    return look


def _some_of(looks: tuple[Look, ...], count: int) -> Look:
    def look(facts: Facts, instant: int) -> int:
        return sorted([one(facts, instant) for one in looks])[-count]

    return look


def _later(questions: Iterable[Question], facts: Facts, instant: int) -> Iterator[int]:
    """Yield the later instants at which an answer may change, each once, in order."""
    found = {tick for one in questions for tick in one.ticks(facts, instant)}
    yield from sorted(tick for tick in found if tick > instant)


def _margin(atom: Atom, number: Figure | None) -> int | Fraction | None:
    if number is None:
        return None
    match atom:
        case Happened():
            return _minus(number, atom.times)
        case AtLeast(_, bound) if is_number(bound):
            return _minus(number, bound)
        case AtMost(_, bound) if is_number(bound):
            return _minus(bound, number)
        case Between(_, low, high) if is_number(low):
            return min(_minus(number, low), _minus(high, number))
        case _:
            return None


def _minus(one: Figure | Ordered, other: Figure | Ordered) -> int | Fraction:
    """Return a difference exactly; decimals alone would round it to 28 digits."""
    if isinstance(one, int) and isinstance(other, int):
        return one - other
    # Both are numbers here, which the type of a bound cannot say.
    exact: Fraction = Fraction(one) - Fraction(other)  # type: ignore[arg-type]
    return exact


def _decimal(number: int | Fraction) -> str:
    """Return a number to six places, and say so where there are more."""
    if isinstance(number, int):
        return str(number)
    millionths, rest = divmod(abs(number) * 10**6, 1)
    whole, places = divmod(int(millionths), 10**6)
    sign = "-" if number < 0 else ""
    digits = f"{sign}{whole}.{places:06}".rstrip("0").rstrip(".")
    return f"{digits}..." if rest else digits


def _state(check: Check, shown: str | None) -> str:
    """Return what was found, in words."""
    atom, reason = check.question.atom, check.reason
    if isinstance(atom, Happened):
        return _happened(atom, reason, shown)
    match reason:
        case None | WhyUnknown.PENDING:
            return f"{atom.path} is {shown}"
        case WhyUnknown.STALE:
            return f"{atom.path} is {shown}, too old to be believed"
        case WhyUnknown.INVALID:
            return f"{atom.path} is {shown}, which cannot be compared"
        case WhyUnknown.MISSING:
            return f"{atom.path} is missing"
        case WhyUnknown.NULL:
            return f"{atom.path} is empty"
        case _ as never:
            assert_never(never)


def _happened(atom: Happened, reason: WhyUnknown | None, shown: str | None) -> str:
    match reason:
        case None | WhyUnknown.PENDING:
            times = "1 time" if shown == "1" else f"{shown} times"
            soon = " so far" if reason is WhyUnknown.PENDING else ""
            return f"{atom.event} happened {times}{soon}"
        case WhyUnknown.STALE:
            return f"{atom.after} is too old to be believed"
        case WhyUnknown.INVALID:
            return f"{atom.after} is no date from which time can run"
        case WhyUnknown.NULL:
            return f"{atom.after} is empty"
        case WhyUnknown.MISSING:
            return f"nothing says whether {atom.event} happened in time"
        case _ as never:
            assert_never(never)


def _mend(check: Check, seen: Content) -> str | None:
    """Return what would help; None where only another lead would."""
    atom = check.question.atom
    name = atom.after if isinstance(atom, Happened) else atom.path
    match check.reason:
        case None:
            return None if check.question.is_negated else _mend_failed(check, seen)
        case WhyUnknown.MISSING if isinstance(atom, Happened):
            since = f"; give {name} as well" if name else ""
            return f"list when it happened; an empty list says never{since}"
        case WhyUnknown.MISSING | WhyUnknown.NULL:
            return f"find out {name}"
        case WhyUnknown.STALE:
            return f"find out {name} again and say when"
        case WhyUnknown.INVALID:
            return f"give {_kind(atom)}"
        case WhyUnknown.PENDING:
            return f"wait; it is decided by {show(check.next_change_at)}"
        case _ as never:
            assert_never(never)


def _mend_failed(check: Check, seen: Content) -> str | None:
    match check.question.atom:
        case OneOf(_, values):
            return _spelling(values, seen)
        case Is(_, value):
            return _spelling((value,), seen)
        case AtLeast() | AtMost() | Between() as atom:
            number = check.figure(seen)
            margin = _margin(atom, number)
            if number is None or margin is None:
                return None
            is_low = isinstance(atom, AtLeast) or (
                isinstance(atom, Between) and _minus(number, atom.low) < 0
            )
            return f"{_decimal(-margin)} {'more' if is_low else 'less'} would do"
        case _:
            return None


def _spelling(values: tuple[object, ...], seen: object) -> str | None:
    """Return the value that was meant, if it was spelled in another case."""
    if not isinstance(seen, str):
        return None
    folded = seen.casefold()
    for value in values:
        if isinstance(value, str) and value.casefold() == folded:
            return f"write {show(value)}; text is compared letter by letter"
    return None


def _kind(atom: Atom) -> str:
    """Return the kind of value that an atom can compare."""
    match atom:
        case Matches():
            return "text"
        case Within() | Happened():
            return _DATED
        case Is(_, value) | AtLeast(_, value) | AtMost(_, value) | Between(_, value, _):
            return _kind_of(value)
        case OneOf(_, values):
            return " or ".join(sorted({_kind_of(value) for value in values}))
        case Known():  # pragma: no cover - whatever is there will do for it
            return "a value"
        case _ as never:
            assert_never(never)


_DATED = "a date, or a moment with an offset"


def _kind_of(value: object) -> str:
    match value:
        case str():
            return "text"
        case bool():
            return "true or false"
        case date():
            return _DATED
        case _:
            return "a number"
