"""Reports: verdicts, scorecards and findings as text for people.

Lines fit a screen of 80 columns, and nothing from outside reaches it unseen. This is
the one place where a figure is rounded, and the exact one stands beside it [V4].
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from itertools import chain

from alignkit.duedates import DueDate
from alignkit.evaluations import Evaluation
from alignkit.findings import Finding
from alignkit.instants import to_duration, to_instant
from alignkit.ledgers import Entry
from alignkit.loopfigures import LoopFigures, Portion
from alignkit.phrases import length_text, moment_text
from alignkit.scorecards import Line, Scorecard, Tally
from alignkit.screen import WIDTH, paragraph, table, visible, width
from alignkit.shares import Share
from alignkit.spans import BusinessDays, CalendarTime
from alignkit.standings import Status
from alignkit.turnarounds import Turnaround, TurnaroundUnit
from alignkit.verdicts import Lapse, Source, Verdict

JUDGED = (Status.MET, Status.LATE, Status.BREACHED)
"""What compliance is made of; every other status stands below it, if it occurs."""

WANTS_A_LOOK = (Status.AT_RISK, Status.BREACHED, Status.UNKNOWN)
"""Promises that somebody can still do something about, the most pressing first."""

_Column = tuple[str, str, Tally]


def status_text(status: Status) -> str:
    """Return a status in words.

    Example:
        >>> status_text(Status.AT_RISK)
        'at risk'
    """
    return status.value.replace("_", " ")


def share_text(share: Share) -> tuple[str, str]:
    """Return a share as it was counted, and in per cent with one decimal.

    Half a tenth is rounded up, but what is not complete is never shown as 100 %, nor
    something as nothing.

    Example:
        >>> share_text(Share(2, 3)), share_text(Share(1999, 2000))
        (('2/3', '66.7%'), ('1999/2000', '99.9%'))
        >>> share_text(Share(0, 0))
        ('0/0', '-')
    """
    fraction = share.fraction
    if fraction is None:
        return str(share), "-"
    tenths = (2000 * share.numerator + share.denominator) // (2 * share.denominator)
    if 0 < fraction < 1:
        tenths = min(max(tenths, 1), 999)
    return str(share), f"{tenths // 10}.{tenths % 10}%"


def scorecard_lines(scorecard: Scorecard) -> Iterator[str]:
    """Return a scorecard: the parties side by side, then every term by itself.

    Each status stands apart, and compliance is met out of met, late and breached [K17];
    there is no figure for both parties together.
    """
    yield f"As of {moment_text(scorecard.as_of)}"
    others = [
        status
        for status in Status
        if status not in JUDGED
        and any(line.tally.count(status) for line in scorecard.lines)
    ]
    terms = [
        (line.party, _line_name(line, scorecard), line.tally)
        for line in scorecard.lines
    ]
    parties = [(party, "all terms", tally) for party, tally in scorecard.parties]
    for columns in (parties, terms) if len(parties) < len(terms) else (terms,):
        for part in _abreast(columns, others):
            yield ""
            yield from part


def _line_name(line: Line, scorecard: Scorecard) -> str:
    if scorecard.by is None:
        return line.term
    return f"{line.term}: {line.group or 'not known'}"


def _abreast(
    columns: Sequence[_Column], others: Sequence[Status]
) -> Iterator[list[str]]:
    """Return tables with as many columns side by side as the screen has room for."""
    names = [
        *("", ""),
        *map(status_text, JUDGED),
        *("compliance", ""),
        *map(status_text, others),
    ]
    room = WIDTH - max(map(width, names))
    abreast: list[list[str]] = []
    for column in columns:
        cells = _cells(column, others)
        needed = 2 + max(map(width, cells))
        if abreast and needed > room:
            yield _table_of(names, abreast)
            abreast, room = [], WIDTH - max(map(width, names))
        abreast.append(cells)
        room -= needed
    if abreast:
        yield _table_of(names, abreast)


def _cells(column: _Column, others: Sequence[Status]) -> list[str]:
    party, term, tally = column
    return [
        *(visible(party), visible(term)),
        *(_count(tally, status) for status in JUDGED),
        *share_text(tally.compliance),
        *(_count(tally, status) for status in others),
    ]


def _count(tally: Tally, status: Status) -> str:
    return f"{tally.count(status):,}" if tally.count(status) else "-"


def _table_of(names: Sequence[str], columns: Sequence[Sequence[str]]) -> list[str]:
    rows = zip(names, *columns, strict=True)
    return table(rows, numbers=range(1, len(columns) + 1))


def feedback_lines(loops: Iterable[LoopFigures]) -> Iterator[str]:
    """Return how feedback flowed, a row for each loop in which anything happened [F3].

    Each figure stands as it was counted; what is open counts as open.
    """
    rows = [
        [
            visible(one.loop),
            *(str(portion.share) if portion.of else "-" for portion in _portions(one)),
            _median(one.turnaround),
        ]
        for one in loops
        if one.coverage.of or one.closure.of
    ]
    if rows:
        yield "Feedback"
        yield from table(
            [
                ["", "answered", "on time", "acted on", "closed", "reopened", "median"],
                *rows,
            ],
            numbers=range(1, 6),
            indent="  ",
        )


def _portions(loop: LoopFigures) -> tuple[Portion, ...]:
    return (loop.coverage, loop.on_time, loop.action_rate, loop.closure, loop.reopened)


def _median(turnaround: Turnaround | None) -> str:
    """Return the median of a turnaround in words; a dash where it is not known."""
    median = None if turnaround is None else turnaround.median
    match median, turnaround:
        case timedelta(), Turnaround(unit=TurnaroundUnit.BUSINESS_TIME):
            return f"{length_text(median)} of business time"
        case timedelta(), _:
            return length_text(median)
        case int(), Turnaround(unit=TurnaroundUnit.BUSINESS_DAYS):
            return str(BusinessDays(median))
        case int(), _:
            return str(CalendarTime(days=median))
        case _:
            return "-"


def attention_lines(verdicts: Iterable[Verdict], *, most: int = 20) -> Iterator[str]:
    """Return which promises want a look: broken, at risk, or not decided.

    Args:
        verdicts: The verdicts, in any order.
        most: How many are listed; of the others only the number is told.
    """
    wanted = [one for one in verdicts if one.status in WANTS_A_LOOK]
    # The most pressing first, and what was due first among them.
    wanted.sort(key=lambda one: (WANTS_A_LOOK.index(one.status), _due(one)))
    if not wanted:
        return
    yield "Wants a look"
    yield from table(
        [
            ["", "term", "about", "by", "due"],
            *(
                [
                    status_text(one.status),
                    one.term,
                    _about(one),
                    one.party,
                    _when(one),
                ]
                for one in wanted[:most]
            ),
        ],
        indent="  ",
    )
    if len(wanted) > most:
        yield f"  and {len(wanted) - most:,} more; JSON and CSV have all of them"


def _when(verdict: Verdict) -> str:
    due = verdict.due_at
    return verdict.reason or "" if due is None else moment_text(due)


def _due(verdict: Verdict) -> tuple[bool, int]:
    due = verdict.due_at
    return due is None, 0 if due is None else to_instant(due, "due_at")


def _about(verdict: Verdict) -> str:
    cycle = f" ({verdict.cycle})" if verdict.cycle > 1 else ""
    return f"{verdict.subject_kind} {verdict.subject}{cycle}"


def verdicts_lines(verdicts: Iterable[Verdict]) -> Iterator[str]:
    """Return several verdicts explained, one after the other."""
    for place, verdict in enumerate(verdicts):
        if place:
            yield ""
        yield from verdict_lines(verdict)


def verdict_lines(verdict: Verdict) -> Iterator[str]:
    """Return one verdict explained: the sentence, the figures and the ledger [V1]."""
    yield from paragraph(verdict.explanation)
    yield ""
    facts = [(name, text) for name, text in _facts(verdict) if text]
    yield from table(facts, indent="  ")
    if verdict.ledger:
        yield ""
        yield from ledger_lines(verdict.ledger)


def _facts(verdict: Verdict) -> Iterator[tuple[str, str | None]]:
    basis = verdict.basis
    yield "status", status_text(verdict.status)
    for name, moment in (
        ("started", verdict.started_at),
        ("counts from", verdict.counts_from),
        ("due", verdict.due_at),
        ("fulfilled", verdict.fulfilled_at),
        ("changes by itself", verdict.next_change_at),
    ):
        yield name, None if moment is None else moment_text(moment)
    yield "target", verdict.target
    for name, lapse in (
        ("elapsed", verdict.elapsed),
        ("remaining", verdict.remaining),
        ("over by", verdict.overrun),
    ):
        yield name, None if lapse is None else lapse_text(lapse)
    if basis is not None and basis.hours is not None:
        yield "calendar", f"{basis.calendar}, {basis.hours.zone}"
    for one in verdict.disregarded:
        reason = one.reason.replace("_", " ")
        yield "disregarded", f"{one.event}, {moment_text(one.at)}: {reason}"
    for step in verdict.steps:
        if step.at is not None:
            told = " and ".join(filter(None, (step.notify, step.action)))
            when = f"{'fired' if step.has_fired else 'comes'} {moment_text(step.at)}"
            yield "escalation", f"{told}, {step.when}: {when}"
    for share in verdict.attribution:
        yield "time of", f"{share.to}: {length_text(share.business)}"
    yield "revised", "by a fact recorded later" if verdict.revised else None
    yield "agreement", f"{verdict.agreement.id}, version {verdict.agreement.version}"
    yield "fingerprint", verdict.agreement.fingerprint


def due_dates_lines(dates: Sequence[DueDate]) -> Iterator[str]:
    """Return when a promise would be due, with the stretches that lead there.

    Args:
        dates: The due date that holds for everybody else, then those of segments.
    """
    first, *others = dates
    title = first.term.title or first.term.id
    yield from paragraph(f"{title} by {first.term.party}: {first.target}")
    yield ""
    source = first.agreement
    yield from table(
        [
            ("starts", moment_text(first.started_at)),
            ("counts from", moment_text(first.counts_from)),
            ("due", moment_text(first.due_at)),
            ("calendar", f"{first.calendar or 'none'}, {first.zone}"),
            ("agreement", f"{source.id}, version {source.version}"),
        ],
        indent="  ",
    )
    if first.ledger:
        yield ""
        yield from ledger_lines(first.ledger)
    if others:
        yield ""
        yield "Otherwise due"
        rows = [
            [moment_text(one.due_at), str(one.target), f"if {one.segment}"]
            for one in others
        ]
        yield from table(rows, indent="  ")


def lapse_text(lapse: Lapse) -> str:
    """Return an amount of time in business hours and on the wall clock.

    Example:
        >>> from datetime import timedelta
        >>> lapse_text(Lapse(timedelta(hours=2), timedelta(hours=66)))
        '2 h of business time, 66 h on the wall clock'
    """
    parts = (
        (lapse.business, "of business time"),
        (lapse.wall, "on the wall clock"),
    )
    return ", ".join(
        f"{length_text(length)} {unit}" for length, unit in parts if length is not None
    )


def ledger_lines(entries: Sequence[Entry]) -> list[str]:
    """Return a ledger as a table: from when until when, how long, and what it was."""
    years = {moment.year for one in entries for moment in (one.start, one.end)}
    rows = [
        [
            moment_text(one.start, with_year=len(years) > 1),
            moment_text(one.end, with_year=len(years) > 1),
            length_text(_length(one)),
            one.kind.value if one.closed is None else f"{one.kind.value}: {one.closed}",
        ]
        for one in entries
    ]
    return table([["from", "to", "for", ""], *rows], numbers=[2], indent="  ")


def _length(entry: Entry) -> timedelta:
    # Two moments of one zone subtract as the clock on the wall shows them [T4].
    return to_duration(to_instant(entry.end, "end") - to_instant(entry.start, "start"))


def evaluation_lines(
    evaluation: Evaluation, agreement: Source, *, by: str | None = None
) -> Iterator[str]:
    """Return an evaluation: the scorecard, what wants a look, and what to review.

    Args:
        evaluation: The evaluation.
        agreement: The edition that it was asked of.
        by: What the lines of the scorecard are divided by.
    """
    yield from paragraph(f"{agreement.id}, version {agreement.version}")
    yield from scorecard_lines(evaluation.scorecard(by))
    for part in (
        feedback_lines(evaluation.feedback),
        attention_lines(evaluation.verdicts),
        review_lines(evaluation.review),
    ):
        lines = list(part)
        if lines:
            yield ""
            yield from lines


def review_lines(review: Sequence[Finding], *, most: int = 20) -> Iterator[str]:
    """Return what could not be read or judged; nothing of it is in the figures.

    Args:
        review: The findings.
        most: How many are listed; of the others only the number is told.
    """
    if not review:
        return
    yield f"Not read, or not judged: {len(review):,}"
    for line in findings_lines(review[:most]):
        yield f"  {line}"
    if len(review) > most:
        yield f"  and {len(review) - most:,} more; JSON has all of them"


def findings_lines(findings: Iterable[Finding]) -> Iterator[str]:
    r"""Return findings as lines: the place first, so that an editor can go there.

    Example:
        >>> from alignkit.findings import Place, Severity
        >>> finding = Finding(
        ...     code="AK-S004",
        ...     severity=Severity.ERROR,
        ...     message="'within' is of the wrong type",
        ...     place=Place("agreement.toml", 12, 1),
        ...     expected="a span such as '4 business hours'",
        ...     seen="240",
        ... )
        >>> print("\n".join(findings_lines([finding])))
        agreement.toml:12:1: error AK-S004 'within' is of the wrong type
            expected a span such as '4 business hours'
            seen 240
    """
    return chain.from_iterable(map(_finding_lines, findings))


def _finding_lines(finding: Finding) -> Iterator[str]:
    where = f"{finding.place}: " if finding.place else ""
    path = f" (at {finding.path})" if finding.path else ""
    # Not wrapped: other programs look for the place and the code in one line.
    told = f"{where}{finding.severity.value} {finding.code} {finding.message}{path}"
    yield visible(told)
    for word, text in (
        ("expected", finding.expected),
        ("seen", finding.seen),
        ("help:", finding.help),
    ):
        if text:
            yield from paragraph(f"{word} {text}", indent="    ", hanging="      ")
