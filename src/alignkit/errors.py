"""Every mistake that alignkit raises, together, because a catcher needs all of them.

A mistake of the program or of its input raises one of these; a fact of the business (a
breach, a missing reply) is returned as a value and never raised. Each class names one
mistake, carries its data in fields, and has a stable `code` from the one scheme that
errors and findings share.
"""

from __future__ import annotations

from typing import ClassVar

import attrs

from alignkit.findings import Finding, did_you_mean


class AlignkitError(Exception):
    """Base class of every error that alignkit raises.

    Catch it to catch them all; match on `code` to tell them apart in data.
    """

    code: ClassVar[str]
    """Stable, machine-readable name of the mistake, such as ``"AK-T001"``."""


@attrs.frozen
class DocumentError(AlignkitError, ValueError):
    """A document cannot be used as it stands.

    Attributes:
        findings: Everything that is wrong with it, each with its own code, its path,
            and its place in the file.
    """

    code: ClassVar[str] = "AK-S000"

    findings: tuple[Finding, ...]

    def __str__(self) -> str:
        return _faulty("document", self.findings)


@attrs.frozen
class UnfitValueError(AlignkitError, ValueError):
    """A value does not fit the field of the model that it was given for.

    Attributes:
        noun: The class that was to be made, as people say it: ``"term"``.
        field: The field that the value was for.
        expected: What would fit.
        seen: What was given, as text.
    """

    code: ClassVar[str] = "AK-S005"

    noun: str
    field: str
    expected: str
    seen: str

    def __str__(self) -> str:
        return (
            f"{self.noun}: {self.field} does not fit: {self.seen}; "
            f"expected {self.expected}"
        )


@attrs.frozen
class UnreadableFileError(AlignkitError, OSError):
    """A file cannot be opened.

    Attributes:
        file: Its name, as it was given.
        problem: What the system says about it.
    """

    code: ClassVar[str] = "AK-S027"

    file: str
    problem: str

    def __str__(self) -> str:
        return (
            f"the file {self.file!r} cannot be opened: {self.problem}; check its path"
        )


@attrs.frozen
class MissingExtraError(AlignkitError, ImportError):
    """Something was asked for that needs a package which is not installed.

    Attributes:
        purpose: What needs the package.
        extra: The extra of alignkit that brings it.
    """

    code: ClassVar[str] = "AK-S010"

    purpose: str
    extra: str

    def __str__(self) -> str:
        return (
            f"{self.purpose} needs the extra {self.extra!r}; "
            f"install it with: pip install 'alignkit[{self.extra}]'"
        )


@attrs.frozen
class EventError(AlignkitError, ValueError):
    """Something that was given as an event is none.

    Attributes:
        findings: Everything that is wrong with it, each with its own code and path.
    """

    code: ClassVar[str] = "AK-S021"

    findings: tuple[Finding, ...]

    def __str__(self) -> str:
        return _faulty("event", self.findings)


@attrs.frozen
class NaiveMomentError(AlignkitError, ValueError):
    """A datetime without a zone was given where a moment was needed [T1].

    Attributes:
        argument: The name of the argument.
        seen: What was given, as text.
    """

    code: ClassVar[str] = "AK-T001"

    argument: str
    seen: str = ""

    def __str__(self) -> str:
        seen = f": {self.seen}" if self.seen else ""
        return (
            f"{self.argument!r} has no zone, so it names no moment{seen}; "
            "give it a tzinfo, such as datetime.UTC or a ZoneInfo"
        )


@attrs.frozen
class UnknownZoneError(AlignkitError, LookupError):
    """A time zone was named that the time-zone data does not know.

    Attributes:
        zone: The name, as it was given.
        near: Known names that look like it.
    """

    code: ClassVar[str] = "AK-T002"

    zone: str
    near: tuple[str, ...] = ()

    def __str__(self) -> str:
        near = " or ".join(repr(name) for name in self.near)
        mend = f"did you mean {near}?" if near else "give a name such as 'Europe/Paris'"
        return f"unknown time zone {self.zone!r}; {mend}"


