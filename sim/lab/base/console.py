"""Where people read: results on standard output, progress and errors on standard error."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console


def out() -> Console:
    """Return the console of results. Piped, it is wide enough for whole tables."""
    from rich.console import Console

    return Console(width=None if sys.stdout.isatty() else 200)


def errors() -> Console:
    """Return the console of progress and messages."""
    from rich.console import Console

    return Console(stderr=True)


def complain(lines: list[str] | str) -> None:
    """Print messages to standard error; they quote what anybody may have written."""
    from sim.errors import harmless

    for line in [lines] if isinstance(lines, str) else lines:
        print(harmless(line), file=sys.stderr)
