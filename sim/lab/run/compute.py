"""Compute a run and write its folder."""

from __future__ import annotations

import json
import math
import os
import shutil
import time
from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml

from sim.analysis.paired.scored_run import beside, files_named
from sim.kernel import Watch
from sim.lab.config.job import Job, config_of
from sim.lab.store import parquet
from sim.lab.store.atomic import new_folder, writing
from sim.lab.store.provenance import environment
from sim.lab.store.run_folder import Record, has_trace
from sim.lazy import pd
from sim.pipeline.asking import end_if_forked
from sim.simulation import Run, simulate

_DUMPER: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)  # the same text, eight times as fast, if libyaml is there


def compute(job: Job, results: Path, watch: Watch | None = None) -> Record:
    """Run a job; write its folder, completely or not.

    A run that was traced is traced again: a second run without trace does not remove it.
    """
    runs = results / "runs"
    if not job.trace and has_trace(runs / job.hash):
        job = replace(job, trace=True)
    home = os.getpid()
    started, clock, before = datetime.now(UTC), time.perf_counter(), time.process_time()
    with writing(runs), new_folder(runs, job.hash, lambda there: not job.trace and has_trace(there)) as folder:
        with parquet.ParquetSink(folder, job.replications) if job.trace else nullcontext() as sink:
            run = simulate(
                job.scenario, job.agent, seed=job.seed, replications=job.replications, block=job.block,
                trace=job.trace, sink=sink, score_from=job.score_from, watch=watch,
            )  # fmt: skip
            end_if_forked(home, type(job.agent.learner).__name__)
        seconds, busy = time.perf_counter() - clock, time.process_time() - before
        about = {"started_at": started.isoformat(timespec="milliseconds"), "seconds": seconds, "cpu_seconds": busy}
        _write(folder, job, run, about)
    return Record(runs / job.hash, job.choices)


def _write(folder: Path, job: Job, run: Run, about: Mapping[str, Any]) -> None:
    config = yaml.dump(config_of(job), Dumper=_DUMPER, sort_keys=False, allow_unicode=True, width=120)
    (folder / "config.yaml").write_text(config, encoding="utf-8")
    (folder / "scenario.yaml").write_text(job.scenario.text, encoding="utf-8")
    copy_named(folder, job)
    _json(folder / "summary.json", {name: _finite(value) for name, value in run.summary.items()})
    manifest = {"run": job.hash, "fingerprint": run.fingerprint, **about, "environment": environment()}
    _json(folder / "manifest.json", manifest)
    replicates = pd.DataFrame(list(run.replicates or (run.summary,)), dtype="float64")
    replicates.insert(0, "replication", range(len(replicates)))
    for name, frame in (("curve", run.curve), ("versions", run.versions), ("replicates", replicates)):
        parquet.write_table(folder / f"{name}.parquet", frame)


def _json(file: Path, data: Any) -> None:
    file.write_text(json.dumps(data, indent=2, allow_nan=False) + "\n", encoding="utf-8")


def _finite(value: float | None) -> float | None:
    return None if value is None or not math.isfinite(value) else float(value)


def copy_named(folder: Path, job: Job) -> None:
    """Copy the files named, so the folder can be run."""
    named = files_named(json.dumps(job.scenario.plain(), ensure_ascii=False))
    for name in filter(beside, named):  # a description may contain any name
        if job.folder is not None and (job.folder / name).is_file() and not (folder / name).exists():
            shutil.copyfile(job.folder / name, folder / name)
