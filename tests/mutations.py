"""What can go wrong with a document: one thing left out, put in, or of another type."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any, TypeAlias

from hypothesis import strategies as st

Step = str | int
Tree: TypeAlias = Any
"""Anything that JSON can hold, taken apart."""

ODD: tuple[object, ...] = (
    "",
    0,
    1,
    1.5,
    True,
    None,
    "odd",
    [],
    {},
    ["odd"],
    {"odd": 1},
    [[]],
    [{}],
)
"""Values of every type, of which most fit nowhere."""


def paths(tree: object, path: tuple[Step, ...] = ()) -> Iterator[tuple[Step, ...]]:
    """Yield the path of every key and every item below a tree."""
    steps: list[tuple[Step, object]] = []
    if isinstance(tree, dict):
        steps = list(tree.items())
    elif isinstance(tree, list):
        steps = list(enumerate(tree))
    for step, held in steps:
        yield (*path, step)
        yield from paths(held, (*path, step))


def at(tree: Tree, path: tuple[Step, ...]) -> Tree:
    """Return what stands at a path."""
    for step in path:
        tree = tree[step]
    return tree


@st.composite
def mutants(draw: st.DrawFn, whole: dict[str, Any]) -> dict[str, Any]:
    """Documents that differ from a whole one in one place."""
    mutant = copy.deepcopy(whole)
    path = draw(st.sampled_from(list(paths(mutant))))
    parent, last = at(mutant, path[:-1]), path[-1]
    tables = [()] + [one for one in paths(mutant) if isinstance(at(mutant, one), dict)]
    match draw(st.sampled_from(["leave out", "put in", "replace"])):
        case "leave out":
            del parent[last]
        case "put in":
            at(mutant, draw(st.sampled_from(tables)))["odd"] = draw(
                st.sampled_from(ODD)
            )
        case _:
            parent[last] = draw(st.sampled_from(ODD))
    return mutant
