"""Stays in stages, judged visit by visit."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction
from typing import Any

import attrs
import pytest

from alignkit.agreements import Agreement
from alignkit.criteria import field
from alignkit.happenings import FieldChanged, LeadCreated, Retracted, StageChanged
from alignkit.presets import preset
from alignkit.promises import Stay, Target
from alignkit.spans import span
from alignkit.terms import Term
from tests.deadlines import (
    at,
    edition,
    evaluated,
    fact,
    status,
    stay,
    term,
    to,
    verdict,
    verdicts,
)

MQL = to("mql", "04 10:00")


class TestVisit:
    def test_it_is_due_when_the_stay_reaches_the_target(self) -> None:
        found = verdict(stay(), MQL, as_of="05 10:00")

        assert (found.status.value, found.cycle) == ("pending", 1)
        assert (found.started_at, found.due_at) == (at("04 10:00"), at("07 10:00"))
        assert found.next_change_at == at("07 10:00") + timedelta(microseconds=1)
        assert found.target == "3 days"

    @pytest.mark.parametrize(
        ("left", "said"),
        [("07 10:00", "met"), ("07 10:00:00.000001", "late")],
    )
    def test_it_is_kept_by_leaving_at_the_due_moment_at_the_latest(
        self, left: str, said: str
    ) -> None:
        found = verdict(stay(), MQL, to("sql", left), as_of="20 10:00")

        assert (found.status.value, found.fulfilled_at) == (said, at(left))

    def test_it_is_broken_while_the_subject_is_still_there(self) -> None:
        found = verdict(stay(), MQL, as_of="07 10:01")

        assert (found.status.value, found.breached_at) == ("breached", at("07 10:00"))

    def test_the_stages_count_together(self) -> None:
        found = verdict(stay(), MQL, to("sal", "05 10:00"), as_of="07 10:01")

        assert (found.status.value, found.started_at) == ("breached", at("04 10:00"))

    def test_each_visit_is_judged_by_itself(self) -> None:
        found = verdicts(
            stay(),
            MQL,
            to("lead", "05 10:00"),
            to("sal", "06 10:00"),
            as_of="09 10:01",
        )

        assert [(one.cycle, one.status.value) for one in found] == [
            (1, "met"),
            (2, "breached"),
        ]
        assert found[1].due_at == at("09 10:00")

    def test_business_time_counts_in_the_calendar(self) -> None:
        # Wednesday from ten to five, Thursday until noon.
        found = verdict(stay("10 business hours"), MQL, as_of="05 10:00")

        assert found.due_at == at("05 12:00")
        assert found.elapsed is not None
        assert found.elapsed.business == timedelta(hours=8)
        assert found.elapsed.wall == timedelta(hours=24)

    def test_a_share_of_the_time_puts_it_at_risk(self) -> None:
        promise = stay("2 days", warn_at=Fraction(1, 2))

        assert status(promise, MQL, as_of="05 09:59") == "pending"
        assert status(promise, MQL, as_of="05 10:00") == "at_risk"

    def test_the_segment_decides_how_long(self) -> None:
        demo = Target(field("lead.source").is_("demo"), span("1 day"))
        said = fact(LeadCreated(source="demo"), "04 09:00")

        assert status(stay(targets=[demo]), said, MQL, as_of="05 10:01") == "breached"
        assert status(stay(targets=[demo]), MQL, as_of="04 12:00") == "pending"
        assert status(stay(targets=[demo]), MQL, as_of="05 10:01") == "unknown"

    def test_whom_it_does_not_concern_has_none(self) -> None:
        promise = stay(applies_to=field("lead.region").is_("emea"))
        elsewhere = fact(FieldChanged(field="lead.region", value="apac"), "03 09:00")

        assert verdicts(promise, elsewhere, MQL, as_of="09 10:00") == ()

    def test_it_says_in_a_sentence_where_and_until_when(self) -> None:
        found = verdict(stay(), MQL, to("sql", "05 10:00"), as_of="09 10:00")

        assert found.explanation == (
            "No stale mql by sales on lead L1: kept in time, in mql or sal from "
            "Wed 4 Mar 2026 10:00 CST, due Sat 7 Mar 2026 10:00 CST (3 days), "
            "left Thu 5 Mar 2026 10:00 CST, after 24 h."
        )

    def test_it_says_so_if_nobody_left(self) -> None:
        found = verdict(stay(), MQL, as_of="08 10:00")

        assert "not left by Sun 8 Mar 2026 10:00 CDT" in found.explanation

    def test_its_ledger_counts_what_it_says(self) -> None:
        found = verdict(stay("10 business hours"), MQL, as_of="05 10:00")

        counted = [one for one in found.ledger if one.kind.value == "counted"]
        assert sum((one.end - one.start for one in counted), timedelta()) == timedelta(
            hours=8
        )


def together(at_most: str = "3 days", **more: Any) -> Term:  # noqa: ANN401
    """Return a term about all visits of a cycle together."""
    return stay(at_most, kind=Stay.CUMULATIVE, **more)


def agreed(*terms: Term) -> Agreement:
    """Return an agreement about leads that go through the standard lifecycle."""
    lifecycle = attrs.evolve(edition(*terms), lifecycle=preset("standard"))
    return Agreement((lifecycle,))


class TestCumulative:
    AWAY = to("lead", "05 10:00")
    BACK = to("sal", "09 10:00")

    def test_the_time_between_visits_is_a_rest(self) -> None:
        # One day is used up; the clocks of Chicago go forward on the eighth.
        found = verdict(together(), MQL, self.AWAY, self.BACK, as_of="10 10:00")

        assert (found.status.value, found.cycle) == ("pending", 1)
        assert found.paused == ((at("05 10:00"), at("09 10:00")),)
        assert (found.due_at, found.target) == (at("11 10:00"), "72 hours")
        assert found.next_change_at == at("11 10:00") + timedelta(microseconds=1)

    def test_while_it_is_away_it_rests(self) -> None:
        found = verdict(together(), MQL, self.AWAY, as_of="20 10:00")

        assert (found.status.value, found.due_at) == ("paused", None)

    def test_the_visits_count_together(self) -> None:
        said = [
            status(together(), MQL, self.AWAY, self.BACK, as_of=moment)
            for moment in ("11 10:00", "11 10:01")
        ]

        assert said == ["pending", "breached"]

    def test_to_leave_after_it_was_due_is_late_and_final(self) -> None:
        gone = to("sql", "12 10:00")
        again = to("mql", "13 10:00")
        told = (MQL, self.AWAY, self.BACK, gone)

        found = verdict(together(), *told, as_of="12 11:00")

        assert (found.status.value, found.fulfilled_at) == ("late", at("12 10:00"))
        assert status(together(), *told, again, as_of="20 10:00") == "late"

    def test_business_time_adds_up_too(self) -> None:
        # Seven hours of Wednesday, one of Thursday, two of Monday.
        found = verdict(
            together("10 business hours"), MQL, self.AWAY, self.BACK, as_of="09 10:30"
        )

        assert found.due_at == at("09 12:00")

    def test_the_end_of_the_cycle_keeps_it(self) -> None:
        promise = agreed(together())
        recycled = to("recycled", "12 10:00")

        found = verdict(promise, MQL, to("sql", "05 10:00"), recycled, as_of="20 10:00")
        direct = verdict(promise, MQL, to("recycled", "05 10:00"), as_of="20 10:00")

        assert (found.status.value, found.fulfilled_at) == ("met", at("12 10:00"))
        assert (direct.status.value, direct.fulfilled_at) == ("met", at("05 10:00"))

    def test_the_next_cycle_begins_anew(self) -> None:
        found = verdicts(
            agreed(together()),
            MQL,
            to("recycled", "06 10:00"),
            to("mql", "10 10:00"),
            as_of="12 12:00",
        )

        assert [(one.cycle, one.status.value) for one in found] == [
            (1, "met"),
            (2, "pending"),
        ]
        assert found[1].due_at == at("13 10:00")

    def test_to_qualify_again_without_leaving_begins_anew(self) -> None:
        promise = agreed(together("3 days", stages=["lead", "mql"]))

        found = verdicts(
            promise,
            MQL,
            to("lead", "05 10:00"),
            to("mql", "06 10:00"),
            as_of="07 12:00",
        )

        assert [(one.cycle, one.status.value) for one in found] == [
            (1, "met"),
            (2, "pending"),
        ]
        assert found[1].started_at == at("06 10:00")

    def test_a_detour_may_be_among_the_stages(self) -> None:
        promise = agreed(together("3 days", stages=["mql", "recycled"]))
        moves = (MQL, to("recycled", "05 10:00"))

        assert status(promise, *moves, as_of="07 10:01") == "breached"
        found = verdicts(promise, *moves, to("mql", "06 10:00"), as_of="08 10:00")
        assert [one.status.value for one in found] == ["met", "pending"]

    def test_to_come_and_go_at_one_moment_takes_no_time(self) -> None:
        gone = to("sql", "04 10:00", id="z")

        assert status(together(), MQL, gone, as_of="20 10:00") == "paused"

    def test_to_go_and_come_back_at_one_moment_is_to_stay(self) -> None:
        gone, back = to("sql", "05 10:00", id="y"), to("mql", "05 10:00", id="z")

        found = verdict(together(), MQL, gone, back, as_of="05 12:00")

        assert (found.status.value, found.paused) == ("pending", ())

    def test_to_look_in_while_away_takes_no_time(self) -> None:
        look, gone = to("mql", "06 10:00", id="y"), to("sql", "06 10:00", id="z")

        found = verdict(together(), MQL, self.AWAY, look, gone, as_of="08 10:00")

        assert found.status.value == "paused"
        assert found.paused == ((at("05 10:00"), None),)

    def test_weeks_add_up_and_a_segment_has_its_own(self) -> None:
        demo = Target(field("lead.source").is_("demo"), span("1 day"))
        said = fact(LeadCreated(source="demo"), "04 09:00")

        assert verdict(together("1 week"), MQL, as_of="04 12:00").target == "168 hours"
        promise = together(targets=[demo])
        assert status(promise, said, MQL, as_of="05 10:01") == "breached"

    @pytest.mark.parametrize("at_most", ["1 month", "3 days before renewal_date, none"])
    def test_what_does_not_add_up_is_not_judged(self, at_most: str) -> None:
        evaluation = evaluated(together(at_most), MQL, as_of="20 10:00")

        assert evaluation.verdicts == ()
        assert [one.code for one in evaluation.review] == ["AK-P002"]

    def test_one_target_that_does_not_add_up_is_enough(self) -> None:
        demo = Target(field("lead.source").is_("demo"), span("1 month"))

        evaluation = evaluated(together(targets=[demo]), MQL, as_of="20 10:00")

        assert [one.code for one in evaluation.review] == ["AK-P002"]


class TestCrossing:
    @pytest.mark.parametrize(
        "entry",
        [
            fact(LeadCreated(attributes=(("lead.stage", "mql"),)), "04 10:00"),
            fact(FieldChanged(field="lead.stage", value="mql"), "04 10:00"),
            fact(FieldChanged(field="stage", value="mql"), "04 10:00"),
        ],
        ids=["created in it", "its field changed", "its field by its short name"],
    )
    def test_any_fact_that_says_the_stage_is_heard(self, entry: object) -> None:
        assert status(stay(), entry, as_of="05 10:00") == "pending"  # type: ignore[arg-type]

    def test_a_stage_that_is_cleared_is_left(self) -> None:
        cleared = fact(FieldChanged(field="lead.stage", value=None), "05 10:00")

        assert status(stay(), MQL, cleared, as_of="05 10:00") == "met"

    def test_to_come_and_go_at_one_moment_is_a_visit_without_length(self) -> None:
        gone = to("sql", "04 10:00", id="z")

        found = verdict(stay(), MQL, gone, as_of="05 10:00")

        assert (found.status.value, found.fulfilled_at) == ("met", at("04 10:00"))

    def test_to_go_and_come_back_at_one_moment_begins_another_visit(self) -> None:
        gone, back = to("sql", "05 10:00", id="y"), to("mql", "05 10:00", id="z")

        found = verdicts(stay(), MQL, gone, back, as_of="05 12:00")

        assert [one.status.value for one in found] == ["met", "pending"]

    def test_of_the_visits_that_begin_at_one_moment_the_last_counts(self) -> None:
        moves = [
            to(stage, "05 10:00", id=str(number))
            for number, stage in enumerate(("mql", "sql", "mql", "sql", "mql"))
        ]

        found = verdict(stay(), *moves, as_of="05 12:00")

        assert (found.status.value, found.cycle) == ("pending", 1)

    def test_what_happens_elsewhere_is_not_told_of_the_next_visit(self) -> None:
        found = verdict(
            stay(), to("lead", "03 10:00"), to("new", "03 11:00"), MQL, as_of="05 10:00"
        )

        assert found.disregarded == ()

    def test_a_date_alone_is_in_time_on_the_day_that_is_due(self) -> None:
        assert status(stay(), MQL, to("sql", "07"), as_of="20 10:00") == "met"
        assert status(stay(), MQL, to("sql", "08"), as_of="20 10:00") == "late"

    def test_a_subject_that_never_comes_there_has_none(self) -> None:
        assert verdicts(stay(), to("lead", "04 10:00"), as_of="20 10:00") == ()


class TestKnowledge:
    def test_a_move_that_is_told_late_revises_what_was_said(self) -> None:
        left = to("sql", "06 10:00", recorded="10 10:00")

        found = verdict(stay(), MQL, left, as_of="11 10:00")

        assert (found.status.value, found.revised) == ("met", True)

    def test_a_move_that_is_withdrawn_did_not_happen(self) -> None:
        left = to("sql", "06 10:00")
        never = fact(Retracted(of=left.id), "06 11:00")

        assert status(stay(), MQL, left, never, as_of="08 10:00") == "breached"

    def test_two_forms_of_a_move_that_disagree_leave_it_unknown(self) -> None:
        one, other = to("sql", "06 10:00", id="x"), to("sal", "06 10:00", id="x")

        assert status(stay(), MQL, one, other, as_of="08 10:00") == "unknown"

    def test_what_began_before_the_agreement_is_listed(self) -> None:
        agreement = Agreement((edition(stay(), since="05 00:00"),))

        evaluation = evaluated(agreement, MQL, as_of="20 10:00")

        assert evaluation.verdicts == ()
        assert [one.code for one in evaluation.review] == ["AK-P001"]


class TestEditions:
    def test_a_visit_goes_on_under_the_stages_of_its_edition(self) -> None:
        agreement = Agreement(
            (
                edition(stay(stages=["mql", "sal"]), version="1"),
                edition(stay(stages=["sal"]), version="2", since="05 00:00"),
            )
        )
        moved = to("sal", "05 10:00")

        found = verdict(agreement, MQL, moved, as_of="06 10:00")
        left = verdict(agreement, MQL, moved, to("sql", "06 11:00"), as_of="06 12:00")

        assert (found.agreement.version, found.started_at) == ("1", at("04 10:00"))
        assert left.status.value == "met"

    def test_the_edition_in_force_at_the_entry_governs(self) -> None:
        agreement = Agreement(
            (
                edition(stay("3 days"), version="1"),
                edition(stay("1 day"), version="2", since="05 00:00"),
                edition(version="3", since="06 00:00"),
            )
        )
        back = to("mql", "05 12:00")

        found = verdicts(
            agreement,
            MQL,
            to("sql", "05 10:00"),
            back,
            to("sql", "05 13:00"),
            to("mql", "06 13:00"),
            as_of="07 10:00",
        )

        assert [(one.agreement.version, one.target) for one in found] == [
            ("1", "3 days"),
            ("2", "1 day"),
        ]

    def test_a_deadline_that_became_a_stay_makes_room_for_it(self) -> None:
        agreement = Agreement(
            (
                edition(term("9 days", id="t"), version="1"),
                edition(stay(id="t"), version="2", since="04 00:00"),
            )
        )

        found = verdicts(agreement, fact("go", "03 10:00"), MQL, as_of="05 10:00")

        assert [one.status.value for one in found] == ["cancelled", "pending"]


class TestMove:
    def test_a_reason_changes_nothing(self) -> None:
        left = fact(StageChanged(to_stage="lost", reason="no_budget"), "05 10:00")

        assert status(stay(), MQL, left, as_of="20 10:00") == "met"
