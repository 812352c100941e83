"""Write the trials of a search; print the best."""

from __future__ import annotations

from pathlib import Path

import yaml

from sim.analysis.jobs.trials import Trials
from sim.lab.base.console import out
from sim.lab.store.atomic import write_atomic
from sim.lab.store.sweep_file import TRIALS

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


def announce(trials: Trials, folder: Path) -> None:
    """Print the best trial, as overrides to type."""
    where = "" if trials.best is None else f"; {folder / BEST}"
    out().out(f"{trials.sentence()}{where}", highlight=False)
