"""Promises judged the slow way: every rule read anew for every instant.

Of alignkit it knows the values that events and spans are, and nothing else; business
time is counted by the slow model beside it. What is known is worked out from scratch
for every question, a clock is walked through instant by instant with all facts looked
at again, and what was said before something was learned is found by asking again for
every moment at which anything was recorded.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from fractions import Fraction
from math import ceil
from typing import Any, Literal, assert_never

import attrs

from alignkit.events import Event
from alignkit.happenings import (
    Custom,
    FieldChanged,
    LeadCreated,
    Retracted,
    StageChanged,
)
from alignkit.spans import (
    Before,
    BusinessDays,
    BusinessTime,
    CalendarTime,
    Elapsed,
    Span,
)
from tests.reference import counting
from tests.reference.clocks import DAY, instant_of, local_date, start_of
from tests.reference.plans import Plan
from tests.reference.roads import Road, journey

ROLES = ("stop", "reset", "cancel", "pause", "resume", "reopen", "start")
"""In the order in which facts of one instant act [E4]."""

ACTS = ("stop", "reset", "cancel", "cycle_end", "pause", "resume", "reopen", "start")
"""The same, with the end of the subject's cycle, which acts after a cancel [E6]."""

FINAL = ("met", "late", "cancelled")
FAR = 1 << 62
LONG = 60 * DAY
"""Longer than anything that is promised here; how long a rest without an end lasts."""


@attrs.frozen(kw_only=True)
class Listening:
    """Facts that a clock listens to: by name, and perhaps by stage."""

    name: str
    stage: str | None = None


@attrs.frozen
class Rung:
    """A step of a ladder: a share of the target, or a span before or after due."""

    when: Literal["at", "before", "after"]
    what: Fraction | BusinessTime | BusinessDays | Elapsed | CalendarTime


@attrs.frozen
class Handed:
    """A span that holds from a change on, with the spans that held before it."""

    span: Span
    path: tuple[tuple[int, Span], ...]


Held = Span | Handed
"""A span that may hold, from the start or from a change on."""


@attrs.frozen(kw_only=True)
class Rule:
    """A promise in plain words.

    Attributes:
        plan: What counts it; None if nothing does.
        listens: For each role, the facts that have it.
        repeat: What a second start does.
        within: How long it gives.
        targets: Other spans, for subjects of which a field holds a value.
        applies: The field and the value of the subjects that it is about.
        warn: The share from which it is at risk.
        rolls: Whether it is due at the next opening where it lands on a close.
        is_pinned: Whether the target of the start holds to the end.
        is_carried: Whether the share that was used up is carried over to the next one.
        adopts: Whether a running clock goes over to the next edition.
        stages: For a stay, the stages in which it lasts; then it listens to nothing.
        reopening: What being opened again does to a run that has ended.
        binds: From when and until when what starts is owed.
        ladder: Who hears of it, step by step.
        anchor: From when it counts: the ``"event"``, when it came to apply
            (``"attached"``), or the field that holds the date or moment.
    """

    plan: Plan | None
    listens: tuple[tuple[str, tuple[Listening, ...]], ...]
    repeat: Literal["ignored", "restart", "new_cycle"]
    within: Span
    targets: tuple[tuple[str, str, Span], ...] = ()
    applies: tuple[str, str] | None = None
    warn: Fraction | None = None
    rolls: bool = False
    is_pinned: bool = False
    is_carried: bool = False
    adopts: bool = False
    stages: tuple[str, ...] = ()
    reopening: Literal["ignored", "goes_on", "counts_all", "new_cycle"] = "ignored"
    binds: tuple[int, int] = (-FAR, FAR)
    ladder: tuple[Rung, ...] = ()
    anchor: str = "event"

    @property
    def zone(self) -> str:
        return "UTC" if self.plan is None else self.plan.zone


@attrs.frozen
class Signed:
    """A promise as it was signed at one time; none if it was left out."""

    since: int
    rule: Rule | None
    road: Road | None = None


@attrs.frozen(kw_only=True)
class Answer:
    """How a promise stands."""

    status: str
    started: int
    due: int | None = None
    fulfilled: int | None = None
    target: str | None = None
    business: int | None = None
    rests: tuple[tuple[int, int | None], ...] = ()
    before_start: tuple[str, ...] = ()
    is_revised: bool = False


Answers = dict[int, Answer]
"""By cycle."""


@attrs.define(kw_only=True)
class Walk:
    """A run of a clock while it is walked through."""

    rule: Rule
    number: int = 1
    round: int = 1
    starter: Event
    started: int
    is_anchored: bool = True
    is_adopted: bool = False
    is_reset: bool = False
    counts: int
    day: date | None
    possible: list[Held]
    is_sure: bool
    is_owed: bool | None
    dates: dict[str, date]
    rests: list[tuple[int, int]] = attrs.field(factory=list)
    rests_since: int | None = None
    ended: int | None = None
    ended_on: date | None = None
    is_kept: bool = False
    before_start: list[str] = attrs.field(factory=list)


