"""What keeps a file from being opened is one mistake with one code."""

from __future__ import annotations

from pathlib import Path

import pytest

from alignkit.errors import UnreadableFileError
from alignkit.files import name_of, opened


class TestNameOf:
    def test_a_path_is_named_as_it_was_given(self) -> None:
        assert name_of(Path("a", "b.toml")) == str(Path("a", "b.toml"))
        assert name_of("a.toml") == "a.toml"


class TestOpened:
    def test_a_file_is_read_as_bytes(self, tmp_path: Path) -> None:
        (tmp_path / "a.txt").write_bytes(b"\xff")

        with opened(str(tmp_path / "a.txt")) as file:
            assert file.read() == b"\xff"

    def test_a_folder_is_no_file(self, tmp_path: Path) -> None:
        with pytest.raises(UnreadableFileError) as caught:
            opened(str(tmp_path))

        assert caught.value.file == str(tmp_path)
        assert isinstance(caught.value.__cause__, OSError)
