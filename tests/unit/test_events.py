from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import attrs
import pytest

from alignkit.errors import (
    EventError,
    MomentOutOfRangeError,
    NaiveMomentError,
    UnfitValueError,
)
from alignkit.events import (
    Actor,
    ActorKind,
    Event,
    Precision,
    Subject,
    fields_of,
    upcast,
)
from alignkit.findings import Finding
from alignkit.happenings import (
    FACTS,
    ActivityLogged,
    Custom,
    Direction,
    FieldChanged,
    LeadCreated,
    OpportunityWon,
    OwnerAssigned,
    PersonUnavailable,
    ScoreChanged,
    ScoreKind,
    StageChanged,
    WaiverGranted,
)

MOMENT = datetime(2026, 3, 6, 16, 40, tzinfo=timezone(timedelta(hours=-6)))
TEXT = "2026-03-06T16:40:00-06:00"
FORM: Mapping[str, object] = {
    "id": "1",
    "lead": "L1",
    "at": TEXT,
    "type": "stage_changed",
    "to_stage": "mql",
}


def an_event(**changes: object) -> Event:
    return Event.from_dict({**FORM, **changes})


def faults(form: object) -> list[tuple[str, str]]:
    with pytest.raises(EventError) as caught:
        Event.from_dict(form)  # type: ignore[arg-type] # on purpose
    return [(finding.code, finding.path) for finding in caught.value.findings]


def finding(form: Mapping[str, object]) -> Finding:
    with pytest.raises(EventError) as caught:
        Event.from_dict(form)
    (found,) = caught.value.findings
    return found


FULL_FORMS: dict[str, dict[str, object]] = {
    "lead_created": {
        "source": "demo",
        "campaign": "spring",
        "lead_type": "inbound",
        "segment": "smb",
        "event_source": "crm",
        "company": {"industry": "steel", "address": {"city": "Gent"}},
        "contact": {"title": "Plant Manager"},
        "region": "west",
        "lead.id": "A-1",
    },
    "stage_changed": {
        "from_stage": "lead",
        "to_stage": "recycled",
        "reason": "bad_timing",
        "until": "2026-09-01",
        "note": "after the summer",
        "lifecycle": "standard",
    },
    "owner_assigned": {"owner": None, "team": "smb", "queue": "inbound"},
    "activity_logged": {
        "channel": "call",
        "direction": "outbound",
        "outcome": "left_voicemail",
        "duration": 45.5,
        "automated": False,
        "purpose": "first touch",
        "campaign": "spring",
        "asset": "deck",
    },
    "handoff_offered": {"to_party": "sales", "from_party": "marketing", "note": "hot"},
    "handoff_accepted": {"to_party": "sales", "from_party": "marketing", "note": "ok"},
    "handoff_rejected": {
        "reason": "no_budget",
        "note": "asked twice",
        "until": "2026-09-01T09:00:00+02:00",
    },
    "handoff_returned": {"to_party": "sales", "from_party": "marketing", "note": "no"},
    "handoff_expired": {"to_party": "sales", "from_party": "marketing", "note": "-"},
    "lead_converted": {"contact": "C1", "account": "A1", "opportunity": "O1"},
    "opportunity_won": {
        "value": 1200.5,
        "currency": "EUR",
        "reason": "price",
        "competitor": "none",
        "reported_by": "ann",
        "dimensions": {"region": "west", "seats": 12},
    },
    "opportunity_lost": {
        "value": 12,
        "currency": "EUR",
        "reason": "price",
        "competitor": "Acme",
        "reported_by": "ann",
        "dimensions": {"region": "west"},
    },
    "score_changed": {"kind": "intent", "delta": -5, "grade": "B"},
    "field_changed": {"field": "company.size", "value": ["a", 1], "previous": False},
    "consent_changed": {"channel": "email", "granted": False},
    "leads_merged": {"into": "L2"},
    "hold_started": {"reason": "legal", "until": "2026-04-01"},
    "hold_ended": {"reason": "legal", "until": "2026-04-01"},
    **{
        f"feedback_{step}": {
            "loop": "message",
            "kind": "wording",
            "decision": "defer",
            "reason": "roadmap",
            "until": "2026-10-01",
            "about": "deck-7",
        }
        for step in (
            "requested",
            "given",
            "acknowledged",
            "decided",
            "acted",
            "closed",
            "reopened",
        )
    },
    "person_unavailable": {"start": "2026-07-01", "end": "2026-07-14"},
    "waiver_granted": {
        "term": "first-response",
        "reason": "outage",
        "start": "2026-03-01T00:00:00+00:00",
        "end": "2026-03-02T00:00:00+00:00",
        "reaches_back": True,
    },
    "retracted": {"of": "0"},
    "custom": {
        "name": "demo_requested",
        "data": {"page": "pricing", "visit": {"n": 3}},
    },
}


