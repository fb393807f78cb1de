"""What Hypothesis draws whole agreements from, and what happens under them.

An agreement has some terms of all seven kinds, of owners' clocks and of shares to be
kept, a feedback loop with every duty and its alarm, a lifecycle, and people who are
away. A history is of two leads and a request; its facts are recorded late, twice, in
two forms, withdrawn, or dated by day alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import attrs
from hypothesis import strategies as st

from alignkit.actions import Action, Evidence
from alignkit.agreements import Agreement
from alignkit.criteria import field, happened
from alignkit.documents import dumps
from alignkit.editions import Calendar, Definition, Edition
from alignkit.evaluations import Evaluation
from alignkit.events import Actor, ActorKind, Event, Precision, Subject
from alignkit.happenings import (
    ActivityLogged,
    ConsentChanged,
    Custom,
    Decision,
    Direction,
    Fact,
    FeedbackAcknowledged,
    FeedbackActed,
    FeedbackClosed,
    FeedbackDecided,
    FeedbackGiven,
    FeedbackReopened,
    FeedbackRequested,
    FieldChanged,
    HandoffOffered,
    HandoffRejected,
    LeadsMerged,
    OwnerAssigned,
    PersonUnavailable,
    Retracted,
    StageChanged,
    WaiverGranted,
)
from alignkit.hours import BusinessHours
from alignkit.loops import Loop
from alignkit.parties import Affiliation, Membership, Organization, Party, Person, Team
from alignkit.patterns import Pattern
from alignkit.periods import PeriodKind, Recurrence
from alignkit.promises import (
    Attempts,
    Bound,
    Cadence,
    Clock,
    Deadline,
    Duration,
    Keeping,
    Quality,
    Reopening,
    Repeat,
    Stay,
    Target,
    Validity,
    Volume,
    Worth,
)
from alignkit.spans import BusinessDays, BusinessTime, CalendarTime, Elapsed, Span
from alignkit.standings import Status
from alignkit.streams import Stream
from alignkit.terms import (
    CalendarOf,
    ChangeRule,
    Changes,
    Exclusion,
    Excuses,
    Landing,
    Step,
    Term,
    Waiting,
)
from alignkit.verdicts import Verdict
from tests.judgement_strategies import BEGINNING, ROAD, crucial, instants, lifecycle_of
from tests.reference.clocks import HOUR, local_date, moment_of


def calendars(*off: date) -> tuple[Calendar, ...]:
    """Return the calendars of both offices, with some more days on which none works."""
    more = dict.fromkeys(off, "Another holiday")
    return (
        Calendar(
            "chicago",
            BusinessHours(
                "America/Chicago", {"mon-fri": ["09:00-17:00"]}, holidays=more
            ),
        ),
        Calendar(
            "london",
            BusinessHours(
                "Europe/London",
                {"mon-fri": ["08:00-12:00", "13:00-17:30"]},
                holidays={date(2026, 3, 10): "A Tuesday", **more},
            ),
        ),
    )


CALENDARS = calendars()
ORGANIZATION = Organization(
    teams=(
        Team(id="emea", calendar="london", affiliations=(Affiliation(party="sales"),)),
    ),
    people=(
        Person(id="kim", calendar="chicago"),
        Person(id="zoe", memberships=(Membership(team="emea"),)),
    ),
    zone="America/Chicago",
)
PARTIES = (Party("sales", calendar="chicago"), Party("marketing", calendar="london"))
LEADS = (Subject(id="L1"), Subject(id="L2"))
REQUEST = Subject(kind="request", id="R1")

_ZONES = ("America/Chicago", "Europe/London", "UTC")
_FEEDBACK = (
    FeedbackRequested,
    FeedbackGiven,
    FeedbackGiven,
    FeedbackAcknowledged,
    FeedbackActed,
    FeedbackClosed,
    FeedbackReopened,
)


def named(*names: str) -> tuple[Pattern, ...]:
    return tuple(Pattern(event="custom", where={"name": name}) for name in names)


_TO_MQL = Pattern(event="stage_changed", where={"to_stage": "mql"})
_TOUCH = Pattern(event="touch")
_REJECTED = Pattern(event="handoff_rejected")
_DEFINITIONS = (
    Definition("gold", field("lead.tier").is_("gold")),
    Definition("keen", field("lead.tier").is_("gold") | happened("demo", times=1)),
)
_TOUCHES = Action(
    id="touch",
    channels=("call", "email"),
    direction=Direction.OUTBOUND,
    evidence=(Evidence(channel="call", needs_outcome=True),),
)


def spans() -> st.SearchStrategy[Span]:
    return st.sampled_from(
        (
            BusinessTime(hours=4),
            BusinessTime(minutes=30),
            Elapsed(hours=20),
            BusinessDays(1),
            BusinessDays(2),
            CalendarTime(days=2),
        )
    )


def keepings() -> st.SearchStrategy[Keeping]:
    return st.builds(
        Keeping,
        at_least=st.sampled_from((Fraction(1, 2), Fraction(9, 10))),
        per=st.sampled_from((None, PeriodKind.MONTH)),
        min_sample=st.sampled_from((None, 2)),
    )


def ladders() -> st.SearchStrategy[tuple[Step, ...]]:
    return st.lists(
        st.sampled_from(
            (
                Step(at=Fraction(1, 2), notify="rep"),
                Step(at=Fraction(1), notify="manager"),
                Step(at=Fraction(2), action="reassign"),
                Step(before=BusinessTime(minutes=30), notify="rep"),
                Step(after=Elapsed(hours=1), notify="manager"),
            )
        ),
        max_size=2,
        unique_by=repr,
    ).map(tuple)


@st.composite
def clocks(draw: st.DrawFn) -> Clock:
    return Clock(
        start=draw(st.sampled_from((named("go"), (_TO_MQL,), (*named("go"), _TO_MQL)))),
        stop=draw(st.sampled_from((named("done"), (_TOUCH,), (_TOUCH, _REJECTED)))),
        cancel=draw(st.sampled_from(((), named("off")))),
        pause=named("hold"),
        resume=named("on"),
        reset=draw(st.sampled_from(((), named("again")))),
        reopen=draw(st.sampled_from(((), named("back")))),
        repeat=draw(st.sampled_from(Repeat)),
        reopening=draw(st.sampled_from(Reopening)),
    )


@st.composite
def with_clocks(draw: st.DrawFn, id_: str, *, promise: Any) -> Term:  # noqa: ANN401
    """Draw a term that has a clock, and all that may go with it."""
    calendar = draw(st.sampled_from(("chicago", "london", None)))
    is_owned = isinstance(promise, Deadline) and draw(st.booleans())
    excuses = Excuses(
        rests_while_unavailable=is_owned and draw(st.booleans()),
        void_without=draw(st.sampled_from(((), (), ("valid",)))),
        extended_by=draw(st.sampled_from(((), (), (), ("other",)))),
    )
    return Term(
        id=id_,
        party=draw(st.sampled_from(("sales", "marketing"))),
        promise=promise,
        calendar=calendar,
        calendar_of=(
            CalendarOf.PARTY if calendar else draw(st.sampled_from(CalendarOf))
        ),
        applies_to=draw(st.sampled_from((None, None, field("lead.size").is_("big")))),
        exclude=draw(
            st.sampled_from(
                ((), (), (Exclusion(field("lead.tier").is_("junk"), "test_record"),))
            )
        ),
        excuses=excuses if id_ == "main" else Excuses(),
        waiting=Waiting.OWNER if is_owned else Waiting.LEAD,
        changes=Changes(
            segment=draw(
                st.sampled_from((ChangeRule.RECOMPUTE_FROM_START, ChangeRule.PIN))
            ),
            owner=draw(st.sampled_from(ChangeRule)),
        ),
        adopts_changes=draw(st.sampled_from((False, False, True))),
        warn_at=draw(st.sampled_from((None, Fraction(1, 2), Fraction(4, 5)))),
        escalate=draw(ladders()),
        keep=draw(st.none() | keepings()),
        landing=draw(st.sampled_from(Landing)),
    )


def _targets() -> st.SearchStrategy[tuple[Target, ...]]:
    gold = field("lead.tier").is_("gold")
    return st.sampled_from(((), (), (Target(gold, BusinessTime(hours=1)),)))


def deadlines() -> st.SearchStrategy[Deadline]:
    return st.builds(Deadline, clock=clocks(), within=spans(), targets=_targets())


def stays() -> st.SearchStrategy[Duration]:
    return st.builds(
        Duration,
        stages=st.sampled_from((("mql",), ("mql", "sql"))),
        at_most=spans(),
        stay=st.sampled_from(Stay),
        targets=_targets(),
    )


def cadences() -> st.SearchStrategy[Cadence]:
    common = {
        "of": st.sampled_from((named("done"), (_TOUCH,))),
        "until": st.sampled_from(((), named("off"))),
    }
    return st.one_of(
        st.builds(
            Cadence,
            **common,
            every=spans(),
            anchor=st.sampled_from((None, date(2026, 3, 6))),
        ),
        st.builds(Cadence, **common, every=spans(), asked=st.just(named("go"))),
        st.builds(
            Cadence,
            **common,
            rule=st.just(Recurrence("FREQ=DAILY;INTERVAL=3", start=date(2026, 3, 1))),
        ),
    )


def attempts() -> st.SearchStrategy[Attempts]:
    return st.builds(
        Attempts,
        clock=clocks(),
        at_least=st.integers(2, 3),
        within=spans(),
        action=st.just("touch"),
        channels=st.integers(1, 2),
        days=st.integers(1, 2),
        per_day=st.sampled_from((None, 1, 2)),
        spacing=st.sampled_from((None, Elapsed(hours=1))),
    )


def volumes() -> st.SearchStrategy[Volume]:
    worth = Worth(segment=field("lead.tier").is_("gold"), amount=Decimal("2.5"))
    return st.builds(
        Volume,
        of=st.sampled_from((named("go"), (_TO_MQL,))),
        goal=st.sampled_from((Decimal(1), Decimal(2), Decimal(30))),
        per=st.sampled_from((PeriodKind.MONTH, PeriodKind.WEEK)),
        bound=st.sampled_from(Bound),
        worth=st.sampled_from(((), (worth,))),
        again_after=st.sampled_from((None, 2)),
    )


def qualities() -> st.SearchStrategy[Quality]:
    return st.one_of(
        st.builds(
            Quality,
            of=st.just(named("go")),
            share=keepings(),
            meeting=st.sampled_from(("gold", "keen")),
        ),
        st.builds(
            Quality,
            of=st.just((_TO_MQL,)),
            share=keepings(),
            followed_by=st.just((_TOUCH,)),
        ),
    )


@st.composite
def counted(draw: st.DrawFn, id_: str, *, promise: Any) -> Term:  # noqa: ANN401
    """Draw a term that counts over all subjects, or is decided at once."""
    return Term(
        id=id_,
        party=draw(st.sampled_from(("sales", "marketing"))),
        promise=promise,
        calendar=draw(st.sampled_from(("chicago", "london", None))),
        warn_at=draw(st.sampled_from((None, Fraction(4, 5)))),
        applies_to=draw(st.sampled_from((None, None, field("lead.size").is_("big")))),
        keep=draw(st.none() | keepings()) if isinstance(promise, Validity) else None,
    )


@st.composite
def loops(draw: st.DrawFn) -> Loop:
    return Loop(
        id="news",
        kind="news",
        owes="sales",
        to="marketing",
        reply_within=draw(st.none() | spans()),
        acknowledge_within=draw(st.none() | spans()),
        decide_within=draw(spans()),
        act_within=draw(st.none() | spans()),
        tell_within=draw(spans()),
        is_acknowledged_first=draw(st.booleans()),
        coverage=draw(st.none() | keepings()),
        action=draw(st.none() | keepings()),
        closure=draw(st.none() | keepings()),
        silence_after=draw(spans()),
    )


@st.composite
def editions(draw: st.DrawFn, number: int, since: int | None) -> Edition:
    kinds: tuple[tuple[str, Any], ...] = (
        ("main", deadlines()),
        ("other", deadlines()),
        ("stay", stays()),
        ("again", cadences()),
        ("effort", attempts()),
        ("supply", volumes()),
        ("share", qualities()),
        (
            "valid",
            st.builds(Validity, at=st.just(named("go")), meeting=st.just("gold")),
        ),
    )
    wanted = draw(
        st.sets(st.sampled_from([id_ for id_, _ in kinds]), min_size=1, max_size=3)
    )
    terms: list[Term] = []
    for id_, promises in kinds:
        if id_ not in wanted and not (id_ in ("other", "valid") and "main" in wanted):
            continue
        promise = draw(promises)
        is_counted = isinstance(promise, Volume | Quality | Validity)
        shape = counted if is_counted else with_clocks
        terms.append(draw(shape(id_, promise=promise)))
    return Edition(
        id="a",
        version=str(number),
        effective_from=None if since is None else moment_of(since),
        parties=PARTIES,
        calendars=CALENDARS,
        organization=ORGANIZATION,
        definitions=_DEFINITIONS,
        actions=(_TOUCHES,),
        lifecycle=draw(st.sampled_from((None, lifecycle_of(ROAD)))),
        loops=tuple(draw(st.lists(loops(), max_size=1))),
        terms=tuple(terms),
    )


@st.composite
def agreements(draw: st.DrawFn, most_editions: int = 2) -> Agreement:
    count = draw(st.integers(1, most_editions))
    starts: list[int | None] = list(
        draw(
            st.lists(instants(), min_size=count, max_size=count, unique=True).map(
                sorted
            )
        )
    )
    if draw(st.booleans()) or count == 1:
        starts[0] = None
    return Agreement(
        tuple(
            draw(editions(number, start))
            for number, start in enumerate(starts, start=1)
        )
    )


_NAMES = ("go", "go", "done", "off", "hold", "on", "again", "back", "demo")


def lead_facts() -> st.SearchStrategy[Fact]:
    stages = st.sampled_from((*ROAD.path, *ROAD.aside))
    return st.one_of(
        st.sampled_from(_NAMES).map(lambda name: Custom(name=name)),
        st.sampled_from(_NAMES).map(lambda name: Custom(name=name)),
        st.builds(StageChanged, to_stage=stages),
        st.just(StageChanged(to_stage="mql")),
        st.builds(
            OwnerAssigned,
            owner=st.sampled_from(("kim", "zoe", None)),
            team=st.sampled_from((None, "emea")),
        ),
        touches(),
        touches(),
        st.builds(
            FieldChanged,
            field=st.sampled_from(("lead.tier", "lead.size", "lead.calendar")),
            value=st.sampled_from(("gold", "junk", "big", "london", None)),
        ),
        st.builds(
            HandoffRejected,
            reason=st.sampled_from(("unreachable", "no_budget", "junk", "other")),
        ),
        st.just(HandoffOffered(to_party="sales")),
        st.builds(ConsentChanged, granted=st.booleans()),
        st.builds(
            WaiverGranted,
            term=st.sampled_from(("main", "other", "stay", "valid")),
            reason=st.just("a fair"),
            start=st.none() | st.just(date(2026, 3, 6)),
            end=st.none() | st.just(date(2026, 3, 9)),
            reaches_back=st.booleans(),
        ),
    )


def touches() -> st.SearchStrategy[Fact]:
    return st.builds(
        ActivityLogged,
        channel=st.sampled_from(("call", "email", "chat")),
        direction=st.sampled_from(
            (Direction.OUTBOUND, Direction.OUTBOUND, Direction.INBOUND)
        ),
        outcome=st.sampled_from((None, "connected")),
        automated=st.sampled_from((None, None, True)),
    )


def feedback_facts() -> st.SearchStrategy[Fact]:
    plain = st.sampled_from(_FEEDBACK).map(lambda step: step(loop="news", kind="news"))
    decided = st.builds(
        FeedbackDecided,
        loop=st.just("news"),
        kind=st.just("news"),
        decision=st.sampled_from(Decision),
        reason=st.sampled_from((None, "off brand")),
        until=st.sampled_from((None, date(2026, 3, 12))),
    )
    return st.one_of(plain, plain, decided)


def actors() -> st.SearchStrategy[Actor | None]:
    return st.one_of(
        st.none(),
        st.builds(
            Actor,
            id=st.sampled_from(("kim", "zoe")),
            kind=st.sampled_from(
                (ActorKind.HUMAN, ActorKind.HUMAN, ActorKind.AUTOMATION)
            ),
        ),
    )


@st.composite
def events(
    draw: st.DrawFn,
    subject: Subject,
    id_: str,
    at: int,
    fact: Fact,
) -> Event:
    zone = draw(st.sampled_from(_ZONES))
    event = Event(
        id=id_,
        subject=subject,
        at=moment_of(at, zone),
        fact=fact,
        actor=draw(actors()) if isinstance(fact, ActivityLogged | Custom) else None,
    )
    if draw(st.integers(0, 7)) == 5:
        day = local_date(zone, at)
        midnight = datetime(day.year, day.month, day.day, tzinfo=UTC)
        return attrs.evolve(event, at=midnight, precision=Precision.DAY)
    return event


@st.composite
def told_of(
    draw: st.DrawFn, subject: Subject, *, is_plain: bool, most: int = 8
) -> list[Event]:
    """Draw the facts of one subject."""
    facts = feedback_facts() if subject == REQUEST else lead_facts()
    some = sorted(draw(st.lists(instants(), min_size=2, max_size=6)))
    when = st.sampled_from(some)
    name = f"{subject.id}-"
    told = [
        draw(events(subject, f"{name}{number}", draw(when), draw(facts)))
        for number in range(draw(st.integers(1, most)))
    ]
    if is_plain:
        return told
    lags = st.sampled_from((0, 0, 0, 1, 30 * HOUR))
    found: list[Event] = []
    for one in told:
        lag = draw(lags)
        at = one.at + timedelta(microseconds=lag)
        found.append(attrs.evolve(one, recorded_at=at) if lag else one)
    for one in draw(st.lists(st.sampled_from(told), max_size=1)):
        other = attrs.evolve(one, fact=draw(facts), actor=None)
        recorded = draw(st.none() | when.map(moment_of))
        found.append(attrs.evolve(other, recorded_at=recorded))
    for number in range(draw(st.sampled_from((0, 0, 0, 1, 2)))):
        ids = [one.id for one in told] + [f"{name}r0"]
        found.append(
            Event(
                id=f"{name}r{number}",
                subject=subject,
                at=moment_of(draw(when)),
                fact=Retracted(of=draw(st.sampled_from(ids))),
            )
        )
    return found


@st.composite
def absences(draw: st.DrawFn) -> list[Event]:
    """Draw when people are away, as it was told at some time."""
    count = draw(st.sampled_from((0, 0, 1, 2)))
    found = []
    for number in range(count):
        person = draw(st.sampled_from(("kim", "zoe")))
        start = draw(instants())
        end = start + draw(st.integers(1, 60)) * HOUR
        told = draw(instants() | st.just(BEGINNING))
        found.append(
            Event(
                id=f"away{number}",
                subject=Subject(kind="person", id=person),
                at=moment_of(told),
                fact=PersonUnavailable(start=moment_of(start), end=moment_of(end)),
            )
        )
    return found


@attrs.frozen(kw_only=True)
class WideTrial:
    """A whole agreement, what happened, who was away, and when it is asked."""

    agreement: Agreement
    events: tuple[Event, ...]
    shared: tuple[Event, ...]
    as_of: int

    def __repr__(self) -> str:
        """Show the agreement as its document, and the facts in their JSON form."""
        facts = "\n".join(str(one.to_dict()) for one in (*self.events, *self.shared))
        asked = moment_of(self.as_of)
        return f"\n{dumps(self.agreement, format='toml')}\n{facts}\nas of {asked}"

    def _repr_pretty_(self, printer: Any, _: object) -> None:  # noqa: ANN401
        # Hypothesis would print every field of every value otherwise.
        printer.text(repr(self))

    def evaluate(
        self, events: Sequence[Event] | None = None, *, as_of: int | None = None
    ) -> Evaluation:
        return self.agreement.evaluate(
            self.events if events is None else events,
            as_of=moment_of(self.as_of if as_of is None else as_of),
            shared=self.shared,
        )

    @property
    def subject(self) -> Subject:
        """What the first fact is about; all of them, where they tell of one alone."""
        return self.events[0].subject

    def of_subject(self, told: Iterable[Event], as_of: datetime) -> list[Verdict]:
        """Return what an evaluation of some facts says of their one subject alone."""
        people = {*self.shared}
        given = [*told]
        found = self.agreement.evaluate(
            [one for one in given if one not in people],
            as_of=as_of,
            shared=[one for one in given if one in people],
        )
        return single(found.verdicts)

    def stream(self) -> Stream:
        """Return the stream of the same facts, subject by subject."""
        order = sorted(self.events, key=lambda one: (one.subject.kind, one.subject.id))
        return self.agreement.evaluate(
            order, as_of=moment_of(self.as_of), shared=self.shared, grouped=True
        )


@st.composite
def wide_trials(
    draw: st.DrawFn,
    *,
    is_plain: bool = False,
    most_editions: int = 2,
    alone: bool = False,
    is_merged: bool = False,
) -> WideTrial:
    """Draw all that; of one subject alone, or with two leads that become one."""
    subjects = [*LEADS, REQUEST]
    about = [draw(st.sampled_from(subjects))] if alone else subjects
    told = [
        one for subject in about for one in draw(told_of(subject, is_plain=is_plain))
    ]
    if is_merged:
        at = moment_of(draw(instants()))
        into = LeadsMerged(into=LEADS[0].id)
        told.append(Event(id="merged", subject=LEADS[1], at=at, fact=into))
    return WideTrial(
        agreement=draw(agreements(most_editions)),
        events=tuple(told),
        shared=tuple(draw(absences())),
        as_of=draw(st.sampled_from(crucial(told)) | instants()),
    )


@attrs.frozen(kw_only=True)
class Plain:
    """One promise that nothing sets back, and the days on which nobody works."""

    term: Term
    holidays: tuple[date, ...] = ()

    @property
    def agreement(self) -> Agreement:
        """The agreement that makes this promise, in force ever since."""
        signed = Edition(
            id="a",
            parties=PARTIES,
            calendars=calendars(*self.holidays),
            actions=(_TOUCHES,),
            terms=(self.term,),
        )
        return Agreement((signed,))


@st.composite
def plain_terms(draw: st.DrawFn) -> Term:
    """Draw a promise of any kind that has a clock, which counts forward and once."""
    clock = Clock(
        start=draw(st.sampled_from((named("go"), (_TO_MQL,)))),
        stop=draw(st.sampled_from((named("done"), (_TOUCH,)))),
        cancel=named("off"),
        pause=named("hold"),
        resume=named("on"),
    )
    promise = draw(
        st.one_of(
            st.builds(Deadline, clock=st.just(clock), within=spans()),
            attempts().map(lambda effort: attrs.evolve(effort, clock=clock)),
            stays().map(lambda stay: attrs.evolve(stay, targets=())),
            cadences().filter(lambda cadence: cadence.every is not None),
        )
    )
    return Term(
        id="t",
        party="sales",
        promise=promise,
        calendar=draw(st.sampled_from(("chicago", "london"))),
        landing=draw(st.sampled_from(Landing)),
        waiting=(
            draw(st.sampled_from(Waiting))
            if isinstance(promise, Deadline)
            else Waiting.LEAD
        ),
    )


def lengthened(term: Term, more: int) -> Term:
    """Return the same promise with a longer span."""
    promise = term.promise
    match promise:
        case Deadline() | Attempts():
            within = _longer(promise.within, more)
            return attrs.evolve(term, promise=attrs.evolve(promise, within=within))
        case Duration():
            stay = attrs.evolve(promise, at_most=_longer(promise.at_most, more))
            return attrs.evolve(term, promise=stay)
        case Cadence(every=every) if every is not None:
            cadence = attrs.evolve(promise, every=_longer(every, more))
            return attrs.evolve(term, promise=cadence)
        case _:
            raise AssertionError(promise)


def _longer(span: Span, more: int) -> Span:
    match span:
        case BusinessTime() | Elapsed():
            return type(span)(microseconds=span.length + more * HOUR)
        case BusinessDays():
            return BusinessDays(span.days + more, span.due)
        case CalendarTime():
            return CalendarTime(days=span.days + more)
        case _:
            raise AssertionError(span)


def plain_histories() -> st.SearchStrategy[list[Event]]:
    """Draw what happened to a lead, as it was recorded when it did."""
    return told_of(LEADS[0], is_plain=True, most=10)


def single(verdicts: Iterable[Verdict]) -> list[Verdict]:
    """Return the verdicts that it takes one subject to give."""
    return [one for one in verdicts if one.subject_kind not in ("party", "loop")]


Key = tuple[str, str, str, int]


def keyed(verdicts: Sequence[Verdict]) -> dict[Key, Verdict]:
    """Return verdicts by what they are about; no two are about the same."""
    found = {
        (one.term, one.subject_kind, one.subject, one.cycle): one for one in verdicts
    }
    assert len(found) == len(verdicts)
    return found


def shown(verdicts: Sequence[Verdict]) -> dict[Key, tuple[Status, tuple[int, ...]]]:
    """Return what a host would see: each status, and the steps that fired."""
    return {
        key: (one.status, tuple(step.step for step in one.steps if step.has_fired))
        for key, one in keyed(verdicts).items()
    }
