from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest

from alignkit.errors import UnreadableFileError
from alignkit.findings import Place
from alignkit.payloads import Payload, is_one_a_line, payloads, stream_of
from alignkit.trees import Limits


def read(text: bytes, *, most: int = 1000) -> list[Payload]:
    limits = Limits(bytes=most)
    return list(payloads(io.BytesIO(text), "p.jsonl", is_lines=True, limits=limits))


def codes(payload: Payload) -> list[str]:
    return [fault.code for fault in payload.faults]


class TestPayloads:
    def test_a_file_is_one_payload_however_many_lines_it_has(self) -> None:
        (payload,) = payloads(io.BytesIO(b'{\n"a": 1\n}'), "p.json", is_lines=False)

        assert payload.tree == {"a": 1}
        assert payload.locate("$.a") == Place("p.json", 2, 1)

    def test_an_empty_file_is_one_that_cannot_be_read(self) -> None:
        (payload,) = payloads(io.BytesIO(b""), None, is_lines=False)

        assert codes(payload) == ["AK-S001"]

    def test_each_line_is_one_and_blank_ones_are_none(self) -> None:
        found = read(b'\xef\xbb\xbf{"a": 1}\r\n\n  \n{"a": 2}')

        assert [(one.line, one.tree) for one in found] == [(1, {"a": 1}), (4, {"a": 2})]

    def test_a_line_that_cannot_be_read_does_not_hide_the_next(self) -> None:
        found = read(b'{"a"\n\xff\n{"a": 1, "a": 2}\n[[]\n{"a": 3}\n')

        assert [codes(one) for one in found] == [
            *(["AK-S001"], ["AK-S009"], ["AK-S006"], ["AK-S001"], []),
        ]
        assert [one.faults[0].place for one in found[:3]] == [
            Place("p.jsonl", 1, 5),
            Place("p.jsonl", 2, 1),
            Place("p.jsonl", 3, 10),
        ]
        assert found[2].faults[0].message == "the key 'a' is given twice"
        assert found[4].tree == {"a": 3}

    def test_a_line_that_is_too_long_is_passed_over_whole(self) -> None:
        long = b'{"a": "' + b"x" * 95 + b'"}\n'

        found = read(long + b'{"a": 1}\n' + long.rstrip(), most=20)

        assert [codes(one) for one in found] == [["AK-S008"], [], ["AK-S008"]]
        assert [one.line for one in found] == [1, 2, 3]

    def test_a_file_that_breaks_off_is_told_where(self) -> None:
        class Torn(io.BytesIO):
            def readline(self, size: int | None = -1, /) -> bytes:
                line = super().readline(size)
                if not line:
                    raise OSError(5, "Input/output error")
                return line

        whole, torn = payloads(Torn(b"{}\n"), "p.jsonl", is_lines=True)

        assert whole.tree == {}
        assert codes(torn) == ["AK-S027"]
        assert torn.locate("$.lead") == Place("p.jsonl", 1)

    def test_what_is_not_written_stands_where_its_owner_does(self) -> None:
        (payload,) = read(b'{"company": {"size": 1}}')

        assert payload.locate("$.company.employees") == Place("p.jsonl", 1, 2)
        assert payload.locate("$.owner") == Place("p.jsonl", 1, 1)


class TestStreamOf:
    def test_a_file_is_closed_in_the_end(self, tmp_path: Path) -> None:
        file = tmp_path / "p.json"
        file.write_bytes(b"{}")
        raw = stream_of(str(file))

        with raw as opened:
            assert opened.read() == b"{}"

        assert opened.closed

    def test_standard_input_is_left_open(self, monkeypatch: pytest.MonkeyPatch) -> None:
        given = io.TextIOWrapper(io.BytesIO(b"{}"))
        monkeypatch.setattr(sys, "stdin", given)

        assert [one.tree for one in payloads(stream_of("-"), None, is_lines=True)] == [
            {}
        ]
        assert not given.closed

    def test_a_process_may_have_no_input(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(sys, "stdin", None)

        with pytest.raises(UnreadableFileError, match="no standard input"):
            stream_of("-")


class TestIsOneALine:
    @pytest.mark.parametrize(
        ("name", "is_it"),
        [("a.jsonl", True), ("a.NDJSON", True), ("a.json", False), ("-", False)],
    )
    def test_the_name_of_the_file_tells(self, *, name: str, is_it: bool) -> None:
        assert is_one_a_line(name) is is_it
