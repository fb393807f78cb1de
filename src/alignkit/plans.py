"""Plans: all that an edition asks of one kind of handoff, ready to be looked at.

Which gate holds, which stage a lead comes into, which definition it has to meet: all of
that is settled by a few words of a payload, so it is worked out once for each of them
and kept. What is left is a list of demands and questions, and which of them it takes.
"""

from __future__ import annotations

import difflib
import enum
import functools
from collections.abc import Callable, Iterable, Iterator, Mapping

import attrs

from alignkit.clocks import CompiledTerm
from alignkit.criteria import AnyOf, Criterion, Known, Meets, Not
from alignkit.demands import (
    OWN_FIELDS,
    Demand,
    Said,
    consent,
    constant,
    known_field,
    no_others,
    strict,
    unsaid,
    unsuppressed,
)
from alignkit.editions import Edition
from alignkit.findings import did_you_mean
from alignkit.gates import PLAIN, Gate, Waiver
from alignkit.handoffs import NOBODY, Handoff, Occasion
from alignkit.judgements import Judge, Need
from alignkit.lifecycle import Lifecycle, MoveDirection, Position
from alignkit.outcomes import FAILED, MISSING
from alignkit.parties import FURTHER_FUNCTIONS, STANDARD_PARTIES, Organization
from alignkit.patterns import Pattern
from alignkit.promises import Deadline, Validity
from alignkit.questions import Question
from alignkit.reasons import Reason
from alignkit.rejections import Grounds
from alignkit.returns import given, requirement, rested, returned
from alignkit.stages import StageCategory, StagePath
from alignkit.takers import capacity, other_owner, owner


@attrs.frozen(kw_only=True, eq=False)
class Plan:
    """All that is asked on one occasion.

    Attributes:
        occasion: What is about to happen.
        gate: The gate that holds.
        gate_path: Where it stands in the agreement; None for the plain one.
        edition: The edition that asks.
        reason: The reason for which the lead goes back.
        direction: What the move means; None if that is not known.
        legal: The stages to which the lead may move instead.
        demands: What is asked of the handoff itself.
        questions: What is asked of the lead.
        need: Which of both, counted through in this order, have to be met.
        party: Who has the lead afterwards.
        zone: The zone whose dates are meant.
    """

    occasion: Occasion
    gate: Gate
    gate_path: str | None
    edition: Edition
    reason: Reason | None
    direction: MoveDirection | None
    legal: tuple[str, ...]
    demands: tuple[Demand, ...]
    questions: tuple[Question, ...]
    need: Need
    party: str
    zone: str


_Key = tuple[str, str, str | None, str | None, str | None, tuple[bool | None, ...]]


@attrs.frozen
class _Route:
    """What of a handoff decides what is asked of it."""

    occasion: Occasion
    to_party: str
    from_stage: str | None
    to_stage: str | None
    reason: str | None
    heard: tuple[bool | None, ...]


