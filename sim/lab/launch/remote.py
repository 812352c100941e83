"""Shared part of the launchers for other machines."""

from __future__ import annotations

import pickle
from abc import abstractmethod
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from hydra.core.utils import JobReturn
from omegaconf import DictConfig

from sim.lab.base.console import print_message
from sim.lab.config.input_errors import outcome
from sim.lab.config.job import Job, job_of, parted, results_of
from sim.lab.launch.remote_job import RemoteResult, differences, unpack
from sim.lab.store.provenance import environment
from sim.lab.store.run_folder import Record, has_trace
from sim.lab.sweep.launcher import LabLauncher, Order, completed

Answer = tuple[int, RemoteResult | Exception]


class RemoteLauncher(LabLauncher):
    """A launcher whose jobs run elsewhere; implement `answers`."""

    def play(self, orders: Iterable[Order], count: int, first: int) -> Iterator[tuple[int, JobReturn]]:
        """Send incomplete jobs; write the folders that come back."""
        jobs: dict[int, Job] = {}
        for number, composed in orders:
            config: DictConfig = pickle.loads(composed)  # composed in this process, never from a file
            job = job_of(config, parted(config))
            there = self.results / "runs" / job.hash
            if not config.rerun and Record.complete(there, job.trace):
                yield number, completed(job.objective.of(Record(there)))
            else:
                jobs[number] = replace(job, trace=job.trace or has_trace(there))  # a traced run stays traced
        warned: set[str] = set()
        for number, answer in self.answers(jobs) if jobs else ():
            yield number, self._taken(answer, jobs[number], warned)

    @property
    def results(self) -> Path:
        """The results folder."""
        return results_of(self.config)

    @abstractmethod
    def answers(self, jobs: Mapping[int, Job]) -> Iterator[Answer]:
        """Yield each job's number and result, or its exception."""

    def _taken(self, answer: RemoteResult | Exception, job: Job, warned: set[str]) -> JobReturn:
        if isinstance(answer, Exception):
            return completed(outcome(answer))
        if answer.outcome["error"] is not None:
            return completed(answer.outcome)
        for line in differences(answer, environment()):
            if (warning := f"warning: {answer.machine} has {line}; bits may differ") not in warned:
                warned.add(warning)
                print_message(warning)
        if answer.files:
            unpack(answer.files, job, self.results)
        return completed(job.objective.of(Record(self.results / "runs" / job.hash)))
