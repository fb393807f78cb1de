"""The lifecycle: the stages through which a lead passes, and the moves between them.

Two teams that count leads count what sits in stages, so a stage must mean the same to
both. Stages on the success path stand in order; beside it lie the detours: recycled,
disqualified, lost. A lead that leaves the path ends its cycle, and one that comes back
starts the next, so that nothing of the first time is overwritten [H1, E6]. What a move
means (an advance, a skip, a step back) follows from the two stages and from where the
lead has been; nobody has to say it [H2].
"""

from __future__ import annotations

import enum
import functools
from collections.abc import Iterator

import attrs
from attrs.validators import optional

from alignkit._fields import counts_from, is_name, several
from alignkit.criteria import AllOf, Criterion, Known
from alignkit.errors import LooseEndsError, UnfitValueError, UnknownStageError
from alignkit.findings import Finding, Severity, did_you_mean
from alignkit.reasons import Reason
from alignkit.stages import Move, Stage, StageCategory, StageKind, StagePath


class MoveDirection(enum.Enum):
    """What a move means [H2]."""

    ADVANCE = "advance"
    """To the next stage of the path."""

    SKIP = "skip"
    """Forward, past stages that it should have gone through."""

    REGRESS = "regress"
    """Back on the path."""

    RECYCLE = "recycle"
    """To a detour from which it may come back."""

    REQUALIFY = "requalify"
    """It comes back, or qualifies again: a new cycle."""

    REJECT = "reject"
    """Back from the stage in which it qualified: it was not taken."""

    DISQUALIFY = "disqualify"
    """To a stage in which it is lost."""

    REOPEN = "reopen"
    """From a stage in which it was lost back onto the path: a new cycle."""

    CORRECT = "correct"
    """A repair of the record, which stays out of all figures."""

    NO_OP = "no_op"
    """To the stage in which it is; nothing happened."""


@attrs.frozen(kw_only=True)
class Position:
    """Where a lead stands in a lifecycle, with what matters of its way there.

    Attributes:
        stage: The stage in which it is.
        cycle: Which of its cycles this is, counted from 1 [E6].
        is_qualified: Whether it has qualified in this cycle.
        returns: How often it has come back since it was last won.
    """

    stage: str
    cycle: int = attrs.field(default=1, validator=counts_from(1))
    is_qualified: bool = False
    returns: int = attrs.field(default=0, validator=counts_from(0))


@attrs.frozen(kw_only=True)
class Passage:
    """A move that a lead made, and what it means.

    Attributes:
        from_stage: The stage that it left.
        to_stage: The stage that it entered.
        direction: What the move means [H2].
        skipped: The stages that it should have gone through and did not.
        ends_cycle: Whether the move ends a cycle [E6].
        starts_cycle: Whether the move starts a cycle, to which it then belongs itself.
        position: Where the lead stands after it; its cycle is that of the move.
    """

    from_stage: str
    to_stage: str
    direction: MoveDirection
    skipped: tuple[str, ...]
    ends_cycle: bool
    starts_cycle: bool
    position: Position