@attrs.frozen(eq=False)
class Desk:
    """An edition made ready to have handoffs put to it.

    It can be shared between threads: the plans that it keeps are the same whoever
    works them out.

    Attributes:
        edition: The edition.
    """

    edition: Edition
    _plans: dict[_Key, Plan] = attrs.field(factory=dict, init=False)
    _validities: tuple[tuple[str, Validity, Criterion], ...] = attrs.field(init=False)

    @_validities.default
    def _of_edition(self) -> tuple[tuple[str, Validity, Criterion], ...]:
        found = []
        for at, term in enumerate(self.edition.terms):
            if isinstance(term.promise, Validity):
                ways_out: list[Criterion] = [one.when for one in term.exclude]
                if term.applies_to is not None:
                    ways_out.append(Not(term.applies_to))
                asked: Criterion = Meets(term.promise.meeting)
                if ways_out:
                    asked = AnyOf((asked, *ways_out))
                found.append((f"$.terms[{at}]", term.promise, asked))
        return tuple(found)

    @functools.cached_property
    def _grounds(self) -> Grounds:
        # Worked out once somebody gives a reason, which most never do.
        return Grounds.of(self.edition)

    @functools.cached_property
    def deadlines(self) -> tuple[CompiledTerm, ...]:
        """Its deadlines, the clocks of which a handoff may start or stop."""
        return tuple(
            [
                CompiledTerm.of(self.edition, term, term.promise)
                for term in self.edition.terms
                if isinstance(term.promise, Deadline)
            ]
        )

    def plan(self, handoff: Handoff, occasion: Occasion) -> Plan:
        """Return what the edition asks of a handoff on an occasion."""
        heard: tuple[bool | None, ...] = ()
        if self._validities and occasion is Occasion.OFFER:
            heard = tuple([_hears(one.at, handoff) for _, one, _ in self._validities])
        route = (
            occasion.value,
            handoff.to_party,
            handoff.from_stage,
            handoff.to_stage,
            handoff.reason,
            heard,
        )
        plan = self._plans.get(route)
        if plan is None:
            plan = self._made(_Route(occasion, *route[1:]))
            # Names from outside are without end, in number and in length.
            names = [name for name in route[1:5] if isinstance(name, str)]
            if len(self._plans) < _MOST_KEPT and sum(map(len, names)) < _LONGEST:
                self._plans[route] = plan
        return plan

    def _made(self, route: _Route) -> Plan:
        gate, path, is_sure = self._gate(route)
        party = self._party(route)
        maker = _Maker(
            edition=self.edition,
            route=route,
            gate=gate,
            grounds=None if route.reason is None else self._grounds,
            party=party,
            other_owner=self._other_owner(route, gate, path, party),
        )
        maker.demands += self._names(route)
        if not is_sure:
            maker.demands.append(
                constant(path, "to_stage", MISSING, unsaid("to_stage"))
            )
        maker.move()
        maker.rejection()
        if route.occasion is not Occasion.MOVE:
            maker.demands += _of_gate(gate, path, self.edition.organization)
            maker.gate_criteria(path)
        for (where, _, asked), heard in zip(
            self._validities, route.heard, strict=False
        ):
            maker.validity(f"{where}.meeting", asked, heard=heard)
        return maker.plan(path if gate not in _PLAIN else None)

    def _gate(self, route: _Route) -> tuple[Gate, str, bool]:
        """Return the gate that holds, its path, and whether that is sure."""
        possible: list[tuple[Gate, str]] = []
        if route.occasion is not Occasion.MOVE:
            for at, gate in enumerate(self.edition.gates):
                fits = gate.fits(route.to_party, route.to_stage)
                if fits is not False:
                    possible.append((gate, f"$.gates[{at}]"))
                if fits:
                    break
            else:
                possible.append((_plain(route.occasion), "$.gates"))
        if not possible:
            return PLAIN, "$.gates", True
        if len(possible) == 1:
            return *possible[0], True
        return _common([gate for gate, _ in possible]), possible[0][1], False

    def _party(self, route: _Route) -> str:
        """Return who has the lead afterwards.

        A move is handed to nobody, but the lead comes to somebody all the same: to the
        party that has its new stage.
        """
        lifecycle = self.edition.lifecycle
        if route.to_party != NOBODY or lifecycle is None:
            return route.to_party
        owners = (one.owner for one in lifecycle.stages if one.id == route.to_stage)
        return next(owners, NOBODY)

    def _other_owner(
        self, route: _Route, gate: Gate, path: str, party: str
    ) -> str | None:
        """Return where it is asked that a lead comes back to somebody else."""
        if route.occasion is not Occasion.MOVE:
            return f"{path}.has_other_owner" if gate.has_other_owner else None
        for at, one in enumerate(self.edition.gates):
            to_party = one.to_party if party == NOBODY else party
            fits = one.fits(to_party, route.to_stage)
            if fits is not False and one.has_other_owner:
                return f"$.gates[{at}].has_other_owner"
            if fits and one.to_party in {None, party}:
                break
        return None

    def _names(self, route: _Route) -> Iterator[Demand]:
        known = (
            *(*STANDARD_PARTIES, *FURTHER_FUNCTIONS),
            *(party.id for party in self.edition.parties),
        )
        if route.to_party not in known and route.occasion is not Occasion.MOVE:
            yield _nobody("party", "to_party", route.to_party, known, "$.parties")