class TestVocabulary:
    def test_there_is_a_full_form_for_every_type(self) -> None:
        assert list(FULL_FORMS) == list(FACTS)

    @pytest.mark.parametrize("type_", FACTS)
    def test_every_field_of_a_type_is_read_and_written(self, type_: str) -> None:
        form = {
            "id": "1",
            "subject_kind": "request",
            "subject": "R1",
            "at": TEXT,
            "type": type_,
            "recorded_at": "2026-03-07T00:00:00+00:00",
            "actor": {"id": "ann", "kind": "human", "team": "smb"},
            **({} if type_ == "lead_created" else {"source": "crm"}),
            "precision": "day",
            **FULL_FORMS[type_],
        }

        event = Event.from_dict(form)

        assert event.to_dict() == form
        assert event.type == type_
        held = [field.name for field in attrs.fields(type(event.fact))]
        told = {*FULL_FORMS[type_], "attributes", "value"}
        assert {name for name in held if name not in told} == set()

    def test_facts_are_taken_apart_by_match(self) -> None:
        event = an_event(from_stage="lead", until="2026-09-01")

        match event.fact:
            case StageChanged(from_stage="lead", to_stage=entered, until=date() as day):
                assert (entered, day) == ("mql", date(2026, 9, 1))
            case _:
                raise AssertionError

    def test_what_each_kind_of_field_becomes(self) -> None:
        call = Event.from_dict(
            {
                "id": "1",
                "lead": "L1",
                "at": MOMENT,
                "type": "activity_logged",
                "channel": "call",
                "direction": "inbound",
                "duration": 0.000001,
            }
        )

        assert call == Event(
            id="1",
            subject=Subject(id="L1"),
            at=MOMENT,
            fact=ActivityLogged(
                channel="call",
                direction=Direction.INBOUND,
                duration=timedelta(microseconds=1),
            ),
        )


