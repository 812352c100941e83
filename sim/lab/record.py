"""The folder of a run: written once, read by everything else.

``config.yaml scenario.yaml summary.json replicates.parquet curve.parquet versions.parquet manifest.json``, and with a
trace ``requests.parquet impressions.parquet``. Columns: docs/outputs.md.
"""

from __future__ import annotations

import json
import math
import os
import re
import shutil
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from types import NoneType
from typing import TYPE_CHECKING, Any

import yaml

import sim
from sim.lab.environment import environment
from sim.lab.errors import LabError
from sim.lab.folder import new_folder, writing
from sim.lab.former import outdated
from sim.lab.plain import content, mapping
from sim.lab.plain_table import LONGEST, table_of
from sim.lab.tables import write_table
from sim.laws.durations import text
from sim.pipeline.guard import end_if_forked

if TYPE_CHECKING:
    import pandas as pd

    from sim.lab.job import Job
    from sim.simulation import Run

SMALL = ("config.yaml", "scenario.yaml", "summary.json", "replicates.parquet", "curve.parquet", "versions.parquet",
         "manifest.json")  # fmt: skip
TRACE = ("requests.parquet", "impressions.parquet")
LARGE = (*TRACE, "curve.parquet", "versions.parquet")  # not needed for a table of scores
_CONFIG = {"choices": dict, "agent": dict, "scenario": dict, "seed": int, "replications": int, "version": str}
_BLOCKS = ("users", "items", "slate", "feedback", "platform")
_MANIFEST = {"fingerprint": str, "started_at": str, "seconds": float, "environment": dict}
_COLUMNS = {
    "curve": ("bucket", "at", "requests", "regret/per_request", "staleness/data_age/mean", "staleness/unlearned/mean"),
    "versions": ("version", "cutoff_at", "trained_at", "live_at", "retired_at"),
    "replicates": ("replication", "regret/per_request"),
}
_DUMPER: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)  # the same text, eight times as fast, where it is compiled
EMPIRICAL = re.compile(r"empirical\(\s*file\s*=\s*[\"']?([^\"')]+)")


@dataclass(frozen=True)
class Record:
    """A complete run folder.

    Attributes:
        folder: where it is.
        choices: the names chosen in the config groups by who asks now; None: by who computed it.
    """

    folder: Path
    choices: Mapping[str, str] | None = None

    @staticmethod
    def complete(folder: Path, trace: bool = False) -> bool:
        """Say whether a folder holds a run, and its trace if that is asked for."""
        needed = ("config.yaml", "summary.json")
        complete = not folder.name.startswith(".") and all((folder / name).is_file() for name in needed)
        return complete and (not trace or has_trace(folder))

    @property
    def hash(self) -> str:
        """The name of the run."""
        return self.folder.name

    @cached_property
    def config(self) -> dict[str, Any]:
        """The resolved configuration.

        Raises:
            LabError: the file is not one; the same goes for what follows.
        """
        file = self.folder / "config.yaml"
        stored = mapping(file) | ({} if self.choices is None else {"choices": dict(self.choices)})
        for key, kind in _CONFIG.items():
            if not isinstance(stored.get(key), kind) or isinstance(stored[key], bool):
                raise LabError(f"{file}: {key}: is no {kind.__name__}")
        if wrong := [key for key in _BLOCKS if not isinstance(stored["scenario"].get(key, {}), dict)]:
            raise LabError(f"{file}: scenario.{wrong[0]}: holds no keys")
        words = {"scenario.name": stored["scenario"].get("name")} | {
            f"choices.{k}": v or "" for k, v in stored["choices"].items()
        }
        if wrong := [key for key, value in words.items() if not isinstance(value, str)]:
            raise LabError(f"{file}: {wrong[0]}: is no str")
        return stored

    @cached_property
    def summary(self) -> dict[str, float | None]:
        """The scores by name; None where a score is undefined, absent where it meant another thing then."""
        found = mapping(self.folder / "summary.json")
        for name, value in found.items():
            if not isinstance(value, (int, float, NoneType)) or (isinstance(value, float) and not math.isfinite(value)):
                raise LabError(f"{self.folder / 'summary.json'}: {name}: is no number")
        return {name: value for name, value in found.items() if name not in outdated(found)}

    @cached_property
    def manifest(self) -> dict[str, Any]:
        """Fingerprint, when and how long it ran, and with which versions."""
        file = self.folder / "manifest.json"
        found = mapping(file)
        for key, kind in _MANIFEST.items():
            if not isinstance(found.get(key), kind):
                raise LabError(f"{file}: {key}: is no {kind.__name__}")
        if not 0.0 <= found["seconds"] <= LONGEST:
            raise LabError(f"{file}: seconds: is no time that a run takes")
        return found

    @property
    def started(self) -> datetime:
        """When it was started."""
        told = self.manifest["started_at"]
        try:
            began = datetime.fromisoformat(told)
            if began.timestamp() >= 0:
                return began
        except (ValueError, OverflowError, OSError):
            pass
        raise LabError(f"{self.folder / 'manifest.json'}: started_at: is no time")

    @cached_property
    def replicates(self) -> pd.DataFrame | None:
        """The scores of each replication, read once: some kilobytes. None without the table."""
        return self.table("replicates") if (self.folder / "replicates.parquet").is_file() else None

    def table(self, name: str) -> pd.DataFrame:
        """Return ``curve``, ``versions``, ``replicates``, or a table of the trace."""
        found: pd.DataFrame = table_of(self.folder / f"{name}.parquet", _COLUMNS.get(name, ()))
        if (former := outdated(found.columns)) and name in ("curve", "replicates"):
            found = found.assign(**dict.fromkeys(former, math.nan))
        return found


