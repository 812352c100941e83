"""Write and print the trials of a search."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import yaml

from sim.analysis.jobs.trials import Trials
from sim.analysis.report.columns import Table
from sim.analysis.units import counted
from sim.lab.base.console import out
from sim.lab.report.text import tables
from sim.lab.store.atomic import write_atomic
from sim.lab.store.run_folder import Record
from sim.lab.store.sweep_file import TRIALS

SHOWN = 10
BEST = "optimization_results.yaml"  # as in Hydra's own Optuna plugin


def write(trials: Trials, folder: Path) -> None:
    """Write the trials, if any, and the best one."""
    if not trials.each:
        return
    write_atomic(folder / TRIALS, trials.frame().to_csv(index=False).encode())
    if (found := trials.result()) is None:
        (folder / BEST).unlink(missing_ok=True)
        return
    write_atomic(folder / BEST, yaml.safe_dump(found, sort_keys=False, allow_unicode=True, width=120).encode())


def show(trials: Trials, records: Sequence[Record]) -> None:
    """Print the best trials, the best first."""
    runs = {record.hash: record for record in records}
    ranked = [trial for trial in trials.ranked if trial.run in runs]
    if not ranked:
        return
    more = f", the best {SHOWN}" if len(ranked) > SHOWN else ""
    title = f"{records[0].config.world}: {counted(len(trials.each), 'trial')}{more}{trials.objective.formula}"
    shown = ranked[:SHOWN]
    bold = {n: "bold" for n, one in enumerate(shown) if one is trials.best}
    tables.show([Table(title, trials.columns(shown, runs), bold)], out())


def announce(trials: Trials, folder: Path) -> None:
    """Print the best trial, as overrides to type."""
    where = "" if trials.best is None else f"; {folder / BEST}"
    out().out(f"{trials.sentence()}{where}", highlight=False)
