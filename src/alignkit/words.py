"""Words: how text that people typed is recognised.

A job title is written in a hundred ways: "VP, Sales", "Head of sales (EMEA)". What two
of them share is words, not characters, so text is compared word by word, whatever
stands between them, and in either case. A pattern is words too, with a star for what
may differ. Nobody can hand in a regular expression, because one that a stranger wrote
can take for ever; the work for a pattern grows with the length of the text, no faster.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence

import attrs

from alignkit.errors import UnfitValueError

MOST_CHARACTERS = 200
"""A longer pattern is an essay, not a title."""

_LONGEST_WORD = 256
# An underscore parts words as well: that is how systems write the names of choices.
_WORD = re.compile(r"[^\W_]+")
_WORD_WITH_STARS = re.compile(r"(?:[^\W_]|\*)+")


def words(text: str) -> list[str]:
    """Return the words of a text in lower case, in their order.

    A word is a run of letters and digits. Letters that look alike because they were
    composed in different ways are the same letters.

    Example:
        >>> words("VP, Sales & Marketing (EMEA)")
        ['vp', 'sales', 'marketing', 'emea']
    """
    return _WORD.findall(_folded(text))


def _folded(text: str) -> str:
    if text.isascii():
        return text.lower()
    # Normalising takes quadratic time in a run of accents; a short run is harmless, and
    # what is longer than any word is left as it is.
    return " ".join(
        unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", part).casefold())
        if len(part) <= _LONGEST_WORD
        else part.casefold()
        for part in text.split()
    )


@attrs.frozen
class WordPattern:
    """Words that a text must contain one after another, with stars for what may differ.

    A star inside a word stands for any letters, ``market*``; a star by itself stands
    for any words, ``chief * officer``. Both stand for none as well. The words may begin
    and end anywhere in the text, so ``vp`` finds "Deputy VP of Sales" and not "MVP".

    Attributes:
        text: The pattern as people write it.

    Raises:
        UnfitValueError: If it has no word but stars, or more than 200 characters.

    Example:
        >>> pattern = WordPattern("head of * market*")
        >>> [
        ...     pattern.matches(f"Head of {what}")
        ...     for what in ("Global Marketing", "Sales")
        ... ]
        [True, False]
    """

    text: str

    def __attrs_post_init__(self) -> None:
        if not isinstance(self.text, str):
            raise UnfitValueError("matches", "patterns", "text", repr(self.text))
        if len(self.text) > MOST_CHARACTERS:
            expected = f"at most {MOST_CHARACTERS} characters"
            seen = f"{len(self.text)} characters"
            raise UnfitValueError("matches", "patterns", expected, seen)
        if not words(self.text):
            expected = "at least one word, such as 'head of *'"
            raise UnfitValueError("matches", "patterns", expected, repr(self.text))

    def matches(self, text: str) -> bool:
        """Say whether a text has these words."""
        return finder((self,))(text)


def finder(patterns: Sequence[WordPattern]) -> Callable[[str], bool]:
    """Return a function that says whether a text matches any of some patterns."""
    phrases = [list(_phrases(pattern.text)) for pattern in patterns]
    plain = [one for one in phrases if not any("*" in word for p in one for word in p)]
    literal = [tuple(f" {' '.join(p)} " for p in one) for one in plain]
    starred = [[_searches(one) for one in p] for p in phrases if p not in plain]

    def finds(text: str) -> bool:
        found = words(text)
        if literal:
            # Text search runs in C, and with a space at either end finds whole words.
            line = f" {' '.join(found)} "
            for parts in literal:
                if parts[0] in line and (len(parts) == 1 or _in_order(line, parts)):
                    return True
        return any(_in_sequence(found, parts) for parts in starred)

    return finds


def _phrases(pattern: str) -> list[list[str]]:
    """Return the runs of words between the stars that stand by themselves."""
    phrases: list[list[str]] = [[]]
    for word in _WORD_WITH_STARS.findall(_folded(pattern)):
        if word.strip("*"):
            phrases[-1].append(word)
        elif phrases[-1]:
            phrases.append([])
    return [phrase for phrase in phrases if phrase]


def _in_order(line: str, parts: tuple[str, ...]) -> bool:
    at = 0
    for part in parts:
        found = line.find(part, at)
        if found < 0:
            return False
        # The space after one phrase may be the space before the next.
        at = found + len(part) - 1
    return True


_Search = tuple[tuple[str, ...], ...]
"""A phrase, each word of it in the pieces that its stars leave."""


def _searches(phrase: list[str]) -> _Search:
    return tuple(tuple(word.split("*")) for word in phrase)


def _in_sequence(found: list[str], phrases: list[_Search]) -> bool:
    at = 0
    for phrase in phrases:
        # The earliest place is the best: whatever follows has the most room after it.
        while at + len(phrase) <= len(found):
            if all(map(_fits, phrase, found[at : at + len(phrase)])):
                break
            at += 1
        else:
            return False
        at += len(phrase)
    return True


def _fits(pieces: tuple[str, ...], word: str) -> bool:
    first, *middle = pieces
    if not middle:
        return word == first
    last = middle.pop()
    end = len(word) - len(last)
    at = len(first)
    if at > end or not word.startswith(first) or not word.endswith(last):
        return False
    for piece in middle:
        found = word.find(piece, at, end)
        if found < 0:
            return False
        at = found + len(piece)
    return True
