"""``delaylab sync``: log to MLflow what is not there yet."""

from __future__ import annotations

import argparse

from sim.lab.cli._options import add_results

HELP = "log complete runs and sweeps to MLflow that are not there yet"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    add_results(parser)
    parser.add_argument("--uri", help="tracking server; without it the SQLite file in the results folder")
    parser.add_argument("--experiment", default="delaylab", help="MLflow experiment (delaylab)")


def main(options: argparse.Namespace) -> int:
    """Log what is missing; doing it again adds nothing."""
    from sim.lab.record import records
    from sim.lab.sweep import runs_of, sweeps
    from sim.lab.tracker import MlflowTracker

    tracker = MlflowTracker(options.results, options.uri, options.experiment)
    if not tracker.prepare():
        return 1
    logged, swept = 0, set()
    for folder in sweeps(options.results):
        for record in runs_of(options.results, folder.name):
            swept.add(record.hash)
            logged += tracker.log_run(record, folder.name)
        tracker.log_sweep(folder)
    alone = [r for r in records(options.results) if r.hash not in swept]
    logged += sum(tracker.log_run(record, None) for record in alone)
    print(f"{logged} runs logged, {len(swept) + len(alone)} there\n{tracker.where()}")
    return 1 if tracker.offline else 0
