"""Which release of alignkit this is, as the installed package itself says."""

from __future__ import annotations

import importlib.metadata

__version__ = importlib.metadata.version("alignkit")
"""The release, such as ``"0.1.0"``."""
