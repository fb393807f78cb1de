"""Stories: which records are one and the same lead, and whose facts are told together.

Systems keep a lead under several ids: two records of one person are merged, and a lead
becomes a contact and an opportunity. A lead keeps its story through all of it [E8].
Records that were merged had a life of their own up to then, and share one from then on,
so that both histories are kept and nothing is told twice [E7].
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from operator import attrgetter
from typing import Self

import attrs

from alignkit.events import Event, Subject
from alignkit.happenings import LeadConverted, LeadsMerged
from alignkit.histories import Timed, by_time, known


@attrs.frozen(kw_only=True)
class Story:
    """The facts of all records that are one lead, or one of anything else.

    Attributes:
        subject: Whom it is about: of merged records the one that lives on, and of
            records that became others the one that was first.
        records: The records, the subject first and the others in order of kind and id.
        facts: Their facts, in any order.
    """

    subject: Subject
    records: tuple[Subject, ...]
    facts: tuple[Event, ...]


@attrs.frozen(kw_only=True)
class Strand:
    """What happened to one record, and to what it became, up to a merge.

    Attributes:
        subject: The record.
        events: The facts, in order of time; those of the records that were merged into
            it are its own from then on.
        until: When it was merged into another; None if it was not.
        until_by: The id of the fact that says so.
        into: The record as which it goes on.
    """

    subject: Subject
    events: tuple[Timed, ...]
    until: int | None = None
    until_by: str | None = None
    into: Subject | None = None


@attrs.frozen(eq=False)
class Kinship:
    """Since when the records of a story are one [E7, E8].

    Attributes:
        joining: The facts that say so, in order of time.
    """

    joining: tuple[Timed, ...]

    @classmethod
    def of(cls, events: Iterable[Timed]) -> Self:
        """Return the kinship that some facts tell of, given in order of time."""
        return cls(tuple(one for one in events if isinstance(one[1].fact, _JOINING)))

    def are_one(self, record: Subject, other: Subject, at: int) -> bool:
        """Say whether two records are one at an instant."""
        heads = _heads(one for one in self.joining if one[0] <= at)
        return _last(heads, record) == _last(heads, other)


def stories(
    facts: Mapping[Subject, Sequence[Event]],
    *,
    as_of: int,
    known_at: int | None = None,
) -> Iterator[Story]:
    """Yield the stories that some facts tell, in order of kind and id of the subject.

    Who is whom is told by the facts that hold by then: a merge that was withdrawn, or
    that two forms of a fact contradict each other about, joins nothing.

    Args:
        facts: The facts of each record.
        as_of: The instant of the question.
        known_at: The instant by which a fact must have been recorded to be seen.

    Example:
        >>> from datetime import UTC, datetime
        >>> noon = datetime(2026, 3, 2, 12, tzinfo=UTC)
        >>> one, other = Subject(id="L1"), Subject(id="L2")
        >>> merged = Event(id="m", subject=one, at=noon, fact=LeadsMerged(into="L2"))
        >>> (story,) = stories({one: [merged], other: []}, as_of=1 << 62)
        >>> story.subject.id, [record.id for record in story.records]
        ('L2', ['L2', 'L1'])
    """
    joining = [
        timed
        for told in facts.values()
        if any(isinstance(event.fact, _JOINING) for event in told)
        for timed in known(told, as_of=as_of, known_at=known_at).events
        if isinstance(timed[1].fact, _JOINING)
    ]
    joining.sort(key=by_time)
    heads = _heads(joining)
    members: dict[Subject, list[Subject]] = {}
    for record in sorted({*facts, *heads}, key=_place):
        members.setdefault(_last(heads, record), []).append(record)
    for head in sorted(members, key=_place):
        told = tuple(event for one in members[head] for event in facts.get(one, ()))
        if told:
            rest = (one for one in members[head] if one != head)
            yield Story(subject=head, records=(head, *rest), facts=told)


def strands(events: Sequence[Timed]) -> tuple[Strand, ...]:
    """Return the strands of a story, in the order in which they end.

    The last one is that of the subject that lives on. What happens at the instant of a
    merge happens to the record that lives on.

    Args:
        events: The facts of the story, in order of time and each once.
    """
    joining = [one for one in events if isinstance(one[1].fact, _JOINING)]
    became = _heads(one for one in joining if isinstance(one[1].fact, LeadConverted))
    merges: list[tuple[int, str, Subject, Subject]] = []
    lives_in: dict[Subject, Subject] = {}

    def lives(record: Subject) -> Subject:
        return _last(lives_in, _last(became, record))

    for at, event in joining:
        if isinstance(event.fact, LeadsMerged):
            gone, goes_on = lives(event.subject), lives(_into(event))
            if gone != goes_on:
                lives_in[gone] = goes_on
                merges.append((at, event.id, gone, goes_on))
    lives_in.clear()
    own: dict[Subject, list[Timed]] = {}
    found: list[Strand] = []
    merges.reverse()
    for at, event in events:
        while merges and merges[-1][0] <= at:
            until, by, gone, goes_on = merges.pop()
            lives_in[gone] = goes_on
            if gone in own:
                told = tuple(own.pop(gone))
                found.append(
                    Strand(
                        subject=gone,
                        events=told,
                        until=until,
                        until_by=by,
                        into=goes_on,
                    )
                )
        own.setdefault(lives(event.subject), []).append((at, event))
    rest = [Strand(subject=one, events=tuple(told)) for one, told in own.items()]
    return (*found, *rest)


def joined(events: Iterable[Timed]) -> Iterator[tuple[Event, Subject]]:
    """Yield the facts by which a record is told with others, each with the other.

    Args:
        events: The facts of the record, in order of time and each once.
    """
    for _, event in events:
        others: Iterable[Subject] = ()
        if isinstance(event.fact, LeadsMerged):
            others = (_into(event),)
        elif isinstance(event.fact, LeadConverted):
            others = _became(event)
        yield from ((event, other) for other in others if other != event.subject)


_JOINING = (LeadsMerged, LeadConverted)
"""What tells that two records are one."""

_place: Callable[[Subject], tuple[str, str]] = attrgetter("kind", "id")


def _into(event: Event) -> Subject:
    assert isinstance(event.fact, LeadsMerged)  # noqa: S101 - as whoever asks has seen
    return Subject(kind=event.subject.kind, id=event.fact.into)


def _became(event: Event) -> Iterator[Subject]:
    """Yield what a lead became: a contact and an opportunity.

    An account is no lead: many leads are of one account.
    """
    fact = event.fact
    assert isinstance(fact, LeadConverted)  # noqa: S101 - as whoever asks has seen
    if fact.contact is not None:
        yield Subject(kind="contact", id=fact.contact)
    if fact.opportunity is not None:
        yield Subject(kind="opportunity", id=fact.opportunity)


def _heads(joining: Iterable[Timed]) -> dict[Subject, Subject]:
    """Return under which record others are told, by facts in order of time.

    What two leads became is told with the one that became it first; if that is a
    contact, they were one person, and so are told together. To join records that are
    one already changes nothing.
    """
    up: dict[Subject, Subject] = {}
    for _, event in joining:
        head = _last(up, event.subject)
        if isinstance(event.fact, LeadsMerged):
            into = _last(up, _into(event))
            if into != head:
                up[head] = into
            continue
        for became in _became(event):
            other = _last(up, became)
            if other == head:
                continue
            if became == other:
                up[other] = head
            elif became.kind == "contact":
                up[head] = other
                head = other
    return up


def _last(up: dict[Subject, Subject], record: Subject) -> Subject:
    """Return the record under which one is told in the end."""
    passed = []
    while record in up:
        passed.append(record)
        record = up[record]
    # The next one who asks has a shorter way; records merged in a long row would
    # otherwise be gone through again for each of them.
    for one in passed:
        up[one] = record
    return record
