"""Refuse results folders with links to other places.

A folder from someone else may contain links; a results folder must write below itself only.
"""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from pathlib import Path

from sim.errors import LabError

DATABASE = "mlflow.db"  # MLflow's file
ARTIFACTS = "mlflow-artifacts"  # the copies for MLflow's pages
_FOLDERS = ("runs", "sweeps", "attributions", "abtests", "cadences", "drills", "triggers", "sensitivity", ARTIFACTS)
_FILES = (DATABASE, *(f"{DATABASE}-{kind}" for kind in ("journal", "wal", "shm")), "attributions/twins.jsonl")
_NAMES_A_FILE = bytes.fromhex("d9d505f920a163d7")  # a journal with this end names another file, which SQLite deletes


def is_inside(place: Path, results: Path) -> bool:
    """Say whether a place, links resolved, is in results."""
    return Path(os.path.realpath(place)).is_relative_to(os.path.realpath(results))


def check_inside(place: Path, results: Path) -> None:
    """Refuse a place that leads out of results."""
    if not is_inside(place, results):
        raise LabError(
            f"{place}: leads to {os.path.realpath(place)}, outside {results}; one of its own is allowed, no link"
        )


def check_results(results: Path) -> None:
    """Refuse a results folder that would write elsewhere.

    It may be a link itself, and need not exist.
    """
    links = [place for place in (results / "sweeps").glob("*") if place.is_symlink()]
    for place in (*(results / name for name in (*_FOLDERS, *_FILES)), *links):
        check_inside(place, results)
    for name in _FILES:
        check_single(results / name)
    journal = results / f"{DATABASE}-journal"
    with suppress(OSError), journal.open("rb") as stream:
        stream.seek(-len(_NAMES_A_FILE), os.SEEK_END)
        if stream.read() == _NAMES_A_FILE:
            raise LabError(f"{journal}: is the journal of several databases; that of {DATABASE} alone is allowed")


def check_single(file: Path) -> None:
    """Refuse what is no file, or has hard links."""
    try:
        found = file.stat()
    except OSError:  # there is none
        return
    if stat.S_ISDIR(found.st_mode):
        return  # it cannot be written as a file
    if not stat.S_ISREG(found.st_mode):
        raise LabError(f"{file}: is no regular file; nothing is read from it or written to it")
    if found.st_nlink > 1:
        raise LabError(f"{file}: is a hard link, the same file has another name; a copy of it (cp) is allowed")
