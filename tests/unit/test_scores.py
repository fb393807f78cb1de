from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction

import pytest

from alignkit.errors import UnfitValueError
from alignkit.scores import Band, GradeMatrix, HalfLife, PerDay, Points, Score

MARCH = date(2026, 3, 1)


class TestOn:
    def test_points_halve_exactly_at_every_half_life(self) -> None:
        score = Score((Points(60, MARCH),), HalfLife(10))

        on = [score.on(date(2026, 3, day)) for day in (1, 11, 21, 31)]

        assert on == [60, 30, 15, Fraction(15, 2)]

    def test_between_half_lives_they_follow_the_curve(self) -> None:
        score = Score((Points(100, MARCH),), HalfLife(2))

        # One over the square root of two, to 28 digits.
        assert score.on(date(2026, 3, 2)) == 100 * Fraction(
            "0.7071067811865475244008443621"
        )

    def test_points_that_lose_so_many_a_day_run_out(self) -> None:
        score = Score((Points(5, MARCH), Points(-3, MARCH)), PerDay(2))

        on = [score.on(date(2026, 3, day)) for day in (1, 2, 3, 4)]

        # 5 - 3, 3 - 1, 1 - 0, 0 - 0
        assert on == [2, 2, 1, 0]

    def test_points_of_a_later_day_do_not_count_yet(self) -> None:
        score = Score((Points(Decimal("1.5"), MARCH),))

        on = [score.on(date(2026, 2, 28)), score.on(MARCH)]

        assert on == [0, Fraction(3, 2)]

    def test_without_decay_points_stay(self) -> None:
        score = Score((Points(5, MARCH),)).plus(3, MARCH, "visit")

        assert score.on(date(2099, 1, 1)) == 8
        assert score.contributions(MARCH) == (
            (Points(5, MARCH), Fraction(5)),
            (Points(3, MARCH, "visit"), Fraction(3)),
        )


class TestTurns:
    def test_it_finds_the_day_on_which_a_score_has_faded(self) -> None:
        score = Score((Points(80, MARCH),), HalfLife(30))

        turns = list(score.turns(Fraction(40), Fraction(1000), MARCH))

        # Exactly 40 on the 30th day after, less on the 31st.
        assert turns == [date(2026, 4, 1)]

    def test_points_that_arrive_later_move_it_again(self) -> None:
        later = Points(4, date(2026, 3, 10))
        score = Score((Points(5, MARCH), later), PerDay(1))

        turns = set(score.turns(Fraction(1), Fraction(3), MARCH))

        # 5, 4, [3, 2, 1], 0 until it jumps over the range on the 10th, [3, 2, 1], 0.
        assert turns == {date(2026, 3, day) for day in (3, 6, 10, 11, 14)}

    def test_points_last_until_the_end_of_the_calendar(self) -> None:
        score = Score((Points(1000, date(9999, 12, 1)),), PerDay(1))

        assert list(score.turns(Fraction(990), Fraction(1000), date(9999, 12, 1))) == [
            date(9999, 12, 12)
        ]

    def test_it_stops_at_the_end_of_the_calendar(self) -> None:
        score = Score((Points(80, date(9999, 12, 1)),), PerDay(1))

        turns = set(score.turns(Fraction(79), Fraction(99), date(9999, 12, 1)))

        assert turns == {date(9999, 12, 3)}


class TestGrades:
    MATRIX = GradeMatrix(
        fit=(Band("A", 75), Band("B", 40)), intent=(Band("1", 60), Band("2", 0))
    )

    @pytest.mark.parametrize(
        ("fit", "intent", "grade"),
        [
            (75, 60, "A1"),
            (Decimal("74.99"), Fraction(119, 2), "B2"),
            (39, 60, None),
            (None, 60, None),
            (75, None, None),
        ],
    )
    def test_both_scores_make_a_grade_together(
        self,
        fit: int | Decimal | None,
        intent: int | Fraction | None,
        grade: str | None,
    ) -> None:
        assert self.MATRIX.grade(fit=fit, intent=intent) == grade

    def test_all_grades_are_listed_from_the_best_down(self) -> None:
        assert self.MATRIX.grades == ("A1", "A2", "B1", "B2")


@pytest.mark.parametrize(
    "make",
    [
        lambda: HalfLife(0),
        lambda: HalfLife(40_000),
        lambda: PerDay(0),
        lambda: PerDay(Decimal("NaN")),
        lambda: Points(Decimal("1E+99"), MARCH),
        lambda: Points(10**16, MARCH),
        lambda: Points(points=True, on=MARCH),
        lambda: Points(1, datetime(2026, 3, 1)),
        lambda: Band("A", Decimal("Infinity")),
        lambda: GradeMatrix(fit=(Band("A", 1), Band("B", 1)), intent=(Band("1", 0),)),
        lambda: GradeMatrix(fit=(Band("A", 2), Band("A", 1)), intent=(Band("1", 0),)),
    ],
)
def test_what_makes_no_sense_is_refused(make: Callable[[], object]) -> None:
    with pytest.raises(UnfitValueError):
        make()
