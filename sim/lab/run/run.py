"""One run: taken from its folder, or computed; then logged.

Replications may be added until its mean is known: `sim.analysis.jobs.grown`.
"""

from __future__ import annotations

from contextlib import nullcontext
from functools import partial
from pathlib import Path

from sim.analysis.jobs.grown import grown
from sim.errors import LabError
from sim.lab.base.console import print_message
from sim.lab.base.progress import running
from sim.lab.config.job import Job, job_of, results_of
from sim.lab.report.one_run import report
from sim.lab.run.compute import compute
from sim.lab.store.atomic import clean, usable
from sim.lab.store.containment import check_results
from sim.lab.store.run_folder import Record
from sim.lab.store.sweep_file import check_interim_analyses, record_interim_analyses
from sim.lab.tracking.tracker import tracker_of
from sim.lazy import hydra, omegaconf


def run_job(config: omegaconf.DictConfig) -> float | None:
    """Do one job of a sweep, or the only one."""
    job = job_of(config, hydra.core.hydra_config.HydraConfig.get())
    results = results_of(config)
    if config.sweep is None:
        if config.claims is not None:
            raise LabError("claims: are about several agents, which needs a sweep (-m); claims=null drops them")
        record = single(job, results, config)
    else:
        record, _ = obtain(job, results, bool(config.rerun))
    return job.objective.of(record)


def obtain(job: Job, results: Path, rerun: bool = False, shown: bool = False) -> tuple[Record, bool]:
    """Return a run, computed unless complete, and whether it was.

    Its progress may be shown.
    """
    there = results / "runs" / job.hash
    if not rerun and Record.complete(there, job.trace):
        return Record(there, job.choices), False  # other code of the same results epoch gives equal results
    usable(results)
    with running(job.scenario.name, job.replications, job.scenario.horizon) if shown else nullcontext() as watch:
        return compute(job, results, watch), True


def single(job: Job, results: Path, config: omegaconf.DictConfig) -> Record:
    """Do a single job; print and log its result."""
    check_results(results)
    check_interim_analyses([job], results)
    tracker = tracker_of(config.tracker, results)
    clean(results / "runs")
    print_message(job.warnings())
    tracker.prepare()
    get, line = partial(obtain, results=results, rerun=bool(config.rerun), shown=True), None
    if job.until is None:
        record, fresh = get(job)
    else:
        record, fresh, line = grown(job.until, lambda count: get(job.of(count)))
        record_interim_analyses([job], results)
    report(record, fresh, job.objective)
    if line is not None:
        print(line)
    tracker.log_run(record, None)
    tracker.finish()
    print(tracker.where())
    return record
