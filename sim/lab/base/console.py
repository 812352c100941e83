"""Consoles: results on standard output, messages on standard error."""

from __future__ import annotations

import os
import sys

from sim.errors import harmless
from sim.lazy import rich


def out() -> rich.console.Console:
    """Return the console of results.

    Without a terminal it is as wide as ``COLUMNS`` says, else wide enough for whole tables.
    """
    known = sys.stdout.isatty() or os.environ.get("COLUMNS", "").strip("0").isdigit()
    return rich.console.Console(width=None if known else 200)  # rich reads COLUMNS itself


def errors() -> rich.console.Console:
    """Return the console of progress and messages."""
    return rich.console.Console(stderr=True)


def print_message(lines: list[str] | str) -> None:
    """Print messages to standard error, without control characters.

    They may quote text from anywhere.
    """
    for line in [lines] if isinstance(lines, str) else lines:
        print(harmless(line), file=sys.stderr)
