from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from alignkit.agreements import Agreement
from alignkit.audits import audit_line, check_audit, sealed
from alignkit.editions import Edition
from alignkit.gates import Gate
from alignkit.handoffs import Handoff

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
STRICT = Edition(id="n", gates=(Gate(id="g", is_strict=True),))
AGREEMENT = Agreement((STRICT,))
PAYLOAD = {
    "lead": "Zoë\x7f",
    "at": "2026-03-02T13:00:00+01:00",
    "to_party": "sales",
    "ower": "dana",
}


def line(agreement: Agreement = AGREEMENT) -> str:
    return audit_line(agreement.check_handoff(PAYLOAD, as_of=NOON))


def codes(text: str, agreement: Agreement = AGREEMENT) -> list[str]:
    return [one.code for one in check_audit(text, agreement.editions)]


class TestAuditLine:
    def test_it_is_one_plain_line_that_says_what_was_ruled(self) -> None:
        said = json.loads(line())

        assert line().isascii()
        assert line().isprintable()
        assert said["agreement"] == {
            "id": "n",
            "version": "1",
            "fingerprint": STRICT.fingerprint,
        }
        assert (said["outcome"], said["answer"]) == ("fail", "refuse")
        assert said["codes"] == ["AK-S002"]
        assert said["as_of"] == "2026-03-02T12:00:00+00:00"

    def test_the_same_ruling_gives_the_same_line(self) -> None:
        turned = dict(reversed(PAYLOAD.items()))

        again = audit_line(AGREEMENT.check_handoff(turned, as_of=NOON))

        assert again == line()


class TestCheckAudit:
    def test_a_line_that_is_so_is_found_to_be(self) -> None:
        early = Agreement((Edition(id="n", effective_from=NOON + timedelta(days=1)),))

        assert codes(line()) == []
        assert codes(line(early), early) == []

    def test_later_editions_change_nothing(self) -> None:
        week = NOON + timedelta(days=7)
        amended = AGREEMENT.amend(Edition(id="n", version="2", effective_from=week))

        assert codes(line(), amended) == []

    @pytest.mark.parametrize(
        "text",
        [
            *("", "[]", "refused", "[" * 100_000, '{"schema": "alignkit.audit/2"}'),
            *('{"schema": "alignkit.audit/1", "as_of": NaN}',),
            *('{"schema": "alignkit.audit/1", "as_of": 1e400}',),
        ],
        ids=["empty", "list", "words", "deep", "another", "no number", "too large"],
    )
    def test_what_is_no_line_is_none(self, text: str) -> None:
        assert codes(text) == ["AK-H020"]

    def test_what_is_too_long_is_not_read(self) -> None:
        assert codes(line() + " " * 1_000_000) == ["AK-H020"]

    def test_any_change_shows(self) -> None:
        assert codes(line().replace("refuse", "accept")) == ["AK-H021"]
        assert codes(line().replace('"lead"', ' "lead"')) == ["AK-H021"]

    def test_another_agreement_is_told(self) -> None:
        assert codes(line(), Agreement((Edition(id="n"),))) == [
            "AK-H022",
            *["AK-H023"] * 3,
        ]

    def test_what_was_sealed_again_is_ruled_again(self) -> None:
        said = {**json.loads(line()), "outcome": "pass", "answer": "accept"}

        assert codes(sealed(said)) == ["AK-H023", "AK-H023"]

    @pytest.mark.parametrize("told", [[], ["AK-H004"], "AK-S002"], ids=str)
    def test_the_codes_are_worked_out_again(self, told: object) -> None:
        (found,) = check_audit(
            sealed({**json.loads(line()), "codes": told}), AGREEMENT.editions
        )

        assert (found.code, found.path) == ("AK-H023", "$.codes")
        assert found.message.startswith("the codes are AK-S002")

    def test_nothing_decides_what_passes(self) -> None:
        clean = {"suppressed": False, "duplicates": [], "open_opportunities": []}
        payload = {**PAYLOAD, **clean}
        del payload["ower"]
        said = json.loads(audit_line(AGREEMENT.check_handoff(payload, as_of=NOON)))

        (found,) = check_audit(sealed({**said, "codes": ["AK-H004"]}), [STRICT])

        assert said["codes"] == []
        assert found.message.startswith("the codes are none")

    def test_the_payload_that_was_kept_elsewhere_is_the_one(self) -> None:
        turned = dict(reversed(PAYLOAD.items()))

        for kept in (PAYLOAD, turned, Handoff.from_dict(PAYLOAD)):
            assert check_audit(line(), AGREEMENT.editions, kept) == ()

    @pytest.mark.parametrize(
        "change",
        [{"lead": "Zoe"}, {"owr": "dana"}, {"at": "2026-03-02T12:00:00+00:00"}],
        ids=str,
    )
    def test_another_payload_is_told(self, change: dict[str, object]) -> None:
        (found,) = check_audit(line(), AGREEMENT.editions, {**PAYLOAD, **change})

        assert (found.code, found.path) == ("AK-H024", "$.handoff")

    @pytest.mark.parametrize(
        "wrong",
        [
            {"handoff": {}},
            {"handoff": 7},
            {"as_of": "soon"},
            {"as_of": "2026-03-02T12:00:00"},
            {"occasion": "sale"},
            {"unknown_fields": None},
        ],
        ids=str,
    )
    def test_what_cannot_be_ruled_again_is_no_line(
        self, wrong: dict[str, object]
    ) -> None:
        assert codes(sealed({**json.loads(line()), **wrong})) == ["AK-H020"]
