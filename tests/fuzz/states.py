"""Saved states, taken up again."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from datetime import datetime
from random import Random

import attrs

import alignkit as ak
from alignkit.wire import json_text, verdict_form
from tests.fuzz import seeds
from tests.fuzz.damage import Tree, damaged
from tests.fuzz.moments import moment
from tests.fuzz.targets import Target


@attrs.frozen(kw_only=True)
class Given:
    """A saved state, and the agreement that it is given to."""

    agreement: ak.Agreement = attrs.field(repr=lambda held: f"<{held.latest.terms}>")
    saved: Tree
    as_of: datetime


@functools.cache
def _saved() -> tuple[tuple[ak.Agreement, Tree], ...]:
    """Return a state of each agreement, as it is put away."""
    found = []
    for agreement in seeds.agreements():
        state = agreement.open("L1")
        for raw in seeds.events()[::3]:
            event = ak.Event.from_dict(raw)
            if event.subject in state.subjects:
                state = state.after(event)
        found.append((agreement, state.to_dict()))
    return tuple(found)


def draw(random: Random) -> Given:
    """Return a saved state in which something may be wrong."""
    agreement, saved = random.choice(_saved())
    if random.random() < 0.05:
        agreement = random.choice(seeds.agreements())
    return Given(
        agreement=agreement,
        saved=damaged(saved, random, seeds.fact_words(), is_native=True),
        as_of=moment(random),
    )


def put(given: Given) -> Iterator[str]:
    """Take it up again, and ask how the promises stand."""
    state = given.agreement.resume(given.saved)
    for verdict in state.verdicts(as_of=given.as_of):
        assert json_text(verdict_form(verdict))
    change = state.next_change_at(as_of=given.as_of)
    assert change is None or change > given.as_of
    assert given.agreement.resume(state.to_dict()) == state
    yield from ()


STATES = Target(name="states", share=20, draw=draw, put=put)
