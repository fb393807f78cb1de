"""What the fields of the model take, and what they say of anything else."""

from __future__ import annotations

import enum
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction

import attrs
import pytest
from attrs.validators import optional

from alignkit._fields import counts_from, is_a, is_date, is_name, is_share, several
from alignkit.errors import UnfitValueError


class Watch(enum.Enum):
    DAY = "day"


@attrs.frozen
class Crew:
    people: tuple[str, ...] = several(str, at_least=1)


@attrs.frozen(kw_only=True)
class DutyRoster:
    title: str = attrs.field(default="July", validator=is_name)
    watch: Watch = attrs.field(default=Watch.DAY, validator=is_a(Watch))
    pay: int | Decimal = attrs.field(default=1, validator=is_a(int | Decimal))
    is_open: bool = attrs.field(default=True, validator=is_a(bool))
    crews: tuple[Crew, ...] = several(Crew)
    hands: int | None = attrs.field(default=None, validator=optional(counts_from(1)))
    load: Fraction = attrs.field(default=Fraction(1), validator=is_share)
    on: date = attrs.field(default=date(2026, 7, 1), validator=is_date)


class TestSeveral:
    def test_any_iterable_is_kept_as_a_tuple(self) -> None:
        crew = Crew(name for name in ("ann", "bob"))  # type: ignore[arg-type]

        assert crew.people == ("ann", "bob")

    def test_text_does_not_fall_apart_into_letters(self) -> None:
        with pytest.raises(UnfitValueError) as refused:
            Crew("ann")  # type: ignore[arg-type]

        expected = "several values, each text"
        assert attrs.astuple(refused.value) == ("crew", "people", expected, "'ann'")

    def test_what_is_no_list_at_all_is_refused(self) -> None:
        with pytest.raises(UnfitValueError) as refused:
            Crew(5)  # type: ignore[arg-type]

        expected = "several values, each text"
        assert attrs.astuple(refused.value) == ("crew", "people", expected, "5")

    def test_a_value_of_another_kind_is_refused(self) -> None:
        with pytest.raises(UnfitValueError) as refused:
            Crew(("ann", 1))  # type: ignore[arg-type]

        expected = "several values, each text"
        assert attrs.astuple(refused.value) == ("crew", "people", expected, "1")

    def test_too_few_are_refused(self) -> None:
        with pytest.raises(UnfitValueError) as refused:
            Crew(())

        assert attrs.astuple(refused.value) == ("crew", "people", "at least 1", "none")

    def test_what_must_be_given_has_no_default(self) -> None:
        with pytest.raises(TypeError):
            Crew()


class TestValidators:
    def test_what_fits_is_taken(self) -> None:
        roster = DutyRoster(
            title="August",
            pay=Decimal("1.5"),
            is_open=False,
            hands=1,
            load=Fraction(1, 100),
            on=date(2026, 8, 1),
        )

        assert attrs.evolve(roster) == roster

    @pytest.mark.parametrize(
        ("make", "field", "expected", "seen"),
        [
            (
                lambda: DutyRoster(title=""),
                "title",
                "text that is not empty",
                "''",
            ),
            (
                lambda: DutyRoster(title=7),  # type: ignore[arg-type]
                "title",
                "text that is not empty",
                "7",
            ),
            (
                lambda: DutyRoster(watch="day"),  # type: ignore[arg-type]
                "watch",
                "one of Watch",
                "'day'",
            ),
            (
                lambda: DutyRoster(pay=1.5),  # type: ignore[arg-type]
                "pay",
                "a whole number or a Decimal",
                "1.5",
            ),
            (
                lambda: DutyRoster(is_open=1),  # type: ignore[arg-type]
                "is_open",
                "true or false",
                "1",
            ),
            (
                lambda: DutyRoster(crews=[None]),  # type: ignore[arg-type]
                "crews",
                "several values, each a Crew",
                "None",
            ),
            (
                lambda: DutyRoster(hands=0),
                "hands",
                "a whole number from 1 on",
                "0",
            ),
            (
                lambda: DutyRoster(hands=True),
                "hands",
                "a whole number from 1 on",
                "True",
            ),
            (
                lambda: DutyRoster(load=Fraction(3, 2)),
                "load",
                "a share over 0 and up to 1, such as 4/5",
                "3/2",
            ),
            (
                lambda: DutyRoster(load=0.5),  # type: ignore[arg-type]
                "load",
                "a share over 0 and up to 1, such as 4/5",
                "0.5",
            ),
            (
                lambda: DutyRoster(on=datetime(2026, 7, 1, tzinfo=UTC)),
                "on",
                "a date",
                "datetime.datetime(2026, 7, 1, 0, 0, tzinfo=datetime.timezone.utc)",
            ),
        ],
    )
    def test_what_does_not_fit_is_told(
        self, make: Callable[[], DutyRoster], field: str, expected: str, seen: str
    ) -> None:
        with pytest.raises(UnfitValueError) as refused:
            make()

        assert attrs.astuple(refused.value) == ("duty roster", field, expected, seen)

    def test_what_is_long_is_told_in_short(self) -> None:
        with pytest.raises(UnfitValueError) as refused:
            DutyRoster(watch="day" * 1000)  # type: ignore[arg-type]

        assert len(refused.value.seen) == 80
