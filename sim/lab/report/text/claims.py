"""Checked claims in the terminal."""

from __future__ import annotations

from collections.abc import Sequence

from sim.analysis.claims.checked import Checked, cells, in_words
from sim.lab.report.text.tables import Column, fitting, say, table_of
from sim.lazy import rich


def print_claims(checked: Sequence[Checked], console: rich.console.Console) -> None:
    """Print a row for each claim and world."""
    claims, differences, p, verdicts = zip(*map(cells, checked), strict=True)
    worlds = tuple(row.world for row in checked)
    columns = [
        Column("claim", claims, folds=True),
        *([Column("world", worlds, folds=True)] if any(worlds) else []),
        Column("difference", differences, right=True),
        Column("pairs", tuple(str(row.pairs) for row in checked), right=True, rank=2),
        Column("p (Holm)", p, right=True, rank=1),
        Column("verdict", verdicts),
    ]
    title = "Claims: mean paired difference ± 95 % interval"
    console.print(table_of(title, fitting(columns, console.width)[0], console.width))
    say([in_words(checked)], console)
