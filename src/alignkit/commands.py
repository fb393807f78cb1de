"""Commands: what each word of the command line does.

A command reads its files, asks one question of the library and says how to print the
answer. Everything that is wrong with what it was given is told at once, with its code
and its place.
"""

from __future__ import annotations

import functools
import importlib.resources
import itertools
import re
from argparse import Namespace
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import TypeVar

import attrs

from alignkit import report, wire
from alignkit.agreements import Agreement
from alignkit.annotations import github_line, sarif_form
from alignkit.documents import load
from alignkit.duedates import due_dates
from alignkit.errors import (
    AlignkitError,
    DocumentError,
    EventError,
    LooseEndsError,
    MomentOutOfRangeError,
    UnreadableFileError,
)
from alignkit.evaluations import Evaluation
from alignkit.eventlogs import read_events, stream_events
from alignkit.events import Event
from alignkit.findings import Finding, Place, Severity, did_you_mean
from alignkit.forms import shown
from alignkit.gates import Answer
from alignkit.instants import to_instant, to_moment
from alignkit.intakes import Intake, intake_form, intake_lines, intakes
from alignkit.logmappings import LogMapping
from alignkit.outcomes import Outcome
from alignkit.payloads import PIPE, is_one_a_line, payloads, stream_of
from alignkit.replies import Reply
from alignkit.standings import Status
from alignkit.verdicts import Source, Verdict
from alignkit.version import __version__
from alignkit.zones import check_range, start_of, zone

T = TypeVar("T")
Faults = list[Finding]

_REVIEW = "review"

DEMO_AS_OF = "2026-04-08T11:20:00+01:00"
"""The moment at which the story of the demonstration is asked about."""

DEMO_EXPLAINED = ("L-102", "first-response")
"""The verdict of the demonstration that is explained."""

_STORY = (
    "Rowan Cargo Bikes sells cargo bikes to firms. Sales sits in Leeds, marketing in",
    "Valencia, and each has promised the other something. These are twelve days of",
    "it, with a change of the clocks, a weekend and Easter. The company is made up.",
)

_NEXT = (
    "Where to go next",
    "  alignkit demo --show agreement > agreement.toml",
    "  alignkit demo --show events > events.jsonl",
    "  alignkit lint agreement.toml",
    "  alignkit evaluate agreement.toml events.jsonl --as-of 2026-04-09T08:00Z",
    "  alignkit due agreement.toml --term first-response --start 2026-04-02T16:00Z",
    "Change a number in the agreement and ask again; add --explain L-104 to see why.",
    "Events of your own are JSON lines or CSV, and --map says what columns mean.",
    "The guides are in docs/how-to of the project.",
)

_RULED = (
    *(outcome.value for outcome in Outcome),
    *(answer.value for answer in Answer),
)
_FAULTY = "faulty"
_NOTHING = ("no findings",)
_A_MOMENT = "a moment with an offset, such as 2026-04-08T11:20:00+01:00, or a date"
_CODE = re.compile(r"AK-[A-Z][0-9]{3}")


def run(arguments: Namespace) -> Reply:
    """Return the reply of the command that was asked for.

    Its input is refused with code 2 if anything is wrong with it.
    """
    faults: Faults = []
    try:
        reply = _COMMANDS[arguments.command](arguments, faults)
    except AlignkitError as error:
        faults += _findings_of(error)
    else:
        if reply is not None:
            return reply
    return Reply(notes=_lines(report.findings_lines(faults)), code=2)


def demo(arguments: Namespace, faults: Faults) -> Reply | None:
    """Return a story on bundled data, from events to scorecard."""
    folder = importlib.resources.files("alignkit").joinpath("demo")
    bundled = {"agreement": "agreement.toml", "events": "events.jsonl"}
    if arguments.show is not None:
        text = folder.joinpath(bundled[arguments.show]).read_text(encoding="utf-8")
        return Reply(out=[text])
    with importlib.resources.as_file(folder) as files:
        agreement = load(files / bundled["agreement"])
        events, _ = read_events(files / bundled["events"])
    as_of = datetime.fromisoformat(DEMO_AS_OF)
    evaluation = agreement.evaluate(events, as_of=as_of)
    explained = _explained(evaluation.verdicts, DEMO_EXPLAINED, faults)
    return Reply(out=_lines(_demo_lines(agreement, evaluation, explained)))