@attrs.frozen(kw_only=True)
class Lifecycle:
    """Stages in their order, and the moves that are allowed between them [H1].

    Attributes:
        id: Its name.
        stages: The stages; those of the success path in their order.
        moves: The allowed moves.
        qualifies_at: The stage of the success path in which a lead counts as qualified;
            to enter it again within a cycle is a requalification.
        entries: The stages in which a lead may begin; the first one if empty.
        most_returns: How often a lead may come back before it is won; None for any
            number.

    Example:
        >>> lifecycle = Lifecycle(
        ...     id="short",
        ...     stages=[
        ...         Stage(id="lead", owner="marketing"),
        ...         Stage(id="mql", owner="joint"),
        ...         Stage(id="customer", owner="sales", category=StageCategory.WON),
        ...     ],
        ...     moves=[
        ...         Move(from_stages=("lead",), to_stage="mql"),
        ...         Move(from_stages=("lead", "mql"), to_stage="customer"),
        ...     ],
        ...     qualifies_at="mql",
        ... )
        >>> lifecycle.direction("lead", "customer")
        <MoveDirection.SKIP: 'skip'>
        >>> lifecycle.skipped("lead", "customer")
        ('mql',)
        >>> lifecycle.can_move("mql", "lead"), lifecycle.moves_from("lead")
        (False, ('mql', 'customer'))
    """

    id: str = attrs.field(validator=is_name)
    stages: tuple[Stage, ...] = several(Stage, at_least=1)
    moves: tuple[Move, ...] = several(Move)
    qualifies_at: str = attrs.field(validator=is_name)
    entries: tuple[str, ...] = several(str)
    most_returns: int | None = attrs.field(
        default=None, validator=optional(counts_from(0))
    )

    def __attrs_post_init__(self) -> None:
        found = (*self._repeated(), *self._loose())
        if found:
            raise LooseEndsError(found)
        if self.stage(self.qualifies_at).path is StagePath.DETOUR:
            expected = "a stage of the success path"
            seen = repr(self.qualifies_at)
            raise UnfitValueError("lifecycle", "qualifies_at", expected, seen)

    def _repeated(self) -> Iterator[Finding]:
        ids = [stage.id for stage in self.stages]
        for at, name in enumerate(ids):
            if name in ids[:at]:
                message = f"the stage {name!r} stands twice"
                mend = "give one of them another id"
                yield _error("AK-S006", f"$.stages[{at}].id", message, mend)
        seen: set[tuple[str, str]] = set()
        for at, move in enumerate(self.moves):
            for from_stage in move.from_stages:
                pair = (from_stage, move.to_stage)
                if pair in seen:
                    message = f"the move from {pair[0]!r} to {pair[1]!r} stands twice"
                    mend = "keep one of them"
                    yield _error("AK-S006", f"$.moves[{at}].from_stages", message, mend)
                seen.add(pair)

    def _loose(self) -> Iterator[Finding]:
        known = tuple(stage.id for stage in self.stages)
        references = [
            ("$.qualifies_at", self.qualifies_at),
            *((f"$.entries[{at}]", name) for at, name in enumerate(self.entries)),
            *(
                (f"$.moves[{at}].{field}", name)
                for at, move in enumerate(self.moves)
                for field, name in (
                    *(("from_stages", one) for one in move.from_stages),
                    ("to_stage", move.to_stage),
                )
            ),
        ]
        for path, name in references:
            if name not in known:
                mend = did_you_mean(name, known)
                yield _error("AK-S007", path, f"no stage is named {name!r}", mend)

    @functools.cached_property
    def _by_id(self) -> dict[str, tuple[Stage, int | None]]:
        """Each stage with its place in the order, None for a detour.

        Kept, because a replay asks for two stages at every move.
        """
        order = [one.id for one in self.stages if one.path is StagePath.SUCCESS]
        return {
            one.id: (one, order.index(one.id) if one.id in order else None)
            for one in self.stages
        }

    @functools.cached_property
    def _allowed(self) -> dict[tuple[str, str], Move]:
        return {
            (from_stage, move.to_stage): move
            for move in self.moves
            for from_stage in move.from_stages
        }

    def _find(self, name: str) -> tuple[Stage, int | None]:
        try:
            return self._by_id[name]
        except KeyError:
            raise UnknownStageError(name, tuple(self._by_id)) from None

    def stage(self, name: str) -> Stage:
        """Return a stage by its id.

        Raises:
            UnknownStageError: If there is none; it names those that there are.
        """
        return self._find(name)[0]

    def stage_named(self, name: str, system: str | None = None) -> Stage | None:
        """Return the stage that a system calls so; None if it calls none so.

        A name of the system goes before an id; upper and lower case are the same, and
        so are blanks around a name. What a record says of its stage comes from outside,
        so an unknown name is no mistake of the program.

        Args:
            name: What the record says.
            system: Whose record it is, ``"hubspot"``; None to look among ids only.
        """
        folded = name.strip().casefold()
        for stage in self.stages:
            if system and any(folded == n.casefold() for n in stage.names_in(system)):
                return stage
        return next((one for one in self.stages if one.id.casefold() == folded), None)

    def moves_from(self, stage: str) -> tuple[str, ...]:
        """Return the stages to which a lead may move, in the order of the lifecycle."""
        self._find(stage)
        return tuple(to for to in self._by_id if (stage, to) in self._allowed)

    def move(self, from_stage: str, to_stage: str) -> Move | None:
        """Return the allowed move between two stages; None if it is not allowed."""
        self._find(from_stage)
        self._find(to_stage)
        return self._allowed.get((from_stage, to_stage))

    def entry(self, from_stage: str, to_stage: str) -> Criterion | None:
        """Return what must hold for a lead to make a move; None if nothing must.

        That is what the stage demands (its guard, and that each required field is
        known) and what the move demands beside it.

        Example:
            >>> from alignkit.criteria import field
            >>> sal = Stage(
            ...     id="sal",
            ...     owner="sales",
            ...     guard=field("score").at_least(60),
            ...     required=("contact.title",),
            ... )
            >>> mql = Stage(id="mql", owner="joint")
            >>> print(
            ...     Lifecycle(id="l", stages=[mql, sal], qualifies_at="mql").entry(
            ...         "mql", "sal"
            ...     )
            ... )
            all of (score is at least 60; contact.title is known)
        """
        stage, move = self.stage(to_stage), self.move(from_stage, to_stage)
        demands: list[Criterion] = [] if stage.guard is None else [stage.guard]
        demands += [Known(path) for path in stage.required]
        if move is not None and move.guard is not None:
            demands.append(move.guard)
        return AllOf(tuple(demands)) if len(demands) > 1 else next(iter(demands), None)

    def can_move(self, from_stage: str, to_stage: str) -> bool:
        """Say whether the move is allowed, whatever else it may demand."""
        return self.move(from_stage, to_stage) is not None

    def skipped(self, from_stage: str, to_stage: str) -> tuple[str, ...]:
        """Return the stages of the path between two that a lead must go through.

        There are none on the way back, and none to or from a detour.
        """
        start, end = self._find(from_stage)[1], self._find(to_stage)[1]
        if start is None or end is None:
            return ()
        return tuple(
            name
            for name, (stage, place) in self._by_id.items()
            if place is not None and start < place < end and not stage.is_optional
        )

    def direction(
        self,
        from_stage: str,
        to_stage: str,
        *,
        was_qualified: bool = False,
        reason: Reason | None = None,
    ) -> MoveDirection:
        """Return what a move means [H2].

        Where it leads decides first: to the same stage, it is nothing; for a reason
        that repairs the record, a correction; to a lost stage, a disqualification; to
        another detour, a recycling. Then where it comes from: from a lost stage, it is
        a reopening; from another detour, or from won to a stage that is not, a
        requalification. What is left are moves along the path.

        Args:
            from_stage: The stage that the lead left.
            to_stage: The stage that it entered.
            was_qualified: Whether it had qualified in the cycle that it comes from.
            reason: The reason that was given, if any.
        """
        start, start_place = self._find(from_stage)
        end, end_place = self._find(to_stage)
        if start is end:
            return MoveDirection.NO_OP
        if reason is not None and reason.is_repair:
            return MoveDirection.CORRECT
        if end_place is None:
            lost = end.category is StageCategory.LOST
            return MoveDirection.DISQUALIFY if lost else MoveDirection.RECYCLE
        if start_place is None:
            lost = start.category is StageCategory.LOST
            return MoveDirection.REOPEN if lost else MoveDirection.REQUALIFY
        if start.ends_cycle and not end.ends_cycle:
            return MoveDirection.REQUALIFY
        qualified_place = self._qualified_place
        if end_place < start_place:
            rejected = end_place < qualified_place == start_place
            return MoveDirection.REJECT if rejected else MoveDirection.REGRESS
        if was_qualified and start_place < qualified_place <= end_place:
            return MoveDirection.REQUALIFY
        if self.skipped(from_stage, to_stage):
            return MoveDirection.SKIP
        return MoveDirection.ADVANCE

    @functools.cached_property
    def _qualified_place(self) -> int:
        order = [one.id for one in self.stages if one.path is StagePath.SUCCESS]
        return order.index(self.qualifies_at)

    def enter(self, stage: str) -> Position:
        """Return where a lead stands that begins in a stage.

        Example:
            >>> from alignkit.presets import preset
            >>> preset("standard").enter("mql").is_qualified
            True
        """
        place = self._find(stage)[1]
        is_qualified = place is not None and place >= self._qualified_place
        return Position(stage=stage, is_qualified=is_qualified)

    def follow(
        self, position: Position, to_stage: str, *, reason: Reason | None = None
    ) -> Passage:
        """Return what it means that a lead moved on, and where it stands then.

        What happened is followed whether it was allowed or not; `can_move` says that.

        Example:
            >>> from alignkit.presets import preset
            >>> standard = preset("standard")
            >>> step = standard.follow(standard.enter("sal"), "recycled")
            >>> step.direction.value, step.ends_cycle, step.position.cycle
            ('recycle', True, 1)
            >>> step = standard.follow(step.position, "mql")
            >>> step.direction.value, step.starts_cycle, step.position.cycle
            ('requalify', True, 2)
        """
        direction = self.direction(
            position.stage,
            to_stage,
            was_qualified=position.is_qualified,
            reason=reason,
        )
        start, end = self.stage(position.stage), self.stage(to_stage)
        moved = direction not in {MoveDirection.NO_OP, MoveDirection.CORRECT}
        starts = direction in {MoveDirection.REQUALIFY, MoveDirection.REOPEN}
        came_back = starts and start.category is not StageCategory.WON
        won = end.category is StageCategory.WON
        return Passage(
            from_stage=position.stage,
            to_stage=to_stage,
            direction=direction,
            skipped=()
            if direction is MoveDirection.CORRECT
            else self.skipped(position.stage, to_stage),
            ends_cycle=moved and end.ends_cycle,
            starts_cycle=starts,
            position=Position(
                stage=to_stage,
                cycle=position.cycle + starts,
                is_qualified=self._is_qualified_after(position, to_stage, direction),
                returns=0 if won else position.returns + came_back,
            ),
        )

    def _is_qualified_after(
        self, position: Position, to_stage: str, direction: MoveDirection
    ) -> bool:
        start, end = self._find(position.stage)[1], self._find(to_stage)[1]
        if end is not None and end >= self._qualified_place:
            return True
        if direction in {MoveDirection.REQUALIFY, MoveDirection.REOPEN}:
            return False
        if direction is MoveDirection.CORRECT and end is not None and start is not None:
            # What is corrected away did not happen.
            return position.is_qualified and start < self._qualified_place
        return position.is_qualified

    def to_mermaid(self) -> str:
        r"""Return the lifecycle as a Mermaid flowchart.

        Detours have round ends, and moves that need a reason are dotted. Moves that
        skip a stage are left out, because the order of the path shows them. Names come
        from outside, so they stand only in labels, as character codes where needed.

        Example:
            >>> from alignkit.presets import preset
            >>> print("\n".join(preset("waterfall_2006").to_mermaid().splitlines()[:4]))
            flowchart LR
                s0["inquiry (marketing)"]
                s1["mql (joint)"]
                s2["sal (sales)"]
        """
        nodes = {stage.id: f"s{at}" for at, stage in enumerate(self.stages)}
        lines = ["flowchart LR"]
        for stage in self.stages:
            label = _mermaid_text(f"{stage.id} ({stage.owner})")
            detour = stage.path is StagePath.DETOUR
            shape = f'(["{label}"])' if detour else f'["{label}"]'
            lines.append(f"    {nodes[stage.id]}{shape}")
        lines += [
            f"    {nodes[start]} {'-.->' if needs_reason else '-->'} {nodes[end]}"
            for start, end, needs_reason in self._drawn()
        ]
        return "\n".join(lines) + "\n"

    def to_dot(self) -> str:
        r"""Return the lifecycle as a Graphviz digraph, drawn as `to_mermaid` draws it.

        Example:
            >>> from alignkit.presets import preset
            >>> print("\n".join(preset("waterfall_2006").to_dot().splitlines()[:4]))
            digraph lifecycle {
                rankdir=LR;
                s0 [shape=box, label="inquiry (marketing)"];
                s1 [shape=box, label="mql (joint)"];
        """
        nodes = {stage.id: f"s{at}" for at, stage in enumerate(self.stages)}
        lines = ["digraph lifecycle {", "    rankdir=LR;"]
        for stage in self.stages:
            label = _dot_text(f"{stage.id} ({stage.owner})")
            shape = "ellipse" if stage.path is StagePath.DETOUR else "box"
            lines.append(f'    {nodes[stage.id]} [shape={shape}, label="{label}"];')
        lines += [
            f"    {nodes[start]} -> {nodes[end]}"
            f"{' [style=dotted]' if needs_reason else ''};"
            for start, end, needs_reason in self._drawn()
        ]
        return "\n".join([*lines, "}"]) + "\n"

    def _drawn(self) -> Iterator[tuple[str, str, bool]]:
        for (start, end), move in self._allowed.items():
            if not self.skipped(start, end):
                yield start, end, move.needs_reason


