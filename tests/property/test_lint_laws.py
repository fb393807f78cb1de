"""Laws of lint: what is found is there, and what is there is found."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal

import attrs
from hypothesis import given, settings
from hypothesis import strategies as st

from alignkit.actions import Action
from alignkit.agreements import Agreement
from alignkit.criteria import (
    AllOf,
    AnyOf,
    Criterion,
    Is,
    Known,
    Meets,
    Not,
    OneOf,
    SomeOf,
    field,
)
from alignkit.editions import Calendar, Definition, Edition
from alignkit.facts import Facts
from alignkit.feasibility import feasibility_findings
from alignkit.findings import Severity
from alignkit.hours import BusinessHours
from alignkit.judgements import Judge
from alignkit.lint import lint
from alignkit.outcomes import Outcome
from alignkit.parties import Party
from alignkit.patterns import Pattern
from alignkit.promises import Attempts, Clock, Deadline, Target
from alignkit.spans import BusinessDays, BusinessTime, CalendarTime, Elapsed, Span
from alignkit.terms import Exclusion, Term
from alignkit.trees import path_of, path_text
from alignkit.values import Scalar
from alignkit.witnesses import Cases
from tests.document_strategies import agreements

SIZES = tuple(Decimal(halves) / 2 for halves in range(9))
TRADES = ("steel", "retail", "other")
CASES: tuple[Mapping[str, Scalar], ...] = tuple(
    {
        name: value
        for name, value in (("size", size), ("trade", trade), ("won", won))
        if value is not None
    }
    for size in (None, *SIZES)
    for trade in (None, *TRADES)
    for won in (None, True, False)
)
"""Every lead that a criterion of these laws can tell apart, told one by one."""


def atoms() -> st.SearchStrategy[Criterion]:
    size = field("size")
    # Whole bounds from 1 to 3: halves lie between them, and 0 and 4 beyond them all.
    bounds = st.integers(1, 3)
    return st.one_of(
        st.builds(size.at_least, bounds),
        st.builds(size.at_most, bounds),
        st.builds(lambda ends: size.between(*sorted(ends)), st.tuples(bounds, bounds)),
        st.sampled_from(["steel", "retail"]).map(lambda name: Is("trade", name)),
        st.just(OneOf("trade", ["steel", "retail"])),
        st.booleans().map(lambda value: Is("won", value)),
        st.sampled_from(["size", "trade", "won"]).map(Known),
        st.just(Meets("big")),
    )


def criteria() -> st.SearchStrategy[Criterion]:
    def combined(parts: st.SearchStrategy[Criterion]) -> st.SearchStrategy[Criterion]:
        several = st.lists(parts, min_size=1, max_size=3)
        return st.one_of(
            several.map(AllOf),
            several.map(AnyOf),
            several.map(lambda some: SomeOf((len(some) + 1) // 2, some)),
            parts.map(Not),
        )

    return st.recursive(atoms(), combined, max_leaves=6)


DEFINITIONS = {"big": field("size").at_least(2)}


def holds(criterion: Criterion, values: Mapping[str, object]) -> bool:
    facts = Facts(values=dict(values))  # type: ignore[arg-type]
    return Judge.of(criterion, DEFINITIONS).outcome_at(facts, 0) is Outcome.PASS


def asks_for_all(criterion: Criterion, case: Mapping[str, Scalar]) -> bool:
    """Say whether a lead leaves out only what is asked to be known, or not asked."""
    asked = str(criterion)
    return all(
        name in case or f"{name} is known" in asked for name in ("size", "trade", "won")
    )


class TestWitness:
    @given(one=criteria(), two=criteria())
    @settings(max_examples=60)
    def test_a_witness_shows_what_it_is_a_witness_of(
        self, one: Criterion, two: Criterion
    ) -> None:
        cases = Cases.of([one, two], DEFINITIONS)

        found = cases.search(holds=[one], fails=[two]).witness

        if found is not None:
            known = {name: value for name, value in found if value is not None}
            missing = {name for name, value in found if value is None}
            # What a witness leaves out does not matter, so that any value will do.
            full = {"size": 0, "trade": "none of it", "won": True, **known}
            for name in missing:
                del full[name]
            assert holds(one, full)
            assert not holds(two, full)

    @given(one=criteria(), two=criteria())
    @settings(max_examples=60)
    def test_where_there_is_no_witness_no_lead_shows_it(
        self, one: Criterion, two: Criterion
    ) -> None:
        cases = Cases.of([one, two], DEFINITIONS)

        found = cases.search(holds=[one], fails=[two])

        shown = [
            case
            for case in CASES
            if asks_for_all(AllOf([one, two]), case)
            and holds(one, case)
            and not holds(two, case)
        ]
        assert found.is_complete
        assert (found.witness is None) == (not shown)


SEGMENTS = st.lists(criteria(), min_size=1, max_size=3)


def editions() -> st.SearchStrategy[Edition]:
    def edition(
        segments: list[Criterion],
        applies_to: Criterion | None,
        spared: list[Criterion],
        hours: int,
    ) -> Edition:
        clock = Clock(
            start=(Pattern(event="owner_assigned"),),
            stop=(Pattern(event="activity_logged"),),
        )
        targets = tuple(
            Target(one, Elapsed(hours=nth)) for nth, one in enumerate(segments)
        )
        term = Term(
            id="answer",
            party="sales",
            promise=Deadline(
                clock=clock, within=BusinessTime(hours=hours), targets=targets
            ),
            applies_to=applies_to,
            exclude=tuple(Exclusion(one, "spared") for one in spared),
        )
        office = BusinessHours("UTC", {"mon-fri": ["09:00-17:00"]})
        definitions = tuple(Definition(*pair) for pair in DEFINITIONS.items())
        return Edition(
            id="n",
            calendars=(Calendar("office", office),),
            parties=(Party("sales", "office"),),
            definitions=definitions,
            terms=(term, attrs.evolve(term, id="again")),
        )

    return st.builds(
        edition,
        SEGMENTS,
        st.none() | criteria(),
        st.lists(criteria(), max_size=2),
        st.integers(0, 3),
    )


class TestLint:
    @given(edition=editions())
    @settings(max_examples=25)
    def test_the_same_edition_gives_the_same_findings(self, edition: Edition) -> None:
        assert lint([edition]) == lint([attrs.evolve(edition)])

    @given(edition=editions())
    @settings(max_examples=25)
    def test_no_finding_stands_before_a_worse_one(self, edition: Edition) -> None:
        ranks = [list(Severity).index(one.severity) for one in lint([edition])]

        assert ranks == sorted(ranks)

    @given(edition=editions(), as_of=st.datetimes(timezones=st.just(UTC)))
    @settings(max_examples=25)
    def test_a_day_adds_findings_and_takes_none_away(
        self, edition: Edition, as_of: datetime
    ) -> None:
        assert set(lint([edition])) <= set(lint([edition], as_of=as_of))

    @given(edition=editions())
    @settings(max_examples=25)
    def test_a_segment_that_gets_a_lead_is_not_called_hidden(
        self, edition: Edition
    ) -> None:
        term = edition.terms[0]
        assert isinstance(term.promise, Deadline)
        segments = [one.segment for one in term.promise.targets]
        bound = [] if term.applies_to is None else [term.applies_to]
        spared = [one.when for one in term.exclude]

        hidden = {
            path_of(one.path)[3]
            for one in lint([edition])
            if one.code == "AK-Q206" and one.path.startswith("$.terms[0].targets")
        }

        complete = [
            case for case in CASES if len(case) == len(("size", "trade", "won"))
        ]
        for at, case in itertools.product(range(len(segments)), complete):
            taken = any(holds(one, case) for one in [*segments[:at], *spared])
            wanted = all(holds(one, case) for one in [segments[at], *bound])
            if wanted and not taken:
                assert at not in hidden

    @given(agreement=agreements(), as_of=st.datetimes(timezones=st.just(UTC)))
    @settings(max_examples=8)
    def test_any_agreement_can_be_looked_at_and_each_finding_be_mended(
        self, agreement: Agreement, as_of: datetime
    ) -> None:
        for finding in agreement.lint(as_of=as_of):
            assert finding.help
            assert path_of(finding.path)


def severity(promise: Attempts) -> int:
    """Return how badly attempts fit into their window: 0 if they always do."""
    ranks = {Severity.WARNING: 1, Severity.ERROR: 2}
    term = Term(id="t", party="sales", promise=promise)
    office = Calendar("office", BusinessHours("UTC", {"mon-fri": ["09:00-17:00"]}))
    edition = Edition(
        id="n",
        calendars=(office,),
        parties=(Party("sales", "office"),),
        actions=(Action(id="call"),),
        terms=(term,),
    )
    found = [f for f in feasibility_findings(edition) if f.code == "AK-P213"]
    return max((ranks[one.severity] for one in found), default=0)


def spans(most: int) -> st.SearchStrategy[Span]:
    lengths = st.integers(1, most)
    return st.one_of(
        lengths.map(BusinessDays),
        lengths.map(lambda hours: BusinessTime(hours=8 * hours)),
        lengths.map(lambda hours: Elapsed(hours=12 * hours)),
        lengths.map(lambda days: CalendarTime(days=days)),
    )


@st.composite
def attempts(draw: st.DrawFn) -> Attempts:
    at_least = draw(st.integers(2, 8))
    return Attempts(
        clock=Clock(start=(Pattern(event="owner_assigned"),)),
        action="call",
        at_least=at_least,
        days=draw(st.integers(1, at_least)),
        within=draw(spans(8)),
        per_day=draw(st.none() | st.integers(1, 3)),
        spacing=draw(st.none() | spans(2)),
    )


class TestAttempts:
    @given(promise=attempts())
    @settings(max_examples=40)
    def test_whoever_asks_for_less_is_no_worse_off(self, promise: Attempts) -> None:
        fewer = promise.at_least - 1
        less = (
            attrs.evolve(promise, at_least=fewer, days=min(promise.days, fewer)),
            attrs.evolve(promise, spacing=None),
            attrs.evolve(promise, per_day=None),
            attrs.evolve(promise, days=1),
        )

        assert max(map(severity, less)) <= severity(promise)

    @given(promise=attempts())
    @settings(max_examples=40)
    def test_a_window_that_is_twice_as_wide_leaves_no_less_room(
        self, promise: Attempts
    ) -> None:
        match promise.within:
            case BusinessDays(days):
                wider: Span = BusinessDays(2 * days)
            case BusinessTime(length):
                wider = BusinessTime(microseconds=2 * length)
            case Elapsed(length):
                wider = Elapsed(microseconds=2 * length)
            case other:
                assert isinstance(other, CalendarTime)
                wider = CalendarTime(days=2 * other.days)

        assert severity(attrs.evolve(promise, within=wider)) <= severity(promise)


class TestPaths:
    @given(st.lists(st.text(min_size=1) | st.integers(0, 99)))
    @settings(max_examples=60)
    def test_a_path_is_read_as_it_was_written(self, steps: list[str | int]) -> None:
        assert path_of(path_text(tuple(steps))) == tuple(steps)
