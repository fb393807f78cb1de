"""Reciprocity: whether each side of an agreement owes the other something.

An agreement in which only one side has duties is an order, and it is kept like one. So
every promise names what is owed in return, or says that nothing is [K19]; a number that
is promised without its quality invites the easy leads (R98); and two promises about the
same thing must not ask for different things.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from itertools import combinations

import attrs

from alignkit.editions import Edition
from alignkit.findings import Finding
from alignkit.goals import JOINT
from alignkit.promises import (
    Bound,
    Deadline,
    Duration,
    Promise,
    Quality,
    Validity,
    Volume,
)
from alignkit.spans import Span
from alignkit.terms import NO_COUNTERPART, Term
from alignkit.witnesses import Cases, told

_TWO_TEAMS = ("sales", "marketing")


def reciprocity_findings(edition: Edition) -> Iterator[Finding]:
    """Yield where the terms of an edition leave one side out, or contradict another.

    Example:
        >>> from alignkit.patterns import Pattern
        >>> offered = (Pattern(event="handoff_offered"),)
        >>> term = Term(
        ...     id="valid",
        ...     party="marketing",
        ...     promise=Validity(at=offered, meeting="mql"),
        ... )
        >>> from alignkit.criteria import field
        >>> from alignkit.editions import Definition
        >>> mql = Definition("mql", field("score").at_least(60))
        >>> edition = Edition(id="n", definitions=[mql], terms=[term])
        >>> for finding in reciprocity_findings(edition):
        ...     print(finding.code, finding.path, finding.message)
        AK-P013 $.terms only marketing owes anything
        AK-P201 $.terms[0] 'valid' does not say what is owed in return
    """
    by_id = {term.id: term for term in edition.promised}
    yield from _one_sided(edition)
    for at, term in enumerate(edition.terms):
        path = f"$.terms[{at}]"
        yield from _counterpart(path, term, by_id)
        yield from _own_excuse(path, term, by_id)
        yield from _number_alone(path, term, edition)
    yield from _circles(edition)
    yield from _contradictions(edition)


def sides(party: str) -> frozenset[str]:
    """Return the parties that a party stands for: both teams for ``"joint"``.

    Example:
        >>> sorted(sides("joint")), sorted(sides("product"))
        (['marketing', 'sales'], ['product'])
    """
    return frozenset(_TWO_TEAMS if party == JOINT else (party,))


def _one_sided(edition: Edition) -> Iterator[Finding]:
    owing = {side for term in edition.terms for side in sides(term.party)}
    for loop in edition.loops:
        owing |= {side for duty in loop.duties for side in sides(duty.party)}
    if edition.terms and len(owing) == 1:
        yield Finding.warning(
            "AK-P013",
            "$.terms",
            f"only {owing.pop()} owes anything",
            help="write down what the other side owes, so that both have a promise",
        )


def _counterpart(path: str, term: Term, by_id: Mapping[str, Term]) -> Iterator[Finding]:
    if term.counterpart is None:
        yield Finding.warning(
            "AK-P201",
            path,
            f"{term.id!r} does not say what is owed in return",
            expected="the id of a term of the other party, or 'none'",
            help="name its counterpart, or say that it has none",
        )
        return
    if term.counterpart == NO_COUNTERPART:
        return
    other = by_id[term.counterpart]
    where = f"{path}.counterpart"
    if other is term or (other.party == term.party and term.party != JOINT):
        message = f"{term.party} owes both {term.id!r} and its counterpart {other.id!r}"
        mend = "name a term of another party, or say that it has none"
        yield Finding.warning("AK-P202", where, message, help=mend)
        return
    # A duty may answer several; it is enough that something comes back to its party.
    back = by_id.get(other.counterpart or NO_COUNTERPART)
    is_returned = back is not None and sides(back.party) & sides(term.party)
    if other.counterpart is not None and not is_returned:
        what = "nothing" if back is None else f"{back.id!r} of {back.party}"
        yield Finding.warning(
            "AK-P203",
            where,
            f"{other.id!r}, the counterpart of {term.id!r}, asks {what} in return",
            expected=f"a counterpart of {term.party}",
            help=f"let {other.id!r} name {term.id!r}, or say that it has none",
        )


def _own_excuse(path: str, term: Term, by_id: Mapping[str, Term]) -> Iterator[Finding]:
    for key in ("void_without", "extended_by"):
        for name in getattr(term.excuses, key):
            if sides(by_id[name].party) == sides(term.party):
                yield Finding.warning(
                    "AK-P206",
                    f"{path}.excuses.{key}",
                    f"{term.party} excuses {term.id!r} by {name!r}, its own duty",
                    help="excuse it by a duty of another party only",
                )


def _circles(edition: Edition) -> Iterator[Finding]:
    """Yield a finding for every circle of terms that excuse each other."""
    excused = {
        term.id: (*term.excuses.void_without, *term.excuses.extended_by)
        for term in edition.promised
    }
    told_of: set[frozenset[str]] = set()
    for at, term in enumerate(edition.terms):
        circle = _way_back(term.id, excused)
        if circle and frozenset(circle) not in told_of:
            told_of.add(frozenset(circle))
            names = " -> ".join((*circle, circle[0]))
            message = f"terms excuse each other in a circle: {names}"
            mend = "let one of them be owed whatever becomes of the others"
            yield Finding.error("AK-P207", f"$.terms[{at}].excuses", message, help=mend)


def _way_back(start: str, excused: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """Return the shortest way from a term over its excuses back to it, if any."""
    ways: list[tuple[str, ...]] = [(start,)]
    seen: set[str] = set()
    for way in ways:
        for name in excused.get(way[-1], ()):
            if name == start:
                return way
            if name not in seen:
                seen.add(name)
                ways.append((*way, name))
    return ()


def _number_alone(path: str, term: Term, edition: Edition) -> Iterator[Finding]:
    """Yield a finding if a party promises a number and nothing about its quality."""
    if not isinstance(term.promise, Volume) or term.promise.bound is Bound.CAP:
        return
    good = (
        one
        for one in edition.terms
        if isinstance(one.promise, Quality | Validity)
        and sides(one.party) & sides(term.party)
    )
    if not any(good):
        yield Finding.warning(
            "AK-P014",
            path,
            f"{term.party} promises a number, and nothing about its quality",
            help="add a term on quality: which share is accepted, or is valid",
        )


def _contradictions(edition: Edition) -> Iterator[Finding]:
    """Yield the pairs of terms that ask one party for two things in one."""
    known = {one.id: one.criterion for one in edition.definitions}
    asked = [
        (at, term, promised)
        for at, term in enumerate(edition.terms)
        if (promised := _promised(term.promise)) is not None
    ]
    for (_, one, first), (at, two, second) in combinations(asked, 2):
        if (one.party, first.what) != (two.party, second.what):
            continue
        bound = [t.applies_to for t in (one, two) if t.applies_to is not None]
        spared = [ex.when for t in (one, two) for ex in t.exclude]
        found = Cases.of((*bound, *spared), known).search(holds=bound, fails=spared)
        clash = None if found.is_vain else _clash((one, first), (two, second))
        if clash is not None:
            shared = told(found.witness or ()) or "any lead"
            path = f"$.terms[{at}].{second.key}"
            yield attrs.evolve(clash, path=path, seen=f"{second.amount}, for {shared}")


@attrs.frozen(kw_only=True)
class _Promised:
    """What a term promises, and how much of it."""

    key: str
    what: object
    amount: Span | Decimal
    bound: Bound | None = None


def _promised(promise: Promise) -> _Promised | None:
    match promise:
        case Deadline(clock=clock, within=within):
            return _Promised(
                key="within", what=(clock.start, clock.stop), amount=within
            )
        case Duration(stages=stages, at_most=at_most):
            return _Promised(key="at_most", what=stages, amount=at_most)
        case Volume(goal=goal, bound=bound):
            parts = ("of", "per", "worth", "currency", "fiscal_start")
            what = tuple(getattr(promise, part) for part in parts)
            return _Promised(key="goal", what=what, amount=goal, bound=bound)
        case _:
            return None


def _clash(one: tuple[Term, _Promised], two: tuple[Term, _Promised]) -> Finding | None:
    """Return what is wrong with two promises of one thing, if they differ."""
    (first, less), (second, more) = one, two
    names = f"{first.id!r} and {second.id!r}"
    if less.bound is more.bound:
        if less.amount == more.amount:
            return None
        return Finding.warning(
            "AK-P204",
            "",
            f"{names} give {first.party} two targets for one thing",
            expected=str(less.amount),
            help="keep one of them, or say to whom each applies",
        )
    amounts = {promised.bound: promised.amount for promised in (less, more)}
    floor, cap = amounts[Bound.FLOOR], amounts[Bound.CAP]
    assert isinstance(floor, Decimal)  # noqa: S101 - only volumes have a bound
    assert isinstance(cap, Decimal)  # noqa: S101
    if floor <= cap:
        return None
    return Finding.error(
        "AK-P205",
        "",
        f"{names} cannot both be kept: the floor lies above the cap",
        expected=f"a floor of at most {cap}, or a cap of at least {floor}",
        help="raise the cap, or lower the floor",
    )
