"""Event logs: files of events, or of rows that a mapping turns into events.

What can be read becomes events; what cannot becomes findings with file, line and
reason. Nothing is dropped in silence and nothing is guessed: a row is read as it says,
or handed back to whoever can mend it [E1, T1].
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from os import PathLike
from typing import Self, assert_never

import attrs

from alignkit.cells import first_moment, number, text, times_of, truth
from alignkit.errors import EventError
from alignkit.events import Event, fields_of
from alignkit.files import name_of
from alignkit.findings import Finding, Place, did_you_mean
from alignkit.forms import Faults, Reader, shown
from alignkit.happenings import FACTS
from alignkit.logmappings import NESTED, LogMapping, RowRule, Rows
from alignkit.rows import Header, Row, format_of, rows_of

_ENVELOPE = frozenset({*fields_of("retracted"), "event_source"} - {"of"})


def read_events(
    path: str | PathLike[str],
    mapping: LogMapping | Mapping[str, object] | str | PathLike[str] | None = None,
) -> tuple[tuple[Event, ...], tuple[Finding, ...]]:
    r"""Return the events of a file, and what could not be read.

    Files are JSON lines (``.jsonl``, ``.ndjson``), a JSON list (``.json``) or CSV with
    a header (``.csv``), any of them compressed with gzip (``.gz``). Without a mapping,
    the rows are events in their JSON form, and the columns of a CSV file are its keys.
    With a mapping, the rows are what it says they are.

    Args:
        path: The file.
        mapping: A `LogMapping`, the same as plain data, or the file that it is in.

    Returns:
        The events in the order of their rows, and a finding for everything that could
        not be read, with its line. A row that stands twice gives its event twice [E3].

    Raises:
        DocumentError: If the mapping is faulty.
        UnfitValueError: If the name of the file does not tell how it is written.
        UnreadableFileError: If the file cannot be opened.

    Example:
        >>> from pathlib import Path
        >>> from tempfile import TemporaryDirectory
        >>> with TemporaryDirectory() as folder:
        ...     file = Path(folder, "leads.csv")
        ...     _ = file.write_text("lead,contacted\nL1,2018-02-01\nL2,soon\n")
        ...     events, review = read_events(
        ...         file,
        ...         {
        ...             "zone": "America/Sao_Paulo",
        ...             "columns": {"lead": "lead", "at": "contacted"},
        ...             "events": [{"type": "lead_created"}],
        ...         },
        ...     )
        >>> [(event.subject.id, str(event.at), event.day) for event in events]
        [('L1', '2018-02-01 00:00:00-02:00', datetime.date(2018, 2, 1))]
        >>> [(finding.code, finding.place.line, finding.seen) for finding in review]
        [('AK-S023', 3, "'soon'")]
    """
    events: list[Event] = []
    review: list[Finding] = []
    for item in stream_events(path, mapping):
        if isinstance(item, Event):
            events.append(item)
        else:
            review.append(item)
    return tuple(events), tuple(review)


def stream_events(
    path: str | PathLike[str],
    mapping: LogMapping | Mapping[str, object] | str | PathLike[str] | None = None,
) -> Iterator[Event | Finding]:
    """Return what `read_events` does, one by one, without holding it all.

    An event that the last row of a subject tells comes at the end, and a ``.json`` file
    is held whole.

    Raises:
        DocumentError: If the mapping is faulty.
        UnfitValueError: If the name of the file does not tell how it is written.
        UnreadableFileError: If the file cannot be opened.
    """
    name = name_of(path)
    format_of(name)
    return _stream(name, _mapping(mapping))


def _stream(file: str, mapping: LogMapping | None) -> Iterator[Event | Finding]:
    if mapping is None:
        return _plain(rows_of(file))
    rows = rows_of(file, encoding=mapping.encoding, delimiter=mapping.delimiter)
    return _mapped(rows, mapping)


def _mapping(
    given: LogMapping | Mapping[str, object] | str | PathLike[str] | None,
) -> LogMapping | None:
    match given:
        case None | LogMapping():
            return given
        case Mapping():
            return LogMapping.from_dict(given)
        case _:
            return LogMapping.load(given)


def _event(row: Row, form: Mapping[str, object]) -> Iterator[Event | Finding]:
    try:
        yield Event.from_dict(form)
    except EventError as error:
        for finding in error.findings:
            path = finding.path.replace("$", row.path, 1)
            yield attrs.evolve(finding, place=row.place, path=path)


def _plain(rows: Iterator[Header | Row | Finding]) -> Iterator[Event | Finding]:
    """Return the events that rows are, in their JSON form or under its keys."""
    for row in rows:
        match row:
            case Finding():
                yield row
            case Header():
                yield from _mapped(itertools.chain([row], rows), _mapping_of(row))
            case Row():
                yield from _event(row, row.cells)
            case _:
                assert_never(row)


def _mapped(
    rows: Iterator[Header | Row | Finding], mapping: LogMapping
) -> Iterator[Event | Finding]:
    """Return the events that rows tell by a mapping."""
    tellers = [_Teller.of(rule, mapping) for rule in mapping.rules]
    unseen = {column for one in tellers for column in one.columns}
    last: Place | None = None
    for row in rows:
        match row:
            case Finding():
                yield row
            case Header():
                unseen.clear()
                faulty, faults = _header_faults(row, tellers)
                yield from faults
                tellers = [one for one in tellers if faulty.isdisjoint(one.columns)]
            case Row():
                last = row.place
                cells = _flat(row.cells)
                unseen.difference_update(cells)
                flat = attrs.evolve(row, cells=cells)
                for teller in tellers:
                    yield from teller.events(flat)
            case _:
                assert_never(row)
    for teller in tellers:
        yield from teller.last_events()
    if last is not None:
        yield from [_absent(column, (), Place(last.file)) for column in sorted(unseen)]


def _flat(cells: Mapping[str, object], prefix: str = "") -> dict[str, object]:
    """Return the cells of a nested row by dotted path."""
    flat: dict[str, object] = {}
    for key, cell in cells.items():
        if isinstance(cell, dict):
            flat |= _flat(cell, f"{prefix}{key}.")
        else:
            flat[f"{prefix}{key}"] = cell
    return flat


def _mapping_of(header: Header) -> LogMapping:
    """Return the mapping of a file whose columns are the keys of events."""
    columns = header.columns
    named = tuple((column, column) for column in columns if column)
    needed = [(key, key) for key in ("type", "at") if key not in columns]
    if "lead" not in columns and "subject" not in columns:
        needed.append(("lead", "lead"))
    return LogMapping(rules=(RowRule(columns=(*named, *needed)),))


def _header_faults(
    header: Header, tellers: Sequence[_Teller]
) -> tuple[set[str], list[Finding]]:
    """Return the columns that cannot be read, and what is wrong with them."""
    needed = dict.fromkeys(column for one in tellers for column in one.columns)
    counts = Counter(header.columns)
    faulty: set[str] = set()
    faults: list[Finding] = []
    for column in needed:
        if column not in counts:
            faulty.add(column)
            faults.append(_absent(column, header.columns, header.place))
        elif counts[column] > 1:
            faulty.add(column)
            faults.append(
                Finding.error(
                    "AK-S006",
                    "",
                    f"the file has several columns {shown(column)}",
                    place=header.place,
                    expected="each name once",
                    seen=shown(column),
                    help="rename the others, or take them out",
                )
            )
    return faulty, faults


def _absent(column: str, known: Sequence[str], place: Place) -> Finding:
    return Finding.error(
        "AK-S024",
        "",
        f"no column is named {shown(column)}",
        place=place,
        expected=f"one of {', '.join(known)}"[:400] if known else None,
        seen=None,
        help=did_you_mean(column, known) or "mend its name in the mapping",
    )


@attrs.frozen(kw_only=True)
class _Teller:
    """One rule of a mapping, made ready for the rows of one file.

    Attributes:
        rule: The rule.
        columns: The columns that it reads.
        meets: Whether a row meets its condition, asked of each row in turn.
        recipe: How its event is put together from a row.
        kept: The first row of each subject, or the last one so far.
    """

    rule: RowRule
    columns: tuple[str, ...]
    meets: Callable[[Row], bool]
    recipe: _Recipe
    kept: dict[str, Row] = attrs.field(factory=dict)

    @classmethod
    def of(cls, rule: RowRule, mapping: LogMapping) -> Self:
        """Return a rule of a mapping, ready for a file."""
        when = rule.when
        columns = (
            *(column for _, column in rule.columns),
            *(column for column, _ in when.is_),
            *when.known,
            *when.changed,
            *rule.id,
        )
        known = _known(mapping)
        return cls(
            rule=rule,
            columns=tuple(dict.fromkeys(columns)),
            meets=_meets(rule, known),
            recipe=_Recipe.of(rule, mapping, known),
        )

    def events(self, row: Row) -> Iterator[Event | Finding]:
        """Return what a row tells now."""
        if not self.meets(row):
            return
        subject = _subject(self.rule, row)
        match self.rule.rows:
            case Rows.ALL:
                yield from self.recipe.events(row)
            case Rows.FIRST:
                if self.kept.setdefault(subject, row) is row:
                    yield from self.recipe.events(row)
            case Rows.LAST:
                self.kept[subject] = row
            case _:
                assert_never(self.rule.rows)

    def last_events(self) -> Iterator[Event | Finding]:
        """Return what the rows tell that were not known to be the last before."""
        if self.rule.rows is Rows.LAST:
            for row in self.kept.values():
                yield from self.recipe.events(row)


def _subject(rule: RowRule, row: Row) -> str:
    columns = dict(rule.columns)
    return str(row.cells.get(columns.get("lead", columns.get("subject", ""))))


Known = Callable[[Row, str], object]
"""What a column holds on a row, translated; None for nothing."""


def _known(mapping: LogMapping) -> Known:
    translations = {column: dict(words) for column, words in mapping.translations}

    def known(row: Row, column: str) -> object:
        cell = row.cells.get(column)
        words = translations.get(column)
        if words is not None and isinstance(cell, str) and cell in words:
            return words[cell]
        return None if cell in mapping.missing else cell

    return known


def _meets(rule: RowRule, known: Known) -> Callable[[Row], bool]:
    """Return what says whether a row meets the condition of a rule."""
    when = rule.when
    before: dict[str, tuple[object, ...]] = {}

    def changed(row: Row) -> bool:
        now = tuple([known(row, column) for column in when.changed])
        subject = _subject(rule, row)
        # The first row of a subject differs from nothing in what it holds.
        was = before.get(subject, (None,) * len(now))
        before[subject] = now
        return now != was

    def meets(row: Row) -> bool:
        if when.changed and not changed(row):
            return False
        if any(known(row, column) is None for column in when.known):
            return False
        return all(_told(row.cells.get(column)) in texts for column, texts in when.is_)

    return meets


def _told(cell: object) -> str:
    """Return a cell as the text that a mapping names it by, as JSON writes it."""
    if cell is None:
        return ""
    return str(cell).lower() if isinstance(cell, bool) else str(cell)


@attrs.frozen
class _Step:
    """How one key of an event is read from a row.

    Attributes:
        key: The key, and the key inside it if it holds an object.
        column: The column.
        read: How its cell is read; None for as it is.
        is_told: Whether a cell that holds nothing says so: the owner is nobody.
    """

    key: tuple[str, ...]
    column: str
    read: Reader | None
    is_told: bool


@attrs.frozen(kw_only=True)
class _Recipe:
    """How the event of a rule is put together from a row.

    Attributes:
        rule: The rule.
        zone: The zone of its times.
        known: What the cells hold.
        steps: How the keys are read, by the type of the event.
    """

    rule: RowRule
    zone: str | None
    known: Known
    steps: Mapping[str, tuple[_Step, ...]]

    @classmethod
    def of(cls, rule: RowRule, mapping: LogMapping, known: Known) -> Self:
        """Return the recipe of a rule of a mapping."""
        times = times_of(rule.times, mapping.zone)
        readers: dict[str, Reader] = dict.fromkeys(mapping.numbers, number)
        readers |= dict.fromkeys(mapping.dates, times)
        told = dict(rule.values).get("type")
        types = FACTS if told is None else (str(told),)
        steps = {
            type_: tuple(
                _step(type_, key, column, times, readers)
                for key, column in rule.columns
            )
            for type_ in types
        }
        # Of an unknown type, only what all events share can be read.
        steps[""] = tuple(
            _step("", key, column, times, readers)
            for key, column in rule.columns
            if _parts(key)[0] in _ENVELOPE
        )
        return cls(rule=rule, zone=mapping.zone, known=known, steps=steps)

    def events(self, row: Row) -> Iterator[Event | Finding]:
        """Return the event of a row, or what keeps it from being one."""
        faults: Faults = []
        form = self.form(row, faults)
        if faults:
            yield from [attrs.evolve(fault, place=row.place) for fault in faults]
        else:
            form.setdefault("id", self.id(row, form))
            yield from _event(row, form)

    def form(self, row: Row, faults: Faults) -> dict[str, object]:
        """Return the JSON form of the event of a row, as far as it can be read."""
        form: dict[str, object] = {}
        for key, constant in self.rule.values:
            _put(form, _parts(key), constant)
        columns = dict(self.rule.columns)
        type_ = self.known(row, columns["type"]) if "type" in columns else form["type"]
        for step in self.steps.get(str(type_), self.steps[""]):
            cell = self.known(row, step.column)
            if cell is not None:
                held = step.read(cell, step.column, faults) if step.read else cell
                _put(form, step.key, held)
            elif step.is_told:
                _put(form, step.key, None)
        for key in ("at", "recorded_at"):
            day = form.get(key)
            if isinstance(day, date) and not isinstance(day, datetime):
                form[key] = first_moment(day, self.zone, columns[key], faults)
                if key == "at":
                    form.setdefault("precision", "day")
        return form

    def id(self, row: Row, form: Mapping[str, object]) -> str:
        """Return an id that the same row has in every export."""
        name = form.get("name" if form.get("type") == "custom" else "type")
        subject = form.get("lead", form.get("subject"))
        parts = [f"{form.get('subject_kind', 'lead')}:{subject}", str(name)]
        at = form.get("at")
        if self.rule.id:
            parts += [str(row.cells.get(column)) for column in self.rule.id]
        elif self.rule.rows is Rows.ALL and isinstance(at, datetime):
            parts.append(at.isoformat())
        return "/".join(parts)


def _step(
    type_: str, key: str, column: str, times: Reader, readers: Mapping[str, Reader]
) -> _Step:
    """Return how a key of an event of a type is read; `readers` are for attributes."""
    parts = _parts(key)
    fact = FACTS.get(type_)
    fields = {field.name: field for field in attrs.fields(fact)} if fact else {}
    field = fields.get(key)
    annotation = str(field.type) if field and key != "attributes" else "Value"
    read: Reader | None
    if key in ("at", "recorded_at"):
        read = times
    elif parts[0] == "actor" or (field is None and key in _ENVELOPE):
        read = text
    else:
        match annotation.removesuffix(" | None"):
            case "Decimal" | "timedelta":
                read = number
            case "bool":
                read = truth
            case "When":
                read = times
            case "Value" | "Attributes":
                read = readers.get(column)
            case _:
                read = text
    may_be_null = annotation == "Value" or annotation.endswith(" | None")
    is_told = field is not None and field.default is attrs.NOTHING and may_be_null
    return _Step(parts, column, read, is_told)


def _parts(key: str) -> tuple[str, ...]:
    head, _, rest = key.partition(".")
    return (head, rest) if rest and head in NESTED else (key,)


def _put(form: dict[str, object], key: tuple[str, ...], held: object) -> None:
    match key:
        case (head, rest):
            inner = form.setdefault(head, {})
            if isinstance(inner, dict):
                inner[rest] = held
        case _:
            form[key[0]] = held
