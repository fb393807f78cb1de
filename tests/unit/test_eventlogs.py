from __future__ import annotations

import gzip
import json
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import ClassVar

import pytest

from alignkit.errors import DocumentError, UnfitValueError, UnreadableFileError
from alignkit.eventlogs import read_events, stream_events
from alignkit.events import Actor, ActorKind, Event, Precision, Subject
from alignkit.findings import Finding
from alignkit.happenings import (
    Custom,
    FieldChanged,
    LeadCreated,
    OpportunityWon,
    OwnerAssigned,
    StageChanged,
)
from alignkit.logmappings import LogMapping
from alignkit.rows import LONGEST_LINE, MOST_COLUMNS

FORM = {
    "id": "1",
    "lead": "L1",
    "at": "2026-03-06T16:40:00+00:00",
    "type": "stage_changed",
    "to_stage": "mql",
}
EVENT = Event.from_dict(FORM)
LINE = json.dumps(FORM) + "\n"
WON = {
    "zone": "America/Sao_Paulo",
    "columns": {"lead": "lead", "at": "won"},
    "events": [{"type": "opportunity_won"}],
}


def told(review: tuple[Finding, ...]) -> list[tuple[str, int | None]]:
    return [(one.code, one.place.line if one.place else None) for one in review]


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """The path of a CSV file."""
    return tmp_path / "log.csv"


@pytest.fixture
def lines(tmp_path: Path) -> Path:
    """The path of a file of JSON lines."""
    return tmp_path / "log.jsonl"