def answers(
    signed: Sequence[Signed],
    recordings: Sequence[Event],
    as_of: int,
    known_at: int = FAR,
) -> Answers:
    """Return how a promise stands, cycle by cycle."""
    seen = [event for event in recordings if recorded(event) <= known_at]
    now = _contested(signed, seen, as_of)
    for moment in sorted({recorded(event) for event in seen}):
        then = min(as_of, moment - 1)
        before = [event for event in seen if recorded(event) < moment]
        if _said(before) == _said([one for one in seen if recorded(one) <= moment]):
            # Told again what was known: nothing was learned.
            continue
        for cycle, said in _contested(signed, before, then).items():
            is_final = said.status in (*FINAL, "breached")
            if cycle in now and is_final and _differs(said.status, now[cycle].status):
                now[cycle] = attrs.evolve(now[cycle], is_revised=True)
    return now


def _said(seen: Sequence[Event]) -> list[object]:
    settled, conflicts = forms_of(seen)
    return [
        (one.id, _content(one)) for held in ([*settled], *conflicts) for one in held
    ]


def _differs(said: str, status: str) -> bool:
    return status not in ("breached", "late") if said == "breached" else said != status


def recorded(event: Event) -> int:
    return instant_of(event.at if event.recorded_at is None else event.recorded_at)


def _contested(signed: Sequence[Signed], seen: Sequence[Event], as_of: int) -> Answers:
    """Answer with no form of a conflict, unless a form would change the answer [E3]."""
    settled, conflicts = forms_of(seen)
    plain = _walked(signed, known_by(settled, as_of), as_of)
    found = dict(plain)
    for forms in conflicts:
        if forms[0].id in _withdrawn(settled, as_of):
            continue
        for form in forms:
            if instant_of(form.at) > as_of:
                continue
            other = _walked(signed, known_by([*settled, form], as_of), as_of)
            for cycle in {*plain, *other}:
                mine, theirs = plain.get(cycle), other.get(cycle)
                if _decision(mine) != _decision(theirs):
                    one = found.get(cycle) or theirs
                    assert one is not None
                    found[cycle] = Answer(status="unknown", started=one.started)
    return found


def _decision(answer: Answer | None) -> object:
    if answer is None:
        return None
    return (
        answer.status,
        answer.started,
        answer.due,
        answer.fulfilled,
        answer.target,
        answer.rests,
    )


def _content(event: Event) -> object:
    """Return what an event says, apart from when it was recorded."""
    return (
        {
            key: value
            for key, value in event.to_dict().items()
            if key not in ("recorded_at", "at")
        },
        instant_of(event.at),
        event.day,
    )


def forms_of(seen: Sequence[Event]) -> tuple[list[Event], list[list[Event]]]:
    """Return the last form of each id, and apart the ids of which there are several."""
    settled, conflicts = [], []
    for id_ in sorted({event.id for event in seen}):
        recordings = [event for event in seen if event.id == id_]
        last = max(recorded(event) for event in recordings)
        rivals: list[Event] = []
        for event in recordings:
            is_last = recorded(event) == last
            if is_last and _content(event) not in [_content(one) for one in rivals]:
                rivals.append(event)
        if len(rivals) == 1:
            settled.append(rivals[0])
        else:
            conflicts.append(sorted(rivals, key=lambda event: instant_of(event.at)))
    return settled, conflicts


def known_by(settled: Sequence[Event], as_of: int) -> list[Event]:
    """Return the facts that had happened by then and were not withdrawn."""
    gone = _withdrawn(settled, as_of)
    return sorted(
        (
            event
            for event in settled
            if instant_of(event.at) <= as_of
            and event.id not in gone
            and not isinstance(event.fact, Retracted)
        ),
        key=lambda event: (instant_of(event.at), event.id),
    )


def _withdrawn(settled: Sequence[Event], as_of: int) -> set[str]:
    """Return what was withdrawn by a retraction that was not withdrawn itself.

    Of those that withdraw each other in a circle, the one recorded last stands.
    """
    open_ = {
        event.id: event
        for event in settled
        if isinstance(event.fact, Retracted) and instant_of(event.at) <= as_of
    }
    gone: set[str] = set()
    while open_:
        aimed_at = {_of(event) for event in open_.values()}
        free = [event for event in open_.values() if event.id not in aimed_at]
        latest = max(open_.values(), key=lambda event: (recorded(event), event.id))
        for event in free or [latest]:
            del open_[event.id]
            if event.id not in gone and _of(event) != event.id:
                gone.add(_of(event))
    return gone


def _of(event: Event) -> str:
    assert isinstance(event.fact, Retracted)
    return event.fact.of


