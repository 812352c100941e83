"""Logging of runs and sweeps to MLflow, in few calls.

Both can be repeated: what is logged already stays, and what was begun is finished.
"""

from __future__ import annotations

import shutil
import stat
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from mlflow import MlflowClient
from mlflow.entities import Dataset, DatasetInput, Metric, Param, Run

from sim.analysis.stored.sweep_list import swept_keys
from sim.analysis.stored.tracked import dataset_of, name_of, params_of, points_of, tags_of
from sim.errors import LabError
from sim.lab.store.archive import BUNDLE, PACKED, pack
from sim.lab.store.containment import check_inside, check_single
from sim.lab.store.run_folder import Record, files_of
from sim.lab.store.sweep_file import about_of, runs_of, trials_of
from sim.lab.store.untrusted import content
from sim.lab.tracking.client import own_folder
from sim.lab.tracking.view import VIEW, view_of

FILES = (
    "claims.csv", "comparison.csv", "comparison.parquet", "comparison.png", "failures.txt", "optimization_results.yaml",
    "report.html", "rules.csv", "rules.png", "sweep.json", "trials.csv", "verdicts.csv", "verdicts.png",
)  # fmt: skip
WRITTEN = "written_at"  # the tag of a sweep that says which of its files are logged
_PARAMS = 100  # MLflow's limit for one call


@dataclass(frozen=True)
class Place:
    """An experiment to log to."""

    client: MlflowClient
    experiment_id: str
    results: Path | None = None  # the folder of the database, and of the copies of files; None: a server

    def search(self, tags: Mapping[str, str]) -> list[Run]:
        """Return the runs that have these tags, latest first."""
        wanted = " and ".join(f"tags.{key} = '{value}'" for key, value in tags.items())
        return list(self.client.search_runs([self.experiment_id], wanted, max_results=100))

    def add_files(self, run: Run, files: Iterable[Path]) -> None:
        """Add copies of files to a run."""
        if self.results is None:
            for file in files:
                self.client.log_artifact(run.info.run_id, str(file))
            return
        folder = own_folder(run.info.artifact_uri, self.results, f"the run {run.info.run_id}")
        folder.mkdir(parents=True, exist_ok=True)
        for file in files:
            (folder / file.name).unlink(missing_ok=True)  # it may be a link to another place
            shutil.copy2(file, folder)


def log_run(to: Place, record: Record, sweep: str | None, swept: Sequence[str] = ()) -> bool:
    """Log a complete run once; finish one that was begun."""
    check_inside(record.folder, record.folder.parent.parent)
    files = _plain(files_of(record.folder))
    start = int(record.started.timestamp() * 1000)
    metrics = [Metric(*point) for point in points_of(record.summary, record.table("curve"), start)]
    params = [Param(*setting) for setting in params_of(record.config).items()]
    found = to.search({"run_hash": record.hash} | ({"sweep": sweep} if sweep else {}))
    there = any(run.info.status == "FINISHED" for run in found)
    begun = [run for run in found if run.info.status != "FINISHED" and run.data.tags.get("sweep") == sweep]
    for left in begun if there else begun[1:]:
        to.client.delete_run(left.info.run_id)  # a server that answered too late
    if there:
        return False
    tags, name = tags_of(record, record.manifest, sweep), name_of(record, swept)
    run = begun[0] if begun else to.client.create_run(to.experiment_id, start_time=start, tags=tags, run_name=name)
    number = run.info.run_id
    to.client.log_batch(number, metrics=metrics, params=params[:_PARAMS])
    for first in range(_PARAMS, len(params), _PARAMS):
        to.client.log_batch(number, params=params[first : first + _PARAMS])
    text = content(record.folder / "scenario.yaml").decode(errors="replace")
    to.client.log_inputs(number, datasets=[DatasetInput(Dataset(**dataset_of(record, text)))])
    to.add_files(run, files)
    to.client.set_terminated(number, end_time=start + int(1000 * record.manifest["seconds"]))
    return True


def log_sweep(to: Place, folder: Path) -> bool:
    """Log a sweep's files once, as one run."""
    name, about = folder.name, about_of(folder / "sweep.json")
    check_inside(folder, folder.parent.parent)
    files = _plain(folder / file for file in FILES if (folder / file).exists())
    trials = [Metric(key, value, 0, step) for key, step, value in trials_of(folder)]
    found = to.search({"kind": "sweep", "sweep": name})
    if found and found[0].info.status == "FINISHED" and found[0].data.tags.get(WRITTEN) == about.written_at:
        return False
    tags = {"kind": "sweep", "sweep": name, "jobs": str(len(about.runs))}
    run = found[0] if found else to.client.create_run(to.experiment_id, tags=tags, run_name=f"sweep {name}")
    if trials:
        to.client.log_batch(run.info.run_id, metrics=trials)
    to.add_files(run, files)
    if to.results is None:  # reading back from a server then needs one download
        records = runs_of(folder.parent.parent, name)
        with TemporaryDirectory(prefix="delaylab-") as place:
            pack(records, Path(place) / BUNDLE)
            to.add_files(run, [Path(place) / BUNDLE])
        to.client.set_tag(run.info.run_id, PACKED, str(len(records)))
    to.client.set_tag(run.info.run_id, WRITTEN, about.written_at)
    to.client.set_terminated(run.info.run_id)
    to.client.set_experiment_tag(to.experiment_id, VIEW, view_of(swept_keys(about)))
    return True


def _plain(files: Iterable[Path]) -> list[Path]:
    """Return the files; refuse links and what is no file."""
    found = list(files)
    for file in found:
        if not stat.S_ISREG(file.lstat().st_mode):
            raise LabError(f"{file}: is no regular file; it is not copied")
        check_single(file)
    return found
