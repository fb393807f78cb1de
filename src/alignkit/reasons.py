"""Reasons: why a lead was sent back, and what follows from it.

"Sales rejected it" is where the quarrel starts; the reason is where it can end. Each
reason decides what becomes of the lead, what must have been done before it may be
given, and which party can mend the cause, so that every rejection teaches somebody
something [H5]. The list is short on purpose: a reason on which nobody can act is none.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable

import attrs
from attrs.validators import optional

from alignkit._fields import counts_from, is_a, is_name, several, typed
from alignkit.errors import UnfitValueError, UnknownReasonError
from alignkit.findings import Finding, Severity
from alignkit.outcomes import Outcome
from alignkit.spans import CalendarTime, Span


class ReasonGroup(enum.Enum):
    """What a reason is about."""

    CONTACT = "contact"
    """Whether and how the person can be reached."""

    QUALIFICATION = "qualification"
    """Whether there is something to sell, now, to this buyer."""

    IDENTITY = "identity"
    """Who or what the record turned out to be."""

    SYSTEM = "system"
    """What happened to the record rather than to the person."""


class Disposition(enum.Enum):
    """What becomes of a lead that is sent back [H5]."""

    RETURN_TO_FIX = "return_to_fix"
    """The giver mends what is wrong with it and offers it again."""

    RECYCLE = "recycle"
    """Marketing keeps in touch; it may come back after a rest, or from a date on."""

    DISQUALIFY = "disqualify"
    """It is out; only a reopening brings it back."""

    SUPPRESS = "suppress"
    """It is out, and nobody contacts it again."""

    MERGE = "merge"
    """It joins the record that it repeats."""

    REROUTE = "reroute"
    """Somebody else is the right one for it."""


class Requirement(enum.Enum):
    """What must have been done before a reason may be given [H5]."""

    CONVERSATION = "conversation"
    """Somebody spoke with the person."""

    COMPLETE_ATTEMPTS = "complete_attempts"
    """All attempts that the agreement asks for were made [K14]."""

    NOTE = "note"
    """The reason is explained in words."""

    @property
    def field(self) -> str:
        """The field of a showing, and of a payload, that says whether it is there."""
        is_counted = self is Requirement.COMPLETE_ATTEMPTS
        return "attempts_complete" if is_counted else self.value

    def outcome(self, showing: Showing) -> Outcome:
        """Return whether there is what this asks for.

        Example:
            >>> Requirement.NOTE.outcome(Showing())
            <Outcome.UNKNOWN: 'unknown'>
        """
        return _OUTCOMES[getattr(showing, self.field)]

    def lacking(self, showing: Showing) -> Finding:
        """Return what to say where there is not what this asks for, or may not be."""
        code, denied, unknown, mend = _LACKING[self]
        known = self.outcome(showing) is not Outcome.UNKNOWN
        return Finding(
            code=code,
            severity=Severity.ERROR if known else Severity.WARNING,
            message=denied if known else unknown,
            path=f"$.{self.value}",
            expected=self.value,
            help=mend,
        )


@attrs.frozen(kw_only=True)
class Showing:
    """What there is to show for a reason, as far as it is known [H5].

    Whoever judges a reason says this of it: from what a history tells, or from what a
    payload states. None says that something is not known.

    Attributes:
        conversation: Whether somebody spoke with the person.
        attempts_complete: Whether all agreed attempts were made.
        note: Whether something was written down; blank text is no note.

    Example:
        >>> find_reason("no_budget").outcome(Showing(conversation=True))
        <Outcome.PASS: 'pass'>
        >>> find_reason("no_budget").outcome(Showing())
        <Outcome.UNKNOWN: 'unknown'>
    """

    conversation: bool | None = None
    attempts_complete: bool | None = None
    note: bool | None = None


@attrs.frozen
class Tries:
    """How many attempts there have to be before a reason may be given [K14].

    Attributes:
        least: Without so many, they are not complete.
        is_all: Whether so many are all that is asked for.

    Example:
        >>> Tries(6, is_all=True).suffice(6), Tries(6, is_all=False).suffice(5)
        (True, False)
        >>> Tries(6, is_all=False).suffice(6) is None
        True
    """

    least: int
    is_all: bool = attrs.field(kw_only=True)

    def suffice(self, number: int | None) -> bool | None:
        """Say whether so many are complete; None if that is not known."""
        if number is None:
            return None
        if number < self.least:
            return False
        return True if self.is_all else None


_OUTCOMES = {True: Outcome.PASS, None: Outcome.UNKNOWN, False: Outcome.FAIL}


@attrs.frozen(kw_only=True, field_transformer=typed)
class Reason:
    """Why a lead was sent back, with what follows and what it takes [H5].

    Attributes:
        code: Its name, as it stands in events: ``"no_budget"``.
        group: What it is about.
        disposition: What becomes of the lead.
        rest: How long a recycled lead is left alone, unless the rejection names a date;
            None if it may come back at any time.
        requires: What must have been done before it may be given.
        fixed_by: The party that can mend the cause, against which an upheld rejection
            counts; None if it counts against nobody.
        attempts: How many attempts are complete, where it requires complete ones; None
            for all that the terms of the agreement ask for.
        is_repair: Whether a move for this reason mends the record and is no news about
            the lead, so that its direction is `correct` [H2].
        label: What people call it; None if they call it by its code.
        source: Where it comes from.

    Example:
        >>> reason = find_reason("unreachable")
        >>> reason.disposition
        <Disposition.RECYCLE: 'recycle'>
        >>> [finding.code for finding in reason.lacks(attempts_complete=False)]
        ['AK-L031']
    """

    code: str = attrs.field(validator=is_name)
    group: ReasonGroup = attrs.field(validator=is_a(ReasonGroup))
    disposition: Disposition = attrs.field(validator=is_a(Disposition))
    rest: Span | None = None
    requires: tuple[Requirement, ...] = several(Requirement)
    fixed_by: str | None = attrs.field(default=None, validator=optional(is_name))
    attempts: int | None = attrs.field(default=None, validator=optional(counts_from(1)))
    is_repair: bool = False
    label: str | None = None
    source: str | None = None

    def __attrs_post_init__(self) -> None:
        if self.rest is not None and self.disposition is not Disposition.RECYCLE:
            expected = "a rest only where the lead is recycled"
            raise UnfitValueError("reason", "rest", expected, str(self.rest))
        requires = Requirement.COMPLETE_ATTEMPTS in self.requires
        if self.attempts is not None and not requires:
            expected = "a number only where complete attempts are required"
            raise UnfitValueError("reason", "attempts", expected, str(self.attempts))

    def lacks(
        self,
        *,
        conversation: bool | None = False,
        attempts_complete: bool | None = False,
        note: str | None = None,
    ) -> tuple[Finding, ...]:
        """Return what a rejection for this reason lacks; nothing if it is valid [H5].

        What is not known (None) is lacking too, as a warning: a rejection is upheld on
        what was done, not on what may have been done.

        Args:
            conversation: Whether somebody spoke with the person.
            attempts_complete: Whether all agreed attempts were made.
            note: What was written down; blank text is no note.

        Example:
            >>> for finding in find_reason("no_budget").lacks(conversation=None):
            ...     print(finding)
            AK-L030 whether somebody spoke with the person is not known (at \
$.conversation); log the conversation, or give another reason
        """
        return self.lacking(
            Showing(
                conversation=conversation,
                attempts_complete=attempts_complete,
                note=bool(note and note.strip()),
            )
        )

    def lacking(self, showing: Showing) -> tuple[Finding, ...]:
        """Return what lacks, given what there is to show; nothing if it is valid."""
        return tuple(
            one.lacking(showing)
            for one in self.requires
            if one.outcome(showing) is not Outcome.PASS
        )

    def outcome(self, showing: Showing) -> Outcome:
        """Return whether there is all that the reason requires [H5].

        What fails decides before what is not known.
        """
        return min(
            (one.outcome(showing) for one in self.requires), default=Outcome.PASS
        )


_LACKING = {
    Requirement.CONVERSATION: (
        "AK-L030",
        "nobody spoke with the person",
        "whether somebody spoke with the person is not known",
        "log the conversation, or give another reason",
    ),
    Requirement.COMPLETE_ATTEMPTS: (
        "AK-L031",
        "the agreed attempts are not complete",
        "whether the agreed attempts are complete is not known",
        "make the attempts that are left, or give another reason",
    ),
    Requirement.NOTE: (
        "AK-L032",
        "there is no note",
        "whether there is a note is not known",
        "say in words what is wrong with the lead",
    ),
}


def _reason(
    code: str,
    group: ReasonGroup,
    disposition: Disposition,
    *requires: Requirement,
    source: str,
    rest_days: int | None = None,
    fixed_by: str | None = "marketing",
    is_repair: bool = False,
) -> Reason:
    return Reason(
        code=code,
        group=group,
        disposition=disposition,
        rest=None if rest_days is None else CalendarTime(days=rest_days),
        requires=requires,
        fixed_by=fixed_by,
        is_repair=is_repair,
        source=source,
    )


def _qualification(code: str, rest_days: int | None, source: str) -> Reason:
    """Return a reason that only the person can have told."""
    return _reason(
        code,
        ReasonGroup.QUALIFICATION,
        Disposition.RECYCLE,
        Requirement.CONVERSATION,
        rest_days=rest_days,
        source=source,
    )


def _identity(code: str, disposition: Disposition, source: str) -> Reason:
    return _reason(code, ReasonGroup.IDENTITY, disposition, source=source)


# The lengths of the rests are ours to be overridden: of all sources, only the thirty
# days of `recently_contacted` are stated.
STANDARD_REASONS = (
    _reason(
        "unreachable",
        ReasonGroup.CONTACT,
        Disposition.RECYCLE,
        Requirement.COMPLETE_ATTEMPTS,
        rest_days=90,
        source="SiriusDecisions; Dynamics 365; Oracle CRM On Demand; Frappe CRM; R111",
    ),
    _reason(
        "bad_contact_data",
        ReasonGroup.CONTACT,
        Disposition.RETURN_TO_FIX,
        source="SiriusDecisions; Oracle CRM On Demand; R134",
    ),
    _reason(
        "insufficient_data",
        ReasonGroup.CONTACT,
        Disposition.RETURN_TO_FIX,
        source="Oracle CRM On Demand; R104",
    ),
    _reason(
        "recently_contacted",
        ReasonGroup.CONTACT,
        Disposition.RECYCLE,
        rest_days=30,
        source="Oracle CRM On Demand; R60",
    ),
    _reason(
        "do_not_contact",
        ReasonGroup.CONTACT,
        Disposition.SUPPRESS,
        source="Oracle CRM On Demand; R178",
    ),
    _qualification("no_interest", 180, "SiriusDecisions; Dynamics 365"),
    _qualification("no_need", 180, "SiriusDecisions"),
    _qualification("no_budget", 90, "SiriusDecisions; Frappe CRM"),
    _qualification("no_authority", None, "Frappe CRM; Oracle CRM On Demand"),
    _qualification("bad_timing", 90, "HubSpot; Zoho CRM"),
    _qualification("price", 90, "Frappe CRM; R88"),
    _reason(
        "not_icp",
        ReasonGroup.QUALIFICATION,
        Disposition.DISQUALIFY,
        source="SiriusDecisions; HubSpot; Oracle CRM On Demand; Frappe CRM; R105",
    ),
    _qualification("missing_capability", 180, "Frappe CRM; R34"),
    _qualification("chose_competitor", 365, "Frappe CRM; R88"),
    _reason(
        "slow_response",
        ReasonGroup.QUALIFICATION,
        Disposition.RECYCLE,
        Requirement.CONVERSATION,
        rest_days=365,
        fixed_by="sales",
        source="R95",
    ),
    _identity("is_competitor", Disposition.SUPPRESS, "trade practice"),
    _identity("is_vendor", Disposition.SUPPRESS, "trade practice"),
    _identity("student", Disposition.SUPPRESS, "trade practice"),
    _identity("job_seeker", Disposition.SUPPRESS, "trade practice"),
    _identity("duplicate", Disposition.MERGE, "Oracle CRM On Demand"),
    _identity("existing_customer", Disposition.REROUTE, "Oracle CRM On Demand"),
    _identity("open_opportunity", Disposition.REROUTE, "Oracle CRM On Demand"),
    _identity("partner_lead", Disposition.REROUTE, "Oracle CRM On Demand"),
    _reason(
        "wrong_territory",
        ReasonGroup.IDENTITY,
        Disposition.REROUTE,
        fixed_by=None,
        source="trade practice",
    ),
    _reason(
        "junk",
        ReasonGroup.SYSTEM,
        Disposition.DISQUALIFY,
        source="Frappe CRM; Zoho CRM",
    ),
    _reason(
        "test_record",
        ReasonGroup.SYSTEM,
        Disposition.DISQUALIFY,
        fixed_by=None,
        source="Frappe CRM; Zoho CRM",
    ),
    _reason(
        "sla_expired",
        ReasonGroup.SYSTEM,
        Disposition.REROUTE,
        fixed_by="sales",
        source="Marketo; R95",
    ),
    _reason(
        "entered_in_error",
        ReasonGroup.SYSTEM,
        Disposition.RETURN_TO_FIX,
        fixed_by=None,
        is_repair=True,
        source="Oracle CRM On Demand",
    ),
    _reason(
        "canceled",
        ReasonGroup.SYSTEM,
        Disposition.DISQUALIFY,
        fixed_by=None,
        source="Dynamics 365",
    ),
    _reason(
        "other",
        ReasonGroup.SYSTEM,
        Disposition.RETURN_TO_FIX,
        Requirement.NOTE,
        fixed_by=None,
        source="Oracle CRM On Demand; Frappe CRM",
    ),
)
"""The reasons that most teams need, with what CRMs and teams make of them."""


def find_reason(code: str, among: Iterable[Reason] = STANDARD_REASONS) -> Reason:
    """Return the reason with a code.

    Raises:
        UnknownReasonError: If there is none; it names those that there are.

    Example:
        >>> find_reason("duplicate").disposition
        <Disposition.MERGE: 'merge'>
        >>> find_reason("no_bugdet")
        Traceback (most recent call last):
            ...
        alignkit.errors.UnknownReasonError: no reason is named 'no_bugdet'; \
did you mean 'no_budget'?
    """
    by_code = {reason.code: reason for reason in among}
    if code not in by_code:
        raise UnknownReasonError(code, tuple(by_code))
    return by_code[code]


def override_reasons(reasons: Iterable[Reason], *changed: Reason) -> tuple[Reason, ...]:
    """Return a catalogue in which some reasons stand in another form.

    A reason whose code the catalogue has takes that one's place; any other is added at
    the end.

    Example:
        >>> strict = attrs.evolve(find_reason("not_icp"), requires=(Requirement.NOTE,))
        >>> find_reason("not_icp", override_reasons(STANDARD_REASONS, strict)).requires
        (<Requirement.NOTE: 'note'>,)
    """
    by_code = {reason.code: reason for reason in (*reasons, *changed)}
    return tuple(by_code.values())
