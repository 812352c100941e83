"""Trials of a search: table, ranking, and the best one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from io import BytesIO
from shlex import quote
from typing import Any

from sim.analysis.jobs.command_line import typed
from sim.analysis.objective import Objective
from sim.analysis.paired.scored_run import ScoredRun
from sim.analysis.report.columns import Column, Table
from sim.analysis.settings import short_name
from sim.analysis.stored.plain_data import MOST_NUMBER
from sim.analysis.units import counted, digits, scored, span
from sim.errors import whole
from sim.lazy import pd

SHOWN = 10  # trials


@dataclass
class Trial:
    """One point of the searched space."""

    number: int  # from 0, in the order in which trials were suggested
    overrides: tuple[str, ...]  # the value of each key that is searched
    run: str = ""  # the name of its run
    value: float | None = None  # the objective; None: not known yet, or it failed

    @property
    def params(self) -> dict[str, str]:
        """The value of each key, as the user writes them.

        >>> Trial(0, ("++cadence.interval=1h", 'scenario.platform.push="constant(1h)"')).params
        {'cadence.interval': '1h', 'scenario.platform.push': 'constant(1h)'}
        """
        pairs = (one.partition("=")[::2] for one in typed(self.overrides))
        return {key: value.strip('"') for key, value in pairs}


@dataclass
class Trials:
    """The trials of a search so far."""

    objective: Objective
    direction: str  # ``minimize`` or ``maximize``
    each: list[Trial] = field(default_factory=list)

    @property
    def ranked(self) -> list[Trial]:
        """The trials with an objective, the best first."""
        sign = 1.0 if self.direction == "minimize" else -1.0
        known = [(sign * trial.value, trial.number, trial) for trial in self.each if trial.value is not None]
        return [trial for *_, trial in sorted(known)]

    @property
    def best(self) -> Trial | None:
        """The best trial, the first of equals."""
        return next(iter(self.ranked), None)

    def frame(self) -> pd.DataFrame:
        """Return a row per trial, with the best so far.

        Columns: ``trial state objective best run``, and a column for each key.
        """
        rows = [
            {"trial": trial.number, "state": "failed" if trial.value is None else "complete", "objective": trial.value,
             "run": trial.run, **trial.params}
            for trial in self.each
        ]  # fmt: skip
        table = pd.DataFrame(rows).astype({"objective": float})
        known = table["objective"]
        best = known.cummin() if self.direction == "minimize" else known.cummax()
        table.insert(3, "best", best.ffill())
        return table

    def result(self) -> dict[str, Any] | None:
        """Return the best trial as plain data, None without one."""
        if (best := self.best) is None:
            return None
        return {
            "name": "optuna",
            "objective": self.objective.name,
            "direction": self.direction,
            "trials": len(self.each),
            "failed": sum(trial.value is None for trial in self.each),
            "best_trial": best.number,
            "best_value": best.value,
            "best_params": {key: _number(value) for key, value in best.params.items()},
            "run": best.run,
        }

    def sentence(self) -> str:
        """Return two lines: the best trial, as overrides to type."""
        if (best := self.best) is None:
            return "best    none of the trials has an objective"
        params = " ".join(quote(f"{key}={value}") for key, value in best.params.items())
        number = f"trial {best.number} of {len(self.each)}"
        return f"best    {params}\n        {number}, {self.objective.heading} {digits(best.value)}"

    def parts(self, records: Sequence[ScoredRun]) -> list[Table]:
        """Return the best trials as a table, the best first.

        It is empty where no trial has an objective.
        """
        runs = {record.hash: record for record in records}
        ranked = [trial for trial in self.ranked if trial.run in runs]
        if not ranked:
            return []
        more = f", the best {SHOWN}" if len(ranked) > SHOWN else ""
        title = f"{records[0].config.world}: {counted(len(self.each), 'trial')}{more}{self.objective.formula}"
        shown = ranked[:SHOWN]
        bold = {n: "bold" for n, one in enumerate(shown) if one is self.best}
        return [Table(title, self.columns(shown, runs), bold)]

    def columns(self, shown: list[Trial], runs: Mapping[str, ScoredRun]) -> list[Column]:
        """Return a table of some trials.

        Args:
            shown: those to show, at least one.
            runs: their runs by name.
        """
        settings = zip(*(trial.params.values() for trial in shown), strict=True)
        scores = [runs[trial.run].summary for trial in shown]
        values = (self._told(trial, own) for trial, own in zip(shown, scores, strict=True))
        ages = (span(own.data_age) for own in scores)
        return [
            Column("trial", tuple(str(trial.number) for trial in shown), right=True),
            *(Column(short_name(key), cells, folds=True) for key, cells in zip(shown[0].params, settings, strict=True)),
            Column(self.objective.heading, tuple(values), right=True),
            Column("data age", tuple(ages), right=True, rank=1),
        ]

    def _told(self, trial: Trial, scores: Mapping[str, float | None]) -> str:
        """Return a trial's objective, with interval if a score."""
        if self.objective.name not in scores:
            return digits(trial.value)
        return scored({**scores, self.objective.name: trial.value}, self.objective.name)


def _number(value: str) -> float | str:
    """Return a number from its text, other text unchanged."""
    for kind in (int, float):
        with suppress(ValueError):
            return kind(value)
    return value


def points_of(table: bytes) -> list[tuple[str, int, float]]:
    """Return metric, step and value of each point.

    Args:
        table: the trials of a search, CSV as `Trials.frame`; anybody may have written it.

    Raises:
        ValueError, LookupError, TypeError, OverflowError: it is no such table.

    >>> points_of(b"trial,objective,best\\n0,0.5,0.5\\n1,,0.5\\n")
    [('objective', 0, 0.5), ('objective/best', 0, 0.5), ('objective/best', 1, 0.5)]
    """
    rows: list[dict[Any, Any]] = pd.read_csv(BytesIO(table)).to_dict("records")
    return [
        (name, whole("trials.csv: trial", row["trial"], 0, MOST_NUMBER), float(row[column]))
        for row in rows
        for name, column in (("objective", "objective"), ("objective/best", "best"))
        if row[column] == row[column]  # a failed one is NaN
    ]
