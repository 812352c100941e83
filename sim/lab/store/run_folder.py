"""The folder of a run: written once, read by everything.

``config.yaml scenario.yaml summary.json replicates.parquet curve.parquet versions.parquet manifest.json``, and with a
trace ``requests.parquet impressions.parquet``. Columns: docs/outputs.md.
"""

from __future__ import annotations

import math
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from agents import Agent
from sim.analysis.identity import code_digest
from sim.analysis.paired.scored_run import beside, files_named, world_of
from sim.analysis.run_config import RunConfig
from sim.analysis.score import outdated
from sim.analysis.stored.checks import manifest_of, start_of, summary_of
from sim.errors import LabError
from sim.lab.store.untrusted import content, mapping, table_of
from sim.lazy import pd
from sim.scenario import Scenario
from sim.score import Scores

TRACE = ("requests.parquet", "impressions.parquet")
LARGE = (*TRACE, "curve.parquet", "versions.parquet")  # not needed for a table of scores
SMALL = ("config.yaml", "scenario.yaml", "summary.json", "replicates.parquet", "curve.parquet", "versions.parquet",
         "manifest.json")  # fmt: skip
_COLUMNS = {
    "curve": ("bucket", "at", "requests", "regret/per_request", "staleness/data_age/mean", "staleness/unlearned/mean"),
    "versions": ("version", "cutoff_at", "trained_at", "live_at", "retired_at"),
    "replicates": ("replication", "regret/per_request"),
}


@dataclass(frozen=True)
class Record:
    """A complete run folder; wrong files raise `LabError`."""

    folder: Path
    choices: Mapping[str, str] | None = None  # the names chosen by the current job; None: those stored in the folder

    @staticmethod
    def complete(folder: Path, trace: bool = False) -> bool:
        """Say whether a folder holds a run (and its trace)."""
        needed = ("config.yaml", "summary.json")
        complete = not folder.name.startswith(".") and all((folder / name).is_file() for name in needed)
        return complete and (not trace or has_trace(folder))

    @property
    def hash(self) -> str:
        """The name of the run."""
        return self.folder.name

    @cached_property
    def config(self) -> RunConfig:
        """The resolved configuration."""
        file = self.folder / "config.yaml"
        chosen = {} if self.choices is None else {"choices": dict(self.choices)}
        return RunConfig.of(mapping(file) | chosen, file)

    @cached_property
    def summary(self) -> Scores:
        """The scores by name; None where undefined.

        Scores whose meaning has changed since are absent.
        """
        file = self.folder / "summary.json"
        return summary_of(mapping(file), file)

    @cached_property
    def manifest(self) -> dict[str, Any]:
        """Fingerprint, times and versions of the run."""
        file = self.folder / "manifest.json"
        return manifest_of(mapping(file), file)

    @cached_property
    def world(self) -> str:
        """Identity of the run's world: see `world_of`."""
        return world_of(self.config, self.folder)

    @property
    def of_this_code(self) -> bool:
        """Whether this code computed it, not other of its epoch."""
        return bool(self.manifest["environment"].get("code") == code_digest())

    @property
    def started(self) -> datetime:
        """When it was started."""
        return start_of(self.manifest, self.folder / "manifest.json")

    @cached_property
    def replicates(self) -> pd.DataFrame | None:
        """The scores of each replication; None without the table."""
        return self.table("replicates") if (self.folder / "replicates.parquet").is_file() else None

    @property
    def traced(self) -> bool:
        """Whether requests and impressions are there."""
        return has_trace(self.folder)

    def table(self, name: str) -> pd.DataFrame:
        """Return ``curve``, ``versions``, ``replicates``, or a trace table."""
        found: pd.DataFrame = table_of(self.folder / f"{name}.parquet", _COLUMNS.get(name, ()))
        if (former := outdated(found.columns)) and name in ("curve", "replicates"):
            found = found.assign(**dict.fromkeys(former, math.nan))
        return found


@dataclass(frozen=True)
class Stored:
    """A stored run that can be run again."""

    record: Record
    scenario: Scenario
    agent: Agent
    seed: int
    replications: int
    same_code: bool  # whether it was computed by the present code
    warnings: tuple[str, ...] = ()  # reasons why results may differ

    @cached_property
    def impressions(self) -> pd.DataFrame:
        """The impressions of its trace."""
        return self.record.table("impressions")

    def check_traced(self, replication: int, command: str) -> None:
        """Refuse a run without trace, or without this replication."""
        self.check_replication(replication, command)
        if not Record.complete(self.record.folder, trace=True):
            raise LabError(f"{command}: the run has no trace; run it again with trace=true rerun=true")

    def check_replication(self, replication: int, command: str) -> None:
        """Refuse a replication that the run does not have."""
        if not 0 <= replication < self.replications:
            raise LabError(
                f"{command}: there is no replication {replication}; the run has 0 to {self.replications - 1}"
            )


def files_of(folder: Path) -> list[Path]:
    """Return a run's files to copy: all but the trace.

    Files that the laws of its scenario name are included, other files in the folder are not.
    """
    named = files_named(content(folder / "scenario.yaml").decode(errors="replace"))
    names = dict.fromkeys((*SMALL, *filter(beside, named)))
    return [folder / name for name in names if name not in TRACE and os.path.lexists(folder / name)]


def has_trace(folder: Path) -> bool:
    """Say whether a folder holds the trace of a run."""
    return all((folder / name).is_file() for name in TRACE)


def records(results: Path) -> list[Record]:
    """Return the complete runs of a results folder, oldest first."""
    folders = [folder for folder in (results / "runs").glob("*") if Record.complete(folder)]
    return [Record(f) for f in sorted(folders, key=lambda f: (f.stat().st_mtime, f.name))]
