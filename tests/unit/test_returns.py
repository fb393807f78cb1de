"""What is asked of a lead that goes back, or that comes back [H5]."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import attrs
import pytest

from alignkit.demands import FOUND_OUT, Demand, Said
from alignkit.handoffs import Handoff
from alignkit.instants import to_instant
from alignkit.outcomes import FAILED, INVALID, MISSING, PASSED
from alignkit.reasons import Requirement, Tries, find_reason
from alignkit.returns import given, requirement, rested, returned, showing_of

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
SIX = Tries(6, is_all=True)
NOBODY_SAYS = Tries(0, is_all=False)
STRICT = attrs.evolve(find_reason("price"), requires=tuple(Requirement))


def a_handoff(**said: object) -> Handoff:
    make: Callable[..., Handoff] = Handoff
    return make(**{"lead": "L1", "at": NOON, "to_party": "marketing", **said})


def came(demand: Demand, at: datetime = NOON, /, **said: object) -> int:
    return demand.look(a_handoff(**said), to_instant(at, "at"))


def said_of(demand: Demand, **said: object) -> Said:
    handoff, instant = a_handoff(**said), to_instant(NOON, "at")
    return demand.tell(handoff, demand.look(handoff, instant), instant)


def mends(demand: Demand, **said: object) -> list[object]:
    return list(demand.mends(a_handoff(**said), to_instant(NOON, "at")))


def asked(needed: Requirement, tries: Tries = SIX) -> Demand:
    return requirement("$.reasons[0].requires[0]", STRICT, needed, tries)


class TestShowingOf:
    def test_a_payload_shows_what_it_says_and_no_more(self) -> None:
        shown = showing_of(a_handoff(conversation=False, note=" "), SIX)

        assert (shown.conversation, shown.attempts_complete, shown.note) == (
            False,
            None,
            False,
        )

    @pytest.mark.parametrize(
        ("number", "word", "expected"),
        [
            (None, None, None),
            (None, True, True),
            (6, None, True),
            (5, None, False),
            (5, False, False),
            (5, True, None),
            (6, False, None),
        ],
    )
    def test_a_number_and_a_word_that_contradict_each_other_show_nothing(
        self,
        number: int | None,
        word: bool | None,  # noqa: FBT001 - it is what a payload says
        expected: bool | None,  # noqa: FBT001 - it is what is compared
    ) -> None:
        said = a_handoff(attempts=number, attempts_complete=word)

        assert showing_of(said, SIX).attempts_complete is expected

    def test_where_no_number_is_agreed_the_word_counts(self) -> None:
        said = a_handoff(attempts=2, attempts_complete=True)

        assert showing_of(said, NOBODY_SAYS).attempts_complete is True


class TestRequirement:
    @pytest.mark.parametrize(
        ("needed", "said", "expected"),
        [
            (Requirement.CONVERSATION, {"conversation": True}, PASSED),
            (Requirement.CONVERSATION, {"conversation": False}, FAILED),
            (Requirement.CONVERSATION, {}, MISSING),
            (Requirement.NOTE, {"note": "they moved"}, PASSED),
            (Requirement.NOTE, {"note": "\t"}, FAILED),
            (Requirement.NOTE, {}, MISSING),
            (Requirement.COMPLETE_ATTEMPTS, {"attempts": 6}, PASSED),
            (Requirement.COMPLETE_ATTEMPTS, {"attempts": 0}, FAILED),
            (Requirement.COMPLETE_ATTEMPTS, {}, MISSING),
            (
                Requirement.COMPLETE_ATTEMPTS,
                {"attempts": 6, "attempts_complete": False},
                INVALID,
            ),
        ],
    )
    def test_what_is_not_said_never_passes(
        self, needed: Requirement, said: dict[str, object], expected: int
    ) -> None:
        assert came(asked(needed), **said) == expected

    @pytest.mark.parametrize(
        ("needed", "code"),
        [
            (Requirement.CONVERSATION, "AK-L030"),
            (Requirement.COMPLETE_ATTEMPTS, "AK-L031"),
            (Requirement.NOTE, "AK-L032"),
        ],
    )
    def test_it_says_what_a_history_says_of_the_same(
        self, needed: Requirement, code: str
    ) -> None:
        said, demand = said_of(asked(needed)), asked(needed)

        (finding,) = attrs.evolve(STRICT, requires=(needed,)).lacking(
            showing_of(a_handoff(), SIX)
        )
        assert (said.code, said.message, said.help) == (
            code,
            finding.message,
            finding.help,
        )
        assert said.expected == f"{demand.path} for 'price'"
        assert said.seen is None

    def test_a_number_is_told_by_its_own_field(self) -> None:
        told = said_of(asked(Requirement.COMPLETE_ATTEMPTS), attempts=1)

        assert (told.path, told.seen) == ("attempts", "1 of 6 attempts")

    def test_a_word_is_told_by_its_own(self) -> None:
        told = said_of(asked(Requirement.COMPLETE_ATTEMPTS), attempts_complete=False)

        assert (told.path, told.seen) == (None, "false")

    @pytest.mark.parametrize(
        ("needed", "tries", "expected"),
        [
            (Requirement.CONVERSATION, SIX, [("conversation", True)]),
            (Requirement.NOTE, SIX, [("note", FOUND_OUT)]),
            (
                Requirement.COMPLETE_ATTEMPTS,
                SIX,
                [("attempts", 6), ("attempts_complete", True)],
            ),
            (
                Requirement.COMPLETE_ATTEMPTS,
                NOBODY_SAYS,
                [("attempts_complete", True)],
            ),
        ],
    )
    def test_it_is_mended_by_doing_it(
        self, needed: Requirement, tries: Tries, expected: list[object]
    ) -> None:
        assert mends(asked(needed, tries)) == expected


class TestGiven:
    def test_somebody_has_to_say_why(self) -> None:
        demand = given("$.reasons", ("not_icp", "other"))

        assert came(demand) == MISSING
        assert said_of(demand).code == "AK-L022"
        assert mends(demand) == [("reason", "not_icp"), ("reason", "other")]


class TestRested:
    DEMAND = rested("$.lifecycle", "America/Chicago")

    @pytest.mark.parametrize(
        ("until", "expected"),
        [
            (NOON, PASSED),
            (NOON + timedelta(microseconds=1), FAILED),
            (date(2026, 3, 2), PASSED),
            (date(2026, 3, 3), FAILED),
            (None, MISSING),
        ],
    )
    def test_a_date_has_begun_or_not(
        self, until: date | datetime | None, expected: int
    ) -> None:
        assert came(self.DEMAND, rests_until=until) == expected

    def test_a_date_begins_in_the_zone_of_the_agreement(self) -> None:
        night = datetime(2026, 3, 3, 6, tzinfo=UTC)
        until = date(2026, 3, 3)

        assert came(self.DEMAND, night, rests_until=until) == PASSED
        before = night - timedelta(microseconds=1)
        assert came(self.DEMAND, before, rests_until=until) == FAILED
        ticks = self.DEMAND.ticks(a_handoff(rests_until=until))
        assert list(ticks) == [to_instant(night, "at")]

    def test_who_does_not_say_waits_for_nothing(self) -> None:
        assert list(self.DEMAND.ticks(a_handoff())) == []
        assert said_of(self.DEMAND).path == "rests_until"

    def test_it_says_until_when(self) -> None:
        told = said_of(self.DEMAND, rests_until=date(2026, 3, 3))

        assert told.message == "the lead is left alone until 2026-03-03T00:00:00-06:00"
        assert mends(self.DEMAND) == [("rests_until", NOON)]


class TestReturned:
    @staticmethod
    def asked(most: int, *, adds: bool | None) -> Demand:
        return returned("$.lifecycle.most_returns", most, lambda _: adds)

    @pytest.mark.parametrize(
        ("adds", "said", "expected"),
        [
            (True, {"returns": 1}, PASSED),
            (True, {"returns": 2}, FAILED),
            (True, {}, MISSING),
            (True, {"cycle": 1}, PASSED),
            (True, {"cycle": 2}, MISSING),
            (False, {}, PASSED),
            (None, {"returns": 1}, PASSED),
            (None, {"returns": 2}, MISSING),
        ],
    )
    def test_so_often_and_no_more(
        self, said: dict[str, object], expected: int, *, adds: bool | None
    ) -> None:
        assert came(self.asked(2, adds=adds), **said) == expected

    def test_what_would_tell_is_asked_for(self) -> None:
        assert said_of(self.asked(2, adds=True)).path == "returns"
        doubtful = self.asked(2, adds=None)
        assert said_of(doubtful, returns=2).path == "is_qualified"
        assert said_of(self.asked(2, adds=True), returns=2).code == "AK-L024"

    def test_a_lead_that_never_comes_back_cannot_be_mended(self) -> None:
        assert mends(self.asked(0, adds=True)) == []
        assert mends(self.asked(2, adds=None)) == [
            ("returns", 1),
            ("is_qualified", False),
        ]