def _demo_lines(
    agreement: Agreement, evaluation: Evaluation, explained: Sequence[Verdict]
) -> Iterator[str]:
    yield from _STORY
    yield ""
    source = Source.of(agreement.latest)
    yield from report.evaluation_lines(evaluation, source)
    yield ""
    yield "One of these, explained"
    yield ""
    yield from report.verdicts_lines(explained)
    yield ""
    yield from _NEXT


def lint(arguments: Namespace, faults: Faults) -> Reply | None:
    """Return what is wrong with an agreement, and where."""
    bar = _lint_bar(arguments.fail_on, faults)
    # Only days matter to lint, so that a date need not be one of a certain zone.
    as_of = _moment("--as-of", arguments.as_of, ["UTC"], faults)
    agreement, found = None, list[Finding]()
    try:
        agreement = load(arguments.agreement)
    except DocumentError as error:
        found += error.findings
    except AlignkitError as error:
        # What is no document has nothing that lint could find.
        faults += _placed(error, arguments.agreement)
    if faults:
        faults += found
        return None
    if agreement is not None:
        found += agreement.lint(as_of=as_of)
    out = _lint_text(found, arguments.format)
    if bar & {word for one in found for word in (one.code, one.severity.value)}:
        return Reply(out=out, code=1)
    # What keeps an agreement from being loaded is bad input, asked for or not.
    return Reply(out=out, code=2 if agreement is None else 0)


def _lint_bar(text: str | None, faults: Faults) -> frozenset[str]:
    """Return the severities and codes that are to fail; a severity names worse ones."""
    return _bar(text, (), faults)


def _bar(text: str | None, others: Sequence[str], faults: Faults) -> frozenset[str]:
    """Return what is to fail: severities and codes, and some other words."""
    severities = [severity.value for severity in Severity]
    bar: set[str] = set()
    for word in _words(text):
        if word in severities:
            bar.update(severities[: severities.index(word) + 1])
        elif word in others or _CODE.fullmatch(word):
            bar.add(word)
        else:
            known = [*others, *severities, "a code"]
            faults.append(_unknown_word("--fail-on", word, known))
    return frozenset(bar)


def _lint_text(findings: Sequence[Finding], format_: str) -> Iterable[str]:
    match format_:
        case "json":
            return [wire.json_text(wire.findings_form(findings))]
        case "sarif":
            return [wire.json_text(sarif_form(findings, version=__version__))]
        case "github":
            return _lines(map(github_line, findings))
        case _:
            return _lines(report.findings_lines(findings) if findings else _NOTHING)


def evaluate(arguments: Namespace, faults: Faults) -> Reply | None:
    """Return how the promises of an agreement stand at a moment."""
    agreement = _read(lambda: load(arguments.agreement), arguments.agreement, faults)
    zones = _zones_of(agreement)
    as_of = _moment("--as-of", arguments.as_of, zones, faults)
    known_at = _moment("--known-at", arguments.known_at, zones, faults)
    log = _log(arguments, faults)
    bar = _evaluate_bar(arguments.fail_on, faults)
    if arguments.explain and arguments.format != "text":
        message = f"'--explain' is for people, and {arguments.format} is for programs"
        help_ = "leave it out: every verdict for programs has its explanation"
        faults.append(Finding.error("AK-S005", "", message, help=help_))
    if agreement is None or as_of is None or faults:
        return None
    review: Faults = []
    events = _sorted_out(log, review)
    evaluation = agreement.evaluate(events, as_of=as_of, known_at=known_at)
    # What could not be read stands before what could not be judged.
    evaluation = attrs.evolve(evaluation, review=(*review, *evaluation.review))
    explained = _explained(evaluation.verdicts, arguments.explain or (), faults)
    if faults:
        return None
    stands = {one.status.value for one in evaluation.verdicts}
    if evaluation.review:
        stands.add(_REVIEW)
    if explained:
        reply = Reply(out=_lines(report.verdicts_lines(explained)))
    else:
        source = Source.of(agreement.latest)
        reply = _evaluation_reply(evaluation, source, arguments)
    return reply._replace(code=1 if bar & stands else 0)


