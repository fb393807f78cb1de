from __future__ import annotations

import itertools
import pickle
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import TypeGuard
from zoneinfo import ZoneInfo

import attrs
from hypothesis import assume, given
from hypothesis import strategies as st

from alignkit.criteria import (
    AllOf,
    AnyOf,
    AtLeast,
    AtMost,
    Between,
    Criterion,
    Field,
    FieldAtom,
    Happened,
    Is,
    Known,
    Matches,
    Meets,
    Not,
    OneOf,
    Reach,
    Side,
    SomeOf,
    Within,
)
from alignkit.facts import Facts
from alignkit.instants import to_instant
from alignkit.judgements import Judge, Need
from alignkit.outcomes import Outcome, WhyUnknown
from alignkit.scores import HalfLife, PerDay, Points, Score
from alignkit.spans import CalendarTime, Elapsed
from alignkit.values import Scalar
from alignkit.words import WordPattern, words

FAIL, UNKNOWN, PASS = Outcome.FAIL, Outcome.UNKNOWN, Outcome.PASS
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
PATHS = ("a", "b", "c")
EVENTS = ("demo", "visit")

numbers = st.integers(0, 6)
texts = st.sampled_from(["vp sales", "Head of Sales", "", "VP"])
days = st.dates(date(2026, 2, 20), date(2026, 3, 12))
moments = st.datetimes(
    datetime(2026, 2, 20), datetime(2026, 3, 12), timezones=st.just(UTC)
)
scalars = numbers | texts.filter(bool) | st.booleans() | days | moments
reaches = st.one_of(
    st.builds(CalendarTime, days=st.integers(0, 9)),
    st.builds(CalendarTime, months=st.integers(0, 2), days=st.integers(0, 2)),
    st.builds(Elapsed, hours=st.integers(0, 90)),
)
paths = st.sampled_from(PATHS)
pairs = st.tuples(numbers, numbers).map(sorted)

field_atoms = st.one_of(
    st.builds(OneOf, paths, st.lists(scalars, min_size=1, max_size=3)),
    st.builds(Is, paths, scalars),
    st.builds(lambda path, pair: Between(path, *pair), paths, pairs),
    st.builds(AtLeast, paths, numbers | days | moments),
    st.builds(AtMost, paths, numbers | days | moments),
    st.builds(
        Matches,
        paths,
        st.lists(st.sampled_from(["vp", "head * sales", "s*"]), min_size=1, max_size=2),
    ),
    st.builds(Known, paths),
    st.builds(Within, paths, reaches, st.sampled_from(Side)),
)
atoms = field_atoms | st.builds(
    Happened,
    event=st.sampled_from(EVENTS),
    within=reaches,
    times=st.integers(1, 3),
    after=st.none() | paths,
)
names = st.sampled_from(["x", "y"])


def _compose(parts: st.SearchStrategy[Criterion]) -> st.SearchStrategy[Criterion]:
    several = st.lists(parts, min_size=1, max_size=3)
    return st.one_of(
        st.builds(AllOf, several),
        st.builds(AnyOf, several),
        several.flatmap(
            lambda some: st.builds(SomeOf, st.integers(1, len(some)), st.just(some))
        ),
        st.builds(Not, parts),
    )


criteria = st.recursive(atoms, _compose, max_leaves=6)
referring = st.recursive(atoms | st.builds(Meets, names), _compose, max_leaves=6)
definitions = st.fixed_dictionaries({"x": criteria, "y": criteria})

values = st.none() | scalars | texts | st.lists(scalars, max_size=2).map(tuple)
zones = st.sampled_from(["UTC", "America/New_York", "Pacific/Auckland"])


