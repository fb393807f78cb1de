"""Events as mappings: put to an agreement all at once, and one by one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from random import Random

import attrs

import alignkit as ak
from alignkit.report import feedback_lines, scorecard_lines, verdicts_lines
from alignkit.verdicts import Source
from alignkit.wire import csv_lines, evaluation_form, json_text
from tests.fuzz import seeds
from tests.fuzz.damage import Tree, damaged
from tests.fuzz.moments import moment
from tests.fuzz.targets import Target, codes_of


@attrs.frozen(kw_only=True)
class Given:
    """Events, and what is asked of them."""

    agreement: ak.Agreement = attrs.field(repr=lambda held: f"<{held.latest.terms}>")
    events: list[Tree]
    as_of: datetime
    known_at: datetime | None
    way: str


def draw(random: Random) -> Given:
    """Return some events, in most of which nothing is wrong."""
    events = [
        random.choice(seeds.events()) for _ in range(random.choice((1, 2, 4, 8, 12)))
    ]
    if random.random() < 0.7:
        # Only events on one subject touch each other.
        events = [_on_one(event) for event in events]
    words = seeds.fact_words()
    return Given(
        agreement=random.choice(seeds.agreements()),
        events=[
            damaged(event, random, words, is_native=True)
            if random.random() < 0.5
            else event
            for event in events
        ],
        as_of=moment(random),
        known_at=moment(random) if random.random() < 0.2 else None,
        way=random.choice(tuple(_WAYS)),
    )


def _on_one(event: Tree) -> Tree:
    return {**event, "lead": "L1"} if "lead" in event else event


def put(given: Given) -> Iterator[str]:
    """Read each event by itself; ask of those that can be read."""
    read: list[ak.Event] = []
    for raw in given.events:
        try:
            read.append(ak.Event.from_dict(raw))
        except ak.AlignkitError as error:
            yield from codes_of(error)
    for event in read:
        assert ak.Event.from_dict(event.to_dict()) == event
    _WAYS[given.way](given, read)


def _at_once(given: Given, read: list[ak.Event]) -> None:
    evaluation = given.agreement.evaluate(
        read, as_of=given.as_of, known_at=given.known_at
    )
    assert json_text(evaluation_form(evaluation, Source.of(given.agreement.latest)))
    assert evaluation.scorecard("owner").lines is not None


def _told(given: Given, read: list[ak.Event]) -> None:
    evaluation = given.agreement.evaluate(
        read, as_of=given.as_of, known_at=given.known_at
    )
    assert list(scorecard_lines(evaluation.scorecard("month"))) is not None
    assert list(verdicts_lines(evaluation.verdicts)) is not None
    assert list(feedback_lines(evaluation.feedback)) is not None
    assert list(csv_lines(evaluation.verdicts))


def _as_they_are(given: Given, _: list[ak.Event]) -> None:
    given.agreement.evaluate(given.events, as_of=given.as_of)


def _grouped(given: Given, read: list[ak.Event]) -> None:
    read = sorted(read, key=lambda event: (event.subject.kind, event.subject.id))
    stream = given.agreement.evaluate(
        read, as_of=given.as_of, known_at=given.known_at, grouped=True
    )
    assert sum(1 for verdict in stream.verdicts if verdict.explanation) >= 0
    assert stream.scorecard().lines is not None


def _ways(given: Given, read: list[ak.Event]) -> None:
    given.agreement.journeys(read, as_of=given.as_of, known_at=given.known_at)


def _one_by_one(given: Given, read: list[ak.Event]) -> None:
    subject = read[0].subject if read else "L1"
    state = given.agreement.open(subject)
    for event in read:
        if event.subject in state.subjects:
            state = state.after(event)
    verdicts = state.verdicts(as_of=given.as_of)
    assert all(verdict.explanation for verdict in verdicts)
    change = state.next_change_at(as_of=given.as_of)
    assert change is None or change > given.as_of
    assert given.agreement.resume(state.to_dict()) == state


_WAYS: dict[str, Callable[[Given, list[ak.Event]], None]] = {
    "at once": _at_once,
    "told": _told,
    "as they are": _as_they_are,
    "grouped": _grouped,
    "journeys": _ways,
    "one by one": _one_by_one,
}

EVENTS = Target(name="events", share=20, draw=draw, put=put)
