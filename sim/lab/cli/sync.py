"""``delaylab sync``: log runs to MLflow that are missing there."""

from __future__ import annotations

import argparse
import os
import re
from collections import Counter
from pathlib import Path

from sim.analysis.stored.sweep_list import swept_keys
from sim.errors import LabError
from sim.lab.cli._options import add_results, duration
from sim.lab.store.containment import check_results
from sim.lab.store.run_folder import records
from sim.lab.store.sweep_file import about_of, runs_of, sweeps
from sim.lab.tracking.tracker import MlflowTracker, check_uri

HELP = "log complete runs and sweeps to MLflow that are not there yet"
AGAIN = "the same command logs what is missing once it answers"
VARIABLE = "MLFLOW_TRACKING_URI"  # MLflow's own; runs read it in conf/tracker/mlflow.yaml
PATIENCE = "10m"  # longer than in a run: this command has nothing else to do


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    add_results(parser)
    text = f"tracking server; without it that of {VARIABLE}, else the SQLite file in the results folder"
    parser.add_argument("--uri", default=os.environ.get(VARIABLE), help=text)
    parser.add_argument("--experiment", default="delaylab", help="MLflow experiment (delaylab)")
    text = f"how long to wait for a slow server in total, such as 90s or 1h, a bare number is seconds ({PATIENCE})"
    parser.add_argument("--patience", default=PATIENCE, metavar="TIME", help=text)


def main(options: argparse.Namespace) -> int:
    """Log what is missing; doing it again adds nothing."""
    text = options.patience
    bare = re.fullmatch(r"[0-9.]+", text) is not None
    patience = duration("sync: --patience", f"{text}s" if bare else text)
    check_uri("sync: --uri", options.uri)
    check_results(options.results)
    tracker = MlflowTracker(options.results, options.uri, options.experiment, patience, AGAIN)
    counts, doubled = log_all(tracker, options.results)
    if tracker.refused:
        return 2
    if tracker.experiment_id is None:
        return 1
    print(", ".join(f"{counts[what]} {what}" for what in ("logged", "already there", "failed")), end="")
    print(" (a run counts once for each sweep that it is in)" if doubled else "")
    print(tracker.where())
    return 1 if tracker.offline or counts["failed"] else 0


def log_all(tracker: MlflowTracker, results: Path) -> tuple[Counter[str], bool]:
    """Log all runs and sweeps of a results folder.

    Returns the number of runs by outcome, and whether some run is in several sweeps.
    """
    found = sweeps(results)
    swept = [(record, folder) for folder in found for record in runs_of(results, folder.name)]
    known = {record.hash for record, _ in swept}
    listed = {folder: about_of(folder / "sweep.json") for folder in found}
    known = known.union(*(about.earlier for about in listed.values()))
    alone = [record for record in records(results) if record.hash not in known]
    if not swept and not alone:
        raise LabError(f"sync: no complete run in {results / 'runs'}")
    for record, folder in swept:
        tracker.log_run(record, folder.name, swept_keys(listed[folder]))
    for record in alone:
        tracker.log_run(record, None)
    for folder in found:
        tracker.log_sweep(folder)
    return tracker.finish(), len(swept) > len({record.hash for record, _ in swept})
