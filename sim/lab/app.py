"""``python -m sim``: Hydra composes, the lab runs. Errors of the input are messages, not tracebacks."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from sim.lab.console import complain
from sim.lab.ending import Ending
from sim.lab.errors import messages
from sim.lab.overrides import elsewhere, flags_first, for_hydra
from sim.scenario.shelf import data_dir

if TYPE_CHECKING:
    from omegaconf import DictConfig

    from sim.lab.job import Job
    from sim.lab.record import Record

WRONG_INPUT = 2
FAILED = 1
INTERRUPTED = 130
_FULL = "HYDRA_FULL_ERROR"
Work = Callable[["DictConfig"], "float | None"]


def main(arguments: list[str], program: str = "python -m sim", work: Work | None = None) -> int:
    """Run one job or a sweep.

    Args:
        arguments: Hydra's overrides and flags.
        program: what people typed, for the help.
        work: what to do with each composed configuration, without Hydra's node; None: `run_job`.

    Returns:
        The exit code: 0, 1 when a run failed, 2 when the input is wrong, 130 when it was ended.
    """
    if (line := elsewhere(arguments)) is not None:
        complain(line)
        return WRONG_INPUT
    wants_traceback = os.environ.get(_FULL) == "1"
    os.environ[_FULL] = "1"  # have Hydra raise its errors instead of printing them and leaving with 1
    typed, sys.argv = sys.argv, [program, *(for_hydra(a) for a in flags_first(arguments))]
    ending = Ending()
    try:
        with ending:
            return _run(work or run_job)
    except KeyboardInterrupt as stopped:
        return _interrupted(str(stopped))
    except Exception as error:
        if ending.asked:
            return _interrupted()
        lines = messages(error)
        if lines is None:
            return _failed(error)
        if wants_traceback:
            traceback.print_exception(error)
        else:
            complain(lines)
        return WRONG_INPUT
    finally:
        sys.argv = typed
        if not wants_traceback:
            del os.environ[_FULL]


def _run(work: Work) -> int:
    import hydra

    from sim.lab.plugin import register

    register()
    task = Task(work)
    hydra.main(version_base="1.3", config_path=str(data_dir("conf")), config_name="config")(task)()
    if task.raised is not None:
        raise task.raised
    return 0


class Task:
    """What Hydra calls with each composed configuration, in this process or another.

    It returns the objective, so that any optimiser that Hydra knows can minimise it. Errors are kept: raised within,
    Hydra would print a line of its own, and the other jobs of a sweep go on.

    Args:
        work: what to do with it.
    """

    raised: Exception | None = None

    def __init__(self, work: Work) -> None:
        self._work = work

    def __call__(self, config: DictConfig) -> float | dict[str, str | None] | None:
        """Do the job; return its objective, None if that is undefined, and the `outcome` of one that failed."""
        here = os.getcwd()
        try:
            return self._work(config)
        except Exception as error:
            self.raised = error
            return outcome(error)
        finally:
            os.chdir(here)  # an agent may have left for elsewhere, and the next job's paths begin here


def outcome(error: Exception | None) -> dict[str, str | None]:
    """Return what came of a job: ``error``, its traceback if any, and ``told``, a line if the input is to blame."""
    if error is None:
        return {"error": None, "told": None}
    return {"error": "".join(traceback.format_exception(error)), "told": next(iter(messages(error) or ()), None)}


def _interrupted(why: str = "") -> int:
    complain(why or "interrupted; what is complete stays, and is not computed again")
    return INTERRUPTED


def _failed(error: Exception) -> int:
    from sim.lab.folder import DiskError
    from sim.lab.sweep import SweepFailed

    if isinstance(error, SweepFailed):
        complain(str(error))
        return WRONG_INPUT if error.wrong_input else FAILED
    if isinstance(error, DiskError):
        complain(str(error))
    else:
        traceback.print_exception(error)
    return FAILED


def run_job(config: DictConfig) -> float | None:
    """Do one job of a sweep, or the only one.

    Args:
        config: the composed configuration, without Hydra's node.

    Returns:
        The objective; None if a score that it needs is undefined.
    """
    from hydra.core.hydra_config import HydraConfig

    from sim.lab.job import job_of

    job = job_of(config, HydraConfig.get())
    results = Path(config.results.dir).expanduser().absolute()
    if config.sweep is None:
        record = single(job, results, config)
    else:
        record, _ = obtain(job, results, bool(config.rerun))
    return job.objective.of(record)


def obtain(job: Job, results: Path, rerun: bool = False) -> tuple[Record, bool]:
    """Return the record of a job and whether it was computed now; what is complete is not computed again."""
    from sim.lab.folder import usable
    from sim.lab.record import Record, compute

    there = results / "runs" / job.hash
    if not rerun and Record.complete(there, job.trace):
        return Record(there, job.choices), False
    usable(results)
    return compute(job, results), True


def single(job: Job, results: Path, config: DictConfig) -> Record:
    """Do the only job of a run, tell people what came out, and return it."""
    from sim.lab.alone import grown
    from sim.lab.folder import clean
    from sim.lab.inside import check_results
    from sim.lab.looks import check_looks, note_looks
    from sim.lab.report import report
    from sim.lab.tracker import tracker_of

    check_results(results)
    check_looks([job], results)
    tracker = tracker_of(config.tracker, results)
    clean(results / "runs")
    complain(job.warnings())
    if job.until is None:
        (record, fresh), line = obtain(job, results, bool(config.rerun)), None
    else:
        record, fresh, line = grown(job, lambda one: obtain(one, results, bool(config.rerun)))
        note_looks([job], results)
    report(record, fresh, job.objective)
    if line is not None:
        print(line)
    if tracker.prepare():
        tracker.log_run(record, None)
    print(tracker.where())
    return record
