"""Run jobs on an existing Ray cluster: ``hydra/launcher=ray``.

Code and environment variables are sent with the jobs, and the files of each run come back: nodes need no shared disk.
A job whose process or node dies is run again. https://docs.ray.io/en/latest/ray-core/fault_tolerance/tasks.html
"""

from __future__ import annotations

import os
import signal
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sim.analysis.jobs.packages import packages_of
from sim.errors import LabError, whole
from sim.lab.base.packages import needed
from sim.lab.config.job import Job
from sim.lab.launch.remote import Answer, RemoteLauncher
from sim.lab.launch.remote_job import ONE_THREAD, packaged, run_remote

_PATIENCE = 5  # seconds


@dataclass
class RayConf:
    """Keys of ``hydra.launcher``."""

    _target_: str = "hydra_plugins.delaylab.RayLauncher"
    address: str = "auto"  # host:port of the head node; auto: RAY_ADDRESS, or this machine's cluster
    cpus: int = 1  # for each job
    retries: int = 3  # of a job whose process or node died


class RayLauncher(RemoteLauncher):
    """Launcher of jobs on a Ray cluster."""

    def __init__(self, **keys: Any) -> None:
        asked = RayConf(**keys)
        self.address, self.cpus = asked.address, whole("hydra.launcher.cpus", asked.cpus)
        self.retries = whole("hydra.launcher.retries", asked.retries, 0)
        os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
        self.ray = needed("ray", "ray", "hydra/launcher=ray")

    def answers(self, jobs: Mapping[int, Job]) -> Iterator[Answer]:
        """Send all jobs to the cluster; yield their results."""
        ray = self.ray
        with self._cluster(jobs):
            play = ray.remote(run_remote).options(num_cpus=self.cpus, max_retries=self.retries, name="delaylab")
            numbers = {play.remote(packaged(job)): number for number, job in jobs.items()}
            while numbers:
                (ready,), _ = ray.wait(list(numbers), num_returns=1)
                number = numbers.pop(ready)
                try:
                    yield number, ray.get(ready)
                except ray.exceptions.RayError as error:
                    yield number, error

    @contextmanager
    def _cluster(self, jobs: Mapping[int, Job]) -> Iterator[None]:
        handlers = {sent: signal.getsignal(sent) for sent in (signal.SIGINT, signal.SIGTERM)}
        try:
            sources = packages_of(job.agent for job in jobs.values())
            self._connect({"py_modules": sources, "env_vars": dict.fromkeys(ONE_THREAD, "1")})
            for sent, handler in handlers.items():  # Ray installs its own handler for SIGTERM
                if handler is not None and signal.getsignal(sent) is not handler:
                    signal.signal(sent, handler)
            self._check_size()
            yield
        finally:
            self.ray.shutdown()

    def _connect(self, environment: dict[str, Any]) -> None:
        try:
            _knock(self.address)
            self.ray.init(
                address=self.address, runtime_env=environment, log_to_driver=False, logging_level="ERROR",
                namespace="delaylab",
            )  # fmt: skip
        except (ImportError, OSError, RuntimeError, ValueError) as error:
            why = " ".join(str(error).split())
            raise LabError(
                f"hydra.launcher.address: no Ray cluster at {self.address}; `ray start --head` starts one, "
                f"host:port of a head node is allowed ({why[:200]})"
            ) from error

    def _check_size(self) -> None:
        most = max((int(node["Resources"].get("CPU", 0)) for node in self.ray.nodes() if node["Alive"]), default=0)
        if most < self.cpus:
            raise LabError(f"hydra.launcher.cpus: is {self.cpus}; the largest node of the cluster has {most}")


def _knock(address: str) -> None:
    """Check that a cluster answers; Ray would try for minutes."""
    asked = os.environ.get("RAY_ADDRESS", address) if address == "auto" else address
    if asked == "auto":
        return
    host, _, port = asked.rpartition("://")[2].rpartition(":")
    socket.create_connection((host, int(port)), timeout=_PATIENCE).close()
