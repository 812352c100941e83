"""``python -m sim``: Hydra composes, the lab runs. Errors of the input are messages, not tracebacks."""

from __future__ import annotations

import os
import sys
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.lab.console import complain
from sim.lab.errors import messages
from sim.lab.overrides import quoted
from sim.scenario.shelf import data_dir

if TYPE_CHECKING:
    from omegaconf import DictConfig

    from sim.lab.job import Job
    from sim.lab.record import Record

WRONG_INPUT = 2
FAILED = 1
_FULL = "HYDRA_FULL_ERROR"


def main(arguments: list[str], program: str = "python -m sim") -> int:
    """Run one job or a sweep.

    Args:
        arguments: Hydra's overrides and flags.
        program: what people typed, for the help.

    Returns:
        The exit code: 0, 1 when a run failed, 2 when the input is wrong.
    """
    wants_traceback = os.environ.get(_FULL) == "1"
    os.environ[_FULL] = "1"  # have Hydra raise its errors instead of printing them and leaving with 1
    typed, sys.argv = sys.argv, [program, *map(quoted, arguments)]
    try:
        return _run()
    except Exception as error:
        lines = None if wants_traceback else messages(error)
        if lines is None:
            return _failed(error)
        complain(lines)
        return WRONG_INPUT
    finally:
        sys.argv = typed
        if not wants_traceback:
            del os.environ[_FULL]


def _run() -> int:
    import hydra

    from sim.lab.plugin import register

    register()
    task = Task()
    hydra.main(version_base="1.3", config_path=str(data_dir("conf")), config_name="config")(task)()
    if task.raised is not None:
        raise task.raised
    return 0


class Task:
    """What Hydra calls with each composed configuration, in this process or another.

    An error of a single run is kept: raised within, Hydra would print a line of its own.
    """

    raised: Exception | None = None

    def __call__(self, config: DictConfig) -> dict[str, Any] | None:
        """Do the job."""
        try:
            return run_job(config)
        except Exception as error:
            self.raised = error
            return None


def _failed(error: Exception) -> int:
    from sim.lab.sweep import SweepFailed

    if isinstance(error, SweepFailed):
        complain(str(error))
        return FAILED
    traceback.print_exception(error)
    return FAILED


def run_job(config: DictConfig) -> dict[str, Any]:
    """Do one job of a sweep, or the only one.

    Args:
        config: the composed configuration, without Hydra's node.

    Returns:
        ``run`` and, in a sweep, ``error``: the traceback of a failure.
    """
    from hydra.core.hydra_config import HydraConfig
    from omegaconf import OmegaConf

    from sim.lab.job import job_of

    choices: Any = OmegaConf.to_container(HydraConfig.get().runtime.choices)
    job = job_of(config, choices)
    results = Path(config.results.dir).expanduser().absolute()
    if config.sweep is None:
        single(job, results, config)
        return {"run": job.hash, "error": None}
    try:
        obtain(job, results, bool(config.rerun))
    except Exception:  # the other jobs go on; the sweep reports it at the end
        return {"run": job.hash, "error": traceback.format_exc()}
    return {"run": job.hash, "error": None}


def obtain(job: Job, results: Path, rerun: bool = False) -> tuple[Record, bool]:
    """Return the record of a job and whether it was computed now; what is complete is not computed again."""
    from sim.lab.record import Record, compute

    there = results / "runs" / job.hash
    if not rerun and Record.complete(there, job.trace):
        return Record(there), False
    return compute(job, results), True


def single(job: Job, results: Path, config: DictConfig) -> None:
    """Do the only job of a run, and tell people what came out."""
    from sim.lab.folder import clean
    from sim.lab.report import report
    from sim.lab.tracker import tracker_of

    clean(results / "runs")
    complain([f"warning: {line}" for line in job.scenario.warnings()])
    record, fresh = obtain(job, results, bool(config.rerun))
    report(record, fresh)
    tracker = tracker_of(config.tracker, results)
    if tracker.prepare():
        tracker.log_run(record, None)
    print(tracker.where())
