"""What is asked of a handoff itself [H6]."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from alignkit.demands import (
    FOUND_OUT,
    MOST_OTHERS,
    OWN_FIELDS,
    Demand,
    Said,
    consent,
    constant,
    known_field,
    no_others,
    strict,
    unlisted,
    unsaid,
    unsuppressed,
)
from alignkit.events import Actor
from alignkit.handoffs import Handoff
from alignkit.outcomes import FAILED, MISSING, NULL, PASSED

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def a_handoff(**said: object) -> Handoff:
    make: Callable[..., Handoff] = Handoff
    return make(**{"lead": "L1", "at": NOON, "to_party": "sales", **said})


def came(demand: Demand, **said: object) -> int:
    return demand.look(a_handoff(**said), 0)


def said_of(demand: Demand, **said: object) -> Said:
    """Return what there is to say of a handoff that does not meet a demand."""
    handoff = a_handoff(**said)
    return demand.tell(handoff, demand.look(handoff, 0), 0)


def mends(demand: Demand, **said: object) -> list[tuple[str, object]]:
    return list(demand.mends(a_handoff(**said), 0))


class TestKnownField:
    @pytest.mark.parametrize(
        ("campaign", "expected"),
        [("spring", PASSED), (None, MISSING), (" \t", NULL)],
    )
    def test_blank_text_says_nothing(self, campaign: str | None, expected: int) -> None:
        demand = known_field("$.gates[0].required[0]", "campaign")

        assert came(demand, campaign=campaign) == expected

    @pytest.mark.parametrize(
        ("path", "held"),
        [("duplicates", ()), ("suppressed", False), ("owner_load", 0)],
    )
    def test_what_says_none_or_no_says_something(self, path: str, held: object) -> None:
        assert came(known_field("$", path), **{path: held}) == PASSED

    def test_it_names_the_field_that_is_not_there(self) -> None:
        said = said_of(known_field("$.gates[0].required[0]", "owner"))

        assert (said.code, said.path) == ("AK-H002", "owner")
        assert said.message == "the handoff does not say 'owner'"

    @pytest.mark.parametrize(
        ("path", "values"),
        [
            ("note", [FOUND_OUT]),
            ("suppressed", [True, False]),
            ("returns", [0]),
            ("cycle", [1]),
            ("duplicates", [()]),
            ("actor", [Actor()]),
            # Nobody can guess a date.
            ("rests_until", []),
        ],
    )
    def test_it_is_mended_by_what_its_field_may_hold(
        self, path: str, values: list[object]
    ) -> None:
        found = mends(known_field("$", path))

        assert found == [(path, value) for value in values]

    @pytest.mark.parametrize("path", sorted(OWN_FIELDS))
    def test_every_field_of_a_handoff_can_be_asked_for(self, path: str) -> None:
        demand = known_field("$", path)

        for mended, value in mends(demand):
            assert came(demand, **{mended: value}) == PASSED


class TestNoOthers:
    DEMAND = no_others("$.gates[0]", "duplicates", "AK-H006", "duplicates", "merge")

    @pytest.mark.parametrize(
        ("held", "expected"), [((), PASSED), (("L7",), FAILED), (None, MISSING)]
    )
    def test_an_empty_list_is_none_and_no_list_is_not_known(
        self, held: tuple[str, ...] | None, expected: int
    ) -> None:
        assert came(self.DEMAND, duplicates=held) == expected

    def test_the_others_are_named(self) -> None:
        said = said_of(self.DEMAND, duplicates=("L7", "L9"))

        assert (said.code, said.seen, said.help) == (
            "AK-H006",
            "['L7', 'L9']",
            "merge",
        )

    def test_a_list_that_is_not_there_is_asked_for(self) -> None:
        said = said_of(self.DEMAND)

        assert said.code == "AK-H002"
        assert said.help == (
            "list the duplicates; an empty list says that there are none"
        )

    def test_it_is_mended_by_there_being_none(self) -> None:
        assert mends(self.DEMAND) == [("duplicates", ())]


class TestUnsuppressed:
    @pytest.mark.parametrize(
        ("held", "expected", "code"),
        [(True, FAILED, "AK-H004"), (None, MISSING, "AK-H002")],
    )
    def test_who_is_on_the_list_or_may_be_is_kept_out(
        self, *, held: bool | None, expected: int, code: str
    ) -> None:
        demand = unsuppressed("$.gates[0]")

        assert came(demand, suppressed=held) == expected
        assert said_of(demand, suppressed=held).code == code

    def test_who_is_not_passes(self) -> None:
        assert came(unsuppressed("$"), suppressed=False) == PASSED
        assert mends(unsuppressed("$")) == [("suppressed", False)]


class TestConsent:
    DEMAND = consent("$.gates[0].consent[0]", "email")

    @pytest.mark.parametrize(
        ("held", "expected"),
        [
            ({"email": True}, PASSED),
            ({"call": True, "email": False}, FAILED),
            ({"call": True}, MISSING),
            ({}, MISSING),
        ],
    )
    def test_leave_is_given_for_its_own_channel(
        self, held: dict[str, bool], expected: int
    ) -> None:
        assert came(self.DEMAND, consent=held) == expected

    def test_what_was_refused_and_what_nobody_asked_are_told_apart(self) -> None:
        assert said_of(self.DEMAND, consent={"email": False}).code == "AK-H005"
        assert said_of(self.DEMAND).path == "consent.email"
        assert mends(self.DEMAND) == [("consent.email", True)]


class TestStrict:
    def test_a_field_that_nobody_knows_is_a_fault(self) -> None:
        demand = strict("$.gates[0].is_strict")

        assert came(demand) == PASSED
        assert came(demand, unknown_fields=("ower",)) == FAILED
        said = said_of(demand, unknown_fields=("ower", "x"))
        assert (said.code, said.help) == ("AK-S002", "did you mean 'owner'?")
        assert mends(demand) == [("unknown_fields", ())]


class TestConstant:
    def test_it_came_to_what_it_came_to_when_it_was_taken_up(self) -> None:
        demand = constant("$", "to_stage", FAILED, unsaid("to_stage"), ("mql", "sal"))

        assert came(demand) == came(demand, to_stage="mql") == FAILED
        assert said_of(demand) == unsaid("to_stage")
        assert mends(demand) == [("to_stage", "mql"), ("to_stage", "sal")]

    def test_nothing_of_it_changes_by_itself(self) -> None:
        assert list(constant("$", "x", FAILED, unsaid("x")).ticks(a_handoff())) == []


class TestUnlisted:
    def test_a_name_that_leads_nowhere_fails_and_is_told_the_nearest(self) -> None:
        names = ("sales", "marketing")
        demand = unlisted("party", "to_party", "saels", names, "$.parties")

        assert came(demand, to_party="saels") == FAILED
        said = said_of(demand)
        assert (said.code, said.seen, said.help) == (
            "AK-H003",
            "'saels'",
            "did you mean 'sales'?",
        )
        assert mends(demand) == [("to_party", "sales")]

    def test_where_none_is_near_some_are_named(self) -> None:
        demand = unlisted("party", "to_party", "x" * 200, "abcdefgh", "$.parties")

        assert said_of(demand).help == "known: a, b, c, d, e, f, g, h"
        assert len(said_of(demand).seen or "") < 100
        assert len(mends(demand)) == MOST_OTHERS
