"""Consoles: results on standard output, messages on standard error."""

from __future__ import annotations

import sys

from sim.errors import harmless
from sim.lazy import rich


def out() -> rich.console.Console:
    """Return the console of results.

    Without a terminal it is wide enough for whole tables.
    """
    return rich.console.Console(width=None if sys.stdout.isatty() else 200)


def errors() -> rich.console.Console:
    """Return the console of progress and messages."""
    return rich.console.Console(stderr=True)


def print_message(lines: list[str] | str) -> None:
    """Print messages to standard error, without control characters.

    They may quote text from anywhere.
    """
    for line in [lines] if isinstance(lines, str) else lines:
        print(harmless(line), file=sys.stderr)
