from __future__ import annotations

import json
from datetime import datetime

from hypothesis import given
from hypothesis import strategies as st

from alignkit.criteria import canonical_path, happened
from alignkit.errors import HandoffError
from alignkit.findings import Finding
from alignkit.handoffs import Handoff
from alignkit.judgements import judge
from alignkit.outcomes import Outcome
from tests.event_strategies import texts, trees, values
from tests.handoff_strategies import handoffs

KEYS = (
    *("schema", "lead", "at", "to_party", "actor", "company", "attributes", "since"),
    *("happened", "consent", "duplicates", "cycle", "suppressed", "rests_until"),
)
LATE = datetime.fromisoformat("2299-12-30T23:59:59+00:00")


def faults_of(payload: dict[str, object]) -> tuple[Finding, ...]:
    try:
        Handoff.from_dict(payload)
    except HandoffError as error:
        return error.findings
    return ()


class TestForm:
    @given(handoffs())
    def test_what_is_written_is_read_back(self, handoff: Handoff) -> None:
        assert Handoff.from_dict(handoff.to_dict()) == handoff

    @given(handoffs())
    def test_json_in_between_changes_nothing(self, handoff: Handoff) -> None:
        text = json.dumps(handoff.to_dict(), allow_nan=False)

        assert Handoff.from_dict(json.loads(text)) == handoff

    @given(handoffs(), st.data())
    def test_the_order_of_keys_says_nothing(
        self, handoff: Handoff, data: st.DataObject
    ) -> None:
        keys = data.draw(st.permutations(list(handoff.to_dict().items())))

        assert Handoff.from_dict(dict(keys)) == handoff

    @given(handoffs(), st.dictionaries(texts().map("odd {}".format), values()))
    def test_an_unknown_field_changes_nothing_and_is_told(
        self, handoff: Handoff, odd: dict[str, object]
    ) -> None:
        found = Handoff.from_dict({**handoff.to_dict(), **odd})

        assert found == handoff
        assert len(found.findings) == len(odd)

    # Text is never a moment here, so that no payload is without a fault.
    @given(st.dictionaries(st.sampled_from(KEYS) | texts(), trees()))
    def test_no_payload_raises_anything_but_coded_faults(
        self, payload: dict[str, object]
    ) -> None:
        codes = [one.code for one in faults_of(payload)]

        assert all(code.startswith("AK-") for code in codes)
        assert codes


class TestFacts:
    @given(handoffs())
    def test_every_attribute_is_a_fact(self, handoff: Handoff) -> None:
        facts = handoff.facts()

        known = {canonical_path(path): held for path, held in handoff.attributes}
        if handoff.campaign is not None:
            known["campaign"] = handoff.campaign
        assert facts.values == known

    @given(handoffs(), texts().filter(str.strip))
    def test_only_what_is_listed_is_known_to_have_happened_or_not(
        self, handoff: Handoff, name: str
    ) -> None:
        names = dict(handoff.happened)

        outcome = judge(happened(name), handoff.facts(), as_of=LATE).outcome

        if name not in names:
            assert outcome is Outcome.UNKNOWN
        else:
            assert outcome is (Outcome.PASS if names[name] else Outcome.FAIL)
