from __future__ import annotations

import pytest

from alignkit.errors import UnknownPresetError
from alignkit.lifecycle import Lifecycle, lifecycle_findings
from alignkit.presets import PRESETS, preset
from alignkit.stages import StageCategory

EACH_PRESET = pytest.mark.parametrize("lifecycle", PRESETS.values(), ids=PRESETS)


class TestPreset:
    def test_there_are_those_of_the_vocabulary(self) -> None:
        assert tuple(PRESETS) == (
            *("standard", "waterfall_2006", "waterfall_2012", "hubspot"),
            *("product_led", "account_based"),
        )

    def test_an_unknown_one_is_told_the_nearest(self) -> None:
        with pytest.raises(UnknownPresetError) as caught:
            preset("standart")

        assert str(caught.value) == (
            "no lifecycle is named 'standart'; did you mean 'standard'?"
        )

    @pytest.mark.parametrize(
        ("name", "path"),
        [
            (
                "standard",
                "subscriber lead mql sal sql opportunity customer evangelist",
            ),
            ("waterfall_2006", "inquiry mql sal sql won"),
            ("waterfall_2012", "inquiry aql tal tql tgl mql sal sgl sql won"),
            ("hubspot", "subscriber lead mql sql opportunity customer evangelist"),
            ("product_led", "lead activated pql opportunity customer"),
            (
                "account_based",
                "qualified aware engaged mqa saa opportunity customer",
            ),
        ],
    )
    def test_the_path_is_that_of_its_source(self, name: str, path: str) -> None:
        stages = [one.id for one in preset(name).stages if one.path.value == "success"]

        assert stages == path.split()

    @EACH_PRESET
    def test_only_the_cap_is_left_to_the_two_teams(self, lifecycle: Lifecycle) -> None:
        assert [one.code for one in lifecycle_findings(lifecycle)] == ["AK-L014"]

    @EACH_PRESET
    def test_every_lead_can_still_become_a_customer(self, lifecycle: Lifecycle) -> None:
        won = {one.id for one in lifecycle.stages if one.category is StageCategory.WON}
        hopeful = set(won)
        for _ in lifecycle.stages:
            hopeful |= {
                one.id
                for one in lifecycle.stages
                if hopeful & set(lifecycle.moves_from(one.id))
            }

        assert hopeful == {one.id for one in lifecycle.stages}

    @EACH_PRESET
    def test_who_is_put_out_or_set_aside_is_told_why(
        self, lifecycle: Lifecycle
    ) -> None:
        path = {one.id for one in lifecycle.stages if not one.ends_cycle}
        silent = [
            (start, move.to_stage)
            for move in lifecycle.moves
            for start in move.from_stages
            if start in path and not move.needs_reason
            if lifecycle.stage(move.to_stage).category is StageCategory.LOST
        ]

        assert silent == []
