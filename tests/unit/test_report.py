from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import attrs
import pytest

from alignkit.attributions import Attribution
from alignkit.duedates import DueDate
from alignkit.escalations import Escalation
from alignkit.evaluations import Evaluation
from alignkit.findings import Finding, Place, Severity
from alignkit.ledgers import Entry, EntryKind
from alignkit.loopfigures import LoopFigures, Portion
from alignkit.patterns import Pattern
from alignkit.promises import Clock, Deadline
from alignkit.report import (
    attention_lines,
    due_dates_lines,
    evaluation_lines,
    feedback_lines,
    findings_lines,
    lapse_text,
    ledger_lines,
    review_lines,
    scorecard_lines,
    share_text,
    verdict_lines,
    verdicts_lines,
)
from alignkit.schedules import Closed, Closure
from alignkit.scorecards import Case, Scorecard
from alignkit.screen import WIDTH, width
from alignkit.shares import Share
from alignkit.spans import Elapsed
from alignkit.standings import Status
from alignkit.terms import Term
from alignkit.turnarounds import Turnaround, TurnaroundUnit
from alignkit.verdicts import Disregarded, Lapse, Source, Verdict

LONDON = ZoneInfo("Europe/London")
SOURCE = Source(id="northwind", version="2", fingerprint="f00d")


def at(day: int, hour: int = 9, minute: int = 0, *, month: int = 3) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=LONDON)


def verdict(
    subject: str,
    status: Status,
    *,
    term: str = "first-response",
    party: str = "sales",
    due_at: datetime | None = None,
) -> Verdict:
    return Verdict(
        term=term,
        party=party,
        subject_kind="lead",
        subject=subject,
        status=status,
        due_at=due_at,
        agreement=SOURCE,
    )


def card(verdicts: Iterable[Verdict], *terms: tuple[str, str]) -> Scorecard:
    return Scorecard.of(verdicts, as_of=at(31), terms=terms)


class TestShareText:
    @pytest.mark.parametrize(
        ("share", "rounded"),
        [
            (Share(0, 0), "-"),
            (Share(0, 3), "0.0%"),
            (Share(2, 3), "66.7%"),
            (Share(1, 8), "12.5%"),
            (Share(1, 16), "6.3%"),
            (Share(3, 3), "100.0%"),
            (Share(99_999, 100_000), "99.9%"),
            (Share(1, 100_000), "0.1%"),
        ],
    )
    def test_the_exact_share_stands_beside_the_rounded_one(
        self, share: Share, rounded: str
    ) -> None:
        assert share_text(share) == (str(share), rounded)


class TestScorecardLines:
    def test_the_parties_stand_side_by_side_and_each_status_apart(self) -> None:
        verdicts = [
            verdict("L1", Status.MET),
            verdict("L2", Status.MET),
            verdict("L3", Status.BREACHED),
            verdict("L4", Status.AT_RISK),
            verdict("L1", Status.LATE, term="brief", party="marketing"),
        ]

        lines = scorecard_lines(
            card(verdicts, ("sales", "first-response"), ("marketing", "brief"))
        )

        assert list(lines) == [
            "As of Tue 31 Mar 2026 09:00 BST",
            "",
            "                     sales  marketing",
            "            first-response      brief",
            "met                      2          -",
            "late                     -          1",
            "breached                 1          -",
            "compliance             2/3        0/1",
            "                     66.7%       0.0%",
            "at risk                  1          -",
        ]

    def test_a_party_of_several_terms_is_pooled_first(self) -> None:
        verdicts = [
            verdict("L1", Status.MET),
            verdict("L2", Status.LATE),
            verdict("L1", Status.MET, term="decision"),
        ]

        lines = scorecard_lines(
            card(verdicts, ("sales", "first-response"), ("sales", "decision"))
        )

        assert list(lines) == [
            "As of Tue 31 Mar 2026 09:00 BST",
            "",
            "                sales",
            "            all terms",
            "met                 2",
            "late                1",
            "breached            -",
            "compliance        2/3",
            "                66.7%",
            "",
            "                     sales     sales",
            "            first-response  decision",
            "met                      1         1",
            "late                     1         -",
            "breached                 -         -",
            "compliance             1/2       1/1",
            "                     50.0%    100.0%",
        ]

    def test_a_line_is_named_by_its_term_and_its_group(self) -> None:
        kims = attrs.evolve(verdict("L1", Status.MET, term="reply"), owner="kim")
        nobodys = verdict("L2", Status.BREACHED, term="reply")

        lines = scorecard_lines(
            Scorecard.of(
                [kims, nobodys],
                as_of=at(31),
                terms=[("sales", "reply")],
                by="owner",
                group=lambda one: one.owner,
            )
        )

        header = "            reply: kim  reply: not known"
        assert header in list(lines)

    def test_a_term_without_verdicts_has_no_compliance(self) -> None:
        lines = list(scorecard_lines(card([], ("sales", "decision"))))

        assert lines[-2:] == ["compliance       0/0", "                   -"]

    def test_an_agreement_without_terms_has_a_moment_alone(self) -> None:
        assert list(scorecard_lines(card([]))) == ["As of Tue 31 Mar 2026 09:00 BST"]

    def test_many_terms_take_several_tables(self) -> None:
        terms = [("sales", f"a-promise-of-some-length-{n}") for n in range(7)]

        lines = list(scorecard_lines(card([], *terms)))

        assert max(map(width, lines)) <= WIDTH
        assert [line for line in lines if "all terms" in line]
        assert all(any(term in line for line in lines) for _, term in terms)
        assert sum(line.startswith("met") for line in lines) == 5


