"""Replies: what a command has to say, before anything is printed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple


class Reply(NamedTuple):
    """What a command has to say; printing it is the command line's own work.

    Attributes:
        out: Pieces of text for standard output, made as they are taken.
        notes: Pieces of text for standard error, to be printed before them.
        code: 0 if all is well, 1 if what was asked to fail on was found, 2 if there is
            nothing to answer because the input cannot be used.
    """

    out: Iterable[str] = ()
    notes: Iterable[str] = ()
    code: int = 0
