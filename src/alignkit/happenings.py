"""Happenings: what can happen to a subject, one small class for each type of event.

These are the words of the vocabulary: a lead changed stage, an owner was assigned, a
request was answered. A class says what is particular to its type and nothing else; when
it happened, to whom and by whom is the event's to say.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import ClassVar, get_args

import attrs

from alignkit.errors import UnfitValueError
from alignkit.forms import When, fitted
from alignkit.values import Attributes, Value


class Direction(enum.Enum):
    """Who spoke to whom."""

    OUTBOUND = "outbound"
    """From the team to the lead."""

    INBOUND = "inbound"
    """From the lead to the team."""

    UNKNOWN = "unknown"
    """Not told."""


class ScoreKind(enum.Enum):
    """What a score measures."""

    FIT = "fit"
    """How well the company and the person suit what is sold."""

    INTENT = "intent"
    """How much they do that shows interest."""


class Decision(enum.Enum):
    """What was decided on a piece of feedback [F2]."""

    ACT = "act"
    """It will be acted on."""

    DECLINE = "decline"
    """It will not be, for a reason."""

    DEFER = "defer"
    """It will be decided at a later date."""


ROOTS = frozenset({"lead", "company", "contact"})
"""Where the paths of a lead's attributes begin."""

OWN_PATHS = {
    f"lead.{name}": name for name in ("source", "campaign", "lead_type", "segment")
}
"""The attributes of a lead that are fields of `LeadCreated`."""


@attrs.frozen(kw_only=True, field_transformer=fitted)
class LeadCreated:
    """A lead came to be known.

    Attributes:
        attributes: What was known of it, by paths under ``lead``, ``company`` and
            ``contact``; in JSON, ``"company": {...}``, ``"contact": {...}``, and each
            further key is an attribute of the lead itself.
        source: Where it came from, such as ``"demo"``.
        campaign: The campaign that brought it.
        lead_type: What it asked for, in the words of the agreement.
        segment: The segment that it was put into.

    Example:
        >>> LeadCreated(attributes={"company": {"size": 50}}, source="demo").fields
        (('company.size', 50), ('lead.source', 'demo'))
    """

    type: ClassVar[str] = "lead_created"
    attributes: Attributes = ()
    source: str | None = None
    campaign: str | None = None
    lead_type: str | None = None
    segment: str | None = None

    def __attrs_post_init__(self) -> None:
        for path, _ in self.attributes:
            root, _, rest = path.partition(".")
            if root not in ROOTS or not rest or path in OWN_PATHS:
                expected = "a path under lead, company or contact, not of its own field"
                raise UnfitValueError("lead_created", "attributes", expected, path)

    @property
    def fields(self) -> Attributes:
        """Every value by path, its source, campaign, type and segment among them."""
        own = ((path, getattr(self, name)) for path, name in OWN_PATHS.items())
        known = tuple((path, held) for path, held in own if held is not None)
        return tuple(sorted(self.attributes + known, key=lambda pair: pair[0]))


@attrs.frozen(kw_only=True, field_transformer=fitted)
class StageChanged:
    """A lead moved to another stage; where it came from may not be recorded.

    Attributes:
        from_stage: The stage it left.
        to_stage: The stage it entered.
        reason: The coded reason, such as of a disqualification.
        until: When it is to be looked at again.
        note: What somebody wrote about it.
        lifecycle: Which lifecycle, where a lead has several.
    """

    type: ClassVar[str] = "stage_changed"
    from_stage: str | None = None
    to_stage: str
    reason: str | None = None
    until: When | None = None
    note: str | None = None
    lifecycle: str | None = None


@attrs.frozen(kw_only=True, field_transformer=fitted)
class OwnerAssigned:
    """A lead was given to somebody, or to nobody.

    Attributes:
        owner: The person; None for nobody. JSON must say so: ``"owner": null``.
        team: The team of the owner.
        queue: The queue in which it waits for an owner.
    """

    type: ClassVar[str] = "owner_assigned"
    owner: str | None
    team: str | None = None
    queue: str | None = None


