"""Compare runs in memory, as `sim.simulate` returns them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from sim._version import __version__
from sim.analysis.identity import RESULTS_EPOCH
from sim.analysis.paired.comparison import compared
from sim.analysis.paired.contenders import Contender, contender_of, telling
from sim.analysis.paired.decisions import BASELINE
from sim.analysis.paired.scored_run import world_of
from sim.analysis.paired.table import table
from sim.analysis.run_config import RunConfig
from sim.analysis.settings import flat
from sim.analysis.world_keys import of_world
from sim.errors import LabError, unknown
from sim.laws.durations import text
from sim.lazy import lazy
from sim.score import Scores
from sim.simulation import Run

if TYPE_CHECKING:
    import pandas as pd
else:
    pd = lazy("pandas")

_PARTS = ("learner", "correction", "cadence")
_CALLED = ("scenario", "scenario.name", "scenario.description")  # what a world is called does not make it


def compare(runs: Mapping[str, Run] | Sequence[Run], baseline: str | None = None) -> pd.DataFrame:
    """Compare runs of one world, paired on random numbers.

    Args:
        runs: by name, or a list; then they are named by the settings that distinguish them. All have one world and
            seed; only settings of the platform, such as the push, and windows may differ.
        baseline: the name of the run to compare with; None: the one with the least regret.

    Returns:
        A row per run, the least regret first, indexed by its name: the settings that differ, the decision (``verdict``,
        ``may_be_best``, ``behind`` with ``behind/low`` and ``behind/high``, ``p``, ``p/holm`` ...) and every score. The
        columns are those of ``comparison.csv``, see docs/outputs.md.

    Raises:
        LabError: there is no run, one has variants, worlds or seeds differ, or no run has the baseline's name.
        TypeError: one of them is not a run.
    """
    found = contenders_of(runs)
    names = [one.records[0].hash for one in found]
    if baseline is not None and baseline not in names:
        raise unknown("baseline", baseline, names)
    asked = [one for one in found if one.records[0].hash == baseline]
    frame = table(compared(found, asked)).set_index("run")
    return frame.assign(baseline=frame.index[frame["verdict"] == BASELINE][0])


def contenders_of(runs: Mapping[str, Run] | Sequence[Run]) -> list[Contender]:
    """Return runs in memory as contenders of one world.

    The arguments and errors are those of `compare`.
    """
    given = dict(runs) if isinstance(runs, Mapping) else _named(list(runs))
    if not given:
        raise LabError("compare: there is no run")
    scored = [Scored(name, _checked(run, name)) for name, run in given.items()]
    for other in scored[1:]:
        _refuse_unlike(scored[0], other)
    return [contender_of([run]) for run in scored]


@dataclass(frozen=True)
class Scored:
    """Adapter from a run in memory to `ScoredRun`.

    Its name takes the place of its hash.

    Attributes:
        hash: its name.
        run: the run.
    """

    hash: str
    run: Run

    @cached_property
    def config(self) -> RunConfig:
        """Return its settings."""
        return RunConfig.of(_config(self.run), self.hash)

    @cached_property
    def world(self) -> str:
        """Return what identifies its world."""
        return world_of(self.config, self.run.scenario.folder)

    @cached_property
    def summary(self) -> Scores:
        """Return its scores."""
        return Scores(self.run.summary)

    @cached_property
    def replicates(self) -> pd.DataFrame:
        """Return the scores of each replication, a row each."""
        rows = pd.DataFrame(list(self.run.replicates), dtype="float64")
        rows.insert(0, "replication", range(len(rows)))
        return rows


def _config(run: Run) -> dict[str, Any]:
    describe = getattr(run.agent, "describe", None)
    agent: dict[str, Any] = {"class": type(run.agent).__name__} if describe is None else describe()
    classes = {part: str(agent[part]["class"]).rpartition(".")[2] for part in _PARTS if part in agent}
    return {
        "version": __version__,
        "epoch": RESULTS_EPOCH,
        "choices": classes,
        "seed": run.seed,
        "replications": len(run.replicates),
        "score_from": text(run.score_from),
        "agent": json.loads(json.dumps(agent, default=str)),
        "scenario": run.scenario.plain(),
    }


def _checked(run: Any, name: str) -> Run:
    if not isinstance(run, Run):
        raise TypeError(f"compare: {name!r} is {type(run).__name__}, expected a run as simulate returns it")
    if isinstance(run.agent, Mapping):
        raise LabError(f"compare: {name!r} has variants, which are not paired; give a run of each agent")
    return run


def _named(runs: list[Run]) -> dict[str, Run]:
    """Return runs by the settings that distinguish them.

    By their position, if the settings do not.
    """
    found = [contender_of([Scored(str(n), _checked(run, str(n)))]) for n, run in enumerate(runs)]
    labels = [one.label(telling(found)) for one in found]
    names = labels if len(set(labels)) == len(labels) else [f"run {n}" for n in range(len(runs))]
    return dict(zip(names, runs, strict=True))


def _refuse_unlike(one: Scored, other: Scored) -> None:
    pair = f"compare: {one.hash!r} and {other.hash!r}"
    if one.run.seed != other.run.seed:
        raise LabError(
            f"{pair} have seeds {one.run.seed} and {other.run.seed}: only runs of equal seeds have the same random "
            "numbers; run them again with one seed"
        )
    if one.world != other.world:
        raise LabError(f"{pair} live in different worlds ({_differing(one.config, other.config)}): run them in one")


def _differing(one: Mapping[str, Any], other: Mapping[str, Any]) -> str:
    mine, theirs = flat(one), flat(other)
    differ = [key for key in dict.fromkeys((*mine, *theirs)) if mine.get(key) != theirs.get(key)]
    keys = [key for key in differ if of_world(key) and key not in _CALLED]
    pairs = [f"{key}: {mine.get(key)} and {theirs.get(key)}" for key in keys]
    return "; ".join(pairs) or "the files that their laws name"