def _walked(signed: Sequence[Signed], known: Sequence[Event], as_of: int) -> Answers:
    """Walk the clock through the known facts, and say how each run stands."""
    return {
        walk.number: _answer(walk, as_of)
        for walk in walked(signed, known, as_of)
        if walk.started >= signed[0].since
    }


def walked(signed: Sequence[Signed], known: Sequence[Event], as_of: int) -> list[Walk]:
    """Walk the clock through the known facts, and return its runs."""
    walks: list[Walk] = []
    waiting: list[tuple[str, Event]] = []
    attached: int | None = None
    patient: Event | None = None
    for at in sorted({instant_of(event.at) for event in known}):
        heard = [event for event in known if instant_of(event.at) <= at]
        earlier = [event for event in heard if instant_of(event.at) < at]
        here = heard[len(earlier) :]
        fields = _fields(heard)
        _go_over(walks, signed, earlier, (at - 1, _fields(earlier)), (at, fields))
        round_, enders = journey([(one.since, one.road) for one in signed], heard)
        has_ended = any(one in here for one in enders)
        touching: set[str] = set()
        if walks:
            enders = [one for one in enders if one in here][:1]
            last, count = walks[-1], len(walks)
            touching = _move(walks, signed, heard, at, round_, enders)
            if len(walks) < count and last.ended is None:
                patient = patient or last.starter
        rule = _in_force(signed, at)
        if rule is None:
            attached = patient = None
            continue
        moves = _roles(rule, here, heard)
        free = [
            (role, event)
            for role, event in moves
            if role in ("stop", "cancel", "pause") and event.id not in touching
        ]
        starters = [
            event for role, event in moves if _begins(walks, rule, role, round_, at)
        ]
        starter = starters[0] if starters else None
        if rule.anchor == "attached" and rule.applies is not None:
            is_owed = _holds(fields, *rule.applies)
            attached = (at if attached is None else attached) if is_owed else None
            was_ended = [
                event
                for role, event in _roles(rule, here, heard)
                if role in ("stop", "cancel") and event.id in touching
            ]
            patient = None if has_ended or was_ended else patient
            patient = patient or starter
            starter = patient if is_owed else starter
        else:
            attached = patient = None
        begun = (
            None
            if starter is None
            else _begin(walks, signed, rule, fields, starter, at, round_, attached)
        )
        if begun is not None:
            assert starter is not None
            own = [(role, event) for role, event in free if event.id != starter.id]
            _greet(begun, own, waiting, at)
            walks.append(begun)
            waiting = []
            patient = None
            continue
        if attached is not None or any(role in ("stop", "cancel") for role, _ in free):
            patient = None
        if not rule.stages:
            waiting += _left_waiting(walks, rule, free, round_)
    _go_over(walks, signed, known, (as_of, _fields(known)))
    return walks


def _left_waiting(
    walks: Sequence[Walk], rule: Rule, free: Sequence[tuple[str, Event]], round_: int
) -> list[tuple[str, Event]]:
    """Return what did nothing and may concern the next run."""
    is_next = not walks or rule.repeat == "new_cycle" or round_ > walks[-1].round
    return [
        (role, event)
        for role, event in free
        if (role == "stop" and is_next)
        or (event.day is not None and (is_next or round_ > 0))
    ]


def _go_over(
    walks: Sequence[Walk],
    signed: Sequence[Signed],
    earlier: Sequence[Event],
    *reaches: tuple[int, dict[str, Any]],
) -> None:
    """Let the last run take on what the editions say that are in force by then [K6].

    No sooner than the last fact that was told before.
    """
    if not walks or walks[-1].ended is not None or walks[-1].started < signed[0].since:
        return
    walk = walks[-1]
    last = max(instant_of(event.at) for event in earlier)
    for until, fields in reaches:
        (number,) = (nth for nth, one in enumerate(signed) if one.rule is walk.rule)
        for one in signed[number + 1 :]:
            at, before, rule = max(one.since, last), walk.rule, one.rule
            if one.since > until or not before.adopts or _is_broken(walk, at):
                break
            kinds = [(kind.stages, kind.anchor) for kind in (before, rule) if kind]
            if rule is not None and kinds[0] == kinds[1]:
                walk.rule, walk.is_adopted = rule, True
                _take_on(walk, fields, at)


def _take_on(walk: Walk, fields: dict[str, Any], at: int) -> None:
    rule = walk.rule
    if not rule.is_pinned:
        possible, is_sure = _possible(rule, fields)
        walk.possible = _following(walk, possible, at)
        walk.is_sure = is_sure and (not rule.is_carried or len(walk.possible) == 1)
        walk.dates = _dates(rule, fields)
    can_resume = any(role == "resume" and heard for role, heard in rule.listens)
    if walk.rests_since is not None and not (can_resume or rule.stages):
        if walk.rests_since < at:
            walk.rests.append((walk.rests_since, at))
        walk.rests_since = None