class TestAttentionLines:
    def test_what_can_still_be_helped_comes_first(self) -> None:
        undecided = attrs.evolve(
            verdict("L4", Status.UNKNOWN), reason="no calendar counts it"
        )
        verdicts = [
            undecided,
            verdict("L1", Status.BREACHED, due_at=at(30)),
            verdict("L2", Status.BREACHED, due_at=at(27)),
            verdict("L3", Status.AT_RISK, due_at=at(31, 12)),
            verdict("L5", Status.MET, due_at=at(27)),
            attrs.evolve(verdict("L1", Status.BREACHED, due_at=at(31)), cycle=2),
        ]

        assert list(attention_lines(verdicts)) == [
            "Wants a look",
            "            term            about        by     due",
            "  at risk   first-response  lead L3      sales  Tue 31 Mar 2026 12:00 BST",
            "  breached  first-response  lead L2      sales  Fri 27 Mar 2026 09:00 GMT",
            "  breached  first-response  lead L1      sales  Mon 30 Mar 2026 09:00 BST",
            "  breached  first-response  lead L1 (2)  sales  Tue 31 Mar 2026 09:00 BST",
            "  unknown   first-response  lead L4      sales  no calendar counts it",
        ]

    def test_of_very_many_the_number_is_told(self) -> None:
        verdicts = [verdict(f"L{n}", Status.BREACHED, due_at=at(30)) for n in range(5)]

        lines = list(attention_lines(verdicts, most=2))

        assert len(lines) == 5
        assert lines[-1] == "  and 3 more; JSON and CSV have all of them"

    def test_if_all_is_well_nothing_is_said(self) -> None:
        assert list(attention_lines([verdict("L1", Status.MET)])) == []

    def test_what_comes_from_outside_is_made_visible(self) -> None:
        hostile = verdict("L\x1b[2J\u202e", Status.BREACHED, due_at=at(30))

        text = "\n".join(attention_lines([hostile]))

        assert r"L\x1b[2J\u202e" in text
        assert text.replace("\n", "").isprintable()


STEP = Escalation(
    term="first-response",
    party="sales",
    subject_kind="lead",
    subject="L1",
    step=0,
    when="100%",
    notify="manager",
)


