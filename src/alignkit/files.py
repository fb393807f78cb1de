"""Files: the one door through which everything is read that comes from a disk.

Whatever keeps a file from being opened is one mistake with one code, wherever the file
was named: an agreement, a log of events, a mapping.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import BinaryIO

from alignkit.errors import UnfitValueError, UnreadableFileError


def name_of(path: str | os.PathLike[str], argument: str = "path") -> str:
    """Return the name of a file as text.

    Raises:
        UnfitValueError: If what was given names no file; it names the `argument`.
        UnreadableFileError: If no system takes such a name.

    Example:
        >>> name_of(Path("agreement.toml"))
        'agreement.toml'
    """
    try:
        name: object = os.fspath(path)
    except TypeError:
        name = None
    if not isinstance(name, str):
        expected = "the path of a file, as text or as a Path"
        raise UnfitValueError("file", argument, expected, repr(path)[:80])
    if "\0" in name:
        raise UnreadableFileError(name, "its name holds a NUL character")
    return name


def opened(file: str) -> BinaryIO:
    """Return a file, open for reading its bytes.

    Raises:
        UnreadableFileError: If it cannot be opened.
    """
    try:
        return Path(file).open("rb")
    except OSError as error:
        raise UnreadableFileError(file, error.strerror or str(error)) from error