@attrs.frozen
class EmptyCalendarError(AlignkitError, ValueError):
    """A calendar has no open time at all, so nothing could ever fall due in it.

    Attributes:
        zone: The zone of the calendar.
    """

    code: ClassVar[str] = "AK-T003"

    zone: str

    def __str__(self) -> str:
        return (
            f"the calendar in {self.zone!r} never opens; "
            "give it weekly hours, dated hours or an opening"
        )


@attrs.frozen
class IntervalInvertsError(AlignkitError, ValueError):
    """An interval ends before it starts.

    Attributes:
        argument: The name of the argument.
        start: Where it was said to start.
        end: Where it was said to end.
    """

    code: ClassVar[str] = "AK-T004"

    argument: str
    start: object
    end: object

    def __str__(self) -> str:
        return (
            f"{self.argument!r} ends at {self.end}, before it starts at {self.start}; "
            "give the earlier one first"
        )


@attrs.frozen
class NegativeSpanError(AlignkitError, ValueError):
    """A length of time is negative where that makes no sense.

    Attributes:
        argument: What was to be given.
        seen: What was given, as text.
    """

    code: ClassVar[str] = "AK-T005"

    argument: str
    seen: str

    def __str__(self) -> str:
        return (
            f"{self.argument!r} is negative: {self.seen}; "
            "a promise runs forward: to count back, subtract a positive span"
        )


@attrs.frozen
class NoBusinessTimeError(AlignkitError, LookupError):
    """What was looked for in a calendar does not come within 100 years [T13].

    Attributes:
        sought: What was looked for: ``"an opening"``, ``"a close"``.
        since: Where the search began, a moment or a date.
        zone: The zone of the calendar.
    """

    code: ClassVar[str] = "AK-T006"

    sought: str
    since: object
    zone: str

    def __str__(self) -> str:
        return (
            f"the calendar in {self.zone!r} does not come to {self.sought} within 100 "
            f"years of {self.since}; check its hours, and the calendars it combines"
        )


@attrs.frozen
class SpanTextError(AlignkitError, ValueError):
    """A text was to say a span of time and does not.

    Attributes:
        text: The text, as it was given.
        seen: The part that cannot be read.
        expected: What would be read there.
        near: Known words that look like it.
    """

    code: ClassVar[str] = "AK-T007"

    text: str
    seen: str
    expected: str
    near: tuple[str, ...] = ()

    def __str__(self) -> str:
        near = " or ".join(repr(name) for name in self.near)
        mend = f"; did you mean {near}?" if near else ""
        return (
            f"cannot read {self.seen!r} in the span {self.text!r}; "
            f"expected {self.expected}{mend}"
        )


@attrs.frozen
class HoursTextError(AlignkitError, ValueError):
    """A text was to say opening hours or days of the week and does not.

    Attributes:
        text: The text, as it was given.
        expected: What would be read.
        near: What was probably meant; None if nobody can tell.
    """

    code: ClassVar[str] = "AK-T008"

    text: str
    expected: str
    near: str | None = None

    def __str__(self) -> str:
        mend = f"; did you mean {self.near!r}?" if self.near else ""
        return f"cannot read the hours {self.text!r}; expected {self.expected}{mend}"


@attrs.frozen
class MomentOutOfRangeError(AlignkitError, ValueError):
    """A moment or a date lies outside the years that alignkit counts in.

    Attributes:
        argument: What lies outside.
        seen: Where it lies, as text.
    """

    code: ClassVar[str] = "AK-T009"

    argument: str
    seen: str

    def __str__(self) -> str:
        return (
            f"{self.argument!r} lies outside the years 1900 to 2299: {self.seen}; "
            "leave out dates that stand for 'never' or 'always'"
        )


@attrs.frozen
class RecurrenceError(AlignkitError, ValueError):
    """A recurrence rule is one that alignkit does not take.

    Attributes:
        rule: The rule, as it was given.
        problem: What is wrong with it.
    """

    code: ClassVar[str] = "AK-T010"

    rule: str
    problem: str

    def __str__(self) -> str:
        return (
            f"cannot use the recurrence rule {self.rule!r}: {self.problem}; "
            "give one such as 'FREQ=MONTHLY;BYDAY=1MO'"
        )


