"""Targets: the figures that a strategy comes down to, and the sums that join them.

Revenue is customers times the size of a deal; the pipeline that is needed is revenue
over the win rate; the leads that are needed are customers over the rates of all stages
before. Whoever writes these figures down separately writes down a contradiction sooner
or later. All sums here are exact; a figure that counts things is rounded up, because
half a customer does not sign [K15].
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from decimal import Decimal
from fractions import Fraction

import attrs
from attrs.validators import optional

from alignkit._fields import counts_from, is_a, is_name
from alignkit.criteria import is_number
from alignkit.errors import UnfitValueError
from alignkit.findings import Finding, Severity

Figure = int | Decimal | Fraction
"""An exact number."""


def _exact(noun: str, field: str, value: object) -> Fraction:
    if isinstance(value, Fraction):
        return value
    if isinstance(value, int | Decimal) and is_number(value):
        return Fraction(value)
    expected = "an exact number: an int, a Decimal or a Fraction"
    raise UnfitValueError(noun, field, expected, repr(value)[:80])


def _positive(noun: str, field: str, value: object) -> Fraction:
    exact = _exact(noun, field, value)
    if exact <= 0:
        raise UnfitValueError(noun, field, "more than zero", str(value))
    return exact


def _rate(noun: str, field: str, value: object) -> Fraction:
    exact = _exact(noun, field, value)
    if not 0 < exact <= 1:
        expected = "a rate over 0 and up to 1, such as 1/4"
        raise UnfitValueError(noun, field, expected, str(value))
    return exact


_is_text = optional(is_a(str))


@attrs.frozen
class Needed:
    """How many are needed: exactly, and in whole ones [K15].

    Attributes:
        exact: The exact number.

    Example:
        >>> needed = Needed(Fraction(100, 3))
        >>> str(needed.exact), needed.whole
        ('100/3', 34)
    """

    exact: Fraction = attrs.field(validator=is_a(Fraction))

    @property
    def whole(self) -> int:
        """The number rounded up."""
        return math.ceil(self.exact)


def customers_needed(
    revenue: Figure, *, deal_size: Figure, share: Figure = 1
) -> Needed:
    """Return how many customers it takes to reach a revenue.

    Args:
        revenue: The revenue to reach.
        deal_size: What a customer brings on average.
        share: The part of the revenue that has to come this way, such as the part that
            marketing sources.

    Raises:
        UnfitValueError: If a figure is not exact or not positive, or the share is not
            over 0 and up to 1.

    Example:
        >>> customers_needed(1_000_000, deal_size=20_000, share=Fraction(1, 2)).whole
        25
    """
    asked = _positive("target", "revenue", revenue) * _rate("target", "share", share)
    return Needed(asked / _positive("target", "deal_size", deal_size))


def leads_needed(
    revenue: Figure,
    *,
    deal_size: Figure,
    rates: Iterable[Figure],
    share: Figure = 1,
) -> Needed:
    """Return how many leads it takes to reach a revenue.

    Args:
        revenue: The revenue to reach.
        deal_size: What a customer brings on average.
        rates: The rate at which each stage leads to the next, in any order; one rate
            if only that from lead to customer is known.
        share: The part of the revenue that has to come this way.

    Raises:
        UnfitValueError: If a figure is not exact or not positive, or a rate or the
            share is not over 0 and up to 1.

    Example:
        Seven customers at one in twenty take 140 leads, whichever way it is split:

        >>> leads_needed(7, deal_size=1, rates=[Fraction(1, 20)]).whole
        140
        >>> leads_needed(7, deal_size=1, rates=[Fraction(1, 5), Fraction(1, 4)]).whole
        140
    """
    needed = customers_needed(revenue, deal_size=deal_size, share=share).exact
    for rate in rates:
        needed /= _rate("target", "rates", rate)
    return Needed(needed)


def implied_lead_value(*, rate: Figure, deal_size: Figure) -> Fraction:
    """Return what a lead is worth: the rate at which it buys times what it then pays.

    A volume promised in value cannot be met by many easy leads that do not buy [K15].

    Raises:
        UnfitValueError: If a figure is not exact or positive, or the rate is over 1.

    Example:
        >>> implied_lead_value(rate=Fraction(1, 20), deal_size=30_000)
        Fraction(1500, 1)
    """
    worth = _positive("target", "deal_size", deal_size)
    return _rate("target", "rate", rate) * worth


@attrs.frozen(kw_only=True)
class TargetSet:
    """The figures of one period, which have to agree with each other (R70).

    Any of them may be left out; what is stated is checked against the rest.

    Attributes:
        period: The period that they are for, as people write it: ``"2026"``.
        segment: The segment that they are for; None for all.
        revenue: The revenue to reach, in one currency.
        deal_size: What a customer brings on average.
        customers: How many customers that takes.
        win_rate: The share of the pipeline's value that is won.
        pipeline: The value of the pipeline that it takes.
        retention: The share of customers to keep.
        profile: The definition that an ideal customer meets, by its name.
        tolerance: The share by which stated figures may differ from their sums.

    Example:
        >>> targets = TargetSet(
        ...     period="2026",
        ...     revenue=Decimal(1_000_000),
        ...     deal_size=Decimal(30_000),
        ...     customers=33,
        ...     win_rate=Fraction(1, 4),
        ...     pipeline=Decimal(4_000_000),
        ... )
        >>> targets.customers_needed.whole
        34
        >>> [finding.seen for finding in targets.findings()]
        ['33 customers at 30000 bring 990000']
    """

    period: str = attrs.field(validator=is_name)
    segment: str | None = attrs.field(default=None, validator=optional(is_a(str)))
    revenue: Decimal | None = attrs.field(default=None)
    deal_size: Decimal | None = attrs.field(default=None)
    customers: int | None = attrs.field(
        default=None, validator=optional(counts_from(1))
    )
    win_rate: Fraction | None = attrs.field(default=None)
    pipeline: Decimal | None = attrs.field(default=None)
    retention: Fraction | None = attrs.field(default=None)
    profile: str | None = attrs.field(default=None, validator=optional(is_a(str)))
    tolerance: Fraction = attrs.field(default=Fraction(0))

    @revenue.validator
    @deal_size.validator
    @pipeline.validator
    def _is_an_amount(
        self, field: attrs.Attribute[Decimal | None], value: Decimal | None
    ) -> None:
        if value is None:
            return
        if not isinstance(value, Decimal):
            raise UnfitValueError("targets", field.name, "a Decimal", repr(value)[:80])
        _positive("targets", field.name, value)

    @win_rate.validator
    @retention.validator
    def _is_a_rate(
        self, field: attrs.Attribute[Fraction | None], value: Fraction | None
    ) -> None:
        if value is not None:
            _rate("targets", field.name, value)

    @tolerance.validator
    def _tolerates(self, _: object, value: Fraction) -> None:
        if not 0 <= _exact("targets", "tolerance", value) < 1:
            expected = "a share from 0 up to, not including, 1"
            raise UnfitValueError("targets", "tolerance", expected, str(value))

    @property
    def customers_needed(self) -> Needed | None:
        """How many customers the revenue takes; None if that cannot be told."""
        if self.revenue is None or self.deal_size is None:
            return None
        return customers_needed(self.revenue, deal_size=self.deal_size)

    @property
    def pipeline_needed(self) -> Fraction | None:
        """The pipeline that the revenue takes; None if that cannot be told."""
        if self.revenue is None or self.win_rate is None:
            return None
        return Fraction(self.revenue) / self.win_rate

    def findings(self, path: str = "$.strategy.targets") -> tuple[Finding, ...]:
        """Return where the figures contradict each other (R70).

        Stated customers agree if they are those needed, exactly or rounded up; a stated
        pipeline if it is the one needed, exactly or rounded up to a whole unit of the
        currency; both within the tolerance.
        """
        return tuple(
            attrs.evolve(f, path=path + f.path) for f in self._contradictions()
        )

    def _contradictions(self) -> Iterator[Finding]:
        needed = self.customers_needed
        if needed and self.customers and not self._agrees(self.customers, needed.exact):
            # A Decimal would round the product to the digits of its context.
            brought = self.customers * Fraction(self.deal_size or 0)
            seen = f"{self.customers} customers at {self.deal_size} bring {brought}"
            yield Finding(
                code="AK-P121",
                severity=Severity.ERROR,
                message=f"customers times deal size is not the revenue {self.revenue}",
                path=".customers",
                expected=f"{needed.whole} customers",
                seen=seen,
                help="keep the figures that were measured, change the one that was not",
            )
        pipeline = self.pipeline_needed
        if pipeline and self.pipeline and not self._agrees(self.pipeline, pipeline):
            won = Fraction(self.pipeline) * (self.win_rate or 0)
            yield Finding(
                code="AK-P122",
                severity=Severity.ERROR,
                message=f"pipeline times win rate is not the revenue {self.revenue}",
                path=".pipeline",
                expected=f"a pipeline of {math.ceil(pipeline)}",
                seen=f"{self.pipeline} at {self.win_rate} wins {won}",
                help="keep the figures that were measured, change the one that was not",
            )

    def _agrees(self, stated: Figure, needed: Fraction) -> bool:
        slack = needed * self.tolerance
        most = max(Fraction(math.ceil(needed)), needed + slack)
        return needed - slack <= Fraction(stated) <= most


def more_of_the_same(
    before: TargetSet, after: TargetSet, path: str = "$.strategy.targets"
) -> tuple[Finding, ...]:
    """Return a finding if a target grows while all that it rests on stays (R68).

    Whoever asks for more revenue at the same deal size, win rate and retention, for the
    same profile, asks everybody for more of the same; the finding says how much more.

    Example:
        >>> year = TargetSet(
        ...     period="2026",
        ...     revenue=Decimal(100),
        ...     deal_size=Decimal(10),
        ...     win_rate=Fraction(1, 4),
        ... )
        >>> more = attrs.evolve(year, period="2027", revenue=Decimal(150))
        >>> print(more_of_the_same(year, more)[0].seen)
        5 more customers, 200 more pipeline
    """
    rests_on = ("segment", "deal_size", "win_rate", "retention", "profile")
    grows = before.revenue and after.revenue and before.revenue < after.revenue
    if not grows or any(
        getattr(before, name) != getattr(after, name) for name in rests_on
    ):
        return ()
    implied = []
    if before.customers_needed and after.customers_needed:
        more = Needed(after.customers_needed.exact - before.customers_needed.exact)
        implied.append(f"{more.whole} more customers")
    if before.pipeline_needed and after.pipeline_needed:
        pipeline = after.pipeline_needed - before.pipeline_needed
        implied.append(f"{math.ceil(pipeline)} more pipeline")
    return (
        Finding(
            code="AK-P123",
            severity=Severity.WARNING,
            message=(
                f"revenue grows from {before.revenue} in {before.period} to "
                f"{after.revenue} in {after.period}, and nothing it rests on changes"
            ),
            path=path,
            seen=", ".join(implied) or None,
            help="say what will be different, or plan capacity for more of the same",
        ),
    )
