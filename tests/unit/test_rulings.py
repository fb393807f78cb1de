from __future__ import annotations

import copy
import json
import pickle
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta, timezone

import attrs
import jsonschema
import pytest

from alignkit.actions import Action
from alignkit.agreements import Agreement
from alignkit.consequences import Consequence
from alignkit.criteria import Criterion, Happened, Meets, field, happened
from alignkit.desks import Desk
from alignkit.editions import Calendar, Definition, Edition
from alignkit.errors import HandoffError, MomentOutOfRangeError, NaiveMomentError
from alignkit.gates import Answer, Gate, Waiver
from alignkit.handoffs import Handoff, Occasion
from alignkit.hours import BusinessHours
from alignkit.lifecycle import Lifecycle, MoveDirection
from alignkit.outcomes import Outcome, WhyUnknown
from alignkit.parties import Membership, Organization, Party, Person, Spell, Team
from alignkit.patterns import Pattern
from alignkit.presets import preset
from alignkit.promises import Attempts, Clock, Deadline, Validity
from alignkit.reasons import STANDARD_REASONS, Disposition, find_reason
from alignkit.rulings import Ruling
from alignkit.schema import describe
from alignkit.spans import span
from alignkit.stages import Move, Stage, StageCategory, StagePath
from alignkit.terms import Exclusion, Term

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
MQL = Definition(
    "mql",
    field("company.employees").between(50, 5000)
    & (field("score").at_least(60) | happened("demo_requested")),
)
CLEAN: Mapping[str, object] = {
    "lead": "L1",
    "at": "2026-03-02T12:00:00Z",
    "from_party": "marketing",
    "to_party": "sales",
    "suppressed": False,
    "duplicates": [],
    "open_opportunities": [],
    "company": {"employees": 120},
    "attributes": {"score": 72},
    "happened": {"demo_requested": []},
}
INTAKE = Gate(id="intake", to_party="sales", meets="mql")
SHORT = Lifecycle(
    id="short",
    stages=(
        Stage(id="lead", owner="marketing"),
        Stage(id="mql", owner="joint", guard=Meets("mql"), required=("contact.title",)),
        Stage(id="customer", owner="sales", category=StageCategory.WON),
        Stage(
            id="resting",
            owner="marketing",
            path=StagePath.DETOUR,
            category=StageCategory.ON_HOLD,
        ),
    ),
    moves=(
        Move(from_stages=("lead",), to_stage="mql", guard=field("fit").is_("A")),
        Move(from_stages=("mql",), to_stage="customer"),
        Move(from_stages=("mql",), to_stage="resting", needs_reason=True),
        Move(from_stages=("resting",), to_stage="lead"),
    ),
    qualifies_at="mql",
    most_returns=2,
)


def edition(**parts: object) -> Edition:
    made = {"id": "northwind", "definitions": [MQL], **parts}
    return Edition(**made)  # type: ignore[arg-type]


def check(
    parts: Mapping[str, object], as_of: datetime = NOON, /, **changed: object
) -> Ruling:
    """Rule on the clean handoff, changed; what is changed to None is left out."""
    payload = {**CLEAN, **changed}
    payload = {key: held for key, held in payload.items() if held is not None}
    return Agreement((edition(**parts),)).check_handoff(payload, as_of=as_of)


def move(as_of: datetime = NOON, /, **said: object) -> Ruling:
    agreement = Agreement((edition(lifecycle=SHORT),))
    payload = {"lead": "L1", "at": "2026-03-02T12:00:00Z", **said}
    return agreement.check_move(payload, as_of=as_of)


SIX = attrs.evolve(find_reason("unreachable"), code="gone_quiet", attempts=6)


def tries(at_least: int, id: str, whom: Criterion | None = None) -> Term:
    promise = Attempts(
        clock=Clock(start=(Pattern(event="handoff_offered"),)),
        at_least=at_least,
        within=span("10 days"),
        action="touch",
    )
    return Term(id=id, party="sales", applies_to=whom, promise=promise)


def codes(ruling: Ruling) -> list[tuple[str, str]]:
    return [(one.code, one.path) for one in ruling.findings]


