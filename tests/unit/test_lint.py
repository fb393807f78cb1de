"""Everything that is weak about an agreement, in one list."""

from __future__ import annotations

import json
import pickle
from datetime import UTC, datetime
from pathlib import Path

import attrs
import pytest

from alignkit.agreements import Agreement
from alignkit.documents import load, loads
from alignkit.editions import Edition
from alignkit.errors import NaiveMomentError
from alignkit.findings import Finding, Place, Severity
from alignkit.lint import lint
from alignkit.loops import Loop
from alignkit.presets import preset

WEAK = """
[agreement]
id = "weak"
review_by = 2026-06-30

[calendars.office]
zone = "America/Denver"
week = { mon-fri = ["09:00-17:00"] }

[parties]
sales = { calendar = "office" }

[definitions.mql]
all = [{ field = "score", at_least = 60 }, { field = "score", at_most = 40 }]

[[terms]]
id = "answer"
kind = "deadline"
party = "sales"
counterpart = "none"
start = "owner_assigned"
stop = "activity_logged"
within = "0 business hours"
"""
NEXT = WEAK.replace('id = "weak"', 'id = "weak"\neffective_from = 2026-04-01T00:00:00Z')
AS_OF = datetime(2026, 10, 1, tzinfo=UTC)


def told(findings: tuple[Finding, ...]) -> list[tuple[str, str, str]]:
    return [(one.severity.value, one.code, one.path) for one in findings]


class TestLint:
    def test_errors_come_first_and_each_kind_in_order_of_its_paths(self) -> None:
        assert told(loads(WEAK).lint(as_of=AS_OF)) == [
            ("error", "AK-Q201", "$.definitions.mql"),
            ("warning", "AK-P011", "$.agreement.review_by"),
            ("warning", "AK-P012", "$.agreement.signed"),
            ("warning", "AK-P013", "$.terms"),
            ("warning", "AK-P212", "$.terms[0].within"),
            ("info", "AK-P015", "$.terms"),
        ]

    def test_the_third_term_comes_before_the_tenth(self) -> None:
        (term,) = loads(WEAK).latest.terms
        terms = tuple(attrs.evolve(term, id=f"t{nth}") for nth in range(12))
        edition = attrs.evolve(loads(WEAK).latest, terms=terms)

        paths = [one.path for one in lint([edition]) if one.code == "AK-P212"]

        assert paths == [f"$.terms[{nth}].within" for nth in range(12)]

    def test_dates_are_looked_at_on_a_day_that_somebody_names(self) -> None:
        codes = {one.code for one in loads(WEAK).lint()}

        assert codes == {"AK-Q201", "AK-P013", "AK-P212", "AK-P015"}

    def test_a_moment_without_a_zone_is_refused(self) -> None:
        with pytest.raises(NaiveMomentError) as caught:
            lint([Edition(id="n")], as_of=AS_OF.replace(tzinfo=None))

        assert caught.value.argument == "as_of"

    def test_lifecycles_and_loops_are_looked_at(self) -> None:
        asleep = Loop(id="gaps", kind="gap", owes="sales", to="marketing", trigger=())
        edition = Edition(id="n", lifecycle=preset("product_led"), loops=(asleep,))

        assert {"AK-L014", "AK-F002"} <= {one.code for one in lint([edition])}

    def test_what_documents_write_under_its_name_is_found_under_it(self) -> None:
        text = (
            WEAK
            + """
[lifecycle]
id = "short"
qualifies_at = "mql"
stages.mql = { owner = "joint", kind = "clocked", category = "won" }

[organization]
roles.head = { party = "sales" }
people.ann = {}

[[decision_rights]]
id = "price"
question = "What does it cost?"
default = "sales"
rules = [
  { if = { field = "score", between = [1, 50] }, roles = ["boss"] },
  { if = { field = "score", between = [50, 99] }, roles = ["head"] },
]
"""
        )
        found = {one.code: (one.path, one.place) for one in loads(text).lint()}

        lines = text.splitlines()
        for code, path, written in (
            ("AK-L012", "$.lifecycle.stages.mql", "stages.mql"),
            ("AK-Q104", "$.organization.people.ann.memberships", "people.ann"),
            ("AK-O010", "$.decision_rights[0].rules[0]", '{ if = { field = "score"'),
            ("AK-O021", "$.decision_rights[0].rules[1].if", '{ if = { field = "score"'),
        ):
            place = found[code][1]
            assert found[code][0] == path
            assert place is not None
            assert place.line is not None
            assert lines[place.line - 1].strip().startswith(written)

    def test_every_edition_is_looked_at_under_a_path_of_its_own(self) -> None:
        (first,), (second,) = loads(WEAK).editions, loads(NEXT).editions

        findings = lint([first, second], as_of=AS_OF)

        reviews = [one.path for one in findings if one.code == "AK-P011"]
        errors = [one.path for one in findings if one.severity is Severity.ERROR]
        assert reviews == ["$.editions[1].agreement.review_by"]
        assert errors == [
            "$.editions[0].definitions.mql",
            "$.editions[1].definitions.mql",
        ]


class TestPlaces:
    def test_what_was_made_in_memory_stands_nowhere(self) -> None:
        made = Agreement(loads(WEAK).editions)

        assert {one.place for one in made.lint()} == {None}
        assert made == loads(WEAK)

    @pytest.mark.parametrize("name", ["weak.toml", "sub/weak.toml"])
    def test_what_was_read_is_found_in_its_file(
        self, name: str, tmp_path: Path
    ) -> None:
        file = tmp_path / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(WEAK, encoding="utf-8")

        places = {one.code: one.place for one in load(file).lint(as_of=AS_OF)}

        assert places == {
            "AK-Q201": Place(str(file), 13, 14),
            "AK-P011": Place(str(file), 4, 1),
            "AK-P012": Place(str(file), 2, 2),
            "AK-P013": Place(str(file), 16, 3),
            "AK-P212": Place(str(file), 23, 1),
            "AK-P015": Place(str(file), 16, 3),
        }

    def test_each_edition_is_found_in_the_file_that_holds_it(
        self, tmp_path: Path
    ) -> None:
        files = [tmp_path / "first.toml", tmp_path / "second.toml"]
        for file, text in zip(files, (WEAK, NEXT), strict=True):
            file.write_text(text, encoding="utf-8")

        agreement = load(*reversed(files))

        places = [one.place for one in agreement.lint() if one.code == "AK-Q201"]
        assert places == [Place(str(files[0]), 13, 14), Place(str(files[1]), 14, 14)]

    def test_editions_of_one_file_are_told_apart(self) -> None:
        body = {"definitions": {"d": {"not": {"field": "a", "known": True}}}}
        later = {"id": "n", "effective_from": "2026-04-01T00:00:00Z"}
        editions = [{"agreement": head, **body} for head in ({"id": "n"}, later)]
        text = json.dumps({"editions": editions}, indent=1)

        found = [one for one in loads(text, "json").lint() if one.code == "AK-Q201"]

        assert [one.path for one in found] == [
            "$.editions[0].definitions.d",
            "$.editions[1].definitions.d",
        ]
        lines = text.splitlines()
        spots = [one.place.line for one in found if one.place and one.place.line]
        assert [lines[line - 1].strip() for line in spots] == ['"d": {', '"d": {']
        assert spots[0] < spots[1]

    def test_an_agreement_that_was_read_can_be_pickled(self) -> None:
        agreement = loads(WEAK)

        copied = pickle.loads(pickle.dumps(agreement))  # noqa: S301 - our own

        assert copied == agreement
        assert copied.lint() == agreement.lint()