@attrs.frozen(kw_only=True, field_transformer=fitted)
class ActivityLogged:
    """Somebody, or something, was in touch with a lead.

    Attributes:
        channel: ``"call"``, ``"email"``, ``"meeting"``, ``"social"``, ``"chat"``,
            ``"form"``, ``"event"``, ``"post"``, or one of the user's own.
        direction: Who spoke to whom.
        outcome: What came of it, such as ``"connected"``.
        duration: How long it lasted; in JSON, a number of seconds.
        automated: Whether a machine did it; None if that is not known.
        purpose: What it was for.
        campaign: The campaign that it belongs to.
        asset: The document, page or form that it was about.
    """

    type: ClassVar[str] = "activity_logged"
    channel: str
    direction: Direction
    outcome: str | None = None
    duration: timedelta | None = None
    automated: bool | None = None
    purpose: str | None = None
    campaign: str | None = None
    asset: str | None = None


@attrs.frozen(kw_only=True, field_transformer=fitted)
class HandoffOffered:
    """A lead was offered to another party, who is to accept or reject it [H4]."""

    type: ClassVar[str] = "handoff_offered"
    to_party: str
    from_party: str | None = None
    note: str | None = None


@attrs.frozen(kw_only=True, field_transformer=fitted)
class HandoffAccepted:
    """The party to which a lead was offered took it on."""

    type: ClassVar[str] = "handoff_accepted"
    to_party: str
    from_party: str | None = None
    note: str | None = None


@attrs.frozen(kw_only=True, field_transformer=fitted)
class HandoffReturned:
    """An accepted lead went back to the party that had offered it."""

    type: ClassVar[str] = "handoff_returned"
    to_party: str
    from_party: str | None = None
    note: str | None = None


@attrs.frozen(kw_only=True, field_transformer=fitted)
class HandoffExpired:
    """An offer ran out before anybody answered it."""

    type: ClassVar[str] = "handoff_expired"
    to_party: str
    from_party: str | None = None
    note: str | None = None


@attrs.frozen(kw_only=True, field_transformer=fitted)
class HandoffRejected:
    """The party to which a lead was offered declined it, for a coded reason [H5].

    Attributes:
        reason: The code of the reason, such as ``"no_budget"``.
        note: What somebody wrote about it.
        until: When the lead is to be offered again.
    """

    type: ClassVar[str] = "handoff_rejected"
    reason: str
    note: str | None = None
    until: When | None = None


@attrs.frozen(kw_only=True, field_transformer=fitted)
class LeadConverted:
    """A lead became a contact, an account or an opportunity, whose ids these are."""

    type: ClassVar[str] = "lead_converted"
    contact: str | None = None
    account: str | None = None
    opportunity: str | None = None


@attrs.frozen(kw_only=True, field_transformer=fitted)
class OpportunityWon:
    """An opportunity was won.

    Attributes:
        value: What it is worth, exactly.
        currency: The currency of the value, such as ``"EUR"``.
        reason: Why it was won.
        competitor: Against whom.
        reported_by: Whose word that is.
        dimensions: By what it can be counted, such as segment or region.
    """

    type: ClassVar[str] = "opportunity_won"
    value: Decimal | None = None
    currency: str | None = None
    reason: str | None = None
    competitor: str | None = None
    reported_by: str | None = None
    dimensions: Attributes = ()


@attrs.frozen(kw_only=True, field_transformer=fitted)
class OpportunityLost:
    """An opportunity was lost.

    Attributes:
        value: What it would have been worth, exactly.
        currency: The currency of the value, such as ``"EUR"``.
        reason: Why it was lost.
        competitor: To whom.
        reported_by: Whose word that is.
        dimensions: By what it can be counted, such as segment or region.
    """

    type: ClassVar[str] = "opportunity_lost"
    value: Decimal | None = None
    currency: str | None = None
    reason: str | None = None
    competitor: str | None = None
    reported_by: str | None = None
    dimensions: Attributes = ()


