"""Whether refits may begin with the former weights."""

from __future__ import annotations

from typing import Any

from agents.shelves import shelf


def check_warm(learner: Any, cadence: Any) -> None:
    """Refuse a warm cadence for a learner that starts over.

    Raises:
        ValueError: there are no refits, or the learner cannot begin with former weights; the message says who can.
    """
    if not getattr(cadence, "warm", False):
        return
    if cadence.refit_window is None:
        raise ValueError(f"warm concerns refits, and {type(cadence).__name__} has none without a refit_window")
    if getattr(learner, "warms", False):
        return
    name, said = type(learner).__name__, {n: getattr(part, "warms", False) for n, part in shelf("learner").items()}
    why = "come out the same wherever they begin" if getattr(learner, "retracts", True) else "begin with nothing"
    can = ", ".join(n for n, one in said.items() if one is True)
    may = ", ".join(n for n, one in said.items() if isinstance(one, property))
    raise ValueError(
        f"warm refits begin with the former weights, and those of {name} {why}; these learners would do: {can}; "
        f"and, depending on what they are made of: {may}"
    )
