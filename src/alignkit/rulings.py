"""Rulings: whether a handoff or a move is right under an agreement, and why not.

The moment that two teams fight over is the one in which a lead changes hands. A ruling
goes through everything that the agreement asks of it, met or not, and comes to pass,
fail or unknown; a gate then makes accept, refuse or hold of that [H6, H7]. It is worked
out of a payload, the editions and a moment, and of nothing else; what costs more than
the answer itself is worked out when it is asked for.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Self, assert_never

import attrs

from alignkit.consequences import Consequence
from alignkit.desks import Desk
from alignkit.editions import Edition
from alignkit.findings import Finding
from alignkit.fixes import Fix, Fixes, fixes
from alignkit.gates import Answer
from alignkit.handoffs import NOBODY, Handoff, Occasion
from alignkit.inquiries import Inquiry, inquiries
from alignkit.instants import to_instant, to_moment
from alignkit.lifecycle import MoveDirection
from alignkit.margins import Margin, margins
from alignkit.objections import Objection
from alignkit.outcomes import Outcome
from alignkit.plans import Plan
from alignkit.previews import Preview, previews
from alignkit.trials import Trial
from alignkit.verdicts import Source
from alignkit.windows import Window, windows
from alignkit.zones import LATEST, check_range, zone

SCHEMA = "alignkit.ruling/1"
"""The name and the version of the JSON form."""

_NO_EDITION = Objection(
    code="AK-H012",
    outcome=Outcome.UNKNOWN,
    rule="$",
    path="$.at",
    message="no edition of the agreement is in force then",
    expected="a moment from the first edition on",
    help="ask again once it is in force",
)


@attrs.frozen(kw_only=True)
class Ruling:
    """Whether a handoff or a move is right, and why not.

    Attributes:
        handoff: What was asked about.
        as_of: The moment of the question.
        occasion: Whether it is handed on, handed back, or only moves.
        outcome: Whether everything that the agreement asks is met [H6].
        answer: What the gate does with it.
        turned_by: The setting that made the answer of an unknown outcome; None if the
            outcome is known.
        direction: What the move means [H2]; None if there is none, or not known.
        legal: The stages to which the lead may move from where it is [H3].
        edition: The edition that was in force; None if there was none.

    Example:
        See `alignkit.Agreement.check_handoff`.
    """

    handoff: Handoff
    as_of: datetime
    occasion: Occasion
    outcome: Outcome
    answer: Answer
    turned_by: str | None
    direction: MoveDirection | None
    legal: tuple[str, ...]
    edition: Edition | None
    _trial: Trial | None = attrs.field(eq=False, repr=False)
    _bench: Bench = attrs.field(eq=False, repr=False)

    @property
    def findings(self) -> tuple[Objection, ...]:
        """All that speaks against it, what decides first [H7]."""
        if self._trial is None:
            return (_NO_EDITION,)
        if self._trial.is_met:
            return ()
        return tuple([one for _, one in self._trial.told])

    @functools.cached_property
    def missing(self) -> tuple[Inquiry, ...]:
        """What to ask for, what would settle most first."""
        return () if self._trial is None else inquiries(self._trial)

    @functools.cached_property
    def margins(self) -> tuple[Margin, ...]:
        """By how much numbers clear or miss their bounds, the nearest misses first."""
        return () if self._trial is None else margins(self._trial)

    @functools.cached_property
    def remedies(self) -> Fixes:
        """What would make it pass, and whether there is more of it than is told."""
        if self.edition is None:
            return Fixes()
        instant = to_instant(self.as_of, "as_of")
        return fixes(
            self.handoff,
            lambda changed: self._bench.trial(changed, self.occasion, instant),
        )

    @property
    def fixes(self) -> tuple[Fix, ...]:
        """The smallest sets of changes that would make it pass, at most sixteen."""
        return self.remedies.told

    @functools.cached_property
    def next_change_at(self) -> datetime | None:
        """The first moment at which it differs by itself [K13].

        That is the outcome, the answer, or whether a rejection is in time. Windows
        close, values go stale, people come back from leave, editions come into force.
        None if nothing of that will change it.
        """
        instant = self._bench.next_change(self)
        return None if instant is None else to_moment(instant, self.as_of.tzinfo or UTC)

    @functools.cached_property
    def clocks(self) -> tuple[Preview, ...]:
        """The clocks that it would start, and when they would be due [K2].

        The edition in force at the handoff itself governs them [K6].
        """
        desk = self._bench.desk_at(to_instant(self.handoff.at, "at"))
        if desk is None:
            return ()
        return previews(desk.deadlines, self.handoff, self.occasion)

    @functools.cached_property
    def windows(self) -> tuple[Window, ...]:
        """Until when a lead that goes back may be sent back in time, by each term.

        They decide nothing: what is upheld is upheld in time or late [H5].
        """
        offered = self.handoff.offered_at
        at = to_instant(self.as_of if offered is None else offered, "offered_at")
        desk = self._bench.desk_at(at)
        if desk is None or self.occasion is not Occasion.RETURN:
            return ()
        return windows(desk.deadlines, self.handoff, as_of=self.as_of)

    @property
    def consequence(self) -> Consequence | None:
        """What follows from the reason that was given, if all that it takes is there.

        None if no reason was given, or if it is not upheld [H5].
        """
        trial = self._trial
        if trial is None or trial.plan.reason is None:
            return None
        if self.outcome is not Outcome.PASS:
            return None
        hours = trial.plan.edition.hours_of_party(trial.plan.party)
        return Consequence.of(trial.plan.reason, self.handoff, trial.plan.zone, hours)

    @property
    def agreement(self) -> Source | None:
        """The name and the fingerprint of the edition; None if there was none [V3]."""
        return None if self.edition is None else Source.of(self.edition)

    @property
    def notes(self) -> tuple[Finding, ...]:
        """What is odd about the payload and decides nothing: fields nobody knows."""
        return self.handoff.findings

    def to_dict(self) -> dict[str, object]:
        """Return the ruling in its JSON form, ``"alignkit.ruling/1"``.

        Every key is always there; what does not apply is null.
        """
        change, agreement = self.next_change_at, self.agreement
        consequence = self.consequence
        return {
            "schema": SCHEMA,
            "lead": self.handoff.lead,
            "occasion": self.occasion.value,
            "as_of": self.as_of.isoformat(),
            "outcome": self.outcome.value,
            "answer": self.answer.value,
            "turned_by": self.turned_by,
            "direction": self.direction and self.direction.value,
            "legal": list(self.legal),
            "consequence": consequence and consequence.to_dict(),
            "findings": [one.to_dict() for one in self.findings],
            "missing": [one.to_dict() for one in self.missing],
            "fixes": [one.to_dict() for one in self.fixes],
            "has_all_fixes": self.remedies.is_complete,
            "margins": [one.to_dict() for one in self.margins],
            "next_change_at": change and change.isoformat(),
            "clocks": [one.to_dict() for one in self.clocks],
            "windows": [one.to_dict() for one in self.windows],
            "notes": [_note(one) for one in self.notes],
            "agreement": agreement and attrs.asdict(agreement),
        }


def _note(finding: Finding) -> dict[str, object]:
    return {
        "code": finding.code,
        "message": finding.message,
        "path": finding.path,
        "help": finding.help,
    }


@attrs.frozen(eq=False)
class Bench:
    """The editions of an agreement, ready to have handoffs put to them.

    It can be shared between threads.

    Attributes:
        desks: Each edition made ready, in order of when they are in force.
    """

    desks: tuple[Desk, ...]

    @classmethod
    def of(cls, editions: Sequence[Edition]) -> Self:
        """Return the bench of some editions, in order of when they are in force."""
        return cls(tuple([Desk(edition) for edition in editions]))

    def desk_at(self, instant: int) -> Desk | None:
        """Return the edition in force at an instant; None before the first [K6]."""
        for desk in reversed(self.desks):
            if desk.edition.starts <= instant:
                return desk
        return None

    def trial(self, handoff: Handoff, occasion: Occasion, instant: int) -> Trial:
        """Return what comes of a handoff at an instant when an edition is in force."""
        desk = self.desk_at(instant)
        assert desk is not None  # noqa: S101 - asked for only then
        return Trial.of(desk.plan(handoff, occasion), handoff, instant)

    def next_change(self, ruling: Ruling) -> int | None:
        """Return the first later instant at which a ruling would be another one."""
        begin = to_instant(ruling.as_of, "as_of")
        handoff, occasion = ruling.handoff, ruling.occasion
        before = ruling.outcome, ruling.answer
        closing = [
            tick
            for window in ruling.windows
            for tick in window.ticks
            if begin < tick and window.at(tick) is not window.outcome
        ]
        # Which edition governs a window does not depend on when that is asked.
        end = min(closing, default=None)
        for instant in self._ticks(handoff, occasion, begin):
            if end is not None and end <= instant:
                break
            trial = self.trial(handoff, occasion, instant)
            outcome = trial.outcome
            if (outcome, _answer(trial.plan, outcome)[0]) != before:
                return instant
        return end

    def _ticks(self, handoff: Handoff, occasion: Occasion, begin: int) -> Iterator[int]:
        """Yield the later instants at which an answer may differ, in order."""
        ends = [*(desk.edition.starts for desk in self.desks[1:]), math.inf]
        for desk, end in zip(self.desks, ends, strict=True):
            start = desk.edition.starts
            if end <= begin:
                continue
            plan = desk.plan(handoff, occasion)
            facts = handoff.facts(zone=plan.zone)
            found = {
                *(tick for one in plan.demands for tick in one.ticks(handoff)),
                *(tick for one in plan.questions for tick in one.ticks(facts, begin)),
            }
            if start > begin:
                found.add(int(start))
            yield from sorted(
                one for one in found if begin < one < LATEST and start <= one < end
            )

    def rule(self, handoff: Handoff, occasion: Occasion, as_of: datetime) -> Ruling:
        """Return the ruling on a handoff at a moment.

        Raises:
            MomentOutOfRangeError: If `as_of` lies outside the years 1900 to 2299.
            NaiveMomentError: If `as_of` has no zone.
        """
        instant = check_range(to_instant(as_of, "as_of"), "as_of")
        desk = self.desk_at(instant)
        if desk is None:
            return Ruling(
                handoff=handoff,
                as_of=as_of,
                occasion=occasion,
                outcome=Outcome.UNKNOWN,
                answer=Answer.HOLD,
                turned_by="default",
                direction=None,
                legal=(),
                edition=None,
                trial=None,
                bench=self,
            )
        plan = desk.plan(handoff, occasion)
        trial = Trial.of(plan, handoff, instant)
        outcome = trial.outcome
        answer, turned_by = _answer(plan, outcome)
        return Ruling(
            handoff=handoff,
            as_of=to_moment(instant, zone(plan.zone)),
            occasion=occasion,
            outcome=outcome,
            answer=answer,
            turned_by=turned_by,
            direction=plan.direction,
            legal=plan.legal,
            edition=desk.edition,
            trial=trial,
            bench=self,
        )


def _answer(plan: Plan, outcome: Outcome) -> tuple[Answer, str | None]:
    """Return what the gate does, and the setting that made it of an unknown."""
    match outcome:
        case Outcome.PASS:
            return Answer.ACCEPT, None
        case Outcome.FAIL:
            return Answer.REFUSE, None
        case Outcome.UNKNOWN:
            path = plan.gate_path
            setting = "default" if path is None else f"{path}.on_unknown"
            return plan.gate.on_unknown, setting
        case _ as never:
            assert_never(never)


def rule_on_handoff(
    bench: Bench, handoff: Handoff | Mapping[str, object], *, as_of: datetime
) -> Ruling:
    """Return whether a handoff is right at a moment, and why not.

    The payload says what it is: an offer, a return or a move. Where it does not, one
    that gives a reason goes back [H5]: then what the reason requires is asked, and not
    again what the first one had to show.

    Args:
        bench: The editions.
        handoff: The handoff, or a mapping of its JSON form.
        as_of: The moment of the question.

    Raises:
        HandoffError: If a mapping is no handoff; it carries a finding for each fault.
        NaiveMomentError: If `as_of` has no zone.

    Example:
        >>> from alignkit.gates import Gate
        >>> edition = Edition(id="northwind", gates=[Gate(id="intake")])
        >>> payload = {"lead": "L1", "at": "2026-04-08T10:20Z", "to_party": "sales"}
        >>> payload |= {"suppressed": False, "duplicates": ["L7"]}
        >>> ruling = rule_on_handoff(
        ...     Bench.of([edition]),
        ...     payload,
        ...     as_of=datetime.fromisoformat("2026-04-08T10:20Z"),
        ... )
        >>> ruling.outcome.value, ruling.answer.value
        ('fail', 'refuse')
        >>> for found in ruling.findings:
        ...     print(found)
        AK-H006 there are duplicates: ['L7'] (at $.duplicates); merge the records first
        AK-H002 the handoff does not say 'open_opportunities' (at
        $.open_opportunities); list the open opportunities; an empty list says that
        there are none
    """
    read = handoff if isinstance(handoff, Handoff) else Handoff.from_dict(handoff)
    occasion = Occasion.OFFER if read.reason is None else Occasion.RETURN
    return bench.rule(read, read.occasion or occasion, as_of)


def rule_on_rejection(
    bench: Bench, rejection: Handoff | Mapping[str, object], *, as_of: datetime
) -> Ruling:
    """Return whether a lead may be sent back at a moment, and why not [H4, H5].

    The reason has to be one of the agreement, and what it requires has to be there.
    One that has it is upheld, in time or late; `Ruling.windows` says which.

    Args:
        bench: The editions.
        rejection: What is said of it, as a handoff says it: it goes to the party that
            gave the lead.
        as_of: The moment of the question.

    Raises:
        HandoffError: If a mapping cannot be read; it carries a finding for each fault.
        NaiveMomentError: If `as_of` has no zone.

    Example:
        >>> ruling = rule_on_rejection(
        ...     Bench.of([Edition(id="northwind")]),
        ...     {
        ...         "lead": "L1",
        ...         "at": "2026-04-08T10:20Z",
        ...         "from_party": "sales",
        ...         "to_party": "marketing",
        ...         "reason": "no_budget",
        ...         "conversation": True,
        ...     },
        ...     as_of=datetime.fromisoformat("2026-04-08T10:20Z"),
        ... )
        >>> ruling.outcome.value, ruling.consequence.disposition.value
        ('pass', 'recycle')
        >>> ruling.consequence.counts_against
        'marketing'
    """
    if isinstance(rejection, Mapping):
        rejection = Handoff.from_dict(rejection)
    return bench.rule(rejection, Occasion.RETURN, as_of)


def rule_on_move(
    bench: Bench, move: Handoff | Mapping[str, object], *, as_of: datetime
) -> Ruling:
    """Return whether a lead may move to a stage at a moment, and why not [H3].

    Args:
        bench: The editions.
        move: What is known of the lead and of the move, as a handoff says it; a mapping
            need not say to which party, since nobody hands anything over.
        as_of: The moment of the question.

    Raises:
        HandoffError: If a mapping cannot be read; it carries a finding for each fault.
        NaiveMomentError: If `as_of` has no zone.

    Example:
        >>> from alignkit.presets import preset
        >>> edition = Edition(id="northwind", lifecycle=preset("standard"))
        >>> ruling = rule_on_move(
        ...     Bench.of([edition]),
        ...     {
        ...         "lead": "L1",
        ...         "at": "2026-04-08T10:20Z",
        ...         "from_stage": "customer",
        ...         "to_stage": "lead",
        ...     },
        ...     as_of=datetime.fromisoformat("2026-04-08T10:20Z"),
        ... )
        >>> ruling.outcome.value, ruling.findings[0].code
        ('fail', 'AK-L020')
    """
    if isinstance(move, Mapping):
        move = Handoff.from_dict({"to_party": NOBODY, **move})
    return bench.rule(move, Occasion.MOVE, as_of)
