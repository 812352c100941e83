"""Where MLflow's database of a results folder has files go: below that folder, or nothing is written.

The database of a stranger may name any place, and that of a folder that was moved or copied names the former one.
"""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import urlparse
from urllib.request import url2pathname

from sim.errors import LabError
from sim.lab.store.containment import ARTIFACTS, check_single, is_inside


def folder_of(place: object) -> Path | None:
    """Return the folder of this machine that a location is, None if it is none.

    >>> folder_of("file:///data/results"), folder_of("s3://bucket/x"), folder_of("mlruns/1")
    (PosixPath('/data/results'), None, None)
    """
    parts = urlparse(str(place))
    if parts.scheme not in ("", "file") or parts.netloc not in ("", "localhost"):
        return None
    folder = Path(url2pathname(parts.path))
    return folder if folder.is_absolute() else None


def own_folder(place: object, results: Path, what: str) -> Path:
    """Return the folder below a results folder that a location is.

    Args:
        place: as the database has it.
        results: the results folder.
        what: whose location, for the message.

    Raises:
        LabError: it lies elsewhere.
    """
    folder = folder_of(place)
    if folder is None or not is_inside(folder, results):
        raise LabError(
            f"MLflow: the database in {results} has the files of {what} go to {place}, outside that folder; nothing is "
            "written there. tracker=none logs nothing, tracker.experiment=NEW logs to an experiment of its own"
        )
    return folder


def rebased(place: object, results: Path) -> str:
    """Return a location, in a folder that was moved or copied the same one below it.

    >>> rebased("file:///former/mlflow-artifacts/1a2b/artifacts", Path("/now"))
    'file:///now/mlflow-artifacts/1a2b/artifacts'
    """
    folder = folder_of(place)
    if folder is None or ARTIFACTS not in folder.parts or ".." in folder.parts or is_inside(folder, results):
        return str(place)
    below = folder.parts[len(folder.parts) - folder.parts[::-1].index(ARTIFACTS) :]
    return (results / ARTIFACTS).joinpath(*below).as_uri()


def copy(files: Iterable[Path], folder: Path, results: Path) -> None:
    """Copy files, none through a link.

    Args:
        files: regular ones; the same file under a second name, or a link, may be anybody's.
        folder: where to, in the results folder; it is made unless it is there.
        results: the results folder.

    Raises:
        LabError: a file is another's, or the folder leads elsewhere.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if not is_inside(folder, results):
        raise LabError(f"{folder}: leads to {os.path.realpath(folder)}, outside {results}; nothing is written there")
    for file in files:
        check_plain(file)
        target = folder / file.name
        if target.is_symlink() or target.is_file():
            target.unlink()
        with file.open("rb") as source, target.open("xb") as copied:
            shutil.copyfileobj(source, copied)
        shutil.copystat(file, target)


def check_plain(file: Path) -> None:
    """Refuse a file that is not a regular one under one name.

    Raises:
        LabError: it is a link, or something else.
    """
    if not stat.S_ISREG(os.lstat(file).st_mode):
        raise LabError(f"{file}: is no regular file; it is not copied")
    check_single(file)
