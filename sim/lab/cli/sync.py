"""``delaylab sync``: log to MLflow what is not there yet."""

from __future__ import annotations

import argparse
import os
from collections import Counter
from typing import TYPE_CHECKING

from sim.errors import LabError
from sim.lab.base.console import complain
from sim.lab.cli._options import add_results

if TYPE_CHECKING:
    from sim.lab.store.run_folder import Record
    from sim.lab.tracking.tracker import MlflowTracker

HELP = "log complete runs and sweeps to MLflow that are not there yet"
AGAIN = "the same command logs what is missing once it answers"
VARIABLE = "MLFLOW_TRACKING_URI"  # MLflow's own; runs read it in conf/tracker/mlflow.yaml
PATIENCE = 600.0  # who asks for nothing else waits longer


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    add_results(parser)
    told = f"tracking server; without it that of {VARIABLE}, else the SQLite file in the results folder"
    parser.add_argument("--uri", default=os.environ.get(VARIABLE), help=told)
    parser.add_argument("--experiment", default="delaylab", help="MLflow experiment (delaylab)")
    told = f"how long a slow server may keep it waiting in all ({PATIENCE:.0f})"
    parser.add_argument("--patience", type=float, default=PATIENCE, metavar="SECONDS", help=told)


def main(options: argparse.Namespace) -> int:
    """Log what is missing; doing it again adds nothing."""
    from sim.lab.store.inside import check_results
    from sim.lab.store.run_folder import records
    from sim.lab.store.sweep_file import earlier_runs, runs_of, sweeps
    from sim.lab.tracking.tracker import MlflowTracker, check_uri

    if not 0.0 < options.patience < float("inf"):
        raise LabError(f"sync: --patience {options.patience:g}; seconds above 0 are allowed")
    check_uri("sync: --uri", options.uri)
    check_results(options.results)
    found = sweeps(options.results)
    swept = [(record, folder.name) for folder in found for record in runs_of(options.results, folder.name)]
    known = {record.hash for record, _ in swept}
    known |= {name for folder in found for name in earlier_runs(options.results, folder.name)}
    alone = [(record, None) for record in records(options.results) if record.hash not in known]
    if not swept and not alone:
        raise LabError(f"sync: no complete run in {options.results / 'runs'}")
    tracker = MlflowTracker(options.results, options.uri, options.experiment, options.patience, AGAIN)
    if not tracker.prepare():
        return 1
    counts = Counter(_log(tracker, record, sweep) for record, sweep in [*swept, *alone])
    for folder in found:
        tracker.log_sweep(folder)
    print(", ".join(f"{counts[what]} {what}" for what in ("logged", "already there", "failed")), end="")
    print(
        " (a run counts once for each sweep that it is in)"
        if len(swept) > len({record.hash for record, _ in swept})
        else ""
    )
    print(tracker.where())
    return 1 if tracker.offline or counts["failed"] else 0


def _log(tracker: MlflowTracker, record: Record, sweep: str | None) -> str:
    try:
        _ = record.config, record.summary, record.started  # a folder that cannot be read is not the server's fault
        if tracker.log_run(record, sweep):
            return "logged"
    except LabError as error:
        complain(str(error))
        return "failed"
    return "failed" if tracker.offline else "already there"
