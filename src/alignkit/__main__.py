"""The command line, started as ``python -m alignkit``."""

from __future__ import annotations

import sys

from alignkit.cli import main

if __name__ == "__main__":
    sys.exit(main())
