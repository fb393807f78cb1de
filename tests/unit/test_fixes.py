from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import attrs
import pytest

from alignkit.agreements import Agreement
from alignkit.criteria import (
    AllOf,
    AnyOf,
    Between,
    Criterion,
    Happened,
    Matches,
    SomeOf,
    field,
    happened,
)
from alignkit.editions import Definition, Edition
from alignkit.gates import Gate, Waiver
from alignkit.outcomes import Outcome
from alignkit.parties import Organization, Person, Spell
from alignkit.presets import preset
from alignkit.rulings import Ruling
from alignkit.spans import span

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
EVERYTHING = tuple(Waiver)
BARE = Gate(id="gate", meets="mql", waives=EVERYTHING)


def check(criterion: Criterion, /, gate: Gate = BARE, **said: object) -> Ruling:
    aged = attrs.evolve(field("aged"), max_age=span("10 days"))
    edition = Edition(
        id="n",
        definitions=(Definition("mql", criterion),),
        gates=(gate,),
        fields=(aged,),
        organization=said.pop("organization", Organization()),  # type: ignore[arg-type]
    )
    payload = {"lead": "L1", "at": "2026-03-02T12:00:00Z", "to_party": "sales", **said}
    return Agreement((edition,)).check_handoff(payload, as_of=NOON)


def told(ruling: Ruling) -> list[str]:
    for fix in ruling.fixes:
        again = ruling._bench.rule(
            fix.apply(ruling.handoff), ruling.occasion, ruling.as_of
        )
        assert again.outcome is Outcome.PASS
    return [str(fix) for fix in ruling.fixes]


SIZE = field("size")


class TestFields:
    @pytest.mark.parametrize(
        ("criterion", "held", "fixes"),
        [
            (SIZE.between(50, 90), 12, ["attributes.size: 50 instead of 12"]),
            (SIZE.between(50, 90), 99, ["attributes.size: 90 instead of 99"]),
            (SIZE.between(50, 90), None, ["attributes.size: 50"]),
            (~SIZE.between(50, 90), 60, ["attributes.size: 49 instead of 60"]),
            (SIZE.at_least(Decimal("0.5")), 0, ["attributes.size: 0.5 instead of 0"]),
            (~SIZE.at_least(50), 60, ["attributes.size: 49 instead of 60"]),
            (SIZE.at_most(50), 60, ["attributes.size: 50 instead of 60"]),
            (~SIZE.at_most(50), 6, ["attributes.size: 51 instead of 6"]),
            (SIZE.is_("big"), "small", ["attributes.size: 'big' instead of 'small'"]),
            (~SIZE.is_("big"), "big", ["attributes.size: 'not big' instead of 'big'"]),
            (~SIZE.is_(True), True, ["attributes.size: false instead of true"]),
            (~SIZE.one_of(4, 5), 4, ["attributes.size: 6 instead of 4"]),
            (SIZE.one_of("a", "b"), 7, ["attributes.size: 'a' instead of 7"]),
            (SIZE.is_known(), " ", ["attributes.size: 'found out' instead of ' '"]),
            (
                Matches("size", ["head of *"]),
                "clerk",
                ["attributes.size: 'head of x' instead of 'clerk'"],
            ),
            (
                ~Matches("size", ["head of *"]),
                "Head of IT",
                ["attributes.size: 'found out' instead of 'Head of IT'"],
            ),
            (
                SIZE.at_least(50) & SIZE.at_most(60) & ~SIZE.is_(50),
                12,
                ["attributes.size: 60 instead of 12"],
            ),
            (SIZE.is_("a") & SIZE.is_("b"), "c", []),
        ],
        ids=str,
    )
    def test_a_value_at_the_bound_would_do(
        self, criterion: Criterion, held: object, fixes: list[str]
    ) -> None:
        assert told(check(criterion, attributes={"size": held})) == fixes

    def test_days_and_moments_are_moved_by_the_least_there_is(self) -> None:
        day, moment = date(2026, 3, 2), NOON

        assert told(check(~SIZE.at_least(day), attributes={"size": day})) == [
            "attributes.size: 2026-03-01 instead of 2026-03-02"
        ]
        assert told(check(~SIZE.at_most(moment), attributes={"size": moment})) == [
            f"attributes.size: {moment + timedelta(microseconds=1)} instead of {moment}"
        ]
        between = Between("size", day, day + timedelta(days=2))
        assert told(check(between, attributes={"size": date(2026, 1, 1)})) == [
            "attributes.size: 2026-03-02 instead of 2026-01-01"
        ]

    def test_a_date_comes_within_reach_or_leaves_it(self) -> None:
        soon, lately = (
            SIZE.within_next(span("3 days")),
            SIZE.within_last(span("3 days")),
        )

        assert told(check(soon)) == ["attributes.size: 2026-03-02 12:00:00+00:00"]
        assert told(check(lately)) == ["attributes.size: 2026-03-02 12:00:00+00:00"]
        assert told(check(~soon)) == ["attributes.size: 2026-03-01 12:00:00+00:00"]
        assert told(check(~lately)) == ["attributes.size: 2026-03-03 12:00:00+00:00"]

    def test_what_is_stale_is_found_out_again(self) -> None:
        ruling = check(field("aged").at_least(5), attributes={"aged": 7})

        assert told(ruling) == [
            "attributes.aged: 7, as known at 2026-03-02 12:00:00+00:00"
        ]

    def test_a_field_under_another_name_is_the_same_field(self) -> None:
        ruling = check(
            field("lead.aged").at_least(5) & field("company.size").at_least(2),
            attributes={"lead.aged": 3},
            company={"size": 1, "name": "N"},
            since={"lead.aged": "2026-03-01T12:00:00Z"},
        )

        (fix,) = ruling.fixes
        assert [change.path for change in fix.changes] == [
            "$.attributes.aged",
            "$.company.size",
        ]
        assert dict(fix.apply(ruling.handoff).attributes) == {
            "aged": 5,
            "company.name": "N",
            "company.size": 2,
        }
        assert told(ruling)

    def test_a_field_through_which_another_leads_has_no_value(self) -> None:
        ruling = check(SIZE.is_known(), attributes={"size": {"staff": 4}})

        assert (told(ruling), ruling.remedies.is_complete) == ([], True)


