"""Progress: how far the clock of one term has come with one subject.

Beside its runs it remembers what did nothing yet and may still concern the next run,
and every way in which things may stand where a fact cannot be decided [K9].
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from operator import itemgetter

import attrs

from alignkit.consents import NOTHING, Refusals
from alignkit.events import Event
from alignkit.exclusions import OPT_OUT, Exemption
from alignkit.facts import Facts
from alignkit.histories import Tables, Timed
from alignkit.qualifying import Shortfall
from alignkit.runs import Role, Run
from alignkit.stints import Custodian

Move = tuple[int, Role, Event]
"""Under which edition a fact does what to a clock."""


Hindsight = Callable[[int, Event], tuple[tuple[Timed, ...], ...]]
"""What may have been known of a subject when a fact was: its facts, in order."""


@attrs.frozen
class Told:
    """What is known of a subject by an instant.

    Attributes:
        tables: What the facts say that happened by then.
        events: All facts of it, in order.
        hindsight: What was known when one of them was; None where nothing was learned
            late, so that it was known as it is told.
    """

    tables: Tables
    events: Sequence[Timed]
    hindsight: Hindsight | None

    def __call__(self, zone: str) -> Facts:
        """Return what is known, for a zone."""
        return self.tables.facts(zone)

    def then(self, at: int, event: Event, zone: str) -> tuple[Facts, ...]:
        """Return what may have been known when a fact of this instant was [K10]."""
        if self.hindsight is None:
            return (self.tables.facts(zone),)
        return tuple(Tables.of(way).facts(zone) for way in self.hindsight(at, event))

    def ways(self, at: int, event: Event) -> tuple[Sequence[Timed], ...]:
        """Return the facts that may have been known when a fact was."""
        if self.hindsight is not None:
            return self.hindsight(at, event)
        return (self.events[: bisect_right(self.events, at, key=itemgetter(0))],)


OPTED_OUT = Exemption(OPT_OUT)


Turn = tuple[int | None, Event | None]
"""The cycle that a subject is in after an instant, and the fact that ended one."""


@attrs.frozen(kw_only=True)
class Progress:
    """How far the clock of one term has come with one subject.

    Attributes:
        runs: What came of it each time that it was started.
        early: What did nothing, because no clock was running, and may still concern the
            next run.
        held: Who has the subject, and how far the promise to it has come, where the
            runs are those of its owners; None where the term measures the lead.
        attached: Since when the promise applies, where its clock counts from then; None
            where it does not apply, or that does not matter [K1].
        waiting: What would have started the clock, had the promise applied; it starts
            it once it does.
        doubts: What else could be, where it is not known whether a fact counts; None
            where all of it is.
        over: Up to which cycle of the subject a duty that recurs has been ended for
            good; 0 where no lifecycle says; None if it has not.
        refusals: On which channels the person does not want to be contacted.
        exempt: Why nothing is owed, by what each edition excludes; None where it is.
    """

    runs: tuple[Run, ...] = ()
    early: tuple[tuple[Role, Event], ...] = ()
    held: Held | None = None
    attached: int | None = None
    waiting: Event | None = None
    doubts: Doubts | None = None
    over: int | None = None
    refusals: Refusals = NOTHING
    exempt: tuple[Exemption | None, ...] = ()

    @property
    def is_opted_out(self) -> bool:
        """True if the last start was none, because the person had opted out [K11]."""
        return bool(self.runs) and self.runs[-1].exempt == OPTED_OUT

    @property
    def lead(self) -> Progress:
        """How far the promise to the subject has come, whoever has it."""
        return self if self.held is None else self.held.owed


@attrs.frozen(kw_only=True)
class Held:
    """What the clocks of owners depend on, beside themselves [K8].

    Attributes:
        owed: How far the promise has come, as the clock of the lead would have it.
        custodian: Who has the subject.
        stints: The runs of the owners.
    """

    owed: Progress = Progress()
    custodian: Custodian = attrs.field(factory=Custodian)
    stints: tuple[Run, ...] = ()


@attrs.frozen(kw_only=True)
class Doubts:
    """What else could have come of a clock, had facts counted that may not [K9].

    Attributes:
        others: How far the clock would have come, each way once; ways that can no
            longer lead to different statuses count as one.
        past: Earlier runs as they were on ways that have come together since.
        facts: The ids of those facts, and the field that would decide each.
        is_lost: Whether there were too many ways to try all of them.
    """

    others: tuple[Progress, ...] = ()
    past: tuple[Run, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()
    is_lost: bool = False


@attrs.frozen(kw_only=True)
class Aside:
    """What the facts of an instant may do to a clock, and what they fell short of.

    Attributes:
        doubtful: What they do to it if they count, and the field that decides that.
        passed: The facts that do not count under an edition, and why.
    """

    doubtful: tuple[tuple[Move, str], ...] = ()
    passed: tuple[tuple[int, Event, Shortfall], ...] = ()

    def doubting(self, one: tuple[Move, str]) -> Aside:
        """Return this with one more thing that a fact may do."""
        return attrs.evolve(self, doubtful=(*self.doubtful, one))

    def passing(self, one: tuple[int, Event, Shortfall]) -> Aside:
        """Return this with one more fact that does not count."""
        return attrs.evolve(self, passed=(*self.passed, one))

    @property
    def starts(self) -> bool:
        """True if a fact that may count would start a clock."""
        return any(role in BEGINNINGS for (_, role, _), _ in self.doubtful)


BEGINNINGS = frozenset({Role.START, Role.REOPEN})
"""What may make a clock run."""
