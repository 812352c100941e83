"""Logging a run and a sweep to MLflow, in as few calls as its limits allow.

Both are safe to do again: what is there is left, what was begun is finished.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory

from sim.analysis.settings import label
from sim.lab.store.archive import BUNDLE, PACKED, pack
from sim.lab.store.inside import check_inside
from sim.lab.store.run_folder import Record, files_of
from sim.lab.store.sweep_file import runs_of
from sim.lab.store.trials_file import logged
from sim.lab.store.untrusted import mapping
from sim.lab.tracking.mapping import dataset_of, params_of, points_of, tags_of
from sim.lab.tracking.place import check_plain
from sim.lab.tracking.store import Entry, Point, Store

FILES = (
    "comparison.csv", "comparison.parquet", "comparison.png", "failures.txt", "optimization_results.yaml",
    "report.html", "sweep.json", "trials.csv", "verdicts.csv", "verdicts.png",
)  # fmt: skip
WRITTEN = "written_at"  # the tag of a sweep that says which of its files are logged


def log_run(store: Store, record: Record, sweep: str | None) -> bool:
    """Log a complete run unless it is there; finish one that was begun.

    Args:
        store: where to.
        record: the run.
        sweep: the sweep it is logged for; a run may be logged once for each.

    Returns:
        Whether it was logged now.
    """
    check_inside(record.folder, record.folder.parent.parent)
    files = _plain(files_of(record.folder))
    with store.whole():
        there, begun = _found(store, record.hash, sweep)
        for left in begun if there else begun[1:]:
            store.delete(left)  # a server that answered too late
        if there:
            return False
        start = int(record.started.timestamp() * 1000)
        entry = begun[0] if begun else store.create(label(record.config), tags_of(record, sweep), start)
        store.add(entry, list(points_of(record, start)), params_of(record.config))
        store.add_dataset(entry, dataset_of(record))
        store.add_files(entry, files)
        store.finish(entry, start + int(1000 * record.manifest["seconds"]))
        return True


def log_sweep(store: Store, folder: Path) -> None:
    """Log a sweep's table, figure and list of jobs, unless they are there; into its run of the last time, if any."""
    name = folder.name
    about = mapping(folder / "sweep.json")
    check_inside(folder, folder.parent.parent)
    files = _plain(folder / file for file in FILES if (folder / file).exists())
    with store.whole():
        found = store.search({"kind": "sweep", "sweep": name})
        tags = {"kind": "sweep", "sweep": name, "jobs": str(len(about["jobs"]))}
        entry = found[0] if found else store.create(f"sweep {name}", tags)
        written = str(about.get("written_at"))
        if entry.finished and entry.tags.get(WRITTEN) == written:
            return
        if trials := [Point(key, value, 0, step) for key, step, value in logged(folder)]:
            store.add(entry, trials, {})
        store.add_files(entry, files)
        _add_packed(store, entry, folder)
        store.tag(entry, WRITTEN, written)
        store.finish(entry)


def _add_packed(store: Store, entry: Entry, folder: Path) -> None:
    """Log the files of a sweep's runs in one: who reads it back needs one download; not where they are here."""
    if entry.here:
        return
    records = runs_of(folder.parent.parent, folder.name)
    with TemporaryDirectory(prefix="delaylab-") as place:
        pack(records, Path(place) / BUNDLE)
        store.add_files(entry, [Path(place) / BUNDLE])
    store.tag(entry, PACKED, str(len(records)))


def _found(store: Store, run_hash: str, sweep: str | None) -> tuple[bool, list[Entry]]:
    """Return whether a run is there, for this sweep or at all without one, and those that were begun for it."""
    found = store.search({"run_hash": run_hash} | ({"sweep": sweep} if sweep else {}))
    begun = [entry for entry in found if not entry.finished and entry.tags.get("sweep") == sweep]
    return any(entry.finished for entry in found), begun


def _plain(files: Iterable[Path]) -> list[Path]:
    """Return files, none of which is a link.

    Raises:
        LabError: one is.
    """
    found = list(files)
    for file in found:
        check_plain(file)
    return found
