"""Whose wait it was, judged the slow way: half an hour after half an hour.

Everything happens on the half hour, one thing at a time. Each half hour is looked at by
itself: whether the promise is open, who has the subject, whether they are there, and
whether that person's calendar is open.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

import attrs

from tests.reference.clocks import MINUTE
from tests.reference.plans import Plan
from tests.reference.stretches import open_time

CELL = 30 * MINUTE
HORIZON = 60 * 48
"""How many half hours are looked at before something counts as never due."""

Name = Literal["go", "done", "off", "hold", "on", "given"]


@attrs.frozen
class Moment:
    """Something that happened: when, what, and who did it or got the subject."""

    at: int
    name: Name
    who: str | None = None


@attrs.frozen(kw_only=True)
class Desk:
    """What is promised, and to whom the days belong.

    Attributes:
        plans: The calendar by which the time of each person counts.
        target: How many half hours there are.
        rests: Whether the clock of an owner rests while that owner is away.
        away: When each person is away: from one half hour until another.
    """

    plans: Mapping[str, Plan]
    target: int
    rests: bool
    away: Mapping[str, tuple[tuple[int, int], ...]]

    def is_away(self, who: str, at: int) -> bool:
        return any(start <= at < end for start, end in self.away.get(who, ()))


@attrs.define(kw_only=True)
class Wait:
    """A clock while it is walked through.

    Attributes:
        owner: Whose it is; None for the lead's.
        started: When it began.
        ended: When it ended.
        is_kept: Whether it was fulfilled.
        is_resting: Whether it rests in the end.
        counted: How much time counted.
        lost: How many half hours would have, had the owner been there.
        reached: When the last of the target had counted.
        counted_by: Whose calendar counts.
        parts: How much of it was whose.
        teams: How much of it was which team's.
    """

    owner: str | None
    started: int
    ended: int | None = None
    is_kept: bool = False
    is_resting: bool = False
    counted: int = 0
    lost: int = 0
    reached: int | None = None
    counted_by: str | None = None
    parts: dict[str, int] = attrs.field(factory=dict)
    teams: dict[str, int] = attrs.field(factory=dict)

    def status(self, now: int) -> str:
        """Say how it stands at a moment that lies within a half hour."""
        end = now if self.ended is None else self.ended
        if self.reached is not None and self.reached < end:
            return "late" if self.is_kept else "breached"
        if self.ended is not None:
            if self.is_kept:
                return "met"
            return "excused" if not self.counted and self.lost else "cancelled"
        return "paused" if self.is_resting else "pending"


@attrs.define
class _Scene:
    owner: str | None = None
    is_open: bool = False
    has_begun: bool = False
    is_held: bool = False


TEAMS = {"zoe": "emea"}


def owners_waits(desk: Desk, told: Sequence[Moment], now: int) -> list[Wait]:
    """Return the clocks of the owners up to a moment, one after the other."""
    scene, waits = _Scene(), list[Wait]()
    for at in range(told[0].at, now + 1, CELL):
        for one in told:
            if one.at == at:
                _tell_owners(scene, waits, one)
        if waits and waits[-1].ended is None:
            _count(desk, scene, waits[-1], at, now)
    return waits


def lead_waits(desk: Desk, told: Sequence[Moment], now: int) -> list[Wait]:
    """Return the clock of the lead, which runs whoever has it."""
    scene, waits = _Scene(), list[Wait]()
    for at in range(told[0].at, now + 1, CELL):
        for one in told:
            if one.at == at:
                _tell_lead(scene, waits, one)
        if waits and waits[-1].ended is None:
            _count(desk, scene, waits[-1], at, now)
    return waits


def _tell_owners(scene: _Scene, waits: list[Wait], one: Moment) -> None:
    running = waits[-1] if waits and waits[-1].ended is None else None
    match one.name:
        case "go" if not scene.has_begun:
            scene.has_begun = scene.is_open = True
            if scene.owner is not None:
                waits.append(Wait(owner=scene.owner, started=one.at))
        case "given" if one.who != scene.owner:
            scene.owner = one.who
            if running is not None:
                running.ended = one.at
            if scene.is_open and one.who is not None:
                waits.append(Wait(owner=one.who, started=one.at))
        case "done" if scene.is_open and one.who == scene.owner:
            assert running is not None
            running.ended, running.is_kept = one.at, True
            scene.is_open = False
        case "off" if scene.is_open:
            if running is not None:
                running.ended = one.at
            scene.is_open = False
        case "hold" | "on" if scene.is_open:
            scene.is_held = one.name == "hold"
        case _:
            pass


def _tell_lead(scene: _Scene, waits: list[Wait], one: Moment) -> None:
    match one.name:
        case "go" if not scene.has_begun:
            scene.has_begun = scene.is_open = True
            waits.append(Wait(owner=None, started=one.at))
        case "given":
            scene.owner = one.who
        case "done" | "off" if scene.is_open:
            waits[-1].ended, waits[-1].is_kept = one.at, one.name == "done"
            scene.is_open = False
        case "hold" | "on" if scene.is_open:
            scene.is_held = one.name == "hold"
        case _:
            pass


def _count(desk: Desk, scene: _Scene, wait: Wait, at: int, now: int) -> None:
    """Count a half hour, or as much of it as there has been."""
    owner = scene.owner
    is_away = owner is not None and desk.is_away(owner, at)
    is_gone = wait.owner is not None and desk.rests and is_away
    wait.is_resting = scene.is_held or is_gone
    if wait.reached is None or wait.reached == at:
        # What is past due stays as it is, whatever changes.
        wait.counted_by = owner
    if scene.is_held or not open_time(_plan(desk, wait.counted_by), at, at + CELL):
        return
    if is_gone:
        wait.lost += 1
        return
    length = min(CELL, now - at)
    wait.counted += length
    if wait.reached is None and wait.counted >= desk.target * CELL:
        wait.reached = at + CELL
    whose = "routing" if owner is None or is_away else owner
    team = "routing" if whose == "routing" else TEAMS.get(whose, "no_team")
    wait.parts[whose] = wait.parts.get(whose, 0) + length
    wait.teams[team] = wait.teams.get(team, 0) + length


def due_after(desk: Desk, wait: Wait, now: int, owner: str | None) -> int | None:
    """Return when a running clock will have counted its target, if nothing happens."""
    if wait.reached is not None:
        return wait.reached
    left, at = desk.target * CELL - wait.counted, now
    for _ in range(HORIZON):
        upto = at - at % CELL + CELL
        is_gone = wait.owner is not None and desk.rests and desk.is_away(wait.owner, at)
        if open_time(_plan(desk, owner), at, upto) and not is_gone:
            left -= upto - at
            if left <= 0:
                return upto
        at = upto
    return None


def _plan(desk: Desk, owner: str | None) -> Plan:
    return desk.plans["kim" if owner is None else owner]
