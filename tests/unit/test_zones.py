from __future__ import annotations

import importlib.util
import zoneinfo
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from alignkit.errors import MomentOutOfRangeError, UnfitValueError, UnknownZoneError
from alignkit.instants import to_instant
from alignkit.zones import check_day, check_range, clock, start_of, tzdata_version, zone


def utc(text: str) -> int:
    return to_instant(datetime.fromisoformat(text).replace(tzinfo=UTC), "text")


def first_instant(key: str, wall: str) -> str:
    """Return, in UTC, the first instant at which a zone's clock reads `wall`."""
    local = utc(wall)
    seconds = clock(key, local).instant(local) // 1_000_000
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M:%S")


class TestZone:
    def test_is_found_by_its_name(self) -> None:
        assert zone("Europe/Paris") is zoneinfo.ZoneInfo("Europe/Paris")

    def test_unknown_comes_with_names_that_look_like_it(self) -> None:
        with pytest.raises(UnknownZoneError) as caught:
            zone("America/New_Yrok")

        assert caught.value.code == "AK-T002"
        assert caught.value.near[0] == "America/New_York"
        assert str(caught.value).startswith(
            "unknown time zone 'America/New_Yrok'; did you mean 'America/New_York'"
        )

    def test_unlike_all_others_comes_with_advice(self) -> None:
        assert str(UnknownZoneError("?")) == (
            "unknown time zone '?'; give a name such as 'Europe/Paris'"
        )

    @pytest.mark.parametrize(
        "key", ["America", "", "../etc/passwd", "A\0B", "x" * 400, "tzdata.zi"]
    )
    def test_is_no_path_into_the_file_system(self, key: str) -> None:
        with pytest.raises(UnknownZoneError):
            zone(key)

    @pytest.mark.parametrize("key", ["localtime", "posixrules"])
    def test_of_this_machine_alone_is_refused(self, key: str) -> None:
        with pytest.raises(UnknownZoneError):
            zone(key)


class TestClock:
    @pytest.mark.parametrize(
        ("key", "wall", "expected"),
        [
            ("America/New_York", "2026-03-08 02:30", "2026-03-08 07:00:00"),
            ("America/New_York", "2026-11-01 01:30", "2026-11-01 05:30:00"),
            ("America/New_York", "2026-11-01 02:00", "2026-11-01 07:00:00"),
            ("Australia/Lord_Howe", "2024-10-06 02:15", "2024-10-05 15:30:00"),
            ("Antarctica/Troll", "2024-03-31 02:00", "2024-03-31 01:00:00"),
            ("Africa/Casablanca", "2025-02-23 02:30", "2025-02-23 01:30:00"),
            ("Europe/Dublin", "2024-10-27 01:30", "2024-10-27 00:30:00"),
            ("Pacific/Apia", "2011-12-30 09:00", "2011-12-30 10:00:00"),
            ("Pacific/Kwajalein", "1993-08-21 12:00", "1993-08-21 12:00:00"),
            ("Asia/Kathmandu", "1985-12-31 12:00", "1985-12-31 06:30:00"),
            ("Africa/Monrovia", "1971-06-01 12:00:00", "1971-06-01 12:44:30"),
            ("America/New_York", "2099-07-01 12:00", "2099-07-01 16:00:00"),
        ],
        ids=[
            "skipped: the transition",
            "repeated: the first",
            "after the repeated hour",
            "half an hour skipped",
            "two hours skipped",
            "set back without a flag of summer time",
            "winter time as the exception",
            "a whole date skipped",
            "another date skipped",
            "offset changed later",
            "seconds in the offset",
            "far ahead by rule",
        ],
    )
    def test_says_the_first_instant_of_a_local_time(
        self, key: str, wall: str, expected: str
    ) -> None:
        assert first_instant(key, wall) == expected

    def test_sees_the_shortest_stay_of_any_zone(self) -> None:
        # Freetown went from -01:00 to -00:40 and back within four days of 1939.
        table = clock("Africa/Freetown", utc("1939-09-03 00:00"))

        assert table.local(utc("1939-09-03 00:00")) == utc("1939-09-02 23:20")
        assert table.local(utc("1939-09-06 00:00")) == utc("1939-09-05 23:00")

    def test_does_not_repeat_a_change_where_two_decades_meet(self) -> None:
        # Sudan's clocks were set forward in the first hours of a decade's first days.
        table = clock(
            "Africa/Khartoum", utc("1999-06-01 00:00"), utc("2001-06-01 00:00")
        )

        changes = [since for since in table.since if since > utc("1999-06-01 00:00")]

        assert changes == [utc("2000-01-15 10:00")]

    def test_has_no_steady_offset_in_a_gap(self) -> None:
        local = utc("2026-03-08 02:30")

        assert clock("America/New_York", local).steady(local) == (0, local)


