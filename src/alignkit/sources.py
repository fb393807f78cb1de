"""Sources: a document as text, and as the tree that the text says.

A source is read strictly: nothing is guessed, nothing is lost, and what is hostile is
refused before it costs anything. It can tell where in its text a path stands, and works
that out only when asked, because a document without faults is never asked.
"""

from __future__ import annotations

import functools
from pathlib import PurePath
from typing import Literal, assert_never, get_args

import attrs

from alignkit import json_text, toml_text, yaml_text
from alignkit.errors import DocumentError, UnfitValueError
from alignkit.findings import Finding, Place
from alignkit.trees import (
    DEFAULT_LIMITS,
    Fault,
    Limits,
    Path,
    Tree,
    excesses,
    line_and_column,
    too_large,
)

Format = Literal["toml", "yaml", "json"]
"""How a document is written; all three say the same."""

_SUFFIXES: dict[str, Format] = {
    ".toml": "toml",
    ".yaml": "yaml",
    ".yml": "yaml",
    ".json": "json",
}
_BYTE_ORDER_MARK = "\ufeff"


@attrs.frozen(kw_only=True)
class Source:
    r"""A text and the tree that it says.

    Attributes:
        text: The text.
        format: How it is written.
        file: The name of its file, if it has one.
        tree: What it says.
        findings: What is wrong with it and did not keep it from being read: keys that
            are given twice.

    Example:
        >>> source = read('[calendars.denver]\nzone = "America/Denver"\n', "toml")
        >>> source.tree
        {'calendars': {'denver': {'zone': 'America/Denver'}}}
        >>> str(source.locate(("calendars", "denver", "zone")))
        '<text>:2:1'
    """

    text: str = attrs.field(repr=False)
    format: Format
    file: str | None
    tree: Tree = attrs.field(repr=False)
    findings: tuple[Finding, ...]
    limits: Limits = DEFAULT_LIMITS

    def locate(self, path: Path) -> Place:
        """Return where a path stands, or the nearest part above it that is written."""
        for length in range(len(path), 0, -1):
            spot = self._marks.where(path[:length])
            if spot is not None:
                return Place(self.file, *spot)
        return Place(self.file, 1, 1)

    @functools.cached_property
    def _marks(self) -> toml_text.Marks | yaml_text.Marks | json_text.Marks:
        match self.format:
            case "toml":
                return toml_text.Marks.of(self.text, self.limits)
            case "yaml":
                return yaml_text.Marks.of(self.text, self.limits)
            case "json":
                return json_text.Marks.of(self.text, self.limits)
            case _:
                assert_never(self.format)


def read(
    text: str | bytes,
    format: Format,
    file: str | None = None,
    *,
    limits: Limits = DEFAULT_LIMITS,
) -> Source:
    r"""Return what a text says.

    Bytes must be UTF-8; a byte order mark is no part of the text.

    Args:
        text: The text, or the bytes of its file.
        format: How it is written.
        file: The name of its file, for places.
        limits: How large it may be.

    Raises:
        DocumentError: If it cannot be read, or is larger than the limits allow.
        MissingExtraError: If it is YAML and PyYAML is not installed.
        UnfitValueError: If there is no such format.

    Example:
        >>> read("country: NO\nopens: 12:30\n", "yaml").tree
        {'country': 'NO', 'opens': '12:30'}
    """
    _check_format(format)
    text = _decoded(text, file, limits)
    match format:
        case "toml":
            tree, findings = toml_text.parse(text, file, limits)
        case "yaml":
            tree, findings = yaml_text.parse(text, file, limits)
        case "json":
            tree, findings = json_text.parse(text, file, limits)
        case _:
            assert_never(format)
    source = Source(
        text=text,
        format=format,
        file=file,
        tree=tree,
        findings=findings,
        limits=limits,
    )
    odd = tuple(excesses(tree, limits))
    if odd:
        found = tuple(fault.finding(source.locate(fault.path)) for fault in odd)
        raise DocumentError((*findings, *found))
    return source


def write(tree: dict[str, Tree], format: Format) -> str:
    r"""Return a tree as text.

    Raises:
        UnfitValueError: If there is no such format, or it cannot say this.

    Example:
        >>> write({"country": "NO"}, "yaml")
        'country: "NO"\n'
    """
    _check_format(format)
    odd = next(excesses(tree, DEFAULT_LIMITS), None)
    if odd is not None:
        finding = odd.finding(None)
        expected = finding.expected or "what a document can say"
        raise UnfitValueError("document", finding.path, expected, finding.message)
    match format:
        case "toml":
            return toml_text.write(tree)
        case "yaml":
            return yaml_text.write(tree)
        case "json":
            return json_text.write(tree)
        case _:
            assert_never(format)


def format_of(file: str) -> Format:
    """Return the format that the name of a file tells.

    Raises:
        UnfitValueError: If it tells none.

    Example:
        >>> format_of("agreement.yml")
        'yaml'
    """
    suffix = PurePath(file).suffix.lower()
    if suffix not in _SUFFIXES:
        expected = "a name that ends in " + ", ".join(_SUFFIXES)
        raise UnfitValueError("document", "file name", expected, repr(file))
    return _SUFFIXES[suffix]


def _check_format(format: str) -> None:
    if format not in get_args(Format):
        raise UnfitValueError("document", "format", "toml, yaml or json", repr(format))


def _decoded(given: str | bytes, file: str | None, limits: Limits) -> str:
    """Return the characters of a text, once it is known to be small and to be text."""
    if len(given) > limits.bytes:
        fault = too_large("bytes", limits.bytes, ())
        raise DocumentError((fault.finding(Place(file)),))
    text = given if isinstance(given, str) else _characters(given, file)
    text = text.removeprefix(_BYTE_ORDER_MARK)
    if "\0" in text:
        place = Place(file, *line_and_column(text, text.index("\0")))
        fault = _encoding("the text holds a NUL character", "save it as UTF-8 text")
        raise DocumentError((fault.finding(place),))
    if not text.strip():
        fault = Fault(code="AK-S001", path=(), message="the document is empty")
        raise DocumentError((fault.finding(Place(file, 1, 1)),))
    return text


def _characters(raw: bytes, file: str | None) -> str:
    try:
        return raw.decode()
    except UnicodeDecodeError as error:
        before = raw[: error.start].decode()
        place = Place(file, *line_and_column(before, len(before)))
        fault = _encoding("the file is not UTF-8", "save it as UTF-8")
        raise DocumentError((fault.finding(place),)) from None


def _encoding(message: str, help_: str) -> Fault:
    return Fault(code="AK-S009", path=(), message=message, help=help_)
