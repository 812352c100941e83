"""Checked claims as a table and a sentence."""

from __future__ import annotations

from collections.abc import Sequence

from sim.analysis.claims.checked import Checked, cells, in_words
from sim.analysis.report.columns import Column, Part, Table


def parts(checked: Sequence[Checked]) -> list[Part]:
    """Return the claims by world, and how many passed."""
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
    return [Table("Claims: mean paired difference ± 95 % interval", columns), in_words(checked)]