def _move(
    walks: list[Walk],
    signed: Sequence[Signed],
    heard: Sequence[Event],
    at: int,
    round_: int,
    enders: Sequence[Event],
) -> set[str]:
    """Let the facts of an instant act on the last run; return which of them did."""
    last = walks[-1]
    here = [event for event in heard if instant_of(event.at) == at]
    touching: set[str] = set()
    if not _learn(last, signed, _fields(heard), at):
        walks.pop()
        return touching
    acting = _roles(last.rule, here, heard)
    if not last.rule.stages:
        acting += [("cycle_end", event) for event in enders]
    for role, event in sorted(acting, key=lambda one: ACTS.index(one[0])):
        is_awake = _wakes(last, round_) if role == "reopen" else last.ended is None
        if role != "start" and is_awake:
            _act(last, role, at, event)
            if role != "cycle_end":
                touching.add(event.id)
    return touching


def _greet(
    begun: Walk,
    own: Sequence[tuple[str, Event]],
    waiting: Sequence[tuple[str, Event]],
    at: int,
) -> None:
    """Let act on a run what was told with its start, or before it on its date."""
    today = begun.starter.day or local_date(begun.rule.zone, at)
    late = [(r, e) for r, e in waiting if e.day is not None and e.day >= today]
    begun.before_start += [
        event.id
        for role, event in waiting
        if role == "stop" and (role, event) not in late
    ]
    for role, event in sorted([*own, *late], key=lambda one: ROLES.index(one[0])):
        if begun.ended is None:
            _act(begun, role, at, event)


def _wakes(walk: Walk, round_: int) -> bool:
    """Say whether a run that has ended goes on when it is opened again."""
    goes_on = walk.rule.reopening in ("goes_on", "counts_all")
    return walk.ended is not None and goes_on and round_ <= walk.round


def _begins(walks: Sequence[Walk], rule: Rule, role: str, round_: int, at: int) -> bool:
    """Say whether a fact may begin a run: a start, or what opens it again."""
    last = walks[-1] if walks else None
    if role == "reopen":
        if last is None or last.ended is None or rule.reopening == "ignored":
            return False
        return rule.reopening == "new_cycle" or round_ > last.round
    if role != "start":
        return False
    if rule.stages and last is not None and last.ended is None:
        return False
    if last is None or round_ > last.round or rule.repeat == "new_cycle":
        return True
    is_open = last.ended is None and not _is_broken(last, at)
    return rule.repeat == "restart" and is_open


def _in_force(signed: Sequence[Signed], at: int) -> Rule | None:
    """Return the rule in force; before the first, the first, to know what it misses."""
    current = signed[0].rule
    for one in signed:
        if one.since <= at:
            current = one.rule
    return current


def _fields(heard: Sequence[Event]) -> dict[str, Any]:
    """Return what every field was last said to hold."""
    fields: dict[str, Any] = {}
    for event in heard:
        match event.fact:
            case StageChanged(to_stage=stage):
                fields["stage"] = stage
            case FieldChanged(field=path, value=value):
                fields[path.removeprefix("lead.")] = value
            case LeadCreated(fields=told):
                fields |= {path.removeprefix("lead."): value for path, value in told}
            case _:
                pass
    return fields


def visits(
    stages: Sequence[str], heard: Sequence[Event]
) -> list[tuple[Event, Event | None]]:
    """Return by which facts a subject entered some stages, and left them.

    Of the visits that begin at one instant, the last one counts.
    """
    found: list[tuple[Event, Event | None]] = []
    for upto, event in enumerate(heard, start=1):
        is_in = _fields(heard[:upto]).get("stage") in stages
        was_in = bool(found) and found[-1][1] is None
        if is_in and not was_in:
            found.append((event, None))
        elif was_in and not is_in:
            found[-1] = (found[-1][0], event)
    last_of = {instant_of(entered.at): entered.id for entered, _ in found}
    return [one for one in found if last_of[instant_of(one[0].at)] == one[0].id]


def _roles(
    rule: Rule, here: Sequence[Event], heard: Sequence[Event]
) -> list[tuple[str, Event]]:
    """Return what the facts of an instant do, in the order in which they act."""
    if rule.stages:
        went = visits(rule.stages, heard)
        return [
            *(("stop", left) for _, left in went if left is not None and left in here),
            *(("start", entered) for entered, _ in went if entered in here),
        ]
    stage = _fields(heard).get("stage")
    return [
        (role, event)
        for role in ROLES
        for event in here
        if any(
            name_of(event) == one.name and one.stage in (None, stage)
            for name, heard in rule.listens
            if name == role
            for one in heard
        )
    ]


def name_of(event: Event) -> str:
    return event.fact.name if isinstance(event.fact, Custom) else event.fact.type


def _holds(fields: dict[str, Any], path: str, value: str) -> bool | None:
    """Say whether a field holds a value; None if that is not known."""
    held = fields.get(path)
    return None if held is None else held == value


