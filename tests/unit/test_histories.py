"""Which facts are known, each once and in its latest form."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from alignkit.events import Event, Precision, Subject
from alignkit.happenings import (
    Custom,
    Fact,
    FieldChanged,
    LeadCreated,
    OwnerAssigned,
    Retracted,
    ScoreChanged,
    ScoreKind,
    StageChanged,
)
from alignkit.histories import Conflict, facts_of, known
from alignkit.instants import to_instant

NINE = datetime(2026, 3, 2, 9, tzinfo=UTC)
MQL = StageChanged(to_stage="mql")
SQL = StageChanged(to_stage="sql")


def event(
    id_: str, fact: Fact = MQL, *, hours: int = 0, recorded: int | None = None
) -> Event:
    """Return an event so many hours after nine, recorded so many hours after nine."""
    return Event(
        id=id_,
        subject=Subject(id="L1"),
        at=NINE + timedelta(hours=hours),
        fact=fact,
        recorded_at=None if recorded is None else NINE + timedelta(hours=recorded),
    )


def after(hours: int) -> int:
    """Return the instant so many hours after nine."""
    return to_instant(NINE + timedelta(hours=hours), "at")


def ids(events: list[Event], *, as_of: int = 100, known_at: int | None = None) -> str:
    """Return the ids of the facts that are known, in order."""
    by = None if known_at is None else after(known_at)
    history = known(events, as_of=after(as_of), known_at=by)
    return " ".join(one.id for _, one in history.events)


class TestKnown:
    def test_facts_stand_in_the_order_in_which_they_happened(self) -> None:
        assert ids([event("b", hours=2), event("a", hours=3), event("c", hours=1)]) == (
            "c b a"
        )

    def test_facts_of_one_instant_stand_in_the_order_of_their_ids(self) -> None:
        assert ids([event("b"), event("a")]) == "a b"

    def test_a_fact_at_the_moment_of_the_question_is_seen_and_a_later_one_is_not(
        self,
    ) -> None:
        assert ids([event("a", hours=1), event("b", hours=2)], as_of=1) == "a"

    def test_a_repeated_fact_is_seen_once(self) -> None:
        assert ids([event("a"), event("a")]) == "a"

    def test_a_fact_that_was_recorded_too_late_is_not_known(self) -> None:
        facts = [event("a", recorded=5), event("b", recorded=6)]

        assert ids(facts, known_at=5) == "a"

    def test_a_fact_without_a_record_was_recorded_when_it_happened(self) -> None:
        assert ids([event("a", hours=1), event("b", hours=2)], known_at=1) == "a"

    def test_a_form_recorded_later_supersedes_the_earlier(self) -> None:
        first, second = event("a", MQL, recorded=1), event("a", SQL, recorded=2)

        now = known([second, first], as_of=after(9))
        before = known([second, first], as_of=after(9), known_at=after(1))

        assert [one for _, one in now.events] == [second]
        assert [one for _, one in before.events] == [first]

    def test_a_fact_that_turned_out_to_have_happened_later_is_gone_before_it(
        self,
    ) -> None:
        facts = [event("a", recorded=1), event("a", hours=4, recorded=5)]

        assert ids(facts, as_of=3) == ""

    def test_two_forms_that_were_recorded_together_are_a_conflict(self) -> None:
        first, second = event("a", MQL), event("a", SQL)

        history = known([second, first, event("b")], as_of=after(9))

        assert [one.id for _, one in history.events] == ["b"]
        (conflict,) = history.conflicts
        assert conflict.id == "a"
        assert set(conflict.forms) == {first, second}
        assert history.conflicts == known([first, second], as_of=after(9)).conflicts
        assert isinstance(conflict, Conflict)

    def test_a_later_record_ends_a_conflict(self) -> None:
        facts = [event("a", MQL), event("a", SQL), event("a", MQL, recorded=1)]

        assert ids(facts) == "a"

    def test_a_form_recorded_again_unchanged_has_been_known_since_the_first(
        self,
    ) -> None:
        facts = [event("a"), event("a", recorded=7)]

        assert known(facts, as_of=after(9)).late == ()


class TestConflicts:
    def test_thousands_of_forms_under_one_id_are_told_apart_at_once(self) -> None:
        forms = [event("a", OwnerAssigned(owner=f"{nth:04}")) for nth in range(3000)]

        history = known([*forms, *reversed(forms)], as_of=after(0))

        assert history.conflicts == (Conflict("a", tuple(forms)),)

    def test_forms_that_have_not_happened_by_then_are_no_conflict(self) -> None:
        facts = [event("a", MQL, hours=4), event("a", SQL, hours=4)]

        assert known(facts, as_of=after(3)).conflicts == ()

    def test_a_conflict_that_was_withdrawn_is_none(self) -> None:
        facts = [event("a", MQL), event("a", SQL), event("r", Retracted(of="a"))]

        history = known(facts, as_of=after(9))

        assert (history.events, history.conflicts) == ((), ())

    def test_forms_that_were_repeated_together_are_a_conflict_still(self) -> None:
        facts = [
            event("a", MQL, recorded=1),
            event("a", MQL, recorded=2),
            event("a", SQL, recorded=2),
        ]

        (conflict,) = known(facts, as_of=after(9)).conflicts
        assert [form.fact for form in conflict.forms] == [MQL, SQL]

    def test_the_forms_of_a_conflict_stand_in_order_of_time(self) -> None:
        late, early = (event("a", hours=hours, recorded=5) for hours in (2, 1))

        (conflict,) = known([late, early], as_of=after(9)).conflicts

        assert conflict.forms == (early, late)


class TestAssuming:
    def test_a_form_takes_its_place_among_the_facts(self) -> None:
        first, second = event("b", MQL, hours=2), event("b", SQL, hours=2)
        facts = [event("a", hours=1), event("c", hours=3), first, second]

        history = known(facts, as_of=after(9))

        assert [one.id for _, one in history.assuming(second)] == ["a", "b", "c"]

    def test_a_form_that_withdraws_something_does_so(self) -> None:
        gone, other = (event("r", Retracted(of=of), hours=2) for of in ("a", "b"))
        facts = [event("a"), event("b", hours=1), gone, other]

        history = known(facts, as_of=after(9))

        assert [one.id for _, one in history.events] == ["a", "b"]
        assert [one.id for _, one in history.assuming(gone)] == ["b"]


class TestLate:
    def test_the_moments_at_which_something_was_learnt_afterwards_are_told(
        self,
    ) -> None:
        facts = [event("a", recorded=3), event("b", hours=2), event("c", recorded=3)]

        assert known(facts, as_of=after(9)).late == (after(3),)

    def test_a_correction_is_learnt_when_it_is_recorded(self) -> None:
        facts = [event("a", MQL), event("a", SQL, recorded=4)]

        assert known(facts, as_of=after(9)).late == (after(4),)

    def test_a_correction_that_was_corrected_was_learnt_as_well(self) -> None:
        facts = [
            event("a", MQL),
            event("a", SQL, recorded=4),
            event("a", MQL, recorded=6),
        ]

        assert known(facts, as_of=after(9)).late == (after(4), after(6))

    def test_a_retraction_is_learnt_when_it_is_recorded(self) -> None:
        facts = [event("a"), event("r", Retracted(of="a"), hours=4)]

        assert known(facts, as_of=after(9)).late == (after(4),)


class TestRetraction:
    def test_a_retraction_withdraws_a_fact_from_its_own_moment_on(self) -> None:
        facts = [event("r", Retracted(of="a"), hours=2), event("a")]

        assert ids(facts) == ""
        assert ids(facts, as_of=1) == "a"

    def test_a_retraction_can_be_withdrawn(self) -> None:
        facts = [
            event("a"),
            event("r", Retracted(of="a"), hours=1),
            event("s", Retracted(of="r"), hours=2),
        ]

        assert ids(facts) == "a"

    def test_of_two_that_withdraw_each_other_the_later_one_holds(self) -> None:
        facts = [
            event("a"),
            event("r", Retracted(of="s"), hours=1),
            event("s", Retracted(of="r"), hours=2),
        ]

        assert ids([*facts, event("t", Retracted(of="a"), hours=1)]) == ""
        assert ids(facts) == "a"

    def test_it_is_withdrawn_by_one_that_was_recorded_before_it(self) -> None:
        facts = [
            event("a"),
            event("r", Retracted(of="a"), hours=2),
            event("s", Retracted(of="r"), hours=1),
        ]

        assert ids(facts) == "a"

    def test_a_chain_is_followed_from_its_end_whatever_was_recorded_last(self) -> None:
        # The fourth withdraws the third, so that the second stands and withdraws the
        # first, which was recorded after all of them; and `a` stands.
        facts = [
            event("a"),
            event("first", Retracted(of="a"), hours=9),
            event("second", Retracted(of="first"), hours=2),
            event("third", Retracted(of="second"), hours=3),
            event("fourth", Retracted(of="third"), hours=4),
        ]

        assert ids(facts) == "a"

    def test_three_in_a_circle_leave_what_the_latest_leaves(self) -> None:
        # The latest withdraws the first, so that the second stands and withdraws it.
        facts = [
            event("r", Retracted(of="s"), hours=1),
            event("s", Retracted(of="t"), hours=2),
            event("t", Retracted(of="r"), hours=3),
            event("u", Retracted(of="a")),
            event("a"),
            event("b"),
        ]

        assert ids(facts) == "b"

    def test_one_that_withdraws_itself_withdraws_nothing(self) -> None:
        assert ids([event("a"), event("r", Retracted(of="r"))]) == "a"


class TestFactsOf:
    def facts(self, *events: Event) -> list[tuple[int, Event]]:
        return [(to_instant(one.at, "at"), one) for one in events]

    def test_a_field_holds_what_it_was_last_said_to_hold(self) -> None:
        created = LeadCreated(attributes=(("company.size", 50),), source="demo")
        changed = FieldChanged(field="company.size", value=80)

        facts = facts_of(self.facts(event("a", created), event("b", changed, hours=1)))

        assert facts.values == {"company.size": 80, "source": "demo"}
        assert facts.since == {"company.size": after(1), "source": after(0)}

    def test_stage_and_owner_are_fields(self) -> None:
        given = OwnerAssigned(owner="kim", team="west")

        facts = facts_of(self.facts(event("a"), event("b", given)))

        assert facts.values == {"stage": "mql", "owner": "kim", "team": "west"}

    def test_points_add_up_once_there_is_something_to_add_to(self) -> None:
        def points(value: int | None, delta: int | None) -> ScoreChanged:
            exact = [None if one is None else Decimal(one) for one in (value, delta)]
            return ScoreChanged(kind=ScoreKind.FIT, value=exact[0], delta=exact[1])

        unknown = facts_of(self.facts(event("a", points(None, 5))))
        known_ = facts_of(
            self.facts(event("a", points(40, None)), event("b", points(None, 5)))
        )

        assert unknown.values == {}
        assert known_.values == {"score.fit": Decimal(45)}

    def test_what_happened_is_told_by_type_by_name_and_by_date(self) -> None:
        demo = event("a", Custom(name="demo_requested"))
        only_date = Event(
            id="b",
            subject=Subject(id="L1"),
            at=datetime(2026, 3, 1, tzinfo=UTC),
            fact=MQL,
            precision=Precision.DAY,
        )

        facts = facts_of(self.facts(only_date, demo))

        assert facts.happened == {"demo_requested": (after(0),)}
        assert facts.days == {"stage_changed": (date(2026, 3, 1),)}
        assert facts.is_complete
