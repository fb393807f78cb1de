"""Shares: how many of how many.

A share keeps its numerator and its denominator as they were counted, because "4 of 5"
and "80 of 100" are the same fraction and not the same evidence [K16]. Rounding belongs
to whoever prints it [V4].
"""

from __future__ import annotations

from fractions import Fraction

import attrs

from alignkit.errors import UnfitValueError


@attrs.frozen
class Share:
    """So many of so many, unreduced.

    Attributes:
        numerator: How many.
        denominator: Of how many.

    Example:
        >>> share = Share(4, 10)
        >>> str(share), share.fraction
        ('4/10', Fraction(2, 5))
        >>> Share(0, 0).fraction is None
        True
        >>> str(Share(4, 10) + Share(1, 2))
        '5/12'
    """

    numerator: int
    denominator: int

    def __attrs_post_init__(self) -> None:
        if not 0 <= self.numerator <= self.denominator:
            raise UnfitValueError("share", "numerator", "from none to all", str(self))

    @property
    def fraction(self) -> Fraction | None:
        """The share as one number; None where there was nothing to count."""
        if self.denominator == 0:
            return None
        return Fraction(self.numerator, self.denominator)

    def __add__(self, other: Share) -> Share:
        return Share(
            self.numerator + other.numerator, self.denominator + other.denominator
        )

    def __str__(self) -> str:
        return f"{self.numerator}/{self.denominator}"
