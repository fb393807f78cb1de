"""Whom a term does not bind [K11].

The office is open from nine to five; a response is due four business hours after the
start, so at 14:00 of a day on which it started at 10:00.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

import attrs
import pytest

from alignkit.actions import Action
from alignkit.agreements import Agreement
from alignkit.criteria import AnyOf, Criterion, Meets, Not, field, happened
from alignkit.editions import Definition
from alignkit.events import Actor, ActorKind, Event
from alignkit.happenings import (
    ActivityLogged,
    ConsentChanged,
    Direction,
    FieldChanged,
)
from alignkit.patterns import Pattern
from alignkit.periods import PeriodKind
from alignkit.promises import Keeping, Quality, Repeat, Validity, Volume
from alignkit.terms import Exclusion, Term
from alignkit.values import Value
from tests.deadlines import (
    at,
    edition,
    evaluated,
    fact,
    named,
    status,
    term,
    verdict,
    verdicts,
)

GO = fact("go", "04 10:00")
DONE = fact("done", "04 11:00")
IS_TEST = field("is_test").is_(True)
BIG = Definition(id="mql", criterion=field("company.employees").at_least(50))
ANEW = {"repeat": Repeat.NEW_CYCLE}


def told(name: str, value: Value, when: str, **more: Any) -> Event:  # noqa: ANN401
    changed = FieldChanged(field=name, value=value)
    return fact(changed, when, id=f"{name} {when}", **more)


def a_test(when: str, *, is_test: bool = True, **more: Any) -> Event:  # noqa: ANN401
    return told("is_test", is_test, when, **more)


def excluding(
    when: Criterion = IS_TEST,
    reason: str = "test_record",
    **more: Any,  # noqa: ANN401 - whatever a term has
) -> Agreement:
    return signed(term(exclude=[Exclusion(when, reason)], **more))


def signed(*terms: Term) -> Agreement:
    return Agreement((edition(*terms, definitions=(BIG,)),))


def refused(when: str, channel: str | None = None, *, granted: bool = False) -> Event:
    word = ConsentChanged(channel=channel, granted=granted)
    return fact(word, when, id=f"{channel} {granted} {when}")


class TestRecords:
    def test_what_a_record_is_excludes_it_from_the_start(self) -> None:
        found = verdict(excluding(), a_test("04 09:00"), GO, as_of="04 12:00")

        assert (found.status.value, found.reason) == ("excluded", "test_record")
        assert (found.started_at, found.due_at) == (at("04 10:00"), None)
        assert found.next_change_at is None
        assert found.explanation == (
            "Response by sales on lead L1: not owed, because it is excluded "
            "(test_record), started Wed 4 Mar 2026 10:00 CST."
        )

    @pytest.mark.parametrize("facts", [[], [DONE], [fact("off", "04 11:00")]])
    def test_it_does_so_whenever_it_is_learned(self, facts: list[Event]) -> None:
        learned = a_test("05 10:00")

        before = status(excluding(), GO, *facts, as_of="05 09:59")
        after = status(excluding(), GO, *facts, learned, as_of="05 10:00")

        assert before in ("breached", "met", "cancelled")
        assert after == "excluded"

    def test_the_latest_value_is_what_it_is(self) -> None:
        facts = [a_test("04 09:00"), a_test("04 10:30", is_test=False)]

        assert status(excluding(), *facts, GO, as_of="04 10:15") == "excluded"
        assert status(excluding(), *facts, GO, as_of="04 12:00") == "pending"

    def test_what_nobody_ever_said_excludes_nobody(self) -> None:
        assert status(excluding(), GO, as_of="04 12:00") == "pending"
        nothing = told("is_test", None, "04 09:00")
        assert status(excluding(), GO, nothing, as_of="04 12:00") == "pending"
        other = excluding(~field("segment").is_("enterprise"), "small")
        assert status(other, GO, as_of="04 12:00") == "pending"

    def test_what_cannot_be_compared_leaves_it_unknown(self) -> None:
        signed_on = excluding(field("company.employees").at_most(5), "too_small")
        odd = told("company.employees", "few", "04 09:00")

        found = verdict(signed_on, odd, GO, as_of="04 12:00")

        assert found.status.value == "unknown"
        assert found.reason == (
            "whether it is excluded (too_small) depends on company.employees"
        )

    def test_the_first_rule_that_excludes_gives_the_reason(self) -> None:
        odd = Exclusion(field("company.employees").at_most(5), "too_small")
        both = term(
            exclude=[
                odd,
                Exclusion(IS_TEST, "test_record"),
                Exclusion(field("kind").is_("rival"), "competitor"),
            ]
        )
        facts = [
            told("company.employees", "few", "04 08:00"),
            a_test("04 09:00"),
            told("kind", "rival", "04 09:01"),
        ]

        assert verdict(both, *facts, GO, as_of="04 12:00").reason == "test_record"

    def test_something_that_happened_may_exclude_too(self) -> None:
        signed_on = excluding(happened("became_customer"), "existing_customer")
        since = fact("became_customer", "05 10:00")

        assert status(signed_on, GO, as_of="05 12:00") == "breached"
        assert status(signed_on, GO, since, as_of="05 12:00") == "excluded"

    def test_each_edition_has_its_own(self) -> None:
        signed_on = Agreement(
            (
                edition(term(clock=ANEW), version="1"),
                edition(
                    term(clock=ANEW, exclude=[Exclusion(IS_TEST, "test_record")]),
                    version="2",
                    since="05 12:00",
                ),
            )
        )
        facts = [a_test("04 09:00"), GO, fact("go", "05 13:00")]

        found = verdicts(signed_on, *facts, as_of="05 14:00")

        assert [one.status.value for one in found] == ["breached", "excluded"]

    def test_what_was_said_before_it_was_learned_late_is_revised(self) -> None:
        late = a_test("04 09:00", recorded="05 10:00")

        found = verdict(excluding(), GO, late, as_of="05 12:00")

        assert (found.status.value, found.revised) == ("excluded", True)

    def test_what_was_excluded_all_along_is_not(self) -> None:
        facts = [
            a_test("04 09:00"),
            GO,
            fact("done", "04 11:00", recorded="05 10:00"),
        ]

        found = verdict(excluding(), *facts, as_of="05 12:00")

        assert (found.status.value, found.revised) == ("excluded", False)

    def test_contradicting_facts_leave_it_unknown(self) -> None:
        facts = [
            fact(FieldChanged(field="is_test", value=value), "04 09:00", id="x")
            for value in (True, False)
        ]

        assert status(excluding(), GO, *facts, as_of="04 12:00") == "unknown"


class TestHandoffs:
    FAILS = Not(Meets("mql"))

    def small(self, when: str, **more: Any) -> Event:  # noqa: ANN401
        return told("company.employees", 12, when, **more)

    def large(self, when: str, **more: Any) -> Event:  # noqa: ANN401
        return told("company.employees", 120, when, **more)

    def judged(self, *facts: Event, as_of: str = "06 12:00") -> str:
        return status(excluding(self.FAILS, "not_mql"), GO, *facts, as_of=as_of)

    def test_what_failed_the_definition_then_is_not_owed(self) -> None:
        assert self.judged(self.small("04 09:00")) == "excluded"
        assert self.judged(self.large("04 09:00")) == "breached"

    def test_what_is_learned_afterwards_changes_nothing(self) -> None:
        assert self.judged(self.small("04 09:00"), self.large("05 09:00")) == (
            "excluded"
        )
        assert self.judged(self.large("04 09:00"), self.small("05 09:00")) == (
            "breached"
        )

    def test_nor_does_what_was_true_then_and_recorded_afterwards(self) -> None:
        known, late = (
            self.large("04 08:00"),
            self.small("04 09:00", recorded="05 10:00"),
        )

        assert self.judged(known, late) == "breached"

    def test_a_correction_afterwards_changes_nothing_either(self) -> None:
        known = self.small("04 09:00")
        mended = attrs.evolve(
            self.large("04 09:00"), id=known.id, recorded_at=at("05 10:00")
        )

        found = verdict(
            excluding(self.FAILS, "not_mql"), GO, known, mended, as_of="06 12:00"
        )

        assert (found.status.value, found.revised) == ("excluded", False)

    def test_what_nobody_knew_then_excludes_nobody(self) -> None:
        assert self.judged() == "breached"

    def test_contradicting_facts_leave_it_unknown(self) -> None:
        forms = [
            attrs.evolve(one, id="x")
            for one in (self.small("04 09:00"), self.large("04 09:00"))
        ]

        assert self.judged(*forms) == "unknown"

    def test_of_several_rules_each_is_asked_what_it_is_about(self) -> None:
        either = excluding(AnyOf([self.FAILS, IS_TEST]), "no_lead")
        late = a_test("05 10:00")

        assert status(either, GO, self.large("04 09:00"), as_of="06 12:00") == (
            "breached"
        )
        assert status(either, GO, late, as_of="06 12:00") == "excluded"
        assert status(either, GO, self.small("04 09:00"), as_of="06 12:00") == (
            "excluded"
        )

    def test_meeting_a_definition_is_what_a_record_is(self) -> None:
        large = excluding(Meets("mql"), "large")

        assert status(large, GO, self.large("05 09:00"), as_of="06 12:00") == "excluded"

    @pytest.mark.parametrize(
        "criterion",
        [
            Not(Meets("mql")) & field("source").is_("demo"),
            Not(Meets("mql") | field("source").is_("fair")),
        ],
    )
    def test_a_failed_definition_among_others_is_asked_of_the_handoff(
        self, criterion: Criterion
    ) -> None:
        facts = [told("source", "demo", "04 08:00"), self.small("04 09:00")]
        later = self.large("05 09:00")

        found = verdict(
            excluding(criterion, "odd"), GO, *facts, later, as_of="06 12:00"
        )

        assert found.status.value == "excluded"


class TestOptOut:
    def test_it_calls_off_what_is_not_due_yet(self) -> None:
        found = verdict(term(), GO, refused("04 11:00"), as_of="05 12:00")

        assert (found.status.value, found.reason) == ("cancelled", "opt_out")
        assert found.next_change_at is None

    def test_what_is_past_due_stays_broken(self) -> None:
        facts = [refused("04 15:00"), fact("done", "04 16:00")]

        assert status(term(), GO, *facts, as_of="05 12:00") == "breached"

    def test_what_was_kept_at_the_same_instant_is_kept(self) -> None:
        facts = [fact("done", "04 11:00"), refused("04 11:00")]

        assert status(term(), GO, *facts, as_of="05 12:00") == "met"

    def test_nothing_that_starts_after_it_is_owed(self) -> None:
        found = verdict(term(), refused("04 09:00"), GO, DONE, as_of="05 12:00")

        assert (found.status.value, found.reason) == ("excluded", "opt_out")

    def test_nor_what_starts_at_the_same_instant(self) -> None:
        assert status(term(), refused("04 10:00"), GO, as_of="05 12:00") == "excluded"

    @pytest.mark.parametrize("repeat", Repeat)
    def test_consent_given_back_lets_later_clocks_start(self, repeat: Repeat) -> None:
        facts = [
            refused("04 09:00"),
            GO,
            refused("04 12:00", granted=True),
            fact("go", "04 13:00"),
        ]

        found = verdicts(term(clock={"repeat": repeat}), *facts, as_of="04 14:00")

        assert [(one.cycle, one.status.value) for one in found] == [
            (1, "excluded"),
            (2, "pending"),
        ]

    @pytest.mark.parametrize(
        ("repeat", "count"),
        [(Repeat.IGNORED, 1), (Repeat.RESTART, 1), (Repeat.NEW_CYCLE, 2)],
    )
    def test_further_starts_meanwhile_are_as_the_clock_says(
        self, repeat: Repeat, count: int
    ) -> None:
        facts = [refused("04 09:00"), GO, fact("go", "04 13:00")]

        found = verdicts(term(clock={"repeat": repeat}), *facts, as_of="04 14:00")

        assert [one.status.value for one in found] == ["excluded"] * count

    def test_it_stops_the_clocks_of_every_party(self) -> None:
        both = signed(term(), term(id="brief", party="marketing"))

        found = verdicts(both, GO, refused("04 11:00"), as_of="05 12:00")

        assert [one.reason for one in found] == ["opt_out", "opt_out"]

    def test_one_for_a_channel_leaves_what_others_can_fulfil(self) -> None:
        assert status(term(), GO, refused("04 11:00", "email"), as_of="04 12:00") == (
            "pending"
        )

    @pytest.mark.parametrize(
        ("stop", "expected"),
        [
            (Pattern(event="touch"), "pending"),
            (Pattern(event="touch", where={"channel": "call"}), "cancelled"),
            (Pattern(event="anything"), "pending"),
            (Pattern(event="activity_logged"), "pending"),
            (
                Pattern(event="activity_logged", where={"channel": ["call"]}),
                "cancelled",
            ),
            (
                Pattern(event="activity_logged", where={"channel": ["call", "chat"]}),
                "pending",
            ),
            # No activity could: the channels of both exclude each other.
            (Pattern(event="touch", where={"channel": "chat"}), "pending"),
        ],
    )
    def test_one_for_all_that_could_fulfil_it_calls_it_off(
        self, stop: Pattern, expected: str
    ) -> None:
        actions = (
            Action(id="touch", channels=("call", "email")),
            Action(id="anything"),
        )
        agreement = Agreement(
            (edition(term(clock={"stop": (stop,)}), actions=actions),)
        )

        assert status(agreement, GO, refused("04 11:00", "call"), as_of="04 12:00") == (
            expected
        )

    def test_one_that_is_not_known_to_be_stopped_in_time_stays_unknown(self) -> None:
        agreement = Agreement(
            (
                edition(
                    term(clock={"stop": (Pattern(event="touch"),)}), actions=(TOUCH,)
                ),
            )
        )
        call = fact(
            ActivityLogged(channel="call", direction=Direction.OUTBOUND), "04 11:00"
        )
        human = attrs.evolve(call, actor=Actor(kind=ActorKind.HUMAN))
        facts = [GO, refused("04 12:00"), fact("go", "04 13:00")]

        assert status(agreement, *facts, call, as_of="05 12:00") == "unknown"
        assert status(agreement, *facts, human, as_of="05 12:00") == "met"


TOUCH = Action(id="touch")


class TestCounts:
    """What is excluded is not counted either."""

    HANDED = named("go")
    EXCLUDE = (
        Exclusion(IS_TEST, "test_record"),
        Exclusion(Not(Meets("mql")), "not_mql"),
    )

    def counted(self, promise: Any, *facts: Event) -> dict[str, Any]:  # noqa: ANN401
        one = term(exclude=self.EXCLUDE)
        found = evaluated(
            signed(attrs.evolve(one, promise=promise)), *facts, as_of="31 23:00"
        )
        return {item.subject_kind: item for item in found.verdicts}

    @pytest.mark.parametrize(
        ("more", "expected"),
        [
            ([], 1),
            ([a_test("05 10:00")], 0),
            ([told("company.employees", 12, "04 09:30")], 0),
            ([told("company.employees", 12, "05 10:00")], 1),
        ],
    )
    def test_a_volume_leaves_it_out(self, more: list[Event], expected: int) -> None:
        volume = Volume(of=self.HANDED, goal=Decimal(1), per=PeriodKind.MONTH)
        large = told("company.employees", 120, "04 09:00")

        found = self.counted(volume, large, GO, *more)["party"]

        assert found.measure.actual == expected

    def test_what_may_be_excluded_may_turn_a_volume(self) -> None:
        volume = Volume(of=self.HANDED, goal=Decimal(1), per=PeriodKind.MONTH)
        one = attrs.evolve(
            term(exclude=[Exclusion(field("size").at_most(5), "small")]), promise=volume
        )

        found = evaluated(
            signed(one), told("size", "few", "04 09:00"), GO, as_of="31 23:00"
        )

        statuses = {one.status.value for one in found.verdicts}
        assert "unknown" in statuses

    def test_a_quality_leaves_it_out(self) -> None:
        quality = Quality(
            of=self.HANDED, share=Keeping(at_least=Fraction(1, 2)), meeting="mql"
        )
        large = told("company.employees", 120, "04 09:00")

        kept = self.counted(quality, large, GO)["party"]
        left = self.counted(quality, large, GO, a_test("05 10:00"))

        assert kept.status.value == "met"
        assert left["party"].status.value == "unknown"

    def test_a_validity_says_so(self) -> None:
        validity = Validity(at=self.HANDED, meeting="mql")
        test = a_test("05 10:00")
        small = told("company.employees", 12, "04 09:00")

        tested = self.counted(validity, GO, test)["lead"]
        failed = self.counted(validity, small, GO)["lead"]

        assert (tested.status.value, tested.reason) == ("excluded", "test_record")
        assert (failed.status.value, failed.reason) == ("excluded", "not_mql")
        assert "excluded (not_mql)" in failed.explanation

    def test_a_validity_that_may_be_excluded_is_unknown(self) -> None:
        validity = Validity(at=self.HANDED, meeting="mql")
        one = attrs.evolve(
            term(exclude=[Exclusion(field("size").at_most(5), "small")]),
            promise=validity,
        )

        found = verdict(
            signed(one), told("size", "few", "04 09:00"), GO, as_of="05 09:00"
        )

        assert found.status.value == "unknown"
        assert found.reason == "it is not known whether it is excluded (small)"

    def test_a_share_to_be_kept_counts_what_is_owed(self) -> None:
        promise = term(
            exclude=self.EXCLUDE,
            keep=Keeping(at_least=Fraction(1, 2), per=PeriodKind.MONTH),
        )

        found = evaluated(signed(promise), GO, a_test("05 10:00"), as_of="31 23:00")

        (share,) = (one for one in found.verdicts if one.subject_kind == "party")
        assert share.measure is not None
        assert share.measure.denominator == 0


class TestCombine:
    @pytest.mark.parametrize("clock", [{}, ANEW])
    def test_an_exclusion_outranks_an_opt_out(self, clock: Mapping[str, Any]) -> None:
        facts = [a_test("04 08:00"), refused("04 09:00"), GO]

        assert verdict(excluding(clock=clock), *facts, as_of="05 12:00").reason == (
            "test_record"
        )
