"""What to ask for, where too little is known of a handoff."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from alignkit.criteria import Criterion, field, happened
from alignkit.desks import Desk
from alignkit.editions import Definition, Edition
from alignkit.gates import Gate, Waiver
from alignkit.handoffs import Handoff, Occasion
from alignkit.inquiries import Inquiry, inquiries
from alignkit.instants import to_instant
from alignkit.outcomes import WhyUnknown
from alignkit.spans import span
from alignkit.trials import Trial

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
ENVELOPE = {"lead": "L1", "at": NOON, "to_party": "sales"}
SCORE, SIZE, FIT = (field(name).at_least(60) for name in ("score", "size", "fit"))


def asked(criterion: Criterion, attributes: Mapping[str, object]) -> list[Inquiry]:
    gate = Gate(id="gate", meets="mql", waives=tuple(Waiver))
    mql = Definition("mql", criterion)
    edition = Edition(id="n", definitions=(mql,), gates=(gate,))
    handoff = Handoff.from_dict({**ENVELOPE, "attributes": attributes})
    plan = Desk(edition).plan(handoff, Occasion.OFFER)
    return list(inquiries(Trial.of(plan, handoff, to_instant(NOON, "at"))))


def told(found: list[Inquiry]) -> list[tuple[str, int, int]]:
    return [(one.path, one.settles, one.closes) for one in found]


class TestInquiries:
    def test_the_only_open_question_settles_it_either_way(self) -> None:
        assert told(asked(SCORE, {})) == [("$.attributes.score", 2, 0)]

    def test_of_several_that_all_have_to_be_met_each_may_end_it(self) -> None:
        # A bad answer makes it fail, which makes the other question idle.
        assert told(asked(SCORE & SIZE, {})) == [
            ("$.attributes.score", 1, 1),
            ("$.attributes.size", 1, 1),
        ]

    def test_what_settles_most_is_asked_for_first(self) -> None:
        found = asked((SCORE & SIZE) | FIT, {"size": 70})

        assert found[0].settles >= found[-1].settles
        assert {one.path for one in found} == {
            "$.attributes.score",
            "$.attributes.fit",
        }

    def test_one_field_is_asked_for_once_with_all_that_hangs_on_it(self) -> None:
        (found,) = asked(SCORE & field("score").at_most(90), {})

        assert found.expected == ("score is at least 60", "score is at most 90")
        assert found.rules == ("$.definitions.mql.all[0]", "$.definitions.mql.all[1]")

    def test_it_says_why_nobody_knows(self) -> None:
        (missing,), (null,) = asked(SCORE, {}), asked(SCORE, {"score": None})
        (invalid,) = asked(SCORE, {"score": "high"})

        assert [one.why for one in (missing, null, invalid)] == [
            WhyUnknown.MISSING,
            WhyUnknown.NULL,
            WhyUnknown.INVALID,
        ]

    def test_what_only_time_can_tell_is_not_asked_for(self) -> None:
        later = happened("demo", within=span("3 days"))
        given = {"score": 72}

        assert told(asked(SCORE & later, given)) == [("$.happened.demo", 2, 0)]

    def test_what_has_failed_or_no_longer_matters_is_not_asked_for(self) -> None:
        assert told(asked(SCORE | SIZE, {"score": 72})) == []
        assert asked(SCORE, {"score": 12}) == []

    def test_once_it_has_failed_nothing_settles_it(self) -> None:
        assert told(asked(SCORE & SIZE, {"score": 12})) == [("$.attributes.size", 0, 0)]


class TestToDict:
    def test_it_is_the_form_of_the_schema(self) -> None:
        (found,) = asked(SCORE, {})

        assert found.to_dict() == {
            "path": "$.attributes.score",
            "why": "missing",
            "expected": ["score is at least 60"],
            "rules": ["$.definitions.mql"],
            "help": found.help,
            "settles": 2,
            "closes": 0,
        }
