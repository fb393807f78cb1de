"""Documents: an agreement that uses every noun, from its text to what can be judged.

The complete agreement of the examples is loaded as it stands, from seven files, and as
one text in each format. To compile it is to evaluate nothing by it, since whatever is
made once per edition is made then. Run it with
``python -m tests.benchmarks.bench_documents``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import get_args

from alignkit.agreements import Agreement
from alignkit.documents import dumps, load, loads
from alignkit.sources import Format
from tests.benchmarks.measuring import machine, medians, start_up, table

PACKAGES = ("alignkit", "attrs", "cattrs", "PyYAML")
FOLDER = Path(__file__).parents[2] / "examples" / "complete_agreement"
WHOLE = FOLDER / "agreement.toml"
AS_OF = datetime.fromisoformat("2026-08-03T12:00:00-06:00")
BARE = "pass"
FIRST = "import alignkit; alignkit.load({file!r})"


def compiled(agreement: Agreement) -> Agreement:
    """Make all that judging needs, and return the agreement."""
    agreement.evaluate((), as_of=AS_OF)
    for edition in agreement.editions:
        _ = edition.fingerprint
    return agreement


def loading() -> Iterator[tuple[str, int, Callable[[], Agreement], Path]]:
    """Yield what is loaded: its name, its size in bytes, how, and a file of it."""
    files = [WHOLE, *sorted((FOLDER / "parts").iterdir())]
    size = sum(len(file.read_bytes()) for file in files)
    yield f"TOML, {len(files)} files", size, lambda: load(WHOLE), WHOLE
    agreement = load(WHOLE)
    with TemporaryDirectory() as folder:
        for format_ in get_args(Format):
            text = dumps(agreement, format_)
            file = Path(folder, f"agreement.{format_}")
            file.write_text(text, encoding="utf-8")
            name = {"toml": "TOML", "yaml": "YAML", "json": "JSON"}[format_]
            size = len(text.encode())
            yield name, size, lambda t=text, f=format_: loads(t, f), file  # type: ignore[misc]


def tables() -> Iterator[str]:
    """Yield what came out, as tables."""
    bare = start_up(BARE)
    rows = []
    for name, size, read, file in loading():
        read()
        taken = medians(
            {
                "load and validate": read,
                "and compile": lambda read=read: compiled(read()),  # type: ignore[misc]
            }
        )
        first = start_up(FIRST.format(file=str(file))) - bare
        times = (*taken.values(), first)
        rows.append(
            [name, f"{size / 1000:.1f}", *(f"{1000 * one:.0f}" for one in times)]
        )
    head = (
        *("an agreement of every noun", "KB", "load and validate, ms"),
        *("and compile, ms", "first load of a process, imports and all, ms"),
    )
    yield table("Documents", head, rows)


if __name__ == "__main__":
    print(f"Measured on {machine(*PACKAGES)}.\n")
    for measured in tables():
        print(measured)
