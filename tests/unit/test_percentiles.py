"""How long it took, with those who still wait counted in."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alignkit.errors import UnfitValueError
from alignkit.percentiles import nearest_rank

HALF = Fraction(1, 2)
SHARES = st.fractions(min_value=0, max_value=1).filter(bool)


class TestNearestRank:
    def test_of_nothing_there_is_none(self) -> None:
        assert nearest_rank([], HALF) is None

    def test_of_an_even_number_the_median_is_the_lower_middle(self) -> None:
        assert nearest_rank([4, 1, 3, 2], HALF) == 2

    def test_where_it_falls_on_what_is_open_it_is_not_known(self) -> None:
        assert nearest_rank([1, 2], HALF, still_open=1) == 2
        assert nearest_rank([1, 2], HALF, still_open=3) is None

    @pytest.mark.parametrize("share", [Fraction(0), Fraction(-1), Fraction(3, 2)])
    def test_a_share_lies_over_nothing_and_up_to_all(self, share: Fraction) -> None:
        with pytest.raises(UnfitValueError):
            nearest_rank([1], share)

    @given(
        lengths=st.lists(st.integers(0, 9)), still_open=st.integers(0, 4), share=SHARES
    )
    def test_it_is_the_first_that_so_many_do_not_exceed(
        self, lengths: list[int], still_open: int, share: Fraction
    ) -> None:
        found = nearest_rank(lengths, share, still_open=still_open)

        # By counting: no rank and no rounding.
        whole = len(lengths) + still_open
        fitting = [
            one
            for one in set(lengths)
            if Fraction(sum(other <= one for other in lengths), 1) >= share * whole
        ]
        assert found == (min(fitting) if fitting else None)
