"""The events of a scored trigger: shifts, labels, retrains."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.analysis.triggers.triggers import Triggers
from sim.lazy import lazy

if TYPE_CHECKING:
    import pandas as pd
else:
    pd = lazy("pandas")


def frame(found: Triggers) -> pd.DataFrame:
    """Return a row per event; ``docs/decisions/triggers.md`` lists the columns.

    Instants are seconds; a first label that never came has no row.
    """
    rows = []
    for n, (run, one, twin) in enumerate(zip(found.trigger, found.pooled.replications, found.twin, strict=True)):
        alarms = set(run.alarms.tolist())
        of = {
            "shift": one.shifts.tolist(),
            "first label": [at for at in one.first_labels.tolist() if at <= one.horizon],
            "detection": one.detected[one.seen].tolist(),
            "false alarm": one.false.tolist(),
            "other retrain": [at for at in run.retrains.tolist() if at not in alarms],
            "retrain by the clock": twin.retrains.tolist(),
        }
        rows += [(n, at, event) for event, instants in of.items() for at in instants]
    return pd.DataFrame(sorted(rows), columns=["replication", "at", "event"])
