"""Measure alignkit beside other libraries, and print what came out as tables."""

from __future__ import annotations

from tests.benchmarks import time_wing
from tests.benchmarks.measuring import machine

print(f"Measured on {machine(*time_wing.PACKAGES)}.\n")
for measured in time_wing.tables():
    print(measured, flush=True)