class TestOutcome:
    def test_what_meets_everything_passes_and_is_accepted(self) -> None:
        ruling = check({"gates": [INTAKE]})

        assert (ruling.outcome, ruling.answer) == (Outcome.PASS, Answer.ACCEPT)
        assert ruling.turned_by is None
        # That no demo was requested does no harm, and is said all the same.
        assert [(one.path, one.decides) for one in ruling.findings] == [
            ("$.happened.demo_requested", False)
        ]

    def test_what_fails_a_definition_is_refused(self) -> None:
        ruling = check({"gates": [INTAKE]}, company={"employees": 12})

        assert (ruling.outcome, ruling.answer) == (Outcome.FAIL, Answer.REFUSE)
        found = ruling.findings[0]
        assert (found.code, found.outcome, found.rule, found.path) == (
            "AK-Q001",
            Outcome.FAIL,
            "$.definitions.mql.all[0]",
            "$.company.employees",
        )
        assert (found.expected, found.seen, found.margin) == (
            "company.employees is between 50 and 5000",
            "12",
            -38,
        )

    @pytest.mark.parametrize(
        ("gate", "answer", "turned_by"),
        [
            (INTAKE, Answer.HOLD, "$.gates[0].on_unknown"),
            (
                Gate(id="g", meets="mql", on_unknown=Answer.ACCEPT),
                Answer.ACCEPT,
                "$.gates[0].on_unknown",
            ),
            (
                Gate(id="g", meets="mql", on_unknown=Answer.REFUSE),
                Answer.REFUSE,
                "$.gates[0].on_unknown",
            ),
        ],
    )
    def test_the_gate_says_what_becomes_of_an_unknown(
        self, gate: Gate, answer: Answer, turned_by: str
    ) -> None:
        ruling = check({"gates": [gate]}, company=None)

        assert ruling.outcome is Outcome.UNKNOWN
        assert (ruling.answer, ruling.turned_by) == (answer, turned_by)
        assert ruling.findings[0].why is WhyUnknown.MISSING

    def test_without_a_gate_the_plain_one_holds(self) -> None:
        ruling = check({}, duplicates=None)

        assert (ruling.answer, ruling.turned_by) == (Answer.HOLD, "default")
        assert codes(ruling) == [("AK-H002", "$.duplicates")]

    def test_the_first_gate_that_fits_holds(self) -> None:
        gates = [
            Gate(id="back", to_party="marketing", required=("note",)),
            Gate(id="late", stages=("customer",), required=("note",)),
            Gate(id="any", waives=(*Waiver,)),
            INTAKE,
        ]
        parts = {"gates": gates, "lifecycle": SHORT}

        ruling = check(parts, company=None, from_stage="lead", to_stage="lead")

        assert ruling.outcome is Outcome.PASS

    def test_before_the_first_edition_nothing_is_decided(self) -> None:
        ruling = check({"effective_from": NOON + timedelta(microseconds=1)})

        assert (ruling.outcome, ruling.answer) == (Outcome.UNKNOWN, Answer.HOLD)
        assert ruling.edition is None
        assert codes(ruling) == [("AK-H012", "$.at")]

    def test_the_edition_in_force_at_the_question_decides(self) -> None:
        later = edition(version="2", effective_from=NOON, gates=[INTAKE])
        agreement = Agreement((edition(), later))
        payload = {**CLEAN, "company": {"employees": 12}}

        before = agreement.check_handoff(payload, as_of=NOON - timedelta(seconds=1))
        then = agreement.check_handoff(payload, as_of=NOON)

        assert (before.outcome, then.outcome) == (Outcome.PASS, Outcome.FAIL)
        assert then.edition is later

    def test_a_value_is_taken_as_well_as_a_mapping(self) -> None:
        agreement = Agreement((edition(gates=[INTAKE]),))

        ruling = agreement.check_handoff(Handoff.from_dict(CLEAN), as_of=NOON)

        assert ruling == agreement.check_handoff(CLEAN, as_of=NOON)

    def test_what_is_no_handoff_is_refused_with_all_its_faults(self) -> None:
        with pytest.raises(HandoffError) as caught:
            Agreement((edition(),)).check_handoff({"lead": 1}, as_of=NOON)

        assert [one.code for one in caught.value.findings] == [
            "AK-S004",
            "AK-S003",
            "AK-S003",
        ]

    def test_a_question_without_a_zone_is_a_mistake(self) -> None:
        with pytest.raises(NaiveMomentError):
            check({}, datetime(2026, 3, 2))

    @pytest.mark.parametrize("day", [(1, 1, 1), (9999, 12, 31)])
    @pytest.mark.parametrize("hours", [-23, 0, 23])
    def test_a_question_from_beyond_all_years_is_a_mistake(
        self, day: tuple[int, int, int], hours: int
    ) -> None:
        # The first and the last year, of which UTC has not every hour.
        zone = timezone(timedelta(hours=hours))
        as_of = datetime(*day, 12, tzinfo=zone)

        with pytest.raises(MomentOutOfRangeError):
            check({}, as_of)

    def test_an_edition_from_beyond_all_years_never_comes_into_force(self) -> None:
        # The end of the last year as seen from the west, which UTC does not have.
        west = timezone(timedelta(hours=-23))
        never = datetime(9999, 12, 31, 23, tzinfo=west)
        agreement = Agreement((edition(), edition(effective_from=never, version="2")))

        assert agreement.check_handoff(CLEAN, as_of=NOON).next_change_at is None

    def test_an_agreement_that_has_ruled_is_copied_and_pickled(self) -> None:
        agreement = Agreement((edition(gates=[INTAKE]),))
        agreement.check_handoff(CLEAN, as_of=NOON)

        assert pickle.loads(pickle.dumps(agreement)) == agreement  # noqa: S301
        assert copy.deepcopy(agreement) == agreement


class TestPayload:
    @pytest.mark.parametrize(
        ("said", "code", "path"),
        [
            ({"suppressed": True}, "AK-H004", "$.suppressed"),
            ({"duplicates": ["L7"]}, "AK-H006", "$.duplicates"),
            ({"open_opportunities": ["O"]}, "AK-H007", "$.open_opportunities"),
            ({"to_party": "slaes"}, "AK-H003", "$.to_party"),
        ],
    )
    def test_what_speaks_against_it_fails(
        self, said: dict[str, object], code: str, path: str
    ) -> None:
        ruling = check({}, **said)

        assert ruling.outcome is Outcome.FAIL
        assert codes(ruling) == [(code, path)]

    @pytest.mark.parametrize("name", ["suppressed", "duplicates", "open_opportunities"])
    def test_what_is_not_said_is_unknown(self, name: str) -> None:
        ruling = check({}, **{name: None})

        assert ruling.outcome is Outcome.UNKNOWN
        assert codes(ruling) == [("AK-H002", f"$.{name}")]

    def test_a_gate_waives_what_it_does_not_ask(self) -> None:
        said = {"suppressed": True, "duplicates": ["L7"], "open_opportunities": None}

        ruling = check({"gates": [Gate(id="g", waives=(*Waiver,))]}, **said)

        assert ruling.outcome is Outcome.PASS

    @pytest.mark.parametrize(
        ("consent", "outcome"),
        [
            ({"email": True, "call": False}, Outcome.PASS),
            ({"email": False}, Outcome.FAIL),
            ({"call": True}, Outcome.UNKNOWN),
            (None, Outcome.UNKNOWN),
        ],
    )
    def test_leave_is_asked_for_each_channel(
        self, consent: dict[str, bool] | None, outcome: Outcome
    ) -> None:
        gate = Gate(id="g", consent=("email",))

        ruling = check({"gates": [gate]}, consent=consent)

        assert ruling.outcome is outcome
        assert {one.rule for one in ruling.findings} <= {"$.gates[0].consent[0]"}

    @pytest.mark.parametrize(
        ("said", "outcome"),
        [
            ({"campaign": "spring", "contact": {"title": "VP"}}, Outcome.PASS),
            ({"campaign": "spring"}, Outcome.UNKNOWN),
            ({"campaign": "  ", "contact": {"title": "VP"}}, Outcome.UNKNOWN),
            ({"contact": {"title": "VP"}}, Outcome.UNKNOWN),
        ],
    )
    def test_required_fields_are_of_the_lead_or_of_the_handoff(
        self, said: dict[str, object], outcome: Outcome
    ) -> None:
        gate = Gate(
            id="g",
            required=(
                "contact.title",
                "campaign",
            ),
        )

        assert check({"gates": [gate]}, **said).outcome is outcome

    def test_unknown_fields_are_noted_and_decide_nothing(self) -> None:
        ruling = check({}, ower="dana")

        assert ruling.outcome is Outcome.PASS
        assert [one.code for one in ruling.notes] == ["AK-S002"]

    def test_a_strict_gate_takes_them_for_faults(self) -> None:
        ruling = check({"gates": [Gate(id="g", is_strict=True)]}, ower="dana")

        assert ruling.outcome is Outcome.FAIL
        assert codes(ruling) == [("AK-S002", "$")]
        assert check({"gates": [Gate(id="g", is_strict=True)]}).outcome is Outcome.PASS