@st.composite
def facts(draw: st.DrawFn) -> Facts:
    held = draw(st.dictionaries(paths, values))
    since = draw(st.dictionaries(paths, moments))
    happened = draw(
        st.dictionaries(st.sampled_from(EVENTS), st.lists(moments, max_size=4))
    )
    dated = draw(st.dictionaries(st.sampled_from(EVENTS), st.lists(days, max_size=2)))
    return Facts(
        values=held,
        since={path: to_instant(at, "since") for path, at in since.items()},
        happened={
            name: tuple(sorted(to_instant(at, "at") for at in some))
            for name, some in happened.items()
        },
        days={name: tuple(sorted(some)) for name, some in dated.items()},
        is_complete=draw(st.booleans()),
        zone=draw(zones),
    )


class Slow:
    """A judge that goes by the text of the rules alone, one moment at a time."""

    def __init__(
        self,
        facts: Facts,
        at: datetime,
        definitions: dict[str, Criterion],
        ages: dict[str, Reach],
    ) -> None:
        self.facts, self.at, self.zone = facts, at, ZoneInfo(facts.zone)
        self.definitions, self.ages = definitions, ages

    def judge(self, criterion: Criterion) -> Outcome:
        match criterion:
            case AllOf(parts):
                return min(self.judge(part) for part in parts)
            case AnyOf(parts):
                return max(self.judge(part) for part in parts)
            case SomeOf(count, parts):
                return sorted((self.judge(part) for part in parts), reverse=True)[
                    count - 1
                ]
            case Not(part):
                return {FAIL: PASS, PASS: FAIL, UNKNOWN: UNKNOWN}[self.judge(part)]
            case Meets(name):
                return self.judge(self.definitions[name])
            case Happened():
                return self.happened(criterion)
            case _:
                return self.field(criterion)

    def field(self, criterion: FieldAtom) -> Outcome:
        value = self.value(criterion.path)
        if value is None:
            return UNKNOWN
        if isinstance(criterion, Known):
            return PASS
        items = value if isinstance(value, tuple) else (value,)
        return max((self.item(criterion, item) for item in items), default=FAIL)

    def value(self, path: str) -> object:
        value = self.facts.values.get(path)
        if isinstance(value, str) and not value.strip():
            return None
        if path in self.ages and value is not None:
            since = self.facts.since.get(path)
            if since is None:
                return None
            known = datetime.fromtimestamp(since / 1e6, UTC)
            if self.at > self.move(known, self.ages[path], 1):
                return None
        return value

    def item(self, criterion: FieldAtom, item: object) -> Outcome:  # noqa: C901
        match criterion:
            case OneOf(_, wanted):
                alike = [one for one in wanted if kind(one) == kind(item)]
                outcomes = [self.compare(item, one, one) for one in alike]
                return max(outcomes, default=UNKNOWN)
            case Is(_, wanted):
                return self.compare(item, wanted, wanted)
            case Between(_, low, high):
                return self.compare(item, low, high)
            case AtLeast(_, low):
                return self.compare(item, low, None)
            case AtMost(_, high):
                return self.compare(item, None, high)
            case Matches(_, patterns):
                if not isinstance(item, str):
                    return UNKNOWN
                return PASS if any(finds(one, item) for one in patterns) else FAIL
            case Within(_, reach, side):
                if not isinstance(item, date):
                    return UNKNOWN
                first, last = self.window(item, reach, side)
                return PASS if first <= self.at <= last else FAIL
            case Known():
                return PASS

    def compare(self, item: object, low: Scalar | None, high: Scalar | None) -> Outcome:
        bound = high if low is None else low
        if kind(item) != kind(bound):
            return UNKNOWN
        if kind(item) == "time" and not (is_moment(item) and is_moment(bound)):
            item, low, high = map(self.to_day, (item, low, high))
        # Two of one kind can be compared, which no type says.
        fits = (low is None or low <= item) and (  # type: ignore[operator]
            high is None or item <= high  # type: ignore[operator]
        )
        return PASS if fits else FAIL

    def to_day(self, value: object) -> Scalar | None:
        return self.day(value) if is_moment(value) else value  # type: ignore[return-value]

    def day(self, moment: datetime) -> date:
        return moment.astimezone(self.zone).date()

    def happened(self, criterion: Happened) -> Outcome:
        start = None
        reach = criterion.within
        assert reach is not None
        if criterion.after is not None:
            value = self.value(criterion.after)
            if not isinstance(value, date):
                return UNKNOWN
            start = self.window(value, reach, Side.LAST)
        facts = self.facts
        known = {**facts.happened, **facts.days}
        if not facts.is_complete and criterion.event not in known:
            return UNKNOWN
        moments = [
            datetime.fromtimestamp(at / 1e6, UTC)
            for at in facts.happened.get(criterion.event, ())
        ]
        count = 0
        for fact in (*moments, *facts.days.get(criterion.event, ())):
            if self.midnight(fact) > self.at:
                continue
            if start is None:
                first, last = self.window(fact, reach, Side.LAST)
                count += first <= self.at <= last
            elif is_moment(fact):
                count += start[0] <= fact <= start[1]
            else:
                count += self.day(start[0]) <= fact <= self.day(start[1])
        if count >= criterion.times:
            return PASS
        return UNKNOWN if start is not None and self.at <= start[1] else FAIL

    def midnight(self, fact: date) -> datetime:
        if is_moment(fact):
            return fact
        return datetime(fact.year, fact.month, fact.day, tzinfo=self.zone)

    def window(self, fact: date, reach: Reach, side: Side) -> tuple[datetime, datetime]:
        far = self.move(self.midnight(fact), reach, 1 if side is Side.LAST else -1)
        if is_moment(fact):
            return min(fact, far), max(fact, far)
        first, last = sorted((fact, self.day(far)))
        end = self.midnight(last + timedelta(days=1)) - timedelta(microseconds=1)
        return self.midnight(first), end.astimezone(UTC)

    def move(self, moment: datetime, reach: Reach, sign: int) -> datetime:
        if isinstance(reach, Elapsed):
            return moment.astimezone(UTC) + sign * reach.duration
        local = moment.astimezone(self.zone)
        day = reach.after(local.date()) if sign > 0 else reach.before(local.date())
        wall = datetime.combine(day, local.time(), tzinfo=self.zone)
        there_and_back = wall.astimezone(UTC).astimezone(self.zone)
        if there_and_back.replace(tzinfo=None) != wall.replace(tzinfo=None):
            # Skipped: the first instant that the clock reads at least this much.
            late = wall.astimezone(UTC) - timedelta(hours=2)
            while late.astimezone(self.zone).replace(tzinfo=None) < wall.replace(
                tzinfo=None
            ):
                late += (
                    timedelta(seconds=1)
                    if late.microsecond == 0
                    else (timedelta(microseconds=1_000_000 - late.microsecond))
                )
            return late
        return wall.astimezone(UTC)


