"""Verdicts counted, never blended."""

from __future__ import annotations

from datetime import UTC, datetime
from fractions import Fraction

import pytest

from alignkit.scorecards import Case, Line, Scorecard, Tally
from alignkit.shares import Share
from alignkit.standings import Status
from alignkit.verdicts import Source, Verdict

AS_OF = datetime(2026, 3, 9, 18, tzinfo=UTC)
SOURCE = Source(id="a", version="1", fingerprint="f")


def verdict(
    subject: str, status: Status, *, term: str = "response", party: str = "sales"
) -> Verdict:
    return Verdict(
        term=term,
        party=party,
        subject_kind="lead",
        subject=subject,
        status=status,
        agreement=SOURCE,
    )


class TestTally:
    def test_compliance_is_met_of_met_late_and_breached(self) -> None:
        statuses = [Status.MET, Status.MET, Status.LATE, Status.BREACHED]
        others = [Status.PENDING, Status.EXCLUDED, Status.UNKNOWN, Status.CANCELLED]

        tally = Tally.of(
            verdict(f"L{n}", status) for n, status in enumerate(statuses + others)
        )

        assert tally.compliance == Share(2, 4)
        assert tally.total == len(statuses + others)

    def test_compliance_of_nothing_decided_is_no_number(self) -> None:
        tally = Tally.of([verdict("L1", Status.PENDING)])

        assert tally.compliance == Share(0, 0)
        assert tally.compliance.fraction is None

    def test_every_figure_can_name_the_cases_behind_it(self) -> None:
        tally = Tally.of(
            [
                verdict("L3", Status.MET),
                verdict("L1", Status.MET),
                verdict("L2", Status.LATE),
            ]
        )

        assert tally.count(Status.MET) == 2
        assert tally.behind(Status.MET) == (
            Case("lead", "L1", 1),
            Case("lead", "L3", 1),
        )
        assert tally.behind(Status.LATE, Status.BREACHED) == (Case("lead", "L2", 1),)

    def test_tallies_add_up_whatever_the_order(self) -> None:
        one = Tally.of([verdict("L2", Status.MET), verdict("L4", Status.LATE)])
        other = Tally.of([verdict("L1", Status.MET), verdict("L3", Status.PENDING)])

        assert one + other == other + one
        assert (one + other).compliance == Share(2, 3)
        assert (one + other).compliance.fraction == Fraction(2, 3)

    def test_a_tally_of_nothing_adds_nothing(self) -> None:
        one = Tally.of([verdict("L1", Status.MET)])

        assert one + Tally(()) == Tally(()) + one == one


class TestScorecard:
    def card(self) -> Scorecard:
        return Scorecard.of(
            [
                verdict("L1", Status.MET),
                verdict("L1", Status.LATE, term="acceptance"),
                verdict("L1", Status.BREACHED, term="volume", party="marketing"),
            ],
            as_of=AS_OF,
            terms=[("sales", "response"), ("sales", "unused")],
        )

    def test_a_term_without_a_verdict_has_an_empty_line(self) -> None:
        assert self.card().line("unused") == Line(
            party="sales", term="unused", tally=Tally(())
        )

    def test_parties_stand_side_by_side_with_their_cases_pooled(self) -> None:
        parties = dict(self.card().parties)

        assert list(parties) == ["sales", "marketing"]
        assert parties["sales"].compliance == Share(1, 2)
        assert parties["marketing"].compliance == Share(0, 1)

    def test_a_term_that_it_does_not_have_is_an_error(self) -> None:
        with pytest.raises(LookupError):
            self.card().line("nothing")
