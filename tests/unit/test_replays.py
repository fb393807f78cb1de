"""All clocks of an agreement over the facts of one subject, edition by edition."""

from __future__ import annotations

from alignkit.agreements import Agreement
from alignkit.happenings import FieldChanged, LeadCreated, StageChanged
from alignkit.patterns import Pattern
from alignkit.promises import Repeat
from tests.deadlines import at, edition, evaluated, fact, named, term, verdict, verdicts

GO = fact("go", "04 10:00")
ANEW = {"repeat": Repeat.NEW_CYCLE}


def succession(**later: object) -> Agreement:
    """Return an agreement whose second edition gives eight hours from the fifth on."""
    clock = {**ANEW, **later}
    return Agreement(
        (
            edition(term("4 business hours", clock=ANEW), version="1"),
            edition(
                term("8 business hours", clock=clock), version="2", since="05 12:00"
            ),
        )
    )


class TestEditions:
    def test_the_one_in_force_at_the_start_governs_to_the_end(self) -> None:
        found = verdict(succession(), fact("go", "05 11:59"), as_of="05 14:00")

        assert found.agreement.version == "1"
        assert found.target == "4 business hours"

    def test_one_is_in_force_from_its_first_instant_on(self) -> None:
        found = verdict(succession(), fact("go", "05 12:00"), as_of="05 14:00")

        assert (found.agreement.version, found.target) == ("2", "8 business hours")

    def test_cycles_are_counted_across_editions(self) -> None:
        found = verdicts(
            succession(),
            GO,
            fact("done", "04 11:00"),
            fact("go", "06 10:00"),
            as_of="06 11:00",
        )

        assert [(one.cycle, one.agreement.version) for one in found] == [
            (1, "1"),
            (2, "2"),
        ]

    def test_a_clock_is_moved_as_its_own_edition_says(self) -> None:
        # The second edition is stopped by something else; the first clock is not.
        later = succession(stop=named("signed"))
        go = fact("go", "05 11:00")

        found = verdict(later, go, fact("done", "05 13:00"), as_of="05 14:00")

        assert found.status.value == "met"

    def test_what_starts_no_clock_any_more_ends_none_either(self) -> None:
        # The second edition starts by something else, so that this is no new cycle.
        later = succession(start=named("assigned"))
        go = fact("go", "05 11:00")

        found = verdict(later, go, fact("go", "05 13:00"), as_of="05 14:00")

        assert (found.cycle, found.status.value) == (1, "pending")

    def test_a_term_that_came_later_does_not_look_back(self) -> None:
        agreement = Agreement(
            (edition(version="1"), edition(term(), version="2", since="05 12:00"))
        )

        found = verdict(agreement, GO, fact("go", "06 10:00"), as_of="06 11:00")

        assert (found.cycle, found.started_at) == (1, at("06 10:00"))

    def test_a_term_that_was_left_out_runs_to_its_end(self) -> None:
        agreement = Agreement(
            (edition(term(), version="1"), edition(version="2", since="05 12:00"))
        )
        go = fact("go", "05 11:00")
        facts = [fact("done", "05 13:00"), fact("go", "05 14:00")]

        (found,) = verdicts(agreement, go, *facts, as_of="06 10:00")

        assert found.status.value == "met"

    def test_what_began_before_the_first_is_listed_and_not_judged(self) -> None:
        agreement = Agreement((edition(term(clock=ANEW), since="05 12:00"),))

        evaluation = evaluated(agreement, GO, fact("go", "06 10:00"), as_of="06 11:00")

        assert [one.cycle for one in evaluation.verdicts] == [2]
        (finding,) = evaluation.review
        assert finding.code == "AK-P001"
        assert finding.seen == "2026-03-04T10:00:00-06:00"


class TestStage:
    def test_it_is_the_last_that_was_told(self) -> None:
        start = (Pattern(event="custom", where={"name": "go"}, stage=("mql",)),)
        promise = term(clock={"start": start, **ANEW})
        facts = [
            fact(LeadCreated(attributes=(("lead.stage", "mql"),)), "04 09:00"),
            fact("go", "04 10:00"),
            fact(StageChanged(to_stage="sql"), "04 11:00"),
            fact("go", "04 12:00"),
            fact(FieldChanged(field="lead.stage", value="mql"), "04 13:00"),
            fact("go", "04 14:00"),
            fact(FieldChanged(field="lead.stage", value=None), "04 15:00"),
            fact("go", "04 15:30"),
            fact(FieldChanged(field="lead.size", value=5), "04 15:45"),
        ]

        found = verdicts(promise, *facts, as_of="04 16:00")

        assert [f"{one.started_at:%H:%M}" for one in found] == ["10:00", "14:00"]

    def test_a_move_counts_at_its_own_instant(self) -> None:
        start = (Pattern(event="custom", where={"name": "go"}, stage=("mql",)),)
        moved = fact(StageChanged(to_stage="mql"), "04 10:00")

        found = verdict(term(clock={"start": start}), GO, moved, as_of="04 11:00")

        assert found.status.value == "pending"


class TestManyFacts:
    def test_ten_thousand_on_one_subject_are_no_more_work_each_than_a_hundred(
        self,
    ) -> None:
        # No time is measured: were it quadratic, this would take minutes.
        facts = [
            fact(
                ("go", "done")[number % 2],
                f"04 {10 + number // 3600:02}:{number // 60 % 60:02}:{number % 60:02}",
                id=str(number),
                recorded="06 10:00" if number % 10 == 0 else None,
            )
            for number in range(10_000)
        ]

        found = verdicts(term(clock=ANEW), *facts, as_of="06 12:00")

        assert len(found) == 5_000
