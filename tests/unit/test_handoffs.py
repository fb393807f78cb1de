from __future__ import annotations

import enum
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime

import attrs
import pytest

from alignkit.criteria import field, happened
from alignkit.errors import (
    AlignkitError,
    HandoffError,
    MomentOutOfRangeError,
    NaiveMomentError,
    UnfitValueError,
)
from alignkit.events import Actor, ActorKind
from alignkit.facts import Facts
from alignkit.findings import Severity
from alignkit.handoffs import Handoff, Occasion
from alignkit.judgements import judge
from alignkit.outcomes import Outcome

AT = datetime.fromisoformat("2026-04-08T11:20:00+01:00")
NOON = datetime(2026, 4, 7, 12, tzinfo=UTC)


class Nth(enum.IntEnum):
    FIRST = 1


LEAST = {"lead": "L1", "at": "2026-04-08T11:20:00+01:00", "to_party": "sales"}
PAYLOAD: dict[str, object] = {
    "schema": "alignkit.handoff/1",
    **LEAST,
    "occasion": "return",
    "from_party": "marketing",
    "from_stage": "lead",
    "to_stage": "mql",
    "reason": "no_budget",
    "offered_at": "2026-04-07T09:00:00+00:00",
    "note": "asked for a price list",
    "actor": {"id": "tom", "kind": "human", "team": "demand"},
    "owner": "priya",
    "owner_load": 12,
    "previous_owners": ["sam"],
    "campaign": "spring",
    "company": {"employees": 120, "industry": "logistics"},
    "contact": {"title": "Head of Fleet"},
    "attributes": {"score": 62, "source": "demo"},
    "since": {"company.employees": "2026-01-05T09:00:00+00:00"},
    "happened": {
        "demo_requested": ["2026-04-07T12:00:00+00:00", "2026-04-02"],
        "webinar": [],
    },
    "consent": {"call": False, "email": True},
    "suppressed": False,
    "duplicates": [],
    "open_opportunities": ["O7"],
    "cycle": 2,
    "is_qualified": False,
    "returns": 1,
    "conversation": True,
    "attempts": 4,
    "attempts_complete": False,
    "rests_until": "2026-05-01",
}
WHOLE = Handoff(
    lead="L1",
    at=AT,
    to_party="sales",
    occasion=Occasion.RETURN,
    from_party="marketing",
    from_stage="lead",
    to_stage="mql",
    reason="no_budget",
    offered_at=datetime(2026, 4, 7, 9, tzinfo=UTC),
    note="asked for a price list",
    actor=Actor(id="tom", kind=ActorKind.HUMAN, team="demand"),
    owner="priya",
    owner_load=12,
    previous_owners=("sam",),
    campaign="spring",
    attributes=(
        ("company.employees", 120),
        ("company.industry", "logistics"),
        ("contact.title", "Head of Fleet"),
        ("score", 62),
        ("source", "demo"),
    ),
    since=(("company.employees", datetime(2026, 1, 5, 9, tzinfo=UTC)),),
    happened=(("demo_requested", (NOON, date(2026, 4, 2))), ("webinar", ())),
    consent=(("call", False), ("email", True)),
    suppressed=False,
    duplicates=(),
    open_opportunities=("O7",),
    cycle=2,
    is_qualified=False,
    returns=1,
    conversation=True,
    attempts=4,
    attempts_complete=False,
    rests_until=date(2026, 5, 1),
)


def a_handoff(**given: object) -> Handoff:
    make: Callable[..., Handoff] = Handoff
    return make(**{"lead": "L1", "at": AT, "to_party": "sales", **given})


def faults_of(payload: object) -> list[tuple[str, str]]:
    with pytest.raises(HandoffError) as caught:
        Handoff.from_dict(payload)  # type: ignore[arg-type]
    return [(one.code, one.path) for one in caught.value.findings]


