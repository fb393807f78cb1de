"""What people write by mistake, and the advice that they get for it."""

from __future__ import annotations

import pytest

from alignkit.documents import loads
from alignkit.errors import DocumentError
from alignkit.sources import Format

TERM = """\
[agreement]
id = "northwind"

[[terms]]
id = "answer"
kind = "deadline"
party = "sales"
start = "owner_assigned"
within = "2 hours"
"""


def advice(text: str, format: Format) -> str | None:
    """Return the help of the one finding of a text that cannot be read."""
    with pytest.raises(DocumentError) as caught:
        loads(text, format)
    (finding,) = caught.value.findings
    assert finding.code == "AK-S001"
    return finding.help


class TestToml:
    @pytest.mark.parametrize(
        ("line", "expected"),
        [
            ("title = First response", '"First response"'),
            ("within = 2 business hours", '"2 business hours"'),
            ("warn_at = 75%", '"75%"'),
            ("goals = [ revenue, reach ]", '"revenue"'),
            ("start = { event = assigned }", '"assigned"'),
            (f"title = {'x' * 50}", f'"{"x" * 40}"'),
        ],
    )
    def test_text_needs_quotation_marks(self, line: str, expected: str) -> None:
        assert advice(line, "toml") == f"put text into quotation marks: {expected}"

    @pytest.mark.parametrize(
        "line", ["title = “x”", "title = \u2018x\u2019", "“title” = 1", "goals = [„x“]"]
    )
    def test_quotation_marks_are_straight(self, line: str) -> None:
        assert advice(line, "toml") == "write straight quotation marks: \" or '"

    @pytest.mark.parametrize(
        ("line", "expected"),
        [
            ("id: 1", "write = where YAML and JSON have a colon"),
            ("adopts = True", "write true or false, in small letters and without"),
            ("adopts = yes", "write true or false, in small letters and without"),
            ("title = null", "leave the key out: TOML has no word for nothing"),
            ("on = 2026-13-01", "write a date that there is, as in 2026-12-31"),
            ("title =", "write a value after the equals sign"),
            ('title "x"', "write a key, an equals sign and a value"),
            ('title = "x', "end the text with a quotation mark"),
            ("title = 'x", "end the text with a quotation mark"),
            ("a = { b = 1,\n c = 2 }", "write a table in braces on one line"),
            ("a = { b = 1, }", "take the last comma out"),
        ],
    )
    def test_other_slips_are_known(self, line: str, expected: str) -> None:
        assert (advice(line, "toml") or "").startswith(expected)

    @pytest.mark.parametrize(
        "line", ['title = "a\\qb"', "a = [1, [2", "a = {b = 1, = 2}", "[a"]
    )
    def test_what_is_not_known_gets_no_advice(self, line: str) -> None:
        assert advice(line, "toml") is None

    def test_a_round_mark_elsewhere_in_the_line_is_not_to_blame(self) -> None:
        assert advice('x = nothing # "it\u2019s"', "toml") == (
            'put text into quotation marks: "nothing"'
        )


class TestYaml:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("a:\n\tid: n", "indent with spaces: YAML takes no tabs"),
            ("a:\n  id: n\n\tb: 1", "indent with spaces: YAML takes no tabs"),
            ("a: @you", 'put text into quotation marks: "@you"'),
            ("a: b: c", "put text that holds a colon and a blank into quotation marks"),
            ("a:\n  b: 1\n c: 2", "indent it as far as the keys that it belongs to"),
            ("a: [1", None),
        ],
    )
    def test_slips_are_known(self, text: str, expected: str | None) -> None:
        assert advice(text, "yaml") == expected


class TestJson:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("{'a': 1}", 'write double quotation marks: "'),
            ("{“a”: 1}", 'write double quotation marks: "'),
            ('{"a": 1 // one\n}', "take it out: JSON has no comments"),
            ('{"a": True}', "write true or false, in small letters"),
            ('{"a": None}', "write null"),
            ('{"a": sales}', 'put text into quotation marks: "sales"'),
            ('{"a": 1\n "b": 2}', "write a comma between the two"),
            ('{"a" = 1}', None),
            ('{"a": 1', None),
        ],
    )
    def test_slips_are_known(self, text: str, expected: str | None) -> None:
        assert advice(text, "json") == expected