def _possible(rule: Rule, fields: dict[str, Any]) -> tuple[list[Held], bool]:
    """Return the spans that may hold, and whether it is sure which one does."""
    spans: list[Held] = []
    is_sure = True
    for path, value, span in rule.targets:
        fits = _holds(fields, path, value)
        if fits is not False:
            spans.append(span)
        if fits is True:
            return spans, is_sure
        if fits is None:
            is_sure = False
    return [*spans, rule.within], is_sure


def _dates(rule: Rule, fields: dict[str, Any]) -> dict[str, date]:
    found: dict[str, date] = {}
    for span in (rule.within, *(span for _, _, span in rule.targets)):
        value = fields.get(span.of) if isinstance(span, Before) else None
        if isinstance(value, datetime):
            value = local_date(rule.zone, instant_of(value))
        if isinstance(span, Before) and isinstance(value, date):
            found[span.of] = value
    return found


def _learn(
    walk: Walk, signed: Sequence[Signed], fields: dict[str, Any], at: int
) -> bool:
    """Let a run know what is known of its subject now; say if it is still one [K7]."""
    rule = walk.rule
    is_elsewhere = _is_elsewhere(rule)
    if walk.is_owed is None and rule.applies is not None:
        walk.is_owed = _holds(fields, *rule.applies)
        if walk.is_owed and rule.anchor == "attached":
            if walk.ended is not None:
                return False
            _start(walk, (at, None))
    if walk.is_owed is False:
        return False
    is_open = walk.ended is None and not rule.is_pinned and not _is_broken(walk, at)
    if rule.anchor not in ("event", "attached") and (is_open or not walk.is_anchored):
        _start(walk, _anchor(rule, fields))
    possible, is_sure = _possible(rule, fields)
    if is_open:
        walk.possible = _following(walk, possible, at)
        walk.is_sure = is_sure and (not rule.is_carried or len(walk.possible) == 1)
        walk.dates = _dates(rule, fields)
    else:
        fewer = [one for one in walk.possible if bare(one) in possible]
        if not walk.is_sure and fewer:
            walk.possible, walk.is_sure = fewer, is_sure
        walk.dates = {**_dates(rule, fields), **walk.dates}
    return not is_elsewhere or _settle(walk, signed, fields)


def bare(held: Held) -> Span:
    """Return the span that holds, whatever held before."""
    return held.span if isinstance(held, Handed) else held


def _path(held: Held) -> tuple[tuple[int, Span], ...]:
    return held.path if isinstance(held, Handed) else ()


def _following(walk: Walk, possible: Sequence[Held], at: int) -> list[Held]:
    """Return what may hold once other spans may [K7]."""
    if not walk.rule.is_carried:
        return list(possible)
    gone = [one for one in walk.possible if _is_past(walk, one, at)]
    found: list[Held] = []
    spans = [bare(one) for one in possible]
    for span in spans:
        known = [one for one in walk.possible if bare(one) == span]
        found += known or [
            _handed(one, span, at) for one in walk.possible if one not in gone
        ]
    is_new = any(span not in map(bare, walk.possible) for span in spans)
    return [*dict.fromkeys([*found, *(gone if is_new else [])])]


def _handed(before: Held, span: Span, at: int) -> Held:
    """Return a span that follows another; of dates, nothing can be handed over."""
    kinds = (bare(before), span)
    if any(isinstance(one, CalendarTime | Before) for one in kinds):
        return span
    return Handed(span, (*_path(before), (at, bare(before))))


def settled(walk: Walk, held: Held) -> Held:
    """Return what holds in the end: what was past due by then is not followed."""
    path = _path(held)
    for count in range(len(path)):
        earlier = Handed(path[count][1], path[:count]) if count else path[0][1]
        if _is_past(walk, earlier, path[count][0]):
            return earlier
    return held


def left_of(walk: Walk, held: Held) -> Fraction:
    """Return the share of a span that was left when it came to hold."""
    if not isinstance(held, Handed):
        return Fraction(1)
    at, span = held.path[-1]
    earlier = Handed(span, held.path[:-1]) if held.path[1:] else span
    left = left_of(walk, earlier)
    since = max(held.path[-2][0] if held.path[1:] else walk.counts, walk.counts)
    at = max(at, since)
    awake = _awake_from(walk, at)
    rests, plan = rested_in(awake), walk.rule.plan
    whole: Fraction | int
    match span:
        case Elapsed():
            spent = wall_of(awake, at) - wall_of(awake, since)
            whole = left * span.length
        case BusinessTime():
            assert plan is not None
            spent = counting.elapsed(plan, since, at, rests)
            whole = left * span.length
        case BusinessDays() if isinstance(held.span, BusinessDays):
            assert plan is not None
            spent = days_of(awake, since, at)
            whole = left * span.days
        case BusinessDays():
            assert plan is not None
            due = due_of(awake, earlier)
            assert due is not None
            spent = counting.elapsed(plan, since, at, rests)
            whole = counting.elapsed(plan, since, due, rests)
        case _:
            raise AssertionError(span)
    return left - left * Fraction(spent) / whole if whole else left


