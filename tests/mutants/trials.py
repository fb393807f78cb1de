"""Mutants put to the tests: one process for each, all begun from one that waits.

The unit tests are run once to see which of them pass through which line, and collected
once more. Each mutant is then a copy of that process in which one function has other
code, and only the tests that pass through its line are run, those of its module first.

What was made while the tests were collected was made by the code as it was. So what is
alive is tried again where the changed module itself is read, by the tests of it alone.
"""

from __future__ import annotations

import gc
import importlib
import importlib.abc
import importlib.machinery
import importlib.util
import os
import resource
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from random import Random
from types import CodeType, FunctionType, ModuleType
from typing import Protocol

import pytest
from coverage import CoverageData

from tests.mutants.edits import Edit, mutant
from tests.mutants.wings import UNIT, file_of

_MOST = 600
"""Of the tests that pass through a line, so many are run: those of its module first,
and the others in an order that does not keep those of one file together."""

_SECONDS = 40
"""So many seconds of work may the tests of one mutant take, which may turn for ever."""

_SEEN = Path(".coverage.mutants")
"""Which tests pass through which line takes long to see, and is kept."""

_ELSEWHERE = (
    *("architecture", "cli", "codes", "documentation", "documents", "examples"),
    *("feasibility", "lint", "requirements", "schema", "soundness", "upkeep"),
)
"""What these are about is not how promises are judged, and they take long."""

_TESTS = [
    str(file)
    for file in sorted(UNIT.glob("test_*.py"))
    if file.stem.removeprefix("test_") not in _ELSEWHERE
]

_QUIET = ("-q", "-x", "-p", "no:cacheprovider", "--hypothesis-profile=brief")

Passing = dict[str, dict[int, set[str]]]
"""The tests that pass through each line, by module."""


def trials(
    found: Sequence[Edit], sources: dict[str, str]
) -> Iterator[tuple[Edit, bool]]:
    """Return each change, and whether it lives.

    How far it has come is told on standard error, which pytest has for itself.
    """
    told: list[tuple[Edit, bool]] = []
    with os.fdopen(os.dup(2), "w") as screen:

        def tell(edit: Edit, *, is_alive: bool) -> None:
            told.append((edit, is_alive))
            screen.write(f"{len(told)}: {'alive' if is_alive else 'killed'}: {edit}\n")
            screen.flush()

        loop = _Loop(found, sources, _passing(sources), tell)
        pytest.main([*_QUIET, *_TESTS], plugins=[loop])
    for edit, is_alive in told:
        yield edit, is_alive and _lives(edit, sources)


class _Tell(Protocol):
    def __call__(self, edit: Edit, *, is_alive: bool) -> None: ...


def _passing(sources: dict[str, str]) -> Passing:
    written = [*UNIT.glob("*.py"), *(file_of(module) for module in sources)]
    newest = max(file.stat().st_mtime for file in written)
    if not _SEEN.exists() or _SEEN.stat().st_mtime < newest:
        _see()
    data = CoverageData(str(_SEEN))
    data.read()
    passing: Passing = {}
    for module in sources:
        lines = data.contexts_by_lineno(str(file_of(module)))
        passing[module] = {
            line: {context.partition("|")[0] for context in contexts if context}
            for line, contexts in lines.items()
        }
    return passing


def _see() -> None:
    words = (*_QUIET, *_TESTS, "--cov", "--cov-context=test", "--cov-report=")
    done = subprocess.run(
        (sys.executable, "-m", "pytest", *words, "--cov-fail-under=0"),
        env={**os.environ, "COVERAGE_FILE": str(_SEEN)},
        check=False,
        stdout=subprocess.PIPE,
        text=True,
    )
    if done.returncode:
        _SEEN.unlink(missing_ok=True)
        raise SystemExit(f"the tests fail as it is\n{done.stdout[-2_000:]}")


