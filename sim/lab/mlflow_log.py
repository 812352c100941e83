"""How a run and a sweep look in MLflow.

A run: settings as params, scores as metrics, curves as metrics ``curve/...`` on one grid of whole steps (so that the
chart view can group and band them), the files of the run folder as artifacts.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.lab.record import Record
from sim.lab.settings import flat, label

if TYPE_CHECKING:
    from mlflow import MlflowClient
    from mlflow.entities import Metric

BATCH = 1000
PARAM_LENGTH = 500
CURVES = ("regret/per_request", "regret/normalised", "reward/per_request")
_ARTIFACTS = ("config.yaml", "scenario.yaml", "summary.json", "manifest.json", "curve.parquet", "versions.parquet")
_NOISE = ("scenario.description",)


def log_run(client: MlflowClient, experiment_id: str, record: Record, sweep: str | None) -> bool:
    """Log a complete run unless it is there.

    Args:
        client: connected.
        experiment_id: where to.
        record: the run.
        sweep: the sweep it is logged for; a run may be logged once for each.

    Returns:
        Whether it was logged now.
    """
    if _there(client, experiment_id, record.hash, sweep):
        return False
    began = int(datetime.fromisoformat(record.manifest["started_at"]).timestamp() * 1000)
    run = client.create_run(experiment_id, start_time=began, tags=tags_of(record, sweep), run_name=label(record.config))
    _log_batches(client, run.info.run_id, record, began)
    for name in (*_ARTIFACTS, "replicates.parquet"):
        if (record.folder / name).is_file():
            client.log_artifact(run.info.run_id, str(record.folder / name))
    client.set_terminated(run.info.run_id, end_time=began + int(1000 * record.manifest["seconds"]))
    return True


def log_sweep(client: MlflowClient, experiment_id: str, folder: Path) -> None:
    """Log a sweep's table, figure and list of jobs; into its run of the last time, if there is one."""
    name = folder.name
    about = json.loads((folder / "sweep.json").read_text(encoding="utf-8"))
    found = client.search_runs([experiment_id], f"tags.kind = 'sweep' and tags.sweep = '{name}'", max_results=1)
    run = found[0] if found else client.create_run(
        experiment_id, tags={"kind": "sweep", "sweep": name}, run_name=f"sweep {name}"
    )  # fmt: skip
    client.set_tag(run.info.run_id, "jobs", str(len(about["jobs"])))
    client.log_artifacts(run.info.run_id, str(folder))
    client.set_terminated(run.info.run_id)


def _there(client: MlflowClient, experiment_id: str, run_hash: str, sweep: str | None) -> bool:
    wanted = f"tags.run_hash = '{run_hash}'" + (f" and tags.sweep = '{sweep}'" if sweep else "")
    return bool(client.search_runs([experiment_id], f"{wanted} and attributes.status = 'FINISHED'", max_results=1))


def tags_of(record: Record, sweep: str | None) -> dict[str, str]:
    """Return the tags of a run."""
    commit = record.manifest["environment"].get("git_commit")
    tags = {"kind": "run", "run_hash": record.hash, "fingerprint": record.manifest["fingerprint"]}
    tags |= {group: str(choice) for group, choice in record.config["choices"].items()}
    return tags | ({"git_commit": commit} if commit else {}) | ({"sweep": sweep} if sweep else {})


def params_of(config: dict[str, Any]) -> dict[str, str]:
    """Return the settings of a run as text: laws as one line, what is off left out, long values cut."""
    settings = {name: value for name, value in flat(config).items() if value is not None and name not in _NOISE}
    return {name: _cut(str(value)) for name, value in settings.items()}


def _cut(text: str) -> str:
    return text if len(text) <= PARAM_LENGTH else text[: PARAM_LENGTH - 1] + "…"


def _log_batches(client: MlflowClient, run_id: str, record: Record, began: int) -> None:
    from mlflow.entities import Param

    params = [Param(name, value) for name, value in params_of(record.config).items()]
    for chunk in _batches(params, 100):
        client.log_batch(run_id, params=chunk)
    for metrics in _batches(list(_metrics(record, began)), BATCH):
        client.log_batch(run_id, metrics=metrics)


def _batches(values: list[Any], size: int) -> Iterator[list[Any]]:
    for first in range(0, len(values), size):
        yield values[first : first + size]


def _metrics(record: Record, began: int) -> Iterator[Metric]:
    from mlflow.entities import Metric

    for name, value in record.summary.items():
        if value is not None:
            yield Metric(name, value, began, 0)
    curve = record.table("curve")
    columns = [c for c in curve if c in CURVES or (str(c).startswith("staleness/") and str(c).endswith("/mean"))]
    means = curve.groupby("bucket")[["at", *columns]].mean()
    moments = began + (1000 * means["at"]).astype(int)  # simulated time: the UI's "relative" axis shows it
    for column in columns:
        for step, moment, value in zip(means.index, moments, means[column], strict=True):
            if math.isfinite(value):
                yield Metric(f"curve/{column}", float(value), int(moment), int(step))
