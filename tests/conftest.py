"""How much Hypothesis tries, and which tests need the real sets."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# Started by hand, and read by type checkers alone.
collect_ignore = ["benchmarks", "typing"]

settings.register_profile(
    "default",
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile(
    "ci", settings.get_profile("default"), derandomize=True, print_blob=True
)
settings.register_profile(
    "laws", settings.get_profile("default"), max_examples=2_000, print_blob=True
)
# Where the laws were held a moment ago, and only the installation is another.
settings.register_profile(
    "brief", settings.get_profile("default"), max_examples=10, derandomize=True
)
# Hypothesis would choose a profile of its own where CI is set. Another one is asked for
# with --hypothesis-profile.
settings.load_profile("ci" if "CI" in os.environ else "default")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if "ALIGNKIT_SHARED" in os.environ:
        return
    absent = pytest.mark.skip(
        reason="the real sets are not here: ALIGNKIT_SHARED names no folder"
    )
    for item in items:
        if item.get_closest_marker("shared"):
            item.add_marker(absent)


@pytest.fixture
def shared() -> Path:
    """The folder of the real sets and cases; for tests marked `shared` only."""
    return Path(os.environ["ALIGNKIT_SHARED"])
