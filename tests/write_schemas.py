"""Write the schemas that the package ships: ``python -m tests.write_schemas``.

A test holds that they are what the classes say.
"""

from __future__ import annotations

import inspect
from pathlib import Path

import alignkit
from alignkit import schema

SHIPPED = Path(inspect.getfile(alignkit)).parent / "schemas"

if __name__ == "__main__":
    for name in schema.SCHEMAS:
        SHIPPED.joinpath(f"{name}.json").write_text(
            schema.text(name), encoding="utf-8", newline="\n"
        )