class TestFromDict:
    def test_it_reads_every_field(self) -> None:
        assert Handoff.from_dict(PAYLOAD) == WHOLE

    @pytest.mark.parametrize("field", ["since", "happened", "consent"])
    def test_a_name_too_long_to_be_written_is_told_by_its_type(
        self, field: str
    ) -> None:
        faults = faults_of({**LEAST, field: {10**5_000: 1.5}})

        assert {path for _, path in faults} == {f"$.{field}", f"$.{field}.a int"}

    @pytest.mark.parametrize("field", ["owner_load", "cycle", "returns"])
    def test_a_count_too_long_to_be_written_is_refused(self, field: str) -> None:
        longest = 10**400 - 1

        assert getattr(Handoff.from_dict({**LEAST, field: longest}), field) == longest
        assert faults_of({**LEAST, field: longest + 1}) == [("AK-S005", f"$.{field}")]
        with pytest.raises(UnfitValueError):
            a_handoff(**{field: longest + 1})

    def test_a_key_of_the_actor_too_long_to_be_written_is_unknown(self) -> None:
        found = Handoff.from_dict({**LEAST, "actor": {10**5_000: 1}})

        assert found.unknown_fields == ("actor.a int",)

    def test_it_writes_every_field(self) -> None:
        assert WHOLE.to_dict() == PAYLOAD

    def test_what_is_left_out_is_not_known(self) -> None:
        assert Handoff.from_dict(LEAST) == a_handoff()
        assert a_handoff().to_dict() == {"schema": "alignkit.handoff/1", **LEAST}

    def test_null_says_that_something_is_not_known(self) -> None:
        nulls = dict.fromkeys(PAYLOAD.keys() - LEAST.keys() - {"schema"})

        assert Handoff.from_dict({**LEAST, **nulls}) == a_handoff()

    def test_null_in_an_object_says_that_this_is_not_known(self) -> None:
        payload = {**LEAST, "happened": {"webinar": None}, "consent": {"call": None}}

        assert Handoff.from_dict(payload) == a_handoff()

    def test_an_empty_list_says_that_there_is_none(self) -> None:
        read = Handoff.from_dict({**LEAST, "duplicates": [], "happened": {"call": []}})

        assert read.duplicates == ()
        assert read.happened == (("call", ()),)

    def test_what_is_known_of_a_lead_may_be_written_by_path(self) -> None:
        given = {"company.employees": 120, "lead.source": "demo"}

        read = Handoff.from_dict({**LEAST, "attributes": given})

        assert read.attributes == (("company.employees", 120), ("lead.source", "demo"))
        assert read.to_dict()["company"] == {"employees": 120}
        assert Handoff.from_dict(read.to_dict()) == read

    def test_a_company_may_be_an_attribute_of_its_own(self) -> None:
        read = Handoff.from_dict({**LEAST, "attributes": {"company": "Acme"}})

        assert read.to_dict()["attributes"] == {"company": "Acme"}

    def test_values_in_python_are_taken_as_they_are(self) -> None:
        assert Handoff.from_dict({**LEAST, "at": AT, "rests_until": NOON}) == a_handoff(
            rests_until=NOON
        )

    def test_all_faults_are_told_at_once(self) -> None:
        payload = {
            "schema": "alignkit.handoff/2",
            "lead": 7,
            "at": "2026-04-08",
            "note": "",
            "actor": "tom",
            "owner_load": -1,
            "previous_owners": "sam",
            "company": ["Acme"],
            "contact": {"title": object()},
            "attributes": 5,
            "since": {"score": "2026-04-08T11:20"},
            "happened": {"webinar": "2026-04-08", "call": ["soon"]},
            "consent": {"email": "yes", "": True},
            "suppressed": 0,
            "duplicates": ["L2", None],
            "cycle": 0,
            "returns": 1.0,
            "rests_until": "1066-10-14",
        }

        assert faults_of(payload) == [
            ("AK-S026", "$.schema"),
            ("AK-S004", "$.lead"),
            ("AK-S023", "$.at"),
            ("AK-S005", "$.note"),
            ("AK-S004", "$.actor"),
            ("AK-S005", "$.owner_load"),
            ("AK-S004", "$.previous_owners"),
            ("AK-S004", "$.company"),
            ("AK-S005", "$.contact.title"),
            ("AK-S004", "$.attributes"),
            ("AK-T001", "$.since.score"),
            ("AK-S004", "$.happened.webinar"),
            ("AK-S023", "$.happened.call[0]"),
            ("AK-S004", "$.consent.email"),
            ("AK-S005", "$.consent"),
            ("AK-S004", "$.suppressed"),
            ("AK-S004", "$.duplicates[1]"),
            ("AK-S005", "$.cycle"),
            ("AK-S004", "$.returns"),
            ("AK-T009", "$.rests_until"),
            ("AK-S003", "$.to_party"),
        ]

    def test_the_error_says_each_of_them(self) -> None:
        with pytest.raises(HandoffError) as caught:
            Handoff.from_dict({"lead": "L1", "at": "2026-04-08T11:20:00+01:00"})

        assert str(caught.value).splitlines() == [
            "the handoff has 1 fault",
            "AK-S003 'to_party' is missing (at $.to_party); every handoff has it",
        ]

    def test_several_faults_are_counted(self) -> None:
        with pytest.raises(HandoffError, match=r"^the handoff has 3 faults"):
            Handoff.from_dict({})

    @pytest.mark.parametrize("payload", [None, [], "L1"])
    def test_it_is_an_object(self, payload: object) -> None:
        assert faults_of(payload) == [("AK-S004", "$")]

    @pytest.mark.parametrize(
        ("given", "path"),
        [
            ({"consent": []}, "$.consent"),
            ({"happened": []}, "$.happened"),
            ({"since": "2026-04-08"}, "$.since"),
        ],
    )
    def test_what_goes_by_name_is_an_object(
        self, given: Mapping[str, object], path: str
    ) -> None:
        assert faults_of({**LEAST, **given}) == [("AK-S004", path)]

    def test_a_field_of_the_actor_is_read_as_strictly(self) -> None:
        payload = {**LEAST, "actor": {"kind": "robot"}}

        assert faults_of(payload) == [("AK-S005", "$.actor.kind")]

    def test_a_move_need_not_say_who_takes_it(self) -> None:
        payload = {"lead": "L1", "at": AT, "occasion": "move"}

        assert Handoff.from_dict(payload).to_party == "joint"
        assert faults_of({**payload, "occasion": "offer"}) == [
            ("AK-S003", "$.to_party")
        ]

    def test_the_member_of_an_enum_is_no_count(self) -> None:
        payload = {**LEAST, "cycle": Nth.FIRST, "returns": Nth.FIRST}

        assert faults_of(payload) == [("AK-S005", "$.cycle"), ("AK-S005", "$.returns")]

    def test_a_name_in_any_language_is_a_path(self) -> None:
        read = Handoff.from_dict({**LEAST, "company": {"größe": 5, "a": 1}})

        assert read.attributes == (("company.a", 1), ("company.größe", 5))

    def test_two_values_for_one_field_are_refused(self) -> None:
        payload = {**LEAST, "attributes": {"source": "demo", "lead.source": "fair"}}

        assert faults_of(payload) == [("AK-S005", "$.attributes")]

    def test_a_campaign_is_said_once(self) -> None:
        payload = {**LEAST, "campaign": "spring", "attributes": {"campaign": "fall"}}

        assert faults_of(payload) == [("AK-S005", "$.attributes")]

    def test_only_what_is_known_was_learned_at_some_time(self) -> None:
        payload = {**LEAST, "since": {"source": "2026-04-08T11:20:00Z"}}

        assert faults_of(payload) == [("AK-S005", "$.since")]


