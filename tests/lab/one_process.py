"""``hydra/launcher=basic`` that runs what the sweep has composed: Hydra's own composes each job once more."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pytest
from hydra._internal.core_plugins.basic_launcher import BasicLauncher
from hydra.core.plugins import Plugins
from hydra.core.utils import JobReturn

from sim.lab.sweep.launcher import LabLauncher, Order, completed, work


class OneProcess(LabLauncher):
    """Runs the jobs in this process, one after another."""

    def play(self, orders: Iterable[Order], count: int, first: int) -> Iterator[tuple[int, JobReturn]]:
        keys = {"sweep": self.config.get("sweep")}
        for number, composed in orders:
            done = work(self.task_function, composed, first + number, keys, self.hydra_context)
            yield number, completed(done)


def launch_by(launcher: type, patch: pytest.MonkeyPatch) -> None:
    """Have a class do what Hydra's launcher for one process does."""
    patch.setitem(
        Plugins.instance().class_name_to_class, f"{BasicLauncher.__module__}.{BasicLauncher.__name__}", launcher
    )
