from __future__ import annotations

from datetime import UTC, datetime

from alignkit.agreements import Agreement
from alignkit.criteria import AnyOf, field, happened
from alignkit.editions import Definition, Edition
from alignkit.gates import Gate
from alignkit.patterns import Pattern
from alignkit.presets import preset
from alignkit.promises import Clock, Deadline
from alignkit.ruling_report import ruling_lines
from alignkit.rulings import Ruling
from alignkit.screen import WIDTH, width
from alignkit.spans import span
from alignkit.terms import Term

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
CLEAN = {"suppressed": False, "duplicates": [], "open_opportunities": []}


def check(edition: Edition, /, **said: object) -> Ruling:
    payload = {"lead": "L1", "at": "2026-03-02T12:00:00Z", "to_party": "sales", **said}
    return Agreement((edition,)).check_handoff(payload, as_of=NOON)


def term(name: str, within: str) -> Term:
    started = Clock(start=(Pattern(event="handoff_offered"),))
    return Term(
        id=name, party="sales", promise=Deadline(clock=started, within=span(within))
    )


FULL = Edition(
    id="n",
    definitions=(
        Definition(
            "mql",
            field("score").at_least(60)
            & field("source").one_of("demo", "fair")
            & (field("size").at_least(5) | happened("demo", within=span("2 days"))),
        ),
    ),
    gates=(Gate(id="g", meets="mql"),),
    lifecycle=preset("standard"),
    terms=(term("answer", "2 hours"), term("visit", "2 business hours")),
)


class TestRulingLines:
    def test_what_passes_says_so(self) -> None:
        assert list(ruling_lines(check(Edition(id="n"), **CLEAN))) == [
            "L1: accept (pass)"
        ]

    def test_only_what_decides_is_told_and_who_turned_it(self) -> None:
        ruling = check(FULL, **CLEAN, from_stage="lead", to_stage="mql", cycle=1)

        assert list(ruling_lines(ruling))[:3] == [
            "L1: hold (unknown, by $.gates[0].on_unknown)",
            "  unknown AK-Q002 score is missing; agreed: score is at least 60 (at",
            "      $.attributes.score)",
        ]

    def test_explained_it_says_what_to_do(self) -> None:
        ruling = check(
            FULL,
            **CLEAN,
            from_stage="lead",
            to_stage="mql",
            cycle=1,
            attributes={"score": 10, "source": "list"},
            happened={"demo": ["2026-03-01T12:00:00Z"]},
            ower="dana",
        )

        text = "\n".join(ruling_lines(ruling, explain=True))

        for part in (
            "L1: refuse (fail)",
            "asked by $.definitions.mql.all[0]",
            "seen 10",
            "unknown, decides nothing AK-Q002 size is missing",
            "would pass with: attributes.score: 60 instead of 10;",
            "would start: answer for sales, due Mon 2 Mar 2026 14:00 UTC",
            "would start: visit for sales, due when is known:",
            "from here to: mql,",
            "not read: unknown field 'ower'",
        ):
            assert part in text

    def test_it_says_when_it_changes_by_itself(self) -> None:
        ruling = check(
            FULL,
            **CLEAN,
            from_stage="lead",
            to_stage="mql",
            cycle=1,
            attributes={"score": 70, "size": 1, "source": "demo"},
            happened={"demo": ["2026-03-01T12:00:00Z"]},
        )

        told = "\n".join(ruling_lines(ruling))
        assert "\n  changes by itself at Tue 3 Mar 2026 12:00" in told

    def test_what_is_asked_for_and_left_over_is_told(self) -> None:
        many = AnyOf(tuple(field(f"f{at}").is_("x") for at in range(20)))
        edition = Edition(
            id="n",
            definitions=(Definition("mql", many),),
            gates=(Gate(id="g", meets="mql"),),
        )

        told = list(ruling_lines(check(edition, **CLEAN), explain=True))

        assert "  ask for: attributes.f19" in told
        assert told[-1] == "  there are further ways to make it pass"

    def test_what_follows_from_a_reason_is_told(self) -> None:
        plain = Edition(id="n")
        said = {"to_party": "marketing", "reason": "no_budget", "conversation": True}

        told = list(ruling_lines(check(plain, **said)))

        until = "2026-05-31T12:00:00+00:00"
        assert told == [
            "L1: accept (pass)",
            f"  recycle, counts against marketing, rests until {until}",
        ]
        other = {"to_party": "marketing", "reason": "test_record"}
        assert "  disqualify" in ruling_lines(check(plain, **other))

    def test_a_rejection_says_whether_it_is_in_time(self) -> None:
        clock = Clock(
            start=(Pattern(event="handoff_offered"),),
            stop=(Pattern(event="handoff_rejected"),),
        )
        promise = Deadline(clock=clock, within=span("2 hours"))
        edition = Edition(id="n", terms=(Term(id="a", party="sales", promise=promise),))
        said = {"to_party": "marketing", "reason": "test_record"}

        def told(at: str | None, *, explain: bool = False) -> list[str]:
            ruling = check(edition, **said, offered_at=at)
            return list(ruling_lines(ruling, explain=explain))[2:]

        unknown = "  in time or late for a when is known: "
        assert told(None) == [f"{unknown}offered_at"]
        assert told("2026-03-02T13:00:00Z")[0] == f"{unknown}when it was offered"
        assert told("2026-03-02T09:00:00Z") == [
            "  late for a, due Mon 2 Mar 2026 11:00 UTC"
        ]
        in_time = "  in time for a, due Mon 2 Mar 2026 13:00 UTC"
        assert in_time not in told("2026-03-02T11:00:00Z")
        assert in_time in told("2026-03-02T11:00:00Z", explain=True)

    def test_nothing_from_outside_reaches_the_screen_unseen(self) -> None:
        ruling = check(FULL, **CLEAN, lead="\x1b[2JL", owner="\x1b]0;x\x07", ower=1)

        told = list(ruling_lines(ruling, explain=True))

        assert all(line.isprintable() for line in told)
        assert all(width(line) <= WIDTH for line in told[1:])
