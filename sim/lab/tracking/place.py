"""Places that MLflow's database names for files.

They must be inside its results folder; otherwise nothing is written.

The database of a stranger may name any place, and that of a folder that was moved or copied names the former one.
"""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlparse
from urllib.request import url2pathname

from sim.errors import LabError
from sim.lab.store.containment import ARTIFACTS, is_inside


def folder_of(place: object) -> Path | None:
    """Return the local folder of a location, None without one.

    >>> folder_of("file:///data/results"), folder_of("s3://bucket/x"), folder_of("mlruns/1")
    (PosixPath('/data/results'), None, None)
    """
    parts = urlparse(str(place))
    if parts.scheme not in ("", "file") or parts.netloc not in ("", "localhost"):
        return None
    folder = Path(url2pathname(parts.path))
    return folder if folder.is_absolute() else None


def own_folder(place: object, results: Path, what: str) -> Path:
    """Return the folder of a location inside a results folder."""
    folder = folder_of(place)
    if folder is None or not is_inside(folder, results):
        raise LabError(
            f"MLflow: the database in {results} has the files of {what} go to {place}, outside that folder; nothing is "
            "written there. tracker=none logs nothing, tracker.experiment=NEW logs to an experiment of its own"
        )
    return folder


def rebased(place: object, results: Path) -> str:
    """Return a location, adjusted if the results folder was moved.

    >>> rebased("file:///former/mlflow-artifacts/1a2b/artifacts", Path("/now"))
    'file:///now/mlflow-artifacts/1a2b/artifacts'
    """
    folder = folder_of(place)
    if folder is None or ARTIFACTS not in folder.parts or ".." in folder.parts or is_inside(folder, results):
        return str(place)
    below = folder.parts[len(folder.parts) - folder.parts[::-1].index(ARTIFACTS) :]
    return (results / ARTIFACTS).joinpath(*below).as_uri()
