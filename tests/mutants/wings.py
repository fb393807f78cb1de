"""What is mutated, and which tests are to tell it."""

from __future__ import annotations

from pathlib import Path

import alignkit

UNIT = Path(__file__).parents[1] / "unit"

TIME = (
    *("instants", "zones", "spans", "periods", "schedules", "recurrences"),
    *("breakpoints", "hours", "holidays", "dues", "duedates", "timetables"),
)
JUDGEMENT = (
    *("facts", "matches", "histories", "judgements", "questions", "qualifying"),
    *("cycles", "runs", "clocks", "progress", "successions", "replays"),
    *("standings", "revisions", "verdicts", "ledgers", "dockets", "evaluations"),
    *("streams", "states", "saved", "scorecards", "percentiles", "shares"),
    *("efforts", "stays", "volumes", "qualities", "validities"),
    *("exclusions", "consents", "pardons", "surges", "escalations", "keepings"),
    *("attributions", "absences", "custody", "counts", "journeys", "legs"),
    *("conformance", "silences", "weighings", "loopworks", "loopfigures"),
    *("loopshares", "stints", "shifts", "books", "turnarounds", "unjudged"),
)


def file_of(module: str) -> Path:
    """Return where a module of the library is written."""
    return Path(alignkit.__file__).parent / f"{module}.py"


def sources() -> dict[str, str]:
    """Return the text of each module of both wings, by its name."""
    return {name: file_of(name).read_text("utf-8") for name in (*TIME, *JUDGEMENT)}
