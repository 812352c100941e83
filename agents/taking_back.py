"""Warnings of parts that take nothing back."""

from __future__ import annotations

from typing import Any

from agents.shelves import shelf


def takes_nothing_back(learner: Any, correction: Any) -> str:
    """Return the warning of a learner under fake negatives."""
    return (
        f"{type(learner).__name__} takes nothing back: under {type(correction).__name__} each positive "
        "stays a negative too where training adds what is new, so that a true rate p is learnt as p/(1+p), "
        ".5 as .33; a cadence with a refit window, and the other corrections, are free of this"
    )


def leaves_reversals(correction: Any) -> str:
    """Return what to warn of where positives are reversed."""
    would_do = [name for name, part in shelf("correction").items() if getattr(part, "reverses", False)]
    return (
        f"{type(correction).__name__} does not look at reversals where training adds what is new: a positive that is "
        f"taken back after it was learnt stays one; these corrections would do: {', '.join(would_do)}; and in a refit "
        "all do, as it reads labels as they are then"
    )
