"""Compute a run on another machine.

The job is sent there, and the files of its folder come back.
"""

from __future__ import annotations

import getpass
import os
import socket
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

from sim.analysis.identity import code_digest
from sim.errors import LabError
from sim.lab.config.input_errors import outcome
from sim.lab.config.job import Job
from sim.lab.run.compute import compute, copy_named
from sim.lab.store.atomic import PREFIX, clean, new_folder, writing
from sim.lab.store.provenance import COMMIT, environment, git_commit
from sim.lab.store.run_folder import Record, has_trace

ONE_THREAD = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")
SHARED = ("MLFLOW_*", "DELAYLAB_*")  # environment variables that are sent with a job


@dataclass(frozen=True)
class RemoteJob:
    """A job to send."""

    job: Job
    code: str  # digest of the sender's code
    results: Path | None  # into which the other machine writes; None: the files come back
    variables: Mapping[str, str] = field(repr=False)  # of the environment; may hold a password


@dataclass(frozen=True)
class RemoteResult:
    """The result of a remote job."""

    files: Mapping[str, bytes] = field(repr=False)  # content of the run folder, by name
    outcome: Mapping[str, str | None]  # see `sim.lab.config.input_errors.outcome`
    machine: str
    environment: Mapping[str, str | None]  # the versions that it ran with


def packaged(job: Job, results: Path | None = None) -> RemoteJob:
    """Return a job ready to send."""
    if results is not None:
        return RemoteJob(job, code_digest(), results, {})  # SLURM sends the environment
    known = {COMMIT: commit} if (commit := git_commit()) else {}
    known |= {n: v for n, v in os.environ.items() if any(fnmatch(n, pattern) for pattern in SHARED)}
    return RemoteJob(job, code_digest(), None, known)


def run_remote(order: RemoteJob) -> RemoteResult:
    """Compute a job on this machine; errors are results."""
    os.environ.update(order.variables)
    machine = socket.gethostname()
    try:
        files = _computed(order, machine)
        return RemoteResult(files, outcome(None), machine, environment())
    except Exception as error:
        return RemoteResult({}, outcome(error), machine, environment())


def _computed(order: RemoteJob, machine: str) -> dict[str, bytes]:
    if code_digest() != order.code:
        raise LabError(f"{machine} has other code of delaylab than the sweep ({code_digest()}, not {order.code})")
    if order.results is not None and not (order.results / "runs").is_dir():
        raise LabError(f"results.dir: {order.results} is not there on {machine}; a folder on a shared disk is allowed")
    with _scratch() as folder:
        record = compute(order.job, Path(folder))
        files = {file.name: file.read_bytes() for file in sorted(record.folder.iterdir())}
    if order.results is None:
        return files
    unpack(files, order.job, order.results)
    return {}


def unpack(files: Mapping[str, bytes], job: Job, results: Path) -> Record:
    """Write a run folder, completely or not at all."""
    runs = results / "runs"
    with writing(runs), new_folder(runs, job.hash, lambda there: not job.trace and has_trace(there)) as folder:
        for name, content in files.items():
            (folder / name).write_bytes(content)
        copy_named(folder, job)  # the other machine has the content of these files, not the files
    return Record(runs / job.hash, job.choices)


def _scratch() -> tempfile.TemporaryDirectory[str]:
    """Return a temporary folder; remove those of dead processes."""
    place = Path(tempfile.gettempdir()) / f"delaylab-{getpass.getuser()}"
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    clean(place)
    return tempfile.TemporaryDirectory(prefix=f"{PREFIX}{os.getpid()}-", dir=place, ignore_cleanup_errors=True)


def differences(result: RemoteResult, here: Mapping[str, Any]) -> list[str]:
    """Return the versions on which numbers depend and that differ."""
    versions = {n: v for n, v in result.environment.items() if n not in ("git_commit", "delaylab", "code")}
    return [f"{name} {there} (here {here.get(name)})" for name, there in versions.items() if there != here.get(name)]