def days_of(walk: Walk, since: int, until: int) -> int:
    """Return how many business days came up to a date, at whose close it ran."""
    plan = walk.rule.plan
    assert plan is not None
    day, last = (local_date(plan.zone, one) for one in (since, until))
    found = 0
    while day < last:
        day += timedelta(days=1)
        if counting.is_business_day(plan, day):
            close = counting.close_of(plan, day)
            found += not any(a <= close < b for a, b in rested_in(walk))
    return found


def _awake_from(walk: Walk, at: int) -> Walk:
    """Return a walk that does not rest from an instant on."""
    rests = [*walk.rests]
    if walk.rests_since is not None:
        rests.append((walk.rests_since, FAR))
    cut = [(low, min(high, at)) for low, high in rests if low < at]
    return attrs.evolve(walk, rests=cut, rests_since=None, ended=None)


def _handed_due(walk: Walk, held: Handed) -> int | None:
    """Return when what was left of a span is over, counted from the change."""
    span, since = held.span, max(held.path[-1][0], walk.counts)
    then = attrs.evolve(walk, counts=since, day=None)
    left = left_of(walk, held)
    match span:
        case BusinessDays(days=days) if days:
            passed = days_of(_awake_from(walk, since), walk.counts, since)
            return due_of(walk, BusinessDays(passed + ceil(left * days), span.due))
        case BusinessTime(length=length) | Elapsed(length=length) if length:
            if left:
                rest = ceil(left * length)
                return due_of(then, type(span)(microseconds=rest))
            # It is used up as it is handed over.
            rolls = walk.rule.rolls and isinstance(span, BusinessTime)
            plan = walk.rule.plan
            return counting.next_open(plan, since) if rolls and plan else since
        case _:
            return due_of(then, span)


def _length(span: Span) -> int:
    assert isinstance(span, BusinessTime | Elapsed)
    return span.length


def _is_elsewhere(rule: Rule) -> bool:
    """Say whether a clock counts from elsewhere than the fact that starts it."""
    if rule.anchor == "attached":
        return rule.applies is not None
    return rule.anchor != "event"


def _anchor(rule: Rule, fields: dict[str, Any]) -> tuple[int, date | None] | None:
    value = fields.get(rule.anchor)
    if isinstance(value, datetime):
        return instant_of(value), None
    if isinstance(value, date):
        return start_of(rule.zone, value), value
    return None


def _start(walk: Walk, start: tuple[int, date | None] | None) -> None:
    """Let a run start then; None if nobody knows when."""
    walk.is_anchored = start is not None
    if start is not None:
        walk.started = start[0]
        if not walk.is_reset:
            walk.counts, walk.day = start


def _settle(walk: Walk, signed: Sequence[Signed], fields: dict[str, Any]) -> bool:
    """Say whether the edition in force at the start promises it; let that govern."""
    if not walk.is_anchored or walk.is_adopted:
        return True
    rule = walk.rule
    if _is_elsewhere(rule):
        other = _in_force(signed, walk.started)
        if other is None:
            return False
        if other is not rule:
            walk.rule = rule = other
            owed = True if rule.applies is None else _holds(fields, *rule.applies)
            walk.is_owed = owed
            if not rule.is_pinned:
                walk.possible, walk.is_sure = _possible(rule, fields)
                walk.dates = _dates(rule, fields)
    first, end = rule.binds
    return walk.is_owed is not False and first <= walk.started < end


def _begin(
    walks: list[Walk],
    signed: Sequence[Signed],
    rule: Rule,
    fields: dict[str, Any],
    starter: Event,
    at: int,
    round_: int,
    attached: int | None,
) -> Walk | None:
    """Return the run that a fact begins, if the promise is about what begins then."""
    is_owed = True if rule.applies is None else _holds(fields, *rule.applies)
    last = walks[-1] if walks else None
    if is_owed is False:
        return None
    possible, is_sure = _possible(rule, fields)
    begun = Walk(
        rule=rule,
        round=max(round_, 1),
        number=max(round_, 1),
        starter=starter,
        started=_since(rule, starter),
        counts=_since(rule, starter),
        day=starter.day,
        possible=possible,
        is_sure=is_sure,
        is_owed=is_owed,
        dates=_dates(rule, fields),
    )
    if attached is not None and (last is None or last.started < attached):
        _start(begun, (attached, None))
    elif rule.anchor not in ("event", "attached"):
        _start(begun, _anchor(rule, fields))
    if not _settle(begun, signed, fields):
        return None
    if last is None:
        return begun
    is_anew = rule.repeat == "restart" and last.ended is None and round_ <= last.round
    if is_anew:
        walks.pop()
        begun.before_start += last.before_start
        begun.number, begun.round = last.number, last.round
        return begun
    if last.ended is None:
        _finish(last, at, starter, is_kept=False)
    begun.round = max(last.round, begun.round)
    begun.number = max(last.number + 1, begun.round)
    return begun


