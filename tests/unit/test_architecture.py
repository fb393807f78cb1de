"""The shape of the house: what may import what, and what every module keeps to."""

from __future__ import annotations

import ast
import importlib
import inspect
import json
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import attrs
import pytest

import alignkit
from alignkit import errors
from alignkit.errors import AlignkitError

PACKAGE = Path(inspect.getfile(alignkit)).parent
MAP = Path(__file__).parents[2] / "docs" / "explanation" / "map.md"

FLOORS = (
    (
        "docstrings",
        "findings",
        "fingerprints",
        "outcomes",
        "phrases",
        "replies",
        "screen",
        "slips",
        "version",
    ),
    (
        "annotations",
        "cli",
        "errors",
        "trees",
    ),
    (
        "__main__",
        "_fields",
        "files",
        "instants",
        "json_text",
        "percentiles",
        "shapes",
        "shares",
        "toml_text",
        "values",
        "words",
        "yaml_text",
    ),
    (
        "gates",
        "goals",
        "scores",
        "sources",
        "spans",
        "value_shapes",
        "zones",
    ),
    (
        "criteria",
        "forms",
        "leads",
        "overlays",
        "parties",
        "payloads",
        "periods",
        "reasons",
        "shifts",
        "tables",
        "tasks",
    ),
    (
        "cells",
        "criterion_shapes",
        "duplicates",
        "facts",
        "happenings",
        "holidays",
        "measures",
        "ownership",
        "rows",
        "shorthands",
        "stages",
        "targets",
    ),
    (
        "events",
        "lifecycle",
        "questions",
        "schedules",
        "sheets",
        "strategy",
    ),
    (
        "actions",
        "breakpoints",
        "consents",
        "counts",
        "handoffs",
        "histories",
        "judgements",
        "logmappings",
        "patterns",
        "presets",
    ),
    (
        "absences",
        "demands",
        "dues",
        "eventlogs",
        "moves",
        "objections",
        "pattern_shapes",
        "promises",
        "qualifying",
        "ranges",
        "stories",
    ),
    (
        "changes",
        "custody",
        "decisions",
        "hours",
        "loops",
        "recurrences",
        "returns",
        "stays",
        "takers",
        "terms",
        "witnesses",
    ),
    (
        "attributions",
        "consequences",
        "efforts",
        "feedback",
        "hour_shapes",
        "ledgers",
        "references",
        "timetables",
    ),
    (
        "duties",
        "exchanges",
    ),
    ("editions",),
    (
        "answerability",
        "cycles",
        "exclusions",
        "nouns",
        "reciprocity",
        "rejections",
        "soundness",
        "unjudged",
        "wiring",
    ),
    (
        "legs",
        "matches",
        "plans",
        "runs",
        "upkeep",
    ),
    (
        "carryovers",
        "conformance",
        "identities",
        "trials",
    ),
    (
        "clocks",
        "feasibility",
        "fixes",
        "inquiries",
        "margins",
    ),
    (
        "beginnings",
        "desks",
        "escalations",
        "learnings",
        "lint",
        "loopworks",
    ),
    (
        "movements",
        "previews",
        "standings",
    ),
    (
        "qualities",
        "stints",
        "verdicts",
        "volumes",
        "windows",
    ),
    (
        "facets",
        "form_schemas",
        "journeys",
        "keepings",
        "progress",
        "reckonings",
        "rulings",
        "scorecards",
    ),
    (
        "adoptions",
        "audits",
        "ruling_report",
        "ruling_schema",
        "turnarounds",
    ),
    (
        "loopfigures",
        "loopshares",
        "successions",
    ),
    (
        "doubts",
        "flowcounts",
        "visits",
        "weighings",
    ),
    ("replays",),
    ("revisions",),
    (
        "accounts",
        "silences",
        "surges",
        "validities",
    ),
    (
        "books",
        "pardons",
    ),
    ("gauges",),
    ("dockets",),
    (
        "evaluations",
        "states",
        "streams",
    ),
    ("saved",),
    ("agreements",),
    (
        "documents",
        "duedates",
    ),
    (
        "report",
        "schema",
        "wire",
    ),
    ("intakes",),
    ("commands",),
)
HEIGHT = {name: height for height, names in enumerate(FLOORS) for name in names}

FACE = ast.parse((PACKAGE / "__init__.py").read_text(encoding="utf-8"))
NAMES: dict[str, tuple[str, ...]] = next(
    ast.literal_eval(node.value)
    for node in FACE.body
    if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "_NAMES"
)
HOMES = {name: module for module, names in NAMES.items() for name in names}

