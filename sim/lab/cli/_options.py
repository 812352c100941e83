"""Options that several commands share."""

from __future__ import annotations

import argparse
from pathlib import Path


def add_results(parser: argparse.ArgumentParser) -> None:
    """Add ``--results``."""
    parser.add_argument(
        "--results", type=folder, default=Path("results").absolute(), metavar="DIR", help="results folder (./results)"
    )


def folder(text: str) -> Path:
    """Return an absolute path."""
    return Path(text.removeprefix("results.dir=")).expanduser().absolute()
