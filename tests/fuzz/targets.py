"""What is tried: how an input is made, and how it is put to the public face."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from random import Random
from typing import Generic, TypeVar

import attrs

import alignkit as ak

T = TypeVar("T")


@attrs.frozen(kw_only=True)
class Target(Generic[T]):
    """One door of the library, and those who knock.

    Attributes:
        name: What it is called on the command line.
        share: How much of a campaign it gets, beside the others.
        draw: Makes an input.
        put: Hands it in and asks for all that can be asked of the answer. Returns the
            codes with which it was refused; none if it was taken.
    """

    name: str
    share: int
    draw: Callable[[Random], T]
    put: Callable[[T], Iterable[str]]

    def tried(self, given: T) -> frozenset[str]:
        """Return the codes with which an input is refused; none if it is taken.

        Raises:
            Exception: If anything but an error with a code comes out: that is a fault.
        """
        try:
            return frozenset(self.put(given))
        except ak.AlignkitError as error:
            return codes_of(error)


def codes_of(error: ak.AlignkitError) -> frozenset[str]:
    """Return the codes of an error and of its findings, each of which can be told."""
    findings: tuple[ak.Finding, ...] = getattr(error, "findings", ())
    assert str(error).encode("utf-8", "backslashreplace")
    assert all(finding.code.startswith("AK-") for finding in findings)
    return frozenset(finding.code for finding in findings) or frozenset({error.code})