def files_of(folder: Path) -> list[Path]:
    """Return the files of a run that are copied for others: those that it has, but for the trace.

    Files that the laws of its scenario name are among them; whatever else lies there is not.
    """
    named = EMPIRICAL.findall(content(folder / "scenario.yaml").decode(errors="replace"))
    names = dict.fromkeys((*SMALL, *filter(_beside, map(str.strip, named))))
    return [folder / name for name in names if name not in TRACE and os.path.lexists(folder / name)]


def has_trace(folder: Path) -> bool:
    """Say whether a folder holds the trace of a run."""
    return all((folder / name).is_file() for name in TRACE)


def compute(job: Job, results: Path) -> Record:
    """Run a job and write its folder; it appears complete or not at all.

    A run that was traced is traced again: the trace is not lost for a second run that does without.
    """
    from contextlib import ExitStack

    from sim.simulation import simulate

    runs = results / "runs"
    if not job.trace and has_trace(runs / job.hash):
        job = replace(job, trace=True)
    home = os.getpid()
    started, clock, before = datetime.now(UTC), time.perf_counter(), time.process_time()
    with writing(runs), new_folder(runs, job.hash, lambda there: not job.trace and has_trace(there)) as folder:
        with ExitStack() as stack:
            sink = None
            if job.trace:
                from sim.lab.sink import ParquetSink

                sink = stack.enter_context(ParquetSink(folder, job.replications))
            run = simulate(
                job.scenario, job.agent, seed=job.seed, replications=job.replications, block=job.block,
                trace=job.trace, sink=sink, score_from=job.score_from,
            )  # fmt: skip
            end_if_forked(home, type(job.agent.learner).__name__)
        seconds, busy = time.perf_counter() - clock, time.process_time() - before
        about = {"started_at": started.isoformat(timespec="milliseconds"), "seconds": seconds, "cpu_seconds": busy}
        _write(folder, job, run, about)
    return Record(runs / job.hash, job.choices)


def _write(folder: Path, job: Job, run: Run, about: Mapping[str, Any]) -> None:
    import pandas as pd

    _yaml(folder / "config.yaml", config_of(job))
    (folder / "scenario.yaml").write_text(job.scenario.text, encoding="utf-8")
    copy_empirical(folder, job)
    _json(folder / "summary.json", {name: _finite(value) for name, value in run.summary.items()})
    manifest = {"run": job.hash, "fingerprint": run.fingerprint, **about, "environment": environment()}
    _json(folder / "manifest.json", manifest)
    replicates = pd.DataFrame(list(run.replicates or (run.summary,)), dtype="float64")
    replicates.insert(0, "replication", range(len(replicates)))
    for name, frame in (("curve", run.curve), ("versions", run.versions), ("replicates", replicates)):
        write_table(folder / f"{name}.parquet", frame)


def config_of(job: Job) -> dict[str, Any]:
    """Return the resolved configuration of a job as plain data."""
    return {
        "run": job.hash,
        "version": sim.__version__,
        "choices": dict(job.choices),
        "seed": job.seed,
        "replications": job.replications,
        "score_from": text(job.score_from),
        "block": job.block,
        "trace": job.trace,
        "agent": json.loads(json.dumps(job.agent.describe(), default=str)),
        "scenario": job.scenario.plain(),
    }


def _yaml(file: Path, data: Any) -> None:
    text = yaml.dump(data, Dumper=_DUMPER, sort_keys=False, allow_unicode=True, width=120)
    file.write_text(text, encoding="utf-8")


def _json(file: Path, data: Any) -> None:
    file.write_text(json.dumps(data, indent=2, allow_nan=False) + "\n", encoding="utf-8")


def _finite(value: float | None) -> float | None:
    return None if value is None or not math.isfinite(value) else float(value)


def copy_empirical(folder: Path, job: Job) -> None:
    """Put the files that laws name beside ``scenario.yaml``, so that it can be run from there."""
    named = {name.strip() for name in EMPIRICAL.findall(json.dumps(job.scenario.plain()))}
    for name in filter(_beside, named):  # a description may name any
        if job.folder is not None and (job.folder / name).is_file() and not (folder / name).exists():
            shutil.copyfile(job.folder / name, folder / name)


def _beside(name: str) -> bool:
    """Say whether a name is that of a file beside the scenario, as the law has it."""
    return Path(name).name == name and not name.startswith(".")


def records(results: Path) -> list[Record]:
    """Return the complete runs of a results folder, oldest first."""
    runs = results / "runs"
    folders = [f for f in runs.iterdir() if Record.complete(f)] if runs.is_dir() else []
    return [Record(f) for f in sorted(folders, key=lambda f: (f.stat().st_mtime, f.name))]