class TestStartOf:
    @pytest.mark.parametrize(
        ("key", "day", "expected"),
        [
            ("Africa/Cairo", date(2026, 4, 24), "2026-04-23 22:00"),
            ("America/Havana", date(2024, 11, 3), "2024-11-03 04:00"),
            ("America/Sao_Paulo", date(2018, 11, 4), "2018-11-04 03:00"),
            ("UTC", date(1970, 1, 1), "1970-01-01 00:00"),
        ],
        ids=["midnight skipped", "midnight repeated", "skipped in the south", "plain"],
    )
    def test_is_the_first_instant_of_the_date(
        self, key: str, day: date, expected: str
    ) -> None:
        assert start_of(day, key) == utc(expected)


class TestRange:
    def test_reaches_from_1900_to_2299(self) -> None:
        assert check_range(utc("1900-01-01 00:00"), "at") == utc("1900-01-01 00:00")
        assert check_day(date(2299, 12, 31), "day") == date(2299, 12, 31)

    def test_leaves_out_moments_that_stand_for_never(self) -> None:
        with pytest.raises(MomentOutOfRangeError) as caught:
            check_range(utc("9999-12-31 00:00"), "end")

        assert caught.value.args == ("end", "about the year 9999")
        assert caught.value.code == "AK-T009"
        assert str(caught.value) == (
            "'end' lies outside the years 1900 to 2299: about the year 9999; "
            "leave out dates that stand for 'never' or 'always'"
        )

    def test_leaves_out_dates_too(self) -> None:
        with pytest.raises(MomentOutOfRangeError) as caught:
            check_day(date(1, 1, 1), "day")

        assert caught.value.args == ("day", "0001-01-01")

    @pytest.mark.parametrize("given", ["2026-01-01", datetime(2026, 1, 1, tzinfo=UTC)])
    def test_takes_dates_without_a_time_of_day(self, given: date) -> None:
        with pytest.raises(UnfitValueError) as caught:
            check_day(given, "day")

        assert caught.value.args == ("calendar", "day", "a plain date", repr(given))


class TestTzdataVersion:
    @pytest.fixture(autouse=True)
    def _forgotten(self) -> None:
        tzdata_version.cache_clear()

    def test_is_read_from_the_first_folder_that_there_is(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (tmp_path / "tzdata.zi").write_text("# version 2031c\nR d 1916 o\n")
        monkeypatch.setattr(zoneinfo, "TZPATH", (str(tmp_path / "none"), str(tmp_path)))

        assert tzdata_version() == "2031c"

    def test_is_not_known_where_nothing_says_it(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(zoneinfo, "TZPATH", (str(tmp_path),))

        assert tzdata_version() is None

    def test_is_that_of_the_package_where_the_system_has_none(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        pytest.importorskip("tzdata")
        monkeypatch.setattr(zoneinfo, "TZPATH", ())

        version = tzdata_version()

        assert version is not None
        assert version.startswith("20")

    def test_is_not_known_without_either(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(zoneinfo, "TZPATH", ())
        monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)

        assert tzdata_version() is None
