"""Timetables: the calendar that an owner has, or that a lead carries [K1].

Most promises are counted in the calendar of whoever owes them. Where each owner sits in
another city, or each lead wants to be called by its own clock, the calendar is found
among the facts, and may change while the clock runs [K7].
"""

from __future__ import annotations

import functools
from collections.abc import Mapping

import attrs

from alignkit.facts import Facts
from alignkit.hours import BusinessHours
from alignkit.parties import Organization
from alignkit.schedules import Schedule
from alignkit.terms import CalendarOf, ChangeRule, Changes
from alignkit.zones import EARLIEST, LATEST

CALENDAR_FIELD = "calendar"
"""The field of a lead that names its calendar: ``lead.calendar``."""


@attrs.frozen
class Found:
    """The calendar that counts a clock, or why none does.

    Attributes:
        name: Its name; None if none is known.
        lacks: What is missing to know it; None if nothing is.
    """

    name: str | None
    lacks: str | None = None


@attrs.frozen(kw_only=True, eq=False)
class Timetable:
    """The calendars of an edition, for clocks that find theirs among the facts.

    Attributes:
        of: Whose calendar counts.
        hours: The calendars, by name.
        organization: The people and the teams, and their calendars.
    """

    of: CalendarOf
    hours: Mapping[str, BusinessHours]
    organization: Organization

    def found(self, facts: Facts, started: int | None, at: int) -> Found:
        """Return the calendar of a clock by what is known at an instant.

        The calendar of an owner is the one that this person had when the subject was
        assigned, or when the clock started if that is later.

        Args:
            facts: What is known.
            started: When the clock started; None if it starts now.
            at: The instant.
        """
        if self.of is CalendarOf.LEAD:
            name, whose = facts.values.get(CALENDAR_FIELD), "the lead's calendar"
        else:
            owner = facts.values.get("owner")
            if not isinstance(owner, str):
                return Found(None, "the owner's calendar is not known: nobody owns it")
            assigned = facts.since.get("owner", at)
            since = max(assigned, at if started is None else started)
            team = facts.values.get("team")
            named = team if isinstance(team, str) else None
            name = self.organization.calendar_of(owner, since, team=named)
            whose = f"the calendar of {owner}"
        if not isinstance(name, str):
            return Found(None, f"{whose} is not known")
        if name not in self.hours:
            return Found(None, f"{whose} is not known: none is named {name!r}")
        return Found(name)


def rule_of(of: CalendarOf, changes: Changes) -> ChangeRule:
    """Return what becomes of a clock whose calendar changes [K7].

    With the owner, the calendar changes because the owner does.
    """
    return changes.owner if of is CalendarOf.OWNER else changes.calendar


@functools.lru_cache(maxsize=256)
def spliced(before: BusinessHours, after: BusinessHours, at: int) -> BusinessHours:
    """Return hours that are those of one calendar up to an instant, then of another.

    What had counted by then stays counted, and the rest counts by what holds now. Dates
    are those of the later calendar.
    """
    first, rest = (
        BusinessHours.of(Schedule(zone=after.zone, week=_NEVER, openings=(stretch,)))
        for stretch in ((EARLIEST, at), (at, LATEST))
    )
    return (after & rest) | (before & first)


_NEVER = ((),) * 7