def _printable(text: str) -> str:
    return "".join(letter if letter.isprintable() else " " for letter in text)


def _mermaid_text(text: str) -> str:
    """Return a text of which Mermaid reads every letter as itself."""
    plain = frozenset(" ()-_.,")
    return "".join(
        letter if letter.isalnum() or letter in plain else f"#{ord(letter)};"
        for letter in _printable(text)
    )


def _dot_text(text: str) -> str:
    """Return a text of which Graphviz reads every letter as itself."""
    # A letter after a backslash could stand for the name of the node or of the graph,
    # and an ampersand for a character of HTML.
    escapes = str.maketrans({"\\": "\\\\", '"': '\\"', "&": "&amp;"})
    return _printable(text).translate(escapes)


def lifecycle_findings(
    lifecycle: Lifecycle, path: str = "$.lifecycle"
) -> tuple[Finding, ...]:
    """Return what is weak about a lifecycle, each finding with the path of its part.

    Example:
        >>> from alignkit.presets import preset
        >>> for finding in lifecycle_findings(preset("product_led")):
        ...     print(finding.code, finding.message)
        AK-L014 a lead may go round without end: back from 'recycled' to the path
    """
    return (
        *_unreachable(lifecycle, path),
        *_dead_ends(lifecycle, path),
        *_alias_clashes(lifecycle, path),
        *_endless_rounds(lifecycle, path),
        *_open_gates(lifecycle, path),
    )


