"""So many of so many."""

from __future__ import annotations

from fractions import Fraction

import pytest

from alignkit.errors import UnfitValueError
from alignkit.shares import Share


class TestShare:
    def test_it_is_kept_as_it_was_counted(self) -> None:
        assert str(Share(4, 10)) == "4/10"
        assert Share(4, 10) != Share(2, 5)
        assert Share(4, 10).fraction == Share(2, 5).fraction == Fraction(2, 5)

    def test_a_share_of_nothing_is_no_number(self) -> None:
        assert Share(0, 0).fraction is None

    def test_shares_are_pooled_not_averaged(self) -> None:
        assert Share(1, 1) + Share(0, 9) == Share(1, 10)

    @pytest.mark.parametrize(("some", "of"), [(-1, 2), (3, 2), (1, 0)])
    def test_there_is_no_more_than_all_and_no_less_than_none(
        self, some: int, of: int
    ) -> None:
        with pytest.raises(UnfitValueError) as caught:
            Share(some, of)

        assert caught.value.seen == f"{some}/{of}"
