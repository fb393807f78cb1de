"""Rulings: whether a handoff or a move is right under an agreement, and why not.

The moment that two teams fight over is the one in which a lead changes hands. A ruling
goes through everything that the agreement asks of it, met or not, and comes to pass,
fail or unknown; a gate then makes accept, refuse or hold of that [H6, H7]. It is worked
out of a payload, the editions and a moment, and of nothing else; what costs more than
the answer itself is worked out when it is asked for.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Self

import attrs

from alignkit.editions import Edition
from alignkit.facts import Facts
from alignkit.findings import Finding
from alignkit.gates import Answer
from alignkit.handoffs import Handoff
from alignkit.instants import to_instant, to_moment
from alignkit.judgements import Check, Need
from alignkit.lifecycle import MoveDirection
from alignkit.objections import Objection
from alignkit.outcomes import FAILED, OUTCOMES, PASSED, WHY_UNKNOWN, Outcome
from alignkit.plans import Desk, Occasion, Plan
from alignkit.zones import zone

_NO_EDITION = Objection(
    code="AK-H012",
    outcome=Outcome.UNKNOWN,
    rule="$",
    path="$.at",
    message="no edition of the agreement is in force then",
    expected="a moment from the first edition on",
    help="ask again once it is in force",
)


@attrs.frozen(eq=False)
class Trial:
    """What came of everything that was asked of one handoff at one instant.

    Attributes:
        plan: What was asked.
        handoff: Of what.
        facts: What is known of the lead.
        instant: The instant of the question.
        came: What came of the demands and then of the questions, as small integers.
    """

    plan: Plan
    handoff: Handoff
    facts: Facts
    instant: int
    came: tuple[int, ...]

    @classmethod
    def of(cls, plan: Plan, handoff: Handoff, instant: int) -> Self:
        """Return what comes of a handoff under a plan."""
        facts = handoff.facts(zone=plan.zone)
        return cls(plan, handoff, facts, instant, _came(plan, handoff, facts, instant))

    @property
    def outcome(self) -> Outcome:
        """What it comes to: the lowest of all that has to be met [H6]."""
        return OUTCOMES[weigh(self.plan.need, self.came)]

    def objections(self) -> tuple[Objection, ...]:
        """Return all that speaks against it, what decides first.

        Within that, what fails goes before what is unknown, and each in the order in
        which it is asked.
        """
        decisive = frozenset(_decisive(self.plan.need, self.came))
        against = [at for at, came in enumerate(self.came) if came != PASSED]
        against.sort(key=lambda at: (at not in decisive, self.came[at] != FAILED))
        return tuple([self._objection(at, at in decisive) for at in against])

    def _objection(self, at: int, decides: bool) -> Objection:  # noqa: FBT001
        came, plan = self.came[at], self.plan
        if at < len(plan.demands):
            demand = plan.demands[at]
            said = demand.tell(self.handoff, came, self.instant)
            return Objection(
                code=said.code,
                outcome=OUTCOMES[came],
                rule=demand.rule,
                path=f"$.{demand.path}" if demand.path else "$",
                message=said.message,
                expected=said.expected,
                seen=said.seen,
                help=said.help,
                why=WHY_UNKNOWN[came],
                decides=decides,
            )
        question = plan.questions[at - len(plan.demands)]
        check = Check(question, came, self.facts, self.instant)
        found = check.finding
        assert found is not None  # noqa: S101 - it did not pass
        return Objection(
            code=found.code,
            outcome=OUTCOMES[came],
            rule=question.rule,
            path=found.path,
            message=found.message,
            expected=found.expected,
            seen=found.seen,
            help=found.help,
            why=check.reason,
            evidence=check.evidence,
            margin=check.margin,
            decides=decides,
        )


def _came(plan: Plan, handoff: Handoff, facts: Facts, instant: int) -> tuple[int, ...]:
    return (
        *[one.look(handoff, instant) for one in plan.demands],
        *[one.look(facts, instant) for one in plan.questions],
    )


def weigh(need: Need | int, came: Sequence[int]) -> int:
    """Return what a need comes to, given what came of each question [H6].

    Example:
        >>> from alignkit.outcomes import MISSING
        >>> weigh(Need(1, (0, Need(2, (1, 2)))), (FAILED, PASSED, MISSING)) == MISSING
        True
    """
    if isinstance(need, int):
        return came[need]
    parts = [weigh(part, came) for part in need.parts]
    if need.count == len(parts):
        return min(parts, default=PASSED)
    return max(parts) if need.count == 1 else sorted(parts)[-need.count]


def _decisive(need: Need | int, came: Sequence[int]) -> Iterator[int]:
    """Yield the questions on which it rests that a need is not met."""
    if isinstance(need, int):
        yield need
        return
    outcome = OUTCOMES[weigh(need, came)]
    if outcome is not Outcome.PASS:
        for part in need.parts:
            if OUTCOMES[weigh(part, came)] is outcome:
                yield from _decisive(part, came)


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

    @functools.cached_property
    def findings(self) -> tuple[Objection, ...]:
        """All that speaks against it, what decides first [H7]."""
        return (_NO_EDITION,) if self._trial is None else self._trial.objections()

    @property
    def notes(self) -> tuple[Finding, ...]:
        """What is odd about the payload and decides nothing: fields nobody knows."""
        return self.handoff.findings


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

    def rule(self, handoff: Handoff, occasion: Occasion, as_of: datetime) -> Ruling:
        """Return the ruling on a handoff at a moment.

        Raises:
            NaiveMomentError: If `as_of` has no zone.
        """
        instant = to_instant(as_of, "as_of")
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


def rule_on_handoff(
    bench: Bench, handoff: Handoff | Mapping[str, object], *, as_of: datetime
) -> Ruling:
    """Return whether a handoff is right at a moment, and why not.

    One that gives a reason goes back [H5]: then what the reason requires is asked, and
    not again what the first one had to show.

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
    return bench.rule(read, occasion, as_of)


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
        move = Handoff.from_dict({"to_party": "joint", **move})
    return bench.rule(move, Occasion.MOVE, as_of)
