"""Payloads come from outside, and whatever comes gets an answer with a code."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from alignkit.agreements import Agreement
from alignkit.editions import Edition
from alignkit.intakes import intake_form, intake_lines, intakes
from alignkit.payloads import payloads
from alignkit.trees import Limits

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
AGREEMENT = Agreement((Edition(id="n"),))
SMALL = Limits(bytes=64, levels=4, keys=20)

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["lead", "at", "to_party", "company", "x"]), inner
        )
    ),
    max_leaves=8,
)
LINES = st.lists(
    st.binary(max_size=100) | JSON.map(lambda held: json.dumps(held).encode())
).map(b"\n".join)


@given(text=LINES)
def test_each_line_with_anything_on_it_gets_one_answer(text: bytes) -> None:
    read = payloads(io.BytesIO(text), "p.jsonl", is_lines=True, limits=SMALL)

    found = list(intakes(AGREEMENT, read, as_of=NOON))

    expected = [
        number for number, line in enumerate(text.split(b"\n"), 1) if line.strip()
    ]
    assert [one.payload.line for one in found] == expected
    for one in found:
        shown = "".join(intake_lines(one, explain=True, is_placed=True))
        assert shown.isprintable()
        assert json.loads(json.dumps(intake_form(one), allow_nan=False))
        places = [finding.place for finding in one.findings]
        assert all(place and place.line == one.payload.line for place in places)
