"""Docstrings: what a class says of itself, for those who see only its document.

The sentence that explains a field to a reader of the code explains a key to whoever
writes an agreement in an editor. So it is written once, in the docstring.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Mapping

_FIELD = re.compile(r"    ([a-z_]+): (.*)")
_HEADING = "Attributes:"


def summary(kind: type) -> str:
    """Return the first sentence of the docstring of a class; empty if it has none.

    Example:
        >>> class Lead:
        ...     '''A person at a company, as far as they are known.
        ...
        ...     Attributes:
        ...         id: The id by which facts
        ...             name the lead.
        ...     '''
        >>> summary(Lead)
        'A person at a company, as far as they are known.'
        >>> attributes_of(Lead)
        {'id': 'The id by which facts name the lead.'}
    """
    first, _, _ = inspect.cleandoc(kind.__doc__ or "").partition("\n\n")
    return " ".join(first.split())


def attributes_of(kind: type) -> Mapping[str, str]:
    """Return what the docstring of a class says of each field that it lists."""
    lines = inspect.cleandoc(kind.__doc__ or "").splitlines()
    told: dict[str, str] = {}
    if _HEADING not in lines:
        return told
    name = ""
    for line in lines[lines.index(_HEADING) + 1 :]:
        field = _FIELD.fullmatch(line)
        if field is not None:
            name, told[field[1]] = field[1], field[2]
        elif line.startswith("        "):
            told[name] += f" {line.strip()}"
        else:
            break
    return told
