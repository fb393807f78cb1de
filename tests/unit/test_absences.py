"""When people are away."""

from __future__ import annotations

from datetime import date, timedelta

import attrs

from alignkit.absences import NONE_TOLD, Absences, People
from alignkit.agreements import Agreement
from alignkit.events import Event, Subject
from alignkit.happenings import Retracted
from alignkit.instants import to_instant
from alignkit.parties import Organization, Person, Spell
from alignkit.terms import Excuses, Waiting
from alignkit.zones import LATEST
from tests.deadlines import at, away, edition, evaluated, fact, given, term

HERE = "America/Chicago"
NOWHERE = Organization()


def instant(text: str) -> int:
    return to_instant(at(text), "at")


class TestWhen:
    def test_a_range_of_dates_includes_its_last_day(self) -> None:
        absences = People.of([away("kim", "05", "06")]).absences(
            as_of=instant("04 00:00")
        )

        found = absences.when("kim", HERE, NOWHERE)

        assert found == [(instant("05 00:00"), instant("07 00:00"))]

    def test_dates_are_those_of_the_people_concerned(self) -> None:
        absences = Absences({"kim": (Spell(date(2026, 3, 8), date(2026, 3, 8)),)})

        # The clocks of Chicago go forward on that day.
        ((start, end),) = absences.when("kim", HERE, NOWHERE)

        assert end - start == timedelta(hours=23) // timedelta(microseconds=1)

    def test_what_is_agreed_and_what_is_reported_is_one(self) -> None:
        listed = Person(id="kim", absences=(Spell(at("04 12:00"), at("05 12:00")),))
        told = Absences({"kim": (Spell(at("05 10:00"), at("05 18:00")),)})

        found = told.when("kim", HERE, Organization(people=(listed,)))

        assert found == [(instant("04 12:00"), instant("05 18:00"))]

    def test_of_nobody_else_anything_is_known(self) -> None:
        assert NONE_TOLD.when("kim", HERE, NOWHERE) == []

    def test_one_without_length_is_none(self) -> None:
        absences = Absences({"kim": (Spell(at("05 10:00"), at("05 10:00")),)})

        assert absences.when("kim", HERE, NOWHERE) == []

    def test_the_last_day_that_counts_can_be_one(self) -> None:
        absences = Absences({"kim": (Spell(date(2299, 12, 31), date(2299, 12, 31)),)})

        assert absences.when("kim", "UTC", NOWHERE)[0][1] == LATEST


class TestPeople:
    def test_what_is_reported_later_is_not_known(self) -> None:
        people = People.of([away("kim", "05", "06", told="05 08:00")])

        before = people.absences(as_of=instant("05 07:59"))
        after = people.absences(as_of=instant("05 08:00"))

        assert (before.told, list(after.told)) == ({}, ["kim"])

    def test_what_was_recorded_later_was_not_known_before(self) -> None:
        late = attrs.evolve(away("kim", "05", "06"), recorded_at=at("06 08:00"))
        people = People.of([late])

        then = people.absences(as_of=instant("07 00:00"), before=instant("06 08:00"))

        assert then.told == {}
        assert people.learned(["kim", "max"]) == {instant("06 08:00")}

    def test_what_is_withdrawn_was_never_so(self) -> None:
        gone = away("kim", "05", "06")
        withdrawn = attrs.evolve(
            fact(Retracted(of=gone.id), "05 00:00"), subject=gone.subject
        )

        assert (
            People.of([gone, withdrawn]).absences(as_of=instant("06 00:00")).told == {}
        )

    def test_facts_about_leads_are_none_about_people(self) -> None:
        assert People.of([fact("go", "04 10:00")]).facts == {}

    def test_what_was_worked_out_once_is_kept(self) -> None:
        people = People.of([away("kim", "05", "06")])

        assert people.absences(as_of=5) is people.absences(as_of=5)


class TestConflicts:
    """Kim is away on the 5th, says one system, and on the 6th, says another."""

    ONE, TWO = away("kim", "05", "05", id="x"), away("kim", "06", "06", id="x")
    PROMISE = term(waiting=Waiting.OWNER, excuses=Excuses(rests_while_unavailable=True))
    FACTS = (given("kim", "04 09:00"), fact("go", "04 16:00"))

    def judged(self, *shared: Event, as_of: str) -> tuple[str, list[str]]:
        found = evaluated(self.PROMISE, *self.FACTS, as_of=as_of, shared=shared)
        (verdict,) = found.verdicts
        return verdict.status.value, [one.code for one in found.review]

    def test_what_either_form_would_change_is_unknown(self) -> None:
        # One hour on the 4th leaves three: due on the 5th at 12:00, if she is there.
        assert self.judged(as_of="05 13:00") == ("breached", [])
        assert self.judged(self.ONE, as_of="05 13:00") == ("paused", [])
        assert self.judged(self.TWO, as_of="05 13:00") == ("breached", [])

        assert self.judged(self.ONE, self.TWO, as_of="05 13:00") == (
            *("unknown", ["AK-S022"]),
        )

    def test_what_neither_would_change_stands(self) -> None:
        zoes = [
            attrs.evolve(one, subject=Subject(kind="person", id="zoe"))
            for one in (self.ONE, self.TWO)
        ]

        assert self.judged(*zoes, as_of="05 11:00") == ("pending", ["AK-S022"])

    def test_a_form_that_was_not_reported_yet_changes_nothing(self) -> None:
        later = away("kim", "05", "05", id="x", told="07 00:00")
        again = attrs.evolve(self.TWO, recorded_at=later.at)

        assert self.judged(later, again, as_of="05 13:00")[0] == "breached"

    def test_the_reason_names_them(self) -> None:
        found = evaluated(
            self.PROMISE, *self.FACTS, as_of="05 13:00", shared=(self.ONE, self.TWO)
        )

        assert found.verdicts[0].reason == (
            "the facts with the id 'x' contradict each other"
        )

    def test_they_are_told_once_wherever_they_stand(self) -> None:
        agreement = Agreement((edition(self.PROMISE),))
        among = agreement.evaluate(
            [*self.FACTS, self.ONE], shared=[self.TWO], as_of=at("05 13:00")
        )
        beside = agreement.evaluate(
            [*self.FACTS, self.ONE, self.TWO], as_of=at("05 13:00")
        )

        assert [one.code for one in among.review] == ["AK-S022"]
        assert [one.code for one in beside.review] == ["AK-S022"]

    def test_a_state_and_a_stream_tell_them_too(self) -> None:
        agreement = Agreement((edition(self.PROMISE),))
        both, as_of = (self.ONE, self.TWO), at("05 13:00")
        state = agreement.open("L1", shared=both)
        for one in self.FACTS:
            state = state.after(one)
        stream = agreement.evaluate(self.FACTS, shared=both, as_of=as_of, grouped=True)

        (alone,), (streamed,) = state.verdicts(as_of=as_of), stream.verdicts

        assert alone.status.value == streamed.status.value == "unknown"
        assert [one.code for one in state.review(as_of=as_of)] == ["AK-S022"]
        assert [one.code for one in stream.review] == ["AK-S022"]