class TestVerdictLines:
    def test_everything_that_applies_is_told(self) -> None:
        late = attrs.evolve(
            verdict("L1", Status.LATE, due_at=at(30, 12)),
            started_at=at(27, 16, 30),
            counts_from=at(27, 16, 30),
            fulfilled_at=at(30, 12, 30),
            target="4 business hours",
            elapsed=Lapse(timedelta(hours=4, minutes=30), timedelta(hours=67)),
            overrun=Lapse(timedelta(minutes=30), timedelta(minutes=30)),
            disregarded=(Disregarded("e7", at(27, 16, 31), "no_outcome"),),
            attribution=(Attribution("dana", timedelta(hours=4)),),
            revised=True,
            steps=(
                attrs.evolve(STEP, at=at(30, 12), has_fired=True),
                attrs.evolve(STEP, notify=None, action="reassign", at=at(30, 13)),
                STEP,
            ),
        )

        lines = list(verdict_lines(late))

        table = lines[lines.index("") + 1 :]
        assert " ".join(lines[: lines.index("")]) == late.explanation
        assert table == [
            "  status       late",
            "  started      Fri 27 Mar 2026 16:30 GMT",
            "  counts from  Fri 27 Mar 2026 16:30 GMT",
            "  due          Mon 30 Mar 2026 12:00 BST",
            "  fulfilled    Mon 30 Mar 2026 12:30 BST",
            "  target       4 business hours",
            "  elapsed      4 h 30 min of business time, 67 h on the wall clock",
            "  over by      30 min of business time, 30 min on the wall clock",
            "  disregarded  e7, Fri 27 Mar 2026 16:31 GMT: no outcome",
            "  escalation   manager, 100%: fired Mon 30 Mar 2026 12:00 BST",
            "  escalation   reassign, 100%: comes Mon 30 Mar 2026 13:00 BST",
            "  time of      dana: 4 h",
            "  revised      by a fact recorded later",
            "  agreement    northwind, version 2",
            "  fingerprint  f00d",
        ]

    def test_several_are_parted_by_a_line(self) -> None:
        one = verdict("L1", Status.MET)

        lines = list(verdicts_lines([one, one]))

        alone = list(verdict_lines(one))
        assert lines == [*alone, "", *alone]


class TestLapseText:
    def test_what_is_not_known_is_left_out(self) -> None:
        assert lapse_text(Lapse(None, timedelta(hours=1))) == "1 h on the wall clock"
        assert lapse_text(Lapse(timedelta(hours=1), None)) == "1 h of business time"


class TestLedgerLines:
    def test_a_stretch_over_a_change_of_the_clocks_is_as_long_as_it_lasts(self) -> None:
        entries = [
            Entry(
                at(28, 0), at(30, 0), EntryKind.CLOSED, Closed(Closure.OUTSIDE_HOURS)
            ),
            Entry(
                at(30, 0),
                at(30, 1, 30),
                EntryKind.CLOSED,
                Closed(Closure.HOLIDAY, "Fête"),
            ),
            Entry(at(30, 1, 30), at(30, 2), EntryKind.COUNTED),
        ]

        assert ledger_lines(entries) == [
            "  from                  to                           for",
            (
                "  Sat 28 Mar 00:00 GMT  Mon 30 Mar 00:00 BST        47 h  "
                "closed: outside hours"
            ),
            "  Mon 30 Mar 00:00 BST  Mon 30 Mar 01:30 BST  1 h 30 min  closed: Fête",
            "  Mon 30 Mar 01:30 BST  Mon 30 Mar 02:00 BST      30 min  counted",
        ]

    def test_over_the_turn_of_a_year_it_tells_the_year(self) -> None:
        entry = Entry(
            datetime(2025, 12, 31, 23, tzinfo=LONDON),
            datetime(2026, 1, 1, 1, tzinfo=LONDON),
            EntryKind.COUNTED,
        )

        assert ledger_lines([entry])[1] == (
            "  Wed 31 Dec 2025 23:00 GMT  Thu 1 Jan 2026 01:00 GMT  2 h  counted"
        )


class TestDueDatesLines:
    def test_wall_time_has_no_way_to_tell(self) -> None:
        promise = Deadline(
            clock=Clock(start=(Pattern(event="lead_created"),)),
            within=Elapsed(hours=48),
        )
        found = DueDate(
            term=Term(id="reply", party="sales", promise=promise),
            target=promise.within,
            segment=None,
            started_at=at(28),
            counts_from=at(28),
            due_at=at(30, 10),
            calendar=None,
            zone="UTC",
            ledger=(),
            agreement=SOURCE,
        )

        assert list(due_dates_lines([found])) == [
            "reply by sales: 48 hours",
            "",
            "  starts       Sat 28 Mar 2026 09:00 GMT",
            "  counts from  Sat 28 Mar 2026 09:00 GMT",
            "  due          Mon 30 Mar 2026 10:00 BST",
            "  calendar     none, UTC",
            "  agreement    northwind, version 2",
        ]


