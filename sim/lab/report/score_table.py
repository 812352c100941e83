"""What runs have in common, in a line, and the half-width of a score's interval."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sim.lab.report.units import counted
from sim.lab.store.run_folder import Record


def title(records: Sequence[Record]) -> str:
    """Return what all runs have in common."""
    scenarios = sorted({r.config.world for r in records})
    replications = sorted({r.config.replications for r in records})
    least, most = replications[0], replications[-1]
    many = counted(most, "replication") if least == most else f"{least} to {most} replications"
    note = ", ± 95 % intervals" if least > 1 else ""
    return f"{', '.join(scenarios)}: {counted(len(records), 'run')} of {many}{note}"


def half(row: dict[Any, Any], name: str) -> float | None:
    """Return the half-width of a score's interval, None without one."""
    low, high = row.get(f"{name}/low"), row.get(f"{name}/high")
    return None if low is None or high is None else (high - low) / 2
