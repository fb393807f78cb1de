from __future__ import annotations

from datetime import UTC, datetime, timedelta

import attrs
import pytest

from alignkit.criteria import AtLeast, Known
from alignkit.errors import NaiveMomentError
from alignkit.facts import Facts
from alignkit.judgements import judge
from alignkit.lifecycle import MoveDirection, Position
from alignkit.moves import Proposal, Refusal, refusal
from alignkit.outcomes import Outcome
from alignkit.presets import preset
from alignkit.reasons import find_reason

STANDARD = preset("standard")
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def refused(
    position: Position,
    to_stage: str,
    *,
    most_returns: int | None = None,
    **said: object,
) -> Refusal | None:
    """Return what stands against a move of the standard lifecycle."""
    lifecycle = attrs.evolve(STANDARD, most_returns=most_returns)
    proposal = Proposal(to_stage=to_stage, **said)  # type: ignore[arg-type]  # whatever a test says
    return refusal(lifecycle, position, proposal, None, as_of=NOON)


def codes_of(refused: Refusal | None) -> list[str]:
    return [] if refused is None else [finding.code for finding in refused.findings]


class TestRefusal:
    def test_nothing_stands_against_an_allowed_move(self) -> None:
        assert refused(STANDARD.enter("mql"), "sal") is None

    def test_nothing_stands_against_staying(self) -> None:
        assert refused(STANDARD.enter("disqualified"), "disqualified") is None

    def test_a_move_that_is_not_allowed_is_told_what_is(self) -> None:
        found = refused(STANDARD.enter("customer"), "lead")

        assert found is not None
        assert str(found) == (
            "customer to lead (requalify): fail; "
            "from here to: mql, opportunity, evangelist, churned\n"
            "  AK-L020 a lead may not move from 'customer' to 'lead' (at $.to_stage); "
            "from here to: mql, opportunity, evangelist, churned"
        )

    def test_it_lists_everything_at_once(self) -> None:
        found = refused(
            Position(stage="recycled", cycle=4, returns=3),
            "mql",
            most_returns=3,
            reason=find_reason("other"),
            rests_until=NOON + timedelta(days=1),
        )

        assert codes_of(found) == ["AK-L023", "AK-L024", "AK-L032"]

    def test_a_reason_must_be_given_where_the_move_needs_one(self) -> None:
        assert codes_of(refused(STANDARD.enter("sal"), "recycled")) == ["AK-L022"]

    def test_what_the_reason_requires_must_have_been_done(self) -> None:
        reason = find_reason("unreachable")
        start = STANDARD.enter("sal")

        not_known = refused(start, "recycled", reason=reason)
        complete = refused(start, "recycled", reason=reason, attempts_complete=True)

        assert not_known is not None
        assert not_known.outcome is Outcome.UNKNOWN
        assert codes_of(not_known) == ["AK-L031"]
        assert complete is None

    @pytest.mark.parametrize(
        ("until", "codes"),
        [
            (NOON, []),
            (NOON + timedelta(microseconds=1), ["AK-L023"]),
        ],
    )
    def test_a_lead_rests_up_to_its_moment(
        self, until: datetime, codes: list[str]
    ) -> None:
        found = refused(STANDARD.enter("recycled"), "mql", rests_until=until)

        assert codes_of(found) == codes

    @pytest.mark.parametrize(("returns", "codes"), [(1, []), (2, ["AK-L024"])])
    def test_a_lead_comes_back_as_often_as_agreed(
        self, returns: int, codes: list[str]
    ) -> None:
        position = Position(stage="recycled", returns=returns)

        assert codes_of(refused(position, "mql", most_returns=2)) == codes

    def test_a_lead_that_never_came_back_may_go_ahead(self) -> None:
        assert refused(STANDARD.enter("mql"), "sal", most_returns=0) is None

    def test_a_repair_needs_no_leave(self) -> None:
        repair = find_reason("entered_in_error")

        assert refused(STANDARD.enter("customer"), "lead", reason=repair) is None

    def test_a_repair_needs_what_its_reason_requires(self) -> None:
        repair = attrs.evolve(find_reason("other"), is_repair=True)

        found = refused(STANDARD.enter("customer"), "lead", reason=repair)

        assert found is not None
        assert (found.direction, codes_of(found)) == (
            MoveDirection.CORRECT,
            ["AK-L032"],
        )

    def test_a_naive_moment_is_a_mistake(self) -> None:
        with pytest.raises(NaiveMomentError):
            refused(
                STANDARD.enter("recycled"),
                "mql",
                rests_until=datetime(2026, 3, 2, 12),
            )

    def test_where_nothing_may_follow_it_says_so(self) -> None:
        closed = attrs.evolve(STANDARD, moves=())
        proposal = Proposal(to_stage="sal")

        found = refusal(closed, closed.enter("mql"), proposal, None, as_of=NOON)

        assert str(found).startswith(
            "mql to sal (advance): fail; from here to: nothing\n"
        )


class TestDemands:
    LIFECYCLE = attrs.evolve(
        STANDARD,
        stages=tuple(
            attrs.evolve(stage, guard=AtLeast("score", 60), required=("contact.title",))
            if stage.id == "mql"
            else stage
            for stage in STANDARD.stages
        ),
    )

    def refused(self, record: dict[str, object] | None) -> Refusal | None:
        demanded = self.LIFECYCLE.entry("lead", "mql")
        judged = (
            None
            if record is None or demanded is None
            else judge(demanded, Facts.of(record), as_of=NOON)
        )
        start = self.LIFECYCLE.enter("lead")
        proposal = Proposal(to_stage="mql")
        return refusal(self.LIFECYCLE, start, proposal, judged, as_of=NOON)

    def test_a_lead_that_meets_them_may_move(self) -> None:
        assert self.refused({"score": 60, "contact": {"title": "CTO"}}) is None

    def test_what_failed_and_what_is_not_known_are_both_told(self) -> None:
        found = self.refused({"score": 12})

        assert found is not None
        assert (found.outcome, codes_of(found)) == (
            Outcome.FAIL,
            ["AK-Q001", "AK-Q002"],
        )

    def test_what_is_only_not_known_is_unknown(self) -> None:
        found = self.refused({"score": 72})

        assert found is not None
        assert found.outcome is Outcome.UNKNOWN

    def test_what_was_not_judged_is_unknown(self) -> None:
        found = self.refused(None)

        assert found is not None
        assert (found.outcome, codes_of(found)) == (Outcome.UNKNOWN, ["AK-L021"])

    def test_the_demands_are_those_of_criteria(self) -> None:
        assert str(self.LIFECYCLE.entry("lead", "mql")) == (
            f"all of ({AtLeast('score', 60)}; {Known('contact.title')})"
        )
