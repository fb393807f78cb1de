"""From when a clock counts: the event, the moment it attached, or a field [K1, K2]."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

import attrs
import pytest

from alignkit.agreements import Agreement
from alignkit.criteria import field
from alignkit.events import Event
from alignkit.happenings import FieldChanged
from alignkit.promises import WHEN_ATTACHED, Keeping, Repeat
from alignkit.terms import ChangeRule, Changes, Term, Waiting
from alignkit.verdicts import Lapse, Verdict
from tests.deadlines import at, edition, evaluated, fact, named, term, verdict, verdicts
from tests.unit.test_cycles import STANDARD, move

SIGNED_ON = "lead.signed_on"


def on_field(within: str = "4 business hours", **clock: object) -> Term:
    return term(within, clock={"anchor": SIGNED_ON, **clock})


def told(value: object, when: str, path: str = SIGNED_ON) -> Event:
    changed = FieldChanged(field=path, value=value)  # type: ignore[arg-type]
    return fact(changed, when, id=f"{path} {value} {when}")


def started(found: Verdict) -> str | None:
    return None if found.started_at is None else found.started_at.strftime("%d %H:%M")


def due(found: Verdict) -> str | None:
    return None if found.due_at is None else found.due_at.strftime("%d %H:%M")


class TestField:
    def test_it_counts_from_the_moment_that_the_field_holds(self) -> None:
        found = verdict(
            on_field(),
            told(at("04 15:00"), "04 15:30"),
            fact("go", "04 16:00"),
            as_of="05 09:00",
        )

        assert (started(found), due(found)) == ("04 15:00", "05 11:00")
        assert found.elapsed is not None
        assert found.elapsed.wall is not None
        assert found.elapsed.wall.total_seconds() == 18 * 3600

    def test_a_date_counts_from_its_beginning(self) -> None:
        found = verdict(
            on_field("2 days"),
            told(date(2026, 3, 4), "04 15:30"),
            fact("go", "05 16:00"),
            as_of="06 09:00",
        )

        # Dates are compared: the whole of the sixth is in time.
        assert (started(found), due(found)) == ("04 00:00", "07 00:00")

    def test_one_that_lies_ahead_is_waited_for(self) -> None:
        found = verdict(
            on_field(),
            told(at("06 09:00"), "04 09:00"),
            fact("go", "04 10:00"),
            as_of="05 09:00",
        )

        assert (started(found), due(found)) == ("06 09:00", "06 13:00")
        assert found.status.value == "pending"
        assert found.elapsed == Lapse(timedelta(), timedelta())
        # From now until one o'clock on the sixth, and four hours of that count.
        assert found.remaining == Lapse(timedelta(hours=4), timedelta(hours=28))

    def test_what_is_done_before_it_is_done(self) -> None:
        found = verdict(
            on_field(),
            told(at("06 09:00"), "04 09:00"),
            fact("go", "04 10:00"),
            fact("done", "05 10:00"),
            as_of="07 09:00",
        )

        assert found.status.value == "met"
        assert found.fulfilled_at == at("05 10:00")

    def test_one_that_is_long_past_may_be_broken_at_once(self) -> None:
        found = verdict(
            on_field(),
            told(at("03 09:00"), "04 09:00"),
            fact("go", "04 10:00"),
            as_of="04 10:00",
        )

        assert (found.status.value, due(found)) == ("breached", "03 13:00")

    @pytest.mark.parametrize(
        "value", [None, "soon", 4, datetime(2500, 1, 1, tzinfo=UTC), date(1, 1, 1)]
    )
    def test_what_holds_no_moment_that_counts_is_not_known(self, value: object) -> None:
        found = verdict(
            on_field(),
            told(value, "04 09:00"),
            fact("go", "04 10:00"),
            as_of="05 09:00",
        )

        assert found.status.value == "unknown"
        assert found.reason == (
            "when it is due depends on lead.signed_on, which is not known"
        )
        assert (found.started_at, found.counts_from, found.elapsed) == (None,) * 3
        assert found.attribution == ()
        assert not found.ledger

    def test_it_is_filled_in_whenever_it_is_learned(self) -> None:
        found = verdict(
            on_field(),
            fact("go", "04 10:00"),
            fact("done", "04 15:00"),
            told(at("04 09:00"), "06 09:00"),
            as_of="07 09:00",
        )

        assert (found.status.value, due(found)) == ("late", "04 13:00")

    def test_while_it_runs_a_change_is_heeded(self) -> None:
        found = verdict(
            on_field(),
            told(at("04 09:00"), "04 09:00"),
            fact("go", "04 10:00"),
            told(at("04 11:00"), "04 12:00"),
            as_of="04 12:00",
        )

        assert (started(found), due(found)) == ("04 11:00", "04 15:00")

    def test_what_is_not_known_any_more_is_unknown(self) -> None:
        found = verdict(
            on_field(),
            told(at("04 09:00"), "04 09:00"),
            fact("go", "04 10:00"),
            told(None, "04 12:00"),
            as_of="04 12:00",
        )

        assert found.status.value == "unknown"

    def test_one_that_is_pinned_stays(self) -> None:
        pinned = attrs.evolve(on_field(), changes=Changes(segment=ChangeRule.PIN))

        found = verdict(
            pinned,
            told(at("04 09:00"), "04 09:00"),
            fact("go", "04 10:00"),
            told(at("04 11:00"), "04 12:00"),
            as_of="04 12:00",
        )

        assert started(found) == "04 09:00"

    @pytest.mark.parametrize("ending", ["done", None])
    def test_what_is_broken_or_over_is_not_moved(self, ending: str | None) -> None:
        ends = [] if ending is None else [fact(ending, "04 14:00")]

        found = verdict(
            on_field(),
            told(at("04 09:00"), "04 09:00"),
            fact("go", "04 10:00"),
            *ends,
            told(at("05 11:00"), "05 12:00"),
            as_of="05 12:00",
        )

        assert found.status.is_broken
        assert started(found) == "04 09:00"

    def test_what_was_reset_counts_from_then(self) -> None:
        found = verdict(
            on_field(),
            told(at("04 09:00"), "04 09:00"),
            fact("go", "04 10:00"),
            fact("again", "04 12:00"),
            told(at("04 11:00"), "04 12:30"),
            as_of="04 13:00",
        )

        assert (started(found), due(found)) == ("04 11:00", "04 16:00")

    def test_a_span_that_counts_back_keeps_its_own_date(self) -> None:
        found = verdict(
            on_field("3 days before renewal_date, none"),
            told(date(2026, 3, 10), "04 09:00", "lead.renewal_date"),
            told(at("04 09:00"), "04 09:00"),
            fact("go", "04 10:00"),
            as_of="04 12:00",
        )

        assert (started(found), due(found)) == ("04 09:00", "08 00:00")

    def test_a_date_of_a_span_beyond_the_years_that_count_is_not_known(self) -> None:
        found = verdict(
            term("3 days before renewal_date, none"),
            told(datetime(2500, 1, 1, tzinfo=UTC), "04 09:00", "lead.renewal_date"),
            fact("go", "04 10:00"),
            as_of="04 12:00",
        )

        assert found.reason == "it is due beyond the years that alignkit counts in"

    def test_it_decides_if_the_term_binds(self) -> None:
        bound = attrs.evolve(on_field(), effective_from=at("04 09:30"))
        go = fact("go", "04 10:00")

        outside = evaluated(
            bound, told(at("04 09:00"), "04 09:00"), go, as_of="05 09:00"
        )
        later = evaluated(bound, go, told(at("04 09:00"), "04 12:00"), as_of="05 09:00")

        assert (outside.verdicts, later.verdicts) == ((), ())
        assert verdict(bound, go, as_of="05 09:00").status.value == "unknown"

    def test_a_share_that_has_to_be_kept_counts_what_is_not_known_as_open(self) -> None:
        kept = attrs.evolve(on_field(), keep=Keeping(at_least=Fraction(1)))

        found = verdicts(kept, fact("go", "04 10:00"), as_of="05 09:00")

        assert [one.status.value for one in found] == ["unknown", "unknown"]

    def test_a_stop_that_is_dated_by_day_acts_on_the_day_of_the_start(self) -> None:
        # The anchor lies on another day; the clock is started on the fifth.
        found = verdict(
            on_field("8 business hours"),
            told(at("03 09:00"), "03 09:00"),
            fact("done", "04"),
            fact("done", "05"),
            fact("go", "05 10:00"),
            as_of="06 09:00",
        )

        assert found.status.value == "late"
        assert [one.event for one in found.disregarded] == ["done 04"]

    def test_an_owner_is_measured_from_the_assignment(self) -> None:
        # From when each of several owners would count is not agreed yet.
        owners = attrs.evolve(on_field(), waiting=Waiting.OWNER)

        found = evaluated(owners, fact("go", "04 10:00"), as_of="05 09:00")

        assert [one.code for one in found.review] == ["AK-P002"]
        assert found.verdicts == ()


class TestEditionAtTheAnchor:
    """The version in force at the anchoring instant governs [K2, K6]."""

    def agreement(self, second: Term | None) -> Agreement:
        first = on_field("4 business hours")
        later = [] if second is None else [second]
        return Agreement(
            (edition(first), edition(*later, version="2", since="05 00:00"))
        )

    def test_what_is_anchored_before_is_governed_by_the_one_before(self) -> None:
        found = verdict(
            self.agreement(on_field("8 business hours")),
            told(at("04 15:00"), "04 15:00"),
            fact("go", "05 10:00"),
            as_of="05 10:00",
        )

        assert (found.agreement.version, found.target) == ("1", "4 business hours")

    def test_what_is_anchored_ahead_is_governed_by_the_next_one(self) -> None:
        found = verdict(
            self.agreement(on_field("8 business hours")),
            told(at("06 09:00"), "04 15:00"),
            fact("go", "04 16:00"),
            as_of="04 16:00",
        )

        assert (found.agreement.version, found.target) == ("2", "8 business hours")

    def test_it_moves_with_its_anchor(self) -> None:
        found = verdict(
            self.agreement(on_field("8 business hours", stop=named("signed"))),
            told(at("04 15:00"), "04 15:00"),
            fact("go", "04 16:00"),
            told(at("06 09:00"), "04 16:30"),
            fact("signed", "06 10:00"),
            as_of="06 10:00",
        )

        assert (found.agreement.version, found.status.value) == ("2", "met")

    def test_its_target_stays_where_that_is_pinned(self) -> None:
        pinned = attrs.evolve(
            on_field("8 business hours"), changes=Changes(segment=ChangeRule.PIN)
        )

        found = verdict(
            self.agreement(pinned),
            told(at("06 09:00"), "04 15:00"),
            fact("go", "04 16:00"),
            as_of="04 16:00",
        )

        assert (found.agreement.version, found.target) == ("2", "4 business hours")

    def test_nothing_is_owed_where_that_one_promises_nothing(self) -> None:
        found = verdicts(
            self.agreement(None),
            told(at("06 09:00"), "04 15:00"),
            fact("go", "04 16:00"),
            as_of="04 16:00",
        )

        assert found == ()

    def test_nor_where_it_is_about_others(self) -> None:
        others = attrs.evolve(
            on_field("8 business hours"), applies_to=field("lead.size").is_("big")
        )

        found = verdicts(
            self.agreement(others),
            told("small", "04 14:00", "lead.size"),
            told(at("06 09:00"), "04 15:00"),
            fact("go", "04 16:00"),
            as_of="04 16:00",
        )

        assert found == ()

    def test_what_is_anchored_before_the_first_is_not_judged(self) -> None:
        only = Agreement((edition(on_field(), since="04 00:00"),))

        found = evaluated(
            only,
            told(at("03 15:00"), "04 15:00"),
            fact("go", "04 16:00"),
            as_of="05 09:00",
        )

        assert found.verdicts == ()
        assert [one.code for one in found.review] == ["AK-P001"]


class TestAttached:
    BIG = told("big", "04 12:00", "lead.size")
    SMALL = told("small", "04 09:00", "lead.size")
    GO = fact("go", "04 10:00")

    def term(self, **clock: object) -> Term:
        return attrs.evolve(
            term("2 business hours", clock={"anchor": WHEN_ATTACHED, **clock}),
            applies_to=field("lead.size").is_("big"),
        )

    def test_it_counts_from_when_it_came_to_apply(self) -> None:
        found = verdict(self.term(), self.SMALL, self.GO, self.BIG, as_of="04 13:00")

        assert (started(found), due(found)) == ("04 12:00", "04 14:00")
        assert found.basis is not None
        assert found.basis.started_by == "go 04 10:00"

    def test_that_may_be_before_the_event(self) -> None:
        late = fact("go", "04 13:00")

        found = verdict(self.term(), self.SMALL, self.BIG, late, as_of="04 13:00")

        assert (started(found), due(found)) == ("04 12:00", "04 14:00")

    def test_where_that_is_not_known_it_counts_once_it_is(self) -> None:
        found = verdict(self.term(), self.GO, self.BIG, as_of="04 13:00")

        assert (started(found), due(found)) == ("04 12:00", "04 14:00")

    def test_until_then_it_is_unknown(self) -> None:
        found = verdict(self.term(), self.GO, as_of="04 13:00")

        assert found.status.value == "unknown"

    def test_what_turns_out_not_to_apply_waits(self) -> None:
        small = told("small", "04 11:00", "lead.size")

        found = verdict(self.term(), self.GO, small, self.BIG, as_of="04 13:00")

        assert started(found) == "04 12:00"

    def test_what_was_over_by_then_is_not_owed(self) -> None:
        done = fact("done", "04 11:00")

        assert not verdicts(
            self.term(), self.SMALL, self.GO, done, self.BIG, as_of="05 09:00"
        )
        assert not verdicts(self.term(), self.GO, done, self.BIG, as_of="05 09:00")

    def test_a_stop_of_the_same_instant_acts_on_it(self) -> None:
        done = fact("done", "04 12:00")

        found = verdict(
            self.term(), self.SMALL, self.GO, self.BIG, done, as_of="05 09:00"
        )

        assert found.status.value == "met"

    def test_a_further_run_counts_from_its_own_start(self) -> None:
        promise = self.term(repeat=Repeat.NEW_CYCLE)
        again = [fact("done", "04 13:00"), fact("go", "05 10:00")]

        found = verdicts(
            promise, self.SMALL, self.GO, self.BIG, *again, as_of="05 11:00"
        )

        assert [started(one) for one in found] == ["04 12:00", "05 10:00"]

    def test_it_attaches_anew_where_it_applies_again(self) -> None:
        promise = self.term(repeat=Repeat.NEW_CYCLE)
        again = [
            fact("done", "04 13:00"),
            told("small", "05 09:00", "lead.size"),
            fact("go", "05 10:00"),
            told("big", "05 11:00", "lead.size"),
        ]

        found = verdicts(
            promise, self.SMALL, self.GO, self.BIG, *again, as_of="05 11:30"
        )

        assert [started(one) for one in found] == ["04 12:00", "05 11:00"]

    def test_what_ends_a_run_ends_what_waits(self) -> None:
        promise = self.term(repeat=Repeat.NEW_CYCLE)
        more = [
            told("small", "04 13:00", "lead.size"),
            fact("go", "04 13:30"),
            fact("done", "04 13:45"),
            told("big", "04 14:00", "lead.size"),
        ]

        found = verdicts(
            promise, self.SMALL, self.GO, self.BIG, *more, as_of="05 09:00"
        )

        assert [one.status.value for one in found] == ["met"]

    def test_without_a_condition_it_counts_from_the_event(self) -> None:
        promise = attrs.evolve(self.term(), applies_to=None)

        assert started(verdict(promise, self.GO, as_of="04 13:00")) == "04 10:00"

    def test_a_cycle_that_ends_ends_what_waits(self) -> None:
        signed = Agreement((edition(self.term(), lifecycle=STANDARD),))
        lost = move("lost", "04 11:00")

        found = verdicts(signed, self.SMALL, self.GO, lost, self.BIG, as_of="04 13:00")

        assert found == ()

    def test_it_decides_if_the_term_binds(self) -> None:
        bound = attrs.evolve(self.term(), effective_until=at("04 11:00"))

        assert not verdicts(bound, self.SMALL, self.GO, self.BIG, as_of="04 13:00")