class TestOwner:
    PEOPLE = Organization(
        teams=(Team.of("inside", "sales"),),
        people=(
            Person(id="dana", memberships=(Membership(team="inside"),)),
            Person(id="lee", absences=(Spell(date(2026, 3, 2), date(2026, 3, 6)),)),
            Person(
                id="ann",
                memberships=(
                    Membership(team="inside", spell=Spell(until=date(2026, 1, 31))),
                ),
            ),
        ),
    )

    @pytest.mark.parametrize(
        ("owner", "outcome", "code"),
        [
            ("dana", Outcome.PASS, None),
            ("lee", Outcome.FAIL, "AK-H009"),
            ("ann", Outcome.FAIL, "AK-H008"),
            ("dan", Outcome.UNKNOWN, "AK-H003"),
            (None, Outcome.UNKNOWN, "AK-H002"),
        ],
    )
    def test_the_new_owner_is_known_and_there(
        self, owner: str | None, outcome: Outcome, code: str | None
    ) -> None:
        ruling = check({"organization": self.PEOPLE}, owner=owner)

        assert ruling.outcome is outcome
        assert [one.code for one in ruling.findings] == ([code] if code else [])

    def test_where_nobody_is_listed_nobody_is_asked_for(self) -> None:
        assert check({}, owner="dan").outcome is Outcome.PASS

    @pytest.mark.parametrize(
        ("load", "outcome"),
        [(39, Outcome.PASS), (40, Outcome.FAIL), (None, Outcome.UNKNOWN)],
    )
    def test_there_is_room_for_one_more(
        self, load: int | None, outcome: Outcome
    ) -> None:
        gate = Gate(id="g", most_open=40)

        ruling = check({"gates": [gate]}, owner_load=load)

        assert ruling.outcome is outcome
        assert {one.code for one in ruling.findings} <= {"AK-H002", "AK-H010"}
        assert {one.path for one in ruling.findings} <= {"$.owner_load"}


class TestDefinition:
    def test_a_validity_that_hears_the_handoff_asks_for_its_definition(self) -> None:
        term = Term(
            id="valid",
            party="marketing",
            promise=Validity(
                at=(Pattern(event="handoff_offered", where={"to_party": "sales"}),),
                meeting="mql",
            ),
        )
        back = {"to_party": "marketing", "company": {"employees": 12}}

        ruling = check({"terms": [term]}, company={"employees": 12})

        assert ruling.outcome is Outcome.FAIL
        assert check({"terms": [term]}, **back).outcome is Outcome.PASS

    def test_it_asks_it_of_nobody_whom_the_term_does_not_bind(self) -> None:
        term = Term(
            id="valid",
            party="marketing",
            promise=Validity(at=(Pattern(event="handoff_offered"),), meeting="mql"),
            applies_to=field("lead_type").is_("new"),
            exclude=(Exclusion(field("is_test").is_(True), "test_record"),),
        )
        parts = {"terms": [term]}
        small = {"company": {"employees": 12}}

        def outcome(**attributes: object) -> Outcome:
            return check(parts, **small, attributes=attributes).outcome

        assert outcome(lead_type="new", is_test=False) is Outcome.FAIL
        assert outcome(lead_type="old", is_test=False) is Outcome.PASS
        assert outcome(lead_type="new", is_test=True) is Outcome.PASS
        assert outcome(lead_type="new") is Outcome.UNKNOWN

    @pytest.mark.parametrize(
        ("said", "outcome"),
        [
            ({"from_stage": "lead", "to_stage": "mql"}, Outcome.FAIL),
            ({"from_stage": "mql", "to_stage": "mql"}, Outcome.PASS),
            ({"from_stage": "lead", "to_stage": "customer"}, Outcome.PASS),
            ({"from_stage": "lead"}, Outcome.UNKNOWN),
            ({"to_stage": "mql"}, Outcome.UNKNOWN),
            ({"to_stage": "customer"}, Outcome.PASS),
        ],
    )
    def test_a_change_of_stage_is_heard_too(
        self, said: dict[str, object], outcome: Outcome
    ) -> None:
        term = Term(
            id="valid",
            party="marketing",
            promise=Validity(
                at=(Pattern(event="stage_changed", where={"to_stage": "mql"}),),
                meeting="mql",
            ),
        )
        plain = Lifecycle(
            id="plain",
            stages=tuple(
                Stage(id=name, owner="joint") for name in ("lead", "mql", "customer")
            ),
            qualifies_at="mql",
        )
        parts = {
            "terms": [term],
            "lifecycle": plain,
            "gates": [Gate(id="g", waives=(Waiver.MOVE,))],
        }

        ruling = check(parts, company={"employees": 12}, **said)

        assert ruling.outcome is outcome

    def test_fields_of_the_actor_and_the_stage_are_heard(self) -> None:
        at = (
            Pattern(event="owner_assigned"),
            Pattern(
                event="handoff_offered",
                where={"actor.kind": "automation"},
                stage=("mql",),
            ),
        )
        promise = Validity(at=at, meeting="mql")
        term = Term(id="valid", party="marketing", promise=promise)
        parts = {
            "terms": [term],
            "lifecycle": SHORT,
            "gates": [Gate(id="g", waives=(Waiver.MOVE,))],
        }
        small = {"company": {"employees": 12}, "to_stage": None}
        robot, human = {"kind": "automation"}, {"kind": "human"}

        def outcome(**said: object) -> Outcome:
            return check(parts, **{**small, **said}).outcome

        assert outcome(actor=robot, from_stage="mql") is Outcome.FAIL
        assert outcome(actor=human, from_stage="mql") is Outcome.PASS
        assert outcome(actor=robot, from_stage="lead") is Outcome.PASS
        assert outcome(actor=robot) is Outcome.UNKNOWN
        assert outcome(from_stage="mql") is Outcome.UNKNOWN

    def test_one_definition_is_asked_for_once(self) -> None:
        parts = {"gates": [INTAKE], "lifecycle": SHORT}
        stages = {"from_stage": "mql", "to_stage": "mql"}

        ruling = check(parts, company={"employees": 12}, **stages)

        assert codes(ruling).count(("AK-Q001", "$.company.employees")) == 1


