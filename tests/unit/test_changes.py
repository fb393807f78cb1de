"""One field of a handoff that could be otherwise."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from alignkit.changes import Change
from alignkit.errors import UnfitValueError
from alignkit.events import Actor, ActorKind
from alignkit.handoffs import Handoff

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def a_handoff(**said: object) -> Handoff:
    make: Callable[..., Handoff] = Handoff
    return make(**{"lead": "L1", "at": NOON, "to_party": "sales", **said})


KNOWN = a_handoff(
    attributes={"company.size": 12, "score": 40, "lead.source": "demo"},
    since={"score": NOON - timedelta(days=1)},
    happened={"demo": [NOON]},
    consent={"call": False},
)


class TestApply:
    @pytest.mark.parametrize(
        ("path", "value", "kept"),
        [
            ("$.company.size", 50, ("company.size", 50)),
            ("$.attributes.score", 60, ("score", 60)),
            # A lead's own field may be named with its root or without it.
            ("$.attributes.source", "fair", ("source", "fair")),
        ],
    )
    def test_what_is_known_of_the_lead_is_known_once(
        self, path: str, value: object, kept: tuple[str, object]
    ) -> None:
        changed = Change(path=path, value=value).apply(KNOWN)

        assert kept in changed.attributes
        assert len(changed.attributes) == len(KNOWN.attributes)

    def test_a_new_value_is_known_since_it_is_said_so(self) -> None:
        plain = Change(path="$.attributes.score", value=60).apply(KNOWN)
        aged = Change(path="$.attributes.score", value=60, since=NOON).apply(KNOWN)

        assert plain.since == ()
        assert aged.since == (("score", NOON),)

    def test_what_happened_and_leave_are_said_by_name(self) -> None:
        changed = Change(path="$.happened.webinar", value=()).apply(KNOWN)
        changed = Change(path="$.consent.email", value=True).apply(changed)

        assert changed.happened == (("demo", (NOON,)), ("webinar", ()))
        assert changed.consent == (("call", False), ("email", True))

    @pytest.mark.parametrize(
        ("path", "value"),
        [
            ("attempts", 6),
            ("offered_at", NOON),
            ("duplicates", ()),
            ("rests_until", date(2026, 5, 1)),
        ],
    )
    def test_any_field_of_its_own_can_be_otherwise(
        self, path: str, value: object
    ) -> None:
        changed = Change(path=f"$.{path}", value=value).apply(KNOWN)

        assert getattr(changed, path) == value

    def test_a_field_that_leads_through_another_cannot_be(self) -> None:
        change = Change(path="$.attributes.score.fit", value=1)

        with pytest.raises(UnfitValueError):
            change.apply(KNOWN)


class TestToDict:
    @pytest.mark.parametrize(
        ("path", "value", "expected"),
        [
            ("$.duplicates", (), []),
            (
                "$.happened.demo",
                (NOON, date(2026, 3, 1)),
                [NOON.isoformat(), "2026-03-01"],
            ),
            ("$.rests_until", date(2026, 5, 1), "2026-05-01"),
            ("$.actor", Actor(kind=ActorKind.HUMAN), {"kind": "human"}),
            ("$.attempts", 6, 6),
            ("$.attributes.rate", Decimal("0.5"), 0.5),
        ],
    )
    def test_a_value_is_as_a_payload_would_have_it(
        self, path: str, value: object, expected: object
    ) -> None:
        told = Change(path=path, value=value).to_dict()

        assert told["value"] == expected
        assert (told["was"], told["since"]) == (None, None)


class TestStr:
    @pytest.mark.parametrize(
        ("change", "expected"),
        [
            (Change(path="$.attempts", value=6), "attempts: 6"),
            (Change(path="$.attempts", value=6, was=5), "attempts: 6 instead of 5"),
            (
                Change(path="$.attributes.score", value=60, was=60, since=NOON),
                "attributes.score: 60, as known at 2026-03-02 12:00:00+00:00",
            ),
        ],
    )
    def test_it_says_what_it_would_be_instead(
        self, change: Change, expected: str
    ) -> None:
        assert str(change) == expected
