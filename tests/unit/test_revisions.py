"""What was said before something was learned late."""

from __future__ import annotations

import pytest

from alignkit.events import Event
from alignkit.happenings import Retracted
from alignkit.promises import Repeat
from alignkit.revisions import is_revised
from alignkit.standings import Status
from tests.deadlines import fact, term, verdict, verdicts

GO = fact("go", "04 10:00")


def revised(*facts: Event, as_of: str = "06 12:00") -> tuple[str, bool]:
    found = verdict(term(), *facts, as_of=as_of)
    return found.status.value, found.revised


class TestIsRevised:
    @pytest.mark.parametrize(
        ("before", "now", "expected"),
        [
            ([], Status.MET, False),
            ([Status.MET], Status.MET, False),
            ([Status.MET], Status.LATE, True),
            ([Status.BREACHED], Status.LATE, False),
            ([Status.BREACHED], Status.MET, True),
            ([Status.CANCELLED], Status.PENDING, True),
            ([Status.MET, Status.BREACHED], Status.MET, True),
        ],
    )
    def test_what_was_final_is_final(
        self, before: list[Status], now: Status, *, expected: bool
    ) -> None:
        assert is_revised(before, now) is expected


class TestRevised:
    def test_a_call_that_was_logged_after_the_promise_was_broken(self) -> None:
        done = fact("done", "04 13:00", recorded="05 10:00")

        assert revised(GO, done) == ("met", True)

    def test_a_call_that_was_logged_late_and_in_time(self) -> None:
        done = fact("done", "04 13:00", recorded="04 13:30")

        assert revised(GO, done) == ("met", False)

    def test_being_kept_late_is_no_revision(self) -> None:
        done = fact("done", "04 15:00", recorded="04 16:00")

        assert revised(GO, done) == ("late", False)

    def test_a_date_that_began_before_it_could_be_told(self) -> None:
        dated = Event.from_dict(
            {
                "id": "done",
                "lead": "L1",
                "at": "2026-03-05T00:00:00-10:00",
                "type": "custom",
                "name": "done",
                "precision": "day",
            }
        )

        found = verdict(term("17 hours"), GO, dated, as_of="06 12:00")

        # Due on the fifth at three in the morning; told from four on, of that day.
        assert (found.status.value, found.revised) == ("met", True)

    def test_a_call_that_was_withdrawn(self) -> None:
        done = fact("done", "04 13:00")
        gone = fact(Retracted(of="done 04 13:00"), "05 10:00")

        assert revised(GO, done, gone) == ("breached", True)

    def test_a_call_that_was_corrected(self) -> None:
        facts = [
            fact("done", "04 13:00", id="call"),
            fact("done", "04 15:00", id="call", recorded="05 10:00"),
        ]

        assert revised(GO, *facts) == ("late", True)

    def test_one_that_was_corrected_back_was_told_otherwise_in_between(self) -> None:
        facts = [
            fact("done", "04 13:00", id="call"),
            fact("done", "04 15:00", id="call", recorded="05 10:00"),
            fact("done", "04 13:00", id="call", recorded="06 10:00"),
        ]

        assert revised(GO, *facts) == ("met", True)

    def test_the_order_in_which_facts_arrive_is_nothing_to_it(self) -> None:
        assert revised(fact("done", "04 13:00"), GO) == ("met", False)

    def test_a_start_that_was_learned_late_takes_the_place_of_the_first(self) -> None:
        promise = term(clock={"repeat": Repeat.NEW_CYCLE})
        late = fact("go", "04 09:00", recorded="06 10:00")

        found = verdicts(promise, GO, late, as_of="06 12:00")

        # The first cycle was broken, and is now one that made room for the second.
        assert [(one.status.value, one.revised) for one in found] == [
            ("cancelled", True),
            ("breached", False),
        ]

    def test_what_was_contested_was_not_final(self) -> None:
        # Two forms of the call, until the right one was recorded on the sixth.
        facts = [
            fact("done", "04 13:00", id="call"),
            fact("off", "04 13:00", id="call"),
            fact("done", "04 13:00", id="call", recorded="06 10:00"),
        ]

        assert revised(GO, *facts) == ("met", False)

    def test_what_is_learned_while_facts_are_contested_goes_back_farther_and_farther(
        self,
    ) -> None:
        promise = term(clock={"repeat": Repeat.NEW_CYCLE})
        facts = [
            fact("go", "03 10:00"),
            GO,
            fact("done", "04 12:00", id="x", recorded="05 10:00"),
            fact("off", "04 12:00", id="x", recorded="05 10:00"),
            fact("go", "03 12:00", recorded="05 11:00"),
            fact("go", "03 09:00", recorded="05 12:00"),
            fact("note", "04 16:00", recorded="05 13:00"),
        ]

        found = verdicts(promise, *facts, as_of="06 12:00")

        # Before anything was learned, the first was broken and so was the second. Now
        # three begin on the third, two of which make room for the next.
        assert [(one.status.value, one.revised) for one in found] == [
            ("cancelled", True),
            ("cancelled", True),
            ("breached", False),
            ("unknown", False),
        ]

    def test_a_withdrawal_after_the_question_is_not_seen_by_it(self) -> None:
        facts = [
            fact("done", "04 13:00"),
            fact(Retracted(of="done 04 13:00"), "05 10:00"),
            fact("note", "05 10:00", recorded="05 10:01"),
        ]

        assert revised(GO, *facts, as_of="05 09:59") == ("met", False)

    def test_a_withdrawal_that_was_known_beforehand_is_no_revision(self) -> None:
        done = fact("done", "04 13:00")
        gone = fact(Retracted(of="done 04 13:00"), "05 10:00", recorded="04 12:00")

        assert revised(GO, done, gone) == ("breached", False)
        assert revised(GO, done, gone, as_of="05 09:00") == ("met", False)
