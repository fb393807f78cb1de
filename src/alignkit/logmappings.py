"""Log mappings: how the rows of somebody's file are to be read as events.

An export has its own columns, its own dates and its own word for nothing. A mapping
says once, in plain words, what each row tells: which column holds the subject, which
the time, and in which zone the clock on the wall stood. It is data, so that the person
who knows the file writes it, and a reader of the result can check it.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Mapping
from os import PathLike

import attrs

from alignkit import sources
from alignkit.errors import DocumentError, UnfitValueError, UnknownZoneError
from alignkit.events import fields_of
from alignkit.files import name_of, opened
from alignkit.findings import did_you_mean
from alignkit.forms import shown
from alignkit.happenings import FACTS, LeadCreated
from alignkit.trees import DEFAULT_LIMITS, Fault, Path
from alignkit.values import Value, to_value
from alignkit.zones import zone as zone_named

Names = tuple[tuple[str, str], ...]
Words = tuple[tuple[str, Value], ...]

NAMED_TIMES = ("iso", "unix", "unix_ms")
"""Ways of writing a time: ISO 8601, and seconds or milliseconds since 1970 began."""

ENCODINGS = ("utf-8", "windows-1252", "iso-8859-1", "iso-8859-15", "mac-roman")

_DIRECTIVES = frozenset("YymdbBjHIMSfpz%")
_LONGEST_TIME = 64
NESTED = ("actor", "dimensions", "data")
"""The keys of an event that hold an object; the next part of a path leads into it."""

_ACTOR_KEYS = ("actor.id", "actor.kind", "actor.team")


class Rows(enum.Enum):
    """Which rows of a subject tell the event, of those that meet the condition."""

    ALL = "all"
    """Each of them."""

    FIRST = "first"
    """The first one in the file."""

    LAST = "last"
    """The last one in the file."""


@attrs.frozen(kw_only=True)
class Condition:
    """What a row must be like to tell an event.

    Attributes:
        known: Columns that must hold something.
        is_: Columns, and the texts of which each must hold one.
        changed: Columns of which one must differ from the row before it of the same
            subject; the first row of a subject differs in what it holds.
    """

    known: tuple[str, ...] = ()
    is_: tuple[tuple[str, tuple[str, ...]], ...] = ()
    changed: tuple[str, ...] = ()


@attrs.frozen(kw_only=True)
class RowRule:
    """One event that a row can tell.

    Attributes:
        columns: For each key of the event's JSON form, the column that holds it.
        values: For each key that is the same on every row, what it is.
        times: How times are written, each way tried in turn.
        when: What the row must be like.
        rows: Which of a subject's rows count.
        id: The columns that, with the type, make the id, where no column holds one.
    """

    columns: Names
    values: Words = ()
    times: tuple[str, ...] = ("iso",)
    when: Condition = Condition()
    rows: Rows = Rows.ALL
    id: tuple[str, ...] = ()


@attrs.frozen(kw_only=True)
class LogMapping:
    """How the rows of a file are to be read as events.

    Attributes:
        rules: What each row can tell, each a rule of its own.
        zone: The zone of times that are written without an offset; None if there are
            none.
        missing: What stands in a cell for nothing.
        numbers: The columns of attributes that are numbers; the others are text.
        dates: The columns of attributes that are dates or times.
        translations: For each column, what its texts mean.
        delimiter: What stands between the cells of a CSV file.
        encoding: How the characters of the file are written.

    Example:
        >>> mapping = LogMapping.from_dict(
        ...     {
        ...         "zone": "America/Sao_Paulo",
        ...         "columns": {"lead": "mql_id"},
        ...         "events": [
        ...             {"type": "opportunity_won", "columns": {"at": "won_date"}}
        ...         ],
        ...     }
        ... )
        >>> mapping.rules[0].columns
        (('lead', 'mql_id'), ('at', 'won_date'))
    """

    rules: tuple[RowRule, ...]
    zone: str | None = None
    missing: tuple[str, ...] = ("",)
    numbers: tuple[str, ...] = ()
    dates: tuple[str, ...] = ()
    translations: tuple[tuple[str, Words], ...] = ()
    delimiter: str = ","
    encoding: str = "utf-8"

    @staticmethod
    def from_dict(mapping: Mapping[str, object]) -> LogMapping:
        """Return the mapping that a document, read as plain data, describes.

        Raises:
            DocumentError: If anything is wrong with it; it carries a finding for each
                fault.
        """
        faults: list[Fault] = []
        found = _Reader(faults).mapping(mapping)
        if found is None or faults:
            raise DocumentError(tuple(fault.finding(None) for fault in faults))
        return found

    @staticmethod
    def load(path: str | PathLike[str]) -> LogMapping:
        """Return the mapping that a TOML, YAML or JSON file describes.

        Raises:
            DocumentError: If anything is wrong with it; it carries a finding for each
                fault, with its line.
            UnfitValueError: If the name of the file does not tell its format.
            UnreadableFileError: If the file cannot be opened.
        """
        name = name_of(path, "mapping")
        format_ = sources.format_of(name)
        with opened(name) as file:
            # One byte more than allowed is enough to refuse it.
            text = file.read(DEFAULT_LIMITS.bytes + 1)
        source = sources.read(text, format_, name)
        faults: list[Fault] = []
        found = _Reader(faults).mapping(source.tree)
        findings = (
            *source.findings,
            *(fault.finding(source.locate(fault.path)) for fault in faults),
        )
        if found is None or findings:
            raise DocumentError(findings)
        return found


_KEYS = (
    "zone",
    "missing",
    "times",
    "columns",
    "values",
    "numbers",
    "dates",
    "translations",
    "delimiter",
    "encoding",
    "events",
)
_RULE_KEYS = ("type", "columns", "values", "times", "when", "rows", "id")
_WHEN_KEYS = ("known", "is", "changed")


@attrs.frozen
class _Reader:
    """Reads the parts of a mapping and notes what is wrong with each."""

    faults: list[Fault]

    def mapping(self, tree: object) -> LogMapping | None:
        """Return the mapping of a tree, as far as it can be read."""
        top = self.table(tree, (), _KEYS)
        if top is None:
            return None
        columns = self.names(top.get("columns", {}), ("columns",))
        values = self.words(top.get("values", {}), ("values",))
        times = self.times(top.get("times", "iso"), ("times",))
        given = top.get("events", [{}])
        rules: list[RowRule] = []
        if not isinstance(given, list | tuple) or not given:
            self.wrong(("events",), "a list of at least one event", given)
        else:
            shared = RowRule(columns=columns, values=values, times=times)
            rules = [
                self.rule(item, ("events", at), shared) for at, item in enumerate(given)
            ]
        translated = self.table(top.get("translations", {}), ("translations",))
        return LogMapping(
            rules=tuple(rules),
            zone=self.zone(top.get("zone")),
            missing=self.texts(top.get("missing", ""), ("missing",)),
            numbers=self.texts(top.get("numbers", ()), ("numbers",)),
            dates=self.texts(top.get("dates", ()), ("dates",)),
            translations=tuple(
                (column, self.words(words, ("translations", column)))
                for column, words in (translated or {}).items()
            ),
            delimiter=self.delimiter(top.get("delimiter", ",")),
            encoding=self.one_of(
                top.get("encoding", "utf-8"), ("encoding",), ENCODINGS
            ),
        )

    def rule(self, tree: object, path: Path, shared: RowRule) -> RowRule:
        """Return one event of a mapping, with what all of them share."""
        table = self.table(tree, path, _RULE_KEYS) or {}
        columns = dict(shared.columns)
        columns |= dict(self.names(table.get("columns", {}), (*path, "columns")))
        values = dict(shared.values)
        values |= dict(self.words(table.get("values", {}), (*path, "values")))
        if "type" in table:
            values["type"] = self.text(table["type"], (*path, "type"))
            columns.pop("type", None)
        for key in values.keys() & columns.keys():
            # What an event says of itself holds over what all of them share.
            own = self.table(table.get("values", {}), (*path, "values")) or {}
            (columns if key in own else values).pop(key)
        self.check_keys(columns, values, path)
        times = shared.times
        if "times" in table:
            times = self.times(table["times"], (*path, "times"))
        rows = self.one_of(
            table.get("rows", "all"), (*path, "rows"), [one.value for one in Rows]
        )
        return RowRule(
            columns=tuple(columns.items()),
            values=tuple(values.items()),
            times=times,
            when=self.when(table.get("when", {}), (*path, "when")),
            rows=Rows(rows) if rows else Rows.ALL,
            id=self.texts(table.get("id", ()), (*path, "id")),
        )

    def check_keys(
        self, columns: Mapping[str, str], values: Mapping[str, Value], path: Path
    ) -> None:
        """Note keys that no event has, and those that every event needs and lacks."""
        keys = {*columns, *values}
        needs = (
            ("a type", {"type"}),
            ("a time", {"at"}),
            ("a subject", {"lead", "subject"}),
        )
        for what, any_of in needs:
            if keys.isdisjoint(any_of):
                column = min(any_of)
                self.note(
                    "AK-S003",
                    path,
                    f"the event lacks {what}",
                    help=f"name the column that holds {column!r} under 'columns'",
                )
        type_ = values.get("type")
        if isinstance(type_, str) and type_:
            self.check_type(type_, keys, path)

    def check_type(self, type_: str, keys: Iterable[str], path: Path) -> None:
        """Note a type that there is none of, and keys that it does not have."""
        if type_ not in FACTS:
            self.note(
                "AK-S020",
                (*path, "type"),
                f"unknown event type {shown(type_)}",
                expected=f"one of {', '.join(FACTS)}",
                help=did_you_mean(type_, FACTS)
                or "an event of your own has the type 'custom' and a 'name'",
            )
            return
        if type_ == LeadCreated.type:
            # Every further key is an attribute of the lead.
            return
        known = (*fields_of(type_), *_ACTOR_KEYS)
        for key in sorted(keys):
            head, _, rest = key.partition(".")
            nested = rest and head in NESTED and head in known and head != "actor"
            if key not in known and not nested:
                self.note(
                    "AK-S002",
                    (*path, "columns", key),
                    f"unknown field {shown(key)} of {type_}",
                    help=did_you_mean(key, known)
                    or "a field of your own belongs in a custom event",
                )

    def when(self, tree: object, path: Path) -> Condition:
        """Return the condition of an event."""
        table = self.table(tree, path, _WHEN_KEYS) or {}
        allowed = self.table(table.get("is", {}), (*path, "is")) or {}
        return Condition(
            known=self.texts(table.get("known", ()), (*path, "known")),
            is_=tuple(
                (column, self.texts(texts, (*path, "is", column)))
                for column, texts in allowed.items()
            ),
            changed=self.texts(table.get("changed", ()), (*path, "changed")),
        )

    def times(self, tree: object, path: Path) -> tuple[str, ...]:
        """Return ways of writing a time, of which there must be one."""
        texts = self.texts(tree, path)
        for text in texts:
            reason = _no_time(text)
            if reason:
                self.note(
                    "AK-S005",
                    path,
                    f"{shown(text)} does not say how a time is written: {reason}",
                    expected="'iso', 'unix', 'unix_ms', or a pattern like "
                    "'%d/%m/%Y %H:%M'",
                )
        return texts

    def zone(self, tree: object) -> str | None:
        """Return the name of a zone that there is."""
        if tree is None:
            return None
        name = self.text(tree, ("zone",))
        if name:
            try:
                zone_named(name)
            except UnknownZoneError as error:
                self.note(error.code, ("zone",), str(error))
        return name

    def delimiter(self, tree: object) -> str:
        """Return what stands between cells: one character that no cell begins with."""
        text = self.text(tree, ("delimiter",))
        if text and (len(text) != 1 or text in '"\r\n\0'):
            self.wrong(("delimiter",), "one character, such as ';'", tree)
        return text

    def one_of(self, tree: object, path: Path, known: Iterable[str]) -> str:
        """Return one of some words."""
        text = self.text(tree, path)
        words = tuple(known)
        if text and text not in words:
            self.note(
                "AK-S005",
                path,
                f"{shown(text)} is none that there is",
                expected=f"one of {', '.join(words)}",
                help=did_you_mean(text, words),
            )
            return ""
        return text

    def table(
        self, tree: object, path: Path, known: tuple[str, ...] = ()
    ) -> dict[str, object] | None:
        """Return a table, of whose keys only the known ones are allowed."""
        if not isinstance(tree, Mapping):
            self.wrong(path, "a table", tree)
            return None
        table: dict[str, object] = {}
        for key, item in tree.items():
            if not isinstance(key, str):
                self.wrong(path, "keys that are text", key)
            elif known and key not in known:
                self.note(
                    "AK-S002",
                    (*path, key),
                    f"unknown key {shown(key)}",
                    expected=f"one of {', '.join(known)}",
                    help=did_you_mean(key, known),
                )
            else:
                table[key] = item
        return table

    def names(self, tree: object, path: Path) -> Names:
        """Return a table of texts that are not empty."""
        table = self.table(tree, path) or {}
        return tuple(
            (key, self.text(name, (*path, key))) for key, name in table.items()
        )

    def words(self, tree: object, path: Path) -> Words:
        """Return a table of values."""
        found: list[tuple[str, Value]] = []
        for key, item in (self.table(tree, path) or {}).items():
            try:
                found.append((key, to_value(item, key)))
            except UnfitValueError as error:
                self.wrong((*path, key), error.expected, item)
        return tuple(found)

    def texts(self, tree: object, path: Path) -> tuple[str, ...]:
        """Return one text or several."""
        items = tree if isinstance(tree, list | tuple) else [tree]
        texts = [item for item in items if isinstance(item, str)]
        if len(texts) < len(items):
            self.wrong(path, "text, or a list of texts", tree)
        return tuple(texts)

    def text(self, tree: object, path: Path) -> str:
        """Return a text that is not empty."""
        if isinstance(tree, str) and tree:
            return tree
        self.wrong(path, "text that is not empty", tree)
        return ""

    def wrong(self, path: Path, expected: str, tree: object) -> None:
        """Note that something else was expected."""
        name = repr(path[-1]) if path else "the mapping"
        message = f"{name} is of the wrong type"
        self.note("AK-S004", path, message, expected=expected, seen=shown(tree))

    def note(
        self,
        code: str,
        path: Path,
        message: str,
        *,
        expected: str | None = None,
        seen: str | None = None,
        help: str | None = None,
    ) -> None:
        """Note one thing that is wrong."""
        mend = help or (f"write {expected}" if expected else None)
        self.faults.append(
            Fault(
                code=code,
                path=path,
                message=message,
                expected=expected,
                seen=seen,
                help=mend,
            )
        )


def _no_time(text: str) -> str | None:
    """Return why a text does not say how a time is written; None if it does."""
    if text in NAMED_TIMES:
        return None
    if len(text) > _LONGEST_TIME:
        return "it is too long"
    letters = {after[:1] for after in text.replace("%%", "").split("%")[1:]}
    if odd := letters - _DIRECTIVES:
        # %c, %x and %X mean other things on other machines, and %Z is no zone.
        return f"%{min(odd)} is not read"
    has_date = {"m", "d"} <= letters or {"b", "d"} <= letters or {"B", "d"} <= letters
    if not letters & {"Y", "y"} or not (has_date or "j" in letters):
        return "it needs a year, a month and a day"
    return None