def is_moment(value: object) -> TypeGuard[datetime]:
    return isinstance(value, datetime)


def kind(value: object) -> str:
    if isinstance(value, bool):
        return "truth"
    if isinstance(value, date):
        return "time"
    return "number" if isinstance(value, int) else "text"


def finds(pattern: str, text: str) -> bool:
    """Say whether a pattern is found, by trying every way of laying it over a text."""
    wanted = pattern.lower().split()
    seen = words(text)
    return any(lies(wanted, seen[at:]) for at in range(len(seen) + 1))


def lies(wanted: list[str], seen: list[str]) -> bool:
    if not wanted:
        return True
    if wanted[0] == "*":
        return any(lies(wanted[1:], seen[skip:]) for skip in range(len(seen) + 1))
    return bool(seen) and letters(wanted[0], seen[0]) and lies(wanted[1:], seen[1:])


def letters(wanted: str, seen: str) -> bool:
    if not wanted:
        return not seen
    if wanted[0] == "*":
        return any(letters(wanted[1:], seen[skip:]) for skip in range(len(seen) + 1))
    return seen[:1] == wanted[0] and letters(wanted[1:], seen[1:])


ages = st.dictionaries(paths, reaches, max_size=2)


@given(criterion=referring, named=definitions, facts=facts(), ages=ages, at=moments)
def test_the_outcome_is_that_of_a_judge_who_goes_by_the_rules_one_by_one(
    criterion: Criterion,
    named: dict[str, Criterion],
    facts: Facts,
    ages: dict[str, Reach],
    at: datetime,
) -> None:
    ready = Judge.of(
        criterion, named, [Field(path, max_age=a) for path, a in ages.items()]
    )

    assert ready.outcome(facts, as_of=at) is Slow(facts, at, named, ages).judge(
        criterion
    )