def _log(arguments: Namespace, faults: Faults) -> Iterator[Event | Finding]:
    """Return the events of all files and what cannot be read, one by one.

    All files are opened before one is read, so that a slip costs no minutes.
    """
    mappings = _mappings(arguments, faults)

    def opened(file: str, mapping: LogMapping | None) -> Iterator[Event | Finding]:
        log = stream_events(file, mapping)
        first = next(log, None)
        return log if first is None else itertools.chain([first], log)

    logs = [
        _read(functools.partial(opened, file, mapping), file, faults)
        for file, mapping in zip(arguments.events, mappings, strict=True)
    ]
    return itertools.chain.from_iterable(log for log in logs if log is not None)


def _mappings(arguments: Namespace, faults: Faults) -> list[LogMapping | None]:
    """Return the mapping of each file of events: none, one for all, or one for each."""
    files: list[str] = arguments.map or []
    many = len(arguments.events)
    if len(files) not in (0, 1, many):
        message = f"there are {len(files)} mappings for {many} files of events"
        help_ = "give '--map' once for all files, or once for each in their order"
        faults.append(Finding.error("AK-S005", "", message, help=help_))
        return [None] * many
    found = [
        _read(functools.partial(LogMapping.load, one), one, faults) for one in files
    ]
    return found if len(found) == many else (found or [None]) * many


def _sorted_out(
    log: Iterable[Event | Finding], review: list[Finding]
) -> Iterator[Event]:
    """Yield the events, and put everything else into the review."""
    for found in log:
        if isinstance(found, Event):
            yield found
        else:
            review.append(found)


def _evaluation_reply(
    evaluation: Evaluation, agreement: Source, arguments: Namespace
) -> Reply:
    # A file of verdicts has no room for a review.
    notes = _lines(report.findings_lines(evaluation.review))
    match arguments.format:
        case "json":
            form = wire.evaluation_form(evaluation, agreement, by=arguments.by)
            return Reply(out=[wire.json_text(form)])
        case "jsonl":
            forms = map(wire.verdict_form, evaluation.verdicts)
            written = (wire.json_text(form, is_line=True) for form in forms)
            return Reply(out=written, notes=notes)
        case "csv":
            return Reply(out=wire.csv_lines(evaluation.verdicts), notes=notes)
        case _:
            lines = report.evaluation_lines(evaluation, agreement, by=arguments.by)
            return Reply(out=_lines(lines))


def _evaluate_bar(text: str | None, faults: Faults) -> frozenset[str]:
    """Return the statuses that are to fail, the word for a review among them."""
    known = [*(status.value for status in Status), _REVIEW]
    words = frozenset(_words(text))
    for word in sorted(words.difference(known)):
        faults.append(_unknown_word("--fail-on", word, known))
    return words


def _explained(
    verdicts: Sequence[Verdict], names: Sequence[str], faults: Faults
) -> list[Verdict]:
    """Return the verdicts that fit each of some names; none if there are no names."""
    if not names:
        return []
    known = dict.fromkeys(name for one in verdicts for name in (one.subject, one.term))
    unknown = [name for name in names if name not in known]
    for name in unknown:
        message = f"no verdict is on a subject or of a term named {shown(name)}"
        faults.append(
            Finding.error("AK-S007", "", message, help=did_you_mean(name, known))
        )
    fitting = [one for one in verdicts if {*names} <= {one.subject, one.term}]
    if not (unknown or fitting):
        message = f"no verdict is both: {' and '.join(map(shown, names))}"
        faults.append(
            Finding.error("AK-S007", "", message, help="name one of them alone")
        )
    return fitting


