from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from datetime import date, datetime
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from alignkit import form_schemas, schema, sources
from alignkit.cli import main
from alignkit.documents import loads
from alignkit.errors import DocumentError
from alignkit.events import fields_of
from alignkit.happenings import FACTS, LeadCreated
from alignkit.sources import Format
from alignkit.standings import Status
from alignkit.trees import Tree
from alignkit.verdicts import Source, Verdict
from alignkit.wire import verdict_form
from tests.write_schemas import SHIPPED

ROOT = Path(__file__).parents[2]
DEMO = Path(str(files("alignkit").joinpath("demo")))
EACH = pytest.mark.parametrize("name", schema.SCHEMAS)
AGREEMENTS = (
    *sorted((ROOT / "examples").glob("*/agreement.*")),
    ROOT / "docs" / "tutorial" / "agreement.toml",
    ROOT / "docs" / "how-to" / "command-line" / "agreement.toml",
    DEMO / "agreement.toml",
)
HEAD: dict[str, object] = {"id": "northwind"}
TERM: dict[str, object] = {
    "id": "first-response",
    "kind": "deadline",
    "party": "sales",
    "start": "owner_assigned",
    "within": "2 hours",
}


def shipped(name: str) -> dict[str, Any]:
    text = SHIPPED.joinpath(f"{name}.json").read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text)
    return found


def accepts(name: str, form: object) -> bool:
    return jsonschema.Draft202012Validator(shipped(name)).is_valid(form)


def in_json(tree: Tree) -> object:
    """What a tree says in JSON, where dates and moments are text."""
    match tree:
        case dict():
            return {key: in_json(held) for key, held in tree.items()}
        case list():
            return [in_json(item) for item in tree]
        case date() | datetime():
            return tree.isoformat()
        case _:
            return tree


def a_document(**parts: object) -> dict[str, object]:
    return {"agreement": HEAD, **parts}