truths = st.sampled_from([True, False, None])


@given(
    held=st.lists(truths, min_size=1, max_size=5),
    data=st.data(),
)
def test_unknown_is_what_its_completions_disagree_about(
    held: list[bool | None], data: st.DataObject
) -> None:
    # Each question is asked once, so that its answers can be completed independently.
    leaves = [Is(f"f{i}", value=True) for i in range(len(held))]
    criterion = data.draw(_trees(tuple(leaves)))
    ready = Judge.of(criterion)

    def outcome(answers: Sequence[bool | None]) -> Outcome:
        known = {f"f{i}": a for i, a in enumerate(answers) if a is not None}
        return ready.outcome(Facts(values=known), as_of=NOON)

    completions = {
        outcome(answers)
        for answers in itertools.product(
            *((True, False) if one is None else (one,) for one in held)
        )
    }

    assert UNKNOWN not in completions
    expected = completions.pop() if len(completions) == 1 else UNKNOWN
    assert outcome(held) is expected


@st.composite
def _trees(draw: st.DrawFn, leaves: tuple[Criterion, ...]) -> Criterion:
    part: Criterion
    if len(leaves) == 1:
        part = leaves[0]
    else:
        cut = draw(st.integers(1, len(leaves) - 1))
        split = draw(st.booleans())
        groups = (
            (leaves[:cut], leaves[cut:]) if split else tuple((one,) for one in leaves)
        )
        parts = tuple(draw(_trees(group)) for group in groups)
        count = draw(st.integers(1, len(parts)))
        wholes = (AllOf(parts), AnyOf(parts), SomeOf(count, parts))
        part = wholes[draw(st.integers(0, 2))]
    return Not(part) if draw(st.booleans()) else part


@given(criterion=criteria, facts=facts(), data=st.data())
def test_what_is_decided_on_part_of_a_payload_is_decided_so_on_all_of_it(
    criterion: Criterion, facts: Facts, data: st.DataObject
) -> None:
    whole = attrs.evolve(facts, is_complete=False)
    kept = data.draw(st.sets(paths))
    # A behaviour that is known by halves would be known wrongly, not in part.
    events = data.draw(st.sets(st.sampled_from(EVENTS)))
    part = attrs.evolve(
        whole,
        values={path: v for path, v in facts.values.items() if path in kept},
        happened={e: some for e, some in facts.happened.items() if e in events},
        days={e: some for e, some in facts.days.items() if e in events},
    )
    ready = Judge.of(criterion)

    decided = ready.outcome(part, as_of=NOON)

    assert decided in {UNKNOWN, ready.outcome(whole, as_of=NOON)}


@given(criterion=criteria)
def test_nothing_passes_or_fails_by_being_absent(criterion: Criterion) -> None:
    judgement = Judge.of(criterion).judge(Facts(), as_of=NOON)

    assert judgement.outcome is UNKNOWN
    assert {check.reason for check in judgement.checks} == {WhyUnknown.MISSING}


@given(criterion=criteria, facts=facts())
def test_the_checks_add_up_to_the_outcome(criterion: Criterion, facts: Facts) -> None:
    ready = Judge.of(criterion)
    judgement = ready.judge(facts, as_of=NOON)

    def add_up(need: Need | int) -> Outcome:
        if isinstance(need, int):
            return judgement.checks[need].outcome
        return sorted(map(add_up, need.parts), reverse=True)[need.count - 1]

    assert add_up(ready.need) is judgement.outcome


