"""Slips: what people write by mistake, and what to write instead.

A reader of TOML, YAML or JSON says where it stopped, in words for people who know its
grammar. Those who write agreements know what they meant, and a handful of slips are
behind nearly all of it: text without quotation marks, marks that a word processor made
round, a tab, a comma. Here each is known by what stands around the place.
"""

from __future__ import annotations

import re

_QUOTES = "put text into quotation marks: {}"
_ROUND = re.compile("[\u2018\u2019\u201a\u201c\u201d\u201e\u2032\u2033]")
_STRAIGHTEN = "write straight quotation marks: \" or '"
_TRUTHS = frozenset(("true", "false", "yes", "no", "on", "off"))
_NOTHINGS = frozenset(("null", "none", "nil", "~"))
_DAY = re.compile(r"[0-9]{2,4}[-/.][0-9]{1,2}[-/.][0-9]{1,4}")
_LONGEST_WORD = 40


def toml_help(text: str, line: int, column: int) -> str | None:
    """Return what was probably meant where TOML could not be read, if it is known.

    Example:
        >>> toml_help("party = sales", 1, 9)
        'put text into quotation marks: "sales"'
        >>> toml_help("warn_at = 75%", 1, 13)
        'put text into quotation marks: "75%"'
    """
    whole = _line(text, line)
    before, rest = whole[: column - 1], whole[column - 1 :]
    if _ROUND.match(rest.lstrip()):
        return _STRAIGHTEN
    if rest.lstrip().startswith(":"):
        return "write = where YAML and JSON have a colon"
    if not rest.strip():
        return _at_the_end(before)
    if rest.startswith("}") and before.rstrip().endswith(","):
        return "take the last comma out"
    if _is_in_text(before):
        return None
    if "=" not in before:
        return 'write a key, an equals sign and a value: title = "First response"'
    return _unquoted(before, rest)


def _line(text: str, line: int) -> str:
    lines = text.splitlines()
    return lines[line - 1] if line <= len(lines) else ""


def _at_the_end(before: str) -> str | None:
    """Say what is missing where a line of TOML is over too soon."""
    if _is_in_text(before):
        return "end the text with a quotation mark on the line where it begins"
    if before.count("{") > before.count("}"):
        return "write a table in braces on one line, or give it a heading of its own"
    if before.rstrip().endswith("="):
        return "write a value after the equals sign"
    return None


def _is_in_text(before: str) -> bool:
    return before.count('"') % 2 == 1 or (
        '"' not in before and before.count("'") % 2 == 1
    )


def _unquoted(before: str, rest: str) -> str | None:
    """Say how a value is written that stands there without quotation marks."""
    start = max(before.rfind(mark) for mark in "=[,") + 1
    value = re.split(r"[,\]}#]", before[start:] + rest, maxsplit=1)[0].strip()
    word = value.lower()
    if not value or value[0] in "\"'[{=":
        return None
    if word in _TRUTHS:
        return "write true or false, in small letters and without quotation marks"
    if word in _NOTHINGS:
        return "leave the key out: TOML has no word for nothing"
    if _DAY.match(value):
        return "write a date that there is, as in 2026-12-31"
    return _QUOTES.format(f'"{value[:_LONGEST_WORD]}"')


def yaml_help(text: str, line: int, column: int) -> str | None:
    r"""Return what was probably meant where YAML could not be read, if it is known.

    Example:
        >>> yaml_help("agreement:\n\tid: northwind", 2, 1)
        'indent with spaces: YAML takes no tabs'
    """
    whole = _line(text, line)
    if "\t" in whole[: column + 1] and not whole[: column - 1].strip():
        return "indent with spaces: YAML takes no tabs"
    if whole[column - 1 : column] in {"@", "`", "%", "&", "*", "!", "|", ">"}:
        return _QUOTES.format(f'"{whole[column - 1 :].strip()[:_LONGEST_WORD]}"')
    if whole[column - 1 : column] == ":":
        return "put text that holds a colon and a blank into quotation marks"
    if whole.strip() and not whole[: column - 1].strip():
        return "indent it as far as the keys that it belongs to"
    return None


def json_help(text: str, line: int, column: int) -> str | None:
    """Return what was probably meant where JSON could not be read, if it is known.

    Example:
        >>> json_help("{'id': 1}", 1, 2)
        'write double quotation marks: "'
    """
    whole = _line(text, line)
    rest = whole[column - 1 :]
    if _ROUND.match(rest) or rest.startswith("'"):
        return 'write double quotation marks: "'
    if rest.startswith(("//", "#", "/*")):
        return "take it out: JSON has no comments"
    word = re.match(r"[A-Za-z_][\w-]*", rest)
    if word is None:
        if rest[:1] in {'"', "{", "["} or rest[:1].isdigit():
            return "write a comma between the two"
        return None
    if word[0].lower() in _TRUTHS:
        return "write true or false, in small letters"
    if word[0].lower() in _NOTHINGS:
        return "write null"
    return _QUOTES.format(f'"{word[0][:_LONGEST_WORD]}"')
