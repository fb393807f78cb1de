"""Payloads of handoffs and of moves."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from random import Random

import attrs

import alignkit as ak
from alignkit.ruling_report import ruling_lines
from alignkit.wire import json_text
from tests.fuzz import seeds
from tests.fuzz.damage import Tree, damaged
from tests.fuzz.moments import moment
from tests.fuzz.targets import Target


@attrs.frozen(kw_only=True)
class Given:
    """A payload, and what it is put to."""

    agreement: ak.Agreement = attrs.field(repr=lambda held: f"<{held.latest.terms}>")
    payload: Tree
    as_of: datetime
    is_move: bool


def draw(random: Random) -> Given:
    """Return a payload in which something may be wrong."""
    whole = random.choice(seeds.handoffs())
    return Given(
        agreement=random.choice(seeds.agreements()),
        payload=damaged(whole, random, seeds.fact_words(), is_native=True),
        as_of=moment(random),
        is_move=random.random() < 0.3,
    )


def put(given: Given) -> Iterator[str]:
    """Ask whether it is right, and why not; rule again on what was read of it."""
    agreement, as_of = given.agreement, given.as_of
    check = agreement.check_move if given.is_move else agreement.check_handoff
    ruling = check(given.payload, as_of=as_of)
    assert json_text(ruling.to_dict())
    assert list(ruling_lines(ruling, explain=True))
    line = ak.audit_line(ruling)
    assert ak.check_audit(line, agreement.editions) == ()
    assert ak.Handoff.from_dict(ruling.handoff.to_dict()) == ruling.handoff
    yield from ()


HANDOFFS = Target(name="handoffs", share=40, draw=draw, put=put)
