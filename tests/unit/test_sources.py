from __future__ import annotations

import sys
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal

import pytest

from alignkit import json_text, sources, trees
from alignkit.errors import DocumentError, MissingExtraError, UnfitValueError
from alignkit.sources import Format
from alignkit.trees import Limits, Path, Tree, path_text

TOML = """\
# A comment with a [header] and a key = 1
id = "a"
dotted.key.here = 1.5
"quoted key" = 'literal # no comment'
at = 2026-04-01 07:00:00.5Z
prose = \"\"\"
[no.header]
no_key = 1 \\"\"\"
\"\"\"
list = [
  { x = 1, "y z" = [1, [2]] }, # why
  { x = 2 },
]

[calendars.denver]
zone = "America/Denver"

[[terms]]
id = "first"
start = { event = "b" }

  [terms.clock]
  repeat = "restart"

[[terms]]
id = "second"
"""

YAML = """\
# A comment: with a key
id: a
calendars:
  denver: &denver
    zone: America/Denver
    week:
      mon-fri: ["09:00-12:00", "13:00-17:00"]
  boulder: *denver
terms:
- id: first
  start: {event: b}
- id: second
"""

JSON = """\
{
  "id": "a", "list": [1, {"x\\u0020y": [true,
    null]}],
  "terms": [
    {"id": "first"},
    {"id": "second"}
  ]
}
"""


def findings(
    text: str | bytes, format: Format, limits: Limits = trees.DEFAULT_LIMITS
) -> list[tuple[str, int | None, int | None]]:
    with pytest.raises(DocumentError) as caught:
        sources.read(text, format, limits=limits)
    return [
        (finding.code, finding.place.line, finding.place.column)
        for finding in caught.value.findings
        if finding.place
    ]


