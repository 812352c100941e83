"""One function that runs an agent in a scenario.

It returns scores and trace; all objects are plain Python.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from numbers import Integral
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from sim import kernel
from sim.laws.durations import seconds, text
from sim.lazy import lazy
from sim.pipeline.guard import AgentSpec
from sim.replication import replicate, replicate_variants
from sim.scenario import Replication, Scenario
from sim.score import across
from sim.stable_math import one_blas_thread
from sim.trace import Chunk, Fingerprint, FrameSink, Sink, tables
from sim.tuning import TUNING, Tuning

if TYPE_CHECKING:
    import pandas as pd
else:
    pd = lazy("pandas")

MOST = 2**63 - 1  # of a seed: the keys of draws are 64 bits


@dataclass(frozen=True, repr=False)
class Run:
    """The results of a run.

    With several replications, frames have a first column ``replication``, with variants a column ``variant``; scores of
    variants are called ``NAME/`` and the score.

    Attributes:
        summary: scores by name; None where a score is undefined. With several replications the mean, and ``NAME/low``
            and ``NAME/high``, its 95 % interval.
        curve: a row per time bucket.
        versions: a row per policy version.
        requests: a row per request, if traced in memory.
        impressions: a row per impression, if traced in memory.
        fingerprint: a hash of the whole trace, the same for every block size.
        scenario: the world.
        agent: the agent, or the variants by name, as they were before the run.
        seed: the seed of its random numbers.
        score_from: end of the warm-up, seconds.
        replicates: the summary of each replication.
    """

    summary: dict[str, float | None]
    curve: pd.DataFrame
    versions: pd.DataFrame
    requests: pd.DataFrame | None
    impressions: pd.DataFrame | None
    fingerprint: str
    scenario: Scenario = field(repr=False)
    agent: AgentSpec | Mapping[str, AgentSpec] = field(repr=False)
    seed: int
    score_from: float
    replicates: tuple[dict[str, float | None], ...] = ()

    def __repr__(self) -> str:
        names = [""] if not isinstance(self.agent, Mapping) else [f"{name}/" for name in self.agent]
        regrets = [self.summary.get(f"{name}regret/at_base_rate") for name in names]
        shown = {
            "scenario": repr(self.scenario.name),
            "agent": " ".join(repr(self.agent).split()),
            "seed": self.seed,
            "replications": max(1, len(self.replicates)),
            "regret": " ".join("None" if regret is None else f"{regret:.4g}" for regret in regrets),
            "fingerprint": repr(self.fingerprint[:8]),
        }
        return f"Run({', '.join(f'{name}={value}' for name, value in shown.items())})"


def simulate(
    scenario: Scenario,
    agent: AgentSpec | Mapping[str, AgentSpec],
    *,
    split: Mapping[str, float] | None = None,
    log: str = "own",
    seed: int = 0,
    replications: int = 1,
    block: int | None = None,
    trace: bool = False,
    sink: Sink | None = None,
    score_from: float | str = 0.0,
    tuning: Tuning = TUNING,
    watch: kernel.Watch | None = None,
) -> Run:
    """Run an agent in a world.

    Args:
        scenario: the world.
        agent: learner x correction x cadence; or several by name, the variants of a test in one world.
        split: share of the users that each variant serves, by name; None for equal shares.
        log: whose requests a variant learns from: ``own``, those of its users, or ``shared``, all.
        seed: a whole number from 0 to 2**63 - 1; equal seeds give two agents the same users, tastes and noise.
        replications: independent repetitions, numbered from 0.
        block: requests computed at once; None adapts. It does not change the result.
        trace: whether to keep every request and impression.
        sink: receives the trace instead of memory.
        score_from: end of the warm-up, seconds or text such as ``1d``; requests before it are not scored.
        tuning: sizes that trade time for memory; they do not change the result.
        watch: called with the clock of each replication of one agent as it begins.

    Raises:
        AgentError: the agent broke its contract.
        ValueError: a number out of range, or a split that is none.
    """
    agents = agent if isinstance(agent, Mapping) else None
    variants = _variants(agents, split, log)
    for name, value, least in (("seed", seed, 0), ("replications", replications, 1), ("block", block, 1)):
        _check(name, value, least)
    start, hashed = start_of(score_from, scenario), Fingerprint()
    frames = FrameSink() if trace and sink is None else None
    target = sink if trace and sink is not None else frames
    results = []
    with one_blas_thread():
        for number in range(replications):
            replication = Replication(scenario, seed, number, block, tuning)
            readers = _readers(hashed, target, number if replications > 1 else None, variants)
            how = (readers, hashed, start)
            if agents is None or variants is None:
                results.append(replicate(replication, cast("AgentSpec", agent), *how, watch))
            else:
                results.append(replicate_variants(replication, agents, variants, log == "shared", *how))
    return Run(
        summary=across([r[0] for r in results]),
        curve=_stack([r[1] for r in results]),
        versions=_stack([r[2] for r in results]),
        requests=None if frames is None else frames.frame("requests"),
        impressions=None if frames is None else frames.frame("impressions"),
        fingerprint=hashed.hex(),
        replicates=tuple(r[0] for r in results),
        scenario=scenario,
        agent=agent,
        seed=int(seed),
        score_from=start,
    )


def _variants(
    agents: Mapping[str, AgentSpec] | None, split: Mapping[str, float] | None, log: str
) -> kernel.Split | None:
    """Return the checked split; None for one agent."""
    if agents is None and (split is not None or log != "own"):
        raise ValueError("split and log are of variants; give agent={name: agent, ...}")
    if log not in ("own", "shared"):
        raise ValueError(f"log is {log!r}, expected own or shared")
    return None if agents is None else split_of(agents, split)


def split_of(agents: Mapping[str, AgentSpec], split: Mapping[str, float] | None) -> kernel.Split:
    """Return the split of the users over variants.

    Raises:
        ValueError: it names others, or its shares are none.
    """
    if not agents or not all(isinstance(name, str) and name and "/" not in name for name in agents):
        raise ValueError(f"variants are {', '.join(map(repr, agents)) or 'none'}, expected names without a slash")
    shares = dict.fromkeys(agents, 1.0 / len(agents)) if split is None else split
    if set(shares) != set(agents):
        raise ValueError(f"split has {', '.join(map(str, shares))}, expected {', '.join(agents)}")
    return kernel.Split({name: float(shares[name]) for name in agents})


def start_of(score_from: float | str, scenario: Scenario) -> float:
    """Return the instant at which scoring starts, in seconds.

    Raises:
        ValueError: it is no duration, or not before the horizon.
    """
    start, horizon = seconds(score_from), scenario.horizon
    if start >= horizon:
        raise ValueError(f"{score_from!r} is not before the horizon, {text(horizon)}: nothing would be scored")
    return start


def _check(name: str, value: Any, least: int) -> None:
    if name == "block" and value is None:
        return
    if isinstance(value, bool) or not isinstance(value, Integral) or not least <= int(value) <= MOST:
        raise ValueError(f"{name} is {value!r}, expected a whole number from {least} to 2**63 - 1")


def _readers(
    hashed: Fingerprint, sink: Sink | None, replication: int | None, variants: kernel.Split | None
) -> list[Callable[[Chunk], None]]:
    return [hashed.read, *([] if sink is None else [_writer(sink, replication, variants)])]


def _writer(sink: Sink, replication: int | None, variants: kernel.Split | None) -> Callable[[Chunk], None]:
    def write(chunk: Chunk) -> None:
        for table, columns in tables(chunk).items():
            rows = len(columns["request_at"])
            lead = {} if replication is None else {"replication": np.full(rows, replication)}
            if variants is not None:
                lead["variant"] = np.array(variants.names, dtype=object)[columns.pop("variant")]
            sink.write(table, lead | columns)

    return write


def _stack(frames: list[pd.DataFrame]) -> pd.DataFrame:
    if len(frames) == 1:
        return frames[0]
    for replication, frame in enumerate(frames):
        frame.insert(0, "replication", replication)
    return pd.concat(frames, ignore_index=True)
