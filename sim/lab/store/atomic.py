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
_TRIES = 3  # where other processes keep taking the name meanwhile, theirs stays
_NOT_WRITTEN = (errno.EIO, errno.ENOSPC, errno.EDQUOT)


class DiskError(RuntimeError):
    """Results cannot be written; the message says why."""

    code = 1  # with which the program ends


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
    """Yield a hidden folder, named when the block succeeds.

    A folder of that name is replaced, unless ``stays`` says that it is to be kept.
    """
    parent.mkdir(parents=True, exist_ok=True)
    hidden = parent / f"{PREFIX}{os.getpid()}-{name}-{uuid4().hex[:6]}"
    hidden.mkdir()
    try:
        yield hidden
        for path in (*hidden.iterdir(), hidden):
            _sync(path)
        for _ in range(_TRIES):
            if _settled(hidden, parent / name, stays):
                break
        _sync(parent)
    finally:
        shutil.rmtree(hidden, ignore_errors=True)


def _settled(hidden: Path, final: Path, stays: Callable[[Path], bool]) -> bool:
    """Rename a folder; False if another process was faster."""
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
        if path.name.endswith(_OLD):  # its owner died while another folder was to take its name: it gets that back
            _, _, name = path.name.removeprefix(PREFIX).removesuffix(_OLD).partition("-")
            final = path.with_name(name.rpartition("-")[0])
            if not final.exists():
                path.rename(final)
        _remove(path)
    return len(stale)


def _remove(path: Path) -> None:
    """Remove a folder, file or link, if it exists."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def _alive(name: str) -> bool:
    """Say whether the process that made a hidden folder runs."""
    owner = name.removeprefix(PREFIX).partition("-")[0]
    if not owner.isdigit():
        return False
    try:
        os.kill(int(owner), 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        return True
    try:  # in many containers nobody ever reaps a dead process
        return Path(f"/proc/{owner}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] != "Z"
    except (OSError, UnicodeDecodeError):
        return True  # there is no /proc on this system
