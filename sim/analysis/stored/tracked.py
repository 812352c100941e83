"""A run in the form of trackers such as MLflow.

Tags are for filters; settings are params, scores and curves are metrics, and the scenario is the dataset.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sim.analysis.buckets import Steps
from sim.analysis.paired.scored_run import ScoredRun
from sim.analysis.settings import display_name, flat, run_label
from sim.score import about

if TYPE_CHECKING:
    import pandas as pd

HOUR = 3600.0
PARAM_LENGTH = 500
KEY_LENGTH = 250
SOURCE_LENGTH = 60_000
DIGEST = 12
STEPS = 50  # of a curve: a chart is some 350 pixels wide, each point costs as much as a request, the report is finer
_REDUNDANT = ("scenario.description", "scenario.name")
_SIZE = {"users": "scenario.users.count", "horizon": "scenario.horizon", "slate": "scenario.slate.size"}
_ENDS = ("/low", "/high")  # of intervals: two more charts for each score, and none of them shows an interval


def name_of(record: ScoredRun, swept: Sequence[str]) -> str:
    """Return a run's name: first what differs in its sweep."""
    settings = flat(record.config)
    first = [display_name(settings, key, swept) for key in swept]
    agent, *rest = run_label(record.config).split(" · ")
    left = ", ".join(part for part in agent.split(", ") if part not in first)
    return " · ".join(filter(None, [*first, left, *(part for part in rest if part not in first)]))


def tags_of(record: ScoredRun, manifest: Mapping[str, Any], sweep: str | None) -> dict[str, str]:
    """Return a run's tags: identity, scenario, parts and sweep."""
    commit = manifest["environment"].get("git_commit")
    tags = {"kind": "run", "run_hash": record.hash, "fingerprint": manifest["fingerprint"]}
    tags |= {key_of(group): str(choice) for group, choice in record.config.choices.items()}
    tags["scenario"] = record.config.world  # the choice may be a path
    return tags | ({"git_commit": commit} if commit else {}) | ({"sweep": sweep} if sweep else {})


def params_of(config: Mapping[str, Any]) -> dict[str, str]:
    """Return the settings that no name says, long ones cut."""
    settings = {name: str(value) for name, value in flat(config).items() if value is not None}
    return {
        key_of(name): value if len(value) <= PARAM_LENGTH else f"{value[: PARAM_LENGTH - 1]}…"
        for name, value in settings.items()
        if not (name in _REDUNDANT or (name.endswith(".class") and value.startswith("agents.")))
    }


def key_of(name: str) -> str:
    """Return a name with the characters that MLflow allows.

    >>> key_of("learner.rate (max)")
    'learner.rate _max_'
    """
    return re.sub(r"[^\w\-. :/]", "_", name)[:KEY_LENGTH]


def points_of(
    summary: Mapping[str, float | None], curve: pd.DataFrame, began: int
) -> Iterator[tuple[str, float, int, int]]:
    """Yield key, value, time in milliseconds and step of metrics.

    Scores come first, without intervals, then curves of `STEPS` steps. Their times are a second after ``began`` for
    each simulated hour, which MLflow's axis "Time (relative)", in seconds, then shows.
    """
    for name, value in summary.items():
        if value is not None and not name.endswith(_ENDS):
            yield key_of(name), value, began, 0
    steps = Steps(curve, STEPS)
    moments = [began + int(1000 * end / HOUR) for end in steps.ends().tolist()]
    for column in map(str, curve):
        if (kind := about().get(column)) is not None and kind.chart:
            for step, value in steps.means(column):
                yield f"curve/{column}", value, moments[step], step


def dataset_of(record: ScoredRun, text: str) -> dict[str, str]:
    """Return the scenario as a dataset, one per world."""
    settings = flat(record.config)
    return {
        "name": record.config.world,
        "digest": hashlib.sha256(record.world.encode()).hexdigest()[:DIGEST],
        "source_type": "scenario",
        "source": text[:SOURCE_LENGTH],
        "profile": json.dumps({name: settings.get(key) for name, key in _SIZE.items()}, default=str),
    }
