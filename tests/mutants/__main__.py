"""The command: a sample of the mutants of some modules, and those that live on."""

from __future__ import annotations

import argparse
import contextlib
import io
import random
import sys

from tests.mutants.edits import Edit, edits
from tests.mutants.trials import trials
from tests.mutants.wings import sources


def main(argv: list[str] | None = None) -> int:
    """Try mutants, tell which live on, and return 1 if any does."""
    known = sources()
    parser = argparse.ArgumentParser(
        prog="python -m tests.mutants", description=__doc__
    )
    parser.add_argument("modules", nargs="*", help="all of both wings if left out")
    parser.add_argument(
        "--sample", type=int, default=25, help="of each module; 0 for all of them"
    )
    parser.add_argument("--seed", type=int, default=0, help="another one takes others")
    said = parser.parse_args(argv)
    modules = [name for words in said.modules for name in words.split(",")]
    odd = [name for name in modules if name not in known]
    if odd:
        parser.error(f"no such module: {', '.join(odd)}; choose of {', '.join(known)}")
    tried = {module: _some(module, known[module], said) for module in modules or known}
    alive: dict[str, list[Edit]] = {module: [] for module in tried}
    with contextlib.redirect_stdout(io.StringIO()):
        for edit, is_alive in trials(
            [one for some in tried.values() for one in some], known
        ):
            if is_alive:
                alive[edit.module].append(edit)
    for module, some in tried.items():
        dead, all_ = len(some) - len(alive[module]), len(edits(module, known[module]))
        sys.stdout.write(
            f"{module}: {dead} of {len(some)} killed, of {all_} there are\n"
        )
        sys.stdout.writelines(f"  alive: {edit}\n" for edit in alive[module])
    most, left = sum(map(len, tried.values())), sum(map(len, alive.values()))
    sys.stdout.write(f"{most - left} of {most} killed\n")
    return int(left > 0)


def _some(module: str, text: str, said: argparse.Namespace) -> list[Edit]:
    found = edits(module, text)
    if not said.sample:
        return found
    chance = random.Random(f"{module} {said.seed}")  # noqa: S311
    return chance.sample(found, min(said.sample, len(found)))


if __name__ == "__main__":
    sys.exit(main())
