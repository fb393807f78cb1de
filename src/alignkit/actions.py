"""Qualifying actions: what counts as having done something.

"Nobody follows up" and "we called them all" are both true where an automatic reply, a
changed status and a call of no seconds count as following up. An agreement says what
counts: who has to act, on which channel, in which direction, with what to show for it
[K9].
"""

from __future__ import annotations

import attrs
from attrs.validators import optional

from alignkit._fields import is_a, is_name, several, typed
from alignkit.errors import UnfitValueError
from alignkit.events import ActorKind
from alignkit.happenings import Direction
from alignkit.spans import Elapsed


@attrs.frozen(kw_only=True, field_transformer=typed)
class Evidence:
    """What an action on one channel must have to show.

    Attributes:
        channel: The channel.
        needs_outcome: Whether it must have come to something.
        outcomes: What it must have come to; empty if anything will do.
        at_least: How long it must have lasted; None for any length.

    Example:
        >>> Evidence(channel="call", at_least=Elapsed(seconds=1)).needs_outcome
        False
    """

    channel: str = attrs.field(validator=is_name)
    needs_outcome: bool = False
    outcomes: tuple[str, ...] = several(str)
    at_least: Elapsed | None = attrs.field(
        default=None, validator=optional(is_a(Elapsed))
    )


@attrs.frozen(kw_only=True)
class Action:
    """What counts as a qualifying action of an agreement [K9].

    Attributes:
        id: Its name within the agreement: ``"qualifying_touch"``.
        actors: The kinds of actor of which one must have done it.
        channels: The channels of which it must have used one; empty for any.
        direction: Who must have spoken to whom; None for either.
        evidence: What it must have to show, channel by channel.

    Example:
        >>> touch = Action(
        ...     id="qualifying_touch",
        ...     channels=["call", "email"],
        ...     evidence=[Evidence(channel="call", at_least=Elapsed(seconds=1))],
        ... )
        >>> [kind.value for kind in touch.actors]
        ['human']
    """

    id: str = attrs.field(validator=is_name)
    actors: tuple[ActorKind, ...] = several(ActorKind, default=(ActorKind.HUMAN,))
    channels: tuple[str, ...] = several(str)
    direction: Direction | None = attrs.field(
        default=None, validator=optional(is_a(Direction))
    )
    evidence: tuple[Evidence, ...] = several(Evidence)

    def __attrs_post_init__(self) -> None:
        shown = [one.channel for one in self.evidence]
        odd = [one for one in shown if self.channels and one not in self.channels]
        if odd:
            expected = "channels that count"
            raise UnfitValueError("action", "evidence", expected, ", ".join(odd))
        if len(set(shown)) < len(shown):
            expected = "each channel once"
            raise UnfitValueError("action", "evidence", expected, ", ".join(shown))
