"""What came of the inputs of a campaign: how far they went, and what they broke."""

from __future__ import annotations

import signal
import time
import traceback
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import Any

import attrs

from tests.fuzz.targets import Target

LONGEST = 20.0
"""Seconds of work after which one input is told as a fault."""

TAKEN = "taken"
_SOURCES = "alignkit"


class TooLongError(Exception):
    """One input took longer than any may."""


@attrs.define
class Fault:
    """Inputs that break the library at one place.

    Attributes:
        times: How many of them.
        given: The shortest of them, as text.
        told: The traceback of that one.
    """

    times: int
    given: str
    told: str


@attrs.define
class Counts:
    """What came of the inputs to one target.

    Attributes:
        inputs: How many were tried.
        seconds: How long that took, the making of them included.
        came: How many were taken, and how many refused with each code.
        slowest: The seconds of work that the slowest took.
        faults: What came out that has no code, by kind and place.
    """

    inputs: int = 0
    seconds: float = 0.0
    came: Counter[str] = attrs.field(factory=Counter)
    slowest: float = 0.0
    faults: dict[str, Fault] = attrs.field(factory=dict)

    def try_one(self, target: Target[Any], random: Random) -> None:
        """Make an input, put it to its target, and count what comes of it."""
        begun = time.perf_counter()
        given = target.draw(random)
        worked = time.process_time()
        try:
            with _limited():
                self.came.update(target.tried(given) or (TAKEN,))
        except Exception as error:  # noqa: BLE001 - that is what is looked for
            self._add(error, given)
        self.slowest = max(self.slowest, time.process_time() - worked)
        self.inputs += 1
        self.seconds += time.perf_counter() - begun

    def _add(self, error: Exception, given: object) -> None:
        text = _written(given)
        place = _place(error)
        found = self.faults.setdefault(place, Fault(0, text, ""))
        found.times += 1
        if not found.told or len(text) < len(found.given):
            found.given = text
            found.told = "".join(traceback.format_exception(error))

    def lines(self, name: str) -> Iterator[str]:
        """Return what came of it, for people."""
        rate = self.inputs / self.seconds if self.seconds else 0.0
        taken = self.came[TAKEN] / max(self.inputs, 1)
        yield (
            f"{name}: {self.inputs:,} inputs, {rate:,.0f} a second, {taken:.0%} taken, "
            f"the slowest {self.slowest:.2f} s, {len(self.faults)} faults"
        )
        codes = [(times, code) for code, times in self.came.items() if code != TAKEN]
        refused = [f"{code} {times:,}" for times, code in sorted(codes, reverse=True)]
        for at in range(0, len(refused), 6):
            yield f"  refused: {', '.join(refused[at : at + 6])}"
        for place, fault in self.faults.items():
            yield f"  FAULT {place}, {fault.times} times; the shortest input:"
            yield f"    {fault.given[:2_000]}"
            yield from (f"    {line}" for line in fault.told.splitlines()[-8:])


def _written(given: object) -> str:
    try:
        return repr(given)
    except (RecursionError, ValueError) as error:
        # It is too deep to be written, or holds a number too long to be.
        return f"an input of which Python says: {error}"


def _place(error: Exception) -> str:
    """Return what came out and where: the last line of ours that it passed."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [one for one in frames if Path(one.filename).parent.name == _SOURCES]
    last = (ours or frames)[-1]
    return f"{type(error).__name__} at {Path(last.filename).name}:{last.lineno}"


@contextmanager
def _limited() -> Iterator[None]:
    """Stop what takes too long, where the system can count the work of a process."""
    if not hasattr(signal, "setitimer"):
        yield
        return
    signal.setitimer(signal.ITIMER_VIRTUAL, LONGEST)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)


def _stop(*_: object) -> None:
    raise TooLongError


def watch() -> None:
    """Make an input that takes too long a fault; for the main thread of a campaign."""
    if hasattr(signal, "SIGVTALRM"):
        signal.signal(signal.SIGVTALRM, _stop)