def _unreachable(lifecycle: Lifecycle, path: str) -> Iterator[Finding]:
    waiting = list(lifecycle.entries or (lifecycle.stages[0].id,))
    reached = set(waiting)
    while waiting:
        further = set(lifecycle.moves_from(waiting.pop())) - reached
        reached |= further
        waiting.extend(further)
    for at, stage in enumerate(lifecycle.stages):
        if stage.id not in reached:
            message = f"no lead can come to the stage {stage.id!r}"
            mend = "allow a move to it, or name it among the entries"
            yield _warning("AK-L010", f"{path}.stages[{at}]", message, mend)


def _dead_ends(lifecycle: Lifecycle, path: str) -> Iterator[Finding]:
    final = {StageCategory.WON, StageCategory.LOST}
    for at, stage in enumerate(lifecycle.stages):
        if stage.category not in final and not lifecycle.moves_from(stage.id):
            message = f"no lead can leave the stage {stage.id!r}, neither won nor lost"
            mend = "allow a move from it"
            yield _warning("AK-L011", f"{path}.stages[{at}]", message, mend)


def _alias_clashes(lifecycle: Lifecycle, path: str) -> Iterator[Finding]:
    owners: dict[tuple[str, str], str] = {}
    for at, stage in enumerate(lifecycle.stages):
        for system, names in stage.aliases:
            for name in names:
                owner = owners.setdefault((system, name.strip().casefold()), stage.id)
                if owner != stage.id:
                    message = f"{system} calls both {owner!r} and {stage.id!r} {name!r}"
                    where = f"{path}.stages[{at}].aliases.{system}"
                    mend = "leave the name to one of them"
                    yield _error("AK-L013", where, message, mend)


