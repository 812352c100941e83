"""Known answers: which are checked, and how one is shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sim.analysis.report.columns import Table, columns_of
from sim.errors import LabError


def choose(known: Mapping[str, Any], words: list[str], slow: bool) -> dict[str, Any]:
    """Return the topics with any word in their names."""
    named = {n: t for n, t in known.items() if not words or any(word in n for word in words)}
    chosen = {n: t for n, t in named.items() if slow or not getattr(t, "slow", False)}
    if not chosen:
        hint = "those are slow, add --all" if named else f"known are {', '.join(known)}"
        raise LabError(f"verify: no topic to run has {' or '.join(words) or 'a name'}; {hint}")
    return chosen


def table(results: Mapping[str, Sequence[Any]]) -> Table:
    """Return the claims by topic; those that fail stand out."""
    claims = [claim for own in results.values() for claim in own]
    ends = [sum(map(len, [*results.values()][:n])) - 1 for n in range(1, len(results))]
    styles = {n: "bold red" for n, claim in enumerate(claims) if not claim.holds}
    words = ("claim", "interval", "", "source")
    headings = ("claim", "theory", "measured", "interval", "", "source")
    return Table("", columns_of(headings, map(row, claims), words), styles, ends)


def row(claim: Any) -> list[str]:
    """Return the cells of a claim."""
    sign = {"=": "", "<=": "at most ", ">=": "at least "}[claim.sign]
    interval = "" if claim.low == claim.high else f"{_number(claim.low)} to {_number(claim.high)}"
    verdict = "holds" if claim.holds else "FAILS"
    return [claim.name, f"{sign}{_number(claim.theory)}", _number(claim.measured), interval, verdict, claim.source]


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 10_000 else f"{value:.4g}"