_MOST_KEPT = 4096
_LONGEST = 1000
_MOST_OTHERS = 6


_BACK = attrs.evolve(PLAIN, waives=tuple(Waiver))
"""The plain gate of leads that go back, which asks nothing of their giver again."""
_PLAIN = (PLAIN, _BACK)


def _plain(occasion: Occasion) -> Gate:
    """Return the gate that holds where the edition has none."""
    return _BACK if occasion is Occasion.RETURN else PLAIN


def _common(gates: list[Gate]) -> Gate:
    """Return what several gates ask alike, any of which may hold."""
    first, *others = gates
    mosts = [gate.most_open for gate in gates]
    return Gate(
        id=first.id,
        meets=first.meets if all(one.meets == first.meets for one in others) else None,
        required=_in_all([gate.required for gate in gates]),
        consent=_in_all([gate.consent for gate in gates]),
        waives=tuple(
            one for one in Waiver if any(one in gate.waives for gate in gates)
        ),
        most_open=None if None in mosts else max(filter(None, mosts)),
        on_unknown=first.on_unknown,
    )


def _in_all(lists: list[tuple[str, ...]]) -> tuple[str, ...]:
    first, *others = lists
    return tuple(one for one in first if all(one in other for other in others))


def _of_gate(gate: Gate, path: str, organization: Organization) -> list[Demand]:
    """Return what a gate asks of every handoff that comes to it.

    What it asks of the lead is asked by criteria.

    Args:
        gate: The gate.
        path: Where it stands in the agreement.
        organization: Who there is to own a lead.
    """
    found: list[Demand] = []
    if Waiver.SUPPRESSION not in gate.waives:
        found.append(unsuppressed(path))
    found += [
        consent(f"{path}.consent[{at}]", channel)
        for at, channel in enumerate(gate.consent)
    ]
    if Waiver.DUPLICATES not in gate.waives:
        mend = "merge the records first"
        found.append(no_others(path, "duplicates", "AK-H006", "duplicates", mend))
    if Waiver.OPPORTUNITIES not in gate.waives:
        mend = "give the lead to whoever works on it"
        noun = "open opportunities"
        found.append(no_others(path, "open_opportunities", "AK-H007", noun, mend))
    if Waiver.OWNER not in gate.waives and organization.people:
        found.append(owner(organization))
    if gate.most_open is not None:
        found.append(capacity(f"{path}.most_open", gate.most_open))
    found += [
        known_field(f"{path}.required[{at}]", name)
        for at, name in enumerate(gate.required)
        if name in OWN_FIELDS
    ]
    if gate.is_strict:
        found.append(strict(f"{path}.is_strict"))
    return found


def _hears(patterns: Iterable[Pattern], handoff: Handoff) -> bool | None:
    """Say whether a handoff is an event that fits; None if that is not known."""
    found = [_fits(pattern, handoff) for pattern in patterns]
    if True in found:
        return True
    return None if None in found else False


def _fits(pattern: Pattern, handoff: Handoff) -> bool | None:
    if pattern.event == "handoff_offered":
        stage = handoff.from_stage if handoff.to_stage is None else handoff.to_stage
    elif pattern.event == "stage_changed":
        stage = handoff.to_stage
        if stage is not None and stage == handoff.from_stage:
            return False
    else:
        return False
    asked: list[tuple[object, tuple[object, ...] | None]] = [
        (_held(handoff, field), values) for field, values in pattern.where
    ]
    if pattern.stage:
        asked.append((stage, pattern.stage))
    if pattern.event == "stage_changed":
        # Where either is not known, it may be no change at all.
        asked += [(handoff.from_stage, None), (handoff.to_stage, None)]
    if any(
        held is not None and values is not None and held not in values
        for held, values in asked
    ):
        return False
    return None if any(held is None for held, _ in asked) else True