def _endless_rounds(lifecycle: Lifecycle, path: str) -> Iterator[Finding]:
    if lifecycle.most_returns is not None:
        return
    for stage in lifecycle.stages:
        back = [
            to
            for to in lifecycle.moves_from(stage.id)
            if not lifecycle.stage(to).ends_cycle
        ]
        if back and stage.ends_cycle and stage.category is StageCategory.ON_HOLD:
            message = (
                f"a lead may go round without end: back from {stage.id!r} to the path"
            )
            mend = "say how often a lead may come back"
            yield _warning("AK-L014", f"{path}.most_returns", message, mend)
            return


def _open_gates(lifecycle: Lifecycle, path: str) -> Iterator[Finding]:
    for at, stage in enumerate(lifecycle.stages):
        ways_in = [move for move in lifecycle.moves if move.to_stage == stage.id]
        is_guarded = bool(ways_in) and all(move.guard is not None for move in ways_in)
        asks = stage.guard is not None or stage.required or is_guarded
        if stage.kind is StageKind.GATE and not asks:
            message = f"the gate {stage.id!r} lets everything through"
            mend = "give it a guard, or make it a stage of another kind"
            yield _warning("AK-L015", f"{path}.stages[{at}]", message, mend)


def _error(code: str, path: str, message: str, mend: str | None) -> Finding:
    return _found(code, Severity.ERROR, path, message, mend)


def _warning(code: str, path: str, message: str, mend: str | None) -> Finding:
    return _found(code, Severity.WARNING, path, message, mend)


def _found(
    code: str, severity: Severity, path: str, message: str, mend: str | None
) -> Finding:
    return Finding(code=code, severity=severity, message=message, path=path, help=mend)