@attrs.frozen(kw_only=True, field_transformer=fitted)
class ScoreChanged:
    """A score of a lead became another, or went up or down by an amount.

    Attributes:
        kind: Fit or intent.
        value: What the score is now; None if `delta` is given.
        delta: By how much it changed; None if `value` is given.
        grade: The letter that goes with it.
    """

    type: ClassVar[str] = "score_changed"
    kind: ScoreKind
    value: Decimal | None = None
    delta: Decimal | None = None
    grade: str | None = None

    def __attrs_post_init__(self) -> None:
        if (self.value is None) == (self.delta is None):
            expected = "either a value or a delta"
            seen = "neither" if self.value is None else "both"
            raise UnfitValueError("score_changed", "value", expected, seen)


@attrs.frozen(kw_only=True, field_transformer=fitted)
class FieldChanged:
    """A field of the subject took another value.

    Attributes:
        field: The path of the field, such as ``"company.size"``.
        value: What it holds now; None if it was cleared.
        previous: What it held before; None if that was nothing or is not known.
    """

    type: ClassVar[str] = "field_changed"
    field: str
    value: Value
    previous: Value = None


@attrs.frozen(kw_only=True, field_transformer=fitted)
class ConsentChanged:
    """A person allowed or forbade being contacted.

    Attributes:
        channel: The channel that it is about; None for all.
        granted: Whether it is allowed from now on.
    """

    type: ClassVar[str] = "consent_changed"
    channel: str | None = None
    granted: bool


@attrs.frozen(kw_only=True, field_transformer=fitted)
class LeadsMerged:
    """This lead was merged into another, which lives on under its own id [E7]."""

    type: ClassVar[str] = "leads_merged"
    into: str


@attrs.frozen(kw_only=True, field_transformer=fitted)
class HoldStarted:
    """Something put the subject on hold, by its own account until a moment or date."""

    type: ClassVar[str] = "hold_started"
    reason: str
    until: When | None = None


@attrs.frozen(kw_only=True, field_transformer=fitted)
class HoldEnded:
    """The hold for this reason is over."""

    type: ClassVar[str] = "hold_ended"
    reason: str
    until: When | None = None


@attrs.frozen(kw_only=True, field_transformer=fitted)
class FeedbackRequested:
    """A party asked another for feedback; `loop` and `kind` say which [F1]."""

    type: ClassVar[str] = "feedback_requested"
    loop: str
    kind: str
    decision: Decision | None = None
    reason: str | None = None
    until: When | None = None
    about: str | None = None


@attrs.frozen(kw_only=True, field_transformer=fitted)
class FeedbackGiven:
    """Feedback was given, asked for or not."""

    type: ClassVar[str] = "feedback_given"
    loop: str
    kind: str
    decision: Decision | None = None
    reason: str | None = None
    until: When | None = None
    about: str | None = None


@attrs.frozen(kw_only=True, field_transformer=fitted)
class FeedbackAcknowledged:
    """The receiver of feedback said that it has arrived."""

    type: ClassVar[str] = "feedback_acknowledged"
    loop: str
    kind: str
    decision: Decision | None = None
    reason: str | None = None
    until: When | None = None
    about: str | None = None


@attrs.frozen(kw_only=True, field_transformer=fitted)
class FeedbackDecided:
    """The receiver of feedback decided what to do about it [F2].

    Attributes:
        loop: The loop that it belongs to.
        kind: What kind of feedback it is.
        decision: To act, to decline or to defer.
        reason: Why.
        until: The date to which it is deferred.
        about: What it is about, such as the id of a lead or a message.
    """

    type: ClassVar[str] = "feedback_decided"
    loop: str
    kind: str
    decision: Decision
    reason: str | None = None
    until: When | None = None
    about: str | None = None