class TestMove:
    SOLID: Mapping[str, object] = {
        "company": {"employees": 120},
        "contact": {"title": "VP"},
        "attributes": {"score": 72, "fit": "A"},
        "cycle": 1,
    }

    def test_a_move_that_is_allowed_and_meets_its_stage_passes(self) -> None:
        ruling = move(from_stage="lead", to_stage="mql", **self.SOLID)

        assert (ruling.outcome, ruling.answer) == (Outcome.PASS, Answer.ACCEPT)
        assert ruling.occasion is Occasion.MOVE
        assert ruling.direction is MoveDirection.ADVANCE
        assert ruling.legal == ("mql",)

    def test_every_condition_that_failed_or_is_unknown_is_listed(self) -> None:
        ruling = move(
            from_stage="lead",
            to_stage="mql",
            company={"employees": 12},
            attributes={"fit": "C", "score": 72},
            cycle=1,
        )

        assert [(one.code, one.rule) for one in ruling.findings] == [
            ("AK-Q001", "$.definitions.mql.all[0]"),
            ("AK-Q001", "$.lifecycle.moves[0].guard"),
            ("AK-Q002", "$.definitions.mql.all[1].any[1]"),
            ("AK-Q002", "$.lifecycle.stages[1].required[0]"),
        ]
        assert [one.decides for one in ruling.findings] == [True, True, False, False]

    def test_a_move_that_is_not_allowed_names_those_that_are(self) -> None:
        ruling = move(from_stage="mql", to_stage="lead")

        assert codes(ruling) == [("AK-L020", "$.to_stage")]
        assert ruling.findings[0].help == "from here to: customer, resting"

    def test_from_an_end_there_is_nothing_to_name(self) -> None:
        ruling = move(from_stage="customer", to_stage="lead")

        assert ruling.findings[0].help == "from here to: nothing"

    @pytest.mark.parametrize(
        ("said", "found"),
        [
            ({"from_stage": "lead"}, [("AK-H002", "$.to_stage")]),
            (
                {"to_stage": "customer"},
                [("AK-H002", "$.from_stage")],
            ),
            (
                {"from_stage": "laed", "to_stage": "custmer"},
                [("AK-H003", "$.from_stage"), ("AK-H003", "$.to_stage")],
            ),
        ],
    )
    def test_stages_are_named_and_known(
        self, said: dict[str, object], found: list[tuple[str, str]]
    ) -> None:
        assert codes(move(**said)) == found

    def test_to_stay_needs_no_leave(self) -> None:
        ruling = move(from_stage="mql", to_stage="mql")

        assert ruling.outcome is Outcome.PASS
        assert ruling.direction is MoveDirection.NO_OP

    def test_a_reason_that_is_needed_and_not_given_is_unknown(self) -> None:
        ruling = move(from_stage="mql", to_stage="resting")

        assert (ruling.outcome, codes(ruling)) == (
            Outcome.UNKNOWN,
            [("AK-L022", "$.reason")],
        )

    @pytest.mark.parametrize(
        ("said", "outcome"),
        [
            ({"conversation": True}, Outcome.PASS),
            ({"conversation": False}, Outcome.FAIL),
            ({}, Outcome.UNKNOWN),
        ],
    )
    def test_what_the_reason_requires_is_asked(
        self, said: dict[str, object], outcome: Outcome
    ) -> None:
        ruling = move(from_stage="mql", to_stage="resting", reason="no_budget", **said)

        assert ruling.outcome is outcome
        assert {one.code for one in ruling.findings} <= {"AK-L030"}

    def test_a_repair_of_the_record_needs_no_leave(self) -> None:
        said = {"from_stage": "customer", "to_stage": "lead"}

        ruling = move(**said, reason="entered_in_error")

        assert ruling.outcome is Outcome.PASS
        assert ruling.direction is MoveDirection.CORRECT

    @pytest.mark.parametrize(
        ("until", "outcome"),
        [
            ("2026-03-02", Outcome.PASS),
            ("2026-03-02T12:00:00Z", Outcome.PASS),
            ("2026-03-02T12:00:00.000001Z", Outcome.FAIL),
            ("2026-03-03", Outcome.FAIL),
            (None, Outcome.UNKNOWN),
        ],
    )
    def test_a_lead_rests_until_its_date_has_begun(
        self, until: str | None, outcome: Outcome
    ) -> None:
        ruling = move(
            from_stage="resting", to_stage="lead", returns=0, rests_until=until
        )

        assert ruling.outcome is outcome
        assert {one.path for one in ruling.findings} <= {"$.rests_until"}

    @pytest.mark.parametrize(
        ("returns", "outcome"),
        [(1, Outcome.PASS), (2, Outcome.FAIL), (None, Outcome.UNKNOWN)],
    )
    def test_a_lead_comes_back_so_often_and_no_more(
        self, returns: int | None, outcome: Outcome
    ) -> None:
        ruling = move(
            from_stage="resting",
            to_stage="lead",
            rests_until="2026-01-01",
            returns=returns,
        )

        assert ruling.outcome is outcome
        assert {one.code for one in ruling.findings} <= {"AK-H002", "AK-L024"}

    @pytest.mark.parametrize(
        ("said", "outcome"),
        [
            ({"is_qualified": False, "returns": 2}, Outcome.PASS),
            ({"is_qualified": True, "returns": 2}, Outcome.FAIL),
            ({"returns": 2}, Outcome.UNKNOWN),
            ({"returns": 1}, Outcome.PASS),
            ({"is_qualified": True, "cycle": 2}, Outcome.UNKNOWN),
            ({"is_qualified": True, "cycle": 1}, Outcome.PASS),
        ],
    )
    def test_to_qualify_again_is_to_come_back(
        self, said: dict[str, object], outcome: Outcome
    ) -> None:
        ruling = move(
            from_stage="lead", to_stage="mql", **{**self.SOLID, "cycle": 2, **said}
        )

        assert ruling.outcome is outcome

    def test_without_a_lifecycle_nothing_is_known(self) -> None:
        payload = {"lead": "L1", "at": "2026-03-02T12:00:00Z", "to_stage": "mql"}

        ruling = Agreement((edition(),)).check_move(payload, as_of=NOON)

        assert codes(ruling) == [("AK-H013", "$.to_stage")]

    def test_a_handoff_is_taken_too(self) -> None:
        asked = Handoff.from_dict({**CLEAN, "from_stage": "mql", "to_stage": "mql"})

        ruling = Agreement((edition(lifecycle=SHORT),)).check_move(asked, as_of=NOON)

        assert ruling.outcome is Outcome.PASS


