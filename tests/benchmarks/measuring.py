"""How to time something, and how to print a table of what came out."""

from __future__ import annotations

import os
import platform
import resource
import statistics
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from importlib import metadata
from time import process_time

from alignkit.zones import tzdata_version

ROUNDS = 5


def seconds(work: Callable[[], object]) -> float:
    """Return how long a processor worked, so that other programs matter little."""
    begin = process_time()
    work()
    return process_time() - begin


def medians(
    contenders: Mapping[str, Callable[[], object]], rounds: int = ROUNDS
) -> dict[str, float]:
    """Return the median seconds of each; each round gives everyone one turn.

    So a machine that is busy for a while is busy for all of them.
    """
    taken: dict[str, list[float]] = {name: [] for name in contenders}
    for _ in range(rounds):
        for name, work in contenders.items():
            taken[name].append(seconds(work))
    return {name: statistics.median(times) for name, times in taken.items()}


def start_up(code: str, rounds: int = 15) -> float:
    """Return the median seconds that a fresh interpreter works on some code."""
    taken = []
    for _ in range(rounds):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([sys.executable, "-c", code], check=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        taken.append(
            after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        )
    return statistics.median(taken)


def table(title: str, head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a table in Markdown, its columns aligned, numbers to the right."""
    widths = [max(map(len, column)) for column in zip(head, *rows, strict=True)]
    lines = ["| " + " | ".join(_cells(row, widths)) + " |" for row in (head, *rows)]
    rule = "|" + "|".join(
        "-" * (width + 2) if nth == 0 else "-" * (width + 1) + ":"
        for nth, width in enumerate(widths)
    )
    return "\n".join((f"### {title}", "", lines[0], f"{rule}|", *lines[1:], ""))


def _cells(row: Sequence[str], widths: Sequence[int]) -> list[str]:
    first, *others = zip(row, widths, strict=True)
    return [first[0].ljust(first[1]), *(text.rjust(width) for text, width in others)]


def thousands(number: float) -> str:
    """Return a number with as many digits as mean something."""
    if number < 10:
        return f"{number:.2f}"
    return f"{number:,.0f}"


def machine(*packages: str) -> str:
    """Describe what this ran on, without its name."""
    versions = ", ".join(
        f"{package} {metadata.version(package)}" for package in packages
    )
    return (
        f"{os.cpu_count()} cores ({platform.machine()}), "
        f"{platform.python_implementation()} {platform.python_version()}, "
        f"{platform.system()}, time-zone data {tzdata_version()}; {versions}"
    )
