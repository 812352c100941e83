"""Options that several commands share."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sim.analysis.jobs.command_line import RESULTS
from sim.errors import LabError, refusing
from sim.lab.store.atomic import write_atomic
from sim.laws.durations import seconds


def add_results(parser: argparse.ArgumentParser, default: Path | None = Path("results")) -> None:
    """Add ``--results``.

    Args:
        parser: gets the option.
        default: the folder without it; None: that of the override ``results.dir``.
    """
    own = default and default.absolute()
    parser.add_argument(RESULTS, type=folder, default=own, metavar="DIR", help="results folder (./results)")


def folder(text: str) -> Path:
    """Return an absolute path."""
    path = text.removeprefix("results.dir=")
    if not path.strip():
        raise argparse.ArgumentTypeError("is empty; a path is allowed")
    return Path(path).expanduser().absolute()


def duration(option: str, text: str) -> float:
    """Return the duration of an option, seconds above 0.

    >>> duration("--window", "30d")
    2592000.0
    """
    with refusing(f"{option}: {{why}}", ValueError):
        if (found := seconds(text)) == 0.0:
            raise ValueError("must be longer than 0s")
    return found


@contextmanager
def as_options(*names: str) -> Iterator[None]:
    """Make errors name options as they are typed.

    >>> with as_options("wait"):
    ...     raise LabError("wait: is too long")
    Traceback (most recent call last):
    sim.errors.LabError: --wait: is too long
    """
    try:
        yield
    except LabError as error:
        dashes = "--" if str(error).partition(":")[0] in names else ""
        raise LabError(f"{dashes}{error}") from error


def check_files(*files: Path | None) -> None:
    """Check that files to write are no folders."""
    for file in files:
        if file is not None and file.is_dir():
            raise LabError(f"cannot write {file}: it is a folder; a file is needed")


def add_json(parser: argparse.ArgumentParser) -> None:
    """Add ``--json``."""
    parser.add_argument("--json", type=folder, metavar="FILE", help="write the numbers to this file too")


def write_json(file: Path | None, data: Any) -> None:
    """Write plain data, if a file is asked for."""
    if file is not None:
        write_text(file, json.dumps(data, indent=2, allow_nan=False) + "\n")


def write_text(file: Path, text: str) -> None:
    """Write a text file of the user, completely or not."""
    write_file(file, text.encode())


def write_file(file: Path, data: bytes) -> None:
    """Write a file of the user, completely or not."""
    try:
        write_atomic(file, data)
    except OSError as error:
        raise LabError(f"cannot write {file}: {error.strerror}") from error


def find_here() -> None:
    """Make classes in the working directory importable, as ``python -m``."""
    if os.getcwd() not in sys.path and "" not in sys.path:
        sys.path.insert(0, os.getcwd())
