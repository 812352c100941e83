"""Options that several commands share."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path


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


def find_here() -> None:
    """Make classes in the working directory importable.

    As ``python -m`` does.
    """
    if os.getcwd() not in sys.path and "" not in sys.path:
        sys.path.insert(0, os.getcwd())