@attrs.frozen
class MissingDateError(AlignkitError, ValueError):
    """A span before a date was to be counted, and the date was not given.

    Attributes:
        name: The name of the date.
    """

    code: ClassVar[str] = "AK-T011"

    name: str

    def __str__(self) -> str:
        return f"the date {self.name!r} is needed to count back from; give it as 'of'"


@attrs.frozen
class LooseEndsError(AlignkitError, ValueError):
    """Names of an edition lead nowhere, or stand for two things.

    Attributes:
        findings: One for each such name.
    """

    code: ClassVar[str] = "AK-S007"

    findings: tuple[Finding, ...]

    def __str__(self) -> str:
        return _told(self.findings)


@attrs.frozen
class UnknownStageError(AlignkitError, LookupError):
    """A stage was named that the lifecycle does not have.

    Attributes:
        stage: The name that was given.
        known: The stages that there are, in their order.
    """

    code: ClassVar[str] = "AK-L001"

    stage: str
    known: tuple[str, ...]

    def __str__(self) -> str:
        return _unknown("stage", self.stage, self.known)


@attrs.frozen
class UnknownReasonError(AlignkitError, LookupError):
    """A reason was named that the catalogue does not have.

    Attributes:
        reason: The code that was given.
        known: The codes that there are.
    """

    code: ClassVar[str] = "AK-L002"

    reason: str
    known: tuple[str, ...]

    def __str__(self) -> str:
        return _unknown("reason", self.reason, self.known)


@attrs.frozen
class UnknownPresetError(AlignkitError, LookupError):
    """A lifecycle was named that does not come with the library.

    Attributes:
        preset: The name that was given.
        known: The names that there are.
    """

    code: ClassVar[str] = "AK-L003"

    preset: str
    known: tuple[str, ...]

    def __str__(self) -> str:
        return _unknown("lifecycle", self.preset, self.known)


@attrs.frozen
class HandoffError(AlignkitError, ValueError):
    """Something that was given as a handoff is none.

    Attributes:
        findings: Everything that is wrong with it, each with its own code and path.
    """

    code: ClassVar[str] = "AK-H001"

    findings: tuple[Finding, ...]

    def __str__(self) -> str:
        return _faulty("handoff", self.findings)


@attrs.frozen
class UnknownLoopError(AlignkitError, LookupError):
    """A feedback loop was named that there is none of.

    Attributes:
        loop: The id that was given.
        known: The ids that there are.
    """

    code: ClassVar[str] = "AK-F001"

    loop: str
    known: tuple[str, ...]

    def __str__(self) -> str:
        return _unknown("feedback loop", self.loop, self.known)


@attrs.frozen
class UnknownTaskError(AlignkitError, LookupError):
    """A task was named that the catalogue does not have.

    Attributes:
        task: The name that was given.
        known: The names that there are.
    """

    code: ClassVar[str] = "AK-O009"

    task: str
    known: tuple[str, ...]

    def __str__(self) -> str:
        return _unknown("task", self.task, self.known)


@attrs.frozen
class CriterionTruthError(AlignkitError, TypeError):
    """A criterion was asked whether it is true, as `and`, `or`, `not` and `if` do."""

    code: ClassVar[str] = "AK-Q010"

    def __str__(self) -> str:
        return (
            "a criterion is neither true nor false without facts; join criteria "
            "with '&', '|' and '~', and judge them with facts"
        )


@attrs.frozen
class UnknownDefinitionError(AlignkitError, LookupError):
    """A criterion refers to a definition that there is not.

    Attributes:
        definition: The name that it refers to.
        rule: Where the reference stands.
        known: The names that there are.
    """

    code: ClassVar[str] = "AK-Q011"

    definition: str
    rule: str
    known: tuple[str, ...]

    def __str__(self) -> str:
        return f"{_unknown('definition', self.definition, self.known)} (at {self.rule})"


