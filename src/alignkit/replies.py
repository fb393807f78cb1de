"""Replies: what a command has to say, before anything is printed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple


class Reply(NamedTuple):
    """What a command has to say; printing it is the command line's own work.

    Attributes:
        out: Pieces of text for standard output, made as they are taken.
        notes: Pieces of text for standard error, to be printed before them.
        code: 0 if all is well, 1 if what was asked to fail on was found, 2 if there is
            nothing to answer because the input cannot be used; or what says so once
            the pieces are taken.
        counts: What the pieces are, where there may be thousands of them, so that
            whoever waits can see how far it is; None where there is little to wait for.
    """

    out: Iterable[str] = ()
    notes: Iterable[str] = ()
    code: int | Callable[[], int] = 0
    counts: str | None = None