class TestReturn:
    def test_a_lead_that_goes_back_is_asked_for_its_reason_only(self) -> None:
        said = {"to_party": "marketing", "reason": "no_budget", "conversation": True}

        ruling = check({}, duplicates=None, suppressed=None, **said)

        assert ruling.outcome is Outcome.PASS
        assert ruling.occasion is Occasion.RETURN

    def test_a_reason_that_nobody_knows_fails(self) -> None:
        ruling = check({}, to_party="marketing", reason="no_bugdet")

        assert codes(ruling) == [("AK-H003", "$.reason")]
        assert ruling.findings[0].help == "did you mean 'no_budget'?"

    @pytest.mark.parametrize(
        ("note", "outcome"),
        [("moved away", Outcome.PASS), (" ", Outcome.FAIL), (None, Outcome.UNKNOWN)],
    )
    def test_a_note_is_no_blank(self, note: str | None, outcome: Outcome) -> None:
        ruling = check({}, to_party="marketing", reason="other", note=note)

        assert ruling.outcome is outcome

    def test_a_gate_of_its_own_is_asked_as_well(self) -> None:
        gate = Gate(
            id="back", to_party="marketing", waives=(*Waiver,), required=("note",)
        )

        ruling = check({"gates": [gate]}, to_party="marketing", reason="duplicate")

        assert codes(ruling) == [("AK-H002", "$.note")]


class TestRejection:
    """What `check_rejection` says of a lead that is sent back [H4, H5]."""

    def back(self, as_of: datetime = NOON, /, **said: object) -> Ruling:
        payload = {
            "lead": "L1",
            "at": "2026-03-02T12:00:00Z",
            "from_party": "sales",
            "to_party": "marketing",
            **said,
        }
        return Agreement((edition(**self.parts),)).check_rejection(payload, as_of=as_of)

    parts: Mapping[str, object] = {
        "reasons": (*STANDARD_REASONS, SIX),
    }

    def test_it_says_what_check_handoff_says_of_a_handoff_with_a_reason(self) -> None:
        said = {**CLEAN, "reason": "no_budget", "conversation": True}
        agreement = Agreement((edition(),))

        one = agreement.check_rejection(said, as_of=NOON)

        assert one.to_dict() == agreement.check_handoff(said, as_of=NOON).to_dict()

    def test_a_rejection_without_a_reason_is_not_known_to_hold(self) -> None:
        ruling = self.back()

        assert ruling.outcome is Outcome.UNKNOWN
        assert codes(ruling) == [("AK-L022", "$.reason")]
        assert ruling.occasion is Occasion.RETURN
        assert [one.path for one in ruling.missing] == ["$.reason"]
        # Those that take something take two changes.
        assert {len(fix.changes) for fix in ruling.fixes} == {1, 2}

    def test_a_reason_is_asked_for_once(self) -> None:
        parts = {"lifecycle": SHORT}
        said = {"from_stage": "mql", "to_stage": "resting", "occasion": "return"}

        ruling = check(parts, to_party="marketing", **said)

        assert codes(ruling) == [("AK-L022", "$.reason")]

    def test_a_reason_that_only_a_term_names_takes_nothing(self) -> None:
        rejection = Pattern(event="handoff_rejected", where={"reason": "too_small"})
        clock = Clock(start=(rejection,))
        term = Term(
            id="mend",
            party="marketing",
            promise=Deadline(clock=clock, within=span("2 days")),
        )
        said = {"to_party": "marketing", "reason": "too_small"}

        assert check({"terms": [term]}, **said).outcome is Outcome.PASS
        assert check({}, **said).outcome is Outcome.FAIL

    @pytest.mark.parametrize(
        ("said", "outcome"),
        [
            ({}, Outcome.UNKNOWN),
            ({"attempts": 6}, Outcome.PASS),
            ({"attempts": 5}, Outcome.FAIL),
            ({"attempts_complete": True}, Outcome.PASS),
            ({"attempts_complete": False}, Outcome.FAIL),
            ({"attempts": 6, "attempts_complete": True}, Outcome.PASS),
            ({"attempts": 5, "attempts_complete": False}, Outcome.FAIL),
            ({"attempts": 5, "attempts_complete": True}, Outcome.UNKNOWN),
            ({"attempts": 6, "attempts_complete": False}, Outcome.UNKNOWN),
        ],
    )
    def test_attempts_are_counted_where_the_reason_says_how_many(
        self, said: dict[str, object], outcome: Outcome
    ) -> None:
        ruling = self.back(reason="gone_quiet", **said)

        assert ruling.outcome is outcome
        assert {one.code for one in ruling.findings} <= {"AK-L031"}

    def test_as_many_as_the_reason_says_mend_it(self) -> None:
        assert list(map(str, self.back(reason="gone_quiet").fixes)) == ["attempts: 6"]

    def test_what_is_said_twice_and_otherwise_is_told(self) -> None:
        said = {"attempts": 5, "attempts_complete": True}

        (found,) = self.back(reason="gone_quiet", **said).findings

        assert found.message == (
            "5 of 6 attempts were made, and the attempts are said to be complete"
        )
        assert found.why is WhyUnknown.INVALID
        (found,) = self.back(
            reason="gone_quiet", attempts=6, attempts_complete=False
        ).findings
        assert found.message.endswith("said to be not complete")

    def test_too_few_attempts_name_the_field_that_says_so(self) -> None:
        ruling = self.back(reason="gone_quiet", attempts=5)

        (found,) = ruling.findings
        assert (found.path, found.seen) == ("$.attempts", "5 of 6 attempts")
        assert [str(fix) for fix in ruling.fixes] == ["attempts: 6 instead of 5"]

    @pytest.mark.parametrize(
        ("attempts", "outcome"), [(2, Outcome.FAIL), (3, Outcome.UNKNOWN)]
    )
    def test_fewer_than_the_terms_ask_for_are_never_complete(
        self, attempts: int, outcome: Outcome
    ) -> None:
        terms = [tries(2, "a"), tries(3, "b"), tries(9, "c", field("big").is_(True))]
        parts = {"terms": terms, "actions": [Action(id="touch")]}
        said = {"to_party": "marketing", "reason": "unreachable"}

        # Channels and days are asked for as well, so that a number is never enough.
        assert check(parts, **said, attempts=attempts).outcome is outcome
        assert check(parts, **said, attempts_complete=True).outcome is Outcome.PASS

    def test_a_value_is_taken_as_well_as_a_mapping(self) -> None:
        handoff = Handoff.from_dict({**CLEAN, "reason": "not_icp"})

        ruling = Agreement((edition(),)).check_rejection(handoff, as_of=NOON)

        assert ruling.outcome is Outcome.PASS


