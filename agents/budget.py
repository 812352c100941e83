"""Whether refits can be kept to a budget of examples."""

from __future__ import annotations

from typing import Any

from agents.going_on import refits_and_adds
from agents.shelves import shelf
from sim.ports import per_second


def checked_budget(budget: str | None) -> str | None:
    """Return a budget as it was given.

    Raises:
        ValueError: it is no rate.

    >>> checked_budget("20000 per day")
    '20000 per day'
    """
    if budget is not None:
        try:
            per_second(budget)
        except ValueError as error:
            raise ValueError(f"budget: {str(error).replace('4 per day', '20000 per day')}") from None
    return budget


def check_budget(correction: Any, cadence: Any) -> None:
    """Refuse a budget that corrections or cadences cannot keep.

    Raises:
        ValueError: not all trainings are refits, or the correction makes more than one row of an impression; the
            message names the corrections that would do.
    """
    if getattr(cadence, "budget", None) is None:
        return
    if cadence.refit_window is None or refits_and_adds(cadence):
        raise ValueError(
            f"a budget concerns refits, and not all trainings of {type(cadence).__name__} are: what adds what is new "
            "is handed each example once"
        )
    if not getattr(correction, "newest_last", False):
        would_do = [name for name, part in shelf("correction").items() if getattr(part, "newest_last", False)]
        raise ValueError(
            f"a budget hands over the newest examples of a refit, and {type(correction).__name__} may make several of "
            f"an impression; these corrections would do: {', '.join(would_do)}"
        )
