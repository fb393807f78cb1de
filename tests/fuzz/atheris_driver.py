"""A campaign of one target, drawn by atheris: it looks for branches not yet seen.

A process of its own, because atheris has to be there before what it watches is
imported, and ends the process when it is done.
"""

from __future__ import annotations

import atexit
import importlib
import os
import sys
import warnings
from random import Random


class Choices(Random):
    """Choices read off bytes, so that whoever changes a byte changes a choice."""

    def __init__(self, raw: bytes) -> None:
        """Begin with the first byte."""
        super().__init__(len(raw))
        self._raw = raw
        self._at = 0

    def random(self) -> float:
        """Return the next two bytes as a share of one."""
        return self._next(2) / 2**16

    def getrandbits(self, k: int, /) -> int:
        """Return the next bytes as a number of so many bits."""
        many = (k + 7) // 8
        return self._next(many) >> (8 * many - k)

    def _next(self, many: int) -> int:
        read = self._raw[self._at : self._at + many]
        self._at += many
        # Once they are used up, chance goes on; the same bytes go on the same way.
        missing = many - len(read)
        rest = super().getrandbits(8 * missing) if missing else 0
        return int.from_bytes(read) << (8 * missing) | rest


def main(name: str, inputs: str, first: str) -> None:
    """Try so many inputs of a target and tell what came of them."""
    import atheris

    with atheris.instrument_imports(include=["alignkit"]):
        target = importlib.import_module("tests.fuzz.doors").TARGETS[name]
    found = importlib.import_module("tests.fuzz.counts")
    counts = found.Counts()
    warnings.simplefilter("error")
    found.watch()

    def tell() -> None:
        text = "\n".join(counts.lines(f"{name}, by atheris"))
        sys.stdout.write(f"{text}\n")
        sys.stdout.flush()
        if counts.faults:
            os._exit(1)

    atexit.register(tell)
    words = (f"-atheris_runs={inputs}", f"-seed={int(first) + 1}", "-max_len=400")
    atheris.Setup(
        [sys.argv[0], *words, "-verbosity=0"],
        lambda raw: counts.try_one(target, Choices(raw)),
    )
    atheris.Fuzz()


if __name__ == "__main__":
    main(*sys.argv[1:])