MODULES = {
    path.stem: ast.parse(path.read_text(encoding="utf-8"))
    for path in sorted(PACKAGE.glob("*.py"))
    if path.stem != "__init__"
}
EACH_MODULE = pytest.mark.parametrize("module", MODULES)

OPTIONAL = frozenset(
    {
        "altair",
        "holidays",
        "hypothesis",
        "narwhals",
        "pandas",
        "pyspark",
        "rich",
        "yaml",
    }
)
"""What only those have installed who asked for it."""

HEADINGS = ("Attributes", "Args", "Returns", "Raises", "Example")
CLOCKS = frozenset(
    {"monotonic", "now", "perf_counter", "time_ns", "today", "utcnow"}
    | {f"{name}_ns" for name in ("monotonic", "perf_counter")}
)


def imports(tree: ast.AST) -> list[str]:
    """Return the dotted names of the modules that a piece of code imports."""
    names: list[str] = []
    for node in ast.walk(tree):
        match node:
            case ast.Import():
                names += [alias.name for alias in node.names]
            case ast.ImportFrom(module="alignkit"):
                names += [f"alignkit.{alias.name}" for alias in node.names]
            case ast.ImportFrom(module=str(module)):
                names.append(module)
            case _:
                pass
    return names


def own_imports(tree: ast.AST) -> set[str]:
    """Return which modules of alignkit a piece of code imports."""
    return {
        name.removeprefix("alignkit.")
        for name in imports(tree)
        if name.startswith("alignkit.")
    }


