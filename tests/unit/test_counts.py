from __future__ import annotations

from fractions import Fraction

from alignkit.counts import Total


class TestTotal:
    def test_adds_and_takes_away_each_part_by_itself(self) -> None:
        more = Total(Fraction(5), Fraction(8), 3)
        less = Total(Fraction(2), Fraction(4), 1)

        assert more + less == Total(Fraction(7), Fraction(12), 4)
        assert more - less == Total(Fraction(3), Fraction(4), 2)
