from __future__ import annotations

from pathlib import Path

import pytest

from alignkit.errors import DocumentError, UnfitValueError
from alignkit.logmappings import Condition, LogMapping, RowRule, Rows

WON = {"type": "opportunity_won", "columns": {"lead": "id", "at": "won"}}


def faults(mapping: object) -> list[tuple[str, str]]:
    with pytest.raises(DocumentError) as caught:
        LogMapping.from_dict(mapping)  # type: ignore[arg-type] # on purpose
    return [(finding.code, finding.path) for finding in caught.value.findings]


class TestFromDict:
    def test_a_mapping_says_what_each_row_tells(self) -> None:
        mapping = LogMapping.from_dict(
            {
                "zone": "America/Sao_Paulo",
                "missing": ["?", ""],
                "times": "%d/%m/%Y %H:%M",
                "columns": {"subject": "number"},
                "values": {"subject_kind": "request", "source": "desk"},
                "numbers": "size",
                "dates": ["renewal"],
                "translations": {"state": {"Neu": "new", "Ja": True}},
                "delimiter": ";",
                "encoding": "windows-1252",
                "events": [
                    {
                        "type": "owner_assigned",
                        "columns": {"at": "changed_at", "owner": "rep"},
                        "values": {"source": "log"},
                        "times": ["iso", "unix"],
                        "when": {
                            "known": "rep",
                            "is": {"state": ["New", "Open"]},
                            "changed": "rep",
                        },
                        "rows": "last",
                        "id": ["number", "count"],
                    }
                ],
            }
        )

        assert mapping == LogMapping(
            zone="America/Sao_Paulo",
            missing=("?", ""),
            numbers=("size",),
            dates=("renewal",),
            translations=(("state", (("Neu", "new"), ("Ja", True))),),
            delimiter=";",
            encoding="windows-1252",
            rules=(
                RowRule(
                    columns=(
                        ("subject", "number"),
                        ("at", "changed_at"),
                        ("owner", "rep"),
                    ),
                    values=(
                        ("subject_kind", "request"),
                        ("source", "log"),
                        ("type", "owner_assigned"),
                    ),
                    times=("iso", "unix"),
                    when=Condition(
                        known=("rep",),
                        is_=(("state", ("New", "Open")),),
                        changed=("rep",),
                    ),
                    rows=Rows.LAST,
                    id=("number", "count"),
                ),
            ),
        )

    def test_one_kind_of_event_needs_no_list(self) -> None:
        columns = {"type": "event", "lead": "id", "at": "time"}

        mapping = LogMapping.from_dict({"columns": columns})

        assert mapping.rules == (RowRule(columns=tuple(columns.items())),)

    def test_an_event_may_replace_what_all_share(self) -> None:
        mapping = LogMapping.from_dict(
            {
                "columns": {"lead": "id", "at": "time", "source": "system"},
                "values": {"actor.kind": "human"},
                "events": [
                    {"type": "retracted", "values": {"source": "crm", "of": "1"}},
                    {
                        "type": "retracted",
                        "columns": {"actor.kind": "kind"},
                        "values": {"of": "1"},
                    },
                ],
            }
        )

        first, second = mapping.rules
        assert dict(first.values)["source"] == "crm"
        assert "source" not in dict(first.columns)
        assert dict(second.columns)["actor.kind"] == "kind"
        assert "actor.kind" not in dict(second.values)

    @pytest.mark.parametrize(
        ("mapping", "expected"),
        [
            ([], ("AK-S004", "$")),
            ({"events": {}}, ("AK-S004", "$.events")),
            ({"events": []}, ("AK-S004", "$.events")),
            ({"events": [WON], "zon": "UTC"}, ("AK-S002", "$.zon")),
            ({"events": [WON], 5: "UTC"}, ("AK-S004", "$")),
            ({"events": [WON], "zone": "Europe/Pari"}, ("AK-T002", "$.zone")),
            ({"events": [WON], "zone": 5}, ("AK-S004", "$.zone")),
            ({"events": [WON], "missing": 0}, ("AK-S004", "$.missing")),
            ({"events": [WON], "missing": ["", 0]}, ("AK-S004", "$.missing")),
            ({"events": [WON], "columns": ["a"]}, ("AK-S004", "$.columns")),
            ({"events": [WON], "columns": {"id": 5}}, ("AK-S004", "$.columns.id")),
            (
                {"events": [WON], "values": {"source": {"a": 1}}},
                ("AK-S004", "$.values.source"),
            ),
            ({"events": [WON], "delimiter": "||"}, ("AK-S004", "$.delimiter")),
            ({"events": [WON], "delimiter": '"'}, ("AK-S004", "$.delimiter")),
            ({"events": [WON], "encoding": "utf8"}, ("AK-S005", "$.encoding")),
            ({"events": [WON], "times": "%d.%m."}, ("AK-S005", "$.times")),
            ({"events": [WON], "times": "%c"}, ("AK-S005", "$.times")),
            ({"events": [WON], "times": "%Y" * 40}, ("AK-S005", "$.times")),
            ({"events": [WON], "times": "%Y-%m-%d %"}, ("AK-S005", "$.times")),
            (
                {"events": [WON], "translations": {"state": "x"}},
                ("AK-S004", "$.translations.state"),
            ),
            ({"events": [{**WON, "type": "won"}]}, ("AK-S020", "$.events[0].type")),
            ({"events": [{**WON, "rows": "newest"}]}, ("AK-S005", "$.events[0].rows")),
            ({"events": [{**WON, "whn": {}}]}, ("AK-S002", "$.events[0].whn")),
            (
                {"events": [{**WON, "when": {"equals": {}}}]},
                ("AK-S002", "$.events[0].when.equals"),
            ),
            (
                {"events": [{**WON, "values": {"valu": 5}}]},
                ("AK-S002", "$.events[0].columns.valu"),
            ),
            (
                {"events": [{**WON, "values": {"actor.name": "x"}}]},
                ("AK-S002", '$.events[0].columns["actor.name"]'),
            ),
            (
                {"events": [{"type": "opportunity_won", "columns": {"lead": "id"}}]},
                ("AK-S003", "$.events[0]"),
            ),
        ],
        ids=str,
    )
    def test_each_fault_has_its_code_and_its_path(
        self, mapping: object, expected: tuple[str, str]
    ) -> None:
        assert faults(mapping) == [expected]

    def test_all_faults_are_told_at_once(self) -> None:
        assert sorted(faults({"zone": "Mars", "events": [{"rows": "few"}]})) == [
            ("AK-S003", "$.events[0]"),
            ("AK-S003", "$.events[0]"),
            ("AK-S003", "$.events[0]"),
            ("AK-S005", "$.events[0].rows"),
            ("AK-T002", "$.zone"),
        ]

    def test_a_day_of_the_year_is_a_date(self) -> None:
        mapping = LogMapping.from_dict({"times": "%Y-%j", "events": [WON]})

        assert mapping.rules[0].times == ("%Y-%j",)