def handoff(arguments: Namespace, faults: Faults) -> Reply | None:
    """Return whether leads may change hands at a moment, and why not."""
    agreement = _read(lambda: load(arguments.agreement), arguments.agreement, faults)
    zones = _zones_of(agreement)
    as_of = _moment("--as-of", arguments.as_of, zones, faults)
    bar = _bar(arguments.fail_on, _RULED, faults)
    name: str = arguments.payload
    is_lines = arguments.lines or is_one_a_line(name)
    if arguments.explain and arguments.format != "text":
        message = f"'--explain' is for people, and {arguments.format} is for programs"
        help_ = "leave it out: every ruling for programs has all of it"
        faults.append(Finding.error("AK-S005", "", message, help=help_))
    if is_lines and arguments.format == "json":
        message = "'--format' json is one object, and there is a payload on each line"
        help_ = "write --format jsonl, which gives an object for each"
        faults.append(Finding.error("AK-S005", "", message, help=help_))
    raw = _read(lambda: stream_of(name), name, faults)
    if faults and raw is not None:
        with raw:
            return None
    if agreement is None or as_of is None or raw is None:
        return None
    given = payloads(raw, None if name == PIPE else name, is_lines=is_lines)
    seen: set[str] = set()
    found = _noted(intakes(agreement, given, as_of=as_of), seen)

    def code() -> int:
        if bar & seen:
            return 1
        return 2 if _FAULTY in seen else 0

    out = _intake_pieces(found, arguments, is_lines=is_lines)
    return Reply(out=out, code=code, counts="lines" if is_lines else None)


def _noted(found: Iterable[Intake], seen: set[str]) -> Iterator[Intake]:
    """Yield intakes, and note what a script can stop at."""
    for intake in found:
        seen |= intake.words
        if intake.ruling is None:
            seen.add(_FAULTY)
        yield intake


def _intake_pieces(
    found: Iterable[Intake], arguments: Namespace, *, is_lines: bool
) -> Iterator[str]:
    """Yield the answer to each payload; of one format, only at the end."""
    findings: Faults = []
    for intake in found:
        match arguments.format:
            case "text":
                lines = intake_lines(
                    intake, explain=arguments.explain, is_placed=is_lines
                )
                yield "".join(_lines(lines))
            case "github":
                yield "".join(_lines(map(github_line, intake.findings)))
            case "sarif":
                findings += intake.findings
                yield ""
            case format_:
                is_line = format_ == "jsonl"
                yield wire.json_text(intake_form(intake), is_line=is_line)
    if arguments.format == "sarif":
        yield wire.json_text(sarif_form(findings, version=__version__))


def due(arguments: Namespace, faults: Faults) -> Reply | None:
    """Return when a promise is due that starts at a moment."""
    agreement = _read(lambda: load(arguments.agreement), arguments.agreement, faults)
    dates = dict(_dates(arguments.date or (), faults))
    zones = _zones_of(agreement, arguments.term)
    start = _moment("--start", arguments.start, zones, faults)
    if agreement is None:
        return None
    terms = {one.id: one for each in agreement.editions for one in each.promised}
    if arguments.term not in terms:
        message = f"no term is named {shown(arguments.term)}"
        help_ = did_you_mean(arguments.term, terms) or f"there are {', '.join(terms)}"
        faults.append(Finding.error("AK-S007", "", message, help=help_))
    if start is None or faults:
        return None
    found = due_dates(agreement, arguments.term, start, dates=dates)
    if not found:
        message = f"no edition with the term {shown(arguments.term)} is in force then"
        faults.append(Finding.error("AK-S007", "", message, seen=str(start)))
        return None
    if arguments.format == "json":
        return Reply(out=[wire.json_text(wire.due_dates_form(found))])
    return Reply(out=_lines(report.due_dates_lines(found)))


