"""What holds of every decision right, and of every survey of rules."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from alignkit.criteria import AllOf, AnyOf, Between, Criterion, Is, Not
from alignkit.decisions import DecisionRight, DecisionRule, Holder, Undecided
from alignkit.facts import Facts
from alignkit.ranges import survey

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
WHOLE = st.integers(0, 12)
RANGES = st.tuples(WHOLE, WHOLE).map(lambda pair: Between("size", *sorted(pair)))
CHOICES = st.sampled_from(["a", "b"]).map(lambda value: Is("region", value))
CRITERIA = st.recursive(
    RANGES | CHOICES,
    lambda inner: (
        inner.map(Not)
        | st.lists(inner, min_size=1, max_size=2).map(lambda parts: AllOf(tuple(parts)))
        | st.lists(inner, min_size=1, max_size=2).map(lambda parts: AnyOf(tuple(parts)))
    ),
    max_leaves=4,
)
RULES = st.lists(CRITERIA, max_size=4)
# Every half step and one beyond either end: more than any bound can tell apart.
GRID = [
    (half / 2, region) for half in range(-2, 28) for region in ("a", "b", "something")
]


def holds(criterion: Criterion, size: float, region: str) -> bool:
    """Say whether a criterion holds, the slow and plain way."""
    match criterion:
        case Between(_, low, high):
            return low <= size <= high  # type: ignore[operator]
        case Is(_, value):
            return region == value
        case Not(part):
            return not holds(part, size, region)
        case AllOf(parts):
            return all(holds(part, size, region) for part in parts)
        case AnyOf(parts):
            return any(holds(part, size, region) for part in parts)
        case _:
            raise AssertionError(criterion)


def falls(rules: Sequence[Criterion], size: float, region: str) -> set[int]:
    """Return the places of the rules that hold for a case."""
    return {at for at, rule in enumerate(rules) if holds(rule, size, region)}


def case(witness: tuple[tuple[str, object], ...]) -> tuple[float, str]:
    """Return the size and region of a witness, whatever they are if it names none."""
    named = dict(witness)
    return float(str(named.get("size", 0))), str(named.get("region", "something"))


@given(RULES)
def test_every_witness_shows_what_it_is_a_witness_of(rules: list[Criterion]) -> None:
    found = survey(rules)

    for gap in found.gaps:
        assert not falls(rules, *case(gap.witness))
        assert gap.low < case(gap.witness)[0] < gap.high  # type: ignore[operator]
    for overlap in found.overlaps:
        assert {overlap.first, overlap.second} <= falls(rules, *case(overlap.witness))


@given(RULES)
def test_hidden_rules_are_those_that_never_win(rules: list[Criterion]) -> None:
    winners = {min(by) for at in GRID if (by := falls(rules, *at))}

    assert set(survey(rules).hidden) == set(range(len(rules))) - winners


@given(RULES)
def test_overlaps_are_those_where_neither_is_an_exception_to_the_other(
    rules: list[Criterion],
) -> None:
    cases = [falls(rules, *at) for at in GRID]
    expected = {
        (first, second)
        for second in range(len(rules))
        for first in range(second)
        if any({first, second} <= by for by in cases)
        and any(first in by and second not in by for by in cases)
        and any(second in by and first not in by for by in cases)
    }

    found = {(each.first, each.second) for each in survey(rules).overlaps}

    assert found == expected


@given(RULES)
def test_there_is_a_gap_wherever_the_slow_way_sees_one(rules: list[Criterion]) -> None:
    def is_covered(half: int, region: str) -> bool:
        return bool(falls(rules, half / 2, region))

    steps = range(-2, 28)
    expected = any(
        not is_covered(middle, region)
        and any(is_covered(below, region) for below in steps if below < middle)
        and any(is_covered(above, region) for above in steps if above > middle)
        for region in ("a", "b", "something")
        for middle in steps
    )

    assert bool(survey(rules).gaps) == expected


def a_right(rules: Sequence[Criterion]) -> DecisionRight:
    """Return a right in which every rule gives the decision to somebody else."""
    return DecisionRight(
        id="right",
        question="Who?",
        rules=tuple(
            DecisionRule(when=rule, holder=Holder((f"holder {at}",)))
            for at, rule in enumerate(rules)
        ),
        default=Holder(("default",)),
    )


@given(RULES, WHOLE, st.sampled_from(["a", "b", "c"]))
def test_the_first_rule_that_holds_decides(
    rules: list[Criterion], size: int, region: str
) -> None:
    first = min(falls(rules, size, region), default=None)

    found = a_right(rules).holder(Facts.of({"size": size, "region": region}), at=NOW)

    expected = "default" if first is None else f"holder {first}"
    assert found == Holder((expected,))


@given(RULES, WHOLE, st.sampled_from(["a", "b", "c"]))
def test_whoever_decides_was_a_candidate_while_less_was_known(
    rules: list[Criterion], size: int, region: str
) -> None:
    right = a_right(rules)
    known = right.holder(Facts.of({"size": size, "region": region}), at=NOW)

    before = right.holder(Facts.of({"size": size}), at=NOW)

    if isinstance(before, Undecided):
        assert known in before.candidates
        assert before.unknown
    else:
        assert before == known


@given(st.integers(-5, 5), st.integers(-5, 5), st.integers(1, 5))
def test_a_rule_is_in_force_from_its_since_up_to_its_until(
    at: int, since: int, length: int
) -> None:
    hour = timedelta(hours=1)
    rule = DecisionRule(
        when=Is("region", "a"),
        holder=Holder(("anybody",)),
        since=NOW + since * hour,
        until=NOW + (since + length) * hour,
    )

    assert rule.is_in_force(NOW + at * hour) == (since <= at < since + length)
