"""Which leads become customers, and do they within 30 days of the first contact?

The leads are in one file and the won deals in another. Run it as it is for the sample
beside it, or name files in the same columns and the moment of the question:

    python funnel.py leads.csv deals.csv 2018-11-15T00:00:00-02:00
"""

from __future__ import annotations

import statistics
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import alignkit as ak
from alignkit.report import review_lines, scorecard_lines, verdict_lines

HERE = Path(__file__).parent


def monthly_volume(contacts: tuple[ak.Event, ...]) -> dict[str, int]:
    """Return how many leads made their first contact in each month, local dates."""
    return dict(sorted(Counter(f"{one.at:%Y-%m}" for one in contacts).items()))


def won_by_origin(
    contacts: tuple[ak.Event, ...], deals: tuple[ak.Event, ...]
) -> dict[str | None, ak.Share]:
    """Return how many leads of each origin were won; None is for those without one.

    An origin that is called "unknown" was recorded as that; it is another thing than
    none at all.
    """
    origins = {
        one.subject: one.fact.source
        for one in contacts
        if isinstance(one.fact, ak.LeadCreated)
    }
    won = Counter(origins[one.subject] for one in deals)
    leads = Counter(origins.values())
    return {origin: ak.Share(won[origin], n) for origin, n in leads.most_common()}


def days_to_won(
    contacts: tuple[ak.Event, ...], deals: tuple[ak.Event, ...]
) -> list[int]:
    """Return the days from the first contact to the deal, as a calendar counts them."""
    first = {one.subject: one.at.date() for one in contacts}
    return sorted((one.at.date() - first[one.subject]).days for one in deals)


def story(leads: Path, deals: Path, as_of: datetime) -> Iterator[str]:
    """Yield the answer, line by line."""
    created, unread = ak.read_events(leads, HERE / "leads.map.toml")
    won, unread_too = ak.read_events(deals, HERE / "deals.map.toml")
    yield f"{len(created):,} leads, {len(won):,} won"
    yield from review_lines((*unread, *unread_too))
    yield "\nLeads by month of first contact"
    yield from (f"  {month}  {n:5,}" for month, n in monthly_volume(created).items())
    yield "\nWon, of all leads of an origin"
    for origin, share in won_by_origin(created, won).items():
        yield f"  {origin or '(none)':18}{share!s:>10}"
    days = days_to_won(created, won)
    yield f"\nMedian from first contact to won: {statistics.median(days):g} days\n"
    agreement = ak.load(HERE / "agreement.toml")
    evaluation = agreement.evaluate((*created, *won), as_of=as_of)
    yield from scorecard_lines(evaluation.scorecard())
    for verdict in evaluation.verdicts:
        if verdict.disregarded:
            yield "\nWon before its first contact\n"
            yield from verdict_lines(verdict)


if __name__ == "__main__":
    sample = (HERE / "leads.csv", HERE / "deals.csv", "2018-04-11T00:00:00-03:00")
    leads, deals, as_of = sys.argv[1:] or sample
    print(*story(Path(leads), Path(deals), datetime.fromisoformat(as_of)), sep="\n")
