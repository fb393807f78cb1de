"""What holds of every ruling, against a slow judge that knows three values only."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from alignkit.agreements import Agreement
from alignkit.changes import Change
from alignkit.criteria import (
    AllOf,
    AnyOf,
    AtLeast,
    Criterion,
    Field,
    Happened,
    Is,
    Known,
    Not,
    Side,
    SomeOf,
    Within,
)
from alignkit.editions import Definition, Edition
from alignkit.fixes import Fix
from alignkit.gates import Gate, Waiver
from alignkit.outcomes import Outcome
from alignkit.rulings import Ruling
from alignkit.spans import span

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
ENVELOPE = {"lead": "L1", "at": "2026-03-02T12:00:00Z", "to_party": "sales"}
FAIL, UNKNOWN, PASS = range(3)
RANKS = {Outcome.FAIL: FAIL, Outcome.UNKNOWN: UNKNOWN, Outcome.PASS: PASS}
ABSENT = object()
SAID: Mapping[str, tuple[object, ...]] = {
    "score": (0, 40, 60, 90),
    "source": ("demo", "fair"),
    "title": ("VP",),
    "demo": ([], ["2026-03-01T09:00:00Z"]),
    "suppressed": (False, True),
    "duplicates": ([], ["L7"]),
    "open_opportunities": ([], ["O1"]),
    "email": (True, False),
    "campaign": ("spring",),
}
"""For each thing that a payload may say, all that it may say in these tests."""

ATOMS: tuple[Criterion, ...] = (
    AtLeast("score", 60),
    AtLeast("score", 40),
    Is("source", "demo"),
    Known("title"),
    Happened(event="demo"),
)


def criteria() -> st.SearchStrategy[Criterion]:
    def larger(inner: st.SearchStrategy[Criterion]) -> st.SearchStrategy[Criterion]:
        several = st.lists(inner, min_size=1, max_size=3).map(tuple)
        return st.one_of(
            several.map(AllOf),
            several.map(AnyOf),
            several.flatmap(
                lambda parts: st.integers(1, len(parts)).map(
                    lambda count: SomeOf(count, parts)
                )
            ),
            inner.map(Not),
        )

    return st.recursive(st.sampled_from(ATOMS), larger, max_leaves=6)


def gates() -> st.SearchStrategy[Gate]:
    return st.builds(
        Gate,
        id=st.just("gate"),
        meets=st.just("mql"),
        required=st.sets(st.sampled_from(("title", "campaign"))).map(tuple),
        consent=st.sampled_from(((), ("email",))),
        waives=st.sets(st.sampled_from(Waiver)).map(tuple),
    )


def sayings() -> st.SearchStrategy[dict[str, object]]:
    """What a payload says; what is absent from it is not known."""
    return st.fixed_dictionaries(
        {}, optional={name: st.sampled_from(all_) for name, all_ in SAID.items()}
    )


def ruling(gate: Gate, mql: Criterion, said: Mapping[str, object]) -> Ruling:
    payload: dict[str, object] = dict(ENVELOPE)
    own = ("suppressed", "duplicates", "open_opportunities", "campaign")
    payload |= {name: said[name] for name in own if name in said}
    lead = ("score", "source", "title")
    payload["attributes"] = {name: said[name] for name in lead if name in said}
    payload["happened"] = {"demo": said["demo"]} if "demo" in said else {}
    payload["consent"] = {"email": said["email"]} if "email" in said else {}
    edition = Edition(id="n", definitions=(Definition("mql", mql),), gates=(gate,))
    return Agreement((edition,)).check_handoff(payload, as_of=NOON)


def slow(gate: Gate, mql: Criterion, said: Mapping[str, object]) -> int:
    """Return the outcome by the truth tables of three values alone [H6]."""
    asked = [truth(mql, said)]
    asked += [PASS if name in said else UNKNOWN for name in gate.required]
    if gate.consent:
        asked.append(
            {ABSENT: UNKNOWN, True: PASS, False: FAIL}[said.get("email", ABSENT)]
        )
    if Waiver.SUPPRESSION not in gate.waives:
        asked.append(
            {ABSENT: UNKNOWN, True: FAIL, False: PASS}[said.get("suppressed", ABSENT)]
        )
    for waiver, name in (
        (Waiver.DUPLICATES, "duplicates"),
        (Waiver.OPPORTUNITIES, "open_opportunities"),
    ):
        if waiver not in gate.waives:
            listed = said.get(name)
            asked.append(UNKNOWN if listed is None else FAIL if listed else PASS)
    return min(asked)


def truth(  # noqa: C901 - a table, a row for each kind
    criterion: Criterion, said: Mapping[str, object]
) -> int:
    match criterion:
        case AllOf(parts):
            return min(truth(part, said) for part in parts)
        case AnyOf(parts):
            return max(truth(part, said) for part in parts)
        case SomeOf(count, parts):
            return sorted(truth(part, said) for part in parts)[-count]
        case Not(part):
            return PASS - truth(part, said)
        case AtLeast(_, bound):
            if "score" not in said:
                return UNKNOWN
            return PASS if said["score"] >= bound else FAIL  # type: ignore[operator]
        case Is(_, value):
            if "source" not in said:
                return UNKNOWN
            return PASS if said["source"] == value else FAIL
        case Known():
            return PASS if "title" in said else UNKNOWN
        case Happened():
            if "demo" not in said:
                return UNKNOWN
            return PASS if said["demo"] else FAIL
        case _:
            raise AssertionError(criterion)


class TestOutcome:
    @given(gates(), criteria(), sayings())
    def test_it_is_that_of_the_truth_tables(
        self, gate: Gate, mql: Criterion, said: dict[str, object]
    ) -> None:
        assert RANKS[ruling(gate, mql, said).outcome] == slow(gate, mql, said)

    @given(gates(), criteria(), sayings(), st.data())
    def test_what_is_decided_holds_whatever_else_is_said(
        self, gate: Gate, mql: Criterion, said: dict[str, object], data: st.DataObject
    ) -> None:
        before = ruling(gate, mql, said).outcome
        more = {**data.draw(sayings()), **said}

        if before is not Outcome.UNKNOWN:
            assert ruling(gate, mql, more).outcome is before

    @given(gates(), criteria())
    def test_who_says_nothing_passes_only_what_asks_nothing(
        self, gate: Gate, mql: Criterion
    ) -> None:
        assert ruling(gate, mql, {}).outcome is not Outcome.PASS


class TestFindings:
    @given(gates(), criteria(), sayings())
    def test_those_that_decide_are_of_the_outcome_and_first(
        self, gate: Gate, mql: Criterion, said: dict[str, object]
    ) -> None:
        found = ruling(gate, mql, said)
        decisive = [one for one in found.findings if one.decides]

        assert list(found.findings[: len(decisive)]) == decisive
        assert {one.outcome for one in decisive} == (
            set() if found.outcome is Outcome.PASS else {found.outcome}
        )

    @given(criteria(), sayings())
    def test_each_is_asked_for_by_a_rule_of_the_agreement(
        self, mql: Criterion, said: dict[str, object]
    ) -> None:
        found = ruling(Gate(id="gate", meets="mql"), mql, said).findings

        assert all(
            one.rule.startswith(("$.gates", "$.definitions.mql")) for one in found
        )


DAY = timedelta(days=1)
TIMED: tuple[Criterion, ...] = (
    Happened(event="demo", within=span("48 hours")),
    Happened(event="demo", within=span("1 month"), times=2),
    Happened(event="demo", within=span("3 days"), after="created_at"),
    Within("renews_on", span("45 days"), Side.NEXT),
    AtLeast("score", 60),
)


def minutes() -> st.SearchStrategy[datetime]:
    return st.integers(-60 * 24 * 60, 60 * 24 * 60).map(
        lambda minute: NOON + timedelta(minutes=minute)
    )


class TestNextChange:
    @given(
        st.lists(st.sampled_from(TIMED), min_size=1, max_size=3),
        st.sampled_from((AllOf, AnyOf)),
        st.lists(minutes(), max_size=3),
        minutes(),
        minutes(),
        st.integers(-60, 60),
        st.lists(minutes(), min_size=1, max_size=4),
    )
    def test_nothing_changes_before_it_and_something_does_then(
        self,
        parts: list[Criterion],
        kind: type[AllOf | AnyOf],
        demos: list[datetime],
        created: datetime,
        since: datetime,
        renews: int,
        moments: list[datetime],
    ) -> None:
        kept = (Field("score", max_age=span("10 days")),)
        editions = tuple(
            Edition(
                id="n",
                version=version,
                fields=kept,
                definitions=(Definition("mql", kind(tuple(parts[at:] or parts))),),
                gates=(Gate(id="gate", meets="mql", waives=tuple(Waiver)),),
                effective_from=start,
            )
            for at, (version, start) in enumerate((("1", None), ("2", NOON + 9 * DAY)))
        )
        agreement = Agreement(editions)
        payload = {
            **ENVELOPE,
            "attributes": {
                "created_at": created,
                "renews_on": (NOON + renews * DAY).date(),
                "score": 72,
            },
            "since": {"score": since.isoformat()},
            "happened": {"demo": [at.isoformat() for at in demos]},
        }

        first = agreement.check_handoff(payload, as_of=NOON)
        change = first.next_change_at

        def outcome(at: datetime) -> Outcome:
            return agreement.check_handoff(payload, as_of=at).outcome

        if change is not None:
            assert outcome(change) is not first.outcome
            assert outcome(change - timedelta(microseconds=1)) is first.outcome
        for at in moments:
            if at >= NOON and (change is None or at < change):
                assert outcome(at) is first.outcome


class TestMissing:
    @given(gates(), criteria(), sayings())
    def test_whoever_answers_all_of_it_best_leaves_nothing_unknown(
        self, gate: Gate, mql: Criterion, said: dict[str, object]
    ) -> None:
        found = ruling(gate, mql, said)

        if found.outcome is Outcome.UNKNOWN:
            names = {one.path.rpartition(".")[2] for one in found.missing}
            assert names
            assert names.isdisjoint(said)
            filled = {name: SAID[name][0] for name in names}
            assert ruling(gate, mql, {**filled, **said}).missing == ()


class TestFixes:
    @settings(max_examples=60)
    @given(gates(), criteria(), sayings())
    def test_each_makes_it_pass_and_no_smaller_part_of_it_does(
        self, gate: Gate, mql: Criterion, said: dict[str, object]
    ) -> None:
        found = ruling(gate, mql, said)
        edition = Edition(id="n", definitions=(Definition("mql", mql),), gates=(gate,))
        agreement = Agreement((edition,))

        def passes(changes: tuple[Change, ...]) -> bool:
            changed = Fix(changes).apply(found.handoff)
            again = agreement.check_handoff(changed, as_of=NOON)
            return again.outcome is Outcome.PASS

        for fix in found.fixes:
            assert passes(fix.changes)
            for size in range(len(fix.changes)):
                assert not any(map(passes, combinations(fix.changes, size)))
        sizes = [len(fix.changes) for fix in found.fixes]
        assert sizes == sorted(sizes)
        assert len(sizes) <= 16
        assert found.outcome is not Outcome.PASS or not sizes

    @settings(max_examples=60)
    @given(gates(), criteria(), sayings(), st.data())
    def test_whatever_can_be_mended_at_all_has_a_fix(
        self, gate: Gate, mql: Criterion, said: dict[str, object], data: st.DataObject
    ) -> None:
        found = ruling(gate, mql, said)
        otherwise = {**said, **data.draw(sayings())}

        if slow(gate, mql, otherwise) == PASS and found.outcome is not Outcome.PASS:
            assert found.fixes
