from __future__ import annotations

import pytest

from alignkit.errors import UnfitValueError
from alignkit.stages import Move, Stage, StageCategory, StagePath


class TestStage:
    def test_a_won_stage_is_on_the_success_path(self) -> None:
        with pytest.raises(UnfitValueError) as caught:
            Stage(
                id="customer",
                owner="sales",
                path=StagePath.DETOUR,
                category=StageCategory.WON,
            )

        assert caught.value.expected == "a won stage on the success path"

    def test_a_lost_stage_is_a_detour(self) -> None:
        with pytest.raises(UnfitValueError) as caught:
            Stage(id="lost", owner="sales", category=StageCategory.LOST)

        assert caught.value.expected == "a lost stage on a detour"

    def test_aliases_are_kept_in_order_of_the_systems(self) -> None:
        stage = Stage(
            id="mql",
            owner="joint",
            aliases={"zoho": ("Pre-Qualified",), "hubspot": ["a", "b"]},
        )

        assert stage.aliases == (("hubspot", ("a", "b")), ("zoho", ("Pre-Qualified",)))
        assert stage.names_in("hubspot") == ("a", "b")
        assert stage.names_in("marketo") == ()

    def test_a_lone_text_is_no_list_of_names(self) -> None:
        with pytest.raises(UnfitValueError) as caught:
            Stage(id="mql", owner="joint", aliases={"zoho": "Pre-Qualified"})

        assert str(caught.value) == (
            "stage: aliases does not fit: 'Pre-Qualified'; "
            "expected a list of names for each system"
        )

    @pytest.mark.parametrize("names", [(), ("",), ("New", 7)])
    def test_a_system_calls_a_stage_something(self, names: tuple[object, ...]) -> None:
        with pytest.raises(UnfitValueError) as caught:
            Stage(id="mql", owner="joint", aliases={"zoho": names})  # type: ignore[dict-item]  # as from a document

        assert caught.value.field == "aliases"

    @pytest.mark.parametrize(
        ("path", "category", "ends"),
        [
            (StagePath.SUCCESS, StageCategory.OPEN, False),
            (StagePath.SUCCESS, StageCategory.ONGOING, False),
            (StagePath.SUCCESS, StageCategory.WON, True),
            (StagePath.DETOUR, StageCategory.ON_HOLD, True),
            (StagePath.DETOUR, StageCategory.LOST, True),
            (StagePath.DETOUR, StageCategory.OPEN, True),
        ],
    )
    def test_a_detour_won_or_lost_ends_the_cycle(
        self, path: StagePath, category: StageCategory, *, ends: bool
    ) -> None:
        stage = Stage(id="x", owner="sales", path=path, category=category)

        assert stage.ends_cycle is ends


class TestMove:
    def test_a_move_leaves_at_least_one_stage(self) -> None:
        with pytest.raises(ValueError, match="from_stages"):
            Move(from_stages=(), to_stage="mql")