class TestJsonLines:
    @pytest.mark.parametrize("name", ["a.jsonl", "a.b.NDJSON"])
    def test_each_line_is_an_event(self, tmp_path: Path, name: str) -> None:
        file = tmp_path / name
        file.write_text(LINE + "\n" + LINE, encoding="utf-8-sig")

        assert read_events(file) == ((EVENT, EVENT), ())

    def test_a_packed_file_reads_as_the_file_itself(self, tmp_path: Path) -> None:
        file = tmp_path / "a.jsonl.gz"
        file.write_bytes(gzip.compress(LINE.encode()))

        assert read_events(str(file)) == ((EVENT,), ())

    def test_a_file_of_nothing_holds_nothing(self, lines: Path) -> None:
        lines.write_text("")

        assert read_events(lines) == ((), ())

    @pytest.mark.parametrize(
        ("line", "code"),
        [
            (b'{"id": "2"', "AK-S001"),
            (b'{"id": NaN}', "AK-S001"),
            (b'{"id": ' + b"1" * 5_000 + b"}", "AK-S001"),
            (b"[1]", "AK-S004"),
            (b'{"id": "2", "id": "3"}', "AK-S006"),
            (b'{"actor": {"id": "2", "id": "3"}}', "AK-S006"),
            (b"[" * 100_000, "AK-S008"),
            (b'{"id": "caf\xe9"}', "AK-S009"),
            (b'{"id": "\x00"}', "AK-S009"),
            (b'{"id": "' + b"x" * LONGEST_LINE * 3 + b'"}', "AK-S008"),
            (LINE.replace('"mql"', '"\\ud800"').strip().encode(), "AK-S009"),
            (LINE.replace("stage_changed", "stage_chnged").strip().encode(), "AK-S020"),
        ],
        ids=lambda given: str(given)[:40],
    )
    def test_a_line_that_is_no_event_is_told_with_its_number(
        self, lines: Path, line: bytes, code: str
    ) -> None:
        lines.write_bytes(LINE.encode() + line + b"\n" + LINE.encode())

        events, review = read_events(lines)

        assert events == (EVENT, EVENT)
        assert told(review) == [(code, 2)]

    def test_a_faulty_event_gives_each_of_its_faults(self, lines: Path) -> None:
        lines.write_text('{"type": "retracted", "at": "soon"}')

        _, review = read_events(lines)

        assert [str(one).split(":", 1)[1].split(" ")[0] for one in review] == ["1:"] * 4
        assert [one.path for one in review] == ["$.at", "$.lead", "$.id", "$.of"]

    def test_what_is_wrong_with_one_line_is_not_held_against_the_next(
        self, lines: Path
    ) -> None:
        lines.write_text('{"a": {"b": 1, "b": 2}, oops\n' + LINE)

        events, review = read_events(lines)

        assert events == (EVENT,)
        assert told(review) == [("AK-S001", 1)]

    def test_a_mark_of_bytes_between_lines_is_told(self, lines: Path) -> None:
        lines.write_text(f"{LINE}\n\ufeff{LINE}", encoding="utf-8")

        events, (finding,) = read_events(lines)

        assert events == (EVENT,)
        assert finding.code == "AK-S001"
        assert "unexpected utf-8 bom" in finding.message

    def test_a_number_keeps_every_digit(self, lines: Path) -> None:
        form = {**FORM, "type": "opportunity_won"}
        del form["to_stage"]
        text = json.dumps(form)[:-1] + ', "value": 0.12345678901234567890}'
        lines.write_text(text)

        (event,), _ = read_events(lines)

        assert event.fact == OpportunityWon(value=Decimal("0.12345678901234567890"))

    def test_a_damaged_file_gives_what_it_holds_before(self, tmp_path: Path) -> None:
        file = tmp_path / "a.jsonl.gz"
        packed = gzip.compress(LINE.encode() * 20_000, compresslevel=0)
        file.write_bytes(packed[: len(packed) // 2])

        events, review = read_events(file)

        assert len(events) > 1_000
        assert [one.code for one in review] == ["AK-S009"]
        assert review[0].place is not None
        assert review[0].place.line == len(events) + 1


class TestJsonLists:
    def test_each_item_is_an_event(self, tmp_path: Path) -> None:
        file = tmp_path / "a.json"
        file.write_text(json.dumps([FORM, {**FORM, "id": 5}, 7]))

        events, review = read_events(file)

        assert events == (EVENT,)
        assert [(one.code, one.path) for one in review] == [
            ("AK-S004", "$[1].id"),
            ("AK-S004", "$[2]"),
        ]

    @pytest.mark.parametrize(
        ("content", "code", "line"),
        [
            (b'[\n{"id": }]', "AK-S001", 2),
            (b"{}", "AK-S004", 1),
            (b"[\xff]", "AK-S009", 1),
        ],
        ids=str,
    )
    def test_what_is_no_list_is_told(
        self, tmp_path: Path, content: bytes, code: str, line: int
    ) -> None:
        file = tmp_path / "a.json"
        file.write_bytes(content)

        events, review = read_events(file)

        assert (events, told(review)) == ((), [(code, line)])

    def test_a_damaged_file_is_told(self, tmp_path: Path) -> None:
        file = tmp_path / "a.json.gz"
        file.write_bytes(gzip.compress(b"[]")[:-4])

        assert told(read_events(file)[1]) == [("AK-S009", 1)]


class TestCsvWithoutMapping:
    def test_the_columns_are_the_keys_of_events(self, log: Path) -> None:
        log.write_text(
            "id,lead,at,type,to_stage,channel,direction,duration,automated,"
            "actor.kind,company.size,until,owner\r\n"
            "1,L1,2026-03-06T16:40:00Z,stage_changed,mql,,,,,human,,2026-09-01,\r\n"
            "2,L1,2026-03-06T16:40:00Z,activity_logged,,call,inbound,4.5,TRUE,,,,\r\n"
            "3,L1,2026-03-06,lead_created,,,,,,,50,,\r\n"
            "4,L1,2026-03-06T16:40:00Z,owner_assigned,,,,,,,,,\r\n",
            encoding="utf-8-sig",
        )

        events, review = read_events(log)

        moved, called, owned = events
        assert moved.fact == StageChanged(to_stage="mql", until=date(2026, 9, 1))
        assert moved.actor == Actor(kind=ActorKind.HUMAN)
        assert called.to_dict()["duration"] == 4.5
        assert owned.fact == OwnerAssigned(owner=None)
        assert told(review) == [("AK-T001", 4)]

    def test_what_every_event_needs_has_a_column(self, log: Path) -> None:
        log.write_text("id,to_stage\n1,mql\n")

        events, review = read_events(log)

        assert events == ()
        assert [(one.code, one.message) for one in review] == [
            ("AK-S024", "no column is named 'type'"),
            ("AK-S024", "no column is named 'at'"),
            ("AK-S024", "no column is named 'lead'"),
        ]

    def test_a_row_of_no_known_type_is_told(self, log: Path) -> None:
        log.write_text("id,lead,at,type\n1,L1,2026-03-06T16:40:00Z,pizza\n2,L1,,\n")

        _, review = read_events(log)

        assert told(review) == [("AK-S020", 2), ("AK-S003", 3), ("AK-S003", 3)]

    def test_a_field_of_another_type_is_told(self, log: Path) -> None:
        log.write_text(
            "id,subject,at,type,of,into\n1,L1,2026-03-06T16:40:00Z,retracted,0,L2\n"
        )

        assert told(read_events(log)[1]) == [("AK-S002", 2)]

    def test_an_object_is_written_in_columns_of_its_own(self, log: Path) -> None:
        log.write_text(
            "id,lead,at,type,of,actor,actor.id\n"
            "1,L1,2026-03-06T16:40:00Z,retracted,0,,ann\n"
            "2,L1,2026-03-06T16:40:00Z,retracted,0,ann,ann\n"
        )

        events, review = read_events(log)

        assert [event.actor for event in events] == [Actor(id="ann")]
        assert told(review) == [("AK-S004", 3)]


class TestCsv:
    def test_a_quoted_cell_may_hold_anything(self, log: Path) -> None:
        log.write_text('lead,won\n"L\n1",2018-02-26 19:58:54\nL2,2018-02-26\n')

        events, _ = read_events(log, WON)

        assert [event.subject.id for event in events] == ["L\n1", "L2"]

    @pytest.mark.parametrize(
        ("row", "code"),
        [
            (b"L9", "AK-S025"),
            (b"L9,2018-02-01,x", "AK-S025"),
            (b"L\xe9,2018-02-01", "AK-S009"),
            (b"L\x00,2018-02-01", "AK-S009"),
            (b'"L9"x,2018-02-01', "AK-S001"),
            (b"L9," + b"x" * LONGEST_LINE, "AK-S008"),
            (b"L9," + b"x" * 200_000, "AK-S001"),
        ],
        ids=lambda given: str(given)[:30],
    )
    def test_a_row_that_is_none_is_told_with_its_line(
        self, log: Path, row: bytes, code: str
    ) -> None:
        log.write_bytes(b"lead,won\n\n" + row + b"\nL1,2018-02-01\n")

        events, review = read_events(log, WON)

        assert [event.subject.id for event in events] == ["L1"]
        assert told(review) == [(code, 3)]

    def test_a_quote_that_never_ends_tells_how_far_it_reached(self, log: Path) -> None:
        log.write_text('lead,won\nL1,2018-02-01\n"L2,2018-02-01\nL3,2018-02-01\n')

        events, review = read_events(log, WON)

        assert len(events) == 1
        assert told(review) == [("AK-S001", 3)]
        assert review[0].message.endswith("nothing up to line 4 was read")

    def test_a_broken_line_in_a_quoted_cell_takes_its_row_with_it(
        self, log: Path
    ) -> None:
        log.write_bytes(b'lead,won\n"L\n\xe9\n2",2018-02-01\nL3,2018-02-01\n')

        events, review = read_events(log, WON)

        assert [event.subject.id for event in events] == ["L3"]
        assert told(review) == [("AK-S009", 3)]

    @pytest.mark.parametrize("content", [b"", b"\n\n"])
    def test_a_file_without_a_header_is_told(self, log: Path, content: bytes) -> None:
        log.write_bytes(content)

        assert told(read_events(log, WON)[1]) == [("AK-S003", 1)]

    def test_without_its_header_no_row_is_read(self, log: Path) -> None:
        log.write_bytes(b"lead,w\xe9n\nL1,2018-02-01\n")

        assert told(read_events(log, WON)[1]) == [("AK-S009", 1)]

    def test_a_flood_of_columns_is_refused(self, log: Path) -> None:
        log.write_text(",".join("x" * (MOST_COLUMNS + 1)) + "\n")

        assert told(read_events(log)[1]) == [("AK-S008", 1)]

    def test_a_column_that_is_not_there_is_told_once(self, log: Path) -> None:
        log.write_text("lead,won_at\nL1,2018-02-01\nL2,2018-02-01\n")

        events, review = read_events(log, WON)

        assert events == ()
        assert told(review) == [("AK-S024", 1)]
        assert review[0].help == "did you mean 'won_at'?"

    def test_the_events_that_have_their_columns_are_read(self, log: Path) -> None:
        log.write_text("lead,won\nL1,2018-02-01\n")
        lost = {"type": "opportunity_lost", "columns": {"at": "lost"}}

        events, review = read_events(
            log, {**WON, "events": [{"type": "opportunity_won"}, lost]}
        )

        assert [event.type for event in events] == ["opportunity_won"]
        assert told(review) == [("AK-S024", 1)]

    def test_a_column_that_stands_twice_is_not_read(self, log: Path) -> None:
        log.write_text("lead,won,won,,\nL1,2018-02-01,2018-02-02,,\n")

        events, review = read_events(log, WON)

        assert (events, told(review)) == ((), [("AK-S006", 1)])

    def test_a_column_that_nobody_reads_may_stand_twice(self, log: Path) -> None:
        log.write_text("lead,won,x,x\nL1,2018-02-01,1,2\n")

        assert len(read_events(log, WON)[0]) == 1

    def test_a_file_may_be_written_in_its_own_way(self, log: Path) -> None:
        log.write_bytes("lead;won\nL\u00e9;2018-02-01\n".encode("windows-1252"))

        mapping = {**WON, "delimiter": ";", "encoding": "windows-1252"}
        events, _ = read_events(log, mapping)

        assert [event.subject.id for event in events] == ["Lé"]


class TestMapping:
    def test_a_row_may_tell_several_events(self, log: Path) -> None:
        log.write_text(
            "n,opened,closed\nR1,1/3/2016 09:00,?\nR2,1/3/2016 09:00,2/3/2016 10:00\n"
        )

        events, review = read_events(
            log,
            {
                "zone": "UTC",
                "missing": "?",
                "times": "%d/%m/%Y %H:%M",
                "columns": {"subject": "n"},
                "values": {"subject_kind": "request"},
                "events": [
                    {
                        "type": "custom",
                        "values": {"name": "opened"},
                        "columns": {"at": "opened"},
                    },
                    {
                        "type": "custom",
                        "values": {"name": "closed"},
                        "columns": {"at": "closed"},
                        "when": {"known": "closed"},
                    },
                ],
            },
        )

        assert review == ()
        assert events == (
            Event(
                id="request:R1/opened/2016-03-01T09:00:00+00:00",
                subject=Subject(kind="request", id="R1"),
                at=datetime(2016, 3, 1, 9, tzinfo=UTC),
                fact=Custom(name="opened"),
            ),
            Event(
                id="request:R2/opened/2016-03-01T09:00:00+00:00",
                subject=Subject(kind="request", id="R2"),
                at=datetime(2016, 3, 1, 9, tzinfo=UTC),
                fact=Custom(name="opened"),
            ),
            Event(
                id="request:R2/closed/2016-03-02T10:00:00+00:00",
                subject=Subject(kind="request", id="R2"),
                at=datetime(2016, 3, 2, 10, tzinfo=UTC),
                fact=Custom(name="closed"),
            ),
        )

    def test_a_time_that_is_missing_is_told(self, log: Path) -> None:
        log.write_text("lead,won\nL1,\n")

        assert told(read_events(log, WON)[1]) == [("AK-S003", 2)]

    def test_a_date_is_its_first_moment_and_says_so(self, log: Path) -> None:
        log.write_text("lead,won\nL1,2017-10-15\nL2,2017-10-15 00:30:00\n")

        (by_day, skipped), _ = read_events(log, WON)

        # The clocks of Sao Paulo went from midnight to one o'clock that night.
        first = datetime(2017, 10, 15, 3, tzinfo=UTC)
        assert (by_day.at, by_day.precision) == (first, Precision.DAY)
        assert by_day.day == date(2017, 10, 15)
        assert (skipped.at, skipped.precision) == (first, Precision.INSTANT)

    def test_a_repeated_hour_is_its_first(self, log: Path) -> None:
        log.write_text("lead,won\nL1,2018-02-17 23:30:00\n")

        (event,), _ = read_events(log, WON)

        assert event.at == datetime(2018, 2, 18, 1, 30, tzinfo=UTC)

    def test_a_time_with_an_offset_keeps_it(self, log: Path) -> None:
        log.write_text("lead,won\nL1,2018-02-26T19:58:54.5+0530\n")

        (event,), _ = read_events(log, WON)

        assert str(event.at) == "2018-02-26 19:58:54.500000+05:30"

    @pytest.mark.parametrize(
        ("cell", "code"),
        [
            ("soon", "AK-S023"),
            ("31/02/2018", "AK-S023"),
            ("1518458334", "AK-S023"),
            ("1850-01-01", "AK-T009"),
            ("9999-12-31 23:59:59", "AK-T009"),
        ],
    )
    def test_a_time_that_is_none_is_told(self, log: Path, cell: str, code: str) -> None:
        log.write_text(f"lead,won\nL1,{cell}\n")

        events, review = read_events(log, WON)

        assert (events, told(review)) == ((), [(code, 2)])

    @pytest.mark.parametrize("cell", ["2018-02-26 19:58:54", "2018-02-26"])
    def test_without_a_zone_no_time_is_guessed(self, log: Path, cell: str) -> None:
        log.write_text(f"lead,won\nL1,{cell}\n")
        mapping = {"columns": WON["columns"], "events": WON["events"]}

        assert told(read_events(log, mapping)[1]) == [("AK-T001", 2)]

    @pytest.mark.parametrize(
        ("way", "cell"),
        [
            ("unix", "1772815200"),
            ("unix", "1772815200.0"),
            ("unix_ms", "1772815200000"),
            ("%d.%m.%y %I:%M %p", "06.03.26 04:40 PM"),
            ("%Y%m%dT%H%M%S%z", "20260306T164000+0000"),
        ],
    )
    def test_times_are_written_in_many_ways(
        self, log: Path, way: str, cell: str
    ) -> None:
        log.write_text(f"lead,won\nL1,{cell}\n")

        (event,), _ = read_events(log, {**WON, "zone": "UTC", "times": way})

        assert event.at == datetime(2026, 3, 6, 16, 40, tzinfo=UTC)

    @pytest.mark.parametrize("cell", ["1772815200.1234567", "1e999", "x", "-1e30"])
    def test_a_count_of_seconds_is_exact_or_none(self, log: Path, cell: str) -> None:
        log.write_text(f"lead,won\nL1,{cell}\n")

        assert told(read_events(log, {**WON, "times": "unix"})[1]) == [("AK-S023", 2)]

    def test_cells_become_what_their_field_holds(self, log: Path) -> None:
        log.write_text(
            "lead,won,amount,seats,renews,rep,on\n"
            "L1,2018-02-01,1200.50,12,01/02/2019,7,2018-02-02\n"
        )

        (event,), review = read_events(
            log,
            {
                **WON,
                "times": ["iso", "%d/%m/%Y"],
                "numbers": ["seats"],
                "dates": ["renews"],
                "columns": {
                    "lead": "lead",
                    "at": "won",
                    "recorded_at": "on",
                    "value": "amount",
                    "actor.id": "rep",
                    "dimensions.seats": "seats",
                    "dimensions.renews": "renews",
                    "dimensions.text": "amount",
                },
                "values": {"currency": "BRL", "actor.kind": "human"},
            },
        )

        assert review == ()
        assert event.fact == OpportunityWon(
            value=Decimal("1200.50"),
            currency="BRL",
            dimensions=(
                ("renews", date(2019, 2, 1)),
                ("seats", 12),
                ("text", "1200.50"),
            ),
        )
        assert event.actor == Actor(id="7", kind=ActorKind.HUMAN)
        assert event.recorded_at == datetime(2018, 2, 2, 2, tzinfo=UTC)

    @pytest.mark.parametrize(
        ("field", "cell"),
        [("value", "1.200,50"), ("value", "1_000"), ("value", "NaN"), ("value", "12 ")],
    )
    def test_a_number_is_written_plainly(
        self, log: Path, field: str, cell: str
    ) -> None:
        log.write_text(f'lead,won,x\nL1,2018-02-01,"{cell}"\n')
        columns = {"lead": "lead", "at": "won", field: "x"}

        _, review = read_events(log, {**WON, "columns": columns})

        assert told(review) == [("AK-S004", 2)]

    def test_truth_in_other_words_needs_a_translation(self, log: Path) -> None:
        log.write_text("lead,at,ok\nL1,2018-02-01,ja\nL2,2018-02-01,no\n")

        events, review = read_events(
            log,
            {
                "zone": "UTC",
                "columns": {"lead": "lead", "at": "at", "granted": "ok"},
                "translations": {"ok": {"ja": True}},
                "events": [{"type": "consent_changed"}],
            },
        )

        assert len(events) == 1
        assert told(review) == [("AK-S004", 3)]

    def test_what_is_missing_is_not_what_is_unknown(self, log: Path) -> None:
        log.write_text("lead,at,from\nL1,2018-02-01,\nL2,2018-02-01,unknown\n")

        events, _ = read_events(
            log,
            {
                "zone": "UTC",
                "columns": {"lead": "lead", "at": "at", "source": "from"},
                "events": [{"type": "lead_created"}],
            },
        )

        assert [event.fact for event in events] == [
            LeadCreated(),
            LeadCreated(source="unknown"),
        ]

    def test_a_missing_value_tells_that_it_was_cleared(self, log: Path) -> None:
        log.write_text("lead,at,size\nL1,2018-02-01,\n")

        (event,), _ = read_events(
            log,
            {
                "zone": "UTC",
                "columns": {"lead": "lead", "at": "at", "value": "size"},
                "values": {"field": "company.size"},
                "events": [{"type": "field_changed"}],
            },
        )

        assert event.fact == FieldChanged(field="company.size", value=None)

    def test_a_type_may_stand_in_a_column(self, log: Path) -> None:
        log.write_text(
            "lead,at,what,stage\nL1,2018-02-01,moved,mql\nL1,2018-02-01,sneezed,\n"
        )

        events, review = read_events(
            log,
            {
                "zone": "UTC",
                "columns": {
                    "lead": "lead",
                    "at": "at",
                    "type": "what",
                    "to_stage": "stage",
                },
                "translations": {"what": {"moved": "stage_changed"}},
            },
        )

        assert [event.fact for event in events] == [StageChanged(to_stage="mql")]
        assert told(review) == [("AK-S020", 3)]

    def test_a_mapping_may_be_a_value_or_a_file(self, log: Path) -> None:
        log.write_text("lead,won\nL1,2018-02-01\n")
        file = log.parent / "map.json"
        file.write_text(json.dumps(WON))
        read = read_events(log, WON)

        assert read_events(log, LogMapping.from_dict(WON)) == read
        assert read_events(log, file) == read
        assert read_events(log, str(file)) == read

    def test_a_faulty_mapping_raises(self, log: Path) -> None:
        with pytest.raises(DocumentError):
            read_events(log, {"events": []})


class TestRows:
    CHANGES = (
        "n,at,group,state,closed\n"
        "R1,2016-03-01T09:00:00Z,,New,2016-03-09T00:00:00Z\n"
        "R1,2016-03-01T10:00:00Z,A,Open,2016-03-09T00:00:00Z\n"
        "R2,2016-03-01T10:30:00Z,A,Open,\n"
        "R1,2016-03-01T11:00:00Z,A,Open,2016-03-09T00:00:00Z\n"
        "R1,2016-03-01T12:00:00Z,B,Done,2016-03-08T00:00:00Z\n"
        "R1,2016-03-01T13:00:00Z,,Done,2016-03-08T00:00:00Z\n"
    )

    def read(self, log: Path, **rule: object) -> list[Event]:
        log.write_text(self.CHANGES)
        shared = {
            "columns": {"lead": "n", "at": "at", "queue": "group", "owner": "group"}
        }

        events, review = read_events(
            log, {**shared, "events": [{"type": "owner_assigned", **rule}]}
        )

        assert review == ()
        return list(events)

    def test_a_change_is_told_where_it_shows(self, log: Path) -> None:
        events = self.read(log, when={"changed": "group"})

        assert [(event.subject.id, event.at.hour, event.fact) for event in events] == [
            ("R1", 10, OwnerAssigned(owner="A", queue="A")),
            ("R2", 10, OwnerAssigned(owner="A", queue="A")),
            ("R1", 12, OwnerAssigned(owner="B", queue="B")),
            ("R1", 13, OwnerAssigned(owner=None)),
        ]

    def test_the_first_row_of_a_subject_tells_it_once(self, log: Path) -> None:
        events = self.read(log, rows="first", when={"is": {"state": ["Open", "Done"]}})

        assert [(event.id, event.at.hour) for event in events] == [
            ("lead:R1/owner_assigned", 10),
            ("lead:R2/owner_assigned", 10),
        ]

    def test_what_is_filled_back_is_told_by_the_last_row(self, log: Path) -> None:
        events = self.read(
            log,
            rows="last",
            when={"known": "closed"},
            columns={"at": "closed"},
        )

        assert [(event.subject.id, event.at.day) for event in events] == [("R1", 8)]

    def test_columns_make_an_id(self, log: Path) -> None:
        events = self.read(log, id=["state", "group"], when={"known": "group"})

        assert events[0].id == "lead:R1/owner_assigned/Open/A"

    def test_a_column_may_hold_the_id(self, log: Path) -> None:
        events = self.read(log, columns={"id": "state"})

        assert events[0].id == "New"

    def test_a_row_that_stands_twice_tells_its_event_twice(self, log: Path) -> None:
        log.write_text("lead,won\nL1,2018-02-01\nL1,2018-02-01\n")

        first, second = read_events(log, WON)[0]

        assert first == second


class TestMappedJson:
    ROW: ClassVar[dict[str, object]] = {
        "eventId": 100,
        "who": {"id": 51},
        "to": "mql",
        "occurredAt": 1780301109000,
    }
    MAPPING: ClassVar[dict[str, object]] = {
        "times": "unix_ms",
        "columns": {"id": "eventId", "lead": "who.id", "at": "occurredAt"},
        "events": [{"type": "stage_changed", "columns": {"to_stage": "to"}}],
    }

    def test_a_nested_row_is_reached_by_path(self, lines: Path) -> None:
        lines.write_text(json.dumps(self.ROW))

        (event,), review = read_events(lines, self.MAPPING)

        assert review == ()
        assert (event.id, event.subject.id) == ("100", "51")
        assert event.at == datetime(2026, 6, 1, 8, 5, 9, tzinfo=UTC)

    @pytest.mark.parametrize(
        "changes", [{"occurredAt": True}, {"to": 1.5}, {"to": [1]}, {"who": 5}], ids=str
    )
    def test_what_a_cell_cannot_mean_is_told(
        self, lines: Path, changes: dict[str, object]
    ) -> None:
        lines.write_text(json.dumps({**self.ROW, **changes}))

        events, review = read_events(lines, self.MAPPING)

        assert events == ()
        assert {one.place and one.place.line for one in review} >= {1}

    def test_a_column_that_no_row_has_is_told_at_the_end(self, lines: Path) -> None:
        lines.write_text(json.dumps(self.ROW) + "\n\n{\n")
        mapping = {
            **self.MAPPING,
            "events": [{"type": "lead_created", "columns": {"region": "regoin"}}],
        }

        events, review = read_events(lines, mapping)

        assert len(events) == 1
        assert told(review) == [("AK-S001", 3), ("AK-S024", None)]

    def test_a_file_without_rows_lacks_no_columns(self, lines: Path) -> None:
        lines.write_text("")

        assert read_events(lines, self.MAPPING) == ((), ())

    @pytest.mark.parametrize(("cell", "text"), [(True, "true"), (5, "5"), (None, "")])
    def test_a_condition_names_a_cell_as_json_writes_it(
        self, lines: Path, cell: object, text: str
    ) -> None:
        rows = [{**self.ROW, "x": cell}, {**self.ROW, "x": "None"}]
        lines.write_text("".join(json.dumps(row) + "\n" for row in rows))
        rule = {"type": "lead_created", "when": {"is": {"x": text}}}

        events, _ = read_events(lines, {**self.MAPPING, "events": [rule]})

        assert len(events) == 1

    def test_numbers_and_truths_are_taken_as_they_are(self, lines: Path) -> None:
        lines.write_text(
            '{"n": 5, "b": true, "lead": "L1", "at": "2026-01-01T00:00:00Z"}'
        )

        (event,), _ = read_events(
            lines,
            {
                "columns": {"lead": "lead", "at": "at", "size": "n", "hot": "b"},
                "numbers": "n",
                "events": [{"type": "lead_created"}],
            },
        )

        assert event.fact == LeadCreated(
            attributes=(("lead.hot", True), ("lead.size", 5))
        )


class TestStreamEvents:
    def test_what_it_gives_is_what_reading_gives(self, lines: Path) -> None:
        lines.write_text(LINE + "x\n" + LINE)

        events, review = read_events(lines)

        assert list(stream_events(lines)) == [events[0], review[0], events[1]]

    @pytest.mark.parametrize("name", ["a.txt", "a.gz", "a.parquet", "a", ".csv"])
    def test_a_name_that_tells_no_format_is_refused(self, name: str) -> None:
        with pytest.raises(UnfitValueError, match="a name that ends in"):
            stream_events(name)

    def test_a_time_without_a_zone_is_told_as_it_was_written(
        self, tmp_path: Path
    ) -> None:
        log = tmp_path / "leads.csv"
        log.write_text(
            "id,lead,at,type\n"
            "1,L1,2026-03-01 09:00,lead_created\n"
            "2,L1,2026-03-01,lead_created\n",
            encoding="utf-8",
        )

        _, review = read_events(log)

        assert [(one.code, one.seen) for one in review] == [
            ("AK-T001", "'2026-03-01 09:00'"),
            ("AK-T001", "2026-03-01"),
        ]

    @pytest.mark.parametrize("path", [None, 3])
    def test_what_names_no_file_is_refused(self, path: object) -> None:
        with pytest.raises(UnfitValueError, match="file: path does not fit"):
            read_events(path)  # type: ignore[arg-type]

    def test_what_names_no_mapping_is_refused(self) -> None:
        with pytest.raises(UnfitValueError, match="file: mapping does not fit: 3"):
            read_events("leads.csv", 3)  # type: ignore[arg-type]

    def test_a_file_that_is_not_there_is_an_error_with_a_code(self) -> None:
        with pytest.raises(UnreadableFileError, match=r"'nowhere\.csv' cannot be"):
            list(stream_events("nowhere.csv"))