@attrs.frozen(kw_only=True, field_transformer=fitted)
class FeedbackActed:
    """What had been decided on feedback was done."""

    type: ClassVar[str] = "feedback_acted"
    loop: str
    kind: str
    decision: Decision | None = None
    reason: str | None = None
    until: When | None = None
    about: str | None = None


@attrs.frozen(kw_only=True, field_transformer=fitted)
class FeedbackClosed:
    """Whoever gave feedback was told what became of it [F2]."""

    type: ClassVar[str] = "feedback_closed"
    loop: str
    kind: str
    decision: Decision | None = None
    reason: str | None = None
    until: When | None = None
    about: str | None = None


@attrs.frozen(kw_only=True, field_transformer=fitted)
class FeedbackReopened:
    """Closed feedback was taken up again."""

    type: ClassVar[str] = "feedback_reopened"
    loop: str
    kind: str
    decision: Decision | None = None
    reason: str | None = None
    until: When | None = None
    about: str | None = None


@attrs.frozen(kw_only=True, field_transformer=fitted)
class PersonUnavailable:
    """A person is away; the subject is that person.

    Attributes:
        start: From when.
        end: Until when: a moment is the first one after it, a date is its last day.
    """

    type: ClassVar[str] = "person_unavailable"
    start: When
    end: When

    def __attrs_post_init__(self) -> None:
        _in_order(self.type, self.start, self.end)


@attrs.frozen(kw_only=True, field_transformer=fitted)
class WaiverGranted:
    """Somebody forgave a promise; the event's actor is who [K10].

    Attributes:
        term: The id of the term.
        reason: Why.
        start: The first due date or moment that it covers; None for no first one.
        end: The end of what it covers: a date is its last day; None for no end.
        reaches_back: Whether it covers a promise that was past due when it was granted.
    """

    type: ClassVar[str] = "waiver_granted"
    term: str
    reason: str
    start: When | None = None
    end: When | None = None
    reaches_back: bool = False

    def __attrs_post_init__(self) -> None:
        _in_order(self.type, self.start, self.end)


@attrs.frozen(kw_only=True, field_transformer=fitted)
class Retracted:
    """An earlier event is withdrawn: it never happened [E3]."""

    type: ClassVar[str] = "retracted"
    of: str


@attrs.frozen(kw_only=True, field_transformer=fitted)
class Custom:
    """Something of the user's own.

    Attributes:
        name: What it is called in the agreement, such as ``"demo_requested"``.
        data: Its values by path; in JSON, a nested object.
    """

    type: ClassVar[str] = "custom"
    name: str
    data: Attributes = ()


Fact = (
    LeadCreated
    | StageChanged
    | OwnerAssigned
    | ActivityLogged
    | HandoffOffered
    | HandoffAccepted
    | HandoffRejected
    | HandoffReturned
    | HandoffExpired
    | LeadConverted
    | OpportunityWon
    | OpportunityLost
    | ScoreChanged
    | FieldChanged
    | ConsentChanged
    | LeadsMerged
    | HoldStarted
    | HoldEnded
    | FeedbackRequested
    | FeedbackGiven
    | FeedbackAcknowledged
    | FeedbackDecided
    | FeedbackActed
    | FeedbackClosed
    | FeedbackReopened
    | PersonUnavailable
    | WaiverGranted
    | Retracted
    | Custom
)
"""What is particular to an event: one class per type."""

FACTS: Mapping[str, type[Fact]] = {fact.type: fact for fact in get_args(Fact)}
"""The class of each type, in the order of the vocabulary."""


def _in_order(noun: str, start: When | None, end: When | None) -> None:
    if (
        start is None
        or end is None
        or isinstance(start, datetime) != isinstance(end, datetime)
    ):
        # A date and a moment have no order until somebody names a zone.
        return
    if end < start:
        raise UnfitValueError(noun, "end", f"no earlier than {start}", str(end))