def _held(handoff: Handoff, field: str) -> object:
    root, _, rest = field.partition(".")
    if root == "actor":
        held = getattr(handoff.actor, rest, None)
        return held.value if isinstance(held, enum.Enum) else held
    return getattr(handoff, field, None)


def _nobody(noun: str, path: str, name: str, known: Iterable[str], rule: str) -> Demand:
    names = tuple(known)
    said = Said(
        code="AK-H003",
        message=f"no {noun} is named {name[:80]!r}",
        expected=f"a {noun} of the agreement",
        seen=repr(name[:80]),
        help=did_you_mean(name, names) or f"known: {', '.join(names[:12])}",
    )
    others = difflib.get_close_matches(name[:80], names) or names[:_MOST_OTHERS]
    return constant(rule, path, FAILED, said, others)


@attrs.define(kw_only=True)
class _Maker:
    """A plan that is being put together."""

    edition: Edition
    route: _Route
    gate: Gate
    grounds: Grounds | None
    party: str
    other_owner: str | None
    demands: list[Demand] = attrs.field(factory=list)
    judges: list[tuple[Judge, Demand | None]] = attrs.field(factory=list)
    direction: MoveDirection | None = None
    legal: tuple[str, ...] = ()

    @property
    def definitions(self) -> Mapping[str, Criterion]:
        return {one.id: one.criterion for one in self.edition.definitions}

    @property
    def reason(self) -> Reason | None:
        reasons = {} if self.grounds is None else self.grounds.reasons
        return reasons.get(self.route.reason or "")

    def ask(
        self, criterion: Criterion, rule: str, unless: Demand | None = None
    ) -> None:
        """Take up a criterion, unless it is asked already."""
        if unless is None and any(
            one.criterion == criterion and other is None for one, other in self.judges
        ):
            return
        judge = Judge.of(criterion, self.definitions, self.edition.fields, rule)
        self.judges.append((judge, unless))

    def move(self) -> None:
        """Take up what the lifecycle asks of the move."""
        lifecycle, route = self.edition.lifecycle, self.route
        if lifecycle is None:
            if route.occasion is Occasion.MOVE:
                said = Said(
                    code="AK-H013",
                    message="the agreement has no lifecycle",
                    expected="a lifecycle",
                    help="agree on one",
                )
                self.demands.append(constant("$.lifecycle", "to_stage", MISSING, said))
            return
        is_asked = route.occasion is not Occasion.RETURN or route.to_stage is not None
        is_asked = is_asked and Waiver.MOVE not in self.gate.waives
        start = self._stage(lifecycle, "from_stage", route.from_stage, is_asked)
        end = self._stage(lifecycle, "to_stage", route.to_stage, is_asked)
        if start is not None:
            self.legal = lifecycle.moves_from(start)
            if end is not None:
                self.direction = lifecycle.direction(start, end, reason=self.reason)
        # What repairs the record is no news about the lead [H2].
        if end is None or self.direction is MoveDirection.CORRECT:
            return
        self._enter(lifecycle, start, end)
        if start not in {None, end} and is_asked:
            self._go(lifecycle, str(start), end)

    def _stage(
        self,
        lifecycle: Lifecycle,
        path: str,
        name: str | None,
        is_asked: bool,  # noqa: FBT001 - private, and named where it is called
    ) -> str | None:
        """Return a stage if the lifecycle has it, or take up that it does not."""
        known = tuple(stage.id for stage in lifecycle.stages)
        if name in known:
            return name
        rule = "$.lifecycle.stages"
        if name is not None:
            self.demands.append(_nobody("stage", path, name, known, rule))
        elif is_asked:
            others = self._neighbours(lifecycle, path) or known
            said = unsaid(path)
            found = constant(rule, path, MISSING, said, others[:_MOST_OTHERS])
            self.demands.append(found)
        return None

    def _neighbours(self, lifecycle: Lifecycle, path: str) -> tuple[str, ...]:
        """Return the stages that go with the one at the other end of the move."""
        known = tuple(stage.id for stage in lifecycle.stages)
        start, end = self.route.from_stage, self.route.to_stage
        if path == "to_stage":
            return lifecycle.moves_from(start) if start in known else ()
        if end not in known:
            return ()
        return tuple(one for one in known if lifecycle.can_move(one, end))

    def _enter(self, lifecycle: Lifecycle, start: str | None, end: str) -> None:
        """Take up what the stage demands, and the move beside it."""
        is_offer = self.route.occasion is Occasion.OFFER
        # To stay where it is, a lead needs no leave; to be handed over there, it does.
        if not is_offer and start in {None, end}:
            return
        nth = next(i for i, one in enumerate(lifecycle.stages) if one.id == end)
        stage, rule = lifecycle.stages[nth], f"$.lifecycle.stages[{nth}]"
        if stage.guard is not None:
            self.ask(stage.guard, f"{rule}.guard")
        for at, path in enumerate(stage.required):
            self.ask(Known(path), f"{rule}.required[{at}]")
        move = None if start is None else lifecycle.move(start, end)
        if move is not None and move.guard is not None:
            nth = lifecycle.moves.index(move)
            self.ask(move.guard, f"$.lifecycle.moves[{nth}].guard")

    def _go(self, lifecycle: Lifecycle, start: str, end: str) -> None:
        """Take up whether the lead may move at all."""
        move = lifecycle.move(start, end)
        if move is None:
            legal = ", ".join(self.legal) or "nothing"
            said = Said(
                code="AK-L020",
                message=f"a lead may not move from {start!r} to {end!r}",
                expected=f"a move to {' or '.join(self.legal)}" if self.legal else None,
                seen=repr(end),
                help=f"from here to: {legal}",
            )
            rule = "$.lifecycle.moves"
            self.demands.append(
                constant(rule, "to_stage", FAILED, said, self.legal[:_MOST_OTHERS])
            )
        elif move.needs_reason and self._is_unexplained:
            nth = lifecycle.moves.index(move)
            self.say_why(f"$.lifecycle.moves[{nth}].needs_reason")
        comes_back = self._comes_back(lifecycle, start, end)
        if lifecycle.stage(start).category is StageCategory.ON_HOLD and (
            lifecycle.stage(end).path is StagePath.SUCCESS
        ):
            self.demands.append(rested("$.lifecycle", self.zone))
        if lifecycle.most_returns is not None and comes_back is not False:
            most = lifecycle.most_returns
            rule = "$.lifecycle.most_returns"
            adds = _adds(lifecycle, start, end)
            self.demands.append(returned(rule, most, adds))
        if self.other_owner is not None and comes_back is not False:
            staff = self.edition.organization
            self.demands.append(other_owner(self.other_owner, staff))

    def _comes_back(self, lifecycle: Lifecycle, start: str, end: str) -> bool | None:
        adds = {_returns(lifecycle, start, end, is_qualified=q) for q in (True, False)}
        return adds.pop() if len(adds) == 1 else None

    @property
    def _is_unexplained(self) -> bool:
        """Whether nobody said why, and that is not asked for already."""
        route = self.route
        return route.reason is None and route.occasion is not Occasion.RETURN

    def say_why(self, rule: str) -> None:
        """Take up that somebody has to say why."""
        others = [one.code for one in self.edition.reasons if not one.is_repair]
        if self.route.occasion is Occasion.OFFER:
            # A handoff with a reason would be another one: it would go back.
            others = []
        self.demands.append(given(rule, others[:_MOST_OTHERS]))

    def rejection(self) -> None:
        """Take up what the reason requires for which a lead goes back [H5]."""
        code, reason, grounds = self.route.reason, self.reason, self.grounds
        if code is None or grounds is None:
            if self.route.occasion is Occasion.RETURN:
                self.say_why("$.reasons")
        elif reason is not None:
            rule = f"$.reasons[{self.edition.reasons.index(reason)}].requires"
            tries = grounds.tries_for(reason)
            self.demands += [
                requirement(f"{rule}[{at}]", reason, needed, tries)
                for at, needed in enumerate(reason.requires)
            ]
        elif code not in grounds.named:
            known = [one.code for one in self.edition.reasons]
            self.demands.append(_nobody("reason", "reason", code, known, "$.reasons"))

    def gate_criteria(self, path: str) -> None:
        """Take up what the gate asks of the lead."""
        if self.gate.meets is not None:
            self.ask(Meets(self.gate.meets), f"{path}.meets")
        for at, name in enumerate(self.gate.required):
            if name not in OWN_FIELDS:
                self.ask(Known(name), f"{path}.required[{at}]")

    def validity(self, rule: str, asked: Criterion, *, heard: bool | None) -> None:
        """Take up a definition that handoffs have to meet by a term."""
        if heard is None:
            said = attrs.evolve(
                unsaid("to_stage"),
                message="nothing says whether a definition has to be met",
                help="say where the lead comes from and where it comes to",
            )
            self.ask(asked, rule, unless=constant(rule, "to_stage", MISSING, said))
        elif heard:
            self.ask(asked, rule)

    @property
    def zone(self) -> str:
        """The zone of whoever has the lead afterwards."""
        hours = self.edition.hours_of_party(self.party)
        return "UTC" if hours is None else hours.zone

    def plan(self, gate_path: str | None) -> Plan:
        """Return the plan."""
        demands = [*self.demands, *(unless for _, unless in self.judges if unless)]
        first = len(demands)
        parts: list[Need | int] = [*range(len(self.demands))]
        waiting = len(self.demands)
        questions: list[Question] = []
        for judge, unless in self.judges:
            need = _shifted(judge.need, first + len(questions))
            questions += judge.questions
            if unless is not None:
                need = Need(1, (waiting, need))
                waiting += 1
            parts.append(need)
        return Plan(
            occasion=self.route.occasion,
            gate=self.gate,
            gate_path=gate_path,
            edition=self.edition,
            reason=self.reason,
            direction=self.direction,
            legal=self.legal,
            demands=tuple(demands),
            questions=tuple(questions),
            need=_flat(parts),
            party=self.party,
            zone=self.zone,
        )


def _flat(parts: list[Need | int]) -> Need:
    """Return the need of all of these, in which no part is an all of itself."""
    found: list[Need | int] = []
    for part in parts:
        if isinstance(part, Need) and part.count == len(part.parts):
            found += _flat([*part.parts]).parts
        else:
            found.append(part)
    return Need(len(found), tuple(found))


def _shifted(need: Need, by: int) -> Need:
    return Need(
        need.count,
        tuple(
            [
                part + by if isinstance(part, int) else _shifted(part, by)
                for part in need.parts
            ]
        ),
    )


def _returns(lifecycle: Lifecycle, start: str, end: str, *, is_qualified: bool) -> bool:
    """Say whether a move is one more return, given whether the lead had qualified."""
    position = Position(stage=start, is_qualified=is_qualified)
    return lifecycle.follow(position, end).position.returns > 0


def _adds(
    lifecycle: Lifecycle, start: str, end: str
) -> Callable[[Handoff], bool | None]:
    later, first = (
        _returns(lifecycle, start, end, is_qualified=one) for one in (True, False)
    )

    def adds(handoff: Handoff) -> bool | None:
        if later is first:
            return later
        return None if handoff.is_qualified is None else handoff.is_qualified

    return adds
