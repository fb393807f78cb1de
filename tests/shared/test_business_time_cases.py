from __future__ import annotations

import collections
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import attrs
import pytest

from alignkit.hours import BusinessHours
from alignkit.spans import BusinessDays
from alignkit.zones import clock
from tests.reference import counting
from tests.reference.answers import Model
from tests.reference.clocks import as_if_utc, instant_of, moment_of, reading
from tests.reference.plans import Plan, Stretch
from tests.shared.case_rows import Answers, Row, answer, expected, plan_of, read_rows
from tests.strategies import hours_of

pytestmark = pytest.mark.shared

PAGE = Path(__file__).parents[2] / "docs" / "explanation" / "conventions.md"
SECOND = 1_000_000


@attrs.frozen
class Alignkit:
    """One calendar, asked of alignkit."""

    plan: Plan

    @property
    def hours(self) -> BusinessHours:
        return hours_of(self.plan)

    def elapsed(self, start: int, end: int) -> int:
        return self.hours.between(moment_of(start), moment_of(end)) // MICROSECOND

    def add(self, start: int, span: int, landing: counting.Landing) -> int:
        return instant_of(
            self.hours.add(moment_of(start), span * MICROSECOND, landing=landing)
        )

    def subtract(self, start: int, span: int, landing: counting.Landing) -> int:
        return instant_of(
            self.hours.subtract(moment_of(start), span * MICROSECOND, landing=landing)
        )

    def is_open(self, at: int) -> bool:
        return self.hours.is_open(moment_of(at))

    def next_open(self, at: int) -> int:
        return instant_of(self.hours.next_open(moment_of(at)))

    def next_close(self, at: int) -> int:
        return instant_of(self.hours.next_close(moment_of(at)))

    def last_open_until(self, at: int) -> int:
        if self.hours.is_open(moment_of(at - 1)):
            return at
        return instant_of(self.hours.previous_close(moment_of(at)))

    def open_between(self, start: int, end: int) -> list[Stretch]:
        return [
            (instant_of(opened), instant_of(closed))
            for opened, closed in self.hours.intervals(moment_of(start), moment_of(end))
        ]

    def business_days(self, after: date, until: date) -> int:
        return self.hours.business_days_between(after, until)

    def add_business_days(self, day: date, count: int) -> date:
        return self.hours.add_business_days(day, count)

    def same_time(self, start: int, count: int) -> int:
        hours, at = self.hours, moment_of(start)
        span = BusinessDays(abs(count), due="same_time")
        return instant_of(
            hours.add(at, span) if count > 0 else hours.subtract(at, span)
        )

    def first_instant(self, wall: datetime) -> int:
        local = as_if_utc(wall)
        return clock(self.plan.zone, local).instant(local)


MICROSECOND = timedelta(microseconds=1)


def agrees(row: Row, asked: Answers) -> bool:
    return answer(row, asked) == expected(row)


def lands_on_the_next_opening(row: Row, asked: Answers) -> bool:
    """The named variant of alignkit, mirrored when subtracting [T7]."""
    return row["op"] in {"add", "subtract"} and (
        answer(row, asked, "next_open") == expected(row)
    )


def is_rounded_to_whole_seconds(row: Row, asked: Answers) -> bool:
    if row["op"] not in {"add", "subtract", "elapsed"}:
        return False
    exact = answer(row, asked)
    assert isinstance(exact, int)
    return (2 * exact + SECOND) // (2 * SECOND) * SECOND == expected(row)


def closes_a_microsecond_early(row: Row, asked: Answers) -> bool:
    if row["op"] != "next_close":
        return False
    return asked.next_close(instant_of(_moment(row["start"]))) - 1 == expected(row)


def counts_the_hours_on_the_wall(row: Row, asked: Answers) -> bool:
    """The same row, as if its clock had never been set anew."""
    if row["op"] != "elapsed":
        return False
    plan = plan_of(row)
    start, end = (
        as_if_utc(reading(plan.zone, instant_of(_moment(row[key]))))
        for key in ("start", "end")
    )
    # Whoever is asked is made from a plan, though the protocol does not say so.
    unset = type(asked)(attrs.evolve(plan, zone="UTC"))  # type: ignore[call-arg]
    return unset.elapsed(start, end) == expected(row)


