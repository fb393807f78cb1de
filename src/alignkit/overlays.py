"""Overlays: one document laid over another.

A company has one agreement and many regions. A region's document includes the company's
and says only what differs; what it says goes over what it includes. Nothing is copied,
and a fault is still found in the file and on the line where it was written.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path as File

import attrs

from alignkit import sources
from alignkit.errors import AlignkitError, DocumentError, UnreadableFileError
from alignkit.files import name_of, opened
from alignkit.findings import Finding, Place
from alignkit.sources import Source
from alignkit.trees import Fault, Limits, Path, Tree

_INCLUDE = "include"
_MOST_FILES = 100


@attrs.frozen(kw_only=True)
class Origin:
    """Where a part of a tree comes from.

    Attributes:
        nth: How many parts had been put in before; of two, the later one holds.
        overlay: The document, with all that it includes.
        path: The path of the part in it.
    """

    nth: int
    overlay: Overlay
    path: Path


@attrs.frozen(kw_only=True)
class Overlay:
    """A tree, and where each part of it was written.

    Attributes:
        tree: What all the documents together say.
        findings: What is wrong with them and did not keep them from being read.
        source: The document that includes the others.
        origins: Where the parts come from that were put together, by path; empty if
            all of it stands in the source.
    """

    tree: Tree
    findings: tuple[Finding, ...]
    source: Source
    origins: Mapping[Path, Origin] = attrs.field(factory=dict)

    def locate(self, path: Path) -> Place:
        """Return where a path was written, or the nearest part above it."""
        latest: tuple[Origin, Path] | None = None
        for length in range(1, len(path) + 1):
            origin = self.origins.get(path[:length])
            # A longer path that was put in earlier has been replaced since.
            if origin is not None and (latest is None or origin.nth > latest[0].nth):
                latest = origin, path[length:]
        if latest is None:
            return self.source.locate(path)
        origin, rest = latest
        return origin.overlay.locate((*origin.path, *rest))


def alone(source: Source) -> Overlay:
    """Return a document that stands by itself; it must include nothing.

    Raises:
        DocumentError: If it includes another.
    """
    if isinstance(source.tree, dict) and _INCLUDE in source.tree:
        fault = Fault(
            code="AK-S014",
            path=(_INCLUDE,),
            message="a text without a file cannot include files",
            help="load it from a file, or leave the include out",
        )
        raise DocumentError((fault.finding(source.locate((_INCLUDE,))),))
    return Overlay(tree=source.tree, findings=source.findings, source=source)


def load(file: str | os.PathLike[str], limits: Limits) -> Overlay:
    """Return what a file says, laid over what it includes.

    ``include = ["company.toml"]`` names files in the directory of the document or
    below it. The first is the base; each goes over the ones before it, and the
    document over all of them. The tables ``[agreement]``, ``[parties.sales]``,
    ``[calendars.denver]`` and the like are merged key by key, terms and whatever else
    has an ``id`` likewise; what stands under one of their keys is replaced as a whole,
    and so is a definition.

    Raises:
        DocumentError: If one of them cannot be read, or cannot be included.
        UnreadableFileError: If the file itself cannot be opened.
        UnfitValueError: If the name of the file tells no format.
        MissingExtraError: If it is YAML and PyYAML is not installed.
    """
    name = name_of(file)
    path = File(name)
    return _Loading(root=path.resolve().parent, limits=limits).load(path, name, ())


@attrs.define(kw_only=True)
class _Loading:
    """One document being loaded, with all that it includes."""

    root: File
    limits: Limits
    files: int = 0

    def load(self, path: File, name: str, within: tuple[File, ...]) -> Overlay:
        self.files += 1
        with opened(str(path)) as file:
            # One byte more than allowed is enough to refuse it.
            text = file.read(self.limits.bytes + 1)
        source = sources.read(text, sources.format_of(name), name, limits=self.limits)
        if not isinstance(source.tree, dict) or _INCLUDE not in source.tree:
            return Overlay(tree=source.tree, findings=source.findings, source=source)
        included = [
            self._include(at, given, source, path, (*within, path.resolve()))
            for at, given in self._included(source)
        ]
        own = {key: held for key, held in source.tree.items() if key != _INCLUDE}
        laid = _Laid()
        for overlay in (*included, Overlay(tree=own, findings=(), source=source)):
            laid.lay(overlay)
        findings = (finding for below in included for finding in below.findings)
        return Overlay(
            tree=laid.tree,
            findings=(*findings, *source.findings),
            source=source,
            origins=laid.origins,
        )

    def _included(self, source: Source) -> Iterator[tuple[int, str]]:
        held = source.tree.get(_INCLUDE) if isinstance(source.tree, dict) else None
        if not isinstance(held, list) or not all(isinstance(one, str) for one in held):
            fault = Fault(
                code="AK-S004",
                path=(_INCLUDE,),
                message="'include' is not a list of names of files",
                expected="a list of names of files",
                help='write include = ["company.toml"]',
            )
            raise DocumentError((fault.finding(source.locate(fault.path)),))
        yield from enumerate(str(one) for one in held)

    def _include(
        self, at: int, given: str, source: Source, path: File, within: tuple[File, ...]
    ) -> Overlay:
        target = path.parent / given
        fault = self._refusal((_INCLUDE, at), given, target, within)
        if fault is not None:
            raise DocumentError((fault.finding(source.locate(fault.path)),))
        name = os.path.join(os.path.dirname(source.file or ""), given)  # noqa: PTH118, PTH120  as it was given
        try:
            overlay = self.load(target, name, within)
        except DocumentError:
            raise
        except AlignkitError as error:
            fault = _not_included(given, error, (_INCLUDE, at))
            raise DocumentError((fault.finding(source.locate(fault.path)),)) from None
        if not isinstance(overlay.tree, dict):
            fault = Fault(code="AK-S004", path=(), message=f"{given!r} holds no table")
            raise DocumentError((fault.finding(overlay.source.locate(())),))
        return overlay

    def _refusal(
        self, path: Path, given: str, target: File, within: tuple[File, ...]
    ) -> Fault | None:
        """Return why a file must not be included, if it must not."""
        is_plain = "\0" not in given and "\\" not in given and ":" not in given
        if not is_plain or File(given).is_absolute():
            message = f"{given!r} is no relative path"
            return Fault(
                code="AK-S012",
                path=path,
                message=message,
                help="name a file in the directory of the document, or below it",
            )
        real = target.resolve()
        if not real.is_relative_to(self.root):
            message = f"{given!r} leads out of the directory of the document"
            return Fault(
                code="AK-S012",
                path=path,
                message=message,
                help="move the file into the directory of the document",
            )
        if real in within:
            message = f"{given!r} includes itself"
            if real != within[-1]:
                message = f"{given!r} includes the file that includes it"
            return Fault(
                code="AK-S011", path=path, message=message, help="leave one of them out"
            )
        if self.files >= _MOST_FILES:
            message = f"the document includes more than {_MOST_FILES} files"
            return Fault(code="AK-S008", path=path, message=message)
        return None


def _not_included(given: str, error: AlignkitError, path: Path) -> Fault:
    if isinstance(error, UnreadableFileError):
        message = f"{given!r} cannot be included: {error.problem}"
        help_ = "name a file by its path from the directory of this document"
        return Fault(code="AK-S013", path=path, message=message, help=help_)
    message, _, help_ = str(error).partition("; ")
    message = f"{given!r} cannot be included: {message}"
    return Fault(code=error.code, path=path, message=message, help=help_ or None)


@attrs.define
class _Laid:
    """A tree that documents are laid over, one after another."""

    tree: dict[str, Tree] = attrs.field(factory=dict)
    origins: dict[Path, Origin] = attrs.field(factory=dict)
    _parts: int = 0

    def lay(self, over: Overlay) -> None:
        assert isinstance(over.tree, dict)  # noqa: S101 - nothing else is included
        self._merge(self.tree, over.tree, (), _Spot(over, ()), 2)

    def _note(self, path: Path, spot: _Spot) -> None:
        self._parts += 1
        self.origins[path] = Origin(
            nth=self._parts, overlay=spot.overlay, path=spot.path
        )

    def _merge(
        self,
        table: dict[str, Tree],
        over: dict[str, Tree],
        path: Path,
        spot: _Spot,
        levels: int,
    ) -> None:
        """Lay a table over another, and so many levels of the tables in it."""
        for key, new in over.items():
            old, below, there = table.get(key), (*path, key), spot.below(key)
            if levels and isinstance(old, dict) and isinstance(new, dict):
                merged = table[key] = dict(old)
                # A criterion is one thing, though it is written as a table.
                deeper = 0 if below == ("definitions",) else levels - 1
                self._merge(merged, new, below, there, deeper)
            elif levels and (items := _with_ids(old)) and (others := _with_ids(new)):
                table[key] = self._merge_lists(items, others, below, there)
            else:
                table[key] = new
                self._note(below, there)

    def _merge_lists(
        self,
        old: list[dict[str, Tree]],
        new: list[dict[str, Tree]],
        path: Path,
        spot: _Spot,
    ) -> list[Tree]:
        """Lay each table of a list over the one with its id, or put it behind them."""
        merged = [dict(item) for item in old]
        places = {str(item["id"]): place for place, item in enumerate(old)}
        for at, item in enumerate(new):
            place = places.get(str(item["id"]))
            if place is None:
                self._note((*path, len(merged)), spot.below(at))
                merged.append(dict(item))
            else:
                self._merge(merged[place], item, (*path, place), spot.below(at), 0)
        return list(merged)


@attrs.frozen
class _Spot:
    """A path in the document that is being laid over others."""

    overlay: Overlay
    path: Path

    def below(self, step: str | int) -> _Spot:
        return _Spot(self.overlay, (*self.path, step))


def _with_ids(held: Tree) -> list[dict[str, Tree]]:
    """Return the tables of a list if each has an id, else none."""
    items = held if isinstance(held, list) else []
    tables = [item for item in items if isinstance(item, dict)]
    named = all(isinstance(table.get("id"), str) for table in tables)
    return tables if named and len(tables) == len(items) else []
