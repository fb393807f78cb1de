"""What sales and marketing promised each other, as something a program can decide.

An agreement is data, a history is dated facts, and a verdict is a pure function of the
two and a moment. Every public name can be had from here, and is looked up in its own
module when it is first asked for, so that nothing is loaded which nobody uses.
"""

from __future__ import annotations

import importlib

_NAMES = {
    "errors": (
        "AlignkitError",
        "CriterionTooLargeError",
        "CriterionTruthError",
        "DefinitionCycleError",
        "DocumentError",
        "EmptyCalendarError",
        "EventError",
        "HoursTextError",
        "IntervalInvertsError",
        "LooseEndsError",
        "MissingDateError",
        "MissingExtraError",
        "MomentOutOfRangeError",
        "NaiveMomentError",
        "NegativeSpanError",
        "NoBusinessTimeError",
        "RecurrenceError",
        "SpanTextError",
        "UnfitValueError",
        "UnknownDefinitionError",
        "UnknownLoopError",
        "UnknownPresetError",
        "UnknownReasonError",
        "UnknownStageError",
        "UnknownZoneError",
    ),
    "events": ("Actor", "ActorKind", "Event", "Precision", "Subject"),
    "findings": ("Finding", "Place", "Severity"),
    "happenings": (
        "ActivityLogged",
        "ConsentChanged",
        "Custom",
        "FeedbackAcknowledged",
        "FeedbackActed",
        "FeedbackClosed",
        "FeedbackDecided",
        "FeedbackGiven",
        "FeedbackReopened",
        "FeedbackRequested",
        "FieldChanged",
        "HandoffAccepted",
        "HandoffExpired",
        "HandoffOffered",
        "HandoffRejected",
        "HandoffReturned",
        "HoldEnded",
        "HoldStarted",
        "LeadConverted",
        "LeadCreated",
        "LeadsMerged",
        "OpportunityLost",
        "OpportunityWon",
        "OwnerAssigned",
        "PersonUnavailable",
        "Retracted",
        "ScoreChanged",
        "StageChanged",
        "WaiverGranted",
    ),
    "holidays": (
        "FixedDate",
        "FromEaster",
        "Holiday",
        "HolidayList",
        "NthWeekday",
        "Observed",
        "Recurring",
    ),
    "hours": ("BusinessHours",),
    "periods": ("Period", "PeriodKind", "Recurrence"),
    "spans": (
        "Before",
        "BusinessDays",
        "BusinessTime",
        "CalendarTime",
        "Elapsed",
        "span",
    ),
    "version": ("__version__",),
}
_HOMES = {name: module for module, names in _NAMES.items() for name in names}

__all__ = [*_HOMES]  # noqa: PLE0604 - ruff cannot see that they are all text


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        message = f"module 'alignkit' has no attribute {name!r}"
        raise AttributeError(message)
    module = importlib.import_module(f"alignkit.{_HOMES[name]}")
    # Kept, so that the table is asked once for each name.
    return globals().setdefault(name, getattr(module, name))


def __dir__() -> list[str]:
    return sorted(__all__)
