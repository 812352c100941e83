"""How a run looks in MLflow: tags to filter by, settings as params, scores and curves as metrics, scenario as data."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.lab.record import Record
from sim.lab.settings import flat

if TYPE_CHECKING:
    import pandas as pd
    from mlflow.entities import DatasetInput, Metric, Param

Ints = NDArray[np.int64]
HOUR = 3600.0
PARAM_LENGTH = 500
KEY_LENGTH = 250
SOURCE_LENGTH = 60_000
DIGEST = 12
STEPS = 50  # of a curve: a chart is some 350 pixels wide, each point costs as much as a request, the report is finer
CURVES = ("regret/per_request", "regret/normalised", "reward/per_request")
_NOISE = ("scenario.description", "scenario.name")
_ENDS = ("/low", "/high")  # of intervals: two charts more for each score, and none of them an interval
EXPERIMENT = {
    "mlflow.note.content": (
        "Runs of delaylab. The run of a sweep (`tags.kind = 'sweep'`) holds table, figure and report as artifacts.\n\n"
        "Curves of a sweep: filter by `tags.sweep = 'NAME' and tags.kind = 'run'`, open the chart view, search the "
        "charts for `curve/regret`, and group by a param such as `cadence` for bands."
    ),
}


def tags_of(record: Record, sweep: str | None) -> dict[str, str]:
    """Return the tags of a run: what it is, its scenario and parts by name, and its sweep."""
    commit = record.manifest["environment"].get("git_commit")
    tags = {"kind": "run", "run_hash": record.hash, "fingerprint": record.manifest["fingerprint"]}
    tags |= {key_of(group): str(choice) for group, choice in record.config["choices"].items()}
    tags["scenario"] = str(record.config["scenario"]["name"])  # the choice may be a path
    return tags | ({"git_commit": commit} if commit else {}) | ({"sweep": sweep} if sweep else {})


def params_of(config: dict[str, Any]) -> dict[str, str]:
    """Return the settings of a run as text: laws as one line, long values cut; not what is off or said by a name."""
    settings = {name: value for name, value in flat(config).items() if value is not None and not _noise(name, value)}
    return {key_of(name): _cut(str(value)) for name, value in settings.items()}


def key_of(name: str) -> str:
    """Return a name as MLflow takes it.

    >>> key_of("learner.rate (max)")
    'learner.rate _max_'
    """
    return re.sub(r"[^\w\-. :/]", "_", name)[:KEY_LENGTH]


def _noise(name: str, value: Any) -> bool:
    return name in _NOISE or (name.endswith(".class") and str(value).startswith("agents."))


def _cut(text: str) -> str:
    return text if len(text) <= PARAM_LENGTH else text[: PARAM_LENGTH - 1] + "…"


def param_entities(config: dict[str, Any]) -> list[Param]:
    """Return the settings as MLflow takes them."""
    from mlflow.entities import Param

    return [Param(name, value) for name, value in params_of(config).items()]


def metrics_of(record: Record, began: int) -> Iterator[Metric]:
    """Return the scores without their intervals, then the curves, on one grid of at most `STEPS` whole steps.

    Args:
        record: the run.
        began: when, in milliseconds; a curve's times are a second after it for each simulated hour: the axis
            "Time (relative)", which is in seconds, shows simulated hours.
    """
    from mlflow.entities import Metric

    for name, value in record.summary.items():
        if value is not None and not name.endswith(_ENDS):
            yield Metric(key_of(name), value, began, 0)
    curve = record.table("curve")
    moments = _ends_of_steps(curve, began)
    for column in map(str, curve):
        if column in CURVES or (column.startswith("staleness/") and column.endswith("/mean")):
            for step, value in _means(curve, column):
                yield Metric(f"curve/{column}", value, moments[step], step)


def _steps(curve: pd.DataFrame) -> tuple[Ints, int]:
    """Return the step of each row, and how many there are."""
    bucket = curve["bucket"].to_numpy(dtype=np.int64)
    buckets = int(bucket.max()) + 1
    steps = min(STEPS, buckets)
    return bucket * steps // buckets, steps


def _ends_of_steps(curve: pd.DataFrame, began: int) -> list[int]:
    step, steps = _steps(curve)
    ends = np.zeros(steps)
    np.maximum.at(ends, step, curve["at"].to_numpy(dtype=float))
    return [began + int(1000 * end / HOUR) for end in ends]


def _means(curve: pd.DataFrame, column: str) -> Iterator[tuple[int, float]]:
    """Yield the mean over the requests of each step, of all replications, where it has any."""
    step, steps = _steps(curve)
    values, requests = (curve[name].to_numpy(dtype=float) for name in (column, "requests"))
    known = np.isfinite(values) & (requests > 0)
    step, values, requests = step[known], values[known], requests[known]
    sums, counts = (np.bincount(step, amounts, steps) for amounts in (values * requests, requests))
    for n in np.flatnonzero(counts).tolist():
        yield n, float(sums[n] / counts[n])


def dataset_of(record: Record) -> DatasetInput:
    """Return the scenario as a dataset: its name, its digest, its text and what is large about it."""
    from mlflow.entities import Dataset, DatasetInput

    scenario = record.config["scenario"]
    text = (record.folder / "scenario.yaml").read_text(encoding="utf-8")
    size = {"users": scenario["users"]["count"], "horizon": scenario["horizon"], "slate": scenario["slate"]["size"]}
    world = Dataset(
        name=str(scenario["name"]),
        digest=digest_of(record, text),
        source_type="scenario",
        source=text[:SOURCE_LENGTH],
        profile=json.dumps(size, default=str),
    )
    return DatasetInput(world)


def digest_of(record: Record, text: str) -> str:
    """Return the start of the scenario's digest; that of its text, if this version cannot read it."""
    from sim.scenario import Scenario, ScenarioError

    try:
        return Scenario.load(str(record.folder / "scenario.yaml")).digest[:DIGEST]
    except ScenarioError:
        return hashlib.sha256(text.encode()).hexdigest()[:DIGEST]
