"""Rows: what the lines of a file hold, and where each of them stands.

A file is read line by line, so that a large one costs no memory. What is no row (broken
text, bad JSON, too many cells) is a finding in its place, and the rows after it are
read all the same.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from decimal import Decimal
from pathlib import Path
from typing import assert_never

import attrs

from alignkit.errors import UnfitValueError
from alignkit.files import opened
from alignkit.findings import Finding, Place
from alignkit.forms import shown
from alignkit.values import is_text

LONGEST_LINE = 1024 * 1024
"""Characters of a line that are read; a longer one is reported and passed over."""

MOST_COLUMNS = 4096
"""Columns of a CSV file that are read; a file with more is refused."""

FORMATS = (".jsonl", ".ndjson", ".json", ".csv")
"""How a file of rows may be named; with ``.gz`` after it, it is compressed."""

_MARK = "\ufeff"
_MARKED = "Unexpected UTF-8 BOM (decode using utf-8-sig)"
_DAMAGED = (EOFError, OSError, zlib.error)


@attrs.frozen
class Header:
    """The names of the columns of a file.

    Attributes:
        columns: The names, as they stand there.
        place: Where they stand.
    """

    columns: tuple[str, ...]
    place: Place


@attrs.frozen
class Row:
    """One row of a file.

    Attributes:
        cells: What each column holds.
        place: The line on which it begins.
        path: Where it is in its document: ``$[3]`` in a list, else ``$``.
    """

    cells: Mapping[str, object]
    place: Place
    path: str = "$"


Line = tuple[int, str]


def format_of(file: str) -> str:
    """Return how a file is written, as its name tells: one of `FORMATS`.

    Raises:
        UnfitValueError: If its name does not tell.

    Example:
        >>> format_of("leads.2026.csv.gz")
        '.csv'
    """
    suffixes = [suffix.lower() for suffix in Path(file).suffixes]
    told = (suffixes[:-1] if suffixes[-1:] == [".gz"] else suffixes)[-1:]
    if not told or told[0] not in FORMATS:
        expected = f"a name that ends in {', '.join(FORMATS)}, or one of them and .gz"
        raise UnfitValueError("event log", "file name", expected, repr(file))
    return told[0]


def rows_of(
    file: str, *, encoding: str = "utf-8", delimiter: str = ","
) -> Iterator[Header | Row | Finding]:
    """Return the rows of a file, and findings in the place of those it cannot read.

    A CSV file gives its header first; the cells of its rows are text.

    Raises:
        UnfitValueError: If its name does not tell how it is written.
        UnreadableFileError: If it cannot be opened.
    """
    format_ = format_of(file)
    with ExitStack() as open_files:
        raw = open_files.enter_context(opened(file))
        packed = file.lower().endswith(".gz")
        data = gzip.GzipFile(fileobj=raw) if packed else raw
        codec = "utf-8-sig" if encoding == "utf-8" else encoding
        # Bytes that are no text become half characters, which each row looks for.
        text = io.TextIOWrapper(data, codec, errors="surrogateescape", newline="")
        open_files.enter_context(text)
        match format_:
            case ".csv":
                yield from _csv_rows(_lines(text, file), file, delimiter)
            case ".json":
                yield from _listed_rows(text, file)
            case _:
                yield from _json_rows(_lines(text, file), file)


def _lines(text: io.TextIOWrapper, file: str) -> Iterator[Line | Finding]:
    """Return the lines with their numbers, and what is wrong with the others."""
    number = 0
    try:
        while line := text.readline(LONGEST_LINE + 1):
            number += 1
            if len(line) <= LONGEST_LINE:
                fault = _no_text(line, Place(file, number))
                yield fault or (number, line)
                continue
            while line and line[-1] not in "\r\n":
                line = text.readline(LONGEST_LINE)
            message = f"the line has more than {LONGEST_LINE:,} characters"
            yield Finding.error("AK-S008", "", message, place=Place(file, number))
    except _DAMAGED as error:
        yield _damaged(error, Place(file, number + 1))


def _damaged(error: Exception, place: Place) -> Finding:
    return Finding.error(
        "AK-S009",
        "",
        "the file is damaged, and nothing after this can be read",
        place=place,
        seen=str(error)[:80],
        help="export or copy it again",
    )


def _no_text(text: str, place: Place) -> Finding | None:
    """Return what keeps a part of a file from being text, if anything does."""
    if "\0" in text:
        help_ = "export the file again as text"
        return Finding.error(
            "AK-S009", "", "there is a NUL byte", place=place, help=help_
        )
    if is_text(text) or not text:
        return None
    return Finding.error(
        "AK-S009",
        "",
        "this is no text in the encoding of the file",
        place=place,
        expected="UTF-8, or the encoding that the mapping names",
        seen=shown(text.encode("ascii", "backslashreplace").decode()),
        help="name the encoding in the mapping: encoding = 'windows-1252'",
    )


def _json_rows(lines: Iterator[Line | Finding], file: str) -> Iterator[Row | Finding]:
    read = _reader()
    for line in lines:
        if isinstance(line, Finding):
            yield line
        elif line[1].strip():
            number, text = line
            place = Place(file, number)
            # Without its end, so that what is missing is missed on this line.
            found = read(text.rstrip("\r\n"), place)
            yield found if isinstance(found, Finding) else _row(found[0], place, "$")


def _listed_rows(text: io.TextIOWrapper, file: str) -> Iterator[Row | Finding]:
    place = Place(file, 1)
    try:
        whole = text.read()
    except _DAMAGED as error:
        yield _damaged(error, place)
        return
    fault = _no_text(whole, place)
    if fault is None:
        yield from _listed(_reader()(whole, place), file)
    else:
        yield fault


def _listed(found: tuple[object] | Finding, file: str) -> Iterator[Row | Finding]:
    match found:
        case Finding():
            yield found
        case (list() as items,):
            for at, item in enumerate(items):
                yield _row(item, Place(file), f"$[{at}]")
        case (other,):
            message = "the file is no list of events"
            help_ = "a file with an event on each line is named .jsonl"
            yield Finding.error(
                "AK-S004",
                "",
                message,
                place=Place(file, 1),
                seen=shown(other),
                help=help_,
            )
        case _ as never:
            assert_never(never)


def _reader() -> Callable[[str, Place], tuple[object] | Finding]:
    """Return what reads one JSON text after another, or says what is wrong with it."""
    repeated: list[str] = []

    def once(pairs: list[tuple[str, object]]) -> dict[str, object]:
        table = dict(pairs)
        if len(table) < len(pairs):
            counts = Counter(key for key, _ in pairs)
            repeated.extend(key for key, count in counts.items() if count > 1)
        return table

    # Through a decimal, a number of any length stays what was written.
    decode = json.JSONDecoder(
        parse_float=Decimal, parse_constant=_refused, object_pairs_hook=once
    ).decode

    def read(text: str, place: Place) -> tuple[object] | Finding:
        repeated.clear()
        try:
            if text.startswith(_MARK):
                raise json.JSONDecodeError(_MARKED, text, 0)
            found = decode(text)
        except (ValueError, RecursionError) as error:
            return _no_json(error, place)
        if repeated:
            message = f"the key {shown(repeated[0])} is given twice"
            return Finding.error(
                "AK-S006", "", message, place=place, help="keep one of them"
            )
        return (found,)

    return read


def _row(found: object, place: Place, path: str) -> Row | Finding:
    if isinstance(found, dict):
        return Row(found, place, path)
    message = "the row is no object"
    return Finding.error(
        "AK-S004", path, message, place=place, expected="{...}", seen=shown(found)
    )


def _refused(constant: str) -> object:
    message = f"{constant} is no number"
    raise ValueError(message)


def _no_json(error: ValueError | RecursionError, place: Place) -> Finding:
    match error:
        case json.JSONDecodeError():
            line = (place.line or 1) + error.lineno - 1
            place = Place(place.file, line, error.colno)
            return Finding.error(
                "AK-S001", "", f"this is no JSON: {error.msg.lower()}", place=place
            )
        case RecursionError():
            return Finding.error(
                "AK-S008", "", "the row is nested too deep", place=place
            )
        case _:
            return Finding.error(
                "AK-S001", "", f"this is no JSON: {str(error)[:80]}", place=place
            )


def _csv_rows(
    lines: Iterator[Line | Finding], file: str, delimiter: str
) -> Iterator[Header | Row | Finding]:
    header: Header | None = None
    for found in _records(lines, file, delimiter):
        if isinstance(found, Finding):
            yield found
            if header is None:
                # Without its header, nothing in the file has a name.
                return
            continue
        place, cells = found
        if header is None and len(cells) > MOST_COLUMNS:
            message = f"the file has more than {MOST_COLUMNS:,} columns"
            yield Finding.error(
                "AK-S008", "", message, place=place, seen=f"{len(cells):,} columns"
            )
            return
        if header is None:
            header = Header(tuple(cells), place)
            yield header
        elif len(cells) == len(header.columns):
            yield Row(dict(zip(header.columns, cells, strict=True)), place)
        else:
            yield Finding.error(
                "AK-S025",
                "",
                f"the row has {len(cells)} cells under {len(header.columns)} columns",
                place=place,
                expected=f"{len(header.columns)} cells",
                seen=f"{len(cells)} cells",
                help="quote a cell that holds the delimiter or the end of a line",
            )
    if header is None:
        message = "the file has no header"
        help_ = "write the names of the columns on its first line"
        yield Finding.error("AK-S003", "", message, place=Place(file, 1), help=help_)


def _records(
    lines: Iterator[Line | Finding], file: str, delimiter: str
) -> Iterator[tuple[Place, list[str]] | Finding]:
    """Return the cells of each record of a CSV file, which may take several lines."""
    faults: list[Finding] = []
    last = 0

    def texts() -> Iterator[str]:
        nonlocal last
        for line in lines:
            if isinstance(line, Finding):
                faults.append(line)
                last = (line.place and line.place.line) or last
                # An empty line keeps a quoted cell open, and is no row by itself.
                yield "\n"
            else:
                last, text = line
                yield text

    reader = csv.reader(texts(), delimiter=delimiter, strict=True)
    while True:
        place = Place(file, last + 1)
        try:
            cells = next(reader)
        except StopIteration:
            yield from faults
            return
        except csv.Error as error:
            until = (
                f"; nothing up to line {last} was read"
                if last > (place.line or 0)
                else ""
            )
            faults.append(
                Finding.error(
                    "AK-S001", "", f"this is no CSV: {error}{until}", place=place
                )
            )
            cells = []
        if faults:
            yield from faults
            faults.clear()
        elif cells:
            yield place, cells