@given(criterion=criteria, facts=facts())
def test_every_question_that_did_not_pass_has_a_finding_with_text(
    criterion: Criterion, facts: Facts
) -> None:
    judgement = Judge.of(criterion).judge(facts, as_of=NOON)

    wrong = [check for check in judgement.checks if check.outcome is not PASS]

    assert [check.code for check in wrong] == [one.code for one in judgement.findings]
    assert all(str(check) for check in judgement.checks)
    assert all(one.margin is None for one in wrong if one.reason is WhyUnknown.NULL)


scores = st.builds(
    Score,
    st.lists(st.builds(Points, st.integers(-9, 9), days), max_size=3),
    decay=st.none()
    | st.builds(HalfLife, st.integers(1, 9))
    | st.builds(PerDay, st.integers(1, 3)),
)


@given(
    criterion=criteria,
    facts=facts(),
    score=scores,
    ages=ages,
    later=st.lists(st.integers(0, 40 * 86_400 * 10**6), max_size=20),
)
def test_the_next_change_is_the_first_one(
    criterion: Criterion,
    facts: Facts,
    score: Score,
    ages: dict[str, Reach],
    later: list[int],
) -> None:
    with_score = attrs.evolve(facts, values={**facts.values, "a": score})
    ready = Judge.of(criterion, fields=[Field(p, max_age=a) for p, a in ages.items()])
    judgement = ready.judge(with_score, as_of=NOON)
    change = judgement.next_change_at

    if change is not None:
        just_before = change - timedelta(microseconds=1)
        assert change > NOON
        assert ready.outcome(with_score, as_of=change) is not judgement.outcome
        assert ready.outcome(with_score, as_of=just_before) is judgement.outcome
    for offset in later:
        at = NOON + timedelta(microseconds=offset)
        if change is None or at < change:
            assert ready.outcome(with_score, as_of=at) is judgement.outcome


@given(criterion=criteria, facts=facts())
def test_the_opposite_has_the_opposite_outcome(
    criterion: Criterion, facts: Facts
) -> None:
    mirror = {PASS: FAIL, FAIL: PASS, UNKNOWN: UNKNOWN}

    outcome = Judge.of(criterion).outcome(facts, as_of=NOON)

    assert Judge.of(~criterion).outcome(facts, as_of=NOON) is mirror[outcome]


@given(criterion=referring, named=definitions, facts=facts())
def test_a_pickled_judge_judges_alike(
    criterion: Criterion, named: dict[str, Criterion], facts: Facts
) -> None:
    ready = Judge.of(criterion, named)
    again = pickle.loads(pickle.dumps(ready))  # noqa: S301

    assert again.outcome(facts, as_of=NOON) is ready.outcome(facts, as_of=NOON)


lower = st.text("ab", min_size=0, max_size=4)
pattern_words = st.text("ab*", min_size=1, max_size=4)


@given(
    pattern=st.lists(pattern_words, min_size=1, max_size=4).map(" ".join),
    text=st.lists(lower, max_size=6).map(" ".join),
)
def test_a_pattern_is_found_wherever_a_search_of_every_place_finds_it(
    pattern: str, text: str
) -> None:
    assume(words(pattern))

    # A run of stars is one star, also to the naive search; only tokens matter.
    assert WordPattern(pattern).matches(text) == finds(pattern_of(pattern), text)


def pattern_of(pattern: str) -> str:
    return " ".join("*" if not one.strip("*") else one for one in pattern.split())


@given(text=st.text(max_size=30))
def test_words_are_the_same_in_any_case(text: str) -> None:
    assume(text.upper().lower() == text.lower() == text.casefold())

    assert words(text.upper()) == words(text)
