"""The slow model as somebody who answers questions about one calendar."""

from __future__ import annotations

from datetime import date, datetime

import attrs

from tests.reference import clocks, counting
from tests.reference.plans import Plan, Stretch


@attrs.frozen
class Model:
    """One calendar, asked of the slow model."""

    plan: Plan

    def elapsed(self, start: int, end: int) -> int:
        return counting.elapsed(self.plan, start, end)

    def add(self, start: int, span: int, landing: counting.Landing) -> int:
        return counting.add(self.plan, start, span, landing=landing)

    def subtract(self, start: int, span: int, landing: counting.Landing) -> int:
        return counting.subtract(self.plan, start, span, landing=landing)

    def is_open(self, at: int) -> bool:
        return counting.is_open(self.plan, at)

    def next_open(self, at: int) -> int:
        return counting.next_open(self.plan, at)

    def next_close(self, at: int) -> int:
        return counting.next_close(self.plan, at)

    def last_open_until(self, at: int) -> int:
        return counting.last_open_until(self.plan, at)

    def open_between(self, start: int, end: int) -> list[Stretch]:
        return counting.open_between(self.plan, start, end)

    def business_days(self, after: date, until: date) -> int:
        return counting.business_days(self.plan, after, until)

    def add_business_days(self, day: date, count: int) -> date:
        return counting.add_business_days(self.plan, day, count)

    def same_time(self, start: int, count: int) -> int:
        return counting.due_at_same_time(self.plan, start, count)

    def first_instant(self, wall: datetime) -> int:
        return clocks.first_instant(self.plan.zone, wall)
