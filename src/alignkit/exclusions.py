"""Exclusions: whom a term does not bind, put to what is known of a subject.

What a record is (a test, a competitor, a customer) excludes it from the start, whenever
that is learned, so it is asked of all that is known [K11]. Whether a lead met a
definition is asked of what was known at its handoff, and of nothing learned later
[K10].
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Self

import attrs

from alignkit.criteria import AllOf, AnyOf, Criterion, Meets, Not, SomeOf
from alignkit.editions import Edition
from alignkit.facts import Facts
from alignkit.judgements import Judge, Judgement
from alignkit.outcomes import Outcome, WhyUnknown
from alignkit.terms import Term

OPT_OUT = "opt_out"
"""Why nothing is owed to a person who does not want to be contacted [K11]."""


@attrs.frozen
class Exemption:
    """Why a promise is not owed, or may not be.

    Attributes:
        reason: The word that the agreement has for it.
        unknown: The fields that would decide it; empty if it is sure.
    """

    reason: str
    unknown: tuple[str, ...] = ()


Rule = tuple[Judge, str]
"""What is asked, and the word for what it finds."""


@attrs.frozen(eq=False)
class Exclusions:
    """The exclusions of a term, ready to be put to facts.

    Attributes:
        of_records: What is asked of all that is known.
        of_handoffs: What is asked of what was known at the start: failing a definition.
    """

    of_records: tuple[Rule, ...] = ()
    of_handoffs: tuple[Rule, ...] = ()

    @classmethod
    def of(cls, edition: Edition, term: Term) -> Self:
        """Return the exclusions of a term of an edition."""
        definitions = {one.id: one.criterion for one in edition.definitions}
        of_records: list[Rule] = []
        of_handoffs: list[Rule] = []
        for exclusion in term.exclude:
            for part in _parts(exclusion.when):
                rules = of_handoffs if _fails(part) else of_records
                rules.append((Judge.of(part, definitions), exclusion.reason))
        return cls(tuple(of_records), tuple(of_handoffs))

    @property
    def is_asking(self) -> bool:
        """True if there is anything to ask of a subject."""
        return bool(self.of_records or self.of_handoffs)

    def always(self, facts: Facts, at: int) -> Exemption | None:
        """Return why nothing is owed to a subject of which all this is known.

        Args:
            facts: All that is known of it.
            at: The instant at which the last of it happened.
        """
        return _exempted(self.of_records, (facts,), at)

    def at_start(self, known: Iterable[Facts], at: int) -> Exemption | None:
        """Return why nothing was owed when it started.

        Args:
            known: What may have been known of the subject then; where it is not known
                which of two facts is right, both ways.
            at: The instant of the start.
        """
        return _exempted(self.of_handoffs, tuple(known), at)


def _exempted(
    rules: Iterable[Rule], known: tuple[Facts, ...], at: int
) -> Exemption | None:
    """Return the first rule that excludes a subject, or else may."""
    doubtful: Exemption | None = None
    for judge, reason in rules:
        outcomes = {judge.outcome_at(facts, at) for facts in known}
        if outcomes == {Outcome.PASS}:
            return Exemption(reason)
        unknown = tuple(_open(judge, known, at))
        if Outcome.PASS in outcomes or unknown:
            paths = tuple(one.path for one in judge.questions)
            doubtful = doubtful or Exemption(reason, unknown or paths)
    return doubtful


def _open(judge: Judge, known: Iterable[Facts], at: int) -> Iterator[str]:
    """Yield the fields that may exclude a subject and hold what cannot be compared.

    What nobody ever said of a subject does not exclude it.
    """
    for facts in known:
        outcome = judge.outcome_at(facts, at)
        if outcome is not Outcome.UNKNOWN:
            continue
        for check in Judgement(outcome, judge, facts, at).checks:
            if check.reason not in _NOT_SAID:
                yield check.question.path


_NOT_SAID = frozenset({None, WhyUnknown.MISSING, WhyUnknown.NULL})


def _parts(criterion: Criterion) -> Iterator[Criterion]:
    """Yield the criteria of which any one excludes."""
    match criterion:
        case AnyOf(parts):
            for part in parts:
                yield from _parts(part)
        case _:
            yield criterion


def _fails(criterion: Criterion, *, is_negated: bool = False) -> bool:
    """Say whether a criterion asks that a definition is not met."""
    match criterion:
        case Meets():
            return is_negated
        case Not(part):
            return _fails(part, is_negated=not is_negated)
        case AllOf(parts) | AnyOf(parts) | SomeOf(_, parts):
            return any(_fails(part, is_negated=is_negated) for part in parts)
        case _:
            return False
