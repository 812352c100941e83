"""Folders that are complete or absent, however a process ends."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from sim.errors import LabError
from sim.lab.store.containment import check_results

PREFIX = ".tmp-"
_OLD = "-old"
_TRIES = 3
_NOT_WRITTEN = (errno.EIO, errno.ENOSPC, errno.EDQUOT)


class DiskError(RuntimeError):
    """Results cannot be written; the message says why."""


@contextmanager
def writing(place: Path) -> Iterator[None]:
    """Turn disk errors into a message about a place."""
    try:
        yield
    except OSError as error:
        why = os.strerror(error.errno) if error.errno else str(error)
        raise DiskError(f"cannot write below {place}: {why}") from error


def usable(results: Path) -> None:
    """Create a results folder; check that it is writable."""
    check_results(results)
    probe = results / "runs" / f"{PREFIX}{os.getpid()}-{uuid4().hex[:6]}"
    try:
        with writing(results):
            probe.mkdir(parents=True)
            probe.rmdir()
    except DiskError as error:
        raise LabError(f"results.dir: {error}; a folder that can be written into is allowed") from error


@contextmanager
def new_folder(parent: Path, name: str, stays: Callable[[Path], bool] = lambda there: False) -> Iterator[Path]:
    """Yield a hidden folder; it is renamed at the end.

    It gets its name only if the block ends without an error.

    An existing folder of that name is replaced. If other processes keep taking the name meanwhile, theirs stays.
    """
    parent.mkdir(parents=True, exist_ok=True)
    hidden = parent / f"{PREFIX}{os.getpid()}-{name}-{uuid4().hex[:6]}"
    hidden.mkdir()
    try:
        yield hidden
        for file in hidden.iterdir():
            _sync(file)
        _sync(hidden)
        _take(hidden, parent / name, stays)
        _sync(parent)
    finally:
        shutil.rmtree(hidden, ignore_errors=True)


def _take(hidden: Path, final: Path, stays: Callable[[Path], bool]) -> None:
    for _ in range(_TRIES):
        if _taken(hidden, final, stays):
            return


def _taken(hidden: Path, final: Path, stays: Callable[[Path], bool]) -> bool:
    """Rename a folder; say whether that is settled.

    False if another process took the name at the same moment.
    """
    old = hidden.with_name(f"{hidden.name}{_OLD}")
    try:
        if final.exists():
            if stays(final):
                return True
            final.rename(old)
            if stays(old):  # it came between the two
                old.rename(final)
                return True
        hidden.rename(final)
    except BaseException as error:
        if old.exists() and not final.exists():
            old.rename(final)  # what was there stays
            raise
        if not isinstance(error, OSError) or not final.exists():
            raise
        return False
    finally:
        _remove(old)
    return True


def write_atomic(file: Path, data: bytes) -> None:
    """Write a file, completely or not at all."""
    file.parent.mkdir(parents=True, exist_ok=True)
    hidden = file.with_name(f"{PREFIX}{os.getpid()}-{uuid4().hex[:6]}-{file.name}")
    try:
        with hidden.open("xb") as stream:  # never through an existing link
            stream.write(data)
        _sync(hidden)
        hidden.replace(file)
    finally:
        hidden.unlink(missing_ok=True)


def _sync(path: Path) -> None:
    """Flush a file or, where possible, a folder to disk."""
    try:
        handle = os.open(path, os.O_RDONLY)
    except OSError:
        return
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno in _NOT_WRITTEN:
            raise
    finally:
        os.close(handle)


def clean(parent: Path) -> int:
    """Remove unfinished folders of dead processes; return their number."""
    stale = [p for p in parent.glob(f"{PREFIX}*") if not _alive(p.name)] if parent.is_dir() else []
    for path in stale:
        _bring_back(path)
        _remove(path)
    return len(stale)


def _remove(path: Path) -> None:
    """Remove a folder, file or link, if it exists."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def _bring_back(path: Path) -> None:
    """Restore a folder whose replacement was interrupted.

    Its owner died while another folder was to take its name.
    """
    if path.name.endswith(_OLD):
        _, _, name = path.name.removeprefix(PREFIX).removesuffix(_OLD).partition("-")
        final = path.with_name(name.rpartition("-")[0])
        if not final.exists():
            path.rename(final)


def _alive(name: str) -> bool:
    owner = name.removeprefix(PREFIX).partition("-")[0]
    if not owner.isdigit():
        return False
    try:
        os.kill(int(owner), 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        return True
    return not _zombie(owner)


def _zombie(owner: str) -> bool:
    """Say whether a dead process has not been reaped.

    In many containers it never is.
    """
    try:
        return Path(f"/proc/{owner}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] == "Z"
    except (OSError, UnicodeDecodeError):
        return False  # there is no /proc on this system
