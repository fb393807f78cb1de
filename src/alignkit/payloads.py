"""Payloads: handoffs as a file or a pipe holds them, one by itself or one on each line.

What can be read becomes what it says; what cannot becomes findings in its place, and
the lines after it are read all the same. The place of every field is known, so that an
answer can point at the line that it is about.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from pathlib import PurePath
from typing import BinaryIO

import attrs

from alignkit import sources
from alignkit.errors import DocumentError, UnreadableFileError
from alignkit.files import opened
from alignkit.findings import Finding, Place
from alignkit.sources import Source
from alignkit.trees import DEFAULT_LIMITS, Limits, Tree, path_of

PIPE = "-"
"""The name by which standard input is asked for."""

_LINES = (".jsonl", ".ndjson")


@attrs.frozen(kw_only=True)
class Payload:
    r"""One payload, as far as it can be read.

    Attributes:
        file: The name of its file; None for standard input.
        line: The line on which it begins.
        faults: What is wrong with it as JSON; it says nothing then.

    Example:
        >>> import io
        >>> text = b'{"lead": "L1"}\n{"lead": "L2", "lead": "L3"}\n{"lead"\n'
        >>> for payload in payloads(io.BytesIO(text), "leads.jsonl", is_lines=True):
        ...     print(payload.line, payload.tree, *payload.faults, sep="; ")
        1; {'lead': 'L1'}
        2; None; leads.jsonl:2:16: AK-S006 the key 'lead' is given twice (at $.lead);
        keep one of them
        3; None; leads.jsonl:3:8: AK-S001 expecting ':' delimiter (at $)
    """

    file: str | None
    line: int = 1
    faults: tuple[Finding, ...] = ()
    _source: Source | None = None

    @property
    def tree(self) -> Tree:
        """What it says; None if it cannot be read."""
        return None if self._source is None else self._source.tree

    def locate(self, path: str) -> Place:
        """Return where a path such as ``$.company.employees`` is written.

        That is the nearest part above it, where it is not written itself.
        """
        if self._source is None:
            return Place(self.file, self.line)
        return self.shifted(self._source.locate(path_of(path)))

    def shifted(self, place: Place) -> Place:
        """Return a place in the text of the payload as one in its file."""
        line = self.line if place.line is None else place.line + self.line - 1
        return Place(self.file, line, place.column)


def is_one_a_line(name: str) -> bool:
    """Say whether the name of a file tells that it holds one payload on each line.

    Example:
        >>> is_one_a_line("leads.jsonl"), is_one_a_line("lead.json")
        (True, False)
    """
    return PurePath(name).suffix.lower() in _LINES


def stream_of(name: str) -> AbstractContextManager[BinaryIO]:
    """Return a file of payloads, or standard input, open for reading its bytes.

    In the end, a file is closed, and standard input is left as it is.

    Raises:
        UnreadableFileError: If there is none.
    """
    if name != PIPE:
        return opened(name)
    # A process may be started without one of its streams.
    if sys.stdin is None:
        raise UnreadableFileError(name, "there is no standard input")
    return nullcontext(sys.stdin.buffer)


def payloads(
    opened_: AbstractContextManager[BinaryIO],
    file: str | None,
    *,
    is_lines: bool,
    limits: Limits = DEFAULT_LIMITS,
) -> Iterator[Payload]:
    """Yield the payloads of a file, without holding more than one of them.

    Args:
        opened_: The bytes of the file, as `stream_of` opens it.
        file: Its name, for places; None if it has none.
        is_lines: Whether each line is one; a line without anything on it is none.
        limits: How large each may be.
    """
    number = 1
    with opened_ as raw:
        try:
            if not is_lines:
                yield _read(raw.read(limits.bytes + 1), Payload(file=file), limits)
                return
            for number, line in enumerate(_lines(raw, limits.bytes), start=1):
                if line.strip():
                    yield _read(line, Payload(file=file, line=number), limits)
        except OSError as error:
            message = f"the file cannot be read on: {error.strerror}"
            fault = Finding.error("AK-S027", "", message, place=Place(file, number))
            yield Payload(file=file, line=number, faults=(fault,))


def _lines(raw: BinaryIO, most: int) -> Iterator[bytes]:
    """Yield the lines without their ends; of one that is too long, too much of it."""
    while line := raw.readline(most + 1):
        # Without its end, so that what is missing is missed on this line.
        yield line.rstrip(b"\r\n")
        while len(line) > most and not line.endswith(b"\n"):
            line = raw.readline(most + 1)


def _read(text: bytes, empty: Payload, limits: Limits) -> Payload:
    try:
        source = sources.read(text, "json", empty.file, limits=limits)
    except DocumentError as error:
        faults = error.findings
    else:
        if not source.findings:
            return attrs.evolve(empty, source=source)
        faults = source.findings
    return attrs.evolve(empty, faults=tuple([_placed(one, empty) for one in faults]))


def _placed(fault: Finding, payload: Payload) -> Finding:
    """Return a fault of the text of a payload, as one of its file."""
    message = fault.message
    if fault.code == "AK-S006" and payload.line > 1:
        # It says where the key is first, counted from where the payload begins.
        message = message.rpartition(", first at ")[0]
    place = payload.shifted(fault.place or Place())
    return attrs.evolve(fault, message=message, place=place)
