"""One replication, of one agent or of several."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import chain
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim import kernel
from sim.lazy import lazy
from sim.pipeline import VersionRow
from sim.pipeline.guard import AgentSpec, copy_of
from sim.scenario import Replication
from sim.scenario.population import Population
from sim.score import Scorer
from sim.trace import Chunk, Fingerprint

if TYPE_CHECKING:
    import pandas as pd
else:
    pd = lazy("pandas")

Readers = list[Callable[[Chunk], None]]
Replicate = tuple[dict[str, float | None], "pd.DataFrame", "pd.DataFrame"]  # summary, curve and versions


def replicate(
    replication: Replication,
    agent: AgentSpec,
    readers: Readers,
    hashed: Fingerprint,
    start: float,
    watch: kernel.Watch | None = None,
) -> Replicate:
    """Run one replication of an agent."""
    scenario = replication.scenario
    arrivals = Population(scenario, replication.seed, replication.number).late
    scorer = Scorer(scenario.horizon, scenario.users.count, start, arrivals)
    readers, copy = [*readers, scorer.read], copy_of(agent, replication.number)
    outcome = kernel.run(replication, copy, readers, watch=watch)
    return scorer.summary(outcome), scorer.curve(), _hashed(outcome, hashed)


def replicate_variants(
    replication: Replication,
    agents: Mapping[str, AgentSpec],
    split: kernel.Split,
    shared: bool,
    readers: Readers,
    hashed: Fingerprint,
    start: float,
) -> Replicate:
    """Run one replication of several agents.

    Each is scored on its users.

    Scores have the prefix ``NAME/``, frames a column ``variant``.
    """
    scenario, seed, number = replication.scenario, replication.seed, replication.number
    population, count = Population(scenario, seed, number), scenario.users.count
    everybody = split.of(np.arange(population.count), seed, number)
    users = np.bincount(everybody[:count], minlength=len(split.names)).tolist()
    arrivals = [population.late[everybody[count:] == place] for place in range(len(users))]
    scorers = [Scorer(scenario.horizon, *own) for own in zip(users, [start] * len(users), arrivals, strict=True)]
    copies = [copy_of(agents[name], number) for name in split.names]
    outcomes = kernel.run_variants(replication, copies, split, shared, readers, [[one.read] for one in scorers])
    scores: dict[str, float | None] = {}
    curves, versions = [], []
    for name, scorer, outcome in zip(split.names, scorers, outcomes, strict=True):
        scores |= {f"{name}/{score}": value for score, value in scorer.summary(outcome).items()}
        curves.append(_of(name, scorer.curve()))
        versions.append(_of(name, _hashed(outcome, hashed)))
    return scores, pd.concat(curves, ignore_index=True), pd.concat(versions, ignore_index=True)


def _of(variant: str, frame: pd.DataFrame) -> pd.DataFrame:
    frame.insert(0, "variant", variant)
    return frame


def _hashed(outcome: kernel.Outcome, hashed: Fingerprint) -> pd.DataFrame:
    """Return the versions as a frame, which is hashed too."""
    versions = _columns(outcome.versions)
    hashed.update(_packed(versions))
    return pd.DataFrame(versions)


def _columns(versions: list[VersionRow]) -> dict[str, NDArray[Any]]:
    kinds = {"version": np.int64, "examples": np.int64, "learnt": np.int64, "status": object}
    columns = zip(VersionRow._fields, zip(*versions, strict=True), strict=True)
    return {name: np.array(values, kinds.get(name, np.float64)) for name, values in columns}  # None becomes NaN


def _packed(versions: dict[str, NDArray[Any]]) -> bytes:
    """Return the versions as bytes.

    For each: number, four instants, examples, learnt, status.
    """
    number, *numbers, status = versions.values()
    rows = np.empty(len(number), dtype=[("number", "<i8"), ("numbers", "<f8", len(numbers))])
    rows["number"], rows["numbers"] = number, np.column_stack(numbers)
    packed: list[bytes] = rows.view(f"V{rows.itemsize}").tolist()
    return b"".join(chain.from_iterable(zip(packed, map(str.encode, status), strict=True)))