class TestLoad:
    def test_a_fault_has_its_line(self, tmp_path: Path) -> None:
        file = tmp_path / "map.toml"
        file.write_text('[[events]]\ntype = "opportunity_wn"\n', encoding="utf-8")

        with pytest.raises(DocumentError) as caught:
            LogMapping.load(file)

        found = [
            (finding.code, finding.place and finding.place.line)
            for finding in caught.value.findings
        ]
        assert ("AK-S020", 2) in found

    @pytest.mark.parametrize("format_", ["toml", "json", "yaml"])
    def test_every_format_says_the_same(self, tmp_path: Path, format_: str) -> None:
        texts = {
            "toml": '[[events]]\ntype = "retracted"\n'
            'columns = { lead = "a", at = "b", of = "c" }\n',
            "json": '{"events": [{"type": "retracted", '
            '"columns": {"lead": "a", "at": "b", "of": "c"}}]}',
            "yaml": "events:\n- type: retracted\n  columns: {lead: a, at: b, of: c}\n",
        }
        file = tmp_path / f"map.{format_}"
        file.write_text(texts[format_], encoding="utf-8")

        mapping = LogMapping.load(file)

        assert mapping.rules[0].columns == (("lead", "a"), ("at", "b"), ("of", "c"))

    def test_a_name_that_tells_no_format_is_refused(self, tmp_path: Path) -> None:
        with pytest.raises(UnfitValueError):
            LogMapping.load(tmp_path / "map.txt")
