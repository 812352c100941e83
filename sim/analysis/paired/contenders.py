"""Contenders: runs that differ in seed and replications only."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sim.analysis.identity import epoch_of
from sim.analysis.paired.decisions import Pair
from sim.analysis.paired.scored_run import ScoredRun
from sim.analysis.score import by_reward
from sim.analysis.settings import PUSH, display_name, flat, score_from, varying
from sim.score import Scores, across

_NOT_SETTINGS = ("seed", "replications", "scenario.description")


@dataclass(frozen=True)
class Contender:
    """One setting and all its runs.

    Attributes:
        records: its runs, one for each seed.
        settings: flat names and values, without seed and replications.
        world: what must be equal for two contenders to be comparable.
        regret: the compared score by seed and replication, where it is known; less is better: minus the reward a user
            and day where satisfaction has a say in who leaves (`by_reward`).
        scores: means over all seeds and replications, with ``NAME/low`` and ``NAME/high``; None where unknown.
    """

    records: tuple[ScoredRun, ...]
    settings: dict[str, Any]
    world: str
    regret: dict[Pair, float]
    scores: Scores

    @property
    def mean(self) -> float:
        """The compared score, inf if it is not known."""
        value = _compared(self.scores, self.settings)
        return math.inf if value is None else value

    @property
    def by_reward(self) -> bool:
        """Whether it is compared on reward per user and day."""
        return by_reward(self.settings)

    @property
    def key(self) -> str:
        """Return the sort key of contenders of equal regret."""
        return str(sorted(self.settings.items()))

    @property
    def replications(self) -> int:
        """The least number of replications of its runs."""
        return min(run.config.replications for run in self.records)

    def label(self, names: Sequence[str]) -> str:
        """Return a name such as ``linucb, nightly, push 20m``."""
        kept = [name for name in names if name != "ship" or PUSH not in names]  # the push implies it
        return ", ".join(filter(None, (display_name(self.settings, name, names) for name in kept))) or "the run"


def contenders(records: Sequence[ScoredRun]) -> list[Contender]:
    """Return the contenders of some runs, oldest first.

    Of runs with equal settings and equal seed only the last, the newest, is used.
    """
    grouped: dict[str, dict[int, ScoredRun]] = {}
    for record in records:
        grouped.setdefault(identity_of(record.config), {})[record.config.seed] = record
    return [contender_of([runs[seed] for seed in sorted(runs)]) for runs in grouped.values()]


def telling(found: Sequence[Contender]) -> list[str]:
    """Return the settings that distinguish contenders, the most informative first."""
    return varying([one.settings for one in found])


def contender_of(runs: Sequence[ScoredRun]) -> Contender:
    """Return the contender of runs with equal settings."""
    rows = {(run.config.seed, n): row for run in runs for n, row in _replicates(run).items()}
    settings = settings_of(runs[-1])
    regret = {pair: value for pair, row in rows.items() if (value := _compared(row, settings)) is not None}
    scores = runs[0].summary if len(runs) == 1 else Scores(across(list(rows.values())))
    return Contender(tuple(runs), settings, runs[-1].world, regret, scores)


def scores_of(one: Contender, name: str) -> dict[Pair, float]:
    """Return a score by seed and replication, where known."""
    rows = {(run.config.seed, n): row for run in one.records for n, row in _replicates(run).items()}
    return {pair: value for pair, row in rows.items() if (value := row.get(name)) is not None}


def _compared(scores: Scores, settings: Mapping[str, Any]) -> float | None:
    """Return the score that agents are compared on.

    Less is better.
    """
    if not by_reward(settings):
        return scores.regret
    reward = scores.reward_per_user_day
    return None if reward is None else -reward


def settings_of(run: ScoredRun) -> dict[str, Any]:
    """Return a run's settings, without seed and replications."""
    return {name: value for name, value in flat(run.config).items() if name not in _NOT_SETTINGS}


def _replicates(run: ScoredRun) -> dict[int, Scores]:
    """Return the scores of each replication.

    A run without the table has them only if it has a single replication.
    """
    table = run.replicates
    if table is None:
        return {0: run.summary} if run.config.replications == 1 else {}
    scores = table.drop(columns="replication")
    each = scores.to_numpy(dtype=float).tolist()
    rows = [Scores(dict(zip(map(str, scores), map(_known, row), strict=True))) for row in each]
    return dict(zip(map(int, table["replication"]), rows, strict=True))


def _known(value: float) -> float | None:
    return value if math.isfinite(value) else None


def identity_of(config: Mapping[str, Any]) -> str:
    """Return the identity that the runs of a contender share.

    All of the configuration but seed and replications.
    """
    scenario = {key: value for key, value in config["scenario"].items() if key != "description"}
    if config["agent"].get("ship") == "in_place":
        scenario["platform"] = {k: v for k, v in (scenario.get("platform") or {}).items() if k != "push"}
    return json.dumps([scenario, config["agent"], score_from(config), epoch_of(config)], sort_keys=True, default=str)
