"""Laws of what is counted over subjects, against a count made the slow way."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import attrs
from hypothesis import given
from hypothesis import strategies as st

from alignkit.agreements import Agreement
from alignkit.criteria import field
from alignkit.editions import Calendar, Definition, Edition
from alignkit.events import Event, Subject
from alignkit.happenings import Custom, FieldChanged
from alignkit.hours import BusinessHours
from alignkit.parties import Party
from alignkit.patterns import Pattern
from alignkit.periods import PeriodKind
from alignkit.promises import Bound, Keeping, Quality, Volume
from alignkit.standings import Status
from alignkit.terms import Term
from alignkit.verdicts import Verdict

BEGINNING = datetime(2026, 2, 2, tzinfo=UTC)
"""A Monday; weeks are the periods here."""

HANDED = Pattern(event="custom", where={"name": "handed"})
HOURS = BusinessHours("UTC", {"mon-fri": ["09:00-17:00"]})

Told = tuple[str, int, str, int]
"""A lead, an hour, what happened (a handover, or a size told), how many hours late."""


def told() -> st.SearchStrategy[list[Told]]:
    return st.lists(
        st.tuples(
            st.sampled_from(("L1", "L2", "L3")),
            st.integers(0, 20 * 24),
            st.sampled_from(("handed", "handed", "big", "small")),
            st.sampled_from((0, 0, 0, 30, 24 * 8)),
        ),
        max_size=12,
        unique_by=lambda one: one[:2],
    )


def moment(hour: int) -> datetime:
    return BEGINNING + timedelta(hours=hour)


def event(one: Told) -> Event:
    lead, hour, what, late = one
    size = FieldChanged(field="size", value=what)
    return Event(
        id=f"{lead}-{hour}",
        subject=Subject(id=lead),
        at=moment(hour),
        fact=Custom(name="handed") if what == "handed" else size,
        recorded_at=moment(hour + late),
    )


def agreement(goal: int, bound: Bound, again_after: int | None) -> Agreement:
    volume = Volume(
        of=(HANDED,),
        goal=Decimal(goal),
        per=PeriodKind.WEEK,
        bound=bound,
        again_after=again_after,
    )
    share = Keeping(at_least=Fraction(1, 2), per=PeriodKind.WEEK)
    quality = Quality(of=(HANDED,), share=share, meeting="mql")
    return Agreement(
        (
            Edition(
                id="northwind",
                effective_from=BEGINNING,
                parties=(Party("marketing", "utc"),),
                calendars=(Calendar("utc", HOURS),),
                definitions=(Definition("mql", field("size").is_("big")),),
                terms=(
                    Term(
                        id="volume",
                        party="marketing",
                        promise=volume,
                        warn_at=Fraction(4, 5),
                    ),
                    Term(id="quality", party="marketing", promise=quality),
                ),
            ),
        )
    )


def agreements() -> st.SearchStrategy[Agreement]:
    return st.builds(
        agreement,
        st.integers(1, 4),
        st.sampled_from(Bound),
        st.sampled_from((None, 0, 2, 7)),
    )


def hours() -> st.SearchStrategy[int]:
    return st.integers(0, 22 * 24)


def slow_volume(
    events: Sequence[Told], volume: Volume, week: int, hour: int
) -> tuple[int, str]:
    """Return the count and the status of a week, every day and lead looked at anew."""
    count = 0
    for lead in ("L1", "L2", "L3"):
        last: int | None = None
        for at in range(hour + 1):
            if any(one[:3] == (lead, at, "handed") for one in events):
                day = at // 24
                again = volume.again_after
                if last is None or (again is not None and day - last >= again):
                    last = day
                    count += day // 7 == week
    goal, is_over = volume.goal, hour >= (week + 1) * 168
    if volume.bound is Bound.CAP:
        if count > goal:
            return count, "breached"
        if is_over:
            return count, "met"
        return count, "at_risk" if count * 5 >= goal * 4 else "pending"
    if count >= goal:
        return count, "met"
    if is_over:
        return count, "breached"
    closed = sum(week * 168 + day * 24 + 17 <= hour for day in range(5))
    is_behind = count * 25 < goal * closed * 4
    return count, "at_risk" if is_behind else "pending"


def slow_quality(events: Sequence[Told], week: int, hour: int) -> tuple[int, int, str]:
    """Return the good, all, and the status of a week, each handover looked at anew."""
    good = unknown = everything = 0
    for lead, at, what, late in events:
        if what != "handed" or at > hour or at // 168 != week:
            continue
        known = [
            one
            for one in events
            if one[0] == lead
            and one[2] != "handed"
            and one[1] <= at
            and one[1] + one[3] <= at + late
        ]
        size = max(known, key=lambda one: one[1])[2] if known else None
        everything += 1
        good += size == "big"
        unknown += size is None
    if hour < (week + 1) * 168:
        status = "pending"
    elif not everything or good * 2 < everything <= (good + unknown) * 2:
        status = "unknown"
    else:
        status = "met" if good * 2 >= everything else "breached"
    return good, everything, status


def verdicts(one: Agreement, events: Sequence[Event], hour: int) -> list[Verdict]:
    return list(one.evaluate(events, as_of=moment(hour)).verdicts)


@given(agreements(), told(), hours())
def test_it_is_what_a_slow_count_finds(
    promised: Agreement, events: list[Told], hour: int
) -> None:
    volume = promised.latest.terms[0].promise
    assert isinstance(volume, Volume)

    found = verdicts(promised, [event(one) for one in events], hour)

    weeks = hour // 168 + 1
    shown: list[object] = []
    for one in found:
        assert one.measure is not None
        if one.term == "volume":
            shown.append((one.measure.actual, one.status.value))
        else:
            figures = (one.measure.numerator, one.measure.denominator)
            shown.append((*figures, one.status.value))
    assert shown == [
        *(slow_volume(events, volume, week, hour) for week in range(weeks)),
        *(slow_quality(events, week, hour) for week in range(weeks)),
    ]


@given(agreements(), told(), hours(), st.randoms(use_true_random=False))
def test_order_and_repetition_do_not_matter(
    promised: Agreement, events: list[Told], hour: int, chance: object
) -> None:
    given_ = [event(one) for one in events]
    shuffled = [*given_, *given_[:3]]
    chance.shuffle(shuffled)  # type: ignore[attr-defined]

    assert verdicts(promised, given_, hour) == verdicts(promised, shuffled, hour)


@given(agreements(), told(), hours())
def test_next_change_at_is_exact(
    promised: Agreement, events: list[Told], hour: int
) -> None:
    tick = timedelta(microseconds=1)
    seen = [event(one) for one in events if one[1] <= hour]

    for one in verdicts(promised, seen, hour):
        change = one.next_change_at
        later = moment(22 * 24) if change is None else change
        for at, changes in ((later - tick, False), (later, change is not None)):
            (then,) = (
                other
                for other in promised.evaluate(seen, as_of=at).verdicts
                if (other.term, other.cycle) == (one.term, one.cycle)
            )
            assert (then.status is not one.status) is changes


@given(agreements(), told(), hours())
def test_it_is_revised_if_what_was_final_when_known_differs(
    promised: Agreement, events: list[Told], hour: int
) -> None:
    given_ = [event(one) for one in events]
    found = verdicts(promised, given_, hour)
    tick = timedelta(microseconds=1)

    final: dict[tuple[str, int], set[Status]] = {}
    for known in {one.recorded_at for one in given_ if one.recorded_at is not None}:
        then = promised.evaluate(
            given_, as_of=min(moment(hour), known - tick), known_at=known - tick
        )
        for one in then.verdicts:
            if one.status.is_settled or one.status is Status.BREACHED:
                final.setdefault((one.term, one.cycle), set()).add(one.status)

    for one in found:
        said = final.get((one.term, one.cycle), set())
        assert one.revised is bool(said - {one.status})


@given(agreements(), told(), hours())
def test_the_sample_is_the_evidence(
    promised: Agreement, events: list[Told], hour: int
) -> None:
    for one in verdicts(promised, [event(one) for one in events], hour):
        measure = one.measure
        assert measure is not None
        decided = [part for part in measure.evidence if part.counts is not None]
        assert (measure.sample, measure.counted) == (
            len(measure.evidence),
            len(decided),
        )


@given(one=agreements(), events=told(), hour=hours())
def test_a_share_of_periods_counts_how_each_of_them_stands(
    one: Agreement, events: list[Told], hour: int
) -> None:
    keep = Keeping(at_least=Fraction(1, 2))
    (edition,) = one.editions
    terms = tuple(attrs.evolve(term, keep=keep) for term in edition.terms)
    promised = Agreement((attrs.evolve(edition, terms=terms),))
    facts = list(map(event, events))

    plain = verdicts(one, facts, hour)
    found = verdicts(promised, facts, hour)

    assert [each.status for each in found if not each.is_of_share] == [
        each.status for each in plain
    ]
    for share in found:
        if share.is_of_share:
            stands = [each.status for each in plain if each.term == share.term]
            kept, missed = map(stands.count, (Status.MET, Status.BREACHED))
            assert share.measure is not None
            assert share.measure.numerator == kept
            assert share.measure.denominator == kept + missed
            if not (kept + missed):
                assert share.status is Status.UNKNOWN
            elif Status.UNKNOWN not in stands:
                assert (share.status is Status.MET) is (kept >= missed)
