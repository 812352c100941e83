"""From answers to the trace's recorder."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.pipeline import Versions
from sim.scenario import Scenario
from sim.trace import Chunk, Recorder
from sim.world import Answers, World
from sim.world.label_incidents import LabelIncidents

Floats = NDArray[np.float64]


class Recording:
    """A recorder's input: answers, and the impressions served before each.

    Args:
        recorder: the recorder.
        horizon: seconds.

    Attributes:
        duplicates: second copies of entries that came by the horizon.
    """

    def __init__(self, recorder: Recorder, horizon: float) -> None:
        self._recorder, self._horizon = recorder, horizon
        self.duplicates = 0
        self._served = 0  # impressions so far, but for lost ones
        self.first_answers = recorder.first_answers

    def first_answer(self, at: float, versions: Versions) -> None:
        """Record when the serving version first answers, ``at`` seconds."""
        serving = versions.serving
        self._first(at, serving.number, serving.cutoff_at, serving.learnt, versions)

    def first_of(self, at: Floats, stamps: dict[str, Any], versions: Versions) -> None:
        """Record the first requests that versions answer.

        A version that answers only after a newer one has, brings nothing that was not felt before, and is left out.

        Args:
            at: ``(n,)`` instants of requests.
            stamps: what they keep of their versions (see `Versions.stamps`).
            versions: all of them.
        """
        version = stamps["version"]
        if not isinstance(version, np.ndarray):
            if version > versions.newest_answered:
                self._first(at.item(0), version, stamps["cutoff_at"], stamps["learnt"], versions)
            return
        newest = np.maximum.accumulate(np.append(versions.newest_answered, version))
        for row in np.flatnonzero(newest[1:] > newest[:-1]).tolist():
            number, cutoff_at, learnt = (stamps[name].item(row) for name in ("version", "cutoff_at", "learnt"))
            self._first(at.item(row), number, cutoff_at, learnt, versions)

    def _first(self, at: float, number: int, cutoff_at: float, learnt: int, versions: Versions) -> None:
        self._recorder.first_answers([at], [cutoff_at], [learnt], versions.take_newly(number))

    def add(self, answers: Answers, of_version: dict[str, Any]) -> None:
        """Record answers.

        What is recorded of the version is a column, or one value for all.
        """
        served = _before(answers.at)
        comes = np.isfinite(answers.answer.delivered_at)
        if answers.answer.lost is not None:
            comes &= ~answers.answer.lost
        if answers.answer.copied is not None:
            here = answers.answer.delivered_at <= self._horizon
            self.duplicates += int(np.count_nonzero(answers.answer.copied & here))
        count = int(np.count_nonzero(comes))
        if count == comes.size:
            served *= comes.shape[1]
        else:
            served = np.concatenate([[0], comes.sum(axis=1).cumsum()])[served]
        columns = {
            "request_at": answers.at,
            "user": answers.user,
            "visit": answers.visit,
            "weight": answers.weight,
            **of_version,
            "served_before": self._served + served,
            **vars(answers.answer),
        }
        self._served += count
        self._recorder.add(len(answers), columns)


def _before(at: Floats) -> NDArray[np.int64]:
    """Return how many of ascending instants lie before each."""
    if (at[1:] == at[:-1]).any():
        return np.searchsorted(at, at, side="left")
    return np.arange(len(at))


def recorder_for(
    world: World, scenario: Scenario, readers: list[Callable[[Chunk], None]], further: tuple[str, ...]
) -> Recorder:
    """Return a recorder of a world's trace.

    Args:
        world: the world.
        scenario: its scenario.
        readers: called with every chunk.
        further: columns of the requests that only some runs have.
    """
    return Recorder(
        scenario.slate.size,
        scenario.horizon,
        readers,
        valued=world.valued,
        reverses=world.reverses,
        loses=LabelIncidents(scenario).loses,
        converts=scenario.feedback.learn_from == "conversion",
        further=further,
    )