class TestEvaluationLines:
    def test_it_is_the_scorecard_and_what_to_look_at(self) -> None:
        breached = verdict("L1", Status.BREACHED, due_at=at(30))
        finding = Finding(
            code="AK-S023",
            severity=Severity.ERROR,
            message="'at' is no readable time",
            place=Place("log.csv", 3),
        )
        evaluation = Evaluation(
            as_of=at(31),
            verdicts=(breached,),
            review=(finding,),
            terms=(("sales", "first-response"),),
        )

        assert list(evaluation_lines(evaluation, SOURCE)) == [
            "northwind, version 2",
            *scorecard_lines(evaluation.scorecard()),
            "",
            *attention_lines([breached]),
            "",
            "Not read, or not judged: 1",
            "  log.csv:3: error AK-S023 'at' is no readable time",
        ]

    def test_without_anything_to_look_at_it_is_the_scorecard(self) -> None:
        evaluation = Evaluation(as_of=at(31), verdicts=())

        assert list(evaluation_lines(evaluation, SOURCE)) == [
            "northwind, version 2",
            "As of Tue 31 Mar 2026 09:00 BST",
        ]


class TestFeedbackLines:
    ONE = Case("request", "R1", 1)

    def figures(
        self, unit: TurnaroundUnit, *amounts: int | timedelta, id: str = "message"
    ) -> LoopFigures:
        one, nothing = Portion((self.ONE,), (self.ONE,)), Portion((), ())
        return LoopFigures(
            loop=id,
            coverage=one,
            on_time=Portion((), (self.ONE,)),
            action_rate=nothing,
            action_of_received=nothing,
            closure=nothing,
            reopened=nothing,
            turnaround=Turnaround(
                unit=unit, answered=tuple((self.ONE, amount) for amount in amounts)
            ),
        )

    def test_each_loop_has_a_row(self) -> None:
        days = self.figures(TurnaroundUnit.BUSINESS_DAYS, 2)

        assert list(feedback_lines([days])) == [
            "Feedback",
            "           answered  on time  acted on  closed  reopened  median",
            "  message       1/1      0/1         -       -         -  2 business days",
        ]

    @pytest.mark.parametrize(
        ("unit", "amount", "told"),
        [
            (TurnaroundUnit.DAYS, 1, "1 day"),
            (TurnaroundUnit.TIME, timedelta(hours=3), "3 h"),
            (TurnaroundUnit.BUSINESS_TIME, timedelta(hours=3), "3 h of business time"),
        ],
    )
    def test_the_median_is_in_its_own_unit(
        self, unit: TurnaroundUnit, amount: int | timedelta, told: str
    ) -> None:
        *_, row = feedback_lines([self.figures(unit, amount)])

        assert row.endswith(f"  {told}")

    def test_where_it_is_not_known_there_is_a_dash(self) -> None:
        unknown = self.figures(TurnaroundUnit.DAYS)
        unlimited = attrs.evolve(unknown, turnaround=None)

        *_, first, second = feedback_lines([unknown, unlimited])

        assert first == second
        assert first.endswith("  -")

    def test_loops_in_which_nothing_happened_are_left_out(self) -> None:
        idle = attrs.evolve(self.figures(TurnaroundUnit.DAYS), coverage=Portion((), ()))

        assert list(feedback_lines([idle])) == []

    def test_nothing_from_outside_reaches_the_terminal_unseen(self) -> None:
        odd = self.figures(TurnaroundUnit.DAYS, id="\x1b[2J")

        assert "\x1b" not in "".join(feedback_lines([odd]))


class TestReviewLines:
    def test_of_very_many_the_number_is_told(self) -> None:
        finding = Finding(code="AK-S001", severity=Severity.ERROR, message="no")

        assert list(review_lines([finding] * 1_002, most=1)) == [
            "Not read, or not judged: 1,002",
            "  error AK-S001 no",
            "  and 1,001 more; JSON has all of them",
        ]


class TestFindingsLines:
    def test_the_place_comes_first_and_how_to_mend_it_last(self) -> None:
        finding = Finding(
            code="AK-S007",
            severity=Severity.WARNING,
            message="no term is named 'x\x1b'",
            path="$.terms[0]",
            place=Place("a.toml", 3, 1),
            expected="word " * 20,
            seen="x",
            help="mend it",
        )

        assert list(findings_lines([finding])) == [
            r"a.toml:3:1: warning AK-S007 no term is named 'x\x1b' (at $.terms[0])",
            "    expected " + "word " * 12 + "word",
            "      word word word word word word word",
            "    seen x",
            "    help: mend it",
        ]