def _since(rule: Rule, event: Event) -> int:
    """Return from when a fact makes a clock count: of a date, from when it begins."""
    return instant_of(event.at) if event.day is None else start_of(rule.zone, event.day)


def _act(walk: Walk, role: str, at: int, event: Event) -> None:
    """Let one fact act on a running clock."""
    if role in ("stop", "cancel", "cycle_end"):
        _finish(walk, at, event, is_kept=role == "stop")
    elif role == "reset":
        if not _is_broken(walk, at):
            walk.counts, walk.day = _since(walk.rule, event), event.day
            walk.is_reset = True
    elif role == "reopen":
        _reopen(walk, at)
    elif role == "pause":
        if walk.rests_since is None:
            walk.rests_since = at
    elif walk.rests_since is not None:
        walk.rests.append((walk.rests_since, at))
        walk.rests_since = None


def _reopen(walk: Walk, at: int) -> None:
    """Let a run go on that had ended."""
    assert walk.ended is not None
    if walk.rule.reopening == "goes_on":
        low, high = walk.ended, max(at, walk.ended)
        touching = [(a, b) for a, b in walk.rests if b >= low and a < b]
        walk.rests = [(a, b) for a, b in walk.rests if b < low]
        walk.rests.append((min([low, *(a for a, _ in touching)]), high))
    walk.ended = walk.ended_on = walk.rests_since = None
    walk.is_kept = False


def _finish(walk: Walk, at: int, event: Event, *, is_kept: bool) -> None:
    if event.day is not None:
        # In time on the day that is due: it counts as done when that day began.
        at = min(at, start_of(walk.rule.zone, event.day))
        walk.ended_on = event.day
    if walk.rule.anchor in ("event", "attached"):
        at = max(walk.started, at)
    walk.ended, walk.is_kept = at, is_kept
    if walk.rests_since is not None:
        walk.rests.append((walk.rests_since, max(walk.rests_since, at)))


def _is_broken(walk: Walk, at: int) -> bool:
    """Say whether it is past due by now, whatever span holds."""
    return all(_is_past(walk, span, at) for span in walk.possible)


def _is_past(walk: Walk, span: Held, at: int) -> bool:
    if not is_countable(walk, span):
        return False
    due = due_of(walk, span)
    return due is not None and due < at


def is_countable(walk: Walk, held: Held) -> bool:
    if not walk.is_anchored:
        return False
    return all(
        _is_countable(walk, one) for one in (bare(held), *dict(_path(held)).values())
    )


def _is_countable(walk: Walk, span: Span) -> bool:
    if isinstance(span, Before) and span.of not in walk.dates:
        return False
    return walk.rule.plan is not None or isinstance(span, Elapsed)


def rested_in(walk: Walk) -> list[tuple[int, int]]:
    """Return when it rested while it counted; a rest without an end is a long one."""
    rests = [*walk.rests]
    if walk.ended is None and walk.rests_since is not None:
        rests.append((walk.rests_since, walk.rests_since + LONG))
    cut = [(max(a, walk.counts), b) for a, b in rests]
    return [(a, b) for a, b in cut if a < b]


def _all_rests(walk: Walk) -> tuple[tuple[int, int | None], ...]:
    rests = [(a, b) for a, b in walk.rests if a < b]
    if walk.ended is None and walk.rests_since is not None:
        return (*rests, (walk.rests_since, None))
    return tuple(rests)


def due_of(walk: Walk, span: Held) -> int | None:
    """Return when it is due under one span; None while it rests."""
    if isinstance(span, Handed):
        return _handed_due(walk, span)
    rests, start, plan = rested_in(walk), walk.counts, walk.rule.plan
    first = counting.add_elapsed(start, 1, rests) - 1
    since = walk.rests_since if walk.ended is None else None
    since = None if since is None else max(since, start)
    if since is not None and first >= since:
        return None
    if isinstance(span, Elapsed):
        due = counting.add_elapsed(start, span.length, rests)
    else:
        assert plan is not None
        due = _counted_due(plan, walk, span, rests)
    if since is not None and due > since:
        return None
    return max(due, first)


def _counted_due(
    plan: Plan, walk: Walk, span: Span, rests: list[tuple[int, int]]
) -> int:
    start = walk.counts
    match span:
        case BusinessTime() if not span.length:
            # The first instant that counts: right before the first that has counted.
            return counting.add(plan, start, 1, rests) - 1
        case BusinessTime():
            return counting.add(
                plan,
                start,
                span.length,
                rests,
                "next_open" if walk.rule.rolls else "close",
            )
        case BusinessDays():
            return counting.due_on_close(plan, start, span.days, rests)
        case CalendarTime():
            if walk.day is not None:
                last = walk.day + timedelta(days=span.days)
                return start_of(plan.zone, last + timedelta(days=1))
            return counting.calendar_add(
                plan.zone, start, months=span.months, weeks=span.weeks, days=span.days
            )
        case Before():
            assert isinstance(span.span, CalendarTime)
            day = walk.dates[span.of]
            return counting.due_before(plan, day, span.span.days, span.roll)
        case Elapsed():
            raise AssertionError
        case _:
            assert_never(span)


