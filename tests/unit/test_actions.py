"""What a qualifying action refuses."""

from __future__ import annotations

import pytest

from alignkit.actions import Action, Evidence
from alignkit.errors import UnfitValueError

CALL = Evidence(channel="call", needs_outcome=True)
POST = Evidence(channel="post")


class TestAction:
    def test_without_channels_there_may_be_evidence_for_any(self) -> None:
        action = Action(id="touch", evidence=(CALL, POST))

        assert [one.channel for one in action.evidence] == ["call", "post"]

    def test_evidence_is_for_channels_that_count(self) -> None:
        with pytest.raises(UnfitValueError) as caught:
            Action(id="touch", channels=("call", "email"), evidence=(CALL, POST))

        assert str(caught.value) == (
            "action: evidence does not fit: post; expected channels that count"
        )

    def test_a_channel_has_its_evidence_once(self) -> None:
        with pytest.raises(UnfitValueError) as caught:
            Action(id="touch", channels=("call",), evidence=(CALL, CALL))

        assert str(caught.value) == (
            "action: evidence does not fit: call, call; expected each channel once"
        )
