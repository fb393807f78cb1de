"""The campaign: many inputs to each target, and a count of what came of them."""

from __future__ import annotations

import argparse
import importlib.util
import subprocess
import sys
import time
import warnings
from random import Random
from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from tests.fuzz import atheris_driver
from tests.fuzz.counts import Counts, watch
from tests.fuzz.doors import TARGETS
from tests.fuzz.targets import Target

_BATCH = 10_000
"""Hypothesis remembers what it has drawn, and would remember a million."""

_RARE = {"hypothesis": 10, "atheris": 50}
"""One input in so many is drawn by these, which take longer for each than chance."""

_WORTH_ITS_START = 100
"""Atheris takes some seconds to begin; for fewer inputs, Hypothesis does its part."""


def main(argv: list[str] | None = None) -> int:
    """Run a campaign; return 1 if anything but a coded error came out."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--inputs", type=int, default=20_000, help="how many in all")
    parser.add_argument("--seed", type=int, default=0, help="another one draws others")
    parser.add_argument(
        "--target", action="append", choices=sorted(TARGETS), help="all if left out"
    )
    parser.add_argument(
        "--by",
        choices=("chance", "hypothesis", "atheris"),
        help="what draws them; each its part if left out",
    )
    said = parser.parse_args(argv)
    # What warns today may fail tomorrow; and nobody who embeds the library wants it.
    warnings.simplefilter("error")
    watch()
    targets = [TARGETS[name] for name in said.target or TARGETS]
    shares = sum(target.share for target in targets)
    begun, is_right = time.perf_counter(), True
    for target in targets:
        inputs = parts(said.inputs * target.share // shares, said.by)
        if inputs["chance"]:
            counts = drawn_by_chance(target, inputs["chance"], said.seed)
            is_right &= _told(target, "chance", counts)
        if inputs["hypothesis"]:
            counts = drawn_by_hypothesis(target, inputs["hypothesis"], said.seed)
            is_right &= _told(target, "Hypothesis", counts)
        if inputs["atheris"]:
            is_right &= _drawn_by_atheris(target, inputs["atheris"], said.seed)
    sys.stdout.write(f"in {time.perf_counter() - begun:,.0f} s\n")
    return int(not is_right)


def parts(inputs: int, by: str | None) -> dict[str, int]:
    """Return how many inputs each draws, where atheris may not be installed."""
    if by == "atheris" and not _has_atheris():
        by = "hypothesis"
    if by is not None:
        return {"chance": 0, "hypothesis": 0, "atheris": 0, by: inputs}
    rare = {name: inputs // one_in for name, one_in in _RARE.items()}
    if not _has_atheris() or rare["atheris"] < _WORTH_ITS_START:
        rare["hypothesis"] += rare["atheris"]
        rare["atheris"] = 0
    return {"chance": inputs - sum(rare.values()), **rare}


def _has_atheris() -> bool:
    return importlib.util.find_spec("atheris") is not None


def drawn_by_chance(target: Target[Any], inputs: int, first: int) -> Counts:
    """Return what came of inputs that depend on nothing but their number."""
    counts = Counts()
    for number in range(inputs):
        counts.try_one(target, Random(f"{target.name} {first} {number}"))  # noqa: S311
    return counts


def drawn_by_hypothesis(target: Target[Any], inputs: int, first: int) -> Counts:
    """Return what came of inputs of which Hypothesis draws each choice."""
    counts = Counts()
    for at in range(0, inputs, _BATCH):

        @seed(first * 1_000_000 + at)
        @settings(
            max_examples=min(_BATCH, inputs - at),
            database=None,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(st.randoms(use_true_random=False))
        def batch(random: Random) -> None:
            counts.try_one(target, random)

        batch()
    return counts


def _drawn_by_atheris(target: Target[Any], inputs: int, first: int) -> bool:
    # It watches every branch of what is imported after it, and ends the process.
    words = ("-m", atheris_driver.__name__, target.name, str(inputs), str(first))
    done = subprocess.run(
        (sys.executable, *words), check=False, stderr=subprocess.PIPE, text=True
    )
    if done.returncode:
        sys.stdout.write(done.stderr[-4_000:])
    return done.returncode == 0


def _told(target: Target[Any], by: str, counts: Counts) -> bool:
    sys.stdout.write("\n".join(counts.lines(f"{target.name}, by {by}")) + "\n")
    sys.stdout.flush()
    return not counts.faults


if __name__ == "__main__":
    if not _has_atheris():
        sys.stdout.write("atheris is not installed: the others draw its part\n")
    sys.exit(main())