class TestLeadCreated:
    def test_further_keys_are_attributes_of_the_lead(self) -> None:
        event = Event.from_dict(
            {
                "id": "1",
                "lead": "L1",
                "at": TEXT,
                "type": "lead_created",
                "source": "demo",
                "region": "west",
                "utm": {"medium": "cpc"},
                "company": {"size": 50},
                "company.industry": "steel",
                "contact": None,
            }
        )

        assert event.fact == LeadCreated(
            source="demo",
            attributes=(
                ("company.industry", "steel"),
                ("company.size", 50),
                ("lead.region", "west"),
                ("lead.utm.medium", "cpc"),
            ),
        )

    def test_its_fields_join_what_has_a_field_of_its_own(self) -> None:
        fact = LeadCreated(
            source="demo", segment="smb", attributes=(("lead.region", "west"),)
        )

        assert fact.fields == (
            ("lead.region", "west"),
            ("lead.segment", "smb"),
            ("lead.source", "demo"),
        )

    def test_its_source_is_not_the_source_of_the_event(self) -> None:
        form = {**FORM, "type": "lead_created", "source": "demo", "event_source": "crm"}
        del form["to_stage"]

        event = Event.from_dict(form)

        assert event.source == "crm"
        assert isinstance(event.fact, LeadCreated)
        assert event.fact.source == "demo"

    @pytest.mark.parametrize("key", ["id", "schema", "company", "event_source"])
    def test_an_attribute_named_like_a_key_of_the_event_keeps_its_path(
        self, key: str
    ) -> None:
        fact = LeadCreated(attributes=((f"lead.{key}", "x"),))
        event = attrs.evolve(an_event(), fact=fact)

        assert event.to_dict()[f"lead.{key}"] == "x"
        assert Event.from_dict(event.to_dict()) == event

    @pytest.mark.parametrize(
        ("changes", "expected"),
        [
            ({"company": "Acme"}, [("AK-S004", "$.company")]),
            ({"company": {"x": 1j}}, [("AK-S005", "$.company.x")]),
            ({"region": b"x"}, [("AK-S005", "$.region")]),
            ({"lead.source": "demo"}, [("AK-S005", "$.attributes")]),
            ({5: "x"}, [("AK-S002", "$.5")]),
            ({"utm": 1, "lead.utm": 2}, [("AK-S005", "$.lead.utm")]),
            (
                {"id": None, "utm": {"a": 1j}},
                [("AK-S004", "$.id"), ("AK-S005", "$.utm.a")],
            ),
        ],
        ids=str,
    )
    def test_attributes_that_are_none_are_refused(
        self, changes: dict[str, object], expected: list[tuple[str, str]]
    ) -> None:
        form = {"id": "1", "lead": "L1", "at": TEXT, "type": "lead_created", **changes}

        assert faults(form) == expected

    def test_attributes_lie_under_the_lead_its_company_or_its_contact(self) -> None:
        with pytest.raises(UnfitValueError):
            LeadCreated(attributes=(("industry", "steel"),))


class TestFacts:
    def test_text_is_not_empty(self) -> None:
        with pytest.raises(UnfitValueError) as caught:
            StageChanged(to_stage="")

        assert str(caught.value) == (
            "StageChanged: to_stage does not fit: ''; "
            "expected text that is whole and not empty"
        )

    def test_text_holds_whole_characters(self) -> None:
        with pytest.raises(UnfitValueError):
            OwnerAssigned(owner="\ud800")

    def test_a_number_may_be_whole_or_a_float(self) -> None:
        assert OpportunityWon(value=0.1).value == Decimal("0.1")  # type: ignore[arg-type] # what people write
        assert OpportunityWon(value=Decimal(5)).value == 5

    def test_a_number_is_finite(self) -> None:
        with pytest.raises(UnfitValueError):
            OpportunityWon(value=Decimal("NaN"))

    def test_a_length_is_not_negative(self) -> None:
        with pytest.raises(UnfitValueError):
            ActivityLogged(
                channel="call",
                direction=Direction.UNKNOWN,
                duration=timedelta(seconds=-1),
            )

    def test_a_moment_has_a_zone(self) -> None:
        with pytest.raises(NaiveMomentError) as caught:
            StageChanged(to_stage="mql", until=datetime(2026, 1, 1))

        assert caught.value.argument == "until"

    @pytest.mark.parametrize(
        "never", [date(9999, 12, 31), datetime(9999, 12, 31, tzinfo=UTC)]
    )
    def test_a_date_that_stands_for_never_is_refused(self, never: date) -> None:
        with pytest.raises(MomentOutOfRangeError):
            StageChanged(to_stage="mql", until=never)

    @pytest.mark.parametrize("given", [Decimal(1), None])
    def test_a_score_has_either_a_value_or_a_delta(self, given: Decimal | None) -> None:
        with pytest.raises(UnfitValueError):
            ScoreChanged(kind=ScoreKind.FIT, value=given, delta=given)

    def test_an_absence_does_not_end_before_it_starts(self) -> None:
        with pytest.raises(UnfitValueError):
            PersonUnavailable(start=date(2026, 7, 2), end=date(2026, 7, 1))

    def test_an_absence_of_one_day_starts_and_ends_on_it(self) -> None:
        day = date(2026, 7, 1)

        assert PersonUnavailable(start=day, end=day).end == day

    def test_a_date_and_a_moment_have_no_order(self) -> None:
        waiver = WaiverGranted(term="t", reason="r", start=MOMENT, end=date(2026, 1, 1))

        assert waiver.end == date(2026, 1, 1)


