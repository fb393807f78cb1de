"""Rulings as text for people: what came of it, why, and what to do about it.

Lines fit a screen of 80 columns, and nothing from outside reaches it unseen.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from alignkit.consequences import Consequence
from alignkit.objections import Objection
from alignkit.outcomes import Outcome
from alignkit.phrases import moment_text
from alignkit.previews import Preview
from alignkit.rulings import Ruling
from alignkit.screen import paragraph, visible
from alignkit.windows import Window

_DEEP = "      "


def ruling_lines(ruling: Ruling, *, explain: bool = False) -> Iterator[str]:
    r"""Return a ruling as lines.

    Args:
        ruling: The ruling.
        explain: Whether everything is told: where each rule stands, what decides
            nothing, what would mend it, and which clocks would start.

    Example:
        >>> from datetime import datetime
        >>> from alignkit.editions import Edition
        >>> from alignkit.rulings import Bench, rule_on_handoff
        >>> payload = {"lead": "L1", "at": "2026-04-08T10:20Z", "to_party": "sales"}
        >>> payload |= {"suppressed": False, "duplicates": ["L7"]}
        >>> ruling = rule_on_handoff(
        ...     Bench.of([Edition(id="northwind")]),
        ...     payload,
        ...     as_of=datetime.fromisoformat("2026-04-08T10:20Z"),
        ... )
        >>> print("\n".join(ruling_lines(ruling)))
        L1: refuse (fail)
          fail AK-H006 there are duplicates: ['L7'] (at $.duplicates)
              help: merge the records first
    """
    turned = f", by {ruling.turned_by}" if ruling.turned_by else ""
    head = f"{ruling.answer.value} ({ruling.outcome.value}{turned})"
    yield visible(f"{ruling.handoff.lead}: {head}")
    for one in ruling.findings:
        if one.decides or explain:
            yield from _objection_lines(one, explain=explain)
    if ruling.consequence is not None:
        yield from paragraph(_consequence(ruling.consequence), indent="  ")
    for window in ruling.windows:
        if explain or window.outcome is not Outcome.PASS:
            yield from paragraph(_window(window), indent="  ", hanging=_DEEP)
    if ruling.next_change_at is not None:
        yield f"  changes by itself at {moment_text(ruling.next_change_at)}"
    if explain:
        yield from _advice(ruling)


def _objection_lines(one: Objection, *, explain: bool) -> Iterator[str]:
    beside = "" if one.decides else ", decides nothing"
    text = f"{one.outcome.value}{beside} {one.code} {one.message} (at {one.path})"
    yield from paragraph(text, indent="  ", hanging=_DEEP)
    told = [("expected", one.expected), ("seen", one.seen), ("asked by", one.rule)]
    for word, said in told if explain else ():
        if said:
            yield from paragraph(f"{word} {said}", indent=_DEEP)
    if one.help:
        yield from paragraph(f"help: {one.help}", indent=_DEEP)


def _advice(ruling: Ruling) -> Iterator[str]:
    parts: list[tuple[str, list[str]]] = [
        ("ask for", [one.path.removeprefix("$.") for one in ruling.missing]),
        ("would pass with", [str(fix) for fix in ruling.fixes]),
        ("would start", [_clock(one) for one in ruling.clocks]),
        ("from here to", [", ".join(ruling.legal)] if ruling.legal else []),
        ("not read", [one.message for one in ruling.notes]),
    ]
    for word, told in parts:
        for text in told:
            yield from paragraph(f"{word}: {text}", indent="  ", hanging=_DEEP)
    if not ruling.remedies.is_complete:
        yield "  there are further ways to make it pass"


def _consequence(one: Consequence) -> str:
    against = one.counts_against and f"counts against {one.counts_against}"
    rests = one.rests_until and f"rests until {one.rests_until.isoformat()}"
    word = one.disposition.value.replace("_", " ")
    return ", ".join(part for part in (word, against, rests) if part)


def _clock(one: Preview) -> str:
    if one.due_at is None:
        unknown = ", ".join(one.unknown) or "its calendar"
        return f"{one.term} for {one.party}, due when is known: {unknown}"
    return f"{one.term} for {one.party}, due {moment_text(one.due_at)}"


def _window(one: Window) -> str:
    due = "" if one.due_at is None else f", due {moment_text(one.due_at)}"
    match one.outcome:
        case Outcome.PASS:
            return f"in time for {one.term}{due}"
        case Outcome.FAIL:
            return f"late for {one.term}{due}"
        case Outcome.UNKNOWN:
            unknown = ", ".join(one.unknown) or "when it was offered"
            return f"in time or late for {one.term} when is known: {unknown}"
        case _ as never:
            assert_never(never)