@attrs.frozen
class DefinitionCycleError(AlignkitError, ValueError):
    """A definition comes back to itself, so that it never says anything.

    Attributes:
        names: The definitions in the order of their references; the first is the last.
    """

    code: ClassVar[str] = "AK-Q012"

    names: tuple[str, ...]

    def __str__(self) -> str:
        round_ = " -> ".join(name[:100] for name in self.names)
        return f"definitions refer to each other in a circle: {round_}; break it"


@attrs.frozen
class CriterionTooLargeError(AlignkitError, ValueError):
    """A criterion is beyond measure once its references are resolved.

    Attributes:
        rule: Where the limit was reached.
        limit: What it must not exceed.
    """

    code: ClassVar[str] = "AK-Q013"

    rule: str
    limit: str

    def __str__(self) -> str:
        place = self.rule[:100]
        return f"the criterion goes over {self.limit} at {place}; say it in less"


def _unknown(noun: str, given: object, known: tuple[str, ...]) -> str:
    name = str(given)[:100]
    names = ", ".join(known) or "nothing"
    help_ = did_you_mean(name, known) or f"choose one of {names}"
    return f"no {noun} is named {name!r}; {help_}"


def _faulty(noun: str, findings: tuple[Finding, ...]) -> str:
    """Return how many faults something has, and then each on a line."""
    many = len(findings)
    counted = "1 fault" if many == 1 else f"{many:,} faults"
    return f"the {noun} has {counted}\n{_told(findings)}"


def _told(findings: tuple[Finding, ...]) -> str:
    """Return findings a line each; past the first hundred, how many more there are."""
    most = 100
    lines = [str(finding) for finding in findings[:most]]
    if len(findings) > most:
        lines.append(f"... and {len(findings) - most:,} more")
    return "\n".join(lines)


@attrs.frozen
class NoCalendarError(AlignkitError, LookupError):
    """A term counts in business hours, and no calendar says which [K1].

    Attributes:
        term: The id of the term.
        target: The span that it promises.
    """

    code: ClassVar[str] = "AK-T012"

    term: str
    target: str

    def __str__(self) -> str:
        return (
            f"the term {self.term!r} promises {self.target!r}, and nothing counts it; "
            "name a calendar in the term or for its party"
        )


@attrs.frozen
class StateError(AlignkitError, ValueError):
    """Something that was given as a saved state cannot be taken up again.

    Attributes:
        findings: Everything that is wrong with it, each with its own code and path.
    """

    code: ClassVar[str] = "AK-S030"

    findings: tuple[Finding, ...]

    def __str__(self) -> str:
        return _faulty("saved state", self.findings)


@attrs.frozen
class AnotherAgreementError(AlignkitError, ValueError):
    """Two states were to be merged that are under two agreements.

    Attributes:
        seen: The agreement and the edition of the one.
        expected: Those of the other.
    """

    code: ClassVar[str] = "AK-S031"

    seen: str
    expected: str

    def __str__(self) -> str:
        return (
            f"the state is under {self.seen!r} and not under {self.expected!r}; open "
            "one under the same agreement and give it the facts"
        )


@attrs.frozen
class AnotherSubjectError(AlignkitError, ValueError):
    """A fact was given to the state of another subject.

    Attributes:
        seen: What the fact is about.
        expected: What the state is about.
    """

    code: ClassVar[str] = "AK-S032"

    seen: str
    expected: str

    def __str__(self) -> str:
        return (
            f"the fact is about {self.seen!r} and the state about {self.expected!r}; "
            "give it to its own state, or merge the two"
        )


@attrs.frozen
class ScatteredSubjectError(AlignkitError, ValueError):
    """Facts that were to come subject by subject came back to one.

    Attributes:
        subject: What they are about.
    """

    code: ClassVar[str] = "AK-S033"

    subject: str

    def __str__(self) -> str:
        return (
            f"the facts of {self.subject!r} do not come together; sort them by "
            "subject, or leave 'grouped' out"
        )