def rolls_a_day_off_before_it_counts(row: Row, asked: Answers) -> bool:
    if row["op"] != "add_business_days":
        return False
    day, days = date.fromisoformat(str(row["start"])), row["days"]
    assert isinstance(days, int)
    if counting.is_business_day(plan_of(row), day):
        return False
    rolled = asked.add_business_days(day, 1 if days > 0 else -1)
    return asked.add_business_days(rolled, days) == expected(row)


def counts_the_close_as_open(row: Row, asked: Answers) -> bool:
    if row["op"] != "is_open" or not expected(row):
        return False
    return asked.is_open(instant_of(_moment(row["start"])) - 1)


def shifts_a_skipped_time_by_the_length_of_the_gap(row: Row, _: Answers) -> bool:
    if row["op"] != "local_to_utc":
        return False
    wall = _moment(row["start"]).replace(tzinfo=ZoneInfo(str(row["timezone"])))
    return instant_of(wall) == expected(row)


def _moment(raw: object) -> datetime:
    return datetime.fromisoformat(str(raw))


AGREES = "as alignkit counts"
REPRODUCED = {"landing on the next opening": lands_on_the_next_opening}
DECLINED = {
    "rounding to whole seconds": is_rounded_to_whole_seconds,
    "closing a microsecond early": closes_a_microsecond_early,
    "counting the hours on the wall": counts_the_hours_on_the_wall,
    "rolling a day off before counting": rolls_a_day_off_before_it_counts,
    "counting the close as open": counts_the_close_as_open,
    "shifting a skipped time": shifts_a_skipped_time_by_the_length_of_the_gap,
}


def conventions(row: Row, asked: Answers) -> list[str]:
    """Return the names of the conventions by which the row was counted."""
    if agrees(row, asked):
        return [AGREES]
    return [
        name
        for name, follows in {**REPRODUCED, **DECLINED}.items()
        if follows(row, asked)
    ]


@pytest.fixture(params=[Model, Alignkit], ids=["model", "alignkit"])
def who(request: pytest.FixtureRequest) -> type[Model | Alignkit]:
    chosen: type[Model | Alignkit] = request.param
    return chosen


def place(row: Row) -> str:
    return f"{row['source_repo']}: {row['op']} from {row['start']}"


class TestRows:
    def test_that_are_said_to_agree_do(
        self, shared: Path, who: type[Model | Alignkit]
    ) -> None:
        rows = read_rows(shared, "business_time.json")

        assert [
            place(row)
            for row in rows
            if agrees(row, who(plan_of(row))) != row["agrees_with_reference"]
        ] == []

    def test_that_were_computed_agree(
        self, shared: Path, who: type[Model | Alignkit]
    ) -> None:
        rows = read_rows(shared, "business_time_reference.json")

        assert [place(row) for row in rows if not agrees(row, who(plan_of(row)))] == []

    def test_follow_one_convention_each(
        self, shared: Path, who: type[Model | Alignkit]
    ) -> None:
        rows = read_rows(shared, "business_time.json")

        assert [
            (place(row), found)
            for row in rows
            if len(found := conventions(row, who(plan_of(row)))) != 1
        ] == []

    def test_that_differ_are_counted_on_the_page_of_conventions(
        self, shared: Path
    ) -> None:
        counts = collections.Counter(
            (convention, str(row["source_repo"]).partition("/")[2])
            for row in read_rows(shared, "business_time.json")
            for convention in conventions(row, Alignkit(plan_of(row)))
            if convention != AGREES
        )

        written = {
            (cells[0], cells[1]): int(cells[2])
            for line in PAGE.read_text("utf-8").splitlines()
            if len(cells := [cell.strip() for cell in line.split("|")[1:-1]]) == 4
            and cells[2].isdigit()
        }
        assert written == dict(counts)