class TestOccasion:
    """A payload says what it is, and a method that is asked by name goes before it."""

    def test_a_move_is_ruled_on_as_one(self) -> None:
        agreement = Agreement((edition(lifecycle=SHORT),))
        said = {"lead": "L1", "at": NOON, "from_stage": "mql", "to_stage": "customer"}

        one = agreement.check_handoff({**said, "occasion": "move"}, as_of=NOON)

        assert one.occasion is Occasion.MOVE
        assert one.outcome is Outcome.PASS
        assert one == attrs.evolve(
            agreement.check_move(said, as_of=NOON), handoff=one.handoff
        )

    def test_an_offer_may_give_a_reason(self) -> None:
        ruling = check({}, occasion="offer", reason="not_icp", duplicates=["L7"])

        assert ruling.occasion is Occasion.OFFER
        assert ("AK-H006", "$.duplicates") in codes(ruling)

    def test_a_return_may_lack_one(self) -> None:
        ruling = check({}, occasion="return", to_party="marketing")

        assert codes(ruling) == [("AK-L022", "$.reason")]

    def test_what_is_asked_by_name_is_what_is_ruled_on(self) -> None:
        agreement = Agreement((edition(lifecycle=SHORT),))
        said = {**CLEAN, "occasion": "offer"}

        assert agreement.check_rejection(said, as_of=NOON).occasion is Occasion.RETURN
        assert agreement.check_move(said, as_of=NOON).occasion is Occasion.MOVE


class TestConsequence:
    def back(self, **said: object) -> Ruling:
        return check({}, to_party="marketing", reason="no_budget", **said)

    def test_an_upheld_reason_decides_what_becomes_of_the_lead(self) -> None:
        found = self.back(conversation=True).consequence

        assert found == Consequence(
            disposition=Disposition.RECYCLE,
            counts_against="marketing",
            rests_until=datetime(2026, 5, 31, 12, tzinfo=UTC),
        )

    def test_a_date_that_was_named_goes_before_the_rest_of_the_reason(self) -> None:
        found = self.back(conversation=True, rests_until="2026-04-01").consequence

        assert found is not None
        assert found.rests_until == date(2026, 4, 1)

    def test_from_what_is_not_upheld_nothing_follows(self) -> None:
        assert self.back(conversation=False).consequence is None
        assert self.back().consequence is None
        assert check({}).consequence is None
        assert check({"effective_from": NOON + timedelta(days=1)}).consequence is None

    def test_a_rest_that_ends_beyond_all_years_is_none(self) -> None:
        late = self.back(conversation=True, at="2299-12-01T12:00:00Z").consequence

        assert late is not None
        assert late.rests_until is None

    def test_who_need_not_rest_does_not(self) -> None:
        found = check({}, to_party="marketing", reason="duplicate").consequence

        assert found == Consequence(
            disposition=Disposition.MERGE, counts_against="marketing", rests_until=None
        )


class TestOtherOwner:
    @pytest.mark.parametrize(
        ("said", "outcome"),
        [
            ({"owner": "dana", "previous_owners": ["lee"]}, Outcome.PASS),
            ({"owner": "dana", "previous_owners": ["dana"]}, Outcome.FAIL),
            ({"owner": "dana"}, Outcome.UNKNOWN),
            ({"previous_owners": ["dana"]}, Outcome.UNKNOWN),
            ({"previous_owners": []}, Outcome.PASS),
        ],
    )
    def test_a_lead_that_comes_back_goes_to_somebody_else(
        self, said: dict[str, object], outcome: Outcome
    ) -> None:
        gate = Gate(id="g", has_other_owner=True)
        stages = {"from_stage": "resting", "to_stage": "lead"}
        back = {"returns": 0, "rests_until": "2026-01-01"}

        ruling = check({"gates": [gate], "lifecycle": SHORT}, **stages, **back, **said)

        assert ruling.outcome is outcome
        paths = {"$.owner", "$.previous_owners"}
        assert {one.code for one in ruling.findings} <= {"AK-H002", "AK-H011"}
        assert {one.path for one in ruling.findings} <= paths

    @pytest.mark.parametrize(
        ("gates", "party", "rule"),
        [
            ((Gate(id="g", has_other_owner=True),), None, "$.gates[0]"),
            (
                (Gate(id="g", to_party="marketing", has_other_owner=True),),
                None,
                "$.gates[0]",
            ),
            ((Gate(id="g", to_party="sales", has_other_owner=True),), None, None),
            (
                (Gate(id="g", to_party="sales", has_other_owner=True),),
                "sales",
                "$.gates[0]",
            ),
            ((Gate(id="g", stages=("mql",), has_other_owner=True),), None, None),
            (
                (
                    Gate(id="g", stages=("mql",), has_other_owner=True),
                    Gate(id="h", has_other_owner=True),
                ),
                None,
                "$.gates[1]",
            ),
            ((Gate(id="g"), Gate(id="h", has_other_owner=True)), None, None),
            (
                (Gate(id="g", to_party="sales"), Gate(id="h", has_other_owner=True)),
                None,
                "$.gates[1]",
            ),
            ((), None, None),
        ],
    )
    def test_one_that_is_moved_back_does_so_too(
        self, gates: tuple[Gate, ...], party: str | None, rule: str | None
    ) -> None:
        agreement = Agreement((edition(gates=gates, lifecycle=SHORT),))
        payload = {
            "lead": "L1",
            "at": NOON,
            "from_stage": "resting",
            "to_stage": "lead",
            "rests_until": "2026-01-01",
            "returns": 0,
            "owner": "dana",
            "previous_owners": ["dana"],
            **({} if party is None else {"to_party": party}),
        }

        ruling = agreement.check_move(payload, as_of=NOON)

        # The stage is marketing's, so that marketing has the lead unless it is said.
        found = [one.rule for one in ruling.findings if one.code == "AK-H011"]
        assert found == ([] if rule is None else [f"{rule}.has_other_owner"])
        assert ruling.outcome is (Outcome.PASS if rule is None else Outcome.FAIL)

    def test_who_has_the_lead_of_a_joint_stage_may_be_either(self) -> None:
        gates = (
            Gate(id="g", to_party="marketing"),
            Gate(id="h", to_party="sales", has_other_owner=True),
        )
        agreement = Agreement((edition(gates=gates, lifecycle=preset("standard")),))
        payload = {
            "lead": "L1",
            "at": NOON,
            "from_stage": "recycled",
            "to_stage": "mql",
            "owner": "dana",
            "previous_owners": ["dana"],
        }

        ruling = agreement.check_move(payload, as_of=NOON)

        assert "AK-H011" in {one.code for one in ruling.findings}

    def test_one_that_does_not_come_back_may_stay(self) -> None:
        gate = Gate(id="g", has_other_owner=True)
        stages = {"from_stage": "sal", "to_stage": "sql"}
        said = {"owner": "dana", "previous_owners": ["dana"]}
        parts = {"gates": [gate], "lifecycle": preset("standard")}

        assert check(parts, **stages, **said).outcome is not Outcome.FAIL


