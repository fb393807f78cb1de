from __future__ import annotations

import copy
import json
import pickle
from datetime import UTC, timedelta, timezone

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from alignkit.errors import EventError
from alignkit.events import Event, Precision, fields_of
from alignkit.findings import Finding
from alignkit.happenings import FACTS
from tests.event_strategies import events, texts, trees, values


@given(event=events())
def test_what_is_written_is_read_back_equal(event: Event) -> None:
    text = json.dumps(event.to_dict(), allow_nan=False)

    assert Event.from_dict(json.loads(text)) == event


@given(event=events())
def test_writing_what_was_read_gives_the_same_again(event: Event) -> None:
    written = event.to_dict()

    assert Event.from_dict(written).to_dict() == written


@given(event=events())
def test_an_event_survives_pickling_and_copying(event: Event) -> None:
    assert pickle.loads(pickle.dumps(event)) == event  # noqa: S301 - our own bytes
    assert copy.deepcopy(event) == event


@given(event=events())
def test_equal_events_have_equal_hashes(event: Event) -> None:
    twin = Event.from_dict(event.to_dict())

    assert (twin, hash(twin)) == (event, hash(event))


@given(event=events(), hours=st.integers(-20, 20))
def test_the_same_instant_at_another_offset_is_the_same_fact(
    event: Event, hours: int
) -> None:
    event = attrs.evolve(event, precision=Precision.INSTANT)
    zone = timezone(timedelta(hours=hours))

    assert attrs.evolve(event, at=event.at.astimezone(zone)) == event


@given(event=events())
def test_a_fact_of_a_date_is_another_on_another_date(event: Event) -> None:
    event = attrs.evolve(event, precision=Precision.DAY)
    moved = attrs.evolve(event, at=event.at.astimezone(UTC))

    assert (moved == event) == (moved.at.date() == event.at.date())


@given(event=events(), data=st.data())
def test_without_a_field_that_it_needs_no_event_is_read(
    event: Event, data: st.DataObject
) -> None:
    written = event.to_dict()
    fields = attrs.fields(type(event.fact))
    needed = [one.name for one in fields if one.default is attrs.NOTHING]
    name = data.draw(st.sampled_from(["id", "at", "type", *needed]))

    del written[name]

    with pytest.raises(EventError) as caught:
        Event.from_dict(written)
    codes = [finding.code for finding in caught.value.findings]
    assert "AK-S003" in codes


@given(
    form=st.dictionaries(
        st.sampled_from(
            [*fields_of("score_changed"), "schema", "company", "x", "data"]
        ),
        values() | trees() | st.sampled_from([*FACTS, "L1", "2026-03-06T16:40:00Z"]),
    )
    | st.dictionaries(texts(), values() | trees()),
    kind=st.sampled_from([*FACTS, None, 3]),
)
def test_whatever_is_given_is_read_or_refused_with_findings(
    form: dict[str, object], kind: object
) -> None:
    faults: tuple[Finding, ...] = ()
    event: Event | None = None
    try:
        event = Event.from_dict({**form, "type": kind})
    except EventError as error:
        faults = error.findings

    assert (event is None) == bool(faults)
    assert event is None or Event.from_dict(event.to_dict()) == event
    assert all(finding.path.startswith("$") for finding in faults)