class TestLists:
    def findings(self, text: str) -> list[tuple[str, str | None]]:
        with pytest.raises(DocumentError) as caught:
            loads(text)
        return [(one.message, one.help) for one in caught.value.findings]

    def test_one_table_where_several_may_stand(self) -> None:
        in_toml = "in TOML, put its heading into two pairs of them, such as [[terms]]"

        assert self.findings(TERM.replace("[[terms]]", "[terms]")) == [
            ("a table is not a list", f"put it into brackets; {in_toml}")
        ]

    def test_a_heading_that_stands_twice(self) -> None:
        again = TERM[TERM.index("[[terms]]") :].replace("[[terms]]", "[terms]")

        assert self.findings(TERM + again) == [
            (
                "the key 'terms' is given twice, first at line 4, column 3",
                "keep one of them, or write [[terms]] above each if there are several",
            )
        ]


class TestTwice:
    @pytest.mark.parametrize(
        ("text", "format", "first"),
        [
            ('[agreement]\nid = "a"\nid = "b"\n', "toml", "line 2, column 1"),
            ("agreement:\n  id: a\n  id: b\n", "yaml", "line 2, column 3"),
            ('{"agreement":\n {"id": "a", "id": "b"}}', "json", "line 2, column 3"),
        ],
    )
    def test_both_places_are_told(self, text: str, format: Format, first: str) -> None:
        with pytest.raises(DocumentError) as caught:
            loads(text, format)

        (finding,) = caught.value.findings
        assert finding.code == "AK-S006"
        assert finding.message == f"the key 'id' is given twice, first at {first}"

    def test_so_are_those_of_two_terms_of_one_name(self) -> None:
        with pytest.raises(DocumentError) as caught:
            loads(TERM + TERM[TERM.index("[[terms]]") :])

        (finding,) = caught.value.findings
        assert finding.message == "'answer' stands twice, first at $.terms[0]"
        assert finding.path == "$.terms[1].id"


class TestKinds:
    def findings(self, text: str) -> list[tuple[str, str | None]]:
        with pytest.raises(DocumentError) as caught:
            loads(text)
        return [(one.path, one.help) for one in caught.value.findings]

    KINDS = (
        "the kinds are deadline, cadence, attempts, duration, volume, quality, validity"
    )

    def test_the_near_one_is_taken_so_that_other_faults_are_told(self) -> None:
        text = TERM.replace("deadline", "dedline").replace("within", "witin")

        assert self.findings(text) == [
            ("$.terms[0].within", "add 'within'"),
            ("$.terms[0].kind", f"did you mean 'deadline'? {self.KINDS}"),
            ("$.terms[0].witin", "did you mean 'within' or 'waiting'?"),
        ]

    def test_where_none_is_near_only_what_no_kind_has_is_unknown(self) -> None:
        text = TERM.replace("deadline", "sla") + "goal = 3\npartty = 3\n"

        assert self.findings(text) == [
            ("$.terms[0].kind", self.KINDS),
            ("$.terms[0].partty", "did you mean 'party'?"),
        ]

    def test_a_kind_is_a_word(self) -> None:
        assert self.findings(TERM.replace('"deadline"', "3")) == [
            ("$.terms[0].kind", self.KINDS)
        ]

    def test_without_one_the_kinds_are_listed(self) -> None:
        assert self.findings(TERM.replace('kind = "deadline"\n', "")) == [
            ("$.terms[0].kind", f"add it: {self.KINDS}")
        ]


class TestShares:
    @pytest.mark.parametrize(
        ("written", "seen", "help_"),
        [
            ("75", "75", "write a share over 0 and up to 1, such as '75%'"),
            ("75.0", "75.0", "write a share over 0 and up to 1, such as '75%'"),
            ('"75"', '"75"', 'write "75%"'),
            ('"150%"', '"150%"', "write a share over 0 and up to 1, such as 4/5"),
            ("1.5", "1.5", "write a share over 0 and up to 1, such as 4/5"),
            ('"most"', '"most"', "write a share such as '4/5' or '80%'"),
        ],
    )
    def test_they_are_told_as_they_were_written(
        self, written: str, seen: str, help_: str
    ) -> None:
        with pytest.raises(DocumentError) as caught:
            loads(TERM + f"warn_at = {written}\n")

        (finding,) = caught.value.findings
        assert (finding.message, finding.help) == (f"{seen} does not fit", help_)
