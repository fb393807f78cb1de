"""Plans: all that an edition asks of one kind of handoff, ready to be looked at.

Which stage a lead comes into, which definition it has to meet, what its reason takes:
all of that is settled by a few words of a payload, so it is put together once for each
of them. What is left is a list of demands and questions, and which of them it takes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import attrs

from alignkit.criteria import Criterion, Known, Meets
from alignkit.demands import (
    MOST_OTHERS,
    OWN_FIELDS,
    Demand,
    Said,
    constant,
    unlisted,
    unsaid,
)
from alignkit.editions import Edition
from alignkit.gates import Gate, Waiver
from alignkit.handoffs import Handoff, Occasion
from alignkit.judgements import Judge, Need
from alignkit.lifecycle import Lifecycle, MoveDirection, Position
from alignkit.outcomes import FAILED, MISSING
from alignkit.questions import Question
from alignkit.reasons import Reason
from alignkit.rejections import Grounds
from alignkit.returns import given, requirement, rested, returned
from alignkit.stages import StageCategory, StagePath
from alignkit.takers import other_owner


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


@attrs.frozen
class Route:
    """What of a handoff decides what is asked of it.

    Attributes:
        occasion: What is about to happen.
        to_party: Who is to take the lead.
        from_stage: The stage in which it is.
        to_stage: The stage into which it comes.
        reason: The code of the reason that is given.
        heard: For each term that asks for a definition, whether it listens to this;
            None if that is not known.
    """

    occasion: Occasion
    to_party: str
    from_stage: str | None
    to_stage: str | None
    reason: str | None
    heard: tuple[bool | None, ...]


@attrs.define(kw_only=True)
class Draft:
    """A plan that is being put together.

    Attributes:
        edition: The edition that asks.
        route: What of a handoff decides what is asked.
        gate: The gate that holds.
        grounds: For which reasons a lead may go back; None if no reason is given.
        party: Who has the lead afterwards.
        other_owner: Where it is asked that a lead comes back to somebody else; None if
            it is not.
        demands: What is asked of the handoff itself so far.
        judges: What is asked of the lead so far, each unless a demand is met.
        direction: What the move means; None if that is not known.
        legal: The stages to which the lead may move instead.
    """

    edition: Edition
    route: Route
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
        """What each definition of the edition asks."""
        return {one.id: one.criterion for one in self.edition.definitions}

    @property
    def reason(self) -> Reason | None:
        """The reason that is given; None if there is none of that code."""
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
            self.demands.append(unlisted("stage", path, name, known, rule))
        elif is_asked:
            others = self._neighbours(lifecycle, path) or known
            said = unsaid(path)
            found = constant(rule, path, MISSING, said, others[:MOST_OTHERS])
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
                constant(rule, "to_stage", FAILED, said, self.legal[:MOST_OTHERS])
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
        self.demands.append(given(rule, others[:MOST_OTHERS]))

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
            self.demands.append(unlisted("reason", "reason", code, known, "$.reasons"))

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
