"""Options that several commands share."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from sim.errors import LabError
from sim.lab.store.atomic import write_atomic, writing


def add_results(parser: argparse.ArgumentParser) -> None:
    """Add ``--results``."""
    parser.add_argument(
        "--results", type=folder, default=Path("results").absolute(), metavar="DIR", help="results folder (./results)"
    )


def folder(text: str) -> Path:
    """Return an absolute path."""
    path = text.removeprefix("results.dir=")
    if not path.strip():
        raise argparse.ArgumentTypeError("is empty; a path is allowed")
    return Path(path).expanduser().absolute()


def refuse_folder(file: Path, what: str) -> None:
    """Check that a file to write is not a folder.

    Args:
        file: where to write.
        what: the command and its option, for the message.

    Raises:
        LabError: it is a folder.
    """
    if file.is_dir():
        raise LabError(f"{what} {file} is a folder; a file is needed")


def write_text(file: Path, text: str) -> None:
    """Write a file completely or not at all."""
    with writing(file.parent):
        write_atomic(file, text.encode())


def find_here() -> None:
    """Make classes in the working directory importable.

    As ``python -m`` does.
    """
    if os.getcwd() not in sys.path and "" not in sys.path:
        sys.path.insert(0, os.getcwd())