class TestEquality:
    def test_true_is_not_one(self) -> None:
        told = Custom(name="x", data=(("a", True),))

        assert told != Custom(name="x", data=(("a", 1),))
        assert FieldChanged(field="a", value=True) != FieldChanged(field="a", value=1)

    def test_the_second_time_of_an_hour_is_another_moment(self) -> None:
        first = datetime(2026, 11, 1, 1, 30, tzinfo=ZoneInfo("America/Denver"))
        event = an_event(at=first)

        assert event != an_event(at=first.replace(fold=1))
        assert event == an_event(at="2026-11-01T07:30:00Z")

    def test_a_fact_of_a_date_keeps_its_date(self) -> None:
        event = an_event(at="2026-03-06T00:00:00+02:00", precision="day")

        assert event.day == date(2026, 3, 6)
        assert event != an_event(at="2026-03-05T22:00:00Z", precision="day")
        assert event == attrs.evolve(event, recorded_at=None)


class TestFromDict:
    def test_the_short_form_of_a_lead_is_its_subject(self) -> None:
        form = {**FORM, "subject_kind": "lead", "subject": "L1"}
        del form["lead"]

        assert Event.from_dict(form) == an_event()

    def test_what_cannot_even_be_written_is_told_by_its_type(self) -> None:
        deep: list[object] = []
        for _ in range(5_000):
            deep = [deep]
        form: dict[Any, object] = {**FORM, "type": deep, 10**5_000: 1}

        with pytest.raises(EventError) as caught:
            Event.from_dict(form)

        assert [one.seen for one in caught.value.findings] == ["a list"]

        with pytest.raises(EventError) as caught:
            Event.from_dict({**form, "type": FORM["type"]})

        (finding,) = caught.value.findings
        assert (finding.code, finding.path) == ("AK-S002", "$.a key of type int")

    def test_a_subject_without_a_kind_is_a_lead(self) -> None:
        form = {**FORM, "subject": "L1"}
        del form["lead"]

        assert Event.from_dict(form) == an_event()

    def test_both_forms_may_say_the_same(self) -> None:
        assert an_event(subject="L1", subject_kind="lead") == an_event()

    @pytest.mark.parametrize(
        "changes",
        [
            {"subject": "L2"},
            {"subject_kind": "account"},
            {"subject_kind": "request", "subject": "L1"},
        ],
        ids=str,
    )
    def test_two_subjects_contradict_each_other(
        self, changes: dict[str, object]
    ) -> None:
        assert faults({**FORM, **changes}) == [("AK-S005", "$.lead")]

    def test_an_actor_may_be_known_by_its_kind_alone(self) -> None:
        event = an_event(actor={"kind": "automation"})

        assert event.actor == Actor(kind=ActorKind.AUTOMATION)

    def test_null_is_what_is_not_known(self) -> None:
        event = an_event(
            reason=None, until=None, actor=None, recorded_at=None, source=None
        )

        assert event == an_event()

    def test_moments_may_be_aware_datetimes(self) -> None:
        assert an_event(at=MOMENT) == an_event()
        assert an_event(until=MOMENT).fact == StageChanged(to_stage="mql", until=MOMENT)

    def test_a_date_may_be_a_date(self) -> None:
        fact = an_event(until=date(2026, 9, 1)).fact

        assert fact == StageChanged(to_stage="mql", until=date(2026, 9, 1))

    def test_a_length_of_whole_seconds_may_be_as_long_as_any(self) -> None:
        form = {**FORM, **FULL_FORMS["activity_logged"], "type": "activity_logged"}
        del form["to_stage"]
        longest = timedelta.max // timedelta(seconds=1)

        event = Event.from_dict({**form, "duration": longest})

        assert event.to_dict()["duration"] == longest
        with pytest.raises(EventError):
            Event.from_dict({**form, "duration": longest + 1})

    def test_a_length_may_be_a_timedelta(self) -> None:
        form = {**FORM, **FULL_FORMS["activity_logged"], "type": "activity_logged"}
        del form["to_stage"]

        event = Event.from_dict({**form, "duration": timedelta(seconds=45.5)})

        assert event == Event.from_dict(form)

    @pytest.mark.parametrize(
        ("changes", "expected"),
        [
            ({"id": ""}, ("AK-S005", "$.id")),
            ({"id": 5}, ("AK-S004", "$.id")),
            ({"id": None}, ("AK-S004", "$.id")),
            ({"id": "\ud800"}, ("AK-S009", "$.id")),
            ({"lead": ""}, ("AK-S005", "$.lead")),
            ({"at": "2026-03-06T16:40:00"}, ("AK-T001", "$.at")),
            ({"at": datetime(2026, 1, 1)}, ("AK-T001", "$.at")),
            ({"at": "2026-03-06"}, ("AK-S023", "$.at")),
            ({"at": date(2026, 3, 6)}, ("AK-S023", "$.at")),
            ({"at": "soon"}, ("AK-S023", "$.at")),
            ({"at": 1780301109000}, ("AK-S023", "$.at")),
            ({"at": None}, ("AK-S023", "$.at")),
            ({"at": "0001-01-01T00:00:00Z"}, ("AK-T009", "$.at")),
            ({"at": "1900-01-01T00:00:00+01:00"}, ("AK-T009", "$.at")),
            ({"recorded_at": "2400-01-01T00:00:00Z"}, ("AK-T009", "$.recorded_at")),
            ({"until": "9999-12-31"}, ("AK-T009", "$.until")),
            ({"until": "later"}, ("AK-S023", "$.until")),
            ({"to_stage": None}, ("AK-S004", "$.to_stage")),
            ({"to_stage": ["mql"]}, ("AK-S004", "$.to_stage")),
            ({"reason": ""}, ("AK-S005", "$.reason")),
            ({"precision": "minute"}, ("AK-S005", "$.precision")),
            ({"precision": None}, ("AK-S004", "$.precision")),
            ({"actor": "ann"}, ("AK-S004", "$.actor")),
            ({"actor": {"id": "ann", "kind": "robot"}}, ("AK-S005", "$.actor.kind")),
            ({"actor": {"name": "ann"}}, ("AK-S002", "$.actor.name")),
            ({"to_stge": "x"}, ("AK-S002", "$.to_stge")),
            ({"event_source": "x"}, ("AK-S002", "$.event_source")),
            ({"type": "stage_change"}, ("AK-S020", "$.type")),
            ({"type": None}, ("AK-S020", "$.type")),
            ({"type": ["custom"]}, ("AK-S020", "$.type")),
            ({"schema": "alignkit.event/2"}, ("AK-S026", "$.schema")),
            ({"schema": 1}, ("AK-S026", "$.schema")),
        ],
        ids=str,
    )
    def test_each_fault_has_its_code_and_its_path(
        self, changes: dict[str, object], expected: tuple[str, str]
    ) -> None:
        assert faults({**FORM, **changes}) == [expected]

    @pytest.mark.parametrize(
        ("type_", "changes", "expected"),
        [
            ("activity_logged", {"duration": -1}, ("AK-S005", "$.duration")),
            ("activity_logged", {"duration": "45"}, ("AK-S004", "$.duration")),
            ("activity_logged", {"duration": 1e-7}, ("AK-S005", "$.duration")),
            ("activity_logged", {"duration": 1e300}, ("AK-S005", "$.duration")),
            ("activity_logged", {"duration": timedelta(-1)}, ("AK-S005", "$.duration")),
            ("activity_logged", {"automated": 1}, ("AK-S004", "$.automated")),
            ("activity_logged", {"automated": "true"}, ("AK-S004", "$.automated")),
            ("activity_logged", {"direction": "out"}, ("AK-S005", "$.direction")),
            ("opportunity_won", {"value": "1200.50"}, ("AK-S004", "$.value")),
            ("opportunity_won", {"value": True}, ("AK-S004", "$.value")),
            ("opportunity_won", {"value": float("inf")}, ("AK-S004", "$.value")),
            (
                "opportunity_won",
                {"value": {"$date": "2026-01-01"}},
                ("AK-S004", "$.value"),
            ),
            ("opportunity_won", {"dimensions": ["x"]}, ("AK-S004", "$.dimensions")),
            (
                "opportunity_won",
                {"dimensions": {"x": 1j}},
                ("AK-S005", "$.dimensions.x"),
            ),
            ("field_changed", {"value": {"a": 1}}, ("AK-S004", "$.value")),
            ("score_changed", {"value": 5}, ("AK-S005", "$.value")),
            ("person_unavailable", {"end": "2026-06-30"}, ("AK-S005", "$.end")),
        ],
        ids=str,
    )
    def test_each_kind_of_field_has_its_faults(
        self, type_: str, changes: dict[str, object], expected: tuple[str, str]
    ) -> None:
        form = {"id": "1", "lead": "L1", "at": TEXT, "type": type_, **FULL_FORMS[type_]}

        assert faults({**form, **changes}) == [expected]

    def test_all_faults_are_told_at_once(self) -> None:
        form = {"at": "soon", "type": "handoff_rejected", "note": 5, "resaon": "junk"}

        assert faults(form) == [
            ("AK-S023", "$.at"),
            ("AK-S004", "$.note"),
            ("AK-S003", "$.lead"),
            ("AK-S003", "$.id"),
            ("AK-S003", "$.reason"),
            ("AK-S002", "$.resaon"),
        ]

    def test_what_every_event_has_is_checked_without_a_type(self) -> None:
        assert faults({"at": "soon", "whatever": 1}) == [
            ("AK-S003", "$.type"),
            ("AK-S023", "$.at"),
            ("AK-S003", "$.lead"),
            ("AK-S003", "$.id"),
        ]

    def test_what_is_no_mapping_is_no_event(self) -> None:
        assert faults(["x"]) == [("AK-S004", "$")]

    def test_a_misspelt_field_is_asked_back(self) -> None:
        found = finding({**FORM, "lifecyle": "x"})

        assert str(found) == (
            "AK-S002 unknown field 'lifecyle' of stage_changed (at $.lifecyle); "
            "did you mean 'lifecycle'?"
        )

    def test_an_unknown_type_offers_the_nearest(self) -> None:
        found = finding({**FORM, "type": "owner_asigned"})

        assert found.help == "did you mean 'owner_assigned'?"

    def test_a_type_like_no_other_belongs_in_a_custom_event(self) -> None:
        found = finding({**FORM, "type": "pizza"})

        assert found.help == "an event of your own has the type 'custom' and a 'name'"

    def test_a_flood_of_unknown_fields_is_one_finding(self) -> None:
        found = finding({**FORM, **{f"x{at}": at for at in range(1_000)}})

        assert found.message == "1,000 unknown fields of stage_changed"
        assert found.seen == "'x0', 'x1', 'x2', 'x3', 'x4', ..."

    def test_what_was_given_is_shown_in_short(self) -> None:
        found = finding({**FORM, "reason": ["x" * 1_000_000]})
        wide = finding({**FORM, "precision": "x" * 1_000_000})
        long = finding({**FORM, "reason": 10**5_000})

        assert found.seen == "a list"
        assert len(wide.seen or "") == 80
        assert long.seen == "a int"

    def test_the_error_lists_its_findings(self) -> None:
        with pytest.raises(EventError) as one:
            Event.from_dict({**FORM, "id": ""})
        with pytest.raises(EventError) as two:
            Event.from_dict({**FORM, "id": "", "reason": ""})

        assert str(one.value) == (
            "the event has 1 fault\n"
            "AK-S005 'id' does not fit (at $.id); write text that is not empty; "
            "leave the field out if it is not known"
        )
        assert str(two.value).startswith("the event has 2 faults\n")

    def test_what_is_no_mapping_is_told_as_it_is(self) -> None:
        with pytest.raises(EventError) as caught:
            Event.from_dict(3)  # type: ignore[arg-type]

        (finding,) = caught.value.findings
        assert str(finding) == (
            "AK-S004 3 is not a mapping with the fields of an event (at $); "
            "write a mapping with the fields of an event"
        )


