"""What JSON Schema says of our documents and facts, held against the readers.

A schema takes all that is written and all that is read, and what a reader refuses for
its shape (an unknown key, a missing one, a value of another type) no schema takes. What
it refuses for its sense, such as a name that leads nowhere, only the reader knows.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alignkit import documents, schema, sources
from alignkit.agreements import Agreement
from alignkit.attributions import Attribution
from alignkit.documents import dumps, loads
from alignkit.errors import DocumentError, EventError, HandoffError
from alignkit.events import Event
from alignkit.findings import Finding
from alignkit.handoffs import Handoff
from alignkit.nouns import converter
from alignkit.shapes import writer
from alignkit.standings import Status
from alignkit.verdicts import Disregarded, Lapse, Source, Verdict
from alignkit.wire import json_text, verdict_form
from tests.document_strategies import agreements
from tests.event_strategies import events, moments
from tests.handoff_strategies import handoffs
from tests.mutations import mutants
from tests.noun_strategies import FAMILIES, values_of

FEW = settings(max_examples=max(settings().max_examples // 2, 1))
VALIDATORS = {
    name: jsonschema.Draft202012Validator(schema.describe(name))
    for name in schema.SCHEMAS
}
SHAPE = frozenset({"AK-S002", "AK-S003", "AK-S004"})
COMPANY = json.loads(
    Path(__file__)
    .parents[2]
    .joinpath("examples", "complete_agreement", "agreement.json")
    .read_text(encoding="utf-8")
)
# One part at a time, because the whole takes long to read.
PARTS = tuple(
    {"agreement": COMPANY["agreement"], key: COMPANY[key]}
    for key in COMPANY
    if key != "agreement"
)


def is_valid(name: str, form: object) -> bool:
    return VALIDATORS[name].is_valid(form)


def read_document(form: Mapping[str, object]) -> None:
    loads(json.dumps(form), "json")


def documents_with(family: str) -> st.SearchStrategy[dict[str, object]]:
    """Documents that say one thing, whatever it is; its names may lead nowhere."""
    kind = FAMILIES[family]

    def document(value: object) -> dict[str, object]:
        part = {family: writer(kind, converter())(value)}
        written: dict[str, object] = json.loads(sources.write(part, "json"))
        head = {"id": "northwind"}
        if family in documents.IN_HEAD:
            return {"agreement": {**head, **written}}
        return {"agreement": head, **written}

    return values_of(kind).map(document)


def refusals(
    read: Callable[[Mapping[str, object]], object], form: Mapping[str, object]
) -> list[str]:
    """The codes of what is wrong with a form; names that lead nowhere are let pass."""
    found: tuple[Finding, ...] = ()
    try:
        read(form)
    except (DocumentError, EventError, HandoffError) as error:
        found = error.findings
    return [one.code for one in found if one.code != "AK-S007"]


def durations() -> st.SearchStrategy[Lapse | None]:
    length = st.none() | st.timedeltas()
    return st.none() | st.builds(Lapse, length, length)


def verdicts() -> st.SearchStrategy[Verdict]:
    """Verdicts with anything in them, whether or not it makes sense together."""
    moment, word = st.none() | moments(), st.none() | st.text(max_size=8)
    names = ("started_at", "counts_from", "due_at", "fulfilled_at", "breached_at")
    return st.builds(
        Verdict,
        term=st.text(max_size=8),
        party=st.text(max_size=8),
        owner=word,
        subject_kind=st.text(max_size=8),
        subject=st.text(max_size=8),
        cycle=st.integers(1, 99),
        status=st.sampled_from(Status),
        **dict.fromkeys(names, moment),
        next_change_at=moment,
        **dict.fromkeys(("elapsed", "remaining", "overrun"), durations()),
        paused=st.lists(st.tuples(moments(), moment), max_size=2).map(tuple),
        disregarded=st.lists(
            st.builds(Disregarded, st.text(), moments(), st.text()), max_size=2
        ).map(tuple),
        attribution=st.lists(
            st.builds(Attribution, st.text(), st.timedeltas()), max_size=2
        ).map(tuple),
        reason=word,
        revised=st.booleans(),
        agreement=st.builds(
            Source, id=st.text(), version=st.text(), fingerprint=st.text()
        ),
    )


class TestCompleteness:
    @FEW
    @given(agreements())
    def test_every_agreement_that_is_written_is_valid(
        self, agreement: Agreement
    ) -> None:
        VALIDATORS["agreement"].validate(json.loads(dumps(agreement, "json")))

    @pytest.mark.parametrize("family", FAMILIES)
    @settings(max_examples=max(settings().max_examples // 5, 1))
    @given(data=st.data())
    def test_every_noun_that_is_written_is_valid(
        self, family: str, data: st.DataObject
    ) -> None:
        VALIDATORS["agreement"].validate(data.draw(documents_with(family)))

    @given(events())
    def test_every_event_that_is_written_is_valid(self, event: Event) -> None:
        VALIDATORS["event"].validate(json.loads(json.dumps(event.to_dict())))

    @given(handoffs())
    def test_every_handoff_that_is_written_is_valid(self, handoff: Handoff) -> None:
        VALIDATORS["handoff"].validate(json.loads(json.dumps(handoff.to_dict())))

    @given(verdicts())
    def test_every_verdict_that_is_written_is_valid(self, verdict: Verdict) -> None:
        VALIDATORS["verdict"].validate(json.loads(json_text(verdict_form(verdict))))


class TestStrictness:
    @pytest.mark.parametrize("part", PARTS, ids=lambda part: list(part)[-1])
    @settings(max_examples=max(settings().max_examples // 5, 1))
    @given(data=st.data())
    def test_a_document_is_refused_for_its_shape_by_both(
        self, part: dict[str, object], data: st.DataObject
    ) -> None:
        mutant = data.draw(mutants(part))

        self._agree("agreement", read_document, mutant)

    @pytest.mark.parametrize("family", FAMILIES)
    @settings(max_examples=max(settings().max_examples // 5, 1))
    @given(data=st.data())
    def test_a_noun_is_refused_for_its_shape_by_both(
        self, family: str, data: st.DataObject
    ) -> None:
        mutant = data.draw(documents_with(family).flatmap(mutants))

        self._agree("agreement", read_document, mutant)

    @given(st.data())
    def test_an_event_is_refused_for_its_shape_by_both(
        self, data: st.DataObject
    ) -> None:
        whole = json.loads(json.dumps(data.draw(events()).to_dict()))
        mutant = data.draw(mutants(whole))

        self._agree("event", Event.from_dict, mutant)

    @given(st.data())
    def test_a_handoff_is_refused_for_its_shape_by_both(
        self, data: st.DataObject
    ) -> None:
        whole = json.loads(json.dumps(data.draw(handoffs()).to_dict()))
        mutant = data.draw(mutants(whole))

        self._agree("handoff", Handoff.from_dict, mutant)

    def _agree(
        self,
        name: str,
        read: Callable[[Mapping[str, object]], object],
        form: dict[str, object],
    ) -> None:
        codes = refusals(read, form)

        if is_valid(name, form):
            assert SHAPE.isdisjoint(codes)
        else:
            assert codes
