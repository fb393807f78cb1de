"""Desks: where handoffs are put to an edition.

Which gate holds for a handoff, who has the lead afterwards, which terms listen to it:
a desk finds that out, has a plan made of what is asked then, and keeps the plan for the
next handoff of its kind.
"""

from __future__ import annotations

import enum
import functools
from collections.abc import Iterable, Iterator

import attrs

from alignkit.clocks import CompiledTerm
from alignkit.criteria import AnyOf, Criterion, Meets, Not
from alignkit.demands import (
    OWN_FIELDS,
    Demand,
    consent,
    constant,
    known_field,
    no_others,
    strict,
    unlisted,
    unsaid,
    unsuppressed,
)
from alignkit.editions import Edition
from alignkit.gates import PLAIN, Gate, Waiver
from alignkit.handoffs import NOBODY, Handoff, Occasion
from alignkit.outcomes import MISSING
from alignkit.parties import FURTHER_FUNCTIONS, STANDARD_PARTIES, Organization
from alignkit.patterns import Pattern
from alignkit.plans import Draft, Plan, Route
from alignkit.promises import Deadline, Validity
from alignkit.rejections import Grounds
from alignkit.takers import capacity, owner

_Key = tuple[str, str, str | None, str | None, str | None, tuple[bool | None, ...]]


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
            plan = self._made(Route(occasion, *route[1:]))
            # Names from outside are without end, in number and in length.
            names = [name for name in route[1:5] if isinstance(name, str)]
            if len(self._plans) < _MOST_KEPT and sum(map(len, names)) < _LONGEST:
                self._plans[route] = plan
        return plan

    def _made(self, route: Route) -> Plan:
        gate, path, is_sure = self._gate(route)
        party = self._party(route)
        draft = Draft(
            edition=self.edition,
            route=route,
            gate=gate,
            grounds=None if route.reason is None else self._grounds,
            party=party,
            other_owner=self._other_owner(route, gate, path, party),
        )
        draft.demands += self._names(route)
        if not is_sure:
            draft.demands.append(
                constant(path, "to_stage", MISSING, unsaid("to_stage"))
            )
        draft.move()
        draft.rejection()
        if route.occasion is not Occasion.MOVE:
            draft.demands += _of_gate(gate, path, self.edition.organization)
            draft.gate_criteria(path)
        for (where, _, asked), heard in zip(
            self._validities, route.heard, strict=False
        ):
            draft.validity(f"{where}.meeting", asked, heard=heard)
        return draft.plan(path if gate not in _PLAIN else None)

    def _gate(self, route: Route) -> tuple[Gate, str, bool]:
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

    def _party(self, route: Route) -> str:
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
        self, route: Route, gate: Gate, path: str, party: str
    ) -> str | None:
        """Return where it is asked that a lead comes back to somebody else."""
        if route.occasion is not Occasion.MOVE:
            return f"{path}.has_other_owner" if gate.has_other_owner else None
        for at, one in enumerate(self.edition.gates):
            to_party = one.to_party if party == NOBODY else party
            if not one.fits(to_party, route.to_stage):
                continue
            if one.has_other_owner:
                return f"$.gates[{at}].has_other_owner"
            if one.to_party in {None, party}:
                break
        return None

    def _names(self, route: Route) -> Iterator[Demand]:
        known = (
            *(*STANDARD_PARTIES, *FURTHER_FUNCTIONS),
            *(party.id for party in self.edition.parties),
        )
        if route.to_party not in known and route.occasion is not Occasion.MOVE:
            yield unlisted("party", "to_party", route.to_party, known, "$.parties")


_MOST_KEPT = 4096
_LONGEST = 1000


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