class TestConstructor:
    def test_a_moment_without_a_zone_is_refused(self) -> None:
        naive = datetime(2026, 1, 1)

        with pytest.raises(NaiveMomentError, match="'at'"):
            attrs.evolve(an_event(), at=naive)
        with pytest.raises(NaiveMomentError, match="'recorded_at'"):
            attrs.evolve(an_event(), recorded_at=naive)

    def test_a_moment_that_no_calendar_reaches_is_refused(self) -> None:
        with pytest.raises(MomentOutOfRangeError):
            attrs.evolve(an_event(), at=datetime(2300, 1, 1, tzinfo=UTC))

    def test_the_last_moment_that_is_counted_is_taken(self) -> None:
        last = datetime(2299, 12, 31, 23, 59, tzinfo=UTC)

        assert attrs.evolve(an_event(), at=last).at == last

    def test_an_id_is_not_empty(self) -> None:
        with pytest.raises(UnfitValueError):
            attrs.evolve(an_event(), id="")
        with pytest.raises(UnfitValueError):
            Subject(id="")

    def test_the_day_follows_the_precision(self) -> None:
        event = an_event()

        assert event.day is None
        assert attrs.evolve(event, precision=Precision.DAY).day == date(2026, 3, 6)


class TestFieldsOf:
    def test_a_new_lead_has_a_source_of_its_own(self) -> None:
        assert {"source", "event_source"} <= set(fields_of("lead_created"))
        assert "event_source" not in fields_of("stage_changed")


class TestUpcast:
    def test_an_older_form_is_brought_up_step_by_step(self) -> None:
        def renamed(form: Mapping[str, object]) -> Mapping[str, object]:
            return {"kind": form["what"], "id": form["id"]}

        def shortened(form: Mapping[str, object]) -> Mapping[str, object]:
            return {"type": form["kind"], "id": form["id"]}

        steps = {1: renamed, 2: shortened}
        oldest = {"schema": "alignkit.event/1", "what": "custom", "id": "1"}
        older = {"schema": "alignkit.event/2", "kind": "custom", "id": "1"}
        current = {"schema": "alignkit.event/3", "type": "custom", "id": "1"}

        forms = [
            upcast(form, [], to=3, steps=steps) for form in (oldest, older, current)
        ]

        assert forms == [{"type": "custom", "id": "1"}] * 3

    def test_a_form_may_say_that_it_is_of_this_version(self) -> None:
        assert an_event(schema="alignkit.event/1") == an_event()

    def test_a_later_version_is_refused_by_its_name(self) -> None:
        found = finding({**FORM, "schema": "alignkit.event/9"})

        assert found.expected == "one of alignkit.event/1"
        assert found.help == "read it with the alignkit that wrote it, or a later one"
