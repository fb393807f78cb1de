"""How errors speak, and how they travel."""

from __future__ import annotations

import pickle

import pytest

from alignkit.errors import (
    AlignkitError,
    DocumentError,
    EventError,
    LooseEndsError,
    UnknownPresetError,
    UnreadableFileError,
)
from alignkit.findings import Finding

FAULT = Finding.error("AK-S002", "$.x", "unknown key 'x'")


class TestText:
    @pytest.mark.parametrize("kind", [DocumentError, EventError, LooseEndsError])
    def test_thousands_of_faults_are_cut_with_a_count(
        self, kind: type[DocumentError | EventError | LooseEndsError]
    ) -> None:
        error = kind((FAULT,) * 30_000)

        lines = str(error).splitlines()

        assert lines[-1] == "... and 29,900 more"
        assert lines.count(str(FAULT)) == 100
        assert len(error.findings) == 30_000

    def test_a_hundred_are_told_whole(self) -> None:
        lines = str(DocumentError((FAULT,) * 100)).splitlines()

        assert lines == ["the document has 100 faults", *[str(FAULT)] * 100]

    def test_a_name_that_is_no_text_is_told_as_text(self) -> None:
        error = UnknownPresetError(3, ("standard",))  # type: ignore[arg-type]

        assert str(error) == "no lifecycle is named '3'; choose one of standard"


class TestPickle:
    @pytest.mark.parametrize(
        "error",
        [
            UnreadableFileError("nope.toml", "No such file or directory"),
            DocumentError((FAULT,)),
        ],
        ids=lambda error: type(error).__name__,
    )
    def test_an_error_comes_back_equal(self, error: AlignkitError) -> None:
        found = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own bytes

        assert (type(found), found.args) == (type(error), error.args)
        assert str(found) == str(error)