def _dates(texts: Iterable[str], faults: Faults) -> Iterator[tuple[str, date]]:
    for text in texts:
        name, _, day = text.partition("=")
        found = _parsed(date.fromisoformat, day)
        if found is not None:
            yield name, found
            continue
        expected = "a name and a date, such as renewal_date=2026-09-30"
        seen = shown(text)
        fault = Finding.error(
            "AK-S005", "", "'--date' is none", expected=expected, seen=seen
        )
        faults.append(fault)


_COMMANDS: Mapping[str, Callable[[Namespace, Faults], Reply | None]] = {
    "demo": demo,
    "lint": lint,
    "evaluate": evaluate,
    "handoff": handoff,
    "due": due,
}


def _read(read: Callable[[], T], file: str, faults: Faults) -> T | None:
    """Return what is read from a file, or note why it cannot be."""
    try:
        return read()
    except AlignkitError as error:
        faults += _placed(error, file)
    return None


def _placed(error: AlignkitError, file: str) -> list[Finding]:
    """Return what is wrong with a file, each finding with its place."""
    return [
        one if one.place else attrs.evolve(one, place=Place(file))
        for one in _findings_of(error)
    ]


def _findings_of(error: AlignkitError) -> tuple[Finding, ...]:
    if isinstance(error, DocumentError | EventError | LooseEndsError):
        return error.findings
    if isinstance(error, UnreadableFileError):
        message = f"the file cannot be opened: {error.problem}"
        return (Finding.error(error.code, "", message, place=Place(error.file)),)
    return (Finding.error(error.code, "", str(error)),)


def _zones_of(agreement: Agreement | None, term: str | None = None) -> list[str]:
    """Return the zones that an agreement counts in, or those of one of its terms."""
    if agreement is None:
        return []
    found = (
        edition.hours_of(one)
        for edition in agreement.editions
        for one in edition.promised
        if term in (None, one.id)
    )
    return sorted({hours.zone for hours in found if hours is not None})


def _moment(
    option: str, text: str | None, zones: Sequence[str], faults: Faults
) -> datetime | None:
    """Return the moment that a text names, or note why it names none [T1, T3]."""
    if text is None:
        return None
    try:
        return _parsed_moment(option, text, zones, faults)
    except MomentOutOfRangeError as error:
        faults += _findings_of(error)
        return None


def _parsed_moment(
    option: str, text: str, zones: Sequence[str], faults: Faults
) -> datetime | None:
    day = _parsed(date.fromisoformat, text)
    if day is not None and len(zones) == 1:
        return to_moment(start_of(day, zones[0]), zone(zones[0]))
    moment = _parsed(datetime.fromisoformat, text)
    if moment is None:
        code, message, help_ = "AK-S005", f"{option!r} cannot be read", None
    elif day is not None:
        code = "AK-T001"
        message = f"{option!r} is a date, which begins elsewhere at another moment"
        counted = f"the calendars are in {' and '.join(zones)}" if zones else None
        help_ = f"write the time and its offset, such as {day}T00:00:00+01:00"
        help_ = f"{counted}; {help_}" if counted else help_
    elif moment.tzinfo is None:
        code, message = "AK-T001", f"{option!r} has no offset, so it names no moment"
        help_ = "write the offset of its zone, or 'Z' for UTC"
    else:
        check_range(to_instant(moment, option), option)
        return moment
    fault = Finding.error(
        code, "", message, expected=_A_MOMENT, seen=shown(text), help=help_
    )
    faults.append(fault)
    return None


def _parsed(parse: Callable[[str], T], text: str) -> T | None:
    try:
        return parse(text)
    except ValueError:
        return None


def _words(text: str | None) -> list[str]:
    """Return words that are parted by commas."""
    return [word.strip() for word in text.split(",")] if text is not None else []


def _unknown_word(option: str, word: str, known: Sequence[str]) -> Finding:
    message = f"{option!r} does not know {shown(word)}"
    expected = f"one of {', '.join(known)}"
    return Finding.error(
        "AK-S005", "", message, expected=expected, help=did_you_mean(word, known)
    )


def _lines(lines: Iterable[str]) -> Iterator[str]:
    return (f"{line}\n" for line in lines)
