"""Fields that hold several values of one kind."""

from __future__ import annotations

import attrs
import pytest

from alignkit._tuples import several
from alignkit.errors import UnfitValueError


@attrs.frozen
class Crew:
    people: tuple[str, ...] = several(str, at_least=1)


class TestSeveral:
    def test_any_iterable_is_kept_as_a_tuple(self) -> None:
        crew = Crew(name for name in ("ann", "bob"))  # type: ignore[arg-type]

        assert crew.people == ("ann", "bob")

    def test_text_does_not_fall_apart_into_letters(self) -> None:
        with pytest.raises(UnfitValueError, match="several values"):
            Crew("ann")  # type: ignore[arg-type]

    def test_a_value_of_another_kind_is_refused(self) -> None:
        with pytest.raises(TypeError):
            Crew((1,))  # type: ignore[arg-type]

    def test_too_few_are_refused(self) -> None:
        with pytest.raises(ValueError, match="people"):
            Crew(())

    def test_what_must_be_given_has_no_default(self) -> None:
        with pytest.raises(TypeError):
            Crew()
