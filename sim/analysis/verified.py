"""Known answers: which are checked, and how one is shown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sim.errors import LabError


def choose(known: Mapping[str, Any], words: list[str], slow: bool) -> dict[str, Any]:
    """Return the topics with any word in their names."""
    named = {n: t for n, t in known.items() if not words or any(word in n for word in words)}
    chosen = {n: t for n, t in named.items() if slow or not getattr(t, "slow", False)}
    if not chosen:
        hint = "those are slow, add --all" if named else f"known are {', '.join(known)}"
        raise LabError(f"verify: no topic to run; {hint}")
    return chosen


def row(claim: Any) -> list[str]:
    """Return the cells of a claim."""
    sign = {"=": "", "<=": "at most ", ">=": "at least "}[claim.sign]
    interval = "" if claim.low == claim.high else f"{_number(claim.low)} to {_number(claim.high)}"
    verdict = "holds" if claim.holds else "FAILS"
    return [claim.name, f"{sign}{_number(claim.theory)}", _number(claim.measured), interval, verdict, claim.source]


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 10_000 else f"{value:.4g}"