class TestShipped:
    @EACH
    def test_it_is_what_the_classes_say(self, name: str) -> None:
        text = SHIPPED.joinpath(f"{name}.json").read_text(encoding="utf-8")

        # If this fails after a change that is meant: python -m tests.write_schemas
        assert text == schema.text(name)

    @EACH
    def test_it_is_a_schema_of_2020_12(self, name: str) -> None:
        found = shipped(name)

        assert found["$schema"] == "https://json-schema.org/draft/2020-12/schema"
        jsonschema.Draft202012Validator.check_schema(found)

    @EACH
    def test_its_name_is_stable_and_leads_nowhere(self, name: str) -> None:
        assert shipped(name)["$id"] == f"urn:alignkit:schema:{name}:1"

    @EACH
    def test_every_reference_leads_to_a_definition_and_every_one_is_used(
        self, name: str
    ) -> None:
        found = shipped(name)

        used = set(form_schemas.references(found))

        assert used == set(found["$defs"])

    @EACH
    def test_the_command_line_prints_it(
        self, name: str, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert main(["schema", name]) == 0

        assert capsys.readouterr().out == schema.text(name)

    def test_another_name_is_wrong_usage(
        self, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert main(["schema", "lead"]) == 2

        assert (
            "'agreement', 'event', 'handoff', 'ruling', 'verdict'"
            in capsys.readouterr().err
        )

    def test_printing_it_loads_nothing_of_the_model(self) -> None:
        program = (
            "import sys; from alignkit.cli import main; main(['schema', 'verdict']); "
            "print(*sorted({n for n in sys.modules if n.startswith('alignkit.')}), "
            "'attrs' in sys.modules, file=sys.stderr)"
        )

        run = subprocess.run(
            [sys.executable, "-c", program], capture_output=True, check=True, text=True
        )

        *modules, has_attrs = run.stderr.split()
        assert {"alignkit.cli", "alignkit.replies", "alignkit.screen"} >= set(
            modules
        ) - {"alignkit.version"}
        assert has_attrs == "False"


class TestAgreement:
    @pytest.mark.parametrize("path", AGREEMENTS, ids=lambda path: path.parent.name)
    def test_the_agreements_that_we_show_are_valid(self, path: Path) -> None:
        format_ = sources.format_of(str(path))
        tree = sources.read(path.read_bytes(), format_).tree

        jsonschema.validate(in_json(tree), shipped("agreement"))

    @pytest.mark.parametrize(
        ("text", "format_"),
        [
            ("on = 2026-03-20", "toml"),
            ("on: 2026-03-20", "yaml"),
            ('{"on": "2026-03-20"}', "json"),
        ],
    )
    def test_a_date_is_text_in_json(self, text: str, format_: Format) -> None:
        tree = in_json(sources.read(text, format_).tree)
        signed = [{"party": "sales", "by": "cro", **tree}]  # type: ignore[dict-item]

        assert accepts("agreement", {"agreement": {**HEAD, "signed": signed}})

    def test_several_editions_stand_in_a_list(self) -> None:
        assert accepts("agreement", {"editions": [a_document(), a_document()]})
        assert not accepts("agreement", {"editions": []})
        assert not accepts("agreement", {"editions": [{}]})
        assert not accepts("agreement", {"editions": [a_document()], "terms": []})

    def test_an_overlay_says_only_what_differs(self) -> None:
        overlay = {
            "include": ["company.toml"],
            "agreement": {"version": "2"},
            "calendars": {"denver": {"holidays": {"2026-07-03": "observed"}}},
            "definitions": {"mql": {"field": "score", "at_least": 60}},
            "lifecycle": {"preset": "standard"},
            "organization": {"people": {"ann": {"name": "Ann"}}},
            "terms": [{"id": "first-response", "within": "1 hour"}],
        }

        assert accepts("agreement", overlay)
        assert not accepts("agreement", {**overlay, "termss": []})
        assert not accepts("agreement", {**overlay, "terms": [{"within": "1 hour"}]})
        assert not accepts("agreement", {**overlay, "definitions": {"mql": {}}})

    def test_without_an_include_nothing_may_be_left_out(self) -> None:
        assert accepts("agreement", a_document(terms=[TERM]))
        assert not accepts("agreement", {"terms": [TERM]})
        assert not accepts("agreement", a_document(terms=[{"id": "first-response"}]))

    @pytest.mark.parametrize(
        "start",
        [
            "owner_assigned",
            {"event": "owner_assigned", "stage": "mql", "team": ["north", "south"]},
            {"event": "owner_assigned", "actor": {"kind": "human"}},
            {"event": "owner_assigned", "where": {"actor.kind": "human"}},
            {"event": "custom", "name": "visit", "data": {"page": {"kind": "price"}}},
            {"event": "lead_created", "company.size": 50},
            {"event": "qualifying_touch", "anything": True},
        ],
    )
    def test_a_pattern_asks_for_fields_of_its_event(self, start: object) -> None:
        document = a_document(terms=[{**TERM, "start": start}])

        assert accepts("agreement", document)
        assert shape_faults(document) == []

    @pytest.mark.parametrize(
        "start",
        [
            {"event": "owner_assigned", "tema": "north"},
            {"event": "owner_assigned", "where": {"tema": "north"}},
            {"event": "owner_assigned", "actor": {"name": "ann"}},
            {"event": "custom", "page": "price"},
            {"stage": "mql"},
            {"event": "owner_assigned", "team": [["north"]]},
        ],
    )
    def test_a_pattern_asks_for_no_other_fields(self, start: object) -> None:
        document = a_document(terms=[{**TERM, "start": start}])

        assert not accepts("agreement", document)
        assert shape_faults(document)

    def test_a_table_that_says_nothing_is_refused_by_both(self) -> None:
        start = {"event": "owner_assigned", "team": {}}
        document = a_document(terms=[{**TERM, "start": start}])

        assert not accepts("agreement", document)
        assert faults(document) == ["AK-S005"]

    def test_a_preset_is_changed_stage_by_stage(self) -> None:
        stages = {"mql": {"label": "Qualified"}, "demo": {"owner": "sales"}}

        found = a_document(lifecycle={"preset": "standard", "stages": stages})

        assert accepts("agreement", found)
        assert shape_faults(found) == []

    @pytest.mark.parametrize(
        "stages",
        [{"demo": {"label": "Shown"}}, {"mql": {"lable": "Qualified"}}, {"mql": 1}],
    )
    def test_a_stage_that_a_preset_lacks_is_said_in_full(self, stages: object) -> None:
        found = a_document(lifecycle={"preset": "standard", "stages": stages})

        assert not accepts("agreement", found)
        assert shape_faults(found)

    @pytest.mark.parametrize(
        ("share", "is_share"),
        [
            *((one, True) for one in ("4/5", "80%", " 1 / 2 ", ".5%", 1, 0.8)),
            *((one, False) for one in ("80", "4/5%", "1.%", "four fifths", "0x1/2")),
        ],
    )
    def test_a_share_is_written_as_the_reader_takes_it(
        self, share: object, *, is_share: bool
    ) -> None:
        document = a_document(terms=[{**TERM, "warn_at": share}])

        assert accepts("agreement", document) == is_share
        assert (faults(document) == []) == is_share

    def test_a_pattern_of_ours_takes_time_in_line_with_the_text(self) -> None:
        document = a_document(terms=[{**TERM, "warn_at": "1" * 100_000 + "x"}])

        assert not accepts("agreement", document)

    def test_an_editor_is_told_what_a_key_is_for(self) -> None:
        found = shipped("agreement")["$defs"]["Target"]

        assert found["title"] == "Target"
        assert found["description"]
        assert all(key["description"] for key in found["properties"].values())


def faults(document: dict[str, object]) -> list[str]:
    try:
        loads(json.dumps(document), "json")
    except DocumentError as error:
        return [one.code for one in error.findings if one.code != "AK-S007"]
    return []


def shape_faults(document: dict[str, object]) -> list[str]:
    shape = ("AK-S002", "AK-S003", "AK-S004")
    return [code for code in faults(document) if code in shape]


class TestEvent:
    def test_the_events_of_the_demonstration_are_valid(self) -> None:
        lines = DEMO.joinpath("events.jsonl").read_text(encoding="utf-8").splitlines()
        validator = jsonschema.Draft202012Validator(shipped("event"))

        assert lines
        assert [
            line for line in lines if not validator.is_valid(json.loads(line))
        ] == []

    def test_every_type_has_a_variant_with_the_keys_that_are_read(self) -> None:
        variants = {
            one["properties"]["type"]["const"]: set(one["properties"]) - {"schema"}
            for one in shipped("event")["oneOf"]
        }

        more = {LeadCreated.type: {"company", "contact"}}
        # A new lead has a source of its own, and both ways in are read.
        assert variants == {
            name: set(fields_of(name)) | more.get(name, set()) for name in FACTS
        }

    @pytest.mark.parametrize(
        "at",
        [
            "2026-03-06T16:40:00-06:00",
            "2026-03-06T16:40Z",
            "2026-03-06 16:40:00.123456+0000",
        ],
    )
    def test_a_moment_has_an_offset(self, at: str) -> None:
        event = {"id": "1", "lead": "L1", "type": "retracted", "of": "0"}

        assert accepts("event", {**event, "at": at})
        assert not accepts("event", {**event, "at": "2026-03-06"})
        assert not accepts("event", {**event, "at": "2026-03-06T16:40:00"})

    def test_an_event_is_about_something(self) -> None:
        event = {"id": "1", "at": "2026-03-06T16:40Z", "type": "retracted", "of": "0"}

        assert accepts("event", {**event, "subject_kind": "request", "subject": "R1"})
        assert not accepts("event", event)

    def test_a_new_lead_has_attributes_of_any_name(self) -> None:
        event = {
            "id": "1",
            "lead": "L1",
            "at": "2026-03-06T16:40Z",
            "type": "lead_created",
        }

        assert accepts("event", {**event, "company": {"size": 50}, "score": 62})
        assert not accepts("event", {**event, "company": 50})
        assert not accepts("event", {**event, "score": [[1]]})


class TestHandoff:
    def test_unknown_fields_do_no_harm(self) -> None:
        handoff = {"lead": "L1", "at": "2026-03-06T16:40Z", "to_party": "sales"}

        assert accepts("handoff", {**handoff, "odd": 1, "actor": {"shoe_size": 44}})
        assert not accepts("handoff", {**handoff, "duplicates": "L2"})
        assert not accepts("handoff", {"lead": "L1", "to_party": "sales"})


class TestVerdict:
    def test_it_has_the_keys_that_are_written_and_no_others(self) -> None:
        verdict = Verdict(
            term="first-response",
            party="sales",
            subject_kind="lead",
            subject="L1",
            status=Status.MET,
            agreement=Source(id="northwind", version="2", fingerprint=""),
        )
        form = verdict_form(verdict)

        found = shipped("verdict")

        assert list(found["properties"]) == found["required"] == list(form)
        assert not accepts("verdict", {**form, "odd": 1})

    def test_what_the_command_line_prints_is_valid(
        self, capsys: pytest.CaptureFixture[str]
    ) -> None:
        agreement, events = (
            str(DEMO / name) for name in ("agreement.toml", "events.jsonl")
        )
        asked = ["evaluate", agreement, events, "--as-of", "2026-04-08T11:20:00+01:00"]

        assert main([*asked, "--format", "jsonl"]) == 0

        lines = capsys.readouterr().out.splitlines()
        validator = jsonschema.Draft202012Validator(shipped("verdict"))
        assert lines
        for line in lines:
            validator.validate(json.loads(line))


class TestHowTo:
    PAGE = ROOT / "docs" / "how-to" / "validate-in-an-editor.md"

    def test_its_documents_are_valid(self) -> None:
        text = self.PAGE.read_text(encoding="utf-8")
        toml = text.partition("```toml\n")[2].partition("```")[0]
        document = text.partition("```yaml\n")[2].partition("```")[0]

        for tree in (tomllib.loads(toml), yaml.safe_load(document)):
            jsonschema.validate(in_json(tree), shipped("agreement"))