class TestAmbiguousGate:
    GATES = (
        Gate(
            id="mql",
            stages=("mql",),
            waives=(Waiver.DUPLICATES,),
            required=(
                "campaign",
                "note",
            ),
            consent=("email",),
            most_open=40,
            meets="mql",
        ),
        Gate(
            id="won",
            stages=("customer",),
            required=("note",),
            consent=(
                "call",
                "email",
            ),
            most_open=10,
            meets="mql",
        ),
    )

    def test_what_all_of_them_ask_may_fail_and_nothing_passes(self) -> None:
        everything = {"note": "n", "consent": {"email": True}, "owner_load": 39}
        parts = {"lifecycle": SHORT, "gates": self.GATES}

        def outcome(**said: object) -> Outcome:
            return check(parts, from_stage="lead", **{**everything, **said}).outcome

        assert outcome() is Outcome.UNKNOWN
        assert outcome(duplicates=["L7"]) is Outcome.UNKNOWN
        assert outcome(consent={"call": False, "email": True}) is Outcome.UNKNOWN
        assert outcome(suppressed=True) is Outcome.FAIL

    def test_a_gate_without_a_bound_leaves_the_load_open(self) -> None:
        parts = {"lifecycle": SHORT, "gates": self.GATES}

        ruling = check(parts, from_stage="lead", owner_load=500)

        assert ruling.outcome is Outcome.UNKNOWN


class TestDesk:
    def test_names_without_end_are_ruled_on_and_not_all_kept(self) -> None:
        desk = Desk(edition())
        handoff = Handoff.from_dict(CLEAN)

        for number in range(4_100):
            named = attrs.evolve(handoff, to_party=f"party {number}")
            desk.plan(named, Occasion.OFFER)

        assert len(desk._plans) == 4_096

    def test_a_name_without_end_is_not_kept_either(self) -> None:
        desk = Desk(edition())
        handoff = Handoff.from_dict({**CLEAN, "to_party": "sales" * 1_000_000})

        plan = desk.plan(handoff, Occasion.OFFER)

        assert plan.demands
        assert not desk._plans


class TestZone:
    def test_dates_are_those_of_the_calendar_of_who_takes_the_lead(self) -> None:
        hours = BusinessHours("America/Denver", {"mon-fri": ["09:00-17:00"]})
        parts = {
            "lifecycle": SHORT,
            "calendars": [Calendar("denver", hours)],
            "parties": [Party("sales", calendar="denver")],
        }
        said = {
            "from_stage": "resting",
            "to_stage": "lead",
            "returns": 0,
            "rests_until": "2026-03-02",
        }

        early = check(parts, datetime(2026, 3, 2, 6, 59, 59, tzinfo=UTC), **said)
        begun = check(parts, datetime(2026, 3, 2, 7, tzinfo=UTC), **said)

        assert (early.outcome, begun.outcome) == (Outcome.FAIL, Outcome.PASS)
        assert early.findings[0].seen == "2026-03-02"


class TestObjection:
    def test_what_decides_comes_first_and_is_an_error(self) -> None:
        ruling = check(
            {"gates": [INTAKE]},
            company={"employees": 12},
            attributes={"score": 7},
            suppressed=None,
        )

        shown = [(one.path, one.severity.value) for one in ruling.findings]
        assert shown == [
            ("$.company.employees", "error"),
            ("$.attributes.score", "error"),
            ("$.happened.demo_requested", "error"),
            ("$.suppressed", "info"),
        ]

    def test_all_standard_reasons_can_be_given(self) -> None:
        for reason in STANDARD_REASONS:
            ruling = check({}, to_party="marketing", reason=reason.code)

            assert (ruling.outcome is Outcome.PASS) is not bool(reason.requires)


class TestMissing:
    def test_what_settles_most_is_asked_for_first(self) -> None:
        ruling = check(
            {"gates": [INTAKE]}, company=None, attributes=None, happened=None
        )

        assert [(one.path, one.why, one.settles) for one in ruling.missing] == [
            ("$.company.employees", WhyUnknown.MISSING, 1),
            ("$.attributes.score", WhyUnknown.MISSING, 0),
            ("$.happened.demo_requested", WhyUnknown.MISSING, 0),
        ]

    def test_one_field_is_asked_for_once(self) -> None:
        size = field("company.employees")
        twice = Definition("mql", size.at_least(50) & size.at_most(5000))

        ruling = check(
            {"definitions": [twice], "gates": [INTAKE]}, company={"employees": "many"}
        )

        (asked,) = ruling.missing
        assert asked.expected == (
            "company.employees is at least 50",
            "company.employees is at most 5000",
        )
        assert asked.rules == ("$.definitions.mql.all[0]", "$.definitions.mql.all[1]")
        assert (asked.why, asked.settles, asked.closes) == (WhyUnknown.INVALID, 2, 0)

    def test_what_settles_nothing_alone_goes_by_what_it_closes(self) -> None:
        ruling = check({}, duplicates=None, suppressed=None)

        assert [(one.path, one.closes) for one in ruling.missing] == [
            ("$.suppressed", 1),
            ("$.duplicates", 1),
        ]

    def test_what_no_longer_matters_is_not_asked_for(self) -> None:
        assert check({"gates": [INTAKE]}, happened=None).missing == ()

    def test_once_it_fails_nothing_settles_it(self) -> None:
        ruling = check({}, duplicates=["L7"], suppressed=None)

        assert [(one.path, one.settles) for one in ruling.missing] == [
            ("$.suppressed", 0)
        ]

    def test_before_the_first_edition_nobody_is_asked(self) -> None:
        ruling = check({"effective_from": NOON + timedelta(days=1)})

        assert (ruling.missing, ruling.margins) == ((), ())

    def test_what_a_count_is_taken_from_is_asked_for_by_its_own_name(self) -> None:
        soon = Happened(event="call", within=span("2 days"), after="lead.created_at")
        parts = {"definitions": [Definition("mql", soon)], "gates": [INTAKE]}

        def paths(**said: object) -> list[str]:
            return [one.path for one in check(parts, **said).missing]

        created = {"created_at": {"$moment": "2026-03-02T09:00:00Z"}}
        assert paths() == ["$.attributes.created_at"]
        assert paths(attributes=created) == ["$.happened.call"]
        assert paths(attributes={"created_at": 7}) == ["$.attributes.created_at"]
        # What only time can tell is not asked for.
        assert paths(attributes=created, happened={"call": []}) == []