class TestBehaviours:
    def test_it_happens_as_often_as_is_asked(self) -> None:
        once = ["2026-03-01T09:00:00Z"]

        ruling = check(happened("demo", times=3), happened={"demo": once})

        (fix,) = ruling.fixes
        assert fix.changes[0].value == (
            datetime(2026, 3, 1, 9, tzinfo=UTC),
            NOON,
            NOON,
        )
        assert told(ruling)

    def test_what_must_not_have_happened_did_not(self) -> None:
        ruling = check(~happened("spam"), happened={"spam": ["2026-03-01"]})

        assert told(ruling) == ["happened.spam: [] instead of [2026-03-01]"]

    def test_more_times_than_anybody_lists_are_no_fix(self) -> None:
        assert told(check(happened("demo", times=1_000))) == []

    def test_it_happens_within_its_span(self) -> None:
        asked = Happened(event="call", within=span("2 hours"), after="made_at")
        made = {"made_at": {"$moment": "2026-03-01T12:00:00Z"}}

        ruling = check(asked, attributes=made, happened={"call": []})

        assert told(ruling) == [
            "happened.call: [2026-03-01 14:00:00+00:00] instead of []"
        ]

    def test_the_field_that_starts_the_span_is_given_too(self) -> None:
        asked = Happened(event="call", within=span("2 days"), after="made_at")

        assert told(check(asked & field("made_at").is_known())) == [
            f"attributes.made_at: {NOON}; happened.call: [{NOON}]"
        ]
        assert told(check(asked, attributes={"made_at": "soon"}, happened={"call": []}))


class TestSets:
    def test_the_smallest_come_first_and_none_holds_another(self) -> None:
        a, b, c = (field(name).is_("x") for name in "abc")

        ruling = check(AnyOf((a & b, c, a & c)))

        assert told(ruling) == [
            "attributes.c: 'x'",
            "attributes.a: 'x'; attributes.b: 'x'",
        ]
        assert ruling.remedies.is_complete

    def test_so_many_of_several_are_tried_in_every_way(self) -> None:
        parts = tuple(field(name).is_("x") for name in "abcd")

        assert len(told(check(SomeOf(2, parts)))) == 6

    def test_no_more_than_sixteen_are_told(self) -> None:
        ruling = check(AnyOf(tuple(field(f"f{at}").is_("x") for at in range(20))))

        assert len(told(ruling)) == 16
        assert not ruling.remedies.is_complete

    def test_where_there_are_too_many_ways_one_is_told(self) -> None:
        pairs = [
            field(f"a{at}").is_("x") | field(f"b{at}").is_("x") for at in range(12)
        ]

        ruling = check(AllOf(tuple(pairs)))

        (fix,) = ruling.fixes
        assert len(fix.changes) == 12
        assert told(ruling)
        assert not ruling.remedies.is_complete

    def test_what_turns_out_to_be_needless_is_left_out_of_it(self) -> None:
        pairs = [
            field(f"b{at}").is_("x") | field(f"a{at}").is_("x") for at in range(12)
        ]
        needed = [field(f"b{at}").is_("x") for at in range(12)]

        ruling = check(AllOf((AllOf(tuple(pairs)), AllOf(tuple(needed)))))

        assert len(ruling.fixes[0].changes) == 12
        assert told(ruling)

    def test_a_way_that_leads_nowhere_is_given_up(self) -> None:
        pairs = [
            field(f"a{at}").is_("x") | field(f"b{at}").is_("x") for at in range(12)
        ]
        never = field("z").is_("x") & field("z").is_("y")

        ruling = check(AllOf((*pairs, never)))

        assert (ruling.fixes, ruling.remedies.is_complete) == ((), False)

    def test_what_passes_needs_none(self) -> None:
        assert told(check(SIZE.is_known(), attributes={"size": 1})) == []

    def test_before_the_first_edition_nothing_helps(self) -> None:
        edition = Edition(id="n", effective_from=NOON + timedelta(days=1))
        payload = {"lead": "L1", "at": "2026-03-02T12:00:00Z", "to_party": "sales"}

        ruling = Agreement((edition,)).check_handoff(payload, as_of=NOON)

        assert ruling.fixes == ()


