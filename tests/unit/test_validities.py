"""Validities: each handoff meets its definition, on what was known at it."""

from __future__ import annotations

from datetime import datetime
from fractions import Fraction
from zoneinfo import ZoneInfo

import attrs
import pytest

from alignkit.agreements import Agreement
from alignkit.criteria import Criterion, field
from alignkit.editions import Calendar, Definition, Edition
from alignkit.events import Event
from alignkit.measures import MeasureKind
from alignkit.outcomes import Outcome
from alignkit.parties import Party
from alignkit.promises import Keeping, Validity
from alignkit.standings import Status
from alignkit.terms import Term
from alignkit.wire import verdict_form
from tests.unit.test_qualities import END, HOURS, at, done, pattern, sized

BERLIN = ZoneInfo("Europe/Berlin")


def agreement(
    *, applies_to: Criterion | None = None, keep: Keeping | None = None
) -> Agreement:
    term = Term(
        id="valid-handoff",
        party="marketing",
        promise=Validity(at=(pattern("handed"),), meeting="mql"),
        applies_to=applies_to,
        keep=keep,
    )
    return Agreement(
        (
            Edition(
                id="northwind",
                effective_from=at(1, 0),
                parties=(Party("marketing", "berlin"),),
                calendars=(Calendar("berlin", HOURS),),
                definitions=(Definition("mql", field("size").at_least(50)),),
                terms=(term,),
            ),
        )
    )


def handed(size: int | None) -> list[Event]:
    told = [] if size is None else [sized("L1", at(2), size)]
    return [*told, done("handed", "L1", at(3))]


class TestEffect:
    @pytest.mark.parametrize(
        ("since", "until", "count"),
        [(at(3), None, 1), (at(4), None, 0), (None, at(3), 0), (None, at(4), 1)],
    )
    def test_what_is_handed_over_outside_it_is_not_owed(
        self, since: datetime | None, until: datetime | None, count: int
    ) -> None:
        edition = agreement().editions[0]
        term = attrs.evolve(
            edition.terms[0], effective_from=since, effective_until=until
        )
        bound = Agreement((attrs.evolve(edition, terms=(term,)),))

        found = bound.evaluate(handed(50), as_of=END)

        assert (len(found.verdicts), found.review) == (count, ())


class TestStatus:
    @pytest.mark.parametrize(
        ("size", "status", "outcome", "reason"),
        [
            (50, Status.MET, Outcome.PASS, None),
            (
                10,
                Status.BREACHED,
                Outcome.FAIL,
                "size is 10; agreed: size is at least 50",
            ),
            (
                None,
                Status.UNKNOWN,
                Outcome.UNKNOWN,
                "size is missing; agreed: size is at least 50",
            ),
        ],
    )
    def test_it_is_decided_at_the_handoff(
        self, size: int | None, status: Status, outcome: Outcome, reason: str | None
    ) -> None:
        evaluation = agreement().evaluate(handed(size), as_of=at(9))

        (verdict,) = evaluation.verdicts
        assert (verdict.status, verdict.reason) == (status, reason)
        assert (verdict.started_at, verdict.due_at) == (at(3), at(3))
        assert verdict.fulfilled_at == (at(3) if status is Status.MET else None)
        assert verdict.breached_at == (at(3) if status is Status.BREACHED else None)
        assert verdict.measure is not None
        assert verdict.measure.kind is MeasureKind.CHECK
        assert (verdict.measure.actual, verdict.measure.target) == (outcome, "mql")

    def test_it_says_so_in_a_sentence_and_on_the_wire(self) -> None:
        (verdict,) = agreement().evaluate(handed(10), as_of=at(9)).verdicts

        assert verdict.explanation == (
            "Valid handoff by marketing on lead L1: broken, size is 10; agreed: size "
            "is at least 50, definition mql, judged as of Tue 3 Feb 2026 12:00 CET."
        )
        assert verdict_form(verdict)["measure"] == {
            "kind": "check",
            "actual": "fail",
            "target": "mql",
            "numerator": None,
            "denominator": None,
            "counted": 1,
            "sample": 1,
        }

    def test_each_handoff_is_a_cycle(self) -> None:
        events = [
            *handed(10),
            sized("L1", at(4), 60),
            done("handed", "L1", at(5)),
        ]

        verdicts = agreement().evaluate(events, as_of=at(9)).verdicts

        assert [(one.cycle, one.status) for one in verdicts] == [
            (1, Status.BREACHED),
            (2, Status.MET),
        ]

    def test_whom_it_is_not_about_has_no_verdict(self) -> None:
        promised = agreement(applies_to=field("region").is_("dach"))

        (doubtful,) = promised.evaluate(handed(50), as_of=at(9)).verdicts
        size_only = agreement(applies_to=field("size").at_least(90))

        assert doubtful.status is Status.UNKNOWN
        assert doubtful.reason == "it is not known whether it applies"
        assert size_only.evaluate(handed(50), as_of=at(9)).verdicts == ()