class TestRead:
    @pytest.mark.parametrize(
        ("text", "tree"),
        [
            ("a = 0.10", {"a": Decimal("0.10")}),
            ("a = 1_000", {"a": 1000}),
            ("a = 2026-12-31", {"a": date(2026, 12, 31)}),
            ("a = 09:00:00", {"a": time(9)}),
            ("a = 2026-01-01T00:00:00Z", {"a": datetime(2026, 1, 1, tzinfo=UTC)}),
            ("a = 1\r\nb = 2\r\n", {"a": 1, "b": 2}),
            ("\ufeffa = 1", {"a": 1}),
            ("\ta\t=\t1\t", {"a": 1}),
        ],
    )
    def test_toml_says_what_it_says(self, text: str, tree: Tree) -> None:
        assert sources.read(text, "toml").tree == tree

    @pytest.mark.parametrize(
        ("word", "value"),
        [
            ("NO", "NO"),
            ("on", "on"),
            ("y", "y"),
            ("12:30", "12:30"),
            ("2026-12-31", "2026-12-31"),
            ("1_000", "1_000"),
            ("0o14", 12),
            ("014", 14),
            ("0x1F", 31),
            ("-7", -7),
            ("1.50", Decimal("1.50")),
            ("1e3", Decimal(1000)),
            (".5", Decimal("0.5")),
            ("true", True),
            ("FALSE", False),
            ("~", None),
            ("null", None),
            ("", None),
            ('"true"', "true"),
            ("'1'", "1"),
            ("!!str 1", "1"),
            ("-", "-"),
            (".", "."),
            ("+.inf.", "+.inf."),
        ],
    )
    def test_yaml_words_mean_what_version_1_2_says(
        self, word: str, value: Tree
    ) -> None:
        text = f"a: {word}\n" if word != "-" else 'a: "-"'

        assert sources.read(text, "yaml").tree == {"a": value}

    def test_yaml_keys_are_text_whatever_they_look_like(self) -> None:
        text = "NO: 1\n1: 2\nnull: 3\n2026-12-31: 4\n"

        assert sources.read(text, "yaml").tree == {
            "NO": 1,
            "1": 2,
            "null": 3,
            "2026-12-31": 4,
        }

    def test_yaml_aliases_repeat_their_anchors(self) -> None:
        source = sources.read("a: &x {b: [1]}\nc: *x\nd: &y 5\ne: *y\n", "yaml")

        assert source.tree == {"a": {"b": [1]}, "c": {"b": [1]}, "d": 5, "e": 5}

    def test_json_keeps_decimals_exact(self) -> None:
        assert sources.read('{"a": 0.10, "b": 12}', "json").tree == {
            "a": Decimal("0.10"),
            "b": 12,
        }

    @pytest.mark.parametrize(
        ("format", "text", "places"),
        [
            ("toml", "a = 1\nb", [("AK-S001", 2, 2)]),
            ("toml", "a = 2026-02-30", [("AK-S001", 1, 5)]),
            ("toml", "a = [1", [("AK-S001", 1, 7)]),
            ("toml", "[a]\n[[a]]", [("AK-S006", 2, 4)]),
            ("toml", "a.b = 1\n[a]\nc = 2", [("AK-S006", 2, 3)]),
            ("json", '{"a": 1,}', [("AK-S001", 1, 8)]),
            ("json", '{"a": 1,\n}', [("AK-S001", 1, 8)]),
            ("json", '{"a": [1 , ]}', [("AK-S001", 1, 10)]),
            ("json", '{"a": {"b": 1,}, "c": 2', [("AK-S001", 1, 14)]),
            ("json", '{"a": [1,', [("AK-S001", 1, 10)]),
            ("json", "{,}", [("AK-S001", 1, 2)]),
            ("json", "[1,,2]", [("AK-S001", 1, 4)]),
            ("json", "{'a': 1}", [("AK-S001", 1, 2)]),
            ("yaml", "a: b: c", [("AK-S001", 1, 5)]),
            ("yaml", "a:\n\t- b", [("AK-S001", 2, 1)]),
            ("yaml", "a: \x01", [("AK-S001", 1, 4)]),
            ("yaml", "a: 1\n---\nb: 2", [("AK-S001", 2, 1)]),
            ("yaml", "a: !!python/object:os.system x", [("AK-S001", 1, 4)]),
            ("yaml", "a: !!map {}", [("AK-S001", 1, 4)]),
            ("yaml", "a: &x 1\n<<: *x", [("AK-S001", 2, 1)]),
            ("yaml", "a: *x", [("AK-S001", 1, 4)]),
            ("yaml", "a: &x [*x]", [("AK-S001", 1, 8)]),
            ("yaml", "x: &x 1\n*x : 2", [("AK-S001", 2, 1)]),
            ("yaml", "? [a]\n: b", [("AK-S001", 1, 3)]),
            ("toml", "", [("AK-S001", 1, 1)]),
            ("json", " \n", [("AK-S001", 1, 1)]),
        ],
    )
    def test_what_cannot_be_read_is_told_with_its_place(
        self, format: Format, text: str, places: list[tuple[str, int, int]]
    ) -> None:
        assert findings(text, format) == places

    @pytest.mark.parametrize(
        ("format", "text"),
        [
            ("toml", "a = nan"),
            ("toml", "a = -inf"),
            ("yaml", "a: .NaN"),
            ("yaml", "a: -.inf"),
            ("json", '{"a": NaN}'),
            ("json", '{"a": -Infinity}'),
        ],
    )
    def test_numbers_without_an_end_are_refused(
        self, format: Format, text: str
    ) -> None:
        (finding,) = findings(text, format)

        assert finding[0] == "AK-S005"

    @pytest.mark.parametrize(
        ("format", "text"),
        [
            ("toml", f"a = {'9' * 5000}"),
            ("toml", f"a = 0x{'f' * 5000}"),
            ("toml", "a = 1e99999999999999999999"),
            ("yaml", f"a: {'9' * 5000}"),
            ("json", f'{{"a": {"9" * 5000}}}'),
            ("json", '{"a": 1e5000}'),
        ],
    )
    def test_numbers_of_thousands_of_digits_are_refused(
        self, format: Format, text: str
    ) -> None:
        (finding,) = findings(text, format)

        assert finding[0] == "AK-S008"

    @pytest.mark.parametrize(
        ("format", "text"),
        [
            ("json", "[" * 100_000),
            ("json", '{"a":' * 70 + "1" + "}" * 70),
            ("yaml", "[" * 100_000),
            ("yaml", "a: &a [[[[1]]]]\n" + "b: " + "[" * 61 + "*a" + "]" * 61),
            ("toml", "a = " + "[" * 100_000),
            ("toml", "a." * 100_000 + "b = 1"),
            ("toml", "a = { " + "a." * 100 + "b = 1 }"),
            ("toml", "[" + '"a".' * 100_000 + "b]"),
        ],
    )
    def test_deep_nesting_is_refused_and_not_followed(
        self, format: Format, text: str
    ) -> None:
        (finding,) = findings(text, format)

        assert finding[0] == "AK-S008"

    def test_dots_in_text_are_no_nesting(self) -> None:
        dots = "." * 200

        assert sources.read(f"a = '{dots}'", "toml").tree == {"a": dots}

    def test_what_aliases_repeat_is_counted(self) -> None:
        lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
        lines += [
            f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 8)
        ]

        (finding,) = findings("\n".join(lines), "yaml")

        assert finding[0] == "AK-S008"

    @pytest.mark.parametrize("format", ["toml", "yaml", "json"])
    def test_limits_are_those_that_are_asked_for(self, format: Format) -> None:
        text = {"toml": "a = [1]", "yaml": "a: [1]", "json": '{"a": [1]}'}[format]

        sources.read(text, format, limits=Limits(bytes=10, keys=2, levels=2))

        assert findings(text, format, Limits(bytes=5)) == [("AK-S008", None, None)]
        assert findings(text, format, Limits(keys=1))[0][0] == "AK-S008"
        assert findings(text, format, Limits(levels=1))[0][0] == "AK-S008"

    @pytest.mark.parametrize(
        ("raw", "place"),
        [
            (b"a = 1\nb = '\xe9'", ("AK-S009", 2, 6)),
            ("a = 1".encode("utf-16"), ("AK-S009", 1, 1)),
            (b"a = 1\nb\x00 = 2", ("AK-S009", 2, 2)),
        ],
    )
    def test_bytes_that_are_no_utf_8_text_are_refused(
        self, raw: bytes, place: tuple[str, int, int]
    ) -> None:
        assert findings(raw, "toml") == [place]

    @pytest.mark.parametrize("text", ['{"a": "\\ud800"}', '{"\\ud800": 1}'])
    def test_half_a_character_is_refused(self, text: str) -> None:
        (finding,) = findings(text, "json")

        assert finding[0] == "AK-S009"

    def test_yaml_without_its_package_names_the_extra(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setitem(sys.modules, "yaml", None)

        with pytest.raises(MissingExtraError) as caught:
            sources.read("a: 1", "yaml")

        assert caught.value.extra == "yaml"

    def test_an_unknown_format_is_refused(self) -> None:
        with pytest.raises(UnfitValueError):
            sources.read("a", "ini")  # type: ignore[arg-type]


class TestFindings:
    @pytest.mark.parametrize(
        ("format", "text", "tree", "places"),
        [
            (
                "toml",
                "a = 1\na = 2\n[b]\nc = { d = 1, e = 2, d = 3 }\n[b]\nx = 1\nx = 2\n",
                {"a": 1, "b": {"c": {"d": 1, "e": 2}}},
                [("$.a", 2, 1), ("$.b.c.d", 4, 21), ("$.b", 5, 1)],
            ),
            (
                "yaml",
                "a: 1\na: 2\nb: {c: 1, c: 2}\n",
                {"a": 2, "b": {"c": 2}},
                [("$.a", 2, 1), ("$.b.c", 3, 11)],
            ),
            (
                "json",
                '{"a": {"b": 1},\n "a": {"b": 2, "b": 3}}',
                {"a": {"b": 3}},
                [("$.a", 2, 2), ("$.a.b", 2, 16)],
            ),
        ],
    )
    def test_every_repeated_key_is_told_and_the_rest_is_read(
        self,
        format: Format,
        text: str,
        tree: Tree,
        places: list[tuple[str, int, int]],
    ) -> None:
        source = sources.read(text, format)

        assert source.tree == tree
        assert [
            (finding.path, finding.place.line, finding.place.column)
            for finding in source.findings
            if finding.place
        ] == places
        assert {finding.code for finding in source.findings} == {"AK-S006"}

    @pytest.mark.parametrize(
        ("rest", "place"),
        [
            ("b", (3, 2)),
            ("b =\n", (3, 4)),
            ("b.", (3, 3)),
            ("b = { c }", (3, 9)),
            ("b = [1 2]", (3, 8)),
            ('"\\q" = 1', (3, 4)),
        ],
    )
    def test_a_fault_of_the_rest_is_told_beside_a_repeated_key(
        self, rest: str, place: tuple[int, int]
    ) -> None:
        text = f"a = 1\na = 2\n{rest}"

        assert findings(text, "toml") == [("AK-S006", 2, 1), ("AK-S001", *place)]

    @pytest.mark.parametrize("again", ["[1, { x = 2 }]", "{ x = [1, 2], x = 3 }"])
    def test_whatever_is_given_again_is_left_out(self, again: str) -> None:
        source = sources.read(f"a = 1\na = {again}\nb = 2\n", "toml")

        assert source.tree == {"a": 1, "b": 2}
        assert [one.path for one in source.findings] == ["$.a"]


class TestMarks:
    @pytest.mark.parametrize("text", ["]", "}", "[1]] [2]"])
    def test_an_end_without_a_beginning_ends_the_walk(self, text: str) -> None:
        marks = json_text.Marks.of(text, trees.DEFAULT_LIMITS)

        assert marks.where((1,)) is None

    def test_a_key_that_is_no_json_is_taken_as_it_is_written(self) -> None:
        text = '{"\\q": 1, "a": 2}'

        marks = json_text.Marks.of(text, trees.DEFAULT_LIMITS)

        assert marks.where(('"\\q"',)) == (1, 2)
        assert marks.where(("a",)) == (1, 11)


class TestLocate:
    @pytest.mark.parametrize(
        ("format", "text", "path", "place"),
        [
            ("toml", TOML, ("id",), (2, 1)),
            ("toml", TOML, ("dotted", "key", "here"), (3, 12)),
            ("toml", TOML, ("quoted key",), (4, 1)),
            ("toml", TOML, ("list",), (10, 1)),
            ("toml", TOML, ("list", 0, "y z", 1, 0), (11, 25)),
            ("toml", TOML, ("list", 1, "x"), (12, 5)),
            ("toml", TOML, ("calendars", "denver"), (15, 12)),
            ("toml", TOML, ("calendars", "denver", "zone"), (16, 1)),
            ("toml", TOML, ("terms", 0, "start", "event"), (20, 11)),
            ("toml", TOML, ("terms", 0, "clock", "repeat"), (23, 3)),
            ("toml", TOML, ("terms", 1), (25, 3)),
            ("toml", TOML, ("terms", 1, "id"), (26, 1)),
            ("toml", TOML, ("terms", 1, "absent", 7), (25, 3)),
            ("toml", TOML, ("absent",), (1, 1)),
            ("yaml", YAML, ("calendars", "denver", "week", "mon-fri", 1), (7, 32)),
            ("yaml", YAML, ("calendars", "boulder", "zone"), (5, 5)),
            ("yaml", YAML, ("terms", 0, "start", "event"), (11, 11)),
            ("yaml", YAML, ("terms", 1), (12, 3)),
            ("yaml", YAML, ("terms", 1, "absent"), (12, 3)),
            ("json", JSON, ("id",), (2, 3)),
            ("json", JSON, ("list", 1, "x y", 1), (3, 5)),
            ("json", JSON, ("terms", 1, "id"), (6, 6)),
            ("json", JSON, (), (1, 1)),
        ],
    )
    def test_a_path_is_located_where_it_is_written(
        self, format: Format, text: str, path: Path, place: tuple[int, int]
    ) -> None:
        found = sources.read(text, format, "file").locate(path)

        assert (found.file, found.line, found.column) == ("file", *place)

    def test_line_ends_of_windows_count_once(self) -> None:
        source = sources.read(TOML.replace("\n", "\r\n"), "toml")

        assert source.locate(("terms", 1, "id")).line == 26


class TestWrite:
    def test_toml_gives_large_tables_headers_and_small_ones_a_line(self) -> None:
        tree: dict[str, Tree] = {
            "id": "a",
            "text": 'two\n"""lines"""\\',
            "calendars": {
                "x": {"week": {"mon-fri": ["09:00-17:00"]}, "names": ["n" * 40] * 2},
            },
            "terms": [{"id": "b", "targets": [{"within": "w" * 50}] * 2}],
            "empty": {},
        }

        assert sources.write(tree, "toml") == (
            'id = "a"\n'
            'text = """\ntwo\n\\"""lines\\"""\\\\"""\n'
            "\n"
            "[calendars.x]\n"
            'week = { mon-fri = ["09:00-17:00"] }\n'
            f'names = [\n  "{"n" * 40}",\n  "{"n" * 40}",\n]\n'
            "\n"
            "[[terms]]\n"
            'id = "b"\n'
            "targets = [\n"
            f'  {{ within = "{"w" * 50}" }},\n'
            f'  {{ within = "{"w" * 50}" }},\n'
            "]\n"
            "\n"
            "[empty]\n"
        )

    def test_toml_escapes_what_a_text_cannot_show(self) -> None:
        tree: dict[str, Tree] = {"a": 'tab\t, bell\x07, quote" and \\'}

        text = sources.write(tree, "toml")

        assert text == 'a = "tab\\t, bell\\u0007, quote\\" and \\\\"\n'
        assert sources.read(text, "toml").tree == tree

    def test_toml_writes_no_seconds_of_an_offset(self) -> None:
        # Amsterdam kept its own time until 1937, 19 minutes and 32 seconds ahead.
        amsterdam = timezone(timedelta(minutes=19, seconds=32))
        noon = datetime(1930, 1, 1, 12, tzinfo=amsterdam)

        text = sources.write({"a": noon}, "toml")

        assert text == "a = 1930-01-01T11:40:28+00:00\n"
        assert sources.read(text, "toml").tree == {"a": noon}

    def test_yaml_quotes_what_older_readers_would_turn_into_something_else(
        self,
    ) -> None:
        tree: dict[str, Tree] = {"on": ["NO", "12:30", "0o14", "a b", "", "x\x85"]}

        assert sources.write(tree, "yaml") == (
            '"on": ["NO", "12:30", "0o14", a b, "", "x\\u0085"]\n'
        )

    @pytest.mark.parametrize(
        "value",
        [Decimal("nan"), 10**5000, "\ud800", None],
        ids=["nan", "huge", "half", "null"],
    )
    def test_what_toml_cannot_say_is_refused(self, value: Tree) -> None:
        with pytest.raises(UnfitValueError):
            sources.write({"a": value}, "toml")

    def test_no_format_but_the_three_is_known(self) -> None:
        with pytest.raises(UnfitValueError):
            sources.write({}, "ini")  # type: ignore[arg-type]


class TestFormatOf:
    @pytest.mark.parametrize(
        ("name", "format"),
        [
            ("a.toml", "toml"),
            ("a.YML", "yaml"),
            ("x/a.yaml", "yaml"),
            ("a.json", "json"),
        ],
    )
    def test_the_name_of_a_file_tells_its_format(
        self, name: str, format: Format
    ) -> None:
        assert sources.format_of(name) == format

    def test_other_names_tell_none(self) -> None:
        with pytest.raises(UnfitValueError):
            sources.format_of("agreement.txt")


class TestPathText:
    @pytest.mark.parametrize(
        ("path", "text"),
        [
            ((), "$"),
            (("a", 0, "b-c"), "$.a[0].b-c"),
            (("x y",), '$["x y"]'),
            (('"',), '$["\\""]'),
            (("2026",), '$["2026"]'),
            (("",), '$[""]'),
        ],
    )
    def test_a_path_is_written_from_the_root_down(self, path: Path, text: str) -> None:
        assert path_text(path) == text
