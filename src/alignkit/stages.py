"""Stages: where a lead can be, and which moves between them are allowed.

A stage means the same to both teams only if it says more than its name: whether it
leads to a customer, how long a lead may stay, whose turn it is, what must hold to get
in, and what each system calls it [H1]. Like everything that is agreed, stages and moves
are data; `alignkit.lifecycle` puts them together.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Mapping

import attrs

from alignkit._fields import is_a, is_name, several, typed
from alignkit.criteria import Criterion
from alignkit.errors import UnfitValueError

Aliases = tuple[tuple[str, tuple[str, ...]], ...]
"""What systems call a stage: ``(("hubspot", ("marketingqualifiedlead",)), ...)``."""


class StagePath(enum.Enum):
    """Whether a stage leads to a customer."""

    SUCCESS = "success"
    """It does; such stages stand in the order of the lifecycle."""

    DETOUR = "detour"
    """It lies beside the way, and has no place in the order."""


class StageKind(enum.Enum):
    """How long a lead may stay."""

    INVENTORY = "inventory"
    """For any time."""

    GATE = "gate"
    """Until it has been checked; the criteria let it through or not."""

    CLOCKED = "clocked"
    """For an agreed time at most."""


class StageCategory(enum.Enum):
    """What it means for the business that a lead is in a stage."""

    OPEN = "open"
    """Nobody has begun to work on it."""

    ONGOING = "ongoing"
    """Somebody is working on it."""

    ON_HOLD = "on_hold"
    """It rests, and may come back."""

    WON = "won"
    """It is a customer."""

    LOST = "lost"
    """It will not be one, unless somebody reopens it."""


_BY_SYSTEM = "a list of names for each system"


def _aliases(given: Mapping[str, Iterable[str]] | Aliases) -> Aliases:
    if not isinstance(given, Mapping | tuple):
        raise UnfitValueError("stage", "aliases", _BY_SYSTEM, repr(given)[:80])
    return tuple(
        sorted((system, _listed(names)) for system, names in dict(given).items())
    )


def _listed(names: Iterable[str]) -> tuple[str, ...]:
    given: tuple[object, ...] = () if isinstance(names, str) else tuple(names)
    listed = tuple(one for one in given if isinstance(one, str) and one.strip())
    if not listed or listed != given:
        raise UnfitValueError("stage", "aliases", _BY_SYSTEM, repr(names)[:80])
    return listed


@attrs.frozen(kw_only=True, field_transformer=typed)
class Stage:
    """A place where a lead can be, and what that says about it [H1].

    Attributes:
        id: Its name within the lifecycle.
        owner: The party that works on leads in it; ``"joint"`` where both do.
        path: Whether it leads to a customer.
        kind: How long a lead may stay.
        category: What it means for the business.
        label: What people call it; None if they call it by its id.
        aliases: What each system calls it. A mapping from the system to its names is
            taken too.
        guard: What must hold for a lead to enter; None if anything may.
        required: The fields that must be known of a lead to enter.
        is_optional: Whether a lead that passes it by has skipped nothing, since leads
            begin there or only some of them go through it.

    Example:
        >>> Stage(
        ...     id="mql",
        ...     owner="joint",
        ...     aliases={"hubspot": ("marketingqualifiedlead",)},
        ... )
        ... # doctest: +ELLIPSIS
        Stage(id='mql', owner='joint', path=<StagePath.SUCCESS: 'success'>, ...)
    """

    id: str = attrs.field(validator=is_name)
    owner: str = attrs.field(validator=is_name)
    path: StagePath = attrs.field(default=StagePath.SUCCESS, validator=is_a(StagePath))
    kind: StageKind = attrs.field(
        default=StageKind.INVENTORY, validator=is_a(StageKind)
    )
    category: StageCategory = attrs.field(
        default=StageCategory.ONGOING, validator=is_a(StageCategory)
    )
    label: str | None = None
    aliases: Aliases = attrs.field(default=(), converter=_aliases)
    guard: Criterion | None = None
    required: tuple[str, ...] = several(str)
    is_optional: bool = False

    def __attrs_post_init__(self) -> None:
        detour = self.path is StagePath.DETOUR
        if self.category is StageCategory.WON and detour:
            expected = "a won stage on the success path"
            raise UnfitValueError("stage", "category", expected, f"{self.id!r}: won")
        if self.category is StageCategory.LOST and not detour:
            expected = "a lost stage on a detour"
            raise UnfitValueError("stage", "category", expected, f"{self.id!r}: lost")

    @property
    def ends_cycle(self) -> bool:
        """Whether a lead that moves here ends its cycle: a detour, won or lost [E6]."""
        return self.path is StagePath.DETOUR or self.category is StageCategory.WON

    def names_in(self, system: str) -> tuple[str, ...]:
        """Return what a system calls this stage."""
        return dict(self.aliases).get(system, ())


@attrs.frozen(kw_only=True, field_transformer=typed)
class Move:
    """Leave to go from any of some stages to one stage.

    Attributes:
        from_stages: The stages that may be left.
        to_stage: The stage that may be entered.
        guard: What must hold beside what the stage itself demands.
        needs_reason: Whether somebody has to say why.

    Example:
        >>> Move(from_stages=("sal", "sql"), to_stage="recycled", needs_reason=True)
        Move(from_stages=('sal', 'sql'), to_stage='recycled', guard=None, \
needs_reason=True)
    """

    from_stages: tuple[str, ...] = several(str, at_least=1)
    to_stage: str = attrs.field(validator=is_name)
    guard: Criterion | None = None
    needs_reason: bool = False
