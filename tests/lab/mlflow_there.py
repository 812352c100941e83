"""What MLflow's own client finds where the lab has logged; and logging within this process, which takes less time."""

from __future__ import annotations

import os
import shutil
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from sim.lab.tracking import client, process
from sim.lab.tracking.client import client_of
from sim.lab.tracking.log import Log
from sim.lab.tracking.process import Process
from sim.lab.tracking.worker import Work

if TYPE_CHECKING:
    from mlflow import MlflowClient


def there(results: Path, uri: str | None = None, experiment: str = "delaylab") -> tuple[MlflowClient, str]:
    """Return a client, and the number of an experiment, which is made unless it is there."""
    log = Log(results, uri, experiment)
    assert log.open()
    assert log.experiment_id is not None
    return client_of(log.uri), log.experiment_id


class Inline:
    """Does at once what is ordered; see `sim.lab.tracking.process.Process`."""

    def __init__(self) -> None:
        self._answers: deque[dict[str, Any]] = deque()
        self._work = Work(lambda line: self._answers.append({"told": line}))

    def order(self, do: str, **how: Any) -> None:
        """Do it."""
        here = os.getcwd()
        try:
            self._answers.append(self._work.do(do, **how))
        finally:
            os.chdir(here)

    def answer(self, patience: float = 0.0) -> dict[str, Any] | None:
        """Return the next answer."""
        return self._answers.popleft() if self._answers else None

    def end(self) -> None:
        """Do nothing."""

    kill = end


@contextmanager
def inline(template: Path) -> Iterator[None]:
    """Log within this process, into copies of a database that is made once."""
    made = client.make

    def copied(database: Path) -> None:
        if database.exists():
            return made(database)
        with client.locked(template.parent):
            made(template)
        shutil.copyfile(template, database)
        return None

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(client, "make", copied)
        patch.setattr(process, "Process", Inline)
        yield


REAL = Process
