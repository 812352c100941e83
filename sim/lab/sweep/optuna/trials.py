"""Write and print the trials of a search."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from shlex import quote

import yaml

from sim.analysis.jobs.command_line import typed
from sim.analysis.objective import Objective
from sim.analysis.settings import short_name
from sim.analysis.units import digits, scored, span
from sim.lab.base.console import out
from sim.lab.report.text.tables import Column, fitting, table_of
from sim.lab.store.atomic import write_atomic
from sim.lab.store.run_folder import Record
from sim.lab.store.sweep_file import TRIALS
from sim.lab.sweep.optuna.search import Search, Trial
from sim.lazy import pd

SHOWN = 10
BEST = "optimization_results.yaml"  # as in Hydra's own Optuna plugin


def frame(search: Search) -> pd.DataFrame:
    """Return a row per trial, with the best so far."""
    rows = [
        {
            "trial": trial.number,
            "state": "failed" if trial.value is None else "complete",
            "objective": trial.value,
            "run": trial.run,
            **_params(trial),
        }
        for trial in search.trials
    ]
    table = pd.DataFrame(rows).astype({"objective": float})
    known = table["objective"]
    best = known.cummin() if search.direction == "minimize" else known.cummax()
    table.insert(3, "best", best.ffill())
    return table


def write(search: Search, objective: Objective, folder: Path) -> None:
    """Write the trials, if any, and the best one."""
    if not search.trials:
        return
    write_atomic(folder / TRIALS, frame(search).to_csv(index=False).encode())
    if (best := search.best) is None:
        (folder / BEST).unlink(missing_ok=True)
        return
    found = {
        "name": "optuna",
        "objective": objective.name,
        "direction": search.direction,
        "trials": len(search.trials),
        "failed": sum(trial.value is None for trial in search.trials),
        "best_trial": best.number,
        "best_value": best.value,
        "best_params": {key: _number(value) for key, value in _params(best).items()},
        "run": best.run,
    }
    text = yaml.safe_dump(found, sort_keys=False, allow_unicode=True, width=120)
    write_atomic(folder / BEST, text.encode())


def show(search: Search, objective: Objective, records: Sequence[Record]) -> None:
    """Print the best trials, the best first."""
    runs = {record.hash: record for record in records}
    ranked = [trial for trial in search.ranked() if trial.run in runs]
    if not ranked:
        return
    more = f", the best {SHOWN}" if len(ranked) > SHOWN else ""
    title = f"{records[0].config.world}: {len(search.trials)} trials{more}{objective.formula}"
    shown, console = ranked[:SHOWN], out()
    settings = zip(*(_params(trial).values() for trial in shown), strict=True)
    ages = (span(runs[trial.run].summary.get("staleness/data_age/mean")) for trial in shown)
    columns = [
        Column("trial", tuple(str(trial.number) for trial in shown), right=True),
        *(Column(short_name(key), cells, folds=True) for key, cells in zip(shown[0].params, settings, strict=True)),
        Column(objective.heading, tuple(_objective(trial, objective, runs[trial.run]) for trial in shown), right=True),
        Column("data age", tuple(ages), right=True, rank=1),
    ]
    fits, _ = fitting(columns, console.width)
    console.print(table_of(title, fits, console.width, {n for n, one in enumerate(shown) if one is search.best}))


def _objective(trial: Trial, objective: Objective, record: Record) -> str:
    """Return a trial's objective, with interval if a score."""
    if objective.name not in record.summary:
        return digits(trial.value)
    return scored({**record.summary, objective.name: trial.value}, objective.name)


def announce(search: Search, objective: Objective, folder: Path) -> None:
    """Print the best trial, as overrides to type."""
    if (best := search.best) is None:
        lines = ["best    none of the trials has an objective"]
    else:
        params = " ".join(quote(f"{key}={value}") for key, value in _params(best).items())
        what = f"trial {best.number} of {len(search.trials)}, {objective.heading} {digits(best.value)}"
        lines = [f"best    {params}", f"        {what}; {folder / BEST}"]
    out().out("\n".join(lines), highlight=False)


def _params(trial: Trial) -> dict[str, str]:
    """Return a trial's values as the user writes them."""
    return {typed([key])[0]: value.strip('"') for key, value in trial.params.items()}


def _number(value: str) -> float | str:
    """Return a number from its text, other text unchanged."""
    for kind in (int, float):
        with suppress(ValueError):
            return kind(value)
    return value
