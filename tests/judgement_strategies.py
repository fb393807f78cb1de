"""What Hypothesis draws promises and histories from.

A promise is drawn as the plain rule that the slow judge reads, and `agreement_of` turns
it into an agreement. Histories are short and crowded: few instants, most of them around
a change of the clock, a weekend or a holiday, and many facts at one instant, recorded
late, twice, in two forms, withdrawn, or dated by day alone.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

import attrs
from hypothesis import strategies as st

from alignkit.agreements import Agreement
from alignkit.criteria import field
from alignkit.editions import Calendar, Edition
from alignkit.evaluations import Evaluation
from alignkit.events import Event, Precision, Subject
from alignkit.happenings import (
    Custom,
    Fact,
    FieldChanged,
    LeadCreated,
    OwnerAssigned,
    Retracted,
    StageChanged,
)
from alignkit.lifecycle import Lifecycle
from alignkit.patterns import Pattern
from alignkit.promises import Clock, Deadline, Duration, Reopening, Repeat, Target
from alignkit.spans import (
    Before,
    BusinessDays,
    BusinessTime,
    CalendarTime,
    Elapsed,
    Span,
)
from alignkit.stages import Stage, StageCategory, StagePath
from alignkit.terms import ChangeRule, Changes, Landing, Step, Term
from tests.reference.clocks import HOUR, MINUTE, instant_of, local_date, moment_of
from tests.reference.judge import (
    FAR,
    ROLES,
    Answer,
    Answers,
    Listening,
    Rule,
    Rung,
    Signed,
    recorded,
)
from tests.reference.plans import Plan
from tests.reference.roads import REPAIR, Road
from tests.strategies import hours_of

SUBJECT = Subject(id="L1")
BEGINNING = instant_of(datetime(2026, 3, 5, 6, tzinfo=UTC))
"""A Thursday morning; the clocks of Chicago change on the Sunday after."""

_NINE_TO_FIVE = ((9 * 3600, 17 * 3600),)
_SPLIT = ((8 * 3600, 12 * 3600), (13 * 3600, 17 * 3600 + 1800))
_NIGHT = ((22 * 3600, 6 * 3600),)
_ROUND = ((0, 24 * 3600),)
_ZONES = ("America/Chicago", "Europe/London", "Australia/Lord_Howe", "UTC")
_DAYS = tuple(date(2026, 3, day) for day in range(5, 16))


def plans() -> st.SearchStrategy[Plan]:
    """Draw ordinary calendars, with holidays among the days of the history."""
    return st.builds(
        lambda zone, shifts, weekend, holidays: Plan(
            zone=zone,
            week=(shifts,) * 5 + ((shifts,) * 2 if weekend else ((), ())),
            holidays=holidays,
        ),
        st.sampled_from(_ZONES),
        st.sampled_from((_NINE_TO_FIVE, _SPLIT, _NIGHT, _ROUND)),
        st.booleans(),
        st.frozensets(st.sampled_from(_DAYS), max_size=2),
    )


def forward_spans() -> st.SearchStrategy[Span]:
    """Draw spans that count forward, short beside the length of a history."""
    return st.one_of(
        st.builds(BusinessTime, minutes=st.sampled_from((0, 30, 60, 240, 480, 960))),
        st.builds(Elapsed, minutes=st.sampled_from((0, 30, 60, 1440, 4320))),
        st.builds(BusinessDays, st.integers(1, 3)),
        st.builds(CalendarTime, days=st.integers(0, 4)),
    )


def backward_spans() -> st.SearchStrategy[Span]:
    """Draw spans that count back from a date of the subject."""
    return st.builds(
        Before,
        st.builds(CalendarTime, days=st.integers(0, 3)),
        of=st.just("renewal_date"),
        roll=st.sampled_from(("preceding", "following", "none")),
    )


def ladders() -> st.SearchStrategy[tuple[Rung, ...]]:
    """Draw escalations: shares of the target, and offsets around the due instant."""
    shares = st.sampled_from(
        (Fraction(1, 3), Fraction(4, 5), Fraction(1), Fraction(3, 2), Fraction(2))
    )
    lengths = st.one_of(
        st.builds(BusinessTime, minutes=st.sampled_from((30, 480))),
        st.builds(Elapsed, minutes=st.sampled_from((0, 30, 1440))),
    )
    days = st.sampled_from((BusinessDays(1), CalendarTime(days=1)))
    rung = st.one_of(
        st.builds(Rung, st.just("at"), shares),
        st.builds(Rung, st.just("before"), lengths),
        st.builds(Rung, st.just("after"), lengths | days),
    )
    return st.lists(rung, max_size=3).map(tuple)


ROAD = Road(
    path=("lead", "mql", "sql", "customer"),
    qualified="mql",
    aside=("recycled", "lost"),
)

NAMES = ("go", "done", "off", "hold", "on", "again", "back", "both")
_USUAL = {
    "reopen": "back",
    "start": "go",
    "stop": "done",
    "cancel": "off",
    "pause": "hold",
    "resume": "on",
    "reset": "again",
}


@st.composite
def listening(draw: st.DrawFn) -> tuple[tuple[str, tuple[Listening, ...]], ...]:
    """Draw what a clock listens to; now and then one name does two things."""
    shared = draw(st.sets(st.sampled_from(ROLES), max_size=2))
    staged = draw(st.sampled_from(("mql", "recycled"))) if _seldom(draw) else None
    return tuple(
        (
            role,
            (
                Listening(name=_USUAL[role], stage=staged if role == "start" else None),
                *((Listening(name="both"),) if role in shared else ()),
            ),
        )
        for role in ROLES
    )


@st.composite
def rules(
    draw: st.DrawFn,
    *,
    spans: st.SearchStrategy[Span] | None = None,
    is_simple: bool = False,
) -> Rule:
    """Draw a promise; a simple one starts once, and has one target."""
    spans = forward_spans() | backward_spans() if spans is None else spans
    plan = None if not is_simple and _seldom(draw) else draw(plans())
    targets = draw(
        st.lists(
            st.tuples(st.just("tier"), st.sampled_from(("gold", "silver")), spans),
            max_size=0 if is_simple else 2,
        )
    )
    change = draw(st.sampled_from(("recompute", "recompute", "carry", "carry", "pin")))
    anchors = ("event", "event", "attached", "since") if not is_simple else ("event",)
    anchor = draw(st.sampled_from(anchors))
    return Rule(
        plan=plan,
        listens=draw(listening()),
        repeat=(
            "ignored"
            if is_simple
            else draw(st.sampled_from(("ignored", "restart", "new_cycle")))
        ),
        within=draw(spans),
        targets=tuple(targets),
        applies=("size", "big") if anchor == "attached" or _seldom(draw) else None,
        warn=draw(st.sampled_from((None, Fraction(4, 5), Fraction(1, 3), Fraction(1)))),
        rolls=draw(st.booleans()),
        is_pinned=change == "pin",
        is_carried=change == "carry",
        reopening=(
            "ignored"
            if is_simple
            else draw(
                st.sampled_from(("ignored", "goes_on", "counts_all", "new_cycle"))
            )
        ),
        anchor=anchor,
        binds=draw(_effects()) if not is_simple and _seldom(draw) else (-FAR, FAR),
        ladder=draw(ladders()),
    )


@st.composite
def stays(draw: st.DrawFn) -> Rule:
    """Draw a promise to keep nothing in some stages for long, visit by visit."""
    stages = draw(st.sampled_from((("mql",), ("sql",), ("mql", "sql"), ("lost",))))
    return attrs.evolve(
        draw(rules(spans=forward_spans())),
        listens=(),
        repeat="new_cycle",
        anchor="event",
        stages=stages,
    )


def _effects() -> st.SearchStrategy[tuple[int, int]]:
    """Draw from when and until when a term binds."""
    return st.tuples(
        st.just(-FAR) | instants(), st.integers(1, 100).map(lambda n: n * HOUR)
    ).map(lambda drawn: (drawn[0], FAR if drawn[0] == -FAR else sum(drawn)))


def _seldom(draw: st.DrawFn) -> bool:
    """Draw a rare yes."""
    return draw(st.integers(0, 7)) == 5


def instants() -> st.SearchStrategy[int]:
    """Draw instants of a history, most of them on the half hour."""
    return st.builds(
        lambda half_hours, odd: BEGINNING + half_hours * 30 * MINUTE + odd,
        st.integers(0, 9 * 48),
        st.sampled_from((0, 0, 0, 0, 1, -1)),
    )


def names() -> st.SearchStrategy[Fact]:
    """Draw what a clock may listen to."""
    return st.sampled_from(NAMES).map(lambda name: Custom(name=name))


def moves() -> st.SearchStrategy[Fact]:
    """Draw that a subject is in another stage, which may be told in several ways."""
    stages = st.sampled_from((*ROAD.path, *ROAD.aside))
    return st.one_of(
        st.builds(StageChanged, to_stage=stages),
        st.builds(StageChanged, to_stage=stages),
        st.builds(
            StageChanged,
            to_stage=stages,
            from_stage=st.none() | stages,
            reason=st.sampled_from((None, REPAIR, "no_budget")),
            lifecycle=st.sampled_from((None, "road", "other")),
        ),
        st.builds(StageChanged, to_stage=st.just("elsewhere")),
        st.builds(FieldChanged, field=st.just("lead.stage"), value=st.none() | stages),
        st.builds(
            lambda stage: LeadCreated(attributes=(("lead.stage", stage),)), stages
        ),
    )


def facts() -> st.SearchStrategy[Fact]:
    """Draw what can happen in a history."""
    return st.one_of(
        names(),
        names(),
        names(),
        moves(),
        moves(),
        st.builds(OwnerAssigned, owner=st.sampled_from(("kim", "max", None))),
        st.builds(
            FieldChanged,
            field=st.sampled_from(("lead.tier", "lead.size")),
            value=st.sampled_from(("gold", "silver", "big", "small", None)),
        ),
        st.builds(
            FieldChanged,
            field=st.sampled_from(("lead.renewal_date", "lead.since")),
            value=st.sampled_from((*_DAYS, moment_of(BEGINNING + 80 * HOUR), None)),
        ),
    )


def passages() -> st.SearchStrategy[Fact]:
    """Draw the ways in which a subject comes to a stage, and what else can happen."""
    stages = st.sampled_from(("mql", "sql", "lost"))
    return st.one_of(
        st.builds(StageChanged, to_stage=stages),
        st.builds(StageChanged, to_stage=stages),
        st.builds(StageChanged, to_stage=stages),
        st.builds(FieldChanged, field=st.just("lead.stage"), value=stages | st.none()),
        stages.map(lambda stage: LeadCreated(attributes=(("lead.stage", stage),))),
        facts(),
    )


@st.composite
def events(
    draw: st.DrawFn, *, when: st.SearchStrategy[int], id_: str, fact: Fact
) -> Event:
    """Draw when a fact happened, to the moment or to the day."""
    at = draw(when)
    zone = draw(st.sampled_from(_ZONES))
    if _seldom(draw):
        day = local_date(zone, at)
        return Event(
            id=id_,
            subject=SUBJECT,
            at=datetime(day.year, day.month, day.day, tzinfo=UTC),
            fact=fact,
            precision=Precision.DAY,
        )
    return Event(id=id_, subject=SUBJECT, at=moment_of(at, zone), fact=fact)


@st.composite
def histories(
    draw: st.DrawFn,
    *,
    is_plain: bool = False,
    is_simple: bool = False,
    is_staged: bool = False,
) -> tuple[Event, ...]:
    """Draw the facts of a subject, recorded as they happened, or in every other way.

    They begin with what starts a clock, most often; the rest comes in any order. In a
    simple history nothing is reset; in a staged one the subject moves about.
    """
    if is_simple:
        dull = [name for name in NAMES if name not in ("again", "both")]
        others: st.SearchStrategy[Fact] = st.sampled_from(dull).map(
            lambda name: Custom(name=name)
        )
    else:
        others = passages() if is_staged else facts()
    first: Fact = StageChanged(to_stage="mql") if is_staged else Custom(name="go")
    some = sorted(draw(st.lists(instants(), min_size=2, max_size=6)))
    when = st.sampled_from(some)
    told = [
        draw(
            events(
                when=st.just(some[0]) if number == 0 else when,
                id_=f"e{number}",
                fact=first if number == 0 else draw(others),
            )
        )
        for number in range(draw(st.integers(2, 9)))
    ]
    if is_plain:
        return tuple(told)
    lags = st.sampled_from((0, 0, 0, 1, HOUR, 30 * HOUR))
    recordings = [_recorded_after(event, draw(lags)) for event in told]
    recordings += [
        draw(_again(event, when))
        for event in draw(st.lists(st.sampled_from(told), max_size=2))
    ]
    ids = [*(event.id for event in told), "r0", "r1", "r2"]
    recordings += [
        Event(
            id=f"r{number}",
            subject=SUBJECT,
            at=moment_of(draw(when)),
            fact=Retracted(of=draw(st.sampled_from(ids))),
            recorded_at=draw(st.none() | when.map(moment_of)),
        )
        for number in range(draw(st.sampled_from((0, 0, 0, 1, 3))))
    ]
    return tuple(draw(st.permutations(recordings)))


def _recorded_after(event: Event, lag: int) -> Event:
    if not lag:
        return event
    return attrs.evolve(event, recorded_at=moment_of(instant_of(event.at) + lag))


@st.composite
def _again(draw: st.DrawFn, event: Event, when: st.SearchStrategy[int]) -> Event:
    """Draw the same fact once more: repeated, corrected or contradicted."""
    later = st.none() | when.map(moment_of)
    match draw(st.sampled_from(("same", "fact", "time"))):
        case "same":
            return attrs.evolve(event, recorded_at=draw(later))
        case "fact":
            return attrs.evolve(event, fact=draw(facts()), recorded_at=draw(later))
        case _:
            return attrs.evolve(
                event,
                at=moment_of(draw(when)),
                precision=Precision.INSTANT,
                recorded_at=draw(later),
            )


@attrs.frozen(kw_only=True)
class Trial:
    """A promise, what happened, and the moment of the question."""

    signed: tuple[Signed, ...]
    events: tuple[Event, ...]
    as_of: int

    # No field: Hypothesis would print it, and it is long.
    @functools.cached_property
    def agreement(self) -> Agreement:
        """The agreement whose editions say what the rules say."""
        return agreement_of(self.signed)

    def evaluate(
        self,
        events: Sequence[Event] | None = None,
        *,
        as_of: int | None = None,
        known_at: int | None = None,
    ) -> Evaluation:
        """Return the evaluation, of these or of other facts and moments."""
        return self.agreement.evaluate(
            self.events if events is None else events,
            as_of=moment_of(self.as_of if as_of is None else as_of),
            known_at=None if known_at is None else moment_of(known_at),
        )


@st.composite
def trials(
    draw: st.DrawFn,
    *,
    is_plain: bool = False,
    is_simple: bool = False,
    is_stay: bool = False,
    spans: st.SearchStrategy[Span] | None = None,
    most_editions: int = 1,
) -> Trial:
    """Draw a promise with a history and a question."""
    told = draw(
        histories(
            is_plain=is_plain or is_simple, is_simple=is_simple, is_staged=is_stay
        )
    )
    drawn = stays() if is_stay else rules(spans=spans, is_simple=is_simple)
    count = draw(st.integers(1, most_editions))
    starts = draw(
        st.lists(instants(), min_size=count, max_size=count, unique=True).map(sorted)
    )
    if draw(st.booleans()) or count == 1:
        starts[0] = -(1 << 62)
    signed = tuple(
        Signed(
            start,
            None if number and _seldom(draw) else draw(drawn),
            ROAD if not is_simple and draw(st.booleans()) else None,
        )
        for number, start in enumerate(starts)
    )
    return Trial(
        signed=signed,
        events=told,
        as_of=draw(st.sampled_from(crucial(told)) | instants()),
    )


@st.composite
def adopting_trials(draw: st.DrawFn) -> Trial:
    """Draw a promise that goes over to the next edition while its clock runs [K6]."""
    trial = draw(changing_trials() | trials(is_stay=True) | trials())
    (signed,) = trial.signed
    first = signed.rule
    assert first is not None
    spans = forward_spans() if first.stages else forward_spans() | backward_spans()
    starts = draw(st.lists(instants(), min_size=1, max_size=3, unique=True).map(sorted))
    rules_ = [attrs.evolve(first, adopts=True)]
    for _ in starts:
        change = draw(st.sampled_from(("recompute", "carry", "carry", "pin")))
        rules_.append(
            attrs.evolve(
                first,
                within=draw(spans),
                targets=draw(st.sampled_from((first.targets, ()))),
                is_pinned=change == "pin",
                is_carried=change == "carry",
                warn=draw(st.sampled_from((None, Fraction(4, 5)))),
                listens=() if first.stages else draw(listening()),
                reopening=draw(st.sampled_from(("goes_on", "ignored"))),
                ladder=draw(ladders()),
                adopts=draw(st.booleans()),
            )
        )
    return attrs.evolve(
        trial,
        signed=(
            attrs.evolve(signed, rule=rules_[0]),
            *(
                Signed(start, None if _seldom(draw) else rule, signed.road)
                for start, rule in zip(starts, rules_[1:], strict=True)
            ),
        ),
    )


@st.composite
def changing_trials(draw: st.DrawFn) -> Trial:
    """Draw a promise of which the target changes while its clock runs [K7]."""
    some = sorted(draw(st.lists(instants(), min_size=3, max_size=6, unique=True)))
    given: list[Fact] = [
        Custom(name="go"),
        *(
            FieldChanged(field=path, value=draw(st.sampled_from(values)))
            for path, values in (
                ("lead.tier", ("gold", "silver", "bronze", None)),
                ("lead.size", ("big", "small", None)),
            )
        ),
    ]
    segments = st.builds(
        FieldChanged,
        field=st.sampled_from(("lead.tier", "lead.tier", "lead.size")),
        value=st.sampled_from(("gold", "silver", "bronze", "big", "small", None)),
    )
    told = [
        *(
            draw(events(when=st.just(some[0]), id_=f"e{number}", fact=fact))
            for number, fact in enumerate(given)
        ),
        *(
            draw(
                events(
                    when=st.sampled_from(some),
                    id_=f"f{number}",
                    fact=draw(segments | names() | facts()),
                )
            )
            for number in range(draw(st.integers(2, 7)))
        ),
    ]
    counted = st.builds(BusinessTime, minutes=st.sampled_from((60, 240, 960, 1201)))
    days = st.builds(BusinessDays, st.integers(1, 4))
    spans = draw(st.sampled_from((counted, counted | days, forward_spans())))
    of_segments = st.sampled_from(
        (("tier", "gold"), ("tier", "silver"), ("size", "big"))
    )
    targets = st.tuples(of_segments, spans).map(lambda one: (*one[0], one[1]))
    rule = attrs.evolve(
        draw(rules(spans=spans)),
        is_carried=True,
        is_pinned=False,
        targets=tuple(draw(st.lists(targets, min_size=1, max_size=3))),
    )
    return Trial(
        signed=(Signed(-(1 << 62), rule),),
        events=tuple(told),
        as_of=draw(st.sampled_from(crucial(told)) | instants()),
    )


def crucial(told: Sequence[Event]) -> list[int]:
    """Return instants at which something happened or was recorded, and just beside.

    The latest come first: by then there is something to tell.
    """
    found = [instant_of(event.at) for event in told] + [recorded(e) for e in told]
    around = {at + step for at in found for step in (-1, 0, 1, 9 * HOUR, 70 * HOUR)}
    return sorted(around, reverse=True)


def agreement_of(signed: Sequence[Signed]) -> Agreement:
    """Return the agreement whose editions say what these rules say."""
    return Agreement(
        tuple(edition_of(number, one) for number, one in enumerate(signed, start=1))
    )


def edition_of(number: int, signed: Signed) -> Edition:
    rule = signed.rule
    is_ever = signed.since < -(1 << 61)
    plan = None if rule is None else rule.plan
    return Edition(
        id="a",
        version=str(number),
        effective_from=None if is_ever else moment_of(signed.since),
        calendars=() if plan is None else (Calendar("c", hours_of(plan)),),
        lifecycle=None if signed.road is None else lifecycle_of(signed.road),
        terms=() if rule is None else (term_of(rule),),
    )


def lifecycle_of(road: Road) -> Lifecycle:
    won = road.path[-1]
    return Lifecycle(
        id="road",
        stages=(
            *(
                Stage(
                    id=id_,
                    owner="joint",
                    category=StageCategory.WON if id_ == won else StageCategory.OPEN,
                )
                for id_ in road.path
            ),
            *(
                Stage(
                    id=id_,
                    owner="joint",
                    path=StagePath.DETOUR,
                    category=(
                        StageCategory.LOST if id_ == "lost" else StageCategory.ON_HOLD
                    ),
                )
                for id_ in road.aside
            ),
        ),
        qualifies_at=road.qualified,
    )


def term_of(rule: Rule) -> Term:
    if rule.stages:
        return _term_of(
            rule,
            Duration(
                stages=rule.stages, at_most=rule.within, targets=_targets_of(rule)
            ),
        )
    heard = {
        role: [
            Pattern(
                event="custom",
                where={"name": one.name},
                stage=() if one.stage is None else (one.stage,),
            )
            for one in ones
        ]
        for role, ones in rule.listens
    }
    return _term_of(
        rule,
        Deadline(
            clock=Clock(
                **heard,  # type: ignore[arg-type]
                repeat=Repeat(rule.repeat),
                reopening=Reopening(rule.reopening),
                anchor=rule.anchor if rule.anchor != "since" else "lead.since",
            ),
            within=rule.within,
            targets=_targets_of(rule),
        ),
    )


def _targets_of(rule: Rule) -> tuple[Target, ...]:
    return tuple(
        Target(field(f"lead.{path}").is_(value), span)
        for path, value, span in rule.targets
    )


def _term_of(rule: Rule, promise: Deadline | Duration) -> Term:
    return Term(
        id="t",
        party="sales",
        calendar=None if rule.plan is None else "c",
        promise=promise,
        applies_to=(
            None
            if rule.applies is None
            else field(f"lead.{rule.applies[0]}").is_(rule.applies[1])
        ),
        warn_at=rule.warn,
        landing=Landing.NEXT_OPEN if rule.rolls else Landing.CLOSE,
        changes=Changes(segment=_change_of(rule)),
        effective_from=_moment(rule.binds[0]),
        effective_until=_moment(rule.binds[1]),
        adopts_changes=rule.adopts,
        escalate=[
            Step(**{rung.when: rung.what}, notify="manager")  # type: ignore[arg-type]
            for rung in rule.ladder
        ],
    )


def _change_of(rule: Rule) -> ChangeRule:
    if rule.is_carried:
        return ChangeRule.CARRY_CONSUMED_SHARE
    return ChangeRule.PIN if rule.is_pinned else ChangeRule.RECOMPUTE_FROM_START


def answers_of(evaluation: Evaluation) -> Answers:
    """Return verdicts as the slow judge would put them."""
    return {
        verdict.cycle: Answer(
            status=verdict.status.value,
            started=_instant(verdict.started_at) or 0,
            due=_instant(verdict.due_at),
            fulfilled=_instant(verdict.fulfilled_at),
            business=(
                None
                if verdict.elapsed is None or verdict.elapsed.business is None
                else verdict.elapsed.business // timedelta(microseconds=1)
            ),
            target=verdict.target,
            rests=tuple(
                (_instant(low) or 0, _instant(high)) for low, high in verdict.paused
            ),
            before_start=tuple(
                one.event for one in verdict.disregarded if one.reason == "before_start"
            ),
            is_revised=verdict.revised,
        )
        for verdict in evaluation.verdicts
    }


def _moment(instant: int) -> datetime | None:
    return None if abs(instant) == FAR else moment_of(instant)


def _instant(moment: datetime | None) -> int | None:
    return None if moment is None else instant_of(moment)
