"""Wiring: whether the events that a term listens to can do what they are there for.

A clock that nothing stops, one that its own start stops, a pause without an end: such
a term is judged without complaint and means nothing. And a stage that is said to be on
the clock, with no term that counts there, is on no clock at all.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import assert_never

from alignkit.editions import Edition
from alignkit.findings import Finding
from alignkit.happenings import ActivityLogged
from alignkit.lifecycle import Lifecycle
from alignkit.loops import Loop
from alignkit.patterns import Pattern
from alignkit.promises import (
    Attempts,
    Cadence,
    Clock,
    Deadline,
    Duration,
    Quality,
    Reopening,
    Validity,
    Volume,
)
from alignkit.stages import StageKind
from alignkit.terms import Term
from alignkit.values import distinct

_ROLES = ("stop", "cancel", "pause", "resume", "reset", "reopen")

_LEAD = frozenset({"lead"})
_ABOUT = {
    **dict.fromkeys(
        (
            *("lead_created", "stage_changed", "owner_assigned", "lead_converted"),
            *("handoff_offered", "handoff_accepted", "handoff_returned"),
            *("handoff_expired", "handoff_rejected", "score_changed", "leads_merged"),
        ),
        _LEAD,
    ),
    **dict.fromkeys(
        (
            *("feedback_requested", "feedback_given", "feedback_acknowledged"),
            *("feedback_decided", "feedback_acted", "feedback_closed"),
            "feedback_reopened",
        ),
        frozenset({"request"}),
    ),
    "activity_logged": frozenset({"lead", "account"}),
    "opportunity_won": frozenset({"lead", "opportunity"}),
    "opportunity_lost": frozenset({"lead", "opportunity"}),
    "consent_changed": frozenset({"contact", "lead"}),
    "person_unavailable": frozenset({"person"}),
}
"""What each type of event is about; one that is not listed may be about anything."""


def wiring_findings(edition: Edition) -> Iterator[Finding]:
    """Yield the terms of an edition whose events cannot do what they are there for.

    Example:
        >>> from alignkit.spans import span
        >>> assigned = Clock(start=[Pattern(event="owner_assigned")])
        >>> term = Term(
        ...     id="answer",
        ...     party="sales",
        ...     promise=Deadline(clock=assigned, within=span("2 hours")),
        ... )
        >>> for finding in wiring_findings(Edition(id="n", terms=[term])):
        ...     print(finding.code, finding.path, finding.message)
        AK-P221 $.terms[0].stop nothing fulfils 'answer'
    """
    actions = frozenset(action.id for action in edition.actions)
    for at, term in enumerate(edition.terms):
        path = f"$.terms[{at}]"
        match term.promise:
            case Deadline(clock=clock) | Attempts(clock=clock):
                yield from _of_clock(path, term, clock, actions)
            case _:
                pass
        for place, pattern in _patterns(term):
            yield from _of_pattern(f"{path}.{place}", pattern, edition.lifecycle)
    for at, loop in enumerate(edition.loops):
        for nth, pattern in enumerate(loop.trigger):
            path = f"$.loops[{at}].trigger[{nth}]"
            if pattern.event in actions:
                yield _of_action(path, loop, pattern)
            yield from _of_pattern(path, pattern, edition.lifecycle)
    yield from _uncounted_stages(edition)


def _of_action(path: str, loop: Loop, pattern: Pattern) -> Finding:
    """Return the finding on a loop that waits for an action [K9]."""
    return Finding.error(
        "AK-P226",
        path,
        f"no event fits: {loop.id!r} is triggered by an event, and "
        f"{pattern.event!r} is an action",
        seen=str(pattern),
        help="name the event: 'activity_logged', with a channel or an outcome",
    )


def _of_clock(
    path: str, term: Term, clock: Clock, actions: frozenset[str]
) -> Iterator[Finding]:
    if isinstance(term.promise, Deadline) and not clock.stop:
        mend = "say which event keeps the promise"
        yield Finding.error(
            "AK-P221", f"{path}.stop", f"nothing fulfils {term.id!r}", help=mend
        )
    for role, word in (("stop", "fulfilled"), ("cancel", "cancelled")):
        for at, start in enumerate(clock.start):
            if any(_covers(one, start) for one in getattr(clock, role)):
                yield Finding.error(
                    "AK-P222",
                    f"{path}.start[{at}]",
                    f"{term.id!r} is {word} by the very event that starts it",
                    seen=str(start),
                    help=f"tell what starts it from what stands under {role!r}",
                )
    if clock.pause and not clock.resume:
        message = f"once {term.id!r} rests, nothing makes it go on"
        mend = "say which event resumes it"
        yield Finding.warning("AK-P223", f"{path}.pause", message, help=mend)
    if clock.resume and not clock.pause:
        message = f"{term.id!r} is resumed, and nothing makes it rest"
        mend = "say which event pauses it, or leave the resume out"
        yield Finding.warning("AK-P224", f"{path}.resume", message, help=mend)
    if bool(clock.reopen) is (clock.reopening is Reopening.IGNORED):
        key = "reopen" if clock.reopen else "reopening"
        message = f"{term.id!r} says half of what happens when it is opened again"
        mend = "give both reopen and reopening, or neither"
        yield Finding.warning("AK-P227", f"{path}.{key}", message, help=mend)
    yield from _elsewhere(path, term, clock, actions)


def _elsewhere(
    path: str, term: Term, clock: Clock, actions: frozenset[str]
) -> Iterator[Finding]:
    """Yield the patterns of events that never reach the subject of a clock."""
    kinds = [_about(one, actions) for one in clock.start]
    if None in kinds:
        return
    started = frozenset(kind for some in kinds if some for kind in some)
    for role in _ROLES:
        for at, pattern in enumerate(getattr(clock, role)):
            about = _about(pattern, actions)
            if about is not None and not about & started:
                yield Finding.warning(
                    "AK-P225",
                    f"{path}.{role}[{at}]",
                    f"{pattern.event} is about a {_words(about)}, and {term.id!r} "
                    f"starts for a {_words(started)}",
                    help="name an event on the same subject",
                )


def _about(pattern: Pattern, actions: frozenset[str]) -> frozenset[str] | None:
    name = ActivityLogged.type if pattern.event in actions else pattern.event
    return _ABOUT.get(name)


def _words(kinds: frozenset[str]) -> str:
    return " or ".join(sorted(kinds))


def _covers(wide: Pattern, narrow: Pattern) -> bool:
    """Say whether every event that fits one pattern fits another."""
    if wide.event != narrow.event:
        return False
    stages = not wide.stage or (narrow.stage and set(narrow.stage) <= set(wide.stage))
    asked = dict(narrow.where)
    return bool(stages) and all(
        field in asked
        and set(map(distinct, asked[field])) <= set(map(distinct, values))
        for field, values in wide.where
    )


def _patterns(term: Term) -> Iterator[tuple[str, Pattern]]:
    """Yield every pattern of a term, with its path within it."""
    match term.promise:
        case Deadline(clock=clock) | Attempts(clock=clock):
            named = {role: getattr(clock, role) for role in ("start", *_ROLES)}
        case Cadence(of=of, asked=asked, until=until):
            named = {"of": of, "asked": asked, "until": until}
        case Volume(of=of):
            named = {"of": of}
        case Quality(of=of, followed_by=followed_by):
            named = {"of": of, "followed_by": followed_by}
        case Validity(at=at):
            named = {"at": at}
        case Duration():
            return
        case _:
            assert_never(term.promise)
    for role, patterns in named.items():
        for nth, pattern in enumerate(patterns):
            yield f"{role}[{nth}]", pattern


def _of_pattern(
    path: str, pattern: Pattern, lifecycle: Lifecycle | None
) -> Iterator[Finding]:
    """Yield a finding on a change of stage that never comes."""
    where = dict(pattern.where)
    if pattern.event != "stage_changed":
        return
    entered, left = (
        [name for name in where.get(field, ()) if isinstance(name, str)]
        for field in ("to_stage", "from_stage")
    )
    if entered and pattern.stage and not {*entered} & {*pattern.stage}:
        yield Finding.error(
            "AK-P226",
            path,
            f"no event fits: a lead that moves to {_listed(entered)} is not in "
            f"{_listed(pattern.stage)}",
            seen=str(pattern),
            help="leave the stage out: it is the one in which the lead is then",
        )
    elif lifecycle is not None and entered and left:
        moves = (lifecycle.can_move(*pair) for pair in product(left, entered))
        if not any(moves):
            yield Finding.warning(
                "AK-P226",
                path,
                f"no event fits: the lifecycle has no move from {_listed(left)} to "
                f"{_listed(entered)}",
                seen=str(pattern),
                help="allow the move, or name another",
            )


def _listed(names: list[str] | tuple[str, ...]) -> str:
    return " or ".join(map(repr, names))


def _uncounted_stages(edition: Edition) -> Iterator[Finding]:
    """Yield the stages on the clock in which no term counts."""
    if edition.lifecycle is None:
        return
    counted = {name for term in edition.terms for name in _counts_in(term)}
    for at, stage in enumerate(edition.lifecycle.stages):
        if stage.kind is StageKind.CLOCKED and stage.id not in counted:
            yield Finding.warning(
                "AK-L012",
                f"$.lifecycle.stages[{at}]",
                f"the stage {stage.id!r} is on the clock, and no term counts in it",
                help="add a term on the time in it, or make it a stage of another kind",
            )


def _counts_in(term: Term) -> Iterator[str]:
    """Yield the stages in which a term counts time."""
    match term.promise:
        case Duration(stages=stages):
            yield from stages
        case Deadline(clock=clock) | Attempts(clock=clock):
            for pattern in clock.start:
                yield from pattern.stage
                for field, values in pattern.where:
                    if field == "to_stage":
                        yield from map(str, values)
        case _:
            return