class _Loop:
    """A plugin that runs, for each change, the tests that can tell it."""

    def __init__(
        self,
        found: Sequence[Edit],
        sources: dict[str, str],
        passing: Passing,
        tell: _Tell,
    ) -> None:
        """Take what is to be tried, and where to tell what came of it."""
        self._found = found
        self._sources = sources
        self._passing = passing
        self._tell = tell

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Stand in for the loop that runs each test once."""
        for module in self._sources:
            importlib.import_module(f"alignkit.{module}")
        functions = _functions()
        session.config.pluginmanager.unregister(self)
        gc.freeze()
        for edit in self._found:
            passing = self._passing[edit.module].get(edit.line, set())
            own = f"test_{edit.module}.py"
            items = [item for item in session.items if item.nodeid in passing]
            Random(edit.index).shuffle(items)  # noqa: S311
            items.sort(key=lambda item: item.path.name != own)

            def green(edit: Edit = edit, items: list[pytest.Item] = items) -> bool:
                source, file = self._sources[edit.module], str(file_of(edit.module))
                old = compile(source, file, "exec")
                new = compile(mutant(source, edit.index), file, "exec")
                _swap(old, new, functions)
                session.items = items[:_MOST]
                return _is_green(session)

            self._tell(edit, is_alive=_forked(green))
        return True


def _is_green(session: pytest.Session) -> bool:
    try:
        session.config.hook.pytest_runtestloop(session=session)
    except (session.Failed, session.Interrupted):
        return False
    return session.testsfailed == 0


_Place = tuple[str, str, int]


def _place(code: CodeType) -> _Place:
    return code.co_filename, code.co_qualname, code.co_firstlineno


def _functions() -> dict[_Place, list[FunctionType]]:
    """Return every function of the library that there is, by where it is written."""
    found: dict[_Place, list[FunctionType]] = {}
    for one in gc.get_objects():
        if isinstance(one, FunctionType) and (one.__module__ or "").startswith(
            "alignkit"
        ):
            found.setdefault(_place(one.__code__), []).append(one)
    return found


def _swap(
    old: CodeType, new: CodeType, functions: dict[_Place, list[FunctionType]]
) -> None:
    """Give the functions of a module the code that they have in another one."""
    for function in functions.get(_place(old), ()):
        function.__code__ = new
    inside = [held for held in old.co_consts if isinstance(held, CodeType)]
    anew = [held for held in new.co_consts if isinstance(held, CodeType)]
    for one, other in zip(inside, anew, strict=True):
        if one != other:
            _swap(one, other, functions)


def _lives(edit: Edit, sources: dict[str, str]) -> bool:
    """Say whether a change lives on where the changed module is read from the first."""
    tests = UNIT / f"test_{edit.module}.py"
    if not tests.exists():
        return True

    def green() -> bool:
        for name in [name for name in sys.modules if name.partition(".")[0] in _OURS]:
            if not name.startswith("tests.mutants"):
                del sys.modules[name]
        sys.meta_path.insert(0, _Finder(edit, sources[edit.module]))
        return pytest.main([*_QUIET, str(tests)]) == 0

    return _forked(green)


_OURS = ("alignkit", "tests")


class _Finder(importlib.abc.Loader):
    """Finds one module, and loads it changed."""

    def __init__(self, edit: Edit, source: str) -> None:
        """Stand for a change."""
        self._name = f"alignkit.{edit.module}"
        self._tree = mutant(source, edit.index)

    def find_spec(
        self, name: str, _path: object = None, _target: object = None, /
    ) -> importlib.machinery.ModuleSpec | None:
        """Return the changed module, if it is asked for."""
        if name != self._name:
            return None
        return importlib.util.spec_from_loader(name, self)

    def exec_module(self, module: ModuleType) -> None:
        """Run the changed module."""
        exec(compile(self._tree, self._name, "exec"), module.__dict__)  # noqa: S102


def _forked(green: Callable[[], bool]) -> bool:
    """Say whether the tests come out well in a copy of this process, and in time."""
    sys.stdout.flush()
    child = os.fork()
    if child == 0:
        try:
            nothing = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nothing, 1)
            os.dup2(nothing, 2)
            resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))
            os._exit(0 if green() else 1)
        finally:
            # Whatever came out of it, the tests did not come out well.
            os._exit(1)
    _, status = os.waitpid(child, 0)
    return status == 0
