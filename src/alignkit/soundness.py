"""Soundness: criteria that can never hold, always hold, or get in each other's way.

A criterion with a slip in it does not fail, it is only never met, and nobody hears of
it: "at least 60 and at most 40" makes a segment without leads. So every criterion of an
edition is searched for a lead that meets it and for one that does not, and the rules of
a promise, of which the first that fits holds, are compared with each other.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence

import attrs

from alignkit.criteria import AllOf, AnyOf, Criterion, Known, Not, SomeOf, show, walk
from alignkit.editions import Edition
from alignkit.findings import Finding
from alignkit.promises import Deadline, Duration, Volume
from alignkit.ranges import MOST_CASES, survey
from alignkit.terms import Term
from alignkit.trees import path_text
from alignkit.witnesses import Cases, told

Definitions = Mapping[str, Criterion]


def soundness_findings(edition: Edition) -> Iterator[Finding]:
    """Yield what is wrong with the criteria of an edition.

    Example:
        >>> from alignkit.criteria import field
        >>> from alignkit.editions import Definition
        >>> score = field("score")
        >>> never = Definition("mql", score.at_least(60) & score.at_most(40))
        >>> for finding in soundness_findings(Edition(id="n", definitions=[never])):
        ...     print(finding.code, finding.path, finding.message)
        AK-Q201 $.definitions.mql the definition 'mql' can never hold
    """
    known = {one.id: one.criterion for one in edition.definitions}
    for path, what, criterion in _placed(edition):
        yield from _of_one(path, what, criterion, known)
    for at, term in enumerate(edition.terms):
        path = f"$.terms[{at}]"
        for rules in _rules(path, term):
            yield from _of_several(rules, term, known)
        yield from _of_exclusions(path, term, known)


def _placed(edition: Edition) -> Iterator[tuple[str, str, Criterion]]:
    """Yield each criterion of an edition, with its path and what it is, in words."""
    for one in edition.definitions:
        path = path_text(("definitions", one.id))
        yield path, f"the definition {one.id!r}", one.criterion
    for path, what, criterion in (*_of_lifecycle(edition), *_of_rights(edition)):
        if criterion is not None:
            yield path, what, criterion
    for at, term in enumerate(edition.terms):
        path = f"$.terms[{at}]"
        if term.applies_to is not None:
            what = f"what the term {term.id!r} applies to"
            yield f"{path}.applies_to", what, term.applies_to
        for nth, exclusion in enumerate(term.exclude):
            what = f"the exclusion {exclusion.reason!r} of {term.id!r}"
            yield f"{path}.exclude[{nth}].if", what, exclusion.when
        for rules in _rules(path, term):
            for nth, criterion in enumerate(rules.criteria):
                what = f"segment {nth} of {term.id!r}"
                yield f"{rules.path}[{nth}].if", what, criterion


def _of_lifecycle(edition: Edition) -> Iterator[tuple[str, str, Criterion | None]]:
    if edition.lifecycle is None:
        return
    for at, stage in enumerate(edition.lifecycle.stages):
        what = f"the guard of the stage {stage.id!r}"
        yield f"$.lifecycle.stages[{at}].guard", what, stage.guard
    for at, move in enumerate(edition.lifecycle.moves):
        what = f"the guard of the moves to {move.to_stage!r}"
        yield f"$.lifecycle.moves[{at}].guard", what, move.guard


def _of_rights(edition: Edition) -> Iterator[tuple[str, str, Criterion | None]]:
    for at, right in enumerate(edition.decision_rights):
        for nth, rule in enumerate(right.rules):
            path = f"$.decision_rights[{at}].rules[{nth}].when"
            yield path, f"rule {nth} of {right.id!r}", rule.when


def _of_one(
    path: str, what: str, criterion: Criterion, known: Definitions
) -> Iterator[Finding]:
    cases = Cases.of([criterion], known)
    met, unmet = cases.search(holds=[criterion]), cases.search(fails=[criterion])
    if met.is_vain:
        yield Finding.error(
            "AK-Q201",
            path,
            f"{what} can never hold",
            seen=_clash(criterion, cases),
            help="correct one of the parts that contradict each other",
        )
    elif unmet.is_vain:
        mend = "leave it out, or ask for what was meant"
        yield Finding.warning("AK-Q202", path, f"{what} always holds", help=mend)
    else:
        yield from _idle_parts(path, criterion, cases)
    if not (met.is_complete and unmet.is_complete):
        yield _cut_short(path, what)


def _clash(criterion: Criterion, cases: Cases) -> str:
    """Return the part that can never hold, or the first two that never do together."""
    parts = criterion.parts if isinstance(criterion, AllOf) else (criterion,)
    for count in (1, 2):
        for some in itertools.combinations(parts, count):
            if cases.search(holds=some).is_vain:
                return " and ".join(map(str, some))
    return str(criterion)


def _idle_parts(path: str, criterion: Criterion, cases: Cases) -> Iterator[Finding]:
    """Yield the parts of a criterion that make no difference to it, part by part."""
    match criterion:
        case AllOf(parts) | AnyOf(parts):
            yield from _idle(path, criterion, cases)
            key = "all" if isinstance(criterion, AllOf) else "any"
        case SomeOf(_, parts):
            key = "of"
        case Not(part):
            yield from _idle_parts(f"{path}.not", part, cases)
            return
        case _:
            return
    for at, part in enumerate(parts):
        yield from _idle_parts(f"{path}.{key}[{at}]", part, cases)


def _idle(path: str, whole: AllOf | AnyOf, cases: Cases) -> Iterator[Finding]:
    is_all = isinstance(whole, AllOf)
    kept = list(whole.parts)
    # From the end on: of two that say the same, the first is kept.
    for at in range(len(kept) - 1, -1, -1):
        part, others = kept[at], [*kept[:at], *kept[at + 1 :]]
        # That a field has to be known is often said for the reader.
        if not others or isinstance(part, Known):
            continue
        search = (
            cases.search(holds=others, fails=[part])
            if is_all
            else cases.search(holds=[part], fails=others)
        )
        if search.is_vain:
            kept.pop(at)
            yield Finding.info(
                "AK-Q203",
                f"{path}.{'all' if is_all else 'any'}[{at}]",
                f"{part} makes no difference beside the rest",
                help="leave it out, or correct it if it was meant to matter",
            )


@attrs.frozen(kw_only=True)
class _Rules:
    """Criteria of which the first that fits holds, and what follows from each.

    Attributes:
        path: Where they stand.
        criteria: The criteria, in their order.
        results: What follows from each.
        otherwise: What holds where none fits, in words.
    """

    path: str
    criteria: tuple[Criterion, ...]
    results: tuple[object, ...]
    otherwise: str


def _rules(path: str, term: Term) -> Iterator[_Rules]:
    match term.promise:
        case (
            Deadline(within=base, targets=targets)
            | Duration(at_most=base, targets=targets)
        ):
            yield _Rules(
                path=f"{path}.targets",
                criteria=tuple(one.segment for one in targets),
                results=tuple(one.within for one in targets),
                otherwise=f"{base} holds",
            )
        case Volume(worth=worth) if worth:
            yield _Rules(
                path=f"{path}.worth",
                criteria=tuple(one.segment for one in worth),
                results=tuple(one.value for one in worth),
                otherwise="they are worth nothing",
            )
        case _:
            return


def _of_several(rules: _Rules, term: Term, known: Definitions) -> Iterator[Finding]:
    bound = () if term.applies_to is None else (term.applies_to,)
    spared = tuple(one.when for one in term.exclude)
    cases = Cases.of((*rules.criteria, *bound, *spared), known)
    # That one can never hold at all is told of it alone.
    alive = [
        at
        for at, one in enumerate(rules.criteria)
        if not cases.search(holds=[one]).is_vain
    ]
    yield from _gaps(rules, term, known)
    for at in alive:
        criterion, before = rules.criteria[at], rules.criteria[:at]
        if cases.search(holds=(criterion, *bound), fails=spared).is_vain:
            why = "is for leads that the term does not bind"
        elif cases.search(
            holds=(criterion, *bound), fails=(*reversed(before), *spared)
        ).is_vain:
            why = "never gets a lead: those before it take them all"
        else:
            earlier = [other for other in alive if other < at]
            yield from _overlap(rules, term, at, earlier, cases)
            continue
        yield Finding.warning(
            "AK-Q206",
            f"{rules.path}[{at}].if",
            f"segment {at} of {term.id!r} {why}",
            seen=str(criterion),
            help="move it before the segments that take its leads, or remove it",
        )


def _gaps(rules: _Rules, term: Term, known: Definitions) -> Iterator[Finding]:
    if Cases.of(rules.criteria, known).count > MOST_CASES:
        yield _cut_short(rules.path, f"what the segments of {term.id!r} leave out")
        return
    told_of: set[str] = set()
    for gap in survey(rules.criteria, known).gaps:
        if gap.has_whole:
            make = Finding.warning
        elif gap.path not in told_of:
            # Between 9 and 10 employees there is nobody to miss: told once a field.
            told_of.add(gap.path)
            make = Finding.info
        else:
            continue
        yield make(
            "AK-Q204",
            rules.path,
            f"no segment of {term.id!r} covers {gap.path} between {show(gap.low)} and "
            f"{show(gap.high)}, so {rules.otherwise}",
            seen=told(gap.witness),
            help="close the gap, or add a segment that says so if it is meant",
        )


def _overlap(
    rules: _Rules, term: Term, at: int, earlier: Sequence[int], cases: Cases
) -> Iterator[Finding]:
    """Yield the first overlap of a rule with those before it that makes a difference.

    A rule whose every case also falls to a later one is an exception to it, as is usual
    where the first match wins; that is no overlap.
    """
    two = rules.criteria[at]
    for other in earlier:
        one = rules.criteria[other]
        if rules.results[at] == rules.results[other]:
            continue
        shared = cases.search(holds=[one, two]).witness
        is_exception = shared is None or (
            cases.search(holds=[one], fails=[two]).is_vain
            or cases.search(holds=[two], fails=[one]).is_vain
        )
        if shared is None or is_exception:
            continue
        # Two ranges of one field overlap by a slip; two fields always do.
        is_slip = _asked(one) == _asked(two)
        make = Finding.warning if is_slip else Finding.info
        yield make(
            "AK-Q205",
            f"{rules.path}[{at}].if",
            f"segments {other} and {at} of {term.id!r} share some leads",
            seen=told(shared),
            help=f"tell them apart; as it stands, segment {other} wins",
        )
        return


def _of_exclusions(path: str, term: Term, known: Definitions) -> Iterator[Finding]:
    bound = () if term.applies_to is None else (term.applies_to,)
    spared = tuple(one.when for one in term.exclude)
    if not spared:
        return
    cases = Cases.of((*bound, *spared), known)
    for at, criterion in enumerate(spared):
        alone = cases.search(holds=[criterion])
        if (
            not alone.is_vain
            and cases.search(holds=[criterion], fails=spared[:at]).is_vain
        ):
            yield Finding.warning(
                "AK-Q206",
                f"{path}.exclude[{at}].if",
                f"exclusion {at} of {term.id!r} is never the reason: those before it "
                "take all its leads",
                seen=str(criterion),
                help="move it before them, or remove it",
            )
    nobody = cases.search(holds=bound, fails=spared).is_vain
    if nobody and not cases.search(holds=bound).is_vain:
        message = f"the term {term.id!r} binds nobody: all leads are excluded"
        mend = "narrow the exclusions"
        yield Finding.error("AK-Q208", f"{path}.exclude", message, help=mend)


def _cut_short(path: str, what: str) -> Finding:
    return Finding.info(
        "AK-Q207",
        path,
        f"{what} was not looked at in all cases: there are too many",
        help="say it in fewer fields, or in several definitions",
    )


def _asked(criterion: Criterion) -> frozenset[str]:
    """Return what a criterion asks about: its fields, and its other questions."""
    return frozenset(
        str(getattr(part, "path", part))
        for part in walk(criterion)
        if not isinstance(part, AllOf | AnyOf | SomeOf | Not)
    )
