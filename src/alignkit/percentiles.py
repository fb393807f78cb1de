"""Percentiles: how long it took, with those who still wait counted in.

A list of answers leaves out whoever was never answered, and looks the better the worse
it is. Here what is still open counts as longer than anything that is answered, so that
a percentile that falls on it is not known yet [F3].
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import timedelta
from fractions import Fraction
from typing import TypeVar

from alignkit.errors import UnfitValueError

Length = TypeVar("Length", int, timedelta)


def nearest_rank(
    lengths: Iterable[Length], share: Fraction, *, still_open: int = 0
) -> Length | None:
    """Return the percentile of some lengths by the nearest rank.

    That is the value at rank ceil(share x n) in order of size: the smallest length that
    at least that share of all does not exceed. None of nothing, and where it falls on
    what is still open.

    Args:
        lengths: What was answered, in any order.
        share: Which percentile: a half is the median.
        still_open: How many are open, each longer than any that was answered.

    Raises:
        UnfitValueError: If the share is not over 0 and at most 1.

    Example:
        >>> nearest_rank([2, 5, 5, 6], Fraction(1, 2), still_open=1)
        5
        >>> nearest_rank([2, 5], Fraction(9, 10), still_open=1) is None
        True
    """
    if not 0 < share <= 1:
        expected = "a share over 0 and at most 1"
        raise UnfitValueError("percentile", "share", expected, str(share)[:40])
    ordered = sorted(lengths)
    rank = math.ceil(share * (len(ordered) + still_open))
    return ordered[rank - 1] if 0 < rank <= len(ordered) else None
