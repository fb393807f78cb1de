"""One feedback loop and facts about its items, for tests worked out by hand.

The office of both parties is in Chicago, open from nine to five on weekdays.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from alignkit.agreements import Agreement
from alignkit.editions import Calendar, Edition
from alignkit.events import Event
from alignkit.loops import Loop
from alignkit.parties import Party
from alignkit.spans import BusinessDays
from alignkit.terms import Term
from alignkit.verdicts import Verdict
from tests.deadlines import OFFICE, at, fact


def a_loop(**changes: Any) -> Loop:  # noqa: ANN401 - whatever a loop has
    """Return a loop of all five steps: 2, 1, 3, 5 and 2 business days."""
    given: dict[str, Any] = {
        "id": "message",
        "kind": "message",
        "owes": "sales",
        "to": "marketing",
        "reply_within": BusinessDays(2),
        "acknowledge_within": BusinessDays(1),
        "decide_within": BusinessDays(3),
        "act_within": BusinessDays(5),
        "tell_within": BusinessDays(2),
    }
    return Loop(**{**given, **changes})


def told(
    step: str,
    when: str,
    *,
    about: str = "R1",
    loop: str = "message",
    id: str = "",
    recorded: str | None = None,
    **more: Any,  # noqa: ANN401 - whatever the fact has
) -> Event:
    """Return the fact that a step was taken; acting is what is decided."""
    if step == "decided":
        more = {"decision": "act", **more}
    plain = fact("x", when, recorded=recorded, id=id or f"{step} {when} {about}")
    envelope = {
        key: held
        for key, held in plain.to_dict().items()
        if key in ("id", "at", "recorded_at", "precision")
    }
    return Event.from_dict(
        {
            **envelope,
            "subject_kind": "request",
            "subject": about,
            "type": f"feedback_{step}",
            "loop": loop,
            "kind": loop,
            **more,
        }
    )


def signed(
    *loops: Loop, terms: Iterable[Term] = (), since: str | None = None
) -> Edition:
    """Return an edition with some loops, in which both parties keep office hours."""
    return Edition(
        id="northwind",
        effective_from=None if since is None else at(since),
        parties=(
            Party("sales", calendar="office"),
            Party("marketing", calendar="office"),
        ),
        calendars=(Calendar("office", OFFICE),),
        loops=loops,
        terms=tuple(terms),
    )


def judged(*events: Event, loop: Loop | None = None, as_of: str) -> list[Verdict]:
    """Return the verdicts on the duties of one loop."""
    agreement = Agreement((signed(a_loop() if loop is None else loop),))
    return list(agreement.evaluate(events, as_of=at(as_of)).verdicts)


def said(verdicts: Iterable[Verdict]) -> dict[str, str]:
    """Return the status of each duty; of its later cycles under their numbers."""
    return {
        one.term.partition(".")[2] + (f" {one.cycle}" if one.cycle > 1 else ""): (
            one.status.value
        )
        for one in verdicts
    }