class TestHistory:
    def test_a_size_corrected_later_changes_nothing(self) -> None:
        late = at(5)
        events = [
            sized("L1", at(2), 60, id="e1"),
            sized("L1", at(2), 10, id="e1", recorded_at=late),
            done("handed", "L1", at(3)),
        ]

        (verdict,) = agreement().evaluate(events, as_of=at(9)).verdicts

        assert (verdict.status, verdict.revised) == (Status.MET, False)

    def test_a_handoff_corrected_later_revises(self) -> None:
        late = at(5)
        events = [
            sized("L1", at(2), 60),
            done("handed", "L1", at(3), id="e1"),
            sized("L1", at(4, 9), 10),
            done("handed", "L1", at(4), id="e1", recorded_at=late),
        ]

        (verdict,) = agreement().evaluate(events, as_of=at(9)).verdicts

        assert (verdict.status, verdict.revised) == (Status.BREACHED, True)

    def test_one_that_was_not_known_before_is_not_revised(self) -> None:
        events = [
            *handed(None),
            sized("L1", at(3, 9), 60, recorded_at=at(3, 11)),
            done("noted", "L1", at(4), recorded_at=at(5)),
            done("handed", "L1", at(6), id="e9"),
        ]
        without = [*handed(None), done("noted", "L1", at(4), recorded_at=at(5))]

        (unknown,) = agreement().evaluate(without, as_of=at(9)).verdicts
        verdicts = agreement().evaluate(events, as_of=at(9)).verdicts

        assert (unknown.status, unknown.revised) == (Status.UNKNOWN, False)
        assert [(one.status, one.revised) for one in verdicts] == [
            (Status.MET, False),
            (Status.MET, False),
        ]

    def test_contradictions_make_unknown_only_what_either_changes(self) -> None:
        events = [
            *handed(60),
            done("handed", "L1", at(6), id="e1"),
            done("other", "L1", at(6), id="e1"),
            sized("L2", at(2), 60, id="e2"),
            sized("L2", at(2), 10, id="e2"),
            done("handed", "L2", at(3)),
        ]

        verdicts = agreement().evaluate(events, as_of=at(9)).verdicts

        assert [(one.subject, one.cycle, one.status) for one in verdicts] == [
            ("L1", 1, Status.MET),
            ("L1", 2, Status.UNKNOWN),
            ("L2", 1, Status.UNKNOWN),
        ]
        assert verdicts[1].reason == "facts that contradict each other would change it"

    def test_a_contradiction_that_both_forms_answer_alike_is_told_as_such(self) -> None:
        events = [
            sized("L1", at(1, 9), 70),
            sized("L1", at(2), 60, id="e1"),
            sized("L1", at(2), 10, id="e1"),
            done("handed", "L1", at(3)),
        ]

        (verdict,) = agreement().evaluate(events, as_of=at(9)).verdicts

        assert verdict.status is Status.UNKNOWN
        assert verdict.reason == "facts known then contradict each other"

    def test_a_handoff_before_the_agreement_is_listed(self) -> None:
        events = [sized("L1", at(1, month=1), 60), done("handed", "L1", at(2, month=1))]

        evaluation = agreement().evaluate(events, as_of=at(9))

        assert evaluation.verdicts == ()
        (finding,) = evaluation.review
        assert finding.code == "AK-P001"

    def test_the_edition_in_force_at_the_handoff_governs(self) -> None:
        first = agreement()
        (edition,) = first.editions
        stricter = attrs.evolve(
            edition,
            version="2",
            effective_from=at(5, 0),
            definitions=(Definition("mql", field("size").at_least(90)),),
        )
        events = [*handed(60), done("handed", "L1", at(6))]

        verdicts = first.amend(stricter).evaluate(events, as_of=at(9)).verdicts

        assert [(one.agreement.version, one.status) for one in verdicts] == [
            ("1", Status.MET),
            ("2", Status.BREACHED),
        ]


class TestKeep:
    def test_a_share_of_them_may_have_to_be_kept(self) -> None:
        keep = Keeping(at_least=Fraction(2, 3))
        events = [
            *handed(60),
            sized("L2", at(2), 60),
            done("handed", "L2", at(3)),
            sized("L3", at(2), 10),
            done("handed", "L3", at(3)),
        ]

        evaluation = agreement(keep=keep).evaluate(events, as_of=END)

        share = evaluation.verdicts[-1]
        assert (share.subject_kind, share.status) == ("party", Status.MET)
        assert share.measure is not None
        assert (share.measure.numerator, share.measure.denominator) == (2, 3)
