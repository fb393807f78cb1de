"""Measure alignkit, beside other libraries where there are any, and print tables."""

from __future__ import annotations

from tests.benchmarks import (
    bench_documents,
    bench_events,
    bench_handoffs,
    bench_judgement,
    bench_lint,
    time_wing,
)
from tests.benchmarks.measuring import machine

print(f"Measured on {machine(*time_wing.PACKAGES)}.\n")
for measured in (
    time_wing,
    bench_documents,
    bench_events,
    bench_lint,
    bench_judgement,
    bench_handoffs,
):
    for table in measured.tables():
        print(table, flush=True)
