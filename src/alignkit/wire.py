"""The wire: verdicts, scorecards and findings in the form that programs read.

What leaves the library as JSON or CSV is written here and nowhere else. Keys are stable
and always there; what does not apply is null. Moments are ISO 8601 with the offset of
the calendar that counted them, and seconds are exact to the microsecond [V4].
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from fractions import Fraction

from alignkit.attributions import Attribution
from alignkit.duedates import DueDate
from alignkit.escalations import Escalation
from alignkit.evaluations import Evaluation
from alignkit.findings import Finding
from alignkit.instants import MICROSECOND, SECOND
from alignkit.ledgers import Entry
from alignkit.loopfigures import LoopFigures, Portion
from alignkit.measures import Measure, MeasureKind, figure
from alignkit.scorecards import Case, Scorecard, Tally
from alignkit.shares import Share
from alignkit.standings import Status
from alignkit.turnarounds import Amount, Turnaround
from alignkit.verdicts import Disregarded, Lapse, Source, Verdict

Form = dict[str, object]
"""A JSON object, ready for `json_text`."""

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
"""What makes a spreadsheet take the text of a cell for a formula."""


_MEDIAN, _NINETIETH = Fraction(1, 2), Fraction(9, 10)


def seconds(length: timedelta) -> int | float:
    """Return a length in seconds: whole, or with decimals that are exact when written.

    Up to 272 years, its text is the length to the microsecond, without an artefact of
    binary fractions.

    Example:
        >>> seconds(timedelta(hours=2)), seconds(timedelta(microseconds=300_000))
        (7200, 0.3)
    """
    microseconds = length // MICROSECOND
    whole, rest = divmod(microseconds, SECOND)
    # One division of whole numbers is rounded once, to the nearest float, of which
    # Python writes the shortest text: that of the microseconds.
    return microseconds / SECOND if rest else whole


def verdict_form(verdict: Verdict) -> Form:
    """Return a verdict in its JSON form, ``"alignkit.verdict/1"``.

    Example:
        >>> source = Source(id="northwind", version="2", fingerprint="")
        >>> form = verdict_form(
        ...     Verdict(
        ...         term="first-response",
        ...         party="sales",
        ...         subject_kind="lead",
        ...         subject="L1",
        ...         status=Status.MET,
        ...         agreement=source,
        ...     )
        ... )
        >>> form["subject"], form["status"], form["due_at"]
        ('L1', 'met', None)
    """
    return {
        "schema": "alignkit.verdict/1",
        "term": verdict.term,
        "party": verdict.party,
        "owner": verdict.owner,
        "subject_kind": verdict.subject_kind,
        "subject": verdict.subject,
        "cycle": verdict.cycle,
        "status": verdict.status.value,
        "started_at": _moment(verdict.started_at),
        "counts_from": _moment(verdict.counts_from),
        "due_at": _moment(verdict.due_at),
        "fulfilled_at": _moment(verdict.fulfilled_at),
        "breached_at": _moment(verdict.breached_at),
        "next_change_at": _moment(verdict.next_change_at),
        "elapsed": _lapse(verdict.elapsed),
        "remaining": _lapse(verdict.remaining),
        "overrun": _lapse(verdict.overrun),
        "target": verdict.target,
        "measure": verdict.measure and measure_form(verdict.measure),
        "paused": [[_moment(low), _moment(high)] for low, high in verdict.paused],
        "disregarded": [_disregarded(one) for one in verdict.disregarded],
        "attribution": [_attribution(one) for one in verdict.attribution],
        "reason": verdict.reason,
        "revised": verdict.revised,
        "agreement": source_form(verdict.agreement),
        "explanation": verdict.explanation,
    }


def escalation_form(escalation: Escalation) -> Form:
    """Return a step of an escalation in its JSON form; `at` is null if it never comes.

    Example:
        >>> form = escalation_form(
        ...     Escalation(
        ...         term="first-response",
        ...         party="sales",
        ...         subject_kind="lead",
        ...         subject="L1",
        ...         step=0,
        ...         when="80%",
        ...         notify="owner",
        ...     )
        ... )
        >>> form["when"], form["notify"], form["fired"]
        ('80%', 'owner', False)
    """
    return {
        "term": escalation.term,
        "party": escalation.party,
        "subject_kind": escalation.subject_kind,
        "subject": escalation.subject,
        "cycle": escalation.cycle,
        "step": escalation.step,
        "when": escalation.when,
        "at": _moment(escalation.at),
        "fired": escalation.has_fired,
        "notify": escalation.notify,
        "action": escalation.action,
    }


def measure_form(measure: Measure) -> Form:
    """Return a measure in its JSON form, fractions as text.

    A share is written as it was counted, unreduced; an amount exactly, whole or as a
    fraction.
    """
    actual = figure(measure.actual)
    if measure.kind is MeasureKind.SHARE and measure.denominator:
        actual = f"{measure.numerator}/{measure.denominator}"
    return {
        "kind": measure.kind.value,
        "actual": actual,
        "target": figure(measure.target),
        "numerator": measure.numerator,
        "denominator": measure.denominator,
        "counted": measure.counted,
        "sample": measure.sample,
    }


def source_form(source: Source) -> Form:
    """Return the name of an edition in its JSON form."""
    return {
        "id": source.id,
        "version": source.version,
        "fingerprint": source.fingerprint,
    }


def scorecard_form(scorecard: Scorecard) -> Form:
    """Return a scorecard in its JSON form, ``"alignkit.scorecard/1"``.

    The counts of every status stand apart, and every line has the cases behind it. The
    share of what was kept is given as it was counted, unreduced; its `fraction` is null
    where nothing is settled or broken [K17].
    """
    return {
        "schema": "alignkit.scorecard/1",
        "as_of": _moment(scorecard.as_of),
        "by": scorecard.by,
        "parties": [
            {"party": party, **_tally_form(tally)} for party, tally in scorecard.parties
        ],
        "terms": [
            {
                "party": line.party,
                "term": line.term,
                "group": line.group,
                **_tally_form(line.tally),
                "median_s": _length(line.percentile(_MEDIAN)),
                "p90_s": _length(line.percentile(_NINETIETH)),
                "escalations": list(line.escalations),
                "attribution": [_attribution(one) for one in line.attribution],
                "shares": [_kept_form(one) for one in line.shares],
                "cases": {
                    status.value: [_case(one) for one in cases]
                    for status, cases in line.tally.cases
                },
            }
            for line in scorecard.lines
        ],
    }


def evaluation_form(
    evaluation: Evaluation, agreement: Source, *, by: str | None = None
) -> Form:
    """Return an evaluation in its JSON form, ``"alignkit.evaluation/1"``.

    Args:
        evaluation: The evaluation.
        agreement: The edition that it was asked of.
        by: What the lines of the scorecard are divided by.
    """
    return {
        "schema": "alignkit.evaluation/1",
        "as_of": _moment(evaluation.as_of),
        "agreement": source_form(agreement),
        "scorecard": scorecard_form(evaluation.scorecard(by)),
        "verdicts": [verdict_form(one) for one in evaluation.verdicts],
        "escalations": [escalation_form(one) for one in evaluation.escalations()],
        "feedback": [loop_form(one) for one in evaluation.feedback],
        "review": [finding_form(one) for one in evaluation.review],
    }


def loop_form(figures: LoopFigures) -> Form:
    """Return the figures of a feedback loop in their JSON form [F3].

    Each has its numerator, its denominator and the cases behind both. A turnaround is a
    number of days, or of seconds if its unit is a time; it is null where it falls on
    one that is open.
    """
    return {
        "loop": figures.loop,
        "coverage": _portion(figures.coverage),
        "on_time": _portion(figures.on_time),
        "action_rate": _portion(figures.action_rate),
        "action_of_received": _portion(figures.action_of_received),
        "closure": _portion(figures.closure),
        "reopened": _portion(figures.reopened),
        "turnaround": figures.turnaround and _turnaround(figures.turnaround),
    }


def findings_form(findings: Iterable[Finding]) -> Form:
    """Return findings in their JSON form, ``"alignkit.findings/1"``."""
    return {
        "schema": "alignkit.findings/1",
        "findings": [finding_form(one) for one in findings],
    }


def finding_form(finding: Finding) -> Form:
    """Return a finding in its JSON form.

    Example:
        >>> from alignkit.findings import Place, Severity
        >>> finding_form(
        ...     Finding(
        ...         code="AK-S002",
        ...         severity=Severity.ERROR,
        ...         message="unknown key 'witin'",
        ...         place=Place("agreement.toml", 12, 1),
        ...     )
        ... )["place"]
        {'file': 'agreement.toml', 'line': 12, 'column': 1}
    """
    place = finding.place
    return {
        "code": finding.code,
        "severity": finding.severity.value,
        "message": finding.message,
        "path": finding.path or None,
        "place": place
        and {"file": place.file, "line": place.line, "column": place.column},
        "expected": finding.expected,
        "seen": finding.seen,
        "help": finding.help,
    }


def due_dates_form(dates: Sequence[DueDate]) -> Form:
    """Return when a promise would be due in its JSON form, ``"alignkit.due/1"``.

    Args:
        dates: The due date that holds for everybody else, then those of segments.
    """
    first, *others = dates
    return {
        "schema": "alignkit.due/1",
        "term": first.term.id,
        "party": first.term.party,
        "started_at": _moment(first.started_at),
        **_due_form(first),
        "calendar": first.calendar,
        "zone": first.zone,
        "ledger": [_entry(one) for one in first.ledger],
        "segments": [{"segment": one.segment, **_due_form(one)} for one in others],
        "agreement": source_form(first.agreement),
    }


def _due_form(one: DueDate) -> Form:
    return {
        "target": str(one.target),
        "counts_from": _moment(one.counts_from),
        "due_at": _moment(one.due_at),
    }


def _entry(one: Entry) -> Form:
    return {
        "from": _moment(one.start),
        "to": _moment(one.end),
        "kind": one.kind.value,
        "reason": one.closed and one.closed.reason.value,
        "name": one.closed and one.closed.name,
    }


def json_text(form: Mapping[str, object], *, is_line: bool = False) -> str:
    r"""Return the text of a JSON form, with one end of line.

    It is plain ASCII, so that no console stumbles over it and no terminal obeys it.

    Args:
        form: The object.
        is_line: Whether it is to stand on one line, for JSON lines.

    Example:
        >>> json_text({"subject": "Zoë", "cycle": 1}, is_line=True)
        '{"subject": "Zo\\u00eb", "cycle": 1}\n'
    """
    text = json.dumps(form, allow_nan=False, indent=None if is_line else 2)
    # The one control character that JSON lets stand for itself.
    return text.replace("\x7f", "\\u007f") + "\n"


def csv_lines(verdicts: Iterable[Verdict]) -> Iterator[str]:
    """Return verdicts as the lines of a CSV file, its header first.

    Each verdict is one row of `CSV_COLUMNS`. A cell of text from outside that a
    spreadsheet would take for a formula begins with an apostrophe.
    """
    yield _csv_line(CSV_COLUMNS)
    for verdict in verdicts:
        flat = dict(_flat(verdict_form(verdict)))
        yield _csv_line(_cell(flat[column]) for column in CSV_COLUMNS)


_LAPSES = ("elapsed", "remaining", "overrun")

CSV_COLUMNS = (
    *("term", "party", "owner", "subject_kind", "subject", "cycle", "status"),
    *("started_at", "counts_from", "due_at", "fulfilled_at", "breached_at"),
    "next_change_at",
    *(f"{name}_{unit}" for name in _LAPSES for unit in ("business_s", "wall_s")),
    *("target", "reason", "revised"),
    *("agreement_id", "agreement_version", "agreement_fingerprint", "explanation"),
)
"""The columns of CSV: the keys of JSON, those inside another one joined to its name."""


def _flat(form: Mapping[str, object]) -> Iterator[tuple[str, object]]:
    for key, held in form.items():
        if key in _LAPSES and held is None:
            yield from ((f"{key}_business_s", None), (f"{key}_wall_s", None))
        elif isinstance(held, dict):
            yield from ((f"{key}_{inner}", value) for inner, value in held.items())
        else:
            yield key, held


def _cell(held: object) -> str:
    match held:
        case None:
            return ""
        case bool():
            return "true" if held else "false"
        case str() if held.startswith(_FORMULA):
            return f"'{held}"
        case _:
            return str(held)


def _csv_line(cells: Iterable[str]) -> str:
    line = io.StringIO()
    # The characters of the end of a line are quoted, so both have to be in it.
    csv.writer(line, lineterminator="\r\n").writerow(cells)
    return line.getvalue().removesuffix("\r\n") + "\n"


def _moment(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()


def _length(length: timedelta | None) -> int | float | None:
    return None if length is None else seconds(length)


def _lapse(lapse: Lapse | None) -> Form | None:
    if lapse is None:
        return None
    return {"business_s": _length(lapse.business), "wall_s": _length(lapse.wall)}


def _disregarded(one: Disregarded) -> Form:
    return {"event": one.event, "at": _moment(one.at), "reason": one.reason}


def _attribution(one: Attribution) -> Form:
    return {"to": one.to, "business_s": seconds(one.business)}


def _tally_form(tally: Tally) -> Form:
    return {
        "counts": {status.value: tally.count(status) for status in Status},
        "compliance": _share(tally.compliance),
    }


def _kept_form(verdict: Verdict) -> Form:
    return {
        "cycle": verdict.cycle,
        "started_at": _moment(verdict.started_at),
        "status": verdict.status.value,
        "measure": verdict.measure and measure_form(verdict.measure),
    }


def _share(share: Share) -> Form:
    return {
        "numerator": share.numerator,
        "denominator": share.denominator,
        "fraction": str(share) if share.denominator else None,
    }


def _portion(portion: Portion) -> Form:
    return {
        **_share(portion.share),
        "good": [_case(one) for one in portion.good],
        "of": [_case(one) for one in portion.of],
    }


def _turnaround(turnaround: Turnaround) -> Form:
    return {
        "unit": turnaround.unit.value,
        "median": _amount(turnaround.median),
        "median_of_answered": _amount(turnaround.median_of_answered),
        "answered": [
            {**_case(case), "amount": _amount(amount)}
            for case, amount in turnaround.answered
        ],
        "open": [_case(one) for one in turnaround.open],
    }


def _amount(amount: Amount | None) -> int | float | None:
    return seconds(amount) if isinstance(amount, timedelta) else amount


def _case(case: Case) -> Form:
    return {
        "subject_kind": case.subject_kind,
        "subject": case.subject,
        "cycle": case.cycle,
    }
