"""What verdicts are divided by, beside the party and the term."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from fractions import Fraction

import pytest

from alignkit.agreements import Agreement
from alignkit.criteria import Known
from alignkit.editions import Definition
from alignkit.evaluations import Evaluation
from alignkit.happenings import FieldChanged, OwnerAssigned
from alignkit.periods import PeriodKind
from alignkit.promises import Validity, Volume
from alignkit.scorecards import Scorecard
from alignkit.shares import Share
from alignkit.standings import Status
from alignkit.terms import Step, Term, Waiting
from tests.deadlines import at, edition, fact, named, term

GO, DONE = fact("go", "04 10:00"), fact("done", "04 12:00")


def evaluated(*facts: object, of: object = None, when: str = "06 12:00") -> Evaluation:
    promised = term() if of is None else of
    return Agreement((edition(promised),)).evaluate(facts, as_of=at(when))  # type: ignore[arg-type]


class TestFacet:
    def test_an_owner_has_what_was_decided_while_they_had_the_lead(self) -> None:
        facts = [
            fact(OwnerAssigned(owner="kim"), "04 09:00"),
            GO,
            DONE,
            fact(OwnerAssigned(owner="lee"), "04 13:00"),
        ]

        card = evaluated(*facts).scorecard("owner")

        assert card.by == "owner"
        assert card.line("response", "kim").tally.compliance == Share(1, 1)
        assert [line.group for line in card.lines] == ["kim"]

    def test_what_is_open_belongs_to_whoever_has_it_now(self) -> None:
        owned = fact(OwnerAssigned(owner="lee"), "04 13:00")

        card = evaluated(GO, owned, when="04 13:30").scorecard("owner")

        assert card.line("response", "lee").tally.count(Status.PENDING) == 1

    def test_any_field_of_the_subject_can_divide(self) -> None:
        source = fact(FieldChanged(field="source", value="demo"), "04 09:00")

        card = evaluated(source, GO, DONE).scorecard("lead.source")

        assert card.line("response", "demo").tally.total == 1

    def test_what_nobody_told_stands_in_a_group_of_its_own(self) -> None:
        card = evaluated(GO, DONE).scorecard("segment")

        assert [line.group for line in card.lines] == [None]

    def test_a_promise_belongs_to_the_period_in_which_it_was_first_due(self) -> None:
        # Due on 31 March at four in the afternoon; the rest moves that into April.
        late = term("8 business hours")
        facts = [
            fact("go", "30 16:00"),
            fact("hold", "31 09:00"),
            fact("on", "31 17:00"),
        ]

        card = evaluated(*facts, of=late, when="31 18:00").scorecard("month")

        assert [line.group for line in card.lines] == ["2026-03"]

    def test_what_is_counted_over_a_period_belongs_to_it(self) -> None:
        volume = Term(
            id="supply",
            party="marketing",
            promise=Volume(of=named("go"), goal=Decimal(3), per=PeriodKind.MONTH),
        )

        card = evaluated(GO, of=volume).scorecard("quarter")

        assert [line.group for line in card.lines] == ["2026-01-01 to 2026-03-31"]

    def test_what_no_clock_decides_belongs_to_the_day_on_which_it_was_due(
        self,
    ) -> None:
        validity = Term(
            id="valid",
            party="marketing",
            promise=Validity(at=named("go"), meeting="known"),
        )
        agreement = Agreement(
            (edition(validity, definitions=(Definition("known", Known("size")),)),)
        )

        card = agreement.evaluate([GO], as_of=at("06 12:00")).scorecard("month")

        assert [line.group for line in card.lines] == ["2026-03"]

    def test_a_term_without_verdicts_has_an_empty_line(self) -> None:
        assert [line.tally.total for line in evaluated().scorecard("owner").lines] == [
            0
        ]

    def test_an_owner_is_measured_by_their_own_clock(self) -> None:
        owned = term(waiting=Waiting.OWNER)
        facts = [fact(OwnerAssigned(owner="kim"), "04 09:00"), GO]

        card = evaluated(*facts, of=owned).scorecard("owner")

        assert [line.group for line in card.lines] == ["kim"]


class TestLine:
    def test_a_percentile_counts_who_still_waits_as_longest(self) -> None:
        line = evaluated(GO, DONE).scorecard().line("response")
        waiting = evaluated(GO).scorecard().line("response")

        assert line.percentile(Fraction(1, 2)) == timedelta(hours=2)
        assert waiting.percentile(Fraction(1, 2)) is None

    def test_elapsed_time_is_measured_on_the_wall(self) -> None:
        promised = term("48 hours")
        facts = [fact("go", "04 16:00"), fact("done", "05 10:00")]

        line = evaluated(*facts, of=promised).scorecard().line("response")

        assert line.percentile(Fraction(1)) == timedelta(hours=18)

    def test_the_steps_that_fired_are_counted(self) -> None:
        promised = term(
            escalate=(
                Step(at=Fraction(1), notify="manager"),
                Step(at=Fraction(100), action="reassign"),
            )
        )

        line = evaluated(GO, of=promised).scorecard().line("response")

        assert line.escalations == (1, 0)

    def test_a_verdict_that_is_not_known_takes_no_time(self) -> None:
        other = fact("off", "04 12:00", id=DONE.id)

        line = evaluated(GO, DONE, other).scorecard().line("response")

        assert line.tally.count(Status.UNKNOWN) == 1
        assert line.percentile(Fraction(1, 2)) is None


class TestScorecard:
    def test_the_cards_of_the_parties_stand_side_by_side(self) -> None:
        theirs = term(id="brief", party="marketing")
        agreement = Agreement((edition(term(), theirs),))

        card = agreement.evaluate([GO, DONE], as_of=at("06 12:00")).scorecard()

        assert [
            (party, [line.term for line in lines]) for party, lines in card.cards
        ] == [("sales", ["response"]), ("marketing", ["brief"])]

    def test_a_line_that_it_does_not_have_is_told(self) -> None:
        card = evaluated(GO).scorecard("owner")

        with pytest.raises(LookupError, match="response, max"):
            card.line("response", "max")

    def test_groups_add_up_to_the_whole(self) -> None:
        facts = [fact(OwnerAssigned(owner="kim"), "04 09:00"), GO, DONE]

        whole = evaluated(*facts).scorecard()
        divided: Scorecard = evaluated(*facts).scorecard("owner")

        assert divided.parties == whole.parties