class TestMargins:
    def test_the_nearest_miss_comes_first(self) -> None:
        ruling = check(
            {"gates": [INTAKE]}, company={"employees": 40}, attributes={"score": 58}
        )

        assert [(one.path, one.margin) for one in ruling.margins] == [
            ("$.happened.demo_requested", -1),
            ("$.attributes.score", -2),
            ("$.company.employees", -10),
        ]

    def test_what_is_in_by_a_hair_is_told_too(self) -> None:
        ruling = check({"gates": [INTAKE]}, attributes={"score": 60})

        assert [(one.path, one.margin, one.outcome) for one in ruling.margins] == [
            ("$.happened.demo_requested", -1, Outcome.FAIL),
            ("$.attributes.score", 0, Outcome.PASS),
            ("$.company.employees", 70, Outcome.PASS),
        ]


class TestNextChange:
    def at(self, ruling: Ruling) -> str | None:
        at = ruling.next_change_at
        return None if at is None else at.isoformat()

    def test_what_nothing_changes_stays(self) -> None:
        assert self.at(check({"gates": [INTAKE]})) is None

    def test_a_rest_is_over(self) -> None:
        said = {"from_stage": "resting", "to_stage": "lead", "returns": 0}

        ruling = move(**said, rests_until="2026-03-09T08:00:00+01:00")

        assert self.at(ruling) == "2026-03-09T07:00:00+00:00"

    def test_somebody_comes_back_from_leave(self) -> None:
        ruling = check({"organization": TestOwner.PEOPLE}, owner="lee")

        assert self.at(ruling) == "2026-03-07T00:00:00+00:00"

    def test_a_window_closes_a_microsecond_after_its_last_moment(self) -> None:
        lately = Definition("mql", happened("demo_requested", within=span("48 hours")))
        demo = {"demo_requested": ["2026-03-01T12:00:00Z"]}

        ruling = check({"definitions": [lately], "gates": [INTAKE]}, happened=demo)

        assert ruling.outcome is Outcome.PASS
        assert self.at(ruling) == "2026-03-03T12:00:00.000001+00:00"

    def test_a_value_goes_stale(self) -> None:
        fields = [attrs.evolve(field("score"), max_age=span("10 days"))]
        score = Definition("mql", field("score").at_least(60))
        parts = {"fields": fields, "definitions": [score], "gates": [INTAKE]}

        ruling = check(parts, since={"score": "2026-02-25T12:00:00Z"})

        assert ruling.outcome is Outcome.PASS
        assert self.at(ruling) == "2026-03-07T12:00:00.000001+00:00"

    def test_another_edition_comes_into_force(self) -> None:
        week = NOON + timedelta(days=7)
        later = edition(version="2", effective_from=week, gates=[INTAKE])
        last = edition(version="3", effective_from=week + timedelta(days=7))
        agreement = Agreement((edition(), later, last))
        payload = {**CLEAN, "company": {"employees": 12}}

        early = agreement.check_handoff(payload, as_of=NOON)
        then = agreement.check_handoff(payload, as_of=week)
        done = agreement.check_handoff(payload, as_of=week + timedelta(days=8))

        assert (early.next_change_at, then.next_change_at) == (
            week,
            week + timedelta(days=7),
        )
        assert done.next_change_at is None

    def test_the_first_edition_comes_into_force(self) -> None:
        week = NOON + timedelta(days=7)

        ruling = check({"effective_from": week})

        assert ruling.next_change_at == week

    def test_an_edition_may_change_the_answer_alone(self) -> None:
        week = NOON + timedelta(days=7)
        strict = Gate(id="g", on_unknown=Answer.REFUSE)
        later = edition(version="2", effective_from=week, gates=[strict])
        payload = {key: held for key, held in CLEAN.items() if key != "duplicates"}

        ruling = Agreement((edition(), later)).check_handoff(payload, as_of=NOON)

        assert ruling.next_change_at == week


class TestToDict:
    @pytest.mark.parametrize(
        "said",
        [
            {},
            {"company": {"employees": 12}, "since": {}},
            {"company": None, "attributes": None, "happened": None, "ower": 1},
            {"to_party": "marketing", "reason": "other", "note": None},
            {"to_party": "marketing", "reason": "no_budget", "conversation": True},
            {"campaign": None, "previous_owners": None, "actor": None},
        ],
        ids=str,
    )
    def test_it_is_what_the_schema_says(self, said: dict[str, object]) -> None:
        required = ("campaign", "previous_owners", "actor", "rests_until")
        gates = [attrs.evolve(INTAKE, consent=("email",), required=required)]
        parts = {
            "gates": gates,
            "organization": TestOwner.PEOPLE,
            "definitions": [
                Definition(
                    "mql",
                    MQL.criterion & field("renews_on").within_next(span("30 days")),
                )
            ],
        }

        form = check(parts, **said).to_dict()

        schema = describe("ruling")
        jsonschema.Draft202012Validator(schema).validate(json.loads(json.dumps(form)))
        assert form["schema"] == "alignkit.ruling/1"

    def test_nothing_in_it_is_left_out_where_nothing_applies(self) -> None:
        ruling = check({"effective_from": NOON + timedelta(days=1)})

        form = ruling.to_dict()

        jsonschema.Draft202012Validator(describe("ruling")).validate(form)
        assert (form["agreement"], form["direction"]) == (None, None)

    def test_values_stand_as_a_payload_has_them(self) -> None:
        soon = Definition("mql", field("renews_on").within_next(span("30 days")))
        said = {"attributes": None, "duplicates": ["L7"], "suppressed": None}

        ruling = check({"gates": [INTAKE], "definitions": [soon]}, **said)

        assert ruling.fixes[0].to_dict() == {
            "changes": [
                {"path": "$.suppressed", "value": False, "was": None, "since": None},
                {"path": "$.duplicates", "value": [], "was": ["L7"], "since": None},
                {
                    "path": "$.attributes.renews_on",
                    "value": {"$moment": "2026-03-02T12:00:00+00:00"},
                    "was": None,
                    "since": None,
                },
            ]
        }
