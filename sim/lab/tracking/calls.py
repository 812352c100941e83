"""Runs logged by the calls of MLflow's client: to a server, or to a database that is not the lab's own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from sim.lab.tracking.place import copy, own_folder
from sim.lab.tracking.store import Entry, Point

if TYPE_CHECKING:
    from mlflow import MlflowClient
    from mlflow.entities import Run


class Calls:
    """See `sim.lab.tracking.store.Store`.

    Args:
        client: connected.
        experiment_id: where to.
        results: the results folder, if it is its own database: files are copied below it and nowhere else.
    """

    def __init__(self, client: MlflowClient, experiment_id: str, results: Path | None = None) -> None:
        self._client, self._experiment_id, self._results = client, experiment_id, results

    def whole(self) -> AbstractContextManager[object]:
        """Do nothing: each call is whole."""
        return nullcontext()

    def search(self, tags: Mapping[str, str]) -> list[Entry]:
        """Return the runs that have these tags, the latest first."""
        wanted = " and ".join(f"tags.{key} = '{value}'" for key, value in tags.items())
        return [_entry(run) for run in self._client.search_runs([self._experiment_id], wanted, max_results=100)]

    def create(self, name: str, tags: Mapping[str, str], start: int | None = None) -> Entry:
        """Begin a run."""
        return _entry(self._client.create_run(self._experiment_id, start_time=start, tags={**tags}, run_name=name))

    def delete(self, entry: Entry) -> None:
        """Take a run away."""
        self._client.delete_run(entry.run_id)

    def add(self, entry: Entry, points: Sequence[Point], params: Mapping[str, str]) -> None:
        """Add points and params in one call."""
        from mlflow.entities import Metric, Param

        self._client.log_batch(
            entry.run_id, metrics=[Metric(*point) for point in points], params=[Param(*one) for one in params.items()]
        )

    def add_dataset(self, entry: Entry, dataset: Mapping[str, str]) -> None:
        """Add a dataset."""
        from mlflow.entities import Dataset, DatasetInput

        self._client.log_inputs(entry.run_id, datasets=[DatasetInput(Dataset(**dataset))])

    def add_files(self, entry: Entry, files: Iterable[Path]) -> None:
        """Add copies of files."""
        if self._results is not None:
            copy(files, own_folder(entry.place, self._results, f"the run {entry.run_id}"), self._results)
            return
        found = list(files)
        folders = {file.parent for file in found}
        if entry.here and len(folders) == 1 and {*(folder := folders.pop()).iterdir()} == {*found}:
            self._client.log_artifacts(entry.run_id, str(folder))  # one call where files are only copied
            return
        for file in found:
            self._client.log_artifact(entry.run_id, str(file))

    def tag(self, entry: Entry, key: str, value: str) -> None:
        """Set a tag."""
        self._client.set_tag(entry.run_id, key, value)

    def finish(self, entry: Entry, end: int | None = None) -> None:
        """End a run."""
        self._client.set_terminated(entry.run_id, end_time=end)


def _entry(run: Run) -> Entry:
    return Entry(run.info.run_id, run.info.status == "FINISHED", run.data.tags, str(run.info.artifact_uri))
