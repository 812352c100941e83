"""Logging a run and a sweep to MLflow, in as few calls as its limits allow.

Both are safe to do again: what is there is left, what was begun is finished.
"""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from sim.lab.bundle import BUNDLE, PACKED, pack
from sim.lab.mlflow_look import dataset_of, metrics_of, param_entities, tags_of
from sim.lab.plain import mapping
from sim.lab.record import TRACE, Record
from sim.lab.search.trials import logged
from sim.lab.settings import label
from sim.lab.sweep import runs_of

WRITTEN = "written_at"  # the tag of a sweep that says which of its files are logged

if TYPE_CHECKING:
    from mlflow import MlflowClient
    from mlflow.entities import Run


def log_run(client: MlflowClient, experiment_id: str, record: Record, sweep: str | None) -> bool:
    """Log a complete run unless it is there; finish one that was begun.

    Args:
        client: connected.
        experiment_id: where to.
        record: the run.
        sweep: the sweep it is logged for; a run may be logged once for each.

    Returns:
        Whether it was logged now.
    """
    there, begun = _found(client, experiment_id, record.hash, sweep)
    for left in begun if there else begun[1:]:
        client.delete_run(left.info.run_id)  # a server that answered too late
    if there:
        return False
    start = int(record.started.timestamp() * 1000)
    run = begun[0] if begun else client.create_run(
        experiment_id, start_time=start, tags=tags_of(record, sweep), run_name=label(record.config)
    )  # fmt: skip
    run_id = run.info.run_id
    client.log_batch(run_id, metrics=list(metrics_of(record, start)), params=param_entities(record.config))
    client.log_inputs(run_id, datasets=[dataset_of(record)])
    _log_files(client, run, record.folder)
    client.set_terminated(run_id, end_time=start + int(1000 * record.manifest["seconds"]))
    return True


def log_sweep(client: MlflowClient, experiment_id: str, folder: Path) -> None:
    """Log a sweep's table, figure and list of jobs, unless they are there; into its run of the last time, if any."""
    name = folder.name
    about = mapping(folder / "sweep.json")
    found = client.search_runs([experiment_id], f"tags.kind = 'sweep' and tags.sweep = '{name}'", max_results=1)
    tags = {"kind": "sweep", "sweep": name, "jobs": str(len(about["jobs"]))}
    run = found[0] if found else client.create_run(experiment_id, tags=tags, run_name=f"sweep {name}")
    written = str(about.get("written_at"))
    if run.info.status == "FINISHED" and run.data.tags.get(WRITTEN) == written:
        return
    _log_trials(client, run, folder)
    _log_files(client, run, folder)
    _log_packed(client, run, folder)
    client.set_tag(run.info.run_id, WRITTEN, written)
    client.set_terminated(run.info.run_id)


def _log_trials(client: MlflowClient, run: Run, folder: Path) -> None:
    """Log what the trials of a search were worth, a step each."""
    from mlflow.entities import Metric

    if trials := list(logged(folder)):
        client.log_batch(run.info.run_id, metrics=[Metric(name, value, 0, step) for name, step, value in trials])


def _log_packed(client: MlflowClient, run: Run, folder: Path) -> None:
    """Log the files of a sweep's runs in one: who reads it back needs one download; not where they are here."""
    if _is_here(run):
        return
    records = runs_of(folder.parent.parent, folder.name)
    with TemporaryDirectory(prefix="delaylab-") as place:
        pack(records, Path(place) / BUNDLE)
        client.log_artifact(run.info.run_id, str(Path(place) / BUNDLE))
    client.set_tag(run.info.run_id, PACKED, str(len(records)))


def _is_here(run: Run) -> bool:
    return str(run.info.artifact_uri).startswith("file:")


def _found(client: MlflowClient, experiment_id: str, run_hash: str, sweep: str | None) -> tuple[bool, list[Run]]:
    """Return whether a run is there, for this sweep or at all without one, and those that were begun for it."""
    wanted = f"tags.run_hash = '{run_hash}'" + (f" and tags.sweep = '{sweep}'" if sweep else "")
    found = list(client.search_runs([experiment_id], wanted, max_results=100))
    begun = [run for run in found if run.info.status != "FINISHED" and run.data.tags.get("sweep") == sweep]
    return any(run.info.status == "FINISHED" for run in found), begun


def _log_files(client: MlflowClient, run: Run, folder: Path) -> None:
    """Log the files of a folder, but no trace and nothing of elsewhere: in one call where they are only copied."""
    files = [
        file for file in sorted(folder.iterdir()) if file.is_file() and not file.is_symlink() and file.name not in TRACE
    ]
    if _is_here(run) and len(files) == sum(1 for _ in folder.iterdir()):
        client.log_artifacts(run.info.run_id, str(folder))
        return
    for file in files:
        client.log_artifact(run.info.run_id, str(file))
