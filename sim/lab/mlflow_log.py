"""Logging a run and a sweep to MLflow, in as few calls as its limits allow.

Both are safe to do again: what is there is left, what was begun is finished.
"""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from sim.lab.bundle import BUNDLE, PACKED, pack
from sim.lab.mlflow_look import dataset_of, params_of, points_of, tags_of
from sim.lab.mlflow_store import Entry, Point, Store
from sim.lab.plain import mapping
from sim.lab.record import TRACE, Record
from sim.lab.search.trials import logged
from sim.lab.settings import label
from sim.lab.sweep import runs_of

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
        _add_files(store, entry, record.folder)
        store.finish(entry, start + int(1000 * record.manifest["seconds"]))
        return True


def log_sweep(store: Store, folder: Path) -> None:
    """Log a sweep's table, figure and list of jobs, unless they are there; into its run of the last time, if any."""
    name = folder.name
    about = mapping(folder / "sweep.json")
    with store.whole():
        found = store.search({"kind": "sweep", "sweep": name})
        tags = {"kind": "sweep", "sweep": name, "jobs": str(len(about["jobs"]))}
        entry = found[0] if found else store.create(f"sweep {name}", tags)
        written = str(about.get("written_at"))
        if entry.finished and entry.tags.get(WRITTEN) == written:
            return
        if trials := [Point(key, value, 0, step) for key, step, value in logged(folder)]:
            store.add(entry, trials, {})
        _add_files(store, entry, folder)
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


def _add_files(store: Store, entry: Entry, folder: Path) -> None:
    """Log the files of a folder, but no trace and nothing of elsewhere: in one call where they are only copied."""
    files = [
        file for file in sorted(folder.iterdir()) if file.is_file() and not file.is_symlink() and file.name not in TRACE
    ]
    if entry.here and len(files) == sum(1 for _ in folder.iterdir()):
        store.add_folder(entry, folder)
    else:
        store.add_files(entry, files)
