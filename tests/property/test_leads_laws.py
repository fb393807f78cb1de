from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from alignkit.instants import to_instant
from alignkit.leads import Consent, Lead
from alignkit.parties import Membership, Organization, Person, Spell
from alignkit.scores import Band, Decay, GradeMatrix, HalfLife, PerDay, Points, Score

START = date(2026, 1, 1)
days = st.dates(START, START + timedelta(days=60))
points = st.builds(Points, st.integers(-50, 50) | st.decimals(-9, 9, places=2), days)
decays: st.SearchStrategy[Decay | None] = st.one_of(
    st.none(),
    st.builds(HalfLife, st.integers(1, 40)),
    st.builds(PerDay, st.integers(1, 9) | st.decimals("0.5", 9, places=1)),
)
several = st.lists(points, max_size=4).map(tuple)
scores = st.builds(Score, several, decays)


@given(one=several, other=several, decay=decays, day=days)
def test_a_score_is_the_sum_of_its_points(
    one: tuple[Points, ...], other: tuple[Points, ...], decay: Decay | None, day: date
) -> None:
    together = Score((*one, *other), decay).on(day)

    assert together == Score(one, decay).on(day) + Score(other, decay).on(day)


@given(score=scores, day=days)
def test_a_score_is_the_sum_of_its_contributions(score: Score, day: date) -> None:
    assert score.on(day) == sum(left for _, left in score.contributions(day))


@given(
    given=points,
    decay=decays,
    later=st.lists(st.integers(0, 400), min_size=2, max_size=2).map(sorted),
)
def test_points_only_ever_fade(
    given: Points, decay: Decay | None, later: list[int]
) -> None:
    score = Score((given,), decay)

    sooner, longer = (score.on(given.on + timedelta(days=n)) for n in later)

    assert abs(longer) <= abs(sooner) <= abs(Fraction(given.points))
    assert sooner * longer >= 0


@given(given=points, half_life=st.integers(1, 90), age=st.integers(0, 500))
def test_a_half_life_later_half_is_left(
    given: Points, half_life: int, age: int
) -> None:
    score = Score((given,), HalfLife(half_life))
    day = given.on + timedelta(days=age)

    assert score.on(day + timedelta(days=half_life)) == score.on(day) / 2


@given(half_life=st.integers(1, 90), age=st.integers(0, 500))
def test_what_is_left_is_two_to_the_power_of_minus_the_half_lives(
    half_life: int, age: int
) -> None:
    left = HalfLife(half_life).left(age)

    # Raised to the half-life, the share is a whole power of two again.
    whole = left**half_life * 2**age
    assert abs(whole - 1) < Fraction(1, 10**25)


@given(
    score=scores,
    bounds=st.lists(st.integers(-40, 80), min_size=2, max_size=2).map(sorted),
    after=days,
)
def test_no_day_on_which_a_score_enters_or_leaves_a_range_is_missed(
    score: Score, bounds: list[int], after: date
) -> None:
    low, high = map(Fraction, bounds)
    turns = set(score.turns(low, high, after))

    for offset in range(300):
        day = after + timedelta(days=offset)
        if (low <= score.on(day) <= high) is not (
            low <= score.on(day + timedelta(days=1)) <= high
        ):
            assert day + timedelta(days=1) in turns


@given(fit=st.integers(-5, 105), intent=st.integers(-5, 105), more=st.integers(0, 50))
def test_more_of_a_score_never_makes_a_grade_worse(
    fit: int, intent: int, more: int
) -> None:
    bands = (Band("1", 60), Band("2", 20), Band("3", 0))
    matrix = GradeMatrix(fit=bands, intent=bands)
    ranks = {grade: rank for rank, grade in enumerate((*matrix.grades, None))}

    before = ranks[matrix.grade(fit=fit, intent=intent)]
    after = ranks[matrix.grade(fit=fit + more, intent=intent)]

    assert after <= before


moments = st.datetimes(
    datetime(2026, 1, 1), datetime(2026, 12, 31), timezones=st.just(UTC)
)
consents = st.builds(
    Consent,
    channel=st.sampled_from([None, "email", "call"]),
    granted=st.booleans(),
    at=moments,
)


@given(said=st.lists(consents, max_size=5), at=moments, data=st.data())
def test_consent_does_not_depend_on_the_order_in_which_it_is_told(
    said: list[Consent], at: datetime, data: st.DataObject
) -> None:
    shuffled = data.draw(st.permutations(said))

    answers = {
        Lead(id="L1", consents=tuple(order)).may_be_contacted("email", at)
        for order in (said, shuffled)
    }

    assert len(answers) == 1


zones = st.sampled_from(["UTC", "America/New_York", "Pacific/Auckland", "Africa/Cairo"])
spans = st.tuples(days, st.integers(0, 9)).map(
    lambda pair: (pair[0], pair[0] + timedelta(days=pair[1]))
)


@given(
    away=st.lists(spans, max_size=3),
    zone=zones,
    at=st.datetimes(
        datetime(2025, 12, 30), datetime(2026, 3, 30), timezones=st.just(UTC)
    ),
)
def test_a_person_is_away_on_the_dates_of_the_organisation_and_on_no_others(
    away: list[tuple[date, date]], zone: str, at: datetime
) -> None:
    person = Person(id="dana", absences=tuple(Spell(*days) for days in away))
    held = Organization(people=(person,), zone=zone)
    today = at.astimezone(ZoneInfo(zone)).date()
    instant = to_instant(at, "at")

    is_available = held.is_available("dana", at)

    assert is_available is not any(first <= today <= last for first, last in away)
    assert is_available is not any(
        start <= instant < end for start, end in held.absences_of("dana")
    )


@given(change=days, zone=zones, at=moments)
def test_whoever_changes_teams_is_always_in_exactly_one(
    change: date, zone: str, at: datetime
) -> None:
    before, after = Spell(until=change), Spell(since=change + timedelta(days=1))
    person = Person(
        id="dana",
        memberships=(
            Membership(team="sdr", spell=before),
            Membership(team="ae", spell=after),
        ),
    )

    team = Organization(people=(person,), zone=zone).team_of("dana", at)

    today = at.astimezone(ZoneInfo(zone)).date()
    assert team == ("sdr" if today <= change else "ae")
