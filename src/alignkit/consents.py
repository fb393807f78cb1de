"""Consents: on which channels a person does not want to be contacted.

An opt-out acts from its moment on and stops every clock on that person, whatever else
holds [K11]. One for a single channel stops only what nothing but that channel could
have fulfilled.
"""

from __future__ import annotations

from collections.abc import Iterable

import attrs

from alignkit.events import Event
from alignkit.happenings import ConsentChanged


@attrs.frozen
class Refusals:
    """On which channels a person may not be contacted.

    Attributes:
        is_general: Whether that is so on every channel that is not named.
        others: The channels of which the opposite is so.

    Example:
        >>> everything = Refusals(is_general=True)
        >>> everything.covers(None), everything.covers(frozenset({"call"}))
        (True, True)
    """

    is_general: bool = False
    others: frozenset[str] = frozenset()

    def after(self, events: Iterable[Event]) -> Refusals:
        """Return what is refused after the facts of one instant.

        The last word counts, whether it was about one channel or about all; of two
        words of the same moment, the refusal.
        """
        said = [one.fact for one in events if isinstance(one.fact, ConsentChanged)]
        now = self
        for fact in sorted(said, key=lambda one: not one.granted):
            now = now._told(fact)
        return now

    def covers(self, channels: frozenset[str] | None) -> bool:
        """Say whether nothing is left to do on some channels.

        Args:
            channels: The channels; None for any that there may be.
        """
        if not self.others:
            return self.is_general
        return channels is not None and all(
            (one in self.others) is not self.is_general for one in channels
        )

    def _told(self, fact: ConsentChanged) -> Refusals:
        if fact.channel is None:
            return Refusals(not fact.granted)
        # Granted where all is refused, or refused where nothing is: an exception.
        if fact.granted is self.is_general:
            return attrs.evolve(self, others=self.others | {fact.channel})
        return attrs.evolve(self, others=self.others - {fact.channel})


NOTHING = Refusals()
"""What is refused by whom nobody asked: nothing."""
