"""Was each incident resolved within eight business hours of its opening?

Run it as it is for the sample beside it, or name a file in the same columns and the
moment of the question:

    python service_log.py incidents.csv.gz 2017-02-15T10:00:00Z
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import alignkit as ak
from alignkit.report import review_lines, scorecard_lines, verdict_lines

HERE = Path(__file__).parent
MINUTE = timedelta(minutes=1)


def judged(log: Path, as_of: datetime) -> tuple[ak.Evaluation, tuple[ak.Finding, ...]]:
    """Return how the promise stands for each incident, and what could not be read."""
    events, unread = ak.read_events(log, HERE / "incidents.map.toml")
    return ak.load(HERE / "agreement.toml").evaluate(events, as_of=as_of), unread


def business_minutes(evaluation: ak.Evaluation) -> dict[str, float]:
    """Return the business minutes from opening to resolution of what is resolved."""
    return {
        one.subject: one.elapsed.business / MINUTE
        for one in evaluation.verdicts
        if one.fulfilled_at and one.elapsed and one.elapsed.business is not None
    }


def story(log: Path, as_of: datetime) -> Iterator[str]:
    """Yield the answer, line by line."""
    evaluation, unread = judged(log, as_of)
    yield from review_lines(unread)
    minutes = business_minutes(evaluation)
    yield "incident     business minutes  kept?"
    for verdict in evaluation.verdicts:
        spent = minutes.get(verdict.subject)
        shown = "-" if spent is None else f"{spent:,g}"
        yield f"{verdict.subject}  {shown:>16}  {verdict.status.value}"
    yield ""
    yield from scorecard_lines(evaluation.scorecard())
    late = [one for one in evaluation.verdicts if one.status is ak.Status.LATE]
    if late:
        yield "\nThe first that was late, explained\n"
        yield from verdict_lines(late[0])


if __name__ == "__main__":
    log, as_of = sys.argv[1:] or (HERE / "incidents.csv", "2016-04-01T10:00:00Z")
    print(*story(Path(log), datetime.fromisoformat(as_of)), sep="\n")
