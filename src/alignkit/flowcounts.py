"""Flow counts: how feedback flows, counted as subjects go by that nobody keeps.

The figures of a loop name the subjects behind them; of a history that is too large to
hold, they are numbers alone. A turnaround keeps each length that there was and how
often, since a percentile falls on one of them [F3].
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

import attrs

from alignkit.exchanges import Exchange
from alignkit.loopfigures import Flows, LoopFigures, Portion
from alignkit.shares import Share
from alignkit.standings import Status
from alignkit.turnarounds import Amount, Turnaround
from alignkit.verdicts import Verdict

_OF_ITEMS = (
    "coverage",
    "action_rate",
    "action_of_received",
    "closure",
    "reopened",
)
"""The figures that count items; that of replies in time counts verdicts."""


@attrs.define(eq=False)
class FlowCounts:
    """What has been counted so far; it grows, so that nothing else has to be kept.

    Attributes:
        flows: The loops.
    """

    flows: Flows
    _shares: dict[tuple[str, str], Share] = attrs.field(factory=dict, init=False)
    _lengths: dict[str, Counter[Amount]] = attrs.field(factory=dict, init=False)
    _open: Counter[str] = attrs.field(factory=Counter, init=False)

    def add(self, exchanges: Iterable[Exchange]) -> None:
        """Count what became of the items of one subject."""
        told = tuple(exchanges)
        for found in self.flows.figures(told, ()) if told else ():
            for name in _OF_ITEMS:
                portion: Portion = getattr(found, name)
                self._count(found.loop, name, portion.share)
            if found.turnaround is not None:
                lengths = self._lengths.setdefault(found.loop, Counter())
                lengths.update(dict(found.turnaround.lengths))
                self._open[found.loop] += found.turnaround.still_open

    def judge(self, verdict: Verdict) -> None:
        """Count a verdict, if it is on a reply."""
        for loop in self.flows.on_time(verdict):
            is_met = verdict.status is Status.MET
            self._count(loop, "on_time", Share(int(is_met), 1))

    def figures(self) -> tuple[LoopFigures, ...]:
        """Return the figures of each loop, with no cases behind them."""
        return tuple(map(self._figures, self.flows.figures((), ())))

    def _count(self, loop: str, name: str, share: Share) -> None:
        self._shares[loop, name] = self._shares.get((loop, name), Share(0, 0)) + share

    def _figures(self, nothing: LoopFigures) -> LoopFigures:
        """Return the figures of a loop, given as they are before anything came."""
        loop = nothing.loop
        told: dict[str, Any] = {
            name: Portion((), (), self._shares.get((loop, name), Share(0, 0)))
            for name in (*_OF_ITEMS, "on_time")
        }
        if nothing.turnaround is not None:
            told["turnaround"] = Turnaround(
                unit=nothing.turnaround.unit,
                lengths=tuple(sorted(self._lengths.get(loop, Counter()).items())),
                still_open=self._open[loop],
            )
        return attrs.evolve(nothing, **told)