class TestDemands:
    def test_what_the_handoff_itself_lacks_is_mended(self) -> None:
        own = ("note", "owner_load", "returns", "cycle", "conversation", "actor")
        gate = Gate(
            id="gate",
            required=(*own, "previous_owners", "campaign"),
            consent=("email",),
            most_open=40,
            is_strict=True,
        )

        ruling = check(SIZE.is_known(), gate, duplicates=["L7"], ower="dana")

        (fix,) = ruling.fixes
        assert {change.path: change.value for change in fix.changes} | {
            "$.actor": None
        } == {
            "$.suppressed": False,
            "$.consent.email": True,
            "$.duplicates": (),
            "$.open_opportunities": (),
            "$.owner_load": 39,
            "$.note": "found out",
            "$.returns": 0,
            "$.cycle": 1,
            "$.conversation": True,
            "$.actor": None,
            "$.previous_owners": (),
            "$.campaign": "found out",
            "$.unknown_fields": (),
        }
        assert told(ruling)

    def test_somebody_who_is_there_takes_it(self) -> None:
        away = Spell(date(2026, 3, 2), date(2026, 3, 3))
        people = Organization(
            people=(Person(id="lee", absences=(away,)), Person(id="dana"))
        )

        ruling = check(
            SIZE.is_known(),
            Gate(id="gate", waives=(w for w in EVERYTHING if w is not Waiver.OWNER)),  # type: ignore[arg-type]
            organization=people,
            owner="lee",
        )

        assert told(ruling) == ["owner: 'dana' instead of 'lee'"]

    def test_a_party_is_spelled_as_the_agreement_has_it(self) -> None:
        ruling = check(SIZE.is_known(), attributes={"size": 1}, to_party="slaes")

        assert told(ruling) == ["to_party: 'sales' instead of 'slaes'"]


class TestWayBack:
    PEOPLE = (Person(id="dana"), Person(id="lee"))

    def back(self, people: tuple[Person, ...] = (), /, **said: object) -> Ruling:
        gate = Gate(
            id="gate",
            has_other_owner=True,
            waives=tuple(one for one in Waiver if one is not Waiver.MOVE),
        )
        lifecycle = attrs.evolve(preset("standard"), most_returns=1)
        plain = tuple(
            attrs.evolve(one, guard=None, required=()) for one in lifecycle.stages
        )
        edition = Edition(
            id="n",
            gates=(gate,),
            lifecycle=attrs.evolve(lifecycle, stages=plain),
            organization=Organization(people=people),
        )
        payload = {
            "lead": "L1",
            "at": "2026-03-02T12:00:00Z",
            "to_party": "sales",
            "from_stage": "recycled",
            "to_stage": "mql",
            "owner": "dana",
            **said,
        }
        return Agreement((edition,)).check_handoff(payload, as_of=NOON)

    def test_what_is_not_said_of_it_is_said(self) -> None:
        assert told(self.back()) == [
            "rests_until: 2026-03-02 12:00:00+00:00; returns: 0; previous_owners: []"
        ]

    def test_another_owner_takes_it(self) -> None:
        said = {"rests_until": "2026-01-01", "returns": 0, "previous_owners": ["dana"]}

        assert told(self.back(self.PEOPLE, **said)) == [
            "owner: 'lee' instead of 'dana'"
        ]
        assert told(self.back(**said)) == ["owner: 'found out' instead of 'dana'"]

    def test_where_it_may_not_come_back_at_all_nothing_helps(self) -> None:
        lifecycle = attrs.evolve(preset("standard"), most_returns=0)
        gate = Gate(id="gate", waives=(Waiver.OWNER,))
        edition = Edition(id="n", lifecycle=lifecycle, gates=(gate,))
        payload = {
            "lead": "L1",
            "at": "2026-03-02T12:00:00Z",
            "returns": 3,
            "from_stage": "lead",
            "to_stage": "mql",
        }

        ruling = Agreement((edition,)).check_move(payload, as_of=NOON)

        assert [one.code for one in ruling.findings][:1] == ["AK-H002"]
        assert "is_qualified: false" in str(ruling.fixes[0])


class TestInJson:
    def test_who_hands_it_over_is_written_as_a_payload_has_it(self) -> None:
        ruling = check(
            SIZE.is_known(),
            attrs.evolve(BARE, required=("actor", "rests_until")),
            attributes={"size": 1},
            rests_until="2026-03-01",
        )

        (change,) = ruling.fixes[0].changes

        assert change.to_dict() == {
            "path": "$.actor",
            "value": {"kind": "unknown"},
            "was": None,
            "since": None,
        }

    def test_times_are_written_as_a_payload_has_them(self) -> None:
        ruling = check(happened("demo"), happened={"demo": []})

        (change,) = ruling.fixes[0].changes

        assert change.to_dict()["value"] == ["2026-03-02T12:00:00+00:00"]