def functions(tree: ast.AST) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Return the functions and methods of a piece of code."""
    return [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]


def docstrings(tree: ast.Module) -> list[str]:
    """Return what a module, its classes and its functions say of themselves."""
    classes = [node for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
    told = (tree, *classes, *functions(tree))
    return [text for node in told if (text := ast.get_docstring(node))]


def loaded_by(program: str) -> set[str]:
    """Return the packages that a fresh interpreter has loaded once it ran a program."""
    listing = (
        "import json, sys; before = set(sys.modules)\n"
        f"{program}\n"
        "print(json.dumps(sorted(set(sys.modules) - before)))"
    )
    run = subprocess.run(
        [sys.executable, "-c", listing], capture_output=True, check=True, text=True
    )
    names: list[str] = json.loads(run.stdout)
    return {name.partition(".")[0] for name in names}


MAPPED = re.findall(
    r"^- `([\w.]+)`: (.+)$", MAP.read_text(encoding="utf-8"), re.MULTILINE
)


class TestFloors:
    def test_every_module_has_a_floor(self) -> None:
        assert set(MODULES) == set(HEIGHT)

    @EACH_MODULE
    def test_imports_point_down(self, module: str) -> None:
        upward = [
            f"{module} -> {name}"
            for name in sorted(own_imports(MODULES[module]))
            if HEIGHT[name] >= HEIGHT[module]
        ]

        assert upward == []

    @EACH_MODULE
    def test_only_an_optional_package_is_imported_inside_a_function(
        self, module: str
    ) -> None:
        hidden = {
            name.partition(".")[0]
            for function in functions(MODULES[module])
            for name in imports(function)
        }

        assert hidden <= OPTIONAL | {"cattrs"}

    @EACH_MODULE
    def test_only_an_optional_package_is_imported_for_types_alone(
        self, module: str
    ) -> None:
        hidden = {
            name.partition(".")[0]
            for node in ast.walk(MODULES[module])
            if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)
            for name in imports(node)
        }

        assert hidden <= OPTIONAL

    @EACH_MODULE
    def test_nothing_asks_the_clock(self, module: str) -> None:
        asked = {
            node.attr
            for node in ast.walk(MODULES[module])
            if isinstance(node, ast.Attribute)
        }

        assert asked & CLOCKS == set()
        assert "time" not in imports(MODULES[module])


class TestMap:
    def test_every_module_stands_on_the_map_once(self) -> None:
        assert sorted(name for name, _ in MAPPED) == sorted(MODULES)

    @pytest.mark.parametrize(("module", "said"), MAPPED)
    def test_the_map_says_what_the_module_says(self, module: str, said: str) -> None:
        first, _, _ = (ast.get_docstring(MODULES[module]) or "").partition("\n")

        assert said
        assert first.endswith(said)


class TestFace:
    def test_it_is_one_lazy_table(self) -> None:
        assert ast.get_docstring(FACE)
        assert [type(node) for node in FACE.body[1:]] == [
            *[ast.ImportFrom, ast.Import],
            *[ast.Assign] * 3,
            *[ast.FunctionDef] * 2,
        ]

    @pytest.mark.parametrize("name", HOMES)
    def test_every_name_is_found_where_the_table_says(self, name: str) -> None:
        home = importlib.import_module(f"alignkit.{HOMES[name]}")

        found = getattr(alignkit, name)

        assert found is getattr(home, name)
        if inspect.isclass(found) or inspect.isfunction(found):
            assert found.__module__ == home.__name__

    def test_an_unknown_name_is_an_attribute_error(self) -> None:
        with pytest.raises(AttributeError) as caught:
            getattr(alignkit, "BusinessHour")  # noqa: B009 - mypy knows it is not there

        assert str(caught.value) == "module 'alignkit' has no attribute 'BusinessHour'"

    def test_it_lists_its_public_names(self) -> None:
        assert dir(alignkit) == sorted(alignkit.__all__)

    def test_no_name_hides_a_module(self) -> None:
        assert set(alignkit.__all__) & set(MODULES) == set()

    def test_the_stub_says_what_the_table_says(self) -> None:
        stub = ast.parse((PACKAGE / "__init__.pyi").read_text(encoding="utf-8"))

        *imported, listed = stub.body

        assert {
            node.module: tuple(alias.name for alias in node.names)
            for node in imported
            if isinstance(node, ast.ImportFrom)
        } == {f"alignkit.{module}": names for module, names in NAMES.items()}
        assert isinstance(listed, ast.Assign)
        assert sorted(ast.literal_eval(listed.value)) == sorted(alignkit.__all__)

    def test_importing_it_loads_nothing_else(self) -> None:
        loaded = loaded_by("import alignkit")

        assert loaded - sys.stdlib_module_names == {"alignkit"}

    def test_no_name_loads_an_optional_package(self) -> None:
        loaded = loaded_by("from alignkit import *")

        assert loaded & OPTIONAL == set()

    def test_type_checkers_may_trust_it(self) -> None:
        assert (PACKAGE / "py.typed").is_file()


class TestErrors:
    CLASSES = tuple(
        value
        for value in vars(errors).values()
        if inspect.isclass(value)
        and issubclass(value, AlignkitError)
        and value is not AlignkitError
    )
    EACH_ERROR = pytest.mark.parametrize("error", CLASSES)

    def test_they_all_stand_in_one_module(self) -> None:
        for module in set(MODULES) - {"__main__"}:
            importlib.import_module(f"alignkit.{module}")

        homes = {error.__module__ for error in AlignkitError.__subclasses__()}
        assert homes == {"alignkit.errors"}

    def test_no_two_share_a_code(self) -> None:
        codes = Counter(error.code for error in self.CLASSES)

        assert [code for code, count in codes.items() if count > 1] == []

    @EACH_ERROR
    def test_its_code_follows_the_scheme(self, error: type[AlignkitError]) -> None:
        assert re.fullmatch(r"AK-[STLQHOFPX]\d{3}", error.code)

    @EACH_ERROR
    def test_a_stranger_would_catch_it(self, error: type[AlignkitError]) -> None:
        familiar = {base for base in error.__mro__ if base.__module__ == "builtins"}

        assert familiar - {Exception, BaseException, object}

    @EACH_ERROR
    def test_it_can_be_pickled(self, error: type[AlignkitError]) -> None:
        # BaseException rebuilds an error from its positional arguments.
        assert attrs.has(error)
        assert not any(field.kw_only for field in attrs.fields(error))


class TestDocstrings:
    @EACH_MODULE
    def test_a_module_says_what_it_is_about(self, module: str) -> None:
        assert ast.get_docstring(MODULES[module])

    @EACH_MODULE
    def test_headings_are_the_allowed_ones_in_their_order(self, module: str) -> None:
        for text in docstrings(MODULES[module]):
            headings = re.findall(r"^([A-Z]\w+):$", text, flags=re.MULTILINE)

            assert headings == [name for name in HEADINGS if name in headings], text

    @EACH_MODULE
    def test_every_example_is_run(self, module: str) -> None:
        assert not any("+SKIP" in text for text in docstrings(MODULES[module]))

    @EACH_MODULE
    def test_every_member_of_an_enum_is_explained(self, module: str) -> None:
        silent = [
            f"{node.name}: {ast.unparse(member)}"
            for node in ast.walk(MODULES[module])
            if isinstance(node, ast.ClassDef)
            and any(ast.unparse(base) == "enum.Enum" for base in node.bases)
            for member, after in zip(node.body, [*node.body[1:], None], strict=True)
            if isinstance(member, ast.Assign)
            and not (
                isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant)
            )
        ]

        assert silent == []
