"""Lint: a hundred criteria, and an agreement in which most of them are.

Nothing else that we know of looks for contradictions and overlaps in such criteria, so
these are plain figures. Run it with ``python -m tests.benchmarks.bench_lint``.
"""

from __future__ import annotations

from collections.abc import Iterator

from alignkit.criteria import Criterion, field
from alignkit.editions import Calendar, Definition, Edition
from alignkit.hours import BusinessHours
from alignkit.lint import lint
from alignkit.parties import Party
from alignkit.patterns import Pattern
from alignkit.promises import Clock, Deadline, Target
from alignkit.spans import BusinessTime
from alignkit.terms import Term
from tests.benchmarks.measuring import machine, medians, table, thousands

PACKAGES = ("alignkit", "attrs")
MANY = 100
SIZE, TRADE, SCORE = (
    field("company.employees"),
    field("company.industry"),
    field("score"),
)
CLOCK = Clock(
    start=(Pattern(event="owner_assigned"),), stop=(Pattern(event="activity_logged"),)
)


def definitions() -> Iterator[Criterion]:
    """A hundred definitions of a lead, with five to six questions each."""
    for nth in range(MANY):
        yield (
            TRADE.one_of("retail", "logistics", f"trade {nth}")
            & SIZE.between(nth, nth + 50)
            & (SCORE.at_least(nth % 90) | field("asked").is_(True))
            & ~field("source").one_of("test", "spam")
        )


def ranges() -> Iterator[Criterion]:
    """A hundred ranges of one field, side by side."""
    return (SIZE.between(10 * nth, 10 * nth + 9) for nth in range(MANY))


def mixed() -> Iterator[Criterion]:
    """A hundred segments of three fields, of which most share some leads."""
    for nth in range(MANY):
        trades = TRADE.one_of("retail", f"trade {nth % 10}")
        yield trades & SIZE.between(nth, nth + 50) & SCORE.at_least(nth % 7)


def with_segments(segments: Iterator[Criterion]) -> Edition:
    targets = tuple(
        Target(one, BusinessTime(minutes=nth)) for nth, one in enumerate(segments, 1)
    )
    promise = Deadline(clock=CLOCK, within=BusinessTime(hours=4), targets=targets)
    return edition(terms=(Term(id="answer", party="sales", promise=promise),))


def edition(
    defined: tuple[Definition, ...] = (), terms: tuple[Term, ...] = ()
) -> Edition:
    office = BusinessHours("America/Denver", {"mon-fri": ["09:00-17:00"]})
    return Edition(
        id="bench",
        calendars=(Calendar("office", office),),
        parties=(Party("sales", "office"),),
        definitions=defined,
        terms=terms,
    )


EDITIONS = {
    "100 definitions, alone": edition(
        tuple(Definition(f"d{nth}", one) for nth, one in enumerate(definitions()))
    ),
    "100 ranges of one field, with each other": with_segments(ranges()),
    "100 segments of three fields, with each other": with_segments(mixed()),
}


def tables() -> Iterator[str]:
    """Yield what came out, as tables."""
    taken = medians(
        {name: lambda one=one: lint([one]) for name, one in EDITIONS.items()}  # type: ignore[misc]
    )
    rows = [
        [name, thousands(1000 * taken[name]), str(len(lint([one])))]
        for name, one in EDITIONS.items()
    ]
    yield table("Lint", ["criteria", "milliseconds", "findings"], rows)


if __name__ == "__main__":
    print(f"Measured on {machine(*PACKAGES)}.\n")
    for measured in tables():
        print(measured)