class TestFindings:
    def test_an_unknown_field_is_told_and_does_no_harm(self) -> None:
        odd = {"ower": "priya", "shoe_size": 44, "actor": {"shoe_size": 44}}

        read = Handoff.from_dict({**LEAST, **odd})

        assert read == a_handoff(actor=Actor())
        assert read.unknown_fields == ("ower", "shoe_size", "actor.shoe_size")
        assert {(one.code, one.severity) for one in read.findings} == {
            ("AK-S002", Severity.WARNING)
        }
        assert [(one.path, one.help) for one in read.findings[:2]] == [
            ("$.ower", "did you mean 'owner'?"),
            ("$.shoe_size", "what is known of the lead belongs under 'attributes'"),
        ]

    def test_a_key_that_is_no_text_is_told_too(self) -> None:
        read = Handoff.from_dict({**LEAST, 7: "odd"})  # type: ignore[dict-item]

        assert read.unknown_fields == ("7",)

    def test_of_very_many_some_are_told(self) -> None:
        odd = {f"odd {number}": 1 for number in range(1000)}

        read = Handoff.from_dict({**LEAST, **odd})

        assert len(read.findings) == 51
        assert read.findings[-1].message == "950 further unknown fields of handoff"


class TestFacts:
    def test_they_say_what_is_known_and_since_when(self) -> None:
        day = 86_400_000_000
        learned = datetime(2026, 1, 5, 9, tzinfo=UTC)
        epoch = datetime(1970, 1, 1, tzinfo=UTC)

        assert WHOLE.facts(zone="Europe/London") == Facts(
            values={
                "company.employees": 120,
                "company.industry": "logistics",
                "contact.title": "Head of Fleet",
                "score": 62,
                "source": "demo",
                "campaign": "spring",
            },
            since={
                "company.employees": (learned - epoch).days * day + 9 * 3_600_000_000
            },
            happened={
                "demo_requested": ((NOON - epoch).days * day + 12 * 3_600_000_000,),
                "webinar": (),
            },
            days={"demo_requested": (date(2026, 4, 2),)},
            zone="Europe/London",
        )

    def test_criteria_ask_for_fields_of_a_lead_with_or_without_its_name(self) -> None:
        facts = a_handoff(attributes={"lead": {"source": "demo"}}).facts()

        for path in ("source", "lead.source"):
            found = judge(field(path).is_("demo"), facts, as_of=AT)
            assert found.outcome is Outcome.PASS

    def test_what_nobody_says_is_not_known_and_an_empty_list_is_none(self) -> None:
        facts = a_handoff(happened={"webinar": []}).facts()

        assert judge(happened("webinar"), facts, as_of=AT).outcome is Outcome.FAIL
        assert judge(happened("call"), facts, as_of=AT).outcome is Outcome.UNKNOWN


