"""Whether a correction goes on after a refit."""

from __future__ import annotations

from typing import Any

from agents.shelves import shelf


def check_goes_on(correction: Any, cadence: Any) -> None:
    """Refuse a correction that forgets what it holds.

    Raises:
        ValueError: the message names the corrections that would do.
    """
    if refits_and_adds(cadence) and not getattr(correction, "goes_on", False):
        would_do = [name for name, part in shelf("correction").items() if getattr(part, "goes_on", False)]
        raise ValueError(
            f"{type(cadence).__name__} adds what is new between refits, and {type(correction).__name__} does not go on "
            f"after a refit; these corrections would do: {', '.join(would_do)}"
        )


def refits_and_adds(cadence: Any) -> bool:
    """Return whether some trainings start over and others do not."""
    return cadence.refit_window is not None and getattr(cadence, "refits", None) is not None
