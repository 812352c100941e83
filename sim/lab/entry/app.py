"""``python -m sim``: Hydra composes jobs, the lab runs them.

Errors of the input are messages, not tracebacks.
"""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Callable

from sim.analysis.claims.checked import ClaimsNotMet
from sim.analysis.jobs.command_line import elsewhere, for_program
from sim.analysis.jobs.sweep_jobs import SweepFailed
from sim.lab.base.console import print_message
from sim.lab.base.signals import GracefulShutdown
from sim.lab.config.input_errors import messages, outcome
from sim.lab.entry import hydra_plugin
from sim.lab.run.run import run_job
from sim.lab.store.atomic import DiskError
from sim.lab.tracking.process import dismiss
from sim.lazy import hydra, omegaconf
from sim.scenario.library import data_dir

WRONG_INPUT = 2
FAILED = 1
INTERRUPTED = 130
_FULL = "HYDRA_FULL_ERROR"
Work = Callable[["omegaconf.DictConfig"], "float | None"]


def main(arguments: list[str], program: str = "python -m sim", work: Work | None = None) -> int:
    """Run one job or a sweep; return the exit code.

    Arguments are Hydra's; ``work`` is called with each composed configuration, without Hydra's node. The code is 0; 1
    if a run or a claim failed; 2 if the input is wrong; 3 if a claim is undecided; 130 if it was interrupted.
    """
    if (line := elsewhere(arguments)) is not None:
        print_message(line)
        return WRONG_INPUT
    wants_traceback = os.environ.get(_FULL) == "1"
    os.environ[_FULL] = "1"  # makes Hydra raise its errors instead of printing them
    typed, sys.argv = sys.argv, [program, *for_program(arguments)]
    shutdown = GracefulShutdown()
    try:
        with shutdown:
            return _run(work or run_job)
    except KeyboardInterrupt as stopped:
        return _interrupted(str(stopped))
    except Exception as error:
        if shutdown.asked:
            return _interrupted()
        lines = messages(error)
        if lines is None:
            return _failed(error)
        if wants_traceback:
            traceback.print_exception(error)
        else:
            print_message(lines)
        return WRONG_INPUT
    finally:
        dismiss()
        sys.argv = typed
        if not wants_traceback:
            del os.environ[_FULL]


def _run(work: Work) -> int:
    hydra_plugin.register()
    task = Task(work)
    hydra.main(version_base="1.3", config_path=str(data_dir("conf")), config_name="config")(task)()
    if task.raised is not None:
        raise task.raised
    return 0


class Task:
    """The function that Hydra calls with each configuration.

    In this process or another. It returns the objective, so that any optimiser of Hydra can minimise it, or the
    `outcome` of a failure. Errors are kept and not raised: Hydra would print its own message, and the other jobs of a
    sweep continue.
    """

    raised: Exception | None = None

    def __init__(self, work: Work) -> None:
        self._work = work

    def __call__(self, config: omegaconf.DictConfig) -> float | dict[str, str | None] | None:
        """Do the job; return its objective or its failure."""
        here = os.getcwd()
        try:
            return self._work(config)
        except Exception as error:
            self.raised = error
            return outcome(error)
        finally:
            os.chdir(here)  # an agent may have changed it, and the next job's paths are relative to it


def _interrupted(why: str = "") -> int:
    print_message(why or "interrupted; complete runs are kept and not computed again")
    return INTERRUPTED


def _failed(error: Exception) -> int:
    if isinstance(error, (ClaimsNotMet, SweepFailed, DiskError)):
        print_message(str(error))
        return error.code
    traceback.print_exception(error)
    return FAILED