class TestHandoff:
    def test_it_takes_tables_and_lists_and_keeps_tuples(self) -> None:
        made = a_handoff(
            duplicates=["L2"],
            consent={"email": True, "call": False},
            happened={"webinar": [NOON]},
            attributes={"score": 62},
            since={"score": NOON},
        )

        assert made.duplicates == ("L2",)
        assert made.consent == (("call", False), ("email", True))
        assert made.happened == (("webinar", (NOON,)),)
        assert made.since == (("score", NOON),)
        assert hash(made) == hash(attrs.evolve(made))

    @pytest.mark.parametrize(
        ("given", "error"),
        [
            ({"lead": ""}, UnfitValueError),
            ({"at": datetime(2026, 4, 8)}, NaiveMomentError),
            ({"at": datetime(1066, 10, 14, tzinfo=UTC)}, MomentOutOfRangeError),
            ({"happened": {"webinar": [datetime(2026, 4, 8)]}}, NaiveMomentError),
            ({"since": {"score": datetime(2026, 4, 8)}}, NaiveMomentError),
            ({"rests_until": datetime(2026, 4, 8)}, NaiveMomentError),
            ({"duplicates": "L2"}, UnfitValueError),
            ({"duplicates": [""]}, UnfitValueError),
            ({"previous_owners": [7]}, UnfitValueError),
            ({"consent": {"email": 1}}, UnfitValueError),
            ({"consent": {"": True}}, UnfitValueError),
            ({"happened": (("call", ()), ("call", ()))}, UnfitValueError),
            ({"owner_load": -1}, UnfitValueError),
            ({"returns": True}, UnfitValueError),
            ({"cycle": 0}, UnfitValueError),
            ({"suppressed": 1}, UnfitValueError),
            ({"attributes": {"a": {}, "a.b": object()}}, UnfitValueError),
            ({"since": {"score": NOON}}, UnfitValueError),
        ],
    )
    def test_what_does_not_fit_is_refused(
        self, given: Mapping[str, object], error: type[AlignkitError]
    ) -> None:
        with pytest.raises(error):
            a_handoff(**given)