def _answer(walk: Walk, as_of: int) -> Answer:
    """Say how a run stands [K3, K4, K5]."""
    base = Answer(
        status="unknown",
        started=walk.started if walk.is_anchored else 0,
        before_start=tuple(walk.before_start),
        business=business_of(walk, as_of) if walk.is_anchored else None,
        rests=_all_rests(walk),
    )
    countable = all(is_countable(walk, span) for span in walk.possible)
    if walk.is_owed is None or not countable:
        return base
    possible = [settled(walk, one) for one in walk.possible]
    dues = {span: due_of(walk, span) for span in possible}
    statuses = {_status(walk, span, due, as_of) for span, due in dues.items()}
    if len(statuses) > 1:
        return base
    (status,) = statuses
    known_dues = [due for due in dues.values() if due is not None]
    whens = {span: FAR if due is None else due for span, due in dues.items()}
    strictest = min(whens, key=lambda span: whens[span])
    fulfilled = walk.ended if walk.is_kept else None
    return attrs.evolve(
        base,
        status=status,
        due=min(known_dues, default=None),
        target=str(bare(strictest)),
        fulfilled=fulfilled,
    )


def _status(walk: Walk, held: Held, due: int | None, as_of: int) -> str:
    end = as_of if walk.ended is None else walk.ended
    span = bare(held)
    is_past = due is not None and due < end
    if walk.ended_on is not None and due is not None:
        # Compared by date: what ends with a date, ends with the last one in time.
        dated = isinstance(span, CalendarTime) and walk.day is not None
        if dated or isinstance(span, BusinessDays | Before):
            last = local_date(walk.rule.zone, due - 1)
            is_past = due <= end and walk.ended_on > last
    # While it rested it could not come to be broken.
    if walk.rests_since is not None and due is not None and due > walk.rests_since:
        is_past = False
    if walk.ended is not None:
        kept, open_ = ("late", "breached") if is_past else ("met", "cancelled")
        return kept if walk.is_kept else open_
    if is_past:
        return "breached"
    if due is None:
        return "paused"
    return "at_risk" if _is_at_risk(walk, held, due, as_of) else "pending"


def _is_at_risk(walk: Walk, held: Held, due: int, as_of: int) -> bool:
    """Say whether the counted share of the target is at or over the warning share."""
    rule = walk.rule
    if rule.warn is None:
        return False
    if isinstance(held, Handed) and not isinstance(held.span, BusinessDays):
        consumed = consumed_of(walk, held, as_of)
        return as_of >= due if consumed is None else consumed >= rule.warn
    used: int | None
    whole: int | None
    match bare(held):
        case Elapsed() as span:
            used, whole = wall_of(walk, as_of), span.length
        case BusinessTime() as span:
            used, whole = business_of(walk, as_of), span.length
        case BusinessDays():
            used, whole = business_of(walk, as_of), business_of(walk, due)
        case _:
            used, whole = as_of - walk.counts, due - walk.counts
    assert used is not None
    assert whole is not None
    # Of nothing, no share can be counted: it is used up when it is due.
    return used >= ceil(whole * rule.warn) if whole else as_of >= due


def consumed_of(walk: Walk, held: Handed, at: int) -> Fraction | None:
    """Return which share was used up by an instant after a change; None of nothing."""
    length, since = _length(held.span), max(held.path[-1][0], walk.counts)
    if not length:
        return None
    end = max(at, since)
    if isinstance(held.span, Elapsed):
        spent = wall_of(walk, end) - wall_of(walk, since)
    else:
        assert walk.rule.plan is not None
        spent = counting.elapsed(walk.rule.plan, since, end, rested_in(walk))
    return 1 - left_of(walk, held) + Fraction(spent, length)


def wall_of(walk: Walk, end: int) -> int:
    rested = sum(max(0, min(b, end) - a) for a, b in rested_in(walk))
    return end - walk.counts - rested


def business_of(walk: Walk, as_of: int) -> int | None:
    """Return the open time that counted so far."""
    if walk.rule.plan is None:
        return None
    end = as_of if walk.ended is None else walk.ended
    if end < walk.counts:
        return 0
    return counting.elapsed(walk.rule.plan, walk.counts, end, rested_in(walk))


def steps(instants: Sequence[int]) -> Iterator[int]:
    """Yield each instant and the ones right before and after it."""
    for at in instants:
        yield from (at - 1, at, at + 1)
